//! Damage to a row on its way from one list into another: a second clerk, another keyboard, a coarser map.

use rand_pcg::Pcg64;
use rand_pcg::rand_core::Rng;

/// An outlet as some list has it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Row {
    /// Number of the real outlet; the merger does not see it.
    pub(crate) truth: usize,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) address: String,
    pub(crate) city: String,
    pub(crate) postcode: String,
    pub(crate) phone: String,
    pub(crate) license_no: String,
    /// Degrees east and north.
    pub(crate) at: Option<(f64, f64)>,
}

/// Random choices, the same for the same seed.
pub(crate) struct Dice(Pcg64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Pcg64::new(u128::from(seed), 0x0a02_bdbf_7bb3_c0a7))
    }

    /// From 0 up to 1.
    pub(crate) fn share(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.share() * n as f64) as usize
    }

    fn happens(&mut self, share: f64) -> bool {
        self.share() < share
    }

    /// About normal: the sum of twelve uniform numbers.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.share()).sum::<f64>() - 6.0
    }
}

/// `row` as the other list has it.
pub(crate) fn damaged(row: &Row, dice: &mut Dice) -> Row {
    Row {
        name: name(&row.name, dice),
        address: address(&row.address, dice),
        city: if dice.happens(0.3) { String::new() } else { row.city.clone() },
        postcode: postcode(&row.postcode, dice),
        phone: phone(&row.phone, dice),
        license_no: if dice.happens(0.7) { String::new() } else { row.license_no.clone() },
        at: position(row.at, dice),
        ..row.clone()
    }
}

/// One in three as it is; the others with one or two changes of the kinds seen between real lists; one in thirty anew.
fn name(name: &str, dice: &mut Dice) -> String {
    if name.is_empty() || dice.happens(0.33) {
        return name.to_owned();
    }
    if dice.happens(0.03) {
        return ["Alpha Care", "The Corner Dispensary", "Medicare Plus"][dice.below(3)].to_owned();
    }
    let mut name = name.to_owned();
    for _ in 0..1 + dice.below(2) {
        name = match dice.below(8) {
            0 => name.to_uppercase(),
            1 => without_accents(&name),
            2 => typo(&name, dice),
            3 => format!("{name} {}", ["Ltd", "Limited", "& Co", "Co. Ltd."][dice.below(4)]),
            4 => with_or_without(&name, ["Pharmacy", "Apotheke", "Pharmacie", "Chemist"]),
            5 => abbreviated(&name),
            6 => name.replace(['\'', '’', '.', '-', ','], " "),
            _ => turned(&name),
        };
    }
    name.trim().to_owned()
}

fn without_accents(text: &str) -> String {
    let plain = [
        ('à', "a"),
        ('é', "e"),
        ('è', "e"),
        ('ö', "oe"),
        ('ü', "ue"),
        ('ä', "ae"),
        ('ß', "ss"),
        ('ġ', "g"),
        ('ħ', "h"),
        ('ż', "z"),
        ('ċ', "c"),
        ('Ġ', "G"),
        ('Ħ', "H"),
        ('Ż', "Z"),
        ('Ċ', "C"),
        ('ô', "o"),
        ('ç', "c"),
    ];
    let of = |c: char| {
        plain.iter().find(|(from, _)| *from == c).map_or(c.to_string(), |(_, to)| (*to).to_owned())
    };
    text.chars().map(of).collect()
}

/// One letter lost, doubled or exchanged with the next.
fn typo(text: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.len() < 5 {
        return text.to_owned();
    }
    let at = 1 + dice.below(letters.len() - 2);
    match dice.below(3) {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, letters[at]),
        _ => letters.swap(at, at + 1),
    }
    letters.into_iter().collect()
}

/// Without the generic word it has, or with the first of them if it has none.
fn with_or_without(name: &str, words: [&str; 4]) -> String {
    match words.iter().find(|word| name.contains(**word) && name.len() > word.len() + 3) {
        Some(word) => name.replace(word, ""),
        None => format!("{name} {}", words[0]),
    }
}

fn abbreviated(name: &str) -> String {
    let pairs = [
        ("Saint ", "St "),
        ("St. ", "Saint "),
        (" and ", " & "),
        ("Doctor", "Dr"),
        ("Centre", "Ctr"),
        ("Health", "Hlth"),
    ];
    pairs.iter().fold(name.to_owned(), |name, (long, short)| name.replace(long, short))
}

/// The last word first, as in registers: `Balzan Pharmacy` as `Pharmacy, Balzan`.
fn turned(name: &str) -> String {
    name.rsplit_once(' ').map_or(name.to_owned(), |(front, last)| format!("{last}, {front}"))
}

fn address(address: &str, dice: &mut Dice) -> String {
    if dice.happens(0.25) {
        return String::new();
    }
    let pairs = [
        ("Road", "Rd"),
        ("Street", "St"),
        ("Avenue", "Ave"),
        ("straße", "str."),
        ("Triq ", "Tr. "),
        (", ", " "),
    ];
    let mut address = address.to_owned();
    for (long, short) in pairs {
        if dice.happens(0.4) {
            address = address.replace(long, short);
        }
    }
    address
}

fn postcode(code: &str, dice: &mut Dice) -> String {
    match dice.below(4) {
        0 => String::new(),
        1 => code.replace(' ', ""),
        2 => code.to_lowercase(),
        _ => code.to_owned(),
    }
}

fn phone(phone: &str, dice: &mut Dice) -> String {
    if dice.happens(0.4) {
        return String::new();
    }
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    match dice.below(3) {
        0 => digits,
        // Without the country's code, as people write at home.
        1 if phone.starts_with('+') && digits.len() > 8 => digits[3..].to_owned(),
        _ => phone.replace(' ', "-"),
    }
}

/// Lost with one in twenty; else off by 25 m as a rule, by a street or two with one in ten.
fn position(at: Option<(f64, f64)>, dice: &mut Dice) -> Option<(f64, f64)> {
    let (lon, lat) = at?;
    if dice.happens(0.05) {
        return None;
    }
    let spread_m = if dice.happens(0.1) { 80.0 } else { 18.0 };
    let degrees = 1.0 / 111_320.0;
    Some((
        lon + dice.normal() * spread_m * degrees / lat.to_radians().cos(),
        lat + dice.normal() * spread_m * degrees,
    ))
}
