//! `trunkline amd corpus`: a labelled set of calls, made by speech synthesis and arithmetic.
//!
//! It proves that the detector's states and thresholds do what they are meant to; it says nothing about real calls.
//! The same seed makes the same set with the same espeak-ng.

mod dice;
mod recipe;
mod sounds;
mod speech;
mod texts;

use std::io;
use std::path::{Path, PathBuf};

use super::labels::{self, Label};
use super::parallel::in_parallel;
use dice::Dice;
use recipe::{Kind, Part};
pub use speech::can_speak;

/// Clips of a set at most.
pub const MOST_CLIPS: u32 = 100_000;
/// The name of the label file in a set's directory.
pub const LABELS: &str = "labels.csv";

/// Why a set cannot be made.
#[derive(thiserror::Error, Debug)]
pub enum CorpusError {
    /// The program that speaks cannot be started.
    #[error(
        "cannot run espeak-ng, which speaks the clips: {0}; install it (Debian: apt-get install espeak-ng)"
    )]
    NoSpeaker(io::Error),
    /// A sentence cannot be spoken.
    #[error("espeak-ng cannot say {sentence:?} as {voice}: {fault}")]
    Speech {
        /// In which voice.
        voice: String,
        /// What was to be said.
        sentence: String,
        /// What it answered.
        fault: String,
    },
    /// A file cannot be written.
    #[error("cannot write {}: {error}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

/// Makes a set of so many clips in a directory, which is made where it does not exist, with a label file.
///
/// Each kind of clip is in both parts alike; what is said and in which voices is in one of them.
///
/// # Errors
/// [`CorpusError`]: no espeak-ng, or a file that cannot be written.
pub fn make(directory: &Path, clips: u32, seed: u64) -> Result<Vec<Label>, CorpusError> {
    let parts = Part::halves(seed, speech::recorded())?;
    let write = |path: &Path, octets: &[u8]| {
        std::fs::write(path, octets).map_err(|error| CorpusError::Write { path: path.to_path_buf(), error })
    };
    std::fs::create_dir_all(directory)
        .map_err(|error| CorpusError::Write { path: directory.to_path_buf(), error })?;
    let one = |n: usize| -> Result<Label, CorpusError> {
        let (part, kind) = (&parts[n % 2], Kind::of(n / 2));
        let (octets, mut label) = part.clip(kind, Dice::new(seed, n as u64))?;
        label.file = format!("{n:05}-{}.wav", label.label);
        write(&directory.join(&label.file), &octets)?;
        Ok(label)
    };
    let labels = in_parallel(clips as usize, &one)?;
    write(&directory.join(LABELS), labels::write(&labels).as_bytes())?;
    Ok(labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_every_fifty_clips_forty_two_are_people_and_machines() {
        let count = |kind| (0..50).filter(|&n| Kind::of(n) == kind).count();
        assert_eq!((count(Kind::Human), count(Kind::Machine)), (20, 22));
    }
}
