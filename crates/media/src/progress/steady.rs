//! Tones of a country: when they begin and end, and which pitch they have.

use std::f64::consts::{PI, TAU};

use super::{BLOCK, LEAST};
use crate::filters::{LANES, Spectrum};
use crate::voice_file::RATE;

/// Blocks that a pitch is judged by: 70 ms.
const BLOCKS: usize = 7;
/// Blocks that a level is judged by: 40 ms, in which two frequencies 25 Hz apart have beaten once.
const LEVEL: usize = 4;
/// The part of a tone's power that makes its edge.
const EDGE: f32 = 0.4;
/// Blocks after which a tone has its full level.
const ATTACK: usize = 8;
/// How far above what is heard in the pause a tone must stand.
const ABOVE: f32 = 4.0;
/// Blocks in which what is heard in the pause follows a lower level, and a higher one.
const FALLS: f32 = 8.0;
const RISES: f32 = 64.0;
/// The least part of all the power that is a pitch, and the most: the beats of a pair make it more at times.
const SHARE: std::ops::RangeInclusive<f32> = 0.7..=1.6;
/// The least part of a pair that each of the two has.
const EACH: f32 = 0.1;
/// The least part of the judgements that agree.
const AGREE: f32 = 0.7;
/// A tone is judged in each block at first, and then in one of a few.
const OFTEN: u16 = 16;
const SELDOM: u32 = 8;
/// The most pitches of a country.
const PITCHES: usize = 5;

/// What a tone did in this block.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Change {
    /// Nothing that can be told yet.
    None,
    /// A sound begins after a pause of so many blocks.
    Began { pause: u32 },
    /// It has this pitch, and has lasted so many blocks.
    Sounds { pitch: u8, blocks: u32 },
    /// A tone ends that lasted so many blocks.
    Ended { blocks: u32 },
    /// There has been no sound for so many blocks.
    Pause { blocks: u32 },
    /// A sound that is no tone of the country.
    Other,
}

/// One pitch: the lane of each frequency, and how one is heard in the lane of the other.
#[derive(Clone, Copy, Debug)]
struct Pitch {
    lanes: [usize; 2],
    pair: bool,
    cross: [f32; 2],
}

/// What a country's pitches are, for blocks that came one after the other.
#[derive(Debug)]
pub(super) struct Table {
    pitches: Vec<Pitch>,
    /// Weights of the blocks, the newest first, with the turn each lane has made since.
    weights: [[[f32; LANES]; 2]; BLOCKS],
    levels: [f32; BLOCKS],
}

/// The weight of a block: Hann's.
fn weight(ago: usize) -> f64 {
    (PI * (ago as f64 + 1.0) / (BLOCKS + 1) as f64).sin().powi(2)
}

impl Table {
    /// The table for these pitches; writes their frequencies into `hz`, by lane.
    pub(super) fn new(pitches: &[&[f64]], hz: &mut [f64; LANES]) -> Self {
        let mut used = 0;
        let mut lane = |frequency: f64| {
            hz[..used].iter().position(|&known| known == frequency).unwrap_or_else(|| {
                hz[used] = frequency;
                used += 1;
                used - 1
            })
        };
        let lanes: Vec<[usize; 2]> = pitches.iter().map(|hz| [lane(hz[0]), lane(hz[hz.len() - 1])]).collect();
        let all: f64 = (0..BLOCKS).map(weight).sum();
        let angle = |hz: f64, ago: usize| TAU * hz * (ago * BLOCK) as f64 / f64::from(RATE);
        let pitch = |&lanes: &[usize; 2]| {
            let [a, b] = lanes.map(|lane| hz[lane]);
            // What a sine of one frequency leaves in the lane of another: through a block, and through all of them.
            let through = (PI * (b - a) * BLOCK as f64 / f64::from(RATE)).sin()
                / (PI * (b - a) / f64::from(RATE)).sin()
                / BLOCK as f64;
            let cross = [f64::cos, f64::sin].map(|part: fn(f64) -> f64| {
                let sum: f64 = (0..BLOCKS).map(|ago| weight(ago) / all * part(angle(a - b, ago))).sum();
                (sum * through) as f32
            });
            Pitch { lanes, pair: a != b, cross }
        };
        Self {
            pitches: lanes.iter().map(pitch).collect(),
            weights: std::array::from_fn(|ago| {
                [f64::cos, f64::sin].map(|part: fn(f64) -> f64| {
                    hz.map(|hz| (weight(ago) / all * part(angle(hz, ago))) as f32)
                })
            }),
            levels: std::array::from_fn(|ago| (weight(ago) / all) as f32),
        }
    }
}

/// Follows the tones of a country.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Steady {
    /// The last blocks, in a ring.
    re: [[f32; LANES]; BLOCKS],
    im: [[f32; LANES]; BLOCKS],
    energy: [f32; BLOCKS],
    latest: usize,
    sound: Sound,
}

/// Whether there is sound.
#[derive(Clone, Copy, Debug)]
enum Sound {
    /// None for so many blocks, but for what is always there.
    No { blocks: u32, floor: f32 },
    /// Something that may be a tone, after a pause of so many blocks.
    Yes { tone: Tone, pause: u32 },
}

impl Default for Sound {
    fn default() -> Self {
        Self::No { blocks: 0, floor: 0.0 }
    }
}

/// A sound that may be a tone.
#[derive(Clone, Copy, Debug)]
struct Tone {
    blocks: u32,
    /// The levels of its first blocks, to find its beginning by.
    attack: [f32; ATTACK],
    /// How many of them belong to the pause before it.
    early: u32,
    power: f32,
    /// How often each pitch was found, and how often one was looked for.
    votes: [u16; PITCHES],
    judged: u16,
}

impl Steady {
    /// Goes on by a block.
    pub(super) fn step(&mut self, table: &Table, found: &Spectrum<2>) -> Change {
        self.latest = (self.latest + 1) % BLOCKS;
        (self.re[self.latest], self.im[self.latest]) = (found.re[0], found.im[0]);
        self.energy[self.latest] = found.energy;
        let level = (0..LEVEL).map(|ago| self.energy[self.ago(ago)]).sum::<f32>() / LEVEL as f32;
        match self.sound {
            Sound::No { blocks, .. } => {
                let floor = self.floor(level);
                if level < LEAST.max(ABOVE * floor) {
                    self.sound = Sound::No { blocks: blocks.saturating_add(1), floor };
                    return Change::Pause { blocks };
                }
                self.sound = Sound::Yes { tone: Tone::new(level), pause: blocks };
                Change::None
            }
            Sound::Yes { mut tone, pause } => {
                let change = self.go_on(table, &mut tone, pause, level);
                self.sound = match change {
                    // An edge at once would be the end of the same sound.
                    Change::Ended { .. } => Sound::No { blocks: 1, floor: EDGE / ABOVE * tone.power },
                    // It is what is always there, until something stands out.
                    Change::Other => Sound::No { blocks: 0, floor: level },
                    _ => Sound::Yes { tone, pause },
                };
                change
            }
        }
    }

    /// Whether a tone sounds that has a pitch of the country.
    pub(super) fn sounds(&self) -> bool {
        matches!(self.sound, Sound::Yes { tone, .. } if tone.pitch().is_some())
    }

    /// The level in the pauses: it counts when the tone before has died away, and then rises slowly. What rises
    /// faster is a sound: a floor that went along with the tone's own beginning would hide it, and all after it.
    fn floor(&self, level: f32) -> f32 {
        match self.sound {
            Sound::No { blocks, floor } if blocks as usize > LEVEL => {
                floor + (level - floor) / if level < floor { FALLS } else { RISES }
            }
            Sound::No { blocks, floor } if blocks as usize == LEVEL => level.min(floor),
            Sound::No { floor, .. } => floor,
            Sound::Yes { .. } => 0.0,
        }
    }

    fn ago(&self, blocks: usize) -> usize {
        (self.latest + BLOCKS - blocks) % BLOCKS
    }

    /// Goes on by a block of sound.
    fn go_on(&self, table: &Table, tone: &mut Tone, pause: u32, level: f32) -> Change {
        let age = tone.blocks as usize;
        if level < EDGE * tone.power {
            return match tone.pitch() {
                Some(_) => Change::Ended { blocks: tone.blocks - tone.early },
                None => Change::Other,
            };
        }
        tone.blocks = tone.blocks.saturating_add(1);
        tone.power = tone.power.max(level);
        if age < ATTACK {
            tone.attack[age] = level;
            if age + 1 < ATTACK {
                return Change::None;
            }
            tone.early = tone.attack.iter().take_while(|&&level| level < EDGE * tone.power).count() as u32;
            return Change::Began { pause: pause + tone.early };
        }
        if tone.judged < OFTEN || tone.blocks.is_multiple_of(SELDOM) && tone.judged < u16::MAX {
            tone.judged += 1;
            if let Some(pitch) = self.pitch(table) {
                tone.votes[pitch] += 1;
            }
        }
        match tone.pitch() {
            Some(pitch) => Change::Sounds { pitch, blocks: tone.blocks - tone.early },
            None if tone.judged as usize > BLOCKS => Change::Other,
            None => Change::None,
        }
    }

    /// The pitch of the last blocks.
    fn pitch(&self, table: &Table) -> Option<usize> {
        let energy: f32 = (0..BLOCKS).map(|ago| table.levels[ago] * self.energy[self.ago(ago)]).sum();
        let (mut re, mut im) = ([0.0_f32; LANES], [0.0_f32; LANES]);
        for (ago, [cos, sin]) in table.weights.iter().enumerate() {
            let (now_re, now_im) = (&self.re[self.ago(ago)], &self.im[self.ago(ago)]);
            for lane in 0..LANES {
                re[lane] += now_re[lane] * cos[lane] - now_im[lane] * sin[lane];
                im[lane] += now_re[lane] * sin[lane] + now_im[lane] * cos[lane];
            }
        }
        let share = |pitch: &Pitch| {
            let [a, b] = pitch.lanes;
            if !pitch.pair {
                return (re[a] * re[a] + im[a] * im[a]) / energy;
            }
            let [x, y] = pitch.cross;
            let apart = 1.0 - x * x - y * y;
            let first = [re[a] - (x * re[b] - y * im[b]), im[a] - (x * im[b] + y * re[b])];
            let second = [re[b] - (x * re[a] + y * im[a]), im[b] - (x * im[a] - y * re[a])];
            let [first, second] = [first, second].map(|[re, im]| (re * re + im * im) / (apart * apart));
            if first.min(second) < EACH * (first + second) { 0.0 } else { (first + second) / energy }
        };
        // One frequency rather than two, if it explains as much.
        let shares = table.pitches.iter().map(|pitch| (pitch.pair, share(pitch))).enumerate();
        let near = |share: f32| (share - 1.0).abs();
        shares
            .filter(|(_, (_, share))| SHARE.contains(share))
            .min_by(|(_, a), (_, b)| {
                (near(a.1) + f32::from(a.0) * 0.1).total_cmp(&(near(b.1) + f32::from(b.0) * 0.1))
            })
            .map(|(pitch, _)| pitch)
    }
}

impl Tone {
    fn new(level: f32) -> Self {
        let mut attack = [0.0; ATTACK];
        attack[0] = level;
        Self { blocks: 1, attack, early: 0, power: level, votes: [0; PITCHES], judged: 0 }
    }

    /// The pitch that most judgements agree on.
    fn pitch(&self) -> Option<u8> {
        let (pitch, &votes) = self.votes.iter().enumerate().max_by_key(|&(_, votes)| votes)?;
        (votes > 0 && f32::from(votes) >= AGREE * f32::from(self.judged)).then_some(pitch as u8)
    }
}
