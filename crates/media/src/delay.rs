//! How long packets take beyond the quickest of them, and how long to wait for them therefore.

use crate::jitter::{DEEPEST, SHALLOWEST};

/// Samples told apart: 10 ms.
const STEP: u32 = 80;
/// From no delay to the deepest buffer, and all beyond.
const BINS: usize = (DEEPEST / STEP) as usize + 1;
/// All shares together.
const WHOLE: u32 = 1 << 30;
/// The share of packets that may come too late: 1.5 %, a little more than the two last ones.
const TOO_LATE: u32 = WHOLE / 1000 * 15;
/// A packet weighs 2^-7 of all before it, so that what was two and a half seconds ago, at 20 ms a
/// packet, is half forgotten.
const FORGETTING: u32 = 7;
/// The quickest packet is looked for among the last one to two times this many.
const RECENT: u32 = 100;
/// A packet that is this much beside the others, 1 s, has another clock.
const JUMP: i32 = 8_000;

/// The delays of a stream's packets, in samples at 8 kHz.
#[derive(Clone, Debug)]
pub(crate) struct Delays {
    /// The first packet's delay; others are measured from it. Its own zero means nothing.
    origin: u32,
    /// The quickest packet of the last period, and of this.
    quickest: [i32; 2],
    /// Packets of this period.
    period: u32,
    /// Packets in all.
    packets: u32,
    /// Which share of the packets took so many steps longer than the quickest.
    shares: [u32; BINS],
    target: u32,
}

impl Delays {
    /// The delays of a stream whose first packet has this timestamp and came now.
    pub fn begin(now: u32, timestamp: u32) -> Self {
        let mut shares = [0; BINS];
        // Until more is known, as if it were two packets of 20 ms.
        let target = 2 * SHALLOWEST;
        shares[(target / STEP) as usize] = WHOLE;
        let origin = now.wrapping_sub(timestamp);
        Self { origin, quickest: [0; 2], period: 0, packets: 0, shares, target }
    }

    /// Whether no packet was taken into account yet.
    pub const fn is_new(&self) -> bool {
        self.packets == 0
    }

    /// How much longer than the quickest packet one takes that is at this timestamp now.
    pub fn of(&self, now: u32, timestamp: u32) -> i32 {
        let delay = now.wrapping_sub(timestamp).wrapping_sub(self.origin).cast_signed();
        delay.saturating_sub(self.quickest[0].min(self.quickest[1]))
    }

    /// Takes a packet that came now into account. When it is out of all proportion, what was known is
    /// forgotten.
    pub fn arrive(&mut self, now: u32, timestamp: u32) {
        if !(-JUMP..=JUMP).contains(&self.of(now, timestamp)) {
            *self = Self { target: self.target, ..Self::begin(now, timestamp) };
        }
        let delay = now.wrapping_sub(timestamp).wrapping_sub(self.origin).cast_signed();
        if self.period == RECENT {
            self.quickest = [self.quickest[1], delay];
            self.period = 0;
        }
        self.period += 1;
        self.quickest[1] = self.quickest[1].min(delay);
        self.packets = self.packets.saturating_add(1);

        let longer = self.of(now, timestamp).max(0).cast_unsigned();
        let bin = (longer.div_ceil(STEP) as usize).min(BINS - 1);
        // At first each packet weighs about as much as any before it.
        let forgetting = self.packets.ilog2().clamp(1, FORGETTING);
        for share in &mut self.shares {
            *share -= *share >> forgetting;
        }
        self.shares[bin] += WHOLE >> forgetting;
        self.target = self.deep_enough();
    }

    /// How much longer than the quickest packet may take, so that nearly all come in time.
    pub const fn target(&self) -> u32 {
        self.target
    }

    /// The fewest steps that all but [`TOO_LATE`] keep to.
    fn deep_enough(&self) -> u32 {
        let mut late = 0;
        let bin = (0..BINS).rev().find(|&bin| {
            late += self.shares[bin];
            late > TOO_LATE
        });
        (bin.unwrap_or(0) as u32 * STEP).clamp(SHALLOWEST, DEEPEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Packets of 20 ms, each so many samples late.
    fn after(delays: &mut Delays, from: u32, late: impl IntoIterator<Item = u32>) -> u32 {
        for (n, late) in (from..).zip(late) {
            delays.arrive(n * 160 + late, n * 160);
        }
        delays.target()
    }

    #[test]
    fn the_target_is_what_nearly_all_packets_keep_to() {
        let mut delays = Delays::begin(0, 0);
        assert_eq!(delays.target(), 320, "two packets until more is known");
        assert_eq!(after(&mut delays, 0, [0; 200]), 160, "a steady stream needs no more than the least");
        assert_eq!(after(&mut delays, 200, [1_000]), 160, "one late packet is chance");
        assert_eq!(after(&mut delays, 201, (0..50).map(|n| n % 5 * 200)), 800, "every fifth one is not");
        assert_eq!(after(&mut delays, 251, [5_000; 20]), 1_600, "there is a limit");
        assert_eq!(after(&mut delays, 271, [0; 700]), 160, "and it is forgotten in 14 s");
    }

    #[test]
    fn the_quickest_packet_is_forgotten_when_the_clocks_drift() {
        let mut delays = Delays::begin(0, 0);
        after(&mut delays, 0, [160; 300]);
        assert_eq!(delays.of(160, 0), 0);
        after(&mut delays, 300, [0]);
        assert_eq!(delays.of(160, 0), 160, "a quicker one counts at once");
    }

    #[test]
    fn another_clock_begins_anew() {
        let mut delays = Delays::begin(7, u32::MAX);
        after(&mut delays, 0, [0; 100]);
        delays.arrive(100 * 160, 0x8000_0000);
        assert_eq!(delays.of(101 * 160, 0x8000_00A0), 0);
    }
}
