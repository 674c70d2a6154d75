//! Turn restrictions of the map as sequences of arcs that may not be driven in a row.
//!
//! Semantics: <https://wiki.openstreetmap.org/wiki/Relation:restriction>. A restriction that turns on a node forbids
//! two arcs in a row, one that passes along ways forbids longer rows.

use std::collections::BTreeMap;

use super::conditional::{self, Condition, Holds, Period};
use super::graph::CutWays;
use super::ids::{ArcId, NodeId, StretchId};
use super::profile::Profile;
use super::states::ArcsAt;
use crate::osm::{Extract, OsmWayId, Restriction, RestrictionMember};
use crate::remark::{Remark, RemarkCode};

/// A row of arcs, at least two, that nobody may travel one directly after the other.
pub(super) type ForbiddenRow = Vec<ArcId>;

/// What turn restrictions forbid.
pub(super) struct ForbiddenRows {
    /// Sorted, each once.
    pub(super) rows: Vec<ForbiddenRow>,
    /// The conditions that were judged, sorted, each once.
    pub(super) conditions: Vec<Condition>,
    pub(super) remarks: Vec<Remark>,
}

/// What `profile`'s turn restrictions forbid during `periods`.
///
/// Conditional restrictions are obeyed if they hold at some moment of `periods`. Those that cannot be judged are obeyed
/// too, and remarked on; those whose members do not fit together in this extract are left out, and remarked on.
pub(super) fn forbidden_rows(
    extract: &Extract,
    profile: &Profile,
    cut: &CutWays,
    out_arcs: &ArcsAt,
    periods: &[Period],
) -> ForbiddenRows {
    let mut rows = Vec::new();
    let mut conditions = Vec::new();
    let mut unclear: BTreeMap<RemarkCode, Vec<String>> = BTreeMap::new();
    if !profile.turn_restrictions.is_empty() {
        for restriction in &extract.restrictions {
            let (kinds, judged) = kinds_in_force(restriction, profile, periods);
            let is_guess = judged.iter().any(|condition| condition.holds == Holds::Unknown);
            conditions.extend(judged);
            if is_guess {
                unclear
                    .entry(RemarkCode::ConditionalRestriction)
                    .or_default()
                    .push(restriction.id.0.to_string());
            }
            for kind in kinds {
                match resolve(restriction, kind, cut, out_arcs) {
                    Resolved::Rows(found) => rows.extend(found),
                    Resolved::NotOnTheseRoads => {}
                    Resolved::DoesNotFit => unclear
                        .entry(RemarkCode::RestrictionLeftOut)
                        .or_default()
                        .push(restriction.id.0.to_string()),
                }
            }
        }
    }
    rows.sort_unstable();
    rows.dedup();
    conditions.sort_unstable();
    conditions.dedup();
    let remarks = unclear
        .into_iter()
        .map(|(code, relations)| {
            let listed = crate::remark::list_some(&relations, 10);
            let message = match code {
                RemarkCode::ConditionalRestriction => format!(
                    "turn restrictions whose condition could not be judged are obeyed at all times: {} (relation {listed})",
                    relations.len()
                ),
                _ => format!(
                    "turn restrictions whose members do not meet in this extract are left out: {} (relation {listed})",
                    relations.len()
                ),
            };
            Remark::new(code, message)
        })
        .collect();
    ForbiddenRows { rows, conditions, remarks }
}

/// What kinds of restriction apply to `profile`, and the conditions on which that depends.
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
            let holds = conditional::holds_during(&condition, periods);
            judged.push(Condition { text: condition, holds });
            if holds != Holds::Never {
                kinds.push(kind);
            }
        }
    }
    kinds.retain(|kind| *kind != "none");
    kinds.sort_unstable();
    kinds.dedup();
    (kinds, judged)
}

enum Resolved {
    Rows(Vec<ForbiddenRow>),
    /// A member is closed to this profile anyway, or outside the extract.
    NotOnTheseRoads,
    /// The members are all there but do not meet, or meet in several ways.
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

/// The rows that differ from the mandatory `row` in their last arc only.
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

/// The one row of arcs from way `from` along `via` into way `to`.
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
                let runs = [false, true].map(|backward| run_along(*way, backward, cut));
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
        // The way goes on beyond the via node: what is meant is turning round there, in either direction.
        found.retain(|row| row.last().copied() == row.first().map(|arc| arc.reverse()));
        return if found.is_empty() { Resolved::DoesNotFit } else { Resolved::Rows(found) };
    }
    match found.len() {
        1 => Resolved::Rows(found),
        0 if is_closed => Resolved::NotOnTheseRoads,
        _ => Resolved::DoesNotFit,
    }
}

/// All stretches of `way` in a row, in one direction: the node it starts at, its arcs, the node it ends at.
fn run_along(way: OsmWayId, backward: bool, cut: &CutWays) -> (NodeId, Vec<ArcId>, NodeId) {
    let mut arcs: Vec<ArcId> =
        cut.stretches_of[&way].iter().map(|stretch| stretch.arc(backward)).collect();
    if backward {
        arcs.reverse();
    }
    let first = arcs.first().expect("a way has at least one stretch");
    let last = arcs.last().expect("a way has at least one stretch");
    (cut.graph.arc_tail(*first), arcs.clone(), cut.graph.arc_head(*last))
}

/// The arcs of `way` that leave `node`.
fn ends_at(
    way: OsmWayId,
    node: NodeId,
    cut: &CutWays,
) -> impl Iterator<Item = ArcId> + Clone + use<'_> {
    let arcs_of = |stretch: &StretchId| [stretch.arc(false), stretch.arc(true)];
    cut.stretches_of[&way]
        .iter()
        .flat_map(arcs_of)
        .filter(move |arc| cut.graph.arc_tail(*arc) == node)
}
