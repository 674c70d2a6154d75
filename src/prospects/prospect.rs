//! Defines a prospect: an outlet on our lists, customer or not.

use std::sync::Arc;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::{Aliases, Grade, MarketDays, Occasion, OpeningHours, TimesOfDay};
use crate::ids::impl_id;
use crate::lonlat::LonLat;
use crate::units::Seconds;
use crate::week::Workdays;

/// Index of a prospect in the prospects of a territory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProspectId(pub u32);

impl_id!(ProspectId);

/// Customer tier by share of collected revenue. The percentages below are the defaults of the
/// policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Tier {
    /// The customer is among those with the first 50 % of revenue.
    A,
    /// The customer is among those with the next 35 %.
    B,
    /// The customer is among those with the last 15 %.
    C,
}

/// Purpose of the visits to an outlet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FollowupType {
    /// The visits serve a customer.
    Service,
    /// The visits aim to win an outlet that can become a customer now.
    Conversion,
    /// The visits keep the relation to an outlet that will not buy soon.
    LongTerm,
}

/// Progress of an outlet towards becoming a customer.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The outlet has not been contacted yet.
    #[default]
    Blank,
    /// The outlet wants to know more.
    Interested,
    /// The outlet has not decided.
    Hesitating,
    /// The outlet has received a quotation and has not answered.
    Quoted,
    /// The outlet will not buy in the near future.
    NotSoon,
    /// The outlet has refused for good.
    Never,
    /// The outlet buys from us.
    Customer,
    /// The outlet no longer buys from us.
    Lost,
}

/// Business status of an outlet. Only open outlets are visited.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The outlet is in business (正常).
    #[default]
    Open,
    /// The outlet refuses to work with us (不合作).
    Uncooperative,
    /// The outlet is closed temporarily (休业).
    Suspended,
    /// The outlet is closed permanently (倒闭).
    Closed,
}

/// Type of an outlet.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum OutletType {
    /// An outlet that sells medicines over the counter.
    Pharmacy,
    /// An outlet with several practitioners and no beds.
    Clinic,
    /// A doctor's practice.
    Doctors,
    /// A hospital, with beds.
    Hospital,
    /// An outlet that sells health and beauty goods and no prescription medicines.
    Chemist,
    /// A village or community health station.
    HealthStation,
    /// An outlet of another type, or of a type that is not stated.
    #[default]
    Other,
}

/// Returns the name of an enum value in lists and files.
///
/// # Panics
/// `value` is not a plain enum.
pub fn name_of(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => unreachable!("plain enums are written by name"),
    }
}

/// The day, and optionally the time, to which a visit is pinned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pin {
    /// Day of the visit.
    pub date: Date,
    /// Time at which the visit begins, within the leeway; `None` for any time.
    pub time: Option<Seconds>,
}

/// Declares [`Prospect`] and the two functions that list all its fields.
macro_rules! prospect {
    ($($(#[$doc:meta])* $field:ident: $type:ty,)*) => {
        /// One outlet on our lists. A field is `None` if the list does not state it; the default of
        /// the policy then applies.
        ///
        /// `At` is the type of the position, which is WGS-84. In a [`ListedProspect`], the position
        /// may be unknown.
        #[derive(Debug, Clone, PartialEq)]
        #[allow(missing_docs, reason = "the names say it")]
        pub struct Prospect<At = LonLat> {
            /// Id of the outlet in the list; no other prospect of the territory has it.
            pub id: String,
            pub name: String,
            /// Position in WGS-84 coordinates.
            pub at: At,
            /// Multiplier on the prize of a visit; 1 by default.
            pub potential: f64,
            $($(#[$doc])* pub $field: $type,)*
        }

        impl<At> Prospect<At> {
            /// Returns a prospect with all other fields empty.
            pub fn new(id: impl Into<String>, name: impl Into<String>, at: At) -> Self {
                let (id, name) = (id.into(), name.into());
                Self { id, name, at, potential: 1.0, $($field: Default::default(),)* }
            }

            /// Returns the prospect with the position `at`.
            pub fn with_position<To>(self, at: To) -> Prospect<To> {
                let Self { id, name, potential, .. } = self;
                Prospect { id, name, at, potential, $($field: self.$field,)* }
            }
        }
    };
}

prospect! {
    /// Quality of a position that was looked up by address; `None` if the list states the position.
    position_quality: Option<Grade>,
    outlet_type: OutletType,
    /// Street, house number and place.
    address: Option<String>,
    /// Town or street district (乡镇、街道).
    township: Option<String>,
    city: Option<String>,
    county: Option<String>,
    postcode: Option<String>,
    /// Id of the outlet on the map, such as `node/324669701`.
    osm_id: Option<String>,
    phone: Option<String>,
    /// Number of the medicine licence (药品经营许可证编号).
    license_no: Option<String>,
    /// Unified social credit code of the company (统一社会信用代码), 18 characters.
    uscc: Option<String>,
    status: Status,
    tier: Option<Tier>,
    stage: Stage,
    /// Purpose of the visits; `None` if it follows from the stage.
    followup_type: Option<FollowupType>,
    /// Collected revenue of the last twelve months, in the territory's currency.
    revenue: Option<f64>,
    visited_on: Option<Date>,
    interval_days: Option<u32>,
    /// Minimum number of days between visits.
    min_gap_days: Option<u32>,
    /// Date for which the next visit is promised.
    next_action_date: Option<Date>,
    /// True if every plan must contain a visit.
    must_visit: bool,
    /// Date and local time of an appointment.
    appointment: Option<DateTime>,
    /// Leeway in minutes: time after the appointment, or before or after the pinned time, in which
    /// the visit may begin.
    leeway_minutes: Option<u32>,
    /// Date and time to which the visit is pinned.
    pinned: Option<Pin>,
    /// First day of the call block, in which the outlet is not visited.
    call_block_from: Option<Date>,
    /// Last day of the call block.
    call_block_until: Option<Date>,
    /// Duration of a visit, in minutes.
    visit_minutes: Option<u32>,
    /// Time from the road to the counter, parking included, in minutes.
    approach_minutes: Option<u32>,
    opening_hours: Option<OpeningHours>,
    /// Times that are preferred for a visit.
    preferred_hours: Option<TimesOfDay>,
    /// Times that are avoided for a visit if possible.
    avoided_hours: Option<TimesOfDay>,
    market_days: Option<MarketDays>,
    /// Birthdays and other occasions. Personal data.
    occasions: Vec<Occasion>,
    /// Date of the last visit that was attempted without meeting anybody, from the visit log.
    attempted_on: Option<Date>,
    /// Date of the last telephone call, from the visit log.
    called_on: Option<Date>,
    /// Last objection, from the visit log.
    objection: Option<String>,
    /// Days of the week on which visits are possible; `None` for any day.
    visit_days: Option<Workdays>,
    /// Names of the reps who may visit the outlet; empty if any rep may.
    reps: Vec<String>,
    /// Source of the row, such as the name of the list.
    source: Option<String>,
    /// Date of the source.
    source_date: Option<Date>,
    /// Note for the rep. May be personal data.
    note: Option<String>,
    /// Header and text of the columns that the program does not know, without blank cells.
    extra: Vec<(Arc<str>, String)>,
}

/// Separator between the names in the column `rep`.
pub const REP_SEPARATOR: char = '|';

/// Column of a merged list that holds the former ids of an outlet.
pub(super) const FORMER_IDS: &str = "former_ids";

/// A prospect in a list, whose position may be unknown.
pub type ListedProspect = Prospect<Option<LonLat>>;

impl<At> Prospect<At> {
    /// Adds `days` to the dates of the last visit, the promise, the appointment, the pin and the
    /// call block.
    pub fn move_dates(&mut self, days: i64) {
        let days = days.days();
        let dates = [
            &mut self.visited_on,
            &mut self.next_action_date,
            &mut self.call_block_from,
            &mut self.call_block_until,
        ];
        for date in dates.into_iter().flatten().chain(self.pinned.as_mut().map(|pin| &mut pin.date))
        {
            *date = date.saturating_add(days);
        }
        self.appointment = self.appointment.map(|moment| moment.saturating_add(days));
    }

    /// Returns whether the outlet is open and a customer.
    pub fn is_served(&self) -> bool {
        self.status == Status::Open && self.stage == Stage::Customer
    }

    /// Returns whether the outlet is open and not a customer, that is a blank spot (空白点).
    pub fn is_white_space(&self) -> bool {
        self.status == Status::Open && self.stage != Stage::Customer
    }

    /// Removes personal data: the note, the occasions, and the columns that `words` declares
    /// personal. Keeps the name, the address and the telephone number of the outlet.
    pub fn drop_personal(&mut self, words: &Aliases) {
        self.note = None;
        self.occasions.clear();
        self.extra.retain(|(header, _)| !words.is_personal(header));
    }

    /// Returns the ids that the outlet had before lists were merged.
    pub fn former_ids(&self) -> impl Iterator<Item = &str> {
        let columns = self.extra.iter().filter(|(header, _)| **header == *FORMER_IDS);
        columns.flat_map(|(_, ids)| ids.split(' '))
    }

    /// Returns the names of the reps who may visit the outlet, as the text of one cell; `None` if
    /// any rep may.
    pub fn assigned_rep(&self) -> Option<String> {
        (!self.reps.is_empty()).then(|| self.reps.join(&REP_SEPARATOR.to_string()))
    }

    /// Returns whether the rep with the name `rep` may visit the outlet.
    pub fn may_be_visited_by(&self, rep: &str) -> bool {
        self.reps.is_empty() || self.reps.iter().any(|own| own == rep)
    }
}

impl Prospect {
    /// Returns the index of each prospect by its id and by its former ids. If a former id of a
    /// prospect is the id of another one now, it means the other one. O(n) for n prospects.
    pub(crate) fn by_any_id(prospects: &[Self]) -> FxHashMap<String, usize> {
        let former = prospects
            .iter()
            .enumerate()
            .flat_map(|(at, prospect)| prospect.former_ids().map(move |id| (id.to_owned(), at)));
        let own = prospects.iter().enumerate().map(|(at, prospect)| (prospect.id.clone(), at));
        former.chain(own).collect()
    }
}
