//! The command `beatplan coverage`, which maps the coverage and the white space of a territory.

use std::cmp::Reverse;
use std::fmt::Write;
use std::path::PathBuf;

use anyhow::Context;
use beatplan::coverage::{AreaCoverage, CellResolution, CoverageMap, Figures, Settlement};
use beatplan::insight::{
    BalanceOptions, Coverage, CoverageOptions, DayObstacle, HalfDayOptions, OnTheWay, coverage,
    half_day_dates, territory_extract,
};
use beatplan::networks::{NetworkCache, networks};
use beatplan::output::{WrittenCoverage, check_replaceable, write_coverage};
use beatplan::plan_files::{EarlierPlan, files};
use beatplan::territory::{RepId, Territory, load_prospects};
use beatplan::units::{Millis, Seconds, counted, grouped};
use clap::Args;
use comfy_table::Cell;
use jiff::Timestamp;

use super::Done;
use super::format_options::FormatArgs;
use super::learn::real_hours;
use super::parse::dates;
use super::print::Printer;
use super::table::{in_words, new_table, percent, rest_line, right};
use super::workload;

/// Maximum number of rows of a table that are shown on the terminal; the files have all of them.
const LISTED: usize = 10;

#[derive(Args)]
#[command(after_help = "Examples:\n  beatplan coverage north.toml\n  \
                  beatplan coverage north.toml --date 2026-11-30 --out monday\n\n\
                  The figures and the gap score are explained in docs/coverage.md.")]
pub(crate) struct CoverageArgs {
    /// Territory file, which names the map, lists, reps, policy and boundary
    #[arg(value_name = "TERRITORY.toml")]
    territory: PathBuf,
    /// Day for which the figures are computed: a date, today or tomorrow
    #[arg(long, default_value = "today", value_name = "2026-11-25|today")]
    date: String,
    /// Folder for the files of the coverage
    #[arg(long, default_value = "coverage", value_name = "DIR")]
    out: PathBuf,
    /// H3 resolution of the hexagons, from 4 (1,770 km² each) to 11 (0.002 km²) [default: chosen so that about 2,000 hexagons at most
    /// cover the territory]
    #[arg(long, value_name = "N", value_parser = parse_resolution)]
    resolution: Option<CellResolution>,
    /// Travel times around each home for which reachable areas are drawn, separated by commas; 0 draws none
    #[arg(long, value_name = "MINUTES", value_delimiter = ',', default_value = "15,30,45,60",
          value_parser = clap::value_parser!(u32).range(0..=480))]
    isochrones: Vec<u32>,
    /// Number of areas for which the best half-day is planned, starting with the area with the
    /// largest gap; 0 plans none
    #[arg(long, value_name = "N", default_value_t = 12)]
    half_days: usize,
    /// Length of a half-day
    #[arg(long, value_name = "HOURS", default_value_t = 4.0, value_parser = parse_hours)]
    half_day_hours: f64,
    /// Folder of a plan: adds its routes, white space on the way, and a comparison of planned
    /// visits with the visit log
    #[arg(long, value_name = "DIR")]
    plan: Option<PathBuf>,
    /// Maximum detour from a route of that plan to an outlet that counts as on the way
    #[arg(long, value_name = "MINUTES", default_value_t = 5, value_parser = clap::value_parser!(u32).range(0..=120))]
    on_the_way: u32,
    /// Largest difference between the load of a rep and the mean load, in percent of the mean; if
    /// it is larger, outlets are proposed for another rep
    #[arg(long, value_name = "PERCENT", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=100))]
    tolerance: u32,
    /// Leave telephone numbers, notes and occasions out of the files
    #[arg(long)]
    drop_personal: bool,
    #[command(flatten)]
    format: FormatArgs,
}

fn parse_resolution(text: &str) -> Result<CellResolution, String> {
    let number = text.parse::<u8>().ok().filter(|number| (4..=11).contains(number));
    let resolution = number.and_then(CellResolution::new);
    resolution.ok_or_else(|| "expected a whole number from 4 to 11".to_owned())
}

fn parse_hours(text: &str) -> Result<f64, String> {
    let hours = text.parse::<f64>().ok().filter(|hours| (0.5..=12.0).contains(hours));
    hours.ok_or_else(|| "expected hours from 0.5 to 12".to_owned())
}

pub(crate) fn run(
    args: &CoverageArgs,
    cache: &NetworkCache,
    printer: &Printer,
) -> anyhow::Result<Done> {
    check_replaceable(&args.out, &files::COVERAGE)?;
    let options = CoverageOptions {
        resolution: args.resolution,
        isochrone_minutes: args.isochrones.iter().copied().filter(|minutes| *minutes > 0).collect(),
        half_days_max: args.half_days,
        half_day: HalfDayOptions {
            length: Seconds((args.half_day_hours * 3600.0).round() as u32),
            ..HalfDayOptions::default()
        },
        balance: Some(BalanceOptions {
            tolerance: f64::from(args.tolerance) / 100.0,
            ..BalanceOptions::default()
        }),
        plan: None,
        visit_log: Vec::new(),
        detour_max: Seconds::from_minutes(args.on_the_way),
    };
    let input = SurveyInput {
        file: &args.territory,
        date: &args.date,
        plan: args.plan.as_deref(),
        options,
    };
    let (territory, coverage) = survey(input, cache, printer)?;
    let written = WrittenCoverage {
        territory: &territory,
        coverage: &coverage,
        plan: args.plan.as_deref(),
        drop_personal: args.drop_personal,
        format: args.format.format(),
    };
    write_coverage(&args.out, written)?;
    let summary = args.out.join(files::SUMMARY);
    printer.remarks(&coverage.remarks, &format!("{} lists all", summary.display()));
    printer.table(&text(&territory, &coverage))?;
    printer.json_file(&summary)?;
    printer.note(&format!("written: {}", args.out.display()));
    Ok(if coverage.needs_a_person() { Done::NeedsAPerson } else { Done::Well })
}

/// The input of a survey.
pub(super) struct SurveyInput<'a> {
    pub(super) file: &'a std::path::Path,
    /// Day of the survey: a date, today or tomorrow.
    pub(super) date: &'a str,
    /// Folder of a plan; `None` for no plan.
    pub(super) plan: Option<&'a std::path::Path>,
    pub(super) options: CoverageOptions,
}

/// Computes the coverage of a territory.
pub(super) fn survey(
    input: SurveyInput<'_>,
    cache: &NetworkCache,
    printer: &Printer,
) -> anyhow::Result<(Territory, Coverage)> {
    let territory = Territory::read(input.file)?;
    let dates = dates(input.date, 1, &territory.timezone, Timestamp::now())?;
    let bars = printer.bars();
    let lists = load_prospects(&territory, dates[0], &bars)?;
    let plan = input.plan.map(|folder| {
        EarlierPlan::read_any_day(folder, &territory.name, &lists.prospects).context("--plan")
    });
    let plan = plan.transpose()?;
    let mut days = half_day_dates(&territory, dates[0]);
    days.extend(plan.iter().flat_map(|plan| &plan.dates));
    days.sort();
    days.dedup();
    let networks = networks(&territory, &days, cache, &bars)?;
    for note in &networks.not_kept {
        printer.note(&format!("note: {note}"));
    }
    let extract = territory_extract(&territory, &bars)?;
    let visit_log = territory.read_log(dates[0])?.map_or_else(Vec::new, |log| log.visits);
    let options = CoverageOptions { plan, visit_log, ..input.options };
    let asked = (dates[0], &options);
    let coverage = coverage(&territory, &lists, &networks, &extract, asked, &bars)?;
    Ok((territory, coverage))
}

fn text(territory: &Territory, coverage: &Coverage) -> String {
    let map = &coverage.map;
    format!(
        "{}, {}: {}\n\n{}{}{}{}{}{}{}",
        territory.name,
        map.date.strftime("%A %Y-%m-%d"),
        figures_in_words(&map.whole),
        gaps(territory, map),
        search_here(territory, coverage),
        where_next(territory, coverage),
        on_the_way(territory, coverage),
        coverage.balance.as_ref().map_or(String::new(), workload::balance),
        coverage.adherence.as_ref().map_or(String::new(), workload::adherence),
        coverage.real_hours.as_ref().map_or(String::new(), real_hours)
    )
}

/// Returns figures in words, such as `316 km², 417,432 people, 173 outlets, 52 customers: coverage
/// 30 %, …`.
pub(super) fn figures_in_words(figures: &Figures) -> String {
    let mut text = format!("{:.0} km²", figures.area_m2 / 1e6);
    if let Some(people) = figures.population {
        let _ = write!(text, ", {} people", grouped(people));
    }
    let outlets = counted(figures.outlets as usize, "outlet", "outlets");
    let _ = write!(text, ", {outlets}, {} of them customers", figures.customers);
    if let (Some(coverage), Some(reach)) = (figures.coverage(), figures.reach()) {
        let _ = write!(
            text,
            "\ncoverage {}, reach {}: {} visited within their interval, {} overdue, {} never visited; {:.1} points waiting",
            percent(coverage),
            percent(reach),
            figures.visited_in_interval,
            figures.overdue,
            figures.outlets - figures.reached,
            figures.prize_waiting.points()
        );
    }
    text
}

/// Returns a table of the smallest areas; those with the largest gaps come first.
fn gaps(territory: &Territory, map: &CoverageMap) -> String {
    let score = |area: &AreaCoverage| area.figures.gap_score(&area.nearness);
    let mut areas: Vec<&AreaCoverage> = map
        .areas
        .iter()
        .filter(|area| area.is_smallest && area.is_shown && score(area) > 0.0)
        .collect();
    areas.sort_by(|a, b| score(b).total_cmp(&score(a)).then_with(|| a.id.cmp(&b.id)));
    if areas.is_empty() {
        return String::new();
    }
    let mut table = new_table([
        "gap",
        "area",
        "people",
        "outlets",
        "customers",
        "expected",
        "from home",
        "from a customer",
    ]);
    for area in areas.iter().take(LISTED) {
        let figures = &area.figures;
        table.add_row(vec![
            right(format!("{:.1}", score(area))),
            Cell::new(&area.name),
            right(figures.population.map_or("?".to_owned(), grouped)),
            right(figures.outlets.to_string()),
            right(figures.customers.to_string()),
            right(
                figures
                    .outlets_expected
                    .map_or("?".to_owned(), |expected| format!("{expected:.1}")),
            ),
            right(from_home(territory, area.nearness.home)),
            right(
                area.nearness
                    .served
                    .map_or("–".to_owned(), |time| format!("{:.0} min", time.seconds() / 60.0)),
            ),
        ]);
    }
    let more = rest_line(areas.len(), LISTED, " in admin_areas.geojson");
    format!("Largest gaps: outlets to win, weighted by tier and distance\n{table}\n{more}\n")
}

fn search_here(territory: &Territory, coverage: &Coverage) -> String {
    let all: Vec<&Settlement> = coverage.map.unserved().collect();
    if coverage.map.settlements.is_empty() {
        return "The map has no settlements here\n".to_owned();
    }
    if all.is_empty() {
        return "Every settlement has a known outlet\n".to_owned();
    }
    let mut table = new_table(["gap", "settlement", "", "people", "from home", "nearest outlet"]);
    for place in all.iter().take(LISTED) {
        let nearest = place.nearest_outlet.map_or("–".to_owned(), |(id, metres)| {
            format!("{:.1} km, {}", metres / 1000.0, coverage.prospects[id].name)
        });
        table.add_row(vec![
            right(format!("{:.1}", place.figures.gap_score(&place.nearness))),
            Cell::new(&place.name),
            Cell::new(in_words(place.place)),
            right(place.figures.population.map_or("?".to_owned(), grouped)),
            right(from_home(territory, place.nearness.home)),
            Cell::new(nearest),
        ]);
    }
    let more = rest_line(all.len(), LISTED, " in search_here.geojson");
    format!("Search here: settlements without a known outlet\n{table}\n{more}")
}

/// Returns a table of the areas where a half-day earns the highest prizes.
fn where_next(territory: &Territory, coverage: &Coverage) -> String {
    if coverage.next.is_empty() {
        return String::new();
    }
    let mut table = new_table([
        "",
        "where",
        "rep",
        "day",
        "visits",
        "prize there",
        "total prize",
        "on the road",
        "duration",
    ]);
    for (at, next) in coverage.next.iter().enumerate() {
        let beat = &next.half_day.beat;
        let minutes = next.half_day.length().0.div_ceil(60);
        let visits = match beat.stops.len() - next.half_day.inside {
            0 => beat.stops.len().to_string(),
            beside => format!("{}, {beside} on the way", beat.stops.len()),
        };
        table.add_row(vec![
            right((at + 1).to_string()),
            Cell::new(&coverage.white_space[next.white_space].name),
            Cell::new(&territory.reps[beat.rep].name),
            Cell::new(format!("{}, {}–{}", beat.date.strftime("%a"), beat.leave, beat.back)),
            right(visits),
            right(format!("{:.1}", next.half_day.worth_inside)),
            right(format!("{:.1}", beat.prize().points())),
            right(format!("{} min", beat.travel().0.div_ceil(60))),
            right(format!("{}:{:02} h", minutes / 60, minutes % 60)),
        ]);
    }
    format!(
        "\nWhere to go next: half-days, each planned on its own; choose one per rep\n{table}\n\n"
    )
}

/// Returns a table of the outlets near the routes of the plan. Outlets for which the day has enough
/// time come first.
fn on_the_way(territory: &Territory, coverage: &Coverage) -> String {
    if coverage.routes.is_empty() {
        return String::new();
    }
    let is_due = |on: &&OnTheWay| on.obstacle != Some(DayObstacle::NotDue);
    let mut due: Vec<&OnTheWay> = coverage.on_the_way.iter().filter(is_due).collect();
    due.sort_by_key(|on| (on.obstacle.is_some(), Reverse(on.prize), on.detour, on.prospect));
    let mut table = new_table(["on the way of", "after stop", "outlet", "detour", "worth", "fits"]);
    for on in due.iter().take(LISTED) {
        let route = &coverage.routes[on.route];
        table.add_row(vec![
            Cell::new(format!("{}, {}", territory.reps[route.rep].name, route.date)),
            right(on.after_stops.to_string()),
            Cell::new(&coverage.prospects[on.prospect].name),
            right(format!("{:.1} min", f64::from(on.detour.0) / 60.0)),
            right(on.prize.map_or("–".to_owned(), |prize| format!("{:.1}", prize.points()))),
            Cell::new(on.obstacle.map_or("yes", DayObstacle::words)),
        ]);
    }
    let all = counted(coverage.on_the_way.len(), "outlet", "outlets");
    let fits = coverage.on_the_way.iter().filter(|on| on.obstacle.is_none()).count();
    let head = format!("On the way of the plan: {all}, {fits} of them fit into the day");
    if due.is_empty() {
        return format!("{head}\n\n");
    }
    let more = rest_line(due.len(), LISTED, " in on_the_way.geojson");
    format!("{head}\n{table}\n{more}\n")
}

/// Returns the travel time from the nearest home and the rep who lives there, such as `12 min,
/// Maria`.
pub(super) fn from_home(territory: &Territory, home: Option<(Millis, RepId)>) -> String {
    home.map_or("no way".to_owned(), |(time, rep)| {
        format!("{:.0} min, {}", time.seconds() / 60.0, territory.reps[rep].name)
    })
}
