//! Tiers from collected revenue: who brings the first half, the next 35 %, and the rest.

use super::{Prospect, Tier};

/// Gives every prospect that has revenue but no tier the tier its revenue earns it; returns how many there were.
///
/// All prospects with revenue above zero are ranked by it, highest first, those with a tier of their own included. The
/// share that the ones ranked before it have collected decides: less than 50 % makes an A, less than 85 % a B, else a C.
/// So the one that crosses a limit belongs above it, and there is always an A. Equal revenues earn equal tiers. Revenue of
/// zero and less earns none. Amounts count in hundredths, so that sums are exact. O(n log n).
pub fn assign_tiers(prospects: &mut [Prospect]) -> usize {
    let hundredths =
        |p: &Prospect| p.revenue.map_or(0, |revenue| (revenue * 100.0).round() as i128);
    let mut ranked: Vec<(i128, usize)> = prospects
        .iter()
        .enumerate()
        .map(|(at, prospect)| (hundredths(prospect), at))
        .filter(|(revenue, _)| *revenue > 0)
        .collect();
    ranked.sort_unstable_by_key(|&(revenue, at)| (std::cmp::Reverse(revenue), at));
    let total: i128 = ranked.iter().map(|(revenue, _)| revenue).sum();

    let mut assigned = 0;
    let mut before = 0;
    for equals in ranked.chunk_by(|a, b| a.0 == b.0) {
        let tier = if before * 100 < total * 50 {
            Tier::A
        } else if before * 100 < total * 85 {
            Tier::B
        } else {
            Tier::C
        };
        for &(revenue, at) in equals {
            before += revenue;
            if prospects[at].tier.is_none() {
                prospects[at].tier = Some(tier);
                assigned += 1;
            }
        }
    }
    assigned
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lonlat::LonLat;

    fn tiers(revenues: &[Option<f64>]) -> String {
        let mut prospects = with(revenues);
        assign_tiers(&mut prospects);
        prospects
            .iter()
            .map(|p| p.tier.map_or("-".to_owned(), |tier| format!("{tier:?}")))
            .collect()
    }

    fn with(revenues: &[Option<f64>]) -> Vec<Prospect> {
        let prospect = |(at, revenue): (usize, &Option<f64>)| Prospect {
            revenue: *revenue,
            ..Prospect::new(format!("P{at}"), "Pharmacy", LonLat { lon: 14.4, lat: 35.9 })
        };
        revenues.iter().enumerate().map(prospect).collect()
    }

    #[test]
    fn the_one_that_crosses_a_limit_belongs_above_it() {
        // Before each: 0, 40, 70, 85, 95 %.
        assert_eq!(tiers(&[Some(40.0), Some(30.0), Some(15.0), Some(10.0), Some(5.0)]), "AABCC");
        assert_eq!(tiers(&[Some(5.0), Some(10.0), Some(15.0), Some(30.0), Some(40.0)]), "CCBAA");
        assert_eq!(tiers(&[Some(90.0), Some(10.0)]), "AC");
    }

    #[test]
    fn equal_revenues_earn_equal_tiers() {
        assert_eq!(tiers(&[Some(1.0); 4]), "AAAA");
        assert_eq!(
            tiers(&[Some(50.0), Some(10.0), Some(10.0), Some(10.0), Some(10.0), Some(10.0)]),
            "ABBBBB"
        );
    }

    #[test]
    fn no_revenue_earns_no_tier() {
        assert_eq!(tiers(&[Some(0.0), None, Some(-3.0)]), "---");
        assert_eq!(tiers(&[Some(0.0), None, Some(0.01)]), "--A");
        assert_eq!(tiers(&[]), "");
    }

    #[test]
    fn a_tier_of_its_own_stays_but_counts() {
        let mut prospects = with(&[Some(60.0), Some(40.0)]);
        prospects[0].tier = Some(Tier::C);
        assert_eq!(assign_tiers(&mut prospects), 1);
        assert_eq!((prospects[0].tier, prospects[1].tier), (Some(Tier::C), Some(Tier::B)));
    }

    #[test]
    fn sums_of_cents_are_exact() {
        // The first has exactly half; in binary its share comes out a little less, which would make all of them A.
        let revenues = [Some(0.7), Some(0.4), Some(0.1), Some(0.1), Some(0.1)];
        assert_eq!(tiers(&revenues), "ABBBB");
    }
}
