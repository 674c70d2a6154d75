//! `beatplan prospects`: what lists of outlets hold.

use clap::Subcommand;

use super::Done;
use super::print::Printer;
use super::tier::{self, TierArgs};

#[derive(Subcommand)]
pub(crate) enum ProspectsCommand {
    /// Show who brings how much revenue, and what that would change in the tiers
    Tier(TierArgs),
}

pub(crate) fn run(command: &ProspectsCommand, printer: &Printer) -> anyhow::Result<Done> {
    match command {
        ProspectsCommand::Tier(args) => tier::run(args, printer),
    }
}
