//! The conformance kit against this server: the project's own acceptance test.

use std::net::UdpSocket;

use trunkline::conform::{self, Shape, Target};
use trunkline::output::Output;

use crate::house::{House, Plan};

/// A house whose trunk leads to the kit's own network, and the kit's view of it.
fn house(config: &str) -> (House, Target) {
    let network = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mailbox = "[[mailbox]]\nnumber = \"7322901901\"\ntype = \"U\"\npassword = \"9595\"\n";
    let config = format!("{mailbox}{config}");
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

#[test]
fn b001_to_b176_as_far_as_they_are_seen_from_outside() {
    let (house, target) = house("");
    let later =
        ["port 700", "shifted", "without inbound calls", "ignores agents", "two servers", "still to come"];
    check(&target, &later);
    house.stop();
}

#[test]
fn b004_b008_b015_a_house_of_other_parameters() {
    let (house, target) = house("[parameters]\nxxx77 = 1\neee81 = 256\neee30 = 0\n");
    let other = Target { xxx77: 1, eee81: 256, eee30: false, only: vec![4, 8, 15, 47, 75], ..target };
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
