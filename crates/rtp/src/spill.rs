//! What is owed to legs whose commands found a worker's inbox full.

use std::collections::BTreeSet;
use std::mem::take;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use edge::sound::Track;
use edge::{LegId, RecordId};

use crate::moves::Arrivals;

/// Legs whose commands were not taken. It holds reserved legs only, each once, so it is bounded as they
/// are.
#[derive(Default, Debug)]
pub struct Spill {
    any: AtomicBool,
    owed: Mutex<Owed>,
}

/// What became of the commands.
#[derive(Default, Debug)]
pub struct Owed {
    /// A command of these legs was dropped: they are lost.
    pub lost: BTreeSet<LegId>,
    /// These are to be closed: a close is never dropped.
    pub closed: BTreeSet<LegId>,
    /// These recordings were to begin, on legs that are lost for that; the switch names each once.
    pub recordings: Vec<(LegId, RecordId, Track)>,
    /// These are to move to another worker, each once.
    pub departing: Vec<(LegId, Arc<Arrivals>)>,
}

impl Spill {
    /// Notes that a command of this leg was dropped.
    pub fn lose(&self, leg: LegId) {
        self.note(|owed| {
            owed.lost.insert(leg);
        });
    }

    /// Notes that a recording of this leg did not begin, and that the leg is lost.
    pub fn lose_recording(&self, leg: LegId, record: RecordId, track: Track) {
        self.note(|owed| {
            owed.lost.insert(leg);
            owed.recordings.push((leg, record, track));
        });
    }

    /// Notes that this leg is to move: its commands go to the other worker already.
    pub fn depart(&self, leg: LegId, to: Arc<Arrivals>) {
        self.note(|owed| owed.departing.push((leg, to)));
    }

    /// Notes that this leg is to be closed.
    pub fn close(&self, leg: LegId) {
        self.note(|owed| {
            owed.closed.insert(leg);
        });
    }

    fn note(&self, note: impl FnOnce(&mut Owed)) {
        note(&mut self.owed.lock().unwrap_or_else(PoisonError::into_inner));
        self.any.store(true, Ordering::Release);
    }

    /// Whether anything is owed.
    #[must_use]
    pub fn any(&self) -> bool {
        self.any.load(Ordering::Acquire)
    }

    /// Takes what is owed.
    #[must_use]
    pub fn take(&self) -> Owed {
        self.any.store(false, Ordering::Release);
        take(&mut self.owed.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
