//! The sounds of a telephone network.

use edge::Key;
use edge::sound::Clip;
use media::progress::{Country, Sign, Sit};
use media::tone::{Tone, silence};

use crate::voice;

/// The level of each sine of a network tone, in dBm0: as loud as a line has them, and no louder than
/// the voice.
const LEVEL: f64 = -16.0;

/// Continuous 440 Hz: one second of whole cycles, to be repeated without a seam.
pub(crate) fn a440() -> Clip {
    clip(&[Tone::sine(440.0, LEVEL).samples(1_000)])
}

/// US busy tone: half a second on and off.
pub(crate) fn busy() -> Clip {
    clip(&[network(Sign::Busy, 1_000)])
}

/// US reorder tone (fast busy): a quarter of a second on and off.
pub(crate) fn reorder() -> Clip {
    clip(&[network(Sign::FastBusy, 500)])
}

/// The special information tone "intercept", without the pause that follows it where it is repeated, a
/// voice, and a pause.
pub(crate) fn not_in_service() -> Clip {
    let sit = network(Sign::Sit(Sit::Intercept), 928);
    clip(&[sit, silence(200), voice::talk(2_000).samples.to_vec(), silence(1_500)])
}

/// The called fax terminal's tone (ITU-T T.30: 2.6 to 4 s).
pub(crate) fn ced() -> Clip {
    clip(&[network(Sign::Ced, 3_000)])
}

/// So many milliseconds of what the network of the United States says with this sign: from the same table
/// by which a server hears it.
fn network(sign: Sign, ms: u32) -> Vec<i16> {
    let us = Country::default();
    us.sound(sign, LEVEL).expect("it has this sign").samples(ms)
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

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use media::goertzel::{ToneWatch, rms_dbm0, tone_dbm0};

    use super::*;

    /// Between these milliseconds the clip must sound of these frequencies, each at the level, and of
    /// nothing else.
    fn check(clip: &Clip, ms: Range<usize>, frequencies: &[f64], level: f64) {
        let piece = &clip.samples[ms.start * 8..ms.end * 8];
        for &hz in frequencies {
            let found = tone_dbm0(piece, hz);
            assert!((found - level).abs() < 0.5, "{hz} Hz in {ms:?}: {found} dBm0");
        }
        let all = level + 10.0 * (frequencies.len() as f64).log10();
        let found = rms_dbm0(piece);
        let is_all = if frequencies.is_empty() { found < -60.0 } else { (found - all).abs() < 0.5 };
        assert!(is_all, "{ms:?}: {found} dBm0");
    }

    #[test]
    fn network_tones_have_their_frequencies_and_times() {
        check(&a440(), 0..1_000, &[440.0], LEVEL);
        check(&busy(), 0..500, &[480.0, 620.0], LEVEL);
        check(&busy(), 500..1_000, &[], LEVEL);
        check(&reorder(), 0..250, &[480.0, 620.0], LEVEL);
        check(&reorder(), 250..500, &[], LEVEL);
        check(&ced(), 0..3_000, &[2_100.0], LEVEL);
        check(&beep(), 0..400, &[1_000.0], LEVEL);
    }

    #[test]
    fn the_intercept_tone_comes_before_the_voice() {
        let clip = not_in_service();
        check(&clip, 0..274, &[913.8], LEVEL);
        check(&clip, 274..548, &[1_370.6], LEVEL);
        check(&clip, 548..928, &[1_776.7], LEVEL);
        check(&clip, 928..1_128, &[], LEVEL);
        assert!(rms_dbm0(&clip.samples[1_128 * 8..3_000 * 8]) > -30.0);
    }

    #[test]
    fn a_key_is_its_pair_of_tones() {
        let five = key(Key::from_face('5').unwrap());
        assert!(tone_dbm0(&five.samples, 770.0) > -12.0);
        assert!(tone_dbm0(&five.samples, 1_336.0) > -12.0);
        assert_eq!(five.milliseconds(), 100);
    }

    #[test]
    fn no_voice_is_taken_for_a_tone() {
        for hz in (300..=2_200).step_by(20) {
            for clip in [voice::hello(), voice::talk(1_500)] {
                let mut watch = ToneWatch::new(hz);
                for frame in clip.samples.chunks(160) {
                    assert_eq!(watch.feed(frame), None, "{hz} Hz in {clip:?}");
                }
            }
        }
    }
}
