//! Choices that come out the same for the same seed.

/// A generator of choices (SplitMix64).
#[derive(Clone, Debug)]
pub(super) struct Dice {
    state: u64,
}

impl Dice {
    /// The dice of the `n`th thing made from this seed.
    pub(super) fn new(seed: u64, n: u64) -> Self {
        let mut dice = Self { state: seed };
        dice.state = dice.next() ^ n.wrapping_mul(0xd134_2543_de82_ef95);
        dice.next();
        dice
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Anything from `low` to `high`.
    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A whole number of milliseconds from `low` to `high`.
    pub(super) fn ms(&mut self, low: u32, high: u32) -> u32 {
        self.between(f64::from(low), f64::from(high)).round() as u32
    }

    /// A number below `count`, which is not 0.
    pub(super) fn below(&mut self, count: usize) -> usize {
        ((self.next() >> 32) as usize) % count
    }

    /// True in this part of all cases.
    pub(super) fn chance(&mut self, part: f64) -> bool {
        self.between(0.0, 1.0) < part
    }

    /// One of these.
    pub(super) fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// The numbers below `count` in an order of chance.
    pub(super) fn shuffled(&mut self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..count).collect();
        for n in (1..count).rev() {
            order.swap(n, self.below(n + 1));
        }
        order
    }
}
