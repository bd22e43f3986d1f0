//! How good a call sounds, estimated from its packets: the E-model, ITU-T G.107.
//!
//! Everything that a packet count cannot know stands at the model's default: no echo, a quiet room, ordinary
//! telephones. What is left is what the codec takes, what is lost and how late the sound comes.

/// The rating of a call that lacks nothing, with every parameter at its default (G.107 §7.7).
pub const BEST: f64 = 93.2;

/// What a codec takes of the rating, and how it bears losses (G.113 appendix I).
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Coding {
    /// The equipment impairment factor Ie: what it takes where nothing is lost.
    pub impairment: f64,
    /// The packet-loss robustness factor Bpl: how well it hides what is lost.
    pub robustness: f64,
}

impl Coding {
    /// G.711 whose losses are concealed, as [`crate::conceal`] does.
    pub const G711: Self = Self { impairment: 0.0, robustness: 25.1 };
    /// G.722 of which the telephone band is heard. G.113 rates it on the wide-band scale alone, where it is better
    /// than G.711: here it counts as that, and so do its losses, which the same concealment hides.
    pub const G722: Self = Self::G711;
}

/// The rating R, 0 to [`BEST`], of sound of which so many in a hundred packets are lost, and that is so many
/// milliseconds old when it is heard.
#[must_use]
pub fn rating(coding: Coding, loss_percent: f64, delay_ms: f64) -> f64 {
    (BEST - late(delay_ms) - lost(coding, loss_percent)).clamp(0.0, BEST)
}

/// The mean opinion score of a rating, 1 to 4.5 (G.107 annex B).
#[must_use]
pub fn opinion(rating: f64) -> f64 {
    if rating <= 0.0 {
        return 1.0;
    }
    let rating = rating.min(100.0);
    // Below 6.5 the polynomial dips under 1, which nobody can give.
    (1.0 + 0.035 * rating + rating * (rating - 60.0) * (100.0 - rating) * 7e-6).max(1.0)
}

/// Idd: what delay takes where there is no echo (G.107 §7.4, with the default sensitivity).
fn late(delay_ms: f64) -> f64 {
    if delay_ms <= 100.0 {
        return 0.0;
    }
    let x = (delay_ms / 100.0).log2();
    let root = |x: f64| (1.0 + x.powi(6)).powf(1.0 / 6.0);
    25.0 * (root(x) - 3.0 * root(x / 3.0) + 2.0)
}

/// Ie,eff: what the codec and losses at random take together (G.107 §7.5, with BurstR = 1).
fn lost(Coding { impairment, robustness }: Coding, loss_percent: f64) -> f64 {
    let loss = loss_percent.clamp(0.0, 100.0);
    impairment + (95.0 - impairment) * loss / (loss + robustness)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(got: f64, wanted: f64, within: f64, what: &str) {
        assert!((got - wanted).abs() <= within, "{what}: {got}, not {wanted}");
    }

    /// G.107 table B.1.
    #[test]
    fn opinions_are_those_of_the_table() {
        for (rating, wanted) in [(90.0, 4.34), (80.0, 4.03), (70.0, 3.60), (60.0, 3.10), (50.0, 2.58)] {
            check(opinion(rating), wanted, 0.01, "opinion");
        }
        check(opinion(BEST), 4.41, 0.005, "the best");
        assert_eq!((opinion(0.0), opinion(-7.0), opinion(3.0)), (1.0, 1.0, 1.0));
        check(opinion(100.0), 4.5, 1e-9, "a rating of 100");
    }

    /// G.113 appendix I: what was measured of G.711 with concealment, at losses in percent.
    #[test]
    fn losses_take_what_was_measured() {
        for (loss, wanted) in [
            (0.0, 0.0),
            (1.0, 5.0),
            (2.0, 7.0),
            (3.0, 10.0),
            (5.0, 15.0),
            (7.0, 20.0),
            (10.0, 25.0),
            (15.0, 35.0),
        ] {
            check(lost(Coding::G711, loss), wanted, 2.2, "lost");
        }
        // G.729A with its own concealment: Ie 11, Bpl 19.
        let g729 = Coding { impairment: 11.0, robustness: 19.0 };
        for (loss, wanted) in [(0.0, 11.0), (1.0, 15.0), (2.0, 19.0), (4.0, 26.0), (8.0, 36.0)] {
            check(lost(g729, loss), wanted, 1.0, "lost of G.729A");
        }
    }

    /// The figures of G.107 for connections without echo: nothing up to 100 ms, then 200 ms costs 3 points, 300 ms
    /// 15 and 400 ms 24.
    #[test]
    fn delay_takes_nothing_at_first_and_then_much() {
        for (delay, wanted) in
            [(0.0, 0.0), (100.0, 0.0), (150.0, 0.16), (200.0, 3.04), (300.0, 14.8), (400.0, 24.1)]
        {
            check(late(delay), wanted, 0.05, "late");
        }
    }

    #[test]
    fn worse_is_never_rated_better() {
        let of = |loss: u32, delay: u32| rating(Coding::G711, f64::from(loss), f64::from(delay));
        for step in 0..100 {
            assert!(of(step + 1, 50) <= of(step, 50) && of(1, 10 * step + 10) <= of(1, 10 * step));
        }
        assert!(of(100, 5_000) >= 0.0);
    }
}
