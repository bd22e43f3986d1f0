//! A leg whose packets are secured (RFC 3711): the two ways, and what they were agreed with.

use edge::sound::{Secret, Security, Suite};
use media::srtp::{Master, Opener, Sealer};

/// Both ways of a leg.
pub struct Secured {
    agreed: Security,
    sealer: Sealer,
    opener: Opener,
}

impl Secured {
    /// With what was agreed on.
    #[must_use]
    pub fn new(agreed: Security) -> Self {
        let (sealer, opener) = (Sealer::new(&master(agreed.ours)), Opener::new(&master(agreed.theirs)));
        Self { agreed, sealer, opener }
    }

    /// After another agreement. A way whose secret is as it was goes on: its packets are numbered on, and none
    /// that came is taken again.
    pub fn agree(&mut self, agreed: Security) {
        if agreed.ours != self.agreed.ours {
            self.sealer = Sealer::new(&master(agreed.ours));
        }
        if agreed.theirs != self.agreed.theirs {
            self.opener = Opener::new(&master(agreed.theirs));
        }
        self.agreed = agreed;
    }

    /// What leaves: the packet that the first `length` octets are, secured in its place; its length then.
    pub fn seal(&mut self, room: &mut [u8], length: usize) -> Option<usize> {
        if is_report(room) { self.sealer.seal_report(room, length) } else { self.sealer.seal(room, length) }
    }

    /// What came: opened in its place; its length then, none where it is to be dropped.
    pub fn open(&mut self, packet: &mut [u8]) -> Option<usize> {
        let opened =
            if is_report(packet) { self.opener.open_report(packet) } else { self.opener.open(packet) };
        opened.ok()
    }
}

/// Whether a packet is RTCP, by its second octet (RFC 5761 §4).
fn is_report(packet: &[u8]) -> bool {
    matches!(packet.get(1), Some(192..=223))
}

fn master(secret: Secret) -> Master {
    let suite = match secret.suite {
        Suite::Sha1With80 => media::srtp::Suite::Sha1With80,
        Suite::Sha1With32 => media::srtp::Suite::Sha1With32,
    };
    Master { suite, key: secret.key, salt: secret.salt }
}
