//! Which feature gets which symbol, and what the legend says of it.

use serde_json::Value;

use super::classes::spans;
use super::spec::{ClassesKind, ClassesSpec, LayerSpec, NamedClass, STYLES};
use super::symbol::{Shape, Symbol, along};
use super::xml::Element;
use crate::output::fields::{FieldType, Language, known_type};
use crate::output::layer::Layer;

/// What a renderer needs to know.
pub(super) struct Drawn<'a> {
    pub(super) layer: &'a Layer,
    pub(super) spec: &'a LayerSpec,
    pub(super) shape: Shape,
    pub(super) language: Language,
}

/// One line of the legend.
struct Class<'a> {
    /// What QGIS compares with; of spans the limits.
    value: ClassValue,
    label: String,
    symbol: Symbol<'a>,
}

enum ClassValue {
    One(String),
    Span(f64, f64),
}

/// The grey of what is not known.
const UNKNOWN: &str = "#c9ccd1";

impl<'a> Drawn<'a> {
    /// The renderer: every feature of the layer has a symbol, whatever its values.
    pub(super) fn renderer(&self) -> Element {
        let classes = self.spec.classes.as_ref().filter(|classes| self.has(&classes.field));
        let renderer = match classes {
            None => self.single(),
            Some(classes) => match classes.kind {
                ClassesKind::Palette => self.categories(classes, self.palette(classes)),
                ClassesKind::Named => self.categories(classes, self.named(classes)),
                ClassesKind::Graduated => self.graduated(classes),
            },
        };
        match self.spec.largest_below.as_ref().filter(|field| self.has(field)) {
            None => renderer.with("enableorderby", 0),
            Some(field) => renderer.with("enableorderby", 1).and(
                Element::new("orderby").and(
                    Element::text("orderByClause", format!("\"{field}\""))
                        .with_all([("asc", "0"), ("nullsFirst", "1")]),
                ),
            ),
        }
    }

    /// Whether the layer has a field of that name.
    pub(super) fn has(&self, field: &str) -> bool {
        let first = self.layer.features.first().and_then(|feature| feature.properties.as_ref());
        first.is_some_and(|properties| properties.contains_key(field))
    }

    fn values(&self, field: &str) -> impl Iterator<Item = &'a Value> {
        let properties = self.layer.features.iter().map(|feature| feature.properties.as_ref());
        properties.map(move |all| all.and_then(|all| all.get(field)).unwrap_or(&Value::Null))
    }

    fn symbol(&self, colour: &'a str) -> Symbol<'a> {
        let fades =
            self.has("route_id") && self.shape != Shape::Areas && self.layer.name != "prospects";
        Symbol { spec: &self.spec.symbol, colour, shape: None, scale: 1.0, fades }
    }

    fn single(&self) -> Element {
        let symbol = self.symbol(&self.spec.symbol.colour).element(0, self.shape);
        Element::new("renderer-v2")
            .with_all([("type", "singleSymbol"), ("symbollevels", "0"), ("forceraster", "0")])
            .and(Element::new("symbols").and(symbol))
    }

    /// A colour for each value, in the order in which the layer has them.
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
            .map(|((value, label), colour)| Class {
                value: ClassValue::One(value),
                label,
                symbol: self.symbol(colour),
            })
            .collect()
    }

    /// The known classes that the layer has, and one for whatever else there is.
    fn named(&self, classes: &'a ClassesSpec) -> Vec<Class<'a>> {
        let unless = classes.unless.as_ref().filter(|[field, _]| self.has(field));
        let mut found: Vec<String> = self.values(&classes.field).map(plain).collect();
        if let Some([field, value]) = unless {
            let others = self.values(field).map(plain);
            for (found, _) in found.iter_mut().zip(others).filter(|(_, other)| other == value) {
                found.clone_from(value);
            }
        }
        let of = |class: &'a NamedClass| Class {
            value: ClassValue::One(class.value.clone()),
            label: class.label.of(self.language).to_owned(),
            symbol: Symbol {
                shape: class.shape.as_deref(),
                scale: class.scale,
                ..self.symbol(&class.colour)
            },
        };
        classes.named.iter().filter(|class| found.contains(&class.value)).map(of).collect()
    }

    fn categories(&self, classes: &'a ClassesSpec, mut all: Vec<Class<'a>>) -> Element {
        let is_listed = |value: &str| {
            all.iter().any(|class| matches!(&class.value, ClassValue::One(own) if own == value))
        };
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
            all.push(Class {
                value: ClassValue::One(String::new()),
                label: none.of(self.language).to_owned(),
                symbol: self.symbol(UNKNOWN),
            });
        }
        let field = match known_type(&classes.field) {
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
        let category = |(at, class): (usize, &Class<'_>)| {
            let ClassValue::One(value) = &class.value else {
                unreachable!("categories have values")
            };
            Element::new("category")
                .with("value", value)
                .with("symbol", at)
                .with("label", &class.label)
                .with("render", "true")
        };
        let categories: Vec<Element> = all.iter().enumerate().map(category).collect();
        Element::new("renderer-v2")
            .with_all([("type", "categorizedSymbol"), ("symbollevels", "0"), ("forceraster", "0")])
            .with("attr", field)
            .and(Element::new("categories").and_all(categories))
            .and(self.symbols(&all))
    }

    fn graduated(&self, classes: &'a ClassesSpec) -> Element {
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
            all.push(Class {
                value: ClassValue::Span(BLANK, BLANK),
                label: none.of(self.language).to_owned(),
                symbol: self.symbol(UNKNOWN),
            });
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
            let value = ClassValue::Span(from, to);
            all.push(Class { value, label, symbol: self.symbol(colour) });
        }
        let range = |(at, class): (usize, &Class<'_>)| {
            let ClassValue::Span(from, to) = class.value else { unreachable!("ranges are spans") };
            Element::new("range")
                .with("lower", from)
                .with("upper", to)
                .with("symbol", at)
                .with("label", &class.label)
                .with("render", "true")
        };
        let ranges: Vec<Element> = all.iter().enumerate().map(range).collect();
        let attribute =
            if is_blank { format!("coalesce(\"{field}\", {BLANK})") } else { field.clone() };
        Element::new("renderer-v2")
            .with_all([
                ("type", "graduatedSymbol"),
                ("graduatedMethod", "GraduatedColor"),
                ("symbollevels", "0"),
                ("forceraster", "0"),
            ])
            .with("attr", attribute)
            .and(Element::new("ranges").and_all(ranges))
            .and(self.symbols(&all))
    }

    fn symbols(&self, classes: &[Class<'_>]) -> Element {
        let symbols =
            classes.iter().enumerate().map(|(at, class)| class.symbol.element(at, self.shape));
        Element::new("symbols").and_all(symbols)
    }
}

/// Stands for "no value" in a graduated renderer, which draws nothing else that has none; no measure of ours is that low.
const BLANK: f64 = -999.0;

/// A value as QGIS writes it to compare it with that of a class.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
