//! Turns the restrictions of the map into forbidden rows of arcs.
//!
//! Semantics: <https://wiki.openstreetmap.org/wiki/Relation:restriction>. A restriction via a node
//! forbids rows of two arcs, a restriction via ways forbids longer rows.

use super::arcs_at::ArcsAt;
use super::conditional::{self, Condition, ConditionHolds, Period};
use super::graph::CutWays;
use super::ids::{ArcId, Direction, NodeId, StretchId};
use super::profile::Profile;
use crate::osm::{Extract, OsmWayId, Restriction, RestrictionMember};
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
    let (mut rows, mut conditions) = (Vec::new(), Vec::new());
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
                Resolved::Rows(found) => rows.extend(found),
                Resolved::NotOnTheseRoads => {}
                Resolved::DoesNotFit => misfits.push(restriction.id.0),
            }
        }
    }
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

fn resolve(restriction: &Restriction, kind: &str, cut: &CutWays, out_arcs: &ArcsAt) -> Resolved {
    let is_only = kind.starts_with("only_");
    if !is_only && !kind.starts_with("no_") {
        return Resolved::DoesNotFit;
    }
    let several_from = kind == "no_entry";
    let several_to = kind == "no_exit";
    if restriction.from.is_empty()
        || restriction.to.is_empty()
        || restriction.via.is_empty()
        || (restriction.from.len() > 1 && !several_from)
        || (restriction.to.len() > 1 && !several_to)
    {
        return Resolved::DoesNotFit;
    }
    let mut rows = Vec::new();
    let mut fits = true;
    for from in &restriction.from {
        for to in &restriction.to {
            match resolve_pair(*from, &restriction.via, *to, cut) {
                Resolved::Rows(found) => rows.extend(found),
                Resolved::NotOnTheseRoads => {}
                Resolved::DoesNotFit => fits = false,
            }
        }
    }
    if is_only {
        rows = rows.iter().flat_map(|row| all_but(row, cut, out_arcs)).collect();
    }
    match (rows.is_empty(), fits) {
        (false, _) => Resolved::Rows(rows),
        (true, true) => Resolved::NotOnTheseRoads,
        (true, false) => Resolved::DoesNotFit,
    }
}

/// Returns the rows that differ from the mandatory `row` only in their last arc.
fn all_but(row: &ForbiddenRow, cut: &CutWays, out_arcs: &ArcsAt) -> Vec<ForbiddenRow> {
    let (last, before) = row.split_last().expect("a row has at least two arcs");
    let at = cut.graph.arc_tail(*last);
    out_arcs
        .of(at)
        .iter()
        .filter(|arc| *arc != last)
        .map(|arc| before.iter().copied().chain([*arc]).collect())
        .collect()
}

/// Finds the one row of arcs from way `from` along `via` into way `to`.
fn resolve_pair(
    from: OsmWayId,
    via: &[RestrictionMember],
    to: OsmWayId,
    cut: &CutWays,
) -> Resolved {
    let members = [from, to].into_iter().chain(via.iter().filter_map(|member| match member {
        RestrictionMember::Way(way) => Some(*way),
        RestrictionMember::Node(_) => None,
    }));
    for way in members {
        if !cut.stretches_of.contains_key(&way) {
            return Resolved::NotOnTheseRoads;
        }
    }
    let starts: Vec<(Vec<ArcId>, NodeId)> = match via {
        [RestrictionMember::Node(node)] => match cut.node_of.get(node) {
            Some(node) => vec![(Vec::new(), *node)],
            None => return Resolved::NotOnTheseRoads,
        },
        ways => {
            let mut chains: Vec<(Vec<ArcId>, NodeId)> = Vec::new();
            for (at, member) in ways.iter().enumerate() {
                let RestrictionMember::Way(way) = member else { return Resolved::DoesNotFit };
                let runs = Direction::BOTH.map(|direction| run_along(*way, direction, cut));
                if at == 0 {
                    chains = runs.into_iter().map(|(entry, arcs, _)| (arcs, entry)).collect();
                    continue;
                }
                chains = chains
                    .into_iter()
                    .flat_map(|(arcs, entry)| {
                        let end = arcs.last().map_or(entry, |arc| cut.graph.arc_head(*arc));
                        runs.iter()
                            .filter(move |(next_entry, _, _)| *next_entry == end)
                            .map(move |(_, more, _)| ([arcs.clone(), more.clone()].concat(), entry))
                    })
                    .collect();
            }
            chains
        }
    };
    let mut found = Vec::new();
    let mut is_closed = false;
    for (along, entry) in starts {
        let exit = along.last().map_or(entry, |arc| cut.graph.arc_head(*arc));
        let arriving = ends_at(from, entry, cut).map(ArcId::reverse);
        let leaving = ends_at(to, exit, cut);
        for first in arriving {
            for last in leaving.clone() {
                let row: Vec<ArcId> =
                    std::iter::once(first).chain(along.iter().copied()).chain([last]).collect();
                if row.iter().all(|arc| cut.graph.arc_cost(*arc).is_some()) {
                    found.push(row);
                } else {
                    is_closed = true;
                }
            }
        }
    }
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

/// Returns the first node, the arcs and the last node of a whole way in one direction.
fn run_along(way: OsmWayId, direction: Direction, cut: &CutWays) -> (NodeId, Vec<ArcId>, NodeId) {
    let mut arcs: Vec<ArcId> =
        cut.stretches_of[&way].iter().map(|stretch| stretch.arc(direction)).collect();
    if direction == Direction::Backward {
        arcs.reverse();
    }
    let first = arcs.first().expect("a way has at least one stretch");
    let last = arcs.last().expect("a way has at least one stretch");
    (cut.graph.arc_tail(*first), arcs.clone(), cut.graph.arc_head(*last))
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
