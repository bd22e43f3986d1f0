//! What is known of each trunk while the endpoint runs.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use edge::TrunkId;
use edge::signal::Event;

use crate::core::Core;
use crate::limits;
use crate::origin::Source;
use crate::resolver::Server;
use crate::settings::{self, Transport};

/// A trunk and its state.
pub(crate) struct Trunk {
    pub(crate) id: TrunkId,
    pub(crate) setting: settings::Trunk,
    state: Mutex<State>,
}

/// What is known of a trunk.
#[derive(Default)]
struct State {
    health: Health,
    registration: Registration,
    /// What the switch was told last.
    told: Option<bool>,
    /// The servers that its name led to last, for names only, in the order to be tried.
    servers: Vec<Server>,
    /// Those that did not answer, and since when.
    resting: Vec<(Server, Instant)>,
    /// The realm that its challenges name, from the first that it took our answer to.
    realm: Option<String>,
}

/// What the OPTIONS of a trunk say.
#[derive(Clone, PartialEq, Eq, Default)]
enum Health {
    #[default]
    Unknown,
    Alive,
    /// So many in a row without an answer, and why the last one could not even be sent.
    Silent(u32, Option<String>),
}

/// What the registrations at a trunk say.
#[derive(Clone, PartialEq, Eq, Default)]
enum Registration {
    /// None is asked for, or the first is under way.
    #[default]
    None,
    Registered,
    /// The last one failed, for this reason.
    Failed(String),
}

impl Trunk {
    pub(crate) fn new(id: TrunkId, setting: settings::Trunk) -> Self {
        Self { id, setting, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a dial through it should not even be tried.
    pub(crate) fn is_down(&self) -> bool {
        self.state().told == Some(false)
    }

    /// Whether calls from there come in through this trunk. One that is reached over TLS calls over TLS too, and
    /// shows its certificate where one is asked for: an address alone says less.
    pub(crate) fn admits(&self, source: &Source<'_>) -> bool {
        let open = self.setting.address.transport() != Transport::Tls;
        let certified = source.certified.is_none_or(|trunks| trunks.contains(&self.id));
        let secured = source.peer.transport == Transport::Tls && certified;
        (open || secured) && self.is_of(source.peer.address.ip())
    }

    /// Whether this address is one of its own.
    fn is_of(&self, source: IpAddr) -> bool {
        if !self.setting.allow.is_empty() {
            return self.setting.allow.iter().any(|network| network.contains(&source.to_canonical()));
        }
        match self.setting.address.literal() {
            Some(own) => own.ip() == source,
            None => self.state().servers.iter().any(|server| server.address.ip() == source),
        }
    }

    /// Whether this very place is one of its own.
    pub(crate) fn is_at(&self, place: SocketAddr) -> bool {
        match self.setting.address.literal() {
            Some(own) => own == place,
            None => self.state().servers.iter().any(|server| server.address == place),
        }
    }

    /// Takes the servers that its name leads to now; the one to try first (RFC 3263 §4.3).
    pub(crate) fn choose(&self, servers: Vec<Server>, now: Instant) -> Option<Server> {
        let mut state = self.state();
        state.resting.retain(|(_, since)| now.saturating_duration_since(*since) < limits::SERVER_REST);
        let rested =
            servers.iter().find(|server| state.resting.iter().all(|(resting, _)| resting != *server));
        let chosen = rested.or(servers.first()).copied();
        state.servers = servers;
        chosen
    }

    /// Passes over a server that did not answer, for a while; whether there is another to try.
    pub(crate) fn rest(&self, server: Server, now: Instant) -> bool {
        let mut state = self.state();
        state.resting.retain(|(resting, _)| *resting != server);
        state.resting.truncate(limits::SERVERS);
        state.resting.push((server, now));
        state.servers.iter().any(|other| state.resting.iter().all(|(resting, _)| resting != other))
    }

    /// A server has answered: it is tried again.
    pub(crate) fn rested(&self, server: Server) {
        self.state().resting.retain(|(resting, _)| *resting != server);
    }

    /// The realm of its challenges, as far as it is known.
    pub(crate) fn realm(&self) -> Option<String> {
        self.state().realm.clone()
    }

    /// Holds the trunk to the realm whose challenge we answered first.
    pub(crate) fn pin_realm(&self, realm: &str) {
        self.state().realm.get_or_insert_with(|| realm.to_owned());
    }

    /// What an OPTIONS came to: without an answer, it may be known why it could not be sent. How many have failed
    /// in a row.
    pub(crate) fn probed(&self, core: &Core, outcome: Result<(), Option<String>>) -> u32 {
        let failures = {
            let mut state = self.state();
            let before = if let Health::Silent(n, _) = state.health { n } else { 0 };
            let (health, failures) = match outcome {
                Ok(()) => (Health::Alive, 0),
                Err(why) => (Health::Silent(before.saturating_add(1), why), before.saturating_add(1)),
            };
            state.health = health;
            failures
        };
        self.settle(core);
        failures
    }

    /// What a registration came to.
    pub(crate) fn registered(&self, core: &Core, outcome: Result<(), String>) {
        self.state().registration = match outcome {
            Ok(()) => Registration::Registered,
            Err(why) => Registration::Failed(why),
        };
        self.settle(core);
    }

    /// Tells the switch, where what it was told last is no longer so.
    fn settle(&self, core: &Core) {
        let mut state = self.state();
        let verdict = match (&state.health, &state.registration) {
            (_, Registration::Failed(why)) => Some(Err(format!("not registered: {why}"))),
            (Health::Silent(n, why), _) if *n >= limits::HEALTH_FAILURES => {
                let silent = || format!("no answer to {n} OPTIONS in a row");
                Some(Err(why.clone().unwrap_or_else(silent)))
            }
            (Health::Alive, Registration::None) if self.setting.register => None,
            (Health::Alive, _) | (Health::Unknown, Registration::Registered) => Some(Ok(())),
            _ => None,
        };
        let Some(verdict) = verdict else { return };
        if state.told == Some(verdict.is_ok()) {
            return;
        }
        state.told = Some(verdict.is_ok());
        // Posted under the lock, so that up and down keep their order.
        core.outbox.post(match verdict {
            Ok(()) => Event::TrunkUp { trunk: self.id },
            Err(why) => Event::TrunkDown { trunk: self.id, why },
        });
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_server_that_does_not_answer_rests_while_there_are_others() {
        let setting = settings::Trunk {
            name: "t".into(),
            address: "sip:gw.test".parse().unwrap(),
            username: None,
            password: None,
            register: false,
            allow: Vec::new(),
            codecs: None,
            srtp: None,
        };
        let trunk = Trunk::new(TrunkId(0), setting);
        let server = |s: &str| Server { transport: Transport::Udp, address: s.parse().unwrap() };
        let servers = vec![server("192.0.2.1:5060"), server("192.0.2.2:5060")];
        let (one, two) = (servers[0], servers[1]);
        let start = Instant::now();
        assert_eq!(trunk.choose(servers.clone(), start), Some(one));
        assert!(
            trunk.is_of(two.address.ip())
                && trunk.is_at(two.address)
                && !trunk.is_of("192.0.2.3".parse().unwrap())
        );
        assert!(trunk.rest(one, start));
        assert_eq!(trunk.choose(servers.clone(), start), Some(two));
        assert!(!trunk.rest(two, start));
        assert_eq!(trunk.choose(servers.clone(), start), Some(one), "with all at rest, the first");
        assert_eq!(trunk.choose(servers, start + Duration::from_secs(61)), Some(one));
        assert_eq!(trunk.choose(Vec::new(), start), None);
    }
}
