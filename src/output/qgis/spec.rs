//! How each layer is to look, as `styles.toml` says it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::output::fields::Words;

/// How one layer is to look.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LayerSpec {
    /// What people call it.
    pub(super) title: Words,
    /// The group of the legend it is in.
    pub(super) group: Group,
    /// Whether the project shows it from the start.
    #[serde(default = "yes")]
    pub(super) shown: bool,
    /// It is shown all the same where there is no such layer.
    #[serde(default)]
    pub(super) shown_without: Option<String>,
    /// The symbol, where classes say nothing else.
    pub(super) symbol: SymbolSpec,
    /// What the symbols differ by.
    #[serde(default)]
    pub(super) classes: Option<ClassesSpec>,
    #[serde(default)]
    pub(super) labels: Option<LabelsSpec>,
    /// The fields of the map tip; the first is its heading.
    pub(super) tip: Vec<String>,
    /// Areas: only those of which this field is true are filled and labelled; of the others the outline is drawn, thicker.
    #[serde(default)]
    pub(super) filled_if: Option<String>,
    /// Features with much of this field are drawn first, below the others.
    #[serde(default)]
    pub(super) largest_below: Option<String>,
}

/// The groups of the legend, from top to bottom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Group {
    /// What the reps do.
    Plan,
    /// Where it pays to go.
    WhereNext,
    /// How much is covered.
    Coverage,
    /// Whose the outlets are.
    Alignment,
    /// What the rest lies on.
    Territory,
}

/// A symbol; which parts apply depends on the geometry.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SymbolSpec {
    pub(super) colour: String,
    /// Of points: QGIS's name of the shape.
    #[serde(default = "circle")]
    pub(super) shape: String,
    /// Points: the diameter; lines: the width; in millimetres.
    #[serde(default)]
    pub(super) size: f64,
    #[serde(default)]
    pub(super) outline: Option<String>,
    #[serde(default)]
    pub(super) outline_width: f64,
    /// From 0 to 1; of areas that of the filling.
    #[serde(default = "one")]
    pub(super) opacity: f64,
    /// Of lines: arrows show the direction.
    #[serde(default)]
    pub(super) arrows: bool,
    /// Of lines and outlines: dashed.
    #[serde(default)]
    pub(super) dashed: bool,
    /// Of points: larger for tier A, smaller for C.
    #[serde(default)]
    pub(super) by_tier: bool,
}

/// What the symbols of a layer differ by.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClassesSpec {
    pub(super) field: String,
    pub(super) kind: ClassesKind,
    /// Named classes: those that have a colour and a name of their own, in the order of the legend.
    #[serde(default)]
    pub(super) named: Vec<NamedClass>,
    /// Named classes: features whose first field has the second value are in a class of that value.
    #[serde(default)]
    pub(super) unless: Option<[String; 2]>,
    /// Palette: the fields whose values name a class; else `field`.
    #[serde(default)]
    pub(super) label: Vec<String>,
    /// Graduated: colours from the least value to the greatest.
    #[serde(default)]
    pub(super) ramp: Vec<String>,
    /// Graduated: whether the values are shares.
    #[serde(default)]
    pub(super) percent: bool,
    /// What to call features without a value.
    #[serde(default)]
    pub(super) none: Option<Words>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ClassesKind {
    /// Each value has a colour of its own from one list of colours.
    Palette,
    /// Known values have names and colours.
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
    /// Times the size of the layer's symbol.
    #[serde(default = "one")]
    pub(super) scale: f64,
}

/// What is written beside the features.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LabelsSpec {
    /// An expression.
    pub(super) text: String,
    /// In points.
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
    /// Written even where labels overlap.
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
    /// The colours of classes that have none of their own.
    pub(super) palette: Vec<String>,
    pub(super) words: BTreeMap<String, Words>,
    pub(super) layer: BTreeMap<String, LayerSpec>,
    /// All layers, from the one drawn last, on top, to the one at the bottom.
    pub(super) order: Vec<String>,
}

pub(super) static STYLES: LazyLock<Styles> = LazyLock::new(|| {
    toml::from_str(include_str!("styles.toml")).expect("the file is part of the program")
});
