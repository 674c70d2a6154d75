//! `beatplan network`: build a road network, look at it, ask it for travel times and paths.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use beatplan::lonlat::LonLat;
use beatplan::osm;
use beatplan::pipeline::{file_name, fingerprint, profile};
use beatplan::progress::Progress;
use beatplan::road::{BuildOptions, RoadNetwork, Snap};
use beatplan::whole_file::write_whole;
use clap::{Args, Subcommand};
use geojson::{Feature, Geometry, GeometryValue};
use serde::Deserialize;
use serde_json::json;

use super::Done;
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

pub(crate) fn run(command: &NetworkCommand, printer: &Printer) -> anyhow::Result<Done> {
    let bars = Bars::new(printer.shows_progress());
    match command {
        NetworkCommand::Build(args) => build(args, printer, &bars),
        NetworkCommand::Info(args) => info(args, printer),
        NetworkCommand::Route(args) => route(args, printer, &bars),
        NetworkCommand::Matrix(args) => matrix(args, printer, &bars),
    }
}

fn build(args: &BuildArgs, printer: &Printer, bars: &Bars) -> anyhow::Result<Done> {
    let network = from_extract(&args.extract, &args.profile, printer, bars)?;
    network.prepare();
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
    let dates: Vec<String> = info.conditional_dates.iter().map(ToString::to_string).collect();
    let conditional = match dates.is_empty() {
        true => "obeyed at all times".to_owned(),
        false => format!("judged for {}", dates.join(", ")),
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

fn route(args: &RouteArgs, printer: &Printer, bars: &Bars) -> anyhow::Result<Done> {
    let network = open(&args.network, printer, bars)?;
    let snap = |option: &str, place: LonLat| {
        network
            .snap(place, args.snap_radius)
            .with_context(|| format!("{option} {},{}", place.lon, place.lat))
    };
    let (from, to) = (snap("--from", args.from)?, snap("--to", args.to)?);
    let Some(path) = network.path(&from, &to) else {
        printer.note("there is no way between the two places");
        return Ok(Done::NeedsAPerson);
    };
    let coordinates = path.points.iter().map(|p| vec![p.lon, p.lat].into()).collect();
    let properties = json!({
        "seconds": path.cost.time().seconds(),
        "metres": path.cost.distance().metres(),
        "from_snap_m": (from.distance_m * 10.0).round() / 10.0,
        "to_snap_m": (to.distance_m * 10.0).round() / 10.0,
        "attribution": beatplan::output::ATTRIBUTION,
    });
    let feature = Feature {
        geometry: Some(Geometry::new(GeometryValue::LineString { coordinates })),
        properties: properties.as_object().cloned(),
        ..Feature::default()
    };
    printer.result(&format!("{feature}\n"))?;
    Ok(Done::Well)
}

#[derive(Deserialize)]
struct Point {
    id: String,
    lon: f64,
    lat: f64,
}

fn matrix(args: &MatrixArgs, printer: &Printer, bars: &Bars) -> anyhow::Result<Done> {
    let points = read_points(&args.points)?;
    let network = open(&args.network, printer, bars)?;
    let mut snaps: Vec<Snap> = Vec::new();
    let mut rows: Vec<Option<usize>> = Vec::new();
    for point in &points {
        match network.snap(LonLat { lon: point.lon, lat: point.lat }, args.snap_radius) {
            Ok(snap) => {
                snaps.push(snap);
                rows.push(Some(snaps.len() - 1));
            }
            Err(failure) => {
                printer.note(&format!("note: {} has no travel times: {failure}", point.id));
                rows.push(None);
            }
        }
    }
    bars.begin("measuring travel times", snaps.len() as u64);
    let matrix = network.matrix(&snaps, bars);
    bars.end();
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(["from", "to", "seconds", "metres"])?;
    for (from, from_row) in points.iter().zip(&rows) {
        for (to, to_row) in points.iter().zip(&rows) {
            let cost = from_row.zip(*to_row).and_then(|(from, to)| matrix.get(from, to));
            let seconds = cost.map(|cost| cost.time().seconds().to_string());
            let metres = cost.map(|cost| cost.distance().metres().to_string());
            let figures = [seconds, metres].map(Option::unwrap_or_default);
            table.write_record([&from.id, &to.id, &figures[0], &figures[1]])?;
        }
    }
    let text = String::from_utf8(table.into_inner()?)?;
    match &args.output {
        None => printer.result(&text)?,
        Some(path) => write_whole(path, &[text.as_bytes()])
            .with_context(|| format!("{}: cannot be written", path.display()))?,
    }
    Ok(if rows.contains(&None) { Done::NeedsAPerson } else { Done::Well })
}

/// All rows of a file of points, or all its faults.
fn read_points(path: &Path) -> anyhow::Result<Vec<Point>> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_path(path)
        .with_context(|| format!("{}: cannot be read", path.display()))?;
    let header = reader.headers()?.clone();
    for column in ["id", "lon", "lat"] {
        if !header.iter().any(|name| name == column) {
            let has = header.iter().collect::<Vec<_>>().join(", ");
            bail!("{} has no column \"{column}\" (it has: {has})", path.display());
        }
    }
    let mut points = Vec::new();
    let mut faults = Vec::new();
    for (at, row) in reader.deserialize::<Point>().enumerate() {
        match row {
            Ok(point) if LonLat::new(point.lon, point.lat).is_some() => points.push(point),
            Ok(Point { lon, lat, .. }) => faults.push(format!(
                "row {}: found lon {lon}, lat {lat}, expected degrees within 180 and 90",
                at + 2
            )),
            Err(error) => faults.push(format!("row {}: {error}", at + 2)),
        }
    }
    if !faults.is_empty() {
        bail!("{}: {}", path.display(), faults.join("; "));
    }
    Ok(points)
}

/// A network file, or the car network of an extract.
fn open(path: &Path, printer: &Printer, bars: &Bars) -> anyhow::Result<RoadNetwork> {
    if RoadNetwork::is_network_file(path) {
        return Ok(RoadNetwork::load(path)?);
    }
    from_extract(path, "car", printer, bars)
}

fn from_extract(
    path: &Path,
    mode: &str,
    printer: &Printer,
    bars: &Bars,
) -> anyhow::Result<RoadNetwork> {
    let profile = profile(mode, Path::new("."))?;
    let extract = osm::read(path, bars)?;
    let options = BuildOptions {
        extract: file_name(path),
        extract_xxh3: fingerprint(path)?,
        ..BuildOptions::default()
    };
    bars.begin("building the road network", 0);
    let (network, remarks) = RoadNetwork::build(&extract, &profile, &options);
    bars.end();
    printer.remarks(&extract.remarks);
    printer.remarks(&remarks);
    Ok(network)
}

fn size_line(network: &RoadNetwork) -> String {
    let size = network.size();
    format!(
        "{} nodes, {} arcs, {} states, {:.0} km of road ({:.0} km of it cut off)",
        size.nodes, size.arcs, size.states, size.length_km, size.cut_off_km
    )
}
