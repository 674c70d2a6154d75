//! `beatplan prospects geocode`: places for rows that have an address and no coordinates.

use std::collections::BTreeMap;
use std::path::PathBuf;

use beatplan::datum::Datum;
use beatplan::geocode::{Geocoder, Grade, Hit};
use beatplan::lonlat::LonLat;
use beatplan::osm;
use beatplan::output::ATTRIBUTION;
use beatplan::prospects::{
    Column, List, ListColumn, ListOptions, ListRow, ListSettings, ReadOptions,
};
use beatplan::remark::list_some;
use clap::Args;
use rayon::prelude::*;
use serde_json::json;

use super::CHECK_LISTS_ALL;
use crate::cli::Done;
use crate::cli::print::{Printer, write_file};
use crate::cli::progress_bars::Bars;

/// Columns that are added: how exact the position is, whom it is from, what matched.
const ADDED: [&str; 4] =
    ["position_quality", "position_score", "position_source", "position_matched"];

#[derive(Args)]
#[command(
    after_help = "Example:\n  beatplan prospects geocode licences.csv --osm county.osm.pbf -o placed.csv\n\n\
                  The column position_quality says how exact a position is: given (by the list), outlet, address, interpolated, \
                  street, place or admin; none if nothing was found. Anything coarser than street is too imprecise to send a \
                  rep to: --keep-only street leaves lon and lat empty there.\n\n\
                  Exit codes: 0 all rows have a position; 1 some have none, or have faults; 2 the list cannot be read."
)]
pub(crate) struct GeocodeArgs {
    /// List to complete: text or a workbook
    #[arg(value_name = "LIST")]
    list: PathBuf,
    /// OpenStreetMap extract to search
    #[arg(long, value_name = "EXTRACT")]
    osm: PathBuf,
    /// Datum of the coordinates in the list: wgs84, gcj02 (Amap, Tencent) or bd09 (Baidu); a column datum takes precedence.
    /// Coordinates are always written as WGS-84 [default: wgs84]
    #[arg(long)]
    datum: Option<Datum>,
    /// Sheet to read in a workbook [default: the sheet with the most known columns]
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// CSV file to write
    #[arg(short, long, value_name = "OUT.csv")]
    output: PathBuf,
    /// Coarsest quality whose lon and lat are written: outlet, address, interpolated, street, place or admin
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
    write_file(&args.output, |file| file.write_all(&text))?;

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
    if printer.json {
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
    printer.remarks(&list.remarks, CHECK_LISTS_ALL);
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
    let faults: Vec<String> =
        list.faults.iter().map(|fault| format!("left out: {}, {fault}", list.file)).collect();
    printer.notes(&faults, CHECK_LISTS_ALL);
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
