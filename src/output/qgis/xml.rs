//! Escapes texts in XML templates, so that the result is well-formed XML with any text.

use std::fmt::{Result, Write};

use askama::filters::Escaper;

/// The escaper that the templates `*.xml` use.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Xml;

impl Escaper for Xml {
    fn write_escaped_str<W: Write>(&self, mut to: W, text: &str) -> Result {
        text.chars().try_for_each(|c| self.write_escaped_char(&mut to, c))
    }

    /// Leaves out characters that XML does not allow, such as control characters that were pasted
    /// into a name.
    fn write_escaped_char<W: Write>(&self, mut to: W, c: char) -> Result {
        match c {
            '<' => to.write_str("&lt;"),
            '>' => to.write_str("&gt;"),
            '&' => to.write_str("&amp;"),
            '"' => to.write_str("&quot;"),
            '\'' => to.write_str("&apos;"),
            // In an attribute, an XML parser reads a plain line break as a space.
            '\n' => to.write_str("&#10;"),
            '\t' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'.. => to.write_char(c),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_name_holds_the_document_is_read_back_as_it_was() {
        let name = "A&B <\"Apotheke\"> it's\u{7}\u{fffe}\n一";
        let mut escaped = String::new();
        Xml.write_escaped_str(&mut escaped, name).unwrap();
        let text = format!("<layer name=\"{escaped}\"><title>{escaped}</title></layer>");
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
