//! The answers that a server still owes, by what was sent and what came back.

use std::collections::BTreeMap;
use std::fmt;

use protocol::{Element, Frame, Framer};

/// Octets of one message, either way: this client passes on more than any server takes.
pub(super) const MAX_MESSAGE: usize = 16 << 20;
/// Ids that a message to people names.
const NAMED: usize = 5;

/// Requests without an answer, counted by MSGID.
pub(super) struct Owed {
    sent: Framer,
    received: Framer,
    requests: BTreeMap<String, usize>,
}

impl Owed {
    pub(super) fn new() -> Self {
        Self { sent: Framer::new(MAX_MESSAGE), received: Framer::new(MAX_MESSAGE), requests: BTreeMap::new() }
    }

    /// Counts the requests in what is sent.
    pub(super) fn sent(&mut self, octets: &[u8]) {
        self.sent.push(octets);
        while let Some(frame) = self.sent.next() {
            let id = match &frame {
                Frame::Element(element) if is_answer(element) => continue,
                Frame::Element(element) => element.msgid(),
                // Answered with an error message (decision D01).
                Frame::Unreadable(error) | Frame::TooLong(error) => error.unread().msgid.as_str(),
            };
            *self.requests.entry(id.to_owned()).or_default() += 1;
        }
    }

    /// Takes off the requests that this answers, and says whether there were any.
    pub(super) fn received(&mut self, octets: &[u8]) -> bool {
        self.received.push(octets);
        let mut answered = false;
        while let Some(frame) = self.received.next() {
            let Frame::Element(element) = frame else { continue };
            if !is_answer(&element) && !ends_without_response(&element) {
                continue;
            }
            if let Some(count) = self.requests.get_mut(element.msgid()) {
                answered = true;
                *count -= 1;
                if *count == 0 {
                    self.requests.remove(element.msgid());
                }
            }
        }
        answered
    }

    pub(super) fn is_nothing(&self) -> bool {
        self.requests.is_empty()
    }
}

/// Whether this is the one answer that a request or an event gets.
fn is_answer(element: &Element) -> bool {
    element.child() == "RESPONSE" || element.child().ends_with("_RESPONSE")
}

/// Whether this ends a request whose RESPONSE comes only when it failed.
fn ends_without_response(element: &Element) -> bool {
    element.child() == "TERMINATION"
        && matches!(element.root(), "PATCH_PORTS" | "TEAR_PATCH" | "STOP_RECORD_TWO_WAY_VOICE")
}

impl fmt::Display for Owed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count: usize = self.requests.values().sum();
        let requests = if count == 1 { "request" } else { "requests" };
        write!(f, "{count} {requests}, MSGID")?;
        for (n, id) in self.requests.keys().take(NAMED).enumerate() {
            write!(f, "{}\"{}\"", if n == 0 { " " } else { ", " }, crate::config::shown(id))?;
        }
        if self.requests.len() > NAMED { f.write_str(" and others") } else { Ok(()) }
    }
}
