//! `beatplan prospects geocode`: places for rows that have an address and no coordinates.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use beatplan::datum::Datum;
use beatplan::geocode::{Geocoder, Grade, Hit};
use beatplan::lonlat::LonLat;
use beatplan::osm;
use beatplan::output::ATTRIBUTION;
use beatplan::prospects::{
    Column, List, ListColumn, ListOptions, ListRow, ListSettings, ReadOptions,
};
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
    /// What the coordinates that the list has refer to: wgs84, gcj02 (Amap, Tencent) or bd09 (Baidu); a column datum goes
    /// before. Those that are written are WGS-84
    #[arg(long)]
    datum: Option<Datum>,
    /// The sheet to read of a workbook [default: the one with most known columns]
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// The list to write
    #[arg(short, long, value_name = "out.csv")]
    output: PathBuf,
    /// The worst quality whose lon and lat are written: outlet, address, interpolated, street, place or admin
    #[arg(long, value_name = "QUALITY", default_value = "admin", value_parser = parse_grade)]
    keep_only: Grade,
}

fn parse_grade(text: &str) -> Result<Grade, String> {
    let known = || Grade::ALL.map(Grade::name).join(", ");
    Grade::ALL
        .into_iter()
        .find(|grade| grade.name() == text)
        .ok_or_else(|| format!("expected one of {}", known()))
}

/// What became of one row.
enum Placed {
    /// By the list, which may say how exactly.
    Given {
        at: LonLat,
        quality: Option<Grade>,
    },
    Hit(Hit),
    NoHit,
    Faulty,
}

pub(super) fn run(args: &GeocodeArgs, printer: &Printer, bars: &Bars) -> anyhow::Result<Done> {
    let settings = ListSettings {
        datum: args.datum.unwrap_or_default(),
        sheet: args.sheet.clone(),
        ..ListSettings::default()
    };
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
        faulty.len(),
        format!(
            "{} rows are at fault and were not looked up; `beatplan prospects check` says why",
            faulty.len()
        ),
    );
    for fault in &list.faults {
        printer.note(&format!("left out: {}, {fault}", list.file));
    }
    printer.note(ATTRIBUTION);
    let is_whole = none.is_empty() && faulty.is_empty() && list.faults.is_empty();
    Ok(if is_whole { Done::Well } else { Done::NeedsAPerson })
}

fn place(row: ListRow<'_>, geocoder: &Geocoder, settings: &ListSettings) -> Placed {
    let Ok(outlet) = row.prospect(&ReadOptions::of(settings)) else { return Placed::Faulty };
    if let Some(at) = outlet.at {
        return Placed::Given { at, quality: outlet.position_quality };
    }
    geocoder.find_outlet(&outlet).map_or(Placed::NoHit, Placed::Hit)
}

fn quality(placed: &Placed) -> &'static str {
    match placed {
        Placed::Given { quality, .. } => quality.map_or("given", Grade::name),
        Placed::Hit(hit) => hit.grade.name(),
        Placed::NoHit => "none",
        Placed::Faulty => "faulty",
    }
}

/// The list as it was, with coordinates where there were none, all of them WGS-84.
fn written(list: &List, placed: &[Placed], worst: Grade) -> anyhow::Result<Vec<u8>> {
    let mut table = csv::Writer::from_writer(Vec::new());
    // What is written anew, and the datum, which is WGS-84 from now on.
    const ANEW: [Column; 4] = [Column::Lon, Column::Lat, Column::Datum, Column::PositionQuality];
    let is_kept = |column: &ListColumn| match column.column {
        Some(known) => !ANEW.contains(&known),
        None => !ADDED.contains(&&*column.header),
    };
    let kept: Vec<usize> =
        (0..list.columns.len()).filter(|at| is_kept(&list.columns[*at])).collect();
    let headers = kept.iter().map(|at| &*list.columns[*at].header);
    table.write_record(headers.chain(["lon", "lat"]).chain(ADDED))?;
    for (row, placed) in list.rows().zip(placed) {
        let degrees = |at: LonLat| [at.lon, at.lat].map(|degrees| format!("{degrees:.7}"));
        let axes = match placed {
            Placed::Given { at, .. } => degrees(*at),
            Placed::Hit(hit) if hit.grade <= worst => degrees(hit.at),
            Placed::Hit(_) | Placed::NoHit => Default::default(),
            Placed::Faulty => [Column::Lon, Column::Lat]
                .map(|column| row.cell(column).unwrap_or_default().to_owned()),
        };
        let mut cells: Vec<String> = kept.iter().map(|at| row.text(*at).to_owned()).collect();
        cells.extend(axes);
        cells.push(quality(placed).to_owned());
        cells.extend(match placed {
            Placed::Hit(hit) => {
                [format!("{:.2}", hit.score), "OpenStreetMap".to_owned(), hit.matched.clone()]
            }
            _ => Default::default(),
        });
        table.write_record(&cells)?;
    }
    Ok(table.into_inner()?)
}
