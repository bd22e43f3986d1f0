//! ITU-T G.722 at 64 kbit/s: sound at 16 kHz in two bands of 8 kHz, each of them ADPCM.
//!
//! An octet is six bits of the lower band and, above them, two of the upper. Where sound is at 8 kHz,
//! [`NarrowEncoder`] and [`NarrowDecoder`] stand between. (The lower band alone would be sound at
//! 8 kHz too, but the filters that join both bands are only 20 dB down at 5 kHz, the image of 3 kHz.)
//!
//! Blocks and tables are cited by the recommendation's names for them; saturation is where it has it.

/// Coefficients of the filters that split and join the bands (its QMF), every other one; the filter is
/// symmetric, so that the others are the same in reverse.
const QMF: [i16; TAPS] = [3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11];
/// Pairs of samples under the filter.
const TAPS: usize = 12;
/// Pairs of samples handled at a time.
const BLOCK: usize = 80;
/// Outputs of a filter worked out together, one a lane.
const LANES: usize = 8;

/// Decision levels of the lower band's quantizer (Q6).
const Q6: [u16; 29] = [
    35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714, 786, 858, 940, 1023, 1121, 1219,
    1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919,
];
/// How many decision levels lie at or below a difference, counted in the quantizer's scale: the search
/// through [`Q6`] for every difference there is.
const INTERVALS: [u8; Q6[28] as usize + 1] = intervals();

const fn intervals() -> [u8; Q6[28] as usize + 1] {
    let mut intervals = [0; Q6[28] as usize + 1];
    let (mut difference, mut below) = (0, 0);
    while difference < intervals.len() {
        if below < Q6.len() && Q6[below] as usize <= difference {
            below += 1;
        }
        intervals[difference] = below as u8;
        difference += 1;
    }
    intervals
}

/// The lower band's code for a positive difference in each interval (ILP).
const fn positive_code(interval: u8) -> u8 {
    61 - interval
}

/// And for a negative one (ILN), whose two smallest intervals stand apart.
const fn negative_code(interval: u8) -> u8 {
    if interval < 2 { 63 - interval } else { 33 - interval }
}

/// Output values of the lower band's 4-bit and 6-bit inverse quantizers (QQ4, QQ6).
const QM4: [i16; 16] =
    [0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240, 2584, 1200, 0];
const QM6: [i16; 64] = [
    -136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232, -9360,
    -8576, -7856, -7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032, -1688,
    -1360, -1040, -728, 24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856,
    7192, 6576, 6000, 5456, 4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136,
    -432, -136,
];
/// Output values of the upper band's inverse quantizer (QQ2).
const QM2: [i16; 4] = [-7408, -1616, 7408, 1616];
/// The decision level of the upper band's quantizer (Q2).
const Q2: i32 = 564;

/// By how much a code of each size moves the logarithmic scale factor: lower band by its 4-bit code
/// (WL by RL42), upper band by its 2-bit code (WH by RH2).
const WL: [i16; 16] = [-60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60];
const WH: [i16; 4] = [798, -214, 798, -214];
/// The most the logarithmic scale factors can be.
const NBL_MOST: i32 = 18_432;
const NBH_MOST: i32 = 22_528;

/// Scale factors by the upper bits of their logarithm (ILB; blocks SCALEL, SCALEH).
const SCALES_LOW: [u16; (NBL_MOST >> 6) as usize + 1] = scales(8);
const SCALES_HIGH: [u16; (NBH_MOST >> 6) as usize + 1] = scales(10);

const fn scales<const COUNT: usize>(down: u32) -> [u16; COUNT] {
    const ILB: [u32; 32] = [
        2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834, 2896,
        2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008,
    ];
    let mut scales = [0; COUNT];
    let mut at = 0;
    while at < COUNT {
        let (mantissa, up) = (ILB[at % 32], at as u32 / 32);
        let scale = if up > down { mantissa << (up - down) } else { mantissa >> (down - up) };
        scales[at] = (scale << 2) as u16;
        at += 1;
    }
    scales
}

const fn saturated(value: i32) -> i32 {
    if value > i16::MAX as i32 {
        i16::MAX as i32
    } else if value < i16::MIN as i32 {
        i16::MIN as i32
    } else {
        value
    }
}

/// The product of two values of 16 bits as fractions of 1 (MULT); it cannot overflow, and is not checked.
const fn product(one: i32, other: i32) -> i32 {
    one.wrapping_mul(other) >> 15
}

/// The adaptive predictor and the scale of one band; encoder and decoder keep the same.
#[derive(Clone, Copy, Debug)]
struct Band {
    /// The logarithmic scale factor, NB.
    log_scale: i32,
    /// The scale factor, DET.
    scale: i32,
    /// The predicted signal, S, and the part of it that the zeros make, SZ.
    predicted: i32,
    zeros: i32,
    /// Coefficients of the poles and the last reconstructed signals, A and R.
    a: [i32; 2],
    r: [i32; 2],
    /// Coefficients of the zeros and the last differences, B and D.
    b: [i32; 6],
    d: [i32; 6],
    /// The signs of the last partially reconstructed signals, P: −1 or 0.
    p: [i32; 2],
}

impl Band {
    const fn at_rest(scale: i32) -> Self {
        Self {
            log_scale: 0,
            scale,
            predicted: 0,
            zeros: 0,
            a: [0; 2],
            r: [0; 2],
            b: [0; 6],
            d: [0; 6],
            p: [0; 2],
        }
    }

    /// Moves the scale factor (blocks LOGSCL and SCALEL, LOGSCH and SCALEH).
    #[inline]
    fn rescale<const COUNT: usize>(&mut self, by: i16, most: i32, scales: &[u16; COUNT]) {
        self.log_scale = (((self.log_scale * 127) >> 7) + i32::from(by)).clamp(0, most);
        self.scale = i32::from(scales[(self.log_scale >> 6) as usize]);
    }

    /// Takes the difference that was quantized, adapts and predicts the next signal (block 4).
    #[inline]
    fn adapt(&mut self, d: i32) {
        // RECONS, PARREC.
        let r = saturated(self.predicted + d);
        let p = saturated(self.zeros + d) >> 15;

        // UPPOL2: the sign of the product of signs moves each coefficient.
        let a1_scaled = saturated(self.a[0] << 2);
        let same = p == self.p[0];
        let a2 = if same { saturated(-a1_scaled) } else { a1_scaled } >> 7;
        let a2 = a2 + if p == self.p[1] { 128 } else { -128 };
        let a2 = (a2 + product(self.a[1], 32_512)).clamp(-12_288, 12_288);
        // UPPOL1.
        let a1 = product(self.a[0], 32_640) + if same { 192 } else { -192 };
        let limit = 15_360 - a2;
        self.a = [a1.clamp(-limit, limit), a2];
        self.p = [p, self.p[0]];

        // UPZERO, DELAYA, FILTEZ.
        let step = if d == 0 { 0 } else { 128 };
        let mut zeros = 0;
        let mut newer = d;
        for (b, older) in self.b.iter_mut().zip(&mut self.d) {
            let towards = if (*older ^ d) < 0 { -step } else { step };
            *b = saturated(product(*b, 32_640) + towards);
            *older = std::mem::replace(&mut newer, *older);
            zeros += product(*b, saturated(*older << 1));
        }
        self.zeros = saturated(zeros);

        // FILTEP, PREDIC.
        self.r = [r, self.r[0]];
        let poles =
            product(self.a[0], saturated(self.r[0] << 1)) + product(self.a[1], saturated(self.r[1] << 1));
        self.predicted = saturated(saturated(poles) + self.zeros);
    }
}

/// The lower band.
#[derive(Clone, Copy, Debug)]
struct Low(Band);

impl Low {
    const fn new() -> Self {
        Self(Band::at_rest(32))
    }

    /// The six bits of a signal of 15 bits.
    #[inline]
    fn encode(&mut self, signal: i32) -> u8 {
        // SUBTRA, QUANTL: a difference lies beyond a level when level · scale / 4096 does not exceed it.
        let difference = saturated(signal - self.0.predicted);
        let magnitude = if difference < 0 { !difference } else { difference };
        let scaled = (((magnitude + 1) << 12) - 1).cast_unsigned() / self.0.scale.cast_unsigned();
        let interval = INTERVALS[(scaled as usize).min(INTERVALS.len() - 1)];
        let code = if difference < 0 { negative_code(interval) } else { positive_code(interval) };
        self.adapt(code);
        code
    }

    /// The signal of six bits, of 15 bits.
    #[inline]
    fn decode(&mut self, code: u8) -> i32 {
        // INVQBL, RECONS, LIMIT.
        let difference = product(self.0.scale, QM6[usize::from(code & 63)].into());
        let signal = (self.0.predicted + difference).clamp(-16_384, 16_383);
        self.adapt(code);
        signal
    }

    /// Both sides adapt by the upper four bits alone, so that the two lowest may be lost (INVQAL).
    #[inline]
    fn adapt(&mut self, code: u8) {
        let upper = usize::from((code >> 2) & 15);
        let difference = product(self.0.scale, QM4[upper].into());
        self.0.rescale(WL[upper], NBL_MOST, &SCALES_LOW);
        self.0.adapt(difference);
    }
}

/// The upper band.
#[derive(Clone, Copy, Debug)]
struct High(Band);

impl High {
    const fn new() -> Self {
        Self(Band::at_rest(8))
    }

    /// The two bits of a signal of 15 bits.
    #[inline]
    fn encode(&mut self, signal: i32) -> u8 {
        // SUBTRA, QUANTH.
        let difference = saturated(signal - self.0.predicted);
        let magnitude = if difference < 0 { !difference } else { difference };
        let is_large = magnitude >= product(Q2 << 3, self.0.scale);
        let code = if difference < 0 { 1 } else { 3 } - u8::from(is_large);
        self.adapt(code);
        code
    }

    /// The signal of two bits, of 15 bits.
    #[inline]
    fn decode(&mut self, code: u8) -> i32 {
        let predicted = self.0.predicted;
        (predicted + self.adapt(code)).clamp(-16_384, 16_383)
    }

    /// INVQAH; tells the difference.
    #[inline]
    fn adapt(&mut self, code: u8) -> i32 {
        let code = usize::from(code & 3);
        let difference = product(self.0.scale, QM2[code].into());
        self.0.rescale(WH[code], NBH_MOST, &SCALES_HIGH);
        self.0.adapt(difference);
        difference
    }
}

/// The two sequences under the filter that splits and joins the bands: of each pair of samples the first
/// and the second.
#[derive(Clone, Copy, Debug)]
struct Filter {
    first: [i16; TAPS - 1 + BLOCK],
    second: [i16; TAPS - 1 + BLOCK],
}

impl Filter {
    const fn new() -> Self {
        Self { first: [0; TAPS - 1 + BLOCK], second: [0; TAPS - 1 + BLOCK] }
    }

    /// What so many pairs, written behind those that are remembered, come to: the sums over the first and
    /// over the second samples. Then they are remembered.
    fn sums(&mut self, pairs: usize) -> ([i32; BLOCK], [i32; BLOCK]) {
        let (mut firsts, mut seconds) = ([0; BLOCK], [0; BLOCK]);
        for start in (0..pairs).step_by(LANES) {
            let (mut first, mut second) = ([0_i32; LANES], [0_i32; LANES]);
            for tap in 0..TAPS {
                let at = start + tap;
                for lane in 0..LANES {
                    // The coefficients' magnitudes sum up to 6482: nothing wraps, and nothing checks it.
                    let (one, other) = (self.first[at + lane], self.second[at + lane]);
                    let one = i32::from(one).wrapping_mul(QMF[tap].into());
                    let other = i32::from(other).wrapping_mul(QMF[TAPS - 1 - tap].into());
                    first[lane] = first[lane].wrapping_add(one);
                    second[lane] = second[lane].wrapping_add(other);
                }
            }
            firsts[start..start + LANES].copy_from_slice(&first);
            seconds[start..start + LANES].copy_from_slice(&second);
        }
        for sequence in [&mut self.first, &mut self.second] {
            sequence.copy_within(pairs..pairs + TAPS - 1, 0);
        }
        (firsts, seconds)
    }
}

/// Turns sound at 16 kHz into G.722.
#[derive(Clone, Debug)]
pub struct Encoder {
    filter: Filter,
    low: Low,
    high: High,
}

impl Default for Encoder {
    fn default() -> Self {
        Self { filter: Filter::new(), low: Low::new(), high: High::new() }
    }
}

impl Encoder {
    /// Encodes an octet for each two samples; the shorter of the two slices decides how many.
    pub fn encode(&mut self, samples: &[i16], octets: &mut [u8]) {
        let (pairs, _) = samples.as_chunks::<2>();
        for (pairs, octets) in pairs.chunks(BLOCK).zip(octets.chunks_mut(BLOCK)) {
            let count = pairs.len().min(octets.len());
            for (n, pair) in pairs[..count].iter().enumerate() {
                [self.filter.first[TAPS - 1 + n], self.filter.second[TAPS - 1 + n]] = *pair;
            }
            let (firsts, seconds) = self.filter.sums(count);
            let (mut low, mut high) = (self.low, self.high);
            for ((octet, first), second) in octets.iter_mut().zip(firsts).zip(seconds) {
                let lower = low.encode((second + first) >> 14);
                *octet = (high.encode((second - first) >> 14) << 6) | lower;
            }
            (self.low, self.high) = (low, high);
        }
    }
}

/// Turns G.722 into sound at 16 kHz.
#[derive(Clone, Debug)]
pub struct Decoder {
    filter: Filter,
    low: Low,
    high: High,
}

impl Default for Decoder {
    fn default() -> Self {
        Self { filter: Filter::new(), low: Low::new(), high: High::new() }
    }
}

impl Decoder {
    /// Decodes two samples for each octet; the shorter of the two slices decides how many.
    pub fn decode(&mut self, octets: &[u8], samples: &mut [i16]) {
        let (pairs, _) = samples.as_chunks_mut::<2>();
        for (pairs, octets) in pairs.chunks_mut(BLOCK).zip(octets.chunks(BLOCK)) {
            let count = pairs.len().min(octets.len());
            let (mut low, mut high) = (self.low, self.high);
            for (n, &octet) in octets[..count].iter().enumerate() {
                let (lower, upper) = (low.decode(octet), high.decode(octet >> 6));
                // Of 15 bits each, so that sum and difference have 16.
                self.filter.first[TAPS - 1 + n] = (lower + upper) as i16;
                self.filter.second[TAPS - 1 + n] = (lower - upper) as i16;
            }
            (self.low, self.high) = (low, high);
            let (firsts, seconds) = self.filter.sums(count);
            for ((pair, first), second) in pairs.iter_mut().zip(firsts).zip(seconds) {
                *pair = [saturated(second >> 11) as i16, saturated(first >> 11) as i16];
            }
        }
    }
}

/// Turns sound at 8 kHz into G.722. A sample comes out 2 ms after it went in, beside the codec's own delay.
#[derive(Clone, Debug, Default)]
pub struct NarrowEncoder {
    half_band: HalfBand,
    encoder: Encoder,
}

impl NarrowEncoder {
    /// Encodes an octet for each sample; the shorter of the two slices decides how many.
    pub fn encode(&mut self, samples: &[i16], octets: &mut [u8]) {
        for (samples, octets) in samples.chunks(BLOCK).zip(octets.chunks_mut(BLOCK)) {
            let count = samples.len().min(octets.len());
            let mut wide = [0; 2 * BLOCK];
            self.half_band.up(&samples[..count], &mut wide);
            self.encoder.encode(&wide[..2 * count], octets);
        }
    }
}

/// Turns G.722 into sound at 8 kHz: what it has above 4 kHz is left out.
#[derive(Clone, Debug, Default)]
pub struct NarrowDecoder {
    half_band: HalfBand,
    decoder: Decoder,
}

impl NarrowDecoder {
    /// Decodes a sample for each octet; the shorter of the two slices decides how many.
    pub fn decode(&mut self, octets: &[u8], samples: &mut [i16]) {
        for (octets, samples) in octets.chunks(BLOCK).zip(samples.chunks_mut(BLOCK)) {
            let count = octets.len().min(samples.len());
            let mut wide = [0; 2 * BLOCK];
            self.decoder.decode(&octets[..count], &mut wide[..2 * count]);
            self.half_band.down(&wide, &mut samples[..count]);
        }
    }
}

/// One side of the filter between 8 and 16 kHz at distances of ½, 1½, … samples of 8 kHz: a windowed
/// sinc (Kaiser, β 6.15), flat within 0.01 dB to 3.5 kHz and 68 dB down from 4.5 kHz on. The other side is
/// its mirror image; between them lie the sample itself and zeros.
const HALF_BAND: [f32; REACH] = [
    0.635_021_3,
    -0.207_063_4,
    0.118_857_1,
    -0.079_394_6,
    0.056_407_05,
    -0.041_133_13,
    0.030_222_31,
    -0.022_114_64,
    0.015_976_27,
    -0.011_308_38,
    0.007_781_243,
    -0.005_156_775,
    0.003_250_242,
    -0.001_910_816,
    0.001_011_73,
    -0.000_445_410_4,
];
/// How far it reaches to each side, in samples of 8 kHz.
const REACH: usize = 16;
/// Samples under it that are remembered.
const UNDER: usize = 2 * REACH - 1;

/// Twice as many samples or half as many.
#[derive(Clone, Debug)]
struct HalfBand {
    /// The sequence that is filtered; of 16 kHz every other sample.
    filtered: [f32; UNDER + BLOCK],
    /// The other one, which only waits for it.
    waiting: [i16; REACH + BLOCK],
}

impl Default for HalfBand {
    fn default() -> Self {
        Self { filtered: [0.0; UNDER + BLOCK], waiting: [0; REACH + BLOCK] }
    }
}

impl HalfBand {
    /// Two samples for each of at most a block of them.
    fn up(&mut self, samples: &[i16], wide: &mut [i16; 2 * BLOCK]) {
        for (n, &sample) in samples.iter().enumerate() {
            self.filtered[UNDER + n] = f32::from(sample);
            self.waiting[REACH + n] = sample;
        }
        let between = self.filter(samples.len());
        let (pairs, _) = wide.as_chunks_mut::<2>();
        for ((pair, between), &sample) in pairs.iter_mut().zip(between).zip(&self.waiting[..samples.len()]) {
            *pair = [sample, between.round_ties_even() as i16];
        }
        self.pass(samples.len());
    }

    /// At most a block of samples, each out of two.
    fn down(&mut self, wide: &[i16; 2 * BLOCK], samples: &mut [i16]) {
        let (pairs, _) = wide.as_chunks::<2>();
        for (n, &[first, second]) in pairs[..samples.len()].iter().enumerate() {
            self.waiting[REACH + n] = first;
            self.filtered[UNDER + n] = f32::from(second);
        }
        let between = self.filter(samples.len());
        for ((sample, between), &waiting) in samples.iter_mut().zip(between).zip(&self.waiting[1..]) {
            *sample = ((between + f32::from(waiting)) / 2.0).round_ties_even() as i16;
        }
        self.pass(samples.len());
    }

    /// The values between the samples.
    fn filter(&self, count: usize) -> [f32; BLOCK] {
        let mut between = [0.0; BLOCK];
        for start in (0..count).step_by(LANES) {
            let mut sums = [0.0; LANES];
            for (distance, coefficient) in HALF_BAND.iter().enumerate() {
                let (before, after) = (start + REACH - 1 - distance, start + REACH + distance);
                let (before, after) = (&self.filtered[before..], &self.filtered[after..]);
                for ((sum, before), after) in sums.iter_mut().zip(before).zip(after) {
                    *sum += coefficient * (before + after);
                }
            }
            between[start..start + LANES].copy_from_slice(&sums);
        }
        between
    }

    fn pass(&mut self, count: usize) {
        self.filtered.copy_within(count..count + UNDER, 0);
        self.waiting.copy_within(count..count + REACH, 0);
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use audio_codec::Encoder as _;
    use audio_codec::g722::{G722Decoder, G722Encoder};

    use super::*;

    /// The same noise in every run, in −32768 to 32767.
    fn noise(seconds: usize) -> Vec<i16> {
        let mut seed = 0x2545_f491_4f6c_dd1d_u64;
        (0..seconds * 16_000)
            .map(|_| {
                seed ^= seed << 13;
                seed ^= seed >> 7;
                seed ^= seed << 17;
                (seed >> 48) as u16 as i16
            })
            .collect()
    }

    fn sweep(peak: f64, rate: f64, from: f64, to: f64) -> Vec<i16> {
        let seconds = 4.0;
        (0..(rate * seconds) as usize)
            .map(|n| {
                let t = n as f64 / rate;
                (peak * (2.0 * PI * (from + (to - from) * t / seconds / 2.0) * t).sin()) as i16
            })
            .collect()
    }

    /// Pulses of a gliding pitch under syllables, with hiss between.
    fn speech() -> Vec<i16> {
        let hiss = noise(5);
        let mut ringing = [0.0_f64; 2];
        (0..80_000)
            .map(|n| {
                let t = n as f64 / 16_000.0;
                let period = (16_000.0 / (120.0 + 30.0 * (2.0 * PI * 0.8 * t).sin())) as usize;
                let pulse = if n % period == 0 { 6_000.0 } else { f64::from(hiss[n]) / 400.0 };
                let next = pulse + 1.86 * ringing[0] - 0.93 * ringing[1];
                ringing = [next, ringing[0]];
                (next * (2.0 * PI * 2.3 * t).sin().max(0.0)).clamp(-32_768.0, 32_767.0) as i16
            })
            .collect()
    }

    /// Sounds at 16 kHz, the hard ones among them.
    fn sounds() -> Vec<(&'static str, Vec<i16>)> {
        let square = (0..16_000).map(|n| if n / 23 % 2 == 0 { i16::MAX } else { i16::MIN }).collect();
        vec![
            ("silence", vec![0; 16_000]),
            ("sweep", sweep(20_000.0, 16_000.0, 50.0, 7_900.0)),
            ("faint sweep", sweep(30.0, 16_000.0, 50.0, 7_900.0)),
            ("full-scale sweep", sweep(32_767.0, 16_000.0, 50.0, 7_900.0)),
            ("noise", noise(4)),
            ("faint noise", noise(1).iter().map(|x| x / 1_000).collect()),
            ("square", square),
            ("constant", vec![i16::MIN; 16_000]),
            ("speech", speech()),
            (
                "bursts",
                (0..16_000)
                    .map(|n| if n / 800 % 2 == 0 { 0 } else { noise(1)[n % 800] })
                    .take(4_000)
                    .collect(),
            ),
        ]
    }

    /// The other implementation begins with other scale factors than the recommendation's reset.
    fn others_encoder() -> Encoder {
        Encoder { low: Low(Band::at_rest(128)), high: High(Band::at_rest(32)), ..Encoder::default() }
    }

    fn others_decoder() -> Decoder {
        Decoder { low: Low(Band::at_rest(0)), high: High(Band::at_rest(0)), ..Decoder::default() }
    }

    #[test]
    fn payload_and_sound_are_those_of_another_implementation() {
        for (name, sound) in sounds() {
            let mut octets = vec![0; sound.len() / 2];
            let mut encoder = others_encoder();
            // In pieces of all lengths, which makes no difference.
            let (mut at, mut length) = (0, 1);
            while at < octets.len() {
                let end = (at + length).min(octets.len());
                encoder.encode(&sound[2 * at..2 * end], &mut octets[at..end]);
                (at, length) = (end, length % 320 + 17);
            }
            let mut expected = vec![0; octets.len()];
            G722Encoder::new().encode_into(&sound, &mut expected).unwrap();
            assert!(octets == expected, "{name}: payload");
            decodes_alike(&octets, name);
        }
        // Octets that no encoder would send.
        let octets: Vec<u8> = noise(2).iter().map(|&x| (x >> 8) as u8).collect();
        decodes_alike(&octets, "noise as octets");
    }

    #[track_caller]
    fn decodes_alike(octets: &[u8], name: &str) {
        let (mut heard, mut expected) = (vec![0; 2 * octets.len()], vec![0; 2 * octets.len()]);
        let mut decoder = others_decoder();
        for (octets, heard) in octets.chunks(33).zip(heard.chunks_mut(66)) {
            decoder.decode(octets, heard);
        }
        G722Decoder::new().decode_frame_into(octets, &mut expected).unwrap();
        assert!(heard == expected, "{name}: sound");
    }

    // Made with spandsp 0.0.6, g722_encode and g722_decode at 64000 bit/s, of the samples
    // (37 k² + 911 k) mod 24001 − 12000.
    const OCTETS: [u8; 64] = [
        44, 132, 32, 132, 32, 132, 4, 142, 18, 153, 58, 180, 40, 157, 10, 154, 188, 42, 156, 12, 189, 42,
        158, 15, 179, 42, 16, 240, 156, 205, 108, 187, 214, 40, 19, 47, 15, 113, 181, 119, 180, 246, 177,
        124, 16, 112, 31, 151, 252, 176, 118, 58, 187, 123, 60, 185, 114, 55, 169, 142, 122, 59, 234, 148,
    ];
    const HEARD: [i16; 128] = [
        0, -1, -1, 0, 0, -2, -1, 5, 1, -20, 1, 69, -1, -168, 20, 330, -37, -632, -75, 1088, 817, -1585,
        -4844, -7467, -8417, -7987, -7200, -6477, -5510, -4267, -2289, -136, 739, 1275, 4330, 8407, 8697,
        3400, -4903, -11020, -10003, -4497, -1959, -1649, 1142, 6515, 8156, 3152, -4564, -9262, -8040, -3128,
        1563, 5334, 7785, 4556, -4047, -8682, -4727, 587, 3951, 8821, 9473, -5482, -6774, 834, 4916, 3875,
        -7668, -8906, -4236, 2790, 7584, 6976, -4362, -5976, 703, 7832, 9814, -6998, -3061, 2686, 7847,
        -10785, -5176, 654, 6481, 8769, -3741, -1400, 5265, 9375, -5555, 456, 4293, 10566, -4167, 440, 6418,
        -11628, -3004, 3084, 8832, -7799, 496, 6052, -10236, -3053, 3168, 12349, -5494, 595, 10080, -4610,
        -390, 6580, -4287, -359, 7101, -6080, 758, 6754, -5354, 2654, 8530, -6377, 3755, 12812,
    ];

    #[test]
    fn a_third_implementation_begins_as_ours_does() {
        let sound: Vec<i16> =
            (0..128).map(|k: i32| ((37 * k * k + 911 * k) % 24_001 - 12_000) as i16).collect();
        let (mut octets, mut heard) = ([0; 64], [0; 128]);
        Encoder::default().encode(&sound, &mut octets);
        assert_eq!(octets, OCTETS);
        Decoder::default().decode(&octets, &mut heard);
        assert_eq!(heard, HEARD);
    }
}
