//! The server's end of the control socket.

use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::Mode;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{UnixListener, UnixSocket, UnixStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::MAX_REQUEST;
use super::reply::{Reply, Request};
use super::trace::{self, Trace, Tracer};

/// Connections at a time, those that wait for an exit among them.
const MAX_CONNECTIONS: usize = 64;
/// Connections that the system keeps for us.
const BACKLOG: u32 = 64;
/// How long a question may take to arrive, and an answer to be made or taken.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// How long to pause when the system has no descriptor left, so that the loop does not spin.
const BREATH: Duration = Duration::from_millis(100);

/// A question with the place for its answer. Dropping the place refuses it.
#[derive(Debug)]
pub struct Question {
    /// What is asked.
    pub request: Request,
    /// Where the answer goes.
    pub reply: oneshot::Sender<Reply>,
}

/// The socket, listening. Its file is removed when this is dropped.
#[derive(Debug)]
pub struct ControlSocket {
    listener: UnixListener,
    file: SocketFile,
}

/// Why the socket cannot be made.
#[derive(thiserror::Error, Debug)]
pub enum BindError {
    /// A server listens there.
    #[error("a server runs already with the control socket {}: stop it, or give this one another files.data", .0.display())]
    Taken(PathBuf),
    /// Something else lies there.
    #[error("{} is no socket: move it away, or set status.socket", .0.display())]
    NotASocket(PathBuf),
    /// The system refuses.
    #[error("cannot make the control socket {}: {error}", path.display())]
    System {
        /// Where.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

impl ControlSocket {
    /// Makes the socket, and its directory where there is none; both for this user alone. What a server
    /// that died has left is replaced. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// [`BindError`]: a running server has it, or the system refuses.
    pub fn bind(path: &Path) -> Result<Self, BindError> {
        let system = |error| BindError::System { path: path.to_owned(), error };
        if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
            std::fs::DirBuilder::new().recursive(true).mode(0o700).create(directory).map_err(system)?;
        }
        clear(path)?;
        let socket = UnixSocket::new_stream().map_err(system)?;
        // On Linux a socket hands its own mode down to the file that bind makes: there is no moment at
        // which others could open it.
        rustix::fs::fchmod(&socket, Mode::RUSR | Mode::WUSR).map_err(|errno| system(errno.into()))?;
        socket.bind(path).map_err(system)?;
        let listener = socket.listen(BACKLOG).map_err(system)?;
        let file = SocketFile::of(path).map_err(system)?;
        Ok(Self { listener, file })
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.file.path
    }

    /// Passes every question on and every answer back, and every tracer to `tracers`, until `questions` is closed, then ends when the
    /// last answer is written. That closes the connections that asked for the exit, by which they know
    /// that the server is gone: close `questions` last of all.
    pub async fn serve(self, questions: mpsc::Sender<Question>, tracers: mpsc::Sender<Tracer>) {
        let mut conversations = JoinSet::new();
        let mut waiting_for_exit = Vec::new();
        loop {
            let accepted = tokio::select! {
                accepted = self.listener.accept() => accepted,
                Some(ended) = conversations.join_next() => {
                    waiting_for_exit.extend(ended.ok().flatten());
                    continue;
                }
                () = questions.closed() => break,
            };
            match accepted {
                Ok((stream, _)) if conversations.len() + waiting_for_exit.len() < MAX_CONNECTIONS => {
                    conversations.spawn(converse(stream, questions.clone(), tracers.clone()));
                }
                // Closed at once: the client says that the server is busy.
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "the control socket cannot take a connection");
                    tokio::time::sleep(BREATH).await;
                }
            }
        }
        while let Some(ended) = conversations.join_next().await {
            waiting_for_exit.extend(ended.ok().flatten());
        }
        // Who hears that the server is gone may start the next one at once: the file goes first.
        drop(self);
        drop(waiting_for_exit);
    }
}

/// The socket's file, so that only our own is removed.
#[derive(Debug)]
struct SocketFile {
    path: PathBuf,
    identity: (u64, u64),
}

impl SocketFile {
    fn of(path: &Path) -> io::Result<Self> {
        let metadata = std::fs::symlink_metadata(path)?;
        Ok(Self { path: path.to_owned(), identity: (metadata.dev(), metadata.ino()) })
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        let ours =
            std::fs::symlink_metadata(&self.path).is_ok_and(|now| (now.dev(), now.ino()) == self.identity);
        if ours && let Err(error) = std::fs::remove_file(&self.path) {
            tracing::warn!(path = %self.path.display(), %error, "the control socket cannot be removed");
        }
    }
}

/// Removes the socket of a server that is gone.
fn clear(path: &Path) -> Result<(), BindError> {
    use std::os::unix::fs::FileTypeExt as _;
    let system = |error| BindError::System { path: path.to_owned(), error };
    match std::fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(system(error)),
        Ok(metadata) if !metadata.file_type().is_socket() => {
            return Err(BindError::NotASocket(path.to_owned()));
        }
        Ok(_) => {}
    }
    match std::os::unix::net::UnixStream::connect(path) {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            std::fs::remove_file(path).map_err(system)
        }
        _ => Err(BindError::Taken(path.to_owned())),
    }
}

/// One connection: a question and its answer. Gives back the connection that waits for an exit.
async fn converse(
    mut stream: UnixStream,
    questions: mpsc::Sender<Question>,
    tracers: mpsc::Sender<Tracer>,
) -> Option<UnixStream> {
    let mut line = Vec::new();
    let mut reading = BufReader::new((&mut stream).take(MAX_REQUEST));
    timeout(PATIENCE, reading.read_until(b'\n', &mut line)).await.ok()?.ok()?;
    if let Ok(Trace { trace }) = serde_json::from_slice(&line) {
        drop(questions);
        trace::follow(&mut stream, trace, &tracers).await;
        return None;
    }
    let reply = match serde_json::from_slice(&line) {
        Ok(request) => answer(request, &questions).await,
        Err(error) => Reply::Refused(format!("the question cannot be read: {error}")),
    };
    let mut line = serde_json::to_vec(&reply).expect("plain structs with text keys have a JSON form");
    line.push(b'\n');
    timeout(PATIENCE, stream.write_all(&line)).await.ok()?.ok()?;
    (reply == Reply::Exiting).then_some(stream)
}

async fn answer(request: Request, questions: &mpsc::Sender<Question>) -> Reply {
    let (reply, replied) = oneshot::channel();
    let asked = timeout(PATIENCE, questions.send(Question { request, reply })).await;
    match asked {
        Ok(Ok(())) => match timeout(PATIENCE, replied).await {
            Ok(Ok(reply)) => reply,
            Ok(Err(_)) => Reply::Refused("the server is closing".into()),
            Err(_) => Reply::Refused("the server took the question and does not answer".into()),
        },
        Ok(Err(_)) => Reply::Refused("the server is closing".into()),
        Err(_) => Reply::Refused("the server has no time for questions".into()),
    }
}
