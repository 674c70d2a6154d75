//! `summary.json`: the figures of the plan, what it was made from, and what a person should know.
//!
//! It holds all settings that bear on the plan, so that `verify` can check it from files alone.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::{Date, Weekday};
use serde::Serialize;

use super::changes::{ChangeFigures, UnderwayFigures, change_figures, underway_figures};
use super::figures::{SolverFigures, Totals};
use super::routes::minutes;
use super::time::Clock;
use super::{ATTRIBUTION, WriteError, Written};
use crate::datum::Datum;
use crate::itinerary::Outcome;
use crate::networks::fingerprint;
use crate::planning::Effort;
use crate::policy::{Policy, Workdays};
use crate::prospects::{Grade, ListSettings};
use crate::remark::Remark;
use crate::road::{NetworkSize, Profile};
use crate::territory::{Rep, Unplaced};
use crate::units::{Seconds, thousandths};

#[derive(Serialize)]
struct Summary<'a> {
    program: &'static str,
    version: &'static str,
    attribution: &'static str,
    territory: &'a str,
    timezone: Option<&'a str>,
    dates: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dates_as_of: Option<Date>,
    seed: u64,
    effort: Effort,
    totals: Totals,
    routes: Vec<RouteFigures<'a>>,
    left_out: BTreeMap<&'a str, usize>,
    /// How exactly it is known where the prospects are: `given` by the list, or by grade.
    positions: BTreeMap<&'static str, usize>,
    /// Rows of which nobody knows where they are.
    no_position: Vec<UnplacedRow<'a>>,
    underway: Vec<UnderwayFigures<'a>>,
    changes: Option<ChangeFigures<'a>>,
    remarks: &'a [Remark],
    solver: SolverFigures,
    networks: BTreeMap<&'a str, NetworkSize>,
    inputs: Vec<Input<'a>>,
    /// Whether notes and personal columns were left out.
    personal_dropped: bool,
    /// In which datum routes and stops are there once more.
    datum_out: Option<Datum>,
    reps: Vec<RepSettings<'a>>,
    holidays: Vec<String>,
    working_days: Vec<WorkingDay>,
    policy: &'a Policy,
}

#[derive(Serialize)]
struct UnplacedRow<'a> {
    file: &'a str,
    row: u64,
    id: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
struct RouteFigures<'a> {
    route_id: String,
    rep: &'a str,
    date: String,
    start_time: String,
    end_time: String,
    visits: usize,
    prize: f64,
    distance_km: f64,
    travel_minutes: f64,
}

#[derive(Serialize)]
struct Input<'a> {
    role: &'static str,
    file: String,
    xxh3: String,
    /// For a profile: the travel mode it describes.
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<String>,
    /// For a list: how it is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    settings: Option<&'a ListSettings>,
}

/// A working day swapped onto another day of the week.
#[derive(Serialize)]
struct WorkingDay {
    date: String,
    counts_as: Workdays,
}

fn working_day((date, weekday): (Date, Weekday)) -> WorkingDay {
    WorkingDay { date: date.to_string(), counts_as: weekday.into() }
}

#[derive(Serialize)]
struct RepSettings<'a> {
    name: &'a str,
    home_lon: f64,
    home_lat: f64,
    mode: &'a str,
    shift: String,
    lunch_minutes: Option<u32>,
    lunch_start_between: Option<String>,
    workdays: String,
    days_off: Vec<String>,
    extra_days: Vec<String>,
    visits_max: u32,
    travel_max_minutes: Option<u32>,
    visit_minutes_share: f64,
}

/// The text of the file. Reads the inputs once more for their fingerprints.
pub(super) fn render(written: Written<'_>, clock: &Clock<'_>) -> Result<String, WriteError> {
    let Written { territory, networks, request, plan, sharing } = written;
    let beats = &plan.itinerary.beats;
    let mut left_out = BTreeMap::new();
    for outcome in &plan.itinerary.outcomes {
        if let Outcome::LeftOut(reason) = outcome
            && !outcome.is_done()
        {
            *left_out.entry(reason.code()).or_default() += 1;
        }
    }
    let mut positions = BTreeMap::new();
    for prospect in &plan.prospects {
        *positions.entry(prospect.position_quality.map_or("given", Grade::name)).or_default() += 1;
    }
    let summary = Summary {
        program: "beatplan",
        version: env!("CARGO_PKG_VERSION"),
        attribution: ATTRIBUTION,
        territory: &territory.name,
        timezone: territory.timezone.iana_name(),
        dates: plan.dates.iter().map(ToString::to_string).collect(),
        dates_as_of: territory.dates_as_of,
        seed: request.seed,
        effort: request.effort,
        totals: Totals::of(plan),
        routes: beats
            .iter()
            .map(|beat| RouteFigures {
                route_id: beat.route_id(&written.territory.name),
                rep: &territory.reps[beat.rep].name,
                date: beat.date.to_string(),
                start_time: clock.moment(beat.date, beat.leave),
                end_time: clock.moment(beat.date, beat.back),
                visits: beat.stops.len(),
                prize: beat.prize().points(),
                distance_km: thousandths(beat.distance_m() / 1000.0),
                travel_minutes: minutes(beat.travel().0),
            })
            .collect(),
        left_out,
        positions,
        no_position: plan.unplaced.iter().map(unplaced_row).collect(),
        underway: request.underway.iter().map(|rep| underway_figures(written, rep)).collect(),
        changes: plan
            .changes
            .as_ref()
            .map(|changes| change_figures(changes, territory.policy.move_cost)),
        remarks: &plan.remarks,
        solver: SolverFigures::of(plan),
        networks: networks
            .by_mode
            .iter()
            .map(|(mode, n)| (mode.as_str(), n.any().size()))
            .collect(),
        inputs: inputs(written)?,
        personal_dropped: sharing.drop_personal,
        datum_out: sharing.datum,
        reps: territory.reps.iter().map(rep_settings).collect(),
        holidays: territory.calendar.holidays().map(|date| date.to_string()).collect(),
        working_days: territory.calendar.working_days().map(working_day).collect(),
        policy: &territory.policy,
    };
    let mut text = serde_json::to_string_pretty(&summary).expect("a summary is plain data");
    text.push('\n');
    Ok(text)
}

fn unplaced_row(row: &Unplaced) -> UnplacedRow<'_> {
    UnplacedRow { file: &row.file, row: row.row, id: &row.id, name: &row.name }
}

fn inputs(written: Written<'_>) -> Result<Vec<Input<'_>>, WriteError> {
    let territory = written.territory;
    let named = |path: &Path| path.to_string_lossy().into_owned();
    let mut inputs = vec![Input {
        role: "map",
        file: named(&territory.osm),
        xxh3: written.networks.source_xxh3.clone(),
        mode: None,
        settings: None,
    }];
    if let Some(path) = &written.plan.gazetteer {
        let (file, xxh3) = (named(path), fingerprint(path)?);
        inputs.push(Input { role: "gazetteer", file, xxh3, mode: None, settings: None });
    }
    if let Some(path) = &territory.calendar_file {
        let (file, xxh3) = (named(path), fingerprint(path)?);
        inputs.push(Input { role: "calendar", file, xxh3, mode: None, settings: None });
    }
    let lists = territory.prospects.iter().map(|s| ("prospects", &s.file, Some(&s.settings)));
    // A log that is not there yet is no input.
    let log = territory.visits.iter().filter(|path| path.exists());
    for (role, path, settings) in lists.chain(log.map(|path| ("visits", path, None))) {
        let (file, xxh3) = (named(path), fingerprint(path)?);
        inputs.push(Input { role, file, xxh3, mode: None, settings });
    }
    for mode in written.networks.by_mode.keys().filter(|mode| Profile::built_in(mode).is_none()) {
        let path = territory.folder.join(mode);
        inputs.push(Input {
            role: "profile",
            file: named(&path),
            xxh3: fingerprint(&path)?,
            mode: Some(mode.clone()),
            settings: None,
        });
    }
    Ok(inputs)
}

fn rep_settings(rep: &Rep) -> RepSettings<'_> {
    let window = |start: Seconds, end: Seconds| format!("{start}-{end}");
    RepSettings {
        name: &rep.name,
        home_lon: rep.home.lon,
        home_lat: rep.home.lat,
        mode: &rep.mode,
        shift: window(rep.shift.start, rep.shift.end),
        lunch_minutes: rep.lunch.map(|lunch| lunch.duration.0 / 60),
        lunch_start_between: rep.lunch.map(|lunch| window(lunch.start.start, lunch.start.end)),
        workdays: rep.workdays.to_string(),
        days_off: rep.days_off.iter().map(ToString::to_string).collect(),
        extra_days: rep.extra_days.iter().map(ToString::to_string).collect(),
        visits_max: rep.visits_max,
        travel_max_minutes: rep.travel_max.map(|most| most.0 / 60),
        visit_minutes_share: rep.visit_minutes_share,
    }
}
