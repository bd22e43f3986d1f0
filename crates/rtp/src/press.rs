//! Keys that we press: telephone-events, or tones where the far side takes none.

use std::collections::VecDeque;

use edge::Key;
use edge::sound::FRAME;
use media::keys;
use media::tone::Tone;

use crate::limits::KEYS_WAITING;

/// How long a key is down, in steps of 20 ms.
const DOWN: u16 = 5;
/// How long all is quiet after it, in steps of 20 ms.
const UP: u16 = 5;

/// The keys waiting to be pressed, and the one that is down.
#[derive(Default, Debug)]
pub struct Presses {
    waiting: VecDeque<Press>,
    waiting_keys: usize,
    down: Option<Down>,
}

/// The keys of one command, or one that another party pressed.
#[derive(Debug)]
struct Press {
    keys: Vec<Key>,
    next: usize,
    debt: Debt,
}

/// Whether somebody waits for keys to have been pressed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Debt {
    /// The switch is told.
    Told,
    /// Nobody.
    Untold,
}

#[derive(Debug)]
struct Down {
    /// The event's packets.
    packets: keys::Sender,
    /// What it sounds like.
    tone: Option<Tone>,
    /// The RTP timestamp when it began.
    since: u32,
    step: u16,
}

/// What the present step sends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// A telephone-event.
    Event {
        /// What it says.
        payload: keys::Payload,
        /// The timestamp of its first packet.
        timestamp: u32,
        /// Whether this is its first packet.
        first: bool,
    },
    /// The key's tone: [`Presses::sound`] has it.
    Tone,
    /// The leg's voice.
    Voice,
}

impl Presses {
    /// Adds keys; false when too many wait already.
    #[must_use]
    pub fn push(&mut self, keys: Vec<Key>, debt: Debt) -> bool {
        if self.waiting_keys + keys.len() > KEYS_WAITING {
            return false;
        }
        self.waiting_keys += keys.len();
        self.waiting.push_back(Press { keys, next: 0, debt });
        true
    }

    /// Goes on by 20 ms at this RTP timestamp: what is sent now, and whether a command is done with it,
    /// which is owed to be told.
    /// `events` says whether the far side takes telephone-event.
    pub fn step(&mut self, timestamp: u32, events: bool) -> (Step, bool) {
        let Some(press) = self.waiting.front_mut() else { return (Step::Voice, false) };
        let down = match &mut self.down {
            Some(down) => down,
            none => {
                let Some(&key) = press.keys.get(press.next) else {
                    let told = press.debt == Debt::Told;
                    self.waiting.pop_front();
                    return (Step::Voice, told);
                };
                let packets = keys::Sender::press(key.event(), DOWN);
                none.insert(Down { packets, tone: Tone::key(key.event()), since: timestamp, step: 0 })
            }
        };
        let step = down.step;
        let sent = match (events, down.packets.next()) {
            (true, Some(payload)) => Step::Event { payload, timestamp: down.since, first: step == 0 },
            (false, _) if step < DOWN => Step::Tone,
            _ => Step::Voice,
        };
        down.step += 1;
        if down.step < DOWN + UP {
            return (sent, false);
        }
        self.down = None;
        press.next += 1;
        self.waiting_keys -= 1;
        let done = press.next == press.keys.len();
        let told = done && press.debt == Debt::Told;
        if done {
            self.waiting.pop_front();
        }
        (sent, told)
    }

    /// The next samples of the tone of the key that is down; silence when none is.
    pub fn sound(&mut self, samples: &mut [i16; FRAME]) {
        match self.down.as_mut().and_then(|down| down.tone.as_mut()) {
            Some(tone) => tone.fill(samples),
            None => samples.fill(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(faces: &str) -> Vec<Key> {
        faces.chars().map(|face| Key::from_face(face).unwrap()).collect()
    }

    /// One letter a step: `a` event, `e` its end, `t` tone, `.` voice, and `!` after a command's last.
    fn steps(presses: &mut Presses, events: bool, count: u32) -> String {
        let mut out = String::new();
        for n in 0..count {
            let (step, done) = presses.step(n * 160, events);
            out.push(match step {
                Step::Event { payload, .. } if payload.end => 'e',
                Step::Event { .. } => 'a',
                Step::Tone => 't',
                Step::Voice => '.',
            });
            if done {
                out.push('!');
            }
        }
        out
    }

    #[test]
    fn each_key_is_down_for_100_ms_and_up_for_100_ms() {
        let mut presses = Presses::default();
        assert!(
            presses.push(keys("12"), Debt::Told)
                && presses.push(keys(""), Debt::Told)
                && presses.push(keys("3"), Debt::Told)
        );
        assert_eq!(steps(&mut presses, true, 33), "aaaaeee...aaaaeee...!.!aaaaeee...!..");
        assert!(presses.push(keys("*"), Debt::Told));
        assert_eq!(steps(&mut presses, false, 12), "ttttt.....!..");
        assert_eq!(presses.waiting_keys, 0);
    }

    #[test]
    fn an_event_keeps_the_timestamp_of_its_beginning() {
        let mut presses = Presses::default();
        assert!(presses.push(keys("1"), Debt::Told));
        for n in 0..7 {
            let (Step::Event { timestamp, first, .. }, _) = presses.step(5_000 + n * 160, true) else {
                panic!("an event for seven steps")
            };
            assert_eq!((timestamp, first), (5_000, n == 0));
        }
    }

    #[test]
    fn too_many_keys_are_refused() {
        let mut presses = Presses::default();
        assert!(presses.push(vec![keys("5")[0]; KEYS_WAITING], Debt::Told));
        assert!(!presses.push(keys("5"), Debt::Told));
    }
}
