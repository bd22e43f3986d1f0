//! The simulated network in virtual time: inputs in, commands out, as transcripts.

mod histories;
mod numbers;
mod parties;
mod world;
