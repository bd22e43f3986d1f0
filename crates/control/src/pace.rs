//! The pace at which calls are placed.

use std::time::{Duration, Instant};

/// A pace: evenly, so that no trunk sees a burst.
#[derive(Debug)]
pub(crate) struct Pace {
    step: Duration,
    next: Option<Instant>,
}

impl Pace {
    pub(crate) fn new(calls_per_second: u32) -> Self {
        Self { step: Duration::from_secs(1) / calls_per_second.max(1), next: None }
    }

    /// When the next call may be placed; takes that turn.
    pub(crate) fn turn(&mut self, now: Instant) -> Instant {
        let at = self.next.map_or(now, |next| next.max(now));
        self.next = Some(at + self.step);
        at
    }
}
