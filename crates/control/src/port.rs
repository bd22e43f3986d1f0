//! The ports: which are free, and which call is on which.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use edge::{LegId, Line, StationId, TrunkId};
use protocol::{PortText, Request, Text};

use crate::call::{Call, Phase};
use crate::inbound::Alerting;
use crate::input::LinkId;
use crate::settings::{Agent, Trunk};
use crate::voice::Unfit;

/// One port: a voice channel of a trunk, or the station of an agent.
#[derive(Debug)]
pub(crate) struct Port {
    pub(crate) line: Line,
    pub(crate) call: Option<Call>,
    /// Requests that came while this port waited: served in order when that is over.
    pub(crate) deferred: VecDeque<(LinkId, Request)>,
    priority: u16,
    rank: u64,
}

impl Port {
    /// Whether what is asked of its voice channel waits: the disk has the next word on what that does, or on
    /// whom it lets wait, or the network on the call.
    pub(crate) fn is_waiting(&self) -> bool {
        self.call.as_ref().is_some_and(|call| match &call.phase {
            _ if call.joined.look.is_some() => true,
            Phase::Up(voice) => voice.awaits_disk(),
            Phase::Answering(_) => true,
            _ => false,
        })
    }
}

/// Every port, by our own number.
#[derive(Debug)]
pub(crate) struct Ports {
    table: BTreeMap<u16, Port>,
    /// Free ports of trunks in the order to dial on them: the lowest priority number of their trunks first, then the
    /// longest idle, then the lowest number (decision U107).
    free: BTreeSet<(u16, u64, u16)>,
    legs: BTreeMap<LegId, u16>,
    freed: u64,
    /// The stations' ports that may have changed since their agents were last looked at.
    stirred: BTreeSet<u16>,
    /// The second line of each station, which has a number in the table that nobody else can name.
    seconds: BTreeMap<u16, u16>,
    offset: u32,
}

impl Ports {
    pub(crate) fn new(trunks: &[Trunk], agents: &[Agent], offset: u32) -> Self {
        let port = |line, priority| Port { line, call: None, deferred: VecDeque::new(), priority, rank: 0 };
        let mut table = BTreeMap::new();
        for (trunk, index) in trunks.iter().zip(0..) {
            let line = Line::Trunk(TrunkId(index));
            table.extend(trunk.ports.clone().map(|number| (number, port(line, trunk.priority))));
        }
        let free = table.iter().map(|(&number, port)| (port.priority, 0, number)).collect();
        // An agent's number is that of his port (decision A16).
        let stations = || agents.iter().flat_map(|agent| agent.ports.clone());
        table.extend(stations().map(|number| (number, port(Line::Station(StationId(number)), 0))));
        let unused = (1..=u16::MAX).rev().filter(|number| !table.contains_key(number));
        let seconds: BTreeMap<u16, u16> = stations().zip(unused).collect();
        let second = |(&number, &second): (&u16, &u16)| (second, port(Line::Station(StationId(number)), 0));
        table.extend(seconds.iter().map(second));
        Self { table, free, legs: BTreeMap::new(), freed: 0, stirred: BTreeSet::new(), seconds, offset }
    }

    /// The port that people know a number of the table by: of a second line, that of its station.
    pub(crate) fn known(&self, own: u16) -> u16 {
        match self.table.get(&own).map(|port| port.line) {
            Some(Line::Station(StationId(number))) => number,
            _ => own,
        }
    }

    /// The call on the second line of a station.
    pub(crate) fn second(&self, own: u16) -> Option<&Call> {
        self.table.get(self.seconds.get(&own)?)?.call.as_ref()
    }

    /// Where a call of a station's own has room: on its port, and while a call is up there, on its second line.
    pub(crate) fn line_of(&self, station: StationId) -> Option<u16> {
        match &self.table.get(&station.0)?.call {
            None => Some(station.0),
            Some(Call { phase: Phase::Up(_), .. }) if self.second(station.0).is_none() => {
                self.seconds.get(&station.0).copied()
            }
            Some(_) => None,
        }
    }

    /// Our own number of the port an application names, if there is one (decision P02).
    pub(crate) fn named(&self, text: &PortText) -> Option<u16> {
        let own = text.number()?.checked_sub(self.offset)?;
        let own = u16::try_from(own).ok()?;
        (self.table.contains_key(&own) && self.known(own) == own).then_some(own)
    }

    /// What applications call this port.
    pub(crate) fn name(&self, own: u16) -> PortText {
        PortText::from(u32::from(self.known(own)).saturating_add(self.offset))
    }

    pub(crate) fn get(&self, own: u16) -> Option<&Port> {
        self.table.get(&own)
    }

    /// Everything that changes a port comes through here.
    pub(crate) fn get_mut(&mut self, own: u16) -> Option<&mut Port> {
        self.stir(own);
        self.table.get_mut(&own)
    }

    /// The agent of this port, if it is one's, is to be looked at.
    pub(crate) fn stir(&mut self, own: u16) {
        if let Some(StationId(number)) = self.table.get(&own).and_then(|port| port.line.station()) {
            self.stirred.insert(number);
        }
    }

    /// The next port of an agent who is to be looked at.
    pub(crate) fn stirred(&mut self) -> Option<u16> {
        self.stirred.pop_first()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u16, &Port)> {
        self.table.iter().map(|(&own, port)| (own, port))
    }

    /// The port that carries a leg.
    pub(crate) fn of_leg(&self, leg: LegId) -> Option<u16> {
        self.legs.get(&leg).copied()
    }

    /// The call that is up on the port an application names.
    pub(crate) fn up(&mut self, text: &PortText) -> Result<&mut Call, Unfit> {
        let own = self.named(text).ok_or(Unfit::NoPort)?;
        let call = self.get_mut(own).and_then(|port| port.call.as_mut());
        call.filter(|call| matches!(call.phase, Phase::Up(_))).ok_or(Unfit::NotUp)
    }

    /// The port of the call that a link was asked about by the RECEIVE_CALL of this id.
    pub(crate) fn asked(&self, link: LinkId, msgid: &Text) -> Option<u16> {
        let is_it = |port: &Port| {
            port.call.as_ref().is_some_and(|call| {
                let asked = matches!(&call.phase, Phase::Alerting(Alerting::Asked(id)) if id == msgid);
                asked && call.owner == Some(link)
            })
        };
        self.iter().find(|(_, port)| is_it(port)).map(|(own, _)| own)
    }

    /// The call on the port that carries a leg.
    pub(crate) fn call(&self, leg: LegId) -> Option<&Call> {
        self.table.get(&self.of_leg(leg)?)?.call.as_ref()
    }

    /// The call on the port that carries a leg, and our number of that port.
    pub(crate) fn call_mut(&mut self, leg: LegId) -> Option<(u16, &mut Call)> {
        let own = self.of_leg(leg)?;
        let call = self.get_mut(own)?.call.as_mut()?;
        Some((own, call))
    }

    /// The first free port to dial on that may be used; never a station's.
    pub(crate) fn free(&self, usable: impl Fn(TrunkId, u16) -> bool) -> Option<u16> {
        let trunk = |own: u16| self.table.get(&own)?.line.trunk();
        let may = |own: u16| trunk(own).is_some_and(|trunk| usable(trunk, own));
        self.free.iter().map(|&(_, _, own)| own).find(|&own| may(own))
    }

    /// The port that a call of this trunk comes in on: the one idle longest, as for dialling, but from the
    /// other end where several are, so that calls out and in meet as late as they can.
    pub(crate) fn free_inward(&self, trunk: TrunkId) -> Option<u16> {
        let of_trunk = |own: u16| self.table.get(&own).is_some_and(|port| port.line == Line::Trunk(trunk));
        let free = self.free.iter().filter(|&&(_, _, own)| of_trunk(own));
        free.min_by_key(|&&(_, rank, own)| (rank, Reverse(own))).map(|&(_, _, own)| own)
    }

    /// Puts a call on a free port.
    pub(crate) fn occupy(&mut self, own: u16, call: Call) {
        if let Some(port) = self.table.get_mut(&own) {
            let was_free = port.call.is_none()
                && match port.line {
                    Line::Trunk(_) => self.free.remove(&(port.priority, port.rank, own)),
                    Line::Station(_) => true,
                };
            assert!(was_free, "port {own} has one call at a time");
            self.legs.insert(call.leg, own);
            port.call = Some(call);
            self.stir(own);
        }
    }

    /// Puts another call in the place of the one on a port.
    pub(crate) fn exchange(&mut self, own: u16, call: Call) -> Option<Call> {
        let port = self.table.get_mut(&own)?;
        let leg = call.leg;
        let was = port.call.replace(call)?;
        self.legs.remove(&was.leg);
        self.legs.insert(leg, own);
        self.stir(own);
        Some(was)
    }

    /// Takes the call off a port, which is free from now on, unless it is a station's that has a call on its second
    /// line: that one is on its port from now on.
    pub(crate) fn release(&mut self, own: u16) -> Option<Call> {
        let call = self.table.get_mut(&own)?.call.take()?;
        self.legs.remove(&call.leg);
        let second = self.seconds.get(&own).and_then(|second| self.table.get_mut(second)?.call.take());
        let port = self.table.get_mut(&own)?;
        if let Some(second) = second {
            self.legs.insert(second.leg, own);
            port.call = Some(second);
        }
        match port.line {
            Line::Trunk(_) => {
                self.freed += 1;
                port.rank = self.freed;
                self.free.insert((port.priority, port.rank, own));
            }
            Line::Station(_) => {}
        }
        self.stir(own);
        Some(call)
    }

    /// Every call, off its port: the switch is going.
    pub(crate) fn take_calls(&mut self) -> impl Iterator<Item = Call> {
        std::mem::take(&mut self.table).into_values().filter_map(|port| port.call)
    }

    pub(crate) fn busy(&self) -> usize {
        self.legs.len()
    }

    /// Whether a call that a link owns is part of a recording.
    pub(crate) fn records_for(&self, link: LinkId) -> bool {
        let records = |call: &Call| call.owner == Some(link) && call.recording.is_some();
        self.iter().any(|(_, port)| port.call.as_ref().is_some_and(records))
    }

    /// The ports whose calls a link owns.
    pub(crate) fn owned_by(&self, link: LinkId) -> Vec<u16> {
        let owned = |port: &Port| port.call.as_ref().is_some_and(|call| call.owner == Some(link));
        self.iter().filter(|(_, port)| owned(port)).map(|(own, _)| own).collect()
    }
}
