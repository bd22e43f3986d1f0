//! The call detail record: what a leg leaves behind.

use std::time::Duration;

use crate::id::{LegId, TrunkId};
use crate::signal::End;

/// One leg's record, written when it is over, or when a rule kept it from being dialled. Times are durations, so that a wall clock that jumps
/// cannot make one negative; the shell adds the wall-clock time at which the record was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cdr {
    /// The leg.
    pub leg: LegId,
    /// The server's own port number; none for a call that was refused before it had one.
    pub port: Option<u16>,
    /// The trunk it used; none as above.
    pub trunk: Option<TrunkId>,
    /// Who placed it.
    pub direction: Direction,
    /// The number dialled.
    pub dnis: String,
    /// The calling number, empty when none.
    pub ani: String,
    /// The campaign of the dial-out, empty when none.
    pub campaign: String,
    /// From the beginning to the end.
    pub total: Duration,
    /// From the answer to the end; none when it was not answered.
    pub talk: Option<Duration>,
    /// How it ended.
    pub end: End,
}

/// Who placed a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// We did.
    Outbound,
    /// The network did.
    Inbound,
}
