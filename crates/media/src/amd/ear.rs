//! Frames become spans: what was voice, what was noise, what was a tone.
//!
//! A frame sounds when it is louder than the line's noise and not too far below the loudest voice. Sound is voice
//! until it shows to be something else: a tone when its pitch stands still, noise when its level does. Both show
//! only after a while, and then are cut out of the voice from where they began.

use super::measure::{LOWEST, Level, Pitch};
use super::timeline::{Sound, Span};
use super::{FRAME, FRAME_MS, Parameters, RINGBACK};

/// How far the pitch of a tone may be from its mean, in hertz.
const STEADY_HZ: f32 = 25.0;
/// How far the level of a tone may be from its mean, in decibels.
const STEADY_DB: f32 = 4.0;
/// Frames that make a tone where a sound begins with it: 80 ms.
const TONE: u32 = 4;
/// Frames that make a tone in the middle of a sound, where a long vowel may look like one: 200 ms.
pub(super) const TONE_WITHIN: u32 = 10;
/// Frames that make several tones at once, which look more like a vowel: 240 ms.
const TONES: u32 = 12;
/// Frames that make a tone of which a bank says that it is the network's: 60 ms.
const TONE_OF_NETWORK: u32 = 3;
/// Frames of ringback that make a tone where the call begins with it: 60 ms.
const RINGBACK_AT_FIRST: u32 = 3;
/// How much the pitch and the level of several tones may vary from frame to frame: less than a vowel does.
const TONES_HZ: f32 = 24.0;
const TONES_DB: f32 = 3.0;
/// Frames at the edges of a tone that are partly something else.
const EDGE: u32 = 1;
/// The most that the square of a sine's peak is above its mean square: 2, and what noise adds. Two equal
/// sines have 4.
const SINGLE_CREST: f32 = 3.4;

/// The noise that is assumed before the line was heard for a second, in dBm0.
const FIRST_FLOOR: f32 = -62.0;
/// Frames of one step of the search for the floor: 200 ms.
const STEP: u32 = 10;
/// Steps in which the softest frame is the floor.
const STEPS: usize = 5;
/// How far below the loudest voice the floor is at least, in decibels: a second may pass without a pause.
const FLOOR_DEPTH: f32 = 12.0;
/// What the loudest voice loses in a second, in decibels.
const FADES: f32 = 2.0;

/// What goes on now.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Now {
    /// Nothing, since this frame.
    Quiet { from: u32 },
    /// Sound that is voice unless it shows to be something else.
    Sounding(Run),
    /// A tone.
    Tone(Tone),
}

/// Sound under way.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Run {
    /// Its first frame.
    pub(super) from: u32,
    /// Frames of silence at its end.
    pub(super) gap: u32,
    /// The loudest voice before it.
    loudest_before: f32,
    /// A tone that may be under way.
    tone: Option<Tone>,
    /// A tone that it began with, too short to be certain of while it lasted.
    first: Option<Tone>,
    /// Noise that may be under way.
    steady: Steady,
}

/// Frames of about one level.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Steady {
    from: u32,
    low: f32,
    high: f32,
}

/// Frames of one pitch and level.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Tone {
    /// Its first frame.
    pub(super) from: u32,
    frames: u32,
    /// The sums over the frames.
    hz: f32,
    dbm0: f32,
    power: f32,
    /// The largest square of a sample.
    peak: f32,
    /// The bounds of pitch and level.
    hz_bounds: [f32; 2],
    dbm0_bounds: [f32; 2],
    /// How many frames have nearly all power in one line.
    single: u32,
    /// Frames that do not fit, at its end.
    misses: u32,
}

impl Steady {
    /// Its level.
    const fn dbm0(&self) -> f32 {
        f32::midpoint(self.low, self.high)
    }
}

impl Run {
    /// The tone that may have been under way is over.
    fn leave_tone(&mut self) {
        let tone = self.tone.take();
        self.first = self.first.or(tone.filter(|tone| tone.from <= self.from + EDGE && tone.frames > 1));
    }
}

impl Tone {
    fn new(from: u32, dbm0: f32, pitch: Pitch) -> Self {
        let Pitch { hz, peak, power, single } = pitch;
        Self {
            from,
            frames: 1,
            hz,
            dbm0,
            power,
            peak,
            hz_bounds: [hz; 2],
            dbm0_bounds: [dbm0; 2],
            single: u32::from(single),
            misses: 0,
        }
    }

    /// Whether a frame goes on with it.
    fn fits(&self, dbm0: f32, pitch: Pitch) -> bool {
        let frames = self.frames as f32;
        (pitch.hz - self.hz / frames).abs() < STEADY_HZ && (dbm0 - self.dbm0 / frames).abs() < STEADY_DB
    }

    fn add(&mut self, dbm0: f32, pitch: Pitch) {
        self.frames = self.frames.saturating_add(1);
        self.hz += pitch.hz;
        self.dbm0 += dbm0;
        self.power += pitch.power;
        self.hz_bounds = [self.hz_bounds[0].min(pitch.hz), self.hz_bounds[1].max(pitch.hz)];
        self.dbm0_bounds = [self.dbm0_bounds[0].min(dbm0), self.dbm0_bounds[1].max(dbm0)];
        self.peak = self.peak.max(pitch.peak);
        self.single += u32::from(pitch.single);
        self.misses = 0;
    }

    /// Whether it has lasted for long enough to be one, in a run of sound that began at this frame.
    fn is_certain(&self, run: u32, of_network: bool) -> bool {
        if of_network {
            return self.frames >= TONE_OF_NETWORK;
        }
        let begins = self.from <= run + EDGE;
        let enough = match self.sound() {
            Sound::Tone { .. } if begins => TONE,
            Sound::Tone { .. } => TONE_WITHIN,
            Sound::Tones { hz } if run <= EDGE && begins && RINGBACK.contains(&hz) => RINGBACK_AT_FIRST,
            _ => TONES,
        };
        let within = |[low, high]: [f32; 2], most: f32| high - low <= most;
        let steady = within(self.hz_bounds, TONES_HZ) && within(self.dbm0_bounds, TONES_DB);
        self.frames >= enough && (steady || matches!(self.sound(), Sound::Tone { .. }))
    }

    /// Whether it is one tone that a run from here to there consists of, but for its edges: what is left of one that
    /// was cut off, by the answer or by packets that were lost.
    fn is_all(&self, run: u32, end: u32) -> bool {
        let begins = self.from <= run + EDGE;
        begins
            && self.frames > 1
            && end <= self.from + self.frames + EDGE
            && matches!(self.sound(), Sound::Tone { .. })
    }

    /// What it is.
    pub(super) fn sound(&self) -> Sound {
        let frames = self.frames as f32;
        let hz = (self.hz / frames).round() as u16;
        // Two tones rise and fall together, so that their peaks stand out.
        let crest = self.peak * frames / self.power;
        if crest < SINGLE_CREST && self.single * 5 >= self.frames * 4 {
            Sound::Tone { hz }
        } else {
            Sound::Tones { hz }
        }
    }
}

/// The softest frames of the last second.
#[derive(Clone, Copy, Debug)]
struct Floor {
    steps: [f32; STEPS],
    /// The softest of the step under way, and its frames.
    softest: f32,
    frames: u32,
    /// The floor there is.
    dbm0: f32,
}

impl Floor {
    const fn new() -> Self {
        Self { steps: [FIRST_FLOOR; STEPS], softest: f32::INFINITY, frames: 0, dbm0: FIRST_FLOOR }
    }

    fn hear(&mut self, dbm0: f32) {
        self.softest = self.softest.min(dbm0);
        self.frames += 1;
        if self.frames == STEP {
            self.steps.rotate_left(1);
            self.steps[STEPS - 1] = self.softest;
            self.dbm0 = self.steps.iter().copied().fold(f32::INFINITY, f32::min);
            (self.softest, self.frames) = (f32::INFINITY, 0);
        }
        // A softer frame counts at once.
        self.dbm0 = self.dbm0.min(dbm0);
    }

    /// This is the noise.
    fn set(&mut self, dbm0: f32) {
        self.steps = [dbm0; STEPS];
        self.dbm0 = dbm0;
    }
}

/// What a frame changes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Heard {
    /// Its level.
    pub(super) dbm0: f32,
    /// Whether it is voice, as far as is known.
    pub(super) voice: bool,
    /// The loudest voice so far, in dBm0.
    pub(super) loudest: f32,
    /// The frame from which on what was taken for voice was none.
    pub(super) struck: Option<u32>,
    /// The span that has come to an end with it, or that shows only now to have ended.
    pub(super) ended: Option<Span>,
}

/// Hears frames.
#[derive(Clone, Debug)]
pub(super) struct Ear {
    /// Frames heard.
    pub(super) frames: u32,
    pub(super) now: Now,
    floor: Floor,
    /// The loudest voice, in dBm0, fading.
    loudest: f32,
    /// The levels of the last frames, the latest last.
    before: [f32; 4],
    /// The latest tone, and where it ended.
    last_tone: Option<(Tone, u32)>,
    /// The latest noise that may have ended, no shorter than a word, and where it did.
    was_steady: Option<(Steady, u32)>,
    /// Whether it is known of the next frame that a tone of the network sounds in it.
    pub(super) tone_of_network: bool,
}

impl Ear {
    pub(super) const fn new() -> Self {
        Self {
            frames: 0,
            now: Now::Quiet { from: 0 },
            floor: Floor::new(),
            loudest: LOWEST,
            before: [LOWEST; 4],
            last_tone: None,
            was_steady: None,
            tone_of_network: false,
        }
    }

    /// Takes a frame and tells what it changes.
    pub(super) fn hear(&mut self, frame: &[i16; FRAME], parameters: &Parameters) -> Heard {
        let level = Level::of(frame);
        let [audible, voice] = self.thresholds(parameters);
        let pitch = if level.dbm0 >= audible { level.pitch(frame) } else { None };
        // A beep may be softer than the greeting before it.
        let loud = level.dbm0 >= voice || pitch.is_some_and(|pitch| pitch.single);
        self.follow(level.dbm0, loud.then_some(audible), pitch);
        let at = self.frames;
        self.frames = self.frames.saturating_add(1);
        let before = match self.now {
            Now::Sounding(Run { from, gap, .. }) => Some((from, gap)),
            Now::Quiet { .. } | Now::Tone(_) => None,
        };
        let ended = match self.now {
            Now::Quiet { .. } if loud => {
                self.now = Now::Sounding(self.run(at, level.dbm0, pitch));
                None
            }
            Now::Quiet { .. } => None,
            Now::Sounding(run) => self.sounding(run, level.dbm0, loud.then_some(pitch), parameters),
            Now::Tone(tone) => self.tone(tone, level.dbm0, loud.then_some(pitch)),
        };
        // What was voice until now may turn out to have been a tone or noise from some frame on.
        let struck = before.and_then(|(run, gap)| match self.now {
            Now::Tone(tone) => Some(if ended.is_some_and(|span| !span.is_tone()) { tone.from } else { run }),
            Now::Quiet { from } if gap == 0 && loud => Some(from),
            Now::Quiet { .. } => ended.filter(Span::is_tone).map(|_| run),
            Now::Sounding(_) => None,
        });
        let voice = loud && !self.tone_of_network && matches!(self.now, Now::Sounding(_));
        Heard { dbm0: level.dbm0, voice, loudest: self.loudest, struck, ended }
    }

    /// A fax's tone sounds, or has just ended: it is the called party, and what is softer by `voice_depth` lies behind
    /// it, as it would behind a voice.
    pub(super) fn fax(&mut self) {
        self.loudest = self.before.iter().copied().fold(self.loudest, f32::max);
    }

    /// The levels from which a frame is more than noise, and from which it may be voice, in dBm0.
    fn thresholds(&self, parameters: &Parameters) -> [f32; 2] {
        let floor = match self.loudest > LOWEST {
            true => self.floor.dbm0.min(self.loudest - FLOOR_DEPTH),
            false => self.floor.dbm0,
        };
        let above_noise = floor + parameters.noise_margin as f32;
        let below_voice = self.loudest - parameters.voice_depth as f32;
        let audible = above_noise.max(parameters.quiet_level as f32);
        [audible, below_voice.max(audible)]
    }

    /// Learns how loud noise and voice are; a tone is neither. `audible` is nothing in silence, and else the level from
    /// which on a frame is more than noise.
    fn follow(&mut self, dbm0: f32, audible: Option<f32>, pitch: Option<Pitch>) {
        self.before.rotate_left(1);
        self.before[3] = dbm0;
        if matches!(self.now, Now::Tone(_)) {
            return;
        }
        self.floor.hear(dbm0);
        if self.loudest > self.floor.dbm0 + 2.0 * FLOOR_DEPTH {
            self.loudest -= FADES * FRAME_MS as f32 / 1_000.0;
        }
        // The median of three, so that a click, or the peak of a noise, is no voice.
        let [_, first, second, third] = self.before;
        let median = first.max(second).min(first.min(second).max(third));
        let voice = audible.is_some_and(|audible| median >= audible);
        if voice && pitch.is_none_or(|pitch| !pitch.single) {
            self.loudest = self.loudest.max(median);
        }
    }

    fn run(&self, from: u32, dbm0: f32, pitch: Option<Pitch>) -> Run {
        Run {
            from,
            gap: 0,
            loudest_before: self.loudest,
            tone: pitch.map(|pitch| Tone::new(from, dbm0, pitch)),
            first: None,
            steady: Steady { from, low: dbm0, high: dbm0 },
        }
    }

    /// `heard` is nothing in silence, and else the pitch if there is one.
    fn sounding(
        &mut self,
        mut run: Run,
        dbm0: f32,
        heard: Option<Option<Pitch>>,
        parameters: &Parameters,
    ) -> Option<Span> {
        let at = self.frames - 1;
        let Some(pitch) = heard else {
            run.leave_tone();
            run.gap += 1;
            self.now = Now::Sounding(run);
            return (run.gap * FRAME_MS >= ms(parameters.word_gap)).then(|| {
                let end = self.frames - run.gap;
                self.now = Now::Quiet { from: end };
                self.over(run, end, parameters)
            });
        };
        run.gap = 0;
        if !pitch.is_some_and(|pitch| run.tone.is_some_and(|tone| tone.fits(dbm0, pitch))) {
            run.leave_tone();
        }
        run.tone = pitch.map(|pitch| match run.tone {
            Some(mut tone) if tone.fits(dbm0, pitch) => {
                tone.add(dbm0, pitch);
                tone
            }
            _ => Tone::new(at, dbm0, pitch),
        });
        if let Some(tone) = run.tone.filter(|tone| tone.is_certain(run.from, self.tone_of_network)) {
            return self.begin(tone, run, parameters);
        }
        // Noise of short frames varies by itself: the mean of four does less.
        let mean = self.before.iter().sum::<f32>() / self.before.len() as f32;
        let (low, high) = (run.steady.low.min(mean), run.steady.high.max(mean));
        run.steady = if high - low <= parameters.steady_range as f32 {
            Steady { from: run.steady.from, low, high }
        } else {
            if !is_short(run.steady.from, at, parameters) {
                self.was_steady = Some((run.steady, at));
            }
            Steady { from: at, low: mean, high: mean }
        };
        self.now = Now::Sounding(run);
        let steady = self.frames - run.steady.from;
        (steady * FRAME_MS >= ms(parameters.steady_noise)).then(|| self.noise(run, parameters)).flatten()
    }

    /// A run is over, before this frame.
    fn over(&mut self, run: Run, end: u32, parameters: &Parameters) -> Span {
        match run.first.filter(|tone| tone.is_all(run.from, end)) {
            Some(tone) => {
                self.loudest = run.loudest_before;
                span(tone.sound(), run.from, end)
            }
            None => self.voice(run, end, parameters),
        }
    }

    /// The end of a run is a tone. Sound of one level that a tone breaks into, without a pause, was the noise of the
    /// line: a voice is not as even as that, and ends before the beep.
    fn begin(&mut self, mut tone: Tone, run: Run, parameters: &Parameters) -> Option<Span> {
        let now = (run.steady, self.frames);
        let noise = |&(steady, to): &(Steady, u32)| {
            steady.from >= run.from
                && is_short(run.from, steady.from, parameters)
                && to + 2 * EDGE >= tone.from
        };
        let all = tone.from <= run.from + EDGE;
        let single = matches!(tone.sound(), Sound::Tone { .. });
        let noise = self.was_steady.filter(noise).or(Some(now).filter(noise)).filter(|_| single && !all);
        if let Some((steady, _)) = noise {
            self.floor.set(steady.dbm0());
            self.loudest = run.loudest_before;
            self.now = Now::Tone(tone);
            return None;
        }
        if all {
            tone.from = run.from;
            self.loudest = run.loudest_before;
        }
        self.now = Now::Tone(tone);
        (!all).then(|| self.over(run, tone.from, parameters))
    }

    /// The end of a run was noise: from now on it is what the line is like. What is too short before it to be a word
    /// belongs to it, and what was loud in it was no voice.
    fn noise(&mut self, run: Run, parameters: &Parameters) -> Option<Span> {
        let from = run.steady.from;
        let level = run.steady.dbm0();
        let goes_on = |&(tone, end): &(Tone, u32)| {
            end == run.from && (level - tone.dbm0 / tone.frames as f32).abs() < STEADY_DB
        };
        if let Some((tone, _)) = self.last_tone.filter(goes_on)
            && is_short(run.from, from, parameters)
        {
            // The same tone: its phase was reversed, and what lies behind it hides its pitch.
            self.now = Now::Tone(Tone { from: run.from, misses: 0, ..tone });
            self.loudest = run.loudest_before;
            return None;
        }
        self.floor.set(level);
        if is_short(run.from, from, parameters) {
            self.now = Now::Quiet { from: run.from };
            self.loudest = run.loudest_before;
            return None;
        }
        self.now = Now::Quiet { from };
        Some(self.voice(run, from, parameters))
    }

    /// `heard` is nothing in silence, and else the pitch if there is one.
    fn tone(&mut self, mut tone: Tone, dbm0: f32, heard: Option<Option<Pitch>>) -> Option<Span> {
        let at = self.frames - 1;
        match heard {
            Some(Some(pitch)) if tone.fits(dbm0, pitch) => tone.add(dbm0, pitch),
            // One frame may be spoilt, by a packet lost or a phase reversed (ITU-T V.25).
            Some(_) if tone.misses < EDGE => tone.misses += 1,
            // What did not fit may be the beginning of something else, which the next frames will tell.
            Some(pitch) => {
                let end = at - tone.misses;
                self.last_tone = Some((tone, end));
                self.now = Now::Sounding(self.run(end, dbm0, pitch));
                return Some(span(tone.sound(), tone.from, end));
            }
            None => {
                self.now = Now::Quiet { from: at };
                return Some(span(tone.sound(), tone.from, at));
            }
        }
        self.now = Now::Tone(tone);
        None
    }

    fn voice(&self, run: Run, end: u32, parameters: &Parameters) -> Span {
        let sound = if is_short(run.from, end, parameters) { Sound::Noise } else { Sound::Voice };
        span(sound, run.from, end)
    }
}

/// Whether it is too short from this frame to that for a word.
fn is_short(from: u32, to: u32, parameters: &Parameters) -> bool {
    to.saturating_sub(from) * FRAME_MS < ms(parameters.shortest_word)
}

fn span(sound: Sound, from: u32, to: u32) -> Span {
    Span { sound, from: from.saturating_mul(FRAME_MS), to: to.saturating_mul(FRAME_MS) }
}

/// A parameter that is never negative.
pub(super) fn ms(parameter: i32) -> u32 {
    u32::try_from(parameter).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::measure::tests::noise;
    use super::*;
    use crate::tone::{Tone as Sine, silence};

    /// An ear that has heard these sounds.
    fn ear(sounds: &[Vec<i16>]) -> Ear {
        let mut ear = Ear::new();
        for frame in sounds.concat().as_chunks::<FRAME>().0 {
            ear.hear(frame, &Parameters::default());
        }
        ear
    }

    #[test]
    fn noise_is_not_the_loudest_voice() {
        // From the first frame on, and with a peak once it is known.
        assert_eq!(ear(&[noise(12_000, -34.0)]).loudest, LOWEST);
        let peak = [noise(12_000, -34.0), noise(FRAME, -26.0), noise(160, -34.0)];
        assert_eq!(ear(&peak).loudest, LOWEST);
        let voice = [noise(12_000, -34.0), noise(3 * FRAME, -20.0)];
        assert!(ear(&voice).loudest > -22.0);
    }

    #[test]
    fn an_even_sound_as_loud_as_the_tone_before_it_is_still_the_tone() {
        let after = |dbm0| [silence(200), Sine::sine(2_100.0, -15.0).samples(440), noise(4_800, dbm0)];
        assert!(!matches!(ear(&after(-15.0)).now, Now::Quiet { .. }));
        assert!(matches!(ear(&after(-25.0)).now, Now::Quiet { .. }));
    }
}
