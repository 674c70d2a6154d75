//! What a list is written as.

use std::path::Path;

use anyhow::bail;

/// What a file is to be written as.
#[derive(Clone, Copy)]
pub(super) enum Form {
    Csv,
    GeoJson,
}

impl Form {
    /// By the end of its name.
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
