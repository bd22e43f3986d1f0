//! A call that arrives, until it is answered (RFC 3261 §13.3) or ends.

use edge::Line;
use edge::signal::{Arrived, Cause, Command, End, Event, Side};
use edge::sound::Media;
use rsipstack::sip::{HasHeaders, Header, Method, Request};
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
use crate::sdp;
use crate::transactions::{ALLOW, Handle, run_server_invite};

/// A call that waits for the switch.
struct Waiting {
    invite: Request,
    dialog: Dialog,
    transaction: Handle,
    line: Option<Line>,
    /// Our description, once one went out.
    described: Option<Described>,
}

/// What we said in a 183 and say again in the 200.
struct Described {
    local: sdp::Local,
    body: Vec<u8>,
    /// None where the INVITE carried no offer, so that the body is one.
    media: Option<Media>,
}

/// Announces a call and stays with it to its end. A 100 has gone out.
pub(crate) async fn arrive(mut leg: Leg, transaction: Box<Transaction>, line: Option<Line>, flow: Flow) {
    let invite = transaction.original.clone();
    let Some(dialog) = Dialog::arrived(&invite, &leg.tag, flow) else {
        // Never announced, so there is no end to tell.
        leg.core.reply(transaction, 400, Vec::new(), Vec::new()).await;
        return leg.forget();
    };
    let transaction = run_server_invite(transaction, leg.sender.clone());
    leg.tell(Event::Arrived(announcement(&leg, &invite, line)));
    let waiting = Waiting { invite, dialog, transaction, line, described: None };
    let deadline = Instant::now() + leg.core.settings.limits.unanswered;
    waiting.run(&mut leg, deadline).await;
}

impl Waiting {
    async fn run(mut self, leg: &mut Leg, deadline: Instant) {
        loop {
            let end = match leg.next(Some(deadline)).await {
                Inward::Command(Command::Ring { .. }) => {
                    self.respond(leg, 180, Vec::new());
                    continue;
                }
                Inward::Command(Command::Progress { .. }) => match self.progress(leg) {
                    Ok(()) => continue,
                    Err(cause) => self.refuse(leg, Side::Us, cause),
                },
                Inward::Command(Command::Answer { .. }) => match self.describe(leg) {
                    Ok(()) => return self.answer(leg).await,
                    Err(cause) => self.refuse(leg, Side::Us, cause),
                },
                Inward::Command(Command::HangUp { cause, .. }) => self.refuse(leg, Side::Us, cause),
                Inward::Deadline => self.refuse(leg, Side::Us, Cause::NoAnswer),
                // RFC 3261 §9.2: the stack has answered the CANCEL; the INVITE gets 487.
                Inward::Cancelled(q850) => {
                    self.respond(leg, 487, Vec::new());
                    End { by: Side::Network, cause: Cause::NoAnswer, status: Some(487), q850 }
                }
                Inward::Request(request) => match self.request(leg, request).await {
                    Some(end) => end,
                    None => continue,
                },
                Inward::Unacknowledged => {
                    End { by: Side::Network, cause: Cause::Lost, status: None, q850: None }
                }
                _ => continue,
            };
            return leg.end(end);
        }
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
        live::early_request(leg, request, &mut self.dialog).await;
        None
    }

    /// Sound before the answer: 183 with our answer to the offer (RFC 3261 §13.3.1.1).
    fn progress(&mut self, leg: &Leg) -> Result<(), Cause> {
        let told = self.described.is_some();
        if live::description(&self.invite).is_none() {
            // An offer of ours in a 183 would have to be reliable (RFC 3262 §5), which it is not.
            self.respond(leg, 183, Vec::new());
            return Ok(());
        }
        self.describe(leg)?;
        let described = self.described.as_ref().expect("described just now");
        let (media, body) = (described.media, described.body.clone());
        self.respond(leg, 183, body);
        if let Some(media) = media
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
        let mut local =
            core.describe(leg.id, core.codecs(self.line), &self.dialog.flow).map_err(|()| Cause::NoMedia)?;
        let (media, body) = match live::description(&self.invite) {
            Some(offer) => {
                let (media, body) = local.answer(offer).map_err(|_| Cause::Incompatible)?;
                (Some(media), body)
            }
            None => (None, local.offer()),
        };
        self.described = Some(Described { local, body, media });
        Ok(())
    }

    async fn answer(mut self, leg: &mut Leg) {
        let described = self.described.take().expect("described before it is answered");
        self.respond(leg, 200, described.body);
        if let Some(media) = described.media {
            leg.tell(Event::Answered { leg: leg.id, media });
        }
        Live::arrived(self.dialog, described.local, described.media).run(leg).await;
    }

    fn refuse(&self, leg: &Leg, by: Side, cause: Cause) -> End {
        let status = cause::to_status(cause);
        let mut headers: Vec<Header> = cause::to_q850(cause).map(reason::header).into_iter().collect();
        // Who is asked to come back later lets all calls wait, not this one alone (RFC 3261 §21.5.4): that is
        // for this server to say, not for the one application that declines.
        if status == 503 && !matches!(cause, Cause::Declined(_)) {
            headers.push(Header::RetryAfter(limits::RETRY_AFTER.to_string().into()));
        }
        self.say(leg, status, Vec::new(), headers);
        End { by, cause, status: Some(status), q850: None }
    }

    fn respond(&self, leg: &Leg, status: u16, body: Vec<u8>) {
        self.say(leg, status, body, Vec::new());
    }

    fn say(&self, leg: &Leg, status: u16, body: Vec<u8>, headers: Vec<Header>) {
        let mut response = leg.core.response(&self.invite, status, Some(&leg.tag), body);
        if status < 300 {
            // RFC 3261 §12.1.1: what makes the dialog on the other side.
            let routes = self.invite.headers().iter().filter(|h| matches!(h, Header::RecordRoute(_)));
            let routes: Vec<Header> = routes.cloned().collect();
            response.headers.extend(routes);
            response.headers.push(Header::Contact(self.dialog.flow.contact().into()));
            response.headers.push(Header::Allow(ALLOW.into()));
        }
        response.headers.extend(headers);
        self.transaction.respond(response);
    }
}

/// What the switch is told of a call.
fn announcement(leg: &Leg, invite: &Request, line: Option<Line>) -> Arrived {
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
