//! Provisional responses that are acknowledged: 100rel and PRACK (RFC 3262).

use rsipstack::sip::{Header, Request, Response};
use tokio::time::{Duration, Instant};

use crate::core::random;
use crate::fields;
use crate::limits;
use crate::live::description;

/// The reliable responses to an INVITE of ours.
#[derive(Default)]
pub(crate) struct Heard {
    /// The RSeq that each early dialog has come to, by the tag of the far side.
    dialogs: Vec<(String, u32)>,
    /// The early dialog whose reliable response brought the answer to our offer.
    settled: Option<String>,
}

/// What a provisional response asks for.
#[derive(PartialEq, Eq, Debug)]
pub(crate) enum Provisional {
    /// To be taken as it is.
    Plain,
    /// To be taken and acknowledged; this is the value of RAck.
    Reliable(String),
    /// To be passed over: it is repeated, or one before it is missing (§4).
    OutOfOrder,
}

impl Heard {
    /// Takes a provisional response to an INVITE of ours.
    pub(crate) fn take(&mut self, response: &Response) -> Provisional {
        if response.status_code.code() == 100 || !fields::lists(response, "Require", "100rel") {
            return Provisional::Plain;
        }
        let number = fields::first(response, "RSeq").and_then(|v| v.trim().parse::<u32>().ok());
        let sequence = fields::first(response, "CSeq");
        let (Some(number), Some(tag), Some(sequence)) = (number, tag(response), sequence) else {
            return Provisional::OutOfOrder;
        };
        let full = self.dialogs.len() >= limits::EARLY_DIALOGS;
        match self.dialogs.iter_mut().find(|(known, _)| known == tag) {
            Some((_, last)) if last.checked_add(1) == Some(number) => *last = number,
            Some(_) => return Provisional::OutOfOrder,
            None if full => return Provisional::OutOfOrder,
            None => self.dialogs.push((tag.to_owned(), number)),
        }
        if self.settled.is_none() && description(response).is_some() {
            self.settled = Some(tag.to_owned());
        }
        Provisional::Reliable(format!("{number} {sequence}"))
    }

    /// Whether the session is settled, so that the far side may change it before it answers (RFC 3311 §5.2).
    pub(crate) const fn is_settled(&self) -> bool {
        self.settled.is_some()
    }

    /// Whether the session with the sender of this response was settled before it: what it describes is then
    /// no answer any more (RFC 6337 §3.1.1).
    pub(crate) fn has_settled(&self, response: &Response) -> bool {
        self.settled.is_some() && self.settled.as_deref() == tag(response)
    }
}

fn tag(response: &Response) -> Option<&str> {
    fields::first(response, "To").and_then(|to| fields::param(to, "tag"))
}

/// Whether the far side takes reliable responses to its INVITE.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Demand {
    /// It does not.
    Unknown,
    /// It does: what describes the session goes out reliably, a plain 180 need not.
    Supported,
    /// It wants no others.
    Required,
}

/// The provisional responses to an INVITE of the far side.
pub(crate) struct Told {
    demand: Demand,
    /// T1 of RFC 3261 §17.1.1.1.
    t1: Duration,
    /// The CSeq of the INVITE.
    sequence: String,
    /// The RSeq of the last one that went out reliably.
    number: u32,
    awaited: Option<Awaited>,
}

/// A reliable response that is not acknowledged yet.
struct Awaited {
    response: Response,
    describes: bool,
    again: Instant,
    pause: Duration,
    ends: Instant,
}

/// What is to be done about a response that is not acknowledged.
pub(crate) enum Overdue {
    /// It is sent again.
    Again(Box<Response>),
    /// The far side does not acknowledge it at all.
    GivenUp,
}

impl Told {
    pub(crate) fn new(invite: &Request, t1: Duration) -> Self {
        let demand = match () {
            () if fields::lists(invite, "Require", "100rel") => Demand::Required,
            () if fields::lists(invite, "Supported", "100rel") => Demand::Supported,
            () => Demand::Unknown,
        };
        let sequence = fields::first(invite, "CSeq").unwrap_or_default().to_owned();
        // §3: between 1 and 2^31 - 1.
        let number = u32::try_from(random() % (1 << 30)).unwrap_or_default() + 1;
        Self { demand, t1, sequence, number, awaited: None }
    }

    /// Whether a response can carry an offer of ours: only one that is acknowledged can (§5).
    pub(crate) fn may_offer(&self) -> bool {
        self.demand != Demand::Unknown
    }

    /// Whether the first response has to carry an offer, where the INVITE had none (§5).
    pub(crate) fn must_offer(&self) -> bool {
        self.demand == Demand::Required
    }

    /// Whether a response is not acknowledged yet: another must wait (§3).
    pub(crate) const fn is_awaited(&self) -> bool {
        self.awaited.is_some()
    }

    /// Makes a provisional response reliable, where it is to be.
    pub(crate) fn prepare(&mut self, response: &mut Response, describes: bool, now: Instant) {
        let reliable = match self.demand {
            Demand::Unknown => false,
            Demand::Supported => describes,
            Demand::Required => true,
        };
        if !reliable {
            return;
        }
        self.number += 1;
        response.headers.push(Header::Require("100rel".into()));
        response.headers.push(Header::RSeq(self.number.to_string().into()));
        let (pause, ends) = (self.t1, now + self.t1 * 64);
        self.awaited =
            Some(Awaited { response: response.clone(), describes, again: now + pause, pause, ends });
    }

    /// When [`Told::overdue`] is to be asked.
    pub(crate) fn due(&self) -> Option<Instant> {
        self.awaited.as_ref().map(|awaited| awaited.again.min(awaited.ends))
    }

    /// §3: sent again after T1, and each time after twice as long; given up after 64*T1.
    pub(crate) fn overdue(&mut self, now: Instant) -> Option<Overdue> {
        let awaited = self.awaited.as_mut()?;
        if now >= awaited.ends {
            self.awaited = None;
            return Some(Overdue::GivenUp);
        }
        if now < awaited.again {
            return None;
        }
        awaited.pause *= 2;
        awaited.again = now + awaited.pause;
        Some(Overdue::Again(Box::new(awaited.response.clone())))
    }

    /// Takes a PRACK: whether what it acknowledges described the session; none where it acknowledges nothing.
    pub(crate) fn acknowledge(&mut self, prack: &Request) -> Option<bool> {
        let mut rack = fields::first(prack, "RAck")?.split_whitespace();
        let number: u32 = rack.next()?.parse().ok()?;
        let same = rack.eq(self.sequence.split_whitespace());
        (same && number == self.number)
            .then(|| self.awaited.take())
            .flatten()
            .map(|awaited| awaited.describes)
    }
}

#[cfg(test)]
mod tests {
    use rsipstack::sip::SipMessage;

    use super::*;

    fn response(tag: &str, number: &str, body: &str) -> Response {
        let kind = if body.is_empty() { "" } else { "Content-Type: application/sdp\n" };
        let head = format!(
            "SIP/2.0 183 Session Progress\nTo: <sip:a@b>;tag={tag}\nCSeq: 1 INVITE\nRequire: 100rel\n\
             RSeq: {number}\n{kind}Content-Length: {}\n\n",
            body.len()
        );
        let text = head.replace('\n', "\r\n") + body;
        match SipMessage::try_from(text.as_bytes()).unwrap() {
            SipMessage::Response(response) => response,
            SipMessage::Request(_) => unreachable!(),
        }
    }

    #[test]
    fn reliable_responses_are_taken_in_their_order_each_early_dialog_for_itself() {
        let mut heard = Heard::default();
        let reliable = |rack: &str| Provisional::Reliable(rack.to_owned());
        assert_eq!(heard.take(&response("x", "7", "")), reliable("7 1 INVITE"));
        assert!(!heard.is_settled());
        assert_eq!(heard.take(&response("x", "7", "")), Provisional::OutOfOrder);
        assert_eq!(heard.take(&response("x", "9", "")), Provisional::OutOfOrder);
        assert_eq!(heard.take(&response("x", "8", "v=0")), reliable("8 1 INVITE"));
        assert_eq!(heard.take(&response("y", "100", "")), reliable("100 1 INVITE"));
        assert_eq!(heard.take(&response("y", "junk", "")), Provisional::OutOfOrder);
        assert!(heard.has_settled(&response("x", "9", "")) && !heard.has_settled(&response("y", "9", "")));
        for n in 2..limits::EARLY_DIALOGS {
            assert_eq!(heard.take(&response(&format!("t{n}"), "1", "")), reliable("1 1 INVITE"));
        }
        assert_eq!(heard.take(&response("one more", "1", "")), Provisional::OutOfOrder);
    }
}
