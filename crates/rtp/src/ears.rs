//! What a leg listens for: tones of one frequency, keys that sound, and the signs of networks and lines.

use std::sync::Arc;

use edge::LegId;
use edge::sound::{EARS, FRAME, Profile, Sign, Signs, Verdict};
use media::amd;
use media::energy::{self, Activity};
use media::goertzel::{Change, ToneWatch};
use media::progress::{self, Bank, Country};
use media::{dtmf, voice_file};

use crate::judge::{Judge, Study};

/// How legs listen.
#[derive(Clone, Debug)]
pub struct Listening {
    /// Whether keys are heard as tones.
    pub inband_keys: InbandKeys,
    /// Whose tones are those of the network.
    pub country: Country,
    /// What [`Sign::Noise`] is; none: nothing (decision U64).
    pub noise: Option<Noise>,
    /// How it is judged who answered, by [`Profile`].
    pub judging: Arc<[amd::Parameters]>,
    /// Who studies what was judged.
    pub study: Option<Study>,
}

impl Default for Listening {
    /// Keys where no telephone-event is taken, the tones of the United States, no noise, a detector as it comes.
    fn default() -> Self {
        let country = Country::default();
        Self {
            inband_keys: InbandKeys::default(),
            country,
            noise: None,
            judging: Arc::default(),
            study: None,
        }
    }
}

/// Whether keys are heard as tones.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum InbandKeys {
    /// Where the far side takes no telephone-event.
    #[default]
    Auto,
    /// On every leg.
    Always,
    /// On none.
    Never,
}

impl InbandKeys {
    /// Whether they are on a leg whose far side takes telephone-events, or not.
    #[must_use]
    pub const fn are_heard(self, takes_events: bool) -> bool {
        match self {
            Self::Auto => !takes_events,
            Self::Always => true,
            Self::Never => false,
        }
    }
}

/// Sound that is no key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Noise {
    /// At least this loud, in dBm0.
    pub dbm0: i8,
    /// For so long, in milliseconds.
    pub milliseconds: u32,
}

/// A leg's ears: nothing is decoded on a leg that has none.
#[derive(Default, Debug)]
pub struct Ears {
    /// The frequency of each in Hz, and its filter; the oldest first.
    tones: Vec<(u16, ToneWatch)>,
    keys: Option<Box<dtmf::Receiver>>,
    /// What tells tones of the network, for those who watch and for the judge.
    bank: Option<Box<Bank>>,
    watch: Option<Box<Watch>>,
    judge: Option<Judge>,
}

/// What ears notice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Noticed {
    /// A tone of this frequency began (true) or ended.
    Tone(u16, bool),
    /// A key is pressed: its telephone-event number.
    Key(u8),
    /// A sign is certain.
    Sign(Sign),
    /// Who answered, or when a machine may be spoken to.
    Judged(amd::Event),
}

/// A watch for signs.
#[derive(Debug)]
struct Watch {
    signs: Signs,
    /// The one that is no tone, and the samples that make it.
    noise: Option<(Activity, u32)>,
}

/// Noise goes on through gaps of so many samples: 50 ms. Longer ones are the pauses of speech.
const NOISE_GAP: u32 = 400;

const TONES: [Sign; 7] =
    [Sign::DialTone, Sign::Ringback, Sign::Busy, Sign::FastBusy, Sign::Information, Sign::Cng, Sign::Ced];

impl Watch {
    fn new(signs: Signs, listening: &Listening) -> Self {
        let noise = listening.noise.filter(|_| signs.has(Sign::Noise)).map(|noise| {
            let settings = energy::Settings { least_dbm0: noise.dbm0.into(), begins: 80, gap: NOISE_GAP };
            (Activity::new(settings), noise.milliseconds.saturating_mul(voice_file::RATE / 1_000))
        });
        Self { signs, noise }
    }

    /// Whether any of its signs is a tone.
    fn has_tones(&self) -> bool {
        TONES.iter().any(|&sign| self.signs.has(sign))
    }

    fn hear(&mut self, samples: &[i16; FRAME], tell: &mut impl FnMut(Noticed)) {
        if let Some((activity, enough)) = &mut self.noise {
            activity.feed(samples);
            if activity.voice() >= *enough {
                // Told once; what goes on is told again when it has lasted as long again.
                activity.restart();
                tell(Noticed::Sign(Sign::Noise));
            }
        }
    }
}

/// A sign as the rest of the house knows it.
const fn sign(heard: progress::Sign) -> Sign {
    match heard {
        progress::Sign::DialTone => Sign::DialTone,
        progress::Sign::Ringback => Sign::Ringback,
        progress::Sign::Busy => Sign::Busy,
        progress::Sign::FastBusy => Sign::FastBusy,
        progress::Sign::Sit(_) => Sign::Information,
        progress::Sign::Cng => Sign::Cng,
        progress::Sign::Ced => Sign::Ced,
    }
}

/// A verdict as the rest of the house knows it.
pub const fn verdict(found: amd::Verdict) -> Verdict {
    match found {
        amd::Verdict::Human => Verdict::Human,
        amd::Verdict::Machine => Verdict::Machine,
        amd::Verdict::Fax => Verdict::Fax,
        amd::Verdict::Intercept => Verdict::Intercept,
        amd::Verdict::Silence => Verdict::Silence,
        amd::Verdict::NotSure => Verdict::NotSure,
    }
}

impl Ears {
    /// Listens for a tone of this frequency too. When that is one too many, the oldest goes, and is
    /// returned.
    pub fn add_tone(&mut self, hz: u16) -> Option<u16> {
        if self.tones.iter().any(|&(known, _)| known == hz) {
            return None;
        }
        let gone = (self.tones.len() == EARS).then(|| self.tones.remove(0).0);
        self.tones.push((hz, ToneWatch::new(hz)));
        gone
    }

    /// Listens for keys that sound, or no longer.
    pub fn let_hear_keys(&mut self, hears: bool) {
        match (hears, &self.keys) {
            (true, None) => self.keys = Some(Box::default()),
            (false, Some(_)) => self.keys = None,
            (true, Some(_)) | (false, None) => {}
        }
    }

    /// Listens for these signs, and for no others from now on.
    pub fn watch(&mut self, signs: Signs, listening: &Listening) {
        self.watch = (signs != Signs::NONE).then(|| Box::new(Watch::new(signs, listening)));
        // A new one: a tone that goes on is told to whoever begins to watch for it.
        self.bank = self.needs_bank().then(|| Box::new(Bank::new(listening.country)));
    }

    /// Judges who answered on this leg, from now on.
    pub fn judge(&mut self, leg: LegId, by: Profile, listening: &Listening) {
        let known = &listening.judging;
        let parameters = known.get(usize::from(by.0)).or(known.first()).copied().unwrap_or_default();
        self.judge = Some(Judge::new(leg, parameters, listening.study.clone()));
        self.bank.get_or_insert_with(|| Box::new(Bank::new(listening.country)));
    }

    fn needs_bank(&self) -> bool {
        self.judge.is_some() || self.watch.as_ref().is_some_and(|watch| watch.has_tones())
    }

    /// Whether anything is listened for but keys.
    #[must_use]
    pub const fn are_asked(&self) -> bool {
        !self.tones.is_empty() || self.watch.is_some() || self.judge.is_some()
    }

    /// Whether keys are listened for.
    #[must_use]
    pub const fn hear_keys(&self) -> bool {
        self.keys.is_some()
    }

    /// A key was told: what sounded was no noise.
    pub fn key_was_told(&mut self) {
        if let Some((activity, _)) = self.watch.as_mut().and_then(|watch| watch.noise.as_mut()) {
            activity.restart();
        }
    }

    /// Takes a frame that was heard; tells what is in it.
    pub fn hear(&mut self, samples: &[i16; FRAME], mut tell: impl FnMut(Noticed)) {
        if let Some(keys) = &mut self.keys {
            keys.feed(samples, |change| {
                if let dtmf::Change::Down(event) = change {
                    tell(Noticed::Key(event));
                }
            });
        }
        for (hz, tone) in &mut self.tones {
            if let Some(change) = tone.feed(samples) {
                tell(Noticed::Tone(*hz, change == Change::Began));
            }
        }
        if let Some(bank) = &mut self.bank {
            bank.feed(samples, |heard| {
                let sign = sign(heard.sign);
                if self.watch.as_ref().is_some_and(|watch| watch.signs.has(sign)) {
                    tell(Noticed::Sign(sign));
                }
                if let Some(judge) = &mut self.judge {
                    judge.sign(heard);
                }
            });
            if let Some(judge) = &mut self.judge {
                judge.tone(bank.sounds());
            }
        }
        if let Some(watch) = &mut self.watch {
            watch.hear(samples, &mut tell);
        }
        if let Some(judge) = &mut self.judge {
            if let Some(told) = judge.hear(samples) {
                tell(Noticed::Judged(told));
            }
            if judge.is_over() {
                self.judge = None;
                self.bank = self.bank.take().filter(|_| self.needs_bank());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use media::tone::Tone;

    /// What ears notice in these samples.
    fn hear(ears: &mut Ears, samples: &[i16]) -> Vec<Noticed> {
        let mut told = Vec::new();
        for frame in samples.as_chunks::<FRAME>().0 {
            ears.hear(frame, |noticed| told.push(noticed));
        }
        told
    }

    #[test]
    fn each_tone_is_told_when_it_begins_and_when_it_ends() {
        let mut ears = Ears::default();
        assert_eq!((ears.add_tone(440), ears.add_tone(1_100), ears.add_tone(440)), (None, None, None));
        let mut told = hear(&mut ears, &Tone::sine(440.0, -10.0).samples(500));
        told.extend(hear(&mut ears, &Tone::sine(1_100.0, -10.0).samples(500)));
        told.extend(hear(&mut ears, &[0; 25 * FRAME]));
        assert_eq!(told.len(), 4, "{told:?}");
        assert_eq!(told[0], Noticed::Tone(440, true));
        let between = [Noticed::Tone(440, false), Noticed::Tone(1_100, true)];
        assert!(between.iter().all(|noticed| told[1..3].contains(noticed)), "{told:?}");
        assert_eq!(told[3], Noticed::Tone(1_100, false));
    }

    #[test]
    fn the_oldest_tone_makes_room() {
        let mut ears = Ears::default();
        for hz in 0..EARS as u16 {
            assert_eq!(ears.add_tone(400 + hz), None);
        }
        assert_eq!(ears.add_tone(2_100), Some(400));
        assert_eq!(ears.tones.len(), EARS);
    }

    #[test]
    fn u65_only_the_signs_that_are_watched_for_are_told() {
        let listening = Listening::default();
        let sound = |sign| listening.country.sound(sign, -15.0).expect("it has one").samples(4_000);
        let (busy, fast) = (sound(progress::Sign::Busy), sound(progress::Sign::FastBusy));
        let mut ears = Ears::default();
        ears.watch([Sign::FastBusy].into_iter().collect(), &listening);
        assert_eq!(hear(&mut ears, &busy), []);
        assert!(hear(&mut ears, &fast).contains(&Noticed::Sign(Sign::FastBusy)));
        ears.watch(Signs::NONE, &listening);
        assert!(!ears.are_asked());
    }

    #[test]
    fn u64_noise_is_sound_for_long_enough_that_is_no_key() {
        let noise = Some(Noise { dbm0: -30, milliseconds: 1_000 });
        let listening = Listening { noise, ..Listening::default() };
        let mut ears = Ears::default();
        ears.watch([Sign::Noise].into_iter().collect(), &listening);
        let loud = Tone::sine(700.0, -20.0).samples(900);
        assert_eq!(hear(&mut ears, &loud), []);
        ears.key_was_told();
        assert_eq!(hear(&mut ears, &loud), []);
        assert_eq!(hear(&mut ears, &loud), [Noticed::Sign(Sign::Noise)]);
        assert_eq!(hear(&mut ears, &Tone::sine(700.0, -40.0).samples(5_000)), []);
        // Off unless it is configured.
        ears.watch([Sign::Noise].into_iter().collect(), &Listening::default());
        assert_eq!(hear(&mut ears, &[loud.clone(), loud].concat()), []);
    }

    #[test]
    fn u09_who_answered_is_told_once_and_the_ears_close() {
        let mut ears = Ears::default();
        ears.judge(LegId::placed(1), Profile(7), &Listening::default());
        let told = hear(&mut ears, &[0; 500 * FRAME]);
        let [Noticed::Judged(amd::Event::Decided(decision))] = told[..] else { panic!("{told:?}") };
        assert_eq!(verdict(decision.verdict), Verdict::Silence);
        assert!(!ears.are_asked());
    }

    #[test]
    fn u65_a_sign_is_told_to_who_watches_and_to_the_judge_of_one_bank() {
        let listening = Listening::default();
        let mut ears = Ears::default();
        ears.watch([Sign::Busy].into_iter().collect(), &listening);
        ears.judge(LegId::placed(1), Profile(0), &listening);
        let sit = progress::Sign::Sit(progress::Sit::Intercept);
        let told = hear(&mut ears, &listening.country.sound(sit, -15.0).expect("it has one").samples(1_100));
        let [Noticed::Judged(amd::Event::Decided(decision))] = told[..] else { panic!("{told:?}") };
        assert_eq!(verdict(decision.verdict), Verdict::Intercept);
        assert!(ears.are_asked() && ears.bank.is_some());
        ears.watch([Sign::Noise].into_iter().collect(), &listening);
        assert!(ears.bank.is_none());
    }

    #[test]
    fn b162_keys_are_heard_as_tones() {
        let mut ears = Ears::default();
        ears.let_hear_keys(true);
        let mut told = Vec::new();
        for event in [5, 11] {
            told.extend(hear(&mut ears, &Tone::key(event).expect("a key").samples(100)));
            told.extend(hear(&mut ears, &[0; 5 * FRAME]));
        }
        assert_eq!(told, [Noticed::Key(5), Noticed::Key(11)]);
    }
}
