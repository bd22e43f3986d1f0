//! Both ends of the control socket over a real one.

use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::thread::{self, JoinHandle};

use tempfile::TempDir;
use tokio::sync::mpsc;

use super::*;
use crate::output::Output;

fn status() -> Status {
    let answered = Answered {
        day: Live { answered: 20, abandoned: 1 },
        month: Live { answered: 50, abandoned: 2 },
        exceeded: true,
    };
    Status {
        version: "0.1.0".into(),
        uptime_seconds: 3_723,
        links: 1,
        ports: 24,
        ports_busy: 2,
        trunks: vec![TrunkRow {
            name: "carrier".into(),
            up: false,
            why: "no answer\n".into(),
            ports: 24,
            busy: 2,
            priority: 2,
            hour: Hour { calls: 600, cap: Some(600) },
        }],
        campaigns: vec![CampaignRow { name: "4H CLUB".into(), hour: Hour { calls: 7, cap: None }, answered }],
        calls_barred: 3,
        calls_arrived: 2,
        calls_refused: 1,
        hour: Hour { calls: 9_999, cap: Some(10_000) },
        rss_bytes: 50 << 20,
        ..Status::default()
    }
}

fn ports() -> Vec<PortRow> {
    vec![PortRow {
        port: 257,
        own_port: 1,
        trunk: "carrier".into(),
        state: PortState::Up,
        activity: "PLAYING".into(),
        dnis: "7325550101".into(),
        ani: "\u{1b}[2J".into(),
        since_seconds: 42,
        owner: Some(3),
    }]
}

fn agents() -> Vec<AgentRow> {
    let phone = PhoneRow {
        contact: "sip:25@192.0.2.9".into(),
        address: "udp://127.0.0.1:5080".into(),
        expires_seconds: Some(77),
        user_agent: "baresip".into(),
    };
    let absent = AgentRow {
        agent: 282,
        own_port: 26,
        login: LoginState::Unused,
        mode: String::new(),
        name: String::new(),
        campaign: String::new(),
        state: AgentState::Away,
        since_seconds: 5,
        why: "it has not registered".into(),
        phones: Vec::new(),
    };
    let present = AgentRow {
        agent: 281,
        own_port: 25,
        login: LoginState::In,
        mode: "PREDICTIVE".into(),
        name: "Ines".into(),
        campaign: "IBM".into(),
        state: AgentState::Idle,
        since_seconds: 61,
        why: String::new(),
        phones: vec![phone],
    };
    vec![present, absent]
}

fn calls() -> Vec<CallRow> {
    let port = ports().remove(0);
    vec![CallRow {
        leg: "out-7".into(),
        direction: "outbound".into(),
        port,
        redirecting: String::new(),
        campaign: "4H CLUB".into(),
        agent: Some(25),
        joined: Some("out-6".into()),
        talk_seconds: Some(40),
    }]
}

/// A server of its own thread at a socket of its own directory, until it is told to exit.
struct Server {
    path: PathBuf,
    _directory: TempDir,
    thread: JoinHandle<()>,
}

impl Server {
    fn start() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("data/control.sock");
        let (bound, is_bound) = channel();
        let socket_path = path.clone();
        let thread = thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let socket = ControlSocket::bind(&socket_path).expect("bound");
                bound.send(()).expect("the test waits");
                let (questions, asked) = mpsc::channel(4);
                tokio::join!(socket.serve(questions, mpsc::channel(1).0), answer_all(asked));
            });
        });
        is_bound.recv().expect("bound");
        Self { path, _directory: directory, thread }
    }

    fn ask(&self, request: Request, json: bool) -> Result<String, String> {
        let mut text = Vec::new();
        let asked = run(&self.path, request, json, &mut Output::new(&mut text));
        asked.map(|()| String::from_utf8(text).expect("text")).map_err(|error| error.to_string())
    }

    /// Tells it to exit; both ends are over when this returns.
    fn exit(self, json: bool) -> String {
        let told = self.ask(Request::Exit, json).expect("it exits");
        self.thread.join().expect("no panic");
        assert!(!self.path.exists(), "the socket is removed");
        told
    }
}

/// Answers as a server would, leaves links unanswered, and ends with an exit.
async fn answer_all(mut asked: mpsc::Receiver<Question>) {
    while let Some(question) = asked.recv().await {
        let reply = match question.request {
            Request::Status => Reply::Status(status()),
            Request::Ports => Reply::Ports(ports()),
            Request::Agents => Reply::Agents(agents()),
            Request::Calls => Reply::Calls(calls()),
            Request::Links => continue,
            Request::Exit => Reply::Exiting,
        };
        question.reply.send(reply).expect("somebody waits");
        if question.request == Request::Exit {
            break;
        }
    }
}

#[test]
fn x34_the_abandoned_of_each_campaign_are_metrics() {
    let mut status = status();
    status.campaigns[0].name = "4H \"CLUB\"".into();
    let page = metrics(&status);
    for line in [
        "trunkline_ports_busy 2",
        "trunkline_calls_barred_total 3",
        "trunkline_trunk_up{trunk=\"carrier\"} 0",
        "trunkline_hour_calls{of=\"server\"} 9999",
        "trunkline_hour_cap{of=\"trunk\",trunk=\"carrier\"} 600",
        "trunkline_campaign_answered{campaign=\"4H \\\"CLUB\\\"\",window=\"30d\"} 50",
        "trunkline_campaign_abandoned{campaign=\"4H \\\"CLUB\\\"\",window=\"24h\"} 1",
        "trunkline_campaign_abandon_rate{campaign=\"4H \\\"CLUB\\\"\",window=\"24h\"} 0.05",
        "trunkline_campaign_abandon_rate{campaign=\"4H \\\"CLUB\\\"\",window=\"30d\"} 0.04",
        "trunkline_campaign_abandon_exceeded{campaign=\"4H \\\"CLUB\\\"\"} 1",
        "trunkline_campaign_abandoned{campaign=\"\",window=\"24h\"} 0",
        "# TYPE trunkline_campaign_abandon_rate gauge",
    ] {
        assert!(page.lines().any(|found| found == line), "{line}\n{page}");
    }
    // Where nobody answered there is no rate; and nothing stands twice.
    assert!(!page.contains("abandon_rate{campaign=\"\""), "{page}");
    let names: std::collections::BTreeSet<&str> = page.lines().collect();
    assert_eq!(names.len(), page.lines().count());
}

#[test]
fn answers_come_as_tables_and_as_json() {
    let server = Server::start();
    assert_eq!(
        server.ask(Request::Status, false).expect("an answer"),
        "trunkline 0.1.0, up 1h02m03s\nlinks    1\nports    24, 2 busy\nagents   0, 0 reachable\nlegs     0\n\
         calls    0 placed, 0 answered, 0 ended, 3 barred; 9999 of 10000 in the last hour\n\
         inbound  2 taken, 1 refused\n\
         sound    0 workers (); 0 packets sent, 0 received, 0 late, 0 from strangers\nmemory   50 MiB\n\
         trunk    carrier: down (no answer\\u{a}); priority 2; 24 ports, 2 busy; 600 of 600 in the last hour: FULL\n\
         campaign 4H CLUB: 7 in the last hour; 1 of 20 abandoned in 24 hours, 2 of 50 in 30 days: TOO MANY\n"
    );
    assert_eq!(
        server.ask(Request::Calls, false).expect("an answer"),
        "LEG    PORT  TRUNK    STATE  ACTIVITY  DNIS        ANI        CAMPAIGN  AGENT  JOINED  SINCE  TALK\n\
         out-7   257  carrier  up     PLAYING   7325550101  \\u{1b}[2J  4H CLUB      25  out-6     42s   40s\n"
    );
    let json = server.ask(Request::Calls, true).expect("an answer");
    assert_eq!(serde_json::from_str::<Vec<CallRow>>(&json).expect("JSON"), calls());
    assert_eq!(
        server.ask(Request::Ports, false).expect("an answer"),
        "PORT  OWN  TRUNK    STATE  ACTIVITY  DNIS        ANI        SINCE  LINK\n \
         257    1  carrier  up     PLAYING   7325550101  \\u{1b}[2J    42s     3\n"
    );
    assert_eq!(
        server.ask(Request::Agents, false).expect("an answer"),
        "AGENT  OWN  MODE        NAME  CAMPAIGN  STATE  SINCE  PHONE\n  \
         281   25  PREDICTIVE  Ines  IBM       idle   1m01s  udp://127.0.0.1:5080\n  \
         282   26  -                           away      5s  it has not registered\n"
    );
    let json = server.ask(Request::Agents, true).expect("an answer");
    assert_eq!(serde_json::from_str::<Vec<AgentRow>>(&json).expect("JSON"), agents());
    let json = server.ask(Request::Status, true).expect("an answer");
    assert_eq!(serde_json::from_str::<Status>(&json).expect("JSON"), status());
    let json = server.ask(Request::Ports, true).expect("an answer");
    assert!(
        json.ends_with("}]\n") && json.contains(r#""port":257,"own_port":1,"trunk":"carrier","state":"up""#)
    );
    assert_eq!(serde_json::from_str::<Vec<PortRow>>(&json).expect("JSON"), ports());
    assert_eq!(server.exit(true), "{\"exit\":\"done\"}\n");
}

#[test]
fn p08_exit_waits_until_the_server_is_gone() {
    let server = Server::start();
    assert_eq!(server.exit(false), "The server is closing; waiting until it is gone.\nThe server is gone.\n");
}

#[test]
fn an_answer_that_is_dropped_is_refused() {
    let server = Server::start();
    assert_eq!(server.ask(Request::Links, false), Err("the server refuses: the server is closing".into()));
    server.exit(true);
}

#[test]
fn what_is_no_question_is_refused_and_hurts_nobody() {
    let server = Server::start();
    for question in [&b"hello\n"[..], b"{}\n", b"\"crash\"\n", b"\n", &[b'x'; 5000], b"\xff\xfe\n"] {
        let mut stream = UnixStream::connect(&server.path).expect("connected");
        // More than a question's octets are not read: the connection may be reset under the rest.
        let _ = stream.write_all(question);
        let mut answer = [0; 11];
        stream.read_exact(&mut answer).expect("an answer");
        assert_eq!(&answer, b"{\"refused\":");
    }
    drop(UnixStream::connect(&server.path).expect("connected"));
    assert!(server.ask(Request::Status, true).is_ok());
    server.exit(true);
}

#[test]
fn the_socket_is_its_users_alone() {
    let server = Server::start();
    let mode = |path: &Path| std::fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(&server.path), 0o600);
    assert_eq!(mode(server.path.parent().expect("in a directory")), 0o700);
    server.exit(true);
}

#[test]
fn a_dead_servers_socket_is_replaced_and_a_living_ones_is_not() {
    let server = Server::start();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let _entered = runtime.enter();
    assert!(matches!(ControlSocket::bind(&server.path), Err(BindError::Taken(_))));
    server.exit(true);

    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("control.sock");
    drop(std::os::unix::net::UnixListener::bind(&path).expect("bound, and left behind"));
    drop(ControlSocket::bind(&path).expect("replaced"));
    assert!(!path.exists());
    std::fs::write(&path, "precious").expect("written");
    assert!(matches!(ControlSocket::bind(&path), Err(BindError::NotASocket(_))));
    assert!(path.exists());
}

#[test]
fn without_a_server_the_client_says_so() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("control.sock");
    let error = ask(&path, Request::Status).expect_err("nobody there");
    assert!(error.to_string().starts_with("no server runs here: nobody listens at "), "{error}");
    drop(std::os::unix::net::UnixListener::bind(&path).expect("bound, and left behind"));
    assert!(matches!(ask(&path, Request::Status), Err(AskError::NoServer(_))));
}
