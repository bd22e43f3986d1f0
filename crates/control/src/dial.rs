//! DIALOUT and DIALOUT_IVR: a call is asked for, placed, and its progress reported.

use std::time::{Duration, Instant};

use edge::cdr::{Cdr, Direction};
use edge::signal::{self, Callee, Cause, End, Side};
use edge::sound::Clip;
use edge::{LegId, Line};
use protocol::{
    Dial, DialMode, DialPatchResponse, DialoutEvent, DialoutIvr, DialoutIvrResponse, DialoutIvrStatus,
    DialoutIvrTermination, DialoutResponse, DialoutStatus, DialoutTermination, Keyword, Message, PortText,
    Text,
};

use crate::agent::{Numbers, Work};
use crate::alarm::Alarm;
use crate::call::{Call, Phase};
use crate::dial_patch;
use crate::input::{LinkId, Missing, Output, Sought, Ticket};
use crate::limits;
use crate::link::Stage;
use crate::orders::Orders;
use crate::pending::Pending;
use crate::progress::{Messages, Partner, Progress, event_of};
use crate::route::Unplaced;
use crate::switch::Switch;
use crate::voice::Voice;

/// A dial-out whose message files are being looked up.
#[derive(Debug)]
pub(crate) struct Wanted {
    pending: DialPending,
    number: String,
    ani: Option<String>,
    campaign: Text,
    rings: u32,
    is_judged: bool,
    partner: Partner,
    /// Which of the files looked up is the LIVEMESSAGE and which the ANSMESSAGE.
    live: bool,
    answering_machine: bool,
}

impl Wanted {
    pub(crate) const fn link(&self) -> LinkId {
        self.pending.link()
    }

    pub(crate) fn owed(self) -> DialPending {
        self.pending
    }
}

/// What a dial-out is owed, under the name by which it was asked for.
#[derive(Debug)]
pub(crate) struct DialPending {
    pub(crate) pending: Pending,
    pub(crate) family: Family,
}

/// The names of a dial-out, in whose words it is answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Family {
    Dialout,
    DialoutIvr,
    DialPatch,
}

impl DialPending {
    pub(crate) const fn link(&self) -> LinkId {
        self.pending.link()
    }

    /// The debt itself, whatever its name.
    pub(crate) fn owed(self) -> Pending {
        self.pending
    }

    /// Its answers name this port from now on.
    fn with_port(self, port: PortText) -> Self {
        Self { pending: self.pending.with_port(port), ..self }
    }

    /// The checks went well.
    fn accept(&self, out: &mut Orders) {
        self.pending.answer(out, self.family.response(DialoutStatus::Success));
    }

    /// Nothing is dialled.
    pub(crate) fn refuse(self, status: DialoutStatus, out: &mut Orders) {
        self.pending.settle(out, self.family.response(status));
    }

    /// The outcome of a dial-out for which more is owed.
    pub(crate) fn announce(&self, event: DialoutEvent, out: &mut Orders) {
        self.pending.answer(out, self.family.termination(event, None, None));
    }

    /// The party was connected with this agent: the last word on the dial-out (decision U10).
    pub(crate) fn connect_with(self, agent: PortText, out: &mut Orders) {
        self.pending.settle(out, self.family.termination(DialoutEvent::Connect, None, Some(agent)));
    }

    /// The last word on a dial-out.
    pub(crate) fn terminate(self, event: DialoutEvent, dtmf: Option<Text>, out: &mut Orders) {
        self.pending.settle(out, self.family.termination(event, dtmf, None));
    }
}

impl Family {
    fn response(self, status: DialoutStatus) -> impl FnOnce(Text, PortText) -> Message {
        move |msgid, _| match self {
            Self::Dialout => DialoutResponse { msgid, status }.into(),
            Self::DialoutIvr => DialoutIvrResponse { msgid, status: ivr_status(status) }.into(),
            Self::DialPatch => DialPatchResponse { msgid, status: dial_patch::status(status) }.into(),
        }
    }

    fn termination(
        self,
        event: DialoutEvent,
        dtmf: Option<Text>,
        agent: Option<PortText>,
    ) -> impl FnOnce(Text, PortText) -> Message {
        move |msgid, trunk_port| match self {
            Self::Dialout => DialoutTermination { msgid, event, trunk_port, agent, dtmf }.into(),
            Self::DialoutIvr => DialoutIvrTermination { msgid, event, trunk_port, agent, dtmf }.into(),
            Self::DialPatch => dial_patch::termination(msgid, dial_patch::event(event), trunk_port).into(),
        }
    }
}

impl Switch {
    /// DIALOUT_IVR: as DIALOUT, under this name (behaviour B56; decision L20). Without a mailbox there is
    /// no flow that its variables could be for.
    pub(crate) fn dial_ivr(&mut self, now: Instant, link: LinkId, request: DialoutIvr, out: &mut Orders) {
        let DialoutIvr {
            msgid, campid, dnis, ani, agents, livemessage, ansmessage, boxno, rings, mode, ..
        } = request;
        let dial = Dial { msgid, campid, dnis, ani, agents, livemessage, ansmessage, rings, mode };
        if boxno.is_some() && self.refusal(now, link, &dial).is_ok() {
            // behaviour B61: no mailbox has a call flow that this version runs.
            let status = DialoutIvrStatus::InvalidMailbox;
            return out.tell(link, DialoutIvrResponse { msgid: dial.msgid, status });
        }
        self.dial(now, link, dial, Family::DialoutIvr, Partner::Nobody, out);
    }

    /// Checks a dial-out, answers at once, and places the call (behaviour B45).
    pub(crate) fn dial(
        &mut self,
        now: Instant,
        link: LinkId,
        mut request: Dial,
        family: Family,
        partner: Partner,
        out: &mut Orders,
    ) {
        let pending = Pending::new(link, request.msgid.clone(), PortText::default());
        let pending = DialPending { pending, family };
        let checked = self.refusal(now, link, &request);
        let mut wanted = Wanted {
            pending,
            number: request.dnis.unwrap_or_default().to_string(),
            ani: request.ani.map(|ani| ani.to_string()),
            campaign: request.campid.unwrap_or_default(),
            rings: request.rings.map_or(Ok(self.settings.dialling.rings), |r| r.parse()).unwrap_or(1),
            partner,
            is_judged: matches!(request.mode, Some(Keyword::Known(DialMode::Supervised))),
            live: request.livemessage.is_some(),
            answering_machine: request.ansmessage.is_some(),
        };
        match checked {
            Ok(Some(agents)) => {
                wanted.partner = Partner::OneOf(agents);
                // decision X34
                request.livemessage =
                    request.livemessage.or_else(|| self.for_the_abandoned(&wanted.campaign));
                wanted.live = request.livemessage.is_some();
            }
            Ok(None) => {}
            Err(why) => return self.refuse(wanted, why, out),
        }
        let files = request.livemessage.into_iter().chain(request.ansmessage);
        let sought: Vec<Sought> = files.map(Sought::File).collect();
        if sought.is_empty() {
            return self.place(now, wanted, Messages::default(), out);
        }
        if self.dial_looks.len() >= limits::LOOKS {
            return wanted.pending.refuse(DialoutStatus::Busy, out);
        }
        let ticket = Ticket(self.tickets.next());
        self.dial_looks.insert(ticket, wanted);
        out.push(Output::Find { ticket, sought });
    }

    /// The agents that a dial-out is for, or the first reason not to dial (behaviour B51).
    fn refusal(&self, now: Instant, link: LinkId, request: &Dial) -> Result<Option<Numbers>, Refusal> {
        let number = self.dialled(link, request)?;
        let campaign = request.campid.as_deref().and_then(|campid| self.campaign(campid));
        let found = self.search(now, number, campaign, &[]);
        // That a number may not be dialled is said before anything about what it would be dialled with.
        if let Err(why @ (Unplaced::Barred | Unplaced::Capped)) = found {
            return Err(why.into());
        }
        let agents = self.agents_asked(request.agents.as_ref())?;
        found?;
        Ok(agents)
    }

    /// The agents that a dial-out names, one of whom is free; none is reserved (decision U11). With eee30 = 0
    /// they are ignored (decision U14).
    fn agents_asked(&self, agents: Option<&Text>) -> Result<Option<Numbers>, DialoutStatus> {
        let Some(agents) = agents.filter(|_| self.settings.parameters.agents) else { return Ok(None) };
        let numbers = Numbers::read(agents, self.settings.parameters.offset).ok_or(DialoutStatus::Failed)?;
        if self.next_agent(Work::Predictive, |own| numbers.has(own)).is_some() {
            return Ok(Some(numbers));
        }
        // decision S07
        let mut named = self.agents.iter().filter(|(own, _)| numbers.has(*own)).peekable();
        let are_cards = named.peek().is_some() && named.all(|(_, agent)| agent.station.card);
        Err(if are_cards { DialoutStatus::NoMsiAgentFree } else { DialoutStatus::NoAgentFree })
    }

    /// The number of a request that is one, over a link that may dial.
    fn dialled<'r>(&self, link: LinkId, request: &'r Dial) -> Result<&'r str, DialoutStatus> {
        let Some(state) = self.links.get(&link) else { return Err(DialoutStatus::Failed) };
        if request.msgid.is_empty() || state.stage == Stage::Terminated {
            return Err(DialoutStatus::Failed);
        }
        // decision U12: BUSY means that the link takes no new calls now.
        if state.stage == Stage::Paused || self.is_leaving() {
            return Err(DialoutStatus::Busy);
        }
        let Some(Keyword::Known(DialMode::Blind | DialMode::Supervised)) = request.mode else {
            return Err(DialoutStatus::Failed);
        };
        let number = request.dnis.as_deref().unwrap_or_default();
        if number.len() > self.settings.dialling.max_digits {
            return Err(DialoutStatus::NumberTooLong);
        }
        if number.len() < limits::DNIS_MIN || !is_dialled(number) {
            return Err(DialoutStatus::Failed);
        }
        if request.ani.as_ref().is_some_and(|a| a.len() > limits::ANI_DIGITS || !is_dialled(a)) {
            return Err(DialoutStatus::Failed);
        }
        let rings_fit = |r: &Text| r.parse::<u32>().is_ok_and(|rings| (1..=99).contains(&rings));
        if request.rings.as_ref().is_some_and(|r| !rings_fit(r)) {
            return Err(DialoutStatus::Failed);
        }
        Ok(number)
    }

    /// Answers a dial-out that is not placed. One that a rule forbids leaves a record.
    fn refuse(&mut self, wanted: Wanted, why: Refusal, out: &mut Orders) {
        let Wanted { pending, number, ani, campaign, .. } = wanted;
        let (status, cause) = match why {
            Refusal::Status(status) => (status, None),
            Refusal::Unplaced(Unplaced::NoPort) => (DialoutStatus::NoDialoutPortFree, None),
            // decision X19: the printed statuses have no word for a rule.
            Refusal::Unplaced(Unplaced::Barred) => (DialoutStatus::Failed, Some(Cause::Barred)),
            Refusal::Unplaced(Unplaced::Capped) => (DialoutStatus::Failed, Some(Cause::Capped)),
        };
        pending.refuse(status, out);
        let Some(cause) = cause else { return };
        self.tally.barred += 1;
        out.push(Output::Record(Cdr {
            leg: self.next_leg(),
            port: None,
            line: None,
            agent: None,
            joined: None,
            direction: Direction::Outbound,
            dnis: number,
            ani: ani.unwrap_or_default(),
            redirecting: String::new(),
            campaign: campaign.to_string(),
            total: Duration::ZERO,
            waited: Duration::ZERO,
            talk: None,
            end: End { by: Side::Us, cause, status: None, q850: None },
        }));
    }

    /// The files of a dial-out were looked up.
    pub(crate) fn dial_files(
        &mut self,
        now: Instant,
        ticket: Ticket,
        files: Vec<Result<Clip, Missing>>,
        out: &mut Orders,
    ) {
        let Some(wanted) = self.dial_looks.remove(&ticket) else { return };
        let mut files = files.into_iter();
        let mut file = |asked: bool| if asked { files.next() } else { None };
        let (live, machine) = (file(wanted.live), file(wanted.answering_machine));
        match (live, machine) {
            (Some(Err(_)), _) => wanted.pending.refuse(DialoutStatus::LivemessageFileMissing, out),
            (_, Some(Err(_))) => wanted.pending.refuse(DialoutStatus::AnsmessageFileMissing, out),
            (live, machine) => {
                let messages =
                    Messages { live: live.and_then(Result::ok), machine: machine.and_then(Result::ok) };
                self.place(now, wanted, messages, out);
            }
        }
    }

    /// Takes a port, answers SUCCESS, and places the call when the pace allows.
    fn place(&mut self, now: Instant, wanted: Wanted, messages: Messages, out: &mut Orders) {
        if self.is_leaving() {
            return wanted.pending.refuse(DialoutStatus::Busy, out);
        }
        let campaign = self.campaign(&wanted.campaign);
        let own = match self.search(now, &wanted.number, campaign, &[]) {
            Ok(own) => own,
            Err(why) => return self.refuse(wanted, why.into(), out),
        };
        wanted.pending.accept(out);
        self.count_dial(now, campaign, out);
        let (leg, link) = (self.next_leg(), wanted.pending.link());
        let phase = Phase::Queued(Progress {
            pending: wanted.pending.with_port(self.ports.name(own)),
            rings: wanted.rings,
            tried: Vec::new(),
            heard: false,
            messages,
            judged_by: wanted.is_judged.then(|| self.judged_by(campaign)),
            partner: wanted.partner,
        });
        let call = Call {
            owner: Some(link),
            dnis: wanted.number,
            ani: wanted.ani,
            campaign: wanted.campaign,
            ..Call::new(leg, now, phase)
        };
        self.occupy(now, own, call, out);
        let pace = campaign.and_then(|index| self.routes.campaigns.get_mut(index)?.pace.as_mut());
        match pace.map(|pace| pace.turn(now)).filter(|at| *at > now) {
            Some(at) => self.alarms.set(at, Alarm::Turn(leg)),
            None => self.turn(now, leg, out),
        }
    }

    /// Puts a call that is to be placed on its port.
    pub(crate) fn occupy(&mut self, now: Instant, own: u16, call: Call, out: &mut Orders) {
        if let Some(trunk) = self.ports.get(own).and_then(|port| port.line.trunk()) {
            self.count_trunk(now, trunk, out);
        }
        self.ports.occupy(own, call);
    }

    /// A call takes its turn among all calls.
    pub(crate) fn turn(&mut self, now: Instant, leg: LegId, out: &mut Orders) {
        if self.ports.of_leg(leg).is_none() {
            return;
        }
        let at = self.routes.pace.turn(now);
        if at <= now {
            self.place_now(now, leg, out);
        } else {
            self.alarms.set(at, Alarm::Dial(leg));
        }
    }

    /// Places a call whose turn has come.
    pub(crate) fn place_now(&mut self, now: Instant, leg: LegId, out: &mut Orders) {
        let Some(port) = self.ports.of_leg(leg).and_then(|own| self.ports.get_mut(own)) else { return };
        let Some(call) = &mut port.call else { return };
        call.phase = match call.phase.take() {
            Phase::Queued(progress) => Phase::Placing(progress),
            Phase::Outward(outward) if outward.is_queued => {
                self.alarms.set(now + limits::OUTWARD, Alarm::Station(leg));
                Phase::Outward(outward.placed())
            }
            other => {
                call.phase = other;
                return;
            }
        };
        let caller = call.ani.clone();
        let to = match port.line {
            Line::Trunk(trunk) => Callee::Number { trunk, number: call.dnis.clone() },
            Line::Station(station) => Callee::Station(station),
        };
        out.push(Output::Signal(signal::Command::Dial(signal::Dial { leg, to, caller, redirecting: None })));
        self.tally.placed += 1;
        self.alarms.set(now + limits::SETUP, Alarm::Setup(leg));
    }

    /// A dial-out is over before its answer. Where its trunk did not take it and nobody heard anything yet,
    /// it goes on on another trunk; else its one termination says why (behaviour B54).
    pub(crate) fn dial_over(
        &mut self,
        now: Instant,
        call: Call,
        line: Line,
        mut progress: Progress,
        end: End,
        out: &mut Orders,
    ) {
        progress.tried.extend(line.trunk());
        let again = is_of_the_trunk(end)
            && !progress.heard
            && progress.tried.len() < limits::TRIES
            && !self.is_leaving();
        let campaign = self.campaign(&call.campaign);
        let next = again.then(|| self.search(now, &call.dnis, campaign, &progress.tried));
        let Some(Ok(own)) = next else {
            return progress.pending.terminate(event_of(end.cause), None, out);
        };
        let leg = self.next_leg();
        let pending = progress.pending.with_port(self.ports.name(own));
        let phase = Phase::Queued(Progress { pending, ..progress });
        self.occupy(now, own, Call { leg, began: now, phase, ..call }, out);
        self.turn(now, leg, out);
    }

    /// No key came after the message.
    pub(crate) fn key_wait_over(&mut self, leg: LegId, out: &mut Orders) {
        let Some((_, call)) = self.ports.call_mut(leg) else { return };
        let waits = |voice: &Voice| matches!(voice, Voice::KeyWait { .. });
        if let Some(Voice::KeyWait { pending }) = call.free_channel(waits, out) {
            pending.terminate(DialoutEvent::Eof, None, out);
        }
    }
}

/// Why a dial-out is not placed.
#[derive(Clone, Copy, Debug)]
enum Refusal {
    Status(DialoutStatus),
    Unplaced(Unplaced),
}

impl From<DialoutStatus> for Refusal {
    fn from(status: DialoutStatus) -> Self {
        Self::Status(status)
    }
}

impl From<Unplaced> for Refusal {
    fn from(why: Unplaced) -> Self {
        Self::Unplaced(why)
    }
}

/// Whether a number is what a telephone network takes; anything else is an attack or a slip.
pub(crate) fn is_dialled(number: &str) -> bool {
    let number = number.strip_prefix('+').unwrap_or(number);
    number.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'*' | b'#'))
}

/// The same status, among those of DIALOUT_IVR.
const fn ivr_status(status: DialoutStatus) -> DialoutIvrStatus {
    match status {
        DialoutStatus::Success => DialoutIvrStatus::Success,
        DialoutStatus::NumberTooLong => DialoutIvrStatus::NumberTooLong,
        DialoutStatus::Failed => DialoutIvrStatus::Failed,
        DialoutStatus::Busy => DialoutIvrStatus::Busy,
        DialoutStatus::NoAgentFree => DialoutIvrStatus::NoAgentFree,
        DialoutStatus::NoMsiAgentFree => DialoutIvrStatus::NoMsiAgentFree,
        DialoutStatus::NoDialoutPortFree => DialoutIvrStatus::NoDialoutPortFree,
        DialoutStatus::LivemessageFileMissing => DialoutIvrStatus::LivemessageFileMissing,
        DialoutStatus::AnsmessageFileMissing => DialoutIvrStatus::AnsmessageFileMissing,
    }
}

/// Whether a call failed for its trunk and not for the party: the trunk has no circuit, was not reached, or
/// refuses who we are.
pub(crate) const fn is_of_the_trunk(end: End) -> bool {
    matches!(
        (end.by, end.cause),
        (_, Cause::NoRoute) | (Side::Network, Cause::NoCircuit | Cause::Unauthorized)
    )
}
