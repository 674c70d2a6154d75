//! Scores pairs of rows. The score measures the evidence that both rows describe one outlet.
//!
//! The method is that of Fellegi and Sunter (1969), doi:10.1080/01621459.1969.10501049. The
//! likelihood ratio of a field compares the probability of its values for one outlet with their
//! probability for two outlets. A field that agrees adds the logarithm of this ratio to the score;
//! a field that differs lowers the score. Weights are in tenths of a bit and were set by hand. A
//! value that many rows share adds less (term frequencies, Winkler 1988): the name of a chain, its
//! credit code, the telephone of its head office. Distance, address, postcode and place all
//! describe the position; the one with the best score counts in full, each of the others as a
//! quarter. docs/merging.md has the table of weights.

use libm::log2;
use rustc_hash::FxHashMap;

use super::Confidence;
use super::facts::{Fact, FactTable};
use super::name::likeness;

/// A field by which two rows are compared. Messages name the fields in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "docs/merging.md describes each field")]
pub enum ComparedField {
    LicenseNo,
    Uscc,
    OsmId,
    Phone,
    Name,
    Branch,
    Kind,
    Position,
    Address,
    Postcode,
    Place,
}

/// Names of the fields, in the order of [`ComparedField`].
const NAMES: [&str; 11] = [
    "license_no",
    "uscc",
    "osm_id",
    "phone",
    "name",
    "branch",
    "kind",
    "position",
    "address",
    "postcode",
    "place",
];

/// Set of fields by which rows are compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fields(u16);

impl Fields {
    fn add(&mut self, field: ComparedField) {
        self.0 |= 1 << field as u16;
    }

    /// Returns whether the set contains `field`.
    pub fn has(self, field: ComparedField) -> bool {
        self.0 & (1 << field as u16) != 0
    }

    /// Returns the names of the fields in the set.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        NAMES
            .into_iter()
            .enumerate()
            .filter(move |(at, _)| self.0 & (1 << at) != 0)
            .map(|(_, name)| name)
    }
}

/// Evidence that two rows describe one outlet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judgement {
    /// Sum of the weights of all fields, in tenths of a bit: with ten points more, one outlet is
    /// about twice as likely.
    pub score: i32,
    /// Confidence that both rows are one outlet; `None` if they are two outlets.
    pub confidence: Option<Confidence>,
    /// Fields in which both rows agree.
    pub agrees: Fields,
    /// Fields in which the rows differ.
    pub differs: Fields,
}

/// Lowest scores for high, medium and low confidence, in tenths of a bit.
const HIGH: i32 = 140;
const MEDIUM: i32 = 95;
const LOW: i32 = 55;

/// Lowest number of rows for which the frequency of a value is computed. A territory with fewer
/// rows counts as this many, because it is part of a large country.
const COUNTRY: usize = 4096;

/// Number of rows that have each value, in the list where the value is most frequent.
#[derive(Debug)]
pub(super) struct Frequencies {
    rows: usize,
    of: [FxHashMap<u64, u32>; 5],
}

/// Fields for which the frequency of each value is counted.
#[derive(Debug, Clone, Copy)]
enum Counted {
    Core,
    Phone,
    Uscc,
    License,
    Postcode,
}

impl Frequencies {
    /// Counts the values of `table` in each list separately. O(rows · lists).
    pub(super) fn new(table: &FactTable) -> Self {
        let mut of: [FxHashMap<u64, u32>; 5] = Default::default();
        let lists = table.facts.iter().map(|fact| fact.list).max().map_or(0, |last| last + 1);
        for list in 0..lists {
            let mut here: [FxHashMap<u64, u32>; 5] = Default::default();
            for fact in table.facts.iter().filter(|fact| fact.list == list) {
                let mut count = |counted: Counted, value: u64| {
                    if value != 0 {
                        *here[counted as usize].entry(value).or_default() += 1;
                    }
                };
                count(Counted::Core, fact.core);
                fact.phones().for_each(|phone| count(Counted::Phone, phone));
                count(Counted::Uscc, fact.uscc);
                count(Counted::License, fact.license_no);
                count(Counted::Postcode, fact.postcode);
            }
            for (all, here) in of.iter_mut().zip(here) {
                for (value, count) in here {
                    let most = all.entry(value).or_default();
                    *most = count.max(*most);
                }
            }
        }
        Self { rows: table.len().max(COUNTRY), of }
    }

    fn count(&self, counted: Counted, value: u64) -> u32 {
        self.of[counted as usize].get(&value).copied().unwrap_or(1).max(1)
    }

    /// Returns the weight of a value that both rows have, in tenths of a bit; at most `most` bits.
    fn bits(&self, counted: Counted, value: u64, most: f64) -> i32 {
        let share = self.rows as f64 / f64::from(self.count(counted, value));
        tenths(log2(share).min(most))
    }
}

fn tenths(bits: f64) -> i32 {
    (bits * 10.0).round() as i32
}

pub(super) struct Judge<'a> {
    table: &'a FactTable,
    frequencies: &'a Frequencies,
}

#[derive(Default)]
struct Evidence {
    score: i32,
    agrees: Fields,
    differs: Fields,
}

impl Evidence {
    fn note(&mut self, field: ComparedField, score: i32) {
        self.score += score;
        if score > 0 {
            self.agrees.add(field);
        } else if score < 0 {
            self.differs.add(field);
        }
    }
}

impl<'a> Judge<'a> {
    pub(super) fn new(table: &'a FactTable, frequencies: &'a Frequencies) -> Self {
        Self { table, frequencies }
    }

    /// Scores the pair of rows `a` and `b`. Their order does not matter.
    pub(super) fn judge(&self, a: u32, b: u32) -> Judgement {
        use ComparedField::{Branch, Kind, LicenseNo, OsmId, Phone, Uscc};
        let (one, other) = (&self.table.facts[a as usize], &self.table.facts[b as usize]);
        let mut evidence = Evidence::default();
        self.weigh_codes(&mut evidence, one, other);
        let likeness = self.weigh_name(&mut evidence, (a, one), (b, other));
        let place = self.weigh_place(&mut evidence, (a, one), (b, other));
        let Evidence { score, agrees, differs } = evidence;
        let same_list = one.list == other.list;
        let licences_differ = differs.has(LicenseNo);
        let has_key = [LicenseNo, OsmId, Phone, Uscc].into_iter().any(|key| agrees.has(key));
        let confidence = match score {
            HIGH.. => Some(Confidence::High),
            MEDIUM..HIGH => Some(Confidence::Medium),
            LOW..MEDIUM => Some(Confidence::Low),
            _ => None,
        };
        // A name is not enough evidence on its own. A code is not enough if all other fields
        // differ.
        let has_place = place > 0;
        let is_thin = !(has_key || has_place && likeness >= Some(0.7))
            || has_key
                && !has_place
                && likeness.is_some_and(|likeness| likeness < 0.7)
                && !agrees.has(LicenseNo);
        let nameless_here = likeness.is_none() && agrees.has(Kind) && one.core == other.core;
        let confidence = match confidence {
            Some(_) if same_list && licences_differ => None,
            Some(Confidence::High) if licences_differ => Some(Confidence::Medium),
            Some(Confidence::High | Confidence::Medium)
                if differs.has(Branch) && !agrees.has(LicenseNo) =>
            {
                Some(Confidence::Low)
            }
            // Two rows of one list are two outlets unless the evidence is strong.
            Some(Confidence::Medium) if same_list => Some(Confidence::Low),
            Some(Confidence::Low) if same_list => None,
            Some(Confidence::High | Confidence::Medium) if is_thin && !nameless_here => {
                Some(Confidence::Low)
            }
            other => other,
        };
        Judgement { score, confidence, agrees, differs }
    }

    fn weigh_codes(&self, evidence: &mut Evidence, one: &Fact, other: &Fact) {
        let bits = |counted, value, most| self.frequencies.bits(counted, value, most);
        if one.license_no != 0 && other.license_no != 0 {
            let same = one.license_no == other.license_no;
            evidence.note(
                ComparedField::LicenseNo,
                if same { bits(Counted::License, one.license_no, 15.0) } else { -60 },
            );
        }
        if one.uscc != 0 && other.uscc != 0 {
            // All outlets of a chain have the credit code of its company.
            let shared = self.frequencies.count(Counted::Uscc, one.uscc) > 1;
            let score = match (one.uscc == other.uscc, shared) {
                (true, false) => 90,
                (true, true) => 20,
                (false, _) => -40,
            };
            evidence.note(ComparedField::Uscc, score);
        }
        if one.osm_id != 0 && one.osm_id == other.osm_id {
            evidence.note(ComparedField::OsmId, 120);
        }
        let shared = one.phones().find(|phone| other.phones().any(|own| own == *phone));
        match shared {
            Some(phone) => {
                // A telephone number that several outlets share is the number of their head office.
                let times = self.frequencies.count(Counted::Phone, phone);
                evidence.note(ComparedField::Phone, if times > 1 { 20 } else { 90 });
            }
            None if one.phones().count() > 0 && other.phones().count() > 0 => {
                evidence.note(ComparedField::Phone, -10)
            }
            None => {}
        }
    }

    /// Adds the score of the names and returns their likeness, 0 to 1; `None` if one name is empty.
    fn weigh_name(
        &self,
        evidence: &mut Evidence,
        (a, one): (u32, &Fact),
        (b, other): (u32, &Fact),
    ) -> Option<f64> {
        if one.kinds != 0 && other.kinds != 0 {
            evidence.note(ComparedField::Kind, if one.kinds & other.kinds == 0 { -40 } else { 5 });
        }
        if one.core == 0 && other.core == 0 && one.kinds & other.kinds != 0 {
            // Two rows without names that have the same kind and the same place are usually one
            // outlet.
            evidence.score += 25;
        }
        if one.core == 0 || other.core == 0 {
            return None;
        }
        if one.branch != other.branch {
            let both = one.branch != 0 && other.branch != 0;
            evidence.note(ComparedField::Branch, if both { -80 } else { -8 });
        } else if one.branch != 0 {
            evidence.note(ComparedField::Branch, 40);
        }
        let likeness = if one.core == other.core {
            1.0
        } else {
            likeness(self.table.core(a), self.table.core(b))
        };
        let rarest = |core| self.frequencies.bits(Counted::Core, core, 12.0);
        let whole = i32::min(rarest(one.core), rarest(other.core));
        let score = match likeness {
            1.0.. => whole,
            0.85.. => whole * 3 / 4,
            0.7..0.85 => whole * 2 / 5,
            0.5..0.7 => -25,
            _ => -60,
        };
        evidence.note(ComparedField::Name, score);
        Some(likeness)
    }

    /// Returns the score of the best field about the position.
    fn weigh_place(
        &self,
        evidence: &mut Evidence,
        (a, one): (u32, &Fact),
        (b, other): (u32, &Fact),
    ) -> i32 {
        let mut parts = Evidence::default();
        let mut scores = [0; 4];
        if let (Some(at), Some(there)) = (one.at(), other.at()) {
            scores[0] = match at.distance_m(there) {
                ..=20.0 => 75,
                ..=50.0 => 65,
                ..=100.0 => 50,
                ..=250.0 => 30,
                ..=700.0 => 8,
                ..=1500.0 => -25,
                ..=5000.0 => -50,
                _ => -80,
            };
            parts.note(ComparedField::Position, scores[0]);
        }
        if one.street != 0 && other.street != 0 {
            let alike = one.street == other.street
                || likeness(self.table.street(a), self.table.street(b)) >= 0.85;
            let numbered = one.number != 0 && other.number != 0;
            scores[1] = match (alike, numbered, one.number == other.number) {
                (true, true, true) => 70,
                (true, true, false) => -15,
                (true, false, _) => 35,
                (false, ..) => -15,
            };
            parts.note(ComparedField::Address, scores[1]);
        }
        if one.postcode != 0 && other.postcode != 0 {
            let same = one.postcode == other.postcode;
            scores[2] = if same {
                self.frequencies.bits(Counted::Postcode, one.postcode, 12.0) / 3
            } else {
                -15
            };
            parts.note(ComparedField::Postcode, scores[2]);
        }
        if one.places().next().is_some() && other.places().next().is_some() {
            let same = one.places().any(|place| other.places().any(|own| own == place));
            scores[3] = if same { 15 } else { -5 };
            parts.note(ComparedField::Place, scores[3]);
        }
        let best = scores.into_iter().max().unwrap_or(0);
        let worst: i32 = scores.into_iter().filter(|score| *score < 0).sum();
        let rest: i32 = scores.into_iter().filter(|score| *score > 0).sum::<i32>() - best.max(0);
        evidence.score += best.max(0) + rest / 4 + worst;
        evidence.agrees.0 |= parts.agrees.0;
        evidence.differs.0 |= parts.differs.0;
        best
    }
}
