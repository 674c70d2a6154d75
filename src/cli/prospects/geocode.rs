//! `beatplan prospects geocode`: places for rows that have an address and no coordinates.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use beatplan::geocode::{Geocoder, Grade, Hit};
use beatplan::osm;
use beatplan::output::ATTRIBUTION;
use beatplan::prospects::{Column, List, ListOptions, ListRow, ListSettings, ReadOptions};
use beatplan::remark::list_some;
use beatplan::whole_file::write_whole;
use clap::Args;
use rayon::prelude::*;
use serde_json::json;

use crate::cli::Done;
use crate::cli::print::Printer;
use crate::cli::terminal::Bars;

/// Columns that are added: how exact the position is, whom it is from, what matched.
const ADDED: [&str; 4] =
    ["position_quality", "position_score", "position_source", "position_matched"];

#[derive(Args)]
#[command(
    after_help = "Example:\n  beatplan prospects geocode licences.csv --osm county.osm.pbf -o placed.csv\n\n\
                  position_quality is given, outlet, address, interpolated, street, place or admin; without a hit it is none. \
                  What is worse than street is an idea, not a place to drive to: --keep-only street leaves its lon and lat blank.\n\n\
                  Exit codes: 0 all rows have a place; 1 some have none, or are at fault; 2 the list cannot be read at all."
)]
pub(crate) struct GeocodeArgs {
    /// The list, text or workbook
    #[arg(value_name = "LIST")]
    list: PathBuf,
    /// The map
    #[arg(long, value_name = "EXTRACT")]
    osm: PathBuf,
    /// The list to write
    #[arg(short, long, value_name = "out.csv")]
    output: PathBuf,
    /// The worst quality whose lon and lat are written: outlet, address, interpolated, street, place or admin
    #[arg(long, value_name = "QUALITY", default_value = "admin", value_parser = parse_grade)]
    keep_only: Grade,
}

fn parse_grade(text: &str) -> Result<Grade, String> {
    use Grade::{Address, Admin, Interpolated, Outlet, Place, Street};
    let grades = [Outlet, Address, Interpolated, Street, Place, Admin];
    let known = || grades.map(Grade::name).join(", ");
    grades
        .into_iter()
        .find(|grade| grade.name() == text)
        .ok_or_else(|| format!("expected one of {}", known()))
}

/// What became of one row.
enum Placed {
    Given,
    Hit(Hit),
    NoHit,
    Faulty,
}

pub(super) fn run(args: &GeocodeArgs, printer: &Printer, bars: &Bars) -> anyhow::Result<Done> {
    let settings = ListSettings::default();
    let list = List::read(&args.list, &ListOptions::of(&settings))?;
    let geocoder = Geocoder::new(&osm::read_with_addresses(&args.osm, bars)?);
    let placed: Vec<Placed> = list.par_rows().map(|row| place(row, &geocoder, &settings)).collect();
    let text = written(&list, &placed, args.keep_only)?;
    write_whole(&args.output, |file| file.write_all(&text))
        .with_context(|| format!("{}: cannot be written", args.output.display()))?;

    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for placed in &placed {
        *counts.entry(quality(placed)).or_default() += 1;
    }
    let ambiguous = |placed: &Placed| matches!(placed, Placed::Hit(hit) if hit.rivals > 0);
    let numbers = |is: fn(&Placed) -> bool| -> Vec<u64> {
        let rows = list.rows().zip(&placed).filter(|(_, placed)| is(placed));
        rows.map(|(row, _)| row.number()).collect()
    };
    let (none, faulty) =
        (numbers(|p| matches!(p, Placed::NoHit)), numbers(|p| matches!(p, Placed::Faulty)));
    let ambiguous = placed.iter().filter(|placed| ambiguous(placed)).count();
    if printer.json() {
        let report = json!({
            "file": args.output, "rows": list.len(), "by_quality": counts, "ambiguous": ambiguous,
            "rows_without_hit": none, "rows_at_fault": faulty, "attribution": ATTRIBUTION,
        });
        printer.result(&format!("{}\n", serde_json::to_string_pretty(&report)?))?;
    } else {
        let order = [
            "given",
            "outlet",
            "address",
            "interpolated",
            "street",
            "place",
            "admin",
            "none",
            "faulty",
        ];
        let parts =
            order.iter().filter_map(|quality| Some(format!("{quality} {}", counts.get(quality)?)));
        let parts: Vec<String> = parts.collect();
        printer.table(&format!(
            "{}: {} rows: {}\n",
            args.output.display(),
            list.len(),
            parts.join(", ")
        ))?;
    }
    printer.remarks(&list.remarks);
    let tell = |count: usize, text: String| {
        if count > 0 {
            printer.note(&format!("note: {text}"));
        }
    };
    tell(
        ambiguous,
        format!("{ambiguous} addresses fit several places and count as place; name the town"),
    );
    tell(
        none.len(),
        format!("{} rows were found nowhere: row {}", none.len(), list_some(&none, 10)),
    );
    tell(
        faulty.len() + list.faults.len(),
        format!(
            "{} rows are at fault and were not looked up; `beatplan prospects check` says why",
            faulty.len() + list.faults.len()
        ),
    );
    printer.note(ATTRIBUTION);
    let is_whole = none.is_empty() && faulty.is_empty() && list.faults.is_empty();
    Ok(if is_whole { Done::Well } else { Done::NeedsAPerson })
}

fn place(row: ListRow<'_>, geocoder: &Geocoder, settings: &ListSettings) -> Placed {
    let Ok(outlet) = row.prospect(&ReadOptions::of(settings)) else { return Placed::Faulty };
    if outlet.at.is_some() {
        return Placed::Given;
    }
    geocoder.find_outlet(&outlet).map_or(Placed::NoHit, Placed::Hit)
}

fn quality(placed: &Placed) -> &'static str {
    match placed {
        Placed::Given => "given",
        Placed::Hit(hit) => hit.grade.name(),
        Placed::NoHit => "none",
        Placed::Faulty => "faulty",
    }
}

/// The list as it was, with coordinates where there were none.
fn written(list: &List, placed: &[Placed], worst: Grade) -> anyhow::Result<Vec<u8>> {
    let mut table = csv::Writer::from_writer(Vec::new());
    let columns: Vec<_> = list
        .columns
        .iter()
        .filter(|column| {
            !matches!(column.column, Some(Column::Lon | Column::Lat)) && !column.header.is_empty()
        })
        .collect();
    let headers = columns.iter().map(|column| &*column.header);
    table.write_record(headers.chain(["lon", "lat"]).chain(ADDED))?;
    for (row, placed) in list.rows().zip(placed) {
        let cell = |header: &str, column: Option<Column>| match column {
            Some(column) => row.cell(column),
            None => row.extras().find(|(own, _)| &***own == header).map(|(_, text)| text),
        };
        let mut cells: Vec<String> = columns
            .iter()
            .map(|column| cell(&column.header, column.column).unwrap_or_default().to_owned())
            .collect();
        let given = [Column::Lon, Column::Lat]
            .map(|column| row.cell(column).unwrap_or_default().to_owned());
        let hit = match placed {
            Placed::Hit(hit) => Some(hit),
            _ => None,
        };
        cells.extend(match hit {
            Some(hit) if hit.grade <= worst => {
                [hit.at.lon, hit.at.lat].map(|degrees| format!("{degrees:.7}"))
            }
            _ => given,
        });
        cells.push(quality(placed).to_owned());
        cells.push(hit.map_or_else(String::new, |hit| format!("{:.2}", hit.score)));
        cells.push(hit.map_or_else(String::new, |_| "OpenStreetMap".to_owned()));
        cells.push(hit.map_or_else(String::new, |hit| hit.matched.clone()));
        table.write_record(&cells)?;
    }
    Ok(table.into_inner()?)
}
