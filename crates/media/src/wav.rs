//! RIFF WAVE files.
