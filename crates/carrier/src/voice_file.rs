//! What a caller says, read from a file.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use edge::sound::Clip;
use media::voice_file::{self, VoiceFileError};
use media::vox::VoxFormat;

use crate::limits;

/// Reads a voice file of any kind that `media` knows. `vox` says what the bytes of a VOX file mean.
///
/// # Errors
/// [`SayError`] with the file's name.
pub fn read_voice(path: &Path, vox: VoxFormat) -> Result<Clip, SayError> {
    let unreadable = |error| SayError::Unreadable { path: path.to_owned(), error };
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(limits::VOICE_BYTES).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
    let samples = voice_file::decode(extension, &bytes, vox, limits::VOICE_SAMPLES)
        .map_err(|error| SayError::NoVoice { path: path.to_owned(), error })?;
    Ok(Clip { samples: samples.into() })
}

/// Why a voice file cannot be said.
#[derive(Debug, thiserror::Error)]
pub enum SayError {
    /// Not there, or not to be read.
    #[error("cannot read the voice file {path}: {error}", path = path.display())]
    Unreadable { path: PathBuf, error: io::Error },
    /// Read, and no voice file.
    #[error("cannot take {path} for a voice file: {error}", path = path.display())]
    NoVoice { path: PathBuf, error: VoiceFileError },
}
