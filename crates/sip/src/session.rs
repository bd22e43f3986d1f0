//! Session timers (RFC 4028): a call whose far side went without a BYE ends all the same.

use std::time::Duration;

use rsipstack::sip::{HasHeaders, Header, Request, Response};
use tokio::time::Instant;

use crate::fields;
use crate::limits;
use crate::settings::Session;

/// Who refreshes a session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Refresher {
    /// This server.
    Us,
    /// The far side.
    Them,
}

/// What both sides agreed on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Terms {
    /// The session ends so long after it was refreshed last.
    pub(crate) interval: Duration,
    /// Who refreshes it.
    pub(crate) refresher: Refresher,
}

/// The time that a session has left.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timer {
    pub(crate) terms: Terms,
    /// Who waited until then ends it.
    pub(crate) ends: Instant,
    /// When we refresh it, if that is ours to do.
    refresh: Instant,
}

impl Timer {
    pub(crate) fn new(terms: Terms, now: Instant) -> Self {
        // RFC 4028 §10: a BYE before it runs out, by a third but no more than 32 s; a refresh at half.
        let margin = (terms.interval / 3).min(limits::SESSION_MARGIN);
        Self { terms, ends: now + (terms.interval - margin), refresh: now + terms.interval / 2 }
    }

    /// When something is to be done.
    pub(crate) fn due(&self) -> Instant {
        match self.terms.refresher {
            Refresher::Us => self.refresh.min(self.ends),
            Refresher::Them => self.ends,
        }
    }

    /// Puts the refresh off; without one in time the session ends.
    pub(crate) fn put_off(&mut self, until: Instant) {
        self.refresh = until;
    }
}

/// What a request of the far side that sets up or refreshes a session comes to: the terms, none where there
/// is to be no timer, or the Min-SE of a 422 (RFC 4028 §9).
pub(crate) fn agree(request: &Request, ours: &Session) -> Result<Option<Terms>, Header> {
    if ours.expires.is_zero() {
        return Ok(None);
    }
    let knows = fields::lists(request, "Supported", "timer");
    let asked = seconds(request, "Session-Expires");
    let interval = match asked {
        Some(interval) if interval < ours.least => {
            // Only who knows session timers knows what a 422 means.
            return if knows { Err(Header::MinSE(shown(ours.least).into())) } else { Ok(None) };
        }
        // Never above what was asked, nor below what it or a proxy can bear.
        Some(interval) => interval.min(ours.expires.max(least(request))),
        None if knows => ours.expires.max(least(request)),
        None => return Ok(None),
    };
    let named = fields::first(request, "Session-Expires").and_then(|v| fields::param(v, "refresher"));
    let refresher = match named {
        Some(name) if name.eq_ignore_ascii_case("uas") => Refresher::Us,
        _ if knows => Refresher::Them,
        // Table 2: who does not know them cannot refresh; a proxy asked.
        _ => Refresher::Us,
    };
    Ok(Some(Terms { interval, refresher }))
}

/// What our 2xx to such a request says of the terms.
pub(crate) fn accepted(request: &Request, terms: Option<Terms>) -> Vec<Header> {
    let Some(Terms { interval, refresher }) = terms else { return Vec::new() };
    let refresher = match refresher {
        Refresher::Us => "uas",
        Refresher::Them => "uac",
    };
    let mut headers =
        vec![Header::SessionExpires(format!("{};refresher={refresher}", shown(interval)).into())];
    if fields::lists(request, "Supported", "timer") {
        headers.push(Header::Require("timer".into()));
    }
    headers
}

/// What a request of ours that sets up a session asks for.
pub(crate) fn asked(ours: &Session, interval: Duration) -> Vec<Header> {
    if ours.expires.is_zero() {
        return Vec::new();
    }
    let least = if interval > ours.expires { interval } else { ours.least };
    vec![Header::SessionExpires(shown(interval).into()), Header::MinSE(shown(least).into())]
}

/// What a request of ours that refreshes a session asks for: that we go on refreshing it (RFC 4028 §7.4).
pub(crate) fn refreshing(interval: Duration) -> Vec<Header> {
    vec![Header::SessionExpires(format!("{};refresher=uac", shown(interval)).into())]
}

/// What a 2xx to a request of ours grants; none where the far side wants no timer (RFC 4028 §7.2).
pub(crate) fn granted(response: &Response, ours: &Session) -> Option<Terms> {
    if ours.expires.is_zero() {
        return None;
    }
    // Less than we can bear would have us refresh without end.
    let interval = seconds(response, "Session-Expires")?.max(ours.least);
    let named = fields::first(response, "Session-Expires").and_then(|v| fields::param(v, "refresher"));
    let theirs = named.is_some_and(|name| name.eq_ignore_ascii_case("uas"));
    Some(Terms { interval, refresher: if theirs { Refresher::Them } else { Refresher::Us } })
}

/// The interval that a 422 wants, if it is one to ask for after this one (RFC 4028 §7.3).
pub(crate) fn raised(response: &Response, asked: Duration) -> Option<Duration> {
    let wanted = seconds(response, "Min-SE")?;
    (wanted > asked && wanted <= limits::SESSION_LONGEST).then_some(wanted)
}

/// The interval that a request of ours asked for.
pub(crate) fn interval(request: &Request) -> Option<Duration> {
    seconds(request, "Session-Expires")
}

fn least(message: &impl HasHeaders) -> Duration {
    seconds(message, "Min-SE").unwrap_or_default()
}

/// Delta-seconds, before any parameter; no more than `limits::SESSION_LONGEST`.
fn seconds(message: &impl HasHeaders, name: &str) -> Option<Duration> {
    let value = fields::first(message, name)?;
    let number = value.split(';').next()?.trim();
    let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    // So long a number that it does not fit is as good as the longest.
    digits.then(|| Duration::from_secs(number.parse().unwrap_or(u64::MAX)).min(limits::SESSION_LONGEST))
}

/// Whole seconds, rounded up.
fn shown(interval: Duration) -> String {
    interval.as_millis().div_ceil(1_000).to_string()
}

#[cfg(test)]
mod tests {
    use rsipstack::sip::SipMessage;

    use super::*;

    const OURS: Session = Session { expires: Duration::from_secs(1800), least: Duration::from_secs(90) };

    fn request(lines: &str) -> Request {
        let text = format!("INVITE sip:a@b SIP/2.0\n{lines}Content-Length: 0\n\n").replace('\n', "\r\n");
        match SipMessage::try_from(text.as_bytes()).unwrap() {
            SipMessage::Request(request) => request,
            SipMessage::Response(_) => unreachable!(),
        }
    }

    /// What an INVITE with these lines comes to, in one line.
    #[track_caller]
    fn check(lines: &str, expected: &str) {
        let request = request(lines);
        let shown = match agree(&request, &OURS) {
            Ok(None) => "none".to_owned(),
            Ok(terms) => {
                accepted(&request, terms).iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
            }
            Err(least) => least.to_string(),
        };
        assert_eq!(shown, expected, "{lines}");
    }

    #[test]
    fn the_far_side_and_we_agree_as_table_2_has_it() {
        let knows = "Supported: 100rel, timer\n";
        check("", "none");
        check(knows, "Session-Expires: 1800;refresher=uac, Require: timer");
        check(
            &format!("{knows}Session-Expires: 600;refresher=uas\n"),
            "Session-Expires: 600;refresher=uas, Require: timer",
        );
        check(&format!("{knows}x: 4000\n"), "Session-Expires: 1800;refresher=uac, Require: timer");
        check(
            &format!("{knows}Session-Expires: 4000\nMin-SE: 3000\n"),
            "Session-Expires: 3000;refresher=uac, Require: timer",
        );
        check(&format!("{knows}Session-Expires: 89\n"), "Min-SE: 90");
        check("Session-Expires: 600\n", "Session-Expires: 600;refresher=uas");
        check("Session-Expires: 60\n", "none");
        check(
            &format!("{knows}Session-Expires: junk\n"),
            "Session-Expires: 1800;refresher=uac, Require: timer",
        );
        check(
            &format!("{knows}Session-Expires: 99999999999999999999999\n"),
            "Session-Expires: 1800;refresher=uac, Require: timer",
        );
    }

    #[test]
    fn a_session_is_refreshed_at_half_and_ended_before_it_runs_out() {
        let now = Instant::now();
        let terms = |seconds, refresher| Terms { interval: Duration::from_secs(seconds), refresher };
        let after = |at: Instant| (at - now).as_secs();
        let timer = Timer::new(terms(1800, Refresher::Us), now);
        assert_eq!((after(timer.due()), after(timer.ends)), (900, 1768));
        assert_eq!(after(Timer::new(terms(90, Refresher::Them), now).due()), 60);
    }
}
