//! A live party is connected with an agent (behaviour B46).
//!
//! Nobody is reserved while it is dialled (decision U11): who is next is chosen when the party is there. Where
//! his station has to ring first, the party waits in silence, and CONNECT is said when he has answered (decision
//! X31); who does not answer makes room for the next one.

use std::time::Instant;

use edge::LegId;
use edge::signal::Cause;

use crate::agent::{Numbers, Work};
use crate::bridge::Bond;
use crate::call::Phase;
use crate::orders::Orders;
use crate::progress::Progress;
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
        let may = |numbers: &Numbers, own: u16| numbers.has(own) && !missed.contains(&own);
        let next = progress.agents.as_ref();
        let next = next.and_then(|numbers| self.next_agent(Work::Predictive, |own| may(numbers, own)));
        let Some(agent) = next else {
            if let Some((_, call)) = self.ports.call_mut(leg) {
                call.connect(&mut self.plays, progress, out);
            }
            return;
        };
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

    /// The agent is there for whom a party waits: they are joined, and CONNECT names him.
    pub(crate) fn agent_came(&mut self, now: Instant, leg: LegId, agent: u16, out: &mut Orders) {
        let Some(Waiting { progress, .. }) = self.end_wait(leg, agent) else {
            // Nobody waits for him any more.
            return self.hang_up(now, agent, out);
        };
        let (name, owner) = (self.ports.name(agent), progress.pending.link());
        if let Some((_, call)) = self.ports.call_mut(leg) {
            call.phase = Phase::Up(Voice::Quiet);
        }
        if let Some(call) = self.ports.get_mut(agent).and_then(|port| port.call.as_mut()) {
            call.owner = Some(owner);
            let pair = [leg, call.leg];
            self.join(pair, Bond::Loose, out);
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

    /// A party does not wait any more: its agent's station rings no more.
    pub(crate) fn end_waiting(&mut self, now: Instant, waiting: Waiting, out: &mut Orders) {
        waiting.progress.end(out);
        self.dismiss(now, waiting.agent, Cause::Normal, out);
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
