//! The tones that a leg is watched for.

use edge::sound::{Codec, FRAME};
use media::g711;
use media::goertzel::{Change, ToneWatch};

use crate::limits::{EARS, GAP};

/// A leg's ears: nothing is decoded on a leg that has none.
#[derive(Default, Debug)]
pub struct Ears {
    /// The frequency of each in Hz, and its filter; the oldest first.
    watches: Vec<(u16, ToneWatch)>,
    /// Turns since the last sound.
    quiet: u32,
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

    /// Takes what was heard; tells each tone that begins (true) or ends (false).
    pub fn hear(&mut self, codec: Codec, payload: &[u8], tell: impl FnMut(u16, bool)) {
        if self.watches.is_empty() {
            return;
        }
        self.quiet = 0;
        let mut tell = tell;
        for octets in payload.chunks(FRAME) {
            let mut samples = [0; FRAME];
            match codec {
                Codec::Pcmu => g711::mu_decode(octets, &mut samples),
                Codec::Pcma => g711::a_decode(octets, &mut samples),
            }
            self.feed(&samples[..octets.len()], &mut tell);
        }
    }

    /// A turn goes by. When nothing has come for some turns, silence is what there is to hear: a tone
    /// ends too when its sender does.
    pub fn pass(&mut self, mut tell: impl FnMut(u16, bool)) {
        if self.watches.is_empty() {
            return;
        }
        self.quiet = self.quiet.saturating_add(1);
        if self.quiet > GAP && self.watches.iter().any(|(_, watch)| watch.is_present()) {
            self.feed(&[0; FRAME], &mut tell);
        }
    }

    fn feed(&mut self, samples: &[i16], tell: &mut impl FnMut(u16, bool)) {
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

    fn payload(hz: f64) -> Vec<u8> {
        let samples = Tone::sine(hz, -10.0).samples(500);
        let mut octets = vec![0; samples.len()];
        g711::mu_encode(&samples, &mut octets);
        octets
    }

    #[test]
    fn each_tone_is_told_when_it_begins_and_when_its_sender_stops() {
        let mut ears = Ears::default();
        let mut told = Vec::new();
        assert_eq!((ears.add(440), ears.add(1_100), ears.add(440)), (None, None, None));
        ears.hear(Codec::Pcmu, &payload(440.0), |hz, present| told.push((hz, present)));
        ears.hear(Codec::Pcmu, &payload(1_100.0), |hz, present| told.push((hz, present)));
        for _ in 0..GAP + 10 {
            ears.pass(|hz, present| told.push((hz, present)));
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
