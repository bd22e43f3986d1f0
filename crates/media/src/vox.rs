//! VOX files: sound without a header, whose coding and rate only the configuration knows.

use crate::resample::Resampler;
use crate::voice_file::{RATE, TooLong};
use crate::{g711, oki, recording};

/// Bytes decoded at a time.
const PIECE: usize = 4096;

/// What the bytes of a VOX file mean (decision D15, `files.vox`).
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum VoxFormat {
    /// OKI ADPCM at 8000 samples a second: `adpcm-8000`.
    #[default]
    Adpcm8000,
    /// OKI ADPCM at 6000 samples a second: `adpcm-6000`.
    Adpcm6000,
    /// G.711 µ-law at 8000 samples a second: `mulaw-8000`.
    Mulaw8000,
}

impl VoxFormat {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Adpcm8000, Self::Adpcm6000, Self::Mulaw8000];

    /// Its name in the configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Adpcm8000 => "adpcm-8000",
            Self::Adpcm6000 => "adpcm-6000",
            Self::Mulaw8000 => "mulaw-8000",
        }
    }

    /// The format of this name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// Samples a second in the file.
    pub(crate) const fn rate(self) -> u32 {
        match self {
            Self::Adpcm8000 | Self::Mulaw8000 => 8_000,
            Self::Adpcm6000 => 6_000,
        }
    }

    /// Samples in a byte of the file.
    const fn samples_in_a_byte(self) -> u64 {
        match self {
            Self::Adpcm8000 | Self::Adpcm6000 => 2,
            Self::Mulaw8000 => 1,
        }
    }
}

/// Reads a VOX file: mono samples at 8 kHz, at most `max_samples` of them. Any bytes are a VOX file.
///
/// # Errors
/// [`TooLong`] when there are more.
pub fn decode(bytes: &[u8], format: VoxFormat, max_samples: usize) -> Result<Vec<i16>, TooLong> {
    let mut resampler = Resampler::new(format.rate(), RATE).expect("the rates of VOX files can be resampled");
    let coded = bytes.len() as u64 * format.samples_in_a_byte();
    let length = TooLong::check(resampler.outputs(coded), max_samples)?;
    let mut samples = Vec::with_capacity(length);
    let mut piece = Vec::with_capacity(2 * PIECE);
    let mut oki = oki::Decoder::new();
    for bytes in bytes.chunks(PIECE) {
        piece.clear();
        match format {
            VoxFormat::Adpcm8000 | VoxFormat::Adpcm6000 => oki.decode(bytes, &mut piece),
            VoxFormat::Mulaw8000 => {
                piece.resize(bytes.len(), 0);
                g711::mu_decode(bytes, &mut piece);
            }
        }
        resampler.push(&piece, &mut samples);
    }
    resampler.finish(&mut samples);
    Ok(samples)
}

/// Writes a VOX file of samples at 8 kHz.
#[must_use]
pub fn encode(samples: &[i16], format: VoxFormat) -> Vec<u8> {
    recording::encode(samples, recording::Format::Vox(format))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: usize = 1 << 20;

    #[test]
    fn d015_each_format_keeps_the_sound() {
        let samples: Vec<i16> = (0..8_000).map(|n| (12_000.0 * (f64::from(n) * 0.3).sin()) as i16).collect();
        for (format, bytes, least_db) in [
            (VoxFormat::Adpcm8000, 4_000, 20.0),
            (VoxFormat::Adpcm6000, 3_000, 18.0),
            (VoxFormat::Mulaw8000, 8_000, 35.0),
        ] {
            let vox = encode(&samples, format);
            assert_eq!(vox.len(), bytes);
            let heard = decode(&vox, format, LIMIT).unwrap();
            assert_eq!(heard.len(), samples.len());
            // The step takes a moment to grow, the filters one to fill.
            let (mut signal, mut noise) = (0.0, 0.0);
            for (&sample, heard) in samples.iter().zip(heard).skip(200).take(7_600) {
                signal += f64::from(sample).powi(2);
                noise += (f64::from(sample) - f64::from(heard)).powi(2);
            }
            let db = 10.0 * (signal / noise).log10();
            println!("{}: SNR {db:.1} dB", format.name());
            assert!(db > least_db, "{}: {db}", format.name());
        }
    }

    #[test]
    fn an_odd_sample_is_not_lost() {
        let vox = encode(&[500; 3], VoxFormat::Adpcm8000);
        assert_eq!(vox.len(), 2);
        assert_eq!(decode(&vox, VoxFormat::Adpcm8000, LIMIT).unwrap().len(), 4);
    }

    #[test]
    fn the_limit_counts_samples_at_8_khz() {
        for (format, length) in
            [(VoxFormat::Adpcm8000, 60), (VoxFormat::Adpcm6000, 80), (VoxFormat::Mulaw8000, 30)]
        {
            assert_eq!(decode(&[0x80; 30], format, length).unwrap().len(), length);
            let too_long = TooLong { samples: length as u64, limit: length - 1 };
            assert_eq!(decode(&[0x80; 30], format, length - 1), Err(too_long));
        }
    }

    #[test]
    fn names_are_those_of_the_configuration() {
        for format in VoxFormat::ALL {
            assert_eq!(VoxFormat::of_name(format.name()), Some(format));
        }
        assert_eq!(VoxFormat::of_name("adpcm-6000"), Some(VoxFormat::Adpcm6000));
        assert_eq!(VoxFormat::of_name("mp3"), None);
    }
}
