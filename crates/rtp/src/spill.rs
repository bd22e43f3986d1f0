//! What is owed to legs whose commands found a worker's inbox full.

use std::collections::BTreeSet;
use std::mem::take;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use edge::LegId;

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
}

impl Spill {
    /// Notes that a command of this leg was dropped.
    pub fn lose(&self, leg: LegId) {
        self.note(|owed| owed.lost.insert(leg));
    }

    /// Notes that this leg is to be closed.
    pub fn close(&self, leg: LegId) {
        self.note(|owed| owed.closed.insert(leg));
    }

    fn note(&self, note: impl FnOnce(&mut Owed) -> bool) {
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
