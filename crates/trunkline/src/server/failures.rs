//! The wrong pass codes of the last hour on disk, so that a restart forgives none (decision D09).
//!
//! The file `<data>/wrong-pass-codes` has a line for each, the oldest first.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::path::Path;
use std::time::{Duration, SystemTime};

use control::Failure;

use serde::{Deserialize, Serialize};

use super::lines::{Lines, seconds};

/// The wrong pass codes that are remembered.
#[derive(Debug)]
pub(crate) struct FailureFile {
    lines: Lines,
    recent: VecDeque<Line>,
}

/// One of them.
#[derive(Serialize, Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct Line {
    /// Seconds since 1970.
    at: u64,
    peer: IpAddr,
    mailbox: String,
}

impl FailureFile {
    /// Reads what the last process left: each wrong pass code with what is left of its hour.
    pub(crate) fn open(data: &Path, now: SystemTime) -> (Self, Vec<(Failure, Duration)>) {
        let (lines, mut read) =
            Lines::read::<Line>(data.join("wrong-pass-codes"), "wrong pass codes are forgotten");
        let now = seconds(now);
        // A clock that was set back makes nothing last longer than its hour.
        read.iter_mut().for_each(|line| line.at = line.at.min(now));
        let mut file = Self { lines, recent: read.into() };
        file.forget(now);
        file.lines.renew(&file.recent);
        let left = file.recent.iter().map(|Line { at, peer, mailbox }| {
            let failure = Failure { mailbox: mailbox.as_str().into(), peer: *peer };
            (failure, Failure::COUNTS_FOR.saturating_sub(Duration::from_secs(now - at)))
        });
        let left = left.collect();
        (file, left)
    }

    /// Remembers one from the next flush on.
    pub(crate) fn add(&mut self, now: SystemTime, failure: &Failure) {
        let now = seconds(now);
        let line = Line { at: now, peer: failure.peer, mailbox: failure.mailbox.to_string() };
        self.lines.add(&line);
        self.recent.push_back(line);
        self.forget(now);
    }

    /// Writes what is new.
    pub(crate) fn flush(&mut self) {
        if self.lines.flush() {
            self.lines.renew(&self.recent);
        }
    }

    fn forget(&mut self, now: u64) {
        let old = |line: &mut Line| now.saturating_sub(line.at) >= Failure::COUNTS_FOR.as_secs();
        while self.recent.pop_front_if(old).is_some() {}
        while self.recent.len() > Failure::MOST {
            self.recent.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::limits;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000 + seconds)
    }

    fn failure(mailbox: &str) -> Failure {
        Failure { mailbox: mailbox.into(), peer: [10, 0, 0, 1].into() }
    }

    /// What is left of which hours when the next process starts.
    fn left(data: &Path, now: SystemTime) -> Vec<(String, u64)> {
        let (_, left) = FailureFile::open(data, now);
        left.into_iter().map(|(failure, left)| (failure.mailbox.to_string(), left.as_secs())).collect()
    }

    #[test]
    fn d09_a_restart_forgives_nothing() {
        let data = tempfile::tempdir().expect("a directory");
        let (mut file, none) = FailureFile::open(data.path(), at(0));
        assert!(none.is_empty());
        file.add(at(0), &failure("1"));
        file.add(at(600), &failure("2"));
        file.flush();
        file.add(at(601), &failure("3"));
        assert_eq!(left(data.path(), at(1200)), [("1".into(), 2400), ("2".into(), 3000)]);
        let (mut file, _) = FailureFile::open(data.path(), at(1200));
        file.add(at(1200), &failure("3"));
        file.flush();
        assert_eq!(left(data.path(), at(3600)), [("2".into(), 600), ("3".into(), 1200)]);
        // The clock was set back.
        assert_eq!(left(data.path(), at(0)).last(), Some(&("3".into(), 3600)));
        assert_eq!(left(data.path(), at(9999)), []);
    }

    #[test]
    fn the_file_is_bounded_and_private() {
        use std::os::unix::fs::PermissionsExt as _;
        let data = tempfile::tempdir().expect("a directory");
        let (mut file, _) = FailureFile::open(data.path(), at(0));
        for n in 0..Failure::MOST + 10 {
            file.add(at(0), &failure(&n.to_string()));
        }
        file.flush();
        let metadata = fs::metadata(data.path().join("wrong-pass-codes")).expect("it is there");
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
        assert!(metadata.len() < limits::JOURNAL, "{}", metadata.len());
        assert_eq!(left(data.path(), at(0)).len(), Failure::MOST);
    }
}
