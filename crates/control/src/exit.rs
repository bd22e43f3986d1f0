//! The operator's exit: EXIT_LINK to every application, then every call and link is closed
//! (behaviours B23, B24; decision U06).

use std::collections::BTreeSet;
use std::time::Instant;

use protocol::{ExitLink, ExitLinkResponse};

use crate::alarm::Alarm;
use crate::input::{LinkId, Output};
use crate::limits;
use crate::orders::Orders;
use crate::switch::Switch;

/// Whether the server stays.
#[derive(Debug)]
pub(crate) enum Life {
    /// It serves.
    Serving,
    /// EXIT_LINK was sent; these links have not answered.
    Asking(BTreeSet<LinkId>),
    /// Calls are being cleared.
    Clearing,
    /// Nothing is left.
    Over,
}

impl Switch {
    pub(crate) const fn is_leaving(&self) -> bool {
        !matches!(self.life, Life::Serving)
    }

    /// The exit command; a second one does not wait for the applications.
    pub(crate) fn exit(&mut self, now: Instant, out: &mut Orders) {
        if self.is_leaving() {
            self.exit_clear(now, out);
            return self.exit_over(now, out);
        }
        let asked: BTreeSet<LinkId> = self
            .links
            .iter()
            .filter(|(_, l)| l.line.is_up() && l.stage.hears_events())
            .map(|(&link, _)| link)
            .collect();
        for &link in &asked {
            // An application that connects later has nothing to do with this exit.
            out.answer(link, ExitLink { msgid: self.next_msgid() });
        }
        if asked.is_empty() {
            return self.exit_clear(now, out);
        }
        self.life = Life::Asking(asked);
        self.alarms.set(now + limits::EXIT_ANSWERS, Alarm::ExitAnswers);
    }

    /// An application answered EXIT_LINK; whatever it says, the exit goes on.
    pub(crate) fn exit_response(
        &mut self,
        now: Instant,
        link: LinkId,
        _response: &ExitLinkResponse,
        out: &mut Orders,
    ) {
        self.exit_answered(now, link, out);
    }

    pub(crate) fn exit_answered(&mut self, now: Instant, link: LinkId, out: &mut Orders) {
        let Life::Asking(waiting) = &mut self.life else { return };
        waiting.remove(&link);
        if waiting.is_empty() {
            self.exit_clear(now, out);
        }
    }

    /// Ends every call with its terminations.
    pub(crate) fn exit_clear(&mut self, now: Instant, out: &mut Orders) {
        if matches!(self.life, Life::Clearing | Life::Over) {
            return self.exit_over(now, out);
        }
        self.life = Life::Clearing;
        self.alarms.set(now + limits::EXIT_CLEARING, Alarm::ExitClearing);
        let busy: Vec<u16> =
            self.ports.iter().filter(|(_, p)| p.call.is_some()).map(|(own, _)| own).collect();
        for own in busy {
            self.hang_up(now, own, out);
        }
        self.refuse_newcomers(now, out);
        self.exit_call_ended(now, out);
    }

    pub(crate) fn exit_call_ended(&mut self, now: Instant, out: &mut Orders) {
        if matches!(self.life, Life::Clearing) && self.ports.busy() == 0 {
            self.exit_over(now, out);
        }
    }

    pub(crate) fn exit_over(&mut self, now: Instant, out: &mut Orders) {
        if matches!(self.life, Life::Over) {
            return;
        }
        self.life = Life::Over;
        // Nobody waits for a file that is not whole by now; who asked for it hears its end all the same.
        while let Some(record) = self.recordings.keys().next().copied() {
            self.recorded_over(now, record, out);
        }
        for &connection in self.connections.keys() {
            out.push(Output::Close { connection });
        }
        self.settle_outboxes(out);
        out.push(Output::Exited);
    }
}
