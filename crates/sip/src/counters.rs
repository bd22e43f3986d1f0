//! What an endpoint has seen and holds, for the console and for tests.

use std::sync::atomic::{AtomicU64, Ordering};

/// What an endpoint holds now, and what it has turned away since its start.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Counters {
    /// Dialogs of calls that have not ended.
    pub dialogs: usize,
    /// Transactions that run.
    pub transactions: usize,
    /// Transactions whose last message is kept, to repeat it.
    pub remembered: usize,
    /// Open connections, over TCP and TLS.
    pub connections: usize,
    /// Events that wait for the sink.
    pub events_waiting: usize,
    /// Messages read.
    pub messages: u64,
    /// Messages that could not be read and were dropped.
    pub malformed: u64,
    /// Requests that were answered with an error before they reached a transaction.
    pub rejected: u64,
    /// Requests of strangers that were refused.
    pub strangers: u64,
    /// Messages dropped because their source sends too many.
    pub limited: u64,
    /// Calls not taken because a limit was reached.
    pub overload: u64,
    /// TLS handshakes of others with us that failed.
    pub handshakes: u64,
}

/// The counters that only rise.
#[derive(Default)]
pub(crate) struct Tally {
    messages: AtomicU64,
    malformed: AtomicU64,
    rejected: AtomicU64,
    strangers: AtomicU64,
    limited: AtomicU64,
    overload: AtomicU64,
    handshakes: AtomicU64,
}

macro_rules! rising {
    ($($name:ident),*) => {
        impl Tally {
            $(pub(crate) fn $name(&self) {
                self.$name.fetch_add(1, Ordering::Relaxed);
            })*

            /// What has risen so far; the rest is for others to fill in.
            pub(crate) fn counters(&self) -> Counters {
                Counters { $($name: self.$name.load(Ordering::Relaxed),)* ..Counters::default() }
            }
        }
    };
}

rising!(messages, malformed, rejected, strangers, limited, overload, handshakes);
