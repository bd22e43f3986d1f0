//! What a detector can be told: every key with its unit, default, range and meaning, declared once.

use std::fmt;
use std::ops::RangeInclusive;

/// What a parameter counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// Milliseconds.
    Milliseconds,
    /// A level in dBm0.
    Dbm0,
    /// A difference of levels in decibels.
    Decibels,
    /// A frequency in hertz.
    Hertz,
    /// A number of words.
    Words,
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Milliseconds => "ms",
            Self::Dbm0 => "dBm0",
            Self::Decibels => "dB",
            Self::Hertz => "Hz",
            Self::Words => "words",
        })
    }
}

/// One key of [`Parameters`].
#[derive(Clone, Debug)]
pub struct Key {
    /// Its name, as configuration and commands write it.
    pub name: &'static str,
    /// What it counts.
    pub unit: Unit,
    /// What it is when nothing is said.
    pub default: i32,
    /// What it may be.
    pub range: RangeInclusive<i32>,
    /// What it means, in sentences.
    pub doc: &'static str,
}

/// Why a parameter cannot be set.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ParameterError {
    /// No key has this name.
    #[error("no parameter is called {name:?}; there are: {}", names())]
    Unknown {
        /// The name, cut at 40 characters.
        name: String,
    },
    /// Not a value that the key may have.
    #[error("{name} = {value}: must be {}..={} {unit}", range.start(), range.end())]
    Range {
        /// The key.
        name: &'static str,
        /// What was asked for.
        value: i32,
        /// What it may be.
        range: RangeInclusive<i32>,
        /// What it counts.
        unit: Unit,
    },
}

fn names() -> String {
    Parameters::KEYS.iter().map(|key| key.name).collect::<Vec<_>>().join(", ")
}

macro_rules! parameters {
    ($($name:ident: $unit:ident = $default:literal in $low:literal..=$high:literal; $doc:literal)*) => {
        /// How a detector decides. Each field is one of [`Parameters::KEYS`], in that key's unit and range.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub struct Parameters {
            $(#[doc = $doc] pub $name: i32,)*
        }

        impl Default for Parameters {
            fn default() -> Self {
                Self { $($name: $default,)* }
            }
        }

        impl Parameters {
            /// Every key, in the order in which a call meets them.
            pub const KEYS: &[Key] = &[
                $(Key {
                    name: stringify!($name),
                    unit: Unit::$unit,
                    default: $default,
                    range: $low..=$high,
                    doc: $doc,
                },)*
            ];

            /// The value of this key; none where there is no such key.
            #[must_use]
            pub fn get(&self, name: &str) -> Option<i32> {
                match name {
                    $(stringify!($name) => Some(self.$name),)*
                    _ => None,
                }
            }

            /// Sets the key of this name.
            ///
            /// # Errors
            /// [`ParameterError`]: no such key, or a value out of its range. Nothing is changed then.
            pub fn set(&mut self, name: &str, value: i32) -> Result<(), ParameterError> {
                let field = match name {
                    $(stringify!($name) => &mut self.$name,)*
                    _ => return Err(ParameterError::Unknown { name: name.chars().take(40).collect() }),
                };
                let key = Self::KEYS.iter().find(|key| key.name == name).expect("every field has its key");
                if key.range.contains(&value) {
                    *field = value;
                    return Ok(());
                }
                Err(ParameterError::Range { name: key.name, value, range: key.range.clone(), unit: key.unit })
            }
        }
    };
}

parameters! {
    initial_silence: Milliseconds = 4000 in 500..=20000;
    "Nothing but silence or noise for this long after the answer, or after a tone: the verdict is `silence`."

    shortest_hello: Milliseconds = 160 in 20..=1000;
    "Less voice than this is nobody's hello."

    hello_silence: Milliseconds = 820 in 200..=5000;
    "Silence for this long after a short hello: the verdict is `human`. Less decides sooner; a machine whose greeting pauses for longer after its first words is then taken for a person."

    short_hello: Milliseconds = 900 in 100..=5000;
    "A greeting with no more voice than this is a short hello."

    long_hello_silence: Milliseconds = 1200 in 200..=5000;
    "Silence for this long after a greeting that is no short hello but not too long for a person: the verdict is `human`."

    longest_hello: Milliseconds = 2000 in 300..=10000;
    "More voice than this before such a silence: the verdict is `machine`. The pauses between words do not count."

    most_words: Words = 7 in 1..=50;
    "More words than this before such a silence: the verdict is `machine`. A word here is voice between two pauses."

    shortest_word: Milliseconds = 80 in 20..=500;
    "Voice shorter than this is a click or a breath and does not count."

    softest_word: Dbm0 = -40 in -70..=-10;
    "A word whose loudest moment is below this level does not count: people far from the telephone, music behind them."

    word_gap: Milliseconds = 100 in 20..=500;
    "Silence shorter than this is part of a word, as before a p or a t."

    analysis: Milliseconds = 8000 in 1000..=60000;
    "Without any other verdict by then, it is `not-sure`."

    quiet_level: Dbm0 = -50 in -70..=-20;
    "Sound below this level is silence, whatever comes."

    noise_margin: Decibels = 6 in 2..=30;
    "Voice is louder than the noise of the line by this."

    voice_depth: Decibels = 15 in 6..=40;
    "What is softer by this than the loudest voice heard is not voice: other people in the room, music behind it."

    word_depth: Decibels = 10 in 3..=40;
    "A word whose loudest moment is softer by this than the loudest voice heard may be that of people or music behind it: it ends a silence, but does not count for `machine`."

    steady_noise: Milliseconds = 500 in 200..=5000;
    "Sound of one level for this long is noise, or a tone of the network, and not voice."

    steady_range: Decibels = 6 in 1..=20;
    "The level of such sound varies by no more than this."

    shortest_beep: Milliseconds = 100 in 60..=2000;
    "A tone shorter than this is no beep."

    longest_beep: Milliseconds = 2500 in 100..=10000;
    "A tone longer than this is no beep."

    beep_low: Hertz = 300 in 200..=3800;
    "The lowest pitch of a beep."

    beep_high: Hertz = 2500 in 200..=3800;
    "The highest pitch of a beep."

    after_beep: Milliseconds = 160 in 40..=2000;
    "Silence for this long after a beep: the message may start. What follows sooner makes it part of a melody, or the first beep of several."

    greeting_end: Milliseconds = 2000 in 300..=20000;
    "Silence for this long after a machine's voice: its greeting is over, the message may start without a beep. Before a verdict, nothing but soft words for this long after a hello: the verdict is `human`."

    longest_greeting: Milliseconds = 40000 in 2000..=300000;
    "With neither a beep nor such a silence by then, counted from the answer, the message may start."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_can_be_set_within_its_range_and_not_beyond() {
        for key in Parameters::KEYS {
            let mut parameters = Parameters::default();
            assert_eq!(parameters.get(key.name), Some(key.default), "{}", key.name);
            assert!(key.range.contains(&key.default), "{}", key.name);
            for value in [*key.range.start(), *key.range.end()] {
                assert_eq!(parameters.set(key.name, value), Ok(()));
                assert_eq!(parameters.get(key.name), Some(value));
            }
            let before = parameters;
            for value in [*key.range.start() - 1, *key.range.end() + 1, i32::MIN, i32::MAX] {
                assert!(matches!(parameters.set(key.name, value), Err(ParameterError::Range { .. })));
            }
            assert_eq!(parameters, before);
            assert!(key.doc.ends_with('.'), "{}", key.name);
        }
    }

    #[test]
    fn a_name_that_is_none_is_answered_with_all_there_are() {
        let error = Parameters::default().set("helo_silence", 1).expect_err("no such key");
        let said = error.to_string();
        assert!(
            said.starts_with("no parameter is called \"helo_silence\"; there are: initial_silence, "),
            "{said}"
        );
        assert!(said.contains("longest_greeting"));
        let error = Parameters::default().set("hello_silence", 1).expect_err("too short");
        assert_eq!(error.to_string(), "hello_silence = 1: must be 200..=5000 ms");
    }
}
