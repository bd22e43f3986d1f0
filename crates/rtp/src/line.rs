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
        let fits = self.passing.as_ref().is_some_and(|passing| {
            let lead = packet.timestamp.wrapping_add(passing.timestamp).wrapping_sub(self.timestamp);
            // The timestamp of a key is that of its beginning, which may be long ago.
            let is_near = packet.kind == Kind::Key || lead.cast_signed().unsigned_abs() <= REANCHOR;
            (passing.from, passing.stream) == (from, packet.stream) && is_near
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
