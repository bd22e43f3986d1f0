//! The link's listeners, and the life of a connection.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;

use control::Input;
use protocol::{Frame, Framer, ReadError, Request};
use tokio::net::tcp::OwnedReadHalf;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

use super::connection::{Connection, Stage};
use super::shell::Shell;
use crate::config::admits;
use crate::limits;
use crate::traffic::Direction;

/// Accepts connections for ever.
pub(crate) async fn accept(shell: Rc<Shell>, listener: TcpListener) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => welcome(&shell, stream, peer),
            Err(error) => {
                // Out of descriptors, mostly: spinning on it would cost the links their service.
                tracing::error!("cannot accept a link connection: {error}");
                tokio::time::sleep(limits::ACCEPT_REST).await;
            }
        }
    }
}

fn welcome(shell: &Rc<Shell>, stream: TcpStream, peer: SocketAddr) {
    if !admits(&shell.config.link.allow, peer.ip()) {
        tracing::warn!(target: "security", peer = %peer.ip(), "link refused: address not in link.allow");
        return;
    }
    if shell.connections() >= shell.config.link.max_links {
        tracing::warn!(target: "security", peer = %peer.ip(), "link refused: link.max_links is reached");
        return;
    }
    if let Err(error) = tune(&stream) {
        tracing::warn!("a link's connection keeps the system's own settings: {error}");
    }
    let (from, to) = stream.into_split();
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
async fn serve(shell: Rc<Shell>, connection: Rc<Connection>, stream: OwnedReadHalf) {
    shell.handle(Input::Connected { connection: connection.id });
    let why = read(&shell, &connection, stream).await;
    tracing::info!(link = %connection.id, peer = %connection.peer, "link closed: {why}");
    shell.handle(Input::Disconnected { connection: connection.id });
    // What was written before still leaves, if the application takes it in time.
    connection.close();
    shell.flush();
    connection.flush();
    let _ = tokio::time::timeout(limits::LAST_WORDS, connection.sent_all()).await;
    connection.end();
    shell.disconnect(connection.id);
}

/// Why a connection is over, for the log.
type Why = &'static str;

async fn read(shell: &Shell, connection: &Connection, mut stream: OwnedReadHalf) -> Why {
    let mut framer = Framer::new(shell.config.link.max_message);
    let mut unreadable = 0;
    let mut begun: Option<(u64, Instant)> = None;
    loop {
        if connection.stage() != Stage::Open {
            return "the server closed it";
        }
        // A message that was begun has its time from its first octet, however slowly the rest drips in.
        let patience =
            begun.map_or(limits::BEGUN, |(_, since)| limits::BEGUN.saturating_sub(since.elapsed()));
        let read = tokio::select! {
            read = poll_fn(|context| shell.poll_read(context, &mut stream, &mut framer)) => read,
            () = connection.ended.notified() => return "the server closed it",
            () = tokio::time::sleep(patience), if begun.is_some() => {
                return "a message that was begun was not completed in time";
            }
        };
        match read {
            Ok(0) => return "the application closed it",
            Ok(_) => {}
            Err(_) => return "the connection was lost",
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
            return Some("a message was longer than link.max_message");
        }
    };
    refuse(shell, connection, &fault);
    *unreadable += 1;
    (*unreadable >= limits::UNREADABLE).then_some("too many unreadable messages in a row")
}

fn refuse(shell: &Shell, connection: &Connection, fault: &ReadError) {
    tracing::debug!(link = %connection.id, "unreadable: {fault:?}");
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
