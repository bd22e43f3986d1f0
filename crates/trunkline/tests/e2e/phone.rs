//! A phone that the test plays by hand: one SIP socket, one RTP socket, one call.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use media::keys;
use media::rtp::{HEADER, Header, Packet};

use crate::house::{House, PATIENCE, Plan};

/// Payload types: PCMU, and telephone-event as our offers number it.
const PCMU: u8 = 0;
const KEYS: u8 = 101;
/// Silence of a µ-law line.
const SILENCE: u8 = 0xFF;

/// The phone.
pub struct Phone {
    sip: UdpSocket,
    pub rtp: UdpSocket,
    /// The INVITE of its call, and who sent it.
    call: Option<(String, SocketAddr)>,
}

impl Phone {
    pub fn new() -> Self {
        let socket = || {
            let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
            socket.set_read_timeout(Some(PATIENCE)).unwrap();
            socket
        };
        Self { sip: socket(), rtp: socket(), call: None }
    }

    /// A house whose trunk leads to this phone.
    pub fn house(&self) -> House {
        self.house_with("")
    }

    /// The same, with more lines in the trunk's table.
    pub fn house_with(&self, trunk_lines: &'static str) -> House {
        House::with(Plan { trunk_lines, ..self.plan() })
    }

    /// What a house is to be like whose trunk leads to this phone.
    pub fn plan(&self) -> Plan {
        Plan { trunk: Some(format!("sip:{}", self.sip.local_addr().unwrap())), ..Plan::default() }
    }

    /// Takes the next request of this method; answers OPTIONS and passes over what is repeated.
    pub fn take(&self, method: &str) -> (String, SocketAddr) {
        let mut buffer = [0; 65_536];
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            let (length, from) =
                self.sip.recv_from(&mut buffer).unwrap_or_else(|e| panic!("no {method}: {e}"));
            let message = String::from_utf8(buffer[..length].to_vec()).unwrap();
            if message.starts_with(method) {
                return (message, from);
            }
            if message.starts_with("OPTIONS") {
                self.answer(&message, from, "200 OK", "");
            }
        }
        panic!("no {method}");
    }

    /// Answers its call: sound goes to this port. Waits for the ACK.
    pub fn pick_up(&mut self, port: u16) {
        let (invite, from) = self.take("INVITE");
        self.answer(&invite, from, "200 OK", &sdp(port));
        self.take("ACK");
        self.call = Some((invite, from));
    }

    /// Calls the server in the place of its call (Replaces, RFC 3891), with sound to this port.
    pub fn replace(&self, port: u16) {
        let (invite, from) = self.call.as_ref().unwrap();
        let own = self.sip.local_addr().unwrap();
        let their_tag = field(invite, "From").split(";tag=").nth(1).unwrap();
        let sdp = sdp(port);
        let replacing = |method: &str, more: &str, body: &str| {
            format!(
                "{method} sip:100@{from} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bK{method};rport\r\n\
                 From: <sip:2015550100@{own}>;tag=again\r\nTo: <sip:100@{from}>{more}\r\nCall-ID: again\r\n\
                 CSeq: 1 {method}\r\nMax-Forwards: 70\r\nContact: <sip:{own}>\r\n\
                 Content-Type: application/sdp\r\nContent-Length: {length}\r\n\r\n{body}",
                length = body.len(),
            )
        };
        let replaces =
            format!("\r\nReplaces: {};to-tag={their_tag};from-tag=phone", field(invite, "Call-ID"));
        self.sip.send_to(replacing("INVITE", &replaces, &sdp).as_bytes(), from).unwrap();
        let (answer, _) = self.take("SIP/2.0 200");
        let tag = field(&answer, "To").split(";tag=").nth(1).unwrap();
        self.sip.send_to(replacing("ACK", &format!(";tag={tag}"), "").as_bytes(), from).unwrap();
    }

    /// Where the server wants the sound of the call.
    pub fn sound(&self) -> SocketAddr {
        let (invite, from) = self.call.as_ref().unwrap();
        let port = invite.split("m=audio ").nth(1).and_then(|rest| rest.split(' ').next());
        (from.ip(), port.unwrap().parse().unwrap()).into()
    }

    /// The server must hang up.
    pub fn expect_bye(&self) {
        let (bye, from) = self.take("BYE");
        self.answer(&bye, from, "200 OK", "");
    }

    /// Hangs up.
    pub fn hang_up(&self) {
        let (invite, from) = self.call.as_ref().unwrap();
        let own = self.sip.local_addr().unwrap();
        let bye = format!(
            "BYE sip:{from} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bKbye;rport\r\n\
             From: {to};tag=phone\r\nTo: {caller}\r\nCall-ID: {call}\r\nCSeq: 1 BYE\r\n\
             Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n",
            to = field(invite, "To"),
            caller = field(invite, "From"),
            call = field(invite, "Call-ID"),
        );
        self.sip.send_to(bye.as_bytes(), from).unwrap();
        self.take("SIP/2.0 200");
    }

    /// Tells a key in signalling.
    pub fn info(&self, sequence: u32, key: char) {
        let (invite, from) = self.call.as_ref().unwrap();
        let own = self.sip.local_addr().unwrap();
        let body = format!("Signal={key}\r\nDuration=160\r\n");
        let info = format!(
            "INFO sip:{from} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bKinfo{sequence};rport\r\n\
             From: {to};tag=phone\r\nTo: {caller}\r\nCall-ID: {call}\r\nCSeq: {sequence} INFO\r\n\
             Max-Forwards: 70\r\nContent-Type: application/dtmf-relay\r\n\
             Content-Length: {length}\r\n\r\n{body}",
            to = field(invite, "To"),
            caller = field(invite, "From"),
            call = field(invite, "Call-ID"),
            length = body.len(),
        );
        self.sip.send_to(info.as_bytes(), from).unwrap();
        self.take("SIP/2.0 200");
    }

    fn answer(&self, request: &str, to: SocketAddr, status: &str, body: &str) {
        let own = self.sip.local_addr().unwrap();
        let tag = if field(request, "To").contains(";tag=") { "" } else { ";tag=phone" };
        let answer = format!(
            "SIP/2.0 {status}\r\nVia: {via}\r\nFrom: {from}\r\nTo: {called}{tag}\r\nCall-ID: {call}\r\n\
             CSeq: {sequence}\r\nContact: <sip:{own}>\r\nContent-Type: application/sdp\r\n\
             Content-Length: {length}\r\n\r\n{body}",
            via = field(request, "Via"),
            from = field(request, "From"),
            called = field(request, "To"),
            call = field(request, "Call-ID"),
            sequence = field(request, "CSeq"),
            length = body.len(),
        );
        self.sip.send_to(answer.as_bytes(), to).unwrap();
    }

    /// Waits until sound that is no silence comes to this socket.
    pub fn expect_sound(socket: &UdpSocket) {
        Self::expect_packet(socket, |packet| packet.payload.iter().any(|&octet| octet != SILENCE));
    }

    /// Waits until such an RTP packet comes to this socket.
    pub fn expect_packet(socket: &UdpSocket, wanted: impl Fn(&Packet<'_>) -> bool) {
        let mut buffer = [0; 2048];
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            let length = socket.recv(&mut buffer).expect("sound");
            if Packet::parse(&buffer[..length]).is_ok_and(|packet| wanted(&packet)) {
                return;
            }
        }
        panic!("no such sound");
    }
}

/// Our description of a call.
fn sdp(port: u16) -> String {
    format!(
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n\
         m=audio {port} RTP/AVP {PCMU} {KEYS}\r\na=rtpmap:{KEYS} telephone-event/8000\r\n"
    )
}

/// Sends a frame of silence.
pub fn breathe(socket: &UdpSocket, to: SocketAddr, sequence: u16) {
    let timestamp = u32::from(sequence) * 160;
    rtp(
        socket,
        to,
        Header { marker: false, payload_type: PCMU, sequence, timestamp, ssrc: 7 },
        &[SILENCE; 160],
    );
}

/// Presses a key: one event of 100 ms, its end said three times. Gives the number of packets.
pub fn press(socket: &UdpSocket, to: SocketAddr, key: u8, sequence: u16) -> u64 {
    let timestamp = u32::from(sequence) * 160;
    let steps: Vec<keys::Payload> = keys::Sender::press(key, 5).collect();
    for (&payload, n) in steps.iter().zip(0..) {
        let header =
            Header { marker: n == 0, payload_type: KEYS, sequence: sequence + n, timestamp, ssrc: 7 };
        rtp(socket, to, header, &payload.octets());
    }
    steps.len() as u64
}

fn rtp(socket: &UdpSocket, to: SocketAddr, header: Header, payload: &[u8]) {
    let packet = [&header.octets()[..], payload].concat();
    assert_eq!(packet.len(), HEADER + payload.len());
    socket.send_to(&packet, to).unwrap();
}

fn field<'a>(message: &'a str, name: &str) -> &'a str {
    let line = message.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    line.unwrap_or_else(|| panic!("no {name} in\n{message}")).trim()
}

/// A socket of someone else on this machine.
pub fn stranger() -> UdpSocket {
    let socket = UdpSocket::bind((Ipv4Addr::new(127, 0, 0, 3), 0)).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
    socket
}
