//! What a named link is owed, in order, until it has surely arrived (decision D02).

use std::collections::VecDeque;

use protocol::{Kind, Message};

use crate::limits;

/// The messages of a link that may not have arrived, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    kept: VecDeque<Kept>,
    /// How many of them, from the oldest, were written to the connection that the link has now.
    written: usize,
    last: u64,
    /// Messages given up because too many waited; told at the next take-over.
    lost: u64,
}

/// A message under its number, which only rises.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) number: u64,
    pub(crate) message: Message,
}

impl Outbox {
    /// An outbox as it was when the server last ran.
    pub(crate) fn restored(messages: Vec<(u64, Message)>) -> Self {
        let kept: VecDeque<Kept> =
            messages.into_iter().map(|(number, message)| Kept { number, message }).collect();
        Self { last: kept.back().map_or(0, |kept| kept.number), kept, ..Self::default() }
    }

    /// Keeps a message; its number, and the number of one that is given up for it.
    pub(crate) fn keep(&mut self, message: Message) -> (u64, Option<u64>) {
        self.last += 1;
        self.kept.push_back(Kept { number: self.last, message });
        (self.last, self.make_room())
    }

    /// Everything up to here was written to the connection of now.
    pub(crate) fn wrote_all(&mut self) {
        self.written = self.kept.len();
    }

    /// The connection is gone: nothing counts as written any more.
    pub(crate) const fn rewind(&mut self) {
        self.written = 0;
    }

    /// What the connection of now has not been written yet, in order.
    pub(crate) fn unwritten(&self) -> impl Iterator<Item = &Kept> {
        self.kept.range(self.written..)
    }

    /// Everything up to this number has arrived.
    pub(crate) fn arrived(&mut self, number: u64) {
        while self.kept.front().is_some_and(|kept| kept.number <= number) {
            self.kept.pop_front();
            self.written = self.written.saturating_sub(1);
        }
    }

    /// The number of the last message kept so far.
    pub(crate) const fn last(&self) -> u64 {
        self.last
    }

    /// How many messages were given up since this was last asked.
    pub(crate) const fn take_lost(&mut self) -> u64 {
        std::mem::replace(&mut self.lost, 0)
    }

    /// Beyond the limit one goes: the oldest that was written, which has most likely arrived; else the
    /// oldest event, else the oldest RESPONSE, and a TERMINATION only when there is nothing else: it
    /// says how something ended that the application still waits for.
    fn make_room(&mut self) -> Option<u64> {
        if self.kept.len() <= limits::OUTBOX {
            return None;
        }
        if self.written > 0 {
            self.written -= 1;
            return self.kept.pop_front().map(|kept| kept.number);
        }
        self.lost += 1;
        let oldest = |kind| self.kept.iter().position(move |kept| kept.message.declaration().kind == kind);
        let at = oldest(Kind::Event).or_else(|| oldest(Kind::Response)).unwrap_or(0);
        self.kept.remove(at).map(|kept| kept.number)
    }
}
