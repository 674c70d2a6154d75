//! `beatplan prospects`: work on lists before anything is planned with them.

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
use super::terminal::Bars;

#[derive(Subcommand)]
pub(crate) enum ProspectsCommand {
    /// Say what is understood of lists, and everything that is wrong with them
    Check(check::CheckArgs),
    /// List the outlets the map knows
    Discover(discover::DiscoverArgs),
    /// Find the places of outlets that have an address and no coordinates
    Geocode(geocode::GeocodeArgs),
    /// Show who brings how much revenue, and what that would change in the tiers
    Tier(tier::TierArgs),
    /// Make one list of many, each outlet once
    Merge(merge::MergeArgs),
}

pub(crate) fn run(
    command: &ProspectsCommand,
    cache: &NetworkCache,
    printer: &Printer,
) -> anyhow::Result<Done> {
    let bars = Bars::new(printer.shows_progress());
    match command {
        ProspectsCommand::Check(args) => check::run(args, cache, printer),
        ProspectsCommand::Discover(args) => discover::run(args, printer, &bars),
        ProspectsCommand::Geocode(args) => geocode::run(args, printer, &bars),
        ProspectsCommand::Tier(args) => tier::run(args, printer),
        ProspectsCommand::Merge(args) => merge::run(args, printer, &bars),
    }
}
