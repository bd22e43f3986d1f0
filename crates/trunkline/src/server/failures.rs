//! The wrong pass codes of the last hour on disk, so that a restart forgives none (decision D09).
//!
//! The file `<data>/wrong-pass-codes` has a line for each, the oldest first, and is always replaced as a
//! whole:
//!
//! ```text
//! SECONDS_SINCE_1970 ADDRESS MAILBOX
//! ```

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use control::Failure;

use crate::limits;

/// The wrong pass codes that are remembered.
#[derive(Debug)]
pub(crate) struct FailureFile {
    path: PathBuf,
    recent: VecDeque<(u64, Failure)>,
    /// Something is not written yet.
    dirty: bool,
}

impl FailureFile {
    /// Reads what the last process left: each wrong pass code with what is left of its hour.
    pub(crate) fn open(data: &Path, now: SystemTime) -> (Self, Vec<(Failure, Duration)>) {
        let path = data.join("wrong-pass-codes");
        let text = match read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => {
                tracing::error!("{} is not read, wrong pass codes are forgotten: {error}", path.display());
                String::new()
            }
        };
        let now = seconds(now);
        // A clock that was set back makes nothing last longer than its hour.
        let recent = text.lines().filter_map(line).map(|(at, failure)| (at.min(now), failure));
        let mut file = Self { path, recent: recent.collect(), dirty: false };
        file.forget(now);
        let left = file.recent.iter().map(|(at, failure)| {
            (failure.clone(), Failure::COUNTS_FOR.saturating_sub(Duration::from_secs(now - at)))
        });
        let left = left.collect();
        (file, left)
    }

    /// Remembers one from the next flush on.
    pub(crate) fn add(&mut self, now: SystemTime, failure: Failure) {
        let now = seconds(now);
        self.recent.push_back((now, failure));
        self.forget(now);
        self.dirty = true;
    }

    /// Writes what is new. It outlives the process, though not the machine: no disk is waited for.
    pub(crate) fn flush(&mut self) {
        if !std::mem::take(&mut self.dirty) {
            return;
        }
        if let Err(error) = self.replace() {
            tracing::error!(
                "{} cannot be written, wrong pass codes are forgotten at a restart: {error}",
                self.path.display()
            );
        }
    }

    fn replace(&self) -> io::Result<()> {
        let mut text = String::new();
        for (at, Failure { mailbox, peer }) in &self.recent {
            let _ = writeln!(text, "{at} {peer} {mailbox}");
        }
        let new = self.path.with_extension("new");
        let mut file = OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(&new)?;
        file.write_all(text.as_bytes())?;
        fs::rename(&new, &self.path)
    }

    fn forget(&mut self, now: u64) {
        let old = |(at, _): &mut (u64, Failure)| now.saturating_sub(*at) >= Failure::COUNTS_FOR.as_secs();
        while self.recent.pop_front_if(old).is_some() {}
        while self.recent.len() > Failure::MOST {
            self.recent.pop_front();
        }
    }
}

fn read(path: &Path) -> io::Result<String> {
    let mut octets = Vec::new();
    File::open(path)?.take(limits::FAILURES).read_to_end(&mut octets)?;
    Ok(String::from_utf8_lossy(&octets).into_owned())
}

fn line(line: &str) -> Option<(u64, Failure)> {
    let mut words = line.split(' ');
    let (at, peer, mailbox) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?, words.next()?);
    words.next().is_none().then(|| (at, Failure { mailbox: mailbox.into(), peer }))
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

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
        file.add(at(0), failure("1"));
        file.add(at(600), failure("2"));
        file.flush();
        file.add(at(601), failure("3"));
        assert_eq!(left(data.path(), at(1200)), [("1".into(), 2400), ("2".into(), 3000)]);
        file.flush();
        assert_eq!(left(data.path(), at(3600)), [("2".into(), 600), ("3".into(), 601)]);
        // The clock was set back.
        assert_eq!(left(data.path(), at(0)).last(), Some(&("3".into(), 3600)));
        assert_eq!(left(data.path(), at(9999)), []);
    }

    #[test]
    fn lines_that_are_none_are_passed_over() {
        let data = tempfile::tempdir().expect("a directory");
        let lines = "junk\n1800000000 10.0.0.1 1\n1800000000 10.0.0.1\n1800000000 x 1\n1800000000 10.0.0.1 1 2\n-1 ::1 1";
        fs::write(data.path().join("wrong-pass-codes"), lines).expect("written");
        assert_eq!(left(data.path(), at(0)), [("1".into(), 3600)]);
    }

    #[test]
    fn the_file_is_bounded_and_private() {
        use std::os::unix::fs::PermissionsExt as _;
        let data = tempfile::tempdir().expect("a directory");
        let (mut file, _) = FailureFile::open(data.path(), at(0));
        for n in 0..Failure::MOST + 10 {
            file.add(at(0), failure(&n.to_string()));
        }
        file.flush();
        let metadata = fs::metadata(data.path().join("wrong-pass-codes")).expect("it is there");
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
        assert!(metadata.len() < limits::FAILURES, "{}", metadata.len());
        assert_eq!(left(data.path(), at(0)).len(), Failure::MOST);
    }
}
