//! The voice files that the rows play, in `C:\CONFORM` of the server's drives while a run lasts.

use std::path::{Path, PathBuf};

use media::tone::Tone;
use media::vox::{self, VoxFormat};
use media::wav::{self, Encoding};

use super::ConformError;

/// Tones that the called parties listen for, in Hz.
pub(super) const FREQUENCIES: [u16; 4] = [600, 900, 1300, 1700];
/// Their level in dBm0.
const LEVEL: f64 = -13.0;
/// The directory below `c`.
const DIRECTORY: &str = "conform";

/// The files, and the directory that they and what the server records lie in; removed when this is dropped.
pub(super) struct Sounds {
    directory: PathBuf,
}

/// Where they lie, below the directory of the drives.
pub(super) fn directory(drives: &Path) -> PathBuf {
    drives.join("c").join(DIRECTORY)
}

impl Sounds {
    /// Writes them below the directory of the drives.
    pub fn write(drives: &Path) -> Result<Self, ConformError> {
        let directory = directory(drives);
        let fault = |source| ConformError::Files { path: directory.clone(), source };
        std::fs::create_dir_all(&directory).map_err(fault)?;
        let sounds = Self { directory: directory.clone() };
        for (name, octets) in files() {
            std::fs::write(directory.join(name), octets).map_err(fault)?;
        }
        Ok(sounds)
    }
}

impl Drop for Sounds {
    fn drop(&mut self) {
        // What cannot be removed stays behind; the next run writes it anew.
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

/// Names and octets: a short tone of each frequency, one of 2 s, one that outlasts any row.
fn files() -> Vec<(&'static str, Vec<u8>)> {
    let tone = |hz: u16, ms| Tone::sine(f64::from(hz), LEVEL).samples(ms);
    let wav = |hz, ms| wav::encode(&tone(hz, ms), Encoding::Pcm16);
    vec![
        ("t600.vox", vox::encode(&tone(600, 400), VoxFormat::Adpcm8000)),
        ("t900.wav", wav(900, 400)),
        ("t1300.wav", wav(1300, 400)),
        ("t1700.wav", wav(1700, 400)),
        ("two.wav", wav(900, 2_000)),
        ("long.wav", wav(900, 30_000)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_are_there_for_as_long_as_they_are_held() {
        let drives = tempfile::tempdir().expect("a directory");
        let sounds = Sounds::write(drives.path()).expect("written");
        assert!(drives.path().join("c/conform/t600.vox").exists());
        drop(sounds);
        assert!(!drives.path().join("c/conform").exists());
    }
}
