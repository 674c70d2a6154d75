//! The options of `beatplan plan` for planning again: from the present position of a rep, or close
//! to an earlier plan.

use std::path::PathBuf;

use anyhow::Context;
use beatplan::LoadedTerritory;
use beatplan::lonlat::LonLat;
use beatplan::plan_files::EarlierPlan;
use beatplan::planning::{FieldReport, Keep, Underway};
use beatplan::policy::parse_time_of_day;
use beatplan::units::Seconds;
use clap::Args;

use super::parse::parse_lonlat;

#[derive(Args)]
#[command(next_help_heading = "Replanning")]
pub(crate) struct ReplanArgs {
    /// Time of day from which the rep is free; only the rest of the day is planned
    #[arg(long, value_name = "HH:MM", value_parser = parse_time)]
    at: Option<Seconds>,
    /// Position of the rep at that time [default: home]
    #[arg(
        long,
        value_name = "LON,LAT",
        value_parser = parse_lonlat,
        allow_hyphen_values = true,
        requires = "at"
    )]
    from: Option<LonLat>,
    /// Ids of the outlets that the rep has already visited that day
    #[arg(long, value_name = "ID,ID,…", value_delimiter = ',', requires = "at")]
    done: Vec<String>,
    /// Name of the rep; required if the territory has several reps
    #[arg(long, value_name = "NAME", requires = "at")]
    rep: Option<String>,
    /// The rep has already had lunch; no lunch is planned
    #[arg(long, requires = "at")]
    lunch_taken: bool,
    /// Folder of an earlier plan: keep its visits with the same rep and on the same day where
    /// possible
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Maximum number of visits of that plan that the new plan may drop or move [default: no limit]
    #[arg(long, value_name = "N", requires = "keep", allow_negative_numbers = true)]
    changes_max: Option<usize>,
    /// Folder of an earlier plan: report the differences from it, and do not keep its visits
    #[arg(long, value_name = "DIR", conflicts_with = "keep")]
    since: Option<PathBuf>,
}

impl ReplanArgs {
    /// Returns whether the plan starts in the middle of a rep's day.
    pub(crate) fn is_underway(&self) -> bool {
        self.at.is_some()
    }

    /// Adds the reps who are underway on the first day to the request, and the earlier plans to
    /// keep and to compare with.
    pub(crate) fn apply(&self, loaded: &mut LoadedTerritory) -> anyhow::Result<()> {
        let LoadedTerritory { territory, lists, request, .. } = loaded;
        let (prospects, dates) = (&lists.prospects, &request.dates[..]);
        let read = |dir: &PathBuf| EarlierPlan::read_any_day(dir, &territory.name, prospects);
        request.since = self.since.as_ref().map(read).transpose().context("--since")?;
        let read = |folder: &PathBuf| EarlierPlan::read(folder, &territory.name, prospects, dates);
        let earlier = self.keep.as_ref().map(read).transpose().context("--keep")?;
        let known = |earlier: &EarlierPlan| {
            Underway::in_earlier_plan(territory, prospects, dates[0], earlier)
        };
        let mut underway = earlier.as_ref().map_or_else(Vec::new, known);
        let mut only = None;
        if let Some(at) = self.at {
            let done: Vec<String> = self
                .done
                .iter()
                .map(|id| id.trim().to_owned())
                .filter(|id| !id.is_empty())
                .collect();
            let report = FieldReport {
                rep: self.rep.as_deref(),
                from: self.from,
                at,
                lunch_taken: self.lunch_taken,
                done: &done,
            };
            let rep = Underway::new(territory, prospects, dates[0], report, earlier.as_ref())?;
            only = Some(rep.rep);
            underway.retain(|known| known.rep != rep.rep);
            underway.push(rep);
            underway.sort_by_key(|known| known.rep);
        }
        request.keep = earlier.map(|earlier| Keep { earlier, changes_max: self.changes_max, only });
        request.underway = underway;
        Ok(())
    }
}

/// Parses a time of day `HH:MM`.
fn parse_time(text: &str) -> Result<Seconds, String> {
    parse_time_of_day(text)
        .ok_or_else(|| format!("found \"{text}\", expected a time of day such as 13:40"))
}
