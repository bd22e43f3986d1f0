//! The engine as the rest of the house sees it.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZero;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use edge::LegId;
use edge::sound::{Command, Event, FRAME_MS};

use crate::departures::Departures;
use crate::ears::Listening;
use crate::limits::INBOX;
use crate::moves::Arrivals;
use crate::ports::{Ports, ReserveError};
use crate::processor;
use crate::recording;
use crate::routes::Routes;
use crate::socket::Socket;
use crate::spill::Spill;
use crate::tally::{Counters, Tally};
use crate::tape::Tape;
use crate::worker::{Message, Shared, Worker, leg_of};

/// How the engine is set up.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The addresses that the legs' sockets are bound to, one at least: each to the one that faces its far side.
    pub addresses: Vec<IpAddr>,
    /// The ports for RTP and RTCP; a leg takes an even one and the next.
    pub ports: RangeInclusive<u16>,
    /// Threads; 0 is one a core.
    pub workers: usize,
    /// How packets leave.
    pub io: Io,
    /// [`Event::Silent`] is told when nothing came for so long on an open leg; zero is never.
    pub silence_limit: Duration,
    /// What legs listen for, and how.
    pub listening: Listening,
}

/// How packets are to leave.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Io {
    /// By io_uring where the kernel offers it, else by system calls.
    Auto,
    /// One system call a packet.
    SystemCalls,
    /// One io_uring submission a slot; the engine does not start without.
    IoUring,
}

/// Takes the engine's events, from any of its threads; must be quick. An event given back was not taken:
/// the engine keeps it, in order, and offers it again a slot later.
pub type Sink = Arc<dyn Fn(Event) -> Result<(), Event> + Send + Sync>;

/// Why the engine does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// There is no even port followed by another in the range.
    #[error("the RTP ports {0}-{1} hold no even port with its odd neighbour; widen media.rtp_ports")]
    Ports(u16, u16),
    /// No socket can be bound to the address.
    #[error("RTP cannot be received on {address}: {source}; use an address of this machine")]
    Address {
        /// Which address.
        address: IpAddr,
        /// What the kernel said.
        source: io::Error,
    },
    /// io_uring was asked for by name.
    #[error("io_uring is not available: {0}; let the engine choose, or allow it in the container's profile")]
    IoUring(io::Error),
    /// A thread could not be started.
    #[error("no thread for a media worker: {0}; raise the limit of processes")]
    Thread(io::Error),
}

/// The media engine: sockets and threads for the sound of all legs.
///
/// Its methods may be called from any thread, and none of them waits for a worker.
pub struct Engine {
    ports: Arc<Ports>,
    workers: Vec<Handle>,
    /// Which worker has which leg. Held while a command is on its way into an inbox, so that no other
    /// overtakes it.
    routes: Mutex<Routes>,
    tape: Tape,
    /// Whether the workers are to end.
    over: Arc<AtomicBool>,
}

/// The engine's end of a worker.
struct Handle {
    inbox: Option<SyncSender<Message>>,
    spill: Arc<Spill>,
    arrivals: Arc<Arrivals>,
    tally: Arc<Tally>,
    thread: Option<JoinHandle<()>>,
}

impl Engine {
    /// Starts the workers, which tell their events to `sink` and give what they record to `tape`.
    ///
    /// # Errors
    /// [`StartError`] when the settings cannot be had on this machine.
    #[expect(clippy::needless_pass_by_value, reason = "the engine owns its ends, one share a worker")]
    pub fn start(settings: Settings, sink: Sink, tape: Tape) -> Result<Self, StartError> {
        let (addresses, range) = (settings.addresses.clone(), settings.ports.clone());
        let (mut engine, workers) = Self::assemble(settings, &sink, &tape)?;
        processor::allow_many_files();
        let processors = processor::allowed();
        for (number, (handle, worker)) in engine.workers.iter_mut().zip(workers).enumerate() {
            let processor = processors.get(number % processors.len().max(1)).copied();
            handle.start(number, processor, worker)?;
        }
        let back_end = engine.counters().workers.first().map(|worker| worker.io);
        let (first, last, workers) = (range.start(), range.end(), engine.workers.len());
        tracing::info!(?addresses, first, last, workers, io = ?back_end, "the media engine has started");
        Ok(engine)
    }

    /// An engine, and its workers, which nobody runs yet.
    pub(crate) fn assemble(
        settings: Settings,
        sink: &Sink,
        tape: &Tape,
    ) -> Result<(Self, Vec<Worker>), StartError> {
        let Settings { addresses, ports, workers, io, silence_limit, listening } = settings;
        let (first, last) = (*ports.start(), *ports.end());
        for &address in &addresses {
            Socket::bind(SocketAddr::new(address, 0))
                .map_err(|source| StartError::Address { address, source })?;
        }
        let ports = Arc::new(Ports::new(addresses, ports).ok_or(StartError::Ports(first, last))?);
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let count = if workers == 0 { cores } else { workers };
        // A worker's silence is counted in turns.
        let turn = u128::from(FRAME_MS);
        let silence_limit = u64::try_from(silence_limit.as_millis().div_ceil(turn)).unwrap_or(u64::MAX);
        let routes = Mutex::new(Routes::new(count));
        let (handles, tape, over) = (Vec::with_capacity(count), Arc::clone(tape), Arc::default());
        let mut engine = Self { ports, workers: handles, routes, tape, over };
        let mut workers = Vec::with_capacity(count);
        for _ in 0..count {
            let shared = Shared {
                ports: Arc::clone(&engine.ports),
                sink: Arc::clone(sink),
                tape: Arc::clone(&engine.tape),
                silence_limit,
                listening: listening.clone(),
                over: Arc::clone(&engine.over),
                spill: Arc::default(),
                arrivals: Arc::default(),
                tally: Arc::default(),
            };
            let (handle, messages) = Handle::new(&shared);
            engine.workers.push(handle);
            workers.push(Worker::new(shared, messages, departures(io)?));
        }
        Ok((engine, workers))
    }

    /// Binds sockets for a leg, RTP on an even port and RTCP on the next, and tells where its RTP is to
    /// be sent to: on the address of [`Settings`] that is `facing` the far side, or the nearest to it. A leg that
    /// has sockets there keeps them.
    ///
    /// # Errors
    /// [`ReserveError`] when no port pair is free, or no socket can be had.
    pub fn reserve(&self, leg: LegId, facing: IpAddr) -> Result<SocketAddr, ReserveError> {
        self.ports.reserve(leg, facing)
    }

    /// Gives a command to its leg's worker. When the worker's inbox is full the leg is lost, which
    /// [`Event::Lost`] tells; a [`Command::Close`] is carried out all the same.
    pub fn send(&self, command: Command) {
        let leg = leg_of(&command);
        let mut routes = self.routes.lock().unwrap_or_else(PoisonError::into_inner);
        let worker = routes.worker(leg);
        let with = match &command {
            Command::Close { .. } => {
                routes.close(leg);
                Arc::default()
            }
            Command::Open { .. } => {
                let with = self.gather(&mut routes, leg);
                routes.open(leg);
                with
            }
            // Of a leg that is over nothing is kept.
            Command::Hear { of, .. } if self.ports.is_reserved(leg) => {
                routes.hear(leg, of);
                self.gather(&mut routes, leg)
            }
            _ => Arc::default(),
        };
        let worker = if matches!(command, Command::Close { .. }) { worker } else { routes.worker(leg) };
        if let Some(worker) = self.workers.get(worker) {
            worker.send(leg, command, with, &self.ports);
        }
    }

    /// Brings all that are in a bridge with this leg to one worker; they are to share a slot there.
    fn gather(&self, routes: &mut Routes, leg: LegId) -> Arc<[LegId]> {
        let Some(company) = routes.company(leg) else { return Arc::default() };
        let moves = routes.gather(&company);
        let company: Arc<[LegId]> = company.into();
        for step in moves {
            let (Some(from), Some(to)) = (self.workers.get(step.from), self.workers.get(step.to)) else {
                continue;
            };
            if to.put(Message::Expect(step.leg, Arc::clone(&company))).is_err() {
                tracing::error!(leg = %step.leg, "the media worker's inbox is full");
                routes.stay(step);
                from.spill.lose(step.leg);
                from.wake();
            } else if from.put(Message::Depart(step.leg, Arc::clone(&to.arrivals))).is_err() {
                from.spill.depart(step.leg, Arc::clone(&to.arrivals));
                from.wake();
            }
        }
        company
    }

    /// What the workers have counted so far.
    #[must_use]
    pub fn counters(&self) -> Counters {
        Counters { workers: self.workers.iter().map(|worker| worker.tally.read()).collect() }
    }

    /// Says goodbye on every leg and ends the workers. So does dropping the engine.
    pub fn stop(self) {
        drop(self);
    }
}

impl Engine {
    /// Lets the workers end.
    pub(crate) fn end(&self) {
        self.over.store(true, Ordering::Relaxed);
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.end();
        // A parked worker wakes when its inbox has no sender.
        for worker in &mut self.workers {
            worker.inbox = None;
        }
        for worker in &mut self.workers {
            if let Some(thread) = worker.thread.take()
                && thread.join().is_err()
            {
                tracing::error!("a media worker ended in a panic");
            }
        }
        // Legs that were on their way to a worker that had ended.
        for worker in &self.workers {
            let moved = std::iter::from_fn(|| worker.arrivals.pop());
            let legs = moved.filter_map(|moved| moved.state.into_open());
            recording::offer(&mut legs.flat_map(|served| served.end(0)).collect(), &self.tape);
        }
    }
}

impl Handle {
    /// The end of a worker that shares this, and the messages for it.
    fn new(shared: &Shared) -> (Self, Receiver<Message>) {
        let (inbox, messages) = sync_channel(INBOX);
        let Shared { spill, arrivals, tally, .. } = shared;
        let (spill, arrivals, tally) = (Arc::clone(spill), Arc::clone(arrivals), Arc::clone(tally));
        (Self { inbox: Some(inbox), spill, arrivals, tally, thread: None }, messages)
    }

    fn start(
        &mut self,
        number: usize,
        processor: Option<usize>,
        mut worker: Worker,
    ) -> Result<(), StartError> {
        let body = move || {
            processor::settle(processor);
            worker.run();
        };
        let thread = thread::Builder::new().name(format!("media-{number}")).spawn(body);
        self.thread = Some(thread.map_err(StartError::Thread)?);
        Ok(())
    }

    /// Puts a message into the inbox, if it has room.
    fn put(&self, message: Message) -> Result<(), Message> {
        let Some(inbox) = &self.inbox else { return Err(message) };
        inbox.try_send(message).map_err(|refused| match refused {
            TrySendError::Full(message) | TrySendError::Disconnected(message) => message,
        })
    }

    /// The worker may have emptied its inbox and parked since; if it is full still, it has not.
    fn wake(&self) {
        let _full = self.put(Message::Look);
    }

    fn send(&self, leg: LegId, command: Command, with: Arc<[LegId]>, ports: &Ports) {
        let Err(Message::Command(command, _)) = self.put(Message::Command(command, with)) else { return };
        if !ports.is_reserved(leg) {
            tracing::error!(%leg, ?command, "the media worker's inbox is full; a command for an unknown leg is dropped");
            return;
        }
        tracing::error!(%leg, "the media worker's inbox is full");
        match command {
            Command::Close { .. } => self.spill.close(leg),
            Command::Record { record, track, .. } => self.spill.lose_recording(leg, record, track),
            _ => self.spill.lose(leg),
        }
        self.wake();
    }
}

fn departures(io: Io) -> Result<Departures, StartError> {
    match io {
        Io::SystemCalls => Ok(Departures::by_system_calls()),
        Io::IoUring => Departures::by_io_uring().map_err(StartError::IoUring),
        Io::Auto => Ok(Departures::by_io_uring().unwrap_or_else(|error| {
            tracing::info!(%error, "io_uring is not available; packets leave by system calls");
            Departures::by_system_calls()
        })),
    }
}
