//! Numbers that nobody outside can guess.

use std::hash::{BuildHasher, RandomState};

/// A source of random numbers: SipHash of a counter under a key of the process.
pub struct Chance {
    key: RandomState,
    count: u64,
}

impl Chance {
    /// A source that differs from every other.
    #[must_use]
    pub fn new() -> Self {
        Self { key: RandomState::new(), count: 0 }
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.count += 1;
        self.key.hash_one(self.count)
    }
}
