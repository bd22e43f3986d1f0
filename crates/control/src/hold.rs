//! MUTE and HOLD, and the music of those who wait.

use std::time::Instant;

use edge::LegId;
use edge::sound::Clip;
use protocol::{
    Hold, HoldMode, HoldResponse, HoldStatus, Mute, MuteMode, MuteResponse, MuteStatus, PortText, Text,
};

use crate::bridge::{Part, Waiting};
use crate::input::{LinkId, Missing, Output, Sought, Ticket};
use crate::orders::Orders;
use crate::pending::Pending;
use crate::switch::Switch;
use crate::transfer::Transfer;

/// A request that waits until its music was looked up. Requests for its port wait behind it.
#[derive(Debug)]
pub(crate) struct Look {
    ticket: Ticket,
    wanted: Wanted,
}

/// What the music is for.
#[derive(Debug)]
pub(crate) enum Wanted {
    Hold(Holding),
    Consultation(Transfer),
}

/// A HOLD that is owed its answer.
#[derive(Debug)]
pub(crate) struct Holding {
    pending: Pending,
    file: Text,
    mode: Text,
}

impl Look {
    /// Whether this look is for its music.
    pub(crate) fn is(&self, ticket: Ticket) -> bool {
        self.ticket == ticket
    }

    /// The call of the agent is over.
    pub(crate) fn abandon(self, out: &mut Orders) {
        match self.wanted {
            Wanted::Hold(holding) => holding.settle(HoldStatus::AgentNotConnected, out),
            Wanted::Consultation(transfer) => transfer.abandon(out),
        }
    }

    /// The request that waits.
    pub(crate) fn owed(self) -> Pending {
        match self.wanted {
            Wanted::Hold(holding) => holding.pending,
            Wanted::Consultation(transfer) => transfer.owed(),
        }
    }
}

impl Holding {
    fn settle(self, status: HoldStatus, out: &mut Orders) {
        let Self { pending, file, mode } = self;
        pending.settle(out, |msgid, agent_port| HoldResponse {
            msgid,
            agent_port,
            on_hold_file: file,
            mode,
            status,
        });
    }
}

impl Switch {
    /// Keeps the other one from hearing an agent, or lets him be heard again (behaviours B86 to B88).
    pub(crate) fn mute(&mut self, link: LinkId, request: Mute, out: &mut Orders) {
        let port = request.agent_port.unwrap_or_default();
        let mode = request.mode.map(|mode| (mode.known(), mode.text().clone()));
        let (known, mode) = mode.unwrap_or_default();
        let status = match known {
            Some(mode) => self.muted(&port, mode, out),
            None => MuteStatus::InvalidMode,
        };
        let pending = Pending::new(link, request.msgid, port);
        pending.settle(out, |msgid, agent_port| MuteResponse { msgid, agent_port, mode, status });
    }

    fn muted(&mut self, port: &PortText, mode: MuteMode, out: &mut Orders) -> MuteStatus {
        if self.ports.named(port).is_none() {
            return MuteStatus::InvalidAgentPort;
        }
        match self.part_of(port) {
            Some((leg, Part::Talker(_))) => {
                self.rebridge_of(leg, |bridge| Some(bridge.muting(leg, mode == MuteMode::On)), out);
                MuteStatus::Success
            }
            // Who does not talk with a customer has nothing to hide from one.
            _ => MuteStatus::AgentNotConnected,
        }
    }

    /// Lets the one that an agent talks with wait, or fetches it back (behaviours B89 to B91; decisions L15,
    /// S12, U29).
    pub(crate) fn hold(&mut self, now: Instant, link: LinkId, request: Hold, out: &mut Orders) {
        let port = request.agent_port.unwrap_or_default();
        let mode = request.mode.map(|mode| (mode.known(), mode.text().clone()));
        let (known, mode) = mode.unwrap_or_default();
        let checked = self.holder(&port);
        let file = request.on_hold_file;
        let pending = Pending::new(link, request.msgid, port);
        let holding = Holding { pending, file: file.clone().unwrap_or_default(), mode };
        let (leg, customer) = match (known, checked) {
            (None, _) => return holding.settle(HoldStatus::InvalideMode, out),
            (_, Err(status)) => return holding.settle(status, out),
            (_, Ok(parts)) => parts,
        };
        match (known, file) {
            (Some(HoldMode::Cancell), _) => {
                // Of one that does not wait nothing changes: it may well be muted.
                if let Customer::Waits(_) = customer {
                    self.rebridge_of(leg, |bridge| Some(bridge.talking()), out);
                }
                holding.settle(HoldStatus::Sucess, out);
            }
            (_, Some(file)) => self.look_for_music(now, leg, Wanted::Hold(holding), file, out),
            (_, None) => holding.settle(HoldStatus::FileMissing, out),
        }
    }

    /// The leg on an agent's port, and whom he talks with or lets wait.
    fn holder(&self, port: &PortText) -> Result<(LegId, Customer), HoldStatus> {
        self.ports.named(port).ok_or(HoldStatus::InvalidAgentPort)?;
        match self.part_of(port) {
            Some((leg, Part::Talker(customer))) => Ok((leg, Customer::Talks(customer))),
            Some((leg, Part::Holder(customer) | Part::Consulter(customer, None))) => {
                Ok((leg, Customer::Waits(customer)))
            }
            _ => Err(HoldStatus::AgentNotConnected),
        }
    }

    /// Looks for the music of one who is to wait; the agent of this leg has asked for it.
    pub(crate) fn look_for_music(
        &mut self,
        now: Instant,
        leg: LegId,
        wanted: Wanted,
        file: Text,
        out: &mut Orders,
    ) {
        let ticket = self.ask_disk(now, leg);
        let look = Look { ticket, wanted };
        match self.ports.call_mut(leg) {
            Some((_, call)) if call.joined.look.is_none() => call.joined.look = Some(look),
            // More wait behind the one that looks than may.
            _ => return look.abandon(out),
        }
        out.push(Output::Find { ticket, sought: vec![Sought::File(file)] });
    }

    /// The music was looked up: what waits for it is done, if it still can be.
    pub(crate) fn music_found(
        &mut self,
        now: Instant,
        look: Look,
        files: Vec<Result<Clip, Missing>>,
        out: &mut Orders,
    ) {
        let music = files.into_iter().next().and_then(Result::ok);
        match (look.wanted, music) {
            (Wanted::Hold(holding), None) => holding.settle(HoldStatus::FileMissing, out),
            (Wanted::Hold(holding), Some(music)) => self.hold_now(holding, music, out),
            (Wanted::Consultation(transfer), music) => self.consult_now(now, transfer, music, out),
        }
    }

    fn hold_now(&mut self, holding: Holding, music: Clip, out: &mut Orders) {
        let status = match self.holder(holding.pending.port()) {
            Ok((leg, Customer::Talks(customer) | Customer::Waits(customer))) => {
                let waiting = Waiting { leg: customer, music: Some(music) };
                self.rebridge_of(leg, |bridge| Some(bridge.holding(waiting)), out);
                HoldStatus::Sucess
            }
            Err(status) => status,
        };
        holding.settle(status, out);
    }
}

/// The one that an agent is there for.
#[derive(Clone, Copy, Debug)]
enum Customer {
    /// It talks with him.
    Talks(LegId),
    /// It waits for him.
    Waits(LegId),
}
