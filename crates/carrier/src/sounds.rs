//! The sounds of a telephone network.

use std::f64::consts::TAU;

use edge::Key;
use edge::sound::{Clip, RATE};

use crate::voice;

/// Peak of one sine of a network tone, in 16-bit samples.
const LEVEL: f64 = 4_000.0;

/// Continuous 440 Hz: one second of whole cycles, to be repeated without a seam.
pub(crate) fn a440() -> Clip {
    clip(&[(&[440.0], 1_000)])
}

/// US busy tone: 480 + 620 Hz, half a second on and off.
pub(crate) fn busy() -> Clip {
    clip(&[(&[480.0, 620.0], 500), (&[], 500)])
}

/// US reorder tone (fast busy): 480 + 620 Hz, a quarter of a second on and off.
pub(crate) fn reorder() -> Clip {
    clip(&[(&[480.0, 620.0], 250), (&[], 250)])
}

/// The special information tone "intercept" (US: 913.8 and 1370.6 Hz of 274 ms, 1776.7 Hz of 380 ms),
/// a voice, and a pause.
pub(crate) fn not_in_service() -> Clip {
    let tone = clip(&[(&[913.8], 274), (&[1_370.6], 274), (&[1_776.7], 380), (&[], 200)]);
    let pause = clip(&[(&[], 1_500)]);
    join(&[tone, voice::talk(2_000), pause])
}

/// The called fax terminal's tone: 2100 Hz (ITU-T T.30: 2.6 to 4 s).
pub(crate) fn ced() -> Clip {
    clip(&[(&[2_100.0], 3_000)])
}

/// An answering machine's beep.
pub(crate) fn beep() -> Clip {
    clip(&[(&[1_000.0], 400)])
}

/// A key as a pair of tones of 100 ms (ITU-T Q.23).
pub(crate) fn key(key: Key) -> Clip {
    const LOW: [f64; 4] = [697.0, 770.0, 852.0, 941.0];
    const HIGH: [f64; 4] = [1_209.0, 1_336.0, 1_477.0, 1_633.0];
    const ROWS: [&str; 4] = ["123A", "456B", "789C", "*0#D"];
    let place = ROWS.iter().enumerate().find_map(|(row, keys)| Some((row, keys.find(key.face())?)));
    let (row, column) = place.expect("every key has its place");
    clip(&[(&[LOW[row], HIGH[column]], 100)])
}

/// Pieces of so many milliseconds, each the sum of sines of these frequencies.
fn clip(pieces: &[(&[f64], u32)]) -> Clip {
    let mut samples = Vec::new();
    for &(frequencies, ms) in pieces {
        samples.extend((0..ms * RATE / 1000).map(|n| {
            let time = f64::from(n) / f64::from(RATE);
            frequencies.iter().map(|hz| LEVEL * (TAU * hz * time).sin()).sum::<f64>() as i16
        }));
    }
    Clip { samples: samples.into() }
}

fn join(clips: &[Clip]) -> Clip {
    Clip { samples: clips.iter().flat_map(|clip| clip.samples.iter().copied()).collect() }
}
