//! Keys in RTP: named telephone events (RFC 4733).
//!
//! A key travels as a run of packets with one timestamp; the last is sent three times. Whatever
//! subset of the run arrives, in whatever order, [`Receiver`] tells the key once.

/// Octets of a telephone-event payload.
pub const PAYLOAD: usize = 4;
/// The highest event that is a key of a telephone (RFC 4733 §3.2).
pub const HIGHEST_KEY: u8 = 15;
/// How loud we say our keys are, in −dBm0 (RFC 4733 §2.3.4).
pub const VOLUME: u8 = 10;

/// Timestamp units of one 20 ms step.
const STEP: u16 = 160;
/// The last packet of an event is sent this often (RFC 4733 §2.5.1.4).
const ENDS: u8 = 3;
/// A longer event goes on under a new timestamp, this much later (RFC 4733 §2.5.1.3).
const SEGMENT: u32 = 0xFFFF;
/// A receiver remembers this many events, to know a packet that comes late for what it is.
const REMEMBERED: usize = 8;

/// One telephone-event payload (RFC 4733 §2.3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Payload {
    /// Which event; a key up to [`HIGHEST_KEY`].
    pub event: u8,
    /// Whether the event is over.
    pub end: bool,
    /// How loud, 0 to 63 in −dBm0.
    pub volume: u8,
    /// How long it has lasted, in timestamp units.
    pub duration: u16,
}

impl Payload {
    /// Reads a payload; none when it is shorter than four octets. Further octets are ignored.
    #[must_use]
    pub fn parse(octets: &[u8]) -> Option<Self> {
        let &[event, flags, d0, d1] = octets.first_chunk::<PAYLOAD>()?;
        let duration = u16::from_be_bytes([d0, d1]);
        Some(Self { event, end: flags & 0x80 != 0, volume: flags & 0x3F, duration })
    }

    /// The payload as octets.
    #[must_use]
    pub const fn octets(self) -> [u8; PAYLOAD] {
        let [d0, d1] = self.duration.to_be_bytes();
        let end = if self.end { 0x80 } else { 0 };
        [self.event, end | self.volume & 0x3F, d0, d1]
    }
}

/// Tells each key that a party presses exactly once.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Receiver {
    /// The events seen last, newest first.
    recent: [Option<Event>; REMEMBERED],
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Event {
    event: u8,
    timestamp: u32,
    ended: bool,
}

impl Receiver {
    /// Takes a telephone-event payload and the RTP timestamp it came with; gives the key (0 to 15)
    /// when this is the first packet of its event to arrive.
    ///
    /// The timestamp alone says which event a packet belongs to: the marker may be lost with the first
    /// packet, and the end with the last.
    pub fn take(&mut self, payload: Payload, timestamp: u32) -> Option<u8> {
        if payload.event > HIGHEST_KEY {
            return None;
        }
        if let Some(known) = self.recent.iter_mut().flatten().find(|known| known.timestamp == timestamp) {
            known.ended |= payload.end;
            return None;
        }
        let event = Event { event: payload.event, timestamp, ended: payload.end };
        let newest = self.recent[0];
        // Older than all that is remembered: a packet that lost its way, long told.
        if self.recent[REMEMBERED - 1].is_some_and(|oldest| is_before(timestamp, oldest.timestamp)) {
            return None;
        }
        let place = self
            .recent
            .iter()
            .position(|known| known.is_none_or(|known| is_before(known.timestamp, timestamp)));
        let place = place.unwrap_or(REMEMBERED - 1);
        self.recent[place..].rotate_right(1);
        self.recent[place] = Some(event);
        let goes_on = newest.is_some_and(|before| {
            !before.ended
                && before.event == event.event
                && timestamp.wrapping_sub(before.timestamp) == SEGMENT
        });
        if goes_on { None } else { Some(event.event) }
    }

    /// Forgets what was seen: the stream began anew, with timestamps of its own.
    pub fn restart(&mut self) {
        *self = Self::default();
    }
}

/// Whether timestamp `a` lies before `b`, on the circle that timestamps go round on.
const fn is_before(a: u32, b: u32) -> bool {
    a.wrapping_sub(b).cast_signed() < 0
}

/// The payloads of one key press, one each 20 ms, all to be sent with the timestamp of the first.
///
/// The duration grows from packet to packet; the last payload comes three times.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sender {
    event: u8,
    duration: u16,
    length: u16,
    ends: u8,
}

impl Sender {
    /// A press of this key (its event number) for so many steps of 20 ms, 1 to 409.
    #[must_use]
    pub fn press(event: u8, steps: u16) -> Self {
        let length = steps.clamp(1, u16::MAX / STEP) * STEP;
        Self { event, duration: 0, length, ends: 0 }
    }
}

impl Iterator for Sender {
    type Item = Payload;

    fn next(&mut self) -> Option<Payload> {
        if self.duration < self.length {
            self.duration += STEP;
        }
        let end = self.duration == self.length;
        if end {
            if self.ends == ENDS {
                return None;
            }
            self.ends += 1;
        }
        Some(Payload { event: self.event, end, volume: VOLUME, duration: self.duration })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The packets of one press of 100 ms, as (payload, timestamp).
    fn press(event: u8, timestamp: u32) -> Vec<(Payload, u32)> {
        Sender::press(event, 5).map(|payload| (payload, timestamp)).collect()
    }

    fn told(packets: impl IntoIterator<Item = (Payload, u32)>) -> Vec<u8> {
        let mut receiver = Receiver::default();
        packets.into_iter().filter_map(|(payload, timestamp)| receiver.take(payload, timestamp)).collect()
    }

    #[test]
    fn a_press_grows_and_ends_three_times() {
        let told: Vec<_> = Sender::press(5, 5).map(|p| (p.event, p.end, p.volume, p.duration)).collect();
        let expected = [
            (5, false, 10, 160),
            (5, false, 10, 320),
            (5, false, 10, 480),
            (5, false, 10, 640),
            (5, true, 10, 800),
            (5, true, 10, 800),
            (5, true, 10, 800),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn payloads_are_read_as_they_were_written() {
        let payload = Payload { event: 11, end: true, volume: 10, duration: 800 };
        assert_eq!(payload.octets(), [11, 0x8A, 3, 0x20]);
        assert_eq!(Payload::parse(&payload.octets()), Some(payload));
        assert_eq!(Payload::parse(&[11, 0x8A, 3]), None);
    }

    #[test]
    fn any_part_of_a_press_tells_the_key_once() {
        let packets = press(7, 4_000);
        for kept in 1_u32..1 << packets.len() {
            let subset = packets.iter().enumerate().filter(|(n, _)| kept & 1 << n != 0).map(|(_, &p)| p);
            assert_eq!(told(subset), [7], "kept {kept:b}");
        }
    }

    #[test]
    fn the_same_key_twice_is_two_keys() {
        assert_eq!(told([press(1, 4_000), press(1, 5_600)].concat()), [1, 1]);
        assert_eq!(
            told([press(1, u32::MAX - 100), press(1, 1_500)].concat()),
            [1, 1],
            "over the turn of the clock"
        );
    }

    #[test]
    fn packets_out_of_order_tell_nothing_twice() {
        let mut packets = [press(1, 4_000), press(2, 5_600)].concat();
        packets.swap(6, 8);
        assert_eq!(told(packets), [1, 2]);
        let mut packets = [press(1, 4_000), press(2, 5_600), press(3, 7_200)].concat();
        packets.reverse();
        assert_eq!(told(packets), [3, 2, 1]);
    }

    #[test]
    fn a_long_key_goes_on_in_segments() {
        let long = |timestamp, end| (Payload { event: 9, end, volume: 10, duration: 0xFFFF }, timestamp);
        assert_eq!(told([long(100, false), long(100 + 0xFFFF, false), long(100 + 2 * 0xFFFF, true)]), [9]);
        assert_eq!(told([long(100, true), long(100 + 0xFFFF, false)]), [9, 9]);
    }

    #[test]
    fn signals_that_are_no_keys_are_not_told() {
        assert_eq!(told([(Payload { event: 16, end: false, volume: 0, duration: 160 }, 1)]), []);
    }

    #[test]
    fn what_is_older_than_all_that_is_remembered_is_not_told() {
        let mut packets: Vec<_> = (0..12).flat_map(|n| press(n, 4_000 + 1_600 * u32::from(n))).collect();
        packets.extend(press(0, 4_000));
        assert_eq!(told(packets), (0..12).collect::<Vec<_>>());
    }

    #[test]
    fn a_new_stream_may_use_old_timestamps() {
        let mut receiver = Receiver::default();
        let (payload, timestamp) = press(4, 4_000)[0];
        assert_eq!(receiver.take(payload, timestamp), Some(4));
        receiver.restart();
        assert_eq!(receiver.take(payload, timestamp), Some(4));
    }
}
