//! Who answered, decided from sound made here: something like a voice, tones, noise.

use std::f64::consts::TAU;

use media::amd::{
    Cue, Decision, Detector, Event, FRAME, FRAME_MS, Parameters, Reason, Sound, Start, Timeline, Verdict,
};
use media::progress::{Bank, Country};
use media::tone::{Cadence, Tone, silence};
use proptest::prelude::*;

/// Syllables of 180 ms with a gliding pitch and moving formants, 40 ms apart, at about this level in dBm0.
fn voice(syllables: u32, dbm0: f64) -> Vec<i16> {
    let mut samples = Vec::new();
    let mut phase = 0.0;
    for syllable in 0..syllables {
        let formant = [520.0, 900.0, 680.0, 1_150.0][syllable as usize % 4];
        for n in 0..1_440 {
            let t = f64::from(n) / 1_440.0;
            phase += (150.0 - 40.0 * t) / 8_000.0;
            let hz = 130.0;
            let vowel: f64 = (1..20)
                .map(|k| {
                    let off = (f64::from(k) * hz - formant * (1.0 + 0.3 * t)) / 250.0;
                    (TAU * phase * f64::from(k)).sin() / (1.0 + off * off)
                })
                .sum();
            samples.push((vowel * (TAU * t / 2.0).sin() * media::tone::peak(dbm0 - 3.0) / 2.0) as i16);
        }
        samples.extend(silence(40));
    }
    samples
}

/// White noise, the same every time.
fn noise(ms: u32, dbm0: f64) -> Vec<i16> {
    let peak = media::tone::peak(dbm0) * 1.5_f64.sqrt();
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    };
    silence(ms).iter().map(|_| (peak * next()).round() as i16).collect()
}

fn mixed(a: &[i16], b: &[i16]) -> Vec<i16> {
    a.iter().zip(b).map(|(a, b)| a.saturating_add(*b)).collect()
}

fn told(sound: &[Vec<i16>]) -> (Option<Decision>, Option<Start>) {
    let detector = heard(sound, Parameters::default());
    (detector.decision(), detector.start())
}

fn heard(sound: &[Vec<i16>], parameters: Parameters) -> Detector {
    heard_in("us", sound, parameters)
}

/// The same with the tones of this country.
fn heard_in(country: &str, sound: &[Vec<i16>], parameters: Parameters) -> Detector {
    let mut bank = Bank::new(Country::of_code(country).expect("a country that is known"));
    let mut detector = Detector::new(parameters);
    for frame in sound.concat().as_chunks::<FRAME>().0 {
        bank.feed(frame, |heard| detector.sign(heard));
        detector.tone(bank.sounds());
        detector.hear(frame);
    }
    detector
}

#[track_caller]
fn check(sound: &[Vec<i16>], verdict: Verdict) -> (Reason, u32) {
    let (decision, _) = told(sound);
    let decision = decision.expect("a verdict");
    assert_eq!(decision.verdict, verdict, "{decision:?}");
    (decision.reason, decision.at)
}

#[test]
fn a_hello_and_then_silence_is_a_person_within_a_second() {
    for dbm0 in [-10.0, -20.0, -35.0] {
        for syllables in [2, 3, 4] {
            let hello = voice(syllables, dbm0);
            let end = 500 + hello.len() as u32 / 8 - 40;
            let (reason, at) = check(&[silence(500), hello, silence(3_000)], Verdict::Human);
            assert!(matches!(reason, Reason::ShortGreeting { .. }));
            assert!((end + 600..end + 1_000).contains(&at), "{dbm0} dBm0, {syllables}: {at}, ended {end}");
        }
    }
}

#[test]
fn who_goes_on_talking_is_a_machine() {
    let (reason, at) = check(&[silence(300), voice(25, -20.0), silence(1_000)], Verdict::Machine);
    assert!(matches!(reason, Reason::LongGreeting { voice, .. } if voice > 1_800), "{reason:?}");
    assert!(at < 3_500);
}

#[test]
fn many_words_are_a_machine() {
    let word = [voice(1, -20.0), silence(300)].concat();
    let (reason, _) = check(&[word.repeat(12)], Verdict::Machine);
    assert!(matches!(reason, Reason::ManyWords { words: 8, .. }), "{reason:?}");
}

#[test]
fn the_message_starts_after_a_beep_of_any_pitch() {
    for hz in [310.0, 395.0, 620.0, 1_000.0, 1_400.0, 2_000.0, 2_480.0] {
        for dbm0 in [-8.0, -20.0, -32.0] {
            let ms = 240;
            let sound = [voice(20, -20.0), silence(600), Tone::sine(hz, dbm0).samples(ms), silence(1_000)];
            let end = (sound[0].len() + sound[1].len() + sound[2].len()) as u32 / 8;
            let (_, start) = told(&sound);
            let start = start.expect("a start");
            assert!(
                matches!(start.cue, Cue::Beep { hz: heard, .. } if (f64::from(heard) - hz).abs() < 20.0),
                "{start:?}"
            );
            assert!(
                (end + 100..=end + 200).contains(&start.at),
                "{hz} Hz, {dbm0} dBm0: {start:?}, ended {end}"
            );
        }
    }
}

#[test]
fn a_beep_decides_by_itself_and_starts_the_message() {
    let sound = [voice(4, -20.0), silence(300), Tone::sine(1_000.0, -15.0).samples(300), silence(1_000)];
    let mut events = Vec::new();
    let mut detector = Detector::new(Parameters::default());
    for frame in sound.concat().as_chunks::<FRAME>().0 {
        events.extend(detector.hear(frame));
    }
    assert!(
        matches!(
            events[..],
            [
                Event::Decided(Decision {
                    verdict: Verdict::Machine,
                    reason: Reason::Beep { hz: 990..=1_010, .. },
                    ..
                }),
                Event::Start(Start { cue: Cue::Beep { .. }, .. }),
            ]
        ),
        "{events:?}"
    );
    assert!(detector.is_over());
}

#[test]
fn without_a_beep_the_message_starts_after_the_greeting() {
    let (_, start) = told(&[voice(20, -20.0), silence(900), voice(5, -20.0), silence(3_000)]);
    assert!(matches!(start, Some(Start { cue: Cue::GreetingOver { .. }, at: 8_100..=8_500 })), "{start:?}");
}

#[test]
fn who_never_stops_talking_is_talked_to_in_the_end() {
    let mut parameters = Parameters::default();
    parameters.set("longest_greeting", 5_000).unwrap();
    let detector = heard(&[voice(40, -20.0)], parameters);
    assert_eq!(detector.start(), Some(Start { cue: Cue::WaitedLongEnough, at: 5_000 }));
}

#[test]
fn keys_ringback_and_special_information_are_no_beeps() {
    let greeting = || voice(20, -20.0);
    for sound in [
        Tone::key(5).unwrap().samples(300),
        Tone::dual([440.0, 480.0], -19.0).samples(2_000),
        Tone::sine(1_000.0, -15.0).samples(40),
        voice(2, -20.0),
    ] {
        let (_, start) = told(&[greeting(), silence(500), sound.clone(), silence(1_000)]);
        assert_eq!(start, None, "{} samples", sound.len());
    }
    // In Germany, what is a beep elsewhere.
    let ring = [greeting(), silence(500), Tone::sine(425.0, -15.0).samples(1_000), silence(1_000)];
    assert_eq!(heard_in("de", &ring, Parameters::default()).start(), None);
    assert!(told(&ring).1.is_some());
}

#[test]
fn a_beep_at_the_pitch_of_a_fax_is_a_beep_once_something_was_said() {
    for (hz, ms) in [(1_100.0, 500), (2_100.0, 800)] {
        let beep = || Tone::sine(hz, -15.0).samples(ms);
        let (reason, _) = check(&[voice(4, -20.0), silence(300), beep(), silence(1_000)], Verdict::Machine);
        assert!(matches!(reason, Reason::Beep { .. }), "{reason:?}");
        check(&[silence(600), beep(), silence(1_000)], Verdict::Fax);
    }
}

#[test]
fn a_melody_is_no_beep() {
    let notes = [523.0, 659.0, 784.0, 1_047.0].map(|hz| Tone::sine(hz, -15.0).samples(260));
    let (_, start) = told(&[voice(20, -20.0), silence(500), notes.concat(), silence(1_000)]);
    assert_eq!(start, None);
}

#[test]
fn the_end_of_a_ring_is_no_voice() {
    for hz in [[440.0, 480.0], [400.0, 450.0], [425.0, 425.0]] {
        for ms in [80, 200, 700, 1_500] {
            let ring = Tone::dual(hz, -22.0).samples(ms);
            let (_, at) =
                check(&[ring.clone(), silence(3_000), voice(2, -20.0), silence(2_000)], Verdict::Human);
            assert!(at > ms + 3_400, "{hz:?} for {ms} ms: {at}");
        }
    }
}

#[test]
fn noise_of_the_line_is_no_voice() {
    for dbm0 in [-70.0, -50.0, -40.0, -30.0] {
        check(&[noise(6_000, dbm0)], Verdict::Silence);
    }
    check(&[vec![8; 48_000]], Verdict::Silence);
    let hello = [silence(1_200), voice(2, -20.0), silence(3_000)].concat();
    let (_, at) = check(&[mixed(&hello, &noise(5_000, -38.0))], Verdict::Human);
    assert!((2_200..2_700).contains(&at), "{at}");
    let greeting = [silence(1_200), voice(25, -20.0)].concat();
    check(&[mixed(&greeting, &noise(9_000, -38.0))], Verdict::Machine);
}

#[test]
fn a_fax_is_told_by_its_tones() {
    let (reason, _) = check(&[silence(500), Tone::sine(2_100.0, -20.0).samples(3_000)], Verdict::Fax);
    assert!(matches!(reason, Reason::AnswerTone { length: 480..=700 }), "{reason:?}");
    // With its phase reversed every 450 ms (ITU-T V.25).
    let mut reversed = Tone::sine(2_100.0, -20.0).samples(3_000);
    for stretch in reversed.chunks_mut(3_600).skip(1).step_by(2) {
        stretch.iter_mut().for_each(|sample| *sample = -*sample);
    }
    check(&[silence(510), reversed], Verdict::Fax);
    let cng = Cadence::of(Tone::sine(1_100.0, -20.0), &[500, 3_000]).samples(4_000);
    let (reason, _) = check(&[silence(500), cng], Verdict::Fax);
    assert!(matches!(reason, Reason::CallingTone { .. }), "{reason:?}");
}

/// 2100 Hz with its phase reversed every 450 ms (ITU-T V.25).
fn answer_tone(dbm0: f64, ms: u32) -> Vec<i16> {
    let mut samples = Tone::sine(2_100.0, dbm0).samples(ms);
    for stretch in samples.chunks_mut(3_600).skip(1).step_by(2) {
        stretch.iter_mut().for_each(|sample| *sample = -*sample);
    }
    samples
}

/// Half a second of 1100 Hz every three and a half (ITU-T T.30).
fn calling_tone(dbm0: f64, ms: u32) -> Vec<i16> {
    Cadence::of(Tone::sine(1_100.0, dbm0), &[500, 3_000]).samples(ms)
}

#[test]
fn u09_noise_that_a_fax_breaks_into_is_nothing_said() {
    for lead in [100, 250, 400, 480, 900] {
        for dbm0 in [-49.0, -40.0, -34.0] {
            for tone in [calling_tone(-16.0, 4_000), answer_tone(-16.0, 4_000)] {
                let line = noise(lead + 4_000, dbm0);
                check(&[mixed(&[silence(lead), tone].concat(), &line)], Verdict::Fax);
            }
        }
    }
}

#[test]
fn u09_who_talks_behind_a_fax_is_nobody() {
    for lead in [300, 900, 1_500] {
        for tone in [calling_tone(-14.0, 4_000), answer_tone(-14.0, 4_000)] {
            let room = voice(25, -34.0);
            check(&[mixed(&[silence(lead), tone].concat(), &room)], Verdict::Fax);
        }
    }
}

#[test]
fn people_behind_a_hello_do_not_make_it_a_machine() {
    for syllables in [2, 3] {
        let hello = [silence(600), voice(syllables, -16.0), silence(8_000)].concat();
        let (reason, at) = check(&[mixed(&hello, &voice(40, -28.5))], Verdict::Human);
        assert!(matches!(reason, Reason::ShortGreeting { .. }), "{reason:?}");
        assert!(at <= 600 + 220 * syllables + 2_200, "{at}");
    }
}

#[test]
fn a_tone_as_short_as_a_vowel_is_no_machine_by_itself() {
    for hz in [367.0, 600.0] {
        check(&[silence(900), Tone::sine(hz, -20.0).samples(160), silence(5_000)], Verdict::Silence);
        check(&[silence(900), Tone::sine(hz, -20.0).samples(400), silence(5_000)], Verdict::Machine);
    }
}

#[test]
fn special_information_is_told_by_its_tones() {
    for set in [[950.0, 1_400.0, 1_800.0], [913.8, 1_370.6, 1_776.7], [985.2, 1_428.5, 1_776.7]] {
        let tones = set.map(|hz| Tone::sine(hz, -20.0).samples(330)).concat();
        let (reason, at) = check(&[silence(300), tones, voice(20, -20.0)], Verdict::Intercept);
        assert!(matches!(reason, Reason::Information { .. }) && at < 1_600, "{reason:?} at {at}");
    }
}

#[test]
fn the_timeline_tells_what_was_heard() {
    let sound =
        [Tone::dual([440.0, 480.0], -19.0).samples(1_000), silence(500), voice(4, -20.0), silence(2_000)];
    let spans = heard(&sound, Parameters::default()).timeline().spans().to_vec();
    let sounds: Vec<Sound> = spans.iter().map(|span| span.sound).collect();
    assert!(
        matches!(sounds[..], [Sound::Tones { hz: 440..=480 }, Sound::Silence, Sound::Voice, ..]),
        "{spans:?}"
    );
    assert!(spans.windows(2).all(|two| two[0].to == two[1].from), "{spans:?}");
}

#[test]
fn a_verdict_is_told_once_and_nothing_after_it() {
    let mut detector = Detector::new(Parameters::default());
    let told = (0..10_000).filter_map(|_| detector.hear(&[0; FRAME])).count();
    assert_eq!(told, 1);
    assert!(detector.heard() < 5_000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Any samples, any parameters: an end without a panic, with what is kept within its bounds.
    #[test]
    fn whatever_is_heard_leads_to_one_verdict(
        seed in any::<u64>(),
        kinds in prop::collection::vec((0..8_u8, 1..60_usize), 1..120),
        settings in prop::collection::vec((0..Parameters::KEYS.len(), 0.0..=1.0_f64), 0..8),
    ) {
        let mut parameters = Parameters::default();
        for (key, part) in settings {
            let key = &Parameters::KEYS[key];
            let (low, high) = (f64::from(*key.range.start()), f64::from(*key.range.end()));
            parameters.set(key.name, (low + part * (high - low)) as i32).unwrap();
        }
        let mut bank = Bank::new(Country::of_code("uk").expect("a country that is known"));
        let mut detector = Detector::new(parameters);
        let mut state = seed | 1;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        let (mut decided, mut started) = (0, 0);
        for (kind, frames) in kinds {
            let hz = 200.0 + (next() % 3_300) as f64;
            let mut tone = Tone::sine(hz, -30.0 + (next() % 33) as f64);
            for _ in 0..frames {
                let mut frame = [0; FRAME];
                match kind {
                    0 => {}
                    1 => frame.fill(i16::MIN),
                    2 => frame.iter_mut().enumerate().for_each(|(n, x)| *x = if n % 2 == 0 { i16::MIN } else { i16::MAX }),
                    3 => frame.iter_mut().for_each(|x| *x = next() as i16),
                    4 => frame.iter_mut().for_each(|x| *x = (next() as i16) >> 8),
                    5 => frame[next() as usize % FRAME] = i16::MAX,
                    _ => tone.fill(&mut frame),
                }
                bank.feed(&frame, |heard| detector.sign(heard));
                detector.tone(bank.sounds());
                match detector.hear(&frame) {
                    Some(Event::Decided(_)) => decided += 1,
                    Some(Event::Start(_)) => started += 1,
                    None => {}
                }
            }
        }
        prop_assert!(decided <= 1 && started <= decided);
        prop_assert!(detector.timeline().spans().len() <= Timeline::MOST);
        let analysis = u32::try_from(parameters.analysis).unwrap();
        prop_assert!(decided == 1 || detector.heard() < analysis + FRAME_MS);
        for span in detector.timeline().spans() {
            prop_assert!(span.from <= span.to && span.to <= detector.heard());
        }
    }
}
