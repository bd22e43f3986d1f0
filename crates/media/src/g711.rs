//! ITU-T G.711: µ-law and A-law, one octet a sample at 8 kHz.
//!
//! Both laws are a floating-point format of eight bits: sign, three bits of exponent, four of
//! mantissa. The machine's own `f32` has the same shape with more bits, so its conversion finds the
//! segment, and no lane of a vector has to branch or look anything up. Linear samples are 16-bit,
//! the law's own scale (14 bits for µ, 13 for A) shifted to the top. A negative sample is measured by
//! its one's complement, as in the ITU-T G.191 software: a negative sample that lies exactly on a
//! decision value goes to the nearer-to-zero side.

use pulp::{Arch, Simd, WithSimd};

/// The octet that µ-law silence repeats.
pub const MU_SILENCE: u8 = 0xFF;
/// The octet that A-law silence repeats.
pub const A_SILENCE: u8 = 0xD5;

/// Where `f32` keeps its exponent: these many bits of mantissa lie below it.
const MANTISSA: u32 = 23;
/// Dropping these leaves the exponent and the four top bits of the mantissa.
const BELOW_FOUR: u32 = MANTISSA - 4;
/// The exponent that `f32` adds to its own.
const F32_BIAS: i32 = 127;
/// Half a step: an output value lies in the middle of its interval.
const HALF: u32 = 1 << (BELOW_FOUR - 1);
/// Added to a float below 2^23, its integer part appears in the low bits.
const INTEGER: f32 = 8_388_608.0;

/// µ-law adds this to the magnitude, so that each segment begins at a power of two (G.711 table 2a).
const MU_BIAS: i16 = 132;
/// The largest magnitude that µ-law tells apart.
const MU_CLIP: i16 = 32_635;
/// 2^7 is where µ-law's first segment begins, bias added.
const MU_ORIGIN: i32 = (F32_BIAS + 7) << 4;

/// 2^3 would be where A-law's linear segment begins, if it were not linear.
const A_ORIGIN: i32 = (F32_BIAS + 3) << 4;
/// A-law inverts every other bit on the line (G.711 table 1a note 2).
const A_EVEN: u8 = 0x55;

/// Encodes samples in µ-law. The shorter of the two slices decides how many.
pub fn mu_encode(samples: &[i16], octets: &mut [u8]) {
    each(samples, octets, mu_octet);
}

/// Decodes µ-law. The shorter of the two slices decides how many.
pub fn mu_decode(octets: &[u8], samples: &mut [i16]) {
    each(octets, samples, mu_sample);
}

/// Encodes samples in A-law. The shorter of the two slices decides how many.
pub fn a_encode(samples: &[i16], octets: &mut [u8]) {
    each(samples, octets, a_octet);
}

/// Decodes A-law. The shorter of the two slices decides how many.
pub fn a_decode(octets: &[u8], samples: &mut [i16]) {
    each(octets, samples, a_sample);
}

/// Codes each of the one as the other, with the machine's widest vectors.
fn each<A: Copy, B>(from: &[A], to: &mut [B], code: impl Fn(A) -> B) {
    Arch::new().dispatch(Each { from, to, code });
}

struct Each<'a, A, B, F> {
    from: &'a [A],
    to: &'a mut [B],
    code: F,
}

impl<A: Copy, B, F: Fn(A) -> B> WithSimd for Each<'_, A, B, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for (to, &from) in self.to.iter_mut().zip(self.from) {
            *to = (self.code)(from);
        }
    }
}

/// −1 for a negative sample, 0 otherwise.
const fn sign(sample: i16) -> i16 {
    sample >> 15
}

#[inline(always)]
fn mu_octet(sample: i16) -> u8 {
    let sign = sign(sample);
    let magnitude = (sample ^ sign).min(MU_CLIP).wrapping_add(MU_BIAS);
    let float = f32::from(magnitude).to_bits() >> BELOW_FOUR;
    let code = float.cast_signed().wrapping_sub(MU_ORIGIN);
    // All bits are inverted on the line (G.711 table 2a note 2).
    (code ^ 0xFF) as u8 ^ (sign & 0x80) as u8
}

#[inline(always)]
fn mu_sample(octet: u8) -> i16 {
    let code = !octet;
    let float = u32::from(code & 0x7F).wrapping_add(MU_ORIGIN.cast_unsigned()) << BELOW_FOUR | HALF;
    let magnitude = f32::from_bits(float) + (INTEGER - f32::from(MU_BIAS));
    signed(magnitude, code & 0x80 != 0)
}

#[inline(always)]
fn a_octet(sample: i16) -> u8 {
    let sign = sign(sample);
    let magnitude = (sample ^ sign) >> 4;
    let float = f32::from(magnitude).to_bits() >> BELOW_FOUR;
    let code = if magnitude < 16 { i32::from(magnitude) } else { float.cast_signed().wrapping_sub(A_ORIGIN) };
    // A-law's sign bit is set for positive samples.
    code as u8 ^ (!sign & 0x80) as u8 ^ A_EVEN
}

#[inline(always)]
fn a_sample(octet: u8) -> i16 {
    let code = octet ^ A_EVEN;
    let linear = code & 0x70 == 0;
    // The linear segment is the next one moved down to zero.
    let (segment, down) = if linear { (0x10, 256.0) } else { (0, 0.0) };
    let float = u32::from(code & 0x7F | segment).wrapping_add(MU_ORIGIN.cast_unsigned()) << BELOW_FOUR | HALF;
    let magnitude = f32::from_bits(float) + (INTEGER - down);
    signed(magnitude, code & 0x80 == 0)
}

/// The integer in `magnitude`, to which [`INTEGER`] was added, with its sign.
#[inline(always)]
fn signed(magnitude: f32, negative: bool) -> i16 {
    let magnitude = (magnitude.to_bits() & 0xFFFF) as i16;
    let sign = 0_i16.wrapping_sub(i16::from(negative));
    (magnitude ^ sign).wrapping_sub(sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One row of a G.711 table: the segments away from zero, as (number of intervals, their size).
    struct Law {
        segments: &'static [(i32, i32)],
        /// 16-bit units in one unit of the table.
        unit: i32,
    }

    /// G.711 table 2a: the interval round zero, fifteen of 2, then sixteen each of 4 to 256.
    const MU: Law = Law {
        segments: &[(1, 1), (15, 2), (16, 4), (16, 8), (16, 16), (16, 32), (16, 64), (16, 128), (16, 256)],
        unit: 4,
    };
    /// G.711 table 1a: thirty-two of 2, then sixteen each of 4 to 128.
    const A: Law =
        Law { segments: &[(32, 2), (16, 4), (16, 8), (16, 16), (16, 32), (16, 64), (16, 128)], unit: 8 };

    impl Law {
        /// The intervals as (decision value below, output value), in 16-bit units, from zero up.
        fn intervals(&self) -> Vec<(i32, i32)> {
            let mut low = 0;
            let mut intervals = Vec::new();
            for &(count, size) in self.segments {
                for _ in 0..count {
                    // The interval round zero of µ-law is half of a step: its output value is zero.
                    let output = if size == 1 { 0 } else { (2 * low + size) * self.unit / 2 };
                    intervals.push((low * self.unit, output));
                    low += size;
                }
            }
            assert_eq!(intervals.len(), 128);
            intervals
        }

        fn interval(intervals: &[(i32, i32)], sample: i16) -> (usize, bool) {
            let negative = sample < 0;
            let magnitude = i32::from(if negative { !sample } else { sample });
            let number =
                intervals.iter().rposition(|&(low, _)| low <= magnitude).expect("the first begins at 0");
            (number, negative)
        }
    }

    #[test]
    fn mu_law_is_exact_on_every_sample() {
        let intervals = MU.intervals();
        for sample in i16::MIN..=i16::MAX {
            let (number, negative) = Law::interval(&intervals, sample);
            let octet = !(u8::try_from(number).unwrap() | if negative { 0x80 } else { 0 });
            assert_eq!(mu_octet(sample), octet, "sample {sample}");
            let output = intervals[number].1;
            assert_eq!(
                i32::from(mu_sample(octet)),
                if negative { -output } else { output },
                "octet {octet:#x}"
            );
        }
    }

    #[test]
    fn a_law_is_exact_on_every_sample() {
        let intervals = A.intervals();
        for sample in i16::MIN..=i16::MAX {
            let (number, negative) = Law::interval(&intervals, sample);
            let octet = (u8::try_from(number).unwrap() | if negative { 0 } else { 0x80 }) ^ 0x55;
            assert_eq!(a_octet(sample), octet, "sample {sample}");
            let output = intervals[number].1;
            assert_eq!(
                i32::from(a_sample(octet)),
                if negative { -output } else { output },
                "octet {octet:#x}"
            );
        }
    }

    #[test]
    fn vectors_code_every_input_as_one_by_one() {
        let samples: Vec<i16> = (i16::MIN..=i16::MAX).collect();
        let octets: Vec<u8> = (0..=u8::MAX).collect();
        let (mut coded, mut decoded) = (vec![0; samples.len()], vec![0; octets.len()]);
        mu_encode(&samples, &mut coded);
        assert!(coded.iter().zip(&samples).all(|(&octet, &sample)| octet == mu_octet(sample)));
        a_encode(&samples, &mut coded);
        assert!(coded.iter().zip(&samples).all(|(&octet, &sample)| octet == a_octet(sample)));
        mu_decode(&octets, &mut decoded);
        assert!(decoded.iter().zip(&octets).all(|(&sample, &octet)| sample == mu_sample(octet)));
        a_decode(&octets, &mut decoded);
        assert!(decoded.iter().zip(&octets).all(|(&sample, &octet)| sample == a_sample(octet)));
    }

    #[test]
    fn slices_are_coded_to_the_shorter_length() {
        let samples: Vec<i16> = (0..333).map(|n| (n * 197 % 65_536 - 32_768) as i16).collect();
        let mut octets = [0; 160];
        mu_encode(&samples, &mut octets);
        let mut back = [7; 200];
        mu_decode(&octets, &mut back);
        assert!((0..160).all(|n| back[n] == mu_sample(mu_octet(samples[n]))));
        assert_eq!(back[160..], [7; 40]);
        a_encode(&samples, &mut octets);
        a_decode(&octets, &mut back);
        assert!((0..160).all(|n| back[n] == a_sample(a_octet(samples[n]))));
    }

    #[test]
    fn silence_is_what_zero_encodes_to() {
        assert_eq!(mu_octet(0), MU_SILENCE);
        assert_eq!(a_octet(0), A_SILENCE);
    }
}
