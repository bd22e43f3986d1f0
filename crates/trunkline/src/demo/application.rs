//! The demo's application: a plain TCP client of the link that shows what it sends and receives.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use protocol::{Frame, Framer, Message, Request, Spelling};

use super::DemoError;
use crate::output::Output;

/// How long the application waits for a message: longer than anything in the story takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connected application.
pub(super) struct Application<'a, W> {
    stream: TcpStream,
    framer: Framer,
    out: &'a mut Output<W>,
}

impl<'a, W: io::Write> Application<'a, W> {
    pub(super) fn connect(to: SocketAddr, out: &'a mut Output<W>) -> Result<Self, DemoError> {
        let stream = TcpStream::connect(to).map_err(DemoError::Link)?;
        stream.set_read_timeout(Some(PATIENCE)).map_err(DemoError::Link)?;
        stream.set_nodelay(true).map_err(DemoError::Link)?;
        Ok(Self { stream, framer: Framer::new(protocol::MAX_MESSAGE), out })
    }

    /// Says what happens next.
    pub(super) fn remark(&mut self, text: &str) -> Result<(), DemoError> {
        Ok(self.out.line(&format!("\n== {text}"))?)
    }

    /// Sends a message.
    pub(super) fn send(&mut self, request: impl Into<Request>, what: &str) -> Result<(), DemoError> {
        let mut octets = Vec::new();
        request.into().write(Spelling::Memorandum, &mut octets);
        self.show("application -> server", what, &octets)?;
        self.stream.write_all(&octets).map_err(DemoError::Link)
    }

    /// Receives the next message, which must be this one.
    pub(super) fn expect(&mut self, wanted: impl Into<Message>, what: &str) -> Result<(), DemoError> {
        let wanted = wanted.into();
        let got = self.receive(what, &describe(&wanted))?;
        if got == wanted { Ok(()) } else { Err(unexpected(&wanted, &got)) }
    }

    /// Receives the next message, from which `pick` takes what matters.
    pub(super) fn expect_some<T>(
        &mut self,
        wanted: &str,
        what: &str,
        pick: impl FnOnce(&Message) -> Option<T>,
    ) -> Result<T, DemoError> {
        let got = self.receive(what, wanted)?;
        pick(&got).ok_or_else(|| DemoError::Unexpected {
            expected: wanted.to_owned(),
            got: format!("this came: {}", describe(&got)),
        })
    }

    fn receive(&mut self, what: &str, wanted: &str) -> Result<Message, DemoError> {
        let nothing = |got: String| DemoError::Unexpected { expected: wanted.to_owned(), got };
        let mut buffer = [0; 4096];
        loop {
            match self.framer.next() {
                Some(Frame::Element(element)) => {
                    let message = Message::read(&element)
                        .map_err(|error| nothing(format!("what came cannot be read: {error}")))?;
                    let mut octets = Vec::new();
                    message.write(Spelling::Memorandum, &mut octets);
                    self.show("server -> application", what, &octets)?;
                    return Ok(message);
                }
                Some(Frame::Unreadable(error) | Frame::TooLong(error)) => {
                    return Err(nothing(format!("what came cannot be read: {error}")));
                }
                None => {}
            }
            match self.stream.read(&mut buffer) {
                Ok(0) => return Err(nothing("the server closed the link".into())),
                Ok(read) => self.framer.push(&buffer[..read]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    return Err(nothing(format!("nothing came in {} s", PATIENCE.as_secs())));
                }
                Err(error) => return Err(DemoError::Link(error)),
            }
        }
    }

    fn show(&mut self, way: &str, what: &str, octets: &[u8]) -> Result<(), DemoError> {
        self.out.line(&format!("\n{way}: {what}"))?;
        Ok(self.out.write(octets)?)
    }
}

fn unexpected(wanted: &Message, got: &Message) -> DemoError {
    DemoError::Unexpected { expected: describe(wanted), got: format!("this came: {}", describe(got)) }
}

fn describe(message: &Message) -> String {
    let mut octets = Vec::new();
    message.write(Spelling::Memorandum, &mut octets);
    String::from_utf8_lossy(&octets).split_whitespace().collect::<Vec<_>>().join(" ")
}
