//! Writes the outlets that were found on the map as a list in CSV, or as GeoJSON.

use std::io;

use geojson::JsonObject;

use super::ATTRIBUTION;
use super::layer::{Layer, feature, point};
use crate::prospects::{Discovery, MappedOutlet, OpeningHours, name_of};

/// Columns of the list, in order. A column that the program can read has the name by which the
/// program knows it.
#[rustfmt::skip]
const COLUMNS: [&str; 17] = [
    "id", "name", "lon", "lat", "outlet_type", "map_kind", "address", "city", "postcode", "phone", "opening_hours", "website",
    "source", "source_date", "note", "also_mapped_as", "attribution",
];

/// Returns the list as CSV with a header. `prospects check` and `plan` can read it without a fault.
///
/// # Errors
/// None in practice, because writing to memory does not fail.
pub fn discovery_as_csv(discovery: &Discovery) -> io::Result<String> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(COLUMNS)?;
    for outlet in &discovery.outlets {
        table.write_record(row(discovery, outlet))?;
    }
    let bytes = table.into_inner().map_err(csv::IntoInnerError::into_error)?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

/// Returns the list as GeoJSON points. The properties are the columns of the list except `lon` and
/// `lat`; a blank cell is `null`.
pub fn discovery_as_geojson(discovery: &Discovery) -> String {
    let features: Vec<_> = discovery
        .outlets
        .iter()
        .map(|outlet| {
            let cells = COLUMNS.iter().zip(row(discovery, outlet));
            let properties: JsonObject = cells
                .filter(|(column, _)| !matches!(**column, "lon" | "lat"))
                .map(|(column, cell)| {
                    ((*column).to_owned(), Some(cell).filter(|cell| !cell.is_empty()).into())
                })
                .collect();
            feature(point(outlet.at), &properties)
        })
        .collect();
    Layer { name: "outlets", features }.geojson()
}

fn row(discovery: &Discovery, outlet: &MappedOutlet) -> [String; COLUMNS.len()] {
    let text = |cell: Option<&str>| cell.unwrap_or_default().trim().to_owned();
    let hours = outlet.tags.get("opening_hours");
    let (hours, note) = match hours.map(|hours| (hours, hours.parse::<OpeningHours>())) {
        Some((hours, Err(_))) => (None, format!("opening hours on the map: {hours}")),
        Some((hours, Ok(_))) => (Some(hours), String::new()),
        None => (None, String::new()),
    };
    [
        outlet.osm_id.clone(),
        text(outlet.name()),
        format!("{:.7}", outlet.at.lon),
        format!("{:.7}", outlet.at.lat),
        name_of(outlet.outlet_type),
        outlet.kind.clone(),
        outlet.address().unwrap_or_default(),
        text(outlet.city()),
        text(outlet.tags.get("addr:postcode")),
        text(outlet.phone()),
        text(hours),
        text(outlet.website()),
        "OpenStreetMap".to_owned(),
        discovery.as_of.map(|day| day.to_string()).unwrap_or_default(),
        note,
        outlet.also_mapped_as.join(" "),
        ATTRIBUTION.to_owned(),
    ]
}
