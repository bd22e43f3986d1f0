//! Who answered, where a network answers with a tone: whatever part of its cadence is heard first, and through
//! whatever a line makes of it, it is never somebody who speaks.

use media::amd::{Detector, Event, FRAME, Parameters, Verdict};
use media::codec::Codec;
use media::g711;
use media::progress::{Bank, Country, Sign, Sit};
use media::receiver::Receiver;
use media::rtp::{Header, Packet, Reception};
use media::tone::silence;

/// The tones that may be heard after the answer.
const TONES: [Sign; 8] = [
    Sign::DialTone,
    Sign::Ringback,
    Sign::Busy,
    Sign::FastBusy,
    Sign::Sit(Sit::Intercept),
    Sign::Sit(Sit::NoCircuit),
    Sign::Sit(Sit::International),
    Sign::Sit(Sit::Unobtainable),
];
/// Milliseconds that are listened to: more than a verdict takes.
const LISTENED: usize = 10_000;
/// No multiple of a packet or a block, so that a tone begins everywhere within them.
const SAMPLES_APART: usize = 197;

/// What a network does to packets. Equal seeds do the same.
#[derive(Clone, Copy, Debug)]
enum Weather {
    Fine,
    /// So many in a hundred are lost.
    Losing {
        percent: u64,
        seed: u64,
    },
    /// One in forty is late, and those behind it with it: by so many turns at most.
    Holding {
        turns: usize,
        seed: u64,
    },
}

struct Dice(u64);

impl Dice {
    fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// For each packet the turn in which it arrives, if it does.
fn arrivals(packets: usize, weather: Weather) -> Vec<Option<usize>> {
    match weather {
        Weather::Fine => (0..packets).map(Some).collect(),
        Weather::Losing { percent, seed } => {
            let mut dice = Dice::of(seed);
            (0..packets).map(|n| (dice.below(100) >= percent).then_some(n)).collect()
        }
        Weather::Holding { turns, seed } => {
            let (mut dice, mut held) = (Dice::of(seed), 0);
            let mut arrival = |n: usize| {
                if held <= n && dice.below(40) == 0 {
                    held = n + 1 + dice.below(turns as u64) as usize;
                }
                n.max(held)
            };
            (0..packets).map(|n| Some(arrival(n))).collect()
        }
    }
}

/// What is heard of a sound: through G.711, packets and their buffer.
fn heard(sound: &[i16], weather: Weather) -> Vec<[i16; FRAME]> {
    let mut octets = vec![0; sound.len()];
    g711::mu_encode(sound, &mut octets);
    let payloads: Vec<&[u8]> = octets.chunks_exact(FRAME).collect();
    let mut due = vec![Vec::new(); payloads.len()];
    for (n, turn) in arrivals(payloads.len(), weather).into_iter().enumerate() {
        if let Some(due) = turn.and_then(|turn| due.get_mut(turn)) {
            due.push(n);
        }
    }
    let (mut reception, mut receiver) = (Reception::default(), Receiver::new(Codec::Pcmu));
    let turn = |(turn, due): (usize, Vec<usize>)| {
        for n in due {
            let (sequence, timestamp) = (n as u16, (n * FRAME) as u32);
            let header = Header { marker: n == 0, payload_type: 0, sequence, timestamp, ssrc: 1 };
            let arrival = reception.arrive(1, sequence);
            receiver.packet(arrival, &Packet { header, payload: payloads[n] }, turn as u64);
        }
        let mut frame = [0; FRAME];
        receiver.frame(turn as u64, &mut frame);
        frame
    };
    due.into_iter().enumerate().map(turn).collect()
}

/// What comes first, as call control has it: a tone that says why the call failed, or who answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Outcome {
    Failed(Sign),
    Answered(Verdict),
}

fn outcome(country: Country, sound: &[i16], weather: Weather) -> Option<Outcome> {
    let (mut bank, mut detector) = (Bank::new(country), Detector::new(Parameters::default()));
    heard(sound, weather).iter().find_map(|frame| {
        let mut failed = None;
        bank.feed(frame, |heard| {
            detector.sign(heard);
            if matches!(heard.sign, Sign::Busy | Sign::FastBusy) {
                failed = Some(Outcome::Failed(heard.sign));
            }
        });
        detector.tone(bank.sounds());
        let judged = match detector.hear(frame) {
            Some(Event::Decided(decision)) => Some(Outcome::Answered(decision.verdict)),
            _ => None,
        };
        failed.or(judged)
    })
}

/// What a tone is told as. Two that sound alike are the first of them; a special information tone is judged by the
/// detector.
fn due(country: Country, sign: Sign) -> Option<Outcome> {
    let same = |other: Sign| country.sound(other, 0.0) == country.sound(sign, 0.0);
    match (country.code(), sign) {
        (_, Sign::FastBusy) if same(Sign::Busy) => Some(Outcome::Failed(Sign::Busy)),
        // Begun in its middle after a silence, it may be the other.
        ("br", Sign::FastBusy) => None,
        (_, Sign::Busy | Sign::FastBusy) => Some(Outcome::Failed(sign)),
        // Twice around, some take longer than it is listened who answered.
        (_, Sign::Sit(Sit::Unobtainable)) => None,
        (_, Sign::Sit(_)) => Some(Outcome::Answered(Verdict::Intercept)),
        _ => None,
    }
}

/// Hears a tone from every phase of its cadence on, at once and after some silence.
fn check(country: Country, sign: Sign, dbm0: f64, apart: usize, weathers: &[Weather]) {
    let Some(cadence) = country.sound(sign, dbm0) else { return };
    let sound = cadence.samples((longest(sign) + LISTENED) as u32);
    for phase in (0..longest(sign) * 8).step_by(apart) {
        for lead in [0, 37, 480, 6_400] {
            for &weather in weathers {
                let heard = [&silence(1_000)[..lead], &sound[phase..phase + LISTENED * 8]].concat();
                let outcome = outcome(country, &heard, weather);
                let of =
                    format!("{} {sign:?} at {dbm0} from {phase} after {lead}, {weather:?}", country.code());
                let voice = matches!(outcome, Some(Outcome::Answered(Verdict::Human | Verdict::Machine)));
                assert!(!voice, "{of}: {outcome:?}");
                if matches!(weather, Weather::Fine) {
                    assert!(due(country, sign).is_none_or(|due| outcome == Some(due)), "{of}: {outcome:?}");
                }
            }
        }
    }
}

/// How long the longest cadence of this sign is anywhere, in milliseconds.
const fn longest(sign: Sign) -> usize {
    match sign {
        Sign::Ringback => 6_000,
        Sign::Sit(_) => 3_000,
        _ => 1_600,
    }
}

#[test]
fn u09_no_phase_of_a_tone_is_a_voice() {
    for sign in TONES {
        for dbm0 in [-3.0, -20.0, -40.0] {
            check(Country::default(), sign, dbm0, SAMPLES_APART, &[Weather::Fine]);
        }
    }
}

#[test]
fn u09_no_phase_of_a_tone_of_any_country_is_a_voice() {
    for country in Country::ALL {
        for sign in TONES {
            check(country, sign, -20.0, 3 * SAMPLES_APART, &[Weather::Fine]);
        }
    }
}

#[test]
fn u09_a_tone_is_no_voice_through_a_poor_network() {
    let poor = |seed| [Weather::Losing { percent: 1, seed }, Weather::Holding { turns: 2, seed }];
    let weathers: Vec<Weather> = (1..4).flat_map(poor).collect();
    for sign in TONES {
        check(Country::default(), sign, -20.0, 5 * SAMPLES_APART, &weathers);
    }
    // What is repeated lets itself be heard through more.
    let worse = |seed| [Weather::Losing { percent: 5, seed }, Weather::Holding { turns: 10, seed }];
    let weathers: Vec<Weather> = (1..4).flat_map(worse).collect();
    for sign in [Sign::Busy, Sign::FastBusy] {
        check(Country::default(), sign, -20.0, SAMPLES_APART, &weathers);
    }
}
