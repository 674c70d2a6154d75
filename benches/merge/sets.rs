//! Labelled sets: two lists each, and for every row the outlet it means.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use beatplan::osm;
use beatplan::progress::Silent;
use serde_json::Value;

use crate::damage::{Dice, Row, damaged};
use crate::score::RowRef;

/// Two lists of the same place.
pub(crate) struct Set {
    pub(crate) name: String,
    /// Their files' names and contents.
    pub(crate) lists: [(String, Vec<u8>); 2],
    /// The datum of each.
    pub(crate) datums: [&'static str; 2],
    /// The outlet that a row means; rows at fault have none.
    pub(crate) truth: BTreeMap<RowRef, usize>,
}

/// Of 100 outlets of the list the other one has so many, and it has so many that this one lacks.
const SHARED: f64 = 0.6;
const OTHERS: f64 = 0.2;

/// All sets that can be had: those of the project, and those of the `shared` folder if it is there.
pub(crate) fn all(project: &Path, shared: &Path, seed: u64) -> Result<Vec<Set>> {
    let from = |name: &str, rows: Vec<Row>| pair(name, rows, &mut Dice::new(seed));
    let mut sets = vec![from("malta", csv_rows(&project.join("data/malta/prospects.csv"))?)?];
    let lists = shared.join("data/lists");
    if lists.is_dir() {
        for place in ["neubrandenburg", "monaco"] {
            let rows = csv_rows(&lists.join(format!("osm-{place}_healthcare.csv")))?;
            sets.push(from(place, rows)?);
        }
        sets.push(from("manchester", manchester(&lists.join("gb-gm_pharmacies.geojson"))?)?);
        let extract = |year| shared.join(format!("data/extracts/isle-of-man-{year}.osm.pbf"));
        let mut truths = BTreeMap::new();
        let (older, newer) =
            (mapped(&extract(2019), &mut truths)?, mapped(&extract(2020), &mut truths)?);
        let dice = &mut Dice::new(seed);
        let worn: Vec<Row> = newer.iter().map(|row| damaged(row, dice)).collect();
        sets.push(set("isle of man, 2019 and 2020", [&older, &newer])?);
        sets.push(set("isle of man, 2020 damaged", [&older, &worn])?);
    }
    sets.push(county(&project.join("data/county"))?);
    Ok(sets)
}

/// The set of two lists of rows, written down as CSV.
fn set(name: &str, lists: [&[Row]; 2]) -> Result<Set> {
    let mut truth = BTreeMap::new();
    for (list, rows) in lists.iter().enumerate() {
        // The header is row 1.
        truth.extend(rows.iter().zip(2..).map(|(row, number)| ((list, number), row.truth)));
    }
    let files = [("first.csv", lists[0]), ("second.csv", lists[1])];
    let [one, two] = files.map(|(file, rows)| csv_text(rows).map(|text| (file.to_owned(), text)));
    Ok(Set { name: name.to_owned(), lists: [one?, two?], datums: ["wgs84"; 2], truth })
}

fn csv_text(rows: &[Row]) -> Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record([
        "name",
        "outlet_type",
        "address",
        "city",
        "postcode",
        "phone",
        "license_no",
        "lon",
        "lat",
    ])?;
    for row in rows {
        let degrees = |number: Option<f64>| number.map_or(String::new(), |n| format!("{n:.7}"));
        writer.write_record([
            &row.name,
            &row.kind,
            &row.address,
            &row.city,
            &row.postcode,
            &row.phone,
            &row.license_no,
            &degrees(row.at.map(|at| at.0)),
            &degrees(row.at.map(|at| at.1)),
        ])?;
    }
    Ok(writer.into_inner()?)
}

/// The synthetic county, see `data/make_county.py`: its lists as they are, and the truth beside them.
fn county(folder: &Path) -> Result<Set> {
    let names = ["authority.csv", "customers.xlsx"];
    let mut truth = BTreeMap::new();
    for record in csv::Reader::from_path(folder.join("truth.csv"))?.deserialize() {
        let (file, row, outlet, flaw): (String, u64, usize, String) = record?;
        let list = names.iter().position(|name| *name == file).context("a list of the county")?;
        if !flaw.starts_with("rejected") && !flaw.starts_with("swapped") {
            truth.insert((list, row), outlet);
        }
    }
    let [one, two] = names.map(|name| fs::read(folder.join(name)).map(|b| (name.to_owned(), b)));
    Ok(Set { name: "county".to_owned(), lists: [one?, two?], datums: ["gcj02", "bd09"], truth })
}

/// The list and a damaged one of the same place.
fn pair(name: &str, rows: Vec<Row>, dice: &mut Dice) -> Result<Set> {
    let rows = without_twins(rows);
    let mut lists = [Vec::new(), Vec::new()];
    for row in rows {
        let share = dice.share();
        let other = damaged(&row, dice);
        if share < SHARED + OTHERS {
            lists[1].push(other);
        }
        if !(SHARED..SHARED + OTHERS).contains(&share) {
            lists[0].push(row);
        }
    }
    // The second list in an order of its own.
    for at in (1..lists[1].len()).rev() {
        lists[1].swap(at, dice.below(at + 1));
    }
    set(name, [&lists[0], &lists[1]])
}

/// Without rows of which nobody could say what they are. Of outlets of one name within 200 m, or of one kind within 10 m,
/// the first alone: the source has these twice. Those without a name of their own, for which the list says no more than
/// "Pharmacy near …", go too.
fn without_twins(rows: Vec<Row>) -> Vec<Row> {
    let mut kept: Vec<Row> = Vec::new();
    for row in rows {
        let is_twin = |other: &Row| {
            let apart = row.at.zip(other.at).map_or(f64::INFINITY, |(a, b)| metres(a, b));
            let same_name = other.name.to_lowercase() == row.name.to_lowercase();
            (same_name && apart < 200.0) || (other.kind == row.kind && apart < 10.0)
        };
        let is_named = !row.name.is_empty() && !row.name.contains(" near ");
        if is_named && !kept.iter().any(is_twin) {
            kept.push(row);
        }
    }
    kept
}

fn metres(a: (f64, f64), b: (f64, f64)) -> f64 {
    let east = (a.0 - b.0) * a.1.to_radians().cos();
    111_320.0 * east.hypot(a.1 - b.1)
}

fn csv_rows(file: &Path) -> Result<Vec<Row>> {
    let mut reader = csv::Reader::from_path(file).with_context(|| file.display().to_string())?;
    let header = reader.headers()?.clone();
    let mut rows = Vec::new();
    for (truth, record) in reader.records().enumerate() {
        let record = record?;
        let cell = |names: &[&str]| {
            let at = header.iter().position(|name| names.contains(&name));
            at.and_then(|at| record.get(at)).unwrap_or_default().to_owned()
        };
        let degrees = |name| cell(&[name]).parse::<f64>().ok();
        rows.push(Row {
            truth,
            name: cell(&["name"]),
            kind: cell(&["outlet_type", "kind"]),
            address: cell(&["address"]),
            city: cell(&["city"]),
            postcode: cell(&["postcode"]),
            phone: cell(&["phone"]),
            license_no: String::new(),
            at: degrees("lon").zip(degrees("lat")),
        });
    }
    Ok(rows)
}

/// The pharmacies of Greater Manchester, with the code of the National Health Service for a licence.
fn manchester(file: &Path) -> Result<Vec<Row>> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let collection: Value = serde_json::from_str(&text)?;
    let features = collection["features"].as_array().context("no features")?;
    let rows = features.iter().enumerate().map(|(truth, feature)| {
        let text = |key: &str| feature["properties"][key].as_str().unwrap_or_default().to_owned();
        let at = &feature["geometry"]["coordinates"];
        Row {
            truth,
            name: text("pharmacy_name"),
            kind: "pharmacy".to_owned(),
            address: text("address"),
            city: String::new(),
            postcode: text("postcode"),
            phone: String::new(),
            license_no: text("organisation_data_service_code"),
            at: at[0].as_f64().zip(at[1].as_f64()),
        }
    });
    Ok(rows.collect())
}

/// The outlets on a map; the same object of two maps is the same outlet. `truths` numbers the objects.
fn mapped(file: &Path, truths: &mut BTreeMap<String, usize>) -> Result<Vec<Row>> {
    let extract = osm::read(file, &Silent).with_context(|| file.display().to_string())?;
    let mut rows = Vec::new();
    for outlet in &extract.outlets {
        let next = truths.len();
        let truth = *truths.entry(outlet.osm_id.clone()).or_insert(next);
        let tag = |key| outlet.tags.get(key).unwrap_or_default();
        let street = [tag("addr:housenumber"), tag("addr:street")].join(" ");
        rows.push(Row {
            truth,
            name: tag("name").to_owned(),
            kind: match tag("amenity") {
                kind @ ("pharmacy" | "clinic" | "doctors" | "hospital") => kind.to_owned(),
                _ if tag("shop") == "chemist" => "chemist".to_owned(),
                _ => "other".to_owned(),
            },
            address: street.trim().to_owned(),
            city: tag("addr:city").to_owned(),
            postcode: tag("addr:postcode").to_owned(),
            phone: tag("phone").to_owned(),
            license_no: String::new(),
            at: Some((outlet.at.lon, outlet.at.lat)),
        });
    }
    Ok(rows)
}
