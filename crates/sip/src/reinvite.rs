//! A call that is up and that the far side changes: re-INVITE (RFC 3261 §14.2) and UPDATE (RFC 3311 §5.2).

use edge::signal::Event;
use edge::sound::Media;
use rsipstack::sip::{Header, Method, Request};
use rsipstack::transaction::Transaction;
use tokio::time::Instant;

use crate::core::retry_after;
use crate::leg::Leg;
use crate::live::{Live, description};
use crate::sdp::Unusable;
use crate::session::{self, Terms, Timer};
use crate::transactions::{ALLOW, run_server_invite, supported};

/// What a request that changes the call comes to.
struct Agreed {
    terms: Option<Terms>,
    /// None where our description is an offer, or where there is none.
    media: Option<Media>,
    /// Our description.
    body: Vec<u8>,
}

/// The status that such a request is refused with, and what the refusal says.
type Refusal = (u16, Vec<Header>);

impl Live {
    /// A re-INVITE: answered at once, or refused and all stays as it was.
    pub(crate) async fn reinvite(&mut self, leg: &Leg, mut request: Box<Transaction>) {
        let agreed = match self.agree(leg, &request.original) {
            Ok(agreed) => agreed,
            Err((status, headers)) => return leg.core.reply(request, status, headers, Vec::new()).await,
        };
        let headers = self.take(&request.original, &agreed);
        let mut response = leg.core.response(&request.original, 200, None, agreed.body);
        response.headers.extend(headers);
        if request.respond(response).await.is_ok() {
            self.offered = agreed.media.is_none();
            run_server_invite(request, leg.sender.clone());
            if let Some(media) = agreed.media {
                self.renegotiated(leg, media);
            }
        }
    }

    /// UPDATE: with an offer it renegotiates, without one it only refreshes the session and the target.
    pub(crate) async fn update(&mut self, leg: &Leg, request: Box<Transaction>) {
        let agreed = match self.agree(leg, &request.original) {
            Ok(agreed) => agreed,
            Err((status, headers)) => return leg.core.reply(request, status, headers, Vec::new()).await,
        };
        let headers = self.take(&request.original, &agreed);
        leg.core.reply(request, 200, headers, agreed.body).await;
        if let Some(media) = agreed.media {
            self.renegotiated(leg, media);
        }
    }

    /// Whether the call may become what a request says.
    fn agree(&mut self, leg: &Leg, request: &Request) -> Result<Agreed, Refusal> {
        let offer = description(request);
        let renegotiates = request.method == Method::Invite || offer.is_some();
        // RFC 3261 §14.2, RFC 3311 §5.2, RFC 5407 §3.1.4: an offer of ours is on its way.
        if renegotiates && (self.offered || self.renewal.is_inviting()) {
            return Err((491, Vec::new()));
        }
        // More events wait than the switch takes.
        if renegotiates && leg.core.outbox.crowded() {
            return Err((500, vec![retry_after()]));
        }
        let terms =
            session::agree(request, &leg.core.settings.session).map_err(|least| (422, vec![least]))?;
        let (media, body) = match offer {
            Some(offer) => {
                let (media, body) = self.local.answer(offer).map_err(|why| self.unusable(leg, why))?;
                (Some(media), body)
            }
            None if renegotiates => (None, self.local.offer()),
            None => (None, Vec::new()),
        };
        Ok(Agreed { terms, media, body })
    }

    /// The answer to an offer that we cannot use. That of a fax is for the switch to know, once.
    fn unusable(&mut self, leg: &Leg, why: Unusable) -> Refusal {
        if why == Unusable::Fax && !std::mem::replace(&mut self.faxing, true) {
            leg.tell(Event::Faxing { leg: leg.id });
        }
        (488, Vec::new())
    }

    /// Takes what a request that was agreed to says of its sender; what our 2xx says to that.
    fn take(&mut self, request: &Request, agreed: &Agreed) -> Vec<Header> {
        self.dialog.retarget(request);
        self.renewal.learn(request);
        self.timer = agreed.terms.map(|terms| Timer::new(terms, Instant::now()));
        let mut headers =
            vec![Header::Contact(self.dialog.contact().into()), Header::Allow(ALLOW.into()), supported()];
        headers.extend(session::accepted(request, agreed.terms));
        headers
    }
}
