//! `beatplan network`: build a road network, look at it, ask it for travel times and paths.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use beatplan::lonlat::LonLat;
use beatplan::networks::{NetworkCache, network_of_extract, profile};
use beatplan::progress::Progress;
use beatplan::prospects::read_points;
use beatplan::remark::list_some;
use beatplan::road::{Condition, Holds, RoadNetwork, Snap};
use beatplan::whole_file::write_whole;
use clap::{Args, Subcommand};
use serde_json::json;

use super::Done;
use super::feature::{feature, line, rounded};
use super::isochrone::IsochroneArgs;
use super::plan::parse_lonlat;
use super::print::Printer;
use super::terminal::Bars;

#[derive(Subcommand)]
pub(crate) enum NetworkCommand {
    /// Build the network of a travel mode from an extract, into one file
    Build(BuildArgs),
    /// Say where a network file comes from and how large it is
    Info(InfoArgs),
    /// Find the quickest way between two places, as GeoJSON
    Route(RouteArgs),
    /// Fill a table of travel times and distances between places, as CSV
    Matrix(MatrixArgs),
    /// Draw how far one gets in certain times, as GeoJSON
    Isochrone(IsochroneArgs),
}

#[derive(Args)]
#[command(
    after_help = "Example:\n  beatplan network build county.osm.pbf -o county.road --profile ebike"
)]
pub(crate) struct BuildArgs {
    /// The extract
    #[arg(value_name = "X.osm.pbf")]
    extract: PathBuf,
    /// The network file to write
    #[arg(short, long, value_name = "X.road")]
    output: PathBuf,
    /// car, ebike, motorcycle, bicycle, foot, or a profile file ending in .toml
    #[arg(long, default_value = "car")]
    profile: String,
}

#[derive(Args)]
#[command(after_help = "Example:\n  beatplan network info county.road")]
pub(crate) struct InfoArgs {
    /// The network file
    #[arg(value_name = "X.road")]
    network: PathBuf,
}

#[derive(Args)]
#[command(
    after_help = "Example:\n  beatplan network route county.road --from 14.4208,35.9089 --to 14.5049,35.8899"
)]
pub(crate) struct RouteArgs {
    /// The network file, or an extract (then for a car)
    #[arg(value_name = "X.road")]
    network: PathBuf,
    /// Where the way begins
    #[arg(long, value_name = "LON,LAT", value_parser = parse_lonlat, allow_hyphen_values = true)]
    from: LonLat,
    /// Where it ends
    #[arg(long, value_name = "LON,LAT", value_parser = parse_lonlat, allow_hyphen_values = true)]
    to: LonLat,
    /// How far a place may be from a road
    #[arg(long, default_value_t = 200.0, value_name = "METRES")]
    snap_radius: f64,
}

#[derive(Args)]
#[command(
    after_help = "Example:\n  beatplan network matrix county.road --points pharmacies.csv -o times.csv\n\n\
                  The points need columns id, lon and lat; the table has from, to, seconds and metres, the last two \
                  empty where there is no way."
)]
pub(crate) struct MatrixArgs {
    /// The network file, or an extract (then for a car)
    #[arg(value_name = "X.road")]
    network: PathBuf,
    /// A CSV file with columns id, lon and lat
    #[arg(long, value_name = "P.csv")]
    points: PathBuf,
    /// The table to write [default: standard output]
    #[arg(short, long, value_name = "M.csv")]
    output: Option<PathBuf>,
    /// How far a place may be from a road
    #[arg(long, default_value_t = 200.0, value_name = "METRES")]
    snap_radius: f64,
}

pub(crate) fn run(
    command: &NetworkCommand,
    cache: &NetworkCache,
    printer: &Printer,
) -> anyhow::Result<Done> {
    let bars = Bars::new(printer.shows_progress());
    match command {
        NetworkCommand::Build(args) => build(args, printer, &bars),
        NetworkCommand::Info(args) => info(args, printer),
        NetworkCommand::Route(args) => route(args, cache, printer, &bars),
        NetworkCommand::Matrix(args) => matrix(args, cache, printer, &bars),
        NetworkCommand::Isochrone(args) => super::isochrone::run(args, cache, printer, &bars),
    }
}

fn build(args: &BuildArgs, printer: &Printer, bars: &Bars) -> anyhow::Result<Done> {
    let network = from_extract(&args.extract, &args.profile, &NetworkCache::none(), printer, bars)?;
    if !network.info().profile.rush_hours.is_empty() {
        printer.note(
            "note: the network holds the speeds outside rush hours; a plan with rush hours needs the extract",
        );
    }
    network.save(&args.output)?;
    printer.note(&format!("{}: {}", args.output.display(), size_line(&network)));
    Ok(Done::Well)
}

fn info(args: &InfoArgs, printer: &Printer) -> anyhow::Result<Done> {
    let network = RoadNetwork::load(&args.network)?;
    let info = network.info();
    if printer.json() {
        let text = serde_json::to_string_pretty(&json!({ "info": info, "size": network.size() }))?;
        printer.result(&format!("{text}\n"))?;
        return Ok(Done::Well);
    }
    let conditional = match info.conditions.len() {
        0 => "none".to_owned(),
        count => {
            let judged: Vec<String> = info
                .conditions
                .iter()
                .map(|Condition { text, holds }| {
                    format!(
                        "\"{text}\" {}",
                        match holds {
                            Holds::Sometimes => "obeyed",
                            Holds::Never => "not obeyed",
                            Holds::Unknown => "obeyed at all times",
                        }
                    )
                })
                .collect();
            format!("{count} ({})", list_some(&judged, 4))
        }
    };
    printer.result(&format!(
        "profile                  {}\nextract                  {} (xxh3 {})\nstate of the map         {}\n\
         conditional restrictions {conditional}\nsize                     {}\nlicence                  {}\n",
        info.profile.name,
        info.extract,
        info.extract_xxh3,
        info.extract_timestamp.as_deref().unwrap_or("not said"),
        size_line(&network),
        info.licence,
    ))?;
    Ok(Done::Well)
}

fn route(
    args: &RouteArgs,
    cache: &NetworkCache,
    printer: &Printer,
    bars: &Bars,
) -> anyhow::Result<Done> {
    let network = open(&args.network, cache, printer, bars)?;
    let snap = |option: &str, place: LonLat| {
        network
            .snap(place, args.snap_radius)
            .with_context(|| format!("{option} {},{}", place.lon, place.lat))
    };
    let (from, to) = (snap("--from", args.from)?, snap("--to", args.to)?);
    let Some(path) = network.path(&from, &to) else {
        let why = network.apart(&from, &to).map(|apart| format!(": --to is cut off, {apart}"));
        printer.note(&format!("there is no way between the two places{}", why.unwrap_or_default()));
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
    let network = open(&args.network, cache, printer, bars)?;
    let mut snaps: Vec<Snap> = Vec::new();
    let mut rows: Vec<Option<usize>> = Vec::new();
    for (id, at) in &points {
        match network.snap(*at, args.snap_radius) {
            Ok(snap) => {
                snaps.push(snap);
                rows.push(Some(snaps.len() - 1));
            }
            Err(failure) => {
                printer.note(&format!("note: {id} has no travel times: {failure}"));
                rows.push(None);
            }
        }
    }
    bars.begin("measuring travel times", snaps.len() as u64);
    let matrix = network.matrix(&snaps, bars);
    bars.end();
    let mut ways_missing = 0;
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(["from", "to", "seconds", "metres"])?;
    for ((from, _), from_row) in points.iter().zip(&rows) {
        for ((to, _), to_row) in points.iter().zip(&rows) {
            let pair = from_row.zip(*to_row);
            let cost = pair.and_then(|(from, to)| matrix.get(from, to));
            ways_missing += usize::from(pair.is_some() && cost.is_none());
            let seconds = cost.map(|cost| cost.time().seconds().to_string());
            let metres = cost.map(|cost| cost.distance().metres().to_string());
            let figures = [seconds, metres].map(Option::unwrap_or_default);
            table.write_record([from, to, &figures[0], &figures[1]])?;
        }
    }
    let text = String::from_utf8(table.into_inner()?)?;
    match &args.output {
        None => printer.result(&text)?,
        Some(path) => write_whole(path, |file| file.write_all(text.as_bytes()))
            .with_context(|| format!("{}: cannot be written", path.display()))?,
    }
    if ways_missing > 0 {
        printer.note(&format!(
            "note: {ways_missing} pairs are left empty: there is no way between them"
        ));
    }
    let is_full = ways_missing == 0 && !rows.contains(&None);
    Ok(if is_full { Done::Well } else { Done::NeedsAPerson })
}

/// A network file, or the car network of an extract.
pub(super) fn open(
    path: &Path,
    cache: &NetworkCache,
    printer: &Printer,
    bars: &Bars,
) -> anyhow::Result<Arc<RoadNetwork>> {
    if RoadNetwork::is_network_file(path) {
        return Ok(Arc::new(RoadNetwork::load(path)?));
    }
    from_extract(path, "car", cache, printer, bars)
}

fn from_extract(
    path: &Path,
    mode: &str,
    cache: &NetworkCache,
    printer: &Printer,
    bars: &Bars,
) -> anyhow::Result<Arc<RoadNetwork>> {
    let profile = profile(mode, Path::new("."))?;
    let network = network_of_extract(path, &profile, cache, bars)?;
    printer.remarks(&network.info().remarks);
    Ok(network)
}

fn size_line(network: &RoadNetwork) -> String {
    let size = network.size();
    format!(
        "{} nodes, {} arcs, {} states, {:.0} km of road ({:.0} km of it cut off)",
        size.nodes, size.arcs, size.states, size.length_km, size.cut_off_km
    )
}
