//! What is asked of a running server and what it tells, as it stands in JSON.

use serde::{Deserialize, Serialize};

/// A question to a running server.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// The server as a whole.
    Status,
    /// Every port.
    Ports,
    /// Every agent.
    Agents,
    /// Every call under way.
    Calls,
    /// Every link.
    Links,
    /// The operator's exit command (decision P08).
    Exit,
}

/// The answer of a running server.
#[expect(clippy::large_enum_variant, reason = "made once and written; a box would only move it")]
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// To [`Request::Status`].
    Status(Status),
    /// To [`Request::Ports`].
    Ports(Vec<PortRow>),
    /// To [`Request::Agents`].
    Agents(Vec<AgentRow>),
    /// To [`Request::Calls`].
    Calls(Vec<CallRow>),
    /// To [`Request::Links`].
    Links(Vec<LinkRow>),
    /// To [`Request::Exit`]: the exit is under way, and the connection closes when the server is gone.
    Exiting,
    /// To the question for a trace: from now on comes a line to every message.
    Tracing,
    /// To what cannot be answered now: why.
    Refused(String),
}

/// The server as a whole. Counts are since its start unless said otherwise.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize, Debug)]
pub struct Status {
    /// The version of the server.
    pub version: String,
    /// Seconds since the start.
    pub uptime_seconds: u64,
    /// Links now.
    pub links: u64,
    /// Ports of all trunks.
    pub ports: u64,
    /// Ports with a call now.
    pub ports_busy: u64,
    /// Agents.
    pub agents: u64,
    /// Agents whose telephones can be called now.
    pub agents_reachable: u64,
    /// Legs now.
    pub legs: u64,
    /// Calls placed.
    pub calls_placed: u64,
    /// Calls answered, by either side.
    pub calls_answered: u64,
    /// Calls ended.
    pub calls_ended: u64,
    /// Dial-outs that a list or a cap refused.
    pub calls_barred: u64,
    /// Calls that came in and were taken.
    pub calls_arrived: u64,
    /// Calls that came in and were refused.
    pub calls_refused: u64,
    /// Dial-outs in the last hour, and from how many on that is an alarm.
    pub hour: Hour,
    /// The trunks, in the order of the configuration.
    pub trunks: Vec<TrunkRow>,
    /// Who answered dial-outs for agents of no campaign of the configuration.
    pub answered: Answered,
    /// The campaigns, in the order of the configuration.
    pub campaigns: Vec<CampaignRow>,
    /// The media engine.
    pub media: MediaStatus,
    /// Octets of memory in use now (resident set).
    pub rss_bytes: u64,
}

/// A trunk.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize, Debug)]
pub struct TrunkRow {
    /// Its name.
    pub name: String,
    /// Whether it can be dialled.
    pub up: bool,
    /// Why not; empty when up.
    pub why: String,
    /// Its ports.
    pub ports: u64,
    /// Those with a call now.
    pub busy: u64,
    /// Trunks of a lower number are dialled first.
    pub priority: u16,
    /// Calls placed through it in the last hour, and their cap.
    pub hour: Hour,
}

/// A campaign.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize, Debug)]
pub struct CampaignRow {
    /// Its name.
    pub name: String,
    /// Its dial-outs in the last hour, and their cap.
    pub hour: Hour,
    /// Who answered those for agents.
    pub answered: Answered,
}

/// People who answered dial-outs for agents.
#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
pub struct Answered {
    /// In the last 24 hours.
    pub day: Live,
    /// In the last 30 days.
    pub month: Live,
    /// Whether more were abandoned than the campaign may.
    pub exceeded: bool,
}

/// How many there were.
#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
pub struct Live {
    /// People who answered.
    pub answered: u32,
    /// Those of them who got no agent in time.
    pub abandoned: u32,
}

/// Calls in the last hour.
#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
pub struct Hour {
    /// How many there were.
    pub calls: u32,
    /// How many there may be; none without a cap.
    pub cap: Option<u32>,
}

/// The media engine. Counts are over all workers.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize, Debug)]
pub struct MediaStatus {
    /// Threads.
    pub workers: u64,
    /// How packets pass: `syscalls` or `io_uring`.
    pub io: String,
    /// RTP sent.
    pub packets_sent: u64,
    /// RTP received and taken.
    pub packets_received: u64,
    /// Frames that came too late and were dropped.
    pub late_frames: u64,
    /// Packets of strangers, dropped.
    pub strangers: u64,
}

/// A port.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct PortRow {
    /// What applications call it: the own number + eee81 (decision P02).
    pub port: u32,
    /// The server's own number.
    pub own_port: u16,
    /// The name of its trunk; `station` for that of an agent.
    pub trunk: String,
    /// What its call is at.
    pub state: PortState,
    /// What it does, in the memorandum's words: WAITING, PLAYING, and so on.
    pub activity: String,
    /// The number dialled; empty when idle.
    pub dnis: String,
    /// The calling number; empty when none.
    pub ani: String,
    /// Seconds in this state.
    pub since_seconds: u64,
    /// The link that owns the call, by its id.
    pub owner: Option<u64>,
}

/// A call under way.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct CallRow {
    /// Its leg, as in the log and in its record.
    pub leg: String,
    /// `outbound` or `inbound`.
    pub direction: String,
    /// Its port.
    #[serde(flatten)]
    pub port: PortRow,
    /// The number that redirected it; empty when none.
    pub redirecting: String,
    /// Its campaign; empty when none.
    pub campaign: String,
    /// The agent that it was joined with last, by our number of his port.
    pub agent: Option<u16>,
    /// The leg that it hears, or heard last.
    pub joined: Option<String>,
    /// Seconds since it was answered.
    pub talk_seconds: Option<u64>,
}

/// What a port's call is at.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "snake_case")]
pub enum PortState {
    /// No call.
    Idle,
    /// Waits for its turn to be placed.
    Queued,
    /// Placed, and nothing heard of it yet.
    Dialing,
    /// One side is being rung.
    Ringing,
    /// It came in, and nobody has answered it.
    Alerting,
    /// Answered.
    Up,
    /// We hung up; the network has not ended it yet.
    Clearing,
}

impl PortState {
    /// The word for tables; the same as in JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Queued => "queued",
            Self::Dialing => "dialing",
            Self::Ringing => "ringing",
            Self::Alerting => "alerting",
            Self::Up => "up",
            Self::Clearing => "clearing",
        }
    }
}

/// An agent and his telephone.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct AgentRow {
    /// What applications call him: the number of his port + eee81 (decision P02).
    pub agent: u32,
    /// The server's own number of his port.
    pub own_port: u16,
    /// Whether he is at work.
    pub login: LoginState,
    /// Which calls he takes, in the memorandum's word; empty when he is not logged in.
    pub mode: String,
    /// His name; empty when none was given.
    pub name: String,
    /// The campaign he works for; empty when none was given.
    pub campaign: String,
    /// What his telephone does.
    pub state: AgentState,
    /// Seconds since then.
    pub since_seconds: u64,
    /// Why his telephone cannot be called; empty when it can.
    pub why: String,
    /// Where his telephone is, the most preferred place first.
    pub phones: Vec<PhoneRow>,
}

/// Whether an agent is at work.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "snake_case")]
pub enum LoginState {
    /// No application has said so: he takes the calls that come (decision U48).
    Unused,
    /// He has logged out.
    Out,
    /// He is.
    In,
}

/// What an agent's telephone does.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "snake_case")]
pub enum AgentState {
    /// It cannot be called.
    Away,
    /// Nothing.
    Idle,
    /// It rings.
    Ringing,
    /// He talks.
    Talking,
    /// It is busy otherwise.
    Engaged,
}

impl AgentState {
    /// The word for tables; the same as in JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Away => "away",
            Self::Idle => "idle",
            Self::Ringing => "ringing",
            Self::Talking => "talking",
            Self::Engaged => "engaged",
        }
    }
}

/// A place where a telephone can be called.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct PhoneRow {
    /// What is called.
    pub contact: String,
    /// Where messages go, as `udp://ADDRESS:PORT`.
    pub address: String,
    /// Seconds until the registration runs out; none for a fixed place.
    pub expires_seconds: Option<u64>,
    /// What the telephone says it is; empty when it does not.
    pub user_agent: String,
}

/// A link.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize, Debug)]
pub struct LinkRow {
    /// Its id, never used again.
    pub id: u64,
    /// The address of the application.
    pub peer: String,
    /// The NAME of its INIT_LINK; empty when none.
    pub name: String,
    /// The numbers whose calls it gets.
    pub dnis: Vec<String>,
    /// Whether it has sent INIT_LINK.
    pub initialised: bool,
    /// Whether it has sent PAUSE_LINK.
    pub paused: bool,
    /// Messages received.
    pub received: u64,
    /// Messages sent.
    pub sent: u64,
    /// Octets that wait for the application to read.
    pub unsent_bytes: u64,
    /// Seconds since it connected.
    pub since_seconds: u64,
}
