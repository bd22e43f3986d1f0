//! Tone detection at single frequencies.
