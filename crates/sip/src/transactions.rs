//! The transactions of a call: each runs in a task of its own, which turns what happens to it into
//! [`Inward`]s of its leg. The stack's `receive` must not be dropped half-way, so nothing selects on it.

use std::sync::Arc;

use rsipstack::sip::{Header, Method, Request, Response, SipMessage, StatusCode, StatusCodeKind};
use rsipstack::transaction::key::{TransactionKey, TransactionRole};
use rsipstack::transaction::transaction::{TransactionEvent, TransactionEventSender};
use rsipstack::transaction::{Transaction, random_text};
use tokio::sync::mpsc;

use crate::core::Core;
use crate::dialog::Dialog;
use crate::fields;
use crate::flow::Flow;
use crate::leg::Inward;
use crate::reason;

/// The methods that we understand, as Allow says them (RFC 3261 §20.5).
pub(crate) const ALLOW: &str = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK, REFER";

/// The extensions that we know, as Supported says them (RFC 3261 §20.37): RFC 3262, 4488, 3891, 4028.
const EXTENSIONS: [&str; 4] = ["100rel", "norefersub", "replaces", "timer"];

/// The extensions that we know, for every message that may begin or change a call.
pub(crate) fn supported() -> Header {
    Header::Supported(EXTENSIONS.join(", ").into())
}

/// An extension that a request requires of us and that we do not know (RFC 3261 §8.2.2.3).
pub(crate) fn unsupported(request: &Request) -> Option<&str> {
    let mut required = fields::values(request, "Require").flat_map(fields::list).filter(|o| !o.is_empty());
    required.find(|option| !EXTENSIONS.iter().any(|known| known.eq_ignore_ascii_case(option)))
}

/// The far end of a transaction's task.
#[derive(Clone)]
pub(crate) struct Handle {
    key: TransactionKey,
    sender: TransactionEventSender,
}

impl Handle {
    /// Ends the transaction; the stack goes on repeating its last message where that is asked for.
    pub(crate) fn close(&self) {
        let _ = self.sender.send(TransactionEvent::Terminate(self.key.clone()));
    }

    /// Sends a response of a server transaction.
    pub(crate) fn respond(&self, response: Response) {
        let _ = self.sender.send(TransactionEvent::Respond(response));
    }
}

impl Core {
    /// A client transaction that has sent its request; none when the request is not one that the
    /// stack can send. It is large, and goes from hand to hand.
    async fn client(&self, request: Request, flow: &Flow) -> Option<Box<Transaction>> {
        let key = TransactionKey::from_request(&request, TransactionRole::Client).ok()?;
        let connection = Some(flow.connection.clone());
        let mut transaction = Box::new(Transaction::new_client(key, request, self.stack.clone(), connection));
        transaction.destination = flow.destination();
        // A send that fails is repeated by the transaction, or answered with its own 503.
        transaction.send().await.ok()?;
        Some(transaction)
    }

    /// Sends an INVITE; its responses reach the leg.
    pub(crate) async fn invite(
        &self,
        request: Request,
        flow: &Flow,
        leg: mpsc::Sender<Inward>,
    ) -> Option<Handle> {
        let transaction = self.client(request, flow).await?;
        let handle = Handle { key: transaction.key.clone(), sender: transaction.tu_sender.clone() };
        tokio::spawn(Box::pin(run_invite(transaction, flow.clone(), leg)));
        Some(handle)
    }

    /// Sends the BYE of a dialog. Until it is answered, a BYE that crosses it is answered in kind.
    pub(crate) async fn send_bye(self: &Arc<Self>, dialog: &Dialog, request: Request, flow: &Flow) {
        let Some(transaction) = self.client(request.clone(), flow).await else { return };
        let (core, dialog, flow) = (Arc::clone(self), dialog.clone(), flow.clone());
        let tag = dialog.local_tag().unwrap_or_default().to_owned();
        core.legs.part(&tag);
        tokio::spawn(async move {
            core.see_through(&dialog, transaction, &request, &flow).await;
            core.legs.parted(&tag);
        });
    }

    /// Sends a request in a dialog whose answer changes nothing, and once more with credentials where that answer
    /// is a challenge: PRACK, NOTIFY.
    pub(crate) async fn send_proving(self: &Arc<Self>, dialog: &Dialog, request: Request, flow: &Flow) {
        let Some(transaction) = self.client(request.clone(), flow).await else { return };
        let (core, dialog, flow) = (Arc::clone(self), dialog.clone(), flow.clone());
        tokio::spawn(async move { core.see_through(&dialog, transaction, &request, &flow).await });
    }

    /// Waits for the answer to a request, and to the one with credentials where it is challenged.
    async fn see_through(&self, dialog: &Dialog, mut sent: Box<Transaction>, request: &Request, flow: &Flow) {
        let answer = final_response(&mut sent).await;
        let again = answer.and_then(|answer| dialog.proven(self, request, &answer));
        if let Some(again) = again
            && let Some(mut sent) = self.client(again, flow).await
        {
            final_response(&mut sent).await;
        }
    }

    /// Sends a request whose answer nobody waits for, and that nobody may challenge (RFC 3261 §22.1): CANCEL. It is
    /// repeated until it is answered.
    pub(crate) async fn send_off(&self, request: Request, flow: &Flow) {
        if let Some(mut transaction) = self.client(request, flow).await {
            tokio::spawn(async move { final_response(&mut transaction).await });
        }
    }

    /// Sends an UPDATE; what comes of it reaches the leg.
    pub(crate) fn update(self: &Arc<Self>, request: Request, flow: &Flow, leg: mpsc::Sender<Inward>) {
        let (core, flow) = (Arc::clone(self), flow.clone());
        tokio::spawn(async move {
            let response = core.ask(request, &flow).await.map(Box::new);
            let _ = leg.send(Inward::Updated(response)).await;
        });
    }

    /// Sends a message that belongs to no transaction: the ACK of a 2xx (RFC 3261 §13.2.2.4).
    pub(crate) async fn deliver(&self, request: Request, flow: &Flow) {
        let destination = flow.destination();
        if let Err(error) = flow.connection.send(request.into(), destination.as_ref()).await {
            // The far side repeats its 2xx, and then it goes out again.
            tracing::debug!(peer = %flow.peer, %error, "an ACK could not be sent");
        }
    }

    /// Sends a request and waits for its final response; none when there is none. A 408 or 503 that
    /// the stack made itself, for want of a response, is none.
    pub(crate) async fn ask(&self, request: Request, flow: &Flow) -> Option<Response> {
        let mut transaction = self.client(request, flow).await?;
        let closed = flow.until_closed();
        tokio::pin!(closed);
        loop {
            tokio::select! {
                message = transaction.receive() => match message? {
                    SipMessage::Response(response) if response.status_code.kind() == StatusCodeKind::Provisional => {}
                    SipMessage::Response(response) => return Some(response).filter(|r| !is_own(r)),
                    SipMessage::Request(_) => {}
                },
                () = &mut closed => return None,
            }
        }
    }

    /// Answers a request that changes no call, whatever its method.
    pub(crate) async fn reply(
        &self,
        mut transaction: Box<Transaction>,
        status: u16,
        headers: Vec<Header>,
        body: Vec<u8>,
    ) {
        // RFC 3261 §8.2.6.2: a tag, where the request had none.
        let tag = random_text(16);
        let mut response = self.response(&transaction.original, status, Some(&tag), body);
        response.headers.extend(headers);
        let invite = transaction.original.method == Method::Invite;
        if transaction.respond(response).await.is_ok() && invite {
            // The refusal is repeated until its ACK, which is the only thing that still reaches it.
            tokio::spawn(async move { transaction.receive().await });
        }
    }

    /// A response to a request (RFC 3261 §8.2.6), with our tag where the dialog is new.
    pub(crate) fn response(
        &self,
        request: &Request,
        status: u16,
        tag: Option<&str>,
        body: Vec<u8>,
    ) -> Response {
        let body = (!body.is_empty()).then_some(body);
        let described = body.is_some();
        let mut response = self.stack.make_response(request, StatusCode::from(status), body);
        if described {
            response.headers.push(Header::ContentType("application/sdp".into()));
        }
        if let Some(tag) = tag {
            for header in response.headers.iter_mut() {
                if let Header::To(to) = header
                    && fields::param(to.value(), "tag").is_none()
                {
                    to.replace(format!("{};tag={tag}", to.value()));
                }
            }
        }
        response
    }
}

async fn run_invite(mut transaction: Box<Transaction>, flow: Flow, leg: mpsc::Sender<Inward>) {
    let closed = flow.until_closed();
    tokio::pin!(closed);
    let mut answered = false;
    loop {
        let message = tokio::select! {
            message = transaction.receive() => message,
            // The connection is gone, and the transaction with it: dropping `receive` loses nothing.
            () = &mut closed => {
                if !answered {
                    let _ = leg.send(Inward::Closed).await;
                }
                return;
            }
        };
        match message {
            Some(SipMessage::Response(response)) => {
                answered |= response.status_code.kind() != StatusCodeKind::Provisional;
                // A call that is over hears no more; its transaction still acknowledges.
                let _ = leg.send(Inward::Response(Box::new(response))).await;
            }
            Some(SipMessage::Request(_)) => {}
            None => return,
        }
    }
}

/// Runs the far side's INVITE to its end, for its leg.
pub(crate) fn run_server_invite(mut transaction: Box<Transaction>, leg: mpsc::Sender<Inward>) -> Handle {
    let handle = Handle { key: transaction.key.clone(), sender: transaction.tu_sender.clone() };
    tokio::spawn(async move {
        let mut acknowledged = false;
        while let Some(message) = transaction.receive().await {
            match message {
                SipMessage::Request(request) if request.method == Method::Ack => {
                    acknowledged = true;
                    let _ = leg.send(Inward::Acknowledged(Box::new(request))).await;
                    // What is repeated from here on, the stack answers or absorbs without us.
                    break;
                }
                SipMessage::Request(request) if request.method == Method::Cancel => {
                    let _ = leg.send(Inward::Cancelled(reason::told(&request))).await;
                }
                _ => {}
            }
        }
        if !acknowledged {
            let _ = leg.send(Inward::Unacknowledged).await;
        }
    });
    handle
}

/// The final response of a client transaction; none where the transaction ends without one.
async fn final_response(transaction: &mut Transaction) -> Option<Response> {
    loop {
        if let SipMessage::Response(response) = transaction.receive().await?
            && response.status_code.kind() != StatusCodeKind::Provisional
        {
            return Some(response);
        }
    }
}

/// Whether the stack made this response itself, because none came (408) or the connection broke (503):
/// a final response of a far side has a tag in its To (RFC 3261 §8.2.6.2), the stack's has none.
pub(crate) fn is_own(response: &Response) -> bool {
    let status = response.status_code.code();
    (status == 408 || status == 503)
        && fields::first(response, "To").is_none_or(|to| fields::param(to, "tag").is_none())
}
