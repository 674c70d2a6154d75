//! Normalises the rows of lists and packs them for comparison, in about a hundred bytes per row.

use std::hash::{Hash, Hasher};

use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::name::{self, Kinds, NameKey};
use crate::address::Address;
use crate::lonlat::LonLat;
use crate::prospects::OutletType;
use crate::spelling::{fold, words};

/// Contents of one row of a list. Texts are empty if they are unknown.
#[derive(Debug, Clone, Copy, Default)]
pub struct OutletFacts<'a> {
    /// Index of the list that contains the row; 0 is the list of highest trust.
    pub list: u32,
    /// Id of the row in its list.
    pub id: &'a str,
    /// Id of the outlet on the map, such as `node/123`.
    pub osm_id: &'a str,
    /// Name of the outlet or company.
    pub name: &'a str,
    /// Street and house number, with or without the names of places.
    pub address: &'a str,
    /// Town or village.
    pub city: &'a str,
    /// Postal code.
    pub postcode: &'a str,
    /// Telephone numbers, separated by `;` or `/`.
    pub phone: &'a str,
    /// Number of the medicine licence.
    pub license_no: &'a str,
    /// Credit code of the company.
    pub uscc: &'a str,
    /// Position in WGS-84 coordinates; `None` if it is unknown.
    pub at: Option<LonLat>,
    /// Type of outlet.
    pub outlet_type: OutletType,
}

/// Range of the text of a row in [`FactTable::text`].
#[derive(Debug, Clone, Copy, Default)]
struct TextRange {
    start: u32,
    len: u16,
}

/// One packed row. The fields of type `u64` are hashes; 0 means that the value is unknown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fact {
    pub(super) list: u32,
    pub(super) osm_id: u64,
    pub(super) license_no: u64,
    pub(super) uscc: u64,
    /// Last nine digits of up to two telephone numbers.
    pub(super) phones: [u64; 2],
    pub(super) postcode: u64,
    pub(super) places: [u64; 3],
    /// Hash of the core of the name, see [`NameKey`](super::name::NameKey).
    pub(super) core: u64,
    pub(super) branch: u64,
    pub(super) street: u64,
    /// Hash of the house number.
    pub(super) number: u64,
    /// Hash of all contents of the row.
    pub(super) content: u64,
    core_text: TextRange,
    street_text: TextRange,
    /// Longitude in units of 10⁻⁷ degrees; `i32::MIN` if the position is unknown.
    lon: i32,
    lat: i32,
    /// Kinds of outlets that the name and the outlet type state.
    pub(super) kinds: Kinds,
}

/// Packed rows of all lists that are compared.
#[derive(Debug, Default)]
pub struct FactTable {
    pub(super) facts: Vec<Fact>,
    text: String,
}

impl FactTable {
    /// Returns the number of rows.
    pub fn len(&self) -> usize {
        self.facts.len()
    }

    /// Returns whether the table has no rows.
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    /// Adds a row at the end of the table.
    ///
    /// # Panics
    /// The names and streets of all rows exceed 4 GiB.
    pub fn push(&mut self, row: &OutletFacts<'_>) {
        let packed = Packed::new(row);
        self.push_packed(&packed);
    }

    /// Adds a row that was packed before, for example on another thread.
    pub(crate) fn push_packed(&mut self, packed: &Packed) {
        let mut fact = packed.fact;
        fact.core_text = self.keep(&packed.core);
        fact.street_text = self.keep(&packed.street);
        self.facts.push(fact);
    }

    fn keep(&mut self, text: &str) -> TextRange {
        let start = u32::try_from(self.text.len()).expect("names and streets are below 4 GiB");
        let mut len = text.len().min(usize::from(u16::MAX));
        while !text.is_char_boundary(len) {
            len -= 1;
        }
        self.text.push_str(&text[..len]);
        TextRange { start, len: u16::try_from(len).expect("it was cut to fit") }
    }

    /// Returns the core of the name in row `at`, see [`NameKey`](super::name::NameKey).
    pub(super) fn core(&self, at: u32) -> &str {
        self.text_in(self.facts[at as usize].core_text)
    }

    /// Returns the street in row `at`.
    pub(super) fn street(&self, at: u32) -> &str {
        self.text_in(self.facts[at as usize].street_text)
    }

    fn text_in(&self, range: TextRange) -> &str {
        &self.text[range.start as usize..][..usize::from(range.len)]
    }
}

impl Fact {
    /// Returns the position of the row; `None` if it is unknown.
    pub(super) fn at(&self) -> Option<LonLat> {
        let degrees = |units: i32| f64::from(units) / 1e7;
        (self.lon != i32::MIN).then(|| LonLat { lon: degrees(self.lon), lat: degrees(self.lat) })
    }

    pub(super) fn phones(&self) -> impl Iterator<Item = u64> {
        self.phones.into_iter().filter(|phone| *phone != 0)
    }

    pub(super) fn places(&self) -> impl Iterator<Item = u64> {
        self.places.into_iter().filter(|place| *place != 0)
    }
}

/// A normalised row that is not in a table yet.
#[derive(Debug, Clone)]
pub(crate) struct Packed {
    fact: Fact,
    core: String,
    street: String,
}

impl Packed {
    /// Normalises `row`. The cost is linear in the length of the texts.
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
        // The last names of an address are those of larger places, which are part of most
        // addresses.
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
            core_text: TextRange::default(),
            street_text: TextRange::default(),
            lon: row.at.map_or(i32::MIN, |at| units(at.lon)),
            lat: row.at.map_or(i32::MIN, |at| units(at.lat)),
            kinds: kinds(name.kinds, row.outlet_type),
        };
        Self { fact, core: name.core, street: address.street }
    }
}

/// Returns the kinds `of_name` together with the kind of `outlet_type`.
fn kinds(of_name: Kinds, outlet_type: OutletType) -> Kinds {
    let of_type = match outlet_type {
        OutletType::Pharmacy | OutletType::Chemist => name::SHOP,
        OutletType::Clinic | OutletType::Doctors | OutletType::HealthStation => name::PRACTICE,
        OutletType::Hospital => name::HOSPITAL,
        OutletType::Other => 0,
    };
    of_name | of_type
}

/// Returns a hash of `text`; 0 if it is empty.
fn hash(text: &str) -> u64 {
    if text.is_empty() { 0 } else { xxh3_64(text.as_bytes()).max(1) }
}

/// Returns the letters and digits of a code, in lower case and ASCII width.
fn code(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Returns the last nine digits of the first two telephone numbers. The country code, or the zero
/// that replaces it, is not part of these digits.
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

/// Returns the last nine digits of a telephone number; `None` if it has fewer than six digits, such
/// as an emergency number.
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
