//! Makes hours even: moves outlets between reps until the hours of all reps are within a tolerance.

/// Largest difference of two sums of hours or minutes that count as equal.
pub(super) const EXACT: f64 = 1e-9;

/// A rep whom an outlet may have, with the hours that the outlet needs in a cycle and the minutes
/// from the rep's home.
#[derive(Debug, Clone, Copy)]
pub(super) struct Choice {
    pub(super) rep: usize,
    pub(super) hours: f64,
    pub(super) minutes: f64,
}

/// An outlet, with its present rep and the reps to whom it may move.
#[derive(Debug, Clone)]
pub(super) struct Movable {
    pub(super) now: Choice,
    pub(super) others: Vec<Choice>,
}

impl Movable {
    /// Returns the choice at index `at` of the other reps; for `None`, the present choice.
    pub(super) fn choice(&self, at: Option<usize>) -> Choice {
        at.map_or(self.now, |at| self.others[at])
    }

    /// Returns the increase in travel time from home, in minutes.
    fn farther(&self, at: usize) -> f64 {
        self.others[at].minutes - self.now.minutes
    }
}

/// The limits of the hours of each rep in an even alignment.
pub(super) struct Even {
    /// Present hours of each rep.
    pub(super) now: Vec<f64>,
    least: Vec<f64>,
    most: Vec<f64>,
}

impl Even {
    pub(super) fn new(outlets: &[Movable], capacity: &[f64], tolerance: f64) -> Self {
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

    /// Returns the distance of the hours of one rep from the tolerance.
    fn off_by(&self, rep: usize, hours: f64) -> f64 {
        (self.least[rep] - hours).max(hours - self.most[rep]).max(0.0)
    }

    /// Returns the sum of the distances of all reps from the tolerance, in hours.
    pub(super) fn off(&self, loads: &[f64]) -> f64 {
        loads.iter().enumerate().map(|(rep, hours)| self.off_by(rep, *hours)).sum()
    }

    pub(super) fn loads(&self, outlets: &[Movable], chosen: &[Option<usize>]) -> Vec<f64> {
        let mut loads = vec![0.0; self.now.len()];
        for (outlet, at) in outlets.iter().zip(chosen) {
            let choice = outlet.choice(*at);
            loads[choice.rep] += choice.hours;
        }
        loads
    }

    /// Returns the decrease of the hours outside the tolerance if an outlet moves from one choice
    /// to another.
    fn gain(&self, loads: &[f64], from: Choice, to: Choice) -> f64 {
        if from.rep == to.rep {
            return 0.0;
        }
        let part = |rep: usize, change: f64| {
            self.off_by(rep, loads[rep]) - self.off_by(rep, loads[rep] + change)
        };
        part(from.rep, -from.hours) + part(to.rep, to.hours)
    }

    /// Returns the index of the new choice of each outlet; `None` if it stays.
    pub(super) fn alignment(&self, outlets: &[Movable]) -> Vec<Option<usize>> {
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

    /// Takes back each move that is not needed for the tolerance, the greatest increase in travel
    /// time first.
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

    /// Exchanges moves for others between the same two reps with a smaller increase in travel time,
    /// if the hours outside the tolerance do not increase.
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

    /// Returns a lower limit of the number of moves. Each move takes hours from one rep and gives
    /// hours to another.
    pub(super) fn moves_at_least(&self, outlets: &[Movable]) -> usize {
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

    /// Returns the smallest number of moves that bring all reps within the tolerance, from a search
    /// of all alignments.
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
        #![proptest_config(crate::testing::cases(256))]
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
