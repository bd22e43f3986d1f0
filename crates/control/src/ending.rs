//! How what a voice channel does comes to its end. Each request has its own words for it.

use edge::Key;
use edge::sound::Sign;

/// What ended a play, a recording or a collecting of keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Ending {
    /// It is complete.
    Finished,
    /// This key.
    Key(Key),
    /// A request to stop it.
    Stopped,
    /// The network's reorder tone (decision U65).
    FastBusy,
    /// Noise on the line (decision U64).
    Noise,
    /// The network ended the call (decision U23).
    Dropped,
    /// The application ended the call (decision U21).
    Disconnected,
}

impl Ending {
    /// What a sign ends, if it ends anything.
    pub(crate) const fn of(sign: Sign) -> Option<Self> {
        match sign {
            Sign::FastBusy => Some(Self::FastBusy),
            Sign::Noise => Some(Self::Noise),
            Sign::DialTone | Sign::Ringback | Sign::Busy | Sign::Information | Sign::Cng | Sign::Ced => None,
        }
    }

    /// The key that ended it.
    pub(crate) const fn key(self) -> Option<Key> {
        match self {
            Self::Key(key) => Some(key),
            _ => None,
        }
    }
}
