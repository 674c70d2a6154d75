//! Prints the coverage of the demo territory of Gozo by administrative area.
//!
//! Run it with `cargo run --example coverage`.

#![allow(clippy::print_stdout, reason = "an example prints its result")]

use std::error::Error;
use std::path::Path;

use beatplan::insight::{CoverageOptions, coverage, half_day_dates, territory_extract};
use beatplan::jiff::civil::date;
use beatplan::networks::{NetworkCache, networks};
use beatplan::progress::Silent;
use beatplan::territory::{Territory, load_prospects};

fn main() -> Result<(), Box<dyn Error>> {
    let day = date(2026, 11, 25);
    let territory = Territory::read(Path::new("data/gozo/territory.toml"))?;
    let lists = load_prospects(&territory, day, &Silent)?;
    let days = half_day_dates(&territory, day);
    let networks = networks(&territory, &days, &NetworkCache::none(), &Silent)?;
    let extract = territory_extract(&territory, &Silent)?;
    let options = CoverageOptions::default();
    let found = coverage(&territory, &lists, &networks, &extract, (day, &options), &Silent)?;
    for area in &found.map.areas {
        println!("{}: {} of {} outlets", area.name, area.figures.customers, area.figures.outlets);
    }
    Ok(())
}
