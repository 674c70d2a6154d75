//! The merged list, and the list of rejected rows, as CSV.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::io;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::ids::SOURCES;
use super::values::{COLUMNS, PERSONAL, TOLD, value};
use super::{Merged, Role, Source, exact_position, list_names};
use crate::prospects::identity::Confidence;
use crate::prospects::{Column, FORMER_IDS, ListRow, ListedProspect};

/// Columns a merged list adds; those of an earlier one are not carried along but made anew.
const ADDED: [&str; 7] =
    ["white_space", "confidence", "change", FORMER_IDS, SOURCES, "provenance", "conflicts"];

/// Outlets whose rows are made at a time.
const PORTION: usize = 16_384;

/// Which columns the merged list has.
struct Layout {
    known: Vec<Column>,
    carried: Vec<Arc<str>>,
}

/// One source's row on its way into the merged row.
struct Part<'a> {
    source: usize,
    row: ListRow<'a>,
    outlet: ListedProspect,
}

impl Merged {
    /// Writes the merged list as CSV; outlets come in the order of the lists and their rows.
    ///
    /// # Errors
    /// What `out` says.
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

    /// Writes the rows that could not be used as CSV, one line a fault, with what to do.
    ///
    /// # Errors
    /// What `out` says.
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

    /// The columns any list has something in.
    fn layout(&self) -> Layout {
        let has = |column: Column| self.sources.iter().any(|source| source.list.has(column));
        let has_hours = |column: &Column| {
            let weekdays = [
                Column::HoursMo,
                Column::HoursTu,
                Column::HoursWe,
                Column::HoursTh,
                Column::HoursFr,
                Column::HoursSa,
                Column::HoursSu,
            ];
            *column == Column::OpeningHours && weekdays.into_iter().any(has)
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
        let rows = &self.resolution.outlets[outlet];
        let mut parts: Vec<Part<'_>> = rows
            .iter()
            .map(|row| Part {
                source: self.rows[*row as usize].source as usize,
                row: self.row(*row),
                outlet: self.read(*row),
            })
            .collect();
        parts
            .sort_by_key(|part| (part.source, Reverse(part.outlet.source_date), part.row.number()));
        let mut cells = vec![self.identities[outlet].id.clone()];
        let mut provenance = Provenance::default();
        // The most trusted position, but of one that is only that of a village any other is better.
        let is_exact = |part: &&Part<'_>| exact_position(&part.outlet).is_some();
        let placed = parts.iter().find(is_exact);
        let placed = placed.or_else(|| parts.iter().find(|part| part.outlet.at.is_some()));
        let at = placed.and_then(|part| part.outlet.at);
        if let Some(part) = placed {
            provenance.note("lon lat", part.source);
        }
        cells.extend(
            [at.map(|at| at.lon), at.map(|at| at.lat)]
                .map(|degrees| degrees.map_or_else(String::new, |d| format!("{d:.7}"))),
        );
        let mut conflicts: Vec<String> = Vec::new();
        for column in &layout.known {
            // How exact the position is says only the row that it is from.
            let speaking = match column {
                Column::PositionQuality => placed.map_or(&[][..], std::slice::from_ref),
                _ => &parts,
            };
            let said: Vec<(usize, String)> = speaking
                .iter()
                .filter_map(|part| Some((part.source, value(&part.row, &part.outlet, *column)?)))
                .collect();
            let best = said.first();
            if let Some((source, best)) = best {
                provenance.note(column.name(), *source);
                let other = said
                    .iter()
                    .find(|(_, other)| TOLD.contains(column) && plain(other) != plain(best));
                conflicts.extend(other.map(|(source, other)| {
                    format!("{} also {other} ({})", column.name(), names[*source])
                }));
            }
            let made = match column {
                Column::Stage if self.has_customers() && best.is_none() => {
                    Some(if self.is_customer(outlet) { "customer" } else { "blank" }.to_owned())
                }
                _ => None,
            };
            cells.push(made.or_else(|| best.map(|(_, best)| best.clone())).unwrap_or_default());
        }
        for header in &layout.carried {
            let said = parts.iter().find_map(|part| {
                let (_, text) = part.row.extras().find(|(own, _)| *own == header)?;
                Some((part.source, text))
            });
            if let Some((source, _)) = said {
                provenance.note(header, source);
            }
            cells.push(said.map_or_else(String::new, |(_, text)| text.to_owned()));
        }
        let identity = &self.identities[outlet];
        let of_several = parts.len() > 1;
        let sources = parts.iter().filter(|part| self.sources[part.source].role != Role::Previous);
        let sources: Vec<String> =
            sources.map(|part| format!("{}:{}", names[part.source], part.row.id())).collect();
        cells.extend([
            if !self.has_customers() {
                ""
            } else if self.is_customer(outlet) {
                "no"
            } else {
                "yes"
            }
            .to_owned(),
            self.confidence(outlet)
                .map_or_else(String::new, |confidence| confidence.name().to_owned()),
            identity.change.as_ref().map(ToString::to_string).unwrap_or_default(),
            identity.former_ids.join(" "),
            sources.join("; "),
            if of_several { provenance.text(names) } else { String::new() },
            conflicts.join("; "),
        ]);
        cells
    }

    /// How sure it is that the rows of an outlet belong together; `None` where there is one row.
    fn confidence(&self, outlet: usize) -> Option<Confidence> {
        let rows = &self.resolution.outlets[outlet];
        let links = &self.resolution.links;
        let of_row = |row: u32| {
            let first = links.partition_point(|link| link.a < row);
            links[first..].iter().take_while(move |link| link.a == row)
        };
        // The surest tie of each row but the first to one before it; of these the weakest.
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

/// A value without what makes no difference to a person.
fn plain(text: &str) -> Cow<'_, str> {
    Cow::Owned(text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect())
}

/// Which columns come from which source.
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

    /// `licences: name address; map: lon lat phone`.
    fn text(mut self, names: &[String]) -> String {
        self.columns.sort_by_key(|(source, _)| *source);
        let parts = self
            .columns
            .iter()
            .map(|(source, columns)| format!("{}: {}", names[*source], columns.join(" ")));
        parts.collect::<Vec<_>>().join("; ")
    }
}
