//! RTP packets and what a stream of them tells (RFC 3550).

/// Octets of a header without contributing sources and extension.
pub const HEADER: usize = 12;

const VERSION: u8 = 2;
/// A sequence number may run ahead by less than this (RFC 3550 appendix A.1).
const MAX_DROPOUT: u16 = 3_000;
/// A packet may come late by no more than this (RFC 3550 appendix A.1).
const MAX_MISORDER: u16 = 100;

/// The fixed header of an RTP packet (RFC 3550 §5.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Header {
    /// Set on the first packet after a silence, and on the first of a key.
    pub marker: bool,
    /// 0 to 127.
    pub payload_type: u8,
    /// One more with each packet sent.
    pub sequence: u16,
    /// Of the first sample, in units of 1/8000 s.
    pub timestamp: u32,
    /// The sender's name for this stream.
    pub ssrc: u32,
}

impl Header {
    /// The header as octets, without contributing sources, extension or padding.
    #[must_use]
    pub fn octets(&self) -> [u8; HEADER] {
        let [s0, s1] = self.sequence.to_be_bytes();
        let [t0, t1, t2, t3] = self.timestamp.to_be_bytes();
        let [r0, r1, r2, r3] = self.ssrc.to_be_bytes();
        let marker = if self.marker { 0x80 } else { 0 };
        [VERSION << 6, marker | self.payload_type & 0x7F, s0, s1, t0, t1, t2, t3, r0, r1, r2, r3]
    }
}

/// An RTP packet as it was received.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Packet<'a> {
    /// The fixed header.
    pub header: Header,
    /// What it carries, without padding; may be empty.
    pub payload: &'a [u8],
}

/// Why octets are no RTP packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Malformed {
    /// Fewer octets than the header, its sources and its extension say.
    #[error("{0} octets are too few for the header they begin")]
    Short(usize),
    /// Another protocol or another version.
    #[error("RTP version {0}, not 2")]
    Version(u8),
    /// More padding than packet, or padding of no octets.
    #[error("{0} octets of padding do not fit")]
    Padding(u8),
}

impl<'a> Packet<'a> {
    /// Reads a packet: version, contributing sources, extension and padding are checked and skipped.
    ///
    /// # Errors
    /// [`Malformed`] when a length that the packet states does not fit into it.
    pub fn parse(octets: &'a [u8]) -> Result<Self, Malformed> {
        let short = Malformed::Short(octets.len());
        let (&[b0, b1, s0, s1, t0, t1, t2, t3, r0, r1, r2, r3], rest) =
            octets.split_first_chunk::<HEADER>().ok_or(short)?;
        if b0 >> 6 != VERSION {
            return Err(Malformed::Version(b0 >> 6));
        }
        let sources = usize::from(b0 & 0x0F) * 4;
        let mut payload = rest.get(sources..).ok_or(short)?;
        if b0 & 0x10 != 0 {
            // RFC 3550 §5.3.1: profile, then the length in words of what follows.
            let (&[_, _, l0, l1], extension) = payload.split_first_chunk::<4>().ok_or(short)?;
            payload = extension.get(usize::from(u16::from_be_bytes([l0, l1])) * 4..).ok_or(short)?;
        }
        if b0 & 0x20 != 0 {
            // RFC 3550 §5.1: the last octet counts the padding, itself included.
            let padding = payload.last().copied().unwrap_or(0);
            let kept = payload.len().checked_sub(usize::from(padding)).filter(|_| padding > 0);
            payload = kept.and_then(|kept| payload.get(..kept)).ok_or(Malformed::Padding(padding))?;
        }
        let header = Header {
            marker: b1 & 0x80 != 0,
            payload_type: b1 & 0x7F,
            sequence: u16::from_be_bytes([s0, s1]),
            timestamp: u32::from_be_bytes([t0, t1, t2, t3]),
            ssrc: u32::from_be_bytes([r0, r1, r2, r3]),
        };
        Ok(Self { header, payload })
    }
}

/// What a received packet means for its stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Arrival {
    /// The next one, or one after a gap.
    Next,
    /// An older one, out of order or twice.
    Old,
    /// A number out of all proportion, which the next packet may confirm (RFC 3550 appendix A.1).
    Stray,
    /// The first of a stream: of the first, of another SSRC, or of one that jumped.
    First,
}

/// What was received from one party: sequence, loss and jitter (RFC 3550 appendix A.1, A.3, A.8).
///
/// There is no probation: the first packet counts. Another SSRC begins a new stream, and the losses
/// of all streams add up.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Reception {
    stream: Option<Stream>,
    /// Of streams that are over.
    received_before: u64,
    lost_before: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Stream {
    ssrc: u32,
    /// The first sequence number, extended.
    base: u64,
    /// The highest sequence number, extended by the turns of the 16-bit counter.
    highest: u64,
    received: u64,
    /// What a stray packet would have to be followed by.
    confirm: Option<u16>,
    transit: Option<u32>,
    /// In 1/16 of a timestamp unit, so that the division of the filter loses nothing.
    jitter_16: u64,
    /// What the last report told.
    told: Told,
}

#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
struct Told {
    expected: u64,
    received: u64,
}

/// What a report block says about a stream (RFC 3550 §6.4.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Report {
    /// Whose stream.
    pub ssrc: u32,
    /// Lost since the last report, in 1/256.
    pub fraction_lost: u8,
    /// Lost in all, −2^23 to 2^23 − 1.
    pub lost: i32,
    /// The highest sequence number with its turns.
    pub highest: u32,
    /// Interarrival jitter in timestamp units.
    pub jitter: u32,
}

impl Stream {
    const fn begin(ssrc: u32, sequence: u16) -> Self {
        // One turn ahead, so that a packet older than the first has a number too.
        let base = (1 << 16) + sequence as u64;
        let told = Told { expected: 0, received: 0 };
        Self { ssrc, base, highest: base, received: 1, confirm: None, transit: None, jitter_16: 0, told }
    }

    const fn expected(&self) -> u64 {
        self.highest - self.base + 1
    }

    const fn lost(&self) -> u64 {
        self.expected().saturating_sub(self.received)
    }
}

impl Reception {
    /// Whether a packet would go on where the stream is, a few thousand packets later at most (RFC 3550 appendix A.1).
    #[must_use]
    pub fn goes_on(&self, ssrc: u32, sequence: u16) -> bool {
        self.stream.is_some_and(|stream| {
            let ahead = sequence.wrapping_sub(stream.highest as u16);
            stream.ssrc == ssrc && (1..MAX_DROPOUT).contains(&ahead)
        })
    }

    /// Takes a packet's sequence number into account.
    pub fn arrive(&mut self, ssrc: u32, sequence: u16) -> Arrival {
        let Some(stream) = self.stream.as_mut().filter(|stream| stream.ssrc == ssrc) else {
            return self.begin(ssrc, sequence);
        };
        let ahead = sequence.wrapping_sub(stream.highest as u16);
        if ahead == 0 || ahead > u16::MAX - MAX_MISORDER {
            stream.received += 1;
            return Arrival::Old;
        }
        if ahead < MAX_DROPOUT {
            stream.highest += u64::from(ahead);
            stream.received += 1;
            stream.confirm = None;
            return Arrival::Next;
        }
        if stream.confirm == Some(sequence) {
            // Two in order: the sender began anew without saying so.
            return self.begin(ssrc, sequence);
        }
        stream.confirm = Some(sequence.wrapping_add(1));
        Arrival::Stray
    }

    fn begin(&mut self, ssrc: u32, sequence: u16) -> Arrival {
        self.received_before = self.received();
        self.lost_before = self.lost();
        self.stream = Some(Stream::begin(ssrc, sequence));
        Arrival::First
    }

    /// Takes a packet's timing into account: its timestamp and when it arrived, both in 1/8000 s,
    /// each from an origin of its own. Not for packets that repeat a timestamp, such as those of a key.
    pub fn time(&mut self, timestamp: u32, arrived: u32) {
        let Some(stream) = &mut self.stream else { return };
        // RFC 3550 appendix A.8, whose 16/15 form keeps the jitter in sixteenths.
        let transit = arrived.wrapping_sub(timestamp);
        if let Some(before) = stream.transit.replace(transit) {
            let difference = transit.wrapping_sub(before).cast_signed().unsigned_abs();
            let decay = (stream.jitter_16 + 8) >> 4;
            stream.jitter_16 = stream.jitter_16 + u64::from(difference) - decay;
        }
    }

    /// Packets received, of all streams.
    #[must_use]
    pub fn received(&self) -> u64 {
        self.received_before + self.stream.map_or(0, |stream| stream.received)
    }

    /// Packets missing, of all streams. A packet that came twice makes up for one that was lost, as in
    /// RFC 3550 appendix A.3.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.lost_before + self.stream.map_or(0, |stream| stream.lost())
    }

    /// Interarrival jitter of the present stream, in timestamp units.
    #[must_use]
    pub fn jitter(&self) -> u32 {
        self.stream.map_or(0, |stream| u32::try_from(stream.jitter_16 >> 4).unwrap_or(u32::MAX))
    }

    /// What a report block says now; none before the first packet. The fraction lost is counted from
    /// the last call of this.
    pub fn report(&mut self) -> Option<Report> {
        const LOST_MAX: u64 = (1 << 23) - 1;
        let jitter = self.jitter();
        let stream = self.stream.as_mut()?;
        let told = Told { expected: stream.expected(), received: stream.received };
        let before = std::mem::replace(&mut stream.told, told);
        let expected = told.expected - before.expected;
        let lost = expected.saturating_sub(told.received - before.received);
        // RFC 3550 appendix A.3: no packet expected is no packet lost.
        let fraction = (lost << 8).checked_div(expected).unwrap_or(0).min(255);
        Some(Report {
            ssrc: stream.ssrc,
            fraction_lost: fraction as u8,
            lost: stream.lost().min(LOST_MAX) as i32,
            highest: (stream.highest - (1 << 16)) as u32,
            jitter,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(octets: &[u8]) -> Result<(u8, Vec<u8>), Malformed> {
        Packet::parse(octets).map(|p| (p.header.payload_type, p.payload.to_vec()))
    }

    fn with(first: u8, rest: &[u8]) -> Vec<u8> {
        let mut octets = vec![first, 0x80 | 101, 0x12, 0x34, 0, 0, 0, 160, 0xDE, 0xAD, 0xBE, 0xEF];
        octets.extend_from_slice(rest);
        octets
    }

    #[test]
    fn a_header_is_read_as_it_was_written() {
        let header =
            Header { marker: true, payload_type: 101, sequence: 0x1234, timestamp: 160, ssrc: 0xDEAD_BEEF };
        assert_eq!(header.octets()[..], with(0x80, &[]));
        assert_eq!(Packet::parse(&with(0x80, b"abc")), Ok(Packet { header, payload: b"abc" }));
    }

    #[test]
    fn sources_extension_and_padding_are_skipped() {
        assert_eq!(packet(&with(0x82, b"ccccccccab")), Ok((101, b"ab".to_vec())));
        assert_eq!(packet(&with(0x90, &[0xBE, 0xDE, 0, 1, 9, 9, 9, 9, 1, 2])), Ok((101, vec![1, 2])));
        assert_eq!(packet(&with(0xA0, &[1, 2, 0, 0, 3])), Ok((101, vec![1, 2])));
        assert_eq!(packet(&with(0xA0, &[0, 0, 3])), Ok((101, vec![])));
        assert_eq!(packet(&with(0x80, &[])), Ok((101, vec![])));
    }

    #[test]
    fn r13_lengths_that_lie_are_refused() {
        assert_eq!(packet(&[]), Err(Malformed::Short(0)));
        assert_eq!(packet(&[0x80; 11]), Err(Malformed::Short(11)));
        assert_eq!(packet(&with(0x40, b"abc")), Err(Malformed::Version(1)));
        assert_eq!(packet(&with(0xC0, b"abc")), Err(Malformed::Version(3)));
        assert_eq!(packet(&with(0x8F, &[])), Err(Malformed::Short(12)));
        assert_eq!(packet(&with(0x8F, &[0; 59])), Err(Malformed::Short(71)));
        assert_eq!(packet(&with(0x90, &[0, 0, 0])), Err(Malformed::Short(15)));
        assert_eq!(packet(&with(0x90, &[0, 0, 0xFF, 0xFF, 1, 2, 3, 4])), Err(Malformed::Short(20)));
        assert_eq!(packet(&with(0xA0, &[])), Err(Malformed::Padding(0)));
        assert_eq!(packet(&with(0xA0, &[1, 2, 0])), Err(Malformed::Padding(0)));
        assert_eq!(packet(&with(0xA0, &[1, 2, 255])), Err(Malformed::Padding(255)));
        assert_eq!(packet(&with(0xB0, &[0, 0, 0, 0, 4])), Err(Malformed::Padding(4)));
    }

    #[test]
    fn no_octets_of_any_kind_panic() {
        let mut seed = 1_u64;
        let mut random = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 56) as u8
        };
        for _ in 0..20_000 {
            let mut octets: Vec<u8> = (0..random() % 80).map(|_| random()).collect();
            if let Some(first) = octets.first_mut() {
                *first = *first & 0x3F | 0x80;
            }
            if let Ok(packet) = Packet::parse(&octets) {
                assert!(packet.payload.len() + HEADER <= octets.len());
            }
        }
    }

    #[test]
    fn losses_are_counted_over_the_turn_of_the_sequence() {
        let mut reception = Reception::default();
        assert_eq!(reception.arrive(1, 65_534), Arrival::First);
        assert_eq!(reception.arrive(1, 65_535), Arrival::Next);
        assert_eq!(reception.arrive(1, 2), Arrival::Next);
        assert_eq!((reception.received(), reception.lost()), (3, 2));
        assert_eq!(reception.arrive(1, 1), Arrival::Old);
        assert_eq!((reception.received(), reception.lost()), (4, 1));
        let report = reception.report().unwrap();
        assert_eq!((report.fraction_lost, report.lost, report.highest), (51, 1, 65_538));
        assert_eq!(reception.arrive(1, 3), Arrival::Next);
        assert_eq!(reception.report().unwrap().fraction_lost, 0);
        assert_eq!(reception.report().unwrap().fraction_lost, 0, "nothing expected, nothing lost");
    }

    #[test]
    fn a_packet_older_than_the_first_is_old() {
        let mut reception = Reception::default();
        reception.arrive(1, 0);
        assert_eq!(reception.arrive(1, 65_535), Arrival::Old);
        assert_eq!(reception.lost(), 0);
        assert_eq!(reception.report().unwrap().highest, 0);
    }

    #[test]
    fn another_ssrc_begins_a_new_stream() {
        let mut reception = Reception::default();
        reception.arrive(1, 10);
        reception.arrive(1, 12);
        assert_eq!(reception.arrive(2, 50_000), Arrival::First);
        assert_eq!((reception.received(), reception.lost()), (3, 1));
        assert_eq!(reception.report().unwrap().ssrc, 2);
    }

    #[test]
    fn a_jump_is_believed_when_it_is_confirmed() {
        let mut reception = Reception::default();
        reception.arrive(1, 10);
        assert_eq!(reception.arrive(1, 30_000), Arrival::Stray);
        assert_eq!(reception.arrive(1, 11), Arrival::Next);
        assert_eq!(reception.arrive(1, 30_000), Arrival::Stray);
        assert_eq!(reception.arrive(1, 30_001), Arrival::First);
        assert_eq!(reception.lost(), 0);
    }

    #[test]
    fn jitter_follows_the_filter_and_survives_any_clock() {
        let mut reception = Reception::default();
        reception.time(0, 0);
        reception.arrive(1, 1);
        reception.time(0, 1_000);
        reception.time(160, 1_160);
        assert_eq!(reception.jitter(), 0, "a steady stream has none");
        reception.time(320, 1_480);
        assert_eq!(reception.jitter(), 10, "160 late, over 16");
        for n in 0..1_000_u32 {
            reception.time(n.wrapping_mul(0x8000_0000), n.wrapping_mul(0x4321_8765));
        }
        assert!(reception.jitter() <= 1 << 31);
    }
}
