//! What the program logs while it works: on standard error, and only if asked to.

use std::io;

use beatplan::batch::StageClock;
use clap::ValueEnum;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};

/// How events are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// A line for people
    Text,
    /// A JSON object a line
    Json,
}

/// Logs from now on in this format, if any; what is logged is told to `clock` too.
///
/// # Errors
/// That there is a log already.
pub(crate) fn start(format: Option<LogFormat>, clock: StageClock) -> Result<(), TryInitError> {
    let lines = || tracing_subscriber::fmt::layer().with_writer(io::stderr).with_target(false);
    let lines = format.map(|format| match format {
        LogFormat::Text => lines().with_ansi(false).boxed(),
        LogFormat::Json => lines().json().flatten_event(true).with_span_list(false).boxed(),
    });
    registry().with(lines.with_filter(LevelFilter::INFO)).with(clock).try_init()
}
