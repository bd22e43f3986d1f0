//! Every form of WAV file, and every rate, as numbers beside their limits.

use std::f64::consts::PI;

use media::resample::resample;
use media::{g711, oki, wav};

const RATES: [u32; 9] = [6_000, 8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000];

fn tone(hz: f64, rate: u32, seconds: f64, peak: f64) -> Vec<f64> {
    let count = (f64::from(rate) * seconds) as usize;
    (0..count).map(|n| peak * (2.0 * PI * hz * n as f64 / f64::from(rate)).sin()).collect()
}

fn rounded(sound: &[f64]) -> Vec<i16> {
    sound.iter().map(|x| x.round() as i16).collect()
}

/// The middle of a sound: its power in the sine of this frequency that fits best, and in all else.
fn fit(sound: &[i16], hz: f64, rate: u32) -> (f64, f64) {
    let sound = &sound[400..sound.len() - 400];
    let (mut cc, mut ss, mut cs, mut xc, mut xs, mut xx) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    for (n, &x) in sound.iter().enumerate() {
        let (s, c) = (2.0 * PI * hz * n as f64 / f64::from(rate)).sin_cos();
        let x = f64::from(x);
        (cc, ss, cs) = (cc + c * c, ss + s * s, cs + c * s);
        (xc, xs, xx) = (xc + x * c, xs + x * s, xx + x * x);
    }
    let det = cc * ss - cs * cs;
    let (a, b) = ((xc * ss - xs * cs) / det, (xs * cc - xc * cs) / det);
    let signal = a * xc + b * xs;
    (signal / sound.len() as f64, (xx - signal).max(1e-9) / sound.len() as f64)
}

fn db(ratio: f64) -> f64 {
    10.0 * ratio.log10()
}

/// How a sample is written, or half of two.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Coding {
    Pcm(u16),
    Mulaw,
    Alaw,
    Oki,
}

impl Coding {
    const fn tag_and_bits(self) -> (u16, u16) {
        match self {
            Self::Pcm(bits) => (1, bits),
            Self::Alaw => (6, 8),
            Self::Mulaw => (7, 8),
            Self::Oki => (0x17, 4),
        }
    }

    fn bytes(self, sound: &[f64]) -> Vec<u8> {
        let samples = rounded(sound);
        let mut bytes = Vec::new();
        match self {
            Self::Pcm(8) => bytes.extend(sound.iter().map(|x| (x / 256.0 + 128.0).round() as u8)),
            Self::Pcm(bits) => {
                // The upper bytes of 32 bits.
                let kept = usize::from(bits / 8);
                let wide = sound.iter().map(|x| (x * 65_536.0) as i32);
                bytes.extend(wide.flat_map(|x| x.to_le_bytes()[4 - kept..].to_vec()));
            }
            Self::Mulaw => {
                bytes.resize(samples.len(), 0);
                g711::mu_encode(&samples, &mut bytes);
            }
            Self::Alaw => {
                bytes.resize(samples.len(), 0);
                g711::a_encode(&samples, &mut bytes);
            }
            Self::Oki => {
                let mut encoder = oki::Encoder::new();
                encoder.encode(&samples, &mut bytes);
                encoder.finish(&mut bytes);
            }
        }
        bytes
    }

    fn file(self, rate: u32, channels: u16, sound: &[f64]) -> Vec<u8> {
        let (tag, bits) = self.tag_and_bits();
        let block = (channels * bits / 8).max(1);
        let data = self.bytes(sound);
        let mut file = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0".to_vec();
        file.extend(tag.to_le_bytes());
        file.extend(channels.to_le_bytes());
        file.extend(rate.to_le_bytes());
        file.extend((rate * u32::from(block)).to_le_bytes());
        file.extend(block.to_le_bytes());
        file.extend(bits.to_le_bytes());
        file.extend(b"data");
        file.extend((data.len() as u32).to_le_bytes());
        file.extend(data);
        file
    }
}

#[test]
fn d015_every_form_of_wav_is_played_at_every_rate() {
    println!(
        "coding | channels | SNR of 1004 Hz at 6, 8, 11.025, 16, 22.05, 24, 32, 44.1, 48 kHz (at least)"
    );
    for (coding, least) in [
        (Coding::Pcm(8), 38.0),
        (Coding::Pcm(16), 70.0),
        (Coding::Pcm(24), 70.0),
        (Coding::Pcm(32), 70.0),
        (Coding::Mulaw, 36.0),
        (Coding::Alaw, 36.0),
        (Coding::Oki, 19.0),
    ] {
        for channels in [1, 2] {
            if coding == Coding::Oki && channels == 2 {
                continue;
            }
            let found = RATES.map(|rate| {
                let sound = tone(1_004.0, rate, 1.0, 12_000.0);
                // Both channels of a stereo file are halved into one: the left has it all, the right nothing.
                let frames: Vec<f64> = match channels {
                    1 => sound,
                    _ => sound.iter().flat_map(|&x| [2.0 * x, 0.0]).collect(),
                };
                let heard = wav::decode(&coding.file(rate, channels, &frames), 1 << 20).unwrap();
                // A byte of ADPCM is two samples.
                assert!((8_000..=8_001).contains(&heard.len()), "{coding:?} at {rate}: {}", heard.len());
                let (signal, noise) = fit(&heard, 1_004.0, 8_000);
                let level = db(signal / (12_000.0_f64.powi(2) / 2.0));
                assert!(level.abs() < 0.1, "{coding:?} at {rate}: {level} dB");
                db(signal / noise)
            });
            let words: Vec<String> = found.iter().map(|snr| format!("{snr:.1}")).collect();
            println!("{coding:?} | {channels} | {} dB ({least})", words.join(" "));
            assert!(found.iter().all(|&snr| snr > least));
        }
    }
}

#[test]
fn every_change_of_rate_is_clean() {
    println!(
        "rates | SNR of 1004 Hz (at least 75) | alias, worst (at most −70) | 300 to 3400 Hz flat within (at most 0.1)"
    );
    let mut changes: Vec<(u32, u32)> = RATES.map(|from| (from, 8_000)).to_vec();
    changes.push((8_000, 6_000));
    for (from, to) in changes {
        let through = |hz: f64, seconds: f64, peak: f64| {
            resample(&rounded(&tone(hz, from, seconds, peak)), from, to).unwrap()
        };
        let (signal, noise) = fit(&through(1_004.0, 1.0, 20_000.0), 1_004.0, to);
        let snr = db(signal / noise);

        // What lies beyond the new band must not fold back; below the old one no image may appear.
        let full = 30_000.0_f64.powi(2) / 2.0;
        let (low, high) = (f64::from(to) / 2.0 + 10.0, f64::from(from) / 2.0 - 10.0);
        let alias = (0..25)
            .map(|part| low + (high - low) * f64::from(part) / 24.0)
            .filter(|_| low < high)
            .map(|hz| {
                let heard = through(hz, 0.25, 30_000.0);
                let heard = &heard[400..heard.len() - 400];
                let power = heard.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>() / heard.len() as f64;
                db(power.max(1e-3) / full)
            })
            .fold(f64::NEG_INFINITY, f64::max);
        let image = [300.0, 1_000.0, 1_800.0, 2_500.0]
            .map(|hz| {
                let (signal, rest) = fit(&through(hz, 0.5, 30_000.0), hz, to);
                db(rest / signal)
            })
            .into_iter()
            .fold(f64::NEG_INFINITY, f64::max);
        let worst = alias.max(image);

        let top = (f64::from(from.min(to)) * 0.425) as u32;
        let ripple = (300..=top)
            .step_by(100)
            .map(|hz| {
                let (signal, _) = fit(&through(f64::from(hz), 0.25, 16_000.0), f64::from(hz), to);
                db(signal / (16_000.0_f64.powi(2) / 2.0)).abs()
            })
            .fold(0.0, f64::max);
        println!("{from} to {to} | {snr:.1} dB | {worst:.1} dB | {ripple:.3} dB to {top} Hz");
        assert!(snr > 75.0 && worst < -70.0 && ripple < 0.1, "{from} to {to}");
    }
}
