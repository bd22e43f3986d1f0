//! RTCP: sender and receiver reports, the name of the source, and goodbye (RFC 3550 §6).

use crate::rtp::Report;

/// The longest compound packet that [`Compound::write`] makes, in octets.
pub const LONGEST: usize = 28 + 24 + 8 + 2 + CNAME_MAX + 4 + 8;
/// The longest name of a source that is sent.
pub const CNAME_MAX: usize = 64;

/// A compound of more packets than this is read no further.
const MOST_PACKETS: usize = 32;

const SENDER_REPORT: u8 = 200;
const RECEIVER_REPORT: u8 = 201;
const DESCRIPTION: u8 = 202;
const GOODBYE: u8 = 203;
const CNAME_ITEM: u8 = 1;

/// Octets of one report block (RFC 3550 §6.4.1).
const BLOCK: usize = 24;

/// What we sent, for a sender report (RFC 3550 §6.4.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sent {
    /// Wall-clock time as NTP has it: seconds since 1900 in the upper half.
    pub ntp: u64,
    /// The same moment in the stream's timestamp units.
    pub timestamp: u32,
    /// Packets since the stream began, modulo 2^32.
    pub packets: u32,
    /// Payload octets since the stream began, modulo 2^32.
    pub octets: u32,
}

/// What we received, for a report block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Received {
    /// Loss and jitter.
    pub report: Report,
    /// The middle 32 bits of the NTP time in the last sender report; 0 when there was none.
    pub last_report: u32,
    /// How long ago that was, in 1/65536 s.
    pub since: u32,
}

/// One compound packet to send: a report, the name of the source and, at the end, goodbye.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Compound<'a> {
    /// Our own SSRC.
    pub ssrc: u32,
    /// What we sent since the last report but one: a sender report; none: a receiver report.
    pub sent: Option<Sent>,
    /// What we received, if anything.
    pub received: Option<Received>,
    /// Our canonical name, the same for all of a session, at most [`CNAME_MAX`] octets.
    pub cname: &'a str,
    /// Whether this is the last one.
    pub goodbye: bool,
}

impl Compound<'_> {
    /// Appends the compound packet (RFC 3550 §6.1: the report first, then SDES, then BYE).
    pub fn write(&self, out: &mut Vec<u8>) {
        let blocks = u8::from(self.received.is_some());
        let kind = if self.sent.is_some() { SENDER_REPORT } else { RECEIVER_REPORT };
        packet(out, blocks, kind, |out| {
            out.extend(self.ssrc.to_be_bytes());
            if let Some(sent) = &self.sent {
                out.extend(sent.ntp.to_be_bytes());
                out.extend(sent.timestamp.to_be_bytes());
                out.extend(sent.packets.to_be_bytes());
                out.extend(sent.octets.to_be_bytes());
            }
            if let Some(Received { report, last_report, since }) = &self.received {
                out.extend(report.ssrc.to_be_bytes());
                let lost = report.lost.clamp(-(1 << 23), (1 << 23) - 1).to_be_bytes();
                out.extend([report.fraction_lost, lost[1], lost[2], lost[3]]);
                out.extend(report.highest.to_be_bytes());
                out.extend(report.jitter.to_be_bytes());
                out.extend(last_report.to_be_bytes());
                out.extend(since.to_be_bytes());
            }
        });
        packet(out, 1, DESCRIPTION, |out| {
            out.extend(self.ssrc.to_be_bytes());
            let name = &self.cname.as_bytes()[..self.cname.len().min(CNAME_MAX)];
            out.extend([CNAME_ITEM, name.len() as u8]);
            out.extend(name);
            // RFC 3550 §6.5: a null octet ends the list, more fill the word.
            out.push(0);
        });
        if self.goodbye {
            packet(out, 1, GOODBYE, |out| out.extend(self.ssrc.to_be_bytes()));
        }
    }
}

/// Appends one packet: its header, its body, and zeros to the next whole word.
fn packet(out: &mut Vec<u8>, count: u8, kind: u8, body: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend([0x80 | count, kind, 0, 0]);
    body(out);
    while !(out.len() - start).is_multiple_of(4) {
        out.push(0);
    }
    // RFC 3550 §6.4.1: the length in words, less one.
    let words = (out.len() - start) / 4 - 1;
    let length = u16::try_from(words).expect("a report is far below 256 KiB").to_be_bytes();
    out[start + 2..start + 4].copy_from_slice(&length);
}

/// What a compound packet of the far side says that concerns us.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Heard {
    /// What it lost of ours since its last report, in 1/256.
    pub reported_loss: Option<u8>,
    /// The middle 32 bits of the NTP time of its sender report.
    pub sender_report: Option<u32>,
    /// Whether it said goodbye. Anyone can say so; no call ends for it.
    pub goodbye: bool,
}

/// Whether octets that came to an RTP port are RTCP (RFC 5761 §4): version 2 and a packet type where
/// RTP would have payload types 64 to 95, which nobody uses.
#[must_use]
pub fn is_rtcp(octets: &[u8]) -> bool {
    matches!(octets, [first, 192..=223, ..] if first >> 6 == 2)
}

/// Reads a compound packet; `ssrc` is ours, as which the far side reports on us.
///
/// Reads as far as the packets make sense: a length that does not fit, another version or too many
/// packets end it there. None when not even the first packet makes sense.
#[must_use]
pub fn read(mut octets: &[u8], ssrc: u32) -> Option<Heard> {
    let mut heard = None;
    for _ in 0..MOST_PACKETS {
        let Some((&[first, kind, l0, l1], _)) = octets.split_first_chunk::<4>() else { break };
        let length = (usize::from(u16::from_be_bytes([l0, l1])) + 1) * 4;
        let Some((packet, rest)) = octets.split_at_checked(length) else { break };
        if first >> 6 != 2 || !(192..=223).contains(&kind) {
            break;
        }
        let heard = heard.get_or_insert_with(Heard::default);
        let body = &packet[4..];
        match kind {
            SENDER_REPORT => {
                if let Some(&[_, _, n0, n1, n2, n3, _, _]) =
                    body.get(4..).and_then(|ntp| ntp.first_chunk::<8>())
                {
                    heard.sender_report = Some(u32::from_be_bytes([n0, n1, n2, n3]));
                }
                heard.blocks(body.get(24..).unwrap_or_default(), first & 0x1F, ssrc);
            }
            RECEIVER_REPORT => heard.blocks(body.get(4..).unwrap_or_default(), first & 0x1F, ssrc),
            GOODBYE => heard.goodbye = true,
            _ => {}
        }
        octets = rest;
    }
    heard
}

impl Heard {
    fn blocks(&mut self, octets: &[u8], count: u8, ssrc: u32) {
        for block in octets.chunks_exact(BLOCK).take(usize::from(count)) {
            if block[..4] == ssrc.to_be_bytes() {
                self.reported_loss = Some(block[4]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: Sent = Sent { ntp: 0x1122_3344_5566_7788, timestamp: 160, packets: 3, octets: 480 };
    const REPORT: Report = Report { ssrc: 7, fraction_lost: 64, lost: 5, highest: 70_000, jitter: 12 };
    const RECEIVED: Received = Received { report: REPORT, last_report: 0x3344_5566, since: 65_536 };

    fn compound(sent: Option<Sent>, received: Option<Received>, goodbye: bool) -> Vec<u8> {
        let mut out = Vec::new();
        Compound { ssrc: 9, sent, received, cname: "abc", goodbye }.write(&mut out);
        out
    }

    #[test]
    fn a_sender_report_is_laid_out_as_the_standard_says() {
        let expected: Vec<u8> = [
            &[0x81, 200, 0, 12, 0, 0, 0, 9, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88][..],
            &[0, 0, 0, 160, 0, 0, 0, 3, 0, 0, 1, 0xE0],
            &[0, 0, 0, 7, 64, 0, 0, 5, 0, 1, 0x11, 0x70, 0, 0, 0, 12, 0x33, 0x44, 0x55, 0x66, 0, 1, 0, 0],
            &[0x81, 202, 0, 3, 0, 0, 0, 9, 1, 3, b'a', b'b', b'c', 0, 0, 0],
            &[0x81, 203, 0, 1, 0, 0, 0, 9],
        ]
        .concat();
        assert_eq!(compound(Some(SENT), Some(RECEIVED), true), expected);
    }

    #[test]
    fn a_far_side_reads_what_we_say() {
        let heard = read(&compound(Some(SENT), Some(RECEIVED), true), 7).unwrap();
        assert_eq!(heard, Heard { reported_loss: Some(64), sender_report: Some(0x3344_5566), goodbye: true });
        let heard = read(&compound(None, Some(RECEIVED), false), 7).unwrap();
        assert_eq!(heard, Heard { reported_loss: Some(64), sender_report: None, goodbye: false });
        assert_eq!(
            read(&compound(None, Some(RECEIVED), false), 8).unwrap().reported_loss,
            None,
            "not about us"
        );
        assert_eq!(read(&compound(None, None, false), 7), Some(Heard::default()));
    }

    #[test]
    fn the_longest_compound_is_no_longer_than_said() {
        let mut out = Vec::new();
        let cname = "x".repeat(300);
        Compound { ssrc: 9, sent: Some(SENT), received: Some(RECEIVED), cname: &cname, goodbye: true }
            .write(&mut out);
        assert!(out.len() <= LONGEST, "{}", out.len());
        assert!(read(&out, 7).unwrap().goodbye, "every length in it holds");
    }

    #[test]
    fn r12_every_truncation_and_every_lying_length_is_survived() {
        let whole = compound(Some(SENT), Some(RECEIVED), true);
        for end in 0..=whole.len() {
            let _ = read(&whole[..end], 7);
        }
        assert_eq!(read(&whole[..3], 7), None);
        assert_eq!(read(&[0x80, 200, 0, 0], 7), Some(Heard::default()), "four octets");
        assert_eq!(read(&[0x9F, 201, 0, 0], 7), Some(Heard::default()), "31 blocks in no room");
        assert_eq!(read(&[0x9F, 200, 0xFF, 0xFF, 1, 2, 3, 4], 7), None);
        for place in 0..whole.len() {
            for value in 0..=255 {
                let mut lie = whole.clone();
                lie[place] = value;
                let _ = read(&lie, 7);
            }
        }
    }

    #[test]
    fn r12_a_compound_of_a_thousand_is_read_in_part() {
        let one = compound(None, None, false);
        let mut many = one.repeat(1_000);
        many.extend([0x81, 203, 0, 1, 0, 0, 0, 9]);
        assert!(!read(&many, 7).unwrap().goodbye);
    }

    #[test]
    fn rtcp_is_told_from_rtp_on_one_port() {
        assert!(is_rtcp(&compound(None, None, false)));
        assert!(!is_rtcp(&[0x80, 0, 1, 2]));
        assert!(!is_rtcp(&[0x80, 0x80 | 101, 1, 2]));
        assert!(!is_rtcp(&[0x80]));
    }
}
