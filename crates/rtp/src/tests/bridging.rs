//! Who hears whom, by the sound of it: every party says a tone of its own.

use edge::sound::{Barge, Clip, Codec, Command, Direction, Event, FRAME, Repeat, Track, Until};
use edge::{Key, PlayId, RecordId};
use media::goertzel;
use media::rtp::Header;
use media::tone::Tone;

use super::hall::{Dice, Hall, KEYS, hz, is_silence};
use super::{House, on_each, settings};
use crate::Settings;
use crate::limits::{HEARD, PASSED, PAUSE, SLOTS};

use Codec::{G722, Pcma, Pcmu};

/// The headers that came to a party since the last time, and their payloads' lengths.
fn received(hall: &mut Hall, party: usize) -> Vec<(Header, usize)> {
    hall.parties[party].packets.drain(..).map(|(_, header, payload)| (header, payload.len())).collect()
}

/// Sequence numbers follow one another and timestamps go on without a gap.
#[track_caller]
fn assert_seamless(heard: &[(Header, usize)]) {
    for pair in heard.windows(2) {
        let ((a, length), (b, _)) = (pair[0], pair[1]);
        assert_eq!((b.ssrc, b.sequence), (a.ssrc, a.sequence.wrapping_add(1)));
        assert_eq!(b.timestamp, a.timestamp.wrapping_add(length as u32), "{a:?} {b:?}");
    }
}

#[test]
fn two_of_one_codec_hear_each_other_and_nothing_is_decoded() {
    let mut hall = Hall::new(2, &[Pcmu, Pcmu, Pcmu]);
    hall.check("nobody hears anybody at first");
    hall.hear(0, &[1]);
    hall.hear(1, &[0]);
    hall.check("a pair");
    assert!((0..3).all(|party| hall.leg(party).1.says().is_none()), "nothing is decoded");
    assert_eq!(hall.leg(0).0, hall.leg(1).0, "on one worker");
    hall.hear(1, &[]);
    hall.check("mute one way");
    hall.hear(0, &[]);
    hall.check("apart");
}

#[test]
fn two_of_different_codecs_hear_each_other() {
    for (a, b) in [(Pcmu, Pcma), (Pcma, G722), (G722, Pcmu)] {
        let mut hall = Hall::new(2, &[a, b]);
        hall.conference(&[0, 1]);
        hall.check("a pair");
        assert!((0..2).all(|party| hall.leg(party).1.says().is_some()));
        hall.hear(0, &[]);
        hall.check("mute one way");
        assert!(hall.leg(0).1.says().is_some() && hall.leg(1).1.says().is_none());
    }
}

#[test]
fn three_coach_monitor_and_the_pair_again() {
    let (customer, agent, supervisor) = (0, 1, 2);
    let mut hall = Hall::new(3, &[Pcmu, Pcmu, Pcmu, Pcma]);
    hall.conference(&[customer, agent]);
    hall.check("a pair");
    hall.hear(supervisor, &[customer, agent]);
    hall.check("the supervisor monitors");
    assert!(hall.leg(customer).1.says().is_some());
    hall.hear(agent, &[customer, supervisor]);
    hall.check("the supervisor coaches");
    hall.hear(customer, &[agent, supervisor]);
    hall.check("the supervisor is heard by all");
    hall.conference(&[customer, agent, supervisor, 3]);
    hall.check("four");
    hall.close(3);
    hall.check("three again");
    hall.hear(supervisor, &[]);
    hall.conference(&[customer, agent]);
    hall.check("a pair again");
    assert!((0..3).all(|party| hall.leg(party).1.says().is_none()), "and nothing is decoded again");
}

#[test]
fn a_leg_that_closes_in_a_bridge_is_silent() {
    let mut hall = Hall::new(2, &[Pcmu, Pcmu, Pcmu]);
    hall.conference(&[0, 1, 2]);
    hall.check("three");
    hall.close(1);
    hall.check("two are left");
    hall.close(0);
    hall.check("one is left");
    hall.send(Command::Close { leg: hall.parties[2].leg });
    hall.turns(1);
    assert_eq!(hall.told().len(), 3);
}

#[test]
fn a_thousand_random_changes_are_heard_as_they_were_asked_for() {
    let codecs = [Pcmu, Pcma, Pcmu, Pcmu, G722];
    let mut dice = Dice(6);
    for round in 0..20 {
        let mut hall = Hall::new(1 + round % 3, &codecs);
        for sequence in 0..50 {
            let mut asked = String::new();
            for _ in 0..1 + dice.roll(4) {
                let party = dice.roll(codecs.len());
                let of: Vec<usize> = (0..codecs.len()).filter(|_| dice.roll(5) < 2).collect();
                asked += &format!("{party} hears {of:?}, ");
                hall.hear(party, &of);
                (0..dice.roll(30)).for_each(|_| hall.slot());
            }
            hall.check(&format!("round {round}, sequence {sequence}: {asked}"));
        }
    }
}

/// Who hears whom, from now on, and what is asked for beside it: each with the two of whom the second is to hear the
/// first.
type Patch = (&'static str, fn(&mut Hall), [usize; 2]);

/// Patches of parties 0 and 1, of one codec, 2 of another, and 3, a supervisor.
const PATCHES: [Patch; 6] = [
    ("a pair of one codec", |hall| hall.conference(&[0, 1]), [0, 1]),
    ("a pair of two codecs", |hall| hall.conference(&[0, 2]), [0, 2]),
    ("a pair of two codecs, the other way", |hall| hall.conference(&[0, 2]), [2, 0]),
    (
        "a pair that is recorded",
        |hall| {
            let leg = hall.parties[0].leg;
            let (record, track) = (RecordId(1), Track::First);
            hall.send(Command::Record { leg, record, track, until: Until::default() });
            hall.conference(&[0, 1]);
        },
        [0, 1],
    ),
    (
        "a supervisor who coaches, by the agent",
        |hall| {
            hall.hear(0, &[1]);
            hall.hear(1, &[0, 3]);
            hall.hear(3, &[0, 1]);
        },
        [3, 1],
    ),
    ("a conference", |hall| hall.conference(&[0, 1, 2, 3]), [2, 3]),
];

#[test]
fn a_patch_takes_effect_within_40_ms() {
    for start in 0..20 {
        for (what, patch, [heard, listener]) in PATCHES {
            let mut hall = Hall::new(2, &[Pcmu, Pcmu, Pcma, Pcmu]);
            // Parties have talked for a while, to nobody.
            hall.turns(20);
            (0..start).for_each(|_| hall.slot());
            for (number, party) in hall.parties.iter_mut().enumerate() {
                party.speaks = number == heard;
                party.packets.clear();
            }
            let asked = hall.tick;
            patch(&mut hall);
            hall.turns(6);
            let packets = &hall.parties[listener].packets;
            let first = packets.iter().find(|(_, _, payload)| !is_silence(payload));
            let after = first.expect("the other is heard").0 - asked;
            assert!(
                after < 2 * SLOTS,
                "{what}: {listener} hears {heard} after {after} ms, from slot {start} on"
            );
            // And so does its end.
            let asked = hall.tick;
            hall.hear(listener, &[]);
            hall.turns(4);
            let last = hall.parties[listener].packets.iter().rfind(|(_, _, payload)| !is_silence(payload));
            let after = last.expect("the other was heard").0.saturating_sub(asked);
            assert!(after < 2 * SLOTS, "{what}: {listener} hears {heard} for {after} ms more");
        }
    }
}

#[test]
fn what_is_passed_on_is_sent_as_ours_without_a_seam() {
    let mut hall = Hall::new(2, &[Pcmu, Pcmu, Pcmu]);
    let leg = hall.parties[1].leg;
    received(&mut hall, 1);
    hall.hear(1, &[0]);
    hall.turns(5);
    let clips = vec![Clip { samples: Tone::sine(2_000.0, -10.0).samples(100).into() }];
    hall.send(Command::Play { leg, play: PlayId(1), clips, barge: Barge::Never, repeat: Repeat::Once });
    hall.turns(10);
    hall.hear(1, &[2]);
    hall.turns(5);
    hall.hear(1, &[0, 2]);
    hall.turns(5);
    hall.hear(1, &[2]);
    hall.turns(5);
    hall.hear(1, &[]);
    hall.turns(5);
    let heard = received(&mut hall, 1);
    assert_eq!(heard.len(), 35);
    assert_seamless(&heard);
    assert!(heard.iter().all(|(header, _)| !header.marker), "there was no gap");
}

#[test]
fn what_is_passed_on_keeps_every_octet_its_losses_and_its_pauses() {
    let mut hall = Hall::new(2, &[Pcmu, Pcmu]);
    hall.hear(1, &[0]);
    hall.turns(3);
    hall.parties[0].speaks = false;
    received(&mut hall, 1);
    let say = |hall: &mut Hall, octet: u8, length: usize| {
        hall.parties[0].say(&vec![octet; length]);
        hall.turns(1);
    };
    let lose = |hall: &mut Hall| {
        let header = &mut hall.parties[0].header;
        header.sequence = header.sequence.wrapping_add(1);
        header.timestamp = header.timestamp.wrapping_add(160);
        hall.turns(1);
    };
    say(&mut hall, 1, 160);
    lose(&mut hall);
    say(&mut hall, 2, 480);
    hall.turns(2);
    // A pause: no packets, and the clock goes on.
    hall.turns(20);
    hall.parties[0].header.timestamp = hall.parties[0].header.timestamp.wrapping_add(20 * 160);
    hall.parties[0].header.marker = true;
    say(&mut hall, 3, 160);
    hall.parties[0].header.marker = false;
    say(&mut hall, 4, 80);
    let heard: Vec<_> =
        hall.parties[1].packets.drain(..).map(|(_, header, payload)| (header, payload)).collect();
    let first = heard[0].0;
    let told: Vec<_> = heard
        .iter()
        .map(|(header, payload)| {
            let (sequence, time) = (header.sequence - first.sequence, header.timestamp - first.timestamp);
            (payload[0], payload.len(), sequence, time, header.marker)
        })
        .collect();
    let expected =
        [(1, 160, 0, 0, false), (2, 480, 2, 320, false), (3, 160, 3, 4_000, true), (4, 80, 4, 4_160, false)];
    assert_eq!(told, expected);
}

#[test]
fn who_says_nothing_for_long_is_heard_as_silence() {
    let mut hall = Hall::new(1, &[Pcmu, Pcmu]);
    hall.hear(1, &[0]);
    hall.turns(3);
    hall.parties[0].speaks = false;
    hall.turns(1);
    received(&mut hall, 1);
    hall.turns(PAUSE - 1);
    assert_eq!(received(&mut hall, 1), []);
    hall.turns(10);
    let heard = received(&mut hall, 1);
    assert!((9..=10).contains(&heard.len()) && heard[0].0.marker);
    // It comes back with a clock of its own, which makes no difference.
    hall.parties[0].header.timestamp ^= 0x4000_0000;
    hall.parties[0].speaks = true;
    hall.turns(5);
    let mut all = heard;
    all.extend(received(&mut hall, 1));
    assert_eq!(all.len(), 15);
    assert_seamless(&all);
}

#[test]
fn b080_a_play_to_one_is_heard_by_that_one_alone_and_the_bridge_after_it() {
    for codecs in [[Pcmu, Pcmu], [Pcmu, Pcma]] {
        let mut hall = Hall::new(2, &codecs);
        hall.conference(&[0, 1]);
        hall.check("a pair");
        let (leg, play) = (hall.parties[0].leg, PlayId(9));
        let clips = vec![Clip { samples: Tone::sine(2_000.0, -10.0).samples(1_000).into() }];
        hall.send(Command::Play { leg, play, clips, barge: Barge::Never, repeat: Repeat::Forever });
        hall.expected.remove(&0);
        hall.check("one hears music, the other hears the first still");
        let music = goertzel::tone_dbm0(&hall.parties[0].heard, 2_000.0);
        assert!(music > -11.0, "{music}");
        hall.send(Command::Stop { leg, play });
        hall.expected.insert(0, [1].into());
        hall.check("a pair again");
    }
}

#[test]
fn who_may_not_be_sent_anything_is_sent_nothing() {
    for codecs in [[Pcmu, Pcmu], [Pcmu, Pcma]] {
        let mut hall = Hall::new(2, &codecs);
        hall.conference(&[0, 1]);
        hall.check("a pair");
        for direction in [Direction::ReceiveOnly, Direction::Inactive] {
            hall.reopen(1, |media| media.direction = direction);
            hall.turns(2);
            received(&mut hall, 1);
            hall.expected.remove(&1);
            if !direction.receives() {
                // What it sends all the same is not heard either.
                hall.expected.remove(&0);
            }
            hall.check("one is not sent to");
            assert_eq!(received(&mut hall, 1), [], "{direction:?}");
        }
        hall.reopen(1, |media| media.direction = Direction::SendOnly);
        hall.expected.insert(1, [0].into());
        hall.check("one is not heard");
        hall.reopen(1, |media| media.direction = Direction::Both);
        hall.expected.insert(0, [1].into());
        hall.check("a pair again");
        assert!(received(&mut hall, 1)[0].0.marker, "after a gap");
    }
}

#[test]
fn a_codec_that_changes_in_a_bridge_is_followed() {
    let mut hall = Hall::new(2, &[Pcmu, Pcmu]);
    hall.conference(&[0, 1]);
    hall.check("a pair");
    for codec in [Pcma, G722, Pcmu] {
        hall.reopen(1, |media| (media.codec, media.payload_type) = (codec, 96));
        hall.check("another codec");
    }
    assert!(hall.leg(0).1.says().is_none(), "and its payload type makes no difference");
}

#[test]
fn keys_are_told_and_passed_on() {
    let press = |hall: &mut Hall, event: u8| {
        for payload in media::keys::Sender::press(event, 5) {
            hall.parties[0].event(payload.octets());
            hall.turns(1);
        }
        hall.parties[0].header.timestamp = hall.parties[0].header.timestamp.wrapping_add(800);
        hall.turns(8);
    };
    let events = |hall: &mut Hall, party: usize| -> Vec<u8> {
        let mut receiver = media::keys::Receiver::default();
        let packets = hall.parties[party].packets.drain(..);
        let keys = packets.filter(|(_, header, _)| header.payload_type == KEYS);
        keys.filter_map(|(_, header, octets)| {
            receiver.take(media::keys::Payload::parse(&octets)?, header.timestamp)
        })
        .collect()
    };
    // Passed on, or pressed again where sound is decoded.
    for codecs in [[Pcmu, Pcmu, Pcmu], [Pcmu, Pcma, G722]] {
        let mut hall = Hall::new(2, &codecs);
        hall.conference(&[0, 1]);
        hall.turns(3);
        hall.told();
        hall.parties[0].speaks = false;
        press(&mut hall, 7);
        press(&mut hall, 7);
        press(&mut hall, 11);
        let leg = hall.parties[0].leg;
        let key = |event| Event::Key { leg, key: Key::from_event(event).unwrap() };
        assert_eq!(hall.told(), [key(7), key(7), key(11)]);
        assert_eq!((events(&mut hall, 1), events(&mut hall, 2)), (vec![7, 7, 11], vec![]));
        hall.send(Command::Pressed { leg, key: Key::from_event(3).unwrap() });
        hall.turns(10);
        assert_eq!((events(&mut hall, 1), hall.told()), (vec![3], vec![key(3)]), "told by signalling");
        hall.hear(1, &[]);
        hall.turns(1);
        press(&mut hall, 5);
        assert_eq!((events(&mut hall, 1), hall.told()), (vec![], vec![key(5)]), "who is not heard is not");
    }
    // As long as it was pressed, where it is passed on.
    let mut hall = Hall::new(2, &[Pcmu, Pcmu]);
    hall.conference(&[0, 1]);
    hall.turns(3);
    hall.parties[0].speaks = false;
    for payload in media::keys::Sender::press(5, 50) {
        hall.parties[0].event(payload.octets());
        hall.turns(1);
    }
    let last = hall.parties[1].packets.iter().rfind(|(_, header, _)| header.payload_type == KEYS);
    let payload = media::keys::Payload::parse(&last.unwrap().2).unwrap();
    assert_eq!((payload.end, payload.duration), (true, 8_000), "one second");
    assert_eq!(events(&mut hall, 1), [5]);
    // As tones, where no events are taken.
    let mut hall = Hall::new(2, &[Pcmu, Pcmu]);
    hall.reopen(1, |media| media.keys = None);
    hall.conference(&[0, 1]);
    hall.turns(3);
    hall.parties[0].speaks = false;
    hall.parties[1].heard.clear();
    press(&mut hall, 5);
    assert!(events(&mut hall, 1).is_empty());
    let heard = &hall.parties[1].heard;
    let loudest = |hz: f64| heard.chunks(400).map(|part| goertzel::tone_dbm0(part, hz)).fold(-90.0, f64::max);
    assert!(loudest(770.0) > -12.0 && loudest(1_336.0) > -12.0, "the two tones of a 5");
}

#[test]
fn b149_both_sides_of_a_bridge_are_recorded_in_step() {
    let mut hall = Hall::new(2, &[Pcmu, Pcmu]);
    let legs = [0, 1].map(|party| hall.parties[party].leg);
    let record = |hall: &Hall, record| {
        for (leg, track) in legs.into_iter().zip([Track::First, Track::Second]) {
            hall.send(Command::Record { leg, record: RecordId(record), track, until: Until::default() });
        }
    };
    // Begun before the legs move together, while they are, and after.
    record(&hall, 1);
    hall.turns(20);
    hall.conference(&[0, 1]);
    record(&hall, 2);
    hall.turns(20);
    record(&hall, 3);
    hall.turns(40);
    for record in 1..=3 {
        legs.iter().for_each(|&leg| hall.send(Command::StopRecord { leg, record: RecordId(record) }));
    }
    hall.check("a pair, whose sound is passed on all the while");
    let pieces = hall.taped();
    for (record, turns) in [(1, 80), (2, 60), (3, 40)] {
        let mut ends = Vec::new();
        for (party, track) in [Track::First, Track::Second].into_iter().enumerate() {
            let track: Vec<_> =
                pieces.iter().filter(|p| (p.record, p.track) == (RecordId(record), track)).collect();
            for pair in track.windows(2) {
                assert_eq!(pair[1].turn, pair[0].turn + (pair[0].samples.len() / FRAME) as u64);
            }
            let samples: Vec<i16> = track.iter().flat_map(|piece| piece.samples.clone()).collect();
            let length = samples.len() as u64 / FRAME as u64;
            assert!(length.abs_diff(turns) <= 1, "{length} turns");
            for frames in samples[4 * FRAME..].chunks_exact(10 * FRAME) {
                assert!(goertzel::tone_dbm0(frames, hz(party)) > -16.0);
                assert!(goertzel::tone_dbm0(frames, hz(1 - party)) < -40.0);
            }
            ends.push(track[0].turn + length);
        }
        assert!(ends[0].abs_diff(ends[1]) <= 1, "{ends:?}");
    }
}

#[test]
fn no_more_are_heard_than_there_is_room_for() {
    let mut hall = Hall::new(2, &[Pcmu, Pcmu]);
    let leg = hall.parties[1].leg;
    let of = (0..2 * HEARD as u64).rev().map(edge::LegId::placed).collect();
    hall.send(Command::Hear { leg, of });
    hall.expected.insert(1, [0].into());
    hall.check("the first is heard");
    assert_eq!(hall.leg(1).1.hears().len(), HEARD);
}

#[test]
fn keys_that_sound_are_heard_where_sound_is_decoded_anyway() {
    let mut hall = Hall::new(1, &[Pcmu, Pcmu]);
    let leg = hall.parties[0].leg;
    let key = Event::Key { leg, key: Key::from_event(5).unwrap() };
    let sound = |hall: &mut Hall| {
        hall.parties[0].speaks = false;
        let mut tone = Tone::key(5).unwrap();
        for n in 0..20 {
            let mut samples = [0; FRAME];
            if (4..12).contains(&n) {
                tone.fill(&mut samples);
            }
            hall.parties[0].say_samples(&samples);
            hall.turns(1);
        }
        hall.turns(5);
        hall.told()
    };
    hall.reopen(0, |media| media.keys = None);
    hall.turns(60);
    assert_eq!(sound(&mut hall), std::slice::from_ref(&key), "as ever, while nobody hears the party");
    hall.hear(1, &[0]);
    hall.turns(60);
    assert_eq!(sound(&mut hall), [], "it is for the other's ears");
    assert!(hall.leg(0).1.says().is_none());
    let (record, track, until) = (RecordId(1), Track::First, Until::default());
    hall.send(Command::Record { leg, record, track, until });
    assert_eq!(sound(&mut hall), [key], "who records, decodes");
}

#[test]
fn an_echo_is_over_when_somebody_is_heard() {
    let mut hall = Hall::new(1, &[Pcmu, Pcmu]);
    let leg = hall.parties[0].leg;
    hall.send(Command::Echo { leg });
    hall.hear(0, &[]);
    hall.expected.insert(0, [0].into());
    hall.check("it hears itself");
    hall.hear(0, &[1]);
    hall.check("it hears the other");
}

#[test]
fn packets_that_come_at_once_are_passed_on_up_to_a_limit() {
    let mut hall = Hall::new(1, &[Pcmu, Pcmu]);
    hall.hear(1, &[0]);
    hall.turns(3);
    hall.parties[0].speaks = false;
    hall.turns(2);
    // Packets of a stall are older than a turn when they are read.
    hall.read_all(true);
    received(&mut hall, 1);
    for n in 0..2 * PASSED as u8 {
        hall.parties[0].say(&[n; 80]);
    }
    hall.turns(1);
    let heard: Vec<u8> = hall.parties[1].packets.drain(..).map(|(_, _, payload)| payload[0]).collect();
    assert_eq!(heard, (0..PASSED as u8).collect::<Vec<_>>());
    // Longer than what is taken.
    hall.parties[0].say(&[1; 1_000]);
    hall.parties[0].say(&[2; 960]);
    hall.turns(1);
    assert_eq!(received(&mut hall, 1).iter().map(|&(_, length)| length).collect::<Vec<_>>(), [960]);
}

#[test]
fn one_mix_serves_a_whole_conference() {
    let mut hall = Hall::new(2, &[Pcmu, Pcma, Pcmu, G722, Pcmu, Pcmu]);
    hall.conference(&[0, 1, 2, 3]);
    hall.hear(4, &[0, 1, 2, 3]);
    hall.hear(5, &[0, 1, 2, 3]);
    hall.check("four speak, two listen");
    let (worker, _) = hall.leg(0);
    assert_eq!(hall.workers[worker].mixes(), [4], "who only listens hears the same");
}

#[test]
fn two_hear_each_other_on_workers_that_run() {
    on_each(|io| {
        let house = House::new(Settings { workers: 2, ..settings(io, 4) });
        let legs = [0, 1].map(edge::LegId::placed);
        let mut peers = legs.map(|leg| house.open(leg, "127.0.0.1"));
        for (leg, other) in [(legs[0], legs[1]), (legs[1], legs[0])] {
            house.engine.send(Command::Hear { leg, of: vec![other] });
        }
        let mut timestamp = 0;
        let heard = (0..200).any(|_| {
            let [a, b] = &mut peers;
            a.say(0, timestamp, &[3; 160]);
            b.say(0, timestamp, &[4; 160]);
            timestamp += 160;
            (a.hear().1, b.hear().1) == (vec![4; 160], vec![3; 160])
        });
        assert!(heard);
        for leg in legs {
            house.close(leg);
        }
    });
}
