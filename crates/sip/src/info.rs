//! INFO in a dialog (RFC 6086, and RFC 2976 before it): keys that a far side tells by signalling.

use edge::Key;
use rsipstack::sip::{Header, Request};

use crate::fields;

/// The bodies that are read, for Accept (RFC 3261 §20.1).
pub(crate) const BODIES: &str = "application/dtmf-relay, application/dtmf";

/// What an INFO is answered with, and the key that it tells, if it does.
pub(crate) fn read(request: &Request) -> (u16, Vec<Header>, Option<Key>) {
    // RFC 6086 §4.2.2: no package was said to be taken here, so each is a wrong one.
    if fields::first(request, "Info-Package").is_some() {
        return (469, vec![Header::Other("Recv-Info".into(), String::new())], None);
    }
    // RFC 2976 §2.2: nothing in it is nothing to refuse.
    if request.body.is_empty() {
        return (200, Vec::new(), None);
    }
    let kind = fields::first(request, "Content-Type").unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let body = String::from_utf8_lossy(&request.body);
    let key = match kind.as_str() {
        "application/dtmf-relay" => signal(&body).and_then(key),
        "application/dtmf" => key(signal(&body).unwrap_or(body.trim())),
        // RFC 6086 §4.2.2, RFC 3261 §21.4.13.
        _ => return (415, vec![Header::Accept(BODIES.into())], None),
    };
    (200, Vec::new(), key)
}

/// What the line `Signal=5` says, in the middle of others.
fn signal(body: &str) -> Option<&str> {
    body.lines().find_map(|line| {
        let (name, value) = line.split_once('=')?;
        name.trim().eq_ignore_ascii_case("signal").then_some(value.trim())
    })
}

/// A key by its face, or by its number, as some gateways have it: 10 is `*`, 11 is `#`, 12 to 15 are
/// `A` to `D`. Others (16, a hook flash) are no keys.
fn key(signal: &str) -> Option<Key> {
    let mut faces = signal.chars();
    match (faces.next(), faces.next()) {
        (Some(face), None) => Key::from_face(face),
        _ => signal.parse().ok().filter(|&number| number >= 10).and_then(Key::from_event),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: Option<&str>, face: Option<char>) {
        assert_eq!(value.and_then(key).map(Key::face), face, "{value:?}");
    }

    #[test]
    fn b162_signals_are_keys_by_face_or_number() {
        check(signal("Signal=5\r\nDuration=160\r\n"), Some('5'));
        check(signal("signal = *\r\nduration = 100"), Some('*'));
        check(signal("Duration=100\nSignal=d"), Some('D'));
        check(signal("Signal=11\r\n"), Some('#'));
        check(signal("Signal=15"), Some('D'));
        for body in ["Signal=16", "Signal=05", "Signal=", "Signal=flash", "Signal=+1", "Duration=5", ""] {
            check(signal(body), None);
        }
    }
}
