//! A call that we place, until it is answered (RFC 3261 §13.2) or ends.

use std::pin::pin;
use std::sync::Arc;

use edge::signal::{Callee, Cause, Command, Dial, End, Event, Side};
use edge::sound::Media;
use rsipstack::sip::{Header, Response};
use rsipstack::transaction::Transaction;
use tokio::time::{Duration, Instant};

use crate::branch::{Branch, Silent, diversion};
use crate::cause;
use crate::core::Core;
use crate::dialog::Dialog;
use crate::fields;
use crate::flow::Flow;
use crate::leg::{Inward, Leg};
use crate::limits;
use crate::live;
use crate::reason;
use crate::sdp;
use crate::transactions::is_own;
use crate::trunk::Trunk;

/// A call that is being placed.
struct Placed {
    trunk: usize,
    /// The INVITE under way.
    branch: Branch,
    local: sdp::Local,
    /// Whether the one answer to a challenge was given.
    answered_challenge: bool,
    /// Whether the one longer session was asked for.
    asked_longer: bool,
    /// Whether the one new connection was tried.
    reconnected: bool,
    /// Servers of the trunk that had nothing for us.
    servers_tried: usize,
    /// INVITEs to servers that said nothing, at most one for each.
    silent: Vec<Silent>,
    ringing: bool,
    early: Option<Media>,
    early_told: u32,
}

/// Places a call and stays with it to its end.
pub(crate) async fn place(mut leg: Leg, dial: Dial) {
    match Placed::begin(&mut leg, &dial).await {
        Ok(placed) => placed.run(leg).await,
        Err(cause) => leg.end(End { by: Side::Us, cause, status: None, q850: None }),
    }
}

impl Placed {
    async fn begin(leg: &mut Leg, dial: &Dial) -> Result<Self, Cause> {
        let core = &Arc::clone(&leg.core);
        let Callee::Number { trunk, number } = &dial.to else { return Err(Cause::NoRoute) };
        let index = usize::from(trunk.0);
        let trunk = core.trunks.get(index).ok_or(Cause::NoRoute)?;
        if trunk.is_down() {
            return Err(Cause::NoRoute);
        }
        // The switch has checked it; nothing but a number goes to a carrier (security row 9).
        if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit() || b"*#+".contains(&b)) {
            return Err(Cause::Unallocated);
        }
        let flow = reach(leg, trunk).await?;
        let mut local = core.describe(leg.id, Some(dial.to.line()), &flow).map_err(|()| Cause::NoMedia)?;
        let address = &trunk.setting.address;
        let target = format!("{}:{}@{}", address.scheme(), fields::encode(number), address.host_port());
        let target = fields::stack_uri(&target).ok_or(Cause::NoRoute)?;
        let identity = trunk.identity(core, &flow, dial.caller.as_deref());
        let from = format!("<{identity}>;tag={}", leg.tag);
        let dialog = Dialog::placed(from, target, flow).on(leg.line);
        // RFC 3325 §9.1: within the carrier's trust domain the caller is asserted.
        let asserted =
            dial.caller.is_some().then(|| Header::PAssertedIdentity(format!("<{identity}>").into()));
        let diverted = dial.redirecting.as_deref().map(|number| diversion(core, &dialog.flow, number));
        let told = asserted.into_iter().chain(diverted).collect();
        let branch = Branch::begin(core, dialog, told, local.offer(), leg.sender.clone());
        let branch = branch.await.ok_or(Cause::NoRoute)?;
        Ok(Self {
            trunk: index,
            branch,
            local,
            answered_challenge: false,
            asked_longer: false,
            reconnected: false,
            servers_tried: 0,
            silent: Vec::new(),
            ringing: false,
            early: None,
            early_told: 0,
        })
    }

    async fn run(mut self, mut leg: Leg) {
        let limits = &leg.core.settings.limits;
        let (ringing, silence) = (Instant::now() + limits.ringing, limits.silence);
        loop {
            let deadline = if self.branch.heard { ringing } else { ringing.min(self.branch.sent + silence) };
            let end = match leg.next(Some(deadline)).await {
                Inward::Response(response) if !self.branch.is_answered_by(&response) => {
                    self.late(&leg.core, &response).await;
                    continue;
                }
                Inward::Response(response) => match response.status_code.code() {
                    100..=199 => {
                        self.progress(&leg, &response).await;
                        continue;
                    }
                    200..=299 => {
                        self.forget_silent();
                        return live::answered(leg, self.branch, self.local, self.early, &response).await;
                    }
                    422 if !std::mem::replace(&mut self.asked_longer, true)
                        && self.branch.ask_longer(&leg.core, &response) =>
                    {
                        let credentials = fields::credentials(&self.branch.invite);
                        match self.again(&leg, credentials).await {
                            Ok(()) => continue,
                            Err(end) => end,
                        }
                    }
                    401 | 407 if !self.answered_challenge => match self.challenged(&leg, &response).await {
                        Ok(()) => continue,
                        Err(end) => end,
                    },
                    _ => match self.elsewhere(&leg, &response).await {
                        Ok(()) => continue,
                        Err(end) => end,
                    },
                },
                Inward::Command(Command::HangUp { cause, .. }) => return self.cancel(leg, cause).await,
                Inward::Deadline if self.branch.heard => return self.cancel(leg, Cause::NoAnswer).await,
                // Nothing at all came back: the next server of the trunk, if there is one (RFC 3263 §4.3).
                Inward::Deadline => {
                    let silent = self.branch.silent();
                    let gone = End { by: Side::Us, cause: Cause::NoRoute, status: None, q850: None };
                    if self.next_server(&leg, gone).await.is_err() {
                        return self.cancel(leg, Cause::NoRoute).await;
                    }
                    self.silent.push(silent);
                    continue;
                }
                Inward::Closed => match self.reconnected(&leg).await {
                    Ok(()) => continue,
                    Err(end) => end,
                },
                Inward::Request(request) => {
                    self.request(&leg, request).await;
                    continue;
                }
                _ => continue,
            };
            self.forget_silent();
            return leg.end(end);
        }
    }

    /// A provisional response: rung, or sound before the answer.
    async fn progress(&mut self, leg: &Leg, response: &Response) {
        if !self.branch.hear(&leg.core, response).await || response.status_code.code() == 100 {
            return;
        }
        // What early media a description cannot give, the final answer may.
        if let Some(body) = live::description(response)
            && let Ok(media) = self.local.accept(body)
        {
            self.hear(leg, media);
        } else if !self.ringing && matches!(response.status_code.code(), 180 | 183) {
            self.ringing = true;
            leg.tell(Event::Ringing { leg: leg.id });
        }
    }

    /// Sound before the answer.
    fn hear(&mut self, leg: &Leg, media: Media) {
        if self.early != Some(media) && self.early_told < limits::EARLY_MEDIA {
            self.early = Some(media);
            self.early_told += 1;
            leg.tell(Event::EarlyMedia { leg: leg.id, media });
        }
    }

    /// A request in the early dialog.
    async fn request(&mut self, leg: &Leg, request: Box<Transaction>) {
        let settled = self.branch.reliable.is_settled().then_some(&mut self.local);
        let changed = live::early_request(leg, request, &mut self.branch.dialog, Side::Us, settled).await;
        if let Some(media) = changed {
            self.hear(leg, media);
        }
    }

    /// A 401 or 407: one INVITE more, with credentials, if the challenge is the trunk's own.
    async fn challenged(&mut self, leg: &Leg, response: &Response) -> Result<(), End> {
        let status = response.status_code.code();
        let refused = End { by: Side::Network, cause: Cause::Unauthorized, status: Some(status), q850: None };
        let credentials =
            leg.core.answer_challenge(self.trunk, &self.branch.invite, response).ok_or(refused)?;
        self.answered_challenge = true;
        self.again(leg, Some(credentials)).await
    }

    /// A final response: the end, or the next server of the trunk where this one said nothing or 503
    /// (RFC 3263 §4.3). Each server is tried once, since it rests from then on.
    async fn elsewhere(&mut self, leg: &Leg, response: &Response) -> Result<(), End> {
        let end = refusal(response);
        let silent = is_own(response) || response.status_code.code() == 503;
        if silent { self.next_server(leg, end).await } else { Err(end) }
    }

    /// Goes on at the next server of the trunk; where there is none, this is the end.
    async fn next_server(&mut self, leg: &Leg, end: End) -> Result<(), End> {
        let core = &leg.core;
        let trunk = &core.trunks[self.trunk];
        self.servers_tried += 1;
        if !trunk.rest(self.branch.dialog.flow.server(), std::time::Instant::now())
            || self.servers_tried >= limits::SERVERS
        {
            return Err(end);
        }
        let flow = core.reach(trunk).await.map_err(|_| end)?;
        if flow.local.is_ipv4() != self.branch.dialog.flow.local.is_ipv4() {
            // Its sound goes another way, too.
            self.local = core.describe(leg.id, leg.line, &flow).map_err(|()| end)?;
            self.branch.invite.body = self.local.offer();
        }
        self.branch.dialog.flow = flow;
        // A server of the same trunk, but not the one whose challenge was answered.
        self.answered_challenge = false;
        self.again(leg, None).await
    }

    /// A server that was given up answers after all: its call is cancelled, or ended.
    async fn late(&mut self, core: &Arc<Core>, response: &Response) {
        let number = fields::sequence(response);
        let Some(at) = self.silent.iter().position(|silent| silent.sequence() == number) else { return };
        match response.status_code.code() {
            100..=199 => self.silent[at].cancel(core).await,
            200..=299 => {
                let silent = self.silent.swap_remove(at);
                silent.decline(core, &self.branch.dialog, response).await;
            }
            _ => drop(self.silent.swap_remove(at)),
        }
    }

    /// The call is over or up: servers that were given up are waited for no longer.
    fn forget_silent(&mut self) {
        for silent in self.silent.drain(..) {
            silent.close();
        }
    }

    /// The connection broke before anything came back over it: it may have been gone long before, so
    /// a new one is tried, once.
    async fn reconnected(&mut self, leg: &Leg) -> Result<(), End> {
        let gone = End { by: Side::Network, cause: Cause::NoRoute, status: None, q850: None };
        if self.branch.heard || std::mem::replace(&mut self.reconnected, true) {
            return Err(gone);
        }
        let old = &self.branch.dialog.flow;
        self.branch.dialog.flow = leg.core.flow(old.server(), old.host.as_deref()).await.map_err(|_| gone)?;
        let credentials = fields::credentials(&self.branch.invite);
        self.again(leg, credentials).await
    }

    /// The same INVITE again.
    async fn again(&mut self, leg: &Leg, credentials: Option<Header>) -> Result<(), End> {
        let sent = self.branch.again(&leg.core, credentials, leg.sender.clone()).await;
        sent.ok_or(End { by: Side::Us, cause: Cause::NoRoute, status: None, q850: None })
    }

    /// The call is to be given up: CANCEL, and BYE where a 2xx crosses it (RFC 3261 §9.1).
    async fn cancel(mut self, mut leg: Leg, cause: Cause) {
        let end = End { by: Side::Us, cause, status: None, q850: None };
        let mut cancelled = self.branch.heard;
        if cancelled {
            self.branch.send_cancel(&leg.core).await;
        } else {
            // Nothing came back yet, so CANCEL must wait. The switch need not.
            leg.end(end);
        }
        self.forget_silent();
        loop {
            let patience = if leg.is_open() { limits::CANCEL_PATIENCE } else { timeout(&leg.core) };
            match leg.next(Some(Instant::now() + patience)).await {
                Inward::Response(response) if !self.branch.is_answered_by(&response) => {}
                Inward::Response(response) => match response.status_code.code() {
                    100..=199 => {
                        if !std::mem::replace(&mut cancelled, true) {
                            self.branch.send_cancel(&leg.core).await;
                        }
                    }
                    200..=299 => {
                        self.branch.decline(&leg.core, &response).await;
                        return leg.end(end);
                    }
                    // RFC 3261 §9.2: 487 is what a cancelled INVITE gets; anything else came first.
                    status => {
                        leg.core.cancelled.add(leg.tag.clone(), self.branch.dialog, &self.branch.invite);
                        let refused =
                            if status == 487 { End { status: Some(487), ..end } } else { refusal(&response) };
                        return leg.end(refused);
                    }
                },
                Inward::Closed => return leg.end(end),
                Inward::Deadline if leg.is_open() => leg.end(end),
                Inward::Deadline => return self.branch.close(),
                Inward::Request(request) => {
                    self.request(&leg, request).await;
                }
                _ => {}
            }
        }
    }
}

/// The way to a trunk, for a call that may be given up meanwhile.
async fn reach(leg: &mut Leg, trunk: &Trunk) -> Result<Flow, Cause> {
    let core = Arc::clone(&leg.core);
    let mut reached = pin!(core.reach(trunk));
    loop {
        tokio::select! {
            flow = &mut reached => return flow.map_err(|why| {
                tracing::debug!(leg = %leg.id, why, "no way to a trunk");
                Cause::NoRoute
            }),
            // Nothing else comes yet: nobody knows of this call.
            inward = leg.next(None) => if let Inward::Command(Command::HangUp { cause, .. }) = inward {
                return Err(cause);
            }
        }
    }
}

/// How long a cancelled INVITE is waited for (RFC 3261 §9.1: 64*T1).
pub(crate) fn timeout(core: &Core) -> Duration {
    core.settings.limits.t1 * 64
}

/// What a final response other than 2xx comes to.
pub(crate) fn refusal(response: &Response) -> End {
    if is_own(response) {
        return End { by: Side::Network, cause: Cause::NoRoute, status: None, q850: None };
    }
    let status = response.status_code.code();
    let q850 = reason::told(response);
    End { by: Side::Network, cause: cause::of_status(status), status: Some(status), q850 }
}

impl Trunk {
    /// Who we say we are on this trunk: the caller, the trunk's user, or nobody (RFC 3261 §8.1.1.3).
    fn identity(&self, core: &Core, flow: &Flow, caller: Option<&str>) -> String {
        let host = match self.setting.username {
            // A user of the carrier lives in the carrier's domain.
            Some(_) => self.setting.address.host_port(),
            None => core.shown_host(flow),
        };
        match caller.or(self.setting.username.as_deref()) {
            Some(user) => format!("{}:{}@{host}", self.setting.address.scheme(), fields::encode(user)),
            None => "sip:anonymous@anonymous.invalid".to_owned(),
        }
    }
}
