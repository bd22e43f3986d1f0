//! The link's listeners, and the life of a connection.

use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use control::{Input, LinkId};
use protocol::{Error, ErrorStatus, Frame, Framer, Request, Text};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

use super::connection::{Connection, Stage};
use super::shell::Shell;
use crate::limits;

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
    if !shell.config.link.allow.iter().any(|network| network.contains(peer.ip())) {
        tracing::warn!(target: "security", peer = %peer.ip(), "link refused: address not in link.allow");
        return;
    }
    if shell.connections() >= shell.config.link.max_links {
        tracing::warn!(target: "security", peer = %peer.ip(), "link refused: link.max_links is reached");
        return;
    }
    let _ = stream.set_nodelay(true);
    let connection = shell.connect(stream, peer);
    tokio::task::spawn_local(write(Rc::clone(&connection)));
    tokio::task::spawn_local(serve(Rc::clone(shell), connection));
}

/// Reads a connection until it ends, then tells the switch.
async fn serve(shell: Rc<Shell>, connection: Rc<Connection>) {
    shell.handle(Input::LinkUp { link: connection.id });
    let why = read(&shell, &connection).await;
    tracing::info!(link = %connection.id, peer = %connection.peer, "link closed: {why}");
    shell.handle(Input::LinkDown { link: connection.id });
    shell.flush();
    connection.close();
    connection.flush();
    shell.disconnect(connection.id);
}

/// Why a connection is over, for the log.
type Why = &'static str;

async fn read(shell: &Shell, connection: &Connection) -> Why {
    let mut framer = Framer::new(shell.config.link.max_message);
    let mut unreadable = 0;
    let mut begun: Option<Instant> = None;
    loop {
        if connection.stage() != Stage::Open {
            return "the server closed it";
        }
        let limit = begun.map_or(NEVER, |at| limits::BEGUN.saturating_sub(at.elapsed()));
        tokio::select! {
            ready = connection.stream.readable() => if ready.is_err() { return "connection lost" },
            () = connection.ended.notified() => return "the server closed it",
            () = tokio::time::sleep(limit), if begun.is_some() => return "a begun message was not completed in time",
        }
        match shell.read_into(connection, &mut framer) {
            Ok(0) => return "the application closed it",
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
            Err(_) => return "connection lost",
        }
        if let Some(why) = take_turns(shell, connection, &mut framer, &mut unreadable).await {
            return why;
        }
        begun = if framer.begun() { begun.or_else(|| Some(Instant::now())) } else { None };
    }
}

const NEVER: Duration = Duration::from_secs(3600);

/// Serves what was read, a few messages at a time so that the other links have their turn, and none
/// while the application does not take its answers.
async fn take_turns(
    shell: &Shell,
    connection: &Connection,
    framer: &mut Framer,
    unreadable: &mut u32,
) -> Option<Why> {
    let mut served = 0;
    loop {
        match framer.next() {
            None => break,
            Some(frame) => {
                if let Some(why) = take(shell, connection, frame, unreadable) {
                    shell.flush();
                    return Some(why);
                }
            }
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
                shell.handle(Input::Request { link: connection.id, request });
                return None;
            }
            Err(error) => error.into(),
        },
        Frame::Unreadable(fault) => fault,
    };
    refuse(shell, connection, &fault, unreadable)
}
