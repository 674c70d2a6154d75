//! Check of the prizes of visits.

use super::report::{Checking, Place};
use super::written::WrittenPlan;
use crate::prospects::Tier;

/// Largest error of a number rounded to three decimals, with a margin for the arithmetic.
const ROUNDED: f64 = 0.000_5 + 1e-9;

/// Checks that each prize is `tier_weight × urgency × potential × promptness`, within the rounding
/// of the factors, and that the policy gives this tier weight for the tier.
pub(super) fn check(plan: &WrittenPlan) -> Checking {
    let mut check = Checking::new(
        "prizes",
        "prize",
        "of tier weight by the policy × urgency × potential × promptness",
    );
    for stop in &plan.stops {
        check.count();
        let factors = [stop.tier_weight, stop.urgency, stop.potential, stop.promptness];
        check_product(&mut check, &stop.place(), stop.prize, factors);
    }
    let weights = &plan.summary.policy.tier_weight;
    for prospect in &plan.prospects {
        let at = prospect.place();
        let given = [prospect.prize, prospect.tier_weight, prospect.urgency, prospect.promptness];
        let [Some(prize), Some(tier_weight), Some(urgency), Some(promptness)] = given else {
            if given.iter().any(Option::is_some) {
                check.violation(
                    &at,
                    "prize",
                    "only some of them",
                    "prize, tier_weight, urgency and promptness",
                );
            }
            continue;
        };
        check.count();
        let factors = [tier_weight, urgency, prospect.potential, promptness];
        check_product(&mut check, &at, prize, factors);
        let expected = match prospect.tier {
            Some(Tier::A) => weights.a,
            Some(Tier::B) => weights.b,
            Some(Tier::C) => weights.c,
            None => weights.untiered,
        };
        check.near(&at, "tier_weight", tier_weight, expected, ROUNDED);
    }
    check
}

fn check_product(check: &mut Checking, at: &Place, prize: f64, factors: [f64; 4]) {
    // The rounding of each factor adds to the error of the product. A promptness of 1 is exact.
    let slack = |at: usize, factor: f64| if at == 3 && factor == 1.0 { 0.0 } else { ROUNDED };
    let most: f64 = factors.iter().enumerate().map(|(at, f)| f + slack(at, *f)).product();
    let product: f64 = factors.iter().product();
    check.near(at, "prize", prize, product, (most - product).abs() + ROUNDED);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prize_may_be_off_by_the_rounding_of_its_factors_only() {
        let violations = |prize, factors| {
            let mut check = Checking::new("prizes", "prize", "");
            let at = Place { file: "stops.geojson", feature: String::new() };
            check_product(&mut check, &at, prize, factors);
            let mut report = super::super::Report::default();
            report.add(check);
            report.violations.len()
        };
        // 5 × 13/7 = 9.2857…; the file has the urgency as 1.857.
        assert_eq!(violations(9.286, [5.0, 1.857, 1.0, 1.0]), 0);
        assert_eq!(violations(9.294, [5.0, 1.857, 1.0, 1.0]), 1);
        assert_eq!(violations(0.0, [5.0, 1.857, 0.0, 1.0]), 0);
    }
}
