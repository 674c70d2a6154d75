//! The command `beatplan prospects geocode`, which finds positions for rows that have an address
//! and no coordinates.

use std::path::PathBuf;

use beatplan::datum::Datum;
use beatplan::geocode::{GeocodeFigures, GeocodedList, Geocoder, Grade};
use beatplan::osm;
use beatplan::output::ATTRIBUTION;
use beatplan::prospects::{List, ListOptions, ListSettings};
use beatplan::remark::list_some;
use beatplan::units::counted;
use clap::Args;
use serde_json::json;

use super::CHECK_LISTS_ALL;
use crate::cli::Done;
use crate::cli::print::{Printer, write_file};
use crate::cli::progress_bars::Bars;

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
    /// OpenStreetMap extract in which addresses are looked up
    #[arg(long, value_name = "EXTRACT")]
    osm: PathBuf,
    /// Datum of the coordinates in the list: wgs84, gcj02 (Amap, Tencent) or bd09 (Baidu); a column
    /// datum in the list takes precedence. Coordinates are always written as WGS-84 [default:
    /// wgs84]
    #[arg(long)]
    datum: Option<Datum>,
    /// Sheet to read in a workbook [default: the sheet in which the program knows the largest number of columns]
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// CSV file to write
    #[arg(short, long, value_name = "OUT.csv")]
    output: PathBuf,
    /// Lowest quality of a position for which lon and lat are written: outlet, address,
    /// interpolated, street, place or admin
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

pub(super) fn run(args: &GeocodeArgs, printer: &Printer, bars: &Bars) -> anyhow::Result<Done> {
    let settings = ListSettings {
        datum: args.datum.unwrap_or_default(),
        sheet: args.sheet.clone(),
        ..ListSettings::default()
    };
    let list = List::read(&args.list, &ListOptions::of(&settings))?;
    let geocoder = Geocoder::new(&osm::read_with_addresses(&args.osm, bars)?);
    let geocoded = GeocodedList::new(list, &settings, &geocoder);
    write_file(&args.output, |file| geocoded.write(file, args.keep_only))?;

    let figures = geocoded.figures();
    let report = json!({
        "file": args.output, "rows": figures.rows, "by_quality": figures.by_quality,
        "ambiguous": figures.ambiguous, "rows_without_hit": figures.rows_without_hit,
        "rows_at_fault": figures.rows_at_fault, "attribution": ATTRIBUTION,
    });
    printer.report(&report, || {
        let known = Grade::ALL.map(Grade::name);
        let order = ["given"].into_iter().chain(known).chain(["none", "faulty"]);
        let counts = order.filter_map(|quality| Some((quality, figures.by_quality.get(quality)?)));
        let parts: Vec<String> =
            counts.map(|(quality, count)| format!("{quality} {count}")).collect();
        let rows = counted(figures.rows, "row", "rows");
        format!("{}: {rows}: {}\n", args.output.display(), parts.join(", "))
    })?;
    printer.remarks(&geocoded.list.remarks, CHECK_LISTS_ALL);
    let GeocodeFigures { ambiguous, rows_without_hit, rows_at_fault, .. } = &figures;
    if *ambiguous > 0 {
        let ambiguous = counted(
            *ambiguous,
            "address fits several places and has",
            "addresses fit several places and have",
        );
        printer.note(&format!("note: {ambiguous} the quality place; add the town"));
    }
    if !rows_without_hit.is_empty() {
        let addresses = counted(rows_without_hit.len(), "address was", "addresses were");
        let rows = list_some(rows_without_hit, 10);
        printer.note(&format!("note: {addresses} not found: row {rows}"));
    }
    if !rows_at_fault.is_empty() {
        let rows =
            counted(rows_at_fault.len(), "row has faults and was", "rows have faults and were");
        printer.note(&format!(
            "note: {rows} not looked up; `beatplan prospects check` lists the faults"
        ));
    }
    let List { file, faults, .. } = &geocoded.list;
    let left_out: Vec<String> =
        faults.iter().map(|fault| format!("left out: {file}, {fault}")).collect();
    printer.notes(&left_out, CHECK_LISTS_ALL);
    printer.note(ATTRIBUTION);
    let is_whole = rows_without_hit.is_empty() && rows_at_fault.is_empty() && faults.is_empty();
    Ok(if is_whole { Done::Well } else { Done::NeedsAPerson })
}
