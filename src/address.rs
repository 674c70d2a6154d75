//! Splits a postal address in one line into house number, street and places.
//!
//! Reads Western and Chinese addresses: `491 Radcliffe Road, Darcy Lever, Bolton`, `Hauptstr. 12a,
//! 17033 Neubrandenburg`, `Triq il-Kbira, Mosta`, `湖南省青溪县城关镇人民路12号`. All parts are normalised, and
//! abbreviations are written out.

use crate::spelling::{fold, is_han, words};

/// The parts of an address. A part is empty if the address lacks it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Address {
    /// House number in lower case, such as `491` or `12a`; for `12-14`, the first number.
    pub(crate) number: String,
    /// Name of the street; its words are separated by spaces.
    pub(crate) street: String,
    /// Names of village, town and county, in the order of the address.
    pub(crate) places: Vec<String>,
    /// Postal code without spaces.
    pub(crate) postcode: String,
    /// Name of a house, mall or unit. It is the part before the street; in a Chinese address, the
    /// part after the house number.
    pub(crate) house: String,
}

/// Words that mark a part of an address as a street if they are its first or last word.
#[rustfmt::skip]
const STREET_WORDS: &[&str] = &[
    "street", "road", "lane", "avenue", "drive", "close", "way", "terrace", "place", "square", "parade", "grove", "crescent",
    "court", "gardens", "walk", "row", "hill", "rise", "mews", "promenade", "quay", "broadway", "highway", "boulevard",
    "precinct", "green", "park", "gate", "brow", "view", "mount", "bank", "bridge", "esplanade", "approach", "arcade",
    "triq", "triqit", "misrah", "pjazza", "sqaq", "vjal", "dawret", "wesghet",
    "rue", "avenue", "boulevard", "chemin", "quai", "allee", "impasse", "route", "cours",
    "via", "viale", "piazza", "corso", "calle", "avenida", "plaza", "rua", "praca", "largo", "travessa",
    "strasse", "weg", "platz", "gasse", "ring", "damm", "ufer", "markt", "katu", "tie", "gatan", "vagen",
];

/// Endings of words that mark a part of an address as a street.
const STREET_ENDINGS: &[&str] = &[
    "strasse", "weg", "platz", "gasse", "allee", "damm", "ring", "katu", "gatan", "vagen", "straat",
];

/// Words for a part of a building. A number after such a word is not a house number.
const UNIT_WORDS: &[&str] = &[
    "unit", "units", "suite", "flat", "floor", "shop", "shops", "room", "level", "block", "stall",
    "kiosk",
];

impl Address {
    /// Splits `text` into its parts. O(length of the text).
    pub(crate) fn new(text: &str) -> Self {
        let folded = fold(text);
        if folded.chars().any(is_han) { han(&folded) } else { latin(&folded) }
    }

    pub(crate) fn has_street(&self) -> bool {
        !self.street.is_empty()
    }
}

/// Normalises the name of a street for comparisons: abbreviations are written out and words are
/// separated by spaces.
pub(crate) fn street_key(text: &str) -> String {
    let folded = fold(text);
    if folded.chars().any(is_han) {
        words(&folded).concat()
    } else {
        written_out(words(&folded)).join(" ")
    }
}

fn latin(folded: &str) -> Address {
    let mut address = Address::default();
    let parts: Vec<Vec<String>> = folded
        .split([',', ';', '\n', '、', '|'])
        .map(|part| written_out(words_with_numbers(part)))
        .filter(|part| !part.is_empty())
        .collect();
    let mut parts: Vec<Vec<String>> = parts
        .into_iter()
        .filter_map(|part| without_postcode(part, &mut address.postcode))
        .collect();
    join_lone_numbers(&mut parts);
    let street = parts
        .iter()
        .position(|part| !is_unit(part) && number_in(part).is_some())
        .or_else(|| parts.iter().position(|part| is_street(part)))
        .or_else(|| {
            (parts.len() > 1).then(|| parts.iter().position(|part| !is_unit(part))).flatten()
        });
    let Some(street) = street else {
        address.places =
            parts.into_iter().filter(|part| !is_unit(part)).map(|part| part.join(" ")).collect();
        return address;
    };
    let mut after = parts.split_off(street);
    address.house = parts.iter().map(|part| part.join(" ")).collect::<Vec<_>>().join(" ");
    let mut words = after.remove(0);
    if let Some(at) = number_in(&words) {
        address.number = first_number(&words.remove(at));
    }
    address.street = words.join(" ");
    address.places = after.into_iter().map(|part| part.join(" ")).collect();
    address
}

/// Does the same as [`words`], but house numbers such as `12-14` and `12/3` stay in one piece.
fn words_with_numbers(part: &str) -> Vec<String> {
    part.split_whitespace()
        .flat_map(|text| {
            let text = text.trim_matches(|c: char| !c.is_alphanumeric());
            if is_number(text) { vec![text.to_owned()] } else { words(text) }
        })
        .collect()
}

/// Returns whether `text` is a house number, such as `12`, `12a`, `12-14` or `12/3`. It begins with
/// at most four digits.
fn is_number(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &text[digits..];
    let letter_then = |rest: &str| {
        rest.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '–'))
    };
    (1..=4).contains(&digits)
        && (rest.is_empty()
            || rest.len() == 1 && rest.chars().all(|c| c.is_ascii_lowercase())
            || rest.contains(['-', '/', '–']) && letter_then(rest) && rest.len() <= 6)
}

fn first_number(text: &str) -> String {
    text.split(['-', '/', '–']).next().unwrap_or_default().trim_start_matches('0').to_owned()
}

/// Returns the index of the house number in `part`, which is the first or the last word; `None` if
/// there is none.
fn number_in(part: &[String]) -> Option<usize> {
    let last = part.len().checked_sub(1)?;
    (last > 0).then(|| [0, last].into_iter().find(|&at| is_number(&part[at]))).flatten()
}

/// Joins a house number with the following part: `12, Triq il-Kbira` becomes `12 Triq il-Kbira`.
fn join_lone_numbers(parts: &mut Vec<Vec<String>>) {
    let mut at = 0;
    while at + 1 < parts.len() {
        if parts[at].len() == 1 && is_number(&parts[at][0]) && number_in(&parts[at + 1]).is_none() {
            let number = parts.remove(at);
            parts[at].splice(0..0, number);
        }
        at += 1;
    }
}

fn is_unit(part: &[String]) -> bool {
    part.iter().any(|word| UNIT_WORDS.contains(&&**word))
        && !part.iter().any(|word| is_street_word(word))
}

fn is_street(part: &[String]) -> bool {
    part.len() > 1 && (is_street_word(&part[0]) || is_street_word(&part[part.len() - 1]))
        || part.iter().any(|word| {
            STREET_ENDINGS.iter().any(|end| word.ends_with(end) && word.len() > end.len() + 2)
        })
}

fn is_street_word(word: &str) -> bool {
    STREET_WORDS.contains(&word)
}

/// Removes the postal code from `part`; `None` if nothing is left.
fn without_postcode(mut part: Vec<String>, postcode: &mut String) -> Option<Vec<String>> {
    let is_long =
        |word: &String| (5..=6).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit());
    if let Some(at) = part.iter().position(is_long) {
        *postcode = part.remove(at);
    } else if let Some(at) = (1..part.len()).find(|&at| is_split_postcode(&part[at - 1], &part[at]))
    {
        *postcode = part.drain(at - 1..=at).collect();
    }
    (!part.is_empty()).then_some(part)
}

/// Returns whether two words are a postal code: `wa15 7xr` (United Kingdom), `vct 2520` (Malta).
fn is_split_postcode(first: &str, second: &str) -> bool {
    let shape = |text: &str| -> String {
        text.chars()
            .map(|c| {
                if c.is_ascii_digit() {
                    '9'
                } else if c.is_ascii_alphabetic() {
                    'a'
                } else {
                    '?'
                }
            })
            .collect()
    };
    matches!(
        (&*shape(first), &*shape(second)),
        ("a9" | "a99" | "a9a" | "aa9" | "aa99" | "aa9a", "9aa") | ("aaa", "9999")
    )
}

/// Writes abbreviations out: `rd` becomes `road`, `st` as the last word becomes `street`, and
/// `hauptstr` becomes `hauptstrasse`.
fn written_out(mut words: Vec<String>) -> Vec<String> {
    let last_word = words.iter().rposition(|word| !is_number(word));
    for (at, word) in words.iter_mut().enumerate() {
        let full = match &**word {
            "rd" => "road",
            "ave" | "av" => "avenue",
            "ln" => "lane",
            "sq" => "square",
            "cres" => "crescent",
            "blvd" | "bd" | "bvd" => "boulevard",
            "str" => "strasse",
            "tr" | "trq" => "triq",
            // "st" as the first word means saint.
            "st" if at > 0 && Some(at) == last_word => "street",
            "dr" if at > 0 && Some(at) == last_word => "drive",
            word if word.len() > 5 && word.ends_with("str") => &format!("{word}asse"),
            _ => continue,
        };
        *word = full.to_owned();
    }
    // "Haupt-Straße" is "Hauptstraße". "Neue Straße" is joined too, which does no harm.
    while let Some(at) =
        (1..words.len()).find(|&at| words[at] == "strasse" && !is_number(&words[at - 1]))
    {
        let end = words.remove(at);
        words[at - 1].push_str(&end);
    }
    words
}

/// Splits a Chinese address, which goes from the largest place to the smallest. The last character
/// of a part is the type of the place.
fn han(folded: &str) -> Address {
    let mut address = Address::default();
    let text: Vec<char> = folded.chars().filter(|c| c.is_alphanumeric() || *c == '-').collect();
    let mut part = String::new();
    for (at, &c) in text.iter().enumerate() {
        let next = text.get(at + 1).copied();
        let len = part.chars().count();
        part.push(c);
        match c {
            '省' | '市' | '区' | '县' | '旗' | '州' | '盟'
                if len >= 2 && address.street.is_empty() =>
            {
                address.places.push(std::mem::take(&mut part));
            }
            '镇' | '乡' | '村' | '屯' | '寨'
                if len >= 1 && address.street.is_empty() && next != Some('路') =>
            {
                address.places.push(std::mem::take(&mut part));
            }
            '道' if part.ends_with("街道") && len >= 2 && address.street.is_empty() => {
                address.places.push(std::mem::take(&mut part));
            }
            '道' if part.ends_with("大道") => {
                address.street.push_str(&std::mem::take(&mut part));
            }
            '路' | '街' | '巷' | '弄' if len >= 1 && next != Some('道') => {
                address.street.push_str(&std::mem::take(&mut part));
            }
            '号' if address.number.is_empty() => {
                let number = std::mem::take(&mut part);
                address.number = han_number(number.trim_end_matches('号'));
            }
            _ => {}
        }
    }
    if address.number.is_empty() && address.has_street() {
        let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
        part.drain(..digits.len());
        address.number = digits;
    }
    address.house = part;
    address
}

/// Returns the digits of a number such as `12`, `12-3` or `十二`, which stands before `号`. Returns an
/// empty text for other texts.
fn han_number(text: &str) -> String {
    if is_number(text) {
        return first_number(text);
    }
    crate::spelling::number_of(text).map_or_else(String::new, |number| number.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> String {
        let Address { number, street, places, postcode, house } = Address::new(text);
        format!("{house}|{number}|{street}|{}|{postcode}", places.join("/"))
    }

    #[test]
    fn addresses_of_the_west_are_taken_apart() {
        for (text, expected) in [
            ("491 Radcliffe Road, Darcy Lever, Bolton", "|491|radcliffe road|darcy lever/bolton|"),
            (
                "Lloyd House, 7 Lloyd St, Altrincham, WA14 2DD",
                "lloyd house|7|lloyd street|altrincham|wa142dd",
            ),
            ("Unit 3, The Precinct, High Street, Bury", "unit 3||the precinct|high street/bury|"),
            ("Manchester Road, Bolton", "||manchester road|bolton|"),
            ("12-14 St John's Rd, Bolton", "|12|st johns road|bolton|"),
            ("Hauptstr. 12a, 17033 Neubrandenburg", "|12a|hauptstrasse|neubrandenburg|17033"),
            ("Juri-Gagarin-Ring 40", "|40|juri gagarin ring||"),
            ("Triq il-Kbira, Mosta", "||triq il kbira|mosta|"),
            ("12, Triq il-Kbira, Ħal Għargħur", "|12|triq il kbira|hal gharghur|"),
            ("Mosta", "|||mosta|"),
            ("", "||||"),
        ] {
            assert_eq!(parts(text), expected, "{text}");
        }
    }

    #[test]
    fn chinese_addresses_are_taken_apart() {
        for (text, expected) in [
            ("湖南省岳阳市青溪县城关镇人民路１２号", "|12|人民路|湖南省/岳阳市/青溪县/城关镇|"),
            ("粤海街道科技园路12号101室", "101室|12|科技园路|粤海街道|"),
            ("东山镇三门村", "|||东山镇/三门村|"),
            ("人民大道十二号", "|12|人民大道||"),
        ] {
            assert_eq!(parts(text), expected, "{text}");
        }
    }
}
