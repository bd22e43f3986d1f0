//! `trunkline check`: every error of the configuration, or what the server would do with it.

use std::fmt::{Display, Write as _};
use std::io::Write;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use rustls::pki_types::UnixTime;

use crate::config::{
    Admission, Agent, Attendance, Campaign, Codec, Config, ConfigError, DEFAULT_FILE, LinkTls, Phone, Rules,
    Sip, Trunk, Window, shown,
};
use crate::output::{Output, OutputError};
use crate::tls;

/// Says in a few lines what a server of this configuration would do, and what is probably not meant.
///
/// # Errors
/// [`OutputError`]: nothing more can be written.
pub fn explain(
    path: Option<&Path>,
    config: &Config,
    output: &mut Output<impl Write>,
) -> Result<(), OutputError> {
    let source = match path {
        Some(path) => format!("{} is valid.", shown(&path.display().to_string())),
        None if Path::new(DEFAULT_FILE).exists() => format!("{DEFAULT_FILE} is valid."),
        None => format!("There is no {DEFAULT_FILE} here: every key has its default."),
    };
    output.line(&source)?;
    output.write(summary(config).as_bytes())?;
    warnings(path, config).iter().try_for_each(|warning| output.line(&format!("warning: {warning}")))
}

/// Reads the certificates that the configuration names, as the server would.
///
/// # Errors
/// Every fault of their files, and what to do.
pub fn certificates(config: &Config) -> Result<(), Vec<ConfigError>> {
    let now = UnixTime::now();
    let link = config.link.tls.as_ref().map_or(Ok(()), |link| tls::link(link, now).map(drop));
    let faults = link.err().into_iter().chain(tls::signalling(config, now).err()).flatten();
    let faults: Vec<ConfigError> = faults.collect();
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// What is probably not meant, in the configuration and around it, a sentence each.
#[must_use]
pub fn warnings(path: Option<&Path>, config: &Config) -> Vec<String> {
    let mut warnings = config.warnings();
    let file = path.unwrap_or(Path::new(DEFAULT_FILE));
    let readable = |file: &Path| {
        std::fs::metadata(file).is_ok_and(|metadata| metadata.permissions().mode() & 0o004 != 0)
    };
    if readable(file) && config.states_secrets() {
        let file = shown(&file.display().to_string());
        warnings.push(format!(
            "{file} states a password and everyone can read it: chmod o-r, or write \"${{NAME}}\" there"
        ));
    }
    let keys = config.link.tls.iter().map(|tls| &tls.key);
    for key in keys.chain(config.sip.tls.identity.iter().map(|own| &own.key)).filter(|key| readable(key)) {
        let key = shown(&key.display().to_string());
        warnings.push(format!("everyone can read the private key {key}: chmod o-r"));
    }
    // Decision P05.
    if Path::new("Agent_Status").exists() {
        warnings.push("there is a directory Agent_Status here: it has no effect on this server".into());
    }
    warnings
}

/// The errors, a line each.
#[must_use]
pub fn report(errors: &[ConfigError]) -> String {
    let mut text: String = errors.iter().map(|error| format!("{error}\n")).collect();
    let count = match errors.len() {
        1 => "1 error".to_owned(),
        count => format!("{count} errors"),
    };
    let _ = writeln!(text, "{count} in the configuration: correct it and run `trunkline check` again");
    text
}

/// What the server would do: where it listens, what it dials through, where its files lie.
fn summary(config: &Config) -> String {
    let Config { link, sip, media, files, dial, parameters, .. } = config;
    let places: Vec<String> = link
        .listen
        .iter()
        .map(|address| std::net::SocketAddr::new(*address, config.link_port()).to_string())
        .collect();
    let workers = match media.workers {
        0 => "a worker per core".to_owned(),
        1 => "1 worker".to_owned(),
        workers => format!("{workers} workers"),
    };
    let mut lines = vec![
        ("link", format!("{} for {}", places.join(", "), list(&link.allow))),
        ("sip", listens(sip)),
        (
            "sound",
            format!(
                "{} with RTP on ports {}-{} (room for {} calls); {workers}",
                codecs(&media.codecs),
                media.rtp_ports.start(),
                media.rtp_ports.end(),
                media.legs()
            ),
        ),
        (
            "files",
            format!(
                "{}, bare names in {}, .VOX is {}",
                shown(&files.drives_root().display().to_string()),
                shown(&files.data.join(&files.prompts).display().to_string()),
                files.vox.name()
            ),
        ),
        (
            "dialling",
            format!(
                "up to {} digits, {} rings, {} calls a second; a trunk has {:?} to answer; {}{}{}",
                dial.max_digits,
                dial.rings,
                dial.calls_per_second,
                dial.trunk_timeout,
                match dial.hourly_alarm {
                    0 => "no alarm".to_owned(),
                    calls => format!("alarm from {calls} calls an hour on"),
                },
                numbers(&dial.rules),
                match &dial.emergency[..] {
                    [] => String::new(),
                    named => format!("; emergency numbers {}", list(named)),
                },
            ),
        ),
        ("records", records(config)),
        ("control", shown(&config.control_socket().display().to_string())),
    ];
    if let Some(tls) = &link.tls {
        lines.insert(1, ("tls", under_tls(tls)));
    }
    lines.extend(config.trunks.iter().map(|trunk| ("trunk", through(trunk, u32::from(parameters.eee81)))));
    lines.extend(config.agents.iter().map(|agent| ("agents", reached(agent, u32::from(parameters.eee81)))));
    lines.extend(config.campaigns.iter().map(|own| ("campaign", held_to(own))));
    for mailbox in &config.mailboxes {
        let name = shown(&mailbox.name);
        lines.push(("mailbox", format!("{} type {} {name}", mailbox.number, mailbox.kind.letter())));
    }
    lines.iter().map(|(what, text)| format!("  {what:<9}{}\n", text.trim_end())).collect()
}

/// Where call records go. A URL is not shown: it may hold a password.
fn records(config: &Config) -> String {
    let database = match config.database() {
        store::Place::Sqlite(path) => shown(&path.display().to_string()),
        store::Place::Postgres(config) => {
            format!("PostgreSQL, database {}", shown(config.get_dbname().unwrap_or("of its user's name")))
        }
    };
    let kept =
        config.cdr.keep_days.map_or_else(|| "kept for ever".to_owned(), |days| format!("kept {days} days"));
    let csv = config.store_settings().csv;
    let csv = csv.map(|path| format!(", and in {}", shown(&path.display().to_string())));
    format!("{database}, {kept}{}", csv.unwrap_or_default())
}

fn listens(sip: &Sip) -> String {
    let path = |path: &Path| shown(&path.display().to_string());
    let identity = sip.tls.identity.as_ref();
    let identity = identity.map(|own| format!(" with certificate {}", path(&own.certificate)));
    let trunks = sip.tls.client_ca.as_ref();
    let trunks = trunks.map(|ca| format!(", for trunks with one by {}", path(ca)));
    let asks = match &sip.name_servers[..] {
        [] => String::new(),
        servers => format!("; names are asked of {}", list(servers)),
    };
    format!("{}{}{}{asks}", list(&sip.listen), identity.unwrap_or_default(), trunks.unwrap_or_default())
}

fn under_tls(tls: &LinkTls) -> String {
    format!(
        "{} with certificate {}, for applications with one by {}",
        list(&tls.listen),
        shown(&tls.certificate.display().to_string()),
        shown(&tls.client_ca.display().to_string())
    )
}

fn through(trunk: &Trunk, offset: u32) -> String {
    let (first, last) = (*trunk.ports.start(), *trunk.ports.end());
    let seen = match offset {
        0 => String::new(),
        _ => format!(" (for applications {}-{})", u32::from(first) + offset, u32::from(last) + offset),
    };
    let from = match &trunk.allow {
        Admission::Address => "that address".to_owned(),
        Admission::Networks(networks) => list(networks),
    };
    let register = if trunk.register { ", registered" } else { "" };
    format!(
        "{}: ports {first}-{last}{seen} through {}{register}; priority {}{}{}; {}; calls from {from}",
        shown(&trunk.name),
        trunk.address,
        trunk.priority,
        numbers(&trunk.rules),
        by_the_hour(trunk.hourly_cap),
        codecs(&trunk.codecs),
    )
}

fn reached(agent: &Agent, offset: u32) -> String {
    let (first, last) = (*agent.ports.start(), *agent.ports.end());
    let seen = match offset {
        0 => String::new(),
        _ => format!(" (for applications {}-{})", u32::from(first) + offset, u32::from(last) + offset),
    };
    let place = match &agent.phone {
        Phone::Registers { digests, .. } => {
            let names: Vec<&str> = digests.iter().map(|digest| digest.name()).collect();
            format!("where they register (digest {})", names.join(", "))
        }
        Phone::Fixed(contact) => format!("at {}", shown(contact)),
    };
    let manner = if agent.nailed_up { "kept connected" } else { "rung for each call" };
    let kind = if agent.station_card { ", station cards" } else { "" };
    let outside = match agent.rules.allow.as_slice() {
        [] => "; dial nobody outside".to_owned(),
        _ => format!("; dial{}", numbers(&agent.rules).trim_start_matches(';')),
    };
    format!(
        "{first}-{last}{seen} {place}; {manner}, {:?} at most{kind}; {}{outside}",
        agent.ring,
        codecs(&agent.codecs)
    )
}

fn held_to(campaign: &Campaign) -> String {
    let ports = campaign
        .ports
        .as_ref()
        .map_or_else(|| "all ports".to_owned(), |ports| format!("ports {}-{}", ports.start(), ports.end()));
    let pace = campaign.calls_per_second.map_or_else(String::new, |pace| format!("; {pace} calls a second"));
    let (numbers, cap) = (numbers(&campaign.rules), by_the_hour(campaign.hourly_cap));
    let promise = campaign.attendance.as_ref().map_or_else(String::new, promised);
    format!("{}: {ports}{pace}{numbers}{cap}{promise}", shown(&campaign.name))
}

/// What those are promised who answer.
fn promised(attendance: &Attendance) -> String {
    let Attendance { within, message, most } = attendance;
    let message = message.as_deref().map_or_else(String::new, |file| format!(" or {}", shown(file)));
    let most = most.map_or_else(String::new, |(most, window)| {
        let window = match window {
            Window::Day => "24 hours",
            Window::Month => "30 days",
        };
        format!(", abandons at most {}.{} % in {window}", most / 10, most % 10)
    });
    format!("; an agent within {within:?}{message}{most}")
}

/// The lists that numbers are dialled by, where there are any.
fn numbers(rules: &Rules) -> String {
    let part = |word: &str, prefixes: &[String]| match prefixes {
        [] => String::new(),
        prefixes => format!("; {word} {}", list(prefixes)),
    };
    part("only numbers from", &rules.allow) + &part("none from", &rules.deny)
}

fn by_the_hour(cap: Option<u32>) -> String {
    cap.map_or_else(String::new, |cap| format!("; {cap} calls an hour"))
}

fn list(elements: &[impl Display]) -> String {
    let texts: Vec<String> = elements.iter().map(ToString::to_string).collect();
    texts.join(", ")
}

fn codecs(codecs: &[Codec]) -> String {
    let names = codecs.iter().map(|codec| match codec {
        Codec::Pcmu => "PCMU",
        Codec::Pcma => "PCMA",
        Codec::G722 => "G722",
    });
    names.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::config::Environment;

    fn parse(text: &str) -> Result<Config, Vec<ConfigError>> {
        let environment = Environment { variables: BTreeMap::new(), secret_file: |_| Ok(String::new()) };
        Config::parse("t.toml", text, &environment)
    }

    #[test]
    fn a_valid_configuration_says_what_it_does() {
        let config = parse(
            "[parameters]\neee81 = 256\n[[trunk]]\nname = \"carrier\"\nports = \"1-24\"\naddress = \"sip:gw:5070\"\n\
             username = \"u\"\npassword = \"hunter2\"\nregister = true\npriority = 2\nhourly_cap = 600\n\
             [dial]\nallow = [\"1\", \"44\"]\ndeny = [\"1900\"]\nemergency = [\"911\"]\n\
             [[campaign]]\nname = \"4H CLUB\"\nports = \"1-12\"\ncalls_per_second = 5\nhourly_cap = 500\n\
             [[mailbox]]\nnumber = \"7322901900\"\ntype = \"X\"\npassword = \"2424\"\nname = \"PEC\"\n",
        )
        .expect("valid");
        let mut text = Vec::new();
        explain(Some(Path::new("t.toml")), &config, &mut Output::new(&mut text)).expect("written");
        let text = String::from_utf8(text).expect("text");
        assert_eq!(
            text,
            "t.toml is valid.\n  \
             link     127.0.0.1:700 for 127.0.0.0/8, ::1/128\n  \
             sip      udp://127.0.0.1:5060, tcp://127.0.0.1:5060\n  \
             sound    PCMU, PCMA, G722 with RTP on ports 20000-29999 (room for 5000 calls); a worker per core\n  \
             files    ./trunkline-data/files, bare names in ./trunkline-data/files/c/prompts, .VOX is adpcm-8000\n  \
             dialling up to 14 digits, 4 rings, 50 calls a second; a trunk has 5s to answer; \
             alarm from 10000 calls an hour on; only numbers from 1, 44; none from 1900; emergency numbers 911\n  \
             records  ./trunkline-data/trunkline.db, kept for ever\n  \
             control  ./trunkline-data/control.sock\n  \
             trunk    carrier: ports 1-24 (for applications 257-280) through sip:gw:5070, registered; priority 2; \
             600 calls an hour; PCMU, PCMA, G722; calls from that address\n  \
             campaign 4H CLUB: ports 1-12; 5 calls a second; 500 calls an hour\n  \
             mailbox  7322901900 type X PEC\n"
        );
    }

    #[test]
    fn a_password_that_everyone_can_read_is_a_warning() {
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("t.toml");
        std::fs::write(&file, "").expect("written");
        let config = parse("[[mailbox]]\nnumber = \"1\"\npassword = \"2424\"").expect("valid");
        let warned = |mode| {
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).expect("changed");
            warnings(Some(&file), &config).iter().any(|warning| warning.contains("states a password"))
        };
        assert!(warned(0o644));
        assert!(!warned(0o640));
    }

    #[test]
    fn errors_are_counted() {
        let errors = parse("[dial]\nrings = 0\nring = 1\n").expect_err("wrong");
        let said = report(&errors);
        assert_eq!(said.lines().count(), 3);
        assert!(
            said.ends_with("2 errors in the configuration: correct it and run `trunkline check` again\n")
        );
    }
}
