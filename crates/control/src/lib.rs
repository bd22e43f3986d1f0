//! Call control: links, ports, calls, requests under way.
//!
//! One value decides: [`Switch`] takes one [`Input`] with the time it happened and appends
//! [`Output`]s. It never reads a clock, touches a socket, locks, awaits or spawns.
#![forbid(unsafe_code)]

mod alarm;
mod call;
mod dial;
mod disconnect;
mod event;
mod exit;
mod input;
mod limits;
mod link;
mod mailbox;
mod orders;
mod outbox;
mod pass_code;
mod pending;
mod play;
mod port;
mod settings;
mod sound;
mod switch;
mod view;

pub use input::{ConnectionId, Input, LinkId, Missing, Note, Output, Ticket, Tracks, Which};
pub use pass_code::{Denial, Failure};
pub use settings::{Dialling, Mailbox, Parameters, Settings, Trunk};
pub use switch::Switch;
pub use view::{LinkView, MailboxView, PortState, PortView, Tally, TrunkView};
