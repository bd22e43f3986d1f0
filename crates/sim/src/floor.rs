//! A switching floor: parties on the ports of a house, requests about who hears whom, and what each party
//! hears after each of them.
//!
//! | act | is |
//! |---|---|
//! | `dial` | a party is dialled and answers, on the port that is free for longest |
//! | `patch 1 2`, `tear 1 2` | PATCH_PORTS, TEAR_PATCH |
//! | `mute 1`, `unmute 1` | MUTE of the agent on port 1 |
//! | `hold 1 MUSIC`, `hold 1`, `unhold 1` | HOLD, with a file or without one; its end |
//! | `initiate 1 3 MUSIC`, `initiate 1 3`, `blind 1 3`, `accept 1 3`, `cancel 1 3` | AGENT_TRANSFER |
//! | `coach 4 1`, `monitor 4 1`, `full 4 1`, `out 4 1` | BARGE_IN of supervisor 4 on agent 1, BARGE_OUT |
//! | `play 2`, `played 2` | PLAY_VOICE_FILE, and its end |
//! | `record 1 2`, `stop 1` | RECORD_TWO_WAY_VOICE, STOP_RECORD_TWO_WAY_VOICE |
//! | `drop 1`, `gone 1` | APP_TRUNK_DISCONNECT; the party hangs up |
//! | `away 1`, `back 1` | the telephone itself holds, and takes back |
//! | `answers 24`, `busy 24`, `silent 24` | the agent of a station that rings answers, refuses, or does not answer |
//! | `refer 1 24`, `attend 1 3` | the telephone on port 1 passes on whom it talks with (REFER): to a number, or to whom it talks with on port 3 |
//! | `replace 1` | a call on the same line takes the place of the one on port 1 (INVITE with Replaces) |
//! | `leaves 24` | a station cannot be called any more |
//! | `found` | the disk answers what it was asked first, where it does not answer at once |

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::time::Instant;

use control::{Agent, ConnectionId, Input, Missing, Output, Settings, Sought, Switch, Ticket, Trunk};
use edge::signal::{self, Arrived, Callee, Cause, End, Referral, Side};
use edge::sound::{self, Clip, Direction, PlayEnd, RecordEnd};
use edge::{LegId, Line, PlayId, RecordId, StationId, TrunkId};
use protocol::{
    AgentTransfer, AgentTransferMode, AppTrunkDisconnect, BargeIn, BargeInMode, BargeOut, Dial, DialMode,
    Hold, HoldMode, Message, Mute, MuteMode, PatchPorts, PortText, Request, Spelling, TearPatch, Text, Word,
};

use crate::ears::{Ears, Heard};
use crate::{epoch, lines, settings};

/// Files that are there, by the number of their samples. Any other is missing.
pub const FILES: [(&str, usize); 3] = [("MUSIC", 160), ("OTHER", 320), ("PLAY", 480)];

/// Something that a party, an application or the network does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Act {
    /// A party is dialled and answers.
    Dial,
    /// PATCH_PORTS.
    Patch(u16, u16),
    /// TEAR_PATCH.
    Tear(u16, u16),
    /// MUTE of this agent.
    Mute(u16, MuteMode),
    /// HOLD by this agent, to begin or to end.
    Hold(u16, HoldMode, Option<&'static str>),
    /// AGENT_TRANSFER from the first agent to the second.
    Transfer(u16, u16, AgentTransferMode, Option<&'static str>),
    /// BARGE_IN of the first on the second.
    BargeIn(u16, u16, BargeInMode),
    /// BARGE_OUT of the first from the second.
    BargeOut(u16, u16),
    /// PLAY_VOICE_FILE.
    Play(u16),
    /// What plays to a party ends.
    Played(u16),
    /// RECORD_TWO_WAY_VOICE.
    Record(u16, u16),
    /// STOP_RECORD_TWO_WAY_VOICE.
    StopRecord(u16),
    /// APP_TRUNK_DISCONNECT.
    Drop(u16),
    /// The party hangs up.
    Gone(u16),
    /// The party's telephone holds its call, or takes it back.
    Away(u16, Direction),
    /// The agent of a station that rings answers.
    Answers(u16),
    /// The agent of a station that rings does not come.
    Declines(u16, Cause),
    /// The telephone of the first transfers to this number (REFER).
    Refer(u16, u16),
    /// The same, to whom it talks with on another leg of its own.
    ReferTo(u16, u16),
    /// A call on the same line takes the place of this party's.
    Replace(u16),
    /// A station cannot be called any more.
    Leaves(u16),
    /// The disk answers.
    Found,
}

impl Act {
    /// Reads an act.
    ///
    /// # Panics
    /// When the words are none: a test's own mistake.
    #[must_use]
    pub fn read(words: &str) -> Self {
        Self::of(words).unwrap_or_else(|| panic!("not an act: {words}"))
    }

    fn of(words: &str) -> Option<Self> {
        let mut words = words.split_whitespace();
        let verb = words.next()?;
        let mut rest = words.peekable();
        let mut port = || rest.next_if(|word| word.bytes().all(|b| b.is_ascii_digit()))?.parse().ok();
        let (one, other) = (port(), port());
        let names = FILES.iter().map(|(name, _)| *name).chain(["GONE"]);
        let file = rest.next().and_then(|word| names.clone().find(|name| *name == word));
        let transfer = |mode| Some(Self::Transfer(one?, other?, mode, file));
        let barge = |mode| Some(Self::BargeIn(one?, other?, mode));
        match verb {
            "dial" => Some(Self::Dial),
            "patch" => Some(Self::Patch(one?, other?)),
            "tear" => Some(Self::Tear(one?, other?)),
            "mute" => Some(Self::Mute(one?, MuteMode::On)),
            "unmute" => Some(Self::Mute(one?, MuteMode::Off)),
            "hold" => Some(Self::Hold(one?, HoldMode::On, file)),
            "unhold" => Some(Self::Hold(one?, HoldMode::Cancell, None)),
            "initiate" => transfer(AgentTransferMode::Initiate),
            "blind" => transfer(AgentTransferMode::Blind),
            "accept" => transfer(AgentTransferMode::Accept),
            "cancel" => transfer(AgentTransferMode::Cancel),
            "coach" => barge(BargeInMode::Coach),
            "monitor" => barge(BargeInMode::Monitor),
            "full" => barge(BargeInMode::Full),
            "out" => Some(Self::BargeOut(one?, other?)),
            "play" => Some(Self::Play(one?)),
            "played" => Some(Self::Played(one?)),
            "record" => Some(Self::Record(one?, other?)),
            "stop" => Some(Self::StopRecord(one?)),
            "drop" => Some(Self::Drop(one?)),
            "gone" => Some(Self::Gone(one?)),
            "away" => Some(Self::Away(one?, Direction::SendOnly)),
            "back" => Some(Self::Away(one?, Direction::Both)),
            "answers" => Some(Self::Answers(one?)),
            "busy" => Some(Self::Declines(one?, Cause::Busy)),
            "silent" => Some(Self::Declines(one?, Cause::NoAnswer)),
            "refer" => Some(Self::Refer(one?, other?)),
            "attend" => Some(Self::ReferTo(one?, other?)),
            "replace" => Some(Self::Replace(one?)),
            "leaves" => Some(Self::Leaves(one?)),
            "found" => Some(Self::Found),
            _ => None,
        }
    }

    /// The request that it is, if it is an application's.
    fn request(self, msgid: Text) -> Option<Request> {
        let port = |own: u16| Some(PortText::from(u32::from(own)));
        let file = |name: Option<&str>| name.map(Text::from);
        Some(match self {
            Self::Patch(one, other) => {
                PatchPorts { msgid, trunk_port1: port(one), trunk_port2: port(other) }.into()
            }
            Self::Tear(one, other) => {
                TearPatch { msgid, trunk_port1: port(one), trunk_port2: port(other) }.into()
            }
            Self::Mute(agent, mode) => {
                Mute { msgid, agent_port: port(agent), mode: Some(mode.into()) }.into()
            }
            Self::Hold(agent, mode, name) => {
                Hold { msgid, agent_port: port(agent), on_hold_file: file(name), mode: Some(mode.into()) }
                    .into()
            }
            Self::Transfer(source, destination, mode, name) => AgentTransfer {
                msgid,
                source_agent_port: port(source),
                destination_agent_port: port(destination),
                on_hold_file: file(name),
                mode: Some(mode.into()),
            }
            .into(),
            Self::BargeIn(supervisor, agent, mode) => BargeIn {
                msgid,
                supervisor_port: port(supervisor),
                agent_port: port(agent),
                mode: Some(mode.into()),
            }
            .into(),
            Self::BargeOut(supervisor, agent) => {
                BargeOut { msgid, supervisor_port: port(supervisor), agent_port: port(agent) }.into()
            }
            Self::Drop(own) => AppTrunkDisconnect { msgid, trunk_port: port(own) }.into(),
            Self::Dial => Dial {
                msgid,
                campid: None,
                dnis: Some(Text::from("3014560100")),
                ani: None,
                agents: None,
                livemessage: None,
                ansmessage: None,
                rings: None,
                mode: Some(DialMode::Blind.into()),
            }
            .into(),
            Self::Play(own) => lines::request(&format!(
                "PLAY_VOICE_FILE/INFO MSGID={msgid} TRUNK_PORT={own} FILE1=PLAY MODE=INTERRUPTABLE"
            )),
            Self::Record(one, other) => lines::request(&format!(
                "RECORD_TWO_WAY_VOICE/INFO MSGID={msgid} TRUNK_PORT1={one} TRUNK_PORT2={other} FILE_NAME=T.WAV"
            )),
            Self::StopRecord(own) => {
                lines::request(&format!("STOP_RECORD_TWO_WAY_VOICE/INFO MSGID={msgid} TRUNK_PORT={own}"))
            }
            Self::Played(_)
            | Self::Gone(_)
            | Self::Away(..)
            | Self::Answers(_)
            | Self::Declines(..)
            | Self::Refer(..)
            | Self::ReferTo(..)
            | Self::Replace(_)
            | Self::Leaves(_)
            | Self::Found => return None,
        })
    }
}

/// Whom each party hears, by their ports.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Matrix(pub BTreeMap<u16, Hears>);

/// What one party hears.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Hears {
    /// The parties on these ports, in order; nobody where there are none.
    Voices(Vec<u16>),
    /// A file of [`FILES`], by its name.
    File(&'static str),
}

impl fmt::Display for Matrix {
    /// `1:2 2:MUSIC 3:-`, and `3:1+4` of one who hears two.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = |(port, hears): (&u16, &Hears)| match hears {
            Hears::Voices(of) if of.is_empty() => format!("{port}:-"),
            Hears::Voices(of) => {
                format!("{port}:{}", of.iter().map(ToString::to_string).collect::<Vec<_>>().join("+"))
            }
            Hears::File(name) => format!("{port}:{name}"),
        };
        write!(f, "{}", self.0.iter().map(row).collect::<Vec<_>>().join(" "))
    }
}

/// When the disk answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Disk {
    /// At once.
    Prompt,
    /// On [`Act::Found`].
    Slow,
}

/// A house whose parties talk.
#[derive(Debug)]
pub struct Floor {
    switch: Switch,
    now: Instant,
    ears: Ears,
    disk: Disk,
    /// The parties, by their ports.
    parties: BTreeMap<u16, LegId>,
    dialled: Option<LegId>,
    /// The stations that ring.
    rung: BTreeMap<u16, LegId>,
    plays: BTreeMap<LegId, PlayId>,
    asked: VecDeque<(Ticket, Vec<Sought>)>,
    hung_up: VecDeque<LegId>,
    made: VecDeque<RecordId>,
    stopped: VecDeque<RecordId>,
    msgids: u32,
    arrivals: u64,
    /// What the media engine is told, where there is one.
    engine: Option<Vec<sound::Command>>,
    /// The requests that have had no answer.
    owed: BTreeSet<Text>,
    words: Vec<String>,
}

const LINK: ConnectionId = ConnectionId(1);
/// The first port of a station.
const FIRST_STATION: u16 = 24;

impl Floor {
    /// A house with so many ports, on each of which there is a party that hears nobody, and with the stations 24
    /// and 25, which can ring.
    #[must_use]
    pub fn new(parties: u16, disk: Disk) -> Self {
        Self::of(parties, disk, None)
    }

    /// The same for a media engine that carries out what it is told: [`Floor::commands`].
    #[must_use]
    pub fn with_engine(parties: u16) -> Self {
        Self::of(parties, Disk::Prompt, Some(Vec::new()))
    }

    fn of(parties: u16, disk: Disk, engine: Option<Vec<sound::Command>>) -> Self {
        let house = Settings {
            trunks: vec![Trunk::new("carrier", 1..=parties)],
            agents: vec![Agent::new(FIRST_STATION..=FIRST_STATION + 1)],
            ..settings()
        };
        let mut floor = Self {
            switch: Switch::new(house),
            now: epoch(),
            ears: Ears::default(),
            disk,
            parties: BTreeMap::new(),
            dialled: None,
            rung: BTreeMap::new(),
            plays: BTreeMap::new(),
            asked: VecDeque::new(),
            hung_up: VecDeque::new(),
            made: VecDeque::new(),
            stopped: VecDeque::new(),
            msgids: 0,
            arrivals: 0,
            engine,
            owed: BTreeSet::new(),
            words: Vec::new(),
        };
        floor.feed(lines::input("link 1 up"));
        floor.feed(lines::input("link 1: INIT_LINK/INFO MSGID=1"));
        for station in [24, 25] {
            floor.feed(lines::input(&format!("station {station} up")));
        }
        for _ in 0..parties {
            floor.act(Act::Dial);
        }
        floor
    }

    /// Lets something happen, and gives back the last word of each answer and each port that was told to be
    /// disconnected, in order.
    ///
    /// # Panics
    /// When a request has more than one answer, or a prompt disk leaves one without any.
    pub fn act(&mut self, act: Act) -> String {
        self.words.clear();
        self.msgids += 1;
        let msgid = Text::from(format!("M{}", self.msgids));
        match act.request(msgid.clone()) {
            Some(request) => {
                self.owed.insert(msgid);
                self.feed(Input::Request { connection: LINK, request });
            }
            None => self.happen(act),
        }
        if let Some(leg) = self.dialled {
            self.feed(Input::Signal(signal::Event::Answered { leg, media: lines::media() }));
            self.dialled = None;
        }
        self.settle();
        self.words.join(", ")
    }

    /// Lets the media engine tell something, and gives back the words as [`Floor::act`] does.
    pub fn told(&mut self, event: sound::Event) -> String {
        self.words.clear();
        self.feed(Input::Sound(event));
        self.settle();
        self.words.join(", ")
    }

    /// What the media engine was told since this was asked last, for one that there is.
    pub fn commands(&mut self) -> Vec<sound::Command> {
        self.engine.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// The leg of the party on this port.
    #[must_use]
    pub fn leg(&self, port: u16) -> Option<LegId> {
        self.parties.get(&port).copied()
    }

    fn happen(&mut self, act: Act) {
        let leg = |own| self.parties.get(&own).copied();
        match act {
            Act::Gone(own) => {
                if let Some(leg) = leg(own) {
                    self.ended(leg, Side::Network);
                }
            }
            Act::Away(own, direction) => {
                if let Some(leg) = leg(own) {
                    let media = sound::Media { direction, ..lines::media() };
                    self.feed(Input::Signal(signal::Event::Renegotiated { leg, media }));
                }
            }
            Act::Played(own) => {
                if let Some((leg, play)) = leg(own).and_then(|leg| Some((leg, self.plays.remove(&leg)?))) {
                    let end = PlayEnd::Finished;
                    self.feed(Input::Sound(sound::Event::PlayEnded { leg, play, end }));
                }
            }
            Act::Answers(own) => {
                if let Some(leg) = self.rung.remove(&own) {
                    self.parties.insert(own, leg);
                    self.feed(Input::Signal(signal::Event::Answered { leg, media: lines::media() }));
                }
            }
            Act::Declines(own, cause) => {
                if let Some(leg) = self.rung.remove(&own) {
                    let end = End { by: Side::Network, cause, status: None, q850: None };
                    self.feed(Input::Signal(signal::Event::Ended { leg, end }));
                }
            }
            Act::Refer(own, number) => {
                if let Some(leg) = leg(own) {
                    let to = Referral::Number(number.to_string());
                    self.feed(Input::Signal(signal::Event::Referred { leg, to }));
                }
            }
            Act::ReferTo(own, other) => {
                if let Some((leg, other)) = leg(own).zip(leg(other)) {
                    let to = Referral::Leg(other);
                    self.feed(Input::Signal(signal::Event::Referred { leg, to }));
                }
            }
            Act::Replace(own) => {
                if let Some(gone) = leg(own) {
                    self.replace(own, gone);
                }
            }
            Act::Leaves(own) => self.feed(lines::input(&format!("station {own} down"))),
            Act::Found => self.found(),
            _ => {}
        }
    }

    fn replace(&mut self, own: u16, gone: LegId) {
        self.arrivals += 1;
        let leg = LegId::arrived(self.arrivals);
        let is_station = own >= FIRST_STATION;
        let line = if is_station { Line::Station(StationId(own)) } else { Line::Trunk(TrunkId(0)) };
        let arrived = Arrived {
            leg,
            line: Some(line),
            dnis: "100".into(),
            ani: "301".into(),
            redirecting: String::new(),
            replaces: Some(gone),
        };
        self.feed(Input::Signal(signal::Event::Arrived(arrived)));
        if !self.hung_up.contains(&leg) {
            self.parties.insert(own, leg);
            self.feed(Input::Signal(signal::Event::Answered { leg, media: lines::media() }));
        }
    }

    /// What follows of itself: the network ends what is hung up, the disk answers.
    fn settle(&mut self) {
        loop {
            if let Some(leg) = self.hung_up.pop_front() {
                self.ended(leg, Side::Us);
            } else if let Some(record) = self.made.pop_front() {
                self.feed(Input::Made { record, result: Ok(()) });
            } else if let Some(record) = self.stopped.pop_front() {
                let (end, length) = (RecordEnd::Stopped, std::time::Duration::ZERO);
                self.feed(Input::Sound(sound::Event::Recorded { record, end, length }));
            } else if self.disk == Disk::Prompt && !self.asked.is_empty() {
                self.found();
            } else {
                return;
            }
        }
    }

    fn ended(&mut self, leg: LegId, by: Side) {
        let end = End { by, cause: Cause::Normal, status: None, q850: None };
        self.parties.retain(|_, party| *party != leg);
        self.rung.retain(|_, rings| *rings != leg);
        self.feed(Input::Signal(signal::Event::Ended { leg, end }));
    }

    fn found(&mut self) {
        let Some((ticket, sought)) = self.asked.pop_front() else { return };
        let clip = |sought: &Sought| match sought {
            Sought::File(name) => FILES.iter().find(|(file, _)| name == *file),
            Sought::Prompt(_) => None,
        };
        let files = sought.iter().map(|sought| {
            let (_, samples) = clip(sought).ok_or_else(|| Missing("no such file".into()))?;
            Ok(Clip { samples: vec![0; *samples].into() })
        });
        let files = files.collect();
        self.feed(Input::Found { ticket, files });
    }

    fn feed(&mut self, input: Input) {
        self.ears.tell(&input);
        let mut out = Vec::new();
        self.switch.handle(self.now, input, &mut out);
        for output in out {
            self.ears.take(&output);
            if let (Some(engine), Output::Sound(command)) = (&mut self.engine, &output) {
                engine.push(command.clone());
            }
            match output {
                Output::Signal(signal::Command::Dial(signal::Dial { leg, to, .. })) => match to {
                    Callee::Number { .. } => self.dialled = Some(leg),
                    Callee::Station(station) => drop(self.rung.insert(station.0, leg)),
                },
                Output::Send { message, .. } => self.hear(&message),
                Output::Find { ticket, sought } => self.asked.push_back((ticket, sought)),
                Output::Make { record, .. } => self.made.push_back(record),
                Output::Signal(signal::Command::HangUp { leg, .. }) => self.hung_up.push_back(leg),
                Output::Signal(signal::Command::TellTransfer { progress, .. }) => {
                    self.words.push(format!("{progress:?}"));
                }
                Output::Sound(sound::Command::StopRecord { record, .. }) => self.stopped.push_back(record),
                Output::Sound(sound::Command::Play { leg, play, .. }) => {
                    self.plays.insert(leg, play);
                }
                _ => {}
            }
        }
    }

    /// An application's part: it counts its answers.
    fn hear(&mut self, message: &Message) {
        use Message as M;
        let word = match message {
            M::PatchPortsResponse(m) => m.status.text(Spelling::Memorandum),
            M::PatchPortsTermination(m) => m.event.text(Spelling::Memorandum),
            M::TearPatchResponse(m) => m.status.text(Spelling::Memorandum),
            M::TearPatchTermination(m) => m.event.text(Spelling::Memorandum),
            M::MuteResponse(m) => m.status.text(Spelling::Memorandum),
            M::HoldResponse(m) => m.status.text(Spelling::Memorandum),
            M::AgentTransferResponse(m) => m.status.text(Spelling::Memorandum),
            M::BargeInResponse(m) => m.status.text(Spelling::Memorandum),
            M::BargeOutResponse(m) => m.status.text(Spelling::Memorandum),
            M::AppTrunkDisconnectResponse(m) => m.status.text(Spelling::Memorandum),
            M::NetworkTrunkDisconnect(m) => {
                return self.words.push(format!("told {}", m.trunk_port.text()));
            }
            M::DialoutTermination(m) => {
                if let Some((leg, own)) = self.dialled.zip(m.trunk_port.number()) {
                    self.parties.insert(own as u16, leg);
                }
                m.event.text(Spelling::Memorandum)
            }
            M::DialoutResponse(_) | M::InitLinkResponse(_) => return,
            // What a play or a recording says: its words, for people to read.
            other => {
                let line = lines::message(other);
                let last = line.rsplit(['=', ' ']).next().unwrap_or_default();
                self.owed.remove(other.msgid());
                return self.words.push(last.to_owned());
            }
        };
        assert!(self.owed.remove(message.msgid()), "one answer and no more: {message:?}");
        self.words.push(word.to_owned());
    }

    /// Who hears whom.
    #[must_use]
    pub fn matrix(&self) -> Matrix {
        let port = |leg: &LegId| self.parties.iter().find(|(_, party)| *party == leg).map(|(&own, _)| own);
        let hears = |(&own, &leg): (&u16, &LegId)| {
            let hears = match self.ears.heard(leg)? {
                Heard::Voices(of) => {
                    let mut ports: Vec<u16> = of.iter().filter_map(port).collect();
                    ports.sort_unstable();
                    Hears::Voices(ports)
                }
                Heard::Play(samples) => Hears::File(FILES.iter().find(|(_, n)| *n == samples)?.0),
            };
            Some((own, hears))
        };
        Matrix(self.parties.iter().filter_map(hears).collect())
    }

    /// The ports on which there is a party.
    #[must_use]
    pub fn parties(&self) -> Vec<u16> {
        self.parties.keys().copied().collect()
    }

    /// Whether nobody is joined with anybody.
    #[must_use]
    pub fn is_apart(&self) -> bool {
        self.switch.joined() == 0
    }

    /// How many requests have had no answer.
    #[must_use]
    pub fn owed(&self) -> usize {
        self.owed.len()
    }

    /// The look at the disk that waits for its answer longest is for this many.
    #[must_use]
    pub fn looks(&self) -> usize {
        self.asked.len()
    }

    /// That nothing is left of calls that are over: as many legs, ports and members of bridges as parties.
    ///
    /// # Panics
    /// When something is.
    pub fn must_be_tidy(&self) {
        let parties = self.parties.len();
        assert_eq!(self.ears.open(), parties, "a leg is open without a party");
        assert_eq!(
            self.switch.legs().count(),
            parties + self.rung.len(),
            "a port has a call without a party"
        );
        assert!(self.switch.joined() <= parties, "a bridge has members without a party");
    }
}
