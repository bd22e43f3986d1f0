//! Whom a transport source belongs to: never by anything that a message says (security row 6).

use std::net::SocketAddr;

use edge::TrunkId;

use crate::core::Core;
use crate::settings::Admit;
use crate::trunk::Trunk;

/// Whom a transport source belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Origin {
    /// A trunk: what comes from there is its own.
    Trunk(TrunkId),
    /// One or more stations at their fixed place.
    Fixed,
    /// Somebody registered from there; whoever calls from there has to prove who it is.
    Telephone,
    /// Nobody, where anyone may call.
    Anyone,
    /// Nobody.
    Stranger,
}

impl Origin {
    /// Whether it is somebody whom we serve.
    pub(crate) const fn is_known(self) -> bool {
        !matches!(self, Self::Stranger)
    }
}

impl Core {
    /// Whom a transport source belongs to: those who have this very place before those who have its address.
    pub(crate) fn origin(&self, source: SocketAddr) -> Origin {
        if let Some(trunk) = self.trunk_at(source) {
            return Origin::Trunk(trunk.id);
        }
        if self.settings.admit == Admit::Anyone {
            return self.trunk_of(source).map_or(Origin::Anyone, |trunk| Origin::Trunk(trunk.id));
        }
        if self.stations.is_fixed_at(source) {
            return Origin::Fixed;
        }
        if self.stations.is_registered_at(source) {
            return Origin::Telephone;
        }
        self.trunk_of(source).map_or(Origin::Stranger, |trunk| Origin::Trunk(trunk.id))
    }

    fn trunk_at(&self, source: SocketAddr) -> Option<&Trunk> {
        self.trunks.iter().find(|t| t.is_at(source) && t.admits(source.ip()))
    }

    /// The trunk that a transport source belongs to: the one at that very place, else one that admits
    /// the address.
    fn trunk_of(&self, source: SocketAddr) -> Option<&Trunk> {
        self.trunk_at(source).or_else(|| self.trunks.iter().find(|t| t.admits(source.ip())))
    }
}
