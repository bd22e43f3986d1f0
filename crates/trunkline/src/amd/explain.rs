//! `trunkline amd explain`: why a call was judged as it was.

use std::io::Write;
use std::path::Path;

use media::amd::Decision;

use super::kept::{Kept, KeptError};
use super::replay::listen;
use super::words;
use crate::output::{Output, OutputError};
use crate::table::{Lean, table};

/// Why nothing can be explained.
#[derive(thiserror::Error, Debug)]
pub enum ExplainError {
    /// There is no such verdict, or it cannot be read.
    #[error(transparent)]
    Kept(#[from] KeptError),
    /// Nobody reads the output any more, or it cannot be written.
    #[error(transparent)]
    Output(#[from] OutputError),
}

/// Says what was decided, why, what was heard, and whether the sound kept says the same today.
///
/// # Errors
/// [`ExplainError`]: the file cannot be read, or nothing more can be written.
pub fn run(path: &Path, output: &mut Output<impl Write>) -> Result<(), ExplainError> {
    let (kept, samples) = Kept::read(path)?;
    let parameters = kept.parameters();
    let mut text = format!(
        "{}: {}, certain at {}\n  because: {}\n",
        kept.call,
        kept.verdict.name(),
        words::seconds(kept.at_ms),
        words::reason(kept.reason, &parameters)
    );
    if let Some(start) = kept.start {
        let (at, cue) = (words::seconds(start.at), words::cue(start.cue));
        text.push_str(&format!("  the message could start at {at}, {cue}\n"));
    }
    let rows: Vec<[String; 4]> = kept
        .timeline
        .iter()
        .map(|span| {
            let length = format!("{} ms", span.length());
            [words::seconds(span.from), words::seconds(span.to), length, words::sound(span.sound)]
        })
        .collect();
    let header = [("FROM", Lean::Right), ("TO", Lean::Right), ("LENGTH", Lean::Right), ("HEARD", Lean::Left)];
    text.push('\n');
    text.push_str(&table(header, &rows));
    if let Some(samples) = samples {
        text.push_str(&again(&kept, &samples, &path.with_extension("wav")));
    }
    Ok(output.write(text.as_bytes())?)
}

/// What a detector of today makes of the sound that was kept.
fn again(kept: &Kept, samples: &[i16], path: &Path) -> String {
    let detector = listen(samples, kept.tones(), kept.parameters());
    let said = match detector.decision() {
        Some(Decision { verdict, reason, at })
            if (verdict, reason, at) == (kept.verdict, kept.reason, kept.at_ms) =>
        {
            match (kept.start, detector.start()) {
                (Some(then), Some(now)) if then != now => {
                    format!("says the same, but that the message could start at {}", words::seconds(now.at))
                }
                _ => "says the same".to_owned(),
            }
        }
        Some(Decision { verdict, reason, at }) => format!(
            "says {} at {}: {}",
            verdict.name(),
            words::seconds(at),
            words::reason(reason, detector.parameters())
        ),
        None => "is too short for a verdict".to_owned(),
    };
    let length = words::seconds(u32::try_from(samples.len() / 8).unwrap_or(u32::MAX));
    format!(
        "\nThe sound that was kept, {length} in {}, heard again with the same parameters, {said}.\n",
        path.display()
    )
}
