//! The tones that a leg is watched for.

use edge::sound::FRAME;
use media::goertzel::{Change, ToneWatch};

use crate::limits::EARS;

/// A leg's ears: nothing is decoded on a leg that has none.
#[derive(Default, Debug)]
pub struct Ears {
    /// The frequency of each in Hz, and its filter; the oldest first.
    watches: Vec<(u16, ToneWatch)>,
}

impl Ears {
    /// Watches for a tone of this frequency too. When that is one too many, the oldest goes, and is
    /// returned.
    pub fn add(&mut self, hz: u16) -> Option<u16> {
        if self.watches.iter().any(|&(known, _)| known == hz) {
            return None;
        }
        let gone = (self.watches.len() == EARS).then(|| self.watches.remove(0).0);
        self.watches.push((hz, ToneWatch::new(hz)));
        gone
    }

    /// Whether any tone is watched for.
    #[must_use]
    pub const fn are_open(&self) -> bool {
        !self.watches.is_empty()
    }

    /// Takes a frame that was heard; tells each tone that begins (true) or ends (false).
    pub fn hear(&mut self, samples: &[i16; FRAME], mut tell: impl FnMut(u16, bool)) {
        for (hz, watch) in &mut self.watches {
            if let Some(change) = watch.feed(samples) {
                tell(*hz, change == Change::Began);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use media::tone::Tone;

    #[test]
    fn each_tone_is_told_when_it_begins_and_when_it_ends() {
        let mut ears = Ears::default();
        let mut told = Vec::new();
        assert_eq!((ears.add(440), ears.add(1_100), ears.add(440)), (None, None, None));
        for mut tone in [440.0, 1_100.0].map(|hz| Tone::sine(hz, -10.0)) {
            let mut frame = [0; FRAME];
            for _ in 0..25 {
                tone.fill(&mut frame);
                ears.hear(&frame, |hz, present| told.push((hz, present)));
            }
        }
        for _ in 0..25 {
            ears.hear(&[0; FRAME], |hz, present| told.push((hz, present)));
        }
        assert_eq!(told.len(), 4, "{told:?}");
        assert_eq!(told[0], (440, true));
        assert!(told[1..3].contains(&(440, false)) && told[1..3].contains(&(1_100, true)), "{told:?}");
        assert_eq!(told[3], (1_100, false));
    }

    #[test]
    fn the_oldest_watch_makes_room() {
        let mut ears = Ears::default();
        for hz in 0..EARS as u16 {
            assert_eq!(ears.add(400 + hz), None);
        }
        assert_eq!(ears.add(2_100), Some(400));
        assert_eq!(ears.watches.len(), EARS);
    }
}
