//! Options that `plan` and `batch` share: for the search, and for the files that are written.

use std::time::Duration;

use beatplan::datum::Datum;
use beatplan::output::Sharing;
use beatplan::planning::Effort;
use clap::{Args, ValueEnum};

use super::format_options::FormatArgs;

#[derive(Args)]
pub(crate) struct SearchArgs {
    /// Seed for the random numbers of the search; the same seed gives the same plan
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub(crate) seed: u64,
    /// Length of the search; a longer search finds better plans
    #[arg(long, value_enum, default_value_t = EffortArg::Normal)]
    effort: EffortArg,
    /// Maximum duration of the search for one territory; if it ends the search, the plan can differ
    /// from run to run [default: no limit]
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    time_limit: Option<u64>,
    /// Leave notes and personal columns of the lists out of the files
    #[arg(long)]
    drop_personal: bool,
    /// Datum of an additional copy of stops and routes: gcj02 (Amap, Tencent) or bd09 (Baidu)
    /// [default: no copy]
    #[arg(long, value_name = "gcj02|bd09", value_parser = parse_shifted)]
    datum_out: Option<Datum>,
    #[command(flatten)]
    format: FormatArgs,
}

#[derive(Clone, Copy, ValueEnum)]
enum EffortArg {
    /// One fifth of the steps of normal
    Quick,
    /// About a second for each rep and day
    Normal,
    /// Ten times the steps of normal
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

/// Parses a datum. WGS-84 is an error, because all files are written in WGS-84 anyway.
fn parse_shifted(text: &str) -> Result<Datum, String> {
    match text.parse() {
        Ok(Datum::Wgs84) => {
            Err("all files are written in WGS-84 already; expected gcj02 or bd09".to_owned())
        }
        Ok(datum) => Ok(datum),
        Err(error) => Err(error.to_string()),
    }
}
