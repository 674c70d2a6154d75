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
use crate::output::{Written, check_replaceable, files, write_plan};
use crate::plan_files::EarlierPlan;
use crate::planning::{Keep, Request, Underway, plan};
use crate::progress::Silent;
use crate::prospects::Prospect;
use crate::solver::TimeLimit;
use crate::territory::{Territory, load_prospects};

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
        let territory = Territory::read(&job.file)?;
        let lists = load_prospects(&territory, job.dates[0], &Silent)?;
        let before = self.place.before(&job.id, job.dates[0]);
        let earlier = before.as_ref().and_then(|before| {
            // What cannot be read, or is another territory's, is nothing to compare with.
            EarlierPlan::read_any_day(before, &territory.name, &lists.prospects).ok()
        });
        let request = self.request(job, &territory, &lists.prospects, earlier);
        let networks = networks(&territory, &job.dates, self.cache, &Silent)?;
        let plan = plan(&territory, lists, &networks, &request, &stop, &Silent)?;
        let written = Written {
            territory: &territory,
            networks: &networks,
            request: &request,
            plan: &plan,
            sharing: self.order.sharing,
        };
        let (status, dates) = (Status::of(&plan), job.dates.clone());
        let mut entry = Entry {
            needs: plan.needs().cloned().collect(),
            unserved: Unserved::of(&plan),
            figures: Some(Figures::of(&territory, &plan)),
            load: Some(Load::of(&territory, &networks, &plan, &Silent)),
            since: plan.since.as_ref().map(|changes| Since::of(&territory, changes)),
            ..Entry::without_plan(job.id.clone(), &job.file, status, dates, Vec::new())
        };
        if let Some(before) = before.filter(|_| request.since.is_some()) {
            self.place.remember(&job.id, &before)?;
        }
        write_plan(&folder, written)?;
        let content_xxh3 = folder_xxh3(&folder).map_err(|error| {
            Faults::one(format!("{}: cannot be read back: {error}", folder.display()))
        })?;
        entry.seconds = self.stages.take();
        let known: f64 = entry.seconds.values().sum();
        let other = (began.elapsed().as_secs_f64() - known).max(0.0);
        entry.seconds.insert(OTHER.to_owned(), other);
        Ok((entry, content_xxh3))
    }

    /// What to plan, beside the `earlier` plan if there is one: to keep to where that is asked for and they have a day in
    /// common, and to compare with.
    fn request(
        &self,
        job: &PlanJob,
        territory: &Territory,
        prospects: &[Prospect],
        earlier: Option<EarlierPlan>,
    ) -> Request {
        let Order { seed, effort, keep, changes_max, .. } = *self.order;
        let kept = earlier
            .as_ref()
            .filter(|earlier| keep && earlier.dates.iter().any(|date| job.dates.contains(date)));
        let underway =
            |earlier| Underway::in_earlier_plan(territory, prospects, job.dates[0], earlier);
        Request {
            dates: job.dates.clone(),
            seed,
            effort,
            underway: kept.map_or_else(Vec::new, underway),
            keep: kept.map(|kept| Keep { earlier: kept.clone(), changes_max, only: None }),
            since: earlier,
        }
    }
}
