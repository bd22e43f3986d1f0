//! Signalling: what the switch asks of the network, and what the network tells it.
//!
//! The signalling side owns the SIP dialogs; it asks the media engine for a local socket whenever an
//! offer or an answer needs one, and reports what was negotiated as [`Media`].

use crate::id::{LegId, Line, StationId, TrunkId};
use crate::key::Key;
use crate::q850::Q850;
use crate::sound::Media;

/// What the switch asks of the signalling side. None of them is answered in place: events follow.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// Place a call. Ends in exactly one [`Event::Ended`].
    Dial(Dial),
    /// Tell an arrived call that its party is being rung (180).
    Ring { leg: LegId },
    /// Play to an arrived call before the answer (183 with an SDP answer); [`Event::EarlyMedia`] follows.
    Progress { leg: LegId },
    /// Answer an arrived call (200); [`Event::Answered`] follows.
    Answer { leg: LegId },
    /// Refuse an arrived call, or cancel or end any call, for this reason: CANCEL, BYE or a final
    /// response, as the state of the dialog demands. [`Event::Ended`] follows.
    HangUp { leg: LegId, cause: Cause },
    /// How far the transfer is that the party of this leg asked for ([`Event::Referred`]): NOTIFY.
    TellTransfer { leg: LegId, progress: Transfer },
}

/// A call to place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dial {
    /// The name of the leg, chosen by the switch.
    pub leg: LegId,
    /// Who is called.
    pub to: Callee,
    /// The calling number to show, or the line's own identity.
    pub caller: Option<String>,
    /// The number that sent the call on before it came to us (Diversion, RFC 5806); none where none did.
    pub redirecting: Option<String>,
}

/// Who is called.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Callee {
    /// A number in the network.
    Number {
        /// The trunk to place it through.
        trunk: TrunkId,
        /// The number to dial: only `0-9 * # +`, which the switch has checked.
        number: String,
    },
    /// A telephone of the house, wherever it is now.
    Station(StationId),
}

impl Callee {
    /// What the call runs over.
    #[must_use]
    pub const fn line(&self) -> Line {
        match self {
            Self::Number { trunk, .. } => Line::Trunk(*trunk),
            Self::Station(station) => Line::Station(*station),
        }
    }
}

/// How far a transfer is that a party asked for with REFER (RFC 3515 §2.4.5).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Transfer {
    /// The other party is called.
    Trying,
    /// It is done.
    Done,
    /// It is not, for this reason; the party that asked has its call still.
    Failed(Cause),
}

/// What the signalling side tells the switch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// A call arrived; it hears nothing but 100 until the switch commands.
    Arrived(Arrived),
    /// The called party is being rung (180, or 183 without SDP).
    Ringing { leg: LegId },
    /// Sound before the answer: the network talks already (183 or 180 with SDP).
    EarlyMedia { leg: LegId, media: Media },
    /// Answered: the call is up.
    Answered { leg: LegId, media: Media },
    /// The media of a call that is up changed (re-INVITE or UPDATE).
    Renegotiated { leg: LegId, media: Media },
    /// The far side told that it pressed a key (INFO); told once a key.
    Key { leg: LegId, key: Key },
    /// The far side wants to send a fax (a re-INVITE that offers T.38, or an answer to the first INVITE that
    /// does): it was refused, the call goes on.
    Faxing { leg: LegId },
    /// The party of this leg wants the one it talks to to be connected with somebody else (REFER);
    /// [`Command::TellTransfer`] answers. A second one before the first is done is refused without a word.
    Referred { leg: LegId, to: Referral },
    /// The leg is over, whoever ended it. Nothing of it follows.
    Ended { leg: LegId, end: End },
    /// A trunk can be dialled again (registered, answers OPTIONS).
    TrunkUp { trunk: TrunkId },
    /// A trunk cannot be dialled: says why, for the log and for people.
    TrunkDown { trunk: TrunkId, why: String },
    /// A telephone of the house can be called (it has registered, or has a fixed place).
    StationUp { station: StationId },
    /// A telephone of the house cannot be called: says why, for the log and for people.
    StationDown { station: StationId, why: String },
}

/// Whom a party wants the other one connected with (RFC 3515 §2.1).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Referral {
    /// This number or agent: the user part of Refer-To.
    Number(String),
    /// The far party of this other leg of the same telephone, which goes (Replaces, RFC 3891).
    Leg(LegId),
}

/// A call that arrived from the network.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Arrived {
    /// Its name, chosen by the signalling side ([`LegId::arrived`]).
    pub leg: LegId,
    /// The trunk that the transport source belongs to, or the station that proved who it is; none where
    /// anyone may call.
    pub line: Option<Line>,
    /// The number dialled: the user part of the Request-URI.
    pub dnis: String,
    /// The caller: the user part of P-Asserted-Identity (from a trunk) or From; empty when withheld.
    pub ani: String,
    /// The redirecting number: Diversion (RFC 5806) or History-Info (RFC 7044); empty when none.
    pub redirecting: String,
    /// The leg whose place it takes (Replaces, RFC 3891), which the signalling side has found to be up.
    pub replaces: Option<LegId>,
}

/// How a leg ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct End {
    /// Who ended it.
    pub by: Side,
    /// Why.
    pub cause: Cause,
    /// The SIP status that said so, where one did.
    pub status: Option<u16>,
    /// The network's own cause, where it told one (Reason, RFC 3326).
    pub q850: Option<Q850>,
}

/// One of the two sides of a signalling dialog.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// This server.
    Us,
    /// The network.
    Network,
}

/// Why a leg was refused or ended, in the field's words.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Cause {
    /// A party hung up (BYE), or nothing special: normal clearing.
    Normal,
    /// The party is busy (486, 600).
    Busy,
    /// The party was rung and did not answer (480, 408 from the far side, 487 after our CANCEL).
    NoAnswer,
    /// The number is not one that can be reached (404, 410, 484, 604).
    Unallocated,
    /// The party or the network declined (403, 603).
    Rejected,
    /// The network has no circuit (5xx).
    NoCircuit,
    /// Nobody there: no response at all, no route, host unknown, trunk down.
    NoRoute,
    /// Our credentials are refused (401 or 407 again after we answered the challenge).
    Unauthorized,
    /// No common media (488, or an answer that we cannot use).
    Incompatible,
    /// No local media socket is free, or the media of the leg was lost.
    NoMedia,
    /// The far side vanished in mid-call (481, session timer, no RTP).
    Lost,
    /// This server cannot take or place the call now: its own limit is reached, or it is closing.
    Overload,
    /// Our own rules keep the number from being dialled: a list of prefixes, or it is an emergency number.
    Barred,
    /// A trunk or a campaign had as many calls in the last hour as it may have.
    Capped,
    /// An application declined the call with this cause of the network's own.
    Declined(Q850),
}
