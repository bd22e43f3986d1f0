//! The rows, a file to each family.

mod agents;
mod barging;
mod closing;
mod connecting;
mod dialling;
mod inbound;
mod keys;
mod links;
mod patching;
mod playing;
mod ports;
mod printing;
mod recording;
mod speaking;
mod switching;
mod transport;

use super::Family;

/// Every family, in the order of its playing: what ends the server comes last.
pub const FAMILIES: &[Family] = &[
    transport::FAMILY,
    links::FAMILY,
    dialling::FAMILY,
    connecting::FAMILY,
    ports::FAMILY,
    switching::FAMILY,
    patching::FAMILY,
    agents::FAMILY,
    barging::FAMILY,
    inbound::FAMILY,
    playing::FAMILY,
    speaking::FAMILY,
    recording::FAMILY,
    keys::FAMILY,
    printing::FAMILY,
    closing::FAMILY,
];
