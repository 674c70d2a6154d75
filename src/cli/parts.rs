//! The options of `beatplan plan` that replace a territory file.

use std::path::PathBuf;

use anyhow::{Context, bail};
use beatplan::lonlat::LonLat;
use beatplan::policy::{Policy, parse_time_window};
use beatplan::territory::{Territory, TerritoryParts};
use clap::Args;
use jiff::tz::TimeZone;

use super::parse::parse_lonlat;

#[derive(Args)]
#[command(next_help_heading = "Without a territory file")]
#[group(conflicts_with = "territory")]
pub(crate) struct PartsArgs {
    /// Map: an extract or a network file
    #[arg(long, value_name = "X.osm.pbf|X.road")]
    osm: Option<PathBuf>,
    /// List of prospects; may be given several times
    #[arg(long, value_name = "P.csv")]
    prospects: Vec<PathBuf>,
    /// Visit log [default: no log]
    #[arg(long, value_name = "V.csv")]
    visits: Option<PathBuf>,
    /// Position where each day starts and ends
    #[arg(long, value_name = "LON,LAT", value_parser = parse_lonlat, allow_hyphen_values = true)]
    home: Option<LonLat>,
    /// Travel mode: car, ebike, motorcycle, bicycle, foot, or a profile file (.toml)
    #[arg(long, default_value = "car", value_name = "MODE|FILE.toml")]
    mode: String,
    /// Working hours, from leaving home to the return [default: 09:00-18:00]
    #[arg(long, value_name = "FROM-TO")]
    shift: Option<String>,
    /// Time zone such as Asia/Shanghai [default: that of this computer]
    #[arg(long, value_name = "ZONE")]
    timezone: Option<String>,
}

impl PartsArgs {
    /// Returns a territory with one rep.
    pub(super) fn territory(&self) -> anyhow::Result<Territory> {
        let (Some(osm), Some(home), false) = (&self.osm, self.home, self.prospects.is_empty())
        else {
            let given = [
                ("--osm X.osm.pbf", self.osm.is_some()),
                ("--prospects P.csv", !self.prospects.is_empty()),
                ("--home LON,LAT", self.home.is_some()),
            ];
            let missing: Vec<&str> =
                given.iter().filter(|(_, is_given)| !is_given).map(|(option, _)| *option).collect();
            bail!(
                "name a territory file, as in `beatplan plan territory.toml`, or add {}",
                missing.join(", ")
            );
        };
        let shift = match &self.shift {
            None => Policy::default().shift,
            Some(text) => parse_time_window(text).with_context(|| {
                format!(
                    "--shift: found \"{text}\", expected a start and a later end such as 09:00-18:00"
                )
            })?,
        };
        let timezone = match &self.timezone {
            None => TimeZone::system(),
            Some(name) => TimeZone::get(name).with_context(|| {
                format!("--timezone: found \"{name}\", expected a name such as Asia/Shanghai")
            })?,
        };
        if let Some(log) = self.visits.as_ref().filter(|log| !log.exists()) {
            bail!("{} cannot be read: there is no such file", log.display());
        }
        Ok(Territory::from_parts(TerritoryParts {
            osm: osm.clone(),
            prospects: self.prospects.clone(),
            visits: self.visits.clone(),
            home,
            mode: self.mode.clone(),
            timezone,
            shift,
        }))
    }
}
