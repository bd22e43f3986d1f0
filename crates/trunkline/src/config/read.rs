//! Every key of the configuration: where it stands, what it may be, what it is by default.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use toml::de::DeTable;

use super::agents;
use super::dialling::{self, meet};
use super::error::{ConfigError, Place, shown};
use super::judging;
use super::kinds::{self, port_range};
use super::reader::{Environment, Reader, Section, Written, Wrong};
use super::signalling;
use super::{
    Admission, Cdr, Codec, Config, Country, Credentials, Files, InbandKeys, LINK_PORT, Language, Link,
    LinkTls, Mailbox, MailboxType, Media, MediaIo, Parameters, Record, Speech, Spelling, Status, Store,
    Style, Trunk, TwoWay, VoxFormat,
};
use sip::IpNet;

/// The names that may stand in brackets.
const SECTIONS: &[&str] = &[
    "parameters",
    "link",
    "sip",
    "media",
    "files",
    "store",
    "cdr",
    "speech",
    "record",
    "dial",
    "amd",
    "campaign",
    "console",
    "status",
    "trunk",
    "agent",
    "mailbox",
];
/// Octets of a Unix socket's path, without its end (unix(7)).
const MAX_SOCKET_PATH: usize = 107;

/// Reads the whole text. Also gives the keys it knows, as `section.key`.
pub(super) fn read(
    name: &str,
    text: &str,
    environment: &Environment,
) -> Result<(Config, BTreeSet<String>), Vec<ConfigError>> {
    let mut reader = Reader::new(name, text, environment);
    let (root, syntax) = DeTable::parse_recoverable(text);
    if !syntax.is_empty() {
        // What follows a broken line may be read as part of it: other errors would be guesses.
        syntax.iter().for_each(|error| reader.syntax(error));
        return Err(reader.errors);
    }
    let root = root.get_ref();
    reader.unknown_sections(root, SECTIONS);
    let sip_tls = signalling::sip_tls(reader.section(root, "sip.tls"));
    let mut config = Config {
        parameters: parameters(reader.section(root, "parameters")),
        link: link(reader.section(root, "link")),
        sip: signalling::sip(reader.section(root, "sip"), sip_tls),
        media: media(reader.section(root, "media")),
        files: files(reader.section(root, "files")),
        speech: speech(reader.section(root, "speech")),
        record: record(reader.section(root, "record")),
        store: store(reader.section(root, "store")),
        cdr: cdr(reader.section(root, "cdr")),
        dial: dialling::dial(reader.section(root, "dial")),
        amd: judging::amd(reader.section(root, "amd")),
        ..Config::default()
    };
    config.link.tls = link_tls(reader.section(root, "link.tls"));
    config.status = status(reader.section(root, "status"), &config);
    later_sections(&mut reader, root);
    for (index, table) in reader.tables(root, "trunk").into_iter().enumerate() {
        let trunk = trunk(reader.element("trunk", index, table), &config);
        config.trunks.extend(trunk);
    }
    for (index, table) in reader.tables(root, "agent").into_iter().enumerate() {
        let agent = agents::agent(reader.element("agent", index, table), &config);
        config.agents.extend(agent);
    }
    for (index, table) in reader.tables(root, "campaign").into_iter().enumerate() {
        let section = reader.element("campaign", index, table);
        let campaign = dialling::campaign(section, &config);
        config.campaigns.extend(campaign);
    }
    for (index, table) in reader.tables(root, "mailbox").into_iter().enumerate() {
        let mailbox = mailbox(reader.element("mailbox", index, table), &config.mailboxes);
        config.mailboxes.extend(mailbox);
    }
    reader.unknown_variables();
    if reader.errors.is_empty() {
        return Ok((config, reader.asked));
    }
    reader.errors.sort_by_key(|error| match error.place {
        Place::Line { line, column, .. } => (line, column),
        Place::File(_) | Place::Variable(_) => (usize::MAX, 0),
    });
    Err(reader.errors)
}

fn parameters(mut section: Section<'_, '_>) -> Parameters {
    let default = Parameters::default();
    let parameters = Parameters {
        xxx77: section.read("xxx77", default.xxx77, within(0..=255)),
        eee51: section.read("eee51", default.eee51, within(0..=i64::from(u16::MAX - LINK_PORT))),
        eee81: section.read("eee81", default.eee81, within(0..=65_534)),
        eee30: section.read("eee30", u8::from(default.eee30), within(0..=1)) == 1,
    };
    section.finish();
    parameters
}

fn link(mut section: Section<'_, '_>) -> Link {
    let default = Link::default();
    let link = Link {
        listen: section.list("listen", default.listen, "addresses such as \"127.0.0.1\"", |text| {
            text.parse().map_err(|_| {
                Wrong::new(
                    "not an address",
                    "an address without a port, such as \"127.0.0.1\"; the port is 700 + eee51",
                )
            })
        }),
        allow: section.list("allow", default.allow, NETWORKS, network),
        spelling: section.read(
            "spelling",
            default.spelling,
            one_of(&[("memorandum", Spelling::Memorandum), ("corrected", Spelling::Corrected)]),
        ),
        error_messages: section.read("error_messages", default.error_messages, boolean),
        require_init: section.read("require_init", default.require_init, boolean),
        grace: section.read("grace", default.grace, duration),
        max_message: section.read("max_message", default.max_message, within(1024..=16 << 20)),
        max_links: section.read("max_links", default.max_links, within(1..=100_000)),
        idle: section.read("idle", default.idle, duration),
        receive_call_timeout: section.read("receive_call_timeout", default.receive_call_timeout, time),
        pass_code_failures: section.read("pass_code_failures", default.pass_code_failures, within(1..=1000)),
        tls: None,
    };
    not_empty(&mut section, "listen", &link.listen);
    not_empty(&mut section, "allow", &link.allow);
    section.holds("tls");
    section.finish();
    link
}

/// The listener with TLS, or nothing where none is written or something it cannot be without is missing.
fn link_tls(mut section: Section<'_, '_>) -> Option<LinkTls> {
    let valid = "addresses with ports such as \"0.0.0.0:1700\"";
    let listen = section.list("listen", Vec::new(), valid, |text| {
        text.parse().map_err(|_| Wrong::new("not an address with a port", "such as \"0.0.0.0:1700\""))
    });
    let certificate = section.optional("certificate", directory);
    let key = section.optional("key", directory);
    let client_ca = section.optional("client_ca", directory);
    if section.is_there() {
        for (key, valid) in [
            ("listen", valid),
            ("certificate", "the path of a PEM file"),
            ("key", "the path of a PEM file"),
            ("client_ca", "the path of a PEM file"),
        ] {
            if !section.is_written(key) {
                section.complain(key, "must be written", valid);
            }
        }
        not_empty(&mut section, "listen", &listen);
    }
    section.finish();
    Some(LinkTls { listen, certificate: certificate?, key: key?, client_ca: client_ca? })
}

fn media(mut section: Section<'_, '_>) -> Media {
    let default = Media::default();
    let media = Media {
        rtp_ports: section.read("rtp_ports", default.rtp_ports, ports),
        codecs: codecs(&mut section, default.codecs),
        workers: section.read("workers", default.workers, within(0..=256)),
        advertise: section.optional("advertise", advertised),
        io: section.read(
            "io",
            default.io,
            one_of(&[
                ("auto", MediaIo::Auto),
                ("syscalls", MediaIo::Syscalls),
                ("io_uring", MediaIo::IoUring),
            ]),
        ),
        tones: section.read("tones", default.tones, |value| {
            let country = value.text().and_then(Country::of_code);
            country.ok_or_else(|| {
                let codes = Country::ALL.map(Country::code).join(", ");
                Wrong::new("not a country whose tones are known", format!("one of {codes}"))
            })
        }),
        inband_keys: section.read(
            "inband_keys",
            default.inband_keys,
            one_of(&[
                ("auto", InbandKeys::Auto),
                ("always", InbandKeys::Always),
                ("never", InbandKeys::Never),
            ]),
        ),
        fast_busy: section.read("fast_busy", default.fast_busy, boolean),
        noise: section.read("noise", default.noise, duration),
        noise_level: section.read("noise_level", default.noise_level, within(-60..=0)),
        silence: section.read("silence", default.silence, duration),
    };
    if media.legs() == 0 {
        section.complain(
            "rtp_ports",
            "no room for a call",
            "an even port and the next for every call at a time",
        );
    }
    section.finish();
    media
}

fn files(mut section: Section<'_, '_>) -> Files {
    let default = Files::default();
    let files = Files {
        data: section.read("data", default.data, directory),
        drives: section.read("drives", default.drives, below),
        prompts: section.read("prompts", default.prompts, below),
        spoken: section.read("spoken", default.spoken, below),
        vox: section.read("vox", default.vox, one_of(&VoxFormat::ALL.map(|format| (format.name(), format)))),
        play_responses: section.read("play_responses", default.play_responses, below),
    };
    if !files.prompts.starts_with(&files.drives) {
        let drives = shown(&files.drives.display().to_string());
        section.complain(
            "prompts",
            "does not lie below files.drives",
            format!("a path that begins with {drives}/"),
        );
    }
    section.finish();
    files
}

fn speech(mut section: Section<'_, '_>) -> Speech {
    let default = Speech::default();
    let languages = Language::ALL.map(|language| (language.tag(), language));
    let styles = [("number", Style::Integers), ("digits", Style::Digits)];
    let speech = Speech {
        language: section.read("language", default.language, one_of(&languages)),
        integers: section.read("integers", default.integers, one_of(&styles)),
    };
    section.finish();
    speech
}

fn record(mut section: Section<'_, '_>) -> Record {
    let default = Record::default();
    let record = Record {
        longest: section.read("longest", default.longest, time),
        silence: section.read("silence", default.silence, time),
        beep: section.read("beep", default.beep, boolean),
        idle: section.read("idle", default.idle, time),
        two_way: section.read(
            "two_way",
            default.two_way,
            one_of(&[("sum", TwoWay::Sum), ("stereo", TwoWay::Stereo)]),
        ),
    };
    section.finish();
    record
}

fn store(mut section: Section<'_, '_>) -> Store {
    let valid = "\"sqlite\" or \"postgres://USER:PASSWORD@HOST:PORT/DATABASE\"";
    let url = section.secret("url", |url| {
        store::Place::of_url(url, Path::new("")).map(drop).map_err(|problem| Wrong::new(problem, valid))
    });
    section.finish();
    url.map_or_else(Store::default, |url| Store { url })
}

fn cdr(mut section: Section<'_, '_>) -> Cdr {
    let cdr = Cdr {
        csv: section.optional("csv", below),
        keep_days: Some(section.read("keep_days", 0, within(0..=36_500))).filter(|&days| days > 0),
    };
    section.finish();
    cdr
}

/// `config` has [files] already, below which the socket lies by default.
fn status(mut section: Section<'_, '_>, config: &Config) -> Status {
    let status = Status { socket: section.optional("socket", directory) };
    let octets = status.socket.clone().unwrap_or_else(|| config.control_socket()).as_os_str().len();
    if octets > MAX_SOCKET_PATH {
        let problem =
            format!("{octets} octets are too long for a socket's path, by default <data>/control.sock");
        section.complain("socket", problem, format!("a path of up to {MAX_SOCKET_PATH} octets"));
    }
    section.finish();
    status
}

/// What no code stands behind yet: known, and refused rather than ignored.
fn later_sections<'a>(reader: &mut Reader<'a>, root: &'a DeTable<'a>) {
    let mut console = reader.section(root, "console");
    console.later("listen", "\"\"", |value| value.text() == Some(""));
    console.finish();
}

/// A trunk, or nothing where something it cannot be without is missing or wrong. `config` holds the
/// trunks before it.
fn trunk(mut section: Section<'_, '_>, config: &Config) -> Option<Trunk> {
    let name = section.required("name", "a name of 1 to 64 characters", label(1, 64));
    let range = section.required("ports", PORTS, ports);
    let address = section.required("address", SIP_ADDRESS, |value| {
        let text = value.text().ok_or_else(|| Wrong::new("not a text in quotes", SIP_ADDRESS))?;
        text.parse().map_err(|_| Wrong::new("not a SIP address", SIP_ADDRESS))
    });
    let (credentials, register) = credentials(&mut section);
    let allow = match section.list("allow", Vec::new(), NETWORKS, network) {
        networks if networks.is_empty() && !section.is_written("allow") => Admission::Address,
        networks => Admission::Networks(networks),
    };
    if let Admission::Networks(networks) = &allow {
        not_empty(&mut section, "allow", networks);
    }
    let codecs = codecs(&mut section, config.media.codecs.clone());
    let srtp = srtp(&mut section);
    let priority = section.read("priority", 1, within(1..=99));
    let rules = dialling::rules(&mut section, "dial_allow", "dial_deny");
    let hourly_cap = dialling::hourly_cap(&mut section);
    if let Some(other) = config.trunks.iter().find(|other| Some(&other.name) == name.as_ref()) {
        section.complain(
            "name",
            format!("trunk {} has this name already", shown(&other.name)),
            "a name of its own",
        );
    }
    if let Some(range) = &range {
        if let Some(other) = config.trunks.iter().find(|other| meet(&other.ports, range)) {
            let (first, last) = other.ports.clone().into_inner();
            let problem = format!("trunk {} has ports {first}-{last}", shown(&other.name));
            section.complain("ports", problem, "ports that no other trunk has");
        }
        let offset = config.parameters.eee81;
        if range.end().checked_add(offset).is_none() {
            let last = u16::MAX - offset;
            section.complain(
                "ports",
                format!("port + eee81 ({offset}) is over 65535"),
                format!("up to {last}"),
            );
        }
    }
    section.finish();
    Some(Trunk {
        name: name?,
        ports: range?,
        priority,
        rules,
        hourly_cap,
        address: address?,
        credentials,
        register,
        allow,
        codecs,
        srtp,
    })
}

/// Who we are to a trunk, and whether we register with it.
fn credentials(section: &mut Section<'_, '_>) -> (Option<Credentials>, bool) {
    let username = section.optional("username", label(1, 128));
    let password = section.secret("password", |secret| match secret {
        "" => Err(Wrong::new("empty", "a password")),
        _ => Ok(()),
    });
    let register = section.read("register", false, boolean);
    if register && username.is_none() {
        section.complain("register", "nobody to register as", "with username and password");
    }
    let credentials = match (username, password) {
        (Some(username), Some(password)) => Some(Credentials { username, password }),
        (Some(_), None) => {
            section.complain("username", "has no password", "username and password, or neither");
            None
        }
        (None, Some(_)) => {
            section.complain(
                "username",
                "must be written where password is",
                "username and password, or neither",
            );
            None
        }
        (None, None) => None,
    };
    (credentials, register)
}

/// A mailbox, or nothing where its number is missing or wrong. `others` stand before it.
fn mailbox(mut section: Section<'_, '_>, others: &[Mailbox]) -> Option<Mailbox> {
    let valid = "1 to 14 digits in quotes";
    let number = section.required("number", valid, |value| {
        let text = value.text().ok_or_else(|| Wrong::new("not a text in quotes", valid))?;
        digits(text, 1..=14).map_err(|problem| Wrong::new(problem, valid))?;
        Ok(text.to_owned())
    });
    let kind = section.read("type", MailboxType::SUBSCRIBER, |value| {
        let mut letters = value.text().unwrap_or_default().chars();
        let letter = letters.next().and_then(MailboxType::from_letter).filter(|_| letters.next().is_none());
        letter.ok_or_else(|| Wrong::new("not a letter", "U, X, C, W, J or E"))
    });
    let password = section.secret("password", |secret| {
        digits(secret, 4..=10).map_err(|problem| Wrong::new(problem, "4 to 10 digits in quotes"))
    });
    let name = section.read("name", String::new(), label(0, 50));
    let greeting = section.optional("greeting", label(1, 255));
    let max_messages = section.read("max_messages", 100, within(0..=100_000));
    for key in ["email", "extens08", "extens09", "flow"] {
        section.later(key, "", |_| false);
    }
    if others.iter().any(|other| Some(&other.number) == number.as_ref()) {
        section.complain("number", "another mailbox has this number already", "a number of its own");
    }
    section.finish();
    Some(Mailbox { number: number?, kind, password, name, greeting, max_messages })
}

const NETWORKS: &str = "networks such as \"127.0.0.0/8\" or \"::1/128\"";
pub(super) const PORTS: &str = "a range of ports from 1 to 65535 in quotes, such as \"1-24\"";
const SIP_ADDRESS: &str = "\"sip:HOST\", \"sip:HOST:PORT\" or \"sips:HOST\", with \";transport=udp\", \";transport=tcp\" or \
                           \";transport=tls\" where wanted";
const ADDRESS: &str = "an address such as \"203.0.113.7\"";

/// A whole number within a range that the target type covers.
pub(super) fn within<T: TryFrom<i64>>(
    range: RangeInclusive<i64>,
) -> impl FnOnce(Written<'_>) -> Result<T, Wrong> {
    move |value| {
        let number = value.integer().filter(|number| range.contains(number));
        number.and_then(|number| T::try_from(number).ok()).ok_or_else(|| {
            Wrong::new(
                "not such a number",
                format!("a whole number from {} to {}", range.start(), range.end()),
            )
        })
    }
}

pub(super) fn boolean(value: Written<'_>) -> Result<bool, Wrong> {
    value.boolean().ok_or_else(|| Wrong::new("neither true nor false", "true, false"))
}

/// One of these words.
pub(super) fn one_of<T: Copy>(words: &[(&str, T)]) -> impl FnOnce(Written<'_>) -> Result<T, Wrong> {
    move |value| {
        let word = words.iter().find(|(word, _)| value.text() == Some(word));
        word.map(|&(_, meaning)| meaning).ok_or_else(|| {
            let words: Vec<String> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
            Wrong::new("not a word of this key", words.join(", "))
        })
    }
}

/// A text of so many characters without controls.
pub(super) fn label(least: usize, most: usize) -> impl FnOnce(Written<'_>) -> Result<String, Wrong> {
    move |value| {
        let text = value.text().filter(|text| {
            let length = text.chars().count();
            (least..=most).contains(&length) && !text.chars().any(char::is_control)
        });
        let wrong =
            || Wrong::new("not such a text", format!("a text in quotes of {least} to {most} characters"));
        text.map(str::to_owned).ok_or_else(wrong)
    }
}

/// Says what keeps a text from being so many digits. The text may be a secret: the answer tells nothing of it.
fn digits(text: &str, length: RangeInclusive<usize>) -> Result<(), &'static str> {
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        Err("not all digits")
    } else if !length.contains(&text.len()) {
        Err("too short or too long")
    } else {
        Ok(())
    }
}

pub(super) fn ports(value: Written<'_>) -> Result<RangeInclusive<u16>, Wrong> {
    value.text().and_then(port_range).ok_or_else(|| Wrong::new("not a range of ports", PORTS))
}

fn network(text: &str) -> Result<IpNet, Wrong> {
    kinds::network(text).ok_or_else(|| {
        Wrong::new(
            "not a network",
            "ADDRESS/LENGTH with no bit set behind the length, such as \"10.1.0.0/16\"",
        )
    })
}

pub(super) fn advertised(value: Written<'_>) -> Result<IpAddr, Wrong> {
    let address = value.text().and_then(|text| text.parse::<IpAddr>().ok());
    let reachable = address.filter(|address| !address.is_unspecified() && !address.is_multicast());
    reachable.ok_or_else(|| Wrong::new("not an address that others can reach", ADDRESS))
}

pub(super) fn codecs(section: &mut Section<'_, '_>, default: Vec<Codec>) -> Vec<Codec> {
    let valid = "\"PCMU\", \"PCMA\", \"G722\"";
    let codecs = section.list("codecs", default, valid, |text| match text.to_ascii_uppercase().as_str() {
        "PCMU" => Ok(Codec::Pcmu),
        "PCMA" => Ok(Codec::Pcma),
        "G722" => Ok(Codec::G722),
        _ => Err(Wrong::new("not a codec", valid)),
    });
    not_empty(section, "codecs", &codecs);
    codecs
}

/// Whether packets of sound are secured on this line.
pub(super) fn srtp(section: &mut Section<'_, '_>) -> sip::Srtp {
    let valid = "\"off\", \"preferred\" or \"required\"";
    section.read("srtp", sip::Srtp::Off, |value| match value.text() {
        Some("off") => Ok(sip::Srtp::Off),
        Some("preferred") => Ok(sip::Srtp::Preferred),
        Some("required") => Ok(sip::Srtp::Required),
        _ => Err(Wrong::new("not such a rule", valid)),
    })
}

/// Refuses a list without elements and one that says the same twice.
pub(super) fn not_empty<T: PartialEq>(section: &mut Section<'_, '_>, key: &'static str, list: &[T]) {
    // A list whose elements are all wrong has been refused already.
    if list.is_empty() && !section.is_refused(key) {
        section.complain(key, "empty", "one or more");
    }
    if list.iter().enumerate().any(|(index, element)| list[..index].contains(element)) {
        section.complain(key, "says the same twice", "each once");
    }
}

pub(super) fn directory(value: Written<'_>) -> Result<PathBuf, Wrong> {
    let text = value.text().filter(|text| !text.is_empty() && !text.contains('\0'));
    text.map(PathBuf::from).ok_or_else(|| Wrong::new("not a path", "a path in quotes"))
}

/// A path below the data directory.
fn below(value: Written<'_>) -> Result<PathBuf, Wrong> {
    let path = directory(value)?;
    let plain = Path::new(&path).components().all(|component| matches!(component, Component::Normal(_)));
    plain
        .then_some(path)
        .ok_or_else(|| Wrong::new("leads out of files.data", "a path below it, without .. and /"))
}

/// As [`duration`], and some time at least.
pub(super) fn time(value: Written<'_>) -> Result<Duration, Wrong> {
    let wrong = || Wrong::new("no time at all", "a time from \"1ms\" to \"60m\"");
    duration(value).and_then(|time| if time.is_zero() { Err(wrong()) } else { Ok(time) })
}

/// A time such as `"30s"`, `"500ms"` or `"2m"`, at most an hour.
pub(super) fn duration(value: Written<'_>) -> Result<Duration, Wrong> {
    let wrong = || Wrong::new("not a time", "a time up to an hour, such as \"30s\", \"500ms\" or \"2m\"");
    let text = value.text().ok_or_else(wrong)?;
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let count: u64 = text[..digits].parse().map_err(|_| wrong())?;
    let milliseconds = match &text[digits..] {
        "ms" => Some(count),
        "s" => count.checked_mul(1000),
        "m" => count.checked_mul(60_000),
        _ => None,
    };
    milliseconds.filter(|&ms| ms <= 3_600_000).map(Duration::from_millis).ok_or_else(wrong)
}
