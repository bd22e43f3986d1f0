//! Making sound longer or shorter by a pitch period without a click.

use crate::conceal::faded;
use crate::pitch::{self, LONGEST, SHORTEST, SPREAD};

/// Samples that [`shorten`] needs.
const SHORTENED: usize = LONGEST + SHORTEST + SPREAD;

/// Sound below this root mean square is silence: it is cut anywhere.
const SILENCE: f32 = 60.0;
/// Sound that repeats itself less than this is left alone while there is time.
const ALIKE: f32 = 0.8;

/// Whether to wait for sound that lends itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Urgency {
    /// Only where it will not be heard.
    Patient,
    /// Wherever it is least heard.
    Urgent,
}

/// Takes a period out at the beginning of `sound`, at least [`SHORTENED`] samples; tells how many
/// samples went, none when the sound does not lend itself.
pub(crate) fn shorten(sound: &mut Vec<i16>, urgency: Urgency) -> Option<usize> {
    let window = sound.first_chunk::<LONGEST>()?;
    let region = sound.get(SHORTEST..SHORTENED)?;
    let period = period(window, region, urgency, |offset| SHORTEST + offset)?;
    for n in 0..period {
        sound[n] = faded(f32::from(sound[n]), f32::from(sound[n + period]), n, period);
    }
    sound.drain(period..2 * period);
    Some(period)
}

/// Puts a period in at the beginning of `sound`, at least [`LONGEST`] samples that come after `past`;
/// tells how many samples came, none when the sound does not lend itself.
pub(crate) fn lengthen(past: &[i16; LONGEST], sound: &mut Vec<i16>, urgency: Urgency) -> Option<usize> {
    let window = sound.first_chunk::<LONGEST>()?;
    let mut region = [0; LONGEST + SPREAD];
    region[..LONGEST].copy_from_slice(past);
    region[LONGEST..].copy_from_slice(&window[..SPREAD]);
    let period = period(window, &region, urgency, |offset| LONGEST - offset)?;
    let again = &past[LONGEST - period..];
    let mut more = [0; LONGEST];
    for (n, more) in more[..period].iter_mut().enumerate() {
        *more = faded(f32::from(window[n]), f32::from(again[n]), n, period);
    }
    sound.splice(..0, more[..period].iter().copied());
    Some(period)
}

/// The period to take out or put in.
fn period(
    window: &[i16; LONGEST],
    region: &[i16],
    urgency: Urgency,
    at: impl Fn(usize) -> usize,
) -> Option<usize> {
    let energy: f32 = window.iter().chain(region).map(|&sample| f32::from(sample) * f32::from(sample)).sum();
    if energy < SILENCE * SILENCE * (window.len() + region.len()) as f32 {
        return Some(LONGEST);
    }
    let found = pitch::find(window, region);
    (urgency == Urgency::Urgent || found.correlation >= ALIKE).then(|| at(found.offset))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(period: f64, samples: usize) -> Vec<i16> {
        (0..samples).map(|n| (8_000.0 * (std::f64::consts::TAU * n as f64 / period).sin()) as i16).collect()
    }

    /// The greatest step of the slope.
    fn bend(sound: &[i16]) -> i32 {
        sound
            .windows(3)
            .map(|w| (i32::from(w[0]) - 2 * i32::from(w[1]) + i32::from(w[2])).abs())
            .max()
            .unwrap()
    }

    #[test]
    fn a_period_more_or_less_leaves_no_seam() {
        for period in [20.0, 45.0, 63.4, 80.0, 118.8] {
            let sound = tone(period, 600);
            let (past, rest) = sound.split_at(300);
            let mut shorter = rest.to_vec();
            let less = shorten(&mut shorter, Urgency::Patient).unwrap();
            assert_eq!(shorter.len() + less, rest.len());
            let mut longer = rest.to_vec();
            let more = lengthen(past.last_chunk().unwrap(), &mut longer, Urgency::Patient).unwrap();
            assert_eq!(longer.len(), rest.len() + more);
            for stretched in [shorter, longer] {
                let whole = [past, &stretched].concat();
                println!("period {period}: bends by {} instead of {}", bend(&whole), bend(&sound));
                assert!(bend(&whole) <= bend(&sound) * 3 / 2 + 4, "{period}");
            }
        }
    }

    #[test]
    fn noise_waits_until_it_is_urgent_and_silence_does_not() {
        let mut seed = 1_u32;
        let mut noise: Vec<i16> = (0..400)
            .map(|_| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (seed >> 16) as i16 / 4
            })
            .collect();
        assert_eq!(shorten(&mut noise, Urgency::Patient), None);
        assert_eq!(lengthen(&[50; LONGEST], &mut noise, Urgency::Patient), None);
        assert!(shorten(&mut noise, Urgency::Urgent).is_some());
        let mut silence = vec![7; 240];
        assert_eq!(shorten(&mut silence, Urgency::Patient), Some(LONGEST));
        assert_eq!(shorten(&mut silence, Urgency::Urgent), None, "too little is left");
        assert_eq!(lengthen(&[7; LONGEST], &mut silence, Urgency::Patient), Some(LONGEST));
    }
}
