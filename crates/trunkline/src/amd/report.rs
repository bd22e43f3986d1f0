//! How many recordings were judged rightly, and how soon.

use std::collections::BTreeMap;
use std::fmt;

use media::amd::{Cue, Verdict};

use super::replay::Heard;
use crate::table::{Lean, table};

/// The column of recordings that ended before a verdict.
const TOO_SHORT: &str = "too-short";
/// A start this much before the end of the beep is false, in milliseconds.
const EARLY: u32 = 100;

/// What came of labelled recordings.
#[derive(Clone, Default, Debug)]
pub struct Report {
    /// How many, by label and then by verdict.
    counts: BTreeMap<String, BTreeMap<&'static str, u32>>,
    /// From the end of what a person said to the verdict that it is a person, in milliseconds.
    human: Vec<u32>,
    /// From the first frame to the verdict that it is a machine.
    machine: Vec<u32>,
    /// From the end of a beep to the start that it gave.
    beep: Vec<u32>,
    /// People who said one or two words and were taken for a machine.
    short_hellos_lost: u32,
    /// Machines with a beep, known to be machines.
    beeps: u32,
    /// Starts before the beep was over.
    early: u32,
    /// Starts without the beep that there was.
    missed: u32,
}

impl Report {
    /// Counts a recording, if it has a label.
    pub fn add(&mut self, heard: &Heard) {
        let (Some(label), decision) = (&heard.label, heard.detector.decision()) else { return };
        let verdict = decision.map_or(TOO_SHORT, |decision| decision.verdict.name());
        *self.counts.entry(label.label.clone()).or_default().entry(verdict).or_default() += 1;
        let Some(decision) = decision else { return };
        match (label.label.as_str(), decision.verdict) {
            ("human", Verdict::Human) => {
                self.human.extend(label.voice_end_ms.map(|end| decision.at.saturating_sub(end)));
            }
            ("human", Verdict::Machine) if label.words.is_some_and(|words| words <= 2) => {
                self.short_hellos_lost += 1;
            }
            ("machine", Verdict::Machine) => {
                self.machine.push(decision.at);
                self.started(label.beep_end_ms, heard);
            }
            _ => {}
        }
    }

    fn started(&mut self, beep_end: Option<u32>, heard: &Heard) {
        let Some(end) = beep_end else { return };
        self.beeps += 1;
        match heard.detector.start() {
            Some(start) if start.at + EARLY < end => self.early += 1,
            Some(start) if matches!(start.cue, Cue::Beep { .. }) => {
                self.beep.push(start.at.saturating_sub(end));
            }
            _ => self.missed += 1,
        }
    }

    /// Whether any recording had a label.
    #[must_use]
    pub fn is_labelled(&self) -> bool {
        !self.counts.is_empty()
    }

    /// How many recordings have this label.
    #[must_use]
    pub fn count(&self, label: &str) -> u32 {
        self.counts.get(label).map_or(0, |verdicts| verdicts.values().sum())
    }

    /// How many with this label had this verdict.
    #[must_use]
    pub fn judged(&self, label: &str, verdict: Verdict) -> u32 {
        self.counts.get(label).and_then(|verdicts| verdicts.get(verdict.name())).copied().unwrap_or(0)
    }

    /// The part of the recordings with this label whose verdict was the same, from 0 to 1; none without any.
    #[must_use]
    pub fn right(&self, label: &str) -> Option<f64> {
        let count = self.count(label);
        let right = self.counts.get(label)?.get(label).copied().unwrap_or(0);
        (count > 0).then(|| f64::from(right) / f64::from(count))
    }

    /// People who said one or two words and were taken for a machine.
    #[must_use]
    pub const fn short_hellos_lost(&self) -> u32 {
        self.short_hellos_lost
    }

    /// Milliseconds from the end of a hello to the verdict: the median, and what 95 % do not exceed.
    #[must_use]
    pub fn human_times(&self) -> Option<[u32; 2]> {
        times(&self.human)
    }

    /// Machines with a beep; those whose message would have begun before its end, and those whose beep was missed.
    #[must_use]
    pub const fn beeps(&self) -> [u32; 3] {
        [self.beeps, self.early, self.missed]
    }

    /// The same for programs, as one line.
    #[must_use]
    pub fn json(&self) -> String {
        let pair = |figures: &[u32]| {
            times(figures).map(|[median, most]| serde_json::json!({"median": median, "p95": most}))
        };
        let [beeps, early, missed] = self.beeps();
        serde_json::json!({
            "verdicts": self.counts,
            "right": self.counts.keys().map(|label| (label, self.right(label))).collect::<BTreeMap<_, _>>(),
            "short_hellos_lost": self.short_hellos_lost,
            "human_after_hello_ms": pair(&self.human),
            "machine_at_ms": pair(&self.machine),
            "start_after_beep_ms": pair(&self.beep),
            "beeps": beeps,
            "beeps_early": early,
            "beeps_missed": missed,
        })
        .to_string()
    }
}

/// The median and the 95th percentile.
fn times(figures: &[u32]) -> Option<[u32; 2]> {
    let mut sorted = figures.to_vec();
    sorted.sort_unstable();
    let at =
        |part: usize| sorted.get((sorted.len() * part / 100).min(sorted.len().saturating_sub(1))).copied();
    Some([at(50)?, at(95)?])
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let right = |name: &'static str| (name, Lean::Right);
        let header = [
            ("LABEL", Lean::Left),
            right("HUMAN"),
            right("MACHINE"),
            right("FAX"),
            right("INTERCEPT"),
            right("SILENCE"),
            right("NOT-SURE"),
            right("TOO-SHORT"),
            right("RIGHT"),
        ];
        let rows: Vec<[String; 9]> = self
            .counts
            .iter()
            .map(|(label, verdicts)| {
                let count = |name: &str| match verdicts.get(name) {
                    Some(count) => count.to_string(),
                    None => "-".to_owned(),
                };
                let [human, machine, fax, intercept, silence, not_sure] =
                    Verdict::ALL.map(|verdict| count(verdict.name()));
                let known = Verdict::of_name(label).and_then(|_| self.right(label));
                let right = known.map_or(String::new(), |part| format!("{:.1} %", part * 100.0));
                let short = count(TOO_SHORT);
                [label.clone(), human, machine, fax, intercept, silence, not_sure, short, right]
            })
            .collect();
        f.write_str(&table(header, &rows))?;
        let mut line = |what: &str, figures: &[u32]| match times(figures) {
            Some([median, most]) => writeln!(f, "{what}: median {median} ms, 95 % within {most} ms"),
            None => Ok(()),
        };
        line("human, after the end of the hello", &self.human)?;
        line("machine, after the answer", &self.machine)?;
        line("start of the message, after the end of the beep", &self.beep)?;
        if self.beeps > 0 {
            let Self { beeps, early, missed, .. } = self;
            writeln!(
                f,
                "machines with a beep: {beeps}; begun before its end: {early}; beep missed: {missed}"
            )?;
        }
        writeln!(f, "hellos of one or two words taken for a machine: {}", self.short_hellos_lost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_and_the_95th_of_a_hundred() {
        assert_eq!(times(&[]), None);
        assert_eq!(times(&[7]), Some([7, 7]));
        assert_eq!(times(&(1..=100).collect::<Vec<_>>()), Some([51, 96]));
    }
}
