//! Reads numbers in the formats of different countries.

/// Reads a finite number with a decimal point, or with a decimal comma if `commas` is true.
///
/// Returns `None` for a comma before exactly three digits, because it may separate thousands.
pub(super) fn parse_number(text: &str, commas: bool) -> Option<f64> {
    match text.split_once(',') {
        None => parse_plain(text),
        Some((whole, fraction)) if commas && fraction.len() != 3 => {
            parse_plain(&format!("{whole}.{fraction}"))
        }
        Some(_) => None,
    }
}

/// Reads an angle in degrees, with or without a degree sign. The rules are those of
/// [`parse_number`], except that a comma before three digits is always a decimal comma, because
/// angles have no thousands.
pub(super) fn parse_degrees(text: &str, commas: bool) -> Option<f64> {
    let number = text.strip_suffix('°').unwrap_or(text);
    match number.split_once(',') {
        Some((whole, fraction)) if commas => parse_plain(&format!("{whole}.{fraction}")),
        _ => parse_plain(number),
    }
}

/// Reads an amount of money. The rules are those of [`parse_number`]. In addition, a currency sign
/// may stand at either end, and thousands separators are allowed if they are unambiguous:
/// `12,500.00`, or `12,500` if `commas` is false.
pub(super) fn parse_amount(text: &str, commas: bool) -> Option<f64> {
    let is_currency = |c: char| matches!(c, '¥' | '元' | '€' | '$' | '£' | ' ');
    let amount = text.trim_matches(is_currency);
    parse_number(amount, commas).or_else(|| {
        let (whole, fraction) =
            amount.split_once('.').map_or((amount, None), |(w, f)| (w, Some(f)));
        let (first, groups) = whole.split_once(',')?;
        let is_grouped = (1..=3).contains(&first.trim_start_matches('-').len())
            && groups.split(',').all(|g| g.len() == 3 && g.bytes().all(|b| b.is_ascii_digit()));
        let is_certain = !commas || fraction.is_some() || groups.contains(',');
        (is_grouped && is_certain).then(|| parse_plain(&amount.replace(',', "")))?
    })
}

fn parse_plain(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_commas_are_read_where_commas_divide_no_cells() {
        assert_eq!(parse_number("1.5", false), Some(1.5));
        assert_eq!(parse_number("1,5", true), Some(1.5));
        assert_eq!(parse_number("1,5", false), None);
        assert_eq!(parse_number("1,500", true), None, "1500 or 1.5");
        assert_eq!(parse_number("1,5,0", true), None);
        assert_eq!(parse_number("inf", true), None);
        assert_eq!(parse_degrees("14,514", true), Some(14.514));
        assert_eq!(parse_degrees("14,514", false), None);
        assert_eq!(parse_degrees("116.404°", false), Some(116.404));
    }

    #[test]
    fn thousands_are_read_where_they_are_certain() {
        for (text, commas, amount) in [
            ("12,500", false, Some(12_500.0)),
            ("12,500", true, None),
            ("12,500.50", true, Some(12_500.5)),
            ("1,234,567", true, Some(1_234_567.0)),
            ("¥12,500.00", false, Some(12_500.0)),
            ("-3,000元", false, Some(-3_000.0)),
            ("12500,5", true, Some(12_500.5)),
            ("1,25,00", false, None),
            ("2万", false, None),
            ("", false, None),
        ] {
            assert_eq!(parse_amount(text, commas), amount, "{text}");
        }
    }
}
