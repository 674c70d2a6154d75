//! Chooses the values of a merged row.
//!
//! The value of a column is the first value that is not blank. The rows of an outlet are in falling
//! order of trust of their lists; within one list, the row with the newest `source_date` comes
//! first.

use crate::prospects::{Column, ListRow, ListedProspect, name_of};

/// Columns of a merged list, except for the id and the position.
#[rustfmt::skip]
pub(super) const COLUMNS: &[Column] = &[
    Column::PositionQuality, Column::Name, Column::OutletType, Column::Address, Column::Township, Column::City, Column::County, Column::Postcode,
    Column::Phone, Column::LicenseNo, Column::Uscc, Column::OsmId, Column::Status, Column::Tier, Column::Stage,
    Column::FollowupType, Column::Potential, Column::Revenue, Column::VisitedOn, Column::IntervalDays, Column::MinGapDays,
    Column::NextActionDate, Column::MustVisit, Column::Appointment, Column::LeewayMinutes, Column::Pinned,
    Column::CallBlockFrom, Column::CallBlockUntil, Column::VisitMinutes, Column::ApproachMinutes, Column::OpeningHours, Column::PreferredHours, Column::AvoidedHours, Column::MarketDays,
    Column::Occasions, Column::Birthday, Column::VisitDays, Column::Rep,
    Column::Source, Column::SourceDate, Column::Note,
];

/// Columns of [`COLUMNS`] that hold personal data.
pub(super) const PERSONAL: &[Column] = &[Column::Note, Column::Occasions, Column::Birthday];

/// Columns that are compared between lists; the column `conflicts` names their differences.
pub(super) const CONFLICT_COLUMNS: &[Column] = &[
    Column::Name,
    Column::Address,
    Column::Phone,
    Column::LicenseNo,
    Column::Uscc,
    Column::Status,
    Column::Tier,
    Column::OpeningHours,
];

/// Returns the value of `row` in `column`, written in the form that every territory reads in the
/// same way; `None` if the cell is blank.
pub(super) fn value(row: &ListRow<'_>, outlet: &ListedProspect, column: Column) -> Option<String> {
    let cell = row.cell(column);
    let date = |date: Option<jiff::civil::Date>| date.map(|date| date.to_string());
    let number = |number: Option<u32>| number.map(|number| number.to_string());
    match column {
        Column::OpeningHours => {
            outlet.opening_hours.as_ref().map(|hours| hours.as_str().to_owned())
        }
        Column::Source => outlet.source.clone(),
        Column::SourceDate => date(outlet.source_date),
        // A blank cell must not become the default value of its type in the arms below.
        _ if cell.is_none() => None,
        Column::OutletType => Some(name_of(outlet.outlet_type)),
        Column::Status => Some(name_of(outlet.status)),
        Column::Tier => outlet.tier.map(name_of),
        Column::Stage => Some(name_of(outlet.stage)),
        Column::FollowupType => outlet.followup_type.map(name_of),
        Column::Potential => Some(outlet.potential.to_string()),
        Column::Revenue => outlet.revenue.map(|revenue| revenue.to_string()),
        Column::VisitedOn => date(outlet.visited_on),
        Column::IntervalDays => number(outlet.interval_days),
        Column::MinGapDays => number(outlet.min_gap_days),
        Column::NextActionDate => date(outlet.next_action_date),
        Column::MustVisit => Some(if outlet.must_visit { "yes" } else { "no" }.to_owned()),
        Column::Appointment => outlet.appointment.map(|moment| moment.to_string()),
        Column::LeewayMinutes => number(outlet.leeway_minutes),
        Column::CallBlockFrom => date(outlet.call_block_from),
        Column::CallBlockUntil => date(outlet.call_block_until),
        Column::VisitMinutes => number(outlet.visit_minutes),
        Column::ApproachMinutes => number(outlet.approach_minutes),
        Column::VisitDays => outlet.visit_days.map(|days| days.to_string()),
        Column::Rep => outlet.assigned_rep(),
        _ => cell.map(str::to_owned),
    }
}
