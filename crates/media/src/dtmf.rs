//! Keys heard as tones: a receiver in the terms of ITU-T Q.24.
//!
//! Blocks of 10 ms, weighed with Hann's window, are taken every 5 ms, and for each of the eight frequencies
//! the receiver has the power and the phase. A single block is too short to tell 1.5 % from 3.5 %, so it only
//! nominates a key. Seven blocks in a row that nominate the same one are then judged together: the phase that
//! a tone gains from block to block is its frequency to a fraction of a hertz, how steadily it gains it tells
//! a tone from a voice, and half the power at an edge puts the length of the tone within a block.
//!
//! Q.24 table A-1 has two columns, AT&T and NTT, and both are met; `tests/dtmf.rs` prints how far.

use std::f32::consts::TAU;
use std::sync::LazyLock;

use crate::filters::{Filters, HALF as STEP, Spectrum, Window};
use crate::tone::{KEYS, power};
use crate::voice_file::RATE;

/// The frequencies of the keys in Hz, the low group and then the high one (ITU-T Q.23).
const HZ: [f32; 8] = [697.0, 770.0, 852.0, 941.0, 1_209.0, 1_336.0, 1_477.0, 1_633.0];
/// How many of them are the low group.
const GROUP: usize = 4;

/// This many blocks in a row make a key. Those that lie in a tone by half or more count: of 23 ms they are five
/// at most, of 40 ms seven at least.
const ENOUGH: usize = 7;
/// This many blocks in a row without the key end it: more than an interruption of 10 ms makes, fewer than a pause
/// of 30 ms.
const MISSING: u8 = 4;

/// While nothing is nominated, one block of this many is looked at; fewer than [`ENOUGH`], so that none is missed.
const SELDOM: usize = 4;
/// The halves of so many blocks.
const KEPT: usize = SELDOM + 1;

/// The least power of each frequency: -38 dBm0.
const LEAST: f32 = power(-38.0);
/// The least part of a block's power that the two frequencies must have for a nomination. A block at the edge
/// of a tone has less of it.
const NOMINATES: f32 = 0.4;
/// The least part of all the power that they must have together in the blocks that make a key.
const SHARE: f32 = 0.8;
/// The least steadiness of each: 1 is a sine.
const STEADY: f32 = 0.97;
/// How much of the strongest block each block must have: half of the amplitude.
const EDGE: f32 = 0.2;
/// How much of what it had at first a key must keep while it lasts: a tenth.
const LASTS: f32 = 0.1;
/// How far a frequency may be off, as a part of it: between 1.8 % that must pass and 3 % that must not.
const OFF: f32 = 0.024;
/// How much stronger the high frequency may be: 6 dB, where 5 must pass.
const REVERSE_TWIST: f32 = 4.0;
/// How much stronger the low frequency may be: 9.5 dB, where 8 must pass.
const TWIST: f32 = 8.9;

static FILTERS: LazyLock<Filters<1>> =
    LazyLock::new(|| Filters::new([HZ.map(f64::from)], Window::Hann, LEAST));

/// The turn that each frequency makes in a step, backwards: what it gains beyond that is how far it is off.
static BACK: LazyLock<[[f32; 2]; 8]> = LazyLock::new(|| {
    HZ.map(|hz| {
        let angle = -TAU * (hz * STEP as f32 / RATE as f32).fract();
        [angle.cos(), angle.sin()]
    })
});

/// What a receiver tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    /// This key is pressed: its telephone-event number, 0 to 15.
    Down(u8),
    /// The key that was pressed no longer is.
    Up,
}

/// Hears keys in the sound of one leg.
///
/// Where no key has been nominated, only every fourth block is looked at. One that nominates has those before it
/// looked at too, and as seven in a row make a key, nothing is missed or later for it.
#[derive(Clone, Debug)]
pub struct Receiver {
    /// The last halves of blocks, in a ring.
    halves: [[i16; STEP]; KEPT],
    /// Which of them is the latest, and how much of it is there.
    latest: usize,
    heard: usize,
    /// How many blocks have passed since the one that was looked at last, and what was in that.
    passed: usize,
    before: Spectrum<1>,
    /// The last blocks that nominated `nominee`, in a ring.
    looks: [Look; ENOUGH],
    run: usize,
    nominee: Option<[u8; 2]>,
    down: Option<Down>,
}

/// A key that is pressed.
#[derive(Clone, Copy, Debug)]
struct Down {
    pair: [u8; 2],
    /// The power that it had when it was told.
    power: f32,
    missing: u8,
}

/// What one block says of the two frequencies it nominates.
#[derive(Clone, Copy, Default, Debug)]
struct Look {
    low: Line,
    high: Line,
    energy: f32,
}

/// One frequency in one block.
#[derive(Clone, Copy, Default, Debug)]
struct Line {
    power: f32,
    /// What it turned since the block before, beyond its due, times both amplitudes.
    turn: [f32; 2],
    /// Both amplitudes.
    amplitudes: f32,
}

impl Line {
    fn at(now: &Spectrum<1>, before: &Spectrum<1>, lane: usize) -> Self {
        let (re, im) = (now.re[0][lane], now.im[0][lane]);
        let (was_re, was_im) = (before.re[0][lane], before.im[0][lane]);
        let (x, y) = (re * was_re + im * was_im, im * was_re - re * was_im);
        let [cos, sin] = BACK[lane];
        let power = re * re + im * im;
        Self {
            power,
            turn: [x * cos - y * sin, x * sin + y * cos],
            amplitudes: (power * (was_re * was_re + was_im * was_im)).sqrt(),
        }
    }

    fn add(&mut self, other: Self) {
        self.power += other.power;
        self.turn[0] += other.turn[0];
        self.turn[1] += other.turn[1];
        self.amplitudes += other.amplitudes;
    }

    /// Whether it is a tone of the frequency of this lane.
    fn is_true(self, lane: usize) -> bool {
        let [x, y] = self.turn;
        let off = y.atan2(x) / TAU * (RATE as f32 / STEP as f32);
        off.abs() <= OFF * HZ[lane] && x.hypot(y) >= STEADY * self.amplitudes
    }
}

impl Default for Receiver {
    fn default() -> Self {
        Self {
            halves: [[0; STEP]; KEPT],
            latest: 0,
            heard: 0,
            passed: 0,
            before: Spectrum::SILENCE,
            looks: [Look::default(); ENOUGH],
            run: 0,
            nominee: None,
            down: None,
        }
    }
}

impl Receiver {
    /// A receiver that has heard nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The key that is pressed now, as its telephone-event number.
    #[must_use]
    pub fn key(&self) -> Option<u8> {
        self.down.map(|down| event(down.pair))
    }

    /// Takes the next samples, at 8 kHz and however many, and tells each change as soon as it is certain.
    pub fn feed(&mut self, samples: &[i16], mut tell: impl FnMut(Change)) {
        let mut rest = samples;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(STEP - self.heard));
            self.halves[self.latest][self.heard..self.heard + now.len()].copy_from_slice(now);
            self.heard += now.len();
            rest = later;
            if self.heard == STEP {
                self.listen(&mut tell);
                self.latest = (self.latest + 1) % KEPT;
                self.heard = 0;
            }
        }
    }

    /// Looks at the latest block, or lets it pass.
    fn listen(&mut self, tell: &mut impl FnMut(Change)) {
        self.passed += 1;
        let expects = self.nominee.is_some() || self.down.is_some();
        if !expects && self.passed < SELDOM {
            return;
        }
        let found = self.block(0);
        if expects || nominate(&found).is_some() {
            for ago in (1..self.passed).rev() {
                let found = self.block(ago);
                self.step(&found, tell);
            }
            self.step(&found, tell);
        } else {
            self.before = found;
        }
        self.passed = 0;
    }

    /// What is in the block that ended so many steps ago.
    fn block(&self, ago: usize) -> Spectrum<1> {
        let half = |ago: usize| &self.halves[(self.latest + KEPT - ago) % KEPT];
        FILTERS.of(half(ago + 1), half(ago))
    }

    /// Goes on by a block.
    fn step(&mut self, found: &Spectrum<1>, tell: &mut impl FnMut(Change)) {
        let before = std::mem::replace(&mut self.before, *found);
        let look = nominate(found);
        if look.map(|(pair, _)| pair) != self.nominee {
            self.nominee = look.map(|(pair, _)| pair);
            self.run = 0;
        }
        let mut lasts = false;
        if let Some((pair, power)) = look {
            self.looks[self.run % ENOUGH] = Look {
                low: Line::at(found, &before, usize::from(pair[0])),
                high: Line::at(found, &before, usize::from(pair[1])),
                energy: found.energy,
            };
            // The ring's place is all that a longer run counts for.
            self.run = if self.run == 2 * ENOUGH - 1 { ENOUGH } else { self.run + 1 };
            lasts = self.down.is_some_and(|down| down.pair == pair && power >= LASTS * down.power);
        }
        if lasts {
            if let Some(down) = &mut self.down {
                down.missing = 0;
            }
            return;
        }
        if let Some(down) = &mut self.down {
            down.missing += 1;
            if down.missing == MISSING {
                self.down = None;
                tell(Change::Up);
            }
        }
        if let (None, Some(pair), true) = (self.down, self.nominee, self.run >= ENOUGH)
            && let Some(power) = judge(&self.looks, pair)
        {
            self.down = Some(Down { pair, power, missing: 0 });
            tell(Change::Down(event(pair)));
        }
    }
}

/// The two frequencies that stand out in a block, as lanes, and their power.
fn nominate(found: &Spectrum<1>) -> Option<([u8; 2], f32)> {
    let ([re], [im]) = (&found.re, &found.im);
    let powers: [f32; 2 * GROUP] = std::array::from_fn(|lane| re[lane] * re[lane] + im[lane] * im[lane]);
    let [a, b, c, d, e, f, g, h] = powers;
    let (low, high) = (a.max(b).max(c.max(d)), e.max(f).max(g.max(h)));
    // Most blocks end here, and none has waited for a branch till then.
    if low.min(high) < LEAST || low + high < NOMINATES * found.energy {
        return None;
    }
    let lane = |power: f32, lanes: std::ops::Range<usize>| {
        lanes.clone().find(|&lane| powers[lane] >= power).unwrap_or(lanes.start) as u8
    };
    Some(([lane(low, 0..GROUP), lane(high, GROUP..2 * GROUP)], low + high))
}

/// Whether these blocks make a key, and then its power.
fn judge(looks: &[Look; ENOUGH], pair: [u8; 2]) -> Option<f32> {
    let (mut sum, mut least, mut most) = (Look::default(), f32::INFINITY, 0.0_f32);
    for look in looks {
        sum.low.add(look.low);
        sum.high.add(look.high);
        sum.energy += look.energy;
        let power = look.low.power + look.high.power;
        (least, most) = (least.min(power), most.max(power));
    }
    let (low, high) = (sum.low.power, sum.high.power);
    let key = least >= EDGE * most
        && low + high >= SHARE * sum.energy
        && high <= REVERSE_TWIST * low
        && low <= TWIST * high
        && sum.low.is_true(usize::from(pair[0]))
        && sum.high.is_true(usize::from(pair[1]));
    key.then_some(most)
}

/// The telephone-event number of the key with these frequencies.
fn event([low, high]: [u8; 2]) -> u8 {
    let hz = [low, high].map(|lane| HZ[usize::from(lane)] as u16);
    KEYS.iter().position(|&key| key == hz).map_or(0, |event| event as u8)
}
