//! A call that takes the place of another: INVITE with Replaces (RFC 3891).
//!
//! On the line that the other call is on, the new one takes over its port: whoever is joined with it, and the
//! application that owns it, go on with it as before. A telephone of another agent gets the place in the talk, on its
//! own port.

use std::time::Instant;

use edge::cdr::{Cdr, Direction};
use edge::signal::{self, Arrived, Cause, End, Side};
use edge::sound::{self, Media};
use edge::{LegId, Line};

use crate::bridge::BridgeId;
use crate::call::{Call, Phase};
use crate::disconnect::record;
use crate::ending::Ending;
use crate::input::Output;
use crate::orders::Orders;
use crate::switch::Switch;
use crate::voice::Voice;

/// A call that is being answered to take the place of another. It has no port yet.
#[derive(Debug)]
pub(crate) struct Newcomer {
    arrived: Arrived,
    began: Instant,
}

/// Where a newcomer goes.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// To the port of the call that it replaces.
    Same(u16),
    /// To this port of its own.
    Own(u16),
}

impl Switch {
    /// A call arrives that is to take the place of another (decision X51).
    pub(crate) fn newcomer(&mut self, now: Instant, arrived: Arrived, out: &mut Orders) {
        if self.is_leaving() {
            return self.turn_away(arrived, Cause::Overload, out);
        }
        let is_second = self.newcomers.values().any(|other| other.arrived.replaces == arrived.replaces);
        match self.place_for(&arrived) {
            // Who came first has it.
            Ok(_) if is_second => self.turn_away(arrived, Cause::Busy, out),
            Ok(_) => {
                self.tally.arrived += 1;
                out.push(Output::Signal(signal::Command::Answer { leg: arrived.leg }));
                self.newcomers.insert(arrived.leg, Newcomer { arrived, began: now });
            }
            Err(cause) => self.turn_away(arrived, cause, out),
        }
    }

    /// Where a call goes that replaces another, or why it cannot: the other is not up, or talks with nobody and is
    /// on another line, or the telephone has no room for it.
    fn place_for(&self, arrived: &Arrived) -> Result<Place, Cause> {
        let gone = arrived.replaces.ok_or(Cause::Unallocated)?;
        let own = self.ports.of_leg(gone).filter(|_| self.is_up(gone)).ok_or(Cause::Unallocated)?;
        let line = self.ports.get(own).map(|port| port.line);
        match arrived.line {
            new if new == line => Ok(Place::Same(own)),
            Some(Line::Station(station)) if self.bridge_of(gone).is_some() => {
                self.ports.line_of(station).map(Place::Own).ok_or(Cause::Busy)
            }
            _ => Err(Cause::Rejected),
        }
    }

    /// The network knows that a newcomer is answered: it takes the place, if that is still there.
    pub(crate) fn replace(&mut self, now: Instant, newcomer: Newcomer, media: Media, out: &mut Orders) {
        let (place, gone) = match (self.place_for(&newcomer.arrived), newcomer.arrived.replaces) {
            (Ok(place), Some(gone)) => (place, gone),
            (place, _) => {
                let cause = place.err().unwrap_or(Cause::Normal);
                out.push(Output::Signal(signal::Command::HangUp { leg: newcomer.arrived.leg, cause }));
                let end = End { by: Side::Us, cause, status: None, q850: None };
                return self.newcomer_gone(now, newcomer, end, out);
            }
        };
        let Newcomer { arrived, began } = newcomer;
        let (leg, replaced) = (arrived.leg, self.ports.call(gone));
        let call = Call {
            owner: replaced.and_then(|call| call.owner),
            dnis: arrived.dnis,
            ani: (!arrived.ani.is_empty()).then_some(arrived.ani),
            redirecting: arrived.redirecting,
            campaign: replaced.map(|call| call.campaign.clone()).unwrap_or_default(),
            agent: replaced.and_then(|call| call.agent),
            answered: Some(now),
            ..Call::new(leg, began, Phase::Up(Voice::Quiet))
        };
        out.push(Output::Sound(sound::Command::Open { leg, media }));
        match place {
            Place::Same(own) => self.put_in_place(now, own, gone, call, out),
            Place::Own(own) => {
                self.touched = Some(own);
                let bridge = self.bridge_of(gone).map(|(id, _)| id);
                self.ports.occupy(own, call);
                self.take_seat(bridge, gone, leg, out);
                self.drop_call(now, gone, Cause::Normal, out);
            }
        }
    }

    /// A newcomer has the port of the call that it replaces: for whoever has to do with that port, its call goes on.
    fn put_in_place(&mut self, now: Instant, own: u16, gone: LegId, call: Call, out: &mut Orders) {
        let leg = call.leg;
        self.touched = Some(own);
        let end = End { by: Side::Us, cause: Cause::Normal, status: None, q850: None };
        // What it plays, records or collects was for the one that goes.
        if let Some((_, call)) = self.ports.call_mut(gone)
            && let Phase::Up(voice) = std::mem::replace(&mut call.phase, Phase::Up(Voice::Quiet))
        {
            let look = call.joined.look.take();
            self.end_voice(gone, voice, Ending::Dropped, out);
            self.end_recording(now, gone, Ending::Dropped, out);
            if let Some(look) = look {
                look.abandon(out);
            }
        }
        let Some(line) = self.ports.get(own).map(|port| port.line) else { return };
        let Some(mut was) = self.ports.exchange(own, call) else { return };
        self.tally.ended += 1;
        was.joined.met = was.joined.met.or(Some(leg));
        for rung in self.rung.values_mut().filter(|rung| rung.by == gone) {
            rung.by = leg;
        }
        self.take_seat(was.joined.bridge, gone, leg, out);
        out.push(Output::Signal(signal::Command::HangUp { leg: gone, cause: Cause::Normal }));
        out.push(Output::Sound(sound::Command::Close { leg: gone }));
        out.push(Output::Record(record(&was, self.ports.known(own), line, end, now)));
        self.serve_deferred(now, own, out);
    }

    /// A leg is in a talk whatever another was.
    fn take_seat(&mut self, bridge: Option<BridgeId>, gone: LegId, leg: LegId, out: &mut Orders) {
        if let Some(id) = bridge {
            self.rebridge(id, |bridge| Some(bridge.seating(gone, leg)), out);
        }
    }

    /// A call that was to replace another is over before it did.
    pub(crate) fn newcomer_gone(&mut self, now: Instant, newcomer: Newcomer, end: End, out: &mut Orders) {
        let Newcomer { arrived, began } = newcomer;
        self.tally.ended += 1;
        out.push(Output::Sound(sound::Command::Close { leg: arrived.leg }));
        out.push(Output::Record(Cdr {
            leg: arrived.leg,
            port: None,
            line: arrived.line,
            agent: arrived.line.and_then(Line::station),
            joined: None,
            direction: Direction::Inbound,
            dnis: arrived.dnis,
            ani: arrived.ani,
            redirecting: arrived.redirecting,
            campaign: String::new(),
            total: now.saturating_duration_since(began),
            waited: std::time::Duration::ZERO,
            talk: None,
            end,
        }));
    }

    /// The house is closing: nobody takes anybody's place any more.
    pub(crate) fn refuse_newcomers(&mut self, now: Instant, out: &mut Orders) {
        for (leg, newcomer) in std::mem::take(&mut self.newcomers) {
            let end = End { by: Side::Us, cause: Cause::Overload, status: None, q850: None };
            out.push(Output::Signal(signal::Command::HangUp { leg, cause: Cause::Overload }));
            self.newcomer_gone(now, newcomer, end, out);
        }
    }
}
