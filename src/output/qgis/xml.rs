//! A tree of XML elements, written with indentation; whatever its texts hold, the result is well-formed.

use quick_xml::escape::escape;

/// One element.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    children: Vec<Element>,
    text: String,
}

impl Element {
    pub(super) fn new(name: &'static str) -> Self {
        Self { name, attributes: Vec::new(), children: Vec::new(), text: String::new() }
    }

    /// An element that holds nothing but text.
    pub(super) fn text(name: &'static str, text: impl ToString) -> Self {
        Self { text: clean(&text.to_string()), ..Self::new(name) }
    }

    /// The element with one more attribute.
    pub(super) fn with(mut self, key: &'static str, value: impl ToString) -> Self {
        self.attributes.push((key, clean(&value.to_string())));
        self
    }

    /// The element with more attributes.
    pub(super) fn with_all<const N: usize>(mut self, all: [(&'static str, &str); N]) -> Self {
        self.attributes.extend(all.map(|(key, value)| (key, clean(value))));
        self
    }

    /// The element with one more element in it.
    pub(super) fn and(mut self, child: Element) -> Self {
        self.children.push(child);
        self
    }

    /// The element with more elements in it.
    pub(super) fn and_all(mut self, children: impl IntoIterator<Item = Element>) -> Self {
        self.children.extend(children);
        self
    }

    /// The text of a document of this element.
    pub(super) fn document(&self) -> String {
        let mut text = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n".to_owned();
        self.append(&mut text, 0);
        text
    }

    fn append(&self, text: &mut String, depth: usize) {
        let indent = " ".repeat(depth);
        text.push_str(&format!("{indent}<{}", self.name));
        for (key, value) in &self.attributes {
            let value = escape(value.as_str()).replace('\n', "&#10;");
            text.push_str(&format!(" {key}=\"{value}\""));
        }
        if self.children.is_empty() && self.text.is_empty() {
            text.push_str("/>\n");
            return;
        }
        text.push('>');
        text.push_str(&escape(self.text.as_str()));
        if !self.children.is_empty() {
            text.push('\n');
            self.children.iter().for_each(|child| child.append(text, depth + 1));
            text.push_str(&indent);
        }
        text.push_str(&format!("</{}>\n", self.name));
    }
}

/// QGIS's own form of settings: a map of names to texts.
pub(super) fn options<'a>(all: impl IntoIterator<Item = (&'static str, &'a str)>) -> Element {
    let option = |(name, value): (&'static str, &str)| {
        Element::new("Option").with("type", "QString").with("name", name).with("value", value)
    };
    Element::new("Option").with("type", "Map").and_all(all.into_iter().map(option))
}

/// Settings that an expression works out for each feature: (setting, expression).
pub(super) fn data_defined(
    name: &'static str,
    all: impl IntoIterator<Item = (&'static str, String)>,
) -> Element {
    let property = |(name, expression): (&'static str, String)| {
        let option = |name, kind, value: &str| {
            Element::new("Option").with("name", name).with("type", kind).with("value", value)
        };
        Element::new("Option").with("name", name).with("type", "Map").and_all([
            option("active", "bool", "true"),
            option("expression", "QString", &expression),
            option("type", "int", "3"),
        ])
    };
    let mut properties = all.into_iter().map(property).peekable();
    let mut inner = Element::new("Option").with("name", "properties");
    if properties.peek().is_some() {
        inner = inner.with("type", "Map");
    }
    let text = |name, value| {
        Element::new("Option").with("name", name).with("type", "QString").with("value", value)
    };
    Element::new(name).and(Element::new("Option").with("type", "Map").and_all([
        text("name", ""),
        inner.and_all(properties),
        text("type", "collection"),
    ]))
}

/// Without the characters that XML does not allow, such as control characters pasted into a name.
fn clean(text: &str) -> String {
    let is_allowed = |c: &char| matches!(c, '\t' | '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().filter(is_allowed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_name_holds_the_document_is_read_back_as_it_was() {
        let name = "A&B <\"Apotheke\"> it's\u{7}\u{fffe}\n一";
        let text =
            Element::new("layer").with("name", name).and(Element::text("title", name)).document();
        let mut reader = quick_xml::Reader::from_str(&text);
        let mut found = Vec::new();
        loop {
            match reader.read_event().unwrap() {
                quick_xml::events::Event::Eof => break,
                quick_xml::events::Event::Start(start) if start.name().as_ref() == "layer" => {
                    let value = start.try_get_attribute("name").unwrap().unwrap().value;
                    found.push(quick_xml::escape::unescape(&value).unwrap().into_owned());
                }
                _ => {}
            }
        }
        assert_eq!(found, ["A&B <\"Apotheke\"> it's\n一"]);
    }
}
