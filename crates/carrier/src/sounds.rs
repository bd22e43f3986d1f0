//! The sounds of a telephone network.

use edge::Key;
use edge::sound::Clip;
use media::tone::{Cadence, Tone, silence};

use crate::voice;

/// The level of each sine of a network tone, in dBm0: as loud as a line has them, and no louder than
/// the voice.
const LEVEL: f64 = -16.0;

/// Continuous 440 Hz: one second of whole cycles, to be repeated without a seam.
pub(crate) fn a440() -> Clip {
    clip(&[Tone::sine(440.0, LEVEL).samples(1_000)])
}

/// US busy tone: 480 + 620 Hz, half a second on and off.
pub(crate) fn busy() -> Clip {
    clip(&[Cadence::of(Tone::dual([480.0, 620.0], LEVEL), &[500, 500]).samples(1_000)])
}

/// US reorder tone (fast busy): 480 + 620 Hz, a quarter of a second on and off.
pub(crate) fn reorder() -> Clip {
    clip(&[Cadence::of(Tone::dual([480.0, 620.0], LEVEL), &[250, 250]).samples(500)])
}

/// The special information tone "intercept" (US: 913.8 and 1370.6 Hz of 274 ms, 1776.7 Hz of 380 ms),
/// a voice, and a pause.
pub(crate) fn not_in_service() -> Clip {
    let sit = [(913.8, 274), (1_370.6, 274), (1_776.7, 380)];
    let sit = sit.map(|(hz, ms)| Tone::sine(hz, LEVEL).samples(ms)).concat();
    clip(&[sit, silence(200), voice::talk(2_000).samples.to_vec(), silence(1_500)])
}

/// The called fax terminal's tone: 2100 Hz (ITU-T T.30: 2.6 to 4 s).
pub(crate) fn ced() -> Clip {
    clip(&[Tone::sine(2_100.0, LEVEL).samples(3_000)])
}

/// An answering machine's beep.
pub(crate) fn beep() -> Clip {
    clip(&[Tone::sine(1_000.0, LEVEL).samples(400)])
}

/// A key as a pair of tones of 100 ms.
pub(crate) fn key(key: Key) -> Clip {
    clip(&[Tone::key(key.event()).expect("every key has its tones").samples(100)])
}

fn clip(pieces: &[Vec<i16>]) -> Clip {
    Clip { samples: pieces.concat().into() }
}
