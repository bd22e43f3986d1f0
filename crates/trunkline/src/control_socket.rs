//! The control socket: how `trunkline status` and its like ask a running server, by a Unix socket that
//! only the server's own user can open. A connection is one question and one answer, a line of JSON each; that
//! of `trunkline trace` is one question and a line to every message from then on.

mod ask;
mod metrics;
mod reply;
mod serve;
#[cfg(test)]
mod tests;
mod trace;

pub use ask::{AskError, ask, run};
pub use metrics::metrics;
pub use reply::{
    AgentRow, AgentState, Answered, CallRow, CampaignRow, Hour, LinkRow, Live, LoginState, MediaStatus,
    PhoneRow, PortRow, PortState, Reply, Request, Status, TrunkRow,
};
pub use serve::{BindError, ControlSocket, Question};

pub use trace::{Filter, Traced, Tracer, trace};

/// Octets of a question.
const MAX_REQUEST: u64 = 4096;
/// Octets of an answer: more than all ports there can be need.
const MAX_REPLY: u64 = 64 << 20;
