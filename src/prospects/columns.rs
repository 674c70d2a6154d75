//! Defines the columns of lists, and the aliases of headers and values.
//!
//! The aliases are in `columns.toml`; a territory file can add more.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::width::plain_width;

/// Declares [`Column`]: one variant for each column, with its name in lists, settings and messages.
macro_rules! columns {
    ($($variant:ident = $name:literal,)*) => {
        /// A column that the program knows.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[allow(missing_docs, reason = "docs/lists.md describes each column")]
        pub enum Column { $(#[serde(rename = $name)] $variant,)* }

        impl Column {
            /// All columns.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Returns the name of the column.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Returns the column whose name is exactly `name`; `None` if there is none.
            pub fn named(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

columns! {
    Id = "id",
    OsmId = "osm_id",
    Name = "name",
    Lon = "lon",
    Lat = "lat",
    Datum = "datum",
    PositionQuality = "position_quality",
    OutletType = "outlet_type",
    Address = "address",
    Township = "township",
    City = "city",
    County = "county",
    Postcode = "postcode",
    Phone = "phone",
    LicenseNo = "license_no",
    Uscc = "uscc",
    Status = "status",
    Tier = "tier",
    Stage = "stage",
    FollowupType = "followup_type",
    Potential = "potential",
    Revenue = "revenue",
    VisitedOn = "visited_on",
    IntervalDays = "interval_days",
    MinGapDays = "min_gap_days",
    NextActionDate = "next_action_date",
    MustVisit = "must_visit",
    Appointment = "appointment",
    LeewayMinutes = "leeway_minutes",
    Pinned = "pinned",
    CallBlockFrom = "call_block_from",
    CallBlockUntil = "call_block_until",
    VisitMinutes = "visit_minutes",
    ApproachMinutes = "approach_minutes",
    OpeningHours = "opening_hours",
    HoursMo = "hours_mo",
    HoursTu = "hours_tu",
    HoursWe = "hours_we",
    HoursTh = "hours_th",
    HoursFr = "hours_fr",
    HoursSa = "hours_sa",
    HoursSu = "hours_su",
    PreferredHours = "preferred_hours",
    AvoidedHours = "avoided_hours",
    MarketDays = "market_days",
    Occasions = "occasions",
    Birthday = "birthday",
    VisitDays = "visit_days",
    Rep = "rep",
    Source = "source",
    SourceDate = "source_date",
    Note = "note",
    Outcome = "outcome",
    VisitKind = "visit_kind",
    PlannedOn = "planned_on",
    ArrivedAt = "arrived_at",
    LeftAt = "left_at",
    PlannedArrival = "planned_arrival",
    Objection = "objection",
    Verdict = "verdict",
    AId = "a_id",
    AName = "a_name",
    BId = "b_id",
    BName = "b_name",
}

impl Column {
    /// Number of columns that the program knows.
    pub const COUNT: usize = Self::ALL.len();

    /// Columns that a list of prospects can have. They are all columns except those of visit logs
    /// and review lists.
    pub const OF_PROSPECTS: &[Self] = Self::ALL.split_at(Self::COUNT - 12).0;

    /// Columns with the opening hours of one day each, Monday to Sunday.
    pub const WEEKDAY_HOURS: [Self; 7] = [
        Self::HoursMo,
        Self::HoursTu,
        Self::HoursWe,
        Self::HoursTh,
        Self::HoursFr,
        Self::HoursSa,
        Self::HoursSu,
    ];

    /// Returns the kind of the cells in the column.
    pub fn cell_kind(self) -> CellKind {
        VOCABULARY.holds[self as usize]
    }
}

/// Kind of the cells of a column, which decides how they are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CellKind {
    /// Free text, kept unchanged.
    Text,
    /// An identifier or telephone number: full-width characters become ASCII, and a number rounded
    /// by a spreadsheet is a fault.
    Code,
    /// A number, date, time or choice: full-width characters become ASCII.
    Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ColumnText {
    name: Column,
    holds: CellKind,
    #[serde(default)]
    called: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VocabularyText {
    column: Vec<ColumnText>,
    /// For each column and each value: the aliases of the value.
    values: FxHashMap<Column, FxHashMap<String, Vec<String>>>,
    personal: Vec<String>,
    personal_parts: Vec<String>,
    written: Vec<String>,
}

/// The contents of `columns.toml`, prepared for look-ups.
struct Vocabulary {
    holds: Vec<CellKind>,
    headers: FxHashMap<String, (Column, u32)>,
    values: FxHashMap<(Column, String), String>,
    personal: Vec<String>,
    personal_parts: Vec<String>,
    written: Vec<String>,
}

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    let text: VocabularyText =
        toml::from_str(include_str!("columns.toml")).expect("a test reads columns.toml");
    let mut holds = vec![CellKind::Text; Column::COUNT];
    let mut headers = FxHashMap::default();
    for column in text.column {
        holds[column.name as usize] = column.holds;
        for (rank, called) in (1..).zip(&column.called) {
            headers.insert(normalised(called), (column.name, rank));
        }
        headers.insert(column.name.name().to_owned(), (column.name, 0));
    }
    let mut values = FxHashMap::default();
    for (column, names) in text.values {
        for (name, called) in names {
            for called in called {
                values.insert((column, normalised(&called)), name.clone());
            }
        }
    }
    let personal = text.personal.iter().map(|header| normalised(header)).collect();
    let (personal_parts, written) = (text.personal_parts, text.written);
    Vocabulary { holds, headers, values, personal, personal_parts, written }
});

/// Aliases of headers that a user adds to those of `columns.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Aliases {
    /// Normalised headers and their columns. If a header is there twice, the last entry counts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    headers: Vec<(String, Column)>,
    /// Normalised headers of personal columns.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    personal: Vec<String>,
}

impl Aliases {
    /// Adds `header` as an alias for `column`.
    pub fn add(&mut self, header: &str, column: Column) {
        self.headers.push((normalised(header), column));
    }

    /// Declares that the column `header` is personal.
    pub fn add_personal(&mut self, header: &str) {
        self.personal.push(normalised(header));
    }

    /// Returns the column that `header` means, and the rank of the header. If several headers of a
    /// list mean the same column, the header with the lowest rank is read.
    pub(super) fn column(&self, header: &str) -> Option<(Column, u32)> {
        let header = normalised(header);
        let by_user = self.headers.iter().rev().find(|(own, _)| *own == header);
        if let Some((_, column)) = by_user {
            return Some((*column, 0));
        }
        // Columns that the user declared personal are copied or dropped, never read.
        if self.personal.contains(&header) {
            return None;
        }
        let known = |header: &str| VOCABULARY.headers.get(header).copied();
        // Examples: "revenue (EUR)", "经度(GCJ-02)".
        let bare = || header.split_once('(').map(|(bare, _)| bare.trim_end_matches('_'));
        known(&header).or_else(|| bare().and_then(known))
    }

    /// Returns whether the column `header` is personal. The option `--drop-personal` leaves out
    /// such columns.
    pub fn is_personal(&self, header: &str) -> bool {
        let header = normalised(header);
        let is_occasion =
            || matches!(self.column(&header), Some((Column::Birthday | Column::Occasions, _)));
        self.personal.contains(&header)
            || VOCABULARY.personal.contains(&header)
            || VOCABULARY.personal_parts.iter().any(|part| header.contains(part))
            || is_occasion()
    }
}

/// Returns whether the program itself adds the column `header` to the lists that it writes.
pub(super) fn is_written_for_people(header: &str) -> bool {
    VOCABULARY.written.iter().any(|own| own == header)
}

/// Returns the name of the value in `column` for which `text` is an alias; `None` if there is none.
pub(super) fn value_alias(column: Column, text: &str) -> Option<&'static str> {
    VOCABULARY.values.get(&(column, normalised(text))).map(String::as_str)
}

/// Normalises a header or a value: lower case, ASCII width, and `_` between words. `Visited on`
/// becomes `visited_on`.
pub(super) fn normalised(text: &str) -> String {
    let plain = plain_width(text.trim()).to_lowercase();
    let words: Vec<&str> =
        plain.split([' ', '-', '_', '\n', '\r', '\t']).filter(|w| !w.is_empty()).collect();
    words.join("_").trim_matches(['*', ':', '"', '\'', '_']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_understood_in_chinese_and_english() {
        let column = |header| Aliases::default().column(header).map(|(column, _)| column);
        for (header, expected) in [
            ("Visited on", Column::VisitedOn),
            ("药店名称", Column::Name),
            (" 机构名称* ", Column::Name),
            ("经营地址", Column::Address),
            ("联系电话：", Column::Phone),
            ("经度（GCJ-02）", Column::Lon),
            ("Longitude", Column::Lon),
            ("ＬＡＴ", Column::Lat),
            ("统一社会信用代码", Column::Uscc),
            ("药品经营许可证编号", Column::LicenseNo),
            ("revenue (EUR)", Column::Revenue),
            ("organisation_data_service_code", Column::LicenseNo),
            ("opening_hours_sunday", Column::HoursSu),
        ] {
            assert_eq!(column(header), Some(expected), "{header}");
        }
        assert_eq!(column("colour"), None);
        assert_eq!(column(""), None);
    }

    #[test]
    fn a_user_decides_what_a_header_means() {
        let mut aliases = Aliases::default();
        aliases.add("店招", Column::Name);
        aliases.add("Address", Column::Note);
        assert_eq!(aliases.column(" 店招"), Some((Column::Name, 0)));
        assert_eq!(aliases.column("address"), Some((Column::Note, 0)));
        aliases.add_personal("Colour");
        assert!(
            aliases.is_personal("colour")
                && aliases.is_personal("联系人")
                && aliases.is_personal("生日")
        );
        assert!(aliases.is_personal("老板生日") && !aliases.is_personal("name"));
    }

    #[test]
    fn every_column_is_described_and_no_word_means_two_columns() {
        let text: VocabularyText = toml::from_str(include_str!("columns.toml")).unwrap();
        let described: Vec<Column> = text.column.iter().map(|column| column.name).collect();
        let mut sorted = described.clone();
        sorted.sort();
        assert_eq!(sorted, Column::ALL);
        let mut meanings = FxHashMap::default();
        for column in &text.column {
            for called in column.called.iter().map(String::as_str).chain([column.name.name()]) {
                let other = meanings.insert(normalised(called), column.name);
                assert_eq!(other, None, "{called} means two things, or is there twice");
                assert!(Column::named(called).is_none_or(|own| own == column.name), "{called}");
            }
        }
        for personal in &text.personal {
            assert!(!meanings.contains_key(&normalised(personal)), "{personal} is a column");
        }
    }

    #[test]
    fn a_column_is_found_by_its_name() {
        for column in Column::ALL {
            assert_eq!(Column::named(column.name()), Some(*column));
        }
        assert_eq!(Column::named("Name"), None);
    }
}
