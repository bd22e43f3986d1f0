//! What people may see of the switch: rows for `trunkline status`, `ports`, `agents` and `links`.

use std::time::Instant;

use edge::{LegId, Line, StationId};
use protocol::{AppTrunkStatusStatus, PortText, Text};

use crate::abandoned::{Abandoned, Live, Window};
use crate::agent::{Doing, Login};
use crate::call::Phase;
use crate::cap::Cap;
use crate::disconnect::activity;
use crate::input::{ConnectionId, LinkId};
use crate::link::{self, Stage};
use crate::outward::Outward;
use crate::port::Port;
use crate::switch::Switch;

/// Calls counted since the start.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Tally {
    /// Placed in the network.
    pub placed: u64,
    /// Answered by the called party.
    pub answered: u64,
    /// Over.
    pub ended: u64,
    /// Arrived from the network and taken.
    pub arrived: u64,
    /// Arrived from the network and refused.
    pub refused: u64,
    /// Asked for by an application and refused by a rule of ours.
    pub barred: u64,
}

/// A trunk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrunkView {
    /// Its name in the configuration.
    pub name: String,
    /// Why it cannot be dialled; none when it can.
    pub down: Option<String>,
    /// How many ports it has.
    pub ports: usize,
    /// How many of them carry a call.
    pub busy: usize,
    /// Those of a lower number are dialled first.
    pub priority: u16,
    /// Its calls by the hour.
    pub hour: HourView,
}

/// Calls in the last hour.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HourView {
    /// How many there were.
    pub calls: u32,
    /// How many there may be, or from how many on people are alerted.
    pub cap: Option<u32>,
}

impl HourView {
    fn of(cap: &Cap, now: Instant) -> Self {
        Self { calls: cap.calls(now), cap: cap.most() }
    }
}

/// A campaign of the configuration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CampaignView {
    /// Its name.
    pub name: String,
    /// Its dial-outs by the hour.
    pub hour: HourView,
    /// Who answered and got an agent or none.
    pub answered: AnsweredView,
}

/// Who answered dial-outs for agents.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AnsweredView {
    /// In the last 24 hours.
    pub day: Live,
    /// In the last 30 days.
    pub month: Live,
    /// How many may be abandoned, in thousandths, and over which time.
    pub most: Option<(u32, Window)>,
}

impl AnsweredView {
    fn of(answered: &Abandoned, most: Option<(u32, Window)>, now: Instant) -> Self {
        let (day, month) = (answered.over(now, Window::Day), answered.over(now, Window::Month));
        Self { day, month, most }
    }

    /// Whether more are abandoned than may be.
    #[must_use]
    pub fn is_exceeded(&self) -> bool {
        self.most.is_some_and(|(most, window)| match window {
            Window::Day => self.day.permille() > most,
            Window::Month => self.month.permille() > most,
        })
    }
}

/// How far the call of a port is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PortState {
    /// There is none.
    Idle,
    /// It waits for its turn.
    Queued,
    /// It is placed and has not rung.
    Dialing,
    /// Its party is rung.
    Ringing,
    /// It came in, and nobody has answered it.
    Alerting,
    /// It is answered.
    Up,
    /// We hung up; the network has not ended it yet.
    Clearing,
}

/// A port.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PortView {
    /// What applications call it.
    pub name: PortText,
    /// Our own number.
    pub own: u16,
    /// What its calls run over.
    pub line: Line,
    /// How far its call is.
    pub state: PortState,
    /// What APP_TRUNK_STATUS says.
    pub activity: AppTrunkStatusStatus,
    /// The number dialled, empty when idle.
    pub dnis: String,
    /// The calling number, empty when none.
    pub ani: String,
    /// When its call began.
    pub since: Option<Instant>,
    /// The link that owns its call.
    pub owner: Option<LinkId>,
}

/// A call under way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CallView {
    /// Its port, and what goes on there.
    pub port: PortView,
    /// Its leg.
    pub leg: LegId,
    /// The number that redirected it, empty when none.
    pub redirecting: String,
    /// Its campaign, empty when none.
    pub campaign: String,
    /// The agent that it was joined with last.
    pub agent: Option<StationId>,
    /// Whom it hears, or heard last.
    pub joined: Option<LegId>,
    /// When it was answered.
    pub answered: Option<Instant>,
}

/// An agent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AgentView {
    /// What applications call him: the name of his port.
    pub name: PortText,
    /// Our own number of his port.
    pub own: u16,
    /// Whether he is at work, his mode, his name and his campaign.
    pub login: Login,
    /// What his station does.
    pub doing: Doing,
    /// Since when; none: since the server began.
    pub since: Option<Instant>,
    /// Why his station cannot be called; none when it can.
    pub down: Option<String>,
}

/// A link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinkView {
    /// The link.
    pub link: LinkId,
    /// Its connection; none while it is lost.
    pub connection: Option<ConnectionId>,
    /// NAME of its INIT_LINK.
    pub name: Option<Text>,
    /// The numbers whose calls it receives.
    pub dnis: Vec<Text>,
    /// Whether INIT_LINK was answered SUCCESS.
    pub initialised: bool,
    /// Whether PAUSE_LINK is in force.
    pub paused: bool,
}

/// A mailbox.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MailboxView {
    /// Its type letter: `X` while a link receives its calls.
    pub kind: char,
    /// Its name: the link's NAME while one receives its calls.
    pub name: String,
}

impl Switch {
    /// A mailbox, by its number.
    #[must_use]
    pub fn mailbox(&self, number: &str) -> Option<MailboxView> {
        self.mailboxes.view(number)
    }

    /// Calls counted since the start.
    #[must_use]
    pub const fn tally(&self) -> Tally {
        self.tally
    }

    /// All dial-outs by the hour.
    #[must_use]
    pub fn hour(&self, now: Instant) -> HourView {
        HourView::of(&self.routes.all, now)
    }

    /// The campaigns, in the order of the configuration.
    pub fn campaigns(&self, now: Instant) -> impl Iterator<Item = CampaignView> {
        let campaigns = self.settings.campaigns.iter().zip(&self.routes.campaigns);
        campaigns.map(move |(own, counted)| CampaignView {
            name: own.name.clone(),
            hour: HourView::of(&counted.cap, now),
            answered: AnsweredView::of(
                &counted.answered,
                own.attendance.as_ref().and_then(|attendance| attendance.most),
                now,
            ),
        })
    }

    /// Who answered dial-outs for agents of no campaign of the configuration.
    #[must_use]
    pub fn answered_otherwise(&self, now: Instant) -> AnsweredView {
        AnsweredView::of(&self.routes.others, None, now)
    }

    /// The trunks, in order of their ids.
    #[must_use]
    pub fn trunks(&self, now: Instant) -> Vec<TrunkView> {
        let mut views: Vec<TrunkView> = self
            .settings
            .trunks
            .iter()
            .zip(&self.down)
            .zip(&self.routes.trunks)
            .map(|((trunk, down), cap)| TrunkView {
                name: trunk.name.clone(),
                down: down.clone(),
                ports: trunk.ports.len(),
                busy: 0,
                priority: trunk.priority,
                hour: HourView::of(cap, now),
            })
            .collect();
        for (_, port) in self.ports.iter().filter(|(_, port)| port.call.is_some()) {
            let trunk = port.line.trunk();
            if let Some(view) = trunk.and_then(|trunk| views.get_mut(usize::from(trunk.0))) {
                view.busy += 1;
            }
        }
        views
    }

    /// The ports, in order of their numbers.
    pub fn ports(&self) -> impl Iterator<Item = PortView> {
        let is_known = |own: u16| self.ports.known(own) == own;
        self.ports.iter().filter(move |&(own, _)| is_known(own)).map(|(own, port)| self.port_view(own, port))
    }

    /// The calls under way, in order of their ports.
    pub fn calls(&self) -> impl Iterator<Item = CallView> {
        self.ports.iter().filter_map(|(own, port)| {
            let call = port.call.as_ref()?;
            Some(CallView {
                port: self.port_view(own, port),
                leg: call.leg,
                redirecting: call.redirecting.clone(),
                campaign: call.campaign.to_string(),
                agent: port.line.station().or(call.agent),
                joined: call.joined.met,
                answered: call.answered,
            })
        })
    }

    fn port_view(&self, own: u16, port: &Port) -> PortView {
        PortView {
            name: self.ports.name(own),
            own: self.ports.known(own),
            line: port.line,
            state: match port.call.as_ref().map(|call| &call.phase) {
                None => PortState::Idle,
                Some(Phase::Queued(_)) => PortState::Queued,
                Some(Phase::Outward(Outward { is_queued: true, .. })) => PortState::Queued,
                Some(Phase::Placing(_) | Phase::Outward(_) | Phase::Calling(_)) => PortState::Dialing,
                Some(Phase::Ringing(..)) => PortState::Ringing,
                Some(Phase::Summoned(_)) => PortState::Ringing,
                Some(Phase::Judging(_) | Phase::Waiting(_) | Phase::Up(_)) => PortState::Up,
                Some(Phase::Alerting(_) | Phase::Answering(_)) => PortState::Alerting,
                Some(Phase::Declining(_) | Phase::Clearing(_) | Phase::Closing(_)) => PortState::Clearing,
            },
            activity: activity(port),
            dnis: port.call.as_ref().map(|call| call.dnis.clone()).unwrap_or_default(),
            ani: port.call.as_ref().and_then(|call| call.ani.clone()).unwrap_or_default(),
            since: port.call.as_ref().map(|call| call.began),
            owner: port.call.as_ref().and_then(|call| call.owner),
        }
    }

    /// The agents, in order of their numbers.
    pub fn agents(&self) -> impl Iterator<Item = AgentView> {
        self.agents.iter().map(|(own, agent)| AgentView {
            name: self.ports.name(own),
            own,
            login: agent.login.clone(),
            doing: agent.doing,
            since: agent.since,
            down: agent.down.clone(),
        })
    }

    /// How many members all bridges have.
    #[must_use]
    pub fn joined(&self) -> usize {
        self.bridges.values().map(|bridge| bridge.legs().count()).sum()
    }

    /// The legs of the calls on the ports.
    pub fn legs(&self) -> impl Iterator<Item = edge::LegId> {
        self.ports.iter().filter_map(|(_, port)| port.call.as_ref().map(|call| call.leg))
    }

    /// The links, in the order they began.
    pub fn links(&self) -> impl Iterator<Item = LinkView> {
        self.links.iter().map(|(&link, state)| LinkView {
            link,
            connection: match state.line {
                link::Line::Up(connection) => Some(connection),
                link::Line::Lost(_) => None,
            },
            name: state.name().cloned(),
            dnis: self.mailboxes.of(link).cloned().collect(),
            initialised: state.stage.hears_events(),
            paused: state.stage == Stage::Paused,
        })
    }
}
