//! How loud a sound is, and whether anybody speaks: the length of silences and of voices.
//!
//! Sound is judged in pieces of 10 ms. A piece is voice when it is louder than a fixed level and clearly
//! louder than what is always there, a floor that rises slowly and falls at once. A voice goes on through the
//! short gaps that speech has.

use crate::tone::{FULL_SCALE_DBM0, power};

/// Samples in a piece: 10 ms.
const PIECE: u16 = 80;
/// How far above the floor a voice is: 9 dB.
const ABOVE: f32 = 8.0;
/// The floor rises by so much a piece, 1 dB a second, if it is not louder than it.
const RISE: f32 = 1.002_305;
/// The floor rises no higher than this: what is louder is no background, -30 dBm0.
const HIGHEST_FLOOR: f32 = power(-30.0);
/// The floor is no lower than this, -78 dBm0: below it is the noise of G.711.
const LOWEST_FLOOR: f32 = power(-78.0);

/// What counts as a voice.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Settings {
    /// The least level of a voice, in dBm0.
    pub least_dbm0: f32,
    /// A voice begins when there has been sound for so long, in samples: a click is none.
    pub begins: u32,
    /// A voice goes on through gaps of so long, in samples.
    pub gap: u32,
}

impl Default for Settings {
    /// From -42 dBm0 on, for 30 ms, with gaps of 200 ms.
    fn default() -> Self {
        Self { least_dbm0: -42.0, begins: 240, gap: 1_600 }
    }
}

/// Follows the level and the voice in the sound of one leg.
///
/// ```
/// use media::energy::Activity;
/// use media::tone::{Tone, silence};
/// let mut activity = Activity::default();
/// activity.feed(&Tone::sine(440.0, -20.0).samples(1_000));
/// assert!(activity.is_voice() && (activity.level_dbm0() + 20.0).abs() < 0.5);
/// activity.feed(&silence(3_000));
/// assert!(!activity.is_voice());
/// assert_eq!(activity.silence(), 24_000);
/// ```
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Activity {
    gap: u32,
    begins: u32,
    least: f32,
    floor: f32,
    /// The mean square of the piece that was judged last.
    level: f32,
    /// The squares of the piece under way, and how many there are.
    squares: u64,
    count: u16,
    /// Samples since the last that was sound, and since the last that was none.
    quiet: u32,
    loud: u32,
    voice: Voice,
}

/// Whether somebody speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Voice {
    /// Nobody, for so many samples.
    No(u32),
    /// Somebody, for so many samples.
    Yes(u32),
}

impl Default for Activity {
    fn default() -> Self {
        Self::new(Settings::default())
    }
}

impl Activity {
    /// Nothing heard yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            gap: settings.gap,
            begins: settings.begins,
            least: 10.0_f32.powf((settings.least_dbm0 - FULL_SCALE_DBM0 as f32) / 10.0) * 32_768.0 * 16_384.0,
            floor: LOWEST_FLOOR,
            level: 0.0,
            squares: 0,
            count: 0,
            quiet: 0,
            loud: 0,
            voice: Voice::No(0),
        }
    }

    /// Takes the next samples, at 8 kHz and however many.
    pub fn feed(&mut self, samples: &[i16]) {
        let mut rest = samples;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(usize::from(PIECE - self.count)));
            self.squares += squares(now);
            self.count += now.len() as u16;
            rest = later;
            if self.count == PIECE {
                self.judge();
            }
        }
    }

    /// The level of the last 10 ms, in dBm0; negative infinity for silence.
    #[must_use]
    pub fn level_dbm0(&self) -> f32 {
        FULL_SCALE_DBM0 as f32 + 10.0 * (self.level / (32_768.0 * 16_384.0)).log10()
    }

    /// Whether somebody speaks, the gaps of speech included.
    #[must_use]
    pub const fn is_voice(&self) -> bool {
        matches!(self.voice, Voice::Yes(_))
    }

    /// For how many samples nobody has spoken, counted from the last sound; 0 while somebody does.
    #[must_use]
    pub const fn silence(&self) -> u32 {
        match self.voice {
            Voice::No(samples) => samples,
            Voice::Yes(_) => 0,
        }
    }

    /// For how many samples somebody has spoken, the gaps included; 0 while nobody does.
    #[must_use]
    pub const fn voice(&self) -> u32 {
        match self.voice {
            Voice::No(_) => 0,
            Voice::Yes(samples) => samples,
        }
    }

    /// Forgets the silence and the voice so far: something else was heard that is neither, as a key.
    pub fn restart(&mut self) {
        (self.voice, self.quiet, self.loud) = (Voice::No(0), 0, 0);
    }

    /// Judges a piece.
    fn judge(&mut self) {
        let piece = u32::from(PIECE);
        self.level = self.squares as f32 / f32::from(PIECE);
        (self.squares, self.count) = (0, 0);
        let sounds = self.level >= self.least.max(ABOVE * self.floor);
        self.floor = (self.floor * RISE).min(self.level).clamp(LOWEST_FLOOR, HIGHEST_FLOOR);
        if sounds {
            (self.loud, self.quiet) = (self.loud.saturating_add(piece), 0);
        } else {
            (self.loud, self.quiet) = (0, self.quiet.saturating_add(piece));
        }
        self.voice = match self.voice {
            Voice::No(_) if self.loud > 0 && self.loud >= self.begins => Voice::Yes(self.loud),
            Voice::Yes(_) if self.quiet > self.gap => Voice::No(self.quiet),
            Voice::No(samples) => Voice::No(samples.saturating_add(piece)),
            Voice::Yes(samples) => Voice::Yes(samples.saturating_add(piece)),
        };
    }
}

/// The sum of the squares.
fn squares(samples: &[i16]) -> u64 {
    let square = |sample: i16| i32::from(sample).wrapping_mul(i32::from(sample));
    let (pairs, last) = samples.as_chunks::<2>();
    // Two squares are 2^31 at most: that is negative, but as large.
    let twos = pairs.iter().map(|&[a, b]| u64::from(square(a).wrapping_add(square(b)).cast_unsigned()));
    let rest = last.iter().map(|&sample| u64::from(square(sample).cast_unsigned()));
    twos.fold(0, u64::wrapping_add) + rest.fold(0, u64::wrapping_add)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tone::{Tone, silence};

    fn after(samples: &[i16]) -> Activity {
        let mut activity = Activity::default();
        samples.chunks(160).for_each(|frame| activity.feed(frame));
        activity
    }

    fn noise(ms: u32, dbm0: f64) -> Vec<i16> {
        let peak = crate::tone::peak(dbm0) * 1.5_f64.sqrt();
        let mut state = 1_u32;
        let next = |_: &i16| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (peak * (f64::from(state) / f64::from(1_u32 << 31) - 1.0)).round() as i16
        };
        silence(ms).iter().map(next).collect()
    }

    fn voice(ms: u32, dbm0: f64) -> Vec<i16> {
        Tone::sine(300.0, dbm0).samples(ms)
    }

    #[test]
    fn the_level_is_that_of_the_sound() {
        for dbm0 in [3.0, -10.0, -30.0, -60.0] {
            let level = after(&Tone::sine(1_000.0, dbm0).samples(100)).level_dbm0();
            assert!((f64::from(level) - dbm0).abs() < 0.3, "{dbm0}: {level}");
        }
        assert_eq!(after(&silence(100)).level_dbm0(), f32::NEG_INFINITY);
        assert!((after(&[i16::MIN; 800]).level_dbm0() - 6.15).abs() < 0.01);
    }

    #[test]
    fn silence_is_counted_from_the_last_sound() {
        let spoken = [silence(500), voice(1_000, -20.0)].concat();
        assert_eq!((after(&spoken).voice(), after(&spoken).silence()), (8_000, 0));
        for (ms, is_silence) in [(100, false), (200, false), (210, true), (5_000, true)] {
            let activity = after(&[spoken.clone(), silence(ms)].concat());
            assert_eq!(activity.silence(), if is_silence { ms * 8 } else { 0 }, "{ms}");
            assert_eq!(activity.is_voice(), !is_silence);
        }
        assert_eq!(after(&silence(700)).silence(), 5_600);
    }

    #[test]
    fn a_click_is_no_voice() {
        let click = [silence(1_000), voice(20, -10.0), silence(1_000)].concat();
        assert_eq!(after(&click).silence(), 8 * 2_020);
        assert!(after(&[silence(1_000), voice(40, -10.0)].concat()).is_voice());
    }

    #[test]
    fn what_is_always_there_is_silence() {
        // A line with noise of -40 dBm0: at first it could be a voice, then it is known.
        let line = noise(15_000, -45.0);
        assert!(!after(&line).is_voice());
        let louder: Vec<i16> = noise(40_000, -38.0);
        assert!(!after(&louder).is_voice());
        let spoken: Vec<i16> =
            louder.iter().zip(voice(40_000, -20.0)).map(|(a, b)| a.saturating_add(b)).collect();
        assert!(after(&[louder, spoken[..8_000].to_vec()].concat()).is_voice());
    }

    #[test]
    fn a_loud_sound_never_becomes_silence() {
        assert!(after(&voice(120_000, -15.0)).is_voice());
    }

    #[test]
    fn where_the_stream_is_cut_makes_no_difference() {
        let sound = [silence(333), voice(512, -20.0), silence(444)].concat();
        let whole = after(&sound);
        for size in [1, 7, 79, 80, 81, 1_000] {
            let mut activity = Activity::default();
            sound.chunks(size).for_each(|piece| activity.feed(piece));
            assert_eq!(activity, whole, "{size}");
        }
    }

    #[test]
    fn what_was_heard_can_be_forgotten() {
        let mut activity = after(&voice(1_000, -20.0));
        activity.restart();
        assert_eq!((activity.is_voice(), activity.silence()), (false, 0));
    }
}
