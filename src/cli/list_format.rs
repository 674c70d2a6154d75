//! Selects the file format of a list that a command writes.

use std::path::Path;

use anyhow::bail;

/// File format of a list.
#[derive(Clone, Copy)]
pub(super) enum ListFormat {
    Csv,
    GeoJson,
}

impl ListFormat {
    /// Returns the format that belongs to the file extension of `path`.
    pub(super) fn of(path: &Path) -> anyhow::Result<Self> {
        match path.extension().and_then(|end| end.to_str()) {
            Some(end) if end.eq_ignore_ascii_case("csv") => Ok(Self::Csv),
            Some(end) if ["geojson", "json"].iter().any(|own| end.eq_ignore_ascii_case(own)) => {
                Ok(Self::GeoJson)
            }
            _ => bail!("-o {}: expected a name that ends in .csv or .geojson", path.display()),
        }
    }
}
