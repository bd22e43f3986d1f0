//! A call that is up, whoever placed it: requests in its dialog (RFC 3261 §12.2), and its end (§15).

use std::sync::Arc;

use edge::signal::{Cause, Command, End, Event, Side};
use edge::sound::Media;
use rsipstack::sip::{HasHeaders, Header, Method, Request, Response};
use rsipstack::transaction::Transaction;
use tokio::time::Instant;

use crate::branch::Branch;
use crate::core::{Core, retry_after};
use crate::dialog::Dialog;
use crate::fields;
use crate::info;
use crate::leg::{Inward, Leg};
use crate::limits;
use crate::place;
use crate::reason;
use crate::refer::Transfer;
use crate::refresh::Renewal;
use crate::sdp;
use crate::session::{self, Terms, Timer};
use crate::transactions::{ALLOW, supported, unsupported};

/// A call that is up.
pub(crate) struct Live {
    pub(crate) dialog: Dialog,
    pub(crate) local: sdp::Local,
    /// What was negotiated; none while the ACK is to bring the answer to our offer.
    pub(crate) media: Option<Media>,
    /// Our ACK, where the INVITE was ours: sent again with every 2xx that is repeated.
    acknowledgement: Option<Request>,
    /// The ACK of our 2xx to the INVITE that made the dialog.
    pub(crate) ack: Ack,
    /// Whether the next ACK answers an offer of ours.
    pub(crate) offered: bool,
    forks: u32,
    /// When the session ends, where both sides keep a timer.
    pub(crate) timer: Option<Timer>,
    /// How we refresh it.
    pub(crate) renewal: Renewal,
    /// The transfer that the far side asked for.
    pub(crate) transfer: Option<Transfer>,
    /// Transfers that it asked for, so far.
    pub(crate) transfers: u32,
    /// Whether the switch knows that it wants to send a fax.
    pub(crate) faxing: bool,
}

/// The ACK of the 2xx that made the dialog.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ack {
    /// It came, or it was ours to send.
    Settled,
    /// Not yet here: until then no BYE may go out (RFC 3261 §15).
    Awaited,
}

/// How a call that was up ended.
enum Over {
    /// Its dialog is to be ended.
    Bye,
    /// The far side has ended it.
    Theirs,
}

impl Live {
    /// A call that we placed, and that was answered by this 2xx.
    fn placed(
        core: &Core,
        branch: Branch,
        local: sdp::Local,
        media: Media,
        up: (Request, &Response),
    ) -> Self {
        let (ack, response) = up;
        let terms = session::granted(response, &core.settings.session);
        let renewal = Renewal::new(response, true);
        let live = Self::new(branch.dialog, local, Some(media), terms, renewal);
        Self { acknowledgement: Some(ack), ..live }
    }

    /// A call that arrived with this INVITE, and that we answered: with an offer of our own where `media` is none.
    pub(crate) fn arrived(
        dialog: Dialog,
        local: sdp::Local,
        media: Option<Media>,
        invite: &Request,
        terms: Option<Terms>,
    ) -> Self {
        let live = Self::new(dialog, local, media, terms, Renewal::new(invite, false));
        Self { ack: Ack::Awaited, offered: media.is_none(), ..live }
    }

    fn new(
        dialog: Dialog,
        local: sdp::Local,
        media: Option<Media>,
        terms: Option<Terms>,
        renewal: Renewal,
    ) -> Self {
        Self {
            dialog,
            local,
            media,
            acknowledgement: None,
            ack: Ack::Settled,
            offered: false,
            forks: 0,
            timer: terms.map(|terms| Timer::new(terms, Instant::now())),
            renewal,
            transfer: None,
            transfers: 0,
            faxing: false,
        }
    }

    /// Stays with the call to its end.
    pub(crate) async fn run(mut self, leg: &mut Leg) {
        leg.confirm(&self.dialog);
        if let Over::Bye = self.until_over(leg).await {
            bye(&leg.core, &mut self.dialog).await;
        }
        leg.turn_away().await;
        self.settle(leg).await;
    }

    async fn until_over(&mut self, leg: &mut Leg) -> Over {
        loop {
            let deadline = if leg.is_open() { self.deadline() } else { None };
            let end = match leg.next(deadline).await {
                Inward::Command(Command::HangUp { cause, .. }) => {
                    Some(End { by: Side::Us, cause, status: None, q850: None })
                }
                Inward::Command(Command::TellTransfer { progress, .. }) => {
                    self.tell_transfer(&leg.core, progress).await;
                    None
                }
                Inward::Acknowledged(ack) => {
                    self.ack = Ack::Settled;
                    if leg.is_open() { self.acknowledged(leg, &ack) } else { return Over::Bye }
                }
                // RFC 3261 §13.3.1.4: no ACK for 64*T1: the session is ended with a BYE.
                Inward::Unacknowledged => {
                    self.ack = Ack::Settled;
                    if leg.is_open() { Some(lost()) } else { return Over::Bye }
                }
                Inward::Request(request) => match self.request(leg, request).await {
                    Some(end) => {
                        leg.end(end);
                        return Over::Theirs;
                    }
                    None => None,
                },
                Inward::Response(response) => self.response(leg, &response).await,
                Inward::Updated(response) => self.updated(leg, response.as_deref()).await,
                Inward::Closed => self.renewed(leg, None).await,
                Inward::Deadline => self.due(leg).await,
                _ => None,
            };
            let Some(end) = end else { continue };
            leg.end(end);
            if self.ack == Ack::Settled {
                return Over::Bye;
            }
        }
    }

    /// The ACK is here, and with it the answer to our offer, if we made one.
    fn acknowledged(&mut self, leg: &Leg, ack: &Request) -> Option<End> {
        if !std::mem::replace(&mut self.offered, false) {
            return None;
        }
        match description(ack).map(|body| self.local.accept(body)) {
            Some(Ok(media)) => {
                match self.media {
                    Some(_) => self.renegotiated(leg, media),
                    None => {
                        self.media = Some(media);
                        leg.tell(Event::Answered { leg: leg.id, media });
                    }
                }
                None
            }
            // An answer that we cannot use leaves a call that was up before as it was.
            _ if self.media.is_some() => None,
            _ => Some(End { by: Side::Us, cause: Cause::Incompatible, status: None, q850: None }),
        }
    }

    /// A response to an INVITE of ours: to the one that renews the session, or a 2xx again.
    async fn response(&mut self, leg: &Leg, response: &Response) -> Option<End> {
        if self.renewal.is_answered_by(response) {
            return self.renewed(leg, Some(response)).await;
        }
        self.repeated(&leg.core, response).await;
        None
    }

    /// A 2xx to our INVITE again: it is acknowledged again. From another branch, it makes another
    /// dialog, which is acknowledged and ended (RFC 3261 §13.2.2.4).
    async fn repeated(&mut self, core: &Arc<Core>, response: &Response) {
        if !self.dialog.is_of(response) {
            // Another place of a station, which its own task sees to.
            return;
        }
        let number = fields::sequence(response);
        let mut acks = [self.acknowledgement.as_ref(), self.renewal.acknowledgement()].into_iter().flatten();
        let Some(ack) = acks.find(|ack| fields::sequence(*ack) == number) else { return };
        if self.dialog.same(response) {
            return core.deliver(ack.clone(), &self.dialog.next_hop()).await;
        }
        if self.forks >= limits::FORKS {
            return;
        }
        self.forks += 1;
        let mut fork = self.dialog.clone();
        if fork.learn(response) {
            core.deliver(fork.ack(ack, &core.settings.user_agent), &fork.next_hop()).await;
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
            self.local.face(&self.dialog.flow);
        }
        if let Some(option) =
            unsupported(&request.original).filter(|_| request.original.method != Method::Bye)
        {
            let unsupported = vec![Header::Unsupported(option.into())];
            core.reply(request, 420, unsupported, Vec::new()).await;
            return None;
        }
        match request.original.method {
            Method::Bye => {
                let q850 = reason::told(&request.original);
                core.reply(request, 200, Vec::new(), Vec::new()).await;
                return Some(End { by: Side::Network, cause: Cause::Normal, status: None, q850 });
            }
            Method::Invite => self.reinvite(leg, request).await,
            Method::Update => self.update(leg, request).await,
            Method::Refer => self.refer(leg, request).await,
            _ => plain(leg, request).await,
        }
        None
    }

    /// The media is this from now on.
    pub(crate) fn renegotiated(&mut self, leg: &Leg, media: Media) {
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

    /// Sees to an INVITE of ours that was under way when the call ended: a 2xx to it is acknowledged all the same.
    async fn settle(&mut self, leg: &mut Leg) {
        let deadline = Instant::now() + place::timeout(&leg.core);
        while self.renewal.is_inviting() {
            match leg.next(Some(deadline)).await {
                Inward::Response(response) if self.renewal.is_answered_by(&response) => {
                    let _ = self.renewed(leg, Some(&response)).await;
                }
                Inward::Closed | Inward::Deadline => return,
                _ => {}
            }
        }
    }
}

/// The far side has vanished.
pub(crate) fn lost() -> End {
    End { by: Side::Network, cause: Cause::Lost, status: None, q850: None }
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
        Some(body) if !branch.reliable.has_settled(response) => local.accept(body).ok(),
        // RFC 3261 §13.2.1: an answer in a provisional response of this dialog stands.
        _ => early,
    };
    match media {
        Some(media) => {
            leg.tell(Event::Answered { leg: leg.id, media });
            Live::placed(&leg.core.clone(), branch, local, media, (ack, response)).run(&mut leg).await;
        }
        None => {
            bye(&leg.core, &mut branch.dialog).await;
            leg.end(End { by: Side::Us, cause: Cause::Incompatible, status: None, q850: None });
        }
    }
}

/// Ends a dialog (RFC 3261 §15.1.1).
pub(crate) async fn bye(core: &Arc<Core>, dialog: &mut Dialog) {
    let flow = reopen(core, dialog).await;
    let request = dialog.request(Method::Bye, &core.settings.user_agent);
    core.send_bye(dialog, request, &flow).await;
}

/// The way that the next request of a dialog takes, over a new connection where the old one is gone.
pub(crate) async fn reopen(core: &Arc<Core>, dialog: &mut Dialog) -> crate::flow::Flow {
    let flow = core.reopened(dialog.next_hop()).await;
    dialog.flow = flow.clone();
    flow
}

/// A request in a dialog whose call is not up yet. `settled` is our side of the session, where a reliable
/// response has settled it; `placed`, whose INVITE is under way. What an UPDATE made of the media.
pub(crate) async fn early_request(
    leg: &Leg,
    request: Box<Transaction>,
    dialog: &mut Dialog,
    placed: Side,
    settled: Option<&mut sdp::Local>,
) -> Option<Media> {
    let core = &leg.core;
    let refused = |status| (status, if status == 500 { vec![retry_after()] } else { Vec::new() });
    // RFC 3261 §14.2, RFC 3311 §5.2: 491 while an offer of ours is not answered, 500 while theirs is not.
    let pending = if placed == Side::Us { 491 } else { 500 };
    let (status, headers) = match (request.original.method, dialog.admit(&request.original)) {
        (_, Err(status)) => refused(status),
        (Method::Invite, _) => refused(pending),
        (Method::Update, _) => match (description(&request.original), settled) {
            (Some(_), None) => refused(pending),
            (Some(offer), Some(local)) => match local.answer(offer) {
                Ok((media, body)) => {
                    let headers = vec![Header::Contact(dialog.contact().into()), supported()];
                    core.reply(request, 200, headers, body).await;
                    return Some(media);
                }
                Err(_) => refused(488),
            },
            (None, _) => (200, vec![Header::Contact(dialog.contact().into())]),
        },
        _ => {
            plain(leg, request).await;
            return None;
        }
    };
    core.reply(request, status, headers, Vec::new()).await;
    None
}

/// A request that changes nothing about the call.
async fn plain(leg: &Leg, request: Box<Transaction>) {
    let core = &leg.core;
    let (status, headers) = match request.original.method {
        Method::Options => {
            (200, vec![Header::Allow(ALLOW.into()), supported(), Header::Accept("application/sdp".into())])
        }
        // More events wait than the switch takes: the key is to be told again.
        Method::Info if core.outbox.crowded() => (500, vec![retry_after()]),
        Method::Info => {
            let (status, headers, key) = info::read(&request.original);
            if let Some(key) = key {
                leg.tell(Event::Key { leg: leg.id, key });
            }
            (status, headers)
        }
        // Before the call is up there is nobody to be connected with somebody else.
        Method::Refer => (603, Vec::new()),
        // No subscription, no reliable provisional response and no second call is under way here.
        Method::Notify | Method::PRack | Method::Invite | Method::Bye => (481, Vec::new()),
        _ => (405, vec![Header::Allow(ALLOW.into())]),
    };
    core.reply(request, status, headers, Vec::new()).await;
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
