//! Our connections, over TCP or TLS: those that come in, and those that we open and use again.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use edge::TrunkId;
use rsipstack::transport::channel::ChannelConnection;
use rsipstack::transport::connection::TransportReceiver;
use rsipstack::transport::{SipAddr, SipConnection, TransportEvent};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio::time::{Duration, Instant, timeout, timeout_at};

use crate::core::{Core, Phase};
use crate::flow::{Flow, Standing};
use crate::guard::{self, Frame};
use crate::limits;
use crate::limits::Limits;
use crate::origin::Source;
use crate::resolver::Server;
use crate::settings::{Listen, Transport};
use crate::tls::{self, Accepting, Broken};
use crate::udp::shown;

/// Octets read at once.
const CHUNK: usize = 4_096;
/// Answers of the guard that wait to be written to one connection.
const ANSWERS: usize = 16;
/// One part in so many of the connections may belong to strangers.
const STRANGERS: usize = 4;
/// One part in so many of those of strangers may come from one address.
const STRANGERS_PER_ADDRESS: usize = 2;

/// The connections there are.
pub(crate) struct Connections {
    /// Where we listen for them.
    bound: Vec<Listen>,
    /// By their far end. There is more than one where two names of one place are reached over TLS.
    open: Mutex<HashMap<Server, Vec<Flow>>>,
    /// Held while a connection to this peer is being opened, so that there is only one.
    opening: Mutex<HashMap<Server, Arc<tokio::sync::Mutex<()>>>>,
    room: Arc<Semaphore>,
    strangers: Arc<Strangers>,
}

/// The room for connections of strangers.
struct Strangers {
    room: Arc<Semaphore>,
    /// How many there are from each address; those of an IPv6 network count as one.
    by_address: Mutex<HashMap<IpAddr, usize>>,
    per_address: usize,
}

/// One place among the few that strangers have.
#[derive(Debug)]
pub(crate) struct Place {
    _permit: OwnedSemaphorePermit,
    strangers: Arc<Strangers>,
    address: IpAddr,
}

impl std::fmt::Debug for Strangers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Strangers({} places left)", self.room.available_permits())
    }
}

impl Strangers {
    fn new(room: usize) -> Self {
        Self {
            room: Arc::new(Semaphore::new(room)),
            by_address: Mutex::default(),
            per_address: (room / STRANGERS_PER_ADDRESS).max(1),
        }
    }

    fn by_address(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.by_address.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place, if there is one left, for this address too.
    fn admit(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let address = match address.to_canonical() {
            // A customer has 64 bits of addresses (RFC 6177).
            IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64).into(),
            v4 => v4,
        };
        let permit = Arc::clone(&self.room).try_acquire_owned().ok()?;
        let mut by_address = self.by_address();
        let count = by_address.entry(address).or_default();
        if *count >= self.per_address {
            return None;
        }
        *count += 1;
        Some(Place { _permit: permit, strangers: Arc::clone(self), address })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut by_address = self.strangers.by_address();
        if let Some(count) = by_address.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                by_address.remove(&self.address);
            }
        }
    }
}

/// Why there is no way to a server.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unreachable {
    #[error("no socket of its family")]
    NoSocket,
    #[error("too many connections")]
    Full,
    #[error("no connection in time")]
    Slow,
    #[error("{0}")]
    Refused(io::Error),
    #[error("TLS: {0}")]
    Tls(io::Error),
    #[error("no name that its certificate could be for")]
    NoName,
}

/// What is known of a connection before anything is read from it.
struct Begun {
    peer: Server,
    local: SocketAddr,
    host: Option<Arc<str>>,
    certified: Option<Arc<[TrunkId]>>,
    standing: Option<Standing>,
    room: OwnedSemaphorePermit,
}

impl Connections {
    pub(crate) fn new(bound: Vec<Listen>, limits: &Limits) -> Self {
        Self {
            bound,
            open: Mutex::default(),
            opening: Mutex::default(),
            room: Arc::new(Semaphore::new(limits.connections)),
            strangers: Arc::new(Strangers::new((limits.connections / STRANGERS).max(1))),
        }
    }

    fn open(&self) -> MutexGuard<'_, HashMap<Server, Vec<Flow>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.open().values().map(Vec::len).sum()
    }

    /// The open connection from this peer.
    pub(crate) fn from(&self, peer: Server) -> Option<Flow> {
        self.open().get(&peer)?.iter().rfind(|flow| !flow.is_closed()).cloned()
    }

    /// An open connection to this peer, which under TLS has shown that it is this host.
    fn to(&self, peer: Server, host: Option<&str>) -> Option<Flow> {
        let open = self.open();
        let fits = |flow: &&Flow| {
            !flow.is_closed() && (peer.transport != Transport::Tls || flow.host.as_deref() == host)
        };
        open.get(&peer)?.iter().find(fits).cloned()
    }
}

impl Core {
    /// A connection to this peer: the one there is, or a new one. Under TLS it has to be this host.
    pub(crate) async fn connect(
        self: &Arc<Self>,
        peer: Server,
        host: Option<&str>,
    ) -> Result<Flow, Unreachable> {
        if let Some(flow) = self.connections.to(peer, host) {
            return Ok(flow);
        }
        let turn = {
            let mut opening = self.connections.opening.lock().unwrap_or_else(PoisonError::into_inner);
            opening.retain(|_, turn| Arc::strong_count(turn) > 1);
            Arc::clone(opening.entry(peer).or_default())
        };
        let _turn = turn.lock().await;
        if let Some(flow) = self.connections.to(peer, host) {
            return Ok(flow);
        }
        let room = Arc::clone(&self.connections.room).try_acquire_owned().map_err(|_| Unreachable::Full)?;
        let opened = timeout(limits::CONNECT_TIME, self.open_connection(peer, host, room));
        opened.await.unwrap_or(Err(Unreachable::Slow))
    }

    async fn open_connection(
        self: &Arc<Self>,
        peer: Server,
        host: Option<&str>,
        room: OwnedSemaphorePermit,
    ) -> Result<Flow, Unreachable> {
        let stream = TcpStream::connect(peer.address).await.map_err(Unreachable::Refused)?;
        let own = stream.local_addr().map_err(Unreachable::Refused)?;
        stream.set_nodelay(true).map_err(Unreachable::Refused)?;
        let listening = self.connections.bound.iter().find(|bound| {
            bound.transport == peer.transport && bound.address.is_ipv4() == peer.address.is_ipv4()
        });
        let port = listening.map_or(own.port(), |listen| listen.address.port());
        let local = SocketAddr::new(shown(self, SocketAddr::new(own.ip(), port), peer.address), port);
        let begun = Begun { peer, local, host: None, certified: None, standing: None, room };
        if peer.transport != Transport::Tls {
            let (reader, writer) = stream.into_split();
            return self.serve(reader, writer, begun).await;
        }
        let (host, tls) = host.zip(self.settings.tls.as_ref()).ok_or(Unreachable::NoName)?;
        let stream = tls.connect(stream, host).await.map_err(Unreachable::Tls)?;
        let certified = Some(tls::trunks_at(host, &self.settings.trunks));
        let (reader, writer) = tokio::io::split(stream);
        self.serve(reader, writer, Begun { host: Some(host.into()), certified, ..begun }).await
    }

    /// Takes connections on one listener, for ever.
    pub(crate) async fn listen(self: &Arc<Self>, listener: &TcpListener, bound: Listen) {
        loop {
            let (stream, peer) = match listener.accept().await {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of descriptors, most likely; those who wait in the backlog go on waiting.
                    tracing::warn!(%bound, %error, "a connection could not be taken; is the limit of open files too low?");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            };
            // Signalling is small messages that somebody waits for.
            if stream.set_nodelay(true).is_err() {
                continue;
            }
            let peer = Server { transport: bound.transport, address: peer };
            let room = Arc::clone(&self.connections.room).try_acquire_owned().ok();
            let known = self.origin(&Source { peer, certified: None }).is_known();
            let place = if known { None } else { self.connections.strangers.admit(peer.address.ip()) };
            // A handshake costs more than any message.
            let borne = bound.transport != Transport::Tls
                || self.bears(peer.address.ip(), known, std::time::Instant::now());
            let (true, Some(room)) = (borne && (known || place.is_some()), room) else {
                self.tally.limited();
                continue;
            };
            let local = SocketAddr::new(shown(self, bound.address, peer.address), bound.address.port());
            let standing = place.map(Standing::stranger);
            let begun = Begun { peer, local, host: None, certified: None, standing, room };
            match self.settings.accepting() {
                Some(accepting) if bound.transport == Transport::Tls => {
                    let (core, accepting) = (Arc::clone(self), accepting.clone());
                    tokio::spawn(async move { core.shake_hands(stream, &accepting, begun).await });
                }
                _ => {
                    let (reader, writer) = stream.into_split();
                    let _ = self.serve(reader, writer, begun).await;
                }
            }
        }
    }

    /// Shakes hands with somebody who has connected for TLS, and begins to read what he says.
    async fn shake_hands(self: &Arc<Self>, stream: TcpStream, accepting: &Accepting, begun: Begun) {
        let mut phase = self.phase.subscribe();
        let shaken = tokio::select! {
            shaken = timeout(self.settings.limits.message_time, accepting.accept(stream)) => shaken,
            _ = phase.wait_for(|phase| *phase == Phase::Closed) => return,
        };
        match shaken.unwrap_or(Err(Broken::Slow)) {
            Ok(stream) => {
                let shown = stream.get_ref().1.peer_certificates();
                let certified = accepting.certified(shown, &self.settings.trunks);
                let (reader, writer) = tokio::io::split(stream);
                let _ = self.serve(reader, writer, Begun { certified, ..begun }).await;
            }
            Err(broken) => {
                self.tally.handshakes();
                self.security(begun.peer, broken.words());
            }
        }
    }

    /// Begins to read and write a connection.
    async fn serve<R, W>(
        self: &Arc<Self>,
        reader: R,
        mut writer: W,
        begun: Begun,
    ) -> Result<Flow, Unreachable>
    where
        R: AsyncRead + Unpin + Send + 'static,
        W: AsyncWrite + Unpin + Send + 'static,
    {
        let (sender, mut outgoing) = rsipstack::platform::mpsc::unbounded_channel();
        let (answers, raw) = mpsc::channel(ANSWERS);
        let (close, closed) = watch::channel(false);
        // What comes in is handed to the stack directly; its own queue for that stays empty.
        let (_, from_peer) = rsipstack::platform::mpsc::unbounded_channel();
        let address =
            SipAddr { r#type: Some(begun.peer.transport.of_stack()), addr: begun.peer.address.into() };
        let connection = ChannelConnection::create_connection(from_peer, sender, address, None).await;
        let connection =
            connection.map_err(|error| Unreachable::Refused(io::Error::other(error.to_string())))?;
        let flow = Flow {
            connection: SipConnection::Channel(connection),
            peer: begun.peer.address,
            transport: begun.peer.transport,
            local: begun.local,
            closed: Some(closed),
            answers: Some(answers),
            kept: false,
            standing: begun.standing.map(Arc::new),
            host: begun.host,
            certified: begun.certified,
        };
        self.connections.open().entry(begun.peer).or_default().push(flow.clone());
        let serving = Serving { core: Arc::clone(self), flow: flow.clone(), close, _room: begun.room };
        tokio::spawn(async move {
            let Serving { core, flow, .. } = &serving;
            let mut phase = core.phase.subscribe();
            // Whichever side ends first ends both: half a connection is of no use.
            let mut last = tokio::select! {
                last = read(core, reader, flow) => last.unwrap_or_default(),
                () = write(&mut writer, &mut outgoing, raw) => Vec::new(),
                _ = phase.wait_for(|phase| *phase == Phase::Closed) => Vec::new(),
            };
            while let Ok(TransportEvent::Incoming(message, ..)) = outgoing.try_recv() {
                last.extend(message.to_bytes());
            }
            let _ = timeout(limits::WRITE_TIME, say_goodbye(&mut writer, &last)).await;
        });
        Ok(flow)
    }
}

/// A connection that is served. With it, whatever ends it, go its place in the table and what was registered
/// over it.
struct Serving {
    core: Arc<Core>,
    flow: Flow,
    close: watch::Sender<bool>,
    _room: OwnedSemaphorePermit,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.close.send(true);
        let peer = self.flow.server();
        let mut open = self.core.connections.open();
        if let Some(flows) = open.get_mut(&peer) {
            flows.retain(|flow| !flow.is_closed());
            if flows.is_empty() {
                open.remove(&peer);
            }
        }
        drop(open);
        self.core.hung_up(&self.flow);
    }
}

/// Reads messages until the peer is done, silent for too long, slow, or not to be understood; what is
/// still to be said to it.
async fn read(core: &Arc<Core>, mut reader: impl AsyncRead + Unpin, flow: &Flow) -> Option<Vec<u8>> {
    let mut buffer: Vec<u8> = Vec::new();
    // When the message that has begun must be whole.
    let mut deadline = None;
    loop {
        match guard::frame(&buffer) {
            Frame::Blank(length) => {
                // RFC 5626 §4.4.1: a double line end asks for one in return.
                if length >= 4 {
                    flow.answer(b"\r\n".to_vec());
                }
                buffer.drain(..length);
            }
            Frame::Message(length) => {
                deadline = None;
                core.ingest(&buffer[..length], flow).await;
                buffer.drain(..length);
            }
            Frame::Broken(answer) => {
                core.tally.malformed();
                return answer;
            }
            Frame::More => {
                let now = Instant::now();
                let limits = &core.settings.limits;
                let idle = flow.idle(limits);
                let until = match (buffer.is_empty(), deadline) {
                    (true, _) => now + idle,
                    (false, Some(deadline)) => deadline,
                    (false, None) => *deadline.insert(now + limits.message_time),
                };
                let mut chunk = [0; CHUNK];
                match timeout_at(until, reader.read(&mut chunk)).await {
                    Ok(Ok(length)) if length > 0 => buffer.extend_from_slice(&chunk[..length]),
                    // Who it is may have come out meanwhile, and then it has more time.
                    Err(_) if buffer.is_empty() && flow.idle(limits) != idle => {}
                    _ => return None,
                }
            }
        }
    }
}

/// Writes what the stack and the guard have to say, until the peer takes no more.
async fn write(
    writer: &mut (impl AsyncWrite + Unpin),
    stack: &mut TransportReceiver,
    mut raw: mpsc::Receiver<Vec<u8>>,
) {
    loop {
        let bytes = tokio::select! {
            event = stack.recv() => match event {
                Some(TransportEvent::Incoming(message, ..)) => message.to_bytes(),
                Some(_) => continue,
                None => return,
            },
            Some(bytes) = raw.recv() => bytes,
        };
        // A peer that does not read is given up before what waits for it grows.
        let slow = stack.len() > limits::WRITES;
        if slow || !matches!(timeout(limits::WRITE_TIME, send(writer, &bytes)).await, Ok(Ok(()))) {
            return;
        }
    }
}

/// Hands octets to the system: what TLS has sealed is not sent before it is flushed.
async fn send(writer: &mut (impl AsyncWrite + Unpin), octets: &[u8]) -> io::Result<()> {
    writer.write_all(octets).await?;
    writer.flush().await
}

/// What is left to be said, and, where the connection has a word for it, that nothing more comes.
async fn say_goodbye(writer: &mut (impl AsyncWrite + Unpin), last: &[u8]) -> io::Result<()> {
    send(writer, last).await?;
    writer.shutdown().await
}
