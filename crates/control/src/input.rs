//! What goes into the switch and what comes out of it.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use edge::cdr::Cdr;
use edge::sound::Clip;
use edge::{RecordId, TrunkId, signal, sound};
use protocol::{Message, Request, Text};

use crate::abandoned::Live;
use crate::agent::Standing;
use crate::pass_code::{Denial, Failure};

/// A TCP connection of an application program. Never reused while the process lives.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ConnectionId(pub u64);

impl fmt::Display for ConnectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// An application's link: what it asked for, over one connection after the other (decision D02). Never
/// reused while the process lives.
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
    Connected {
        /// Its connection.
        connection: ConnectionId,
        /// The address it comes from.
        peer: IpAddr,
    },
    /// A connection is gone, whoever closed it.
    Disconnected {
        /// The connection.
        connection: ConnectionId,
    },
    /// An application sent a message.
    Request {
        /// Over this connection.
        connection: ConnectionId,
        /// The message.
        request: Request,
    },
    /// What was sent with numbers up to this one has surely arrived.
    Arrived {
        /// Over this connection.
        connection: ConnectionId,
        /// The number of [`Output::Send`].
        number: u64,
    },
    /// What was kept for a link when the server last ran, in order. Comes before anything else.
    Restored {
        /// The NAME of its INIT_LINK.
        name: Text,
        /// The messages under the numbers they were kept with.
        messages: Vec<(u64, Message)>,
    },
    /// The wrong pass codes of [`Output::Failed`] from when the server last ran, in order, each with
    /// what is left of its hour. Comes before anything else.
    Failed {
        /// The wrong pass codes.
        failures: Vec<(Failure, Duration)>,
    },
    /// The agents of [`Output::Agent`] from when the server last ran, each with the time since he was told.
    /// Comes before anything else.
    Agents {
        /// The newest of each agent.
        agents: Vec<(Standing, Duration)>,
    },
    /// The sums of [`Output::Answered`] from when the server last ran: the campaign, how long ago, and how many.
    /// The oldest first; comes before anything else.
    Answered {
        /// The sums.
        counted: Vec<(String, Duration, Live)>,
    },
    /// What [`Output::Find`] seeks was looked up, in the order asked.
    Found {
        /// The look this answers.
        ticket: Ticket,
        /// The sound of each, or why there is none.
        files: Vec<Result<Clip, Missing>>,
    },
    /// The file of [`Output::Make`] was made, or cannot be.
    Made {
        /// The recording.
        record: RecordId,
        /// Whether [`sound::Command::Record`] may begin.
        result: Result<(), Missing>,
    },
    /// The line of [`Output::Note`] is in its file, or the log says why not.
    Noted {
        /// The note this answers.
        ticket: Ticket,
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

/// Sound that is not to be had, or a file that cannot be made; the reason is for the log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Missing(pub String);

/// Sound that is looked up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Sought {
    /// A voice file, by the name the application gave.
    File(Text),
    /// A prompt of the house.
    Prompt(speech::Prompt),
}

/// Whose sound goes into a recording.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tracks {
    /// One party's.
    One,
    /// The sum of two parties'.
    Sum,
    /// Two parties', each in a channel of its own.
    Stereo,
}

/// The digits that were pressed during a play, as they stand in the file of play responses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note {
    /// Of the play.
    pub msgid: Text,
    /// The A party's number; empty when the play gave none.
    pub anumber: Text,
    /// The B party's number; empty when the play gave none.
    pub bnumber: Text,
    /// The digits; empty when none was pressed.
    pub dtmf: Text,
}

/// Which of the messages kept for a link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Which {
    /// All up to this number.
    UpTo(u64),
    /// This one.
    One(u64),
}

/// More calls in an hour than is usual, or as many as may be: somebody should look. Told once an hour.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Alert {
    /// Whose calls.
    pub of: CapOf,
    /// How many there were in the last hour.
    pub calls: u32,
    /// The number that was reached.
    pub cap: u32,
}

/// Whose calls are counted by the hour.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CapOf {
    /// All dial-outs; reaching it refuses nothing.
    Server,
    /// The calls placed through a trunk.
    Trunk(TrunkId),
    /// The dial-outs of a campaign, by its name.
    Campaign(String),
}

/// Something is to be done.
#[derive(Clone, PartialEq, Debug)]
pub enum Output {
    /// Send a message to an application.
    Send {
        /// Over this connection.
        connection: ConnectionId,
        /// The message.
        message: Message,
        /// Its number in the outbox of its link, to be told back by [`Input::Arrived`].
        number: Option<u64>,
    },
    /// Close a connection once what was sent before has left.
    Close {
        /// The connection.
        connection: ConnectionId,
    },
    /// Write down a message before it is sent, so that it outlives this process.
    Keep {
        /// The NAME of its link.
        name: Text,
        /// Its number in the outbox of its link.
        number: u64,
        /// The message.
        message: Message,
    },
    /// What was kept for a link is not needed any more.
    Forget {
        /// The NAME of the link.
        name: Text,
        /// Which messages.
        which: Which,
    },
    /// A link was denied a mailbox: for the security log.
    Denied {
        /// Whom.
        peer: IpAddr,
        /// Why.
        denial: Denial,
    },
    /// A refusal that the protocol has no message for: for the log.
    Unsaid {
        /// Who would be told.
        link: LinkId,
        /// What.
        refusal: Message,
    },
    /// A wrong pass code is to be remembered for an hour, beyond the end of this process.
    Failed(Failure),
    /// An agent logged in or out, takes other calls, or waits for one from now on: is to be remembered, with
    /// the time, beyond the end of this process. The newest of each agent counts.
    Agent(Standing),
    /// Somebody answered a dial-out for agents of a campaign of the configuration: is to be remembered for thirty
    /// days, beyond the end of this process.
    Answered {
        /// The name of the campaign.
        campaign: String,
        /// Whether he got no agent in time.
        is_abandoned: bool,
    },
    /// Look up sound to be played; [`Input::Found`] follows.
    Find {
        /// Names the look.
        ticket: Ticket,
        /// What is looked up, in the order it is played.
        sought: Vec<Sought>,
    },
    /// Make the file of a recording; [`Input::Made`] follows. Until the recording is whole the file lies
    /// beside its place, so that what was there before stays until then.
    Make {
        /// The recording.
        record: RecordId,
        /// The name the application gave; its extension says how it is recorded (decision D15).
        name: Text,
        /// Whose sound goes into it.
        tracks: Tracks,
        /// So long without a voice on any track ends it.
        idle: Option<Duration>,
    },
    /// A recording that was made and will not begin: its file goes.
    Discard {
        /// The recording.
        record: RecordId,
    },
    /// Write the digits of a play to the file of play responses (decision P06); [`Input::Noted`] follows.
    Note {
        /// Names the note.
        ticket: Ticket,
        /// What is written.
        note: Note,
    },
    /// For the signalling side.
    Signal(signal::Command),
    /// For the media engine.
    Sound(sound::Command),
    /// People are to be alerted: for the log.
    Alert(Alert),
    /// A leg is over, or was refused: keep its record.
    Record(Cdr),
    /// After an exit: nothing is left to do.
    Exited,
}
