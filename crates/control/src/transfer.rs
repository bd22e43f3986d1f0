//! AGENT_TRANSFER: an agent passes on whom he talks with, at once or after he has talked with the other agent.

use std::time::Instant;

use edge::LegId;
use edge::signal::Cause;
use edge::sound::Clip;
use protocol::{
    AgentTransfer, AgentTransferMode, AgentTransferResponse, AgentTransferStatus, PortText, Text, Word,
};

use crate::agent::Login;
use crate::bridge::Part;
use crate::call::{Call, Phase};
use crate::hold::Wanted;
use crate::input::LinkId;
use crate::orders::Orders;
use crate::pending::Pending;
use crate::rung::{Rung, Wish};
use crate::switch::Switch;

/// An AGENT_TRANSFER that is owed its answer.
#[derive(Debug)]
pub(crate) struct Transfer {
    pending: Pending,
    destination: PortText,
    file: Text,
    mode: Text,
}

/// An agent who can take a customer over.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Taker {
    /// His call is up.
    Up(LegId),
    /// The station on this port of ours can ring.
    Away(u16),
}

/// What a step of a transfer comes to.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// This agent's customer waits, and he talks with the other agent.
    Consult { source: LegId, customer: LegId, with: Taker },
    /// The customer of this agent goes to the other one.
    Pass { source: LegId, to: Taker },
    /// The other agent keeps the customer: this one goes.
    Accept { source: LegId },
    /// The customer goes back to this agent.
    Cancel { source: LegId },
    /// The same, while this station rings for him.
    GiveUp { source: LegId, rings: u16 },
}

impl Transfer {
    /// A caller is to talk with an agent: there is no first one.
    pub(crate) fn of_caller(pending: Pending, destination: PortText) -> Self {
        Self { pending, destination, file: Text::default(), mode: Text::default() }
    }

    pub(crate) fn settle(self, status: AgentTransferStatus, out: &mut Orders) {
        use AgentTransferStatus::{Busy, Connected, InvalidAgent, Noans};
        let Self { pending, destination, file, mode } = self;
        // decision A24
        let mode = (!matches!(status, Connected | Busy | Noans | InvalidAgent)).then_some(mode);
        pending.settle(out, |msgid, source_agent_port| AgentTransferResponse {
            msgid,
            source_agent_port,
            destination_agent_port: destination,
            on_hold_file: file,
            mode,
            status,
        });
    }

    /// The call of the first agent is over.
    pub(crate) fn abandon(self, out: &mut Orders) {
        self.settle(AgentTransferStatus::SourceAgentNotConnected, out);
    }

    pub(crate) fn owed(self) -> Pending {
        self.pending
    }

    pub(crate) const fn link(&self) -> LinkId {
        self.pending.link()
    }
}

impl Switch {
    /// A step of a transfer (behaviours B80 to B85; decisions U25, U26, U28). What it changes, it changes when
    /// it can be done: until then everybody hears whom he heard.
    pub(crate) fn agent_transfer(
        &mut self,
        now: Instant,
        link: LinkId,
        request: AgentTransfer,
        out: &mut Orders,
    ) {
        let mode = request.mode.map(|mode| (mode.known(), mode.text().clone()));
        let (known, mode) = mode.unwrap_or_default();
        let file = request.on_hold_file;
        let transfer = Transfer {
            pending: Pending::new(link, request.msgid, request.source_agent_port.unwrap_or_default()),
            destination: request.destination_agent_port.unwrap_or_default(),
            file: file.clone().unwrap_or_default(),
            mode,
        };
        let Some(known) = known else {
            return transfer.settle(AgentTransferStatus::InvalideMode, out);
        };
        match (self.step(&transfer, known), file) {
            (Ok(Step::Consult { source, .. }), Some(file)) => {
                self.look_for_music(now, source, Wanted::Consultation(transfer), file, out);
            }
            (Ok(step), _) => self.transfer(now, transfer, step, None, out),
            (Err(status), _) => transfer.settle(status, out),
        }
    }

    /// The music of an INITIATE that named one was looked up.
    pub(crate) fn consult_now(
        &mut self,
        now: Instant,
        transfer: Transfer,
        music: Option<Clip>,
        out: &mut Orders,
    ) {
        if music.is_none() {
            return transfer.settle(AgentTransferStatus::FileMissing, out);
        }
        self.transfer_again(now, transfer, music, out);
    }

    /// What a transfer waited for is there.
    pub(crate) fn transfer_again(
        &mut self,
        now: Instant,
        transfer: Transfer,
        music: Option<Clip>,
        out: &mut Orders,
    ) {
        let mode = AgentTransferMode::from_text(&transfer.mode).unwrap_or(AgentTransferMode::Initiate);
        match self.step(&transfer, mode) {
            Ok(step) => self.transfer(now, transfer, step, music, out),
            Err(status) => transfer.settle(status, out),
        }
    }

    /// What a transfer comes to now, or the first reason why it cannot be done.
    fn step(&self, transfer: &Transfer, mode: AgentTransferMode) -> Result<Step, AgentTransferStatus> {
        use AgentTransferStatus::{
            InvalidSourceAgentPort, InvalideDestinationAgentPort, InvalideMode, Noans,
            SourceAgentNotConnected,
        };
        let source = self.ports.named(transfer.pending.port()).ok_or(InvalidSourceAgentPort)?;
        let destination = self.ports.named(&transfer.destination).filter(|&own| own != source);
        let destination = destination.ok_or(InvalideDestinationAgentPort)?;
        let up = self.leg_up(source).ok_or(SourceAgentNotConnected)?;
        let part = self.bridge_of(up).and_then(|(_, bridge)| bridge.part(up));
        let with = self.leg_up(destination);
        if let Some(rings) = self.rings_for(up) {
            return match mode {
                AgentTransferMode::Cancel if rings == destination => Ok(Step::GiveUp { source: up, rings }),
                AgentTransferMode::Cancel => Err(InvalideDestinationAgentPort),
                _ => Err(InvalideMode),
            };
        }
        match (mode, part) {
            (AgentTransferMode::Initiate, Some(part)) => {
                let (Part::Talker(customer) | Part::Holder(customer) | Part::Consulter(customer, None)) =
                    part
                else {
                    return Err(not_now(part));
                };
                Ok(Step::Consult { source: up, customer, with: self.taker(destination)? })
            }
            (AgentTransferMode::Blind, Some(part)) => {
                let (Part::Talker(_) | Part::Holder(_) | Part::Consulter(_, None)) = part else {
                    return Err(not_now(part));
                };
                Ok(Step::Pass { source: up, to: self.taker(destination)? })
            }
            (AgentTransferMode::Initiate | AgentTransferMode::Blind, None) => Err(SourceAgentNotConnected),
            (AgentTransferMode::Cancel, Some(Part::Consulter(_, None))) => Ok(Step::Cancel { source: up }),
            // He who was consulted has gone.
            (AgentTransferMode::Accept, Some(Part::Consulter(_, None))) => Err(Noans),
            (AgentTransferMode::Accept | AgentTransferMode::Cancel, Some(Part::Consulter(_, consulted))) => {
                if consulted != with {
                    return Err(InvalideDestinationAgentPort);
                }
                let is_accepted = mode == AgentTransferMode::Accept;
                Ok(if is_accepted { Step::Accept { source: up } } else { Step::Cancel { source: up } })
            }
            (AgentTransferMode::Accept | AgentTransferMode::Cancel, _) => Err(InvalideMode),
        }
    }

    /// The leg of an agent who can take a customer over.
    pub(crate) fn taker(&self, own: u16) -> Result<Taker, AgentTransferStatus> {
        match self.ports.get(own).and_then(|port| port.call.as_ref()) {
            Some(call) if call.joined.bridge.is_some() => {
                Err(AgentTransferStatus::DestinationAgentAlreadyConnected)
            }
            Some(call) if self.ports.second(own).is_some() || self.is_expected(call) => {
                Err(AgentTransferStatus::Busy)
            }
            Some(Call { leg, phase: Phase::Up(_), .. }) => Ok(Taker::Up(*leg)),
            Some(_) => Err(AgentTransferStatus::Busy),
            None if self.can_ring(own) => Ok(Taker::Away(own)),
            None => Err(AgentTransferStatus::InvalidAgent),
        }
    }

    /// Whether there is a station on a port that can be called, and an agent who is at work at it.
    pub(crate) fn can_ring(&self, own: u16) -> bool {
        self.agents.get(own).is_some_and(|agent| agent.down.is_none() && agent.login != Login::Out)
            && !self.is_leaving()
    }

    fn transfer(
        &mut self,
        now: Instant,
        transfer: Transfer,
        step: Step,
        music: Option<Clip>,
        out: &mut Orders,
    ) {
        if let Step::Consult { with: Taker::Up(leg), .. } | Step::Pass { to: Taker::Up(leg), .. } = step {
            self.adopt(leg, transfer.link());
        }
        match step {
            Step::Consult { source: by, with: Taker::Away(own), .. } => {
                let wish = Wish::Consult(transfer, music);
                return self.ring(now, own, Rung { by, wish }, out);
            }
            Step::Pass { source: by, to: Taker::Away(own) } => {
                return self.ring(now, own, Rung { by, wish: Wish::Pass(transfer) }, out);
            }
            Step::Consult { source, customer, with: Taker::Up(with) } => {
                self.rebridge_of(source, |bridge| Some(bridge.consulting(customer, music, with)), out);
            }
            Step::Pass { source, to: Taker::Up(to) } => {
                self.rebridge_of(source, |bridge| Some(bridge.replacing(source, to)), out);
            }
            Step::Accept { source } => self.rebridge_of(source, |bridge| bridge.without(source), out),
            Step::Cancel { source } => self.rebridge_of(source, |bridge| Some(bridge.talking()), out),
            Step::GiveUp { source, rings } => {
                self.dismiss(now, rings, Cause::Normal, out);
                self.rebridge_of(source, |bridge| Some(bridge.reunited(source)), out);
            }
        }
        transfer.settle(AgentTransferStatus::Connected, out);
    }
}

/// Why an agent in this part cannot pass anybody on.
const fn not_now(part: Part) -> AgentTransferStatus {
    match part {
        Part::Consulter(..) => AgentTransferStatus::InvalideMode,
        _ => AgentTransferStatus::SourceAgentNotConnected,
    }
}
