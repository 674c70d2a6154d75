//! Runs a batch from start to end.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::ZonedDateTime;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::batch_folder::{BatchFolder, BatchFolderError};
use super::faults::Faults;
use super::find::{FindError, FoundTerritory, find};
use super::prepare::{Preparation, Prepared};
use super::queue::{Group, Queue, QueuedTerritory, Task};
use super::report::{Digest, ReportError, Run, write_report};
use super::settings::{BatchSettings, PlanJob};
use super::worker::{Answer, Job, WorkerSetup};
use super::worker_process::{JobEnd, WorkerProcess};
use super::{Entry, TerritoryStatus};
use crate::networks::{NetworkCache, fingerprint, program_file};
use crate::progress::Progress;
use crate::remark::list_some;
use crate::road::Profile;

/// Maximum number of territories that a note names because their plans are older than this batch.
const OTHER_PLANS_NAMED: usize = 5;

/// Number of further attempts to start a worker process if the start fails, and the delay between
/// two attempts.
const START_RETRIES: usize = 10;
const START_RETRY_DELAY: Duration = Duration::from_secs(2);

/// Time in which the worker processes of an earlier batch that was killed must end.
const ORPHANS_TIMEOUT: Duration = Duration::from_secs(30);

/// The input of a batch.
pub struct Batch<'a> {
    /// Paths of territory files, and of folders that contain them.
    pub paths: &'a [PathBuf],
    /// Folder for the plans and reports.
    pub out: PathBuf,
    /// Settings that apply to every territory.
    pub settings: BatchSettings,
    /// Function that returns the days to plan in a time zone; at least one day.
    pub dates: &'a (dyn Fn(&TimeZone) -> Vec<Date> + Sync),
    /// Maximum number of territories that are planned at the same time.
    pub jobs: usize,
    /// True if territories that are finished are planned again although their inputs are unchanged.
    pub force: bool,
    /// True if this run is a part of a larger batch. Other parts may then use the same folder at
    /// the same time, and no report is written.
    pub is_part: bool,
    /// Cache of road networks.
    pub cache: &'a NetworkCache,
    /// Function that returns the command of a worker process for a given number of workers. The
    /// command calls [`work`](super::work) with the same cache.
    pub worker: &'a (dyn Fn(usize) -> io::Result<Command> + Sync),
    /// Flag that becomes true when the batch must stop.
    pub stop_requested: &'a AtomicBool,
}

/// Result of a batch.
#[derive(Debug)]
pub struct BatchOutcome {
    /// Facts about the run.
    pub run: Run,
    /// Totals of the batch, and the territories that need a person.
    pub digest: Digest,
    /// Error that prevented the report; `None` if the report was written, or if this run is a part
    /// of a larger batch.
    pub report_error: Option<ReportError>,
}

/// The reason why a batch planned nothing.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// No territory files were found.
    #[error(transparent)]
    Find(#[from] FindError),
    /// The folder for plans cannot be used.
    #[error(transparent)]
    BatchFolder(#[from] BatchFolderError),
}

/// Plans all territories that are not finished yet, and writes a report on all territories.
///
/// A faulty file, a full disk or a dead worker process affects one territory only; its entry in the
/// report gives the reason.
///
/// # Errors
/// [`BatchError`] if there are no territories or the folder cannot be used. Nothing was changed
/// then.
pub fn run(batch: &Batch<'_>, progress: &dyn Progress) -> Result<BatchOutcome, BatchError> {
    let (started_at, began) = (ZonedDateTime::now(), Instant::now());
    let found = find(batch.paths)?;
    let folder = BatchFolder::at(batch.out.clone());
    let lock = folder.lock(batch.is_part)?;
    if !batch.is_part {
        let failed = |source| BatchFolderError::Io { path: batch.out.clone(), source };
        folder.wait_for_workers(ORPHANS_TIMEOUT, batch.stop_requested).map_err(failed)?;
        folder.delete_leftovers();
    }
    let journal = folder.journal();
    let (found, prepared) = prepare(batch, &folder, found, progress);
    if found.is_empty() {
        let path = batch.paths.first().cloned().unwrap_or_default();
        return Err(FindError::NoTerritories { path }.into());
    }
    let mut batch_run = BatchRun::new(batch, &folder, &found);
    let groups = batch_run.sort(prepared);
    let (planned_now, work_s) = total_work(&groups);
    batch_run.workers = batch.jobs.min(planned_now);
    let queue = Queue::new(groups);
    tracing::info!(
        territories = found.len(),
        to_plan = planned_now,
        jobs = batch.jobs,
        "batch begins"
    );
    progress.begin(&format!("planning {planned_now} territories"), millis(work_s));
    std::thread::scope(|scope| {
        for _ in 0..batch_run.workers {
            scope.spawn(|| batch_run.give_work(&queue, progress));
        }
    });
    progress.end();
    if !batch.is_part {
        folder.delete_leftovers();
        batch_run.note_other_plans();
    }

    let Tally { unrecorded, retried, networks_built, mut notes, finished_before, not_reached } =
        batch_run.tally.into_inner().unwrap_or_else(PoisonError::into_inner);
    notes.sort();
    notes.dedup();
    let entries = || {
        found.iter().map(|FoundTerritory { id, file, .. }| {
            let noted = || Some(journal.last(id)?.entry);
            unrecorded.get(id).cloned().or_else(noted).unwrap_or_else(|| {
                let fault = "its journal entry cannot be read back; run the batch again";
                let (status, faults) = (TerritoryStatus::Failed, vec![fault.to_owned()]);
                Entry::without_plan(id.clone(), file, status, Vec::new(), faults)
            })
        })
    };
    let digest = Digest::of(entries());
    let run = Run {
        started_at,
        ended_at: ZonedDateTime::now(),
        seconds: began.elapsed().as_secs_f64(),
        jobs: batch.jobs,
        planned_now: planned_now - not_reached,
        kept_from_before: finished_before,
        retried,
        networks_built,
        interrupted: batch.stop_requested.load(Ordering::Relaxed),
        notes,
        out: batch.out.clone(),
    };
    let report_error =
        if batch.is_part { None } else { write_report(&run, &digest, entries).err() };
    drop(lock);
    let totals = &digest.totals;
    tracing::info!(
        planned = totals.planned,
        needs_a_person = totals.needs_a_person,
        failed = totals.failed,
        not_reached = totals.not_reached,
        seconds = run.seconds,
        "batch ends"
    );
    Ok(BatchOutcome { run, digest, report_error })
}

/// Prepares all territories. A file that was taken for a faulty territory is left out if it is a
/// travel profile.
fn prepare(
    batch: &Batch<'_>,
    folder: &BatchFolder,
    found: Vec<FoundTerritory>,
    progress: &dyn Progress,
) -> (Vec<FoundTerritory>, Vec<PreparedResult>) {
    let program = program_file().ok().and_then(|path| fingerprint(&path).ok());
    let preparation = Preparation {
        settings: &batch.settings,
        dates: batch.dates,
        force: batch.force,
        folder,
        cache: batch.cache,
        program_xxh3: &program.unwrap_or_default(),
    };
    progress.begin("preparing territories", found.len() as u64);
    let results: Vec<_> = found
        .into_par_iter()
        .map(|found| {
            let stop_requested = batch.stop_requested.load(Ordering::Relaxed);
            let prepared = (!stop_requested).then(|| preparation.prepare(&found)).transpose();
            progress.advance(1);
            (found, prepared)
        })
        .collect();
    progress.end();
    let canonical = |path: &PathBuf| path.canonicalize().ok();
    let profiles: FxHashSet<PathBuf> = results
        .iter()
        .filter_map(|(_, prepared)| prepared.as_ref().ok()?.as_ref())
        .flat_map(|prepared| prepared.profiles.iter().filter_map(canonical))
        .collect();
    let is_profile = |file: &PathBuf| {
        let is_one = || Profile::parse(&std::fs::read_to_string(file).ok()?).ok();
        canonical(file).is_some_and(|file| profiles.contains(&file)) || is_one().is_some()
    };
    results
        .into_iter()
        .filter(|(found, prepared)| prepared.is_ok() || !is_profile(&found.file))
        .unzip()
}

/// A prepared territory, or its faults; `None` if the batch was stopped before it was prepared.
type PreparedResult = Result<Option<Prepared>, Faults>;

/// Returns the number of territories and the sum of their estimated work in seconds.
fn total_work(groups: &BTreeMap<String, Group>) -> (usize, f64) {
    let territories = || groups.values().flat_map(|group| &group.territories);
    (territories().count(), territories().map(|territory| territory.work_s).sum())
}

fn millis(work_s: f64) -> u64 {
    (work_s * 1000.0) as u64
}

/// A running batch.
struct BatchRun<'a> {
    batch: &'a Batch<'a>,
    folder: &'a BatchFolder,
    /// All territories of the batch, in their order.
    found: &'a [FoundTerritory],
    /// Number of worker processes that run at the same time.
    workers: usize,
    tally: Mutex<Tally>,
}

/// Results of the batch so far.
#[derive(Default)]
struct Tally {
    /// Entries that are not in the journal, by the name of the territory.
    unrecorded: BTreeMap<String, Entry>,
    retried: Vec<String>,
    networks_built: usize,
    notes: Vec<String>,
    finished_before: usize,
    not_reached: usize,
}

impl<'a> BatchRun<'a> {
    fn new(batch: &'a Batch<'a>, folder: &'a BatchFolder, found: &'a [FoundTerritory]) -> Self {
        Self { batch, folder, found, workers: 0, tally: Mutex::default() }
    }

    /// Records the territories that cannot be planned, and counts those that are finished. Returns
    /// the others, grouped by the road networks that they use.
    fn sort(&self, prepared: Vec<PreparedResult>) -> BTreeMap<String, Group> {
        let mut groups: BTreeMap<String, Group> = BTreeMap::new();
        for (found, prepared) in self.found.iter().zip(prepared) {
            let job = |dates| PlanJob { id: found.id.clone(), file: found.file.clone(), dates };
            match prepared {
                Err(Faults(faults)) => self.failed(&job(Vec::new()), faults),
                Ok(None) => self.record(&job(Vec::new()), TerritoryStatus::NotReached, Vec::new()),
                Ok(Some(prepared)) if prepared.is_finished => self.tally().finished_before += 1,
                Ok(Some(Prepared { dates, key, networks, map_bytes, work_s, .. })) => {
                    let new = || Group { map_bytes, territories: Vec::new() };
                    let group = groups.entry(networks).or_insert_with(new);
                    group.territories.push(QueuedTerritory { job: job(dates), key, work_s });
                }
            }
        }
        groups
    }

    /// Gives tasks to a worker process, one after the other, until no task is left.
    fn give_work(&self, queue: &Queue, progress: &dyn Progress) {
        let mut worker = None;
        while !self.stop_requested()
            && let Some(task) = queue.next()
        {
            match task {
                Task::Networks { group, example } => {
                    self.build(queue, &mut worker, group, example, progress);
                }
                Task::Plan(territory) => {
                    self.plan(&mut worker, &territory);
                    progress.advance(millis(territory.work_s));
                }
            }
        }
        if self.stop_requested() {
            // Wakes the threads that wait for road networks.
            for territory in queue.clear() {
                self.not_reached(&territory.job);
            }
        }
    }

    fn build(
        &self,
        queue: &Queue,
        worker: &mut Option<WorkerProcess>,
        group: String,
        example: PlanJob,
        progress: &dyn Progress,
    ) {
        let began = Instant::now();
        let PlanJob { id, file, dates } = example;
        match self.ask(worker, &id, &Job::Networks { file, dates }, None) {
            Ok(Answer::Networks { built, notes }) => {
                let seconds = began.elapsed().as_secs_f64();
                tracing::info!(territory = id, built, seconds, "networks are there");
                let mut tally = self.tally();
                tally.networks_built += built;
                tally.notes.extend(notes);
                drop(tally);
                queue.networks_ready(&group);
            }
            Ok(Answer::NoNetworks { faults, affects_map: true })
            | Err(JobError::Faults(faults)) => {
                for territory in queue.drop_group(&group) {
                    self.failed(&territory.job, faults.clone());
                    progress.advance(millis(territory.work_s));
                }
            }
            // Each territory of the group reports its own fault.
            Ok(_) => queue.networks_ready(&group),
            Err(JobError::Stopped) => {
                for territory in queue.drop_group(&group) {
                    self.not_reached(&territory.job);
                }
            }
        }
    }

    fn plan(&self, worker: &mut Option<WorkerProcess>, territory: &QueuedTerritory) {
        let QueuedTerritory { job, key, .. } = territory;
        let timeout = self.batch.settings.timeout();
        match self.ask(worker, &job.id, &Job::Plan(job.clone()), timeout) {
            Ok(Answer::Planned { entry, content_xxh3 }) => {
                let seconds: f64 = entry.seconds.values().sum();
                let visits = entry.figures.map(|figures| figures.work.visits);
                tracing::info!(territory = job.id, status = ?entry.status, visits, seconds, "planned");
                let noted = self.folder.journal().note(key, &content_xxh3, &entry);
                if let Err(error) = noted {
                    tracing::warn!(territory = job.id, %error, "the journal was not written");
                    let mut tally = self.tally();
                    tally.notes.push(format!(
                        "The journal could not be written ({error}); the next run plans these territories again."
                    ));
                    tally.unrecorded.insert(job.id.clone(), *entry);
                }
            }
            Ok(Answer::Failed { faults } | Answer::NoNetworks { faults, .. }) => {
                self.failed(job, faults);
            }
            Ok(Answer::Networks { .. }) => {
                self.failed(
                    job,
                    vec!["its worker process gave the answer to another job".to_owned()],
                );
            }
            Err(JobError::Faults(faults)) => self.failed(job, faults),
            Err(JobError::Stopped) => self.not_reached(job),
        }
    }

    /// Gives `job` to a worker process and starts one if needed. If a signal killed this worker
    /// process, gives the job to a new one.
    fn ask(
        &self,
        worker: &mut Option<WorkerProcess>,
        id: &str,
        job: &Job,
        timeout: Option<Duration>,
    ) -> Result<Answer, JobError> {
        let setup =
            WorkerSetup { settings: self.batch.settings.clone(), out: self.batch.out.clone() };
        let fault = |what: String| Err(JobError::Faults(vec![what]));
        let mut is_second = false;
        loop {
            let process = match worker.take() {
                Some(worker) => Ok(worker),
                None => self.start(&setup),
            };
            let mut process = match process {
                Ok(worker) => worker,
                Err(_) if self.stop_requested() => return Err(JobError::Stopped),
                Err(error) => return fault(format!("no worker process could be started: {error}")),
            };
            match process.ask(job, timeout, self.batch.stop_requested) {
                JobEnd::Answered(answer) => {
                    *worker = Some(process);
                    return Ok(answer);
                }
                JobEnd::Stopped => return Err(JobError::Stopped),
                JobEnd::TookTooLong(timeout) => {
                    return fault(format!(
                        "stopped after {} s, well past the time limit; raise --time-limit, or divide the territory",
                        timeout.as_secs()
                    ));
                }
                JobEnd::Died { reason, may_retry } => {
                    if self.stop_requested() {
                        return Err(JobError::Stopped);
                    }
                    tracing::warn!(territory = id, reason, "a worker died");
                    if may_retry && !is_second {
                        is_second = true;
                        self.tally().retried.push(id.to_owned());
                        continue;
                    }
                    let which = if is_second {
                        "its worker process died twice; the second one"
                    } else {
                        "its worker process"
                    };
                    return fault(format!("{which} {reason}"));
                }
            }
        }
    }

    /// Starts a worker process. If the operating system refuses, tries again for some time.
    fn start(&self, setup: &WorkerSetup) -> io::Result<WorkerProcess> {
        let start = || {
            (self.batch.worker)(self.workers)
                .and_then(|command| WorkerProcess::start(command, setup))
        };
        for _ in 0..START_RETRIES {
            match start() {
                Err(_) if !self.stop_requested() => std::thread::sleep(START_RETRY_DELAY),
                started => return started,
            }
        }
        start()
    }

    fn failed(&self, job: &PlanJob, faults: Vec<String>) {
        tracing::warn!(territory = job.id, faults = faults.join("\n"), "failed");
        self.record(job, TerritoryStatus::Failed, faults);
    }

    fn not_reached(&self, job: &PlanJob) {
        self.tally().not_reached += 1;
        self.record(job, TerritoryStatus::NotReached, Vec::new());
    }

    fn record(&self, job: &PlanJob, status: TerritoryStatus, faults: Vec<String>) {
        let entry =
            Entry::without_plan(job.id.clone(), &job.file, status, job.dates.clone(), faults);
        self.tally().unrecorded.insert(job.id.clone(), entry);
    }

    /// Adds a note on the plans in the folder that belong to no territory of this batch, because
    /// these plans are not renewed.
    fn note_other_plans(&self) {
        let known: FxHashSet<&String> = self.found.iter().map(|found| &found.id).collect();
        let mut others = self.folder.journal().ids();
        others.retain(|id| !known.contains(id) && self.folder.plan(id).is_dir());
        if !others.is_empty() {
            self.tally().notes.push(format!(
                "{} has older plans of territories that were not in this batch: {}.",
                self.folder.folder().display(),
                list_some(&others, OTHER_PLANS_NAMED)
            ));
        }
    }

    fn stop_requested(&self) -> bool {
        self.batch.stop_requested.load(Ordering::Relaxed)
    }

    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The reason why a job has no answer.
enum JobError {
    Faults(Vec<String>),
    Stopped,
}
