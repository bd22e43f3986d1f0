//! What the network did and heard, in order.

use std::collections::VecDeque;
use std::fmt;
use std::time::Instant;

use edge::signal::End;
use edge::sound::{Codec, Direction, Seen};
use edge::{Key, LegId};

/// One line of the log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// When the network took notice of it.
    pub at: Instant,
    /// The party it happened to.
    pub leg: LegId,
    /// What it was.
    pub what: Happening,
}

/// Something that happened to a party.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Happening {
    /// The server called this number and showed these (empty: withheld, not redirected).
    Arrived { dnis: String, ani: String, redirecting: String },
    /// We called the server: this number, showing this caller.
    Placed { dnis: String, ani: Option<String> },
    /// A call we placed is ringing.
    Ringing,
    /// Sound flows before the answer.
    EarlyMedia { codec: Codec },
    /// The call is up.
    Answered { codec: Codec },
    /// The far side changed the media: hold, resume, another address.
    Renegotiated { codec: Codec, direction: Direction },
    /// The far side pressed this key.
    Key(Key),
    /// A tone that the party listens for began (`present`) or ended.
    Tone { hz: u16, present: bool },
    /// The party said all it had to say.
    Said,
    /// The party pressed all its keys.
    KeysSent,
    /// A step of the script made no sense where it stood.
    LeftOut(&'static str),
    /// The far side has sent nothing at all for a long time; the party hangs up.
    Silent,
    /// The media engine lost the leg: says why; the party hangs up.
    Lost(String),
    /// The call is over.
    Ended(End),
    /// The call's media is over; what it saw.
    Closed(Seen),
    /// We hung up and the end was never told: the leg is forgotten.
    Forgotten,
}

impl fmt::Display for Happening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Arrived { dnis, ani, redirecting } => {
                write!(f, "arrived for {} from {}", shown(dnis), shown(ani))?;
                if redirecting.is_empty() {
                    return Ok(());
                }
                write!(f, ", redirected by {}", shown(redirecting))
            }
            Self::Placed { dnis, ani } => {
                write!(f, "placed to {} from {}", shown(dnis), shown(ani.as_deref().unwrap_or_default()))
            }
            Self::Ringing => f.write_str("ringing"),
            Self::EarlyMedia { codec } => write!(f, "early media, {codec:?}"),
            Self::Answered { codec } => write!(f, "answered, {codec:?}"),
            Self::Renegotiated { codec, direction } => {
                write!(f, "renegotiated, {codec:?}, {direction:?}")
            }
            Self::Key(key) => write!(f, "heard key {key}"),
            Self::Tone { hz, present } => {
                write!(f, "tone of {hz} Hz {}", if *present { "began" } else { "ended" })
            }
            Self::Said => f.write_str("said all it had to say"),
            Self::KeysSent => f.write_str("pressed its keys"),
            Self::LeftOut(step) => write!(f, "left out {step}: it makes no sense here"),
            Self::Silent => f.write_str("hears nothing at all, hangs up"),
            Self::Lost(why) => write!(f, "lost its media: {why}"),
            Self::Ended(end) => {
                write!(f, "ended by {:?}: {:?}", end.by, end.cause)?;
                end.status.map_or(Ok(()), |status| write!(f, " ({status})"))
            }
            Self::Closed(seen) => write!(f, "sent {}, received {} packets", seen.sent, seen.received),
            Self::Forgotten => f.write_str("forgotten: its end was never told"),
        }
    }
}

/// A number as it may stand in a log: it came from outside, and must not begin a line of its own.
fn shown(number: &str) -> impl fmt::Display {
    if number.is_empty() { "nobody".escape_debug() } else { number.escape_debug() }
}

/// The newest entries, each under a number that counts from 0 and is never used again.
#[derive(Debug)]
pub(crate) struct Log {
    entries: VecDeque<Entry>,
    gone: u64,
    capacity: usize,
}

impl Log {
    pub(crate) const fn new(capacity: usize) -> Self {
        Self { entries: VecDeque::new(), gone: 0, capacity }
    }

    pub(crate) fn push(&mut self, entry: Entry) {
        if self.entries.len() >= self.capacity {
            self.entries.pop_front();
            self.gone += 1;
        }
        self.entries.push_back(entry);
    }

    /// The number that the next entry will have.
    pub(crate) fn end(&self) -> u64 {
        self.gone + self.entries.len() as u64
    }

    /// The entries from this number on that are still kept.
    pub(crate) fn since(&self, number: u64) -> impl Iterator<Item = &Entry> {
        let skip = usize::try_from(number.saturating_sub(self.gone)).unwrap_or(usize::MAX);
        self.entries.iter().skip(skip)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_from_outside_stays_on_its_line() {
        let arrived = Happening::Arrived {
            dnis: "0100\nlegion".to_owned(),
            ani: String::new(),
            redirecting: "\u{1b}[2J".to_owned(),
        };
        let line = r"arrived for 0100\nlegion from nobody, redirected by \u{1b}[2J";
        assert_eq!(arrived.to_string(), line);
    }

    #[test]
    fn the_log_forgets_the_oldest_and_keeps_its_numbers() {
        let at = Instant::now();
        let mut log = Log::new(2);
        for n in 0..3 {
            log.push(Entry { at, leg: LegId::arrived(n), what: Happening::Ringing });
        }
        let legs = |from| log.since(from).map(|entry| entry.leg).collect::<Vec<_>>();
        assert_eq!(log.end(), 3);
        assert_eq!(legs(0), [LegId::arrived(1), LegId::arrived(2)]);
        assert_eq!(legs(2), [LegId::arrived(2)]);
        assert_eq!(legs(3), []);
        assert_eq!(legs(9), []);
    }
}
