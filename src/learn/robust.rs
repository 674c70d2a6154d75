//! Statistics that single errors do not move: medians, a common factor, shrinkage.

/// Returns the median of `values`, the mean of the middle two for an even number; `None` if empty.
pub(super) fn median(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut sorted: Vec<f64> = values.into_iter().collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(sorted[middle]),
        _ => Some((sorted[middle - 1] + sorted[middle]) / 2.0),
    }
}

/// Returns the value at which half of the weight lies below; `None` without weight.
///
/// The weighted median of `y ÷ x` with the weights `x` minimises `Σ |y − factor × x|`.
pub(super) fn weighted_median(values: impl IntoIterator<Item = (f64, f64)>) -> Option<f64> {
    let mut sorted: Vec<(f64, f64)> = values.into_iter().filter(|(_, w)| *w > 0.0).collect();
    sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let half = sorted.iter().map(|(_, weight)| weight).sum::<f64>() / 2.0;
    let mut below = 0.0;
    for (value, weight) in &sorted {
        below += weight;
        if below >= half {
            return Some(*value);
        }
    }
    None
}

/// Error of a drive that does not grow with its length, in minutes; see [`drive_weight`].
const FIXED_ERROR: f64 = 2.0;

/// Weight of the error of a drive of `x` computed minutes. Errors grow with the length of a drive.
pub(super) fn drive_weight(x: f64) -> f64 {
    1.0 / (x + FIXED_ERROR)
}

/// Returns the factor from `range` that groups of drives `(x, y)` have in common, where each group has
/// a rest of its own: the factor that minimises `Σ |y − factor × x − rest| ÷ (x + 2) + |factor − 1|`.
///
/// The last term is one drive that takes as long as computed. It decides if the drives of each group
/// are equally long, so that factor and rest cannot be told apart. The sum is convex in the factor,
/// and the rest of a group is a weighted median, so a search by thirds finds the minimum to a
/// thousandth. O(n log n) for each of about 25 steps.
pub(super) fn common_factor(
    groups: &[Vec<(f64, f64)>],
    range: &std::ops::RangeInclusive<f64>,
) -> f64 {
    let value = |thousandths: i64| thousandths as f64 / 1000.0;
    let sum = |thousandths: i64| {
        let factor = value(thousandths);
        let of_group = |group: &Vec<(f64, f64)>| {
            let rest = common_rest(group, factor);
            let error = |(x, y): &(f64, f64)| (y - factor * x - rest).abs() * drive_weight(*x);
            group.iter().map(error).sum::<f64>()
        };
        groups.iter().map(of_group).sum::<f64>() + (factor - 1.0).abs()
    };
    let mut least = (range.start() * 1000.0).round() as i64;
    let mut most = (range.end() * 1000.0).round() as i64;
    while most - least > 2 {
        let third = (most - least) / 3;
        if sum(least + third) <= sum(most - third) {
            most -= third;
        } else {
            least += third;
        }
    }
    value((least + most) / 2)
}

/// Returns the rest of a group of drives `(x, y)` for a factor: the weighted median of `y − factor × x`.
pub(super) fn common_rest(group: &[(f64, f64)], factor: f64) -> f64 {
    let rests = group.iter().map(|(x, y)| (y - factor * x, drive_weight(*x)));
    weighted_median(rests).unwrap_or(0.0)
}

/// Returns `own` pulled towards `parent`: `(n × own + k × parent) ÷ (n + k)` for `n` observations.
pub(super) fn shrunk(own: f64, parent: f64, n: usize, k: f64) -> f64 {
    let n = n as f64;
    (n * own + k * parent) / (n + k)
}

/// Bounds of the weight of the parent. Oracle Field Service counts a key from seven observations on.
const PARENT_WEIGHT: std::ops::RangeInclusive<f64> = 3.0..=10.0;

/// Median of the square of a standard normal variable.
const MEDIAN_OF_SQUARE: f64 = 0.454_936;

/// Returns the weight `k` of the parent in [`shrunk`] for groups of deviations from it: the variance
/// within groups ÷ the variance between them, at least 3 and at most 10.
///
/// Both variances are robust moments. Two values of a group differ by `√2 σ` times a normal variable,
/// so the median of half their squared difference, ÷ 0.455, is `σ²`. The medians of the groups have
/// the variance between groups, estimated in the same way, plus `σ²` ÷ the size of the group.
pub(super) fn parent_weight(groups: &[Vec<f64>]) -> f64 {
    let half_squares = |values: &[f64], all: &mut Vec<f64>| {
        for (at, a) in values.iter().enumerate() {
            all.extend(values[at + 1..].iter().map(|b| (a - b) * (a - b) / 2.0));
        }
    };
    let mut pairs = Vec::new();
    groups.iter().for_each(|group| half_squares(group, &mut pairs));
    let Some(within) = median(pairs).map(|square| square / MEDIAN_OF_SQUARE) else {
        return *PARENT_WEIGHT.end();
    };
    let squares = groups.iter().filter_map(|group| median(group.iter().copied()));
    let total = median(squares.map(|own| own * own)).unwrap_or(0.0) / MEDIAN_OF_SQUARE;
    let of_noise = groups.iter().map(|group| 1.0 / group.len().max(1) as f64).sum::<f64>()
        / groups.len().max(1) as f64;
    let between = total - within * of_noise;
    let k = if between > 0.0 { within / between } else { f64::INFINITY };
    k.clamp(*PARENT_WEIGHT.start(), *PARENT_WEIGHT.end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_do_not_follow_a_gross_error() {
        assert_eq!(median([3.0, 1.0, 200.0]), Some(3.0));
        assert_eq!(median([4.0, 1.0, 2.0, 900.0]), Some(3.0));
        assert_eq!(median([]), None);
        assert_eq!(weighted_median([(1.0, 1.0), (9.0, 1.0), (2.0, 5.0)]), Some(2.0));
        assert_eq!(weighted_median([(1.0, 0.0)]), None);
    }

    #[test]
    fn one_factor_fits_groups_with_different_rests() {
        let range = 0.6..=1.4;
        let line = |rest: f64| (1..30).map(move |x| (f64::from(x), rest + 1.2 * f64::from(x)));
        let mut low: Vec<(f64, f64)> = line(2.0).collect();
        low[3].1 = 90.0;
        let found = common_factor(&[low.clone(), line(7.0).collect()], &range);
        assert!((found - 1.2).abs() < 0.003, "{found}");
        assert!((common_rest(&low, found) - 2.0).abs() < 0.1);
        let alike = common_factor(&[vec![(5.0, 9.0); 20]], &range);
        assert!((alike - 1.0).abs() < 0.003, "{alike}");
        assert!((common_factor(&[], &range) - 1.0).abs() < 0.003);
    }

    #[test]
    fn groups_that_differ_much_are_pulled_little() {
        assert_eq!(shrunk(10.0, 20.0, 5, 5.0), 15.0);
        let apart = [vec![-1.0, -1.01, -0.99], vec![1.0, 1.01, 0.99], vec![0.5, 0.51, 0.49]];
        assert_eq!(parent_weight(&apart), 3.0);
        let alike = [vec![-1.0, 1.0, 0.1], vec![0.9, -0.9, 0.0], vec![-1.1, 1.2, -0.1]];
        assert_eq!(parent_weight(&alike), 10.0);
        assert_eq!(parent_weight(&[vec![1.0]]), 10.0, "nothing is known of the variance within");
    }
}
