//! Suggestions for mistyped words: "did you mean …?".

/// Returns the word of `known` with the fewest typing errors in `found`; among equals the first.
///
/// An error is a missing, added or changed letter or two swapped letters. Allows one error in two
/// to four letters, two in five to seven, and so on. Ignores case.
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
