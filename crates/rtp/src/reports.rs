//! When a leg reports by RTCP, and what it remembers for its reports.

use std::time::Duration;

use media::rtcp;

/// Turns of 20 ms in the 5 s between two reports, on average (RFC 3550 §6.2, whose bandwidth rule gives
/// its minimum for a session of two).
const INTERVAL: u64 = 250;

/// A leg's side of RTCP.
#[derive(Debug)]
pub struct Reports {
    /// The turn of the next report.
    due: u64,
    /// The name of our source: random, one a leg (RFC 7022 §4.2).
    cname: u64,
    /// Packets sent when the last report left.
    told: u64,
    /// Whether any report left.
    spoken: bool,
    /// The middle of the NTP time in the last sender report heard, and when it arrived (wall clock).
    heard: Option<(u32, Duration)>,
}

impl Reports {
    /// Reports of a leg that opens in this turn; `chance` is any random number.
    #[must_use]
    pub const fn new(turn: u64, chance: u64) -> Self {
        let due = turn + spread(INTERVAL / 2, chance);
        Self { due, cname: chance, told: 0, spoken: false, heard: None }
    }

    /// Whether a report is due.
    #[must_use]
    pub const fn is_due(&self, turn: u64) -> bool {
        turn >= self.due
    }

    /// Whether any report left.
    #[must_use]
    pub const fn has_spoken(&self) -> bool {
        self.spoken
    }

    /// The name of our source.
    #[must_use]
    pub fn cname(&self) -> String {
        format!("{:016x}", self.cname)
    }

    /// A report leaves in this turn: tells whether anything was sent since the last one, which makes it
    /// a sender report (RFC 3550 §6.4).
    pub fn leave(&mut self, turn: u64, sent: u64, chance: u64) -> bool {
        self.due = turn + spread(INTERVAL, chance);
        self.spoken = true;
        std::mem::replace(&mut self.told, sent) != sent
    }

    /// Takes what the far side reported; `arrived` is when, on the wall clock.
    pub fn hear(&mut self, heard: rtcp::Heard, arrived: Duration) {
        if let Some(middle) = heard.sender_report {
            self.heard = Some((middle, arrived));
        }
    }

    /// The last sender report heard, and how long ago that was in 1/65536 s (RFC 3550 §6.4.1).
    #[must_use]
    pub fn last_heard(&self, wall: Duration) -> (u32, u32) {
        let Some((middle, arrived)) = self.heard else { return (0, 0) };
        let since = wall.saturating_sub(arrived).as_nanos() * 65_536 / 1_000_000_000;
        (middle, u32::try_from(since).unwrap_or(u32::MAX))
    }
}

/// From half of an interval to one and a half (RFC 3550 §6.3.1), so that legs that opened together do
/// not report together.
const fn spread(interval: u64, chance: u64) -> u64 {
    interval / 2 + chance % (interval + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_due_within_half_and_one_and_a_half_of_five_seconds() {
        for chance in [0, 1, 250, 12_345, u64::MAX] {
            let mut reports = Reports::new(1_000, chance);
            assert!((1_062..=1_187).contains(&reports.due), "{}", reports.due);
            assert!(!reports.is_due(1_061) && reports.is_due(1_188));
            reports.leave(1_188, 9, chance);
            assert!((1_188 + 125..=1_188 + 375).contains(&reports.due), "{}", reports.due);
        }
    }

    #[test]
    fn a_report_is_a_senders_when_something_was_sent_since() {
        let mut reports = Reports::new(0, 0);
        assert!(!reports.leave(1, 0, 0));
        assert!(reports.leave(2, 5, 0));
        assert!(!reports.leave(3, 5, 0));
    }

    #[test]
    fn the_age_of_a_sender_report_survives_a_clock_set_back() {
        let mut reports = Reports::new(0, 0);
        assert_eq!(reports.last_heard(Duration::from_secs(9)), (0, 0));
        let heard = rtcp::Heard { sender_report: Some(77), ..rtcp::Heard::default() };
        reports.hear(heard, Duration::from_secs(10));
        assert_eq!(reports.last_heard(Duration::from_millis(10_500)), (77, 32_768));
        assert_eq!(reports.last_heard(Duration::from_secs(9)), (77, 0));
        assert_eq!(reports.last_heard(Duration::MAX), (77, u32::MAX));
    }
}
