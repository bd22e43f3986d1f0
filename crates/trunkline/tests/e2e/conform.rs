//! The conformance kit against this server: the project's own acceptance test.

use std::net::UdpSocket;
use std::ops::RangeInclusive;

use trunkline::conform::{self, Shape, Target};
use trunkline::output::Output;

use crate::house::{House, Plan};

/// A house whose trunk leads to the kit's own network, and the kit's view of it.
fn house(config: &str) -> (House, Target) {
    // Held at the same time, so that they are two.
    let places = [(); 2].map(|()| UdpSocket::bind("127.0.0.1:0").unwrap());
    let [network, phones] = places.each_ref().map(|place| place.local_addr().unwrap());
    drop(places);
    // The trunk and the first mailbox are the house's own.
    let (_, rest) = conform::CONFIGURATION.split_once("[[agent]]").unwrap();
    let config = format!("[[agent]]{}{config}", rest.replace("127.0.0.1:5080", &phones.to_string()));
    let house = House::with(Plan { trunk: Some(format!("sip:{network}")), config, ..Plan::default() });
    let socket = house.data.path().join("control.sock");
    let target = Target {
        to: house.addresses.link[0].to_string(),
        carrier: format!("udp://{network}").parse().unwrap(),
        sip: Some(format!("sip:{}", house.sip()).parse().unwrap()),
        files: Some(house.data.path().join("files")),
        mailboxes: vec![("7322901900".into(), "2424".into()), ("7322901901".into(), "9595".into())],
        xxx77: 9,
        eee81: 0,
        eee30: true,
        phones: format!("udp://{phones}").parse().unwrap(),
        ringing: vec![25, 26, 27],
        nailed_up: Some(28),
        station_card: Some(29),
        announces: Some("7322901902".into()),
        disabled: Some("7322901903".into()),
        exit: Some(format!("{} exit --socket {}", env!("CARGO_BIN_EXE_trunkline"), socket.display())),
        only: Vec::new(),
    };
    (house, target)
}

/// Every row as JSON; all must have passed, or be skipped for one of these reasons.
fn check(target: &Target, skipped: &[&str]) {
    let mut told = Vec::new();
    let outcome = conform::run(target, Shape::Json, &mut Output::new(&mut told));
    let told = String::from_utf8(told).unwrap();
    for line in told.lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let why = row["why"].as_str().unwrap_or_default();
        let fine = match row["verdict"].as_str().unwrap() {
            "passed" => true,
            "skipped" => skipped.iter().any(|reason| why.contains(reason)),
            _ => false,
        };
        assert!(fine, "{line}");
        assert!(!line.contains("9595"), "a pass code is shown: {line}");
    }
    assert!(outcome.is_ok(), "{outcome:?}");
}

/// Behaviours that are played one after the other; what the server said in them is judged at the end (B176).
type Part = [RangeInclusive<u16>];

/// Against four houses at once: most of the time is ringing, talking and waiting.
#[test]
fn b001_to_b176_as_far_as_they_are_seen_from_outside() {
    let parts: [&Part; 4] = [&[1..=48, 100..=136], &[49..=79], &[80..=99, 137..=148], &[149..=175]];
    let later =
        ["port 700", "shifted", "without inbound calls", "ignores agents", "two servers", "still to come"];
    std::thread::scope(|scope| {
        for part in parts {
            scope.spawn(move || {
                let (house, target) = house("");
                let rows = conform::FAMILIES.iter().flat_map(|family| family.rows).map(|row| row.behaviour);
                let is_in = |row: &u16| *row == 176 || part.iter().any(|range| range.contains(row));
                check(&Target { only: rows.filter(is_in).collect(), ..target }, &later);
                house.stop();
            });
        }
    });
}

#[test]
fn b004_b008_b015_a_house_of_other_parameters() {
    let (house, target) = house("[parameters]\nxxx77 = 1\neee81 = 256\neee30 = 0\n");
    let target = Target { xxx77: 1, eee81: 256, eee30: false, ..target };
    let target =
        Target { ringing: vec![281, 282, 283], nailed_up: Some(284), station_card: Some(285), ..target };
    let other = Target { only: vec![4, 8, 15, 47, 75, 92], ..target };
    check(&other, &[]);
    house.stop();
}

#[test]
fn a_server_that_does_otherwise_fails_the_row() {
    let (house, target) = house("");
    // It is said to have another pass code than it has.
    let wrong = Target { mailboxes: vec![("7322901900".into(), "1111".into())], only: vec![12], ..target };
    let mut told = Vec::new();
    let outcome = conform::run(&wrong, Shape::Json, &mut Output::new(&mut told));
    let told = String::from_utf8(told).unwrap();
    assert!(outcome.unwrap_err().to_string().starts_with("1 of 1 behaviours"), "{told}");
    assert!(
        told.contains(
            r#""verdict":"failed","why":"wanted INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS, but got "#
        ),
        "{told}"
    );
    house.stop();
}
