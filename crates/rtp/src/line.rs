//! The stream that a leg sends: its numbers run on, whoever's sound is in it.

use edge::LegId;
use media::rtp::{HEADER, Header};

use crate::limits::REANCHOR;
use crate::said::{Kind, Packet};
use crate::voice::STEP;

/// The stream we send to one party.
#[derive(Debug)]
pub struct Line {
    ssrc: u32,
    /// Of the next packet.
    sequence: u16,
    /// Of the frame of the present turn.
    timestamp: u32,
    /// Behind the last sample sent.
    end: u32,
    /// The turn that is due next.
    turn: u64,
    /// Whether the next frame of our own follows a gap.
    gap: bool,
    /// Payload octets sent, modulo 2^32, for sender reports.
    octets: u32,
    passing: Option<Passing>,
}

/// How another party's numbers become ours, while its packets are passed on: what it lost or sent in
/// another order is so here too, for the listener to make the best of.
#[derive(Debug)]
struct Passing {
    from: LegId,
    /// Which of its streams.
    stream: u32,
    /// To be added to its sequence numbers.
    sequence: u16,
    /// To be added to its timestamps.
    timestamp: u32,
    /// Of the numbers before the next, which were sent, by this stream or before it; the newest in the
    /// lowest bit. No number is ever sent twice.
    sent: u64,
}

impl Line {
    /// A stream that begins in this turn.
    #[must_use]
    pub const fn new(ssrc: u32, sequence: u16, timestamp: u32, turn: u64) -> Self {
        let before = timestamp.wrapping_sub(STEP);
        Self { ssrc, sequence, timestamp: before, end: timestamp, turn, gap: true, octets: 0, passing: None }
    }

    /// The name of the stream.
    #[must_use]
    pub const fn ssrc(&self) -> u32 {
        self.ssrc
    }

    /// The turn that is due next.
    #[must_use]
    pub const fn due(&self) -> u64 {
        self.turn
    }

    /// The timestamp that a frame of our own has in this turn.
    #[must_use]
    pub fn timestamp(&self) -> u32 {
        // Behind what was passed on.
        if self.passing.is_some() { later(self.timestamp, self.end) } else { self.timestamp }
    }

    /// The timestamp that belongs to the moment when the frame of the present turn leaves.
    #[must_use]
    pub const fn now(&self) -> u32 {
        self.timestamp.wrapping_add(STEP)
    }

    /// Payload octets sent, modulo 2^32.
    #[must_use]
    pub const fn octets(&self) -> u32 {
        self.octets
    }

    /// Goes on to this turn; tells how many were missed, which the timestamp passes over.
    pub fn begin(&mut self, turn: u64) -> u64 {
        let missed = turn.saturating_sub(self.turn);
        self.timestamp = self.timestamp.wrapping_add(STEP.wrapping_mul((missed as u32).wrapping_add(1)));
        self.gap |= missed > 0;
        self.turn = turn + 1;
        missed
    }

    /// Nothing may be sent in this turn.
    pub fn pause(&mut self) {
        self.passing = None;
        self.gap = true;
    }

    /// The header of a frame of our own in this turn, or of a telephone-event that began at `since`.
    pub fn own(&mut self, payload_type: u8, marker: bool, since: Option<u32>) -> [u8; HEADER] {
        self.timestamp = self.timestamp();
        self.gap |= self.passing.take().is_some() && self.timestamp != self.end;
        let header = Header {
            marker: marker || self.gap && since.is_none(),
            payload_type,
            sequence: self.sequence,
            timestamp: since.unwrap_or(self.timestamp),
            ssrc: self.ssrc,
        };
        self.sequence = self.sequence.wrapping_add(1);
        self.end = self.timestamp.wrapping_add(STEP);
        self.gap = false;
        header.octets()
    }

    /// The header of a packet that is passed on from another party; none when its number was used.
    pub fn pass(&mut self, from: LegId, packet: &Packet<'_>, payload_type: u8) -> Option<[u8; HEADER]> {
        let ours = |passing: &&Passing| (passing.from, passing.stream) == (from, packet.stream);
        let fits = self.passing.as_ref().filter(ours).is_some_and(|passing| {
            let lead = packet.timestamp.wrapping_add(passing.timestamp).wrapping_sub(self.timestamp);
            let ahead = packet.sequence.wrapping_add(passing.sequence).wrapping_sub(self.sequence);
            // The timestamp of a key is that of its beginning, which may be long ago; and what was overtaken
            // sets no clock.
            let may_be_far = packet.kind == Kind::Key || ahead >= 1 << 15;
            may_be_far || lead.cast_signed().unsigned_abs() <= REANCHOR
        });
        let anchored = !fits && self.anchor(from, packet);
        let passing = self.passing.as_mut()?;
        let sequence = packet.sequence.wrapping_add(passing.sequence);
        let ahead = sequence.wrapping_sub(self.sequence);
        if ahead < 1 << 15 {
            passing.sent = passing.sent.checked_shl(u32::from(ahead) + 1).unwrap_or(0) | 1;
            self.sequence = sequence.wrapping_add(1);
        } else {
            let place = 1_u64.checked_shl(u32::from(self.sequence.wrapping_sub(sequence)) - 1)?;
            if passing.sent & place != 0 {
                return None;
            }
            passing.sent |= place;
        }
        let timestamp = packet.timestamp.wrapping_add(passing.timestamp);
        if packet.kind == Kind::Sound {
            self.end = later(self.end, timestamp.wrapping_add(packet.octets.len() as u32));
        }
        self.gap = false;
        let header =
            Header { marker: packet.marker || anchored, payload_type, sequence, timestamp, ssrc: self.ssrc };
        Some(header.octets())
    }

    /// Lets this packet of another party follow on what was sent last; tells whether after a gap.
    fn anchor(&mut self, from: LegId, packet: &Packet<'_>) -> bool {
        let timestamp = later(self.timestamp, self.end);
        let after_gap = self.gap || timestamp != self.end;
        self.passing = Some(Passing {
            from,
            stream: packet.stream,
            sequence: self.sequence.wrapping_sub(packet.sequence),
            timestamp: timestamp.wrapping_sub(packet.timestamp),
            sent: u64::MAX,
        });
        after_gap
    }

    /// Counts a packet of so many octets that has left.
    pub fn count(&mut self, length: usize) {
        self.octets = self.octets.wrapping_add((length - HEADER) as u32);
    }
}

/// The later of two timestamps, on the circle that timestamps go round on.
const fn later(a: u32, b: u32) -> u32 {
    if a.wrapping_sub(b).cast_signed() < 0 { b } else { a }
}

#[cfg(test)]
mod tests {
    use media::rtp;

    use super::*;

    const FROM: LegId = LegId::placed(1);

    /// A line in its first turn.
    fn line() -> Line {
        let mut line = Line::new(7, 0xFFFE, 0xFFFF_FF00, 10);
        line.begin(10);
        line
    }

    fn sound(sequence: u16, timestamp: u32) -> Packet<'static> {
        Packet { kind: Kind::Sound, stream: 0, sequence, timestamp, marker: false, octets: &[0; 160] }
    }

    fn header(octets: [u8; HEADER]) -> Header {
        rtp::Packet::parse(&octets).unwrap().header
    }

    /// What becomes of a packet: its number and timestamp beside those that the line began with, and its
    /// marker.
    fn pass(line: &mut Line, packet: &Packet<'_>) -> Option<(u16, u32, bool)> {
        let header = header(line.pass(FROM, packet, 8)?);
        assert_eq!((header.payload_type, header.ssrc), (8, 7));
        Some((
            header.sequence.wrapping_sub(0xFFFE),
            header.timestamp.wrapping_sub(0xFFFF_FF00),
            header.marker,
        ))
    }

    fn own(line: &mut Line) -> (u16, u32, bool) {
        let header = header(line.own(8, false, None));
        (header.sequence.wrapping_sub(0xFFFE), header.timestamp.wrapping_sub(0xFFFF_FF00), header.marker)
    }

    #[test]
    fn numbers_of_another_become_ours_with_their_gaps() {
        let mut line = line();
        assert_eq!(own(&mut line), (0, 0, true));
        line.begin(11);
        assert_eq!(pass(&mut line, &sound(65_535, 5_000)), Some((1, 160, false)));
        line.begin(12);
        // Two are lost, and one of them was only late.
        assert_eq!(pass(&mut line, &sound(2, 5_480)), Some((4, 640, false)));
        assert_eq!(pass(&mut line, &sound(1, 5_320)), Some((3, 480, false)));
        line.begin(13);
        assert_eq!(pass(&mut line, &sound(3, 5_640)), Some((5, 800, false)));
        assert_eq!(own(&mut line), (6, 960, false), "behind the last");
    }

    #[test]
    fn no_number_is_used_twice() {
        let mut line = line();
        own(&mut line);
        line.begin(11);
        assert!(pass(&mut line, &sound(100, 0)).is_some());
        assert_eq!(pass(&mut line, &sound(100, 0)), None, "it came twice");
        assert_eq!(
            pass(&mut line, &sound(99, 0_u32.wrapping_sub(160))),
            None,
            "its number was our own frame's"
        );
        assert_eq!(pass(&mut line, &sound(200, 5_000)), Some((101, 5_160, false)));
        assert_eq!(pass(&mut line, &sound(130, 4_800)), None, "so old that nobody knows");
        assert_eq!(pass(&mut line, &sound(190, 4_900)), Some((91, 5_060, false)), "only overtaken");
        assert_eq!(pass(&mut line, &sound(190, 4_900)), None);
        assert_eq!(pass(&mut line, &sound(200, 5_000)), None);
    }

    #[test]
    fn a_clock_that_runs_faster_or_slower_than_ours_is_followed() {
        for (step, packets) in [(161_u32, 3_000_u32), (159, 3_000)] {
            let mut line = line();
            own(&mut line);
            let mut last = 0;
            let mut jumps = 0;
            for n in 0..packets {
                line.begin(11 + u64::from(n));
                let (sequence, timestamp, marker) = pass(&mut line, &sound(n as u16, n * step)).unwrap();
                assert_eq!(sequence, n as u16 + 1);
                assert!(timestamp > last, "it never goes back");
                jumps += u32::from(timestamp - last != step && n > 0);
                assert!(marker == (timestamp - last > 161 && n > 0) || n == 0);
                last = timestamp;
            }
            // 3,000 samples off are less than a second: nothing is to be set right.
            assert_eq!(jumps, 0);
            line.begin(11 + u64::from(packets));
            let (_, timestamp, marker) = own(&mut line);
            let expected = if step > 160 { last + 160 } else { (packets + 1) * 160 };
            assert_eq!((timestamp, marker), (expected, step < 160), "ours goes on, and never back");
        }
    }

    #[test]
    fn a_clock_that_is_set_anew_or_runs_away_follows_on() {
        let mut line = line();
        own(&mut line);
        line.begin(11);
        assert_eq!(pass(&mut line, &sound(5, 1_000)), Some((1, 160, false)));
        line.begin(12);
        assert_eq!(pass(&mut line, &sound(6, 0x8000_0000)), Some((2, 320, false)));
        line.begin(13);
        assert_eq!(pass(&mut line, &sound(7, 0x8000_00A0)), Some((3, 480, false)));
        // Another stream, and another party, have numbers of their own, however near they are.
        line.begin(14);
        let another = Packet { stream: 1, ..sound(9_000, 0x8000_0140) };
        assert_eq!(pass(&mut line, &another), Some((4, 640, false)));
        line.begin(15);
        let other = header(line.pass(LegId::placed(2), &sound(1, 1), 8).unwrap());
        assert_eq!(other.timestamp.wrapping_sub(0xFFFF_FF00), 800);
    }

    #[test]
    fn a_key_that_is_held_for_long_keeps_the_timestamp_of_its_beginning() {
        let mut line = line();
        own(&mut line);
        line.begin(11);
        pass(&mut line, &sound(0, 1_000));
        for n in 1..200_u16 {
            line.begin(11 + u64::from(n));
            let key = Packet { kind: Kind::Key, octets: &[0; 4], marker: n == 1, ..sound(n, 1_160) };
            assert_eq!(pass(&mut line, &key), Some((n + 1, 320, n == 1)));
        }
        line.begin(211);
        assert_eq!(pass(&mut line, &sound(200, 1_000 + 200 * 160)), Some((201, 201 * 160, false)));
    }
}
