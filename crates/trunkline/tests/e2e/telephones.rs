//! Telephones that others wrote: baresip and linphone, each a process of its own with a tone to say and a file of
//! what it hears.

use std::io::{self, BufReader, Read, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use carrier::Happening;
use media::goertzel::{rms_dbm0, tone_dbm0};
use media::tone::Tone;
use media::wav::{self, Encoding};
use trunkline::control_socket::{AgentRow, AgentState, Reply, Request};

use crate::files::Watch;
use crate::house::{Application, House, PATIENCE};

/// What baresip says, in Hz; one of those that the network listens for.
pub const BARESIP_HZ: u16 = 600;
/// What linphone says.
pub const LINPHONE_HZ: u16 = 900;
/// What the parties of the network say that say something.
pub const NETWORK_HZ: u16 = 440;
/// A number whose party answers at once and stays silent.
pub const LISTENER: &str = "7325550114";
/// How often linphone is started at most: it was seen to hang before its prompt was there.
const STARTS: usize = 3;

/// What a process has said so far, and a way to wait for more.
#[derive(Clone, Default)]
struct Said(Arc<(Mutex<String>, Condvar)>);

impl Said {
    /// Takes down what comes from there, until its end.
    fn listen(&self, mut from: impl Read + Send + 'static) {
        let said = self.clone();
        std::thread::spawn(move || {
            let mut octets = [0; 4096];
            while let Ok(length @ 1..) = from.read(&mut octets) {
                let (text, more) = &*said.0;
                text.lock().unwrap().push_str(&String::from_utf8_lossy(&octets[..length]));
                more.notify_all();
            }
        });
    }

    fn so_far(&self) -> String {
        self.0.0.lock().unwrap().clone()
    }

    /// Waits until it has said this so many times.
    fn until(&self, words: &str, times: usize) {
        assert!(self.says(words, times, PATIENCE), "it never said {words:?} {times} times");
    }

    /// Whether it says this so many times within that time.
    fn says(&self, words: &str, times: usize, within: Duration) -> bool {
        let (text, more) = &*self.0;
        let has_not = |text: &mut String| text.matches(words).count() < times;
        !more.wait_timeout_while(text.lock().unwrap(), within, has_not).unwrap().1.timed_out()
    }
}

/// A telephone's process; ends with the test.
struct Phone {
    child: Child,
    said: Said,
    directory: tempfile::TempDir,
}

impl Phone {
    /// Runs a telephone in a directory of its own; none where it is not installed.
    fn run(program: &str, package: &str, directory: tempfile::TempDir, arguments: &[&str]) -> Option<Self> {
        let (output, writer) = io::pipe().unwrap();
        let started = Command::new(program)
            .args(arguments)
            .current_dir(directory.path())
            .env("HOME", directory.path())
            .stdin(Stdio::piped())
            .stdout(writer.try_clone().unwrap())
            .stderr(writer)
            .spawn();
        match started {
            Ok(child) => {
                let said = Said::default();
                said.listen(output);
                Some(Self { child, said, directory })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                eprintln!("skipped: {program} is not installed (Debian: {package})");
                None
            }
            Err(error) => panic!("cannot start {program}: {error}"),
        }
    }
}

impl Drop for Phone {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the telephone said:\n{}", self.said.so_far());
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

/// The file of what a telephone says.
const SUNG: &str = "sung.wav";

/// A file of a tone that outlasts any call here.
fn sung(directory: &tempfile::TempDir, hz: u16) -> PathBuf {
    let file = directory.path().join(SUNG);
    let tone = Tone::sine(f64::from(hz), -13.0).samples(60_000);
    std::fs::write(&file, wav::encode(&tone, Encoding::Pcm16)).unwrap();
    file
}

/// The tones that a telephone has heard so far, as it writes it down (8 kHz, 16 bits, after a header of 44 octets that
/// is whole at the end alone), in order; one that did not last for 300 ms does not count.
fn heard_in(file: &Path) -> Vec<u16> {
    const HEADER: usize = 44;
    const FRAME: usize = 800;
    const LASTS: usize = 3;
    let octets = std::fs::read(file).unwrap_or_default();
    let samples = octets.get(HEADER..).unwrap_or_default().as_chunks().0.iter();
    let samples: Vec<i16> = samples.map(|sample| i16::from_le_bytes(*sample)).collect();
    let tone = |frame: &[i16]| {
        let candidates = [BARESIP_HZ, LINPHONE_HZ, NETWORK_HZ].into_iter();
        let is_it = |&hz: &u16| tone_dbm0(frame, f64::from(hz)) > rms_dbm0(frame) - 1.0;
        candidates.filter(|_| rms_dbm0(frame) > -40.0).find(is_it)
    };
    let frames: Vec<Option<u16>> = samples.chunks_exact(FRAME).map(tone).collect();
    let lasting = frames.windows(LASTS).filter(|run| run.iter().all(|hz| *hz == run[0]));
    let mut heard: Vec<u16> = lasting.filter_map(|run| run[0]).collect();
    heard.dedup();
    heard
}

/// A baresip, agent 25, that answers by itself, and is told what to do over its control port.
pub struct Baresip {
    phone: Phone,
    control: TcpStream,
    told: Said,
}

impl Baresip {
    pub fn start(house: &House, transport: &str) -> Option<Self> {
        Self::configured(house, transport, "", "")
    }

    /// With more lines in its configuration, and more of its account's parameters.
    pub fn configured(house: &House, transport: &str, lines: &str, account: &str) -> Option<Self> {
        let directory = tempfile::tempdir().unwrap();
        let control = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), free_port());
        let modules = ["/usr/lib/baresip/modules", "/usr/lib/x86_64-linux-gnu/baresip/modules"];
        let modules = modules.into_iter().find(|place| Path::new(place).exists()).unwrap_or(modules[0]);
        let place = directory.path().to_str().unwrap().to_owned();
        let config = format!(
            "sip_listen 127.0.0.1:0\nnet_interface 127.0.0.1\nmodule_path {modules}\nmodule g711.so\nmodule aufile.so\n\
             module sndfile.so\nmodule_tmp account.so\nmodule_app menu.so\nmodule_app ctrl_tcp.so\n\
             ctrl_tcp_listen {control}\naudio_source aufile,{}\nsnd_path {place}\n{lines}",
            sung(&directory, BARESIP_HZ).display(),
        );
        let account = format!(
            "<sip:25@{};transport={transport}>;auth_pass=a-long-secret;answermode=auto;regint=60{account}\n",
            house.sip_over(transport)
        );
        std::fs::write(directory.path().join("config"), config).unwrap();
        std::fs::write(directory.path().join("accounts"), account).unwrap();
        std::fs::write(directory.path().join("contacts"), "").unwrap();
        let phone = Phone::run("baresip", "baresip", directory, &["-4", "-f", &place, "-t", "60"])?;
        phone.said.until("[1 binding]", 1);
        let control = TcpStream::connect(control).unwrap();
        let told = Said::default();
        told.listen(BufReader::new(control.try_clone().unwrap()));
        Some(Self { phone, control, told })
    }

    /// Has it do something: a command of its menu, in a netstring of JSON.
    pub fn does(&mut self, command: &str, with: &str) {
        let before = self.told.so_far().matches("\"response\":true").count();
        let json = format!("{{\"command\":\"{command}\",\"params\":\"{with}\"}}");
        write!(self.control, "{}:{json},", json.len()).unwrap();
        self.told.until("\"response\":true", before + 1);
    }

    /// Waits until it has told of such an event so many times.
    pub fn until(&self, event: &str, times: usize) {
        self.told.until(&format!("\"type\":\"{event}\""), times);
    }

    pub fn until_said(&self, words: &str) {
        self.phone.said.until(words, 1);
    }

    /// Waits until it has heard these tones, one after the other, on its last stream of sound.
    #[track_caller]
    pub fn hears(&self, wanted: &[u16]) {
        let place = self.phone.directory.path();
        let heard = || {
            let paths = std::fs::read_dir(place).unwrap().map(|entry| entry.unwrap().path());
            let last = paths.filter(|path| path.to_string_lossy().ends_with("-dec.wav")).max();
            last.map(|file| heard_in(&file)).unwrap_or_default()
        };
        Watch::on(place).until(heard, |heard| heard == wanted);
    }
}

/// A linphone, agent 26, that answers by itself, and is told what to do at its prompt.
pub struct Linphone {
    phone: Phone,
    prompt: ChildStdin,
}

impl Linphone {
    pub fn start(house: &House) -> Option<Self> {
        Self::configured(house, ("udp", "127.0.0.1"), "media_encryption=none")
    }

    /// Registered over this transport at this name of ours, with these lines in [sip] of its configuration.
    pub fn configured(house: &House, (transport, host): (&str, &str), lines: &str) -> Option<Self> {
        // Any port, or none.
        let tls = if transport == "tls" { -1 } else { 0 };
        for start in 1..=STARTS {
            let mut linphone = Self::run(tls, lines)?;
            if linphone.phone.said.says("linphonec>", 1, PATIENCE / 3) {
                let place = linphone.phone.directory.path().join(SUNG);
                linphone.does("soundcard use files");
                linphone.does(&format!("play {}", place.display()));
                linphone.records("first");
                let server = format!("{host}:{}", house.sip_over(transport).port());
                linphone.does(&format!(
                    "register sip:26@{server} sip:{server};transport={transport} a-long-secret"
                ));
                return Some(linphone);
            }
            eprintln!("linphone hangs at its start {start}, and says:\n{}", linphone.said());
        }
        panic!("linphone hung at each of {STARTS} starts");
    }

    /// Its process, which takes commands once its prompt is there.
    fn run(tls: i32, lines: &str) -> Option<Self> {
        let directory = tempfile::tempdir().unwrap();
        sung(&directory, LINPHONE_HZ);
        std::fs::create_dir_all(directory.path().join(".local/share/linphone")).unwrap();
        let (port, rtp) = (free_port(), free_port());
        let config = format!(
            "[sip]\nsip_port={port}\nsip_tcp_port=0\nsip_tls_port={tls}\nuse_ipv6=0\n{lines}\n\
             register_only_when_network_is_up=0\n[rtp]\naudio_rtp_port={rtp}\n[sound]\nec=0\n"
        );
        let file = directory.path().join("linphonerc");
        std::fs::write(&file, config).unwrap();
        let place = file.to_str().unwrap().to_owned();
        let mut phone = Phone::run("linphonec", "linphone-cli", directory, &["-a", "-c", &place])?;
        let prompt = phone.child.stdin.take().unwrap();
        Some(Self { phone, prompt })
    }

    pub fn does(&mut self, command: &str) {
        writeln!(self.prompt, "{command}").unwrap();
    }

    /// Writes down what it hears from its next stream of sound on.
    pub fn records(&mut self, name: &str) {
        let file = self.phone.directory.path().join(format!("{name}.wav"));
        self.does(&format!("record {}", file.display()));
    }

    /// Waits until it has said this so many times.
    pub fn until(&self, words: &str, times: usize) {
        self.phone.said.until(words, times);
    }

    pub fn said(&self) -> String {
        self.phone.said.so_far()
    }

    /// Waits until these tones, one after the other, are in what it writes down under this name.
    #[track_caller]
    pub fn hears(&self, name: &str, wanted: &[u16]) {
        let place = self.phone.directory.path();
        let file = place.join(format!("{name}.wav"));
        Watch::on(place).until(|| heard_in(&file), |heard| heard == wanted);
    }
}

impl House {
    pub fn sip_over(&self, transport: &str) -> SocketAddr {
        let listen = self.addresses.sip.iter().find(|listen| listen.transport.to_string() == transport);
        listen.unwrap().address
    }

    /// An agent, once this holds for him; his telephone has told of it already, or is about to.
    pub fn until_agent(&self, agent: u32, what: &str, holds: impl Fn(&AgentRow) -> bool) -> AgentRow {
        let until = Instant::now() + PATIENCE;
        loop {
            let Reply::Agents(rows) = self.ask(Request::Agents) else { panic!("not the agents") };
            let row = rows.into_iter().find(|row| row.agent == agent).unwrap();
            if holds(&row) {
                return row;
            }
            assert!(Instant::now() < until, "agent {agent} never was {what}: {row:?}");
        }
    }

    pub fn until_idle(&self, agent: u32) -> AgentRow {
        self.until_agent(agent, "free", |row| row.state == AgentState::Idle)
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
