//! An outlet on our list, customer or not, with what is known of it.

use std::sync::Arc;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::{Aliases, Grade, MarketDays, Occasion, OpeningHours, TimesOfDay};
use crate::lonlat::LonLat;
use crate::units::Seconds;
use crate::week::Workdays;

/// An index into the list of prospects of a territory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProspectId(pub u32);

/// Customer tier by share of collected revenue: A the first half, B the next 35 %, C the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Tier {
    /// The first 50 % of revenue.
    A,
    /// The next 35 %.
    B,
    /// The last 15 %.
    C,
}

/// What the visits to an outlet are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FollowupType {
    /// Buys already.
    Service,
    /// Can be won.
    Conversion,
    /// Not soon; the relation is kept.
    LongTerm,
}

/// Where an outlet stands on the way to becoming a customer.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Nobody has spoken to them yet.
    #[default]
    Blank,
    /// Wants to hear more.
    Interested,
    /// Neither yes nor no.
    Hesitating,
    /// Has a quotation and has not answered.
    Quoted,
    /// Not for the time being.
    NotSoon,
    /// Said no for good.
    Never,
    /// Buys.
    Customer,
    /// Bought once.
    Lost,
}

/// Whether the outlet trades at all.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Trades as usual (正常).
    #[default]
    Open,
    /// Will not work with us (不合作): stays on the list, is not visited.
    Uncooperative,
    /// Closed for a while (休业).
    Suspended,
    /// Closed for good (倒闭).
    Closed,
}

/// What kind of outlet it is.
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
    /// Has beds.
    Hospital,
    /// Sells health and beauty goods, no prescriptions.
    Chemist,
    /// A village or community health station.
    HealthStation,
    /// Not said.
    #[default]
    Other,
}

/// The name that lists and files have for a type of outlet, a stage, a status, a tier or a follow-up type.
pub fn name_of(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => unreachable!("plain enums are written by name"),
    }
}

/// The day, and perhaps the time of day, on which a visit is to stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pin {
    /// The day.
    pub date: Date,
    /// When the visit begins, give or take the leeway; `None`: at any time.
    pub time: Option<Seconds>,
}

/// One outlet on our list. What the list does not say is `None`, and the policy's default applies.
///
/// `At` is how far its position is known: for certain, or, in a list as it came ([`ListedProspect`]), perhaps.
#[derive(Debug, Clone, PartialEq)]
pub struct Prospect<At = LonLat> {
    /// The list's own key, unique in the territory.
    pub id: String,
    /// What the sign over the door says.
    pub name: String,
    /// Where it is, WGS-84.
    pub at: At,
    /// How exactly it is known where that is, if it was looked up by the address; `None`: as the list gives it.
    pub position_quality: Option<Grade>,
    /// Pharmacy, clinic, ….
    pub outlet_type: OutletType,
    /// Street and number, place.
    pub address: Option<String>,
    /// The town or street district it belongs to (乡镇、街道).
    pub township: Option<String>,
    /// The city or place.
    pub city: Option<String>,
    /// The county or city district.
    pub county: Option<String>,
    /// Postal code.
    pub postcode: Option<String>,
    /// What the map knows it by, such as `node/324669701`.
    pub osm_id: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Number of the licence to trade in medicines (药品经营许可证编号).
    pub license_no: Option<String>,
    /// Unified social credit code of the company (统一社会信用代码), 18 characters.
    pub uscc: Option<String>,
    /// Whether it trades.
    pub status: Status,
    /// A, B, C, or untiered.
    pub tier: Option<Tier>,
    /// Where it stands with us.
    pub stage: Stage,
    /// What visits are for; `None` follows from the stage.
    pub followup_type: Option<FollowupType>,
    /// Multiplier on the prize, 1 by default.
    pub potential: f64,
    /// Collected revenue of the last twelve months, in the territory's currency.
    pub revenue: Option<f64>,
    /// Day of the last visit.
    pub visited_on: Option<Date>,
    /// Days between visits, over the policy's.
    pub interval_days: Option<u32>,
    /// Not again before so many days, over the policy's.
    pub min_gap_days: Option<u32>,
    /// A promised date.
    pub next_action_date: Option<Date>,
    /// Must be part of the plan.
    pub must_visit: bool,
    /// An agreed moment, local time.
    pub appointment: Option<DateTime>,
    /// How much later than the appointment, or how far from the pinned time, a visit may begin, in minutes.
    pub leeway_minutes: Option<u32>,
    /// The day and time from which its visit may not be moved.
    pub pinned: Option<Pin>,
    /// No visits from this day …
    pub call_block_from: Option<Date>,
    /// … to this day, inclusive.
    pub call_block_until: Option<Date>,
    /// How long a visit takes, over the policy's.
    pub visit_minutes: Option<u32>,
    /// When it is open. OpenStreetMap's syntax includes plain `09:00-12:00,14:00-18:00`.
    pub opening_hours: Option<OpeningHours>,
    /// Hours at which a visit is best, over the policy's for its type.
    pub preferred_hours: Option<TimesOfDay>,
    /// Hours at which a visit is unwelcome, over the policy's for its type.
    pub avoided_hours: Option<TimesOfDay>,
    /// When there is a market.
    pub market_days: Option<MarketDays>,
    /// Birthdays and other days to remember. Personal.
    pub occasions: Vec<Occasion>,
    /// The day of the last attempt at a visit at which nobody was met; from the log.
    pub attempted_on: Option<Date>,
    /// The day of the last telephone call; from the log.
    pub called_on: Option<Date>,
    /// What stood against us when we were last there; from the log.
    pub objection: Option<String>,
    /// The days of the week on which it may be visited; any day where `None`.
    pub visit_days: Option<Workdays>,
    /// The reps who may visit it, by name; any rep where there are none.
    pub reps: Vec<String>,
    /// Which list it comes from.
    pub source: Option<String>,
    /// And of which day that list is.
    pub source_date: Option<Date>,
    /// Whatever the rep wants to remember at the door.
    pub note: Option<String>,
    /// Columns of the list that mean nothing here, carried along: header and text, in their order, blank cells left out.
    pub extra: Vec<(Arc<str>, String)>,
}

/// The column of a merged list for the ids that its outlets had before.
pub(super) const FORMER_IDS: &str = "former_ids";

/// An outlet as a list has it, which may not say where it is.
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

    /// Whether it trades and buys from us.
    pub fn is_served(&self) -> bool {
        self.status == Status::Open && self.stage == Stage::Customer
    }

    /// Whether it trades and is no customer: a blank spot (空白点).
    pub fn is_white_space(&self) -> bool {
        self.status == Status::Open && self.stage != Stage::Customer
    }

    /// A blank outlet of which nothing is known but its `id`, its `name` and where it is.
    pub fn new(id: impl Into<String>, name: impl Into<String>, at: At) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            at,
            position_quality: None,
            outlet_type: OutletType::default(),
            address: None,
            township: None,
            city: None,
            county: None,
            postcode: None,
            osm_id: None,
            phone: None,
            license_no: None,
            uscc: None,
            status: Status::default(),
            tier: None,
            stage: Stage::default(),
            followup_type: None,
            potential: 1.0,
            revenue: None,
            visited_on: None,
            interval_days: None,
            min_gap_days: None,
            next_action_date: None,
            must_visit: false,
            appointment: None,
            leeway_minutes: None,
            pinned: None,
            call_block_from: None,
            call_block_until: None,
            visit_minutes: None,
            opening_hours: None,
            preferred_hours: None,
            avoided_hours: None,
            market_days: None,
            occasions: Vec::new(),
            attempted_on: None,
            called_on: None,
            objection: None,
            visit_days: None,
            reps: Vec::new(),
            source: None,
            source_date: None,
            note: None,
            extra: Vec::new(),
        }
    }

    /// The same outlet at `at`.
    pub fn with_position<To>(self, at: To) -> Prospect<To> {
        Prospect {
            id: self.id,
            name: self.name,
            at,
            position_quality: self.position_quality,
            outlet_type: self.outlet_type,
            address: self.address,
            township: self.township,
            city: self.city,
            county: self.county,
            postcode: self.postcode,
            osm_id: self.osm_id,
            phone: self.phone,
            license_no: self.license_no,
            uscc: self.uscc,
            status: self.status,
            tier: self.tier,
            stage: self.stage,
            followup_type: self.followup_type,
            potential: self.potential,
            revenue: self.revenue,
            visited_on: self.visited_on,
            interval_days: self.interval_days,
            min_gap_days: self.min_gap_days,
            next_action_date: self.next_action_date,
            must_visit: self.must_visit,
            appointment: self.appointment,
            leeway_minutes: self.leeway_minutes,
            pinned: self.pinned,
            call_block_from: self.call_block_from,
            call_block_until: self.call_block_until,
            visit_minutes: self.visit_minutes,
            opening_hours: self.opening_hours,
            preferred_hours: self.preferred_hours,
            avoided_hours: self.avoided_hours,
            market_days: self.market_days,
            occasions: self.occasions,
            attempted_on: self.attempted_on,
            called_on: self.called_on,
            objection: self.objection,
            visit_days: self.visit_days,
            reps: self.reps,
            source: self.source,
            source_date: self.source_date,
            note: self.note,
            extra: self.extra,
        }
    }

    /// Lets go of what is personal: the note, which may say anything about anybody, occasions such as birthdays, and the
    /// columns that `words` call personal. Name, address and telephone of the outlet stay.
    pub fn drop_personal(&mut self, words: &Aliases) {
        self.note = None;
        self.occasions.clear();
        self.extra.retain(|(header, _)| !words.is_personal(header));
    }

    /// The ids it had before lists were merged.
    pub fn former_ids(&self) -> impl Iterator<Item = &str> {
        let columns = self.extra.iter().filter(|(header, _)| **header == *FORMER_IDS);
        columns.flat_map(|(_, ids)| ids.split(' '))
    }

    /// Whether the list lets the rep of that name visit it.
    pub fn may_be_visited_by(&self, rep: &str) -> bool {
        self.reps.is_empty() || self.reps.iter().any(|own| own == rep)
    }
}

impl Prospect {
    /// Where in `prospects` an outlet is, by its id and by those it had before lists were merged; an id of its own goes before
    /// one that another outlet had once. O(n).
    pub fn by_any_id(prospects: &[Self]) -> FxHashMap<String, usize> {
        let former = prospects
            .iter()
            .enumerate()
            .flat_map(|(at, prospect)| prospect.former_ids().map(move |id| (id.to_owned(), at)));
        let own = prospects.iter().enumerate().map(|(at, prospect)| (prospect.id.clone(), at));
        former.chain(own).collect()
    }
}
