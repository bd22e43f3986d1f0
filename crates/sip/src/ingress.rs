//! What comes in from the network, before the stack sees it: rates, the guard, and who may do what.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use rsipstack::sip::{Header, Method, Request, Response, SipMessage};
use rsipstack::transaction::key::{TransactionKey, TransactionRole};
use rsipstack::transport::SipConnection;

use crate::core::{Core, retry_after};
use crate::fields;
use crate::flow::Flow;
use crate::guard::{self, Verdict};
use crate::leg::{Inward, invite_name};
use crate::origin::Origin;
use crate::resolver::Server;
use crate::transactions::{ALLOW, supported, unsupported};

impl Core {
    /// Takes one message, as it came.
    pub(crate) async fn ingest(self: &Arc<Self>, bytes: &[u8], flow: &Flow) {
        let (source, now) = (flow.peer, Instant::now());
        let origin = self.origin(&flow.source());
        let admitted = origin.is_known();
        if !self.bears(source.ip(), admitted, now) {
            return self.tally.limited();
        }
        self.tally.messages();
        let bytes = match guard::examine(bytes, flow.transport) {
            Verdict::Pass(bytes) => bytes,
            Verdict::Answer(answer) => {
                self.tally.rejected();
                if admitted || self.sources.answer(now) {
                    self.send_raw(&answer, flow).await;
                }
                return;
            }
            Verdict::Drop(reason) => {
                tracing::debug!(%source, reason, "a message was dropped");
                return self.tally.malformed();
            }
        };
        let transport = flow.transport.of_stack();
        let message = SipMessage::try_from(&*bytes).map_err(|_| ());
        let message =
            message.and_then(|m| SipConnection::update_msg_received(m, source, transport).map_err(|_| ()));
        match message {
            Ok(SipMessage::Request(request)) => self.ingest_request(request, flow, origin).await,
            Ok(SipMessage::Response(response)) => self.ingest_response(response, flow).await,
            Err(()) => {
                self.tally.malformed();
                if let Some(answer) =
                    guard::unreadable(&bytes).filter(|_| admitted || self.sources.answer(now))
                {
                    self.send_raw(&answer, flow).await;
                }
            }
        }
    }

    /// Whether one message more from this address is taken, or one TLS handshake.
    pub(crate) fn bears(&self, address: IpAddr, admitted: bool, now: Instant) -> bool {
        let limits = &self.settings.limits;
        let rate = if admitted { limits.messages_per_second } else { limits.strangers_per_second };
        self.sources.message(address, admitted, now, rate)
    }

    async fn ingest_response(self: &Arc<Self>, response: Response, flow: &Flow) {
        let status = response.status_code.code();
        // Security row 1: a challenge that comes from a stranger is nobody's to answer.
        if matches!(status, 401 | 407)
            && matches!(self.origin(&flow.source()), Origin::Stranger | Origin::Anyone)
        {
            return self.tally.strangers();
        }
        let invited = fields::first(&response, "CSeq").is_some_and(|c| c.ends_with("INVITE"));
        if (200..300).contains(&status)
            && invited
            && let Some(tag) = fields::first(&response, "From").and_then(|from| fields::param(from, "tag"))
            && self.end_cancelled(tag, &response)
        {
            return;
        }
        if (200..300).contains(&status)
            && invited
            && !TransactionKey::from_response(&response, TransactionRole::Client)
                .is_ok_and(|key| self.stack.transactions.get(&key).is_some())
        {
            // The transaction is over with its first 2xx (RFC 3261 §17.1.1.2): what is repeated, and what
            // other branches say, is for the call itself.
            let tag = fields::first(&response, "From").and_then(|from| fields::param(from, "tag"));
            if let Some(tag) = tag.map(str::to_owned) {
                self.legs.hand(&tag, Inward::Response(Box::new(response)));
            }
            return;
        }
        self.pass(SipMessage::Response(response), flow).await;
    }

    async fn ingest_request(self: &Arc<Self>, request: Request, flow: &Flow, origin: Origin) {
        let admitted = origin.is_known();
        match request.method {
            // Never answered; the ACK of a 2xx may come from where no trunk is.
            Method::Ack => return self.pass(request.into(), flow).await,
            Method::Cancel if admitted || self.is_repeated(&request) => {
                return self.pass(request.into(), flow).await;
            }
            // A CANCEL takes the way of its INVITE (RFC 3261 §9.1), which a stranger's did not find.
            Method::Cancel => return self.tally.strangers(),
            _ => {}
        }
        let tag = fields::first(&request, "To").and_then(|to| fields::param(to, "tag"));
        if let Some(tag) = tag {
            // RFC 5407 §3.2.3: a BYE that crosses ours.
            if request.method == Method::Bye && self.legs.is_parting(tag) && !self.legs.has_tag(tag) {
                return self.refuse(&request, flow, admitted, 200, Vec::new()).await;
            }
            // RFC 3261 §12.2.2: of no dialog of ours.
            if !self.legs.has_tag(tag) && !self.is_repeated(&request) {
                return self.refuse(&request, flow, admitted, 481, Vec::new()).await;
            }
            return self.pass(request.into(), flow).await;
        }
        match request.method {
            Method::Options => {
                // Anyone may ask whether we are there; strangers get no more than that.
                let headers = if admitted {
                    vec![Header::Allow(ALLOW.into()), supported(), Header::Accept("application/sdp".into())]
                } else {
                    Vec::new()
                };
                self.refuse(&request, flow, admitted, 200, headers).await;
            }
            Method::Invite | Method::Register if self.is_repeated(&request) => {
                self.pass(request.into(), flow).await;
            }
            Method::Register if self.stations.register => self.ingest_claim(request, flow, admitted).await,
            Method::Invite
                if self.stations.register && matches!(origin, Origin::Telephone | Origin::Stranger) =>
            {
                self.ingest_claim(request, flow, admitted).await;
            }
            _ if !admitted => {
                self.tally.strangers();
                self.security(flow.server(), "a request from an address of no trunk and no station");
                self.refuse(&request, flow, admitted, 403, Vec::new()).await;
            }
            Method::Invite => match self.may_arrive(&request) {
                Ok(()) => self.pass(request.into(), flow).await,
                Err((status, headers)) => self.refuse(&request, flow, admitted, status, headers).await,
            },
            // RFC 3261 §15.1.2; RFC 6665 §4.1.3: there is no such dialog or subscription.
            Method::Bye | Method::Notify | Method::Update | Method::Info | Method::PRack => {
                self.refuse(&request, flow, admitted, 481, Vec::new()).await;
            }
            _ => {
                let allow = vec![Header::Allow(ALLOW.into())];
                self.refuse(&request, flow, admitted, 405, allow).await;
            }
        }
    }

    /// A REGISTER or INVITE of one who says that he is a station: passed on if he proves it, else challenged.
    async fn ingest_claim(self: &Arc<Self>, request: Request, flow: &Flow, admitted: bool) {
        let proven = self.prove(&request, flow).and_then(|station| {
            let room = match request.method {
                Method::Invite => self.may_arrive(&request),
                _ if self.has_room() => Ok(()),
                _ => Err((503, vec![retry_after()])),
            };
            let key = TransactionKey::from_request(&request, TransactionRole::Server);
            room.and_then(|()| Ok((station, key.map_err(|_| (400, Vec::new()))?)))
        });
        match proven {
            Ok((station, key)) => {
                self.stations.remember(key.clone(), station);
                if !self.hand(request.into(), flow).await {
                    self.stations.proven(&key);
                }
            }
            Err((status, headers)) => self.refuse(&request, flow, admitted, status, headers).await,
        }
    }

    /// Whether the stack may keep another transaction, and the switch another event.
    fn has_room(&self) -> bool {
        let transactions = self.stack.transactions.len() + self.stack.finished_transactions.len();
        transactions < self.settings.limits.transactions && !self.outbox.crowded()
    }

    /// Whether a new call is taken; the refusal, if not.
    fn may_arrive(&self, invite: &Request) -> Result<(), (u16, Vec<Header>)> {
        // RFC 3261 §8.2.2.2: the same INVITE by another way is merged with the one we have.
        if invite_name(invite).is_some_and(|name| self.legs.has_invite(&name)) {
            return Err((482, Vec::new()));
        }
        // RFC 3261 §8.2.2.3: nothing may be required of us that we do not know.
        if let Some(option) = unsupported(invite) {
            return Err((420, vec![Header::Unsupported(option.into())]));
        }
        // §8.2.3: a body that we cannot read, and that we must.
        let kind = fields::first(invite, "Content-Type").unwrap_or("application/sdp");
        let kind = kind.split(';').next().unwrap_or(kind).trim();
        if !invite.body.is_empty() && !kind.eq_ignore_ascii_case("application/sdp") {
            return Err((415, vec![Header::Accept("application/sdp".into())]));
        }
        if let Some(encoding) = fields::first(invite, "Content-Encoding")
            && !encoding.eq_ignore_ascii_case("identity")
        {
            return Err((415, vec![Header::AcceptEncoding("identity".into())]));
        }
        let limits = &self.settings.limits;
        let room = self.has_room()
            && self.calls.available_permits() > 0
            && self.sources.arrival(Instant::now(), limits.arrivals_per_second);
        if room {
            return Ok(());
        }
        self.tally.overload();
        Err((503, vec![retry_after()]))
    }

    /// Whether the stack has this request already, so that it answers it again as before.
    fn is_repeated(&self, request: &Request) -> bool {
        TransactionKey::from_request(request, TransactionRole::Server).is_ok_and(|key| {
            self.stack.transactions.get(&key).is_some()
                || self.stack.finished_transactions.get(&key).is_some()
        })
    }

    /// Hands a message to the stack.
    async fn pass(self: &Arc<Self>, message: SipMessage, flow: &Flow) {
        self.hand(message, flow).await;
    }

    /// As [`Core::pass`]; false if the stack refuses it.
    async fn hand(self: &Arc<Self>, message: SipMessage, flow: &Flow) -> bool {
        let from = flow.peer.into();
        let taken = self.stack.on_received_message(message, flow.connection.clone(), &from).await;
        if let Err(error) = &taken {
            tracing::debug!(source = %flow.peer, %error, "the stack refused a message");
            self.tally.malformed();
        }
        taken.is_ok()
    }

    /// Answers a request without keeping anything of it (RFC 3261 §8.2.7), to its transport source only.
    async fn refuse(
        &self,
        request: &Request,
        flow: &Flow,
        admitted: bool,
        status: u16,
        headers: Vec<Header>,
    ) {
        if !admitted && !self.sources.answer(Instant::now()) {
            return self.tally.limited();
        }
        if status != 200 {
            self.tally.rejected();
        }
        let named = |name| fields::first(request, name).unwrap_or_default();
        let tag = guard::stateless_tag(named("Call-ID"), named("CSeq"));
        let mut response = self.response(request, status, Some(&tag), Vec::new());
        if !admitted {
            // A stranger learns nothing about us, and gets no more bytes than it must (row 35).
            response.headers.retain(|h| !matches!(h, Header::UserAgent(_)));
        }
        response.headers.extend(headers);
        self.send_raw(&response.to_bytes(), flow).await;
    }

    async fn send_raw(&self, bytes: &[u8], flow: &Flow) {
        if flow.is_connection() {
            flow.answer(bytes.to_vec());
        } else if let SipConnection::Udp(connection) = &flow.connection {
            let sent = connection.send_raw(bytes, &flow.peer.into()).await;
            if let Err(error) = sent {
                tracing::debug!(peer = %flow.peer, %error, "an answer could not be sent");
            }
        }
    }

    /// One line in the security log: the transport source and our own words, never theirs.
    pub(crate) fn security(&self, source: Server, what: &str) {
        if let Some(unwritten) = self.sources.security_line(Instant::now()) {
            let Server { transport, address } = source;
            tracing::warn!(target: "security", source = %address, %transport, unwritten, "{what}");
        }
    }
}
