//! Turns full-width letters, digits and punctuation into their ASCII forms.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// Returns `text` in the Unicode normal form NFKC, without invisible characters. Does not copy text
/// that is ASCII.
pub(super) fn plain_width(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let plain: String = text.nfkc().filter(|c| !is_invisible(*c)).collect();
    Cow::Owned(plain.trim().to_owned())
}

/// Returns whether `c` is a byte order mark, a zero-width space or a mark of writing direction.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_becomes_plain_and_nothing_else_changes() {
        assert_eq!(plain_width("１３８－００１３　８０００"), "138-0013 8000");
        assert_eq!(plain_width("Ｐ０１７"), "P017");
        assert_eq!(plain_width("\u{feff}２０２６年１月５日\u{200b}"), "2026年1月5日");
        assert_eq!(plain_width("粤CB7550123"), "粤CB7550123");
        assert!(matches!(plain_width("P017"), Cow::Borrowed("P017")));
    }
}
