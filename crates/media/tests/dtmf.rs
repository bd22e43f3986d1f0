//! How far the receiver of keys goes beyond ITU-T Q.24: each test prints what it measured beside the limit.
//!
//! ```text
//! cargo test -p media --test dtmf -- --nocapture
//! ```

use media::dtmf::{Change, Receiver};
use media::g711;
use media::tone::{KEYS, Tone, silence};

/// Samples a millisecond.
const MS: usize = 8;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Law {
    Mu,
    A,
}

const LAWS: [Law; 2] = [Law::Mu, Law::A];

/// As the sound arrives over a telephone line.
fn over(law: Law, samples: &[i16]) -> Vec<i16> {
    let (mut octets, mut heard) = (vec![0; samples.len()], vec![0; samples.len()]);
    match law {
        Law::Mu => {
            g711::mu_encode(samples, &mut octets);
            g711::mu_decode(&octets, &mut heard);
        }
        Law::A => {
            g711::a_encode(samples, &mut octets);
            g711::a_decode(&octets, &mut heard);
        }
    }
    heard
}

/// The changes, and the sample at whose frame of 20 ms each was told.
fn changes(samples: &[i16]) -> Vec<(usize, Change)> {
    let (mut receiver, mut told) = (Receiver::new(), Vec::new());
    for (frame, samples) in samples.chunks(160).enumerate() {
        receiver.feed(samples, |change| told.push(((frame + 1) * 160, change)));
    }
    told
}

/// The keys that were pressed.
fn keys(samples: &[i16]) -> Vec<u8> {
    let pressed = |(_, change)| match change {
        Change::Down(key) => Some(key),
        Change::Up => None,
    };
    changes(samples).into_iter().filter_map(pressed).collect()
}

/// One press: each frequency with its level, the pair sounding for so many samples.
#[derive(Clone, Copy, Debug)]
struct Press {
    hz: [f64; 2],
    dbm0: [f64; 2],
    samples: usize,
}

impl Press {
    fn of(key: u8, ms: usize) -> Self {
        let hz = KEYS[usize::from(key)].map(f64::from);
        Self { hz, dbm0: [-10.0; 2], samples: ms * MS }
    }

    /// The pair, begun at a phase that depends on `nth`.
    fn sound(self, nth: usize) -> Vec<i16> {
        let skip = nth * 37 % 160;
        let ms = ((self.samples + skip) / MS + 1) as u32;
        let [low, high] = [0, 1].map(|group| Tone::sine(self.hz[group], self.dbm0[group]).samples(ms));
        let sum = low[skip..].iter().zip(&high[(skip * 3) % (skip + 1)..]).map(|(a, b)| a.saturating_add(*b));
        sum.take(self.samples).collect()
    }
}

/// These presses with a pause of so many samples after each. The pauses differ by less than a block, so that
/// no press lies in the blocks as another does.
fn presses(press: &[Press], pause: usize) -> Vec<i16> {
    let mut samples = silence(50);
    for (nth, press) in press.iter().enumerate() {
        samples.extend(press.sound(nth));
        samples.extend(vec![0; pause]);
    }
    samples.extend(silence(60));
    samples
}

/// How many of `count` such presses are heard, each set into the blocks in another way.
fn heard(law: Law, key: u8, press: Press, count: usize) -> usize {
    let mut samples = Vec::new();
    for nth in 0..count {
        samples.extend(vec![0; 60 * MS + nth * 80 / count + nth * 11 % 5]);
        samples.extend(press.sound(nth));
    }
    samples.extend(silence(60));
    let keys = keys(&over(law, &samples));
    assert!(keys.iter().all(|&heard| heard == key), "{press:?} was heard as {keys:?}");
    keys.len()
}

/// White noise of this level, the same every time.
fn noise(samples: usize, dbm0: f64) -> Vec<i16> {
    let peak = media::tone::peak(dbm0) * 1.5_f64.sqrt();
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let next = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (peak * ((state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0)).round() as i16
    };
    (0..samples).map(next).collect()
}

#[test]
fn the_matrix_of_all_keys() {
    println!("\nkeys (Q.24: 40 ms signal, 40 ms pause; AT&T 93 ms a key) | heard of 160, limit 160");
    for law in LAWS {
        for (on, off) in [(50, 50), (40, 53), (40, 40), (40, 30), (100, 100)] {
            let all: Vec<u8> = (0..10).flat_map(|_| 0..16).collect();
            let sound: Vec<Press> = all.iter().map(|&key| Press::of(key, on)).collect();
            // A pause of a few samples more shifts each press against the blocks.
            let heard = keys(&over(law, &presses(&sound, off * MS + 3)));
            println!("  {law:?}-law, {on} ms on, {off} ms off | {}", heard.len());
            assert_eq!(heard, all);
        }
    }
}

#[test]
fn frequency() {
    println!("\nfrequency | accepted to, limit 1.5 % (NTT 1.8) | accepted at most, limit 3.5 % (NTT 3.0)");
    for law in LAWS {
        let (mut worst, mut best) = (100.0_f64, 0.0_f64);
        for (group, key) in [(0, 1), (0, 5), (0, 9), (0, 15), (1, 1), (1, 5), (1, 9), (1, 15)] {
            for sign in [-1.0, 1.0] {
                let (mut all, mut any, mut yet) = (0.0, 0.0, true);
                for tenth in 0..45 {
                    let mut press = Press::of(key, 50);
                    press.hz[group] *= 1.0 + sign * f64::from(tenth) / 1_000.0;
                    let count = heard(law, key, press, 10);
                    yet &= count == 10;
                    if yet {
                        all = f64::from(tenth) / 10.0;
                    }
                    if count > 0 {
                        any = f64::from(tenth) / 10.0;
                    }
                }
                let hz = KEYS[usize::from(key)][group];
                println!(
                    "  {law:?}-law {hz:4} Hz {} | {all:.1} | {any:.1}",
                    if sign < 0.0 { '-' } else { '+' }
                );
                (worst, best) = (worst.min(all), best.max(any));
            }
        }
        assert!(worst >= 1.8 && best <= 3.0, "{law:?}: {worst} to {best}");
    }
}

#[test]
fn level() {
    println!("\nlevel of each frequency | heard of 160: all at 0 to -25 dBm0 (NTT -3 to -24), none at -55");
    for law in LAWS {
        let mut range = Vec::new();
        for dbm0 in (-60..=3).rev() {
            let count: usize = (0..16)
                .map(|key| heard(law, key, Press { dbm0: [f64::from(dbm0); 2], ..Press::of(key, 50) }, 10))
                .sum();
            if dbm0 % 5 == 0 {
                println!("  {law:?}-law {dbm0:3} dBm0 | {count}");
            }
            if count == 160 {
                range.push(dbm0);
            }
            assert!(!(-25..=0).contains(&dbm0) || count == 160, "{law:?} {dbm0}: {count}");
            assert!(dbm0 > -55 || count == 0, "{law:?} {dbm0}: {count}");
        }
        let (from, to) = (range[0], range[range.len() - 1]);
        println!("  {law:?}-law all heard from {from} to {to} dBm0: {} dB (Mitel test 5: 35)", from - to);
    }
}

#[test]
fn twist() {
    println!("\ntwist | limit: high 4 dB stronger (NTT 5) to 8 dB weaker (NTT 5)");
    for law in LAWS {
        let (mut up, mut down) = (f64::INFINITY, f64::INFINITY);
        for key in 0..16 {
            for (sign, worst) in [(1.0, &mut up), (-1.0, &mut down)] {
                let passes = |tenth: &i32| {
                    let high = -12.0 + sign * f64::from(*tenth) / 10.0;
                    heard(law, key, Press { dbm0: [-12.0, high], ..Press::of(key, 50) }, 5) == 5
                };
                let last = (0..200).step_by(2).take_while(passes).last().expect("no twist is heard");
                *worst = worst.min(f64::from(last) / 10.0);
            }
        }
        println!("  {law:?}-law | high up to {up:.1} dB stronger, {down:.1} dB weaker");
        assert!(up >= 5.0 && down >= 8.0);
    }
}

#[test]
fn duration() {
    println!("\nduration | heard of 400: all from 40 ms on, none to 23 ms (NTT 24)");
    for law in LAWS {
        for ms in 10..=60 {
            let count: usize = (0..16).map(|key| heard(law, key, Press::of(key, ms), 25)).sum();
            if ms % 5 == 0 || (20..=40).contains(&ms) {
                println!("  {law:?}-law {ms} ms | {count}");
            }
            assert!(ms > 24 || count == 0, "{law:?} {ms} ms: {count}");
            assert!(ms < 40 || count == 400, "{law:?} {ms} ms: {count}");
        }
    }
}

#[test]
fn pause() {
    println!("\npause between two presses of the same key | told apart of 160: all from 40 ms on (NTT 30)");
    for law in LAWS {
        for ms in (5..=60).step_by(5) {
            let told: usize = (0..160)
                .map(|nth| {
                    let press = Press::of((nth % 16) as u8, 50);
                    let sound = [
                        vec![0; 400 + nth / 2],
                        press.sound(nth),
                        vec![0; ms * MS],
                        press.sound(nth + 7),
                        silence(60),
                    ];
                    keys(&over(law, &sound.concat())).len()
                })
                .sum();
            println!("  {law:?}-law {ms} ms | {}", told - 160);
            assert!(ms < 30 || told == 320, "{ms} ms: {told}");
            // Interruptions of 10 ms do not make two of one.
            assert!(ms > 10 || told == 160, "{ms} ms: {told}");
        }
    }
}

#[test]
fn interruption() {
    println!("\ninterruption of a press, 40 ms after its begin | heard twice of 160, limit 0 at 10 ms");
    for law in LAWS {
        for ms in 1..=20 {
            let twice: usize = (0..160)
                .map(|nth| {
                    let press = Press::of((nth % 16) as u8, 100);
                    let mut sound = [vec![0; 400 + nth / 2], press.sound(nth), silence(60)].concat();
                    sound[400 + nth / 2 + 40 * MS..][..ms * MS].fill(0);
                    keys(&over(law, &sound)).len() - 1
                })
                .sum();
            println!("  {law:?}-law {ms} ms | {twice}");
            assert!(ms > 10 || twice == 0, "{ms} ms: {twice}");
        }
    }
}

#[test]
fn noise_beside() {
    println!("\nsignal to noise, white over the whole band | heard of 800; Mitel test 7: all at 26 dB");
    for law in LAWS {
        for decibels in (0..=26).rev().step_by(2) {
            let all: Vec<u8> = (0..50).flat_map(|_| 0..16).collect();
            let press = |&key| Press { dbm0: [-15.0; 2], ..Press::of(key, 50) };
            let mut sound = presses(&all.iter().map(press).collect::<Vec<_>>(), 50 * MS + 3);
            let (level, sound_length) = (-12.0 - f64::from(decibels), sound.len());
            for (sample, noise) in sound.iter_mut().zip(noise(sound_length, level)) {
                *sample = sample.saturating_add(noise);
            }
            let heard = keys(&over(law, &sound));
            println!("  {law:?}-law {decibels} dB | {}", heard.len());
            assert!(decibels < 12 || heard == all, "{law:?} {decibels} dB: {}", heard.len());
        }
    }
}

#[test]
fn how_soon_it_is_told() {
    let (mut downs, mut ups) = ([usize::MAX, 0], [usize::MAX, 0]);
    for nth in 0..160 {
        let sound = [vec![0; 800 + nth], Press::of((nth % 16) as u8, 100).sound(nth), silence(100)].concat();
        let mut receiver = Receiver::new();
        for (n, sample) in over(Law::Mu, &sound).iter().enumerate() {
            receiver.feed(&[*sample], |change| {
                let (since, bounds) = match change {
                    Change::Down(_) => (n - 800 - nth, &mut downs),
                    Change::Up => (n - 1_600 - nth, &mut ups),
                };
                *bounds = [bounds[0].min(since), bounds[1].max(since)];
            });
        }
    }
    let ms = |samples: usize| samples as f64 / MS as f64;
    println!("\ntold after the tone begins: {:.1} to {:.1} ms", ms(downs[0]), ms(downs[1]));
    println!("told after the tone ends: {:.1} to {:.1} ms", ms(ups[0]), ms(ups[1]));
    assert!(downs[1] <= 45 * MS && ups[1] <= 35 * MS);
}

#[test]
fn where_the_stream_is_cut_makes_no_difference() {
    let all: Vec<Press> = (0..16).map(|key| Press::of(key, 47)).collect();
    let sound = presses(&all, 43 * MS);
    let whole = {
        let (mut receiver, mut told) = (Receiver::new(), Vec::new());
        receiver.feed(&sound, |change| told.push(change));
        told
    };
    assert_eq!(whole.len(), 32);
    for size in [1, 7, 39, 40, 41, 160, 1_000] {
        let (mut receiver, mut told) = (Receiver::new(), Vec::new());
        for piece in sound.chunks(size) {
            receiver.feed(piece, |change| told.push(change));
        }
        assert_eq!(told, whole, "{size}");
    }
}

#[test]
fn a_key_is_held_as_long_as_it_sounds_and_another_may_follow_at_once() {
    let sound =
        [silence(100), Press::of(5, 3_000).sound(0), Press::of(9, 200).sound(1), silence(100)].concat();
    let told: Vec<Change> = changes(&over(Law::A, &sound)).into_iter().map(|(_, change)| change).collect();
    assert_eq!(told, [Change::Down(5), Change::Up, Change::Down(9), Change::Up]);
}

#[test]
fn what_is_no_key_tells_none() {
    let one = |hz| Tone::sine(hz, -10.0).samples(2_000);
    for law in LAWS {
        for hz in KEYS.as_flattened() {
            assert_eq!(keys(&over(law, &one(f64::from(*hz)))), [], "{hz} Hz alone");
        }
        for pair in [
            [350.0, 440.0],
            [440.0, 480.0],
            [480.0, 620.0],
            [697.0, 770.0],
            [1_209.0, 1_336.0],
            [700.0, 1_100.0],
            [913.8, 1_370.6],
        ] {
            assert_eq!(keys(&over(law, &Tone::dual(pair, -13.0).samples(2_000))), [], "{pair:?}");
        }
        assert_eq!(keys(&over(law, &noise(800_000, -10.0))), []);
        assert_eq!(keys(&over(law, &vec![0; 80_000])), []);
        assert_eq!(keys(&over(law, &vec![i16::MIN; 8_000])), []);
        // A key with its harmonics: a chord, not a key.
        let mut chord = Tone::dual([697.0, 1_209.0], -10.0).samples(1_000);
        for (sample, more) in chord.iter_mut().zip(Tone::dual([1_394.0, 2_418.0], -15.0).samples(1_000)) {
            *sample = sample.saturating_add(more);
        }
        assert_eq!(keys(&over(law, &chord)), []);
    }
}
