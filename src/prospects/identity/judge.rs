//! How sure two rows mean one outlet: evidence for and against, weighed.
//!
//! After Fellegi and Sunter (1969), doi:10.1080/01621459.1969.10501049: every field that agrees adds the logarithm of how much
//! likelier that is for one outlet than for two, every field that differs takes away. Weights are tenths of a bit. They are
//! set by hand, and what can agree by chance is worth less the more rows share it: the name of a chain, the telephone of its
//! head office, the credit code of its company (term frequencies after Winkler 1988). Distance, address, postcode and place all
//! say *where*; the best of them counts in full, the others a quarter. docs/merging.md has the table.

use libm::log2;
use rustc_hash::FxHashMap;

use super::Confidence;
use super::facts::{Fact, FactTable};
use super::name::likeness;

/// A set of fields.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fields(u16);

/// The fields in the order in which they are told.
const FIELDS: [(&str, u16); 11] = [
    ("license_no", 1),
    ("uscc", 2),
    ("osm_id", 4),
    ("phone", 8),
    ("name", 16),
    ("branch", 32),
    ("kind", 64),
    ("position", 128),
    ("address", 256),
    ("postcode", 512),
    ("place", 1024),
];

impl Fields {
    fn add(&mut self, name: &str) {
        self.0 |= FIELDS.iter().find(|(field, _)| *field == name).map_or(0, |(_, bit)| *bit);
    }

    /// Whether the field `name` is in it.
    pub fn has(self, name: &str) -> bool {
        FIELDS.iter().any(|(field, bit)| *field == name && self.0 & bit != 0)
    }

    /// The names of the fields in it.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        FIELDS.iter().filter(move |(_, bit)| self.0 & bit != 0).map(|(field, _)| *field)
    }
}

/// What speaks for and against one outlet in two rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judgement {
    /// Tenths of a bit.
    pub score: i32,
    /// How sure it is; `None`: they are two.
    pub confidence: Option<Confidence>,
    /// Fields that agree.
    pub agrees: Fields,
    /// Fields that differ.
    pub differs: Fields,
}

/// From this score on a pair is surely one outlet, probably, perhaps.
const HIGH: i32 = 140;
const MEDIUM: i32 = 95;
const LOW: i32 = 55;

/// Small territories are part of a large country: a name is never rarer than one in so many.
const COUNTRY: usize = 4096;

/// How often each value occurs in the list that has it most often.
#[derive(Debug)]
pub(super) struct Frequencies {
    rows: usize,
    of: [FxHashMap<u64, u32>; 5],
}

/// Which of the values that are counted.
#[derive(Debug, Clone, Copy)]
enum Counted {
    Core,
    Phone,
    Uscc,
    License,
    Postcode,
}

impl Frequencies {
    /// Counts the values of `table`, each list by itself. O(n).
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

    /// What it is worth that two rows share a value, of at most `most`.
    fn bits(&self, counted: Counted, value: u64, most: f64) -> i32 {
        let share = self.rows as f64 / f64::from(self.count(counted, value));
        tenths(log2(share).min(most))
    }
}

fn tenths(bits: f64) -> i32 {
    (bits * 10.0).round() as i32
}

/// Weighs pairs of the rows of one table.
pub(super) struct Judge<'a> {
    table: &'a FactTable,
    frequencies: &'a Frequencies,
}

/// The evidence of a pair as it comes together.
#[derive(Default)]
struct Evidence {
    score: i32,
    agrees: Fields,
    differs: Fields,
}

impl Evidence {
    fn note(&mut self, field: &str, score: i32) {
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

    /// Weighs rows `a` and `b`. The order of the two does not matter.
    pub(super) fn judge(&self, a: u32, b: u32) -> Judgement {
        let (one, other) = (&self.table.facts[a as usize], &self.table.facts[b as usize]);
        let mut evidence = Evidence::default();
        self.weigh_codes(&mut evidence, one, other);
        let likeness = self.weigh_name(&mut evidence, (a, one), (b, other));
        let place = self.weigh_place(&mut evidence, (a, one), (b, other));
        let Evidence { score, agrees, differs } = evidence;
        let same_list = one.list == other.list;
        let licences_differ = differs.has("license_no");
        let has_key = ["license_no", "osm_id", "phone", "uscc"].iter().any(|key| agrees.has(key));
        let confidence = match score {
            HIGH.. => Some(Confidence::High),
            MEDIUM..HIGH => Some(Confidence::Medium),
            LOW..MEDIUM => Some(Confidence::Low),
            _ => None,
        };
        // A name alone is no proof, nor is a code alone where all else differs.
        let has_place = place > 0;
        let is_thin = !(has_key || has_place && likeness >= Some(0.7))
            || has_key
                && !has_place
                && likeness.is_some_and(|likeness| likeness < 0.7)
                && !agrees.has("license_no");
        let nameless_here = likeness.is_none() && agrees.has("kind") && one.core == other.core;
        let confidence = match confidence {
            Some(_) if same_list && licences_differ => None,
            Some(Confidence::High) if licences_differ => Some(Confidence::Medium),
            Some(Confidence::High | Confidence::Medium)
                if differs.has("branch") && !agrees.has("license_no") =>
            {
                Some(Confidence::Low)
            }
            // In one list two rows are two outlets unless nearly everything speaks against it.
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
                "license_no",
                if same { bits(Counted::License, one.license_no, 15.0) } else { -60 },
            );
        }
        if one.uscc != 0 && other.uscc != 0 {
            // The code is the company's, and a chain is one company.
            let shared = self.frequencies.count(Counted::Uscc, one.uscc) > 1;
            let score = match (one.uscc == other.uscc, shared) {
                (true, false) => 90,
                (true, true) => 20,
                (false, _) => -40,
            };
            evidence.note("uscc", score);
        }
        if one.osm_id != 0 && one.osm_id == other.osm_id {
            evidence.note("osm_id", 120);
        }
        let shared = one.phones().find(|phone| other.phones().any(|own| own == *phone));
        match shared {
            Some(phone) => {
                // A number that several outlets give is their office's.
                let times = self.frequencies.count(Counted::Phone, phone);
                evidence.note("phone", if times > 1 { 20 } else { 90 });
            }
            None if one.phones().count() > 0 && other.phones().count() > 0 => {
                evidence.note("phone", -10)
            }
            None => {}
        }
    }

    /// Returns how alike the names are, `None` where one says nothing.
    fn weigh_name(
        &self,
        evidence: &mut Evidence,
        (a, one): (u32, &Fact),
        (b, other): (u32, &Fact),
    ) -> Option<f64> {
        if one.kinds != 0 && other.kinds != 0 {
            evidence.note("kind", if one.kinds & other.kinds == 0 { -40 } else { 5 });
        }
        if one.core == 0 && other.core == 0 && one.kinds & other.kinds != 0 {
            // Two nameless pharmacies at one place are hardly ever two.
            evidence.score += 25;
        }
        if one.core == 0 || other.core == 0 {
            return None;
        }
        if one.branch != other.branch {
            let both = one.branch != 0 && other.branch != 0;
            evidence.note("branch", if both { -80 } else { -8 });
        } else if one.branch != 0 {
            evidence.note("branch", 40);
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
        evidence.note("name", score);
        Some(likeness)
    }

    /// Returns the best evidence of a common place.
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
            parts.note("position", scores[0]);
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
            parts.note("address", scores[1]);
        }
        if one.postcode != 0 && other.postcode != 0 {
            let same = one.postcode == other.postcode;
            scores[2] = if same {
                self.frequencies.bits(Counted::Postcode, one.postcode, 12.0) / 3
            } else {
                -15
            };
            parts.note("postcode", scores[2]);
        }
        if one.places().next().is_some() && other.places().next().is_some() {
            let same = one.places().any(|place| other.places().any(|own| own == place));
            scores[3] = if same { 15 } else { -5 };
            parts.note("place", scores[3]);
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
