//! A hundred thousand random sequences of requests about who hears whom, and of hang-ups: the matrix is always
//! what the reference says, each request ends once, and nothing of a call is left when it is over.

use edge::signal::Cause;
use protocol::{AgentTransferMode, BargeInMode, HoldMode, MuteMode};
use sim::floor::{Act, Disk, Floor};
use sim::history::Dice;
use sim::reference::Reference;

const PARTIES: u16 = 6;
const SEQUENCES: u64 = 100_000;
const STEPS: u64 = 6;

fn one<T: Copy>(dice: &mut Dice, of: &[T]) -> T {
    *dice.one(of).expect("not empty")
}

/// Anything that may happen. Ports are few, so that what is asked often fits.
fn act(dice: &mut Dice) -> Act {
    let mut port = || 1 + dice.below(u64::from(PARTIES)) as u16;
    let (one_port, other) = (port(), port());
    let file = one(dice, &[None, Some("MUSIC"), Some("MUSIC"), Some("OTHER"), Some("GONE")]);
    match dice.below(26) {
        0..=5 => Act::Patch(one_port, other),
        6 => Act::Tear(one_port, other),
        7..=8 => Act::Mute(one_port, one(dice, &[MuteMode::On, MuteMode::On, MuteMode::Off])),
        9..=11 => Act::Hold(one_port, one(dice, &[HoldMode::On, HoldMode::On, HoldMode::Cancell]), file),
        12..=14 => Act::Transfer(one_port, other, AgentTransferMode::Initiate, file),
        15 => Act::Transfer(one_port, other, AgentTransferMode::Blind, file),
        16..=17 => Act::Transfer(one_port, other, AgentTransferMode::Accept, None),
        18 => Act::Transfer(one_port, other, AgentTransferMode::Cancel, None),
        19..=21 => {
            let modes = [BargeInMode::Coach, BargeInMode::Monitor, BargeInMode::Full];
            Act::BargeIn(one_port, other, one(dice, &modes))
        }
        22 => Act::BargeOut(one_port, other),
        // It changes nothing about who hears whom.
        23..=24 => Act::Replace(one_port),
        _ => one(dice, &[Act::Gone(one_port), Act::Drop(one_port)]),
    }
}

/// One sequence on a floor where everybody has a call and nobody is joined. What went is told on a panic.
fn live(floor: &mut Floor, seed: u64) -> u64 {
    let (mut dice, mut reference) = (Dice::new(seed), Reference::new(PARTIES));
    let mut trail = Vec::new();
    let steps = STEPS + dice.below(STEPS);
    for _ in 0..steps {
        let act = act(&mut dice);
        let (went, wanted) = (floor.act(act), reference.act(act));
        trail.push((act, went.clone()));
        let is_told = matches!(act, Act::Gone(_));
        assert!(is_told || went == wanted, "seed {seed}: {wanted} is the answer to the last of {trail:?}");
        let (heard, wanted) = (floor.matrix(), reference.matrix());
        assert!(heard == wanted, "seed {seed}: {wanted} and not {heard} is heard after {trail:?}");
        assert_eq!(floor.owed(), 0, "seed {seed}: a request is without its answer after {trail:?}");
    }
    for port in 1..=PARTIES {
        if !floor.is_apart() {
            floor.act(Act::Drop(port));
        }
    }
    assert!(floor.is_apart(), "seed {seed}: somebody is joined with nobody after {trail:?}");
    floor.must_be_tidy();
    while floor.parties().len() < usize::from(PARTIES) {
        floor.act(Act::Dial);
    }
    steps
}

#[test]
fn a_hundred_thousand_sequences_sound_as_the_protocol_says() {
    let workers = 2;
    std::thread::scope(|scope| {
        for worker in 0..workers {
            scope.spawn(move || {
                let mut floor = Floor::new(PARTIES, Disk::Prompt);
                for seed in (worker..SEQUENCES).step_by(workers as usize) {
                    live(&mut floor, seed);
                }
            });
        }
    });
}

/// Anything that may happen where stations ring, telephones transfer by themselves and the disk takes its time.
fn slow_act(dice: &mut Dice) -> Act {
    let port = |dice: &mut Dice| one(dice, &[1, 2, 3, 4, 24, 25]);
    let (one_port, other) = (port(dice), port(dice));
    let station = one(dice, &[24, 25]);
    let file = one(dice, &[None, Some("MUSIC"), Some("GONE")]);
    match dice.below(17) {
        0..=1 => Act::Transfer(one_port, station, AgentTransferMode::Initiate, file),
        2 => Act::Transfer(one_port, station, AgentTransferMode::Blind, None),
        3 => Act::Transfer(one_port, other, AgentTransferMode::Cancel, None),
        4 => Act::BargeIn(station, one_port, BargeInMode::Full),
        5 => Act::Refer(one_port, station),
        6 => Act::ReferTo(one_port, other),
        7..=8 => Act::Answers(station),
        9 => Act::Declines(station, one(dice, &[Cause::Busy, Cause::NoAnswer])),
        10..=11 => Act::Found,
        12 => Act::Replace(one_port),
        _ => act(dice),
    }
}

#[test]
fn whatever_rings_and_whatever_the_disk_does_nothing_is_left_behind() {
    let mut floor = Floor::new(PARTIES, Disk::Slow);
    for seed in 0..5_000 {
        let mut dice = Dice::new(seed);
        for _ in 0..20 {
            let act = slow_act(&mut dice);
            floor.act(act);
        }
        while floor.looks() > 0 {
            floor.act(Act::Found);
        }
        for port in floor.parties() {
            floor.act(Act::Drop(port));
        }
        for station in [24, 25] {
            floor.act(Act::Declines(station, Cause::NoAnswer));
        }
        assert_eq!(floor.owed(), 0, "seed {seed}: a request is without its answer");
        assert!(floor.is_apart(), "seed {seed}: somebody is joined with nobody");
        floor.must_be_tidy();
        while floor.parties().len() < usize::from(PARTIES) {
            floor.act(Act::Dial);
        }
    }
}
