//! Shows a plan on the terminal: beats, changes, telephone calls, outlets that are left out, and
//! the quality of the plan.

use std::fmt::Write;

use beatplan::call_plan::PhoneCalls;
use beatplan::ids::ById;
use beatplan::itinerary::{Beat, LeftOut, Leg, Outcome, PlannedLunch};
use beatplan::planning::{Plan, Request, Underway};
use beatplan::policy::Policy;
use beatplan::prospects::{Prospect, ProspectId, occasion_near};
use beatplan::solver::{BreakSide, objective_points};
use beatplan::territory::Territory;
use beatplan::units::{Seconds, counted};
use comfy_table::{Cell, Table};

use super::changes;
use super::table::{new_table, rest_line, right, tier_name};

/// Maximum number of left-out outlets that are shown on the terminal; `prospects.geojson` has all
/// of them.
const LEFT_OUT_LISTED: usize = 10;

/// Maximum number of telephone calls that are shown on the terminal; `phone_calls.geojson` has all
/// of them.
const CALLS_LISTED: usize = 15;

/// Returns the text: all beats with their stops, the changes, the telephone calls, and the outlets
/// that are left out, with the reasons. The left-out outlet with the highest prize comes first.
pub(crate) fn text(territory: &Territory, request: &Request, plan: &Plan) -> String {
    let beats = plan.itinerary.beats.iter().map(|beat| {
        let is_underway = |rep: &&Underway| rep.rep == beat.rep && plan.dates[0] == beat.date;
        beat_table(territory, plan, beat, request.underway.iter().find(is_underway))
    });
    let changes =
        plan.changes.as_ref().map(|changes| changes::text(territory, changes, changes::LISTED));
    // No file contains the comparison with `--since`, so the terminal shows all of it.
    let since = plan.since.as_ref().map(|since| changes::text(territory, since, usize::MAX));
    let calls = phone_calls(&plan.prospects, &plan.phone_calls, &territory.policy);
    beats.chain(changes).chain(since).chain([calls, left_out(plan), quality(plan)]).collect()
}

/// Returns a line with the worth of the plan and its distance from the bound.
fn quality(plan: &Plan) -> String {
    let solution = &plan.solution;
    let worth = objective_points(solution.objective);
    let mut text = match plan.bound.gap(solution.objective) {
        Some(0) => format!("Worth {worth:.1} points after the cost of travel: the best possible"),
        Some(gap) => {
            // The gap in tenths of a percent, rounded up.
            let tenths = gap.div_ceil(100);
            format!(
                "Worth {worth:.1} points after the cost of travel: within {}.{} % of the best possible ({:.1} at most)",
                tenths / 10,
                tenths % 10,
                objective_points(plan.bound.objective)
            )
        }
        None => format!("Worth {worth:.1} points after the cost of travel"),
    };
    if !solution.unserved_mandatory.is_empty() {
        text += ", among plans that keep as many mandatory visits";
    }
    if solution.stopped_early {
        text += "; the time limit ended the search early";
    } else if plan.bound.stopped_early {
        text += "; the time limit ended the computation of the bound early";
    }
    text + "\n"
}

fn beat_table(
    territory: &Territory,
    plan: &Plan,
    beat: &Beat,
    underway: Option<&Underway>,
) -> String {
    let mut table = new_table(["", "time", "outlet", "tier", "why", "drive + park, walk"]);
    let event = |table: &mut Table, time: String, what: &str| {
        table.add_row(vec![Cell::new(""), Cell::new(time), Cell::new(what)]);
    };
    if let Some(made) = underway.map(|rep| rep.done.len()).filter(|made| *made > 0) {
        event(&mut table, String::new(), &format!("{made} already done"));
    }
    let leave = if underway.is_some() { "start from here" } else { "leave home" };
    let before_all = |lunch: &PlannedLunch| lunch.after_stops == 0 && lunch.end <= beat.leave;
    if let Some(lunch) = beat.lunch.filter(before_all) {
        event(&mut table, format!("{}–{}", lunch.start, lunch.end), "lunch, before setting out");
    }
    event(&mut table, beat.leave.to_string(), leave);
    for (at, stop) in beat.stops.iter().enumerate() {
        let lunch = beat.lunch.filter(|lunch| lunch.after_stops == at && !before_all(lunch));
        let lunch_at = |side: BreakSide, what: &str, table: &mut Table| {
            if let Some(lunch) = lunch.filter(|lunch| lunch.side == side) {
                event(table, format!("{}–{}", lunch.start, lunch.end), what);
            }
        };
        lunch_at(BreakSide::BeforeLeaving, "lunch, before driving on", &mut table);
        if beat.linger_before(at).0 >= 60 {
            event(&mut table, beat.departure(at).to_string(), "leave after waiting");
        }
        lunch_at(BreakSide::AfterArriving, "lunch, at the next outlet", &mut table);
        let prospect = &plan.prospects[stop.prospect];
        table.add_row(vec![
            right((at + 1).to_string()),
            Cell::new(format!("{}–{}", stop.start, stop.end)),
            Cell::new(&prospect.name),
            Cell::new(tier_name(prospect.tier)),
            Cell::new(stop.due.reason.to_string()),
            right(leg_text(&beat.legs[at])),
        ]);
    }
    if let Some(lunch) = beat.lunch.filter(|lunch| lunch.after_stops == beat.stops.len()) {
        event(&mut table, format!("{}–{}", lunch.start, lunch.end), "lunch");
    }
    event(&mut table, beat.back.to_string(), "back home");
    let rep = &territory.reps[beat.rep];
    let at_doors = beat.parking() + beat.walking();
    let driving = beat.travel().saturating_sub(at_doors);
    let talk = talking_points(territory, plan, beat);
    format!(
        "{}, {} {} ({}): {} worth {:.1} points, {:.0} km\n\
         {} h on the road, {} h parking and walking, {} h visits\n{table}\n{talk}\n",
        rep.name,
        beat.date.strftime("%A"),
        beat.date,
        rep.mode,
        counted(beat.stops.len(), "visit", "visits"),
        beat.prize().points(),
        beat.distance_m() / 1000.0,
        hours(driving),
        hours(at_doors),
        hours(beat.visiting()),
    )
}

/// Returns hours and minutes, such as `3:10`, rounded up to a minute.
fn hours(time: Seconds) -> String {
    let minutes = time.0.div_ceil(60);
    format!("{}:{:02}", minutes / 60, minutes % 60)
}

/// Returns the objections and occasions at the stops of a beat, with one line for each.
fn talking_points(territory: &Territory, plan: &Plan, beat: &Beat) -> String {
    let policy = &territory.policy;
    let mut text = String::new();
    for (at, stop) in beat.stops.iter().enumerate() {
        let prospect = &plan.prospects[stop.prospect];
        let near = || {
            occasion_near(&prospect.occasions, beat.date, policy.occasion_days, prospect.visited_on)
        };
        if let Some((on, occasion)) = near().filter(|_| stop.due.prize_parts.occasion > 0.0) {
            let _ = writeln!(text, "  {}: {on} {}", at + 1, occasion.what);
        }
        if let Some(objection) = &prospect.objection {
            let point =
                policy.talking_point(prospect).map_or(String::new(), |point| format!(". {point}"));
            let _ = writeln!(text, "  {}: said \"{}\"{point}", at + 1, objection.replace('_', " "));
        }
    }
    text
}

/// Returns the telephone calls of each day; an empty text if there are no calls.
pub(super) fn phone_calls(
    prospects: &ById<ProspectId, Prospect>,
    calls: &PhoneCalls,
    policy: &Policy,
) -> String {
    let calls = &calls.calls;
    if calls.is_empty() {
        return String::new();
    }
    let mut table = new_table(["day", "outlet", "telephone", "why", "what for"]);
    for call in calls.iter().take(CALLS_LISTED) {
        let prospect = &prospects[call.prospect];
        let why = match (call.contacted_on, call.days_overdue) {
            (None, _) => "never spoken to".to_owned(),
            (Some(on), 0) => format!("last spoken to on {on}"),
            (Some(on), days) => {
                format!("last spoken to on {on}, {} overdue", counted(days as usize, "day", "days"))
            }
        };
        table.add_row(vec![
            call.date.to_string(),
            prospect.name.clone(),
            prospect.phone.clone().unwrap_or_default(),
            why,
            policy.objective(prospect).to_owned(),
        ]);
    }
    let rest = rest_line(calls.len(), CALLS_LISTED, " in phone_calls.geojson");
    format!("Telephone calls due: {}\n{table}\n{rest}\n", calls.len())
}

/// Returns the minutes and the length of a leg. For a drive, the minutes of parking and of walks
/// follow the minutes on the road.
fn leg_text(leg: &Leg) -> String {
    let minutes = |time: Seconds| time.0.div_ceil(60);
    let (travel, at_doors) = (leg.time.to_seconds_ceil(), leg.parking + leg.walking);
    let km = leg.distance.metres() / 1000.0;
    match (leg.on_foot, at_doors) {
        (true, _) => format!("{} min walk, {:.0} m", minutes(travel), leg.distance.metres()),
        (false, Seconds::ZERO) => format!("{} min, {km:.1} km", minutes(travel)),
        (false, _) => {
            let driving = minutes(travel.saturating_sub(at_doors));
            format!("{driving} + {} min, {km:.1} km", minutes(at_doors))
        }
    }
}

fn left_out(plan: &Plan) -> String {
    let mut rows: Vec<(u32, ProspectId, &LeftOut)> = plan
        .itinerary
        .outcomes
        .iter_with_id()
        .filter_map(|(at, outcome)| match outcome {
            _ if outcome.is_done() => None,
            Outcome::LeftOut(reason) => Some((prize_if_due(plan, at), at, reason)),
            Outcome::Visited { .. } => None,
        })
        .collect();
    let missed = further_missed(plan);
    if rows.is_empty() {
        return missed;
    }
    // The row with the highest prize comes first; rows with equal prizes are in the order of the
    // list.
    rows.sort_by_key(|(prize, at, _)| (std::cmp::Reverse(*prize), *at));
    let is_due =
        |at: ProspectId| plan.call_plan.entries[at].decisions.iter().any(|d| d.due().is_some());
    let due = rows.iter().filter(|(_, at, _)| is_due(*at)).count();
    let mut table = new_table(["worth", "outlet", "tier", "why not"]);
    for (prize, at, reason) in rows.iter().take(LEFT_OUT_LISTED) {
        let prospect = &plan.prospects[*at];
        let worth = format!("{:.1}", f64::from(*prize) / 1000.0);
        table.add_row(vec![
            right(worth),
            Cell::new(&prospect.name),
            Cell::new(tier_name(prospect.tier)),
            Cell::new(format!("{reason}{}", way_in(plan, *at, reason))),
        ]);
    }
    let rest =
        rest_line(rows.len(), LEFT_OUT_LISTED, ", each with its reason in prospects.geojson");
    let (left_out, all) = (rows.len(), plan.prospects.len());
    format!("Left out: {left_out} of {all} outlets, {due} of them due\n{table}\n{rest}{missed}")
}

/// Returns a line with the number of second and later visits that are due and that the plan does
/// not contain.
fn further_missed(plan: &Plan) -> String {
    let missed = plan.itinerary.outcomes.iter().zip(&plan.call_plan.entries).filter_map(
        |(outcome, entry)| match outcome {
            Outcome::Visited { visits, .. } => Some(entry.visits_wanted().saturating_sub(*visits)),
            Outcome::LeftOut(_) => None,
        },
    );
    let (outlets, visits) = missed
        .filter(|missed| *missed > 0)
        .fold((0, 0), |(outlets, visits), missed| (outlets + 1, visits + missed));
    if visits == 0 {
        return String::new();
    }
    format!(
        "No time for {} to {} that the plan already visits\n",
        counted(visits, "further due visit", "further due visits"),
        counted(outlets, "outlet", "outlets")
    )
}

/// Returns the change that would admit a prospect. Returns an empty text if the reason already
/// names it.
fn way_in(plan: &Plan, at: ProspectId, reason: &LeftOut) -> String {
    let tells_what_helps =
        matches!(reason, LeftOut::TooFarForADay { .. } | LeftOut::MandatoryConflict { .. });
    let forcing = plan.itinerary.forcing[at].as_ref();
    let admission = forcing.and_then(|forcing| forcing.admission.as_ref());
    match admission {
        // If a day is full, or if the visit is mandatory, the reason already states the change that
        // helps.
        Some(admission) if admission.minutes.is_some() && !tells_what_helps => {
            format!("; possible {}", admission.words)
        }
        _ => String::new(),
    }
}

/// Returns the highest prize of a prospect on any day, in thousandths; 0 if it is never due.
fn prize_if_due(plan: &Plan, id: ProspectId) -> u32 {
    let entry = plan.call_plan.entry(id);
    entry.decisions.iter().filter_map(|d| d.due()).map(|due| due.prize.0).max().unwrap_or(0)
}
