//! Pure tones that are the same everywhere: special information tones, and those of fax machines.

use std::f32::consts::{PI, TAU};

use super::{BLOCK, LEAST, MS, Sign, Sit};
use crate::filters::{LANES, Spectrum};
use crate::voice_file::RATE;

/// The lanes in Hz: the first, second and third tone of a special information tone, each in the middle of what
/// countries have, the calling tone, the answer tone. The rest is not used.
pub(super) const HZ: [f64; LANES] = [945.0, 1_400.0, 1_815.0, 1_100.0, 2_100.0, 3_000.0, 3_000.0, 3_000.0];
const USED: usize = 5;
const THIRD: usize = 2;
const CNG: usize = 3;
const CED: usize = 4;

/// The least part of all the power that a lane has before it is looked at closely.
const PROMISING: f32 = 0.35;
/// The least part of all the power that a tone has.
const PURE: f32 = 0.75;
/// Blocks without the tone that do not end it: what a reversal of the phase takes.
const LAPSE: u8 = 3;
/// How long each of the first two tones of a special information tone may be, in ms.
const SIT_TONE: std::ops::RangeInclusive<u32> = 200..=480;
/// When the third has lasted so long, it is one, in ms.
const SIT_SURE: u32 = 200;
/// How long a special information tone's pitches may lie apart, in blocks.
const SIT_GAP: u64 = 5;
/// How long a calling tone is: half a second, and 15 % less or more (ITU-T T.30), in ms.
const CNG_TONE: std::ops::RangeInclusive<u32> = 425..=575;
/// How far off 1100 Hz it may be (ITU-T T.30), and a little.
const CNG_OFF: f64 = 40.0;
/// When an answer tone has lasted so long, it is one, in ms.
const CED_SURE: u32 = 500;
/// How far off 2100 Hz it may be: 15 (ITU-T T.30), and a little.
const CED_OFF: f64 = 20.0;

/// Follows the pure tones.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Pure {
    before: [[f32; USED]; 2],
    blocks: u64,
    now: Option<Run>,
    /// The first two tones of a special information tone, as far as they have been heard.
    first: [Option<Run>; 2],
}

/// A tone in one lane.
#[derive(Clone, Copy, Debug)]
struct Run {
    lane: usize,
    began: u64,
    /// Blocks with the tone, and those at the end without.
    blocks: u32,
    lapse: u8,
    /// Whether it has been taken for a sign.
    told: bool,
    /// What it turned beyond its lane's due, added up.
    turn: [f32; 2],
}

impl Run {
    fn ms(&self) -> u32 {
        self.blocks * MS
    }

    fn end(&self) -> u64 {
        self.began + u64::from(self.blocks)
    }

    fn off(&self) -> f64 {
        let turn = self.turn[1].atan2(self.turn[0]) / TAU;
        f64::from(turn) * f64::from(RATE) / BLOCK as f64
    }

    fn hz(&self) -> f64 {
        HZ[self.lane] + self.off()
    }
}

impl Pure {
    /// Goes on by a block: the sign that it makes certain, and how many blocks ago that began.
    pub(super) fn step(&mut self, found: &Spectrum<2>) -> Option<(Sign, u64)> {
        self.blocks += 1;
        let tone = self.tone(found);
        self.before =
            [std::array::from_fn(|lane| found.re[1][lane]), std::array::from_fn(|lane| found.im[1][lane])];
        match (&mut self.now, tone) {
            (None, None) => None,
            (Some(run), Some((lane, turn))) if run.lane == lane => {
                run.blocks += 1 + u32::from(run.lapse);
                run.lapse = 0;
                run.turn = [run.turn[0] + turn[0], run.turn[1] + turn[1]];
                self.lasts()
            }
            (Some(run), None) if run.lapse < LAPSE => {
                run.lapse += 1;
                None
            }
            (_, tone) => {
                let sign = self.now.take().and_then(|run| self.ended(run));
                let run = |(lane, turn)| Run {
                    lane,
                    began: self.blocks - 1,
                    blocks: 1,
                    lapse: 0,
                    told: false,
                    turn,
                };
                self.now = tone.map(run);
                sign
            }
        }
    }

    /// The lane that a pure tone is in, and what it turned since the block before.
    fn tone(&self, found: &Spectrum<2>) -> Option<(usize, [f32; 2])> {
        if found.energy < LEAST {
            return None;
        }
        let (re, im) = (&found.re[1], &found.im[1]);
        let power = |lane: usize| re[lane] * re[lane] + im[lane] * im[lane];
        let lane = (0..USED).find(|&lane| power(lane) >= PROMISING * found.energy)?;
        let [was_re, was_im] = [self.before[0][lane], self.before[1][lane]];
        let due = -TAU * (HZ[lane] * BLOCK as f64 / f64::from(RATE)).fract() as f32;
        let (sin, cos) = due.sin_cos();
        let (x, y) = (re[lane] * was_re + im[lane] * was_im, im[lane] * was_re - re[lane] * was_im);
        let turn = [x * cos - y * sin, x * sin + y * cos];
        // A tone beside the middle of its lane is heard weaker, by what a block lets through.
        let off = turn[1].atan2(turn[0]) / 2.0;
        let through = if off == 0.0 { 1.0 } else { off.sin() / off };
        debug_assert!(off.abs() <= PI);
        let pure = power(lane) >= PURE * through * through * found.energy;
        pure.then_some((lane, turn))
    }

    /// A tone goes on.
    fn lasts(&mut self) -> Option<(Sign, u64)> {
        let run = self.now.as_mut().filter(|run| !run.told)?;
        match run.lane {
            CED if run.ms() >= CED_SURE && run.off().abs() <= CED_OFF => {
                run.told = true;
                Some((Sign::Ced, self.blocks - run.began))
            }
            THIRD if run.ms() >= SIT_SURE => {
                run.told = true;
                let [Some(first), Some(second)] = std::mem::take(&mut self.first) else { return None };
                if run.began > second.end() + SIT_GAP {
                    return None;
                }
                let tones = [first, second].map(|run| (run.hz(), run.ms()));
                Some((Sign::Sit(Sit::nearest(tones, run.hz())), self.blocks - first.began))
            }
            _ => None,
        }
    }

    /// A tone is over.
    fn ended(&mut self, run: Run) -> Option<(Sign, u64)> {
        let fits = SIT_TONE.contains(&run.ms());
        match (run.lane, self.first) {
            (CNG, _) if CNG_TONE.contains(&run.ms()) && run.off().abs() <= CNG_OFF => {
                return Some((Sign::Cng, self.blocks - run.began));
            }
            (0, _) if fits => self.first = [Some(run), None],
            (1, [Some(first), _]) if fits && run.began <= first.end() + SIT_GAP => self.first[1] = Some(run),
            _ => self.first = [None; 2],
        }
        None
    }
}
