//! The torture messages of RFC 4475 and RFC 5118, sent to the whole house: none of them stops it, and none
//! starts a call. They lie beside a checkout of the project's facts; where they do not, these tests say so
//! and pass.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Shutdown, SocketAddr, TcpStream, UdpSocket};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use trunkline::control_socket::{PortState, Reply, Request};

use crate::house::{Application, House, PATIENCE};

/// The address of the trunk's gateway: what comes from there is read.
const CARRIER: Ipv4Addr = Ipv4Addr::LOCALHOST;

/// The messages with their names; none where there are none.
fn messages() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/sip-torture");
    let listed = |name: &str| std::fs::read_dir(folder.join(name)).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> =
        ["rfc4475", "rfc5118"].into_iter().flat_map(listed).map(|entry| entry.path()).collect();
    files.sort();
    if files.is_empty() {
        eprintln!("skipped: the torture messages of RFC 4475 are not beside the checkout");
    }
    files.into_iter().map(|file| (file.display().to_string(), std::fs::read(&file).unwrap())).collect()
}

/// A house and who watches it: an application that is told of every call, and a neighbour that asks
/// whether the server is there.
struct Watch {
    house: House,
    app: Application,
    neighbour: UdpSocket,
    asked: u32,
}

impl Watch {
    fn new() -> Self {
        let house = House::new();
        let mut app = house.application();
        app.send("INIT_LINK/INFO MSGID=1000 DNIS=7322901900 PASS_CODE=2424");
        app.expect("INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS");
        let neighbour = UdpSocket::bind((CARRIER, 0)).unwrap();
        neighbour.connect(house.sip()).unwrap();
        neighbour.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
        Self { house, app, neighbour, asked: 0 }
    }

    /// The server must answer an OPTIONS.
    fn expect_alive(&mut self, after: &str) {
        self.asked += 1;
        let (n, own, to) = (self.asked, self.neighbour.local_addr().unwrap(), self.house.sip());
        let options = format!(
            "OPTIONS sip:{to} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bKalive{n};rport\r\n\
             From: <sip:{own}>;tag={n}\r\nTo: <sip:{to}>\r\nCall-ID: alive-{n}@{own}\r\nCSeq: {n} OPTIONS\r\n\
             Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
        );
        let (wanted, until) = (format!("alive-{n}@"), Instant::now() + PATIENCE);
        let mut buffer = [0; 65_536];
        while Instant::now() < until {
            self.neighbour.send(options.as_bytes()).unwrap();
            while let Ok(length) = self.neighbour.recv(&mut buffer) {
                let answer = String::from_utf8_lossy(&buffer[..length]);
                if answer.starts_with("SIP/2.0 200 ") && answer.contains(&wanted) {
                    return;
                }
            }
        }
        panic!("the server does not answer after {after}");
    }

    /// Nothing was told to the application, no port is busy, nothing was placed; then a clean exit.
    fn expect_nothing_happened(mut self) {
        let Reply::Status(status) = self.house.ask(Request::Status) else { panic!("no status") };
        assert_eq!(
            (status.ports_busy, status.legs, status.calls_placed, status.calls_answered),
            (0, 0, 0, 0)
        );
        let Reply::Ports(ports) = self.house.ask(Request::Ports) else { panic!("no ports") };
        assert!(ports.iter().all(|port| port.state == PortState::Idle), "{ports:?}");
        self.app.send("APP_TRUNK_STATUS/INFO MSGID=1001 TRUNK_PORT=1");
        self.app.expect("APP_TRUNK_STATUS/RESPONSE MSGID=1001 TRUNK_PORT=1 STATUS=WAITING");
        self.house.stop();
    }

    fn over_udp(mut self, source: impl Fn(u8) -> Ipv4Addr) {
        for ((name, message), n) in messages().into_iter().zip(1..) {
            let socket = UdpSocket::bind((source(n), 0)).unwrap();
            socket.send_to(&message, self.house.sip()).unwrap();
            self.expect_alive(&name);
        }
        self.expect_nothing_happened();
    }

    fn over_tcp(mut self, source: impl Fn(u8) -> Ipv4Addr) {
        let to = self.house.addresses.sip[1].address;
        for ((name, message), n) in messages().into_iter().zip(1..) {
            let mut stream = connect_from(source(n), to);
            // The server may have closed the connection in the middle of what it cannot read.
            let _ = stream.write_all(&message).and_then(|()| stream.shutdown(Shutdown::Write));
            let mut answer = Vec::new();
            match stream.read_to_end(&mut answer) {
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                    panic!("the connection of {name} is open for ever")
                }
                _ => {}
            }
            self.expect_alive(&name);
        }
        self.expect_nothing_happened();
    }
}

/// A TCP connection from this address.
fn connect_from(source: Ipv4Addr, to: SocketAddr) -> TcpStream {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let stream = runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::new(IpAddr::V4(source), 0)).unwrap();
        socket.connect(to).await.unwrap().into_std().unwrap()
    });
    stream.set_nonblocking(false).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

#[test]
fn from_the_trunk_over_udp() {
    Watch::new().over_udp(|_| CARRIER);
}

#[test]
fn from_the_trunk_over_tcp() {
    Watch::new().over_tcp(|_| CARRIER);
}

/// Strangers, a new one for every message: the rate of one of them hides no message from the reader.
#[test]
fn from_strangers_over_udp() {
    Watch::new().over_udp(|n| Ipv4Addr::new(127, 0, 3, n));
}

#[test]
fn from_strangers_over_tcp() {
    Watch::new().over_tcp(|n| Ipv4Addr::new(127, 0, 3, n));
}

/// One stranger who says it all at once: most is dropped unread, and the trunk is served as before.
#[test]
fn from_one_stranger() {
    Watch::new().over_udp(|_| Ipv4Addr::new(127, 0, 0, 3));
}
