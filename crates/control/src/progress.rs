//! Call progress: what becomes of a call that was placed, of what signalling tells and what is heard.
//!
//! Who says first what the outcome is decides it, by this table; what comes after is nothing. docs/dialling.md
//! has it for people.
//!
//! | told by | before the answer | outcome |
//! |---|---|---|
//! | signalling | a final refusal | by its cause: [`event_of`] |
//! | signalling | the answer | CONNECT |
//! | signalling | 180 | it rings: RINGS count in time from here |
//! | sound | busy tone | BUSY |
//! | sound | reorder tone | NODIALTONE |
//! | sound | special information tone | INTERCEPT |
//! | sound | ringback without a 180 | it rings: RINGS are counted by ear |
//! | time | RINGS are used up, or nothing rang | NOANS |

use std::time::Instant;

use edge::signal::Cause;
use edge::sound::{self, Barge, Clip, Media, Sign, Signs};
use edge::{LegId, PlayId, TrunkId};
use protocol::DialoutEvent;

use crate::alarm::Alarm;
use crate::call::{Call, Phase};
use crate::dial::DialPending;
use crate::input::Output;
use crate::limits;
use crate::orders::Orders;
use crate::playing::{Play, Purpose};
use crate::switch::{Count, Switch};
use crate::voice::Voice;

/// What is watched for while nobody has answered. Dial tone is not: once a number is dialled it says nothing.
const BEFORE_THE_ANSWER: [Sign; 4] = [Sign::Ringback, Sign::Busy, Sign::FastBusy, Sign::Information];

/// A dial-out under way: its request, and what happens on its answer.
#[derive(Debug)]
pub(crate) struct Progress {
    pub(crate) pending: DialPending,
    pub(crate) rings: u32,
    /// The trunks that did not take it; at most [`limits::TRIES`].
    pub(crate) tried: Vec<TrunkId>,
    /// Whether the network let it hear something: from then on it stays on its trunk.
    pub(crate) heard: bool,
    /// To play at the answer.
    pub(crate) message: Option<Clip>,
}

/// How a call rings, and until when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rings {
    until: Instant,
    counted: Counted,
}

/// How the rings of a call are counted.
#[derive(Clone, Copy, Debug)]
enum Counted {
    /// In time: the network told that it rings.
    InTime,
    /// By ear, so many so far: it only lets us hear it.
    ByEar(u32),
}

impl Switch {
    /// The network is heard before the answer; it rings unless something else is heard.
    pub(crate) fn early_media(&mut self, now: Instant, leg: LegId, media: Media, out: &mut Orders) {
        let Some((_, call)) = self.ports.call_mut(leg) else { return };
        out.push(Output::Sound(sound::Command::Open { leg, media }));
        if let Phase::Placing(progress) | Phase::Ringing(progress, _) = &mut call.phase {
            progress.heard = true;
            call.watch(BEFORE_THE_ANSWER.into_iter().collect(), out);
        }
        self.rings(now, leg, Counted::ByEar(0));
    }

    /// The called party is rung: RINGS are counted from here (behaviour B52).
    pub(crate) fn ringing(&mut self, now: Instant, leg: LegId) {
        self.rings(now, leg, Counted::InTime);
    }

    fn rings(&mut self, now: Instant, leg: LegId, counted: Counted) {
        let Some((_, call)) = self.ports.call_mut(leg) else { return };
        call.phase = match call.phase.take() {
            Phase::Placing(progress) => {
                let until = now + limits::RING.saturating_mul(progress.rings);
                self.alarms.set(until, Alarm::Rings(leg));
                Phase::Ringing(progress, Rings { until, counted })
            }
            // Told at last: no ring is counted twice, and the time runs since the first.
            Phase::Ringing(progress, rings) if matches!(counted, Counted::InTime) => {
                Phase::Ringing(progress, Rings { counted, ..rings })
            }
            other => other,
        };
    }

    /// The rings are used up, or nothing rang at all: the call is given up (behaviour B52).
    pub(crate) fn give_up(&mut self, now: Instant, alarm: Alarm, leg: LegId, out: &mut Orders) {
        let Some(call) = self.ports.call(leg) else { return };
        match (&call.phase, alarm) {
            (Phase::Placing(_), Alarm::Setup(_)) => {}
            (Phase::Ringing(_, rings), Alarm::Rings(_)) if rings.until <= now => {}
            _ => return,
        }
        self.conclude(now, leg, Cause::NoAnswer, DialoutEvent::Noans, out);
    }

    /// A sign is certain in what a call hears.
    pub(crate) fn sign(&mut self, now: Instant, leg: LegId, sign: Sign, out: &mut Orders) {
        let Some((_, call)) = self.ports.call_mut(leg) else { return };
        if !call.watched.has(sign) {
            return;
        }
        match (&mut call.phase, cause_of(sign)) {
            (Phase::Ringing(progress, rings), None) if sign == Sign::Ringback => {
                let Counted::ByEar(heard) = &mut rings.counted else { return };
                *heard += 1;
                if *heard == 1 {
                    rings.until = now + limits::RING.saturating_mul(progress.rings);
                    self.alarms.set(rings.until, Alarm::Rings(leg));
                } else if *heard > progress.rings {
                    self.conclude(now, leg, Cause::NoAnswer, DialoutEvent::Noans, out);
                }
            }
            (Phase::Ringing(..), Some(cause)) => self.conclude(now, leg, cause, event_of(cause), out),
            _ => self.cut_by_sign(leg, sign, out),
        }
    }

    /// The outcome of a dial-out is known and it is not an answer: the call is ended, and told.
    fn conclude(&mut self, now: Instant, leg: LegId, cause: Cause, event: DialoutEvent, out: &mut Orders) {
        let Some(own) = self.ports.of_leg(leg) else { return };
        if let Some(Phase::Placing(progress) | Phase::Ringing(progress, _)) = self.clear(now, own, cause, out)
        {
            progress.pending.terminate(event, None, out);
        }
    }

    /// The called party answered: CONNECT, and the message where there is one (behaviours B47, B48).
    pub(crate) fn answered(&mut self, now: Instant, leg: LegId, media: Media, out: &mut Orders) {
        let Some((_, call)) = self.ports.call_mut(leg) else { return };
        if call.phase.is_ending() {
            return; // The answer crossed our hang-up: signalling ends the call.
        }
        call.answered.get_or_insert(now);
        out.push(Output::Sound(sound::Command::Open { leg, media }));
        match call.phase.take() {
            Phase::Placing(progress) | Phase::Ringing(progress, _) => {
                self.tally.answered += 1;
                call.watch(Signs::NONE, out);
                call.connect(&mut self.plays, progress, out);
            }
            other => call.phase = other,
        }
    }
}

impl Call {
    /// Says CONNECT and starts the message. Where there is one, EOF is owed for it (decision U10).
    fn connect(&mut self, plays: &mut Count, progress: Progress, out: &mut Orders) {
        let Progress { pending, message, .. } = progress;
        self.phase = Phase::Up(Voice::Quiet);
        let Some(clip) = message else {
            return pending.terminate(DialoutEvent::Connect, None, out);
        };
        pending.connect(out);
        let DialPending { pending, family } = pending;
        let play = Play { pending, purpose: Purpose::Message(family), barge: Barge::AnyKey };
        self.begin_play(PlayId(plays.next()), play, vec![clip], out);
    }
}

/// What signalling would have said, had it said what a sign of the network says: a call that sounds busy is
/// busy, and congestion is a network without a circuit (decision U13).
const fn cause_of(sign: Sign) -> Option<Cause> {
    match sign {
        Sign::Busy => Some(Cause::Busy),
        Sign::FastBusy => Some(Cause::NoCircuit),
        Sign::Information => Some(Cause::Unallocated),
        Sign::DialTone | Sign::Ringback | Sign::Cng | Sign::Ced | Sign::Noise => None,
    }
}

/// What an application hears of a call that did not connect (behaviour B54, decision U13).
pub(crate) const fn event_of(cause: Cause) -> DialoutEvent {
    match cause {
        Cause::Busy | Cause::Rejected => DialoutEvent::Busy,
        Cause::NoAnswer | Cause::Normal | Cause::Lost => DialoutEvent::Noans,
        Cause::Unallocated => DialoutEvent::Intercept,
        Cause::NoCircuit
        | Cause::NoRoute
        | Cause::Unauthorized
        | Cause::Incompatible
        | Cause::NoMedia
        | Cause::Overload
        | Cause::Barred
        | Cause::Capped => DialoutEvent::Nodialtone,
    }
}
