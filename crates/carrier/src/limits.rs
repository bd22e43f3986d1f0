//! Every limit of the simulated network, in one place.

use std::time::Duration;

/// Parties connected at the same time; a call above it is refused as overload (503).
pub const PARTIES: usize = 10_000;
/// Steps of one script; the rest of a longer one is not run.
pub const STEPS: usize = 1_000;
/// Frequencies that one party listens for; further ones are not watched.
pub const FREQUENCIES: usize = edge::sound::EARS;
/// Keys of one press; further ones are not pressed.
pub const KEYS: usize = 64;
/// How long a phone rings before the network gives up on its subscriber.
pub const RINGING: Duration = Duration::from_secs(180);
/// How long a call lasts whose script is over and whose far side never hangs up.
pub const CALL: Duration = Duration::from_hours(12);
/// How long an answer or early media may take to settle after we gave it: an INVITE's 200 is
/// retransmitted for 64*T1 = 32 s (RFC 3261 §13.3.1.4), then the signalling side ends the call itself.
pub const SETTLE: Duration = Duration::from_secs(40);
/// How long we wait for the end of a call that we hung up: a BYE's or INVITE's transaction is over
/// after 64*T1 = 32 s (RFC 3261 §17.1.2.2).
pub const LEAVE: Duration = Duration::from_secs(40);
/// How much longer than its own length a play or a press may take before the script goes on without it.
pub const LATE: Duration = Duration::from_secs(5);
/// Events waiting for the network; a further one goes back to its sender.
pub const INBOX: usize = 8_192;
/// Events taken from the inbox in one go, before timers and new calls get their turn.
pub const BATCH: usize = 256;
/// Entries the log keeps; the oldest go first.
pub const LOG: usize = 16_384;
/// How long a stop waits for the calls under way to end.
pub const STOP: Duration = Duration::from_secs(3);
/// Nothing at all heard from an open leg for this long: the party hangs up.
pub const SILENCE: Duration = Duration::from_secs(60);
/// How long a call of the load generator lasts that was given no length.
pub const UNHELD: Duration = Duration::from_mins(10);
/// Calls the load generator places in one turn when it is behind, so that it still hears the others.
pub const BURST: u32 = 16;
/// Calls of one load, so that its report fits in memory.
pub const CALLS: u32 = 1_000_000;
/// Calls that may arrive in a second.
pub const ARRIVALS_PER_SECOND: u32 = 1_000;
/// SIP messages that may come from one address in a second: all calls come from one server.
pub const MESSAGES_PER_SECOND: u32 = 50_000;
/// Samples of a voice file that a caller says: ten minutes.
pub const VOICE_SAMPLES: usize = 8_000 * 600;
/// Bytes of such a file: ten minutes of 16-bit stereo at 48 kHz.
pub const VOICE_BYTES: u64 = 48_000 * 4 * 600 + 65_536;
