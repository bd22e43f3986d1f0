//! Who answered: a live person or an answering machine, and when a machine may be spoken to.
//!
//! A person says a word or two and waits; a machine goes on talking, or beeps. A [`Detector`] takes the sound of
//! an answered call in frames of 20 ms and tells a [`Verdict`] with its [`Reason`]; after [`Verdict::Machine`] it goes
//! on until the beep or the end of the greeting and tells the moment when a message may start. What it goes by is in
//! [`Parameters`]. The tones of networks and faxes are not its own to know: a [`Bank`](crate::progress::Bank) beside
//! it hears the same, and what it tells is passed on.
//!
//! ```
//! use media::amd::{Detector, Event, FRAME, Parameters, Verdict};
//! use media::progress::{Bank, Country};
//! let mut bank = Bank::new(Country::default());
//! let mut detector = Detector::new(Parameters::default());
//! let told = (0..500).find_map(|_| {
//!     let frame = [0; FRAME];
//!     bank.feed(&frame, |heard| detector.sign(heard));
//!     detector.tone(bank.sounds());
//!     detector.hear(&frame)
//! });
//! assert!(matches!(told, Some(Event::Decided(decision)) if decision.verdict == Verdict::Silence));
//! ```

mod ear;
mod greeting;
mod measure;
pub mod parameters;
pub mod timeline;

pub use parameters::{Key, ParameterError, Parameters, Unit};
pub use timeline::{Sound, Span, Timeline};

use ear::{Ear, Heard, Now, ms};
use greeting::{Greeting, Said};
use serde::{Deserialize, Serialize};

use crate::progress::{self, Sign, Sit};
use crate::voice_file::RATE;

/// Samples of a frame at 8 kHz.
pub const FRAME: usize = 160;
/// Milliseconds of a frame.
pub const FRAME_MS: u32 = 20;
/// Samples of a millisecond.
const PER_MS: u64 = RATE as u64 / 1_000;

/// An answer tone is a fax's at once where nothing was said, and else when it has lasted so long: a beep may have
/// its pitch, in milliseconds.
const CED_LENGTH: u32 = 1_000;
/// The silence after a fax's calling tone, in milliseconds.
const CNG_SILENCE: u32 = 300;
/// Where one tone of the network lies, or the middle of two, in Hz. What the answer leaves of a ring has no cadence
/// by which a bank could know it.
const RINGBACK: std::ops::RangeInclusive<u16> = 370..=500;
/// Sounds less than this apart belong together, in milliseconds.
const TOGETHER: u32 = 60;

/// Who answered.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// A live person.
    Human,
    /// An answering machine.
    Machine,
    /// A fax or a modem.
    Fax,
    /// The network: the tones that go before "the number you have dialled".
    Intercept,
    /// Nobody says anything.
    Silence,
    /// Something else.
    NotSure,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Human, Self::Machine, Self::Fax, Self::Intercept, Self::Silence, Self::NotSure];

    /// Its name in files and on the screen.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Machine => "machine",
            Self::Fax => "fax",
            Self::Intercept => "intercept",
            Self::Silence => "silence",
            Self::NotSure => "not-sure",
        }
    }

    /// The verdict of this name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.name() == name)
    }
}

/// What decided, with its figures; all times are in milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Reason {
    /// So much voice in so many words, then so much silence.
    ShortGreeting {
        /// Voice without its pauses.
        voice: u32,
        /// How many words.
        words: u32,
        /// The silence after it.
        silence: u32,
    },
    /// More voice than a person says before he waits.
    LongGreeting {
        /// Voice without its pauses.
        voice: u32,
        /// How many words.
        words: u32,
    },
    /// More words than a person says before he waits.
    ManyWords {
        /// Voice without its pauses.
        voice: u32,
        /// How many words.
        words: u32,
    },
    /// A beep.
    Beep {
        /// Its frequency.
        hz: u16,
        /// How long it was.
        length: u32,
    },
    /// The answer tone of a fax.
    AnswerTone {
        /// How much of it was heard.
        length: u32,
    },
    /// The calling tone of a fax.
    CallingTone {
        /// How long it was.
        length: u32,
    },
    /// A special information tone.
    Information {
        /// What it says.
        sit: Sit,
    },
    /// Nothing was said for so long.
    NothingSaid {
        /// How long nothing was heard.
        silence: u32,
    },
    /// Neither one thing nor the other in the time there was.
    TimeOver {
        /// Voice without its pauses.
        voice: u32,
        /// How many words.
        words: u32,
    },
}

/// A verdict, and when it was certain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Decision {
    /// Who answered.
    pub verdict: Verdict,
    /// What decided.
    pub reason: Reason,
    /// Milliseconds from the first frame.
    pub at: u32,
}

/// Why a message to a machine may start.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Cue {
    /// The beep is over.
    Beep {
        /// Its frequency.
        hz: u16,
        /// How long it was, in milliseconds.
        length: u32,
    },
    /// The greeting is over, without a beep.
    GreetingOver {
        /// The silence after it, in milliseconds.
        silence: u32,
    },
    /// It is not known to be over, but was waited for long enough.
    WaitedLongEnough,
}

/// When a message to a machine may start.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Start {
    /// Milliseconds from the first frame.
    #[serde(rename = "at_ms")]
    pub at: u32,
    /// Why.
    pub cue: Cue,
}

/// What a detector tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// Who answered.
    Decided(Decision),
    /// It was a machine, and a message to it may start.
    Start(Start),
}

/// How far it is.
#[derive(Clone, Copy, Debug)]
enum Phase {
    /// Who answered is not known.
    Deciding,
    /// It is a machine, and may be talking.
    Waiting,
    /// It is a machine, and the same frame told that a message may start.
    Cued(Start),
    /// Everything was told.
    Over,
}

/// The signs of the network and of faxes that were told.
#[derive(Clone, Copy, Default, Debug)]
struct Signs {
    information: Option<Sit>,
    /// Where an answer tone began.
    answer: Option<u32>,
    /// How long a calling tone was.
    calling: Option<u32>,
}

/// Decides who answered from the sound of one leg.
#[derive(Clone, Debug)]
pub struct Detector {
    parameters: Parameters,
    ear: Ear,
    timeline: Timeline,
    phase: Phase,
    greeting: Greeting,
    /// Where the last voice or tone ended, in milliseconds.
    quiet_from: u32,
    /// Where the last tone ended, in milliseconds.
    tone_end: u32,
    /// Where a tone was heard last that may be the network's, in milliseconds.
    network_until: u32,
    signs: Signs,
    /// A tone that may be a beep, until it is known what follows.
    beep: Option<Span>,
    decision: Option<Decision>,
    start: Option<Start>,
}

impl Detector {
    /// A detector that has heard nothing yet.
    #[must_use]
    pub fn new(parameters: Parameters) -> Self {
        Self {
            parameters,
            ear: Ear::new(),
            timeline: Timeline::new(),
            phase: Phase::Deciding,
            greeting: Greeting::new(&parameters),
            quiet_from: 0,
            tone_end: 0,
            network_until: 0,
            signs: Signs::default(),
            beep: None,
            decision: None,
            start: None,
        }
    }

    /// What it goes by.
    #[must_use]
    pub const fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// What was heard so far.
    #[must_use]
    pub const fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// What was decided.
    #[must_use]
    pub const fn decision(&self) -> Option<Decision> {
        self.decision
    }

    /// When the message may start, if a machine answered and it is known.
    #[must_use]
    pub const fn start(&self) -> Option<Start> {
        self.start
    }

    /// Whether everything was told: more frames change nothing.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Over)
    }

    /// Milliseconds heard.
    #[must_use]
    pub const fn heard(&self) -> u32 {
        self.ear.frames.saturating_mul(FRAME_MS)
    }

    /// Takes a sign that a bank told of the frame that comes next.
    pub fn sign(&mut self, heard: progress::Heard) {
        let length = u32::try_from(heard.certain.saturating_sub(heard.began) / PER_MS).unwrap_or(u32::MAX);
        let began = (self.heard() + FRAME_MS).saturating_sub(length);
        match heard.sign {
            Sign::Sit(sit) => self.signs.information = Some(sit),
            Sign::Ced => {
                self.signs.answer = Some(began);
                self.ear.fax();
            }
            Sign::Cng => {
                self.signs.calling = Some(length);
                self.ear.fax();
            }
            Sign::Ringback => self.beep = self.beep.filter(|beep| beep.to <= began),
            Sign::DialTone | Sign::Busy | Sign::FastBusy => {}
        }
    }

    /// Whether a tone of the network sounds in the frame that comes next, as a bank says: such a tone is no voice,
    /// whichever part of its cadence is heard.
    pub const fn tone(&mut self, sounds: bool) {
        self.ear.tone_of_network = sounds;
    }

    /// Takes the next frame. Where one frame tells both a machine and its start, the start comes with the next.
    pub fn hear(&mut self, frame: &[i16; FRAME]) -> Option<Event> {
        match self.phase {
            Phase::Over => None,
            Phase::Cued(start) => {
                self.phase = Phase::Over;
                self.start = Some(start);
                Some(Event::Start(start))
            }
            Phase::Deciding => {
                self.listen(frame);
                let (verdict, reason) = self.judge()?;
                Some(Event::Decided(self.decide(verdict, reason)))
            }
            Phase::Waiting => {
                self.listen(frame);
                let start = Start { cue: self.cue()?, at: self.heard() };
                self.phase = Phase::Over;
                self.start = Some(start);
                Some(Event::Start(start))
            }
        }
    }

    fn decide(&mut self, verdict: Verdict, reason: Reason) -> Decision {
        let decision = Decision { verdict, reason, at: self.heard() };
        self.phase = match (verdict, reason) {
            (Verdict::Machine, Reason::Beep { hz, length }) => {
                Phase::Cued(Start { cue: Cue::Beep { hz, length }, at: decision.at })
            }
            (Verdict::Machine, _) => Phase::Waiting,
            _ => Phase::Over,
        };
        self.decision = Some(decision);
        decision
    }

    /// Hears a frame and keeps count.
    fn listen(&mut self, frame: &[i16; FRAME]) {
        let Heard { dbm0, voice, loudest, struck, ended } = self.ear.hear(frame, &self.parameters);
        self.greeting.hear(dbm0, voice, loudest, &self.parameters);
        if let Some(from) = struck {
            self.greeting.strike(from, loudest, &self.parameters);
        }
        if self.ear.tone_of_network {
            self.network_until = self.heard();
        }
        let Some(span) = ended else { return };
        self.timeline.push(span);
        match span.sound {
            Sound::Voice => {
                self.quiet_from = span.to;
                self.beep = self.beep.filter(|beep| beep.to > span.to);
            }
            Sound::Tone { .. } | Sound::Tones { .. } => {
                let before = std::mem::replace(&mut self.tone_end, span.to);
                let melody = before > 0 && span.from < before + TOGETHER;
                self.beep = (!melody && self.is_beep(span)).then_some(span);
                self.quiet_from = span.to;
            }
            Sound::Silence | Sound::Noise => {}
        }
    }

    /// How long it has been quiet, in milliseconds; nothing while there is sound.
    fn silence(&self) -> Option<u32> {
        match self.ear.now {
            Now::Quiet { .. } => Some(self.heard() - self.quiet_from),
            Now::Sounding(_) | Now::Tone(_) => None,
        }
    }

    fn said(&self) -> Said {
        self.greeting.said(&self.parameters)
    }

    fn judge(&self) -> Option<(Verdict, Reason)> {
        let parameters = &self.parameters;
        let Said { voice, words, end, clear_end } = self.said();
        if let Some(found) = self.tones(words > 0) {
            return Some(found);
        }
        if words > ms(parameters.most_words) {
            return Some((Verdict::Machine, Reason::ManyWords { voice, words }));
        }
        if voice > ms(parameters.longest_hello) {
            return Some((Verdict::Machine, Reason::LongGreeting { voice, words }));
        }
        if !matches!(self.ear.now, Now::Tone(_)) {
            let since = |end: u32| self.heard() - end.max(self.tone_end);
            let hello = |silence| Some((Verdict::Human, Reason::ShortGreeting { voice, words, silence }));
            let (silence, clear_silence) = (since(end), since(clear_end));
            let short = voice <= ms(parameters.short_hello);
            let enough = if short { parameters.hello_silence } else { parameters.long_hello_silence };
            match voice >= ms(parameters.shortest_hello) {
                true if silence >= ms(enough) => return hello(silence),
                // What was soft since then would be the end of a greeting, which is over by now.
                true if clear_silence >= ms(parameters.greeting_end) => return hello(clear_silence),
                false if silence >= ms(parameters.initial_silence) => {
                    return Some((Verdict::Silence, Reason::NothingSaid { silence }));
                }
                _ => {}
            }
        }
        let over = self.heard() >= ms(parameters.analysis);
        over.then_some((Verdict::NotSure, Reason::TimeOver { voice, words }))
    }

    /// What tones alone say, where something was said before or nothing.
    fn tones(&self, said: bool) -> Option<(Verdict, Reason)> {
        let Signs { information, answer, calling } = self.signs;
        if let Some(sit) = information {
            return Some((Verdict::Intercept, Reason::Information { sit }));
        }
        if let Some(began) = answer {
            let length = self.heard() - began;
            if !said || self.silence().is_none() && length >= CED_LENGTH {
                return Some((Verdict::Fax, Reason::AnswerTone { length }));
            }
        }
        let silence = self.silence()?;
        if let Some(length) = calling.filter(|_| !said) {
            return (silence >= CNG_SILENCE).then_some((Verdict::Fax, Reason::CallingTone { length }));
        }
        let (hz, length) = self.beeped()?;
        // A beep before anything was said may be the line's own, and then somebody speaks. One at a pitch of the
        // network may be the first tone of a cadence.
        let is_plain = said && self.beep.is_none_or(|beep| self.network_until <= beep.from);
        let enough = if is_plain { 0 } else { ms(self.parameters.greeting_end) };
        (silence >= enough).then_some((Verdict::Machine, Reason::Beep { hz, length }))
    }

    /// The frequency and length of a span that is one tone.
    fn lone(&self, span: Span) -> Option<(u16, u32)> {
        match span.sound {
            Sound::Tone { hz } => Some((hz, span.length())),
            _ => None,
        }
    }

    /// Whether a tone may be a beep, going by itself. Before anything was said, one no longer than a vowel may be all
    /// of somebody's hello.
    fn is_beep(&self, span: Span) -> bool {
        let Some((hz, length)) = self.lone(span) else { return false };
        let Parameters { shortest_beep, longest_beep, beep_low, beep_high, .. } = self.parameters;
        let first = self.said().words == 0;
        if first && length < ear::TONE_WITHIN * FRAME_MS {
            return false;
        }
        let ringback = RINGBACK.contains(&hz) && first;
        (ms(shortest_beep)..=ms(longest_beep)).contains(&length)
            && (ms(beep_low)..=ms(beep_high)).contains(&u32::from(hz))
            && !ringback
    }

    /// The frequency and length of a beep after which it has been quiet for long enough.
    fn beeped(&self) -> Option<(u16, u32)> {
        let beep = self.beep?;
        if self.silence()? >= ms(self.parameters.after_beep) { self.lone(beep) } else { None }
    }

    /// Whether a message to the machine may start.
    fn cue(&self) -> Option<Cue> {
        if let Some((hz, length)) = self.beeped() {
            return Some(Cue::Beep { hz, length });
        }
        match self.silence() {
            Some(silence) if silence >= ms(self.parameters.greeting_end) => {
                Some(Cue::GreetingOver { silence })
            }
            _ => (self.heard() >= ms(self.parameters.longest_greeting)).then_some(Cue::WaitedLongEnough),
        }
    }
}
