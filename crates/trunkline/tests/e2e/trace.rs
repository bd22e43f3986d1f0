//! The traffic of a running server, followed over its control socket.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;

use trunkline::control_socket::{self, Filter, Traced};
use trunkline::output::Output;
use trunkline::paint::Paint;
use trunkline::traffic::{Crossing, Direction};

use crate::house::{House, PATIENCE};

/// A trace as it is asked for on the socket; it has begun when this returns.
fn follow(house: &House, filter: &Filter) -> impl Iterator<Item = Crossing> + use<> {
    let stream = UnixStream::connect(house.data.path().join("control.sock")).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    writeln!(&stream, "{{\"trace\":{}}}", serde_json::to_string(filter).unwrap()).unwrap();
    let mut lines = BufReader::new(stream).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "\"tracing\"");
    lines.map(|line| match serde_json::from_str(&line.unwrap()).unwrap() {
        Traced::Message(crossing) => crossing,
        Traced::Lost(lost) => panic!("lost {lost}"),
    })
}

#[test]
fn a_trace_shows_both_ways_and_no_pass_code() {
    let house = House::new();
    let mut app = house.application();
    app.send("INIT_LINK/INFO MSGID=1000");
    app.expect("INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS");
    let traced = follow(&house, &Filter { link: Some(1), ..Filter::default() });
    // A question on the same socket is served after the trace: it has begun then.
    let _ = house.ask(control_socket::Request::Status);
    app.send("INIT_LINK/INFO MSGID=1001 DNIS=7322901900 PASS_CODE=2424");
    app.expect("INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS");
    app.octets(b"<JUNK with=\"PASS_CODE='2424'\" in it\n\n<<<\n");
    app.send("APP_TRUNK_STATUS/INFO MSGID=1002 TRUNK_PORT=1");
    while !app.next("the status").starts_with("APP_TRUNK_STATUS/RESPONSE") {}
    let mut seen = Vec::new();
    for crossing in traced {
        let last = crossing.root == "APP_TRUNK_STATUS" && crossing.direction == Direction::ToApplication;
        seen.push(crossing.shown(Paint::Plain).split_off(14));
        if last {
            break;
        }
    }
    assert_eq!(seen[0], "link 1    > INIT_LINK/INFO MSGID=1001 DNIS=7322901900 PASS_CODE=****");
    assert_eq!(seen[1], "link 1    < INIT_LINK/RESPONSE MSGID=1001 STATUS=SUCCESS");
    assert!(seen.iter().any(|line| line.contains("(no message)")), "{seen:?}");
    assert!(seen.iter().any(|line| line.contains("ERRORMSG=****")), "{seen:?}");
    assert!(!seen.iter().any(|line| line.contains("2424")), "{seen:?}");
    house.stop();
}

#[test]
fn a_trace_of_a_port_and_its_end_with_the_server() {
    let house = House::new();
    let socket = house.data.path().join("control.sock");
    let mut traced = follow(&house, &Filter { port: Some(1), ..Filter::default() });
    let everything = std::thread::spawn(move || {
        let mut told = Vec::new();
        control_socket::trace(&socket, Filter::default(), true, Paint::Plain, &mut Output::new(&mut told))
            .unwrap();
        String::from_utf8(told).unwrap()
    });
    let _ = house.ask(control_socket::Request::Status);
    let _app = house.call("3015550114");
    let connected = traced.next().unwrap();
    assert!(
        connected
            .shown(Paint::Plain)
            .ends_with("< DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1")
    );
    house.stop();
    for line in everything.join().unwrap().lines() {
        assert!(line.starts_with("{\"time\":\"20"), "{line}");
    }
    assert!(traced.next().is_none());
}
