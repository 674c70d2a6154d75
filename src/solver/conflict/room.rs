//! Whether some visits can all be made, perhaps on other terms: asked of a problem that has nothing else.

use crate::progress::Silent;
use crate::solver::pause::{PauseRule, TOO_LATE};
use crate::solver::problem::{
    Offer, PlaceId, Shift, ShiftId, TimeWindow, TravelTimes, Visit, VisitId, VisitProblem,
};
use crate::solver::series::Series;
use crate::solver::solve::{SolveOptions, solve};
use crate::solver::stop::Never;
use crate::solver::travel::Leg;
use crate::units::{Prize, Seconds};

/// Other terms than a problem has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The shift ends later.
    Shift {
        /// Which one.
        shift: ShiftId,
        /// By how much.
        minutes: u32,
    },
    /// The pause may begin earlier.
    PauseEarlier {
        /// Of which shift.
        shift: ShiftId,
        /// By how much.
        minutes: u32,
    },
    /// The pause may begin later.
    PauseLater {
        /// Of which shift.
        shift: ShiftId,
        /// By how much.
        minutes: u32,
    },
    /// More travel is allowed.
    Travel {
        /// In which shift.
        shift: ShiftId,
        /// How much more.
        minutes: u32,
    },
    /// A visit may begin before its first moment.
    Earlier {
        /// In which shift.
        shift: ShiftId,
        /// Which one.
        visit: VisitId,
        /// How much before.
        minutes: u32,
    },
    /// A visit may begin after its last moment.
    Later {
        /// In which shift.
        shift: ShiftId,
        /// Which one.
        visit: VisitId,
        /// How much after.
        minutes: u32,
    },
    /// One more visit is allowed than the most.
    OneMoreVisit {
        /// In which shift.
        shift: ShiftId,
    },
}

impl Change {
    /// The same change by so much.
    pub(in crate::solver) fn with_minutes(self, minutes: u32) -> Self {
        match self {
            Self::Shift { shift, .. } => Self::Shift { shift, minutes },
            Self::PauseEarlier { shift, .. } => Self::PauseEarlier { shift, minutes },
            Self::PauseLater { shift, .. } => Self::PauseLater { shift, minutes },
            Self::Travel { shift, .. } => Self::Travel { shift, minutes },
            Self::Earlier { shift, visit, .. } => Self::Earlier { shift, visit, minutes },
            Self::Later { shift, visit, .. } => Self::Later { shift, visit, minutes },
            Self::OneMoreVisit { .. } => self,
        }
    }

    /// By how much; `None` for one that is not counted in minutes.
    pub fn minutes(self) -> Option<u32> {
        match self {
            Self::Shift { minutes, .. }
            | Self::PauseEarlier { minutes, .. }
            | Self::PauseLater { minutes, .. }
            | Self::Travel { minutes, .. }
            | Self::Earlier { minutes, .. }
            | Self::Later { minutes, .. } => Some(minutes),
            Self::OneMoreVisit { .. } => None,
        }
    }
}

/// Whether there is room for some visits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    /// A way to make them all was found.
    Enough,
    /// There is none.
    None,
    /// None was found.
    Unknown,
}

/// Asks of one problem.
pub(super) struct Rooms<'a> {
    problem: &'a VisitProblem,
}

impl<'a> Rooms<'a> {
    pub(super) fn new(problem: &'a VisitProblem) -> Self {
        Self { problem }
    }

    /// Whether `set` can be made with nothing else to do, on other terms if `change` says so.
    pub(super) fn room(&self, set: &[VisitId], change: Option<Change>) -> Room {
        const STEPS: u64 = 150;
        let problem = self.reduced(set, change);
        let options = SolveOptions { seed: 1, iterations: STEPS, starts: 1 };
        if solve(&problem, &options, &Never, &Silent).unserved_mandatory.is_empty() {
            return Room::Enough;
        }
        let mut orders = Orders::new(&problem);
        // The orders tried know neither of these.
        let limits_more = problem.shifts().iter().any(|shift| shift.travel_max.is_some())
            || !problem.series().is_empty();
        match orders.try_shift(0) {
            true if !limits_more => Room::Enough,
            false if orders.left > 0 => Room::None,
            _ => Room::Unknown,
        }
    }

    /// A problem of these visits alone, all mandatory.
    fn reduced(&self, set: &[VisitId], change: Option<Change>) -> VisitProblem {
        let mut places: Vec<PlaceId> = set.iter().map(|v| self.problem.visit(*v).place).collect();
        for shift in self.problem.shifts() {
            places.extend([shift.start_place, shift.end_place]);
        }
        places.sort_unstable();
        places.dedup();
        let known = |place: PlaceId| {
            let at = places.binary_search(&place);
            PlaceId(at.expect("all places were gathered") as u32)
        };
        let tables = self.problem.tables().iter().map(|table| {
            TravelTimes::new(places.len(), |from, to| {
                let time = table.get(places[from.0 as usize], places[to.0 as usize]);
                (time < TravelTimes::UNREACHABLE).then_some(Seconds(time))
            })
        });
        let shifts = self.problem.shifts().iter().enumerate().map(|(at, shift)| {
            let mut shift = Shift {
                start_place: known(shift.start_place),
                end_place: known(shift.end_place),
                ..shift.clone()
            };
            change.iter().for_each(|change| change_shift(&mut shift, ShiftId(at as u32), *change));
            shift
        });
        let visits = set.iter().map(|id| {
            let visit = self.problem.visit(*id);
            let offers = visit.offers.iter().map(|offer| {
                let windows = changed_windows(&offer.windows, (*id, offer.shift), change);
                Offer { windows, prize: Prize(0), ..offer.clone() }
            });
            let place = known(visit.place);
            Visit { place, mandatory: true, offers: offers.collect(), ..visit.clone() }
        });
        let series = self.problem.series().iter().map(|series| {
            let place = |visit: &VisitId| set.iter().position(|of_set| of_set == visit);
            let visits = series.visits.iter().filter_map(place).map(|at| VisitId(at as u32));
            Series { visits: visits.collect(), ..series.clone() }
        });
        let series = series.filter(|series| series.visits.len() > 1).collect();
        VisitProblem::new(tables.collect(), shifts.collect(), visits.collect(), Prize(0))
            .and_then(|part| part.with_series(series))
            .expect("part of a sound problem is sound")
    }
}

fn change_shift(shift: &mut Shift, id: ShiftId, change: Change) {
    match change {
        Change::Shift { shift: of, minutes } if of == id => {
            shift.window.end += Seconds::from_minutes(minutes);
        }
        Change::PauseEarlier { shift: of, minutes } if of == id => {
            if let Some(pause) = &mut shift.pause {
                let start = &mut pause.start.start;
                *start = start.saturating_sub(Seconds::from_minutes(minutes));
            }
        }
        Change::PauseLater { shift: of, minutes } if of == id => {
            if let Some(pause) = &mut shift.pause {
                pause.start.end += Seconds::from_minutes(minutes);
            }
        }
        Change::Travel { shift: of, minutes } if of == id => {
            shift.travel_max = shift.travel_max.map(|most| most + Seconds::from_minutes(minutes));
        }
        Change::OneMoreVisit { shift: of } if of == id => {
            shift.visits_max = shift.visits_max.saturating_add(1);
        }
        _ => {}
    }
}

fn changed_windows(
    windows: &[TimeWindow],
    of: (VisitId, ShiftId),
    change: Option<Change>,
) -> Vec<TimeWindow> {
    let (earlier, later) = match change {
        Some(Change::Earlier { shift, visit, minutes }) if (visit, shift) == of => (minutes, 0),
        Some(Change::Later { shift, visit, minutes }) if (visit, shift) == of => (0, minutes),
        _ => return windows.to_vec(),
    };
    let mut wider: Vec<TimeWindow> = Vec::new();
    for window in windows {
        let start = window.start.saturating_sub(Seconds::from_minutes(earlier));
        let end = window.end + Seconds::from_minutes(later);
        match wider.last_mut() {
            Some(last) if last.end >= start => last.end = last.end.max(end),
            _ => wider.push(TimeWindow { start, end }),
        }
    }
    wider
}

/// Tries the visits of a problem in all orders in all shifts, until all are made or the tries are used up.
struct Orders<'a> {
    problem: &'a VisitProblem,
    is_made: Vec<bool>,
    made: usize,
    left: u32,
}

impl<'a> Orders<'a> {
    const TRIES: u32 = 100_000;

    fn new(problem: &'a VisitProblem) -> Self {
        let visits = problem.visits().len();
        Self { problem, is_made: vec![false; visits], made: 0, left: Self::TRIES }
    }

    /// Whether all that is left can be made in this shift and those after it. Neither the most travel nor series are
    /// looked at, so that what is said to be impossible is.
    fn try_shift(&mut self, shift: u32) -> bool {
        let rest = (0..self.is_made.len()).filter(|visit| !self.is_made[*visit]);
        let mut shifts_left = rest.map(|visit| {
            let last = self.problem.visits()[visit].offers.last();
            last.is_some_and(|offer| offer.shift.0 >= shift)
        });
        if !shifts_left.all(|is_left| is_left) {
            return false;
        }
        if self.made == self.is_made.len() {
            return true;
        }
        if shift as usize == self.problem.shifts().len() {
            return false;
        }
        let terms = self.problem.shift(ShiftId(shift));
        let open = terms.window.start.0 as i32;
        let ready = if terms.pause.is_some() { [open, TOO_LATE] } else { [TOO_LATE, open] };
        self.try_next(shift, terms.start_place, ready, 0) || self.try_shift(shift + 1)
    }

    /// From a place, where the rep is free at `ready` with the pause due or done.
    fn try_next(&mut self, shift: u32, place: PlaceId, ready: [i32; 2], count: u32) -> bool {
        if self.left == 0 {
            return false;
        }
        self.left -= 1;
        let id = ShiftId(shift);
        let terms = self.problem.shift(id);
        if count > 0 && self.is_home_in_time(id, place, ready) && self.try_shift(shift + 1) {
            return true;
        }
        if count >= terms.visits_max {
            return false;
        }
        for visit in 0..self.is_made.len() {
            let next = VisitId(visit as u32);
            let there = self.problem.visit(next).place;
            let (Some(offer), false) = (self.problem.offer(next, id), self.is_made[visit]) else {
                continue;
            };
            let Some(arrival) = self.arrival(id, place, there, ready) else { continue };
            let end = arrival.map(|moment| {
                let window = offer.windows.iter().find(|w| moment <= w.end.0 as i32);
                window.map_or(TOO_LATE, |w| moment.max(w.start.0 as i32) + offer.duration.0 as i32)
            });
            if end == [TOO_LATE; 2] {
                continue;
            }
            self.is_made[visit] = true;
            self.made += 1;
            if self.try_next(shift, there, end, count + 1) {
                return true;
            }
            self.is_made[visit] = false;
            self.made -= 1;
        }
        false
    }

    fn arrival(
        &self,
        shift: ShiftId,
        from: PlaceId,
        to: PlaceId,
        ready: [i32; 2],
    ) -> Option<[i32; 2]> {
        let leg = self.problem.travel(shift).leg(from, to)?;
        let drive = |ready: i32| if ready < TOO_LATE { leg.arrival(ready) } else { TOO_LATE };
        let pause = self.problem.shift(shift).pause.map(PauseRule::from);
        let paused = match pause {
            Some(rule) if ready[0] < TOO_LATE => rule.arrival(ready[0], leg),
            _ => TOO_LATE,
        };
        Some([drive(ready[0]), drive(ready[1]).min(paused)])
    }

    fn is_home_in_time(&self, shift: ShiftId, place: PlaceId, ready: [i32; 2]) -> bool {
        let terms = self.problem.shift(shift);
        let Some(back) = self.arrival(shift, place, terms.end_place, ready) else { return false };
        let close = terms.window.end.0 as i32;
        let unpaused = terms.pause.map_or(-1, |pause| close.min(pause.start.end.0 as i32));
        back[0] <= unpaused || back[1] <= close
    }
}
