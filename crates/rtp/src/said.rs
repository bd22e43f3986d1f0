//! What a party said in a turn, as it came: its packets, for those they are passed on to.

use edge::Key;
use media::jitter::LONGEST;
use media::rtp;

use crate::limits::{PASSED, READS};
use crate::told::Way;

/// The packets of one party in one turn, in the order they came.
#[derive(Default, Debug)]
pub struct Said {
    packets: Vec<Place>,
    /// The payloads, one behind the other.
    octets: Vec<u8>,
    /// The streams that the party began so far.
    stream: u32,
    /// Keys that it pressed, and how it told them.
    keys: Vec<(Key, Way)>,
}

/// A packet, and where its payload ends.
#[derive(Clone, Copy, Debug)]
struct Place {
    kind: Kind,
    stream: u32,
    sequence: u16,
    timestamp: u32,
    marker: bool,
    end: usize,
}

/// What a packet carries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A payload of the codec.
    Sound,
    /// A telephone-event.
    Key,
}

/// A packet as it is passed on.
#[derive(Clone, Copy, Debug)]
pub struct Packet<'a> {
    /// What it carries.
    pub kind: Kind,
    /// Which of the party's streams it belongs to: numbers of one have nothing to do with another's.
    pub stream: u32,
    /// Its number in that stream.
    pub sequence: u16,
    /// Its timestamp there.
    pub timestamp: u32,
    /// Whether it follows a silence, or begins a key.
    pub marker: bool,
    /// Its payload.
    pub octets: &'a [u8],
}

impl Said {
    /// The party begins another stream.
    pub const fn restart(&mut self) {
        self.stream = self.stream.wrapping_add(1);
    }

    /// Keeps a packet for this turn. Packets beyond [`PASSED`], and payloads longer than 120 ms, are left
    /// out.
    pub fn keep(&mut self, kind: Kind, packet: &rtp::Packet<'_>) {
        if self.packets.len() >= PASSED || packet.payload.len() > LONGEST {
            return;
        }
        self.octets.extend_from_slice(packet.payload);
        self.packets.push(Place {
            kind,
            stream: self.stream,
            sequence: packet.header.sequence,
            timestamp: packet.header.timestamp,
            marker: packet.header.marker,
            end: self.octets.len(),
        });
    }

    /// Keeps a key that was pressed.
    pub fn press(&mut self, key: Key, way: Way) {
        if self.keys.len() < READS {
            self.keys.push((key, way));
        }
    }

    /// The packets of this turn.
    pub fn packets(&self) -> impl Iterator<Item = Packet<'_>> {
        let mut start = 0;
        self.packets.iter().map(move |&Place { kind, stream, sequence, timestamp, marker, end }| {
            let octets = &self.octets[start..end];
            start = end;
            Packet { kind, stream, sequence, timestamp, marker, octets }
        })
    }

    /// The keys of this turn, and how each was told.
    #[must_use]
    pub fn keys(&self) -> &[(Key, Way)] {
        &self.keys
    }

    /// Whether nothing was said.
    #[must_use]
    pub const fn is_silent(&self) -> bool {
        self.packets.is_empty()
    }

    /// The turn is over.
    pub fn clear(&mut self) {
        self.packets.clear();
        self.octets.clear();
        self.keys.clear();
    }
}
