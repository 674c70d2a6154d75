//! How exactly it is known where an outlet is.

use serde::{Deserialize, Serialize};

/// How exactly the position of an outlet is known that was looked up by its address, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// The outlet itself is on the map.
    Outlet,
    /// Street and house number.
    Address,
    /// Between two house numbers of the street.
    Interpolated,
    /// The middle of the street.
    Street,
    /// A town or village.
    Place,
    /// An administrative area.
    Admin,
}

impl Grade {
    /// All of them, the best first.
    pub const ALL: [Self; 6] =
        [Self::Outlet, Self::Address, Self::Interpolated, Self::Street, Self::Place, Self::Admin];

    /// Its name, as in the column `position_quality`.
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

    /// Whether a rep who drives there finds the outlet: street or better.
    pub fn is_routable(self) -> bool {
        self <= Self::Street
    }
    /// What the position is that of, for a sentence.
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
