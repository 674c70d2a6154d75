//! Evidence for an estimate: its observations, and the error on data that was left out.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::Serialize;

use crate::units::thousandths;

/// Number of parts into which the days of a log are divided for cross-validation.
const FOLDS: usize = 5;

/// Evidence for one estimate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Evidence {
    /// Number of observations.
    pub observations: usize,
    /// Mean error in minutes on days left out, without the estimate.
    pub error_before: f64,
    /// Mean error in minutes on days left out, with the estimate.
    pub error_after: f64,
}

impl Evidence {
    /// True if the estimate reduces the error on days left out by at least a hundredth; less is chance.
    pub fn is_kept(&self) -> bool {
        self.error_after < self.error_before * 0.99
    }

    /// Reduction of the error in percent; negative if it grows.
    pub fn reduction_percent(&self) -> f64 {
        if self.error_before > 0.0 {
            (1.0 - self.error_after / self.error_before) * 100.0
        } else {
            0.0
        }
    }
}

/// Sums of errors for one estimate.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Errors {
    count: usize,
    before: f64,
    after: f64,
}

impl Errors {
    /// Adds the errors of one observation, in minutes. An error above `most` counts as `most`, so that
    /// a gross error in the log does not decide.
    pub(super) fn add(&mut self, [before, after]: [f64; 2], most: f64) {
        self.count += 1;
        self.before += before.abs().min(most);
        self.after += after.abs().min(most);
    }

    /// The evidence of all observations added.
    pub(super) fn evidence(&self) -> Evidence {
        let mean = |sum: f64| thousandths(sum / self.count.max(1) as f64);
        let (error_before, error_after) = (mean(self.before), mean(self.after));
        Evidence { observations: self.count, error_before, error_after }
    }
}

/// Divides observations by their day and calls `judge` with the observations of all other days and
/// of one part of the days, for each part. The days alternate between the parts. Does nothing with
/// fewer than two days.
pub(super) fn cross_validate<'t, T>(
    all: &'t [T],
    date: impl Fn(&T) -> Date,
    mut judge: impl FnMut(&[&'t T], &[&'t T]),
) {
    let dates: BTreeSet<Date> = all.iter().map(&date).collect();
    let dates: Vec<Date> = dates.into_iter().collect();
    let folds = FOLDS.min(dates.len());
    if folds < 2 {
        return;
    }
    let fold_of = |item: &T| dates.binary_search(&date(item)).unwrap_or_default() % folds;
    for fold in 0..folds {
        let (left_out, others): (Vec<&T>, Vec<&T>) =
            all.iter().partition(|item| fold_of(item) == fold);
        judge(&others, &left_out);
    }
}

/// Keys whose estimates a model has.
#[derive(Debug, Clone, Default)]
pub(super) enum Chosen<K> {
    /// No key.
    #[default]
    None,
    /// Every key with enough observations.
    All,
    /// These keys.
    Only(BTreeSet<K>),
}

impl<K: Ord> Chosen<K> {
    pub(super) fn has(&self, key: &K) -> bool {
        match self {
            Self::None => false,
            Self::All => true,
            Self::Only(keys) => keys.contains(key),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn each_observation_is_left_out_once_with_its_whole_day() {
        let days = [1, 1, 2, 3, 3, 3, 4, 5, 6].map(|day| date(2026, 11, day));
        let mut left_out = Vec::new();
        cross_validate(
            &days,
            |day| *day,
            |others, out| {
                assert_eq!(others.len() + out.len(), days.len());
                assert!(out.iter().all(|day| !others.contains(day)));
                left_out.extend(out.iter().map(|day| **day));
            },
        );
        left_out.sort();
        assert_eq!(left_out, days);
        cross_validate(&days[..2], |day| *day, |_, _| unreachable!("there is one day"));
    }

    #[test]
    fn an_estimate_is_kept_if_it_reduces_the_error() {
        let mut errors = Errors::default();
        errors.add([-10.0, -2.0], 30.0);
        errors.add([180.0, 188.0], 30.0);
        let evidence = errors.evidence();
        assert_eq!((evidence.error_before, evidence.error_after), (20.0, 16.0));
        assert!(evidence.is_kept());
        assert!((evidence.reduction_percent() - 20.0).abs() < 1e-9);
        assert!(!Evidence::default().is_kept());
    }
}
