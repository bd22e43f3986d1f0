//! A live party is connected with an agent (behaviour B46).
//!
//! Nobody is reserved while it is dialled (decision U11): who is next is chosen when the party is there. Where
//! his station has to ring first, the party waits in silence, and CONNECT is said when he has answered (decision
//! X31); who does not answer makes room for the next one. Who has no agent after two seconds is counted as
//! abandoned, and hears a message where its campaign says so (decision X34).

use std::time::{Duration, Instant};

use edge::LegId;
use edge::signal::Cause;
use protocol::Text;

use crate::abandoned::Live;
use crate::agent::{Doing, Work};
use crate::alarm::Alarm;
use crate::bridge::Bond;
use crate::call::{Call, Phase};
use crate::input::Output;
use crate::orders::Orders;
use crate::progress::{Partner, Progress};
use crate::settings::Attendance;
use crate::station::Errand;
use crate::switch::Switch;
use crate::voice::Voice;

/// A live party, and the agent whose station rings for it.
#[derive(Debug)]
pub(crate) struct Waiting {
    pub(crate) party: Party,
    /// Our own number of him.
    pub(crate) agent: u16,
}

/// A live party that is to be connected.
#[derive(Debug)]
pub(crate) struct Party {
    pub(crate) progress: Progress,
    /// Those who were called for it and did not answer.
    missed: Vec<u16>,
    /// Whether it has been counted as abandoned.
    is_abandoned: bool,
}

impl Switch {
    /// Somebody is there whom an agent, or a message, is for.
    pub(crate) fn connect(&mut self, now: Instant, leg: LegId, progress: Progress, out: &mut Orders) {
        if let Partner::OneOf(_) = progress.partner {
            let within = self.attendance(leg).map_or(Attendance::WITHIN, |attendance| attendance.within);
            self.alarms.set(now + within, Alarm::Patience(leg));
        }
        self.attend(now, leg, Party { progress, missed: Vec::new(), is_abandoned: false }, out);
    }

    /// Connects a party with the next of the agents that it was dialled for, and without where none is left.
    fn attend(&mut self, now: Instant, leg: LegId, party: Party, out: &mut Orders) {
        let missed = &party.missed;
        let next = match &party.progress.partner {
            Partner::Nobody => None,
            Partner::OneOf(numbers) => {
                self.next_agent(Work::Predictive, |own| numbers.has(own) && !missed.contains(&own))
            }
            Partner::This(agent) => {
                Some(*agent).filter(|agent| missed.is_empty() && self.doing(*agent) == Doing::Idle)
            }
        };
        let Some(agent) = next else { return self.leave_alone(now, leg, party, out) };
        let is_called = self.ports.get(agent).is_some_and(|port| port.call.is_none());
        if let Some((_, call)) = self.ports.call_mut(leg) {
            call.phase = Phase::Waiting(Waiting { party, agent });
        }
        if is_called {
            self.summon(now, agent, Errand::Party(leg), out);
        } else {
            self.agent_came(now, leg, agent, out);
        }
    }

    /// There is no agent for a party: it hears the message, or is let go where it was for this agent alone.
    fn leave_alone(&mut self, now: Instant, leg: LegId, party: Party, out: &mut Orders) {
        self.count_party(now, leg, &party, true, out);
        let Party { progress, .. } = party;
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
        let Some(party) = self.end_wait(leg, agent) else {
            // Nobody waits for him any more.
            return self.hang_up(now, agent, out);
        };
        self.count_party(now, leg, &party, false, out);
        let Party { progress, .. } = party;
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
        if let Some(mut party) = self.end_wait(leg, agent) {
            party.missed.push(agent);
            self.attend(now, leg, party, out);
        }
    }

    /// The call of a party that waits is over: its agent's station rings no more.
    pub(crate) fn end_waiting(&mut self, now: Instant, leg: LegId, waiting: Waiting, out: &mut Orders) {
        let Waiting { party, agent } = waiting;
        self.count_party(now, leg, &party, false, out);
        party.progress.end(out);
        self.dismiss(now, agent, Cause::Normal, out);
    }

    /// A live party has had no agent for so long that it is abandoned. It hears the message for that, if there
    /// is one, and waits on otherwise.
    pub(crate) fn patience_over(&mut self, now: Instant, leg: LegId, out: &mut Orders) {
        let promises = self.attendance(leg).is_some();
        let Some((_, Call { phase: Phase::Waiting(waiting), .. })) = self.ports.call_mut(leg) else { return };
        let agent = waiting.agent;
        if promises && waiting.party.progress.messages.live.is_some() {
            if let Some(party) = self.end_wait(leg, agent) {
                self.leave_alone(now, leg, party, out);
                self.dismiss(now, agent, Cause::Normal, out);
            }
        } else if !std::mem::replace(&mut waiting.party.is_abandoned, true) {
            self.count_answer(now, leg, true, out);
        }
    }

    /// What the campaign of a call promises those who answer.
    fn attendance(&self, leg: LegId) -> Option<&Attendance> {
        let index = self.campaign(&self.ports.call(leg)?.campaign)?;
        self.settings.campaigns.get(index)?.attendance.as_ref()
    }

    /// The message for who is abandoned, where a request has none of its own.
    pub(crate) fn for_the_abandoned(&self, campid: &str) -> Option<Text> {
        let own = self.settings.campaigns.get(self.campaign(campid)?)?;
        own.attendance.as_ref()?.message.as_deref().map(Text::from)
    }

    /// Counts a party that was dialled for agents and does not wait any more, unless it was counted before.
    fn count_party(&mut self, now: Instant, leg: LegId, party: &Party, is_abandoned: bool, out: &mut Orders) {
        if matches!(party.progress.partner, Partner::OneOf(_)) && !party.is_abandoned {
            self.count_answer(now, leg, is_abandoned, out);
        }
    }

    fn count_answer(&mut self, now: Instant, leg: LegId, is_abandoned: bool, out: &mut Orders) {
        let campaign = self.ports.call(leg).and_then(|call| self.campaign(&call.campaign));
        let own = campaign.and_then(|index| {
            Some((self.settings.campaigns.get(index)?, self.routes.campaigns.get_mut(index)?))
        });
        let Some((settings, own)) = own else { return self.routes.others.count(now, is_abandoned) };
        own.answered.count(now, is_abandoned);
        out.push(Output::Answered { campaign: settings.name.clone(), is_abandoned });
    }

    /// Who answered when the server last ran counts on, where his campaign is in the configuration still.
    pub(crate) fn answers_restored(&mut self, now: Instant, counted: Vec<(String, Duration, Live)>) {
        for (campaign, ago, live) in counted {
            let index = self.campaign(&campaign);
            if let Some(own) = index.and_then(|index| self.routes.campaigns.get_mut(index)) {
                own.answered.restore(now, ago, live);
            }
        }
    }

    fn end_wait(&mut self, leg: LegId, agent: u16) -> Option<Party> {
        let (_, call) = self.ports.call_mut(leg)?;
        match call.phase.take() {
            Phase::Waiting(waiting) if waiting.agent == agent => Some(waiting.party),
            other => {
                call.phase = other;
                None
            }
        }
    }
}
