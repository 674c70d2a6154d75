//! Defines remarks: notes of the program about a result, for example about input that was left out,
//! was guessed or looks wrong.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A remark of the program, for the terminal and for `summary.json`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Remark {
    /// Code that names the kind of the remark.
    pub code: RemarkCode,
    /// One sentence for a person, with the place, the contents found and the action of the program.
    pub message: String,
}

impl Remark {
    /// Returns a remark of the kind `code` with the text `message`.
    pub fn new(code: RemarkCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

/// Writes the message.
impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// The effect of a remark on the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The result is valid; no action is needed.
    Note,
    /// A person must act. The command ends with exit code 1.
    NeedsPerson,
}

/// Defines [`RemarkCode`]: each variant with its code in machine files, severity, page of the documentation and meaning.
macro_rules! remark_codes {
    ($($name:ident: $code:literal, $severity:ident, $page:literal, $meaning:literal;)*) => {
        /// The kind of a remark. Kinds sort in the order of their codes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum RemarkCode {
            $(#[doc = $meaning] $name,)*
        }

        impl RemarkCode {
            /// All kinds, in the order of their codes.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Returns the code that files for other programs contain, in snake_case. Codes never
            /// change.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// Returns the effect of the remark on the exit code.
            pub fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }

            /// Returns the page of `docs/` that explains the remark, without its file extension.
            pub fn page(self) -> &'static str {
                match self { $(Self::$name => $page,)* }
            }

            /// Returns the meaning of the remark, in one or two sentences.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$name => $meaning,)* }
            }
        }
    };
}

remark_codes! {
    AdminLevelUnknown: "admin_level_unknown", Note, "coverage",
        "The map has administrative boundaries whose level is not a whole number. They are left out.";
    AppointmentImpossible: "appointment_impossible", NeedsPerson, "call-plan",
        "An appointment cannot be kept.";
    AppointmentOutsideHours: "appointment_outside_hours", Note, "call-plan",
        "An appointment lies outside the opening hours of the outlet. The plan keeps it.";
    BoundStoppedEarly: "bound_stopped_early", Note, "outputs",
        "The time limit ended the work on the bound. The plan is complete; another run may give another bound.";
    BoundariesOpen: "boundaries_open", Note, "coverage",
        "Administrative boundaries do not close in the extract. They have no area.";
    BoundaryOpen: "boundary_open", Note, "coverage",
        "A boundary that the territory names does not close in the extract.";
    CalendarYearMissing: "calendar_year_missing", Note, "territory",
        "The calendar has no holidays for a planned year.";
    ChangesMaxExceeded: "changes_max_exceeded", NeedsPerson, "replanning",
        "The plan needs more changes than the budget allows.";
    ConditionalAccess: "conditional_access", Note, "tags",
        "The conditional tags of a road or barrier cannot be judged. The strictest value applies.";
    ConditionalRestriction: "conditional_restriction", Note, "network",
        "The condition of a turn restriction cannot be judged. The restriction is obeyed at all times.";
    DatesMoved: "dates_moved", Note, "territory",
        "The territory file says for which day lists and log were written. Their dates are moved to the planned day.";
    DatumDoubtful: "datum_doubtful", Note, "lists",
        "The coordinates of a list fit the roads better in another datum.";
    DerivedIds: "derived_ids", Note, "lists",
        "Rows without an id get one made from their contents.";
    EmptyTable: "empty_table", Note, "lists",
        "A list has a header and no rows.";
    Encoding: "encoding", Note, "lists",
        "A list is not UTF-8. The message names the encoding that was used.";
    Geocoded: "geocoded", Note, "geocoding",
        "Rows without coordinates were placed by their address.";
    HeaderAgain: "header_again", Note, "lists",
        "Rows repeat the header. They are skipped.";
    HomeLate: "home_late", Note, "replanning",
        "A rep in the middle of the day cannot be home by the end of the shift.";
    HomeOutsideTerritory: "home_outside_territory", Note, "coverage",
        "The home of a rep lies outside the boundary of the territory.";
    IdleRep: "idle_rep", Note, "outputs",
        "A rep has nothing to visit on a day.";
    KindsNotListed: "kinds_not_listed", Note, "bring-your-list",
        "The map has outlets of other kinds than those asked for. They are left out.";
    LaterVisits: "later_visits", Note, "call-plan",
        "The visit log has visits after the planned day. They do not count yet.";
    LearnedTimes: "learned_times", Note, "learn",
        "The plan uses times learned from the visit log, as the territory file asks.";
    LearnedUnknown: "learned_unknown", Note, "learn",
        "The file of learned times names outlets or reps that the territory does not have.";
    MandatoryNotServed: "mandatory_not_served", NeedsPerson, "outputs",
        "A mandatory visit is not in the plan.";
    MappedTwice: "mapped_twice", Note, "bring-your-list",
        "The map has an outlet both as a point and as a building. It is listed once.";
    MissingNodes: "missing_nodes", Note, "network",
        "The extract lacks nodes of ways. Roads are cut there.";
    MustVisitImpossible: "must_visit_impossible", NeedsPerson, "call-plan",
        "A must-visit cannot be made on any planned day.";
    NamelessProspects: "nameless_prospects", Note, "lists",
        "Rows have no name. Their ids are used instead.";
    NearestRoadCutOff: "nearest_road_cut_off", Note, "outputs",
        "The nearest road of an outlet is cut off from the network. A farther road is used.";
    NoCustomers: "no_customers", Note, "coverage",
        "No outlet is a customer, so coverage is zero everywhere.";
    NoPosition: "no_position", NeedsPerson, "geocoding",
        "Rows have neither coordinates nor an address that is found. They are left out.";
    NoRoads: "no_roads", Note, "network",
        "The extract has no roads.";
    NoVisitLog: "no_visit_log", Note, "call-plan",
        "The territory names no visit log, or the log is missing.";
    NobodyWorks: "nobody_works", Note, "territory",
        "No rep works on a planned day.";
    NothingInside: "nothing_inside", NeedsPerson, "coverage",
        "No outlet lies inside the boundary of the territory.";
    NothingPlanned: "nothing_planned", NeedsPerson, "outputs",
        "The plan has no visits.";
    OffTheMap: "off_the_map", Note, "coverage",
        "Outlets lie outside the map.";
    OffTheRoads: "off_the_roads", Note, "outputs",
        "An outlet is too far from every road. It is left out.";
    OlderVersions: "older_versions", Note, "network",
        "The extract has older versions of objects. The newest is used.";
    OtherSheets: "other_sheets", Note, "lists",
        "A workbook has several sheets. One was read.";
    OutOfUse: "out_of_use", Note, "bring-your-list",
        "The map says that outlets are disused. They are left out.";
    OutsideTerritory: "outside_territory", Note, "coverage",
        "Outlets lie outside the boundary of the territory.";
    PhoneUnknown: "phone_unknown", Note, "call-plan",
        "Outlets are due for a telephone call and have no number.";
    PinnedImpossible: "pinned_impossible", NeedsPerson, "call-plan",
        "A pinned visit cannot be made on its day.";
    PopulationContradicts: "population_contradicts", Note, "coverage",
        "The map's populations of an area and of the places in it disagree.";
    PopulationUnknown: "population_unknown", Note, "coverage",
        "The map does not say how many people live in some places.";
    PositionUnknown: "position_unknown", Note, "network",
        "Objects of the map have no position in the extract. They are left out.";
    PossibleDuplicate: "possible_duplicate", Note, "merging",
        "Two rows look like the same outlet.";
    RestrictionLeftOut: "restriction_left_out", Note, "network",
        "The members of a turn restriction do not meet in the extract. The restriction is left out.";
    RouteNotLookedAt: "route_not_looked_at", Note, "where-next",
        "A route of the plan was not searched for outlets on the way.";
    RowLeftOut: "row_left_out", NeedsPerson, "lists",
        "A faulty row is left out, because the list allows it.";
    RowsAboveHeader: "rows_above_header", Note, "lists",
        "Rows above the header are not read.";
    RushHours: "rush_hours", Note, "speeds",
        "The travel times include rush hours that the territory file asks for.";
    SecondColumn: "second_column", Note, "lists",
        "Two columns mean the same. The first is read, the other carried along.";
    ShortWays: "short_ways", Note, "network",
        "Roads have fewer than two nodes in the map. They are left out.";
    SpeedRegionUnknown: "speed_region_unknown", Note, "speeds",
        "The country of some roads is not known. They have the mean speeds of the world.";
    StoppedEarly: "stopped_early", Note, "outputs",
        "The time limit ended the search. Another run may give another plan.";
    SumRows: "sum_rows", Note, "lists",
        "Rows are totals and not outlets. They are skipped.";
    SwappedRows: "swapped_rows", Note, "lists",
        "Rows seem to have longitude and latitude exchanged.";
    UncertainPosition: "uncertain_position", Note, "geocoding",
        "The position of outlets is known too coarsely for the policy. They are left out.";
    UnknownBlobs: "unknown_blobs", Note, "network",
        "The extract has blocks of an unknown type. They are skipped.";
    UnknownColumn: "unknown_column", Note, "lists",
        "A column is not known. It is carried along unchanged.";
    UnknownOutcome: "unknown_outcome", Note, "call-plan",
        "The visit log has an outcome that the policy does not know. It counts as a note.";
    UnknownVisitId: "unknown_visit_id", Note, "call-plan",
        "The visit log has ids that no prospect has.";
    UsccCheck: "uscc_check", Note, "lists",
        "Credit codes of a list cannot be right.";
    VerdictsUnmatched: "verdicts_unmatched", Note, "merging",
        "Verdicts name rows that are no longer in any list.";
    VisitTimesOdd: "visit_times_odd", Note, "lists",
        "Clock times of visits in the log cannot be right. They are left out; the visits count.";
    VisitedAfterPlan: "visited_after_plan", Note, "call-plan",
        "The last visit of an outlet is after the planned day. It counts as made on that day.";
}

impl RemarkCode {
    /// Returns whether a person must act on a remark of this kind.
    pub fn needs_a_person(self) -> bool {
        self.severity() == Severity::NeedsPerson
    }

    /// Returns the table of `docs/remarks.md`, in Markdown.
    pub fn table() -> String {
        let row = |code: &Self| {
            let person = if code.needs_a_person() { "yes" } else { "" };
            let (page, meaning) = (code.page(), code.meaning());
            format!("| `{code}` | {meaning} | {person} | [{page}]({page}.md) |\n")
        };
        let head = "| code | meaning | exit code 1 | more |\n|---|---|---|---|\n";
        std::iter::once(head.to_owned()).chain(Self::ALL.iter().map(row)).collect()
    }
}

impl fmt::Display for RemarkCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for RemarkCode {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for RemarkCode {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let code = Self::ALL.iter().copied().find(|code| code.as_str() == text);
        code.ok_or_else(|| serde::de::Error::custom(format_args!("\"{text}\" is no remark code")))
    }
}

/// Joins the first `most` of `items` with commas, and adds the number of the other items.
pub fn list_some<T: fmt::Display>(items: &[T], most: usize) -> String {
    let mut text = items.iter().take(most).map(T::to_string).collect::<Vec<_>>().join(", ");
    if items.len() > most {
        text.push_str(&format!(" and {} more", items.len() - most));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_sort_as_their_texts() {
        assert!(RemarkCode::ALL.is_sorted());
        assert!(RemarkCode::ALL.is_sorted_by_key(|code| code.as_str()));
    }

    #[test]
    fn the_documentation_lists_every_code() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
        let page = std::fs::read_to_string(root.join("remarks.md")).unwrap();
        assert!(
            page.contains(&RemarkCode::table()),
            "docs/remarks.md needs:\n{}",
            RemarkCode::table()
        );
        for code in RemarkCode::ALL {
            assert!(root.join(format!("{}.md", code.page())).is_file(), "{code}");
        }
    }
}
