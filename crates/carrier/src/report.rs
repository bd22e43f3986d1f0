//! What became of a load: a line for each call, a summary of all.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use edge::Key;
use edge::signal::{Cause, End};
use edge::sound::Seen;

use crate::load::Plan;

/// Calls that [`Report`] shows one by one; of a larger load only the summary.
const SHOWN: usize = 20;

/// What became of a load.
#[derive(Clone, PartialEq, Debug)]
pub struct Report {
    /// What was asked for.
    pub plan: Plan,
    /// The calls in the order in which they were placed.
    pub calls: Vec<Outcome>,
    /// From the first call's beginning to the last one's end.
    pub elapsed: Duration,
}

/// What became of one call. Times but `placed` count from the moment it was placed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// From the beginning of the load.
    pub placed: Duration,
    /// The first sign of the far side: ringing or early media.
    pub ringing: Option<Duration>,
    /// The answer.
    pub answered: Option<Duration>,
    /// The end.
    pub ended: Option<Duration>,
    /// How it ended; none where that was never told.
    pub end: Option<End>,
    /// The expected tones that were heard, in order.
    pub tones: Vec<Tone>,
    /// The keys that the far side pressed.
    pub keys: Vec<Key>,
    /// The far side fell silent for good, or the media engine lost the leg.
    pub sound_lost: bool,
    /// What the media saw, where there was any.
    pub seen: Option<Seen>,
}

/// A tone that was heard.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tone {
    /// Its frequency.
    pub hz: u16,
    /// When it began, from the moment the call was placed.
    pub at: Duration,
    /// How long it lasted; none where it lasted to the end.
    pub length: Option<Duration>,
}

/// Why a call was not good.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Failure {
    /// Not answered: why, and the SIP status where there was one.
    Unanswered(Cause, Option<u16>),
    /// Answered and then ended for something else than a party's hanging up.
    Dropped(Cause, Option<u16>),
    /// This expected tone was not heard.
    NotHeard(u16),
    /// The far side fell silent for good, or the media engine lost the leg.
    SoundLost,
    /// Its end was never told.
    Forgotten,
}

impl Outcome {
    pub(crate) const fn new(placed: Duration) -> Self {
        Self {
            placed,
            ringing: None,
            answered: None,
            ended: None,
            end: None,
            tones: Vec::new(),
            keys: Vec::new(),
            sound_lost: false,
            seen: None,
        }
    }

    /// Why the call was not good, where it was not: `expect` are the tones it had to hear.
    #[must_use]
    pub fn failure(&self, expect: &[u16]) -> Option<Failure> {
        let Some(end) = self.end else { return Some(Failure::Forgotten) };
        if self.answered.is_none() {
            return Some(Failure::Unanswered(end.cause, end.status));
        }
        if self.sound_lost {
            return Some(Failure::SoundLost);
        }
        if end.cause != Cause::Normal {
            return Some(Failure::Dropped(end.cause, end.status));
        }
        expect.iter().find(|&&hz| !self.is_heard(hz)).map(|&hz| Failure::NotHeard(hz))
    }

    pub(crate) fn has_heard(&self, expect: &[u16]) -> bool {
        expect.iter().all(|&hz| self.is_heard(hz))
    }

    fn is_heard(&self, hz: u16) -> bool {
        self.tones.iter().any(|tone| tone.hz == hz)
    }
}

impl Report {
    /// Calls that failed, by why.
    #[must_use]
    pub fn failures(&self) -> BTreeMap<Failure, usize> {
        let mut counts = BTreeMap::new();
        for failure in self.calls.iter().filter_map(|call| call.failure(&self.plan.expect)) {
            *counts.entry(failure).or_default() += 1;
        }
        counts
    }

    /// Calls that did all that was asked.
    #[must_use]
    pub fn good(&self) -> usize {
        self.calls.iter().filter(|call| call.failure(&self.plan.expect).is_none()).count()
    }

    /// Whether every call did.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.good() == self.calls.len()
    }

    /// The set-up time (from placing to the answer) that this many percent of the answered calls did not
    /// exceed (nearest rank); none where no call was answered.
    #[must_use]
    pub fn set_up(&self, percent: usize) -> Option<Duration> {
        let mut times: Vec<Duration> = self.calls.iter().filter_map(|call| call.answered).collect();
        times.sort_unstable();
        percentile(&times, percent)
    }

    /// All packets of all calls together; jitter and reported loss are the worst of any.
    #[must_use]
    pub fn seen(&self) -> Seen {
        self.calls.iter().filter_map(|call| call.seen).fold(Seen::default(), |sum, one| Seen {
            codec: one.codec,
            sent: sum.sent + one.sent,
            received: sum.received + one.received,
            lost: sum.lost + one.lost,
            strangers: sum.strangers + one.strangers,
            malformed: sum.malformed + one.malformed,
            late: sum.late + one.late,
            jitter: sum.jitter.max(one.jitter),
            reported_loss: sum.reported_loss.max(one.reported_loss),
        })
    }

    /// A line of JSON for each call, for programs.
    pub fn json_lines(&self) -> impl Iterator<Item = String> {
        self.calls.iter().enumerate().map(|(n, call)| json(n, call, &self.plan.expect))
    }
}

fn percentile(sorted: &[Duration], percent: usize) -> Option<Duration> {
    let rank = (sorted.len() * percent.min(100)).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

/// Every string in it is our own: digits, keys and the names of causes need no escapes.
fn json(number: usize, call: &Outcome, expect: &[u16]) -> String {
    let ms = |time: Option<Duration>| time.map_or("null".to_owned(), |t| t.as_millis().to_string());
    let tones: Vec<String> = call
        .tones
        .iter()
        .map(|tone| {
            let (hz, at, length) = (tone.hz, tone.at.as_millis(), ms(tone.length));
            format!(r#"{{"hz":{hz},"at_ms":{at},"length_ms":{length}}}"#)
        })
        .collect();
    let keys: String = call.keys.iter().map(|key| key.face()).collect();
    let cause = call.end.map_or("null".to_owned(), |end| format!(r#""{:?}""#, end.cause));
    let status = call.end.and_then(|end| end.status).map_or("null".to_owned(), |s| s.to_string());
    let seen = call.seen.unwrap_or_default();
    format!(
        concat!(
            r#"{{"call":{},"good":{},"placed_ms":{},"ringing_ms":{},"answered_ms":{},"ended_ms":{},"#,
            r#""cause":{},"status":{},"tones":[{}],"keys":"{}","#,
            r#""sent":{},"received":{},"lost":{},"late":{},"jitter":{}}}"#
        ),
        number,
        call.failure(expect).is_none(),
        call.placed.as_millis(),
        ms(call.ringing),
        ms(call.answered),
        ms(call.ended),
        cause,
        status,
        tones.join(","),
        keys,
        seen.sent,
        seen.received,
        seen.lost,
        seen.late,
        seen.jitter,
    )
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, cause, status) = match self {
            Self::Unanswered(cause, status) => ("not answered", cause, status),
            Self::Dropped(cause, status) => ("dropped", cause, status),
            Self::NotHeard(hz) => return write!(f, "tone of {hz} Hz not heard"),
            Self::SoundLost => return f.write_str("sound lost"),
            Self::Forgotten => return f.write_str("end never told"),
        };
        write!(f, "{what}: {cause:?}")?;
        status.map_or(Ok(()), |status| write!(f, " ({status})"))
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.answered, self.ended) {
            (Some(answered), _) => write!(f, "answered after {}", Seconds(answered))?,
            (None, Some(ended)) => write!(f, "not answered, over after {}", Seconds(ended))?,
            (None, None) => f.write_str("not answered")?,
        }
        for tone in &self.tones {
            write!(f, ", heard {} Hz at {}", tone.hz, Seconds(tone.at))?;
            tone.length.map_or(Ok(()), |length| write!(f, " for {}", Seconds(length)))?;
        }
        if !self.keys.is_empty() {
            let keys: String = self.keys.iter().map(|key| key.face()).collect();
            write!(f, ", heard keys {keys}")?;
        }
        if let Some(Seen { sent, received, lost, .. }) = self.seen {
            write!(f, ", sent {sent} and received {received} packets, {lost} lost")?;
        }
        let Some(End { by, cause, status, .. }) = self.end else { return f.write_str(", end never told") };
        write!(f, ", ended by {by:?}: {cause:?}")?;
        status.map_or(Ok(()), |status| write!(f, " ({status})"))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.calls.len() <= SHOWN {
            for (number, call) in self.calls.iter().enumerate() {
                writeln!(f, "call {number}: {call}")?;
            }
        }
        let (all, good, to) = (self.calls.len(), self.good(), &self.plan.to);
        let calls = if all == 1 { "call" } else { "calls" };
        let (elapsed, failed) = (Seconds(self.elapsed), all - good);
        writeln!(f, "{all} {calls} to {to} in {elapsed}: {good} good, {failed} failed")?;
        for (failure, count) in self.failures() {
            writeln!(f, "  {count} {failure}")?;
        }
        if let [Some(p50), Some(p90), Some(p99), Some(max)] = [50, 90, 99, 100].map(|p| self.set_up(p)) {
            let [p50, p90, p99, max] = [p50, p90, p99, max].map(Seconds);
            writeln!(f, "set-up time: 50 % {p50}, 90 % {p90}, 99 % {p99}, longest {max}")?;
        }
        let Seen { sent, received, lost, late, jitter, .. } = self.seen();
        let jitter_ms = f64::from(jitter) / 8.0;
        write!(
            f,
            "packets: {sent} sent, {late} late, {received} received, {lost} lost, jitter up to {jitter_ms:.1} ms"
        )
    }
}

/// A duration in seconds, to the millisecond.
struct Seconds(Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3} s", self.0.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use edge::signal::Side;

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    fn end(cause: Cause, status: Option<u16>) -> Option<End> {
        Some(End { by: Side::Network, cause, status, q850: None })
    }

    fn report() -> Report {
        let good = Outcome {
            ringing: Some(ms(10)),
            answered: Some(ms(2_000)),
            ended: Some(ms(12_000)),
            end: end(Cause::Normal, None),
            tones: vec![Tone { hz: 440, at: ms(2_100), length: None }],
            keys: vec![Key::from_face('5').unwrap(), Key::from_face('#').unwrap()],
            seen: Some(Seen { sent: 500, received: 499, lost: 1, jitter: 12, ..Seen::default() }),
            ..Outcome::new(Duration::ZERO)
        };
        let busy = Outcome { ended: Some(ms(30)), end: end(Cause::Busy, Some(486)), ..Outcome::new(ms(100)) };
        let deaf = Outcome { tones: Vec::new(), answered: Some(ms(2_200)), ..good.clone() };
        let plan = Plan { expect: vec![440], calls: 3, ..Plan::new("7322901900") };
        Report { plan, calls: vec![good, busy, deaf], elapsed: ms(12_300) }
    }

    #[test]
    fn a_report_tells_every_call_and_the_sum() {
        let expected = "\
call 0: answered after 2.000 s, heard 440 Hz at 2.100 s, heard keys 5#, sent 500 and received 499 packets, 1 lost, ended by Network: Normal
call 1: not answered, over after 0.030 s, ended by Network: Busy (486)
call 2: answered after 2.200 s, heard keys 5#, sent 500 and received 499 packets, 1 lost, ended by Network: Normal
3 calls to 7322901900 in 12.300 s: 1 good, 2 failed
  1 not answered: Busy (486)
  1 tone of 440 Hz not heard
set-up time: 50 % 2.000 s, 90 % 2.200 s, 99 % 2.200 s, longest 2.200 s
packets: 1000 sent, 0 late, 998 received, 2 lost, jitter up to 1.5 ms";
        assert_eq!(report().to_string(), expected);
        assert!(!report().is_good());
    }

    #[test]
    fn a_call_is_a_line_of_json() {
        let lines: Vec<String> = report().json_lines().collect();
        assert_eq!(
            lines[0],
            concat!(
                r#"{"call":0,"good":true,"placed_ms":0,"ringing_ms":10,"answered_ms":2000,"ended_ms":12000,"#,
                r#""cause":"Normal","status":null,"tones":[{"hz":440,"at_ms":2100,"length_ms":null}],"keys":"5#","#,
                r#""sent":500,"received":499,"lost":1,"late":0,"jitter":12}"#
            )
        );
        assert!(lines[1].contains(r#""good":false,"placed_ms":100,"ringing_ms":null,"#));
        assert!(lines[1].contains(r#""cause":"Busy","status":486,"tones":[],"keys":"","#));
    }

    #[test]
    fn a_percentile_is_the_nearest_rank() {
        let times: Vec<Duration> = (1..=10).map(ms).collect();
        for (percent, expected) in [(0, 1), (50, 5), (90, 9), (91, 10), (100, 10)] {
            assert_eq!(percentile(&times, percent), Some(ms(expected)), "{percent} %");
        }
        assert_eq!(percentile(&[], 50), None);
    }

    #[test]
    fn a_failure_says_what_went_wrong_first() {
        let good = report().calls.remove(0);
        let failure = |call: Outcome| call.failure(&[440]);
        assert_eq!(failure(good.clone()), None);
        assert_eq!(failure(Outcome { end: None, ..good.clone() }), Some(Failure::Forgotten));
        assert_eq!(failure(Outcome { sound_lost: true, ..good.clone() }), Some(Failure::SoundLost));
        let lost = Outcome { end: end(Cause::Lost, Some(481)), ..good };
        assert_eq!(failure(lost), Some(Failure::Dropped(Cause::Lost, Some(481))));
    }
}
