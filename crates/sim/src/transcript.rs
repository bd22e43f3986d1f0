//! Transcripts: what goes in, and all that comes out.

use std::time::{Duration, Instant};

use control::{Input, Output, Settings, Switch};

use crate::{epoch, lines, schema, settings};

/// Plays a transcript against a fresh house of [`settings`]. Lines that begin with `>` go in, lines that
/// begin with `<` must come out after them, exactly and in order; `> wait 24s` lets time pass; `#` is a
/// remark.
///
/// # Panics
/// When anything else comes out: with the transcript as it went, ready to be compared.
pub fn check(script: &str) {
    check_with(settings(), script);
}

/// [`check`] in a house of one's own.
///
/// # Panics
/// As [`check`].
pub fn check_with(settings: Settings, script: &str) {
    let wanted = tidy(script);
    let went = play(settings, &wanted);
    assert!(
        wanted == went,
        "the transcript went otherwise; it should be:\n{}\nbut it went:\n{}\nfirst difference: {}",
        wanted.join("\n"),
        went.join("\n"),
        difference(&wanted, &went)
    );
}

fn tidy(script: &str) -> Vec<String> {
    let lines = script.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(str::to_owned).collect()
}

fn difference(wanted: &[String], went: &[String]) -> String {
    let at = wanted.iter().zip(went).position(|(a, b)| a != b).unwrap_or(wanted.len().min(went.len()));
    let line = |lines: &[String]| lines.get(at).cloned().unwrap_or_else(|| "(the end)".into());
    format!("`{}` against `{}`", line(wanted), line(went))
}

fn play(settings: Settings, script: &[String]) -> Vec<String> {
    let mut house = House::new(settings);
    let mut went = Vec::new();
    for line in script {
        let Some(input) = line.strip_prefix('>') else { continue };
        went.push(line.clone());
        let input = input.trim();
        let out = match input.strip_prefix("wait ") {
            Some(time) => house.wait(duration(time)),
            None => house.handle(lines::input(input)),
        };
        went.extend(out.iter().map(|output| format!("< {}", lines::output(output))));
    }
    went
}

fn duration(text: &str) -> Duration {
    let seconds = match text.strip_suffix("ms") {
        Some(ms) => ms.parse::<f64>().map(|ms| ms / 1000.0),
        None => text.trim_end_matches('s').parse::<f64>(),
    };
    Duration::from_secs_f64(seconds.unwrap_or_else(|_| panic!("not a time: {text}")))
}

/// A switch in virtual time.
#[derive(Debug)]
pub struct House {
    /// The switch.
    pub switch: Switch,
    now: Instant,
}

impl House {
    /// A fresh house.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { switch: Switch::new(settings), now: epoch() }
    }

    /// The virtual time.
    #[must_use]
    pub const fn now(&self) -> Instant {
        self.now
    }

    /// What comes of an input.
    pub fn handle(&mut self, input: Input) -> Vec<Output> {
        let mut out = Vec::new();
        self.switch.handle(self.now, input, &mut out);
        judge(&out);
        out
    }

    /// Lets time pass, and gives the switch every timeout on the way when it is due.
    pub fn wait(&mut self, time: Duration) -> Vec<Output> {
        let until = self.now + time;
        let mut out = Vec::new();
        while let Some(due) = self.switch.next_timeout().filter(|due| *due <= until) {
            self.now = self.now.max(due);
            self.switch.handle(self.now, Input::Tick, &mut out);
        }
        self.now = until;
        judge(&out);
        out
    }
}

/// Holds every message against the schema, those kept for later too.
fn judge(outputs: &[Output]) {
    for output in outputs {
        if let Output::Send { message, .. } | Output::Keep { message, .. } = output {
            schema::must_admit(message);
        }
    }
}
