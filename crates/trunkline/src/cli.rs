//! The command line: what can be asked of the program, and in which words.

use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use edge::Key;
use media::amd::Parameters;
use media::progress::Country;
use media::vox::VoxFormat;

use sip::{Listen, TrunkAddress};
use speech::Language;

use crate::amd::corpus::MOST_CLIPS;
use crate::amd::replay::Replay;
use crate::calls::Since;
use crate::conform::{FAMILIES, Target};
use crate::send::DEFAULT_TO;

/// Seconds of the longest wait: a day.
const MAX_WAIT: f64 = 86_400.0;
/// Keys of one call.
const MAX_KEYS: usize = 64;
/// Agents whose telephones a run of the conformance kit is, at most.
const MOST_AGENTS: usize = 1_000;

/// The Computer Telephony Server.
///
/// Applications connect over TCP and make calls, answer them and play, record and collect keys with XML
/// messages; the calls go over SIP and RTP.
#[derive(Parser, Debug)]
#[command(
    name = "trunkline",
    version,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "Begin with:\n  \
        trunkline demo                            everything at once, no configuration\n  \
        trunkline check --print-defaults > trunkline.toml\n  \
        trunkline serve"
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What can be done.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Run the server in the foreground
    ///
    /// Prints "ready" with its addresses when every listener is up. SIGTERM and SIGINT run the operator's exit: links
    /// are told, calls end, then the server closes with exit code 0. A second one ends it at once.
    #[command(after_help = "Examples:\n  trunkline serve\n  trunkline serve --config /etc/trunkline.toml")]
    Serve(Serve),
    /// Show everything at once: server, simulated phone network and an example application
    ///
    /// Needs no configuration, no root and no network. Prints every message both ways with a line of explanation.
    #[command(after_help = "Examples:\n  trunkline demo\n  trunkline demo --keep")]
    Demo(Demo),
    /// Run the simulated phone network alone, as a SIP endpoint
    ///
    /// Every number is answered by its last four digits: 0100 a person, 0102 busy, 0105 an answering machine, and so on.
    #[command(
        after_help = "Examples:\n  trunkline carrier\n  trunkline carrier --listen udp://127.0.0.1:5070\n  \
            trunkline carrier call --to 7322901900 --from 6095550142 --keys 1,2,# --expect tone:440\n  \
            trunkline carrier call --to 7322901900 --calls 100 --rate 10 --hold 30"
    )]
    Carrier(Carrier),
    /// Send XML messages over a link and print what comes back
    ///
    /// The octets of FILE, or of the standard input, are sent as they are. Ends when every request has its answer.
    /// Without FILE on a terminal it is a prompt with history, colours, completion of
    /// messages, attributes and words, and templates; it also takes a message as ROOT/CHILD NAME=value.
    #[command(after_help = "Examples:\n  trunkline send\n  trunkline send dialout.xml --wait 30\n  \
        echo '<INIT_LINK><INFO MSGID=\"L-01\"></INFO></INIT_LINK>' | trunkline send --to 127.0.0.1:700")]
    Send(Send),
    /// Drive any server of this protocol through its behaviours, and say of each whether it came out right
    ///
    /// Plays applications and the phone network at once: a trunk of the server must lead to the address of --carrier.
    /// A row that needs what the server was not said to have is skipped. Exit code 1 if any row fails.
    #[command(after_help = "Examples:\n  trunkline conform\n  \
        trunkline conform --to 127.0.0.1:700 --carrier udp://127.0.0.1:5070 --files /var/lib/trunkline/files\n  \
        trunkline conform --only B45,B54 --json")]
    Conform(Conform),
    /// Tell people from answering machines in recordings, and study how the server does
    Amd(Amd),
    /// Read the configuration and tell every error of it, or what the server would do
    ///
    /// Exit code 2 if there is any error.
    #[command(
        after_help = "Examples:\n  trunkline check\n  trunkline check --config /etc/trunkline.toml\n  \
        trunkline check --print-defaults > trunkline.toml"
    )]
    Check(Check),
    /// Make, list and check what the house says: the prompts of all languages
    ///
    /// The program brings them along. A file of your own in the directory prompts of the data, such as
    /// prompts/en/goodbye.wav, goes before each.
    #[command(
        after_help = "Examples:\n  trunkline prompts list --language de\n  trunkline prompts check\n  \
        trunkline prompts build --language es --out prompts"
    )]
    Prompts(Prompts),
    /// Tell how the running server is
    #[command(
        after_help = "Examples:\n  trunkline status\n  trunkline status --json\n  trunkline status --metrics"
    )]
    Status(AskStatus),
    /// List the ports of the running server and their calls
    #[command(after_help = "Examples:\n  trunkline ports\n  trunkline ports --json")]
    Ports(Ask),
    /// List the agents of the running server and their telephones
    #[command(after_help = "Examples:\n  trunkline agents\n  trunkline agents --json")]
    Agents(Ask),
    /// List the calls of the running server, or those that were
    ///
    /// With --history it reads the call records in the database, beside the server or without it, the latest first;
    /// docs/cdr.md says what they hold.
    #[command(after_help = "Examples:\n  trunkline calls\n  trunkline calls --history --since 1h\n  \
        trunkline calls --history --number 3015550114 --json\n  \
        trunkline calls --history --since 2026-11-01 --limit 100000 --csv > november.csv")]
    Calls(Calls),
    /// List the links of the running server
    #[command(after_help = "Examples:\n  trunkline links\n  trunkline links --json")]
    Links(Ask),
    /// Show the live traffic of the links of the running server
    ///
    /// A line to every message, until Ctrl-C or the server's end. Pass codes are masked. A reader that is too slow
    /// misses messages and is told how many: the server never waits.
    #[command(
        after_help = "Examples:\n  trunkline trace\n  trunkline trace --link 3\n  trunkline trace --port 7 --json"
    )]
    Trace(Trace),
    /// Tell the running server to exit, and wait until it is gone
    ///
    /// The operator's exit command: links are told, calls end, then the server closes.
    #[command(after_help = "Examples:\n  trunkline exit\n  trunkline exit --config /etc/trunkline.toml")]
    Exit(Ask),
}

/// Which configuration to read.
#[derive(Args, Debug)]
pub struct ConfigFile {
    /// The configuration [default: trunkline.toml, if it exists]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// `trunkline prompts`.
#[derive(Args, Debug)]
pub struct Prompts {
    /// What is done with them.
    #[command(subcommand)]
    pub command: PromptsCommand,
}

/// What can be done with prompts.
#[derive(Subcommand, Debug)]
pub enum PromptsCommand {
    /// Print every prompt with its words
    List {
        /// The languages [default: all].
        #[command(flatten)]
        languages: Languages,
    },
    /// Say what is missing, unreadable or never played, built-in and your own
    ///
    /// Exit code 1 if a prompt has no sound.
    Check {
        /// The languages [default: all].
        #[command(flatten)]
        languages: Languages,
        /// Whose files.
        #[command(flatten)]
        file: ConfigFile,
    },
    /// Speak every prompt with espeak-ng into a file
    Build {
        /// The languages [default: all].
        #[command(flatten)]
        languages: Languages,
        /// Below which directory: a directory a language
        #[arg(long, value_name = "DIR", default_value = "prompts")]
        out: PathBuf,
    },
}

/// Which languages.
#[derive(Args, Debug)]
pub struct Languages {
    /// One language (en, es, fr, de, ar, fa, zh); may be said again [default: all]
    #[arg(long, value_name = "TAG", value_parser = language)]
    pub language: Vec<Language>,
}

impl Languages {
    /// The languages asked for, in the order of their numbers.
    pub fn chosen(&self) -> Vec<Language> {
        let chosen = |language: &Language| self.language.is_empty() || self.language.contains(language);
        Language::ALL.into_iter().filter(chosen).collect()
    }
}

fn language(tag: &str) -> Result<Language, String> {
    Language::of_tag(tag).ok_or_else(|| {
        let tags = Language::ALL.map(Language::tag).join(", ");
        format!("not a language of the house; valid: {tags}")
    })
}

/// `trunkline serve`.
#[derive(Args, Debug)]
pub struct Serve {
    /// Which configuration to read.
    #[command(flatten)]
    pub file: ConfigFile,
}

/// `trunkline demo`.
#[derive(Args, Debug)]
pub struct Demo {
    /// Go on running after the demonstration, for playing with
    #[arg(long)]
    pub keep: bool,
}

/// `trunkline carrier`.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Carrier {
    /// Where to listen for SIP; may be given again
    #[arg(long, value_name = "udp://HOST:PORT", default_value = "udp://127.0.0.1:5070")]
    pub listen: Vec<Listen>,
    /// What to do other than to listen.
    #[command(subcommand)]
    pub command: Option<CarrierCommand>,
}

/// What the simulated network can do of its own accord.
#[derive(Subcommand, Debug)]
pub enum CarrierCommand {
    /// Place calls into a server and report what was heard
    #[command(after_help = "Examples:\n  \
        trunkline carrier call --to 7322901900 --from 6095550142 --keys 1,2,#\n  \
        trunkline carrier call --to 7322901900 --calls 100 --rate 10 --hold 30 --expect tone:440")]
    Call(Call),
}

/// `trunkline carrier call`.
#[derive(Args, Debug)]
pub struct Call {
    /// The number to call
    #[arg(long, value_name = "DNIS", value_parser = number)]
    pub to: String,
    /// The calling number to show
    #[arg(long, value_name = "ANI", value_parser = number)]
    pub from: Option<String>,
    /// A number that has sent the call on to the one dialled (Diversion)
    #[arg(long, value_name = "NUMBER", value_parser = number)]
    pub sent_on_by: Option<String>,
    /// The server to call
    #[arg(long, value_name = "sip:HOST:PORT", default_value = "sip:127.0.0.1:5060")]
    pub server: TrunkAddress,
    /// The voice file to say when the call is answered
    #[arg(long, value_name = "FILE")]
    pub say: Option<PathBuf>,
    /// The keys to press then, such as 1,2,#
    #[arg(long, value_name = "KEYS", value_parser = keys, default_value = "", hide_default_value = true)]
    pub keys: Keys,
    /// What must be heard, such as tone:440
    #[arg(long, value_name = "tone:HZ")]
    pub expect: Option<Expect>,
    /// How many calls to place
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub calls: u32,
    /// How many calls to begin a second
    #[arg(long, value_name = "CPS", default_value = "10", value_parser = rate)]
    pub rate: f64,
    /// How many seconds to hold each call [default: until the server ends it, or the keys are pressed]
    #[arg(long, value_name = "S", value_parser = seconds)]
    pub hold: Option<Duration>,
}

/// Keys in the order of pressing.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Keys(pub Vec<Key>);

/// What a call must hear to have come out as expected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expect {
    /// A tone of this frequency in Hz.
    Tone(u16),
}

/// `trunkline send`.
#[derive(Args, Debug)]
pub struct Send {
    /// The link of the server
    #[arg(long, value_name = "HOST:PORT", default_value = DEFAULT_TO, value_parser = host_and_port)]
    pub to: String,
    /// The messages; - is the standard input
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Go on until nothing has come for so many seconds
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub wait: Option<Duration>,
    /// Print JSON, a line to each message sent or received, for programs
    #[arg(long)]
    pub json: bool,
}

/// `trunkline conform`.
#[derive(Args, Debug)]
pub struct Conform {
    /// The link of the server
    #[arg(long, value_name = "HOST:PORT", default_value = DEFAULT_TO, value_parser = host_and_port)]
    pub to: String,
    /// Where its trunk leads: the simulated phone network listens there
    #[arg(long, value_name = "udp://HOST:PORT", default_value = "udp://127.0.0.1:5070")]
    pub carrier: Listen,
    /// Where it takes calls over SIP [default: it is not called]
    #[arg(long, value_name = "sip:HOST:PORT")]
    pub sip: Option<TrunkAddress>,
    /// The directory of its drives, for voice files [default: nothing is played]
    #[arg(long, value_name = "DIR")]
    pub files: Option<PathBuf>,
    /// A mailbox of it, to bind; may be given again
    #[arg(long, value_name = "NUMBER", value_parser = number, default_value = "7322901900")]
    pub dnis: Vec<String>,
    /// The pass code of that mailbox; once for each
    #[arg(long, value_name = "CODE", default_value = "2424")]
    pub pass_code: Vec<String>,
    /// Its parameter xxx77
    #[arg(long, value_name = "N", default_value_t = 9)]
    pub xxx77: u16,
    /// Its parameter eee81
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub eee81: u32,
    /// Its parameter eee30
    #[arg(long, value_name = "0|1", default_value_t = 1, value_parser = clap::value_parser!(u8).range(0..=1))]
    pub eee30: u8,
    /// Its agents whose telephones ring for each call, three at least [default: it has none]
    #[arg(long, value_name = "25-27", value_parser = agents)]
    pub agents: Option<RangeInclusive<u32>>,
    /// An agent of it whose telephone is kept connected
    #[arg(long, value_name = "28")]
    pub nailed_up: Option<u32>,
    /// An agent of it of the station-card kind
    #[arg(long, value_name = "29")]
    pub station_card: Option<u32>,
    /// Where the telephones of these agents are: the kit is them
    #[arg(long, value_name = "udp://HOST:PORT", default_value = "udp://127.0.0.1:5080")]
    pub phones: Listen,
    /// A mailbox of it that announces C:\CONFORM\TWO.WAV
    #[arg(long, value_name = "NUMBER", value_parser = number)]
    pub announces: Option<String>,
    /// A mailbox of it that is switched off
    #[arg(long, value_name = "NUMBER", value_parser = number)]
    pub disabled: Option<String>,
    /// The command of its operator's exit, such as "trunkline exit"; it ends the server [default: it goes on]
    #[arg(long, value_name = "COMMAND")]
    pub exit: Option<String>,
    /// The behaviours to try [default: all]
    #[arg(long, value_name = "B45,B54", value_delimiter = ',', value_parser = behaviour)]
    pub only: Vec<u16>,
    /// Show what was sent and what came of failed rows alone
    #[arg(long)]
    pub brief: bool,
    /// Print JSON, a line to a row, for programs
    #[arg(long)]
    pub json: bool,
    /// Print the list of all rows as a page, and try nothing
    #[arg(long)]
    pub list: bool,
}

impl Conform {
    /// The server that was described.
    #[must_use]
    pub fn target(self) -> Target {
        Target {
            to: self.to,
            carrier: self.carrier,
            sip: self.sip,
            files: self.files,
            mailboxes: self.dnis.into_iter().zip(self.pass_code).collect(),
            xxx77: self.xxx77,
            eee81: self.eee81,
            eee30: self.eee30 == 1,
            phones: self.phones,
            ringing: self.agents.into_iter().flatten().collect(),
            nailed_up: self.nailed_up,
            station_card: self.station_card,
            announces: self.announces,
            disabled: self.disabled,
            exit: self.exit,
            only: self.only,
        }
    }
}

/// `trunkline amd`.
#[derive(Args, Debug)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Amd {
    /// What to do with the detector.
    #[command(subcommand)]
    pub command: AmdCommand,
}

/// What can be done with the detector of answering machines.
#[derive(Subcommand, Debug)]
pub enum AmdCommand {
    /// Run the detector over recordings
    ///
    /// Prints a line to each with the verdict, when it was certain and why; with labels also how many were right.
    /// A recording begins at the answer and holds what the called party says. A directory may hold labels.csv.
    #[command(after_help = format!("Examples:\n  trunkline amd replay recordings/ --labels recordings/labels.csv\n  \
        trunkline amd replay call.wav --set hello_silence=900 --set longest_hello=2200\n\nParameters:\n{}", parameters()))]
    Replay(AmdReplay),
    /// Make a labelled set of greetings and hellos, with noise, beeps, music and faxes
    ///
    /// espeak-ng speaks them, so it must be installed. The set proves the detector's states and thresholds; it says
    /// nothing about the accuracy on real calls.
    #[command(after_help = "Examples:\n  trunkline amd corpus --out clips\n  \
        trunkline amd replay clips --part report")]
    Corpus(AmdCorpus),
    /// Say why a call was judged as it was, from the verdict that was kept
    ///
    /// The server keeps the latest of its calls (amd.keep in the configuration), and the first seconds of what was
    /// heard (amd.keep_sound).
    #[command(after_help = "Examples:\n  trunkline amd explain out-17\n  \
        trunkline amd replay call.wav --keep verdicts\n  trunkline amd explain verdicts/call.toml")]
    Explain(AmdExplain),
}

/// `trunkline amd replay`.
#[derive(Args, Debug)]
pub struct AmdReplay {
    /// Recordings (WAV, VOX or G.711), and directories of them
    #[arg(value_name = "FILE|DIR", required = true)]
    pub files: Vec<PathBuf>,
    /// A parameter of the detector; may be given again
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = setting)]
    pub settings: Vec<Setting>,
    /// What the recordings truly are [default: the labels.csv of a directory]
    #[arg(long, value_name = "FILE")]
    pub labels: Option<PathBuf>,
    /// Only recordings of this part of the labels, such as tuning or report
    #[arg(long, value_name = "PART")]
    pub part: Option<String>,
    /// Keep each verdict in this directory, for `trunkline amd explain`
    #[arg(long, value_name = "DIR")]
    pub keep: Option<PathBuf>,
    /// Whose tones the network's are
    #[arg(long, value_name = "COUNTRY", default_value = "us", value_parser = country)]
    pub tones: Country,
    /// What .vox files hold
    #[arg(long, value_name = "FORMAT", default_value = "adpcm-8000", value_parser = vox_format)]
    pub vox: VoxFormat,
    /// Print JSON, a line to a recording, for programs
    #[arg(long)]
    pub json: bool,
}

impl AmdReplay {
    /// What to replay, and how.
    #[must_use]
    pub fn replay(self) -> Replay {
        let mut parameters = Parameters::default();
        for Setting { key, value } in &self.settings {
            parameters.set(key, *value).expect("a setting was tried when it was read");
        }
        let Self { files, labels, part, keep, tones, vox, json, .. } = self;
        Replay { files, parameters, labels, part, keep, tones, vox, json }
    }
}

/// A parameter of the detector and its value, which it may have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Setting {
    key: String,
    value: i32,
}

/// `trunkline amd corpus`.
#[derive(Args, Debug)]
pub struct AmdCorpus {
    /// The directory to make it in
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// How many clips: of a hundred, 40 are people and 44 machines
    #[arg(long, value_name = "N", default_value_t = 1200, value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_CLIPS)))]
    pub clips: u32,
    /// The same seed makes the same set
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
}

/// `trunkline amd explain`.
#[derive(Args, Debug)]
pub struct AmdExplain {
    /// Which configuration to read.
    #[command(flatten)]
    pub file: ConfigFile,
    /// The verdict's file, or a call below the data directory's `amd`: its name, or its leg as the log has it
    #[arg(value_name = "FILE|CALL")]
    pub what: String,
}

/// `trunkline check`.
#[derive(Args, Debug)]
pub struct Check {
    /// Which configuration to read.
    #[command(flatten)]
    pub file: ConfigFile,
    /// Print a configuration that states every key at its default
    #[arg(long, conflicts_with = "config")]
    pub print_defaults: bool,
}

/// What is asked of a running server.
#[derive(Args, Debug)]
pub struct Ask {
    /// Which configuration to read.
    #[command(flatten)]
    pub file: ConfigFile,
    /// The server's control socket [default: as the configuration says]
    #[arg(long, value_name = "PATH", conflicts_with = "config")]
    pub socket: Option<PathBuf>,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// `trunkline status`.
#[derive(Args, Debug)]
pub struct AskStatus {
    /// Whom to ask.
    #[command(flatten)]
    pub ask: Ask,
    /// Print metrics in the text format of Prometheus
    #[arg(long, conflicts_with = "json")]
    pub metrics: bool,
}

/// `trunkline calls`.
#[derive(Args, Debug)]
pub struct Calls {
    /// How to reach the server; of its configuration, where the database is.
    #[command(flatten)]
    pub ask: Ask,
    /// Read the calls that were
    #[arg(long, conflicts_with = "socket")]
    pub history: bool,
    /// Only those that began so long ago at most (90s, 5m, 1h, 7d), or since this date or time
    #[arg(long, value_name = "AGO|DATE", value_parser = since, requires = "history")]
    pub since: Option<Since>,
    /// Only those to, from or redirected by this number
    #[arg(long, value_name = "NUMBER", requires = "history")]
    pub number: Option<String>,
    /// Only those of this campaign, in either case
    #[arg(long, value_name = "CAMPID", requires = "history")]
    pub campaign: Option<String>,
    /// Only those of this agent, by the server's own number of his port
    #[arg(long, value_name = "N", requires = "history")]
    pub agent: Option<u16>,
    /// So many at most
    #[arg(long, value_name = "N", default_value_t = 100, requires = "history")]
    pub limit: u32,
    /// Print comma-separated values, every column
    #[arg(long, requires = "history", conflicts_with = "json")]
    pub csv: bool,
}

/// `trunkline trace`.
#[derive(Args, Debug)]
pub struct Trace {
    /// How to reach the server.
    #[command(flatten)]
    pub ask: Ask,
    /// Only what crosses this link; `trunkline links` lists them
    #[arg(long, value_name = "N")]
    pub link: Option<u64>,
    /// Only what names this port
    #[arg(long, value_name = "P")]
    pub port: Option<u32>,
    /// Only what has this MSGID
    #[arg(long, value_name = "ID")]
    pub msgid: Option<String>,
}

impl FromStr for Expect {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let hz =
            text.strip_prefix("tone:").and_then(|hz| hz.parse().ok()).filter(|hz| (1..4000).contains(hz));
        hz.map(Self::Tone).ok_or_else(|| "write tone:HZ, with a frequency from 1 to 3999".into())
    }
}

fn setting(text: &str) -> Result<Setting, String> {
    let (key, value) = text.split_once('=').ok_or("write KEY=VALUE")?;
    let value = value.trim().parse().map_err(|_| format!("{value:?} is no whole number"))?;
    Parameters::default().set(key.trim(), value).map_err(|error| error.to_string())?;
    Ok(Setting { key: key.trim().to_owned(), value })
}

/// A line to each parameter of the detector.
fn parameters() -> String {
    let width = Parameters::KEYS.iter().map(|key| key.name.len()).max().unwrap_or(0);
    let line = |key: &media::amd::Key| {
        let (low, high) = (key.range.start(), key.range.end());
        format!("  {:width$}  {:>6} {:<6} {low} to {high}\n", key.name, key.default, key.unit.to_string())
    };
    Parameters::KEYS.iter().map(line).collect()
}

fn country(text: &str) -> Result<Country, String> {
    let codes = || Country::ALL.map(Country::code).join(", ");
    Country::of_code(text).ok_or_else(|| format!("there are {}", codes()))
}

fn vox_format(text: &str) -> Result<VoxFormat, String> {
    let names = || VoxFormat::ALL.map(VoxFormat::name).join(", ");
    VoxFormat::of_name(text).ok_or_else(|| format!("there are {}", names()))
}

fn number(text: &str) -> Result<String, String> {
    let dialled = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'*' | b'#' | b'+');
    let valid = (1..=32).contains(&text.len()) && text.bytes().all(dialled);
    if valid { Ok(text.to_owned()) } else { Err("write 1 to 32 of the characters 0-9 * # +".into()) }
}

fn agents(text: &str) -> Result<RangeInclusive<u32>, String> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let range = first.parse().ok().zip(last.parse().ok()).map(|(first, last): (u32, u32)| first..=last);
    let valid = |range: &RangeInclusive<u32>| (1..=MOST_AGENTS).contains(&range.clone().count());
    range
        .filter(valid)
        .ok_or_else(|| format!("write the first and the last, such as 25-27; {MOST_AGENTS} at most"))
}

fn since(text: &str) -> Result<Since, String> {
    text.parse()
}

fn behaviour(text: &str) -> Result<u16, String> {
    let digits = text.strip_prefix(['B', 'b']).unwrap_or(text);
    let known =
        |number: &u16| FAMILIES.iter().any(|family| family.rows.iter().any(|row| row.behaviour == *number));
    let number = digits.parse().ok().filter(known);
    number.ok_or_else(|| format!("{text:?} has no row; trunkline conform --list names those that have one"))
}

fn keys(text: &str) -> Result<Keys, String> {
    let faces = text.split(',').map(str::trim).filter(|face| !face.is_empty());
    let key = |face: &str| {
        let mut characters = face.chars();
        let key = characters.next().and_then(Key::from_face).filter(|_| characters.next().is_none());
        key.ok_or_else(|| format!("{face:?} is no key: write keys from 0-9 * # A-D with commas between"))
    };
    let keys = faces.map(key).collect::<Result<Vec<_>, _>>()?;
    if keys.len() <= MAX_KEYS { Ok(Keys(keys)) } else { Err(format!("up to {MAX_KEYS} keys")) }
}

fn rate(text: &str) -> Result<f64, String> {
    let rate = text.parse().ok().filter(|rate| (0.001..=10_000.0).contains(rate));
    rate.ok_or_else(|| "write calls a second, from 0.001 to 10000".into())
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds| (0.0..=MAX_WAIT).contains(seconds));
    seconds.map(Duration::from_secs_f64).ok_or_else(|| format!("write seconds, from 0 to {MAX_WAIT}"))
}

fn host_and_port(text: &str) -> Result<String, String> {
    let port = text
        .rsplit_once(':')
        .filter(|(host, _)| !host.is_empty())
        .and_then(|(_, port)| port.parse::<u16>().ok());
    if port.is_some_and(|port| port > 0) {
        Ok(text.to_owned())
    } else {
        Err("write HOST:PORT, such as 127.0.0.1:700".into())
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    fn parse(line: &str) -> Result<Command, String> {
        let words = std::iter::once("trunkline").chain(line.split_whitespace());
        Cli::try_parse_from(words).map(|cli| cli.command).map_err(|error| error.to_string())
    }

    #[test]
    fn the_declarations_hold_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_is_read() {
        assert!(matches!(parse("serve --config x.toml"), Ok(Command::Serve(_))));
        assert!(matches!(parse("demo --keep"), Ok(Command::Demo(Demo { keep: true }))));
        assert!(matches!(
            parse("check --print-defaults"),
            Ok(Command::Check(Check { print_defaults: true, .. }))
        ));
        let Ok(Command::Conform(conform)) = parse("conform --only B45,b54 --exit x --sip sip:127.0.0.1")
        else {
            panic!("conform")
        };
        let target = conform.target();
        assert_eq!(target.only, [45, 54]);
        assert_eq!(target.mailboxes, [("7322901900".to_owned(), "2424".to_owned())]);
        let Ok(Command::Conform(conform)) = parse("conform --agents 25-27 --nailed-up 28") else {
            panic!("conform")
        };
        assert_eq!(conform.target().ringing, [25, 26, 27]);
        let Ok(Command::Trace(trace)) = parse("trace --link 3 --port 7 --msgid m1 --json --socket /x") else {
            panic!("trace")
        };
        assert_eq!((trace.link, trace.port, trace.msgid.as_deref()), (Some(3), Some(7), Some("m1")));
        for command in ["status", "ports", "agents", "links", "exit"] {
            assert!(parse(&format!("{command} --json --socket /x")).is_ok());
        }
        let line = "calls --history --since 1h --number 1 --campaign x --agent 25 --limit 7 --csv";
        let Ok(Command::Calls(calls)) = parse(line) else { panic!("calls") };
        assert_eq!((calls.since, calls.limit), (Some(Since::Ago(Duration::from_secs(3600))), 7));
        assert!(parse("calls --json --socket /x").is_ok());
        let Ok(Command::Send(send)) = parse("send - --wait 2.5") else { panic!("send") };
        assert_eq!((send.to.as_str(), send.wait), ("127.0.0.1:700", Some(Duration::from_millis(2500))));
        let Ok(Command::Carrier(carrier)) = parse("carrier --listen tcp://127.0.0.1:5071") else {
            panic!("carrier")
        };
        assert_eq!(carrier.listen.len(), 1);
        let line = "carrier call --to 7322901900 --from 6095550142 --say hello.wav --keys 1,2,# --expect tone:440 \
                    --calls 10 --rate 2.5 --hold 30";
        let Ok(Command::Carrier(Carrier { command: Some(CarrierCommand::Call(call)), .. })) = parse(line)
        else {
            panic!("carrier call")
        };
        assert_eq!(call.keys.0.iter().map(|key| key.face()).collect::<String>(), "12#");
        assert_eq!(
            (call.expect, call.calls, call.hold),
            (Some(Expect::Tone(440)), 10, Some(Duration::from_secs(30)))
        );
    }

    #[test]
    fn wrong_arguments_say_what_is_right() {
        for (line, hint) in [
            ("send --to localhost", "write HOST:PORT"),
            ("send --to :700", "write HOST:PORT"),
            ("send --wait -1s", "unexpected argument"),
            ("send --wait=inf", "write seconds"),
            ("send --wait=NaN", "write seconds"),
            ("conform --only B999", "has no row"),
            ("conform --eee30 2", "0..=1"),
            ("conform --agents 27-25", "such as 25-27"),
            ("conform --agents 1-4000000000", "such as 25-27"),
            ("carrier --listen 127.0.0.1", "write udp://"),
            ("carrier call --to sip:x", "write 1 to 32"),
            ("carrier call --to 1 --keys x", "is no key"),
            ("carrier call --to 1 --expect tone:0", "write tone:HZ"),
            ("carrier call --to 1 --calls 0", "1..=1000000"),
            ("status --config x --socket y", "cannot be used with"),
            ("calls --since 1h", "--history"),
            ("calls --history --since yesterday", "write how long ago"),
            ("calls --history --csv --json", "cannot be used with"),
            ("mailbox", "unrecognized subcommand"),
        ] {
            let said = parse(line).expect_err(line);
            assert!(said.contains(hint), "{line}: {said}");
        }
    }
}
