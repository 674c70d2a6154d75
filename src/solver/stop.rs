//! How much of its time a search has used.

use std::time::{Duration, Instant};

/// Asked now and then during a search, from several threads.
///
/// A search that has all the time it wants gives the same result on every machine; one that is timed by a clock does not.
pub trait Stop: Sync {
    /// The share of the time for the search that has passed: 0 where there is no limit, from 1 on the search ends with
    /// what it has. The closer to 1, the less a search dares to lose.
    fn time_used(&self) -> f64;
}

/// Let the iterations run out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Never;

impl Stop for Never {
    fn time_used(&self) -> f64 {
        0.0
    }
}

/// What there is of a limit.
impl<S: Stop> Stop for Option<S> {
    fn time_used(&self) -> f64 {
        self.as_ref().map_or_else(|| Never.time_used(), S::time_used)
    }
}

/// So much time on the clock.
#[derive(Debug, Clone, Copy)]
pub struct TimeLimit {
    begun: Instant,
    limit: Duration,
}

impl TimeLimit {
    /// From now on.
    pub fn new(limit: Duration) -> Self {
        Self { begun: Instant::now(), limit }
    }
}

impl Stop for TimeLimit {
    fn time_used(&self) -> f64 {
        self.begun.elapsed().as_secs_f64() / self.limit.as_secs_f64().max(f64::MIN_POSITIVE)
    }
}
