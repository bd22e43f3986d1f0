//! Timers, as data.

use std::collections::BTreeMap;
use std::time::Instant;

use edge::LegId;

/// What is due. An alarm that finds its leg gone or past that phase does nothing, so none is taken back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Alarm {
    /// A paced call may be placed now.
    Dial(LegId),
    /// The rings are used up.
    Rings(LegId),
    /// The call has neither rung nor failed.
    Setup(LegId),
    /// No key came after the message.
    KeyWait(LegId),
    /// The signalling side has not ended a call that we hung up.
    Clearing(LegId),
    /// The applications had their time to answer EXIT_LINK.
    ExitAnswers,
    /// The exit's calls had their time to clear.
    ExitClearing,
}

/// The alarms set, by time; those of one time in the order they were set.
#[derive(Debug, Default)]
pub(crate) struct Alarms {
    set: BTreeMap<(Instant, u64), Alarm>,
    count: u64,
}

impl Alarms {
    pub(crate) fn set(&mut self, at: Instant, alarm: Alarm) {
        self.count += 1;
        self.set.insert((at, self.count), alarm);
    }

    pub(crate) fn next(&self) -> Option<Instant> {
        self.set.keys().next().map(|&(at, _)| at)
    }

    pub(crate) fn due(&mut self, now: Instant) -> Option<Alarm> {
        let entry = self.set.first_entry()?;
        (entry.key().0 <= now).then(|| entry.remove())
    }
}
