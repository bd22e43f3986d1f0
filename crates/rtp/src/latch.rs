//! Where a party's packets come from, and who else's are refused: symmetric RTP (RFC 4961 §3) for parties behind a
//! NAT (RFC 7362 §4).
//!
//! The first valid packet says it, of those that come from where the party may be: the address of its SDP or, for a
//! telephone, the one that its signalling comes from. From then on that one place is heard and spoken to. A NAT that
//! forgets gives a party another port in the middle of a call: it is followed there when nothing has come for a
//! while, and what comes goes on where its stream was (RFC 7362 §5 has what happens to those who follow anybody).

use std::net::{IpAddr, SocketAddr};

use edge::sound::Media;

use crate::limits::ASTRAY;

/// Where a party's packets come from, once that is known.
#[derive(Clone, Copy, Default, Debug)]
pub struct Latch(Option<SocketAddr>);

/// What a sender is to a leg.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sender {
    /// The party.
    Party,
    /// The party, if its packet is one: nothing was heard of it so far.
    First,
    /// The party, if its packet goes on where its stream was: nothing has come from where it was.
    Moved,
    /// Someone else.
    Stranger,
}

impl Latch {
    /// Where the party is.
    #[must_use]
    pub const fn party(self) -> Option<SocketAddr> {
        self.0
    }

    /// The party is here.
    pub const fn set(&mut self, party: SocketAddr) {
        self.0 = Some(party);
    }

    /// What a sender is, when nothing of the party has come for so many turns.
    #[must_use]
    pub fn sender(self, from: SocketAddr, media: &Media, silence: u64) -> Sender {
        match self.0 {
            Some(party) if from == party => Sender::Party,
            Some(_) if silence >= ASTRAY && may_be(from.ip(), media) => Sender::Moved,
            None if may_be(from.ip(), media) => Sender::First,
            _ => Sender::Stranger,
        }
    }

    /// Where RTCP goes to: beside the party's RTP where that comes from elsewhere than it said (RFC 3550 §11), else
    /// where it wants it.
    #[must_use]
    pub fn control(self, media: &Media) -> SocketAddr {
        match self.0 {
            Some(party) if party.ip() != media.remote.ip() && media.rtcp.ip() == media.remote.ip() => {
                SocketAddr::new(party.ip(), party.port().saturating_add(1))
            }
            _ => media.rtcp,
        }
    }
}

/// Whether the party may be at this address.
pub fn may_be(ip: IpAddr, media: &Media) -> bool {
    ip == media.remote.ip() || media.signals_from == Some(ip)
}
