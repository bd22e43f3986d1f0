//! One application's connection: what it sends is read in turns, what it is sent is never waited for.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::time::Instant;

use control::ConnectionId;
use protocol::{Message, Spelling};
use tokio::sync::Notify;

use super::stream::Outgoing;
use crate::limits;

/// A connection and what it has not been able to take yet.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) id: ConnectionId,
    pub(crate) peer: SocketAddr,
    pub(crate) since: Instant,
    /// The way to the application; the other way belongs to whoever serves the connection.
    pub(crate) stream: Outgoing,
    pub(crate) received: Cell<u64>,
    pub(crate) sent: Cell<u64>,
    unsent: RefCell<Unsent>,
    arrivals: RefCell<Arrivals>,
    stage: Cell<Stage>,
    /// There is something to write that the socket did not take at once.
    pub(crate) blocked: Notify,
    /// There is room again, or the connection ends.
    pub(crate) room: Notify,
    /// The connection ends: the reader stops.
    pub(crate) ended: Notify,
}

/// How far a connection is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Stage {
    /// Both ways.
    Open,
    /// What was written before is still sent; nothing more is read.
    Closing,
    /// Over.
    Closed,
}

/// Octets written and not sent, from `start` on.
#[derive(Debug, Default)]
struct Unsent {
    octets: Vec<u8>,
    start: usize,
    /// Octets that the system took so far.
    taken: u64,
}

/// Which numbered messages have surely arrived: those that the system took so long ago that the
/// connection would be lost by now if the other side had not acknowledged them.
#[derive(Debug, Default)]
struct Arrivals {
    /// Where each message ends in all that was ever written, and its number.
    written: VecDeque<(u64, u64)>,
    /// When the system had taken all up to a number.
    taken: VecDeque<(Instant, u64)>,
}

impl Arrivals {
    fn took(&mut self, octets: u64) {
        let mut last = None;
        while let Some((_, number)) = self.written.pop_front_if(|(end, _)| *end <= octets) {
            last = Some(number);
        }
        if let Some(number) = last {
            self.taken.push_back((Instant::now(), number));
        }
    }
}

impl Connection {
    pub(crate) fn new(id: ConnectionId, peer: SocketAddr, stream: Outgoing) -> Self {
        Self {
            id,
            peer,
            since: Instant::now(),
            stream,
            received: Cell::new(0),
            sent: Cell::new(0),
            unsent: RefCell::default(),
            arrivals: RefCell::default(),
            stage: Cell::new(Stage::Open),
            blocked: Notify::new(),
            room: Notify::new(),
            ended: Notify::new(),
        }
    }

    pub(crate) fn stage(&self) -> Stage {
        self.stage.get()
    }

    /// Octets written and not sent.
    pub(crate) fn unsent(&self) -> usize {
        let unsent = self.unsent.borrow();
        unsent.octets.len() - unsent.start
    }

    /// Writes a message; it leaves with the next [`Connection::flush`]. An application that takes nothing
    /// for too long is given up. A message with a number is one day told by [`Connection::arrived`].
    pub(crate) fn write(&self, message: &Message, spelling: Spelling, number: Option<u64>) {
        if self.stage.get() != Stage::Open {
            return;
        }
        let mut unsent = self.unsent.borrow_mut();
        message.write(spelling, &mut unsent.octets);
        if let Some(number) = number {
            let end = unsent.taken + (unsent.octets.len() - unsent.start) as u64;
            self.arrivals.borrow_mut().written.push_back((end, number));
        }
        drop(unsent);
        self.sent.set(self.sent.get() + 1);
        if self.unsent() > limits::UNSENT_END {
            tracing::warn!(
                connection = %self.id, peer = %self.peer,
                "the application does not read what it is sent ({} octets wait): its link is closed",
                self.unsent()
            );
            self.end();
        }
    }

    /// Sends what the socket takes at once; the rest follows when there is room.
    pub(crate) fn flush(&self) {
        let mut unsent = self.unsent.borrow_mut();
        while unsent.start < unsent.octets.len() {
            match self.stream.try_write(&unsent.octets[unsent.start..]) {
                Ok(0) => break,
                Ok(taken) => {
                    unsent.start += taken;
                    unsent.taken += taken as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.arrivals.borrow_mut().took(unsent.taken);
                    unsent.compact();
                    drop(unsent);
                    self.blocked.notify_one();
                    return;
                }
                Err(_) => {
                    drop(unsent);
                    return self.end();
                }
            }
        }
        self.arrivals.borrow_mut().took(unsent.taken);
        unsent.start = 0;
        unsent.octets.clear();
        unsent.octets.shrink_to(limits::READ);
        drop(unsent);
        if self.stage.get() == Stage::Closing {
            self.stream.say_goodbye();
            self.end();
        }
        self.room.notify_one();
    }

    /// The number of the last message that has surely arrived since this was last asked.
    pub(crate) fn arrived(&self, now: Instant) -> Option<u64> {
        let mut arrivals = self.arrivals.borrow_mut();
        let mut last = None;
        let long_ago = |taken: &mut (Instant, u64)| now.saturating_duration_since(taken.0) >= limits::ARRIVED;
        while let Some((_, number)) = arrivals.taken.pop_front_if(long_ago) {
            last = Some(number);
        }
        last
    }

    /// Waits until all that was written has left, or the connection is over.
    pub(crate) async fn sent_all(&self) {
        while self.unsent() > 0 && self.stage.get() != Stage::Closed {
            self.room.notified().await;
        }
    }

    /// Ends the connection once what was written before has left.
    pub(crate) fn close(&self) {
        if self.stage.get() == Stage::Open {
            self.stage.set(Stage::Closing);
            self.ended.notify_one();
        }
    }

    /// Ends the connection now.
    pub(crate) fn end(&self) {
        self.stage.set(Stage::Closed);
        self.ended.notify_one();
        self.blocked.notify_one();
        self.room.notify_one();
    }
}

impl Unsent {
    /// Gives back the room of what was sent.
    fn compact(&mut self) {
        if self.start > self.octets.len() / 2 {
            self.octets.drain(..self.start);
            self.start = 0;
        }
    }
}
