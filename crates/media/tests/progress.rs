//! The tones of networks, made and heard: each test prints what it measured beside the limit.
//!
//! ```text
//! cargo test -p media --test progress -- --nocapture
//! ```

use media::g711;
use media::progress::{Bank, Country, Heard, Sign, Sit};
use media::tone::{Cadence, Tone, peak, silence};

const SIGNS: [Sign; 5] =
    [Sign::DialTone, Sign::Ringback, Sign::Busy, Sign::FastBusy, Sign::Sit(Sit::Unobtainable)];
const SITS: [Sit; 9] = [
    Sit::Intercept,
    Sit::VacantCode,
    Sit::Reorder,
    Sit::NoCircuit,
    Sit::CarrierReorder,
    Sit::CarrierNoCircuit,
    Sit::Reserved1,
    Sit::Reserved2,
    Sit::International,
];

fn country(code: &str) -> Country {
    Country::of_code(code).expect("a country in the table")
}

/// As the sound arrives over a telephone line.
fn over_a_line(samples: &[i16]) -> Vec<i16> {
    let (mut octets, mut heard) = (vec![0; samples.len()], vec![0; samples.len()]);
    g711::a_encode(samples, &mut octets);
    g711::a_decode(&octets, &mut heard);
    heard
}

/// White noise of this level, added to the sound.
fn noisy(mut samples: Vec<i16>, dbm0: f64) -> Vec<i16> {
    let peak = peak(dbm0) * 1.5_f64.sqrt();
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    for sample in &mut samples {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let noise = peak * ((state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0);
        *sample = sample.saturating_add(noise.round() as i16);
    }
    samples
}

fn heard(country: Country, samples: &[i16]) -> Vec<Heard> {
    let (mut bank, mut told) = (Bank::new(country), Vec::new());
    for frame in over_a_line(samples).chunks(160) {
        bank.feed(frame, |heard| told.push(heard));
    }
    told
}

fn signs(country: Country, samples: &[i16]) -> Vec<Sign> {
    heard(country, samples).into_iter().map(|heard| heard.sign).collect()
}

/// A sign of a country after some silence.
fn sound(country: Country, sign: Sign, dbm0: f64, ms: u32) -> Option<Vec<i16>> {
    Some([silence(315), country.sound(sign, dbm0)?.samples(ms)].concat())
}

#[test]
fn every_sign_of_every_country() {
    println!("\ncountry, sign | certain after its begin, ms; at -10, -20, -30 dBm0, and -20 in noise of -40");
    for country in Country::ALL {
        for sign in SIGNS {
            let mut certain = Vec::new();
            for (dbm0, noise) in [(-10.0, None), (-20.0, None), (-30.0, None), (-20.0, Some(-40.0))] {
                let Some(sound) = sound(country, sign, dbm0, 16_000) else { continue };
                let sound = noise.map_or(sound.clone(), |noise| noisy(sound, noise));
                let told = heard(country, &sound);
                let code = country.code();
                assert!(!told.is_empty(), "{code} {sign:?} at {dbm0} is not heard, noise {noise:?}");
                let as_sign = stands_for(country, sign);
                assert!(
                    told.iter().all(|told| told.sign == as_sign),
                    "{code} {sign:?} at {dbm0}, noise {noise:?}: {told:?}"
                );
                let rings = told.len() > 1;
                assert!(!rings || sign == Sign::Ringback, "{code} {sign:?} is told {} times", told.len());
                assert!(told[0].began.abs_diff(315 * 8) <= 40 * 8, "{code} {sign:?}: {told:?}");
                certain.push((told[0].certain - 315 * 8) / 8);
            }
            if !certain.is_empty() {
                println!("  {} {sign:?} | {certain:?}", country.code());
            }
        }
    }
}

/// What a sign is told as: some countries have one sound for two.
fn stands_for(country: Country, sign: Sign) -> Sign {
    let same = |other: Sign| country.sound(other, 0.0) == country.sound(sign, 0.0);
    match (country.code(), sign) {
        (_, Sign::FastBusy) if same(Sign::Busy) => Sign::Busy,
        // The one is the other begun in its middle.
        ("br", Sign::Sit(Sit::Unobtainable)) => Sign::FastBusy,
        _ => sign,
    }
}

#[test]
fn joined_in_the_middle() {
    for country in Country::ALL {
        for sign in [Sign::Ringback, Sign::Busy, Sign::FastBusy] {
            for skip in [100, 333, 700, 1_234] {
                let Some(cadence) = country.sound(sign, -16.0) else { continue };
                let sound = &cadence.samples(16_000)[skip * 8..];
                let told = signs(country, sound);
                let code = country.code();
                assert!(!told.is_empty(), "{code} {sign:?} from {skip} ms is not heard");
                assert!(
                    told.iter().all(|&told| told == stands_for(country, sign)),
                    "{code} {sign:?} from {skip}: {told:?}"
                );
            }
        }
    }
}

#[test]
fn each_ring_is_told() {
    for country in Country::ALL {
        let sound = sound(country, Sign::Ringback, -16.0, 30_000).unwrap();
        let told = signs(country, &sound);
        println!("  {}: {} rings in 30 s", country.code(), told.len());
        assert!((4..=15).contains(&told.len()), "{}: {}", country.code(), told.len());
    }
    let us = signs(country("us"), &sound(country("us"), Sign::Ringback, -16.0, 30_000).unwrap());
    assert_eq!(us.len(), 5);
}

#[test]
fn cadences_at_the_ends_of_their_windows() {
    println!("\nUS busy 400 to 580 ms, fast busy 180 to 300, ringback 1680 to 2320 on and 3380 to 4620 off");
    let us = country("us");
    for (hz, on_off, sign) in [
        ([480.0, 620.0], [410, 410], Some(Sign::Busy)),
        ([480.0, 620.0], [570, 570], Some(Sign::Busy)),
        ([480.0, 620.0], [190, 190], Some(Sign::FastBusy)),
        ([480.0, 620.0], [290, 290], Some(Sign::FastBusy)),
        ([480.0, 620.0], [350, 350], None),
        ([480.0, 620.0], [700, 700], None),
        ([480.0, 620.0], [130, 130], None),
        ([440.0, 480.0], [1_700, 3_400], Some(Sign::Ringback)),
        ([440.0, 480.0], [2_300, 4_600], Some(Sign::Ringback)),
        ([440.0, 480.0], [1_500, 4_000], None),
        ([440.0, 480.0], [2_600, 4_000], None),
        ([440.0, 480.0], [500, 500], None),
        ([350.0, 440.0], [500, 500], None),
    ] {
        let sound = [silence(200), Cadence::of(Tone::dual(hz, -16.0), &on_off).samples(12_000)].concat();
        let told = signs(us, &sound);
        println!("  {hz:?} {on_off:?} | {:?}", told.first());
        assert_eq!(told.first().copied(), sign, "{hz:?} {on_off:?}: {told:?}");
    }
}

#[test]
fn every_special_information_tone() {
    println!("\nspecial information tone | certain after its begin, ms; -9 to -40 dBm, 0.2 % and 5 % off");
    for sit in SITS {
        let mut certain = Vec::new();
        for dbm0 in [-9.0, -16.0, -30.0, -39.0] {
            let told = heard(country("us"), &sound(country("us"), Sign::Sit(sit), dbm0, 2_500).unwrap());
            assert_eq!(told.iter().map(|told| told.sign).collect::<Vec<_>>(), [Sign::Sit(sit)], "{dbm0}");
            assert!(told[0].began.abs_diff(315 * 8) <= 20 * 8, "{told:?}");
            certain.push((told[0].certain - 315 * 8) / 8);
        }
        println!("  {sit:?} | {certain:?}");
    }
    // Belgium's is its own, and the same sign.
    let belgium =
        [(900.0, 333), (1_380.0, 333), (1_860.0, 333)].map(|(hz, ms)| Tone::sine(hz, -16.0).samples(ms));
    let gaps = [
        silence(300),
        belgium[0].clone(),
        silence(30),
        belgium[1].clone(),
        silence(30),
        belgium[2].clone(),
        silence(900),
    ];
    assert_eq!(signs(country("be"), &gaps.concat()), [Sign::Sit(Sit::International)]);
    // Within the tolerances of generators (Telcordia SR-2275).
    for (pitch, time) in [(0.998, 0.95), (1.002, 1.05), (0.998, 1.05), (1.002, 0.95)] {
        let tones = [(913.8, 274.0), (1_428.5, 380.0), (1_776.7, 380.0)];
        let part = |(hz, ms): (f64, f64)| {
            [Tone::sine(hz * pitch, -16.0).samples((ms * time) as u32), silence(4)].concat()
        };
        assert_eq!(
            signs(country("us"), &tones.map(part).concat()),
            [Sign::Sit(Sit::Reorder)],
            "{pitch} {time}"
        );
    }
}

#[test]
fn fax_machines_that_call() {
    println!("\n1100 Hz, half a second | heard; T.30: 1062 to 1138 Hz, 425 to 575 ms");
    for (hz, ms, is) in [
        (1_100.0, 500, true),
        (1_062.0, 500, true),
        (1_138.0, 500, true),
        (1_100.0, 435, true),
        (1_100.0, 565, true),
        (1_100.0, 300, false),
        (1_100.0, 1_000, false),
        (1_040.0, 500, false),
        (1_160.0, 500, false),
    ] {
        let told =
            signs(country("us"), &[silence(200), Tone::sine(hz, -16.0).samples(ms), silence(500)].concat());
        println!("  {hz} Hz {ms} ms | {told:?}");
        assert_eq!(told, if is { vec![Sign::Cng] } else { vec![] }, "{hz} {ms}");
    }
    let calling = country("us").sound(Sign::Cng, -30.0).unwrap().samples(10_500);
    assert_eq!(signs(country("us"), &noisy(calling, -45.0)), [Sign::Cng; 3]);
}

#[test]
fn fax_machines_and_modems_that_answer() {
    println!(
        "\n2100 Hz | certain after, ms; T.30: 15 Hz off, V.25: phase reversals each 450 ms, V.8: 15 Hz by 20 %"
    );
    let plain = |hz: f64| Tone::sine(hz, -16.0).samples(3_000);
    let reversed = |mut samples: Vec<i16>| {
        for (n, sample) in samples.iter_mut().enumerate() {
            *sample = if n / 3_600 % 2 == 1 { sample.saturating_neg() } else { *sample };
        }
        samples
    };
    let modulated: Vec<i16> = plain(2_100.0)
        .iter()
        .enumerate()
        .map(|(n, &sample)| {
            let by = 1.0 + 0.2 * (std::f64::consts::TAU * 15.0 * n as f64 / 8_000.0).sin();
            (f64::from(sample) * by) as i16
        })
        .collect();
    for (what, sound) in [
        ("2100 Hz", plain(2_100.0)),
        ("2085 Hz", plain(2_085.0)),
        ("2115 Hz", plain(2_115.0)),
        ("reversed", reversed(plain(2_100.0))),
        ("modulated", modulated.clone()),
        ("modulated and reversed", reversed(modulated)),
    ] {
        let told = heard(country("us"), &[silence(300), sound, silence(300)].concat());
        assert_eq!(told.iter().map(|told| told.sign).collect::<Vec<_>>(), [Sign::Ced], "{what}");
        println!("  {what} | {}", told[0].certain / 8 - 300);
    }
    for hz in [2_050.0, 2_150.0] {
        assert_eq!(signs(country("us"), &plain(hz)), [], "{hz}");
    }
}

#[test]
fn what_is_no_sign_tells_none() {
    for country in Country::ALL {
        let keys: Vec<i16> =
            (0..16).flat_map(|key| [Tone::key(key).unwrap().samples(300), silence(100)].concat()).collect();
        assert_eq!(signs(country, &keys), [], "{}", country.code());
        assert_eq!(signs(country, &noisy(silence(20_000), -20.0)), []);
        assert_eq!(signs(country, &silence(10_000)), []);
        assert_eq!(signs(country, &[i16::MIN; 16_000]), []);
        let beep = [silence(500), Tone::sine(1_000.0, -10.0).samples(500), silence(2_000)].concat();
        assert_eq!(signs(country, &beep), []);
    }
}

#[test]
fn where_the_stream_is_cut_makes_no_difference() {
    let us = country("us");
    let sound = [
        sound(us, Sign::Ringback, -16.0, 8_000).unwrap(),
        sound(us, Sign::Busy, -16.0, 3_000).unwrap(),
        sound(us, Sign::Sit(Sit::NoCircuit), -16.0, 2_500).unwrap(),
        sound(us, Sign::Ced, -16.0, 2_500).unwrap(),
    ]
    .concat();
    let told = |size: usize| {
        let (mut bank, mut told) = (Bank::new(us), Vec::new());
        for piece in sound.chunks(size) {
            bank.feed(piece, |heard| told.push(heard));
        }
        told
    };
    let whole = told(usize::MAX);
    let signs: Vec<Sign> = whole.iter().map(|heard| heard.sign).collect();
    assert_eq!(signs, [Sign::Ringback, Sign::Ringback, Sign::Busy, Sign::Sit(Sit::NoCircuit), Sign::Ced]);
    for size in [1, 7, 39, 80, 160, 1_000] {
        assert_eq!(told(size), whole, "{size}");
    }
}
