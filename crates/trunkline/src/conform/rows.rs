//! The rows, a file to each family.

mod closing;
mod dialling;
mod links;
mod playing;
mod ports;
mod printing;
mod transport;

use super::Family;

/// Every family, in the order of its playing: what ends the server comes last.
pub const FAMILIES: &[Family] = &[
    transport::FAMILY,
    links::FAMILY,
    dialling::FAMILY,
    ports::FAMILY,
    playing::FAMILY,
    printing::FAMILY,
    closing::FAMILY,
];
