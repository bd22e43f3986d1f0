//! A link client: sends messages as they are, prints what comes back as it comes.

mod completion;
mod markup;
mod owed;
mod prompt;
mod show;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{self, IsTerminal as _, Read, Write};
use std::net::{Shutdown, TcpStream, ToSocketAddrs as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::output::{Output, OutputError};
use crate::paint::Paint;
use owed::Owed;
pub use show::Shape;
use show::Show;

/// Where a server listens that nobody configured.
pub const DEFAULT_TO: &str = "127.0.0.1:700";
/// How long an answer may take where no `--wait` says otherwise.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long to try to connect, for each address of the host.
const CONNECT: Duration = Duration::from_secs(10);
/// Octets read at a time.
const PIECE: usize = 16 * 1024;
/// Pieces that wait to be looked at.
const QUEUE: usize = 64;

/// Why sending failed.
#[derive(thiserror::Error, Debug)]
pub enum SendError {
    /// Nobody listens there.
    #[error("cannot connect to {to}: {error}; is the server running, and is this its link?")]
    Connect {
        /// Where.
        to: String,
        /// What the system says.
        error: io::Error,
    },
    /// The input cannot be read.
    #[error("cannot read {}: {error}", file.display())]
    Input {
        /// Which; `-` is the standard input.
        file: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The connection broke.
    #[error("the connection to the server broke: {0}")]
    Broken(io::Error),
    /// The server ended the connection and still owes answers.
    #[error("the server closed the connection and left unanswered: {0}")]
    Closed(String),
    /// The answers did not come in time.
    #[error("the server has not answered in {seconds} s: {owed}; --wait waits longer")]
    Unanswered {
        /// How long it had.
        seconds: f64,
        /// What it was asked.
        owed: String,
    },
    /// The terminal cannot be used as a prompt.
    #[error("the prompt failed: {0}; give a FILE, or - for the standard input")]
    Prompt(String),
    /// What came back cannot be printed.
    #[error(transparent)]
    Output(#[from] OutputError),
}

/// Connects to `to` (`HOST:PORT`) and sends `file` (`-` or none: the standard input; none on a terminal: an
/// interactive prompt, unless JSON is wanted). Ends when every request has its answer, or with `wait`, when nothing has come
/// for so long.
///
/// # Errors
/// [`SendError`]: no connection, no input, no answer.
pub fn run(
    to: &str,
    file: Option<&Path>,
    wait: Option<Duration>,
    shape: Shape,
    output: &mut Output<impl Write>,
) -> Result<(), SendError> {
    let standard = PathBuf::from("-");
    match file {
        None if shape != Shape::Json && io::stdin().is_terminal() && io::stdout().is_terminal() => {
            prompt::run(
                to,
                &connect(to)?,
                if shape == Shape::Coloured { Paint::Coloured } else { Paint::Plain },
            )
        }
        None => exchange(&connect(to)?, io::stdin(), standard, wait, shape, output),
        Some(file) if file == standard => exchange(&connect(to)?, io::stdin(), standard, wait, shape, output),
        Some(file) => {
            let input =
                File::open(file).map_err(|error| SendError::Input { file: file.to_owned(), error })?;
            exchange(&connect(to)?, input, file.to_owned(), wait, shape, output)
        }
    }
}

/// Connects to the first address of the host that answers.
fn connect(to: &str) -> Result<TcpStream, SendError> {
    let failed = |error| SendError::Connect { to: crate::config::shown(to), error };
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
    for address in to.to_socket_addrs().map_err(failed)? {
        match TcpStream::connect_timeout(&address, CONNECT) {
            Ok(stream) => {
                // Small messages, each waited for: nothing to gather.
                stream.set_nodelay(true).map_err(failed)?;
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(failed(last))
}

/// What happened on either side.
enum Happened {
    /// These octets of the input are about to leave.
    Sent(Vec<u8>),
    /// The input is over, and all of it has left.
    InputOver,
    /// These octets came from the server.
    Received(Vec<u8>),
    /// The server closed the connection.
    Closed,
    /// Nothing more can be done.
    Failed(SendError),
}

fn exchange(
    stream: &TcpStream,
    input: impl Read + Send + 'static,
    name: PathBuf,
    wait: Option<Duration>,
    shape: Shape,
    output: &mut Output<impl Write>,
) -> Result<(), SendError> {
    let (tell, happened) = sync_channel(QUEUE);
    let writing = stream.try_clone().map_err(SendError::Broken)?;
    let reading = stream.try_clone().map_err(SendError::Broken)?;
    let tell_input = tell.clone();
    // Neither thread is waited for: one may be held by the standard input for ever.
    thread::spawn(move || send_all(input, name, writing, &tell_input));
    thread::spawn(move || receive_all(reading, &tell));
    let outcome = follow(&happened, wait, Show::new(shape), output);
    // The server learns of the end now, whatever the threads still hold.
    let _ = stream.shutdown(Shutdown::Both);
    outcome
}

/// Follows both sides until nothing is owed or time is up.
fn follow(
    happened: &Receiver<Happened>,
    wait: Option<Duration>,
    mut show: Show,
    output: &mut Output<impl Write>,
) -> Result<(), SendError> {
    let mut owed = Owed::new();
    let (mut input_over, mut closed) = (false, false);
    let patience = wait.unwrap_or(PATIENCE);
    let mut since = Instant::now();
    loop {
        let settled = owed.is_nothing() && input_over && (wait.is_none() || closed);
        if settled {
            return Ok(());
        }
        if closed && input_over {
            return Err(SendError::Closed(owed.to_string()));
        }
        let next = if input_over || closed {
            happened.recv_timeout(patience.saturating_sub(since.elapsed()))
        } else {
            happened.recv().map_err(|_| RecvTimeoutError::Disconnected)
        };
        match next {
            Ok(Happened::Sent(octets)) => {
                show.sent(&octets, output)?;
                owed.sent(&octets);
            }
            Ok(Happened::InputOver) => {
                input_over = true;
                since = Instant::now();
            }
            Ok(Happened::Received(octets)) => {
                show.received(&octets, output)?;
                let answered = owed.received(&octets);
                // Without --wait only answers buy time: a server that talks of other things would keep us.
                if answered || wait.is_some() {
                    since = Instant::now();
                }
            }
            Ok(Happened::Closed) => {
                closed = true;
                since = Instant::now();
            }
            Ok(Happened::Failed(error)) => return Err(error),
            Err(_) if owed.is_nothing() => return Ok(()),
            Err(_) => {
                let seconds = patience.as_secs_f64();
                return Err(SendError::Unanswered { seconds, owed: owed.to_string() });
            }
        }
    }
}

fn send_all(mut input: impl Read, name: PathBuf, mut stream: TcpStream, tell: &SyncSender<Happened>) {
    let mut piece = vec![0; PIECE];
    loop {
        let read = match input.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => &piece[..read],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => {
                let _ = tell.send(Happened::Failed(SendError::Input { file: name, error }));
                return;
            }
        };
        // What is owed is known before it can be paid. Who cannot be told has ended.
        if tell.send(Happened::Sent(read.to_vec())).is_err() {
            return;
        }
        // A connection that breaks here is closed for the reading thread too, which tells.
        if stream.write_all(read).is_err() {
            break;
        }
    }
    let _ = tell.send(Happened::InputOver);
}

fn receive_all(mut stream: TcpStream, tell: &SyncSender<Happened>) {
    let mut piece = vec![0; PIECE];
    loop {
        let happened = match stream.read(&mut piece) {
            Ok(0) => Happened::Closed,
            Ok(read) => Happened::Received(piece[..read].to_vec()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => Happened::Closed,
            Err(error) => Happened::Failed(SendError::Broken(error)),
        };
        let over = !matches!(happened, Happened::Received(_));
        if tell.send(happened).is_err() || over {
            return;
        }
    }
}
