//! DIALOUT: a call is asked for, placed, and its progress reported.

use std::time::Instant;

use edge::signal::{self, Cause, End};
use edge::sound::{self, Barge, Clip, Media, Repeat};
use protocol::{
    Dial, DialMode, DialoutEvent, DialoutResponse, DialoutStatus, DialoutTermination, Keyword, PortText, Text,
};

use crate::alarm::Alarm;
use crate::call::{Call, Phase, Progress, Voice};
use crate::input::{LinkId, Missing, Output, Ticket};
use crate::limits;
use crate::link::Stage;
use crate::orders::Orders;
use crate::pending::Pending;
use crate::switch::{Count, Switch};

/// A dial-out whose message files are being looked up.
#[derive(Debug)]
pub(crate) struct Wanted {
    pending: Pending,
    number: String,
    ani: Option<String>,
    campaign: Text,
    rings: u32,
    /// Which of the files looked up is the LIVEMESSAGE and which the ANSMESSAGE.
    live: bool,
    answering_machine: bool,
}

impl Wanted {
    pub(crate) const fn link(&self) -> LinkId {
        self.pending.link()
    }

    pub(crate) fn owed(self) -> Pending {
        self.pending
    }
}

impl Switch {
    /// Checks a dial-out, answers at once, and places the call (behaviour B45).
    pub(crate) fn dial(&mut self, now: Instant, link: LinkId, request: Dial, out: &mut Orders) {
        let pending = Pending::new(link, request.msgid.clone(), PortText::default());
        let number = match self.refusal(link, &request) {
            Ok(number) => number,
            Err(status) => return refuse(pending, status, out),
        };
        let wanted = Wanted {
            pending,
            number,
            ani: request.ani.map(|ani| ani.to_string()),
            campaign: request.campid.unwrap_or_default(),
            rings: request.rings.map_or(Ok(self.settings.dialling.rings), |r| r.parse()).unwrap_or(1),
            live: request.livemessage.is_some(),
            answering_machine: request.ansmessage.is_some(),
        };
        let names: Vec<Text> = request.livemessage.into_iter().chain(request.ansmessage).collect();
        if names.is_empty() {
            return self.place(now, wanted, None, out);
        }
        if self.dial_looks.len() >= limits::LOOKS {
            return refuse(wanted.pending, DialoutStatus::Busy, out);
        }
        let ticket = Ticket(self.tickets.next());
        self.dial_looks.insert(ticket, wanted);
        out.push(Output::Find { ticket, names });
    }

    /// The number to dial, or the first reason not to (behaviour B51).
    fn refusal(&self, link: LinkId, request: &Dial) -> Result<String, DialoutStatus> {
        let Some(state) = self.links.get(&link) else { return Err(DialoutStatus::Failed) };
        if request.msgid.is_empty() || state.stage == Stage::Terminated {
            return Err(DialoutStatus::Failed);
        }
        // decision U12: BUSY means that the link takes no new calls now.
        if state.stage == Stage::Paused || self.is_leaving() {
            return Err(DialoutStatus::Busy);
        }
        let Some(Keyword::Known(DialMode::Blind | DialMode::Supervised)) = request.mode else {
            return Err(DialoutStatus::Failed);
        };
        let number = request.dnis.as_deref().unwrap_or_default();
        if number.len() > self.settings.dialling.max_digits {
            return Err(DialoutStatus::NumberTooLong);
        }
        if number.len() < limits::DNIS_MIN || !number.chars().all(is_dialled) {
            return Err(DialoutStatus::Failed);
        }
        if request.ani.as_ref().is_some_and(|a| a.len() > limits::ANI_DIGITS || !a.chars().all(is_dialled)) {
            return Err(DialoutStatus::Failed);
        }
        let rings_fit = |r: &Text| r.parse::<u32>().is_ok_and(|rings| (1..=99).contains(&rings));
        if request.rings.as_ref().is_some_and(|r| !rings_fit(r)) {
            return Err(DialoutStatus::Failed);
        }
        // decision U14: with eee30 = 0 the agents of a dial-out are ignored. No agent station is
        // configured in this version, so none is free.
        if self.settings.parameters.agents && request.agents.is_some() {
            return Err(DialoutStatus::NoAgentFree);
        }
        if self.ports.free(|_| true).is_none() {
            return Err(DialoutStatus::NoDialoutPortFree);
        }
        Ok(number.to_owned())
    }

    /// The files of a dial-out were looked up.
    pub(crate) fn dial_files(
        &mut self,
        now: Instant,
        ticket: Ticket,
        files: Vec<Result<Clip, Missing>>,
        out: &mut Orders,
    ) {
        let Some(wanted) = self.dial_looks.remove(&ticket) else { return };
        let mut files = files.into_iter();
        let mut file = |asked: bool| if asked { files.next() } else { None };
        let (live, machine) = (file(wanted.live), file(wanted.answering_machine));
        match (live, machine) {
            (Some(Err(_)), _) => refuse(wanted.pending, DialoutStatus::LivemessageFileMissing, out),
            (_, Some(Err(_))) => refuse(wanted.pending, DialoutStatus::AnsmessageFileMissing, out),
            (live, _) => self.place(now, wanted, live.and_then(Result::ok), out),
        }
    }

    /// Takes a port, answers SUCCESS, and places the call when the pace allows.
    fn place(&mut self, now: Instant, wanted: Wanted, message: Option<Clip>, out: &mut Orders) {
        if self.is_leaving() {
            return refuse(wanted.pending, DialoutStatus::Busy, out);
        }
        let Some(port) = self.ports.free(|trunk| self.trunk_is_up(trunk)) else {
            return refuse(wanted.pending, DialoutStatus::NoDialoutPortFree, out);
        };
        wanted.pending.answer(out, |msgid, _| DialoutResponse { msgid, status: DialoutStatus::Success });
        let leg = self.next_leg();
        let name = self.ports.name(port);
        let call = Call {
            leg,
            owner: Some(wanted.pending.link()),
            dnis: wanted.number,
            ani: wanted.ani,
            campaign: wanted.campaign,
            began: now,
            answered: None,
            phase: Phase::Queued(Progress {
                pending: wanted.pending.with_port(name),
                rings: wanted.rings,
                message,
            }),
        };
        self.ports.occupy(port, call);
        let at = self.pace.turn(now);
        if at <= now {
            self.place_now(now, leg, out);
        } else {
            self.alarms.set(at, Alarm::Dial(leg));
        }
    }

    /// Places a call whose turn has come.
    pub(crate) fn place_now(&mut self, now: Instant, leg: edge::LegId, out: &mut Orders) {
        let Some(port) = self.ports.of_leg(leg).and_then(|own| self.ports.get_mut(own)) else { return };
        let Some(call) = &mut port.call else { return };
        call.phase = match std::mem::replace(&mut call.phase, Phase::Clearing) {
            Phase::Queued(progress) => Phase::Placing(progress),
            other => {
                call.phase = other;
                return;
            }
        };
        let (number, caller) = (call.dnis.clone(), call.ani.clone());
        out.push(Output::Signal(signal::Command::Dial(signal::Dial {
            leg,
            trunk: port.trunk,
            number,
            caller,
        })));
        self.tally.placed += 1;
        self.alarms.set(now + limits::SETUP, Alarm::Setup(leg));
    }

    /// The called party is rung: RINGS are counted from here (behaviour B52).
    pub(crate) fn ringing(&mut self, now: Instant, leg: edge::LegId) {
        let Some((_, call)) = self.ports.call_mut(leg) else { return };
        call.phase = match std::mem::replace(&mut call.phase, Phase::Clearing) {
            Phase::Placing(progress) => {
                let limit = limits::RING.saturating_mul(progress.rings);
                self.alarms.set(now + limit, Alarm::Rings(leg));
                Phase::Ringing(progress)
            }
            other => other,
        };
    }

    /// The rings are used up, or nothing rang at all: the call is given up (behaviour B52).
    pub(crate) fn give_up(&mut self, now: Instant, alarm: Alarm, leg: edge::LegId, out: &mut Orders) {
        let Some((own, call)) = self.ports.call_mut(leg) else { return };
        if !matches!(
            (&call.phase, alarm),
            (Phase::Placing(_), Alarm::Setup(_)) | (Phase::Ringing(_), Alarm::Rings(_))
        ) {
            return;
        }
        if let Phase::Placing(progress) | Phase::Ringing(progress) =
            self.clear(now, own, Cause::NoAnswer, out)
        {
            terminate(progress.pending, DialoutEvent::Noans, None, out);
        }
    }

    /// The called party answered: CONNECT, and the message where there is one (behaviours B47, B48).
    pub(crate) fn answered(&mut self, now: Instant, leg: edge::LegId, media: Media, out: &mut Orders) {
        let Some((_, call)) = self.ports.call_mut(leg) else { return };
        if matches!(call.phase, Phase::Clearing) {
            return; // The answer crossed our hang-up: signalling ends the call.
        }
        call.answered.get_or_insert(now);
        out.push(Output::Sound(sound::Command::Open { leg, media }));
        call.phase = match std::mem::replace(&mut call.phase, Phase::Clearing) {
            Phase::Placing(progress) | Phase::Ringing(progress) => {
                self.tally.answered += 1;
                Phase::Up(connect(leg, &mut self.plays, progress, out))
            }
            other => other,
        };
    }

    /// No key came after the message.
    pub(crate) fn key_wait_over(&mut self, leg: edge::LegId, out: &mut Orders) {
        let Some((_, call)) = self.ports.call_mut(leg) else { return };
        if let Phase::Up(voice @ Voice::KeyWait { .. }) = &mut call.phase
            && let Voice::KeyWait { pending } = std::mem::replace(voice, Voice::Quiet)
        {
            terminate(pending, DialoutEvent::Eof, None, out);
        }
    }
}

/// Says CONNECT and starts the message. Where there is one, EOF is owed for it (decision U10).
fn connect(leg: edge::LegId, plays: &mut Count, progress: Progress, out: &mut Orders) -> Voice {
    let Progress { pending, message, .. } = progress;
    let Some(clip) = message else {
        terminate(pending, DialoutEvent::Connect, None, out);
        return Voice::Quiet;
    };
    pending.answer(out, |msgid, trunk_port| DialoutTermination {
        msgid,
        event: DialoutEvent::Connect,
        trunk_port,
        agent: None,
        dtmf: None,
    });
    let play = edge::PlayId(plays.next());
    let (barge, repeat) = (Barge::AnyKey, Repeat::Once);
    out.push(Output::Sound(sound::Command::Play { leg, play, clips: vec![clip], barge, repeat }));
    Voice::Announcing { play, pending, stops: Vec::new() }
}

/// The digits a telephone network takes; anything else in a number is an attack or a slip.
fn is_dialled(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '*' | '#' | '+')
}

pub(crate) fn refuse(pending: Pending, status: DialoutStatus, out: &mut Orders) {
    pending.settle(out, |msgid, _| DialoutResponse { msgid, status });
}

/// A dial-out that never connected is over: its one termination says why (behaviour B54).
pub(crate) fn dial_failed(progress: Progress, end: End, out: &mut Orders) {
    terminate(progress.pending, event_of(end), None, out);
}

/// The last word on a dial-out.
pub(crate) fn terminate(pending: Pending, event: DialoutEvent, dtmf: Option<Text>, out: &mut Orders) {
    pending.settle(out, |msgid, trunk_port| DialoutTermination {
        msgid,
        event,
        trunk_port,
        agent: None,
        dtmf,
    });
}

/// What an application hears of a call that did not connect (behaviour B54, decision U13).
const fn event_of(end: End) -> DialoutEvent {
    match end.cause {
        Cause::Busy | Cause::Rejected => DialoutEvent::Busy,
        Cause::NoAnswer | Cause::Normal | Cause::Lost => DialoutEvent::Noans,
        Cause::Unallocated => DialoutEvent::Intercept,
        Cause::NoCircuit
        | Cause::NoRoute
        | Cause::Unauthorized
        | Cause::Incompatible
        | Cause::NoMedia
        | Cause::Overload => DialoutEvent::Nodialtone,
    }
}
