//! The messages themselves, a file to each family.

#[macro_use]
mod link;
#[macro_use]
mod mailbox;
#[macro_use]
mod tree;
#[macro_use]
mod message_waiting;
#[macro_use]
mod outbound;
#[macro_use]
mod callback;
#[macro_use]
mod disconnect;
#[macro_use]
mod transfer;
#[macro_use]
mod patch;
#[macro_use]
mod conference;
#[macro_use]
mod agent;
#[macro_use]
mod barge_in;
#[macro_use]
mod inbound;
#[macro_use]
mod play;
#[macro_use]
mod speak;
#[macro_use]
mod record;
#[macro_use]
mod dtmf;
#[macro_use]
mod attach;
#[macro_use]
mod flow;
#[macro_use]
mod extension;

pub use agent::*;
pub use attach::*;
pub use barge_in::*;
pub use callback::*;
pub use conference::*;
pub use disconnect::*;
pub use dtmf::*;
pub use extension::*;
pub use flow::*;
pub use inbound::*;
pub use link::*;
pub use mailbox::*;
pub use message_waiting::*;
pub use outbound::*;
pub use patch::*;
pub use play::*;
pub use record::*;
pub use speak::*;
pub use transfer::*;
pub use tree::*;

use crate::{Declaration, Declared, Element, PortText, ReadError, Side, Spelling, Text};

link! { [mailbox tree message_waiting outbound callback disconnect transfer patch conference agent barge_in inbound play speak record dtmf attach flow extension link_messages] }
