//! What the sound of one leg costs a second in each direction, all detectors listening: `cargo bench -p media`.
//!
//! An iteration is one second of a leg, fifty frames of 20 ms, so that what is printed is CPU time a leg-second.

use divan::{Bencher, black_box};
use media::amd::{Detector, Parameters};
use media::dtmf::Receiver;
use media::energy::Activity;
use media::g711;
use media::progress::{Bank, Country, Sign};
use media::resample::Resampler;
use media::tone::Tone;

fn main() {
    divan::main();
}

/// Samples in a frame, and frames in a second.
const FRAME: usize = 160;
const FRAMES: usize = 50;

/// A second of something like a voice: a buzz with all its harmonics, rising and falling.
fn voice() -> Vec<i16> {
    (0..FRAME * FRAMES)
        .map(|n| {
            let loud = 1.0 + (n as f64 / 900.0).sin();
            ((n % 73) as f64 - 36.0) as i16 * (60.0 * loud) as i16
        })
        .collect()
}

fn frames(samples: &[i16], mut each: impl FnMut(&[i16; FRAME])) {
    for frame in samples.as_chunks::<FRAME>().0 {
        each(black_box(frame));
    }
}

fn octets(samples: &[i16]) -> Vec<u8> {
    let mut octets = vec![0; samples.len()];
    g711::mu_encode(samples, &mut octets);
    octets
}

#[divan::bench]
fn mu_law_decode(bencher: Bencher) {
    let octets = octets(&voice());
    bencher.bench_local(|| {
        for frame in octets.as_chunks::<FRAME>().0 {
            let mut samples = [0; FRAME];
            g711::mu_decode(black_box(frame), &mut samples);
            black_box(samples);
        }
    });
}

#[divan::bench]
fn a_law_decode(bencher: Bencher) {
    let octets = octets(&voice());
    bencher.bench_local(|| {
        for frame in octets.as_chunks::<FRAME>().0 {
            let mut samples = [0; FRAME];
            g711::a_decode(black_box(frame), &mut samples);
            black_box(samples);
        }
    });
}

#[divan::bench]
fn mu_law_encode(bencher: Bencher) {
    let voice = voice();
    bencher.bench_local(|| {
        frames(&voice, |frame| {
            let mut octets = [0; FRAME];
            g711::mu_encode(frame, &mut octets);
            black_box(octets);
        });
    });
}

#[divan::bench]
fn a_law_encode(bencher: Bencher) {
    let voice = voice();
    bencher.bench_local(|| {
        frames(&voice, |frame| {
            let mut octets = [0; FRAME];
            g711::a_encode(frame, &mut octets);
            black_box(octets);
        });
    });
}

/// What a leg hears.
const SOUNDS: [&str; 5] = ["voice", "silence", "key", "busy", "ringback"];

fn sound(name: &str) -> Vec<i16> {
    let us = Country::default();
    let tone = |sign| us.sound(sign, -16.0).expect("it has one").samples(1_000);
    match name {
        "voice" => voice(),
        "silence" => vec![0; FRAME * FRAMES],
        "key" => Tone::key(5).expect("a key").samples(1_000),
        "busy" => tone(Sign::Busy),
        _ => tone(Sign::Ringback),
    }
}

#[divan::bench(args = SOUNDS)]
fn keys(bencher: Bencher, name: &str) {
    let samples = sound(name);
    let mut receiver = Receiver::new();
    bencher.bench_local(|| {
        frames(&samples, |frame| receiver.feed(frame, |change| _ = black_box(change)));
    });
}

#[divan::bench(args = SOUNDS)]
fn call_progress(bencher: Bencher, name: &str) {
    let samples = sound(name);
    let mut bank = Bank::new(Country::default());
    bencher.bench_local(|| {
        frames(&samples, |frame| bank.feed(frame, |heard| _ = black_box(heard)));
    });
}

#[divan::bench]
fn energy(bencher: Bencher) {
    let samples = voice();
    let mut activity = Activity::default();
    bencher.bench_local(|| {
        frames(&samples, |frame| activity.feed(frame));
        black_box(activity);
    });
}

#[divan::bench(args = [(6_000, 8_000), (8_000, 6_000), (16_000, 8_000), (48_000, 8_000)])]
fn resample(bencher: Bencher, (from, to): (u32, u32)) {
    let samples = voice().repeat(6)[..from as usize].to_vec();
    let mut resampler = Resampler::new(from, to).expect("a rate in use");
    let mut output = Vec::new();
    bencher.bench_local(|| {
        output.clear();
        for frame in samples.chunks(from as usize / FRAMES) {
            resampler.push(frame, &mut output);
        }
        black_box(output.len())
    });
}

/// What must be 15 µs at most: decode, listen for everything, encode.
#[divan::bench(args = SOUNDS)]
fn whole_leg(bencher: Bencher, name: &str) {
    let (heard, said) = (octets(&sound(name)), voice());
    let mut keys = Receiver::new();
    let mut bank = Bank::new(Country::default());
    let mut activity = Activity::default();
    bencher.bench_local(|| {
        for (heard, said) in heard.as_chunks::<FRAME>().0.iter().zip(said.as_chunks::<FRAME>().0) {
            let (mut samples, mut octets) = ([0; FRAME], [0; FRAME]);
            g711::mu_decode(black_box(heard), &mut samples);
            keys.feed(&samples, |change| _ = black_box(change));
            bank.feed(&samples, |heard| _ = black_box(heard));
            activity.feed(&samples);
            g711::mu_encode(black_box(said), &mut octets);
            black_box(octets);
        }
    });
}

/// A second of a call to somebody who may be an answering machine, without what the bank costs that tells it the
/// network's tones.
fn answering_machine(bencher: Bencher, samples: &[i16]) {
    bencher.bench_local(|| {
        let mut detector = Detector::new(Parameters::default());
        frames(samples, |frame| {
            black_box(detector.hear(frame));
        });
        detector.heard()
    });
}

#[divan::bench]
fn answering_machine_talking(bencher: Bencher) {
    answering_machine(bencher, &voice());
}

#[divan::bench]
fn answering_machine_silent(bencher: Bencher) {
    answering_machine(bencher, &vec![0; FRAME * FRAMES]);
}

#[divan::bench]
fn answering_machine_beeping(bencher: Bencher) {
    answering_machine(bencher, &Tone::sine(1_000.0, -15.0).samples(1_000));
}
