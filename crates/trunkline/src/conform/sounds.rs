//! The voice files that the rows play, in `C:\CONFORM` of the server's drives while a run lasts.

use std::path::{Path, PathBuf};

use media::tone::Tone;
use media::vox::{self, VoxFormat};
use media::wav::{self, Encoding};

use super::ConformError;

/// Tones that the parties listen for, in Hz.
pub(super) const FREQUENCIES: [u16; 5] = [440, 600, 900, 1300, 1700];
/// Their level in dBm0.
const LEVEL: f64 = -13.0;
/// The directory below `c`.
const DIRECTORY: &str = "conform";

/// Who says something in a row. Each has a tone of his own, by which it is known who hears whom.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Voice {
    /// The party of a call with the network.
    Customer,
    /// Who talks with him.
    Agent,
    /// Another agent, whom he is passed on to.
    Colleague,
    /// Who listens to the agent, and may speak to him.
    Supervisor,
    /// The file that somebody hears who waits: `LONG.WAV`.
    Music,
}

impl Voice {
    const ALL: [Self; 5] = [Self::Customer, Self::Agent, Self::Colleague, Self::Supervisor, Self::Music];

    /// Who says a tone of this frequency.
    pub fn of_hz(hz: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|voice| voice.hz() == hz)
    }

    /// Who is called so in the rows.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|voice| voice.name() == name)
    }

    /// His tone, in Hz.
    pub const fn hz(self) -> u16 {
        match self {
            Self::Customer => 440,
            Self::Agent => 600,
            Self::Colleague => 1300,
            Self::Supervisor => 1700,
            Self::Music => 900,
        }
    }

    /// How the rows call him.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Agent => "agent",
            Self::Colleague => "colleague",
            Self::Supervisor => "supervisor",
            Self::Music => "music",
        }
    }
}

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
