//! Road networks that commands read from a network file or an extract.

use std::path::Path;
use std::sync::Arc;

use beatplan::networks::{NetworkCache, network_of_extract, profile};
use beatplan::road::RoadNetwork;

use super::print::Printer;
use super::progress_bars::Bars;

/// Pointer to the commands that list all remarks on a road network.
pub(super) const NETWORK_INFO_LISTS_ALL: &str =
    "`beatplan network build` and `network info --json` list all";

/// Reads a network file, or the network of an extract for a car.
pub(super) fn open(
    path: &Path,
    cache: &NetworkCache,
    printer: &Printer,
    bars: &Bars,
) -> anyhow::Result<Arc<RoadNetwork>> {
    if RoadNetwork::is_network_file(path) {
        return Ok(Arc::new(RoadNetwork::load(path)?));
    }
    from_extract(path, "car", cache, printer, bars)
}

/// Reads the network of an extract for a travel mode.
pub(super) fn from_extract(
    path: &Path,
    mode: &str,
    cache: &NetworkCache,
    printer: &Printer,
    bars: &Bars,
) -> anyhow::Result<Arc<RoadNetwork>> {
    let profile = profile(mode, Path::new("."))?;
    let network = network_of_extract(path, &profile, cache, bars)?;
    printer.remarks(&network.info().remarks, NETWORK_INFO_LISTS_ALL);
    Ok(network)
}
