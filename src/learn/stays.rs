//! Estimates the minutes of visits: by outlet type, by rep, by outlet.
//!
//! The model is a product. A visit takes the minutes of its outlet, else those of its type, times the
//! share of its rep. All levels are medians of logarithms, because durations are skewed. A level is
//! pulled towards the one above it, and each estimate must reduce the error on days left out.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::evidence::{Chosen, Errors, Evidence, cross_validate};
use super::robust::{median, parent_weight, shrunk};
use crate::prospects::{OutletType, ProspectId};
use crate::territory::RepId;

/// Minimum number of visits to an outlet type, or of a rep, for an estimate.
const GROUP_MIN: usize = 8;
/// The same on the days that judge others: a group that just has the minimum can be judged too.
const GROUP_MIN_FITTED: usize = 5;
/// Minimum number of visits to an outlet for an estimate.
const OUTLET_MIN: usize = 3;
/// The same on the days that judge others.
const OUTLET_MIN_FITTED: usize = 2;
/// Weight of "as usual" against the visits of a rep.
const REP_WEIGHT: f64 = 20.0;
/// Maximum error of one visit that counts, in minutes.
const ERROR_MAX_MINUTES: f64 = 30.0;
/// Maximum change of a rep's share.
const SHARE_CHANGE: std::ops::RangeInclusive<f64> = 0.6..=1.4;

/// A visit whose duration is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Stay {
    /// Outlet.
    pub prospect: ProspectId,
    /// Type of the outlet.
    pub outlet_type: OutletType,
    /// True for the first call at a blank outlet.
    pub is_first_call: bool,
    /// Rep, if known.
    pub rep: Option<RepId>,
    /// Share of the usual duration that the territory states for the rep.
    pub stated_share: f64,
    /// Day.
    pub date: Date,
    /// Time at the outlet, in minutes.
    pub minutes: f64,
    /// Minutes that the list or the policy states.
    pub usual_minutes: u32,
    /// True if the list states the minutes. They stay then.
    pub is_stated: bool,
}

/// An outlet type, and whether the visits are first calls.
pub(super) type TypeKey = (OutletType, bool);

/// Estimates, each with its evidence. Kept ones reduce the error.
#[derive(Debug, Clone, Default)]
pub(super) struct VisitEstimates {
    pub(super) types: BTreeMap<TypeKey, (u32, Evidence)>,
    pub(super) reps: BTreeMap<RepId, (f64, Evidence)>,
    pub(super) outlets: BTreeMap<ProspectId, (u32, Evidence)>,
    /// All visits, with everything that is kept.
    pub(super) whole: Evidence,
}

/// The levels of a model.
#[derive(Debug, Clone, Default)]
struct Levels {
    types: Chosen<TypeKey>,
    reps: Chosen<RepId>,
    outlets: Chosen<ProspectId>,
}

/// A fitted model.
#[derive(Debug, Default)]
struct VisitModel {
    types: BTreeMap<TypeKey, u32>,
    reps: BTreeMap<RepId, f64>,
    outlets: BTreeMap<ProspectId, u32>,
}

impl Stay {
    fn type_key(&self) -> TypeKey {
        (self.outlet_type, self.is_first_call)
    }

    /// Logarithm of the minutes that a rep of the usual pace would have taken.
    fn log_usual(&self, share: f64) -> f64 {
        libm::log(self.minutes / share)
    }
}

impl VisitModel {
    fn fit(stays: &[&Stay], levels: &Levels) -> Self {
        let mut model = Self::default();
        let mut by_type: BTreeMap<TypeKey, Vec<f64>> = BTreeMap::new();
        for stay in
            stays.iter().filter(|stay| !stay.is_stated && levels.types.has(&stay.type_key()))
        {
            by_type.entry(stay.type_key()).or_default().push(stay.log_usual(stay.stated_share));
        }
        for (key, own) in by_type.into_iter().filter(|(_, own)| own.len() >= GROUP_MIN_FITTED) {
            model.types.extend(median(own).map(|log| (key, whole_minutes(log))));
        }
        let mut by_rep: BTreeMap<RepId, (f64, Vec<f64>)> = BTreeMap::new();
        for stay in stays {
            if let Some(rep) = stay.rep.filter(|rep| levels.reps.has(rep)) {
                let own = by_rep.entry(rep).or_insert((stay.stated_share, Vec::new()));
                let parent = libm::log(f64::from(model.minutes_of_type(stay)));
                own.1.push(stay.log_usual(stay.stated_share) - parent);
            }
        }
        for (rep, (stated, own)) in
            by_rep.into_iter().filter(|(_, own)| own.1.len() >= GROUP_MIN_FITTED)
        {
            let count = own.len();
            let change = median(own).map(|log| libm::exp(shrunk(log, 0.0, count, REP_WEIGHT)));
            let change = change.unwrap_or(1.0).clamp(*SHARE_CHANGE.start(), *SHARE_CHANGE.end());
            let share = (stated * change * 100.0).round() / 100.0;
            model.reps.insert(rep, share.clamp(0.25, 4.0));
        }
        let mut by_outlet: BTreeMap<ProspectId, Vec<f64>> = BTreeMap::new();
        let mut parents: BTreeMap<ProspectId, f64> = BTreeMap::new();
        let of_outlets = |stay: &&&Stay| !stay.is_stated && !stay.is_first_call;
        for stay in stays.iter().filter(of_outlets) {
            let parent = libm::log(f64::from(model.minutes_of_type(stay)));
            parents.insert(stay.prospect, parent);
            let own = stay.log_usual(model.share(stay)) - parent;
            by_outlet.entry(stay.prospect).or_default().push(own);
        }
        let groups: Vec<Vec<f64>> =
            by_outlet.values().filter(|own| own.len() >= 2).cloned().collect();
        let weight = parent_weight(&groups);
        for (prospect, own) in by_outlet {
            let count = own.len();
            if count >= OUTLET_MIN_FITTED && levels.outlets.has(&prospect) {
                let log = median(own).map(|log| shrunk(log, 0.0, count, weight));
                let minutes = whole_minutes(parents[&prospect] + log.unwrap_or(0.0));
                model.outlets.insert(prospect, minutes);
            }
        }
        model
    }

    fn minutes_of_type(&self, stay: &Stay) -> u32 {
        let learned = self.types.get(&stay.type_key()).filter(|_| !stay.is_stated);
        learned.copied().unwrap_or(stay.usual_minutes)
    }

    fn share(&self, stay: &Stay) -> f64 {
        let learned = stay.rep.and_then(|rep| self.reps.get(&rep));
        learned.copied().unwrap_or(stay.stated_share)
    }

    /// Minutes that a plan would give to the visit.
    fn planned(&self, stay: &Stay) -> f64 {
        let learned = self.outlets.get(&stay.prospect).filter(|_| !stay.is_stated);
        let minutes = learned.copied().unwrap_or_else(|| self.minutes_of_type(stay));
        (f64::from(minutes) * self.share(stay) - 1e-9).ceil().max(1.0)
    }
}

/// Rounds the minutes with this logarithm; a visit takes at least one.
fn whole_minutes(log: f64) -> u32 {
    libm::exp(log).round().clamp(1.0, 720.0) as u32
}

/// Estimates the minutes of visits from `stays`, in the order of the log.
pub(super) fn estimate(stays: &[Stay]) -> VisitEstimates {
    let mut levels = Levels::default();
    let all: Vec<&Stay> = stays.iter().collect();

    let with_types = Levels { types: Chosen::All, ..levels.clone() };
    let types = judged(stays, &levels, &with_types, |model, stay| {
        model
            .types
            .contains_key(&stay.type_key())
            .then(|| stay.type_key())
            .filter(|_| !stay.is_stated)
    });
    let fitted = VisitModel::fit(&all, &with_types);
    let types = joined(fitted.types, types, GROUP_MIN);
    levels.types = kept(&types);

    let with_reps = Levels { reps: Chosen::All, ..levels.clone() };
    let reps = judged(stays, &levels, &with_reps, |model, stay| {
        stay.rep.filter(|rep| model.reps.contains_key(rep))
    });
    let fitted = VisitModel::fit(&all, &with_reps);
    let reps = joined(fitted.reps, reps, GROUP_MIN);
    levels.reps = kept(&reps);

    let with_outlets = Levels { outlets: Chosen::All, ..levels.clone() };
    let outlets = judged(stays, &levels, &with_outlets, |model, stay| {
        let is_own = model.outlets.contains_key(&stay.prospect);
        (is_own && !stay.is_stated && !stay.is_first_call).then_some(stay.prospect)
    });
    let fitted = VisitModel::fit(&all, &with_outlets);
    let outlets = joined(fitted.outlets, outlets, OUTLET_MIN);
    levels.outlets = kept(&outlets);

    let whole = judged(stays, &Levels::default(), &levels, |_, _| Some(()));
    let whole = whole.get(&()).map(Errors::evidence).unwrap_or_default();
    VisitEstimates { types, reps, outlets, whole }
}

/// Errors on days left out, without and with a level, by the key of the level's estimate.
fn judged<K: Ord>(
    stays: &[Stay],
    without: &Levels,
    with: &Levels,
    key: impl Fn(&VisitModel, &Stay) -> Option<K>,
) -> BTreeMap<K, Errors> {
    let mut errors: BTreeMap<K, Errors> = BTreeMap::new();
    cross_validate(
        stays,
        |stay| stay.date,
        |others, left_out| {
            let before = VisitModel::fit(others, without);
            let after = VisitModel::fit(others, with);
            for stay in left_out {
                if let Some(key) = key(&after, stay) {
                    let both = [&before, &after].map(|model| stay.minutes - model.planned(stay));
                    errors.entry(key).or_default().add(both, ERROR_MAX_MINUTES);
                }
            }
        },
    );
    errors
}

/// Joins estimates from all data with their evidence; estimates from fewer than `least`
/// observations that were judged are left out.
pub(super) fn joined<K: Ord, V>(
    values: BTreeMap<K, V>,
    errors: BTreeMap<K, Errors>,
    least: usize,
) -> BTreeMap<K, (V, Evidence)> {
    let with_evidence = |(key, value): (K, V)| {
        let evidence = errors.get(&key)?.evidence();
        (evidence.observations >= least).then_some((key, (value, evidence)))
    };
    values.into_iter().filter_map(with_evidence).collect()
}

/// Keys of the estimates that are kept.
pub(super) fn kept<K: Ord + Copy, V>(estimates: &BTreeMap<K, (V, Evidence)>) -> Chosen<K> {
    let is_kept = |(key, (_, evidence)): (&K, &(V, Evidence))| evidence.is_kept().then_some(*key);
    let keys: BTreeSet<K> = estimates.iter().filter_map(is_kept).collect();
    Chosen::Only(keys)
}
