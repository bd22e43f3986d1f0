//! Takers: threads that bring what lies in the spool to where it belongs.

use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::csv::CsvFile;
use crate::database::{Database, Place};
use crate::limits;
use crate::spool::{DATABASE, Entry, Reader, Spool};

/// What the store is told before it starts.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The spool's directory.
    pub spool: PathBuf,
    /// The database.
    pub database: Place,
    /// The file of comma-separated values, if there is one.
    pub csv: Option<PathBuf>,
    /// How long rows are kept after the end of their calls; none: for ever.
    pub keep: Option<Duration>,
}

/// Where a taker brings what it takes.
pub(crate) trait Sink {
    /// Brings these entries, all or none. May be given the same again.
    ///
    /// # Errors
    /// A sentence for people: what failed, and what to do.
    fn take(&mut self, entries: &[Entry]) -> Result<(), String>;

    /// What there is to do now and then.
    ///
    /// # Errors
    /// As above.
    fn tidy(&mut self) -> Result<(), String> {
        Ok(())
    }
}

/// The takers at work.
#[derive(Debug)]
pub struct Store {
    ended: Vec<Receiver<()>>,
}

impl Store {
    /// Starts the takers. They end when the spool is dropped and all is taken, or cannot be.
    ///
    /// # Errors
    /// When the spool cannot be used, or a thread not be made. A database that is away is no error: the spool keeps.
    pub fn start(settings: &Settings) -> io::Result<(Spool, Self)> {
        std::fs::create_dir_all(&settings.spool)?;
        let mut sinks: Vec<(&'static str, Box<dyn Sink + Send>)> =
            vec![(DATABASE, Box::new(Database::new(settings.database.clone(), settings.keep)))];
        match &settings.csv {
            Some(path) => sinks.push(("csv", Box::new(CsvFile::new(path.clone())))),
            // Its place would hold back every segment.
            None => drop(std::fs::remove_file(settings.spool.join("csv.place"))),
        }
        let (mut wakes, mut ended) = (Vec::new(), Vec::new());
        let mut takers = Vec::new();
        for (name, sink) in sinks {
            let (wake, woken) = sync_channel(1);
            let (end, has_ended) = channel();
            let reader = Reader::open(&settings.spool, name)?;
            takers.push(Taker { name, reader, sink, woken, tidied: None, trouble: None, _end: end });
            wakes.push(wake);
            ended.push(has_ended);
        }
        let spool = Spool::open(&settings.spool, wakes)?;
        for taker in takers {
            thread::Builder::new().name(format!("cdr-{}", taker.name)).spawn(move || taker.run())?;
        }
        Ok((spool, Self { ended }))
    }

    /// Waits so long at most until the takers have ended, once the spool was dropped. What they have not taken by
    /// then is taken after the next start.
    pub fn end(self, patience: Duration) {
        let until = Instant::now() + patience;
        for ended in self.ended {
            let _ = ended.recv_timeout(until.saturating_duration_since(Instant::now()));
        }
    }
}

/// One taker.
struct Taker {
    name: &'static str,
    reader: Reader,
    sink: Box<dyn Sink + Send>,
    woken: Receiver<()>,
    tidied: Option<Instant>,
    /// How long it waits before it tries again, while it must.
    trouble: Option<Duration>,
    /// Dropped with the thread.
    _end: Sender<()>,
}

/// Whether anything more can come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Spooling {
    GoesOn,
    IsOver,
}

impl Taker {
    fn run(mut self) {
        loop {
            let taken = self.take_all();
            let pause = match taken {
                Ok(()) => limits::PURGE,
                Err(why) => self.pause(&why),
            };
            if self.wait(pause) == Spooling::IsOver {
                // Once more, for what came last.
                let _ = self.take_all();
                return;
            }
        }
    }

    /// Takes until nothing is left.
    fn take_all(&mut self) -> Result<(), String> {
        let unread = |error: io::Error| format!("the spool of call records cannot be used: {error}");
        while let Some(batch) = self.reader.next().map_err(unread)? {
            if batch.damaged > 0 {
                tracing::error!(
                    lines = batch.damaged,
                    "damaged call records are passed over: look at the disk"
                );
            }
            self.sink.take(&batch.entries)?;
            self.reader.done(&batch).map_err(unread)?;
            if self.trouble.take().is_some() {
                tracing::warn!(taker = self.name, "call records are taken again");
            }
        }
        if self.tidied.is_none_or(|at| at.elapsed() >= limits::PURGE) {
            self.sink.tidy()?;
            self.tidied = Some(Instant::now());
        }
        if self.trouble.take().is_some() {
            tracing::warn!(taker = self.name, "call records are taken again");
        }
        Ok(())
    }

    /// Tells of trouble, the first time, and says how long to wait.
    fn pause(&mut self, why: &str) -> Duration {
        if let Err(error) = self.reader.secure() {
            tracing::error!("call records may not outlive a fall of the machine: {error}");
        }
        let pause = self.trouble.map_or(limits::PAUSE.0, |pause| (pause * 2).min(limits::PAUSE.1));
        if self.trouble.is_none() {
            tracing::error!(taker = self.name, "call records wait in the spool: {why}");
        }
        self.trouble = Some(pause);
        pause
    }

    /// Waits to be woken, and then for what may follow; while there is trouble, its time out.
    fn wait(&mut self, pause: Duration) -> Spooling {
        let until = Instant::now() + pause;
        loop {
            match self.woken.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Err(RecvTimeoutError::Disconnected) => return Spooling::IsOver,
                Err(RecvTimeoutError::Timeout) => return Spooling::GoesOn,
                Ok(()) if self.trouble.is_some() => {
                    // What came meanwhile is as safe as the rest.
                    let _ = self.reader.secure();
                }
                Ok(()) => return self.gather(),
            }
        }
    }

    /// Lets more come, unless nothing more can. Asleep, for to be woken by each entry would cost more than to take it.
    fn gather(&self) -> Spooling {
        let until = Instant::now() + limits::GATHER;
        while Instant::now() < until {
            thread::sleep(limits::DOZE);
            if self.woken.try_recv() == Err(TryRecvError::Disconnected) {
                return Spooling::IsOver;
            }
        }
        Spooling::GoesOn
    }
}
