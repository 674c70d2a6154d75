//! The options that say how plans are sought and written, of `plan` and `batch` alike.

use std::time::Duration;

use beatplan::datum::Datum;
use beatplan::output::Sharing;
use beatplan::planning::Effort;
use clap::{Args, ValueEnum};

use super::format::FormatArgs;

#[derive(Args)]
pub(crate) struct SearchArgs {
    /// Where the random numbers of the search begin
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub(crate) seed: u64,
    /// How hard to look for a good plan
    #[arg(long, value_enum, default_value_t = EffortArg::Normal)]
    effort: EffortArg,
    /// Stop the search for a territory's plan after so many seconds; the plan may then differ from run to run
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    time_limit: Option<u64>,
    /// Leave notes and personal columns of the lists out of what is written
    #[arg(long)]
    drop_personal: bool,
    /// Write stops and routes once more for maps of China that are shifted
    #[arg(long, value_name = "gcj02|bd09", value_parser = parse_shifted)]
    datum_out: Option<Datum>,
    #[command(flatten)]
    format: FormatArgs,
}

#[derive(Clone, Copy, ValueEnum)]
enum EffortArg {
    Quick,
    Normal,
    Thorough,
}

impl SearchArgs {
    pub(crate) fn effort(&self) -> Effort {
        match self.effort {
            EffortArg::Quick => Effort::Quick,
            EffortArg::Normal => Effort::Normal,
            EffortArg::Thorough => Effort::Thorough,
        }
    }

    pub(crate) fn time_limit(&self) -> Option<Duration> {
        self.time_limit.map(Duration::from_secs)
    }

    pub(crate) fn sharing(&self) -> Sharing {
        Sharing {
            drop_personal: self.drop_personal,
            datum: self.datum_out,
            format: self.format.format(),
        }
    }
}

/// A datum that is not that of all the files.
fn parse_shifted(text: &str) -> Result<Datum, String> {
    match text.parse() {
        Ok(Datum::Wgs84) => Err("all files are in WGS-84 anyway; name gcj02 or bd09".to_owned()),
        Ok(datum) => Ok(datum),
        Err(error) => Err(error.to_string()),
    }
}
