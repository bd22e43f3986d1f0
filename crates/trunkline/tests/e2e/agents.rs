//! Agents, what their server remembers of them, and of those who waited for them in vain.

use std::time::Duration;

use carrier::{Carrier, Directory, Happening, Step};
use trunkline::control_socket::{self, AgentRow, LoginState, Reply, Request};

use crate::house::{Application, House, PATIENCE, Plan};
use crate::process::Process;

/// Behaviours B115 and B117, decision X34: a server that is killed knows afterwards who is at work and how, and who
/// was abandoned.
#[test]
fn b115_x34_agents_and_the_abandoned_outlive_the_kill_of_the_server() {
    let house = House::new();
    let directory = tempfile::tempdir().unwrap();
    // Their telephones ring for longer than anybody waits.
    let slow = vec![Step::Wait(Duration::from_secs(3)), Step::Answer];
    let settings = carrier::Settings {
        directory: Directory::new(Duration::ZERO).with("25", slow.clone()).with("26", slow),
        listen: vec!["udp://127.0.0.1:0".parse().unwrap()],
        ..carrier::Settings::default()
    };
    let telephones = house.runtime.block_on(Carrier::start(settings)).unwrap();
    let config = format!(
        "[[agent]]\nports = \"25-26\"\ncontact = \"sip:{{port}}@{}\"\n\
         [[campaign]]\nname = \"SPRING\"\nabandoned = {{ profile = \"custom\", limit = \"3%\", window = \"24h\" }}\n",
        telephones.address().unwrap()
    );
    let start = || Process::start(directory.path(), house.carrier.address().unwrap(), &config);
    let agents = || match control_socket::ask(&directory.path().join("data/control.sock"), Request::Agents) {
        Ok((Reply::Agents(agents), _)) => agents,
        other => panic!("no agents: {other:?}"),
    };
    let login = |row: &&AgentRow| row.login == LoginState::In;

    let server = start();
    let mut app = Application::connect(server.link);
    app.send("AGENT_LOGIN/INFO MSGID=1001 AGENT_NO=25 MODE=PREDICTIVE");
    app.expect("AGENT_LOGIN/RESPONSE MSGID=1001 STATUS=SUCCESS");
    app.send("AGENT_LOGIN/INFO MSGID=1002 AGENT_NO=26 MODE=INBOUND");
    app.expect("AGENT_LOGIN/RESPONSE MSGID=1002 STATUS=SUCCESS");
    app.send("DIALOUT/DIAL MSGID=1003 CAMPID=spring DNIS=3015550112 AGENTS=25-26 MODE=BLIND");
    app.expect("DIALOUT/RESPONSE MSGID=1003 STATUS=SUCCESS");
    app.expect("DIALOUT/TERMINATION MSGID=1003 EVENT=CONNECT TRUNK_PORT=1 AGENT=25");
    let answered = server.status().campaigns[0].answered;
    assert_eq!((answered.day.abandoned, answered.day.answered, answered.exceeded), (1, 1, true));
    // SIGKILL.
    drop((app, server));

    let server = start();
    assert_eq!(server.status().campaigns[0].answered, answered);
    let modes: Vec<_> = agents().iter().filter(login).map(|row| (row.agent, row.mode.clone())).collect();
    assert_eq!(modes, [(25, "PREDICTIVE".to_owned()), (26, "INBOUND".to_owned())]);
    let mut app = Application::connect(server.link);
    app.send("AGENT_LOGIN/INFO MSGID=2001 AGENT_NO=26 MODE=INBOUND");
    app.expect("AGENT_LOGIN/RESPONSE MSGID=2001 STATUS=ALREADY_LOGGED_IN");
    // He takes none that are dialled.
    app.send("DIALOUT/DIAL MSGID=2002 DNIS=3015550112 AGENTS=26 MODE=BLIND");
    app.expect("DIALOUT/RESPONSE MSGID=2002 STATUS=NO_AGENT_FREE");
    drop((app, server));
    house.runtime.block_on(telephones.stop());
    house.stop();
}

/// Decision X34: who is not given an agent within two seconds hears the message that the law asks for, while the agent's
/// telephone stops ringing, and may opt out by a key.
#[test]
fn x34_who_waits_too_long_for_an_agent_hears_the_message_and_opts_out() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let settings = carrier::Settings {
        directory: Directory::new(Duration::ZERO).with("25", vec![Step::Ring]),
        listen: vec!["udp://127.0.0.1:0".parse().unwrap()],
        ..carrier::Settings::default()
    };
    let telephone = runtime.block_on(Carrier::start(settings)).unwrap();
    let house = House::with(Plan {
        config: format!(
            "[[agent]]\nports = \"25\"\ncontact = \"sip:{{port}}@{}\"\n\
             [[campaign]]\nname = \"SPRING\"\nabandoned = {{ profile = \"us-fcc\", message = \"SAFE.WAV\" }}\n",
            telephone.address().unwrap()
        ),
        ..Plan::default()
    });
    house.tone("safe.wav", 900, 10_000);
    let mut app = house.application();
    app.send("DIALOUT/DIAL MSGID=1001 CAMPID=SPRING DNIS=3015550114 AGENTS=25 MODE=BLIND");
    app.expect("DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS");
    app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1");
    let heard = house.until_tone(900, true);
    let answered = house.until("its answer", |what| matches!(what, Happening::Answered { .. }));
    let waited = heard.at.duration_since(answered.at);
    assert!(waited.as_millis() > 1_900, "{waited:?}");
    house.carrier.party(heard.leg).press("5").unwrap();
    app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=EOF TRUNK_PORT=1 DTMF=5");
    let stopped = runtime.block_on(async {
        let ended = |entry: &carrier::Entry| matches!(entry.what, Happening::Ended(_));
        tokio::time::timeout(PATIENCE, telephone.until(ended)).await
    });
    assert!(stopped.is_ok(), "{:?}", telephone.seen());
    let Reply::Status(status) = house.ask(Request::Status) else { panic!("no status") };
    let answered = status.campaigns[0].answered;
    assert_eq!((answered.month.abandoned, answered.month.answered, answered.exceeded), (1, 1, true));
    house.stop();
    runtime.block_on(telephone.stop());
}
