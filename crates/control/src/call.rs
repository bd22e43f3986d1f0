//! A call on a port, from the dialled digit to the last word of the network.

use std::time::Instant;

use edge::{LegId, PlayId, TrunkId};
use protocol::Text;

use crate::dial::DialPending;
use crate::input::{LinkId, Ticket};
use crate::pending::Pending;

/// One call: a leg in the network and what goes on with it.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) leg: LegId,
    /// The link that is told what happens; none once it is gone.
    pub(crate) owner: Option<LinkId>,
    pub(crate) dnis: String,
    pub(crate) ani: Option<String>,
    pub(crate) campaign: Text,
    pub(crate) began: Instant,
    pub(crate) answered: Option<Instant>,
    pub(crate) phase: Phase,
}

/// How far a call is.
#[derive(Debug)]
pub(crate) enum Phase {
    /// It waits for its turn: the network knows nothing of it yet.
    Queued(Progress),
    /// It is placed and has not rung.
    Placing(Progress),
    /// The called party is rung.
    Ringing(Progress),
    /// The called party answered.
    Up(Voice),
    /// We hung up; the network has not ended it yet.
    Clearing,
}

/// A dial-out under way: its request, and what happens on its answer.
#[derive(Debug)]
pub(crate) struct Progress {
    pub(crate) pending: DialPending,
    pub(crate) rings: u32,
    /// The trunks that did not take it; at most [`crate::limits::TRIES`].
    pub(crate) tried: Vec<TrunkId>,
    /// Whether the network let it hear something: from then on it stays on its trunk.
    pub(crate) heard: bool,
    /// To play at the answer.
    pub(crate) message: Option<edge::sound::Clip>,
}

/// What the voice channel of a call does.
#[derive(Debug)]
pub(crate) enum Voice {
    /// Nothing.
    Quiet,
    /// The files of a play are being looked up.
    Looking { ticket: Ticket, pending: Pending, barge: edge::sound::Barge },
    /// A file plays.
    Playing { play: PlayId, pending: Pending, stops: Vec<Pending> },
    /// The message of a dial-out plays.
    Announcing { play: PlayId, pending: DialPending, stops: Vec<Pending> },
    /// The message of a dial-out was played through; the party may still press a key.
    KeyWait { pending: DialPending },
}

impl Phase {
    /// Every request that waits for this call.
    pub(crate) fn owed(self) -> Vec<Pending> {
        match self {
            Self::Queued(progress) | Self::Placing(progress) | Self::Ringing(progress) => {
                vec![progress.pending.owed()]
            }
            Self::Up(Voice::Looking { pending, .. }) => vec![pending],
            Self::Up(Voice::KeyWait { pending }) => vec![pending.owed()],
            Self::Up(Voice::Playing { pending, mut stops, .. }) => {
                stops.push(pending);
                stops
            }
            Self::Up(Voice::Announcing { pending, mut stops, .. }) => {
                stops.push(pending.owed());
                stops
            }
            Self::Up(Voice::Quiet) | Self::Clearing => Vec::new(),
        }
    }
}

impl Voice {
    /// The play under way, whatever it plays.
    pub(crate) const fn play(&self) -> Option<PlayId> {
        match self {
            Self::Playing { play, .. } | Self::Announcing { play, .. } => Some(*play),
            Self::Quiet | Self::Looking { .. } | Self::KeyWait { .. } => None,
        }
    }
}
