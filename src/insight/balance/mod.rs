//! Balance: how much work each rep has, and an alignment of outlets to reps that evens it out with
//! few moves.

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

/// What is asked of an alignment.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BalanceOptions {
    /// How long the cycle is, in days.
    pub cycle_days: u32,
    /// So much may a rep's utilization be off the mean, as a share of it.
    pub tolerance: f64,
    /// No outlet moves to a rep whose way there is longer than that of its rep now by more than so
    /// many minutes.
    pub farther_minutes_max: f64,
}

impl Default for BalanceOptions {
    fn default() -> Self {
        Self { cycle_days: Capacity::CYCLE_DAYS, tolerance: 0.1, farther_minutes_max: 30.0 }
    }
}

/// The load of one rep over a cycle, now and as proposed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RepLoad {
    /// Their name.
    pub rep: String,
    /// Outlets.
    pub outlets: usize,
    /// Visits that these ask for.
    pub visits: f64,
    /// Hours at their doors.
    pub visit_hours: f64,
    /// Hours on the road.
    pub travel_hours: f64,
    /// Hours there are: working days times the shift without lunch.
    pub capacity_hours: f64,
    /// Hours needed ÷ hours there are; `None` for a rep who does not work in the cycle.
    pub utilization: Option<f64>,
    /// Outlets that lie nearer to the home of another rep, by road.
    pub nearer_to_another: usize,
    /// Outlets as proposed.
    pub outlets_proposed: usize,
    /// Hours needed as proposed.
    pub hours_proposed: f64,
    /// Utilization as proposed.
    pub utilization_proposed: Option<f64>,
}

/// One outlet with its rep, now and as proposed: indices into the territory's reps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Aligned {
    /// The outlet.
    pub prospect: ProspectId,
    /// Whose it is: the nearest by road of those the list names, of all where it names none.
    pub rep_now: RepId,
    /// Whose it would be.
    pub rep_proposed: RepId,
    /// Minutes from the home of the rep it has.
    pub travel_minutes_now: f64,
    /// Minutes from the home of the rep it would have.
    pub travel_minutes_proposed: f64,
    /// Hours in a cycle that it takes the rep it has.
    pub hours_per_cycle: f64,
    /// The rep whose home is nearest, if that is not whose it is.
    pub nearer_to: Option<RepId>,
}

impl Aligned {
    /// Whether it would change hands.
    pub fn is_move(&self) -> bool {
        self.rep_now != self.rep_proposed
    }
}

/// The work of a territory by rep, and how to even it out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Balance {
    /// What was asked.
    pub options: BalanceOptions,
    /// The first day of the cycle.
    pub from: Date,
    /// By rep.
    pub reps: Vec<RepLoad>,
    /// Hours needed by all.
    pub hours: f64,
    /// Hours all have.
    pub capacity_hours: f64,
    /// Hours needed ÷ hours there are.
    pub utilization: Option<f64>,
    /// Reps that are missing: hours needed ÷ the mean hours of a rep − reps; below zero if there
    /// are more than it takes.
    pub overload_reps: Option<f64>,
    /// Outlets that would change hands.
    pub moves: usize,
    /// Fewer moves cannot bring every rep within the tolerance.
    pub moves_at_least: usize,
    /// Whether every rep is within the tolerance as proposed.
    pub is_even: bool,
    /// Outlets that may not change hands: the list names their rep, or they are pinned.
    pub held: usize,
    /// By outlet, in their order.
    #[serde(skip)]
    pub outlets: Vec<Aligned>,
}

impl Balance {
    /// The balance of `territory` in the cycle from `from` on.
    ///
    /// Work is counted as in [`Capacity`](super::Capacity). Each visit to an outlet takes a rep `v
    /// + t + (2h − t) ÷ n` minutes: at its door, to the next one, and its part of the ways home,
    /// where `n` are the visits of the rep's average day as things are now. Summed over the outlets
    /// a rep has now, that is exactly what `Capacity` counts.
    ///
    /// An alignment is even if every rep's hours needed ÷ hours there are lie within `tolerance` of
    /// those of all reps together as things are now. Moves are chosen one by one: each time the one
    /// that takes most off what reps are out of the tolerance, of equal ones the one that makes the
    /// way from home least longer; then moves that are not needed after all are taken back, and
    /// each is exchanged for a shorter one where that leaves all even. That the moves are as few as
    /// possible is not promised, but known where they are no more than
    /// [`moves_at_least`](Self::moves_at_least). Outlets go only to reps whom the list lets visit
    /// them; those that are pinned stay.
    pub fn new(
        territory: &Territory,
        prospects: &ById<ProspectId, Prospect>,
        networks: &Networks,
        (from, options): (Date, BalanceOptions),
        progress: &dyn Progress,
    ) -> Self {
        let worked = days_worked(territory, (from, options.cycle_days));
        let mut choices =
            demands(territory, prospects, networks, (from, options.cycle_days), progress);
        choices.retain(|own| own.iter().any(|demand| demand.may_go));
        let owner = |own: &Vec<Demand>| own.iter().position(|demand| demand.may_go).unwrap_or(0);
        let now: Vec<usize> = choices.iter().map(owner).collect();
        let own_of = |rep: RepId| -> Vec<&Demand> {
            let owned = choices.iter().zip(&now).map(|(own, at)| &own[*at]);
            owned.filter(|demand| demand.rep == rep).collect()
        };
        let days: Vec<RepDay> = territory
            .reps
            .ids()
            .map(|rep| {
                let own = own_of(rep);
                let any = || choices.iter().flatten().filter(|demand| demand.rep == rep).collect();
                let own = if own.is_empty() { any() } else { own };
                RepDay::new(&territory.reps[rep], &own)
            })
            .collect();
        let capacity: Vec<f64> = worked
            .iter()
            .zip(&days)
            .map(|(worked, day)| worked * day.working_minutes / 60.0)
            .collect();
        let is_pinned = |own: &Vec<Demand>| {
            prospects[own[0].prospect].pinned.is_some_and(|pin| pin.date >= from)
        };
        let outlets: Vec<Movable> = choices
            .iter()
            .zip(&now)
            .map(|(own, at)| {
                let option = |demand: &Demand| Choice {
                    rep: demand.rep.index(),
                    hours: hours(demand, &days[demand.rep.index()]),
                    minutes: demand.home_minutes,
                };
                let may_move = |demand: &&Demand| {
                    let farther = demand.home_minutes - own[*at].home_minutes;
                    demand.may_go
                        && demand.rep != own[*at].rep
                        && farther <= options.farther_minutes_max
                        && !is_pinned(own)
                };
                let now = option(&own[*at]);
                Movable { now, others: own.iter().filter(may_move).map(option).collect() }
            })
            .collect();
        let even = Even::new(&outlets, &capacity, options.tolerance);
        let chosen = even.alignment(&outlets);

        let aligned: Vec<Aligned> = choices
            .iter()
            .zip(&outlets)
            .zip(&chosen)
            .map(|((own, outlet), chosen)| {
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
            })
            .collect();
        let proposed = even.loads(&outlets, &chosen);
        let share =
            |hours: f64, capacity: f64| (capacity > 0.0).then(|| thousandths(hours / capacity));
        let reps: Vec<RepLoad> = territory
            .reps
            .ids()
            .map(|rep| {
                let own = own_of(rep);
                let visit_hours =
                    own.iter().map(|d| d.visits * d.visit_minutes).sum::<f64>() / 60.0;
                let hours = even.now[rep.index()];
                RepLoad {
                    rep: territory.reps[rep].name.clone(),
                    outlets: own.len(),
                    visits: thousandths(own.iter().map(|demand| demand.visits).sum()),
                    visit_hours: thousandths(visit_hours),
                    travel_hours: thousandths(hours - visit_hours),
                    capacity_hours: thousandths(capacity[rep.index()]),
                    utilization: share(hours, capacity[rep.index()]),
                    nearer_to_another: aligned
                        .iter()
                        .filter(|outlet| outlet.rep_now == rep && outlet.nearer_to.is_some())
                        .count(),
                    outlets_proposed: aligned.iter().filter(|o| o.rep_proposed == rep).count(),
                    hours_proposed: thousandths(proposed[rep.index()]),
                    utilization_proposed: share(proposed[rep.index()], capacity[rep.index()]),
                }
            })
            .collect();
        let (hours, capacity_hours): (f64, f64) = (even.now.iter().sum(), capacity.iter().sum());
        let a_rep = capacity_hours / territory.reps.len() as f64;
        let overload = hours / a_rep - territory.reps.len() as f64;
        let can_move = |own: &&Vec<Demand>| own.iter().filter(|d| d.may_go).count() > 1;
        let free = choices.iter().filter(can_move).filter(|own| !is_pinned(own)).count();
        Self {
            options,
            from,
            reps,
            hours: thousandths(hours),
            capacity_hours: thousandths(capacity_hours),
            utilization: share(hours, capacity_hours),
            overload_reps: (capacity_hours > 0.0).then(|| thousandths(overload)),
            moves: aligned.iter().filter(|outlet| outlet.is_move()).count(),
            moves_at_least: even.moves_at_least(&outlets),
            is_even: even.off(&proposed) <= EXACT,
            held: if territory.reps.len() > 1 { choices.len() - free } else { 0 },
            outlets: aligned,
        }
    }
}

/// Hours in a cycle that an outlet takes a rep with such days.
fn hours(demand: &Demand, day: &RepDay) -> f64 {
    let ways = demand.hop_minutes + (2.0 * demand.home_minutes - demand.hop_minutes) / day.visits;
    demand.visits * (demand.visit_minutes + ways) / 60.0
}
