//! What named links are owed, on disk, so that it outlives this process (decision D02).
//!
//! A file a link, `<data>/outbox/<NAME in hex>.journal`, to which each message is appended before it is
//! sent: what the system has taken outlives the death of the process, though not of the machine. A
//! record is a line, and behind `+` the octets of the message as it was sent:
//!
//! ```text
//! +NUMBER LENGTH   keep this message
//! -NUMBER          forget all up to this one
//! !NUMBER          forget this one
//! ```

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use control::Which;
use protocol::{Frame, Framer, Message, Spelling, Text};

use crate::limits;

/// The journals of all named links.
#[derive(Debug)]
pub(crate) struct Journals {
    directory: PathBuf,
    open: BTreeMap<Text, Journal>,
    /// Written since the last flush.
    dirty: Vec<Text>,
}

/// One link's journal.
#[derive(Debug)]
struct Journal {
    path: PathBuf,
    file: File,
    /// Not written yet.
    pending: Vec<u8>,
    /// Where the messages that are still kept lie.
    live: VecDeque<Place>,
    length: u64,
    broken: bool,
}

/// A message's place in the file.
#[derive(Clone, Copy, Debug)]
struct Place {
    number: u64,
    at: u64,
    length: u64,
}

/// What was kept for a link when the server last ran.
pub(crate) type Kept = (Text, Vec<(u64, Message)>);

impl Journals {
    /// Reads what the last process left, and goes on from there. A journal that cannot be read is told
    /// and left where it is.
    ///
    /// # Errors
    /// When the directory cannot be made or listed.
    pub(crate) fn open(data: &Path) -> io::Result<(Self, Vec<Kept>)> {
        let directory = data.join("outbox");
        fs::create_dir_all(&directory)?;
        let mut journals = Self { directory, open: BTreeMap::new(), dirty: Vec::new() };
        let mut kept = Vec::new();
        for entry in fs::read_dir(&journals.directory)?.take(limits::JOURNALS) {
            let path = entry?.path();
            let Some(name) = name_of(&path) else { continue };
            match restore(&path) {
                Ok(messages) if messages.is_empty() => fs::remove_file(&path)?,
                Ok(messages) => {
                    journals.rewrite(&name, &messages);
                    kept.push((name, messages));
                }
                Err(error) => tracing::error!("{} is not read: {error}", path.display()),
            }
        }
        Ok((journals, kept))
    }

    /// Starts a journal anew with these messages.
    fn rewrite(&mut self, name: &Text, messages: &[(u64, Message)]) {
        let path = self.directory.join(file_name(name));
        if let Err(error) = fs::remove_file(&path) {
            tracing::error!("{} cannot be made anew: {error}", path.display());
        }
        for (number, message) in messages {
            self.keep(name, *number, message);
        }
        self.flush();
    }

    /// Keeps a message from the next flush on.
    pub(crate) fn keep(&mut self, name: &Text, number: u64, message: &Message) {
        let mut octets = Vec::new();
        // Whatever the link's own spelling: both are read.
        message.write(Spelling::Memorandum, &mut octets);
        self.with(name, |journal| {
            let line = format!("+{number} {}\n", octets.len());
            let at = journal.length + journal.pending.len() as u64 + line.len() as u64;
            journal.live.push_back(Place { number, at, length: octets.len() as u64 });
            journal.pending.extend_from_slice(line.as_bytes());
            journal.pending.extend_from_slice(&octets);
        });
    }

    /// Forgets messages from the next flush on.
    pub(crate) fn forget(&mut self, name: &Text, which: Which) {
        self.with(name, |journal| {
            let line = match which {
                Which::UpTo(number) => {
                    journal.live.retain(|place| place.number > number);
                    format!("-{number}\n")
                }
                Which::One(number) => {
                    journal.live.retain(|place| place.number != number);
                    format!("!{number}\n")
                }
            };
            journal.pending.extend_from_slice(line.as_bytes());
        });
    }

    /// Hands everything to the system.
    pub(crate) fn flush(&mut self) {
        for name in std::mem::take(&mut self.dirty) {
            if let Some(journal) = self.open.get_mut(&name) {
                journal.flush();
            }
        }
    }

    fn with(&mut self, name: &Text, act: impl FnOnce(&mut Journal)) {
        if !self.open.contains_key(name) {
            let path = self.directory.join(file_name(name));
            match OpenOptions::new().create(true).append(true).open(&path) {
                Ok(file) => {
                    self.open.insert(name.clone(), Journal::new(path, file));
                }
                Err(error) => {
                    tracing::error!(
                        "{} cannot be opened, messages for it die with the server: {error}",
                        path.display()
                    );
                    return;
                }
            }
        }
        if let Some(journal) = self.open.get_mut(name).filter(|journal| !journal.broken) {
            if journal.pending.is_empty() {
                self.dirty.push(name.clone());
            }
            act(journal);
        }
    }
}

impl Journal {
    const fn new(path: PathBuf, file: File) -> Self {
        Self { path, file, pending: Vec::new(), live: VecDeque::new(), length: 0, broken: false }
    }

    fn flush(&mut self) {
        let done = if self.live.is_empty() { self.empty() } else { self.append() };
        let done = done.and_then(|()| if self.length > limits::JOURNAL { self.compact() } else { Ok(()) });
        self.pending.clear();
        if let Err(error) = done {
            tracing::error!(
                "{} cannot be written, messages for it die with the server from now on: {error}",
                self.path.display()
            );
            self.broken = true;
        }
    }

    fn append(&mut self) -> io::Result<()> {
        self.file.write_all(&self.pending)?;
        self.length += self.pending.len() as u64;
        Ok(())
    }

    /// Nothing is kept any more.
    fn empty(&mut self) -> io::Result<()> {
        if self.length > 0 {
            self.file.set_len(0)?;
            self.file.seek(SeekFrom::Start(0))?;
            self.length = 0;
        }
        Ok(())
    }

    /// Writes what is still kept to a file of its own, which takes the place of the old one.
    fn compact(&mut self) -> io::Result<()> {
        use std::os::unix::fs::FileExt as _;
        let old = File::open(&self.path)?;
        let path = self.path.with_extension("new");
        let mut new = OpenOptions::new().create(true).write(true).truncate(true).open(&path)?;
        let mut length = 0;
        for place in &mut self.live {
            let mut octets = vec![0; usize::try_from(place.length).unwrap_or(usize::MAX)];
            old.read_exact_at(&mut octets, place.at)?;
            let line = format!("+{} {}\n", place.number, place.length);
            new.write_all(line.as_bytes())?;
            new.write_all(&octets)?;
            place.at = length + line.len() as u64;
            length = place.at + place.length;
        }
        fs::rename(&path, &self.path)?;
        (self.file, self.length) = (new, length);
        Ok(())
    }
}

/// The messages that a journal still keeps. What the death of a process left half-written at its end is
/// no record.
fn restore(path: &Path) -> io::Result<Vec<(u64, Message)>> {
    let octets = fs::read(path)?;
    let mut kept: BTreeMap<u64, Message> = BTreeMap::new();
    let mut rest = octets.as_slice();
    while let Some(end) = rest.iter().position(|&octet| octet == b'\n') {
        let (line, after) = (String::from_utf8_lossy(&rest[..end]).into_owned(), &rest[end + 1..]);
        rest = after;
        let number = |text: &str| text.parse::<u64>().ok();
        match line.split_at_checked(1) {
            Some(("-", upto)) => {
                let Some(upto) = number(upto) else { break };
                kept = kept.split_off(&upto.saturating_add(1));
            }
            Some(("!", one)) => {
                let Some(one) = number(one) else { break };
                kept.remove(&one);
            }
            Some(("+", both)) => {
                let Some((Some(n), Some(length))) = both.split_once(' ').map(|(n, l)| (number(n), number(l)))
                else {
                    break;
                };
                let Some((message, after)) =
                    usize::try_from(length).ok().and_then(|length| rest.split_at_checked(length))
                else {
                    break;
                };
                rest = after;
                if let Some(message) = read(message) {
                    kept.insert(n, message);
                }
            }
            _ => break,
        }
    }
    Ok(kept.into_iter().collect())
}

fn read(octets: &[u8]) -> Option<Message> {
    let mut framer = Framer::new(protocol::MAX_MESSAGE);
    framer.push(octets);
    match framer.next()? {
        Frame::Element(element) => Message::read(&element).ok(),
        Frame::Unreadable(_) | Frame::TooLong(_) => None,
    }
}

fn file_name(name: &Text) -> String {
    let mut hex = name.bytes().fold(String::new(), |mut hex, octet| {
        let _ = write!(hex, "{octet:02x}");
        hex
    });
    hex.push_str(".journal");
    hex
}

fn name_of(path: &Path) -> Option<Text> {
    let hex = path.file_name()?.to_str()?.strip_suffix(".journal")?;
    let octet = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let octets = hex.as_bytes().chunks(2).map(octet).collect::<Option<Vec<u8>>>()?;
    Some(Text::from(String::from_utf8(octets).ok()?))
}

#[cfg(test)]
mod tests {
    use protocol::ExitLink;

    use super::*;

    fn message(n: u64) -> Message {
        ExitLink { msgid: format!("{n:08}").into() }.into()
    }

    fn check(act: impl FnOnce(&mut Journals), kept: &[u64]) {
        let data = tempfile::tempdir().expect("a directory");
        let (mut journals, before) = Journals::open(data.path()).expect("it opens");
        assert!(before.is_empty());
        act(&mut journals);
        drop(journals);
        let (_, after) = Journals::open(data.path()).expect("it opens");
        let after: Vec<(Text, Vec<u64>)> =
            after.into_iter().map(|(name, m)| (name, m.into_iter().map(|(n, _)| n).collect())).collect();
        let wanted = if kept.is_empty() { vec![] } else { vec![(Text::from("PEC & Söhne"), kept.to_vec())] };
        assert_eq!(after, wanted);
    }

    const NAME: &str = "PEC & Söhne";

    #[test]
    fn what_was_kept_and_not_forgotten_comes_back() {
        check(
            |journals| {
                let name = Text::from(NAME);
                for n in 1..=5 {
                    journals.keep(&name, n, &message(n));
                }
                journals.flush();
                journals.forget(&name, Which::UpTo(2));
                journals.forget(&name, Which::One(4));
                journals.flush();
            },
            &[3, 5],
        );
    }

    #[test]
    fn what_was_not_flushed_was_not_promised() {
        check(|journals| journals.keep(&Text::from(NAME), 1, &message(1)), &[]);
    }

    #[test]
    fn an_outbox_that_is_empty_leaves_no_file() {
        check(
            |journals| {
                let name = Text::from(NAME);
                journals.keep(&name, 1, &message(1));
                journals.flush();
                journals.forget(&name, Which::UpTo(1));
                journals.flush();
            },
            &[],
        );
    }

    #[test]
    fn a_long_life_does_not_grow_the_file() {
        let data = tempfile::tempdir().expect("a directory");
        let (mut journals, _) = Journals::open(data.path()).expect("it opens");
        let name = Text::from(NAME);
        for n in 1..=200_000 {
            journals.keep(&name, n, &message(n));
            if n > 10 {
                journals.forget(&name, Which::UpTo(n - 10));
            }
            if n % 100 == 0 {
                journals.flush();
            }
        }
        journals.flush();
        let size =
            fs::metadata(data.path().join("outbox").join(file_name(&name))).expect("it is there").len();
        assert!(size <= limits::JOURNAL + 100_000, "{size} octets");
        drop(journals);
        let (_, after) = Journals::open(data.path()).expect("it opens");
        let numbers: Vec<u64> = after[0].1.iter().map(|&(n, _)| n).collect();
        assert_eq!(numbers, (199_991..=200_000).collect::<Vec<_>>());
    }

    #[test]
    fn a_torn_end_is_no_record() {
        let data = tempfile::tempdir().expect("a directory");
        let (mut journals, _) = Journals::open(data.path()).expect("it opens");
        let name = Text::from(NAME);
        journals.keep(&name, 1, &message(1));
        journals.keep(&name, 2, &message(2));
        journals.flush();
        drop(journals);
        let path = data.path().join("outbox").join(file_name(&name));
        let whole = fs::read(&path).expect("it is there");
        for cut in 0..whole.len() {
            fs::write(&path, &whole[..cut]).expect("written");
            let kept = restore(&path).expect("it is read").len();
            assert!(kept <= 1 || cut == whole.len(), "{kept} at {cut}");
        }
        fs::write(&path, &whole).expect("written");
        assert_eq!(restore(&path).expect("it is read").len(), 2);
    }
}
