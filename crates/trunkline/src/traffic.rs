//! A message on its way over a link, as people and programs are shown it.

use std::fmt;
use std::time::{Duration, SystemTime};

use protocol::{Element, line};
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

use crate::paint::{Ink, Paint};

/// What stands where something stood that is for the two ends alone.
const MASK: &str = "****";

/// A message that crossed a link.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Crossing {
    /// When, in UTC: `2026-05-04T03:02:01.007Z`.
    pub time: String,
    /// Which way.
    pub direction: Direction,
    /// The number of the link, where a server tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<u64>,
    /// The root element; empty where it cannot be made out.
    pub root: String,
    /// The child element.
    pub child: String,
    /// Names and values, in order.
    #[serde(serialize_with = "write_pairs", deserialize_with = "read_pairs")]
    pub attributes: Vec<(String, String)>,
    /// It could not be read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unreadable: bool,
}

/// Which way a message went.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From the application.
    ToServer,
    /// From the server.
    ToApplication,
}

impl Crossing {
    /// A message that crosses now.
    #[must_use]
    pub fn now(direction: Direction, link: Option<u64>, element: &Element) -> Self {
        let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Self {
            attributes: element.attributes().map(own).collect(),
            ..Self::unreadable(direction, link, element.root(), element.child())
        }
        .readable()
    }

    /// Something that is no message.
    #[must_use]
    pub fn unreadable(direction: Direction, link: Option<u64>, root: &str, child: &str) -> Self {
        Self {
            time: rfc3339(SystemTime::now()),
            direction,
            link,
            root: root.to_owned(),
            child: child.to_owned(),
            attributes: Vec::new(),
            unreadable: true,
        }
    }

    fn readable(self) -> Self {
        Self { unreadable: false, ..self }
    }

    /// The same without pass codes, wherever a broken message may have put them.
    #[must_use]
    pub fn masked(mut self) -> Self {
        let excerpt = self.root == "ERROR";
        for (name, value) in &mut self.attributes {
            // What is said of a broken message quotes it.
            if line::is_secret(name) || line::is_secret(value) || (excerpt && name == "ERRORMSG") {
                MASK.clone_into(value);
            }
        }
        self
    }

    /// A line for people: the time of the day, the link, the way, the message.
    #[must_use]
    pub fn shown(&self, paint: Paint) -> String {
        let clock = self.time.get(11..23).unwrap_or(&self.time);
        let mut text = paint.ink(Ink::Faint, clock);
        if let Some(link) = self.link {
            text.push_str(&format!("  link {link:<3}"));
        }
        text.push_str(match self.direction {
            Direction::ToServer => "  > ",
            Direction::ToApplication => "  < ",
        });
        if self.unreadable {
            let what = format!("(no message) {}", self.root);
            text.push_str(&paint.ink(Ink::Bad, &crate::config::shown(what.trim_end())));
            return text;
        }
        text.push_str(&paint.ink(Ink::Strong, &format!("{}/{}", self.root, self.child)));
        for (name, value) in &self.attributes {
            let plain = !value.is_empty() && !value.contains([' ', '"', '=']);
            let value = crate::config::shown(value);
            let quoted = if plain { value } else { format!("\"{value}\"") };
            let ink = ink_of(name, &quoted);
            text.push_str(&format!(" {}={}", paint.ink(Ink::Name, name), paint.ink(ink, &quoted)));
        }
        text
    }
}

/// The colour of a value: an outcome that is not as one would have it stands out.
#[must_use]
pub fn ink_of(name: &str, value: &str) -> Ink {
    const UNWANTED: [&str; 8] = ["INVALID", "FAIL", "MISSING", "BUSY", "LONG", "NO", "DROP", "INTERCEPT"];
    match name {
        "STATUS" | "EVENT" if UNWANTED.iter().any(|part| value.contains(part)) => Ink::Odd,
        "STATUS" | "EVENT" => Ink::Good,
        _ => Ink::Value,
    }
}

/// A time in UTC to the millisecond, as RFC 3339 has it.
fn rfc3339(time: SystemTime) -> String {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
    let seconds = since.as_secs();
    let (hours, minutes) = (seconds / 3600 % 24, seconds / 60 % 60);
    let (year, month, day) = civil(seconds / 86_400);
    format!(
        "{year:04}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{:02}.{:03}Z",
        seconds % 60,
        since.subsec_millis()
    )
}

/// Year, month and day of so many days after 1970-01-01 (Gregorian: 400 years are 146,097 days). Years
/// begin in March here, so that the leap day is the last of its year.
const fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468; // from 0000-03-01
    let era_day = days % 146_097;
    let year_of_era = (era_day - era_day / 1_460 + era_day / 36_524 - era_day / 146_096) / 365;
    let day_of_year = era_day - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = days / 146_097 * 400 + year_of_era + if month <= 2 { 1 } else { 0 };
    (year, month, day)
}

fn write_pairs<S: Serializer>(pairs: &[(String, String)], to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(pairs.iter().map(|(name, value)| (name, value)))
}

fn read_pairs<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<(String, String)>, D::Error> {
    struct Pairs;

    impl<'de> Visitor<'de> for Pairs {
        type Value = Vec<(String, String)>;

        fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
            to.write_str("names and values")
        }

        fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
            let mut pairs = Vec::new();
            while let Some(pair) = map.next_entry()? {
                pairs.push(pair);
            }
            Ok(pairs)
        }
    }

    from.deserialize_map(Pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crossing(written: &str) -> Crossing {
        let element = line::read(written).expect("a line");
        let time = "2026-05-04T03:02:01.007Z".into();
        Crossing { time, ..Crossing::now(Direction::ToServer, Some(3), &element) }
    }

    #[test]
    fn days_are_dates() {
        for (days, date) in
            [(0, (1970, 1, 1)), (11_016, (2000, 2, 29)), (19_782, (2024, 2, 29)), (20_453, (2025, 12, 31))]
        {
            assert_eq!(civil(days), date);
        }
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_123);
        assert_eq!(rfc3339(time), "2023-11-14T22:13:20.123Z");
    }

    #[test]
    fn json_is_one_object_in_the_order_of_the_message_and_read_back() {
        let crossing = crossing("DIALOUT/DIAL MSGID=1 DNIS=301 ANI=\"\"");
        let json = serde_json::to_string(&crossing).expect("JSON");
        assert_eq!(
            json,
            r#"{"time":"2026-05-04T03:02:01.007Z","direction":"to_server","link":3,"root":"DIALOUT","child":"DIAL","attributes":{"MSGID":"1","DNIS":"301","ANI":""}}"#
        );
        assert_eq!(serde_json::from_str::<Crossing>(&json).expect("JSON"), crossing);
    }

    #[test]
    fn a_pass_code_is_masked_wherever_it_stands() {
        for written in [
            "A/B PASS_CODE=2424",
            "A/B BOXPWD=2424",
            "A/B PASSCODE=2424",
            "A/B DNIS=\"732 PASS_CODE= 2424\"",
            "ERROR/RESPONSE ERRORMSG=\"This is no message: 2424\"",
        ] {
            let masked = crossing(written).masked();
            assert!(!format!("{masked:?}").contains("2424"), "{masked:?}");
        }
    }

    #[test]
    fn a_line_for_people_cannot_steer_the_terminal() {
        let shown = crossing("A/B STATUS=SUCCESS C=\"a\u{1b}[2Jb\"").shown(Paint::Plain);
        assert!(shown.starts_with("03:02:01.007  link 3    > A/B STATUS=SUCCESS C="), "{shown}");
        assert!(!shown.contains('\u{1b}'), "{shown}");
    }
}
