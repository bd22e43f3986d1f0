//! The spool: files in which records wait for the database, however long it is away.
//!
//! Below the spool's directory lie segments, `0000000001.jsonl` and so on, an entry a line. One thread appends
//! ([`Spool`]); each taker reads from its own place ([`Reader`]) and writes down how far it came, in `NAME.place`.
//! A segment goes when every taker is past it.
//!
//! What is appended has been handed to the system before anyone else hears that the call is over: it outlives the
//! death of the process. It is made to outlive that of the machine as well ([`Reader::secure`]) when the database
//! does not take it; otherwise the database's own commit does, half a second later.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::SyncSender;

use serde::{Deserialize, Serialize};

use crate::call::CallRecord;
use crate::limits;

/// The name of the database's taker.
pub const DATABASE: &str = "database";

/// What waits in the spool.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Entry {
    /// Whether this is the last word on the leg. Another entry without what the media engine counts may have gone
    /// before it, so that a crash in between loses nothing.
    pub is_whole: bool,
    /// The record.
    pub call: CallRecord,
}

impl Entry {
    fn line(&self) -> Vec<u8> {
        let mut line = serde_json::to_vec(self).expect("plain fields with text keys have a JSON form");
        line.push(b'\n');
        line
    }
}

/// The end of the spool to which entries are appended. Nothing of it waits for a disk to turn.
#[derive(Debug)]
pub struct Spool {
    directory: PathBuf,
    /// The last segment that there is.
    number: u64,
    /// None until something is appended.
    segment: Option<Segment>,
    /// Not written yet.
    pending: Vec<u8>,
    /// Entries refused since the last that was written.
    refused: u64,
    health: Health,
    wake: Vec<SyncSender<()>>,
}

#[derive(Debug)]
struct Segment {
    file: File,
    length: u64,
}

/// Whether the last thing that was tried went well, so that trouble is told once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Health {
    Fine,
    Troubled,
}

impl Spool {
    /// Goes on where the last process stopped, and has the last word on every leg that it left without one. Each of
    /// `wake` is woken when something was written.
    ///
    /// # Errors
    /// When the directory cannot be made or read.
    pub fn open(directory: &Path, wake: Vec<SyncSender<()>>) -> io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
        let segments = segments(directory)?;
        let placed = places(directory)?.into_iter().map(|place| place.segment).max();
        let number = segments.last().copied().max(placed).unwrap_or(0);
        let mut spool = Self {
            directory: directory.to_owned(),
            number,
            segment: None,
            pending: Vec::new(),
            refused: 0,
            health: Health::Fine,
            wake,
        };
        // A leg's two entries are seconds apart: they lie in one segment, or in the first and the next.
        let last = segments.len().saturating_sub(2);
        for call in unfinished(directory, segments.get(last..).unwrap_or_default())? {
            spool.put(&Entry { is_whole: true, call });
        }
        spool.flush();
        Ok(spool)
    }

    /// Appends an entry with the next [`Spool::flush`].
    pub fn put(&mut self, entry: &Entry) {
        if self.pending.len() >= limits::PENDING {
            self.refused += 1;
            return;
        }
        self.pending.append(&mut entry.line());
    }

    /// Whether something that was put has not been handed to the system.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Hands what was put to the system. What it does not take waits in memory for the next time.
    pub fn flush(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        match self.append() {
            Ok(()) => {
                self.pending.clear();
                for wake in &self.wake {
                    // One that is awake already will look.
                    let _ = wake.try_send(());
                }
                if std::mem::replace(&mut self.health, Health::Fine) == Health::Troubled {
                    let lost = std::mem::take(&mut self.refused);
                    tracing::warn!(lost, "{} is written again", self.directory.display());
                }
            }
            Err(error) => {
                self.segment = None;
                if std::mem::replace(&mut self.health, Health::Troubled) == Health::Fine {
                    tracing::error!(
                        "call records cannot be written to {}: {error}; they wait in memory, and in the log: make room",
                        self.directory.display()
                    );
                }
            }
        }
    }

    fn append(&mut self) -> io::Result<()> {
        if self.segment.as_ref().is_none_or(|segment| segment.length >= limits::SEGMENT) {
            self.segment = Some(self.next_segment()?);
        }
        let Some(segment) = &mut self.segment else { return Ok(()) };
        let written = segment.file.write_all(&self.pending);
        if written.is_err() {
            // What was written in part comes again.
            segment.file.set_len(segment.length)?;
        }
        segment.length += self.pending.len() as u64;
        written
    }

    fn next_segment(&mut self) -> io::Result<Segment> {
        if size(&self.directory)? >= limits::SPOOL {
            return Err(io::Error::new(
                io::ErrorKind::QuotaExceeded,
                format!("{} octets wait there already", limits::SPOOL),
            ));
        }
        let path = path_of(&self.directory, self.number + 1);
        let file = OpenOptions::new().create_new(true).append(true).mode(0o600).open(path)?;
        self.number += 1;
        Ok(Segment { file, length: 0 })
    }
}

/// Where a taker reads.
#[derive(Debug)]
pub struct Reader {
    directory: PathBuf,
    name: &'static str,
    place: Place,
}

/// How far a taker came.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
struct Place {
    segment: u64,
    offset: u64,
}

/// What a reader found, and where it stops.
#[derive(Debug)]
pub struct Batch {
    /// In the order they were put.
    pub entries: Vec<Entry>,
    /// Lines that are no entries: the disk did not keep what was written.
    pub damaged: u64,
    next: Place,
}

impl Reader {
    /// Reads on from where the taker of this name stopped.
    ///
    /// # Errors
    /// When its place cannot be read.
    pub fn open(directory: &Path, name: &'static str) -> io::Result<Self> {
        let place = match fs::read_to_string(directory.join(name).with_extension("place")) {
            Ok(text) => Place::parse(&text).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Place::default(),
            Err(error) => return Err(error),
        };
        let mut reader = Self { directory: directory.to_owned(), name, place };
        // Without a place of its own nothing would wait for it.
        reader.keep_place(place)?;
        Ok(reader)
    }

    /// What comes next; nothing where all was read.
    ///
    /// # Errors
    /// When the spool cannot be read.
    pub fn next(&self) -> io::Result<Option<Batch>> {
        let segments = segments(&self.directory)?;
        for segment in segments.into_iter().filter(|&segment| segment >= self.place.segment) {
            let offset = if segment == self.place.segment { self.place.offset } else { 0 };
            if let Some(batch) = self.read(Place { segment, offset })? {
                return Ok(Some(batch));
            }
        }
        Ok(None)
    }

    fn read(&self, from: Place) -> io::Result<Option<Batch>> {
        let mut file = File::open(path_of(&self.directory, from.segment))?;
        file.seek(SeekFrom::Start(from.offset))?;
        let mut octets = Vec::new();
        file.take(limits::READ).read_to_end(&mut octets)?;
        // What the death of a process left half-written was promised to nobody.
        let mut batch = Batch { entries: Vec::new(), damaged: 0, next: from };
        for line in octets.split_inclusive(|&octet| octet == b'\n').take(limits::BATCH) {
            let is_complete = line.last() == Some(&b'\n');
            if !is_complete && line.len() <= limits::LINE {
                break;
            }
            match serde_json::from_slice(line) {
                Ok(entry) => batch.entries.push(entry),
                Err(_) => batch.damaged += 1,
            }
            batch.next.offset += line.len() as u64;
        }
        Ok((batch.next != from).then_some(batch))
    }

    /// All of this batch has been taken: what comes next is what is behind it.
    ///
    /// # Errors
    /// When that cannot be written down. The reader itself goes on all the same.
    pub fn done(&mut self, batch: &Batch) -> io::Result<()> {
        self.keep_place(batch.next)?;
        let passed = places(&self.directory)?.into_iter().map(|place| place.segment).min().unwrap_or(0);
        for segment in segments(&self.directory)?.into_iter().filter(|&segment| segment < passed) {
            match fs::remove_file(path_of(&self.directory, segment)) {
                // Another taker was there first.
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    fn keep_place(&mut self, place: Place) -> io::Result<()> {
        self.place = place;
        let path = self.directory.join(self.name);
        let new = path.with_extension("place.new");
        fs::write(&new, place.text())?;
        fs::rename(&new, path.with_extension("place"))
    }

    /// Has the disk keep what is not taken yet.
    ///
    /// # Errors
    /// When the disk does not.
    pub fn secure(&self) -> io::Result<()> {
        for segment in segments(&self.directory)?.into_iter().filter(|&segment| segment >= self.place.segment)
        {
            File::open(path_of(&self.directory, segment))?.sync_data()?;
        }
        File::open(&self.directory)?.sync_all()
    }
}

impl Place {
    fn text(self) -> String {
        format!("{} {}\n", self.segment, self.offset)
    }

    fn parse(text: &str) -> Option<Self> {
        let (segment, offset) = text.trim_end().split_once(' ')?;
        Some(Self { segment: segment.parse().ok()?, offset: offset.parse().ok()? })
    }
}

/// How many entries wait for the taker of this name, for people.
///
/// # Errors
/// When the spool cannot be read; one that does not exist is empty.
pub fn waiting(directory: &Path, name: &'static str) -> io::Result<usize> {
    if !directory.exists() {
        return Ok(0);
    }
    let place = fs::read_to_string(directory.join(name).with_extension("place"));
    let place = place.ok().and_then(|text| Place::parse(&text)).unwrap_or_default();
    let mut reader = Reader { directory: directory.to_owned(), name, place };
    let mut count = 0;
    while let Some(batch) = reader.next()? {
        count += batch.entries.len();
        reader.place = batch.next;
    }
    Ok(count)
}

/// The records that these segments have only the first word of.
fn unfinished(directory: &Path, segments: &[u64]) -> io::Result<Vec<CallRecord>> {
    let Some(&first) = segments.first() else { return Ok(Vec::new()) };
    let place = Place { segment: first, offset: 0 };
    let mut reader = Reader { directory: directory.to_owned(), name: "start", place };
    let mut open = BTreeMap::new();
    while let Some(batch) = reader.next()? {
        for entry in batch.entries {
            if entry.is_whole {
                open.remove(&entry.call.id);
            } else {
                open.insert(entry.call.id.clone(), entry.call);
            }
        }
        reader.place = batch.next;
    }
    let mut open: Vec<CallRecord> = open.into_values().collect();
    open.sort_by_key(|call| call.ended);
    Ok(open)
}

fn path_of(directory: &Path, segment: u64) -> PathBuf {
    directory.join(format!("{segment:010}.jsonl"))
}

/// The segments that there are, in order.
fn segments(directory: &Path) -> io::Result<Vec<u64>> {
    let mut segments = Vec::new();
    for entry in fs::read_dir(directory)? {
        let name = entry?.file_name();
        let number: Option<u64> = name.to_str().and_then(|name| name.strip_suffix(".jsonl")?.parse().ok());
        segments.extend(number);
    }
    segments.sort_unstable();
    Ok(segments)
}

/// Where every taker stands.
fn places(directory: &Path) -> io::Result<Vec<Place>> {
    let mut places = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "place") {
            places.push(Place::parse(&fs::read_to_string(path)?).unwrap_or_default());
        }
    }
    Ok(places)
}

/// Octets of all segments.
fn size(directory: &Path) -> io::Result<u64> {
    let mut octets = 0;
    for segment in segments(directory)? {
        octets += fs::metadata(path_of(directory, segment)).map_or(0, |metadata| metadata.len());
    }
    Ok(octets)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::tests::record;

    fn entry(n: i64, is_whole: bool) -> Entry {
        Entry { is_whole, call: record(n) }
    }

    fn put(directory: &Path, entries: &[Entry]) {
        let mut spool = Spool::open(directory, Vec::new()).expect("it opens");
        entries.iter().for_each(|entry| spool.put(entry));
        spool.flush();
    }

    /// The numbers of all that is read, with a place kept after each batch.
    fn read(reader: &mut Reader) -> Vec<(String, bool)> {
        let mut seen = Vec::new();
        while let Some(batch) = reader.next().expect("it is read") {
            seen.extend(batch.entries.iter().map(|entry| (entry.call.id.clone(), entry.is_whole)));
            reader.done(&batch).expect("kept");
        }
        seen
    }

    fn id(n: i64) -> String {
        record(n).id
    }

    #[test]
    fn entries_come_in_order_once_and_after_a_restart() {
        let directory = tempfile::tempdir().expect("a directory");
        let mut reader = Reader::open(directory.path(), "test").expect("it opens");
        put(directory.path(), &[entry(1, true), entry(2, true)]);
        assert_eq!(read(&mut reader), [(id(1), true), (id(2), true)]);
        assert_eq!(read(&mut reader), []);
        put(directory.path(), &[entry(3, true)]);
        let mut reader = Reader::open(directory.path(), "test").expect("it opens");
        assert_eq!(read(&mut reader), [(id(3), true)]);
        // What all have read is gone, but for the last.
        assert_eq!(segments(directory.path()).expect("listed"), [2]);
        assert_eq!(waiting(directory.path(), "test").expect("counted"), 0);
    }

    #[test]
    fn a_segment_stays_until_every_taker_is_past_it() {
        let directory = tempfile::tempdir().expect("a directory");
        let mut quick = Reader::open(directory.path(), "quick").expect("it opens");
        let mut slow = Reader::open(directory.path(), "slow").expect("it opens");
        put(directory.path(), &[entry(1, true)]);
        put(directory.path(), &[entry(2, true)]);
        assert_eq!(read(&mut quick).len(), 2);
        assert_eq!(segments(directory.path()).expect("listed"), [1, 2]);
        assert_eq!(waiting(directory.path(), "slow").expect("counted"), 2);
        assert_eq!(read(&mut slow), [(id(1), true), (id(2), true)]);
        assert_eq!(segments(directory.path()).expect("listed"), [2]);
    }

    #[test]
    fn a_leg_that_a_crash_left_without_its_last_word_gets_it() {
        let directory = tempfile::tempdir().expect("a directory");
        let mut reader = Reader::open(directory.path(), "test").expect("it opens");
        put(directory.path(), &[entry(1, false), entry(2, false), entry(1, true)]);
        put(directory.path(), &[]);
        assert_eq!(read(&mut reader), [(id(1), false), (id(2), false), (id(1), true), (id(2), true)]);
        // And once only.
        put(directory.path(), &[]);
        assert_eq!(read(&mut reader), []);
    }

    #[test]
    fn half_a_line_is_no_entry_and_a_damaged_one_is_passed_over() {
        let directory = tempfile::tempdir().expect("a directory");
        let mut reader = Reader::open(directory.path(), "test").expect("it opens");
        put(directory.path(), &[entry(1, true)]);
        let path = path_of(directory.path(), 1);
        let whole = fs::read(&path).expect("it is there");
        for cut in 0..whole.len() {
            fs::write(&path, &whole[..cut]).expect("written");
            assert!(reader.next().expect("it is read").is_none(), "{cut}");
        }
        let damaged = [b"{}\n".as_slice(), &whole].concat();
        fs::write(&path, damaged).expect("written");
        let batch = reader.next().expect("it is read").expect("a batch");
        assert_eq!((batch.damaged, batch.entries.len()), (1, 1));
        reader.done(&batch).expect("kept");
        assert!(reader.next().expect("it is read").is_none());
    }

    #[test]
    fn a_long_life_begins_new_segments_and_loses_nothing() {
        let directory = tempfile::tempdir().expect("a directory");
        let mut reader = Reader::open(directory.path(), "test").expect("it opens");
        let mut spool = Spool::open(directory.path(), Vec::new()).expect("it opens");
        let each = entry(1, true).line().len() as u64;
        let many = i64::try_from(2 * limits::SEGMENT / each + 10).expect("few");
        for n in 0..many {
            spool.put(&entry(n, true));
            if n % 100 == 0 {
                spool.flush();
            }
        }
        spool.flush();
        assert_eq!(segments(directory.path()).expect("listed"), [1, 2, 3]);
        let seen = read(&mut reader);
        assert!(seen.into_iter().eq((0..many).map(|n| (id(n), true))));
    }

    #[test]
    fn what_the_disk_does_not_take_waits_in_memory_within_bounds() {
        let directory = tempfile::tempdir().expect("a directory");
        let spool_directory = directory.path().join("spool");
        let mut spool = Spool::open(&spool_directory, Vec::new()).expect("it opens");
        fs::remove_dir(&spool_directory).expect("gone");
        spool.put(&entry(1, true));
        spool.flush();
        assert_eq!(spool.health, Health::Troubled);
        let line = entry(1, true).line();
        spool.pending.extend(std::iter::repeat_n(line, limits::PENDING / 400).flatten());
        let waiting = spool.pending.len();
        spool.put(&entry(2, true));
        assert_eq!((spool.refused, spool.pending.len()), (1, waiting));
        fs::create_dir(&spool_directory).expect("back");
        spool.flush();
        assert_eq!(spool.health, Health::Fine);
        assert!(spool.pending.is_empty());
    }
}
