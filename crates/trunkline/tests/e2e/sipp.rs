//! Called parties and callers that others wrote: SIPp plays the gateway behind the trunk. Without `sipp` on the PATH
//! these tests say so and pass.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use trunkline::control_socket::{PortState, Reply, Request};

use crate::house::{Application, House, PATIENCE, Plan};

/// Milliseconds after the end of a call in which SIPp still knows it: what is repeated because the machine
/// stood still for a while must not look like another call.
const LINGER: u32 = 300;
/// Media lines of answers.
const PCMU: &str = "6000 RTP/AVP 0";

/// A SIPp that answers calls, or places one. It ends by itself after a minute, or when dropped.
struct Sipp {
    child: Child,
    address: SocketAddr,
    directory: tempfile::TempDir,
}

impl Sipp {
    /// SIPp with a scenario of `tests/e2e/sipp`, whose open word is this text; none where it is not
    /// installed.
    fn start(scenario: &str, word: &str) -> Option<Self> {
        Self::lossy(scenario, word, 0, LINGER)
    }

    /// The same, losing so many of a hundred packets both ways, and answering what is repeated for some
    /// milliseconds after the end of a call.
    fn lossy(scenario: &str, word: &str, lost: u8, milliseconds: u32) -> Option<Self> {
        let text = read("frame").replace("SCENARIO", read(scenario).trim()).replace("WORD", word);
        let text = text.replace("NAME", scenario).replace("LINGER", &milliseconds.to_string());
        let mut sipp = Self::run(own_address(), &text, &["-lost", &lost.to_string()])?;
        sipp.await_answer();
        Some(sipp)
    }

    /// SIPp that places one call from this address to the house, with a scenario that is whole.
    fn calling(house: &House, from: SocketAddr, scenario: &str) -> Option<Self> {
        let text = read(scenario).replace("NAME", scenario).replace("LINGER", &LINGER.to_string());
        Self::run(from, &text, &["-m", "1", &house.sip().to_string()])
    }

    fn run(address: SocketAddr, scenario: &str, more: &[&str]) -> Option<Self> {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("scenario.xml"), scenario).unwrap();
        let (ip, port) = (address.ip().to_string(), address.port().to_string());
        let control = (address.port() + 1).to_string();
        let output = File::create(directory.path().join("output")).unwrap();
        let started = Command::new("sipp")
            .current_dir(directory.path())
            .args(["-sf", "scenario.xml", "-i", &ip, "-p", &port, "-bind_local", "-ci", &ip, "-cp", &control])
            .args(["-timeout", "60", "-nostdin", "-trace_err", "-error_file", "errors"])
            .args(["-trace_msg", "-message_file", "messages"])
            .args(more)
            .stdin(Stdio::null())
            .stdout(output.try_clone().unwrap())
            .stderr(output)
            .spawn();
        let child = match started {
            Ok(child) => child,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                eprintln!("skipped: sipp is not installed (Debian: sip-tester)");
                return None;
            }
            Err(error) => panic!("cannot start sipp: {error}"),
        };
        Some(Self { child, address, directory })
    }

    /// Waits until it answers an OPTIONS.
    fn await_answer(&mut self) {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        socket.connect(self.address).unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
        let (own, until) = (socket.local_addr().unwrap(), Instant::now() + PATIENCE);
        for n in 0.. {
            assert!(Instant::now() < until, "sipp does not answer\n{}", self.told());
            assert!(self.child.try_wait().unwrap().is_none(), "sipp ended\n{}", self.told());
            let options = format!(
                "OPTIONS sip:{to} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bK{n};rport\r\n\
                 From: <sip:{own}>;tag={n}\r\nTo: <sip:{to}>\r\nCall-ID: {n}@{own}\r\nCSeq: 1 OPTIONS\r\n\
                 Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n",
                to = self.address
            );
            // Until it is bound, the system says at once that nobody is.
            if socket.send(options.as_bytes()).is_ok() && socket.recv(&mut [0; 2048]).is_ok() {
                return;
            }
            std::thread::yield_now();
        }
    }

    /// A house whose trunk leads here.
    fn house(&self) -> House {
        self.house_with("")
    }

    fn house_with(&self, trunk_lines: &'static str) -> House {
        House::with(Plan { trunk: Some(format!("sip:{}", self.address)), trunk_lines, ..Plan::default() })
    }

    /// Ends it once its calls are over: it must have seen this many, and all of them as its scenario says.
    fn finish(mut self, calls: usize) {
        let control = SocketAddr::new(self.address.ip(), self.address.port() + 1);
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        socket.send_to(b"q", control).unwrap();
        let until = Instant::now() + PATIENCE;
        let code = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status.code();
            }
            assert!(Instant::now() < until, "sipp still has calls");
            // It never answers: this only gives it time.
            let _ = socket.recv(&mut [0]);
        };
        let told = self.told();
        assert_eq!(code, Some(0), "sipp is not content\n{told}");
        let invites = told.lines().find_map(|line| line.trim().strip_prefix("----------> INVITE"));
        let seen = invites.and_then(|line| line.split_whitespace().next()).and_then(|n| n.parse().ok());
        assert_eq!(seen, Some(calls), "calls that sipp saw\n{told}");
    }

    /// Waits until its own call is over, which must have gone as its scenario says.
    fn finish_calling(mut self) {
        // It ends by itself after a minute at the latest.
        let code = self.child.wait().unwrap().code();
        assert_eq!(code, Some(0), "sipp is not content\n{}", self.told());
    }

    /// What it printed.
    fn told(&self) -> String {
        let read = |name| std::fs::read(self.directory.path().join(name)).unwrap_or_default();
        let text = [read("output"), read("errors"), read("messages")].concat();
        String::from_utf8_lossy(&text).into_owned()
    }
}

/// A file of `tests/e2e/sipp`.
fn read(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/e2e/sipp");
    std::fs::read_to_string(folder.join(name).with_extension("xml")).unwrap()
}

impl Drop for Sipp {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("sipp:\n{}", self.told());
        }
    }
}

/// An address of the loopback network that no other test of this machine uses at this time: a process has
/// a host of its own (its id has at most 22 bits), a SIPp of it a port.
fn own_address() -> SocketAddr {
    static NEXT: AtomicU16 = AtomicU16::new(5060);
    let host = (127 << 24) | (1 << 22) | std::process::id();
    (Ipv4Addr::from_bits(host), NEXT.fetch_add(2, Ordering::Relaxed)).into()
}

/// Dials; the dial-out must end with this event and leave its port free, and sipp be content.
fn outcome(sipp: Option<Sipp>, rings: &str, event: &str) {
    let Some(sipp) = sipp else { return };
    outcome_in(sipp.house(), rings, event);
    sipp.finish(1);
}

fn outcome_in(house: House, rings: &str, event: &str) {
    let mut app = house.application();
    app.send(&format!("DIALOUT/DIAL MSGID=1001 DNIS=3015550100 {rings}MODE=SUPERVISED"));
    app.expect("DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS");
    app.expect(&format!("DIALOUT/TERMINATION MSGID=1001 EVENT={event} TRUNK_PORT=1"));
    app.expect_free();
    house.stop();
}

/// Dials, is connected, hangs up.
fn connected(sipp: Option<Sipp>) {
    let Some(sipp) = sipp else { return };
    let house = sipp.house();
    let mut app = house.call("3015550100");
    app.send("APP_TRUNK_DISCONNECT/INFO MSGID=1002 TRUNK_PORT=1");
    app.expect("APP_TRUNK_DISCONNECT/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS");
    sipp.finish(1);
    app.expect_free();
    house.stop();
}

fn refused(status: &str, event: &str) {
    outcome(Sipp::start("refuse", status), "", event);
}

#[test]
fn b077_an_answered_call_is_hung_up() {
    connected(Sipp::start("answer", PCMU));
}

#[test]
fn b047_early_media_and_then_the_answer() {
    connected(Sipp::start("early", PCMU));
}

#[test]
fn b054_busy() {
    refused("486 Busy Here", "BUSY");
}

#[test]
fn b054_intercept() {
    for status in ["404 Not Found", "410 Gone", "484 Address Incomplete", "604 Does Not Exist Anywhere"] {
        refused(status, "INTERCEPT");
    }
}

#[test]
fn b054_no_circuit() {
    refused("503 Service Unavailable", "NODIALTONE");
}

#[test]
fn b052_rings_out_and_is_cancelled() {
    outcome(Sipp::start("ring", ""), "RINGS=1 ", "NOANS");
}

#[test]
fn u09_an_answer_without_any_sound_is_connected() {
    let Some(sipp) = Sipp::start("answer", PCMU) else { return };
    let trunk = Some(format!("sip:{}", sipp.address));
    let config = "[amd]\ninitial_silence = 500\n".into();
    let house = House::with(Plan { trunk, config, ..Plan::default() });
    let mut app = house.application();
    app.send("DIALOUT/DIAL MSGID=1001 DNIS=3015550100 MODE=SUPERVISED");
    app.expect("DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS");
    app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1");
    app.send("APP_TRUNK_DISCONNECT/INFO MSGID=1002 TRUNK_PORT=1");
    app.expect("APP_TRUNK_DISCONNECT/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS");
    sipp.finish(1);
    house.stop();
}

#[test]
fn b143_b079_a_bye_ends_the_play() {
    let Some(sipp) = Sipp::start("hang_up", PCMU) else { return };
    let house = sipp.house();
    house.tone("long.wav", 900, 20_000);
    let mut app = house.call("3015550100");
    app.send("PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE1=LONG.WAV MODE=INTERRUPTABLE");
    app.expect("PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS");
    app.expect("PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=LOOPDROP");
    app.expect("NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT=1");
    app.expect_free();
    sipp.finish(1);
    house.stop();
}

#[test]
fn a_party_that_holds_and_comes_back_stays_connected() {
    let Some(sipp) = Sipp::start("hold", PCMU) else { return };
    let house = sipp.house();
    let mut app = house.call("3015550100");
    app.expect("NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT=1");
    app.expect_free();
    sipp.finish(1);
    house.stop();
}

#[test]
fn sound_before_the_answer_is_acknowledged() {
    connected(Sipp::start("reliable", PCMU));
}

/// A house with an application that takes the calls of a caller that SIPp plays, and the caller.
fn called(scenario: &str) -> Option<(House, Application, Sipp)> {
    let from = own_address();
    let house = House::with(Plan { trunk: Some(format!("sip:{from}")), ..Plan::default() });
    let mut app = house.application();
    app.send("INIT_LINK/INFO MSGID=1000 NAME=PEC DNIS=7322901900 PASS_CODE=2424");
    app.expect("INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS");
    let sipp = Sipp::calling(&house, from, scenario)?;
    app.expect(
        "RECEIVE_CALL/INFO MSGID=* DNIS=7322901900 ANI=2015550100 REDIRECTINING_NO=\"\" TRUNK_PORT=24",
    );
    app.send("ACCEPT_CALL/INFO MSGID=1001 TRUNK_PORT=24");
    app.expect("ACCEPT_CALL/RESPONSE MSGID=1001 TRUNK_PORT=24 STATUS=SUCCESS");
    app.expect("ACCEPT_CALL/TERMINATION MSGID=1001 TRUNK_PORT=24 EVENT=EOF");
    Some((house, app, sipp))
}

/// Its ringing is acknowledged (RFC 3262), its session refreshed by re-INVITE and UPDATE (RFC 4028).
#[test]
fn b135_a_caller_holds_comes_back_refreshes_and_hangs_up() {
    let Some((house, mut app, sipp)) = called("caller") else { return };
    app.expect("NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT=24");
    sipp.finish_calling();
    house.stop();
}

#[test]
fn b135_a_caller_whose_session_is_too_short_asks_for_a_longer_one_and_is_hung_up() {
    let Some((house, mut app, sipp)) = called("little") else { return };
    app.send("APP_TRUNK_DISCONNECT/INFO MSGID=1002 TRUNK_PORT=24");
    app.expect("APP_TRUNK_DISCONNECT/RESPONSE MSGID=1002 TRUNK_PORT=24 STATUS=SUCCESS");
    sipp.finish_calling();
    house.stop();
}

#[test]
fn an_answer_that_cannot_be_used_ends_the_call() {
    // G.729 alone, a stream refused (RFC 3264 §6), an encrypted one.
    for audio in ["6000 RTP/AVP 18", "0 RTP/AVP 0", "6000 RTP/SAVP 0"] {
        outcome(Sipp::start("answer", audio), "", "NODIALTONE");
    }
}

#[test]
fn an_answer_without_a_description_ends_the_call() {
    outcome(Sipp::start("bare", ""), "", "NODIALTONE");
}

#[test]
fn a_challenge_without_credentials_ends_the_call() {
    outcome(Sipp::start("unknown", ""), "", "NODIALTONE");
}

#[test]
fn a_challenge_is_answered_once() {
    let Some(sipp) = Sipp::start("challenge", "") else { return };
    outcome_in(sipp.house_with("username = \"pec\"\npassword = \"open sesame\""), "", "NODIALTONE");
    sipp.finish(1);
}

/// Three times twenty calls over a network that loses one packet of twenty, both ways.
#[test]
fn lost_packets_leave_nothing_stuck() {
    const AT_A_TIME: usize = 20;
    let Some(sipp) = Sipp::lossy("answer", PCMU, 5, 4_000) else { return };
    let house = sipp.house();
    let mut app = house.application();
    for _ in 0..3 {
        hold_calls(&mut app, AT_A_TIME);
        let until = Instant::now() + PATIENCE;
        while !all_idle(&house) {
            assert!(Instant::now() < until, "a port is stuck: {:?}", house.ask(Request::Ports));
        }
    }
    // An answer to a last question: nothing more was said of any call.
    app.expect_free();
    sipp.finish(3 * AT_A_TIME);
    house.stop();
}

/// Places so many calls at once, hangs each up when it is connected, and reads what is said of them: one
/// answer and one end for every request.
fn hold_calls(app: &mut Application, calls: usize) {
    for n in 0..calls {
        app.send(&format!("DIALOUT/DIAL MSGID=D{n:02} DNIS=3015550100 MODE=BLIND"));
    }
    let mut said = BTreeMap::<String, usize>::new();
    for _ in 0..3 * calls {
        let message = app.next("what becomes of a call");
        let port = message.split(' ').find_map(|word| word.strip_prefix("TRUNK_PORT="));
        if let Some(port) = port.filter(|_| message.starts_with("DIALOUT/TERMINATION")) {
            app.send(&format!("APP_TRUNK_DISCONNECT/INFO MSGID=E{port} TRUNK_PORT={port}"));
        }
        // Which port a call got does not matter here.
        let line = message.split(' ').filter(|word| !word.starts_with("TRUNK_PORT="));
        *said.entry(line.collect::<Vec<_>>().join(" ")).or_default() += 1;
    }
    for n in 0..calls {
        for line in
            ["DIALOUT/RESPONSE MSGID=D{} STATUS=SUCCESS", "DIALOUT/TERMINATION MSGID=D{} EVENT=CONNECT"]
        {
            let line = line.replace("{}", &format!("{n:02}"));
            assert_eq!(said.remove(&line), Some(1), "{line}\nelse: {said:?}");
        }
    }
    let hung_up =
        |line: &str| line.starts_with("APP_TRUNK_DISCONNECT/RESPONSE") && line.ends_with("STATUS=SUCCESS");
    assert!(said.len() == calls && said.keys().all(|line| hung_up(line)), "{said:?}");
}

fn all_idle(house: &House) -> bool {
    let Reply::Ports(ports) = house.ask(Request::Ports) else { panic!("no ports") };
    ports.iter().all(|port| port.state == PortState::Idle)
}
