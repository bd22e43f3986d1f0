//! How many calls an hour: the count, and the cap that it reaches.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// One step of the sliding hour.
const MINUTE: Duration = Duration::from_secs(60);
/// Minutes that are counted, the one under way among them: one more than an hour has, so that in no sixty
/// minutes more is let through than the cap says.
const MINUTES: u64 = 61;
/// Between two alerts about the same cap.
const ALERT_PAUSE: Duration = Duration::from_secs(3600);

/// The calls of the last hour, and how many they may be.
#[derive(Debug)]
pub(crate) struct Cap {
    most: Option<u32>,
    /// When the first minute began.
    began: Option<Instant>,
    /// The calls of each minute that had any, by its number; at most [`MINUTES`].
    minutes: VecDeque<(u64, u32)>,
    alerted: Option<Instant>,
}

impl Cap {
    pub(crate) const fn new(most: Option<u32>) -> Self {
        Self { most, began: None, minutes: VecDeque::new(), alerted: None }
    }

    pub(crate) const fn most(&self) -> Option<u32> {
        self.most
    }

    /// How many calls the last hour had.
    pub(crate) fn calls(&self, now: Instant) -> u32 {
        let minute = self.minute(now);
        let recent = self.minutes.iter().filter(|(of, _)| of + MINUTES > minute);
        recent.fold(0, |sum: u32, (_, calls)| sum.saturating_add(*calls))
    }

    /// Whether there is no room for another call.
    pub(crate) fn is_reached(&self, now: Instant) -> bool {
        self.most.is_some_and(|most| self.calls(now) >= most)
    }

    /// Counts a call. Gives the count where the cap is reached by it and nobody was told in the last hour.
    pub(crate) fn count(&mut self, now: Instant) -> Option<(u32, u32)> {
        self.began.get_or_insert(now);
        let minute = self.minute(now);
        match self.minutes.back_mut() {
            Some((of, calls)) if *of == minute => *calls = calls.saturating_add(1),
            _ => self.minutes.push_back((minute, 1)),
        }
        while self.minutes.front().is_some_and(|(of, _)| of + MINUTES <= minute) {
            self.minutes.pop_front();
        }
        let (most, calls) = (self.most?, self.calls(now));
        let told = self.alerted.is_some_and(|at| now.saturating_duration_since(at) < ALERT_PAUSE);
        if calls < most || told {
            return None;
        }
        self.alerted = Some(now);
        Some((calls, most))
    }

    fn minute(&self, now: Instant) -> u64 {
        self.began.map_or(0, |began| now.saturating_duration_since(began).as_secs() / MINUTE.as_secs())
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "an instant cannot be made from nothing")]
mod tests {
    use super::*;

    #[test]
    fn a_call_counts_for_an_hour_and_the_cap_is_told_once() {
        let start = Instant::now();
        let after = |minutes: u64| start + MINUTE * u32::try_from(minutes).expect("small");
        let mut cap = Cap::new(Some(3));
        assert_eq!(cap.count(start), None);
        assert_eq!(cap.count(after(30)), None);
        assert!(!cap.is_reached(after(30)));
        assert_eq!(cap.count(after(59)), Some((3, 3)));
        assert!(cap.is_reached(after(60)), "the first call is sixty minutes ago, and no more");
        assert!(!cap.is_reached(after(61)));
        assert_eq!(cap.count(after(61)), None, "told two minutes ago");
        assert_eq!(cap.calls(after(61)), 3);
        assert_eq!(cap.calls(after(200)), 0);
        assert_eq!([cap.count(after(200)), cap.count(after(200)), cap.count(after(200))][2], Some((3, 3)));
    }

    #[test]
    fn what_has_no_cap_is_counted_all_the_same() {
        let start = Instant::now();
        let mut none = Cap::new(None);
        for second in 0..10_000 {
            assert_eq!(none.count(start + Duration::from_secs(second)), None);
        }
        assert!(none.minutes.len() <= 61 && !none.is_reached(start));
        assert_eq!(none.calls(start + Duration::from_secs(9_999)), 3_640);
    }
}
