//! The codecs of the wire, as samples at 8 kHz: an octet a sample, an octet a timestamp unit.

use crate::{g711, g722};

/// How sound is coded in RTP (RFC 3551 §6).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Codec {
    /// G.711 µ-law.
    Pcmu,
    /// G.711 A-law.
    Pcma,
    /// G.722 at 64 kbit/s, of which we hear and say the lower half of the band. Its timestamps count
    /// 8000 a second all the same (RFC 3551 §4.5.2).
    G722,
}

impl Codec {
    /// Its static payload type (RFC 3551 §6).
    #[must_use]
    pub const fn payload_type(self) -> u8 {
        match self {
            Self::Pcmu => 0,
            Self::Pcma => 8,
            Self::G722 => 9,
        }
    }
}

/// Turns the payloads of one stream into samples, in order.
#[derive(Clone, Debug)]
pub enum Decoder {
    /// G.711 µ-law.
    Pcmu,
    /// G.711 A-law.
    Pcma,
    /// G.722; boxed, since few legs have it.
    G722(Box<g722::NarrowDecoder>),
}

impl Decoder {
    /// A decoder at the start of a stream.
    #[must_use]
    pub fn new(codec: Codec) -> Self {
        match codec {
            Codec::Pcmu => Self::Pcmu,
            Codec::Pcma => Self::Pcma,
            Codec::G722 => Self::G722(Box::default()),
        }
    }

    /// Decodes a payload into as many samples at 8 kHz. The shorter of the two decides how many.
    pub fn decode(&mut self, octets: &[u8], samples: &mut [i16]) {
        match self {
            Self::Pcmu => g711::mu_decode(octets, samples),
            Self::Pcma => g711::a_decode(octets, samples),
            Self::G722(decoder) => decoder.decode(octets, samples),
        }
    }
}

/// Turns samples into the payloads of one stream, in order.
#[derive(Clone, Debug)]
pub enum Encoder {
    /// G.711 µ-law.
    Pcmu,
    /// G.711 A-law.
    Pcma,
    /// G.722; boxed, since few legs have it.
    G722(Box<g722::NarrowEncoder>),
}

impl Encoder {
    /// An encoder at the start of a stream.
    #[must_use]
    pub fn new(codec: Codec) -> Self {
        match codec {
            Codec::Pcmu => Self::Pcmu,
            Codec::Pcma => Self::Pcma,
            Codec::G722 => Self::G722(Box::default()),
        }
    }

    /// Encodes samples at 8 kHz into as many octets. The shorter of the two decides how many.
    pub fn encode(&mut self, samples: &[i16], octets: &mut [u8]) {
        match self {
            Self::Pcmu => g711::mu_encode(samples, octets),
            Self::Pcma => g711::a_encode(samples, octets),
            Self::G722(encoder) => encoder.encode(samples, octets),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_codec_keeps_the_sound() {
        let sound: Vec<i16> = (0..1_600).map(|n| (9_000.0 * (f64::from(n) * 0.35).sin()) as i16).collect();
        for (codec, payload_type, least_db) in
            [(Codec::Pcmu, 0, 36.0), (Codec::Pcma, 8, 36.0), (Codec::G722, 9, 30.0)]
        {
            assert_eq!(codec.payload_type(), payload_type);
            let (mut encoder, mut decoder) = (Encoder::new(codec), Decoder::new(codec));
            let (mut octets, mut heard) = ([0; 1_600], [0; 1_600]);
            for (samples, octets) in sound.chunks(160).zip(octets.chunks_mut(160)) {
                encoder.encode(samples, octets);
            }
            decoder.decode(&octets, &mut heard);
            // A filter gives a sample some samples later.
            let snr = |delay: usize| {
                let (mut signal, mut noise) = (0.0, 0.0);
                for (&sample, &heard) in sound[160..1_500].iter().zip(&heard[160 + delay..]) {
                    signal += f64::from(sample).powi(2);
                    noise += (f64::from(sample) - f64::from(heard)).powi(2);
                }
                10.0 * (signal / f64::max(noise, 1.0)).log10()
            };
            let delay = (0..60).max_by(|&a, &b| snr(a).total_cmp(&snr(b))).unwrap();
            let db = snr(delay);
            println!("{codec:?}: SNR {db:.1} dB, at least {least_db}, {delay} samples later");
            assert!(db > least_db, "{codec:?}: {db}");
        }
    }
}
