//! Reports the progress of long stages, without using a terminal or a clock.

/// A receiver of the progress of a long stage. Several threads may call its methods at the same
/// time.
pub trait Progress: Sync {
    /// Starts a stage with the name `name` and `total` steps; 0 if the number of steps is not
    /// known.
    fn begin(&self, name: &str, total: u64);
    /// Adds `steps` steps that are finished to the present stage.
    fn advance(&self, steps: u64);
    /// Ends the present stage.
    fn end(&self);
}

/// A receiver that ignores all reports.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _name: &str, _total: u64) {}
    fn advance(&self, _steps: u64) {}
    fn end(&self) {}
}
