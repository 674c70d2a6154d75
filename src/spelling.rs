//! Text as it counts when two spellings are compared: one case, one width, no accents, simplified characters.
//!
//! Used wherever names and addresses of different sources meet. What is shown to a person is never folded.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Traditional and variant characters of outlets' names and addresses, each before its simplified form.
#[rustfmt::skip]
const SIMPLIFIED: &[(char, char)] = &[
    ('藥', '药'), ('葯', '药'), ('醫', '医'), ('診', '诊'), ('療', '疗'), ('衛', '卫'), ('護', '护'), ('號', '号'),
    ('樓', '楼'), ('門', '门'), ('鎮', '镇'), ('鄉', '乡'), ('區', '区'), ('縣', '县'), ('東', '东'), ('廣', '广'),
    ('國', '国'), ('華', '华'), ('龍', '龙'), ('濟', '济'), ('壽', '寿'), ('連', '连'), ('鎖', '锁'), ('責', '责'),
    ('團', '团'), ('業', '业'), ('場', '场'), ('灣', '湾'), ('豐', '丰'), ('興', '兴'), ('寶', '宝'), ('樂', '乐'),
    ('陽', '阳'), ('陳', '陈'), ('張', '张'), ('黃', '黄'), ('劉', '刘'), ('趙', '赵'), ('楊', '杨'), ('吳', '吴'),
    ('鄭', '郑'), ('馬', '马'), ('葉', '叶'), ('蘇', '苏'), ('盧', '卢'), ('鄧', '邓'), ('許', '许'), ('賢', '贤'),
    ('慶', '庆'), ('觀', '观'), ('園', '园'), ('環', '环'), ('橋', '桥'), ('溝', '沟'), ('莊', '庄'), ('衖', '弄'),
    ('長', '长'), ('萬', '万'), ('億', '亿'), ('愛', '爱'), ('聖', '圣'), ('頤', '颐'), ('鶴', '鹤'), ('麗', '丽'),
    ('銀', '银'), ('鋪', '铺'), ('會', '会'), ('與', '与'), ('為', '为'), ('來', '来'), ('開', '开'), ('關', '关'),
];

/// `text` folded: compatibility forms composed (full width, ligatures), lower case, Latin, Greek and Cyrillic letters
/// without their accents, simplified Chinese characters where the table above knows them. O(n).
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c) || is_kana_mark(*c)) {
        for c in c.to_lowercase().filter(|c| !is_combining_mark(*c) || is_kana_mark(*c)) {
            match c {
                'ß' => folded.push_str("ss"),
                'æ' => folded.push_str("ae"),
                'œ' => folded.push_str("oe"),
                'þ' => folded.push_str("th"),
                'ø' => folded.push('o'),
                'ł' => folded.push('l'),
                'đ' | 'ð' => folded.push('d'),
                'ħ' => folded.push('h'),
                'ı' => folded.push('i'),
                '’' | '‘' | 'ʼ' | '`' | '´' => folded.push('\''),
                c if is_han(c) => folded.push(simplified(c)),
                c => folded.push(c),
            }
        }
    }
    folded
}

/// Whether `c` is a Chinese character.
pub(crate) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{2FA1F}')
}

/// The sound marks that make another syllable of a kana, which are no accents.
fn is_kana_mark(c: char) -> bool {
    matches!(c, '\u{3099}' | '\u{309A}')
}

fn simplified(c: char) -> char {
    SIMPLIFIED.iter().find(|(from, _)| *from == c).map_or(c, |(_, to)| *to)
}

/// The words of folded text: letters and digits that stand together; an apostrophe inside a word is passed over, and
/// Chinese characters are kept apart from Latin ones.
pub(crate) fn words(folded: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for c in folded.chars() {
        if c == '\'' {
            continue;
        }
        let changes_script = word.chars().last().is_some_and(|last| is_han(last) != is_han(c));
        if !word.is_empty() && (changes_script || !c.is_alphanumeric()) {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.push(c);
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

const HAN_DIGITS: &str = "〇一二三四五六七八九";

/// Whether `c` is part of a number in Chinese characters.
pub(crate) fn is_han_digit(c: char) -> bool {
    HAN_DIGITS.contains(c) || c == '十' || c == '百'
}

/// A number in digits or in Chinese characters below 1000.
pub(crate) fn number_of(text: &str) -> Option<u32> {
    if text.is_empty() {
        return None;
    }
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().ok();
    }
    let (mut total, mut digit) = (0, None);
    for c in text.chars() {
        match c {
            '十' => total = tens(total, digit.take(), 10)?,
            '百' => total = tens(total, digit.take(), 100)?,
            c => {
                let c = if c == '零' { '〇' } else { c };
                let at = HAN_DIGITS.chars().position(|known| known == c)?;
                let value = u32::try_from(at).ok()?;
                digit = Some(match digit {
                    None => value,
                    Some(tens) => u32::checked_mul(tens, 10)?.checked_add(value)?,
                });
            }
        }
    }
    u32::checked_add(total, digit.unwrap_or(0))
}

/// `total` and so many times `unit`, once where no digit stands before it.
fn tens(total: u32, digit: Option<u32>, unit: u32) -> Option<u32> {
    digit.unwrap_or(1).checked_mul(unit)?.checked_add(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_width_accents_and_traditional_characters_do_not_count() {
        assert_eq!(fold("ＢＯＯＴＳ　１２"), "boots 12");
        assert_eq!(fold("Għajnsielem, Triq il-Ħut, Żebbuġ"), "ghajnsielem, triq il-hut, zebbug");
        assert_eq!(fold("Straße Łódź Þór Café"), "strasse lodz thor cafe");
        assert_eq!(fold("廣東國藥大藥房"), "广东国药大药房");
        assert_eq!(fold("ガ"), "ガ".nfkd().collect::<String>());
    }

    #[test]
    fn words_are_cut_at_punctuation_and_between_scripts() {
        assert_eq!(words("hemensley's, no.2/st.john"), ["hemensleys", "no", "2", "st", "john"]);
        assert_eq!(words("a7药房(科技园店)"), ["a7", "药房", "科技园店"]);
        assert_eq!(words("  "), Vec::<String>::new());
    }

    #[test]
    fn numbers_are_read_in_chinese_characters_too() {
        for (text, number) in [
            ("12", Some(12)),
            ("十二", Some(12)),
            ("二十", Some(20)),
            ("一百零五", Some(105)),
            ("十二号", None),
            ("三", Some(3)),
            ("", None),
            ("一一一一一一一一一一一一", None),
            ("九九九九九九九九九百", None),
        ] {
            assert_eq!(number_of(text), number, "{text}");
        }
    }
}
