//! What the sound of one leg costs a second in each direction, all detectors listening: `cargo bench -p media`.
//!
//! An iteration is one second of a leg, fifty frames of 20 ms, so that what is printed is CPU time a leg-second.

use divan::{Bencher, black_box};
use media::dtmf::Receiver;
use media::g711;
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

fn key() -> Vec<i16> {
    Tone::key(5).expect("a key").samples(1_000)
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

#[divan::bench(args = ["voice", "key"])]
fn keys(bencher: Bencher, what: &str) {
    let samples = if what == "voice" { voice() } else { key() };
    let mut receiver = Receiver::new();
    bencher.bench_local(|| {
        frames(&samples, |frame| receiver.feed(frame, |change| _ = black_box(change)));
    });
}
