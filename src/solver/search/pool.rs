//! Keeps the tours of good plans and finds their best combination.
//!
//! A search finds good tours at different times, so they are never together in one plan. From time
//! to time, the pool makes a new plan from them: it chooses one tour for each shift, so that no two
//! tours have a visit in common. This is a set packing problem. Branch and bound with a limit of
//! steps solves it; Hu & Lim (2014, doi:10.1016/j.ejor.2013.06.011) use an integer program.

use rustc_hash::FxHashMap;

use super::instance::Instance;
use super::score::Score;
use super::state::State;
use crate::solver::shift::ShiftId;
use crate::solver::tour::{Tour, Tours};
use crate::solver::visit::VisitId;

/// A tour that was part of a plan during the search.
#[derive(Debug)]
struct KeptTour {
    /// Index of the class of shifts to which the tour belongs.
    class: usize,
    score: Score,
    /// Score of the best plan that contained this tour.
    seen_in: Score,
    visits: Vec<u32>,
    /// Visits of the tour, as a bit set.
    set: Vec<u64>,
}

/// The tours of good plans of one search.
#[derive(Debug)]
pub(super) struct Pool {
    /// For each class: its shifts, which allow the same tours with the same scores.
    classes: Vec<Vec<usize>>,
    class_of: Vec<usize>,
    kept: Vec<KeptTour>,
    /// For each class: index in `kept` of the tour with a given set of visits.
    index: Vec<FxHashMap<Vec<u64>, usize>>,
}

impl Pool {
    /// Maximum number of tours in the pool.
    const MOST: usize = 4000;
    /// Maximum number of partial plans that are examined to find one plan.
    const LOOKS_MOST: usize = 3000;

    /// Returns a pool without tours.
    pub(super) fn new(instance: &Instance) -> Self {
        let mut classes: Vec<Vec<usize>> = Vec::new();
        let mut class_of = Vec::new();
        for shift in 0..instance.shifts.len() {
            let same = classes.iter().position(|c| instance.are_alike(c[0], shift));
            let class = same.unwrap_or(classes.len());
            if same.is_none() {
                classes.push(Vec::new());
            }
            classes[class].push(shift);
            class_of.push(class);
        }
        let index = vec![FxHashMap::default(); classes.len()];
        Self { classes, class_of, kept: Vec::new(), index }
    }

    /// Adds the tours of `state` that are marked in `touched`. `score` is the score of the plan,
    /// that is of all its tours.
    pub(super) fn add(
        &mut self,
        instance: &Instance,
        state: &State,
        score: Score,
        touched: &[bool],
    ) {
        if self.class_of.len() < 2 {
            return;
        }
        for shift in (0..touched.len()).filter(|&s| touched[s]) {
            let tour = &state.tours[shift];
            let mut set = vec![0; instance.visits.div_ceil(64)];
            for visit in tour.visits() {
                set[visit as usize / 64] |= 1 << (visit % 64);
            }
            let class = self.class_of[shift];
            let tour_score = tour.score(instance);
            let Some(&at) = self.index[class].get(&set) else {
                let visits = tour.visits().collect();
                self.index[class].insert(set.clone(), self.kept.len());
                self.kept.push(KeptTour { class, score: tour_score, seen_in: score, visits, set });
                continue;
            };
            let kept = &mut self.kept[at];
            kept.seen_in = kept.seen_in.max(score);
            if tour_score > kept.score {
                kept.score = tour_score;
                kept.visits.clear();
                kept.visits.extend(tour.visits());
            }
        }
        if self.kept.len() > Self::MOST {
            self.forget();
        }
    }

    /// Returns whether two tours have no visit in common.
    fn is_apart(&self, one: usize, other: usize) -> bool {
        let (one, other) = (&self.kept[one].set, &self.kept[other].set);
        one.iter().zip(other).all(|(a, b)| a & b == 0)
    }

    /// Removes the worse half of the tours: those that were only part of plans with low scores.
    fn forget(&mut self) {
        let rank = |kept: &KeptTour| (kept.seen_in, kept.score);
        self.kept.sort_by(|a, b| rank(b).cmp(&rank(a)).then_with(|| a.set.cmp(&b.set)));
        self.kept.truncate(Self::MOST / 2);
        self.index.iter_mut().for_each(FxHashMap::clear);
        for (at, kept) in self.kept.iter().enumerate() {
            self.index[kept.class].insert(kept.set.clone(), at);
        }
    }

    /// Returns the best plan found, made of tours of the pool, if its score is higher than `beat`.
    pub(super) fn choose(&self, beat: Score) -> Option<Tours> {
        let mut lists: Vec<Vec<usize>> = vec![Vec::new(); self.classes.len()];
        for (at, kept) in self.kept.iter().enumerate() {
            lists[kept.class].push(at);
        }
        for list in &mut lists {
            let by_score = |a: &usize, b: &usize| self.kept[*b].score.cmp(&self.kept[*a].score);
            list.sort_by(|a, b| {
                by_score(a, b).then_with(|| self.kept[*a].set.cmp(&self.kept[*b].set))
            });
        }
        let mut choice =
            Choice { pool: self, best: beat, chosen: Vec::new(), found: None, looks: 0 };
        choice.extend(0, self.classes.first()?.len(), &lists, Score::default());
        let mut found = choice.found?;
        found.sort_by_key(|&at| self.kept[at].class);
        let mut tours: Vec<Tour> =
            (0..self.class_of.len()).map(|shift| Tour::empty(ShiftId(shift as u32))).collect();
        let mut taken = vec![0; self.classes.len()];
        for at in found {
            let kept = &self.kept[at];
            let shift = self.classes[kept.class][taken[kept.class]];
            taken[kept.class] += 1;
            tours[shift].visits = kept.visits.iter().map(|&visit| VisitId(visit)).collect();
        }
        Some(Tours(tours))
    }
}

/// Branch and bound over the tours of a pool: the tours chosen so far, and the best plan found.
struct Choice<'a> {
    pool: &'a Pool,
    best: Score,
    chosen: Vec<usize>,
    found: Option<Vec<usize>>,
    looks: usize,
}

impl Choice<'_> {
    /// Tries all ways to complete a plan: adds `left` more tours of `class`, then tours of later
    /// classes.
    ///
    /// For `class` and each later class, `lists` holds the tours that have no visit in common with
    /// the chosen ones; the best tour is first.
    fn extend(&mut self, class: usize, left: usize, lists: &[Vec<usize>], score: Score) {
        if score > self.best {
            self.best = score;
            self.found = Some(self.chosen.clone());
        }
        let Some(list) = lists.first() else { return };
        let sum = |list: &[usize], most: usize| {
            let scores = list.iter().take(most).map(|&at| self.pool.kept[at].score);
            scores.fold(Score::default(), |sum, score| sum + score)
        };
        let later = lists[1..].iter().zip(&self.pool.classes[class + 1..]);
        let later =
            later.fold(Score::default(), |all, (list, shifts)| all + sum(list, shifts.len()));
        if left > 0 {
            for (at, &tour) in list.iter().enumerate() {
                if score + sum(&list[at..], left) + later <= self.best {
                    return;
                }
                self.looks += 1;
                if self.looks > Pool::LOOKS_MOST {
                    return;
                }
                let rest = |list: &[usize]| -> Vec<usize> {
                    list.iter().copied().filter(|&other| self.pool.is_apart(tour, other)).collect()
                };
                let mut lists: Vec<Vec<usize>> = lists.iter().map(|list| rest(list)).collect();
                lists[0] = rest(&list[at + 1..]);
                self.chosen.push(tour);
                self.extend(class, left - 1, &lists, score + self.pool.kept[tour].score);
                self.chosen.pop();
            }
        }
        if lists.len() > 1 && score + later > self.best {
            self.extend(class + 1, self.pool.classes[class + 1].len(), &lists[1..], score);
        }
    }
}
