//! Chooses the symbol of each feature, and writes the lines of the legend.

use serde_json::Value;

use super::classes::spans;
use super::spec::{ClassesKind, ClassesSpec, LayerSpec, NamedClass, STYLES};
use super::symbol::{Shape, Symbol, along};
use crate::output::fields::{FieldType, Language, known_type};
use crate::output::layer::Layer;

/// A layer that is drawn on the map.
pub(super) struct Drawn<'a> {
    pub(super) layer: &'a Layer,
    pub(super) spec: &'a LayerSpec,
    pub(super) shape: Shape,
    pub(super) language: Language,
}

/// The values from which the template writes the renderer of a layer.
pub(super) struct Renderer<'a> {
    /// QGIS's name for the kind of renderer.
    pub(super) kind: &'static str,
    /// Expression for the value of a feature; empty if all features have the same symbol.
    pub(super) attribute: String,
    pub(super) classes: Vec<Class<'a>>,
    /// Field by which features are sorted before they are drawn: features with large values are
    /// drawn first.
    pub(super) largest_below: Option<&'a str>,
}

impl Renderer<'_> {
    pub(super) fn is_graduated(&self) -> bool {
        self.kind == GRADUATED
    }
}

const GRADUATED: &str = "graduatedSymbol";

/// A class of features: they have one symbol and one line in the legend.
pub(super) struct Class<'a> {
    /// Value of the features, if the classes are categories.
    pub(super) value: String,
    /// Smallest and greatest value of the features, if the classes are spans of numbers.
    pub(super) span: (f64, f64),
    pub(super) label: String,
    pub(super) symbol: Symbol<'a>,
}

/// Colour of features whose value is unknown: grey.
const UNKNOWN: &str = "#c9ccd1";

impl<'a> Drawn<'a> {
    /// Returns the renderer. It has a symbol for every feature, whatever its values are.
    pub(super) fn renderer(&self) -> Renderer<'a> {
        let classes = self.spec.classes.as_ref().filter(|classes| self.has(&classes.field));
        let (kind, (attribute, classes)) = match classes.map(|classes| (classes, classes.kind)) {
            None => {
                let symbol = self.symbol(&self.spec.symbol.colour);
                let (value, label) = (String::new(), String::new());
                let all = vec![Class { value, span: (0.0, 0.0), label, symbol }];
                ("singleSymbol", (String::new(), all))
            }
            Some((classes, ClassesKind::Graduated)) => (GRADUATED, self.graduated(classes)),
            Some((classes, kind)) => {
                let all = match kind {
                    ClassesKind::Palette => self.palette(classes),
                    _ => self.named(classes),
                };
                ("categorizedSymbol", self.categories(classes, all))
            }
        };
        let largest_below = self.spec.largest_below.as_deref().filter(|field| self.has(field));
        Renderer { kind, attribute, classes, largest_below }
    }

    /// Returns whether the layer has the field `field`.
    pub(super) fn has(&self, field: &str) -> bool {
        let first = self.layer.features.first().and_then(|feature| feature.properties.as_ref());
        first.is_some_and(|properties| properties.contains_key(field))
    }

    fn values(&self, field: &str) -> impl Iterator<Item = &'a Value> {
        let properties = self.layer.features.iter().map(|feature| feature.properties.as_ref());
        properties.map(move |all| all.and_then(|all| all.get(field)).unwrap_or(&Value::Null))
    }

    fn symbol(&self, colour: &str) -> Symbol<'a> {
        let fades =
            self.has("route_id") && self.shape != Shape::Areas && self.layer.name != "prospects";
        Symbol {
            spec: &self.spec.symbol,
            of: self.shape,
            colour: colour.to_owned(),
            shape: None,
            scale: 1.0,
            filled_if: self.spec.filled_if.as_deref().filter(|field| self.has(field)),
            fades,
        }
    }

    fn category(&self, value: String, label: String, colour: &str) -> Class<'a> {
        Class { value, span: (0.0, 0.0), label, symbol: self.symbol(colour) }
    }

    /// Returns a class with its own colour for each value, in the order in which the layer has the
    /// values.
    fn palette(&self, classes: &'a ClassesSpec) -> Vec<Class<'a>> {
        let mut found: Vec<(String, String)> = Vec::new();
        for (at, value) in self.values(&classes.field).enumerate() {
            let value = plain(value);
            if !value.is_empty() && !found.iter().any(|(own, _)| *own == value) {
                let properties = self.layer.features[at].properties.as_ref();
                let words =
                    classes.label.iter().filter_map(|field| properties?.get(field)).map(plain);
                let label = words.collect::<Vec<_>>().join(" ");
                found.push((value.clone(), if label.is_empty() { value } else { label }));
            }
        }
        let colours = STYLES.palette.iter().cycle();
        found
            .into_iter()
            .zip(colours)
            .map(|((value, label), colour)| self.category(value, label, colour))
            .collect()
    }

    /// Returns the classes with names that occur in the layer.
    fn named(&self, classes: &'a ClassesSpec) -> Vec<Class<'a>> {
        let unless = classes.unless.as_ref().filter(|[field, _]| self.has(field));
        let mut found: Vec<String> = self.values(&classes.field).map(plain).collect();
        if let Some([field, value]) = unless {
            let others = self.values(field).map(plain);
            for (found, _) in found.iter_mut().zip(others).filter(|(_, other)| other == value) {
                found.clone_from(value);
            }
        }
        let of = |class: &'a NamedClass| {
            let label = class.label.of(self.language).to_owned();
            let mut own = self.category(class.value.clone(), label, &class.colour);
            own.symbol.shape = class.shape.as_deref();
            own.symbol.scale = class.scale;
            own
        };
        classes.named.iter().filter(|class| found.contains(&class.value)).map(of).collect()
    }

    /// Returns the QGIS expression that gives the value of a feature, and the classes of these
    /// values. The classes are `all` and, if features have other values, one more class for them.
    fn categories(
        &self,
        classes: &'a ClassesSpec,
        mut all: Vec<Class<'a>>,
    ) -> (String, Vec<Class<'a>>) {
        let is_listed = |value: &str| all.iter().any(|class| class.value == value);
        let unless = classes.unless.as_ref().filter(|[field, _]| self.has(field));
        let others =
            unless.map(|[field, value]| self.values(field).map(plain).map(|own| own == *value));
        let is_else: Vec<bool> = match others {
            Some(others) => others.collect(),
            None => vec![false; self.layer.features.len()],
        };
        let rest = self
            .values(&classes.field)
            .zip(is_else)
            .any(|(value, is_else)| !is_else && !is_listed(&plain(value)));
        if rest {
            let none = classes.none.as_ref().unwrap_or(&STYLES.words["other"]);
            all.push(self.category(String::new(), none.of(self.language).to_owned(), UNKNOWN));
        }
        let attribute = match known_type(&classes.field) {
            Some(FieldType::Boolean) => {
                format!(
                    "CASE WHEN \"{0}\" THEN 'true' WHEN NOT \"{0}\" THEN 'false' END",
                    classes.field
                )
            }
            _ => match unless {
                None => classes.field.clone(),
                Some([other, value]) => format!(
                    "CASE WHEN \"{other}\" = '{value}' THEN '{value}' ELSE \"{}\" END",
                    classes.field
                ),
            },
        };
        (attribute, all)
    }

    /// Returns the QGIS expression that gives the value of a feature, and the classes of these
    /// values, which are spans of numbers.
    fn graduated(&self, classes: &'a ClassesSpec) -> (String, Vec<Class<'a>>) {
        let field = &classes.field;
        let numbers: Vec<f64> = self.values(field).filter_map(Value::as_f64).collect();
        let spans = spans(&numbers);
        let last = spans.len().saturating_sub(1).max(1) as f64;
        let colours: Vec<String> =
            (0..spans.len()).map(|at| along(&classes.ramp, at as f64 / last)).collect();
        let mut all: Vec<Class<'_>> = Vec::new();
        let is_blank = numbers.len() < self.layer.features.len();
        if is_blank {
            let none = classes.none.as_ref().unwrap_or(&STYLES.words["unknown"]);
            let label = none.of(self.language).to_owned();
            all.push(self.range((BLANK, BLANK), label, UNKNOWN));
        }
        let number = |value: f64| match classes.percent {
            true => format!("{}", (value * 1000.0).round() / 10.0),
            false => format!("{}", (value * 1000.0).round() / 1000.0),
        };
        let unit = if classes.percent { " %" } else { "" };
        for ((from, to), colour) in spans.into_iter().zip(&colours) {
            let label = match from == to {
                true => format!("{}{unit}", number(to)),
                false => format!("{} – {}{unit}", number(from), number(to)),
            };
            all.push(self.range((from, to), label, colour));
        }
        let attribute =
            if is_blank { format!("coalesce(\"{field}\", {BLANK})") } else { field.clone() };
        (attribute, all)
    }

    fn range(&self, span: (f64, f64), label: String, colour: &str) -> Class<'a> {
        Class { value: String::new(), span, label, symbol: self.symbol(colour) }
    }
}

/// Number that stands for "no value" in a renderer with spans of numbers, because such a renderer
/// does not draw missing values. All real values are greater.
const BLANK: f64 = -999.0;

/// Returns a value in the form in which QGIS compares it with the value of a class.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
