//! `beatplan plan`: tomorrow's visits.

use std::path::PathBuf;

use anyhow::{Context, bail};
use beatplan::lonlat::LonLat;
use beatplan::networks::NetworkCache;
use beatplan::output::{check_replaceable, files};
use beatplan::policy::{Policy, parse_time_window};
use beatplan::solver::TimeLimit;
use beatplan::territory::{Territory, TerritoryParts};
use beatplan::{Planned, Planner};
use clap::Args;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Done;
use super::print::Printer;
use super::replan::ReplanArgs;
use super::search::SearchArgs;
use super::table;
use super::terminal::Bars;

#[derive(Args)]
#[command(after_help = "Examples:\n  beatplan plan data/malta/territory.toml --date tomorrow\n  \
                  beatplan plan --osm county.osm.pbf --prospects pharmacies.csv --home 116.40,39.90 --mode ebike")]
pub(crate) struct PlanArgs {
    /// The territory file: map, lists, reps, policy
    #[arg(value_name = "TERRITORY.toml")]
    territory: Option<PathBuf>,
    /// The map, an extract or a built network
    #[arg(
        long,
        value_name = "X.osm.pbf",
        conflicts_with = "territory",
        help_heading = "Without a territory file"
    )]
    osm: Option<PathBuf>,
    /// A list of prospects (may be given several times)
    #[arg(
        long,
        value_name = "P.csv",
        conflicts_with = "territory",
        help_heading = "Without a territory file"
    )]
    prospects: Vec<PathBuf>,
    /// The log of visits made
    #[arg(
        long,
        value_name = "V.csv",
        conflicts_with = "territory",
        help_heading = "Without a territory file"
    )]
    visits: Option<PathBuf>,
    /// Where the day starts and ends
    #[arg(
        long,
        value_name = "LON,LAT",
        value_parser = parse_lonlat,
        allow_hyphen_values = true,
        conflicts_with = "territory",
        help_heading = "Without a territory file"
    )]
    home: Option<LonLat>,
    /// Car, ebike, motorcycle, bicycle, foot, or a profile file
    #[arg(
        long,
        default_value = "car",
        conflicts_with = "territory",
        help_heading = "Without a territory file"
    )]
    mode: String,
    /// From leaving home to being back
    #[arg(
        long,
        value_name = "09:00-18:00",
        conflicts_with = "territory",
        help_heading = "Without a territory file"
    )]
    shift: Option<String>,
    /// The time zone, such as Asia/Shanghai [default: this computer's]
    #[arg(
        long,
        value_name = "ZONE",
        conflicts_with = "territory",
        help_heading = "Without a territory file"
    )]
    timezone: Option<String>,
    /// The day: a date, today or tomorrow [default: tomorrow, with --at today]
    #[arg(long, value_name = "2026-11-25|tomorrow")]
    date: Option<String>,
    /// So many days from that day on, in one plan
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=28))]
    days: u16,
    /// Where the plan is written
    #[arg(long, default_value = "plan", value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    search: SearchArgs,
    #[command(flatten)]
    replan: ReplanArgs,
}

pub(crate) fn run(
    args: &PlanArgs,
    cache: &NetworkCache,
    printer: &Printer,
) -> anyhow::Result<Done> {
    let territory = territory(args)?;
    let usual_day = if args.replan.is_underway() { "today" } else { "tomorrow" };
    let day = args.date.as_deref().unwrap_or(usual_day);
    let dates = dates(day, args.days, &territory.timezone, Timestamp::now())?;
    // What is quickly told comes before the map is read.
    check_replaceable(&args.out, &files::PLAN)?;
    let bars = Bars::new(printer.shows_progress());
    let planner = Planner::new(territory).dates(dates).seed(args.search.seed);
    let planner = planner.effort(args.search.effort()).cache(cache.clone());
    let mut loaded = planner.load(&bars)?;
    args.replan.apply(&mut loaded)?;
    let stop = args.search.time_limit().map(TimeLimit::new);
    let planned = loaded.plan(&stop, &bars)?;
    planned.write(&args.out, args.search.sharing())?;

    let Planned { territory, networks, request, plan } = &planned;
    for note in &networks.not_kept {
        printer.note(&format!("note: {note}"));
    }
    printer.remarks(&networks.remarks);
    printer.remarks(&plan.remarks);
    printer.table(&table::plan(territory, request, plan))?;
    printer.summary(&args.out)?;
    printer.note(&format!("written: {}", args.out.display()));
    Ok(if plan.needs_a_person() { Done::NeedsAPerson } else { Done::Well })
}

fn territory(args: &PlanArgs) -> anyhow::Result<Territory> {
    if let Some(path) = &args.territory {
        return Ok(Territory::read(path)?);
    }
    let (Some(osm), Some(home), false) = (&args.osm, args.home, args.prospects.is_empty()) else {
        let given = [
            ("--osm X.osm.pbf", args.osm.is_some()),
            ("--prospects P.csv", !args.prospects.is_empty()),
            ("--home LON,LAT", args.home.is_some()),
        ];
        let missing: Vec<&str> =
            given.iter().filter(|(_, is_given)| !is_given).map(|(option, _)| *option).collect();
        bail!(
            "name a territory file, as in `beatplan plan territory.toml`, or add {}",
            missing.join(", ")
        );
    };
    let shift = match &args.shift {
        None => Policy::default().shift,
        Some(text) => parse_time_window(text).with_context(|| {
            format!(
                "--shift: found \"{text}\", expected a start and a later end such as 09:00-18:00"
            )
        })?,
    };
    let timezone = match &args.timezone {
        None => TimeZone::system(),
        Some(name) => TimeZone::get(name).with_context(|| {
            format!("--timezone: found \"{name}\", expected a name such as Asia/Shanghai")
        })?,
    };
    if let Some(log) = args.visits.as_ref().filter(|log| !log.exists()) {
        bail!("{} cannot be read: there is no such file", log.display());
    }
    Ok(Territory::from_parts(TerritoryParts {
        osm: osm.clone(),
        prospects: args.prospects.clone(),
        visits: args.visits.clone(),
        home,
        mode: args.mode.clone(),
        timezone,
        shift,
    }))
}

/// `text` and the days after it, `days` in all; what is today is up to `now` and the clocks of `zone`.
pub(super) fn dates(
    text: &str,
    days: u16,
    zone: &TimeZone,
    now: Timestamp,
) -> anyhow::Result<Vec<Date>> {
    let today = || zone.to_datetime(now).date();
    let first: Date = match text {
        "today" => today(),
        "tomorrow" => today().tomorrow()?,
        _ => text.parse().ok().with_context(|| {
            format!(
                "--date: found \"{text}\", expected a date such as 2026-11-25, today or tomorrow"
            )
        })?,
    };
    let mut dates = vec![first];
    while dates.len() < usize::from(days) {
        let next = dates[dates.len() - 1].tomorrow();
        dates.push(next.with_context(|| {
            format!("--days: {days} days from {first} run past the end of the calendar")
        })?);
    }
    Ok(dates)
}

/// `LON,LAT` in degrees.
pub(crate) fn parse_lonlat(text: &str) -> Result<LonLat, String> {
    let expected =
        || format!("found \"{text}\", expected LON,LAT in degrees, such as 116.40,39.90");
    let (lon, lat) = text.split_once(',').ok_or_else(expected)?;
    let number = |s: &str| s.trim().parse().map_err(|_| expected());
    LonLat::new(number(lon)?, number(lat)?).ok_or_else(|| {
        format!(
            "{}; longitude goes from -180 to 180 and comes first, latitude from -90 to 90",
            expected()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_longitude_first() {
        assert_eq!(parse_lonlat("14.5, 35.9"), Ok(LonLat { lon: 14.5, lat: 35.9 }));
        assert!(parse_lonlat("35.9,114.5").unwrap_err().contains("comes first"));
        assert!(parse_lonlat("14.5").unwrap_err().contains("expected LON,LAT"));
    }
}
