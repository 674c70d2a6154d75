//! Decodes text files and finds their delimiter.

use encoding_rs::{Encoding, GB18030, UTF_8};

#[derive(Debug, PartialEq)]
pub(super) struct DecodedText {
    pub(super) text: String,
    pub(super) encoding: &'static Encoding,
}

/// Reason why the contents of a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the message shows each field")]
pub enum ContentsError {
    /// The file is a damaged or locked workbook.
    #[error(
        "is a workbook that cannot be opened ({reason}); open it in a spreadsheet and save it again, without a password"
    )]
    DamagedWorkbook { reason: String },
    /// The file has bytes with the value zero, which text never has.
    #[error("is not a text file (byte {offset} is zero); expected a CSV file")]
    Binary { offset: usize },
    /// The file is neither UTF-8 nor GB18030.
    #[error(
        "is neither UTF-8 nor GB18030 text (not UTF-8 at byte {offset}); save it as \"CSV UTF-8\""
    )]
    UnknownEncoding { offset: usize },
}

/// Returns whether the file is a workbook, that is a ZIP archive or a compound file.
pub(super) fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xD0\xCF\x11\xE0")
}

/// Decodes the contents of a file. The byte order mark states the encoding. Without a mark, the
/// text is decoded as UTF-8 or, if it is not valid UTF-8, as GB18030, which contains GBK, the code
/// page of Chinese Excel. UTF-8 without a mark is not copied.
pub(super) fn decode(bytes: Vec<u8>) -> Result<DecodedText, ContentsError> {
    let (encoding, text, bytes) = match Encoding::for_bom(&bytes) {
        Some((encoding, bom_len)) => (encoding, strictly(encoding, &bytes[bom_len..]), bytes),
        None => match String::from_utf8(bytes) {
            Ok(text) => (UTF_8, Some(text), Vec::new()),
            Err(error) => {
                let bytes = error.into_bytes();
                (GB18030, strictly(GB18030, &bytes), bytes)
            }
        },
    };
    let text = text.ok_or_else(|| ContentsError::UnknownEncoding {
        offset: std::str::from_utf8(&bytes).map_or_else(|error| error.valid_up_to(), str::len),
    })?;
    match text.find('\0') {
        Some(offset) => Err(ContentsError::Binary { offset }),
        None => Ok(DecodedText { text, encoding }),
    }
}

fn strictly(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes).map(|text| text.into())
}

/// Number of lines at the start of a file among which the header is searched.
const LINES_SEARCHED: usize = 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delimiter {
    Comma,
    Semicolon,
    Tab,
    /// The comma `，` of Chinese keyboards.
    FullWidthComma,
    Bar,
}

impl Delimiter {
    const ALL: [Self; 5] =
        [Self::Comma, Self::Semicolon, Self::Tab, Self::FullWidthComma, Self::Bar];

    pub(super) fn char(self) -> char {
        match self {
            Self::Comma => ',',
            Self::Semicolon => ';',
            Self::Tab => '\t',
            Self::FullWidthComma => '，',
            Self::Bar => '|',
        }
    }

    /// Returns the delimiter that gives the most known columns in one of the first lines of `text`.
    /// If several delimiters give the same number, returns the one that gives the most cells in the
    /// first line, then the comma.
    pub(super) fn find(text: &str, is_known: impl Fn(&str) -> bool) -> Self {
        let lines: Vec<&str> =
            text.lines().filter(|line| !line.trim().is_empty()).take(LINES_SEARCHED).collect();
        let score = |delimiter: &Self| {
            let cells = |line: &&str| -> Vec<String> {
                let cell = |cell: &str| cell.trim_matches(['"', ' ']).to_owned();
                line.split(delimiter.char()).map(cell).collect()
            };
            let known = |line| cells(line).iter().filter(|cell| is_known(cell)).count();
            let most_known = lines.iter().map(known).max().unwrap_or_default();
            (most_known, lines.first().map_or(0, |line| cells(line).len()))
        };
        // `max_by_key` returns the last of several equal items. The order is reversed, so that this
        // is the comma.
        Self::ALL.into_iter().rev().max_by_key(score).expect("there are five delimiters")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_encoding_by_mark_then_utf8_then_gb18030() {
        let text = |bytes: &[u8]| decode(bytes.to_vec()).map(|d| (d.text, d.encoding.name()));
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
        let decode = |bytes: &[u8]| decode(bytes.to_vec());
        assert_eq!(decode(b"id\0name"), Err(ContentsError::Binary { offset: 2 }));
        // "Café," in Latin-1: no UTF-8, and é with a comma is no GB18030 pair.
        assert_eq!(decode(b"Caf\xE9,1"), Err(ContentsError::UnknownEncoding { offset: 3 }));
    }

    #[test]
    fn finds_the_delimiter_that_yields_known_columns() {
        let find =
            |text| Delimiter::find(text, |cell| ["id", "name", "lon", "lat"].contains(&cell));
        assert_eq!(find("id,name,lon,lat\n"), Delimiter::Comma);
        assert_eq!(find("\n\"id\";\"name\";lon;lat\n1;a,b,c,d,e,f;1;2"), Delimiter::Semicolon);
        assert_eq!(find("id\tname\tlon\tlat"), Delimiter::Tab);
        assert_eq!(find("id，name，lon，lat"), Delimiter::FullWidthComma);
        assert_eq!(find("id|name|lon|lat"), Delimiter::Bar);
        assert_eq!(
            find("Pharmacies, clinics, doctors, and hospitals\nid;name;lon;lat"),
            Delimiter::Semicolon
        );
        assert_eq!(find("a;b;c"), Delimiter::Semicolon);
        assert_eq!(find("id"), Delimiter::Comma);
        assert_eq!(find(""), Delimiter::Comma);
    }
}
