//! The recorder: from the pieces that legs give to files, on threads of their own.
//!
//! A recording's file is made by a thread of the library, and waits until the first piece comes. Two
//! threads write; what takes long at the end, the disk's flush, is done by two others, so that no recording
//! waits for the end of another.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use control::Tracks;
use edge::sound::RecordEnd;
use edge::{LegId, RecordId};
use media::recording::Format;
use rtp::{Piece, Tape};

use super::blank::{Blank, Medium as _, Unmade};
use super::name::FileName;
use super::reel::{Finished, LAST_PIECES, Push, Reel};
use super::{Full, Library, Shelf, leftovers, lock};

/// Threads that write, and threads that finish.
const WRITERS: usize = 2;
const FINISHERS: usize = 2;
/// Pieces that wait for one writer: of 200 ms each, so 500 recordings wait for half a second.
const PIECES: usize = 1_024;
/// Recordings that wait to be finished; those beyond are finished by the writer.
const FINISHES: usize = 1_024;

/// What a writer is told.
enum Told {
    Piece(Piece),
    /// Finish everything.
    End,
}

/// Where the tape's pieces come out.
pub struct Pieces {
    writers: Vec<SyncSender<Told>>,
    receivers: Vec<Receiver<Told>>,
}

/// A tape for the media engine, which takes no more when too much waits, and its other end.
#[must_use]
pub fn tape() -> (Tape, Pieces) {
    let (writers, receivers): (Vec<_>, Vec<_>) = (0..WRITERS).map(|_| sync_channel(PIECES)).unzip();
    let pieces = Pieces { writers: writers.clone(), receivers };
    let tape =
        move |piece: Piece| match writers[piece.record.0 as usize % WRITERS].try_send(Told::Piece(piece)) {
            Err(TrySendError::Full(Told::Piece(piece))) => Err(piece),
            // Only at the end of the process is nobody there to write.
            Ok(()) | Err(_) => Ok(()),
        };
    (Arc::new(tape), pieces)
}

/// The writer of this recording.
const fn writer_of(record: RecordId) -> usize {
    record.0 as usize % WRITERS
}

/// A recording is over, its file whole, on the disk and under its name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recorded {
    /// Which.
    pub record: RecordId,
    /// What ended it.
    pub end: RecordEnd,
    /// How long it is.
    pub length: Duration,
}

/// A recording that is to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Order {
    /// What it is called here.
    pub record: RecordId,
    /// What the application calls its file.
    pub name: String,
    /// Whose sound goes into it.
    pub tracks: Tracks,
    /// So long without a voice on any track ends it.
    pub idle: Option<Duration>,
}

impl Order {
    fn make(&self, shelf: &Shelf, token: &str) -> Result<Reel, Unmade> {
        let name = FileName::read(&self.name)?;
        let format = Format::of_extension(name.extension(), shelf.vox)?;
        // A file of one channel takes the sum.
        let (format, tracks) = match (self.tracks, format.stereo()) {
            (Tracks::Stereo, Some(stereo)) => (stereo, Tracks::Stereo),
            (Tracks::Stereo, None) => (format, Tracks::Sum),
            (tracks @ (Tracks::One | Tracks::Sum), _) => (format, tracks),
        };
        let blank = Blank::make(&shelf.root, &name, token)?;
        let path = blank.path();
        Reel::new(Box::new(blank), format, tracks, self.idle)
            .map_err(|error| Unmade::Unwritable { path, why: error.to_string() })
    }
}

/// What the recorder has to say; called on its threads.
pub struct Voice {
    /// This leg is to record no longer, since the recording is over but for its last piece. Must be quick.
    pub stop: Box<dyn Fn(LegId, RecordId) + Send + Sync>,
    /// A recording is over. May wait.
    pub tell: Box<dyn Fn(Recorded) + Send + Sync>,
}

/// Recordings whose first piece has not come yet.
type Blanks = Arc<Mutex<HashMap<RecordId, Reel>>>;

/// The recorder of the house.
pub struct Recorder {
    blanks: Blanks,
    writers: Vec<SyncSender<Told>>,
    /// What names the recordings of this process, unlike those of any before.
    start: u128,
    /// Disconnected when the last thread has ended.
    threads: Receiver<()>,
}

impl Recorder {
    /// Starts the threads, and repairs what a crash has left below the `root` of the voice files.
    ///
    /// # Errors
    /// The system has no thread left.
    pub fn start(root: PathBuf, pieces: Pieces, voice: Voice) -> io::Result<Self> {
        let voice = Arc::new(voice);
        let blanks = Blanks::default();
        let (alive, threads) = sync_channel(0);
        let (finishes, waiting) = sync_channel(FINISHES);
        let waiting = Arc::new(Mutex::new(waiting));
        for n in 0..FINISHERS {
            let (waiting, voice, alive) = (Arc::clone(&waiting), Arc::clone(&voice), alive.clone());
            thread::Builder::new().name(format!("finish-{n}")).spawn(move || {
                let _alive = alive;
                finish_all(&waiting, &voice);
            })?;
        }
        for (number, pieces) in pieces.receivers.into_iter().enumerate() {
            let writer = Writer {
                number,
                blanks: Arc::clone(&blanks),
                reels: HashMap::new(),
                endings: VecDeque::new(),
                finishes: finishes.clone(),
                voice: Arc::clone(&voice),
            };
            let alive = alive.clone();
            thread::Builder::new().name(format!("tape-{number}")).spawn(move || {
                let _alive = alive;
                writer.run(&pieces);
            })?;
        }
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let start = since.map_or(0, |since| since.as_millis());
        thread::Builder::new()
            .name("repair".into())
            .spawn(move || leftovers::repair(&root, &token(start)))?;
        Ok(Self { blanks, writers: pieces.writers, start, threads })
    }

    /// Makes the file of a recording by the name an application gave, and calls `reply` on another thread.
    /// Never waits.
    ///
    /// # Errors
    /// [`Full`]: nothing is made, and the reply will not be called.
    pub fn make(
        &self,
        library: &Library,
        blank: Order,
        reply: impl FnOnce(Result<(), Unmade>) + Send + 'static,
    ) -> Result<(), Full> {
        let blanks = Arc::clone(&self.blanks);
        let token = format!("{}-{}", token(self.start), blank.record.0);
        library.run(move |shelf| {
            let reel = blank.make(shelf, &token);
            reply(reel.map(|reel| {
                lock(&blanks).insert(blank.record, reel);
            }));
        })
    }

    /// Removes a recording that was made and will not begin.
    pub fn discard(&self, library: &Library, record: RecordId) {
        let Some(reel) = lock(&self.blanks).remove(&record) else { return };
        let path = reel.path();
        if library.run(move |_| reel.discard()).is_err() {
            tracing::warn!(path = %path.display(), "a recording that is not wanted stays beside its place until the next start");
        }
    }

    /// Finishes every recording, within this time. What comes after is lost.
    pub fn end(&self, within: Duration) {
        let deadline = Instant::now() + within;
        for writer in &self.writers {
            while let Err(TrySendError::Full(_)) = writer.try_send(Told::End)
                && Instant::now() < deadline
            {
                thread::sleep(Duration::from_millis(1));
            }
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if self.threads.recv_timeout(left) == Err(RecvTimeoutError::Timeout) {
            tracing::error!("recordings are not finished in time; the next start repairs them");
        }
    }
}

/// What names all recordings of a process that started then.
fn token(start: u128) -> String {
    format!("{start:x}")
}

/// A thread that writes.
struct Writer {
    number: usize,
    blanks: Blanks,
    reels: HashMap<RecordId, Reel>,
    /// The recordings that wait for one party's last pieces, and until when.
    endings: VecDeque<(Instant, RecordId)>,
    finishes: SyncSender<Finish>,
    voice: Arc<Voice>,
}

/// A recording to be finished.
struct Finish {
    record: RecordId,
    reel: Reel,
    end: RecordEnd,
}

impl Writer {
    fn run(mut self, pieces: &Receiver<Told>) {
        loop {
            let told = match self.endings.front() {
                Some(&(until, _)) => pieces.recv_timeout(until.saturating_duration_since(Instant::now())),
                None => pieces.recv().map_err(RecvTimeoutError::from),
            };
            match told {
                Ok(Told::Piece(piece)) => self.take(&piece),
                Err(RecvTimeoutError::Timeout) => {}
                Ok(Told::End) | Err(RecvTimeoutError::Disconnected) => break,
            }
            self.end_overdue(Instant::now());
        }
        // What the legs gave before the end is still there.
        while let Ok(Told::Piece(piece)) = pieces.try_recv() {
            self.take(&piece);
        }
        // The other writers' may have begun.
        let own = |record: &RecordId| writer_of(*record) == self.number;
        let blanks: Vec<Reel> =
            lock(&self.blanks).extract_if(|record, _| own(record)).map(|(_, reel)| reel).collect();
        blanks.into_iter().for_each(Reel::discard);
        for (record, reel) in std::mem::take(&mut self.reels) {
            let end = reel.ending();
            self.finish(record, reel, end);
        }
    }

    fn take(&mut self, piece: &Piece) {
        let record = piece.record;
        if !self.reels.contains_key(&record) {
            // After the end of a recording its other party may go on for a moment.
            let Some(reel) = lock(&self.blanks).remove(&record) else { return };
            self.reels.insert(record, reel);
        }
        let Some(reel) = self.reels.get_mut(&record) else { return };
        let pushed = catch_unwind(AssertUnwindSafe(|| reel.push(piece)));
        match pushed.unwrap_or_else(|_| Push::Over(RecordEnd::Failed("a fault of the recorder".into()))) {
            Push::On => {}
            Push::Ending => {
                if self.endings.iter().all(|&(_, known)| known != record) {
                    reel.legs().iter().for_each(|&leg| (self.voice.stop)(leg, record));
                    self.endings.push_back((Instant::now() + LAST_PIECES, record));
                }
            }
            Push::Over(end) => self.over(record, end),
        }
    }

    fn over(&mut self, record: RecordId, end: RecordEnd) {
        self.endings.retain(|&(_, known)| known != record);
        if let Some(reel) = self.reels.remove(&record) {
            self.finish(record, reel, end);
        }
    }

    /// Ends the recordings that have waited long enough.
    fn end_overdue(&mut self, now: Instant) {
        while let Some(&(_, record)) = self.endings.front().filter(|&&(until, _)| until <= now) {
            let end = self.reels.get(&record).map_or(RecordEnd::Gone, Reel::ending);
            self.over(record, end);
        }
    }

    fn finish(&self, record: RecordId, reel: Reel, end: RecordEnd) {
        match self.finishes.try_send(Finish { record, reel, end }) {
            Ok(()) => {}
            Err(TrySendError::Full(finish) | TrySendError::Disconnected(finish)) => {
                finish.run(&self.voice);
            }
        }
    }
}

impl Finish {
    fn run(self, voice: &Voice) {
        let Self { record, reel, end } = self;
        let path = reel.path();
        // Who did not end it does not know yet.
        reel.legs().iter().for_each(|&leg| (voice.stop)(leg, record));
        let Finished { end, length } = reel.finish(end);
        tracing::debug!(%record, path = %path.display(), ?end, ?length, "recorded");
        (voice.tell)(Recorded { record, end, length });
    }
}

/// A thread that finishes.
fn finish_all(waiting: &Mutex<Receiver<Finish>>, voice: &Voice) {
    loop {
        let finish = lock(waiting).recv();
        let Ok(finish) = finish else { return };
        let record = finish.record;
        if catch_unwind(AssertUnwindSafe(|| finish.run(voice))).is_err() {
            tracing::error!(%record, "the end of a recording panicked");
            let end = RecordEnd::Failed("a fault of the recorder".into());
            (voice.tell)(Recorded { record, end, length: Duration::ZERO });
        }
    }
}

#[cfg(test)]
mod tests;
