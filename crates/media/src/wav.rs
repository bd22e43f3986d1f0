//! WAV files: RIFF with one format chunk and one data chunk.
//!
//! Reads what telephone systems meet (decision D15): PCM of 8, 16, 24 and 32 bits, G.711 µ-law and
//! A-law, each also by way of WAVE_FORMAT_EXTENSIBLE, and Dialogic's OKI ADPCM; mono or stereo,
//! 6 to 48 kHz. What comes out is mono at 8 kHz. Chunk sizes are taken as hints: a file cut short,
//! or written to a pipe with its sizes never filled in, plays as far as it goes; [`repair`] fills them
//! in. [`crate::recording`] writes.

use crate::resample::{RATES, Resampler};
use crate::voice_file::{RATE, TooLong};
use crate::{g711, oki, recording};

/// Frames decoded at a time.
const PIECE: usize = 4096;

// WAVE_FORMAT tags (RFC 2361, Microsoft mmreg.h).
const TAG_PCM: u16 = 0x0001;
const TAG_ALAW: u16 = 0x0006;
const TAG_MULAW: u16 = 0x0007;
const TAG_OKI: u16 = 0x0017;
const TAG_EXTENSIBLE: u16 = 0xfffe;

/// Where a file tells its own size, less these bytes and `RIFF`.
const RIFF_SIZE: std::ops::Range<usize> = 4..8;

/// What follows the tag in the sub-format of WAVE_FORMAT_EXTENSIBLE when the first two bytes are a tag.
const SUBFORMAT_OF_TAG: [u8; 14] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];

/// Why a WAV file cannot be read. `at` counts bytes from the start of the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum WavError {
    /// It does not begin with `RIFF`, a size and `WAVE`.
    #[error("byte 0: not a WAV file, which begins with RIFF, a size and WAVE")]
    NotWav,
    /// No format chunk.
    #[error("no format chunk (`fmt `) in {length} bytes")]
    NoFormat { length: usize },
    /// No data chunk.
    #[error("no data chunk (`data`) in {length} bytes")]
    NoSound { length: usize },
    /// The format chunk, or the file, ends too early.
    #[error("byte {at}: the format chunk has {size} bytes where it needs {needed}")]
    ShortFormat { at: usize, size: usize, needed: usize },
    /// A coding that is not read.
    #[error("byte {at}: coding {tag:#06x} is not read; convert to PCM, u-law, A-law or Dialogic OKI ADPCM")]
    Coding { at: usize, tag: u16 },
    /// A sub-format of WAVE_FORMAT_EXTENSIBLE that is none of the tags.
    #[error("byte {at}: unknown sub-format of an extensible WAV; convert to PCM, u-law or A-law")]
    SubFormat { at: usize },
    /// A sample size the coding does not come in.
    #[error(
        "byte {at}: {bits} bits a sample with coding {tag:#06x}; PCM has 8, 16, 24 or 32, u-law and A-law 8, OKI ADPCM 4"
    )]
    Bits { at: usize, bits: u16, tag: u16 },
    /// Neither mono nor stereo (OKI ADPCM: not mono).
    #[error("byte {at}: {channels} channels; convert to mono or stereo (OKI ADPCM: mono)")]
    Channels { at: usize, channels: u16 },
    /// A sampling rate that is not in [`RATES`].
    #[error("byte {at}: {hz} samples a second; {min} to {max} are read", min = RATES.start(), max = RATES.end())]
    Rate { at: usize, hz: u32 },
    /// The header contradicts itself about the size of a frame.
    #[error("byte {at}: frames of {block} bytes, but channels and sample size make {needed}")]
    Block { at: usize, block: u16, needed: u16 },
    /// More sound than the caller takes.
    #[error(transparent)]
    TooLong(#[from] TooLong),
}

/// Whether the bytes begin as a WAV file does.
#[must_use]
pub fn is_wav(bytes: &[u8]) -> bool {
    bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WAVE".as_slice())
}

/// Reads a WAV file: mono samples at 8 kHz, at most `max_samples` of them.
///
/// # Errors
/// [`WavError`] says what is wrong and where. A data chunk that is cut short or whose size is wrong is
/// no error.
pub fn decode(bytes: &[u8], max_samples: usize) -> Result<Vec<i16>, WavError> {
    let (format, data) = format_and_data(bytes)?;
    let mut resampler = Resampler::new(format.rate, RATE).expect("the format was read within the rates");
    let (frame_bytes, frames) = match format.coding {
        Coding::Oki => (1, data.len() as u64 * 2),
        coding => {
            let frame_bytes = usize::from(format.channels) * coding.bytes();
            (frame_bytes, (data.len() / frame_bytes) as u64)
        }
    };
    let length = TooLong::check(resampler.outputs(frames), max_samples)?;

    let mut samples = Vec::with_capacity(length);
    let mut piece = Vec::with_capacity(2 * PIECE);
    let mut oki = oki::Decoder::new();
    for frames in data.chunks(PIECE * frame_bytes) {
        piece.clear();
        format.coding.decode(frames, &mut oki, &mut piece);
        if format.channels == 2 {
            mix(&mut piece);
        }
        resampler.push(&piece, &mut samples);
    }
    resampler.finish(&mut samples);
    Ok(samples)
}

/// Left and right in turn become the mean of both; half a frame at the end goes.
fn mix(samples: &mut Vec<i16>) {
    let frames = samples.len() / 2;
    for n in 0..frames {
        samples[n] = samples[2 * n].midpoint(samples[2 * n + 1]);
    }
    samples.truncate(frames);
}

/// The upper 16 bits, rounded.
fn top(sample: i32) -> i16 {
    (sample.saturating_add(1 << 15) >> 16) as i16
}

/// How samples are written in the data chunk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Coding {
    Pcm8,
    Pcm16,
    Pcm24,
    Pcm32,
    Mulaw,
    Alaw,
    Oki,
}

impl Coding {
    /// Bytes of a sample; of OKI ADPCM, of two.
    const fn bytes(self) -> usize {
        match self {
            Self::Pcm8 | Self::Mulaw | Self::Alaw | Self::Oki => 1,
            Self::Pcm16 => 2,
            Self::Pcm24 => 3,
            Self::Pcm32 => 4,
        }
    }

    /// Decodes whole samples into the empty `samples`; part of one at the end goes.
    fn decode(self, bytes: &[u8], oki: &mut oki::Decoder, samples: &mut Vec<i16>) {
        match self {
            Self::Pcm8 => samples.extend(bytes.iter().map(|&byte| (i16::from(byte) - 128) << 8)),
            Self::Pcm16 => {
                let (pcm, _) = bytes.as_chunks();
                samples.extend(pcm.iter().map(|&sample| i16::from_le_bytes(sample)));
            }
            Self::Pcm24 => {
                let (pcm, _) = bytes.as_chunks();
                samples.extend(pcm.iter().map(|&[a, b, c]| top(i32::from_le_bytes([0, a, b, c]))));
            }
            Self::Pcm32 => {
                let (pcm, _) = bytes.as_chunks();
                samples.extend(pcm.iter().map(|&sample| top(i32::from_le_bytes(sample))));
            }
            Self::Mulaw => {
                samples.resize(bytes.len(), 0);
                g711::mu_decode(bytes, samples);
            }
            Self::Alaw => {
                samples.resize(bytes.len(), 0);
                g711::a_decode(bytes, samples);
            }
            Self::Oki => oki.decode(bytes, samples),
        }
    }
}

/// What the format chunk says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Format {
    coding: Coding,
    /// 1 or 2.
    channels: u16,
    /// Within [`RATES`].
    rate: u32,
}

impl Format {
    /// Reads WAVEFORMATEX: tag, channels, rate, bytes a second, frame bytes, bits; more when extensible.
    fn read(chunk: &Chunk<'_>) -> Result<Self, WavError> {
        let at = chunk.at + Chunk::HEADER;
        let body = chunk.body;
        let short = |needed| WavError::ShortFormat { at, size: body.len(), needed };
        let (&fields, _) = body.split_first_chunk::<16>().ok_or(short(16))?;
        let u16_at = |place: usize| u16::from_le_bytes([fields[place], fields[place + 1]]);

        let (mut tag, mut tag_at) = (u16_at(0), at);
        if tag == TAG_EXTENSIBLE {
            let subformat = body.get(24..40).ok_or(short(40))?;
            tag_at = at + 24;
            if subformat[2..] != SUBFORMAT_OF_TAG {
                return Err(WavError::SubFormat { at: tag_at });
            }
            tag = u16::from_le_bytes([subformat[0], subformat[1]]);
        }
        let bits = u16_at(14);
        let coding = match (tag, bits) {
            (TAG_PCM, 8) => Coding::Pcm8,
            (TAG_PCM, 16) => Coding::Pcm16,
            (TAG_PCM, 24) => Coding::Pcm24,
            (TAG_PCM, 32) => Coding::Pcm32,
            (TAG_MULAW, 8) => Coding::Mulaw,
            (TAG_ALAW, 8) => Coding::Alaw,
            (TAG_OKI, 4) => Coding::Oki,
            (TAG_PCM | TAG_MULAW | TAG_ALAW | TAG_OKI, _) => {
                return Err(WavError::Bits { at: at + 14, bits, tag });
            }
            _ => return Err(WavError::Coding { at: tag_at, tag }),
        };
        let channels = u16_at(2);
        if !(1..=2).contains(&channels) || (coding == Coding::Oki && channels != 1) {
            return Err(WavError::Channels { at: at + 2, channels });
        }
        let rate = u32::from_le_bytes([fields[4], fields[5], fields[6], fields[7]]);
        if !RATES.contains(&rate) {
            return Err(WavError::Rate { at: at + 4, hz: rate });
        }
        let (block, needed) = (u16_at(12), channels * coding.bytes() as u16);
        // A frame size never filled in tells nothing; one of another size tells that the samples lie
        // otherwise than the rest of the header says.
        if block != 0 && block != needed && coding != Coding::Oki {
            return Err(WavError::Block { at: at + 12, block, needed });
        }
        Ok(Self { coding, channels, rate })
    }
}

/// The format and the bytes of the sound, wherever they stand among other chunks.
fn format_and_data(bytes: &[u8]) -> Result<(Format, &[u8]), WavError> {
    if !is_wav(bytes) {
        return Err(WavError::NotWav);
    }
    let (mut format, mut data) = (None, None);
    for chunk in Chunks::of(bytes) {
        match &chunk.id {
            b"fmt " if format.is_none() => format = Some(Format::read(&chunk)?),
            b"data" if data.is_none() => data = Some(sound(bytes, &chunk)),
            _ => {}
        }
        if let (Some(format), Some(data)) = (format, data) {
            return Ok((format, data));
        }
    }
    let length = bytes.len();
    Err(if format.is_none() { WavError::NoFormat { length } } else { WavError::NoSound { length } })
}

/// The sound of a data chunk.
///
/// A size of 0 means there is none if the file's own size agrees; else the header was written before
/// the sound and never filled in, and the sound is all that follows. (The other mark of that,
/// 0xFFFFFFFF, runs to the end of the file by itself.)
fn sound<'a>(bytes: &'a [u8], chunk: &Chunk<'a>) -> &'a [u8] {
    let riff_size = u32::from_le_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]);
    let finished = bytes.len() - Chunk::HEADER == riff_size as usize;
    if chunk.body.is_empty() && !finished { &bytes[chunk.at + Chunk::HEADER..] } else { chunk.body }
}

/// One chunk of a RIFF file.
struct Chunk<'a> {
    id: [u8; 4],
    /// Where its header begins.
    at: usize,
    /// As much of it as is in the file.
    body: &'a [u8],
}

impl Chunk<'_> {
    /// Bytes of the id and the size.
    const HEADER: usize = 8;
}

/// The chunks of a WAV file in order.
struct Chunks<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Chunks<'a> {
    const fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 12 }
    }
}

impl<'a> Iterator for Chunks<'a> {
    type Item = Chunk<'a>;

    fn next(&mut self) -> Option<Chunk<'a>> {
        let at = self.at;
        let (&[i, d, e, n, size @ ..], rest) =
            self.bytes.get(at..)?.split_first_chunk::<{ Chunk::HEADER }>()?;
        let size = u32::from_le_bytes(size) as usize;
        let body = &rest[..size.min(rest.len())];
        self.at = at + Chunk::HEADER + body.len();
        // A chunk of odd size is followed by a zero; some writers forget it, and no id begins with zero.
        if size % 2 == 1 && self.bytes.get(self.at) == Some(&0) {
            self.at += 1;
        }
        Some(Chunk { id: [i, d, e, n], at, body })
    }
}

/// How samples are written to a WAV file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    /// 16-bit PCM, as recordings are (decision D15).
    Pcm16,
    /// G.711 µ-law.
    Mulaw,
    /// G.711 A-law.
    Alaw,
    /// Dialogic's OKI ADPCM, for one channel only.
    Oki,
}

impl Encoding {
    const fn tag(self) -> u16 {
        match self {
            Self::Pcm16 => TAG_PCM,
            Self::Mulaw => TAG_MULAW,
            Self::Alaw => TAG_ALAW,
            Self::Oki => TAG_OKI,
        }
    }

    /// Bits of a sample.
    const fn bits(self) -> u16 {
        match self {
            Self::Pcm16 => 16,
            Self::Mulaw | Self::Alaw => 8,
            Self::Oki => 4,
        }
    }
}

/// How much sound follows a header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Length {
    /// Samples of each channel.
    pub frames: u64,
    /// Bytes in the data chunk.
    pub bytes: u64,
}

impl Length {
    /// Not known yet. All ones is what readers take as "to the end of the file".
    pub const OPEN: Self = Self { frames: u64::MAX, bytes: u64::MAX };

    /// The zero that follows a chunk of odd size.
    pub const fn padding(self) -> u64 {
        self.bytes % 2
    }
}

/// All of a WAV file at 8 kHz before its sound; as long for every length.
///
/// Beyond 4 GiB (37 hours of stereo PCM) the sizes stay at their greatest, "to the end of the file".
pub(crate) fn header(encoding: Encoding, channels: u16, length: Length) -> Vec<u8> {
    let size = |length: u64| u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes();
    let frame_bits = channels * encoding.bits();
    let is_pcm = encoding == Encoding::Pcm16;

    let mut wav = Vec::with_capacity(64);
    wav.extend(b"RIFF\0\0\0\0WAVEfmt ");
    // All but PCM have the size of an extension, here none, and tell their length in samples.
    wav.extend(size(if is_pcm { 16 } else { 18 }));
    wav.extend(encoding.tag().to_le_bytes());
    wav.extend(channels.to_le_bytes());
    wav.extend(RATE.to_le_bytes());
    wav.extend((RATE * u32::from(frame_bits) / 8).to_le_bytes());
    wav.extend(frame_bits.div_ceil(8).to_le_bytes());
    wav.extend(encoding.bits().to_le_bytes());
    if !is_pcm {
        wav.extend([0, 0]);
        wav.extend(b"fact\x04\0\0\0");
        wav.extend(size(length.frames));
    }
    wav.extend(b"data");
    wav.extend(size(length.bytes));
    let after_riff = (wav.len() - Chunk::HEADER) as u64;
    wav[RIFF_SIZE]
        .copy_from_slice(&size(after_riff.saturating_add(length.bytes).saturating_add(length.padding())));
    wav
}

/// Writes a mono WAV file of samples at 8 kHz.
#[must_use]
pub fn encode(samples: &[i16], encoding: Encoding) -> Vec<u8> {
    recording::encode(samples, recording::Format::Wav(encoding))
}

/// Bytes to write over those at a place of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Patch {
    /// Bytes from the start of the file.
    pub at: u64,
    /// What belongs there.
    pub bytes: Vec<u8>,
}

impl Patch {
    /// What turns the first bytes of a file into `after`, which is as long; none when they are equal.
    pub(crate) fn between(before: &[u8], after: &[u8]) -> Option<Self> {
        let differs = |(before, after): (&u8, &u8)| before != after;
        let first = before.iter().zip(after).position(differs)?;
        let last = before.iter().zip(after).rposition(differs)?;
        Some(Self { at: first as u64, bytes: after[first..=last].to_vec() })
    }
}

/// The first bytes that [`repair`] needs of a file of ours.
pub const REPAIR: usize = 64;

/// What makes the header of a recording right that a crash cut short: none when its sizes fit the
/// file, or when it is no WAV file whose sound begins within `first`.
///
/// `first` are the first [`REPAIR`] bytes of the file or all there are, `length` is how long the file
/// is in bytes. Part of a frame at the end is left out of the sound.
#[must_use]
pub fn repair(first: &[u8], length: u64) -> Option<Patch> {
    if !is_wav(first) {
        return None;
    }
    let u32_at = |at: usize| first.get(at..at + 4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]));
    let (mut format, mut fact) = (None, None);
    for chunk in Chunks::of(first) {
        let body = chunk.at + Chunk::HEADER;
        match &chunk.id {
            b"fmt " => format = Some(Format::read(&chunk).ok()?),
            b"fact" if chunk.body.len() >= 4 => fact = Some(body),
            b"data" => {
                let there = length.checked_sub(body as u64)?;
                let told = u64::from(u32_at(chunk.at + 4)?);
                let riff = u64::from(u32_at(RIFF_SIZE.start)?) + Chunk::HEADER as u64;
                // As when it is read: an empty data chunk is one when the file's own size says so.
                let is_right = told <= there && riff <= length && (told > 0 || riff == length);
                return if is_right { None } else { refill(&first[..body], fact, format?, there) };
            }
            _ => {}
        }
    }
    None
}

/// Fills the sizes of a header, whose sound is at most `there` bytes long.
fn refill(header: &[u8], fact: Option<usize>, format: Format, there: u64) -> Option<Patch> {
    let frame = u64::from(format.channels) * format.coding.bytes() as u64;
    let bytes = there - there % frame;
    // The zero after an odd number of bytes may be missing: rather one sample less.
    let bytes = bytes - bytes % 2;
    let frames = bytes / frame * if format.coding == Coding::Oki { 2 } else { 1 };
    let size = |length: u64| u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes();
    let mut right = header.to_vec();
    let data_size = header.len() - 4;
    right[data_size..].copy_from_slice(&size(bytes));
    right[RIFF_SIZE].copy_from_slice(&size((header.len() - Chunk::HEADER) as u64 + bytes));
    if let Some(fact) = fact {
        right[fact..fact + 4].copy_from_slice(&size(frames));
    }
    Patch::between(header, &right)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: usize = 1 << 20;

    fn chunk(id: &[u8; 4], body: &[u8]) -> Vec<u8> {
        let mut chunk = id.to_vec();
        chunk.extend((body.len() as u32).to_le_bytes());
        chunk.extend(body);
        if body.len() % 2 == 1 {
            chunk.push(0);
        }
        chunk
    }

    fn riff(chunks: &[Vec<u8>]) -> Vec<u8> {
        let body = chunks.concat();
        let mut riff = b"RIFF".to_vec();
        riff.extend((body.len() as u32 + 4).to_le_bytes());
        riff.extend(b"WAVE");
        riff.extend(body);
        riff
    }

    fn format(tag: u16, channels: u16, rate: u32, bits: u16) -> Vec<u8> {
        let block = (channels * (bits / 8)).max(1);
        let mut body = Vec::new();
        body.extend(tag.to_le_bytes());
        body.extend(channels.to_le_bytes());
        body.extend(rate.to_le_bytes());
        body.extend(rate.wrapping_mul(u32::from(block)).to_le_bytes());
        body.extend(block.to_le_bytes());
        body.extend(bits.to_le_bytes());
        chunk(b"fmt ", &body)
    }

    fn extensible(tag: u16, channels: u16, bits: u16, tail: [u8; 14]) -> Vec<u8> {
        let mut body = format(TAG_EXTENSIBLE, channels, 8_000, bits)[8..].to_vec();
        body.extend(22_u16.to_le_bytes());
        body.extend(bits.to_le_bytes());
        body.extend(0_u32.to_le_bytes());
        body.extend(tag.to_le_bytes());
        body.extend(tail);
        chunk(b"fmt ", &body)
    }

    fn pcm(samples: &[i16]) -> Vec<u8> {
        samples.iter().flat_map(|sample| sample.to_le_bytes()).collect()
    }

    #[track_caller]
    fn reads(chunks: &[Vec<u8>], samples: &[i16]) {
        assert_eq!(decode(&riff(chunks), LIMIT).as_deref(), Ok(samples));
    }

    #[track_caller]
    fn refuses(wav: &[u8], error: WavError, words: &str) {
        assert_eq!(decode(wav, LIMIT), Err(error));
        assert_eq!(error.to_string(), words);
    }

    #[test]
    fn pcm_of_every_size() {
        let data = chunk(b"data", &[0, 127, 128, 255]);
        reads(&[format(TAG_PCM, 1, 8_000, 8), data], &[-32768, -256, 0, 32512]);
        let data = chunk(b"data", &pcm(&[0, -1, i16::MIN, 7]));
        reads(&[format(TAG_PCM, 1, 8_000, 16), data], &[0, -1, i16::MIN, 7]);
        let data = chunk(b"data", &[0, 1, 0, 0x80, 1, 0, 0x7f, 1, 0, 255, 255, 127, 0, 0, 0x80]);
        reads(&[format(TAG_PCM, 1, 8_000, 24), data], &[1, 2, 1, 32767, -32768]);
        let data = chunk(b"data", &[0, 0x80, 5, 0, 255, 255, 255, 127, 0, 0, 0, 0x80]);
        reads(&[format(TAG_PCM, 1, 8_000, 32), data], &[6, 32767, -32768]);
    }

    #[test]
    fn both_laws_of_g711() {
        // G.711 tables 1a and 2a: the greatest, the least, silence.
        let data = chunk(b"data", &[0x80, 0x00, 0xff]);
        reads(&[format(TAG_MULAW, 1, 8_000, 8), data], &[32124, -32124, 0]);
        let data = chunk(b"data", &[0xaa, 0x2a, 0xd5]);
        reads(&[format(TAG_ALAW, 1, 8_000, 8), data], &[32256, -32256, 8]);
    }

    #[test]
    fn oki_adpcm_is_as_in_vox_files() {
        let data = chunk(b"data", &[0x07, 0x77, 0xef, 0x91]);
        let samples = [32, 512, 1520, 3696, -384, -8752, -12336, -9072];
        reads(&[format(TAG_OKI, 1, 8_000, 4), data], &samples);
        // A long one is decoded in pieces without a seam.
        let long = vec![0x5a; 3 * PIECE];
        let mut whole = Vec::new();
        oki::Decoder::new().decode(&long, &mut whole);
        reads(&[format(TAG_OKI, 1, 8_000, 4), chunk(b"data", &long)], &whole);
    }

    #[test]
    fn stereo_is_mixed_to_the_mean() {
        let data = chunk(b"data", &pcm(&[100, 200, 32767, 32767, -32768, 32767, -5, -5, 9]));
        reads(&[format(TAG_PCM, 2, 8_000, 16), data], &[150, 32767, 0, -5]);
        let data = chunk(b"data", &[0x80, 0x00, 0x80, 0x80]);
        reads(&[format(TAG_MULAW, 2, 8_000, 8), data], &[0, 32124]);
    }

    #[test]
    fn extensible_wraps_a_tag() {
        reads(&[extensible(TAG_PCM, 1, 16, SUBFORMAT_OF_TAG), chunk(b"data", &pcm(&[1, 2]))], &[1, 2]);
        reads(&[extensible(TAG_MULAW, 1, 8, SUBFORMAT_OF_TAG), chunk(b"data", &[0x80])], &[32124]);
        refuses(
            &riff(&[extensible(TAG_PCM, 1, 16, [0; 14]), chunk(b"data", &[0, 0])]),
            WavError::SubFormat { at: 44 },
            "byte 44: unknown sub-format of an extensible WAV; convert to PCM, u-law or A-law",
        );
        refuses(
            &riff(&[extensible(3, 1, 32, SUBFORMAT_OF_TAG), chunk(b"data", &[0; 4])]),
            WavError::Coding { at: 44, tag: 3 },
            "byte 44: coding 0x0003 is not read; convert to PCM, u-law, A-law or Dialogic OKI ADPCM",
        );
        refuses(
            &riff(&[format(TAG_EXTENSIBLE, 1, 8_000, 16), chunk(b"data", &[0; 4])]),
            WavError::ShortFormat { at: 20, size: 16, needed: 40 },
            "byte 20: the format chunk has 16 bytes where it needs 40",
        );
    }

    #[test]
    fn d015_rates_from_6_to_48_khz_come_out_at_8() {
        for rate in [6_000, 8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 12_345] {
            let second = vec![1_000_i16; rate as usize];
            let wav = riff(&[format(TAG_PCM, 1, rate, 16), chunk(b"data", &pcm(&second))]);
            let samples = decode(&wav, LIMIT).unwrap();
            assert!(samples.len().abs_diff(8_000) < 8, "{rate}: {}", samples.len());
            assert!(samples[200..7_800].iter().all(|sample| sample.abs_diff(1_000) <= 1), "{rate}");
        }
    }

    #[test]
    fn other_chunks_stand_anywhere() {
        let (format, data) = (format(TAG_PCM, 1, 8_000, 16), chunk(b"data", &pcm(&[1, 2, 3])));
        let (list, fact) = (chunk(b"LIST", b"INFOISFT\x03\0\0\0abc\0"), chunk(b"fact", &[3, 0, 0, 0]));
        reads(&[list.clone(), format.clone(), fact, data.clone(), list.clone()], &[1, 2, 3]);
        reads(&[data.clone(), list, format.clone()], &[1, 2, 3]);
        let odd = chunk(b"odd ", &[1, 2, 3]);
        reads(&[odd.clone(), format.clone(), odd.clone(), data.clone()], &[1, 2, 3]);
        let unpadded = odd[..odd.len() - 1].to_vec();
        reads(&[unpadded.clone(), format.clone(), unpadded, data.clone()], &[1, 2, 3]);
        // The first of each counts.
        reads(&[format.clone(), data.clone(), chunk(b"data", &pcm(&[9]))], &[1, 2, 3]);
        reads(&[data, chunk(b"data", &pcm(&[9])), format], &[1, 2, 3]);
    }

    #[test]
    fn sizes_that_lie_are_hints() {
        let wav = riff(&[format(TAG_PCM, 1, 8_000, 16), chunk(b"data", &pcm(&[1, 2, 3]))]);
        // Too large, as streamed, as streamed by SoX.
        for size in [7_u32, 1_000_000, 0xffff_ffff, 0x7fff_f000] {
            let mut wav = wav.clone();
            wav[40..44].copy_from_slice(&size.to_le_bytes());
            for riff_size in [0_u32, 36, 0xffff_ffff, 42] {
                wav[4..8].copy_from_slice(&riff_size.to_le_bytes());
                assert_eq!(decode(&wav, LIMIT), Ok(vec![1, 2, 3]), "{size} {riff_size}");
            }
        }
        // Never filled in.
        for riff_size in [0_u32, 36, 0xffff_ffff] {
            let mut wav = wav.clone();
            wav[40..44].fill(0);
            wav[4..8].copy_from_slice(&riff_size.to_le_bytes());
            assert_eq!(decode(&wav, LIMIT), Ok(vec![1, 2, 3]), "{riff_size}");
        }
        // Smaller than what follows: what follows is not sound.
        let mut small = wav.clone();
        small[40] = 2;
        assert_eq!(decode(&small, LIMIT), Ok(vec![1]));
        // Cut short, within a sample too.
        assert_eq!(decode(&wav[..47], LIMIT), Ok(vec![1]));
        assert_eq!(decode(&wav[..44], LIMIT), Ok(vec![]));
    }

    #[test]
    fn an_empty_sound_is_no_error() {
        reads(&[format(TAG_PCM, 1, 8_000, 16), chunk(b"data", &[])], &[]);
        // The file's size was filled in: what follows an empty data chunk is not sound.
        reads(&[format(TAG_PCM, 1, 8_000, 16), chunk(b"data", &[]), chunk(b"LIST", b"INFO")], &[]);
    }

    #[test]
    fn a_missing_piece_is_named() {
        let data = chunk(b"data", &[0; 8]);
        let not_wav = "byte 0: not a WAV file, which begins with RIFF, a size and WAVE";
        for bytes in [&b""[..], b"RIFF", b"RIFF\0\0\0\0AVI ", b"OggS\0\0\0\0WAVE"] {
            refuses(bytes, WavError::NotWav, not_wav);
        }
        refuses(
            &riff(std::slice::from_ref(&data)),
            WavError::NoFormat { length: 28 },
            "no format chunk (`fmt `) in 28 bytes",
        );
        refuses(
            &riff(&[format(TAG_PCM, 1, 8_000, 16)]),
            WavError::NoSound { length: 36 },
            "no data chunk (`data`) in 36 bytes",
        );
        refuses(
            &riff(&[chunk(b"fmt ", &[1, 0, 1, 0]), data]),
            WavError::ShortFormat { at: 20, size: 4, needed: 16 },
            "byte 20: the format chunk has 4 bytes where it needs 16",
        );
    }

    #[test]
    fn a_wrong_format_is_named_with_its_place() {
        let wav = |format: Vec<u8>| riff(&[format, chunk(b"data", &[0; 8])]);
        refuses(
            &wav(format(0x31, 1, 8_000, 16)),
            WavError::Coding { at: 20, tag: 0x31 },
            "byte 20: coding 0x0031 is not read; convert to PCM, u-law, A-law or Dialogic OKI ADPCM",
        );
        refuses(
            &wav(format(TAG_PCM, 1, 8_000, 12)),
            WavError::Bits { at: 34, bits: 12, tag: 1 },
            "byte 34: 12 bits a sample with coding 0x0001; PCM has 8, 16, 24 or 32, u-law and A-law 8, OKI ADPCM 4",
        );
        for channels in [0, 3, 0xffff] {
            let mut bytes = wav(format(TAG_PCM, 1, 8_000, 16));
            bytes[22..24].copy_from_slice(&u16::to_le_bytes(channels));
            let words = format!("byte 22: {channels} channels; convert to mono or stereo (OKI ADPCM: mono)");
            refuses(&bytes, WavError::Channels { at: 22, channels }, &words);
        }
        let stereo_oki = wav(format(TAG_OKI, 2, 8_000, 4));
        assert_eq!(decode(&stereo_oki, LIMIT), Err(WavError::Channels { at: 22, channels: 2 }));
        for hz in [0, 5_999, 48_001, 1_000_000_000] {
            let words = format!("byte 24: {hz} samples a second; 6000 to 48000 are read");
            refuses(&wav(format(TAG_PCM, 1, hz, 16)), WavError::Rate { at: 24, hz }, &words);
        }
        let mut block = wav(format(TAG_PCM, 2, 8_000, 24));
        block[32] = 8;
        refuses(
            &block,
            WavError::Block { at: 32, block: 8, needed: 6 },
            "byte 32: frames of 8 bytes, but channels and sample size make 6",
        );
    }

    #[test]
    fn a_sound_beyond_the_limit_is_refused() {
        let wav = riff(&[format(TAG_PCM, 1, 16_000, 16), chunk(b"data", &pcm(&[0; 200]))]);
        assert_eq!(decode(&wav, 100).map(|samples| samples.len()), Ok(100));
        let too_long = TooLong { samples: 100, limit: 99 };
        assert_eq!(decode(&wav, 99), Err(WavError::TooLong(too_long)));
        assert_eq!(too_long.to_string(), "100 samples at 8 kHz; the limit is 99");
        let oki = riff(&[format(TAG_OKI, 1, 8_000, 4), chunk(b"data", &[0; 50])]);
        assert_eq!(decode(&oki, 100).map(|samples| samples.len()), Ok(100));
        assert_eq!(decode(&oki, 99), Err(WavError::TooLong(too_long)));
    }

    #[test]
    fn what_is_written_is_read() {
        let samples = [0, 1, -1, 1_000, i16::MAX, i16::MIN, 77];
        assert_eq!(decode(&encode(&samples, Encoding::Pcm16), LIMIT).unwrap(), samples);
        let mulaw = encode(&samples, Encoding::Mulaw);
        assert_eq!(mulaw.len() % 2, 0);
        let coarse = decode(&mulaw, LIMIT).unwrap();
        assert_eq!(coarse.len(), samples.len());
        for (coarse, sample) in coarse.iter().zip(samples) {
            assert!(coarse.abs_diff(sample) <= sample.unsigned_abs() / 16 + 8, "{coarse} {sample}");
        }
    }

    #[test]
    fn the_header_is_as_every_reader_wants_it() {
        let pcm16 = b"RIFF\x26\0\0\0WAVE\
            fmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0\
            data\x02\0\0\0\x2a\0";
        assert_eq!(encode(&[42], Encoding::Pcm16), pcm16);
        let mulaw = b"RIFF\x34\0\0\0WAVE\
            fmt \x12\0\0\0\x07\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0\0\0\
            fact\x04\0\0\0\x01\0\0\0\
            data\x01\0\0\0\xff\0";
        assert_eq!(encode(&[0], Encoding::Mulaw), mulaw);
    }
}
