//! Making up for sound that was lost, in the manner of ITU-T G.711 appendix I.
//!
//! What was heard last goes on: its last pitch period is repeated, after 10 ms the last two and after
//! 20 ms the last three, so that it does not buzz; after 10 ms it fades, and at 60 ms it is silent. Where
//! sound comes back it is faded in. Unlike the appendix nothing is delayed: the seam where the repetition
//! begins is smoothed by letting its step die out, where the appendix holds back 3.75 ms to overlap them.

use crate::pitch;

/// Samples remembered: three periods of the longest, and the quarter of one that smooths a seam.
const HISTORY: usize = 390;
/// Samples that say which pitch it is.
const WINDOW: usize = 160;
/// 10 ms: the steps in which repetition and fading go.
const BLOCK: usize = 80;
/// At the end of this many samples nothing is left to hear.
pub const FADED: usize = 6 * BLOCK;
/// How much longer sound is faded in for each further block lost, 4 ms.
const LONGER: usize = 32;
/// Periods that are repeated at most.
const CYCLES: usize = 3;

/// What was heard, and what is made of it while nothing is. Sound at 8 kHz, in order, in pieces of any
/// length.
#[derive(Clone, Debug)]
pub struct Concealer {
    /// What was given last, heard or made up; the newest last.
    history: [i16; HISTORY],
    loss: Option<Loss>,
}

/// A loss under way.
#[derive(Clone, Debug)]
struct Loss {
    /// The history when it began.
    past: [i16; HISTORY],
    /// Samples of a pitch period.
    period: usize,
    /// By how much the repetition begins beside where the past ended.
    seam: f32,
    /// Samples made up so far.
    filled: usize,
}

impl Default for Concealer {
    fn default() -> Self {
        // As if all before were lost: the first sound is faded in.
        let history = [0; HISTORY];
        let loss = Loss { past: history, period: pitch::SHORTEST, seam: 0.0, filled: FADED };
        Self { history, loss: Some(loss) }
    }
}

impl Concealer {
    /// Takes what was heard. After a loss its beginning is faded in.
    pub fn heard(&mut self, sound: &mut [i16]) {
        if self.is_silent() {
            self.history.fill(0);
        }
        if let Some(mut loss) = self.loss.take() {
            let further = (loss.filled / BLOCK).saturating_sub(1);
            let overlap = (loss.quarter() + LONGER * further).min(BLOCK).min(sound.len());
            for (n, sample) in sound[..overlap].iter_mut().enumerate() {
                *sample = faded(loss.next(), f32::from(*sample), n, overlap);
            }
        }
        self.remember(sound);
    }

    /// Fills in for sound that is missing.
    pub fn lost(&mut self, sound: &mut [i16]) {
        if self.is_silent() {
            sound.fill(0);
            return;
        }
        let loss = self.loss.get_or_insert_with(|| Loss::begin(&self.history));
        for sample in sound.iter_mut() {
            // A float too large for the type becomes its nearest value.
            *sample = loss.next().round_ties_even() as i16;
        }
        self.remember(sound);
    }

    /// What is heard next does not go on where the last ended: it is faded in as after a loss.
    pub fn interrupt(&mut self) {
        self.loss.get_or_insert_with(|| Loss::begin(&self.history));
    }

    /// Whether so much is missing that nothing is left to hear.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.loss.as_ref().is_some_and(|loss| loss.filled >= FADED)
    }

    fn remember(&mut self, sound: &[i16]) {
        let sound = &sound[sound.len().saturating_sub(HISTORY)..];
        self.history.copy_within(sound.len().., 0);
        self.history[HISTORY - sound.len()..].copy_from_slice(sound);
    }
}

impl Loss {
    fn begin(past: &[i16; HISTORY]) -> Self {
        let window = past.last_chunk::<WINDOW>().expect("the past is longer");
        let region = &past[HISTORY - WINDOW - pitch::LONGEST..HISTORY - pitch::SHORTEST];
        let period = pitch::LONGEST - pitch::find(window, region).offset;
        let seam = f32::from(past[HISTORY - 1]) - f32::from(past[HISTORY - 1 - period]);
        Self { past: *past, period, seam, filled: 0 }
    }

    const fn quarter(&self) -> usize {
        self.period / 4
    }

    /// The next sample made up.
    fn next(&mut self) -> f32 {
        if self.filled >= FADED {
            return 0.0;
        }
        let (block, into) = (self.filled / BLOCK, self.filled % BLOCK);
        let cycles = (block + 1).min(CYCLES);
        let quarter = self.quarter();
        let mut sample = self.repeated(cycles);
        if into < quarter {
            if block == 0 {
                sample += self.seam * (1.0 - into as f32 / quarter as f32);
            } else if block < CYCLES {
                sample = mixed(self.repeated(cycles - 1), sample, into, quarter);
            }
        }
        let faded = self.filled.saturating_sub(BLOCK) as f32 / (FADED - BLOCK) as f32;
        self.filled += 1;
        sample * (1.0 - faded)
    }

    /// The sample at this place when so many periods are repeated, each time from the oldest on. They
    /// are repeated from the start of their block, at the phase that was reached by then.
    fn repeated(&self, cycles: usize) -> f32 {
        let (length, quarter) = (cycles * self.period, self.quarter());
        let start = (cycles - 1) * BLOCK;
        let place = (start % self.period + self.filled - start) % length;
        let at = HISTORY - length + place;
        let sample = f32::from(self.past[at]);
        // The last quarter passes into what came before the first, so that the end meets the beginning.
        match (place + quarter).checked_sub(length) {
            Some(into) => mixed(sample, f32::from(self.past[at - length]), into, quarter),
            None => sample,
        }
    }
}

/// The sample number `n` of `length` on the way from one sound to another.
pub(crate) fn mixed(from: f32, to: f32, n: usize, length: usize) -> f32 {
    let part = (n + 1) as f32 / (length + 1) as f32;
    from + (to - from) * part
}

/// The same, as a sample.
pub(crate) fn faded(from: f32, to: f32, n: usize, length: usize) -> i16 {
    mixed(from, to, n, length).round_ties_even() as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(period: f64, samples: usize) -> Vec<i16> {
        (0..samples).map(|n| (8_000.0 * (std::f64::consts::TAU * n as f64 / period).sin()) as i16).collect()
    }

    /// The greatest step from one sample to the next.
    fn step(sound: &[i16]) -> u16 {
        sound.windows(2).map(|w| w[0].abs_diff(w[1])).max().unwrap_or(0)
    }

    #[test]
    fn a_tone_goes_on_as_if_nothing_were_lost() {
        for period in [45.0, 80.0, 97.3, 119.5] {
            let sound = tone(period, 800);
            let (mut concealer, mut heard) = (Concealer::default(), sound.clone());
            concealer.heard(&mut heard[..480]);
            concealer.lost(&mut heard[480..560]);
            concealer.heard(&mut heard[560..]);
            let worst = (400..800).map(|n| sound[n].abs_diff(heard[n])).max().unwrap();
            println!("period {period}: off by at most {worst} of 8000");
            assert!(worst < 500, "{period}: {worst}");
        }
    }

    #[test]
    fn a_long_loss_fades_and_is_silent_after_60_ms() {
        let mut concealer = Concealer::default();
        concealer.heard(&mut tone(50.0, 800));
        let mut filled = vec![0; 800];
        for frame in filled.chunks_mut(160) {
            concealer.lost(frame);
        }
        let peak = |ms: usize| filled[ms * 8..ms * 8 + 80].iter().map(|x| x.unsigned_abs()).max().unwrap();
        assert_eq!([0, 10, 20, 30, 40, 50, 60].map(|ms| peak(ms) / 1_000), [7, 7, 6, 4, 2, 1, 0]);
        assert!(filled[FADED..].iter().all(|&sample| sample == 0) && concealer.is_silent());
        assert!(step(&filled) < 1_200, "a full swing takes 50 samples: at most 1005 a sample");
    }

    #[test]
    fn sound_that_comes_back_is_faded_in() {
        let mut concealer = Concealer::default();
        let mut first = vec![8_000; 160];
        concealer.heard(&mut first);
        assert!(step(&first) < 120, "after the beginning too");
        let mut gap = vec![0; 960];
        concealer.lost(&mut gap);
        let mut back = vec![8_000; 160];
        concealer.heard(&mut back);
        assert!(step(&back) < 120 && back[80..] == [8_000; 80]);
        // An interruption is one without a loss.
        concealer.interrupt();
        let mut elsewhere = vec![-8_000; 160];
        concealer.heard(&mut elsewhere);
        assert!(elsewhere[0] > 6_000 && step(&elsewhere) < 1_600, "over a quarter of a period");
    }

    #[test]
    fn pieces_of_any_length_are_taken() {
        for length in [0, 1, 7, 80, 389, 390, 391, 1_000] {
            let mut concealer = Concealer::default();
            for _ in 0..5 {
                concealer.heard(&mut vec![i16::MIN; length]);
                concealer.lost(&mut vec![0; length]);
                concealer.heard(&mut vec![i16::MAX; length]);
            }
        }
    }
}
