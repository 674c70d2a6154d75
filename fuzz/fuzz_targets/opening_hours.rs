//! Any text as opening hours: understood, or refused with a reason; and what was understood is open in ranges of a day
//! that are in order and apart.

#![no_main]

use beatplan::calendar::Calendar;
use beatplan::prospects::OpeningHours;
use beatplan::units::Seconds;
use jiff::civil::date;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| match text.parse::<OpeningHours>() {
    Ok(hours) => {
        let calendar = Calendar::default();
        for day in [date(2026, 2, 28), date(2026, 11, 24), date(2028, 2, 29), date(2026, 12, 31)] {
            let open = hours.on(day, &calendar);
            assert!(open.iter().all(|range| range.start < range.end));
            assert!(open.iter().all(|range| range.end <= Seconds::from_hours(24)));
            assert!(open.windows(2).all(|pair| pair[0].end < pair[1].start));
        }
    }
    Err(error) => assert!(!error.to_string().is_empty(), "a refusal says why"),
});
