//! Links that break, and servers that die: decision D02 over real connections and processes.

use carrier::Happening;
use edge::signal::{End, Side};

use crate::house::{Application, House, Plan};
use crate::process::Process;

#[test]
fn d02_a_named_application_comes_back_to_its_call() {
    let house = House::new();
    let mut app = house.application();
    app.send("INIT_LINK/INFO MSGID=1000 NAME=PEC");
    app.expect("INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS");
    app.send("DIALOUT/DIAL MSGID=1001 DNIS=3015550109 MODE=BLIND");
    app.expect("DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS");
    app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1");
    drop(app);
    // While nobody is there, the called party hangs up.
    house.until("the party's BYE", |what| matches!(what, Happening::Ended(End { by: Side::Us, .. })));
    let mut app = house.application();
    app.send("INIT_LINK/INFO MSGID=2000 NAME=PEC");
    app.expect("INIT_LINK/RESPONSE MSGID=2000 STATUS=SUCCESS");
    // What may not have been received comes again, in order, and then what was missed.
    app.expect("DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS");
    app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1");
    app.expect("NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT=1");
    house.stop();
}

#[test]
fn d02_without_grace_a_lost_connection_ends_its_calls() {
    let config = "[link]\ngrace = \"0s\"\n".into();
    let house = House::with(Plan { config, ..Plan::default() });
    let mut app = house.application();
    app.send("INIT_LINK/INFO MSGID=1000 NAME=PEC");
    app.expect("INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS");
    app.send("DIALOUT/DIAL MSGID=1001 DNIS=3015550114 MODE=BLIND");
    app.expect("DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS");
    app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1");
    drop(app);
    house.until("our BYE", |what| matches!(what, Happening::Ended(End { by: Side::Network, .. })));
    house.stop();
}

#[test]
fn d02_what_was_owed_outlives_the_kill_of_the_server() {
    let house = House::new();
    let network = house.carrier.address().unwrap();
    let directory = tempfile::tempdir().unwrap();
    let server = Process::start(directory.path(), network, "");
    let mut app = Application::connect(server.link);
    app.send("INIT_LINK/INFO MSGID=1000 NAME=PEC");
    app.expect("INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS");
    app.send("DIALOUT/DIAL MSGID=1001 DNIS=3015550109 MODE=BLIND");
    app.expect("DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS");
    app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1");
    drop(app);
    server.until("idle", |status| status.ports_busy == 0);
    drop(server);

    let server = Process::start(directory.path(), network, "");
    let mut app = Application::connect(server.link);
    app.send("INIT_LINK/INFO MSGID=2000 NAME=PEC");
    app.expect("INIT_LINK/RESPONSE MSGID=2000 STATUS=SUCCESS");
    app.expect("DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS");
    app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1");
    app.expect("NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT=1");
    drop(server);
    house.stop();
}
