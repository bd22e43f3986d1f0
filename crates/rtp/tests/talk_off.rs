//! Speech must not be taken for keys or for the tones of a network: half an hour of it, read aloud for telephone systems.
//!
//! The recordings are those of Debian's package `asterisk-core-sounds-en-wav`. Where it is not installed, the
//! test says so and is content. `TALK_OFF` may name another place with voice files.

use std::path::PathBuf;
use std::{env, fs};

use media::dtmf::{Change, Receiver};
use media::progress::{Bank, Country};
use media::{g711, wav};

/// Where the package puts its recordings.
const PLACE: &str = "/usr/share/asterisk/sounds";

/// The longest recording, in samples.
const LONGEST: usize = 8_000 * 3_600;

/// Every voice file below a place, in order.
fn recordings() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut places = vec![PathBuf::from(env::var("TALK_OFF").unwrap_or_else(|_| PLACE.to_owned()))];
    while let Some(place) = places.pop() {
        for entry in fs::read_dir(&place).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                places.push(path);
            } else if path.extension().is_some_and(|end| end == "wav") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// As it sounds at the far end of a line.
fn over_a_line(samples: &[i16]) -> Vec<i16> {
    let (mut octets, mut heard) = (vec![0; samples.len()], vec![0; samples.len()]);
    g711::mu_encode(samples, &mut octets);
    g711::mu_decode(&octets, &mut heard);
    heard
}

/// Every recording and its sound; none, with a word about it, where there are none.
#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
fn sounds() -> impl Iterator<Item = (String, Vec<i16>)> {
    let recordings = recordings();
    if recordings.is_empty() {
        println!("skipped: no voice files below {PLACE} (apt-get install asterisk-core-sounds-en-wav)");
    }
    recordings.into_iter().map(|path| {
        let octets = fs::read(&path).expect("a file that was just listed can be read");
        let sound = wav::decode(&octets, LONGEST).expect("a WAV file of an hour at most");
        (path.to_string_lossy().into_owned(), over_a_line(&sound))
    })
}

#[test]
fn half_an_hour_of_speech_presses_no_key() {
    let (mut samples, mut wrong) = (0, Vec::new());
    for (name, sound) in sounds() {
        samples += sound.len();
        let mut keys = Receiver::new();
        for (frame, sound) in sound.chunks(160).enumerate() {
            keys.feed(sound, |change| {
                if let Change::Down(key) = change {
                    wrong.push(format!("key {key} at {} ms of {name}", frame * 20));
                }
            });
        }
    }
    println!("{} minutes of speech: {} false keys of 16, limit 0", samples / 480_000, wrong.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn half_an_hour_of_speech_is_no_tone_of_a_network() {
    let (mut samples, mut wrong) = (0, Vec::new());
    for (name, sound) in sounds() {
        samples += sound.len();
        for country in Country::ALL {
            Bank::new(country).feed(&sound, |heard| {
                let (code, sign, ms) = (country.code(), heard.sign, heard.certain / 8);
                wrong.push(format!("{code} {sign:?} at {ms} ms of {name}"));
            });
        }
    }
    let countries = Country::ALL.len();
    println!(
        "{} minutes of speech: {} false tones of {countries} countries, limit 0",
        samples / 480_000,
        wrong.len()
    );
    assert!(wrong.is_empty(), "{wrong:#?}");
}
