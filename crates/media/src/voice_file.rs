//! Voice files of any kind: what they hold tells how to read them, else their extension does.

use crate::g711;
use crate::vox::{self, VoxFormat};
use crate::wav::{self, WavError};

/// Samples a second of all sound inside the house.
pub const RATE: u32 = 8_000;

/// A sound longer than the caller takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{samples} samples at 8 kHz; the limit is {limit}")]
pub struct TooLong {
    /// How many there are.
    pub samples: u64,
    /// How many are taken.
    pub limit: usize,
}

impl TooLong {
    /// The length if it is within the limit.
    pub(crate) fn check(samples: u64, limit: usize) -> Result<usize, Self> {
        match usize::try_from(samples) {
            Ok(length) if length <= limit => Ok(length),
            _ => Err(Self { samples, limit }),
        }
    }
}

/// Why a voice file cannot be read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum VoiceFileError {
    /// A WAV file that is wrong, or an extension of WAV on something else.
    #[error(transparent)]
    Wav(WavError),
    /// Longer than the caller takes.
    #[error(transparent)]
    TooLong(#[from] TooLong),
    /// Not a WAV file, and the extension tells no other format.
    #[error(
        "no voice file has the extension {extension:?}; accepted: wav, vox, ul, ulaw, pcmu, al, alaw, pcma, raw, sln"
    )]
    Extension {
        /// The extension, cut at 16 characters.
        extension: String,
    },
}

impl VoiceFileError {
    /// The error for an extension that tells no format.
    pub(crate) fn extension(extension: &str) -> Self {
        Self::Extension { extension: extension.chars().take(16).collect() }
    }
}

impl From<WavError> for VoiceFileError {
    /// A sound too long is one error, whatever the kind of file.
    fn from(error: WavError) -> Self {
        match error {
            WavError::TooLong(too_long) => Self::TooLong(too_long),
            error => Self::Wav(error),
        }
    }
}

/// Reads a voice file: mono samples at 8 kHz, at most `max_samples` of them.
///
/// `name_extension` is what follows the last dot of its name, in any case. A file that begins as a WAV
/// file is one whatever its name. Else `vox` is read as `vox` tells; `ul`, `ulaw`, `pcmu` are
/// µ-law and `al`, `alaw`, `pcma` A-law at 8 kHz; `raw`, `sln` 16-bit little-endian PCM at 8 kHz.
///
/// # Errors
/// [`VoiceFileError`]: a WAV file that is wrong, a sound too long, an extension not known.
pub fn decode(
    name_extension: &str,
    bytes: &[u8],
    vox: VoxFormat,
    max_samples: usize,
) -> Result<Vec<i16>, VoiceFileError> {
    if wav::is_wav(bytes) {
        return Ok(wav::decode(bytes, max_samples)?);
    }
    let limited = |samples: usize| TooLong::check(samples as u64, max_samples);
    match name_extension.to_ascii_lowercase().as_str() {
        "vox" => Ok(vox::decode(bytes, vox, max_samples)?),
        "wav" | "wave" => Err(WavError::NotWav.into()),
        "ul" | "ulaw" | "pcmu" => Ok(vox::decode(bytes, VoxFormat::Mulaw8000, max_samples)?),
        "al" | "alaw" | "pcma" => {
            let mut samples = vec![0; limited(bytes.len())?];
            g711::a_decode(bytes, &mut samples);
            Ok(samples)
        }
        "raw" | "sln" => {
            let (samples, _) = bytes.as_chunks::<2>();
            limited(samples.len())?;
            Ok(samples.iter().map(|&sample| i16::from_le_bytes(sample)).collect())
        }
        _ => Err(VoiceFileError::extension(name_extension)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCEPTED: &str = "accepted: wav, vox, ul, ulaw, pcmu, al, alaw, pcma, raw, sln";

    #[track_caller]
    fn check(extension: &str, bytes: &[u8], samples: Result<&[i16], &str>) {
        let read = decode(extension, bytes, VoxFormat::Adpcm8000, 100).map_err(|error| error.to_string());
        assert_eq!(read.as_deref().map_err(String::as_str), samples, "{extension}");
    }

    #[test]
    fn b161_extension_decides_the_format() {
        check("VOX", &[0x07, 0x77], Ok(&[32, 512, 1520, 3696]));
        check("ul", &[0x80, 0x00], Ok(&[32124, -32124]));
        check("pcmu", &[0x80, 0x00], Ok(&[32124, -32124]));
        check("Alaw", &[0xaa, 0x2a], Ok(&[32256, -32256]));
        check("raw", &[1, 0, 2, 0, 3], Ok(&[1, 2]));
        check("sln", &[], Ok(&[]));
        check("mp3", &[0xff; 4], Err(&format!("no voice file has the extension \"mp3\"; {ACCEPTED}")));
        let cut = format!("no voice file has the extension \"{}\"; {ACCEPTED}", "é".repeat(16));
        check(&"é".repeat(300), &[], Err(&cut));
    }

    #[test]
    fn a_wav_file_is_one_whatever_its_name() {
        let wav = wav::encode(&[5, -5], wav::Encoding::Pcm16);
        for extension in ["wav", "WAV", "vox", "ul", "", "mp3"] {
            check(extension, &wav, Ok(&[5, -5]));
        }
        check("wav", &[0; 64], Err("byte 0: not a WAV file, which begins with RIFF, a size and WAVE"));
    }

    #[test]
    fn the_limit_holds_for_every_format() {
        let wav = wav::encode(&[0; 101], wav::Encoding::Pcm16);
        check("wav", &wav, Err("101 samples at 8 kHz; the limit is 100"));
        check("vox", &[0; 51], Err("102 samples at 8 kHz; the limit is 100"));
        for extension in ["ul", "al"] {
            check(extension, &[0; 101], Err("101 samples at 8 kHz; the limit is 100"));
        }
        check("sln", &[0; 202], Err("101 samples at 8 kHz; the limit is 100"));
    }
}
