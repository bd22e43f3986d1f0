//! The tones of a telephone network: what they are, country by country, and hearing them.
//!
//! A [`Bank`] takes blocks of 10 ms through sixteen filters: the frequencies of its country, and those that are
//! the same everywhere. A country's tones are judged over the last seven blocks, where frequencies 30 Hz apart
//! are told apart, and even closer ones when they sound together; a tone is a [`Sign`] when its cadence can be no
//! other. The others (special information tones, fax) are pure tones whose frequency is measured by the
//! phase that they gain from block to block.

mod cadence;
mod country;
mod pure;
mod sit;
mod steady;

use std::sync::LazyLock;

use cadence::{Parts, Pattern};
pub use country::Country;
use pure::Pure;
use serde::{Deserialize, Serialize};
use steady::Steady;

use crate::filters::{Filters, HALF, LANES, Window};
use crate::tone::power;

/// Samples in a block: 10 ms.
const BLOCK: usize = 2 * HALF;
/// Milliseconds in a block.
const MS: u32 = 10;
/// A tone that began within so many blocks of a bank's first may have begun before it: what a leg hears begins with
/// the 40 ms for which packets are kept back.
const CUT: u64 = 8;
/// The least power of a tone: -43 dBm0, as detectors in use hear to -40.
const LEAST: f32 = power(-43.0);

/// What a network says with a tone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Sign {
    /// Dial tone.
    DialTone,
    /// Ringback; told for each ring.
    Ringback,
    /// Busy tone. Where busy and congestion sound alike, both are this.
    Busy,
    /// Congestion, called reorder or fast busy in North America.
    FastBusy,
    /// A special information tone, or what a country has in its place.
    Sit(Sit),
    /// A fax machine calls (ITU-T T.30).
    Cng,
    /// A fax machine or modem answers: 2100 Hz, with or without reversals of its phase (ITU-T T.30, V.25).
    Ced,
}

/// What a special information tone says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Sit {
    /// IC: the number is vacant or has changed, and an announcement says so.
    Intercept,
    /// VC: there is no such code.
    VacantCode,
    /// RO': reorder, near the caller.
    Reorder,
    /// NC': no circuit, near the caller.
    NoCircuit,
    /// RO'': reorder, at a carrier.
    CarrierReorder,
    /// NC'': no circuit, at a carrier.
    CarrierNoCircuit,
    /// Not in use.
    Reserved1,
    /// Not in use.
    Reserved2,
    /// The tone of ITU-T E.180, which does not say why.
    International,
    /// Number unobtainable, where that is one tone with a cadence.
    Unobtainable,
}

/// A sign, and when it was heard.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Heard {
    /// Which.
    pub sign: Sign,
    /// When it began, in samples since the bank's first.
    pub began: u64,
    /// When it was certain.
    pub certain: u64,
}

/// What every bank of one country shares.
#[derive(Debug)]
struct Tables {
    filters: Filters<2>,
    steady: steady::Table,
    patterns: Vec<Pattern>,
}

static TABLES: LazyLock<Vec<Tables>> = LazyLock::new(|| {
    let tables = |country| {
        let (pitches, patterns) = cadence::patterns(country);
        let mut hz = [0.0; LANES];
        let steady = steady::Table::new(&pitches, &mut hz);
        Tables { filters: Filters::new([hz, pure::HZ], Window::Flat, LEAST / 4.0), steady, patterns }
    };
    Country::ALL.into_iter().map(tables).collect()
});

/// Hears the tones of a network in the sound of one leg.
#[derive(Clone, Debug)]
pub struct Bank {
    tables: &'static Tables,
    country: Country,
    early: [i16; HALF],
    late: [i16; HALF],
    /// How much of the block is there.
    heard: usize,
    /// Blocks that have passed.
    blocks: u64,
    steady: Steady,
    pure: Pure,
    state: State,
}

/// What a country's tones are doing.
#[derive(Clone, Copy, Debug)]
enum State {
    /// Nothing that belongs to a cadence.
    Idle,
    /// Tones of one pitch, since this block.
    Cadence { parts: Parts, pitch: u8, since: u64 },
}

impl Bank {
    /// A bank for the tones of this country, which has heard nothing yet.
    #[must_use]
    pub fn new(country: Country) -> Self {
        Self {
            tables: &TABLES[country.index()],
            country,
            early: [0; HALF],
            late: [0; HALF],
            heard: 0,
            blocks: 0,
            steady: Steady::default(),
            pure: Pure::default(),
            state: State::Idle,
        }
    }

    /// The country whose tones it hears.
    #[must_use]
    pub fn country(&self) -> Country {
        self.country
    }

    /// Whether a tone with a pitch of its country sounds, whatever its cadence will be: it is no voice.
    #[must_use]
    pub fn sounds(&self) -> bool {
        self.steady.sounds()
    }

    /// Takes the next samples, at 8 kHz and however many, and tells each sign when it is certain.
    pub fn feed(&mut self, samples: &[i16], mut tell: impl FnMut(Heard)) {
        let mut rest = samples;
        while !rest.is_empty() {
            let half = if self.heard < HALF { &mut self.early } else { &mut self.late };
            let begin = self.heard % HALF;
            let (now, later) = rest.split_at(rest.len().min(HALF - begin));
            half[begin..begin + now.len()].copy_from_slice(now);
            self.heard += now.len();
            rest = later;
            if self.heard == BLOCK {
                self.heard = 0;
                self.step().into_iter().flatten().for_each(&mut tell);
            }
        }
    }

    /// Goes on by a block: the pure sign and the one with a cadence that it makes certain.
    fn step(&mut self) -> [Option<Heard>; 2] {
        let found = self.tables.filters.of(&self.early, &self.late);
        self.blocks += 1;
        let pure = self.pure.step(&found).map(|(sign, ago)| (sign, self.blocks.saturating_sub(ago)));
        let change = self.steady.step(&self.tables.steady, &found);
        let (blocks, length) = (self.blocks, BLOCK as u64);
        let heard = |(sign, began)| Heard { sign, began: began * length, certain: blocks * length };
        [pure.map(heard), self.cadence(change).map(heard)]
    }

    /// Takes what the steady tones did; gives the sign that it makes certain, and the block it began with.
    fn cadence(&mut self, change: steady::Change) -> Option<(Sign, u64)> {
        let patterns = &self.tables.patterns;
        match (change, &mut self.state) {
            (steady::Change::None, _) | (steady::Change::Pause { .. }, State::Idle) => None,
            (steady::Change::Other, state) => {
                *state = State::Idle;
                None
            }
            (steady::Change::Began { pause }, State::Cadence { parts, .. }) => {
                parts.push(pause * MS);
                None
            }
            (steady::Change::Began { .. }, State::Idle) => None,
            (steady::Change::Sounds { pitch, blocks }, state) => {
                if !matches!(state, State::Cadence { pitch: known, .. } if *known == pitch) {
                    let since = self.blocks.saturating_sub(blocks.into());
                    *state = State::Cadence { parts: Parts::new(since <= CUT), pitch, since };
                }
                let State::Cadence { parts, since, .. } = state else { return None };
                Some((parts.tell(patterns, pitch, blocks * MS)?, *since))
            }
            (steady::Change::Ended { blocks }, State::Cadence { parts, .. }) => {
                parts.push(blocks * MS);
                None
            }
            (steady::Change::Ended { .. }, State::Idle) => None,
            (steady::Change::Pause { blocks }, State::Cadence { parts, pitch, since }) => {
                let (pitch, since) = (*pitch, *since);
                let sign = parts.tell(patterns, pitch, blocks * MS);
                if Parts::is_over(patterns, pitch, blocks * MS) {
                    self.state = State::Idle;
                }
                Some((sign?, since))
            }
        }
    }
}
