//! Call control: links, ports, calls, requests under way.
//!
//! One value decides: [`Switch`] takes one [`Input`] with the time it happened and appends
//! [`Output`]s. It never reads a clock, touches a socket, locks, awaits or spawns.
#![forbid(unsafe_code)]

mod abandoned;
mod agent;
mod alarm;
mod attend;
mod barge_in;
mod bridge;
mod call;
mod cap;
mod dial;
mod dial_patch;
mod digits;
mod disconnect;
mod ending;
mod event;
mod exit;
mod hold;
mod inbound;
mod input;
mod limits;
mod link;
mod mailbox;
mod numbers;
mod orders;
mod outbox;
mod outward;
mod own_call;
mod pace;
mod pass_code;
mod patch;
mod pending;
mod play;
mod playing;
mod port;
mod press;
mod progress;
mod record;
mod recording;
mod refer;
mod replace;
mod route;
mod rung;
mod settings;
mod sound;
mod speak;
mod station;
mod switch;
mod transfer;
mod two_way;
mod view;
mod voice;

pub use abandoned::{Live, Window};
pub use agent::{Doing, Login, Shift, Standing};
pub use input::{
    Alert, CapOf, ConnectionId, Input, LinkId, Missing, Note, Output, Sought, Ticket, Tracks, Which,
};
pub use numbers::{EMERGENCY, Rules};
pub use pass_code::{Denial, Failure};
pub use settings::{
    Agent, Attendance, Campaign, Dialling, Mailbox, Parameters, Recording, Settings, Speech, Trunk,
};
pub use switch::Switch;
pub use view::{
    AgentView, AnsweredView, CallView, CampaignView, HourView, LinkView, MailboxView, PortState, PortView,
    Tally, TrunkView,
};
