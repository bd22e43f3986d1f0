//! `trunkline calls --history`: the calls that were, out of the store.

use std::io::Write;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use jiff::tz::TimeZone;
use jiff::{Timestamp, civil};
use store::spool::{self, DATABASE};
use store::{CallRecord, History, Sought, StoreError, csv, moment};

use crate::config::{Config, shown};
use crate::output::{Output, OutputError};
use crate::table::{Lean, table};

/// How calls are shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// The columns that people look at first.
    Table,
    /// An object a line.
    Json,
    /// RFC 4180, with a header.
    Csv,
}

/// Why calls cannot be shown.
#[derive(thiserror::Error, Debug)]
pub enum CallsError {
    /// The store does not give them.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// They cannot be shown.
    #[error(transparent)]
    Output(#[from] OutputError),
}

/// From when on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Since {
    /// So long ago.
    Ago(Duration),
    /// From this moment on.
    At(Timestamp),
}

impl Since {
    /// The moment that is meant, `now`.
    #[must_use]
    pub fn moment(self, now: SystemTime) -> Timestamp {
        match self {
            Self::Ago(ago) => moment(now.checked_sub(ago).unwrap_or(SystemTime::UNIX_EPOCH)),
            Self::At(moment) => moment,
        }
    }
}

impl FromStr for Since {
    type Err = String;

    /// `90s`, `5m`, `1h`, `7d`; a date or a time of this machine's clock, or one with its own offset.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            "write how long ago, such as 90s, 5m, 1h or 7d, or since when, such as 2026-11-22 or 2026-11-22T08:00"
                .to_owned()
        };
        let seconds = match text.char_indices().last() {
            Some((at, 's')) => Some((at, 1)),
            Some((at, 'm')) => Some((at, 60)),
            Some((at, 'h')) => Some((at, 3_600)),
            Some((at, 'd')) => Some((at, 86_400)),
            _ => None,
        };
        if let Some((at, unit)) = seconds {
            let count: Option<u64> = text.get(..at).and_then(|digits| digits.parse().ok());
            let seconds = count.and_then(|count| count.checked_mul(unit)).ok_or_else(wrong)?;
            return Ok(Self::Ago(Duration::from_secs(seconds)));
        }
        if let Ok(moment) = text.parse::<Timestamp>() {
            return Ok(Self::At(moment));
        }
        let local =
            text.parse::<civil::DateTime>().ok().and_then(|time| time.to_zoned(TimeZone::system()).ok());
        local.map(|zoned| Self::At(zoned.timestamp())).ok_or_else(wrong)
    }
}

/// Shows the calls sought, the latest first; tells how many entries of the spool are not in the database yet.
///
/// # Errors
/// [`CallsError`]: there is no database, or nobody to show them to.
pub fn run(
    config: &Config,
    sought: &Sought,
    shape: Shape,
    output: &mut Output<impl Write>,
) -> Result<usize, CallsError> {
    let waiting = spool::waiting(&config.spool(), DATABASE).unwrap_or_default();
    let mut history = match History::open(&config.database()) {
        // A server that has never ended a call: there are none.
        Err(StoreError::Missing(_)) if waiting > 0 => return Ok(waiting),
        history => history?,
    };
    let mut rows = Vec::new();
    let mut written = match shape {
        Shape::Csv => output.write(csv::header().as_bytes()),
        Shape::Table | Shape::Json => Ok(()),
    };
    history.each(sought, |call| {
        match shape {
            Shape::Table => rows.push(row(&call)),
            Shape::Csv => written = output.write(csv::line(&call).as_bytes()),
            Shape::Json => {
                let line =
                    serde_json::to_string(&call).expect("plain fields with text keys have a JSON form");
                written = output.line(&line);
            }
        }
        written.is_ok()
    })?;
    written?;
    if shape == Shape::Table {
        output.write(table(HEADER, &rows).as_bytes())?;
    }
    Ok(waiting)
}

const HEADER: [(&str, Lean); 13] = [
    ("BEGAN", Lean::Left),
    ("DIRECTION", Lean::Left),
    ("DNIS", Lean::Left),
    ("ANI", Lean::Left),
    ("LINE", Lean::Left),
    ("PORT", Lean::Right),
    ("CAMPAIGN", Lean::Left),
    ("AGENT", Lean::Right),
    ("TALK", Lean::Right),
    ("CAUSE", Lean::Left),
    ("BY", Lean::Left),
    ("LOSS", Lean::Right),
    ("MOS", Lean::Right),
];

fn row(call: &CallRecord) -> [String; 13] {
    let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
    let tenths = |ms: i64| format!("{}.{}s", ms / 1_000, ms % 1_000 / 100);
    [
        call.began.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S").to_string(),
        shown(&call.direction),
        shown(&call.dnis),
        shown(&call.ani),
        shown(&call.line),
        number(call.port),
        shown(&call.campaign),
        number(call.agent),
        call.talk_ms.map(tenths).unwrap_or_default(),
        shown(&call.cause),
        shown(&call.ended_by),
        call.loss_percent.map(|loss| format!("{loss}%")).unwrap_or_default(),
        call.mos.map(|mos| format!("{mos:.2}")).unwrap_or_default(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn since_is_how_long_ago_or_when() {
        let seconds = |text: &str| match text.parse() {
            Ok(Since::Ago(ago)) => ago.as_secs(),
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!([seconds("90s"), seconds("5m"), seconds("2h"), seconds("7d")], [90, 300, 7_200, 604_800]);
        let at: Since = "2026-11-22T08:00:00Z".parse().expect("a time");
        assert_eq!(at, Since::At("2026-11-22T08:00:00Z".parse().expect("a time")));
        assert!(matches!("2026-11-22".parse(), Ok(Since::At(_))));
        assert!(matches!("2026-11-22T08:00".parse(), Ok(Since::At(_))));
        for text in ["", "h", "-1h", "1w", "99999999999999999999d", "now", "ä"] {
            assert!(text.parse::<Since>().is_err(), "{text}");
        }
    }
}
