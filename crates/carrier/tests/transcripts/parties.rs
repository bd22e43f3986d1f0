//! Parties that a test leads, calls into the server, and what goes wrong.

use std::sync::Arc;
use std::time::Duration;

use carrier::{Directory, Happening, Input, Placing, Script, Step, limits};
use edge::signal::{self, Cause, Side};
use edge::sound::{self, Direction, Media, Seen};
use edge::{Key, LegId};

use crate::world::{World, arrived, ended, media};

const CALLED: LegId = LegId::arrived(1);
const CALLING: LegId = LegId::placed(1);

fn secs(n: u64) -> Duration {
    Duration::from_secs(n)
}

fn world() -> World {
    World::new(Directory::new(secs(2)).with("0777", Vec::new()), vec![400, 700])
}

fn follow(leg: LegId, steps: Vec<Step>) -> Input {
    Input::Follow { leg, script: steps.into() }
}

fn placing(script: Script) -> Input {
    Input::Place(Placing {
        leg: CALLING,
        to: "7322901900".to_owned(),
        from: Some("2125550123".to_owned()),
        redirecting: None,
        patience: secs(30),
        script,
    })
}

fn keys(faces: &str) -> Vec<Key> {
    faces.chars().filter_map(Key::from_face).collect()
}

#[test]
fn a_party_without_a_script_does_what_the_test_says() {
    let mut world = world();
    world.put(arrived(CALLED, "5550777"));
    world.later(secs(5), follow(CALLED, vec![Step::Ring]));
    world.later(secs(7), follow(CALLED, vec![Step::Answer, Step::Press(keys("5#"))]));
    world.later(secs(9), follow(CALLED, vec![Step::HangUp(Cause::Normal)]));
    world.run_until(secs(60));
    world.check(
        "
        5.0 ring
        7.0 answer
        7.0 open
        7.0 listen 400
        7.0 listen 700
        7.0 press 5#
        9.0 hang up Normal
        9.0 close",
    );
}

#[test]
fn a_new_script_replaces_the_old_one() {
    let mut world = world();
    world.put(arrived(CALLED, "5550109"));
    world.later(secs(1), follow(CALLED, vec![Step::Echo]));
    world.run_until(secs(100));
    world.check("0.0 answer\n0.0 open\n0.0 listen 400\n0.0 listen 700\n1.0 echo");
}

#[test]
fn steps_out_of_place_are_left_out() {
    let mut world = world();
    let steps = vec![
        Step::Press(keys("1")),
        Step::UntilAnswered(secs(1)),
        Step::Quiet,
        Step::EarlyMedia,
        Step::Answer,
        Step::Answer,
        Step::Ring,
        Step::Press(Vec::new()),
    ];
    world.put(arrived(CALLED, "5550777"));
    world.put(follow(CALLED, steps));
    world.run_until(secs(1));
    world.check("0.0 early media\n0.0 open\n0.0 listen 400\n0.0 listen 700\n0.0 answer");
    let left_out: Vec<&str> = world
        .entries
        .iter()
        .filter_map(|entry| match entry.what {
            Happening::LeftOut(step) => Some(step),
            _ => None,
        })
        .collect();
    assert_eq!(left_out, ["press", "wait since the answer", "quiet", "answer", "ring", "press"]);
}

#[test]
fn a_call_into_the_server_begins_its_script_with_the_answer() {
    let mut world = world();
    let script: Script =
        Arc::new([Step::Press(keys("1")), Step::UntilAnswered(secs(10)), Step::HangUp(Cause::Normal)]);
    world.put(placing(script));
    world.later(secs(1), Input::Signal(signal::Event::Ringing { leg: CALLING }));
    world.later(secs(2), Input::Signal(signal::Event::EarlyMedia { leg: CALLING, media: media() }));
    world.later(secs(4), Input::Signal(signal::Event::Answered { leg: CALLING, media: media() }));
    world.run_until(secs(60));
    world.check(
        "
        0.0 dial 7322901900 from 2125550123
        2.0 open
        2.0 listen 400
        2.0 listen 700
        4.0 press 1
        14.0 hang up Normal
        14.0 close",
    );
    assert_eq!(world.network.parties(), 0);
}

#[test]
fn a_caller_gives_up_when_nobody_answers() {
    let mut world = world();
    world.put(placing(Arc::new([])));
    world.run_until(secs(60));
    world.check("0.0 dial 7322901900 from 2125550123\n30.0 hang up NoAnswer\n30.0 close");
}

#[test]
fn hold_and_resume_reach_the_engine_once_each() {
    let mut world = world();
    let held = Media { direction: Direction::ReceiveOnly, ..media() };
    world.put(arrived(CALLED, "5550114"));
    world.run_until(secs(1));
    for media in [held, held, media()] {
        world.put(Input::Signal(signal::Event::Renegotiated { leg: CALLED, media }));
    }
    world.check("0.0 answer\n0.0 open\n0.0 listen 400\n0.0 listen 700\n1.0 open\n1.0 open");
}

#[test]
fn a_leg_whose_sound_is_lost_is_hung_up_once() {
    let mut world = world();
    world.put(arrived(CALLED, "5550114"));
    world.run_until(secs(1));
    world.put(Input::Sound(sound::Event::Silent { leg: CALLED }));
    world.put(Input::Sound(sound::Event::Lost { leg: CALLED, why: "socket".to_owned() }));
    world.put(follow(CALLED, vec![Step::Echo]));
    world.run_until(secs(2));
    world.check("0.0 answer\n0.0 open\n0.0 listen 400\n0.0 listen 700\n1.0 hang up Lost\n1.0 close");
    let closed = |what: &Happening| matches!(what, Happening::Closed(seen) if *seen == Seen::default());
    assert!(closed(&world.entries.last().expect("entries").what));
}

#[test]
fn a_play_whose_end_is_never_told_does_not_stop_the_script() {
    let mut world = world();
    let script: Script = Directory::new(secs(0)).script("0105");
    world.put(placing(script.iter().skip(3).cloned().collect()));
    world.put(Input::Signal(signal::Event::Answered { leg: CALLING, media: media() }));
    world.forget_the_future();
    world.run_until(secs(30));
    world.check(
        "
        0.0 dial 7322901900 from 2125550123
        0.0 open
        0.0 listen 400
        0.0 listen 700
        0.0 play 5000 ms Once
        10.0 play 400 ms Once",
    );
}

#[test]
fn a_leg_whose_end_is_never_told_is_forgotten() {
    let mut world = world();
    world.put(arrived(CALLED, "5550102"));
    world.forget_the_future();
    world.run_until(limits::LEAVE);
    world.check("0.0 hang up Busy\n40.0 close");
    assert_eq!(world.network.parties(), 0);
    assert!(world.entries.iter().any(|entry| entry.what == Happening::Forgotten));
}

#[test]
fn a_full_network_refuses() {
    let mut world = world();
    for n in 0..limits::PARTIES as u64 {
        world.put(arrived(LegId::arrived(n), "5550777"));
    }
    world.check("");
    world.put(arrived(LegId::arrived(u64::MAX), "5550777"));
    world.check("0.0 hang up Overload");
    world.run_until(secs(1));
    world.check("0.0 close");
    assert_eq!(world.network.parties(), limits::PARTIES);
}

#[test]
fn a_closing_network_hangs_up_and_takes_no_more() {
    let mut world = world();
    world.put(arrived(CALLED, "5550114"));
    world.run_until(secs(1));
    world.put(Input::Close);
    world.put(arrived(LegId::arrived(2), "5550100"));
    world.put(placing(Arc::new([])));
    world.run_until(secs(2));
    world.check(
        "
        0.0 answer
        0.0 open
        0.0 listen 400
        0.0 listen 700
        1.0 hang up Normal
        1.0 hang up Overload
        1.0 close
        1.0 close",
    );
    assert_eq!(world.network.parties(), 0);
}

#[test]
fn what_a_stranger_tells_is_nothing() {
    let mut world = world();
    world.put(Input::Sound(sound::Event::KeysSent { leg: CALLED }));
    world.put(Input::Signal(signal::Event::Ringing { leg: CALLED }));
    world.put(follow(CALLED, vec![Step::Answer]));
    world.check("");
    // An end may come for a call that was refused before it had a party; its socket must go.
    world.put(ended(CALLED, Side::Network, Cause::Normal));
    world.check("0.0 close");
}
