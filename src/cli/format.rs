//! As which files a command writes its layers.

use beatplan::output::{Format, Language};
use clap::{Args, ValueEnum};

/// The options that say so.
#[derive(Args)]
pub(crate) struct FormatArgs {
    /// Write GeoJSON, or a folder that opens in QGIS: GeoJSON with styles, a GeoPackage and a project
    #[arg(long, value_enum, default_value_t = FormatArg::Geojson)]
    format: FormatArg,
    /// For QGIS: titles, captions and legends in English or Chinese
    #[arg(long, value_enum, default_value_t = LangArg::En, value_name = "LANGUAGE")]
    lang: LangArg,
}

#[derive(Clone, Copy, ValueEnum)]
enum FormatArg {
    Geojson,
    Qgis,
}

#[derive(Clone, Copy, ValueEnum)]
enum LangArg {
    En,
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
