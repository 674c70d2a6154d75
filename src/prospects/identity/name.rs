//! Splits the name of an outlet into a core, a branch and generic words.
//!
//! `Alpha Pharmacy Ltd.`, `ALPHA PHARMACY` and `Alpha Apotheke` share the core `alpha`.
//! `海王星辰健康药房（科技园店）` has the core `海王星辰健康` and the branch `科技园`. Two names with
//! different branches, such as shop 11 and shop 12, are two outlets.

use crate::spelling::{fold, is_han, is_han_digit, number_of, words};

/// Kinds of outlets that a name mentions, as a set of bits.
pub(super) type Kinds = u8;

/// The outlet sells medicines.
pub(super) const SHOP: Kinds = 1;
/// The outlet has practitioners and no beds.
pub(super) const PRACTICE: Kinds = 2;
/// The outlet has beds.
pub(super) const HOSPITAL: Kinds = 4;
/// The outlet sells no medicines for people: dentists, opticians, vets.
pub(super) const OTHER: Kinds = 8;

/// Generic words in names, with the kinds of outlets that they mean (0: no kind).
#[rustfmt::skip]
const GENERIC: &[(&str, Kinds)] = &[
    ("pharmacy", SHOP), ("pharmacies", SHOP), ("pharmacie", SHOP), ("pharmacist", SHOP), ("farmacia", SHOP),
    ("farmacija", SHOP), ("farmasi", SHOP), ("apotheke", SHOP), ("apotek", SHOP), ("apoteket", SHOP), ("apteekki", SHOP),
    ("apteka", SHOP), ("аптека", SHOP), ("spizerija", SHOP), ("chemist", SHOP), ("chemists", SHOP), ("drugstore", SHOP),
    ("drogerie", SHOP), ("drogeria", SHOP), ("dispensary", SHOP), ("parapharmacie", SHOP), ("parafarmacia", SHOP),
    ("clinic", PRACTICE), ("clinics", PRACTICE), ("clinique", PRACTICE), ("clinica", PRACTICE), ("klinika", PRACTICE),
    ("practice", PRACTICE), ("surgery", PRACTICE), ("praxis", PRACTICE), ("arztpraxis", PRACTICE), ("doctor", PRACTICE),
    ("doctors", PRACTICE), ("dr", PRACTICE), ("berga", PRACTICE), ("poliklinik", PRACTICE), ("ambulatorium", PRACTICE),
    ("hospital", HOSPITAL), ("hopital", HOSPITAL), ("klinikum", HOSPITAL), ("krankenhaus", HOSPITAL),
    ("ospedale", HOSPITAL), ("sptar", HOSPITAL), ("klinik", PRACTICE | HOSPITAL),
    ("dental", OTHER), ("dentist", OTHER), ("zahnarzt", OTHER), ("zahnarztpraxis", OTHER), ("optician", OTHER),
    ("opticians", OTHER), ("veterinary", OTHER), ("vet", OTHER), ("tierarzt", OTHER),
    ("health", 0), ("medical", 0), ("medicine", 0), ("centre", 0), ("center", 0), ("zentrum", 0), ("healthcare", 0),
    ("group", 0), ("services", 0), ("service", 0), ("store", 0), ("stores", 0), ("shop", 0), ("med", 0), ("care", 0),
];

/// Words that do not identify an outlet: company forms, articles, prepositions.
#[rustfmt::skip]
const EMPTY: &[&str] = &[
    "ltd", "limited", "plc", "llp", "llc", "inc", "corp", "co", "company", "gmbh", "mbh", "ag", "kg", "ohg", "ug", "ek",
    "sarl", "sas", "sasu", "srl", "spa", "sa", "sl", "bv", "nv", "oy", "oyj", "ab", "as", "aps", "doo", "pty", "ta", "uk",
    "the", "and", "und", "et", "of", "de", "la", "le", "les", "del", "della", "di", "du", "der", "die", "das", "y", "e", "t",
    "no", "nr", "num", "branch", "filiale", "nhs", "in", "at", "zur", "zum", "am", "im", "ta'", "tal", "il", "l",
];

/// Generic words that some languages append to the word before them.
const ENDINGS: &[(&str, Kinds)] = &[
    ("apotheke", SHOP),
    ("apteekki", SHOP),
    ("apotek", SHOP),
    ("drogerie", SHOP),
    ("pharmacy", SHOP),
    ("zahnarztpraxis", OTHER),
    ("arztpraxis", PRACTICE),
    ("praxis", PRACTICE),
    ("klinik", PRACTICE | HOSPITAL),
    ("krankenhaus", HOSPITAL),
];

/// Chinese generic words, longest first.
#[rustfmt::skip]
const HAN_GENERIC: &[(&str, Kinds)] = &[
    ("股份有限公司", 0), ("有限责任公司", 0), ("社区卫生服务中心", PRACTICE), ("社区卫生服务站", PRACTICE), ("医药连锁", 0),
    ("药业连锁", 0), ("连锁药店", SHOP), ("有限公司", 0), ("门诊部", PRACTICE), ("卫生院", PRACTICE | HOSPITAL),
    ("卫生室", PRACTICE), ("卫生所", PRACTICE), ("卫生站", PRACTICE), ("医务室", PRACTICE), ("大药房", SHOP),
    ("大药店", SHOP), ("药房", SHOP), ("药店", SHOP), ("药铺", SHOP), ("药行", SHOP), ("药号", SHOP), ("药局", SHOP),
    ("诊所", PRACTICE), ("医院", HOSPITAL), ("医药", 0), ("药业", 0), ("连锁", 0), ("零售", 0), ("集团", 0), ("公司", 0),
    ("医疗", 0), ("个体", 0), ("西医", 0), ("中医", 0), ("内科", 0), ("口腔", OTHER), ("眼镜", OTHER), ("宠物", OTHER),
];

/// Chinese words at the end of the name of a branch, longest first.
const HAN_BRANCH: &[&str] = &["连锁店", "分公司", "直营店", "加盟店", "分店", "门店", "分部", "店"];

/// Parts of the name of an outlet.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct NameKey {
    /// Words that identify the outlet, separated by spaces; the whole name if all words are
    /// generic.
    pub(super) core: String,
    /// Number or place that names the branch of a chain; empty if the name has no branch.
    pub(super) branch: String,
    /// Kinds of outlets that the name mentions.
    pub(super) kinds: Kinds,
}

impl NameKey {
    /// Splits `name` into its parts. O(length of the name).
    pub(super) fn new(name: &str) -> Self {
        let folded = fold(name);
        let mut key = if folded.chars().any(is_han) { han(&folded) } else { latin(&folded) };
        if key.core.is_empty() {
            key.core = words(&folded).join(" ");
            key.branch.clear();
        }
        key
    }

    /// Returns whether the name has no letters and digits.
    pub(super) fn is_blank(&self) -> bool {
        self.core.is_empty()
    }

    /// Returns whether the two names can belong to one outlet: no kinds of outlets and no branches
    /// exclude it.
    pub(super) fn is_compatible(&self, other: &Self) -> bool {
        let no_common_kind = self.kinds != 0 && other.kinds != 0 && self.kinds & other.kinds == 0;
        self.branch == other.branch && !no_common_kind
    }
}

fn latin(folded: &str) -> NameKey {
    let mut key = NameKey::default();
    // The company form "e.K." and the abbreviation "t/a" are one word each.
    let folded = folded.replace("e.k.", "ek").replace("t/a", "ta");
    for word in words(&folded) {
        if EMPTY.contains(&&*word) {
            continue;
        }
        if word.bytes().all(|b| b.is_ascii_digit()) {
            push(&mut key.branch, word.trim_start_matches('0'));
        } else if let Some((_, kinds)) = GENERIC.iter().find(|(generic, _)| *generic == word) {
            key.kinds |= kinds;
        } else if let Some((stem, kinds)) = stem(&word) {
            key.kinds |= kinds;
            push(&mut key.core, stem);
        } else {
            push(&mut key.core, &word);
        }
    }
    key
}

/// Removes a generic word from the end of `word`: returns `rathaus` for `rathausapotheke`, with the
/// kind of the generic word.
fn stem(word: &str) -> Option<(&str, Kinds)> {
    ENDINGS.iter().find_map(|(ending, kinds)| {
        let stem = word.strip_suffix(ending)?;
        (stem.len() >= 3).then_some((stem, *kinds))
    })
}

fn han(folded: &str) -> NameKey {
    let mut key = NameKey::default();
    let mut text: String = folded.to_owned();
    for (generic, kinds) in HAN_GENERIC {
        // The name 国大药房 consists of 国大 and 药房, not of 国 and 大药房.
        let eats_name = generic.starts_with('大')
            && text.find(generic) == text.chars().next().map(char::len_utf8);
        if text.contains(generic) && !eats_name {
            key.kinds |= kinds;
            text = text.replace(generic, "|");
        }
    }
    let is_cut = |c: char| !c.is_alphanumeric() && c != ' ';
    for piece in text.split(is_cut).map(|piece| piece.replace(' ', "")) {
        match branch_of(&piece) {
            Some(branch) if !key.core.is_empty() => push(&mut key.branch, &branch),
            // A number such as "第一分店" is always a branch, even before the core.
            Some(branch) if branch.bytes().all(|b| b.is_ascii_digit()) && !branch.is_empty() => {
                push(&mut key.branch, &branch);
            }
            _ if key.core.is_empty() => key.core = without_town(&piece).to_owned(),
            _ => key.core.push_str(&piece),
        }
    }
    split_numbered_branch(&mut key);
    key
}

/// Returns the name of the branch in `piece`; a number is written in digits: `科技园店` → `科技园`,
/// `第十二分店` → `12`.
fn branch_of(piece: &str) -> Option<String> {
    let stem = HAN_BRANCH.iter().find_map(|end| piece.strip_suffix(end))?;
    let number = number_of(stem.trim_start_matches('第'));
    Some(number.map_or_else(|| stem.to_owned(), |number| number.to_string()))
}

/// Moves a branch number from the core to the branch, as in `平安第3分店` and `平安3店`.
fn split_numbered_branch(key: &mut NameKey) {
    let Some(stem) = HAN_BRANCH.iter().find_map(|end| key.core.strip_suffix(end)) else { return };
    let is_digit = |c: char| c.is_ascii_digit() || is_han_digit(c);
    let name = stem.trim_end_matches(is_digit);
    let Some(number) = number_of(&stem[name.len()..]) else { return };
    let name = name.trim_end_matches('第').to_owned();
    if !name.is_empty() && key.branch.is_empty() {
        key.branch = number.to_string();
        key.core = name;
    }
}

/// Removes the town from the start of a name. Company names begin with their town; the signs of
/// outlets do not.
fn without_town(name: &str) -> &str {
    let ends = name.char_indices().take(5).filter(|(_, c)| matches!(c, '省' | '市'));
    let rest = ends.last().map_or(name, |(at, c)| &name[at + c.len_utf8()..]);
    if rest.chars().count() >= 2 { rest } else { name }
}

fn push(text: &mut String, word: &str) {
    if !text.is_empty() && !word.is_empty() {
        text.push(' ');
    }
    text.push_str(word);
}

/// Returns the likeness of two cores, from 0 (different) to 1 (equal). It is the share of letters
/// that need no edit to turn one core into the other (Damerau–Levenshtein distance, without
/// spaces), or 0.9 if one core contains all words of the other.
pub(super) fn likeness(a: &str, b: &str) -> f64 {
    if a == b {
        return 1.0;
    }
    if contains(a, b) || contains(b, a) {
        return 0.9;
    }
    let joined = |text: &str| text.replace(' ', "");
    let direct = strsim::normalized_damerau_levenshtein(&joined(a), &joined(b));
    if direct >= 0.85 || !(a.contains(' ') || b.contains(' ')) {
        return direct;
    }
    let sorted = |text: &str| {
        let mut words: Vec<&str> = text.split(' ').collect();
        words.sort_unstable();
        words.concat()
    };
    direct.max(strsim::normalized_damerau_levenshtein(&sorted(a), &sorted(b)))
}

/// Returns whether `whole` contains all words of `part`; `false` if `part` is very short.
fn contains(whole: &str, part: &str) -> bool {
    if part.chars().any(is_han) {
        return part.chars().count() >= 2 && whole.contains(part);
    }
    part.len() >= 4 && part.split(' ').all(|word| whole.split(' ').any(|other| other == word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> (String, String) {
        let NameKey { core, branch, .. } = NameKey::new(name);
        (core, branch)
    }

    fn pair(core: &str, branch: &str) -> (String, String) {
        (core.to_owned(), branch.to_owned())
    }

    #[test]
    fn forms_of_companies_and_generic_words_do_not_count() {
        for name in
            ["Alpha Pharmacy Ltd.", "ALPHA  pharmacy", "The Alpha Apotheke e.K.", "Farmácia Alpha"]
        {
            assert_eq!(key(name), pair("alpha", ""), "{name}");
        }
        assert_eq!(key("Rathaus-Apotheke"), key("Rathausapotheke"));
        for name in
            ["海王星辰大药房", "深圳市海王星辰医药有限公司", "海王星辰连锁药店", "海王星辰藥房"]
        {
            assert_eq!(key(name), pair("海王星辰", ""), "{name}");
        }
    }

    #[test]
    fn branches_distinguish_and_their_numbers_are_read() {
        assert_eq!(key("Boots 0012"), pair("boots", "12"));
        assert_eq!(key("海王星辰健康药房（科技园店）"), pair("海王星辰健康", "科技园"));
        for name in ["国大药房第十二分店", "国大药房12店", "国大药房（第12分店）", "国大第十二分店"]
        {
            assert_eq!(key(name), pair("国大", "12"), "{name}");
        }
    }

    #[test]
    fn a_name_of_generic_words_alone_is_its_own_core() {
        assert_eq!(key("The Pharmacy"), pair("the pharmacy", ""));
        assert_eq!(key("大药房"), pair("大药房", ""));
        assert!(NameKey::new(" ? ").is_blank());
    }

    #[test]
    fn likeness_forgives_slips_and_left_out_words() {
        assert!(likeness("corkills", "corkils") > 0.85);
        assert!(likeness("st john", "john st") > 0.85);
        assert!(likeness("day lewis", "day lewis bury") > 0.85);
        assert!(likeness("海王星辰", "海王星辰健康") > 0.85);
        assert!(likeness("balzan", "alpha") < 0.5);
    }
}
