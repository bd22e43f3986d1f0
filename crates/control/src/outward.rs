//! Numbers outside that a telephone chose, with its keys or by a transfer of its own.
//!
//! They are dialled only where the agent's own list lets them, whatever else may be dialled: who has got hold of a
//! telephone, or of its password, calls at the expense of the house. An emergency number is dialled where the
//! configuration names it, as ever.

use std::time::Instant;

use edge::signal::{Cause, End};
use edge::{LegId, StationId, TrunkId};

use crate::call::{Call, Phase};
use crate::dial::{is_dialled, is_of_the_trunk};
use crate::input::LinkId;
use crate::limits;
use crate::numbers;
use crate::orders::Orders;
use crate::route::Unplaced;
use crate::station::Errand;
use crate::switch::Switch;

/// A number that a telephone chose, until somebody answers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Outward {
    /// Who waits for it.
    pub(crate) errand: Errand,
    /// Whether it waits for its turn: the network knows nothing of it yet.
    pub(crate) is_queued: bool,
    /// Whether the network let it hear something: from then on it stays on its trunk.
    pub(crate) is_heard: bool,
    /// Whose telephone chose it.
    station: StationId,
    /// The trunks that did not take it; at most [`limits::TRIES`].
    tried: Vec<TrunkId>,
}

impl Outward {
    pub(crate) const fn new(station: StationId, errand: Errand) -> Self {
        Self { errand, is_queued: true, is_heard: false, station, tried: Vec::new() }
    }

    /// Its turn has come.
    pub(crate) fn placed(self) -> Self {
        Self { is_queued: false, ..self }
    }
}

impl Switch {
    /// The port to dial a number by that a telephone chose, or why it is not dialled.
    pub(crate) fn outside(
        &self,
        now: Instant,
        station: StationId,
        number: &str,
        tried: &[TrunkId],
    ) -> Result<u16, Cause> {
        if number.len() < limits::DNIS_MIN
            || number.len() > self.settings.dialling.max_digits
            || !is_dialled(number)
        {
            return Err(Cause::Unallocated);
        }
        let group = self.settings.agents.iter().find(|agent| agent.ports.contains(&station.0));
        let is_allowed =
            group.is_some_and(|group| !group.rules.allow.is_empty() && group.rules.admit(number));
        if !is_allowed && numbers::emergency(number).is_none() {
            return Err(Cause::Barred);
        }
        self.search(now, number, None, tried).map_err(|why| match why {
            Unplaced::Barred => Cause::Barred,
            Unplaced::Capped => Cause::Capped,
            Unplaced::NoPort => Cause::NoCircuit,
        })
    }

    /// Has a number dialled by a port, in its turn.
    pub(crate) fn go_outward(
        &mut self,
        now: Instant,
        own: u16,
        number: String,
        outward: Outward,
        owner: Option<LinkId>,
        out: &mut Orders,
    ) -> LegId {
        let leg = self.next_leg();
        self.count_dial(now, None, out);
        let agent = Some(outward.station);
        let call = Call { owner, dnis: number, agent, ..Call::new(leg, now, Phase::Outward(outward)) };
        self.occupy(now, own, call, out);
        self.turn(now, leg, out);
        leg
    }

    /// Nobody has answered. Where its trunk did not take it and nobody heard anything yet, it goes on on another
    /// trunk.
    pub(crate) fn outward_over(
        &mut self,
        now: Instant,
        own: u16,
        call: Call,
        outward: Outward,
        end: End,
        out: &mut Orders,
    ) {
        let Outward { errand, station, is_heard, mut tried, .. } = outward;
        tried.extend(self.ports.get(own).and_then(|port| port.line.trunk()));
        let again = is_of_the_trunk(end) && !is_heard && tried.len() < limits::TRIES && !self.is_leaving();
        let next = again.then(|| self.outside(now, station, &call.dnis, &tried));
        let Some(Ok(next)) = next else {
            return self.missed(now, own, errand, end.cause, out);
        };
        if let Some(rung) = self.rung.remove(&own) {
            self.rung.insert(next, rung);
        }
        let leg = self.next_leg();
        let phase = Phase::Outward(Outward { tried, ..Outward::new(station, errand) });
        self.occupy(now, next, Call { leg, began: now, phase, ..call }, out);
        if let Errand::Call(by) = errand {
            self.set_callee(by, leg);
        }
        self.turn(now, leg, out);
    }
}
