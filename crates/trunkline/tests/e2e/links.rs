//! Links over real TCP: who may connect, what is read, and what bad applications cost.

use std::io::Write as _;
use std::net::TcpStream;

use crate::house::{House, Plan, octets};

#[test]
fn b001_b003_messages_cross_a_tcp_connection_both_ways() {
    let house = House::new();
    let mut app = house.application();
    app.octets("<INIT_LINK>\n<INFO MSGID=\u{201d}PAN-123\u{201d} NAME=\u{201d}PEC\u{201d} DNIS=\"7322901900\" \nPASS_CODE=\u{201d}2424\u{201d}>\n</INFO>\n</INIT_LINK >".as_bytes());
    app.expect("INIT_LINK/RESPONSE MSGID=PAN-123 STATUS=SUCCESS");
    house.stop();
}

#[test]
fn a_message_split_at_every_octet_is_read() {
    let house = House::new();
    let mut app = house.application();
    for octet in octets("APP_TRUNK_STATUS/INFO MSGID=1001 TRUNK_PORT=1") {
        app.octets(&[octet]);
    }
    app.expect("APP_TRUNK_STATUS/RESPONSE MSGID=1001 TRUNK_PORT=1 STATUS=WAITING");
    house.stop();
}

#[test]
fn d01_what_cannot_be_read_is_answered_and_reading_goes_on() {
    let house = House::new();
    let mut app = house.application();
    app.octets(b"<HELLO>\n<INFO MSGID=\"1001\">\n</INFO>\n</HELLO>\n");
    assert!(app.next("an answer").starts_with("ERROR/RESPONSE MSGID=1001 STATUS=UNKNOWN_MESSAGE"));
    app.octets(b"a line of junk\n");
    assert!(app.next("an answer").starts_with("ERROR/RESPONSE MSGID=\"\" STATUS=MALFORMED_MESSAGE"));
    app.send("APP_TRUNK_STATUS/INFO MSGID=1002 TRUNK_PORT=1");
    app.expect("APP_TRUNK_STATUS/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=WAITING");
    house.stop();
}

#[test]
fn d01_error_messages_can_be_silenced() {
    let config = "[link]\nerror_messages = false\n".into();
    let house = House::with(Plan { config, ..Plan::default() });
    let mut app = house.application();
    app.octets(b"<HELLO>\n<INFO MSGID=\"1001\">\n</INFO>\n</HELLO>\n");
    app.send("APP_TRUNK_STATUS/INFO MSGID=1002 TRUNK_PORT=1");
    app.expect("APP_TRUNK_STATUS/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=WAITING");
    house.stop();
}

#[test]
fn d01_a_hundred_unreadable_messages_in_a_row_close_the_link() {
    let house = House::new();
    let mut app = house.application();
    let mut other = house.application();
    let _ = app.stream.write_all(&b"junk\n".repeat(200));
    app.expect_closed();
    other.send("APP_TRUNK_STATUS/INFO MSGID=1002 TRUNK_PORT=1");
    other.expect("APP_TRUNK_STATUS/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=WAITING");
    house.stop();
}

#[test]
fn d01_a_message_beyond_the_limit_closes_the_link() {
    let house = House::new();
    let mut app = house.application();
    app.octets(b"<INIT_LINK>\n<INFO MSGID=\"");
    let _ = app.stream.write_all(&vec![b'A'; 100_000]);
    app.expect_closed();
    house.stop();
}

#[test]
fn d09_an_address_outside_the_allow_list_is_refused() {
    let config = "[link]\nallow = [\"127.0.0.9/32\"]\n".into();
    let house = House::with(Plan { config, ..Plan::default() });
    house.application().expect_closed();
    house.stop();
}

#[test]
fn a_link_beyond_the_limit_is_refused() {
    let config = "[link]\nmax_links = 1\n".into();
    let house = House::with(Plan { config, ..Plan::default() });
    let mut first = house.application();
    first.send("INIT_LINK/INFO MSGID=1001");
    first.expect("INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS");
    house.application().expect_closed();
    first.send("INIT_LINK/INFO MSGID=1002");
    first.expect("INIT_LINK/RESPONSE MSGID=1002 STATUS=SUCCESS");
    house.stop();
}

#[test]
fn a_hundred_thousand_pipelined_requests_are_answered_in_order() {
    let house = House::new();
    let mut app = house.application();
    let mut writer = app.stream.try_clone().unwrap();
    let many = 100_000;
    let feeder = std::thread::spawn(move || {
        let mut batch = Vec::new();
        for n in 0..many {
            batch.extend(format!("<APP_TRUNK_STATUS>\n<INFO MSGID=\"M{n:06}\" TRUNK_PORT=\"1\">\n</INFO>\n</APP_TRUNK_STATUS>\n").into_bytes());
            if batch.len() > 60_000 {
                writer.write_all(&batch).unwrap();
                batch.clear();
            }
        }
        writer.write_all(&batch).unwrap();
    });
    for n in 0..many {
        app.expect(&format!("APP_TRUNK_STATUS/RESPONSE MSGID=M{n:06} TRUNK_PORT=1 STATUS=WAITING"));
    }
    feeder.join().unwrap();
    house.stop();
}

#[test]
fn an_application_that_never_reads_costs_the_others_nothing() {
    let house = House::new();
    let deaf = TcpStream::connect(house.addresses.link[0]).unwrap();
    deaf.set_nonblocking(true).unwrap();
    let request = octets("APP_TRUNK_STATUS/INFO MSGID=1001 TRUNK_PORT=1").repeat(500);
    // Written until the server reads no more of it: it keeps a bounded number of answers.
    let mut refused = 0;
    let mut written = 0_usize;
    let mut app = house.application();
    while refused < 200 && written < (256 << 20) {
        match (&deaf).write(&request) {
            Ok(n) => {
                written += n;
                refused = 0;
            }
            Err(_) => refused += 1,
        }
        app.send("APP_TRUNK_STATUS/INFO MSGID=1002 TRUNK_PORT=1");
        app.expect("APP_TRUNK_STATUS/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=WAITING");
    }
    assert!(refused >= 200, "the server never stopped reading: {written} octets");
    house.stop();
}
