//! Reads, checks and merges the lists of prospects and the visit log.
//!
//! [`read_prospects`] turns a list into checked [`Prospect`]s or returns all faults of all rows;
//! [`read_visits`] does the same for the visit log. [`ProspectIndex`] finds prospects by distance.
//! [`identity`] finds rows of several lists that mean one outlet; [`merge`] makes one list of them.
//! [`crate::call_plan`] decides when a prospect is due and what a visit is worth.

mod cells;
mod check;
mod clock_moment;
mod columns;
mod discover;
mod fault;
mod grade;
mod hours;
pub mod identity;
mod index;
mod list;
mod market;
pub mod merge;
mod moments;
mod numbers;
mod occasion;
mod points;
mod prospect;
mod read;
mod row;
mod settings;
mod suspicions;
mod text;
mod uscc;
mod visit_log;
mod weekday_hours;
mod width;

pub use check::{ListCheck, check_list};
pub use clock_moment::ClockMoment;
pub use columns::{Aliases, CellKind, Column};
pub use discover::{DiscoverError, DiscoverRequest, Discovery, MappedOutlet, discover};
pub use fault::{RowFault, TableError};
pub use grade::Grade;
pub use hours::{HoursError, OpeningHours, TimesOfDay, WeekHoursError};
pub use index::ProspectIndex;
pub use list::{FileKind, List, ListColumn, ListOptions, ListRow, ListSchema};
pub use market::{MarketDays, MarketDaysError};
pub use occasion::{Occasion, occasion_near};
pub use points::read_points;
use prospect::FORMER_IDS;
pub use prospect::{
    FollowupType, ListedProspect, OutletType, Pin, Prospect, ProspectId, REP_SEPARATOR, Stage,
    Status, Tier, name_of,
};
pub use read::{ProspectList, parse_prospects, read_prospects};
pub use row::ReadOptions;
pub use settings::{FaultyRows, ListSettings};
pub use suspicions::{looks_swapped, remark_duplicates, swapped_rows};
pub use text::ContentsError;
pub use visit_log::{
    AppendError, Appended, ContactKind, LoggedVisit, VISIT_MINUTES_MAX, VisitLog, append_visit,
    parse_visits, read_visits,
};
