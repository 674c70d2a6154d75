//! The looks of all layers, read from `styles.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::output::fields::Words;

/// The look of one layer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LayerSpec {
    /// Title.
    pub(super) title: Words,
    /// Its group in the legend.
    pub(super) group: Group,
    /// True if the project shows it at first.
    #[serde(default = "yes")]
    pub(super) shown: bool,
    /// The project shows it at first if it does not have this layer.
    #[serde(default)]
    pub(super) shown_without: Option<String>,
    /// The symbol; classes may override parts of it.
    pub(super) symbol: SymbolSpec,
    /// The classes of symbols.
    #[serde(default)]
    pub(super) classes: Option<ClassesSpec>,
    #[serde(default)]
    pub(super) labels: Option<LabelsSpec>,
    /// The fields of the map tip; the first is its heading.
    pub(super) tip: Vec<String>,
    /// Areas: field that must be true for filling and label; other areas have only a thicker
    /// outline.
    #[serde(default)]
    pub(super) filled_if: Option<String>,
    /// Field whose large values are drawn first, below the others.
    #[serde(default)]
    pub(super) largest_below: Option<String>,
}

/// The groups of the legend, from top to bottom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Group {
    /// The plan of the reps.
    Plan,
    /// Areas that pay best.
    WhereNext,
    /// Covered and uncovered areas.
    Coverage,
    /// Outlets by rep.
    Alignment,
    /// Background: homes, isochrones, boundary.
    Territory,
}

impl Group {
    /// The key of its name in the words of `styles.toml`.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::WhereNext => "where_next",
            Self::Coverage => "coverage",
            Self::Alignment => "alignment",
            Self::Territory => "territory",
        }
    }
}

/// A symbol; which parts apply depends on the geometry.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SymbolSpec {
    pub(super) colour: String,
    /// Points: QGIS's name of the shape.
    #[serde(default = "circle")]
    pub(super) shape: String,
    /// Diameter of points or width of lines, in millimetres.
    #[serde(default)]
    pub(super) size: f64,
    #[serde(default)]
    pub(super) outline: Option<String>,
    #[serde(default)]
    pub(super) outline_width: f64,
    /// Opacity from 0 to 1; of areas, that of the filling.
    #[serde(default = "one")]
    pub(super) opacity: f64,
    /// Lines: arrows show the direction.
    #[serde(default)]
    pub(super) arrows: bool,
    /// Lines and outlines: dashed.
    #[serde(default)]
    pub(super) dashed: bool,
    /// Points: larger for tier A, smaller for tier C.
    #[serde(default)]
    pub(super) by_tier: bool,
}

/// The classes of a layer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClassesSpec {
    pub(super) field: String,
    pub(super) kind: ClassesKind,
    /// Named: the classes, in the order of the legend.
    #[serde(default)]
    pub(super) named: Vec<NamedClass>,
    /// Named: field and value; features with this value of the field are in the class of that
    /// value.
    #[serde(default)]
    pub(super) unless: Option<[String; 2]>,
    /// Palette: fields for the label of a class; `field` if empty.
    #[serde(default)]
    pub(super) label: Vec<String>,
    /// Graduated: colours from the least value to the greatest.
    #[serde(default)]
    pub(super) ramp: Vec<String>,
    /// Graduated: whether the values are shares.
    #[serde(default)]
    pub(super) percent: bool,
    /// Label of features without a value.
    #[serde(default)]
    pub(super) none: Option<Words>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ClassesKind {
    /// A colour of the palette for each value.
    Palette,
    /// Names and colours for known values.
    Named,
    /// Spans of numbers, from the data.
    Graduated,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NamedClass {
    pub(super) value: String,
    pub(super) label: Words,
    pub(super) colour: String,
    #[serde(default)]
    pub(super) shape: Option<String>,
    /// Factor of the size of the layer's symbol.
    #[serde(default = "one")]
    pub(super) scale: f64,
}

/// Labels of the features.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LabelsSpec {
    /// Expression for the text.
    pub(super) text: String,
    /// Size in points.
    pub(super) size: f64,
    pub(super) colour: String,
    /// Centred on the symbol instead of beside it.
    #[serde(default)]
    pub(super) over: bool,
    /// A rim of white, for labels beside their symbols.
    #[serde(default)]
    pub(super) rim: bool,
    #[serde(default)]
    pub(super) bold: bool,
    /// Drawn even if labels overlap.
    #[serde(default)]
    pub(super) all: bool,
}

fn yes() -> bool {
    true
}

fn one() -> f64 {
    1.0
}

fn circle() -> String {
    "circle".to_owned()
}

/// `styles.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Styles {
    /// Colours of palette classes.
    pub(super) palette: Vec<String>,
    pub(super) words: BTreeMap<String, Words>,
    pub(super) layer: BTreeMap<String, LayerSpec>,
    /// All layers, from top to bottom.
    pub(super) order: Vec<String>,
}

pub(super) static STYLES: LazyLock<Styles> = LazyLock::new(|| {
    toml::from_str(include_str!("styles.toml")).expect("the file is part of the program")
});
