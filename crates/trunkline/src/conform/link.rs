//! A link to the server under test: messages as lines, both ways.

use std::io;
use std::time::Duration;

use protocol::{Element, Frame, Framer, Message};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Octets read at a time.
const PIECE: usize = 16 * 1024;
/// Octets of all links that are kept to be looked at in the end; what comes after is not.
const KEPT: usize = 8 << 20;
/// How long to try to connect.
const CONNECT: Duration = Duration::from_secs(10);

/// All that the server sent in a run.
#[derive(Default)]
pub(super) struct Heard {
    /// The octets of every link, one after the other.
    pub octets: Vec<u8>,
}

/// A link.
pub(super) struct Link {
    stream: TcpStream,
    framer: Framer,
    octets: Vec<u8>,
}

/// What came over a link.
pub(super) enum Came {
    /// A message, read and written again in the memorandum's spelling.
    Line(Element),
    /// Something that is no message.
    Junk(String),
    /// The end of the connection.
    End,
}

impl Link {
    pub async fn connect(to: &str) -> io::Result<Self> {
        let late = || io::Error::new(io::ErrorKind::TimedOut, "nobody answers");
        let stream = tokio::time::timeout(CONNECT, TcpStream::connect(to)).await.map_err(|_| late())??;
        stream.set_nodelay(true)?;
        Ok(Self { stream, framer: Framer::new(protocol::MAX_MESSAGE), octets: Vec::new() })
    }

    pub async fn send(&mut self, octets: &[u8]) -> io::Result<()> {
        self.stream.write_all(octets).await
    }

    /// The next message, whenever it comes.
    pub async fn next(&mut self, heard: &mut Heard) -> io::Result<Came> {
        let mut piece = vec![0; PIECE];
        loop {
            match self.framer.next() {
                Some(Frame::Element(element)) => return Ok(Came::Line(in_memorandums_spelling(element))),
                Some(Frame::Unreadable(error) | Frame::TooLong(error)) => {
                    return Ok(Came::Junk(error.to_string()));
                }
                None => {}
            }
            let read = match self.stream.read(&mut piece).await {
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::ConnectionReset => 0,
                Err(error) => return Err(error),
            };
            if read == 0 {
                return Ok(Came::End);
            }
            self.framer.push(&piece[..read]);
            if heard.octets.len() + self.octets.len() < KEPT {
                self.octets.extend_from_slice(&piece[..read]);
            }
        }
    }

    /// Takes what was read over to what was heard in the run.
    pub fn leave(self, heard: &mut Heard) {
        heard.octets.extend_from_slice(&self.octets);
    }
}

/// A server may write the corrected words; the rows are written in the memorandum's.
fn in_memorandums_spelling(element: Element) -> Element {
    Message::read(&element).map_or(element, |message| message.element())
}
