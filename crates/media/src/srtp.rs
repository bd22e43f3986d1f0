//! Secured RTP and RTCP (RFC 3711), AES in counter mode with HMAC-SHA1: packets in, packets out.
//!
//! Keys are told by signalling (RFC 4568), one for each way. Each way has its own value here: a [`Sealer`] for
//! what leaves, an [`Opener`] for what comes. Neither takes the time or waits.

mod cipher;
mod window;

#[cfg(test)]
mod tests;

use crate::rtp::HEADER;
use crate::srtp::cipher::{Session, Use};
use crate::srtp::window::Window;

/// Octets that securing adds to a packet at most: the index of RTCP and the longest tag.
pub const OVERHEAD: usize = INDEX + LONG_TAG;
/// Octets of a master key.
pub const KEY: usize = 16;
/// Octets of a master salt.
pub const SALT: usize = 14;

/// Streams of one party that are told apart by their SSRC. One more is refused, since to forget one would let
/// what was sent of it be sent again.
const STREAMS: usize = 8;
/// Octets of an RTCP packet that stay readable: its first word and the SSRC (RFC 3711 §3.4).
const OPEN: usize = 8;
/// Octets of the index behind an RTCP packet.
const INDEX: usize = 4;
const LONG_TAG: usize = 10;
const SHORT_TAG: usize = 4;
/// The first bit of the index of an RTCP packet: what follows its header is encrypted.
const ENCRYPTED: u32 = 1 << 31;

/// How packets are secured (RFC 4568 §6.2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Suite {
    /// `AES_CM_128_HMAC_SHA1_80`: a tag of 80 bits.
    Sha1With80,
    /// `AES_CM_128_HMAC_SHA1_32`: a tag of 32 bits for RTP, of 80 for RTCP.
    Sha1With32,
}

impl Suite {
    const fn tag(self) -> usize {
        match self {
            Self::Sha1With80 => LONG_TAG,
            Self::Sha1With32 => SHORT_TAG,
        }
    }
}

/// The key and the salt of one way, from which those of its packets are derived.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Master {
    /// How packets are secured.
    pub suite: Suite,
    /// The key.
    pub key: [u8; KEY],
    /// The salt.
    pub salt: [u8; SALT],
}

impl std::fmt::Debug for Master {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Master({:?}, secret)", self.suite)
    }
}

/// Why a packet was not opened: it is dropped.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refused {
    /// Fewer octets than a secured packet has.
    #[error("{0} octets are no secured packet")]
    Short(usize),
    /// The tag is not that of who knows the key.
    #[error("the packet was not made with the key that was agreed on, or was changed on its way")]
    Forged,
    /// It came before, or is so old that this cannot be known.
    #[error("the packet came before, or is too old to know")]
    Replayed,
    /// One SSRC more than are told apart.
    #[error("the party has used {STREAMS} sources since the keys were agreed on; no other is opened")]
    Streams,
    /// RTCP that is not encrypted, although that was agreed on.
    #[error("the RTCP packet is in the clear")]
    Clear,
}

/// Secures what leaves.
pub struct Sealer {
    rtp: Session,
    rtcp: Session,
    tag: usize,
    /// The last packet's number in full: how often its 16 bits ran over, and they.
    last: Option<u64>,
    reports: u32,
}

impl Sealer {
    /// With the key that we have told the party.
    #[must_use]
    pub fn new(master: &Master) -> Self {
        let (rtp, rtcp) = (Session::derive(master, Use::Rtp), Session::derive(master, Use::Rtcp));
        Self { rtp, rtcp, tag: master.suite.tag(), last: None, reports: 0 }
    }

    /// Secures the RTP packet that the first `length` octets are, in its place; its length then. Our packets'
    /// numbers count up. None where it is no RTP packet, or has less than [`OVERHEAD`] octets of room behind it.
    #[must_use]
    pub fn seal(&mut self, room: &mut [u8], length: usize) -> Option<usize> {
        let (packet, behind) = room.split_at_mut_checked(length)?;
        let (header, sequence, ssrc) = read(packet)?;
        let place = behind.get_mut(..self.tag)?;
        let index = self.last.map_or(u64::from(sequence), |last| nearest(last, sequence));
        self.last = Some(self.last.map_or(index, |last| last.max(index)));
        self.rtp.crypt(ssrc, index, &mut packet[header..]);
        place.copy_from_slice(&self.rtp.tag(packet, &turns(index))[..self.tag]);
        Some(length + self.tag)
    }

    /// Secures the RTCP packet that the first `length` octets are; as [`Sealer::seal`].
    #[must_use]
    pub fn seal_report(&mut self, room: &mut [u8], length: usize) -> Option<usize> {
        let whole = length.checked_add(OVERHEAD)?;
        let (body, tag) = room.get_mut(..whole)?.split_at_mut(length + INDEX);
        let ssrc = report_source(&body[..length])?;
        // RFC 3711 §3.4: the index begins at 0 and counts each packet.
        let index = self.reports & !ENCRYPTED;
        self.reports = index.wrapping_add(1);
        self.rtcp.crypt(ssrc, index.into(), &mut body[OPEN..length]);
        body[length..].copy_from_slice(&(index | ENCRYPTED).to_be_bytes());
        tag.copy_from_slice(&self.rtcp.tag(body, &[]));
        Some(whole)
    }
}

/// Opens what comes.
pub struct Opener {
    rtp: Session,
    rtcp: Session,
    tag: usize,
    streams: Vec<(u32, Window)>,
    reports: Vec<(u32, Window)>,
}

impl Opener {
    /// With the key that the party has told.
    #[must_use]
    pub fn new(master: &Master) -> Self {
        let (rtp, rtcp) = (Session::derive(master, Use::Rtp), Session::derive(master, Use::Rtcp));
        Self { rtp, rtcp, tag: master.suite.tag(), streams: Vec::new(), reports: Vec::new() }
    }

    /// Opens one RTP packet in its place; how many octets of it are left.
    ///
    /// # Errors
    /// [`Refused`] when it is not what the party sent, and for the first time; then nothing is remembered of it.
    pub fn open(&mut self, packet: &mut [u8]) -> Result<usize, Refused> {
        let short = Refused::Short(packet.len());
        let length = packet.len().checked_sub(self.tag).ok_or(short)?;
        let (body, tag) = packet.split_at_mut(length);
        let (header, sequence, ssrc) = read(body).ok_or(short)?;
        let place = place(&self.streams, ssrc)?;
        let window = self.streams.get(place).map_or_else(Window::default, |(_, window)| *window);
        let index = window.last().map_or(u64::from(sequence), |last| nearest(last, sequence));
        let after = window.taking(index).ok_or(Refused::Replayed)?;
        if !self.rtp.is_tag(body, &turns(index), tag) {
            return Err(Refused::Forged);
        }
        self.rtp.crypt(ssrc, index, &mut body[header..]);
        remember(&mut self.streams, place, ssrc, after);
        Ok(length)
    }

    /// Opens one RTCP packet in its place; how many octets of it are left.
    ///
    /// # Errors
    /// As [`Opener::open`].
    pub fn open_report(&mut self, packet: &mut [u8]) -> Result<usize, Refused> {
        let short = Refused::Short(packet.len());
        let tagged = packet.len().checked_sub(LONG_TAG).ok_or(short)?;
        let length = tagged.checked_sub(INDEX).ok_or(short)?;
        let ssrc = report_source(&packet[..length]).ok_or(short)?;
        let (body, tag) = packet.split_at_mut(tagged);
        let index = body.last_chunk::<INDEX>().map(|octets| u32::from_be_bytes(*octets)).ok_or(short)?;
        let place = place(&self.reports, ssrc)?;
        let window = self.reports.get(place).map_or_else(Window::default, |(_, window)| *window);
        let after = window.taking(u64::from(index & !ENCRYPTED)).ok_or(Refused::Replayed)?;
        if !self.rtcp.is_tag(body, &[], tag) {
            return Err(Refused::Forged);
        }
        if index & ENCRYPTED == 0 {
            return Err(Refused::Clear);
        }
        self.rtcp.crypt(ssrc, u64::from(index & !ENCRYPTED), &mut body[OPEN..length]);
        remember(&mut self.reports, place, ssrc, after);
        Ok(length)
    }
}

/// Where the window of a source is or would be.
fn place(windows: &[(u32, Window)], ssrc: u32) -> Result<usize, Refused> {
    let place = windows.iter().position(|(source, _)| *source == ssrc).unwrap_or(windows.len());
    if place < STREAMS { Ok(place) } else { Err(Refused::Streams) }
}

fn remember(windows: &mut Vec<(u32, Window)>, place: usize, ssrc: u32, window: Window) {
    match windows.get_mut(place) {
        Some((_, known)) => *known = window,
        None => windows.push((ssrc, window)),
    }
}

/// Octets of the header of an RTP packet, its sequence number and its SSRC.
fn read(packet: &[u8]) -> Option<(usize, u16, u32)> {
    let (&[b0, _, s0, s1, _, _, _, _, r0, r1, r2, r3], _) = packet.split_first_chunk::<HEADER>()?;
    let mut header = HEADER + usize::from(b0 & 0x0F) * 4;
    if b0 & 0x10 != 0 {
        // RFC 3711 §3.1: the extension stays readable.
        let &[_, _, l0, l1] = packet.get(header..)?.first_chunk::<4>()?;
        header += 4 + usize::from(u16::from_be_bytes([l0, l1])) * 4;
    }
    let is_whole = header <= packet.len();
    is_whole.then(|| (header, u16::from_be_bytes([s0, s1]), u32::from_be_bytes([r0, r1, r2, r3])))
}

fn report_source(packet: &[u8]) -> Option<u32> {
    packet.get(4..OPEN)?.first_chunk::<4>().map(|octets| u32::from_be_bytes(*octets))
}

/// The number in full that these 16 bits belong to: the one nearest to the last (RFC 3711 §3.3.1).
fn nearest(last: u64, sequence: u16) -> u64 {
    let (turn, low) = (last >> 16, last as u16);
    let turn = match sequence.wrapping_sub(low).cast_signed() {
        ahead if ahead >= 0 && sequence < low => turn + 1,
        behind if behind < 0 && sequence > low => turn.saturating_sub(1),
        _ => turn,
    };
    turn << 16 | u64::from(sequence)
}

/// How often the 16 bits of a number ran over, as its tag covers it.
fn turns(index: u64) -> [u8; 4] {
    ((index >> 16) as u32).to_be_bytes()
}
