//! What the rows of lists say that bears on their identity, normalised and packed: a hundred bytes or so a row.

use std::hash::{Hash, Hasher};

use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::name::{self, Kinds, NameKey};
use crate::address::Address;
use crate::lonlat::LonLat;
use crate::prospects::OutletType;
use crate::spelling::{fold, words};

/// What one row says. Blank where it does not say.
#[derive(Debug, Clone, Copy, Default)]
pub struct OutletFacts<'a> {
    /// Which list it is in, counted from 0 in the order of trust.
    pub list: u32,
    /// Its id there.
    pub id: &'a str,
    /// Its object on the map, `node/123`.
    pub osm_id: &'a str,
    /// The sign over the door, or the company.
    pub name: &'a str,
    /// Street and number, perhaps with the place.
    pub address: &'a str,
    /// Town or village, where it has a column of its own.
    pub city: &'a str,
    /// Postal code.
    pub postcode: &'a str,
    /// Telephone, several apart by `;` or `/`.
    pub phone: &'a str,
    /// Licence to trade in medicines.
    pub license_no: &'a str,
    /// Credit code of the company.
    pub uscc: &'a str,
    /// Where it is.
    pub at: Option<LonLat>,
    /// What kind of outlet it is.
    pub outlet_type: OutletType,
}

/// A part of the table's text.
#[derive(Debug, Clone, Copy, Default)]
struct Span {
    start: u32,
    len: u16,
}

/// One row, packed. A hash of 0 stands for "does not say".
#[derive(Debug, Clone, Copy)]
pub(super) struct Fact {
    /// Which list it is in.
    pub(super) list: u32,
    /// Of the object on the map.
    pub(super) osm_id: u64,
    pub(super) license_no: u64,
    pub(super) uscc: u64,
    /// National digits of up to two telephones.
    pub(super) phones: [u64; 2],
    pub(super) postcode: u64,
    /// Of the places the row names.
    pub(super) places: [u64; 3],
    /// Of the core of the name.
    pub(super) core: u64,
    pub(super) branch: u64,
    /// Of the street.
    pub(super) street: u64,
    /// Of the house number.
    pub(super) number: u64,
    /// Of everything: equal rows are equal here.
    pub(super) content: u64,
    core_text: Span,
    street_text: Span,
    /// Units of 10⁻⁷ degrees; `i32::MIN` where it is not known.
    lon: i32,
    lat: i32,
    /// What the name speaks of, or else the type.
    pub(super) kinds: Kinds,
}

/// The rows of all lists. Push them list by list; their order within a list does not matter.
#[derive(Debug, Default)]
pub struct FactTable {
    pub(super) facts: Vec<Fact>,
    text: String,
}

impl FactTable {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.facts.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    /// Adds a row; it gets the next index.
    ///
    /// # Panics
    /// There are more than 4 GB of names and streets.
    pub fn push(&mut self, row: &OutletFacts<'_>) {
        let packed = Packed::new(row);
        self.push_packed(&packed);
    }

    /// Adds rows that were packed elsewhere, perhaps on another thread.
    pub(crate) fn push_packed(&mut self, packed: &Packed) {
        let mut fact = packed.fact;
        fact.core_text = self.keep(&packed.core);
        fact.street_text = self.keep(&packed.street);
        self.facts.push(fact);
    }

    fn keep(&mut self, text: &str) -> Span {
        let start = u32::try_from(self.text.len()).expect("names and streets are below 4 GB");
        let mut len = text.len().min(usize::from(u16::MAX));
        while !text.is_char_boundary(len) {
            len -= 1;
        }
        self.text.push_str(&text[..len]);
        Span { start, len: u16::try_from(len).expect("it was cut to fit") }
    }

    /// The core of the name of row `at`.
    pub(super) fn core(&self, at: u32) -> &str {
        self.span(self.facts[at as usize].core_text)
    }

    /// The street of row `at`.
    pub(super) fn street(&self, at: u32) -> &str {
        self.span(self.facts[at as usize].street_text)
    }

    fn span(&self, span: Span) -> &str {
        &self.text[span.start as usize..][..usize::from(span.len)]
    }
}

impl Fact {
    /// Where it is.
    pub(super) fn at(&self) -> Option<LonLat> {
        let degrees = |units: i32| f64::from(units) / 1e7;
        (self.lon != i32::MIN).then(|| LonLat { lon: degrees(self.lon), lat: degrees(self.lat) })
    }

    /// The telephones it has.
    pub(super) fn phones(&self) -> impl Iterator<Item = u64> {
        self.phones.into_iter().filter(|phone| *phone != 0)
    }

    /// The places it names.
    pub(super) fn places(&self) -> impl Iterator<Item = u64> {
        self.places.into_iter().filter(|place| *place != 0)
    }
}

/// A row, normalised, its text still its own.
#[derive(Debug, Clone)]
pub(crate) struct Packed {
    fact: Fact,
    core: String,
    street: String,
}

impl Packed {
    /// Normalises `row`. O(text).
    pub(crate) fn new(row: &OutletFacts<'_>) -> Self {
        let name = NameKey::new(row.name);
        let mut address = Address::new(row.address);
        let city = fold(row.city.trim());
        if !city.is_empty() {
            address.places.push(words(&city).join(" "));
        }
        let postcode =
            if row.postcode.trim().is_empty() { address.postcode } else { code(row.postcode) };
        let mut places = [0; 3];
        // The last places are the larger ones, which most addresses have.
        for (place, text) in places.iter_mut().zip(address.places.iter().rev()) {
            *place = hash(text);
        }
        let mut content = Xxh3::new();
        (row.name, row.address, row.city, row.postcode, row.phone).hash(&mut content);
        (row.license_no, row.uscc, row.osm_id).hash(&mut content);
        (row.at.map(|at| (at.lon.to_bits(), at.lat.to_bits())), row.outlet_type as u8, row.id)
            .hash(&mut content);
        let units = |degrees: f64| (degrees * 1e7).round() as i32;
        let fact = Fact {
            list: row.list,
            osm_id: hash(row.osm_id.trim()),
            license_no: hash(&code(row.license_no)),
            uscc: hash(&code(row.uscc)),
            phones: phones(row.phone),
            postcode: hash(&postcode),
            places,
            core: hash(&name.core),
            branch: hash(&name.branch),
            street: hash(&address.street),
            number: hash(&address.number),
            content: content.finish(),
            core_text: Span::default(),
            street_text: Span::default(),
            lon: row.at.map_or(i32::MIN, |at| units(at.lon)),
            lat: row.at.map_or(i32::MIN, |at| units(at.lat)),
            kinds: kinds(name.kinds, row.outlet_type),
        };
        Self { fact, core: name.core, street: address.street }
    }
}

/// What the type of an outlet says of its kind, as far as its name leaves it open.
fn kinds(of_name: Kinds, outlet_type: OutletType) -> Kinds {
    let of_type = match outlet_type {
        OutletType::Pharmacy | OutletType::Chemist => name::SHOP,
        OutletType::Clinic | OutletType::Doctors | OutletType::HealthStation => name::PRACTICE,
        OutletType::Hospital => name::HOSPITAL,
        OutletType::Other => 0,
    };
    of_name | of_type
}

/// 0 for no text.
fn hash(text: &str) -> u64 {
    if text.is_empty() { 0 } else { xxh3_64(text.as_bytes()).max(1) }
}

/// A code without case, blanks and hyphens.
fn code(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The last nine digits of the first two telephones: an international prefix and the zero it replaces do not count.
fn phones(text: &str) -> [u64; 2] {
    let mut phones = [0; 2];
    let folded = fold(text);
    let numbers = folded.split([';', ',', '/', '|', '、']).filter_map(national_digits);
    for (phone, number) in phones.iter_mut().zip(numbers) {
        *phone = number;
    }
    phones.sort_unstable();
    phones
}

/// `None` for what is too short to be a telephone by itself.
fn national_digits(text: &str) -> Option<u64> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).collect();
    let rest = digits.strip_prefix(b"00").unwrap_or(&digits);
    let tail = &rest[rest.len().saturating_sub(9)..];
    let number = tail.iter().fold(0_u64, |number, digit| number * 10 + u64::from(digit - b'0'));
    (digits.len() >= 6).then_some(number.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephones_agree_with_and_without_the_country() {
        assert_eq!(phones("+44 1624 615150"), phones("01624 615150"));
        assert_eq!(phones("0044-1624-615150; 0161 9733485"), phones("0161 973 3485 / 01624615150"));
        assert_eq!(phones("110"), [0, 0]);
        assert_eq!(phones("１３８００１３８０００"), phones("+86 138 0013 8000"));
    }

    #[test]
    fn rows_that_say_the_same_are_equal_and_others_are_not() {
        let row = OutletFacts { id: "P1", name: "Alpha", ..OutletFacts::default() };
        let content = |row: &OutletFacts<'_>| Packed::new(row).fact.content;
        assert_eq!(content(&row), content(&OutletFacts { list: 3, ..row }));
        assert_ne!(content(&row), content(&OutletFacts { name: "", address: "Alpha", ..row }));
    }
}
