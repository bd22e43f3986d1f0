//! What the workers count, for everyone to read.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::departures::BackEnd;

/// What the engine counts.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Counters {
    /// Each worker's own.
    pub workers: Vec<WorkerCounters>,
}

impl Counters {
    /// The sum of one figure over all workers: `counters.total(|worker| worker.sent)`.
    #[must_use]
    pub fn total(&self, figure: impl Fn(&WorkerCounters) -> u64) -> u64 {
        self.workers.iter().map(figure).sum()
    }
}

/// What one worker counts, from its start. Read while it works, so the figures are a moment apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WorkerCounters {
    /// How its packets leave.
    pub io: BackEnd,
    /// Open legs now.
    pub legs: u64,
    /// RTP packets sent.
    pub sent: u64,
    /// RTP packets received and taken.
    pub received: u64,
    /// Packets from strangers' addresses, dropped.
    pub strangers: u64,
    /// Packets that were not RTP or not what was negotiated, dropped.
    pub malformed: u64,
    /// Packets that did not reach the far side, as far as the network tells: its port is closed, or there
    /// is no route.
    pub unsent: u64,
    /// Frames that came so late that the next was due, dropped.
    pub late: u64,
    /// Frames that left more than one slot (1 ms) after they were due.
    pub delayed: u64,
    /// Slots that were not over when the next one was due: the sign of overload.
    pub overruns: u64,
    /// Events that were not told because the sink was full for too long.
    pub untold: u64,
    /// Panics caught.
    pub panics: u64,
    /// CPU time used.
    pub cpu: Duration,
}

/// One worker's counts, written by it alone.
#[derive(Default, Debug)]
#[repr(align(128))]
pub struct Tally {
    /// 1 while packets leave by io_uring.
    pub io_uring: Count,
    pub legs: Count,
    pub sent: Count,
    pub received: Count,
    pub strangers: Count,
    pub malformed: Count,
    pub unsent: Count,
    pub late: Count,
    pub delayed: Count,
    pub overruns: Count,
    pub untold: Count,
    pub panics: Count,
    pub cpu_nanoseconds: Count,
}

/// A number that one thread writes and all may read.
#[derive(Default, Debug)]
pub struct Count(AtomicU64);

impl Count {
    /// Adds to it. Only its one writer may.
    pub fn add(&self, more: u64) {
        if more > 0 {
            self.set(self.get().wrapping_add(more));
        }
    }

    /// Sets it. Only its one writer may.
    pub fn set(&self, value: u64) {
        self.0.store(value, Ordering::Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Tally {
    /// What it counts now.
    #[must_use]
    pub fn read(&self) -> WorkerCounters {
        WorkerCounters {
            io: if self.io_uring.get() == 1 { BackEnd::IoUring } else { BackEnd::SystemCalls },
            legs: self.legs.get(),
            sent: self.sent.get(),
            received: self.received.get(),
            strangers: self.strangers.get(),
            malformed: self.malformed.get(),
            unsent: self.unsent.get(),
            late: self.late.get(),
            delayed: self.delayed.get(),
            overruns: self.overruns.get(),
            untold: self.untold.get(),
            panics: self.panics.get(),
            cpu: Duration::from_nanos(self.cpu_nanoseconds.get()),
        }
    }
}
