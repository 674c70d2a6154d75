//! A prospect: one outlet on our lists, customer or not.

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

/// Index into the prospects of a territory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProspectId(pub u32);

impl_id!(ProspectId);

/// Customer tier by share of collected revenue. The percentages are the defaults of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Tier {
    /// The first 50 % of revenue.
    A,
    /// The next 35 %.
    B,
    /// The last 15 %.
    C,
}

/// Purpose of the visits to an outlet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FollowupType {
    /// Serve a customer.
    Service,
    /// Win an outlet that can become a customer now.
    Conversion,
    /// Keep the relation to an outlet that will not buy soon.
    LongTerm,
}

/// Progress of an outlet towards becoming a customer.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Not contacted yet.
    #[default]
    Blank,
    /// Wants to know more.
    Interested,
    /// Has not decided.
    Hesitating,
    /// Has received a quotation and has not answered.
    Quoted,
    /// Will not buy in the near future.
    NotSoon,
    /// Has refused for good.
    Never,
    /// Buys from us.
    Customer,
    /// No longer buys from us.
    Lost,
}

/// Business status of an outlet. Only open outlets are visited.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// In business (正常).
    #[default]
    Open,
    /// Refuses to work with us (不合作).
    Uncooperative,
    /// Closed temporarily (休业).
    Suspended,
    /// Closed permanently (倒闭).
    Closed,
}

/// Type of an outlet.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum OutletType {
    /// Sells medicines over the counter.
    Pharmacy,
    /// Several practitioners, no beds.
    Clinic,
    /// A doctor's practice.
    Doctors,
    /// A hospital, with beds.
    Hospital,
    /// Sells health and beauty goods, no prescription medicines.
    Chemist,
    /// A village or community health station.
    HealthStation,
    /// Another type, or not stated.
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

/// Day and optional time to which a visit is fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pin {
    /// Day of the visit.
    pub date: Date,
    /// Start of the visit, within the leeway; `None`: any time.
    pub time: Option<Seconds>,
}

/// Declares [`Prospect`] and the two functions that list all its fields.
macro_rules! prospect {
    ($($(#[$doc:meta])* $field:ident: $type:ty,)*) => {
        /// One outlet on our lists. A field is `None` if the list does not state it; then the
        /// default of the policy applies.
        ///
        /// `At` is the position, WGS-84. It may be unknown in a [`ListedProspect`].
        #[derive(Debug, Clone, PartialEq)]
        #[allow(missing_docs, reason = "the names say it")]
        pub struct Prospect<At = LonLat> {
            /// Key in the list, unique in the territory.
            pub id: String,
            pub name: String,
            /// Position, WGS-84.
            pub at: At,
            /// Multiplier on the prize, 1 by default.
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
    /// Street, number and place.
    address: Option<String>,
    /// Town or street district (乡镇、街道).
    township: Option<String>,
    city: Option<String>,
    county: Option<String>,
    postcode: Option<String>,
    /// Object on the map, such as `node/324669701`.
    osm_id: Option<String>,
    phone: Option<String>,
    /// Number of the medicine licence (药品经营许可证编号).
    license_no: Option<String>,
    /// Unified social credit code of the company (统一社会信用代码), 18 characters.
    uscc: Option<String>,
    status: Status,
    tier: Option<Tier>,
    stage: Stage,
    /// Purpose of visits; `None`: follows from the stage.
    followup_type: Option<FollowupType>,
    /// Collected revenue of the last twelve months, in the territory's currency.
    revenue: Option<f64>,
    visited_on: Option<Date>,
    interval_days: Option<u32>,
    /// Minimum number of days between visits.
    min_gap_days: Option<u32>,
    /// Promised date of the next visit.
    next_action_date: Option<Date>,
    /// True if every plan must contain a visit.
    must_visit: bool,
    /// Agreed date and time, local.
    appointment: Option<DateTime>,
    /// Minutes that a visit may begin after the appointment, or before or after the pinned time.
    leeway_minutes: Option<u32>,
    /// Date and time to which its visit is fixed.
    pinned: Option<Pin>,
    /// First day without visits.
    call_block_from: Option<Date>,
    /// Last day without visits.
    call_block_until: Option<Date>,
    /// Duration of a visit, in minutes.
    visit_minutes: Option<u32>,
    /// Time from the road to the counter, parking included, in minutes.
    approach_minutes: Option<u32>,
    opening_hours: Option<OpeningHours>,
    /// Best times for a visit.
    preferred_hours: Option<TimesOfDay>,
    /// Unwelcome times for a visit.
    avoided_hours: Option<TimesOfDay>,
    market_days: Option<MarketDays>,
    /// Birthdays and other occasions. Personal.
    occasions: Vec<Occasion>,
    /// Date of the last attempted visit without a contact, from the log.
    attempted_on: Option<Date>,
    /// Date of the last telephone call, from the log.
    called_on: Option<Date>,
    /// Last objection, from the log.
    objection: Option<String>,
    /// Days of the week for visits; `None`: any day.
    visit_days: Option<Workdays>,
    /// Names of the reps who may visit it; empty: any rep.
    reps: Vec<String>,
    /// List from which it comes.
    source: Option<String>,
    /// Date of that list.
    source_date: Option<Date>,
    /// Note for the rep. May be personal.
    note: Option<String>,
    /// Unknown columns: header and text, without blank cells.
    extra: Vec<(Arc<str>, String)>,
}

/// Separator between the names in the column `rep`.
pub const REP_SEPARATOR: char = '|';

/// Column of a merged list with the earlier ids of its outlets.
pub(super) const FORMER_IDS: &str = "former_ids";

/// A prospect in a list, whose position may be unknown.
pub type ListedProspect = Prospect<Option<LonLat>>;

impl<At> Prospect<At> {
    /// Moves the dates of its last visit, promise, appointment, pin and call block by `days`.
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

    /// Returns whether it is open and a customer.
    pub fn is_served(&self) -> bool {
        self.status == Status::Open && self.stage == Stage::Customer
    }

    /// Returns whether it is open and not a customer: a blank spot (空白点).
    pub fn is_white_space(&self) -> bool {
        self.status == Status::Open && self.stage != Stage::Customer
    }

    /// Removes personal data: the note, occasions, and the columns that are personal in `words`.
    /// Keeps name, address and telephone of the outlet.
    pub fn drop_personal(&mut self, words: &Aliases) {
        self.note = None;
        self.occasions.clear();
        self.extra.retain(|(header, _)| !words.is_personal(header));
    }

    /// Returns its ids from before lists were merged.
    pub fn former_ids(&self) -> impl Iterator<Item = &str> {
        let columns = self.extra.iter().filter(|(header, _)| **header == *FORMER_IDS);
        columns.flat_map(|(_, ids)| ids.split(' '))
    }

    /// Returns the names of its reps in one cell; `None` if any rep may visit it.
    pub fn assigned_rep(&self) -> Option<String> {
        (!self.reps.is_empty()).then(|| self.reps.join(&REP_SEPARATOR.to_string()))
    }

    /// Returns `true` if the rep of that name may visit it.
    pub fn may_be_visited_by(&self, rep: &str) -> bool {
        self.reps.is_empty() || self.reps.iter().any(|own| own == rep)
    }
}

impl Prospect {
    /// Indexes `prospects` by their ids and their former ids. If a former id of one prospect is the
    /// present id of another, the present id counts. O(n).
    pub fn by_any_id(prospects: &[Self]) -> FxHashMap<String, usize> {
        let former = prospects
            .iter()
            .enumerate()
            .flat_map(|(at, prospect)| prospect.former_ids().map(move |id| (id.to_owned(), at)));
        let own = prospects.iter().enumerate().map(|(at, prospect)| (prospect.id.clone(), at));
        former.chain(own).collect()
    }
}
