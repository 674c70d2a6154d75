//! Tours: the visits of each shift, in order.

use super::problem::VisitProblem;
use super::shift::ShiftId;
use super::visit::VisitId;

/// The visits of one shift, in order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tour {
    /// Shift of the tour.
    pub shift: ShiftId,
    /// Visits in order; an empty tour takes no time, even if start and end place differ.
    pub visits: Vec<VisitId>,
    /// Number of visits before the break; `None`: no break is taken.
    pub break_after: Option<usize>,
}

impl Tour {
    /// A tour without visits.
    pub fn empty(shift: ShiftId) -> Self {
        Self { shift, visits: Vec::new(), break_after: None }
    }
}

/// One tour for each shift, in order of the shifts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tours(pub Vec<Tour>);

impl Tours {
    /// One empty tour for each shift of `problem`.
    pub fn empty(problem: &VisitProblem) -> Self {
        let shifts = 0..problem.shifts().len() as u32;
        Self(shifts.map(|s| Tour::empty(ShiftId(s))).collect())
    }

    /// All visits of the tours, tour by tour.
    pub fn visits(&self) -> impl Iterator<Item = VisitId> + '_ {
        self.0.iter().flat_map(|tour| tour.visits.iter().copied())
    }

    /// Returns the shift of `visit` and the number of visits before it; `None` if no tour has it.
    pub fn find(&self, visit: VisitId) -> Option<(ShiftId, usize)> {
        self.0.iter().find_map(|tour| {
            let at = tour.visits.iter().position(|&v| v == visit)?;
            Some((tour.shift, at))
        })
    }
}
