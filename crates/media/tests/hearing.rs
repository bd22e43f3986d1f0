//! What a party is heard like through a bad network, as numbers beside their limits. Everything is in
//! virtual time: a sender with a clock of its own, a network that loses, delays and reorders, a receiver
//! that gives one frame a turn.

use std::collections::VecDeque;
use std::f64::consts::PI;

use media::codec::Codec;
use media::conceal::Concealer;
use media::g711;
use media::jitter::FRAME;
use media::receiver::{Heard, Receiver};
use media::rtp::{Header, Packet, Reception};

/// Milliseconds of a turn.
const TURN: f64 = 20.0;

/// The same numbers in every run.
#[derive(Clone)]
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// 0 to 1.
    fn part(&mut self) -> f64 {
        (self.roll() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Voiced syllables of a pitch that glides, formants above it, with hisses and pauses between: 8 kHz.
fn speech(seconds: usize) -> Vec<i16> {
    let mut dice = Dice(88_172_645_463_325_252);
    let (mut phase, mut low, mut high, mut formants) = (0.0_f64, 0.0_f64, 0.0, [[0.0_f64; 2]; 3]);
    (0..seconds * 8_000)
        .map(|n| {
            let t = n as f64 / 8_000.0;
            let syllable = (t / 0.22) as usize;
            let within = t / 0.22 - syllable as f64;
            let hz = 115.0 + 25.0 * (2.0 * PI * 0.7 * t).sin() + 15.0 * within;
            phase += hz / 8_000.0;
            let pulse = if phase >= 1.0 { 1.0 } else { 0.0 };
            phase -= phase.floor();
            let noise = dice.part() - 0.5;
            let excitation = match syllable % 5 {
                4 => 0.0,
                2 if within < 0.4 => 0.25 * noise,
                _ => pulse + 0.01 * noise,
            };
            let place = syllable as f64 * 1.7;
            let centres = [
                500.0 + 200.0 * place.sin(),
                1_400.0 + 400.0 * (place * 1.3).cos(),
                2_600.0 + 200.0 * place.cos(),
            ];
            let mut sum = 0.0;
            for (state, (hz, width)) in formants.iter_mut().zip(centres.into_iter().zip([80.0, 120.0, 200.0]))
            {
                let r = (-PI * width / 8_000.0_f64).exp();
                let next =
                    excitation + 2.0 * r * (2.0 * PI * hz / 8_000.0_f64).cos() * state[0] - r * r * state[1];
                *state = [next, state[0]];
                sum += next;
            }
            // What a telephone passes.
            low += 0.6 * (sum - low);
            high += 0.1 * (low - high);
            let envelope = (PI * within).sin().max(0.0).sqrt();
            (3_200.0 * envelope * (low - high)).clamp(-32_000.0, 32_000.0) as i16
        })
        .collect()
}

fn tone(hz: f64, seconds: usize) -> Vec<i16> {
    (0..seconds * 8_000).map(|n| (8_000.0 * (2.0 * PI * hz * n as f64 / 8_000.0).sin()) as i16).collect()
}

/// The power of the sound over that of what is wrong with it, in dB.
fn snr(clean: &[i16], heard: &[i16]) -> f64 {
    let signal: f64 = clean.iter().map(|&x| f64::from(x).powi(2)).sum();
    let noise: f64 = clean.iter().zip(heard).map(|(&x, &y)| (f64::from(x) - f64::from(y)).powi(2)).sum();
    10.0 * (signal / noise.max(1.0)).log10()
}

/// The mean distance of the log spectra of both, in dB, over frames with sound: what the ear minds,
/// whatever the phase.
fn spectral(clean: &[i16], heard: &[i16]) -> f64 {
    let spectrum = |sound: &[i16]| -> Vec<f64> {
        (1..32)
            .map(|band| {
                let (mut re, mut im) = (0.0, 0.0);
                for (n, &x) in sound.iter().enumerate() {
                    let window = (PI * (n as f64 + 0.5) / sound.len() as f64).sin();
                    let (s, c) = (PI * f64::from(band) * n as f64 / 32.0).sin_cos();
                    re += f64::from(x) * window * c;
                    im += f64::from(x) * window * s;
                }
                10.0 * (re * re + im * im + 1e5).log10()
            })
            .collect()
    };
    let (mut sum, mut count) = (0.0, 0);
    for (clean, heard) in clean.chunks_exact(FRAME).zip(heard.chunks_exact(FRAME)) {
        if clean.iter().any(|x| x.abs() > 1_000) {
            let (clean, heard) = (spectrum(clean), spectrum(heard));
            let square: f64 = clean.iter().zip(&heard).map(|(a, b)| (a - b).powi(2)).sum();
            sum += (square / clean.len() as f64).sqrt();
            count += 1;
        }
    }
    sum / f64::from(count)
}

#[test]
fn lost_sound_is_made_up_for() {
    println!("loss | SNR: silence instead, made up | spectral distance: silence instead, made up");
    let clean = speech(60);
    for (loss, least_gain, most_distance) in [(0.01, 1.5, 0.12), (0.05, 1.0, 0.6), (0.2, 0.7, 2.9)] {
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
        let (mut concealer, mut made_up, mut silenced) = (Concealer::default(), clean.clone(), clean.clone());
        for (made_up, silenced) in made_up.chunks_mut(FRAME).zip(silenced.chunks_mut(FRAME)) {
            if dice.part() < loss {
                concealer.lost(made_up);
                silenced.fill(0);
            } else {
                concealer.heard(made_up);
            }
        }
        let distance = [spectral(&clean, &silenced), spectral(&clean, &made_up)];
        let (before, after) = (snr(&clean, &silenced), snr(&clean, &made_up));
        println!(
            "{:3.0} % | {before:.2} dB, {after:.2} dB (at least {least_gain} more) | \
             {:.2} dB, {:.2} dB (at most {most_distance})",
            loss * 100.0,
            distance[0],
            distance[1]
        );
        assert!(after - before > least_gain);
        assert!(distance[1] < most_distance && distance[1] < distance[0] / 2.0);
    }
}

/// A sender and the network between.
struct Network<'a> {
    /// What is said; after its end it begins again.
    sound: &'a [i16],
    /// Samples of a packet.
    packet: usize,
    /// By how many parts in a million the sender's clock is too fast.
    ppm: f64,
    /// Which part of the packets is lost.
    loss: f64,
    /// How many milliseconds a packet takes, by when it is sent.
    delay: &'a dyn Fn(f64, &mut Dice) -> f64,
}

/// What was heard.
struct Hearing {
    sound: Vec<i16>,
    frames: Vec<Heard>,
    /// How long sound should wait, in each turn.
    targets: Vec<u32>,
    receiver: Receiver,
}

impl Network<'_> {
    fn run(&self, turns: u64) -> Hearing {
        let mut dice = Dice(0x2545_f491_4f6c_dd1d);
        let (mut reception, mut receiver) = (Reception::default(), Receiver::new(Codec::Pcmu));
        let (mut sound, mut frames, mut targets) = (Vec::new(), Vec::new(), Vec::new());
        // Arrival in milliseconds, number; soonest first.
        let mut under_way: VecDeque<(f64, u64)> = VecDeque::new();
        let every = self.packet as f64 / 8.0 / (1.0 + self.ppm * 1e-6);
        let mut number = 0_u64;
        let mut octets = vec![0; self.packet];
        for turn in 0..turns {
            let now = turn as f64 * TURN;
            while number as f64 * every <= now {
                let sent = number as f64 * every;
                if dice.part() >= self.loss {
                    let arrival = sent + (self.delay)(sent, &mut dice);
                    let at = under_way.partition_point(|&(other, _)| other <= arrival);
                    under_way.insert(at, (arrival, number));
                }
                number += 1;
            }
            while let Some(&(_, number)) = under_way.front().filter(|&&(arrival, _)| arrival <= now) {
                under_way.pop_front();
                let start = number as usize * self.packet % self.sound.len();
                g711::mu_encode(&self.sound[start..start + self.packet], &mut octets);
                let header = Header {
                    marker: number == 0,
                    payload_type: 0,
                    sequence: number.wrapping_add(65_000) as u16,
                    timestamp: (number as u32).wrapping_mul(self.packet as u32).wrapping_sub(5_000),
                    ssrc: 9,
                };
                let arrival = reception.arrive(header.ssrc, header.sequence);
                receiver.packet(arrival, &Packet { header, payload: &octets }, turn);
            }
            let mut frame = [0; FRAME];
            frames.push(receiver.frame(turn, &mut frame));
            targets.push(receiver.target());
            sound.extend(frame);
        }
        Hearing { sound, frames, targets, receiver }
    }
}

/// Places where the sound bends more sharply than a tone of this frequency and level can, twice over.
fn clicks(sound: &[i16], hz: f64) -> usize {
    let most = 2.0 * 8_000.0 * (2.0 - 2.0 * (2.0 * PI * hz / 8_000.0).cos());
    sound
        .windows(3)
        .filter(|w| (f64::from(w[0]) - 2.0 * f64::from(w[1]) + f64::from(w[2])).abs() > most)
        .count()
}

#[test]
fn an_hour_of_skewed_clocks_has_no_click_and_the_right_length() {
    println!("skew | frames | made up | samples longer, shorter | clicks (at most 0)");
    let sound = tone(440.0, 1);
    for ppm in [-200.0, 0.0, 200.0] {
        let network = Network { sound: &sound, packet: 160, ppm, loss: 0.0, delay: &|_, _| 35.0 };
        let hearing = network.run(180_000);
        let stretched = hearing.receiver.stretched();
        let made_up = hearing.frames[10..].iter().filter(|&&heard| heard != Heard::Sound).count();
        let clicks = clicks(&hearing.sound[2_000..], 440.0);
        println!("{ppm:4} ppm | {} | {made_up} | {stretched:?} | {clicks}", hearing.frames.len());
        assert_eq!(hearing.frames.len(), 180_000);
        // 200 ppm of an hour are 5760 samples.
        let net = stretched.longer as i64 - stretched.shorter as i64;
        assert!((net + (ppm * 28.8) as i64).abs() < 400, "{net}");
        assert_eq!((clicks, made_up), (0, 0));
    }
}

/// A second of silence that begins with a tenth of a second of sound.
fn beep() -> Vec<i16> {
    let mut sound = tone(440.0, 1);
    sound[800..].fill(0);
    sound
}

/// Where beeps begin, in samples.
fn onsets(sound: &[i16]) -> Vec<usize> {
    let mut onsets: Vec<usize> = Vec::new();
    for (n, _) in sound.iter().enumerate().filter(|(_, sample)| sample.unsigned_abs() > 3_000) {
        if onsets.last().is_none_or(|&last| n > last + 4_000) {
            onsets.push(n);
        }
    }
    onsets
}

#[test]
fn b161_an_hour_with_loss_is_as_long_as_an_hour() {
    println!("skew | seconds recorded | beeps | the last beep is off by (at most 0.1 % of an hour: 3600 ms)");
    let sound = beep();
    for ppm in [-200.0, 200.0] {
        let delay = |_: f64, dice: &mut Dice| 30.0 + 40.0 * dice.part();
        let network = Network { sound: &sound, packet: 160, ppm, loss: 0.05, delay: &delay };
        let hearing = network.run(180_000);
        let onsets = onsets(&hearing.sound);
        let last = *onsets.last().unwrap() as f64 / 8.0;
        // When that beep was said.
        let second = (last / 1_000.0 / (1.0 - ppm * 1e-6)).floor();
        let off = last - second * 1_000.0 * (1.0 - ppm * 1e-6);
        println!("{ppm:4} ppm | {} | {} | {off:.0} ms", hearing.sound.len() / 8_000, onsets.len());
        assert_eq!(hearing.sound.len(), 3_600 * 8_000);
        assert!((0.0..250.0).contains(&off), "the delay of the network and of the buffer");
        assert!(onsets.len() >= 3_590, "of 3600, some fall into a loss of 100 ms");
    }
}

#[test]
fn jitter_and_loss_are_taken() {
    println!("jitter | loss | made up (at most) | late | target");
    let sound = speech(30);
    for (jitter, deepest) in [(0.0, 160), (30.0, 480), (80.0, 880), (150.0, 1_440)] {
        for loss in [0.0, 0.01, 0.05, 0.2] {
            let delay = |_: f64, dice: &mut Dice| 25.0 + jitter * dice.part();
            let network = Network { sound: &sound, packet: 160, ppm: 0.0, loss, delay: &delay };
            let hearing = network.run(6_000);
            let made_up = hearing.frames[250..].iter().filter(|&&heard| heard == Heard::Concealed).count();
            let share = made_up as f64 / 5_750.0;
            // A frame is made of two packets when sound was stretched, and 1.5 % may come too late.
            let most = if jitter == 0.0 { 1.2 * loss } else { 2.1 * loss + 0.015 };
            let target = *hearing.targets.last().unwrap();
            println!(
                "{jitter:3} ms | {:2.0} % | {:.2} % ({:.1} %) | {} | {} ms",
                loss * 100.0,
                share * 100.0,
                most * 100.0,
                hearing.receiver.counts().late,
                target / 8
            );
            assert!(share <= most, "{share}");
            assert!(target <= deepest + 160, "{target}");
        }
    }
}

#[test]
fn waiting_grows_with_a_burst_of_jitter_and_returns() {
    let sound = beep();
    let delay = |sent: f64, dice: &mut Dice| {
        if (10_000.0..15_000.0).contains(&sent) { 25.0 + 160.0 * dice.part() } else { 25.0 }
    };
    let hearing = Network { sound: &sound, packet: 160, ppm: 0.0, loss: 0.0, delay: &delay }.run(2_000);
    let target_at = |second: usize| hearing.targets[second * 50] / 8;
    // From when it was said to when it is heard.
    let waits: Vec<usize> = onsets(&hearing.sound).iter().map(|onset| onset % 8_000 / 8).collect();
    println!("second | target | a beep is heard after");
    for second in [5, 9, 11, 14, 16, 20, 25, 30, 35, 39] {
        println!("{second:2} | {} ms | {} ms", target_at(second), waits[second]);
    }
    assert_eq!(target_at(9), 20);
    assert!(waits[9] <= 65, "25 ms of network, up to the next turn, and a turn");
    assert!(target_at(14) >= 120 && waits[14] >= 130);
    assert_eq!(target_at(35), 20, "20 s later it is forgotten");
    assert!(waits[38] <= 65 + 17, "and at most 17 ms that are not worth a step");
}

#[test]
fn packets_of_any_length_are_played_as_they_were_sent() {
    let sound = speech(6);
    for packet in [40, 80, 160, 240, 320, 480, 800] {
        let length = sound.len() / packet * packet;
        let network = Network { sound: &sound[..length], packet, ppm: 0.0, loss: 0.0, delay: &|_, _| 15.0 };
        let hearing = network.run(150);
        // From the time on when nothing is stretched any more, it is what was sent.
        let heard = &hearing.sound[16_000..20_000];
        let coded: Vec<i16> = sound[..length]
            .iter()
            .map(|&sample| {
                let (mut octet, mut back) = ([0], [0]);
                g711::mu_encode(&[sample], &mut octet);
                g711::mu_decode(&octet, &mut back);
                back[0]
            })
            .collect();
        let at = coded.windows(heard.len()).position(|said| said == heard);
        println!("{:3} ms a packet: heard {:?} ms after", packet / 8, at.map(|at| (16_000 - at) / 8));
        assert!(at.is_some_and(|at| 16_000 - at <= 15 * 8 + 1_280), "{packet}: {at:?}");
        assert!(hearing.frames[20..].iter().all(|&heard| heard == Heard::Sound), "{packet}");
    }
}

#[test]
fn no_packets_of_any_kind_panic_and_every_turn_has_its_frame() {
    let mut dice = Dice(0xfeed_beef_dead_cafe);
    for _ in 0..200 {
        let (mut reception, mut receiver) = (Reception::default(), Receiver::new(Codec::Pcma));
        let (mut sequence, mut timestamp, mut turn) =
            (dice.roll() as u16, dice.roll() as u32, dice.roll() >> 8);
        for _ in 0..200 {
            for _ in 0..dice.roll() % 4 {
                match dice.roll() % 40 {
                    0 => sequence = dice.roll() as u16,
                    1 => timestamp = dice.roll() as u32,
                    2 => sequence = sequence.wrapping_add(dice.roll() as u16 % 100),
                    3 => sequence = sequence.wrapping_sub(dice.roll() as u16 % 100),
                    4 => timestamp = timestamp.wrapping_add(dice.roll() as u32 % 20_000),
                    _ => sequence = sequence.wrapping_add(1),
                }
                let octets =
                    vec![dice.roll() as u8; [0, 1, 80, 160, 240, 960, 1_400][dice.roll() as usize % 7]];
                timestamp = timestamp.wrapping_add(octets.len() as u32);
                let ssrc = u32::from(dice.roll().is_multiple_of(60));
                let header = Header { marker: false, payload_type: 8, sequence, timestamp, ssrc };
                let arrival = reception.arrive(ssrc, sequence);
                receiver.packet(arrival, &Packet { header, payload: &octets }, turn);
            }
            receiver.frame(turn, &mut [0; FRAME]);
            turn += if dice.roll().is_multiple_of(50) { dice.roll() % 1_000 } else { 1 };
        }
    }
}

/// Time runs half a circle of timestamps away from a party that says nothing new: as far off as can be.
#[test]
fn a_wait_of_half_the_clock_s_circle_is_only_long() {
    for turn in (1 << 31) / 160 - 20..(1 << 31) / 160 + 20_u64 {
        let (mut reception, mut receiver) = (Reception::default(), Receiver::new(Codec::Pcmu));
        let mut frame = [0; 160];
        let mut hear = |turn: u64, sequence: u16, receiver: &mut Receiver| {
            let timestamp = u32::from(sequence) * 160;
            let header = Header { marker: false, payload_type: 0, sequence, timestamp, ssrc: 1 };
            let arrival = reception.arrive(1, sequence);
            receiver.packet(arrival, &Packet { header, payload: &[0x80; 160] }, turn);
        };
        for sequence in 0..6 {
            hear(sequence.into(), sequence, &mut receiver);
            receiver.frame(sequence.into(), &mut frame);
        }
        for ahead in 0..3 {
            receiver.frame(turn + ahead, &mut frame);
        }
    }
}
