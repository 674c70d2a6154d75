//! Makes the ruin step: removes strings of consecutive visits from tours that are near one another.
//!
//! After Christiaens & Vanden Berghe (2020), "Slack induction by string removals",
//! doi:10.1287/trsc.2019.0914. Each tour near a seed visit loses a string of visits, so that time
//! and places become free in one area. We differ in one point: the seed may also be a visit that is
//! in no tour, preferably a mandatory one, so that the step makes room for it.

use super::instance::Instance;
use super::random::Random;
use super::spacing::ABSENT;
use super::state::State;

/// Number of visits that a ruin step removes.
#[derive(Debug, Clone, Copy)]
pub(super) struct RuinSize {
    /// Average number of visits that a step removes.
    pub(super) visits: f64,
    /// Maximum number of visits in a string.
    pub(super) string: f64,
}

/// Removes visits that are near one another.
#[derive(Debug)]
pub(super) struct Ruin {
    size: RuinSize,
    /// For each visit: its `per_visit` nearest visits, nearest first.
    neighbours: Vec<u32>,
    per_visit: usize,
}

impl Ruin {
    /// Maximum number of neighbours that are stored for a visit.
    const MOST: usize = 200;

    /// Finds the neighbours of each visit. The distance is the shortest travel time there and back,
    /// in all travel modes and at all hours. O(tables · visits²).
    pub(super) fn new(instance: &Instance, size: RuinSize) -> Self {
        let per_visit = instance.visits.min(Self::MOST);
        let mut neighbours = Vec::with_capacity(instance.visits * per_visit);
        let mut order: Vec<(i32, u32)> = Vec::with_capacity(instance.visits);
        for visit in 0..instance.visits {
            let place = instance.place[visit];
            order.clear();
            order.extend((0..instance.visits as u32).map(|other| {
                let there = instance.place[other as usize];
                let near = instance.both_ways_min(place, there);
                (if other as usize == visit { -1 } else { near }, other)
            }));
            if per_visit < order.len() {
                order.select_nth_unstable(per_visit);
            }
            order[..per_visit].sort_unstable();
            neighbours.extend(order[..per_visit].iter().map(|&(_, other)| other));
        }
        Self { size, neighbours, per_visit }
    }

    /// Returns `visit` itself, then its neighbours.
    pub(super) fn neighbours(&self, visit: u32) -> &[u32] {
        let start = visit as usize * self.per_visit;
        &self.neighbours[start..start + self.per_visit]
    }

    /// Removes strings of visits around a random visit, and returns this visit. Marks the changed
    /// tours in `touched`, which must be all false before.
    pub(super) fn run(
        &self,
        instance: &Instance,
        state: &mut State,
        touched: &mut [bool],
        random: &mut Random,
    ) -> u32 {
        let seed = seed(instance, state, random);
        let (served, used) = state
            .tours
            .iter()
            .filter(|t| t.len() > 0)
            .fold((0, 0), |(served, used), t| (served + t.len(), used + 1usize));
        if used == 0 {
            return seed;
        }
        let average = served as f64 / used as f64;
        let string_max = self.size.string.min(average);
        let strings_max = 4.0 * self.size.visits / (1.0 + string_max) - 1.0;
        let strings = (random.unit() * strings_max + 1.0) as usize;
        let mut ruined = 0;
        for &visit in self.neighbours(seed) {
            if ruined == strings {
                break;
            }
            let shift = state.tour_of[visit as usize];
            if shift == ABSENT || (touched[shift as usize] && ruined < used) {
                continue;
            }
            let shift = shift as usize;
            let longest = string_max.min(state.tours[shift].len() as f64);
            let length = (random.unit() * longest + 1.0).min(longest) as usize;
            remove_string(instance, state, visit, length.max(1), random);
            touched[shift] = true;
            ruined += 1;
        }
        seed
    }
}

/// Draws the seed of a step: with probability ½ a mandatory visit that is in no tour, if there is
/// one; else any visit.
fn seed(instance: &Instance, state: &State, random: &mut Random) -> u32 {
    let any = random.below(instance.visits);
    if random.below(2) == 0 {
        let missing = |v: &usize| instance.mandatory[*v] && state.tour_of[*v] == ABSENT;
        let from_any = (any..instance.visits).chain(0..any).find(missing);
        return from_any.unwrap_or(any) as u32;
    }
    any as u32
}

/// Removes a string of `length` visits that contains `visit`. With probability ½, removes a longer
/// string and keeps some visits in the middle of it.
fn remove_string(
    instance: &Instance,
    state: &mut State,
    visit: u32,
    length: usize,
    random: &mut Random,
) {
    const LONGER_GAP: f64 = 0.99;
    let shift = state.tour_of[visit as usize] as usize;
    let tour = &state.tours[shift];
    let served = tour.len();
    let here = 1 + tour.visits().position(|v| v == visit).expect("the visit is in this tour");
    let mut gap = 0;
    if length > 1 && random.below(2) == 0 {
        gap = 1;
        while length + gap < served && random.unit() > LONGER_GAP {
            gap += 1;
        }
        gap = gap.min(served - length);
    }
    let span = length + gap;
    let first_min = here.saturating_sub(span - 1).max(1);
    let first_max = here.min(served + 1 - span);
    let first = first_min + random.below(first_max - first_min + 1);
    let gap_start = first + 1 + random.below(length.max(2) - 1);
    let in_gap = |at: usize| gap > 0 && (gap_start..gap_start + gap).contains(&at);
    state.remove_where(instance, shift, |at, _| (first..first + span).contains(&at) && !in_gap(at));
}
