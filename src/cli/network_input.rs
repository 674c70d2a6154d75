//! Loads road networks for commands from a network file or an extract.

use std::path::Path;
use std::sync::Arc;

use anyhow::bail;
use beatplan::networks::{NetworkCache, network_of_extract, profile};
use beatplan::road::{Period, Profile, RoadNetwork};
use beatplan::units::Seconds;
use jiff::civil::DateTime;

use super::print::Printer;
use super::progress_bars::Bars;

/// Text that names the commands that list all remarks about a road network.
pub(super) const NETWORK_INFO_LISTS_ALL: &str =
    "`beatplan network build` and `network info --json` list all";

/// Reads a network file, or reads an extract as a network for the travel mode car. Conditional tags
/// are judged for the moment `at`.
pub(super) fn open(
    path: &Path,
    at: Option<DateTime>,
    cache: &NetworkCache,
    printer: &Printer,
    bars: &Bars,
) -> anyhow::Result<Arc<RoadNetwork>> {
    if !RoadNetwork::is_network_file(path) {
        return from_extract(path, profile("car", Path::new("."))?, at, cache, printer, bars);
    }
    let network = RoadNetwork::load(path)?;
    if let Some(at) = at
        && !network.info().is_right_for(&[period(at)])
    {
        bail!(
            "{}: the network was built for other hours, and some of its conditional roads or turns differ at {at}; \
             name the extract instead, or build the network with `beatplan network build --at {at}`",
            path.display()
        );
    }
    Ok(Arc::new(network))
}

/// Reads an extract as a network for a travel mode. Conditional tags and speeds are those at the
/// moment `at`.
pub(super) fn from_extract(
    path: &Path,
    profile: Profile,
    at: Option<DateTime>,
    cache: &NetworkCache,
    printer: &Printer,
    bars: &Bars,
) -> anyhow::Result<Arc<RoadNetwork>> {
    let (profile, periods) = match at.map(period) {
        Some(now) => (profile.at(now.date, now.from), vec![now]),
        None => (profile, Vec::new()),
    };
    let network = network_of_extract(path, &profile, periods, cache, bars)?;
    printer.remarks(&network.info().remarks, NETWORK_INFO_LISTS_ALL);
    Ok(network)
}

/// Returns the minute that begins at `at`. No day counts as a public holiday, because the commands
/// on networks have no calendar.
fn period(at: DateTime) -> Period {
    let second = |part: i8| u32::from(part.unsigned_abs());
    let from = Seconds(second(at.hour()) * 3600 + second(at.minute()) * 60);
    Period { date: at.date(), from, to: Seconds(from.0 + 60), is_holiday: false }
}
