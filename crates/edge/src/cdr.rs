//! The call detail record: what a leg leaves behind.

use std::time::Duration;

use crate::id::{LegId, Line, StationId};
use crate::signal::End;

/// One leg's record, written when it is over, or when it was refused before it began. Times are durations, so
/// that a wall clock that jumps cannot make one negative; the shell adds the wall-clock time at which the record
/// was made, and what the media engine saw ([`crate::sound::Seen`]).
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
    /// The number that redirected the call to us, empty when none.
    pub redirecting: String,
    /// The campaign of the dial-out, empty when none.
    pub campaign: String,
    /// The agent that it was last connected with; on the leg of an agent's station, that agent.
    pub agent: Option<StationId>,
    /// The leg that it heard last, of those that it was joined with.
    pub joined: Option<LegId>,
    /// From the beginning to the end.
    pub total: Duration,
    /// From the answer to the end; none when it was not answered.
    pub talk: Option<Duration>,
    /// From the end to this record, which waits for the file of a recording.
    pub waited: Duration,
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
