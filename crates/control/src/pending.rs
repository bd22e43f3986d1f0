//! A request that is owed an answer.

use protocol::{Message, PortText, Text};

use crate::input::LinkId;
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
    settled: bool,
}

impl Pending {
    pub(crate) fn new(link: LinkId, msgid: Text, port: PortText) -> Self {
        Self { link, msgid, port, settled: false }
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
        out.tell(self.link, message(self.msgid.clone(), self.port.clone()));
    }

    /// The last answer.
    pub(crate) fn settle<M: Into<Message>>(
        mut self,
        out: &mut Orders,
        message: impl FnOnce(Text, PortText) -> M,
    ) {
        self.settled = true;
        self.answer(out, message);
    }

    /// The house itself is gone, and everyone who could be answered with it.
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
