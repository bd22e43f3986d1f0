//! Two carriers: what the first does not take goes to the second, over real SIP.

use std::net::UdpSocket;
use std::time::Duration;

use carrier::{Directory, Happening, Step};
use edge::signal::Cause;
use trunkline::control_socket::{Reply, Request};

use crate::house::{Application, House, Plan};
use crate::process::Process;

/// A second trunk, with ports 25 to 30, that leads to this house's network.
fn spare(network: &House) -> String {
    format!(
        "[[trunk]]\nname = \"spare\"\nports = \"25-30\"\npriority = 2\naddress = \"sip:{}\"\n",
        network.carrier.address().unwrap()
    )
}

#[test]
fn b054_what_one_carrier_answers_503_is_dialled_through_the_other() {
    let network = House::new();
    let no_circuit = Directory::new(Duration::ZERO).with("0114", vec![Step::HangUp(Cause::NoCircuit)]);
    let house = House::with(Plan { config: spare(&network), directory: no_circuit, ..Plan::default() });
    let mut app = house.application();
    app.send("INIT_LINK/INFO MSGID=1000");
    app.expect("INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS");
    app.send("DIALOUT/DIAL MSGID=1001 DNIS=3015550114 ANI=8005551212 MODE=BLIND");
    app.expect("DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS");
    app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=25");
    let arrived = |what: &Happening| matches!(what, Happening::Arrived { dnis, ani, .. } if dnis == "3015550114" && ani == "8005551212");
    house.until("the first try", arrived);
    network.until("the second try", arrived);
    app.send("APP_TRUNK_STATUS/INFO MSGID=1002 TRUNK_PORT=1");
    app.expect("APP_TRUNK_STATUS/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=WAITING");
    let Reply::Status(status) = house.ask(Request::Status) else { panic!("no status") };
    let seen = status.trunks.iter().map(|trunk| (trunk.priority, trunk.busy, trunk.hour.calls));
    assert_eq!(seen.collect::<Vec<_>>(), [(1, 0, 1), (2, 1, 1)]);
    assert_eq!((status.hour.calls, status.calls_placed, status.calls_ended), (1, 2, 1));
    // Where both have no circuit there is none.
    app.send("DIALOUT_IVR/DIAL MSGID=1003 DNIS=3015550110 MODE=BLIND");
    app.expect("DIALOUT_IVR/RESPONSE MSGID=1003 STATUS=SUCCESS");
    app.expect("DIALOUT_IVR/TERMINATION MSGID=1003 EVENT=NODIALTONE TRUNK_PORT=26");
    house.stop();
    network.stop();
}

#[test]
fn b054_a_carrier_that_says_nothing_is_left_for_the_other() {
    let network = House::new();
    // It takes every datagram and answers none.
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let house = House::with(Plan {
        config: format!("[dial]\ntrunk_timeout = \"500ms\"\n{}", spare(&network)),
        trunk: Some(format!("sip:{}", silent.local_addr().unwrap())),
        ..Plan::default()
    });
    let mut app = house.application();
    app.send("DIALOUT/DIAL MSGID=1001 DNIS=3015550114 MODE=BLIND");
    app.expect("DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS");
    app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=25");
    house.stop();
    network.stop();
}

#[test]
fn b051_a_number_that_may_not_be_dialled_never_reaches_the_network() {
    let config = "[dial]\ndeny = [\"1900\"]\n[[campaign]]\nname = \"SPRING\"\nhourly_cap = 1\n";
    let house = House::with(Plan { config: config.into(), ..Plan::default() });
    let mut app = house.application();
    for (msgid, number) in [(1001, "19005550114"), (1002, "911"), (1003, "*6719005550114")] {
        app.send(&format!("DIALOUT/DIAL MSGID={msgid} DNIS={number} MODE=BLIND"));
        app.expect(&format!("DIALOUT/RESPONSE MSGID={msgid} STATUS=FAILED"));
    }
    app.send("DIALOUT/DIAL MSGID=1004 DNIS=3015550114 CAMPID=Spring MODE=BLIND");
    app.expect("DIALOUT/RESPONSE MSGID=1004 STATUS=SUCCESS");
    app.expect("DIALOUT/TERMINATION MSGID=1004 EVENT=CONNECT TRUNK_PORT=1");
    app.send("DIALOUT/DIAL MSGID=1005 DNIS=3015550114 CAMPID=SPRING MODE=BLIND");
    app.expect("DIALOUT/RESPONSE MSGID=1005 STATUS=FAILED");
    let Reply::Status(status) = house.ask(Request::Status) else { panic!("no status") };
    assert_eq!((status.calls_barred, status.calls_placed, status.hour.calls), (4, 1, 1));
    let campaign = &status.campaigns[0];
    assert_eq!((campaign.name.as_str(), campaign.hour.calls, campaign.hour.cap), ("SPRING", 1, Some(1)));
    let dialled = house.carrier.seen().into_iter().filter(|e| matches!(e.what, Happening::Arrived { .. }));
    assert_eq!(dialled.count(), 1);
    house.stop();
}

#[test]
fn an_alarm_and_a_refusal_are_lines_of_the_log() {
    let house = House::new();
    let directory = tempfile::tempdir().unwrap();
    let carrier = house.carrier.address().unwrap();
    let server = Process::start(directory.path(), carrier, "[dial]\nhourly_alarm = 2\n");
    let mut app = Application::connect(server.link);
    for msgid in 1001..=1003 {
        app.send(&format!("DIALOUT/DIAL MSGID={msgid} DNIS=3015550102 MODE=BLIND"));
        app.expect(&format!("DIALOUT/RESPONSE MSGID={msgid} STATUS=SUCCESS"));
        app.expect(&format!("DIALOUT/TERMINATION MSGID={msgid} EVENT=BUSY TRUNK_PORT=*"));
    }
    app.send("DIALOUT/DIAL MSGID=1004 DNIS=911 MODE=BLIND");
    app.expect("DIALOUT/RESPONSE MSGID=1004 STATUS=FAILED");
    assert_eq!(server.logged(" WARN alarm: "), ["calls in an hour of=\"the server\" calls=2 cap=2"]);
    let records = server.logged("DEBUG cdr: call ended ");
    let refused = records.last().unwrap();
    assert!(refused.contains("dnis=\"911\"") && refused.contains("cause=\"barred\""), "{refused}");
    assert!(!refused.contains("port=") && !refused.contains("trunk="), "{refused}");
    assert_eq!(records.len(), 4);
    drop(server);
    house.stop();
}
