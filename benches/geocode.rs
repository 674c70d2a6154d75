//! Share of addresses that are found, with their grade and their distance from the true place. Run with `cargo bench --bench geocode`.
//!
//! Asks each map for the addresses it holds itself, with the object that holds the address left out, so that a house number
//! is found again only by its neighbours, its street or its town. Prints, by grade, the share of all questions, and the
//! distance between the answer and the object: the median and what nine of ten keep below.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

#[path = "maps/mod.rs"]
#[allow(dead_code, reason = "other benches go through all maps")]
mod maps;

use std::time::Instant;

use beatplan::geocode::{GeocodeQuery, Geocoder, Grade};
use beatplan::lonlat::LonLat;
use beatplan::osm::{self, Tags};
use beatplan::progress::Silent;

const MAPS: [&str; 6] =
    ["malta", "gozo", "isle-of-man-2020", "neubrandenburg", "monaco", "helsinki"];

const GRADES: [Grade; 6] =
    [Grade::Outlet, Grade::Address, Grade::Interpolated, Grade::Street, Grade::Place, Grade::Admin];

fn main() {
    for name in MAPS {
        let Some(path) = maps::path(name) else { continue };
        let extract = osm::read_with_addresses(&path, &Silent).expect("the extract is sound");
        let start = Instant::now();
        let geocoder = Geocoder::new(&extract);
        println!("{name}: indexed in {:.1} s", start.elapsed().as_secs_f64());
        let houses = extract.addresses.iter().filter_map(|house| {
            Some((house.osm_id.as_str(), house.at, String::new(), written(&house.tags)?))
        });
        report("house numbers", &geocoder, &houses.collect::<Vec<_>>());
        let outlets = extract.outlets.iter().filter_map(|outlet| {
            let name = outlet.tags.get("name").unwrap_or_default().to_owned();
            Some((outlet.osm_id.as_str(), outlet.at, name, written(&outlet.tags)?))
        });
        report("outlets with an address", &geocoder, &outlets.collect::<Vec<_>>());
    }
}

/// The address as a list would have it.
fn written(tags: &Tags) -> Option<String> {
    let street = tags.get("addr:street")?;
    let number = tags.get("addr:housenumber").unwrap_or_default();
    Some(format!("{street} {number}, {}", tags.get("addr:city").unwrap_or_default()))
}

fn report(what: &str, geocoder: &Geocoder, questions: &[(&str, LonLat, String, String)]) {
    let start = Instant::now();
    let mut errors: Vec<(Grade, f64)> = Vec::new();
    for (osm_id, at, name, address) in questions {
        let question = GeocodeQuery { name, address, places: &[], except: Some(osm_id) };
        errors.extend(geocoder.find(&question).map(|hit| (hit.grade, hit.at.distance_m(*at))));
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("  {} {what}, {} found, {seconds:.1} s", questions.len(), errors.len());
    for grade in GRADES {
        let mut metres: Vec<f64> =
            errors.iter().filter(|(own, _)| *own == grade).map(|(_, metres)| *metres).collect();
        metres.sort_by(f64::total_cmp);
        if let (Some(median), Some(most)) =
            (metres.get(metres.len() / 2), metres.get(metres.len() * 9 / 10))
        {
            println!(
                "    {:<13} {:>5.1} %  median {median:>6.0} m  90 % {most:>6.0} m",
                grade.name(),
                100.0 * metres.len() as f64 / questions.len() as f64
            );
        }
    }
}
