//! Progress reports of long stages, independent of terminals and clocks.

/// Receiver of the progress of a long stage. Several threads may call its methods.
pub trait Progress: Sync {
    /// Starts a stage called `name` with `total` steps; 0 if the number is unknown.
    fn begin(&self, name: &str, total: u64);
    /// Adds `steps` finished steps to the present stage.
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
