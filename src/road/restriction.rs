//! Turns the restrictions of the map into forbidden rows of arcs.
//!
//! Semantics: <https://wiki.openstreetmap.org/wiki/Relation:restriction>. A restriction via a node
//! forbids rows of two arcs, a restriction via ways forbids longer rows. A mandatory turn
//! (`only_*`) forbids all other turns at its end; several from one arm together leave the union of
//! their turns. `via_course` finds the arcs along the members `via`.

use std::collections::{BTreeMap, BTreeSet};

use super::arcs_at::ArcsAt;
use super::conditional::{self, Condition, ConditionHolds, Period};
use super::graph::CutWays;
use super::ids::{ArcId, Direction, NodeId, StretchId};
use super::profile::Profile;
use super::via_course::{Course, courses_in_any_order, courses_in_order};
use crate::osm::{Extract, OsmWayId, Restriction};
use crate::remark::{Remark, RemarkCode, list_some};

/// A row of at least two arcs that no path may contain.
pub(super) type ForbiddenRow = Vec<ArcId>;

pub(super) struct ForbiddenRows {
    /// The rows, sorted, each once.
    pub(super) rows: Vec<ForbiddenRow>,
    /// The judged conditions, sorted, each once.
    pub(super) conditions: Vec<Condition>,
    pub(super) remarks: Vec<Remark>,
}

/// Returns the rows that the turn restrictions for `profile` forbid during `periods`.
///
/// A conditional restriction applies if its condition holds at some time of `periods`. With a
/// remark, a restriction with an unclear condition applies always, and a restriction is left out if
/// its members do not meet in this extract.
pub(super) fn forbidden_rows(
    extract: &Extract,
    profile: &Profile,
    cut: &CutWays,
    out_arcs: &ArcsAt,
    periods: &[Period],
) -> ForbiddenRows {
    let (mut rows, mut mandatory, mut conditions) = (Vec::new(), Vec::new(), Vec::new());
    let (mut unclear, mut misfits) = (Vec::new(), Vec::new());
    let applies = !profile.turn_restrictions.is_empty();
    for restriction in extract.restrictions.iter().filter(|_| applies) {
        let (kinds, judged) = kinds_in_force(restriction, profile, periods);
        if judged.iter().any(|condition| condition.holds == ConditionHolds::Unknown) {
            unclear.push(restriction.id.0);
        }
        conditions.extend(judged);
        for kind in kinds {
            match resolve(restriction, kind, cut, out_arcs) {
                Resolved::Rows(found) if kind.starts_with("only_") => mandatory.extend(found),
                Resolved::Rows(found) => rows.extend(found),
                Resolved::NotOnTheseRoads => {}
                Resolved::DoesNotFit => misfits.push(restriction.id.0),
            }
        }
    }
    rows.extend(all_but(&mandatory, cut, out_arcs));
    rows.sort_unstable();
    rows.dedup();
    conditions.sort_unstable();
    conditions.dedup();
    let mut remarks = Vec::new();
    if !unclear.is_empty() {
        remarks.push(Remark::new(
            RemarkCode::ConditionalRestriction,
            format!(
                "{} turn restrictions apply at all times because their condition is not understood \
                 (relation {})",
                unclear.len(),
                list_some(&unclear, 10)
            ),
        ));
    }
    if !misfits.is_empty() {
        remarks.push(Remark::new(
            RemarkCode::RestrictionLeftOut,
            format!(
                "{} turn restrictions were left out because their members do not meet in this \
                 extract (relation {})",
                misfits.len(),
                list_some(&misfits, 10)
            ),
        ));
    }
    ForbiddenRows { rows, conditions, remarks }
}

/// Returns the kinds (`no_left_turn`, …) that apply to `profile`, and the judged conditions.
fn kinds_in_force<'a>(
    restriction: &'a Restriction,
    profile: &Profile,
    periods: &[Period],
) -> (Vec<&'a str>, Vec<Condition>) {
    let tags = &restriction.tags;
    let concerns_us = |mode: &str| profile.turn_restrictions.iter().any(|m| m == mode);
    if tags.get("except").is_some_and(|modes| modes.split(';').any(|m| concerns_us(m.trim()))) {
        return (Vec::new(), Vec::new());
    }
    let mut judged = Vec::new();
    let mut kinds = Vec::new();
    let names: Vec<String> = std::iter::once("restriction".to_owned())
        .chain(profile.turn_restrictions.iter().map(|mode| format!("restriction:{mode}")))
        .collect();
    for name in names {
        let old_style = || conditional::from_old_tags(tags);
        let plain = tags.get(&name).map(|kind| (kind, old_style()));
        let conditional = tags.get(&format!("{name}:conditional"));
        let conditional = conditional.map(conditional::alternatives).unwrap_or_default();
        let conditional = conditional.into_iter().map(|(kind, when)| (kind, Some(when.to_owned())));
        for (kind, condition) in plain.into_iter().chain(conditional) {
            let Some(condition) = condition else {
                kinds.push(kind);
                continue;
            };
            let condition = Condition::judged(&condition, profile, periods);
            let holds = condition.holds;
            judged.push(condition);
            if holds != ConditionHolds::Never {
                kinds.push(kind);
            }
        }
    }
    // A turn that is forbidden at red costs a wait, but is no ban.
    kinds.retain(|kind| *kind != "none" && !kind.ends_with("_on_red"));
    kinds.sort_unstable();
    kinds.dedup();
    (kinds, judged)
}

enum Resolved {
    Rows(Vec<ForbiddenRow>),
    /// A member is closed to the profile or outside of the extract.
    NotOnTheseRoads,
    /// The members do not meet, or meet in several ways.
    DoesNotFit,
}

/// Finds the rows of arcs from each way `from` along the members `via` into each way `to`.
fn resolve(restriction: &Restriction, kind: &str, cut: &CutWays, out_arcs: &ArcsAt) -> Resolved {
    if !kind.starts_with("only_") && !kind.starts_with("no_") {
        return Resolved::DoesNotFit;
    }
    if restriction.from.is_empty() || restriction.to.is_empty() || restriction.via.is_empty() {
        return Resolved::DoesNotFit;
    }
    let mut rows = Vec::new();
    let mut fits = true;
    for from in &restriction.from {
        for to in &restriction.to {
            match resolve_pair(*from, restriction, *to, cut, out_arcs) {
                Resolved::Rows(found) => rows.extend(found),
                Resolved::NotOnTheseRoads => {}
                Resolved::DoesNotFit => fits = false,
            }
        }
    }
    // Of a way that was split, only one part touches the members `via`.
    let are_several =
        |end: fn(&ForbiddenRow) -> ArcId| rows.iter().any(|row| end(row) != end(&rows[0]));
    let is_unclear = (restriction.from.len() > 1
        && kind != "no_entry"
        && are_several(|row| row[0]))
        || (restriction.to.len() > 1 && kind != "no_exit" && are_several(|row| row[row.len() - 1]));
    match (rows.is_empty(), fits) {
        _ if is_unclear => Resolved::DoesNotFit,
        (false, _) => Resolved::Rows(rows),
        (true, true) => Resolved::NotOnTheseRoads,
        (true, false) => Resolved::DoesNotFit,
    }
}

/// Returns the rows that the `mandatory` rows forbid: each differs from them only in its last arc.
///
/// Mandatory rows that differ only in their last arc allow all of these arcs.
fn all_but(mandatory: &[ForbiddenRow], cut: &CutWays, out_arcs: &ArcsAt) -> Vec<ForbiddenRow> {
    let mut allowed: BTreeMap<&[ArcId], BTreeSet<ArcId>> = BTreeMap::new();
    for row in mandatory {
        let (last, before) = row.split_last().expect("a row has at least two arcs");
        allowed.entry(before).or_default().insert(*last);
    }
    let others = allowed.into_iter().flat_map(|(before, allowed)| {
        let end = before.last().expect("a row has at least two arcs");
        let onward = out_arcs.of(cut.graph.arc_head(*end)).iter();
        let others = onward.filter(move |arc| !allowed.contains(arc));
        others.map(move |arc| [before, &[*arc]].concat())
    });
    others.collect()
}

/// Finds the one row of arcs from way `from` along the members `via` into way `to`.
///
/// The members `via` may be listed in any order if only one order leads from `from` to `to`.
fn resolve_pair(
    from: OsmWayId,
    restriction: &Restriction,
    to: OsmWayId,
    cut: &CutWays,
    out_arcs: &ArcsAt,
) -> Resolved {
    if [from, to].iter().any(|way| !cut.stretches_of.contains_key(way)) {
        return Resolved::NotOnTheseRoads;
    }
    let Some(courses) = courses_in_order(&restriction.via, cut, out_arcs) else {
        return Resolved::NotOnTheseRoads;
    };
    let mut found = rows_along(from, &courses, to, cut);
    if found.is_empty() {
        let courses = courses_in_any_order(&restriction.via, cut, out_arcs);
        found = rows_along(from, &courses, to, cut);
    }
    let is_open = |row: &ForbiddenRow| row.iter().all(|arc| cut.graph.arc_cost(*arc).is_some());
    let is_closed = !found.iter().all(is_open);
    found.retain(is_open);
    if from == to && found.len() > 1 {
        // The way continues beyond the via node: a U-turn there is forbidden, in both directions.
        found.retain(|row| row.last().copied() == row.first().map(|arc| arc.reverse()));
        return if found.is_empty() { Resolved::DoesNotFit } else { Resolved::Rows(found) };
    }
    match found.len() {
        1 => Resolved::Rows(found),
        0 if is_closed => Resolved::NotOnTheseRoads,
        _ => Resolved::DoesNotFit,
    }
}

/// Returns the rows that enter one of `courses` from way `from` and leave it into way `to`.
fn rows_along(
    from: OsmWayId,
    courses: &[Course],
    to: OsmWayId,
    cut: &CutWays,
) -> Vec<ForbiddenRow> {
    let mut rows = Vec::new();
    for course in courses {
        for first in ends_at(from, course.entry, cut).map(ArcId::reverse) {
            for last in ends_at(to, course.exit, cut) {
                rows.push([&[first], &course.arcs[..], &[last]].concat());
            }
        }
    }
    rows
}

/// Returns the arcs of `way` that leave `node`.
fn ends_at(
    way: OsmWayId,
    node: NodeId,
    cut: &CutWays,
) -> impl Iterator<Item = ArcId> + Clone + use<'_> {
    let arcs_of = |stretch: &StretchId| Direction::BOTH.map(|d| stretch.arc(d));
    cut.stretches_of[&way]
        .iter()
        .flat_map(arcs_of)
        .filter(move |arc| cut.graph.arc_tail(*arc) == node)
}
