//! Dialogic's OKI ADPCM, the 4-bit coding of VOX files.
//!
//! Two samples a byte, the high nibble first. A code is a sign (bit 3) and three bits of magnitude
//! in units of a step that grows and shrinks with the codes. There are no check points: a decoder
//! must start at the first byte, and one wrong byte is heard until silence draws the coder back.
//!
//! Boards, SoX and FFmpeg agree in all but rounding and clipping; ours is SoX's form, bit for bit:
//! one rounded product for the difference, clipped at 16 bits.

/// The step sizes, on the coder's 12-bit scale.
const STEPS: [i32; 49] = [
    16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97, 107, 118, 130, 143, 157,
    173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724, 796, 876, 963, 1060,
    1166, 1282, 1411, 1552,
];

/// How far a code's magnitude moves along [`STEPS`].
const STEP_MOVES: [i8; 8] = [-1, -1, -1, -1, 2, 4, 6, 8];

/// A step of the 12-bit scale in 16-bit samples.
const SCALE: i32 = 16;

const SIGN: u8 = 8;
const MAGNITUDE: u8 = 7;

/// What coder and decoder know alike: the last sample and the place in [`STEPS`].
#[derive(Clone, Copy, Default, Debug)]
struct Predictor {
    last: i16,
    step: u8,
}

impl Predictor {
    /// Takes one code, 0 to 15, and yields its sample.
    fn decode(&mut self, code: u8) -> i16 {
        let magnitude = code & MAGNITUDE;
        let odd = 2 * i32::from(magnitude) + 1;
        let size = ((self.step_size() * odd) >> 3) * SCALE;
        let difference = if code & SIGN == 0 { size } else { -size };
        let sample = (i32::from(self.last) + difference).clamp(i32::from(i16::MIN), i32::from(i16::MAX));
        self.last = sample as i16;
        let last_step = (STEPS.len() - 1) as u8;
        self.step = self.step.saturating_add_signed(STEP_MOVES[usize::from(magnitude)]).min(last_step);
        self.last
    }

    /// The code nearest below `sample`, which the predictor then takes itself.
    fn encode(&mut self, sample: i16) -> u8 {
        let difference = i32::from(sample) - i32::from(self.last);
        let magnitude = (difference.abs() * 4 / (self.step_size() * SCALE)).min(i32::from(MAGNITUDE)) as u8;
        let code = if difference < 0 { SIGN | magnitude } else { magnitude };
        self.decode(code);
        code
    }

    fn step_size(self) -> i32 {
        STEPS[usize::from(self.step)]
    }
}

/// Turns OKI ADPCM into samples.
#[derive(Clone, Copy, Default, Debug)]
pub struct Decoder(Predictor);

impl Decoder {
    /// A decoder at the start of a file.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Decodes `bytes` and appends two samples for each to `samples`.
    pub fn decode(&mut self, bytes: &[u8], samples: &mut Vec<i16>) {
        samples.reserve(bytes.len().saturating_mul(2));
        for byte in bytes {
            samples.push(self.0.decode(byte >> 4));
            samples.push(self.0.decode(byte & 0x0f));
        }
    }
}

/// Turns samples into OKI ADPCM.
#[derive(Clone, Copy, Default, Debug)]
pub struct Encoder {
    predictor: Predictor,
    /// The code of a sample that waits for its second to fill a byte.
    waiting: Option<u8>,
}

impl Encoder {
    /// An encoder at the start of a file.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Encodes `samples` and appends a byte for every two to `bytes`; an odd one waits for the next call.
    pub fn encode(&mut self, samples: &[i16], bytes: &mut Vec<u8>) {
        bytes.reserve(samples.len() / 2 + 1);
        for &sample in samples {
            let code = self.predictor.encode(sample);
            match self.waiting.take() {
                Some(high) => bytes.push(high << 4 | code),
                None => self.waiting = Some(code),
            }
        }
    }

    /// Ends the file: a sample that still waits is written with a low nibble of 0, as SoX does.
    pub fn finish(mut self, bytes: &mut Vec<u8>) {
        if let Some(high) = self.waiting.take() {
            bytes.push(high << 4);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The expected bytes and samples were made with SoX 14.4.2:
    //   sox -D -t raw -r 8000 -c 1 -e signed -b 16 -L in.s16 -t vox out.vox
    //   sox -D -t vox -r 8000 in.vox -t raw -e signed -b 16 -L out.s16

    /// A 1004 Hz tone, a full-scale square that clips the predictor, and white noise; an odd number.
    const SAMPLES: [i16; 73] = [
        0, 8512, 12000, 8405, -151, -8618, -11998, -8297, 302, 8722, 11994, 8187, -452, -8825, -11988, -8076,
        603, 8926, 11981, 7964, -753, -9026, -11971, -7851, 32767, 32767, 32767, 32767, 32767, 32767, -32768,
        -32768, -32768, -32768, -32768, -32768, 32767, 32767, 32767, 32767, 32767, 32767, -32768, -32768,
        -32768, -32768, -32768, -32768, 18046, -336, 484, -5221, -13345, 31604, 25270, 31662, -11076, 30421,
        15666, 24564, -990, -25360, 24901, 2027, -32291, 16289, -20070, 24269, -10632, -3452, -28769, -14441,
        -6335,
    ];
    const SAMPLES_ENCODED: [u8; 37] = [
        0x07, 0x77, 0xef, 0x91, 0x43, 0x19, 0xcc, 0x81, 0x34, 0x1a, 0xcb, 0x92, 0x77, 0x00, 0x00, 0xfd, 0x08,
        0x80, 0x75, 0x00, 0x00, 0xfd, 0x08, 0x80, 0x78, 0x09, 0x97, 0x10, 0xf6, 0xa1, 0xdb, 0x7a, 0xe7, 0xd7,
        0xd0, 0xc2, 0x10,
    ];
    const SAMPLES_DECODED: [i16; 74] = [
        32, 512, 1520, 3696, -384, -8752, -12336, -9072, -192, 8176, 11440, 8480, 400, -9392, -10704, -7120,
        496, 9376, 12960, 7520, -1360, -9728, -12992, -8064, 5392, 32767, 32767, 32767, 32767, 32767, 975,
        -32768, -29664, -32480, -32768, -30448, 1344, 32767, 32767, 32767, 32767, 32767, 975, -32768, -29664,
        -32480, -32768, -30448, 1344, -1760, 1056, -6624, -13616, 18176, 27488, 30304, -8144, 32208, 16688,
        25152, -3040, -24768, 17552, 2032, -32768, 13792, -20352, 26208, -7936, -4832, -30224, -14704, -6240,
        -3680,
    ];
    /// Random codes, as no encoder would write them.
    const NOISE: [u8; 48] = [
        0x6c, 0x4e, 0x74, 0x92, 0x13, 0x25, 0x22, 0x2e, 0x31, 0xa1, 0xcd, 0x13, 0xbe, 0x12, 0xed, 0x42, 0x69,
        0x66, 0xce, 0x24, 0xfc, 0x23, 0xd7, 0xda, 0x8d, 0x20, 0x97, 0x61, 0x6a, 0x06, 0x95, 0x6e, 0xc2, 0x8a,
        0xd4, 0x03, 0x13, 0x68, 0x28, 0xd4, 0x57, 0x1e, 0x3c, 0x5d, 0xee, 0x6e, 0x5e, 0xc0,
    ];
    const NOISE_DECODED: [i16; 96] = [
        416, -80, 528, -528, 1648, 4464, 3328, 5056, 5984, 7984, 9280, 11872, 13600, 15168, 16592, 13216,
        16432, 17680, 15792, 16816, 14000, 9824, 11488, 15024, 11808, 6384, 8608, 11968, 4000, -7968, 6352,
        15968, 32767, 23455, 32767, 32767, 4831, -32768, -17248, 8144, -32768, -32768, -17248, 2496, -25696,
        20864, -13280, -28800, -31616, -32768, -17248, -14432, -22112, 12864, 32767, 32767, 32767, 17247,
        20063, 32767, 23455, 32767, 32767, -7585, -32768, -17248, -20064, -32768, -32768, -4832, -1728,
        18016, 25696, 32767, 32767, 29663, 32767, 30207, 4559, 32495, 32767, 32767, 32767, -3905, 17823,
        -7569, 26575, -7569, -32768, -32768, 7584, -32768, 1376, -32768, -32768, -29664,
    ];

    fn decoded(bytes: &[u8]) -> Vec<i16> {
        let mut samples = Vec::new();
        Decoder::new().decode(bytes, &mut samples);
        samples
    }

    fn encoded(pieces: &[&[i16]]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new();
        for piece in pieces {
            encoder.encode(piece, &mut bytes);
        }
        encoder.finish(&mut bytes);
        bytes
    }

    #[test]
    fn decodes_as_sox_does() {
        assert_eq!(decoded(&SAMPLES_ENCODED), SAMPLES_DECODED);
        assert_eq!(decoded(&NOISE), NOISE_DECODED);
    }

    #[test]
    fn encodes_as_sox_does() {
        assert_eq!(encoded(&[&SAMPLES]), SAMPLES_ENCODED);
    }

    #[test]
    fn where_the_stream_is_cut_makes_no_difference() {
        let (first, second) = SAMPLES.split_at(33);
        assert_eq!(encoded(&[first, &[], second]), SAMPLES_ENCODED);
        let mut samples = Vec::new();
        let mut decoder = Decoder::new();
        for byte in NOISE {
            decoder.decode(&[byte], &mut samples);
        }
        assert_eq!(samples, NOISE_DECODED);
    }

    #[test]
    fn every_code_is_taken_in_every_state() {
        for step in 0..STEPS.len() as u8 {
            for last in [i16::MIN, -1, 0, i16::MAX] {
                for code in 0..16 {
                    Predictor { last, step }.decode(code);
                }
                for sample in [i16::MIN, 0, i16::MAX] {
                    assert!(Predictor { last, step }.encode(sample) < 16);
                }
            }
        }
    }
}
