//! Writes the report of `beatplan prospects check`, as text and as JSON.

use std::fmt::Write;

use beatplan::datum::Datum;
use beatplan::planning::DatumFit;
use beatplan::prospects::{Column, FileKind, ListCheck, ListSettings, RowFault, name_of};
use beatplan::remark::{Remark, RemarkCode, list_some};
use beatplan::units::counted;
use serde_json::{Map, Value, json};

/// Maximum number of faults of a list that are shown on the terminal.
const FAULTS_SHOWN: usize = 50;

/// A list, with the result of checking it.
pub(super) struct CheckedList {
    pub(super) check: ListCheck,
    pub(super) settings: ListSettings,
    /// Comparison of the list with the map; `None` without a map.
    pub(super) map: Option<MapComparison>,
}

/// Comparison of the positions in a list with a map.
pub(super) struct MapComparison {
    /// Number of positions outside the map.
    pub(super) off_the_map: usize,
    /// Row numbers of the rows whose positions are on the map only if longitude and latitude are
    /// exchanged.
    pub(super) swapped_rows: Vec<u64>,
    /// Result of the datum test; `None` if no position is in mainland China.
    pub(super) datum: Option<DatumFit>,
}

impl CheckedList {
    fn is_personal(&self, header: &str) -> bool {
        self.settings.columns.is_personal(header)
    }

    /// Returns the remarks about the list, and those that follow from the comparison with the map.
    fn remarks(&self) -> Vec<Remark> {
        let file = &self.check.file;
        let mut remarks: Vec<Remark> = self.check.remarks.clone();
        // These remarks are left out, because the report itself lists the columns.
        remarks.retain(|remark| {
            let hints = remark.message.contains("did you mean");
            (remark.code != RemarkCode::UnknownColumn || hints)
                && remark.code != RemarkCode::Encoding
        });
        let Some(map) = &self.map else { return remarks };
        if map.off_the_map > 0 {
            let places = self.check.positions.len();
            let message =
                format!("{file}: {} of {places} places are outside the map", map.off_the_map);
            remarks.push(Remark::new(RemarkCode::OffTheMap, message));
        }
        if !map.swapped_rows.is_empty() {
            let rows = list_some(&map.swapped_rows, 20);
            let message = format!(
                "{file}: rows that lie on the map only with longitude and latitude exchanged: {rows}"
            );
            remarks.push(Remark::new(RemarkCode::SwappedRows, message));
        }
        remarks.extend(map.datum.as_ref().and_then(|fit| fit.remark(file)));
        remarks
    }
}

/// Returns the report for a terminal.
pub(super) fn text(lists: &[CheckedList]) -> String {
    let mut text = String::new();
    for (at, list) in lists.iter().enumerate() {
        if at > 0 {
            text.push('\n');
        }
        // Writing to a string cannot fail.
        let _ = write_list(&mut text, list);
    }
    text
}

fn write_list(text: &mut String, list: &CheckedList) -> std::fmt::Result {
    let check = &list.check;
    writeln!(text, "{}: {}, header in row {}", check.file, form(&check.kind), check.header_row)?;
    let read: Vec<String> = check
        .columns
        .iter()
        .filter_map(|column| {
            let name = column.column?.name();
            Some(match column.header == name {
                true => name.to_owned(),
                false => format!("{} → {name}", column.header),
            })
        })
        .collect();
    line(text, "columns read", &read.join(", "))?;
    let carried: Vec<String> = check
        .columns
        .iter()
        .filter(|column| column.column.is_none() && !column.header.is_empty())
        .map(|column| match list.is_personal(&column.header) {
            true => format!("{} (personal)", column.header),
            false => column.header.clone(),
        })
        .collect();
    if !carried.is_empty() {
        line(text, "other columns", &carried.join(", "))?;
    }
    let mut rows = vec![format!("{} good", check.good), format!("{} with faults", check.faulty)];
    if !check.sums.is_empty() {
        rows.push(format!("{} with sums", check.sums.len()));
    }
    line(text, "rows", &rows.join(", "))?;
    let has_datum = check.columns.iter().any(|column| column.column == Some(Column::Datum));
    let datum = if has_datum { "datum of each row, else " } else { "" };
    let without = match check.without_position {
        0 => String::new(),
        count => {
            format!("; {} no coordinates", counted(count, "good row has", "good rows have"))
        }
    };
    line(text, "places", &format!("{datum}{}{without}", check.datum))?;
    if let Some(fit) = list.map.as_ref().and_then(|map| map.datum.as_ref()) {
        line(text, "datum test", &fit.to_string())?;
    }
    let types: Vec<String> = check
        .outlet_types
        .iter()
        .map(|(outlet_type, count)| format!("{count} {}", name_of(*outlet_type)))
        .collect();
    line(text, "outlets", &types.join(", "))?;
    if let Some((first, last)) = check.visited_on {
        line(text, "last visits", &format!("{first} to {last}"))?;
    }
    for remark in list.remarks() {
        let about_file = format!("{}: ", check.file);
        writeln!(
            text,
            "  note: {}",
            remark.message.strip_prefix(&about_file).unwrap_or(&remark.message)
        )?;
    }
    write_faults(text, "fault", &check.faults)?;
    write_faults(text, "doubt", &check.doubts)
}

fn line(text: &mut String, what: &str, value: &str) -> std::fmt::Result {
    match value {
        "" => Ok(()),
        _ => writeln!(text, "  {what:<14} {value}"),
    }
}

fn write_faults(text: &mut String, kind: &str, faults: &[RowFault]) -> std::fmt::Result {
    for fault in faults.iter().take(FAULTS_SHOWN) {
        writeln!(text, "  {kind}: {fault}")?;
    }
    match faults.len().checked_sub(FAULTS_SHOWN + 1) {
        Some(more) => {
            writeln!(text, "  … and {} more {kind}s; --json lists all {}", more + 1, faults.len())
        }
        None => Ok(()),
    }
}

fn form(form: &FileKind) -> String {
    match form {
        FileKind::Text { encoding, delimiter: '\t' } => {
            format!("{encoding} text, separated by tabs")
        }
        FileKind::Text { encoding, delimiter } => {
            format!("{encoding} text, separated by \"{delimiter}\"")
        }
        FileKind::Workbook { sheet } => format!("workbook, sheet \"{sheet}\""),
    }
}

/// Returns the report as JSON, with all lists and all faults.
pub(super) fn json(lists: &[CheckedList], unreadable: &[anyhow::Error]) -> Value {
    let lists: Vec<Value> = lists.iter().map(list_json).collect();
    let errors: Vec<String> = unreadable.iter().map(|error| format!("{error:#}")).collect();
    json!({ "lists": lists, "unreadable": errors })
}

fn list_json(list: &CheckedList) -> Value {
    let check = &list.check;
    let columns: Vec<Value> = check
        .columns
        .iter()
        .map(|column| {
            json!({
                "header": column.header,
                "column": column.column.map(Column::name),
                "personal": list.is_personal(&column.header),
            })
        })
        .collect();
    let (encoding, delimiter, sheet) = match &check.kind {
        FileKind::Text { encoding, delimiter } => (Some(encoding), Some(delimiter), None),
        FileKind::Workbook { sheet } => (None, None, Some(sheet)),
    };
    let faults = |faults: &[RowFault]| -> Vec<Value> {
        let fault = |fault: &RowFault| {
            json!({
                "row": fault.row,
                "column": fault.column,
                "found": fault.found,
                "expected": fault.expected,
            })
        };
        faults.iter().map(fault).collect()
    };
    let types: Map<String, Value> = check
        .outlet_types
        .iter()
        .map(|(outlet_type, count)| (name_of(*outlet_type), Value::from(*count)))
        .collect();
    let visited_on = check.visited_on.map(|(first, last)| [first.to_string(), last.to_string()]);
    let map = list.map.as_ref().map(|map| {
        json!({
            "off_the_map": map.off_the_map,
            "swapped_rows": map.swapped_rows,
            "datum_test": map.datum.as_ref().map(datum_json),
        })
    });
    json!({
        "file": check.file,
        "encoding": encoding,
        "delimiter": delimiter,
        "sheet": sheet,
        "header_row": check.header_row,
        "columns": columns,
        "datum": check.datum,
        "rows_good": check.good,
        "rows_at_fault": check.faulty,
        "sum_rows": check.sums,
        "rows_without_position": check.without_position,
        "outlet_types": types,
        "visited_on": visited_on,
        "map": map,
        "remarks": list.remarks(),
        "faults": faults(&check.faults),
        "doubts": faults(&check.doubts),
    })
}

fn datum_json(fit: &DatumFit) -> Value {
    let shares: Map<String, Value> = Datum::ALL
        .into_iter()
        .map(|datum| (datum.code().to_owned(), Value::from(fit.of(datum))))
        .collect();
    json!({ "stated": fit.stated, "tested": fit.tested, "at_a_road": shares, "better": fit.better })
}
