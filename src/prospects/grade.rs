//! Quality of a position that was looked up by address.

use serde::{Deserialize, Serialize};

/// Quality of a position that was looked up by address, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// The position is that of the outlet itself on the map.
    Outlet,
    /// The position is that of the house number on the map.
    Address,
    /// The position is interpolated between two house numbers of the street.
    Interpolated,
    /// The position is the middle of the street.
    Street,
    /// The position is the middle of a town or village.
    Place,
    /// The position is the middle of an administrative area.
    Admin,
}

impl Grade {
    /// All grades, from best to worst.
    pub const ALL: [Self; 6] =
        [Self::Outlet, Self::Address, Self::Interpolated, Self::Street, Self::Place, Self::Admin];

    /// Returns the name of the grade in the column `position_quality`.
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

    /// Returns whether the position is exact enough to drive there, that is [`Grade::Street`] or
    /// better.
    pub fn is_routable(self) -> bool {
        self <= Self::Street
    }

    /// Returns the words that a sentence uses for the object that gave the position.
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
