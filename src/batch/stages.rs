//! Measures the time of each stage of planning.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tracing::Subscriber;
use tracing::span::Id;
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::StageSeconds;

/// Names of the tracing spans that count as stages.
const STAGES: [&str; 7] =
    ["lists", "networks", "travel_times", "solve", "bound", "explain", "write"];

/// Adds up the time of each stage over all threads. It is a layer of a tracing subscriber; keep a
/// clone of it to read the sums.
///
/// If a stage runs inside another stage, its time counts for the outer stage.
///
/// ```
/// use beatplan::batch::StageClock;
/// use tracing_subscriber::layer::SubscriberExt;
///
/// let clock = StageClock::default();
/// let subscriber = tracing_subscriber::registry().with(clock.clone());
/// tracing::subscriber::with_default(subscriber, || {
///     tracing::info_span!("solve").in_scope(|| std::hint::black_box(6 * 7));
/// });
/// let seconds = clock.take();
/// assert!(seconds["solve"] >= 0.0 && seconds.len() == 1);
/// assert!(clock.take().is_empty());
/// ```
#[derive(Debug, Clone, Default)]
pub struct StageClock(Arc<Mutex<StageSeconds>>);

/// Time at which a stage began.
struct Begun(Instant);

impl StageClock {
    /// Returns the seconds that each stage took since the last call. If a stage is still running,
    /// the next call counts it.
    pub fn take(&self) -> StageSeconds {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for StageClock {
    fn on_enter(&self, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut stages = span.scope().filter(|span| STAGES.contains(&span.name()));
        if stages.next().is_some_and(|stage| stage.id() == *id) && stages.next().is_none() {
            span.extensions_mut().insert(Begun(Instant::now()));
        }
    }

    fn on_exit(&self, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let Some(Begun(begun)) = span.extensions_mut().remove() else { return };
        let mut seconds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *seconds.entry(span.name().to_owned()).or_default() += begun.elapsed().as_secs_f64();
    }
}

#[cfg(test)]
mod tests {
    use std::thread::sleep;
    use std::time::Duration;

    use tracing::info_span;
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    #[test]
    fn each_stage_counts_once_and_other_spans_do_not() {
        let clock = StageClock::default();
        let subscriber = tracing_subscriber::registry().with(clock.clone());
        let brief = Duration::from_millis(20);
        let begun = Instant::now();
        tracing::subscriber::with_default(subscriber, || {
            let _territory = info_span!("territory").entered();
            for _ in 0..2 {
                info_span!("solve").in_scope(|| sleep(brief));
            }
            let _explain = info_span!("explain").entered();
            info_span!("travel_times").in_scope(|| sleep(brief));
        });
        let seconds = clock.take();
        assert_eq!(seconds.keys().collect::<Vec<_>>(), ["explain", "solve"]);
        assert!(seconds["solve"] >= 0.04 && seconds["explain"] >= 0.02, "{seconds:?}");
        assert!(seconds.values().sum::<f64>() <= begun.elapsed().as_secs_f64(), "{seconds:?}");
    }
}
