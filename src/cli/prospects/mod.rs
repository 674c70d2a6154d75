//! `beatplan prospects`: work on lists before anything is planned with them.

mod check;
mod report;

use beatplan::pipeline::NetworkCache;
use clap::Subcommand;

use super::Done;
use super::print::Printer;

#[derive(Subcommand)]
pub(crate) enum ProspectsCommand {
    /// Say what is understood of lists, and everything that is wrong with them
    Check(check::CheckArgs),
}

pub(crate) fn run(
    command: &ProspectsCommand,
    cache: &NetworkCache,
    printer: &Printer,
) -> anyhow::Result<Done> {
    match command {
        ProspectsCommand::Check(args) => check::run(args, cache, printer),
    }
}
