//! An INVITE of ours, from its first octet to its final response (RFC 3261 §13.2).

use std::sync::Arc;

use rsipstack::sip::{Header, Method, Request, Response};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::core::Core;
use crate::dialog::Dialog;
use crate::fields;
use crate::flow::Flow;
use crate::leg::Inward;
use crate::live;
use crate::reliable::{Heard, Provisional};
use crate::session;
use crate::transactions::{ALLOW, Handle, supported};

/// Who sent the call on (RFC 5806).
const DIVERSION: &str = "Diversion";

/// The number that sent the call on, as RFC 5806 §5.1 tells it.
pub(crate) fn diversion(core: &Core, flow: &Flow, number: &str) -> Header {
    let uri = format!("<sip:{}@{}>", fields::encode(number), core.shown_host(flow));
    Header::Other(DIVERSION.into(), format!("{uri};reason=unknown"))
}

/// An INVITE of ours that has gone out.
pub(crate) struct Branch {
    pub(crate) dialog: Dialog,
    /// As it was sent last, for its CANCEL and its ACK.
    pub(crate) invite: Request,
    transaction: Handle,
    /// When it was sent.
    pub(crate) sent: Instant,
    /// Whether anything came back: without it there is nothing to cancel (RFC 3261 §9.1).
    pub(crate) heard: bool,
    /// Its reliable responses.
    pub(crate) reliable: Heard,
}

/// An INVITE of ours to which nothing came back, and that was sent elsewhere since.
pub(crate) struct Silent {
    invite: Request,
    transaction: Handle,
    flow: Flow,
    cancelled: bool,
}

impl Silent {
    /// The number of its CSeq, which no other INVITE of the call has.
    pub(crate) fn sequence(&self) -> Option<u32> {
        fields::sequence(&self.invite)
    }

    /// Cancels it, once.
    pub(crate) async fn cancel(&mut self, core: &Core) {
        if !std::mem::replace(&mut self.cancelled, true) {
            core.send_off(cancel(&self.invite), &self.flow).await;
        }
    }

    /// Acknowledges its 2xx and ends that call.
    pub(crate) async fn decline(self, core: &Arc<Core>, dialog: &Dialog, response: &Response) {
        let mut dialog = dialog.clone();
        dialog.flow = self.flow;
        if dialog.learn(response) {
            core.deliver(dialog.ack(&self.invite, &core.settings.user_agent), &dialog.next_hop()).await;
            live::bye(core, &mut dialog).await;
        }
    }

    /// Lets go of its transaction.
    pub(crate) fn close(self) {
        self.transaction.close();
    }
}

impl Branch {
    /// Sends the INVITE that is going to make this dialog, with what is `told` of its caller; its responses come to
    /// `inbox`. None when it is not one that can be sent.
    pub(crate) async fn begin(
        core: &Core,
        mut dialog: Dialog,
        told: Vec<Header>,
        offer: Vec<u8>,
        inbox: mpsc::Sender<Inward>,
    ) -> Option<Self> {
        let mut invite = dialog.request(Method::Invite, &core.settings.user_agent);
        invite.headers.push(Header::Contact(dialog.contact().into()));
        invite.headers.push(Header::Allow(ALLOW.into()));
        invite.headers.push(supported());
        invite.headers.extend(session::asked(&core.settings.session, core.settings.session.expires));
        invite.headers.extend(told);
        invite.headers.push(Header::ContentType("application/sdp".into()));
        invite.body = offer;
        let transaction = core.invite(invite.clone(), &dialog.flow, inbox).await?;
        let reliable = Heard::default();
        Some(Self { dialog, invite, transaction, sent: Instant::now(), heard: false, reliable })
    }

    /// Sends the same INVITE in a new transaction: same Call-ID, From and To, a higher CSeq (RFC 3261 §22.1).
    pub(crate) async fn again(
        &mut self,
        core: &Core,
        credentials: Option<Header>,
        inbox: mpsc::Sender<Inward>,
    ) -> Option<()> {
        self.heard = false;
        self.reliable = Heard::default();
        let mut again = self.dialog.request(Method::Invite, &core.settings.user_agent);
        again.headers.push(Header::Contact(self.dialog.contact().into()));
        again.headers.extend(credentials.into_iter().collect());
        let kept = self.invite.headers.iter();
        let kept = kept.filter(|h| {
            let is_diversion = matches!(h, Header::Other(name, _) if name == DIVERSION);
            is_diversion
                || matches!(
                    h,
                    Header::Allow(_)
                        | Header::Supported(_)
                        | Header::SessionExpires(_)
                        | Header::MinSE(_)
                        | Header::PAssertedIdentity(_)
                        | Header::ContentType(_)
                )
        });
        again.headers.extend(kept.cloned().collect());
        again.body.clone_from(&self.invite.body);
        self.invite = again;
        self.transaction = core.invite(self.invite.clone(), &self.dialog.flow, inbox).await?;
        self.sent = Instant::now();
        Some(())
    }

    /// Asks for a longer session from now on, if a 422 wants one that we can bear (RFC 4028 §7.3).
    pub(crate) fn ask_longer(&mut self, core: &Core, response: &Response) -> bool {
        let asked = session::interval(&self.invite).unwrap_or_default();
        let Some(interval) = session::raised(response, asked) else { return false };
        self.invite.headers.retain(|h| !matches!(h, Header::SessionExpires(_) | Header::MinSE(_)));
        self.invite.headers.extend(session::asked(&core.settings.session, interval));
        true
    }

    /// Takes a provisional response, and acknowledges it where it is reliable (RFC 3262 §4); false if it is one
    /// to pass over.
    pub(crate) async fn hear(&mut self, core: &Arc<Core>, response: &Response) -> bool {
        self.heard = true;
        let acknowledged = match self.reliable.take(response) {
            Provisional::Plain => return true,
            Provisional::OutOfOrder => return false,
            Provisional::Reliable(acknowledged) => acknowledged,
        };
        let mut early = self.dialog.clone();
        // Without a Contact it goes where the INVITE went.
        early.learn(response);
        let mut prack = early.request(Method::PRack, &core.settings.user_agent);
        prack.headers.push(Header::RAck(acknowledged.into()));
        let hop = early.next_hop();
        core.send_proving(&early, prack, &hop).await;
        true
    }

    /// Acknowledges a 2xx; none when it makes no dialog.
    pub(crate) async fn acknowledge(&mut self, core: &Core, response: &Response) -> Option<Request> {
        if !self.dialog.learn(response) {
            return None;
        }
        let ack = self.dialog.ack(&self.invite, &core.settings.user_agent);
        core.deliver(ack.clone(), &self.dialog.next_hop()).await;
        Some(ack)
    }

    /// Acknowledges a 2xx that nobody wants any more, and ends its call (RFC 3261 §9.1).
    pub(crate) async fn decline(&mut self, core: &Arc<Core>, response: &Response) {
        if self.acknowledge(core, response).await.is_some() {
            live::bye(core, &mut self.dialog).await;
        }
    }

    /// Cancels it.
    pub(crate) async fn send_cancel(&self, core: &Core) {
        core.send_off(cancel(&self.invite), &self.dialog.flow).await;
    }

    /// Whether a response is to the INVITE as it was sent last.
    pub(crate) fn is_answered_by(&self, response: &Response) -> bool {
        fields::sequence(response) == fields::sequence(&self.invite)
    }

    /// The INVITE as it was sent last, for when it has been sent elsewhere.
    pub(crate) fn silent(&self) -> Silent {
        let (invite, transaction, flow) =
            (self.invite.clone(), self.transaction.clone(), self.dialog.flow.clone());
        Silent { invite, transaction, flow, cancelled: false }
    }

    /// Lets go of a transaction that nothing came back to.
    pub(crate) fn close(&self) {
        self.transaction.close();
    }
}

/// RFC 3261 §9.1: the same top Via, Request-URI, Call-ID, From, To and CSeq number.
fn cancel(invite: &Request) -> Request {
    let mut cancel = invite.clone();
    cancel.method = Method::Cancel;
    cancel.body.clear();
    cancel.headers.retain(|h| {
        matches!(
            h,
            Header::Via(_)
                | Header::MaxForwards(_)
                | Header::From(_)
                | Header::To(_)
                | Header::CallId(_)
                | Header::Route(_)
                | Header::UserAgent(_)
        )
    });
    let number = fields::sequence(invite).unwrap_or(1);
    cancel.headers.push(Header::CSeq(format!("{number} CANCEL").into()));
    cancel
}
