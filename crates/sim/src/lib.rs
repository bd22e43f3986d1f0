//! Virtual clock, scripted parties and transcripts for tests of call control.
#![forbid(unsafe_code)]
