//! The command `beatplan network isochrone`, which finds the areas or roads that can be reached
//! within given travel times.

use std::path::PathBuf;

use anyhow::Context;
use beatplan::lonlat::LonLat;
use beatplan::networks::NetworkCache;
use beatplan::output::ATTRIBUTION;
use beatplan::progress::Progress;
use beatplan::road::{ISOCHRONE_WIDTH_M, Isochrone, Reach, ReachedSpan, RoadNetwork, Snap};
use beatplan::units::{Millimetres, Millis, rounded};
use clap::Args;
use comfy_table::Cell;
use geo::{LineString, Polygon};
use geojson::{Feature, GeometryValue};
use jiff::civil::DateTime;
use serde::Serialize;
use serde_json::{Value, json};

use super::Done;
use super::feature::{feature, line};
use super::network_input::open;
use super::parse::{parse_lonlat, parse_moment};
use super::print::{Printer, write_file};
use super::progress_bars::Bars;
use super::table::{new_table, right};

#[derive(Args)]
#[command(
    after_help = "Examples:\n  beatplan network isochrone county.road --from 14.5125,35.8978 --minutes 10,20,30 -o reach.geojson\n  \
                  beatplan network isochrone county.road --from 14.5125,35.8978 --minutes 30 --roads -o roads.geojson\n\n\
                  Areas are written from the largest to the smallest, so that a map draws the small ones on top."
)]
pub(crate) struct IsochroneArgs {
    /// Network file, or an extract, which is read for the travel mode car
    #[arg(value_name = "X.road")]
    network: PathBuf,
    /// Place where the travel starts; may be given several times, then each place has its own areas
    #[arg(long, required = true, value_name = "LON,LAT", value_parser = parse_lonlat, allow_hyphen_values = true)]
    from: Vec<LonLat>,
    /// Travel times from 1 to 600 minutes, separated by commas
    #[arg(long, required = true, value_delimiter = ',', value_name = "MINUTES", value_parser = clap::value_parser!(u32).range(1..=600))]
    minutes: Vec<u32>,
    /// Local date and time for which conditional tags and turn restrictions are judged [default: the strictest value of each
    /// applies]
    #[arg(long, value_name = "DATE-TIME", value_parser = parse_moment)]
    at: Option<DateTime>,
    /// Write the roads that can be reached instead of the areas
    #[arg(long)]
    roads: bool,
    /// Distance by which an area extends beyond the roads that can be reached, from 20 to 1000
    #[arg(long, default_value_t = ISOCHRONE_WIDTH_M as u32, value_name = "METRES", value_parser = clap::value_parser!(u32).range(20..=1000), conflicts_with = "roads")]
    width: u32,
    /// GeoJSON file to write [default: standard output]
    #[arg(short, long, value_name = "OUT.geojson")]
    output: Option<PathBuf>,
    /// Maximum distance between a place and the nearest usable road
    #[arg(long, default_value_t = 200.0, value_name = "METRES")]
    snap_radius: f64,
}

/// A place that `--from` names.
struct Origin {
    /// Number of the place, counted from 1.
    place: usize,
    at: LonLat,
    snap: Snap,
}

/// Figures about the reach from one place within one travel time.
#[derive(Serialize)]
struct Figures {
    place: usize,
    from_lon: f64,
    from_lat: f64,
    from_snap_m: f64,
    minutes: u32,
    road_km: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    area_km2: Option<f64>,
}

impl Figures {
    fn new(origin: &Origin, limit: Millis, road_length: Millimetres) -> Self {
        Self {
            place: origin.place,
            from_lon: origin.at.lon,
            from_lat: origin.at.lat,
            from_snap_m: rounded(origin.snap.distance_m, 1),
            minutes: limit.0 / 60_000,
            road_km: rounded(road_length.metres() / 1000.0, 3),
            area_km2: None,
        }
    }
}

pub(super) fn run(
    args: &IsochroneArgs,
    cache: &NetworkCache,
    printer: &Printer,
    bars: &Bars,
) -> anyhow::Result<Done> {
    let network = open(&args.network, args.at, cache, printer, bars)?;
    let mut limits: Vec<Millis> = args.minutes.iter().map(|m| Millis(m * 60_000)).collect();
    limits.sort_unstable();
    limits.dedup();
    bars.begin("following the roads", 0);
    let (mut features, mut summary) = (Vec::new(), Vec::new());
    for origin in &origins(args, &network, printer)? {
        let reach = network.reach(&origin.snap, limits[limits.len() - 1]);
        if args.roads {
            for (at, limit) in limits.iter().enumerate() {
                let nearer = at.checked_sub(1).map(|at| limits[at]);
                summary.push(Figures::new(origin, *limit, reach.road_length(*limit)));
                features.extend(roads(&reach, origin, nearer, *limit).map(|f| (*limit, f)));
            }
        } else {
            for isochrone in reach.isochrones(&limits, f64::from(args.width)) {
                let figures = Figures {
                    area_km2: Some(rounded(isochrone.area_m2 / 1e6, 3)),
                    ..Figures::new(origin, isochrone.limit, isochrone.road_length)
                };
                features.push((isochrone.limit, area(&isochrone, &figures, &network)?));
                summary.push(figures);
            }
        }
    }
    bars.end();
    // The largest area comes first. Areas with the same travel time are in the order of the places.
    features.sort_by_key(|(limit, _)| std::cmp::Reverse(*limit));
    let text = collection(features.into_iter().map(|(_, feature)| feature));
    let Some(path) = &args.output else {
        printer.result(&text)?;
        return Ok(Done::Well);
    };
    write_file(path, |file| file.write_all(text.as_bytes()))?;
    printer.report(&summary, || table(&summary))?;
    Ok(Done::Well)
}

fn origins(
    args: &IsochroneArgs,
    network: &RoadNetwork,
    printer: &Printer,
) -> anyhow::Result<Vec<Origin>> {
    let origin = |(at, from): (usize, &LonLat)| {
        let LonLat { lon, lat } = from;
        let snap =
            network.snap(*from, args.snap_radius).with_context(|| format!("--from {lon},{lat}"))?;
        if let Some(road) = &snap.passed_over {
            printer
                .note(&format!("note: --from {lon},{lat}: passed over {road}, which is cut off"));
        }
        Ok(Origin { place: at + 1, at: *from, snap })
    };
    args.from.iter().enumerate().map(origin).collect()
}

fn area(
    isochrone: &Isochrone,
    figures: &Figures,
    network: &RoadNetwork,
) -> anyhow::Result<Feature> {
    let mut properties = serde_json::to_value(figures)?;
    properties["profile"] = network.info().profile.name.as_str().into();
    properties["attribution"] = ATTRIBUTION.into();
    let ring = |ring: &LineString<f64>| ring.0.iter().map(|at| vec![at.x, at.y].into()).collect();
    let polygon = |polygon: &Polygon<f64>| {
        std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(ring).collect()
    };
    let coordinates = isochrone.area.iter().map(polygon).collect();
    Ok(feature(GeometryValue::MultiPolygon { coordinates }, &properties))
}

/// Returns the roads that can be reached within `limit` and not within `nearer`, with one feature
/// for each road.
fn roads(
    reach: &Reach<'_>,
    origin: &Origin,
    nearer: Option<Millis>,
    limit: Millis,
) -> impl Iterator<Item = Feature> {
    let road_feature = move |span: ReachedSpan| {
        let road = reach.road(&span);
        let properties = json!({
            "place": origin.place,
            "minutes": limit.0 / 60_000,
            "from_seconds": span.from_time.seconds(),
            "to_seconds": span.to_time.seconds(),
            "metres": span.length().metres(),
            "name": (!road.name.is_empty()).then_some(road.name),
            "class": road.class,
        });
        feature(line(&reach.line(&span)), &properties)
    };
    let is_road = |span: &ReachedSpan| !reach.is_ferry(span) && span.length().0 > 0;
    reach.spans_beyond(nearer, limit).filter(is_road).map(road_feature)
}

/// Returns a GeoJSON collection with one feature in each line.
fn collection(features: impl Iterator<Item = Feature>) -> String {
    let lines: Vec<String> = features.map(|feature| feature.to_string()).collect();
    let attribution = Value::from(ATTRIBUTION);
    format!(
        "{{\"type\":\"FeatureCollection\",\"attribution\":{attribution},\"features\":[\n{}\n]}}\n",
        lines.join(",\n")
    )
}

fn table(summary: &[Figures]) -> String {
    let mut table = new_table(["place", "from", "minutes", "road km", "area km²"]);
    for figures in summary {
        table.add_row(vec![
            right(figures.place.to_string()),
            Cell::new(format!("{},{}", figures.from_lon, figures.from_lat)),
            right(figures.minutes.to_string()),
            right(format!("{:.1}", figures.road_km)),
            right(figures.area_km2.map_or_else(String::new, |km2| format!("{km2:.1}"))),
        ]);
    }
    format!("{table}\n")
}
