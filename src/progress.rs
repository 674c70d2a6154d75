//! How a stage reports how far it is and learns that it should stop, without knowing of terminals or clocks.

/// Receives the progress of a long stage. All methods may be called from several threads.
pub trait Progress: Sync {
    /// A stage called `name` begins; it will take `total` steps (0 where that is not known).
    fn begin(&self, name: &str, total: u64);
    /// `steps` more steps of the present stage are done.
    fn advance(&self, steps: u64);
    /// The present stage is finished.
    fn end(&self);
}

/// Nobody is watching.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _name: &str, _total: u64) {}
    fn advance(&self, _steps: u64) {}
    fn end(&self) {}
}
