//! A worker process: takes jobs line by line, plans one territory after the other, answers line by line.
//!
//! It ends when nobody is left to send jobs. Whatever kills it costs no more than the job it was at.

use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Instant;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::faults::Faults;
use super::journal::folder_xxh3;
use super::order::{Order, PlanJob};
use super::place::Place;
use super::stages::StageClock;
use super::{Entry, Figures, Load, Since, Status, Unserved};
use crate::networks::{NetworkCache, NetworkError, Networks, networks};
use crate::output::{check_replaceable, files};
use crate::plan_files::EarlierPlan;
use crate::planner::{LoadedTerritory, Planned, Planner};
use crate::planning::{Keep, Underway};
use crate::progress::Silent;
use crate::solver::TimeLimit;
use crate::territory::Territory;

/// Where the time goes that belongs to no stage.
const OTHER: &str = "other";

/// What a worker is told first.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Hello {
    pub(super) order: Order,
    /// The folder of plans.
    pub(super) out: PathBuf,
}

/// What a worker is to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Job {
    /// See to it that the networks of a territory are there for all workers.
    Networks { file: PathBuf, dates: Vec<Date> },
    /// Plan a territory.
    Plan(PlanJob),
}

/// What came of it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Answer {
    /// The networks are there; so many had to be built.
    Networks { built: usize, notes: Vec<String> },
    /// There are none; whether that goes for all territories with this map.
    NoNetworks { faults: Vec<String>, is_the_map: bool },
    /// There is a plan, in its folder.
    Planned { entry: Box<Entry>, content_xxh3: String },
    /// There is no plan.
    Failed { faults: Vec<String> },
}

/// What a worker process does, from its first to its last line.
///
/// # Errors
/// What it is told first makes no sense, or nobody takes its answers.
pub fn work(cache: &NetworkCache, stages: &StageClock) -> io::Result<()> {
    let mut hello = String::new();
    io::stdin().lock().read_line(&mut hello)?;
    let Hello { order, out } = serde_json::from_str(&hello)?;
    let place = Place::at(out);
    let _lock = place.lock_as_worker()?;
    let desk = Desk { order: &order, place: &place, cache, stages };
    for job in jobs() {
        let answer = match job? {
            Job::Networks { file, dates } => desk.see_to_networks(&file, &dates),
            Job::Plan(job) => match desk.plan(&job) {
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

/// The jobs on standard input. They are read while another is done: when their sender is gone, nobody wants that one any more.
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

struct Desk<'a> {
    order: &'a Order,
    place: &'a Place,
    cache: &'a NetworkCache,
    stages: &'a StageClock,
}

impl Desk<'_> {
    fn see_to_networks(&self, file: &Path, dates: &[Date]) -> Answer {
        let failed = |Faults(faults), is_the_map| Answer::NoNetworks { faults, is_the_map };
        let territory = match Territory::read(file) {
            Ok(territory) => territory,
            Err(error) => return failed(error.into(), false),
        };
        match networks(&territory, dates, self.cache, &Silent) {
            Ok(Networks { built, not_kept, .. }) => Answer::Networks { built, notes: not_kept },
            Err(error) => {
                let is_the_map = matches!(error, NetworkError::Extract(_) | NetworkError::File(_));
                failed(error.into(), is_the_map)
            }
        }
    }

    /// Plans a territory as `beatplan plan` does, and compares with the night before; returns what there is to tell, and the
    /// fingerprint of the plan's folder.
    fn plan(&self, job: &PlanJob) -> Result<(Entry, String), Faults> {
        let began = Instant::now();
        self.stages.take();
        let stop = self.order.time_limit.map(TimeLimit::new);
        let folder = self.place.plan(&job.id);
        check_replaceable(&folder, &files::PLAN)?;
        let planner = Planner::open(&job.file)?.dates(job.dates.clone()).cache(self.cache.clone());
        let planner = planner.seed(self.order.seed).effort(self.order.effort);
        let mut loaded = planner.load(&Silent)?;
        let before = self.place.before(&job.id, job.dates[0]);
        if let Some(before) = &before {
            self.compare(&mut loaded, before);
        }
        let planned = loaded.plan(&stop, &Silent)?;
        let Planned { territory, networks, request, plan } = &planned;
        let (status, dates) = (Status::of(plan), job.dates.clone());
        let mut entry = Entry {
            needs: plan.needs().cloned().collect(),
            unserved: Unserved::of(plan),
            figures: Some(Figures::of(territory, plan)),
            load: Some(Load::of(territory, networks, plan, &Silent)),
            since: plan.since.as_ref().map(|changes| Since::of(territory, changes)),
            ..Entry::without_plan(job.id.clone(), &job.file, status, dates, Vec::new())
        };
        if let Some(before) = before.filter(|_| request.since.is_some()) {
            self.place.remember(&job.id, &before)?;
        }
        planned.write(&folder, self.order.sharing)?;
        let content_xxh3 = folder_xxh3(&folder).map_err(|error| {
            Faults::one(format!("{}: cannot be read back: {error}", folder.display()))
        })?;
        entry.seconds = self.stages.take();
        let known: f64 = entry.seconds.values().sum();
        let other = (began.elapsed().as_secs_f64() - known).max(0.0);
        entry.seconds.insert(OTHER.to_owned(), other);
        Ok((entry, content_xxh3))
    }

    /// Compares the plan with the one in the folder `before`, and keeps to that where the batch asks for it and the two have
    /// a day in common. A folder that cannot be read, or holds another territory's plan, is ignored.
    fn compare(&self, loaded: &mut LoadedTerritory, before: &Path) {
        let LoadedTerritory { territory, lists, request, .. } = loaded;
        let Order { keep, changes_max, .. } = *self.order;
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
