//! REFER: a telephone passes on whom it talks with by itself, to an agent or to whom it talks with on another
//! leg.

use std::time::Instant;

use edge::signal::{self, Cause, Referral};
use edge::{LegId, Line};
use protocol::{AgentTransferStatus, PortText, Text};

use crate::bridge::{Bond, Part};
use crate::input::Output;
use crate::orders::Orders;
use crate::outward::Outward;
use crate::rung::{Rung, Wish};
use crate::station::Errand;
use crate::switch::Switch;
use crate::transfer::Taker;

impl Switch {
    /// The party of a leg wants the one it talks with to be connected with somebody else (decision X46).
    pub(crate) fn referred(&mut self, now: Instant, leg: LegId, to: Referral, out: &mut Orders) {
        let progress = match to {
            Referral::Number(number) => self.refer_to_number(now, leg, number, out),
            Referral::Leg(other) => self.refer_to_leg(now, leg, other, out),
        };
        // Who is rung is told of by itself.
        match progress {
            Ok(()) => {}
            Err(cause) => tell(leg, signal::Transfer::Failed(cause), out),
        }
    }

    fn refer_to_number(
        &mut self,
        now: Instant,
        leg: LegId,
        number: String,
        out: &mut Orders,
    ) -> Result<(), Cause> {
        let customer = self.customer(leg).ok_or(Cause::Rejected)?;
        if self.rings_for(leg).is_some() {
            return Err(Cause::Busy);
        }
        let agent = PortText::from(Text::from(number.as_str()));
        let Some(own) = self.agent_named(Some(&agent)) else {
            return self.refer_outside(now, leg, customer, number, out);
        };
        match self.taker(own) {
            Ok(Taker::Up(to)) => {
                self.pass_by_telephone(now, leg, customer, to, out);
                Ok(())
            }
            Ok(Taker::Away(own)) => {
                tell(leg, signal::Transfer::Trying, out);
                self.ring(now, own, Rung { by: leg, wish: Wish::Refer }, out);
                Ok(())
            }
            Err(AgentTransferStatus::InvalidAgent) => Err(Cause::NoRoute),
            Err(_) => Err(Cause::Busy),
        }
    }

    /// A number outside: it is dialled where the agent's own list lets it.
    fn refer_outside(
        &mut self,
        now: Instant,
        leg: LegId,
        customer: LegId,
        number: String,
        out: &mut Orders,
    ) -> Result<(), Cause> {
        let line = self.ports.of_leg(leg).and_then(|own| self.ports.get(own)).map(|port| port.line);
        let station = line.and_then(Line::station).ok_or(Cause::Barred)?;
        let own = self.outside(now, station, &number, &[])?;
        tell(leg, signal::Transfer::Trying, out);
        self.rung.insert(own, Rung { by: leg, wish: Wish::Refer });
        let owner = self.ports.call(customer).and_then(|call| call.owner);
        self.go_outward(now, own, number, Outward::new(station, Errand::Bridge), owner, out);
        Ok(())
    }

    /// The far parties of two legs of one telephone are joined; both its legs are out.
    fn refer_to_leg(
        &mut self,
        now: Instant,
        leg: LegId,
        other: LegId,
        out: &mut Orders,
    ) -> Result<(), Cause> {
        let customer = self.customer(leg).ok_or(Cause::Rejected)?;
        let far = self.customer(other).filter(|&far| far != leg && far != customer && other != leg);
        let far = far.ok_or(Cause::Unallocated)?;
        if let Some(link) = self.ports.call(far).and_then(|call| call.owner) {
            self.claim(customer, link);
        }
        self.rebridge_of(other, |bridge| bridge.without(other), out);
        self.pass_by_telephone(now, leg, customer, far, out);
        self.part(now, other);
        Ok(())
    }

    /// The agent whom a telephone wanted has answered.
    pub(crate) fn refer_again(&mut self, now: Instant, leg: LegId, to: LegId, out: &mut Orders) {
        match self.customer(leg) {
            Some(customer) => self.pass_by_telephone(now, leg, customer, to, out),
            None => tell(leg, signal::Transfer::Failed(Cause::Normal), out),
        }
    }

    /// A telephone that asked for a transfer has hung up before it was done, as some do: it goes on all the same, and
    /// whom it talked with waits for it.
    pub(crate) fn refer_goes_on(&mut self, leg: LegId) {
        let Some(customer) = self.customer(leg) else { return };
        let refers = |rung: &&mut Rung| rung.by == leg && matches!(rung.wish, Wish::Refer);
        if let Some(rung) = self.rung.values_mut().find(refers) {
            *rung = Rung { by: customer, wish: Wish::Follow };
        }
    }

    /// Whom a telephone wanted that has hung up since has answered.
    pub(crate) fn follow(&mut self, customer: LegId, to: LegId, out: &mut Orders) {
        if self.is_up(customer) && self.bridge_of(customer).is_none() {
            if let Some(link) = self.ports.call(customer).and_then(|call| call.owner) {
                self.adopt(to, link);
            }
            self.join([customer, to], Bond::Loose, out);
        }
    }

    fn pass_by_telephone(&mut self, now: Instant, leg: LegId, customer: LegId, to: LegId, out: &mut Orders) {
        if let Some(link) = self.ports.call(customer).and_then(|call| call.owner) {
            self.adopt(to, link);
        }
        self.rebridge_of(leg, |bridge| Some(bridge.replacing(leg, to)), out);
        tell(leg, signal::Transfer::Done, out);
        self.part(now, leg);
    }

    /// Whom a leg may pass on: it talks with it, or lets it wait, and talks with no third.
    fn customer(&self, leg: LegId) -> Option<LegId> {
        let (_, bridge) = self.bridge_of(leg)?;
        match bridge.part(leg)? {
            Part::Talker(other) | Part::Holder(other) | Part::Consulter(other, None) => Some(other),
            _ => None,
        }
    }
}

/// How far a transfer is that a telephone asked for.
pub(crate) fn tell(leg: LegId, progress: signal::Transfer, out: &mut Orders) {
    out.push(Output::Signal(signal::Command::TellTransfer { leg, progress }));
}
