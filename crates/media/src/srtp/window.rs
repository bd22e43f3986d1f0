//! Which packets of a stream came already (RFC 3711 §3.3.2).

/// Packets that the window reaches back from the last.
const SIZE: u64 = 64;

/// What came of one stream.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Window {
    last: Option<u64>,
    /// Bit n: the packet n before the last came.
    came: u64,
}

impl Window {
    /// The highest number that came.
    pub const fn last(self) -> Option<u64> {
        self.last
    }

    /// The window after the packet of this number; none when it came already or may have.
    pub const fn taking(self, index: u64) -> Option<Self> {
        let Some(last) = self.last else { return Some(Self { last: Some(index), came: 1 }) };
        if index > last {
            let ahead = index - last;
            let came = if ahead < SIZE { self.came << ahead | 1 } else { 1 };
            return Some(Self { last: Some(index), came });
        }
        let behind = last - index;
        if behind >= SIZE || self.came >> behind & 1 == 1 {
            return None;
        }
        Some(Self { last: self.last, came: self.came | 1 << behind })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_packet_comes_once_and_the_old_not_at_all() {
        let mut window = Window::default();
        for index in [1_000, 1_002, 1_001, 1_040, 1_064, 1_003] {
            window = window.taking(index).unwrap();
            assert_eq!(window.taking(index), None, "{index} again");
        }
        assert_eq!(window.taking(1_000), None, "too old to know");
        assert!(window.taking(1_004).is_some());
        assert!(window.taking(9_999).unwrap().taking(1_065).is_none());
    }
}
