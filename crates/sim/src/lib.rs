//! Virtual time and scripted parties for tests of call control.
//!
//! A [`transcript`] is lines in, lines out, nothing more and nothing less; a [`history`] is as many
//! random inputs as one likes from one seed, with the promises of the house checked after each. Every
//! message that a house writes is held against the committed [`schema`].
#![forbid(unsafe_code)]

pub mod ears;
pub mod floor;
pub mod history;
pub mod lines;
pub mod openings;
pub mod reference;
pub mod schema;
pub mod transcript;

use std::time::{Duration, Instant};

use control::{Dialling, Mailbox, Parameters, Recording, Rules, Settings, Speech, Tracks, Trunk};
use edge::sound::Signs;
use speech::{Language, Style};

pub use transcript::{check, check_with};

/// A house for tests: one trunk `carrier` with ports 1 to 4, box 7322901900 with pass code 2424, a
/// pace that never makes a call wait, ears that hear no sign.
#[must_use]
pub fn settings() -> Settings {
    Settings {
        parameters: Parameters { inbound: true, offset: 0, agents: true },
        trunks: vec![Trunk::new("carrier", 1..=4)],
        agents: Vec::new(),
        mailboxes: vec![
            Mailbox {
                number: "7322901900".into(),
                kind: 'U',
                password: Some("2424".into()),
                name: "PEC".into(),
                greeting: None,
                max_messages: 100,
            },
            Mailbox {
                number: "7322901901".into(),
                kind: 'U',
                password: Some("9595".into()),
                name: String::new(),
                greeting: None,
                max_messages: 100,
            },
        ],
        dialling: Dialling {
            max_digits: 14,
            rings: 4,
            calls_per_second: u32::MAX,
            rules: Rules::default(),
            emergency: Vec::new(),
            hourly_alarm: None,
        },
        campaigns: Vec::new(),
        recording: Recording {
            longest: Duration::from_secs(600),
            silence: Duration::from_secs(5),
            beep: false,
            idle: Duration::from_secs(600),
            two_way: Tracks::Sum,
        },
        speech: Speech { language: Language::English, integers: Style::Integers },
        signs: Signs::NONE,
        require_init: false,
        grace: Duration::ZERO,
        receive_call_timeout: Duration::from_secs(30),
        pass_code_failures: 10,
        first_msgid: 0,
    }
}

/// The beginning of virtual time: the one place where a test house asks the clock, since an `Instant`
/// cannot be made from nothing.
#[must_use]
pub fn epoch() -> Instant {
    Instant::now()
}
