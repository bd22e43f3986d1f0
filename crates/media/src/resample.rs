//! Changing the sampling rate: a windowed sinc, one short filter for each phase.
//!
//! From `from` to `to` samples a second is a step of `from / to` input samples for each output one.
//! As a fraction in lowest terms that step visits only as many different places between two input
//! samples as its denominator, so the filter for each is worked out once.
//!
//! The tests hold it to: flat within 0.1 dB to 85 % of half the lower rate (3.4 kHz of 8 kHz), and
//! from half the lower rate on all that would fold back at least 75 dB down.

use std::f64::consts::PI;

use pulp::{Arch, Simd, WithSimd};

/// The lowest and the highest rate, in samples a second: what voice files come at.
pub const RATES: std::ops::RangeInclusive<u32> = 6_000..=48_000;

/// The most places between two input samples a filter is worked out for. A step that needs more is
/// rounded to the nearest one that does not, a change of pitch of less than 0.1 %; that never
/// touches a rate in use.
const MAX_PHASES: u32 = 1024;

/// How far the filter reaches to each side, in samples of the lower rate.
const REACH: f64 = 36.0;
/// The shape of the Kaiser window: 80 dB.
const BETA: f64 = 7.86;
/// The filter's half-power point, as a part of half the lower rate: with a window this long it is
/// flat to 0.86 and closed at 1.
const CUTOFF: f64 = 0.93;

/// Input is taken in pieces of this many samples, so that a long file needs no second copy.
const PIECE: usize = 4096;

/// A rate that is not in [`RATES`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0} samples a second is no rate to resample: it must be {min} to {max}", min = RATES.start(), max = RATES.end())]
pub struct RateError(pub u32);

/// A change of rate under way.
#[derive(Clone, Debug)]
pub struct Resampler {
    step: Step,
    /// `step.phases` filters of `taps` coefficients each.
    filters: Vec<f32>,
    taps: usize,
    /// What the next outputs still need, oldest first.
    heard: Vec<f32>,
    /// Where in `heard` the next output's filter begins.
    next: usize,
    /// Which filter that is.
    phase: u32,
}

/// Input samples to each output sample: `advance / phases`, in lowest terms.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Step {
    advance: u32,
    phases: u32,
}

impl Step {
    /// The fraction nearest to `from / to` with at most [`MAX_PHASES`] phases; rates in [`RATES`].
    fn between(from: u32, to: u32) -> Self {
        let mut best = Self { advance: 1, phases: 1 };
        let mut least = f64::INFINITY;
        for phases in 1..=MAX_PHASES {
            let exact = f64::from(from) * f64::from(phases) / f64::from(to);
            let advance = exact.round().max(1.0);
            let error = (advance / exact - 1.0).abs();
            if error < least {
                (best, least) = (Self { advance: advance as u32, phases }, error);
            }
        }
        best
    }

    const fn is_one(self) -> bool {
        self.advance == self.phases
    }

    /// How many outputs begin within `taken` input samples.
    fn outputs(self, taken: u64) -> u64 {
        (taken.saturating_mul(u64::from(self.phases))).div_ceil(u64::from(self.advance))
    }
}

impl Resampler {
    /// A change from `from` to `to` samples a second.
    ///
    /// # Errors
    /// [`RateError`] for a rate not in [`RATES`].
    pub fn new(from: u32, to: u32) -> Result<Self, RateError> {
        for rate in [from, to] {
            if !RATES.contains(&rate) {
                return Err(RateError(rate));
            }
        }
        let step = Step::between(from, to);
        // The filter is as wide as the lower rate needs, counted in input samples.
        let narrowing = (f64::from(step.phases) / f64::from(step.advance)).min(1.0);
        let half = if step.is_one() { 0 } else { (REACH / narrowing).ceil() as usize };
        let filters = if half == 0 { Vec::new() } else { filters(step.phases, half, narrowing) };
        // The first output stands on the first input, so half a filter of silence lies before it.
        let heard = vec![0.0; half.saturating_sub(1)];
        Ok(Self { step, filters, taps: 2 * half, heard, next: 0, phase: 0 })
    }

    /// How many samples come out of `taken` in all, once [`Resampler::finish`] was called.
    #[must_use]
    pub fn outputs(&self, taken: u64) -> u64 {
        self.step.outputs(taken)
    }

    /// Takes the next samples and appends to `output` what they complete.
    pub fn push(&mut self, input: &[i16], output: &mut Vec<i16>) {
        if self.step.is_one() {
            output.extend_from_slice(input);
            return;
        }
        for piece in input.chunks(PIECE) {
            self.heard.extend(piece.iter().map(|&sample| f32::from(sample)));
            Arch::new().dispatch(Give { resampler: self, output });
        }
    }

    /// Ends the sound: appends to `output` what half a filter still held back, as if silence followed.
    pub fn finish(mut self, output: &mut Vec<i16>) {
        if !self.step.is_one() {
            // As long a silence as lets the last output stand on the last input.
            self.heard.extend(std::iter::repeat_n(0.0, self.taps / 2));
            Arch::new().dispatch(Give { resampler: &mut self, output });
        }
    }

    /// Appends every output whose filter has all its input.
    #[inline(always)]
    fn give(&mut self, output: &mut Vec<i16>) {
        while self.next + self.taps <= self.heard.len() {
            let filter = &self.filters[self.phase as usize * self.taps..][..self.taps];
            let sum = dot(&self.heard[self.next..][..self.taps], filter);
            // A float too large for the type becomes its nearest value.
            output.push(sum.round_ties_even() as i16);
            let place = self.phase + self.step.advance;
            self.next += (place / self.step.phases) as usize;
            self.phase = place % self.step.phases;
        }
        // A filter is longer than a step, so the next one begins in what was heard.
        self.heard.drain(..self.next);
        self.next = 0;
    }
}

/// [`Resampler::give`] with the machine's widest vectors, which find what the plain path finds.
struct Give<'a> {
    resampler: &'a mut Resampler,
    output: &'a mut Vec<i16>,
}

impl WithSimd for Give<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.resampler.give(self.output);
    }
}

/// Changes the rate of a whole sound. As long as the original, to less than a sample.
///
/// # Errors
/// [`RateError`] for a rate not in [`RATES`].
pub fn resample(samples: &[i16], from: u32, to: u32) -> Result<Vec<i16>, RateError> {
    let mut resampler = Resampler::new(from, to)?;
    let outputs = resampler.outputs(samples.len() as u64);
    let mut output = Vec::with_capacity(usize::try_from(outputs).unwrap_or(0));
    resampler.push(samples, &mut output);
    resampler.finish(&mut output);
    Ok(output)
}

/// One filter for each of `phases` places between two input samples, `2 * half` coefficients each.
fn filters(phases: u32, half: usize, narrowing: f64) -> Vec<f32> {
    let cutoff = CUTOFF * narrowing;
    let mut filters = Vec::with_capacity(phases as usize * 2 * half);
    let mut filter = vec![0.0_f64; 2 * half];
    for phase in 0..phases {
        let place = (half - 1) as f64 + f64::from(phase) / f64::from(phases);
        for (tap, coefficient) in filter.iter_mut().enumerate() {
            let distance = tap as f64 - place;
            *coefficient = sinc(distance * cutoff) * kaiser(distance / half as f64);
        }
        // Each phase passes a constant unchanged; else the phases would ripple.
        let gain: f64 = filter.iter().sum();
        filters.extend(filter.iter().map(|coefficient| (coefficient / gain) as f32));
    }
    filters
}

fn sinc(x: f64) -> f64 {
    if x == 0.0 { 1.0 } else { (PI * x).sin() / (PI * x) }
}

/// The Kaiser window at `x`, -1 to 1; not normalized.
fn kaiser(x: f64) -> f64 {
    let inside = 1.0 - x * x;
    if inside < 0.0 { 0.0 } else { bessel(BETA * inside.sqrt()) }
}

/// The modified Bessel function of the first kind and order zero, by its series.
fn bessel(x: f64) -> f64 {
    let quarter = x * x / 4.0;
    let (mut term, mut sum) = (1.0, 1.0);
    for k in 1..40 {
        term *= quarter / f64::from(k * k);
        sum += term;
        if term < sum * 1e-12 {
            break;
        }
    }
    sum
}

/// The inner product, in eight independent sums so that the compiler may take them together.
#[inline(always)]
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (a8, a_rest) = a.as_chunks::<8>();
    let (b8, b_rest) = b.as_chunks::<8>();
    let mut sums = [0.0_f32; 8];
    for (a, b) in a8.iter().zip(b8) {
        for lane in 0..8 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATES_IN_USE: [u32; 8] = [6_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000];

    fn sine(hz: f64, rate: u32, seconds: f64, peak: f64) -> Vec<i16> {
        let count = (f64::from(rate) * seconds) as usize;
        (0..count)
            .map(|n| (peak * (2.0 * PI * hz * n as f64 / f64::from(rate)).sin()).round() as i16)
            .collect()
    }

    /// The middle of the sound, away from where it begins and ends.
    fn middle(samples: &[i16]) -> &[i16] {
        &samples[200..samples.len() - 200]
    }

    /// Power of the best-fitting sine of this frequency, and of what it leaves.
    fn fit(samples: &[i16], hz: f64, rate: u32) -> (f64, f64) {
        let (mut cc, mut ss, mut cs, mut xc, mut xs, mut xx) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
        for (n, &x) in samples.iter().enumerate() {
            let (s, c) = (2.0 * PI * hz * n as f64 / f64::from(rate)).sin_cos();
            let x = f64::from(x);
            (cc, ss, cs) = (cc + c * c, ss + s * s, cs + c * s);
            (xc, xs, xx) = (xc + x * c, xs + x * s, xx + x * x);
        }
        let det = cc * ss - cs * cs;
        let (a, b) = ((xc * ss - xs * cs) / det, (xs * cc - xc * cs) / det);
        let signal = a * xc + b * xs;
        (signal / samples.len() as f64, (xx - signal).max(1e-9) / samples.len() as f64)
    }

    fn db(ratio: f64) -> f64 {
        10.0 * ratio.log10()
    }

    fn power(samples: &[i16]) -> f64 {
        samples.iter().map(|&x| f64::from(x) * f64::from(x)).sum::<f64>() / samples.len() as f64
    }

    #[test]
    fn a_tone_in_the_middle_of_the_band_stays_clean() {
        for from in RATES_IN_USE {
            let out = resample(&sine(1004.0, from, 1.0, 20_000.0), from, 8_000).unwrap();
            let (signal, noise) = fit(middle(&out), 1004.0, 8_000);
            println!("{from:6} -> 8000: 1004 Hz SNR {:.1} dB", db(signal / noise));
            assert!(db(signal / noise) > 75.0, "{from}");
        }
    }

    #[test]
    fn the_telephone_band_is_flat() {
        for from in RATES_IN_USE {
            let top = f64::from(from.min(8_000)) * 0.425;
            let mut worst = 0.0_f64;
            for part in 1..=20 {
                let hz = top * f64::from(part) / 20.0;
                let out = resample(&sine(hz, from, 0.5, 16_000.0), from, 8_000).unwrap();
                let (signal, _) = fit(middle(&out), hz, 8_000);
                worst = worst.max(db(signal / (16_000.0_f64.powi(2) / 2.0)).abs());
            }
            println!("{from:6} -> 8000: flat to {top} Hz within {worst:.3} dB");
            assert!(worst < 0.1, "{from}");
        }
    }

    #[test]
    fn nothing_above_the_band_folds_back() {
        for from in RATES_IN_USE.into_iter().filter(|&from| from > 8_000) {
            let mut worst = f64::NEG_INFINITY;
            let nyquist = f64::from(from) / 2.0;
            for part in 0..25 {
                let hz = 4_010.0 + (nyquist - 4_020.0) * f64::from(part) / 25.0;
                let out = resample(&sine(hz, from, 0.15, 30_000.0), from, 8_000).unwrap();
                worst = worst.max(db(power(middle(&out)).max(1e-3) / (30_000.0_f64.powi(2) / 2.0)));
            }
            println!("{from:6} -> 8000: alias {worst:.1} dB");
            assert!(worst < -75.0, "{from}");
        }
    }

    #[test]
    fn no_image_appears_on_the_way_up() {
        for hz in [300.0, 1_500.0, 2_550.0] {
            let out = resample(&sine(hz, 6_000, 0.5, 16_000.0), 6_000, 8_000).unwrap();
            let (signal, rest) = fit(middle(&out), hz, 8_000);
            println!("6000 -> 8000: {hz} Hz, all else {:.1} dB", db(rest / signal));
            assert!(db(rest / signal) < -72.0);
        }
    }

    #[test]
    fn the_way_down_and_up_keeps_the_band() {
        let six = resample(&sine(1004.0, 8_000, 1.0, 20_000.0), 8_000, 6_000).unwrap();
        assert_eq!(six.len(), 6_000);
        let (signal, noise) = fit(middle(&six), 1004.0, 6_000);
        assert!(db(signal / noise) > 75.0);
    }

    #[test]
    fn the_length_and_the_place_are_kept() {
        for from in RATES_IN_USE {
            for length in [0_usize, 1, 2, 159, 160, 1_000, 10_007] {
                let out = resample(&vec![1_000; length], from, 8_000).unwrap();
                assert_eq!(out.len(), (length * 8_000).div_ceil(from as usize), "{length} at {from}");
            }
            // A click stays where it was.
            let mut click = vec![0_i16; from as usize];
            click[from as usize / 2] = 30_000;
            let out = resample(&click, from, 8_000).unwrap();
            let at = (0..out.len()).max_by_key(|&n| out[n].unsigned_abs()).unwrap();
            assert!(at.abs_diff(4_000) <= 1, "{from}: {at}");
        }
    }

    #[test]
    fn the_same_rate_is_a_copy() {
        let samples = sine(440.0, 8_000, 0.1, 32_767.0);
        assert_eq!(resample(&samples, 8_000, 8_000).unwrap(), samples);
        assert_eq!(Resampler::new(8_000, 8_000).unwrap().outputs(77), 77);
    }

    #[test]
    fn the_length_is_known_before() {
        for (from, to) in [(6_000, 8_000), (44_100, 8_000), (47_999, 8_000), (8_000, 6_000), (6_000, 48_000)]
        {
            let fresh = Resampler::new(from, to).unwrap();
            for length in [0_u16, 1, 2, 50, 333, 4_096, 4_097] {
                let (mut resampler, mut out) = (fresh.clone(), Vec::new());
                resampler.push(&vec![0; usize::from(length)], &mut out);
                resampler.finish(&mut out);
                assert_eq!(out.len() as u64, fresh.outputs(length.into()), "{length}: {from} to {to}");
            }
        }
    }

    #[test]
    fn where_the_stream_is_cut_makes_no_difference() {
        let samples = sine(700.0, 44_100, 0.3, 10_000.0);
        let whole = resample(&samples, 44_100, 8_000).unwrap();
        for size in [1, 7, 882, 5_000] {
            let mut resampler = Resampler::new(44_100, 8_000).unwrap();
            let mut out = Vec::new();
            for piece in samples.chunks(size) {
                resampler.push(piece, &mut out);
            }
            resampler.finish(&mut out);
            assert_eq!(out, whole, "{size}");
        }
    }

    #[test]
    fn vectors_find_exactly_what_the_plain_path_finds() {
        let samples = sine(700.0, 44_100, 0.2, 10_000.0);
        for (from, to) in [(6_000, 8_000), (8_000, 6_000), (16_000, 8_000), (44_100, 8_000), (8_000, 48_000)]
        {
            let (mut plain, mut vectors) =
                (Resampler::new(from, to).unwrap(), Resampler::new(from, to).unwrap());
            let (mut ours, mut theirs) = (Vec::new(), Vec::new());
            plain.heard.extend(samples.iter().map(|&sample| f32::from(sample)));
            plain.give(&mut ours);
            vectors.push(&samples, &mut theirs);
            assert_eq!(ours, theirs, "{from} to {to}");
        }
    }

    #[test]
    fn full_scale_clips_and_does_not_wrap() {
        let square: Vec<i16> =
            (0..48_000).map(|n| if n / 40 % 2 == 0 { i16::MAX } else { i16::MIN }).collect();
        let out = resample(&square, 48_000, 8_000).unwrap();
        // Away from the edges of the square no sample has changed its sign.
        assert!(out.windows(3).skip(10).all(|w| !(w[0] > 20_000 && w[1] < -20_000 && w[2] > 20_000)));
        assert!(out.contains(&i16::MAX));
    }

    #[test]
    fn rates_in_use_are_exact_and_odd_ones_close() {
        assert_eq!(Step::between(44_100, 8_000), Step { advance: 441, phases: 80 });
        assert_eq!(Step::between(11_025, 8_000), Step { advance: 441, phases: 320 });
        assert_eq!(Step::between(6_000, 8_000), Step { advance: 3, phases: 4 });
        for from in RATES.step_by(97) {
            let step = Step::between(from, 8_000);
            let pitch = f64::from(step.advance) / f64::from(step.phases) * 8_000.0 / f64::from(from);
            assert!((pitch - 1.0).abs() < 0.001, "{from}: {pitch}");
        }
    }

    #[test]
    fn a_rate_out_of_bounds_is_an_error() {
        assert_eq!(Resampler::new(0, 8_000).unwrap_err(), RateError(0));
        assert_eq!(resample(&[], 8_000, 1_000_000_000).unwrap_err(), RateError(1_000_000_000));
        assert_eq!(
            RateError(0).to_string(),
            "0 samples a second is no rate to resample: it must be 6000 to 48000"
        );
    }
}
