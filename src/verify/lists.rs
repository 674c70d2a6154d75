//! The lists of prospects, and whether the plan says of each row what the row says.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;

use super::carried;
use super::inputs::Inputs;
use super::report::{Checking, Place, Report};
use super::summary::UnplacedRow;
use super::written::{WrittenPlan, WrittenProspect};
use crate::calendar::Calendar;
use crate::call_plan::apply_log;
use crate::geocode::Geocoder;
use crate::osm;
use crate::progress::Progress;
use crate::prospects::{Prospect, read_prospects, read_visits};

/// The rows of all lists that could be read.
pub(super) struct Lists {
    by_id: BTreeMap<String, Prospect>,
    /// The ids, in the order of the lists and their rows.
    ids: Vec<String>,
    /// The rows of which nobody knows where they are.
    unplaced: Vec<UnplacedRow>,
    /// Holidays and swapped working days.
    calendar: Calendar,
    /// Whether every list could be read.
    is_complete: bool,
    /// Whether the day of the last visit is known: from the rows, and the log if there is one.
    knows_visits: bool,
}

impl Lists {
    /// Reads the lists and the log of visits, which counts up to the first day of the plan.
    ///
    /// What cannot be had is told to `report`.
    pub(super) fn read(
        inputs: &Inputs<'_>,
        plan: &WrittenPlan,
        progress: &dyn Progress,
        report: &mut Report,
    ) -> Self {
        let mut prospects = Vec::new();
        let mut unplaced = Vec::new();
        let mut is_complete = true;
        let gazetteer = inputs.with_role("gazetteer").next().map(|gazetteer| {
            let path = gazetteer.path.clone()?;
            let extract = osm::read_with_addresses(&path, progress);
            extract.map(|extract| Geocoder::new(&extract)).map_err(|error| error.to_string())
        });
        if let Some(Err(why)) = &gazetteer {
            is_complete = false;
            report.leave("rows whose address was looked up", why.clone());
        }
        let geocoder = gazetteer.and_then(Result::ok);
        let days_moved = plan.summary.days_moved();
        for list in inputs.with_role("prospects") {
            let settings = list.input.settings.clone().unwrap_or_default();
            let rows = list.path.clone().and_then(|path| {
                read_prospects(&path, &settings, None).map_err(|error| error.to_string())
            });
            match rows {
                Ok(rows) => {
                    for (mut outlet, row) in rows.prospects.into_iter().zip(rows.rows) {
                        outlet.move_dates(days_moved);
                        if outlet.at.is_none() {
                            let hit = geocoder.as_ref().and_then(|all| all.find_prospect(&outlet));
                            outlet.position_quality = hit.as_ref().map(|hit| hit.grade);
                            outlet.at = hit.map(|hit| hit.at);
                        }
                        match outlet.at {
                            Some(at) => prospects.push(outlet.with_position(at)),
                            None => {
                                let file = list.input.file.clone();
                                let (id, name) = (outlet.id, outlet.name);
                                unplaced.push(UnplacedRow { file, row, id, name });
                            }
                        }
                    }
                }
                Err(why) => {
                    is_complete = false;
                    report.leave("prospects and visits against their list, legs", why);
                }
            }
        }
        let mut knows_visits = true;
        for log in inputs.with_role("visits") {
            let log = log
                .path
                .clone()
                .and_then(|path| read_visits(&path).map_err(|error| error.to_string()));
            match (log, plan.summary.dates.first()) {
                // The plan itself reported the remarks.
                (Ok(mut log), Some(day)) => {
                    log.move_dates(plan.summary.dates_as_of.unwrap_or(Date::MIN), days_moved);
                    drop(apply_log(&log, &mut prospects, &plan.summary.policy, *day));
                }
                (Ok(_), None) => {}
                (Err(why), _) => {
                    knows_visits = false;
                    report.leave("days of last visits", why);
                }
            }
        }
        for underway in &plan.summary.underway {
            let is_done = |row: &&mut Prospect| underway.done.contains(&row.id);
            for row in prospects.iter_mut().filter(is_done) {
                row.visited_on = row.visited_on.max(Some(underway.date));
            }
        }
        let ids = prospects.iter().map(|row| row.id.clone()).collect();
        let by_id = prospects.into_iter().map(|row| (row.id.clone(), row)).collect();
        let calendar = plan.summary.calendar();
        Self { by_id, ids, unplaced, calendar, is_complete, knows_visits }
    }

    /// The row of the prospect `id`.
    pub(super) fn row(&self, id: &str) -> Option<&Prospect> {
        self.by_id.get(id)
    }

    /// Holidays and swapped working days.
    pub(super) fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// All rows, in the order of the lists.
    pub(super) fn in_order(&self) -> impl Iterator<Item = &Prospect> {
        self.ids.iter().filter_map(|id| self.row(id))
    }

    /// Whether every list could be read.
    pub(super) fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// Whether the day of each row's last visit is known.
    pub(super) fn knows_visits(&self) -> bool {
        self.knows_visits
    }
}

/// Each row is in `prospects.geojson`, at its place, with what the row says of it; and no prospect is without a row.
pub(super) fn check(plan: &WrittenPlan, lists: &Lists) -> Checking {
    let mut check =
        Checking::new("lists", "row", "of the lists, each in the plan at its place, as it stands");
    let written: BTreeMap<&str, &WrittenProspect> =
        plan.prospects.iter().map(|prospect| (prospect.id.as_str(), prospect)).collect();
    for (id, row) in &lists.by_id {
        check.count();
        match written.get(id.as_str()) {
            Some(prospect) => {
                compare(&mut check, prospect, row, lists.knows_visits);
                carried::compare(&mut check, prospect, row, &plan.summary);
            }
            None => {
                let place = Place { file: super::written::PROSPECTS, feature: id.clone() };
                check.violation(&place, "feature", "nothing", "the row of the list");
            }
        }
    }
    if lists.is_complete {
        let sorted = |rows: &[UnplacedRow]| {
            let mut rows = rows.to_vec();
            rows.sort();
            rows
        };
        let (found, expected) = (sorted(&plan.summary.no_position), sorted(&lists.unplaced));
        if found != expected {
            let place = Place { file: super::written::SUMMARY, feature: "no_position".to_owned() };
            let named = |rows: &[UnplacedRow]| {
                let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
                if ids.is_empty() { "none".to_owned() } else { ids.join(", ") }
            };
            check.violation(&place, "rows", named(&found), named(&expected));
        }
        for prospect in plan.prospects.iter().filter(|p| !lists.by_id.contains_key(&p.id)) {
            check.violation(&prospect.place(), "id", &prospect.id, "a row of the lists");
        }
    }
    check
}

fn compare(check: &mut Checking, prospect: &WrittenProspect, row: &Prospect, knows_visits: bool) {
    let at = prospect.place();
    let six = |degrees: f64| (degrees * 1e6).round() / 1e6;
    let expected = (six(row.at.lon), six(row.at.lat));
    if (prospect.at.lon, prospect.at.lat) != expected {
        let found = format!("{}, {}", prospect.at.lon, prospect.at.lat);
        check.violation(&at, "geometry", found, format_args!("{}, {}", expected.0, expected.1));
    }
    check.near(&at, "potential", prospect.potential, row.potential, 0.000_500_1);
    let hours = row.opening_hours.as_ref().map(|hours| hours.as_str());
    let said = [
        ("name", value(&row.name)),
        ("status", value(row.status)),
        ("stage", value(row.stage)),
        ("outlet_type", value(row.outlet_type)),
        ("next_action_date", value(row.next_action_date)),
        ("revenue", value(row.revenue)),
        ("opening_hours", value(hours)),
        ("visit_days", value(row.visit_days)),
        ("preferred_hours", value(&row.preferred_hours)),
        ("avoided_hours", value(&row.avoided_hours)),
        ("market_days", value(row.market_days)),
        ("assigned_rep", value((!row.reps.is_empty()).then(|| row.reps.join("|")))),
        ("position_quality", value(row.position_quality)),
        ("address", value(&row.address)),
        ("township", value(&row.township)),
        ("city", value(&row.city)),
        ("county", value(&row.county)),
        ("postcode", value(&row.postcode)),
        ("license_no", value(&row.license_no)),
        ("uscc", value(&row.uscc)),
        ("osm_id", value(&row.osm_id)),
        ("phone", value(&row.phone)),
        ("source", value(&row.source)),
        ("source_date", value(row.source_date)),
    ];
    // These follow from other things where the row is silent.
    let said_or_derived = [("tier", value(row.tier)), ("followup_type", value(row.followup_type))];
    let stated = said_or_derived.into_iter().filter(|(_, value)| !value.is_null());
    let visited = knows_visits.then(|| ("visited_on", value(row.visited_on)));
    for (property, expected) in said.into_iter().chain(stated).chain(visited) {
        let found = prospect.properties.get(property).unwrap_or(&Value::Null);
        check.equal(&at, property, found, &expected);
    }
}

fn value(of: impl Serialize) -> Value {
    serde_json::to_value(of).expect("cells of a row are plain data")
}
