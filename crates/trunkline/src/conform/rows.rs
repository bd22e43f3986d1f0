//! The rows, a file to each family.

mod closing;
mod dialling;
mod inbound;
mod keys;
mod links;
mod playing;
mod ports;
mod printing;
mod recording;
mod speaking;
mod transport;

use super::Family;

/// Every family, in the order of its playing: what ends the server comes last.
pub const FAMILIES: &[Family] = &[
    transport::FAMILY,
    links::FAMILY,
    dialling::FAMILY,
    ports::FAMILY,
    inbound::FAMILY,
    playing::FAMILY,
    speaking::FAMILY,
    recording::FAMILY,
    keys::FAMILY,
    printing::FAMILY,
    closing::FAMILY,
];
