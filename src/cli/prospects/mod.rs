//! `beatplan prospects`: everything about lists of outlets that is no plan.

mod discover;

use clap::Subcommand;

use super::Done;
use super::print::Printer;
use super::terminal::Bars;

#[derive(Subcommand)]
pub(crate) enum ProspectsCommand {
    /// List the outlets the map knows
    Discover(discover::DiscoverArgs),
}

pub(crate) fn run(command: &ProspectsCommand, printer: &Printer) -> anyhow::Result<Done> {
    let bars = Bars::new(printer.shows_progress());
    match command {
        ProspectsCommand::Discover(args) => discover::run(args, printer, &bars),
    }
}
