//! Recordings as they are written: samples in, bytes to append to a file out.
//!
//! ```
//! use media::recording::{Format, Writer};
//! use media::vox::VoxFormat;
//!
//! let format = Format::of_extension("WAV", VoxFormat::Adpcm8000)?;
//! let mut writer = Writer::new(format);
//! let mut file = writer.header();
//! writer.push(&[0; 160], &mut file);
//! if let Some(patch) = writer.finish(&mut file) {
//!     let at = patch.at as usize;
//!     file[at..at + patch.bytes.len()].copy_from_slice(&patch.bytes);
//! }
//! assert_eq!(file.len(), 44 + 320);
//! # Ok::<(), media::voice_file::VoiceFileError>(())
//! ```
//!
//! A file is good at every moment: the header of one that nobody finished says "to the end of the
//! file", and [`wav::repair`] makes it exact.

use crate::resample::Resampler;
use crate::voice_file::{RATE, VoiceFileError};
use crate::vox::VoxFormat;
use crate::wav::{self, Encoding, Length, Patch};
use crate::{g711, oki};

/// What a recording is written as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Without a header, as the configuration says (`files.vox`).
    Vox(VoxFormat),
    /// A-law at 8 kHz without a header.
    Alaw,
    /// 16-bit little-endian PCM at 8 kHz without a header.
    Pcm16,
    /// One channel at 8 kHz.
    Wav(Encoding),
    /// Two channels of 16-bit PCM at 8 kHz, the left one first.
    StereoWav,
}

impl Format {
    /// What a file of this name is written as, in mono (decision D15): `name_extension` is what follows
    /// the last dot, in any case, and means what it means to [`crate::voice_file::decode`]; `vox` is
    /// what `.VOX` stands for.
    ///
    /// # Errors
    /// [`VoiceFileError::Extension`] when the extension tells no format.
    pub fn of_extension(name_extension: &str, vox: VoxFormat) -> Result<Self, VoiceFileError> {
        Ok(match name_extension.to_ascii_lowercase().as_str() {
            "wav" | "wave" => Self::Wav(Encoding::Pcm16),
            "vox" => Self::Vox(vox),
            "ul" | "ulaw" | "pcmu" => Self::Vox(VoxFormat::Mulaw8000),
            "al" | "alaw" | "pcma" => Self::Alaw,
            "raw" | "sln" => Self::Pcm16,
            _ => return Err(VoiceFileError::extension(name_extension)),
        })
    }

    /// The same in stereo; none where files have one channel only.
    #[must_use]
    pub const fn stereo(self) -> Option<Self> {
        match self {
            Self::Wav(Encoding::Pcm16) | Self::StereoWav => Some(Self::StereoWav),
            Self::Vox(_) | Self::Alaw | Self::Pcm16 | Self::Wav(_) => None,
        }
    }

    /// Channels of a frame: 1, or 2 for stereo.
    #[must_use]
    pub const fn channels(self) -> usize {
        match self {
            Self::Vox(_) | Self::Alaw | Self::Pcm16 | Self::Wav(_) => 1,
            Self::StereoWav => 2,
        }
    }

    /// The header of so much sound; empty where there is none.
    fn header(self, length: Length) -> Vec<u8> {
        match self {
            Self::Vox(_) | Self::Alaw | Self::Pcm16 => Vec::new(),
            Self::Wav(encoding) => wav::header(encoding, 1, length),
            Self::StereoWav => wav::header(Encoding::Pcm16, 2, length),
        }
    }
}

/// A recording under way. Knows no file: the caller appends what it is given.
#[derive(Debug)]
pub struct Writer {
    format: Format,
    coder: Coder,
    /// What was pushed and given so far.
    length: Length,
}

/// How samples become bytes.
#[derive(Debug)]
enum Coder {
    Pcm16,
    Mulaw,
    Alaw,
    Oki(oki::Encoder),
    /// At another rate than the house's; boxed, as it is much larger than the others.
    Resampled(Box<Resampled>),
}

#[derive(Debug)]
struct Resampled {
    resampler: Resampler,
    encoder: oki::Encoder,
    /// Kept from push to push for its memory.
    samples: Vec<i16>,
}

impl Writer {
    /// A recording that begins.
    #[must_use]
    pub fn new(format: Format) -> Self {
        let coder = match format {
            Format::Pcm16 | Format::Wav(Encoding::Pcm16) | Format::StereoWav => Coder::Pcm16,
            Format::Vox(VoxFormat::Mulaw8000) | Format::Wav(Encoding::Mulaw) => Coder::Mulaw,
            Format::Alaw | Format::Wav(Encoding::Alaw) => Coder::Alaw,
            Format::Vox(VoxFormat::Adpcm8000) | Format::Wav(Encoding::Oki) => Coder::Oki(oki::Encoder::new()),
            Format::Vox(vox @ VoxFormat::Adpcm6000) => {
                let resampler =
                    Resampler::new(RATE, vox.rate()).expect("the rates of VOX files can be resampled");
                let encoder = oki::Encoder::new();
                Coder::Resampled(Box::new(Resampled { resampler, encoder, samples: Vec::new() }))
            }
        };
        Self { format, coder, length: Length { frames: 0, bytes: 0 } }
    }

    /// What it is written as.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.format
    }

    /// Samples of each channel pushed so far, at 8 kHz.
    #[must_use]
    pub const fn samples(&self) -> u64 {
        self.length.frames
    }

    /// The bytes a file of this format begins with, before any sound; its sizes say "to the end of the
    /// file". Empty for a format without a header.
    #[must_use]
    pub fn header(&self) -> Vec<u8> {
        self.format.header(Length::OPEN)
    }

    /// Takes samples at 8 kHz, of stereo left and right in turn, and appends the bytes they become to
    /// `out`. Any number of samples; of stereo an even one.
    pub fn push(&mut self, samples: &[i16], out: &mut Vec<u8>) {
        let start = out.len();
        self.coder.push(samples, out);
        self.length.frames += (samples.len() / self.format.channels()) as u64;
        self.length.bytes += (out.len() - start) as u64;
    }

    /// Ends the recording: appends to `out` what was held back, and tells what is to be written over
    /// the header for its sizes to be right; none for a format without a header.
    pub fn finish(mut self, out: &mut Vec<u8>) -> Option<Patch> {
        let start = out.len();
        self.coder.finish(out);
        self.length.bytes += (out.len() - start) as u64;
        let open = self.format.header(Length::OPEN);
        if !open.is_empty() && self.length.padding() > 0 {
            out.push(0);
        }
        Patch::between(&open, &self.format.header(self.length))
    }
}

impl Coder {
    fn push(&mut self, samples: &[i16], out: &mut Vec<u8>) {
        match self {
            Self::Pcm16 => {
                let (octets, _) = grown(out, 2 * samples.len()).as_chunks_mut();
                for (octets, sample) in octets.iter_mut().zip(samples) {
                    *octets = sample.to_le_bytes();
                }
            }
            Self::Mulaw => g711::mu_encode(samples, grown(out, samples.len())),
            Self::Alaw => g711::a_encode(samples, grown(out, samples.len())),
            Self::Oki(encoder) => encoder.encode(samples, out),
            Self::Resampled(resampled) => {
                resampled.samples.clear();
                resampled.resampler.push(samples, &mut resampled.samples);
                resampled.encoder.encode(&resampled.samples, out);
            }
        }
    }

    fn finish(self, out: &mut Vec<u8>) {
        match self {
            Self::Pcm16 | Self::Mulaw | Self::Alaw => {}
            Self::Oki(encoder) => encoder.finish(out),
            Self::Resampled(resampled) => {
                let Resampled { resampler, mut encoder, mut samples } = *resampled;
                samples.clear();
                resampler.finish(&mut samples);
                encoder.encode(&samples, out);
                encoder.finish(out);
            }
        }
    }
}

/// So many more bytes of `out`.
fn grown(out: &mut Vec<u8>, count: usize) -> &mut [u8] {
    let start = out.len();
    out.resize(start + count, 0);
    &mut out[start..]
}

/// Writes a whole recording of samples at 8 kHz, of stereo left and right in turn.
#[must_use]
pub fn encode(samples: &[i16], format: Format) -> Vec<u8> {
    let mut writer = Writer::new(format);
    let mut file = writer.header();
    // No format takes more than two bytes for a sample.
    file.reserve(2 * samples.len() + 1);
    writer.push(samples, &mut file);
    if let Some(Patch { at, bytes }) = writer.finish(&mut file) {
        file[at as usize..][..bytes.len()].copy_from_slice(&bytes);
    }
    file
}

/// The sum of two sides of a conversation, sample by sample; what is too loud is clipped. The shortest
/// of the three slices decides how many.
pub fn sum(one: &[i16], other: &[i16], both: &mut [i16]) {
    for ((both, one), other) in both.iter_mut().zip(one).zip(other) {
        *both = one.saturating_add(*other);
    }
}

/// Two sides of a conversation as a stereo recording takes them: appends left and right in turn. The
/// shorter of the two decides how many.
pub fn interleave(left: &[i16], right: &[i16], frames: &mut Vec<i16>) {
    frames.extend(left.iter().zip(right).flat_map(|(&left, &right)| [left, right]));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{voice_file, vox};

    const FORMATS: [Format; 10] = [
        Format::Vox(VoxFormat::Adpcm8000),
        Format::Vox(VoxFormat::Adpcm6000),
        Format::Vox(VoxFormat::Mulaw8000),
        Format::Alaw,
        Format::Pcm16,
        Format::Wav(Encoding::Pcm16),
        Format::Wav(Encoding::Mulaw),
        Format::Wav(Encoding::Alaw),
        Format::Wav(Encoding::Oki),
        Format::StereoWav,
    ];

    /// A speech-like sweep, an odd number of samples.
    fn sound() -> Vec<i16> {
        (0..4_003).map(|n| (9_000.0 * (f64::from(n * n) * 2e-5).sin()) as i16).collect()
    }

    fn apply(file: &mut [u8], patch: Option<Patch>) {
        if let Some(Patch { at, bytes }) = patch {
            file[at as usize..][..bytes.len()].copy_from_slice(&bytes);
        }
    }

    #[test]
    fn b161_extension_decides_what_is_written() {
        let of = |extension| Format::of_extension(extension, VoxFormat::Adpcm6000);
        assert_eq!(of("VOX"), Ok(Format::Vox(VoxFormat::Adpcm6000)));
        assert_eq!(of("Wav"), Ok(Format::Wav(Encoding::Pcm16)));
        assert_eq!(of("ulaw"), Ok(Format::Vox(VoxFormat::Mulaw8000)));
        for extension in ["wav", "wave", "vox", "ul", "ulaw", "pcmu", "al", "alaw", "pcma", "raw", "sln"] {
            // What is written under a name is read under it.
            let file = encode(&[500; 160], of(extension).unwrap());
            let heard = voice_file::decode(extension, &file, VoxFormat::Adpcm6000, 200).unwrap();
            assert_eq!(heard.len(), 160, "{extension}");
        }
        for extension in ["", "mp3", "txt"] {
            assert!(matches!(of(extension), Err(VoiceFileError::Extension { .. })), "{extension}");
        }
    }

    #[test]
    fn d015_in_pieces_or_at_once_the_file_is_the_same() {
        for format in FORMATS {
            let sound = &sound()[..4_002 + format.channels() % 2];
            let whole = encode(sound, format);
            for frames in [1, 7, 160, 1_000] {
                let mut writer = Writer::new(format);
                let mut file = writer.header();
                for piece in sound.chunks(frames * format.channels()) {
                    writer.push(piece, &mut file);
                }
                assert_eq!(writer.samples(), (sound.len() / format.channels()) as u64);
                let patch = writer.finish(&mut file);
                apply(&mut file, patch);
                assert_eq!(file, whole, "{format:?} by {frames}");
            }
        }
    }

    #[test]
    fn d015_every_wav_encoding_is_read_back() {
        let sound = sound();
        for (encoding, bytes, least_db) in [
            (Encoding::Pcm16, 44 + 8_006, 200.0),
            (Encoding::Mulaw, 58 + 4_004, 33.0),
            (Encoding::Alaw, 58 + 4_004, 33.0),
            (Encoding::Oki, 58 + 2_002, 15.0),
        ] {
            let file = encode(&sound, Format::Wav(encoding));
            assert_eq!(file.len(), bytes, "{encoding:?}");
            let heard = wav::decode(&file, 10_000).unwrap();
            assert_eq!(heard.len(), sound.len() + usize::from(encoding == Encoding::Oki));
            let (mut signal, mut noise) = (0.0, 1e-9);
            for (&sample, &heard) in sound.iter().zip(&heard) {
                signal += f64::from(sample).powi(2);
                noise += (f64::from(sample) - f64::from(heard)).powi(2);
            }
            let db = 10.0 * (signal / noise).log10();
            println!("{encoding:?}: SNR {db:.1} dB, at least {least_db}");
            assert!(db > least_db, "{encoding:?}: {db}");
        }
    }

    #[test]
    fn stereo_keeps_its_sides_apart() {
        let mut frames = Vec::new();
        interleave(&[1, 2, 3], &[-1, -2, -3, -4], &mut frames);
        let file = encode(&frames, Format::Wav(Encoding::Pcm16).stereo().unwrap());
        assert_eq!(file[22..24], [2, 0], "channels");
        assert_eq!(file[28..32], 32_000_u32.to_le_bytes(), "bytes a second");
        assert_eq!(file[32..36], [4, 0, 16, 0], "bytes a frame, bits a sample");
        assert_eq!(file[44..], [1, 0, 255, 255, 2, 0, 254, 255, 3, 0, 253, 255]);
        assert_eq!(Format::Vox(VoxFormat::Adpcm8000).stereo(), None);
    }

    #[test]
    fn an_unfinished_file_plays_and_is_repaired_to_what_finishing_had_made_of_it() {
        let sound = sound();
        for encoding in [Encoding::Pcm16, Encoding::Mulaw, Encoding::Alaw, Encoding::Oki] {
            for format in [Some(Format::Wav(encoding)), Format::Wav(encoding).stereo()].into_iter().flatten()
            {
                let mut writer = Writer::new(format);
                let mut file = writer.header();
                assert!(file.len() <= wav::REPAIR);
                // An even number of bytes in every format.
                writer.push(&sound[..4_000], &mut file);
                let finished = encode(&sound[..4_000], format);
                let played = wav::decode(&file, 10_000);
                assert_eq!(played, wav::decode(&finished, 10_000), "{format:?} plays unfinished");
                let patch = wav::repair(&file[..wav::REPAIR], file.len() as u64);
                apply(&mut file, patch);
                assert_eq!(file, finished, "{format:?}");
                assert_eq!(wav::repair(&file, file.len() as u64), None, "it is right now");
            }
        }
    }

    #[test]
    fn part_of_a_frame_is_no_sound_after_a_repair() {
        let mut writer = Writer::new(Format::StereoWav);
        let mut file = writer.header();
        writer.push(&[1; 8], &mut file);
        file.extend([9, 9, 9]);
        let patch = wav::repair(&file, file.len() as u64);
        apply(&mut file, patch);
        assert_eq!(file[40..44], 16_u32.to_le_bytes());
        assert_eq!(file[4..8], 52_u32.to_le_bytes());
        let mut writer = Writer::new(Format::Wav(Encoding::Mulaw));
        let mut file = writer.header();
        writer.push(&[1; 7], &mut file);
        let patch = wav::repair(&file, file.len() as u64);
        apply(&mut file, patch);
        assert_eq!(wav::decode(&file, 100).unwrap().len(), 6, "an odd byte would need a zero after it");
    }

    #[test]
    fn only_what_a_crash_left_is_repaired() {
        let good = encode(&sound(), Format::Wav(Encoding::Pcm16));
        let length = good.len() as u64;
        assert_eq!(wav::repair(&good[..64], length), None);
        assert_eq!(wav::repair(&encode(&[], Format::Wav(Encoding::Pcm16)), 44), None, "an empty recording");
        assert!(wav::repair(&good[..64], length - 2).is_some(), "cut short");
        assert_eq!(wav::repair(&good[..64], length + 100), None, "more chunks may follow the sound");
        assert_eq!(wav::repair(&good[..40], 40), None, "not yet a header");
        assert_eq!(wav::repair(&good[..44], 20), None, "a length that cannot be");
        assert_eq!(wav::repair(&vox::encode(&[0; 100], VoxFormat::Adpcm8000), 50), None);
        let empty = Writer::new(Format::Wav(Encoding::Pcm16)).header();
        let patch = wav::repair(&empty, 44).unwrap();
        let mut file = empty;
        apply(&mut file, Some(patch));
        assert_eq!(file, encode(&[], Format::Wav(Encoding::Pcm16)));
    }

    #[test]
    fn b155_both_sides_are_summed_and_clipped() {
        let mut both = [7; 4];
        sum(&[1, 30_000, -30_000], &[2, 30_000, -30_000, 5], &mut both);
        assert_eq!(both, [3, i16::MAX, i16::MIN, 7]);
    }
}
