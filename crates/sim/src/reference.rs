//! What the protocol says about who hears whom, once more, in as few words as it takes and without a look at
//! how call control does it: random histories are held against it.

use std::collections::{BTreeMap, BTreeSet};

use protocol::{AgentTransferMode, BargeInMode, HoldMode, MuteMode};

use crate::floor::{Act, Hears, Matrix};

type File = Option<&'static str>;

/// Parties, and what binds them.
#[derive(Clone, Default, Debug)]
pub struct Reference {
    /// Those who have a call, and where it was up to them when it began to be: nobody is with anybody.
    up: BTreeSet<u16>,
    /// Two who are joined, each way.
    joined: BTreeMap<u16, u16>,
    muted: BTreeSet<u16>,
    /// Those who wait, and what for: a file or silence.
    waits: BTreeMap<u16, File>,
    /// Agents who let somebody wait to talk with another, who may be gone.
    consults: BTreeMap<u16, Option<u16>>,
    /// Supervisors, and on whom they have barged in.
    barged: BTreeMap<u16, (u16, BargeInMode)>,
}

impl Reference {
    /// So many parties, from port 1 on.
    #[must_use]
    pub fn new(parties: u16) -> Self {
        Self { up: (1..=parties).collect(), ..Self::default() }
    }

    /// Does what is asked, and says the answer.
    pub fn act(&mut self, act: Act) -> &'static str {
        match act {
            Act::Patch(a, b) => self.patch(a, b),
            Act::Tear(a, b) => self.tear(a, b),
            Act::Mute(a, mode) => match self.joined.get(&a) {
                Some(&other) if !self.waits.contains_key(&a) && !self.waits.contains_key(&other) => {
                    if mode == MuteMode::On {
                        self.muted.insert(a)
                    } else {
                        self.muted.remove(&a)
                    };
                    "SUCCESS"
                }
                _ => "AGENT_NOT_CONNECTED",
            },
            Act::Hold(a, mode, file) => self.hold(a, mode, file),
            Act::Transfer(a, b, mode, file) => self.transfer(a, b, mode, file),
            Act::BargeIn(s, a, mode) => self.barge_in(s, a, mode),
            Act::BargeOut(s, a) => match self.barged.get(&s) {
                Some((of, _)) if *of == a => {
                    self.barged.remove(&s);
                    "SUCCESS"
                }
                _ if self.is_free(a) => "AGENT_NOT_CONNECTED",
                _ => "INVALID_SUPERVISOR_PORT",
            },
            Act::Gone(p) | Act::Drop(p) => {
                self.leave(p);
                self.up.remove(&p);
                "SUCCESS"
            }
            _ => "",
        }
    }

    fn is_free(&self, p: u16) -> bool {
        let is_consulted = self.consults.values().any(|with| *with == Some(p));
        !self.joined.contains_key(&p) && !self.barged.contains_key(&p) && !is_consulted
    }

    /// The other one that an agent is there for: not of one who waits himself, nor while a third is with him.
    fn customer(&self, a: u16) -> Option<u16> {
        let is_with_another = matches!(self.consults.get(&a), Some(Some(_)));
        self.joined.get(&a).copied().filter(|_| !self.waits.contains_key(&a) && !is_with_another)
    }

    fn patch(&mut self, a: u16, b: u16) -> &'static str {
        match (self.is_free(a), self.is_free(b)) {
            _ if a == b => "INVALID_TRUNK_PORT2",
            (false, _) => "TRUNK_PORT1_ALREADY_PATCHED",
            (_, false) => "TRUNK_PORT2_ALREADY_PATCHED",
            _ if !self.up.contains(&a) || !self.up.contains(&b) => "FAILED",
            _ => {
                self.join(a, b);
                "SUCCESS"
            }
        }
    }

    fn join(&mut self, a: u16, b: u16) {
        self.joined.extend([(a, b), (b, a)]);
        self.talk(a, b);
    }

    /// Both are back in the conversation.
    fn talk(&mut self, a: u16, b: u16) {
        for p in [a, b] {
            self.waits.remove(&p);
            self.muted.remove(&p);
            self.consults.remove(&p);
        }
    }

    fn tear(&mut self, a: u16, b: u16) -> &'static str {
        let consult = |agent, with| self.consults.get(&agent) == Some(&Some(with));
        if consult(a, b) || (self.joined.get(&a) == Some(&b) && !self.consults.contains_key(&b)) {
            self.leave(b);
        } else if consult(b, a) || self.joined.get(&a) == Some(&b) {
            self.leave(a);
        } else {
            return "TRUNK_PORTS_NOT_PATCHED";
        }
        "SUCCESS"
    }

    fn hold(&mut self, a: u16, mode: HoldMode, file: File) -> &'static str {
        let Some(customer) = self.customer(a) else { return "AGENT_NOT_CONNECTED" };
        match (mode, file) {
            (HoldMode::Cancell, _) if self.waits.contains_key(&customer) => self.talk(a, customer),
            (HoldMode::Cancell, _) => {}
            (HoldMode::On, None | Some("GONE")) => return "FILE_MISSING",
            (HoldMode::On, file) => {
                self.talk(a, customer);
                self.waits.insert(customer, file);
            }
        }
        "SUCESS"
    }

    fn transfer(&mut self, a: u16, b: u16, mode: AgentTransferMode, file: File) -> &'static str {
        use AgentTransferMode::{Accept, Blind, Cancel, Initiate};
        if a == b {
            return "INVALIDE_DESTINATION_AGENT_PORT";
        }
        if !self.up.contains(&a) {
            return "SOURCE_AGENT_NOT_CONNECTED";
        }
        let consulted = self.consults.get(&a).copied();
        match (mode, consulted, self.customer(a)) {
            (Initiate | Blind, Some(Some(_)), _) => "INVALIDE_MODE",
            (Initiate | Blind, _, None) => "SOURCE_AGENT_NOT_CONNECTED",
            (Initiate | Blind, ..) if !self.up.contains(&b) => "INVALID_AGENT",
            (Initiate | Blind, ..) if !self.is_free(b) => "DESTINATION_AGENT_ALREADY_CONNECTED",
            (Initiate, ..) if file == Some("GONE") => "FILE_MISSING",
            (Initiate, _, Some(customer)) => {
                let music = file.or(self.waits.get(&customer).copied().flatten());
                self.talk(a, customer);
                self.waits.insert(customer, music);
                self.consults.insert(a, Some(b));
                "CONNECTED"
            }
            (Blind, ..) => {
                self.consults.insert(a, Some(b));
                self.leave(a);
                "CONNECTED"
            }
            (Accept | Cancel, None, _) => "INVALIDE_MODE",
            (Accept, Some(None), _) => "NOANS",
            (Accept | Cancel, Some(Some(with)), _) if with != b => "INVALIDE_DESTINATION_AGENT_PORT",
            (Accept, ..) => {
                self.leave(a);
                "CONNECTED"
            }
            (Cancel, ..) => {
                let customer = self.joined[&a];
                self.talk(a, customer);
                "CONNECTED"
            }
        }
    }

    fn barge_in(&mut self, s: u16, a: u16, mode: BargeInMode) -> &'static str {
        let is_again = self.barged.get(&s).is_some_and(|(of, _)| *of == a);
        if self.is_free(a) {
            return "AGENT_NOT_CONNECTED";
        }
        if s == a || !self.up.contains(&s) {
            return "INVALID_SUPERVISOR_PORT";
        }
        if !is_again && (!self.joined.contains_key(&a) || self.waits.contains_key(&a)) {
            return "AGENT_NOT_CONNECTED";
        }
        if !is_again && !self.is_free(s) {
            return "FAILED";
        }
        self.barged.insert(s, (a, mode));
        "SUCCESS"
    }

    /// Somebody is not there any more.
    fn leave(&mut self, p: u16) {
        self.barged.retain(|s, (of, _)| *s != p && *of != p);
        for with in self.consults.values_mut().filter(|with| **with == Some(p)) {
            *with = None;
        }
        let Some(other) = self.joined.remove(&p) else { return };
        self.joined.remove(&other);
        let third = [p, other].into_iter().find_map(|agent| self.consults.get(&agent).copied().flatten());
        self.talk(p, other);
        match third {
            Some(third) => self.join(other, third),
            None => self.barged.retain(|_, (of, _)| *of != other),
        }
    }

    /// With whom a party is, himself too: two who are joined, who is consulted, and who has barged in.
    fn room(&self, p: u16) -> Vec<u16> {
        let agent = self.barged.get(&p).map_or(p, |(of, _)| *of);
        let agent = self.consults.iter().find(|(_, with)| **with == Some(agent)).map_or(agent, |(a, _)| *a);
        let Some(&other) = self.joined.get(&agent) else { return vec![p] };
        let pair = [agent, other];
        let third = pair.iter().filter_map(|agent| self.consults.get(agent).copied().flatten());
        let supervisors = self.barged.iter().filter(|(_, (of, _))| pair.contains(of)).map(|(&s, _)| s);
        let mut room: Vec<u16> = third.chain(supervisors).chain(pair).collect();
        room.sort_unstable();
        room
    }

    fn hears(&self, p: u16, other: u16) -> bool {
        if p == other || self.waits.contains_key(&other) {
            return false;
        }
        match self.barged.get(&other) {
            Some((_, BargeInMode::Monitor)) => false,
            Some((of, BargeInMode::Coach)) => *of == p,
            Some((_, BargeInMode::Full)) => true,
            None => !(self.muted.contains(&other) && self.joined.get(&other) == Some(&p)),
        }
    }

    /// Who hears whom.
    #[must_use]
    pub fn matrix(&self) -> Matrix {
        let hears = |&p: &u16| match self.waits.get(&p) {
            Some(Some(file)) => (p, Hears::File(file)),
            Some(None) => (p, Hears::Voices(Vec::new())),
            None => (p, Hears::Voices(self.room(p).into_iter().filter(|&o| self.hears(p, o)).collect())),
        };
        Matrix(self.up.iter().map(hears).collect())
    }

    /// A party has a call again.
    pub fn dial(&mut self, p: u16) {
        self.up.insert(p);
    }
}
