//! A recording that is written: pieces in, a whole file out.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use control::Tracks;
use edge::LegId;
use edge::sound::{RATE, RecordEnd, Track};
use media::energy::Activity;
use media::recording::{Format, Writer};
use media::wav;
use rtp::Piece;

use super::blank::Medium;
use super::mix::Mix;

/// How long the other party's last pieces are waited for when one party has ended.
pub const LAST_PIECES: Duration = Duration::from_secs(1);

/// A recording under way.
pub struct Reel {
    medium: Box<dyn Medium>,
    /// What the file begins with while it is under way.
    header: Vec<u8>,
    writer: Writer,
    /// What one push becomes; kept for its memory.
    octets: Vec<u8>,
    mix: Mix,
    /// Octets and samples that are surely written.
    written: u64,
    samples: u64,
    broken: bool,
    activity: Activity,
    /// So long without a voice ends it.
    idle: Option<Duration>,
    ending: Option<Ending>,
    legs: Vec<LegId>,
}

/// One party has ended.
struct Ending {
    end: RecordEnd,
    track: Track,
    /// The turn after its last.
    turn: u64,
}

/// What became of a push.
#[derive(PartialEq, Eq, Debug)]
pub enum Push {
    /// It goes on.
    On,
    /// One party has ended; the last pieces of the other are waited for, up to [`LAST_PIECES`].
    Ending,
    /// It is over: [`Reel::finish`] has what is left to do.
    Over(RecordEnd),
}

/// How a recording ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finished {
    /// What ended it.
    pub end: RecordEnd,
    /// How long it is.
    pub length: Duration,
}

impl Reel {
    /// A recording that begins.
    ///
    /// # Errors
    /// The medium takes nothing; it is removed.
    pub fn new(
        mut medium: Box<dyn Medium>,
        format: Format,
        tracks: Tracks,
        idle: Option<Duration>,
    ) -> io::Result<Self> {
        let writer = Writer::new(format);
        let header = writer.header();
        if let Err(error) = medium.write(&header, 0) {
            medium.remove();
            return Err(error);
        }
        Ok(Self {
            medium,
            written: header.len() as u64,
            header,
            writer,
            octets: Vec::new(),
            mix: Mix::new(tracks),
            samples: 0,
            broken: false,
            activity: Activity::default(),
            idle,
            ending: None,
            legs: Vec::new(),
        })
    }

    /// Takes a piece.
    pub fn push(&mut self, piece: &Piece) -> Push {
        if !self.legs.contains(&piece.leg) {
            self.legs.push(piece.leg);
        }
        self.mix.push(piece);
        let had_ended = self.ending.as_ref().is_some_and(|ending| ending.track != piece.track);
        if let (Some(end), None) = (&piece.end, &self.ending) {
            let turn = self.mix.end(piece.track);
            self.ending = Some(Ending { end: end.clone(), track: piece.track, turn });
        }
        let Some(ending) = &self.ending else {
            let samples = self.mix.ready();
            return self.write(&samples).map_or(Push::On, Push::Over);
        };
        let other_is_over = had_ended && piece.end.is_some();
        if self.mix.is_heard_until(ending.turn) || other_is_over {
            return Push::Over(ending.end.clone());
        }
        Push::Ending
    }

    /// Why it ends, if one party has ended or the time for that has gone by.
    pub fn ending(&self) -> RecordEnd {
        self.ending.as_ref().map_or(RecordEnd::Gone, |ending| ending.end.clone())
    }

    /// Writes samples; what that ends it with.
    fn write(&mut self, samples: &[i16]) -> Option<RecordEnd> {
        self.activity.feed(samples);
        self.octets.clear();
        self.writer.push(samples, &mut self.octets);
        if let Err(error) = self.medium.write(&self.octets, self.written) {
            self.broken = true;
            return Some(self.fail(&error));
        }
        self.written += self.octets.len() as u64;
        self.samples = self.writer.samples();
        // Of stereo, both sides' samples count.
        let silence = u64::from(self.activity.silence()) / self.writer.format().channels() as u64;
        self.idle.is_some_and(|limit| duration(silence) >= limit).then_some(RecordEnd::Silence)
    }

    fn fail(&self, error: &io::Error) -> RecordEnd {
        let path = self.medium.path();
        tracing::error!(path = %path.display(), %error, "a recording cannot be written; make room on the disk, or give this user the right to write there");
        RecordEnd::Failed(error.to_string())
    }

    /// Writes what is left, makes the file whole and puts it in its place, on the disk. Takes as long as
    /// the disk does.
    pub fn finish(mut self, mut end: RecordEnd) -> Finished {
        if let Some(Ending { turn, .. }) = self.ending
            && !self.broken
        {
            let samples = self.mix.until(turn);
            // Nobody spoke for too long, or the last words cannot be written: it ends anyhow.
            if let Some(failed @ RecordEnd::Failed(_)) = self.write(&samples) {
                end = failed;
            }
        }
        if let Err(error) = self.complete()
            && !matches!(end, RecordEnd::Failed(_))
        {
            end = self.fail(&error);
        }
        if let Err(error) = self.medium.keep()
            && !matches!(end, RecordEnd::Failed(_))
        {
            end = self.fail(&error);
        }
        Finished { end, length: duration(self.samples) }
    }

    /// Ends the sound and corrects the header; or mends what is there where that cannot be.
    fn complete(&mut self) -> io::Result<()> {
        let mut completed = Ok(());
        if !self.broken {
            self.octets.clear();
            let writer = std::mem::replace(&mut self.writer, Writer::new(Format::Pcm16));
            let patch = writer.finish(&mut self.octets);
            completed = self.medium.write(&self.octets, self.written);
            if completed.is_ok() {
                return patch.map_or(Ok(()), |patch| self.medium.write(&patch.bytes, patch.at));
            }
        }
        self.medium.cut(self.written)?;
        if let Some(patch) = wav::repair(&self.header, self.written) {
            self.medium.write(&patch.bytes, patch.at)?;
        }
        completed
    }

    /// The legs it is taken from, as far as they have been heard.
    pub fn legs(&self) -> &[LegId] {
        &self.legs
    }

    /// Removes it.
    pub fn discard(mut self) {
        self.medium.remove();
    }

    /// Where its place is.
    pub fn path(&self) -> PathBuf {
        self.medium.path()
    }
}

/// How long so many samples are.
fn duration(samples: u64) -> Duration {
    Duration::from_micros(samples.saturating_mul(1_000_000) / u64::from(RATE))
}
