//! Agents whose stations ring before they can be joined with anybody: for a transfer, a caller, a barge-in.
//!
//! Until they answer nothing changes: everybody hears whom he heard. When nobody needs them any more, their
//! stations ring no more.

use std::time::Instant;

use edge::signal::{self, Cause};
use edge::sound::Clip;
use edge::{LegId, Line};
use protocol::AgentTransferStatus;

use crate::barge_in::Barge;
use crate::bridge::{Bond, Part};
use crate::input::LinkId;
use crate::orders::Orders;
use crate::pending::Pending;
use crate::refer;
use crate::station::Errand;
use crate::switch::Switch;
use crate::transfer::{Taker, Transfer};

/// What a station rings for.
#[derive(Debug)]
pub(crate) struct Rung {
    /// Whose wish it is: an agent, or a caller.
    pub(crate) by: LegId,
    pub(crate) wish: Wish,
}

/// What is to be done when the agent has answered.
#[derive(Debug)]
pub(crate) enum Wish {
    /// He is consulted, and the customer waits with this music.
    Consult(Transfer, Option<Clip>),
    /// He gets the customer.
    Pass(Transfer),
    /// He gets the caller whose wish it is.
    HandOver(Transfer),
    /// He supervises the agent whose wish it is.
    Supervise(Barge),
    /// He gets the customer: the telephone asked for it by itself (REFER).
    Refer,
    /// He gets the one whose wish it is: the telephone that asked for it has hung up.
    Follow,
}

impl Wish {
    /// The request that waits.
    pub(crate) fn owed(self) -> Option<Pending> {
        match self {
            Self::Consult(transfer, _) | Self::Pass(transfer) | Self::HandOver(transfer) => {
                Some(transfer.owed())
            }
            Self::Supervise(barge) => Some(barge.owed()),
            Self::Refer | Self::Follow => None,
        }
    }

    /// It cannot be done any more: whoever wished it is not there for it.
    fn abandon(self, out: &mut Orders) {
        match self {
            Self::Consult(transfer, _) | Self::Pass(transfer) => transfer.abandon(out),
            Self::HandOver(transfer) => transfer.settle(AgentTransferStatus::Noans, out),
            Self::Supervise(barge) => barge.abandon(out),
            Self::Refer | Self::Follow => {}
        }
    }

    /// The agent did not come, and his station rings no more.
    pub(crate) fn miss(self, cause: Cause, out: &mut Orders) {
        let status = match cause {
            Cause::Busy | Cause::Rejected | Cause::Declined(_) => AgentTransferStatus::Busy,
            _ => AgentTransferStatus::Noans,
        };
        match self {
            Self::Consult(transfer, _) | Self::Pass(transfer) | Self::HandOver(transfer) => {
                transfer.settle(status, out);
            }
            Self::Supervise(barge) => barge.miss(out),
            Self::Refer | Self::Follow => {}
        }
    }
}

impl Switch {
    /// Rings the station of an agent, on whose port there is no call.
    pub(crate) fn ring(&mut self, now: Instant, own: u16, rung: Rung, out: &mut Orders) {
        self.rung.insert(own, rung);
        self.summon(now, own, Errand::Bridge, out);
    }

    /// The agent of a station that rang for a bridge has answered.
    pub(crate) fn came(&mut self, now: Instant, own: u16, out: &mut Orders) {
        let rung = self.rung.remove(&own);
        let leg = self.leg_up(own);
        match (rung, leg) {
            (Some(Rung { wish: Wish::Consult(transfer, music), .. }), _) => {
                self.transfer_again(now, transfer, music, out);
            }
            (Some(Rung { wish: Wish::Pass(transfer), .. }), _) => {
                self.transfer_again(now, transfer, None, out);
            }
            (Some(Rung { wish: Wish::HandOver(transfer), by }), Some(leg)) => {
                self.hand_over_to(leg, by, transfer, out);
            }
            (Some(Rung { wish: Wish::Supervise(barge), .. }), _) => self.barge_again(barge, out),
            (Some(Rung { wish: Wish::Refer, by }), Some(leg)) => self.refer_again(now, by, leg, out),
            (Some(Rung { wish: Wish::Follow, by }), Some(leg)) => self.follow(by, leg, out),
            (Some(Rung { wish, .. }), None) => wish.abandon(out),
            (None, _) => {}
        }
        // Whoever answered for nothing is let go.
        if self.leg_up(own).is_some_and(|leg| self.bridge_of(leg).is_none()) {
            self.hang_up(now, own, out);
        }
    }

    /// The agent of a station that rang for a bridge has not answered.
    pub(crate) fn did_not_come(&mut self, own: u16, cause: Cause, out: &mut Orders) {
        if let Some(Rung { by, wish }) = self.rung.remove(&own) {
            self.refer_failed(by, &wish, cause, out);
            wish.miss(cause, out);
            self.let_go(by);
        }
    }

    /// Lets the stations ring no more that ring for nobody.
    pub(crate) fn review_rung(&mut self, now: Instant, out: &mut Orders) {
        let spent: Vec<u16> =
            self.rung.iter().filter(|(_, rung)| !self.is_wanted(rung)).map(|(&own, _)| own).collect();
        for own in spent {
            if let Some(Rung { by, wish }) = self.rung.remove(&own) {
                self.refer_failed(by, &wish, Cause::Normal, out);
                wish.abandon(out);
                self.dismiss(now, own, Cause::Normal, out);
            }
        }
    }

    fn is_wanted(&self, rung: &Rung) -> bool {
        let part = self.bridge_of(rung.by).and_then(|(_, bridge)| bridge.part(rung.by));
        match rung.wish {
            Wish::Consult(..) | Wish::Pass(_) | Wish::Refer => {
                matches!(part, Some(Part::Talker(_) | Part::Holder(_) | Part::Consulter(_, None)))
            }
            Wish::HandOver(_) | Wish::Follow => part.is_none() && self.is_up(rung.by),
            Wish::Supervise(_) => {
                matches!(part, Some(Part::Talker(_) | Part::Holder(_) | Part::Consulter(..)))
            }
        }
    }

    /// The station that rings by the wish of this agent for a transfer.
    pub(crate) fn rings_for(&self, by: LegId) -> Option<u16> {
        let is_transfer = |wish: &Wish| matches!(wish, Wish::Consult(..) | Wish::Pass(_) | Wish::Refer);
        let transfers = |rung: &Rung| rung.by == by && is_transfer(&rung.wish);
        self.rung.iter().find(|(_, rung)| transfers(rung)).map(|(&own, _)| own)
    }

    /// Has a caller, whose call is up, talk with an agent; his station rings first where he is not connected. No
    /// agent: none is free.
    /// AGENT_TRANSFER/RESPONSE says what came of it: CONNECTED, BUSY, NOANS, or
    /// INVALID_AGENT (decision U55).
    pub(crate) fn hand_over(
        &mut self,
        now: Instant,
        caller: LegId,
        agent: Option<u16>,
        pending: Pending,
        out: &mut Orders,
    ) {
        let name = agent.map(|agent| self.ports.name(agent));
        let transfer = Transfer::of_caller(pending, name.unwrap_or_default());
        match agent.map_or(Err(AgentTransferStatus::Busy), |agent| self.taker(agent)) {
            _ if !self.is_up(caller) || self.bridge_of(caller).is_some() => {
                transfer.settle(AgentTransferStatus::Noans, out);
            }
            Ok(Taker::Up(leg)) => self.hand_over_to(leg, caller, transfer, out),
            Ok(Taker::Away(own)) => {
                self.ring(now, own, Rung { by: caller, wish: Wish::HandOver(transfer) }, out);
            }
            Err(AgentTransferStatus::DestinationAgentAlreadyConnected) => {
                transfer.settle(AgentTransferStatus::Busy, out);
            }
            Err(status) => transfer.settle(status, out),
        }
    }

    fn hand_over_to(&mut self, agent: LegId, caller: LegId, transfer: Transfer, out: &mut Orders) {
        if self.is_up(caller) && self.bridge_of(caller).is_none() {
            self.adopt(agent, transfer.link());
            self.join([agent, caller], Bond::Loose, out);
            transfer.settle(AgentTransferStatus::Connected, out);
        } else {
            transfer.settle(AgentTransferStatus::Noans, out);
        }
    }

    /// Tells a telephone that its transfer has failed, if it is one's and its call is still there.
    fn refer_failed(&self, by: LegId, wish: &Wish, cause: Cause, out: &mut Orders) {
        if matches!(wish, Wish::Refer) && self.is_up(by) {
            refer::tell(by, signal::Transfer::Failed(cause), out);
        }
    }

    pub(crate) fn is_up(&self, leg: LegId) -> bool {
        self.ports.of_leg(leg).and_then(|own| self.leg_up(own)) == Some(leg)
    }

    /// The call of a station belongs to the link that joined it last, and one that a telephone made to the first
    /// link that joins it: that one is told of its end.
    pub(crate) fn adopt(&mut self, leg: LegId, link: LinkId) {
        let line = self.ports.of_leg(leg).and_then(|own| self.ports.get(own)).map(|port| port.line);
        let is_station = matches!(line, Some(Line::Station(_)));
        if let Some((_, call)) = self.ports.call_mut(leg)
            && (is_station || call.owner.is_none())
        {
            call.owner = Some(link);
        }
    }

    /// A call that belongs to nobody belongs to this link from now on.
    pub(crate) fn claim(&mut self, leg: LegId, link: LinkId) {
        if self.ports.call(leg).is_some_and(|call| call.owner.is_none()) {
            self.adopt(leg, link);
        }
    }
}
