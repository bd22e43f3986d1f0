//! Random histories: whatever comes in whatever order, what goes out makes sense.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use carrier::{Directory, Input, Network, Output, Placing, Step};
use edge::signal::{self, Cause, End, Side};
use edge::sound::{self, Clip, PlayEnd, Seen};
use edge::{Key, LegId, PlayId};

use crate::world::{arrived, media};

const HISTORIES: u64 = 300;
const EVENTS: u32 = 200;
const LEGS: u64 = 6;

/// Numbers that look random and are the same for the same seed (Knuth's MMIX generator).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

fn any_steps(dice: &mut Dice) -> Vec<Step> {
    let clip = Clip { samples: vec![0; 160].into() };
    (0..dice.roll(5))
        .map(|_| match dice.roll(11) {
            0 => Step::Ring,
            1 => Step::EarlyMedia,
            2 => Step::Answer,
            3 => Step::Wait(Duration::from_millis(dice.roll(3_000))),
            4 => Step::UntilAnswered(Duration::from_millis(dice.roll(3_000))),
            5 => Step::Say(clip.clone()),
            6 => Step::Sound(clip.clone()),
            7 => Step::Quiet,
            8 => Step::Press(Key::from_event(3).into_iter().collect()),
            9 => Step::Echo,
            _ => Step::HangUp(Cause::Normal),
        })
        .collect()
}

fn any_input(dice: &mut Dice) -> Input {
    let n = dice.roll(LEGS);
    let leg = if n.is_multiple_of(2) { LegId::arrived(n) } else { LegId::placed(n) };
    let play = PlayId(dice.roll(20));
    let end = End { by: Side::Network, cause: Cause::Normal, status: None, q850: None };
    match dice.roll(14) {
        0 if leg.is_arrived() => arrived(leg, &format!("555{:04}", 100 + dice.roll(16))),
        0 => Input::Place(Placing {
            leg,
            to: "7322901900".to_owned(),
            from: None,
            redirecting: None,
            patience: Duration::from_millis(dice.roll(5_000)),
            script: any_steps(dice).into(),
        }),
        1 => Input::Signal(signal::Event::Ringing { leg }),
        2 => Input::Signal(signal::Event::EarlyMedia { leg, media: media() }),
        3 => Input::Signal(signal::Event::Answered { leg, media: media() }),
        4 => Input::Signal(signal::Event::Renegotiated { leg, media: media() }),
        5 => Input::Signal(signal::Event::Ended { leg, end }),
        6 => Input::Sound(sound::Event::PlayEnded { leg, play, end: PlayEnd::Finished }),
        7 => Input::Sound(sound::Event::KeysSent { leg }),
        8 => Input::Sound(sound::Event::Silent { leg }),
        9 => Input::Sound(sound::Event::Lost { leg, why: String::new() }),
        10 => Input::Sound(sound::Event::Closed { leg, seen: Seen::default() }),
        11 | 12 => Input::Follow { leg, script: any_steps(dice).into() },
        _ => Input::Tick,
    }
}

/// What has been commanded for each leg that is not over.
#[derive(Default)]
struct Commanded {
    alive: HashSet<LegId>,
    open: HashSet<LegId>,
    hung_up: HashSet<LegId>,
}

impl Commanded {
    fn check(&mut self, output: &Output) {
        match output {
            Output::Signal(signal::Command::HangUp { leg, .. }) => {
                assert!(self.hung_up.insert(*leg), "hung up twice: {leg}");
            }
            Output::Signal(signal::Command::Dial(dial)) => {
                assert!(!dial.leg.is_arrived(), "{output:?}");
            }
            Output::Signal(
                signal::Command::Ring { leg }
                | signal::Command::Progress { leg }
                | signal::Command::Answer { leg },
            ) => assert!(leg.is_arrived() && !self.hung_up.contains(leg), "{output:?}"),
            Output::Sound(sound::Command::Open { leg, .. }) => {
                self.open.insert(*leg);
            }
            Output::Sound(sound::Command::Close { leg }) => {
                self.alive.remove(leg);
                self.open.remove(leg);
                self.hung_up.remove(leg);
            }
            Output::Sound(
                sound::Command::Play { leg, .. }
                | sound::Command::Stop { leg, .. }
                | sound::Command::Press { leg, .. }
                | sound::Command::Pressed { leg, .. }
                | sound::Command::Record { leg, .. }
                | sound::Command::StopRecord { leg, .. }
                | sound::Command::Watch { leg, .. }
                | sound::Command::Judge { leg, .. }
                | sound::Command::Hear { leg, .. }
                | sound::Command::Echo { leg }
                | sound::Command::Listen { leg, .. },
            ) => assert!(self.open.contains(leg), "no sound flows: {output:?}"),
            Output::Signal(signal::Command::TellTransfer { .. }) | Output::Saw(_) => {}
        }
    }
}

#[test]
fn any_history_makes_sense_and_comes_to_its_end() {
    let directory = Directory::new(Duration::from_secs(2));
    for seed in 0..HISTORIES {
        let mut dice = Dice(seed);
        let mut now = Instant::now();
        let mut network = Network::new(directory.clone(), vec![440]);
        let mut commanded = Commanded::default();
        let mut out = Vec::new();
        for n in 0..EVENTS {
            now += Duration::from_millis(dice.roll(1_000));
            let last = n + 1 == EVENTS;
            let input = if last { Input::Close } else { any_input(&mut dice) };
            let new = match &input {
                Input::Place(placing) => Some(placing.leg),
                Input::Signal(signal::Event::Arrived(arrived)) => Some(arrived.leg),
                _ => None,
            };
            // A name is never used again while its leg lives: neither side does that.
            if new.is_some_and(|leg| !commanded.alive.insert(leg)) {
                continue;
            }
            network.handle(now, input, &mut out);
            out.drain(..).for_each(|output| commanded.check(&output));
            assert!(
                network.next_timeout().is_none_or(|at| at > now),
                "a wait that is over stays, seed {seed}"
            );
            assert_eq!(network.parties() == 0, network.next_timeout().is_none(), "seed {seed}");
        }
        // Nobody tells any end: every leg is forgotten, and closed.
        network.handle(now + carrier::limits::LEAVE, Input::Tick, &mut out);
        out.drain(..).for_each(|output| commanded.check(&output));
        assert_eq!(network.parties(), 0, "seed {seed}");
        assert!(commanded.open.is_empty() && commanded.alive.is_empty(), "seed {seed}");
    }
}
