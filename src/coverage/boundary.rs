//! Finds the outline of a territory: reads it from a file, joins areas of the map, or draws it
//! around the outlets.

use std::path::{Path, PathBuf};

use geo::algorithm::bool_ops::unary_union;
use geo::{
    BooleanOps, BoundingRect, ConvexHull, Coord, LineString, MapCoords, MultiPoint, MultiPolygon,
    Polygon,
};
use geojson::{GeoJson, GeometryValue};

use crate::area::area_m2;
use crate::lonlat::{LonLat, Ruler};
use crate::osm::{Boundary, Extract};
use crate::remark::list_some;
use crate::territory::TerritoryBoundary;
use crate::units::rounded;

/// Distance between the outline and the outlets and homes inside, in metres.
const MARGIN_M: f64 = 1_000.0;

/// Maximum size, in square metres, of splinters and cracks that are removed from the outline. They
/// appear where areas with a common boundary are joined.
const SLIVER_M2: f64 = 100.0;

/// The outline of a territory.
#[derive(Debug, Clone, PartialEq)]
pub struct Outline {
    /// Shape of the territory, in degrees.
    pub shape: MultiPolygon,
    /// Source of the outline, as one clause.
    pub source: String,
}

/// The reason why a territory has no outline.
#[derive(Debug, thiserror::Error)]
pub enum OutlineError {
    /// The file of the boundary cannot be read.
    #[error("{}: cannot be read", path.display())]
    Unreadable {
        /// Path of the file.
        path: PathBuf,
        /// Error of the operating system.
        source: std::io::Error,
    },
    /// The file is not GeoJSON that contains areas.
    #[error("{}: {found}, expected GeoJSON (longitude first, WGS-84) with at least one Polygon or MultiPolygon", path.display())]
    NoArea {
        /// Path of the file.
        path: PathBuf,
        /// Contents that were found.
        found: String,
    },
    /// The map has no area with this name.
    #[error("the map has no administrative area \"{name}\"{}", if known.is_empty() {
        ": it has none at all; give the boundary as a file".to_owned()
    } else {
        format!("; it has {}", list_some(known, 12))
    })]
    UnknownArea {
        /// Name in the territory file.
        name: String,
        /// Names of the closed areas of the map. The most similar name comes first.
        known: Vec<String>,
    },
    /// Several areas have the name.
    #[error("the map has {} administrative areas \"{name}\"; name one of {}", ids.len(), ids.join(", "))]
    SeveralAreas {
        /// Name in the territory file.
        name: String,
        /// Ids of the areas with this name.
        ids: Vec<String>,
    },
    /// The boundary of the area is cut off at the edge of the map.
    #[error(
        "the boundary of \"{name}\" does not close in this map, which ends before it; take a larger extract, or give the \
         boundary as a file"
    )]
    Open {
        /// Name of the area.
        name: String,
    },
    /// The outline encloses almost no area.
    #[error(
        "the territory's boundary, {source_of_it}, encloses less than 100 m²; name another with [boundary]"
    )]
    TooSmall {
        /// Source of the outline.
        source_of_it: String,
    },
    /// The territory has no outlets and no homes around which the outline could be drawn.
    #[error(
        "there are no outlets to draw the territory's boundary around; name it with [boundary] in the territory file"
    )]
    Nothing,
}

/// Returns the outline of a territory. `places` are the positions of its trading outlets and of its
/// homes.
///
/// # Errors
/// [`OutlineError`] if the boundary is missing or has a fault.
pub fn outline(
    boundary: &TerritoryBoundary,
    extract: &Extract,
    places: &[LonLat],
) -> Result<Outline, OutlineError> {
    let Outline { shape, source } = drawn(boundary, extract, places)?;
    let shape = cleaned(&shape);
    if shape.0.is_empty() {
        return Err(OutlineError::TooSmall { source_of_it: source });
    }
    Ok(Outline { shape, source })
}

/// Returns `shape` without slivers, and rounded to the six decimals that files have, so that it is
/// valid in files too.
fn cleaned(shape: &MultiPolygon) -> MultiPolygon {
    let on_grid = |at: Coord| Coord { x: rounded(at.x, 6), y: rounded(at.y, 6) };
    // Rings that touch after the rounding are separated.
    let shape = unary_union([&shape.map_coords(on_grid)]).map_coords(on_grid);
    let is_large =
        |ring: &LineString| area_m2(&Polygon::new(ring.clone(), Vec::new()).into()) >= SLIVER_M2;
    let polygons = shape.into_iter().filter(|polygon| is_large(polygon.exterior()));
    let polygons = polygons.map(|polygon| {
        let (outer, holes) = polygon.into_inner();
        Polygon::new(outer, holes.into_iter().filter(is_large).collect())
    });
    polygons.collect()
}

fn drawn(
    boundary: &TerritoryBoundary,
    extract: &Extract,
    places: &[LonLat],
) -> Result<Outline, OutlineError> {
    match boundary {
        TerritoryBoundary::File(path) => {
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            Ok(Outline { shape: from_file(path)?, source: format!("from the file {file}") })
        }
        TerritoryBoundary::Areas(names) => {
            let mut shape = MultiPolygon::new(Vec::new());
            for name in names {
                shape = shape.union(area(extract, name)?);
            }
            Ok(Outline {
                shape,
                source: format!("the administrative area {}", names.join(" and ")),
            })
        }
        TerritoryBoundary::Around => {
            let shape = around(places, MARGIN_M).ok_or(OutlineError::Nothing)?;
            Ok(Outline {
                shape,
                source: "drawn around homes and outlets, with a margin of 1 km".to_owned(),
            })
        }
    }
}

/// Returns the union of all areas in a GeoJSON file.
fn from_file(path: &Path) -> Result<MultiPolygon, OutlineError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| OutlineError::Unreadable { path: path.to_owned(), source })?;
    let no_area = |found: String| OutlineError::NoArea { path: path.to_owned(), found };
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let parsed: GeoJson =
        text.parse().map_err(|error| no_area(format!("found no GeoJSON ({error})")))?;
    let mut rings = Vec::new();
    match parsed {
        GeoJson::Geometry(geometry) => collect(&geometry.value, &mut rings),
        GeoJson::Feature(feature) => {
            feature.geometry.iter().for_each(|g| collect(&g.value, &mut rings))
        }
        GeoJson::FeatureCollection(all) => {
            all.features
                .iter()
                .filter_map(|f| f.geometry.as_ref())
                .for_each(|g| collect(&g.value, &mut rings));
        }
    }
    let positions = || rings.iter().flatten().flatten();
    if let Some(off) = positions().find(|at| LonLat::new(at.x, at.y).is_none()) {
        return Err(no_area(format!("found the position {}, {}", off.x, off.y)));
    }
    let polygons = rings.into_iter().map(|rings| {
        let mut rings = rings.into_iter().map(LineString::new);
        let outer = rings.next().unwrap_or_else(|| LineString::new(Vec::new()));
        Polygon::new(outer, rings.collect())
    });
    // Where areas overlap, the union counts the surface once.
    let shape = polygons.fold(MultiPolygon::new(Vec::new()), |all, polygon| all.union(&polygon));
    if shape.0.is_empty() {
        return Err(no_area("found no area in it".to_owned()));
    }
    Ok(shape)
}

/// Returns the rings of each polygon of `geometry`.
fn collect(geometry: &GeometryValue, polygons: &mut Vec<Vec<Vec<Coord>>>) {
    let rings = |rings: &Vec<Vec<geojson::Position>>| {
        // A coordinate that is not a number is reported as one outside the globe.
        let axis =
            |at: &geojson::Position, axis| at.as_slice().get(axis).copied().unwrap_or(f64::NAN);
        let coord = |at: &geojson::Position| Coord { x: axis(at, 0), y: axis(at, 1) };
        rings.iter().map(|ring| ring.iter().map(coord).collect()).collect()
    };
    match geometry {
        GeometryValue::Polygon { coordinates } => polygons.push(rings(coordinates)),
        GeometryValue::MultiPolygon { coordinates } => {
            polygons.extend(coordinates.iter().map(rings))
        }
        GeometryValue::GeometryCollection { geometries } => {
            geometries.iter().for_each(|geometry| collect(&geometry.value, polygons));
        }
        _ => {}
    }
}

/// Returns the area `name` of the map. `name` is a name in any language, or `relation/` and a
/// number.
fn area<'e>(extract: &'e Extract, name: &str) -> Result<&'e MultiPolygon, OutlineError> {
    let is_called = |boundary: &&Boundary| {
        let mut names =
            boundary.tags.iter().filter(|(key, _)| *key == "name" || key.starts_with("name:"));
        boundary.osm_id() == name || names.any(|(_, own)| own == name)
    };
    let found: Vec<&Boundary> = extract.boundaries.iter().filter(is_called).collect();
    match &found[..] {
        [] => {
            let names = extract.boundaries.iter().filter(|boundary| boundary.area.is_some());
            let mut known: Vec<String> =
                names.filter_map(|b| b.tags.get("name").map(str::to_owned)).collect();
            known.sort_by_cached_key(|own| (strsim::damerau_levenshtein(own, name), own.clone()));
            known.dedup();
            Err(OutlineError::UnknownArea { name: name.to_owned(), known })
        }
        [only] => only.area.as_ref().ok_or_else(|| OutlineError::Open { name: name.to_owned() }),
        several => {
            let ids = several
                .iter()
                .map(|b| format!("\"{}\" (level {})", b.osm_id(), b.admin_level))
                .collect();
            Err(OutlineError::SeveralAreas { name: name.to_owned(), ids })
        }
    }
}

/// Returns the convex hull of `places` with a margin of `margin_m` metres; `None` without places.
pub(crate) fn around(places: &[LonLat], margin_m: f64) -> Option<MultiPolygon> {
    const CORNERS: usize = 16;
    // Each place becomes a ring. The convex hull of all rings is the convex hull of the places with
    // the margin added.
    let ring = |at: &LonLat| {
        let (ruler, at) = (Ruler::at(at.lat), *at);
        (0..CORNERS).map(move |corner| {
            let angle = std::f64::consts::TAU * corner as f64 / CORNERS as f64;
            geo::Point::new(
                at.lon + margin_m * libm::cos(angle) / ruler.lon_m,
                at.lat + margin_m * libm::sin(angle) / ruler.lat_m,
            )
        })
    };
    let points: MultiPoint = places.iter().flat_map(ring).collect();
    points.bounding_rect()?;
    Some(points.convex_hull().into())
}

#[cfg(test)]
mod tests {
    use geo::polygon;

    use super::*;
    use crate::osm::{OsmRelationId, Tags};

    fn map() -> Extract {
        let boundary = |id, name: &str, is_closed: bool| Boundary {
            id: OsmRelationId(id),
            admin_level: 8,
            area: is_closed.then(|| around(&[LonLat { lon: 14.4, lat: 35.9 }], MARGIN_M).unwrap()),
            tags: [("name", name), ("name:en", "Twin")].into_iter().collect::<Tags>(),
        };
        let boundaries = vec![
            boundary(1, "Ir-Rabat", true),
            boundary(2, "Ir-Rabat", true),
            boundary(3, "Il-Qala", false),
        ];
        Extract { boundaries, ..Extract::default() }
    }

    fn told(boundary: &TerritoryBoundary) -> String {
        outline(boundary, &map(), &[])
            .map_or_else(|error| error.to_string(), |outline| outline.source)
    }

    #[test]
    fn areas_are_named_so_that_there_is_no_doubt_which() {
        let named = |name: &str| told(&TerritoryBoundary::Areas(vec![name.to_owned()]));
        insta::assert_snapshot!(
            [named("relation/1"), named("Ir-Rabat"), named("Il-Qala"), named("Ir-Rabbat"), told(&TerritoryBoundary::Around)]
                .join("\n"),
            @r#"
        the administrative area relation/1
        the map has 2 administrative areas "Ir-Rabat"; name one of "relation/1" (level 8), "relation/2" (level 8)
        the boundary of "Il-Qala" does not close in this map, which ends before it; take a larger extract, or give the boundary as a file
        the map has no administrative area "Ir-Rabbat"; it has Ir-Rabat
        there are no outlets to draw the territory's boundary around; name it with [boundary] in the territory file
        "#
        );
    }

    #[test]
    fn a_file_may_hold_several_areas_and_must_hold_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("area.geojson");
        let square = |west: f64| {
            let east = west + 1.0;
            format!(
                "{{\"type\":\"Feature\",\"properties\":{{}},\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":\
                 [[[{west},0],[{east},0],[{east},1],[{west},1],[{west},0]]]}}}}"
            )
        };
        let all = [square(0.0), square(5.0), square(5.5)].join(",");
        std::fs::write(&path, format!("{{\"type\":\"FeatureCollection\",\"features\":[{all}]}}"))
            .unwrap();
        let file = TerritoryBoundary::File(path.clone());
        let found = outline(&file, &Extract::default(), &[]).unwrap();
        assert_eq!((found.shape.0.len(), found.source.as_str()), (2, "from the file area.geojson"));

        std::fs::write(&path, r#"{"type":"Point","coordinates":[1,2]}"#).unwrap();
        assert!(told(&file).contains("found no area in it, expected GeoJSON"), "{}", told(&file));
        std::fs::write(&path, "lon,lat").unwrap();
        assert!(told(&file).contains("found no GeoJSON"), "{}", told(&file));
        std::fs::write(
            &path,
            r#"{"type":"Polygon","coordinates":[[[14.2],[14.3],[14.4],[14.2]]]}"#,
        )
        .unwrap();
        assert!(told(&file).contains("found the position 14.2, NaN"), "{}", told(&file));
        std::fs::write(&path, square(400.0)).unwrap();
        assert!(told(&file).contains("found the position 400, 0"), "{}", told(&file));
    }

    #[test]
    fn rings_that_touch_on_the_grid_of_files_are_taken_apart() {
        use geo::algorithm::validation::Validation;
        // A notch that is narrower than the grid, and a splinter beside the square.
        let shape: MultiPolygon = vec![
            polygon![(x: 0.0, y: 0.0), (x: 0.1, y: 0.0), (x: 0.1, y: 0.1), (x: 0.050_000_2, y: 0.1),
                (x: 0.05, y: 0.02), (x: 0.049_999_9, y: 0.1), (x: 0.0, y: 0.1)],
            polygon![(x: 0.2, y: 0.0), (x: 0.200_01, y: 0.0), (x: 0.200_01, y: 0.000_01)],
        ]
        .into();
        let shape = cleaned(&shape);
        assert!(shape.is_valid() && shape.0.len() == 1, "{shape:?}");
        assert!((area_m2(&shape) / 1e6 - 123.9).abs() < 1.0, "{}", area_m2(&shape));
    }

    #[test]
    fn around_one_outlet_there_is_a_circle_of_a_kilometre() {
        let shape = around(&[LonLat { lon: 14.4, lat: 35.9 }], MARGIN_M).unwrap();
        let km2 = area_m2(&shape) / 1e6;
        // A regular polygon of 16 corners in a circle of radius 1 km: 8 · sin(22.5°).
        assert!((km2 - 3.0615).abs() < 0.01, "{km2}");
    }
}
