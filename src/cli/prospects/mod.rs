//! The command `beatplan prospects`, which checks, completes and merges lists of outlets.

mod check;
mod discover;
mod geocode;
mod merge;
mod report;
mod tier;

use beatplan::networks::NetworkCache;
use clap::Subcommand;

use super::Done;
use super::print::Printer;

/// Text that names the command that lists all remarks and faults of lists.
const CHECK_LISTS_ALL: &str = "`beatplan prospects check --json` lists all";

#[derive(Subcommand)]
pub(crate) enum ProspectsCommand {
    /// Check lists: report the columns that are read, and all faults
    Check(check::CheckArgs),
    /// List the outlets on the map
    Discover(discover::DiscoverArgs),
    /// Find coordinates for outlets that have only an address
    Geocode(geocode::GeocodeArgs),
    /// Compute tiers from revenue, and show which tiers in the lists would change
    Tier(tier::TierArgs),
    /// Merge several lists into one list that contains each outlet once
    Merge(merge::MergeArgs),
}

pub(crate) fn run(
    command: &ProspectsCommand,
    cache: &NetworkCache,
    printer: &Printer,
) -> anyhow::Result<Done> {
    let bars = printer.bars();
    match command {
        ProspectsCommand::Check(args) => check::run(args, cache, printer),
        ProspectsCommand::Discover(args) => discover::run(args, printer, &bars),
        ProspectsCommand::Geocode(args) => geocode::run(args, printer, &bars),
        ProspectsCommand::Tier(args) => tier::run(args, printer),
        ProspectsCommand::Merge(args) => merge::run(args, printer, &bars),
    }
}
