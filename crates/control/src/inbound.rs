//! Calls that come in: taken or refused, then ringing until somebody says what is to be done with them.
//!
//! Who answers first decides, by this table; what comes after is nothing, or refused.
//!
//! | told by | what | the call |
//! |---|---|---|
//! | its application | RECEIVE_CALL/RESPONSE DISCONNECT, APP_TRUNK_DISCONNECT | is sent away |
//! | its application | RECEIVE_CALL/RESPONSE PLAY, RECORD | is answered, then played to or recorded |
//! | its application | RECEIVE_CALL/RESPONSE ACCEPT, SUCCESS | rings on, for as long as the caller likes |
//! | an application | ACCEPT_CALL, a request for its voice | is answered |
//! | an application | HANDLE_INBOUND_CALL | is answered and treated by a mailbox |
//! | an application | DECLINE_CALL | is sent away, for the cause named |
//! | time | nobody said anything | is treated by its mailbox, or sent away (decision D16) |
//! | the caller | hangs up | is over, and its application is told |

use std::time::Instant;

use edge::cdr::{Cdr, Direction};
use edge::signal::{self, Arrived, Cause, End, Side};
use edge::sound::{self, Barge, Clip, Repeat};
use edge::{LegId, Line, PlayId, Q850};
use protocol::{
    AcceptCall, AcceptCallEvent, AcceptCallResponse, AcceptCallStatus, AcceptCallTermination,
    AgentTransferStatus, DeclineCall, DeclineCallEvent, DeclineCallResponse, DeclineCallStatus,
    DeclineCallTermination, HandleInboundCall, HandleInboundCallResponse, HandleInboundCallStatus, Keyword,
    PortText, ReceiveCall, ReceiveCallResponse, ReceiveCallStatus, Request, Spelling, Text, Word as _,
};

use crate::agent::Work;
use crate::alarm::Alarm;
use crate::call::{Call, Phase};
use crate::input::{LinkId, Missing, Output, Sought, Ticket};
use crate::link::Stage;
use crate::mailbox::Untreated;
use crate::orders::Orders;
use crate::pending::Pending;
use crate::playing::{Play, Purpose};
use crate::switch::Switch;
use crate::transfer::Transfer;
use crate::voice::{Unfit, Voice};
use crate::{play, record};

/// A call that rings here.
#[derive(Debug)]
pub(crate) enum Alerting {
    /// Its application was asked what is to be done with it, by the RECEIVE_CALL of this id.
    Asked(Text),
    /// Its application will say so in messages of its own (decision S28).
    Left,
}

/// What follows when the network knows that a call is answered.
#[derive(Debug)]
pub(crate) enum Then {
    /// What waits behind it.
    Nothing,
    /// ACCEPT_CALL has come to its end.
    Accept(Pending),
    /// The file of RECEIVE_CALL's answer is played (decisions U55, U57).
    Play(Pending, Option<Text>),
    /// The caller is recorded into the file of RECEIVE_CALL's answer (decision U55).
    Record(Pending, Option<Text>),
    /// The caller talks with this agent, whose port is one of ours; with whoever is free where there is none
    /// (decisions U47, U55).
    Transfer(Pending, Option<u16>),
    /// The greeting of a mailbox is played, and the call is over.
    Announce(Text),
    /// A telephone made it, and talks with whom it called, who is on this leg.
    Meet(LegId),
}

/// How far the greeting of a mailbox is that the caller hears.
#[derive(Debug)]
pub(crate) enum Announcing {
    /// Its sound is being looked up.
    Looking(Ticket),
    /// It plays.
    Playing(PlayId),
}

/// Who takes a call.
enum Taker {
    /// The application that has the mailbox of its number.
    Link(LinkId),
    /// The mailbox itself, with this greeting.
    Mailbox(Text),
}

impl Then {
    /// The request that waits for it.
    pub(crate) fn owed(self) -> Option<Pending> {
        match self {
            Self::Accept(pending)
            | Self::Play(pending, _)
            | Self::Record(pending, _)
            | Self::Transfer(pending, _) => Some(pending),
            Self::Nothing | Self::Announce(_) | Self::Meet(_) => None,
        }
    }

    /// The application ended the call before it was up: its accepting is over (decision U21).
    pub(crate) fn hang_up(self, out: &mut Orders) {
        match self {
            Self::Accept(pending) => end_accept(pending, out),
            then => then.drop_out(out),
        }
    }

    /// The call ended before it was up: an event says so, and nothing else (decision U60).
    pub(crate) fn drop_out(self, out: &mut Orders) {
        match self {
            Self::Accept(pending) => pending.release(),
            Self::Play(pending, _) => play::refuse(pending, Unfit::NotUp.into(), out),
            Self::Record(pending, _) => record::refuse(pending, Unfit::NotUp.into(), out),
            Self::Transfer(pending, _) => pending.release(),
            Self::Nothing | Self::Announce(_) | Self::Meet(_) => {}
        }
    }
}

impl Call {
    /// Answers it.
    pub(crate) fn answer(&mut self, then: Then, out: &mut Orders) {
        self.phase = Phase::Answering(then);
        out.push(Output::Signal(signal::Command::Answer { leg: self.leg }));
    }

    /// Whether this look is for the greeting of its mailbox.
    pub(crate) fn seeks_greeting(&self, ticket: Ticket) -> bool {
        matches!(&self.phase, Phase::Up(Voice::Announcing(Announcing::Looking(looking))) if *looking == ticket)
    }

    /// Whether this play is the greeting of its mailbox.
    pub(crate) fn announces(&self, play: PlayId) -> bool {
        matches!(&self.phase, Phase::Up(Voice::Announcing(Announcing::Playing(playing))) if *playing == play)
    }
}

impl Switch {
    /// A call comes in (behaviours B14, B129; decision U53).
    pub(crate) fn arrive(&mut self, now: Instant, arrived: Arrived, out: &mut Orders) {
        if arrived.replaces.is_some() {
            return self.newcomer(now, arrived, out);
        }
        if let Some(Line::Station(station)) = arrived.line {
            return self.call_by_telephone(now, station, arrived, out);
        }
        let dnis = number(&arrived.dnis);
        let (own, taker) = match self.admit(&arrived, &dnis) {
            Ok(admitted) => admitted,
            Err(cause) => return self.turn_away(arrived, cause, out),
        };
        let leg = arrived.leg;
        let (owner, phase) = match taker {
            Taker::Link(link) => {
                let event = ReceiveCall {
                    msgid: self.next_msgid(),
                    dnis: dnis.clone(),
                    ani: Text::from(arrived.ani.as_str()),
                    redirectining_no: Text::from(arrived.redirecting.as_str()),
                    trunk_port: self.ports.name(own),
                };
                let phase = Phase::Alerting(Alerting::Asked(event.msgid.clone()));
                out.push(Output::Signal(signal::Command::Ring { leg }));
                // Once: an application that answers late is told that the call is over (decision D03).
                self.tell_event(Some(link), event, out);
                self.alarms.set(now + self.settings.receive_call_timeout, Alarm::Decide(leg));
                (Some(link), phase)
            }
            Taker::Mailbox(greeting) => {
                out.push(Output::Signal(signal::Command::Answer { leg }));
                (None, Phase::Answering(Then::Announce(greeting)))
            }
        };
        self.tally.arrived += 1;
        self.touched = Some(own);
        let call = Call {
            owner,
            dnis: dnis.to_string(),
            ani: (!arrived.ani.is_empty()).then_some(arrived.ani),
            redirecting: arrived.redirecting,
            ..Call::new(leg, now, phase)
        };
        self.ports.occupy(own, call);
    }

    /// The port for a call, and who takes it, or why nobody does.
    fn admit(&self, arrived: &Arrived, dnis: &Text) -> Result<(u16, Taker), Cause> {
        let trunk = match arrived.line {
            Some(Line::Trunk(trunk)) => trunk,
            // Nobody that we know.
            Some(Line::Station(_)) | None => return Err(Cause::Barred),
        };
        if self.is_leaving() {
            return Err(Cause::Overload);
        }
        if !self.settings.parameters.inbound {
            return Err(Cause::NoAnswer);
        }
        let taker = match self.mailboxes.link(dnis) {
            Some(link) if self.links.get(&link).is_some_and(|state| state.stage == Stage::Paused) => {
                // decision U04: the network is busy.
                return Err(Cause::Declined(Q850::CONGESTION));
            }
            Some(link) => Taker::Link(link),
            None => match self.mailboxes.greeting(dnis) {
                Ok(greeting) => Taker::Mailbox(greeting),
                Err(Untreated::NoMailbox) => return Err(Cause::Unallocated),
                Err(Untreated::Disabled | Untreated::Unusable) => return Err(Cause::NoAnswer),
            },
        };
        Ok((self.ports.free_inward(trunk).ok_or(Cause::NoCircuit)?, taker))
    }

    /// Refuses a call that never has a port; it leaves a record.
    pub(crate) fn turn_away(&mut self, arrived: Arrived, cause: Cause, out: &mut Orders) {
        self.tally.refused += 1;
        out.push(Output::Signal(signal::Command::HangUp { leg: arrived.leg, cause }));
        out.push(Output::Record(Cdr {
            leg: arrived.leg,
            port: None,
            line: arrived.line,
            agent: None,
            joined: None,
            direction: Direction::Inbound,
            dnis: arrived.dnis,
            ani: arrived.ani,
            redirecting: arrived.redirecting,
            campaign: String::new(),
            total: std::time::Duration::ZERO,
            waited: std::time::Duration::ZERO,
            talk: None,
            end: End { by: Side::Us, cause, status: None, q850: None },
        }));
    }

    /// The call that rings on the port an application names.
    fn alerting(&mut self, port: &PortText) -> Option<&mut Call> {
        let own = self.ports.named(port)?;
        let call = self.ports.get_mut(own)?.call.as_mut()?;
        matches!(call.phase, Phase::Alerting(_)).then_some(call)
    }

    /// An application says what is to be done with a call (behaviour B131).
    pub(crate) fn receive_call_response(
        &mut self,
        now: Instant,
        link: LinkId,
        response: ReceiveCallResponse,
        out: &mut Orders,
    ) {
        // Who answers what was not asked, or asked and over, is not answered; nor is a word that is none.
        let Some(own) = self.ports.asked(link, &response.msgid) else { return };
        let Some(Keyword::Known(status)) = response.status else { return };
        let pending = || Pending::told_at_its_end(link, response.msgid.clone(), self.ports.name(own));
        let then = match status {
            ReceiveCallStatus::Disconnect => return self.hang_up(now, own, out),
            ReceiveCallStatus::Accept => None,
            ReceiveCallStatus::Play => Some(Then::Play(pending(), response.play_file)),
            ReceiveCallStatus::Record => Some(Then::Record(pending(), response.record_file)),
            ReceiveCallStatus::Transfer => Some(self.transferred(link, own, &response, out)),
        };
        let Some(call) = self.ports.get_mut(own).and_then(|port| port.call.as_mut()) else { return };
        match then {
            Some(then) => call.answer(then, out),
            None => call.phase = Phase::Alerting(Alerting::Left),
        }
    }

    /// What an answer to RECEIVE_CALL with TRANSFER comes to. An agent who is none leaves the call up, and goes
    /// to the log (decision U56).
    fn transferred(&self, link: LinkId, own: u16, response: &ReceiveCallResponse, out: &mut Orders) -> Then {
        let (msgid, port) = (response.msgid.clone(), self.ports.name(own));
        match (&response.agent_no, self.agent_named(response.agent_no.as_ref())) {
            (Some(name), None) => {
                let pending = Pending::told_at_its_end(link, msgid, port);
                Transfer::of_caller(pending, name.clone()).settle(AgentTransferStatus::InvalidAgent, out);
                Then::Nothing
            }
            (_, agent) => Then::Transfer(Pending::new(link, msgid, port), agent),
        }
    }

    /// Nobody said in time what is to be done with a call (decisions D16, U54).
    pub(crate) fn undecided(&mut self, now: Instant, leg: LegId, out: &mut Orders) {
        let Some((_, call)) = self.ports.call_mut(leg) else { return };
        if !matches!(call.phase, Phase::Alerting(Alerting::Asked(_))) {
            return;
        }
        match self.mailboxes.greeting(&number(&call.dnis)) {
            Ok(greeting) => call.answer(Then::Announce(greeting), out),
            Err(_) => self.drop_call(now, leg, Cause::Normal, out),
        }
    }

    /// A request for the voice of a call that rings answers it, and waits (decision U54).
    pub(crate) fn answer_for_voice(&mut self, own: Option<u16>, out: &mut Orders) {
        let call = own.and_then(|own| self.ports.get_mut(own)).and_then(|port| port.call.as_mut());
        if let Some(call) = call.filter(|call| matches!(call.phase, Phase::Alerting(_))) {
            call.answer(Then::Nothing, out);
        }
    }

    /// The network knows that a call is answered.
    pub(crate) fn taken(&mut self, now: Instant, leg: LegId, then: Then, out: &mut Orders) {
        match then {
            Then::Nothing => {}
            Then::Accept(pending) => end_accept(pending, out),
            Then::Play(pending, Some(file)) => {
                let purpose = Purpose::Files { places: vec![0], collect: None };
                let play = Play { pending, purpose, barge: Barge::AnyKey };
                self.look(now, leg, play, vec![Sought::File(file)], out);
            }
            Then::Play(pending, None) => play::refuse(pending, play::missing(0), out),
            Then::Record(pending, Some(file)) => self.record_caller(now, leg, pending, file, out),
            Then::Record(pending, None) => {
                record::refuse(pending, protocol::RecordVoiceFileStatus::FailedToCreateFile, out);
            }
            Then::Transfer(pending, agent) => {
                let agent = agent.or_else(|| self.next_agent(Work::Inbound, |_| true));
                self.hand_over(now, leg, agent, pending, out);
            }
            Then::Announce(greeting) => self.announce(now, leg, greeting, out),
            Then::Meet(callee) => self.met(now, leg, callee, out),
        }
        if let Some(own) = self.ports.of_leg(leg) {
            self.serve_deferred(now, own, out);
        }
    }

    /// ACCEPT_CALL (behaviour B135).
    pub(crate) fn accept_call(&mut self, link: LinkId, request: AcceptCall, out: &mut Orders) {
        let port = request.trunk_port.unwrap_or_default();
        let call = self.alerting(&port);
        let pending = Pending::new(link, request.msgid, port);
        let respond = |status| move |msgid, trunk_port| AcceptCallResponse { msgid, trunk_port, status };
        let Some(call) = call else {
            return pending.settle(out, respond(AcceptCallStatus::InvalidTrunkPort));
        };
        pending.answer(out, respond(AcceptCallStatus::Success));
        call.answer(Then::Accept(pending), out);
    }

    /// DECLINE_CALL (behaviour B136; decision U61).
    pub(crate) fn decline_call(
        &mut self,
        now: Instant,
        link: LinkId,
        request: DeclineCall,
        out: &mut Orders,
    ) {
        let port = request.trunk_port.unwrap_or_default();
        let own = self.ports.named(&port);
        let rings = self.alerting(&port).is_some();
        let pending = Pending::new(link, request.msgid, port);
        let respond = |status| move |msgid, trunk_port| DeclineCallResponse { msgid, trunk_port, status };
        let Some(own) = own.filter(|_| rings) else {
            return pending.settle(out, respond(DeclineCallStatus::InvalidTrunkPort));
        };
        let cause = match &request.cause_code {
            None => return pending.settle(out, respond(DeclineCallStatus::CauseCodeMissing)),
            Some(Keyword::Known(word)) => Q850::named(word.text(Spelling::Corrected)),
            Some(Keyword::Unknown(text)) => Q850::named(text),
        };
        pending.answer(out, respond(DeclineCallStatus::Success));
        self.clear(now, own, Cause::Declined(cause.unwrap_or(Q850::NORMAL_CLEARING)), out);
        if let Some(call) = self.ports.get_mut(own).and_then(|port| port.call.as_mut()) {
            call.phase = Phase::Declining(pending);
        }
    }

    /// Something else ends a call that is being sent away: that is done.
    pub(crate) fn declined(&mut self, leg: LegId, out: &mut Orders) {
        let Some((_, call)) = self.ports.call_mut(leg) else { return };
        match call.phase.take() {
            Phase::Declining(pending) => end_decline(pending, out),
            other => call.phase = other,
        }
    }

    /// HANDLE_INBOUND_CALL: the mailbox of a number has a call (behaviours B132 to B134; decisions U58, U59).
    pub(crate) fn handle_inbound_call(
        &mut self,
        now: Instant,
        link: LinkId,
        request: HandleInboundCall,
        out: &mut Orders,
    ) {
        let port = request.trunk_port.unwrap_or_default();
        let pending = Pending::new(link, request.msgid, PortText::default());
        let respond = |status| move |msgid, _| HandleInboundCallResponse { msgid, status };
        let dnis = number(&request.dnis.unwrap_or_default());
        if dnis.is_empty() || !dnis.bytes().all(|digit| digit.is_ascii_digit()) {
            return pending.settle(out, respond(HandleInboundCallStatus::InvalidDnis));
        }
        let greeting = match self.mailboxes.greeting(&dnis) {
            Ok(greeting) => greeting,
            Err(Untreated::Disabled) => {
                return pending.settle(out, respond(HandleInboundCallStatus::DiabledMailbox));
            }
            Err(Untreated::NoMailbox | Untreated::Unusable) => {
                return pending.settle(out, respond(HandleInboundCallStatus::InvalidMailbox));
            }
        };
        if let Some(call) = self.alerting(&port) {
            pending.settle(out, respond(HandleInboundCallStatus::Success));
            return call.answer(Then::Announce(greeting), out);
        }
        match self.ports.up(&port).map(|call| (call.leg, call.take_channel(out))) {
            Ok((leg, Ok(()))) => {
                pending.settle(out, respond(HandleInboundCallStatus::Success));
                self.announce(now, leg, greeting, out);
            }
            _ => pending.settle(out, respond(HandleInboundCallStatus::Failed)),
        }
    }

    /// Looks up the greeting of a mailbox for a call that is up.
    fn announce(&mut self, now: Instant, leg: LegId, greeting: Text, out: &mut Orders) {
        let ticket = self.ask_disk(now, leg);
        out.push(Output::Find { ticket, sought: vec![Sought::File(greeting)] });
        self.set_voice(leg, Voice::Announcing(Announcing::Looking(ticket)));
    }

    /// The greeting of a mailbox was looked up. Where it is missing there is nothing to say.
    pub(crate) fn greet(
        &mut self,
        now: Instant,
        leg: LegId,
        sounds: Vec<Result<Clip, Missing>>,
        out: &mut Orders,
    ) {
        let clips: Vec<Clip> = sounds.into_iter().flatten().collect();
        if clips.is_empty() {
            return self.drop_call(now, leg, Cause::Normal, out);
        }
        let play = PlayId(self.plays.next());
        let (barge, repeat) = (Barge::Never, Repeat::Once);
        out.push(Output::Sound(sound::Command::Play { leg, play, clips, barge, repeat }));
        self.set_voice(leg, Voice::Announcing(Announcing::Playing(play)));
    }
}

/// Whether a request is for the voice of a call, and so answers one that rings (decisions U53, U54).
pub(crate) const fn wants_voice(request: &Request) -> bool {
    matches!(
        request,
        Request::PlayVoiceFile(_)
            | Request::PlayNumber(_)
            | Request::RecordVoiceFile(_)
            | Request::DtmfReceive(_)
            | Request::DtmfGenerate(_)
    )
}

/// Whether a request is about a call itself, and so does not wait until it is up.
pub(crate) const fn is_of_the_call(request: &Request) -> bool {
    matches!(
        request,
        Request::AppTrunkStatus(_)
            | Request::AppTrunkDisconnect(_)
            | Request::NetworkTrunkDisconnectResponse(_)
            | Request::AcceptCall(_)
            | Request::DeclineCall(_)
            | Request::HandleInboundCall(_)
    )
}

/// A number as mailboxes have it: networks may write a `+` before it.
fn number(dialled: &str) -> Text {
    Text::from(dialled.trim_start_matches('+'))
}

fn end_accept(pending: Pending, out: &mut Orders) {
    let event = AcceptCallEvent::Eof;
    pending.settle(out, |msgid, trunk_port| AcceptCallTermination { msgid, trunk_port, event });
}

/// The call is gone that DECLINE_CALL sent away.
pub(crate) fn end_decline(pending: Pending, out: &mut Orders) {
    let event = DeclineCallEvent::Eof;
    pending.settle(out, |msgid, trunk_port| DeclineCallTermination { msgid, trunk_port, event });
}
