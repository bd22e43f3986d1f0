//! What every number of the simulated network does, as transcripts in virtual time.

use std::time::Duration;

use carrier::{Directory, Happening};
use edge::LegId;
use edge::signal::{Cause, Side};

use crate::world::{RING, World, arrived, ended};

const LEG: LegId = LegId::arrived(1);

/// Calls this number, waits four minutes, and compares what its subscriber did.
fn check(dnis: &str, expected: &str) {
    let mut world = World::new(Directory::new(RING), Vec::new());
    world.put(arrived(LEG, dnis));
    world.run_until(Duration::from_secs(240));
    world.check(expected);
    world.put(ended(LEG, Side::Network, Cause::Normal));
    assert_eq!(world.network.parties(), 0);
    assert_eq!(world.network.next_timeout(), None);
}

#[test]
fn n0100_rings_says_hello_and_hangs_up_after_a_minute() {
    let person = "
        0.0 ring
        2.0 answer
        2.0 open
        2.0 play 600 ms Once
        62.0 hang up Normal
        62.0 close";
    check("7325550100", person);
    check("7325559999", person);
    check("", person);
}

#[test]
fn n0101_presses_5_three_seconds_after_the_answer() {
    check(
        "7325550101",
        "
        0.0 ring
        2.0 answer
        2.0 open
        2.0 play 600 ms Once
        5.0 press 5
        62.0 hang up Normal
        62.0 close",
    );
}

#[test]
fn n0102_is_busy() {
    check("7325550102", "0.0 hang up Busy\n0.0 close");
}

#[test]
fn n0103_rings_and_never_answers() {
    check("7325550103", "0.0 ring\n180.0 hang up NoAnswer\n180.0 close");
}

#[test]
fn n0104_talks_before_the_answer_and_never_answers() {
    check(
        "7325550104",
        "
        0.0 early media
        0.0 open
        0.0 play 4628 ms Forever
        180.0 hang up Unallocated
        180.0 close",
    );
}

#[test]
fn n0105_greets_beeps_and_listens() {
    check(
        "7325550105",
        "
        0.0 ring
        2.0 answer
        2.0 open
        2.0 play 5000 ms Once
        7.0 play 400 ms Once
        62.0 hang up Normal
        62.0 close",
    );
}

#[test]
fn n0106_is_a_fax() {
    check(
        "7325550106",
        "
        0.0 ring
        2.0 answer
        2.0 open
        4.0 play 3000 ms Once
        37.0 hang up Normal
        37.0 close",
    );
}

#[test]
fn n0107_sounds_busy_before_the_answer() {
    check(
        "7325550107",
        "
        0.0 early media
        0.0 open
        0.0 play 1000 ms Forever
        180.0 hang up Busy
        180.0 close",
    );
}

#[test]
fn n0108_sounds_reorder_after_the_answer() {
    check(
        "7325550108",
        "
        0.0 answer
        0.0 open
        0.0 play 500 ms Forever
        60.0 hang up Normal
        60.0 close",
    );
}

#[test]
fn n0109_hangs_up_after_three_seconds() {
    check("7325550109", "0.0 answer\n0.0 open\n3.0 hang up Normal\n3.0 close");
}

#[test]
fn n0110_has_no_circuit() {
    check("7325550110", "0.0 hang up NoCircuit\n0.0 close");
}

#[test]
fn n0111_presses_5_as_tones() {
    check(
        "7325550111",
        "
        0.0 ring
        2.0 answer
        2.0 open
        2.0 play 600 ms Once
        5.0 play 100 ms Once
        62.0 hang up Normal
        62.0 close",
    );
}

#[test]
fn n0112_echoes() {
    check("7325550112", "0.0 answer\n0.0 open\n0.0 echo");
}

#[test]
fn n0113_sends_a_tone() {
    check("7325550113", "0.0 answer\n0.0 open\n0.0 play 1000 ms Forever");
}

#[test]
fn n0114_stays_silent() {
    check("7325550114", "0.0 answer\n0.0 open");
}

#[test]
fn a_caller_who_gives_up_ends_the_script() {
    let mut world = World::new(Directory::new(RING), Vec::new());
    world.put(arrived(LEG, "7325550100"));
    world.later(Duration::from_secs(1), ended(LEG, Side::Network, Cause::NoAnswer));
    world.run_until(Duration::from_secs(240));
    world.check("0.0 ring\n1.0 close");
    assert_eq!(world.network.parties(), 0);
    let shown = Happening::Arrived {
        dnis: "7325550100".to_owned(),
        ani: "7325550199".to_owned(),
        redirecting: String::new(),
    };
    assert_eq!(world.entries.first().map(|entry| &entry.what), Some(&shown));
}
