//! The endpoint: its start, its end, and the door for commands.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::task::Poll;
use std::time::Duration;

use edge::TrunkId;
use edge::signal::{Command, Event};
use rsipstack::EndpointBuilder;
use rsipstack::transaction::TransactionReceiver;
use rsipstack::transaction::endpoint::EndpointOption;
use rsipstack::transport::SipAddr;
use rsipstack::transport::transport_layer::DomainResolver;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::attempts::Attempts;
use crate::cancelled::Cancelled;
use crate::connections::Connections;
use crate::core::{Core, Phase, Sockets, random};
use crate::counters::{Counters, Tally};
use crate::leg::Legs;
use crate::limits;
use crate::nonces::Nonces;
use crate::outbox::{Outbox, Sink};
use crate::resolver::Resolver;
use crate::settings::{Listen, Settings, Transport};
use crate::sources::Sources;
use crate::stations::{StationView, Stations};
use crate::trunk::Trunk;
use crate::udp::Udp;
use crate::{health, register, stations};

/// Between a panic and the new start of what panicked.
const PANIC_PAUSE: Duration = Duration::from_millis(10);

/// A SIP endpoint: takes commands, gives events. It runs in the tokio runtime that started it, also in
/// one of a single thread; dropping it stops it without a word to the network.
pub struct Endpoint {
    core: Arc<Core>,
    listening: Vec<Listen>,
    /// The sockets, the timers, the trunks; aborted with the endpoint.
    tasks: JoinSet<()>,
    /// The registrations, which take themselves back when the endpoint stops.
    registrations: JoinSet<()>,
}

/// Why an endpoint could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A place to listen is taken, or is none of this machine's.
    #[error("cannot listen on {listen}: {source}; choose another address under [sip] listen")]
    Bind {
        /// The place.
        listen: Listen,
        /// What the system said.
        source: std::io::Error,
    },
    /// A trunk over UDP and no UDP socket to reach it from.
    #[error("trunk {trunk} is reached over UDP, but [sip] listen has no udp:// address of its family")]
    NoSocket {
        /// The trunk's name.
        trunk: String,
    },
    /// A place to listen for TLS and no certificate to show there.
    #[error("there is no certificate for {listen}; write one under [sip.tls]")]
    NoCertificate {
        /// The place.
        listen: Listen,
    },
    /// A trunk over TLS and nothing to speak it with.
    #[error("trunk {trunk} is reached over TLS, and there is nothing to speak it with")]
    NoTls {
        /// The trunk's name.
        trunk: String,
    },
    /// The system gives no random numbers, without which no station could prove itself.
    #[error("the system has no random numbers: {0}; is getrandom(2) forbidden to this process?")]
    Random(getrandom::Error),
    /// More trunks than there are names for.
    #[error("more than 65535 trunks")]
    TooManyTrunks,
}

/// The stack never asks the DNS: what names are looked up is ours to say (security row 35).
struct NoNames;

#[async_trait::async_trait]
impl DomainResolver for NoNames {
    async fn resolve(&self, target: &SipAddr) -> rsipstack::Result<SipAddr> {
        Err(rsipstack::Error::DnsResolutionError(target.addr.to_string()))
    }
}

impl Endpoint {
    /// Binds every place to listen and begins to serve them, inside the caller's tokio runtime.
    ///
    /// `sockets` is asked once for each call that needs an SDP; `sink` takes every event and must not
    /// call the endpoint.
    pub async fn start(settings: Settings, sockets: Sockets, sink: Sink) -> Result<Self, StartError> {
        let mut udp = Vec::new();
        let mut listeners = Vec::new();
        let mut listening = Vec::new();
        for listen in &settings.listen {
            let taken = |source| StartError::Bind { listen: *listen, source };
            match listen.transport {
                Transport::Udp => {
                    let socket = Udp::bind(listen.address).await.map_err(taken)?;
                    listening.push(Listen { address: socket.bound, ..*listen });
                    udp.push(socket);
                }
                Transport::Tcp | Transport::Tls => {
                    if listen.transport == Transport::Tls && settings.accepting().is_none() {
                        return Err(StartError::NoCertificate { listen: *listen });
                    }
                    let listener = TcpListener::bind(listen.address).await.map_err(taken)?;
                    let bound = listener.local_addr().map_err(taken)?;
                    let bound = Listen { address: bound, ..*listen };
                    listening.push(bound);
                    listeners.push((listener, bound));
                }
            }
        }
        let bound = listeners.iter().map(|(_, bound)| *bound).collect();
        let (core, incoming) = core(settings, sockets, sink, udp, bound)?;
        let core = Arc::new(core);
        let mut tasks = JoinSet::new();
        for index in 0..core.udp.len() {
            keep(
                &mut tasks,
                "UDP socket",
                &core,
                move |core| async move { core.udp[index].run(&core).await },
            );
        }
        for (listener, bound) in listeners {
            let listener = Arc::new(listener);
            keep(&mut tasks, "listener", &core, move |core| {
                let listener = Arc::clone(&listener);
                async move { core.listen(&listener, bound).await }
            });
        }
        let incoming = Arc::new(tokio::sync::Mutex::new(incoming));
        keep(&mut tasks, "door for requests", &core, move |core| {
            let incoming = Arc::clone(&incoming);
            async move {
                let mut incoming = incoming.lock().await;
                while let Some(transaction) = incoming.recv().await {
                    core.accept(transaction).await;
                }
            }
        });
        keep(&mut tasks, "timers", &core, |core| async move { look_at_timers(&core).await });
        keep(&mut tasks, "events", &core, |core| async move { core.outbox.run().await });
        for station in core.stations.fixed() {
            core.outbox.post(Event::StationUp { station });
        }
        keep(&mut tasks, "registrations of stations", &core, stations::run);
        let mut registrations = JoinSet::new();
        for (index, trunk) in core.trunks.iter().enumerate() {
            if trunk.setting.register {
                keep(&mut registrations, "registration", &core, move |core| register::run(core, index));
            }
            if !core.settings.limits.health_interval.is_zero() {
                keep(&mut tasks, "health of a trunk", &core, move |core| health::run(core, index));
            }
        }
        Ok(Self { core, listening, tasks, registrations })
    }

    /// Where it listens, with the real ports where 0 was asked for.
    #[must_use]
    pub fn listening(&self) -> &[Listen] {
        &self.listening
    }

    /// Takes a command, from any thread, without waiting. A command that cannot be taken ends its leg
    /// with `Overload`.
    pub fn send(&self, command: Command) {
        self.core.command(command);
    }

    /// The stations, and where each can be called now.
    #[must_use]
    pub fn stations(&self) -> Vec<StationView> {
        self.core.stations.view(std::time::Instant::now())
    }

    /// What it holds and what it has turned away.
    #[must_use]
    pub fn counters(&self) -> Counters {
        let core = &self.core;
        Counters {
            dialogs: core.legs.len(),
            transactions: core.stack.transactions.len(),
            remembered: core.stack.finished_transactions.len(),
            connections: core.connections.len(),
            events_waiting: core.outbox.waiting(),
            ..core.tally.counters()
        }
    }

    /// Ends what is left, with `Overload`, and closes. Waits at most `Limits::drain`.
    pub async fn stop(mut self) {
        let deadline = Instant::now() + self.core.settings.limits.drain;
        self.core.calls.close();
        self.core.legs.end_all();
        self.core.phase.send_replace(Phase::Closing);
        let busy = |core: &Core| {
            // A BYE that is on its way is repeated until it is answered.
            core.legs.len() > 0 || core.outbox.waiting() > 0 || !core.stack.transactions.is_empty()
        };
        while busy(&self.core) && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let taken_back = async { while self.registrations.join_next().await.is_some() {} };
        let _ = tokio::time::timeout_at(deadline, taken_back).await;
        self.tasks.shutdown().await;
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        // The connections have tasks of their own, which say what is left to say and close.
        self.core.phase.send_replace(Phase::Closed);
    }
}

/// Runs a task of the endpoint, and runs it again if it panics: one message that breaks what reads it
/// must not make the endpoint deaf.
fn keep<F>(
    tasks: &mut JoinSet<()>,
    what: &'static str,
    core: &Arc<Core>,
    begin: impl Fn(Arc<Core>) -> F + Send + 'static,
) where
    F: Future<Output = ()> + Send + 'static,
{
    let core = Arc::clone(core);
    tasks.spawn(async move {
        loop {
            // A set of one, so that it ends with this task.
            let mut running = JoinSet::new();
            running.spawn(begin(Arc::clone(&core)));
            match running.join_next().await {
                Some(Err(error)) if error.is_panic() => {
                    tracing::error!(what, "a task of the SIP endpoint panicked; it is started again");
                    tokio::time::sleep(PANIC_PAUSE).await;
                }
                _ => return,
            }
        }
    });
}

/// Runs the stack's timers. Each one that is set or cancelled, some ten a call, wakes the stack to look at
/// all of them again; here it looks once for all that happens in [`limits::TIMERS`].
async fn look_at_timers(core: &Core) {
    let mut timers = pin!(core.stack.process_timer());
    loop {
        let mut looked = false;
        // The first poll looks, the next means that there is something to look at again.
        poll_fn(|context| {
            if std::mem::replace(&mut looked, true) {
                return Poll::Ready(());
            }
            timers.as_mut().poll(context)
        })
        .await;
        tokio::time::sleep(limits::TIMERS).await;
    }
}

/// Puts together what the tasks share.
fn core(
    settings: Settings,
    sockets: Sockets,
    sink: Sink,
    udp: Vec<Udp>,
    bound: Vec<Listen>,
) -> Result<(Core, TransactionReceiver), StartError> {
    let mut trunks = Vec::new();
    for (index, trunk) in settings.trunks.iter().enumerate() {
        let id = u16::try_from(index).map_err(|_| StartError::TooManyTrunks)?;
        let reached = match trunk.address.literal() {
            Some(address) => udp.iter().any(|u| u.bound.is_ipv4() == address.is_ipv4()),
            None => !udp.is_empty(),
        };
        if trunk.address.transport() == Transport::Udp && !reached {
            return Err(StartError::NoSocket { trunk: trunk.name.clone() });
        }
        if trunk.address.transport() == Transport::Tls && settings.tls.is_none() {
            return Err(StartError::NoTls { trunk: trunk.name.clone() });
        }
        trunks.push(Trunk::new(TrunkId(id), trunk.clone()));
    }
    let limits = &settings.limits;
    let option = EndpointOption {
        t1: limits.t1,
        t2: limits.t1 * 8,
        t4: limits.t1 * 10,
        t1x64: limits.t1 * 64,
        // Timer C is a proxy's (RFC 3261 §16.6); our calls have a deadline of their own.
        timerc: limits.ringing + limits.t1 * 128,
        // The ACK of a 2xx is ours (§13.2.2.4): the stack would send it wherever a Contact points,
        // over a TCP connection of its own making if that says so.
        auto_ack_2xx: false,
        ..EndpointOption::default()
    };
    let stack = EndpointBuilder::new()
        .with_user_agent(&settings.user_agent)
        .with_option(option)
        .with_domain_resolver(Box::new(NoNames))
        .build();
    let incoming = stack.incoming_transactions().expect("a new stack gives its queue once");
    let core = Core {
        stack: stack.inner,
        runtime: tokio::runtime::Handle::current(),
        udp,
        connections: Connections::new(bound, limits),
        trunks,
        stations: Stations::new(&settings.stations),
        nonces: Nonces::new(std::time::Instant::now()).map_err(StartError::Random)?,
        attempts: Attempts::default(),
        resolver: Resolver::new(&settings.trunks, &settings.name_servers),
        legs: Legs::default(),
        cancelled: Cancelled::default(),
        calls: Arc::new(Semaphore::new(limits.calls.min(Semaphore::MAX_PERMITS))),
        outbox: Outbox::new(sink, limits.events),
        sockets,
        sources: Sources::new(std::time::Instant::now()),
        tally: Tally::default(),
        arrived: AtomicU64::new(0),
        phase: watch::Sender::new(Phase::Running),
        sessions: AtomicU64::new(random()),
        settings,
    };
    Ok((core, incoming))
}
