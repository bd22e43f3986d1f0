//! Who answered campaigns and got an agent or none, on disk for thirty days, so that a restart forgets nobody.
//!
//! The file `<data>/answered` has lines of JSON that are summed up, by hour and campaign. It is written anew at
//! the start, and when it has grown long.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use control::Live;
use serde::{Deserialize, Serialize};

use crate::limits;

const HOUR: u64 = 3_600;
/// Hours that are remembered: thirty days, and those that they begin and end in.
const HOURS: u64 = 30 * 24 + 2;

/// The file of those who answered.
#[derive(Debug)]
pub(crate) struct AnsweredFile {
    path: PathBuf,
    /// None when it cannot be written: that was said once.
    file: Option<File>,
    /// By hour since 1970 and campaign.
    sums: BTreeMap<(u64, String), Live>,
    /// Not written yet.
    pending: Vec<u8>,
    length: u64,
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
        let path = data.join("answered");
        let text = match read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => {
                tracing::error!("{} is not read, who was abandoned is forgotten: {error}", path.display());
                String::new()
            }
        };
        let now = hour(now);
        let mut answered = Self { path, file: None, sums: BTreeMap::new(), pending: Vec::new(), length: 0 };
        // The death of a process may have left half a line.
        for line in text.lines().filter_map(|line| serde_json::from_str::<Line>(line).ok()) {
            let live = Live { answered: line.answered, abandoned: line.abandoned };
            // A clock that was set back makes nothing last longer.
            answered.sum(line.hour.min(now), line.campaign, live);
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
        write(&mut self.pending, hour, &campaign, live);
        self.sum(hour, campaign, live);
    }

    fn sum(&mut self, hour: u64, campaign: String, live: Live) {
        let sum = self.sums.entry((hour, campaign)).or_default();
        *sum = sum.plus(live);
    }

    /// Writes what is new. It outlives the process, though not the machine: no disk is waited for.
    pub(crate) fn flush(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        let Some(file) = self.file.as_mut().filter(|_| !pending.is_empty()) else { return };
        if let Err(error) = file.write_all(&pending) {
            return self.give_up(&error);
        }
        self.length += pending.len() as u64;
        if self.length > limits::JOURNAL {
            let now = self.sums.keys().next_back().map_or(0, |(hour, _)| *hour);
            self.renew(now);
        }
    }

    /// Forgets what is old, and writes a file of the sums that takes the place of the old one.
    fn renew(&mut self, now: u64) {
        self.sums.retain(|(then, _), _| then + HOURS > now);
        let mut octets = Vec::new();
        for ((hour, campaign), live) in &self.sums {
            write(&mut octets, *hour, campaign, *live);
        }
        let new = self.path.with_extension("new");
        let made = OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(&new);
        let written = made.and_then(|mut file| {
            file.write_all(&octets)?;
            fs::rename(&new, &self.path)?;
            Ok(file)
        });
        match written {
            Ok(file) => (self.file, self.length) = (Some(file), octets.len() as u64),
            Err(error) => self.give_up(&error),
        }
    }

    fn give_up(&mut self, error: &io::Error) {
        self.file = None;
        tracing::error!(
            "{} cannot be written, who was abandoned is forgotten at a restart: {error}",
            self.path.display()
        );
    }
}

fn write(octets: &mut Vec<u8>, hour: u64, campaign: &str, live: Live) {
    let Live { answered, abandoned } = live;
    let line = Line { hour, campaign: campaign.to_owned(), answered, abandoned };
    serde_json::to_writer(&mut *octets, &line).expect("numbers and text are always JSON");
    octets.push(b'\n');
}

fn read(path: &Path) -> io::Result<String> {
    let mut octets = Vec::new();
    // Several times what it may grow to before it is written anew.
    File::open(path)?.take(4 * limits::JOURNAL).read_to_end(&mut octets)?;
    Ok(String::from_utf8_lossy(&octets).into_owned())
}

fn hour(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs() / HOUR)
}

#[cfg(test)]
mod tests {
    use super::*;

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
