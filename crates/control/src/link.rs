//! Links: what an application may ask, and how a link begins, pauses, breaks, comes back and ends.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::Instant;

use protocol::{
    Error, ErrorStatus, InitLink, InitLinkResponse, InitLinkStatus, Message, PauseLink, PauseLinkResponse,
    PauseLinkStatus, PortText, TerminateLink, TerminateLinkResponse, TerminateLinkStatus, Text,
};

use crate::alarm::Alarm;
use crate::input::{ConnectionId, LinkId, Output, Which};
use crate::limits;
use crate::orders::Orders;
use crate::outbox::Outbox;
use crate::pass_code::{Denial, Failure};
use crate::pending::Pending;
use crate::switch::{Caller, Switch};

/// An application's link.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) stage: Stage,
    pub(crate) line: Line,
    /// The NAMEs of its INIT_LINKs.
    pub(crate) names: BTreeSet<Text>,
    keeping: Keeping,
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
    /// TERMINATE_LINK, or its grace is over: as paused, and no events.
    Terminated,
}

/// The connection of a link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Line {
    /// It has this one.
    Up(ConnectionId),
    /// It lost it, at this time.
    Lost(Instant),
}

/// What is done so that nothing told to a link gets lost.
#[derive(Debug)]
enum Keeping {
    /// Nothing: without a NAME nobody could come back for it.
    Nothing,
    /// Everything, under this NAME.
    All { name: Text, outbox: Outbox },
}

impl Stage {
    /// Whether events are sent to it (decision D08).
    pub(crate) const fn hears_events(self) -> bool {
        matches!(self, Self::Open | Self::Paused)
    }
}

impl Line {
    pub(crate) const fn is_up(self) -> bool {
        matches!(self, Self::Up(_))
    }
}

impl Link {
    const fn on(connection: ConnectionId) -> Self {
        Self {
            stage: Stage::Fresh,
            line: Line::Up(connection),
            names: BTreeSet::new(),
            keeping: Keeping::Nothing,
        }
    }

    /// Tells the application a message: over its connection, and into its outbox where it has one.
    pub(crate) fn tell(&mut self, message: Message, out: &mut Vec<Output>) {
        let mut number = None;
        if let Keeping::All { name, outbox } = &mut self.keeping {
            let (kept, given_up) = outbox.keep(message.clone());
            if let Some(gone) = given_up {
                out.push(Output::Forget { name: name.clone(), which: Which::One(gone) });
            }
            out.push(Output::Keep { name: name.clone(), number: kept, message: message.clone() });
            number = Some(kept);
        }
        if let Line::Up(connection) = self.line {
            if let Keeping::All { outbox, .. } = &mut self.keeping {
                outbox.wrote_all();
            }
            out.push(Output::Send { connection, message, number });
        }
    }

    /// What it is called.
    pub(crate) fn name(&self) -> Option<&Text> {
        match &self.keeping {
            Keeping::All { name, .. } => Some(name),
            Keeping::Nothing => self.names.first(),
        }
    }

    const fn outbox(&mut self) -> Option<(&Text, &mut Outbox)> {
        match &mut self.keeping {
            Keeping::All { name, outbox } => Some((name, outbox)),
            Keeping::Nothing => None,
        }
    }
}

impl Switch {
    pub(crate) fn connected(&mut self, connection: ConnectionId, peer: IpAddr) {
        let link = LinkId(self.link_count.next());
        self.links.insert(link, Link::on(connection));
        self.connections.insert(connection, Caller { link, peer });
    }

    /// A connection is gone. A named link waits for the next one (decision D02); any other ends.
    pub(crate) fn disconnected(&mut self, now: Instant, connection: ConnectionId, out: &mut Orders) {
        self.connections.remove(&connection);
        let lost = |(&link, state): (&LinkId, &Link)| (state.line == Line::Up(connection)).then_some(link);
        let lost: Vec<LinkId> = self.links.iter().filter_map(lost).collect();
        for link in lost {
            self.lose(now, link, out);
        }
    }

    fn lose(&mut self, now: Instant, link: LinkId, out: &mut Orders) {
        let waiting = self.links.values().filter(|state| !state.line.is_up()).count();
        let Some(state) = self.links.get_mut(&link) else { return };
        state.line = Line::Lost(now);
        match &mut state.keeping {
            Keeping::All { outbox, .. } if state.stage.hears_events() && waiting < limits::LOST_LINKS => {
                outbox.rewind();
                self.alarms.set(now + self.settings.grace, Alarm::Grace(link));
                self.exit_answered(now, link, out);
            }
            _ => {
                self.end(now, link, out);
                self.dissolve(link, out);
            }
        }
    }

    /// A link that was lost did not come back in time: it ends as by TERMINATE_LINK. What it was owed is
    /// kept for a while longer.
    pub(crate) fn grace_over(&mut self, now: Instant, link: LinkId, out: &mut Orders) {
        let grace = self.settings.grace;
        let Some(state) = self.links.get(&link) else { return };
        if !matches!(state.line, Line::Lost(since) if now >= since + grace)
            || state.stage == Stage::Terminated
        {
            return;
        }
        self.end(now, link, out);
        self.alarms.set(now + limits::OUTBOX_KEPT, Alarm::Kept(link));
    }

    /// Nobody came for what was kept.
    pub(crate) fn kept_over(&mut self, now: Instant, link: LinkId, out: &mut Orders) {
        let late = |since: Instant| now >= since + limits::OUTBOX_KEPT;
        if matches!(self.links.get(&link), Some(Link { line: Line::Lost(since), .. }) if late(*since)) {
            self.dissolve(link, out);
        }
    }

    /// What was kept when the server last ran waits for its application.
    pub(crate) fn restored(&mut self, now: Instant, name: Text, messages: Vec<(u64, Message)>) {
        if self.links.len() >= limits::LOST_LINKS {
            return;
        }
        let link = LinkId(self.link_count.next());
        let state = Link {
            stage: Stage::Terminated,
            line: Line::Lost(now),
            names: BTreeSet::from([name.clone()]),
            keeping: Keeping::All { name, outbox: Outbox::restored(messages) },
        };
        self.links.insert(link, state);
        self.alarms.set(now + limits::OUTBOX_KEPT, Alarm::Kept(link));
    }

    /// Everything up to this number has arrived.
    pub(crate) fn arrived(&mut self, connection: ConnectionId, number: u64, out: &mut Orders) {
        let caller = self.connections.get(&connection);
        let Some(state) = caller.and_then(|caller| self.links.get_mut(&caller.link)) else { return };
        if let Some((name, outbox)) = state.outbox() {
            outbox.arrived(number);
            out.push(Output::Forget { name: name.clone(), which: Which::UpTo(number) });
        }
    }

    pub(crate) fn init_link(&mut self, now: Instant, link: LinkId, request: InitLink, out: &mut Orders) {
        let back = request.name.as_ref().and_then(|name| self.lost(&request, name));
        let owner = back.unwrap_or(link);
        let status = self.init_status(now, link, owner, &request, out);
        let answer = InitLinkResponse { msgid: request.msgid, status };
        // A refused INIT_LINK takes nothing over.
        if status != InitLinkStatus::Success {
            return out.answer(link, answer);
        }
        if let Some(back) = back {
            self.take_over(link, back, out);
        }
        // Of no use to a later connection, which has an INIT_LINK of its own.
        out.answer(owner, answer);
        if let Some(state) = self.links.get_mut(&owner) {
            state.stage = Stage::Open;
            state.names.extend(request.name);
        }
        match back {
            Some(back) => self.catch_up(back, out),
            None => self.keep_from_now(owner),
        }
    }

    fn init_status(
        &mut self,
        now: Instant,
        link: LinkId,
        owner: LinkId,
        request: &InitLink,
        out: &mut Orders,
    ) -> InitLinkStatus {
        if request.msgid.is_empty() || self.is_leaving() {
            return InitLinkStatus::Failed;
        }
        // decision U109: NAME or PASS_CODE without DNIS means a link for outbound work.
        let Some(dnis) = &request.dnis else { return InitLinkStatus::Success };
        if !self.settings.parameters.inbound {
            return InitLinkStatus::InboundCallsNotSupported;
        }
        match self.open_mailbox(now, link, dnis, request.pass_code.as_ref(), out) {
            Ok(()) => self.mailboxes.bind(owner, dnis, request.name.as_ref()),
            Err(Denial::NoMailbox) => InitLinkStatus::InvalidDnis,
            // Whoever guesses learns nothing more after too many wrong ones than after each of them.
            Err(Denial::WrongPassCode | Denial::MailboxLocked | Denial::AddressLocked) => {
                InitLinkStatus::InvalidPassCode
            }
        }
    }

    /// Whether a link may have a mailbox: its pass code is right, and there were not too many wrong ones
    /// (decision D09).
    fn open_mailbox(
        &mut self,
        now: Instant,
        link: LinkId,
        dnis: &Text,
        pass_code: Option<&Text>,
        out: &mut Orders,
    ) -> Result<(), Denial> {
        let Some(Line::Up(connection)) = self.links.get(&link).map(|state| state.line) else { return Ok(()) };
        let Some(&Caller { peer, .. }) = self.connections.get(&connection) else { return Ok(()) };
        let opened = match self.mailboxes.open(dnis, pass_code) {
            Err(Denial::NoMailbox) => Err(Denial::NoMailbox),
            opened => self.failures.lock(now, dnis, peer).map_or(opened, Err),
        };
        if let Err(denial) = opened {
            out.push(Output::Denied { peer, denial });
            if denial == Denial::WrongPassCode {
                let failure = Failure { mailbox: dnis.clone(), peer };
                self.failures.add(now, failure.clone());
                out.push(Output::Failed(failure));
            }
        }
        opened
    }

    /// The link of this NAME that lost its connection.
    fn lost(&self, request: &InitLink, name: &Text) -> Option<LinkId> {
        if request.msgid.is_empty() || self.is_leaving() {
            return None;
        }
        let lost = |state: &Link| !state.line.is_up() && state.names.contains(name);
        self.links.iter().find(|(_, state)| lost(state)).map(|(&back, _)| back)
    }

    /// A link that lost its connection goes on over the connection of this one (decision D02).
    fn take_over(&mut self, link: LinkId, back: LinkId, out: &mut Orders) {
        let Some(Line::Up(connection)) = self.links.get(&link).map(|state| state.line) else { return };
        if let Some(caller) = self.connections.get_mut(&connection) {
            caller.link = back;
        }
        if let Some(state) = self.links.get_mut(&back) {
            state.line = Line::Up(connection);
        }
        // What the new connection had begun under its own link ends with it.
        if self.ports.owned_by(link).is_empty() && !self.has_looks(link) {
            self.dissolve(link, out);
        }
    }

    /// Sends what the last connection may not have received, in order.
    fn catch_up(&mut self, link: LinkId, out: &mut Orders) {
        let Some(state) = self.links.get_mut(&link) else { return };
        let Line::Up(connection) = state.line else { return };
        let Some((_, outbox)) = state.outbox() else { return };
        let lost = outbox.take_lost();
        if lost > 0 {
            let why = format!("{lost} messages were given up because too many waited for this link.");
            let message =
                Error { msgid: Text::default(), status: ErrorStatus::MessagesLost, errormsg: why.into() };
            out.push(Output::Send { connection, message: message.into(), number: None });
        }
        for kept in outbox.unwritten() {
            let (message, number) = (kept.message.clone(), Some(kept.number));
            out.push(Output::Send { connection, message, number });
        }
        outbox.wrote_all();
    }

    /// From its first NAME on, nothing told to a link gets lost, unless a live link has that NAME.
    fn keep_from_now(&mut self, link: LinkId) {
        let first = self.links.get(&link).and_then(|state| state.names.first().cloned());
        let Some(name) = first.filter(|name| name.len() <= limits::NAME && !self.settings.grace.is_zero())
        else {
            return;
        };
        let taken = |(&other, state): (&LinkId, &Link)| other != link && state.names.contains(&name);
        if self.links.iter().any(taken) {
            return;
        }
        if let Some(state) = self.links.get_mut(&link)
            && matches!(state.keeping, Keeping::Nothing)
        {
            state.keeping = Keeping::All { name, outbox: Outbox::default() };
        }
    }

    pub(crate) fn pause_link(&mut self, link: LinkId, request: PauseLink, out: &mut Orders) {
        let status = match self.links.get_mut(&link) {
            Some(state) if !request.msgid.is_empty() && state.stage.hears_events() => {
                state.stage = Stage::Paused;
                PauseLinkStatus::Success
            }
            _ => PauseLinkStatus::Failed,
        };
        out.tell(link, PauseLinkResponse { msgid: request.msgid, status });
    }

    /// Ends the link's calls with their terminations, then answers (decision U05).
    pub(crate) fn terminate_link(
        &mut self,
        now: Instant,
        link: LinkId,
        request: TerminateLink,
        out: &mut Orders,
    ) {
        if request.msgid.is_empty() {
            let status = TerminateLinkStatus::Failed;
            return out.tell(link, TerminateLinkResponse { msgid: request.msgid, status });
        }
        self.end(now, link, out);
        self.terminations.push(Pending::new(link, request.msgid, PortText::default()));
        self.answer_terminations(out);
    }

    /// Answers the links that asked for their end and whose recordings have had theirs.
    pub(crate) fn answer_terminations(&mut self, out: &mut Orders) {
        let mut waiting = std::mem::take(&mut self.terminations);
        let mut crowd = waiting.len().saturating_sub(limits::TERMINATIONS);
        let ready = waiting.extract_if(.., |pending| {
            let is_crowded = crowd > 0;
            crowd = crowd.saturating_sub(1);
            is_crowded || !self.ports.records_for(pending.link())
        });
        for pending in ready {
            let status = TerminateLinkStatus::Success;
            pending.settle(out, |msgid, _| TerminateLinkResponse { msgid, status });
        }
        self.terminations = waiting;
    }

    /// Ends the link's calls, gives its boxes back, and tells it no more events.
    fn end(&mut self, now: Instant, link: LinkId, out: &mut Orders) {
        self.forget_looks(link, out);
        for port in self.ports.owned_by(link) {
            if !self.outlives_link(port) {
                self.hang_up(now, port, out);
            }
        }
        self.mailboxes.unbind(link);
        self.unanswered.forget(link);
        if let Some(state) = self.links.get_mut(&link) {
            state.stage = Stage::Terminated;
        }
        self.exit_answered(now, link, out);
    }

    /// At a clean exit all that was written is still sent: only what waits for links without a connection
    /// is kept.
    pub(crate) fn settle_outboxes(&mut self, out: &mut Orders) {
        for state in self.links.values_mut().filter(|state| state.line.is_up()) {
            if let Some((name, outbox)) = state.outbox() {
                out.push(Output::Forget { name: name.clone(), which: Which::UpTo(outbox.last()) });
            }
        }
    }

    /// Forgets a link that has ended, and what was kept for it.
    fn dissolve(&mut self, link: LinkId, out: &mut Orders) {
        let Some(mut state) = self.links.remove(&link) else { return };
        if let Some((name, outbox)) = state.outbox() {
            out.push(Output::Forget { name: name.clone(), which: Which::UpTo(outbox.last()) });
        }
    }
}
