//! Links that break, and servers that die: decision D02 over real connections and processes.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use carrier::Happening;
use edge::signal::{End, Side};
use trunkline::control_socket::{self, Reply, Request};

use crate::house::{Application, House, PATIENCE, Plan};

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

/// A server in a process of its own, ended with it.
struct Process {
    child: Child,
    link: SocketAddr,
}

impl Process {
    /// Starts the program with its data there, and its link on a free port.
    fn start(directory: &Path, carrier: SocketAddr) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let config = format!(
            "[parameters]\neee51 = {}\n[sip]\nlisten = [\"udp://127.0.0.1:0\"]\n[files]\ndata = {:?}\n\
             [[trunk]]\nname = \"carrier\"\nports = \"1-4\"\naddress = \"sip:{carrier}\"\n",
            port - 700,
            directory.join("data")
        );
        let file = directory.join("trunkline.toml");
        std::fs::write(&file, config).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_trunkline"))
            .args(["serve", "--config"])
            .arg(&file)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut ready = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut ready).unwrap();
        assert!(ready.starts_with("ready"), "{ready}");
        Self { child, link: SocketAddr::from(([127, 0, 0, 1], port)) }
    }

    /// Asks until no port carries a call.
    fn until_idle(&self, directory: &Path) {
        let socket = directory.join("data/control.sock");
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            match control_socket::ask(&socket, Request::Status).unwrap() {
                (Reply::Status(status), _) if status.ports_busy == 0 => return,
                _ => {}
            }
        }
        panic!("a port stays busy");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // SIGKILL, by the pid that the child holds.
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

#[test]
fn d02_what_was_owed_outlives_the_kill_of_the_server() {
    let house = House::new();
    let network = house.carrier.address().unwrap();
    let directory = tempfile::tempdir().unwrap();
    let server = Process::start(directory.path(), network);
    let mut app = Application::connect(server.link);
    app.send("INIT_LINK/INFO MSGID=1000 NAME=PEC");
    app.expect("INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS");
    app.send("DIALOUT/DIAL MSGID=1001 DNIS=3015550109 MODE=BLIND");
    app.expect("DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS");
    app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1");
    drop(app);
    server.until_idle(directory.path());
    drop(server);

    let server = Process::start(directory.path(), network);
    let mut app = Application::connect(server.link);
    app.send("INIT_LINK/INFO MSGID=2000 NAME=PEC");
    app.expect("INIT_LINK/RESPONSE MSGID=2000 STATUS=SUCCESS");
    app.expect("DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS");
    app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1");
    app.expect("NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT=1");
    drop(server);
    house.stop();
}
