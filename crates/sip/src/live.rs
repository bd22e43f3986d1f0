//! A call that is up, whoever placed it: requests in its dialog (RFC 3261 §12.2), and its end (§15).

use std::sync::Arc;

use edge::signal::{Cause, Command, End, Event, Side};
use edge::sound::Media;
use rsipstack::sip::{HasHeaders, Header, Method, Request, Response};
use rsipstack::transaction::Transaction;

use crate::branch::Branch;
use crate::core::Core;
use crate::dialog::Dialog;
use crate::fields;
use crate::info;
use crate::leg::{Inward, Leg};
use crate::limits;
use crate::reason;
use crate::sdp;
use crate::transactions::{ALLOW, run_server_invite};

/// A call that is up.
pub(crate) struct Live {
    dialog: Dialog,
    local: sdp::Local,
    /// What was negotiated; none while the ACK is to bring the answer to our offer.
    media: Option<Media>,
    /// Our ACK, where the INVITE was ours: sent again with every 2xx that is repeated.
    acknowledgement: Option<Request>,
    /// The ACK of our 2xx to the INVITE that made the dialog.
    ack: Ack,
    /// Whether the next ACK answers an offer of ours.
    offered: bool,
    forks: u32,
}

/// The ACK of the 2xx that made the dialog.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ack {
    /// It came, or it was ours to send.
    Settled,
    /// Not yet here: until then no BYE may go out (RFC 3261 §15).
    Awaited,
}

impl Live {
    /// A call that we placed, and that was answered.
    fn placed(dialog: Dialog, local: sdp::Local, media: Media, ack: Request) -> Self {
        Self {
            dialog,
            local,
            media: Some(media),
            acknowledgement: Some(ack),
            ack: Ack::Settled,
            offered: false,
            forks: 0,
        }
    }

    /// A call that arrived, and that we answered: with an offer of our own where `media` is none.
    pub(crate) fn arrived(dialog: Dialog, local: sdp::Local, media: Option<Media>) -> Self {
        Self {
            dialog,
            local,
            media,
            acknowledgement: None,
            ack: Ack::Awaited,
            offered: media.is_none(),
            forks: 0,
        }
    }

    /// Stays with the call to its end.
    pub(crate) async fn run(mut self, leg: &mut Leg) {
        loop {
            let end = match leg.next(None).await {
                Inward::Command(Command::HangUp { cause, .. }) => {
                    Some(End { by: Side::Us, cause, status: None, q850: None })
                }
                Inward::Acknowledged(ack) => {
                    self.ack = Ack::Settled;
                    if leg.is_open() { self.acknowledged(leg, &ack) } else { break }
                }
                // RFC 3261 §13.3.1.4: no ACK for 64*T1: the session is ended with a BYE.
                Inward::Unacknowledged => {
                    self.ack = Ack::Settled;
                    if leg.is_open() {
                        Some(End { by: Side::Network, cause: Cause::Lost, status: None, q850: None })
                    } else {
                        break;
                    }
                }
                Inward::Request(request) => match self.request(leg, request).await {
                    Some(end) => return leg.end(end),
                    None => None,
                },
                Inward::Response(response) => {
                    self.repeated(&leg.core, &response).await;
                    None
                }
                _ => None,
            };
            let Some(end) = end else { continue };
            leg.end(end);
            if self.ack == Ack::Settled {
                break;
            }
        }
        bye(&leg.core, &mut self.dialog).await;
    }

    /// The ACK is here, and with it the answer to our offer, if we made one.
    fn acknowledged(&mut self, leg: &Leg, ack: &Request) -> Option<End> {
        if !std::mem::replace(&mut self.offered, false) {
            return None;
        }
        match description(ack).map(|body| self.local.accept(body)) {
            Some(Ok(media)) => {
                match self.media.replace(media) {
                    None => leg.tell(Event::Answered { leg: leg.id, media }),
                    Some(before) if before != media => leg.tell(Event::Renegotiated { leg: leg.id, media }),
                    Some(_) => {}
                }
                None
            }
            // An answer that we cannot use leaves a call that was up before as it was.
            _ if self.media.is_some() => None,
            _ => Some(End { by: Side::Us, cause: Cause::Incompatible, status: None, q850: None }),
        }
    }

    /// A 2xx to our INVITE again: it is acknowledged again. From another branch, it makes another
    /// dialog, which is acknowledged and ended (RFC 3261 §13.2.2.4).
    async fn repeated(&mut self, core: &Arc<Core>, response: &Response) {
        let Some(ack) = &self.acknowledgement else { return };
        if !self.dialog.is_of(response) {
            // Another place of a station, which its own task sees to.
            return;
        }
        if self.dialog.same(response) {
            return core.deliver(ack.clone(), &self.dialog.next_hop()).await;
        }
        if self.forks >= limits::FORKS {
            return;
        }
        self.forks += 1;
        let mut fork = self.dialog.clone();
        if fork.learn(response) {
            core.deliver(fork.ack(credentials(ack), &core.settings.user_agent), &fork.next_hop()).await;
            bye(core, &mut fork).await;
        }
    }

    /// A request in the dialog; the end of the call, if it is one.
    async fn request(&mut self, leg: &Leg, request: Box<Transaction>) -> Option<End> {
        let core = &leg.core;
        if let Err(status) = self.dialog.admit(&request.original) {
            core.reply(request, status, Vec::new(), Vec::new()).await;
            return None;
        }
        if self.dialog.flow.kept
            && let Some(flow) = core.flow_back(&request)
        {
            // Where a telephone speaks from now: its NAT or its connection may have changed.
            self.dialog.flow = flow.kept();
        }
        match request.original.method {
            Method::Bye => {
                let q850 = reason::told(&request.original);
                core.reply(request, 200, Vec::new(), Vec::new()).await;
                return Some(End { by: Side::Network, cause: Cause::Normal, status: None, q850 });
            }
            Method::Invite => self.reinvite(leg, request).await,
            Method::Update => self.update(leg, request).await,
            _ => plain(leg, request).await,
        }
        None
    }

    /// A re-INVITE (RFC 3261 §14.2): answered at once, or refused and all stays as it was.
    async fn reinvite(&mut self, leg: &Leg, mut request: Box<Transaction>) {
        // A second offer before the first is settled (§14.2), or more events than the switch takes.
        if self.offered || self.ack == Ack::Awaited || leg.core.outbox.crowded() {
            return leg.core.reply(request, 500, vec![retry_after()], Vec::new()).await;
        }
        let offer = description(&request.original).map(<[u8]>::to_vec);
        let (media, body) = match offer {
            Some(offer) => match self.local.answer(&offer) {
                Ok((media, body)) => (Some(media), body),
                Err(_) => {
                    if sdp::offers_fax(&offer) {
                        leg.tell(Event::Faxing { leg: leg.id });
                    }
                    return leg.core.reply(request, 488, Vec::new(), Vec::new()).await;
                }
            },
            None => (None, self.local.offer()),
        };
        self.dialog.retarget(&request.original);
        let mut response = leg.core.response(&request.original, 200, None, body);
        response.headers.push(Header::Contact(self.dialog.flow.contact().into()));
        response.headers.push(Header::Allow(ALLOW.into()));
        if request.respond(response).await.is_ok() {
            self.offered = media.is_none();
            run_server_invite(request, leg.sender.clone());
            if let Some(media) = media {
                self.renegotiated(leg, media);
            }
        }
    }

    /// UPDATE (RFC 3311 §5.2): with an offer it renegotiates, without one it only refreshes the target.
    async fn update(&mut self, leg: &Leg, request: Box<Transaction>) {
        if self.offered || leg.core.outbox.crowded() {
            return leg.core.reply(request, 500, vec![retry_after()], Vec::new()).await;
        }
        let answer = description(&request.original).map(|offer| self.local.answer(offer));
        let (media, body) = match answer {
            Some(Ok((media, body))) => (Some(media), body),
            Some(Err(_)) => return leg.core.reply(request, 488, Vec::new(), Vec::new()).await,
            None => (None, Vec::new()),
        };
        self.dialog.retarget(&request.original);
        let contact = Header::Contact(self.dialog.flow.contact().into());
        leg.core.reply(request, 200, vec![contact], body).await;
        if let Some(media) = media {
            self.renegotiated(leg, media);
        }
    }

    fn renegotiated(&mut self, leg: &Leg, media: Media) {
        let mut media = media;
        if let Some(before) = self.media
            && media.remote.ip().is_unspecified()
        {
            // Held by an address of zeros: its sound still comes from where it came before.
            (media.remote, media.rtcp) = (before.remote, before.rtcp);
        }
        if self.media.replace(media) != Some(media) {
            leg.tell(Event::Renegotiated { leg: leg.id, media });
        }
    }
}

/// A 2xx to an INVITE of ours: the call is up, if its answer is one that we can use. `early` is what a
/// provisional response described.
pub(crate) async fn answered(
    mut leg: Leg,
    mut branch: Branch,
    local: sdp::Local,
    early: Option<Media>,
    response: &Response,
) {
    let Some(ack) = branch.acknowledge(&leg.core, response).await else {
        // Without a Contact the call cannot even be ended; the far side gives up for want of an ACK.
        return leg.end(End { by: Side::Us, cause: Cause::Incompatible, status: None, q850: None });
    };
    let media = match description(response) {
        Some(body) => local.accept(body).ok(),
        // RFC 3261 §13.2.1: an answer in a provisional response of this dialog stands.
        None => early,
    };
    match media {
        Some(media) => {
            leg.tell(Event::Answered { leg: leg.id, media });
            Live::placed(branch.dialog, local, media, ack).run(&mut leg).await;
        }
        None => {
            bye(&leg.core, &mut branch.dialog).await;
            leg.end(End { by: Side::Us, cause: Cause::Incompatible, status: None, q850: None });
        }
    }
}

/// The credentials that a request carries.
pub(crate) fn credentials(request: &Request) -> Option<Header> {
    let mut headers = request.headers.iter();
    headers.find(|h| matches!(h, Header::Authorization(_) | Header::ProxyAuthorization(_))).cloned()
}

/// Ends a dialog (RFC 3261 §15.1.1).
pub(crate) async fn bye(core: &Arc<Core>, dialog: &mut Dialog) {
    let flow = core.reopened(dialog.next_hop()).await;
    dialog.flow = flow.clone();
    let request = dialog.request(Method::Bye, &core.settings.user_agent);
    core.send_off(request, &flow).await;
}

/// A request in a dialog whose call is not up yet. There is nothing to renegotiate.
pub(crate) async fn early_request(leg: &Leg, request: Box<Transaction>, dialog: &mut Dialog) {
    let core = &leg.core;
    if let Err(status) = dialog.admit(&request.original) {
        return core.reply(request, status, Vec::new(), Vec::new()).await;
    }
    match request.original.method {
        // RFC 3311 §5.2: an offer while ours is not answered.
        Method::Update if description(&request.original).is_some() => {
            core.reply(request, 500, vec![retry_after()], Vec::new()).await;
        }
        Method::Update => core.reply(request, 200, Vec::new(), Vec::new()).await,
        _ => plain(leg, request).await,
    }
}

/// A request that changes nothing about the call.
async fn plain(leg: &Leg, request: Box<Transaction>) {
    let core = &leg.core;
    let (status, headers) = match request.original.method {
        Method::Options => (200, vec![Header::Allow(ALLOW.into()), Header::Accept("application/sdp".into())]),
        // More events wait than the switch takes: the key is to be told again.
        Method::Info if core.outbox.crowded() => (500, vec![retry_after()]),
        Method::Info => {
            let (status, headers, key) = info::read(&request.original);
            if let Some(key) = key {
                leg.tell(Event::Key { leg: leg.id, key });
            }
            (status, headers)
        }
        // No subscription, no reliable provisional response and no second call is under way here.
        Method::Notify | Method::PRack | Method::Invite | Method::Bye => (481, Vec::new()),
        _ => (405, vec![Header::Allow(ALLOW.into())]),
    };
    core.reply(request, status, headers, Vec::new()).await;
}

fn retry_after() -> Header {
    Header::RetryAfter(limits::RETRY_AFTER.to_string().into())
}

/// The session description that a message carries, if any.
pub(crate) fn description(message: &(impl HasHeaders + Body)) -> Option<&[u8]> {
    let body = message.octets();
    if body.is_empty() {
        return None;
    }
    // A body of another type is no description; the offer or answer is then missing.
    let kind = fields::first(message, "Content-Type")?;
    let kind = kind.split(';').next().unwrap_or(kind).trim();
    kind.eq_ignore_ascii_case("application/sdp").then_some(body)
}

/// What the stack's two kinds of messages have in common.
pub(crate) trait Body {
    fn octets(&self) -> &[u8];
}

impl Body for Request {
    fn octets(&self) -> &[u8] {
        &self.body
    }
}

impl Body for Response {
    fn octets(&self) -> &[u8] {
        &self.body
    }
}
