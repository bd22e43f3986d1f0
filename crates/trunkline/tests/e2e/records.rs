//! Call records: what a call leaves behind, and that nothing of it is lost.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use jiff::Timestamp;
use store::{CallRecord, History, Place, Sought};
use trunkline::control_socket::{Reply, Request};

use crate::files::Watch;
use crate::house::{Application, House, Plan};
use crate::process::Process;

/// The records of the database in this data directory, the first call first; none while there is no database.
fn records(data: &Path) -> Vec<CallRecord> {
    let place = Place::of_url("sqlite", data).unwrap();
    let mut calls = Vec::new();
    if let Ok(mut history) = History::open(&place) {
        // Nor while its tables are being made.
        let _ = history.each(&Sought::default(), |call| {
            calls.push(call);
            true
        });
    }
    calls.reverse();
    calls
}

/// Waits until they are as wanted.
fn until(data: &Path, holds: impl Fn(&[CallRecord]) -> bool) -> Vec<CallRecord> {
    Watch::on(data).until(|| records(data), |records| holds(records))
}

#[test]
fn a_dial_out_leaves_one_row_with_what_it_was() {
    let house = House::with(Plan { config: "[cdr]\ncsv = \"cdr.csv\"\n".into(), ..Plan::default() });
    house.tone("LONG.WAV", 600, 1_000);
    let before = Timestamp::now();
    let mut app = house.call("3015550112");
    let Reply::Calls(calls) = house.ask(Request::Calls) else { panic!("no calls") };
    assert_eq!(calls.len(), 1);
    assert_eq!((calls[0].port.dnis.as_str(), calls[0].direction.as_str()), ("3015550112", "outbound"));
    assert!(calls[0].talk_seconds.is_some());
    app.send("PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE1=LONG.WAV MODE=INTERRUPTABLE");
    app.expect("PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS");
    app.expect("PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=EOF");
    app.send("APP_TRUNK_DISCONNECT/INFO MSGID=1003 TRUNK_PORT=1");
    app.expect("APP_TRUNK_DISCONNECT/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS");
    app.send("DIALOUT/DIAL MSGID=1004 DNIS=3015550102 CAMPID=SPRING MODE=BLIND");
    app.expect("DIALOUT/RESPONSE MSGID=1004 STATUS=SUCCESS");
    app.expect("DIALOUT/TERMINATION MSGID=1004 EVENT=BUSY TRUNK_PORT=*");
    let found = until(house.data.path(), |calls| calls.len() == 2 && calls[0].codec.is_some());
    let [answered, busy] = &found[..] else { panic!("{found:?}") };
    assert_eq!((answered.dnis.as_str(), answered.ani.as_str()), ("3015550112", "8005551212"));
    assert_eq!((answered.line.as_str(), answered.port), ("carrier", Some(1)));
    assert_eq!((answered.cause.as_str(), answered.ended_by.as_str()), ("normal", "us"));
    assert_eq!((answered.q850, answered.codec.as_deref()), (Some(16), Some("PCMU")));
    let (began, up, ended) = (answered.began, answered.answered.unwrap(), answered.ended);
    assert!(before.as_millisecond() <= began.as_millisecond() && began <= up && up < ended);
    assert!(ended <= Timestamp::now());
    let talk = answered.talk_ms.unwrap();
    assert!((900..=answered.total_ms).contains(&talk), "{talk}");
    // A packet every 20 ms, both ways: the party sends back what it hears.
    let packets = talk / 20;
    for count in [answered.packets_sent, answered.packets_received] {
        assert!((packets / 2..=packets + 10).contains(&count.unwrap()), "{answered:?}");
    }
    assert!(answered.mos.unwrap() > 3.0 && answered.loss_percent.unwrap() < 20.0, "{answered:?}");
    assert_eq!((busy.cause.as_str(), busy.sip_status, busy.q850), ("busy", Some(486), Some(17)));
    assert_eq!((busy.campaign.as_str(), busy.answered, busy.codec.as_deref()), ("SPRING", None, None));
    house.stop();
}

#[test]
fn a_server_killed_at_the_end_of_a_call_loses_no_record() {
    let house = House::new();
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let carrier = house.carrier.address().unwrap();
    for round in 1..=3 {
        let server = Process::start(directory.path(), carrier, "[cdr]\ncsv = \"cdr.csv\"\n");
        let mut app = Application::connect(server.link);
        app.send("INIT_LINK/INFO MSGID=1000");
        app.expect("INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS");
        app.send(&format!(
            "DIALOUT/DIAL MSGID=1001 DNIS=301555010{} MODE=BLIND",
            if round == 1 { 9 } else { 2 }
        ));
        app.expect("DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS");
        if round == 1 {
            app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1");
            app.expect("NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT=1");
        } else {
            app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=BUSY TRUNK_PORT=1");
        }
        // SIGKILL, in the moment in which the application hears of it.
        drop(server);
    }
    let server = Process::start(directory.path(), carrier, "[cdr]\ncsv = \"cdr.csv\"\n");
    let found = until(&data, |calls| calls.len() == 3);
    let causes: Vec<&str> = found.iter().map(|call| call.cause.as_str()).collect();
    assert_eq!(causes, ["normal", "busy", "busy"]);
    drop(server);
    let show = |arguments: &[&str]| {
        let config = directory.path().join("trunkline.toml");
        let mut command = Command::new(env!("CARGO_BIN_EXE_trunkline"));
        let shown =
            command.args(["calls", "--history", "--config"]).arg(config).args(arguments).output().unwrap();
        assert!(shown.status.success(), "{}", String::from_utf8_lossy(&shown.stderr));
        String::from_utf8(shown.stdout).unwrap()
    };
    // Without a server, in every form.
    assert_eq!(show(&["--number", "3015550102"]).lines().count(), 3);
    assert!(show(&["--limit", "1"]).contains("3015550102"));
    let json = show(&["--json", "--since", "1h"]);
    let back: Vec<CallRecord> = json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(back.len(), 3);
    assert_eq!(show(&["--csv"]).lines().count(), 4);
    // The file of comma-separated values has each once.
    let csv = std::fs::read_to_string(data.join("cdr.csv")).unwrap();
    let lines: BTreeSet<&str> = csv.lines().collect();
    assert_eq!(lines.len(), 4, "{csv}");
    house.stop();
}

#[test]
fn a_database_that_is_away_is_told_and_gets_everything_when_it_comes() {
    let house = House::new();
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    // A directory where its file should be: not even root writes to that.
    std::fs::create_dir_all(data.join("trunkline.db")).unwrap();
    let server = Process::start(directory.path(), house.carrier.address().unwrap(), "");
    let mut app = Application::connect(server.link);
    for msgid in 1001..=1002 {
        app.send(&format!("DIALOUT/DIAL MSGID={msgid} DNIS=3015550102 MODE=BLIND"));
        app.expect(&format!("DIALOUT/RESPONSE MSGID={msgid} STATUS=SUCCESS"));
        app.expect(&format!("DIALOUT/TERMINATION MSGID={msgid} EVENT=BUSY TRUNK_PORT=*"));
    }
    let told = server.logged(" ERROR store::taker: ");
    assert!(told.len() == 1 && told[0].contains("trunkline.db") && told[0].contains("make room"), "{told:?}");
    std::fs::remove_dir(data.join("trunkline.db")).unwrap();
    until(&data, |calls| calls.len() == 2);
    drop(server);
    house.stop();
}
