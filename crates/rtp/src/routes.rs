//! Which worker has which leg, and who hears whom: legs that hear one another belong on one worker.

use std::collections::HashMap;

use edge::LegId;

use crate::limits::HEARD;

/// The legs that are open or in a bridge, and where they are.
#[derive(Debug)]
pub struct Routes {
    parties: HashMap<LegId, Party>,
    /// Open legs of each worker.
    loads: Vec<usize>,
}

/// What is known of a leg.
#[derive(Debug)]
struct Party {
    worker: usize,
    phase: Phase,
    hears: Vec<LegId>,
    heard_by: Vec<LegId>,
}

/// How far a leg is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Phase {
    /// Named in a bridge only.
    Named,
    /// Open.
    Open,
}

/// A leg that is to move.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Move {
    /// Which leg.
    pub leg: LegId,
    /// The worker that has it.
    pub from: usize,
    /// The worker that is to have it.
    pub to: usize,
}

impl Routes {
    /// No legs, and so many workers.
    #[must_use]
    pub fn new(workers: usize) -> Self {
        Self { parties: HashMap::new(), loads: vec![0; workers.max(1)] }
    }

    /// The worker of this leg.
    #[must_use]
    pub fn worker(&self, leg: LegId) -> usize {
        self.parties.get(&leg).map_or_else(|| self.home(leg), |party| party.worker)
    }

    /// The worker of a leg that is in no bridge.
    fn home(&self, leg: LegId) -> usize {
        usize::try_from(leg.spread() % self.loads.len() as u64).unwrap_or(0)
    }

    fn party(&mut self, leg: LegId) -> &mut Party {
        let worker = self.home(leg);
        let party = || Party { worker, phase: Phase::Named, hears: Vec::new(), heard_by: Vec::new() };
        self.parties.entry(leg).or_insert_with(party)
    }

    /// The leg opens.
    pub fn open(&mut self, leg: LegId) {
        let party = self.party(leg);
        if party.phase == Phase::Named {
            party.phase = Phase::Open;
            let worker = party.worker;
            self.loads[worker] += 1;
        }
    }

    /// The leg is over, and nobody hears it.
    pub fn close(&mut self, leg: LegId) {
        self.hear(leg, &[]);
        let Some(party) = self.parties.remove(&leg) else { return };
        if party.phase == Phase::Open {
            self.loads[party.worker] -= 1;
        }
        for listener in party.heard_by {
            if let Some(party) = self.parties.get_mut(&listener) {
                party.hears.retain(|&heard| heard != leg);
            }
            self.prune(listener);
        }
    }

    /// The leg hears these from now on, and no others.
    pub fn hear(&mut self, leg: LegId, of: &[LegId]) {
        let before = self.parties.get_mut(&leg).map(|party| std::mem::take(&mut party.hears));
        for heard in before.into_iter().flatten() {
            if let Some(party) = self.parties.get_mut(&heard) {
                party.heard_by.retain(|&listener| listener != leg);
            }
            self.prune(heard);
        }
        let mut of: Vec<LegId> = of.iter().copied().filter(|&heard| heard != leg).collect();
        of.sort_unstable();
        of.dedup();
        of.truncate(HEARD);
        for &heard in &of {
            self.party(heard).heard_by.push(leg);
        }
        if !of.is_empty() {
            self.party(leg).hears = of;
        }
        self.prune(leg);
    }

    /// Forgets a leg that is in no bridge and not open.
    fn prune(&mut self, leg: LegId) {
        let idle = |party: &Party| {
            party.phase == Phase::Named && party.hears.is_empty() && party.heard_by.is_empty()
        };
        if self.parties.get(&leg).is_some_and(idle) {
            self.parties.remove(&leg);
        }
    }

    /// All that are in a bridge with this leg, itself included: who hears whom, in whichever direction.
    #[must_use]
    pub fn company(&self, leg: LegId) -> Vec<LegId> {
        let mut company = vec![leg];
        let mut known: std::collections::HashSet<LegId> = [leg].into();
        let mut next = 0;
        while let Some(party) = company.get(next).map(|member| self.parties.get(member)) {
            next += 1;
            for &other in party.into_iter().flat_map(|party| party.hears.iter().chain(&party.heard_by)) {
                if known.insert(other) {
                    company.push(other);
                }
            }
        }
        company
    }

    /// Brings these legs together at the worker that has most of them, of several such the one with the
    /// fewest legs in all. Those that have to move for it are taken to be there from now on.
    pub fn gather(&mut self, company: &[LegId]) -> Vec<Move> {
        let mut counts = vec![0_usize; self.loads.len()];
        let open = |party: &&Party| party.phase == Phase::Open;
        for party in company.iter().filter_map(|leg| self.parties.get(leg)).filter(open) {
            counts[party.worker] += 1;
        }
        let best = |&worker: &usize| (counts[worker], std::cmp::Reverse(self.loads[worker]));
        let to = (0..counts.len()).max_by_key(best).unwrap_or(0);
        let mut moves = Vec::new();
        for &leg in company {
            let Some(party) = self.parties.get_mut(&leg).filter(|party| party.worker != to) else { continue };
            let from = std::mem::replace(&mut party.worker, to);
            if party.phase == Phase::Open {
                self.loads[from] -= 1;
                self.loads[to] += 1;
                moves.push(Move { leg, from, to });
            }
        }
        moves
    }

    /// A leg could not move after all.
    pub fn stay(&mut self, Move { leg, from, to }: Move) {
        if let Some(party) = self.parties.get_mut(&leg) {
            party.worker = from;
            self.loads[to] -= 1;
            self.loads[from] += 1;
        }
    }
}
