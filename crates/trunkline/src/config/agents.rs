//! The agents: their ports, and how each one's telephone is reached.

use std::ops::RangeInclusive;
use std::time::Duration;

use sip::{Digest, StationAddress};

use super::dialling::{lists, meet, rules};
use super::error::shown;
use super::kinds::Secret;
use super::read::{PORTS, boolean, codecs, not_empty, ports, srtp, time};
use super::reader::{Section, Wrong};
use super::{Codec, Config, Rules};

/// What stands for the number of the port in a contact.
const PORT: &str = "{port}";
/// The shortest password that is not warned of.
const LONG_ENOUGH: usize = 8;
/// How a contact is written.
const CONTACT: &str = "\"sip:{port}@ADDRESS:PORT\", with \";transport=tcp\" where wanted";

/// Agents who are reached alike. The number of an agent is that of his port (decision A16).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Agent {
    /// Their ports, in the server's own numbering; no trunk and no other agent shares one.
    pub ports: RangeInclusive<u16>,
    /// Where their telephones are.
    pub phone: Phone,
    /// Whether a telephone is called once, at AGENT_LOGIN, and kept connected between calls.
    pub nailed_up: bool,
    /// Whether they are of the kind that NO_MSI_AGENT_FREE speaks of (decision S07).
    pub station_card: bool,
    /// How long a telephone rings before its agent is taken as away.
    pub ring: Duration,
    /// The codecs offered to them and taken from them, the best first.
    pub codecs: Vec<Codec>,
    /// Whether packets of sound are secured.
    pub srtp: sip::Srtp,
    /// The numbers outside that their telephones may dial; with none to allow, none.
    pub rules: Rules,
}

/// Where agents' telephones are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Phone {
    /// Where each registers from, as the user that its port number is (RFC 3261 §10).
    Registers {
        /// What it proves itself with.
        password: Secret,
        /// How, in the order of preference (RFC 8760).
        digests: Vec<Digest>,
    },
    /// Always at this contact, a SIP address with `{port}` in it.
    Fixed(String),
}

impl Agent {
    /// The places of telephones that have a fixed one, each with its port; none where they register.
    pub fn contacts(&self) -> impl Iterator<Item = (u16, Option<StationAddress>)> {
        self.ports.clone().map(|port| match &self.phone {
            Phone::Registers { .. } => (port, None),
            Phone::Fixed(contact) => (port, place(contact, port)),
        })
    }
}

/// The contact of one port.
fn place(contact: &str, port: u16) -> Option<StationAddress> {
    contact.replace(PORT, &port.to_string()).parse().ok()
}

/// Agents, or nothing where something they cannot be without is missing or wrong. `config` holds the
/// trunks, and the agents before them.
pub(super) fn agent(mut section: Section<'_, '_>, config: &Config) -> Option<Agent> {
    let range = section.required("ports", PORTS, ports);
    let password = section.secret("password", |secret| match secret {
        "" => Err(Wrong::new("empty", "a password")),
        _ => Ok(()),
    });
    let known = "\"SHA-256\", \"MD5\"";
    let digests = section.list("digest", vec![Digest::Sha256, Digest::Md5], known, |text| {
        Digest::of_name(text).ok_or_else(|| Wrong::new("not a digest that telephones are asked for", known))
    });
    not_empty(&mut section, "digest", &digests);
    let contact = section.optional("contact", |value| {
        let text = value.text().ok_or_else(|| Wrong::new("not a text in quotes", CONTACT))?;
        let ports = range.clone().unwrap_or(1..=1);
        let wrong = Wrong::new("not the address of a telephone (names are not looked up)", CONTACT);
        let whole = ports.clone().all(|port| place(text, port).is_some());
        match whole {
            false => Err(wrong),
            true if ports.len() > 1 && !text.contains(PORT) => {
                Err(Wrong::new("the same telephone for all of these ports", CONTACT))
            }
            true => Ok(text.to_owned()),
        }
    });
    let agent = Agent {
        ports: range.clone().unwrap_or(0..=0),
        phone: Phone::Fixed(String::new()),
        nailed_up: section.read("nailed_up", false, boolean),
        station_card: section.read("station_card", false, boolean),
        ring: section.read("ring", Duration::from_secs(30), time),
        codecs: codecs(&mut section, config.media.codecs.clone()),
        srtp: srtp(&mut section),
        rules: rules(&mut section, "dial_allow", "dial_deny"),
    };
    let phone = match (password, contact) {
        (Some(password), None) => Some(Phone::Registers { password, digests }),
        (None, Some(contact)) => Some(Phone::Fixed(contact)),
        (Some(_), Some(_)) => {
            let valid = "password where the telephone registers, or contact where it has a fixed place";
            section.complain("contact", "stands beside a password", valid);
            None
        }
        (None, None) => {
            if !section.is_written("password") && !section.is_written("contact") {
                let valid = "a password that the telephones register with, or a contact";
                section.complain("password", "must be written where contact is not", valid);
            }
            None
        }
    };
    if let Some(range) = &range {
        not_taken(&mut section, range, config);
    }
    section.finish();
    Some(Agent { ports: range?, phone: phone?, ..agent })
}

/// Refuses ports that a trunk or other agents have, and those that applications could not name.
fn not_taken(section: &mut Section<'_, '_>, range: &RangeInclusive<u16>, config: &Config) {
    let trunk = config.trunks.iter().find(|trunk| meet(&trunk.ports, range));
    let trunk = trunk.map(|trunk| (format!("trunk {}", shown(&trunk.name)), &trunk.ports));
    let agents = || config.agents.iter().find(|other| meet(&other.ports, range));
    let agents = || agents().map(|other| ("another [[agent]]".to_owned(), &other.ports));
    if let Some((who, taken)) = trunk.or_else(agents) {
        let problem = format!("{who} has ports {}-{}", taken.start(), taken.end());
        section.complain("ports", problem, "ports that nobody else has");
    }
    let offset = config.parameters.eee81;
    if range.end().checked_add(offset).is_none() {
        let problem = format!("port + eee81 ({offset}) is over 65535");
        section.complain("ports", problem, format!("up to {}", u16::MAX - offset));
    }
}

/// What is allowed and yet probably not meant, a sentence each.
pub(super) fn warnings(agents: &[Agent]) -> Vec<String> {
    let weak = |agent: &&Agent| match &agent.phone {
        Phone::Registers { password, .. } => password.reveal().chars().count() < LONG_ENOUGH,
        Phone::Fixed(_) => false,
    };
    let warning = |agent: &Agent| {
        format!(
            "agents {}-{} have a password of fewer than {LONG_ENOUGH} characters: whoever guesses it calls at \
             your expense",
            agent.ports.start(),
            agent.ports.end()
        )
    };
    let place = |agent: &Agent| format!("agents {}-{}", agent.ports.start(), agent.ports.end());
    let refused = |agent: &Agent| {
        let in_vain = agent.rules.allow.is_empty() && !agent.rules.deny.is_empty();
        let vain = format!(
            "{}: dial_deny changes nothing, for without dial_allow their telephones dial no number outside",
            place(agent)
        );
        in_vain.then_some(vain)
    };
    let weak = agents.iter().filter(weak).map(warning);
    let lists = agents.iter().flat_map(|agent| lists(&agent.rules, &place(agent), "dial_allow", "dial_deny"));
    weak.chain(agents.iter().filter_map(refused)).chain(lists).collect()
}
