//! The SIP endpoint, on the thread of the switch: a call's set-up is a dozen small steps between the two, and
//! waking another thread for each would cost more than the steps do (docs/performance.md).

use std::net::SocketAddr;
use std::sync::{Arc, Weak};

use control::Input;
use edge::StationId;
use rustls::pki_types::UnixTime;
use tokio::sync::mpsc;

use super::ServeError;
use crate::config::{Admission, Config, Phone};
use crate::tls;

/// The endpoint of the house.
pub(crate) struct Signalling {
    /// Everyone else looks whether it is still there.
    endpoint: Arc<sip::Endpoint>,
}

impl Signalling {
    pub(crate) async fn start(
        config: &Config,
        sound: Arc<rtp::Engine>,
        inbox: mpsc::Sender<Input>,
    ) -> Result<Self, ServeError> {
        let sockets: sip::Sockets = Arc::new(move |leg, facing| -> Result<SocketAddr, String> {
            sound.reserve(leg, facing).map_err(|error| error.to_string())
        });
        let sink: sip::Sink = Arc::new(move |event| {
            inbox.try_send(Input::Signal(event)).map_err(|full| match full.into_inner() {
                Input::Signal(event) => event,
                _ => unreachable!("the event that was sent comes back"),
            })
        });
        let tls = tls::signalling(config, UnixTime::now()).map_err(ServeError::SipCertificates)?;
        let endpoint = sip::Endpoint::start(settings(config, tls), sockets, sink).await?;
        Ok(Self { endpoint: Arc::new(endpoint) })
    }

    pub(crate) fn endpoint(&self) -> Weak<sip::Endpoint> {
        Arc::downgrade(&self.endpoint)
    }

    /// Where SIP is listened for, with the real ports.
    pub(crate) fn listening(&self) -> Vec<sip::Listen> {
        self.endpoint.listening().to_vec()
    }

    /// Unregisters and closes.
    pub(crate) async fn stop(self) {
        if let Some(endpoint) = Arc::into_inner(self.endpoint) {
            endpoint.stop().await;
        }
    }
}

fn settings(config: &Config, tls: Option<sip::Tls>) -> sip::Settings {
    sip::Settings {
        listen: config.sip.listen.clone(),
        advertise: config.sip.advertise,
        media_advertise: config.media.advertise.or(config.sip.advertise),
        trunks: config.trunks.iter().map(trunk).collect(),
        stations: config.agents.iter().flat_map(stations).collect(),
        codecs: config.media.codecs.clone(),
        srtp: sip::Srtp::Off,
        user_agent: concat!("Trunkline/", env!("CARGO_PKG_VERSION")).to_owned(),
        admit: sip::Admit::Trunks,
        session: config.sip.session,
        tls,
        name_servers: config.sip.name_servers.clone(),
        limits: sip::Limits {
            calls: config.port_count() + SPARE_CALLS,
            silence: config.dial.trunk_timeout,
            strangers_per_second: strangers_per_second(config),
            connections: connections(config),
            ..sip::Limits::default()
        },
    }
}

/// Messages a second from one address of nobody: an office full of telephones may stand behind it, all of
/// which register anew after a restart.
fn strangers_per_second(config: &Config) -> u32 {
    let usual = sip::Limits::default().strangers_per_second;
    if config.agents.is_empty() { usual } else { usual * 10 }
}

/// Connections at once: telephones over TCP and TLS have one each for as long as they are registered, and a second one
/// when they come back before we have noticed that they were gone.
fn connections(config: &Config) -> usize {
    let agents: usize = config.agents.iter().map(|agent| agent.ports.len()).sum();
    sip::Limits::default().connections + 2 * agents
}

/// Calls beyond one a port: those that are being refused or cleared.
const SPARE_CALLS: usize = 256;

/// The telephones of agents who are reached alike.
fn stations(agent: &crate::config::Agent) -> impl Iterator<Item = sip::Station> {
    agent.contacts().filter_map(|(port, contact)| {
        let place = match &agent.phone {
            Phone::Registers { password, digests } => {
                sip::Place::Registered { password: password.reveal().to_owned(), digests: digests.clone() }
            }
            Phone::Fixed(_) => sip::Place::Fixed(contact?),
        };
        Some(sip::Station {
            id: StationId(port),
            place,
            codecs: Some(agent.codecs.clone()),
            srtp: Some(agent.srtp),
        })
    })
}

fn trunk(trunk: &crate::config::Trunk) -> sip::Trunk {
    let credentials = trunk.credentials.as_ref();
    sip::Trunk {
        name: trunk.name.clone(),
        address: trunk.address.clone(),
        username: credentials.map(|c| c.username.clone()),
        password: credentials.map(|c| c.password.reveal().to_owned()),
        register: trunk.register,
        allow: match &trunk.allow {
            Admission::Address => Vec::new(),
            Admission::Networks(networks) => networks.clone(),
        },
        codecs: Some(trunk.codecs.clone()),
        srtp: Some(trunk.srtp),
    }
}
