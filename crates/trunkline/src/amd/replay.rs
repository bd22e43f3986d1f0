//! `trunkline amd replay`: the detector over recordings.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};

use media::amd::{Decision, Detector, FRAME, Parameters, Start};
use media::progress::{Bank, Country};
use media::voice_file::{self, VoiceFileError};
use media::vox::VoxFormat;

use super::corpus;
use super::kept::{Kept, KeptError};
use super::labels::{self, Label, LabelError};
use super::parallel::in_parallel;
use super::report::Report;
use super::words;
use crate::output::{Output, OutputError};

/// Samples of a recording: ten minutes.
const MAX_SAMPLES: usize = 600 * 8_000;
/// Octets of a recording's file: what ten minutes at 48 kHz, stereo and 32 bits have.
const MAX_OCTETS: u64 = 256 << 20;
/// Recordings of one run.
const MAX_FILES: usize = 1_000_000;
/// Recordings that are heard before their lines are printed.
const BATCH: usize = 256;
/// What the files of recordings are called.
const EXTENSIONS: &[&str] = &["wav", "vox", "ul", "ulaw", "pcmu", "al", "alaw", "pcma", "raw", "sln"];

/// What to replay, and how.
#[derive(Clone, Debug)]
pub struct Replay {
    /// Recordings, and directories of them.
    pub files: Vec<PathBuf>,
    /// What the detector goes by.
    pub parameters: Parameters,
    /// What the recordings truly are; where none is named, the `labels.csv` of a directory.
    pub labels: Option<PathBuf>,
    /// Only the recordings of this part of the labels.
    pub part: Option<String>,
    /// Where to keep the verdicts.
    pub keep: Option<PathBuf>,
    /// Whose tones the network's are.
    pub tones: Country,
    /// What a .VOX file holds.
    pub vox: VoxFormat,
    /// Lines of JSON instead of text.
    pub json: bool,
}

/// Why recordings cannot be replayed.
#[derive(thiserror::Error, Debug)]
pub enum ReplayError {
    /// A recording or a directory cannot be read.
    #[error("cannot read {}: {error}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// Not a recording.
    #[error("{}: {error}", path.display())]
    Sound {
        /// Which.
        path: PathBuf,
        /// Why.
        error: VoiceFileError,
    },
    /// There are none.
    #[error("no recordings there: files of these names are heard: *.{}", EXTENSIONS.join(", *."))]
    Nothing,
    /// There are too many.
    #[error("more than {MAX_FILES} recordings: replay a part of them at a time")]
    TooMany,
    /// The labels cannot be read.
    #[error(transparent)]
    Labels(#[from] LabelError),
    /// A verdict cannot be kept.
    #[error(transparent)]
    Keep(#[from] KeptError),
    /// Nobody reads the output any more, or it cannot be written.
    #[error(transparent)]
    Output(#[from] OutputError),
}

/// What came of one recording.
#[derive(Clone, Debug)]
pub struct Heard {
    /// The recording.
    pub path: PathBuf,
    /// What it truly is, where that is known.
    pub label: Option<Label>,
    /// The detector at the end of it.
    pub detector: Detector,
}

/// Hears all recordings, prints a line to each, and with labels how many were right.
///
/// # Errors
/// [`ReplayError`]: something cannot be read or written.
pub fn run(replay: &Replay, output: &mut Output<impl Write>) -> Result<Report, ReplayError> {
    let mut report = Report::default();
    for batch in recordings(replay)?.chunks(BATCH) {
        let heard = in_parallel(batch.len(), &|n| {
            let (path, label) = &batch[n];
            hear(path, label.clone(), replay)
        })?;
        for heard in heard {
            let line = if replay.json { json(&heard, replay.tones) } else { text(&heard) };
            output.line(&line)?;
            report.add(&heard);
        }
    }
    if report.is_labelled() {
        let text = if replay.json { format!("{}\n", report.json()) } else { format!("\n{report}") };
        output.write(text.as_bytes())?;
    }
    Ok(report)
}

/// The recordings with their labels, in order.
fn recordings(replay: &Replay) -> Result<Vec<(PathBuf, Option<Label>)>, ReplayError> {
    let mut paths = Vec::new();
    let mut labelled = BTreeMap::new();
    let mut add = |file: &Path| -> Result<(), ReplayError> {
        let directory = file.parent().unwrap_or(Path::new(""));
        labelled.extend(labels::read(file)?.into_iter().map(|label| (directory.join(&label.file), label)));
        Ok(())
    };
    replay.labels.as_deref().map_or(Ok(()), &mut add)?;
    for path in &replay.files {
        if !path.is_dir() {
            paths.push(path.clone());
            continue;
        }
        let failed = |error| ReplayError::Read { path: path.clone(), error };
        for entry in std::fs::read_dir(path).map_err(failed)? {
            let entry = entry.map_err(failed)?.path();
            let extension = entry.extension().and_then(OsStr::to_str).unwrap_or("").to_ascii_lowercase();
            if EXTENSIONS.contains(&extension.as_str()) {
                paths.push(entry);
            }
            if paths.len() > MAX_FILES {
                return Err(ReplayError::TooMany);
            }
        }
        let labels = path.join(corpus::LABELS);
        if replay.labels.is_none() && labels.is_file() {
            add(&labels)?;
        }
    }
    paths.sort();
    paths.dedup();
    let wanted = |label: &Option<Label>| match &replay.part {
        Some(part) => label.as_ref().is_some_and(|label| label.part == *part),
        None => true,
    };
    let recordings: Vec<_> = paths
        .into_iter()
        .map(|path| {
            let label = labelled.get(&path).cloned();
            (path, label)
        })
        .filter(|(_, label)| wanted(label))
        .collect();
    if recordings.is_empty() { Err(ReplayError::Nothing) } else { Ok(recordings) }
}

fn hear(path: &Path, label: Option<Label>, replay: &Replay) -> Result<Heard, ReplayError> {
    use std::io::Read as _;
    let mut octets = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(MAX_OCTETS).read_to_end(&mut octets))
        .map_err(|error| ReplayError::Read { path: path.to_path_buf(), error })?;
    let extension = path.extension().and_then(OsStr::to_str).unwrap_or("");
    let samples = voice_file::decode(extension, &octets, replay.vox, MAX_SAMPLES)
        .map_err(|error| ReplayError::Sound { path: path.to_path_buf(), error })?;
    let detector = listen(&samples, replay.tones, replay.parameters);
    if let Some(directory) = &replay.keep
        && let Some(kept) = Kept::of(&call_of(path), replay.tones, &detector)
    {
        kept.write(directory, &samples)?;
    }
    Ok(Heard { path: path.to_path_buf(), label, detector })
}

/// The name of a recording, as that of a call.
fn call_of(path: &Path) -> String {
    let plain = |character: char| match character {
        '.' | '_' | '-' => character,
        _ if character.is_ascii_alphanumeric() => character,
        _ => '_',
    };
    let name: String =
        path.file_stem().and_then(OsStr::to_str).unwrap_or("").chars().map(plain).take(90).collect();
    format!("{}{name}", if name.is_empty() || name.starts_with('.') { "_" } else { "" })
}

/// A detector that has heard these samples at 8 kHz, as far as it needed to.
pub fn listen(samples: &[i16], tones: Country, parameters: Parameters) -> Detector {
    let mut bank = Bank::new(tones);
    let mut detector = Detector::new(parameters);
    for chunk in samples.chunks(FRAME) {
        let mut frame = [0; FRAME];
        frame[..chunk.len()].copy_from_slice(chunk);
        bank.feed(&frame, |heard| detector.sign(heard));
        detector.tone(bank.sounds());
        detector.hear(&frame);
        if detector.is_over() {
            break;
        }
    }
    detector
}

fn text(heard: &Heard) -> String {
    let Heard { path, label, detector } = heard;
    let mut line = format!("{}: ", path.display());
    match detector.decision() {
        Some(Decision { verdict, reason, at }) => {
            let why = words::reason(reason, detector.parameters());
            line.push_str(&format!("{} at {}: {why}", verdict.name(), words::seconds(at)));
        }
        None => line.push_str("too short for a verdict"),
    }
    if let Some(Start { cue, at }) = detector.start() {
        line.push_str(&format!("; the message may start at {}, {}", words::seconds(at), words::cue(cue)));
    }
    if let Some(label) = label
        && detector.decision().is_none_or(|decision| decision.verdict.name() != label.label)
    {
        line.push_str(&format!(" [labelled {}]", label.label));
    }
    line
}

fn json(heard: &Heard, tones: Country) -> String {
    let Heard { path, label, detector } = heard;
    let kept = Kept::of(&call_of(path), tones, detector);
    serde_json::json!({
        "file": path.display().to_string(),
        "label": label.as_ref().map(|label| &label.label),
        "verdict": kept.as_ref().map(|kept| kept.verdict.name()),
        "told": kept,
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_names_a_call_whatever_it_is_called() {
        for (path, call) in
            [("a/b.wav", "b"), ("a/Señor 5.wav", "Se_or_5"), ("..", "_"), ("/x/.y.wav", "_.y")]
        {
            assert_eq!(call_of(Path::new(path)), call, "{path}");
            assert!(Kept::path(Path::new(""), &call_of(Path::new(path))).is_ok(), "{path}");
        }
    }
}
