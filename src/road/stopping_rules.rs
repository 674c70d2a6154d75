//! The table `[stopping]` of a profile.

use serde::{Deserialize, Serialize};

use super::profile_error::ProfileError;

/// Roads on which a rep can stop; without the table, all roads except the classes in
/// [`not_for_stopping`](super::Profile::not_for_stopping).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StoppingRules {
    /// `false`: not in tunnels, nor in galleries (`tunnel=*`).
    pub in_tunnels: bool,
    /// `false`: not on expressways (`motorroad=yes`).
    pub on_motorroads: bool,
    /// `false`: not on roundabouts (`junction=roundabout`, `junction=circular`).
    pub on_roundabouts: bool,
    /// Length in metres of the longest bridge on which a rep can stop; `None` for any.
    pub bridge_max_m: Option<f64>,
    /// Length in metres of the longest passage through a building (`tunnel=building_passage`) or
    /// under a roof (`covered=yes`) in which a rep can stop; `None` for any.
    pub passage_max_m: Option<f64>,
    /// Metres by which a road at ground level may be farther away than a road at another level and
    /// is still preferred.
    pub ground_preference_m: f64,
}

impl Default for StoppingRules {
    fn default() -> Self {
        Self {
            in_tunnels: true,
            on_motorroads: true,
            on_roundabouts: true,
            bridge_max_m: None,
            passage_max_m: None,
            ground_preference_m: 0.0,
        }
    }
}

impl StoppingRules {
    /// Checks the range of all lengths.
    pub(super) fn check(&self) -> Result<(), ProfileError> {
        let lengths = [
            ("bridge_max_m", self.bridge_max_m),
            ("passage_max_m", self.passage_max_m),
            ("ground_preference_m", Some(self.ground_preference_m)),
        ];
        for (key, found) in lengths.into_iter().filter_map(|(key, m)| Some((key, m?))) {
            if !(0.0..=10_000.0).contains(&found) {
                let key = format!("stopping.{key}");
                return Err(ProfileError::OutOfRange { key, found, expected: "0 to 10000 metres" });
            }
        }
        Ok(())
    }
}
