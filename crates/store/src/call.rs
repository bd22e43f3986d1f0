//! The row of a leg: its call detail record.

use std::time::SystemTime;

use jiff::{RoundMode, Timestamp, TimestampRound, Unit};
use serde::{Deserialize, Serialize};

use crate::column::{Cell, Column, Value};
use crate::limits;

/// Declares the row once: the fields, the columns in their order, and both ways between them.
macro_rules! row {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$about])*
        #[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$doc])* pub $field: $type,)*
        }

        impl $name {
            /// Its columns, in the order of every form.
            pub const COLUMNS: &[Column] =
                &[$(Column { name: stringify!($field), kind: <$type as Cell>::KIND },)*];

            /// Its cells, in the order of [`Self::COLUMNS`].
            #[must_use]
            pub fn values(&self) -> Vec<Value> {
                vec![$(self.$field.value(),)*]
            }

            /// The row of these cells; nothing where one is missing or of another kind.
            pub(crate) fn of(values: Vec<Value>) -> Option<Self> {
                let mut values = values.into_iter();
                Some(Self { $($field: Cell::of(values.next()?)?,)* })
            }
        }
    };
}

row! {
    /// What a leg leaves behind. docs/cdr.md has the units and the source of each.
    CallRecord {
        /// One record's own, for ever: the run of the server and the leg.
        id: String,
        /// When the call began: placed, or arrived.
        began: Timestamp,
        /// When it was answered.
        answered: Option<Timestamp>,
        /// When it was over.
        ended: Timestamp,
        /// Milliseconds from the beginning to the end, by a clock that does not jump.
        total_ms: i64,
        /// Milliseconds from the answer to the end.
        talk_ms: Option<i64>,
        /// `outbound` or `inbound`.
        direction: String,
        /// The number dialled.
        dnis: String,
        /// The calling number; empty when none.
        ani: String,
        /// The number that redirected the call to us; empty when none.
        redirecting: String,
        /// The trunk's name, or `station`; empty where it had none.
        line: String,
        /// The server's own number of the port.
        port: Option<i64>,
        /// The campaign; empty when none.
        campaign: String,
        /// The agent, by our number of his port.
        agent: Option<i64>,
        /// The [`CallRecord::id`] of the leg that it was joined with last.
        joined: Option<String>,
        /// Who ended it: `us` or `network`.
        ended_by: String,
        /// Why, in our word.
        cause: String,
        /// The SIP status that said so.
        sip_status: Option<i64>,
        /// The cause of ITU-T Q.850.
        q850: Option<i64>,
        /// The codec, by its name in SDP.
        codec: Option<String>,
        /// RTP packets sent.
        packets_sent: Option<i64>,
        /// RTP packets received.
        packets_received: Option<i64>,
        /// RTP packets that never came.
        packets_lost: Option<i64>,
        /// Packets lost of all that should have come, in percent.
        loss_percent: Option<f64>,
        /// What the far side last reported as lost of ours, in percent.
        far_loss_percent: Option<f64>,
        /// Interarrival jitter at the end, in milliseconds (RFC 3550 §6.4.1).
        jitter_ms: Option<f64>,
        /// What the sound that came was worth, 1 to 4.5 (ITU-T G.107).
        mos: Option<f64>,
    }
}

/// A moment of the wall clock, to the millisecond; the beginning of 1970 where the clock is out of all bounds.
#[must_use]
pub fn moment(time: SystemTime) -> Timestamp {
    let round = TimestampRound::new().smallest(Unit::Millisecond).mode(RoundMode::Trunc);
    Timestamp::try_from(time).and_then(|moment| moment.round(round)).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// A text from outside as it may stand in a row: what is no character to be shown becomes U+FFFD (PostgreSQL takes
/// no NUL), and what is beyond 256 characters is cut off.
#[must_use]
pub fn clean(text: &str) -> String {
    let shown = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
    text.chars().take(limits::TEXT).map(shown).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A record like no other of the same run.
    pub(crate) fn record(n: i64) -> CallRecord {
        let began = Timestamp::from_millisecond(1_795_000_000_000 + n * 1_000).expect("in range");
        let later = |ms| began.checked_add(jiff::SignedDuration::from_millis(ms)).expect("in range");
        CallRecord {
            id: format!("run-out-{n}"),
            began,
            answered: Some(later(2_000)),
            ended: later(62_000),
            total_ms: 62_000,
            talk_ms: Some(60_000),
            direction: "outbound".into(),
            dnis: format!("301555{n:04}"),
            ani: "8005551212".into(),
            redirecting: String::new(),
            line: "carrier".into(),
            port: Some(1),
            campaign: "Spring".into(),
            agent: None,
            joined: None,
            ended_by: "network".into(),
            cause: "normal".into(),
            sip_status: None,
            q850: Some(16),
            codec: Some("PCMU".into()),
            packets_sent: Some(3_000),
            packets_received: Some(2_999),
            packets_lost: Some(1),
            loss_percent: Some(0.03),
            far_loss_percent: Some(0.0),
            jitter_ms: Some(0.5),
            mos: Some(4.4),
        }
    }

    #[test]
    fn a_row_comes_back_from_its_cells_and_from_json() {
        let record = record(7);
        assert_eq!(CallRecord::of(record.values()), Some(record.clone()));
        assert_eq!(record.values().len(), CallRecord::COLUMNS.len());
        let json = serde_json::to_string(&record).expect("JSON");
        assert_eq!(serde_json::from_str::<CallRecord>(&json).expect("read"), record);
        let mut wrong = record.values();
        wrong[0] = Value::Whole(1);
        assert_eq!(CallRecord::of(wrong), None);
    }

    #[test]
    fn a_text_from_outside_is_short_and_has_no_controls() {
        assert_eq!(clean("a\0b\x1b[2J"), "a\u{fffd}b\u{fffd}[2J");
        assert_eq!(clean(&"ä".repeat(1_000)).chars().count(), limits::TEXT);
    }

    #[test]
    fn a_clock_out_of_bounds_is_a_moment() {
        let far = SystemTime::UNIX_EPOCH.checked_add(std::time::Duration::from_secs(1 << 60));
        assert_eq!(far.map(moment), Some(Timestamp::UNIX_EPOCH));
        let odd = SystemTime::UNIX_EPOCH + std::time::Duration::from_micros(1_234_567);
        assert_eq!(moment(odd).to_string(), "1970-01-01T00:00:01.234Z");
    }
}
