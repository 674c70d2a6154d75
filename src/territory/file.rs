//! Parses the territory file.

use std::fmt;
use std::fs;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use toml::Spanned;
use toml::value::Datetime;

use super::columns::{CommonColumns, OwnColumns};
use super::faults::Faults;
use super::{Learned, ProspectSource, Rep, Territory, TerritoryBoundary, TerritoryError};
use crate::calendar::Calendar;
use crate::datum::Datum;
use crate::learned::LearnedTimes;
use crate::lonlat::LonLat;
use crate::policy::{Lunch, Policy, Workdays, numbers, parse_time_window};
use crate::prospects::{FaultyRows, ListSettings, REP_SEPARATOR};
use crate::road::{RushPreset, SpeedSettings, check_speed_region};
use crate::solver::TimeWindow;
use crate::suggest::nearest;
use crate::units::Seconds;

/// Use of the learned times that a territory file names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LearnedUse {
    /// Reads them and puts them into policy and reps.
    Apply,
    /// Leaves the policy and the reps as the file states them.
    Ignore,
}

/// Reads and checks the territory file `path`, see [`Territory::read`].
pub(super) fn read(path: &Path, learned: LearnedUse) -> Result<Territory, TerritoryError> {
    let unreadable = |source| TerritoryError::Unreadable { file: path.to_owned(), source };
    let text = fs::read_to_string(path).map_err(unreadable)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let fallback_name = path.file_stem().unwrap_or_default().to_string_lossy();
    let location = Location { folder, fallback_name: &fallback_name };

    let mut faults = Faults::new(text.strip_prefix('\u{feff}').unwrap_or(&text));
    let territory = parse(&location, learned, &mut faults);
    match territory {
        Some(territory) if faults.is_empty() => Ok(territory),
        _ => Err(TerritoryError::Faults { file: path.to_owned(), faults: faults.into_sorted() }),
    }
}

struct Location<'a> {
    folder: &'a Path,
    fallback_name: &'a str,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TerritoryText {
    name: Option<String>,
    osm: Option<Spanned<PathBuf>>,
    geocode: Option<GeocodeText>,
    boundary: Option<Spanned<BoundaryText>>,
    #[serde(default, deserialize_with = "timezone")]
    timezone: Option<TimeZone>,
    #[serde(default)]
    prospects: Vec<SourceText>,
    #[serde(default)]
    columns: CommonColumns,
    visits: Option<VisitsText>,
    region: Option<Spanned<String>>,
    rush_hours: Option<Spanned<String>>,
    learned: Option<Spanned<PathBuf>>,
    dates_as_of: Option<Day>,
    #[serde(default)]
    rep: Vec<Spanned<RepText>>,
    #[serde(default)]
    holidays: Vec<Day>,
    calendar: Option<CalendarText>,
    #[serde(default)]
    policy: Policy,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceText {
    file: Spanned<PathBuf>,
    #[serde(default, deserialize_with = "datum")]
    datum: Datum,
    sheet: Option<String>,
    #[serde(default)]
    columns: OwnColumns,
    source: Option<String>,
    source_date: Option<Day>,
    #[serde(default)]
    faulty_rows: FaultyRows,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GeocodeText {
    osm: Spanned<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BoundaryText {
    file: Option<Spanned<PathBuf>>,
    #[serde(default)]
    areas: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VisitsText {
    file: Spanned<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CalendarText {
    country: Option<Spanned<String>>,
    file: Option<Spanned<PathBuf>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RepText {
    name: Spanned<String>,
    #[serde(deserialize_with = "home")]
    home: LonLat,
    #[serde(default = "car")]
    mode: String,
    #[serde(default, deserialize_with = "shift")]
    shift: Option<TimeWindow>,
    lunch: Option<Spanned<Lunch>>,
    workdays: Option<Workdays>,
    #[serde(default)]
    days_off: Vec<Day>,
    #[serde(default)]
    extra_days: Vec<Day>,
    visits_max: Option<NonZeroU32>,
    #[serde(default, deserialize_with = "numbers::minutes_if_any")]
    travel_max_minutes: Option<u32>,
    #[serde(default = "as_usual", deserialize_with = "numbers::share_of_usual")]
    visit_minutes_share: f64,
}

fn as_usual() -> f64 {
    1.0
}

fn car() -> String {
    "car".to_owned()
}

/// Parses the text and adds its faults to `faults`. Returns `None` if a required key is missing.
fn parse(
    location: &Location<'_>,
    learned: LearnedUse,
    faults: &mut Faults<'_>,
) -> Option<Territory> {
    let mut text: TerritoryText = faults.read()?;
    if text.osm.is_none() {
        faults.missing("osm", "name the map, as in osm = \"county.osm.pbf\"");
    }
    if text.timezone.is_none() {
        faults.missing("timezone", "name the time zone, as in timezone = \"Asia/Shanghai\"");
    }
    if text.prospects.is_empty() {
        faults.missing("prospects", "name a list, as in [[prospects]] file = \"pharmacies.csv\"");
    }
    if text.rep.is_empty() {
        faults.missing("rep", "add one, as in [[rep]] name = \"Rep 1\" home = [116.40, 39.90]");
    }
    let mut existing = |path: Spanned<PathBuf>| {
        let full = location.folder.join(path.get_ref());
        if !full.is_file() {
            let found = path.get_ref().display();
            faults.at(path.span(), format!("there is no file \"{found}\""));
        }
        full
    };
    let osm = text.osm.map(&mut existing);
    let geocode_osm = text.geocode.map(|geocode| existing(geocode.osm));
    let boundary_span = text.boundary.as_ref().map(Spanned::span);
    let boundary = text.boundary.map(Spanned::into_inner);
    let boundary_file = boundary.as_ref().and_then(|text| text.file.clone()).map(&mut existing);
    let source = |source: SourceText| ProspectSource {
        file: existing(source.file),
        settings: ListSettings {
            datum: source.datum,
            sheet: source.sheet,
            columns: text.columns.aliases(&source.columns),
            source: source.source,
            source_date: source.source_date.map(|day| day.0),
            faulty_rows: source.faulty_rows,
        },
    };
    let prospects = text.prospects.into_iter().map(source).collect();
    let visits_span = text.visits.as_ref().map(|visits| visits.file.span());
    let visits = text.visits.map(|visits| location.folder.join(visits.file.get_ref()));
    // The visit log may be missing, because the first visit that is logged creates it. Its folder
    // must exist.
    if let (Some(file), Some(span)) = (&visits, visits_span)
        && !file.parent().is_none_or(|folder| folder.as_os_str().is_empty() || folder.is_dir())
    {
        faults.at(span, format!("the folder of the file \"{}\" does not exist", file.display()));
    }
    let boundary = match (boundary_file, boundary.map(|text| text.areas).unwrap_or_default()) {
        (Some(file), areas) if areas.is_empty() => TerritoryBoundary::File(file),
        (None, areas) if !areas.is_empty() => TerritoryBoundary::Areas(areas),
        _ => {
            let what = "a boundary is either a file or areas of the map, such as file = \"area.geojson\" or areas = [\"Ta' Kerċem\"]";
            boundary_span.into_iter().for_each(|span| faults.at(span, what));
            TerritoryBoundary::Around
        }
    };
    let speeds = speeds(text.region, text.rush_hours, faults);
    let learned = text.learned.take().filter(|_| learned == LearnedUse::Apply);
    let learned = learned.and_then(|file| learned_times(location, file, faults));
    if let Some(learned) = &learned {
        learned.times.apply_to_policy(&mut text.policy);
    }
    let mut reps = reps(text.rep, &text.policy, faults);
    for rep in &mut reps {
        let share = learned.as_ref().and_then(|own| own.times.visit_minutes_share.get(&rep.name));
        rep.visit_minutes_share = share.map_or(rep.visit_minutes_share, |share| share.0);
    }
    let (mut calendar, calendar_file) = calendar(location, text.calendar, faults);
    text.holidays.into_iter().for_each(|day| calendar.add_holiday(day.0));
    Some(Territory {
        name: text.name.unwrap_or_else(|| location.fallback_name.to_owned()),
        folder: location.folder.to_owned(),
        osm: osm?,
        geocode_osm,
        boundary,
        timezone: text.timezone?,
        prospects,
        visits,
        learned,
        dates_as_of: text.dates_as_of.map(|day| day.0),
        speeds,
        reps: reps.into(),
        calendar,
        calendar_file,
        policy: text.policy,
    })
}

/// Checks the settings of the measured speeds and adds their faults to `faults`.
fn speeds(
    region: Option<Spanned<String>>,
    rush_hours: Option<Spanned<String>>,
    faults: &mut Faults<'_>,
) -> SpeedSettings {
    if let Some(region) = &region
        && let Err(fault) = check_speed_region(region.get_ref())
    {
        faults.at(region.span(), fault);
    }
    let preset = |name: &str| RushPreset::NAMES.into_iter().find(|(known, _)| *known == name);
    if let Some(name) = &rush_hours
        && preset(name.get_ref()).is_none()
    {
        let found = name.get_ref();
        let known = RushPreset::NAMES.map(|(name, _)| name);
        let hint = nearest(found, known).map(|meant| format!("; did you mean \"{meant}\"?"));
        let expected = known.map(|name| format!("\"{name}\"")).join(" or ");
        let hint = hint.unwrap_or_default();
        faults.at(name.span(), format!("found \"{found}\", expected {expected}{hint}"));
    }
    SpeedSettings {
        region: region.map(Spanned::into_inner),
        rush_hours: rush_hours.and_then(|name| preset(name.get_ref())).map(|(_, preset)| preset),
    }
}

fn reps(texts: Vec<Spanned<RepText>>, policy: &Policy, faults: &mut Faults<'_>) -> Vec<Rep> {
    let mut reps: Vec<Rep> = Vec::new();
    for text in texts {
        let text = text.into_inner();
        let name_span = text.name.span();
        let name = text.name.into_inner().trim().to_owned();
        if name.is_empty() {
            faults.at(name_span, "a rep needs a name");
        } else if name.contains(REP_SEPARATOR) {
            let what = format!("found \"{name}\", expected a name without \"{REP_SEPARATOR}\"");
            faults.at(name_span, format!("{what}, which separates names in lists"));
        } else if reps.iter().any(|rep| rep.name == name) {
            faults.at(name_span, format!("two reps have the name \"{name}\""));
        }
        let shift = text.shift.unwrap_or(policy.shift);
        let lunch = match &text.lunch {
            Some(stated) => {
                let lunch = stated.get_ref().break_in(shift);
                if lunch.is_none() && stated.get_ref().duration().0 > 0 {
                    let (start, end) = (shift.start, shift.end);
                    faults.at(
                        stated.span(),
                        format!(
                            "the lunch of \"{name}\" does not fit into the shift {start}-{end}"
                        ),
                    );
                }
                lunch
            }
            None => policy.lunch.break_in(shift),
        };
        reps.push(Rep {
            name,
            home: text.home,
            mode: text.mode,
            shift,
            lunch,
            workdays: text.workdays.unwrap_or(policy.workdays),
            days_off: text.days_off.into_iter().map(|day| day.0).collect(),
            extra_days: text.extra_days.into_iter().map(|day| day.0).collect(),
            visits_max: text.visits_max.map_or(policy.visits_max, NonZeroU32::get),
            travel_max: text
                .travel_max_minutes
                .or(policy.travel_max_minutes)
                .map(Seconds::from_minutes),
            visit_minutes_share: text.visit_minutes_share,
        });
    }
    reps
}

/// Reads the file of learned times; each of its faults is a fault of the key.
fn learned_times(
    location: &Location<'_>,
    file: Spanned<PathBuf>,
    faults: &mut Faults<'_>,
) -> Option<Learned> {
    let path = location.folder.join(file.get_ref());
    match read_learned(&path) {
        Ok(times) => Some(Learned { file: path, times }),
        Err(TerritoryError::Unreadable { file: path, source }) => {
            let path = path.display();
            let what = "make it with `beatplan learn`, or remove this key";
            faults.at(file.span(), format!("{path} cannot be read: {source}; {what}"));
            None
        }
        Err(error) => {
            faults.at(file.span(), error.to_string());
            None
        }
    }
}

/// Reads a file of learned times, as `beatplan learn` writes it.
///
/// # Errors
/// The file cannot be read, or all its faults with their lines.
pub fn read_learned(path: &Path) -> Result<LearnedTimes, TerritoryError> {
    let unreadable = |source| TerritoryError::Unreadable { file: path.to_owned(), source };
    let text = fs::read_to_string(path).map_err(unreadable)?;
    let mut faults = Faults::new(text.strip_prefix('\u{feff}').unwrap_or(&text));
    let times = faults.read();
    match times {
        Some(times) if faults.is_empty() => Ok(times),
        _ => Err(TerritoryError::Faults { file: path.to_owned(), faults: faults.into_sorted() }),
    }
}

/// Returns the built-in calendar with the days of the calendar file added. Also returns the path of
/// that file.
fn calendar(
    location: &Location<'_>,
    text: Option<CalendarText>,
    faults: &mut Faults<'_>,
) -> (Calendar, Option<PathBuf>) {
    let mut calendar = Calendar::default();
    let Some(CalendarText { country, file }) = text else { return (calendar, None) };
    if let Some(country) = country {
        let name = country.get_ref();
        match Calendar::built_in(name) {
            Some(built_in) => calendar = built_in,
            None => {
                let known = Calendar::countries().collect::<Vec<_>>().join(", ");
                let what =
                    format!("found \"{name}\", expected the code of a built-in calendar: {known}");
                faults.at(
                    country.span(),
                    format!(
                        "{what}; for other countries name a file, as in file = \"holidays.csv\""
                    ),
                );
            }
        }
    }
    let Some(file) = file else { return (calendar, None) };
    let path = location.folder.join(file.get_ref());
    match Calendar::read(&path) {
        Ok(own) => calendar.extend(own),
        Err(error) => {
            let reason =
                std::error::Error::source(&error).map_or(String::new(), |why| format!(": {why}"));
            faults.at(file.span(), format!("{error}{reason}"));
        }
    }
    (calendar, Some(path))
}

fn timezone<'de, D: Deserializer<'de>>(from: D) -> Result<Option<TimeZone>, D::Error> {
    let name = String::deserialize(from)?;
    TimeZone::get(&name).map(Some).map_err(|_| {
        D::Error::custom(format_args!(
            "found \"{name}\", expected the name of a time zone such as \"Asia/Shanghai\""
        ))
    })
}

fn datum<'de, D: Deserializer<'de>>(from: D) -> Result<Datum, D::Error> {
    String::deserialize(from)?.parse().map_err(D::Error::custom)
}

fn shift<'de, D: Deserializer<'de>>(from: D) -> Result<Option<TimeWindow>, D::Error> {
    let text = String::deserialize(from)?;
    parse_time_window(&text).map(Some).ok_or_else(|| {
        D::Error::custom(format_args!(
            "found \"{text}\", expected a start and a later end of the same day such as \"09:00-18:00\""
        ))
    })
}

fn home<'de, D: Deserializer<'de>>(from: D) -> Result<LonLat, D::Error> {
    struct Pair;
    impl<'de> Visitor<'de> for Pair {
        type Value = LonLat;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("[longitude, latitude] in degrees such as [14.51, 35.90]")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<LonLat, A::Error> {
            let mut next = |index| {
                seq.next_element::<f64>()?.ok_or_else(|| A::Error::invalid_length(index, &self))
            };
            let (lon, lat) = (next(0)?, next(1)?);
            if seq.next_element::<f64>()?.is_some() {
                return Err(A::Error::invalid_length(3, &self));
            }
            LonLat::new(lon, lat).ok_or_else(|| {
                let swapped = LonLat::new(lat, lon).map_or("", |_| "; are the two swapped?");
                A::Error::custom(format_args!(
                    "found [{lon}, {lat}], expected [longitude, latitude] in degrees such as [14.51, 35.90]{swapped}"
                ))
            })
        }
    }
    from.deserialize_seq(Pair)
}

/// A date, written as a TOML date or as text.
struct Day(Date);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct AnyDate;
        impl<'de> Visitor<'de> for AnyDate {
            type Value = Day;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a date such as 2026-12-25")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Day, E> {
                text.parse().map(Day).map_err(|_| {
                    E::custom(format_args!("found \"{text}\", expected a date such as 2026-12-25"))
                })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Day, A::Error> {
                let found = Datetime::deserialize(MapAccessDeserializer::new(map))?;
                self.visit_str(&found.to_string())
            }
        }
        from.deserialize_any(AnyDate)
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    const GOOD: &str = r#"
name = "north"
osm = "county.osm.pbf"
timezone = "Asia/Shanghai"
holidays = [2026-12-25, "2027-01-01"]
[[prospects]]
file = "pharmacies.csv"
datum = "GCJ-02"
sheet = "药店"
columns = { "店招" = "name" }
source = "regulator"
source_date = 2026-01-31
faulty_rows = "leave_out"
[columns]
name = ["铺名"]
personal = ["店主"]
[visits]
file = "visits.csv"
[[rep]]
name = "Rep 1"
home = [116.40, 39]
mode = "ebike"
shift = "09:00-18:00"
lunch = { minutes = 45, between = "11:30-14:00" }
days_off = [2026-11-25]
travel_max_minutes = 90
visit_minutes_share = 1.25
[[rep]]
name = "Rep 2"
home = [116.41, 39.91]
shift = "13:30-20:00"
workdays = "Mo-Sa"
visits_max = 9
[policy]
tier_weight = { A = 6 }
visits_max = 12
travel_max_minutes = 240
"#;

    /// Reads `text` as the file `north.toml` of a folder where the lists and the map exist.
    fn read_text(text: &str) -> Result<Territory, String> {
        let folder = tempfile::tempdir().unwrap();
        for name in ["county.osm.pbf", "pharmacies.csv", "visits.csv"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let path = folder.path().join("north.toml");
        fs::write(&path, text).unwrap();
        let prefix = format!("{}/", folder.path().display());
        read(&path, LearnedUse::Apply).map_err(|error| error.to_string().replace(&prefix, ""))
    }

    fn faults(text: &str) -> String {
        read_text(text).expect_err("the text is at fault")
    }

    #[test]
    fn reads_what_the_design_shows() {
        let territory = read_text(GOOD).unwrap();
        assert_eq!(territory.name, "north");
        assert!(territory.osm.ends_with("county.osm.pbf") && territory.osm.is_absolute());
        assert_eq!(territory.timezone.iana_name(), Some("Asia/Shanghai"));
        assert!(territory.calendar.holidays().eq([date(2026, 12, 25), date(2027, 1, 1)]));
        let [list] = &territory.prospects[..] else { panic!("one list") };
        let settings = &list.settings;
        assert_eq!((settings.datum, settings.sheet.as_deref()), (Datum::Gcj02, Some("药店")));
        assert_eq!(settings.source_date, Some(date(2026, 1, 31)));
        assert_eq!(settings.faulty_rows, FaultyRows::LeaveOut);
        let expected = CommonColumns::default().aliases(&OwnColumns::default());
        assert_ne!(settings.columns, expected);
        assert!(settings.columns.is_personal("店主"));
        assert!(territory.visits.is_some());
        assert_eq!((territory.policy.tier_weight.a, territory.policy.tier_weight.b), (6.0, 2.0));

        let [first, second] = territory.reps.as_slice() else { panic!("two reps") };
        assert_eq!(first.home, LonLat { lon: 116.4, lat: 39.0 });
        assert_eq!((first.mode.as_str(), first.visits_max), ("ebike", 12));
        let lunch = first.lunch.unwrap();
        assert_eq!(lunch.duration, Seconds::from_minutes(45));
        assert_eq!(
            (lunch.start.start.to_string(), lunch.start.end.to_string()),
            ("11:30".into(), "13:15".into())
        );
        assert_eq!((second.mode.as_str(), second.visits_max), ("car", 9));
        let travel_max = [first.travel_max, second.travel_max];
        assert_eq!(travel_max, [90, 240].map(|minutes| Some(Seconds::from_minutes(minutes))));
        assert_eq!((first.visit_minutes_share, second.visit_minutes_share), (1.25, 1.0));
        assert_eq!(second.lunch, None, "the usual lunch is over when this shift begins");
    }

    #[test]
    fn reps_work_on_their_weekdays_except_days_off_and_holidays() {
        let territory = read_text(GOOD).unwrap();
        let working =
            |date| territory.reps_working_on(date).map(|(rep, _)| rep.0).collect::<Vec<_>>();
        assert_eq!(working(date(2026, 11, 24)), [0, 1]);
        assert_eq!(working(date(2026, 11, 25)), [1], "a day off of the first");
        assert_eq!(working(date(2026, 11, 28)), [1], "a Saturday");
        assert_eq!(working(date(2026, 12, 25)), [0; 0], "a holiday");
    }

    #[test]
    fn a_calendar_swaps_working_days_and_a_rep_may_have_extra_days() {
        let text = GOOD.replace("[[prospects]]", "[calendar]\ncountry = \"cn\"\n[[prospects]]");
        let text = text.replace(
            "days_off = [2026-11-25]",
            "days_off = [2026-10-09]\nextra_days = [2026-10-02]",
        );
        let territory = read_text(&text).unwrap();
        let working =
            |date| territory.reps_working_on(date).map(|(rep, _)| rep.0).collect::<Vec<_>>();
        assert_eq!(working(date(2026, 10, 1)), [0; 0], "National Day");
        assert_eq!(working(date(2026, 10, 2)), [0], "told to work");
        assert_eq!(working(date(2026, 10, 9)), [1], "a day off of the first");
        assert_eq!(working(date(2026, 10, 10)), [0, 1], "a Saturday that counts as a Friday");
        assert_eq!(working(date(2026, 12, 25)), [0; 0], "a holiday of the territory");
        assert_eq!(working(date(2026, 9, 20)), [0, 1], "a Sunday that counts as a Monday");
    }

    #[test]
    fn a_calendar_that_cannot_be_had_is_a_fault() {
        let with = |calendar: &str| {
            faults(
                &GOOD.replace("[[prospects]]", &format!("[calendar]\n{calendar}\n[[prospects]]")),
            )
        };
        assert_snapshot!(with("country = \"mt\""), @r#"north.toml, line 7: found "mt", expected the code of a built-in calendar: cn; for other countries name a file, as in file = "holidays.csv""#);
        assert_snapshot!(with("file = \"pharmacies.csv\""), @r#"north.toml, line 7: pharmacies.csv lacks the column "date"; a calendar has the columns date and kind (holiday or workday); until, counts_as and name are optional"#);
    }

    #[test]
    fn all_faults_are_reported_at_once_with_their_lines() {
        assert_snapshot!(faults(
            r#"
name = "north"
osm = "other.osm.pbf"
timezone = "Asia/Shangai"
holydays = []
[[prospects]]
file = "pharmacies.csv"
datum = "gjc02"
sheet = 2
columns = { "店名" = "nam" }
faulty_rows = "ignore"
source_date = "today"
[columns]
adress = ["住址"]
personal = "店主"
[[rep]]
name = "Rep 1"
home = [39.90, 116.40]
shift = "18:00-09:00"
lunhc = { minutes = 60 }
[[rep]]
name = "Rep 2"
lunch = { minutes = "an hour" }
travel_max_minutes = 0
visit_minutes_share = 10
workdays = "Mo-Fry"
[[rep]]
name = "Rep 2"
home = [116.40, 39.90]
days_off = ["25.12.2026"]
lunch = { minutes = 60, between = "19:00-20:00" }
[policy]
due_after = 70
colour = "red"
interval_days = { service = { A = 0, B = 10.5 } }
visits_max = 0
"#
        ), @r#"
north.toml, line 3: there is no file "other.osm.pbf"
north.toml, line 4, timezone: found "Asia/Shangai", expected the name of a time zone such as "Asia/Shanghai"
north.toml, line 5: unknown key "holydays"; did you mean "holidays"?
north.toml, line 8, prospects.datum: found "gjc02", expected "wgs84", "gcj02" (Amap, Tencent) or "bd09" (Baidu)
north.toml, line 9, prospects.sheet: found `2`, expected text in quotes
north.toml, line 10, prospects.columns.店名: found "nam", which is not a column; did you mean "name"?
north.toml, line 11: unknown value "ignore"; known values are refuse, leave_out
north.toml, line 12, prospects.source_date: found "today", expected a date such as 2026-12-25
north.toml, line 14, columns.adress: found "adress", which is not a column; did you mean "address"?
north.toml, line 15, columns.personal: found string "店主", expected a list such as ["…"]
north.toml, line 18, rep.home: found [39.9, 116.4], expected [longitude, latitude] in degrees such as [14.51, 35.90]; are the two swapped?
north.toml, line 19, rep.shift: found "18:00-09:00", expected a start and a later end of the same day such as "09:00-18:00"
north.toml, line 20: unknown key "lunhc"; did you mean "lunch"?
north.toml, line 21: the key "home" is missing
north.toml, line 23, rep.lunch.minutes: found string "an hour", expected a whole number from 0 to 720
north.toml, line 24, rep.travel_max_minutes: found `0`, expected a whole number from 1 to 720
north.toml, line 25, rep.visit_minutes_share: found `10.0`, expected a number from 0.25 to 4
north.toml, line 26, rep.workdays: found "Mo-Fry", expected days of the week such as "Mo-Fr" or "Mo,We,Fr"
north.toml, line 30, rep.days_off: found "25.12.2026", expected a date such as 2026-12-25
north.toml, line 31: the lunch of "Rep 2" does not fit into the shift 09:00-18:00
north.toml, line 33, policy.due_after: found `70.0`, expected a number from 0 to 1
north.toml, line 34: unknown key "colour"; known keys are tier_weight, interval_days, min_gap_days, due_after, urgency_cap, promise_urgency, promptness, occasion_days, occasion_urgency, tier_share, phone_interval_days, visit_minutes, default_hours, preferred_hours, avoided_hours, market_days, leeway_minutes, earliness_minutes, visits_max, travel_max_minutes, travel_cost_per_hour, balance, move_cost, snap_radius_m, geocode_quality, co_located_m, park_minutes, walk_detour, shift, lunch, workdays, outcomes, objections, objectives
north.toml, line 35, policy.interval_days.service.A: found `0`, expected a whole number from 1 to 3650
north.toml, line 35, policy.interval_days.service.B: found `10.5`, expected a whole number from 1 to 3650
north.toml, line 36, policy.visits_max: found `0`, expected a whole number from 1 to 1000
"#);
    }

    #[test]
    fn an_empty_file_lacks_everything() {
        assert_snapshot!(faults(""), @r#"
north.toml, the key "osm" is missing; name the map, as in osm = "county.osm.pbf"
north.toml, the key "prospects" is missing; name a list, as in [[prospects]] file = "pharmacies.csv"
north.toml, the key "rep" is missing; add one, as in [[rep]] name = "Rep 1" home = [116.40, 39.90]
north.toml, the key "timezone" is missing; name the time zone, as in timezone = "Asia/Shanghai"
"#);
        assert_snapshot!(faults("osm = 'county.osm.pbf'\ntimezone = 'UTC'"), @r#"
north.toml, the key "prospects" is missing; name a list, as in [[prospects]] file = "pharmacies.csv"
north.toml, the key "rep" is missing; add one, as in [[rep]] name = "Rep 1" home = [116.40, 39.90]
"#);
        assert_snapshot!(faults(
            "osm = 'county.osm.pbf'\ntimezone = 'UTC'\n[[rep]]\nname = ' '\nhome = [1, 2]"
        ), @r#"
north.toml, the key "prospects" is missing; name a list, as in [[prospects]] file = "pharmacies.csv"
north.toml, line 4: a rep needs a name
"#);
    }

    #[test]
    fn text_that_is_no_toml_is_reported_with_its_lines() {
        assert_snapshot!(faults("osm = county.osm.pbf\nname = \"x\nrep = 1\nrep = 2\n"), @r#"
north.toml, line 1: string values must be quoted, expected literal string
north.toml, line 2: invalid basic string, expected `"`
north.toml, line 4: duplicate key
"#);
    }

    #[test]
    fn a_home_needs_two_numbers_in_range() {
        let with_home = |home: &str| faults(&GOOD.replace("[116.40, 39]", home));
        assert_snapshot!(with_home("[116.40]"), @"north.toml, line 21, rep.home: found a list of length 1, expected [longitude, latitude] in degrees such as [14.51, 35.90]");
        assert_snapshot!(with_home("[116.40, 39.9, 0]"), @"north.toml, line 21, rep.home: found a list of length 3, expected [longitude, latitude] in degrees such as [14.51, 35.90]");
        assert_snapshot!(with_home("\"116.40, 39.9\""), @r#"north.toml, line 21, rep.home: found string "116.40, 39.9", expected [longitude, latitude] in degrees such as [14.51, 35.90]"#);
        assert_snapshot!(with_home("[nan, 39.9]"), @"north.toml, line 21, rep.home: found [NaN, 39.9], expected [longitude, latitude] in degrees such as [14.51, 35.90]");
    }

    #[test]
    fn a_missing_file_is_reported_by_name() {
        let error = read(Path::new("nowhere/north.toml"), LearnedUse::Apply).unwrap_err();
        assert_eq!(error.to_string(), "nowhere/north.toml cannot be read");
    }

    proptest! {
        #![proptest_config(crate::testing::cases(64))]
        #[test]
        fn any_cut_of_a_good_file_is_read_or_refused_without_panic(at in 0..GOOD.len(), by in "\\PC{0,3}") {
            if GOOD.is_char_boundary(at) {
                let text = format!("{}{by}{}", &GOOD[..at], &GOOD[at..]);
                let _ = parse(&Location { folder: Path::new(""), fallback_name: "" }, LearnedUse::Apply, &mut Faults::new(&text));
                let _ = parse(&Location { folder: Path::new(""), fallback_name: "" }, LearnedUse::Apply, &mut Faults::new(&GOOD[..at]));
            }
        }
    }
}
