//! The codecs of the wire, as samples at 8 kHz: an octet a sample, an octet a timestamp unit.

use crate::g711;

/// How sound is coded in RTP (RFC 3551 §6).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Codec {
    /// G.711 µ-law.
    Pcmu,
    /// G.711 A-law.
    Pcma,
}

/// Turns the payloads of one stream into samples, in order.
#[derive(Clone, Debug)]
pub enum Decoder {
    /// G.711 µ-law.
    Pcmu,
    /// G.711 A-law.
    Pcma,
}

impl Decoder {
    /// A decoder at the start of a stream.
    #[must_use]
    pub fn new(codec: Codec) -> Self {
        match codec {
            Codec::Pcmu => Self::Pcmu,
            Codec::Pcma => Self::Pcma,
        }
    }

    /// Decodes a payload into as many samples at 8 kHz. The shorter of the two decides how many.
    pub fn decode(&mut self, octets: &[u8], samples: &mut [i16]) {
        match self {
            Self::Pcmu => g711::mu_decode(octets, samples),
            Self::Pcma => g711::a_decode(octets, samples),
        }
    }
}
