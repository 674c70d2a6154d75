//! Divides the values of a number into classes. A class is a span of values with one colour.

/// Maximum number of spans.
const MOST: usize = 5;

/// Returns spans (from, to) that together reach from the smallest to the greatest value. Each span
/// has about the same number of features. If values repeat, the spans may be fewer than five. A
/// limit between two spans is rounded to two digits if the rounded limit divides the values in the
/// same way.
///
/// If there are at most five different values, each has its own span. `values` are finite; there
/// may be none.
pub(super) fn spans(values: &[f64]) -> Vec<(f64, f64)> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let mut different = sorted.clone();
    different.dedup();
    if different.len() <= MOST {
        return different.iter().map(|value| (*value, *value)).collect();
    }
    // Zero is a class of its own.
    let noughts = sorted.iter().take_while(|value| **value <= 0.0).count();
    let above = &sorted[noughts..];
    let mut limits: Vec<f64> = Vec::new();
    let spans = if noughts > 0 { MOST - 1 } else { MOST };
    for part in 1..spans {
        let at = above.len() * part / spans;
        let (below, next) = (above[at.saturating_sub(1)], above[at]);
        limits.push(round_between(below, next));
    }
    let greatest = sorted[sorted.len() - 1];
    let mut from = if noughts > 0 { 0.0 } else { sorted[0] };
    limits.push(greatest);
    limits.dedup();
    let mut spans: Vec<(f64, f64)> = Vec::new();
    if noughts > 0 {
        spans.push((sorted[0], 0.0));
    }
    for to in limits {
        if to > from {
            spans.push((from, to));
            from = to;
        }
    }
    spans
}

/// Returns a number of two digits that is at least `below` and less than `next`, or `below` if
/// there is none. A feature with the value `below` remains in the lower span.
fn round_between(below: f64, next: f64) -> f64 {
    let size = 10_f64.powi(below.abs().max(1e-9).log10().floor() as i32 - 1);
    let rounded = (below / size).ceil() * size;
    // Removes the rounding error of the multiplication by a power of ten.
    let rounded: f64 = format!("{rounded:.9}").parse().expect("it was written as a number");
    if rounded >= below && rounded < next { rounded } else { below }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// QGIS takes the first span that holds a value, both ends included.
    fn span_of(spans: &[(f64, f64)], value: f64) -> Option<usize> {
        spans.iter().position(|(from, to)| *from <= value && value <= *to)
    }

    #[test]
    fn every_value_has_a_span_and_each_span_a_value() {
        let wild: Vec<f64> = (0..97).map(|n| f64::from(n * n % 89) * 0.013).collect();
        let steep: Vec<f64> = (0..60).map(|n| 1.27_f64.powi(n)).collect();
        let mostly_nought: Vec<f64> = (0..100).map(|n| f64::from((n - 90).max(0))).collect();
        let shares: Vec<f64> = (0..30).map(|n| f64::from(n) / 29.0).collect();
        for values in
            [wild, steep, mostly_nought, shares, vec![3.0; 7], vec![-2.0, 0.0, 1.5], vec![]]
        {
            let spans = spans(&values);
            assert!(spans.len() <= MOST, "{spans:?}");
            let used: std::collections::BTreeSet<usize> =
                values.iter().map(|value| span_of(&spans, *value).unwrap()).collect();
            assert_eq!(used.len(), spans.len(), "{spans:?} of {values:?}");
            if let (Some(last), Some(most)) =
                (spans.last(), values.iter().copied().reduce(f64::max))
            {
                assert_eq!(last.1, most);
            }
        }
    }

    #[test]
    fn spans_of_even_values_are_even_and_round() {
        let values: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!(
            spans(&values),
            [(1.0, 20.0), (20.0, 40.0), (40.0, 60.0), (60.0, 80.0), (80.0, 100.0)]
        );
    }
}
