//! Listening for one tone: Goertzel's filter, levels, and a watch that tells when a tone begins and ends.
//!
//! All measures here weigh the samples with a Hann window, so that a tone shows within two bins of
//! its frequency (a bin is the sampling rate by the number of samples, 10 Hz in 100 ms) and is more
//! than 30 dB down everywhere else. Sound is at 8 kHz; levels are in dBm0 as in [`crate::tone`].

use std::f64::consts::TAU;

use crate::tone::FULL_SCALE_DBM0;
use crate::voice_file::RATE;

/// Samples a watch judges at a time: 100 ms.
pub const WINDOW: usize = 800;

/// The mean square of a sine that just reaches full scale.
const FULL_SCALE_POWER: f64 = 32_768.0 * 32_768.0 / 2.0;
/// How far to either side the floor of a tone is measured, in Hz: three bins, just outside the window's
/// main lobe.
const FLOOR_HZ: f64 = 30.0;

/// What a tone must be to be present.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    /// At least this part of all the power. Less than half, so that each of two equal tones counts, as in
    /// a dial tone or with two parties heard.
    share: f64,
    /// At least this many times its floor.
    above_floor: f64,
    /// At least this level.
    dbm0: f64,
}

/// A tone begins when it reaches these: 20 dB above its floor (behaviours A1).
const BEGIN: Bounds = Bounds { share: 0.4, above_floor: 100.0, dbm0: -45.0 };
/// A tone lasts while it holds these.
const LAST: Bounds = Bounds { share: 0.25, above_floor: 25.0, dbm0: -48.0 };

/// The mean square of the part of `samples` at `hz`, in squared sample units.
///
/// A sine of peak `p` on the frequency has `p * p / 2`, half a bin beside it 1.4 dB less. None is 0.
#[must_use]
pub fn power(samples: &[i16], hz: f64) -> f64 {
    powers(samples, hz).0
}

/// The power at `hz`, and that of everything, both through the window: the same for a pure sine.
fn powers(samples: &[i16], hz: f64) -> (f64, f64) {
    if samples.is_empty() {
        return (0.0, 0.0);
    }
    let count = samples.len() as f64;
    let twice_cos = 2.0 * (TAU * hz / f64::from(RATE)).cos();
    // The window's own cosine, cos(TAU * (n + 1/2) / count), comes by a recurrence of the same kind.
    let turn = TAU / count;
    let twice_turn = 2.0 * turn.cos();
    let (mut window_last, mut window) = ((turn * -0.5).cos(), (turn * 0.5).cos());
    let (mut last, mut this, mut squares) = (0.0, 0.0, 0.0);
    for &sample in samples {
        let weighed = f64::from(sample) * (0.5 - 0.5 * window);
        (window_last, window) = (window, twice_turn * window - window_last);
        (last, this) = (this, weighed + twice_cos * this - last);
        squares += weighed * weighed;
    }
    let square = (this * this + last * last - twice_cos * this * last).max(0.0);
    // The weights add up to count / 2, and a sine of peak p makes the filter reach half of p times that.
    // The squares of the weights have a mean of 3/8.
    (square * 8.0 / (count * count), squares * 8.0 / (3.0 * count))
}

/// The level of the part of `samples` at `hz`, in dBm0; negative infinity for none.
#[must_use]
pub fn tone_dbm0(samples: &[i16], hz: f64) -> f64 {
    dbm0(power(samples, hz))
}

/// The level of all of `samples`, in dBm0; negative infinity for silence or no samples.
#[must_use]
pub fn rms_dbm0(samples: &[i16]) -> f64 {
    dbm0(mean_square(samples))
}

fn dbm0(power: f64) -> f64 {
    FULL_SCALE_DBM0 + 10.0 * (power / FULL_SCALE_POWER).log10()
}

fn mean_square(samples: &[i16]) -> f64 {
    if samples.is_empty() {
        return 0.0;
    }
    let sum: i64 = samples.iter().map(|&sample| i64::from(sample) * i64::from(sample)).sum();
    sum as f64 / samples.len() as f64
}

/// What a [`ToneWatch`] tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    /// The tone began.
    Began,
    /// The tone ended.
    Ended,
}

/// Watches for one tone, in windows of 100 ms.
///
/// A tone is present when it holds the largest part of the power, stands 20 dB above what is beside
/// it, and is no weaker than -45 dBm0; it then lasts until it falls clearly below these. So speech,
/// noise, sweeps and silence are not taken for it, and a weak one does not flicker. Tones 40 Hz apart
/// are told apart; one within 5 Hz of `hz` is surely heard, one of less than 60 ms surely not. A change is told 200 ms after it at the latest.
#[derive(Clone, Debug)]
pub struct ToneWatch {
    hz: f64,
    /// Fewer than [`WINDOW`] samples that wait for the rest of their window.
    heard: Vec<i16>,
    present: bool,
}

impl ToneWatch {
    /// A watch for `hz`, which has not heard it yet.
    #[must_use]
    pub fn new(hz: u16) -> Self {
        Self { hz: f64::from(hz), heard: Vec::with_capacity(WINDOW), present: false }
    }

    /// Whether the tone is present now.
    #[must_use]
    pub const fn is_present(&self) -> bool {
        self.present
    }

    /// Takes the next samples and tells whether the tone is present now and was not before, or the
    /// other way round.
    pub fn feed(&mut self, samples: &[i16]) -> Option<Change> {
        let before = self.present;
        let mut rest = samples;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(WINDOW - self.heard.len()));
            self.heard.extend_from_slice(now);
            rest = later;
            if self.heard.len() == WINDOW {
                self.present = self.judge();
                self.heard.clear();
            }
        }
        match (before, self.present) {
            (false, true) => Some(Change::Began),
            (true, false) => Some(Change::Ended),
            _ => None,
        }
    }

    /// Whether the tone is present in this window.
    fn judge(&self) -> bool {
        let bounds = if self.present { LAST } else { BEGIN };
        let window = &self.heard;
        let (tone, whole) = powers(window, self.hz);
        if dbm0(tone) < bounds.dbm0 || tone < bounds.share * whole {
            return false;
        }
        // Another tone may stand close on one side; noise, speech and sweeps are on both.
        let floor = power(window, self.hz - FLOOR_HZ).min(power(window, self.hz + FLOOR_HZ));
        tone >= bounds.above_floor * floor
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use super::*;
    use crate::g711;
    use crate::tone::{Tone, silence};

    /// As it arrives over a telephone line.
    fn mulaw(samples: &[i16]) -> Vec<i16> {
        let mut octets = vec![0; samples.len()];
        g711::mu_encode(samples, &mut octets);
        let mut heard = vec![0; samples.len()];
        g711::mu_decode(&octets, &mut heard);
        heard
    }

    fn alaw(samples: &[i16]) -> Vec<i16> {
        let mut octets = vec![0; samples.len()];
        g711::a_encode(samples, &mut octets);
        let mut heard = vec![0; samples.len()];
        g711::a_decode(&octets, &mut heard);
        heard
    }

    /// White noise of this level, the same every time.
    fn noise(ms: u32, dbm0: f64) -> Vec<i16> {
        let peak = (FULL_SCALE_POWER * 10.0_f64.powf((dbm0 - FULL_SCALE_DBM0) / 10.0) * 3.0).sqrt();
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
        };
        silence(ms).iter().map(|_| (peak * next()).round() as i16).collect()
    }

    fn sum(a: &[i16], b: &[i16]) -> Vec<i16> {
        a.iter().zip(b).map(|(a, b)| a.saturating_add(*b)).collect()
    }

    /// What a watch tells, and at which millisecond, when it hears frames of 20 ms.
    fn told(hz: u16, samples: &[i16]) -> Vec<(usize, Change)> {
        let mut watch = ToneWatch::new(hz);
        let frames = samples.chunks(160).enumerate();
        frames.filter_map(|(n, frame)| Some(((n + 1) * 20, watch.feed(frame)?))).collect()
    }

    fn hears(hz: u16, samples: &[i16]) -> bool {
        !told(hz, samples).is_empty()
    }

    #[test]
    fn a_level_is_measured_as_it_was_made() {
        for level in [3.0, 0.0, -10.0, -30.0, -50.0] {
            for hz in [300.0, 440.0, 1_004.0, 3_400.0] {
                let samples = Tone::sine(hz, level).samples(100);
                assert!((tone_dbm0(&samples, hz) - level).abs() < 0.05, "{hz} {level}");
                assert!((rms_dbm0(&samples) - level).abs() < 0.15, "{hz} {level}");
                assert!(tone_dbm0(&samples, hz + 40.0) < level - 35.0, "{hz} {level}");
            }
        }
        assert_eq!(rms_dbm0(&[]), f64::NEG_INFINITY);
        assert_eq!(rms_dbm0(&[0; 100]), f64::NEG_INFINITY);
        assert_eq!(tone_dbm0(&[0; 100], 440.0), f64::NEG_INFINITY);
        assert_eq!(power(&[], 440.0), 0.0);
        assert!((rms_dbm0(&[i16::MIN; 8]) - 6.15).abs() < 0.01);
        for count in 1..20 {
            assert!(power(&vec![i16::MIN; count], f64::from(RATE)).is_finite());
        }
    }

    #[test]
    fn a_tone_begins_and_ends_once() {
        let tone = Tone::sine(440.0, -10.0).samples(1_000);
        let samples = mulaw(&[silence(500), tone, silence(500)].concat());
        assert_eq!(told(440, &samples), [(600, Change::Began), (1_600, Change::Ended)]);
    }

    #[test]
    fn a_change_within_a_window_is_told_within_200_ms() {
        for shift in 0..10 {
            let (from, to) = (500 + 10 * shift, 1_500 + 10 * shift);
            let tone = Tone::sine(1_700.0, -20.0).samples(to - from);
            let samples = mulaw(&[silence(from), tone, silence(500)].concat());
            let told = told(1_700, &samples);
            assert!(
                matches!(told[..], [(began, Change::Began), (ended, Change::Ended)]
                    if (from as usize..=from as usize + 200).contains(&began)
                    && (to as usize..=to as usize + 200).contains(&ended)),
                "{shift}: {told:?}"
            );
        }
    }

    #[test]
    fn weak_tones_of_either_law_are_heard() {
        for hz in [400, 440, 700, 1_100, 1_700, 2_100, 3_000] {
            for level in [0.0, -10.0, -20.0, -30.0, -40.0] {
                let tone = Tone::sine(f64::from(hz), level).samples(1_000);
                for heard in [mulaw(&tone), alaw(&tone)] {
                    assert_eq!(told(hz, &heard), [(100, Change::Began)], "{hz} Hz, {level} dBm0");
                }
            }
            assert!(!hears(hz, &Tone::sine(f64::from(hz), -50.0).samples(1_000)));
        }
    }

    #[test]
    fn neighbours_are_told_apart() {
        for level in [0.0, -30.0] {
            for (there, watched) in [(480.0, 440), (440.0, 480), (400.0, 440), (425.0, 480), (445.0, 400)] {
                assert!(
                    !hears(watched, &mulaw(&Tone::sine(there, level).samples(2_000))),
                    "{there} {watched}"
                );
            }
            for off in [-5.0, -2.5, 2.5, 5.0] {
                assert!(hears(440, &mulaw(&Tone::sine(440.0 + off, level).samples(2_000))), "{off}");
            }
        }
    }

    #[test]
    fn each_of_two_tones_is_heard() {
        let ringback = mulaw(&Tone::dual([440.0, 480.0], -19.0).samples(1_000));
        assert_eq!(told(440, &ringback), [(100, Change::Began)]);
        assert_eq!(told(480, &ringback), [(100, Change::Began)]);
        assert!(!hears(400, &ringback) && !hears(520, &ringback) && !hears(620, &ringback));
    }

    #[test]
    fn noise_and_silence_are_no_tone() {
        for hz in [50, 440, 1_100, 3_900] {
            for level in [0.0, -20.0, -40.0] {
                assert!(!hears(hz, &mulaw(&noise(20_000, level))), "{hz} {level}");
            }
            assert!(!hears(hz, &silence(2_000)));
            // A-law has no zero: its silence is a constant.
            assert!(!hears(hz, &alaw(&silence(2_000))));
            assert!(!hears(hz, &vec![i16::MAX; 16_000]));
        }
    }

    #[test]
    fn a_tone_is_heard_through_noise() {
        let tone = Tone::sine(1_100.0, -20.0).samples(5_000);
        assert_eq!(told(1_100, &mulaw(&sum(&tone, &noise(5_000, -26.0)))), [(100, Change::Began)]);
    }

    #[test]
    fn keys_speech_like_sound_and_sweeps_are_no_tone() {
        // A buzz with all the harmonics of 110 Hz, as a vowel has.
        let buzz: Vec<i16> = (0..16_000).map(|n| (8_000 - (n % 73) * 220) as i16).collect();
        for hz in [440, 700, 1_100] {
            assert!(!hears(hz, &buzz), "{hz}");
        }
        // Through the whole band in two seconds.
        let sweep: Vec<i16> = (0..16_000)
            .map(|n| {
                let seconds = f64::from(n) / 8_000.0;
                (10_000.0 * (PI * 2_000.0 * seconds * seconds).sin()) as i16
            })
            .collect();
        for hz in [440, 700, 1_100] {
            assert!(!hears(hz, &sweep), "{hz}");
        }
        assert!(!hears(1_100, &Tone::key(5).unwrap().samples(500)));
    }

    #[test]
    fn what_only_passes_by_is_no_tone() {
        // Both hold much of the power for a moment; what is beside them gives them away.
        let burst = Tone::sine(440.0, -10.0).samples(50);
        assert!(!hears(440, &[silence(50), burst.clone(), silence(100)].concat()));
        assert!(!hears(440, &[silence(30), burst, silence(120)].concat()));
        let glide: Vec<i16> = (0..800)
            .map(|n| {
                let seconds = f64::from(n) / 8_000.0 - 0.05;
                (8_000.0 * (TAU * 440.0 * seconds + PI * 700.0 * seconds * seconds).sin()) as i16
            })
            .collect();
        assert!(!hears(440, &glide));
    }

    #[test]
    fn a_tone_at_the_bound_does_not_flicker() {
        // The level swings by 2 dB about the least that begins a tone.
        let mut samples = Vec::new();
        for swing in 0..40 {
            let level = BEGIN.dbm0 + if swing % 2 == 0 { 1.0 } else { -1.0 };
            samples.extend(Tone::sine(700.0, level).samples(100));
        }
        assert_eq!(told(700, &samples), [(100, Change::Began)]);
    }

    #[test]
    fn how_it_is_fed_makes_no_difference() {
        let samples = [silence(300), Tone::sine(700.0, -10.0).samples(1_000)].concat();
        for size in [1, 37, 160, 799, 800, 801] {
            let mut watch = ToneWatch::new(700);
            let changes: Vec<_> = samples.chunks(size).filter_map(|piece| watch.feed(piece)).collect();
            assert_eq!(changes, [Change::Began], "{size}");
            assert!(watch.is_present());
        }
        let mut watch = ToneWatch::new(700);
        assert_eq!(watch.feed(&[]), None);
        assert_eq!(watch.feed(&samples), Some(Change::Began));
    }
}
