//! Dial-outs over real SIP: behaviours B45 to B54 and B75 to B79.

use carrier::Happening;
use carrier::{Directory, Step};
use edge::signal::{Cause, End, Side};
use std::time::Duration;

use crate::house::{House, Plan};

/// Dials a number of the simulated network and expects this outcome.
fn outcome(number: &str, event: &str) {
    let house = House::new();
    let mut app = house.application();
    app.send(&format!("DIALOUT/DIAL MSGID=1001 DNIS={number} MODE=SUPERVISED"));
    app.expect("DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS");
    app.expect(&format!("DIALOUT/TERMINATION MSGID=1001 EVENT={event} TRUNK_PORT=1"));
    app.send("APP_TRUNK_STATUS/INFO MSGID=1002 TRUNK_PORT=1");
    app.expect("APP_TRUNK_STATUS/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=WAITING");
    house.stop();
}

#[test]
fn b054_busy() {
    outcome("3015550102", "BUSY");
}

#[test]
fn b054_no_circuit() {
    outcome("3015550110", "NODIALTONE");
}

#[test]
fn b054_no_route() {
    // Nobody listens there; the port is the discard service's.
    let house = House::with(Plan { trunk: Some("sip:127.0.0.1:9;transport=tcp".into()), ..Plan::default() });
    let mut app = house.application();
    app.send("DIALOUT/DIAL MSGID=1001 DNIS=3015550100 MODE=SUPERVISED");
    app.expect("DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS");
    app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=NODIALTONE TRUNK_PORT=1");
    house.stop();
}

#[test]
fn b054_intercept() {
    let refuse = |cause| vec![Step::HangUp(cause)];
    let directory = Directory::new(Duration::ZERO).with("0404", refuse(Cause::Unallocated));
    let house = House::with(Plan { directory, ..Plan::default() });
    let mut app = house.application();
    app.send("DIALOUT/DIAL MSGID=1001 DNIS=3015550404 MODE=SUPERVISED");
    app.expect("DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS");
    app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=INTERCEPT TRUNK_PORT=1");
    house.stop();
}

#[test]
fn b052_rings_out() {
    let house = House::new();
    let mut app = house.application();
    app.send("DIALOUT/DIAL MSGID=1001 DNIS=3015550103 RINGS=1 MODE=SUPERVISED");
    app.expect("DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS");
    app.send("APP_TRUNK_STATUS/INFO MSGID=1002 TRUNK_PORT=1");
    app.expect("APP_TRUNK_STATUS/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=DIALING");
    app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=NOANS TRUNK_PORT=1");
    house.until("the CANCEL", |what| {
        matches!(what, Happening::Ended(End { by: Side::Network, cause: Cause::NoAnswer, .. }))
    });
    house.stop();
}

#[test]
fn b053_the_called_party_sees_the_ani() {
    let house = House::new();
    let _app = house.call("3015550114");
    house.until("the call", |what| {
        matches!(what, Happening::Arrived { dnis, ani, .. } if dnis == "3015550114" && ani == "8005551212")
    });
    house.stop();
}

#[test]
fn b045_over_tcp() {
    let network = House::new();
    let tcp = network.carrier.listening()[1].address;
    let house = House::with(Plan { trunk: Some(format!("sip:{tcp};transport=tcp")), ..Plan::default() });
    let mut app = house.call("3015550114");
    app.send("APP_TRUNK_DISCONNECT/INFO MSGID=1002 TRUNK_PORT=1");
    app.expect("APP_TRUNK_DISCONNECT/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS");
    network.until("the BYE", |what| matches!(what, Happening::Ended(End { by: Side::Network, .. })));
    house.stop();
    network.stop();
}

#[test]
fn b077_a_disconnect_reaches_the_network() {
    let house = House::new();
    let mut app = house.call("3015550114");
    app.send("APP_TRUNK_DISCONNECT/INFO MSGID=1002 TRUNK_PORT=1");
    app.expect("APP_TRUNK_DISCONNECT/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS");
    house.until("the BYE", |what| {
        matches!(what, Happening::Ended(End { by: Side::Network, cause: Cause::Normal, .. }))
    });
    house.stop();
}

#[test]
fn b079_the_network_hangs_up() {
    let house = House::new();
    let mut app = house.call("3015550109");
    app.expect("NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT=1");
    app.send("APP_TRUNK_STATUS/INFO MSGID=1002 TRUNK_PORT=1");
    app.expect("APP_TRUNK_STATUS/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=WAITING");
    house.stop();
}

#[test]
fn b021_terminate_link_hangs_up_every_call() {
    let house = House::new();
    let mut app = house.call("3015550114");
    app.send("DIALOUT/DIAL MSGID=1002 DNIS=3015550113 MODE=BLIND");
    app.expect("DIALOUT/RESPONSE MSGID=1002 STATUS=SUCCESS");
    app.expect("DIALOUT/TERMINATION MSGID=1002 EVENT=CONNECT TRUNK_PORT=2");
    app.send("TERMINATE_LINK/INFO MSGID=1003");
    app.expect("TERMINATE_LINK/RESPONSE MSGID=1003 STATUS=SUCCESS");
    let mut ends = 0;
    house.until("two BYEs", |what| {
        ends += u32::from(matches!(what, Happening::Ended(_)));
        ends == 2
    });
    house.stop();
}

#[test]
fn b023_exit_asks_the_application_and_hangs_up() {
    let house = House::new();
    let mut app = house.call("3015550114");
    house.operator.blocking_send(trunkline::server::Operator::Exit).unwrap();
    let event = app.expect("EXIT_LINK/INFO MSGID=*");
    let msgid = event.rsplit('=').next().unwrap();
    app.send(&format!("EXIT_LINK/RESPONSE MSGID={msgid} STATUS=SUCCESS"));
    house.until("the BYE", |what| matches!(what, Happening::Ended(End { by: Side::Network, .. })));
    app.expect_closed();
    house.stop();
}

#[test]
fn a_lost_connection_hangs_up_its_calls() {
    let house = House::new();
    let app = house.call("3015550114");
    drop(app);
    house.until("the BYE", |what| matches!(what, Happening::Ended(End { by: Side::Network, .. })));
    house.stop();
}
