//! What the media engine tells, sorted to who wants it.

use std::time::Instant;

use edge::LegId;
use edge::signal::Cause;
use edge::sound::Event;

use crate::orders::Orders;
use crate::switch::Switch;

impl Switch {
    pub(crate) fn heard(&mut self, now: Instant, event: &Event, out: &mut Orders) {
        self.touched = match event {
            Event::Recorded { record, .. } => self.port_of(*record),
            event => leg_of(event).and_then(|leg| self.ports.of_leg(leg)),
        };
        match *event {
            Event::PlayEnded { leg, play, end } => self.play_ended(now, leg, play, end, out),
            Event::Key { leg, key } => self.key(now, leg, key, out),
            Event::KeysSent { leg } => self.keys_sent(now, leg, out),
            Event::Heard { leg, sign } => self.sign(now, leg, sign, out),
            Event::Judged { leg, verdict } => self.judged(now, leg, verdict, out),
            Event::Cued { leg } => self.cued(leg, out),
            Event::Recorded { record, ref end, .. } => self.recorded(now, record, end, out),
            Event::Silent { leg } => self.drop_call(now, leg, Cause::Lost, out),
            Event::Lost { leg, .. } => self.drop_call(now, leg, Cause::NoMedia, out),
            Event::Tone { .. } | Event::Closed { .. } => {}
        }
    }
}

/// The leg an event is about; none for a recording, which may have two.
const fn leg_of(event: &Event) -> Option<LegId> {
    match event {
        Event::PlayEnded { leg, .. }
        | Event::Key { leg, .. }
        | Event::KeysSent { leg }
        | Event::Tone { leg, .. }
        | Event::Heard { leg, .. }
        | Event::Judged { leg, .. }
        | Event::Cued { leg }
        | Event::Silent { leg }
        | Event::Lost { leg, .. }
        | Event::Closed { leg, .. } => Some(*leg),
        Event::Recorded { .. } => None,
    }
}
