//! Paces: the networks of the hours of a day, and the learned shares of their travel times.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::learned::{DensityShares, PartOfDay};
use crate::networks::Networks;
use crate::territory::{Rep, Territory};
use crate::units::Seconds;

/// A network of a mode, and the shares of its travel times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pace {
    /// Index of the network among those of the mode.
    pub(super) metric: usize,
    /// Learned shares for the rep.
    pub(super) shares: DensityShares,
}

/// A span of a day with one pace; it lasts until the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PaceSlot {
    /// Begin.
    pub(super) from: Seconds,
    pub(super) pace: Pace,
}

/// Returns the paces of `rep` on the working day `date`, the first from midnight; neighbours differ.
///
/// Only parts of the day within the shift count, so that a shift within one part has no more paces
/// than its networks.
pub(super) fn pace_slots(
    territory: &Territory,
    networks: &Networks,
    rep: &Rep,
    date: Date,
) -> Vec<PaceSlot> {
    let slots = networks.of(&rep.mode).slots(date);
    let in_shift = |time: &Seconds| rep.shift.start < *time && *time < rep.shift.end;
    let parts = PartOfDay::ALL.into_iter().map(PartOfDay::start).filter(in_shift);
    let begins: BTreeSet<Seconds> = slots.iter().map(|slot| slot.from).chain(parts).collect();
    let mut paces: Vec<PaceSlot> = Vec::new();
    for from in begins {
        let slot = slots.iter().rfind(|slot| slot.from <= from);
        let metric = slot.expect("the first slot begins at midnight").metric;
        let part = PartOfDay::at(from.max(rep.shift.start));
        let pace = Pace { metric, shares: territory.travel_shares(rep, part) };
        if paces.last().is_none_or(|last| last.pace != pace) {
            paces.push(PaceSlot { from, pace });
        }
    }
    paces
}

/// Returns the paces of each mode on `dates`, in order; at least one a mode.
pub(super) fn paces_of_modes<'t>(
    territory: &'t Territory,
    networks: &Networks,
    dates: &[Date],
) -> BTreeMap<&'t str, BTreeSet<Pace>> {
    let mut paces: BTreeMap<&str, BTreeSet<Pace>> = BTreeMap::new();
    for rep in &territory.reps {
        paces.entry(&rep.mode).or_default();
    }
    for date in dates {
        for (_, rep) in territory.reps_working_on(*date) {
            let slots = pace_slots(territory, networks, rep, *date);
            paces.entry(&rep.mode).or_default().extend(slots.iter().map(|slot| slot.pace));
        }
    }
    for own in paces.values_mut().filter(|own| own.is_empty()) {
        own.insert(Pace { metric: 0, shares: DensityShares::default() });
    }
    paces
}
