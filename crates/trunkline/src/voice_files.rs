//! Voice files: from the name in a message to sound in memory, on threads of their own, with a cache.

mod blank;
mod cache;
mod leftovers;
mod mix;
mod name;
mod recorder;
mod reel;
mod responses;
mod root;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io::{self, Read as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use control::Sought;
use edge::sound::{Clip, RATE};
use media::voice_file::{self, VoiceFileError};
use media::vox::{self, VoxFormat};
use speech::Prompt;

pub use blank::Unmade;
pub use name::{FileName, MAX_NAME, Place, Refusal};
pub use recorder::{Order, Pieces, Recorded, Recorder, Voice, tape};
pub use responses::Responses;

use crate::config::Config;
use crate::prompts::builtin;
use cache::{Cache, Identity};
use root::{Opened, Root};

/// Threads that read files. Two, so that one slow disk or long file does not stop all.
const THREADS: usize = 2;
/// Requests that wait for a thread.
const QUEUE: usize = 256;
/// Octets of all the clips in the cache.
const CACHE: usize = 256 << 20;
/// The extensions of a user's own prompts, the one that is looked for first before the other.
pub(crate) const OWN: [&str; 2] = ["wav", "vox"];
/// Octets of one file: an hour at 8 kHz and 16 bits, and some.
const MAX_OCTETS: u64 = 64 << 20;
/// Samples of one clip: an hour.
const MAX_SAMPLES: usize = 3600 * RATE as usize;

/// Where voice files lie and what they hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// The directory of the drives: nothing outside is ever reached.
    pub root: PathBuf,
    /// Below the root: where bare names are looked up first.
    pub prompts: PathBuf,
    /// Where a user's own prompts lie, a directory a language.
    pub spoken: PathBuf,
    /// What a .VOX file holds.
    pub vox: VoxFormat,
}

impl From<&Config> for Settings {
    fn from(config: &Config) -> Self {
        let files = &config.files;
        Self {
            root: files.drives_root(),
            prompts: files.prompts_below_drives(),
            spoken: files.spoken_directory(),
            vox: files.vox,
        }
    }
}

/// Why there is no sound for a name.
#[derive(Clone, PartialEq, Eq, thiserror::Error, Debug)]
pub enum Missing {
    /// No such file.
    #[error("there is no such file")]
    NotFound,
    /// A name or a thing that is never opened.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The file is there, and cannot be read or is no voice file.
    #[error("the file cannot be read: {0}")]
    Unreadable(String),
}

/// Too many requests wait for a thread: nothing was begun.
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error, Debug)]
#[error("{QUEUE} requests for voice files are waiting already")]
pub struct Full;

/// Something that takes files, and time.
type Job = Box<dyn FnOnce(&Shelf) + Send>;

/// The voice files of the house. Its threads end when it is dropped and the last request is answered.
pub struct Library {
    requests: SyncSender<Job>,
}

impl Library {
    /// Starts the threads that read. The root need not exist yet.
    ///
    /// # Errors
    /// The system has no thread left.
    pub fn start(settings: &Settings) -> io::Result<Self> {
        let (requests, waiting) = sync_channel(QUEUE);
        let waiting = Arc::new(Mutex::new(waiting));
        let shelf = Arc::new(Shelf::new(settings));
        for n in 0..THREADS {
            let (waiting, shelf) = (Arc::clone(&waiting), Arc::clone(&shelf));
            let thread = thread::Builder::new().name(format!("files-{n}"));
            thread.spawn(move || serve(&waiting, &shelf))?;
        }
        Ok(Self { requests })
    }

    /// Finds these voice files and prompts; `reply` is called on another thread with the ticket and, for
    /// each in its order, the sound or why there is none. Never waits.
    ///
    /// # Errors
    /// [`Full`]: the reply will not be called.
    pub fn find(
        &self,
        ticket: u64,
        sought: Vec<Sought>,
        reply: impl FnOnce(u64, Vec<Result<Clip, Missing>>) + Send + 'static,
    ) -> Result<(), Full> {
        self.run(move |shelf| reply(ticket, sought.iter().map(|sought| shelf.find(sought)).collect()))
    }

    /// Does this on one of the threads. Never waits.
    fn run(&self, job: impl FnOnce(&Shelf) + Send + 'static) -> Result<(), Full> {
        match self.requests.try_send(Box::new(job)) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => Err(Full),
        }
    }
}

/// One thread: does what is asked until the library is gone.
fn serve(waiting: &Mutex<Receiver<Job>>, shelf: &Shelf) {
    loop {
        let job = lock(waiting).recv();
        let Ok(job) = job else { return };
        // Its end is the caller's code; a fault there must not cost the house a thread.
        if catch_unwind(AssertUnwindSafe(|| job(shelf))).is_err() {
            tracing::error!("what was to be done with voice files panicked");
        }
    }
}

/// The files and what was read of them.
pub(crate) struct Shelf {
    root: Root,
    spoken: Root,
    vox: VoxFormat,
    cache: Mutex<Cache>,
    /// What was played of the prompts that come with the program: they are few, and stay.
    builtin: Mutex<BTreeMap<Prompt, Clip>>,
}

impl Shelf {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            root: Root::new(settings.root.clone(), &settings.prompts),
            spoken: Root::new(settings.spoken.clone(), Path::new("")),
            vox: settings.vox,
            cache: Mutex::new(Cache::new(CACHE)),
            builtin: Mutex::new(BTreeMap::new()),
        }
    }

    fn find(&self, sought: &Sought) -> Result<Clip, Missing> {
        match sought {
            Sought::File(name) => self.load(name),
            Sought::Prompt(prompt) => self.prompt(*prompt),
        }
    }

    /// The sound of a name, from the cache or from the file.
    fn load(&self, name: &str) -> Result<Clip, Missing> {
        let name = FileName::read(name)?;
        self.read(self.root.open(&name)?, name.extension())
    }

    /// The sound of a prompt: the user's own, else the one that comes with the program.
    fn prompt(&self, prompt: Prompt) -> Result<Clip, Missing> {
        match self.own_prompt(prompt) {
            Err(Missing::NotFound) => (),
            Ok(clip) => return Ok(clip),
            // A faulty file of the user's is no reason to fall silent.
            Err(missing) => {
                let (language, key) = (prompt.language.tag(), prompt.key);
                tracing::warn!(language, %key, "own prompt not played, but the program's: {missing}");
            }
        }
        if let Some(clip) = lock(&self.builtin).get(&prompt) {
            return Ok(clip.clone());
        }
        let octets = builtin(prompt).ok_or(Missing::NotFound)?;
        let samples = vox::decode(octets, VoxFormat::Adpcm8000, MAX_SAMPLES);
        let samples = samples.map_err(|error| Missing::Unreadable(error.to_string()))?;
        let clip = Clip { samples: samples.into() };
        lock(&self.builtin).insert(prompt, clip.clone());
        Ok(clip)
    }

    /// The sound of the user's own file for a prompt: `<language>/<key>.wav`, else `.vox`.
    pub(crate) fn own_prompt(&self, prompt: Prompt) -> Result<Clip, Missing> {
        for extension in OWN {
            let file = format!("{}.{extension}", prompt.key);
            let name = FileName { place: Place::Drive, components: vec![prompt.language.tag().into(), file] };
            match self.spoken.open(&name) {
                Err(Missing::NotFound) => (),
                Err(missing) => return Err(missing),
                Ok(opened) => return self.read(opened, extension),
            }
        }
        Err(Missing::NotFound)
    }

    /// The sound of an open file, from the cache where it has not changed.
    fn read(&self, Opened { file, path, stat }: Opened, extension: &str) -> Result<Clip, Missing> {
        let identity = Identity::of(path, &stat);
        if let Some(clip) = lock(&self.cache).get(&identity) {
            return Ok(clip);
        }
        // A size that is wrong, or that grows while it is read, ends at the limit.
        if u64::try_from(stat.st_size).is_ok_and(|size| size > MAX_OCTETS) {
            return Err(Refusal::Large.into());
        }
        let mut octets = Vec::new();
        let read = file.take(MAX_OCTETS + 1).read_to_end(&mut octets);
        read.map_err(|error| Missing::Unreadable(error.to_string()))?;
        if octets.len() as u64 > MAX_OCTETS {
            return Err(Refusal::Large.into());
        }
        let decode = || voice_file::decode(extension, &octets, self.vox, MAX_SAMPLES);
        let samples = match catch_unwind(decode) {
            Ok(Ok(samples)) => samples,
            Ok(Err(VoiceFileError::TooLong(_))) => return Err(Refusal::Large.into()),
            Ok(Err(error)) => return Err(Missing::Unreadable(error.to_string())),
            Err(_) => return Err(Missing::Unreadable("the decoder failed on it".into())),
        };
        let clip = Clip { samples: samples.into() };
        lock(&self.cache).put(identity, clip.clone());
        Ok(clip)
    }
}

/// A lock whose value is whole even after a panic: nothing under these locks is left half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
