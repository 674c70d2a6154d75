//! When to give up looking for something better.

use std::time::Instant;

/// Asked now and then during a search, from several threads.
///
/// A search that is never stopped gives the same result on every machine; one that is stopped by a clock does not.
pub trait Stop: Sync {
    /// Whether the search should end with what it has.
    fn should_stop(&self) -> bool;
}

/// Let the iterations run out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Never;

impl Stop for Never {
    fn should_stop(&self) -> bool {
        false
    }
}

/// Stop at a moment on the clock.
#[derive(Debug, Clone, Copy)]
pub struct Deadline(pub Instant);

impl Stop for Deadline {
    fn should_stop(&self) -> bool {
        Instant::now() >= self.0
    }
}
