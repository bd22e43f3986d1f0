//! Voice files come from other people's machines: whatever their bytes, reading one ends in samples
//! within the limit or in words about what is wrong.

use media::voice_file::{self, TooLong, VoiceFileError};
use media::vox::{self, VoxFormat};
use media::wav::{self, Encoding};
use proptest::prelude::*;

const LIMIT: usize = 2_000;
const EXTENSIONS: [&str; 8] = ["wav", "vox", "ul", "al", "raw", "sln", "", "mp3"];

/// Reads the bytes under every name and as every VOX format.
fn check(bytes: &[u8]) {
    for extension in EXTENSIONS {
        check_as(extension, bytes, VoxFormat::default());
    }
    for format in VoxFormat::ALL {
        check_as("vox", bytes, format);
    }
}

fn check_as(extension: &str, bytes: &[u8], format: VoxFormat) {
    match voice_file::decode(extension, bytes, format, LIMIT) {
        Ok(samples) => assert!(samples.len() <= LIMIT && samples.capacity() <= 2 * LIMIT),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// A WAV file of one format chunk and these sound bytes.
fn wav_of(tag: u16, channels: u16, rate: u32, bits: u16, sound: &[u8]) -> Vec<u8> {
    let mut wav = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0".to_vec();
    wav.extend(tag.to_le_bytes());
    wav.extend(channels.to_le_bytes());
    wav.extend(rate.to_le_bytes());
    wav.extend([0; 6]);
    wav.extend(bits.to_le_bytes());
    wav.extend(b"data");
    wav.extend((sound.len() as u32).to_le_bytes());
    wav.extend(sound);
    wav
}

/// The same numbers in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.roll() % bound.max(1) as u64) as usize
    }
}

/// Spoils a file in one of the ways files are spoilt.
fn spoil(dice: &mut Dice, file: &mut Vec<u8>) {
    let at = dice.below(file.len());
    // Most of what matters is in the first bytes.
    let early = dice.below(64).min(file.len().saturating_sub(4));
    match dice.below(7) {
        0 if !file.is_empty() => file[at] = dice.roll() as u8,
        1 if !file.is_empty() => file[early] ^= 1 << dice.below(8),
        2 => file.truncate(at),
        3 if file.len() > 4 => {
            let size = [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff][dice.below(6)];
            file[early..early + 4].copy_from_slice(&u32::to_le_bytes(size));
        }
        4 => {
            let piece = file[at..(at + 24).min(file.len())].to_vec();
            file.splice(at..at, piece);
        }
        5 => {
            file.drain(at..(at + 1 + dice.below(8)).min(file.len()));
        }
        _ => {
            let word = [&b"data"[..], b"fmt ", b"LIST", b"\0\0\0\0", b"\xfe\xff"][dice.below(5)];
            file.splice(early..early, word.iter().copied());
        }
    }
}

#[test]
fn a_spoilt_file_is_read_or_refused() {
    let sound: Vec<i16> = (0..300).map(|n| (n * 97 % 20_000 - 10_000) as i16).collect();
    let bytes: Vec<u8> = sound.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let mut files = vec![
        wav::encode(&sound, Encoding::Pcm16),
        wav::encode(&sound, Encoding::Mulaw),
        vox::encode(&sound, VoxFormat::Adpcm8000),
    ];
    for (tag, bits) in [(1, 8), (1, 16), (1, 24), (1, 32), (6, 8), (7, 8), (0x17, 4)] {
        files.push(wav_of(tag, 1, 8_000, bits, &bytes));
        files.push(wav_of(tag, 2, 16_000, bits, &bytes));
    }
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let (mut read, mut refused) = (0, 0);
    for round in 0..4_000 {
        let mut file = files[round % files.len()].clone();
        for _ in 0..=dice.below(4) {
            spoil(&mut dice, &mut file);
        }
        check_as("wav", &file, VoxFormat::default());
        match wav::decode(&file, LIMIT) {
            Ok(_) => read += 1,
            Err(_) => refused += 1,
        }
    }
    // Spoilt enough to be refused, not so much that nothing but the first test is ever reached.
    assert!(read > 500 && refused > 500, "{read} read, {refused} refused");
}

#[test]
fn every_cut_of_a_file_is_read_or_refused() {
    for file in [
        wav::encode(&[1; 100], Encoding::Pcm16),
        wav::encode(&[1; 101], Encoding::Mulaw),
        wav_of(1, 2, 44_100, 24, &[1; 90]),
    ] {
        for end in 0..=file.len() {
            check(&file[..end]);
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..4_000)) {
        check(&bytes);
    }

    #[test]
    fn any_name_is_taken(extension in ".{0,40}", bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        check_as(&extension, &bytes, VoxFormat::default());
    }

    #[test]
    fn any_format_chunk_is_read_or_refused(
        tag in prop_oneof![Just(1_u16), Just(6), Just(7), Just(0x17), Just(0xfffe), any::<u16>()],
        channels in prop_oneof![0_u16..4, any::<u16>()],
        rate in prop_oneof![Just(8_000_u32), Just(44_100), any::<u32>()],
        bits in prop_oneof![Just(8_u16), Just(16), Just(24), Just(32), any::<u16>()],
        sound in prop::collection::vec(any::<u8>(), 0..2_000),
    ) {
        check_as("wav", &wav_of(tag, channels, rate, bits, &sound), VoxFormat::default());
    }

    #[test]
    fn any_chunks_are_read_or_refused(
        chunks in prop::collection::vec(
            (
                prop_oneof![Just(*b"fmt "), Just(*b"data"), Just(*b"LIST"), any::<[u8; 4]>()],
                prop_oneof![0_u32..64, any::<u32>()],
                prop::collection::vec(any::<u8>(), 0..64),
            ),
            0..12,
        ),
    ) {
        let mut wav = b"RIFF\0\0\0\0WAVE".to_vec();
        for (id, size, body) in chunks {
            wav.extend(id);
            wav.extend(size.to_le_bytes());
            wav.extend(body);
        }
        check_as("wav", &wav, VoxFormat::default());
    }

    #[test]
    fn what_is_written_is_read(samples in prop::collection::vec(any::<i16>(), 0..LIMIT)) {
        let wav = wav::encode(&samples, Encoding::Pcm16);
        prop_assert_eq!(voice_file::decode("wav", &wav, VoxFormat::default(), LIMIT), Ok(samples.clone()));
        for format in VoxFormat::ALL {
            // A nibble that fills the last byte is one sample more, and each change of rate rounds up.
            let heard = vox::decode(&vox::encode(&samples, format), format, LIMIT + 3).expect("within the limit");
            prop_assert!((samples.len()..=samples.len() + 3).contains(&heard.len()));
        }
    }

    #[test]
    fn the_limit_is_exact(count in 0_usize..500, limit in 0_usize..500) {
        let wav = wav::encode(&vec![7; count], Encoding::Pcm16);
        let read = voice_file::decode("wav", &wav, VoxFormat::default(), limit);
        prop_assert_eq!(read.is_ok(), count <= limit);
        if let Err(error) = read {
            prop_assert_eq!(error, VoiceFileError::TooLong(TooLong { samples: count as u64, limit }));
        }
    }
}
