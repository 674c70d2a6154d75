//! Defines tours: the visits of each shift, in order.

use super::problem::VisitProblem;
use super::shift::ShiftId;
use super::visit::VisitId;

/// The visits of one shift, in order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tour {
    /// Shift of the tour.
    pub shift: ShiftId,
    /// Visits in order. A tour without visits takes no time, even if its start and end places
    /// differ.
    pub visits: Vec<VisitId>,
    /// Number of visits before the break; `None` if no break is taken.
    pub break_after: Option<usize>,
}

impl Tour {
    /// Returns a tour without visits.
    pub fn empty(shift: ShiftId) -> Self {
        Self { shift, visits: Vec::new(), break_after: None }
    }
}

/// Tours, one for each shift, in the order of the shifts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tours(pub Vec<Tour>);

impl Tours {
    /// Returns one tour without visits for each shift of `problem`.
    pub fn empty(problem: &VisitProblem) -> Self {
        let shifts = 0..problem.shifts().len() as u32;
        Self(shifts.map(|s| Tour::empty(ShiftId(s))).collect())
    }

    /// Returns the visits of all tours, tour by tour.
    pub fn visits(&self) -> impl Iterator<Item = VisitId> + '_ {
        self.0.iter().flat_map(|tour| tour.visits.iter().copied())
    }

    /// Returns the shift of `visit` and the number of visits before it; `None` if `visit` is in no
    /// tour.
    pub fn find(&self, visit: VisitId) -> Option<(ShiftId, usize)> {
        self.0.iter().find_map(|tour| {
            let at = tour.visits.iter().position(|&v| v == visit)?;
            Some((tour.shift, at))
        })
    }
}
