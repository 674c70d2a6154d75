//! Reads the looks of all layers from `styles.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::output::fields::Words;

/// The look of one layer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LayerSpec {
    /// Title of the layer.
    pub(super) title: Words,
    /// Group of the layer in the legend.
    pub(super) group: Group,
    /// True if the project shows the layer when it is opened.
    #[serde(default = "yes")]
    pub(super) shown: bool,
    /// Name of another layer. The project shows this layer when it is opened if it does not have
    /// the other one.
    #[serde(default)]
    pub(super) shown_without: Option<String>,
    /// Symbol of the features. Classes may override parts of it.
    pub(super) symbol: SymbolSpec,
    /// Classes of features with different symbols; `None` if all features have the same symbol.
    #[serde(default)]
    pub(super) classes: Option<ClassesSpec>,
    #[serde(default)]
    pub(super) labels: Option<LabelsSpec>,
    /// Fields of the map tip; the first field is its heading.
    pub(super) tip: Vec<String>,
    /// For areas: field that must be true for an area to be filled and labelled. Other areas have
    /// only a thicker outline.
    #[serde(default)]
    pub(super) filled_if: Option<String>,
    /// Field by which features are sorted before they are drawn: features with large values are
    /// drawn first, below the others.
    #[serde(default)]
    pub(super) largest_below: Option<String>,
}

/// Groups of layers in the legend, from top to bottom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Group {
    /// Layers with the plan of the reps.
    Plan,
    /// Layers with the areas that are most worth a visit.
    WhereNext,
    /// Layers with covered and uncovered areas.
    Coverage,
    /// Layers with the outlets of each rep.
    Alignment,
    /// Layers in the background: homes, isochrones, boundary.
    Territory,
}

impl Group {
    /// Returns the key of the group's name in the table `words` of `styles.toml`.
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

/// The look of a symbol. The geometry decides which of these values are used.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SymbolSpec {
    pub(super) colour: String,
    /// For points: QGIS's name of the shape.
    #[serde(default = "circle")]
    pub(super) shape: String,
    /// Diameter of points, or width of lines, in millimetres.
    #[serde(default)]
    pub(super) size: f64,
    #[serde(default)]
    pub(super) outline: Option<String>,
    #[serde(default)]
    pub(super) outline_width: f64,
    /// Opacity from 0 to 1. For areas, it is the opacity of the filling.
    #[serde(default = "one")]
    pub(super) opacity: f64,
    /// For lines: true if arrows show the direction.
    #[serde(default)]
    pub(super) arrows: bool,
    /// For lines and outlines: true if they are dashed.
    #[serde(default)]
    pub(super) dashed: bool,
    /// For points: true if the symbol is larger for tier A and smaller for tier C.
    #[serde(default)]
    pub(super) by_tier: bool,
}

/// The classes of the features of a layer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClassesSpec {
    pub(super) field: String,
    pub(super) kind: ClassesKind,
    /// For named classes: the classes, in the order of the legend.
    #[serde(default)]
    pub(super) named: Vec<NamedClass>,
    /// For named classes: another field and a value. If a feature has this value in the other
    /// field, it is in the class of this value.
    #[serde(default)]
    pub(super) unless: Option<[String; 2]>,
    /// For palette classes: fields that make the label of a class; if empty, `field`.
    #[serde(default)]
    pub(super) label: Vec<String>,
    /// For graduated classes: colours from the smallest value to the greatest.
    #[serde(default)]
    pub(super) ramp: Vec<String>,
    /// For graduated classes: true if the values are shares, which are shown in percent.
    #[serde(default)]
    pub(super) percent: bool,
    /// Label of the class of features without a value.
    #[serde(default)]
    pub(super) none: Option<Words>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ClassesKind {
    /// Each value has a colour of the palette.
    Palette,
    /// Known values have names and colours.
    Named,
    /// Spans of numbers, computed from the data, have a colour each.
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
    /// Factor by which the size of the layer's symbol is multiplied.
    #[serde(default = "one")]
    pub(super) scale: f64,
}

/// The labels of the features of a layer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LabelsSpec {
    /// Expression for the text of a label.
    pub(super) text: String,
    /// Size of the text, in points.
    pub(super) size: f64,
    pub(super) colour: String,
    /// True if the label is centred on the symbol instead of beside it.
    #[serde(default)]
    pub(super) over: bool,
    /// True if the text has a white rim, for labels beside their symbols.
    #[serde(default)]
    pub(super) rim: bool,
    #[serde(default)]
    pub(super) bold: bool,
    /// True if all labels are drawn, even if they overlap.
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

/// The contents of `styles.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Styles {
    /// Colours of the classes of kind `Palette`.
    pub(super) palette: Vec<String>,
    pub(super) words: BTreeMap<String, Words>,
    pub(super) layer: BTreeMap<String, LayerSpec>,
    /// Names of all layers, in the order of drawing from top to bottom.
    pub(super) order: Vec<String>,
}

pub(super) static STYLES: LazyLock<Styles> = LazyLock::new(|| {
    toml::from_str(include_str!("styles.toml")).expect("the file is part of the program")
});
