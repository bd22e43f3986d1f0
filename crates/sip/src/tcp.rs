//! Our TCP connections: those that come in, and those that we open and use again.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rsipstack::transport::channel::ChannelConnection;
use rsipstack::transport::connection::TransportReceiver;
use rsipstack::transport::{SipAddr, SipConnection, TransportEvent};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio::time::{Duration, Instant, timeout, timeout_at};

use crate::core::{Core, Phase};
use crate::flow::{Flow, Standing};
use crate::guard::{self, Frame};
use crate::limits;
use crate::limits::Limits;
use crate::settings::Transport;
use crate::udp::shown;

/// Octets read at once.
const CHUNK: usize = 4_096;
/// Answers of the guard that wait to be written to one connection.
const ANSWERS: usize = 16;
/// One part in so many of the connections may belong to strangers.
const STRANGERS: usize = 8;

/// The TCP connections there are.
pub(crate) struct Tcp {
    /// Where we listen.
    pub(crate) bound: Vec<SocketAddr>,
    open: Mutex<HashMap<SocketAddr, Flow>>,
    /// Held while a connection to this peer is being opened, so that there is only one.
    opening: Mutex<HashMap<SocketAddr, Arc<tokio::sync::Mutex<()>>>>,
    room: Arc<Semaphore>,
    room_for_strangers: Arc<Semaphore>,
}

impl Tcp {
    pub(crate) fn new(bound: Vec<SocketAddr>, limits: &Limits) -> Self {
        Self {
            bound,
            open: Mutex::default(),
            opening: Mutex::default(),
            room: Arc::new(Semaphore::new(limits.connections)),
            room_for_strangers: Arc::new(Semaphore::new((limits.connections / STRANGERS).max(1))),
        }
    }

    fn open(&self) -> MutexGuard<'_, HashMap<SocketAddr, Flow>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.open().len()
    }

    /// The open connection to this peer.
    pub(crate) fn to(&self, peer: SocketAddr) -> Option<Flow> {
        self.open().get(&peer).filter(|flow| !flow.is_closed()).cloned()
    }
}

impl Core {
    /// A connection to this peer: the one there is, or a new one.
    pub(crate) async fn connect(self: &Arc<Self>, peer: SocketAddr) -> Option<Flow> {
        if let Some(flow) = self.tcp.to(peer) {
            return Some(flow);
        }
        let turn = {
            let mut opening = self.tcp.opening.lock().unwrap_or_else(PoisonError::into_inner);
            opening.retain(|_, turn| Arc::strong_count(turn) > 1);
            Arc::clone(opening.entry(peer).or_default())
        };
        let _turn = turn.lock().await;
        if let Some(flow) = self.tcp.to(peer) {
            return Some(flow);
        }
        let room = Arc::clone(&self.tcp.room).try_acquire_owned().ok()?;
        let stream = timeout(limits::CONNECT_TIME, TcpStream::connect(peer)).await.ok()?.ok()?;
        let own = stream.local_addr().ok()?;
        let listening = self.tcp.bound.iter().find(|bound| bound.is_ipv4() == peer.is_ipv4());
        let port = listening.map_or(own.port(), SocketAddr::port);
        let local = SocketAddr::new(shown(self, SocketAddr::new(own.ip(), port), peer), port);
        self.serve(stream, peer, local, None, room).await
    }

    /// Takes connections on one listener, for ever.
    pub(crate) async fn listen(self: &Arc<Self>, listener: &TcpListener, bound: SocketAddr) {
        loop {
            let (stream, peer) = match listener.accept().await {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of descriptors, most likely; those who wait in the backlog go on waiting.
                    tracing::warn!(%bound, %error, "a TCP connection could not be taken; is the limit of open files too low?");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            };
            let room = Arc::clone(&self.tcp.room).try_acquire_owned().ok();
            let place = Arc::clone(&self.tcp.room_for_strangers).try_acquire_owned().ok();
            let standing = match (self.origin(peer).is_known(), place) {
                (true, _) => Some(None),
                (false, Some(place)) => Some(Some(Standing::stranger(place))),
                (false, None) => None,
            };
            let (Some(room), Some(standing)) = (room, standing) else {
                self.tally.limited();
                continue;
            };
            let local = SocketAddr::new(shown(self, bound, peer), bound.port());
            self.serve(stream, peer, local, standing, room).await;
        }
    }

    /// Begins to read and write a connection.
    async fn serve(
        self: &Arc<Self>,
        stream: TcpStream,
        peer: SocketAddr,
        local: SocketAddr,
        standing: Option<Standing>,
        room: OwnedSemaphorePermit,
    ) -> Option<Flow> {
        // Signalling is small messages that somebody waits for.
        stream.set_nodelay(true).ok()?;
        let (to_stack, from_peer) = rsipstack::platform::mpsc::unbounded_channel();
        let (sender, outgoing) = rsipstack::platform::mpsc::unbounded_channel();
        // What comes in is handed to the stack directly; its own queue for that stays empty.
        drop(to_stack);
        let address = SipAddr { r#type: Some(rsipstack::sip::Transport::Tcp), addr: peer.into() };
        let connection = ChannelConnection::create_connection(from_peer, sender, address, None).await.ok()?;
        let (answers, raw) = mpsc::channel(ANSWERS);
        let (close, closed) = watch::channel(false);
        let flow = Flow {
            connection: SipConnection::Channel(connection),
            peer,
            transport: Transport::Tcp,
            local,
            closed: Some(closed),
            answers: Some(answers),
            kept: false,
            standing: standing.map(Arc::new),
        };
        self.tcp.open().insert(peer, flow.clone());
        let (reader, mut writer) = stream.into_split();
        let (core, ours) = (Arc::clone(self), flow.clone());
        let mut outgoing = outgoing;
        tokio::spawn(async move {
            let mut phase = core.phase.subscribe();
            // Whichever side ends first ends both: half a connection is of no use.
            let mut last = tokio::select! {
                last = read(&core, reader, &ours) => last.unwrap_or_default(),
                () = write(&mut writer, &mut outgoing, raw) => Vec::new(),
                _ = phase.wait_for(|phase| *phase == Phase::Closed) => Vec::new(),
            };
            while let Ok(TransportEvent::Incoming(message, ..)) = outgoing.try_recv() {
                last.extend(message.to_bytes());
            }
            let _ = timeout(limits::WRITE_TIME, writer.write_all(&last)).await;
            core.tcp.open().remove(&peer);
            let _ = close.send(true);
            core.hung_up(&ours);
            drop(room);
        });
        Some(flow)
    }
}

/// Reads messages until the peer is done, silent for too long, slow, or not to be understood; what is
/// still to be said to it.
async fn read(core: &Arc<Core>, mut reader: OwnedReadHalf, flow: &Flow) -> Option<Vec<u8>> {
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
async fn write(writer: &mut OwnedWriteHalf, stack: &mut TransportReceiver, mut raw: mpsc::Receiver<Vec<u8>>) {
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
        if slow || !matches!(timeout(limits::WRITE_TIME, writer.write_all(&bytes)).await, Ok(Ok(()))) {
            return;
        }
    }
}
