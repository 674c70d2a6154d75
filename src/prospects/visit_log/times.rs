//! Clock times of visits in the log. An odd time is left out and never costs the visit.

use jiff::civil::Date;

use crate::prospects::cells::Cells;
use crate::prospects::clock_moment::ClockMoment;
use crate::prospects::columns::Column;
use crate::prospects::moments::parse_clock_moment;
use crate::remark::{Remark, RemarkCode, list_some};

/// Maximum length of a visit, in minutes; longer ones are forgotten departures.
pub const VISIT_MINUTES_MAX: u32 = 240;

/// Number of odd times that a remark names.
const NAMED: usize = 5;

/// The clock times of one row.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Times {
    pub(super) arrived_at: Option<ClockMoment>,
    pub(super) left_at: Option<ClockMoment>,
    pub(super) planned_arrival: Option<ClockMoment>,
}

/// Reads the times of a visit on `visited_on`; adds what is wrong with them to `odd`.
///
/// A departure without a date that is before the arrival is on the next day, if the visit then lasts
/// no longer than [`VISIT_MINUTES_MAX`]. Otherwise neither of the two can be trusted.
pub(super) fn read(cells: &Cells<'_>, visited_on: Date, odd: &mut Vec<String>) -> Times {
    let row = cells.row().number();
    let mut read = |column: Column, days_after: i32| {
        let text = cells.text(column)?;
        let name = column.name();
        let Some(moment) = parse_clock_moment(text, visited_on) else {
            odd.push(format!("row {row}, {name} \"{text}\", expected a time such as 10:30"));
            return None;
        };
        let days = (moment.at.date() - visited_on).get_days();
        // With another clock the date may differ by a day.
        let other_clock = i32::from(moment.offset.is_some());
        let is_near = (-other_clock..=days_after + other_clock).contains(&days);
        if !is_near {
            odd.push(format!(
                "row {row}, {name} {}, not on the day {visited_on}",
                moment.at.date()
            ));
        }
        is_near.then_some(moment)
    };
    let arrived_at = read(Column::ArrivedAt, 0);
    let mut left_at = read(Column::LeftAt, 1);
    let planned_arrival = read(Column::PlannedArrival, 0);
    let times = Times { arrived_at, left_at, planned_arrival };
    let (Some(arrived), Some(left)) = (arrived_at, &mut left_at) else { return times };
    if arrived.offset != left.offset || arrived.at <= left.at {
        return times;
    }
    let next_day = left.at.date().tomorrow().map(|date| date.to_datetime(left.at.time()));
    if let Ok(next_day) = next_day
        && left.at.date() == visited_on
        && next_day.duration_since(arrived.at).as_mins() <= i64::from(VISIT_MINUTES_MAX)
    {
        return Times { left_at: Some(ClockMoment { at: next_day, ..*left }), ..times };
    }
    let (from, to) = (arrived.at.time(), left.at.time());
    odd.push(format!("row {row}, left_at {to} is before arrived_at {from}"));
    Times { planned_arrival, ..Times::default() }
}

/// The remark on odd times of the log `file`; `None` if there are none.
pub(super) fn remark(file: &str, odd: &[String]) -> Option<Remark> {
    let are = if odd.len() == 1 { "time of a visit is" } else { "times of visits are" };
    let message = || {
        format!(
            "{file}: {} odd {are} left out; the visits count: {}",
            odd.len(),
            list_some(odd, NAMED)
        )
    };
    (!odd.is_empty()).then(|| Remark::new(RemarkCode::VisitTimesOdd, message()))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::prospects::{VisitLog, parse_visits};

    fn log(text: &str) -> VisitLog {
        parse_visits("visits.csv", text.as_bytes().to_vec()).unwrap()
    }

    /// Arrival and departure of the only row.
    fn times(arrived_at: &str, left_at: &str) -> (Option<String>, Option<String>) {
        let text =
            format!("id,visited_on,arrived_at,left_at\nP1,2026-11-24,{arrived_at},{left_at}\n");
        let visit = log(&text).visits.remove(0);
        (visit.arrived_at.map(|at| at.to_string()), visit.left_at.map(|at| at.to_string()))
    }

    #[test]
    fn an_odd_time_is_told_with_its_row_and_never_costs_the_visit() {
        let log = log("编号,拜访日期,到达时间,离开时间,计划到达\n\
                       P1,2026-11-24,9:30,2026-11-24 09:50,09:15\n\
                       P2,2026-11-24,25:00,10:10,\n\
                       P3,2026-11-24,10:40,10:20,10:30\n\
                       P4,2026-11-24,2026-11-23 11:00,11:20,soon\n");
        assert_eq!(log.visits.len(), 4);
        let shown: Vec<String> = log
            .visits
            .iter()
            .map(|visit| {
                let times = [visit.arrived_at, visit.left_at, visit.planned_arrival];
                let times =
                    times.map(|at| at.map_or("-".to_owned(), |at| at.at.time().to_string()));
                format!("{} {}", visit.id, times.join(" "))
            })
            .collect();
        assert_eq!(
            shown,
            [
                "P1 09:30:00 09:50:00 09:15:00",
                "P2 - 10:10:00 -",
                "P3 - - 10:30:00",
                "P4 - 11:20:00 -"
            ]
        );
        assert_snapshot!(log.remarks[0].message, @r#"visits.csv: 4 odd times of visits are left out; the visits count: row 3, arrived_at "25:00", expected a time such as 10:30, row 4, left_at 10:20:00 is before arrived_at 10:40:00, row 5, arrived_at 2026-11-23, not on the day 2026-11-24, row 5, planned_arrival "soon", expected a time such as 10:30"#);
    }

    #[test]
    fn a_visit_may_last_past_midnight_but_not_through_the_night() {
        let at = |text: &str| Some(text.to_owned());
        let late = at("2026-11-24 23:50");
        assert_eq!(times("23:50", "00:20"), (late.clone(), at("2026-11-25 00:20")));
        assert_eq!(times("23:50", "2026-11-25 00:20"), (late, at("2026-11-25 00:20")));
        assert_eq!(times("10:30", "10:05"), (None, None));
        assert_eq!(times("10:30", ""), (at("2026-11-24 10:30"), None));
    }

    #[test]
    fn moments_of_other_clocks_may_be_on_the_neighbouring_day() {
        let (arrived_at, left_at) = times("2026-11-23T23:30:00Z", "2026-11-24T00:10:00Z");
        assert_eq!(arrived_at.as_deref(), Some("2026-11-23 23:30+00"));
        assert_eq!(left_at.as_deref(), Some("2026-11-24 00:10+00"));
    }
}
