//! Who answers which number, and how: the table of the simulated subscribers.

use std::collections::HashMap;
use std::time::Duration;

use edge::Key;
use edge::signal::Cause;

use crate::script::{Script, Step};
use crate::{limits, sounds, voice};

/// Digits at the end of a number that choose its subscriber.
const CHOOSING: usize = 4;
/// Whom a number reaches that nobody has.
const ANYBODY: &str = "0100";
/// How long somebody listens before hanging up, from the answer.
const LISTENS: Duration = Duration::from_secs(60);

/// The subscribers, by the last four digits of their numbers.
#[derive(Clone, Debug)]
pub struct Directory {
    scripts: HashMap<String, Script>,
    anybody: Script,
}

impl Directory {
    /// The numbers that the simulated network is known for. `ring` is how long a phone rings that is
    /// answered.
    #[must_use]
    pub fn new(ring: Duration) -> Self {
        let scripts: HashMap<String, Script> =
            subscribers(ring).into_iter().map(|(digits, steps)| (digits.to_owned(), steps.into())).collect();
        let anybody = scripts.get(ANYBODY).expect("the table has 0100").clone();
        Self { scripts, anybody }
    }

    /// The same with another subscriber at these last four digits, or at this number where it is shorter:
    /// for tests that need one of their own. Without steps the phone does nothing until the test says what.
    #[must_use]
    pub fn with(mut self, digits: &str, steps: Vec<Step>) -> Self {
        self.scripts.insert(digits.to_owned(), steps.into());
        self
    }

    /// What the subscriber of this number does: who has exactly this one, else who has its last digits.
    #[must_use]
    pub fn script(&self, dnis: &str) -> Script {
        if let Some(script) = self.scripts.get(dnis) {
            return script.clone();
        }
        let digits: Vec<char> = dnis.chars().filter(char::is_ascii_digit).collect();
        let chosen = digits.last_chunk::<CHOOSING>().map(|last| last.iter().collect::<String>());
        chosen.and_then(|last| self.scripts.get(&last)).unwrap_or(&self.anybody).clone()
    }
}

/// The table. Times after an answer count from the answer.
fn subscribers(ring: Duration) -> Vec<(&'static str, Vec<Step>)> {
    use Step::{Answer, EarlyMedia, Echo, HangUp, Press, Ring, Say, Sound, UntilAnswered, Wait};

    let secs = Duration::from_secs;
    let five = Key::from_face('5').expect("5 is a key");
    let hello = Say(voice::hello());
    let picks_up = [Ring, Wait(ring), Answer, hello];
    let then_leaves = [UntilAnswered(LISTENS), HangUp(Cause::Normal)];
    let person = |says: &[Step]| [&picks_up, says, &then_leaves].concat();

    vec![
        ("0100", person(&[])),
        ("0101", person(&[UntilAnswered(secs(3)), Press(vec![five])])),
        ("0102", vec![HangUp(Cause::Busy)]),
        ("0103", vec![Ring, Wait(limits::RINGING), HangUp(Cause::NoAnswer)]),
        (
            "0104",
            vec![
                EarlyMedia,
                Sound(sounds::not_in_service()),
                Wait(limits::RINGING),
                HangUp(Cause::Unallocated),
            ],
        ),
        (
            "0105",
            vec![
                Ring,
                Wait(ring),
                Answer,
                Say(voice::talk(5_000)),
                Say(sounds::beep()),
                UntilAnswered(LISTENS),
                HangUp(Cause::Normal),
            ],
        ),
        // ITU-T T.30: the called terminal's tone begins 1.8 to 2.5 s after the answer; it gives up when
        // no signal has come within T1 = 35 s.
        (
            "0106",
            vec![
                Ring,
                Wait(ring),
                Answer,
                Wait(secs(2)),
                Say(sounds::ced()),
                UntilAnswered(secs(35)),
                HangUp(Cause::Normal),
            ],
        ),
        ("0107", vec![EarlyMedia, Sound(sounds::busy()), Wait(limits::RINGING), HangUp(Cause::Busy)]),
        ("0108", [&[Answer, Sound(sounds::reorder())], then_leaves.as_slice()].concat()),
        ("0109", vec![Answer, UntilAnswered(secs(3)), HangUp(Cause::Normal)]),
        ("0110", vec![HangUp(Cause::NoCircuit)]),
        ("0111", person(&[UntilAnswered(secs(3)), Say(sounds::key(five))])),
        ("0112", vec![Answer, Echo]),
        ("0113", vec![Answer, Sound(sounds::a440())]),
        ("0114", vec![Answer]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_four_digits_choose() {
        let directory = Directory::new(Duration::from_secs(2));
        let busy = directory.script("0102");
        assert_eq!(&*busy, [Step::HangUp(Cause::Busy)]);
        for number in ["+1 (732) 555-0102", "17325550102", "sip0102"] {
            assert_eq!(directory.script(number), busy, "{number}");
        }
    }

    #[test]
    fn a_number_nobody_has_is_answered_as_0100() {
        let directory = Directory::new(Duration::from_secs(2));
        for number in ["", "100", "9999", "01000", "0102é5", "*"] {
            assert_eq!(directory.script(number), directory.script("0100"), "{number}");
        }
    }

    #[test]
    fn a_test_adds_a_subscriber_of_its_own() {
        let directory = Directory::new(Duration::ZERO).with("0777", vec![Step::Answer]);
        assert_eq!(&*directory.script("5550777"), [Step::Answer]);
        let directory = directory.with("25", vec![Step::Ring]);
        assert_eq!(&*directory.script("25"), [Step::Ring]);
        assert_eq!(directory.script("0025"), directory.script("0100"));
    }
}
