//! Ten thousand dial-outs through three carriers that fail, fall silent and go down, by applications and for
//! agents that come and go: every one is answered once and ended as often as it should be, and neither a port
//! nor an agent is lost.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use control::{
    Agent, Campaign, ConnectionId, Doing, Input, Missing, Output, PortState, Rules, Settings, Ticket, Trunk,
};
use edge::signal::{self, Arrived, Callee, Cause, Command, End, Side};
use edge::sound::{self, Clip, PlayEnd};
use edge::{LegId, Line, PlayId, TrunkId};
use protocol::{
    DialPatchEvent, DialPatchStatus, DialoutEvent, DialoutIvrStatus, DialoutStatus, Message, Text,
};
use sim::history::Dice;
use sim::transcript::House;
use sim::{lines, settings};

const DIALS: u64 = 10_000;
/// What the carriers say, in the measure in which they say it.
const ENDS: [Cause; 12] = [
    Cause::NoCircuit,
    Cause::NoCircuit,
    Cause::NoCircuit,
    Cause::NoCircuit,
    Cause::NoRoute,
    Cause::NoRoute,
    Cause::Unauthorized,
    Cause::Busy,
    Cause::NoAnswer,
    Cause::Unallocated,
    Cause::Rejected,
    Cause::Incompatible,
];

fn house() -> Settings {
    let mut settings = settings();
    let trunk =
        |name: &str, ports, priority, hourly_cap| Trunk { priority, hourly_cap, ..Trunk::new(name, ports) };
    settings.trunks = vec![
        trunk("first", 1..=12, 1, None),
        trunk("second", 13..=18, 1, Some(1_500)),
        trunk("last", 19..=24, 2, None),
    ];
    settings.trunks[1].rules = Rules { allow: Vec::new(), deny: vec!["29".into()] };
    settings.agents = vec![
        Agent::new(31..=36),
        Agent { nailed_up: true, ring: Duration::from_secs(10), ..Agent::new(37..=40) },
    ];
    settings.dialling.calls_per_second = 50;
    settings.dialling.rules.deny = vec!["1900".into()];
    settings.campaigns = vec![Campaign {
        name: "SLOW".into(),
        ports: Some(9..=15),
        calls_per_second: Some(4),
        hourly_cap: Some(800),
        ..Campaign::default()
    }];
    settings
}

/// What a dial-out is owed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Debt {
    Response { message: bool },
    Outcome { message: bool },
    Eof,
}

/// A leg, as the network and the engine know it.
#[derive(Debug)]
struct Leg {
    /// The number dialled, or the station called.
    number: String,
    line: Line,
    answered: bool,
    hung_up: bool,
    over: bool,
    /// Whether the network's word on it is lost, from now on.
    deaf: bool,
    play: Option<PlayId>,
    /// Whether the engine has still to tell who answered.
    judging: bool,
}

/// What there is most of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Mix {
    /// Carriers that do not take their calls.
    Carriers,
    /// Agents whom people who answer are connected with.
    Agents,
}

struct World {
    mix: Mix,
    house: House,
    dice: Dice,
    links: Vec<u64>,
    next_link: u64,
    dials: u64,
    arrivals: u64,
    /// By connection and message id.
    owed: BTreeMap<(u64, Text), Debt>,
    legs: BTreeMap<LegId, Leg>,
    looks: BTreeMap<Ticket, usize>,
    /// Legs whose network is not done with them.
    alive: BTreeSet<LegId>,
    /// Whom each leg hears.
    bridged: BTreeMap<LegId, LegId>,
    seen: Seen,
    trail: VecDeque<String>,
}

/// What happened often enough to mean something.
#[derive(Default, Debug)]
struct Seen {
    accepted: u64,
    refused: u64,
    barred: u64,
    connected: u64,
    moved: u64,
    lost: u64,
    deaf: u64,
    /// Dial-outs whose outcome was heard.
    by_ear: u64,
    /// Those of which it was told who answered.
    judged: u64,
    /// Stations called.
    summoned: u64,
    /// Parties connected with an agent of several, with the one asked for, and let go because he was not to be
    /// had.
    attended: u64,
    patched: u64,
    agents_busy: u64,
}

impl World {
    fn step(&mut self) {
        match self.dice.below(100) {
            0..=11 => self.dial(),
            12..=18 if self.mix == Mix::Carriers => self.dial(),
            12..=74 => self.network(),
            75..=83 => self.engine(),
            84..=87 => self.disk(),
            88..=91 => self.disconnect(),
            92 if self.mix == Mix::Carriers || self.dice.below(8) == 0 => self.trunk(),
            92 => self.agent(),
            93 => self.arrive(),
            94 if self.mix == Mix::Carriers || self.dice.below(8) == 0 => self.connect_or_break(),
            _ => {
                let time = Duration::from_millis(self.dice.below(3000));
                let out = self.house.wait(time);
                self.note(format!("> wait {time:?}"));
                self.take(out);
            }
        }
        self.check_ports();
    }

    fn dial(&mut self) {
        let Some(&link) = self.dice.one(&self.links.clone()) else { return self.connect_or_break() };
        self.dials += 1;
        let n = self.dials;
        // A number is dialled once, so that its legs are known by it.
        let number = match self.dice.below(20) {
            0 => format!("1900{n:06}"),
            1 => "911".to_owned(),
            2 => format!("29{n:08}"),
            _ => format!("20{n:08}"),
        };
        let root = if self.dice.below(3) == 0 { "DIALOUT_IVR" } else { "DIALOUT" };
        let message = self.dice.below(3) == 0;
        let file = if message { " LIVEMESSAGE=M.VOX" } else { "" };
        let mode = if self.dice.below(2) == 0 { "BLIND" } else { "SUPERVISED" };
        let campaign = if self.dice.below(5) == 0 { " CAMPID=Slow" } else { "" };
        let msgid = Text::from(format!("M{n:06}"));
        if self.mix == Mix::Agents && self.dice.below(4) == 0 {
            let agent = 31 + self.dice.below(10);
            self.owed.insert((link, msgid), Debt::Response { message: false });
            return self.feed(&format!(
                "link {link}: DIAL_PATCH/INFO MSGID=M{n:06} AGENT_PORT={agent} DNIS={number}"
            ));
        }
        let agents = match self.mix {
            Mix::Carriers => "",
            Mix::Agents => self
                .dice
                .one(&[" AGENTS=31-40", " AGENTS=31,33-34", " AGENTS=36-38"])
                .expect("there are some"),
        };
        self.owed.insert((link, msgid), Debt::Response { message });
        self.feed(&format!(
            "link {link}: {root}/DIAL MSGID=M{n:06} DNIS={number} RINGS=2 MODE={mode}{file}{campaign}{agents}"
        ));
    }

    /// Something happens to a leg in the network, unless the word of it is lost.
    fn network(&mut self) {
        let alive: Vec<LegId> = self.alive.iter().copied().collect();
        let Some(&leg) = self.dice.one(&alive) else { return };
        let cause = *self.dice.one(&ENDS).expect("there are some");
        let (roll, lost) = (self.dice.below(10), self.dice.below(100) == 0);
        let Some(state) = self.legs.get_mut(&leg) else { return };
        if lost && !state.deaf {
            state.deaf = true;
            self.seen.deaf += 1;
        }
        if state.deaf {
            return;
        }
        let by = if state.hung_up { Side::Us } else { Side::Network };
        let cause = if state.answered { Cause::Normal } else { cause };
        let end = signal::Event::Ended { leg, end: End { by, cause, status: None, q850: None } };
        let event = match roll {
            0 if !state.answered => signal::Event::Ringing { leg },
            1 if !state.answered => signal::Event::EarlyMedia { leg, media: lines::media() },
            2..=3 if !state.answered => {
                state.answered = true;
                signal::Event::Answered { leg, media: lines::media() }
            }
            4..=8 if !state.answered && self.mix == Mix::Agents => {
                state.answered = true;
                signal::Event::Answered { leg, media: lines::media() }
            }
            // Agents stay.
            4..=8 if state.answered && !state.hung_up && state.line.trunk().is_none() => return,
            _ => end,
        };
        if matches!(event, signal::Event::Ended { .. }) {
            self.alive.remove(&leg);
        }
        self.happen(Input::Signal(event));
    }

    fn engine(&mut self) {
        let open: Vec<LegId> = self.legs.iter().filter(|(_, leg)| !leg.over).map(|(&id, _)| id).collect();
        let Some(&leg) = self.dice.one(&open) else { return };
        let lost = self.dice.below(30) == 0;
        let Some(state) = self.legs.get_mut(&leg) else { return };
        let event = match state.play.take() {
            Some(play) => sound::Event::PlayEnded { leg, play, end: PlayEnd::Finished },
            None if std::mem::take(&mut state.judging) => {
                let verdict = *self.dice.one(&lines::VERDICTS).expect("there are some");
                self.seen.judged += 1;
                sound::Event::Judged { leg, verdict }
            }
            None if lost => sound::Event::Silent { leg },
            None => {
                let sign = *self.dice.one(&lines::SIGNS).expect("there are some");
                sound::Event::Heard { leg, sign }
            }
        };
        self.happen(Input::Sound(event));
    }

    fn disk(&mut self) {
        let Some((ticket, count)) = self.looks.pop_first() else { return };
        let missing = self.dice.below(10) == 0;
        let file = || {
            if missing { Err(Missing("gone".into())) } else { Ok(Clip { samples: [0; 160].into() }) }
        };
        self.happen(Input::Found { ticket, files: (0..count).map(|_| file()).collect() });
    }

    fn disconnect(&mut self) {
        let port = 1 + self.dice.below(40);
        if let Some(&link) = self.dice.one(&self.links.clone()) {
            self.feed(&format!("link {link}: APP_TRUNK_DISCONNECT/INFO MSGID=D TRUNK_PORT={port}"));
        }
    }

    /// An agent, or his telephone, comes or goes.
    fn agent(&mut self) {
        let agent = 31 + self.dice.below(10);
        let Some(&link) = self.dice.one(&self.links.clone()) else { return };
        match self.dice.below(12) {
            0 => self.feed(&format!("station {agent} down")),
            1..=6 => self.feed(&format!("station {agent} up")),
            7 => self.feed(&format!("link {link}: AGENT_LOGOUT/INFO MSGID=A AGENT_NO={agent}")),
            8..=10 => {
                self.feed(&format!("link {link}: AGENT_LOGIN/INFO MSGID=A AGENT_NO={agent} MODE=BLENDED"));
            }
            _ => self.feed(&format!("link {link}: AGENT_LOGIN/INFO MSGID=A AGENT_NO={agent} MODE=BUSY")),
        }
    }

    fn trunk(&mut self) {
        let (trunk, state) = (self.dice.below(3), if self.dice.below(3) == 0 { "down" } else { "up" });
        self.feed(&format!("trunk {trunk} {state}"));
    }

    /// A call comes in at the moment that others go out: nothing is promised to it that they have.
    fn arrive(&mut self) {
        self.arrivals += 1;
        let leg = LegId::arrived(self.arrivals);
        let free = self.busy().len();
        self.happen(Input::Signal(signal::Event::Arrived(Arrived {
            leg,
            line: Some(Line::Trunk(TrunkId(0))),
            dnis: "7322901900".into(),
            ani: String::new(),
            redirecting: String::new(),
            replaces: None,
        })));
        self.promise(self.busy().len() == free, "an arriving call takes no port");
        let end = End { by: Side::Us, cause: Cause::NoAnswer, status: Some(480), q850: None };
        self.happen(Input::Signal(signal::Event::Ended { leg, end }));
    }

    fn connect_or_break(&mut self) {
        if self.links.len() < 3 {
            self.next_link += 1;
            self.links.push(self.next_link);
            return self.feed(&format!("link {} up", self.next_link));
        }
        let link = self.links.remove(self.dice.below(3) as usize);
        self.owed.retain(|(of, _), _| *of != link);
        self.seen.lost += 1;
        self.feed(&format!("link {link} down"));
    }

    fn feed(&mut self, line: &str) {
        self.note(format!("> {line}"));
        let out = self.house.handle(lines::input(line));
        self.take(out);
    }

    fn happen(&mut self, input: Input) {
        self.note(format!("> {input:?}"));
        let out = self.house.handle(input);
        self.take(out);
    }

    fn take(&mut self, out: Vec<Output>) {
        for output in out {
            self.note(format!("< {}", lines::output(&output)));
            match output {
                Output::Send { connection, message, .. } => self.told(connection, &message),
                Output::Find { ticket, sought } => drop(self.looks.insert(ticket, sought.len())),
                Output::Signal(Command::Dial(dial)) => self.dialled(dial),
                Output::Signal(Command::HangUp { leg, cause }) if !leg.is_arrived() => {
                    if let Some(state) = self.legs.get_mut(&leg) {
                        state.hung_up = true;
                        let by_ear = matches!(cause, Cause::Busy | Cause::NoCircuit | Cause::Unallocated);
                        self.seen.by_ear += u64::from(by_ear && !state.answered);
                    }
                }
                Output::Sound(sound::Command::Play { leg, play, .. }) => {
                    self.legs.get_mut(&leg).expect("a leg that was dialled").play = Some(play);
                }
                Output::Sound(sound::Command::Judge { leg, .. }) => {
                    self.legs.get_mut(&leg).expect("a leg that was dialled").judging = true;
                }
                Output::Record(cdr) if cdr.leg.is_arrived() => {}
                Output::Sound(sound::Command::Hear { leg, of }) => {
                    self.promise(of.len() <= 1, "two talk with each other, and no third");
                    self.bridged.remove(&leg);
                    self.bridged.extend(of.first().map(|&heard| (leg, heard)));
                }
                Output::Sound(sound::Command::Close { leg }) => drop(self.bridged.remove(&leg)),
                Output::Record(cdr) if cdr.port.is_none() => self.seen.barred += 1,
                Output::Record(cdr) => {
                    // A call that was taken back before its turn was never dialled.
                    if let Some(state) = self.legs.get_mut(&cdr.leg) {
                        let first = !std::mem::replace(&mut state.over, true);
                        self.promise(first, "a leg leaves one record");
                    }
                }
                _ => {}
            }
        }
    }

    fn dialled(&mut self, dial: signal::Dial) {
        let leg = dial.leg;
        let line = dial.to.line();
        let Callee::Number { trunk, number } = dial.to else {
            let number = line.to_string();
            let others = self.legs.values().filter(|leg| !leg.over && leg.number == number).count();
            self.promise(others == 0, "a station has one call at a time");
            self.seen.summoned += 1;
            return self.begin(leg, number, line);
        };
        let of_call = self.legs.iter().filter(|(_, leg)| leg.number == number);
        let before: Vec<bool> =
            of_call.map(|(id, leg)| !self.alive.contains(id) && leg.line != line).collect();
        let sound = before.iter().all(|over| *over) && before.len() < 4;
        self.seen.moved += u64::from(!before.is_empty());
        self.promise(sound, "a call is on one trunk at a time, on each once, on four in all");
        self.promise(!number.starts_with("1900") && number != "911", "what is barred is not dialled");
        self.promise(trunk != TrunkId(1) || !number.starts_with("29"), "a trunk's list holds");
        self.begin(leg, number, line);
    }

    fn begin(&mut self, leg: LegId, number: String, line: Line) {
        let state = Leg {
            number,
            line,
            answered: false,
            hung_up: false,
            over: false,
            deaf: false,
            play: None,
            judging: false,
        };
        self.promise(!self.legs.contains_key(&leg), "a leg is dialled once");
        self.legs.retain(|_, leg| !leg.over || leg.number == state.number);
        self.legs.insert(leg, state);
        self.alive.insert(leg);
    }

    fn told(&mut self, connection: ConnectionId, message: &Message) {
        let (msgid, word) = match message {
            Message::DialoutResponse(m) => (&m.msgid, Err(m.status == DialoutStatus::Success)),
            Message::DialoutIvrResponse(m) => (&m.msgid, Err(m.status == DialoutIvrStatus::Success)),
            Message::DialPatchResponse(m) => (&m.msgid, Err(m.status == DialPatchStatus::Success)),
            Message::DialoutTermination(m) => (&m.msgid, Ok((m.event, m.agent.is_some()))),
            Message::DialoutIvrTermination(m) => (&m.msgid, Ok((m.event, m.agent.is_some()))),
            Message::DialPatchTermination(m) => {
                self.seen.patched += u64::from(m.event == DialPatchEvent::Connected);
                self.seen.agents_busy += u64::from(m.event == DialPatchEvent::AgentBusy);
                (&m.msgid, Ok((DialoutEvent::Noans, false)))
            }
            _ => return,
        };
        if !self.links.contains(&connection.0) {
            return; // A word to a link that is gone.
        }
        let key = (connection.0, msgid.clone());
        let debt = self.owed.remove(&key);
        let next = match (debt, word) {
            (Some(Debt::Response { .. }), Err(false)) => {
                self.seen.refused += 1;
                None
            }
            (Some(Debt::Response { message }), Err(true)) => {
                self.seen.accepted += 1;
                Some(Debt::Outcome { message })
            }
            (Some(Debt::Outcome { message }), Ok((event, has_agent))) => {
                self.promise(event != DialoutEvent::Eof, "EOF follows CONNECT");
                let connected = event == DialoutEvent::Connect;
                self.seen.connected += u64::from(connected);
                self.seen.attended += u64::from(has_agent);
                (connected && message && !has_agent).then_some(Debt::Eof)
            }
            (Some(Debt::Eof), Ok((DialoutEvent::Eof, false))) => None,
            _ => return self.promise(false, &format!("{debt:?} is owed, and no more")),
        };
        self.owed.extend(next.map(|debt| (key, debt)));
    }

    fn busy(&self) -> Vec<u16> {
        let ports = self.house.switch.ports().filter(|port| port.state != PortState::Idle);
        ports.map(|port| port.own).collect()
    }

    /// Each busy port has a leg of its own, and each leg a port.
    fn check_ports(&self) {
        let legs: Vec<LegId> = self.house.switch.legs().collect();
        let each: BTreeSet<LegId> = legs.iter().copied().collect();
        self.promise(legs.len() == each.len() && legs.len() == self.busy().len(), "a port to each leg");
        let mutual = self.bridged.iter().all(|(leg, heard)| self.bridged.get(heard) == Some(leg));
        self.promise(mutual, "who hears is heard, by the same one");
    }

    /// The applications go, and with them every call.
    fn end(mut self) -> Seen {
        while !self.looks.is_empty() {
            self.disk();
        }
        self.feed("exit");
        // Whatever the network has not told by then, it never tells.
        let out = self.house.wait(Duration::from_secs(600));
        self.take(out);
        let owed = self.owed.iter().next().map(|(key, debt)| format!("{key:?} {debt:?}"));
        self.promise(owed.is_none(), &format!("every dial-out is answered and ended: {owed:?}"));
        self.promise(self.busy().is_empty(), "every port is free");
        let engaged = self.house.switch.agents().filter(|a| !matches!(a.doing, Doing::Idle | Doing::Away));
        self.promise(engaged.count() == 0, "no agent is engaged with nobody");
        self.promise(self.bridged.is_empty(), "nobody hears anybody");
        self.promise(self.legs.values().all(|leg| leg.over), "every leg left its record");
        self.seen
    }

    fn note(&mut self, line: String) {
        if self.trail.len() == 60 {
            self.trail.pop_front();
        }
        self.trail.push_back(line);
    }

    #[track_caller]
    fn promise(&self, kept: bool, promise: &str) {
        let trail = || self.trail.iter().map(String::as_str).collect::<Vec<_>>().join("\n");
        assert!(kept, "a promise was broken: {promise}\n{}", trail());
    }
}

/// Ten thousand dial-outs, and what was seen of them.
fn ten_thousand(mix: Mix, seed: u64) -> Seen {
    let mut world = World {
        mix,
        house: House::new(house()),
        dice: Dice::new(seed),
        links: Vec::new(),
        next_link: 0,
        dials: 0,
        arrivals: 0,
        owed: BTreeMap::new(),
        legs: BTreeMap::new(),
        looks: BTreeMap::new(),
        alive: BTreeSet::new(),
        bridged: BTreeMap::new(),
        seen: Seen::default(),
        trail: VecDeque::new(),
    };
    for station in 31..=40 {
        world.feed(&format!("station {station} up"));
    }
    while world.dials < DIALS {
        world.step();
    }
    world.end()
}

// The histories went where they should: each of these happened, and often.

#[test]
fn b045_ten_thousand_dial_outs_have_one_response_and_their_terminations() {
    let seen = ten_thousand(Mix::Carriers, 5);
    let enough = seen.accepted > 3_000
        && seen.connected > 300
        && seen.moved > 200
        && seen.barred > 500
        && seen.lost > 50
        && seen.deaf > 40
        && seen.by_ear > 20
        && seen.judged > 100
        && seen.refused > 500;
    assert!(enough, "{seen:?}");
}

#[test]
fn b046_ten_thousand_dial_outs_for_agents_lose_no_agent() {
    let seen = ten_thousand(Mix::Agents, 6);
    let enough = seen.accepted > 2_000
        && seen.connected > 500
        && seen.lost > 40
        && seen.deaf > 40
        && seen.summoned > 500
        && seen.attended > 100
        && seen.patched > 40
        && seen.agents_busy > 100;
    assert!(enough, "{seen:?}");
}
