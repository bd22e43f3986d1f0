//! Links: what an application may ask, and how a link begins, pauses and ends.

use std::time::Instant;

use protocol::{
    InitLink, InitLinkResponse, InitLinkStatus, Message, PauseLink, PauseLinkResponse, PauseLinkStatus,
    TerminateLink, TerminateLinkResponse, TerminateLinkStatus, Text,
};

use crate::input::{LinkId, Output};
use crate::switch::Switch;

/// An application's connection.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) stage: Stage,
    pub(crate) name: Option<Text>,
}

/// How far a link is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Stage {
    /// Connected. Requests are served (decision D08); no events are sent.
    Fresh,
    /// INIT_LINK was answered SUCCESS.
    Open,
    /// PAUSE_LINK: calls go on, none begins (decision U04).
    Paused,
    /// TERMINATE_LINK: as paused, and no events.
    Terminated,
}

impl Stage {
    /// Whether events are sent to it (decision D08).
    pub(crate) const fn hears_events(self) -> bool {
        matches!(self, Self::Open | Self::Paused)
    }
}

impl Switch {
    pub(crate) fn link_up(&mut self, link: LinkId) {
        self.links.insert(link, Link { stage: Stage::Fresh, name: None });
    }

    /// A connection is gone: its calls end, its boxes are given back (decision T11).
    pub(crate) fn link_down(&mut self, now: Instant, link: LinkId, out: &mut Vec<Output>) {
        self.end_link_calls(now, link, out);
        self.mailboxes.unbind(link);
        self.links.remove(&link);
        self.exit_answered(now, link, out);
    }

    pub(crate) fn init_link(&mut self, link: LinkId, request: InitLink, out: &mut Vec<Output>) {
        let status = self.init_status(link, &request);
        if status == InitLinkStatus::Success
            && let Some(state) = self.links.get_mut(&link)
        {
            state.stage = Stage::Open;
            state.name = request.name.or(state.name.take());
        }
        self.send(link, InitLinkResponse { msgid: request.msgid, status }, out);
    }

    fn init_status(&mut self, link: LinkId, request: &InitLink) -> InitLinkStatus {
        if request.msgid.is_empty() || self.is_leaving() {
            return InitLinkStatus::Failed;
        }
        // decision U109: NAME or PASS_CODE without DNIS means a link for outbound work.
        let Some(dnis) = &request.dnis else { return InitLinkStatus::Success };
        if !self.settings.parameters.inbound {
            return InitLinkStatus::InboundCallsNotSupported;
        }
        self.mailboxes.bind(link, dnis, request.pass_code.as_ref(), request.name.as_ref())
    }

    pub(crate) fn pause_link(&mut self, link: LinkId, request: PauseLink, out: &mut Vec<Output>) {
        let status = match self.links.get_mut(&link) {
            Some(state) if !request.msgid.is_empty() && state.stage.hears_events() => {
                state.stage = Stage::Paused;
                PauseLinkStatus::Success
            }
            _ => PauseLinkStatus::Failed,
        };
        self.send(link, PauseLinkResponse { msgid: request.msgid, status }, out);
    }

    /// Ends the link's calls with their terminations, then answers (decision U05).
    pub(crate) fn terminate_link(
        &mut self,
        now: Instant,
        link: LinkId,
        request: TerminateLink,
        out: &mut Vec<Output>,
    ) {
        let status = if request.msgid.is_empty() {
            TerminateLinkStatus::Failed
        } else {
            self.end_link_calls(now, link, out);
            self.mailboxes.unbind(link);
            if let Some(state) = self.links.get_mut(&link) {
                state.stage = Stage::Terminated;
            }
            TerminateLinkStatus::Success
        };
        self.send(link, TerminateLinkResponse { msgid: request.msgid, status }, out);
    }

    fn end_link_calls(&mut self, now: Instant, link: LinkId, out: &mut Vec<Output>) {
        self.forget_looks(link, out);
        for port in self.ports.owned_by(link) {
            self.hang_up(now, port, out);
        }
    }

    /// Sends a message that is not the answer of a [`crate::pending::Pending`].
    #[expect(clippy::unused_self, reason = "every message leaves through the switch")]
    pub(crate) fn send(&self, link: LinkId, message: impl Into<Message>, out: &mut Vec<Output>) {
        out.push(Output::Send { link, message: message.into() });
    }

    /// Sends an event, if the link is there and asked for events.
    pub(crate) fn tell(&self, link: Option<LinkId>, message: impl Into<Message>, out: &mut Vec<Output>) {
        let Some(link) = link else { return };
        if self.links.get(&link).is_some_and(|l| l.stage.hears_events()) {
            self.send(link, message, out);
        }
    }
}
