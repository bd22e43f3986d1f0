//! Whom a transport source belongs to: never by anything that a message says (security row 6).

use edge::TrunkId;

use crate::core::Core;
use crate::resolver::Server;
use crate::settings::Admit;

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

/// Where a message comes from, as far as its transport says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'a> {
    pub(crate) peer: Server,
    /// The trunks that the far side's certificate is for; none where none is asked for.
    pub(crate) certified: Option<&'a [TrunkId]>,
}

impl Core {
    /// Whom a transport source belongs to: those who have this very place before those who have its address.
    pub(crate) fn origin(&self, source: &Source<'_>) -> Origin {
        let mut admitting = self.trunks.iter().filter(|trunk| trunk.admits(source));
        if let Some(trunk) = admitting.clone().find(|trunk| trunk.is_at(source.peer.address)) {
            return Origin::Trunk(trunk.id);
        }
        let mut admitting = || admitting.next().map(|trunk| Origin::Trunk(trunk.id));
        if self.settings.admit == Admit::Anyone {
            return admitting().unwrap_or(Origin::Anyone);
        }
        if self.stations.is_fixed_at(source.peer) {
            return Origin::Fixed;
        }
        if self.stations.is_registered_at(source.peer) {
            return Origin::Telephone;
        }
        admitting().unwrap_or(Origin::Stranger)
    }
}
