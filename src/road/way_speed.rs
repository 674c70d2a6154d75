//! Speed of a travel mode on a way, derived from its tags.

use super::profile::Profile;
use crate::osm::Tags;

impl Profile {
    /// Returns the speed in km/h in the direction `suffix` (`:forward`, `:backward` or empty).
    pub(super) fn speed_kmh(
        &self,
        tags: &Tags,
        class: &str,
        class_speed: f64,
        suffix: &str,
    ) -> f64 {
        let limit = tags
            .get(&format!("maxspeed{suffix}"))
            .or_else(|| tags.get("maxspeed"))
            .and_then(parse_maxspeed_kmh);
        let base = match (self.maxspeed_share, limit) {
            (Some(share), Some(limit)) => limit * share,
            _ => class_speed,
        };
        let surface_max = tags.get("surface").and_then(|s| self.surface_speed_max_kmh.get(s));
        let usual = base.min(surface_max.copied().unwrap_or(f64::INFINITY)).min(self.speed_max_kmh);
        let share = self.speed_share.get(class).copied().unwrap_or(1.0);
        (usual * share).min(self.speed_max_kmh).max(1.0)
    }
}

/// Parses `maxspeed` into km/h: a number, `30 mph`, `walk` or a zone such as `CN:urban`.
fn parse_maxspeed_kmh(value: &str) -> Option<f64> {
    let value = value.split(';').next()?.trim();
    let number = |s: &str| s.trim().parse::<f64>().ok().filter(|v| *v > 0.0 && *v < 400.0);
    if let Some(mph) = value.strip_suffix("mph") {
        return number(mph).map(|v| v * 1.609_344);
    }
    match value.rsplit(':').next()? {
        "walk" | "living_street" => Some(7.0),
        "urban" | "nsl_restricted" => Some(50.0),
        "rural" => Some(80.0),
        "trunk" | "nsl_dual" => Some(100.0),
        "motorway" => Some(120.0),
        _ => number(value.strip_suffix("km/h").unwrap_or(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speed_limits_are_read_in_every_form_the_map_has() {
        assert_eq!(parse_maxspeed_kmh("50"), Some(50.0));
        assert_eq!(parse_maxspeed_kmh("30 mph"), Some(48.280_32));
        assert_eq!(parse_maxspeed_kmh("CN:urban"), Some(50.0));
        assert_eq!(parse_maxspeed_kmh("50;30"), Some(50.0));
        assert_eq!(parse_maxspeed_kmh("none"), None);
        assert_eq!(parse_maxspeed_kmh("-5"), None);
    }
}
