//! Events on their way to the switch: in order, none lost, whether or not the sink has room.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use edge::signal::Event;
use tokio::sync::Notify;

use crate::limits;

/// Where events go. It gives an event back when it has no room, and must not call the endpoint.
pub type Sink = std::sync::Arc<dyn Fn(Event) -> Result<(), Event> + Send + Sync>;

/// The events that the sink had no room for, before those that come.
pub(crate) struct Outbox {
    sink: Sink,
    waiting: Mutex<VecDeque<Event>>,
    /// Wakes the task that empties the queue.
    filled: Notify,
    /// From how many on [`Outbox::crowded`] says so.
    crowd: usize,
}

impl Outbox {
    pub(crate) fn new(sink: Sink, crowd: usize) -> Self {
        Self { sink, waiting: Mutex::new(VecDeque::new()), filled: Notify::new(), crowd }
    }

    /// Hands an event over, after all earlier ones. What waits is bounded by the calls there are:
    /// while the queue is [crowded](Self::crowded) no new call begins, and each has few events left.
    pub(crate) fn post(&self, event: Event) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        // Called under the lock, so that no later event overtakes this one.
        let refused = if waiting.is_empty() { (self.sink)(event).err() } else { Some(event) };
        if let Some(event) = refused {
            waiting.push_back(event);
            self.filled.notify_one();
        }
    }

    /// Whether so many events wait that no new call should begin.
    pub(crate) fn crowded(&self) -> bool {
        self.waiting() >= self.crowd
    }

    /// Events that wait for the sink.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Hands over what waits, for as long as the sink takes it.
    fn flush(&self) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(event) = waiting.pop_front() {
            if let Err(event) = (self.sink)(event) {
                waiting.push_front(event);
                return;
            }
        }
    }

    /// Empties the queue for ever; ends only with its task.
    pub(crate) async fn run(&self) {
        loop {
            self.filled.notified().await;
            self.flush();
            while self.waiting() > 0 {
                tokio::time::sleep(limits::SINK_PAUSE).await;
                self.flush();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use edge::LegId;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn events_keep_their_order_while_the_sink_is_full() {
        let open = Arc::new(AtomicBool::new(false));
        let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
        let gate = Arc::clone(&open);
        let sink: Sink = Arc::new(move |event| {
            if gate.load(Ordering::SeqCst) { told.send(event).map_err(|e| e.0) } else { Err(event) }
        });
        let outbox = Arc::new(Outbox::new(sink, 3));
        let worker = Arc::clone(&outbox);
        tokio::spawn(async move { worker.run().await });
        for n in 0..3 {
            outbox.post(Event::Ringing { leg: LegId::placed(n) });
        }
        assert!(outbox.crowded());
        open.store(true, Ordering::SeqCst);
        outbox.post(Event::Ringing { leg: LegId::placed(3) });
        for n in 0..4 {
            assert_eq!(heard.recv().await, Some(Event::Ringing { leg: LegId::placed(n) }));
        }
        assert_eq!(outbox.waiting(), 0);
    }
}
