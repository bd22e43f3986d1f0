//! Random histories: many applications and a network that do anything at any time, from one seed.
//!
//! After each input, and at the end, the promises of the house are checked: every request gets exactly
//! one RESPONSE, every accepted one exactly one last word, every leg one record, nothing of a leg
//! follows its end.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use control::{ConnectionId, Input, Missing, Output, Ticket};
use edge::signal::{self, End, Side};
use edge::sound::{self, Clip, PlayEnd};
use edge::{Key, LegId, PlayId};

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
    answered: bool,
    hung_up: bool,
    ended: bool,
    closed: bool,
    play: Option<PlayId>,
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
    records: BTreeMap<LegId, u32>,
    trail: Vec<String>,
}

/// Lives through `steps` random inputs from `seed`, then ends everything.
///
/// # Panics
/// When a promise is broken: with the seed, the promise and the last lines of the history.
pub fn live(seed: u64, steps: u32) {
    let mut world = World {
        house: House::new(settings()),
        dice: Dice::new(seed),
        links: BTreeSet::new(),
        next_link: 0,
        next_msgid: 0,
        owed: BTreeMap::new(),
        legs: BTreeMap::new(),
        looks: BTreeMap::new(),
        records: BTreeMap::new(),
        trail: vec![format!("seed {seed}")],
    };
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
            4..=49 => self.ask(),
            50..=74 => self.network(),
            75..=89 => self.engine(),
            90..=96 => self.disk(),
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
        let port = self.dice.below(6);
        let body = match self.dice.below(20) {
            0 => "INIT_LINK/INFO".to_owned(),
            1 => "INIT_LINK/INFO DNIS=7322901900 PASS_CODE=2424".to_owned(),
            2 if self.dice.below(4) == 0 => "PAUSE_LINK/INFO".to_owned(),
            2 if self.dice.below(4) == 0 => "TERMINATE_LINK/INFO".to_owned(),
            2..=3 => "DIALOUT/DIAL DNIS=3014560100 MODE=BLIND".to_owned(),
            4 => "DIALOUT_IVR/DIAL DNIS=3014560100 LIVEMESSAGE=M.VOX VAR1=x MODE=BLIND".to_owned(),
            5..=6 => "DIALOUT/DIAL DNIS=3014560100 LIVEMESSAGE=M.VOX RINGS=1 MODE=SUPERVISED".to_owned(),
            7 => "DIALOUT/DIAL DNIS=3 MODE=BLIND".to_owned(),
            8..=12 => format!("PLAY_VOICE_FILE/INFO TRUNK_PORT={port} FILE1=A FILE2=B MODE=INTERRUPTABLE"),
            13..=15 => format!("STOP_PLAY_VOICE_FILE/INFO TRUNK_PORT={port}"),
            16 => format!("APP_TRUNK_DISCONNECT/INFO TRUNK_PORT={port}"),
            _ => format!("APP_TRUNK_STATUS/INFO TRUNK_PORT={port}"),
        };
        let root = body.split('/').next().unwrap_or_default().to_owned();
        self.owed.insert((link, msgid.clone()), (root, Debt::Response));
        self.feed(&format!("link {link}: {body} MSGID={msgid}"));
    }

    /// A random event of a leg that the network knows.
    fn network(&mut self) {
        let alive: Vec<LegId> = self.legs.iter().filter(|(_, l)| !l.ended).map(|(&id, _)| id).collect();
        let Some(&leg) = self.dice.one(&alive) else { return };
        let state = self.legs.get(&leg).cloned().unwrap_or_default();
        let cause = *self.dice.one(&CAUSES).unwrap_or(&CAUSES[0]);
        let by = if state.hung_up { Side::Us } else { Side::Network };
        let ended = signal::Event::Ended { leg, end: End { by, cause, status: None } };
        let event = match self.dice.below(8) {
            0..=1 if !state.answered => signal::Event::Ringing { leg },
            2..=4 if !state.answered => signal::Event::Answered { leg, media: lines::media() },
            5 if !state.answered => signal::Event::EarlyMedia { leg, media: lines::media() },
            5 => signal::Event::Renegotiated { leg, media: lines::media() },
            6 => ended,
            _ if state.hung_up => ended,
            _ => return,
        };
        if let Some(state) = self.legs.get_mut(&leg) {
            state.answered |= matches!(event, signal::Event::Answered { .. });
            state.ended |= matches!(event, signal::Event::Ended { .. });
        }
        self.happen(Input::Signal(event));
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
            None if self.dice.below(40) == 0 => sound::Event::Lost { leg, why: "history".into() },
            None if self.dice.below(40) == 0 => sound::Event::Silent { leg },
            None => sound::Event::Key { leg, key },
        };
        self.happen(Input::Sound(event));
    }

    /// A look for files comes back.
    fn disk(&mut self) {
        let tickets: Vec<Ticket> = self.looks.keys().copied().collect();
        let Some(&ticket) = self.dice.one(&tickets) else { return };
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
            Output::Signal(signal::Command::Dial(dial)) => {
                let before = self.legs.insert(dial.leg, Leg::default());
                self.promise(before.is_none(), "a leg is dialled once");
            }
            Output::Signal(signal::Command::HangUp { leg, .. }) => {
                let state = self.legs.get(&leg).cloned().unwrap_or_default();
                self.promise(!state.hung_up && !state.ended, "a leg is hung up once, and not after its end");
                self.legs.entry(leg).or_default().hung_up = true;
            }
            Output::Sound(sound::Command::Play { leg, play, .. }) => {
                let state = self.legs.get(&leg).cloned().unwrap_or_default();
                self.promise(!state.closed && !state.hung_up, "nothing plays on a leg that is over");
                self.legs.entry(leg).or_default().play = Some(play);
            }
            Output::Sound(sound::Command::Close { leg }) => {
                // A call that was taken back before its turn was never dialled.
                let state = self.legs.entry(leg).or_default();
                state.closed = true;
                state.play = None;
            }
            Output::Record(cdr) => {
                let count = self.records.entry(cdr.leg).or_default();
                *count += 1;
                let once = *count == 1;
                self.promise(once, "a leg leaves one record");
            }
            _ => {}
        }
    }

    fn book_message(&mut self, link: ConnectionId, line: &str) {
        let word = |name: &str| {
            line.split_whitespace().find_map(|w| w.strip_prefix(name)).unwrap_or_default().to_owned()
        };
        let (msgid, status, event) = (word("MSGID="), word("STATUS="), word("EVENT="));
        if !msgid.starts_with('M') || !self.links.contains(&link.0) {
            return; // An event of the server's own, or a word to a link that is gone.
        }
        let key = (link.0, msgid);
        let Some((root, debt)) = self.owed.remove(&key) else {
            return self.promise(false, "no request gets a word more than it is owed");
        };
        self.promise(line.starts_with(&format!("{root}/")), "an answer has the root of its request");
        let dials = matches!(root.as_str(), "DIALOUT" | "DIALOUT_IVR");
        let has_termination = dials || matches!(root.as_str(), "PLAY_VOICE_FILE" | "STOP_PLAY_VOICE_FILE");
        let next = match debt {
            Debt::Response => {
                self.promise(line.contains("/RESPONSE"), "the response comes first");
                (status == "SUCCESS" && has_termination).then_some(Debt::Termination { connected: false })
            }
            Debt::Termination { connected } => {
                self.promise(line.contains("/TERMINATION"), "one response and no more");
                if dials && !connected && event == "CONNECT" && self.expects_eof(&key.1) {
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

    /// Whether a dial-out named a message, for which EOF follows CONNECT (decision U10).
    fn expects_eof(&self, msgid: &str) -> bool {
        self.trail
            .iter()
            .any(|line| line.starts_with('>') && line.contains(msgid) && line.contains("LIVEMESSAGE"))
    }

    /// Ends everything: nothing may stay owed.
    fn end(&mut self) {
        while !self.looks.is_empty() {
            self.disk();
        }
        self.feed("exit");
        let out = self.house.wait(Duration::from_secs(5));
        self.take(out);
        let alive: Vec<LegId> = self.legs.iter().filter(|(_, l)| !l.ended).map(|(&id, _)| id).collect();
        for leg in alive {
            let end = End { by: Side::Us, cause: CAUSES[0], status: None };
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
