//! The day as a rep wants to read it at seven in the evening.

use std::fmt::Write;

use super::changes;
use beatplan::call_plan::PhoneCalls;
use beatplan::itinerary::{Beat, LeftOut, Leg, Outcome, PlannedLunch};
use beatplan::planning::{Plan, Request, Underway};
use beatplan::policy::Policy;
use beatplan::prospects::{Prospect, ProspectId, Tier, name_of, occasion_near};
use beatplan::solver::{BreakSide, objective_points};
use beatplan::territory::Territory;
use comfy_table::{Cell, CellAlignment, LineStyle, Table, TableStyle};
use serde::Serialize;

/// So many of those who were left out are listed; the rest is in `prospects.geojson`.
const LEFT_OUT_LISTED: usize = 10;

/// So many telephone calls are listed; the rest is in `phone_calls.geojson`.
const CALLS_LISTED: usize = 15;

/// All beats, stop by stop; what changed; then what was left out and why, most valuable first.
pub(crate) fn plan(territory: &Territory, request: &Request, plan: &Plan) -> String {
    let beats = plan.itinerary.beats.iter().map(|beat| {
        let is_underway = |rep: &&Underway| rep.rep == beat.rep && plan.dates[0] == beat.date;
        beat_table(territory, plan, beat, request.underway.iter().find(is_underway))
    });
    let changes =
        plan.changes.as_ref().map(|changes| changes::text(territory, changes, changes::LISTED));
    // Nothing of it is in the summary, so all of it is told here.
    let since = plan.since.as_ref().map(|since| changes::text(territory, since, usize::MAX));
    let calls = phone_calls(&plan.prospects, &plan.phone_calls, &territory.policy);
    beats.chain(changes).chain(since).chain([calls, left_out(plan), quality(plan)]).collect()
}

/// How good the plan is, in one line.
fn quality(plan: &Plan) -> String {
    let solution = &plan.solution;
    let worth = objective_points(solution.objective);
    let mut text = match plan.bound.gap(solution.objective) {
        Some(0) => format!("Worth {worth:.1} points after the cost of travel: the best possible"),
        Some(gap) => {
            // In tenths of a percent, rounded up.
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
        text += "; the time limit cut the search";
    } else if plan.bound.stopped_early {
        text += "; the time limit cut the work on that bound";
    }
    text + "\n"
}

fn beat_table(
    territory: &Territory,
    plan: &Plan,
    beat: &Beat,
    underway: Option<&Underway>,
) -> String {
    let mut table = new_table(["", "time", "outlet", "tier", "why", "drive"]);
    let event = |table: &mut Table, time: String, what: &str| {
        table.add_row(vec![Cell::new(""), Cell::new(time), Cell::new(what)]);
    };
    if let Some(made) = underway.map(|rep| rep.done.len()).filter(|made| *made > 0) {
        event(&mut table, String::new(), &format!("{made} done before"));
    }
    let leave = if underway.is_some() { "go on from here" } else { "leave home" };
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
            event(&mut table, beat.departure(at).to_string(), "leave, not to be there too early");
        }
        lunch_at(BreakSide::AfterArriving, "lunch, at the next outlet", &mut table);
        let prospect = &plan.prospects[stop.prospect.0 as usize];
        table.add_row(vec![
            Cell::new(at + 1).set_alignment(CellAlignment::Right),
            Cell::new(format!("{}–{}", stop.start, stop.end)),
            Cell::new(&prospect.name),
            Cell::new(tier_name(prospect.tier)),
            Cell::new(stop.due.reason.to_string()),
            Cell::new(leg_text(&beat.legs[at])).set_alignment(CellAlignment::Right),
        ]);
    }
    if let Some(lunch) = beat.lunch.filter(|lunch| lunch.after_stops == beat.stops.len()) {
        event(&mut table, format!("{}–{}", lunch.start, lunch.end), "lunch");
    }
    event(&mut table, beat.back.to_string(), "back home");
    let rep = &territory.reps[beat.rep];
    let travel_min = beat.travel().0.div_ceil(60);
    let talk = talking_points(territory, plan, beat);
    format!(
        "{}, {} {} ({}): {} {} worth {:.1} points, {:.0} km, {}:{:02} h on the road\n{table}\n{talk}\n",
        rep.name,
        beat.date.strftime("%A"),
        beat.date,
        rep.mode,
        beat.stops.len(),
        if beat.stops.len() == 1 { "visit" } else { "visits" },
        beat.prize().points(),
        beat.distance_m() / 1000.0,
        travel_min / 60,
        travel_min % 60,
    )
}

/// What to talk about at stops that have something against us, or an occasion; one line each.
fn talking_points(territory: &Territory, plan: &Plan, beat: &Beat) -> String {
    let policy = &territory.policy;
    let mut text = String::new();
    for (at, stop) in beat.stops.iter().enumerate() {
        let prospect = &plan.prospects[stop.prospect.0 as usize];
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

/// Whom to call, by day; nothing if nobody is.
pub(super) fn phone_calls(prospects: &[Prospect], calls: &PhoneCalls, policy: &Policy) -> String {
    let calls = &calls.calls;
    if calls.is_empty() {
        return String::new();
    }
    let mut table = new_table(["day", "outlet", "telephone", "why", "what for"]);
    for call in calls.iter().take(CALLS_LISTED) {
        let prospect = &prospects[call.prospect.0 as usize];
        let why = match (call.contacted_on, call.days_overdue) {
            (None, _) => "never spoken to".to_owned(),
            (Some(on), 0) => format!("last spoken to on {on}"),
            (Some(on), days) => format!(
                "last spoken to on {on}, {days} {} overdue",
                if days == 1 { "day" } else { "days" }
            ),
        };
        table.add_row(vec![
            call.date.to_string(),
            prospect.name.clone(),
            prospect.phone.clone().unwrap_or_default(),
            why,
            policy.objective(prospect).to_owned(),
        ]);
    }
    let mut text = format!("Telephone calls due: {}\n{table}\n", calls.len());
    if calls.len() > CALLS_LISTED {
        let _ = writeln!(text, "… and {} more, in phone_calls.geojson", calls.len() - CALLS_LISTED);
    }
    text + "\n"
}

fn leg_text(leg: &Leg) -> String {
    let minutes = leg.time.to_seconds_ceil().0.div_ceil(60);
    match leg.on_foot {
        true => format!("{minutes} min walk, {:.0} m", leg.distance.metres()),
        false => format!("{minutes} min, {:.1} km", leg.distance.metres() / 1000.0),
    }
}

fn left_out(plan: &Plan) -> String {
    let mut rows: Vec<(u32, usize, &LeftOut)> = plan
        .itinerary
        .outcomes
        .iter()
        .enumerate()
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
    // Most valuable first; among equals in the order of the list.
    rows.sort_by_key(|(prize, at, _)| (std::cmp::Reverse(*prize), *at));
    let is_due = |at: usize| plan.call_plan.entries[at].decisions.iter().any(|d| d.due().is_some());
    let due = rows.iter().filter(|(_, at, _)| is_due(*at)).count();
    let mut table = new_table(["worth", "outlet", "tier", "why not"]);
    for (prize, at, reason) in rows.iter().take(LEFT_OUT_LISTED) {
        let prospect = &plan.prospects[*at];
        let worth = format!("{:.1}", f64::from(*prize) / 1000.0);
        table.add_row(vec![
            Cell::new(worth).set_alignment(CellAlignment::Right),
            Cell::new(&prospect.name),
            Cell::new(tier_name(prospect.tier)),
            Cell::new(format!("{reason}{}", way_in(plan, *at, reason))),
        ]);
    }
    let (all, listed) = (plan.prospects.len(), rows.len().min(LEFT_OUT_LISTED));
    let mut text =
        format!("Left out: {} of {all} prospects, {due} of them due\n{table}\n", rows.len());
    if rows.len() > listed {
        let more = rows.len() - listed;
        let _ = writeln!(text, "… and {more} more, each with its reason in prospects.geojson");
    }
    text.push_str(&missed);
    text
}

/// How many visits are lacking to outlets that are visited, if any are.
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
        "{visits} further {} to {outlets} of the outlets that are visited would be due, but {} no place\n",
        if visits == 1 { "visit" } else { "visits" },
        if visits == 1 { "has" } else { "have" }
    )
}

/// What would bring a prospect in, if that can be said in a few words and the reason does not.
fn way_in(plan: &Plan, at: usize, reason: &LeftOut) -> String {
    let tells_what_helps =
        matches!(reason, LeftOut::TooFarForADay { .. } | LeftOut::MandatoryConflict { .. });
    let forcing = plan.itinerary.forcing[at].as_ref();
    let admission = forcing.and_then(|forcing| forcing.admission.as_ref());
    match admission {
        // That a day has its most visits, and what helps a mandatory one, is said in the reason.
        Some(admission) if admission.minutes.is_some() && !tells_what_helps => {
            format!("; possible {}", admission.words)
        }
        _ => String::new(),
    }
}

/// The best prize a prospect offers on any day, 0 if it is never due.
fn prize_if_due(plan: &Plan, at: usize) -> u32 {
    let entry = plan.call_plan.entry(ProspectId(at as u32));
    entry.decisions.iter().filter_map(|d| d.due()).map(|due| due.prize.0).max().unwrap_or(0)
}

/// The name of a stage, a status or the like as a person reads it.
pub(super) fn in_words(value: impl Serialize) -> String {
    name_of(value).replace('_', " ")
}

pub(super) fn tier_name(tier: Option<Tier>) -> &'static str {
    match tier {
        Some(Tier::A) => "A",
        Some(Tier::B) => "B",
        Some(Tier::C) => "C",
        None => "–",
    }
}

/// `30 %`.
pub(super) fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// A line on what is left of `count` after `listed`, with where to see it: `… and 12 more in outlets.geojson`; nothing if all
/// were listed.
pub(super) fn and_more(count: usize, listed: usize, where_to_see: &str) -> String {
    match count.saturating_sub(listed) {
        0 => String::new(),
        more => format!("… and {more} more{where_to_see}\n"),
    }
}

/// A cell for a number.
pub(super) fn right(text: String) -> Cell {
    Cell::new(text).set_alignment(CellAlignment::Right)
}

pub(crate) fn new_table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    // A rule under the header, and no lines elsewhere: a day must fit on a screen.
    let rule = LineStyle::new('─', '─', '─', '─');
    table.load_style(TableStyle::new().header_separator(rule)).set_header(header);
    table
}
