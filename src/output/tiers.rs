//! Writes a report on the tiers that prospects have by revenue, as JSON, CSV or GeoJSON.

use std::io;

use serde::Serialize;

use super::layer::{feature, point};
use crate::call_plan::{RevenueRank, revenue_ranks};
use crate::lonlat::LonLat;
use crate::policy::TierShares;
use crate::prospects::{ListedProspect, Tier};
use crate::units::rounded;

/// The tiers that prospects have by revenue, compared with the tiers that the lists state.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TierReport {
    /// Number of prospects.
    pub outlets: usize,
    /// Number of prospects with revenue above zero.
    pub with_revenue: usize,
    /// Shares of revenue that divide the tiers.
    pub tier_share: TierShares,
    /// Sums for each of the tiers A, B and C.
    pub tiers: Vec<TierSum>,
    /// Prospects with revenue above zero; the highest revenue comes first.
    pub ranks: Vec<RankedProspect>,
    /// Prospects whose tier by revenue differs from the tier that the list states.
    pub changes: Vec<RankedProspect>,
    /// Number of prospects without revenue for which the list states a tier.
    pub tier_without_revenue: usize,
}

/// Sums of one tier.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the names say it")]
pub struct TierSum {
    pub tier: Tier,
    pub outlets: usize,
    pub revenue: f64,
    /// Share of the total revenue, in percent.
    pub share_percent: f64,
}

/// A prospect with its rank by revenue; the highest revenue has rank 1.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the names say it")]
pub struct RankedProspect {
    pub rank: usize,
    pub id: String,
    pub name: String,
    pub revenue: f64,
    /// Share of the total revenue, in percent.
    pub share_percent: f64,
    /// Share of the total revenue that this rank and all higher ranks have together, in percent.
    pub cumulative_percent: f64,
    /// Tier by revenue.
    pub tier: Tier,
    /// Tier that the list states.
    pub tier_given: Option<Tier>,
    /// Longitude of the prospect, WGS-84, six decimals.
    pub lon: Option<f64>,
    pub lat: Option<f64>,
}

impl TierReport {
    /// Ranks `prospects` by revenue. O(n log n) for n prospects.
    pub fn new(prospects: &[ListedProspect], shares: TierShares) -> Self {
        let ranked = revenue_ranks(prospects, shares);
        let total: f64 = ranked.iter().map(|rank| rank.revenue).sum();
        let rank = |rank: &RevenueRank| {
            let prospect = &prospects[rank.prospect];
            RankedProspect {
                rank: rank.rank,
                id: prospect.id.clone(),
                name: prospect.name.clone(),
                revenue: rank.revenue,
                share_percent: rounded(rank.revenue / total * 100.0, 3),
                cumulative_percent: rounded(rank.cumulative_percent, 3),
                tier: rank.tier,
                tier_given: prospect.tier,
                lon: prospect.at.map(|at| rounded(at.lon, 6)),
                lat: prospect.at.map(|at| rounded(at.lat, 6)),
            }
        };
        let ranks: Vec<RankedProspect> = ranked.iter().map(rank).collect();
        let sum = |tier| {
            let own = || ranks.iter().filter(|rank| rank.tier == tier);
            let revenue: f64 = own().map(|rank| rank.revenue).sum();
            TierSum {
                tier,
                outlets: own().count(),
                revenue: rounded(revenue, 2),
                share_percent: rounded(revenue / total * 100.0, 1),
            }
        };
        let differs =
            |rank: &&RankedProspect| rank.tier_given.is_some_and(|given| given != rank.tier);
        let earns = |prospect: &ListedProspect| prospect.revenue.is_some_and(|sum| sum >= 0.005);
        let keeps = |prospect: &&ListedProspect| prospect.tier.is_some() && !earns(prospect);
        Self {
            outlets: prospects.len(),
            with_revenue: ranks.len(),
            tier_share: shares,
            tiers: [Tier::A, Tier::B, Tier::C].map(sum).into(),
            changes: ranks.iter().filter(differs).cloned().collect(),
            tier_without_revenue: prospects.iter().filter(keeps).count(),
            ranks,
        }
    }

    /// Returns the ranks as CSV with a header.
    ///
    /// # Errors
    /// None in practice, because writing to memory does not fail.
    pub fn csv(&self) -> io::Result<String> {
        let mut table = csv::Writer::from_writer(Vec::new());
        self.ranks.iter().try_for_each(|rank| table.serialize(rank))?;
        let bytes = table.into_inner().map_err(csv::IntoInnerError::into_error)?;
        String::from_utf8(bytes).map_err(io::Error::other)
    }

    /// Returns the ranks that have a position as GeoJSON points, and the number of ranks without a
    /// position.
    pub fn geojson(&self) -> (String, usize) {
        let placed = |rank: &RankedProspect| {
            let at = LonLat { lon: rank.lon?, lat: rank.lat? };
            Some(feature(point(at), rank).to_string())
        };
        let features: Vec<String> = self.ranks.iter().filter_map(placed).collect();
        let text = format!(
            "{{\"type\":\"FeatureCollection\",\"name\":\"tiers\",\"features\":[\n{}\n]}}\n",
            features.join(",\n")
        );
        (text, self.ranks.len() - features.len())
    }
}
