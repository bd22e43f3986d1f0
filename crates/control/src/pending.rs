//! A request that is owed an answer.

use protocol::{Kind, Message, PortText, Text};

use crate::input::{LinkId, Output};
use crate::orders::Orders;

/// The debt of one request: whom to answer, under which id, and the port text to echo (R-ECHO).
///
/// It cannot be copied, and [`Pending::settle`] consumes it; dropping one unsettled is a bug that
/// every test build reports.
#[must_use = "a pending request is settled, never dropped"]
#[derive(Debug)]
pub(crate) struct Pending {
    link: LinkId,
    msgid: Text,
    port: PortText,
    told: Told,
    settled: bool,
}

/// Which of its answers is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Told {
    /// Every one.
    All,
    /// Its TERMINATION alone.
    End,
}

impl Pending {
    pub(crate) fn new(link: LinkId, msgid: Text, port: PortText) -> Self {
        Self { link, msgid, port, told: Told::All, settled: false }
    }

    /// What an answer to RECEIVE_CALL began: it ends with the TERMINATION of its kind, and no RESPONSE
    /// comes before (decision U55). A refusal has no message, and goes to the log (decision U56).
    pub(crate) fn told_at_its_end(link: LinkId, msgid: Text, port: PortText) -> Self {
        Self { link, msgid, port, told: Told::End, settled: false }
    }

    pub(crate) const fn msgid(&self) -> &Text {
        &self.msgid
    }

    /// The port that it echoes.
    pub(crate) const fn port(&self) -> &PortText {
        &self.port
    }

    pub(crate) const fn link(&self) -> LinkId {
        self.link
    }

    /// An answer after which more is owed.
    pub(crate) fn answer<M: Into<Message>>(
        &self,
        out: &mut Orders,
        message: impl FnOnce(Text, PortText) -> M,
    ) {
        let message = message(self.msgid.clone(), self.port.clone()).into();
        if self.told == Told::All || message.declaration().kind != Kind::Response {
            out.tell(self.link, message);
        }
    }

    /// The last answer.
    pub(crate) fn settle<M: Into<Message>>(
        mut self,
        out: &mut Orders,
        message: impl FnOnce(Text, PortText) -> M,
    ) {
        self.settled = true;
        let message = message(self.msgid.clone(), self.port.clone()).into();
        if self.told == Told::All || message.declaration().kind != Kind::Response {
            out.tell(self.link, message);
        } else {
            out.push(Output::Unsaid { link: self.link, refusal: message });
        }
    }

    /// Nothing more is said: an event says it instead, or the house itself is gone, and everyone who could
    /// be answered with it.
    pub(crate) fn release(mut self) {
        self.settled = true;
    }

    /// Who asked from now on goes by this port in its answers.
    pub(crate) fn with_port(mut self, port: PortText) -> Self {
        self.port = port;
        self
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        debug_assert!(
            self.settled || std::thread::panicking(),
            "request {:?} of {} was dropped without its answer",
            self.msgid,
            self.link
        );
    }
}
