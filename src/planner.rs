//! From a territory file to a plan folder: the entry point for a program that plans.

use std::path::Path;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::networks::{NetworkCache, NetworkError, Networks, networks};
use crate::output::{Sharing, WriteError, Written, write_plan};
use crate::planning::{Effort, Plan, PlanError, Request, plan};
use crate::progress::{Progress, Silent};
use crate::solver::{NoLimit, StopCriterion};
use crate::territory::{Lists, LoadError, Territory, TerritoryError, load_prospects};

/// Plans the visits of a territory.
///
/// ```
/// use beatplan::Planner;
/// use beatplan::jiff::civil::date;
///
/// # fn main() -> Result<(), beatplan::Error> {
/// let planner = Planner::open("data/gozo/territory.toml")?.date(date(2026, 11, 25));
/// let planned = planner.plan()?;
/// for beat in &planned.plan.itinerary.beats {
///     println!("{}, {}:", planned.territory.reps[beat.rep].name, beat.date);
///     for stop in &beat.stops {
///         println!("{} {}", stop.start, planned.plan.prospects[stop.prospect].name);
///     }
/// }
/// # let folder = tempfile::tempdir().unwrap();
/// # let folder = folder.path().join("plan");
/// planned.write(&folder, Default::default())?;
/// # Ok(())
/// # }
/// ```
///
/// A rep without visits has no beat. Unless [`date`](Self::date), [`dates`](Self::dates) and [`cache`](Self::cache) are called, it
/// plans tomorrow and builds the road networks at each call of [`plan`](Self::plan). The same files and settings give the same plan,
/// byte for byte.
#[derive(Clone)]
#[must_use = "a planner does nothing until it plans"]
pub struct Planner {
    territory: Territory,
    dates: Vec<Date>,
    seed: u64,
    effort: Effort,
    cache: NetworkCache,
}

impl Planner {
    /// Reads the territory file at `path`.
    ///
    /// # Errors
    /// [`Error::Territory`] with every fault of the file.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        Ok(Self::new(Territory::read(path.as_ref())?))
    }

    /// Returns a planner for `territory` that keeps no road networks.
    ///
    /// It plans tomorrow, by the clocks of the territory, unless [`date`](Self::date) or [`dates`](Self::dates) says otherwise.
    pub fn new(territory: Territory) -> Self {
        let today = territory.timezone.to_datetime(Timestamp::now()).date();
        let cache = NetworkCache::none();
        Self { territory, dates: vec![today + 1.day()], seed: 1, effort: Effort::default(), cache }
    }

    /// Plans the single day `date`.
    pub fn date(self, date: Date) -> Self {
        self.dates(vec![date])
    }

    /// Plans `dates`, which must be in order and at least one.
    pub fn dates(self, dates: Vec<Date>) -> Self {
        Self { dates, ..self }
    }

    /// Sets the seed of the search [default: 1].
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Sets the number of steps of the search [default: [`Effort::Normal`]].
    pub fn effort(self, effort: Effort) -> Self {
        Self { effort, ..self }
    }

    /// Keeps road networks in `cache` from run to run, which changes no plan.
    pub fn cache(self, cache: NetworkCache) -> Self {
        Self { cache, ..self }
    }

    /// Reads the lists, builds the road networks and plans.
    ///
    /// # Errors
    /// [`Error`] if a file is at fault or a home is on no road. A day without visits is a remark of the plan.
    pub fn plan(self) -> Result<Planned, Error> {
        self.load(&Silent)?.plan(&NoLimit, &Silent)
    }

    /// Reads the lists and the visit log as they stand on the first day.
    ///
    /// # Errors
    /// [`Error::Lists`] with every fault of every file.
    pub fn load(self, progress: &dyn Progress) -> Result<LoadedTerritory, Error> {
        let Self { territory, dates, seed, effort, cache } = self;
        let lists = load_prospects(&territory, dates[0], progress)?;
        let request = Request { seed, effort, ..Request::new(dates) };
        Ok(LoadedTerritory { territory, lists, request, cache })
    }
}

/// A territory with its lists, ready to be planned.
pub struct LoadedTerritory {
    /// The territory.
    pub territory: Territory,
    /// Its prospects.
    pub lists: Lists,
    /// The days, and the earlier plan to keep to.
    pub request: Request,
    cache: NetworkCache,
}

impl LoadedTerritory {
    /// Builds the road networks, or takes them from the cache, and plans until `stop`.
    ///
    /// # Errors
    /// [`Error::Networks`] if the map cannot be read, [`Error::Plan`] if a home is on no road.
    pub fn plan(self, stop: &dyn StopCriterion, progress: &dyn Progress) -> Result<Planned, Error> {
        let Self { territory, lists, request, cache } = self;
        let networks = networks(&territory, &request.dates, &cache, progress)?;
        let plan = plan(&territory, lists, &networks, &request, stop, progress)?;
        Ok(Planned { territory, networks, request, plan })
    }
}

/// A plan with everything that went into it.
pub struct Planned {
    /// The territory.
    pub territory: Territory,
    /// Its road networks.
    pub networks: Networks,
    /// The days, and the earlier plan that was kept to.
    pub request: Request,
    /// The plan.
    pub plan: Plan,
}

impl Planned {
    /// Writes the plan into `folder`, which replaces an earlier plan there as a whole.
    ///
    /// # Errors
    /// [`Error::Write`]; the folder is unchanged then.
    pub fn write(&self, folder: impl AsRef<Path>, sharing: Sharing) -> Result<(), Error> {
        let Self { territory, networks, request, plan } = self;
        let written = Written { territory, networks, request, plan, sharing };
        Ok(write_plan(folder.as_ref(), written)?)
    }
}

/// Reason why a territory cannot be planned, or its plan not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The territory file has faults.
    #[error(transparent)]
    Territory(#[from] TerritoryError),
    /// A list or the visit log has faults.
    #[error(transparent)]
    Lists(#[from] LoadError),
    /// The map or a travel profile cannot be read.
    #[error(transparent)]
    Networks(#[from] NetworkError),
    /// A home is on no road, or the axes of a list are exchanged.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The folder cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}
