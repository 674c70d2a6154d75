//! Computes the work of each rep, and proposes an alignment of outlets to reps that makes the work
//! even with few moves.

mod even;

use jiff::civil::Date;
use serde::Serialize;

use self::even::{Choice, EXACT, Even, Movable};
use super::Capacity;
use super::workload::{Demand, RepDay, days_worked, demands};
use crate::ids::{ById, Id};
use crate::networks::Networks;
use crate::progress::Progress;
use crate::prospects::{Prospect, ProspectId};
use crate::territory::{RepId, Territory};
use crate::units::thousandths;

/// Options of a balance.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BalanceOptions {
    /// Length of the cycle in days.
    pub cycle_days: u32,
    /// Maximum difference between the utilization of a rep and the mean, as a share of the mean.
    pub tolerance: f64,
    /// Maximum increase in travel time from home for an outlet that moves to another rep, in
    /// minutes.
    pub farther_minutes_max: f64,
}

impl Default for BalanceOptions {
    fn default() -> Self {
        Self { cycle_days: Capacity::CYCLE_DAYS, tolerance: 0.1, farther_minutes_max: 30.0 }
    }
}

/// The load of one rep over a cycle, now and in the proposal.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RepLoad {
    /// The name of the rep.
    pub rep: String,
    /// Number of outlets.
    pub outlets: usize,
    /// Number of visits that these outlets want in a cycle.
    pub visits: f64,
    /// Time at the outlets, in hours.
    pub visit_hours: f64,
    /// Travel time, in hours.
    pub travel_hours: f64,
    /// Working time in the cycle, in hours: working days × the shift without lunch.
    pub capacity_hours: f64,
    /// Hours needed ÷ capacity; `None` for a rep who does not work in the cycle.
    pub utilization: Option<f64>,
    /// Number of outlets that are nearer by road to the home of another rep.
    pub nearer_to_another: usize,
    /// Number of outlets that the rep has in the proposal.
    pub outlets_proposed: usize,
    /// Hours that the rep needs in the proposal.
    pub hours_proposed: f64,
    /// Utilization of the rep in the proposal.
    pub utilization_proposed: Option<f64>,
}

/// One outlet with its present and its proposed rep.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Aligned {
    /// The outlet.
    pub prospect: ProspectId,
    /// The present rep: the nearest by road among the reps that the list allows.
    pub rep_now: RepId,
    /// The proposed rep.
    pub rep_proposed: RepId,
    /// Travel time from the home of the present rep, in minutes.
    pub travel_minutes_now: f64,
    /// Travel time from the home of the proposed rep, in minutes.
    pub travel_minutes_proposed: f64,
    /// Hours that the present rep needs for the outlet in a cycle.
    pub hours_per_cycle: f64,
    /// The rep with the nearest home; `None` if this is the present rep.
    pub nearer_to: Option<RepId>,
}

impl Aligned {
    /// Returns `true` if the outlet moves to another rep.
    pub fn is_move(&self) -> bool {
        self.rep_now != self.rep_proposed
    }
}

/// The work of each rep in a territory, with a proposal to make it even.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Balance {
    /// Options with which the balance was computed.
    pub options: BalanceOptions,
    /// First day of the cycle.
    pub from: Date,
    /// The load of each rep.
    pub reps: Vec<RepLoad>,
    /// Hours that all reps need in the cycle.
    pub hours: f64,
    /// Working hours of all reps in the cycle.
    pub capacity_hours: f64,
    /// Hours needed ÷ capacity; `None` if no rep works in the cycle.
    pub utilization: Option<f64>,
    /// Number of missing reps: hours needed ÷ the mean capacity of a rep − the number of reps. A
    /// negative value is a surplus; `None` if no rep works in the cycle.
    pub overload_reps: Option<f64>,
    /// Number of outlets that move to another rep in the proposal.
    pub moves: usize,
    /// Lower limit of the number of moves that bring all reps within the tolerance.
    pub moves_at_least: usize,
    /// `true` if all reps are within the tolerance in the proposal.
    pub is_even: bool,
    /// Number of outlets that may not move, because they are pinned or only one rep may visit them;
    /// 0 if the territory has only one rep.
    pub held: usize,
    /// The alignment of each outlet, in the order of the lists.
    #[serde(skip)]
    pub outlets: Vec<Aligned>,
}

impl Balance {
    /// Returns the balance of `territory` for the cycle that begins on the day `from`.
    ///
    /// The hours agree with the model of [`Capacity`](super::Capacity). A visit takes
    /// `v + t + (2h − t) ÷ n` minutes: the visit, the travel to the next outlet, and a share of the
    /// travel from and to home. `n` is the number of visits on the present average day of the rep.
    /// The sum over the present outlets of a rep is equal to the hours in `Capacity`.
    ///
    /// An alignment is even if the utilization of each rep differs from the present utilization of
    /// all reps together by at most `tolerance`. The search adds one move at a time: the move with
    /// the greatest decrease of the hours outside the tolerance, and among equal moves the one with
    /// the smallest increase in travel time from home. Then it takes back moves that are not
    /// needed, and exchanges moves for shorter ones if the hours outside the tolerance do not
    /// increase. The number of moves is not always the smallest; it is the smallest if it equals
    /// [`moves_at_least`](Self::moves_at_least). An outlet moves only to a rep that the list
    /// allows, and a pinned outlet stays.
    pub fn new(
        territory: &Territory,
        prospects: &ById<ProspectId, Prospect>,
        networks: &Networks,
        (from, options): (Date, BalanceOptions),
        progress: &dyn Progress,
    ) -> Self {
        let present = Present::new(territory, prospects, networks, (from, options), progress);
        let outlets: Vec<Movable> =
            (0..present.choices.len()).map(|at| present.movable(at)).collect();
        let capacity = present.capacity(&days_worked(territory, (from, options.cycle_days)));
        let even = Even::new(&outlets, &capacity, options.tolerance);
        let chosen = even.alignment(&outlets);
        let aligned = present.aligned(&outlets, &chosen);
        let proposed = even.loads(&outlets, &chosen);
        let load = |rep: RepId| {
            let at = rep.index();
            present.load(rep, &aligned, even.now[at], proposed[at], capacity[at])
        };
        let reps: Vec<RepLoad> = territory.reps.ids().map(load).collect();
        let (hours, capacity_hours): (f64, f64) = (even.now.iter().sum(), capacity.iter().sum());
        let a_rep = capacity_hours / reps.len() as f64;
        let overload = hours / a_rep - reps.len() as f64;
        Self {
            options,
            from,
            hours: thousandths(hours),
            capacity_hours: thousandths(capacity_hours),
            utilization: share(hours, capacity_hours),
            overload_reps: (capacity_hours > 0.0).then(|| thousandths(overload)),
            moves: aligned.iter().filter(|outlet| outlet.is_move()).count(),
            moves_at_least: even.moves_at_least(&outlets),
            is_even: even.off(&proposed) <= EXACT,
            held: if reps.len() > 1 { present.held() } else { 0 },
            reps,
            outlets: aligned,
        }
    }
}

/// The present alignment: the demand of each outlet on each rep, and the average day of each rep.
struct Present<'a> {
    territory: &'a Territory,
    /// First day of the cycle.
    from: Date,
    farther_minutes_max: f64,
    prospects: &'a ById<ProspectId, Prospect>,
    /// By outlet: its demand on each rep, the nearest first.
    choices: Vec<Vec<Demand>>,
    /// By outlet: the index of its present rep among the choices.
    now: Vec<usize>,
    days: ById<RepId, RepDay>,
}

impl<'a> Present<'a> {
    fn new(
        territory: &'a Territory,
        prospects: &'a ById<ProspectId, Prospect>,
        networks: &Networks,
        (from, options): (Date, BalanceOptions),
        progress: &dyn Progress,
    ) -> Self {
        let mut choices =
            demands(territory, prospects, networks, (from, options.cycle_days), progress);
        choices.retain(|own| own.iter().any(|demand| demand.may_go));
        let owner = |own: &Vec<Demand>| own.iter().position(|demand| demand.may_go).unwrap_or(0);
        let now: Vec<usize> = choices.iter().map(owner).collect();
        let (farther_minutes_max, days) = (options.farther_minutes_max, ById::default());
        let mut present =
            Self { territory, from, farther_minutes_max, prospects, choices, now, days };
        present.days = territory.reps.ids().map(|rep| present.day(rep)).collect();
        present
    }

    /// Returns the demands on `rep` of the outlets that the rep has.
    fn own(&self, rep: RepId) -> Vec<&Demand> {
        let owned = self.choices.iter().zip(&self.now).map(|(own, at)| &own[*at]);
        owned.filter(|demand| demand.rep == rep).collect()
    }

    /// Returns the average day of `rep` with the own outlets, or with all outlets if the rep has none.
    fn day(&self, rep: RepId) -> RepDay {
        let own = self.own(rep);
        let any = || self.choices.iter().flatten().filter(|demand| demand.rep == rep).collect();
        let own = if own.is_empty() { any() } else { own };
        RepDay::new(&self.territory.reps[rep], &own)
    }

    /// Returns the working hours of each rep who works on `worked` days.
    fn capacity(&self, worked: &[f64]) -> Vec<f64> {
        let days = worked.iter().zip(&self.days);
        days.map(|(worked, day)| worked * day.working_minutes / 60.0).collect()
    }

    fn is_pinned(&self, own: &[Demand]) -> bool {
        self.prospects[own[0].prospect].pinned.is_some_and(|pin| pin.date >= self.from)
    }

    /// Returns the reps that the outlet at index `at` may have.
    fn movable(&self, at: usize) -> Movable {
        let own = &self.choices[at];
        let now = &own[self.now[at]];
        let choice = |demand: &Demand| Choice {
            rep: demand.rep.index(),
            hours: hours(demand, &self.days[demand.rep]),
            minutes: demand.home_minutes,
        };
        let may_move = |demand: &&Demand| {
            let farther = demand.home_minutes - now.home_minutes;
            demand.may_go
                && demand.rep != now.rep
                && farther <= self.farther_minutes_max
                && !self.is_pinned(own)
        };
        Movable { now: choice(now), others: own.iter().filter(may_move).map(choice).collect() }
    }

    /// Returns the alignment of each outlet if it takes the choice `chosen`.
    fn aligned(&self, outlets: &[Movable], chosen: &[Option<usize>]) -> Vec<Aligned> {
        let all = self.choices.iter().zip(outlets).zip(chosen);
        let aligned = all.map(|((own, outlet), chosen)| {
            let proposed = outlet.choice(*chosen);
            Aligned {
                prospect: own[0].prospect,
                rep_now: RepId::from_index(outlet.now.rep),
                rep_proposed: RepId::from_index(proposed.rep),
                travel_minutes_now: outlet.now.minutes,
                travel_minutes_proposed: proposed.minutes,
                hours_per_cycle: outlet.now.hours,
                nearer_to: (own[0].home_minutes < outlet.now.minutes).then_some(own[0].rep),
            }
        });
        aligned.collect()
    }

    /// Returns the load of `rep`, with the hours needed now and in the proposal.
    fn load(
        &self,
        rep: RepId,
        aligned: &[Aligned],
        hours: f64,
        hours_proposed: f64,
        capacity_hours: f64,
    ) -> RepLoad {
        let own = self.own(rep);
        let visit_hours = own.iter().map(|d| d.visits * d.visit_minutes).sum::<f64>() / 60.0;
        let count = |is: &dyn Fn(&Aligned) -> bool| aligned.iter().filter(|o| is(o)).count();
        RepLoad {
            rep: self.territory.reps[rep].name.clone(),
            outlets: own.len(),
            visits: thousandths(own.iter().map(|demand| demand.visits).sum()),
            visit_hours: thousandths(visit_hours),
            travel_hours: thousandths(hours - visit_hours),
            capacity_hours: thousandths(capacity_hours),
            utilization: share(hours, capacity_hours),
            nearer_to_another: count(&|o| o.rep_now == rep && o.nearer_to.is_some()),
            outlets_proposed: count(&|o| o.rep_proposed == rep),
            hours_proposed: thousandths(hours_proposed),
            utilization_proposed: share(hours_proposed, capacity_hours),
        }
    }

    /// Returns the number of outlets that are pinned or that only one rep may visit.
    fn held(&self) -> usize {
        let can_move = |own: &&Vec<Demand>| own.iter().filter(|d| d.may_go).count() > 1;
        let free = self.choices.iter().filter(can_move).filter(|own| !self.is_pinned(own));
        self.choices.len() - free.count()
    }
}

/// Returns `hours ÷ capacity_hours`; `None` without capacity.
fn share(hours: f64, capacity_hours: f64) -> Option<f64> {
    (capacity_hours > 0.0).then(|| thousandths(hours / capacity_hours))
}

/// Returns the hours in a cycle that a rep with the average day `day` needs for an outlet.
fn hours(demand: &Demand, day: &RepDay) -> f64 {
    let ways = demand.hop_minutes + (2.0 * demand.home_minutes - demand.hop_minutes) / day.visits;
    demand.visits * (demand.visit_minutes + ways) / 60.0
}
