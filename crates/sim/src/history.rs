//! Random histories: many applications and a network that do anything at any time, from one seed.
//!
//! After each input, and at the end, the promises of the house are checked: every request gets exactly
//! one RESPONSE, every accepted one exactly one last word, every leg one record, nothing of a leg
//! follows its end, every file that was made is recorded into or goes.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use control::{Agent, ConnectionId, Input, Mailbox, Missing, Output, Rules, Settings, Ticket, Trunk};
use edge::signal::{self, End, Referral, Side};
use edge::sound::{self, Clip, PlayEnd, RecordEnd, Sign, Signs, Verdict};
use edge::{Key, LegId, PlayId, RecordId};

use crate::lines::{self, CAUSES};
use crate::settings;
use crate::transcript::House;

/// A generator of numbers that is the same for the same seed on every machine (SplitMix64).
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// A generator for a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.roll() % n.max(1)
    }

    /// One of these.
    pub fn one<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        if of.is_empty() { None } else { of.get(self.below(of.len() as u64) as usize) }
    }
}

/// What is owed for a request: it was sent and not answered, or accepted and not ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Debt {
    Response,
    Termination { connected: bool },
}

/// What the network and the engine know of a leg.
#[derive(Clone, Debug, Default)]
struct Leg {
    /// Nobody can have answered it yet: it came in, and the house has not.
    unanswerable: bool,
    answered: bool,
    /// It has sound before its answer, or is to have it.
    early: bool,
    hung_up: bool,
    ended: bool,
    closed: bool,
    play: Option<PlayId>,
    /// Keys are being sent.
    pressing: bool,
    /// What the engine has still to tell of who answered.
    judging: Option<Judging>,
}

/// How far a judgement is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Judging {
    /// Who answered is not known.
    Verdict,
    /// A machine did, and its greeting is not over.
    Cue,
}

/// What the disk and the engine know of a recording.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Tape {
    /// Its file is to be made.
    Asked,
    /// Its file was made, and nobody has said what becomes of it.
    Made,
    /// It runs on these legs.
    Running(Vec<LegId>),
    /// It was told that it is over, was given up, or its file was never made.
    Over,
}

/// The other side of everything, and the ledger.
struct World {
    house: House,
    dice: Dice,
    links: BTreeSet<u64>,
    next_link: u64,
    next_msgid: u32,
    owed: BTreeMap<(u64, String), (String, Debt)>,
    legs: BTreeMap<LegId, Leg>,
    looks: BTreeMap<Ticket, usize>,
    notes: BTreeSet<Ticket>,
    tapes: BTreeMap<RecordId, Tape>,
    records: BTreeMap<LegId, u32>,
    /// Calls that came in.
    arrivals: u64,
    /// The RECEIVE_CALLs that links were sent, and that they have not answered.
    receive_calls: Vec<(u64, String)>,
    /// The ACCEPT_CALL under way on each port.
    accepting: BTreeMap<String, (u64, String)>,
    trail: Vec<String>,
}

/// Lives through `steps` random inputs from `seed`, then ends everything.
///
/// # Panics
/// When a promise is broken: with the seed, the promise and the last lines of the history.
pub fn live(seed: u64, steps: u32) {
    let mut mailboxes = settings().mailboxes;
    let hours =
        Mailbox { number: "100".into(), kind: 'E', greeting: Some("H".into()), ..mailboxes[0].clone() };
    mailboxes.push(hours);
    let rules = Rules { allow: vec!["301".into()], ..Rules::default() };
    let mut world = World {
        house: House::new(Settings {
            mailboxes,
            signs: Signs::from_iter([Sign::FastBusy, Sign::Noise]),
            // Two, so that a call which one does not take goes on on the other.
            trunks: vec![Trunk::new("carrier", 1..=2), Trunk { priority: 1, ..Trunk::new("spare", 3..=4) }],
            agents: vec![
                Agent { rules: rules.clone(), ..Agent::new(5..=6) },
                Agent { rules, nailed_up: true, ..Agent::new(7..=7) },
            ],
            ..settings()
        }),
        dice: Dice::new(seed),
        links: BTreeSet::new(),
        next_link: 0,
        next_msgid: 0,
        owed: BTreeMap::new(),
        legs: BTreeMap::new(),
        looks: BTreeMap::new(),
        notes: BTreeSet::new(),
        tapes: BTreeMap::new(),
        records: BTreeMap::new(),
        arrivals: 0,
        receive_calls: Vec::new(),
        accepting: BTreeMap::new(),
        trail: vec![format!("seed {seed}")],
    };
    for station in 5..=7 {
        world.feed(&format!("station {station} up"));
    }
    for _ in 0..steps {
        world.step();
    }
    world.end();
}

impl World {
    fn step(&mut self) {
        match self.dice.below(100) {
            0..=2 if self.links.len() < 4 => self.connect(),
            3 => self.drop_link(),
            4..=46 => self.ask(),
            47..=49 => self.arrive(),
            50..=74 => self.network(),
            75..=88 => self.engine(),
            89..=90 => self.tape(),
            91..=96 => self.disk(),
            _ => {
                let time = Duration::from_millis(self.dice.below(9000));
                self.trail.push(format!("> wait {time:?}"));
                let out = self.house.wait(time);
                self.take(out);
            }
        }
    }

    fn connect(&mut self) {
        self.next_link += 1;
        self.links.insert(self.next_link);
        self.feed(&format!("link {} up", self.next_link));
    }

    fn drop_link(&mut self) {
        let links: Vec<u64> = self.links.iter().copied().collect();
        if self.dice.below(4) == 0
            && let Some(&link) = self.dice.one(&links)
        {
            self.links.remove(&link);
            self.owed.retain(|(of, _), _| *of != link);
            self.feed(&format!("link {link} down"));
        }
    }

    /// A random request of a random application.
    fn ask(&mut self) {
        let links: Vec<u64> = self.links.iter().copied().collect();
        let Some(&link) = self.dice.one(&links) else { return self.connect() };
        self.next_msgid += 1;
        let msgid = format!("M{:05}", self.next_msgid);
        let port = self.dice.below(9);
        let body = match self.dice.below(30) {
            0 => "INIT_LINK/INFO".to_owned(),
            1 => "INIT_LINK/INFO DNIS=7322901900 PASS_CODE=2424".to_owned(),
            2 if self.dice.below(4) == 0 => "PAUSE_LINK/INFO".to_owned(),
            2 if self.dice.below(4) == 0 => "TERMINATE_LINK/INFO".to_owned(),
            2..=3 => "DIALOUT/DIAL DNIS=3014560100 MODE=BLIND".to_owned(),
            17 => "DIALOUT/DIAL DNIS=3014560100 AGENTS=5-7 MODE=BLIND".to_owned(),
            18 => format!("AGENT_LOGIN/INFO AGENT_NO={port} MODE=BLENDED"),
            19 if self.dice.below(4) == 0 => format!("AGENT_LOGOUT/INFO AGENT_NO={port}"),
            4 => "DIALOUT_IVR/DIAL DNIS=3014560100 LIVEMESSAGE=M.VOX VAR1=x MODE=BLIND".to_owned(),
            5 => "DIALOUT/DIAL DNIS=3014560100 LIVEMESSAGE=M.VOX RINGS=1 MODE=SUPERVISED".to_owned(),
            6 => "DIALOUT/DIAL DNIS=3014560100 LIVEMESSAGE=M.VOX ANSMESSAGE=N.VOX MODE=SUPERVISED".to_owned(),
            7 => "DIALOUT/DIAL DNIS=3 MODE=BLIND".to_owned(),
            8..=12 => self.voice_request(port),
            13..=15 => self.stop_request(port),
            16 => format!("APP_TRUNK_DISCONNECT/INFO TRUNK_PORT={port}"),
            20..=25 => self.switching_request(port),
            26 => format!("ACCEPT_CALL/INFO TRUNK_PORT={port}"),
            27 => format!("DECLINE_CALL/INFO TRUNK_PORT={port} CAUSE_CODE=USER_BUSY"),
            28 => format!("HANDLE_INBOUND_CALL/INFO DNIS=100 TRUNK_PORT={port}"),
            29 => return self.answer_receive_call(),
            _ => format!("APP_TRUNK_STATUS/INFO TRUNK_PORT={port}"),
        };
        let root = body.split('/').next().unwrap_or_default().to_owned();
        self.owed.insert((link, msgid.clone()), (root, Debt::Response));
        self.feed(&format!("link {link}: {body} MSGID={msgid}"));
    }

    /// A call comes in, now and then for nobody.
    fn arrive(&mut self) {
        self.arrivals += 1;
        let leg = LegId::arrived(self.arrivals);
        let up: Vec<LegId> =
            self.legs.iter().filter(|(_, l)| l.answered && !l.ended).map(|(&id, _)| id).collect();
        self.legs.insert(leg, Leg { unanswerable: true, ..Leg::default() });
        let station = 5 + self.dice.below(3);
        match self.dice.below(6) {
            0..=1 => {
                let number =
                    self.dice.one(&["5", "6", "7", "3014560100", "999"]).copied().unwrap_or_default();
                return self.feed(&format!("{leg} arrived {number} from {station} on station-{station}"));
            }
            2 => {
                if let Some(replaced) = self.dice.one(&up).copied() {
                    let lines = [format!("station-{station}"), "trunk-0".into(), "trunk-1".into()];
                    let line = self.dice.one(&lines).cloned().unwrap_or_default();
                    return self.feed(&format!("{leg} arrived 5 from 301 on {line} replacing {replaced}"));
                }
            }
            _ => {}
        }
        let number = self.dice.one(&["7322901900", "7322901900", "7322901901", "100", "999"]).copied();
        let trunk = self.dice.below(2);
        self.feed(&format!("{leg} arrived {} from 301 on trunk-{trunk}", number.unwrap_or_default()));
    }

    /// An application says what is to be done with a call; its answer has none itself.
    fn answer_receive_call(&mut self) {
        if self.receive_calls.is_empty() {
            return;
        }
        let (link, msgid) =
            self.receive_calls.remove(self.dice.below(self.receive_calls.len() as u64) as usize);
        let status = [
            "DISCONNECT",
            "PLAY PLAY_FILE=A",
            "PLAY",
            "RECORD RECORD_FILE=A.VOX",
            "ACCEPT",
            "TRANSFER AGENT_NO=3",
            "NONSENSE",
        ];
        let status = self.dice.one(&status).copied().unwrap_or_default();
        if self.links.contains(&link) {
            self.feed(&format!("link {link}: RECEIVE_CALL/RESPONSE MSGID={msgid} STATUS={status}"));
        }
    }

    /// A random request for a voice channel.
    fn voice_request(&mut self, port: u64) -> String {
        let other = self.dice.below(9);
        match self.dice.below(10) {
            0..=1 => format!("PLAY_VOICE_FILE/INFO TRUNK_PORT={port} FILE1=A FILE2=B MODE=INTERRUPTABLE"),
            2 => format!("PLAY_VOICE_FILE/INFO TRUNK_PORT={port} FILE1=A MODE=UNINTCOLLECTDIG"),
            3 => format!("PLAY_NUMBER/INFO TRUNK_PORT={port} NUMBER=2.5 MODE=INTERRUPTABLE FORMAT=DECIMAL"),
            4 => format!("RECORD_VOICE_FILE/INFO TRUNK_PORT={port} FILE_NAME=A.VOX"),
            5 => format!("RECORD_VOICE_FILE/INFO TRUNK_PORT={port} FILE_NAME=A.WAV TERM_CODE=SILENCE"),
            6..=7 => {
                format!("RECORD_TWO_WAY_VOICE/INFO TRUNK_PORT1={port} TRUNK_PORT2={other} FILE_NAME=T.VOX")
            }
            8 => format!("DTMF_RECEIVE/INFO TRUNK_PORT={port} NUMBER_OF_DIGITS=2"),
            _ => format!("DTMF_GENERATE/INFO TRUNK_PORT={port} DTMF_STRING=1,2"),
        }
    }

    /// A random request about who hears whom.
    fn switching_request(&mut self, port: u64) -> String {
        let other = self.dice.below(9);
        let of = |dice: &mut Dice, words: &[&'static str]| dice.one(words).copied().unwrap_or_default();
        match self.dice.below(12) {
            0..=3 => format!("PATCH_PORTS/INFO TRUNK_PORT1={port} TRUNK_PORT2={other}"),
            4 => format!("TEAR_PATCH/INFO TRUNK_PORT1={port} TRUNK_PORT2={other}"),
            5 => format!("MUTE/INFO AGENT_PORT={port} MODE={}", of(&mut self.dice, &["ON", "OFF"])),
            6..=7 => {
                let mode = of(&mut self.dice, &["ON", "ON", "CANCEL"]);
                format!("HOLD/INFO AGENT_PORT={port} ON_HOLD_FILE=H MODE={mode}")
            }
            8..=9 => {
                let mode = of(&mut self.dice, &["INITIATE", "BLIND", "ACCEPT", "CANCEL"]);
                let ports = format!("SOURCE_AGENT_PORT={port} DESTINATION_AGENT_PORT={other}");
                format!("AGENT_TRANSFER/INFO {ports} ON_HOLD_FILE=H MODE={mode}")
            }
            10 => {
                let mode = of(&mut self.dice, &["COACH", "MONITOR", "FULL"]);
                format!("BARGE_IN/INFO SUPERVISOR_PORT={port} AGENT_PORT={other} MODE={mode}")
            }
            _ => format!("BARGE_OUT/INFO SUPERVISOR_PORT={port} AGENT_PORT={other}"),
        }
    }

    /// A random request to stop something.
    fn stop_request(&mut self, port: u64) -> String {
        match self.dice.below(4) {
            0 => format!("STOP_PLAY_VOICE_FILE/INFO TRUNK_PORT={port}"),
            1 => format!("STOP_RECORD_VOICE_FILE/INFO TRUNK_PORT={port}"),
            2 => format!("STOP_RECORD_VOICE_FILE/INFO TRUNK_PORT={port} OPTION=STAS"),
            _ => format!("STOP_RECORD_TWO_WAY_VOICE/INFO TRUNK_PORT={port}"),
        }
    }

    /// A random event of a leg that the network knows.
    fn network(&mut self) {
        let alive: Vec<LegId> = self.legs.iter().filter(|(_, l)| !l.ended).map(|(&id, _)| id).collect();
        let Some(&leg) = self.dice.one(&alive) else { return };
        let state = self.legs.get(&leg).cloned().unwrap_or_default();
        let cause = *self.dice.one(&CAUSES).unwrap_or(&CAUSES[0]);
        let by = if state.hung_up { Side::Us } else { Side::Network };
        let ended = signal::Event::Ended { leg, end: End { by, cause, status: None, q850: None } };
        let event = match self.dice.below(8) {
            0..=1 if !state.answered && !state.unanswerable => signal::Event::Ringing { leg },
            2..=4 if !state.answered && !state.unanswerable => {
                signal::Event::Answered { leg, media: lines::media() }
            }
            5 if !state.answered && (!state.unanswerable || state.early) => {
                signal::Event::EarlyMedia { leg, media: lines::media() }
            }
            5 if state.answered => signal::Event::Renegotiated { leg, media: lines::media() },
            6 => ended,
            _ if state.hung_up => ended,
            7 if state.answered => signal::Event::Referred { leg, to: self.referral() },
            _ => return,
        };
        if let Some(state) = self.legs.get_mut(&leg) {
            state.answered |= matches!(event, signal::Event::Answered { .. });
            state.early |= matches!(event, signal::Event::EarlyMedia { .. });
            state.ended |= matches!(event, signal::Event::Ended { .. });
        }
        self.happen(Input::Signal(event));
    }

    /// Whom a telephone would like somebody to be connected with.
    fn referral(&mut self) -> Referral {
        let legs: Vec<LegId> = self.legs.iter().filter(|(_, l)| !l.ended).map(|(&id, _)| id).collect();
        let numbers = ["5", "6", "7", "3014560100", "999"];
        match self.dice.one(&legs).copied().filter(|_| self.dice.below(2) == 0) {
            Some(leg) => Referral::Leg(leg),
            None => Referral::Number(self.dice.one(&numbers).copied().unwrap_or_default().to_owned()),
        }
    }

    /// A random event of the media engine.
    fn engine(&mut self) {
        let open: Vec<LegId> = self.legs.iter().filter(|(_, l)| !l.closed).map(|(&id, _)| id).collect();
        let Some(&leg) = self.dice.one(&open) else { return };
        let key = Key::from_event(self.dice.below(16) as u8).unwrap_or_else(|| panic!("below 16"));
        let event = match self.legs.get(&leg).and_then(|l| l.play) {
            Some(play) => {
                let end = match self.dice.below(3) {
                    0 => PlayEnd::Finished,
                    1 => PlayEnd::Key(key),
                    _ => PlayEnd::Stopped,
                };
                if let Some(state) = self.legs.get_mut(&leg) {
                    state.play = None;
                }
                sound::Event::PlayEnded { leg, play, end }
            }
            None if self.legs.get(&leg).is_some_and(|l| l.pressing) => {
                self.legs.entry(leg).or_default().pressing = false;
                sound::Event::KeysSent { leg }
            }
            None if self.dice.below(2) == 0 && self.legs.get(&leg).is_some_and(|l| l.judging.is_some()) => {
                self.judge(leg)
            }
            None if self.dice.below(40) == 0 => sound::Event::Lost { leg, why: "history".into() },
            None if self.dice.below(40) == 0 => sound::Event::Silent { leg },
            None if self.dice.below(8) == 0 => {
                let sign = *self.dice.one(&lines::SIGNS).unwrap_or(&Sign::FastBusy);
                sound::Event::Heard { leg, sign }
            }
            None => sound::Event::Key { leg, key },
        };
        self.happen(Input::Sound(event));
    }

    /// The next word on who answered.
    fn judge(&mut self, leg: LegId) -> sound::Event {
        let verdict = *self.dice.one(&lines::VERDICTS).unwrap_or(&Verdict::Machine);
        let state = self.legs.entry(leg).or_default();
        match state.judging.take() {
            Some(Judging::Cue) => sound::Event::Cued { leg },
            Some(Judging::Verdict) | None => {
                state.judging = (verdict == Verdict::Machine).then_some(Judging::Cue);
                sound::Event::Judged { leg, verdict }
            }
        }
    }

    /// A recording that runs is over: of itself, or because it was stopped or its leg is gone.
    fn tape(&mut self) {
        let running: Vec<RecordId> = self
            .tapes
            .iter()
            .filter(|(_, tape)| matches!(tape, Tape::Running(_)))
            .map(|(&id, _)| id)
            .collect();
        let Some(&record) = self.dice.one(&running) else { return };
        self.tapes.insert(record, Tape::Over);
        let key = Key::from_event(self.dice.below(16) as u8).unwrap_or_else(|| panic!("below 16"));
        let end = match self.dice.below(6) {
            0 => RecordEnd::Key(key),
            1 => RecordEnd::Silence,
            2 => RecordEnd::Longest,
            3 => RecordEnd::Stopped,
            4 => RecordEnd::Gone,
            _ => RecordEnd::Failed("history".into()),
        };
        self.happen(Input::Sound(sound::Event::Recorded { record, end, length: Duration::ZERO }));
    }

    /// The disk answers one thing that was asked of it.
    fn disk(&mut self) {
        let asked: Vec<RecordId> =
            self.tapes.iter().filter(|(_, tape)| **tape == Tape::Asked).map(|(&id, _)| id).collect();
        if let Some(&record) = self.dice.one(&asked) {
            let made = self.dice.below(5) > 0;
            self.tapes.insert(record, if made { Tape::Made } else { Tape::Over });
            let result = if made { Ok(()) } else { Err(Missing("history".into())) };
            return self.happen(Input::Made { record, result });
        }
        if let Some(ticket) = self.notes.pop_first() {
            return self.happen(Input::Noted { ticket });
        }
        let tickets: Vec<Ticket> = self.looks.keys().copied().collect();
        let Some(&ticket) = self.dice.one(&tickets) else { return self.tape() };
        let count = self.looks.remove(&ticket).unwrap_or_default();
        let files = (0..count)
            .map(|_| match self.dice.below(5) {
                0 => Err(Missing("history".into())),
                _ => Ok(Clip { samples: [0; 160].into() }),
            })
            .collect();
        self.happen(Input::Found { ticket, files });
    }

    fn feed(&mut self, line: &str) {
        self.trail.push(format!("> {line}"));
        let out = self.house.handle(lines::input(line));
        self.take(out);
    }

    fn happen(&mut self, input: Input) {
        self.trail.push(format!("> {input:?}"));
        let out = self.house.handle(input);
        self.take(out);
    }

    fn take(&mut self, out: Vec<Output>) {
        for output in out {
            self.trail.push(format!("< {}", lines::output(&output)));
            self.book(output);
        }
    }

    /// Books an output in the ledger.
    fn book(&mut self, output: Output) {
        match output {
            Output::Send { connection, message, .. } => {
                self.book_message(connection, &lines::message(&message));
            }
            Output::Find { ticket, sought } => {
                self.looks.insert(ticket, sought.len());
            }
            Output::Signal(command) => self.book_signal(command),
            Output::Sound(sound::Command::Play { leg, play, .. }) => {
                let state = self.legs.get(&leg).cloned().unwrap_or_default();
                self.promise(!state.closed && !state.hung_up, "nothing plays on a leg that is over");
                self.legs.entry(leg).or_default().play = Some(play);
            }
            Output::Sound(sound::Command::Hear { leg, of }) => self.book_hearing(leg, &of),
            Output::Sound(sound::Command::Judge { leg, .. }) => self.book_judgement(leg),
            Output::Note { ticket, .. } => {
                self.notes.insert(ticket);
            }
            Output::Make { record, .. } => {
                let before = self.tapes.insert(record, Tape::Asked);
                self.promise(before.is_none(), "a recording is made once");
            }
            Output::Discard { record } => {
                let before = self.tapes.insert(record, Tape::Over);
                self.promise(before == Some(Tape::Made), "what was made and not begun goes, once");
            }
            Output::Sound(sound::Command::Record { leg, record, .. }) => self.book_recording(leg, record),
            Output::Sound(sound::Command::StopRecord { leg, record }) => {
                // Or its end is on its way to the switch.
                let runs = match self.tapes.get(&record) {
                    Some(Tape::Running(legs)) => legs.contains(&leg),
                    other => other == Some(&Tape::Over),
                };
                self.promise(runs, "only what runs is stopped, on a leg that is there");
            }
            Output::Sound(sound::Command::Press { leg, .. }) => {
                let state = self.legs.get(&leg).cloned().unwrap_or_default();
                let free = !state.closed && !state.hung_up && !state.pressing;
                self.promise(free, "keys are sent on a leg that is up, one string at a time");
                self.legs.entry(leg).or_default().pressing = true;
            }
            Output::Sound(sound::Command::Close { leg }) => {
                // The engine ends what it records of the leg.
                for tape in self.tapes.values_mut() {
                    if let Tape::Running(legs) = tape
                        && legs.contains(&leg)
                    {
                        legs.clear();
                    }
                }
                // A call that was taken back before its turn was never dialled.
                let state = self.legs.entry(leg).or_default();
                state.closed = true;
                state.play = None;
            }
            Output::Record(cdr) => {
                // Whoever accepts a call that is over before hears the event instead (decision U60).
                let accepting = cdr.port.and_then(|port| self.accepting.remove(&port.to_string()));
                if let Some(key) = accepting
                    && matches!(self.owed.get(&key), Some((_, Debt::Termination { .. })))
                {
                    self.owed.remove(&key);
                }
                let count = self.records.entry(cdr.leg).or_default();
                *count += 1;
                let once = *count == 1;
                self.promise(once, "a leg leaves one record");
            }
            _ => {}
        }
    }

    fn book_hearing(&self, leg: LegId, of: &[LegId]) {
        let is_up = |leg: &LegId| self.legs.get(leg).is_some_and(|l| (l.answered || l.early) && !l.closed);
        self.promise(is_up(&leg) && of.iter().all(is_up), "who is over neither hears nor is heard");
    }

    fn book_signal(&mut self, command: signal::Command) {
        match command {
            signal::Command::Dial(dial) => {
                let before = self.legs.insert(dial.leg, Leg::default());
                self.promise(before.is_none(), "a leg is dialled once");
            }
            signal::Command::HangUp { leg, .. } => {
                let state = self.legs.get(&leg).cloned().unwrap_or_default();
                self.promise(!state.hung_up && !state.ended, "a leg is hung up once, and not after its end");
                self.legs.entry(leg).or_default().hung_up = true;
            }
            signal::Command::Answer { leg } => {
                let state = self.legs.get(&leg).cloned().unwrap_or_default();
                let rings = state.unanswerable && !state.hung_up && !state.ended;
                self.promise(rings, "a call that rings is answered, once");
                self.legs.entry(leg).or_default().unanswerable = false;
            }
            signal::Command::Progress { leg } => self.legs.entry(leg).or_default().early = true,
            _ => {}
        }
    }

    fn book_judgement(&mut self, leg: LegId) {
        let state = self.legs.get(&leg).cloned().unwrap_or_default();
        let first = state.answered && !state.closed && !state.hung_up && state.judging.is_none();
        self.promise(first, "who answered is judged once somebody has, once");
        self.legs.entry(leg).or_default().judging = Some(Judging::Verdict);
    }

    fn book_recording(&mut self, leg: LegId, record: RecordId) {
        let state = self.legs.get(&leg).cloned().unwrap_or_default();
        self.promise(!state.closed && !state.hung_up, "nothing is recorded on a leg that is over");
        let on_leg = |tape: &Tape| matches!(tape, Tape::Running(legs) if legs.contains(&leg));
        self.promise(!self.tapes.values().any(on_leg), "a leg is in one recording at a time");
        let mut legs = match self.tapes.get(&record) {
            Some(Tape::Running(legs)) => legs.clone(),
            made => {
                self.promise(made == Some(&Tape::Made), "only what was made is recorded into");
                Vec::new()
            }
        };
        legs.push(leg);
        self.tapes.insert(record, Tape::Running(legs));
    }

    fn book_message(&mut self, link: ConnectionId, line: &str) {
        let word = |name: &str| {
            line.split_whitespace().find_map(|w| w.strip_prefix(name)).unwrap_or_default().to_owned()
        };
        let (msgid, status, event) = (word("MSGID="), word("STATUS="), word("EVENT="));
        if line.starts_with("RECEIVE_CALL/") {
            self.receive_calls.push((link.0, msgid.clone()));
        }
        if !msgid.starts_with('M') || !self.links.contains(&link.0) {
            return; // An event of the server's own, or a word to a link that is gone.
        }
        let key = (link.0, msgid);
        if line.starts_with("ACCEPT_CALL/RESPONSE") && status == "SUCCESS" {
            self.accepting.insert(word("TRUNK_PORT="), key.clone());
        }
        let Some((root, debt)) = self.owed.remove(&key) else {
            return self.promise(false, "no request gets a word more than it is owed");
        };
        self.promise(line.starts_with(&format!("{root}/")), "an answer has the root of its request");
        let dials = matches!(root.as_str(), "DIALOUT" | "DIALOUT_IVR");
        // What a link or a port is told has no end of its own.
        let has_no_end = [
            "_LINK",
            "HANDLE_INBOUND_CALL",
            "APP_TRUNK_STATUS",
            "APP_TRUNK_DISCONNECT",
            "MUTE",
            "BARGE_IN",
            "BARGE_OUT",
            "AGENT_LOGIN",
            "AGENT_LOGOUT",
        ];
        let has_termination = !has_no_end.iter().any(|name| root.ends_with(name));
        // Only an error is answered by a RESPONSE (decisions C18, C22, U83).
        let has_one_word = ["STOP_RECORD_TWO_WAY_VOICE", "PATCH_PORTS", "TEAR_PATCH"];
        let next = match debt {
            Debt::Response if has_one_word.contains(&root.as_str()) => None,
            Debt::Response => {
                self.promise(line.contains("/RESPONSE"), "the response comes first");
                (status == "SUCCESS" && has_termination).then_some(Debt::Termination { connected: false })
            }
            Debt::Termination { connected } => {
                self.promise(line.contains("/TERMINATION"), "one response and no more");
                if dials && !connected && self.expects_eof(&key.1, &event) {
                    Some(Debt::Termination { connected: true })
                } else {
                    None
                }
            }
        };
        if let Some(debt) = next {
            self.owed.insert(key, (root, debt));
        }
    }

    /// Whether a dial-out named a message for this event, which EOF follows then (decision U10).
    fn expects_eof(&self, msgid: &str, event: &str) -> bool {
        let message = match event {
            "CONNECT" => "LIVEMESSAGE",
            "ANSMACHINE" => "ANSMESSAGE",
            _ => return false,
        };
        let asks = |line: &&String| line.starts_with('>') && line.contains(msgid);
        self.trail.iter().filter(asks).any(|line| line.contains(message))
    }

    /// Ends everything: nothing may stay owed.
    fn end(&mut self) {
        while !self.looks.is_empty() || !self.notes.is_empty() {
            self.disk();
        }
        self.feed("exit");
        let out = self.house.wait(Duration::from_secs(5));
        self.take(out);
        while self.tapes.values().any(|tape| matches!(tape, Tape::Asked | Tape::Running(_))) {
            self.disk();
        }
        let alive: Vec<LegId> = self.legs.iter().filter(|(_, l)| !l.ended).map(|(&id, _)| id).collect();
        for leg in alive {
            let end = End { by: Side::Us, cause: CAUSES[0], status: None, q850: None };
            self.happen(Input::Signal(signal::Event::Ended { leg, end }));
        }
        let out = self.house.wait(Duration::from_secs(600));
        self.take(out);
        let owed = self.owed.keys().next().map(|(link, msgid)| format!("link {link} {msgid}"));
        self.promise(owed.is_none(), &format!("every request is answered and ended: {owed:?}"));
        let legs: Vec<LegId> = self.legs.keys().copied().collect();
        for leg in legs {
            self.promise(self.records.contains_key(&leg), &format!("leg {leg} leaves a record"));
            self.promise(self.legs.get(&leg).is_some_and(|l| l.closed), &format!("leg {leg} is closed"));
        }
        let made = self.tapes.iter().find(|(_, tape)| **tape != Tape::Over);
        self.promise(made.is_none(), &format!("every file that was made is whole or gone: {made:?}"));
        let busy = self.house.switch.ports().filter(|port| port.state != control::PortState::Idle).count();
        self.promise(busy == 0, "every port is free at the end");
    }

    fn promise(&self, kept: bool, promise: &str) {
        if !kept {
            let from = self.trail.len().saturating_sub(60);
            panic!(
                "{} broke a promise: {promise}\n{}",
                self.trail.first().map_or("", String::as_str),
                self.trail[from..].join("\n")
            );
        }
    }
}
