//! The lists of prospects, and the check that the plan agrees with each of their rows.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::carried;
use super::inputs::Inputs;
use super::learned;
use super::report::{Checking, Place, Report, json};
use super::written::{WrittenPlan, WrittenProspect};
use crate::calendar::Calendar;
use crate::call_plan::apply_log;
use crate::geocode::Geocoder;
use crate::osm;
use crate::plan_files::files;
use crate::progress::Progress;
use crate::prospects::{Prospect, read_prospects, read_visits};
use crate::territory::Unplaced;

/// Compares fields of a prospect of the plan with the values of its row.
macro_rules! expect_fields {
    ($check:ident, $prospect:ident; $($field:ident: $expected:expr),* $(,)?) => {
        $($check.equal(
            &$prospect.place(), stringify!($field), json(&$prospect.$field), json($expected),
        );)*
    };
}

/// The rows of all lists that could be read.
pub(super) struct Lists {
    by_id: BTreeMap<String, Prospect>,
    /// The ids, in the order of the lists and their rows.
    ids: Vec<String>,
    /// The rows without a known position.
    unplaced: Vec<Unplaced>,
    /// Holidays and swapped working days.
    calendar: Calendar,
    /// True if every list could be read.
    is_complete: bool,
    /// True if the day of the last visit is known: from the rows, and from the log if there is one.
    knows_visits: bool,
}

impl Lists {
    /// Reads the lists and the log of visits. The log counts up to the first day of the plan.
    ///
    /// If an input cannot be used, `report` gets the checks that are left out and the reason.
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
                                unplaced.push(Unplaced { file, row, id, name });
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
                // The plan has already reported these remarks.
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
        if let Some(times) = &plan.summary.learned {
            learned::fill_minutes(times, &mut prospects);
        }
        let ids = prospects.iter().map(|row| row.id.clone()).collect();
        let by_id = prospects.into_iter().map(|row| (row.id.clone(), row)).collect();
        let calendar = plan.summary.calendar();
        Self { by_id, ids, unplaced, calendar, is_complete, knows_visits }
    }

    /// Returns the row of the prospect `id`.
    pub(super) fn row(&self, id: &str) -> Option<&Prospect> {
        self.by_id.get(id)
    }

    /// Returns holidays and swapped working days.
    pub(super) fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// Returns all rows, in the order of the lists.
    pub(super) fn in_order(&self) -> impl Iterator<Item = &Prospect> {
        self.ids.iter().filter_map(|id| self.row(id))
    }

    /// Returns whether every list could be read.
    pub(super) fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// Returns whether the day of each row's last visit is known.
    pub(super) fn knows_visits(&self) -> bool {
        self.knows_visits
    }
}

/// Checks that each row is in `prospects.geojson` at its position and with its values, and that
/// each prospect has a row.
pub(super) fn check(plan: &WrittenPlan, lists: &Lists) -> Checking {
    let mut check = Checking::new(
        "lists",
        "row",
        "of the lists, each in the plan with its position and values",
    );
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
                let place = Place { file: files::PROSPECTS, feature: id.clone() };
                check.violation(&place, "feature", "nothing", "the row of the list");
            }
        }
    }
    if lists.is_complete {
        let sorted = |rows: &[Unplaced]| {
            let mut rows = rows.to_vec();
            rows.sort();
            rows
        };
        let (found, expected) = (sorted(&plan.summary.no_position), sorted(&lists.unplaced));
        if found != expected {
            let place = Place { file: files::SUMMARY, feature: "no_position".to_owned() };
            let named = |rows: &[Unplaced]| {
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
    if (prospect.geometry.lon, prospect.geometry.lat) != expected {
        let found = format!("{}, {}", prospect.geometry.lon, prospect.geometry.lat);
        check.violation(&at, "geometry", found, format_args!("{}, {}", expected.0, expected.1));
    }
    check.near(&at, "potential", prospect.potential, row.potential, 0.000_500_1);
    expect_fields! { check, prospect;
        name: &row.name,
        status: row.status,
        stage: row.stage,
        outlet_type: row.outlet_type,
        next_action_date: row.next_action_date,
        revenue: row.revenue,
        opening_hours: row.opening_hours.as_ref().map(|hours| hours.as_str()),
        visit_days: row.visit_days,
        preferred_hours: &row.preferred_hours,
        avoided_hours: &row.avoided_hours,
        market_days: row.market_days,
        assigned_rep: (!row.reps.is_empty()).then(|| row.reps.join("|")),
        approach_minutes: row.approach_minutes,
        position_quality: row.position_quality,
        address: &row.address,
        township: &row.township,
        city: &row.city,
        county: &row.county,
        postcode: &row.postcode,
        license_no: &row.license_no,
        uscc: &row.uscc,
        osm_id: &row.osm_id,
        phone: &row.phone,
        source: &row.source,
        source_date: row.source_date,
    }
    // If the row has no tier or follow-up type, the plan derives it.
    if row.tier.is_some() {
        expect_fields!(check, prospect; tier: row.tier);
    }
    if row.followup_type.is_some() {
        expect_fields!(check, prospect; followup_type: row.followup_type);
    }
    if knows_visits {
        expect_fields!(check, prospect; visited_on: row.visited_on);
    }
}
