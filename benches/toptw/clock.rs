//! Processor time, so that others on the machine do not change the result.

use std::sync::LazyLock;
use std::time::Instant;

use beatplan::solver::StopCriterion;

/// A search stops when the process has used so much processor time.
pub(crate) struct ProcessorTime {
    begun: f64,
    limit: f64,
}

impl ProcessorTime {
    pub(crate) fn from_now(seconds: f64) -> Self {
        Self { begun: processor_seconds(), limit: seconds }
    }
}

impl StopCriterion for ProcessorTime {
    fn time_used(&self) -> f64 {
        (processor_seconds() - self.begun) / self.limit
    }
}

/// Processor time of all threads so far, in hundredths of a second; the clock's where the system does not tell.
pub(crate) fn processor_seconds() -> f64 {
    static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
    const TICKS_PER_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = |field: usize| after_name.split_whitespace().nth(field)?.parse::<f64>().ok();
    let (user, system) = (ticks(11), ticks(12));
    match (user, system) {
        (Some(user), Some(system)) => (user + system) / TICKS_PER_SECOND,
        _ => BEGUN.elapsed().as_secs_f64(),
    }
}
