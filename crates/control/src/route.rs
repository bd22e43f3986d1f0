//! The port search: which port of which trunk a call is placed on, and what keeps it from being placed.

use std::time::Instant;

use edge::TrunkId;
use edge::sound::Profile;

use crate::abandoned::Abandoned;
use crate::cap::Cap;
use crate::input::{Alert, CapOf, Output};
use crate::numbers::{self, Rules};
use crate::orders::Orders;
use crate::pace::Pace;
use crate::settings::Settings;
use crate::switch::Switch;

/// What the port search counts: calls in an hour, and turns.
#[derive(Debug)]
pub(crate) struct Routes {
    /// Of every call.
    pub(crate) pace: Pace,
    /// Dial-outs. Its cap alerts and refuses nothing.
    pub(crate) all: Cap,
    /// Calls placed, by trunk.
    pub(crate) trunks: Vec<Cap>,
    /// What is counted by campaign.
    pub(crate) campaigns: Vec<Dialled>,
    /// Who answered dial-outs of no campaign of the configuration.
    pub(crate) others: Abandoned,
}

/// What is counted of a campaign.
#[derive(Debug)]
pub(crate) struct Dialled {
    /// Its dial-outs.
    pub(crate) cap: Cap,
    /// Their turns.
    pub(crate) pace: Option<Pace>,
    /// Who answered them.
    pub(crate) answered: Abandoned,
}

/// Why there is no port for a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unplaced {
    /// The number may not be dialled.
    Barred,
    /// A cap is reached.
    Capped,
    /// All ports that could dial it are in use.
    NoPort,
}

impl Routes {
    pub(crate) fn new(settings: &Settings) -> Self {
        let dialling = &settings.dialling;
        Self {
            pace: Pace::new(dialling.calls_per_second),
            all: Cap::new(dialling.hourly_alarm),
            trunks: settings.trunks.iter().map(|trunk| Cap::new(trunk.hourly_cap)).collect(),
            campaigns: settings
                .campaigns
                .iter()
                .map(|campaign| Dialled {
                    cap: Cap::new(campaign.hourly_cap),
                    pace: campaign.calls_per_second.map(Pace::new),
                    answered: Abandoned::default(),
                })
                .collect(),
            others: Abandoned::default(),
        }
    }
}

impl Switch {
    /// The place of a campaign in the configuration. CAMPID is compared as keywords are, in either case.
    pub(crate) fn campaign(&self, campid: &str) -> Option<usize> {
        self.settings.campaigns.iter().position(|campaign| campaign.name.eq_ignore_ascii_case(campid))
    }

    /// By what it is judged who answers the dial-outs of a campaign, or of none.
    pub(crate) fn judged_by(&self, campaign: Option<usize>) -> Profile {
        let own = campaign.and_then(|index| self.settings.campaigns.get(index));
        own.map_or_else(Profile::default, |own| own.judged_by)
    }

    /// The port to dial a number on: of the trunk with the lowest priority number, the longest idle. A trunk
    /// that is down is taken only where all are, and never for a call that was `tried` elsewhere before.
    pub(crate) fn search(
        &self,
        now: Instant,
        number: &str,
        campaign: Option<usize>,
        tried: &[TrunkId],
    ) -> Result<u16, Unplaced> {
        let dialling = &self.settings.dialling;
        let urgent = match numbers::emergency(number) {
            Some(emergency) if dialling.emergency.iter().all(|named| named != emergency) => {
                return Err(Unplaced::Barred);
            }
            emergency => emergency.is_some(),
        };
        let admits = |rules: &Rules| urgent || rules.admit(number);
        let is_full = |cap: &Cap| !urgent && cap.is_reached(now);
        let campaign = campaign.and_then(|index| {
            Some((self.settings.campaigns.get(index)?, &self.routes.campaigns.get(index)?.cap))
        });
        if !admits(&dialling.rules) || campaign.is_some_and(|(own, _)| !admits(&own.rules)) {
            return Err(Unplaced::Barred);
        }
        // A call that was tried before has been counted.
        if tried.is_empty() && campaign.is_some_and(|(_, cap)| is_full(cap)) {
            return Err(Unplaced::Capped);
        }
        let trunks = self.settings.trunks.iter().zip(&self.routes.trunks);
        let open: Vec<Result<(), Unplaced>> = trunks
            .map(|(trunk, cap)| match trunk {
                trunk if !admits(&trunk.rules) => Err(Unplaced::Barred),
                _ if is_full(cap) => Err(Unplaced::Capped),
                _ => Ok(()),
            })
            .collect();
        if let Some(&Err(why)) = open.iter().max_by_key(|open| match open {
            Ok(()) => 2,
            Err(Unplaced::Capped | Unplaced::NoPort) => 1,
            Err(Unplaced::Barred) => 0,
        }) {
            return Err(why);
        }
        let ports = campaign.and_then(|(own, _)| own.ports.as_ref());
        let usable = |trunk: TrunkId, own: u16| {
            open.get(usize::from(trunk.0)) == Some(&Ok(()))
                && !tried.contains(&trunk)
                && ports.is_none_or(|ports| ports.contains(&own))
        };
        let up = self.ports.free(|trunk, own| usable(trunk, own) && self.trunk_is_up(trunk));
        let any = || if tried.is_empty() { self.ports.free(usable) } else { None };
        up.or_else(any).ok_or(Unplaced::NoPort)
    }

    /// Counts a dial-out that was accepted.
    pub(crate) fn count_dial(&mut self, now: Instant, campaign: Option<usize>, out: &mut Orders) {
        let of_all = self.routes.all.count(now);
        alert(CapOf::Server, of_all, out);
        if let Some(index) = campaign
            && let Some(Dialled { cap, .. }) = self.routes.campaigns.get_mut(index)
        {
            let name = self.settings.campaigns.get(index).map(|own| own.name.clone()).unwrap_or_default();
            alert(CapOf::Campaign(name), cap.count(now), out);
        }
    }

    /// Counts a call that a trunk takes.
    pub(crate) fn count_trunk(&mut self, now: Instant, trunk: TrunkId, out: &mut Orders) {
        if let Some(cap) = self.routes.trunks.get_mut(usize::from(trunk.0)) {
            alert(CapOf::Trunk(trunk), cap.count(now), out);
        }
    }
}

fn alert(of: CapOf, reached: Option<(u32, u32)>, out: &mut Orders) {
    if let Some((calls, cap)) = reached {
        out.push(Output::Alert(Alert { of, calls, cap }));
    }
}
