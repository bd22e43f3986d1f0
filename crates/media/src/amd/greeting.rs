//! What was said so far: how much voice, in how many words, and how long ago the last one ended.
//!
//! What is voice depends on how loud the voice is, and the loudest may come last: people in the room are heard
//! before somebody says hello. So the level of each frame is remembered, and all is counted again when a louder
//! voice comes, or when a part of it turns out to be a tone or noise.

use super::ear::ms;
use super::{FRAME_MS, Parameters};

/// The level of a frame that is no voice.
const NONE: i8 = i8::MIN;
/// How much louder than at the last count the loudest voice must be to count again, in decibels.
const LOUDER: f32 = 1.0;

/// Counts voice.
#[derive(Clone, Debug)]
pub(super) struct Greeting {
    /// The levels of frames that sounded, in dBm0, from the first frame on.
    levels: Vec<i8>,
    /// The loudest voice that `count` was counted by, in dBm0.
    loudest: f32,
    count: Count,
}

/// What was counted, in frames.
#[derive(Clone, Copy, Default, PartialEq, Debug)]
struct Count {
    /// Where counting is.
    at: u32,
    /// Voice in clear words that are over, and their number.
    voice: u32,
    words: u32,
    /// Where the last word ended, and the last clear one.
    end: u32,
    clear_end: u32,
    /// The word under way.
    word: Option<Word>,
}

/// A word under way.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Word {
    from: u32,
    /// Behind its last voice.
    to: u32,
    /// The level of its loudest frame.
    peak: i8,
}

impl Count {
    /// Takes the next frame.
    fn add(&mut self, level: i8, loudest: f32, parameters: &Parameters) {
        let at = self.at;
        self.at += 1;
        let voice = level != NONE && f32::from(level) >= loudest - parameters.voice_depth as f32;
        self.word = match (self.word, voice) {
            (Some(word), true) => Some(Word { to: at + 1, peak: word.peak.max(level), ..word }),
            (None, true) => Some(Word { from: at, to: at + 1, peak: level }),
            (Some(word), false) if (at + 1 - word.to) * FRAME_MS >= ms(parameters.word_gap) => {
                self.over(word, loudest, parameters);
                None
            }
            (word, false) => word,
        };
    }

    /// A word is over.
    fn over(&mut self, word: Word, loudest: f32, parameters: &Parameters) {
        match word.weight(loudest, parameters) {
            Weight::None => {}
            Weight::Soft => self.end = word.to,
            Weight::Clear => {
                self.voice += word.to - word.from;
                self.words += 1;
                (self.end, self.clear_end) = (word.to, word.to);
            }
        }
    }
}

/// What a word says of who speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Weight {
    /// Nothing: a click, a breath, somebody far away.
    None,
    /// It may be the speaker's, or that of people or music behind him.
    Soft,
    /// It is the speaker's.
    Clear,
}

impl Word {
    fn weight(&self, loudest: f32, parameters: &Parameters) -> Weight {
        let peak = f32::from(self.peak);
        if (self.to - self.from) * FRAME_MS < ms(parameters.shortest_word)
            || peak < parameters.softest_word as f32
        {
            Weight::None
        } else if peak < loudest - parameters.word_depth as f32 {
            Weight::Soft
        } else {
            Weight::Clear
        }
    }
}

/// What was said. Times are in milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Said {
    /// Voice in clear words, without its pauses.
    pub(super) voice: u32,
    /// Clear words.
    pub(super) words: u32,
    /// Where the last word ended: now, where something sounds that may become one.
    pub(super) end: u32,
    /// Where the last clear word ended: now, where one goes on.
    pub(super) clear_end: u32,
}

impl Greeting {
    /// One that is listened to for as long as these parameters allow.
    pub(super) fn new(parameters: &Parameters) -> Self {
        let frames = ms(parameters.analysis) / FRAME_MS + 1;
        Self { levels: Vec::with_capacity(frames as usize), loudest: f32::MIN, count: Count::default() }
    }

    /// Takes the next frame: its level, whether it sounds, and the loudest voice so far, in dBm0.
    pub(super) fn hear(&mut self, dbm0: f32, sounds: bool, loudest: f32, parameters: &Parameters) {
        if self.levels.len() == self.levels.capacity() {
            return;
        }
        // A level beyond the type becomes its nearest value; -128 dBm0 is none.
        let level = if sounds { (dbm0.round() as i8).max(NONE + 1) } else { NONE };
        self.levels.push(level);
        if loudest > self.loudest + LOUDER {
            self.loudest = loudest;
            self.recount(parameters);
        } else {
            self.count.add(level, self.loudest, parameters);
        }
    }

    /// From this frame on, what sounded was no voice; where nothing was voice before, the loudest is not known.
    pub(super) fn strike(&mut self, from: u32, loudest: f32, parameters: &Parameters) {
        let from = (from as usize).min(self.levels.len());
        self.levels[from..].fill(NONE);
        self.loudest = loudest;
        self.recount(parameters);
    }

    fn recount(&mut self, parameters: &Parameters) {
        self.count = Count::default();
        for &level in &self.levels {
            self.count.add(level, self.loudest, parameters);
        }
    }

    pub(super) fn said(&self, parameters: &Parameters) -> Said {
        let mut count = self.count;
        if let Some(word) = count.word.take() {
            count.over(word, self.loudest, parameters);
            if word.to == count.at {
                count.end = count.at;
            }
        }
        Said {
            voice: count.voice * FRAME_MS,
            words: count.words,
            end: count.end * FRAME_MS,
            clear_end: count.clear_end * FRAME_MS,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARAMETERS: fn() -> Parameters = Parameters::default;

    /// What is said after these frames: each a level at which something sounds, or 0 for silence.
    fn said(frames: &[(u32, i8)]) -> Said {
        let parameters = PARAMETERS();
        let mut greeting = Greeting::new(&parameters);
        let mut loudest = -96.0_f32;
        for &(count, level) in frames {
            for _ in 0..count {
                let (dbm0, sounds) = (f32::from(level), level != 0);
                loudest = if sounds { loudest.max(dbm0) } else { loudest };
                greeting.hear(if sounds { dbm0 } else { -96.0 }, sounds, loudest, &parameters);
            }
        }
        greeting.said(&parameters)
    }

    #[test]
    fn words_are_counted_with_their_voice() {
        let two = said(&[(10, 0), (20, -20), (10, 0), (15, -25), (30, 0)]);
        assert_eq!(two, Said { voice: 700, words: 2, end: 1_100, clear_end: 1_100 });
        let open = said(&[(10, 0), (20, -20)]);
        assert_eq!(open, Said { voice: 400, words: 1, end: 600, clear_end: 600 });
    }

    #[test]
    fn a_short_gap_belongs_to_its_word_and_a_click_is_none() {
        assert_eq!(said(&[(10, -20), (4, 0), (10, -20), (9, 0)]).words, 1);
        assert_eq!(said(&[(10, -20), (5, 0), (10, -20), (9, 0)]).words, 2);
        assert_eq!(said(&[(3, -20), (9, 0)]), Said { voice: 0, words: 0, end: 0, clear_end: 0 });
    }

    #[test]
    fn people_in_the_room_do_not_count_once_somebody_speaks() {
        assert_eq!(
            said(&[(60, -45), (8, 0), (20, -20), (8, 0)]),
            Said { voice: 400, words: 1, end: 1_760, clear_end: 1_760 }
        );
    }

    #[test]
    fn a_soft_word_ends_the_silence_and_does_not_count_for_more() {
        // 12 dB below the loudest: the speaker's own, or that of somebody behind him.
        let soft = said(&[(20, -20), (10, 0), (20, -32), (30, 0)]);
        assert_eq!(soft, Said { voice: 400, words: 1, end: 1_000, clear_end: 400 });
        let open = said(&[(20, -20), (10, 0), (2, -32)]);
        assert_eq!(open, Said { voice: 400, words: 1, end: 640, clear_end: 400 });
    }

    #[test]
    fn what_was_a_tone_is_struck() {
        let parameters = PARAMETERS();
        let mut greeting = Greeting::new(&parameters);
        (0..30).for_each(|_| greeting.hear(-20.0, true, -20.0, &parameters));
        greeting.strike(10, -20.0, &parameters);
        assert_eq!(greeting.said(&parameters).voice, 200);
        (0..10).for_each(|_| greeting.hear(-96.0, false, -20.0, &parameters));
        assert_eq!(greeting.said(&parameters).voice, 200);
    }

    #[test]
    fn the_memory_is_bounded() {
        let parameters = PARAMETERS();
        let mut greeting = Greeting::new(&parameters);
        let room = greeting.levels.capacity();
        (0..100_000).for_each(|_| greeting.hear(-20.0, true, -20.0, &parameters));
        assert_eq!(greeting.levels.capacity(), room);
        assert!(room < 1_000);
    }
}
