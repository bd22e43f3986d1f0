//! The audio matrix: call control decides, the engine carries out what it says, and everybody tells by the tones that
//! arrive whom he hears. In virtual time, over every state and every request of docs/switching.md.

use std::collections::BTreeMap;
use std::time::Duration;

use edge::sound::{Clip, Codec, Command, Event, Repeat};
use edge::{LegId, PlayId, RecordId};
use media::goertzel;
use media::tone::Tone;
use sim::floor::{Act, FILES, Floor};

use super::hall::{Dice, Hall};
use super::settings;
use crate::{Io, Settings};

const PAGE: &str = include_str!("../../../../docs/switching.md");
/// What the files of the house hold, in Hz, in the order of [`FILES`].
const MELODIES: [f64; 3] = [2_000.0, 2_150.0, 2_300.0];
/// Two who pass packets on to each other, and two who have to be understood.
const CODECS: [Codec; 4] = [Codec::Pcmu, Codec::Pcma, Codec::Pcmu, Codec::G722];
/// Who says nothing for so long is gone.
const SILENCE: Duration = Duration::from_secs(2);
/// Turns until a change is heard by all, as for [`Hall::check`].
const CHANGE: u64 = 8;

/// A floor whose sound is real.
struct House {
    floor: Floor,
    hall: Hall,
    plays: BTreeMap<LegId, PlayId>,
    /// Whose sound is recorded.
    records: BTreeMap<RecordId, Vec<LegId>>,
    codecs: [Codec; 4],
}

impl House {
    fn new() -> Self {
        Self::of(CODECS)
    }

    /// One whose parties speak these codecs, by turns.
    fn of(codecs: [Codec; 4]) -> Self {
        let settings = Settings { workers: 2, silence_limit: SILENCE, ..settings(Io::SystemCalls, 32) };
        let (floor, hall) = (Floor::with_engine(4), Hall::empty(settings));
        let (plays, records) = (BTreeMap::new(), BTreeMap::new());
        let mut house = Self { floor, hall, plays, records, codecs };
        house.carry_out();
        house.hall.turns(3);
        house
    }

    /// Lets this happen, and carries out what comes of it.
    fn act(&mut self, act: &str) -> String {
        let mut words = act.split(' ');
        if let (Some("played"), Some(port)) = (words.next(), words.next()) {
            let leg = self.floor.leg(port.parse().unwrap());
            if let Some((leg, play)) = leg.and_then(|leg| Some((leg, self.plays.remove(&leg)?))) {
                self.hall.send(Command::Stop { leg, play });
            }
        }
        let words = self.floor.act(Act::read(act));
        self.carry_out();
        words
    }

    fn number(&self, leg: LegId) -> Option<usize> {
        self.hall.parties.iter().position(|party| party.leg == leg)
    }

    fn carry_out(&mut self) {
        for command in self.floor.commands() {
            match command {
                Command::Open { leg, media } => {
                    let codec = self.codecs[self.hall.parties.len() % self.codecs.len()];
                    let number = self.number(leg).unwrap_or_else(|| self.hall.join_on(leg, codec));
                    self.hall.reopen(number, |agreed| agreed.direction = media.direction);
                }
                Command::Close { leg } => match self.number(leg) {
                    Some(number) => self.hall.close(number),
                    None => self.hall.send(command),
                },
                Command::Play { leg, play, clips, barge, .. } => {
                    self.plays.insert(leg, play);
                    let clips = clips.iter().map(melody).collect();
                    // When a file ends is for the floor to say.
                    self.hall.send(Command::Play { leg, play, clips, barge, repeat: Repeat::Forever });
                }
                Command::Record { leg, record, .. } => {
                    self.records.entry(record).or_default().push(leg);
                    self.hall.send(command);
                }
                // Whoever writes the file down stops the other track where one has ended.
                Command::StopRecord { record, .. } => {
                    for leg in self.records.remove(&record).unwrap_or_default() {
                        self.hall.send(Command::StopRecord { leg, record });
                    }
                }
                command => self.hall.send(command),
            }
        }
    }

    /// Who hears whom, by the sound of it, written as the floor writes it.
    fn heard(&mut self) -> String {
        self.hall.turns(CHANGE);
        let matrix = self.hall.matrix();
        let ports = self.floor.parties();
        let row = |port: &u16| {
            let number = self.floor.leg(*port).and_then(|leg| self.number(leg)).expect("a party");
            let voices = ports.iter().filter(|&&other| {
                let other = self.floor.leg(other).and_then(|leg| self.number(leg));
                matrix.get(&number).zip(other).is_some_and(|(heard, other)| heard.contains(&other))
            });
            let files = FILES
                .iter()
                .zip(MELODIES)
                .filter(|(_, hz)| goertzel::tone_dbm0(&self.hall.parties[number].heard, *hz) > -20.0);
            let files = files.map(|((name, _), _)| (*name).to_owned());
            let heard: Vec<String> = voices.map(ToString::to_string).chain(files).collect();
            format!("{port}:{}", if heard.is_empty() { "-".to_owned() } else { heard.join("+") })
        };
        ports.iter().map(row).collect::<Vec<_>>().join(" ")
    }

    /// That everybody hears whom he is to hear.
    #[track_caller]
    fn check(&mut self, after: &str) {
        let heard = self.heard();
        assert_eq!(heard, self.floor.matrix().to_string(), "{after}");
    }

    /// Does these acts, and listens after each of them.
    #[track_caller]
    fn live(&mut self, acts: &str) {
        for act in acts.split(", ").filter(|act| !act.is_empty()) {
            self.act(act);
            self.check(&format!("{act}, of {acts}"));
        }
    }
}

/// The file of the house that this stands for, as sound.
fn melody(clip: &Clip) -> Clip {
    let file = FILES.iter().position(|(_, samples)| *samples == clip.samples.len()).expect("a file");
    Clip { samples: Tone::sine(MELODIES[file], -14.0).samples(1_000).into() }
}

/// The first two cells of each row of the `n`-th table of the page.
fn rows(n: usize) -> Vec<[String; 2]> {
    let is_row = |line: &&str| line.starts_with('|');
    let tables: Vec<&[&str]> = Vec::new();
    let lines: Vec<&str> = PAGE.lines().collect();
    let tables = lines.chunk_by(|a, b| is_row(a) == is_row(b)).filter(|lines| is_row(&lines[0])).fold(
        tables,
        |mut tables, lines| {
            tables.push(lines);
            tables
        },
    );
    let row = |line: &&str| {
        let mut cells = line.split('|').skip(1).map(|cell| cell.trim().replace('`', ""));
        [cells.next().unwrap_or_default(), cells.next().unwrap_or_default()]
    };
    tables[n].iter().skip(2).map(row).collect()
}

/// Every state of the page is reached step by step, with and without a supervisor in each mode.
#[test]
fn in_every_state_all_hear_whom_they_are_to_hear() {
    for [state, path] in rows(1) {
        for mode in ["", "coach 4 1", "monitor 4 1", "full 4 1"] {
            let mut steps: Vec<&str> = path.split(", ").filter(|step| !step.is_empty()).collect();
            if mode.is_empty() || !steps.is_empty() {
                steps.extend(Some(mode).filter(|mode| !mode.is_empty()));
                // The supervisor comes in behind the first step.
                let last = steps.len();
                if !mode.is_empty() {
                    steps[1..last].rotate_right(1);
                }
                let mut house = House::new();
                house.check(&state);
                house.live(&steps.join(", "));
            }
        }
    }
}

/// Every request and every hang-up of the page, in every state of it, beside a supervisor whom all hear.
#[test]
fn after_every_request_in_every_state_all_hear_whom_they_are_to_hear() {
    let mut heard = 0;
    for [state, path] in rows(1) {
        for [act, _] in rows(2) {
            let mut house = House::new();
            for (n, step) in path.split(", ").filter(|step| !step.is_empty()).enumerate() {
                house.act(step);
                if n == 0 && !act.split(' ').any(|word| word == "4") {
                    house.act("full 4 1");
                }
            }
            house.act(&act);
            house.check(&format!("{act} in {state}"));
            heard += 1;
        }
    }
    assert!(heard > 400, "{heard} cells were listened to");
}

/// What telephones do by themselves, and what goes on beside a talk.
#[test]
fn in_every_scenario_all_hear_whom_they_are_to_hear_after_each_step() {
    for scenario in [
        "patch 1 2, mute 1, initiate 1 3 MUSIC, cancel 1 3, mute 1, blind 1 3 MUSIC",
        "patch 1 2, full 4 1, hold 1 MUSIC, coach 4 1, unhold 1, monitor 4 1, out 4 1",
        "patch 1 2, monitor 4 1, initiate 1 3 MUSIC, accept 1 3, full 4 3, blind 3 1, coach 4 1",
        "patch 1 2, record 1 2, tear 1 2, patch 1 3, stop 1, tear 1 3, patch 1 2",
        "patch 1 2, initiate 1 3 MUSIC, gone 3, unhold 1",
        "patch 1 2, initiate 1 3 MUSIC, gone 1",
        "patch 1 2, initiate 1 3, gone 2",
        "patch 1 2, hold 1 OTHER, gone 2, patch 1 3",
        "patch 1 2, away 2, hold 1 MUSIC, back 2, unhold 1, away 1, back 1",
        "play 1, patch 1 2, played 1, hold 2 MUSIC, unhold 2",
        "patch 1 2, initiate 1 24 MUSIC, answers 24, accept 1 24, gone 24",
        "patch 1 2, blind 1 24, busy 24, refer 1 25, answers 25",
        "patch 1 2, full 4 1, replace 1, mute 1, replace 2, unmute 1",
        "patch 1 2, patch 3 4, attend 1 3, gone 1, gone 3",
    ] {
        let mut house = House::new();
        house.live(scenario);
        house.floor.must_be_tidy();
    }
}

/// Whatever is asked for, in whatever order.
#[test]
fn after_random_requests_all_hear_whom_they_are_to_hear() {
    let acts: Vec<String> = rows(2).into_iter().map(|[act, _]| act).collect();
    let mut dice = Dice(31);
    for _ in 0..30 {
        let mut house = House::new();
        let mut lived = String::new();
        for _ in 0..12 {
            for _ in 0..1 + dice.roll(4) {
                let act = &acts[dice.roll(acts.len())];
                house.act(act);
                lived += &format!("{act}, ");
            }
            house.check(&lived);
        }
        house.floor.must_be_tidy();
    }
}

/// A telephone that dies without a word, while its agent consults, is consulted, or has somebody wait: the engine
/// misses its packets, and it is as if it had hung up.
#[test]
fn a_telephone_that_dies_without_a_word_is_missed() {
    for (before, dies, told, after) in [
        ("initiate 1 3 MUSIC", 3, "told 3", "1:- 2:MUSIC 4:-"),
        ("initiate 1 3 MUSIC", 1, "told 1", "2:3 3:2 4:-"),
        ("hold 1 MUSIC", 1, "told 1", "2:- 3:- 4:-"),
        ("hold 1 MUSIC", 2, "told 2", "1:- 3:- 4:-"),
        ("full 4 1", 1, "told 1", "2:- 3:- 4:-"),
        ("full 4 1", 4, "told 4", "1:2 2:1 3:-"),
    ] {
        let mut house = House::new();
        house.live(&format!("patch 1 2, {before}"));
        house.hall.told();
        let leg = house.floor.leg(dies).unwrap();
        let number = house.number(leg).unwrap();
        house.hall.parties[number].speaks = false;
        let turns = SILENCE.as_millis() as u64 / 20;
        house.hall.turns(turns - 2);
        assert_eq!(house.hall.told(), [], "its network may be slow");
        house.hall.turns(3);
        assert_eq!(house.hall.told(), [Event::Silent { leg }], "{before}");
        assert_eq!(house.floor.told(Event::Silent { leg }), told, "{before}");
        house.carry_out();
        assert_eq!(house.heard(), after, "{before}");
        house.check(before);
        house.floor.must_be_tidy();
    }
}

/// What two say to each other is passed on as it comes, whatever was done before: only while somebody records, or
/// hears more than one, is anything decoded.
#[test]
fn a_pair_is_decoded_while_somebody_records_or_supervises_and_no_longer() {
    let mut house = House::of([Codec::Pcmu; 4]);
    let decoded = |house: &House, ports: &[u16]| {
        let decodes = |port: &&u16| {
            let number = house.floor.leg(**port).and_then(|leg| house.number(leg)).expect("a party");
            house.hall.leg(number).1.says().is_some()
        };
        ports.iter().filter(decodes).copied().collect::<Vec<_>>()
    };
    let all = [1, 2, 3, 4];
    house.live("patch 1 2, mute 1, unmute 1, hold 1 MUSIC, unhold 1");
    assert_eq!(decoded(&house, &all), [], "a pair");
    for (begins, ends, by) in [
        ("record 1 2", "stop 1", &all[..2]),
        ("coach 4 1", "out 4 1", &[2, 4]),
        ("monitor 4 1", "out 4 1", &[1, 2]),
        ("full 4 1", "out 4 1", &[1, 2, 4]),
        ("full 4 1", "gone 4", &[1, 2, 4]),
    ] {
        house.live(begins);
        let decodes = decoded(&house, &all);
        assert!(
            by.iter().all(|port| decodes.contains(port)) && !decodes.contains(&3),
            "{begins}: {decodes:?}"
        );
        house.act(ends);
        // The last piece of a recording is on its way for two turns.
        house.hall.turns(3);
        let left = house.floor.parties();
        assert_eq!(decoded(&house, &left), [], "{ends} after {begins}");
        house.check(ends);
    }
    house.live("initiate 1 3 MUSIC, cancel 1 3, blind 1 3, tear 2 3");
    assert_eq!(decoded(&house, &[1, 2, 3]), []);
}
