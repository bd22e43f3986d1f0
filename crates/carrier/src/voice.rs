//! A voice made in code: vowels by adding up the harmonics of a pitch under the formants of a mouth.
//! It says nothing that a person would understand, but it has what matters to a detector: pitch,
//! formants, syllables and pauses.

use std::f32::consts::TAU;

use edge::sound::{Clip, RATE};

/// Harmonics above this are left out: the telephone band ends at 3400 Hz (ITU-T G.712).
const BAND_HZ: f32 = 3_400.0;
/// Peak of a vowel, in 16-bit samples: about -12 dBm0, as a person on the phone.
const LOUD: f32 = 9_000.0;
/// Peak of the breath that goes along with it.
const BREATH: f32 = 500.0;
/// How long a syllable takes to rise and to fall.
const EDGE_MS: f32 = 25.0;

/// The resonances of a mouth that holds a vowel: frequency in Hz and strength of each formant.
type Formants = [(f32, f32); 3];

/// As in "hell".
const OPEN_E: Formants = [(550.0, 1.0), (1_770.0, 0.4), (2_490.0, 0.2)];
/// As in "low".
const ROUND_O: Formants = [(450.0, 1.0), (1_000.0, 0.5), (2_400.0, 0.06)];
/// As in "see".
const CLOSE_I: Formants = [(290.0, 1.0), (2_200.0, 0.3), (2_950.0, 0.2)];
/// As in "father".
const OPEN_A: Formants = [(730.0, 1.0), (1_090.0, 0.6), (2_440.0, 0.12)];
const VOWELS: [Formants; 4] = [OPEN_E, CLOSE_I, OPEN_A, ROUND_O];

/// A piece of speech.
struct Syllable {
    vowel: Formants,
    ms: f32,
    /// The pitch at its beginning and its end, in Hz.
    pitch: (f32, f32),
    /// Silence after it.
    pause_ms: u32,
}

/// A person's hello: two syllables, 600 ms.
pub(crate) fn hello() -> Clip {
    speak(&[
        Syllable { vowel: OPEN_E, ms: 220.0, pitch: (125.0, 160.0), pause_ms: 30 },
        Syllable { vowel: ROUND_O, ms: 350.0, pitch: (165.0, 100.0), pause_ms: 0 },
    ])
}

/// Somebody who talks for this long, in words of two or three syllables.
pub(crate) fn talk(ms: u32) -> Clip {
    const SYLLABLE_MS: u32 = 160;
    const PAUSES_MS: [u32; 5] = [20, 20, 90, 20, 130];
    let mut syllables = Vec::new();
    let mut spoken_ms = 0;
    for (n, (&vowel, &pause_ms)) in VOWELS.iter().cycle().zip(PAUSES_MS.iter().cycle()).enumerate() {
        let next_ms = spoken_ms + SYLLABLE_MS + pause_ms;
        if next_ms > ms {
            break;
        }
        spoken_ms = next_ms;
        // A sentence falls: the pitch goes down word by word and begins again.
        let top = 160.0 - 5.0 * (n % 10) as f32;
        syllables.push(Syllable { vowel, ms: SYLLABLE_MS as f32, pitch: (top, top - 35.0), pause_ms });
    }
    if let Some(last) = syllables.last_mut() {
        last.pause_ms += ms - spoken_ms;
    }
    speak(&syllables)
}

fn speak(syllables: &[Syllable]) -> Clip {
    let mut samples = Vec::new();
    for syllable in syllables {
        voice(syllable, &mut samples);
        let pause = (syllable.pause_ms * RATE / 1000) as usize;
        samples.resize(samples.len() + pause, 0);
    }
    Clip { samples: samples.into() }
}

fn voice(syllable: &Syllable, samples: &mut Vec<i16>) {
    let rate = RATE as f32;
    let length = (syllable.ms * rate / 1000.0) as usize;
    let (first, last) = syllable.pitch;
    // The strengths are those of the middle pitch all through; a formant is wider than a glide.
    let strengths = harmonics(&syllable.vowel, f32::midpoint(first, last));
    let scale = LOUD / strengths.iter().sum::<f32>().max(f32::EPSILON);
    let mut phase = 0.0;
    let mut breath = Breath(1);
    for n in 0..length {
        let part = n as f32 / length as f32;
        phase = (phase + (first + (last - first) * part) / rate).fract();
        let sum: f32 = strengths.iter().zip(1u8..).map(|(a, k)| a * (TAU * phase * f32::from(k)).sin()).sum();
        let from_edge = n.min(length - n) as f32 * 1000.0 / rate;
        let envelope = (from_edge / EDGE_MS).min(1.0);
        samples.push(((sum * scale + BREATH * breath.next()) * envelope) as i16);
    }
}

/// Noise between -1 and 1, the same every time.
struct Breath(u32);

impl Breath {
    fn next(&mut self) -> f32 {
        // Numerical Recipes' quick generator; its upper bits are noise enough.
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f32::from((self.0 >> 16) as u16) / 32_768.0 - 1.0
    }
}

/// How strong each harmonic of `pitch` comes out of this mouth.
fn harmonics(vowel: &Formants, pitch: f32) -> Vec<f32> {
    const WIDTH_HZ: f32 = 130.0;
    let count = (BAND_HZ / pitch) as u8;
    let strength = |hz: f32| -> f32 {
        vowel.iter().map(|(at, gain)| gain / (1.0 + ((hz - at) / WIDTH_HZ).powi(2))).sum()
    };
    (1..=count).map(|k| strength(pitch * f32::from(k))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rms(samples: &[i16]) -> f64 {
        let squares: f64 = samples.iter().map(|&s| f64::from(s).powi(2)).sum();
        (squares / samples.len() as f64).sqrt()
    }

    #[test]
    fn hello_is_two_syllables_of_a_person() {
        let clip = hello();
        assert_eq!(clip.milliseconds(), 600);
        let (first, rest) = clip.samples.split_at(1_760);
        let (pause, second) = rest.split_at(240);
        assert!(rms(first) > 800.0 && rms(second) > 800.0, "{} {}", rms(first), rms(second));
        assert!(pause.iter().all(|&s| s == 0));
        assert!(clip.samples.iter().all(|s| s.unsigned_abs() <= 9_500));
    }

    #[test]
    fn talk_lasts_as_long_as_asked() {
        for ms in [1_000, 2_000, 5_000] {
            assert_eq!(talk(ms).milliseconds(), u64::from(ms));
        }
        assert_eq!(talk(0).milliseconds(), 0);
    }
}
