//! The shell around the network: a SIP endpoint, a media engine, the clock, and nothing decided here.

use std::sync::Arc;
use std::time::Instant;

use edge::{signal, sound};
use tokio::sync::mpsc;

use crate::limits;
use crate::log::Entry;
use crate::network::{Input, Network, Output};
use crate::settings::{CarrierError, Settings};

/// A network that is connected to the outside.
pub(crate) struct Exchange {
    network: Network,
    endpoint: sip::Endpoint,
    /// The only share that lasts: the endpoint holds a weak one.
    engine: Arc<rtp::Engine>,
    signals: Inbox<signal::Event>,
    sounds: Inbox<sound::Event>,
    orders: Inbox<Input>,
    out: Vec<Output>,
}

/// Events that wait for the network, at most [`limits::INBOX`].
struct Inbox<T> {
    sender: mpsc::Sender<T>,
    receiver: mpsc::Receiver<T>,
    batch: Vec<T>,
}

impl<T> Inbox<T> {
    fn new() -> Self {
        let (sender, receiver) = mpsc::channel(limits::INBOX);
        Self { sender, receiver, batch: Vec::with_capacity(limits::BATCH) }
    }

    /// Waits until something has come. It never ends by itself: the inbox holds a sender of its own.
    async fn fill(&mut self) {
        self.receiver.recv_many(&mut self.batch, limits::BATCH).await;
    }
}

impl<T: Send + 'static> Inbox<T> {
    /// A sink that gives back what does not fit.
    fn sink(&self) -> Arc<dyn Fn(T) -> Result<(), T> + Send + Sync> {
        let sender = self.sender.clone();
        Arc::new(move |event| sender.try_send(event).map_err(mpsc::error::TrySendError::into_inner))
    }
}

impl Exchange {
    /// Opens the sockets and starts to take calls.
    pub(crate) async fn start(settings: &Settings) -> Result<Self, CarrierError> {
        let (signals, sounds, orders) = (Inbox::new(), Inbox::new(), Inbox::new());
        // Nothing is recorded here.
        let no_tape: rtp::Tape = Arc::new(|_| Ok(()));
        let engine = Arc::new(rtp::Engine::start(settings.media(), sounds.sink(), no_tape)?);
        let sockets = Arc::downgrade(&engine);
        let reserve = move |leg, facing| match sockets.upgrade() {
            Some(engine) => engine.reserve(leg, facing).map_err(|error| error.to_string()),
            None => Err("the media engine has stopped".to_owned()),
        };
        let endpoint = sip::Endpoint::start(settings.signalling(), Arc::new(reserve), signals.sink()).await?;
        let network = Network::new(settings.directory.clone(), settings.listen_hz.clone());
        Ok(Self { network, endpoint, engine, signals, sounds, orders, out: Vec::new() })
    }

    /// Where it takes calls, with the ports that were found.
    pub(crate) fn listening(&self) -> Vec<sip::Listen> {
        self.endpoint.listening().to_vec()
    }

    /// Where a test puts what it wants of the parties.
    pub(crate) fn orders(&self) -> mpsc::Sender<Input> {
        self.orders.sender.clone()
    }

    pub(crate) fn parties(&self) -> usize {
        self.network.parties()
    }

    /// Puts one input in now.
    pub(crate) fn put(&mut self, input: Input, seen: &mut Vec<Entry>) {
        self.network.handle(Instant::now(), input, &mut self.out);
        self.carry_out(seen);
    }

    /// Waits until something happens, or until `deadline`, and carries out what follows. What the
    /// parties did and heard is appended to `seen`. May be dropped while it waits: nothing is lost.
    pub(crate) async fn turn(&mut self, deadline: Option<Instant>, seen: &mut Vec<Entry>) {
        let due = self.network.next_timeout().into_iter().chain(deadline).min();
        tokio::select! {
            () = self.signals.fill() => {}
            () = self.sounds.fill() => {}
            () = self.orders.fill() => {}
            () = sleep_until(due) => {}
        }
        let now = Instant::now();
        let signals = self.signals.batch.drain(..).map(Input::Signal);
        let sounds = self.sounds.batch.drain(..).map(Input::Sound);
        let orders = self.orders.batch.drain(..);
        for input in signals.chain(sounds).chain(orders).chain([Input::Tick]) {
            self.network.handle(now, input, &mut self.out);
        }
        self.carry_out(seen);
    }

    /// Hangs up what is left, waits a little for the ends, and closes the sockets.
    pub(crate) async fn stop(mut self, seen: &mut Vec<Entry>) {
        self.put(Input::Close, seen);
        let end = Instant::now() + limits::STOP;
        while self.parties() > 0 && Instant::now() < end {
            self.turn(Some(end), seen).await;
        }
        self.endpoint.stop().await;
        // The end of the engine waits for its threads.
        if let Err(error) = tokio::task::spawn_blocking(|| drop(self.engine)).await {
            tracing::error!("the media engine did not stop: {error}");
        }
    }

    fn carry_out(&mut self, seen: &mut Vec<Entry>) {
        for output in self.out.drain(..) {
            match output {
                Output::Signal(command) => self.endpoint.send(command),
                Output::Sound(command) => self.engine.send(command),
                Output::Saw(entry) => {
                    tracing::debug!(leg = %entry.leg, "{}", entry.what);
                    seen.push(entry);
                }
            }
        }
    }
}

async fn sleep_until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due.into()).await,
        None => std::future::pending().await,
    }
}
