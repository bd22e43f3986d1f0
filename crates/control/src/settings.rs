//! What the switch is told at its start.

use std::ops::RangeInclusive;
use std::time::Duration;

use edge::sound::{Profile, Signs};

use crate::abandoned::Window;
use crate::input::Tracks;
use crate::numbers::Rules;

/// The switch's share of the configuration.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The memorandum's parameters.
    pub parameters: Parameters,
    /// The trunks, in the order of their `edge::TrunkId`s; their port ranges do not overlap.
    pub trunks: Vec<Trunk>,
    /// The agents' stations; no port of theirs is another agent's or a trunk's.
    pub agents: Vec<Agent>,
    /// The mailboxes.
    pub mailboxes: Vec<Mailbox>,
    /// How calls are placed.
    pub dialling: Dialling,
    /// The campaigns that are dialled otherwise than the rest; no two of one name.
    pub campaigns: Vec<Campaign>,
    /// How parties are recorded.
    pub recording: Recording,
    /// How numbers are spoken.
    pub speech: Speech,
    /// What ends a play, a recording or a collecting of keys where it is heard: only
    /// [`Sign::FastBusy`](edge::sound::Sign) and [`Sign::Noise`](edge::sound::Sign) count (decisions U64,
    /// U65).
    pub signs: Signs,
    /// Refuse everything before INIT_LINK (decision D08).
    pub require_init: bool,
    /// How long a named link's calls and boxes outlive its connection; zero: not at all (decision D02).
    pub grace: Duration,
    /// How long an application may take to say what is to be done with a call (decision D16).
    pub receive_call_timeout: Duration,
    /// Wrong pass codes in an hour, for one mailbox or from one address, after which none is right
    /// (decision D09).
    pub pass_code_failures: u32,
    /// Where the server's own message ids start: 8 digits, counted up (decision T09).
    pub first_msgid: u32,
}

/// The parameters that the memorandum names, by what they mean.
#[derive(Clone, Copy, Debug)]
pub struct Parameters {
    /// xxx77, bit 8: applications may ask for inbound calls.
    pub inbound: bool,
    /// eee81: what an application calls port P is our port P - offset (decision P02).
    pub offset: u32,
    /// eee30 other than 0: AGENTS of a dial-out count (decision U14).
    pub agents: bool,
}

/// A trunk's ports.
#[derive(Clone, Debug)]
pub struct Trunk {
    /// Its name in the configuration.
    pub name: String,
    /// Our own port numbers, 1 and up.
    pub ports: RangeInclusive<u16>,
    /// Trunks of a lower number are dialled first.
    pub priority: u16,
    /// The numbers that it is dialled for, of those that may be dialled at all.
    pub rules: Rules,
    /// Calls placed through it in any hour at most.
    pub hourly_cap: Option<u32>,
}

impl Trunk {
    /// A trunk that is dialled for every number, and as often as one likes.
    #[must_use]
    pub fn new(name: impl Into<String>, ports: RangeInclusive<u16>) -> Self {
        Self { name: name.into(), ports, priority: 0, rules: Rules::default(), hourly_cap: None }
    }
}

/// Agents who are reached alike. The number of an agent is that of his port (decision A16), and names his
/// station at the edge: `edge::StationId`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Agent {
    /// Their ports: our own numbers, 1 and up.
    pub ports: RangeInclusive<u16>,
    /// Whether a station is called once, at AGENT_LOGIN, and kept connected between calls; else it rings for
    /// each.
    pub nailed_up: bool,
    /// Whether they are of the kind that NO_MSI_AGENT_FREE speaks of (decision S07).
    pub station_card: bool,
    /// How long a station rings before its agent is taken as away.
    pub ring: Duration,
    /// The numbers outside that their telephones may dial, of those that may be dialled at all; with none to
    /// allow, none.
    pub rules: Rules,
}

impl Agent {
    /// Agents whose stations ring for each call, for half a minute at most, and dial nobody outside.
    #[must_use]
    pub fn new(ports: RangeInclusive<u16>) -> Self {
        Self {
            ports,
            nailed_up: false,
            station_card: false,
            ring: Duration::from_secs(30),
            rules: Rules::default(),
        }
    }
}

/// What the dial-outs of one CAMPID are held to, beside what holds for all.
#[derive(Clone, Default, Debug)]
pub struct Campaign {
    /// The CAMPID, in either case.
    pub name: String,
    /// The ports that it dials through, by our own numbers; none: all.
    pub ports: Option<RangeInclusive<u16>>,
    /// Calls begun in a second; those beyond wait their turn.
    pub calls_per_second: Option<u32>,
    /// The numbers that it may dial, of those that may be dialled at all.
    pub rules: Rules,
    /// Dial-outs in any hour at most.
    pub hourly_cap: Option<u32>,
    /// By what it is judged who answers them.
    pub judged_by: Profile,
    /// What is done for who answers and gets no agent in time; none: it is counted, by [`Attendance::WITHIN`].
    pub attendance: Option<Attendance>,
}

/// What a campaign promises those who answer its dial-outs for agents.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attendance {
    /// Who has no agent by then is abandoned.
    pub within: Duration,
    /// What an abandoned party hears, as applications name voice files, where the request has no LIVEMESSAGE;
    /// none: it waits on.
    pub message: Option<String>,
    /// How many may be abandoned, in thousandths, and over which time.
    pub most: Option<(u32, Window)>,
}

impl Attendance {
    /// In which time an agent is promised where nothing else is said.
    pub const WITHIN: Duration = Duration::from_secs(2);

    /// The rule of the United States: an agent within two seconds, else a message that says who called and lets
    /// one opt out; three in a hundred may hear it over thirty days (47 CFR 64.1200(a)(7)).
    #[must_use]
    pub fn us_fcc(message: impl Into<String>) -> Self {
        Self { within: Self::WITHIN, message: Some(message.into()), most: Some((30, Window::Month)) }
    }

    /// The rule of the United Kingdom until March 2017, which many diallers still go by: an agent or a message
    /// within two seconds; three in a hundred may hear it over 24 hours (Ofcom, persistent misuse, 2010).
    #[must_use]
    pub fn uk_ofcom_legacy(message: impl Into<String>) -> Self {
        Self { most: Some((30, Window::Day)), ..Self::us_fcc(message) }
    }
}

/// A mailbox as the configuration makes it.
#[derive(Clone, Debug)]
pub struct Mailbox {
    /// Its number, which is the DNIS too.
    pub number: String,
    /// Its type letter (decision D07).
    pub kind: char,
    /// Its pass code; a box without one cannot be linked.
    pub password: Option<String>,
    /// Its name.
    pub name: String,
    /// What a caller hears first, as applications name voice files.
    pub greeting: Option<String>,
    /// How many messages it may hold; at 0 it is switched off (decision U93).
    pub max_messages: u32,
}

/// How calls are placed.
#[derive(Clone, Debug)]
pub struct Dialling {
    /// Longest number (decision D17).
    pub max_digits: usize,
    /// Rings before NOANS where the request names none, 6 s each (decision L19).
    pub rings: u32,
    /// Calls begun in a second; those beyond wait their turn.
    pub calls_per_second: u32,
    /// The numbers that may be dialled.
    pub rules: Rules,
    /// The numbers of [`crate::EMERGENCY`] that may be dialled, whatever lists and caps say.
    pub emergency: Vec<String>,
    /// Dial-outs in an hour from which on people are alerted; none is refused for it.
    pub hourly_alarm: Option<u32>,
}

/// How parties are recorded (decision U72).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Recording {
    /// So long at most.
    pub longest: Duration,
    /// So long without a voice ends it, where TERM_CODE lets it.
    pub silence: Duration,
    /// Whether the party hears a beep before.
    pub beep: bool,
    /// So long without a voice of either party ends a recording of two (behaviour B156).
    pub idle: Duration,
    /// How a recording of two is written: [`Tracks::Sum`] or [`Tracks::Stereo`].
    pub two_way: Tracks,
}

/// How numbers are spoken (decisions U69, U71).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Speech {
    /// The language.
    pub language: speech::Language,
    /// How FORMAT="INTEGERS" reads.
    pub integers: speech::Style,
}
