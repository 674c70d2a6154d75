//! Defines the schema of a plan folder: file names, the summary, and the properties of each layer.
//!
//! `output` fills these types and writes them; `verify`, [`EarlierPlan`] and `batch` read them. So
//! each field has one name and one type everywhere. `docs/schema` contains the same schema for
//! other programs.

mod earlier;
pub mod files;
mod layers;
mod moment;
mod read;
mod summary;

pub use earlier::{EarlierPlan, EarlierPlanError, EarlierStop};
pub use layers::{
    IssueProperties, LegProperties, PhoneCallProperties, ProspectProperties, RouteProperties,
    StopProperties,
};
pub use moment::{ClockSpan, ClockTime, Moment};
pub use read::ReadFault;
pub(crate) use read::{PlanFeature, WHOLE_FILE, read_features};
pub use summary::{
    Effort, PlanChanges, PlanSummary, PlanTotals, Program, RepSettings, RouteSummary,
    SolverFigures, SummaryInput, SwappedDay, UnderwayRep, WrittenChange,
};
