//! Keys that were told: a press that comes in several ways counts once.
//!
//! A gateway may let the tone of a key through beside its telephone-event, or tell it by SIP INFO as well.
//! Of each key it is counted how often each way told it; the way that told it most often is right.

use edge::Key;

use crate::limits::TOLD;

/// How a key was told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// By a telephone-event.
    Event,
    /// By its tones.
    Tones,
    /// By signalling.
    Signal,
}

/// The keys told of late.
#[derive(Default, Debug)]
pub struct Told {
    keys: [Times; 16],
}

/// How often one key was told of late.
#[derive(Clone, Copy, Default, Debug)]
struct Times {
    /// In each way.
    ways: [u16; 3],
    /// The turn of the last time.
    turn: u64,
}

impl Told {
    /// Takes a key; whether it is another press, and none that was told in another way already.
    pub fn is_new(&mut self, key: Key, way: Way, turn: u64) -> bool {
        let times = &mut self.keys[usize::from(key.event() & 15)];
        if turn.saturating_sub(times.turn) > TOLD {
            times.ways = [0; 3];
        }
        times.turn = turn;
        let most = times.ways.into_iter().max().unwrap_or_default();
        let count = &mut times.ways[way as usize];
        *count = count.saturating_add(1);
        *count > most
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Way::{Event, Signal, Tones};

    /// Which of these are told, in order.
    fn check(heard: &[(char, Way, u64)], expected: &str) {
        let mut told = Told::default();
        let new = heard.iter().filter(|&&(face, way, turn)| {
            told.is_new(Key::from_face(face).expect("a face"), way, 1_000 + turn)
        });
        assert_eq!(new.map(|&(face, ..)| face).collect::<String>(), expected, "{heard:?}");
    }

    #[test]
    fn b162_a_key_in_several_ways_counts_once() {
        check(&[('5', Event, 0), ('5', Tones, 4), ('5', Signal, 20)], "5");
        check(&[('5', Tones, 0), ('5', Event, 1), ('6', Event, 9), ('6', Tones, 12)], "56");
        // Twice in a row, and one way lags.
        check(&[('5', Event, 0), ('5', Event, 10), ('5', Signal, 18), ('5', Signal, 25)], "55");
        // One way misses a press.
        check(
            &[('5', Event, 0), ('5', Tones, 3), ('5', Event, 9), ('5', Event, 20), ('5', Tones, 24)],
            "555",
        );
    }

    #[test]
    fn b162_a_key_that_is_pressed_again_counts_again() {
        check(&[('5', Event, 0), ('5', Event, 8), ('5', Event, 16)], "555");
        check(&[('5', Event, 0), ('5', Tones, 4), ('5', Tones, 5 + TOLD), ('5', Event, 8 + TOLD)], "55");
    }
}
