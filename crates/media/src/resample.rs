//! Sample-rate conversion to and from 8 kHz.
