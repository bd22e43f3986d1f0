//! How many of the people who answered got no agent in time, by campaign.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// One step of the counting.
const HOUR: Duration = Duration::from_secs(3600);
/// Hours that are counted, the one under way among them: one more than thirty days have, so that nothing of the
/// last thirty days is left out.
const HOURS: i64 = Window::Month.hours() + 1;

/// People who answered dial-outs for agents, and those of them who got none in time.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Live {
    /// All of them.
    pub answered: u32,
    /// Those who got none in time.
    pub abandoned: u32,
}

impl Live {
    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            answered: self.answered.saturating_add(other.answered),
            abandoned: self.abandoned.saturating_add(other.abandoned),
        }
    }

    /// The share that was abandoned, in thousandths, rounded up.
    #[must_use]
    pub fn permille(self) -> u32 {
        let share = (u64::from(self.abandoned) * 1000).div_ceil(u64::from(self.answered).max(1));
        u32::try_from(share).unwrap_or(u32::MAX)
    }
}

/// A stretch of time that ends now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Window {
    /// 24 hours.
    Day,
    /// 30 days.
    Month,
}

impl Window {
    const fn hours(self) -> i64 {
        match self {
            Self::Day => 24,
            Self::Month => 30 * 24,
        }
    }
}

/// The count of the last thirty days, by the hour.
#[derive(Debug, Default)]
pub(crate) struct Abandoned {
    /// When hour 0 began.
    began: Option<Instant>,
    /// Each hour that had any, by its number, in order; at most [`HOURS`]. Those of the last process are below 0.
    hours: VecDeque<(i64, Live)>,
}

impl Abandoned {
    /// Counts somebody who answered.
    pub(crate) fn count(&mut self, now: Instant, is_abandoned: bool) {
        self.began.get_or_insert(now);
        self.add(self.hour(now), Live { answered: 1, abandoned: u32::from(is_abandoned) });
    }

    /// So many were counted so long ago, when the server last ran. The oldest come first.
    pub(crate) fn restore(&mut self, now: Instant, ago: Duration, live: Live) {
        self.began.get_or_insert(now);
        let ago = i64::try_from(ago.as_secs() / HOUR.as_secs()).unwrap_or(i64::MAX);
        self.add(self.hour(now).saturating_sub(ago), live);
    }

    fn add(&mut self, hour: i64, live: Live) {
        if self.hours.back().is_none_or(|(of, _)| *of < hour) {
            self.hours.push_back((hour, Live::default()));
        }
        if let Some((_, sum)) = self.hours.back_mut() {
            *sum = sum.plus(live);
        }
        while self.hours.front().is_some_and(|(of, _)| of.saturating_add(HOURS) <= hour) {
            self.hours.pop_front();
        }
    }

    /// How many there were in this time. The hour in which it begins counts whole.
    pub(crate) fn over(&self, now: Instant, window: Window) -> Live {
        let hour = self.hour(now);
        let recent = self.hours.iter().filter(|(of, _)| of.saturating_add(window.hours()) >= hour);
        recent.fold(Live::default(), |sum, (_, live)| sum.plus(*live))
    }

    fn hour(&self, now: Instant) -> i64 {
        let since = self.began.map_or(Duration::ZERO, |began| now.saturating_duration_since(began));
        i64::try_from(since.as_secs() / HOUR.as_secs()).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "an instant cannot be made from nothing")]
mod tests {
    use super::*;

    #[test]
    fn who_was_abandoned_counts_for_a_day_and_for_thirty() {
        let start = Instant::now();
        let after = |hours: u32| start + HOUR * hours;
        let mut counted = Abandoned::default();
        counted.count(start, true);
        counted.count(start, false);
        counted.count(after(20), false);
        let live = |answered, abandoned| Live { answered, abandoned };
        assert_eq!(counted.over(after(24), Window::Day), live(3, 1));
        assert_eq!(counted.over(after(25), Window::Day), live(1, 0));
        assert_eq!(counted.over(after(720), Window::Month), live(3, 1));
        assert_eq!(counted.over(after(721), Window::Month), live(1, 0));
        assert_eq!(counted.over(after(800), Window::Month), live(0, 0));
    }

    #[test]
    fn what_was_counted_before_a_restart_counts_on() {
        let start = Instant::now();
        let live = |answered, abandoned| Live { answered, abandoned };
        let mut counted = Abandoned::default();
        counted.restore(start, HOUR * 700, live(10, 1));
        counted.restore(start, HOUR * 2, live(20, 2));
        counted.restore(start, Duration::ZERO, live(1, 0));
        counted.count(start, true);
        assert_eq!(counted.over(start, Window::Day), live(22, 3));
        assert_eq!(counted.over(start, Window::Month), live(32, 4));
        assert_eq!(counted.over(start + HOUR * 21, Window::Month), live(22, 3));
        counted.restore(start, Duration::MAX, live(1, 0));
        assert!(counted.hours.len() <= 4);
    }

    #[test]
    fn it_is_bounded_however_long_it_goes_on() {
        let start = Instant::now();
        let mut counted = Abandoned::default();
        for hour in 0..5_000 {
            counted.count(start + HOUR * hour, hour % 50 == 0);
        }
        assert_eq!(counted.hours.len(), 721);
        assert_eq!(counted.over(start + HOUR * 4_999, Window::Month).permille(), 20);
    }

    #[test]
    fn a_share_is_rounded_up() {
        let permille = |answered, abandoned| Live { answered, abandoned }.permille();
        assert_eq!([permille(0, 0), permille(100, 3), permille(999, 30), permille(3, 3)], [0, 30, 31, 1000]);
    }
}
