//! The running server's answers on the control socket.

use std::collections::HashMap;
use std::path::Path;
use std::rc::Rc;
use std::time::Instant;

use control::{
    AgentView, AnsweredView, CallView, Doing, HourView, Input, LinkView, Login, PortView, TrunkView,
};
use edge::Line;
use protocol::{Spelling, Word as _};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::ServeError;
use super::connection::Connection;
use super::shell::Shell;
use crate::control_socket::{
    AgentRow, AgentState, Answered, CallRow, CampaignRow, ControlSocket, Hour, LinkRow, Live, LoginState,
    MediaStatus, PhoneRow, PortRow, PortState, Question, Reply, Request, Status, TrunkRow,
};
use crate::limits;

/// Questions that wait for the switch's thread.
const QUESTIONS: usize = 64;

/// Answers questions until the server is gone.
///
/// # Errors
/// When the socket cannot be made.
pub(crate) fn serve(shell: &Rc<Shell>) -> Result<Answers, ServeError> {
    let socket = ControlSocket::bind(&shell.config.control_socket())?;
    let (ask, mut questions) = mpsc::channel(QUESTIONS);
    let (follow, mut tracers) = mpsc::channel(QUESTIONS);
    let socket = tokio::task::spawn_local(socket.serve(ask, follow));
    let shell = Rc::clone(shell);
    let answering = tokio::task::spawn_local(async move {
        loop {
            tokio::select! {
                // A question that comes after a trace finds it begun.
                biased;
                Some(tracer) = tracers.recv() => shell.traces.add(tracer),
                Some(Question { request, reply }) = questions.recv() => {
                    // Who asked may be gone; nobody else waits for the answer.
                    let _ = reply.send(answer(&shell, &request));
                }
                else => break,
            }
        }
    });
    Ok(Answers { socket, answering })
}

/// The control socket at work.
pub(crate) struct Answers {
    socket: JoinHandle<()>,
    answering: JoinHandle<()>,
}

impl Answers {
    /// Answers what was asked, and lets go of those that wait for the exit: by that they know that the
    /// server is gone, so this comes last of all.
    pub(crate) async fn end(self) {
        self.answering.abort();
        let _ = tokio::time::timeout(limits::LAST_WORDS, self.socket).await;
    }
}

fn answer(shell: &Shell, request: &Request) -> Reply {
    match request {
        Request::Status => Reply::Status(status(shell)),
        Request::Ports => Reply::Ports(ports(shell)),
        Request::Agents => Reply::Agents(agents(shell)),
        Request::Calls => Reply::Calls(calls(shell)),
        Request::Links => Reply::Links(links(shell)),
        Request::Exit => {
            shell.handle(Input::Exit);
            shell.flush();
            Reply::Exiting
        }
    }
}

fn status(shell: &Shell) -> Status {
    let switch = shell.switch.borrow();
    let tally = switch.tally();
    let now = Instant::now();
    let trunks: Vec<TrunkRow> = switch.trunks(now).into_iter().map(trunk_row).collect();
    let sound = shell.hands.sound.counters();
    Status {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        uptime_seconds: shell.since.elapsed().as_secs(),
        links: shell.connections() as u64,
        ports: trunks.iter().map(|trunk| trunk.ports).sum(),
        ports_busy: trunks.iter().map(|trunk| trunk.busy).sum(),
        agents: switch.agents().count() as u64,
        agents_reachable: switch.agents().filter(|agent| agent.down.is_none()).count() as u64,
        legs: sound.total(|worker| worker.legs),
        calls_placed: tally.placed,
        calls_answered: tally.answered,
        calls_ended: tally.ended,
        calls_barred: tally.barred,
        calls_arrived: tally.arrived,
        calls_refused: tally.refused,
        hour: hour(switch.hour(now)),
        answered: answered(switch.answered_otherwise(now)),
        trunks,
        campaigns: switch
            .campaigns(now)
            .map(|campaign| CampaignRow {
                name: campaign.name,
                hour: hour(campaign.hour),
                answered: answered(campaign.answered),
            })
            .collect(),
        media: MediaStatus {
            workers: sound.workers.len() as u64,
            io: sound.workers.first().map(|worker| io_word(worker.io).to_owned()).unwrap_or_default(),
            packets_sent: sound.total(|worker| worker.sent),
            packets_received: sound.total(|worker| worker.received),
            late_frames: sound.total(|worker| worker.late),
            strangers: sound.total(|worker| worker.strangers),
        },
        rss_bytes: resident(),
    }
}

/// How packets leave, in the configuration's word for it.
const fn io_word(io: rtp::BackEnd) -> &'static str {
    match io {
        rtp::BackEnd::SystemCalls => "syscalls",
        rtp::BackEnd::IoUring => "io_uring",
    }
}

fn trunk_row(trunk: TrunkView) -> TrunkRow {
    TrunkRow {
        name: trunk.name,
        up: trunk.down.is_none(),
        why: trunk.down.unwrap_or_default(),
        ports: trunk.ports as u64,
        busy: trunk.busy as u64,
        priority: trunk.priority,
        hour: hour(trunk.hour),
    }
}

fn answered(view: AnsweredView) -> Answered {
    let live = |live: control::Live| Live { answered: live.answered, abandoned: live.abandoned };
    Answered { day: live(view.day), month: live(view.month), exceeded: view.is_exceeded() }
}

const fn hour(view: HourView) -> Hour {
    Hour { calls: view.calls, cap: view.cap }
}

fn ports(shell: &Shell) -> Vec<PortRow> {
    let now = Instant::now();
    let switch = shell.switch.borrow();
    switch.ports().map(|port| port_row(shell, now, port)).collect()
}

fn calls(shell: &Shell) -> Vec<CallRow> {
    let now = Instant::now();
    let row = |call: CallView| CallRow {
        leg: call.leg.to_string(),
        direction: if call.leg.is_arrived() { "inbound".into() } else { "outbound".into() },
        port: port_row(shell, now, call.port),
        redirecting: call.redirecting,
        campaign: call.campaign,
        agent: call.agent.map(|agent| agent.0),
        joined: call.joined.map(|leg| leg.to_string()),
        talk_seconds: call.answered.map(|answered| now.saturating_duration_since(answered).as_secs()),
    };
    shell.switch.borrow().calls().map(row).collect()
}

fn port_row(shell: &Shell, now: Instant, port: PortView) -> PortRow {
    PortRow {
        port: port.name.number().unwrap_or_default(),
        own_port: port.own,
        trunk: match port.line {
            Line::Trunk(trunk) => {
                let trunk = shell.config.trunks.get(usize::from(trunk.0));
                trunk.map(|trunk| trunk.name.clone()).unwrap_or_default()
            }
            Line::Station(_) => "station".into(),
        },
        state: match port.state {
            control::PortState::Idle => PortState::Idle,
            control::PortState::Queued => PortState::Queued,
            control::PortState::Dialing => PortState::Dialing,
            control::PortState::Ringing => PortState::Ringing,
            control::PortState::Alerting => PortState::Alerting,
            control::PortState::Up => PortState::Up,
            control::PortState::Clearing => PortState::Clearing,
        },
        activity: port.activity.text(Spelling::Memorandum).to_owned(),
        dnis: port.dnis,
        ani: port.ani,
        since_seconds: port.since.map_or(0, |since| now.saturating_duration_since(since).as_secs()),
        owner: port.owner.map(|link| link.0),
    }
}

fn agents(shell: &Shell) -> Vec<AgentRow> {
    let now = Instant::now();
    let mut stations: HashMap<u16, Vec<PhoneRow>> = HashMap::new();
    for view in shell.hands.signal.upgrade().map(|signal| signal.stations()).unwrap_or_default() {
        stations.insert(view.station.0, view.contacts.into_iter().map(phone_row).collect());
    }
    let switch = shell.switch.borrow();
    let row = |agent: AgentView| {
        let (login, shift) = match agent.login {
            Login::Unused => (LoginState::Unused, None),
            Login::Out => (LoginState::Out, None),
            Login::In(shift) => (LoginState::In, Some(shift)),
        };
        let mode = shift.as_ref().map(|shift| shift.mode.text(Spelling::Memorandum).to_owned());
        AgentRow {
            agent: agent.name.number().unwrap_or_default(),
            own_port: agent.own,
            login,
            mode: mode.unwrap_or_default(),
            name: shift.as_ref().map(|shift| shift.name.to_string()).unwrap_or_default(),
            campaign: shift.as_ref().map(|shift| shift.campaign.to_string()).unwrap_or_default(),
            state: match agent.doing {
                Doing::Away => AgentState::Away,
                Doing::Idle => AgentState::Idle,
                Doing::Ringing => AgentState::Ringing,
                Doing::Talking => AgentState::Talking,
                Doing::Engaged => AgentState::Engaged,
            },
            since_seconds: now.saturating_duration_since(agent.since.unwrap_or(shell.since)).as_secs(),
            why: agent.down.unwrap_or_default(),
            phones: stations.remove(&agent.own).unwrap_or_default(),
        }
    };
    switch.agents().map(row).collect()
}

fn phone_row(contact: sip::ContactView) -> PhoneRow {
    PhoneRow {
        contact: contact.uri,
        address: format!("{}://{}", contact.transport, contact.address),
        expires_seconds: contact.expires.map(|left| left.as_secs()),
        user_agent: contact.user_agent,
    }
}

fn links(shell: &Shell) -> Vec<LinkRow> {
    let switch = shell.switch.borrow();
    let row = |link: LinkView| {
        let connection = link.connection.and_then(|connection| shell.connection(connection));
        let of = |figure: fn(&Connection) -> u64| connection.as_deref().map_or(0, figure);
        LinkRow {
            id: link.link.0,
            peer: connection.as_ref().map_or_else(|| "lost".to_owned(), |c| c.peer.to_string()),
            name: link.name.map(|name| name.to_string()).unwrap_or_default(),
            dnis: link.dnis.iter().map(ToString::to_string).collect(),
            initialised: link.initialised,
            paused: link.paused,
            received: of(|c| c.received.get()),
            sent: of(|c| c.sent.get()),
            unsent_bytes: of(|c| c.unsent() as u64),
            since_seconds: of(|c| c.since.elapsed().as_secs()),
        }
    };
    switch.links().map(row).collect()
}

/// Octets of memory that this process holds, by the system's word; 0 where it gives none.
fn resident() -> u64 {
    let pages = |text: String| text.split_whitespace().nth(1)?.parse::<u64>().ok();
    let page = rustix::param::page_size() as u64;
    std::fs::read_to_string(Path::new("/proc/self/statm")).ok().and_then(pages).unwrap_or(0) * page
}
