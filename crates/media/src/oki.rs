//! OKI (Dialogic) ADPCM.
