//! Voice files against SoX: what it writes we read, what we write it reads, and ADPCM is the same to the
//! bit. Without `sox` on the PATH these tests say so and pass.

use std::io;
use std::process::Command;

use media::recording::{self, Format};
use media::vox::{self, VoxFormat};
use media::wav::{self, Encoding};
use media::{oki, voice_file};

const LIMIT: usize = 1 << 20;

/// A directory with files for SoX; none where it is not installed.
struct Sox(tempfile::TempDir);

impl Sox {
    fn installed() -> Option<Self> {
        match Command::new("sox").arg("--version").output() {
            Ok(_) => Some(Self(tempfile::tempdir().unwrap())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                eprintln!("skipped: sox is not installed (Debian: sox)");
                None
            }
            Err(error) => panic!("cannot start sox: {error}"),
        }
    }

    /// What SoX makes of these bytes in a file: the words before the file name, before the one that is
    /// written, and after it.
    fn make(&self, from: &str, bytes: &[u8], to: &str, effects: &str) -> Vec<u8> {
        let directory = self.0.path();
        std::fs::write(directory.join("in"), bytes).unwrap();
        // No dither, nor any other chance.
        let words = format!("-D -V1 {from} in {to} out {effects}");
        let output =
            Command::new("sox").current_dir(directory).args(words.split_whitespace()).output().unwrap();
        assert!(output.status.success(), "{words}: {}", String::from_utf8_lossy(&output.stderr));
        std::fs::read(directory.join("out")).unwrap()
    }
}

const RAW: &str = "-t raw -r 8000 -c 1 -e signed -b 16 -L";

fn raw(samples: &[i16]) -> Vec<u8> {
    samples.iter().flat_map(|sample| sample.to_le_bytes()).collect()
}

fn samples(raw: &[u8]) -> Vec<i16> {
    raw.as_chunks().0.iter().map(|&sample| i16::from_le_bytes(sample)).collect()
}

/// Two seconds: a sweep, a square that clips the coder, noise, and next to silence.
fn sound() -> Vec<i16> {
    let mut seed = 7_u32;
    (0..16_000_u32)
        .map(|n| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = (seed >> 16) as u16 as i16;
            let t = f64::from(n) / 8_000.0;
            match n / 4_000 {
                0 => (20_000.0 * (2.0 * std::f64::consts::PI * (200.0 + 3_000.0 * t) * t).sin()) as i16,
                1 if n / 13 % 2 == 0 => i16::MAX,
                1 => i16::MIN,
                2 => noise,
                _ => noise / 2_000,
            }
        })
        .collect()
}

#[test]
fn d015_vox_is_written_as_sox_writes_it() {
    let Some(sox) = Sox::installed() else { return };
    let sound = sound();
    let written = sox.make(RAW, &raw(&sound), "-t vox", "");
    assert!(vox::encode(&sound, VoxFormat::Adpcm8000) == written, "{} bytes", written.len());
    // At 6 kHz it is the same coder; only the filters before it are each one's own.
    let six = sox.make(&RAW.replace("8000", "6000"), &raw(&sound), "-t vox -r 6000", "");
    let (mut bytes, mut encoder) = (Vec::new(), oki::Encoder::new());
    encoder.encode(&sound, &mut bytes);
    encoder.finish(&mut bytes);
    assert!(bytes == six, "{} bytes", six.len());
}

#[test]
fn d015_vox_is_read_as_sox_reads_it() {
    let Some(sox) = Sox::installed() else { return };
    // What an encoder writes, and codes that none would.
    let noise: Vec<u8> = sound()[8_000..12_000].iter().map(|&sample| sample as u8).collect();
    for bytes in [vox::encode(&sound(), VoxFormat::Adpcm8000), noise] {
        let heard = samples(&sox.make("-t vox -r 8000", &bytes, RAW, ""));
        assert!(
            vox::decode(&bytes, VoxFormat::Adpcm8000, LIMIT).unwrap() == heard,
            "{} samples",
            heard.len()
        );
        let mut six = Vec::new();
        oki::Decoder::new().decode(&bytes, &mut six);
        let heard = samples(&sox.make("-t vox -r 6000", &bytes, &RAW.replace("8000", "6000"), ""));
        assert!(six == heard, "{} samples", heard.len());
    }
}

#[test]
fn d015_every_wav_that_sox_writes_is_played() {
    let Some(sox) = Sox::installed() else { return };
    let tone: Vec<i16> = (0..8_000)
        .map(|n| (12_000.0 * (2.0 * std::f64::consts::PI * 1_004.0 * f64::from(n) / 8_000.0).sin()) as i16)
        .collect();
    println!("coding | rate | channels | SNR (at least)");
    for (coding, least_db) in [
        ("-e unsigned -b 8", 38.0),
        ("-e signed -b 16", 65.0),
        ("-e signed -b 24", 65.0),
        ("-e signed -b 32", 65.0),
        ("-e mu-law", 34.0),
        ("-e a-law", 34.0),
    ] {
        for rate in [8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000] {
            for channels in [1, 2] {
                let to = format!("-t wav {coding} -r {rate} -c {channels}");
                let file = sox.make(RAW, &raw(&tone), &to, "");
                let heard = voice_file::decode("wav", &file, VoxFormat::default(), LIMIT).unwrap();
                assert!(heard.len().abs_diff(tone.len()) <= 1, "{to}: {} samples", heard.len());
                let (mut signal, mut noise) = (0.0, 0.0);
                for (&sample, &heard) in tone.iter().zip(&heard).skip(500).take(7_000) {
                    signal += f64::from(sample).powi(2);
                    noise += (f64::from(sample) - f64::from(heard)).powi(2);
                }
                let db = 10.0 * (signal / f64::max(noise, 1.0)).log10();
                println!("{coding} | {rate} | {channels} | {db:.1} dB ({least_db})");
                assert!(db > least_db, "{to}: {db}");
            }
        }
    }
}

#[test]
fn d015_sox_plays_what_is_recorded_finished_or_not() {
    let Some(sox) = Sox::installed() else { return };
    let sound = sound();
    for format in [
        Format::Wav(Encoding::Pcm16),
        Format::Wav(Encoding::Mulaw),
        Format::Wav(Encoding::Alaw),
        Format::StereoWav,
    ] {
        let finished = recording::encode(&sound, format);
        let played = voice_file_samples(&sox, &finished, format);
        let mut cut = recording::Writer::new(format);
        let mut unfinished = cut.header();
        cut.push(&sound, &mut unfinished);
        assert!(voice_file_samples(&sox, &unfinished, format) == played, "{format:?}, unfinished");
        let patch = wav::repair(&unfinished[..wav::REPAIR], unfinished.len() as u64).unwrap();
        unfinished[patch.at as usize..][..patch.bytes.len()].copy_from_slice(&patch.bytes);
        assert!(unfinished == finished, "{format:?}, repaired");
        assert_eq!(played.len(), sound.len(), "{format:?}");
        if format.channels() == 2 || format == Format::Wav(Encoding::Pcm16) {
            assert!(played == sound, "{format:?}");
        }
    }
}

/// What SoX hears in a WAV file, of stereo left and right in turn.
fn voice_file_samples(sox: &Sox, file: &[u8], format: Format) -> Vec<i16> {
    let to = RAW.replace("-c 1", &format!("-c {}", format.channels()));
    samples(&sox.make("-t wav", file, &to, ""))
}
