//! The telephones of the house, and where they are now.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use edge::StationId;
use edge::signal::Event;
use rsipstack::sip::{Request, Uri};
use rsipstack::transaction::key::TransactionKey;
use tokio::sync::Notify;

use crate::bindings::{Asked, Bindings, Order, Refused};
use crate::core::Core;
use crate::fields;
use crate::flow::Flow;
use crate::limits;
use crate::resolver::Server;
use crate::settings::{Place, Station, StationAddress, Transport};

/// The telephones of the house.
pub(crate) struct Stations {
    settings: HashMap<StationId, Station>,
    fixed: HashMap<Server, Vec<StationId>>,
    /// Whether any of them registers, so that strangers are asked who they are.
    pub(crate) register: bool,
    state: Mutex<State>,
    /// Wakes the task that lets registrations run out.
    changed: Notify,
}

#[derive(Default)]
struct State {
    bindings: HashMap<StationId, Bindings<Flow>>,
    /// How many bindings go to each of these.
    sources: HashMap<Server, usize>,
    /// Requests that have proved whose they are, until the stack has made transactions of them.
    proven: HashMap<TransactionKey, StationId>,
}

/// A place where a station can be called.
pub(crate) struct Contact {
    pub(crate) target: Uri,
    pub(crate) flow: Flow,
}

/// A station and the places where it can be called now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StationView {
    /// The station.
    pub station: StationId,
    /// Its places, in the order of preference; empty when it is not there.
    pub contacts: Vec<ContactView>,
}

/// A place where a station can be called.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ContactView {
    /// What is called.
    pub uri: String,
    /// Where messages go.
    pub address: SocketAddr,
    /// How.
    pub transport: Transport,
    /// How long the registration lasts if it is not renewed; none for a fixed place.
    pub expires: Option<Duration>,
    /// What the telephone says it is; empty when it does not.
    pub user_agent: String,
}

impl StationAddress {
    /// Where messages go.
    const fn server(&self) -> Server {
        Server { transport: self.transport, address: self.address }
    }
}

impl Stations {
    pub(crate) fn new(stations: &[Station]) -> Self {
        let mut fixed: HashMap<Server, Vec<StationId>> = HashMap::new();
        for station in stations {
            if let Place::Fixed(place) = &station.place {
                fixed.entry(place.server()).or_default().push(station.id);
            }
        }
        Self {
            fixed,
            register: stations.iter().any(|station| matches!(station.place, Place::Registered { .. })),
            settings: stations.iter().map(|station| (station.id, station.clone())).collect(),
            state: Mutex::default(),
            changed: Notify::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn setting(&self, station: StationId) -> Option<&Station> {
        self.settings.get(&station)
    }

    /// Those that have a fixed place, in the order of their numbers.
    pub(crate) fn fixed(&self) -> Vec<StationId> {
        let mut fixed: Vec<StationId> = self.fixed.values().flatten().copied().collect();
        fixed.sort();
        fixed
    }

    /// Whether this is the fixed place of a station.
    pub(crate) fn is_fixed_at(&self, source: Server) -> bool {
        self.fixed.contains_key(&source)
    }

    /// The station at this fixed place. Where there are several, as behind a gateway, it is the gateway's to
    /// say which of its own it is: by the user of From.
    pub(crate) fn at(&self, source: Server, request: &Request) -> Option<StationId> {
        match self.fixed.get(&source)?.as_slice() {
            [only] => Some(*only),
            several => {
                let user = fields::user(fields::uri(fields::first(request, "From")?));
                several.iter().find(|station| station.0.to_string() == user).copied()
            }
        }
    }

    /// Whether a station is registered at this very place. It says who is heard, not who calls.
    pub(crate) fn is_registered_at(&self, source: Server) -> bool {
        self.register && self.state().sources.contains_key(&source)
    }

    /// Keeps who a request is from for [`Stations::proven`].
    pub(crate) fn remember(&self, request: TransactionKey, station: StationId) {
        self.state().proven.insert(request, station);
    }

    /// Who a request has proved to be from, once.
    pub(crate) fn proven(&self, request: &TransactionKey) -> Option<StationId> {
        if !self.register {
            return None;
        }
        self.state().proven.remove(request)
    }

    /// Every station, in the order of its number.
    pub(crate) fn view(&self, now: Instant) -> Vec<StationView> {
        let state = self.state();
        let contacts = |station: &Station| match &station.place {
            Place::Fixed(place) => vec![ContactView {
                uri: place.to_string(),
                address: place.address,
                transport: place.transport,
                expires: None,
                user_agent: String::new(),
            }],
            Place::Registered { .. } => {
                let bindings = state.bindings.get(&station.id).into_iter().flat_map(Bindings::iter);
                let view = bindings.map(|binding| ContactView {
                    uri: binding.uri.clone(),
                    address: binding.flow.peer,
                    transport: binding.flow.transport,
                    expires: Some(binding.until.saturating_duration_since(now)),
                    user_agent: binding.user_agent.clone(),
                });
                view.collect()
            }
        };
        let view = |station: &Station| StationView { station: station.id, contacts: contacts(station) };
        let mut views: Vec<StationView> = self.settings.values().map(view).collect();
        views.sort_by_key(|view| view.station);
        views
    }
}

impl Core {
    /// Does what a station's REGISTER asks for; the Contacts that it has then, as the answer tells them
    /// (RFC 3261 §10.3 step 8).
    pub(crate) fn register(
        &self,
        station: StationId,
        asked: &Asked,
        order: &Order<'_>,
        flow: &Flow,
    ) -> Result<Vec<String>, Refused> {
        let now = Instant::now();
        let contacts = self.changed(station, "it has unregistered", |bindings| {
            bindings.apply(asked, order, flow, now)?;
            let contact =
                |uri: &str, left: Duration| format!("<{uri}>;expires={}", left.as_secs_f64().ceil());
            Ok(bindings.iter().map(|b| contact(&b.uri, b.until.saturating_duration_since(now))).collect())
        });
        self.stations.changed.notify_one();
        contacts
    }

    /// Changes where a station is; tells the switch when it has come or gone by that.
    fn changed<T>(&self, station: StationId, why: &str, change: impl FnOnce(&mut Bindings<Flow>) -> T) -> T {
        let mut state = self.stations.state();
        let State { bindings, sources, .. } = &mut *state;
        let bindings = bindings.entry(station).or_insert_with(Bindings::new);
        let before = !bindings.is_empty();
        for binding in bindings.iter() {
            leave(sources, binding.flow.server());
        }
        let outcome = change(bindings);
        for binding in bindings.iter() {
            *sources.entry(binding.flow.server()).or_default() += 1;
        }
        // Posted under the lock, so that up and down keep their order.
        match (before, !bindings.is_empty()) {
            (false, true) => self.outbox.post(Event::StationUp { station }),
            (true, false) => self.outbox.post(Event::StationDown { station, why: why.to_owned() }),
            _ => {}
        }
        outcome
    }

    /// Lets go of what was registered over a connection that is gone: nothing else leads there.
    pub(crate) fn hung_up(&self, flow: &Flow) {
        if !self.stations.is_registered_at(flow.server()) {
            return;
        }
        let all: Vec<StationId> = self.stations.state().bindings.keys().copied().collect();
        for station in all {
            self.changed(station, "its connection is gone", |bindings| {
                // A new connection may have come from the same place since.
                bindings.forget(|b| b.flow.server() == flow.server() && b.flow.is_closed());
            });
        }
    }

    /// Where a station can be called now, in the order of preference.
    pub(crate) async fn contacts(self: &Arc<Self>, station: StationId) -> Vec<Contact> {
        let Some(setting) = self.stations.setting(station) else { return Vec::new() };
        if let Place::Fixed(place) = &setting.place {
            let target = fields::stack_uri(&place.to_string());
            let flow = self.flow(place.server(), Some(&place.address.ip().to_string())).await;
            let contact = target.zip(flow.ok()).map(|(target, flow)| Contact { target, flow: flow.kept() });
            return contact.into_iter().collect();
        }
        let state = self.stations.state();
        let bindings = state.bindings.get(&station).into_iter().flat_map(Bindings::iter);
        let contact =
            |uri, flow: &Flow| Some(Contact { target: fields::stack_uri(uri)?, flow: flow.clone() });
        bindings.filter_map(|binding| contact(&binding.uri, &binding.flow)).collect()
    }
}

/// One binding less leads to this place.
fn leave(sources: &mut HashMap<Server, usize>, place: Server) {
    if let Some(count) = sources.get_mut(&place) {
        *count -= 1;
        if *count == 0 {
            sources.remove(&place);
        }
    }
}

/// Tells which stations are there from the start, and lets registrations run out for as long as the
/// endpoint runs.
pub(crate) async fn run(core: Arc<Core>) {
    loop {
        let now = Instant::now();
        let (over, next) = {
            let state = core.stations.state();
            let ends = |(station, bindings): (&StationId, &Bindings<Flow>)| {
                bindings.iter().map(|binding| (*station, binding.until)).collect::<Vec<_>>()
            };
            let ends: Vec<(StationId, Instant)> = state.bindings.iter().flat_map(ends).collect();
            let over = ends.iter().filter(|(_, until)| *until <= now).map(|(station, _)| *station);
            (
                over.collect::<Vec<_>>(),
                ends.iter().map(|(_, until)| *until).filter(|until| *until > now).min(),
            )
        };
        for station in over {
            core.changed(station, "its registration has run out", |bindings| {
                bindings.forget(|binding| binding.until <= now);
            });
        }
        let wait = next.map_or(limits::NONCE_LIFE, |next| next.saturating_duration_since(now));
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = core.stations.changed.notified() => {}
        }
    }
}
