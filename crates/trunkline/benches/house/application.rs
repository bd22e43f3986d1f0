//! An application on the link.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use protocol::{Frame, Framer, Message};

/// Longer than any single thing that is measured takes.
pub const PATIENCE: Duration = Duration::from_secs(20);

pub struct Application {
    pub stream: TcpStream,
    framer: Framer,
    buffer: Vec<u8>,
}

impl Application {
    pub fn connect(link: SocketAddr) -> Self {
        let stream = TcpStream::connect(link).expect("the server listens");
        stream.set_nodelay(true).expect("a socket of ours");
        Self { stream, framer: Framer::new(protocol::MAX_MESSAGE), buffer: vec![0; 65_536] }
    }

    pub fn send(&mut self, octets: &[u8]) {
        self.stream.write_all(octets).expect("the server reads");
    }

    /// The next message, if one comes before this moment.
    pub fn next_before(&mut self, end: Instant) -> Option<Message> {
        loop {
            match self.framer.next() {
                Some(Frame::Element(element)) => {
                    return Some(Message::read(&element).expect("a message as declared"));
                }
                Some(other) => panic!("the server writes messages, not {other:?}"),
                None => {}
            }
            let patience = end.checked_duration_since(Instant::now()).filter(|time| !time.is_zero())?;
            self.stream.set_read_timeout(Some(patience)).expect("a socket of ours");
            match self.stream.read(&mut self.buffer) {
                Ok(0) => panic!("the server closed the link"),
                Ok(read) => self.framer.push(&self.buffer[..read]),
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                }
                Err(error) => panic!("the link was lost: {error}"),
            }
        }
    }

    /// The next message.
    pub fn next(&mut self) -> Message {
        self.next_before(Instant::now() + PATIENCE).expect("the server answers")
    }
}

/// DIALOUT to a number whose party answers at once.
pub fn dialout(call: u32) -> Vec<u8> {
    format!(
        "<DIALOUT>\n<DIAL MSGID=\"{call:08}\" DNIS=\"3015550114\" ANI=\"8005551212\" MODE=\"BLIND\">\n</DIAL>\n\
         </DIALOUT>\n"
    )
    .into_bytes()
}
