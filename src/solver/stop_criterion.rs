//! Defines criteria that end a search early.

use std::time::{Duration, Instant};

/// A criterion that can end a search before it has made all its iterations.
///
/// Several threads of the search ask the criterion, each every few dozen iterations. If a criterion
/// reads a clock, the result depends on the machine and its load.
pub trait StopCriterion: Sync {
    /// Returns the fraction of the allowed time that has passed; always 0 without a limit.
    ///
    /// If the fraction is 1 or more, the search ends and returns the best solution so far. While
    /// the fraction grows, the search accepts fewer changes that make the tours worse.
    fn time_used(&self) -> f64;
}

/// A criterion that never ends a search: the search makes all its iterations.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoLimit;

impl StopCriterion for NoLimit {
    fn time_used(&self) -> f64 {
        0.0
    }
}

/// Applies the criterion if there is one; with `None`, applies [`NoLimit`].
impl<S: StopCriterion> StopCriterion for Option<S> {
    fn time_used(&self) -> f64 {
        self.as_ref().map_or_else(|| NoLimit.time_used(), S::time_used)
    }
}

/// A limit of the time on the clock.
#[derive(Debug, Clone, Copy)]
pub struct TimeLimit {
    begun: Instant,
    limit: Duration,
}

impl TimeLimit {
    /// Returns a limit that counts from this call.
    pub fn new(limit: Duration) -> Self {
        Self { begun: Instant::now(), limit }
    }
}

impl StopCriterion for TimeLimit {
    fn time_used(&self) -> f64 {
        self.begun.elapsed().as_secs_f64() / self.limit.as_secs_f64().max(f64::MIN_POSITIVE)
    }
}
