//! The configuration: `trunkline.toml`, the environment over it, and every error of both at once.

mod abandoned;
mod agents;
mod dialling;
mod error;
mod judging;
mod kinds;
mod read;
mod reader;
mod signalling;
#[cfg(test)]
mod tests;

use std::io::{self, Read as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use agents::{Agent, Phone};
pub use control::{Attendance, Rules, Window};
pub use edge::sound::Codec;
pub use error::{ConfigError, Place, shown};
pub use kinds::{Secret, admits};
pub use media::progress::Country;
pub use media::vox::VoxFormat;
pub use protocol::Spelling;
pub use reader::Environment;
pub use rtp::InbandKeys;
pub use signalling::{Identity, Sip, SipTls};
pub use sip::{IpNet, Listen, Transport, TrunkAddress};
pub use speech::{Language, Style};

/// The file that is read where no other is named, if it exists.
pub const DEFAULT_FILE: &str = "trunkline.toml";
/// A configuration that sets nothing: every key with its default and what it means.
pub const EXAMPLE: &str = include_str!("../../../trunkline.example.toml");
/// The TCP port that `eee51` counts from (decision P01).
pub const LINK_PORT: u16 = 700;
/// Octets of a configuration file.
const MAX_FILE: u64 = 1 << 20;
/// Octets of a file that a secret lies in.
const MAX_SECRET: u64 = 4096;

/// Everything the server is told before it starts. Paths are as written: relative ones count from the
/// directory the server is started in, except where a method says otherwise.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Config {
    /// The memorandum's parameters.
    pub parameters: Parameters,
    /// The link to applications.
    pub link: Link,
    /// Signalling.
    pub sip: Sip,
    /// Sound.
    pub media: Media,
    /// Files.
    pub files: Files,
    /// What the house says.
    pub speech: Speech,
    /// Recording.
    pub record: Record,
    /// Dialling out.
    pub dial: Dial,
    /// Judging who answered.
    pub amd: Amd,
    /// Where call records are kept.
    pub store: Store,
    /// What else is done with call records.
    pub cdr: Cdr,
    /// Looking into the running server.
    pub status: Status,
    /// The trunks, in the order of the file: [`edge::TrunkId`] is the place in this list.
    pub trunks: Vec<Trunk>,
    /// The agents: [`edge::StationId`] is the number of one's port.
    pub agents: Vec<Agent>,
    /// The campaigns that are dialled otherwise than the rest.
    pub campaigns: Vec<Campaign>,
    /// The mailboxes to make where they do not exist.
    pub mailboxes: Vec<Mailbox>,
}

/// The memorandum's parameters, under their own names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Parameters {
    /// A bit mask: 1 = XML messaging, 8 = inbound calls (decision P03).
    pub xxx77: u8,
    /// The link's TCP port is 700 + this (decision P01).
    pub eee51: u16,
    /// What an application calls port P is our port P - this (decision P02).
    pub eee81: u16,
    /// Whether dial-outs obey AGENTS.
    pub eee30: bool,
}

impl Parameters {
    /// Whether applications may connect at all (decision P03).
    #[must_use]
    pub const fn xml_messaging(&self) -> bool {
        self.xxx77 & 1 != 0
    }

    /// Whether calls from the network are taken (decision P03).
    #[must_use]
    pub const fn inbound_calls(&self) -> bool {
        self.xxx77 & 8 != 0
    }
}

impl Default for Parameters {
    fn default() -> Self {
        Self { xxx77: 9, eee51: 0, eee81: 0, eee30: true }
    }
}

/// The link to applications.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// The local addresses; the port is [`Config::link_port`].
    pub listen: Vec<IpAddr>,
    /// Who may connect (decision D09).
    pub allow: Vec<IpNet>,
    /// How names and values are spelled on output (R-LIT).
    pub spelling: Spelling,
    /// Whether what cannot be read is answered (decision D01).
    pub error_messages: bool,
    /// Whether requests before INIT_LINK are refused (decision D08).
    pub require_init: bool,
    /// How long a named link's calls and boxes outlive its connection (decision D02).
    pub grace: Duration,
    /// Octets of one message.
    pub max_message: usize,
    /// Connections at a time.
    pub max_links: usize,
    /// How long an application may send nothing before its connection is closed; zero: for ever.
    pub idle: Duration,
    /// How long an application may take to say what is to be done with a call (decision D16).
    pub receive_call_timeout: Duration,
    /// Wrong PASS_CODEs in an hour, for one mailbox or from one address, after which the right one is
    /// refused too (decision D09).
    pub pass_code_failures: u32,
    /// A listener of its own for applications with certificates (decision D09).
    pub tls: Option<LinkTls>,
}

/// The link under TLS. What is wrong with the files is said by [`crate::check::certificates`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinkTls {
    /// The local addresses.
    pub listen: Vec<SocketAddr>,
    /// The server's certificate, and those between it and its CA: a PEM file.
    pub certificate: PathBuf,
    /// Its private key: a PEM file.
    pub key: PathBuf,
    /// Who signs the applications' certificates: a PEM file.
    pub client_ca: PathBuf,
}

impl Default for Link {
    fn default() -> Self {
        Self {
            listen: vec![Ipv4Addr::LOCALHOST.into()],
            allow: vec![
                kinds::network("127.0.0.0/8").expect("a network as written"),
                IpAddr::from(Ipv6Addr::LOCALHOST).into(),
            ],
            spelling: Spelling::Memorandum,
            error_messages: true,
            require_init: false,
            grace: Duration::from_secs(30),
            max_message: 65_536,
            max_links: 10_000,
            idle: Duration::ZERO,
            receive_call_timeout: Duration::from_secs(30),
            pass_code_failures: 10,
            tls: None,
        }
    }
}

/// Sound.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Media {
    /// The UDP ports of RTP and RTCP; a leg takes an even one and the next.
    pub rtp_ports: RangeInclusive<u16>,
    /// The codecs offered and taken, the best first.
    pub codecs: Vec<Codec>,
    /// Media threads; 0 = one per core.
    pub workers: u16,
    /// The address that the network sees our sound at, where it is not the local one.
    pub advertise: Option<IpAddr>,
    /// How packets pass to and from the system.
    pub io: MediaIo,
    /// Whether the network's reorder tone ends what a port plays, records or collects (decision U65).
    pub fast_busy: bool,
    /// Whose tones the network's are.
    pub tones: Country,
    /// Whether keys are heard as tones.
    pub inband_keys: InbandKeys,
    /// Sound that is no key, for so long, is NOISE; zero: never (decision U64).
    pub noise: Duration,
    /// How loud that sound is at least, in dBm0.
    pub noise_level: i8,
    /// A party of whom nothing has come for so long, neither sound nor reports, is gone; zero: never.
    pub silence: Duration,
}

impl Media {
    /// How many legs the RTP ports are enough for: pairs of an even port and the next (RFC 3550 §11).
    #[must_use]
    pub fn legs(&self) -> u32 {
        let first = u32::from(*self.rtp_ports.start()).next_multiple_of(2);
        (u32::from(*self.rtp_ports.end()) + 1).saturating_sub(first) / 2
    }
}

impl Default for Media {
    fn default() -> Self {
        Self {
            rtp_ports: 20_000..=29_999,
            codecs: vec![Codec::Pcmu, Codec::Pcma, Codec::G722],
            workers: 0,
            advertise: None,
            io: MediaIo::Auto,
            fast_busy: true,
            tones: Country::default(),
            inband_keys: InbandKeys::Auto,
            noise: Duration::ZERO,
            noise_level: -30,
            silence: Duration::from_mins(5),
        }
    }
}

/// How packets pass to and from the system.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MediaIo {
    /// io_uring where the system has it, else system calls.
    Auto,
    /// A system call for a batch of packets.
    Syscalls,
    /// io_uring, or no start.
    IoUring,
}

/// Files. Everything the server writes lies below `data`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Files {
    /// The directory that all the others count from.
    pub data: PathBuf,
    /// What applications see as drives, below `data` (decision P10).
    pub drives: PathBuf,
    /// Where bare names are looked up first, below `drives` (decision P11).
    pub prompts: PathBuf,
    /// Where the user's own prompts lie, below `data`, a directory a language.
    pub spoken: PathBuf,
    /// What a .VOX file holds (decision D15).
    pub vox: VoxFormat,
    /// Where the files of play responses are written, below `data` (decision P06).
    pub play_responses: PathBuf,
}

impl Files {
    /// The directory that no file name leads out of.
    #[must_use]
    pub fn drives_root(&self) -> PathBuf {
        self.data.join(&self.drives)
    }

    /// The directory of the files of play responses.
    #[must_use]
    pub fn play_responses(&self) -> PathBuf {
        self.data.join(&self.play_responses)
    }

    /// The directory of bare names, relative to [`Files::drives_root`].
    #[must_use]
    pub fn prompts_below_drives(&self) -> PathBuf {
        self.prompts.strip_prefix(&self.drives).map(Path::to_path_buf).unwrap_or_default()
    }

    /// The directory of the user's own prompts.
    #[must_use]
    pub fn spoken_directory(&self) -> PathBuf {
        self.data.join(&self.spoken)
    }
}

impl Default for Files {
    fn default() -> Self {
        Self {
            data: "./trunkline-data".into(),
            drives: "files".into(),
            prompts: "files/c/prompts".into(),
            spoken: "prompts".into(),
            vox: VoxFormat::Adpcm8000,
            play_responses: "files/c/pec".into(),
        }
    }
}

/// What the house says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Speech {
    /// The language where a request names none (decision U71).
    pub language: Language,
    /// How PLAY_NUMBER says FORMAT="INTEGERS" (decision D14).
    pub integers: Style,
}

impl Default for Speech {
    fn default() -> Self {
        Self { language: Language::English, integers: Style::Integers }
    }
}

/// Recording (decision U72).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record {
    /// How long at most.
    pub longest: Duration,
    /// After how much silence RECORD_VOICE_FILE ends, where TERM_CODE lets it.
    pub silence: Duration,
    /// Whether the party hears a beep before.
    pub beep: bool,
    /// After how much silence of both parties RECORD_TWO_WAY_VOICE ends.
    pub idle: Duration,
    /// How RECORD_TWO_WAY_VOICE writes two voices.
    pub two_way: TwoWay,
}

/// How two voices are written into one file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TwoWay {
    /// Their sum.
    Sum,
    /// Each in a channel of its own, where the file can have two.
    Stereo,
}

impl Default for Record {
    fn default() -> Self {
        Self {
            longest: Duration::from_secs(600),
            silence: Duration::from_secs(5),
            beep: false,
            idle: Duration::from_secs(600),
            two_way: TwoWay::Sum,
        }
    }
}

/// Dialling out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dial {
    /// Digits of a number (decision D17).
    pub max_digits: u8,
    /// Rings before nobody answers, where the request says nothing; 6 s each (decision L19).
    pub rings: u8,
    /// Calls placed a second, over all trunks.
    pub calls_per_second: u16,
    /// How long a trunk may say nothing at all to a call before the next one is tried.
    pub trunk_timeout: Duration,
    /// The numbers that may be dialled.
    pub rules: Rules,
    /// The emergency numbers that may be dialled; all others of [`control::EMERGENCY`] are not.
    pub emergency: Vec<String>,
    /// Dial-outs in an hour from which on the log alarms; 0: never.
    pub hourly_alarm: u32,
}

impl Default for Dial {
    fn default() -> Self {
        Self {
            max_digits: 14,
            rings: 4,
            calls_per_second: 50,
            trunk_timeout: Duration::from_secs(5),
            rules: Rules::default(),
            emergency: Vec::new(),
            hourly_alarm: 10_000,
        }
    }
}

/// Judging who answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Amd {
    /// By what.
    pub judging: media::amd::Parameters,
    /// How many verdicts are kept for `trunkline amd explain`, the latest; 0: none.
    pub keep: u32,
    /// How much of what was heard is kept with each, from the answer; zero: none.
    pub keep_sound: Duration,
}

impl Default for Amd {
    /// The sound of a hello, without which a wrong verdict cannot be understood, of as many calls as are soon replaced
    /// by later ones.
    fn default() -> Self {
        Self { judging: media::amd::Parameters::default(), keep: 1_000, keep_sound: Duration::from_secs(5) }
    }
}

/// Where call records are kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Store {
    /// The URL of the database, which may hold a password; see [`Config::database`].
    pub url: Secret,
}

impl Default for Store {
    fn default() -> Self {
        Self { url: Secret::written("sqlite") }
    }
}

/// What else is done with call records.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Cdr {
    /// A file, below `data`, to which each is appended as comma-separated values.
    pub csv: Option<PathBuf>,
    /// Days that they are kept in the database after the end of the call; none: for ever.
    pub keep_days: Option<u32>,
}

/// Looking into the running server.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Status {
    /// Where the control socket lies; see [`Config::control_socket`] for the default.
    pub socket: Option<PathBuf>,
}

/// A gateway of the carrier and the ports that dial through it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trunk {
    /// What it is called in logs and tables.
    pub name: String,
    /// Its ports, in the server's own numbering; no two trunks share one.
    pub ports: RangeInclusive<u16>,
    /// Trunks of a lower number are dialled first.
    pub priority: u16,
    /// The numbers that it is dialled for, of those that may be dialled at all.
    pub rules: Rules,
    /// Calls placed through it in any hour at most.
    pub hourly_cap: Option<u32>,
    /// Where it is.
    pub address: TrunkAddress,
    /// Who we are to it, where it asks (RFC 3261 §22).
    pub credentials: Option<Credentials>,
    /// Whether we register with it (RFC 3261 §10).
    pub register: bool,
    /// Where its calls come from.
    pub allow: Admission,
    /// The codecs offered to it and taken from it, the best first.
    pub codecs: Vec<Codec>,
    /// Whether packets of sound are secured.
    pub srtp: sip::Srtp,
}

/// What the dial-outs of one CAMPID are held to, beside what holds for all.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Campaign {
    /// The CAMPID, in either case: 1 to 50 characters (decision L22).
    pub name: String,
    /// The ports that it dials through, in the server's own numbering; none: all.
    pub ports: Option<RangeInclusive<u16>>,
    /// Calls placed a second; those beyond wait their turn.
    pub calls_per_second: Option<u32>,
    /// The numbers that it may dial, of those that may be dialled at all.
    pub rules: Rules,
    /// Dial-outs in any hour at most.
    pub hourly_cap: Option<u32>,
    /// By what it is judged who answers; none: as everywhere.
    pub judging: Option<media::amd::Parameters>,
    /// What those are promised who answer and get no agent in time.
    pub attendance: Option<Attendance>,
}

/// A name and a password.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Credentials {
    /// The name.
    pub username: String,
    /// The password.
    pub password: Secret,
}

/// Whom a trunk's calls are taken from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Admission {
    /// The trunk's address alone, or what its name resolves to.
    Address,
    /// These networks.
    Networks(Vec<IpNet>),
}

/// A mailbox that is made at the start where it does not exist.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mailbox {
    /// Its number: 1 to 14 digits (decision L09).
    pub number: String,
    /// What it does.
    pub kind: MailboxType,
    /// What opens it by phone: 4 to 10 digits (decision L11).
    pub password: Option<Secret>,
    /// What it is called: up to 50 characters (decision L10).
    pub name: String,
    /// What a caller hears, as applications name voice files.
    pub greeting: Option<String>,
    /// How many messages it may hold; at 0 it is switched off (decision U93).
    pub max_messages: u32,
}

/// A box's type letter, in upper case.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MailboxType(char);

impl MailboxType {
    /// A subscriber with messages.
    pub const SUBSCRIBER: Self = Self('U');
    /// An application.
    pub const APPLICATION: Self = Self('X');
    /// A conference.
    pub const CONFERENCE: Self = Self('C');
    /// A menu.
    pub const MENU: Self = Self('W');
    /// A call flow.
    pub const CALL_FLOW: Self = Self('J');
    /// An announcement.
    pub const ANNOUNCEMENT: Self = Self('E');

    /// The type of a letter in either case.
    #[must_use]
    pub fn from_letter(letter: char) -> Option<Self> {
        letter.is_ascii_alphabetic().then(|| Self(letter.to_ascii_uppercase()))
    }

    /// The letter, as stored and shown.
    #[must_use]
    pub const fn letter(self) -> char {
        self.0
    }

    /// What a box of this type does: an unknown letter is treated as E (decision D07).
    #[must_use]
    pub const fn acts_as(self) -> Self {
        match self.0 {
            'U' | 'X' | 'C' | 'W' | 'J' => self,
            _ => Self::ANNOUNCEMENT,
        }
    }
}

impl Config {
    /// Reads the file named, or `trunkline.toml` where it exists, and the environment over it.
    ///
    /// # Errors
    /// Every error of the file and the environment, in the order of the file.
    pub fn load(path: Option<&Path>) -> Result<Self, Vec<ConfigError>> {
        let file = path.unwrap_or(Path::new(DEFAULT_FILE));
        let name = shown(&file.display().to_string());
        let text = match read_file(file, MAX_FILE) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound && path.is_none() => String::new(),
            Err(error) => {
                let problem = format!("cannot read the configuration: {error}");
                let valid = "a readable TOML file; `trunkline check --print-defaults` writes one".into();
                let place = Place::File(name);
                return Err(vec![ConfigError { place, key: String::new(), value: None, problem, valid }]);
            }
        };
        Self::parse(&name, &text, &Environment::of_process())
    }

    /// Reads a configuration text; `name` is what errors call it.
    ///
    /// # Errors
    /// Every error of the text and the environment, in the order of the text.
    pub fn parse(name: &str, text: &str, environment: &Environment) -> Result<Self, Vec<ConfigError>> {
        read::read(name, text, environment).map(|(config, _)| config)
    }

    /// The TCP port of the link (decision P01).
    #[must_use]
    pub const fn link_port(&self) -> u16 {
        LINK_PORT.saturating_add(self.parameters.eee51)
    }

    /// Where the control socket lies: `<data>/control.sock` unless written otherwise.
    #[must_use]
    pub fn control_socket(&self) -> PathBuf {
        self.status.socket.clone().unwrap_or_else(|| self.files.data.join("control.sock"))
    }

    /// The database of call records.
    #[must_use]
    pub fn database(&self) -> store::Place {
        let data = &self.files.data;
        store::Place::of_url(self.store.url.reveal(), data)
            .unwrap_or_else(|_| store::Place::Sqlite(data.join("trunkline.db")))
    }

    /// Where call records wait for the database.
    #[must_use]
    pub fn spool(&self) -> PathBuf {
        self.files.data.join("cdr")
    }

    /// What the store is told.
    #[must_use]
    pub fn store_settings(&self) -> store::Settings {
        store::Settings {
            spool: self.spool(),
            database: self.database(),
            csv: self.cdr.csv.as_ref().map(|csv| self.files.data.join(csv)),
            keep: self.cdr.keep_days.map(|days| Duration::from_secs(86_400 * u64::from(days))),
        }
    }

    /// How many ports the trunks and the agents have together.
    #[must_use]
    pub fn port_count(&self) -> usize {
        let trunks = self.trunks.iter().map(|trunk| trunk.ports.len());
        trunks.chain(self.agents.iter().map(|agent| agent.ports.len())).sum()
    }

    /// Whether whoever reads the configuration file reads a password.
    #[must_use]
    pub fn states_secrets(&self) -> bool {
        let trunks =
            self.trunks.iter().filter_map(|trunk| trunk.credentials.as_ref()).map(|who| &who.password);
        let mailboxes = self.mailboxes.iter().filter_map(|mailbox| mailbox.password.as_ref());
        let agents = self.agents.iter().filter_map(|agent| match &agent.phone {
            Phone::Registers { password, .. } => Some(password),
            Phone::Fixed(_) => None,
        });
        // A URL without a password is no secret.
        let database = match self.database() {
            store::Place::Postgres(config) if config.get_password().is_some() => Some(&self.store.url),
            _ => None,
        };
        trunks.chain(mailboxes).chain(agents).chain(database).any(Secret::is_in_the_open)
    }

    /// What is allowed and yet probably not meant, a sentence each.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        let (legs, ports) = (self.media.legs() as usize, self.port_count());
        if legs < ports {
            warnings.push(format!(
                "media.rtp_ports has room for {legs} calls at a time, trunks and agents have {ports} ports: \
                 widen it to {} UDP ports",
                ports.saturating_mul(2)
            ));
        }
        if self.trunks.is_empty() {
            warnings.push("there is no [[trunk]]: no call can be placed or taken".into());
        }
        if !self.parameters.xml_messaging() {
            warnings.push("parameters.xxx77 lacks bit 1: applications cannot connect".into());
        }
        if let Some(listener) =
            self.sip.listen.iter().find(|listener| self.media.rtp_ports.contains(&listener.address.port()))
        {
            warnings.push(format!(
                "{listener} of sip.listen lies within media.rtp_ports: a call may be without sound"
            ));
        }
        let anyone = |network: &IpNet| network.prefix_len() == 0;
        if self.link.listen.iter().any(|address| !address.is_loopback()) && self.link.allow.iter().any(anyone)
        {
            warnings.push("link.allow admits every address: whoever reaches the link can place calls".into());
        }
        warnings.extend(agents::warnings(&self.agents));
        warnings.extend(signalling::warnings(self));
        warnings.extend(dialling::warnings(&self.dial, &self.trunks, &self.campaigns));
        warnings
    }
}

impl Environment {
    /// The environment of this process. Variables that are not UTF-8 are read with replacements.
    #[must_use]
    pub fn of_process() -> Self {
        let text = |os: std::ffi::OsString| os.to_string_lossy().into_owned();
        let variables = std::env::vars_os().map(|(name, value)| (text(name), text(value))).collect();
        Self { variables, secret_file: |path| read_file(path, MAX_SECRET) }
    }
}

/// A text file of at most `limit` octets.
fn read_file(path: &Path, limit: u64) -> io::Result<String> {
    let file = std::fs::File::open(path)?;
    let mut text = String::new();
    file.take(limit + 1).read_to_string(&mut text)?;
    if text.len() as u64 > limit {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("longer than {limit} octets")));
    }
    Ok(text)
}
