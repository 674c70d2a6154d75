//! Criteria that end a search early.

use std::time::{Duration, Instant};

/// Ends a search before its iterations are used up.
///
/// The search asks from several threads, every few dozen iterations. A criterion that reads a
/// clock makes the result depend on the machine and its load.
pub trait StopCriterion: Sync {
    /// Returns the fraction of the allowed time that has passed; always 0 without a limit.
    ///
    /// From 1 on the search returns its best solution so far. The closer to 1, the fewer
    /// deteriorations the search accepts.
    fn time_used(&self) -> f64;
}

/// No limit: the search makes all its iterations.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoLimit;

impl StopCriterion for NoLimit {
    fn time_used(&self) -> f64 {
        0.0
    }
}

/// The criterion if there is one, else [`NoLimit`].
impl<S: StopCriterion> StopCriterion for Option<S> {
    fn time_used(&self) -> f64 {
        self.as_ref().map_or_else(|| NoLimit.time_used(), S::time_used)
    }
}

/// A limit of the wall-clock time.
#[derive(Debug, Clone, Copy)]
pub struct TimeLimit {
    begun: Instant,
    limit: Duration,
}

impl TimeLimit {
    /// A limit that counts from this call.
    pub fn new(limit: Duration) -> Self {
        Self { begun: Instant::now(), limit }
    }
}

impl StopCriterion for TimeLimit {
    fn time_used(&self) -> f64 {
        self.begun.elapsed().as_secs_f64() / self.limit.as_secs_f64().max(f64::MIN_POSITIVE)
    }
}
