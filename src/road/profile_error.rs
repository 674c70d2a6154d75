//! Faults of a profile file.

/// A text is not a valid [`Profile`](super::Profile).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProfileError {
    /// The text is not TOML with the expected keys; the message gives line and key.
    #[error(transparent)]
    Syntax(Box<dyn std::error::Error + Send + Sync>),
    /// A number is out of range.
    #[error("{key} = {found}: expected {expected}")]
    OutOfRange {
        /// The key.
        key: String,
        /// The value.
        found: f64,
        /// The range, in words.
        expected: &'static str,
    },
    /// A share is given for a class without a speed.
    #[error("{table}: class \"{class}\" is closed; expected a class from [speed_kmh]")]
    ClosedClass {
        /// The table.
        table: String,
        /// The class.
        class: String,
    },
    /// A table names a tag that the reader of maps does not keep.
    #[error(
        "{table}: the key \"{key}\" is not read from the map; docs/tags.md lists the tags that count"
    )]
    UnreadKey {
        /// The table.
        table: &'static str,
        /// The key of the tag.
        key: String,
    },
    /// Rush hours have an empty list of classes.
    #[error(
        "{table}, classes = []: expected at least one class of road; leave `classes` out for all roads"
    )]
    NoClasses {
        /// The table.
        table: String,
    },
    /// Rush hours have an empty list of densities.
    #[error(
        "{table}, densities = []: expected \"rural\", \"suburban\" or \"urban\"; leave `densities` out for all \
         roads"
    )]
    NoDensities {
        /// The table.
        table: String,
    },
    /// The region has no measured speeds.
    #[error("region: {fault}")]
    Region {
        /// The code found, and the codes expected.
        fault: String,
    },
    /// A region is given, and speeds are not measured.
    #[error(
        "region has no effect on speeds by class; add `speeds = \"measured\"`, or leave `region` out"
    )]
    RegionUnused,
    /// A U-turn costs less than a right or left turn.
    #[error(
        "turn_cost_s.u_turn = {found}: expected at least {turn}, the cost of a right or left turn; \
         otherwise paths would go straight on and make a U-turn behind the junction"
    )]
    UTurn {
        /// The value; 0 if missing.
        found: f64,
        /// The larger of `right` and `left`.
        turn: f64,
    },
}
