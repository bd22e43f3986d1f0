//! One clip: what somebody or something says, what comes before and after, what lies behind, and how it sounds
//! at the far end of a line.

use media::tone;
use media::wav::{self, Encoding};

use super::CorpusError;
use super::dice::Dice;
use super::sounds::{self, PER_MS};
use super::speech::Voice;
use super::texts::{CHATTER, INTERCEPTS, LANGUAGES, Language, VARIANTS};
use crate::amd::labels::Label;

/// How much of a recorded voice there is among the machines of the part that reports.
const RECORDED: f64 = 0.06;
/// The level of speech at the far end, in dBm0.
const LEVELS: (f64, f64) = (-35.0, -10.0);
/// How far noise lies below speech, in decibels.
const BELOW: (f64, f64) = (14.0, 35.0);

/// What a half of the set may use. What the other half says and in which voices is not in it.
pub(super) struct Part {
    pub(super) name: &'static str,
    /// By language: which hellos, how many of them one or two words, and which greetings.
    texts: Vec<Texts>,
    variants: Vec<&'static str>,
    recorded: Vec<Vec<Vec<i16>>>,
    /// People talking all at once.
    babble: Vec<Vec<i16>>,
}

struct Texts {
    language: &'static Language,
    short: Vec<&'static str>,
    longer: Vec<&'static str>,
    greetings: Vec<&'static [&'static str]>,
}

/// What a clip holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Human,
    Machine,
    Fax,
    Intercept,
    Silence,
    Music,
    Ringing,
}

impl Kind {
    /// What the `n`th of every fifty clips is.
    pub(super) const fn of(n: usize) -> Self {
        match n % 50 {
            0..=19 => Self::Human,
            20..=41 => Self::Machine,
            42 | 43 => Self::Fax,
            44 | 45 => Self::Intercept,
            46 | 47 => Self::Silence,
            48 => Self::Music,
            _ => Self::Ringing,
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Machine => "machine",
            Self::Fax => "fax",
            Self::Intercept => "intercept",
            Self::Silence => "silence",
            Self::Music => "music",
            Self::Ringing => "ringing",
        }
    }
}

impl Part {
    /// The two halves for this seed: those to tune by, and those that only report.
    pub(super) fn halves(seed: u64, recorded: Vec<Vec<Vec<i16>>>) -> Result<[Self; 2], CorpusError> {
        let mut dice = Dice::new(seed, u64::MAX);
        let half = |order: &[usize], which: usize| -> Vec<usize> {
            order.iter().copied().skip(which).step_by(2).collect()
        };
        let mut texts = [Vec::new(), Vec::new()];
        for language in LANGUAGES {
            let short = dice.shuffled(language.longer);
            let longer = dice.shuffled(language.hellos.len() - language.longer);
            let greetings = dice.shuffled(language.greetings.len());
            for (which, texts) in texts.iter_mut().enumerate() {
                let hello = |n: usize| language.hellos[n];
                texts.push(Texts {
                    language,
                    short: half(&short, which).into_iter().map(hello).collect(),
                    longer: half(&longer, which).into_iter().map(|n| hello(n + language.longer)).collect(),
                    greetings: half(&greetings, which).into_iter().map(|n| language.greetings[n]).collect(),
                });
            }
        }
        let variants = dice.shuffled(VARIANTS.len());
        let [tuning, report] = texts;
        let mut part = |name, texts, which, recorded| {
            let variants: Vec<_> = half(&variants, which).into_iter().map(|n| VARIANTS[n]).collect();
            let babble = (0..3).map(|_| babble(&variants, &mut dice)).collect::<Result<_, _>>()?;
            Ok(Self { name, texts, variants, recorded, babble })
        };
        // There is one recorded voice: it belongs to one half.
        Ok([part("tuning", tuning, 0, Vec::new())?, part("report", report, 1, recorded)?])
    }

    /// A clip of this kind as a WAV file, and what is in it.
    pub(super) fn clip(&self, kind: Kind, mut dice: Dice) -> Result<(Vec<u8>, Label), CorpusError> {
        let mut clip = Clip {
            samples: Vec::new(),
            label: Label { label: kind.label().into(), part: self.name.into(), ..Label::default() },
            dbm0: dice.between(LEVELS.0, LEVELS.1),
        };
        match kind {
            Kind::Human => self.human(&mut clip, &mut dice)?,
            Kind::Machine => self.machine(&mut clip, &mut dice)?,
            Kind::Fax => fax(&mut clip, &mut dice),
            Kind::Intercept => self.intercept(&mut clip, &mut dice)?,
            Kind::Silence => clip.pause(9_000),
            Kind::Music => {
                clip.pause(dice.ms(0, 1_500));
                clip.samples.extend(sounds::music(9_000, clip.dbm0, &mut dice));
            }
            Kind::Ringing => {
                let (on, off) = (dice.ms(1_000, 2_000), dice.ms(2_000, 4_000));
                for _ in 0..3 {
                    clip.samples.extend(sounds::ringback(on, &mut dice));
                    clip.pause(off);
                }
            }
        }
        if kind != Kind::Music {
            self.background(&mut clip, &mut dice);
        }
        // Through a telephone line: G.711 of either law.
        let law = if dice.chance(0.5) { Encoding::Mulaw } else { Encoding::Alaw };
        Ok((wav::encode(&clip.samples, law), clip.label))
    }

    fn voice(&self, language: &Language, dice: &mut Dice) -> Voice {
        Voice {
            name: format!("{}+{}", dice.one(language.voices), dice.one(&self.variants)),
            speed: dice.ms(125, 195),
            pitch: dice.ms(20, 80),
        }
    }

    fn human(&self, clip: &mut Clip, dice: &mut Dice) -> Result<(), CorpusError> {
        let texts = dice.one(&self.texts);
        let long = dice.chance(0.12);
        let hello = *dice.one(if long { &texts.longer } else { &texts.short });
        let voice = self.voice(texts.language, dice);
        clip.label.language = texts.language.code.into();
        clip.label.words = Some(if long { 3 } else { hello.split_whitespace().count().min(2) as u32 });
        clip.before(dice);
        clip.say(&voice.say(hello)?);
        clip.label.voice_end_ms = Some(clip.ms());
        // He waits for an answer, and asks again when none comes.
        clip.pause(dice.ms(1_500, 3_000));
        if dice.chance(0.5) {
            clip.say(&voice.say(hello)?);
        }
        clip.pause(1_500);
        Ok(())
    }

    fn machine(&self, clip: &mut Clip, dice: &mut Dice) -> Result<(), CorpusError> {
        clip.before(dice);
        let sentences = if !self.recorded.is_empty() && dice.chance(RECORDED) {
            clip.label.language = "en".into();
            clip.remark("recorded");
            dice.one(&self.recorded).clone()
        } else {
            let texts = dice.one(&self.texts);
            let voice = self.voice(texts.language, dice);
            clip.label.language = texts.language.code.into();
            let greeting = *dice.one(&texts.greetings);
            greeting.iter().map(|sentence| voice.say(sentence)).collect::<Result<_, _>>()?
        };
        for (n, sentence) in sentences.iter().enumerate() {
            if n > 0 {
                clip.pause(dice.ms(150, 560));
            }
            clip.say(sentence);
        }
        clip.label.voice_end_ms = Some(clip.ms());
        if dice.chance(0.75) {
            clip.pause(dice.ms(150, 1_600));
            let (ms, hz) = (dice.ms(120, 1_200), dice.between(330.0, 2_400.0));
            let dbm0 = dice.between(-28.0, -8.0);
            clip.samples.extend(sounds::beep(ms, hz, dbm0, dice));
            clip.label.beep_end_ms = Some(clip.ms());
            clip.remark(&format!("beep of {hz:.0} Hz for {ms} ms"));
        }
        clip.pause(3_500);
        Ok(())
    }

    fn intercept(&self, clip: &mut Clip, dice: &mut Dice) -> Result<(), CorpusError> {
        let texts = &self.texts[0];
        clip.label.language = texts.language.code.into();
        clip.pause(dice.ms(100, 1_000));
        let sentence: &str = dice.one::<&str>(INTERCEPTS);
        let words = self.voice(texts.language, dice).say(sentence)?;
        clip.samples.extend(sounds::information_tones(clip.dbm0 + dice.between(-4.0, 4.0), dice));
        clip.pause(dice.ms(100, 1_000));
        clip.say(&words);
        clip.pause(1_000);
        Ok(())
    }

    /// Noise of the line, people, music: or nothing.
    fn background(&self, clip: &mut Clip, dice: &mut Dice) {
        let dbm0 = clip.dbm0 - dice.between(BELOW.0, BELOW.1);
        let ms = clip.ms();
        let (what, noise) = match dice.below(20) {
            0..=4 => ("white noise", sounds::white(ms, dbm0, dice)),
            5..=8 => ("pink noise", sounds::pink(ms, dbm0, dice)),
            // Nobody is silence where people are to be heard.
            9..=11 if clip.label.label != "silence" => {
                let people = dice.one(&self.babble);
                let from = dice.below(people.len() / 2);
                let people: Vec<i16> = people[from..].iter().chain(people).copied().collect();
                ("people", sounds::at_level(&people, dbm0))
            }
            12 | 13 if clip.label.label != "silence" => ("music", sounds::music(ms, dbm0, dice)),
            _ => return,
        };
        sounds::mix(&mut clip.samples, &noise, 0);
        clip.remark(&format!("{what} at {dbm0:.0} dBm0"));
    }
}

/// A clip in the making.
struct Clip {
    samples: Vec<i16>,
    label: Label,
    /// The level of speech.
    dbm0: f64,
}

impl Clip {
    fn ms(&self) -> u32 {
        (self.samples.len() / PER_MS) as u32
    }

    fn pause(&mut self, ms: u32) {
        self.samples.extend(tone::silence(ms));
    }

    fn say(&mut self, words: &[i16]) {
        self.samples.extend(sounds::at_level(words, self.dbm0));
    }

    fn remark(&mut self, remark: &str) {
        if !self.label.remarks.is_empty() {
            self.label.remarks.push_str("; ");
        }
        self.label.remarks.push_str(remark);
    }

    /// What there is before somebody speaks: a pause, or the end of a ring.
    fn before(&mut self, dice: &mut Dice) {
        if dice.chance(0.25) {
            let ms = dice.ms(60, 1_500);
            self.samples.extend(sounds::ringback(ms, dice));
            self.remark(&format!("ringback for {ms} ms"));
        }
        self.pause(dice.ms(40, 1_400));
    }
}

fn fax(clip: &mut Clip, dice: &mut Dice) {
    clip.pause(dice.ms(200, 2_500));
    let dbm0 = clip.dbm0;
    let tone = match dice.chance(0.7) {
        true => sounds::answer_tone(dice.ms(2_600, 4_000), dbm0, dice),
        false => sounds::calling_tone(7_000, dbm0),
    };
    clip.samples.extend(tone);
    clip.pause(2_000);
}

/// Twelve seconds of people talking, none of them louder than the others.
fn babble(variants: &[&str], dice: &mut Dice) -> Result<Vec<i16>, CorpusError> {
    const PEOPLE: usize = 5;
    let mut together = tone::silence(12_000);
    for _ in 0..PEOPLE {
        let (language, sentence) = *dice.one(CHATTER);
        let name = format!("{language}+{}", dice.one(variants));
        let voice = Voice { name, speed: dice.ms(130, 190), pitch: dice.ms(20, 80) };
        let words = sounds::at_level(&voice.say(sentence)?, -26.0);
        let mut from = 0;
        while from < together.len() {
            sounds::mix(&mut together, &words, from);
            from += words.len() + dice.ms(50, 900) as usize * PER_MS;
        }
    }
    Ok(together)
}
