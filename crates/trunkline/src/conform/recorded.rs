//! What the server recorded into `C:\CONFORM`, as the rows look at it.

use std::fs;
use std::path::{Path, PathBuf};

use media::goertzel::{self, WINDOW};
use media::voice_file::{self, RATE};
use media::vox::VoxFormat;

use super::sounds;

/// The longest file that is read, in samples.
const MAX_SAMPLES: usize = 60 * RATE as usize;
/// A tone of this level is there, in dBm0; the parties' are at -13, halved by a mix.
const LOUD: f64 = -25.0;

/// Whether some window of 500 ms of this file has all of these tones: a reason why not.
pub(super) fn holds(drives: &Path, name: &str, tones: &[u16]) -> Result<(), String> {
    let octets = read(drives, name)?;
    let extension = name.rsplit('.').next().unwrap_or_default();
    let samples = voice_file::decode(extension, &octets, VoxFormat::Adpcm8000, MAX_SAMPLES)
        .map_err(|error| format!("{name} is no voice file: {error}"))?;
    let level = |part: &[i16], hz: u16| goertzel::tone_dbm0(part, f64::from(hz));
    let has_all = |part: &[i16]| tones.iter().all(|&hz| level(part, hz) > LOUD);
    if samples.chunks_exact(5 * WINDOW).any(has_all) {
        return Ok(());
    }
    let ms = samples.len() / 8;
    let loudest = |&hz: &u16| {
        let levels = samples.chunks_exact(5 * WINDOW).map(|part| level(part, hz));
        format!("{hz} Hz at {:.0} dBm0", levels.fold(f64::NEG_INFINITY, f64::max))
    };
    let heard: Vec<String> = tones.iter().map(loudest).collect();
    Err(format!("no half second of the {ms} ms of {name} has all its tones, but {}", heard.join(", ")))
}

/// That there is no directory of this name, in any case, on any of the drives: else where.
pub(super) fn no_directory(drives: &Path, name: &str) -> Result<(), String> {
    let below = |place: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(place).into_iter().flatten().filter_map(Result::ok);
        entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
    };
    let drive_by_drive = below(drives);
    let places = drive_by_drive.iter().flat_map(|drive| below(drive)).chain(drive_by_drive.iter().cloned());
    let is_it = |path: &PathBuf| path.file_name().is_some_and(|found| found.eq_ignore_ascii_case(name));
    places.into_iter().find(is_it).map_or(Ok(()), |found| Err(format!("there is {}", found.display())))
}

/// The file of this name, in any case.
fn read(drives: &Path, name: &str) -> Result<Vec<u8>, String> {
    let directory = sounds::directory(drives);
    let entries = fs::read_dir(&directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    let is_it = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().eq_ignore_ascii_case(name);
    let entry = entries.filter_map(Result::ok).find(is_it).ok_or_else(|| format!("there is no {name}"))?;
    fs::read(entry.path()).map_err(|error| format!("{name}: {error}"))
}
