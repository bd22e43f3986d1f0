//! What the tasks of one endpoint share.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use edge::signal::{Callee, Cause, Command, Dial, End, Event, Side};
use edge::sound::Codec;
use edge::{LegId, Line, StationId};
use rsipstack::sip::{HeadersExt, Method, Request};
use rsipstack::transaction::Transaction;
use rsipstack::transaction::endpoint::EndpointInnerRef;
use rsipstack::transport::SipConnection;
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, watch};

use crate::arrive::arrive;
use crate::attempts::Attempts;
use crate::cancelled::Cancelled;
use crate::connections::{Connections, Unreachable};
use crate::counters::Tally;
use crate::fields;
use crate::flow::Flow;
use crate::leg::{Leg, Legs, invite_name};
use crate::limits;
use crate::nonces::Nonces;
use crate::origin::Origin;
use crate::outbox::Outbox;
use crate::place::place;
use crate::resolver::{Resolver, Server};
use crate::ring::ring;
use crate::sdp;
use crate::settings::{Settings, Srtp, Transport};
use crate::sources::Sources;
use crate::stations::Stations;
use crate::trunk::Trunk;
use crate::udp::Udp;

/// Asks the media engine for a local RTP address for this leg, where this address of ours faces its far side; the
/// error says why there is none.
pub type Sockets = Arc<dyn Fn(LegId, IpAddr) -> Result<SocketAddr, String> + Send + Sync>;

/// What the tasks of one endpoint share.
pub(crate) struct Core {
    pub(crate) settings: Settings,
    /// The stack's transactions and timers. Its own transports and dialogs are not used: what comes
    /// in passes our guard, and a dialog is ours from its first byte to its last.
    pub(crate) stack: EndpointInnerRef,
    pub(crate) runtime: Handle,
    pub(crate) udp: Vec<Udp>,
    pub(crate) connections: Connections,
    pub(crate) trunks: Vec<Trunk>,
    pub(crate) stations: Stations,
    pub(crate) nonces: Nonces,
    pub(crate) attempts: Attempts,
    pub(crate) resolver: Resolver,
    pub(crate) legs: Legs,
    pub(crate) cancelled: Cancelled,
    pub(crate) calls: Arc<Semaphore>,
    pub(crate) outbox: Outbox,
    pub(crate) sockets: Sockets,
    pub(crate) sources: Sources,
    pub(crate) tally: Tally,
    /// Legs that arrived, so far.
    pub(crate) arrived: AtomicU64,
    /// How far the endpoint is on its way to its end.
    pub(crate) phase: watch::Sender<Phase>,
    /// Sessions described, so far; begins at a random number.
    pub(crate) sessions: AtomicU64,
}

/// How far an endpoint is on its way to its end.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Phase {
    /// It serves.
    Running,
    /// Calls end and registrations are taken back; connections still carry that.
    Closing,
    /// Nothing more is read.
    Closed,
}

impl Core {
    /// Takes a command of the switch. From any thread; never waits.
    pub(crate) fn command(self: &Arc<Self>, command: Command) {
        match command {
            Command::Dial(dial) => self.dial(dial),
            Command::Ring { leg }
            | Command::Progress { leg }
            | Command::Answer { leg }
            | Command::HangUp { leg, .. }
            | Command::TellTransfer { leg, .. } => self.legs.command(leg, command),
        }
    }

    fn dial(self: &Arc<Self>, dial: Dial) {
        let leg = dial.leg;
        let overload = || {
            self.tally.overload();
            let end = End { by: Side::Us, cause: Cause::Overload, status: None, q850: None };
            self.outbox.post(Event::Ended { leg, end });
        };
        if self.outbox.crowded() {
            return overload();
        }
        let Ok(permit) = Arc::clone(&self.calls).try_acquire_owned() else { return overload() };
        match Leg::open(self, leg, Some(dial.to.line()), None, permit) {
            Some(leg) => match dial.to {
                Callee::Station(station) => {
                    drop(self.runtime.spawn(Box::pin(ring(leg, station, dial))));
                }
                Callee::Number { .. } => drop(self.runtime.spawn(Box::pin(place(leg, dial)))),
            },
            None => tracing::error!(%leg, "a leg was dialled twice under one name; the second is ignored"),
        }
    }

    /// Takes a request that the stack has made a transaction of.
    pub(crate) async fn accept(self: &Arc<Self>, mut transaction: Transaction) {
        let to = transaction.original.to_header().ok();
        if let Some(tag) = to.and_then(|to| fields::param(to.value(), "tag")).map(str::to_owned) {
            if let Err(transaction) = self.legs.request(&tag, Box::new(transaction)) {
                // Gone since it passed the guard, or so busy that it must come again.
                let status = if self.legs.has_tag(&tag) { 503 } else { 481 };
                self.reply(transaction, status, Vec::new(), Vec::new()).await;
            }
            return;
        }
        let proven = self.stations.proven(&transaction.key);
        let flow = match (transaction.original.method, proven, self.flow_back(&transaction)) {
            (Method::Invite, _, Some(flow)) => flow,
            (Method::Register, Some(station), Some(flow)) => {
                return self.registrar(Box::new(transaction), station, flow).await;
            }
            _ => return self.reply(Box::new(transaction), 405, Vec::new(), Vec::new()).await,
        };
        let Some(line) = self.line_of(&transaction.original, &flow, proven) else {
            return self.reply(Box::new(transaction), 403, Vec::new(), Vec::new()).await;
        };
        let flow = match line {
            Some(Line::Station(_)) => flow.kept(),
            Some(Line::Trunk(trunk)) => flow.of_host(&self.trunks[usize::from(trunk.0)].setting.address.host),
            None => flow,
        };
        let id = LegId::arrived(self.arrived.fetch_add(1, Ordering::Relaxed));
        let name = invite_name(&transaction.original);
        let permit = Arc::clone(&self.calls).try_acquire_owned().ok();
        let leg = permit.and_then(|permit| Leg::open(self, id, line, name, permit));
        let Some(leg) = leg else {
            self.tally.overload();
            return self.reply(Box::new(transaction), 503, vec![retry_after()], Vec::new()).await;
        };
        // RFC 3261 §8.2.6.1, before anything that may take time.
        if transaction.send_trying().await.is_err() {
            return leg.forget();
        }
        tokio::spawn(Box::pin(arrive(leg, Box::new(transaction), flow)));
    }

    /// What a call came over; none inside where anyone may call, none at all where nobody may.
    fn line_of(&self, invite: &Request, flow: &Flow, proven: Option<StationId>) -> Option<Option<Line>> {
        match (proven, self.origin(&flow.source())) {
            (Some(station), _) => Some(Some(Line::Station(station))),
            (None, Origin::Trunk(trunk)) => Some(Some(Line::Trunk(trunk))),
            (None, Origin::Fixed) => self.stations.at(flow.server(), invite).map(|s| Some(Line::Station(s))),
            (None, Origin::Anyone) => Some(None),
            // The guard let none of these through; who had registered there may have gone since.
            (None, Origin::Telephone | Origin::Stranger) => None,
        }
    }

    /// The way back to whoever sent a request: its transport source, which the guard wrote into Via.
    pub(crate) fn flow_back(&self, transaction: &Transaction) -> Option<Flow> {
        let connection = transaction.connection.clone()?;
        if let SipConnection::Channel(stream) = &connection {
            let address = stream.get_addr();
            let transport = match address.r#type? {
                rsipstack::sip::Transport::Tls => Transport::Tls,
                _ => Transport::Tcp,
            };
            return self.connections.from(Server { transport, address: address.get_socketaddr().ok()? });
        }
        let via = transaction.original.via_header().ok()?;
        let (_, place) = SipConnection::parse_target_from_via(via).ok()?;
        let peer = SocketAddr::try_from(place).ok()?;
        self.udp.iter().find(|udp| udp.is(&connection)).map(|udp| udp.flow(self, peer))
    }

    /// The way to a peer. Under TLS it has to show that it is this host.
    pub(crate) async fn flow(
        self: &Arc<Self>,
        peer: Server,
        host: Option<&str>,
    ) -> Result<Flow, Unreachable> {
        match peer.transport {
            Transport::Udp => {
                let peer = peer.address;
                let fits = |udp: &&Udp| udp.bound.is_ipv4() == peer.is_ipv4();
                let near = |udp: &&Udp| {
                    let ip = udp.bound.ip();
                    ip.is_unspecified() || ip.is_loopback() == peer.ip().is_loopback()
                };
                let best = self.udp.iter().filter(fits).find(near);
                let best = best.or_else(|| self.udp.iter().find(fits));
                best.map(|udp| udp.flow(self, peer)).ok_or(Unreachable::NoSocket)
            }
            Transport::Tcp | Transport::Tls => self.connect(peer, host).await,
        }
    }

    /// The same way, over a new connection where the old one is gone.
    pub(crate) async fn reopened(self: &Arc<Self>, flow: Flow) -> Flow {
        if flow.is_closed() {
            return self.flow(flow.server(), flow.host.as_deref()).await.unwrap_or(flow);
        }
        flow
    }

    /// The server of a trunk to try first (RFC 3263).
    pub(crate) async fn locate(&self, trunk: &Trunk) -> Option<Server> {
        let address = &trunk.setting.address;
        if let Some(literal) = address.literal() {
            return Some(Server { transport: address.transport(), address: literal });
        }
        let mut servers = self.resolver.servers(address).await;
        servers.retain(|server| match server.transport {
            Transport::Udp => self.udp.iter().any(|u| u.bound.is_ipv4() == server.address.is_ipv4()),
            Transport::Tcp => true,
            Transport::Tls => self.settings.tls.is_some(),
        });
        trunk.choose(servers, Instant::now())
    }

    /// The way to a trunk: to the first of its servers that can be reached (RFC 3263 §4.3).
    pub(crate) async fn reach(self: &Arc<Self>, trunk: &Trunk) -> Result<Flow, String> {
        let host = &trunk.setting.address.host;
        let mut tried = 0;
        loop {
            let Some(server) = self.locate(trunk).await else {
                return Err(format!("{host} is not known to the DNS"));
            };
            let unreachable = match self.flow(server, Some(host)).await {
                Ok(flow) => return Ok(flow),
                Err(why) => format!("{} cannot be reached: {why}", server.address),
            };
            tried += 1;
            if !trunk.rest(server, Instant::now()) || tried >= limits::SERVERS {
                return Err(unreachable);
            }
        }
    }

    /// Whether packets are secured on a line.
    fn srtp(&self, line: Option<Line>) -> Srtp {
        let own = match line {
            Some(Line::Trunk(trunk)) => self.trunks.get(usize::from(trunk.0)).and_then(|t| t.setting.srtp),
            Some(Line::Station(station)) => self.stations.setting(station).and_then(|s| s.srtp),
            None => None,
        };
        own.unwrap_or(self.settings.srtp)
    }

    /// The codecs on a line, in the order of preference.
    fn codecs(&self, line: Option<Line>) -> &[Codec] {
        let own = match line {
            Some(Line::Trunk(trunk)) => {
                self.trunks.get(usize::from(trunk.0)).and_then(|trunk| trunk.setting.codecs.as_deref())
            }
            Some(Line::Station(station)) => {
                self.stations.setting(station).and_then(|station| station.codecs.as_deref())
            }
            None => None,
        };
        own.unwrap_or(&self.settings.codecs)
    }

    /// Our side of a new media session: a socket of the media engine, under the address to show. One that
    /// listens on any address is shown under the one that faces the far side: 0.0.0.0 in an SDP means hold
    /// (RFC 3264 §8.4).
    pub(crate) fn describe(&self, leg: LegId, line: Option<Line>, facing: &Flow) -> Result<sdp::Local, ()> {
        let mut address = (self.sockets)(leg, facing.local.ip()).map_err(|why| {
            tracing::warn!(%leg, why, "no media socket for a call");
        })?;
        match self.settings.media_advertise {
            Some(shown) if shown.is_ipv4() == address.is_ipv4() => address.set_ip(shown),
            _ if address.ip().is_unspecified() => address.set_ip(facing.local.ip()),
            _ => {}
        }
        let session = self.sessions.fetch_add(2, Ordering::Relaxed);
        let mut local = sdp::Local::new(address, self.codecs(line).to_vec(), self.srtp(line), session)
            .map_err(|error| {
                tracing::error!(%leg, %error, "the system has no secrets to secure a call's packets with");
            })?;
        local.face(facing);
        Ok(local)
    }

    /// Our host as URIs of ours show it.
    pub(crate) fn shown_host(&self, flow: &Flow) -> String {
        match flow.local.ip() {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        }
    }
}

/// Tells a caller that is turned away when to come again (RFC 3261 §20.33).
pub(crate) fn retry_after() -> rsipstack::sip::Header {
    rsipstack::sip::Header::RetryAfter(limits::RETRY_AFTER.to_string().into())
}

/// A random number; unpredictable enough to spread things, not to keep a secret.
pub(crate) fn random() -> u64 {
    use std::hash::{BuildHasher, Hasher};
    std::collections::hash_map::RandomState::new().build_hasher().finish()
}

/// A little less than this, by up to a tenth, so that what many do they do not do all at once.
pub(crate) fn jittered(duration: std::time::Duration) -> std::time::Duration {
    duration - duration.mul_f64(0.1 * (random() % 1000) as f64 / 1000.0)
}
