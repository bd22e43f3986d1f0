//! The client's end of the control socket: asks, and shows the answer as a table or as JSON.

use std::io::{self, BufRead as _, BufReader, Read as _, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::MAX_REPLY;
use super::reply::{AgentRow, Answered, CallRow, Hour, LinkRow, LoginState, PortRow, Reply, Request, Status};
use crate::config::shown;
use crate::output::{Output, OutputError};
use crate::table::{Lean, table};

/// How long an answer may take: longer than the server gives itself.
const PATIENCE: Duration = Duration::from_secs(15);

/// Why there is no answer.
#[derive(thiserror::Error, Debug)]
pub enum AskError {
    /// Nobody listens.
    #[error(
        "no server runs here: nobody listens at {}; start one with `trunkline serve`, or name its configuration \
         with --config",
        .0.display()
    )]
    NoServer(PathBuf),
    /// The socket is another user's.
    #[error("{} is not yours to open: ask as the user that the server runs as", .0.display())]
    Denied(PathBuf),
    /// The server closed the connection without an answer.
    #[error("the server closed the connection without an answer: it is busy or closing; try again")]
    Busy,
    /// The server refused.
    #[error("the server refuses: {0}")]
    Refused(String),
    /// The answer is none: another version of the server, or another program.
    #[error("the answer of {} cannot be read: {why}", path.display())]
    Unreadable {
        /// Who answered.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The connection failed.
    #[error("cannot ask the server at {}: {error}", path.display())]
    Failed {
        /// Who was asked.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The answer cannot be shown.
    #[error(transparent)]
    Output(#[from] OutputError),
}

/// Asks the server at this socket. Also gives the connection, which after [`Reply::Exiting`] closes when
/// the server is gone.
///
/// # Errors
/// [`AskError`]: there is no server or no answer. [`Reply::Refused`] is one of these.
pub fn ask(path: &Path, request: Request) -> Result<(Reply, UnixStream), AskError> {
    let failed = |error| failure(path, error);
    let unreadable =
        |error: serde_json::Error| AskError::Unreadable { path: path.to_owned(), why: error.to_string() };
    let mut stream = connect(path)?;
    let mut line = serde_json::to_vec(&request).map_err(unreadable)?;
    line.push(b'\n');
    stream.write_all(&line).map_err(failed)?;
    line.clear();
    BufReader::new(&stream).take(MAX_REPLY).read_until(b'\n', &mut line).map_err(failed)?;
    if line.is_empty() {
        return Err(AskError::Busy);
    }
    match serde_json::from_slice(&line).map_err(unreadable)? {
        Reply::Refused(why) => Err(AskError::Refused(shown(&why))),
        reply => Ok((reply, stream)),
    }
}

/// A connection to the server at this socket, on which nothing takes for ever.
pub(super) fn connect(path: &Path) -> Result<UnixStream, AskError> {
    let failed = |error| failure(path, error);
    let stream = UnixStream::connect(path).map_err(failed)?;
    stream.set_read_timeout(Some(PATIENCE)).map_err(failed)?;
    stream.set_write_timeout(Some(PATIENCE)).map_err(failed)?;
    Ok(stream)
}

/// What an error of the connection means.
pub(super) fn failure(path: &Path, error: io::Error) -> AskError {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => AskError::NoServer(path.to_owned()),
        io::ErrorKind::PermissionDenied => AskError::Denied(path.to_owned()),
        io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset => AskError::Busy,
        _ => AskError::Failed { path: path.to_owned(), error },
    }
}

/// Asks, shows the answer, and after an exit waits until the server is gone.
///
/// # Errors
/// [`AskError`]: there is no server or no answer.
pub fn run(
    path: &Path,
    request: Request,
    json: bool,
    output: &mut Output<impl Write>,
) -> Result<(), AskError> {
    let (reply, mut stream) = ask(path, request)?;
    let unreadable = |why: String| AskError::Unreadable { path: path.to_owned(), why };
    let text = match (&reply, json) {
        (Reply::Status(status), false) => status_text(status),
        (Reply::Status(status), true) => as_json(status).map_err(unreadable)?,
        (Reply::Ports(ports), false) => ports_text(ports),
        (Reply::Ports(ports), true) => as_json(ports).map_err(unreadable)?,
        (Reply::Calls(calls), false) => calls_text(calls),
        (Reply::Calls(calls), true) => as_json(calls).map_err(unreadable)?,
        (Reply::Agents(agents), false) => agents_text(agents),
        (Reply::Agents(agents), true) => as_json(agents).map_err(unreadable)?,
        (Reply::Links(links), false) => links_text(links),
        (Reply::Links(links), true) => as_json(links).map_err(unreadable)?,
        (Reply::Exiting, _) => {
            if !json {
                output.line("The server is closing; waiting until it is gone.")?;
            }
            // How long its calls may go on is the server's to say: no limit here.
            let waited = stream.set_read_timeout(None).and_then(|()| io::copy(&mut stream, &mut io::sink()));
            match waited {
                Err(error) if error.kind() != io::ErrorKind::ConnectionReset => {
                    return Err(AskError::Failed { path: path.to_owned(), error });
                }
                _ => {}
            }
            if json { "{\"exit\":\"done\"}\n".into() } else { "The server is gone.\n".into() }
        }
        (Reply::Tracing, _) => return Err(unreadable("a trace that nobody asked for".into())),
        (Reply::Refused(why), _) => return Err(AskError::Refused(shown(why))),
    };
    Ok(output.write(text.as_bytes())?)
}

fn as_json(value: &impl serde::Serialize) -> Result<String, String> {
    serde_json::to_string(value).map(|line| line + "\n").map_err(|error| error.to_string())
}

fn status_text(status: &Status) -> String {
    let media = &status.media;
    let mut text = format!(
        "trunkline {}, up {}\n\
         links    {}\n\
         ports    {}, {} busy\n\
         agents   {}, {} reachable\n\
         legs     {}\n\
         calls    {} placed, {} answered, {} ended, {} barred; {}\n\
         inbound  {} taken, {} refused\n\
         sound    {} workers ({}); {} packets sent, {} received, {} late, {} from strangers\n\
         memory   {} MiB\n",
        shown(&status.version),
        duration(status.uptime_seconds),
        status.links,
        status.ports,
        status.ports_busy,
        status.agents,
        status.agents_reachable,
        status.legs,
        status.calls_placed,
        status.calls_answered,
        status.calls_ended,
        status.calls_barred,
        hour(status.hour, "ALARM"),
        status.calls_arrived,
        status.calls_refused,
        media.workers,
        shown(&media.io),
        media.packets_sent,
        media.packets_received,
        media.late_frames,
        media.strangers,
        status.rss_bytes >> 20,
    );
    for trunk in &status.trunks {
        let state = if trunk.up { "up".into() } else { format!("down ({})", shown(&trunk.why)) };
        let (name, ports, busy) = (shown(&trunk.name), trunk.ports, trunk.busy);
        let (priority, hour) = (trunk.priority, hour(trunk.hour, "FULL"));
        text.push_str(&format!(
            "trunk    {name}: {state}; priority {priority}; {ports} ports, {busy} busy; {hour}\n"
        ));
    }
    let others = abandoned(status.answered);
    if let Some(others) = others.strip_prefix("; ") {
        text.push_str(&format!("agents   for other campaigns {others}\n"));
    }
    for campaign in &status.campaigns {
        let (name, hour) = (shown(&campaign.name), hour(campaign.hour, "FULL"));
        text.push_str(&format!("campaign {name}: {hour}{}\n", abandoned(campaign.answered)));
    }
    text
}

/// How many of those who answered got no agent in time; nothing where nobody answered.
fn abandoned(answered: Answered) -> String {
    let Answered { day, month, exceeded } = answered;
    if month.answered == 0 {
        return String::new();
    }
    let too_many = if exceeded { ": TOO MANY" } else { "" };
    format!(
        "; {} of {} abandoned in 24 hours, {} of {} in 30 days{too_many}",
        day.abandoned, day.answered, month.abandoned, month.answered
    )
}

/// Calls in the last hour, with this word where they have reached their cap.
fn hour(hour: Hour, reached: &str) -> String {
    match (hour.calls, hour.cap) {
        (calls, None) => format!("{calls} in the last hour"),
        (calls, Some(cap)) if calls < cap => format!("{calls} of {cap} in the last hour"),
        (calls, Some(cap)) => format!("{calls} of {cap} in the last hour: {reached}"),
    }
}

fn ports_text(ports: &[PortRow]) -> String {
    use Lean::{Left, Right};
    let rows: Vec<_> = ports
        .iter()
        .map(|row| {
            [
                row.port.to_string(),
                row.own_port.to_string(),
                shown(&row.trunk),
                row.state.word().into(),
                shown(&row.activity),
                shown(&row.dnis),
                shown(&row.ani),
                duration(row.since_seconds),
                row.owner.map(|id| id.to_string()).unwrap_or_default(),
            ]
        })
        .collect();
    let header = [
        ("PORT", Right),
        ("OWN", Right),
        ("TRUNK", Left),
        ("STATE", Left),
        ("ACTIVITY", Left),
        ("DNIS", Left),
        ("ANI", Left),
        ("SINCE", Right),
        ("LINK", Right),
    ];
    table(header, &rows)
}

fn calls_text(calls: &[CallRow]) -> String {
    use Lean::{Left, Right};
    let rows: Vec<_> = calls
        .iter()
        .map(|row| {
            [
                shown(&row.leg),
                row.port.port.to_string(),
                shown(&row.port.trunk),
                row.port.state.word().into(),
                shown(&row.port.activity),
                shown(&row.port.dnis),
                shown(&row.port.ani),
                shown(&row.campaign),
                row.agent.map(|agent| agent.to_string()).unwrap_or_default(),
                shown(row.joined.as_deref().unwrap_or_default()),
                duration(row.port.since_seconds),
                row.talk_seconds.map(duration).unwrap_or_default(),
            ]
        })
        .collect();
    let header = [
        ("LEG", Left),
        ("PORT", Right),
        ("TRUNK", Left),
        ("STATE", Left),
        ("ACTIVITY", Left),
        ("DNIS", Left),
        ("ANI", Left),
        ("CAMPAIGN", Left),
        ("AGENT", Right),
        ("JOINED", Left),
        ("SINCE", Right),
        ("TALK", Right),
    ];
    table(header, &rows)
}

fn agents_text(agents: &[AgentRow]) -> String {
    use Lean::{Left, Right};
    let rows: Vec<_> = agents
        .iter()
        .map(|row| {
            let mode = match row.login {
                LoginState::Unused => "-".into(),
                LoginState::Out => "logged out".into(),
                LoginState::In => shown(&row.mode),
            };
            let phones: Vec<String> = row.phones.iter().map(|phone| shown(&phone.address)).collect();
            [
                row.agent.to_string(),
                row.own_port.to_string(),
                mode,
                shown(&row.name),
                shown(&row.campaign),
                row.state.word().into(),
                duration(row.since_seconds),
                if phones.is_empty() { shown(&row.why) } else { phones.join(" ") },
            ]
        })
        .collect();
    let header = [
        ("AGENT", Right),
        ("OWN", Right),
        ("MODE", Left),
        ("NAME", Left),
        ("CAMPAIGN", Left),
        ("STATE", Left),
        ("SINCE", Right),
        ("PHONE", Left),
    ];
    table(header, &rows)
}

fn links_text(links: &[LinkRow]) -> String {
    use Lean::{Left, Right};
    let rows: Vec<_> = links
        .iter()
        .map(|row| {
            let state = match (row.initialised, row.paused) {
                (_, true) => "paused",
                (true, false) => "initialised",
                (false, false) => "connected",
            };
            [
                row.id.to_string(),
                shown(&row.peer),
                shown(&row.name),
                state.into(),
                shown(&row.dnis.join(" ")),
                row.received.to_string(),
                row.sent.to_string(),
                row.unsent_bytes.to_string(),
                duration(row.since_seconds),
            ]
        })
        .collect();
    let header = [
        ("LINK", Right),
        ("PEER", Left),
        ("NAME", Left),
        ("STATE", Left),
        ("DNIS", Left),
        ("RECEIVED", Right),
        ("SENT", Right),
        ("UNSENT", Right),
        ("SINCE", Right),
    ];
    table(header, &rows)
}

/// A duration of whole seconds as people write it: `42s`, `3m07s`, `5h00m12s`, `2d01h00m00s`.
fn duration(seconds: u64) -> String {
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    let (hours, minutes) = (minutes / 60, minutes % 60);
    let (days, hours) = (hours / 24, hours % 24);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds}s"),
        (0, 0, _) => format!("{minutes}m{seconds:02}s"),
        (0, ..) => format!("{hours}h{minutes:02}m{seconds:02}s"),
        _ => format!("{days}d{hours:02}h{minutes:02}m{seconds:02}s"),
    }
}
