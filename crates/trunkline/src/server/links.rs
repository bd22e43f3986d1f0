//! The link's listeners, and the life of a connection.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use control::Input;
use protocol::{Frame, Framer, ReadError, Request};
use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

use super::connection::{Connection, Stage};
use super::security::Refusal;
use super::shell::Shell;
use super::stream::{self, Incoming, Outgoing};
use crate::config::admits;
use crate::limits;
use crate::traffic::Direction;

/// What a connection must do to come in.
pub(crate) enum Door {
    /// Nothing.
    Plain,
    /// Shake hands under TLS.
    Tls { config: Arc<ServerConfig>, under_way: Rc<Handshakes> },
}

/// The TLS handshakes under way, by address.
#[derive(Debug, Default)]
pub(crate) struct Handshakes(RefCell<BTreeMap<IpAddr, usize>>);

/// One handshake under way.
struct Handshake {
    of: Rc<Handshakes>,
    peer: IpAddr,
}

impl Handshakes {
    /// Begins one, if there is room.
    fn begin(self: &Rc<Self>, peer: IpAddr) -> Option<Handshake> {
        let mut under_way = self.0.borrow_mut();
        if under_way.values().sum::<usize>() >= limits::HANDSHAKES {
            return None;
        }
        let count = under_way.entry(peer).or_default();
        if *count >= limits::HANDSHAKES_PER_ADDRESS {
            return None;
        }
        *count += 1;
        Some(Handshake { of: Rc::clone(self), peer })
    }
}

impl Drop for Handshake {
    fn drop(&mut self) {
        let mut under_way = self.of.0.borrow_mut();
        if let Some(count) = under_way.get_mut(&self.peer) {
            *count -= 1;
            if *count == 0 {
                under_way.remove(&self.peer);
            }
        }
    }
}

/// Accepts connections for ever.
pub(crate) async fn accept(shell: Rc<Shell>, listener: TcpListener, door: Door) {
    loop {
        match listener.accept().await {
            Ok((tcp, peer)) => knock(&shell, &door, tcp, peer),
            Err(error) => {
                // Out of descriptors, mostly: spinning on it would cost the links their service.
                tracing::error!("cannot accept a link connection: {error}");
                tokio::time::sleep(limits::ACCEPT_REST).await;
            }
        }
    }
}

fn knock(shell: &Rc<Shell>, door: &Door, tcp: TcpStream, peer: SocketAddr) {
    let refuse = |refusal| shell.security.refuse(peer.ip(), refusal);
    if !admits(&shell.config.link.allow, peer.ip()) {
        return refuse(Refusal::Address);
    }
    if shell.connections() >= shell.config.link.max_links {
        return refuse(Refusal::MaxLinks);
    }
    if let Err(error) = tune(&tcp) {
        tracing::warn!("a link's connection keeps the system's own settings: {error}");
    }
    match door {
        Door::Plain => welcome(shell, stream::plain(tcp), peer),
        Door::Tls { config, under_way } => match under_way.begin(peer.ip()) {
            Some(handshake) => {
                let (shell, config) = (Rc::clone(shell), Arc::clone(config));
                tokio::task::spawn_local(shake_hands(shell, config, handshake, tcp, peer));
            }
            None => refuse(Refusal::TlsBusy),
        },
    }
}

async fn shake_hands(
    shell: Rc<Shell>,
    config: Arc<ServerConfig>,
    handshake: Handshake,
    tcp: TcpStream,
    peer: SocketAddr,
) {
    let shaken = tokio::time::timeout(limits::HANDSHAKE, stream::shake_hands(tcp, config)).await;
    drop(handshake);
    match shaken.unwrap_or(Err(Refusal::TlsSlow)) {
        // Others may have come in the meantime.
        Ok(_) if shell.connections() >= shell.config.link.max_links => {
            shell.security.refuse(peer.ip(), Refusal::MaxLinks);
        }
        Ok(ways) => welcome(&shell, ways, peer),
        Err(refusal) => shell.security.refuse(peer.ip(), refusal),
    }
}

fn welcome(shell: &Rc<Shell>, (from, to): (Incoming, Outgoing), peer: SocketAddr) {
    let connection = shell.connect(to, peer);
    tokio::task::spawn_local(write(Rc::clone(&connection)));
    tokio::task::spawn_local(serve(Rc::clone(shell), connection, from));
}

/// Makes answers leave at once, and makes the system find out soon when the other side is gone.
fn tune(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let socket = socket2::SockRef::from(stream);
    socket.set_tcp_user_timeout(Some(limits::UNACKNOWLEDGED))?;
    let probe = socket2::TcpKeepalive::new().with_time(limits::KEEP_ALIVE).with_interval(limits::KEEP_ALIVE);
    socket.set_tcp_keepalive(&probe)
}

/// Tells the switch what has surely arrived.
pub(crate) async fn tell_arrivals(shell: Rc<Shell>) {
    let mut ticks = tokio::time::interval(limits::ARRIVALS);
    loop {
        ticks.tick().await;
        for (connection, number) in shell.arrivals() {
            shell.handle(Input::Arrived { connection, number });
        }
        shell.flush();
    }
}

/// Reads a connection until it ends, then tells the switch.
async fn serve(shell: Rc<Shell>, connection: Rc<Connection>, stream: Incoming) {
    let peer = connection.peer.ip();
    shell.handle(Input::Connected { connection: connection.id, peer });
    let why = read(&shell, &connection, stream).await;
    if let Some(refusal) = why.refusal() {
        shell.security.refuse(peer, refusal);
    }
    tracing::info!(connection = %connection.id, peer = %connection.peer, "link closed: {why}");
    shell.handle(Input::Disconnected { connection: connection.id });
    // What was written before still leaves, if the application takes it in time.
    connection.close();
    shell.flush();
    connection.flush();
    let _ = tokio::time::timeout(limits::LAST_WORDS, connection.sent_all()).await;
    connection.end();
    shell.disconnect(connection.id);
}

/// Why a connection is over.
#[derive(Clone, Copy, Debug)]
enum Why {
    Server,
    Application,
    Lost,
    Idle,
    Slow,
    Long,
    Unreadable,
}

impl Why {
    /// What of it is a matter for the security log.
    const fn refusal(self) -> Option<Refusal> {
        match self {
            Self::Server | Self::Application | Self::Lost | Self::Idle => None,
            Self::Slow => Some(Refusal::SlowMessage),
            Self::Long => Some(Refusal::LongMessage),
            Self::Unreadable => Some(Refusal::Unreadable),
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Server => "the server closed it",
            Self::Application => "the application closed it",
            Self::Lost => "the connection was lost",
            Self::Idle => "nothing came for link.idle",
            Self::Slow => "a message that was begun was not completed in time",
            Self::Long => "a message was longer than link.max_message",
            Self::Unreadable => "too many unreadable messages in a row",
        })
    }
}

/// How long the application may take for what comes next, and what it is when it does not. A message
/// that was begun has its time from its first octet, however slowly the rest drips in.
fn patience(begun: Option<Instant>, heard: Instant, idle: Duration) -> Option<(Duration, Why)> {
    match begun {
        Some(since) => Some((limits::BEGUN.saturating_sub(since.elapsed()), Why::Slow)),
        None if idle.is_zero() => None,
        None => Some((idle.saturating_sub(heard.elapsed()), Why::Idle)),
    }
}

async fn read(shell: &Shell, connection: &Connection, mut stream: Incoming) -> Why {
    let mut framer = Framer::new(shell.config.link.max_message);
    let mut unreadable = 0;
    let mut begun: Option<(u64, Instant)> = None;
    let mut heard = Instant::now();
    loop {
        if connection.stage() != Stage::Open {
            return Why::Server;
        }
        let patience = patience(begun.map(|(_, since)| since), heard, shell.config.link.idle);
        let (wait, why) = patience.unwrap_or((Duration::ZERO, Why::Idle));
        let read = tokio::select! {
            read = poll_fn(|context| shell.poll_read(context, &mut stream, &mut framer)) => read,
            () = connection.ended.notified() => return Why::Server,
            () = tokio::time::sleep(wait), if patience.is_some() => return why,
        };
        match read {
            Ok(0) => return Why::Application,
            Ok(_) => heard = Instant::now(),
            Err(_) => return Why::Lost,
        }
        if let Some(why) = take_turns(shell, connection, &mut framer, &mut unreadable).await {
            return why;
        }
        begun = framer.pending().map(|message| match begun {
            Some((same, since)) if same == message => (same, since),
            _ => (message, Instant::now()),
        });
    }
}

/// Serves what was read, a few messages at a time so that the other links have their turn, and none
/// while the application does not take its answers.
async fn take_turns(
    shell: &Shell,
    connection: &Connection,
    framer: &mut Framer,
    unreadable: &mut u32,
) -> Option<Why> {
    let mut served = 0;
    while let Some(frame) = framer.next() {
        if let Some(why) = take(shell, connection, frame, unreadable) {
            shell.flush();
            return Some(why);
        }
        served += 1;
        if served % limits::LINK_TURN == 0 {
            shell.flush();
            tokio::task::yield_now().await;
            while connection.unsent() > limits::UNSENT_PAUSE && connection.stage() == Stage::Open {
                connection.room.notified().await;
            }
        }
    }
    shell.flush();
    None
}

/// Serves one message: what cannot be read is answered here and goes no further (decision D01).
fn take(shell: &Shell, connection: &Connection, frame: Frame, unreadable: &mut u32) -> Option<Why> {
    let fault = match frame {
        Frame::Element(element) => match Request::read(&element) {
            Ok(request) => {
                *unreadable = 0;
                connection.received.set(connection.received.get() + 1);
                if !shell.traces.is_empty() {
                    shell.traces.message(Direction::ToServer, connection.id, &element, request.port());
                }
                shell.handle(Input::Request { connection: connection.id, request });
                return None;
            }
            Err(fault) => fault,
        },
        Frame::Unreadable(fault) => fault,
        Frame::TooLong(fault) => {
            refuse(shell, connection, &fault);
            return Some(Why::Long);
        }
    };
    refuse(shell, connection, &fault);
    *unreadable += 1;
    (*unreadable >= limits::UNREADABLE).then_some(Why::Unreadable)
}

fn refuse(shell: &Shell, connection: &Connection, fault: &ReadError) {
    tracing::debug!(connection = %connection.id, "unreadable: {fault:?}");
    if !shell.traces.is_empty() {
        let unread = fault.unread();
        shell.traces.unreadable(connection.id, &unread.root, &unread.msgid);
    }
    if shell.config.link.error_messages {
        shell.write(connection.id, &fault.answer().into(), None);
    }
}

/// Sends what the socket did not take at once, until the connection is over.
async fn write(connection: Rc<Connection>) {
    loop {
        connection.blocked.notified().await;
        if connection.stage() == Stage::Closed {
            return;
        }
        if connection.unsent() > 0 {
            if connection.stream.writable().await.is_err() {
                return connection.end();
            }
            connection.flush();
        }
    }
}
