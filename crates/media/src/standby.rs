//! What is kept of a party that nobody listens to, so that who begins to listen hears it at once.

use crate::codec::Codec;
use crate::delay::Delays;
use crate::jitter::{FRAME, LONGEST, samples};
use crate::receiver::Receiver;
use crate::rtp::{Arrival, Header, Packet};

/// Packets whose times are kept: so many even ones are known for such, and wait no longer than they must.
const KEPT: usize = 16;

/// The last packet of one party, and when those before it came. Costs next to nothing a packet.
///
/// A receiver that begins with nothing lets the first packet wait for 40 ms, since it does not know how evenly they
/// come. One that is made of this knows, and begins with the packet before the first.
#[derive(Clone, Default, Debug)]
pub struct Standby {
    /// The turn, as samples, and the timestamp of packets in a ring.
    came: [(u32, u32); KEPT],
    /// How many are there, and where the next goes.
    count: usize,
    next: usize,
    last: Option<Last>,
    /// Its payload.
    octets: Vec<u8>,
}

/// The packet that came last.
#[derive(Clone, Copy, Debug)]
struct Last {
    header: Header,
    turn: u64,
}

impl Standby {
    /// Takes a packet of the codec, as [`Receiver::packet`] does.
    pub fn packet(&mut self, arrival: Arrival, packet: &Packet<'_>, turn: u64) {
        if packet.payload.is_empty() || packet.payload.len() > LONGEST {
            return;
        }
        match arrival {
            Arrival::First => self.clear(),
            Arrival::Next => {}
            Arrival::Old | Arrival::Stray => return,
        }
        self.came[self.next] = (samples(turn), packet.header.timestamp);
        self.next = (self.next + 1) % KEPT;
        self.count = (self.count + 1).min(KEPT);
        self.octets.clear();
        self.octets.extend_from_slice(packet.payload);
        self.last = Some(Last { header: packet.header, turn });
    }

    /// Forgets everything: another stream begins, or another codec.
    pub const fn clear(&mut self) {
        (self.count, self.next, self.last) = (0, 0, None);
    }

    /// A receiver for who listens from this turn on.
    #[must_use]
    pub fn receiver(&self, codec: Codec, turn: u64) -> Receiver {
        let first = (self.next + KEPT - self.count) % KEPT;
        let came = (0..self.count).map(|n| self.came[(first + n) % KEPT]);
        let delays = came.fold(None, |delays: Option<Delays>, (now, timestamp)| {
            let mut delays = delays.unwrap_or_else(|| Delays::begin(now, timestamp));
            delays.arrive(now, timestamp);
            Some(delays)
        });
        let Some(delays) = delays else { return Receiver::new(codec) };
        let mut receiver = Receiver::after(codec, delays);
        // What is older than itself was heard by now.
        let turns = self.octets.len().div_ceil(FRAME) as u64;
        if let Some(last) = self.last.filter(|last| turn <= last.turn + turns) {
            receiver.know(&Packet { header: last.header, payload: &self.octets });
        }
        receiver
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::receiver::Heard;

    /// A party that sends a packet in each of these turns, the first in turn 0; the receiver of who begins to listen
    /// in this turn, before its packet is read, and what is heard of the party from then on, packet by packet.
    fn heard_from(begin: u64, arrives: impl Fn(u64) -> Option<u64>) -> Vec<(Heard, i16)> {
        let mut standby = Standby::default();
        let mut receiver = None;
        let turn = |turn: u64| {
            if turn == begin {
                receiver = Some(standby.receiver(Codec::Pcmu, turn));
            }
            for n in (0..=turn).filter(|&n| arrives(n) == Some(turn)) {
                let (sequence, timestamp) = (n as u16, n as u32 * 160);
                let header = Header { marker: false, payload_type: 0, sequence, timestamp, ssrc: 1 };
                let packet = Packet { header, payload: &[0x80 + n as u8 % 64; FRAME] };
                let arrival = if n == 0 { Arrival::First } else { Arrival::Next };
                standby.packet(arrival, &packet, turn);
                if let Some(receiver) = &mut receiver {
                    receiver.packet(arrival, &packet, turn);
                }
            }
            let mut frame = [0; FRAME];
            receiver.as_mut().map(|receiver| (receiver.frame(turn, &mut frame), frame[FRAME - 1]))
        };
        (0..begin + 12).filter_map(turn).collect()
    }

    fn sample(packet: u8) -> i16 {
        let mut samples = [0];
        crate::g711::mu_decode(&[0x80 + packet % 64], &mut samples);
        samples[0]
    }

    #[test]
    fn who_begins_to_listen_hears_the_packet_before_at_once() {
        let heard = heard_from(20, Some);
        assert!(heard.iter().all(|&(heard, _)| heard == Heard::Sound), "{heard:?}");
        assert_eq!((heard[0].1, heard[1].1), (sample(19), sample(20)));
    }

    #[test]
    fn a_party_that_has_just_begun_is_waited_for() {
        let heard = heard_from(1, Some);
        assert_eq!(heard[0].0, Heard::Silence);
        assert!(heard[2..].iter().all(|&(heard, _)| heard == Heard::Sound), "{heard:?}");
    }

    #[test]
    fn what_was_said_long_ago_is_not_heard() {
        let heard = heard_from(20, |n| (!(10..22).contains(&n)).then_some(n));
        assert!(heard[..2].iter().all(|&(heard, _)| heard == Heard::Silence), "{heard:?}");
        assert!(heard[4..].iter().all(|&(heard, _)| heard == Heard::Sound), "{heard:?}");
    }

    #[test]
    fn packets_that_come_unevenly_wait() {
        // Every fourth is 60 ms late, and takes those behind it along.
        let heard = heard_from(21, |n| Some(n.max(n / 8 * 8 + 3)));
        assert_eq!(heard[0].0, Heard::Silence, "{heard:?}");
        assert!(heard[3..].iter().all(|&(heard, _)| heard == Heard::Sound), "{heard:?}");
    }
}
