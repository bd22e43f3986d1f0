//! A call on a port, from the dialled digit or the first ring to the last word of the network.

use std::time::Instant;

use edge::signal::End;
use edge::sound::Signs;
use edge::{LegId, RecordId, StationId};
use protocol::Text;

use crate::attend::{Party, Waiting};
use crate::bridge::Joined;
use crate::digits::Typed;
use crate::hold::Look;
use crate::inbound::{Alerting, Then};
use crate::input::LinkId;
use crate::outward::Outward;
use crate::pending::Pending;
use crate::progress::{Progress, Rings};
use crate::station::Errand;
use crate::voice::Voice;

/// One call: a leg in the network and what goes on with it.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) leg: LegId,
    /// The link that is told what happens; none once it is gone.
    pub(crate) owner: Option<LinkId>,
    pub(crate) dnis: String,
    pub(crate) ani: Option<String>,
    /// Empty when nobody redirected it.
    pub(crate) redirecting: String,
    pub(crate) campaign: Text,
    pub(crate) began: Instant,
    pub(crate) answered: Option<Instant>,
    pub(crate) phase: Phase,
    /// Keys of the party that nobody has taken yet.
    pub(crate) typed: Typed,
    /// The signs that the engine watches for.
    pub(crate) watched: Signs,
    /// The recording that it is part of, alone or with another.
    pub(crate) recording: Option<RecordId>,
    /// The agent that it was joined with last.
    pub(crate) agent: Option<StationId>,
    /// Whom it is joined with.
    pub(crate) joined: Joined,
}

impl Call {
    /// A call that begins, of which nothing else is known yet.
    pub(crate) fn new(leg: LegId, began: Instant, phase: Phase) -> Self {
        Self {
            leg,
            owner: None,
            dnis: String::new(),
            ani: None,
            redirecting: String::new(),
            campaign: Text::default(),
            began,
            answered: None,
            phase,
            typed: Typed::default(),
            watched: Signs::NONE,
            recording: None,
            agent: None,
            joined: Joined::default(),
        }
    }
}

/// How far a call is.
#[derive(Debug)]
pub(crate) enum Phase {
    /// It waits for its turn: the network knows nothing of it yet.
    Queued(Progress),
    /// It is placed and has not rung.
    Placing(Progress),
    /// The called party is rung.
    Ringing(Progress, Rings),
    /// Somebody answered, and it is being judged who.
    Judging(Progress),
    /// A live person answered, and the station of an agent rings for him.
    Waiting(Waiting),
    /// It is the call of a station, which has not answered.
    Summoned(Errand),
    /// A telephone chose the number, and nobody there has answered.
    Outward(Outward),
    /// A telephone makes it by itself, and whom it calls, on this leg, has not answered.
    Calling(LegId),
    /// It came in, and nobody has answered it.
    Alerting(Alerting),
    /// It came in and is being answered: the network does not know it yet.
    Answering(Then),
    /// It is answered.
    Up(Voice),
    /// DECLINE_CALL sent it away; the network has not ended it yet.
    Declining(Pending),
    /// We hung up; the network has not ended it yet. These requests to disconnect wait for the file of its
    /// recording.
    Clearing(Vec<Pending>),
    /// It is over, and the file of its recording is not whole yet: what else there is to say waits.
    Closing(Closing),
}

/// The last words on a call.
#[derive(Debug)]
pub(crate) struct Closing {
    pub(crate) end: End,
    /// When it ended.
    pub(crate) at: Instant,
    /// Whether its link hears of it: the network ended it, not the application.
    pub(crate) is_told: bool,
    /// Requests to disconnect it.
    pub(crate) disconnects: Vec<Pending>,
}

impl Call {
    /// The number of the far party: who called, or who was called; none when it is withheld.
    pub(crate) fn number(&self) -> Option<String> {
        if self.leg.is_arrived() { self.ani.clone() } else { Some(self.dnis.clone()) }
    }

    /// Every request that waits for this call.
    pub(crate) fn owed(self) -> impl Iterator<Item = Pending> {
        let of_bridge = self.joined.look.map(Look::owed);
        self.phase.owed().into_iter().chain(of_bridge)
    }
}

impl Phase {
    /// Every request that waits for this call.
    pub(crate) fn owed(self) -> Vec<Pending> {
        match self {
            Self::Queued(progress)
            | Self::Placing(progress)
            | Self::Ringing(progress, _)
            | Self::Judging(progress)
            | Self::Waiting(Waiting { party: Party { progress, .. }, .. }) => vec![progress.pending.owed()],
            Self::Summoned(_) | Self::Outward(_) | Self::Calling(_) | Self::Alerting(_) => Vec::new(),
            Self::Answering(then) => then.owed().into_iter().collect(),
            Self::Declining(pending) => vec![pending],
            Self::Up(voice) => voice.owed(),
            Self::Clearing(disconnects) | Self::Closing(Closing { disconnects, .. }) => disconnects,
        }
    }

    /// Takes out how far it is, to be followed by something else.
    pub(crate) const fn take(&mut self) -> Self {
        std::mem::replace(self, Self::Clearing(Vec::new()))
    }

    /// Whether the call is over or being ended.
    pub(crate) const fn is_ending(&self) -> bool {
        matches!(self, Self::Declining(_) | Self::Clearing(_) | Self::Closing(_))
    }
}
