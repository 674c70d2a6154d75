//! Writes the log to standard error, which the option `--log` switches on.

use std::io;

use beatplan::batch::StageClock;
use clap::ValueEnum;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};

/// Format of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// Plain text
    Text,
    /// One JSON object for each event, on a line of its own
    Json,
}

/// Sends all events to `clock`. If there is a `format`, also writes them to standard error.
///
/// # Errors
/// This process already writes a log.
pub(crate) fn start(format: Option<LogFormat>, clock: StageClock) -> Result<(), TryInitError> {
    let lines = || tracing_subscriber::fmt::layer().with_writer(io::stderr).with_target(false);
    let lines = format.map(|format| match format {
        LogFormat::Text => lines().with_ansi(false).boxed(),
        LogFormat::Json => lines().json().flatten_event(true).with_span_list(false).boxed(),
    });
    registry().with(lines.with_filter(LevelFilter::INFO)).with(clock).try_init()
}
