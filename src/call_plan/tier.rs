//! Computes tiers from collected revenue. By default, A is the first 50 %, B the next 35 %, C the
//! rest.

use crate::policy::TierShares;
use crate::prospects::{Prospect, Tier};

/// A prospect and its rank by revenue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RevenueRank {
    /// Index of the prospect.
    pub prospect: usize,
    /// Rank, counted from 1. Prospects with equal revenue have different ranks, in the order of the
    /// list.
    pub rank: usize,
    /// Revenue of the prospect.
    pub revenue: f64,
    /// Revenue of this rank and all higher ranks, in percent of the total revenue.
    pub cumulative_percent: f64,
    /// Tier that the prospect has by its revenue.
    pub tier: Tier,
}

/// Ranks all prospects with revenue above zero, the highest revenue first, and gives each a tier.
///
/// The share of the total revenue that all higher ranks have together decides the tier. It is A if
/// this share is below `shares.a` percent, B if it is below `shares.a + shares.b`, else C. So a
/// prospect that crosses a limit belongs to the higher tier, and there is always an A unless its
/// share is 0. Prospects with equal revenue have the same tier. Amounts are added in hundredths, so
/// that sums are exact. O(n log n) for n prospects.
pub fn revenue_ranks<At>(prospects: &[Prospect<At>], shares: TierShares) -> Vec<RevenueRank> {
    let hundredths =
        |p: &Prospect<At>| p.revenue.map_or(0, |revenue| (revenue * 100.0).round() as i128);
    let mut ranked: Vec<(i128, usize)> = prospects
        .iter()
        .enumerate()
        .map(|(at, prospect)| (hundredths(prospect), at))
        .filter(|(revenue, _)| *revenue > 0)
        .collect();
    ranked.sort_unstable_by_key(|&(revenue, at)| (std::cmp::Reverse(revenue), at));
    let total: i128 = ranked.iter().map(|(revenue, _)| revenue).sum();

    let mut ranks = Vec::with_capacity(ranked.len());
    let mut before = 0;
    for equals in ranked.chunk_by(|a, b| a.0 == b.0) {
        let tier = if before * 100 < total * i128::from(shares.a) {
            Tier::A
        } else if before * 100 < total * i128::from(shares.a + shares.b) {
            Tier::B
        } else {
            Tier::C
        };
        for &(revenue, prospect) in equals {
            before += revenue;
            ranks.push(RevenueRank {
                prospect,
                rank: ranks.len() + 1,
                revenue: revenue as f64 / 100.0,
                cumulative_percent: before as f64 / total as f64 * 100.0,
                tier,
            });
        }
    }
    ranks
}

/// Gives each prospect that has revenue and no tier the tier of [`revenue_ranks`]. Returns the
/// number of these prospects.
///
/// A prospect with a tier keeps its tier; its revenue counts in the ranking too.
pub fn assign_tiers(prospects: &mut [Prospect], shares: TierShares) -> usize {
    let mut assigned = 0;
    for rank in revenue_ranks(prospects, shares) {
        let own = &mut prospects[rank.prospect].tier;
        assigned += usize::from(own.is_none());
        own.get_or_insert(rank.tier);
    }
    assigned
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lonlat::LonLat;

    fn tiers(revenues: &[Option<f64>]) -> String {
        let mut prospects = with(revenues);
        assign_tiers(&mut prospects, TierShares::default());
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
        assert_eq!(assign_tiers(&mut prospects, TierShares::default()), 1);
        assert_eq!((prospects[0].tier, prospects[1].tier), (Some(Tier::C), Some(Tier::B)));
    }

    #[test]
    fn sums_of_cents_are_exact() {
        // The first has exactly half; in binary its share comes out a little less, which would make all of them A.
        let revenues = [Some(0.7), Some(0.4), Some(0.1), Some(0.1), Some(0.1)];
        assert_eq!(tiers(&revenues), "ABBBB");
    }
}
