//! Every limit of the program that is not configuration.

use std::time::Duration;

/// Events of signalling, sound and files that wait for the switch. A source that finds it full keeps
/// its event and offers it again.
pub(crate) const INBOX: usize = 65_536;

/// Inputs the switch takes before the links get their turn.
pub(crate) const INBOX_TURN: usize = 64;

/// Messages of one link that are served before the others get their turn.
pub(crate) const LINK_TURN: usize = 64;

/// Octets read from a connection at a time; one buffer serves all of them.
pub(crate) const READ: usize = 64 * 1024;

/// Unsent octets above which nothing more is read from a link: who does not listen is not listened to.
pub(crate) const UNSENT_PAUSE: usize = 256 * 1024;

/// Unsent octets at which a link is given up as dead.
pub(crate) const UNSENT_END: usize = 4 * 1024 * 1024;

/// Unreadable messages in a row after which a link is closed (decision D01).
pub(crate) const UNREADABLE: u32 = 100;

/// A message that was begun is completed within this, or its link is closed (decision D01).
pub(crate) const BEGUN: Duration = Duration::from_secs(30);

/// What a link that is closed may still take to receive what was written before.
pub(crate) const LAST_WORDS: Duration = Duration::from_secs(5);

/// What recordings that are under way at the end of the process may take to be whole and on the disk.
pub(crate) const LAST_RECORDINGS: Duration = Duration::from_secs(5);

/// What the database may take at the end of the process; what it has not taken by then waits in the spool.
pub(crate) const LAST_RECORDS: Duration = Duration::from_secs(5);

/// How long the last word on a call, whose first is safe, waits for others to be written with it.
pub(crate) const LAST_WORD: Duration = Duration::from_millis(100);

/// How long a call's record waits for what the media engine saw of it.
pub(crate) const RECORD_WAITS: Duration = Duration::from_secs(5);

/// How long what the media engine saw waits for the call's record: longer than any file of a recording takes.
pub(crate) const SEEN_WAITS: Duration = Duration::from_secs(900);

/// Records, or what was seen, that wait for their other half.
pub(crate) const RECORDS: usize = 65_536;

/// Inputs kept for the flight record of a panic.
pub(crate) const FLIGHT: usize = 256;

/// Panics of the switch in a row after which the process exits for its supervisor.
pub(crate) const PANICS: u32 = 2;

/// How long accepting rests when the process is out of descriptors.
pub(crate) const ACCEPT_REST: Duration = Duration::from_millis(100);

/// Octets of a link's journal, or of a file of lines, above which it is written anew with what is still kept.
pub(crate) const JOURNAL: u64 = 4 << 20;

/// Journals read at a start.
pub(crate) const JOURNALS: usize = 1_000;

/// A connection whose peer's system acknowledges nothing for this long is lost (RFC 5482).
pub(crate) const UNACKNOWLEDGED: Duration = Duration::from_secs(5);

/// What the system took this long ago has arrived if the connection still lives: longer than
/// [`UNACKNOWLEDGED`], after which it would not.
pub(crate) const ARRIVED: Duration = Duration::from_secs(6);

/// How often it is looked which messages have arrived.
pub(crate) const ARRIVALS: Duration = Duration::from_secs(1);

/// A connection that is silent for this long is probed, and probed again at the same interval.
pub(crate) const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// How long a TLS handshake may take.
pub(crate) const HANDSHAKE: Duration = Duration::from_secs(10);

/// TLS handshakes under way at a time, beside the links that there are.
pub(crate) const HANDSHAKES: usize = 256;

/// TLS handshakes under way at a time for one address.
pub(crate) const HANDSHAKES_PER_ADDRESS: usize = 32;

/// Reads of a TLS connection that lead to nothing before the others have their turn.
pub(crate) const TLS_ROUNDS: usize = 16;

/// Lines of the security log in a second; what is beyond is counted.
pub(crate) const SECURITY_LINES: u64 = 100;

/// Octets of a file of lines that are read at a start.
pub(crate) const LINES: u64 = 64 << 20;
