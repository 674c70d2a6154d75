//! From bytes to text: spreadsheets write whatever encoding and delimiter their country has.

use encoding_rs::{Encoding, GB18030, UTF_8};

/// The text of a file and the encoding it was found to be in.
#[derive(Debug, PartialEq)]
pub(super) struct DecodedText {
    pub(super) text: String,
    pub(super) encoding: &'static Encoding,
}

/// Why bytes are no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoText {
    /// A spreadsheet's own format.
    #[error("is a workbook, not a CSV file; save it as \"CSV UTF-8\"")]
    Workbook,
    /// Bytes that no text contains.
    #[error("is no text file (byte {offset} is zero); expected a CSV file")]
    Binary {
        /// Where the first of them is.
        offset: usize,
    },
    /// None of the encodings that are tried fits.
    #[error(
        "is neither UTF-8 nor GB18030 text (UTF-8 ends at byte {offset}); save it as \"CSV UTF-8\""
    )]
    UnknownEncoding {
        /// Where UTF-8 ends to make sense.
        offset: usize,
    },
}

/// Decodes by byte order mark, else as strict UTF-8, else as GB18030 (which covers GBK, the code page of Chinese Excel).
pub(super) fn decode(bytes: &[u8]) -> Result<DecodedText, NoText> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        return Err(NoText::Workbook);
    }
    let unknown = || NoText::UnknownEncoding {
        offset: std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len),
    };
    let (encoding, text) = match Encoding::for_bom(bytes) {
        Some((encoding, bom_len)) => (encoding, strictly(encoding, &bytes[bom_len..])),
        None => match strictly(UTF_8, bytes) {
            Some(text) => (UTF_8, Some(text)),
            None => (GB18030, strictly(GB18030, bytes)),
        },
    };
    let text = text.ok_or_else(unknown)?;
    match text.find('\0') {
        Some(offset) => Err(NoText::Binary { offset }),
        None => Ok(DecodedText { text, encoding }),
    }
}

fn strictly(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes).map(|text| text.into())
}

/// A delimiter between cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delimiter {
    Comma,
    Semicolon,
    Tab,
    /// `，`, as Chinese keyboards type it.
    FullWidthComma,
}

impl Delimiter {
    const ALL: [Self; 4] = [Self::Comma, Self::Semicolon, Self::Tab, Self::FullWidthComma];

    pub(super) fn char(self) -> char {
        match self {
            Self::Comma => ',',
            Self::Semicolon => ';',
            Self::Tab => '\t',
            Self::FullWidthComma => '，',
        }
    }

    /// The delimiter that finds most of the `known` columns in the first line of `text` that is not blank, or else most
    /// cells; a comma where nothing speaks for another.
    pub(super) fn find(text: &str, is_known: impl Fn(&str) -> bool) -> Self {
        let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let score = |delimiter: &Self| {
            let cells = header.split(delimiter.char()).map(|cell| cell.trim_matches(['"', ' ']));
            let (known, all) = cells
                .fold((0, 0), |(known, all), cell| (known + usize::from(is_known(cell)), all + 1));
            (known, all)
        };
        // `max_by_key` keeps the last of equals, and a comma is to win a draw.
        Self::ALL.into_iter().rev().max_by_key(score).expect("there are four delimiters")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_encoding_by_mark_then_utf8_then_gb18030() {
        let text = |bytes: &[u8]| decode(bytes).map(|d| (d.text, d.encoding.name()));
        let expect = |name| Ok(("编号,名称".to_owned(), name));
        assert_eq!(text("编号,名称".as_bytes()), expect("UTF-8"));
        assert_eq!(text("\u{feff}编号,名称".as_bytes()), expect("UTF-8"));
        assert_eq!(text(&GB18030.encode("编号,名称").0), expect("gb18030"));
        let utf16: Vec<u8> =
            "\u{feff}编号,名称".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(text(&utf16), expect("UTF-16LE"));
        assert_eq!(text(b""), Ok((String::new(), "UTF-8")));
    }

    #[test]
    fn says_why_bytes_are_no_text() {
        assert_eq!(decode(b"PK\x03\x04..."), Err(NoText::Workbook));
        assert_eq!(decode(b"id\0name"), Err(NoText::Binary { offset: 2 }));
        // "Café," in Latin-1: no UTF-8, and é with a comma is no GB18030 pair.
        assert_eq!(decode(b"Caf\xE9,1"), Err(NoText::UnknownEncoding { offset: 3 }));
    }

    #[test]
    fn finds_the_delimiter_that_yields_known_columns() {
        let find =
            |text| Delimiter::find(text, |cell| ["id", "name", "lon", "lat"].contains(&cell));
        assert_eq!(find("id,name,lon,lat\n"), Delimiter::Comma);
        assert_eq!(find("\n\"id\";\"name\";lon;lat\n1;a,b,c,d,e,f;1;2"), Delimiter::Semicolon);
        assert_eq!(find("id\tname\tlon\tlat"), Delimiter::Tab);
        assert_eq!(find("id，name，lon，lat"), Delimiter::FullWidthComma);
        assert_eq!(find("a;b;c"), Delimiter::Semicolon);
        assert_eq!(find("id"), Delimiter::Comma);
        assert_eq!(find(""), Delimiter::Comma);
    }
}
