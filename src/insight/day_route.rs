//! A beat as a row of times: from a plan in memory, or read back from its folder.

use jiff::civil::Date;

use crate::ids::ById;
use crate::itinerary::Beat;
use crate::lonlat::LonLat;
use crate::plan_files::EarlierPlan;
use crate::planning::Underway;
use crate::prospects::{Prospect, ProspectId};
use crate::solver::{BreakSide, TimeWindow};
use crate::territory::{Rep, RepId, Territory};
use crate::units::Seconds;

/// A rep's day with its visits.
#[derive(Debug, Clone, PartialEq)]
pub struct DayRoute {
    /// What layers call it.
    pub route_id: String,
    /// The rep.
    pub rep: RepId,
    /// The day.
    pub date: Date,
    /// Where the rep sets out: at home, or elsewhere if underway.
    pub from: LonLat,
    /// When the rep could set out.
    pub free_from: Seconds,
    /// When the rep sets out.
    pub leave: Seconds,
    /// When the rep is back home.
    pub back: Seconds,
    /// The visits, in order.
    pub stops: Vec<DayStop>,
    /// The lunch break, if one is taken.
    pub lunch: Option<DayLunch>,
}

/// A visit of a day.
#[derive(Debug, Clone, PartialEq)]
pub struct DayStop {
    /// Whom; `None` if no list has the outlet any more.
    pub prospect: Option<ProspectId>,
    /// Where.
    pub at: LonLat,
    /// When the visit begins and ends.
    pub time: TimeWindow,
    /// Waiting for it.
    pub wait: Seconds,
}

/// The lunch break of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayLunch {
    /// When it begins and ends.
    pub time: TimeWindow,
    /// After how many stops.
    pub after_stops: usize,
    /// Whether before the drive that follows these, or after it.
    pub side: BreakSide,
}

impl DayRoute {
    /// The beats of a plan as routes; `underway` are the reps for whom only the rest of a day was planned.
    pub fn of_beats(
        territory: &Territory,
        prospects: &ById<ProspectId, Prospect>,
        beats: &[Beat],
        underway: &[Underway],
    ) -> Vec<Self> {
        let route = |beat: &Beat| {
            let rep = &territory.reps[beat.rep];
            let first = beats.iter().map(|beat| beat.date).min();
            let start = underway.iter().find(|u| u.rep == beat.rep && Some(beat.date) == first);
            let (from, free_from) = setting_out(rep, start.map(|start| (start.from, start.at)));
            let stops = beat.stops.iter().enumerate().map(|(at, stop)| DayStop {
                prospect: Some(stop.prospect),
                at: prospects[stop.prospect].at,
                time: TimeWindow { start: stop.start, end: stop.end },
                wait: beat.wait_at(at),
            });
            Self {
                route_id: beat.route_id(&territory.name),
                rep: beat.rep,
                date: beat.date,
                from,
                free_from,
                leave: beat.leave,
                back: beat.back,
                stops: stops.collect(),
                lunch: beat.lunch.map(|lunch| DayLunch {
                    time: TimeWindow { start: lunch.start, end: lunch.end },
                    after_stops: lunch.after_stops,
                    side: lunch.side,
                }),
            }
        };
        beats.iter().map(route).collect()
    }

    /// The beats of a plan that was read back, those of reps whom the territory still has.
    pub fn of_earlier_plan(
        territory: &Territory,
        prospects: &[Prospect],
        plan: &EarlierPlan,
    ) -> Vec<Self> {
        let ids = Prospect::by_any_id(prospects);
        let routes = plan.beats.iter().filter_map(|beat| {
            let rep_at = territory.reps.id_where(|rep| rep.name == beat.rep)?;
            let rep = &territory.reps[rep_at];
            let start = plan.underway_on(beat.date, &beat.rep);
            let (from, free_from) = setting_out(rep, start.map(|start| (start.from(), start.at.0)));
            let lunch = beat.lunch.map(|time| {
                let after_stops = beat.visits.iter().filter(|v| v.time.start < time.start).count();
                let before = after_stops.checked_sub(1).map(|at| beat.visits[at].time.end);
                let is_at_once = before.map_or(time.end <= beat.leave, |end| end == time.start);
                let side =
                    if is_at_once { BreakSide::BeforeLeaving } else { BreakSide::AfterArriving };
                DayLunch { time, after_stops, side }
            });
            let stops = beat.visits.iter().map(|visit| DayStop {
                prospect: ids.get(&visit.id).map(|at| ProspectId(*at as u32)),
                at: visit.at,
                time: visit.time,
                wait: visit.wait,
            });
            Some(Self {
                route_id: beat.route_id.clone(),
                rep: rep_at,
                date: beat.date,
                from,
                free_from,
                leave: beat.leave,
                back: beat.back,
                stops: stops.collect(),
                lunch,
            })
        });
        routes.collect()
    }
}

/// Where and when a rep can set out: at home when the shift begins, or where and when the rep is underway.
fn setting_out(rep: &Rep, underway: Option<(LonLat, Seconds)>) -> (LonLat, Seconds) {
    let (from, at) = underway.unwrap_or((rep.home, rep.shift.start));
    (from, at.max(rep.shift.start))
}
