//! Legs on their way from one worker to another.
//!
//! The engine tells the new worker to expect the leg, then the old one to let it go, and from then on gives
//! the new one the leg's commands. That one holds them until the leg is there, so they are obeyed in order,
//! and nothing is asked of a leg that is nowhere.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use edge::LegId;
use edge::sound::{Command, Event, Seen};

use crate::limits::HELD;
use crate::served::Served;
use crate::worker::Message;

/// Where legs arrive at a worker. It holds legs, each of which is in one place only, so it is bounded as
/// they are.
#[derive(Default)]
pub struct Arrivals {
    any: AtomicBool,
    moved: Mutex<VecDeque<Moved>>,
}

/// A leg that leaves one worker for another.
pub struct Moved {
    /// Its name.
    pub leg: LegId,
    /// What is left of it.
    pub state: State,
    /// What it has told and nobody took yet.
    pub told: VecDeque<Event>,
}

/// What a leg is at its worker.
pub enum State {
    /// Open.
    Open(Box<Served>),
    /// Lost, and not closed yet; what it saw.
    Gone(Seen),
    /// Not open, or closed.
    Absent,
}

/// What waits for a leg that is expected.
#[derive(Debug)]
pub struct Held {
    /// The legs that it is to be beside.
    pub with: Arc<[LegId]>,
    /// In order.
    pub messages: VecDeque<Message>,
}

impl Held {
    /// The legs that it is to be beside are these now, whenever it comes.
    pub fn be_with(&mut self, with: &Arc<[LegId]>) {
        self.with = Arc::clone(with);
        for message in &mut self.messages {
            if let Message::Expect(_, before) = message {
                *before = Arc::clone(with);
            }
        }
    }

    /// Holds a message until the leg is there. When that is one too many, the leg will be lost.
    pub fn push(&mut self, message: Message) {
        let is_owed = matches!(
            message,
            Message::Command(Command::Close { .. }, _) | Message::Expect(..) | Message::Depart(..)
        );
        if self.messages.len() < HELD || is_owed {
            self.messages.push_back(message);
        } else if let Some(leg) = message.leg()
            && !matches!(self.messages.back(), Some(Message::Lose(_)))
        {
            self.messages.push_back(Message::Lose(leg));
        }
    }
}

impl State {
    /// The leg, if it is open.
    #[must_use]
    pub fn into_open(self) -> Option<Served> {
        match self {
            Self::Open(served) => Some(*served),
            Self::Gone(_) | Self::Absent => None,
        }
    }
}

impl Arrivals {
    /// Lets a leg arrive.
    pub fn push(&self, moved: Moved) {
        let mut all = self.moved.lock().unwrap_or_else(PoisonError::into_inner);
        all.push_back(moved);
        self.any.store(true, Ordering::Release);
    }

    /// Takes the first that has arrived.
    #[must_use]
    pub fn pop(&self) -> Option<Moved> {
        if !self.any.load(Ordering::Acquire) {
            return None;
        }
        let mut all = self.moved.lock().unwrap_or_else(PoisonError::into_inner);
        let first = all.pop_front();
        self.any.store(!all.is_empty(), Ordering::Release);
        first
    }
}

impl std::fmt::Debug for Arrivals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Arrivals").finish_non_exhaustive()
    }
}
