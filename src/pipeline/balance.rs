//! Balance: how much work each rep has, and an alignment of outlets to reps that evens it out with few moves.

use jiff::civil::Date;
use serde::Serialize;

use super::Networks;
use super::workload::{Demand, RepDay, days_worked, demands};
use crate::progress::Progress;
use crate::prospects::{Prospect, ProspectId};
use crate::territory::Territory;

/// What is asked of an alignment.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BalanceOptions {
    /// How long the cycle is, in days.
    pub cycle_days: u32,
    /// So much may a rep's utilization be off the mean, as a share of it.
    pub tolerance: f64,
    /// No outlet moves to a rep whose way there is longer than that of its rep now by more than so many minutes.
    pub farther_minutes_max: f64,
}

impl Default for BalanceOptions {
    fn default() -> Self {
        Self { cycle_days: 28, tolerance: 0.1, farther_minutes_max: 30.0 }
    }
}

/// The load of one rep over a cycle, now and as proposed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RepLoad {
    /// Their name.
    pub rep: String,
    /// Outlets.
    pub outlets: usize,
    /// Visits that these ask for.
    pub visits: f64,
    /// Hours at their doors.
    pub visit_hours: f64,
    /// Hours on the road.
    pub travel_hours: f64,
    /// Hours there are: working days times the shift without lunch.
    pub capacity_hours: f64,
    /// Hours needed ÷ hours there are; `None` for a rep who does not work in the cycle.
    pub utilization: Option<f64>,
    /// Outlets that lie nearer to the home of another rep, by road.
    pub nearer_to_another: usize,
    /// Outlets as proposed.
    pub outlets_proposed: usize,
    /// Hours needed as proposed.
    pub hours_proposed: f64,
    /// Utilization as proposed.
    pub utilization_proposed: Option<f64>,
}

/// One outlet with its rep, now and as proposed: indices into the territory's reps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Aligned {
    /// The outlet.
    pub prospect: ProspectId,
    /// Whose it is: the nearest by road of those the list names, of all where it names none.
    pub rep_now: usize,
    /// Whose it would be.
    pub rep_proposed: usize,
    /// Minutes from the home of the rep it has.
    pub travel_minutes_now: f64,
    /// Minutes from the home of the rep it would have.
    pub travel_minutes_proposed: f64,
    /// Hours in a cycle that it takes the rep it has.
    pub hours_per_cycle: f64,
    /// The rep whose home is nearest, if that is not whose it is.
    pub nearer_to: Option<usize>,
}

impl Aligned {
    /// Whether it would change hands.
    pub fn is_move(&self) -> bool {
        self.rep_now != self.rep_proposed
    }
}

/// The work of a territory by rep, and how to even it out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Balance {
    /// What was asked.
    pub options: BalanceOptions,
    /// The first day of the cycle.
    pub from: Date,
    /// By rep.
    pub reps: Vec<RepLoad>,
    /// Hours needed by all.
    pub hours: f64,
    /// Hours all have.
    pub capacity_hours: f64,
    /// Hours needed ÷ hours there are.
    pub utilization: Option<f64>,
    /// Reps that are missing: hours needed ÷ the mean hours of a rep − reps; below zero if there are more than it takes.
    pub overload_reps: Option<f64>,
    /// Outlets that would change hands.
    pub moves: usize,
    /// Fewer moves cannot bring every rep within the tolerance.
    pub moves_at_least: usize,
    /// Whether every rep is within the tolerance as proposed.
    pub is_even: bool,
    /// Outlets that may not change hands: the list names their rep, or they are pinned.
    pub held: usize,
    /// By outlet, in their order.
    #[serde(skip)]
    pub outlets: Vec<Aligned>,
}

impl Balance {
    /// The balance of `territory` in the cycle from `from` on.
    ///
    /// Work is counted as in [`Capacity`](super::Capacity). Each visit to an outlet takes a rep
    /// `v + t + (2h − t) ÷ n` minutes: at its door, to the next one, and its part of the ways home, where `n` are the visits of
    /// the rep's average day as things are now. Summed over the outlets a rep has now, that is exactly what `Capacity` counts.
    ///
    /// An alignment is even if every rep's hours needed ÷ hours there are lie within `tolerance` of those of all reps
    /// together as things are now. Moves are chosen one by one: each time the one that takes most off what reps are out of the
    /// tolerance, of equal ones the one that makes the way from home least longer; then moves that are not needed after all are
    /// taken back, and each is exchanged for a shorter one where that leaves all even. That the moves are as few as possible is
    /// not promised, but known where they are no more than [`moves_at_least`](Self::moves_at_least). Outlets go only to reps
    /// whom the list lets visit them; those that are pinned stay.
    pub fn new(
        territory: &Territory,
        prospects: &[Prospect],
        networks: &Networks,
        (from, options): (Date, BalanceOptions),
        progress: &dyn Progress,
    ) -> Self {
        let worked = days_worked(territory, (from, options.cycle_days));
        let mut choices =
            demands(territory, prospects, networks, (from, options.cycle_days), progress);
        choices.retain(|own| own.iter().any(|demand| demand.may_go));
        let owner = |own: &Vec<Demand>| own.iter().position(|demand| demand.may_go).unwrap_or(0);
        let now: Vec<usize> = choices.iter().map(owner).collect();
        let days: Vec<RepDay> = (0..territory.reps.len())
            .map(|rep| {
                let own: Vec<&Demand> = choices
                    .iter()
                    .zip(&now)
                    .map(|(own, at)| &own[*at])
                    .filter(|d| d.rep == rep)
                    .collect();
                let any = || choices.iter().flatten().filter(|demand| demand.rep == rep).collect();
                let own = if own.is_empty() { any() } else { own };
                RepDay::new(&territory.reps[rep], &own)
            })
            .collect();
        let capacity: Vec<f64> = worked
            .iter()
            .zip(&days)
            .map(|(worked, day)| worked * day.working_minutes / 60.0)
            .collect();
        let is_pinned = |own: &Vec<Demand>| {
            prospects[own[0].prospect.0 as usize].pinned.is_some_and(|pin| pin.date >= from)
        };
        let outlets: Vec<Movable> = choices
            .iter()
            .zip(&now)
            .map(|(own, at)| {
                let option = |demand: &Demand| Choice {
                    rep: demand.rep,
                    hours: hours(demand, &days[demand.rep]),
                    minutes: demand.home_minutes,
                };
                let may_move = |demand: &&Demand| {
                    let farther = demand.home_minutes - own[*at].home_minutes;
                    demand.may_go
                        && demand.rep != own[*at].rep
                        && farther <= options.farther_minutes_max
                        && !is_pinned(own)
                };
                let now = option(&own[*at]);
                Movable { now, others: own.iter().filter(may_move).map(option).collect() }
            })
            .collect();
        let even = Even::new(&outlets, &capacity, options.tolerance);
        let chosen = even.alignment(&outlets);

        let aligned: Vec<Aligned> = choices
            .iter()
            .zip(&outlets)
            .zip(&chosen)
            .map(|((own, outlet), chosen)| {
                let proposed = outlet.choice(*chosen);
                Aligned {
                    prospect: own[0].prospect,
                    rep_now: outlet.now.rep,
                    rep_proposed: proposed.rep,
                    travel_minutes_now: outlet.now.minutes,
                    travel_minutes_proposed: proposed.minutes,
                    hours_per_cycle: outlet.now.hours,
                    nearer_to: (own[0].home_minutes < outlet.now.minutes).then_some(own[0].rep),
                }
            })
            .collect();
        let proposed = even.loads(&outlets, &chosen);
        let share =
            |hours: f64, capacity: f64| (capacity > 0.0).then(|| thousandths(hours / capacity));
        let reps: Vec<RepLoad> = (0..territory.reps.len())
            .map(|rep| {
                let own: Vec<&Demand> = choices
                    .iter()
                    .zip(&now)
                    .map(|(own, at)| &own[*at])
                    .filter(|d| d.rep == rep)
                    .collect();
                let visit_hours =
                    own.iter().map(|d| d.visits * d.visit_minutes).sum::<f64>() / 60.0;
                let hours = even.now[rep];
                RepLoad {
                    rep: territory.reps[rep].name.clone(),
                    outlets: own.len(),
                    visits: thousandths(own.iter().map(|demand| demand.visits).sum()),
                    visit_hours: thousandths(visit_hours),
                    travel_hours: thousandths(hours - visit_hours),
                    capacity_hours: thousandths(capacity[rep]),
                    utilization: share(hours, capacity[rep]),
                    nearer_to_another: aligned
                        .iter()
                        .filter(|outlet| outlet.rep_now == rep && outlet.nearer_to.is_some())
                        .count(),
                    outlets_proposed: aligned.iter().filter(|o| o.rep_proposed == rep).count(),
                    hours_proposed: thousandths(proposed[rep]),
                    utilization_proposed: share(proposed[rep], capacity[rep]),
                }
            })
            .collect();
        let (hours, capacity_hours): (f64, f64) = (even.now.iter().sum(), capacity.iter().sum());
        let a_rep = capacity_hours / territory.reps.len() as f64;
        let overload = hours / a_rep - territory.reps.len() as f64;
        let can_move = |own: &&Vec<Demand>| own.iter().filter(|d| d.may_go).count() > 1;
        let free = choices.iter().filter(can_move).filter(|own| !is_pinned(own)).count();
        Self {
            options,
            from,
            reps,
            hours: thousandths(hours),
            capacity_hours: thousandths(capacity_hours),
            utilization: share(hours, capacity_hours),
            overload_reps: (capacity_hours > 0.0).then(|| thousandths(overload)),
            moves: aligned.iter().filter(|outlet| outlet.is_move()).count(),
            moves_at_least: even.moves_at_least(&outlets),
            is_even: even.off(&proposed) <= EXACT,
            held: if territory.reps.len() > 1 { choices.len() - free } else { 0 },
            outlets: aligned,
        }
    }
}

/// Hours in a cycle that an outlet takes a rep with such days.
fn hours(demand: &Demand, day: &RepDay) -> f64 {
    let ways = demand.hop_minutes + (2.0 * demand.home_minutes - demand.hop_minutes) / day.visits;
    demand.visits * (demand.visit_minutes + ways) / 60.0
}

/// Never minus zero, which a sum of nothing is.
fn thousandths(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0 + 0.0
}

/// Sums of hours are exact to this.
const EXACT: f64 = 1e-9;

/// An outlet with a rep it may have.
#[derive(Debug, Clone, Copy)]
struct Choice {
    rep: usize,
    hours: f64,
    minutes: f64,
}

/// An outlet with the rep it has and those it may move to.
#[derive(Debug, Clone)]
struct Movable {
    now: Choice,
    others: Vec<Choice>,
}

impl Movable {
    /// The rep it has, or one of the others.
    fn choice(&self, at: Option<usize>) -> Choice {
        at.map_or(self.now, |at| self.others[at])
    }

    /// Minutes by which that is farther from home.
    fn farther(&self, at: usize) -> f64 {
        self.others[at].minutes - self.now.minutes
    }
}

/// What is even: the hours between which each rep's lie then.
struct Even {
    now: Vec<f64>,
    least: Vec<f64>,
    most: Vec<f64>,
}

impl Even {
    fn new(outlets: &[Movable], capacity: &[f64], tolerance: f64) -> Self {
        let mut now = vec![0.0; capacity.len()];
        for outlet in outlets {
            now[outlet.now.rep] += outlet.now.hours;
        }
        let all: f64 = capacity.iter().sum();
        let mean = if all > 0.0 { now.iter().sum::<f64>() / all } else { 0.0 };
        let at = |share: f64| capacity.iter().map(|hours| hours * mean * share).collect();
        let (least, most) = (at(1.0 - tolerance), at(1.0 + tolerance));
        Self { now, least, most }
    }

    /// Hours that one rep is out of the tolerance with so many hours.
    fn off_by(&self, rep: usize, hours: f64) -> f64 {
        (self.least[rep] - hours).max(hours - self.most[rep]).max(0.0)
    }

    /// Hours that all reps are out of it.
    fn off(&self, loads: &[f64]) -> f64 {
        loads.iter().enumerate().map(|(rep, hours)| self.off_by(rep, *hours)).sum()
    }

    fn loads(&self, outlets: &[Movable], chosen: &[Option<usize>]) -> Vec<f64> {
        let mut loads = vec![0.0; self.now.len()];
        for (outlet, at) in outlets.iter().zip(chosen) {
            let choice = outlet.choice(*at);
            loads[choice.rep] += choice.hours;
        }
        loads
    }

    /// By how much fewer hours all are out of the tolerance if `outlet` goes from one choice to another.
    fn gain(&self, loads: &[f64], from: Choice, to: Choice) -> f64 {
        if from.rep == to.rep {
            return 0.0;
        }
        let part = |rep: usize, change: f64| {
            self.off_by(rep, loads[rep]) - self.off_by(rep, loads[rep] + change)
        };
        part(from.rep, -from.hours) + part(to.rep, to.hours)
    }

    /// By outlet: which of the others it is to move to, if it is to move.
    fn alignment(&self, outlets: &[Movable]) -> Vec<Option<usize>> {
        let mut chosen: Vec<Option<usize>> = vec![None; outlets.len()];
        let mut loads = self.now.clone();
        let go = |loads: &mut [f64], from: Choice, to: Choice| {
            loads[from.rep] -= from.hours;
            loads[to.rep] += to.hours;
        };
        while self.off(&loads) > EXACT {
            let mut best: Option<(f64, f64, usize, usize)> = None;
            for (at, outlet) in outlets.iter().enumerate().filter(|(at, _)| chosen[*at].is_none()) {
                for (other, choice) in outlet.others.iter().enumerate() {
                    let gain = self.gain(&loads, outlet.now, *choice);
                    let farther = outlet.farther(other);
                    let is_better = best.is_none_or(|(most, least, ..)| {
                        gain > most + EXACT || (gain > most - EXACT && farther < least)
                    });
                    if gain > EXACT && is_better {
                        best = Some((gain, farther, at, other));
                    }
                }
            }
            let Some((_, _, at, other)) = best else { break };
            go(&mut loads, outlets[at].now, outlets[at].others[other]);
            chosen[at] = Some(other);
        }
        self.take_back(outlets, &mut chosen, &mut loads);
        self.shorten(outlets, &mut chosen, &mut loads);
        chosen
    }

    /// Takes back moves without which nobody is farther out of the tolerance, those that make the way longest first.
    fn take_back(&self, outlets: &[Movable], chosen: &mut [Option<usize>], loads: &mut [f64]) {
        let mut moved: Vec<(f64, usize)> = chosen
            .iter()
            .enumerate()
            .filter_map(|(at, other)| Some((outlets[at].farther((*other)?), at)))
            .collect();
        moved.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        for (_, at) in moved {
            let (there, back) = (outlets[at].choice(chosen[at]), outlets[at].now);
            if self.gain(loads, there, back) > -EXACT {
                loads[there.rep] -= there.hours;
                loads[back.rep] += back.hours;
                chosen[at] = None;
            }
        }
    }

    /// Exchanges moves for others between the same two reps that make the way less long, where nobody is farther out of the
    /// tolerance then.
    fn shorten(&self, outlets: &[Movable], chosen: &mut [Option<usize>], loads: &mut [f64]) {
        let mut candidates: Vec<(f64, usize, usize)> = Vec::new();
        for (at, outlet) in outlets.iter().enumerate() {
            candidates.extend((0..outlet.others.len()).map(|o| (outlet.farther(o), at, o)));
        }
        candidates.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let moved: Vec<usize> = (0..chosen.len()).filter(|at| chosen[*at].is_some()).collect();
        for at in moved {
            let Some(other) = chosen[at] else { continue };
            let (now, there) = (outlets[at].now, outlets[at].others[other]);
            let farther = outlets[at].farther(other);
            for (new_farther, new, new_other) in &candidates {
                if *new_farther >= farther - EXACT {
                    break;
                }
                let (new_now, new_there) = (outlets[*new].now, outlets[*new].others[*new_other]);
                if chosen[*new].is_some() || (new_now.rep, new_there.rep) != (now.rep, there.rep) {
                    continue;
                }
                let mut changed = loads.to_vec();
                changed[now.rep] += now.hours - new_now.hours;
                changed[there.rep] += new_there.hours - there.hours;
                if self.off(&changed) <= self.off(loads) + EXACT {
                    loads.copy_from_slice(&changed);
                    chosen[at] = None;
                    chosen[*new] = Some(*new_other);
                    break;
                }
            }
        }
    }

    /// So many moves it takes at least: each takes hours from one rep and gives hours to one.
    fn moves_at_least(&self, outlets: &[Movable]) -> usize {
        let reps = 0..self.now.len();
        let fewest = |mut hours: Vec<f64>, needed: f64| {
            hours.sort_unstable_by(|a, b| b.total_cmp(a));
            let mut left = needed;
            hours
                .iter()
                .take_while(|own| {
                    let is_needed = left > EXACT;
                    left -= **own;
                    is_needed
                })
                .count()
        };
        let to_give = reps.clone().map(|rep| {
            let own = outlets.iter().filter(|o| o.now.rep == rep && !o.others.is_empty());
            fewest(own.map(|o| o.now.hours).collect(), self.now[rep] - self.most[rep])
        });
        let to_get = reps.map(|rep| {
            let offered = outlets.iter().flat_map(|o| &o.others).filter(|c| c.rep == rep);
            fewest(offered.map(|c| c.hours).collect(), self.least[rep] - self.now[rep])
        });
        to_give.sum::<usize>().max(to_get.sum())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The fewest moves that bring all within the tolerance, by trying all alignments.
    fn fewest_moves(even: &Even, outlets: &[Movable]) -> Option<usize> {
        fn go(even: &Even, outlets: &[Movable], chosen: &mut Vec<Option<usize>>) -> Option<usize> {
            let Some(outlet) = outlets.get(chosen.len()) else {
                let is_even = even.off(&even.loads(outlets, chosen)) <= EXACT;
                return is_even.then(|| chosen.iter().flatten().count());
            };
            let choices = std::iter::once(None).chain((0..outlet.others.len()).map(Some));
            let found = choices.filter_map(|choice| {
                chosen.push(choice);
                let found = go(even, outlets, chosen);
                chosen.pop();
                found
            });
            found.min()
        }
        go(even, outlets, &mut Vec::new())
    }

    fn outlets(reps: usize) -> impl Strategy<Value = Vec<Movable>> {
        let outlet = (0..reps, 1..6_u32, prop::collection::vec(0..40_u32, reps)).prop_map(
            |(owner, hours, minutes)| {
                let choice = |(rep, minutes): (usize, &u32)| Choice {
                    rep,
                    hours: f64::from(hours) + f64::from(*minutes) / 100.0,
                    minutes: f64::from(*minutes),
                };
                let all: Vec<Choice> = minutes.iter().enumerate().map(choice).collect();
                let others = all.iter().filter(|choice| choice.rep != owner).copied().collect();
                Movable { now: all[owner], others }
            },
        );
        prop::collection::vec(outlet, 1..9)
    }

    proptest! {
        #[test]
        fn nobody_is_farther_off_and_the_fewest_moves_lie_between_bound_and_proposal(
            outlets in outlets(3),
            tolerance in 0.1..0.5,
        ) {
            let even = Even::new(&outlets, &[10.0, 12.0, 8.0], tolerance);
            let chosen = even.alignment(&outlets);
            let off = even.off(&even.loads(&outlets, &chosen));
            prop_assert!(off <= even.off(&even.now) + EXACT);
            let moves = chosen.iter().flatten().count();
            if let Some(fewest) = fewest_moves(&even, &outlets) {
                prop_assert!(even.moves_at_least(&outlets) <= fewest);
                if off <= EXACT {
                    prop_assert!(fewest <= moves);
                }
            } else {
                prop_assert!(off > EXACT);
            }
        }

        #[test]
        fn with_two_reps_and_outlets_alike_the_moves_are_the_fewest(
            owners in prop::collection::vec(0..2_usize, 1..11),
            tolerance in 0.1..0.5,
        ) {
            let choice = |rep| Choice { rep, hours: 1.0, minutes: 10.0 };
            let outlet = |owner: &usize| Movable { now: choice(*owner), others: vec![choice(1 - owner)] };
            let outlets: Vec<Movable> = owners.iter().map(outlet).collect();
            let even = Even::new(&outlets, &[10.0, 10.0], tolerance);
            let chosen = even.alignment(&outlets);
            if let Some(fewest) = fewest_moves(&even, &outlets) {
                prop_assert_eq!(chosen.iter().flatten().count(), fewest);
                prop_assert_eq!(even.moves_at_least(&outlets), fewest);
            }
        }
    }

    #[test]
    fn of_outlets_alike_the_one_least_farther_moves() {
        let choice = |rep, minutes| Choice { rep, hours: 1.0, minutes };
        let outlet = |other| Movable { now: choice(0, 10.0), others: vec![choice(1, other)] };
        let outlets: Vec<Movable> = [30.0, 12.0, 25.0, 14.0].map(outlet).into();
        let even = Even::new(&outlets, &[4.0, 4.0], 0.1);
        let chosen = even.alignment(&outlets);
        assert_eq!(chosen, [None, Some(0), None, Some(0)]);
    }
}
