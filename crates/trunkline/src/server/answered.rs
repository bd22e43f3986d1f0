//! Who answered campaigns and got an agent or none, on disk for thirty days, so that a restart forgets nobody.
//!
//! The file `<data>/answered` has lines that are summed up, by hour and campaign.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, SystemTime};

use control::Live;
use serde::{Deserialize, Serialize};

use super::lines::{Lines, seconds};

const HOUR: u64 = 3_600;
/// Hours that are remembered: thirty days, and those that they begin and end in.
const HOURS: u64 = 30 * 24 + 2;

/// The file of those who answered.
#[derive(Debug)]
pub(crate) struct AnsweredFile {
    lines: Lines,
    /// By hour since 1970 and campaign.
    sums: BTreeMap<(u64, String), Live>,
}

/// How many there were in an hour.
#[derive(Serialize, Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct Line {
    /// Since 1970.
    hour: u64,
    campaign: String,
    answered: u32,
    abandoned: u32,
}

/// A campaign, how long ago, and how many there were.
pub(crate) type Counted = Vec<(String, Duration, Live)>;

impl AnsweredFile {
    /// Reads what the last process left, the oldest first.
    pub(crate) fn open(data: &Path, now: SystemTime) -> (Self, Counted) {
        let (lines, read) = Lines::read::<Line>(data.join("answered"), "who was abandoned is forgotten");
        let now = hour(now);
        let mut answered = Self { lines, sums: BTreeMap::new() };
        for Line { hour, campaign, answered: all, abandoned } in read {
            // A clock that was set back makes nothing last longer.
            answered.sum(hour.min(now), campaign, Live { answered: all, abandoned });
        }
        answered.renew(now);
        let ago = |then: u64| Duration::from_secs(now.saturating_sub(then) * HOUR);
        let counted = answered.sums.iter();
        let counted = counted.map(|((then, campaign), live)| (campaign.clone(), ago(*then), *live)).collect();
        (answered, counted)
    }

    /// Remembers somebody from the next flush on.
    pub(crate) fn add(&mut self, now: SystemTime, campaign: String, is_abandoned: bool) {
        let (hour, live) = (hour(now), Live { answered: 1, abandoned: u32::from(is_abandoned) });
        self.lines.add(&Line::of(hour, &campaign, live));
        self.sum(hour, campaign, live);
    }

    fn sum(&mut self, hour: u64, campaign: String, live: Live) {
        let sum = self.sums.entry((hour, campaign)).or_default();
        *sum = sum.plus(live);
    }

    /// Writes what is new.
    pub(crate) fn flush(&mut self) {
        if self.lines.flush() {
            let now = self.sums.keys().next_back().map_or(0, |(hour, _)| *hour);
            self.renew(now);
        }
    }

    /// Forgets what is old, and writes the sums anew.
    fn renew(&mut self, now: u64) {
        self.sums.retain(|(then, _), _| then + HOURS > now);
        self.lines.renew(self.sums.iter().map(|((hour, campaign), live)| Line::of(*hour, campaign, *live)));
    }
}

impl Line {
    fn of(hour: u64, campaign: &str, live: Live) -> Self {
        let Live { answered, abandoned } = live;
        Self { hour, campaign: campaign.to_owned(), answered, abandoned }
    }
}

fn hour(time: SystemTime) -> u64 {
    seconds(time) / HOUR
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::limits;

    fn at(hours: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs((500_000 + hours) * HOUR)
    }

    /// What the next process is told: campaign, hours ago, answered, abandoned.
    fn left(data: &Path, now: SystemTime) -> Vec<(String, u64, u32, u32)> {
        let (_, counted) = AnsweredFile::open(data, now);
        let line = |(campaign, ago, live): (String, Duration, Live)| {
            (campaign, ago.as_secs() / HOUR, live.answered, live.abandoned)
        };
        counted.into_iter().map(line).collect()
    }

    #[test]
    fn x34_a_restart_forgets_nobody_for_thirty_days() {
        let data = tempfile::tempdir().expect("a directory");
        let (mut file, none) = AnsweredFile::open(data.path(), at(0));
        assert!(none.is_empty());
        file.add(at(0), "4H \"CLUB\"".into(), true);
        file.add(at(0), "4H \"CLUB\"".into(), false);
        file.add(at(5), "SPRING".into(), false);
        file.flush();
        file.add(at(5), "SPRING".into(), true);
        let club = |ago| ("4H \"CLUB\"".to_owned(), ago, 2, 1);
        let spring = |ago| ("SPRING".to_owned(), ago, 1, 0);
        assert_eq!(left(data.path(), at(6)), [club(6), spring(1)]);
        // The clock was set back.
        assert_eq!(left(data.path(), at(0)), [club(0), spring(0)]);
        assert_eq!(left(data.path(), at(800)), []);
    }

    #[test]
    fn the_file_is_bounded_and_a_torn_line_is_passed_over() {
        let data = tempfile::tempdir().expect("a directory");
        let (mut file, _) = AnsweredFile::open(data.path(), at(0));
        for n in 0..80_000 {
            file.add(at(n / 100), "SPRING".into(), false);
            if n % 100 == 0 {
                file.flush();
            }
        }
        file.flush();
        let path = data.path().join("answered");
        let length = fs::metadata(&path).expect("it is there").len();
        assert!(length < limits::JOURNAL + 100_000, "{length}");
        let mut octets = fs::read(&path).expect("it is there");
        octets.extend_from_slice(b"junk\n{\"hour\":");
        fs::write(&path, octets).expect("written");
        let all: u32 = left(data.path(), at(799)).iter().map(|(_, _, answered, _)| answered).sum();
        assert_eq!(all, 72_200, "722 hours of a hundred");
    }
}
