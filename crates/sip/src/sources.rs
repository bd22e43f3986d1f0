//! How much each source may send, and how much strangers get answered (security rows 3, 5, 35).

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::limits;

/// So many a second, with a burst of one second's worth.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    /// When the bucket would be empty if it ran back: the debt, as a point in time.
    owed: Instant,
}

impl Bucket {
    const fn new(now: Instant) -> Self {
        Self { owed: now }
    }

    /// Takes one, if one is left.
    fn take(&mut self, now: Instant, per_second: u32) -> bool {
        let step = Duration::from_secs(1) / per_second.max(1);
        let owed = self.owed.max(now);
        // The debt may reach one second; a rate of zero takes nothing at all.
        if per_second == 0 || owed.saturating_duration_since(now) + step > Duration::from_secs(1) {
            return false;
        }
        self.owed = owed + step;
        true
    }

    /// Whether nothing is owed, so that forgetting the bucket changes nothing.
    fn is_idle(&self, now: Instant) -> bool {
        self.owed <= now
    }
}

/// The rates of all sources, and those that hold for all of them together.
pub(crate) struct Sources(Mutex<Rates>);

struct Rates {
    /// Strangers and those we know apart, where both come from one address.
    by_address: HashMap<(IpAddr, bool), Bucket>,
    swept: Instant,
    arrivals: Bucket,
    answers: Bucket,
    security: Bucket,
    /// Security lines not written since the last that was.
    unwritten: u64,
}

impl Sources {
    pub(crate) fn new(now: Instant) -> Self {
        let bucket = Bucket::new(now);
        Self(Mutex::new(Rates {
            by_address: HashMap::new(),
            swept: now,
            arrivals: bucket,
            answers: bucket,
            security: bucket,
            unwritten: 0,
        }))
    }

    fn lock(&self) -> MutexGuard<'_, Rates> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether one message more from this address is taken.
    pub(crate) fn message(&self, address: IpAddr, known: bool, now: Instant, per_second: u32) -> bool {
        let mut rates = self.lock();
        let mut key = (address, known);
        if rates.by_address.len() >= limits::SOURCES && !rates.by_address.contains_key(&key) {
            // Swept at most once a second: forged sources must not make us search the table each time.
            if now.saturating_duration_since(rates.swept) >= Duration::from_secs(1) {
                rates.swept = now;
                rates.by_address.retain(|_, bucket| !bucket.is_idle(now));
            }
            if rates.by_address.len() >= limits::SOURCES {
                // Those for whom there is no place share one.
                key.0 = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
            }
        }
        rates.by_address.entry(key).or_insert(Bucket::new(now)).take(now, per_second)
    }

    /// Whether one new call more is taken.
    pub(crate) fn arrival(&self, now: Instant, per_second: u32) -> bool {
        self.lock().arrivals.take(now, per_second)
    }

    /// Whether one answer more to a stranger is sent.
    pub(crate) fn answer(&self, now: Instant) -> bool {
        self.lock().answers.take(now, limits::STRANGER_ANSWERS)
    }

    /// Whether one security line more is written, and how many were left out before it.
    pub(crate) fn security_line(&self, now: Instant) -> Option<u64> {
        let mut rates = self.lock();
        if rates.security.take(now, limits::SECURITY_LINES) {
            return Some(std::mem::take(&mut rates.unwritten));
        }
        rates.unwritten = rates.unwritten.saturating_add(1);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_gets_its_rate_and_no_more() {
        let start = Instant::now();
        let sources = Sources::new(start);
        let address = "192.0.2.1".parse().unwrap();
        let taken = |at: Instant| (0..50).filter(|_| sources.message(address, true, at, 10)).count();
        assert_eq!(taken(start), 10);
        assert_eq!(taken(start), 0);
        assert_eq!(taken(start + Duration::from_millis(500)), 5);
        assert_eq!(taken(start + Duration::from_secs(60)), 10);
        assert!(!sources.message("192.0.2.9".parse().unwrap(), true, start, 0));
        assert!(sources.message(address, false, start, 10), "strangers there have a rate of their own");
    }

    #[test]
    fn the_table_stays_bounded_and_new_sources_share_one_place() {
        let start = Instant::now();
        let sources = Sources::new(start);
        let address = |n: u32| IpAddr::V4(Ipv4Addr::from(0x0a00_0000 + n));
        let taken = (0..10_000).filter(|n| sources.message(address(*n), false, start, 1)).count();
        assert_eq!(taken, limits::SOURCES + 1);
        assert_eq!(sources.lock().by_address.len(), limits::SOURCES + 1);
        // A second later all are idle, and there is room again.
        assert!(sources.message(address(20_000), false, start + Duration::from_secs(2), 1));
        assert_eq!(sources.lock().by_address.len(), 1);
    }
}
