//! Legs that move from one worker to another, and what is asked of them meanwhile.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use edge::sound::{Barge, Clip, Codec, Command, Event, FRAME, PlayEnd, RecordEnd, Repeat, Track, Until};
use edge::{Key, LegId, PlayId, RecordId};

use super::hall::{Dice, Hall};
use super::{BREAKS_WORKER, DEADLINE, House, nowhere, settings};
use crate::limits::{COMMANDS, HELD, INBOX, LOOK, SLOTS};
use crate::{Engine, Io, Settings, Sink};

use Codec::Pcmu;

/// The key number `n`, as signalling tells it, which is told at once: the events of a leg tell the order of
/// its commands.
fn mark(hall: &Hall, party: usize, n: u8) {
    let leg = hall.parties[party].leg;
    hall.send(Command::Pressed { leg, key: Key::from_event(n).unwrap() });
}

/// What is told of it.
fn marked(leg: LegId, n: u8) -> Event {
    Event::Key { leg, key: Key::from_event(n).unwrap() }
}

fn clip(samples: usize) -> Vec<Clip> {
    vec![Clip { samples: vec![8_000; samples].into() }]
}

#[test]
fn commands_to_a_leg_that_moves_are_obeyed_in_order() {
    let mut hall = Hall::new(2, &[Pcmu; 5]);
    let leg = hall.parties[1].leg;
    assert_eq!([0, 1, 2, 3, 4].map(|party| hall.leg(party).0), [0, 1, 0, 1, 0]);
    let play = |hall: &Hall, n: u64| {
        let clips = clip(8_000);
        hall.send(Command::Play { leg, play: PlayId(n), clips, barge: Barge::Never, repeat: Repeat::Once });
    };
    let stop = |hall: &Hall, n: u64| hall.send(Command::Stop { leg, play: PlayId(n) });
    // Before it moves, while it does, and back, all at once.
    play(&hall, 1);
    hall.hear(0, &[1, 2]);
    stop(&hall, 1);
    play(&hall, 2);
    hall.hear(0, &[]);
    hall.hear(1, &[3]);
    stop(&hall, 2);
    play(&hall, 3);
    mark(&hall, 1, 7);
    stop(&hall, 3);
    hall.turns(2);
    let ended = |n| Event::PlayEnded { leg, play: PlayId(n), end: PlayEnd::Stopped };
    assert_eq!(hall.told(), [ended(1), ended(2), marked(leg, 7), ended(3)]);
    assert_eq!(hall.leg(1).0, 1, "it is back");
    hall.check("as if it had been there always");
}

#[test]
fn a_leg_that_is_called_back_before_it_has_left_arrives_all_the_same() {
    for order in [[0, 1], [1, 0]] {
        let mut hall = Hall::new(2, &[Pcmu; 6]);
        let leg = hall.parties[1].leg;
        // There, back and there again, before any worker has done anything; then they work in this order.
        for n in 0..3 {
            hall.hear(0, &[1, 2]);
            mark(&hall, 1, 2 * n);
            hall.hear(0, &[]);
            hall.hear(5, &[1, 3]);
            mark(&hall, 1, 2 * n + 1);
            hall.hear(5, &[]);
        }
        hall.hear(0, &[1, 2]);
        for _ in 0..2 * SLOTS {
            order.into_iter().for_each(|worker| hall.workers[worker].slot_at(hall.tick, Duration::ZERO));
            hall.tick += 1;
        }
        assert_eq!(hall.told(), [0, 1, 2, 3, 4, 5].map(|n| marked(leg, n)));
        assert_eq!(hall.leg(1).0, 0);
        hall.check("all are where they belong");
    }
}

#[test]
fn a_move_costs_no_packet_and_no_turn() {
    for start in 0..SLOTS {
        // Each worker has twelve legs, in its first twelve slots.
        let mut hall = Hall::new(2, &[Pcmu; 24]);
        (0..start).for_each(|_| hall.slot());
        let mover = 23;
        let (leg, record) = (hall.parties[mover].leg, RecordId(1));
        hall.send(Command::Record { leg, record, track: Track::First, until: Until::default() });
        hall.turns(10);
        hall.parties[mover].packets.clear();
        // From the last slot to another worker's first, then back again to a later one.
        hall.hear(0, &[2, mover]);
        hall.turns(10);
        assert_eq!(hall.leg(mover).0, 0);
        hall.hear(0, &[]);
        hall.hear(21, &[19, mover]);
        hall.turns(10);
        assert_eq!(hall.leg(mover).0, 1);
        let sent: Vec<_> = hall.parties[mover].packets.iter().map(|&(_, header, _)| header).collect();
        assert!((19..=21).contains(&sent.len()), "{}", sent.len());
        for pair in sent.windows(2) {
            assert_eq!(pair[1].sequence, pair[0].sequence.wrapping_add(1));
            assert_eq!(pair[1].timestamp, pair[0].timestamp.wrapping_add(FRAME as u32));
        }
        hall.send(Command::StopRecord { leg, record });
        // It is in the eleventh slot now.
        let last = (hall.tick + SLOTS - 11) / SLOTS;
        hall.parties[mover].speaks = false;
        hall.turns(2);
        let (seen, said) = (hall.leg(mover).1.seen(), hall.parties[mover].header.sequence);
        let said = said.wrapping_sub(1_000 * mover as u16);
        assert_eq!((seen.received, seen.lost, seen.late), (said.into(), 0, 0));
        let pieces = hall.taped();
        let ends: Vec<_> = pieces.iter().filter_map(|piece| piece.end.clone()).collect();
        assert_eq!(ends, [RecordEnd::Stopped]);
        for pair in pieces.windows(2) {
            let next = pair[0].turn + (pair[0].samples.len() / FRAME) as u64;
            assert_eq!(pair[1].turn, next, "no turn is missing");
        }
        let end = pieces.iter().map(|piece| piece.turn + (piece.samples.len() / FRAME) as u64).max();
        assert_eq!(end, Some(last), "and none is there twice");
    }
}

#[test]
fn a_leg_that_is_faster_than_the_word_of_it_waits() {
    let mut hall = Hall::new(2, &[Pcmu, Pcmu, Pcmu]);
    let [first, second, _] = [0, 1, 2].map(|party| hall.parties[party].leg);
    for n in 0..3 * COMMANDS as u64 {
        hall.send(Command::Stop { leg: first, play: PlayId(n) });
    }
    hall.hear(0, &[1, 2]);
    mark(&hall, 1, 4);
    (0..3).for_each(|_| hall.slot());
    assert!(hall.workers.iter().all(|worker| worker.leg(second).is_none()), "it is not where it was");
    hall.turns(1);
    assert_eq!(hall.told(), [marked(second, 4)]);
    hall.check("it has arrived");
}

#[test]
fn what_a_leg_has_told_goes_with_it() {
    let mut hall = Hall::new(2, &[Pcmu, Pcmu, Pcmu]);
    hall.refuse_events(true);
    let leg = hall.parties[1].leg;
    (0..5).for_each(|n| mark(&hall, 1, n));
    hall.turns(1);
    hall.hear(0, &[1, 2]);
    mark(&hall, 1, 5);
    hall.turns(1);
    // The new worker is the first to be asked again.
    hall.refuse_events(false);
    hall.turns(1);
    assert_eq!(hall.told(), [0, 1, 2, 3, 4, 5].map(|n| marked(leg, n)));
}

#[test]
fn a_leg_that_opens_in_a_bridge_is_heard_from_then_on() {
    let mut hall = Hall::new(2, &[Pcmu, Pcmu]);
    // The next leg will be named 2, and the one after it 3.
    hall.send(Command::Hear { leg: hall.parties[1].leg, of: vec![LegId::placed(3), LegId::placed(2)] });
    hall.check("nobody yet");
    let third = hall.join(Pcmu);
    hall.expected.insert(1, [third].into());
    hall.check("the third is heard");
    hall.hear(third, &[1]);
    hall.check("and hears");
    let fourth = hall.join(Pcmu);
    hall.expected.insert(1, [third, fourth].into());
    hall.check("and so is the fourth");
}

#[test]
fn a_leg_that_was_lost_moves_and_is_closed_there() {
    let mut hall = Hall::new(2, &[Pcmu, Pcmu, Pcmu]);
    let [first, second] = [0, 1].map(|party| hall.parties[party].leg);
    let (clips, barge, repeat) = (clip(160), Barge::Never, Repeat::Once);
    hall.send(Command::Play { leg: second, play: super::BREAKS_LEG, clips, barge, repeat });
    hall.turns(2);
    assert!(matches!(hall.told()[..], [Event::Lost { leg, .. }] if leg == second));
    hall.hear(0, &[1, 2]);
    hall.send(Command::Close { leg: second });
    hall.turns(1);
    assert!(matches!(hall.told()[..], [Event::Closed { leg, seen }] if leg == second && seen.sent > 0));
    hall.send(Command::Close { leg: first });
    hall.turns(1);
    assert_eq!(hall.told().len(), 1);
}

#[test]
fn an_inbox_without_room_loses_the_leg_that_would_move() {
    let mut hall = Hall::new(2, &[Pcmu, Pcmu, Pcmu]);
    let [first, second, _] = [0, 1, 2].map(|party| hall.parties[party].leg);
    // The first worker has two legs, so the second leg would move there.
    for n in 0..INBOX as u64 {
        hall.send(Command::Stop { leg: first, play: PlayId(n) });
    }
    hall.hear(0, &[1, 2]);
    hall.turns((INBOX / COMMANDS) as u64 / SLOTS + 2);
    let lost: Vec<_> = hall.told().into_iter().filter(|event| matches!(event, Event::Lost { .. })).collect();
    assert_eq!(lost.len(), 2, "the one that hears, and the one that would move: {lost:?}");
    for party in 0..3 {
        hall.close(party);
    }
    hall.turns(1);
    assert_eq!(hall.told().len(), 3);
    assert_eq!(
        hall.engine.reserve(second, super::HOME).unwrap(),
        hall.engine.reserve(second, super::HOME).unwrap()
    );
}

#[test]
fn a_leg_leaves_even_when_the_word_of_it_finds_no_room() {
    let mut hall = Hall::new(2, &[Pcmu, Pcmu, Pcmu]);
    let second = hall.parties[1].leg;
    for n in 0..INBOX as u64 {
        hall.send(Command::Stop { leg: second, play: PlayId(n) });
    }
    hall.hear(0, &[1, 2]);
    mark(&hall, 1, 4);
    hall.turns((INBOX / COMMANDS) as u64 / SLOTS + 2);
    assert_eq!(hall.told(), [marked(second, 4)]);
    assert_eq!(hall.leg(1).0, 0);
    hall.check("it has arrived");
}

#[test]
fn more_commands_than_are_held_for_a_leg_lose_it() {
    let mut hall = Hall::new(2, &[Pcmu, Pcmu, Pcmu]);
    let second = hall.parties[1].leg;
    hall.hear(0, &[1, 2]);
    for _ in 0..HELD + 10 {
        mark(&hall, 1, 4);
    }
    hall.send(Command::Close { leg: second });
    // Only the new worker goes on for a while.
    for _ in 0..SLOTS {
        hall.workers[0].slot_at(hall.tick, Duration::ZERO);
        hall.tick += 1;
    }
    hall.turns(2);
    let told = hall.told();
    assert_eq!(told.iter().filter(|event| **event == marked(second, 4)).count(), HELD);
    assert!(matches!(told[HELD..], [Event::Lost { .. }, Event::Closed { .. }]), "{:?}", &told[HELD..]);
}

#[test]
fn r27_a_panic_of_a_worker_loses_no_command_of_a_leg_that_arrives() {
    let mut hall = Hall::new(2, &[Pcmu, Pcmu, Pcmu]);
    let [first, second, third] = [0, 1, 2].map(|party| hall.parties[party].leg);
    hall.hear(0, &[1, 2]);
    let (clips, barge, repeat) = (clip(160), Barge::Never, Repeat::Once);
    hall.send(Command::Play { leg: second, play: BREAKS_WORKER, clips, barge, repeat });
    hall.send(Command::Close { leg: second });
    hall.send(Command::Close { leg: first });
    hall.turns(2);
    let mut told = hall.told();
    let lost = |leg| move |event: &Event| matches!(event, Event::Lost { leg: of, .. } if *of == leg);
    let closed = |leg| move |event: &Event| matches!(event, Event::Closed { leg: of, .. } if *of == leg);
    for (count, leg, name) in [(1, second, "second"), (1, third, "third")] {
        assert_eq!(told.iter().filter(|event| lost(leg)(event)).count(), count, "{name}: {told:?}");
    }
    for leg in [first, second] {
        assert_eq!(told.iter().filter(|event| closed(leg)(event)).count(), 1);
    }
    told.clear();
    hall.send(Command::Close { leg: third });
    hall.turns(1);
    assert_eq!(hall.told().len(), 1);
}

#[test]
fn an_engine_that_stops_while_legs_move_ends_their_recordings() {
    // The new worker has the leg, or has not looked, or has ended when the old one lets it go.
    for (before, after) in [(SLOTS, 0), (LOOK, 0), (0, LOOK)] {
        let mut hall = Hall::new(2, &[Pcmu, Pcmu, Pcmu]);
        let (leg, record) = (hall.parties[1].leg, RecordId(1));
        hall.send(Command::Record { leg, record, track: Track::First, until: Until::default() });
        hall.turns(3);
        hall.hear(0, &[1, 2]);
        for tick in hall.tick..hall.tick + before {
            let workers = if before > LOOK { 0..2 } else { 1..2 };
            workers.for_each(|n| hall.workers[n].slot_at(tick, Duration::ZERO));
        }
        hall.tick += before;
        let mut ended = hall.stop(after);
        assert_eq!(ended.pop().and_then(|piece| piece.end), Some(RecordEnd::Gone));
    }
}

/// Threads that work at once: whatever is asked in whichever order, each leg obeys in order, and all of
/// them close.
#[test]
fn legs_move_between_workers_that_run() {
    let (tell, events) = sync_channel(200_000);
    let sink: Sink = Arc::new(move |event| tell.send(event).map_err(|refused| refused.0));
    let count = 24_u64;
    let settings = Settings { workers: 3, ..settings(Io::Auto, 2 * count as u16) };
    let house = House { engine: Engine::start(settings, sink, nowhere()).unwrap(), events };
    let _peers: Vec<_> = (0..count).map(|n| house.open(LegId::placed(n), "127.0.0.1")).collect();
    let mut dice = Dice(3);
    let (mut asked, mut stopped) =
        (BTreeMap::<LegId, Vec<PlayId>>::new(), BTreeMap::<LegId, Vec<PlayId>>::new());
    let (mut closed, mut under_way) = (0, 0);
    let mut take = |most: i32, under_way: &mut i32| {
        while *under_way > most {
            *under_way -= 1;
            match house.events.recv_timeout(DEADLINE).expect("an event before the deadline") {
                Event::PlayEnded { leg, play, end: PlayEnd::Stopped } => {
                    stopped.entry(leg).or_default().push(play);
                }
                Event::Closed { .. } => closed += 1,
                other => panic!("{other:?}"),
            }
        }
    };
    for n in 0..20_000 {
        let mut any = || LegId::placed(dice.roll(count as usize) as u64);
        let (leg, play) = (any(), PlayId(n));
        if n % 4 == 0 {
            let of = [any(), any(), any()][..n as usize / 4 % 4].to_vec();
            house.engine.send(Command::Hear { leg, of });
        }
        // A play that is stopped at once tells that it was, once.
        let (clips, barge, repeat) = (clip(FRAME), Barge::Never, Repeat::Forever);
        house.engine.send(Command::Play { leg, play, clips, barge, repeat });
        house.engine.send(Command::Stop { leg, play });
        asked.entry(leg).or_default().push(play);
        under_way += 1;
        take(100, &mut under_way);
    }
    (0..count).for_each(|n| house.engine.send(Command::Close { leg: LegId::placed(n) }));
    under_way += count as i32;
    take(0, &mut under_way);
    assert_eq!(closed, count);
    assert_eq!(stopped, asked, "all, and each leg's in order");
    assert_eq!(house.engine.counters().total(|worker| worker.legs), 0);
}

/// Of legs that are on their way to one that closes meanwhile, none is left beside nobody.
#[test]
fn a_company_is_kept_together_when_the_one_it_gathers_at_is_gone_before_it_comes() {
    for (strangers, [first, second, third]) in
        [(0, [1, 0, 2]), (1, [1, 0, 2]), (0, [0, 1, 3]), (1, [0, 1, 3]), (1, [3, 2, 1]), (0, [2, 3, 0])]
    {
        let mut hall = Hall::new(2, &[Pcmu; 4]);
        (0..strangers).for_each(|_| _ = hall.join(Pcmu));
        // All of this in no time.
        hall.conference(&[first, second]);
        hall.conference(&[first, second, third]);
        let last = hall.join(Pcmu);
        hall.conference(&[last, second, third]);
        hall.close(first);
        hall.check(&format!("{last}, {second} and {third}"));
    }
}
