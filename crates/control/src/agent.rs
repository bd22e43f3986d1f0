//! Agents: who is at work, what calls he takes, and which of those who are free is next.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

use edge::{LegId, StationId};
use protocol::{
    AgentLogin, AgentLoginMode, AgentLoginResponse, AgentLoginStatus, AgentLogout, AgentLogoutResponse,
    AgentLogoutStatus, PortText, Text,
};

use crate::call::Phase;
use crate::input::{LinkId, Output};
use crate::limits;
use crate::link::Stage;
use crate::orders::Orders;
use crate::settings;
use crate::station::Nail;
use crate::switch::Switch;
use crate::voice::Voice;

/// Every agent, by his number, which is our own number of his port (decision A16).
#[derive(Debug)]
pub(crate) struct Agents(BTreeMap<u16, Agent>);

/// An agent, at work or not.
#[derive(Debug)]
pub(crate) struct Agent {
    pub(crate) login: Login,
    /// What his station does.
    pub(crate) doing: Doing,
    /// Since when it does that; none: since the server began.
    pub(crate) since: Option<Instant>,
    /// Since when he has waited for a call; none: since the server began. Who has waited longest is next
    /// (decision U107).
    waits: Option<Instant>,
    /// Why his station cannot be called; none when it can.
    pub(crate) down: Option<String>,
    pub(crate) station: Station,
    pub(crate) nail: Nail,
    /// How often in a row its station was connected and lost again soon.
    pub(crate) losses: u32,
}

/// How an agent is reached, of [`settings::Agent`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Station {
    pub(crate) nailed_up: bool,
    pub(crate) card: bool,
    pub(crate) ring: Duration,
}

/// Whether an agent is at work, as far as applications have said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Login {
    /// They have never said so: he takes the calls that come (decision U48).
    Unused,
    /// He has logged out.
    Out,
    /// He is.
    In(Shift),
}

/// An agent at work.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shift {
    /// Which calls he takes.
    pub mode: AgentLoginMode,
    /// His name, empty when none was given.
    pub name: Text,
    /// The campaign that he works for, empty when none was given.
    pub campaign: Text,
}

/// What of an agent outlives the process.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    /// The agent: our own number of his port.
    pub agent: StationId,
    /// What he is logged in with; none when he has logged out.
    pub shift: Option<Shift>,
}

/// What an agent's station does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Doing {
    /// It cannot be called: nobody has registered, or it is being called again after it was lost.
    Away,
    /// Nothing.
    Idle,
    /// It rings.
    Ringing,
    /// Its agent talks with somebody.
    Talking,
    /// Something else: a message is played to it, it is being hung up.
    Engaged,
}

/// Calls that agents are chosen for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Work {
    /// Those that were dialled for them.
    Predictive,
    /// Those that came in.
    Inbound,
}

impl Work {
    /// Whether who is logged in so takes them (behaviours B116 to B120).
    const fn is_for(self, mode: AgentLoginMode) -> bool {
        match (self, mode) {
            (Self::Predictive, AgentLoginMode::Predictive | AgentLoginMode::Blended)
            | (Self::Inbound, AgentLoginMode::Inbound | AgentLoginMode::Blended) => true,
            (_, AgentLoginMode::Manual | AgentLoginMode::Busy)
            | (Self::Predictive, AgentLoginMode::Inbound)
            | (Self::Inbound, AgentLoginMode::Predictive) => false,
        }
    }
}

impl Agents {
    pub(crate) fn new(agents: &[settings::Agent]) -> Self {
        let each = agents.iter().flat_map(|of| {
            let station = Station { nailed_up: of.nailed_up, card: of.station_card, ring: of.ring };
            of.ports.clone().map(move |own| (own, Agent::of(station)))
        });
        Self(each.collect())
    }

    pub(crate) fn get(&self, own: u16) -> Option<&Agent> {
        self.0.get(&own)
    }

    pub(crate) fn get_mut(&mut self, own: u16) -> Option<&mut Agent> {
        self.0.get_mut(&own)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u16, &Agent)> {
        self.0.iter().map(|(&own, agent)| (own, agent))
    }
}

impl Agent {
    fn of(station: Station) -> Self {
        let down = Some("it has not registered".into());
        Self {
            login: Login::Unused,
            doing: Doing::Away,
            since: None,
            waits: None,
            down,
            station,
            nail: Nail::Off,
            losses: 0,
        }
    }

    /// Whether his station is kept connected between calls.
    pub(crate) const fn is_kept(&self) -> bool {
        self.station.nailed_up && matches!(self.login, Login::In(_))
    }

    /// Whether he is at work for such calls (decision U48).
    pub(crate) fn takes(&self, work: Work) -> bool {
        match &self.login {
            Login::Unused => true,
            Login::Out => false,
            Login::In(shift) => work.is_for(shift.mode),
        }
    }

    fn standing(&self, own: u16) -> Standing {
        let shift = if let Login::In(shift) = &self.login { Some(shift.clone()) } else { None };
        Standing { agent: StationId(own), shift }
    }
}

/// The numbers of agents that a request names, as our own.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct Numbers(Vec<RangeInclusive<i64>>);

impl Numbers {
    /// Reads `24`, `24-27`, `25,27,30-34`, with blanks where one likes (decision C37). An application's number
    /// less the offset is ours (decision P02). None where it is something else.
    pub(crate) fn read(text: &str, offset: u32) -> Option<Self> {
        let number = |text: &str| {
            let digits = text.bytes().all(|byte| byte.is_ascii_digit()).then_some(text)?;
            Some(i64::from(digits.parse::<u32>().ok()?) - i64::from(offset))
        };
        let range = |text: &str| {
            let (first, last) = text.split_once('-').unwrap_or((text, text));
            Some(number(first)?..=number(last)?).filter(|range| !range.is_empty())
        };
        let text = text.replace(" -", "-").replace("- ", "-");
        let parts = text.split([',', ' ']).filter(|part| !part.is_empty());
        let ranges = parts.take(limits::AGENT_RANGES + 1).map(range).collect::<Option<Vec<_>>>()?;
        (1..=limits::AGENT_RANGES).contains(&ranges.len()).then_some(Self(ranges))
    }

    pub(crate) fn has(&self, own: u16) -> bool {
        self.0.iter().any(|range| range.contains(&i64::from(own)))
    }
}

impl Switch {
    /// An agent begins to work, or takes other calls from now on (behaviour B115; decision D13).
    pub(crate) fn agent_login(&mut self, now: Instant, link: LinkId, request: AgentLogin, out: &mut Orders) {
        let msgid = request.msgid.clone();
        let status = match self.log_in(now, link, request, out) {
            Ok(()) => AgentLoginStatus::Success,
            Err(status) => status,
        };
        out.tell(link, AgentLoginResponse { msgid, status });
    }

    fn log_in(
        &mut self,
        now: Instant,
        link: LinkId,
        request: AgentLogin,
        out: &mut Orders,
    ) -> Result<(), AgentLoginStatus> {
        let AgentLogin { msgid, agent_no, agent_name, camp_id, mode } = request;
        let own = self.agent_named(agent_no.as_ref()).ok_or(AgentLoginStatus::InvalidAgentNo)?;
        let mode = mode.and_then(|mode| mode.known()).ok_or(AgentLoginStatus::Failed)?;
        let is_over = self.links.get(&link).is_none_or(|state| state.stage == Stage::Terminated);
        let is_long = |text: &Option<Text>| text.as_ref().is_some_and(|text| text.len() > limits::NAME);
        if msgid.is_empty() || is_over || self.is_leaving() || is_long(&agent_name) || is_long(&camp_id) {
            return Err(AgentLoginStatus::Failed);
        }
        let agent = self.agents.get_mut(own).ok_or(AgentLoginStatus::InvalidAgentNo)?;
        let (name, campaign) = match &agent.login {
            Login::In(shift) if shift.mode == mode => return Err(AgentLoginStatus::AlreadyLoggedIn),
            Login::In(shift) => (shift.name.clone(), shift.campaign.clone()),
            Login::Unused | Login::Out => (Text::default(), Text::default()),
        };
        let (name, campaign) = (agent_name.unwrap_or(name), camp_id.unwrap_or(campaign));
        agent.login = Login::In(Shift { mode, name, campaign });
        agent.waits = Some(now);
        out.push(Output::Agent(agent.standing(own)));
        self.ports.stir(own);
        Ok(())
    }

    /// An agent stops working; his call, if he has one, stays (behaviour B121; decision U49).
    pub(crate) fn agent_logout(&mut self, link: LinkId, request: AgentLogout, out: &mut Orders) {
        let own = self.agent_named(request.agent_no.as_ref());
        let status = match own.and_then(|own| Some((own, self.agents.get_mut(own)?))) {
            None => AgentLogoutStatus::InvalidAgentNo,
            Some((_, Agent { login: Login::Unused | Login::Out, .. })) => AgentLogoutStatus::AlreadyLoggedOut,
            Some((own, agent)) => {
                agent.login = Login::Out;
                out.push(Output::Agent(agent.standing(own)));
                self.ports.stir(own);
                AgentLogoutStatus::Success
            }
        };
        out.tell(link, AgentLogoutResponse { msgid: request.msgid, status });
    }

    /// Our own number of the agent whom an application names, if there is one.
    pub(crate) fn agent_named(&self, text: Option<&PortText>) -> Option<u16> {
        self.ports.named(text?).filter(|own| self.agents.get(*own).is_some())
    }

    /// The agents are as they were when the server last ran, each with how long he has waited by now.
    pub(crate) fn agents_restored(&mut self, now: Instant, agents: Vec<(Standing, Duration)>) {
        for (Standing { agent: StationId(own), shift }, waited) in agents {
            if let Some(agent) = self.agents.get_mut(own) {
                agent.login = shift.map_or(Login::Out, Login::In);
                agent.waits = now.checked_sub(waited);
                self.ports.stir(own);
            }
        }
    }

    /// A station can be called, or cannot, and why.
    pub(crate) fn set_station(&mut self, station: StationId, down: Option<String>) {
        if let Some(agent) = self.agents.get_mut(station.0) {
            agent.down = down;
            self.ports.stir(station.0);
        }
    }

    /// What an agent's station does now.
    pub(crate) fn doing(&self, own: u16) -> Doing {
        let Some(call) = self.ports.get(own).and_then(|port| port.call.as_ref()) else {
            let is_away = |agent: &Agent| agent.down.is_some() || agent.is_kept();
            let is_away = self.agents.get(own).is_none_or(is_away);
            return if is_away { Doing::Away } else { Doing::Idle };
        };
        match &call.phase {
            Phase::Summoned(_) => Doing::Ringing,
            Phase::Up(_) if call.joined.bridge.is_some() => Doing::Talking,
            Phase::Up(_) if self.ports.second(own).is_some_and(|call| call.joined.bridge.is_some()) => {
                Doing::Talking
            }
            Phase::Up(_) if self.ports.second(own).is_some() || self.is_expected(call) => Doing::Engaged,
            Phase::Up(Voice::Quiet) => Doing::Idle,
            _ => Doing::Engaged,
        }
    }

    /// The next of these agents for such a call: of those who are free, who has waited longest, and the lowest
    /// number among those who have waited as long (decision U107).
    pub(crate) fn next_agent(&self, work: Work, may: impl Fn(u16) -> bool) -> Option<u16> {
        let takes = |own: u16, agent: &Agent| agent.takes(work) && may(own) && self.doing(own) == Doing::Idle;
        let free = self.agents.iter().filter(|&(own, agent)| takes(own, agent));
        free.min_by_key(|&(own, agent)| (agent.waits, own)).map(|(own, _)| own)
    }

    /// Looks at the agents on whose ports something may have changed: who has nothing to do any more waits from
    /// now on.
    pub(crate) fn review_agents(&mut self, now: Instant, out: &mut Orders) {
        while let Some(own) = self.ports.stirred() {
            self.review_nail(now, own, out);
            let doing = self.doing(own);
            if doing == Doing::Talking {
                self.note_agent(own);
            }
            let Some(agent) = self.agents.get_mut(own).filter(|agent| agent.doing != doing) else { continue };
            let was = std::mem::replace(&mut agent.doing, doing);
            agent.since = Some(now);
            if doing == Doing::Idle && was != Doing::Away {
                agent.waits = Some(now);
                if agent.login != Login::Unused {
                    out.push(Output::Agent(agent.standing(own)));
                }
            }
        }
    }

    /// The party that an agent talks with had him last.
    fn note_agent(&mut self, own: u16) {
        let call = self.ports.get(own).and_then(|port| port.call.as_ref());
        let Some(leg) = call.map(|call| call.leg) else { return };
        let party = self.bridge_of(leg).and_then(|(_, bridge)| bridge.other(leg));
        // Looking at a station stirs it: of two agents who talk with each other each is noted once.
        let is_new =
            |party: &LegId| self.ports.call(*party).is_some_and(|call| call.agent != Some(StationId(own)));
        let party = party.filter(is_new);
        if let Some((_, call)) = party.and_then(|party| self.ports.call_mut(party)) {
            call.agent = Some(StationId(own));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c37_agents_are_numbers_and_ranges_with_commas_and_blanks() {
        let of = |text: &str| {
            let numbers = Numbers::read(text, 0)?;
            Some((0..=70).filter(|own| numbers.has(*own)).collect::<Vec<u16>>())
        };
        assert_eq!(of("24"), Some(vec![24]));
        assert_eq!(of("24-27"), Some(vec![24, 25, 26, 27]));
        assert_eq!(of("25,27,30-32"), Some(vec![25, 27, 30, 31, 32]));
        assert_eq!(of("25, 27 ,30 - 31 40"), Some(vec![25, 27, 30, 31, 40]));
        assert_eq!(of("024,"), Some(vec![24]));
        for text in ["", ",", "27-24", "24-", "-24", "a", "24-27-30", "+24", "99999999999", "２４"] {
            assert_eq!(of(text), None, "{text}");
        }
        let most = (1..=64).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
        assert_eq!(of(&most).map(|own| own.len()), Some(64));
        assert_eq!(of(&format!("{most},65")), None);
    }

    #[test]
    fn p02_the_offset_is_taken_off_agents_too() {
        let numbers = Numbers::read("10,280-283", 256).expect("it is one");
        assert_eq!((0..=u16::MAX).filter(|own| numbers.has(*own)).collect::<Vec<_>>(), [24, 25, 26, 27]);
        let far = Numbers::read("4000000000", 0).expect("it is one");
        assert!(!(0..=u16::MAX).any(|own| far.has(own)));
    }
}
