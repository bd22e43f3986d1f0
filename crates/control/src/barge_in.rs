//! BARGE_IN and BARGE_OUT: a supervisor joins the talk of an agent, and leaves it.

use edge::LegId;
use protocol::{
    BargeIn, BargeInMode, BargeInResponse, BargeInStatus, BargeOut, BargeOutResponse, BargeOutStatus,
    PortText,
};

use crate::bridge::{Part, Supervisor};
use crate::input::LinkId;
use crate::limits;
use crate::orders::Orders;
use crate::switch::Switch;

impl Switch {
    /// Lets a supervisor into the talk of an agent, or changes who hears him (behaviours B123 to B127;
    /// decisions U50, U51).
    pub(crate) fn barge_in(&mut self, link: LinkId, request: BargeIn, out: &mut Orders) {
        let (supervisor, agent) =
            (request.supervisor_port.unwrap_or_default(), request.agent_port.unwrap_or_default());
        let mode = request.mode.map(|mode| (mode.known(), mode.text().clone()));
        let (known, mode) = mode.unwrap_or_default();
        let checked = known
            .ok_or(BargeInStatus::InvalidMode)
            .and_then(|mode| self.supervisor(&supervisor, &agent, mode));
        let status = match checked {
            Ok(supervisor) => {
                self.rebridge_of(supervisor.agent, |bridge| Some(bridge.supervised(supervisor)), out);
                BargeInStatus::Success
            }
            Err(status) => status,
        };
        use BargeInStatus::{AgentNotConnected, InvalidAgentPort, InvalidMode, InvalidSupervisorPort};
        // decision A25: a refusal repeats the one attribute that it refuses.
        let of_agent = matches!(status, AgentNotConnected | InvalidAgentPort);
        out.tell(
            link,
            BargeInResponse {
                msgid: request.msgid,
                agent_port: of_agent.then_some(agent),
                mode: (status == InvalidMode).then_some(mode),
                supervisor_port: (status == InvalidSupervisorPort).then_some(supervisor),
                status,
            },
        );
    }

    /// The supervisor that a BARGE_IN makes, or the first reason why it does not.
    fn supervisor(
        &self,
        supervisor: &PortText,
        agent: &PortText,
        mode: BargeInMode,
    ) -> Result<Supervisor, BargeInStatus> {
        use BargeInStatus::{AgentNotConnected, Failed, InvalidAgentPort, InvalidSupervisorPort};
        let own = self.ports.named(supervisor).ok_or(InvalidSupervisorPort)?;
        let of = self.ports.named(agent).ok_or(InvalidAgentPort)?;
        let agent = self.leg_up(of).ok_or(AgentNotConnected)?;
        let (id, bridge) = self.bridge_of(agent).ok_or(AgentNotConnected)?;
        let leg = self.leg_up(own).filter(|_| own != of).ok_or(InvalidSupervisorPort)?;
        let supervisor = Supervisor { leg, agent, mode };
        match (self.bridge_of(leg), bridge.part(agent)) {
            // Sent again, whatever became of the agent since.
            (Some((of, _)), _) if of == id && bridge.supervises(leg, agent) => Ok(supervisor),
            (None, Some(Part::Talker(_) | Part::Holder(_) | Part::Consulter(..)))
                if bridge.supervisors() < limits::SUPERVISORS =>
            {
                Ok(supervisor)
            }
            (_, Some(Part::Talker(_) | Part::Holder(_) | Part::Consulter(..))) => Err(Failed),
            _ => Err(AgentNotConnected),
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
