//! Access to ferries and car trains, and the time they take, derived from their tags.

use super::profile::Profile;
use super::way_access::{Access, Passage, WayAccess};
use super::way_speed::WaySpeed;
use crate::osm::Tags;

impl Profile {
    /// Tests if a way is a ferry or car train that the profile takes.
    pub(super) fn takes_as_ferry(&self, tags: &Tags) -> bool {
        tags.get("route").is_some_and(|route| self.ferry_routes.iter().any(|r| r == route))
    }

    /// Derives access and duration of a ferry from its tags, without its hours.
    pub(super) fn judge_ferry(&self, tags: &Tags) -> WayAccess {
        let access = self.access(tags, "").unwrap_or_else(|| {
            // A ferry that lists travel modes takes only these, and pedestrians.
            let named = ["foot", "bicycle", "motorcar", "motor_vehicle", "motorcycle", "hgv"];
            match named.iter().any(|k| matches!(tags.get(k), Some("yes" | "designated"))) {
                true if self.access.iter().all(|k| k != "foot") => Access::Closed,
                _ => Access::Open,
            }
        });
        if access == Access::Closed || self.is_closed_by_tags(tags) {
            return WayAccess::default();
        }
        let passage = Some(Passage {
            speed: WaySpeed::constant(self.ferry_speed_kmh),
            destination_only: access == Access::Destination,
        });
        let (forward_open, backward_open) = self.directions(tags);
        let interval_s = tags.get("interval").and_then(parse_duration_s).unwrap_or(0);
        WayAccess {
            forward: passage.filter(|_| forward_open),
            backward: passage.filter(|_| backward_open),
            can_stop: false,
            duration_s: tags.get("duration").and_then(parse_duration_s),
            wait_s: (f64::from(interval_s) * self.ferry_wait_share).round() as u32,
        }
    }
}

/// Parses `duration` or `interval` into seconds: `MM`, `HH:MM`, `HH:MM:SS` or ISO 8601 such as
/// `PT1H30M`. Of a range (`20-30`) the longer time counts.
fn parse_duration_s(value: &str) -> Option<u32> {
    const DURATION_MAX_S: i64 = 7 * 24 * 3600;
    if let Some((from, to)) = value.split_once('-') {
        return parse_duration_s(from).and_then(|from| Some(from.max(parse_duration_s(to)?)));
    }
    let value = value.trim();
    let seconds = if value.starts_with('P') {
        value.parse::<jiff::SignedDuration>().ok()?.as_secs()
    } else {
        let parts: Vec<u32> =
            value.split(':').map(|p| p.trim().parse().ok()).collect::<Option<_>>()?;
        match parts[..] {
            [m] => i64::from(m) * 60,
            [h, m] => i64::from(h) * 3600 + i64::from(m) * 60,
            [h, m, s] => i64::from(h) * 3600 + i64::from(m) * 60 + i64::from(s),
            _ => return None,
        }
    };
    u32::try_from(seconds).ok().filter(|s| *s > 0 && i64::from(*s) <= DURATION_MAX_S)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_intervals_are_read_in_every_form_the_map_has() {
        for (text, seconds) in [
            ("PT1H30M", Some(5400)),
            ("PT45M", Some(2700)),
            ("25", Some(1500)),
            ("00:45", Some(2700)),
            ("00:45:30", Some(2730)),
            ("20-30", Some(1800)),
            ("00:20 - 00:15", Some(1200)),
            ("soon", None),
            ("0", None),
            ("-5", None),
            ("", None),
        ] {
            assert_eq!(parse_duration_s(text), seconds, "{text}");
        }
    }
}
