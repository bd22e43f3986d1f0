//! Signalling over SIP, behind the commands and events of `edge::signal`.
//!
//! An [`Endpoint`] listens, registers, places calls and takes them. Its transactions and timers are
//! those of a SIP stack, of which no type leaves this crate; dialogs, SDP, digest, admission and the
//! guard in front of all that are here.
#![forbid(unsafe_code)]

mod arrive;
mod attempts;
mod bindings;
mod branch;
mod cancelled;
mod cause;
mod connections;
mod core;
mod counters;
mod dialog;
mod digest;
mod endpoint;
mod fields;
mod flow;
mod guard;
mod health;
mod info;
mod ingress;
mod leg;
mod limits;
mod live;
mod nonces;
mod origin;
mod outbox;
mod place;
mod proof;
mod reason;
mod refer;
mod refresh;
mod register;
mod registrar;
mod reinvite;
mod reliable;
mod replaces;
mod resolver;
mod ring;
mod sdes;
mod sdp;
mod session;
mod settings;
mod sources;
mod stations;
mod tls;
mod transactions;
mod trunk;
mod udp;

pub use core::Sockets;
pub use counters::Counters;
pub use endpoint::{Endpoint, StartError};
pub use ipnet::IpNet;
pub use limits::Limits;
pub use outbox::Sink;
pub use settings::{
    Admit, Digest, Listen, Place, Session, SettingError, Settings, Srtp, Station, StationAddress, Transport,
    Trunk, TrunkAddress, addresses,
};
pub use stations::{ContactView, StationView};
pub use tls::{Accepting, Tls};
