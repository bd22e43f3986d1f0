//! Which worker has which leg, and who hears whom: legs that hear one another belong on one worker.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use edge::LegId;

use crate::limits::HEARD;

/// The legs that are open or in a bridge, and where they are.
#[derive(Debug)]
pub struct Routes {
    parties: HashMap<LegId, Party>,
    /// Open legs of each worker.
    loads: Vec<usize>,
    /// Companies that were gathered.
    gathered: u64,
}

/// What is known of a leg.
#[derive(Debug)]
struct Party {
    worker: usize,
    /// The company that it was gathered with last: all of one are in one slot, whoever hears whom since.
    company: Option<u64>,
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
        Self { parties: HashMap::new(), loads: vec![0; workers.max(1)], gathered: 0 }
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
        let party =
            || Party { worker, company: None, phase: Phase::Named, hears: Vec::new(), heard_by: Vec::new() };
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
    /// None when they are together already.
    #[must_use]
    pub fn company(&self, leg: LegId) -> Option<Vec<LegId>> {
        let party = self.parties.get(&leg)?;
        let there =
            |other: &LegId| self.parties.get(other).is_some_and(|other| other.company == party.company);
        let neighbours = || party.hears.iter().chain(&party.heard_by);
        let is_together = party.phase == Phase::Open && party.company.is_some() && neighbours().all(there);
        if is_together || neighbours().next().is_none() {
            return None;
        }
        let mut company = vec![leg];
        let mut known: HashSet<LegId> = [leg].into();
        let mut next = 0;
        while let Some(party) = company.get(next).map(|member| self.parties.get(member)) {
            next += 1;
            for &other in party.into_iter().flat_map(|party| party.hears.iter().chain(&party.heard_by)) {
                if known.insert(other) {
                    company.push(other);
                }
            }
        }
        Some(company)
    }

    /// Brings these legs together at the worker that has most of them, of several such the one with the
    /// fewest legs in all. Those that have to move for it are taken to be there from now on.
    pub fn gather(&mut self, company: &[LegId]) -> Vec<Move> {
        let mut counts = vec![0_usize; self.loads.len()];
        let open = |party: &&Party| party.phase == Phase::Open;
        for party in company.iter().filter_map(|leg| self.parties.get(leg)).filter(open) {
            counts[party.worker] += 1;
        }
        let best = |&worker: &usize| (counts[worker], Reverse(self.loads[worker]));
        let to = (0..counts.len()).max_by_key(best).unwrap_or(0);
        self.gathered += 1;
        let mut moves = Vec::new();
        for &leg in company {
            let Some(party) = self.parties.get_mut(&leg) else { continue };
            party.company = Some(self.gathered);
            let from = std::mem::replace(&mut party.worker, to);
            if from != to && party.phase == Phase::Open {
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
            (party.worker, party.company) = (from, None);
            self.loads[to] -= 1;
            self.loads[from] += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn leg(n: u64) -> LegId {
        LegId::placed(n)
    }

    /// Routes of two workers and so many open legs.
    fn routes(legs: u64) -> Routes {
        let mut routes = Routes::new(2);
        (0..legs).for_each(|n| routes.open(leg(n)));
        routes
    }

    /// The leg hears these: who moves.
    fn hear(routes: &mut Routes, n: u64, of: &[u64]) -> Vec<(u64, usize)> {
        let of: Vec<LegId> = of.iter().map(|&n| leg(n)).collect();
        routes.hear(leg(n), &of);
        let company = routes.company(leg(n)).unwrap_or_default();
        let moves = routes.gather(&company);
        moves.iter().map(|step| (step.leg.spread(), step.to)).collect()
    }

    #[test]
    fn legs_are_spread_until_they_hear_one_another() {
        let mut routes = routes(6);
        assert_eq!((0..6).map(|n| routes.worker(leg(n))).collect::<Vec<_>>(), [0, 1, 0, 1, 0, 1]);
        assert_eq!(hear(&mut routes, 0, &[2]), [], "on one worker already");
        assert_eq!(hear(&mut routes, 1, &[0]), [(1, 0)], "the fewer move");
        assert_eq!(hear(&mut routes, 3, &[4]), [(4, 1)], "and of two to where there are fewer");
        assert_eq!(routes.loads, [3, 3]);
        assert_eq!(routes.company(leg(2)), None, "they are together");
        assert_eq!(hear(&mut routes, 4, &[2]), [(4, 0), (3, 0)], "both companies are one now");
    }

    #[test]
    fn a_company_that_parts_stays_where_it_is_and_can_be_taken_apart() {
        let mut routes = routes(4);
        hear(&mut routes, 0, &[1, 2]);
        hear(&mut routes, 0, &[]);
        assert_eq!((routes.worker(leg(1)), routes.company(leg(0))), (0, None));
        assert_eq!(hear(&mut routes, 2, &[1]), [], "still side by side");
        assert_eq!(hear(&mut routes, 3, &[1]), [(3, 0)]);
        assert_eq!(hear(&mut routes, 0, &[2]), []);
        assert_eq!(routes.company(leg(0)), None, "gathered anew, for the others were with the third");
    }

    #[test]
    fn what_is_over_leaves_nothing_behind() {
        let mut routes = routes(8);
        for n in 0..8 {
            hear(&mut routes, n, &[0, 1, 2, 3, 4, 5, 6, 7, 99]);
        }
        assert!(routes.parties.contains_key(&leg(99)), "it may open yet");
        (0..8).for_each(|n| routes.close(leg(n)));
        assert!(routes.parties.is_empty(), "{routes:?}");
        assert_eq!(routes.loads, [0, 0]);
    }

    #[test]
    fn a_leg_that_opens_later_opens_beside_the_others() {
        let mut routes = routes(1);
        hear(&mut routes, 0, &[1]);
        assert_eq!(routes.worker(leg(1)), 0, "no move, for it is nowhere yet");
        assert_eq!(routes.company(leg(1)).unwrap().len(), 2, "it is to be beside the other");
        routes.open(leg(1));
        assert_eq!(routes.loads, [2, 0]);
    }

    #[test]
    fn a_move_that_fails_is_taken_back() {
        let mut routes = routes(2);
        routes.hear(leg(0), &[leg(1)]);
        let moves = routes.gather(&routes.company(leg(0)).unwrap());
        moves.into_iter().for_each(|step| routes.stay(step));
        assert_eq!(routes.loads, [1, 1]);
        assert!(routes.company(leg(0)).is_some(), "it is tried again");
    }
}
