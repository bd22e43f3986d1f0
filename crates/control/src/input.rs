//! What goes into the switch and what comes out of it.

use std::fmt;

use edge::cdr::Cdr;
use edge::sound::Clip;
use edge::{signal, sound};
use protocol::{Message, Request, Text};

/// A connection of an application program. Never reused while the process lives.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LinkId(pub u64);

impl fmt::Display for LinkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "link-{}", self.0)
    }
}

/// One look for voice files, so that its result finds the request that waits for it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Ticket(pub u64);

/// Something happened.
#[expect(clippy::large_enum_variant, reason = "handed over once and never kept; a box would cost more")]
#[derive(Clone, PartialEq, Debug)]
pub enum Input {
    /// An application connected.
    LinkUp {
        /// Its connection.
        link: LinkId,
    },
    /// A connection is gone, whoever closed it.
    LinkDown {
        /// The connection.
        link: LinkId,
    },
    /// An application sent a message.
    Request {
        /// Over this connection.
        link: LinkId,
        /// The message.
        request: Request,
    },
    /// The voice files of [`Output::Find`] were looked up, in the order asked.
    Found {
        /// The look this answers.
        ticket: Ticket,
        /// Each file's sound, or why there is none.
        files: Vec<Result<Clip, Missing>>,
    },
    /// From the signalling side.
    Signal(signal::Event),
    /// From the media engine.
    Sound(sound::Event),
    /// The operator's exit command, or SIGTERM. A second one ends at once.
    Exit,
    /// Time passed: [`crate::Switch::next_timeout`] is due.
    Tick,
}

/// A voice file that cannot be played; the reason is for the log, applications hear `MISSING`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Missing(pub String);

/// Something is to be done.
#[derive(Clone, PartialEq, Debug)]
pub enum Output {
    /// Send a message to an application.
    Send {
        /// Over this connection.
        link: LinkId,
        /// The message.
        message: Message,
    },
    /// Close a connection once what was sent before has left.
    Close {
        /// The connection.
        link: LinkId,
    },
    /// Look up voice files by the names the application gave; [`Input::Found`] follows.
    Find {
        /// Names the look.
        ticket: Ticket,
        /// At most four.
        names: Vec<Text>,
    },
    /// For the signalling side.
    Signal(signal::Command),
    /// For the media engine.
    Sound(sound::Command),
    /// A leg is over: keep its record.
    Record(Cdr),
    /// After an exit: nothing is left to do.
    Exited,
}
