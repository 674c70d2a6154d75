//! The outlets on our lists: reading them, checking them row by row, and finding them again in space.
//!
//! [`read_prospects`] turns `prospects.csv` into checked [`Prospect`]s or tells every fault of every row;
//! [`read_visits`] does the same for the visit log; [`ProspectIndex`] is the R-tree. What a prospect is worth and when it
//! is due is for [`crate::call_plan`].

mod cells;

mod check;
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
pub use columns::{Aliases, Column, Holds};
pub use discover::{DiscoverError, DiscoverRequest, Discovery, MappedOutlet, discover};
pub use fault::{RowFault, TableError};
pub use grade::Grade;
pub use hours::{HoursError, OpeningHours, TimesOfDay, WeekHoursError};
pub use index::ProspectIndex;
pub use list::{Format, List, ListColumn, ListForm, ListOptions, ListRow};
pub use market::{MarketDays, MarketDaysError};
pub use occasion::{Occasion, occasion_near};
pub use points::read_points;
use prospect::FORMER_IDS;
pub use prospect::{
    FollowupType, ListedProspect, OutletType, Pin, Prospect, ProspectId, Stage, Status, Tier,
    name_of,
};
pub use read::{OUTLETS, ProspectList, parse_prospects, read_prospects};
pub use row::{REP_SEPARATOR, ReadOptions};
pub use settings::{FaultyRows, ListSettings};
pub use suspicions::{looks_swapped, remark_duplicates, swapped_rows};
pub use text::NoText;
pub use visit_log::{
    AppendError, Appended, ContactKind, LoggedVisit, VisitLog, append_visit, parse_visits,
    read_visits,
};
