//! What G.722 keeps of the telephone band when one side is at 8 kHz and the other at 16 kHz.

use std::f64::consts::PI;

use media::g722::{Decoder, Encoder, NarrowDecoder, NarrowEncoder};

/// The power of the sine of this frequency that fits best, in dB of one of peak 10000.
fn level(sound: &[i16], hz: f64, rate: f64) -> f64 {
    let (mut re, mut im, mut weight) = (0.0, 0.0, 0.0);
    for (n, &x) in sound.iter().enumerate() {
        let window = (PI * (n as f64 + 0.5) / sound.len() as f64).sin().powi(2);
        let (s, c) = (2.0 * PI * hz * n as f64 / rate).sin_cos();
        re += f64::from(x) * window * c;
        im += f64::from(x) * window * s;
        weight += window;
    }
    20.0 * (2.0 * re.hypot(im) / weight / 10_000.0).max(1e-6).log10()
}

#[test]
fn the_telephone_band_passes_between_8_and_16_khz_without_its_mirror_image() {
    println!(
        "Hz | 8 kHz to 16 kHz: level, image (at most −50) | 16 kHz to 8 kHz: level, alias of 8000 − Hz (at most −50)"
    );
    for hz in [300.0, 500.0, 1_000.0, 1_700.0, 2_400.0, 3_000.0, 3_400.0] {
        let tone = |hz: f64, rate: f64| -> Vec<i16> {
            (0..rate as usize).map(|n| (10_000.0 * (2.0 * PI * hz * n as f64 / rate).sin()) as i16).collect()
        };
        let mut octets = vec![0; 8_000];
        NarrowEncoder::default().encode(&tone(hz, 8_000.0), &mut octets);
        let mut wide = vec![0; 16_000];
        Decoder::default().decode(&octets, &mut wide);
        let up = [level(&wide[2_000..], hz, 16_000.0), level(&wide[2_000..], 8_000.0 - hz, 16_000.0)];

        let mut narrow = vec![0; 8_000];
        Encoder::default().encode(&tone(hz, 16_000.0), &mut octets);
        NarrowDecoder::default().decode(&octets, &mut narrow);
        let passed = level(&narrow[1_000..], hz, 8_000.0);
        Encoder::default().encode(&tone(8_000.0 - hz, 16_000.0), &mut octets);
        NarrowDecoder::default().decode(&octets, &mut narrow);
        let alias = level(&narrow[1_000..], hz, 8_000.0);
        println!("{hz:4} | {:+.2} dB, {:.1} dB | {passed:+.2} dB, {alias:.1} dB", up[0], up[1]);
        assert!(up[0].abs() < 0.3 && passed.abs() < 0.3);
        assert!(up[1] < -50.0 && alias < -50.0);
    }
}
