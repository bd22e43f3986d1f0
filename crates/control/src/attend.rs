//! A live party is connected with an agent (behaviour B46).
//!
//! Nobody is reserved while it is dialled (decision U11): who is next is chosen when the party is there. Where
//! his station has to ring first, the party waits in silence, and CONNECT is said when he has answered (decision
//! X31); who does not answer makes room for the next one.

use std::time::Instant;

use edge::LegId;
use edge::signal::Cause;

use crate::agent::{Doing, Work};
use crate::bridge::Bond;
use crate::call::Phase;
use crate::orders::Orders;
use crate::progress::{Partner, Progress};
use crate::station::Errand;
use crate::switch::Switch;
use crate::voice::Voice;

/// A live party, and the agent whose station rings for it.
#[derive(Debug)]
pub(crate) struct Waiting {
    pub(crate) progress: Progress,
    /// Our own number of him.
    pub(crate) agent: u16,
    /// Those who were called for this party and did not answer.
    missed: Vec<u16>,
}

impl Switch {
    /// Somebody is there whom an agent, or a message, is for.
    pub(crate) fn connect(&mut self, now: Instant, leg: LegId, progress: Progress, out: &mut Orders) {
        self.attend(now, leg, progress, Vec::new(), out);
    }

    /// Connects a party with the next of the agents that it was dialled for, and without where none is left.
    fn attend(&mut self, now: Instant, leg: LegId, progress: Progress, missed: Vec<u16>, out: &mut Orders) {
        let next = match &progress.partner {
            Partner::Nobody => None,
            Partner::OneOf(numbers) => {
                self.next_agent(Work::Predictive, |own| numbers.has(own) && !missed.contains(&own))
            }
            Partner::This(agent) => {
                Some(*agent).filter(|agent| missed.is_empty() && self.doing(*agent) == Doing::Idle)
            }
        };
        let Some(agent) = next else { return self.leave_alone(now, leg, progress, out) };
        let is_called = self.ports.get(agent).is_some_and(|port| port.call.is_none());
        if let Some((_, call)) = self.ports.call_mut(leg) {
            call.phase = Phase::Waiting(Waiting { progress, agent, missed });
        }
        if is_called {
            self.summon(now, agent, Errand::Party(leg), out);
        } else {
            self.agent_came(now, leg, agent, out);
        }
    }

    /// There is no agent for a party: it hears the message, or is let go where it was for this agent alone.
    fn leave_alone(&mut self, now: Instant, leg: LegId, progress: Progress, out: &mut Orders) {
        let Some((own, call)) = self.ports.call_mut(leg) else { return progress.end(out) };
        if let Partner::Nobody | Partner::OneOf(_) = progress.partner {
            return call.connect(&mut self.plays, progress, out);
        }
        call.phase = Phase::Up(Voice::Quiet);
        self.clear(now, own, Cause::Normal, out);
        progress.pending.agent_is_busy(out);
    }

    /// The agent is there for whom a party waits: they are joined, and CONNECT names him.
    pub(crate) fn agent_came(&mut self, now: Instant, leg: LegId, agent: u16, out: &mut Orders) {
        let Some(Waiting { progress, .. }) = self.end_wait(leg, agent) else {
            // Nobody waits for him any more.
            return self.hang_up(now, agent, out);
        };
        let (name, owner) = (self.ports.name(agent), progress.pending.link());
        let bond = match progress.partner {
            Partner::This(_) => Bond::Follows(leg),
            Partner::Nobody | Partner::OneOf(_) => Bond::Loose,
        };
        if let Some((_, call)) = self.ports.call_mut(leg) {
            call.phase = Phase::Up(Voice::Quiet);
        }
        if let Some(call) = self.ports.get_mut(agent).and_then(|port| port.call.as_mut()) {
            call.owner = Some(owner);
            let pair = [leg, call.leg];
            self.join(pair, bond, out);
        }
        progress.pending.connect_with(name, out);
    }

    /// An agent has not answered: the party gets the next one.
    pub(crate) fn agent_missed(&mut self, now: Instant, leg: LegId, agent: u16, out: &mut Orders) {
        if let Some(Waiting { progress, mut missed, .. }) = self.end_wait(leg, agent) {
            missed.push(agent);
            self.attend(now, leg, progress, missed, out);
        }
    }

    /// The call of a party that waits is over: its agent's station rings no more.
    pub(crate) fn end_waiting(&mut self, now: Instant, waiting: Waiting, out: &mut Orders) {
        let Waiting { progress, agent, .. } = waiting;
        progress.end(out);
        self.dismiss(now, agent, Cause::Normal, out);
    }

    fn end_wait(&mut self, leg: LegId, agent: u16) -> Option<Waiting> {
        let (_, call) = self.ports.call_mut(leg)?;
        match call.phase.take() {
            Phase::Waiting(waiting) if waiting.agent == agent => Some(waiting),
            other => {
                call.phase = other;
                None
            }
        }
    }
}
