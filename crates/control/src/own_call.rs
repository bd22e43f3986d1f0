//! Calls that a telephone makes by itself: to an agent of the house, or to a number outside.
//!
//! No link owns them until one joins them with something else. Two who were joined so part together: the call that
//! belongs to nobody, and that nobody talks with any more, is over.

use std::time::Instant;

use edge::signal::{self, Arrived, Cause};
use edge::{LegId, StationId};
use protocol::{AgentTransferStatus, PortText, Text};

use crate::call::{Call, Phase};
use crate::inbound::Then;
use crate::input::Output;
use crate::orders::Orders;
use crate::outward::Outward;
use crate::rung::Wish;
use crate::station::{Errand, Nail};
use crate::switch::Switch;
use crate::transfer::Taker;
use crate::{bridge, limits};

/// Whom a telephone calls.
enum Callee {
    /// An agent, in whatever way he can take a customer over.
    Agent(Taker),
    /// A number outside, by this port.
    Number(u16),
}

impl Switch {
    /// A telephone calls somebody: an agent's number, or one outside (decision X50).
    pub(crate) fn call_by_telephone(
        &mut self,
        now: Instant,
        station: StationId,
        arrived: Arrived,
        out: &mut Orders,
    ) {
        let (own, callee) = match self.callee(now, station, &arrived.dnis) {
            Ok(called) => called,
            Err(cause) => return self.turn_away(arrived, cause, out),
        };
        let (by, number) = (arrived.leg, arrived.dnis);
        self.tally.arrived += 1;
        self.touched = Some(own);
        // Whom it calls is not known yet.
        let call =
            Call { dnis: number.clone(), ani: Some(arrived.ani), ..Call::new(by, now, Phase::Calling(by)) };
        self.ports.occupy(own, call);
        match callee {
            Callee::Agent(Taker::Up(leg)) => {
                self.set_callee(by, leg);
                self.answer_for(by, leg, out);
            }
            Callee::Agent(Taker::Away(agent)) => {
                self.summon(now, agent, Errand::Call(by), out);
                if let Some(leg) =
                    self.ports.get(agent).and_then(|port| port.call.as_ref()).map(|call| call.leg)
                {
                    self.set_callee(by, leg);
                }
            }
            Callee::Number(port) => {
                let outward = Outward::new(station, Errand::Call(by));
                let leg = self.go_outward(now, port, number, outward, None, out);
                self.set_callee(by, leg);
            }
        }
    }

    /// Where the call of a telephone goes, and whom it means, or why it cannot have him.
    fn callee(&self, now: Instant, station: StationId, dnis: &str) -> Result<(u16, Callee), Cause> {
        self.agents.get(station.0).ok_or(Cause::Barred)?;
        if self.is_leaving() {
            return Err(Cause::Overload);
        }
        let own = self.ports.line_of(station).ok_or(Cause::Busy)?;
        let Some(agent) = self.agent_named(Some(&PortText::from(Text::from(dnis)))) else {
            return Ok((own, Callee::Number(self.outside(now, station, dnis, &[])?)));
        };
        match self.taker(agent) {
            Ok(taker) if agent != station.0 => Ok((own, Callee::Agent(taker))),
            Err(AgentTransferStatus::InvalidAgent) => Err(Cause::NoAnswer),
            Ok(_) | Err(_) => Err(Cause::Busy),
        }
    }

    /// This is the leg of whom a telephone calls, by now.
    pub(crate) fn set_callee(&mut self, by: LegId, callee: LegId) {
        if let Some((_, Call { phase: Phase::Calling(leg), .. })) = self.ports.call_mut(by) {
            *leg = callee;
        }
    }

    /// Whom a telephone called rings: it is told.
    pub(crate) fn pass_on_ringing(&self, leg: LegId, out: &mut Orders) {
        let Some(call) = self.ports.call(leg) else { return };
        if let Phase::Summoned(Errand::Call(by)) | Phase::Outward(Outward { errand: Errand::Call(by), .. }) =
            call.phase
        {
            out.push(Output::Signal(signal::Command::Ring { leg: by }));
        }
    }

    /// The network talks before the answer of a number that a telephone called, or the telephone can hear it now.
    pub(crate) fn heard_early(&mut self, leg: LegId, out: &mut Orders) {
        let Some((_, call)) = self.ports.call_mut(leg) else { return };
        match &mut call.phase {
            Phase::Outward(outward) => {
                outward.is_heard = true;
                if let Errand::Call(by) = outward.errand {
                    out.push(Output::Signal(signal::Command::Progress { leg: by }));
                }
            }
            Phase::Calling(callee) => {
                let callee = *callee;
                call.joined.hear_early(leg, callee, out);
            }
            _ => {}
        }
    }

    /// Whom a telephone called has answered.
    pub(crate) fn callee_came(&mut self, now: Instant, by: LegId, own: u16, out: &mut Orders) {
        let Some(leg) = self.leg_up(own) else { return };
        if matches!(self.ports.call(by).map(|call| &call.phase), Some(Phase::Calling(_))) {
            self.answer_for(by, leg, out);
        } else {
            self.hang_up(now, own, out);
        }
    }

    /// Whom a telephone called does not answer.
    pub(crate) fn callee_missed(&mut self, now: Instant, by: LegId, cause: Cause, out: &mut Orders) {
        if matches!(self.ports.call(by).map(|call| &call.phase), Some(Phase::Calling(_))) {
            self.drop_call(now, by, cause, out);
        }
    }

    /// Answers a telephone, for whom it called is there.
    fn answer_for(&mut self, by: LegId, callee: LegId, out: &mut Orders) {
        if let Some((_, call)) = self.ports.call_mut(by) {
            call.answer(Then::Meet(callee), out);
        }
        if let Some((_, call)) = self.ports.call_mut(callee) {
            call.joined.expected_by = Some(by);
        }
    }

    /// Whether a telephone that has called this one is being answered to talk with it.
    pub(crate) fn is_expected(&self, call: &Call) -> bool {
        let by = call.joined.expected_by.and_then(|by| self.ports.call(by));
        by.is_some_and(|by| matches!(by.phase, Phase::Answering(Then::Meet(callee)) if callee == call.leg))
    }

    /// The network knows that a telephone is answered: it talks with whom it called.
    pub(crate) fn met(&mut self, now: Instant, by: LegId, callee: LegId, out: &mut Orders) {
        if self.is_up(callee) && self.bridge_of(callee).is_none() {
            self.join([by, callee], bridge::Bond::Loose, out);
        } else {
            self.drop_call(now, by, Cause::Normal, out);
        }
    }

    /// A telephone has given up before its answer: whom it called is rung no more.
    pub(crate) fn call_no_more(&mut self, now: Instant, callee: LegId, out: &mut Orders) {
        if let Some(own) = self.ports.of_leg(callee) {
            self.dismiss(now, own, Cause::Normal, out);
        }
    }

    /// A leg may have nobody to talk with any more.
    pub(crate) fn let_go(&mut self, leg: LegId) {
        self.lonely.push(leg);
    }

    /// Ends the calls that belong to nobody and that nobody talks with any more.
    pub(crate) fn review_lonely(&mut self, now: Instant, out: &mut Orders) {
        while let Some(leg) = self.lonely.pop() {
            if self.is_lonely(leg) {
                self.drop_call(now, leg, Cause::Normal, out);
            }
        }
    }

    fn is_lonely(&self, leg: LegId) -> bool {
        let Some((own, call)) = self.ports.of_leg(leg).zip(self.ports.call(leg)) else { return false };
        let is_kept = self.agents.get(own).is_some_and(|agent| !matches!(agent.nail, Nail::Off));
        let is_idle = matches!(call.phase, Phase::Up(_)) && call.owner.is_none();
        let is_wanted = call.joined.bridge.is_some()
            || self.is_expected(call)
            || self.rung.values().any(|rung| rung.by == leg && matches!(rung.wish, Wish::Follow));
        is_idle && !is_wanted && !is_kept
    }

    /// A telephone has passed on whom it talked with: it hangs up by itself, or else after a while.
    pub(crate) fn part(&mut self, now: Instant, leg: LegId) {
        self.lonely.retain(|&lonely| lonely != leg);
        self.alarms.set(now + limits::PARTING, crate::alarm::Alarm::Parting(leg));
    }
}
