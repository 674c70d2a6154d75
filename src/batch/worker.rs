//! Does the work of a worker process. It reads jobs from standard input, one in each line, and
//! writes one answer in each line to standard output.
//!
//! The process ends when standard input is closed. If it is killed, only the present job is lost.

use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Instant;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::batch_folder::BatchFolder;
use super::faults::Faults;
use super::journal::folder_xxh3;
use super::settings::{BatchSettings, PlanJob};
use super::stages::StageClock;
use super::{Entry, Load, Since, TerritoryFigures, TerritoryStatus, Unserved};
use crate::networks::{NetworkCache, NetworkError, Networks, networks};
use crate::output::check_replaceable;
use crate::plan_files::{EarlierPlan, files};
use crate::planner::{LoadedTerritory, Planned, Planner};
use crate::planning::{Keep, Underway};
use crate::progress::Silent;
use crate::solver::TimeLimit;
use crate::territory::Territory;

/// Name for the time outside all stages.
const OTHER: &str = "other";

/// The first line that a worker process reads.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct WorkerSetup {
    pub(super) settings: BatchSettings,
    /// Folder of the batch.
    pub(super) out: PathBuf,
}

/// A job for a worker process.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Job {
    /// Build the road networks of a territory and put them into the cache, which all worker
    /// processes share.
    Networks { file: PathBuf, dates: Vec<Date> },
    /// Plan a territory.
    Plan(PlanJob),
}

/// The answer of a worker process to a job.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Answer {
    /// The networks are in the cache. `built` is the number of networks that were not there before.
    Networks { built: usize, notes: Vec<String> },
    /// The networks cannot be built. If `affects_map` is true, all territories with this map have
    /// the same fault.
    NoNetworks { faults: Vec<String>, affects_map: bool },
    /// The folder of the plan is written.
    Planned { entry: Box<Entry>, content_xxh3: String },
    /// There is no plan because of `faults`.
    Failed { faults: Vec<String> },
}

/// Runs a worker process until standard input is closed.
///
/// # Errors
/// A line of input cannot be parsed, or standard output is closed.
pub fn work(cache: &NetworkCache, stages: &StageClock) -> io::Result<()> {
    let mut setup = String::new();
    io::stdin().lock().read_line(&mut setup)?;
    let WorkerSetup { settings, out } = serde_json::from_str(&setup)?;
    let batch_folder = BatchFolder::at(out);
    let _lock = batch_folder.lock_as_worker()?;
    let runner = JobRunner { settings: &settings, batch_folder: &batch_folder, cache, stages };
    for job in jobs() {
        let answer = match job? {
            Job::Networks { file, dates } => runner.build_networks(&file, &dates),
            Job::Plan(job) => match runner.plan(&job) {
                Ok((entry, content_xxh3)) => {
                    Answer::Planned { entry: Box::new(entry), content_xxh3 }
                }
                Err(Faults(faults)) => Answer::Failed { faults },
            },
        };
        let mut line = serde_json::to_vec(&answer)?;
        line.push(b'\n');
        io::stdout().lock().write_all(&line)?;
    }
    Ok(())
}

/// Reads jobs from standard input in a separate thread. This thread ends the process as soon as the
/// batch process no longer exists, even in the middle of a job.
fn jobs() -> impl Iterator<Item = io::Result<Job>> {
    let (sender, jobs) = mpsc::channel();
    std::thread::spawn(move || {
        for line in io::stdin().lock().lines() {
            let job = line.and_then(|line| Ok(serde_json::from_str(&line)?));
            if sender.send(job).is_err() {
                return;
            }
        }
        std::process::exit(0);
    });
    jobs.into_iter()
}

struct JobRunner<'a> {
    settings: &'a BatchSettings,
    batch_folder: &'a BatchFolder,
    cache: &'a NetworkCache,
    stages: &'a StageClock,
}

impl JobRunner<'_> {
    fn build_networks(&self, file: &Path, dates: &[Date]) -> Answer {
        let failed = |Faults(faults), affects_map| Answer::NoNetworks { faults, affects_map };
        let territory = match Territory::read(file) {
            Ok(territory) => territory,
            Err(error) => return failed(error.into(), false),
        };
        match networks(&territory, dates, self.cache, &Silent) {
            Ok(Networks { built, not_kept, .. }) => Answer::Networks { built, notes: not_kept },
            Err(error) => {
                let affects_map = matches!(error, NetworkError::Extract(_) | NetworkError::File(_));
                failed(error.into(), affects_map)
            }
        }
    }

    /// Plans a territory as `beatplan plan` does, and compares the plan with the last earlier plan.
    /// Returns the entry for the report and the fingerprint of the folder with the plan.
    fn plan(&self, job: &PlanJob) -> Result<(Entry, String), Faults> {
        let began = Instant::now();
        self.stages.take();
        let stop = self.settings.time_limit.map(TimeLimit::new);
        let folder = self.batch_folder.plan(&job.id);
        check_replaceable(&folder, &files::PLAN)?;
        let planner = Planner::open(&job.file)?.dates(job.dates.clone()).cache(self.cache.clone());
        let planner = planner.seed(self.settings.seed).effort(self.settings.effort);
        let mut loaded = planner.load(&Silent)?;
        let before = self.batch_folder.plan_before(&job.id, job.dates[0]);
        if let Some(before) = &before {
            self.compare(&mut loaded, before);
        }
        let planned = loaded.plan(&stop, &Silent)?;
        let Planned { territory, networks, request, plan } = &planned;
        let (status, dates) = (TerritoryStatus::of(plan), job.dates.clone());
        let mut entry = Entry {
            needs: plan.needs().cloned().collect(),
            unserved: Unserved::of(plan),
            figures: Some(TerritoryFigures::of(territory, plan)),
            load: Some(Load::of(territory, networks, plan, &Silent)),
            since: plan.since.as_ref().map(|changes| Since::of(territory, changes)),
            ..Entry::without_plan(job.id.clone(), &job.file, status, dates, Vec::new())
        };
        if let Some(before) = before.filter(|_| request.since.is_some()) {
            self.batch_folder.keep_previous(&job.id, &before)?;
        }
        planned.write(&folder, self.settings.sharing)?;
        let content_xxh3 = folder_xxh3(&folder).map_err(|error| {
            Faults::one(format!("{}: cannot be read back: {error}", folder.display()))
        })?;
        entry.seconds = self.stages.take();
        let known: f64 = entry.seconds.values().sum();
        let other = (began.elapsed().as_secs_f64() - known).max(0.0);
        entry.seconds.insert(OTHER.to_owned(), other);
        Ok((entry, content_xxh3))
    }

    /// Requests a comparison with the plan in the folder `before`. The visits of that plan are kept
    /// if the settings say so and the two plans have a day in common. Ignores a folder that cannot
    /// be read or that holds the plan of another territory.
    fn compare(&self, loaded: &mut LoadedTerritory, before: &Path) {
        let LoadedTerritory { territory, lists, request, .. } = loaded;
        let BatchSettings { keep, changes_max, .. } = *self.settings;
        let earlier = EarlierPlan::read_any_day(before, &territory.name, &lists.prospects);
        let Ok(earlier) = earlier else { return };
        if keep && earlier.dates.iter().any(|date| request.dates.contains(date)) {
            let (prospects, first) = (&lists.prospects, request.dates[0]);
            request.underway = Underway::in_earlier_plan(territory, prospects, first, &earlier);
            request.keep = Some(Keep { earlier: earlier.clone(), changes_max, only: None });
        }
        request.since = Some(earlier);
    }
}
