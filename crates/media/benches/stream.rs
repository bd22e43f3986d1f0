//! What the sound of one leg costs: everything is per second of one direction, 50 frames of 20 ms, so
//! that a figure in µs is millionths of a core.

use divan::{Bencher, black_box};
use media::codec::Codec;
use media::g722;
use media::jitter::FRAME;
use media::receiver::Receiver;
use media::recording::{Format, Writer};
use media::rtp::{Header, Packet, Reception};
use media::vox::VoxFormat;
use media::wav::Encoding;
use media::{g711, oki};

fn main() {
    divan::main();
}

const FRAMES: usize = 50;

/// A second of something like a voice.
fn sound() -> Vec<i16> {
    (0..FRAMES * FRAME)
        .map(|n| {
            let t = n as f64 / 8_000.0;
            let pitch = 2.0 * std::f64::consts::PI * 130.0 * t;
            (6_000.0 * (pitch.sin() + 0.5 * (3.0 * pitch).sin() + 0.3 * (7.0 * pitch).sin())) as i16
        })
        .collect()
}

/// Packets through the jitter buffer, decoded; of each hundred so many are lost.
#[divan::bench(args = [0, 1, 5, 20])]
fn receiver_pcmu(bencher: Bencher, lost: u64) {
    hear(bencher, Codec::Pcmu, lost);
}

#[divan::bench]
fn receiver_g722(bencher: Bencher) {
    hear(bencher, Codec::G722, 0);
}

fn hear(bencher: Bencher, codec: Codec, lost: u64) {
    let mut octets = vec![0; FRAMES * FRAME];
    g711::mu_encode(&sound(), &mut octets);
    let (mut reception, mut receiver) = (Reception::default(), Receiver::new(codec));
    let (mut turn, mut dice) = (0_u64, 1_u64);
    bencher.bench_local(|| {
        let mut frame = [0; FRAME];
        for payload in octets.chunks(FRAME) {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            if (dice >> 33) % 100 >= lost {
                let sequence = turn as u16;
                let timestamp = (turn as u32).wrapping_mul(FRAME as u32);
                let header = Header { marker: false, payload_type: 0, sequence, timestamp, ssrc: 1 };
                let arrival = reception.arrive(1, sequence);
                receiver.packet(arrival, &Packet { header, payload: black_box(payload) }, turn);
            }
            black_box(receiver.frame(turn, &mut frame));
            turn += 1;
        }
        frame
    });
}

/// Decoding alone, to set the receiver against.
#[divan::bench]
fn decode_pcmu(bencher: Bencher) {
    let mut octets = vec![0; FRAMES * FRAME];
    g711::mu_encode(&sound(), &mut octets);
    let mut samples = vec![0; FRAMES * FRAME];
    bencher.bench_local(|| {
        for (octets, samples) in octets.chunks(FRAME).zip(samples.chunks_mut(FRAME)) {
            g711::mu_decode(black_box(octets), black_box(samples));
        }
    });
}

#[divan::bench]
fn g722_encode_16k(bencher: Bencher) {
    let sound: Vec<i16> = sound().into_iter().flat_map(|x| [x, x]).collect();
    let (mut encoder, mut octets) = (g722::Encoder::default(), vec![0; FRAME]);
    bencher.bench_local(|| {
        for frame in sound.chunks(2 * FRAME) {
            encoder.encode(black_box(frame), black_box(&mut octets));
        }
    });
}

#[divan::bench]
fn g722_decode_16k(bencher: Bencher) {
    let sound: Vec<i16> = sound().into_iter().flat_map(|x| [x, x]).collect();
    let mut octets = vec![0; FRAMES * FRAME];
    g722::Encoder::default().encode(&sound, &mut octets);
    let (mut decoder, mut samples) = (g722::Decoder::default(), vec![0; 2 * FRAME]);
    bencher.bench_local(|| {
        for frame in octets.chunks(FRAME) {
            decoder.decode(black_box(frame), black_box(&mut samples));
        }
    });
}

#[divan::bench]
fn g722_encode_8k(bencher: Bencher) {
    let (sound, mut octets) = (sound(), vec![0; FRAME]);
    let mut encoder = g722::NarrowEncoder::default();
    bencher.bench_local(|| {
        for frame in sound.chunks(FRAME) {
            encoder.encode(black_box(frame), black_box(&mut octets));
        }
    });
}

#[divan::bench]
fn g722_decode_8k(bencher: Bencher) {
    let mut octets = vec![0; FRAMES * FRAME];
    g722::NarrowEncoder::default().encode(&sound(), &mut octets);
    let (mut decoder, mut samples) = (g722::NarrowDecoder::default(), vec![0; FRAME]);
    bencher.bench_local(|| {
        for frame in octets.chunks(FRAME) {
            decoder.decode(black_box(frame), black_box(&mut samples));
        }
    });
}

#[divan::bench]
fn adpcm_decode(bencher: Bencher) {
    let mut octets = Vec::new();
    oki::Encoder::new().encode(&sound(), &mut octets);
    let mut samples = Vec::new();
    bencher.bench_local(|| {
        samples.clear();
        oki::Decoder::new().decode(black_box(&octets), &mut samples);
    });
}

/// A second written to each format, a frame at a time.
#[divan::bench(args = [
    Format::Wav(Encoding::Pcm16),
    Format::Wav(Encoding::Mulaw),
    Format::Vox(VoxFormat::Adpcm8000),
    Format::Vox(VoxFormat::Adpcm6000),
])]
fn record(bencher: Bencher, format: Format) {
    let (sound, mut bytes) = (sound(), Vec::new());
    let mut writer = Writer::new(format);
    bencher.bench_local(|| {
        bytes.clear();
        for frame in sound.chunks(FRAME) {
            writer.push(black_box(frame), &mut bytes);
        }
    });
}
