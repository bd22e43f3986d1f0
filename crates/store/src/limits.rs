//! Every limit of the store.

use std::time::Duration;

/// Octets of a segment of the spool, after which the next one is begun.
pub const SEGMENT: u64 = 4 << 20;
/// Octets of all segments together: more than a million records. What comes beyond is refused.
pub const SPOOL: u64 = 1 << 30;
/// Octets that wait in memory while the spool cannot be written. What comes beyond is refused.
pub const PENDING: usize = 4 << 20;
/// Octets of a line of the spool: several times what a record can need.
pub const LINE: usize = 64 << 10;
/// Octets that a taker reads at a time.
pub const READ: u64 = 1 << 20;
/// Entries that a taker brings at a time.
pub const BATCH: usize = 1_000;
/// Characters of a text in a record.
pub const TEXT: usize = 256;
/// How long a taker that is woken waits for more to come: a commit costs as much as the rows of forty calls.
pub const GATHER: Duration = Duration::from_millis(500);
/// How soon it sees meanwhile that nothing more can come.
pub const DOZE: Duration = Duration::from_millis(50);
/// How long a taker that brought nothing waits before it tries again: at first, and at most.
pub const PAUSE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));
/// How often rows that are older than they are kept are deleted.
pub const PURGE: Duration = Duration::from_secs(3600);
/// Rows deleted at a time.
pub const PURGED: i64 = 5_000;
/// How long SQLite waits for another process that writes.
pub const BUSY: Duration = Duration::from_secs(5);
/// How long a connection to PostgreSQL may take.
pub const CONNECT: Duration = Duration::from_secs(5);
/// How long PostgreSQL may take over a batch.
pub const STATEMENT: Duration = Duration::from_secs(30);
