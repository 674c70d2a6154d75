//! Several visits to one outlet within the horizon, which must keep apart.

use super::problem::{ProblemError, VisitId};

/// Visits to the same outlet, in the order in which they are wanted.
///
/// Of any two that are made, the later one in this order is made at least `spacing_days` after the earlier one. It may
/// be made alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// The visits, in order; none is in another series.
    pub visits: Vec<VisitId>,
    /// Days between two of them, at least one; counted from [`Shift::day`](super::Shift::day) to
    /// [`Shift::day`](super::Shift::day).
    pub spacing_days: u32,
}

/// Refuses `series` that name visits which are not there or in two places, or that have no spacing.
pub(super) fn validate(series: &[Series], visits: usize) -> Result<(), ProblemError> {
    let mut is_taken = vec![false; visits];
    for (index, Series { visits, spacing_days }) in series.iter().enumerate() {
        let mut is_free = |visit: &VisitId| {
            let taken = is_taken.get_mut(visit.0 as usize);
            taken.is_some_and(|taken| !std::mem::replace(taken, true))
        };
        if !visits.iter().all(&mut is_free) || *spacing_days == 0 {
            return Err(ProblemError::BadSeries { index });
        }
    }
    Ok(())
}
