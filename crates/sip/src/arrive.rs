//! A call that arrives, until it is answered (RFC 3261 §13.3) or ends.

use std::collections::VecDeque;

use edge::signal::{Arrived, Cause, Command, End, Event, Side};
use edge::sound::Media;
use edge::{LegId, Line};
use rsipstack::sip::{HasHeaders, Header, Method, Request, Response};
use rsipstack::transaction::Transaction;
use tokio::time::Instant;

use crate::cause;
use crate::dialog::Dialog;
use crate::fields;
use crate::flow::Flow;
use crate::leg::{Inward, Leg};
use crate::limits;
use crate::live::{self, Live};
use crate::reason;
use crate::reliable::{Overdue, Told};
use crate::sdp;
use crate::session::{self, Terms};
use crate::transactions::{ALLOW, Handle, run_server_invite, supported};

/// A call that waits for the switch.
struct Waiting {
    invite: Request,
    dialog: Dialog,
    transaction: Handle,
    /// Our description, once one went out.
    described: Option<Described>,
    /// The provisional responses.
    told: Told,
    /// What the switch wants while one of them is not acknowledged.
    postponed: VecDeque<Command>,
    /// When the session is to end without a sign of life.
    terms: Option<Terms>,
}

/// What we said in a 183 and say again in the 200.
struct Described {
    local: sdp::Local,
    body: Vec<u8>,
    /// None where the INVITE carried no offer, so that the body is one.
    media: Option<Media>,
    /// Whether the far side has acknowledged it: then it is not said again (RFC 6337 §3.1.1).
    settled: bool,
}

/// Announces a call and stays with it to its end. A 100 has gone out.
pub(crate) async fn arrive(mut leg: Leg, transaction: Box<Transaction>, flow: Flow) {
    let invite = transaction.original.clone();
    let (dialog, terms, replaces) = match accept(&leg, &invite, flow) {
        Ok(accepted) => accepted,
        Err((status, headers)) => {
            // Never announced, so there is no end to tell.
            leg.core.reply(transaction, status, headers, Vec::new()).await;
            return leg.forget();
        }
    };
    let transaction = run_server_invite(transaction, leg.sender.clone());
    let arrived = announcement(&leg, &invite);
    leg.tell(Event::Arrived(Arrived { replaces, ..arrived }));
    let told = Told::new(&invite, leg.core.settings.limits.t1);
    let postponed = VecDeque::new();
    let waiting = Waiting { invite, dialog, transaction, described: None, told, postponed, terms };
    let deadline = Instant::now() + leg.core.settings.limits.unanswered;
    waiting.run(&mut leg, deadline).await;
}

/// What an INVITE makes: a dialog, the terms of its session, and the leg whose place it takes; or the refusal.
type Accepted = (Dialog, Option<Terms>, Option<LegId>);

fn accept(leg: &Leg, invite: &Request, flow: Flow) -> Result<Accepted, (u16, Vec<Header>)> {
    let dialog = Dialog::arrived(invite, &leg.tag, flow).ok_or((400, Vec::new()))?.on(leg.line);
    let terms = session::agree(invite, &leg.core.settings.session).map_err(|least| (422, vec![least]))?;
    let replaces = leg.core.replaced_by(invite, leg.line).map_err(|status| {
        if status == 403 {
            leg.core.security(dialog.flow.server(), "a call that may not take the place of another");
        }
        (status, Vec::new())
    })?;
    Ok((dialog, terms, replaces))
}

impl Waiting {
    async fn run(mut self, leg: &mut Leg, deadline: Instant) {
        loop {
            let end = match self.next(leg, deadline).await {
                Inward::Command(Command::HangUp { cause, .. }) => self.refuse(leg, Side::Us, cause),
                // RFC 3262 §3: one reliable response after the other.
                Inward::Command(command) if self.told.is_awaited() => {
                    if self.postponed.len() < limits::POSTPONED {
                        self.postponed.push_back(command);
                    }
                    continue;
                }
                Inward::Command(Command::Ring { .. }) => match self.ring(leg) {
                    Ok(()) => continue,
                    Err(cause) => self.refuse(leg, Side::Us, cause),
                },
                Inward::Command(Command::Progress { .. }) => match self.progress(leg) {
                    Ok(()) => continue,
                    Err(cause) => self.refuse(leg, Side::Us, cause),
                },
                Inward::Command(Command::Answer { .. }) => match self.describe(leg) {
                    Ok(()) => return self.answer(leg).await,
                    Err(cause) => self.refuse(leg, Side::Us, cause),
                },
                Inward::Deadline => match self.told.overdue(Instant::now()) {
                    Some(Overdue::Again(response)) => {
                        self.transaction.respond(*response);
                        continue;
                    }
                    // RFC 3262 §3: refused with a 5xx.
                    Some(Overdue::GivenUp) => {
                        self.respond(leg, 504, Vec::new());
                        End { status: Some(504), ..live::lost() }
                    }
                    None if Instant::now() < deadline => continue,
                    None => self.refuse(leg, Side::Us, Cause::NoAnswer),
                },
                // RFC 3261 §9.2: the stack has answered the CANCEL; the INVITE gets 487.
                Inward::Cancelled(q850) => {
                    self.respond(leg, 487, Vec::new());
                    End { by: Side::Network, cause: Cause::NoAnswer, status: Some(487), q850 }
                }
                Inward::Request(request) => match self.request(leg, request).await {
                    Some(end) => end,
                    None => continue,
                },
                Inward::Unacknowledged => live::lost(),
                _ => continue,
            };
            return leg.end(end);
        }
    }

    /// What is to be done next: what had to wait, before what comes.
    async fn next(&mut self, leg: &mut Leg, deadline: Instant) -> Inward {
        if !self.told.is_awaited()
            && let Some(command) = self.postponed.pop_front()
        {
            return Inward::Command(command);
        }
        leg.next(Some(self.told.due().map_or(deadline, |due| due.min(deadline)))).await
    }

    /// A request in the early dialog.
    async fn request(&mut self, leg: &Leg, request: Box<Transaction>) -> Option<End> {
        if request.original.method == Method::Bye && self.dialog.admit(&request.original).is_ok() {
            // RFC 3261 §15.1.2: the pending INVITE gets 487.
            let q850 = reason::told(&request.original);
            leg.core.reply(request, 200, Vec::new(), Vec::new()).await;
            self.respond(leg, 487, Vec::new());
            return Some(End { by: Side::Network, cause: Cause::NoAnswer, status: Some(487), q850 });
        }
        if request.original.method == Method::PRack {
            self.acknowledged(leg, request).await;
            return None;
        }
        let settled = self.described.as_mut().filter(|d| d.settled && d.media.is_some());
        let local = settled.map(|described| &mut described.local);
        let media = live::early_request(leg, request, &mut self.dialog, Side::Network, local).await;
        if let (Some(media), Some(described)) = (media, &mut self.described) {
            described.media = Some(media);
            leg.tell(Event::EarlyMedia { leg: leg.id, media });
        }
        None
    }

    /// A PRACK: what it acknowledges need not be said again, and it may bring an answer or an offer
    /// (RFC 3262 §5).
    async fn acknowledged(&mut self, leg: &Leg, request: Box<Transaction>) {
        let core = &leg.core;
        let admitted = self.dialog.admit(&request.original);
        let describes = admitted.and_then(|()| self.told.acknowledge(&request.original).ok_or(481));
        let describes = match describes {
            Ok(describes) => describes,
            Err(status) => return core.reply(request, status, Vec::new(), Vec::new()).await,
        };
        let Some(described) = &mut self.described else {
            return core.reply(request, 200, Vec::new(), Vec::new()).await;
        };
        described.settled |= describes && described.media.is_some();
        let (media, body) = match (live::description(&request.original), described.media) {
            (None, _) => (None, Vec::new()),
            (Some(offer), Some(_)) if described.settled => match described.local.answer(offer) {
                Ok((media, body)) => (Some(media), body),
                Err(_) => return core.reply(request, 488, Vec::new(), Vec::new()).await,
            },
            (Some(_), Some(_)) => (None, Vec::new()),
            (Some(answer), None) => match described.local.accept(answer) {
                Ok(media) => (Some(media), Vec::new()),
                Err(_) => return core.reply(request, 488, Vec::new(), Vec::new()).await,
            },
        };
        core.reply(request, 200, Vec::new(), body).await;
        if let Some(media) = media {
            (described.media, described.settled) = (Some(media), true);
            leg.tell(Event::EarlyMedia { leg: leg.id, media });
        }
    }

    /// It rings: 180. The first response that is acknowledged has our offer, if the INVITE had none (RFC 3262 §5).
    fn ring(&mut self, leg: &Leg) -> Result<(), Cause> {
        let mut body = Vec::new();
        if self.told.must_offer() && self.described.is_none() && live::description(&self.invite).is_none() {
            self.describe(leg)?;
            body = self.body();
        }
        self.provisional(leg, 180, body);
        Ok(())
    }

    /// Sound before the answer: 183 with our answer to the offer (RFC 3261 §13.3.1.1).
    fn progress(&mut self, leg: &Leg) -> Result<(), Cause> {
        let told = self.described.is_some();
        if live::description(&self.invite).is_none() && !self.told.may_offer() {
            // An offer of ours in a 183 would have to be reliable (RFC 3262 §5).
            self.provisional(leg, 183, Vec::new());
            return Ok(());
        }
        self.describe(leg)?;
        let body = self.body();
        self.provisional(leg, 183, body);
        if let Some(media) = self.described.as_ref().and_then(|described| described.media)
            && !told
        {
            leg.tell(Event::EarlyMedia { leg: leg.id, media });
        }
        Ok(())
    }

    /// Makes our description, once: an answer to the offer, or an offer where there was none.
    fn describe(&mut self, leg: &Leg) -> Result<(), Cause> {
        if self.described.is_some() {
            return Ok(());
        }
        let core = &leg.core;
        let mut local = core.describe(leg.id, leg.line, &self.dialog.flow).map_err(|()| Cause::NoMedia)?;
        let (media, body) = match live::description(&self.invite) {
            Some(offer) => {
                let (media, body) = local.answer(offer).map_err(|_| Cause::Incompatible)?;
                (Some(media), body)
            }
            None => (None, local.offer()),
        };
        self.described = Some(Described { local, body, media, settled: false });
        Ok(())
    }

    /// Our description, as long as the far side has not acknowledged it.
    fn body(&self) -> Vec<u8> {
        let described = self.described.as_ref().filter(|described| !described.settled);
        described.map(|described| described.body.clone()).unwrap_or_default()
    }

    async fn answer(mut self, leg: &mut Leg) {
        let body = self.body();
        self.respond(leg, 200, body);
        let Described { local, media, .. } = self.described.take().expect("described before it is answered");
        if let Some(media) = media {
            leg.tell(Event::Answered { leg: leg.id, media });
        }
        Live::arrived(self.dialog, local, media, &self.invite, self.terms).run(leg).await;
    }

    fn refuse(&self, leg: &Leg, by: Side, cause: Cause) -> End {
        let status = cause::to_status(cause);
        let mut headers: Vec<Header> = cause::to_q850(cause).map(reason::header).into_iter().collect();
        // Who is asked to come back later lets all calls wait, not this one alone (RFC 3261 §21.5.4): that is
        // for this server to say, not for the one application that declines.
        if status == 503 && !matches!(cause, Cause::Declined(_)) {
            headers.push(Header::RetryAfter(limits::RETRY_AFTER.to_string().into()));
        }
        let mut response = self.response(leg, status, Vec::new());
        response.headers.extend(headers);
        self.transaction.respond(response);
        End { by, cause, status: Some(status), q850: None }
    }

    /// A provisional response, reliable where it is to be.
    fn provisional(&mut self, leg: &Leg, status: u16, body: Vec<u8>) {
        let describes = !body.is_empty();
        let mut response = self.response(leg, status, body);
        self.told.prepare(&mut response, describes, Instant::now());
        self.transaction.respond(response);
    }

    /// A final response.
    fn respond(&self, leg: &Leg, status: u16, body: Vec<u8>) {
        self.transaction.respond(self.response(leg, status, body));
    }

    fn response(&self, leg: &Leg, status: u16, body: Vec<u8>) -> Response {
        let mut response = leg.core.response(&self.invite, status, Some(&leg.tag), body);
        if status < 300 {
            // RFC 3261 §12.1.1: what makes the dialog on the other side.
            let routes = self.invite.headers().iter().filter(|h| matches!(h, Header::RecordRoute(_)));
            let routes: Vec<Header> = routes.cloned().collect();
            response.headers.extend(routes);
            response.headers.push(Header::Contact(self.dialog.contact().into()));
            response.headers.push(Header::Allow(ALLOW.into()));
        }
        if (200..300).contains(&status) {
            response.headers.push(supported());
            response.headers.extend(session::accepted(&self.invite, self.terms));
        }
        response
    }
}

/// What the switch is told of a call.
fn announcement(leg: &Leg, invite: &Request) -> Arrived {
    let line = leg.line;
    // As it was read: written again, what is escaped in it would be escaped twice.
    let user = invite.uri.auth.as_ref().map(|auth| auth.user.as_str()).unwrap_or_default();
    let mut dnis = fields::user(&format!("sip:{user}@"));
    if dnis.is_empty() {
        // `tel:` and `sip:5551234;phone-context=…@host` come out of the stack's reader with the
        // number where the host belongs.
        dnis = fields::user(&format!("sip:{}@", invite.uri.host_with_port.host));
        if !dnis.bytes().all(|b| b.is_ascii_digit() || b"*#+-".contains(&b)) {
            dnis.clear();
        }
    }
    if let Some(Line::Station(station)) = line {
        // It has proved who it is; what it writes there says less.
        let (ani, redirecting) = (station.0.to_string(), String::new());
        return Arrived { leg: leg.id, line, dnis, ani, redirecting, replaces: None };
    }
    let asserted = line.and(fields::first(invite, "P-Asserted-Identity"));
    let caller = asserted.or(fields::first(invite, "From")).map(fields::uri).unwrap_or_default();
    // RFC 3323 §4.2: withheld.
    let withheld = fields::values(invite, "Privacy").any(|p| p.split(';').any(|v| v.trim() == "id"))
        || caller.to_ascii_lowercase().contains("anonymous");
    let ani = if withheld { String::new() } else { fields::user(caller) };
    // Believed from a trunk only (security row 8).
    let redirecting = if line.is_some() { redirecting(invite) } else { String::new() };
    Arrived { leg: leg.id, line, dnis, ani, redirecting, replaces: None }
}

/// The number that sent the call on to us.
fn redirecting(invite: &Request) -> String {
    // RFC 5806 §4: the topmost Diversion is the last redirection.
    if let Some(diversion) = fields::first(invite, "Diversion") {
        return fields::list(diversion).first().map(|v| fields::user(fields::uri(v))).unwrap_or_default();
    }
    // RFC 7044 §10.3: the entry before the last one is who the call was at before it came to us.
    let history: Vec<&str> = fields::values(invite, "History-Info").flat_map(fields::list).collect();
    match history.as_slice() {
        [.., before, _last] => fields::user(fields::uri(before)),
        _ => String::new(),
    }
}
