//! The simulated phone network and load generator: scripted subscribers behind a SIP endpoint and a
//! media engine of their own, as a library for tests and as `trunkline carrier`.
//!
//! [`Network`] decides (a value: events and the time in, commands out), a shell carries out.
#![forbid(unsafe_code)]

pub mod limits;
mod log;
mod network;
mod party;
mod script;
mod sounds;
mod subscriber;
mod voice;
mod voice_file;

pub use log::{Entry, Happening};
pub use network::{Input, Network, Output, Placing};
pub use script::{Script, Step};
pub use subscriber::Directory;
pub use voice_file::{SayError, read_voice};
