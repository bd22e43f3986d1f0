//! Agents, what their server remembers of them, and of those who waited for them in vain.

use std::time::Duration;

use carrier::{Carrier, Directory, Step};
use trunkline::control_socket::{self, AgentRow, LoginState, Reply, Request};

use crate::house::{Application, House};
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
