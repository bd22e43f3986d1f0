//! What is measured of one frame: its level, and the pitch of a tone if it may be one.

use std::f32::consts::TAU;
use std::sync::LazyLock;

use pulp::{Arch, Simd, WithSimd};

use crate::tone::FULL_SCALE_DBM0;
use crate::voice_file::RATE;

use super::FRAME;

/// The most lanes of a vector.
const LANES: usize = 16;
/// Samples of a frame that are compared with those up to eight later: whole vectors of eight lanes.
const COMPARED: usize = FRAME - 8;
const _: () = assert!(FRAME.is_multiple_of(LANES));

/// The mean square of a sine that just reaches full scale.
const FULL_SCALE_POWER: f32 = 32_768.0 * 32_768.0 / 2.0;
/// The level that is told of no sound at all, in dBm0.
pub(super) const LOWEST: f32 = -96.0;

/// How much of a frame's power its strongest line must have to be a tone.
const TONE_SHARE: f32 = 0.6;
/// As much from the frame's own correlation, which is quicker to tell. Noise 8 dB below the tone leaves it.
const LIKELY_SHARE: f32 = 0.65;
/// The cosine of the angle a sample of 900 Hz: below it, where cosines are greater, the frequency is measured the
/// fine way.
const FINE: f32 = 0.760_406;

/// Hann's weights over a frame.
static HANN: LazyLock<[f32; FRAME]> =
    LazyLock::new(|| std::array::from_fn(|n| 0.5 - 0.5 * (TAU * (n as f32 + 0.5) / FRAME as f32).cos()));

/// The vectors that this machine has.
static ARCH: LazyLock<Arch> = LazyLock::new(Arch::new);

/// The level of a frame, and what else it takes to find a tone in it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Level {
    /// In dBm0, without the constant part of the samples; [`LOWEST`] for silence.
    pub(super) dbm0: f32,
    /// The mean of the samples.
    mean: f32,
    /// The sum of the squares of what differs from the mean.
    square: f32,
}

/// A frame that is one tone, or several close together.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Pitch {
    /// Its frequency, or the middle of several.
    pub(super) hz: f32,
    /// The largest square of a sample.
    pub(super) peak: f32,
    /// The mean square.
    pub(super) power: f32,
    /// Whether one line has nearly all the power.
    pub(super) single: bool,
}

impl Level {
    pub(super) fn of(frame: &[i16; FRAME]) -> Self {
        let [sum, squares] = ARCH.dispatch(Sums(frame));
        let mean = sum / FRAME as f32;
        let square = (squares - mean * mean * FRAME as f32).max(0.0);
        let power = square / FRAME as f32;
        let dbm0 = FULL_SCALE_DBM0 as f32 + 10.0 * (power / FULL_SCALE_POWER).log10();
        Self { dbm0: dbm0.max(LOWEST), mean, square }
    }

    /// The tone in the frame of this level, if its power is in one place.
    ///
    /// Of a sine in white noise the correlations `n` and `2n` samples apart are `S cos nw` and `S cos 2nw`, without
    /// the noise, so that they give both `w` and `S` (Pisarenko's method). One apart, that is never ambiguous but
    /// coarse where `w` is small; four apart, it is fine. What passes for a tone there is looked at through a
    /// filter on that frequency.
    pub(super) fn pitch(&self, frame: &[i16; FRAME]) -> Option<Pitch> {
        ARCH.dispatch(Search { level: self, frame })
    }

    #[inline(always)]
    fn search<S: Simd>(&self, simd: S, frame: &[i16; FRAME]) -> Option<Pitch> {
        let mut samples = [0.0_f32; FRAME];
        for (sample, &of) in samples.iter_mut().zip(frame) {
            *sample = f32::from(of) - self.mean;
        }
        let near = Correlation::of::<S, 1>(simd, &samples);
        let cos = near.tone()?;
        let angle = match cos > FINE {
            true => Correlation::of::<S, 4>(simd, &samples).tone()?.acos() / 4.0,
            false => cos.acos(),
        };
        let power = self.square / FRAME as f32;
        let single = share_at(simd, &samples, angle) > TONE_SHARE;
        Some(Pitch { hz: angle / TAU * RATE as f32, peak: near.peak, power, single })
    }
}

/// The sum of a frame's samples, and of their squares.
struct Sums<'a>(&'a [i16; FRAME]);

impl WithSimd for Sums<'_> {
    type Output = [f32; 2];

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> [f32; 2] {
        let samples = self.0.map(f32::from);
        let zero = simd.splat_f32s(0.0);
        let (mut sums, mut squares) = (zero, zero);
        for &vector in S::as_simd_f32s(&samples).0 {
            sums = simd.add_f32s(sums, vector);
            squares = simd.mul_add_e_f32s(vector, vector, squares);
        }
        [sums, squares].map(|lanes| simd.reduce_sum_f32s(lanes))
    }
}

/// The search for a tone, with the machine's vectors.
struct Search<'a> {
    level: &'a Level,
    frame: &'a [i16; FRAME],
}

impl WithSimd for Search<'_> {
    type Output = Option<Pitch>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Option<Pitch> {
        self.level.search(simd, self.frame)
    }
}

/// How a frame resembles itself some samples later, weighed so that its edges do not matter.
#[derive(Clone, Copy, Debug)]
struct Correlation {
    none: f32,
    one: f32,
    two: f32,
    /// The largest square of a sample.
    peak: f32,
}

impl Correlation {
    #[inline(always)]
    fn of<S: Simd, const APART: usize>(simd: S, samples: &[f32; FRAME]) -> Self {
        let zero = simd.splat_f32s(0.0);
        let (mut none, mut one, mut two, mut peak) = (zero, zero, zero, zero);
        let compared = S::as_simd_f32s(&samples[..COMPARED]).0.iter();
        let middle = S::as_simd_f32s(&samples[APART..APART + COMPARED]).0;
        let late = S::as_simd_f32s(&samples[2 * APART..2 * APART + COMPARED]).0;
        let hann = S::as_simd_f32s(&HANN[APART..APART + COMPARED]).0;
        for (((&early, &middle), &late), &hann) in compared.zip(middle).zip(late).zip(hann) {
            let weighed = simd.mul_f32s(middle, hann);
            none = simd.mul_add_e_f32s(weighed, middle, none);
            one = simd.mul_add_e_f32s(weighed, simd.add_f32s(early, late), one);
            two = simd.mul_add_e_f32s(simd.mul_f32s(early, hann), late, two);
            peak = simd.max_f32s(peak, simd.mul_f32s(middle, middle));
        }
        let sum = |lanes| simd.reduce_sum_f32s(lanes);
        Self { none: sum(none), one: sum(one) / 2.0, two: sum(two), peak: simd.reduce_max_f32s(peak) }
    }

    /// The cosine of the angle that a tone turns in the time between, if nearly all is one tone.
    fn tone(&self) -> Option<f32> {
        let Self { none, one, two, .. } = *self;
        let cos = match one {
            0.0 => 0.0,
            _ => (two + (two * two + 8.0 * one * one).sqrt()) / (4.0 * one),
        };
        // Where the cosine is near nothing, only the second correlation has power: S cos 2w is -S there.
        let tone = if cos.abs() > 0.5 { one / cos } else { two / (2.0 * cos * cos - 1.0) };
        let likely = (-1.0..=1.0).contains(&cos) && (LIKELY_SHARE * none..=1.2 * none).contains(&tone);
        (none > 0.0 && likely).then_some(cos)
    }
}

/// The part of the samples' power at this angle a sample, within a hundred hertz.
///
/// Each lane turns its own hand by as many samples as there are lanes, so that no lane waits for another.
#[inline(always)]
fn share_at<S: Simd>(simd: S, samples: &[f32; FRAME], angle: f32) -> f32 {
    let (sin, cos) = angle.sin_cos();
    let turned = |[re, im]: [f32; 2]| [re * cos - im * sin, re * sin + im * cos];
    let mut hand = [1.0, 0.0];
    let (mut first_re, mut first_im) = ([0.0_f32; LANES], [0.0_f32; LANES]);
    for lane in 0..S::F32_LANES {
        [first_re[lane], first_im[lane]] = hand;
        hand = turned(hand);
    }
    let [turn_re, turn_im] = hand.map(|part| simd.splat_f32s(part));
    let (mut re, mut im) = (simd.partial_load_f32s(&first_re), simd.partial_load_f32s(&first_im));
    let zero = simd.splat_f32s(0.0);
    let (mut in_phase, mut across, mut squares) = (zero, zero, zero);
    let hann = S::as_simd_f32s(&*HANN).0;
    for (&samples, &hann) in S::as_simd_f32s(samples).0.iter().zip(hann) {
        let weighed = simd.mul_f32s(samples, hann);
        in_phase = simd.mul_add_e_f32s(weighed, re, in_phase);
        across = simd.mul_add_e_f32s(weighed, im, across);
        squares = simd.mul_add_e_f32s(weighed, weighed, squares);
        let turned = simd.negate_mul_add_e_f32s(im, turn_im, simd.mul_f32s(re, turn_re));
        im = simd.mul_add_e_f32s(re, turn_im, simd.mul_f32s(im, turn_re));
        re = turned;
    }
    let [in_phase, across, squares] = [in_phase, across, squares].map(|lanes| simd.reduce_sum_f32s(lanes));
    let power = in_phase * in_phase + across * across;
    // The weights add up to half of the frame, their squares to three eighths: a sine on the frequency has
    // the square of p/2 * FRAME/2 as power, and p*p/2 * FRAME*3/8 as squares.
    if squares > 0.0 { power * 3.0 / (squares * FRAME as f32) } else { 0.0 }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::tone::Tone;

    fn frames(samples: &[i16]) -> impl Iterator<Item = &[i16; FRAME]> {
        samples.chunks_exact(FRAME).map(|frame| frame.try_into().unwrap())
    }

    /// White noise, the same every time.
    pub(in super::super) fn noise(samples: usize, dbm0: f64) -> Vec<i16> {
        let peak = crate::tone::peak(dbm0) * 1.5_f64.sqrt();
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
        };
        (0..samples).map(|_| (peak * next()).round() as i16).collect()
    }

    #[test]
    fn a_level_is_measured_as_it_was_made() {
        for dbm0 in [0.0, -10.0, -35.0] {
            for frame in frames(&Tone::sine(1_000.0, dbm0).samples(200)) {
                assert!((Level::of(frame).dbm0 - dbm0 as f32).abs() < 0.1);
            }
        }
        assert_eq!(Level::of(&[0; FRAME]).dbm0, LOWEST);
        // A constant is no sound.
        assert_eq!(Level::of(&[8; FRAME]).dbm0, LOWEST);
        assert_eq!(Level::of(&[i16::MIN; FRAME]).dbm0, LOWEST);
    }

    #[test]
    fn the_pitch_of_a_tone_is_found_within_a_few_hertz() {
        for hz in
            [300.0, 350.0, 440.0, 620.0, 777.0, 1_000.0, 1_400.0, 1_999.0, 2_000.0, 2_100.0, 2_500.0, 3_000.0]
        {
            let samples = Tone::sine(hz, -20.0).samples(1_000);
            for heard in
                [samples.clone(), samples.iter().zip(noise(8_000, -35.0)).map(|(a, b)| a + b).collect()]
            {
                for frame in frames(&heard) {
                    let found = Level::of(frame).pitch(frame);
                    let off = found.map(|pitch| f64::from(pitch.hz) - hz);
                    assert!(off.is_some_and(|off| off.abs() < 25.0), "{hz} Hz: {found:?}");
                    assert!(found.is_some_and(|pitch| pitch.single), "{hz} Hz: {found:?}");
                }
            }
        }
    }

    #[test]
    fn noise_has_no_pitch() {
        let samples = noise(80_000, -20.0);
        assert_eq!(frames(&samples).filter_map(|frame| Level::of(frame).pitch(frame)).count(), 0);
        assert_eq!(Level::of(&[0; FRAME]).pitch(&[0; FRAME]), None);
    }
}
