//! What a run found, for people and for programs.

use std::io::Write;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::{ConformError, Family, Row, Target};
use crate::output::{Output, OutputError};
use crate::paint::{Ink, Paint};

/// How it is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// For people: a line to a row, and below it what was sent and what came.
    Table {
        /// The exchange of failed rows alone.
        brief: bool,
        /// Coloured or not.
        paint: Paint,
    },
    /// A line of JSON to a row.
    Json,
}

/// How a row went.
#[derive(Debug)]
pub struct Finding {
    /// The row.
    pub row: &'static Row,
    /// How it ended.
    pub verdict: Verdict,
    /// How long it took.
    pub took: Duration,
    /// What was sent and what came, in order.
    pub exchange: Vec<Moment>,
}

/// The outcome of a row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// All came as it should.
    Passed,
    /// It went otherwise: how.
    Failed(String),
    /// It was not played: why.
    Skipped(String),
}

/// A line of an exchange.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Moment {
    /// Since the row began.
    pub at: Duration,
    /// Whose it is.
    pub way: Way,
    /// The application's link, from 1; 0 where it is none's.
    pub link: usize,
    /// What it was; pass codes are masked.
    pub text: String,
}

/// Which way something went.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Debug)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// From the application to the server.
    Sent,
    /// From the server to the application.
    Received,
    /// The network saw or heard it.
    Saw,
    /// The network or the operator did it.
    Did,
}

impl Finding {
    /// A row that was not played.
    pub(super) const fn skipped(row: &'static Row, reason: String) -> Self {
        Self { row, verdict: Verdict::Skipped(reason), took: Duration::ZERO, exchange: Vec::new() }
    }
}

impl Verdict {
    const fn word(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed(_) => "failed",
            Self::Skipped(_) => "skipped",
        }
    }

    fn why(&self) -> Option<&str> {
        match self {
            Self::Passed => None,
            Self::Failed(why) | Self::Skipped(why) => Some(why),
        }
    }

    const fn ink(&self) -> Ink {
        match self {
            Self::Passed => Ink::Good,
            Self::Failed(_) => Ink::Bad,
            Self::Skipped(_) => Ink::Odd,
        }
    }
}

/// The report of a run, told as it goes.
pub(super) struct Report {
    shape: Shape,
    began: Instant,
    passed: usize,
    skipped: usize,
    failed: Vec<String>,
}

impl Report {
    pub(super) fn new(shape: Shape) -> Self {
        Self { shape, began: Instant::now(), passed: 0, skipped: 0, failed: Vec::new() }
    }

    pub(super) fn opening<W: Write>(&self, target: &Target, out: &mut Output<W>) -> Result<(), OutputError> {
        let Shape::Table { paint, .. } = self.shape else { return Ok(()) };
        let to = crate::config::shown(&target.to);
        out.line(&paint.ink(Ink::Strong, &format!("The server at {to}, behaviour by behaviour")))?;
        out.line(&format!(
            "Its calls go to a simulated phone network at {}. In an exchange, > is sent to the server, < came\n\
             from it, ~ is what the network saw; what follows + is what a party or the operator did.",
            target.carrier
        ))
    }

    pub(super) fn family<W: Write>(&self, family: &Family, out: &mut Output<W>) -> Result<(), OutputError> {
        let Shape::Table { paint, .. } = self.shape else { return Ok(()) };
        out.line(&format!("\n{}", paint.ink(Ink::Strong, family.title)))
    }

    pub(super) fn finding<W: Write>(
        &mut self,
        finding: &Finding,
        out: &mut Output<W>,
    ) -> Result<(), OutputError> {
        let name = format!("B{} {}", finding.row.behaviour, finding.row.title);
        match &finding.verdict {
            Verdict::Passed => self.passed += 1,
            Verdict::Skipped(_) => self.skipped += 1,
            Verdict::Failed(why) => self.failed.push(format!("{name}: {why}")),
        }
        match self.shape {
            Shape::Json => out.line(&json(finding)),
            Shape::Table { brief, paint } => out.write(table_row(finding, brief, paint).as_bytes()),
        }
    }

    pub(super) fn end<W: Write>(self, out: &mut Output<W>) -> Result<(), ConformError> {
        let (failed, all) = (self.failed.len(), self.failed.len() + self.passed);
        if let Shape::Table { paint, .. } = self.shape {
            let count = |n: usize, word: &str, ink| {
                let text = format!("{n} {word}");
                if n == 0 { text } else { paint.ink(ink, &text) }
            };
            out.line(&format!(
                "\n{}, {}, {} in {:.1} s",
                count(self.passed, "passed", Ink::Good),
                count(failed, "failed", Ink::Bad),
                count(self.skipped, "skipped", Ink::Odd),
                self.began.elapsed().as_secs_f64()
            ))?;
            for failure in &self.failed {
                out.line(&format!("  {}", paint.ink(Ink::Bad, &shown(failure))))?;
            }
        }
        match (all, failed) {
            (0, _) => Err(ConformError::Nothing("every row was skipped".into())),
            (_, 0) => Ok(()),
            _ => Err(ConformError::Failed { failed, all }),
        }
    }
}

fn table_row(finding: &Finding, brief: bool, paint: Paint) -> String {
    let Finding { row, verdict, took, exchange } = finding;
    let behaviour = paint.ink(Ink::Strong, &format!("{:<5}", format!("B{}", row.behaviour)));
    let verdict_word = paint.ink(verdict.ink(), &format!("{:<8}", verdict.word()));
    let time = match verdict {
        Verdict::Skipped(_) => String::new(),
        _ => format!("{:.2} s", took.as_secs_f64()),
    };
    let mut text = format!("{behaviour} {verdict_word} {time:>7}  {}\n", row.title);
    if !brief || matches!(verdict, Verdict::Failed(_)) {
        for moment in exchange {
            let line =
                format!("      {:>7.3} {} {}", moment.at.as_secs_f64(), sign(moment), shown(&moment.text));
            text.push_str(&paint.ink(Ink::Faint, &line));
            text.push('\n');
        }
    }
    if let Some(why) = verdict.why() {
        text.push_str(&format!("      {}\n", paint.ink(verdict.ink(), &shown(why))));
    }
    text
}

/// The sign of a line, as in the scripts of the rows.
fn sign(moment: &Moment) -> String {
    let sign = match moment.way {
        Way::Sent => '>',
        Way::Received => '<',
        Way::Saw => '~',
        Way::Did => '+',
    };
    if moment.link > 1 { format!("{}{sign}", moment.link) } else { format!(" {sign}") }
}

/// A text that cannot steer the terminal: some of it came from the server.
fn shown(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[derive(Serialize)]
struct JsonRow<'a> {
    behaviour: String,
    title: &'a str,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
    seconds: f64,
    exchange: Vec<JsonMoment<'a>>,
}

#[derive(Serialize)]
struct JsonMoment<'a> {
    seconds: f64,
    way: Way,
    #[serde(skip_serializing_if = "is_none")]
    link: usize,
    line: &'a str,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
const fn is_none(link: &usize) -> bool {
    *link == 0
}

fn json(finding: &Finding) -> String {
    let seconds = |time: Duration| (time.as_secs_f64() * 1000.0).round() / 1000.0;
    let moment = |moment: &'_ Moment| (seconds(moment.at), moment.way, moment.link);
    let exchange = finding.exchange.iter().map(|one| {
        let (seconds, way, link) = moment(one);
        JsonMoment { seconds, way, link, line: &one.text }
    });
    let row = JsonRow {
        behaviour: format!("B{}", finding.row.behaviour),
        title: finding.row.title,
        verdict: finding.verdict.word(),
        why: finding.verdict.why(),
        seconds: seconds(finding.took),
        exchange: exchange.collect(),
    };
    serde_json::to_string(&row).expect("plain structs with text keys have a JSON form")
}
