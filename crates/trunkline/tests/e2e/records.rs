//! Call records: what a call leaves behind, and that nothing of it is lost.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use carrier::{Carrier, Directory, Happening, Step};
use edge::sound::Clip;
use jiff::Timestamp;
use media::tone::Tone;
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

/// A caller whose call another number has sent on is put through to an agent, who hangs up; then the campaign dials for
/// the same agent, and the party hangs up. Each leg has its row, with every column that there is something to say for.
#[test]
fn calls_that_come_in_and_those_of_stations_leave_rows_that_name_each_other() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let telephone = carrier::Settings {
        directory: Directory::new(Duration::ZERO).with("25", vec![Step::Answer, says()]),
        listen: vec!["udp://127.0.0.1:0".parse().unwrap()],
        ..carrier::Settings::default()
    };
    let telephone = runtime.block_on(Carrier::start(telephone)).unwrap();
    let contact = telephone.address().unwrap();
    let house = House::with(Plan {
        config: format!(
            "[cdr]\ncsv = \"cdr.csv\"\n[[agent]]\nports = \"25\"\ncontact = \"sip:{{port}}@{contact}\"\n"
        ),
        ..Plan::default()
    });
    let mut app = house.application();
    let caller = put_through(&house, &telephone, &mut app);
    dialled_for(&mut app);
    let whole = |calls: &[CallRecord]| calls.len() == 4 && calls.iter().all(|call| call.codec.is_some());
    let found = until(house.data.path(), whole);
    judge(&found);
    // The same in CSV, with a header.
    let csv = Watch::on(house.data.path()).until(
        || std::fs::read_to_string(house.data.path().join("cdr.csv")).unwrap_or_default(),
        |csv| csv.lines().count() == 5,
    );
    assert!(csv.starts_with("id,began,answered,ended,"), "{csv}");
    for call in &found {
        let line = csv.lines().find(|line| line.starts_with(&call.id)).expect("its line");
        let packets = call.packets_received.unwrap().to_string();
        assert!(line.contains(&call.dnis) && line.contains(&packets), "{line}");
    }
    house.runtime.block_on(caller.stop());
    house.stop();
    runtime.block_on(telephone.stop());
}

/// What the parties say.
fn says() -> Step {
    Step::Sound(Clip { samples: Tone::sine(440.0, -13.0).samples(1_000).into() })
}

/// A call comes in that another number has sent on; an agent takes it, talks, and hangs up.
fn put_through(house: &House, telephone: &Carrier, app: &mut Application) -> Carrier {
    app.send("INIT_LINK/INFO MSGID=1000 NAME=PEC DNIS=7322901900 PASS_CODE=2424");
    app.expect("INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS");
    let settings = carrier::Settings::calling(format!("sip:{}", house.sip()).parse().unwrap());
    let caller = house.runtime.block_on(Carrier::start(settings)).unwrap();
    caller.call_sent_on("7322901900", Some("2015550100"), Some("3015550199"), vec![says()]).unwrap();
    let asked = app.expect(
        "RECEIVE_CALL/INFO MSGID=* DNIS=7322901900 ANI=2015550100 REDIRECTINING_NO=3015550199 TRUNK_PORT=24",
    );
    let msgid = asked.split(' ').find_map(|word| word.strip_prefix("MSGID=")).unwrap();
    app.send(&format!("RECEIVE_CALL/RESPONSE MSGID={msgid} STATUS=TRANSFER AGENT_NO=25"));
    let answered = app.next("the transfer");
    assert!(answered.ends_with("STATUS=CONNECTED"), "{answered}");
    // The agent and the caller talk for a while.
    std::fs::create_dir_all(house.data.path().join("files/c/rec")).unwrap();
    let rung =
        telephone.seen().into_iter().find(|entry| matches!(entry.what, Happening::Arrived { .. })).unwrap();
    app.send("RECORD_TWO_WAY_VOICE/INFO MSGID=1001 TRUNK_PORT1=24 TRUNK_PORT2=25 FILE_NAME=C:\\REC\\A.WAV");
    app.expect("RECORD_TWO_WAY_VOICE/RESPONSE MSGID=1001 TRUNK_PORT1=24 TRUNK_PORT2=25 STATUS=SUCCESS");
    until_spoken(house);
    telephone.party(rung.leg).hang_up().unwrap();
    let ended = app.next("the end of the recording");
    assert!(ended.starts_with("RECORD_TWO_WAY_VOICE/TERMINATION MSGID=1001"), "{ended}");
    app.expect("NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT=25");
    app.send("APP_TRUNK_DISCONNECT/INFO MSGID=1002 TRUNK_PORT=24");
    app.expect("APP_TRUNK_DISCONNECT/RESPONSE MSGID=1002 TRUNK_PORT=24 STATUS=SUCCESS");
    caller
}

/// A number is dialled for the agent, and its party hangs up.
fn dialled_for(app: &mut Application) {
    app.send("DIALOUT/DIAL MSGID=1003 CAMPID=SPRING DNIS=3015550109 AGENTS=25 MODE=BLIND");
    app.expect("DIALOUT/RESPONSE MSGID=1003 STATUS=SUCCESS");
    app.expect("DIALOUT/TERMINATION MSGID=1003 EVENT=CONNECT TRUNK_PORT=1 AGENT=25");
    app.expect("NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT=1");
    app.send("APP_TRUNK_DISCONNECT/INFO MSGID=1004 TRUNK_PORT=25");
    app.expect("APP_TRUNK_DISCONNECT/RESPONSE MSGID=1004 TRUNK_PORT=25 STATUS=SUCCESS");
}

/// Holds the rows of those four legs against what happened.
fn judge(found: &[CallRecord]) {
    let row = |port: i64, agent_leg: bool, campaign: &str| {
        let is = |call: &&CallRecord| {
            call.port == Some(port) && call.campaign == campaign && (call.line == "station") == agent_leg
        };
        found.iter().find(is).unwrap_or_else(|| panic!("port {port}: {found:#?}"))
    };
    let rows = [row(24, false, ""), row(25, true, ""), row(1, false, "SPRING"), row(25, true, "SPRING")];
    let shown = rows.map(|call| {
        let CallRecord { direction, dnis, ani, redirecting, line, ended_by, cause, q850, codec, .. } = call;
        format!(
            "{direction} {dnis} {ani:?} {redirecting:?} {line} agent {:?} {cause} by {ended_by} {:?} {:?} {codec:?}",
            call.agent, call.sip_status, q850
        )
    });
    assert_eq!(
        shown,
        [
            "inbound 7322901900 \"2015550100\" \"3015550199\" carrier agent Some(25) normal by us None Some(16) Some(\"PCMU\")",
            "outbound 25 \"2015550100\" \"3015550199\" station agent Some(25) normal by network None Some(16) Some(\"PCMU\")",
            "outbound 3015550109 \"\" \"\" carrier agent Some(25) normal by network None Some(16) Some(\"PCMU\")",
            "outbound 25 \"3015550109\" \"\" station agent Some(25) normal by us None Some(16) Some(\"PCMU\")",
        ]
    );
    for [one, other] in [[rows[0], rows[1]], [rows[2], rows[3]]] {
        assert_eq!((one.joined.as_deref(), other.joined.as_deref()), (Some(&*other.id), Some(&*one.id)));
        for call in [one, other] {
            let (talk, up) = (call.talk_ms.unwrap(), call.answered.unwrap());
            assert!(call.began <= up && up <= call.ended && talk <= call.total_ms, "{call:?}");
            assert!(call.packets_sent.unwrap() > 0, "{call:?}");
        }
    }
    for call in &rows[..2] {
        assert!(call.packets_received.unwrap() > 20 && call.talk_ms.unwrap() > 400, "{call:?}");
        assert!(
            call.mos.unwrap() > 3.0 && call.packets_lost.is_some() && call.loss_percent.is_some(),
            "{call:?}"
        );
        assert!(call.jitter_ms.is_some() && call.far_loss_percent.is_some(), "{call:?}");
    }
}

/// Half a second of both voices is in the file that is being recorded: it lies beside its place until it is whole.
fn until_spoken(house: &House) {
    let directory = house.data.path().join("files/c/rec");
    let size = || {
        let files = std::fs::read_dir(&directory).into_iter().flatten().flatten();
        files
            .filter_map(|file| file.metadata().ok())
            .filter(std::fs::Metadata::is_file)
            .map(|file| file.len())
            .max()
    };
    Watch::on(&directory).until(size, |size| size.is_some_and(|octets| octets > 8_000));
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
