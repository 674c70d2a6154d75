//! Checks unified social credit codes.

/// Characters of a code in the order of their values, 0 to 30: digits, then letters without I, O,
/// S, V and Z.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Computes the check character of the first seventeen characters of `code` (GB 32100-2015, annex
/// A): `(31 − Σ cᵢ · 3ⁱ mod 31) mod 31` with the values `cᵢ` of the characters. `None` if the code
/// is shorter or has other characters.
pub(super) fn check_character(code: &str) -> Option<char> {
    let mut weight = 1;
    let mut sum = 0;
    let mut length = 0;
    for byte in code.bytes().take(17) {
        let value = ALPHABET.iter().position(|known| *known == byte.to_ascii_uppercase())?;
        sum = (sum + value * weight) % 31;
        weight = weight * 3 % 31;
        length += 1;
    }
    (length == 17).then(|| char::from(ALPHABET[(31 - sum) % 31]))
}

/// Returns the expected form of the code if `code` is not valid; `None` if it is valid.
pub(super) fn fault(code: &str) -> Option<String> {
    let code = code.to_uppercase();
    match (code.chars().count(), check_character(&code)) {
        (18, Some(check)) if code.ends_with(check) => None,
        (18, Some(check)) => {
            Some(format!("a code that ends in {check}; one of its characters is wrong"))
        }
        _ => Some("18 digits and capital letters without I, O, S, V and Z".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the standard, and codes of well-known public companies from their own pages.
    #[test]
    fn knows_good_codes() {
        for code in ["91350100M000100Y43", "91440300708461136T", "91330100799655058B"] {
            assert_eq!(fault(code), None, "{code}: {:?}", check_character(code));
        }
        assert_eq!(fault("91350100m000100y43"), None);
    }

    #[test]
    fn every_single_slip_is_noticed() {
        let code = "91350100M000100Y43";
        for at in 0..18 {
            for other in ALPHABET.iter().map(|byte| char::from(*byte)) {
                let mut slipped: Vec<char> = code.chars().collect();
                slipped[at] = other;
                let slipped: String = slipped.into_iter().collect();
                assert_eq!(fault(&slipped).is_none(), slipped == code, "{slipped}");
            }
        }
    }

    #[test]
    fn a_wrong_code_is_reported_with_the_form_of_a_right_one() {
        for code in [
            "",
            "9135010",
            "91350100M000100Y433",
            "9135010OM000100Y43",
            "统一社会信用代码统一社会信用代码统一",
        ] {
            assert!(fault(code).unwrap().contains("18 digits"), "{code}");
        }
    }
}
