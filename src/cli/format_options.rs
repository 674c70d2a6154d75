//! Options for the file format and the language, for the commands that write map layers.

use beatplan::output::{Format, Language};
use clap::{Args, ValueEnum};

/// File format of map layers, and language of their titles.
#[derive(Args)]
pub(crate) struct FormatArgs {
    /// Format of the files
    #[arg(long, value_enum, default_value_t = FormatArg::Geojson)]
    format: FormatArg,
    /// Language of titles, captions and legends in QGIS
    #[arg(long, value_enum, default_value_t = LangArg::En, value_name = "LANGUAGE")]
    lang: LangArg,
}

#[derive(Clone, Copy, ValueEnum)]
enum FormatArg {
    /// GeoJSON files
    Geojson,
    /// GeoJSON files with styles, a GeoPackage and a project that opens in QGIS
    Qgis,
}

#[derive(Clone, Copy, ValueEnum)]
enum LangArg {
    /// English
    En,
    /// Chinese
    Zh,
}

impl FormatArgs {
    pub(crate) fn format(&self) -> Format {
        match (self.format, self.lang) {
            (FormatArg::Geojson, _) => Format::GeoJson,
            (FormatArg::Qgis, LangArg::En) => Format::Qgis(Language::English),
            (FormatArg::Qgis, LangArg::Zh) => Format::Qgis(Language::Chinese),
        }
    }
}
