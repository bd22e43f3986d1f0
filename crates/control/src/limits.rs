//! Every limit of call control that is not configuration.

use std::time::Duration;

/// One ring of the network (decision L19).
pub(crate) const RING: Duration = Duration::from_secs(6);

/// A called number that neither rings nor fails within this is given up as no answer: twice the time
/// in which a silent peer has been found out (RFC 3261 §17.1.1.2, Timer B is 32 s).
pub(crate) const SETUP: Duration = Duration::from_secs(64);

/// Trunks that one dial-out is tried on.
pub(crate) const TRIES: usize = 4;

/// After the answer, how long it is waited for that the engine knows who answered. It says so itself before,
/// whatever its parameters.
pub(crate) const VERDICT: Duration = Duration::from_secs(65);

/// How long a greeting of an answering machine is listened to. The engine says so itself before, whatever its
/// parameters.
pub(crate) const GREETING: Duration = Duration::from_secs(310);

/// After the message of a dial-out was played through, how long a key of the called party is waited for
/// before EOF (behaviour B50).
pub(crate) const KEY_WAIT: Duration = Duration::from_secs(4);

/// A call that we hung up and that the signalling side has not ended by then frees its port.
pub(crate) const CLEARING: Duration = Duration::from_secs(40);

/// How long a number rings that a telephone chose.
pub(crate) const OUTWARD: Duration = Duration::from_secs(120);

/// How long a telephone that has passed on whom it talked with may take to hang up by itself.
pub(crate) const PARTING: Duration = Duration::from_secs(5);

/// How long EXIT_LINK waits for the applications' answers (decision T10).
pub(crate) const EXIT_ANSWERS: Duration = Duration::from_secs(5);

/// How long the exit waits for its calls to be cleared.
pub(crate) const EXIT_CLEARING: Duration = Duration::from_secs(3);

/// The disk that has not answered by then is taken as one that cannot.
pub(crate) const DISK: Duration = Duration::from_secs(10);

/// After the end of a call, how long its last words wait for the file of its recording.
pub(crate) const RECORDED: Duration = Duration::from_secs(5);

/// How long the first key of a collecting is waited for (decision U77).
pub(crate) const FIRST_DIGIT: Duration = Duration::from_secs(10);

/// How long each further key is waited for (decision U77).
pub(crate) const NEXT_DIGIT: Duration = Duration::from_secs(5);

/// The pause that a comma in a DTMF_STRING stands for (decision U80).
pub(crate) const COMMA: Duration = Duration::from_secs(1);

/// Keys that one request collects or sends, commas counted (decisions U77, U80).
pub(crate) const DIGITS: usize = 32;

/// Keys of a party that are kept until somebody takes them.
pub(crate) const TYPED: usize = 128;

/// Requests for one port that wait behind one that looks at the disk.
pub(crate) const DEFERRED: usize = 64;

/// Supervisors in the talk of one pair.
pub(crate) const SUPERVISORS: usize = 8;

/// Requests that wait for the end of one play, one recording, one call.
pub(crate) const STOPS: usize = 8;

/// TERMINATE_LINKs whose answers wait for recordings.
pub(crate) const TERMINATIONS: usize = 1_000;

/// Looks for voice files under way at a time, over all ports.
pub(crate) const LOOKS: usize = 4096;

/// A station that is kept connected and was lost is called again after this, and after twice that each time
/// that it is lost again soon.
pub(crate) const NAIL_AGAIN: Duration = Duration::from_secs(2);

/// But never later than this.
pub(crate) const NAIL_AGAIN_MOST: Duration = Duration::from_secs(300);

/// A station that was connected for so long was not lost soon.
pub(crate) const NAILED_WELL: Duration = Duration::from_secs(60);

/// Numbers and ranges in one AGENTS (decision C37).
pub(crate) const AGENT_RANGES: usize = 64;

/// Longest calling number accepted (decision L07).
pub(crate) const ANI_DIGITS: usize = 32;

/// Fewest digits of a number to dial (decision L06).
pub(crate) const DNIS_MIN: usize = 3;

/// Messages kept for one named link.
pub(crate) const OUTBOX: usize = 10_000;

/// Named links that are kept without a connection.
pub(crate) const LOST_LINKS: usize = 1_000;

/// How long what is owed to a link that did not come back in time is kept for one that comes later.
pub(crate) const OUTBOX_KEPT: Duration = Duration::from_secs(3600);

/// How long an event waits for its answer before it is sent again (decision D03).
pub(crate) const EVENT_ANSWER: Duration = Duration::from_secs(10);

/// How often an event is sent in all (decision D03).
pub(crate) const EVENT_TIMES: u8 = 3;

/// Events that wait for their answers, over all links.
pub(crate) const EVENTS: usize = 10_000;

/// Octets of a NAME under which messages are kept, and of an agent's AGENT_NAME and CAMP_ID.
pub(crate) const NAME: usize = 100;

/// How long a wrong pass code counts (decision D09).
pub(crate) const FAILURE: Duration = Duration::from_secs(3600);

/// Wrong pass codes remembered, over all mailboxes and addresses.
pub(crate) const FAILURES: usize = 10_000;
