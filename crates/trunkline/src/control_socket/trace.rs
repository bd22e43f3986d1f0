//! `trunkline trace`: the traffic of the links as it goes, over the control socket.

use std::io::{self, BufRead as _, BufReader, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::ask::{AskError, connect, failure};
use super::reply::Reply;
use super::serve::PATIENCE;
use crate::config::shown;
use crate::output::Output;
use crate::paint::{Ink, Paint};
use crate::traffic::Crossing;

/// Messages that wait for a tracer to take them; further ones are counted and lost to it.
const WAITING: usize = 1024;

/// Which messages to tell of; of all of them where nothing is named.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
pub struct Filter {
    /// Those of this link.
    #[serde(default)]
    pub link: Option<u64>,
    /// Those that name this port, as applications call it.
    #[serde(default)]
    pub port: Option<u32>,
    /// Those with this MSGID.
    #[serde(default)]
    pub msgid: Option<String>,
}

/// The question that begins a trace.
#[derive(Serialize, Deserialize, Debug)]
pub(super) struct Trace {
    pub(super) trace: Filter,
}

/// What a tracer is told.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "snake_case")]
pub enum Traced {
    /// A message.
    Message(Crossing),
    /// That so many messages crossed for which it had no room.
    Lost(u64),
}

/// Somebody who follows the traffic. Dropping it ends the trace.
#[derive(Debug)]
pub struct Tracer {
    /// What to tell of.
    pub filter: Filter,
    /// Where it goes: bounded, and never waited for.
    pub lines: mpsc::Sender<Traced>,
}

/// The server's end: passes lines on until either end has enough.
pub(super) async fn follow(stream: &mut UnixStream, filter: Filter, tracers: &mpsc::Sender<Tracer>) {
    let (lines, mut told) = mpsc::channel(WAITING);
    let added = matches!(timeout(PATIENCE, tracers.send(Tracer { filter, lines })).await, Ok(Ok(())));
    let reply = if added { Reply::Tracing } else { Reply::Refused("the server is closing".into()) };
    if write(stream, &reply).await.is_none() || !added {
        return;
    }
    let (mut reading, mut writing) = stream.split();
    let mut nothing = [0; 64];
    loop {
        tokio::select! {
            traced = told.recv() => {
                let Some(traced) = traced else { return };
                // A tracer that takes nothing waits by itself: what has no room is lost to it. Only the
                // server's end does not wait for it.
                let written = tokio::select! {
                    biased;
                    written = write(&mut writing, &traced) => written,
                    () = tracers.closed() => None,
                };
                if written.is_none() {
                    return;
                }
            }
            // The client says nothing more; that it reads no more is the end.
            read = reading.read(&mut nothing) => if !matches!(read, Ok(1..)) { return },
        }
    }
}

async fn write(to: &mut (impl tokio::io::AsyncWrite + Unpin), value: &impl Serialize) -> Option<()> {
    let mut line = serde_json::to_vec(value).expect("plain structs with text keys have a JSON form");
    line.push(b'\n');
    to.write_all(&line).await.ok()
}

/// The client's end: shows what crosses until the server is gone.
///
/// # Errors
/// [`AskError`]: there is no server, or it lets nobody follow.
pub fn trace(
    path: &Path,
    filter: Filter,
    json: bool,
    paint: Paint,
    output: &mut Output<impl Write>,
) -> Result<(), AskError> {
    let mut stream = connect(path)?;
    let unreadable =
        |error: serde_json::Error| AskError::Unreadable { path: path.to_owned(), why: error.to_string() };
    let mut question = serde_json::to_vec(&Trace { trace: filter }).map_err(unreadable)?;
    question.push(b'\n');
    stream.write_all(&question).map_err(|error| failure(path, error))?;
    let waiting = stream.try_clone().map_err(|error| failure(path, error))?;
    let mut lines = BufReader::new(stream).lines();
    match lines.next() {
        None => return Err(AskError::Busy),
        Some(line) => {
            let line = line.map_err(|error| failure(path, error))?;
            match serde_json::from_str(&line).map_err(unreadable)? {
                Reply::Tracing => {}
                Reply::Refused(why) => return Err(AskError::Refused(shown(&why))),
                _ => return Err(AskError::Busy),
            }
        }
    }
    // What crosses comes when it comes.
    waiting.set_read_timeout(None).map_err(|error| failure(path, error))?;
    for line in lines {
        let line = match line {
            Ok(line) => line,
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => break,
            Err(error) => return Err(failure(path, error)),
        };
        let traced: Traced = serde_json::from_str(&line).map_err(unreadable)?;
        output.line(&match (&traced, json) {
            (Traced::Message(crossing), true) => serde_json::to_string(crossing).map_err(unreadable)?,
            (Traced::Message(crossing), false) => crossing.shown(paint),
            (Traced::Lost(_), true) => serde_json::to_string(&traced).map_err(unreadable)?,
            (Traced::Lost(lost), false) => {
                paint.ink(Ink::Odd, &format!("({lost} messages came too fast and are not shown)"))
            }
        })?;
    }
    Ok(())
}
