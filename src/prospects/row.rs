//! Turns a row of a list into a prospect.

use std::sync::Arc;

use jiff::civil::Date;

use super::cells::Cells;
use super::fault::RowFault;
use super::list::ListRow;
use super::numbers::parse_degrees;
use super::weekday_hours::weekday_hours;
use super::{
    Column, Grade, ListSettings, ListedProspect, MarketDays, MarketDaysError, Occasion,
    OpeningHours, Prospect, REP_SEPARATOR, TimesOfDay,
};
use crate::datum::Datum;
use crate::lonlat::LonLat;
use crate::suggest::nearest;

const LON_EXPECTED: &str = "a decimal degree such as 14.51";
const LAT_EXPECTED: &str = "a decimal degree such as 49.87";

/// Default values and checks that apply to the rows of one list.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReadOptions<'a> {
    /// Names allowed in the column `rep`; `None` allows any.
    pub reps: Option<&'a [String]>,
    /// Value of `source` in rows that have none.
    pub source: Option<&'a str>,
    /// Value of `source_date` in rows that have none.
    pub source_date: Option<Date>,
    /// Datum of the coordinates in rows that do not state a datum.
    pub datum: Datum,
}

impl<'a> ReadOptions<'a> {
    /// Returns the options with the values of `settings`. Any rep is allowed.
    pub fn of(settings: &'a ListSettings) -> Self {
        Self {
            reps: None,
            source: settings.source.as_deref(),
            source_date: settings.source_date,
            datum: settings.datum,
        }
    }
}

impl ListRow<'_> {
    /// Returns the prospect in the row. Its position is in WGS-84.
    ///
    /// If the row has no name, the id is also the name. The position is `None` if `lon` and `lat`
    /// are both blank.
    ///
    /// # Errors
    /// All faults of the row.
    pub fn prospect(&self, options: &ReadOptions<'_>) -> Result<ListedProspect, Vec<RowFault>> {
        let mut cells = Cells::new(*self);
        cells.code(Column::Id);
        if let Some(earlier) = self.repeats() {
            cells.fault(Column::Id, &format!("a unique id; row {earlier} has the same"));
        }
        let prospect = prospect(&mut cells, options);
        if cells.faults.is_empty() { Ok(prospect) } else { Err(cells.faults) }
    }
}

/// Reads the prospect in a row. The result must not be used if `cells` has faults.
fn prospect(cells: &mut Cells<'_>, options: &ReadOptions<'_>) -> ListedProspect {
    let datum: Datum = cells.named(Column::Datum).unwrap_or(options.datum);
    let at = position(cells).map(|at| datum.to_wgs84(at));
    let id = cells.row().id();
    let named = Prospect::new(id.as_str(), cells.text(Column::Name).unwrap_or(&id), at);
    let prospect = Prospect {
        position_quality: position_quality(cells).filter(|_| at.is_some()),
        outlet_type: cells.named(Column::OutletType).unwrap_or_default(),
        address: cells.string(Column::Address),
        postcode: cells.string(Column::Postcode),
        township: cells.string(Column::Township),
        city: cells.string(Column::City),
        county: cells.string(Column::County),
        osm_id: cells.code(Column::OsmId).map(str::to_owned),
        phone: cells.code(Column::Phone).map(str::to_owned),
        license_no: cells.code(Column::LicenseNo).map(str::to_owned),
        uscc: cells.code(Column::Uscc).map(str::to_owned),
        status: cells.named(Column::Status).unwrap_or_default(),
        tier: cells.named(Column::Tier),
        stage: cells.named(Column::Stage).unwrap_or_default(),
        followup_type: cells.named(Column::FollowupType),
        potential: cells.number(Column::Potential, 1000.0).unwrap_or(1.0),
        revenue: cells.amount(Column::Revenue),
        visited_on: cells.date(Column::VisitedOn),
        interval_days: cells.whole(Column::IntervalDays, 1, 3650),
        min_gap_days: cells.whole(Column::MinGapDays, 0, 3650),
        next_action_date: cells.date(Column::NextActionDate),
        must_visit: cells.flag(Column::MustVisit).unwrap_or(false),
        appointment: cells.date_time(Column::Appointment),
        leeway_minutes: cells.whole(Column::LeewayMinutes, 0, 720),
        pinned: cells.pin(Column::Pinned),
        call_block_from: cells.date(Column::CallBlockFrom),
        call_block_until: cells.date(Column::CallBlockUntil),
        visit_minutes: cells.whole(Column::VisitMinutes, 1, 720),
        approach_minutes: cells.whole(Column::ApproachMinutes, 0, 120),
        opening_hours: opening_hours(cells),
        preferred_hours: times_of_day(cells, Column::PreferredHours),
        avoided_hours: times_of_day(cells, Column::AvoidedHours),
        market_days: market_days(cells),
        occasions: occasions(cells),
        visit_days: cells.parsed(Column::VisitDays, "days of the week such as Mo-We,Fr", |text| {
            text.parse().ok()
        }),
        reps: own_reps(cells, options.reps),
        source: cells.string(Column::Source).or_else(|| options.source.map(str::to_owned)),
        source_date: cells.date(Column::SourceDate).or(options.source_date),
        note: cells.string(Column::Note),
        extra: cells
            .row()
            .extras()
            .map(|(header, text)| (Arc::clone(header), text.to_owned()))
            .collect(),
        ..named
    };
    if let (Some(from), Some(until)) = (prospect.call_block_from, prospect.call_block_until)
        && from > until
    {
        cells.fault(Column::CallBlockUntil, &format!("a date not before call_block_from ({from})"));
    }
    prospect
}

/// Reads `lon` and `lat` in the datum of the row. Returns `None` if both are blank. If only one is
/// blank, adds a fault.
pub(super) fn position(cells: &mut Cells<'_>) -> Option<LonLat> {
    let (lon_text, lat_text) = (cells.text(Column::Lon), cells.text(Column::Lat));
    if lon_text.is_none() && lat_text.is_none() {
        return None;
    }
    let commas = cells.row().list().has_decimal_commas();
    let fits = |text: Option<&str>, most: f64| {
        text.and_then(|text| parse_degrees(text, commas)).is_some_and(|n| n.abs() <= most)
    };
    let is_swapped = fits(lon_text, 90.0) && fits(lat_text, 180.0) && !fits(lat_text, 90.0);
    let lat_expected = if is_swapped {
        "a latitude from -90 to 90; are lon and lat swapped?"
    } else {
        LAT_EXPECTED
    };
    for (column, expected) in [(Column::Lon, LON_EXPECTED), (Column::Lat, LAT_EXPECTED)] {
        if cells.text(column).is_none() {
            cells.fault(column, expected);
        }
    }
    let lon = cells.degrees(Column::Lon, 180.0, LON_EXPECTED);
    let lat = cells.degrees(Column::Lat, 90.0, lat_expected);
    LonLat::new(lon?, lat?)
}

/// Reads the quality of the position. `prospects geocode` also writes `given`, `none` and `faulty`,
/// which are not the name of a grade.
fn position_quality(cells: &mut Cells<'_>) -> Option<Grade> {
    match cells.text(Column::PositionQuality)? {
        "given" | "none" | "faulty" => None,
        _ => cells.named(Column::PositionQuality),
    }
}

/// Does the same as [`position`], and adds a fault if the position is blank.
pub(super) fn required_position(cells: &mut Cells<'_>) -> Option<LonLat> {
    if cells.text(Column::Lon).is_none() && cells.text(Column::Lat).is_none() {
        cells.fault(Column::Lon, LON_EXPECTED);
        cells.fault(Column::Lat, LAT_EXPECTED);
    }
    position(cells)
}

fn opening_hours(cells: &mut Cells<'_>) -> Option<OpeningHours> {
    let Some(text) = cells.text(Column::OpeningHours) else { return weekday_hours(cells) };
    match text.parse() {
        Ok(hours) => Some(hours),
        Err(error) => {
            let expected =
                format!("opening hours such as \"Mo-Fr 09:00-12:00,14:00-18:00\" ({error})");
            cells.fault(Column::OpeningHours, &expected);
            None
        }
    }
}

fn times_of_day(cells: &mut Cells<'_>, column: Column) -> Option<TimesOfDay> {
    cells.parsed(column, "times of day such as 09:00-11:00", |text| text.parse().ok())
}

fn market_days(cells: &mut Cells<'_>) -> Option<MarketDays> {
    match cells.text(Column::MarketDays)?.parse() {
        Ok(days) => Some(days),
        Err(expected) => {
            let expected: MarketDaysError = expected;
            cells.fault(Column::MarketDays, &expected.to_string());
            None
        }
    }
}

/// Reads the occasions in the column `occasions`, then the one in `birthday`.
fn occasions(cells: &mut Cells<'_>) -> Vec<Occasion> {
    let expected = "days such as \"05-20 birthday of the owner; 2026-12-24 anniversary\"";
    let mut occasions =
        cells.parsed(Column::Occasions, expected, Occasion::several).unwrap_or_default();
    occasions.extend(cells.parsed(Column::Birthday, "a day such as 05-20", Occasion::birthday));
    occasions
}

/// Reads the names in the column `rep`, in their order, without repeats.
fn own_reps(cells: &mut Cells<'_>, reps: Option<&[String]>) -> Vec<String> {
    let mut own: Vec<String> = Vec::new();
    let names = cells.text(Column::Rep).into_iter().flat_map(|names| names.split(REP_SEPARATOR));
    for name in names.map(str::trim).filter(|name| !name.is_empty()) {
        if let Some(reps) = reps.filter(|reps| !reps.iter().any(|rep| rep == name)) {
            let expected = match nearest(name, reps.iter().map(String::as_str)) {
                Some(meant) => format!("the name of a rep; did you mean \"{meant}\"?"),
                None => format!("the name of a rep: {}", reps.join(", ")),
            };
            cells.fault(Column::Rep, &expected);
        }
        if !own.iter().any(|known| known == name) {
            own.push(name.to_owned());
        }
    }
    own
}
