//! From a row of a list to the outlet in it.

use std::sync::Arc;

use jiff::civil::Date;

use super::cells::Cells;
use super::fault::RowFault;
use super::list::ListRow;
use super::numbers::parse_degrees;
use super::weekday_hours::weekday_hours;
use super::{
    Grade, ListSettings, ListedProspect, MarketDays, MarketDaysError, Occasion, OpeningHours,
    Prospect, TimesOfDay,
};
use crate::datum::Datum;
use crate::lonlat::LonLat;
use crate::suggest::nearest;

/// What stands between the names of several reps.
pub const REP_SEPARATOR: char = '|';

const LON_EXPECTED: &str = "a decimal degree such as 14.51";
const LAT_EXPECTED: &str = "a decimal degree such as 49.87";

/// What must be known to read a row.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReadOptions<'a> {
    /// The names the column `rep` may hold; `None`: any.
    pub reps: Option<&'a [String]>,
    /// Which list the rows come from, where they do not say it themselves.
    pub source: Option<&'a str>,
    /// And of which day it is.
    pub source_date: Option<Date>,
    /// What their coordinates refer to, where they do not say it themselves.
    pub datum: Datum,
}

impl<'a> ReadOptions<'a> {
    /// What `settings` say, for any reps.
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
    /// The outlet in the row.
    ///
    /// Without a name it goes by its id. It may lack a position: then both axes are blank.
    ///
    /// # Errors
    /// Every fault of the row.
    pub fn prospect(&self, options: &ReadOptions<'_>) -> Result<ListedProspect, Vec<RowFault>> {
        let mut cells = Cells::new(*self);
        cells.code("id");
        if let Some(earlier) = self.repeats() {
            cells.fault("id", &format!("an id of its own; row {earlier} has the same"));
        }
        let prospect = prospect(&mut cells, options);
        if cells.faults.is_empty() { Ok(prospect) } else { Err(cells.faults) }
    }
}

/// The outlet in a row; good for nothing where `cells` has noted faults.
fn prospect(cells: &mut Cells<'_>, options: &ReadOptions<'_>) -> ListedProspect {
    let datum: Datum = cells.named("datum").unwrap_or(options.datum);
    let at = position(cells).map(|at| datum.to_wgs84(at));
    let id = cells.row().id();
    let named = Prospect::new(id.as_str(), cells.text("name").unwrap_or(&id), at);
    let prospect = Prospect {
        position_quality: position_quality(cells).filter(|_| at.is_some()),
        outlet_type: cells.named("outlet_type").unwrap_or_default(),
        address: cells.string("address"),
        postcode: cells.string("postcode"),
        township: cells.string("township"),
        city: cells.string("city"),
        county: cells.string("county"),
        osm_id: cells.code("osm_id").map(str::to_owned),
        phone: cells.code("phone").map(str::to_owned),
        license_no: cells.code("license_no").map(str::to_owned),
        uscc: cells.code("uscc").map(str::to_owned),
        status: cells.named("status").unwrap_or_default(),
        tier: cells.named("tier"),
        stage: cells.named("stage").unwrap_or_default(),
        followup_type: cells.named("followup_type"),
        potential: cells.number("potential", 1000.0).unwrap_or(1.0),
        revenue: cells.amount("revenue"),
        visited_on: cells.date("visited_on"),
        interval_days: cells.whole("interval_days", 1, 3650),
        min_gap_days: cells.whole("min_gap_days", 0, 3650),
        next_action_date: cells.date("next_action_date"),
        must_visit: cells.flag("must_visit").unwrap_or(false),
        appointment: cells.date_time("appointment"),
        leeway_minutes: cells.whole("leeway_minutes", 0, 720),
        pinned: cells.pin("pinned"),
        call_block_from: cells.date("call_block_from"),
        call_block_until: cells.date("call_block_until"),
        visit_minutes: cells.whole("visit_minutes", 1, 720),
        opening_hours: opening_hours(cells),
        preferred_hours: times_of_day(cells, "preferred_hours"),
        avoided_hours: times_of_day(cells, "avoided_hours"),
        market_days: market_days(cells),
        occasions: occasions(cells),
        visit_days: cells
            .parsed("visit_days", "days of the week such as Mo-We,Fr", |text| text.parse().ok()),
        reps: own_reps(cells, options.reps),
        source: cells.string("source").or_else(|| options.source.map(str::to_owned)),
        source_date: cells.date("source_date").or(options.source_date),
        note: cells.string("note"),
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
        cells.fault("call_block_until", &format!("a date not before call_block_from ({from})"));
    }
    prospect
}

/// Where the row says it is, in the datum of the row; both axes or none.
pub(super) fn position(cells: &mut Cells<'_>) -> Option<LonLat> {
    let (lon_text, lat_text) = (cells.text("lon"), cells.text("lat"));
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
    for (column, expected) in [("lon", LON_EXPECTED), ("lat", LAT_EXPECTED)] {
        if cells.text(column).is_none() {
            cells.fault(column, expected);
        }
    }
    let lon = cells.degrees("lon", 180.0, LON_EXPECTED);
    let lat = cells.degrees("lat", 90.0, lat_expected);
    LonLat::new(lon?, lat?)
}

/// How exact the row says its position is; `given` and `none` are what `prospects geocode` writes of rows it did not place.
fn position_quality(cells: &mut Cells<'_>) -> Option<Grade> {
    match cells.text("position_quality")? {
        "given" | "none" | "faulty" => None,
        _ => cells.named("position_quality"),
    }
}

/// The same where there must be one.
pub(super) fn required_position(cells: &mut Cells<'_>) -> Option<LonLat> {
    if cells.text("lon").is_none() && cells.text("lat").is_none() {
        cells.fault("lon", LON_EXPECTED);
        cells.fault("lat", LAT_EXPECTED);
    }
    position(cells)
}

fn opening_hours(cells: &mut Cells<'_>) -> Option<OpeningHours> {
    let Some(text) = cells.text("opening_hours") else { return weekday_hours(cells) };
    match text.parse() {
        Ok(hours) => Some(hours),
        Err(error) => {
            let expected =
                format!("opening hours such as \"Mo-Fr 09:00-12:00,14:00-18:00\" ({error})");
            cells.fault("opening_hours", &expected);
            None
        }
    }
}

fn times_of_day(cells: &mut Cells<'_>, column: &str) -> Option<TimesOfDay> {
    cells.parsed(column, "times of day such as 09:00-11:00", |text| text.parse().ok())
}

fn market_days(cells: &mut Cells<'_>) -> Option<MarketDays> {
    match cells.text("market_days")?.parse() {
        Ok(days) => Some(days),
        Err(expected) => {
            let expected: MarketDaysError = expected;
            cells.fault("market_days", &expected.to_string());
            None
        }
    }
}

/// Those of the column `occasions`, then the birthday.
fn occasions(cells: &mut Cells<'_>) -> Vec<Occasion> {
    let expected = "days such as \"05-20 birthday of the owner; 2026-12-24 anniversary\"";
    let mut occasions = cells.parsed("occasions", expected, Occasion::several).unwrap_or_default();
    occasions.extend(cells.parsed("birthday", "a day such as 05-20", Occasion::birthday));
    occasions
}

/// The names in the column `rep`, each once, in their order.
fn own_reps(cells: &mut Cells<'_>, reps: Option<&[String]>) -> Vec<String> {
    let mut own: Vec<String> = Vec::new();
    let names = cells.text("rep").into_iter().flat_map(|names| names.split(REP_SEPARATOR));
    for name in names.map(str::trim).filter(|name| !name.is_empty()) {
        if let Some(reps) = reps.filter(|reps| !reps.iter().any(|rep| rep == name)) {
            let expected = match nearest(name, reps.iter().map(String::as_str)) {
                Some(meant) => format!("the name of a rep; did you mean \"{meant}\"?"),
                None => format!("the name of a rep: {}", reps.join(", ")),
            };
            cells.fault("rep", &expected);
        }
        if !own.iter().any(|known| known == name) {
            own.push(name.to_owned());
        }
    }
    own
}
