//! Plans the demo territory of Gozo and prints the stops of each beat.
//!
//! Run it with `cargo run --example plan`.

#![allow(clippy::print_stdout, reason = "an example prints its result")]

use beatplan::jiff::civil::date;
use beatplan::{Error, Planner};

fn main() -> Result<(), Error> {
    let planner = Planner::open("data/gozo/territory.toml")?.date(date(2026, 11, 25));
    let planned = planner.plan()?;
    for beat in &planned.plan.itinerary.beats {
        println!("{}, {}", planned.territory.reps[beat.rep].name, beat.date);
        for stop in &beat.stops {
            let prospect = &planned.plan.prospects[stop.prospect];
            println!("{} {} ({})", stop.start, prospect.name, stop.due.reason);
        }
    }
    for remark in &planned.plan.remarks {
        println!("note: {}", remark.message);
    }
    Ok(())
}
