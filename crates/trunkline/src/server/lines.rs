//! Files of lines that outlive the process: what is remembered over a restart, a line of JSON for each change.
//!
//! A line is appended when something changes. What still counts is written anew at the start, and when the file has
//! grown long.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use std::time::SystemTime;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::limits;

/// Such a file. Only the owner of the process may read it.
#[derive(Debug)]
pub(crate) struct Lines {
    path: PathBuf,
    /// What its loss means, as the log says it.
    loss: &'static str,
    /// None when it cannot be written: that was said once.
    file: Option<File>,
    /// Not written yet.
    pending: Vec<u8>,
    length: u64,
    /// The length that is long.
    long: u64,
}

impl Lines {
    /// Reads what the last process left, the oldest first. A line that is none is passed over: the death of a process
    /// may have left half of one. Nothing is kept before [`Lines::renew`].
    pub(crate) fn read<L: DeserializeOwned>(path: PathBuf, loss: &'static str) -> (Self, Vec<L>) {
        let octets = match read(&path) {
            Ok(octets) => octets,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => {
                tracing::error!("{} is not read, {loss}: {error}", path.display());
                Vec::new()
            }
        };
        let lines = octets.split(|&octet| octet == b'\n');
        let lines = lines.filter_map(|line| serde_json::from_slice(line).ok()).collect();
        (Self { path, loss, file: None, pending: Vec::new(), length: 0, long: limits::JOURNAL }, lines)
    }

    /// Keeps a line from the next flush on.
    pub(crate) fn add(&mut self, line: &impl Serialize) {
        write(line, &mut self.pending);
    }

    /// Writes what is new; true when the file has grown long. It outlives the process, though not the machine: no disk
    /// is waited for.
    #[must_use]
    pub(crate) fn flush(&mut self) -> bool {
        let pending = std::mem::take(&mut self.pending);
        let Some(file) = self.file.as_mut().filter(|_| !pending.is_empty()) else { return false };
        if let Err(error) = file.write_all(&pending) {
            self.give_up(&error);
            return false;
        }
        self.length += pending.len() as u64;
        self.length > self.long
    }

    /// Writes a file of these lines alone, which takes the place of the old one.
    pub(crate) fn renew<L: Serialize>(&mut self, lines: impl IntoIterator<Item = L>) {
        let mut octets = Vec::new();
        lines.into_iter().for_each(|line| write(&line, &mut octets));
        let new = self.path.with_extension("new");
        let made = OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(&new);
        let written = made.and_then(|mut file| {
            file.write_all(&octets)?;
            fs::rename(&new, &self.path)?;
            Ok(file)
        });
        match written {
            Ok(file) => {
                (self.file, self.length) = (Some(file), octets.len() as u64);
                // Where more than that still counts, it is not written anew line by line.
                self.long = limits::JOURNAL.max(self.length.saturating_mul(2));
            }
            Err(error) => self.give_up(&error),
        }
    }

    fn give_up(&mut self, error: &io::Error) {
        self.file = None;
        tracing::error!(
            "{} cannot be written, {} at the next restart: {error}",
            self.path.display(),
            self.loss
        );
    }
}

/// Seconds since 1970, as the lines tell the time.
pub(crate) fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

fn write(line: &impl Serialize, octets: &mut Vec<u8>) {
    serde_json::to_writer(&mut *octets, line).expect("plain structs of numbers and text are always JSON");
    octets.push(b'\n');
}

fn read(path: &PathBuf) -> io::Result<Vec<u8>> {
    let mut octets = Vec::new();
    File::open(path)?.take(limits::LINES).read_to_end(&mut octets)?;
    Ok(octets)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn open(data: &tempfile::TempDir) -> (Lines, Vec<(u32, String)>) {
        Lines::read(data.path().join("lines"), "all is forgotten")
    }

    #[test]
    fn what_was_flushed_is_there_after_a_restart() {
        let data = tempfile::tempdir().expect("a directory");
        let (mut lines, none) = open(&data);
        assert!(none.is_empty());
        lines.renew([(1, "one")]);
        lines.add(&(2, "two\n\"2\""));
        assert!(!lines.flush());
        lines.add(&(3, "three"));
        assert_eq!(open(&data).1, [(1, "one".to_owned()), (2, "two\n\"2\"".to_owned())]);
        lines.renew([(4, "four")]);
        assert!(!lines.flush());
        assert_eq!(open(&data).1, [(4, "four".to_owned()), (3, "three".to_owned())]);
    }

    #[test]
    fn a_torn_or_foreign_line_is_passed_over() {
        let data = tempfile::tempdir().expect("a directory");
        let octets = b"[1,\"one\"]\njunk\n\xff\n\n{\"a\":1}\n[2,\"two\"]\n[3,";
        fs::write(data.path().join("lines"), octets).expect("written");
        assert_eq!(open(&data).1, [(1, "one".to_owned()), (2, "two".to_owned())]);
    }

    #[test]
    fn a_long_file_says_so_and_is_private() {
        let data = tempfile::tempdir().expect("a directory");
        let (mut lines, _) = open(&data);
        lines.renew::<()>([]);
        let line = (0, "x".repeat(100_000));
        let most = usize::try_from(limits::JOURNAL).expect("it fits") / 100_000;
        for _ in 0..most {
            lines.add(&line);
            assert!(!lines.flush());
        }
        lines.add(&line);
        lines.add(&line);
        assert!(lines.flush());
        // All of it still counts: it is long again when there is as much more.
        lines.renew(std::iter::repeat_n(&line, most + 2));
        lines.add(&line);
        assert!(!lines.flush());
        let metadata = fs::metadata(data.path().join("lines")).expect("it is there");
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_file_that_cannot_be_written_is_done_without() {
        let data = tempfile::tempdir().expect("a directory");
        let (mut lines, none) = Lines::read::<()>(data.path().join("gone/lines"), "all is forgotten");
        lines.renew([1]);
        lines.add(&2);
        assert!(!lines.flush());
        assert!(none.is_empty());
    }
}
