//! Writes the travel times between all points of a list as a table, one row per point, in seconds.
//!
//!     cargo run --release --example matrix -- data/gozo/gozo.osm.pbf data/gozo/prospects.csv
//!
//! The list needs the columns `id`, `lon` and `lat`. A cell is empty if there is no path.

#![allow(clippy::print_stderr, reason = "an example reports what it leaves out")]

use std::path::Path;

use beatplan::progress::Silent;
use beatplan::prospects::read_points;
use beatplan::road::{BuildOptions, Profile, RoadNetwork};

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [map, points] = &arguments[..] else {
        anyhow::bail!("usage: matrix MAP.osm.pbf POINTS.csv");
    };
    let extract = beatplan::osm::read(Path::new(map), &Silent)?;
    let car = Profile::built_in("car").expect("\"car\" is a built-in profile");
    let network = RoadNetwork::build(&extract, &car, &BuildOptions::default());

    let (mut ids, mut snaps) = (Vec::new(), Vec::new());
    for (id, position) in read_points(Path::new(points))? {
        match network.snap(position, 200.0) {
            Ok(snap) => {
                ids.push(id);
                snaps.push(snap);
            }
            Err(failure) => eprintln!("{id} was left out: {failure}"),
        }
    }

    let matrix = network.matrix(&snaps, &Silent);
    let mut table = csv::Writer::from_writer(std::io::stdout());
    table.write_record(std::iter::once("from").chain(ids.iter().map(String::as_str)))?;
    for (row, id) in ids.iter().enumerate() {
        let seconds = (0..ids.len()).map(|column| {
            let cost = matrix.get(row, column);
            cost.map(|cost| cost.time().to_seconds_ceil().0.to_string()).unwrap_or_default()
        });
        table.write_record(std::iter::once(id.clone()).chain(seconds))?;
    }
    table.flush()?;
    Ok(())
}
