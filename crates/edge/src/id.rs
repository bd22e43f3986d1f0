//! Names for things that both sides of the edge talk about.

use std::fmt;

/// One party's connection: one SIP dialog and one media leg, under one name. Never reused while the
/// process lives.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LegId(u64);

/// Legs that began in the network carry this bit, so both sides can name new legs without asking.
const FROM_NETWORK: u64 = 1 << 63;

impl LegId {
    /// The `n`-th leg that the switch places.
    #[must_use]
    pub const fn placed(n: u64) -> Self {
        Self(n & !FROM_NETWORK)
    }

    /// The `n`-th leg that arrived from the network.
    #[must_use]
    pub const fn arrived(n: u64) -> Self {
        Self(n | FROM_NETWORK)
    }

    /// Whether the network began this leg.
    #[must_use]
    pub const fn is_arrived(self) -> bool {
        self.0 & FROM_NETWORK != 0
    }

    /// A number to spread legs over workers and slots: consecutive legs differ in the low bits.
    #[must_use]
    pub const fn spread(self) -> u64 {
        self.0 & !FROM_NETWORK
    }
}

impl fmt::Display for LegId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = if self.is_arrived() { "in" } else { "out" };
        write!(f, "{side}-{}", self.0 & !FROM_NETWORK)
    }
}

/// A trunk of the configuration, by its place in the list (0-based).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TrunkId(pub u16);

impl fmt::Display for TrunkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "trunk-{}", self.0)
    }
}

/// A station: a telephone of the house, by the port that it is reached on (its agent number).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct StationId(pub u16);

impl fmt::Display for StationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "station-{}", self.0)
    }
}

/// What a leg runs over.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Line {
    /// A trunk to the network.
    Trunk(TrunkId),
    /// A telephone of the house.
    Station(StationId),
}

impl Line {
    /// The trunk, if it is one.
    #[must_use]
    pub const fn trunk(self) -> Option<TrunkId> {
        match self {
            Self::Trunk(trunk) => Some(trunk),
            Self::Station(_) => None,
        }
    }

    /// The station, if it is one.
    #[must_use]
    pub const fn station(self) -> Option<StationId> {
        match self {
            Self::Trunk(_) => None,
            Self::Station(station) => Some(station),
        }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Trunk(trunk) => trunk.fmt(f),
            Self::Station(station) => station.fmt(f),
        }
    }
}

/// One play on a leg, so that the end of an old play is never taken for the end of a new one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PlayId(pub u64);

impl fmt::Display for PlayId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "play-{}", self.0)
    }
}

/// One recording, which goes into one file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RecordId(pub u64);

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "record-{}", self.0)
    }
}
