//! A call to a telephone of the house: it rings wherever it is registered, and the first answer has it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use edge::signal::{Cause, Command, Dial, End, Event, Side};
use edge::sound::Media;
use edge::{Line, StationId};
use rsipstack::sip::Response;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, timeout_at};

use crate::branch::{Branch, diversion};
use crate::core::Core;
use crate::dialog::Dialog;
use crate::fields;
use crate::flow::Flow;
use crate::leg::{Inward, Leg};
use crate::limits;
use crate::live;
use crate::place::{refusal, timeout};
use crate::sdp;
use crate::stations::Contact;

/// A place of the station that is being rung, in a task of its own.
struct Ringing {
    core: Arc<Core>,
    branch: Branch,
    local: sdp::Local,
    inbox: mpsc::Receiver<Inward>,
    /// The leg, which hears what came of it.
    leg: mpsc::Sender<Inward>,
    race: Arc<Race>,
    over: watch::Receiver<bool>,
    rung: bool,
    early: Option<Media>,
}

/// Who has the call.
#[derive(Default)]
struct Race(AtomicBool);

impl Race {
    /// Whether nobody had it before.
    fn win(&self) -> bool {
        !self.0.swap(true, Ordering::AcqRel)
    }
}

/// What becomes of one place that is rung.
pub(crate) enum Rung {
    /// It rings.
    Rings,
    /// It has answered, before all others.
    Answered(Box<Answer>),
    /// It does not answer.
    Refused(End),
}

/// The answer that has the call.
pub(crate) struct Answer {
    branch: Branch,
    local: sdp::Local,
    early: Option<Media>,
    response: Response,
}

/// Calls a station and stays with the call to its end.
pub(crate) async fn ring(mut leg: Leg, station: StationId, dial: Dial) {
    let (over, _) = watch::channel(false);
    let race = Arc::new(Race::default());
    let left = begin(&leg, station, &dial, &race, &over).await;
    let end = match left {
        Ok(left) => wait(&mut leg, left).await,
        Err(cause) => Err(End { by: Side::Us, cause, status: None, q850: None }),
    };
    // Those that lost are cancelled, each by its own task.
    over.send_replace(true);
    match end {
        Ok(answer) => {
            let Answer { branch, local, early, response } = *answer;
            live::answered(leg, branch, local, early, &response).await;
        }
        Err(end) => {
            leg.end(end);
            if !race.win() {
                refuse_answer(&mut leg).await;
            }
        }
    }
}

/// Sends an INVITE to each place of the station; how many went out.
async fn begin(
    leg: &Leg,
    station: StationId,
    dial: &Dial,
    race: &Arc<Race>,
    over: &watch::Sender<bool>,
) -> Result<usize, Cause> {
    let core = &leg.core;
    let contacts = core.contacts(station).await;
    let first = contacts.first().ok_or(Cause::NoRoute)?;
    let line = Some(Line::Station(station));
    let mut local = core.describe(leg.id, line, &first.flow).map_err(|()| Cause::NoMedia)?;
    let offer = local.offer();
    let mut sent = 0;
    for Contact { target, flow } in contacts {
        let from = format!("{};tag={}", identity(core, &flow, dial.caller.as_deref()), leg.tag);
        let (sender, inbox) = mpsc::channel(limits::INBOX);
        let mut local = local.clone();
        local.face(&flow);
        let diverted = dial.redirecting.as_deref().map(|number| diversion(core, &flow, number));
        let (dialog, told) = (Dialog::placed(from, target, flow), diverted.into_iter().collect());
        let Some(branch) = Branch::begin(core, dialog, told, offer.clone(), sender).await else { continue };
        let ringing = Ringing {
            core: Arc::clone(core),
            branch,
            local,
            inbox,
            leg: leg.sender.clone(),
            race: Arc::clone(race),
            over: over.subscribe(),
            rung: false,
            early: None,
        };
        tokio::spawn(ringing.run());
        sent += 1;
    }
    if sent == 0 { Err(Cause::NoRoute) } else { Ok(sent) }
}

/// Waits for the answer, or for the end of all places that are rung.
async fn wait(leg: &mut Leg, mut left: usize) -> Result<Box<Answer>, End> {
    let mut best: Option<End> = None;
    let mut ringing = false;
    // Requests of the station before its answer has come round; answered once the call is up.
    let mut early = Vec::new();
    loop {
        match leg.next(None).await {
            Inward::Rung(Rung::Rings) if !std::mem::replace(&mut ringing, true) => {
                leg.tell(Event::Ringing { leg: leg.id });
            }
            Inward::Rung(Rung::Answered(answer)) => {
                for request in early {
                    leg.postpone(request);
                }
                return Ok(answer);
            }
            Inward::Rung(Rung::Refused(end)) => {
                left -= 1;
                if best.is_none_or(|best| weight(&end) > weight(&best)) {
                    best = Some(end);
                }
                // RFC 3261 §16.7 step 5: nobody else is to be rung after a 6xx.
                let nowhere = end.status.is_some_and(|status| status >= 600);
                if left == 0 || nowhere {
                    return Err(best.unwrap_or(end));
                }
            }
            Inward::Command(Command::HangUp { cause, .. }) => {
                return Err(End { by: Side::Us, cause, status: None, q850: None });
            }
            Inward::Request(request) if early.len() < limits::INBOX => early.push(request),
            Inward::Request(request) => leg.core.reply(request, 503, Vec::new(), Vec::new()).await,
            _ => {}
        }
    }
}

/// The answer that came while the call was given up: it is acknowledged and ended.
async fn refuse_answer(leg: &mut Leg) {
    let patience = Instant::now() + timeout(&leg.core);
    loop {
        match leg.next(Some(patience)).await {
            Inward::Rung(Rung::Answered(mut answer)) => {
                return answer.branch.decline(&leg.core, &answer.response).await;
            }
            Inward::Deadline => return,
            _ => {}
        }
    }
}

/// Which of several refusals is told: what a person did before what a network did.
const fn weight(end: &End) -> u8 {
    match end.cause {
        Cause::Busy => 4,
        Cause::Rejected => 3,
        Cause::NoAnswer => 2,
        Cause::NoRoute => 0,
        _ => 1,
    }
}

/// Whom the telephone shows: a number, a name, or nobody (RFC 3261 §8.1.1.3).
fn identity(core: &Core, flow: &Flow, caller: Option<&str>) -> String {
    let Some(caller) = caller else { return "<sip:anonymous@anonymous.invalid>".to_owned() };
    let host = core.shown_host(flow);
    let uri = format!("<sip:{}@{host}>", fields::encode(caller));
    if caller.bytes().all(|b| b.is_ascii_digit() || b"*#+".contains(&b)) {
        return uri;
    }
    let quoted: String = caller.chars().filter(|c| !c.is_control() && !matches!(c, '"' | '\\')).collect();
    format!("\"{quoted}\" {uri}")
}

impl Ringing {
    async fn run(mut self) {
        let bounds = &self.core.settings.limits;
        let (ringing, silence) = (Instant::now() + bounds.ringing, bounds.silence);
        loop {
            let deadline = if self.branch.heard { ringing } else { ringing.min(self.branch.sent + silence) };
            let Some(inward) = self.next(deadline).await else { return self.cancel().await };
            let network = |cause, status| End { by: Side::Network, cause, status, q850: None };
            match inward {
                Inward::Response(response) => match response.status_code.code() {
                    100 => self.branch.heard = true,
                    101..=199 => self.progress(&response).await,
                    200..=299 => return self.answered(*response).await,
                    _ => return self.tell(Rung::Refused(refusal(&response))).await,
                },
                Inward::Closed => return self.tell(Rung::Refused(network(Cause::NoRoute, None))).await,
                Inward::Deadline => {
                    let cause = if self.branch.heard { Cause::NoAnswer } else { Cause::NoRoute };
                    self.tell(Rung::Refused(End { by: Side::Us, cause, status: None, q850: None })).await;
                    return self.cancel().await;
                }
                _ => {}
            }
        }
    }

    /// What comes back next; none when the call is no longer wanted here.
    async fn next(&mut self, deadline: Instant) -> Option<Inward> {
        tokio::select! {
            inward = timeout_at(deadline, self.inbox.recv()) => {
                // A transaction that is gone without an answer brings none any more.
                Some(inward.ok().flatten().unwrap_or(Inward::Deadline))
            }
            _ = self.over.wait_for(|over| *over) => None,
        }
    }

    async fn tell(&self, rung: Rung) {
        // A leg that is gone has given all of them up.
        let _ = self.leg.send(Inward::Rung(rung)).await;
    }

    /// It rings. What a telephone plays before its answer nobody hears.
    async fn progress(&mut self, response: &Response) {
        if !self.branch.hear(&self.core, response).await {
            return;
        }
        if let Some(body) = live::description(response) {
            self.early = self.local.accept(body).ok().or(self.early);
        }
        if !std::mem::replace(&mut self.rung, true) {
            self.tell(Rung::Rings).await;
        }
    }

    /// It has answered: first, or too late.
    async fn answered(mut self, response: Response) {
        if self.race.win() {
            let (leg, answer) =
                (self.leg, Answer { branch: self.branch, local: self.local, early: self.early, response });
            let _ = leg.send(Inward::Rung(Rung::Answered(Box::new(answer)))).await;
        } else {
            self.branch.decline(&self.core, &response).await;
        }
    }

    /// Another has the call, or nobody wants it any more: CANCEL, and BYE where a 2xx crosses it (RFC 3261 §9.1).
    async fn cancel(mut self) {
        let mut cancelled = self.branch.heard;
        if cancelled {
            self.branch.send_cancel(&self.core).await;
        }
        let deadline = Instant::now() + timeout(&self.core);
        while let Ok(Some(inward)) = timeout_at(deadline, self.inbox.recv()).await {
            match inward {
                Inward::Response(response) => match response.status_code.code() {
                    100..=199 if !std::mem::replace(&mut cancelled, true) => {
                        self.branch.send_cancel(&self.core).await;
                    }
                    100..=199 => {}
                    200..=299 => return self.branch.decline(&self.core, &response).await,
                    _ => return,
                },
                Inward::Closed => return,
                _ => {}
            }
        }
        self.branch.close();
    }
}
