//! The media engine: a thread per core, its sockets, its 20 ms clock.
//!
//! [`Engine`] takes [`edge::sound::Command`]s and tells [`edge::sound::Event`]s. A leg's sockets are
//! [reserved](Engine::reserve) when signalling needs an address for an offer or an answer; sound flows
//! from the `Open` command on.
//!
//! Inside, a leg is a value without sockets or clock: what a packet does to it and what it
//! sends in its turn. A worker owns its legs, reads their sockets and lets their frames depart; the two
//! ways of departing, by system call and by io_uring, differ in one function.

mod bridge;
mod chance;
mod clock;
mod departures;
mod ears;
mod engine;
mod judge;
mod latch;
mod leg;
mod limits;
mod line;
mod moves;
mod ports;
mod press;
mod processor;
mod recording;
mod reports;
mod routes;
mod said;
mod secured;
mod served;
mod slot;
mod socket;
mod spill;
mod tally;
mod tape;
mod told;
mod voice;
mod worker;

#[cfg(test)]
mod tests;

pub use departures::BackEnd;
pub use ears::{InbandKeys, Listening, Noise};
pub use engine::{Engine, Io, Settings, Sink, StartError};
pub use judge::{Judged, Study, Take};
pub use ports::ReserveError;
pub use tally::{Counters, WorkerCounters};
pub use tape::{Piece, Tape};
