//! A scripted far side: raw SIP text over UDP, so that it can say what no endpoint would.
#![allow(dead_code, clippy::unwrap_used, reason = "each test program uses a part, and fails where it must")]

use std::net::SocketAddr;

use tokio::net::UdpSocket;

use super::PATIENCE;

pub struct Peer {
    pub socket: UdpSocket,
    pub address: SocketAddr,
}

/// A message as text, and where it came from.
#[derive(Clone, Debug)]
pub struct Heard {
    pub text: String,
    pub from: SocketAddr,
}

impl Heard {
    /// The first word: a method, or `SIP/2.0`.
    pub fn method(&self) -> &str {
        self.text.split(' ').next().unwrap_or_default()
    }

    /// The status of a response.
    pub fn status(&self) -> u16 {
        self.text.split(' ').nth(1).unwrap_or_default().parse().unwrap_or(0)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let prefix = format!("{name}: ");
        self.text.split("\r\n").find_map(|line| line.strip_prefix(&prefix))
    }

    pub fn body(&self) -> &str {
        self.text.split_once("\r\n\r\n").map_or("", |(_, body)| body)
    }

    /// A response to this request; `more` are header lines, each with its line end.
    pub fn response(&self, status: &str, tag: &str, more: &str, body: &str) -> String {
        let lines = self
            .text
            .split("\r\n")
            .filter(|l| ["Via: ", "From: ", "Call-ID: ", "CSeq: "].iter().any(|name| l.starts_with(name)));
        let mut text = format!("SIP/2.0 {status}\r\n");
        for line in lines {
            text.push_str(line);
            text.push_str("\r\n");
        }
        let to = self.header("To").expect("a request has a To");
        let tag = if tag.is_empty() || to.contains(";tag=") { String::new() } else { format!(";tag={tag}") };
        let kind = if body.is_empty() { "" } else { "Content-Type: application/sdp\r\n" };
        let length = body.len();
        text.push_str(&format!("To: {to}{tag}\r\n{more}{kind}Content-Length: {length}\r\n\r\n{body}"));
        text
    }
}

pub const ANSWER: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n\
                          m=audio 4000 RTP/AVP 8\r\n";

impl Peer {
    pub async fn new() -> Self {
        Self::at("127.0.0.1:0").await
    }

    pub async fn at(address: &str) -> Self {
        let socket = UdpSocket::bind(address).await.unwrap();
        let address = socket.local_addr().unwrap();
        Self { socket, address }
    }

    pub async fn hear(&self) -> Heard {
        let mut buffer = vec![0; 65_535];
        let received = tokio::time::timeout(PATIENCE, self.socket.recv_from(&mut buffer));
        let (length, from) = received.await.expect("a message in time").unwrap();
        Heard { text: String::from_utf8_lossy(&buffer[..length]).into_owned(), from }
    }

    /// The next message of this method (or `SIP/2.0`); what is repeated of others is passed over.
    pub async fn expect(&self, method: &str) -> Heard {
        loop {
            let heard = self.hear().await;
            if heard.method() == method {
                return heard;
            }
        }
    }

    pub async fn say(&self, text: &str, to: SocketAddr) {
        self.socket.send_to(text.as_bytes(), to).await.unwrap();
    }

    pub async fn reply(&self, request: &Heard, status: &str, more: &str, body: &str) {
        self.say(&request.response(status, "there", more, body), request.from).await;
    }

    /// A 200 with a Contact that leads back here.
    pub async fn answer(&self, request: &Heard, body: &str) {
        let contact = format!("Contact: <sip:{}>\r\n", self.address);
        self.reply(request, "200 OK", &contact, body).await;
    }

    /// The same with these header lines.
    pub async fn answer_with(&self, request: &Heard, more: &str, body: &str) {
        let contact = format!("Contact: <sip:{}>\r\n{more}", self.address);
        self.reply(request, "200 OK", &contact, body).await;
    }

    /// A request of our own; `more` are header lines, each with its line end.
    pub fn request(&self, method: &str, uri: &str, branch: &str, more: &str, body: &str) -> String {
        let address = self.address;
        let length = body.len();
        let kind = if body.is_empty() { "" } else { "Content-Type: application/sdp\r\n" };
        format!(
            "{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {address};branch=z9hG4bK{branch}\r\n\
             Max-Forwards: 70\r\nContact: <sip:peer@{address}>\r\n{more}{kind}Content-Length: {length}\r\n\r\n{body}"
        )
    }
}
