//! Wrong answers to our challenges: how many are looked at.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use edge::StationId;

use crate::limits;

/// The wrong answers of late, by where they came from and for whom they were.
#[derive(Default)]
pub(crate) struct Attempts(Mutex<Table>);

/// An address, and the station that was claimed; none counts all of the address.
type Who = (IpAddr, Option<StationId>);

#[derive(Default)]
struct Table {
    wrong: HashMap<Who, Wrong>,
    /// When those that are over were let go of last.
    swept: Option<Instant>,
}

#[derive(Clone, Copy)]
struct Wrong {
    since: Instant,
    times: u32,
}

impl Attempts {
    /// Whether an answer from there for that station is looked at at all.
    pub(crate) fn allowed(&self, address: IpAddr, station: Option<StationId>, now: Instant) -> bool {
        let table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let below = |who: Who, most: u32| {
            table.wrong.get(&who).is_none_or(|wrong| wrong.is_over(now) || wrong.times < most)
        };
        below((address, None), limits::FAILURES_ADDRESS)
            && (station.is_none() || below((address, station), limits::FAILURES))
            && (table.wrong.len() < limits::FAILURES_KEPT || below(REST, limits::FAILURES_ADDRESS))
    }

    /// Counts a wrong one.
    pub(crate) fn failed(&self, address: IpAddr, station: Option<StationId>, now: Instant) {
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        table.count((address, None), now);
        if station.is_some() {
            table.count((address, station), now);
        }
    }
}

impl Table {
    fn count(&mut self, mut who: Who, now: Instant) {
        if self.wrong.len() >= limits::FAILURES_KEPT && !self.wrong.contains_key(&who) {
            // At most once a second: many addresses must not make us search the table each time.
            if self.swept.is_none_or(|swept| now.saturating_duration_since(swept) >= Duration::from_secs(1)) {
                self.swept = Some(now);
                self.wrong.retain(|_, wrong| !wrong.is_over(now));
            }
            if self.wrong.len() >= limits::FAILURES_KEPT {
                // Those for whom there is no place share one.
                who = REST;
            }
        }
        let wrong = self.wrong.entry(who).or_insert(Wrong { since: now, times: 0 });
        if wrong.is_over(now) {
            *wrong = Wrong { since: now, times: 0 };
        }
        wrong.times = wrong.times.saturating_add(1);
    }
}

/// The one place of those for whom there is no other.
const REST: Who = (IpAddr::V4(Ipv4Addr::UNSPECIFIED), None);

impl Wrong {
    fn is_over(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.since) >= limits::FAILURE_TIME
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATION: Option<StationId> = Some(StationId(25));

    #[test]
    fn ten_wrong_answers_shut_one_station_at_one_address_for_a_while() {
        let (attempts, now) = (Attempts::default(), Instant::now());
        let (there, elsewhere) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        for _ in 0..limits::FAILURES {
            assert!(attempts.allowed(there, STATION, now));
            attempts.failed(there, STATION, now);
        }
        assert!(!attempts.allowed(there, STATION, now));
        assert!(attempts.allowed(there, Some(StationId(26)), now), "the next desk goes on");
        assert!(attempts.allowed(elsewhere, STATION, now), "and nobody can shut it from elsewhere");
        assert!(attempts.allowed(there, STATION, now + limits::FAILURE_TIME));
    }

    #[test]
    fn an_address_that_tries_all_stations_is_shut_too() {
        let (attempts, now) = (Attempts::default(), Instant::now());
        let there = "192.0.2.1".parse().unwrap();
        for n in 0..limits::FAILURES_ADDRESS {
            attempts.failed(there, Some(StationId(u16::try_from(n).unwrap())), now);
        }
        assert!(!attempts.allowed(there, Some(StationId(999)), now) && !attempts.allowed(there, None, now));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let (attempts, now) = (Attempts::default(), Instant::now());
        for n in 0..20_000 {
            attempts.failed(IpAddr::V4(Ipv4Addr::from(0x0a00_0000 + n)), STATION, now);
        }
        assert!(attempts.0.lock().unwrap().wrong.len() <= limits::FAILURES_KEPT + 1);
        assert!(!attempts.allowed("192.0.2.1".parse().unwrap(), None, now));
    }
}
