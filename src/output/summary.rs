//! Computes the contents of `summary.json` and writes them.

use std::collections::BTreeMap;
use std::path::Path;

use super::changes::{plan_changes, underway_rep};
use super::{ATTRIBUTION, WriteError, Written};
use crate::itinerary::Outcome;
use crate::networks::fingerprint;
use crate::plan_files::{
    PlanSummary, PlanTotals, Program, RepSettings, RouteProperties, RouteSummary, SolverFigures,
    SummaryInput, SwappedDay,
};
use crate::prospects::Grade;
use crate::road::Profile;
use crate::territory::Rep;

/// Returns the text of `summary.json`. Reads the input files once more to compute their
/// fingerprints.
pub(super) fn render(
    written: Written<'_>,
    routes: &[RouteProperties],
) -> Result<String, WriteError> {
    let Written { territory, networks, request, plan, sharing } = written;
    let mut left_out = BTreeMap::new();
    for outcome in &plan.itinerary.outcomes {
        if let Outcome::LeftOut(reason) = outcome
            && !outcome.is_done()
        {
            *left_out.entry(reason.code().to_owned()).or_default() += 1;
        }
    }
    let mut positions = BTreeMap::new();
    for prospect in &plan.prospects {
        let quality = prospect.position_quality.map_or("given", Grade::name);
        *positions.entry(quality.to_owned()).or_default() += 1;
    }
    let summary = PlanSummary {
        program: Program::Beatplan,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        attribution: ATTRIBUTION.to_owned(),
        territory: territory.name.clone(),
        timezone: territory.timezone.iana_name().map(str::to_owned),
        dates: plan.dates.clone(),
        dates_as_of: territory.dates_as_of,
        seed: request.seed,
        effort: request.effort,
        totals: PlanTotals::of(plan),
        routes: routes.iter().map(route_summary).collect(),
        left_out,
        positions,
        no_position: plan.unplaced.clone(),
        underway: request.underway.iter().map(|rep| underway_rep(written, rep)).collect(),
        changes: plan
            .changes
            .as_ref()
            .map(|changes| plan_changes(changes, territory.policy.move_cost)),
        remarks: plan.remarks.clone(),
        solver: SolverFigures::of(plan),
        networks: networks
            .by_mode
            .iter()
            .map(|(mode, network)| (mode.clone(), network.any().size()))
            .collect(),
        speeds: territory.speeds.clone(),
        speed_regions: written
            .networks
            .by_mode
            .iter()
            .map(|(mode, network)| (mode.clone(), network.any().info().speed_regions.clone()))
            .collect(),
        inputs: inputs(written)?,
        personal_dropped: sharing.drop_personal,
        datum_out: sharing.datum,
        reps: territory.reps.iter().map(rep_settings).collect(),
        holidays: territory.calendar.holidays().collect(),
        working_days: territory
            .calendar
            .working_days()
            .map(|(date, weekday)| SwappedDay { date, counts_as: weekday.into() })
            .collect(),
        policy: territory.policy.clone(),
        learned: territory.learned.as_ref().map(|learned| learned.times.clone()),
    };
    let mut text = serde_json::to_string_pretty(&summary).expect("a summary is plain data");
    text.push('\n');
    Ok(text)
}

fn route_summary(route: &RouteProperties) -> RouteSummary {
    RouteSummary {
        route_id: route.route_id.clone(),
        rep: route.rep.clone(),
        date: route.date,
        start_time: route.start_time,
        end_time: route.end_time,
        visits: route.visits,
        prize: route.prize,
        distance_km: route.distance_km,
        travel_minutes: route.travel_minutes,
        park_minutes: route.park_minutes,
        walk_minutes: route.walk_minutes,
        visit_minutes: route.visit_minutes,
    }
}

fn inputs(written: Written<'_>) -> Result<Vec<SummaryInput>, WriteError> {
    let territory = written.territory;
    let input = |role: &str, path: &Path, xxh3: String| SummaryInput {
        role: role.to_owned(),
        file: path.to_string_lossy().into_owned(),
        xxh3,
        mode: None,
        settings: None,
    };
    let mut inputs = vec![input("map", &territory.osm, written.networks.source_xxh3.clone())];
    if let Some(path) = &written.plan.gazetteer {
        inputs.push(input("gazetteer", path, fingerprint(path)?));
    }
    if let Some(path) = &territory.calendar_file {
        inputs.push(input("calendar", path, fingerprint(path)?));
    }
    for list in &territory.prospects {
        let settings = Some(list.settings.clone());
        let input = input("prospects", &list.file, fingerprint(&list.file)?);
        inputs.push(SummaryInput { settings, ..input });
    }
    // If the visit log does not exist yet, it is not an input.
    if let Some(path) = territory.visits.as_ref().filter(|path| path.exists()) {
        inputs.push(input("visits", path, fingerprint(path)?));
    }
    if let Some(learned) = &territory.learned {
        inputs.push(input("learned", &learned.file, fingerprint(&learned.file)?));
    }
    for mode in written.networks.by_mode.keys().filter(|mode| Profile::built_in(mode).is_none()) {
        let path = territory.folder.join(mode);
        let input = input("profile", &path, fingerprint(&path)?);
        inputs.push(SummaryInput { mode: Some(mode.clone()), ..input });
    }
    Ok(inputs)
}

fn rep_settings(rep: &Rep) -> RepSettings {
    RepSettings {
        name: rep.name.clone(),
        home_lon: rep.home.lon,
        home_lat: rep.home.lat,
        mode: rep.mode.clone(),
        shift: rep.shift.into(),
        lunch_minutes: rep.lunch.map(|lunch| lunch.duration.0 / 60),
        lunch_start_between: rep.lunch.map(|lunch| lunch.start.into()),
        workdays: rep.workdays,
        days_off: rep.days_off.clone(),
        extra_days: rep.extra_days.clone(),
        visits_max: rep.visits_max,
        travel_max_minutes: rep.travel_max.map(|most| most.0 / 60),
        visit_minutes_share: rep.visit_minutes_share,
    }
}
