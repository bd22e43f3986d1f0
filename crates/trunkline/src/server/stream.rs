//! What the octets of a link cross: TCP as it is, or TLS over it.

use std::cell::{Cell, RefCell};
use std::io::{self, Read, Write};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use rustls::{CertificateError, ServerConfig, ServerConnection};
use tokio::io::{AsyncRead as _, ReadBuf};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use super::security::Refusal;
use crate::limits;

/// What an application sends.
#[derive(Debug)]
pub(crate) struct Incoming {
    tcp: OwnedReadHalf,
    tls: Option<Tls>,
}

/// What an application is sent.
#[derive(Debug)]
pub(crate) struct Outgoing {
    tcp: OwnedWriteHalf,
    tls: Option<Tls>,
    /// Octets that were offered last, are sealed, and have not left altogether.
    sealed: Cell<usize>,
}

/// A session whose handshake is over; both ways share it.
type Tls = Rc<RefCell<ServerConnection>>;

/// A connection's two ways, with the octets as they are.
pub(crate) fn plain(tcp: TcpStream) -> (Incoming, Outgoing) {
    ways(tcp, None)
}

fn ways(tcp: TcpStream, tls: Option<Tls>) -> (Incoming, Outgoing) {
    let (from, to) = tcp.into_split();
    let incoming = Incoming { tcp: from, tls: tls.clone() };
    (incoming, Outgoing { tcp: to, tls, sealed: Cell::new(0) })
}

/// Shakes hands with an application, which must show its certificate; then its two ways.
///
/// # Errors
/// Why the application is refused.
pub(crate) async fn shake_hands(
    tcp: TcpStream,
    config: Arc<ServerConfig>,
) -> Result<(Incoming, Outgoing), Refusal> {
    let mut session = ServerConnection::new(config).map_err(|error| why(&error))?;
    session.set_buffer_limit(Some(limits::READ));
    loop {
        while session.wants_write() {
            tcp.writable().await.map_err(|_| Refusal::TlsAborted)?;
            ready(session.write_tls(&mut Wire(&tcp))).map_err(|_| Refusal::TlsAborted)?;
        }
        if !session.is_handshaking() {
            return Ok(ways(tcp, Some(Rc::new(RefCell::new(session)))));
        }
        tcp.readable().await.map_err(|_| Refusal::TlsAborted)?;
        if ready(session.read_tls(&mut Wire(&tcp))).map_err(|_| Refusal::TlsAborted)? == Some(0) {
            return Err(Refusal::TlsAborted);
        }
        if let Err(error) = session.process_new_packets() {
            // The other side is told why, if it takes that at once.
            let _ = session.write_tls(&mut Wire(&tcp));
            return Err(why(&error));
        }
    }
}

impl Incoming {
    /// Reads what is there, once there is something; 0 when the other side sends no more. A read of the
    /// socket that does not fill the buffer is known to be the last: nobody asks the system again.
    pub(crate) fn poll_read(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let Some(tls) = &self.tls else { return poll_read(&mut self.tcp, context, buffer) };
        let mut session = tls.borrow_mut();
        for _ in 0..limits::TLS_ROUNDS {
            // The socket is asked only when the session has nothing more to hand out, so nothing waits
            // in there while the socket is waited for.
            match session.reader().read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                // Ended without a goodbye: many do, and a message that is cut off is none.
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Poll::Ready(Ok(0)),
                read => return Poll::Ready(read),
            }
            if let Err(error) = session.read_tls(&mut Polled { tcp: &mut self.tcp, context }) {
                let waits = error.kind() == io::ErrorKind::WouldBlock;
                return if waits { Poll::Pending } else { Poll::Ready(Err(error)) };
            }
            if let Err(error) = session.process_new_packets() {
                let _ = session.write_tls(&mut Wire(self.tcp.as_ref()));
                return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, error)));
            }
        }
        // There may be more; the others have their turn first.
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

impl Outgoing {
    /// Waits until [`Outgoing::try_write`] may take something.
    pub(crate) async fn writable(&self) -> io::Result<()> {
        self.tcp.writable().await
    }

    /// Hands octets to the system; how many it took. Those that it did not take must be offered again,
    /// first and unchanged: under TLS they are sealed already, and count as taken when all that they
    /// were sealed into has left.
    ///
    /// # Errors
    /// `WouldBlock` when it takes none now; anything else ends the connection.
    pub(crate) fn try_write(&self, octets: &[u8]) -> io::Result<usize> {
        let Some(tls) = &self.tls else { return self.tcp.try_write(octets) };
        let mut session = tls.borrow_mut();
        if self.sealed.get() == 0 {
            self.sealed.set(session.writer().write(octets)?);
        }
        while session.wants_write() {
            session.write_tls(&mut Wire(self.tcp.as_ref()))?;
        }
        Ok(self.sealed.replace(0))
    }

    /// Says that nothing more comes, as far as the connection has a word for it.
    pub(crate) fn say_goodbye(&self) {
        if let Some(tls) = &self.tls {
            let mut session = tls.borrow_mut();
            session.send_close_notify();
            // Nobody waits for it: the end of the connection follows in any case.
            let _ = session.write_tls(&mut Wire(self.tcp.as_ref()));
        }
    }
}

fn poll_read(
    tcp: &mut OwnedReadHalf,
    context: &mut Context<'_>,
    buffer: &mut [u8],
) -> Poll<io::Result<usize>> {
    let mut read = ReadBuf::new(buffer);
    Pin::new(tcp).poll_read(context, &mut read).map_ok(|()| read.filled().len())
}

/// The socket as rustls reads it while somebody waits for it.
struct Polled<'s, 'w> {
    tcp: &'s mut OwnedReadHalf,
    context: &'s mut Context<'w>,
}

impl Read for Polled<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match poll_read(self.tcp, self.context, buffer) {
            Poll::Ready(read) => read,
            Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
        }
    }
}

/// The socket as rustls uses it while nobody waits for it.
struct Wire<'s>(&'s TcpStream);

impl Read for Wire<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.try_read(buffer)
    }
}

impl Write for Wire<'_> {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.0.try_write(octets)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What was done, or none when the socket was not ready after all.
fn ready(done: io::Result<usize>) -> io::Result<Option<usize>> {
    match done {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
        done => done.map(Some),
    }
}

/// The refusal that a handshake's error is.
fn why(error: &rustls::Error) -> Refusal {
    use CertificateError::{Expired, ExpiredContext, NotValidYet, NotValidYetContext};
    match error {
        rustls::Error::NoCertificatesPresented => Refusal::CertificateMissing,
        rustls::Error::InvalidCertificate(Expired | ExpiredContext { .. }) => Refusal::CertificateExpired,
        rustls::Error::InvalidCertificate(NotValidYet | NotValidYetContext { .. }) => {
            Refusal::CertificateEarly
        }
        rustls::Error::InvalidCertificate(_) => Refusal::CertificateUntrusted,
        rustls::Error::PeerIncompatible(_) => Refusal::TlsVersion,
        rustls::Error::AlertReceived(_) => Refusal::TlsAborted,
        _ => Refusal::TlsFault,
    }
}
