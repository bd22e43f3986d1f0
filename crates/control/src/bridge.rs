//! Bridges: who hears whom.
//!
//! A patch, a mute, a hold, a consultation and a barge-in are states of one thing. A bridge says for each of
//! its members whom it hears; the switch tells the engine only what changed ([`Switch::rebridge`]). This file
//! knows nothing of requests and their words: docs/switching.md has the table of both.

use edge::sound::{self, Barge, Clip, Repeat};
use edge::{LegId, PlayId};
use protocol::{BargeInMode, PortText};

use crate::call::{Call, Phase};
use crate::hold::Look;
use crate::input::Output;
use crate::orders::Orders;
use crate::switch::Switch;

/// A bridge. Never reused while the process lives.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct BridgeId(u64);

/// Voices that are joined: two that talk with each other, and who else is there for their sake.
#[derive(Debug)]
pub(crate) struct Bridge {
    pair: [LegId; 2],
    bond: Bond,
    talk: Talk,
    supervisors: Vec<Supervisor>,
}

/// What becomes of the one of a pair when the other's call is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Bond {
    /// Its call stays, and it hears nobody.
    Loose,
    /// This one's call ends with that of whoever talks with it (decision D12); the other's stays (U31).
    Follows(LegId),
}

/// How the two of a pair talk.
#[derive(Debug)]
enum Talk {
    /// With each other, but that the muted are not heard by the other.
    Open { muted: Vec<LegId> },
    /// Not: one of them waits.
    Hold(Waiting),
    /// One of them waits, and the other talks with a third, who may have gone since.
    Consultation(Waiting, Option<LegId>),
}

/// One who waits: it hears music and nobody, and nobody hears it.
#[derive(Debug)]
pub(crate) struct Waiting {
    pub(crate) leg: LegId,
    /// Played over and over (decision U29); silence where there is none (U28).
    pub(crate) music: Option<Clip>,
}

/// One who has barged in: he hears everybody who does not wait (decision U50).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Supervisor {
    pub(crate) leg: LegId,
    /// On whose account he is there: one of the pair.
    pub(crate) agent: LegId,
    /// Who hears him.
    pub(crate) mode: BargeInMode,
}

/// What a member is to its bridge.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Part {
    /// One of the pair, and the other one is this.
    Talker(LegId),
    /// One of the pair, whose other one, this, waits.
    Holder(LegId),
    /// One of the pair, and waits.
    Waiter,
    /// One of the pair: the first of these waits, the second is consulted meanwhile, if still there.
    Consulter(LegId, Option<LegId>),
    /// Is consulted by this one.
    Consulted(LegId),
    /// Has barged in.
    Supervisor,
}

/// What a call has to do with others.
#[derive(Debug, Default)]
pub(crate) struct Joined {
    /// The bridge that it is a member of.
    pub(crate) bridge: Option<BridgeId>,
    /// Whom it heard last.
    pub(crate) met: Option<LegId>,
    /// Whom it hears, as the engine was told last.
    hears: Vec<LegId>,
    /// The music that plays to it, as the engine was told last.
    music: Option<(PlayId, Clip)>,
    /// A request of this agent that waits for its music.
    pub(crate) look: Option<Look>,
    /// The telephone that has called it, and is being answered to talk with it.
    pub(crate) expected_by: Option<LegId>,
}

impl Joined {
    /// Before its answer it hears this one, or what the network says in its place.
    pub(crate) fn hear_early(&mut self, leg: LegId, of: LegId, out: &mut Orders) {
        if self.hears != [of] {
            self.hears = vec![of];
            out.push(Output::Sound(sound::Command::Hear { leg, of: vec![of] }));
        }
    }

    /// Something else plays from now on: the engine has forgotten the music.
    pub(crate) fn forget_music(&mut self) {
        self.music = None;
    }

    /// The leg is closed: the engine has forgotten all that it was told of it.
    pub(crate) fn forget(&mut self) {
        self.hears.clear();
        self.music = None;
    }
}

impl Bridge {
    pub(crate) const fn new(pair: [LegId; 2], bond: Bond) -> Self {
        Self { pair, bond, talk: Talk::Open { muted: Vec::new() }, supervisors: Vec::new() }
    }

    /// Every member.
    pub(crate) fn legs(&self) -> impl Iterator<Item = LegId> {
        let consulted = match self.talk {
            Talk::Consultation(_, consulted) => consulted,
            Talk::Open { .. } | Talk::Hold(_) => None,
        };
        let supervisors = self.supervisors.iter().map(|supervisor| supervisor.leg);
        self.pair.into_iter().chain(consulted).chain(supervisors)
    }

    /// Whom this one hears: the rule of the house.
    pub(crate) fn hears(&self, listener: LegId) -> Vec<LegId> {
        let is_member = self.legs().any(|leg| leg == listener);
        self.legs().filter(|&speaker| is_member && self.is_heard(speaker, listener)).collect()
    }

    fn is_heard(&self, speaker: LegId, listener: LegId) -> bool {
        if speaker == listener || [speaker, listener].into_iter().any(|leg| self.waiting(leg).is_some()) {
            return false;
        }
        let supervisor = self.supervisors.iter().find(|supervisor| supervisor.leg == speaker);
        match (supervisor, &self.talk) {
            (Some(Supervisor { mode: BargeInMode::Monitor, .. }), _) => false,
            (Some(Supervisor { mode: BargeInMode::Coach, agent, .. }), _) => *agent == listener,
            (Some(Supervisor { mode: BargeInMode::Full, .. }), _) => true,
            // decision U30: a supervisor hears a muted agent.
            (None, Talk::Open { muted }) => !(muted.contains(&speaker) && self.pair.contains(&listener)),
            (None, Talk::Hold(_) | Talk::Consultation(..)) => true,
        }
    }

    /// What plays to this one while it waits.
    fn music(&self, leg: LegId) -> Option<&Clip> {
        self.waiting(leg)?.music.as_ref().filter(|clip| !clip.samples.is_empty())
    }

    fn waiting(&self, leg: LegId) -> Option<&Waiting> {
        match &self.talk {
            Talk::Hold(waiting) | Talk::Consultation(waiting, _) if waiting.leg == leg => Some(waiting),
            _ => None,
        }
    }

    /// What a member is to it; none for a stranger.
    pub(crate) fn part(&self, leg: LegId) -> Option<Part> {
        if self.supervisors.iter().any(|supervisor| supervisor.leg == leg) {
            return Some(Part::Supervisor);
        }
        let other = self.other(leg);
        match (&self.talk, other) {
            (Talk::Open { .. }, Some(other)) => Some(Part::Talker(other)),
            (Talk::Hold(waiting) | Talk::Consultation(waiting, _), Some(_)) if waiting.leg == leg => {
                Some(Part::Waiter)
            }
            (Talk::Hold(_), Some(other)) => Some(Part::Holder(other)),
            (&Talk::Consultation(_, consulted), Some(other)) => Some(Part::Consulter(other, consulted)),
            (Talk::Consultation(waiting, consulted), None) if *consulted == Some(leg) => {
                self.other(waiting.leg).map(Part::Consulted)
            }
            _ => None,
        }
    }

    /// The other one of the pair.
    pub(crate) fn other(&self, leg: LegId) -> Option<LegId> {
        match self.pair {
            [one, other] | [other, one] if one == leg => Some(other),
            _ => None,
        }
    }

    /// The two talk with each other.
    pub(crate) fn talking(self) -> Self {
        Self { talk: Talk::Open { muted: Vec::new() }, ..self }
    }

    /// Whom this one lets wait comes back to it; where nobody does, nothing changes.
    pub(crate) fn reunited(self, holder: LegId) -> Self {
        match self.part(holder) {
            Some(Part::Holder(_) | Part::Consulter(..)) => self.talking(),
            _ => self,
        }
    }

    /// One of two who talk is not heard by the other from now on, or is again.
    pub(crate) fn muting(mut self, leg: LegId, is_muted: bool) -> Self {
        if let Talk::Open { muted } = &mut self.talk {
            muted.retain(|&other| other != leg);
            muted.extend(is_muted.then_some(leg));
        }
        self
    }

    /// One of the pair waits.
    pub(crate) fn holding(self, waiting: Waiting) -> Self {
        Self { talk: Talk::Hold(waiting), ..self }
    }

    /// One of the pair waits, and the other talks with a third. Who waits already keeps its music where there
    /// is no other.
    pub(crate) fn consulting(mut self, customer: LegId, music: Option<Clip>, with: LegId) -> Self {
        let kept = match self.talk {
            Talk::Hold(waiting) | Talk::Consultation(waiting, _) => waiting.music,
            Talk::Open { .. } => None,
        };
        self.talk = Talk::Consultation(Waiting { leg: customer, music: music.or(kept) }, Some(with));
        self
    }

    /// One more supervisor, or one of them in another mode.
    pub(crate) fn supervised(mut self, supervisor: Supervisor) -> Self {
        self.supervisors.retain(|other| other.leg != supervisor.leg);
        self.supervisors.push(supervisor);
        self
    }

    /// Whether a leg is that of a supervisor of this agent.
    pub(crate) fn supervises(&self, leg: LegId, agent: LegId) -> bool {
        self.supervisors.iter().any(|supervisor| supervisor.leg == leg && supervisor.agent == agent)
    }

    /// How many supervisors there are.
    pub(crate) fn supervisors(&self) -> usize {
        self.supervisors.len()
    }

    /// Without this one; none when nobody is left to talk. Where one of a pair goes during a consultation,
    /// the other one and the consulted stay joined (decisions U27, X43).
    pub(crate) fn without(mut self, gone: LegId) -> Option<Self> {
        match (self.part(gone), &mut self.talk) {
            (None, _) => Some(self),
            (Some(Part::Supervisor), _) => {
                self.supervisors.retain(|supervisor| supervisor.leg != gone);
                Some(self)
            }
            (Some(Part::Consulted(_)), Talk::Consultation(_, consulted)) => {
                *consulted = None;
                Some(self)
            }
            (_, &mut Talk::Consultation(_, Some(consulted))) => Some(self.replacing(gone, consulted)),
            _ => None,
        }
    }

    /// With this one in the place of one of the pair; the two talk. Who supervised the one that goes, goes.
    pub(crate) fn replacing(mut self, gone: LegId, by: LegId) -> Self {
        for leg in self.pair.iter_mut().filter(|leg| **leg == gone) {
            *leg = by;
        }
        if self.bond == Bond::Follows(gone) {
            self.bond = Bond::Loose;
        }
        self.supervisors.retain(|supervisor| supervisor.agent != gone);
        self.talking()
    }

    /// With this one for another in whatever it is, and nothing else changed.
    pub(crate) fn seating(mut self, gone: LegId, by: LegId) -> Self {
        let swap = |leg: &mut LegId| {
            if *leg == gone {
                *leg = by;
            }
        };
        self.pair.iter_mut().for_each(swap);
        for supervisor in &mut self.supervisors {
            swap(&mut supervisor.leg);
            swap(&mut supervisor.agent);
        }
        match &mut self.talk {
            Talk::Open { muted } => muted.iter_mut().for_each(swap),
            Talk::Hold(waiting) => swap(&mut waiting.leg),
            Talk::Consultation(waiting, consulted) => {
                swap(&mut waiting.leg);
                consulted.iter_mut().for_each(swap);
            }
        }
        if let Bond::Follows(leg) = &mut self.bond {
            swap(leg);
        }
        self
    }

    /// The one whose call ends because the one it talks with is gone, if that was the end of the bridge.
    fn follower(&self, gone: LegId) -> Option<LegId> {
        self.other(gone).filter(|&other| self.bond == Bond::Follows(other))
    }
}

impl Switch {
    /// Joins two calls that are up and members of no bridge: each hears the other from now on.
    pub(crate) fn join(&mut self, pair: [LegId; 2], bond: Bond, out: &mut Orders) {
        let id = BridgeId(self.bridge_count.next());
        self.set_bridge(id, &[], Some(Bridge::new(pair, bond)), out);
    }

    /// The bridge that a leg is a member of.
    pub(crate) fn bridge_of(&self, leg: LegId) -> Option<(BridgeId, &Bridge)> {
        let id = self.ports.call(leg)?.joined.bridge?;
        Some((id, self.bridges.get(&id)?))
    }

    /// The leg that is up on one of our ports.
    pub(crate) fn leg_up(&self, own: u16) -> Option<LegId> {
        match self.ports.get(own)?.call.as_ref()? {
            Call { leg, phase: Phase::Up(_), .. } => Some(*leg),
            _ => None,
        }
    }

    /// The leg that is up on the port an application names, and what it is to its bridge.
    pub(crate) fn part_of(&self, port: &PortText) -> Option<(LegId, Part)> {
        let leg = self.leg_up(self.ports.named(port)?)?;
        let (_, bridge) = self.bridge_of(leg)?;
        Some((leg, bridge.part(leg)?))
    }

    /// [`Switch::rebridge`] of the bridge that a leg is a member of.
    pub(crate) fn rebridge_of(
        &mut self,
        leg: LegId,
        change: impl FnOnce(Bridge) -> Option<Bridge>,
        out: &mut Orders,
    ) {
        if let Some((id, _)) = self.bridge_of(leg) {
            self.rebridge(id, change, out);
        }
    }

    /// Changes a bridge, or ends it, and tells the engine what every member, and who was one, hears now.
    pub(crate) fn rebridge(
        &mut self,
        id: BridgeId,
        change: impl FnOnce(Bridge) -> Option<Bridge>,
        out: &mut Orders,
    ) {
        let Some(bridge) = self.bridges.remove(&id) else { return };
        let before: Vec<LegId> = bridge.legs().collect();
        self.set_bridge(id, &before, change(bridge), out);
    }

    fn set_bridge(&mut self, id: BridgeId, before: &[LegId], bridge: Option<Bridge>, out: &mut Orders) {
        let now: Vec<LegId> = bridge.iter().flat_map(Bridge::legs).collect();
        self.bridges.extend(bridge.map(|bridge| (id, bridge)));
        let left = before.iter().copied().filter(|leg| !now.contains(leg));
        let all: Vec<LegId> = now.iter().copied().chain(left).collect();
        for leg in all {
            if let Some((_, call)) = self.ports.call_mut(leg) {
                call.joined.bridge = now.contains(&leg).then_some(id);
            }
            if !now.contains(&leg) {
                self.let_go(leg);
            }
            self.tune(leg, out);
        }
    }

    /// Has the engine let a call hear what its bridge says, or nobody where it has none.
    pub(crate) fn tune(&mut self, leg: LegId, out: &mut Orders) {
        let Some((_, call)) = self.ports.call_mut(leg) else { return };
        let bridge = call.joined.bridge.and_then(|id| self.bridges.get(&id));
        let Call { phase: Phase::Up(voice), joined, .. } = call else { return };
        let of = bridge.map(|bridge| bridge.hears(leg)).unwrap_or_default();
        if joined.hears != of {
            joined.met = of.first().copied().or(joined.met);
            joined.hears.clone_from(&of);
            out.push(Output::Sound(sound::Command::Hear { leg, of }));
        }
        match (bridge.and_then(|bridge| bridge.music(leg)), &joined.music) {
            (Some(clip), Some((_, playing))) if clip == playing => {}
            // What a request plays goes first; the music comes behind it.
            (Some(clip), _) if voice.play().is_none() => {
                let play = PlayId(self.plays.next());
                joined.music = Some((play, clip.clone()));
                let (clips, barge, repeat) = (vec![clip.clone()], Barge::Never, Repeat::Forever);
                out.push(Output::Sound(sound::Command::Play { leg, play, clips, barge, repeat }));
            }
            (None, &Some((play, _))) => {
                joined.music = None;
                out.push(Output::Sound(sound::Command::Stop { leg, play }));
            }
            _ => {}
        }
    }

    /// The call of a leg is over, or is hung up: so is its part in its bridge. Returns the leg whose call ends with it.
    pub(crate) fn leave_bridge(&mut self, leg: LegId, out: &mut Orders) -> Option<LegId> {
        let (_, call) = self.ports.call_mut(leg)?;
        let (id, look) = (call.joined.bridge, call.joined.look.take());
        if let Some(look) = look {
            look.abandon(out);
        }
        let id = id?;
        let follower = self.bridges.get(&id)?.follower(leg);
        self.rebridge(id, |bridge| bridge.without(leg), out);
        follower.filter(|&leg| self.bridge_of(leg).is_none())
    }
}
