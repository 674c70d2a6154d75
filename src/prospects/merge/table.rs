//! Writes the merged list and the list of rejected rows as CSV.

use std::cmp::Reverse;
use std::io;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::ids::SOURCES;
use super::values::{COLUMNS, CONFLICT_COLUMNS, PERSONAL, value};
use super::{Merged, Role, Source, exact_position, list_names};
use crate::prospects::identity::Confidence;
use crate::prospects::{Column, FORMER_IDS, ListRow, ListedProspect};

/// Columns that a merged list adds. If an earlier merge has these columns, they are replaced.
const ADDED: [&str; 7] =
    ["white_space", "confidence", "change", FORMER_IDS, SOURCES, "provenance", "conflicts"];

/// Number of merged rows that are made at a time.
const PORTION: usize = 16_384;

struct Layout {
    known: Vec<Column>,
    carried: Vec<Arc<str>>,
}

struct Part<'a> {
    source: usize,
    row: ListRow<'a>,
    prospect: ListedProspect,
}

impl Merged {
    /// Writes the merged list as CSV. Outlets are in the order of the lists, then of the rows.
    ///
    /// # Errors
    /// Writing to `out` fails.
    pub fn write(&self, out: impl io::Write) -> io::Result<()> {
        let layout = self.layout();
        let names = list_names(&self.sources);
        let mut table = csv::Writer::from_writer(out);
        let known = layout.known.iter().map(|column| column.name());
        let header = ["id", "lon", "lat"].into_iter().chain(known);
        let carried = layout.carried.iter().map(|header| &**header);
        table.write_record(header.chain(carried).chain(ADDED))?;
        for start in (0..self.resolution.outlets.len()).step_by(PORTION) {
            let end = self.resolution.outlets.len().min(start + PORTION);
            let rows: Vec<Vec<String>> = (start..end)
                .into_par_iter()
                .map(|outlet| self.merged_row(outlet, &layout, &names))
                .collect();
            rows.iter().try_for_each(|row| table.write_record(row))?;
        }
        table.flush()
    }

    /// Writes the faults of the rejected rows as CSV, with one line for each fault.
    ///
    /// # Errors
    /// Writing to `out` fails.
    pub fn write_rejected(&self, out: impl io::Write) -> io::Result<()> {
        let mut table = csv::Writer::from_writer(out);
        table.write_record(["file", "row", "column", "found", "expected"])?;
        for (file, fault) in self.rejected() {
            let column = fault.column.as_deref().unwrap_or_default();
            table.write_record([
                file,
                &fault.row.to_string(),
                column,
                &fault.found,
                &fault.expected,
            ])?;
        }
        table.flush()
    }

    /// Returns the columns of the merged list: all columns that at least one list has.
    fn layout(&self) -> Layout {
        let has = |column: Column| self.sources.iter().any(|source| source.list.has(column));
        let has_hours = |column: &Column| {
            *column == Column::OpeningHours && Column::WEEKDAY_HOURS.into_iter().any(has)
        };
        let is_made = |column: &Column| matches!(column, Column::Stage if self.has_customers());
        let is_private = |column: &Column| self.options.drop_personal && PERSONAL.contains(column);
        let known = COLUMNS.iter().copied().filter(|column| !is_private(column));
        let known = known.filter(|column| has(*column) || has_hours(column) || is_made(column));
        let known: Vec<Column> = known.chain([Column::Name]).fold(Vec::new(), |mut all, column| {
            if !all.contains(&column) {
                all.push(column);
            }
            all
        });
        let mut seen: FxHashSet<&str> = ADDED.into_iter().collect();
        seen.extend(["id", "lon", "lat"]);
        seen.extend(known.iter().map(|column| column.name()));
        let mut carried: Vec<Arc<str>> = Vec::new();
        for Source { list, settings, .. } in &self.sources {
            let unknown = list.columns.iter().filter(|column| column.column.is_none());
            for header in unknown.map(|column| &*column.header).filter(|header| !header.is_empty())
            {
                let is_private = self.options.drop_personal && settings.columns.is_personal(header);
                if !is_private && seen.insert(header) {
                    carried.push(header.into());
                }
            }
        }
        Layout { known, carried }
    }

    fn has_customers(&self) -> bool {
        self.sources.iter().any(|source| source.role == Role::Customers)
    }

    fn merged_row(&self, outlet: usize, layout: &Layout, names: &[String]) -> Vec<String> {
        let parts = self.parts(outlet);
        let mut row = MergedRow::new(self.identities[outlet].id.clone());
        let placed = row.add_position(&parts);
        for column in &layout.known {
            // The quality of a position is taken only from the row that gave the position.
            let stating = match column {
                Column::PositionQuality => placed.map_or(&[][..], std::slice::from_ref),
                _ => &parts,
            };
            let default = match column {
                Column::Stage if !self.has_customers() => "",
                Column::Stage if self.is_customer(outlet) => "customer",
                Column::Stage => "blank",
                _ => "",
            };
            row.add_known(*column, stating, default, names);
        }
        for header in &layout.carried {
            row.add_unknown(header, &parts);
        }
        let white_space = match (self.has_customers(), self.is_customer(outlet)) {
            (false, _) => "",
            (true, true) => "no",
            (true, false) => "yes",
        };
        let identity = &self.identities[outlet];
        let sources = parts.iter().filter(|part| self.sources[part.source].role != Role::Previous);
        let sources: Vec<String> =
            sources.map(|part| format!("{}:{}", names[part.source], part.row.id())).collect();
        let provenance = if parts.len() > 1 { row.provenance.text(names) } else { String::new() };
        row.cells.extend([
            white_space.to_owned(),
            self.confidence(outlet).map_or("", Confidence::name).to_owned(),
            identity.change.as_ref().map(ToString::to_string).unwrap_or_default(),
            identity.former_ids.join(" "),
            sources.join("; "),
            provenance,
            row.conflicts.join("; "),
        ]);
        row.cells
    }

    /// Returns the rows of an outlet in falling order of trust.
    fn parts(&self, outlet: usize) -> Vec<Part<'_>> {
        let part = |row: &u32| Part {
            source: self.rows[*row as usize].source as usize,
            row: self.row(*row),
            prospect: self.read(*row),
        };
        let mut parts: Vec<Part<'_>> = self.resolution.outlets[outlet].iter().map(part).collect();
        parts.sort_by_key(|part| {
            (part.source, Reverse(part.prospect.source_date), part.row.number())
        });
        parts
    }

    /// Returns the confidence that all rows of an outlet belong together; `None` if the outlet has
    /// a single row.
    fn confidence(&self, outlet: usize) -> Option<Confidence> {
        let rows = &self.resolution.outlets[outlet];
        let links = &self.resolution.links;
        let of_row = |row: u32| {
            let first = links.partition_point(|link| link.a < row);
            links[first..].iter().take_while(move |link| link.a == row)
        };
        // For each row except the first: the best link between the row and an earlier row. The
        // result is the lowest of their confidences.
        let ties = rows.iter().skip(1).map(|row| {
            let before = rows.iter().take_while(|other| *other < row);
            before
                .flat_map(|other| of_row(*other))
                .filter(|link| link.b == *row && link.merged)
                .map(|link| link.confidence)
                .max()
        });
        ties.map(|tie| tie.unwrap_or(Confidence::Medium)).min()
    }
}

struct MergedRow {
    cells: Vec<String>,
    provenance: Provenance,
    conflicts: Vec<String>,
}

impl MergedRow {
    fn new(id: String) -> Self {
        Self { cells: vec![id], provenance: Provenance::default(), conflicts: Vec::new() }
    }

    /// Adds `lon` and `lat` of the most trusted exact position. If no position is exact, adds the
    /// most trusted position. Returns the row that gave the position.
    fn add_position<'a, 'b>(&mut self, parts: &'b [Part<'a>]) -> Option<&'b Part<'a>> {
        let is_exact = |part: &&Part<'_>| exact_position(&part.prospect).is_some();
        let any = || parts.iter().find(|part| part.prospect.at.is_some());
        let placed = parts.iter().find(is_exact).or_else(any);
        if let Some(part) = placed {
            self.provenance.note("lon lat", part.source);
        }
        let at = placed.and_then(|part| part.prospect.at);
        let degrees = |degrees: f64| format!("{degrees:.7}");
        self.cells
            .extend(at.map_or_else(Default::default, |at| [degrees(at.lon), degrees(at.lat)]));
        placed
    }

    /// Adds the first value of a known column, or `default` if there is none. If another value
    /// contradicts it, adds the first such value to the conflicts.
    fn add_known(&mut self, column: Column, parts: &[Part<'_>], default: &str, names: &[String]) {
        let mut values = parts
            .iter()
            .filter_map(|part| Some((part.source, value(&part.row, &part.prospect, column)?)));
        let Some((source, best)) = values.next() else {
            return self.cells.push(default.to_owned());
        };
        self.provenance.note(column.name(), source);
        if CONFLICT_COLUMNS.contains(&column)
            && let Some((source, other)) = values.find(|(_, other)| plain(other) != plain(&best))
        {
            self.conflicts.push(format!("{} also {other} ({})", column.name(), names[source]));
        }
        self.cells.push(best);
    }

    /// Adds the first value of an unknown column.
    fn add_unknown(&mut self, header: &Arc<str>, parts: &[Part<'_>]) {
        let found = parts.iter().find_map(|part| {
            let (_, text) = part.row.extras().find(|(own, _)| *own == header)?;
            Some((part.source, text))
        });
        if let Some((source, _)) = found {
            self.provenance.note(header, source);
        }
        self.cells.push(found.map_or_else(String::new, |(_, text)| text.to_owned()));
    }
}

/// Returns the letters and digits of a value in lower case, to compare values.
fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[derive(Default)]
struct Provenance {
    columns: Vec<(usize, Vec<String>)>,
}

impl Provenance {
    fn note(&mut self, column: &str, source: usize) {
        match self.columns.iter_mut().find(|(of, _)| *of == source) {
            Some((_, columns)) => columns.push(column.to_owned()),
            None => self.columns.push((source, vec![column.to_owned()])),
        }
    }

    /// Returns the text of the column, such as `licences: name address; map: lon lat phone`.
    fn text(mut self, names: &[String]) -> String {
        self.columns.sort_by_key(|(source, _)| *source);
        let parts = self
            .columns
            .iter()
            .map(|(source, columns)| format!("{}: {}", names[*source], columns.join(" ")));
        parts.collect::<Vec<_>>().join("; ")
    }
}
