//! Makes a plan folder from a territory file. A program that plans visits starts here.

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
/// A rep without visits has no beat. If [`date`](Self::date) and [`dates`](Self::dates) are not
/// called, the planner plans tomorrow. If [`cache`](Self::cache) is not called, each call of
/// [`plan`](Self::plan) builds the road networks again. The same files and settings give the same
/// plan, byte for byte.
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
    /// Reads the territory file `path`.
    ///
    /// # Errors
    /// [`Error::Territory`] with all faults of the file.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        Ok(Self::new(Territory::read(path.as_ref())?))
    }

    /// Returns a planner for `territory` that does not keep road networks.
    ///
    /// The planner plans tomorrow, in the time zone of the territory, unless [`date`](Self::date)
    /// or [`dates`](Self::dates) is called.
    pub fn new(territory: Territory) -> Self {
        let today = territory.timezone.to_datetime(Timestamp::now()).date();
        let cache = NetworkCache::none();
        Self { territory, dates: vec![today + 1.day()], seed: 1, effort: Effort::default(), cache }
    }

    /// Sets the only day to plan.
    pub fn date(self, date: Date) -> Self {
        self.dates(vec![date])
    }

    /// Sets the days to plan, which must be in order and at least one.
    pub fn dates(self, dates: Vec<Date>) -> Self {
        Self { dates, ..self }
    }

    /// Sets the seed for the random numbers of the search [default: 1].
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Sets the effort of the search, which decides its number of steps [default:
    /// [`Effort::Normal`]].
    pub fn effort(self, effort: Effort) -> Self {
        Self { effort, ..self }
    }

    /// Keeps road networks in `cache` for later runs. The cache does not change plans.
    pub fn cache(self, cache: NetworkCache) -> Self {
        Self { cache, ..self }
    }

    /// Reads the lists, builds the road networks and makes the plan.
    ///
    /// # Errors
    /// [`Error`] if a file has faults, or if no road is near a home. A day without visits gives a
    /// remark in the plan.
    pub fn plan(self) -> Result<Planned, Error> {
        self.load(&Silent)?.plan(&NoLimit, &Silent)
    }

    /// Reads the lists and the visit log, in their state on the first day.
    ///
    /// # Errors
    /// [`Error::Lists`] with all faults of all files.
    pub fn load(self, progress: &dyn Progress) -> Result<LoadedTerritory, Error> {
        let Self { territory, dates, seed, effort, cache } = self;
        let lists = load_prospects(&territory, dates[0], progress)?;
        let request = Request { seed, effort, ..Request::new(dates) };
        Ok(LoadedTerritory { territory, lists, request, cache })
    }
}

/// A territory with its lists, ready for planning.
pub struct LoadedTerritory {
    /// Territory for which the plan is made.
    pub territory: Territory,
    /// Contents of the lists of the territory.
    pub lists: Lists,
    /// Days to plan, and the earlier plan to keep.
    pub request: Request,
    cache: NetworkCache,
}

impl LoadedTerritory {
    /// Builds the road networks, or takes them from the cache, and makes the plan. `stop` can end
    /// the search early.
    ///
    /// # Errors
    /// [`Error::Networks`] if the map cannot be read, [`Error::Plan`] if no road is near a home.
    pub fn plan(self, stop: &dyn StopCriterion, progress: &dyn Progress) -> Result<Planned, Error> {
        let Self { territory, lists, request, cache } = self;
        let networks = networks(&territory, &request.dates, &cache, progress)?;
        let plan = plan(&territory, lists, &networks, &request, stop, progress)?;
        Ok(Planned { territory, networks, request, plan })
    }
}

/// A plan with all data from which it was made.
pub struct Planned {
    /// Territory of the plan.
    pub territory: Territory,
    /// Road networks of the territory.
    pub networks: Networks,
    /// Days of the plan, and the earlier plan that was kept.
    pub request: Request,
    /// The finished plan.
    pub plan: Plan,
}

impl Planned {
    /// Writes the plan into `folder`. An earlier plan in this folder is replaced as a whole.
    ///
    /// # Errors
    /// [`Error::Write`]; the folder is unchanged then.
    pub fn write(&self, folder: impl AsRef<Path>, sharing: Sharing) -> Result<(), Error> {
        let Self { territory, networks, request, plan } = self;
        let written = Written { territory, networks, request, plan, sharing };
        Ok(write_plan(folder.as_ref(), written)?)
    }
}

/// Reason why a plan cannot be made or written.
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
    /// No road is near a home, or longitude and latitude are exchanged in a list.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The plan cannot be written into its folder.
    #[error(transparent)]
    Write(#[from] WriteError),
}
