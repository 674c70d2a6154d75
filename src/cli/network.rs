//! The command `beatplan network`, which builds road networks and answers queries about them.

use std::path::{Path, PathBuf};

use anyhow::Context;
use beatplan::lonlat::LonLat;
use beatplan::networks::{NetworkCache, profile};
use beatplan::prospects::read_points;
use beatplan::remark::list_some;
use beatplan::road::{
    Condition, ConditionHolds, PointMatrix, RoadNetwork, SpeedRegion, SpeedSettings, SpeedSource,
    check_speed_region,
};
use beatplan::units::{counted, rounded};
use clap::{Args, Subcommand};
use jiff::civil::DateTime;
use serde_json::json;

use super::Done;
use super::feature::{feature, line};
use super::isochrone::IsochroneArgs;
use super::network_input::{from_extract, open};
use super::parse::{parse_lonlat, parse_moment};
use super::print::{Printer, write_file};
use super::progress_bars::Bars;

#[derive(Subcommand)]
pub(crate) enum NetworkCommand {
    /// Build the road network of a travel mode from an extract
    Build(BuildArgs),
    /// Show the origin, the size and the licence of a network file
    Info(InfoArgs),
    /// Find the fastest route between two places, and write it as GeoJSON
    Route(RouteArgs),
    /// Compute the travel times and distances between all pairs of places, and write them as CSV
    Matrix(MatrixArgs),
    /// Draw the areas or roads that can be reached from a place within given travel times, as
    /// GeoJSON
    Isochrone(IsochroneArgs),
}

#[derive(Args)]
#[command(
    after_help = "Example:\n  beatplan network build county.osm.pbf -o county.road --profile ebike"
)]
pub(crate) struct BuildArgs {
    /// OpenStreetMap extract
    #[arg(value_name = "X.osm.pbf")]
    extract: PathBuf,
    /// Network file to write
    #[arg(short, long, value_name = "X.road")]
    output: PathBuf,
    /// Travel mode: car, ebike, motorcycle, bicycle, foot, or a profile file (.toml)
    #[arg(long, default_value = "car", value_name = "MODE|FILE.toml")]
    profile: String,
    /// Local date and time for which conditional tags and turn restrictions are judged [default: the strictest value of each
    /// applies]
    #[arg(long, value_name = "DATE-TIME", value_parser = parse_moment)]
    at: Option<DateTime>,
    /// Country or province whose measured speeds all roads have, such as CN-GD [default: where each road lies]
    #[arg(long, value_name = "CODE", value_parser = parse_region)]
    region: Option<String>,
}

#[derive(Args)]
#[command(after_help = "Example:\n  beatplan network info county.road")]
pub(crate) struct InfoArgs {
    /// Network file
    #[arg(value_name = "X.road")]
    network: PathBuf,
}

#[derive(Args)]
#[command(
    after_help = "Example:\n  beatplan network route county.road --from 14.4208,35.9089 --to 14.5049,35.8899"
)]
pub(crate) struct RouteArgs {
    /// Network file, or an extract, which is read for the travel mode car
    #[arg(value_name = "X.road")]
    network: PathBuf,
    /// Place where the route starts
    #[arg(long, value_name = "LON,LAT", value_parser = parse_lonlat, allow_hyphen_values = true)]
    from: LonLat,
    /// Place where the route ends
    #[arg(long, value_name = "LON,LAT", value_parser = parse_lonlat, allow_hyphen_values = true)]
    to: LonLat,
    /// Local date and time for which conditional tags and turn restrictions are judged [default: the strictest value of each
    /// applies]
    #[arg(long, value_name = "DATE-TIME", value_parser = parse_moment)]
    at: Option<DateTime>,
    /// Maximum distance between a place and the nearest usable road
    #[arg(long, default_value_t = 200.0, value_name = "METRES")]
    snap_radius: f64,
}

#[derive(Args)]
#[command(
    after_help = "Example:\n  beatplan network matrix county.road --points pharmacies.csv -o times.csv\n\n\
                  The list of points needs the columns id, lon and lat. The table has the columns from, to, seconds \
                  and metres; the last two are empty where no route exists."
)]
pub(crate) struct MatrixArgs {
    /// Network file, or an extract, which is read for the travel mode car
    #[arg(value_name = "X.road")]
    network: PathBuf,
    /// CSV file with the columns id, lon and lat
    #[arg(long, value_name = "P.csv")]
    points: PathBuf,
    /// Local date and time for which conditional tags and turn restrictions are judged [default: the strictest value of each
    /// applies]
    #[arg(long, value_name = "DATE-TIME", value_parser = parse_moment)]
    at: Option<DateTime>,
    /// CSV file to write [default: standard output]
    #[arg(short, long, value_name = "M.csv")]
    output: Option<PathBuf>,
    /// CSV file for the points that have no usable road, with the reason [default: only the first
    /// ones are printed]
    #[arg(long, value_name = "U.csv")]
    unreachable: Option<PathBuf>,
    /// Maximum distance between a place and the nearest usable road
    #[arg(long, default_value_t = 200.0, value_name = "METRES")]
    snap_radius: f64,
}

pub(crate) fn run(
    command: &NetworkCommand,
    cache: &NetworkCache,
    printer: &Printer,
) -> anyhow::Result<Done> {
    let bars = printer.bars();
    match command {
        NetworkCommand::Build(args) => build(args, printer, &bars),
        NetworkCommand::Info(args) => info(args, printer),
        NetworkCommand::Route(args) => route(args, cache, printer, &bars),
        NetworkCommand::Matrix(args) => matrix(args, cache, printer, &bars),
        NetworkCommand::Isochrone(args) => super::isochrone::run(args, cache, printer, &bars),
    }
}

fn build(args: &BuildArgs, printer: &Printer, bars: &Bars) -> anyhow::Result<Done> {
    let settings = SpeedSettings { region: args.region.clone(), rush_hours: None };
    let profile = profile(&args.profile, Path::new("."))?;
    if settings.region.is_some() && profile.speeds != SpeedSource::Measured {
        anyhow::bail!(
            "--region has no effect on the profile {}: its speeds are not measured ones; leave it out",
            profile.name
        );
    }
    let profile = profile.with_settings(&settings);
    let cache = NetworkCache::none();
    let network = from_extract(&args.extract, profile, args.at, &cache, printer, bars)?;
    if !network.info().profile.rush_hours.is_empty() {
        printer.note(
            "note: a network file holds the speeds outside rush hours only; a plan with rush hours needs the extract",
        );
    }
    network.save(&args.output)?;
    printer.note(&format!("{}: {}", args.output.display(), size_line(&network)));
    Ok(Done::Well)
}

fn info(args: &InfoArgs, printer: &Printer) -> anyhow::Result<Done> {
    let network = RoadNetwork::load(&args.network)?;
    let info = network.info();
    if printer.json {
        let speeds = network.class_speeds();
        printer.json(&json!({ "info": info, "size": network.size(), "speeds": speeds }))?;
        return Ok(Done::Well);
    }
    let conditional = match info.conditions.len() {
        0 => "none".to_owned(),
        count => {
            let judged = |Condition { text, holds }: &Condition| match holds {
                ConditionHolds::Always => format!("\"{text}\" holds"),
                ConditionHolds::Sometimes => format!("\"{text}\" holds at times"),
                ConditionHolds::Never => format!("\"{text}\" does not hold"),
                ConditionHolds::Unknown => format!("\"{text}\" is unclear"),
            };
            let judged: Vec<String> = info.conditions.iter().map(judged).collect();
            format!("{count} ({})", list_some(&judged, 4))
        }
    };
    printer.result(&format!(
        "profile                  {}\nextract                  {} (xxh3 {})\ndate of the map          {}\n\
         conditions               {conditional}\nmeasured speeds          {}\nsize                     {}\n\
         licence                  {}\n",
        info.profile.name,
        info.extract,
        info.extract_xxh3,
        info.extract_timestamp.as_deref().unwrap_or("unknown"),
        regions_line(&info.speed_regions),
        size_line(&network),
        info.licence,
    ))?;
    Ok(Done::Well)
}

/// Lists the regions of measured speeds with the length of their roads.
fn regions_line(regions: &[SpeedRegion]) -> String {
    let regions: Vec<String> =
        regions.iter().map(|used| format!("{} ({:.1} km)", used.region, used.length_km)).collect();
    match regions.is_empty() {
        true => "none: speeds by class".to_owned(),
        false => list_some(&regions, 4),
    }
}

fn parse_region(code: &str) -> Result<String, String> {
    check_speed_region(code).map(|()| code.to_owned())
}

fn route(
    args: &RouteArgs,
    cache: &NetworkCache,
    printer: &Printer,
    bars: &Bars,
) -> anyhow::Result<Done> {
    let network = open(&args.network, args.at, cache, printer, bars)?;
    let snap = |option: &str, place: LonLat| {
        network
            .snap(place, args.snap_radius)
            .with_context(|| format!("{option} {},{}", place.lon, place.lat))
    };
    let (from, to) = (snap("--from", args.from)?, snap("--to", args.to)?);
    let Some(path) = network.path(&from, &to) else {
        let why = network.apart(&from, &to).map(|apart| format!(": --to is cut off, {apart}"));
        printer.note(&format!("no route exists between the two places{}", why.unwrap_or_default()));
        return Ok(Done::NeedsAPerson);
    };
    let properties = json!({
        "seconds": path.cost.time().seconds(),
        "metres": path.cost.distance().metres(),
        "from_snap_m": rounded(from.distance_m, 1),
        "to_snap_m": rounded(to.distance_m, 1),
        "attribution": beatplan::output::ATTRIBUTION,
    });
    let feature = feature(line(&path.points), &properties);
    printer.result(&format!("{feature}\n"))?;
    Ok(Done::Well)
}

fn matrix(
    args: &MatrixArgs,
    cache: &NetworkCache,
    printer: &Printer,
    bars: &Bars,
) -> anyhow::Result<Done> {
    let points = read_points(&args.points)?;
    let network = open(&args.network, args.at, cache, printer, bars)?;
    let matrix = PointMatrix::compute(&network, &points, args.snap_radius, bars);
    let routes_missing = match &args.output {
        None => printer.write_result(|out| matrix.write_csv(out))?,
        Some(path) => write_file(path, |file| matrix.write_csv(file))?,
    };
    if let Some(path) = &args.unreachable {
        write_file(path, |file| matrix.write_unreachable_csv(file))?;
    }
    let unreachable: Vec<String> = matrix
        .unreachable()
        .map(|(id, reason)| format!("note: {id} has no travel times: {reason}"))
        .collect();
    let see_all = match &args.unreachable {
        Some(path) => format!("{} lists all", path.display()),
        None => "--unreachable FILE writes all".to_owned(),
    };
    printer.notes(&unreachable, &see_all);
    // If the reader of the output stops early, no missing pair was counted.
    let routes_missing = routes_missing.unwrap_or_default();
    if routes_missing > 0 {
        let pairs = counted(routes_missing, "pair of points has", "pairs of points have");
        printer.note(&format!("note: {pairs} no route; seconds and metres are empty there"));
    }
    let is_full = routes_missing == 0 && unreachable.is_empty();
    Ok(if is_full { Done::Well } else { Done::NeedsAPerson })
}

fn size_line(network: &RoadNetwork) -> String {
    let size = network.size();
    format!(
        "{} nodes, {} arcs, {} states, {:.0} km of road ({:.0} km of it cut off)",
        size.nodes, size.arcs, size.states, size.length_km, size.cut_off_km
    )
}
