//! The call detail record: what a leg leaves behind.

use std::time::Duration;

use crate::id::{LegId, Line, StationId};
use crate::signal::End;

/// One leg's record, written when it is over, or when a rule kept it from being dialled. Times are durations, so that a wall clock that jumps
/// cannot make one negative; the shell adds the wall-clock time at which the record was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cdr {
    /// The leg.
    pub leg: LegId,
    /// The server's own port number; none for a call that was refused before it had one.
    pub port: Option<u16>,
    /// What it ran over; none as above.
    pub line: Option<Line>,
    /// Who placed it.
    pub direction: Direction,
    /// The number dialled.
    pub dnis: String,
    /// The calling number, empty when none.
    pub ani: String,
    /// The campaign of the dial-out, empty when none.
    pub campaign: String,
    /// The agent that it was last connected with; on the leg of an agent's station, that agent.
    pub agent: Option<StationId>,
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
