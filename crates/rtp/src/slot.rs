//! The legs of one slot, and their turn: first all hear, then all speak.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use edge::LegId;

use crate::bridge::{Bridge, Bridged, Source};
use crate::departures::Departures;
use crate::limits::PASSED;
use crate::processor;
use crate::served::{Served, Turn, UNFOLLOWED};
use crate::tally::Tally;

/// The legs of a slot.
#[derive(Default)]
pub struct Slot {
    /// In no order.
    pub legs: Vec<Served>,
    /// Who hears whom among them; none when that is to be found out anew.
    pub bridge: Option<Bridge>,
    /// The places of those whose turn it is.
    pub due: Vec<usize>,
}

impl Slot {
    /// Those whose turn it is are read, and what they say is mixed.
    pub fn hear(&mut self, turn: &mut Turn<'_>, failed: &mut Vec<(LegId, String)>) {
        let Self { legs, bridge, due } = self;
        let bridge = bridge.get_or_insert_with(|| {
            let (bridge, audiences) = Bridge::among(legs.iter().map(|served| &served.leg));
            for (served, audience) in legs.iter_mut().zip(audiences) {
                served.leg.set_audience(audience);
            }
            bridge
        });
        due.clear();
        for tag in 0..legs.len() {
            // Its last turn was 20 ms ago, and other legs' and programs' memory has passed since.
            if let Some(next) = legs.get(tag + 1) {
                processor::fetch(next);
            }
            let served = &mut legs[tag];
            if !served.leg.is_due(turn.number) {
                continue;
            }
            // A panic leaves its leg in no known state, and its leg alone: that one is dropped.
            match catch_unwind(AssertUnwindSafe(|| served.hear(turn))) {
                Ok(()) => due.push(tag),
                Err(panic) => fail(served, &*panic, turn.tally, failed),
            }
        }
        bridge.mix(|tag| &legs[tag].leg);
    }

    /// They speak.
    pub fn speak(&mut self, turn: &mut Turn<'_>, failed: &mut Vec<(LegId, String)>) {
        let Self { legs, bridge, due } = self;
        let Some(bridge) = bridge else { return };
        for &tag in &*due {
            if turn.departures.room() < PASSED {
                flush(turn.departures, legs, turn.tally);
            }
            let spoken = catch_unwind(AssertUnwindSafe(|| speak(legs, tag, bridge, turn)));
            if let Err(panic) = spoken {
                fail(&legs[tag], &*panic, turn.tally, failed);
            }
        }
        flush(turn.departures, legs, turn.tally);
        legs.iter_mut().for_each(|served| served.leg.forget());
    }
}

/// The leg at this place speaks.
fn speak(legs: &mut [Served], tag: usize, bridge: &mut Bridge, turn: &mut Turn<'_>) {
    match bridge.source(tag) {
        Source::Nobody => legs[tag].speak(tag, &Bridged::Nobody, None, turn),
        Source::One(one) => {
            let Ok([served, heard]) = legs.get_disjoint_mut([tag, one]) else { return };
            let said = heard.leg.said();
            served.leg.press_along(said, true);
            served.speak(tag, &Bridged::Passed(said), Some(&heard.leg), turn);
        }
        Source::Mix(number, own) => {
            for &heard in bridge.members(number).iter().filter(|&&heard| heard != tag) {
                let Ok([served, heard]) = legs.get_disjoint_mut([tag, heard]) else { continue };
                served.leg.press_along(heard.leg.said(), false);
            }
            let served = &mut legs[tag];
            let bridged = bridge.hear(number, own, &served.leg);
            served.speak(tag, &bridged, None, turn);
        }
    }
}

fn fail(served: &Served, panic: &(dyn Any + Send), tally: &Tally, failed: &mut Vec<(LegId, String)>) {
    tally.panics.add(1);
    failed.push((served.leg.id(), format!("its turn failed: {}", reason(panic))));
}

/// Sends a slot's frames, and lets each leg know.
pub fn flush(departures: &mut Departures, legs: &mut [Served], tally: &Tally) {
    departures.flush(|tag, length, result| {
        if tag != UNFOLLOWED
            && let Some(served) = legs.get_mut(tag)
        {
            served.departed(length, &result, tally);
        }
    });
}

/// What a panic said.
pub fn reason(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("a panic without a message").to_owned()
}
