//! Pass codes: how they are compared, and how many wrong ones are borne (decision D09).

use std::collections::VecDeque;
use std::hint::black_box;
use std::net::{IpAddr, Ipv6Addr};
use std::time::{Duration, Instant};

use protocol::Text;

use crate::limits;

/// Why a link is denied a mailbox.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Denial {
    /// There is none of this number.
    NoMailbox,
    /// The pass code is wrong or absent.
    WrongPassCode,
    /// There were too many wrong ones for this mailbox in the last hour.
    MailboxLocked,
    /// There were too many wrong ones from this address in the last hour.
    AddressLocked,
}

/// A wrong pass code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    /// The mailbox it was given for.
    pub mailbox: Text,
    /// Whom it came from.
    pub peer: IpAddr,
}

impl Failure {
    /// How long one counts.
    pub const COUNTS_FOR: Duration = limits::FAILURE;
    /// How many are remembered at a time, over all mailboxes and addresses; the oldest goes first.
    pub const MOST: usize = limits::FAILURES;
}

/// The wrong pass codes of the last hour. Each counts for its mailbox and for its address.
#[derive(Debug)]
pub(crate) struct Failures {
    /// How many lock a mailbox or an address.
    limit: usize,
    /// When each is forgotten; the next first.
    recent: VecDeque<(Instant, Failure)>,
}

impl Failures {
    pub(crate) const fn new(limit: u32) -> Self {
        Self { limit: limit as usize, recent: VecDeque::new() }
    }

    /// Whether even the right pass code is refused now.
    pub(crate) fn lock(&mut self, now: Instant, mailbox: &Text, peer: IpAddr) -> Option<Denial> {
        while self.recent.pop_front_if(|(until, _)| *until <= now).is_some() {}
        let count = |holds: &dyn Fn(&Failure) -> bool| self.recent.iter().filter(|(_, f)| holds(f)).count();
        if count(&|failure| failure.mailbox == *mailbox) >= self.limit {
            Some(Denial::MailboxLocked)
        } else if count(&|failure| source(failure.peer) == source(peer)) >= self.limit {
            Some(Denial::AddressLocked)
        } else {
            None
        }
    }

    /// Remembers one for an hour.
    pub(crate) fn add(&mut self, now: Instant, failure: Failure) {
        self.restore(now, failure, limits::FAILURE);
    }

    /// Remembers one for what is left of its hour. Those of the last process come in the order in which
    /// they happened, and never more than fit: beyond that the oldest is forgotten.
    pub(crate) fn restore(&mut self, now: Instant, failure: Failure, left: Duration) {
        if self.recent.len() >= limits::FAILURES {
            self.recent.pop_front();
        }
        self.recent.push_back((now + left.min(limits::FAILURE), failure));
    }
}

/// Whom an address stands for: who has one address of IPv6 has all of its /64 (RFC 4291 §2.5.4).
fn source(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
        v4 => v4,
    }
}

/// Whether a pass code is the right one, in a time that tells nothing of the right one.
pub(crate) fn is_right(given: Option<&Text>, right: Option<&Text>) -> bool {
    let octets = |text: Option<&Text>| text.map(|text| text.as_bytes().to_vec()).unwrap_or_default();
    let (mine, yours) = (octets(right), octets(given));
    let mut difference = usize::from(right.is_none() || given.is_none()) | (mine.len() ^ yours.len());
    for (at, yours) in yours.iter().enumerate() {
        let octet = mine.get(at).copied().unwrap_or_default();
        difference |= usize::from(black_box(octet ^ yours));
    }
    black_box(difference) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_pass_code_is_right() {
        let text = |text: &'static str| Some(Text::from(text));
        for (given, right, wanted) in [
            (text("2424"), text("2424"), true),
            (text("2425"), text("2424"), false),
            (text("242"), text("2424"), false),
            (text("24244"), text("2424"), false),
            (text(""), text("2424"), false),
            (None, text("2424"), false),
            (text(""), None, false),
            (None, None, false),
            (text("2424"), None, false),
        ] {
            assert_eq!(is_right(given.as_ref(), right.as_ref()), wanted, "{given:?} for {right:?}");
        }
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "virtual time has to begin somewhere")]
    fn the_table_of_failures_is_bounded() {
        let now = Instant::now();
        let mut failures = Failures::new(10);
        for n in 0..limits::FAILURES * 2 {
            let mailbox = Text::from(n.to_string());
            failures.add(now, Failure { mailbox, peer: IpAddr::from([127, 0, 0, 1]) });
        }
        assert_eq!(failures.recent.len(), limits::FAILURES);
    }

    #[test]
    fn an_address_of_ipv6_stands_for_its_network() {
        let address = |text: &str| text.parse::<IpAddr>().expect("an address");
        assert_eq!(source(address("2001:db8::1:2:3:4")), source(address("2001:db8::5")));
        assert_ne!(source(address("2001:db8:0:1::5")), source(address("2001:db8::5")));
        assert_eq!(source(address("::ffff:10.0.0.1")), address("10.0.0.1"));
    }
}
