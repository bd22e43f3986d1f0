//! What crosses the edge of the switch, as plain data: commands that go out and events that come in,
//! for signalling ([`signal`]) and sound ([`sound`]), the ids that name things on both sides ([`id`]),
//! the network's causes ([`q850`]), and the record a call leaves ([`cdr`]). No behaviour, no IO.
#![forbid(unsafe_code)]

pub mod cdr;
pub mod id;
pub mod key;
pub mod q850;
pub mod signal;
pub mod sound;

pub use id::{LegId, Line, PlayId, RecordId, StationId, TrunkId};
pub use key::{Key, Keys};
pub use q850::Q850;
