//! Suggests words for mistyped words: "did you mean …?".

/// Returns the word in `known` that has the fewest typing errors compared with `found`; `None` if
/// all have too many. If several have equally few, returns the first of them.
///
/// A typing error is a missing, added or changed letter, or two letters in the wrong order. A word
/// of two to four letters may have one error, a word of five to seven letters two, and so on. Upper
/// and lower case count as equal.
pub(crate) fn nearest<'a>(
    found: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let found = found.trim().to_lowercase();
    let slips_max = (found.chars().count() + 1) / 3;
    known
        .into_iter()
        .map(|word| (strsim::damerau_levenshtein(&found, &word.to_lowercase()), word))
        .filter(|(slips, _)| *slips <= slips_max)
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_word_that_was_meant() {
        let known = ["lunch", "shift", "home", "name"];
        assert_eq!(nearest("lunhc", known), Some("lunch"));
        assert_eq!(nearest("Home ", known), Some("home"));
        assert_eq!(nearest("hme", known), Some("home"));
        assert_eq!(nearest("modus", ["name", "mode"]), Some("mode"));
    }

    #[test]
    fn does_not_guess_wildly() {
        assert_eq!(nearest("colour", ["lunch", "shift"]), None);
        assert_eq!(nearest("", ["lunch"]), None);
        assert_eq!(nearest("x", []), None);
    }
}
