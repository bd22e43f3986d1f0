//! Sounds that are made and not spoken: noise, tones, music; and how they are put together.

use std::f64::consts::TAU;

use media::goertzel::rms_dbm0;
use media::tone::{Cadence, Tone, peak, silence};

use super::dice::Dice;

/// Samples a second, and a millisecond.
const RATE: f64 = 8_000.0;
pub(super) const PER_MS: usize = 8;
/// Samples of the frames in which a level is measured: 20 ms.
const FRAME: usize = 160;
/// How far below the loudest frame speech still counts for its level, in decibels.
const ACTIVE: f64 = 20.0;

/// White noise of this level.
pub(super) fn white(ms: u32, dbm0: f64, dice: &mut Dice) -> Vec<i16> {
    // Even from -1 to 1 has a third of the power of full scale; a sine of this level has half of its peak's.
    let peak = peak(dbm0) * 1.5_f64.sqrt();
    silence(ms).iter().map(|_| (peak * dice.between(-1.0, 1.0)).round() as i16).collect()
}

/// Noise with the same power in each octave: white noise held for 1, 2, 4 ... samples, added up.
pub(super) fn pink(ms: u32, dbm0: f64, dice: &mut Dice) -> Vec<i16> {
    let mut held = [0.0; 12];
    let samples = (1..=ms as usize * PER_MS).map(|n| {
        let row = (n.trailing_zeros() as usize).min(held.len() - 1);
        held[row] = dice.between(-1.0, 1.0);
        (held.iter().sum::<f64>() * 1_000.0) as i16
    });
    at_level(&samples.collect::<Vec<_>>(), dbm0)
}

/// Music: chords under a melody, with a few overtones, in a tempo and a key of its own.
pub(super) fn music(ms: u32, dbm0: f64, dice: &mut Dice) -> Vec<i16> {
    const SCALE: [i32; 8] = [0, 2, 4, 5, 7, 9, 11, 12];
    const CHORDS: [[i32; 3]; 4] = [[0, 4, 7], [5, 9, 12], [7, 11, 14], [9, 12, 16]];
    let root = dice.between(110.0, 220.0);
    let beat = dice.between(0.18, 0.5);
    let pitch = |semitones: i32| root * 2.0_f64.powf(f64::from(semitones) / 12.0);
    let mut sum = vec![0.0; ms as usize * PER_MS];
    let mut sing = |from: f64, seconds: f64, hz: f64, strength: f64| {
        let first = (from * RATE) as usize;
        let length = (seconds * RATE) as usize;
        for (n, out) in sum.iter_mut().skip(first).take(length).enumerate() {
            let t = n as f64 / RATE;
            let fade = (-2.0 * t / seconds).exp() * (t / 0.01).min(1.0);
            let tone: f64 = (1..=4).map(|k| (TAU * hz * f64::from(k) * t).sin() / f64::from(k * k)).sum();
            *out += strength * fade * tone;
        }
    };
    let mut at = 0.0;
    while at * 1_000.0 < f64::from(ms) {
        let chord = CHORDS[dice.below(CHORDS.len())];
        chord.iter().for_each(|&note| sing(at, 4.0 * beat, pitch(note), 1.0));
        for n in 0..4 {
            let note = SCALE[dice.below(SCALE.len())] + 12;
            sing(at + f64::from(n) * beat, beat, pitch(note), 1.6);
        }
        at += 4.0 * beat;
    }
    let samples: Vec<i16> = sum.iter().map(|x| (x * 2_000.0) as i16).collect();
    at_level(&samples, dbm0)
}

/// The end of a ring, as the line still carries it when the call is answered.
pub(super) fn ringback(ms: u32, dice: &mut Dice) -> Vec<i16> {
    let dbm0 = dice.between(-26.0, -14.0);
    let tone = match dice.below(6) {
        0 | 1 => Tone::dual([440.0, 480.0], dbm0),
        2 => Tone::dual([400.0, 450.0], dbm0),
        3 => Tone::dual([383.0, 417.0], dbm0),
        4 => Tone::sine(440.0, dbm0),
        _ => Tone::sine(425.0, dbm0),
    };
    tone.samples(ms)
}

/// A beep: its sound with soft edges.
pub(super) fn beep(ms: u32, hz: f64, dbm0: f64, dice: &mut Dice) -> Vec<i16> {
    let mut samples = Tone::sine(hz, dbm0).samples(ms);
    // One in six has overtones, as a buzzer has.
    if dice.chance(1.0 / 6.0) {
        for (times, below) in [(2.0, 14.0), (3.0, 16.0)] {
            // The line ends there (ITU-T G.712).
            if hz * times < 3_400.0 {
                mix(&mut samples, &Tone::sine(hz * times, dbm0 - below).samples(ms), 0);
            }
        }
    }
    let edge = 5 * PER_MS;
    let length = samples.len();
    for (n, sample) in samples.iter_mut().enumerate() {
        let part = (n.min(length - n) as f64 / edge as f64).min(1.0);
        *sample = (f64::from(*sample) * part) as i16;
    }
    samples
}

/// The answer tone of a fax: 2100 Hz, or the same with its phase reversed every 450 ms (ITU-T V.25).
pub(super) fn answer_tone(ms: u32, dbm0: f64, dice: &mut Dice) -> Vec<i16> {
    let mut samples = Tone::sine(2_100.0, dbm0).samples(ms);
    if dice.chance(0.5) {
        for (n, stretch) in samples.chunks_mut(450 * PER_MS).enumerate() {
            if n % 2 == 1 {
                stretch.iter_mut().for_each(|sample| *sample = sample.saturating_neg());
            }
        }
    }
    samples
}

/// The calling tone of a fax: half a second of 1100 Hz every 3.5 s (ITU-T T.30).
pub(super) fn calling_tone(ms: u32, dbm0: f64) -> Vec<i16> {
    Cadence::of(Tone::sine(1_100.0, dbm0), &[500, 3_000]).samples(ms)
}

/// Three tones of special information, of North America or of ITU-T E.180.
pub(super) fn information_tones(dbm0: f64, dice: &mut Dice) -> Vec<i16> {
    const SETS: [[(f64, u32); 3]; 5] = [
        [(950.0, 330), (1_400.0, 330), (1_800.0, 330)],
        [(913.8, 274), (1_370.6, 274), (1_776.7, 380)],
        [(985.2, 380), (1_370.6, 274), (1_776.7, 380)],
        [(913.8, 274), (1_428.5, 380), (1_776.7, 380)],
        [(985.2, 380), (1_428.5, 380), (1_776.7, 380)],
    ];
    let set = SETS[dice.below(SETS.len())];
    set.iter().flat_map(|&(hz, ms)| Tone::sine(hz, dbm0).samples(ms)).collect()
}

/// Adds `other` to `samples` from this sample on.
pub(super) fn mix(samples: &mut [i16], other: &[i16], from: usize) {
    for (sample, other) in samples.iter_mut().skip(from).zip(other) {
        *sample = sample.saturating_add(*other);
    }
}

/// The level of speech without its pauses, in dBm0.
pub(super) fn active_dbm0(samples: &[i16]) -> f64 {
    let levels: Vec<f64> = samples.chunks(FRAME).map(rms_dbm0).collect();
    let loudest = levels.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let active: Vec<i16> = samples
        .chunks(FRAME)
        .zip(&levels)
        .filter(|(_, level)| **level > loudest - ACTIVE)
        .flat_map(|(frame, _)| frame.iter().copied())
        .collect();
    rms_dbm0(&active)
}

/// The same at another active level; what becomes too loud is clipped.
pub(super) fn at_level(samples: &[i16], dbm0: f64) -> Vec<i16> {
    let is = active_dbm0(samples);
    if !is.is_finite() {
        return samples.to_vec();
    }
    let gain = 10.0_f64.powf((dbm0 - is) / 20.0);
    // A float too large for the type becomes its nearest value.
    samples.iter().map(|&sample| (f64::from(sample) * gain).round() as i16).collect()
}

/// Speech without the silence around it: what is 40 dB below its loudest 10 ms.
pub(super) fn trimmed(samples: &[i16]) -> Vec<i16> {
    const TEN: usize = 10 * PER_MS;
    let levels: Vec<f64> = samples.chunks(TEN).map(rms_dbm0).collect();
    let loudest = levels.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sounds = |level: &f64| *level > loudest - 40.0;
    let first = levels.iter().position(sounds).unwrap_or(0);
    let last = levels.iter().rposition(sounds).map_or(0, |last| last + 1);
    samples[first * TEN..(last * TEN).min(samples.len())].to_vec()
}
