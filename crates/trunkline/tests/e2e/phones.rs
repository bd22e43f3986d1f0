//! Agents' telephones that others wrote: baresip and linphone. Without them on the PATH these tests say so
//! and pass.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use carrier::{Directory, Happening};
use media::tone::Tone;
use media::wav::{self, Encoding};
use trunkline::control_socket::{AgentRow, AgentState, Reply, Request};

use crate::house::{Application, House, PATIENCE, Plan};

/// What baresip sends, in Hz; one of those that the network listens for.
pub const BARESIP_HZ: u16 = 600;
/// What linphone sends.
pub const LINPHONE_HZ: u16 = 900;
/// A number whose party answers at once and stays silent.
pub const LISTENER: &str = "7325550114";

/// A house with the agents 25 (old digest) and 26 (any).
fn house() -> House {
    let config = "[[agent]]\nports = \"25\"\npassword = \"a-long-secret\"\ndigest = [\"MD5\"]\n\
                  [[agent]]\nports = \"26\"\npassword = \"a-long-secret\"\n";
    House::with(Plan { config: config.into(), directory: Directory::new(Duration::ZERO), ..Plan::default() })
}

/// A telephone's process; ends with the test.
pub struct Phone {
    child: Child,
    directory: tempfile::TempDir,
}

impl Phone {
    /// Runs a telephone in a directory of its own; none where it is not installed.
    fn run(program: &str, package: &str, directory: tempfile::TempDir, arguments: &[&str]) -> Option<Self> {
        let output = File::create(directory.path().join("output")).unwrap();
        let started = Command::new(program)
            .args(arguments)
            .current_dir(directory.path())
            .env("HOME", directory.path())
            .stdin(Stdio::piped())
            .stdout(output.try_clone().unwrap())
            .stderr(output)
            .spawn();
        match started {
            Ok(child) => Some(Self { child, directory }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                eprintln!("skipped: {program} is not installed (Debian: {package})");
                None
            }
            Err(error) => panic!("cannot start {program}: {error}"),
        }
    }

    /// Waits until it has said this so many times.
    pub fn until_said(&self, words: &str, times: usize) {
        let until = Instant::now() + PATIENCE;
        while self.said().matches(words).count() < times {
            assert!(Instant::now() < until, "it never said {words:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// What it has said, for a test that fails.
    pub fn said(&self) -> String {
        let output = std::fs::read(self.directory.path().join("output")).unwrap_or_default();
        String::from_utf8_lossy(&output).into_owned()
    }
}

impl Drop for Phone {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the telephone said:\n{}", self.said());
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A free port of this machine, for UDP and TCP.
pub fn free_port() -> u16 {
    let tcp = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = tcp.local_addr().unwrap().port();
    match UdpSocket::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => port,
        Err(_) => free_port(),
    }
}

/// A file of a tone that outlasts any call here.
fn sung(directory: &tempfile::TempDir, hz: u16) -> PathBuf {
    let file = directory.path().join("sung.wav");
    let tone = Tone::sine(f64::from(hz), -13.0).samples(40_000);
    std::fs::write(&file, wav::encode(&tone, Encoding::Pcm16)).unwrap();
    file
}

/// A baresip that answers by itself, sends a tone, and is told what to do over its control port.
pub struct Baresip {
    pub phone: Phone,
    control: SocketAddr,
}

impl Baresip {
    fn start(house: &House, transport: &str) -> Option<Self> {
        Self::configured(house, transport, "", "")
    }

    /// With more lines in its configuration, and more of its account's parameters.
    pub fn configured(house: &House, transport: &str, lines: &str, account: &str) -> Option<Self> {
        let directory = tempfile::tempdir().unwrap();
        let control = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), free_port());
        let modules = ["/usr/lib/baresip/modules", "/usr/lib/x86_64-linux-gnu/baresip/modules"];
        let modules = modules.into_iter().find(|place| Path::new(place).exists()).unwrap_or(modules[0]);
        let config = format!(
            "sip_listen 127.0.0.1:0\nnet_interface 127.0.0.1\nmodule_path {modules}\nmodule g711.so\nmodule aufile.so\n\
             module_tmp account.so\nmodule_app menu.so\nmodule_app ctrl_tcp.so\nctrl_tcp_listen {control}\n\
             audio_source aufile,{}\n{lines}",
            sung(&directory, BARESIP_HZ).display(),
        );
        let account = format!(
            "<sip:25@{};transport={transport}>;auth_pass=a-long-secret;answermode=auto;regint=60{account}\n",
            house.sip_over(transport)
        );
        std::fs::write(directory.path().join("config"), config).unwrap();
        std::fs::write(directory.path().join("accounts"), account).unwrap();
        std::fs::write(directory.path().join("contacts"), "").unwrap();
        let place = directory.path().to_str().unwrap().to_owned();
        let phone = Phone::run("baresip", "baresip", directory, &["-4", "-f", &place, "-t", "60"])?;
        Some(Self { phone, control })
    }

    /// Has it do something: a command of its menu, in a netstring of JSON.
    pub fn does(&self, command: &str) {
        let mut control = TcpStream::connect(self.control).unwrap();
        control.set_read_timeout(Some(PATIENCE)).unwrap();
        let json = format!("{{\"command\":\"{command}\"}}");
        write!(control, "{}:{json},", json.len()).unwrap();
        assert!(control.read(&mut [0; 4096]).unwrap() > 0, "baresip answers {command}");
    }
}

/// A linphone that answers by itself, sends a file, and is told what to do at its prompt.
pub struct Linphone {
    pub phone: Phone,
    prompt: ChildStdin,
}

impl Linphone {
    fn start(house: &House) -> Option<Self> {
        Self::configured(house, ("udp", "127.0.0.1"), "media_encryption=none")
    }

    /// Registered over this transport at this name of ours, with these lines in [sip] of its configuration.
    pub fn configured(house: &House, (transport, host): (&str, &str), lines: &str) -> Option<Self> {
        let directory = tempfile::tempdir().unwrap();
        let sung = sung(&directory, LINPHONE_HZ);
        std::fs::create_dir_all(directory.path().join(".local/share/linphone")).unwrap();
        let (port, rtp) = (free_port(), free_port());
        // Any port, or none.
        let tls = if transport == "tls" { -1 } else { 0 };
        let config = format!(
            "[sip]\nsip_port={port}\nsip_tcp_port=0\nsip_tls_port={tls}\nuse_ipv6=0\n{lines}\n\
             register_only_when_network_is_up=0\n[rtp]\naudio_rtp_port={rtp}\n[sound]\nec=0\n"
        );
        let file = directory.path().join("linphonerc");
        std::fs::write(&file, config).unwrap();
        let place = file.to_str().unwrap().to_owned();
        let mut phone = Phone::run("linphonec", "linphone-cli", directory, &["-a", "-c", &place])?;
        let prompt = phone.child.stdin.take().unwrap();
        let mut linphone = Self { phone, prompt };
        linphone.does("soundcard use files");
        linphone.does(&format!("play {}", sung.display()));
        let server = format!("{host}:{}", house.sip_over(transport).port());
        linphone.does(&format!("register sip:26@{server} sip:{server};transport={transport} a-long-secret"));
        Some(linphone)
    }

    pub fn does(&mut self, command: &str) {
        writeln!(self.prompt, "{command}").unwrap();
    }
}

impl House {
    pub fn sip_over(&self, transport: &str) -> SocketAddr {
        let listen = self.addresses.sip.iter().find(|listen| listen.transport.to_string() == transport);
        listen.unwrap().address
    }

    /// An agent, once this holds for him.
    pub fn until_agent(&self, agent: u32, what: &str, holds: impl Fn(&AgentRow) -> bool) -> AgentRow {
        let until = Instant::now() + PATIENCE;
        loop {
            let Reply::Agents(rows) = self.ask(Request::Agents) else { panic!("not the agents") };
            let row = rows.into_iter().find(|row| row.agent == agent).unwrap();
            if holds(&row) {
                return row;
            }
            assert!(Instant::now() < until, "agent {agent} never was {what}: {row:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Dials a number for an agent, whose telephone answers by itself.
pub fn connect(house: &House, number: &str, agent: u32) -> Application {
    let mut app = house.application();
    app.send("INIT_LINK/INFO MSGID=1000");
    app.expect("INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS");
    app.send(&format!("DIALOUT/DIAL MSGID=1001 DNIS={number} ANI=8005551212 AGENTS={agent} MODE=BLIND"));
    app.expect("DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS");
    app.expect(&format!("DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1 AGENT={agent}"));
    app
}

/// The network hears nothing of what began before this.
pub fn tones(house: &House, hz: u16) -> usize {
    house.carrier.seen().iter().filter(|entry| entry.what == Happening::Tone { hz, present: true }).count()
}

/// Waits until the network has heard a tone begin so many times.
pub fn until_tones(house: &House, hz: u16, times: usize) {
    let mut begun = 0;
    house.until(&format!("{hz} Hz {times} times"), |what| {
        begun += usize::from(*what == Happening::Tone { hz, present: true });
        begun >= times
    });
}

#[test]
fn baresip_registers_talks_holds_and_hangs_up() {
    for transport in ["udp", "tcp"] {
        let house = house();
        let Some(baresip) = Baresip::start(&house, transport) else { return house.stop() };
        let row = house.until_agent(25, "there", |row| row.state == AgentState::Idle);
        assert!(row.phones[0].address.starts_with(&format!("{transport}://127.0.0.1:")), "{row:?}");
        assert!(row.phones[0].user_agent.starts_with("baresip"), "{row:?}");
        let mut app = connect(&house, LISTENER, 25);
        house.until_tone(BARESIP_HZ, true);
        house.until_agent(25, "talking", |row| row.state == AgentState::Talking);
        baresip.does("hold");
        house.until_tone(BARESIP_HZ, false);
        let before = tones(&house, BARESIP_HZ);
        baresip.does("resume");
        until_tones(&house, BARESIP_HZ, before + 1);
        baresip.does("hangup");
        app.expect("NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT=25");
        house.until_agent(25, "free", |row| row.state == AgentState::Idle);
        drop(app);
        // It unregisters when it ends.
        baresip.does("quit");
        // Signalling drops the contact, and tells the switch, which shows it a moment later.
        house.until_agent(25, "gone", |row| row.phones.is_empty() && row.state == AgentState::Away);
        assert!(baresip.phone.said().contains("200 OK"));
        house.stop();
    }
}

#[test]
fn linphone_registers_talks_holds_and_hangs_up() {
    let house = house();
    let Some(mut linphone) = Linphone::start(&house) else { return house.stop() };
    let row = house.until_agent(26, "there", |row| row.state == AgentState::Idle);
    assert!(row.phones[0].user_agent.to_lowercase().contains("linphone"), "{row:?}");
    let mut app = connect(&house, LISTENER, 26);
    house.until_tone(LINPHONE_HZ, true);
    // What it plays while it holds is its own affair: here, the same file.
    linphone.does("pause");
    linphone.phone.until_said("is now paused", 1);
    linphone.does("resume");
    linphone.phone.until_said("Media streams established", 2);
    linphone.does("terminate");
    app.expect("NETWORK_TRUNK_DISCONNECT/INFO MSGID=* TRUNK_PORT=26");
    house.until_agent(26, "free", |row| row.state == AgentState::Idle);
    drop(app);
    linphone.does("quit");
    // Signalling drops the contact, and tells the switch, which shows it a moment later.
    house.until_agent(26, "gone", |row| row.phones.is_empty() && row.state == AgentState::Away);
    assert!(!linphone.phone.said().contains("Register failed"));
    house.stop();
}
