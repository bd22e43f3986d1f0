//! Every limit of the engine, in one place.

use std::time::Duration;

use media::jitter::LONGEST;
use media::rtp::HEADER;
use media::srtp::OVERHEAD;

/// Slots in the 20 ms of a frame; every leg has one.
pub const SLOTS: u64 = 20;
/// How long a slot is.
pub const SLOT: Duration = Duration::from_millis(1);
/// A worker with legs looks into its inbox at least every so many slots.
pub const LOOK: u64 = 5;
/// One whose last leg is over looks so often, for [`LINGER`] slots, before it waits to be woken: where calls are
/// short, to wake it for each costs the thread of the switch more than to look costs it.
pub const LINGER_LOOK: u64 = 10;
/// See [`LINGER_LOOK`]: 1 s.
pub const LINGER: u64 = 50 * SLOTS;
/// A slot that begins so many slots late is skipped: its legs' next turn has come already, and their
/// frames are useless.
pub const LATE: u64 = SLOTS;

/// Commands that wait for one worker.
pub const INBOX: usize = 8_192;
/// Commands that a worker obeys in one slot.
pub const COMMANDS: usize = 256;
/// Events that a worker keeps while the sink is full. At half of it the worker takes no more commands
/// and tells no more keys and tones, so that there is always room for what it owes: at most four
/// events a leg.
pub const OUTBOX: usize = 16_384;

/// Packets read from one leg in one turn: one is due, more come after a stall or from strangers.
pub const READS: usize = 16;
/// RTCP packets read from one leg in one report interval.
pub const CONTROL_READS: usize = 8;
/// Legs that report by RTCP in one slot; others wait for their next turn.
pub const REPORTS: usize = 8;
/// The longest datagram taken; what is longer is cut and refused.
pub const DATAGRAM: usize = 1_500;
/// Octets of the longest RTP packet sent: a header and 120 ms of a codec with an octet a sample, which is
/// the longest that is passed on, and what securing it adds. Our own have 20 ms.
pub const PACKET: usize = HEADER + LONGEST + OVERHEAD;
/// Frames that leave with one system call.
pub const BATCH: usize = 256;

/// Port pairs tried for one leg, where other programs hold ports of the range.
pub const BIND_TRIES: usize = 64;
/// Port pairs of legs that are over which stay bound for legs to come.
pub const RESTING: usize = 1_024;
/// How long such a pair rests, so that what is still on its way to the old leg finds no new one.
pub const REST: Duration = Duration::from_secs(2);
/// Datagrams that may have come to it meanwhile: more than the kernel's buffer holds.
pub const STALE: usize = 64;
/// The kernel's buffer for one socket, in octets: some 20 packets, as the kernel counts.
pub const RECEIVE_BUFFER: usize = 16 * 1024;

/// Turns without a packet of a party after which it may have moved to another port: 1 s.
pub const ASTRAY: u64 = 50;

/// Keys that wait on one leg to be pressed.
pub const KEYS_WAITING: usize = 256;
/// Turns without a press of a key after which the ways it was told in are counted anew: 1 s.
pub const TOLD: u64 = 50;
/// Frames that are taken at once after turns were missed, so that nothing that came meanwhile is left out.
pub const CATCH_UP: u64 = 8;

/// Recordings under way on one leg.
pub const RECORDINGS: usize = 4;
/// Frames of a recording that leave a leg together: 200 ms.
pub const PIECE: u64 = 10;
/// Frames at the end of a recording that a key may have begun in before it is told: 80 ms.
pub const KEY_TAIL: u64 = 4;
/// Pieces of a recording that a leg keeps while they are not taken: 5 s.
pub const BACKLOG: usize = 25;
/// Pieces that a worker keeps of legs that are gone; of those beyond, only the end is.
pub const LEFT: usize = 8_192;
/// A leg whose sockets fail in so many turns in a row is lost: 1 s.
pub const FAILURES: u32 = 50;

/// Legs that one leg hears.
pub const HEARD: usize = 512;
/// Packets of one party that are passed on in one turn: one is due, more come after a stall.
pub const PASSED: usize = 8;
/// Turns without a packet to pass on after which the listener is sent silence: 1 s. Shorter pauses are the
/// speaker's, who suppresses silence.
pub const PAUSE: u64 = 50;
/// Timestamps that are passed on may be so far beside our own clock, 1 s: beyond, the speaker has set its
/// clock anew, or has run away from ours, and they follow on what was sent last.
pub const REANCHOR: u32 = 8_000;
/// Commands that wait for one leg while it moves to their worker.
pub const HELD: usize = 1_024;
