//! The way to a peer: which of our sockets, and where on it.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use edge::TrunkId;
use rsipstack::sip::{Host, Uri};
use rsipstack::transaction::random_text;
use rsipstack::transport::{SipAddr, SipConnection};
use tokio::sync::{mpsc, watch};

use crate::connections::Place;
use crate::limits::Limits;
use crate::origin::Source;
use crate::resolver::Server;
use crate::settings::Transport;

/// The way to a peer.
#[derive(Clone, Debug)]
pub(crate) struct Flow {
    /// The stack's handle to our socket or connection.
    pub(crate) connection: SipConnection,
    /// The peer.
    pub(crate) peer: SocketAddr,
    /// UDP, TCP or TLS.
    pub(crate) transport: Transport,
    /// The address that we show in Via and Contact.
    pub(crate) local: SocketAddr,
    /// Becomes true when the connection is gone; none for UDP.
    pub(crate) closed: Option<watch::Receiver<bool>>,
    /// Takes answers of our own for the connection, past the stack; none for UDP.
    pub(crate) answers: Option<mpsc::Sender<Vec<u8>>>,
    /// Whether all that is to go to the peer goes this way, whatever a Contact says: the way back to a
    /// telephone behind a NAT (RFC 3581 §4, RFC 5626 §5.3).
    pub(crate) kept: bool,
    /// Whose the connection is taken for; none for UDP, and for those that we opened.
    pub(crate) standing: Option<Arc<Standing>>,
    /// The host whose certificate the far side has shown, and has to show when we connect to it again; without one,
    /// nobody is connected to over TLS.
    pub(crate) host: Option<Arc<str>>,
    /// The trunks that the certificate of the far side is for; none where none is asked for.
    pub(crate) certified: Option<Arc<[TrunkId]>>,
}

/// Whose a connection is taken for.
#[derive(Debug, Default)]
pub(crate) struct Standing {
    trusted: AtomicBool,
    /// Its place among the few that strangers may have.
    stranger: Mutex<Option<Place>>,
}

impl Standing {
    /// That of a stranger, with its place among them.
    pub(crate) fn stranger(place: Place) -> Self {
        Self { trusted: AtomicBool::new(false), stranger: Mutex::new(Some(place)) }
    }
}

impl Flow {
    /// The server at its other end.
    pub(crate) const fn server(&self) -> Server {
        Server { transport: self.transport, address: self.peer }
    }

    /// Where messages from its other end come from.
    pub(crate) fn source(&self) -> Source<'_> {
        Source { peer: self.server(), certified: self.certified.as_deref() }
    }

    /// Where messages go over UDP; on a connection, nowhere in particular.
    pub(crate) fn destination(&self) -> Option<SipAddr> {
        let datagrams = self.transport == Transport::Udp;
        datagrams.then(|| SipAddr { r#type: Some(self.transport.of_stack()), addr: self.peer.into() })
    }

    /// The same way, as the only one.
    pub(crate) fn kept(mut self) -> Self {
        self.kept = true;
        self
    }

    /// The same way, with this host at its other end: whom we connect to where the connection is gone.
    pub(crate) fn of_host(mut self, host: &str) -> Self {
        self.host.get_or_insert_with(|| host.into());
        self
    }

    /// Whether it is a connection, which begins and ends.
    pub(crate) const fn is_connection(&self) -> bool {
        self.closed.is_some()
    }

    /// How long the connection may be silent between two messages.
    pub(crate) fn idle(&self, limits: &Limits) -> Duration {
        match self.standing.as_ref().map(|standing| standing.trusted.load(Ordering::Relaxed)) {
            None => limits.connection_idle,
            Some(false) => limits.message_time,
            // A telephone says nothing between two registrations.
            Some(true) => limits.connection_idle.max(limits.contact_longest * 2),
        }
    }

    /// The far side has proved who it is: its connection is no stranger's any more.
    pub(crate) fn trust(&self) {
        if let Some(standing) = &self.standing {
            standing.trusted.store(true, Ordering::Relaxed);
            drop(standing.stranger.lock().unwrap_or_else(PoisonError::into_inner).take());
        }
    }

    /// The same way, to where this URI points, if it is an address that our socket reaches. A connection is kept
    /// for as long as it lasts, and the transport beyond that: what began under TLS stays there.
    pub(crate) fn towards(&self, uri: &Uri) -> Self {
        let mut flow = self.clone();
        if self.kept {
            return flow;
        }
        let open = self.is_connection() && !self.is_closed();
        if let (false, Host::IpAddr(ip)) = (open, &uri.host_with_port.host)
            && ip.is_ipv4() == self.peer.is_ipv4()
            && !ip.is_unspecified()
            && !ip.is_multicast()
        {
            let port = uri.host_with_port.port.as_ref().map_or(self.transport.port(), |p| p.value());
            flow.peer = SocketAddr::new(*ip, port);
        }
        flow
    }

    /// A Via value for a new transaction (RFC 3261 §8.1.1.7, RFC 3581 §3).
    pub(crate) fn via(&self) -> String {
        let transport = self.transport.name().to_ascii_uppercase();
        format!("SIP/2.0/{transport} {};branch=z9hG4bK{};rport", self.local, random_text(20))
    }

    /// A Contact value: where the far side reaches us.
    pub(crate) fn contact(&self, sips: bool) -> String {
        match self.transport {
            Transport::Udp => format!("<sip:{}>", self.local),
            // RFC 3261 §26.2.2: `sips` says it all.
            Transport::Tls if sips => format!("<sips:{}>", self.local),
            Transport::Tcp | Transport::Tls => format!("<sip:{};transport={}>", self.local, self.transport),
        }
    }

    /// Sends an answer over the connection, if there is room for it.
    pub(crate) fn answer(&self, bytes: Vec<u8>) {
        if let Some(answers) = &self.answers {
            let _ = answers.try_send(bytes);
        }
    }

    /// Whether the connection is gone.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed.as_ref().is_some_and(|closed| *closed.borrow())
    }

    /// Returns when the connection is gone; never for UDP.
    pub(crate) async fn until_closed(&self) {
        match self.closed.clone() {
            // An error means that the connection's task is gone, and so is the connection.
            Some(mut closed) => {
                let _ = closed.wait_for(|closed| *closed).await;
            }
            None => std::future::pending().await,
        }
    }
}

impl Transport {
    /// As the stack has it.
    pub(crate) const fn of_stack(self) -> rsipstack::sip::Transport {
        match self {
            Self::Udp => rsipstack::sip::Transport::Udp,
            Self::Tcp => rsipstack::sip::Transport::Tcp,
            Self::Tls => rsipstack::sip::Transport::Tls,
        }
    }
}
