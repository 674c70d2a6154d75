//! Loads the prospects of a territory for a given date.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::places::{Placed, Unplaced, place};
use super::{Learned, Territory};
use crate::call_plan::{apply_log, assign_tiers};
use crate::ids::ById;
use crate::osm;
use crate::progress::Progress;
use crate::prospects::{
    Prospect, ProspectId, ProspectIndex, ProspectList, RowFault, TableError, read_prospects,
    remark_duplicates,
};
use crate::remark::{Remark, RemarkCode, list_some};
use crate::units::counted;

/// Errors of all files of a territory that could not be read.
#[derive(Debug)]
pub struct LoadError {
    /// Errors of the lists and of the visit log, one for each file, in the order of the files.
    pub errors: Vec<TableError>,
    /// Path and error of the extract in which addresses are looked up.
    pub gazetteer: Option<Box<(PathBuf, osm::ExtractError)>>,
}

/// Writes one line for each fault. If a file cannot be read, writes the reason of the operating
/// system.
impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, error) in self.errors.iter().enumerate() {
            let line_end = if at > 0 { "\n" } else { "" };
            write!(f, "{line_end}{error}")?;
            if let Some(reason) = std::error::Error::source(error) {
                write!(f, ": {reason}")?;
            }
        }
        if let Some(unreadable) = &self.gazetteer {
            let (path, error) = &**unreadable;
            write!(
                f,
                "{}: addresses of rows without lon and lat cannot be looked up: {error}",
                path.display()
            )?;
        }
        let has_faulty_rows = |error: &TableError| matches!(error, TableError::Faults { .. });
        if self.errors.iter().any(has_faulty_rows) {
            f.write_str(
                "\ncorrect these rows (`beatplan prospects check` lists all faults of a list), or plan without them: \
                 set faulty_rows = \"leave_out\" under [[prospects]] in the territory file",
            )?;
        }
        Ok(())
    }
}

impl std::error::Error for LoadError {}

/// The contents of all lists of a territory.
#[derive(Debug, Clone, PartialEq)]
pub struct Lists {
    /// Prospects with a position, in the order of the lists and of their rows.
    pub prospects: ById<ProspectId, Prospect>,
    /// Path of each list, and the range of its prospects.
    pub files: Vec<(String, Range<usize>)>,
    /// Rows without a position.
    pub unplaced: Vec<Unplaced>,
    /// Extract in which addresses were looked up.
    pub gazetteer: Option<PathBuf>,
    /// Remarks about lists and visit log.
    pub remarks: Vec<Remark>,
}

/// Reads the lists and the visit log of `territory`, for a plan that starts on the date `on`.
///
/// Applies the rows of the visit log up to that date. A prospect that has revenue and no tier gets
/// the tier of its revenue. A row without a position gets the position of its address, if the
/// territory has an extract. The extract is read and indexed only if there are such rows; this is
/// reported to `progress`. Rows whose address is not found become [`Lists::unplaced`].
///
/// ```
/// use beatplan::progress::Silent;
/// use beatplan::territory::{Territory, load_prospects};
///
/// let territory = Territory::read("data/gozo/territory.toml".as_ref())?;
/// let lists = load_prospects(&territory, jiff::civil::date(2026, 11, 24), &Silent)?;
/// assert!(!lists.prospects.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// A file cannot be read, is not a list, lacks columns or has faulty rows. A row is also faulty if
/// its id is in an earlier list or if it names an unknown rep. The error lists all faults of all
/// files. It is also an error if all lists are empty, if no row has a position, or if the extract
/// cannot be read.
pub fn load_prospects(
    territory: &Territory,
    on: Date,
    progress: &dyn Progress,
) -> Result<Lists, LoadError> {
    let _stage = tracing::info_span!("lists").entered();
    let reps: Vec<String> = territory.reps.iter().map(|rep| rep.name.clone()).collect();
    let mut errors = Vec::new();
    let mut lists: Vec<(String, ProspectList)> = Vec::new();
    for source in &territory.prospects {
        match read_prospects(&source.file, &source.settings, Some(&reps)) {
            Ok(list) => lists.push((source.file.display().to_string(), list)),
            Err(error) => errors.push(error),
        }
    }
    let days_moved = territory.days_moved(on);
    for (_, list) in &mut lists {
        list.prospects.iter_mut().for_each(|outlet| outlet.move_dates(days_moved));
    }
    let log = territory.read_log(on).unwrap_or_else(|error| {
        errors.push(error);
        None
    });
    errors.extend(ids_used_twice(&lists));
    if errors.is_empty() && lists.iter().all(|(_, list)| list.prospects.is_empty()) {
        errors = lists.iter().map(|(file, _)| TableError::NoRows { file: file.clone() }).collect();
    }
    if !errors.is_empty() {
        return Err(LoadError { errors, gazetteer: None });
    }

    let sizes: Vec<usize> = lists.iter().map(|(_, list)| list.rows.len()).collect();
    let Placed { mut prospects, files, unplaced, looked_up, mut remarks } =
        place(territory, lists, progress).map_err(|error| {
            let gazetteer = territory.gazetteer().map(|path| Box::new((path.to_owned(), error)));
            LoadError { errors: Vec::new(), gazetteer }
        })?;
    if prospects.is_empty() {
        let listed = files.into_iter().zip(sizes).filter(|(_, rows)| *rows > 0);
        let errors = listed.map(|((file, _), rows)| TableError::NoPositions { file, rows });
        return Err(LoadError { errors: errors.collect(), gazetteer: None });
    }
    if let Some(mut log) = log {
        remarks.append(&mut log.remarks);
        remarks.extend(apply_log(&log, &mut prospects, &territory.policy, on));
    }
    if let Some(as_of) = territory.dates_as_of.filter(|_| days_moved != 0) {
        let message = format!(
            "dates_as_of of the territory file is {as_of}: dates in the lists and the log are moved by {days_moved} days"
        );
        remarks.push(Remark::new(RemarkCode::DatesMoved, message));
    }
    if let Some(file) = territory.visits.as_deref().filter(|file| !file.exists()) {
        let message = format!("{} does not exist yet: no visits have been logged", file.display());
        remarks.push(Remark::new(RemarkCode::NoVisitLog, message));
    }
    remarks.extend(remark_future_visits(&prospects, on));
    assign_tiers(&mut prospects, territory.policy.tier_share);
    remarks.extend(remark_duplicates(&prospects, &ProspectIndex::new(&prospects)));
    if let Some(learned) = &territory.learned {
        remarks.extend(use_learned(territory, learned, &mut prospects));
    }
    let gazetteer = territory.gazetteer().filter(|_| looked_up).map(Path::to_owned);
    Ok(Lists { prospects: prospects.into(), files, unplaced, gazetteer, remarks })
}

/// Returns an error for each list that contains ids of an earlier list.
fn ids_used_twice(lists: &[(String, ProspectList)]) -> Vec<TableError> {
    let mut first_use: FxHashMap<&str, (&str, u64)> = FxHashMap::default();
    let mut errors = Vec::new();
    for (file, list) in lists {
        let mut faults = Vec::new();
        for (prospect, &row) in list.prospects.iter().zip(&list.rows) {
            match first_use.get(prospect.id.as_str()) {
                Some((other_file, other_row)) => faults.push(RowFault {
                    row,
                    column: Some("id".to_owned()),
                    found: prospect.id.clone(),
                    expected: format!("a unique id; row {other_row} of {other_file} has the same"),
                }),
                None => {
                    first_use.insert(&prospect.id, (file, row));
                }
            }
        }
        if !faults.is_empty() {
            errors.push(TableError::Faults { file: file.clone(), faults });
        }
    }
    errors
}

/// Puts the learned minutes of outlets into the rows that state none. Returns a remark that says
/// what is used of the learned times, and one on names that the territory does not have.
fn use_learned(
    territory: &Territory,
    learned: &Learned,
    prospects: &mut [Prospect],
) -> Vec<Remark> {
    let times = &learned.times;
    let known = Prospect::by_any_id(prospects);
    let used = times.apply_to_prospects(prospects.iter_mut());
    let file = learned.file.display();
    let is_known = |name: &&String| territory.reps.iter().any(|rep| rep.name == **name);
    let mut of_its_reps = times.clone();
    of_its_reps.visit_minutes_share.retain(|name, _| is_known(&name));
    of_its_reps.travel_time_share.by_rep.retain(|name, _| is_known(&name));
    let what = of_its_reps.description(used);
    let mut remarks = vec![Remark::new(
        RemarkCode::LearnedTimes,
        format!("times learned from the visit log are used ({file}): {what}"),
    )];
    let outlets = times.visit_minutes.by_outlet.keys().filter(|id| !known.contains_key(*id));
    let mut unknown: Vec<String> = outlets.map(|id| format!("outlet {id}")).collect();
    let reps = times.visit_minutes_share.keys().chain(times.travel_time_share.by_rep.keys());
    unknown.extend(reps.filter(|name| !is_known(name)).map(|name| format!("rep \"{name}\"")));
    unknown.dedup();
    if !unknown.is_empty() {
        let message = format!(
            "{file} has times of {} that this territory does not have: {}; they are not used",
            counted(unknown.len(), "outlet or rep", "outlets or reps"),
            list_some(&unknown, 5)
        );
        remarks.push(Remark::new(RemarkCode::LearnedUnknown, message));
    }
    remarks
}

fn remark_future_visits(prospects: &[Prospect], on: Date) -> Option<Remark> {
    let ids: Vec<&str> = prospects
        .iter()
        .filter(|prospect| prospect.visited_on.is_some_and(|visited_on| visited_on > on))
        .map(|prospect| prospect.id.as_str())
        .collect();
    (!ids.is_empty()).then(|| {
        Remark::new(
            RemarkCode::VisitedAfterPlan,
            format!(
                "the last visit is after the planned day {on} and counts as made on that day: {}",
                ids.join(", ")
            ),
        )
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use insta::assert_snapshot;
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    use super::*;
    use crate::lonlat::LonLat;
    use crate::policy::Policy;
    use crate::progress::Silent;
    use crate::prospects::Tier;
    use crate::territory::TerritoryParts;

    const TODAY: Date = date(2026, 11, 24);

    /// A territory of the lists `a.csv`, `b.csv`, … with the given texts, in `folder`.
    fn territory(folder: &Path, lists: &[&str], visits: Option<&str>) -> Territory {
        let write = |name: &str, text: &str| -> PathBuf {
            let path = folder.join(name);
            fs::write(&path, text).unwrap();
            path
        };
        let names = ["a.csv", "b.csv"];
        Territory::from_parts(TerritoryParts {
            osm: folder.join("county.osm.pbf"),
            prospects: names.iter().zip(lists).map(|(name, text)| write(name, text)).collect(),
            visits: visits.map(|text| write("visits.csv", text)),
            home: LonLat { lon: 14.4, lat: 35.9 },
            mode: "car".to_owned(),
            timezone: TimeZone::UTC,
            shift: Policy::default().shift,
        })
    }

    fn without_folder(text: String, folder: &Path) -> String {
        text.replace(&format!("{}/", folder.display()), "")
    }

    #[test]
    fn joins_lists_applies_the_log_and_earns_tiers() {
        let folder = tempfile::tempdir().unwrap();
        let lists = [
            "id,name,lon,lat,revenue,visited_on\nP1,Alpha,14.40,35.90,900,2026-11-01\nP2,Beta,14.41,35.90,100,2027-01-01\n",
            "name,id,lat,lon\nGamma,P3,35.90,14.42\nAlpha!,P4,35.90,14.40\n",
        ];
        let visits = "id,visited_on\nP1,2026-11-20\nP3,2026-11-30\nP7,2026-11-20\n";
        let territory = territory(folder.path(), &lists, Some(visits));
        let Lists { prospects, remarks, .. } = load_prospects(&territory, TODAY, &Silent).unwrap();

        let ids: Vec<&str> = prospects.iter().map(|prospect| prospect.id.as_str()).collect();
        assert_eq!(ids, ["P1", "P2", "P3", "P4"]);
        assert_eq!(prospects[ProspectId(0)].visited_on, Some(date(2026, 11, 20)));
        assert_eq!(prospects[ProspectId(2)].visited_on, None);
        let tiers: Vec<Option<Tier>> = prospects.iter().map(|prospect| prospect.tier).collect();
        assert_eq!(tiers, [Some(Tier::A), Some(Tier::C), None, None]);
        let messages: Vec<String> = remarks.into_iter().map(|remark| remark.message).collect();
        assert_snapshot!(without_folder(messages.join("\n"), folder.path()), @r#"
visits.csv: 1 of 3 visits are to ids that no prospect has: P7 (row 4)
visits.csv: visits after 2026-11-24 do not count yet; there are 1
the last visit is after the planned day 2026-11-24 and counts as made on that day: P2
P1 "Alpha" and P4 "Alpha!" look like the same outlet: 0 m apart
"#);
    }

    #[test]
    fn faults_of_all_files_are_reported_together() {
        let folder = tempfile::tempdir().unwrap();
        let lists = ["id,name,lon,lat,rep\nP1,Alpha,14.40,x,Rep 2\n", "id,name\n"];
        let mut territory = territory(folder.path(), &lists, Some("id,visited_on\nP1,\n"));
        territory.prospects.push(territory.prospects[0].clone());
        territory.prospects[2].file = folder.path().join("c.csv");
        let error = load_prospects(&territory, TODAY, &Silent).unwrap_err();
        assert_snapshot!(without_folder(error.to_string(), folder.path()), @r#"
a.csv, row 2, column "lat": found "x", expected a decimal degree such as 49.87
a.csv, row 2, column "rep": found "Rep 2", expected the name of a rep; did you mean "Rep 1"?
b.csv lacks the column "lon" and the column "lat" (it has: id, name); add the missing columns, or rename the columns that hold these values
c.csv cannot be read: No such file or directory (os error 2)
visits.csv, row 2, column "visited_on": found "", expected a date such as 2026-11-24
correct these rows (`beatplan prospects check` lists all faults of a list), or plan without them: set faulty_rows = "leave_out" under [[prospects]] in the territory file
"#);
    }

    #[test]
    fn an_id_in_two_lists_is_a_fault_that_names_both() {
        let folder = tempfile::tempdir().unwrap();
        let lists = [
            "id,name,lon,lat\nP1,A,14.4,35.9\n",
            "id,name,lon,lat\nP2,B,14.4,35.9\nP1,C,14.4,35.9\n",
        ];
        let error =
            load_prospects(&territory(folder.path(), &lists, None), TODAY, &Silent).unwrap_err();
        assert_snapshot!(without_folder(error.to_string(), folder.path()), @r#"
b.csv, row 3, column "id": found "P1", expected a unique id; row 2 of a.csv has the same
correct these rows (`beatplan prospects check` lists all faults of a list), or plan without them: set faulty_rows = "leave_out" under [[prospects]] in the territory file
"#);
    }

    #[test]
    fn an_empty_list_beside_another_is_a_remark_but_only_empty_lists_are_a_fault() {
        let folder = tempfile::tempdir().unwrap();
        let (empty, one) = ("id,name,lon,lat\n", "id,name,lon,lat\nP1,A,14.4,35.9\n");
        let both = territory(folder.path(), &[empty, one], None);
        let Lists { prospects, remarks, .. } = load_prospects(&both, TODAY, &Silent).unwrap();
        assert_eq!((prospects.len(), remarks[0].code), (1, RemarkCode::EmptyTable));
        let none = territory(folder.path(), &[empty, empty], None);
        let error = load_prospects(&none, TODAY, &Silent).unwrap_err();
        assert_snapshot!(without_folder(error.to_string(), folder.path()), @r#"
a.csv has a header but no rows; add one row per outlet
b.csv has a header but no rows; add one row per outlet
"#);
    }
}
