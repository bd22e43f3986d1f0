//! Call progress: what becomes of a call that was placed, of what signalling tells and what is heard.
//!
//! Who says first what the outcome is decides it, by this table; what comes after is nothing. docs/dialling.md
//! has it for people.
//!
//! | told by | | before the answer | after it, MODE=SUPERVISED |
//! |---|---|---|---|
//! | signalling | a final refusal | by its cause: [`event_of`] | |
//! | signalling | the answer | CONNECT, or it is judged who answered | |
//! | signalling | the end of the call | | CONNECT |
//! | signalling | 180 | it rings: RINGS count in time | |
//! | sound | ringback | where no 180 came, a ring | nothing |
//! | sound | busy tone | BUSY | BUSY |
//! | sound | reorder tone | NODIALTONE | NODIALTONE |
//! | sound | special information tone | INTERCEPT | INTERCEPT |
//! | sound | fax tones | nothing | FAX |
//! | sound | a machine's greeting or beep | nothing | ANSMACHINE |
//! | sound | a person, nobody, something else | nothing | CONNECT |
//! | time | RINGS are used up, nothing rang | NOANS | |

use std::time::Instant;

use edge::signal::Cause;
use edge::sound::{self, Barge, Clip, Media, Profile, Sign, Signs, Verdict};
use edge::{LegId, PlayId, TrunkId};
use protocol::DialoutEvent;

use crate::agent::Numbers;
use crate::alarm::Alarm;
use crate::call::{Call, Phase};
use crate::dial::DialPending;
use crate::input::Output;
use crate::limits;
use crate::orders::Orders;
use crate::outward::Outward;
use crate::playing::{Play, Purpose};
use crate::switch::{Count, Switch};
use crate::voice::Voice;

/// What is watched for while nobody has answered. Dial tone is not: once a number is dialled it says nothing.
const BEFORE_THE_ANSWER: [Sign; 4] = [Sign::Ringback, Sign::Busy, Sign::FastBusy, Sign::Information];

/// What is watched for while it is judged who answered. Whoever judges tells the rest himself: what is a fax's
/// tone at first is a beep once something was said.
const AFTER_THE_ANSWER: [Sign; 2] = [Sign::Busy, Sign::FastBusy];

/// A dial-out under way: its request, and what happens on its answer.
#[derive(Debug)]
pub(crate) struct Progress {
    pub(crate) pending: DialPending,
    pub(crate) rings: u32,
    /// The trunks that did not take it; at most [`limits::TRIES`].
    pub(crate) tried: Vec<TrunkId>,
    /// Whether the network let it hear something: from then on it stays on its trunk.
    pub(crate) heard: bool,
    /// What to play.
    pub(crate) messages: Messages,
    /// By what it is judged who answers, where it is: MODE=SUPERVISED (decision U09).
    pub(crate) judged_by: Option<Profile>,
    /// Whom a live party is connected with.
    pub(crate) partner: Partner,
}

/// Whom the live party of a dial-out is connected with.
#[derive(Debug)]
pub(crate) enum Partner {
    /// Nobody, for now.
    Nobody,
    /// The next of these agents.
    OneOf(Numbers),
    /// This agent, or the party is let go: DIAL_PATCH.
    This(u16),
}

/// The messages of a dial-out.
#[derive(Default, Debug)]
pub(crate) struct Messages {
    /// LIVEMESSAGE, for a person.
    pub(crate) live: Option<Clip>,
    /// ANSMESSAGE, for an answering machine.
    pub(crate) machine: Option<Clip>,
}

/// A message that waits for the end of a machine's greeting.
#[derive(Debug)]
pub(crate) struct Announcement {
    pub(crate) pending: DialPending,
    message: Clip,
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
        if let Phase::Outward(_) | Phase::Calling(_) = call.phase {
            return self.heard_early(leg, out);
        }
        if let Phase::Placing(progress) | Phase::Ringing(progress, _) = &mut call.phase {
            progress.heard = true;
            call.watch(BEFORE_THE_ANSWER.into_iter().collect(), out);
        }
        self.rings(now, leg, Counted::ByEar(0));
    }

    /// The called party is rung: RINGS are counted from here (behaviour B52).
    pub(crate) fn ringing(&mut self, now: Instant, leg: LegId, out: &mut Orders) {
        self.rings(now, leg, Counted::InTime);
        self.pass_on_ringing(leg, out);
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
        match (&mut call.phase, outcome_of(sign)) {
            (Phase::Ringing(progress, rings), _) if sign == Sign::Ringback => {
                let Counted::ByEar(heard) = &mut rings.counted else { return };
                *heard += 1;
                if *heard == 1 {
                    rings.until = now + limits::RING.saturating_mul(progress.rings);
                    self.alarms.set(rings.until, Alarm::Rings(leg));
                } else if *heard > progress.rings {
                    self.conclude(now, leg, Cause::NoAnswer, DialoutEvent::Noans, out);
                }
            }
            (Phase::Ringing(..) | Phase::Judging(_), Some((cause, event))) => {
                self.conclude(now, leg, cause, event, out);
            }
            _ => self.cut_by_sign(leg, sign, out),
        }
    }

    /// The outcome of a dial-out is known and it is not an answer: the call is ended, and told.
    fn conclude(&mut self, now: Instant, leg: LegId, cause: Cause, event: DialoutEvent, out: &mut Orders) {
        let Some(own) = self.ports.of_leg(leg) else { return };
        if let Some(Phase::Placing(progress) | Phase::Ringing(progress, _) | Phase::Judging(progress)) =
            self.clear(now, own, cause, out)
        {
            progress.pending.terminate(event, None, out);
        }
    }

    /// Somebody answered, or the network knows that we did. Where it is not judged who, a dial-out is at
    /// CONNECT (behaviour B47, decision U09).
    pub(crate) fn answered(&mut self, now: Instant, leg: LegId, media: Media, out: &mut Orders) {
        if let Some(newcomer) = self.newcomers.remove(&leg) {
            return self.replace(now, newcomer, media, out);
        }
        let Some((own, call)) = self.ports.call_mut(leg) else { return };
        if call.phase.is_ending() {
            return; // The answer crossed our hang-up: signalling ends the call.
        }
        call.answered.get_or_insert(now);
        out.push(Output::Sound(sound::Command::Open { leg, media }));
        let progress = match call.phase.take() {
            Phase::Placing(progress) | Phase::Ringing(progress, _) => progress,
            Phase::Answering(then) => {
                call.phase = Phase::Up(Voice::Quiet);
                return self.taken(now, leg, then, out);
            }
            Phase::Summoned(errand) | Phase::Outward(Outward { errand, .. }) => {
                call.phase = Phase::Up(Voice::Quiet);
                self.tally.answered += 1;
                return self.reached(now, own, errand, out);
            }
            other => return call.phase = other,
        };
        self.tally.answered += 1;
        match progress.judged_by {
            Some(by) => {
                call.phase = Phase::Judging(progress);
                call.watch(AFTER_THE_ANSWER.into_iter().collect(), out);
                out.push(Output::Sound(sound::Command::Judge { leg, by }));
                self.alarms.set(now + limits::VERDICT, Alarm::Verdict(leg));
            }
            None => {
                call.watch(Signs::NONE, out);
                self.connect(now, leg, progress, out);
            }
        }
    }

    /// It is known who answered, or it will not be known (behaviours B48, B49, B54).
    pub(crate) fn judged(&mut self, now: Instant, leg: LegId, verdict: Verdict, out: &mut Orders) {
        let Some((_, call)) = self.ports.call_mut(leg) else { return };
        if !matches!(call.phase, Phase::Judging(_)) {
            return;
        }
        match verdict {
            Verdict::Fax => return self.conclude(now, leg, Cause::Normal, DialoutEvent::Fax, out),
            Verdict::Intercept => {
                return self.conclude(now, leg, Cause::Unallocated, DialoutEvent::Intercept, out);
            }
            Verdict::Human | Verdict::Machine | Verdict::Silence | Verdict::NotSure => {}
        }
        call.watch(Signs::NONE, out);
        match call.phase.take() {
            Phase::Judging(progress) if verdict == Verdict::Machine => {
                if call.meet_machine(progress, out) {
                    self.alarms.set(now + limits::GREETING, Alarm::Cue(leg));
                }
            }
            // Who says nothing may be a person who waits.
            Phase::Judging(progress) => self.connect(now, leg, progress, out),
            other => call.phase = other,
        }
    }

    /// The greeting of an answering machine is over: its message begins (behaviour B49).
    pub(crate) fn cued(&mut self, leg: LegId, out: &mut Orders) {
        let Some((_, call)) = self.ports.call_mut(leg) else { return };
        let waits = |voice: &Voice| matches!(voice, Voice::Awaiting(_));
        if let Some(Voice::Awaiting(announcement)) = call.free_channel(waits, out) {
            call.say(&mut self.plays, announcement, out);
        }
    }
}

impl Call {
    /// Says CONNECT and starts the message. Where there is one, EOF is owed for it (decision U10).
    pub(crate) fn connect(&mut self, plays: &mut Count, progress: Progress, out: &mut Orders) {
        let Progress { pending, messages, .. } = progress;
        self.phase = Phase::Up(Voice::Quiet);
        let Some(message) = messages.live else {
            return pending.terminate(DialoutEvent::Connect, None, out);
        };
        pending.announce(DialoutEvent::Connect, out);
        self.say(plays, Announcement { pending, message }, out);
    }

    /// Says ANSMACHINE; true where a message waits for the end of the greeting. Where there is one, EOF is owed
    /// for it (decision U10).
    fn meet_machine(&mut self, progress: Progress, out: &mut Orders) -> bool {
        let Progress { pending, messages, .. } = progress;
        self.phase = Phase::Up(Voice::Quiet);
        let Some(message) = messages.machine else {
            pending.terminate(DialoutEvent::Ansmachine, None, out);
            return false;
        };
        pending.announce(DialoutEvent::Ansmachine, out);
        self.phase = Phase::Up(Voice::Awaiting(Announcement { pending, message }));
        true
    }

    fn say(&mut self, plays: &mut Count, announcement: Announcement, out: &mut Orders) {
        let Announcement { pending: DialPending { pending, family }, message } = announcement;
        let play = Play { pending, purpose: Purpose::Message(family), barge: Barge::AnyKey };
        self.begin_play(PlayId(plays.next()), play, vec![message], out);
    }
}

impl Progress {
    /// Whether its answer is told as one, whatever comes of it: an application that hears CONNECT hears of the
    /// end of the call, too.
    pub(crate) const fn is_told(&self) -> bool {
        !matches!(self.partner, Partner::This(_))
    }

    /// The call is over before it was known who answered: it was connected, and so was its message.
    pub(crate) fn end(self, out: &mut Orders) {
        if let Partner::This(_) = self.partner {
            return self.pending.agent_is_busy(out);
        }
        if self.messages.live.is_some() {
            self.pending.announce(DialoutEvent::Connect, out);
            self.pending.terminate(DialoutEvent::Eof, None, out);
        } else {
            self.pending.terminate(DialoutEvent::Connect, None, out);
        }
    }
}

/// What a sign of the network says of a call: as which cause it ends, and what its application hears. A call
/// that sounds busy is busy; congestion is a network without a circuit (decision U13).
const fn outcome_of(sign: Sign) -> Option<(Cause, DialoutEvent)> {
    match sign {
        Sign::Busy => Some((Cause::Busy, event_of(Cause::Busy))),
        Sign::FastBusy => Some((Cause::NoCircuit, event_of(Cause::NoCircuit))),
        Sign::Information => Some((Cause::Unallocated, event_of(Cause::Unallocated))),
        Sign::DialTone | Sign::Ringback | Sign::Cng | Sign::Ced | Sign::Noise => None,
    }
}

/// What an application hears of a call that did not connect (behaviour B54, decision U13).
pub(crate) const fn event_of(cause: Cause) -> DialoutEvent {
    match cause {
        Cause::Busy | Cause::Rejected | Cause::Declined(_) => DialoutEvent::Busy,
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
