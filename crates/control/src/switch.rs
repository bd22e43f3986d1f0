//! The switch: one value that owns every link, port and call.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Instant;

use edge::signal::{self, Cause};
use edge::sound::Verdict;
use edge::{LegId, RecordId, TrunkId};
use protocol::{DialoutStatus, Request, Text};

use crate::agent::Agents;
use crate::alarm::{Alarm, Alarms};
use crate::bridge::{Bridge, BridgeId};
use crate::call::{Call, Phase};
use crate::dial::{Family, Wanted};
use crate::event::Unanswered;
use crate::exit::Life;
use crate::inbound;
use crate::input::{ConnectionId, Input, LinkId, Output, Ticket};
use crate::limits;
use crate::link::{Line, Link, Stage};
use crate::mailbox::Mailboxes;
use crate::orders::{Order, Orders};
use crate::pass_code::Failures;
use crate::pending::Pending;
use crate::port::Ports;
use crate::progress::Partner;
use crate::recording::Recording;
use crate::replace::Newcomer;
use crate::route::Routes;
use crate::rung::Rung;
use crate::settings::Settings;
use crate::view::Tally;

/// Call control, whole. See the crate's page for how it is driven.
#[derive(Debug)]
pub struct Switch {
    pub(crate) settings: Settings,
    pub(crate) links: BTreeMap<LinkId, Link>,
    pub(crate) connections: BTreeMap<ConnectionId, Caller>,
    /// Events that wait for the application's answer (decision D03).
    pub(crate) unanswered: Unanswered,
    pub(crate) mailboxes: Mailboxes,
    pub(crate) failures: Failures,
    pub(crate) ports: Ports,
    pub(crate) agents: Agents,
    /// Why each trunk cannot be dialled; none when it can.
    pub(crate) down: Vec<Option<String>>,
    pub(crate) alarms: Alarms,
    pub(crate) routes: Routes,
    pub(crate) dial_looks: BTreeMap<Ticket, Wanted>,
    /// The legs that wait for what was asked of the disk.
    pub(crate) asked: BTreeMap<Ticket, LegId>,
    pub(crate) recordings: BTreeMap<RecordId, Recording>,
    pub(crate) bridges: BTreeMap<BridgeId, Bridge>,
    pub(crate) bridge_count: Count,
    /// What the stations ring for that ring for a bridge, by their ports.
    pub(crate) rung: BTreeMap<u16, Rung>,
    /// Calls that are being answered to take the place of another each.
    pub(crate) newcomers: BTreeMap<LegId, Newcomer>,
    /// Legs that may have nobody to talk with any more.
    pub(crate) lonely: Vec<LegId>,
    /// TERMINATE_LINKs that are answered when the recordings of their links are over.
    pub(crate) terminations: Vec<Pending>,
    /// Of all that is asked of the disk, recordings too.
    pub(crate) tickets: Count,
    pub(crate) plays: Count,
    pub(crate) life: Life,
    pub(crate) tally: Tally,
    /// The port that the input under way is about, for [`Switch::survive`].
    pub(crate) touched: Option<u16>,
    pub(crate) link_count: Count,
    orders: Orders,
    legs: Count,
    msgids: u32,
}

/// Whose a connection is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Caller {
    pub(crate) link: LinkId,
    pub(crate) peer: IpAddr,
}

/// Numbers for things that are told apart by them, from 1.
#[derive(Debug, Default)]
pub(crate) struct Count(u64);

impl Count {
    pub(crate) const fn next(&mut self) -> u64 {
        self.0 += 1;
        self.0
    }
}

impl Switch {
    /// A switch with no links and no calls.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            links: BTreeMap::new(),
            connections: BTreeMap::new(),
            unanswered: Unanswered::default(),
            orders: Orders::default(),
            link_count: Count::default(),
            mailboxes: Mailboxes::new(&settings.mailboxes),
            failures: Failures::new(settings.pass_code_failures),
            ports: Ports::new(&settings.trunks, &settings.agents, settings.parameters.offset),
            agents: Agents::new(&settings.agents),
            down: vec![None; settings.trunks.len()],
            alarms: Alarms::default(),
            routes: Routes::new(&settings),
            dial_looks: BTreeMap::new(),
            asked: BTreeMap::new(),
            recordings: BTreeMap::new(),
            bridges: BTreeMap::new(),
            bridge_count: Count::default(),
            rung: BTreeMap::new(),
            newcomers: BTreeMap::new(),
            lonely: Vec::new(),
            terminations: Vec::new(),
            tickets: Count::default(),
            plays: Count::default(),
            life: Life::Serving,
            tally: Tally::default(),
            touched: None,
            legs: Count::default(),
            msgids: settings.first_msgid,
            settings,
        }
    }

    /// Takes one input and the time it happened, and appends what is to be done, in order.
    pub fn handle(&mut self, now: Instant, input: Input, out: &mut Vec<Output>) {
        self.touched = None;
        let mut orders = std::mem::take(&mut self.orders);
        self.take(now, input, &mut orders);
        self.review(now, &mut orders);
        while let Some(alarm) = self.alarms.due(now) {
            self.alarm(now, alarm, &mut orders);
            self.review(now, &mut orders);
        }
        self.deliver(&mut orders, out);
        self.orders = orders;
        let (ports, asked, recordings) = (&self.ports, &self.asked, &self.recordings);
        self.alarms.forget(|alarm| match alarm {
            Alarm::Disk(ticket) => !asked.contains_key(&ticket),
            Alarm::Making(record) | Alarm::Recorded(record) => !recordings.contains_key(&record),
            other => other.leg().is_some_and(|leg| ports.of_leg(leg).is_none()),
        });
    }

    /// Looks at what an input may have changed elsewhere.
    fn review(&mut self, now: Instant, out: &mut Orders) {
        self.review_rung(now, out);
        self.review_lonely(now, out);
        self.review_agents(now, out);
    }

    fn take(&mut self, now: Instant, input: Input, out: &mut Orders) {
        match input {
            Input::Connected { connection, peer } => self.connected(connection, peer),
            Input::Disconnected { connection } => self.disconnected(now, connection, out),
            Input::Request { connection, request } => {
                if let Some(caller) = self.connections.get(&connection) {
                    self.request(now, caller.link, request, out);
                }
            }
            Input::Arrived { connection, number } => self.arrived(connection, number, out),
            Input::Restored { name, messages } => self.restored(now, name, messages),
            Input::Failed { failures } => {
                for (failure, left) in failures {
                    self.failures.restore(now, failure, left);
                }
            }
            Input::Answered { counted } => self.answers_restored(now, counted),
            Input::Agents { agents } => self.agents_restored(now, agents),
            Input::Found { ticket, files } => {
                self.touched = self.asked.get(&ticket).and_then(|leg| self.ports.of_leg(*leg));
                if self.dial_looks.contains_key(&ticket) {
                    self.dial_files(now, ticket, files, out);
                } else {
                    self.found(now, ticket, files, out);
                }
            }
            Input::Made { record, result } => {
                self.touched = self.port_of(record);
                self.made(now, record, &result, out);
            }
            Input::Noted { ticket } => {
                self.touched = self.asked.get(&ticket).and_then(|leg| self.ports.of_leg(*leg));
                self.noted(now, ticket, out);
            }
            Input::Signal(event) => self.signalled(now, event, out),
            Input::Sound(event) => self.heard(now, &event, out),
            Input::Exit => self.exit(now, out),
            Input::Tick => {}
        }
    }

    /// Turns what links are told into what their connections are sent.
    fn deliver(&mut self, orders: &mut Orders, out: &mut Vec<Output>) {
        for order in orders.drain() {
            match order {
                Order::Do(output) => out.push(output),
                Order::Tell(link, message) => {
                    // A link that is gone for good is told nothing: nobody is left to hear it.
                    if let Some(state) = self.links.get_mut(&link) {
                        state.tell(message, out);
                    }
                }
                Order::Answer(link, message) => {
                    if let Some(Line::Up(connection)) = self.links.get(&link).map(|state| state.line) {
                        out.push(Output::Send { connection, message, number: None });
                    }
                }
            }
        }
    }

    /// When [`Input::Tick`] is wanted, unless something else comes first.
    #[must_use]
    pub fn next_timeout(&self) -> Option<Instant> {
        self.alarms.next()
    }

    /// After a panic in [`Switch::handle`]: ends the call that the input was about, with its
    /// terminations, and leaves everything else as it was.
    pub fn survive(&mut self, now: Instant, out: &mut Vec<Output>) {
        let mut orders = Orders::default();
        let call =
            self.touched.take().and_then(|own| self.ports.get(own)).and_then(|port| port.call.as_ref());
        if let Some(leg) = call.map(|call| call.leg) {
            self.drop_call(now, leg, Cause::NoCircuit, &mut orders);
        }
        self.deliver(&mut orders, out);
    }

    /// One arm a message. What is not for a port is served at once; what is for a port whose files are
    /// being looked up waits behind that, so that each port's requests are served in order.
    fn request(&mut self, now: Instant, link: LinkId, request: Request, out: &mut Orders) {
        let Some(state) = self.links.get(&link) else { return };
        if self.settings.require_init
            && state.stage == Stage::Fresh
            && !matches!(request, Request::InitLink(_) | Request::ExitLinkResponse(_))
        {
            if let Some(message) = request.refusal() {
                out.tell(link, message);
            }
            return;
        }
        let own = request.port().and_then(|port| self.ports.named(port));
        self.touched = own;
        if inbound::wants_voice(&request) {
            self.answer_for_voice(own, out);
        }
        if let Some(request) = self.defer(own, link, request) {
            self.serve(now, link, request, out);
        }
    }

    fn serve(&mut self, now: Instant, link: LinkId, request: Request, out: &mut Orders) {
        match request {
            Request::InitLink(request) => self.init_link(now, link, request, out),
            Request::PauseLink(request) => self.pause_link(link, request, out),
            Request::TerminateLink(request) => self.terminate_link(now, link, request, out),
            Request::ExitLinkResponse(response) => self.exit_response(now, link, &response, out),
            Request::Dial(request) => self.dial(now, link, request, Family::Dialout, Partner::Nobody, out),
            Request::DialoutIvr(request) => self.dial_ivr(now, link, request, out),
            Request::DialPatch(request) => self.dial_patch(now, link, request, out),
            Request::AppTrunkStatus(request) => self.trunk_status(link, request, out),
            Request::AppTrunkDisconnect(request) => self.trunk_disconnect(now, link, request, out),
            // decision U104: nothing else depends on this answer.
            Request::NetworkTrunkDisconnectResponse(response) => {
                self.unanswered.answered(link, &response.msgid);
            }
            Request::PlayVoiceFile(request) => self.play(now, link, request, out),
            Request::StopPlayVoiceFile(request) => self.stop_play(link, request, out),
            Request::PlayNumber(request) => self.play_number(now, link, request, out),
            Request::RecordVoiceFile(request) => self.record(now, link, request, out),
            Request::StopRecordVoiceFile(request) => self.stop_record(link, request, out),
            Request::RecordTwoWayVoice(request) => self.record_two_way(now, link, request, out),
            Request::StopRecordTwoWayVoice(request) => self.stop_two_way(link, request, out),
            Request::PatchPorts(request) => self.patch_ports(link, request, out),
            Request::TearPatch(request) => self.tear_patch(link, request, out),
            Request::Mute(request) => self.mute(link, request, out),
            Request::Hold(request) => self.hold(now, link, request, out),
            Request::AgentTransfer(request) => self.agent_transfer(now, link, request, out),
            Request::BargeIn(request) => self.barge_in(now, link, request, out),
            Request::BargeOut(request) => self.barge_out(link, request, out),
            Request::DtmfReceive(request) => self.dtmf_receive(now, link, request, out),
            Request::DtmfGenerate(request) => self.dtmf_generate(now, link, request, out),
            Request::AgentLogin(request) => self.agent_login(now, link, request, out),
            Request::AgentLogout(request) => self.agent_logout(link, request, out),
            Request::ReceiveCallResponse(response) => self.receive_call_response(now, link, response, out),
            Request::HandleInboundCall(request) => self.handle_inbound_call(now, link, request, out),
            Request::AcceptCall(request) => self.accept_call(link, request, out),
            Request::DeclineCall(request) => self.decline_call(now, link, request, out),
            // Nothing that these answer is sent in this version.
            Request::MsgWaitResponse(_) | Request::InboundConferenceResponse(_) => {}
            // Not served in this version (decisions T05, X16).
            Request::MailboxUpdate(_)
            | Request::MailboxUpdateSer(_)
            | Request::MailboxAdd(_)
            | Request::MailboxInfo(_)
            | Request::MailboxDelete(_)
            | Request::MailboxExists(_)
            | Request::TreeAdd(_)
            | Request::TreeUpdate(_)
            | Request::TreeDelete(_)
            | Request::TreeExists(_)
            | Request::TreeInfo(_)
            | Request::Callback(_)
            | Request::InitConference(_)
            | Request::InitConferenceLink(_)
            | Request::ChangeConfereeMode(_)
            | Request::ActiveTalkersList(_)
            | Request::AttachMailbox(_)
            | Request::ExecIvrMailbox(_)
            | Request::StopExecIvrMailbox(_) => {
                if let Some(message) = request.refusal() {
                    out.tell(link, message);
                }
            }
        }
    }

    /// Puts a request behind what its port waits for, if it does; gives it back otherwise, or where too many
    /// wait already. What is about a call that is being answered, and not for its voice, does not wait.
    fn defer(&mut self, own: Option<u16>, link: LinkId, request: Request) -> Option<Request> {
        let Some(port) = own.and_then(|own| self.ports.get_mut(own)) else { return Some(request) };
        let is_answering = matches!(port.call, Some(Call { phase: Phase::Answering(_), .. }));
        if is_answering && inbound::is_of_the_call(&request) {
            return Some(request);
        }
        if port.is_waiting() && port.deferred.len() < limits::DEFERRED {
            port.deferred.push_back((link, request));
            return None;
        }
        Some(request)
    }

    /// Serves what waited, until the next wait.
    pub(crate) fn serve_deferred(&mut self, now: Instant, own: u16, out: &mut Orders) {
        loop {
            let Some(port) = self.ports.get_mut(own).filter(|port| !port.is_waiting()) else { return };
            let Some((link, request)) = port.deferred.pop_front() else { return };
            if self.links.contains_key(&link) {
                self.serve(now, link, request, out);
            }
        }
    }

    /// Whether a dial-out of a link waits for its files.
    pub(crate) fn has_looks(&self, link: LinkId) -> bool {
        self.dial_looks.values().any(|wanted| wanted.link() == link)
    }

    /// The dial-outs of a link that wait for their files are refused: the link is over.
    pub(crate) fn forget_looks(&mut self, link: LinkId, out: &mut Orders) {
        let gone = self.dial_looks.extract_if(.., |_, wanted| wanted.link() == link);
        for (_, wanted) in gone {
            wanted.owed().refuse(DialoutStatus::Failed, out);
        }
    }

    fn signalled(&mut self, now: Instant, event: signal::Event, out: &mut Orders) {
        use signal::Event;
        self.touched = signal_leg(&event).and_then(|leg| self.ports.of_leg(leg));
        match event {
            Event::Arrived(arrived) => self.arrive(now, arrived, out),
            Event::Ringing { leg } => self.ringing(now, leg, out),
            Event::EarlyMedia { leg, media } => self.early_media(now, leg, media, out),
            Event::Answered { leg, media } | Event::Renegotiated { leg, media } => {
                self.answered(now, leg, media, out);
            }
            // The media engine knows what a key ends, however it was told.
            Event::Key { leg, key } => {
                if self.ports.call(leg).is_some_and(|call| !call.phase.is_ending()) {
                    out.push(Output::Sound(edge::sound::Command::Pressed { leg, key }));
                }
            }
            Event::Ended { leg, end } => match self.newcomers.remove(&leg) {
                Some(newcomer) => self.newcomer_gone(now, newcomer, end, out),
                None => self.ended(now, leg, end, out),
            },
            Event::TrunkUp { trunk } => self.set_down(trunk, None),
            Event::TrunkDown { trunk, why } => self.set_down(trunk, Some(why)),
            Event::StationUp { station } => self.set_station(station, None),
            Event::StationDown { station, why } => self.set_station(station, Some(why)),
            Event::Referred { leg, to } => self.referred(now, leg, to, out),
            // A machine that would go on by T.38 says as much as its tone does (behaviour B54).
            Event::Faxing { leg } => self.judged(now, leg, Verdict::Fax, out),
        }
    }

    fn alarm(&mut self, now: Instant, alarm: Alarm, out: &mut Orders) {
        match alarm {
            Alarm::Turn(leg) => self.turn(now, leg, out),
            Alarm::Dial(leg) => self.place_now(now, leg, out),
            Alarm::Rings(leg) | Alarm::Setup(leg) => self.give_up(now, alarm, leg, out),
            Alarm::Decide(leg) => self.undecided(now, leg, out),
            Alarm::Verdict(leg) => self.judged(now, leg, Verdict::NotSure, out),
            Alarm::Cue(leg) => self.cued(leg, out),
            Alarm::KeyWait(leg) => self.key_wait_over(leg, out),
            Alarm::Digit(leg) => self.digit_over(now, leg, out),
            Alarm::Pause(leg) => self.pause_over(now, leg, out),
            Alarm::Disk(ticket) => self.disk_over(now, ticket, out),
            Alarm::Making(record) => self.making_over(now, record, out),
            Alarm::Recorded(record) => self.recorded_over(now, record, out),
            Alarm::Patience(leg) => self.patience_over(now, leg, out),
            Alarm::Station(leg) => self.rung_out(now, leg, out),
            Alarm::Parting(leg) => self.let_go(leg),
            Alarm::Agent(own) => self.ports.stir(own),
            Alarm::Clearing(leg) => self.clearing_over(now, leg, out),
            Alarm::Grace(link) => self.grace_over(now, link, out),
            Alarm::Kept(link) => self.kept_over(now, link, out),
            Alarm::Unanswered(link, event, times) => self.ask_again(now, link, event, times, out),
            Alarm::ExitAnswers => self.exit_clear(now, out),
            Alarm::ExitClearing => self.exit_over(now, out),
        }
    }

    fn set_down(&mut self, trunk: TrunkId, why: Option<String>) {
        if let Some(down) = self.down.get_mut(usize::from(trunk.0)) {
            *down = why;
        }
    }

    pub(crate) fn trunk_is_up(&self, trunk: TrunkId) -> bool {
        self.down.get(usize::from(trunk.0)).is_some_and(Option::is_none)
    }

    pub(crate) fn next_leg(&mut self) -> LegId {
        LegId::placed(self.legs.next())
    }

    /// A message id of the server's own: 8 decimal digits (decision T09).
    pub(crate) fn next_msgid(&mut self) -> Text {
        self.msgids = self.msgids.wrapping_add(1) % 100_000_000;
        Text::from(format!("{:08}", self.msgids))
    }
}

impl Drop for Switch {
    fn drop(&mut self) {
        let calls = self.ports.take_calls();
        let of_calls = calls.flat_map(Call::owed);
        let of_looks = std::mem::take(&mut self.dial_looks).into_values().map(|wanted| wanted.owed().owed());
        let of_recordings = std::mem::take(&mut self.recordings).into_values().flat_map(Recording::owed);
        let of_rung = std::mem::take(&mut self.rung).into_values().filter_map(|rung| rung.wish.owed());
        let of_links = std::mem::take(&mut self.terminations).into_iter().chain(of_rung);
        of_calls.chain(of_looks).chain(of_recordings).chain(of_links).for_each(Pending::release);
    }
}

/// The leg an event of the signalling side is about.
const fn signal_leg(event: &signal::Event) -> Option<LegId> {
    use signal::Event;
    match event {
        Event::Arrived(signal::Arrived { leg, .. })
        | Event::Ringing { leg }
        | Event::EarlyMedia { leg, .. }
        | Event::Answered { leg, .. }
        | Event::Renegotiated { leg, .. }
        | Event::Key { leg, .. }
        | Event::Faxing { leg }
        | Event::Referred { leg, .. }
        | Event::Ended { leg, .. } => Some(*leg),
        Event::TrunkUp { .. }
        | Event::TrunkDown { .. }
        | Event::StationUp { .. }
        | Event::StationDown { .. } => None,
    }
}
