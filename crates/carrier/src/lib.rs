//! The simulated phone network and load generator.
#![forbid(unsafe_code)]
