//! Prepares a territory before it is planned: finds its days, the fingerprint of its inputs, the
//! road networks that it needs, and an estimate of the work. Reads neither lists nor maps.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use xxhash_rust::xxh3::Xxh3;

use super::batch_folder::BatchFolder;
use super::faults::Faults;
use super::find::FoundTerritory;
use super::journal::{Record, files_xxh3};
use super::settings::BatchSettings;
use crate::networks::NetworkCache;
use crate::plan_files::EarlierPlan;
use crate::road::Profile;
use crate::territory::Territory;

/// A territory that is ready to be planned.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) dates: Vec<Date>,
    /// Fingerprint of everything that decides the plan of the territory.
    pub(super) key: String,
    /// True if an earlier run planned the territory from the same inputs and its plan is unchanged.
    pub(super) is_finished: bool,
    /// Text that identifies the map and the travel modes. Territories with equal texts use the same
    /// road networks.
    pub(super) networks: String,
    /// Size of the map, in bytes.
    pub(super) map_bytes: u64,
    /// Estimated work, in seconds of one thread.
    pub(super) work_s: f64,
    /// Paths of the files with travel profiles.
    pub(super) profiles: Vec<PathBuf>,
}

/// Settings that apply to all territories of a batch.
pub(super) struct Preparation<'a> {
    pub(super) settings: &'a BatchSettings,
    /// Function that returns the days to plan in a time zone.
    pub(super) dates: &'a (dyn Fn(&TimeZone) -> Vec<Date> + Sync),
    /// True if territories that are finished are planned again.
    pub(super) force: bool,
    pub(super) folder: &'a BatchFolder,
    pub(super) cache: &'a NetworkCache,
    pub(super) program_xxh3: &'a str,
}

impl Preparation<'_> {
    /// Prepares the territory `found`. Returns its faults if it has any.
    pub(super) fn prepare(&self, found: &FoundTerritory) -> Result<Prepared, Faults> {
        if let Some(fault) = &found.fault {
            return Err(Faults::one(fault.clone()));
        }
        if found.file.to_str().is_none() {
            let path = found.file.display();
            let fault = format!("{path}: the name is not valid UTF-8; rename the file");
            return Err(Faults::one(fault));
        }
        let territory = Territory::read(&found.file)?;
        let dates = (self.dates)(&territory.timezone);
        let profiles: Vec<PathBuf> = territory
            .reps
            .iter()
            .filter(|rep| Profile::built_in(&rep.mode).is_none())
            .map(|rep| territory.folder.join(&rep.mode))
            .collect();
        let networks = self.networks(&territory, &profiles);
        let key = self.key(found, &territory, &dates, &networks);
        let size = |path: &Path| path.metadata().map_or(0, |metadata| metadata.len());
        let lists_bytes = territory.prospects.iter().map(|source| size(&source.file)).sum();
        let days = territory.reps.len() * dates.len();
        let last = self.folder.journal().last(&found.id);
        let is_unchanged =
            |record: &Record| record.is_unchanged(&key, &self.folder.plan(&found.id));
        let is_finished = !self.force && last.as_ref().is_some_and(is_unchanged);
        let work_s = last.map_or_else(
            || expected_s(lists_bytes, days),
            |record| record.entry.seconds.values().sum(),
        );
        let map_bytes = size(&territory.osm);
        Ok(Prepared { dates, key, is_finished, networks, map_bytes, work_s, profiles })
    }

    fn networks(&self, territory: &Territory, profiles: &[PathBuf]) -> String {
        let mut modes: Vec<&str> = territory.reps.iter().map(|rep| rep.mode.as_str()).collect();
        modes.sort_unstable();
        modes.dedup();
        let profiles: Vec<String> = profiles.iter().map(|path| self.content(path)).collect();
        let map = self.content(&territory.osm);
        let speeds = &territory.speeds;
        format!("{} {map} {modes:?} {profiles:?} {speeds:?}", territory.osm.display())
    }

    fn key(
        &self,
        found: &FoundTerritory,
        territory: &Territory,
        dates: &[Date],
        networks: &str,
    ) -> String {
        let mut hash = Xxh3::new();
        let mut add = |text: &str| {
            hash.update(&(text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        };
        add(self.program_xxh3);
        add(&format!("{:?} {dates:?}", self.settings));
        add(&found.file.to_string_lossy());
        add(territory.timezone.iana_name().unwrap_or_default());
        add(&self.content(&found.file));
        add(networks);
        for file in territory.input_files() {
            add(&self.content(file));
        }
        if let Some(before) =
            self.folder.plan_before(&found.id, dates[0]).filter(|_| self.settings.keep)
        {
            let compared = EarlierPlan::FILES.map(|file| before.join(file));
            add(&files_xxh3(&compared).unwrap_or_default());
        }
        format!("{:016x}", hash.digest())
    }

    /// Returns the fingerprint of the file `path`. Returns an empty text if the file cannot be
    /// read; the fault is reported when the file is needed.
    fn content(&self, path: &Path) -> String {
        self.cache.fingerprint(path).unwrap_or_default()
    }
}

/// Estimates the time for the first plan of a territory, in seconds. The estimate was measured with
/// lists of about 100 bytes for each outlet.
fn expected_s(lists_bytes: u64, days: usize) -> f64 {
    0.2 + 0.3 * days as f64 + lists_bytes as f64 * 10e-6
}
