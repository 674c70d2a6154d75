//! The table `[turn_cost_s]` of a profile: costs of turns and of waiting.

use serde::{Deserialize, Serialize};

use super::profile_error::ProfileError;
use crate::osm::Tags;
use crate::units::Millis;

/// Costs in seconds, added to the travel time on the road; 0 if not given.
///
/// `right` and `left` are those of the driver, in right-hand and left-hand traffic alike.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TurnCosts {
    /// A right turn at a junction of three or more roads.
    pub right: f64,
    /// A left turn at such a junction.
    pub left: f64,
    /// A U-turn at a junction, in a dead end or on the open road.
    pub u_turn: f64,
    /// Mean delay at a traffic light.
    pub signal: f64,
    /// Delay at a pedestrian crossing without a traffic light.
    pub crossing: f64,
    /// Delay at a stop sign.
    pub stop: f64,
    /// Delay at a give-way sign.
    pub give_way: f64,
    /// Delay at a level crossing.
    pub level_crossing: f64,
}

impl TurnCosts {
    /// Tests if all costs are zero.
    pub fn is_free(&self) -> bool {
        *self == Self::default()
    }

    /// Checks the range of all costs, and that a U-turn costs at least as much as other turns.
    pub(super) fn check(&self) -> Result<(), ProfileError> {
        let all = [
            ("right", self.right),
            ("left", self.left),
            ("u_turn", self.u_turn),
            ("signal", self.signal),
            ("crossing", self.crossing),
            ("stop", self.stop),
            ("give_way", self.give_way),
            ("level_crossing", self.level_crossing),
        ];
        for (key, found) in all {
            if !(0.0..=600.0).contains(&found) {
                let key = format!("turn_cost_s.{key}");
                return Err(ProfileError::OutOfRange { key, found, expected: "0 to 600 seconds" });
            }
        }
        // Otherwise paths would go straight on, make a U-turn and then turn the other way.
        let turn = self.right.max(self.left);
        match self.u_turn < turn {
            true => Err(ProfileError::UTurn { found: self.u_turn, turn }),
            false => Ok(()),
        }
    }

    /// Returns the time to pass a node with `tags`, by direction of arrival: as the way is drawn,
    /// and against. The largest of all costs that apply counts. `stop=minor` is ignored, as it does
    /// not tell the road it applies to.
    pub(super) fn of_node(&self, tags: &Tags) -> [Millis; 2] {
        let highway = tags.get("highway").unwrap_or_default();
        let has_light =
            tags.is("crossing", "traffic_signals") || tags.is("crossing:signals", "yes");
        let (cost, direction) = match highway {
            "traffic_signals" => (self.signal, tags.get("traffic_signals:direction")),
            "crossing" if has_light => (self.signal, tags.get("traffic_signals:direction")),
            "crossing" => match tags.get("crossing") {
                Some("no" | "unmarked" | "informal") => (0.0, None),
                _ => (self.crossing, None),
            },
            "stop" if tags.is("stop", "minor") => (0.0, None),
            "stop" => (self.stop, None),
            "give_way" => (self.give_way, None),
            _ => (0.0, None),
        };
        let railway = match tags.get("railway") {
            Some("level_crossing") => self.level_crossing,
            _ => 0.0,
        };
        let (forward, backward) = match direction.or_else(|| tags.get("direction")) {
            Some("forward") => (cost, 0.0),
            Some("backward") => (0.0, cost),
            _ => (cost, cost),
        };
        [forward, backward].map(|cost| millis(cost.max(railway)))
    }
}

pub(super) fn millis(seconds: f64) -> Millis {
    Millis((seconds * 1000.0).round() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COSTS: TurnCosts = TurnCosts {
        right: 3.0,
        left: 8.0,
        u_turn: 20.0,
        signal: 12.0,
        crossing: 2.0,
        stop: 5.0,
        give_way: 1.5,
        level_crossing: 15.0,
    };

    fn seconds(pairs: &[(&str, &str)]) -> [f64; 2] {
        let tags: Tags = pairs.iter().copied().collect();
        COSTS.of_node(&tags).map(Millis::seconds)
    }

    #[test]
    fn a_node_costs_what_its_tags_say() {
        assert_eq!(seconds(&[("highway", "traffic_signals")]), [12.0; 2]);
        assert_eq!(seconds(&[("highway", "crossing"), ("crossing", "zebra")]), [2.0; 2]);
        assert_eq!(seconds(&[("highway", "crossing"), ("crossing", "traffic_signals")]), [12.0; 2]);
        assert_eq!(seconds(&[("highway", "crossing"), ("crossing", "unmarked")]), [0.0; 2]);
        assert_eq!(seconds(&[("highway", "give_way")]), [1.5; 2]);
        assert_eq!(seconds(&[("railway", "level_crossing")]), [15.0; 2]);
        assert_eq!(seconds(&[("barrier", "gate")]), [0.0; 2]);
    }

    #[test]
    fn a_light_or_sign_for_one_direction_costs_only_in_that_direction() {
        let light = ("highway", "traffic_signals");
        assert_eq!(seconds(&[light, ("traffic_signals:direction", "forward")]), [12.0, 0.0]);
        assert_eq!(seconds(&[light, ("direction", "backward")]), [0.0, 12.0]);
        assert_eq!(seconds(&[light, ("traffic_signals:direction", "both")]), [12.0; 2]);
        assert_eq!(seconds(&[("highway", "stop"), ("direction", "backward")]), [0.0, 5.0]);
        assert_eq!(seconds(&[("highway", "stop"), ("stop", "minor")]), [0.0; 2]);
    }
}
