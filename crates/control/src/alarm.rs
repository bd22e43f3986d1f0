//! Timers, as data.

use std::collections::BTreeMap;
use std::time::Instant;

use edge::{LegId, RecordId};

use crate::input::{LinkId, Ticket};

/// What is due. An alarm that finds its leg gone or past that phase does nothing, so none has to be taken
/// back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Alarm {
    /// It is the turn of a call among those of its campaign.
    Turn(LegId),
    /// A paced call may be placed now.
    Dial(LegId),
    /// The rings are used up.
    Rings(LegId),
    /// The call has neither rung nor failed.
    Setup(LegId),
    /// The application had its time to say what is to be done with a call.
    Decide(LegId),
    /// It is not known who answered.
    Verdict(LegId),
    /// It is not known when the greeting of an answering machine is over.
    Cue(LegId),
    /// No key came after the message.
    KeyWait(LegId),
    /// No key came for a collecting.
    Digit(LegId),
    /// A pause between keys that are sent is over.
    Pause(LegId),
    /// The disk has not answered.
    Disk(Ticket),
    /// The disk has not made the file of a recording.
    Making(RecordId),
    /// A call ended, and the file of its recording is not whole yet.
    Recorded(RecordId),
    /// A live party has no agent yet.
    Patience(LegId),
    /// A station has rung for long enough.
    Station(LegId),
    /// A telephone that has passed on whom it talked with had its time to hang up.
    Parting(LegId),
    /// An agent's station may be called again.
    Agent(u16),
    /// The signalling side has not ended a call that we hung up.
    Clearing(LegId),
    /// A named link had its time to come back.
    Grace(LinkId),
    /// What is owed to a link that never came back has been kept for long enough.
    Kept(LinkId),
    /// An event of this link has waited for its answer, sent so many times by now.
    Unanswered(LinkId, u64, u8),
    /// The applications had their time to answer EXIT_LINK.
    ExitAnswers,
    /// The exit's calls had their time to clear.
    ExitClearing,
}

impl Alarm {
    /// The leg it is about.
    pub(crate) const fn leg(self) -> Option<LegId> {
        match self {
            Self::Turn(leg)
            | Self::Dial(leg)
            | Self::Rings(leg)
            | Self::Setup(leg)
            | Self::Decide(leg)
            | Self::Verdict(leg)
            | Self::Cue(leg)
            | Self::KeyWait(leg)
            | Self::Digit(leg)
            | Self::Pause(leg)
            | Self::Patience(leg)
            | Self::Station(leg)
            | Self::Parting(leg)
            | Self::Clearing(leg) => Some(leg),
            Self::Disk(_)
            | Self::Making(_)
            | Self::Recorded(_)
            | Self::Agent(_)
            | Self::Grace(_)
            | Self::Kept(_)
            | Self::Unanswered(..)
            | Self::ExitAnswers
            | Self::ExitClearing => None,
        }
    }
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

    /// Drops the alarms at the front that are for nobody any more, so that nobody is woken for them: most
    /// calls are over long before their alarms.
    pub(crate) fn forget(&mut self, is_spent: impl Fn(Alarm) -> bool) {
        while let Some(entry) = self.set.first_entry()
            && is_spent(*entry.get())
        {
            entry.remove();
        }
    }

    pub(crate) fn due(&mut self, now: Instant) -> Option<Alarm> {
        let entry = self.set.first_entry()?;
        (entry.key().0 <= now).then(|| entry.remove())
    }
}
