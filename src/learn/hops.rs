//! Estimates the shares of the travel time and the minutes to park from drives between visits.
//!
//! The time between two visits is `share × drive + walks + parking`. Shares and minutes to park are
//! found together, because a drive of no length would still take the minutes to park. Then follow the
//! shares of densities, of reps, and of parts of the day; each must reduce the error on days left out.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::evidence::{Chosen, Errors, Evidence, cross_validate};
use super::robust::{common_factor, common_rest, drive_weight, shrunk, weighted_median};
use super::stays::{joined, kept};
use crate::learned::{PartOfDay, TravelShare};
use crate::road::Density;
use crate::territory::RepId;

/// Minimum number of drives for the usual share.
const USUAL_MIN: usize = 20;
/// The same on the days that judge others.
const USUAL_MIN_FITTED: usize = 14;
/// Minimum number of drives for the share of a density, a rep or a part of the day, and for parking.
const GROUP_MIN: usize = 15;
/// The same on the days that judge others: a group that just has the minimum can be judged too.
const GROUP_MIN_FITTED: usize = 10;
/// Weight of the share above against the drives of a group.
const PARENT_WEIGHT: f64 = 20.0;
/// Weight of the policy's minutes to park against learned ones. Parking that is held back would
/// appear as travel time, so it is small.
const POLICY_WEIGHT: f64 = 3.0;
/// Minimum length of a drive that says something about shares, in minutes.
const DRIVE_MIN_MINUTES: f64 = 1.0;
/// Maximum error of one drive that counts, in minutes.
const ERROR_MAX_MINUTES: f64 = 20.0;
/// Maximum of learned minutes to park.
const PARK_MAX_MINUTES: f64 = 15.0;

/// A drive from one visit to the next, in minutes.
#[derive(Debug, Clone, PartialEq)]
pub struct Hop {
    /// Rep.
    pub rep: RepId,
    /// Day.
    pub date: Date,
    /// Part of the day in which the drive begins.
    pub part: PartOfDay,
    /// Density of the roads at the end of the drive.
    pub density: Density,
    /// Time from leaving one outlet to arriving at the next.
    pub real_minutes: f64,
    /// Computed time on the roads.
    pub drive_minutes: f64,
    /// Walks at both ends, or the time that the list states for the approach.
    pub walk_minutes: f64,
    /// Minutes to park by the policy; `None` if the rep does not have to park, or the list states the
    /// time of the approach.
    pub park_minutes: Option<f64>,
}

/// Estimates, each with its evidence.
#[derive(Debug, Clone, Default)]
pub(super) struct TravelEstimates {
    pub(super) usual: Option<(TravelShare, Evidence)>,
    pub(super) parking: BTreeMap<Density, (f64, Evidence)>,
    pub(super) densities: BTreeMap<Density, (TravelShare, Evidence)>,
    pub(super) reps: BTreeMap<RepId, (TravelShare, Evidence)>,
    pub(super) parts: BTreeMap<(Density, PartOfDay), (TravelShare, Evidence)>,
    /// All drives, with everything that is kept.
    pub(super) whole: Evidence,
}

#[derive(Debug, Clone, Default)]
struct Levels {
    usual: Chosen<()>,
    parking: Chosen<Density>,
    densities: Chosen<Density>,
    reps: Chosen<RepId>,
    parts: Chosen<(Density, PartOfDay)>,
}

#[derive(Debug, Default)]
struct TravelModel {
    usual: Option<TravelShare>,
    parking: BTreeMap<Density, f64>,
    densities: BTreeMap<Density, TravelShare>,
    reps: BTreeMap<RepId, TravelShare>,
    parts: BTreeMap<(Density, PartOfDay), TravelShare>,
}

/// Weight of the ratio real ÷ computed time of a drive.
fn ratio_weight(hop: &Hop) -> f64 {
    hop.drive_minutes * drive_weight(hop.drive_minutes)
}

impl TravelModel {
    fn fit(hops: &[&Hop], levels: &Levels) -> Self {
        let mut model = Self::default();
        if hops.len() < USUAL_MIN_FITTED {
            return model;
        }
        model.fit_parking(hops, levels);
        let usual = |hop: &&&Hop| hop.drive_minutes >= DRIVE_MIN_MINUTES && levels.usual.has(&());
        let ratios = hops
            .iter()
            .filter(usual)
            .map(|hop| (model.on_the_road(hop) / hop.drive_minutes, ratio_weight(hop)));
        model.usual = weighted_median(ratios).map(TravelShare::new);
        let changes = model
            .changes(hops, |hop| Some(hop.density).filter(|density| levels.densities.has(density)));
        let above = model.usual.unwrap_or_default().value();
        model.densities =
            changes.into_iter().map(|(key, by)| (key, TravelShare::new(above * by))).collect();
        let changes = model.changes(hops, |hop| Some(hop.rep).filter(|rep| levels.reps.has(rep)));
        model.reps = changes.into_iter().map(|(key, by)| (key, TravelShare::new(by))).collect();
        let changes = model
            .changes(hops, |hop| Some((hop.density, hop.part)).filter(|key| levels.parts.has(key)));
        let above = |(density, _): (Density, PartOfDay)| {
            let own = model.densities.get(&density).copied().or(model.usual);
            own.unwrap_or_default().value()
        };
        model.parts =
            changes.into_iter().map(|(key, by)| (key, TravelShare::new(above(key) * by))).collect();
        model
    }

    /// Fits the minutes to park. They are the rest beside the share of all drives, if shares are
    /// fitted too; else the rest beside the computed time.
    fn fit_parking(&mut self, hops: &[&Hop], levels: &Levels) {
        let mut groups: BTreeMap<Density, Vec<(f64, f64)>> = BTreeMap::new();
        let mut stated: BTreeMap<Density, f64> = BTreeMap::new();
        for hop in hops {
            if let Some(minutes) = hop.park_minutes {
                let point = (hop.drive_minutes, hop.real_minutes - hop.walk_minutes);
                groups.entry(hop.density).or_default().push(point);
                stated.insert(hop.density, minutes);
            }
        }
        let is_wanted = groups.keys().any(|density| levels.parking.has(density));
        let share = if levels.usual.has(&()) && is_wanted {
            let all: Vec<Vec<(f64, f64)>> = groups.values().cloned().collect();
            common_factor(&all, &TravelShare::RANGE)
        } else {
            1.0
        };
        for (density, points) in groups {
            if points.len() >= GROUP_MIN_FITTED && levels.parking.has(&density) {
                let count = points.len();
                let rest = common_rest(&points, share);
                let minutes = shrunk(rest, stated[&density], count, POLICY_WEIGHT);
                let minutes = (minutes.clamp(0.0, PARK_MAX_MINUTES) * 10.0).round() / 10.0;
                self.parking.insert(density, minutes);
            }
        }
    }

    /// Median change against the model so far, by key, pulled towards 1.
    fn changes<K: Ord>(&self, hops: &[&Hop], key: impl Fn(&Hop) -> Option<K>) -> BTreeMap<K, f64> {
        let mut groups: BTreeMap<K, Vec<(f64, f64)>> = BTreeMap::new();
        for hop in hops.iter().filter(|hop| hop.drive_minutes >= DRIVE_MIN_MINUTES) {
            if let Some(key) = key(hop) {
                let expected = self.share(hop).value() * hop.drive_minutes;
                let ratio = self.on_the_road(hop) / expected;
                groups.entry(key).or_default().push((ratio, ratio_weight(hop)));
            }
        }
        let change = |(key, own): (K, Vec<(f64, f64)>)| {
            let count = own.len();
            let ratio = weighted_median(own).filter(|_| count >= GROUP_MIN_FITTED)?;
            Some((key, shrunk(ratio, 1.0, count, PARENT_WEIGHT)))
        };
        groups.into_iter().filter_map(change).collect()
    }

    fn share(&self, hop: &Hop) -> TravelShare {
        let of_part = self.parts.get(&(hop.density, hop.part));
        let of_place = of_part.or_else(|| self.densities.get(&hop.density)).copied();
        let of_rep = self.reps.get(&hop.rep).copied().unwrap_or_default();
        of_place.or(self.usual).unwrap_or_default().times(of_rep)
    }

    /// Minutes of the hop apart from walks and parking.
    fn on_the_road(&self, hop: &Hop) -> f64 {
        hop.real_minutes - hop.walk_minutes - self.parking(hop)
    }

    fn parking(&self, hop: &Hop) -> f64 {
        let stated = hop.park_minutes;
        stated.map_or(0.0, |stated| self.parking.get(&hop.density).copied().unwrap_or(stated))
    }

    /// Minutes that a plan would give to the hop.
    fn planned(&self, hop: &Hop) -> f64 {
        self.share(hop).value() * hop.drive_minutes + hop.walk_minutes + self.parking(hop)
    }
}

/// Estimates shares of the travel time and minutes to park from `hops`, in the order of the log.
pub(super) fn estimate(hops: &[Hop]) -> TravelEstimates {
    let all: Vec<&Hop> = hops.iter().collect();
    let mut levels = Levels { usual: first_choice_of_usual(hops), ..Levels::default() };

    let with_parking = Levels { parking: Chosen::All, ..levels.clone() };
    let parking = judged(hops, &levels, &with_parking, |model, hop| {
        let is_own = model.parking.contains_key(&hop.density) && hop.park_minutes.is_some();
        is_own.then_some(hop.density)
    });
    let parking = joined(TravelModel::fit(&all, &with_parking).parking, parking, GROUP_MIN);
    levels.parking = kept(&parking);

    let without_usual = Levels { usual: Chosen::None, ..levels.clone() };
    let with_usual = Levels { usual: Chosen::All, ..levels.clone() };
    let usual = judged(hops, &without_usual, &with_usual, |model, _| model.usual.map(|_| ()));
    let fitted = TravelModel::fit(&all, &with_usual).usual;
    let usual = joined(fitted.map(|share| ((), share)).into_iter().collect(), usual, USUAL_MIN);
    levels.usual = kept(&usual);

    let with_densities = Levels { densities: Chosen::All, ..levels.clone() };
    let densities = judged(hops, &levels, &with_densities, |model, hop| {
        model.densities.contains_key(&hop.density).then_some(hop.density)
    });
    let densities = joined(TravelModel::fit(&all, &with_densities).densities, densities, GROUP_MIN);
    levels.densities = kept(&densities);

    let with_reps = Levels { reps: Chosen::All, ..levels.clone() };
    let reps = judged(hops, &levels, &with_reps, |model, hop| {
        model.reps.contains_key(&hop.rep).then_some(hop.rep)
    });
    let reps = joined(TravelModel::fit(&all, &with_reps).reps, reps, GROUP_MIN);
    levels.reps = kept(&reps);

    let with_parts = Levels { parts: Chosen::All, ..levels.clone() };
    let parts = judged(hops, &levels, &with_parts, |model, hop| {
        let key = (hop.density, hop.part);
        model.parts.contains_key(&key).then_some(key)
    });
    let parts = joined(TravelModel::fit(&all, &with_parts).parts, parts, GROUP_MIN);
    levels.parts = kept(&parts);

    let whole = judged(hops, &Levels::default(), &levels, |_, _| Some(()));
    let whole = whole.get(&()).map(Errors::evidence).unwrap_or_default();
    TravelEstimates { usual: usual.into_values().next(), parking, densities, reps, parts, whole }
}

/// Returns whether parking is to be judged beside a usual share. Share and parking explain each
/// other, so their four combinations are compared; the simplest of equally good ones counts.
fn first_choice_of_usual(hops: &[Hop]) -> Chosen<()> {
    let error = |usual: Chosen<()>, parking: Chosen<Density>| {
        let levels = Levels { usual, parking, ..Levels::default() };
        let whole = judged(hops, &levels, &levels, |_, _| Some(()));
        whole.get(&()).map_or(f64::INFINITY, |errors| errors.evidence().error_after)
    };
    let without = error(Chosen::None, Chosen::None).min(error(Chosen::None, Chosen::All));
    let with = error(Chosen::All, Chosen::None).min(error(Chosen::All, Chosen::All));
    if with < without { Chosen::All } else { Chosen::None }
}

/// Errors on days left out, without and with a level, by the key of the level's estimate.
fn judged<K: Ord>(
    hops: &[Hop],
    without: &Levels,
    with: &Levels,
    key: impl Fn(&TravelModel, &Hop) -> Option<K>,
) -> BTreeMap<K, Errors> {
    let mut errors: BTreeMap<K, Errors> = BTreeMap::new();
    cross_validate(
        hops,
        |hop| hop.date,
        |others, left_out| {
            let before = TravelModel::fit(others, without);
            let after = TravelModel::fit(others, with);
            for hop in left_out {
                if let Some(key) = key(&after, hop) {
                    let both = [&before, &after].map(|model| hop.real_minutes - model.planned(hop));
                    errors.entry(key).or_default().add(both, ERROR_MAX_MINUTES);
                }
            }
        },
    );
    errors
}
