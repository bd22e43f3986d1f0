//! Call detail records on their way to the store.
//!
//! Call control says that a leg is over, the media engine what it saw of it, in either order. The record goes to the
//! spool before anyone hears that the call is over, and once more, a moment later, when it is whole: a crash in
//! between costs it its packet counts and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant, SystemTime};

use edge::cdr::{Cdr, Direction};
use edge::signal::{Cause, End, Side};
use edge::sound::{Codec, Seen};
use edge::{LegId, Line, Q850};
use media::quality::{self, Coding};
use store::spool::Entry;
use store::{CallRecord, Spool, clean, moment};

use crate::limits;

/// How old sound is at least when it is heard, in milliseconds: a frame, the jitter buffer, the far side's own.
const DELAY_MS: f64 = 60.0;

/// The records of legs that are over.
#[derive(Debug)]
pub(crate) struct Records {
    /// This run of the server, unlike every other.
    run: String,
    /// The names of the trunks, in the order of their ids.
    trunks: Vec<String>,
    spool: Spool,
    /// When what was put into the spool is handed to the system at the latest.
    due: Option<Instant>,
    halves: BTreeMap<LegId, (Instant, Half)>,
    /// Until when each waits for its other half.
    until: BTreeSet<(Instant, LegId)>,
}

/// What is known of a leg whose other half has not come yet.
#[derive(Debug)]
enum Half {
    /// Call control's.
    Ended(Box<CallRecord>),
    /// The media engine's.
    Seen(Seen),
}

impl Records {
    pub(crate) fn new(spool: Spool, trunks: Vec<String>, now: SystemTime) -> Self {
        use std::hash::{BuildHasher as _, RandomState};
        let since = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis();
        // Two servers may share a database, and start at the same time.
        let chance = RandomState::new().hash_one(std::process::id()) & 0xffff_ffff;
        let run = format!("{since:x}-{chance:08x}");
        Self { run, trunks, spool, due: None, halves: BTreeMap::new(), until: BTreeSet::new() }
    }

    /// Call control has ended a leg, or refused it.
    pub(crate) fn ended(&mut self, now: Instant, wall: SystemTime, cdr: &Cdr) {
        let record = self.record(wall, cdr);
        match self.take(cdr.leg) {
            Some(Half::Seen(seen)) => self.complete(now, record, Some(seen)),
            // What never had a port never had sound.
            _ if cdr.port.is_none() => self.complete(now, record, None),
            _ => {
                self.put(now, &Entry { is_whole: false, call: record.clone() });
                self.keep(now + limits::RECORD_WAITS, cdr.leg, Half::Ended(Box::new(record)));
            }
        }
    }

    /// The media engine has closed a leg.
    pub(crate) fn closed(&mut self, now: Instant, leg: LegId, seen: Seen) {
        match self.take(leg) {
            // Its first word is safe.
            Some(Half::Ended(record)) => self.complete(now + limits::LAST_WORD, *record, Some(seen)),
            // The record may wait for the file of a recording.
            _ => self.keep(now + limits::SEEN_WAITS, leg, Half::Seen(seen)),
        }
    }

    /// When [`Records::flush`] has something to do at the latest.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        self.due.into_iter().chain(self.until.first().map(|&(until, _)| until)).min()
    }

    /// Hands what is due to the system, after which it outlives this process.
    pub(crate) fn flush(&mut self, now: Instant) {
        while let Some(&(until, leg)) = self.until.first()
            && (until <= now || self.halves.len() > limits::RECORDS)
        {
            if let Some(Half::Ended(record)) = self.take(leg) {
                tracing::warn!(%leg, "the media engine does not say what it saw");
                self.complete(now, *record, None);
            }
        }
        if self.due.is_some_and(|due| due <= now) {
            self.spool.flush();
            // What the disk does not take is tried again.
            self.due = self.spool.is_pending().then(|| now + limits::LAST_WORD);
        }
    }

    /// Whether a record waits for the media engine.
    pub(crate) fn are_open(&self) -> bool {
        self.halves.values().any(|(_, half)| matches!(half, Half::Ended(_)))
    }

    /// Every record that is open is whole as it is: the server ends.
    pub(crate) fn end(mut self, now: Instant) {
        for (_, half) in std::mem::take(&mut self.halves).into_values() {
            if let Half::Ended(record) = half {
                self.complete(now, *record, None);
            }
        }
        self.spool.flush();
    }

    fn put(&mut self, due: Instant, entry: &Entry) {
        self.spool.put(entry);
        self.due = Some(self.due.map_or(due, |before| before.min(due)));
    }

    fn keep(&mut self, until: Instant, leg: LegId, half: Half) {
        self.until.insert((until, leg));
        self.halves.insert(leg, (until, half));
    }

    fn take(&mut self, leg: LegId) -> Option<Half> {
        let (until, half) = self.halves.remove(&leg)?;
        self.until.remove(&(until, leg));
        Some(half)
    }

    fn complete(&mut self, due: Instant, mut record: CallRecord, seen: Option<Seen>) {
        if let Some(seen) = seen {
            add(&mut record, &seen);
        }
        log(&record);
        self.put(due, &Entry { is_whole: true, call: record });
    }

    fn id(&self, leg: LegId) -> String {
        format!("{}-{leg}", self.run)
    }

    fn record(&self, wall: SystemTime, cdr: &Cdr) -> CallRecord {
        let before = |time: SystemTime, by: Duration| time.checked_sub(by).unwrap_or(SystemTime::UNIX_EPOCH);
        let ended = before(wall, cdr.waited);
        let line = match cdr.line {
            Some(Line::Trunk(trunk)) => self.trunks.get(usize::from(trunk.0)).map_or("", String::as_str),
            Some(Line::Station(_)) => "station",
            None => "",
        };
        CallRecord {
            id: self.id(cdr.leg),
            began: moment(before(ended, cdr.total)),
            answered: cdr.talk.map(|talk| moment(before(ended, talk))),
            ended: moment(ended),
            total_ms: milliseconds(cdr.total),
            talk_ms: cdr.talk.map(milliseconds),
            direction: match cdr.direction {
                Direction::Outbound => "outbound".into(),
                Direction::Inbound => "inbound".into(),
            },
            dnis: clean(&cdr.dnis),
            ani: clean(&cdr.ani),
            redirecting: clean(&cdr.redirecting),
            line: clean(line),
            port: cdr.port.map(i64::from),
            campaign: clean(&cdr.campaign),
            agent: cdr.agent.map(|agent| i64::from(agent.0)),
            joined: cdr.joined.map(|leg| self.id(leg)),
            ended_by: match cdr.end.by {
                Side::Us => "us".into(),
                Side::Network => "network".into(),
            },
            cause: word(cdr.end.cause).into(),
            sip_status: cdr.end.status.map(i64::from),
            q850: q850(cdr.end).map(|cause| i64::from(cause.value())),
            codec: None,
            packets_sent: None,
            packets_received: None,
            packets_lost: None,
            loss_percent: None,
            far_loss_percent: None,
            jitter_ms: None,
            mos: None,
        }
    }
}

/// Adds what the media engine saw; nothing of a leg that never had sound.
fn add(record: &mut CallRecord, seen: &Seen) {
    let Some(codec) = seen.codec else { return };
    let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let (name, coding) = match codec {
        Codec::Pcmu => ("PCMU", Coding::G711),
        Codec::Pcma => ("PCMA", Coding::G711),
        Codec::G722 => ("G722", Coding::G722),
    };
    let jitter_ms = f64::from(seen.jitter) / 8.0;
    record.codec = Some(name.into());
    record.packets_sent = Some(count(seen.sent));
    record.packets_received = Some(count(seen.received));
    record.packets_lost = Some(count(seen.lost));
    record.far_loss_percent = Some(hundredths(f64::from(seen.reported_loss) * 100.0 / 256.0));
    if seen.received > 0 {
        let loss = seen.lost as f64 * 100.0 / (seen.received as f64 + seen.lost as f64);
        // A jitter buffer holds about twice the jitter.
        let rating = quality::rating(coding, loss, DELAY_MS + 2.0 * jitter_ms);
        record.loss_percent = Some(hundredths(loss));
        record.jitter_ms = Some(hundredths(jitter_ms));
        record.mos = Some(hundredths(quality::opinion(rating)));
    }
}

fn hundredths(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

fn milliseconds(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

/// Our word for a cause.
const fn word(cause: Cause) -> &'static str {
    match cause {
        Cause::Normal => "normal",
        Cause::Busy => "busy",
        Cause::NoAnswer => "no_answer",
        Cause::Unallocated => "unallocated",
        Cause::Rejected => "rejected",
        Cause::NoCircuit => "no_circuit",
        Cause::NoRoute => "no_route",
        Cause::Unauthorized => "unauthorized",
        Cause::Incompatible => "incompatible",
        Cause::NoMedia => "no_media",
        Cause::Lost => "lost",
        Cause::Overload => "overload",
        Cause::Barred => "barred",
        Cause::Capped => "capped",
        Cause::Declined(_) => "declined",
    }
}

/// The network's own cause, else what its SIP status means, else the nearest to our word.
fn q850(end: End) -> Option<Q850> {
    let nearest = match end.cause {
        Cause::Declined(cause) => return Some(end.q850.unwrap_or(cause)),
        Cause::Normal => 16,
        Cause::Busy => 17,
        Cause::NoAnswer => 19,
        Cause::Unallocated => 1,
        Cause::Rejected | Cause::Unauthorized | Cause::Barred | Cause::Capped => 21,
        Cause::NoCircuit => 34,
        Cause::NoRoute => 3,
        Cause::Incompatible => 88,
        Cause::NoMedia => 47,
        Cause::Lost => 102,
        Cause::Overload => 42,
    };
    end.q850.or_else(|| Q850::of_status(end.status?)).or(Q850::new(nearest))
}

/// The record as a line of the log, for who asks for it (`cdr=debug`): people's numbers are no matter of every log,
/// and to write them costs as much as to dial one.
fn log(record: &CallRecord) {
    tracing::debug!(
        target: "cdr",
        id = record.id,
        line = record.line,
        port = record.port,
        direction = record.direction,
        dnis = record.dnis,
        ani = record.ani,
        redirecting = record.redirecting,
        campaign = record.campaign,
        agent = record.agent,
        joined = record.joined,
        total_ms = record.total_ms,
        talk_ms = record.talk_ms,
        by = record.ended_by,
        cause = record.cause,
        sip_status = record.sip_status,
        q850 = record.q850,
        codec = record.codec,
        sent = record.packets_sent,
        received = record.packets_received,
        lost = record.packets_lost,
        jitter_ms = record.jitter_ms,
        mos = record.mos,
        "call ended"
    );
}

#[cfg(test)]
mod tests {
    use edge::{StationId, TrunkId};
    use store::spool::Reader;

    use super::*;

    const LEG: LegId = LegId::placed(7);

    fn cdr(leg: LegId) -> Cdr {
        Cdr {
            leg,
            port: Some(3),
            line: Some(Line::Trunk(TrunkId(0))),
            direction: Direction::Outbound,
            dnis: "3015550114".into(),
            ani: "8005551212".into(),
            redirecting: "2015550199".into(),
            campaign: "SPRING".into(),
            agent: Some(StationId(25)),
            joined: Some(LegId::arrived(2)),
            total: Duration::from_millis(62_500),
            talk: Some(Duration::from_secs(60)),
            waited: Duration::from_secs(5),
            end: End { by: Side::Network, cause: Cause::Normal, status: None, q850: None },
        }
    }

    const SEEN: Seen = Seen {
        codec: Some(Codec::Pcma),
        sent: 3_000,
        received: 2_970,
        lost: 30,
        strangers: 0,
        malformed: 0,
        late: 0,
        jitter: 20,
        reported_loss: 64,
    };

    fn wall() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)
    }

    /// What comes into the spool.
    fn check(act: impl FnOnce(&mut Records, Instant)) -> Vec<(bool, CallRecord)> {
        let directory = tempfile::tempdir().expect("a directory");
        let spool = Spool::open(directory.path(), Vec::new()).expect("it opens");
        let mut records = Records::new(spool, vec!["carrier".into()], wall());
        act(&mut records, Instant::now());
        records.end(Instant::now());
        let reader = Reader::open(directory.path(), "test").expect("it opens");
        let batch = reader.next().expect("it is read");
        let entries = batch.map(|batch| batch.entries).unwrap_or_default();
        entries.into_iter().map(|entry| (entry.is_whole, entry.call)).collect()
    }

    #[test]
    fn a_record_is_there_at_once_and_whole_when_the_leg_is_closed() {
        let entries = check(|records, now| {
            records.ended(now, wall(), &cdr(LEG));
            assert!(records.are_open());
            records.closed(now, LEG, SEEN);
            assert!(!records.are_open());
        });
        let [(false, first), (true, last)] = &entries[..] else { panic!("{entries:?}") };
        assert_eq!(first.id, last.id);
        assert!(last.id.ends_with("-out-7"), "{}", last.id);
        assert_eq!(first.packets_sent, None);
        assert_eq!(last.ended, moment(wall() - Duration::from_secs(5)));
        assert_eq!(last.began, moment(wall() - Duration::from_millis(67_500)));
        assert_eq!(last.answered, Some(moment(wall() - Duration::from_secs(65))));
        assert_eq!((last.total_ms, last.talk_ms), (62_500, Some(60_000)));
        assert_eq!((last.line.as_str(), last.port, last.agent), ("carrier", Some(3), Some(25)));
        assert_eq!(last.joined, Some(last.id.replace("-out-7", "-in-2")));
        assert_eq!((last.cause.as_str(), last.q850, last.ended_by.as_str()), ("normal", Some(16), "network"));
        assert_eq!((last.codec.as_deref(), last.packets_lost), (Some("PCMA"), Some(30)));
        assert_eq!((last.loss_percent, last.far_loss_percent), (Some(1.0), Some(25.0)));
        // R = 93.2 - 95 / 26.1 at one percent, and no delay that counts.
        assert_eq!((last.jitter_ms, last.mos), (Some(2.5), Some(4.33)));
    }

    #[test]
    fn the_engine_may_be_first() {
        let entries = check(|records, now| {
            records.closed(now, LEG, SEEN);
            assert!(!records.are_open());
            records.ended(now, wall(), &cdr(LEG));
        });
        let [(true, whole)] = &entries[..] else { panic!("{entries:?}") };
        assert_eq!(whole.packets_sent, Some(3_000));
    }

    #[test]
    fn an_engine_that_says_nothing_is_not_waited_for() {
        let entries = check(|records, now| {
            records.ended(now, wall(), &cdr(LEG));
            records.flush(now + limits::RECORD_WAITS - Duration::from_millis(1));
            assert!(records.are_open());
            records.flush(now + limits::RECORD_WAITS);
            assert!(!records.are_open());
            // Too late, and forgotten in time.
            records.closed(now, LEG, SEEN);
            records.flush(now + limits::SEEN_WAITS);
            assert!(records.halves.is_empty() && records.until.is_empty());
            // The server ends meanwhile.
            records.ended(now, wall(), &cdr(LegId::placed(8)));
        });
        let kinds: Vec<bool> = entries.iter().map(|(is_whole, _)| *is_whole).collect();
        assert_eq!(kinds, [false, true, false, true]);
    }

    #[test]
    fn what_never_had_a_port_is_whole_at_once() {
        let refused = Cdr {
            port: None,
            line: None,
            end: End { by: Side::Us, cause: Cause::Barred, status: None, q850: None },
            ..cdr(LEG)
        };
        let entries = check(|records, now| records.ended(now, wall(), &refused));
        let [(true, whole)] = &entries[..] else { panic!("{entries:?}") };
        assert_eq!((whole.cause.as_str(), whole.q850, whole.line.as_str()), ("barred", Some(21), ""));
    }

    #[test]
    fn the_cause_is_the_networks_own_where_it_tells_one() {
        let of = |cause, status, own: Option<u8>| {
            let own = own.and_then(Q850::new);
            q850(End { by: Side::Network, cause, status, q850: own }).map(Q850::value)
        };
        assert_eq!(of(Cause::Busy, Some(486), None), Some(17));
        assert_eq!(of(Cause::NoCircuit, Some(503), Some(34)), Some(34));
        assert_eq!(of(Cause::NoCircuit, Some(503), None), Some(41));
        assert_eq!(of(Cause::NoAnswer, Some(487), None), Some(19));
        assert_eq!(of(Cause::Incompatible, Some(488), None), Some(88));
        assert_eq!(of(Cause::Declined(Q850::CONGESTION), Some(480), None), Some(42));
    }

    #[test]
    fn what_waits_is_bounded() {
        check(|records, now| {
            for n in 0..limits::RECORDS as u64 + 10 {
                records.closed(now, LegId::arrived(n), SEEN);
            }
            records.flush(now);
            assert_eq!(records.halves.len(), limits::RECORDS);
        });
    }
}
