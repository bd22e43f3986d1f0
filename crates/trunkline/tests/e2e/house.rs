//! A server, a phone network and applications for one test, on free ports of this machine.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::{Arc, mpsc as blocking};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use carrier::{Carrier, Directory, Entry, Happening};
use media::tone::Tone;
use media::wav::{self, Encoding};
use protocol::{Frame, Framer, Message, Spelling};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use trunkline::config::{Config, Environment};
use trunkline::control_socket::{self, Reply, Request};
use trunkline::server::{self, Addresses, Operator, ServeError};

/// Longer than anything in a test takes; a test that waits this long has failed.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// What a test may want otherwise.
pub struct Plan {
    /// Lines of the configuration after the house's own.
    pub config: String,
    /// Who answers in the network.
    pub directory: Directory,
    /// Tones that the network's parties listen for, in Hz.
    pub listen_hz: Vec<u16>,
    /// Where its link listens; none: where its configuration says.
    pub link: Option<Vec<SocketAddr>>,
    /// What the house listens on for SIP, and more lines of [sip].
    pub sip: String,
    /// Where the simulated network takes calls, and what it speaks TLS with.
    pub carrier: (Vec<sip::Listen>, Option<sip::Tls>),
    /// The trunk, where it is not the first place of the simulated network; `{port}` is the port of that.
    pub trunk: Option<String>,
    /// More lines of the trunk's table.
    pub trunk_lines: &'static str,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            config: String::new(),
            link: Some(vec!["127.0.0.1:0".parse().unwrap()]),
            directory: Directory::new(Duration::ZERO),
            listen_hz: vec![600, 900, 1300, 1700],
            sip: "listen = [\"udp://127.0.0.1:0\", \"tcp://127.0.0.1:0\"]\n".into(),
            carrier: (vec!["udp://127.0.0.1:0".parse().unwrap(), "tcp://127.0.0.1:0".parse().unwrap()], None),
            trunk: None,
            trunk_lines: "",
        }
    }
}

/// The house.
pub struct House {
    pub addresses: Addresses,
    pub carrier: Carrier,
    pub runtime: Runtime,
    pub operator: mpsc::Sender<Operator>,
    pub server: JoinHandle<Result<(), ServeError>>,
    pub data: tempfile::TempDir,
    /// Its applications, to be closed before it.
    applications: RefCell<Vec<TcpStream>>,
}

impl House {
    pub fn new() -> Self {
        Self::with(Plan::default())
    }

    pub fn with(plan: Plan) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let settings = carrier::Settings {
            listen: plan.carrier.0,
            tls: plan.carrier.1,
            directory: plan.directory,
            listen_hz: plan.listen_hz,
            ..carrier::Settings::default()
        };
        let carrier = runtime.block_on(Carrier::start(settings)).unwrap();
        let place = carrier.address().unwrap();
        let trunk = plan.trunk.unwrap_or_else(|| format!("sip:{place}"));
        let trunk = trunk.replace("{port}", &place.port().to_string());
        let data = tempfile::tempdir().unwrap();
        let text = format!(
            "[sip]\n{}\n[files]\ndata = {:?}\n\
             [[trunk]]\nname = \"carrier\"\nports = \"1-24\"\naddress = {trunk:?}\n{}\n\
             [[mailbox]]\nnumber = \"7322901900\"\ntype = \"U\"\npassword = \"2424\"\nname = \"PEC\"\n{}",
            plan.sip,
            data.path(),
            plan.trunk_lines,
            plan.config
        );
        let environment = Environment { variables: BTreeMap::new(), secret_file: |_| Ok(String::new()) };
        let config = Config::parse("test", &text, &environment).unwrap_or_else(|e| panic!("{e:?}\n{text}"));
        let (operator, commands) = mpsc::channel(2);
        let (ready, addresses) = blocking::sync_channel(1);
        let link = plan.link;
        let server = std::thread::spawn(move || {
            server::run(config, link, commands, |addresses| ready.send(addresses.clone()).unwrap())
        });
        let addresses = addresses.recv_timeout(PATIENCE).expect("the server is ready");
        let applications = RefCell::default();
        Self { addresses, carrier, runtime, operator, server, data, applications }
    }

    /// Where SIP over UDP is listened for.
    pub fn sip(&self) -> SocketAddr {
        self.addresses.sip[0].address
    }

    /// A new application.
    pub fn application(&self) -> Application {
        let application = Application::connect(self.addresses.link[0]);
        self.applications.borrow_mut().push(application.stream.try_clone().unwrap());
        application
    }

    /// An application that did INIT_LINK and has a call up to this number.
    pub fn call(&self, number: &str) -> Application {
        let mut app = self.application();
        app.send("INIT_LINK/INFO MSGID=1000");
        app.expect("INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS");
        app.send(&format!("DIALOUT/DIAL MSGID=1001 DNIS={number} ANI=8005551212 MODE=BLIND"));
        app.expect("DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS");
        app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1");
        app
    }

    /// Writes a voice file of one tone to C:\PROMPTS.
    pub fn tone(&self, name: &str, hz: u16, ms: u32) {
        self.file(name, &wav::encode(&Tone::sine(f64::from(hz), -13.0).samples(ms), Encoding::Pcm16));
    }

    /// Writes a file to C:\PROMPTS.
    pub fn file(&self, name: &str, octets: &[u8]) {
        let prompts = self.data.path().join("files/c/prompts");
        std::fs::create_dir_all(&prompts).unwrap();
        std::fs::write(prompts.join(name), octets).unwrap();
    }

    /// Waits until this happened in the network.
    pub fn until(&self, what: &str, mut holds: impl FnMut(&Happening) -> bool) -> Entry {
        let found = self.runtime.block_on(async {
            tokio::time::timeout(PATIENCE, self.carrier.until(|entry| holds(&entry.what))).await
        });
        found.ok().flatten().unwrap_or_else(|| {
            let seen: Vec<String> = self.carrier.seen().iter().map(|e| e.what.to_string()).collect();
            panic!("the network never saw: {what}\nit saw:\n{}", seen.join("\n"))
        })
    }

    /// Waits until the network heard this tone begin or end.
    pub fn until_tone(&self, hz: u16, present: bool) -> Entry {
        self.until(&format!("{hz} Hz, {present}"), |what| *what == Happening::Tone { hz, present })
    }

    /// Tones that began so far, in order.
    pub fn heard(&self) -> Vec<u16> {
        let tone = |entry: Entry| match entry.what {
            Happening::Tone { hz, present: true } => Some(hz),
            _ => None,
        };
        self.carrier.seen().into_iter().filter_map(tone).collect()
    }

    /// What the running server answers on its control socket.
    pub fn ask(&self, request: Request) -> Reply {
        control_socket::ask(&self.data.path().join("control.sock"), request).unwrap().0
    }

    /// The operator's exit, and everything down. The applications are gone before it, so that nobody
    /// waits for their answer to EXIT_LINK.
    pub fn stop(self) {
        for application in self.applications.take() {
            let _ = application.shutdown(Shutdown::Both);
        }
        self.down();
    }

    /// The operator's exit while applications are there, and everything down.
    pub fn down(self) {
        let _ = self.operator.blocking_send(Operator::Exit);
        self.server.join().expect("no panic").expect("a clean exit");
        self.runtime.block_on(self.carrier.stop());
    }
}

/// An application: lines out, lines in.
pub struct Application {
    pub stream: TcpStream,
    /// What its octets cross: the stream, or TLS over it.
    wire: Box<dyn Wire>,
    framer: Framer,
    judge: Judge,
}

/// Holds what comes against the schema, octet for octet.
#[derive(Default)]
struct Judge {
    octets: Vec<u8>,
    /// How many of them were found valid.
    judged: usize,
    /// The roots of the messages that were read: that is before all of the end tag is here.
    roots: VecDeque<String>,
}

impl Judge {
    fn take(&mut self, octets: &[u8]) {
        self.octets.drain(..std::mem::take(&mut self.judged));
        self.octets.extend_from_slice(octets);
        self.judge();
    }

    /// Each message that was read must be one document, and valid.
    fn judge(&mut self) {
        while let Some(root) = self.roots.front() {
            let (end, rest) = (format!("</{root}>"), &self.octets[self.judged..]);
            let Some(at) = rest.windows(end.len()).position(|octets| octets == end.as_bytes()) else {
                return;
            };
            let document = &rest[..at + end.len()];
            sim::schema::must_be_valid(document);
            self.judged += document.len();
            self.roots.pop_front();
        }
    }
}

trait Wire: Read + Write {}

impl<W: Read + Write> Wire for W {}

/// A connection to a server, on which nothing is waited for in vain.
pub fn connect(to: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(to).unwrap();
    stream.set_nodelay(true).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

impl Application {
    pub fn connect(to: SocketAddr) -> Self {
        let stream = connect(to);
        let wire = Box::new(stream.try_clone().unwrap());
        Self { stream, wire, framer: Framer::new(protocol::MAX_MESSAGE), judge: Judge::default() }
    }

    /// One that shows its certificate.
    pub fn under_tls(stream: TcpStream, client: ClientConfig) -> Self {
        let server = ServerName::try_from("localhost").unwrap();
        let session = ClientConnection::new(Arc::new(client), server).unwrap();
        Self::in_session(stream, session)
    }

    /// One whose session has begun.
    pub fn in_session(stream: TcpStream, session: ClientConnection) -> Self {
        let wire = Box::new(StreamOwned::new(session, stream.try_clone().unwrap()));
        Self { stream, wire, framer: Framer::new(protocol::MAX_MESSAGE), judge: Judge::default() }
    }

    /// Sends the message that this line stands for; see `sim::lines`.
    pub fn send(&mut self, line: &str) {
        self.octets(&octets(line));
    }

    /// Sends octets as they are.
    pub fn octets(&mut self, octets: &[u8]) {
        self.wire.write_all(octets).unwrap();
    }

    /// The next message must be this line; `*` stands for any value.
    pub fn expect(&mut self, wanted: &str) -> String {
        let got = self.next(wanted);
        let matches = |(w, g): (&str, &str)| match w.strip_suffix('*') {
            Some(start) => g.starts_with(start),
            None => w == g,
        };
        let (w, g): (Vec<_>, Vec<_>) = (wanted.split(' ').collect(), got.split(' ').collect());
        assert!(w.len() == g.len() && w.into_iter().zip(g).all(matches), "wanted {wanted}\ngot    {got}");
        got
    }

    /// The next message as a line.
    pub fn next(&mut self, wanted: &str) -> String {
        let mut buffer = [0; 65_536];
        loop {
            match self.framer.next() {
                Some(Frame::Element(element)) => {
                    self.judge.roots.push_back(element.root().to_owned());
                    self.judge.judge();
                    return sim::lines::message(&Message::read(&element).unwrap());
                }
                Some(other) => panic!("wanted {wanted}\ngot {other:?}"),
                None => {}
            }
            let read = self.wire.read(&mut buffer).unwrap_or_else(|e| panic!("wanted {wanted}, got {e}"));
            assert!(read > 0, "wanted {wanted}, but the link was closed");
            self.framer.push(&buffer[..read]);
            self.judge.take(&buffer[..read]);
        }
    }

    /// Port 1 must become free, and nothing more be said of its call.
    pub fn expect_free(&mut self) {
        let until = Instant::now() + PATIENCE;
        loop {
            self.send("APP_TRUNK_STATUS/INFO MSGID=FREE TRUNK_PORT=1");
            let answer = self.next("the status of port 1");
            let status = answer.strip_prefix("APP_TRUNK_STATUS/RESPONSE MSGID=FREE TRUNK_PORT=1 STATUS=");
            match status.unwrap_or_else(|| panic!("wanted the status of port 1\ngot {answer}")) {
                "WAITING" => return,
                other => assert!(Instant::now() < until, "port 1 is still {other}"),
            }
        }
    }

    /// The server must close the connection; what came before does not matter.
    pub fn expect_closed(&mut self) {
        let mut buffer = [0; 65_536];
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            match self.wire.read(&mut buffer) {
                Ok(0) => return,
                Err(error) if error.kind() == io::ErrorKind::ConnectionReset => return,
                Ok(_) => {}
                Err(error) => panic!("the link was not closed: {error}"),
            }
        }
        panic!("the link was not closed");
    }
}

impl Drop for Application {
    /// The house knows the connection too, so it does not end with this end of it.
    fn drop(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Both);
    }
}

/// The octets of the message that this line stands for.
pub fn octets(line: &str) -> Vec<u8> {
    let mut octets = Vec::new();
    sim::lines::request(line).write(Spelling::Memorandum, &mut octets);
    octets
}
