//! Stations are called: because somebody waits for their agents, or to keep them connected.

use std::time::{Duration, Instant};

use edge::signal::{self, Callee, Cause, End, Side};
use edge::{LegId, StationId};

use crate::agent::{Doing, Login};
use crate::alarm::Alarm;
use crate::call::{Call, Phase};
use crate::input::Output;
use crate::limits;
use crate::orders::Orders;
use crate::outward::Outward;
use crate::switch::Switch;
use crate::voice::Voice;

/// Why a station is called. Whoever waits for it hears once what came of it, by [`Switch::reached`] or
/// [`Switch::missed`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Errand {
    /// It is kept connected between calls.
    NailUp,
    /// The party of this leg waits for its agent: [`Phase::Waiting`].
    Party(LegId),
    /// Somebody is to be joined with its agent: [`Switch::ring`].
    Bridge,
    /// The telephone on this leg calls it: [`Phase::Calling`].
    Call(LegId),
}

/// Whether the station of an agent is kept connected between calls.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Nail {
    /// It is not: it rings for each call.
    Off,
    /// It is called, or connected, since then.
    Up(Instant),
    /// It was lost, and is called again, not before then.
    Again(Instant),
}

impl Switch {
    /// Calls the station of an agent, on whose port there is no call. It rings for as long as its configuration
    /// says.
    pub(crate) fn summon(&mut self, now: Instant, own: u16, errand: Errand, out: &mut Orders) {
        let Some(ring) = self.agents.get(own).map(|agent| agent.station.ring) else { return };
        let leg = self.next_leg();
        let party = match errand {
            Errand::NailUp => None,
            Errand::Party(party) | Errand::Call(party) => self.ports.call(party),
            Errand::Bridge => self.rung.get(&own).and_then(|rung| self.shown_for(rung.by)),
        };
        let call = Call {
            owner: party.and_then(|party| party.owner),
            dnis: self.ports.name(own).to_string(),
            // Its agent sees whom he is about to talk to, and whose call it was.
            ani: party.and_then(Call::number),
            redirecting: party.map(|party| party.redirecting.clone()).unwrap_or_default(),
            campaign: party.map(|party| party.campaign.clone()).unwrap_or_default(),
            ..Call::new(leg, now, Phase::Summoned(errand))
        };
        let (to, caller) = (Callee::Station(StationId(own)), call.ani.clone());
        let redirecting = Some(call.redirecting.clone()).filter(|number| !number.is_empty());
        self.ports.occupy(own, call);
        self.tally.placed += 1;
        out.push(Output::Signal(signal::Command::Dial(signal::Dial { leg, to, caller, redirecting })));
        self.alarms.set(now + ring, Alarm::Station(leg));
    }

    /// The call whose far party somebody is to talk about: whom an agent has on the line, or a caller himself.
    fn shown_for(&self, by: LegId) -> Option<&Call> {
        let customer = self.bridge_of(by).and_then(|(_, bridge)| bridge.other(by));
        self.ports.call(customer.unwrap_or(by))
    }

    /// The agent of a station has answered.
    pub(crate) fn reached(&mut self, now: Instant, own: u16, errand: Errand, out: &mut Orders) {
        match errand {
            Errand::NailUp => {}
            Errand::Party(party) => self.agent_came(now, party, own, out),
            Errand::Bridge => self.came(now, own, out),
            Errand::Call(by) => self.callee_came(now, by, own, out),
        }
    }

    /// The agent of a station has not answered, and does not any more.
    pub(crate) fn missed(&mut self, now: Instant, own: u16, errand: Errand, cause: Cause, out: &mut Orders) {
        match errand {
            Errand::NailUp => {}
            Errand::Party(party) => self.agent_missed(now, party, own, out),
            Errand::Bridge => self.did_not_come(own, cause, out),
            Errand::Call(by) => self.callee_missed(now, by, cause, out),
        }
    }

    /// A station has rung for long enough.
    pub(crate) fn rung_out(&mut self, now: Instant, leg: LegId, out: &mut Orders) {
        let Some(own) = self.ports.of_leg(leg) else { return };
        let phase = self.ports.call(leg).map(|call| &call.phase);
        if matches!(phase, Some(Phase::Summoned(_) | Phase::Outward(_))) {
            self.dismiss(now, own, Cause::NoAnswer, out);
        }
    }

    /// Rings a station no more.
    pub(crate) fn dismiss(&mut self, now: Instant, own: u16, cause: Cause, out: &mut Orders) {
        let call = self.ports.get(own).and_then(|port| port.call.as_ref());
        if let Some(Call { leg, phase: Phase::Outward(Outward { is_queued: true, .. }), .. }) = call {
            // The network knows nothing of it.
            let end = End { by: Side::Us, cause, status: None, q850: None };
            return self.ended(now, *leg, end, out);
        }
        if let Some(Phase::Summoned(errand) | Phase::Outward(Outward { errand, .. })) =
            self.clear(now, own, cause, out)
        {
            self.missed(now, own, errand, cause, out);
        }
    }

    /// Keeps a station connected while its agent is logged in, if that is how it is reached, and lets it go
    /// when he has logged out and talks with nobody.
    pub(crate) fn review_nail(&mut self, now: Instant, own: u16, out: &mut Orders) {
        let has_call = self.ports.get(own).is_some_and(|port| port.call.is_some());
        let is_leaving = self.is_leaving();
        let Some(agent) = self.agents.get_mut(own).filter(|agent| agent.station.nailed_up) else { return };
        match (agent.is_kept() && !is_leaving, has_call, agent.nail) {
            (true, true, Nail::Up(_)) => {}
            (true, true, Nail::Off | Nail::Again(_)) => agent.nail = Nail::Up(now),
            (true, false, Nail::Up(since)) => {
                let was_short = now.saturating_duration_since(since) < limits::NAILED_WELL;
                agent.losses = if was_short { agent.losses.saturating_add(1) } else { 0 };
                let at = now + pause(agent.losses);
                agent.nail = Nail::Again(at);
                self.alarms.set(at, Alarm::Agent(own));
            }
            (true, false, Nail::Again(at)) if at > now => {}
            (true, false, Nail::Off | Nail::Again(_)) => {
                if agent.down.is_none() {
                    agent.nail = Nail::Up(now);
                    self.summon(now, own, Errand::NailUp, out);
                }
            }
            (false, ..) => {
                agent.nail = Nail::Off;
                agent.losses = 0;
                if has_call && agent.login == Login::Out && self.doing(own) == Doing::Idle {
                    self.hang_up(now, own, out);
                }
            }
        }
    }

    /// The link that a call belongs to is over. True for one that goes on without: that of a station which is
    /// kept connected, where nothing is going on for the link.
    pub(crate) fn outlives_link(&mut self, own: u16) -> bool {
        let is_kept = self.agents.get(own).is_some_and(|agent| !matches!(agent.nail, Nail::Off));
        let call = self.ports.get_mut(own).and_then(|port| port.call.as_mut()).filter(|_| is_kept);
        match call {
            Some(call) if matches!(call.phase, Phase::Up(Voice::Quiet) | Phase::Summoned(Errand::NailUp)) => {
                call.owner = None;
                true
            }
            _ => false,
        }
    }
}

/// How long a station that was lost so many times in a row is left alone.
fn pause(losses: u32) -> Duration {
    limits::NAIL_AGAIN.saturating_mul(1 << losses.min(16)).min(limits::NAIL_AGAIN_MOST)
}
