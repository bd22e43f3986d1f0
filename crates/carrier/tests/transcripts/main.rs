//! The simulated network in virtual time: inputs in, commands out, as transcripts.

mod numbers;
mod parties;
mod world;
