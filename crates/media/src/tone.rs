//! Tones: one or two sines, for keys, call progress and tests; and their cadences.
//!
//! Levels are in dBm0. A sine that just reaches full scale (a peak of 32768) is +3.14 dBm0, the
//! load capacity of A-law (ITU-T G.711 §6); µ-law's +3.17 dBm0 lies at a peak of 32636, so by
//! its reckoning every tone here is 0.07 dB louder. Frequencies are kept in tenths of a hertz, so
//! that a phase is a whole number and never drifts, however long the tone.

use std::f64::consts::TAU;

/// The level of a sine that just reaches full scale, in dBm0.
#[expect(clippy::approx_constant, reason = "a level that happens to look like the circle's constant")]
pub const FULL_SCALE_DBM0: f64 = 3.14;

/// Samples a millisecond.
const PER_MS: usize = 8;
/// Steps of phase in a whole turn: a tenth of a hertz moves one step a sample.
const TURN: u32 = 80_000;
/// Samples between two exact points; a recurrence goes from one to the next.
const STRETCH: usize = 160;

/// The two frequencies of each key in Hz, by its telephone-event number: 0 to 9, `*`, `#`, A to D
/// (ITU-T Q.23, RFC 4733 §3.2).
pub const KEYS: [[u16; 2]; 16] = [
    [941, 1336],
    [697, 1209],
    [697, 1336],
    [697, 1477],
    [770, 1209],
    [770, 1336],
    [770, 1477],
    [852, 1209],
    [852, 1336],
    [852, 1477],
    [941, 1209],
    [941, 1477],
    [697, 1633],
    [770, 1633],
    [852, 1633],
    [941, 1633],
];

/// The levels of a key's lower and higher frequency in dBm0; lines take more from the higher one.
const KEY_DBM0: [f64; 2] = [-10.0, -8.0];

/// The peak of a sine of this level, in samples.
#[must_use]
pub fn peak(dbm0: f64) -> f64 {
    32_768.0 * 10.0_f64.powf((dbm0 - FULL_SCALE_DBM0) / 20.0)
}

/// The mean square of a sine of this level, in squared sample units.
pub(crate) const fn power(dbm0: f32) -> f32 {
    // By whole decibels, as no function for powers can make a constant.
    let mut power = 32_768.0 * 32_768.0 / 2.0;
    let mut left = FULL_SCALE_DBM0 as f32 - dbm0;
    while left >= 1.0 {
        power /= 1.258_925_4;
        left -= 1.0;
    }
    // What is left of a decibel is nearly straight.
    power / (1.0 + 0.230_258_5 * left + 0.026_509 * left * left)
}

/// One sine under way.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Sine {
    /// Tenths of a hertz, which are steps of [`TURN`] a sample.
    decihertz: u32,
    peak: f64,
    /// Where it stands, below [`TURN`].
    phase: u32,
}

impl Sine {
    fn new(hz: f64, dbm0: f64) -> Self {
        // Half the sampling rate is as far as a frequency means anything.
        let decihertz = (hz * 10.0).round().clamp(0.0, f64::from(TURN / 2)) as u32;
        Self { decihertz, peak: peak(dbm0), phase: 0 }
    }

    /// Adds the next samples of this sine to `out`, at most [`STRETCH`] of them.
    fn add(&mut self, out: &mut [f64]) {
        let angle = |steps: u32| TAU * f64::from(steps) / f64::from(TURN);
        let twice_cos = 2.0 * angle(self.decihertz).cos();
        let before = (self.phase + TURN - self.decihertz) % TURN;
        let (mut last, mut this) = (self.peak * angle(before).sin(), self.peak * angle(self.phase).sin());
        for sample in out.iter_mut() {
            *sample += this;
            (last, this) = (this, twice_cos * this - last);
        }
        self.phase = (self.phase + self.decihertz * out.len() as u32) % TURN;
    }
}

/// A tone of one or two sines that goes on without a break from one call to the next.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Tone {
    low: Sine,
    high: Option<Sine>,
}

impl Tone {
    /// One sine. `hz` is rounded to a tenth and kept within 0 to 4000.
    #[must_use]
    pub fn sine(hz: f64, dbm0: f64) -> Self {
        Self { low: Sine::new(hz, dbm0), high: None }
    }

    /// Two sines, each of this level.
    #[must_use]
    pub fn dual(hz: [f64; 2], dbm0: f64) -> Self {
        Self { low: Sine::new(hz[0], dbm0), high: Some(Sine::new(hz[1], dbm0)) }
    }

    /// The tone of the key with this telephone-event number, 0 to 15; none for other events.
    #[must_use]
    pub fn key(event: u8) -> Option<Self> {
        let [low, high] = KEYS.get(usize::from(event))?.map(f64::from);
        Some(Self { low: Sine::new(low, KEY_DBM0[0]), high: Some(Sine::new(high, KEY_DBM0[1])) })
    }

    /// Fills `out` with the next samples; what is louder than full scale is clipped.
    pub fn fill(&mut self, out: &mut [i16]) {
        let mut sum = [0.0; STRETCH];
        for out in out.chunks_mut(STRETCH) {
            let sum = &mut sum[..out.len()];
            sum.fill(0.0);
            self.low.add(sum);
            if let Some(high) = &mut self.high {
                high.add(sum);
            }
            for (out, sum) in out.iter_mut().zip(sum) {
                // A float too large for the type becomes its nearest value.
                *out = sum.round_ties_even() as i16;
            }
        }
    }

    /// The first `ms` milliseconds.
    #[must_use]
    pub fn samples(mut self, ms: u32) -> Vec<i16> {
        let mut samples = silence(ms);
        self.fill(&mut samples);
        samples
    }
}

/// Silence of `ms` milliseconds.
#[must_use]
pub fn silence(ms: u32) -> Vec<i16> {
    vec![0; ms as usize * PER_MS]
}

/// One part of a cadence.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Part {
    /// What sounds; `None` is a pause.
    pub tone: Option<Tone>,
    /// How long, in milliseconds.
    pub ms: u32,
}

/// Tones and pauses over and over, as call progress has them.
///
/// ```
/// use media::tone::{Cadence, Tone};
/// // The ringback of North America: two seconds of tone, four of silence.
/// let ringback = Cadence::of(Tone::dual([440.0, 480.0], -19.0), &[2_000, 4_000]);
/// assert_eq!(ringback.samples(6_000).len(), 48_000);
/// ```
#[derive(Clone, PartialEq, Debug)]
pub struct Cadence {
    parts: Vec<Part>,
    /// Which part is under way, and how many of its samples are gone.
    part: usize,
    gone: usize,
}

impl Cadence {
    /// These parts in turn. Parts of no length are left out; with no other there is only silence.
    #[must_use]
    pub fn new(parts: &[Part]) -> Self {
        let parts = parts.iter().filter(|part| part.ms > 0).copied().collect();
        Self { parts, part: 0, gone: 0 }
    }

    /// One tone by turns on and off, for these milliseconds each.
    #[must_use]
    pub fn of(tone: Tone, on_off_ms: &[u32]) -> Self {
        let parts =
            on_off_ms.iter().enumerate().map(|(n, &ms)| Part { tone: (n % 2 == 0).then_some(tone), ms });
        Self::new(&parts.collect::<Vec<_>>())
    }

    /// Fills `out` with the next samples.
    pub fn fill(&mut self, mut out: &mut [i16]) {
        if self.parts.is_empty() {
            out.fill(0);
            return;
        }
        while !out.is_empty() {
            let part = &mut self.parts[self.part];
            let length = part.ms as usize * PER_MS;
            let (now, later) = out.split_at_mut(out.len().min(length - self.gone));
            match &mut part.tone {
                Some(tone) => tone.fill(now),
                None => now.fill(0),
            }
            self.gone += now.len();
            if self.gone == length {
                self.part = (self.part + 1) % self.parts.len();
                self.gone = 0;
            }
            out = later;
        }
    }

    /// The first `ms` milliseconds.
    #[must_use]
    pub fn samples(mut self, ms: u32) -> Vec<i16> {
        let mut samples = silence(ms);
        self.fill(&mut samples);
        samples
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::g711;

    /// The sine as the textbook has it.
    fn textbook(hz: f64, dbm0: f64, n: usize) -> f64 {
        peak(dbm0) * (TAU * (hz * n as f64 / 8_000.0).fract()).sin()
    }

    #[test]
    fn every_sample_is_the_nearest_to_the_true_sine() {
        for hz in [0.0, 0.1, 50.0, 440.0, 913.8, 1_004.0, 1_776.7, 3_999.9, 4_000.0] {
            for (n, sample) in Tone::sine(hz, 0.0).samples(10_000).into_iter().enumerate() {
                let off = (f64::from(sample) - textbook(hz, 0.0, n)).abs();
                assert!(off < 0.500_1, "{hz} Hz, sample {n}: {off}");
            }
        }
    }

    #[test]
    fn two_sines_add() {
        for (n, sample) in Tone::dual([350.0, 440.0], -13.0).samples(1_000).into_iter().enumerate() {
            let sum = textbook(350.0, -13.0, n) + textbook(440.0, -13.0, n);
            assert!((f64::from(sample) - sum).abs() < 0.500_1, "sample {n}");
        }
    }

    #[test]
    fn a_long_tone_stays_in_phase() {
        let mut tone = Tone::sine(1_776.7, 0.0);
        // A whole number of turns passes every ten seconds.
        let (first, mut later) = (tone.samples(100), vec![0; 80_000]);
        for _ in 0..20 {
            tone.fill(&mut later);
        }
        assert_eq!(later[..800], first);
        assert_eq!(tone, Tone::sine(1_776.7, 0.0));
    }

    #[test]
    fn where_it_is_cut_makes_no_difference() {
        let whole = Tone::key(5).unwrap().samples(200);
        for size in [1, 7, 160, 161, 999] {
            let (mut tone, mut pieces) = (Tone::key(5).unwrap(), vec![0; whole.len()]);
            for piece in pieces.chunks_mut(size) {
                tone.fill(piece);
            }
            assert_eq!(pieces, whole, "{size}");
        }
    }

    #[test]
    fn levels_are_those_of_g711() {
        assert!((peak(FULL_SCALE_DBM0) - 32_768.0).abs() < 1e-6);
        let rms = |samples: &[i16]| {
            (samples.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>() / samples.len() as f64).sqrt()
        };
        let zero = rms(&Tone::sine(1_000.0, 0.0).samples(1_000));
        // The octets of 1 kHz at 0 dBm0, G.711 tables 5 and 6.
        let (mut a, mut mu) = ([0; 8], [0; 8]);
        g711::a_decode(&[0x34, 0x21, 0x21, 0x34, 0xb4, 0xa1, 0xa1, 0xb4], &mut a);
        g711::mu_decode(&[0x1e, 0x0b, 0x0b, 0x1e, 0x9e, 0x8b, 0x8b, 0x9e], &mut mu);
        assert!((20.0 * (zero / rms(&a)).log10()).abs() < 0.01);
        assert!((20.0 * (zero / rms(&mu)).log10() - 0.07).abs() < 0.01);
        let ten_down = rms(&Tone::sine(1_000.0, -10.0).samples(1_000));
        assert!((20.0 * (zero / ten_down).log10() - 10.0).abs() < 0.01);
    }

    #[test]
    fn too_loud_is_clipped() {
        let loud = Tone::dual([440.0, 480.0], 3.0).samples(1_000);
        assert!(loud.contains(&i16::MAX) && loud.contains(&i16::MIN));
        let mad = Tone::dual([f64::NAN, f64::INFINITY], f64::INFINITY).samples(10);
        assert_eq!(mad.len(), 80);
    }

    #[test]
    fn the_keys_are_those_of_q23() {
        let [low, high] = [[697, 770, 852, 941], [1209, 1336, 1477, 1633]];
        for (row, keys) in ["123A", "456B", "789C", "*0#D"].into_iter().enumerate() {
            for (column, key) in keys.chars().enumerate() {
                let event = "0123456789*#ABCD".find(key).unwrap();
                assert_eq!(KEYS[event], [low[row], high[column]], "{key}");
            }
        }
        assert_eq!(Tone::key(16), None);
        assert_eq!(Tone::key(255), None);
    }

    #[test]
    fn a_cadence_goes_round() {
        let tone = Tone::sine(400.0, -10.0);
        let samples = Cadence::of(tone, &[400, 200, 400, 2_000]).samples(6_100);
        let sounds = |from: usize, to: usize| {
            samples[from * 8..to * 8].chunks(80).all(|ten| ten.iter().any(|&x| x != 0))
        };
        let silent = |from: usize, to: usize| samples[from * 8..to * 8].iter().all(|&x| x == 0);
        assert!(sounds(0, 400) && silent(400, 600) && sounds(600, 1_000) && silent(1_000, 3_000));
        assert!(sounds(3_000, 3_400) && silent(3_400, 3_600) && sounds(6_000, 6_100));

        let mut cut = Cadence::of(tone, &[400, 200, 400, 2_000]);
        let mut pieces = vec![1; samples.len()];
        for piece in pieces.chunks_mut(333) {
            cut.fill(piece);
        }
        assert_eq!(pieces, samples);
    }

    #[test]
    fn a_cadence_of_nothing_is_silence() {
        for cadence in [Cadence::new(&[]), Cadence::of(Tone::sine(400.0, 0.0), &[0, 0])] {
            assert_eq!(cadence.samples(100), silence(100));
        }
        let always = Cadence::of(Tone::sine(400.0, 0.0), &[20, 0]);
        assert_eq!(always.samples(100), Tone::sine(400.0, 0.0).samples(100));
    }
}
