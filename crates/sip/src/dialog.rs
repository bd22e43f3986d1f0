//! A dialog of RFC 3261 §12: what makes a request belong to a call.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use edge::{Line, TrunkId};
use rsipstack::sip::{Header, HeadersExt, Method, Request, Response, Scheme, Uri, Version};
use rsipstack::transaction::random_text;

use crate::core::Core;
use crate::fields;
use crate::flow::Flow;
use crate::limits;

/// One side of a call's dialog: ours.
#[derive(Clone, Debug)]
pub(crate) struct Dialog {
    call_id: String,
    /// The From of our requests: our URI and our tag.
    local: String,
    /// The To of our requests: their URI and, once it is known, their tag.
    remote: String,
    /// Their tag (RFC 3261 §12.1), once a response or request has told it.
    remote_tag: Option<String>,
    /// Where requests go: their Contact.
    target: Uri,
    /// The Route headers of our requests, first hop first.
    routes: Vec<String>,
    /// The CSeq of our last request. Its forks count on with it, so that no number is used twice.
    sequence: Arc<AtomicU32>,
    /// The CSeq of their last request.
    remote_sequence: Option<u32>,
    /// The way to the other side.
    pub(crate) flow: Flow,
    /// Whether its URIs are `sips:`, and so our Contact (RFC 3261 §8.1.1.8, §12.1.1).
    sips: bool,
    /// The trunk whose challenges of our requests we may answer.
    trunk: Option<TrunkId>,
}

impl Dialog {
    /// The dialog that our INVITE to `target` is going to make.
    pub(crate) fn placed(from: String, target: Uri, flow: Flow) -> Self {
        let to = format!("<{target}>");
        Self::new(from, to, target, flow)
    }

    /// What requests outside of a dialog have in common, about ourselves at a registrar or a peer:
    /// Call-ID, From and To, and a CSeq that rises.
    pub(crate) fn outside(record: String, target: Uri, flow: Flow) -> Self {
        Self::new(format!("{record};tag={}", random_text(16)), record, target, flow)
    }

    fn new(from: String, to: String, target: Uri, flow: Flow) -> Self {
        Self {
            call_id: random_text(24),
            local: from,
            remote: to,
            remote_tag: None,
            sips: is_sips(&target),
            target,
            routes: Vec::new(),
            sequence: Arc::default(),
            remote_sequence: None,
            flow,
            trunk: None,
        }
    }

    /// The dialog that an INVITE of the far side makes; none when it lacks what a dialog needs.
    pub(crate) fn arrived(invite: &Request, tag: &str, flow: Flow) -> Option<Self> {
        let from = invite.from_header().ok()?.value();
        let to = invite.to_header().ok()?.value();
        let contact = fields::list(fields::first(invite, "Contact")?).first().copied()?;
        let target = fields::stack_uri(fields::uri(contact))?;
        Some(Self {
            call_id: invite.call_id_header().ok()?.value().to_owned(),
            local: format!("{to};tag={tag}"),
            remote: from.to_owned(),
            remote_tag: Some(fields::param(from, "tag")?.to_owned()),
            sips: is_sips(&invite.uri) || is_sips(&target),
            target,
            routes: routes(invite).collect(),
            sequence: Arc::default(),
            trunk: None,
            remote_sequence: invite.cseq_header().ok()?.seq().ok(),
            flow,
        })
    }

    /// Takes what a response to our INVITE tells: the other side's tag, Contact and route
    /// (RFC 3261 §12.1.2). False when a 2xx lacks what a dialog needs.
    pub(crate) fn learn(&mut self, response: &Response) -> bool {
        let Ok(to) = response.to_header() else { return false };
        let Some(tag) = fields::param(to.value(), "tag") else { return false };
        self.remote = to.value().to_owned();
        self.remote_tag = Some(tag.to_owned());
        self.routes = routes(response).collect();
        self.routes.reverse();
        self.retarget(response)
    }

    /// Takes the Contact of a request or response that may move the target (RFC 3261 §12.2).
    pub(crate) fn retarget(&mut self, message: &impl HeadersExt) -> bool {
        let contact = fields::first(message, "Contact").and_then(|v| fields::list(v).first().copied());
        let Some(target) = contact.and_then(|c| fields::stack_uri(fields::uri(c))) else { return false };
        self.target = target;
        true
    }

    /// Whether a response is to a request of this call, by whomever.
    pub(crate) fn is_of(&self, response: &Response) -> bool {
        response.call_id_header().is_ok_and(|id| id.value() == self.call_id)
    }

    /// Whether a response belongs to this very dialog, not to a fork of it.
    pub(crate) fn same(&self, response: &Response) -> bool {
        let tag = response.to_header().ok().and_then(|to| fields::param(to.value(), "tag"));
        tag == self.remote_tag.as_deref()
    }

    /// Whether a request of the far side belongs to this dialog and comes in its order
    /// (RFC 3261 §12.2.2): the status to refuse it with, if not.
    pub(crate) fn admit(&mut self, request: &Request) -> Result<(), u16> {
        let tag = request.from_header().ok().and_then(|from| fields::param(from.value(), "tag"));
        let call_id = request.call_id_header().ok().map(|id| id.value());
        if call_id != Some(self.call_id.as_str())
            || (self.remote_tag.is_some() && tag != self.remote_tag.as_deref())
        {
            return Err(481);
        }
        let sequence = request.cseq_header().ok().and_then(|c| c.seq().ok()).ok_or(400_u16)?;
        if self.remote_sequence.is_some_and(|last| sequence < last) {
            return Err(500);
        }
        self.remote_sequence = Some(sequence);
        Ok(())
    }

    /// The same dialog, with somebody on this line.
    pub(crate) fn on(mut self, line: Option<Line>) -> Self {
        self.trunk = line.and_then(Line::trunk);
        self
    }

    /// The next request in this dialog (RFC 3261 §12.2.1.1).
    pub(crate) fn request(&mut self, method: Method, user_agent: &str) -> Request {
        self.numbered(self.next_number(), method, user_agent)
    }

    fn next_number(&self) -> u32 {
        self.sequence.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// The same request again, with credentials, if this response challenges it and we have some (RFC 3261 §22.2).
    pub(crate) fn proven(&self, core: &Core, request: &Request, response: &Response) -> Option<Request> {
        let challenged = matches!(response.status_code.code(), 401 | 407);
        let trunk = self.trunk.filter(|_| challenged && fields::credentials(request).is_none())?;
        let credentials = core.answer_challenge(usize::from(trunk.0), request, response)?;
        let mut again = request.clone();
        again.headers.retain(|h| !matches!(h, Header::Via(_) | Header::CSeq(_)));
        again.headers.push_front(Header::Via(self.flow.via().into()));
        again.headers.push(Header::CSeq(format!("{} {}", self.next_number(), request.method).into()));
        again.headers.push(credentials);
        Some(again)
    }

    /// A request in this dialog with this number.
    fn numbered(&self, number: u32, method: Method, user_agent: &str) -> Request {
        let mut headers = vec![
            Header::Via(self.flow.via().into()),
            Header::MaxForwards(70.into()),
            Header::From(self.local.as_str().into()),
            Header::To(self.remote.as_str().into()),
            Header::CallId(self.call_id.as_str().into()),
            Header::CSeq(format!("{number} {method}").into()),
            Header::UserAgent(user_agent.into()),
        ];
        headers.extend(self.routes.iter().map(|route| Header::Route(route.as_str().into())));
        Request {
            method,
            uri: self.target.clone(),
            version: Version::V2,
            headers: headers.into(),
            body: Vec::new(),
        }
    }

    /// The ACK of a 2xx to this INVITE of ours, with its number and its credentials (RFC 3261 §13.2.2.4).
    pub(crate) fn ack(&self, invite: &Request, user_agent: &str) -> Request {
        let mut ack = self.numbered(fields::sequence(invite).unwrap_or_default(), Method::Ack, user_agent);
        ack.headers.push(Header::ContentLength(0_u32.into()));
        ack.headers.extend(fields::credentials(invite).into_iter().collect());
        ack
    }

    /// Our Contact: where the other side reaches us.
    pub(crate) fn contact(&self) -> String {
        self.flow.contact(self.sips)
    }

    /// Its Call-ID.
    pub(crate) fn call_id(&self) -> &str {
        &self.call_id
    }

    /// The other side's tag, as far as it is known.
    pub(crate) fn remote_tag(&self) -> Option<&str> {
        self.remote_tag.as_deref()
    }

    /// Our tag.
    pub(crate) fn local_tag(&self) -> Option<&str> {
        fields::param(&self.local, "tag")
    }

    /// The way that the next request takes: the first route or the target, where that is an address
    /// (names in them are never looked up: security row 35), else the way the dialog began on.
    pub(crate) fn next_hop(&self) -> Flow {
        let route = self.routes.first().and_then(|r| fields::stack_uri(fields::uri(r)));
        self.flow.towards(route.as_ref().unwrap_or(&self.target))
    }
}

fn is_sips(uri: &Uri) -> bool {
    uri.scheme == Some(Scheme::Sips)
}

/// The Record-Route entries of a message as Route values, in their order.
fn routes(message: &impl HeadersExt) -> impl Iterator<Item = String> {
    fields::values(message, "Record-Route").flat_map(fields::list).take(limits::ROUTES).map(str::to_owned)
}
