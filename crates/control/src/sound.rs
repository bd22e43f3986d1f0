//! What the media engine tells, sorted to who wants it.

use std::time::Instant;

use edge::LegId;
use edge::signal::Cause;
use edge::sound::Event;

use crate::orders::Orders;
use crate::switch::Switch;

impl Switch {
    pub(crate) fn heard(&mut self, now: Instant, event: &Event, out: &mut Orders) {
        self.touched = leg_of(event).and_then(|leg| self.ports.of_leg(leg));
        match *event {
            Event::PlayEnded { leg, play, end } => self.play_ended(now, leg, play, end, out),
            Event::Key { leg, key } => self.key(leg, key, out),
            Event::Silent { leg } => self.sound_lost(now, leg, Cause::Lost, out),
            Event::Lost { leg, .. } => self.sound_lost(now, leg, Cause::NoMedia, out),
            // Nothing that this version serves presses keys, watches for signs or records.
            Event::KeysSent { .. }
            | Event::Tone { .. }
            | Event::Heard { .. }
            | Event::Recorded { .. }
            | Event::Closed { .. } => {}
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
        | Event::Silent { leg }
        | Event::Lost { leg, .. }
        | Event::Closed { leg, .. } => Some(*leg),
        Event::Recorded { .. } => None,
    }
}
