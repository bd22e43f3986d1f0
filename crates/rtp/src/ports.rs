//! The legs' sockets: port pairs of the configured range, reserved before a leg opens.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use edge::LegId;

use crate::clock;
use crate::limits::{BIND_TRIES, REST, RESTING, STALE};
use crate::socket::Socket;

/// Why no sockets could be had for a leg.
#[derive(Debug, thiserror::Error)]
pub enum ReserveError {
    /// Each pair is in use, by legs or by other programs.
    #[error("no RTP port pair of {first}-{last} is free; widen media.rtp_ports")]
    Exhausted {
        /// The first port of the range.
        first: u16,
        /// The last port of the range.
        last: u16,
    },
    /// The kernel gives no socket, whatever the port.
    #[error("no socket for RTP on {address}: {source}; raise the limit of open files or check the address")]
    Socket {
        /// Where it was tried.
        address: SocketAddr,
        /// What the kernel said.
        source: io::Error,
    },
}

/// The two sockets of a leg.
#[derive(Debug)]
pub struct Pair {
    /// For sound, on an even port (RFC 3550 §11).
    pub rtp: Socket,
    /// For reports, on the next port.
    pub rtcp: Socket,
}

impl Pair {
    fn bind(rtp: SocketAddr) -> io::Result<Self> {
        let rtcp = SocketAddr::new(rtp.ip(), rtp.port() + 1);
        Ok(Self { rtp: Socket::bind(rtp)?, rtcp: Socket::bind(rtcp)? })
    }

    /// Throws away what arrived while nobody had it. Fails while more comes than can be thrown away.
    fn empty(&self) -> io::Result<()> {
        self.rtp.empty(STALE)?;
        self.rtcp.empty(STALE)
    }
}

/// All port pairs, and the legs that have one.
pub struct Ports {
    /// Of ours; one at least.
    addresses: Vec<IpAddr>,
    range: RangeInclusive<u16>,
    /// The first even port of the range.
    first: u16,
    table: Mutex<Table>,
}

struct Table {
    /// Which pairs are in use.
    used: Vec<bool>,
    /// The pair to try first: the one after the last given, so that a port rests before it is used again.
    next: usize,
    legs: HashMap<LegId, Reserved>,
    /// Pairs of legs that are over, still bound, the one that rests longest first: to make two sockets
    /// and to close them is a tenth of what a short call costs.
    resting: VecDeque<Resting>,
}

struct Resting {
    pair: usize,
    /// Where they are bound.
    address: IpAddr,
    sockets: Pair,
    /// On the monotonic clock.
    since: Duration,
}

struct Reserved {
    pair: usize,
    local: SocketAddr,
    /// Here until the leg opens.
    sockets: Option<Pair>,
}

impl Table {
    /// A pair that nobody has, with its sockets where it is still bound to this address. One that has not rested
    /// long enough is given when there is no other.
    fn take(&mut self, address: IpAddr, now: Duration) -> Option<(usize, Option<Pair>)> {
        let rested = |resting: &mut Resting| now.saturating_sub(resting.since) >= REST;
        let given = |resting: Resting| {
            let Resting { pair, sockets, .. } = resting;
            (pair, (resting.address == address).then_some(sockets))
        };
        if let Some(resting) = self.resting.pop_front_if(rested) {
            return Some(given(resting));
        }
        let count = self.used.len();
        let Some(pair) = (self.next..count).chain(0..self.next).find(|&pair| !self.used[pair]) else {
            return self.resting.pop_front().map(given);
        };
        self.used[pair] = true;
        self.next = (pair + 1) % count;
        Some((pair, None))
    }

    /// Takes a pair back.
    fn rest(&mut self, reserved: Reserved, since: Duration) {
        let Reserved { pair, local, sockets } = reserved;
        match sockets {
            Some(sockets) if self.resting.len() < RESTING => {
                self.resting.push_back(Resting { pair, address: local.ip(), sockets, since });
            }
            // Closed before another leg may bind its ports.
            sockets => {
                drop(sockets);
                self.used[pair] = false;
            }
        }
    }
}

impl Ports {
    /// The pairs of this range on these addresses of ours; none when there is not a single one.
    #[must_use]
    pub fn new(addresses: Vec<IpAddr>, range: RangeInclusive<u16>) -> Option<Self> {
        if addresses.is_empty() {
            return None;
        }
        let first = range.start().checked_next_multiple_of(2)?.max(2);
        let ports = (u32::from(*range.end()) + 1).checked_sub(u32::from(first))?;
        let pairs = usize::try_from(ports / 2).ok().filter(|&pairs| pairs > 0)?;
        let table =
            Table { used: vec![false; pairs], next: 0, legs: HashMap::new(), resting: VecDeque::new() };
        Some(Self { addresses, range, first, table: Mutex::new(table) })
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Which of our addresses sound is received on from those whom this one of ours faces: itself, any address of
    /// its family, another one of its family (it may be one that only the far side of a NAT knows), or the first.
    fn towards(&self, facing: IpAddr) -> IpAddr {
        let of_family = || self.addresses.iter().filter(|address| address.is_ipv4() == facing.is_ipv4());
        let found = of_family()
            .find(|&&address| address == facing)
            .or_else(|| of_family().find(|address| address.is_unspecified()))
            .or_else(|| of_family().next());
        *found.unwrap_or(&self.addresses[0])
    }

    /// Finds sockets for this leg and tells where; the same again when it has some already, unless they face the
    /// wrong way and nothing has come of them yet.
    pub fn reserve(&self, leg: LegId, facing: IpAddr) -> Result<SocketAddr, ReserveError> {
        let address = self.towards(facing);
        let tries = BIND_TRIES.min(self.table().used.len());
        for _ in 0..tries {
            let mut table = self.table();
            match table.legs.get(&leg) {
                Some(Reserved { local, sockets: Some(_), .. }) if local.ip() != address => {
                    if let Some(reserved) = table.legs.remove(&leg) {
                        table.rest(reserved, clock::now());
                    }
                }
                Some(reserved) => return Ok(reserved.local),
                None => {}
            }
            let Some((pair, bound)) = table.take(address, clock::now()) else { break };
            drop(table);
            let local = SocketAddr::new(address, self.first + (pair * 2) as u16);
            let bound = match bound {
                Some(sockets) => sockets.empty().map(|()| sockets),
                None => Pair::bind(local),
            };
            let mut table = self.table();
            match bound {
                Ok(sockets) if !table.legs.contains_key(&leg) => {
                    table.legs.insert(leg, Reserved { pair, local, sockets: Some(sockets) });
                    return Ok(local);
                }
                // Another thread was quicker with the same leg: the next round finds its sockets.
                Ok(sockets) => drop(sockets),
                // Another program has it, or somebody floods it.
                Err(error)
                    if matches!(error.kind(), io::ErrorKind::AddrInUse | io::ErrorKind::ResourceBusy) => {}
                Err(source) => {
                    table.used[pair] = false;
                    return Err(ReserveError::Socket { address: local, source });
                }
            }
            table.used[pair] = false;
        }
        Err(ReserveError::Exhausted { first: *self.range.start(), last: *self.range.end() })
    }

    /// Whether this leg has a reservation, open or not.
    pub fn is_reserved(&self, leg: LegId) -> bool {
        self.table().legs.contains_key(&leg)
    }

    /// The sockets reserved for this leg; none when there are none, or it has opened before.
    pub fn claim(&self, leg: LegId) -> Option<Pair> {
        self.table().legs.get_mut(&leg)?.sockets.take()
    }

    /// Ends a leg's reservation. It gives back the sockets that it claimed, connected to nobody, or has
    /// closed them.
    pub fn release(&self, leg: LegId, sockets: Option<Pair>) {
        let mut table = self.table();
        if let Some(reserved) = table.legs.remove(&leg) {
            let sockets = sockets.or(reserved.sockets);
            table.rest(Reserved { sockets, ..reserved }, clock::now());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(127, 0, 0, 1));

    /// A range of four ports that nobody uses just now.
    fn four() -> RangeInclusive<u16> {
        crate::tests::free_ports(4)
    }

    #[test]
    fn pairs_are_even_and_within_the_range() {
        assert!(Ports::new(vec![HOME], 7..=8).is_none());
        assert!(Ports::new(vec![HOME], 8..=8).is_none());
        #[expect(clippy::reversed_empty_ranges, reason = "what a configuration may say")]
        let backwards = 9..=8;
        assert!(Ports::new(vec![HOME], backwards).is_none());
        let ports = Ports::new(vec![HOME], 7..=10).unwrap();
        assert_eq!((ports.first, ports.table().used.len()), (8, 1));
        let ports = Ports::new(vec![HOME], 65_534..=65_535).unwrap();
        assert_eq!((ports.first, ports.table().used.len()), (65_534, 1));
    }

    #[test]
    fn an_exhausted_range_is_told_and_comes_back() {
        let range = four();
        let ports = Ports::new(vec![HOME], range.clone()).unwrap();
        let a = ports.reserve(LegId::placed(1), HOME).unwrap();
        let b = ports.reserve(LegId::placed(2), HOME).unwrap();
        assert_eq!((a.port(), b.port()), (*range.start(), *range.start() + 2));
        assert_eq!(ports.reserve(LegId::placed(1), HOME).unwrap(), a, "the same leg, the same place");
        let full = ports.reserve(LegId::placed(3), HOME).unwrap_err();
        assert!(matches!(full, ReserveError::Exhausted { .. }), "{full}");
        ports.release(LegId::placed(1), None);
        assert_eq!(ports.reserve(LegId::placed(3), HOME).unwrap(), a);
    }

    #[test]
    fn ports_of_other_programs_are_passed_over() {
        let range = four();
        let other = Socket::bind(SocketAddr::new(HOME, *range.start() + 1)).unwrap();
        let ports = Ports::new(vec![HOME], range.clone()).unwrap();
        assert_eq!(ports.reserve(LegId::placed(1), HOME).unwrap().port(), *range.start() + 2);
        assert!(ports.reserve(LegId::placed(2), HOME).is_err());
        drop(other);
        assert_eq!(ports.reserve(LegId::placed(2), HOME).unwrap().port(), *range.start());
    }

    #[test]
    fn sockets_are_claimed_once() {
        let ports = Ports::new(vec![HOME], four()).unwrap();
        assert!(ports.claim(LegId::placed(1)).is_none());
        ports.reserve(LegId::placed(1), HOME).unwrap();
        assert!(ports.is_reserved(LegId::placed(1)));
        assert!(ports.claim(LegId::placed(1)).is_some());
        assert!(ports.claim(LegId::placed(1)).is_none());
        ports.release(LegId::placed(1), None);
        assert!(!ports.is_reserved(LegId::placed(1)));
    }

    #[test]
    fn a_pair_that_rested_is_given_again_without_what_came_meanwhile() {
        let ports = Ports::new(vec![HOME], four()).unwrap();
        let a = ports.reserve(LegId::placed(1), HOME).unwrap();
        let sockets = ports.claim(LegId::placed(1)).unwrap();
        let descriptor = sockets.rtp.descriptor();
        ports.release(LegId::placed(1), Some(sockets));
        let late = Socket::bind(SocketAddr::new(HOME, 0)).unwrap();
        late.send_to(b"late", a).unwrap();
        let b = ports.reserve(LegId::placed(2), HOME).unwrap();
        assert_ne!(a, b, "it rests while there are others");
        assert_eq!(ports.reserve(LegId::placed(3), HOME).unwrap(), a);
        let again = ports.claim(LegId::placed(3)).unwrap();
        assert_eq!(again.rtp.descriptor(), descriptor, "still bound");
        let nothing = again.rtp.receive(&mut [0; 8]).unwrap_err();
        assert_eq!(nothing.kind(), io::ErrorKind::WouldBlock);
    }

    #[test]
    fn sockets_are_on_the_address_that_faces_the_far_side() {
        let six = IpAddr::V6(std::net::Ipv6Addr::LOCALHOST);
        let other = IpAddr::V4(std::net::Ipv4Addr::new(127, 0, 0, 2));
        let ports = Ports::new(vec![HOME, other, six], four()).unwrap();
        let at = |leg, facing| ports.reserve(LegId::placed(leg), facing).unwrap().ip();
        assert_eq!((at(1, six), at(2, other)), (six, other));
        assert_eq!(at(2, six), six, "it faces another way now, and nobody has its sockets yet");
        assert_eq!(at(2, "203.0.113.7".parse().unwrap()), HOME, "one that only others know");
        let sockets = ports.claim(LegId::placed(2)).unwrap();
        assert_eq!(at(2, six), HOME, "somebody has them");
        ports.release(LegId::placed(1), None);
        ports.release(LegId::placed(2), Some(sockets));
        // What rests is bound elsewhere, and bound anew.
        assert_eq!((at(3, other), at(4, other)), (other, other));
        let four_alone = Ports::new(vec![HOME], four()).unwrap();
        assert_eq!(four_alone.reserve(LegId::placed(1), six).unwrap().ip(), HOME, "what there is");
        let any = Ports::new(vec![std::net::Ipv6Addr::UNSPECIFIED.into(), HOME], four()).unwrap();
        assert!(any.reserve(LegId::placed(1), six).unwrap().ip().is_unspecified());
    }
}
