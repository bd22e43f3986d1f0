//! Where a sound repeats itself: the pitch period that concealment and stretching work in.

/// The shortest period looked for, in samples at 8 kHz: a voice of 200 Hz (G.711 appendix I §I.2.3).
pub(crate) const SHORTEST: usize = 40;
/// The longest period looked for: a voice of 66 Hz.
pub(crate) const LONGEST: usize = 120;
/// By how much a region is longer than the window that is looked for in it.
pub(crate) const SPREAD: usize = LONGEST - SHORTEST;

/// Where a window was found again.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Likeness {
    /// Samples from the start of the region, 0 to [`SPREAD`].
    pub offset: usize,
    /// The normalized correlation there, −1 to 1; 0 in silence.
    pub correlation: f32,
}

/// Where in `region`, which is [`SPREAD`] samples longer than `window`, that sounds most alike.
pub(crate) fn find<const WINDOW: usize>(window: &[i16; WINDOW], region: &[i16]) -> Likeness {
    let window = window.map(f32::from);
    let region: Vec<f32> = region.iter().copied().map(f32::from).collect();
    let own = dot(&window, &window);
    let mut best = Likeness { offset: 0, correlation: 0.0 };
    let mut energy = dot(&region[..WINDOW], &region[..WINDOW]);
    for offset in 0..=SPREAD {
        let product = dot(&window, &region[offset..offset + WINDOW]);
        let norm = (own * energy).sqrt();
        if norm > 0.0 && product / norm > best.correlation {
            best = Likeness { offset, correlation: product / norm };
        }
        if let Some(next) = region.get(offset + WINDOW) {
            energy += next * next - region[offset] * region[offset];
        }
    }
    best
}

/// The inner product, in eight sums that the compiler may take together.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let mut sums = [0.0_f32; 8];
    for (a, b) in a.iter().zip(b) {
        for lane in 0..8 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum::<f32>() + a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f32>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_found() {
        for period in [40_usize, 57, 80, 111, 120] {
            let sound: Vec<i16> = (0..400).map(|n| ((n % period) as i16 - 20) * 300).collect();
            let window: &[i16; 160] = sound[..160].try_into().unwrap();
            let found = find(window, &sound[SHORTEST..SHORTEST + 160 + SPREAD]);
            // The shorter periods fit two and three times as well.
            assert_eq!((found.offset + SHORTEST) % period, 0, "{period}");
            assert!(found.correlation > 0.999, "{period}: {}", found.correlation);
        }
    }

    #[test]
    fn silence_is_like_nothing() {
        assert_eq!(find(&[0; 120], &[0; 200]), Likeness { offset: 0, correlation: 0.0 });
        assert_eq!(find(&[i16::MIN; 120], &[0; 200]).correlation, 0.0);
    }
}
