//! The session of a call that is up, refreshed by us (RFC 4028 §7.4): with an UPDATE where the far side takes
//! it, else with a re-INVITE that changes nothing.

use std::time::Duration;

use edge::Line;
use edge::signal::End;
use rsipstack::sip::{HasHeaders, Header, Method, Request, Response};
use tokio::time::Instant;

use crate::core::random;
use crate::fields;
use crate::leg::Leg;
use crate::live::{self, Live, description};
use crate::session::{self, Timer};
use crate::transactions::{ALLOW, is_own, supported};

/// Between two tries of a refresh that failed.
const PAUSE: Duration = Duration::from_secs(1);

/// How we refresh the session.
pub(crate) struct Renewal {
    /// The request under way.
    under_way: UnderWay,
    /// Whether the far side takes an UPDATE.
    updates: bool,
    /// Whether the Call-ID is ours, which decides who waits longer after a 491.
    placed: bool,
    /// Our ACK of the last re-INVITE.
    acknowledgement: Option<Request>,
}

/// The request of ours that is under way.
enum UnderWay {
    Nothing,
    Update(Request),
    Invite(Request),
}

impl UnderWay {
    /// The request.
    fn request(self) -> Option<Request> {
        match self {
            Self::Nothing => None,
            Self::Update(request) | Self::Invite(request) => Some(request),
        }
    }
}

impl Renewal {
    /// `message` is that of the far side that made the dialog.
    pub(crate) fn new(message: &impl HasHeaders, placed: bool) -> Self {
        let updates = fields::lists(message, "Allow", "UPDATE");
        Self { under_way: UnderWay::Nothing, updates, placed, acknowledgement: None }
    }

    /// Takes what a request of the far side tells of it.
    pub(crate) fn learn(&mut self, request: &Request) {
        if fields::first(request, "Allow").is_some() {
            self.updates = fields::lists(request, "Allow", "UPDATE");
        }
    }

    /// Whether an INVITE of ours is under way.
    pub(crate) const fn is_inviting(&self) -> bool {
        matches!(self.under_way, UnderWay::Invite(_))
    }

    /// Whether a response is to that INVITE.
    pub(crate) fn is_answered_by(&self, response: &Response) -> bool {
        match &self.under_way {
            UnderWay::Invite(invite) => fields::sequence(invite) == fields::sequence(response),
            _ => false,
        }
    }

    /// Our ACK of the last re-INVITE.
    pub(crate) const fn acknowledgement(&self) -> Option<&Request> {
        self.acknowledgement.as_ref()
    }

    /// How long to wait after a 491: RFC 3261 §14.1, in steps of 10 ms.
    fn glare(&self) -> Duration {
        let (least, steps) = if self.placed { (210, 191) } else { (0, 201) };
        Duration::from_millis(10 * (least + random() % steps))
    }
}

impl Live {
    /// When the session is to be seen to.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        let timer = self.timer.as_ref()?;
        Some(match self.renewal.under_way {
            UnderWay::Nothing => timer.due(),
            _ => timer.ends,
        })
    }

    /// The session is to be refreshed, or it is over.
    pub(crate) async fn due(&mut self, leg: &Leg) -> Option<End> {
        let timer = self.timer.as_mut()?;
        let now = Instant::now();
        if now >= timer.ends {
            return Some(live::lost());
        }
        if self.offered {
            // The answer to an offer of ours is on its way: another would cross it.
            timer.put_off(now + PAUSE);
            return None;
        }
        let interval = timer.terms.interval;
        self.renew(leg, interval, None).await;
        None
    }

    /// Sends the request that refreshes the session.
    async fn renew(&mut self, leg: &Leg, interval: Duration, credentials: Option<Header>) {
        let core = &leg.core;
        let flow = live::reopen(core, &mut self.dialog).await;
        let method = if self.renewal.updates { Method::Update } else { Method::Invite };
        let mut request = self.dialog.request(method, &core.settings.user_agent);
        request.headers.push(Header::Contact(self.dialog.contact().into()));
        request.headers.push(Header::Allow(ALLOW.into()));
        request.headers.push(supported());
        request.headers.extend(session::refreshing(interval));
        request.headers.extend(credentials.into_iter().collect());
        if method == Method::Update {
            self.renewal.under_way = UnderWay::Update(request.clone());
            return core.update(request, &flow, leg.sender.clone());
        }
        request.headers.push(Header::ContentType("application/sdp".into()));
        request.body = self.local.again();
        if core.invite(request.clone(), &flow, leg.sender.clone()).await.is_some() {
            self.renewal.under_way = UnderWay::Invite(request);
        } else if let Some(timer) = &mut self.timer {
            timer.put_off(Instant::now() + PAUSE);
        }
    }

    /// What came of our UPDATE.
    pub(crate) async fn updated(&mut self, leg: &Leg, response: Option<&Response>) -> Option<End> {
        let UnderWay::Update(request) = std::mem::replace(&mut self.renewal.under_way, UnderWay::Nothing)
        else {
            return None;
        };
        self.outcome(leg, &request, response).await
    }

    /// What came of our re-INVITE, so far; none when its connection is gone.
    pub(crate) async fn renewed(&mut self, leg: &Leg, response: Option<&Response>) -> Option<End> {
        let status = response.map(|r| r.status_code.code());
        if !self.renewal.is_inviting() || status.is_some_and(|status| status < 200) {
            return None;
        }
        let request = std::mem::replace(&mut self.renewal.under_way, UnderWay::Nothing).request()?;
        if let Some(response) = response.filter(|r| r.status_code.code() < 300) {
            let core = &leg.core;
            self.dialog.retarget(response);
            let ack = self.dialog.ack(&request, &core.settings.user_agent);
            core.deliver(ack.clone(), &self.dialog.next_hop()).await;
            self.renewal.acknowledgement = Some(ack);
            // An answer that we cannot use leaves all as it was.
            if let Some(Ok(media)) = description(response).map(|body| self.local.accept(body)) {
                self.renegotiated(leg, media);
            }
        }
        let response = response.filter(|r| !is_own(r));
        self.outcome(leg, &request, response).await
    }

    /// What a final response to a refresh comes to: a session that goes on, another try, or the end.
    async fn outcome(&mut self, leg: &Leg, request: &Request, response: Option<&Response>) -> Option<End> {
        let now = Instant::now();
        let timer = self.timer.as_mut()?;
        // RFC 4028 §10: nobody is there, or nobody knows of this call any more.
        let Some(response) = response else { return Some(live::lost()) };
        match response.status_code.code() {
            200..=299 => {
                self.dialog.retarget(response);
                let terms = session::granted(response, &leg.core.settings.session);
                self.timer = terms.map(|terms| Timer::new(terms, now));
            }
            408 | 481 => return Some(live::lost()),
            491 => timer.put_off(now + self.renewal.glare()),
            422 => {
                let asked = session::interval(request).unwrap_or_default();
                match session::raised(response, asked) {
                    Some(interval) if leg.is_open() && asked <= timer.terms.interval => {
                        self.renew(leg, interval, None).await;
                    }
                    _ => timer.put_off(now + PAUSE),
                }
            }
            401 | 407 if leg.is_open() && fields::credentials(request).is_none() => {
                let trunk = leg.line.and_then(Line::trunk).map(|trunk| usize::from(trunk.0));
                let credentials = trunk.and_then(|t| leg.core.answer_challenge(t, request, response));
                let interval = timer.terms.interval;
                match credentials {
                    Some(credentials) => self.renew(leg, interval, Some(credentials)).await,
                    None => timer.put_off(timer.ends),
                }
            }
            // It takes no UPDATE after all.
            _ if request.method == Method::Update => {
                self.renewal.updates = false;
                timer.put_off(now);
            }
            _ => timer.put_off(now + (timer.ends.saturating_duration_since(now) / 2).max(PAUSE)),
        }
        None
    }
}
