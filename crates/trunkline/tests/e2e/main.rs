//! End to end: the whole server over real sockets, real SIP and real RTP, against the simulated phone
//! network and against phones that others wrote.
#![allow(clippy::unwrap_used, reason = "a test says so by failing")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says why")]

mod agents;
mod breaks;
mod calls;
mod certificates;
mod conform;
mod demo;
mod failover;
mod faults;
mod files;
mod house;
mod inbound;
mod ipv6;
mod keys;
mod links;
mod parameters;
mod phone;
mod phones;
mod phones_tls;
mod process;
mod progress;
mod recording;
mod recording_faults;
mod records;
mod secured;
mod sipp;
mod sox;
mod switching;
mod telephones;
mod torture;
mod trace;
mod voice;
