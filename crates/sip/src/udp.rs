//! Our UDP sockets.

use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::Arc;

use async_trait::async_trait;
use rsipstack::platform::net::UdpSocket as StackSocket;
use rsipstack::transport::SipConnection;
use rsipstack::transport::udp::UdpConnection;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use crate::core::Core;
use crate::flow::Flow;
use crate::limits;
use crate::settings::Transport;

/// A UDP socket that we listen on.
pub(crate) struct Udp {
    socket: Arc<Socket>,
    /// What the socket is bound to.
    pub(crate) bound: SocketAddr,
    /// The stack's handle to it, for sending.
    connection: SipConnection,
}

/// The socket itself. The runtime watches it for reading only: a socket that is watched for both wakes its
/// thread for each datagram that has left.
struct Socket(AsyncFd<UdpSocket>);

impl Socket {
    async fn receive(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        self.0.async_io(Interest::READABLE, |socket| socket.recv_from(buffer)).await
    }
}

#[async_trait]
impl StackSocket for Socket {
    async fn recv_from(&self, buffer: &mut [u8]) -> rsipstack::Result<(usize, SocketAddr)> {
        Ok(self.receive(buffer).await?)
    }

    async fn send_to(&self, octets: &[u8], to: SocketAddr) -> rsipstack::Result<usize> {
        match self.0.get_ref().send_to(octets, to) {
            // A datagram that the system has no room for is lost, as on any network: who sends over
            // UDP sends again.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(octets.len()),
            sent => Ok(sent?),
        }
    }

    fn local_addr(&self) -> rsipstack::Result<SocketAddr> {
        Ok(self.0.get_ref().local_addr()?)
    }
}

impl Udp {
    pub(crate) async fn bind(address: SocketAddr) -> io::Result<Self> {
        let socket = UdpSocket::bind(address)?;
        socket.set_nonblocking(true)?;
        let bound = socket.local_addr()?;
        #[expect(deprecated, reason = "for types that do not own the descriptor they tell; this one does")]
        let socket = Arc::new(Socket(AsyncFd::with_interest(socket, Interest::READABLE)?));
        let connection = UdpConnection::from_socket(socket.clone(), None, None)
            .await
            .map_err(|error| io::Error::other(error.to_string()))?;
        Ok(Self { socket, bound, connection: SipConnection::Udp(connection) })
    }

    /// Whether this is the socket under a connection of the stack.
    pub(crate) fn is(&self, connection: &SipConnection) -> bool {
        matches!(connection, SipConnection::Udp(_)) && connection.get_addr() == self.connection.get_addr()
    }

    /// The way to a peer from this socket.
    pub(crate) fn flow(&self, core: &Core, peer: SocketAddr) -> Flow {
        let local = SocketAddr::new(shown(core, self.bound, peer), self.bound.port());
        Flow {
            connection: self.connection.clone(),
            peer,
            transport: Transport::Udp,
            local,
            closed: None,
            answers: None,
            kept: false,
            standing: None,
            host: None,
            certified: None,
        }
    }

    /// Takes what arrives, for ever.
    pub(crate) async fn run(&self, core: &Arc<Core>) {
        let mut buffer = vec![0; limits::DATAGRAM];
        loop {
            match self.socket.receive(&mut buffer).await {
                Ok((length, source)) => {
                    let flow = Flow {
                        connection: self.connection.clone(),
                        peer: source,
                        transport: Transport::Udp,
                        local: self.bound,
                        closed: None,
                        answers: None,
                        kept: false,
                        standing: None,
                        host: None,
                        certified: None,
                    };
                    core.ingest(&buffer[..length], &flow).await;
                }
                // On Linux an ICMP error of an earlier send comes back here; nothing is lost by it.
                Err(error) => {
                    tracing::debug!(%error, "a UDP socket reported an error");
                    tokio::task::yield_now().await;
                }
            }
        }
    }
}

/// The address to show to a peer: the one configured, the one bound, or where that is any address,
/// the one that the system would send from.
pub(crate) fn shown(core: &Core, bound: SocketAddr, peer: SocketAddr) -> IpAddr {
    match core.settings.advertise {
        Some(shown) if shown.is_ipv4() == bound.is_ipv4() => shown,
        _ if !bound.ip().is_unspecified() => bound.ip(),
        _ => outgoing(bound, peer).unwrap_or(bound.ip()),
    }
}

/// The address that the system would send from. Connecting a UDP socket sends nothing.
fn outgoing(bound: SocketAddr, peer: SocketAddr) -> Option<IpAddr> {
    let socket = std::net::UdpSocket::bind(SocketAddr::new(bound.ip(), 0)).ok()?;
    socket.connect(peer).ok()?;
    Some(socket.local_addr().ok()?.ip())
}
