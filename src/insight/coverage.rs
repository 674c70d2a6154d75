//! Computes the coverage of a territory, with half-days, balance, outlets on the way and adherence.

use std::collections::BTreeSet;

use geo::Contains;
use jiff::civil::Date;
use rayon::prelude::*;

use super::balance::{Balance, BalanceOptions};
use super::day_route::DayRoute;
use super::half_day::{HalfDayOptions, HalfDays};
use super::on_the_way::{OnTheWay, on_the_way};
use super::where_next::Next;
use crate::call_plan::CallPlan;
use crate::coverage::{
    Adherence, CellResolution, CoverageMap, HomeRoads, OutlineError, Survey, WhiteSpace, outline,
};
use crate::ids::{ById, Id};
use crate::learn::RealHours;
use crate::lonlat::LonLat;
use crate::networks::Networks;
use crate::osm::{self, Extract, ExtractError};
use crate::plan_files::EarlierPlan;
use crate::planning::PlanError;
use crate::progress::Progress;
use crate::prospects::{LoggedVisit, Prospect, ProspectId, Status};
use crate::remark::{Remark, RemarkCode, list_some};
use crate::road::{ISOCHRONE_WIDTH_M, Isochrone, SnapFailure};
use crate::solver::NoLimit;
use crate::territory::{Lists, RepId, Territory};
use crate::units::{Millis, Seconds, counted};

/// Options for computing a coverage. With the default options, it only counts outlets.
#[derive(Debug, Clone, Default)]
pub struct CoverageOptions {
    /// H3 resolution of the hexagons; `None` to choose it by the size of the territory.
    pub resolution: Option<CellResolution>,
    /// Travel times of the isochrones around each home, in minutes; empty for no isochrones.
    pub isochrone_minutes: Vec<u32>,
    /// Maximum number of areas for which a half-day is computed. The areas with the highest gap
    /// scores come first.
    pub half_days_max: usize,
    /// Options of the half-days.
    pub half_day: HalfDayOptions,
    /// Options of the balance; `None` for no balance.
    pub balance: Option<BalanceOptions>,
    /// Plan whose routes are searched for outlets on the way; `None` for no search. The networks
    /// must be made for its days.
    pub plan: Option<EarlierPlan>,
    /// Maximum detour to an outlet on the way.
    pub detour_max: Seconds,
    /// Visits that were made, for computing the adherence and the real hours.
    pub visit_log: Vec<LoggedVisit>,
}

/// The coverage of a territory with its inputs.
#[derive(Debug, Clone)]
pub struct Coverage {
    /// Prospects whose positions are exact enough. A [`ProspectId`] is an index into them.
    pub prospects: ById<ProspectId, Prospect>,
    /// The call plan of the day.
    pub call_plan: CallPlan,
    /// The figures of the territory and of each area.
    pub map: CoverageMap,
    /// Isochrones around the home of each rep, the shortest time first.
    pub isochrones: Vec<Vec<Isochrone>>,
    /// White space, without outlets that the plan visits on this day or later; the highest gap
    /// score comes first.
    pub white_space: Vec<WhiteSpace>,
    /// Areas with their best half-days; the half-day with the highest worth comes first.
    pub next: Vec<Next>,
    /// Work of each rep; `None` without a balance.
    pub balance: Option<Balance>,
    /// The routes of the plan.
    pub routes: Vec<DayRoute>,
    /// Outlets of the white space that are near the routes.
    pub on_the_way: Vec<OnTheWay>,
    /// Planned visits with their status; `None` if no visit was planned.
    pub adherence: Option<Adherence>,
    /// Planned and real hours of the last four weeks; `None` if the log has no clock times.
    pub real_hours: Option<RealHours>,
    /// Remarks on the result.
    pub remarks: Vec<Remark>,
}

impl Coverage {
    /// Returns whether a person must correct the input, because no outlet lies inside the boundary.
    pub fn needs_a_person(&self) -> bool {
        self.remarks.iter().any(|remark| remark.code == RemarkCode::NothingInside)
    }
}

/// Reasons why a coverage cannot be computed.
#[derive(Debug, thiserror::Error)]
pub enum CoverageError {
    /// The territory names no extract of the map.
    #[error(
        "{network} is a built network, which holds roads but no towns and areas; name the extract it was built from too, as in \
         [geocode] osm = \"county.osm.pbf\""
    )]
    NoExtract {
        /// Path of the network.
        network: String,
    },
    /// The program cannot read the extract.
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// The territory has no outline.
    #[error(transparent)]
    Outline(#[from] OutlineError),
    /// The home of a rep is not near any road.
    #[error(
        "the home of {rep} ({lon:.6}, {lat:.6}) is not on the road network of mode {mode}: {failure}"
    )]
    Home {
        /// Name of the rep.
        rep: String,
        /// Longitude of the home, in degrees.
        lon: f64,
        /// Latitude of the home, in degrees.
        lat: f64,
        /// Travel mode of the rep.
        mode: String,
        /// Reason why no road was found.
        failure: Box<SnapFailure>,
    },
    /// The program cannot plan a half-day.
    #[error(transparent)]
    HalfDay(#[from] PlanError),
}

/// Reads the extract with the towns and areas of a territory.
///
/// # Errors
/// [`CoverageError`] if the territory names no extract, or if the program cannot read it.
pub fn territory_extract(
    territory: &Territory,
    progress: &dyn Progress,
) -> Result<Extract, CoverageError> {
    let Some(path) = territory.gazetteer() else {
        return Err(CoverageError::NoExtract { network: territory.osm.display().to_string() });
    };
    Ok(osm::read(path, progress)?)
}

/// Returns the coverage of `territory` on `date`, from its `lists` on that day and from the towns
/// and areas of `extract`.
///
/// The caller must make `networks` for the days of [`half_day_dates`](super::half_day_dates).
/// Travel times are those at the hour at which the first rep sets out, as in
/// [`Capacity`](super::Capacity).
///
/// # Errors
/// [`CoverageError`] if the boundary or a home has a fault, or if a half-day fails.
pub fn coverage(
    territory: &Territory,
    lists: &Lists,
    networks: &Networks,
    extract: &Extract,
    (date, options): (Date, &CoverageOptions),
    progress: &dyn Progress,
) -> Result<Coverage, CoverageError> {
    let is_certain = |prospect: &Prospect| territory.policy.uncertain_position(prospect).is_none();
    let (certain, uncertain): (Vec<Prospect>, Vec<Prospect>) =
        lists.prospects.iter().cloned().partition(is_certain);
    let prospects: ById<ProspectId, Prospect> = certain.into();
    let call_plan = CallPlan::new(&prospects, territory.visit_rules(), &[date]);
    let roads = home_roads(territory, networks, date)?;
    progress.begin("surveying the territory", 0);
    let map = Survey {
        extract,
        outline: outline(&territory.boundary, extract, &places_of(territory, &prospects))?,
        roads: &roads,
        prospects: &prospects,
        call_plan: &call_plan,
        policy: &territory.policy,
        resolution: options.resolution,
    }
    .map();
    progress.end();

    let plan = options.plan.as_ref();
    let white_space = white_space_ahead(&map, &prospects, plan, date);
    let half_days =
        HalfDays { territory, prospects: &prospects, networks, options: options.half_day };
    let widest = &white_space[..white_space.len().min(options.half_days_max)];
    let next = half_days.where_next(widest, date, &NoLimit, progress)?;
    let balance = options
        .balance
        .map(|asked| Balance::new(territory, &prospects, networks, (date, asked), progress));
    let routes =
        plan.map_or(Vec::new(), |plan| DayRoute::of_earlier_plan(territory, &prospects, plan));
    let on_the_way =
        on_the_way(territory, &prospects, networks, &routes, options.detour_max, progress)?;
    let planned = plan.map_or(Vec::new(), EarlierPlan::planned_visits);
    let adherence = Adherence::new(&planned, &options.visit_log, &prospects, date);
    let real_hours = RealHours::new(territory, &prospects, &options.visit_log, date);

    let mut remarks = lists.remarks.clone();
    remarks.extend(map.remarks.iter().cloned());
    remarks.extend(plan.and_then(|plan| not_looked_at(territory, networks, plan)));
    remarks.extend(not_counted(&uncertain));
    remarks.extend(homes_outside(territory, &map));
    remarks.extend(nothing_to_count(&map));
    remarks.sort();
    remarks.dedup();
    Ok(Coverage {
        isochrones: isochrones(territory, &roads, &options.isochrone_minutes),
        prospects,
        call_plan,
        map,
        white_space,
        next,
        balance,
        routes,
        on_the_way,
        adherence,
        real_hours,
        remarks,
    })
}

/// Returns the places of the outlets that trade, and the homes.
fn places_of(territory: &Territory, prospects: &[Prospect]) -> Vec<LonLat> {
    let trading = prospects.iter().filter(|prospect| prospect.status == Status::Open);
    let homes = territory.reps.iter().map(|rep| rep.home);
    trading.map(|prospect| prospect.at).chain(homes).collect()
}

/// Returns the white space without the outlets that `plan` visits on `date` or later.
fn white_space_ahead(
    map: &CoverageMap,
    prospects: &[Prospect],
    plan: Option<&EarlierPlan>,
    date: Date,
) -> Vec<WhiteSpace> {
    let mut white_space = map.white_space(prospects);
    let Some(plan) = plan else { return white_space };
    let ids = Prospect::by_any_id(prospects);
    let ahead = plan.stops.iter().filter(|stop| stop.date >= date);
    let planned: BTreeSet<usize> = ahead.filter_map(|stop| ids.get(&stop.id).copied()).collect();
    for space in &mut white_space {
        space.outlets.retain(|id| !planned.contains(&id.index()));
    }
    white_space.retain(|space| !space.outlets.is_empty());
    white_space
}

/// Returns a remark on the outlets whose position is too uncertain.
fn not_counted(uncertain: &[Prospect]) -> Option<Remark> {
    let ids: Vec<&str> = uncertain.iter().map(|prospect| &*prospect.id).collect();
    let outlets = counted(ids.len(), "outlet has", "outlets have");
    let message =
        format!("{outlets} too uncertain a position to be counted: {}", list_some(&ids, 8));
    (!ids.is_empty()).then(|| Remark::new(RemarkCode::UncertainPosition, message))
}

/// Returns a remark on each home outside the territory.
fn homes_outside(territory: &Territory, map: &CoverageMap) -> impl Iterator<Item = Remark> {
    let outside = territory
        .reps
        .iter()
        .filter(|rep| !map.outline.shape.contains(&geo::point!(x: rep.home.lon, y: rep.home.lat)));
    outside.map(|rep| {
        let message = format!("the home of {} lies outside the territory", rep.name);
        Remark::new(RemarkCode::HomeOutsideTerritory, message)
    })
}

/// Returns a remark with the reason if most figures are 0; `None` if they are not.
fn nothing_to_count(map: &CoverageMap) -> Option<Remark> {
    if map.whole.outlets == 0 {
        let message = "no outlet that trades lies within the territory's boundary: is it the right one, longitude first?";
        return Some(Remark::new(RemarkCode::NothingInside, message));
    }
    let message = "no outlet is a customer, so coverage is 0 everywhere; a column stage of the lists says who is, or the log of \
                   visits by what came of them";
    (map.whole.customers == 0).then(|| Remark::new(RemarkCode::NoCustomers, message))
}

/// Returns a remark that lists the routes on which no outlets were searched, because the rep is no
/// longer in the territory or does not work on that day.
fn not_looked_at(territory: &Territory, networks: &Networks, plan: &EarlierPlan) -> Option<Remark> {
    let is_looked_at = |rep: &str, date: Date| {
        let mut working = territory.reps_working_on(date);
        let known = working.find(|(_, known)| known.name == rep);
        known.is_some_and(|(_, known)| networks.of(&known.mode).is_for(date))
    };
    let beats = plan.beats.iter().filter(|beat| !is_looked_at(&beat.rep, beat.date));
    let left: Vec<String> = beats.map(|beat| format!("{} on {}", beat.rep, beat.date)).collect();
    (!left.is_empty()).then(|| {
        let message = format!(
            "the plan has routes of reps who no longer work on that day; no outlets are searched beside them: {}",
            list_some(&left, 5)
        );
        Remark::new(RemarkCode::RouteNotLookedAt, message)
    })
}

/// Returns the roads of each mode with the homes of its reps.
fn home_roads<'n>(
    territory: &Territory,
    networks: &'n Networks,
    date: Date,
) -> Result<Vec<HomeRoads<'n>>, CoverageError> {
    let of_mode = |mode: &String| {
        let network = networks.setting_out(territory, mode, date);
        let reps = territory.reps.iter_with_id().filter(|(_, rep)| rep.mode == *mode);
        let homes =
            reps.map(|(at, rep)| match network.snap(rep.home, territory.policy.snap_radius_m) {
                Ok(snap) => Ok((at, snap)),
                Err(failure) => Err(CoverageError::Home {
                    rep: rep.name.clone(),
                    lon: rep.home.lon,
                    lat: rep.home.lat,
                    mode: mode.clone(),
                    failure: Box::new(failure),
                }),
            });
        Ok(HomeRoads { network, homes: homes.collect::<Result<_, _>>()? })
    };
    networks.by_mode.keys().map(of_mode).collect()
}

/// Returns the isochrones around the home of each rep for travel times in `minutes`.
fn isochrones(
    territory: &Territory,
    roads: &[HomeRoads<'_>],
    minutes: &[u32],
) -> Vec<Vec<Isochrone>> {
    let limits: Vec<Millis> =
        minutes.iter().map(|minutes| Millis(minutes.saturating_mul(60_000))).collect();
    let mut all = vec![Vec::new(); territory.reps.len()];
    let Some(longest) = limits.iter().max() else { return all };
    let homes: Vec<_> =
        roads.iter().flat_map(|mode| mode.homes.iter().map(|home| (mode.network, home))).collect();
    let drawn: Vec<(RepId, Vec<Isochrone>)> = homes
        .par_iter()
        .map(|(network, (rep, home))| {
            (*rep, network.reach(home, *longest).isochrones(&limits, ISOCHRONE_WIDTH_M))
        })
        .collect();
    for (rep, isochrones) in drawn {
        all[rep.index()] = isochrones;
    }
    all
}
