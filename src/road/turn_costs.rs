//! What turning and waiting costs a travel mode, as data: the table `[turn_cost_s]` of a profile.

use serde::{Deserialize, Serialize};

use super::profile::ProfileError;
use crate::osm::Tags;
use crate::units::Millis;

/// Seconds on top of the time on the road; what is not given costs nothing.
///
/// `right`, `left` and `u_turn` are as the driver sees them, whichever side of the road traffic keeps to.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TurnCosts {
    /// A turn to the right, where three roads or more meet.
    pub right: f64,
    /// A turn to the left.
    pub left: f64,
    /// Turning round, at a junction, in a dead end or on the open road.
    pub u_turn: f64,
    /// Passing a traffic light, for the mean of waiting and not waiting.
    pub signal: f64,
    /// Passing a pedestrian crossing without a light.
    pub crossing: f64,
    /// Passing a stop sign.
    pub stop: f64,
    /// Passing a sign to give way.
    pub give_way: f64,
    /// Passing a railway on the level.
    pub level_crossing: f64,
}

impl TurnCosts {
    /// Nothing is worth more.
    const SECONDS_MAX: f64 = 600.0;

    /// Whether all is free.
    pub fn is_free(&self) -> bool {
        *self == Self::default()
    }

    /// # Errors
    /// [`ProfileError::TurnCost`] for a cost out of range, [`ProfileError::UTurn`] for turning round that is too cheap.
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
            if !(0.0..=Self::SECONDS_MAX).contains(&found) {
                return Err(ProfileError::TurnCost { key, found });
            }
        }
        // Otherwise one would go straight on, turn round and then turn the other way.
        let turn = self.right.max(self.left);
        match self.u_turn < turn {
            true => Err(ProfileError::UTurn { found: self.u_turn, turn }),
            false => Ok(()),
        }
    }

    /// What passing a node with `tags` costs those who come along a way as it is drawn, and against; the greatest of all
    /// that applies. A sign that is only for the lesser of two roads counts for none, as it does not say for which.
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

/// `seconds` to the nearest millisecond.
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
    fn a_node_costs_what_stands_on_it() {
        assert_eq!(seconds(&[("highway", "traffic_signals")]), [12.0; 2]);
        assert_eq!(seconds(&[("highway", "crossing"), ("crossing", "zebra")]), [2.0; 2]);
        assert_eq!(seconds(&[("highway", "crossing"), ("crossing", "traffic_signals")]), [12.0; 2]);
        assert_eq!(seconds(&[("highway", "crossing"), ("crossing", "unmarked")]), [0.0; 2]);
        assert_eq!(seconds(&[("highway", "give_way")]), [1.5; 2]);
        assert_eq!(seconds(&[("railway", "level_crossing")]), [15.0; 2]);
        assert_eq!(seconds(&[("barrier", "gate")]), [0.0; 2]);
    }

    #[test]
    fn a_light_or_sign_for_one_direction_costs_only_those() {
        let light = ("highway", "traffic_signals");
        assert_eq!(seconds(&[light, ("traffic_signals:direction", "forward")]), [12.0, 0.0]);
        assert_eq!(seconds(&[light, ("direction", "backward")]), [0.0, 12.0]);
        assert_eq!(seconds(&[light, ("traffic_signals:direction", "both")]), [12.0; 2]);
        assert_eq!(seconds(&[("highway", "stop"), ("direction", "backward")]), [0.0, 5.0]);
        assert_eq!(seconds(&[("highway", "stop"), ("stop", "minor")]), [0.0; 2]);
    }
}
