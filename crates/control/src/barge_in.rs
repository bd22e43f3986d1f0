//! BARGE_IN and BARGE_OUT: a supervisor joins the talk of an agent, and leaves it.

use std::time::Instant;

use edge::LegId;
use protocol::{
    BargeIn, BargeInMode, BargeInResponse, BargeInStatus, BargeOut, BargeOutResponse, BargeOutStatus,
    Entered, PortText,
};

use crate::bridge::{Part, Supervisor};
use crate::input::LinkId;
use crate::limits;
use crate::orders::Orders;
use crate::pending::Pending;
use crate::rung::{Rung, Wish};
use crate::switch::Switch;

/// A BARGE_IN that is owed its answer.
#[derive(Debug)]
pub(crate) struct Barge {
    pending: Pending,
    agent: PortText,
    mode: Option<Entered<BargeInMode>>,
}

/// How a supervisor gets into a talk.
#[derive(Clone, Copy, Debug)]
enum Entry {
    /// At once.
    Now(Supervisor),
    /// The station on this port of ours rings first, by the wish of this agent.
    Rings(u16, LegId),
}

impl Barge {
    /// decision A25: a refusal repeats the one attribute that it refuses.
    fn settle(self, status: BargeInStatus, out: &mut Orders) {
        use BargeInStatus::{AgentNotConnected, InvalidAgentPort, InvalidMode, InvalidSupervisorPort};
        let Self { pending, agent, mode } = self;
        let is_of_agent = matches!(status, AgentNotConnected | InvalidAgentPort);
        let mode = mode.map(|mode| mode.text().clone()).unwrap_or_default();
        pending.settle(out, |msgid, supervisor| BargeInResponse {
            msgid,
            agent_port: is_of_agent.then_some(agent),
            mode: (status == InvalidMode).then_some(mode),
            supervisor_port: (status == InvalidSupervisorPort).then_some(supervisor),
            status,
        });
    }

    /// The agent talks with nobody any more.
    pub(crate) fn abandon(self, out: &mut Orders) {
        self.settle(BargeInStatus::AgentNotConnected, out);
    }

    /// The supervisor did not come.
    pub(crate) fn miss(self, out: &mut Orders) {
        self.settle(BargeInStatus::Failed, out);
    }

    pub(crate) fn owed(self) -> Pending {
        self.pending
    }
}

impl Switch {
    /// Lets a supervisor into the talk of an agent, or changes who hears him (behaviours B123 to B127;
    /// decisions U50, U51). His station rings first where he is not connected.
    pub(crate) fn barge_in(&mut self, now: Instant, link: LinkId, request: BargeIn, out: &mut Orders) {
        let supervisor = request.supervisor_port.unwrap_or_default();
        let pending = Pending::new(link, request.msgid, supervisor);
        let barge = Barge { pending, agent: request.agent_port.unwrap_or_default(), mode: request.mode };
        match self.entry(&barge) {
            Ok(Entry::Rings(own, by)) => {
                self.ring(now, own, Rung { by, wish: Wish::Supervise(barge) }, out);
            }
            Ok(Entry::Now(supervisor)) => self.supervise(barge, supervisor, out),
            Err(status) => barge.settle(status, out),
        }
    }

    /// The supervisor that a BARGE_IN waited for is there.
    pub(crate) fn barge_again(&mut self, barge: Barge, out: &mut Orders) {
        match self.entry(&barge) {
            Ok(Entry::Now(supervisor)) => self.supervise(barge, supervisor, out),
            Ok(Entry::Rings(..)) => barge.miss(out),
            Err(status) => barge.settle(status, out),
        }
    }

    fn supervise(&mut self, barge: Barge, supervisor: Supervisor, out: &mut Orders) {
        self.adopt(supervisor.leg, barge.pending.link());
        self.rebridge_of(supervisor.agent, |bridge| Some(bridge.supervised(supervisor)), out);
        barge.settle(BargeInStatus::Success, out);
    }

    /// How the supervisor of a BARGE_IN gets in, or the first reason why he does not.
    fn entry(&self, barge: &Barge) -> Result<Entry, BargeInStatus> {
        use BargeInStatus::{
            AgentNotConnected, Failed, InvalidAgentPort, InvalidMode, InvalidSupervisorPort,
        };
        let mode = barge.mode.as_ref().and_then(Entered::known).ok_or(InvalidMode)?;
        let own = self.ports.named(barge.pending.port()).ok_or(InvalidSupervisorPort)?;
        let of = self.ports.named(&barge.agent).ok_or(InvalidAgentPort)?;
        let agent = self.leg_up(of).ok_or(AgentNotConnected)?;
        let (id, bridge) = self.bridge_of(agent).ok_or(AgentNotConnected)?;
        let part = bridge.part(agent);
        let is_talking = matches!(part, Some(Part::Talker(_) | Part::Holder(_) | Part::Consulter(..)));
        let has_room = bridge.supervisors() < limits::SUPERVISORS;
        let Some(leg) = self.leg_up(own).filter(|_| own != of) else {
            let is_free = self.ports.get(own).is_some_and(|port| port.call.is_none());
            let rings = is_free && self.can_ring(own) && is_talking && has_room;
            return if rings { Ok(Entry::Rings(own, agent)) } else { Err(InvalidSupervisorPort) };
        };
        let supervisor = Supervisor { leg, agent, mode };
        match self.bridge_of(leg) {
            // Sent again, whatever became of the agent since.
            Some((of, _)) if of == id && bridge.supervises(leg, agent) => Ok(Entry::Now(supervisor)),
            _ if !is_talking => Err(AgentNotConnected),
            None if has_room => Ok(Entry::Now(supervisor)),
            _ => Err(Failed),
        }
    }

    /// Takes a supervisor out of the talk of an agent (behaviour B128; decisions C41, U52).
    pub(crate) fn barge_out(&mut self, link: LinkId, request: BargeOut, out: &mut Orders) {
        let (supervisor, agent) =
            (request.supervisor_port.unwrap_or_default(), request.agent_port.unwrap_or_default());
        let status = match self.barged_in(&supervisor, &agent) {
            Ok(leg) => {
                self.rebridge_of(leg, |bridge| bridge.without(leg), out);
                BargeOutStatus::Success
            }
            Err(status) => status,
        };
        use BargeOutStatus::{AgentNotConnected, InvalidAgentPort, InvalidSupervisorPort};
        let of_agent = matches!(status, AgentNotConnected | InvalidAgentPort);
        out.tell(
            link,
            BargeOutResponse {
                msgid: request.msgid,
                agent_port: of_agent.then_some(agent),
                supervisor_port: (status == InvalidSupervisorPort).then_some(supervisor),
                status,
            },
        );
    }

    /// The leg of a supervisor who has barged in on an agent.
    fn barged_in(&self, supervisor: &PortText, agent: &PortText) -> Result<LegId, BargeOutStatus> {
        use BargeOutStatus::{AgentNotConnected, InvalidAgentPort, InvalidSupervisorPort};
        let own = self.ports.named(supervisor).ok_or(InvalidSupervisorPort)?;
        let of = self.ports.named(agent).ok_or(InvalidAgentPort)?;
        let agent = self.leg_up(of).ok_or(AgentNotConnected)?;
        let (_, bridge) = self.bridge_of(agent).ok_or(AgentNotConnected)?;
        self.leg_up(own).filter(|&leg| bridge.supervises(leg, agent)).ok_or(InvalidSupervisorPort)
    }
}
