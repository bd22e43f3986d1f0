//! The sixteen keys of a telephone.

use std::fmt;

/// A DTMF key: `0`-`9`, `*`, `#`, `A`-`D`; the value is its telephone-event number (RFC 4733 §3.2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Key(u8);

const FACES: &[u8; 16] = b"0123456789*#ABCD";

impl Key {
    /// The key with this telephone-event number; none above 15 (those are signals, not keys).
    #[must_use]
    pub const fn from_event(event: u8) -> Option<Self> {
        if event < 16 { Some(Self(event)) } else { None }
    }

    /// The key with this face, letters in either case.
    #[must_use]
    pub fn from_face(face: char) -> Option<Self> {
        let face = u8::try_from(face).ok()?.to_ascii_uppercase();
        let event = FACES.iter().position(|&f| f == face)?;
        u8::try_from(event).ok().map(Self)
    }

    /// Its telephone-event number, 0 to 15.
    #[must_use]
    pub const fn event(self) -> u8 {
        self.0
    }

    /// What is printed on it.
    #[must_use]
    pub const fn face(self) -> char {
        FACES[(self.0 & 15) as usize] as char
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.face())
    }
}

/// A set of keys.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Keys(u16);

impl Keys {
    /// No key.
    pub const NONE: Self = Self(0);
    /// Every key.
    pub const ALL: Self = Self(u16::MAX);

    /// Whether the key is one of them.
    #[must_use]
    pub const fn has(self, key: Key) -> bool {
        self.0 & (1 << key.event()) != 0
    }
}

impl FromIterator<Key> for Keys {
    fn from_iter<I: IntoIterator<Item = Key>>(keys: I) -> Self {
        Self(keys.into_iter().fold(0, |set, key| set | 1 << key.event()))
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = (0..16).filter_map(Key::from_event).filter(|&key| self.has(key));
        write!(f, "Keys({})", keys.map(Key::face).collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_keeps_its_face() {
        for event in 0..16 {
            let key = Key::from_event(event).expect("below 16");
            assert_eq!(Key::from_face(key.face()), Some(key));
            assert_eq!(key.event(), event);
        }
        assert_eq!(Key::from_event(16), None);
        assert_eq!(Key::from_face('d'), Key::from_event(15));
        assert_eq!(Key::from_face('é'), None);
    }

    #[test]
    fn a_set_has_its_keys_and_no_others() {
        let keys: Keys = "12#".chars().filter_map(Key::from_face).collect();
        let faces = |keys: Keys| format!("{keys:?}");
        assert_eq!(faces(keys), "Keys(12#)");
        assert_eq!(faces(Keys::ALL), "Keys(0123456789*#ABCD)");
        assert_eq!(faces(Keys::NONE), "Keys()");
    }
}
