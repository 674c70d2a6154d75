//! Quality of a position that was looked up by address.

use serde::{Deserialize, Serialize};

/// Quality of a position that was looked up by address, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// The outlet itself is on the map.
    Outlet,
    /// The house number is on the map.
    Address,
    /// Interpolated between two house numbers of the street.
    Interpolated,
    /// The middle of the street.
    Street,
    /// The middle of a town or village.
    Place,
    /// The middle of an administrative area.
    Admin,
}

impl Grade {
    /// All grades, best first.
    pub const ALL: [Self; 6] =
        [Self::Outlet, Self::Address, Self::Interpolated, Self::Street, Self::Place, Self::Admin];

    /// Returns its name in the column `position_quality`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Outlet => "outlet",
            Self::Address => "address",
            Self::Interpolated => "interpolated",
            Self::Street => "street",
            Self::Place => "place",
            Self::Admin => "admin",
        }
    }

    /// Returns whether the grade is [`Grade::Street`] or better: exact enough to drive there.
    pub fn is_routable(self) -> bool {
        self <= Self::Street
    }

    /// Returns the object that gave the position, as words in a sentence.
    pub fn what(self) -> &'static str {
        match self {
            Self::Outlet => "the outlet on the map",
            Self::Address => "the house number",
            Self::Interpolated => "the house numbers beside it",
            Self::Street => "the street",
            Self::Place => "the town or village",
            Self::Admin => "the district",
        }
    }
}
