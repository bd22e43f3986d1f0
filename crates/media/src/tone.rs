//! Tones and silence, as samples.
