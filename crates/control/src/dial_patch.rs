//! DIAL_PATCH: a number is dialled, and whoever answers is joined with one agent.
//!
//! The agent is not reserved: until the answer he may get another call, and then the party is let go (decision
//! U33). Where his station has to ring, it rings when the party has answered.

use std::time::Instant;

use protocol::{
    Dial, DialMode, DialPatch, DialPatchEvent, DialPatchResponse, DialPatchStatus, DialPatchTermination,
    DialoutEvent, DialoutStatus, Keyword, PortText, Text,
};

use crate::agent::Doing;
use crate::dial::{DialPending, Family};
use crate::input::LinkId;
use crate::orders::Orders;
use crate::progress::Partner;
use crate::switch::Switch;

impl Switch {
    /// Checks, answers at once, and places the call (behaviours B92, B94).
    pub(crate) fn dial_patch(&mut self, now: Instant, link: LinkId, request: DialPatch, out: &mut Orders) {
        let DialPatch { msgid, agent_port, dnis, ani } = request;
        let agent = match self.patchable(agent_port.as_ref()) {
            Ok(agent) => agent,
            Err(status) => return out.tell(link, DialPatchResponse { msgid, status }),
        };
        let (campid, agents, livemessage, ansmessage, rings) = (None, None, None, None, None);
        let mode = Some(Keyword::Known(DialMode::Blind));
        let dial = Dial { msgid, campid, dnis, ani, agents, livemessage, ansmessage, rings, mode };
        self.dial(now, link, dial, Family::DialPatch, Partner::This(agent), out);
    }

    /// Our own number of an agent who has nobody to talk to.
    fn patchable(&self, agent: Option<&PortText>) -> Result<u16, DialPatchStatus> {
        let own = self.agent_named(agent).ok_or(DialPatchStatus::InvalidAgentPort)?;
        match self.doing(own) {
            Doing::Idle => Ok(own),
            Doing::Ringing | Doing::Talking | Doing::Engaged => {
                Err(DialPatchStatus::AgentPortAlreadyConnected)
            }
            Doing::Away => Err(DialPatchStatus::Failed),
        }
    }
}

impl DialPending {
    /// The agent cannot be had: the party is let go (decision U33).
    pub(crate) fn agent_is_busy(self, out: &mut Orders) {
        self.owed().settle(out, |msgid, port| termination(msgid, DialPatchEvent::AgentBusy, port));
    }
}

/// How it ended. Where no port could dial it, none is named (decision U34).
pub(super) fn termination(msgid: Text, event: DialPatchEvent, port: PortText) -> DialPatchTermination {
    let has_port = event != DialPatchEvent::FailedToGetDialoutPort;
    DialPatchTermination { msgid, event, trink_port: if has_port { port } else { PortText::default() } }
}

/// The same status, among those of DIAL_PATCH (decision D17).
pub(super) const fn status(status: DialoutStatus) -> DialPatchStatus {
    match status {
        DialoutStatus::Success => DialPatchStatus::Success,
        DialoutStatus::NoDialoutPortFree => DialPatchStatus::NoDialoutPortFree,
        DialoutStatus::NumberTooLong
        | DialoutStatus::Failed
        | DialoutStatus::Busy
        | DialoutStatus::NoAgentFree
        | DialoutStatus::NoMsiAgentFree
        | DialoutStatus::LivemessageFileMissing
        | DialoutStatus::AnsmessageFileMissing => DialPatchStatus::Failed,
    }
}

/// The same event, among those of DIAL_PATCH. A network that cannot be dialled into gave no port to dial out on
/// (decision X33); it is not judged who answers, and nothing is played.
pub(super) const fn event(event: DialoutEvent) -> DialPatchEvent {
    match event {
        DialoutEvent::Connect | DialoutEvent::Ansmachine | DialoutEvent::Eof => DialPatchEvent::Connected,
        DialoutEvent::Busy => DialPatchEvent::Busy,
        DialoutEvent::Noans => DialPatchEvent::Noans,
        DialoutEvent::Intercept => DialPatchEvent::Intercept,
        DialoutEvent::Fax | DialoutEvent::Nodialtone => DialPatchEvent::FailedToGetDialoutPort,
    }
}
