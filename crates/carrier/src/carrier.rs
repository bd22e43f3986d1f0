//! The simulated network as a library: it runs beside a test, which reads its log and leads its
//! parties.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use edge::LegId;
use edge::signal::Cause;
use edge::sound::Clip;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use crate::exchange::Exchange;
use crate::limits;
use crate::load::presses;
use crate::log::{Entry, Log};
use crate::network::{Input, Placing};
use crate::script::Step;
use crate::settings::{CarrierError, Settings};

/// How long a call placed by a test waits for its answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A simulated phone network that is running. Dropped, it hangs up and closes by itself;
/// [`Carrier::stop`] waits for that.
#[derive(Debug)]
pub struct Carrier {
    listening: Vec<sip::Listen>,
    log: SharedLog,
    /// The number of the log's next entry; closed when the network has stopped.
    written: watch::Receiver<u64>,
    orders: mpsc::Sender<Input>,
    placed: AtomicU64,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

/// Written by the network's task, read by tests; no lock is held for longer than it takes to copy.
#[derive(Clone, Debug)]
struct SharedLog(Arc<Mutex<Log>>);

impl SharedLog {
    fn lock(&self) -> MutexGuard<'_, Log> {
        // A reader's closure may panic in a failing test; the log itself is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves the entries into the log and tells those who wait.
    fn write(&self, entries: &mut Vec<Entry>, written: &watch::Sender<u64>) {
        if entries.is_empty() {
            return;
        }
        let mut log = self.lock();
        entries.drain(..).for_each(|entry| log.push(entry));
        let end = log.end();
        drop(log);
        written.send_replace(end);
    }
}

impl Carrier {
    /// Opens its sockets and takes calls from then on.
    ///
    /// # Errors
    /// [`CarrierError`] where a socket cannot be opened.
    pub async fn start(settings: Settings) -> Result<Self, CarrierError> {
        let exchange = Exchange::start(&settings).await?;
        let listening = exchange.listening();
        let log = SharedLog(Arc::new(Mutex::new(Log::new(limits::LOG))));
        let orders = exchange.orders();
        let (writing, written) = watch::channel(0);
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(keep_running(exchange, log.clone(), writing, stopped));
        Ok(Self { listening, log, written, orders, placed: AtomicU64::new(0), stop, task })
    }

    /// Where it takes calls, with the ports that were found.
    #[must_use]
    pub fn listening(&self) -> &[sip::Listen] {
        &self.listening
    }

    /// The first of these, as a trunk of the server: `sip:127.0.0.1:5070`.
    #[must_use]
    pub fn address(&self) -> Option<SocketAddr> {
        self.listening.first().map(|listen| listen.address)
    }

    /// What happened so far, in order; of a very long run the newest [`limits::LOG`] entries.
    #[must_use]
    pub fn seen(&self) -> Vec<Entry> {
        self.log.lock().since(0).cloned().collect()
    }

    /// The first entry of the log for which this holds, once it is there; none where the network stops
    /// before.
    pub async fn until(&self, mut holds: impl FnMut(&Entry) -> bool) -> Option<Entry> {
        let mut written = self.written.clone();
        let mut from = 0;
        loop {
            {
                let log = self.log.lock();
                if let Some(entry) = log.since(from).find(|entry| holds(entry)) {
                    return Some(entry.clone());
                }
                from = log.end();
            }
            written.wait_for(|&end| end > from).await.ok()?;
        }
    }

    /// Calls the server. What the party does from the answer on is `steps`.
    ///
    /// # Errors
    /// [`CarrierError::NoOrders`].
    pub fn call(&self, to: &str, from: Option<&str>, steps: Vec<Step>) -> Result<LegId, CarrierError> {
        self.call_sent_on(to, from, None, steps)
    }

    /// Calls the server with a call that another number has sent on to this one.
    ///
    /// # Errors
    /// [`CarrierError::NoOrders`].
    pub fn call_sent_on(
        &self,
        to: &str,
        from: Option<&str>,
        by: Option<&str>,
        steps: Vec<Step>,
    ) -> Result<LegId, CarrierError> {
        let leg = LegId::placed(self.placed.fetch_add(1, Ordering::Relaxed));
        let placing = Placing {
            leg,
            to: to.to_owned(),
            from: from.map(ToOwned::to_owned),
            redirecting: by.map(ToOwned::to_owned),
            patience: PATIENCE,
            script: steps.into(),
        };
        self.order(Input::Place(placing))?;
        Ok(leg)
    }

    /// The receiver of this party's phone, for a test to take over from the script.
    #[must_use]
    pub const fn party(&self, leg: LegId) -> Receiver<'_> {
        Receiver { carrier: self, leg }
    }

    /// Hangs up every call and closes the sockets.
    pub async fn stop(self) {
        drop(self.stop);
        if let Err(error) = self.task.await {
            tracing::error!("the simulated network did not stop by itself: {error}");
        }
    }

    fn order(&self, input: Input) -> Result<(), CarrierError> {
        self.orders.try_send(input).map_err(|_| CarrierError::NoOrders)
    }
}

async fn keep_running(
    mut exchange: Exchange,
    log: SharedLog,
    written: watch::Sender<u64>,
    mut stopped: oneshot::Receiver<()>,
) {
    let mut seen = Vec::new();
    loop {
        tokio::select! {
            // Nobody sends: the other end is dropped.
            _ = &mut stopped => break,
            () = exchange.turn(None, &mut seen) => log.write(&mut seen, &written),
        }
    }
    exchange.stop(&mut seen).await;
    log.write(&mut seen, &written);
}

/// The receiver of a party's phone in a test's hand. Each of its methods takes the place of what is left
/// of the party's script, and fails with [`CarrierError::NoOrders`] alone.
#[derive(Clone, Copy, Debug)]
pub struct Receiver<'a> {
    carrier: &'a Carrier,
    leg: LegId,
}

#[expect(clippy::missing_errors_doc, reason = "said once, at the type")]
impl Receiver<'_> {
    /// Follows these steps.
    pub fn follow(self, steps: Vec<Step>) -> Result<(), CarrierError> {
        self.carrier.order(Input::Follow { leg: self.leg, script: steps.into() })
    }

    /// Presses keys: in one go, and with a second between at each comma.
    pub fn press(self, keys: &str) -> Result<(), CarrierError> {
        self.follow(presses(keys)?.into_iter().map(Step::Press).collect())
    }

    /// Says this.
    pub fn say(self, clip: Clip) -> Result<(), CarrierError> {
        self.follow(vec![Step::Say(clip)])
    }

    /// Sounds this over and over.
    pub fn sound(self, clip: Clip) -> Result<(), CarrierError> {
        self.follow(vec![Step::Sound(clip)])
    }

    /// Answers.
    pub fn answer(self) -> Result<(), CarrierError> {
        self.follow(vec![Step::Answer])
    }

    /// Refuses or hangs up.
    pub fn hang_up(self) -> Result<(), CarrierError> {
        self.follow(vec![Step::HangUp(Cause::Normal)])
    }
}

/// Runs the simulated network until `shutdown`: tells `ready` where it listens once it does.
///
/// # Errors
/// [`CarrierError`] where a socket cannot be opened.
pub async fn run(
    settings: Settings,
    ready: impl FnOnce(&[sip::Listen]),
    shutdown: impl Future<Output = ()>,
) -> Result<(), CarrierError> {
    let carrier = Carrier::start(settings).await?;
    ready(carrier.listening());
    shutdown.await;
    carrier.stop().await;
    Ok(())
}
