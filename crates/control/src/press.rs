//! DTMF_GENERATE: keys are pressed for the application.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use edge::{Key, LegId, sound};
use protocol::{
    DtmfGenerate, DtmfGenerateEvent, DtmfGenerateResponse, DtmfGenerateStatus, DtmfGenerateTermination,
};

use crate::alarm::Alarm;
use crate::call::Phase;
use crate::input::{LinkId, Output};
use crate::limits;
use crate::orders::Orders;
use crate::pending::Pending;
use crate::switch::Switch;
use crate::voice::Voice;

/// Keys are sent.
#[derive(Debug)]
pub(crate) struct Sending {
    pub(crate) pending: Pending,
    rest: VecDeque<Step>,
    /// When the pause under way is over; none while keys are being pressed.
    due: Option<Instant>,
}

/// One step of a DTMF_STRING.
#[derive(Debug)]
enum Step {
    /// Keys one after the other, which the engine paces.
    Keys(Vec<Key>),
    /// Nothing, for so long.
    Pause(Duration),
}

impl Sending {
    /// Not all could be sent.
    pub(crate) fn fail(self, out: &mut Orders) {
        end(self.pending, DtmfGenerateEvent::Failed, out);
    }
}

/// The steps of a DTMF_STRING; none where a character is no key, or there is none at all (decision U80).
fn steps(text: &str) -> Option<VecDeque<Step>> {
    let mut steps = VecDeque::new();
    for face in text.chars() {
        match (face, steps.back_mut()) {
            (',', Some(Step::Pause(pause))) => *pause += limits::COMMA,
            (',', _) => steps.push_back(Step::Pause(limits::COMMA)),
            (face, Some(Step::Keys(keys))) => keys.push(Key::from_face(face)?),
            (face, _) => steps.push_back(Step::Keys(vec![Key::from_face(face)?])),
        }
    }
    (!steps.is_empty()).then_some(steps)
}

impl Switch {
    /// Sends keys to the party (behaviour B165; decisions U79, U80).
    pub(crate) fn dtmf_generate(
        &mut self,
        now: Instant,
        link: LinkId,
        request: DtmfGenerate,
        out: &mut Orders,
    ) {
        let port = request.trunk_port.unwrap_or_default();
        let call = self.ports.up(&port);
        let pending = Pending::new(link, request.msgid, port);
        let refuse = |pending: Pending, status, out: &mut Orders| {
            pending.settle(out, |msgid, trunk_port| DtmfGenerateResponse { msgid, trunk_port, status });
        };
        let call = match call {
            Ok(call) => call,
            Err(unfit) => return refuse(pending, unfit.into(), out),
        };
        let text = request.dtmf_string.unwrap_or_default();
        if text.chars().count() > limits::DIGITS {
            return refuse(pending, DtmfGenerateStatus::TooManyDigits, out);
        }
        if let Err(unfit) = call.take_channel(out) {
            return refuse(pending, unfit.into(), out);
        }
        let status = DtmfGenerateStatus::Success;
        pending.answer(out, |msgid, trunk_port| DtmfGenerateResponse { msgid, trunk_port, status });
        let Some(rest) = steps(&text) else { return end(pending, DtmfGenerateEvent::Failed, out) };
        call.phase = Phase::Up(Voice::Sending(Sending { pending, rest, due: None }));
        let leg = call.leg;
        self.next_step(now, leg, out);
    }

    /// The engine has sent the keys it was given.
    pub(crate) fn keys_sent(&mut self, now: Instant, leg: LegId, out: &mut Orders) {
        let Some((_, call)) = self.ports.call_mut(leg) else { return };
        if matches!(&call.phase, Phase::Up(Voice::Sending(Sending { due: None, .. }))) {
            self.next_step(now, leg, out);
        }
    }

    /// A pause is over.
    pub(crate) fn pause_over(&mut self, now: Instant, leg: LegId, out: &mut Orders) {
        let Some((_, call)) = self.ports.call_mut(leg) else { return };
        if matches!(&call.phase, Phase::Up(Voice::Sending(Sending { due: Some(due), .. })) if *due <= now) {
            self.next_step(now, leg, out);
        }
    }

    fn next_step(&mut self, now: Instant, leg: LegId, out: &mut Orders) {
        let Some((_, call)) = self.ports.call_mut(leg) else { return };
        let Phase::Up(Voice::Sending(sending)) = &mut call.phase else { return };
        match sending.rest.pop_front() {
            Some(Step::Keys(keys)) => {
                sending.due = None;
                out.push(Output::Sound(sound::Command::Press { leg, keys }));
            }
            Some(Step::Pause(pause)) => {
                sending.due = Some(now + pause);
                self.alarms.set(now + pause, Alarm::Pause(leg));
            }
            None => {
                if let Some(Voice::Sending(sending)) = call.free_channel(|_| true, out) {
                    end(sending.pending, DtmfGenerateEvent::Normal, out);
                }
            }
        }
    }
}

fn end(pending: Pending, event: DtmfGenerateEvent, out: &mut Orders) {
    pending.settle(out, |msgid, trunk_port| DtmfGenerateTermination { msgid, trunk_port, event });
}
