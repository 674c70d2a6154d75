//! A batch from beginning to end.

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

use super::crew::{Ended, Worker};
use super::faults::Faults;
use super::find::{FindError, Found, find};
use super::order::{Order, PlanJob};
use super::place::{Place, PlaceError};
use super::prepare::{Preparation, Prepared};
use super::queue::{Group, Planned, Queue, Task};
use super::report::{Digest, ReportError, Run, write_report};
use super::worker::{Answer, Hello, Job};
use super::{Entry, Status};
use crate::networks::{NetworkCache, fingerprint, program_file};
use crate::progress::Progress;
use crate::remark::list_some;
use crate::road::Profile;

/// So many territories are named whose plans are not of this batch.
const STRANGERS_NAMED: usize = 5;

/// So often, and after so long, a worker that could not be started is started again.
const STARTS_AGAIN: usize = 10;
const STARTS_AGAIN_AFTER: Duration = Duration::from_secs(2);

/// After so long the workers of a batch that was killed should have noticed that.
const ORPHANS_GONE_AFTER: Duration = Duration::from_secs(30);

/// What a batch is to do, and with what.
pub struct Batch<'a> {
    /// Territory files, and folders of such.
    pub paths: &'a [PathBuf],
    /// The folder of plans.
    pub out: PathBuf,
    /// What is asked of every territory.
    pub order: Order,
    /// The days to plan where clocks are set to a time zone, at least one.
    pub dates: &'a (dyn Fn(&TimeZone) -> Vec<Date> + Sync),
    /// So many territories at the same time.
    pub jobs: usize,
    /// Plans also what is finished and still the same.
    pub force: bool,
    /// Whether others plan other parts of the same batch into the same folder at the same time: then there is no report.
    pub is_part: bool,
    /// Where road networks are kept.
    pub cache: &'a NetworkCache,
    /// The command of a worker process, which [`work`](super::work)s with the same networks, for so many at the same time.
    pub worker: &'a (dyn Fn(usize) -> io::Result<Command> + Sync),
    /// Becomes true when the batch is to end.
    pub is_to_end: &'a AtomicBool,
}

/// How a batch went.
#[derive(Debug)]
pub struct Ran {
    /// The run itself.
    pub run: Run,
    /// What became of the territories.
    pub digest: Digest,
    /// Why there is no report, if there should be one and is none.
    pub report_error: Option<ReportError>,
}

/// Why nothing was planned.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// There are no territories.
    #[error(transparent)]
    Find(#[from] FindError),
    /// The folder of plans cannot be used.
    #[error(transparent)]
    Place(#[from] PlaceError),
}

/// Plans all territories that are not finished yet, and writes the report of all.
///
/// Whatever happens to one of them is told in its entry and costs no other: files at fault, a full disk, a worker that dies.
///
/// # Errors
/// [`BatchError`] if there is nothing to plan or nowhere to write: then nothing was changed.
pub fn run(batch: &Batch<'_>, progress: &dyn Progress) -> Result<Ran, BatchError> {
    let (started_at, began) = (ZonedDateTime::now(), Instant::now());
    let found = find(batch.paths)?;
    let place = Place::at(batch.out.clone());
    let lock = place.lock(batch.is_part)?;
    if !batch.is_part {
        let failed = |source| PlaceError::Io { path: batch.out.clone(), source };
        place.wait_for_workers(ORPHANS_GONE_AFTER, batch.is_to_end).map_err(failed)?;
        place.sweep();
    }
    let journal = place.journal();
    let (found, prepared) = prepare(batch, &place, found, progress);
    if found.is_empty() {
        let path = batch.paths.first().cloned().unwrap_or_default();
        return Err(FindError::NoTerritories { path }.into());
    }
    let mut night = Night::new(batch, &place, &found);
    let groups = night.sort(prepared);
    let (planned_now, work_s) = size(&groups);
    night.workers = batch.jobs.min(planned_now);
    let queue = Queue::new(groups);
    tracing::info!(
        territories = found.len(),
        to_plan = planned_now,
        jobs = batch.jobs,
        "batch begins"
    );
    progress.begin(&format!("planning {planned_now} territories"), millis(work_s));
    std::thread::scope(|scope| {
        for _ in 0..night.workers {
            scope.spawn(|| night.man(&queue, progress));
        }
    });
    progress.end();
    if !batch.is_part {
        place.sweep();
        night.note_strangers();
    }

    let Tally { told, retried, networks_built, mut notes, finished_before, not_reached } =
        night.tally.into_inner().unwrap_or_else(PoisonError::into_inner);
    notes.sort();
    notes.dedup();
    let entries = || {
        found.iter().map(|Found { id, file, .. }| {
            let noted = || Some(journal.last(id)?.entry);
            told.get(id).cloned().or_else(noted).unwrap_or_else(|| {
                let fault = "what is noted of it cannot be read back; run the batch again";
                let (status, faults) = (Status::Failed, vec![fault.to_owned()]);
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
        interrupted: batch.is_to_end.load(Ordering::Relaxed),
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
    Ok(Ran { run, digest, report_error })
}

/// What is known of each territory, without those files that are travel profiles.
fn prepare(
    batch: &Batch<'_>,
    place: &Place,
    found: Vec<Found>,
    progress: &dyn Progress,
) -> (Vec<Found>, Vec<Looked>) {
    let program = program_file().ok().and_then(|path| fingerprint(&path).ok());
    let preparation = Preparation {
        order: &batch.order,
        dates: batch.dates,
        force: batch.force,
        place,
        cache: batch.cache,
        program_xxh3: &program.unwrap_or_default(),
    };
    progress.begin("looking at territories", found.len() as u64);
    let looked_at: Vec<_> = found
        .into_par_iter()
        .map(|found| {
            let is_to_end = batch.is_to_end.load(Ordering::Relaxed);
            let prepared = (!is_to_end).then(|| preparation.prepare(&found)).transpose();
            progress.advance(1);
            (found, prepared)
        })
        .collect();
    progress.end();
    let canonical = |path: &PathBuf| path.canonicalize().ok();
    let profiles: FxHashSet<PathBuf> = looked_at
        .iter()
        .filter_map(|(_, prepared)| prepared.as_ref().ok()?.as_ref())
        .flat_map(|prepared| prepared.profiles.iter().filter_map(canonical))
        .collect();
    let is_profile = |file: &PathBuf| {
        let is_one = || Profile::parse(&std::fs::read_to_string(file).ok()?).ok();
        canonical(file).is_some_and(|file| profiles.contains(&file)) || is_one().is_some()
    };
    looked_at
        .into_iter()
        .filter(|(found, prepared)| prepared.is_ok() || !is_profile(&found.file))
        .unzip()
}

/// What is known of a territory; `None` if the batch is to end before anybody looked; else its faults.
type Looked = Result<Option<Prepared>, Faults>;

/// How many territories there are, and how much work they are.
fn size(groups: &BTreeMap<String, Group>) -> (usize, f64) {
    let territories = || groups.values().flat_map(|group| &group.territories);
    (territories().count(), territories().map(|territory| territory.work_s).sum())
}

fn millis(work_s: f64) -> u64 {
    (work_s * 1000.0) as u64
}

/// A batch under way.
struct Night<'a> {
    batch: &'a Batch<'a>,
    place: &'a Place,
    /// In the order of the territories.
    found: &'a [Found],
    /// So many at the same time.
    workers: usize,
    tally: Mutex<Tally>,
}

/// What has come out so far.
#[derive(Default)]
struct Tally {
    /// By territory: what is not in the journal.
    told: BTreeMap<String, Entry>,
    retried: Vec<String>,
    networks_built: usize,
    notes: Vec<String>,
    finished_before: usize,
    not_reached: usize,
}

impl<'a> Night<'a> {
    fn new(batch: &'a Batch<'a>, place: &'a Place, found: &'a [Found]) -> Self {
        Self { batch, place, found, workers: 0, tally: Mutex::default() }
    }

    /// Tells of those that cannot be planned, leaves aside those that are finished, and returns the others by the networks
    /// they share.
    fn sort(&self, prepared: Vec<Looked>) -> BTreeMap<String, Group> {
        let mut groups: BTreeMap<String, Group> = BTreeMap::new();
        for (found, prepared) in self.found.iter().zip(prepared) {
            let job = |dates| PlanJob { id: found.id.clone(), file: found.file.clone(), dates };
            match prepared {
                Err(Faults(faults)) => self.failed(&job(Vec::new()), faults),
                Ok(None) => self.tell(&job(Vec::new()), Status::NotReached, Vec::new()),
                Ok(Some(prepared)) if prepared.is_finished => self.tally().finished_before += 1,
                Ok(Some(Prepared { dates, key, networks, map_bytes, work_s, .. })) => {
                    let new = || Group { map_bytes, territories: Vec::new() };
                    let group = groups.entry(networks).or_insert_with(new);
                    group.territories.push(Planned { job: job(dates), key, work_s });
                }
            }
        }
        groups
    }

    /// Hands out work to one worker after the other until there is none left.
    fn man(&self, queue: &Queue, progress: &dyn Progress) {
        let mut worker = None;
        while !self.is_to_end()
            && let Some(task) = queue.next()
        {
            match task {
                Task::Networks { group, as_in } => {
                    self.build(queue, &mut worker, group, as_in, progress);
                }
                Task::Plan(territory) => {
                    self.plan(&mut worker, &territory);
                    progress.advance(millis(territory.work_s));
                }
            }
        }
        if self.is_to_end() {
            // Whoever waits for a network need not wait any longer.
            for territory in queue.clear() {
                self.not_reached(&territory.job);
            }
        }
    }

    fn build(
        &self,
        queue: &Queue,
        worker: &mut Option<Worker>,
        group: String,
        as_in: PlanJob,
        progress: &dyn Progress,
    ) {
        let began = Instant::now();
        let PlanJob { id, file, dates } = as_in;
        match self.ask(worker, &id, &Job::Networks { file, dates }, None) {
            Ok(Answer::Networks { built, notes }) => {
                let seconds = began.elapsed().as_secs_f64();
                tracing::info!(territory = id, built, seconds, "networks are there");
                let mut tally = self.tally();
                tally.networks_built += built;
                tally.notes.extend(notes);
                drop(tally);
                queue.networks_are_there(&group);
            }
            Ok(Answer::NoNetworks { faults, is_the_map: true }) | Err(NotDone::Faults(faults)) => {
                for territory in queue.there_are_no_networks(&group) {
                    self.failed(&territory.job, faults.clone());
                    progress.advance(millis(territory.work_s));
                }
            }
            // Each of them finds out by itself.
            Ok(_) => queue.networks_are_there(&group),
            Err(NotDone::Stopped) => {
                for territory in queue.there_are_no_networks(&group) {
                    self.not_reached(&territory.job);
                }
            }
        }
    }

    fn plan(&self, worker: &mut Option<Worker>, territory: &Planned) {
        let Planned { job, key, .. } = territory;
        let patience = self.batch.order.patience();
        match self.ask(worker, &job.id, &Job::Plan(job.clone()), patience) {
            Ok(Answer::Planned { entry, content_xxh3 }) => {
                let seconds: f64 = entry.seconds.values().sum();
                let visits = entry.figures.map(|figures| figures.visits);
                tracing::info!(territory = job.id, status = ?entry.status, visits, seconds, "planned");
                let noted = self.place.journal().note(key, &content_xxh3, &entry);
                if let Err(error) = noted {
                    tracing::warn!(territory = job.id, %error, "the journal was not written");
                    let mut tally = self.tally();
                    tally.notes.push(format!(
                        "The journal could not be written ({error}): what it lacks is planned again next time."
                    ));
                    tally.told.insert(job.id.clone(), *entry);
                }
            }
            Ok(Answer::Failed { faults } | Answer::NoNetworks { faults, .. }) => {
                self.failed(job, faults);
            }
            Ok(Answer::Networks { .. }) => {
                self.failed(job, vec!["its worker answered another question".to_owned()]);
            }
            Err(NotDone::Faults(faults)) => self.failed(job, faults),
            Err(NotDone::Stopped) => self.not_reached(job),
        }
    }

    /// Has a worker do `job`, and a second one if the first dies by chance; starts one where there is none.
    fn ask(
        &self,
        worker: &mut Option<Worker>,
        id: &str,
        job: &Job,
        patience: Option<Duration>,
    ) -> Result<Answer, NotDone> {
        let hello = Hello { order: self.batch.order.clone(), out: self.batch.out.clone() };
        let fault = |what: String| Err(NotDone::Faults(vec![what]));
        let mut is_second = false;
        loop {
            let at_work = match worker.take() {
                Some(worker) => Ok(worker),
                None => self.start(&hello),
            };
            let mut at_work = match at_work {
                Ok(worker) => worker,
                Err(_) if self.is_to_end() => return Err(NotDone::Stopped),
                Err(error) => return fault(format!("no process could be started for it: {error}")),
            };
            match at_work.ask(job, patience, self.batch.is_to_end) {
                Ended::Answered(answer) => {
                    *worker = Some(at_work);
                    return Ok(answer);
                }
                Ended::Stopped => return Err(NotDone::Stopped),
                Ended::TookTooLong(patience) => {
                    return fault(format!(
                        "it was given up after {} s, long past the time limit; give it more with --time-limit, or divide it",
                        patience.as_secs()
                    ));
                }
                Ended::Died { how, is_chance } => {
                    if self.is_to_end() {
                        return Err(NotDone::Stopped);
                    }
                    tracing::warn!(territory = id, how, "a worker died");
                    if is_chance && !is_second {
                        is_second = true;
                        self.tally().retried.push(id.to_owned());
                        continue;
                    }
                    let which = if is_second {
                        "its process died twice; the second"
                    } else {
                        "its process"
                    };
                    return fault(format!("{which} {how}"));
                }
            }
        }
    }

    /// Starts a worker; where the system has no room for one, tries again for a while.
    fn start(&self, hello: &Hello) -> io::Result<Worker> {
        let start =
            || (self.batch.worker)(self.workers).and_then(|command| Worker::start(command, hello));
        for _ in 0..STARTS_AGAIN {
            match start() {
                Err(_) if !self.is_to_end() => std::thread::sleep(STARTS_AGAIN_AFTER),
                started => return started,
            }
        }
        start()
    }

    fn failed(&self, job: &PlanJob, faults: Vec<String>) {
        tracing::warn!(territory = job.id, faults = faults.join("\n"), "failed");
        self.tell(job, Status::Failed, faults);
    }

    fn not_reached(&self, job: &PlanJob) {
        self.tally().not_reached += 1;
        self.tell(job, Status::NotReached, Vec::new());
    }

    fn tell(&self, job: &PlanJob, status: Status, faults: Vec<String>) {
        let entry =
            Entry::without_plan(job.id.clone(), &job.file, status, job.dates.clone(), faults);
        self.tally().told.insert(job.id.clone(), entry);
    }

    /// Notes that the folder has plans of territories that are not in this batch: nobody renews them.
    fn note_strangers(&self) {
        let known: FxHashSet<&String> = self.found.iter().map(|found| &found.id).collect();
        let mut strangers = self.place.journal().ids();
        strangers.retain(|id| !known.contains(id) && self.place.plan(id).is_dir());
        if !strangers.is_empty() {
            self.tally().notes.push(format!(
                "Of territories that were not in this batch, {} still has older plans: {}.",
                self.place.folder().display(),
                list_some(&strangers, STRANGERS_NAMED)
            ));
        }
    }

    fn is_to_end(&self) -> bool {
        self.batch.is_to_end.load(Ordering::Relaxed)
    }

    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a job was not done.
enum NotDone {
    Faults(Vec<String>),
    Stopped,
}
