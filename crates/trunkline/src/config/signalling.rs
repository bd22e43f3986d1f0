//! `[sip]` and `[sip.tls]`: where SIP is listened for, and what it is secured with.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use sip::{Listen, Srtp, Transport};

use super::error::shown;
use super::read::{advertised, directory, duration, not_empty};
use super::reader::{Section, Wrong};
use super::{Agent, Config, Phone};

/// Signalling.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sip {
    /// Where SIP is listened for.
    pub listen: Vec<Listen>,
    /// The address that the network sees us at, where it is not the local one.
    pub advertise: Option<IpAddr>,
    /// How long a call lasts whose far side is not heard of.
    pub session: sip::Session,
    /// The name servers that are asked for trunks; empty: those of the system.
    pub name_servers: Vec<SocketAddr>,
    /// What TLS is spoken with.
    pub tls: SipTls,
}

/// What TLS is spoken with. What is wrong with the files is said by [`crate::check::certificates`].
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct SipTls {
    /// Who we are: what those are shown who connect to us, and those whom we connect to, where they ask.
    pub identity: Option<Identity>,
    /// Who signs the certificates of trunks: a PEM file. Without it trunks are not asked for one.
    pub client_ca: Option<PathBuf>,
    /// Whom we believe that those whom we connect to are who they say: a PEM file. Without it those whom the system
    /// believes.
    pub ca: Option<PathBuf>,
}

/// A certificate and its key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Identity {
    /// The certificate, and those between it and its CA: a PEM file.
    pub certificate: PathBuf,
    /// Its private key: a PEM file.
    pub key: PathBuf,
}

impl Default for Sip {
    fn default() -> Self {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 5060));
        let listener = |transport| Listen { transport, address };
        Self {
            listen: vec![listener(Transport::Udp), listener(Transport::Tcp)],
            advertise: None,
            session: sip::Session::default(),
            name_servers: Vec::new(),
            tls: SipTls::default(),
        }
    }
}

impl Sip {
    /// Whether anybody may connect to us under TLS.
    #[must_use]
    pub fn listens_for_tls(&self) -> bool {
        self.listen.iter().any(|listen| listen.transport == Transport::Tls)
    }
}

const LISTEN: &str = "\"udp://ADDRESS:PORT\", \"tcp://ADDRESS:PORT\" or \"tls://ADDRESS:PORT\"";
const NAME_SERVERS: &str = "addresses with ports such as \"192.0.2.53:53\"";

/// `tls` is what stands in [sip.tls].
pub(super) fn sip(mut section: Section<'_, '_>, tls: SipTls) -> Sip {
    let default = Sip::default();
    let sip = Sip {
        listen: section.list("listen", default.listen, LISTEN, |text| {
            let later = ["ws://", "wss://"].iter().any(|scheme| text.starts_with(scheme));
            let problem = if later { "not supported yet" } else { "not a place to listen" };
            text.parse().map_err(|_| Wrong::new(problem, LISTEN))
        }),
        advertise: section.optional("advertise", advertised),
        session: session(&mut section, default.session),
        name_servers: section.list("name_servers", default.name_servers, NAME_SERVERS, |text| {
            let address = text.parse().ok().filter(|address: &SocketAddr| address.port() != 0);
            address.ok_or_else(|| Wrong::new("not an address with a port", NAME_SERVERS))
        }),
        tls,
    };
    not_empty(&mut section, "listen", &sip.listen);
    if section.is_written("name_servers") {
        not_empty(&mut section, "name_servers", &sip.name_servers);
    }
    if sip.listens_for_tls() && sip.tls.identity.is_none() {
        section.complain("listen", "no certificate for tls://", "with certificate and key in [sip.tls]");
    }
    section.holds("tls");
    section.finish();
    sip
}

pub(super) fn sip_tls(mut section: Section<'_, '_>) -> SipTls {
    let certificate = section.optional("certificate", directory);
    let key = section.optional("key", directory);
    for (one, other) in [("certificate", "key"), ("key", "certificate")] {
        if section.is_written(other) && !section.is_written(one) {
            section.complain(one, format!("must be written where {other} is"), "the path of a PEM file");
        }
    }
    let identity = certificate.zip(key).map(|(certificate, key)| Identity { certificate, key });
    let tls = SipTls {
        identity,
        client_ca: section.optional("client_ca", directory),
        ca: section.optional("ca", directory),
    };
    section.finish();
    tls
}

/// Session timers. RFC 4028 §4: no session is shorter than 90 s.
fn session(section: &mut Section<'_, '_>, default: sip::Session) -> sip::Session {
    let (shortest, longest) = (Duration::from_secs(90), Duration::from_secs(3_600));
    let least = section.read("session_least", default.least, |value| {
        duration(value)
            .ok()
            .filter(|time| (shortest..=longest).contains(time))
            .ok_or_else(|| Wrong::new("not such a time", "a time from \"90s\" to \"60m\", such as \"90s\""))
    });
    let expires = section.read("session_expires", default.expires.max(least), |value| {
        duration(value).ok().filter(|time| time.is_zero() || (least..=longest).contains(time)).ok_or_else(
            || {
                let valid =
                    "a time from session_least to \"60m\", such as \"30m\", or \"0s\" for no session timers";
                Wrong::new("not such a time", valid)
            },
        )
    });
    sip::Session { expires, least }
}

/// What is allowed and yet probably not meant, a sentence each.
pub(super) fn warnings(config: &Config) -> Vec<String> {
    let mut warnings = Vec::new();
    if config.sip.tls.client_ca.is_some() && !config.sip.listens_for_tls() {
        warnings.push("sip.tls.client_ca asks nobody for a certificate: sip.listen has no tls://".into());
    }
    // The secrets stand in the SDP.
    let open = "in the clear, where its secrets are read by whoever hears the signalling";
    for trunk in &config.trunks {
        if trunk.srtp == Srtp::Required && trunk.address.transport() != Transport::Tls {
            let name = shown(&trunk.name);
            warnings.push(format!(
                "trunk {name} requires encrypted sound and is signalled {open}: write transport=tls in its address"
            ));
        }
    }
    for agent in &config.agents {
        if agent.srtp == Srtp::Required && !may_be_secured(agent, &config.sip) {
            let (first, last) = (agent.ports.start(), agent.ports.end());
            let what = match agent.phone {
                Phone::Registers { .. } => "add tls:// to sip.listen",
                Phone::Fixed(_) => "write transport=tls in contact",
            };
            warnings.push(format!(
                "agents {first}-{last} require encrypted sound and are signalled {open}: {what}"
            ));
        }
    }
    warnings
}

/// Whether an agent's telephone may be signalled under TLS.
fn may_be_secured(agent: &Agent, sip: &Sip) -> bool {
    match agent.phone {
        Phone::Registers { .. } => sip.listens_for_tls(),
        Phone::Fixed(_) => {
            let mut transports = agent.contacts().filter_map(|(_, contact)| Some(contact?.transport));
            transports.any(|transport| transport == Transport::Tls)
        }
    }
}
