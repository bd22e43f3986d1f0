//! Which sign a tone is, by how long it sounds and how long it does not.

use super::Sign;
use super::country::{Country, Sound};

/// Parts of a cadence that are remembered.
const PARTS: usize = 12;
/// The most tones of a country.
const SIGNS: usize = 5;
/// A tone without end is one after so long, if nothing else it could be lasts longer, in ms.
const ENDLESS: u32 = 1_000;
/// A ring this long is one at once; of shorter ones it takes two, in ms.
const LONG_RING: u32 = 600;
/// A part is over when the next has lasted so long, in ms.
const SURE: u32 = 100;

/// A sign with its cadence, as a listener needs it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Pattern {
    pub(super) sign: Sign,
    /// Which of the country's pitches it has.
    pub(super) pitch: u8,
    pub(super) ms: &'static [u16],
}

/// The parts that have passed since a tone began, tone and pause by turns, and the one under way.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Parts {
    ms: [u32; PARTS],
    count: usize,
    /// Whether the first began before anybody listened.
    cut: bool,
    /// What has been told of them, and how many parts had passed.
    told: Option<(Sign, u32)>,
    /// Parts that passed in all.
    passed: u32,
}

/// The shortest and longest that a part of this length may be, in ms.
///
/// These are the windows of North American detectors for busy, fast busy and ringback (0.4 to 0.58 s for 0.5,
/// 0.18 to 0.3 for 0.25, 1.68 to 2.32 for 2), drawn through all lengths.
fn window(ms: u16) -> std::ops::RangeInclusive<u32> {
    let ms = u32::from(ms);
    let (less, more) = match ms {
        0..350 => ((ms * 28 / 100).max(50), 50),
        350..1_000 => (ms / 5, (ms * 16 / 100).max(50)),
        _ => (ms * 16 / 100, ms * 16 / 100),
    };
    ms - less..=ms + more
}

impl Parts {
    /// A tone begins; `cut` says that it may have begun before.
    pub(super) fn new(cut: bool) -> Self {
        Self { cut, ..Self::default() }
    }

    /// A part ends that lasted so long.
    pub(super) fn push(&mut self, ms: u32) {
        if self.count == PARTS {
            self.forget();
        }
        self.ms[self.count] = ms;
        self.count += 1;
        self.passed += 1;
    }

    /// Forgets the first tone and its pause.
    fn forget(&mut self) {
        self.ms.copy_within(2.., 0);
        self.count -= 2;
        self.cut = false;
    }

    /// The signs that these parts, and one under way for `ms`, can be.
    fn fitting(&self, patterns: &[Pattern], pitch: u8, ms: u32) -> [Option<Pattern>; SIGNS] {
        let mut fitting = [None; SIGNS];
        let fits = |pattern: &&Pattern| pattern.pitch == pitch && self.fits(pattern.ms, ms);
        for (place, pattern) in fitting.iter_mut().zip(patterns.iter().filter(fits)) {
            *place = Some(*pattern);
        }
        fitting
    }

    /// Whether these parts, and one under way for `ms`, can be of this cadence.
    fn fits(&self, cadence: &[u16], ms: u32) -> bool {
        if cadence.is_empty() {
            return self.count == 0;
        }
        let part = |begin: usize, n: usize| window(cadence[(begin + n) % cadence.len()]);
        let passed = &self.ms[..self.count];
        (0..cadence.len()).step_by(2).any(|begin| {
            let all = passed.iter().enumerate().all(|(n, &ms)| {
                let window = part(begin, n);
                window.contains(&ms) || n == 0 && self.cut && ms <= *window.end()
            });
            all && ms <= *part(begin, self.count).end()
        })
    }

    /// Whether there is enough of a sign to believe in, if it can be no other.
    fn is_enough(&self, sign: Sign, cadence: &[u16], ms: u32) -> bool {
        let whole = self.count - usize::from(self.cut && self.count > 0);
        match sign {
            _ if cadence.is_empty() => ms >= ENDLESS,
            _ if ms < SURE => false,
            Sign::Ringback => {
                self.count % 2 == 1 && whole >= 1 && (whole >= 3 || self.ms[self.count - 1] >= LONG_RING)
            }
            _ => whole >= 3,
        }
    }

    /// The sign that these parts, and one under way for `ms`, now are and were not before.
    ///
    /// Parts that fit no cadence are forgotten from the first on: a tone may be cut off or begin anew.
    pub(super) fn tell(&mut self, patterns: &[Pattern], pitch: u8, ms: u32) -> Option<Sign> {
        let fitting = loop {
            let fitting = self.fitting(patterns, pitch, ms);
            if fitting[0].is_some() || self.count < 2 {
                break fitting;
            }
            self.forget();
        };
        let first = fitting[0]?;
        if !self.is_enough(first.sign, first.ms, ms) {
            return None;
        }
        // Two that cannot be told apart by now never will: the first stands for both.
        let alike = |other: &Pattern| other.ms == first.ms || self.count >= 2 * other.ms.len().max(2);
        if !fitting[1..].iter().flatten().all(alike) {
            return None;
        }
        let again = match self.told {
            None => true,
            // Each ring is told, every other sign once.
            Some((Sign::Ringback, passed)) => {
                first.sign == Sign::Ringback && self.passed >= passed + first.ms.len() as u32
            }
            Some((told, _)) => told != first.sign,
        };
        if !again {
            return None;
        }
        self.told = Some((first.sign, self.passed));
        Some(first.sign)
    }

    /// Whether a pause of `ms` is longer than any of these patterns has one.
    pub(super) fn is_over(patterns: &[Pattern], pitch: u8, ms: u32) -> bool {
        let pauses = patterns
            .iter()
            .filter(|pattern| pattern.pitch == pitch)
            .flat_map(|pattern| pattern.ms.iter().skip(1).step_by(2));
        pauses.map(|&pause| *window(pause).end()).max().is_none_or(|longest| ms > longest)
    }
}

/// The pitches of a country, each once, and its signs.
pub(super) fn patterns(country: Country) -> (Vec<&'static [f64]>, Vec<Pattern>) {
    let mut pitches: Vec<&'static [f64]> = Vec::new();
    let mut patterns = Vec::new();
    for (sign, Sound { hz, ms }) in country.sounds() {
        let pitch = pitches.iter().position(|&known| known == hz).unwrap_or_else(|| {
            pitches.push(hz);
            pitches.len() - 1
        });
        patterns.push(Pattern { sign, pitch: pitch as u8, ms });
    }
    (pitches, patterns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_those_of_detectors_in_use() {
        assert_eq!(window(500), 400..=580);
        assert_eq!(window(250), 180..=300);
        assert_eq!(window(2_000), 1_680..=2_320);
        assert_eq!(window(4_000), 3_360..=4_640);
    }

    #[test]
    fn parts_are_bounded() {
        let mut parts = Parts::new(false);
        for _ in 0..1_000 {
            parts.push(250);
        }
        assert!(parts.count <= PARTS && parts.fits(&[250, 250], 0));
    }
}
