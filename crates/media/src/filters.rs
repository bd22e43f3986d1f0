//! A bank of filters: how much of each of some frequencies is in a block of samples, with its phase.
//!
//! A block is taken from its middle outwards. The sum of the two samples equally far from the middle meets a
//! cosine, their difference a sine, so that half the multiplications do. All is done in 16-bit integers, two
//! products at a time, which vectors of any machine do at once for eight frequencies; and so every machine
//! finds the same, with vectors or without.

use std::f64::consts::TAU;
use std::fmt;

use pulp::{Arch, Simd, WithSimd};

use crate::voice_file::RATE;

/// Samples in half a block of 10 ms.
pub(crate) const HALF: usize = 40;
/// Frequencies that are filtered together.
pub(crate) const LANES: usize = 8;

/// Pairs of samples in half a block.
const PAIRS: usize = HALF / 2;
/// One in the weights of samples.
const UNIT: f64 = 32_767.0;
/// Half of a sample times a coefficient, added up over half a block, must stay within 32 bits: so much may all
/// the coefficients of a lane have together, and a little less.
const ALL: f64 = 65_000.0;

/// Two samples, or their coefficients, in each of eight lanes.
type Pairs = [[i16; 2]; LANES];

/// How the samples of a block are weighed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Window {
    /// All alike: the narrowest filter, for blocks that do not overlap.
    Flat,
    /// Hann's, for blocks that overlap by half: what is more than 200 Hz away is 31 dB down.
    Hann,
}

/// Filters for `GROUPS` times eight frequencies.
pub(crate) struct Filters<const GROUPS: usize> {
    /// For each pair of samples, from the middle outwards, with the weights of the window.
    cos: [[Pairs; GROUPS]; PAIRS],
    sin: [[Pairs; GROUPS]; PAIRS],
    /// What makes a filter's sum the root of a power.
    scale: f32,
    /// The weights of the later half's samples, and of the earlier half's.
    weights: [i16; HALF],
    earlier_weights: [i16; HALF],
    /// What makes the sum of the weighed squares a power.
    energy_scale: f32,
    /// A block of less energy is silence.
    least: f32,
    arch: Arch,
}

/// What the filters found in one block.
///
/// A sine of peak `p` on a lane's frequency has a magnitude of `p / sqrt(2)` there, so that the square of the
/// magnitude is its power; the phase is that in the middle of the block.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Spectrum<const GROUPS: usize> {
    /// The parts in phase with a cosine.
    pub(crate) re: [[f32; LANES]; GROUPS],
    /// The parts in phase with a sine, negative: a later block has a greater angle.
    pub(crate) im: [[f32; LANES]; GROUPS],
    /// The mean square of all samples, weighed as the filters do.
    pub(crate) energy: f32,
}

impl<const GROUPS: usize> Spectrum<GROUPS> {
    pub(crate) const SILENCE: Self =
        Self { re: [[0.0; LANES]; GROUPS], im: [[0.0; LANES]; GROUPS], energy: 0.0 };
}

/// The multiplication that the machine is best at: of 16-bit pairs, each pair's products added.
trait Multiply: Copy {
    fn pairs(self, a: Pairs, b: Pairs) -> [i32; LANES];
}

/// One after the other, as every machine can.
#[derive(Clone, Copy)]
struct Plain;

impl Multiply for Plain {
    #[inline(always)]
    fn pairs(self, a: Pairs, b: Pairs) -> [i32; LANES] {
        let product = |lane: usize, n: usize| i32::from(a[lane][n]) * i32::from(b[lane][n]);
        std::array::from_fn(|lane| product(lane, 0).wrapping_add(product(lane, 1)))
    }
}

#[cfg(target_arch = "x86_64")]
impl Multiply for pulp::x86::V3 {
    #[inline(always)]
    fn pairs(self, a: Pairs, b: Pairs) -> [i32; LANES] {
        pulp::cast(self.multiply_wrapping_add_adjacent_i16x16(pulp::cast(a), pulp::cast(b)))
    }
}

impl<const GROUPS: usize> Filters<GROUPS> {
    /// Filters for these frequencies in Hz. In a block of less energy than `least` they find nothing.
    pub(crate) fn new(hz: [[f64; LANES]; GROUPS], window: Window, least: f32) -> Self {
        let weight = |n: usize| match window {
            Window::Flat => 1.0,
            Window::Hann => 0.5 + 0.5 * (TAU * (n as f64 + 0.5) / (2 * HALF) as f64).cos(),
        };
        let sum: f64 = (0..HALF).map(weight).sum();
        let squares: f64 = (0..HALF).map(|n| weight(n) * weight(n)).sum();
        let one = (ALL / sum).min(UNIT);
        let table = |part: fn(f64) -> f64| {
            let coefficient = |n: usize, hz: f64| {
                (one * weight(n) * part(TAU * hz * (n as f64 + 0.5) / f64::from(RATE))).round() as i16
            };
            let pair = |at: usize, hz: f64| [coefficient(2 * at, hz), coefficient(2 * at + 1, hz)];
            std::array::from_fn(|at| hz.map(|group| group.map(|hz| pair(at, hz))))
        };
        let weights: [i16; HALF] = std::array::from_fn(|n| (UNIT * weight(n)).round() as i16);
        let mut earlier_weights = weights;
        earlier_weights.reverse();
        Self {
            cos: table(f64::cos),
            sin: table(f64::sin),
            // As samples are halved, a sine of peak p makes the sum half of p times the sum of the coefficients.
            scale: (std::f64::consts::SQRT_2 / (sum * one)) as f32,
            weights,
            earlier_weights,
            // Samples are halved here too: the top 16 bits of a product with 15 bits.
            energy_scale: (2.0 / squares) as f32,
            least,
            arch: Arch::new(),
        }
    }

    /// What is in the block of these two halves.
    pub(crate) fn of(&self, early: &[i16; HALF], late: &[i16; HALF]) -> Spectrum<GROUPS> {
        let block = Block { filters: self, early, late };
        match self.arch {
            #[cfg(target_arch = "x86_64")]
            Arch::V3(simd) => Simd::vectorize(simd, Vectors { block, simd }),
            _ => block.spectrum(Plain),
        }
    }
}

/// One block to filter.
#[derive(Clone, Copy)]
struct Block<'a, const GROUPS: usize> {
    filters: &'a Filters<GROUPS>,
    early: &'a [i16; HALF],
    late: &'a [i16; HALF],
}

/// One block to filter with a machine's vectors.
#[cfg(target_arch = "x86_64")]
struct Vectors<'a, const GROUPS: usize> {
    block: Block<'a, GROUPS>,
    simd: pulp::x86::V3,
}

#[cfg(target_arch = "x86_64")]
impl<const GROUPS: usize> WithSimd for Vectors<'_, GROUPS> {
    type Output = Spectrum<GROUPS>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Spectrum<GROUPS> {
        self.block.spectrum(self.simd)
    }
}

impl<const GROUPS: usize> Block<'_, GROUPS> {
    #[inline(always)]
    fn spectrum(self, multiply: impl Multiply) -> Spectrum<GROUPS> {
        let Filters { cos, sin, scale, .. } = self.filters;
        let energy = self.energy(multiply);
        if energy < self.filters.least {
            return Spectrum { energy, ..Spectrum::SILENCE };
        }
        let (mut sums, mut differences) = ([[0_i16; 2]; PAIRS], [[0_i16; 2]; PAIRS]);
        for n in 0..HALF {
            let (before, after) = (self.early[HALF - 1 - n] >> 1, self.late[n] >> 1);
            sums.as_flattened_mut()[n] = before.wrapping_add(after);
            differences.as_flattened_mut()[n] = before.wrapping_sub(after);
        }
        let (mut re, mut im) = ([[0_i32; LANES]; GROUPS], [[0_i32; LANES]; GROUPS]);
        for at in 0..PAIRS {
            for group in 0..GROUPS {
                let in_phase = multiply.pairs([sums[at]; LANES], cos[at][group]);
                let across = multiply.pairs([differences[at]; LANES], sin[at][group]);
                for lane in 0..LANES {
                    re[group][lane] = re[group][lane].wrapping_add(in_phase[lane]);
                    im[group][lane] = im[group][lane].wrapping_add(across[lane]);
                }
            }
        }
        let scaled = |sums: [[i32; LANES]; GROUPS]| sums.map(|group| group.map(|sum| sum as f32 * scale));
        Spectrum { re: scaled(re), im: scaled(im), energy }
    }

    #[inline(always)]
    fn energy(self, multiply: impl Multiply) -> f32 {
        let mut weighed = [0_i16; 2 * HALF];
        let (early, late) = weighed.split_at_mut(HALF);
        for n in 0..HALF {
            let weigh = |sample: i16, weight: i16| ((i32::from(sample) * i32::from(weight)) >> 16) as i16;
            early[n] = weigh(self.early[n], self.filters.earlier_weights[n]);
            late[n] = weigh(self.late[n], self.filters.weights[n]);
        }
        let mut squares = [0.0_f32; LANES];
        for pairs in weighed.as_chunks::<2>().0.as_chunks::<LANES>().0 {
            let sums = multiply.pairs(*pairs, *pairs);
            for lane in 0..LANES {
                squares[lane] += sums[lane] as f32;
            }
        }
        squares.iter().sum::<f32>() * self.filters.energy_scale
    }
}

impl<const GROUPS: usize> fmt::Debug for Filters<GROUPS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Filters<{GROUPS}>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tone::{Tone, peak};

    fn halves(samples: &[i16]) -> (&[i16; HALF], &[i16; HALF]) {
        (samples[..HALF].try_into().unwrap(), samples[HALF..2 * HALF].try_into().unwrap())
    }

    #[test]
    fn a_sine_has_its_power_and_its_phase() {
        for window in [Window::Flat, Window::Hann] {
            let hz = [400.0, 500.0, 697.0, 852.0, 1_209.0, 1_633.0, 2_100.0, 3_400.0];
            let filters = Filters::new([hz], window, 0.0);
            for (lane, hz) in [(2, 697.0), (5, 1_633.0), (6, 2_100.0)] {
                let samples = Tone::sine(hz, -10.0).samples(100);
                let due = peak(-10.0).powi(2) / 2.0;
                let mut before = None;
                for block in samples.windows(2 * HALF).step_by(HALF) {
                    let (early, late) = halves(block);
                    let found = filters.of(early, late);
                    let [re, im] = [found.re[0][lane], found.im[0][lane]].map(f64::from);
                    let (power, energy) = (re * re + im * im, f64::from(found.energy));
                    assert!((power / due - 1.0).abs() < 0.06, "{window:?} {hz}: {power} {due}");
                    assert!((energy / due - 1.0).abs() < 0.1, "{window:?} {hz}: {energy} {due}");
                    if let Some(before) = before {
                        let turns: f64 = (im.atan2(re) - before) / TAU - hz * HALF as f64 / 8_000.0;
                        assert!((turns - turns.round()).abs() < 0.01, "{window:?} {hz}: {turns}");
                    }
                    before = Some(im.atan2(re));
                }
            }
        }
    }

    #[test]
    fn vectors_find_exactly_what_the_plain_path_finds() {
        let mut state = 1_u32;
        let mut next = |bits: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as i16 >> bits
        };
        for window in [Window::Flat, Window::Hann] {
            let hz = |group: usize| std::array::from_fn(|lane| 300.0 + 110.0 * (lane + group * LANES) as f64);
            let filters = Filters::new([hz(0), hz(1)], window, 0.0);
            for bits in 0..12 {
                for _ in 0..100 {
                    let (early, late) =
                        (std::array::from_fn(|_| next(bits)), std::array::from_fn(|_| next(bits)));
                    let plain = Block { filters: &filters, early: &early, late: &late }.spectrum(Plain);
                    assert_eq!(filters.of(&early, &late), plain);
                }
            }
        }
    }

    #[test]
    fn the_loudest_sound_does_not_wrap() {
        for window in [Window::Flat, Window::Hann] {
            let filters =
                Filters::new([[0.0, 0.0, 0.0, 0.0, 2_000.0, 4_000.0, 4_000.0, 4_000.0]], window, 0.0);
            let found = filters.of(&[i16::MIN; HALF], &[i16::MIN; HALF]);
            let constant = f64::from(found.re[0][0]) * std::f64::consts::SQRT_2 / 2.0;
            assert!((constant / -32_768.0 - 1.0).abs() < 0.001, "{window:?}: {constant}");
            assert!((f64::from(found.energy).sqrt() / 32_768.0 - 1.0).abs() < 0.001, "{window:?}");
            let square = [i16::MAX, i16::MIN];
            let found =
                filters.of(&std::array::from_fn(|n| square[n % 2]), &std::array::from_fn(|n| square[n % 2]));
            assert!(f64::from(found.im[0][5]).abs() > 40_000.0, "{window:?}: {found:?}");
        }
    }
}
