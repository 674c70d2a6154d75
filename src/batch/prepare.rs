//! What a batch knows of a territory before it is planned: its days, the fingerprint of all that goes into its plan and
//! whether that is finished, the networks it needs, and about how long it takes.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use xxhash_rust::xxh3::Xxh3;

use super::faults::Faults;
use super::find::Found;
use super::journal::{Record, files_xxh3};
use super::order::Order;
use super::place::Place;
use crate::networks::NetworkCache;
use crate::plan_files::EarlierPlan;
use crate::road::Profile;
use crate::territory::Territory;

/// A territory that can be planned, as far as that is known without reading its lists and its map.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) dates: Vec<Date>,
    /// Fingerprint of all that goes into its plan.
    pub(super) key: String,
    /// Whether an earlier run planned it from just that, and its plan is as it was.
    pub(super) is_finished: bool,
    /// Which map as which travel modes see it: the same for all that can share networks.
    pub(super) networks: String,
    /// How large the map is, in bytes.
    pub(super) map_bytes: u64,
    /// About how much work the plan is, in seconds of one thread.
    pub(super) work_s: f64,
    /// Travel profiles that are files.
    pub(super) profiles: Vec<PathBuf>,
}

/// What all territories of a batch have in common.
pub(super) struct Preparation<'a> {
    pub(super) order: &'a Order,
    /// The days to plan where clocks are set to a time zone.
    pub(super) dates: &'a (dyn Fn(&TimeZone) -> Vec<Date> + Sync),
    /// Whether what is finished is planned again.
    pub(super) force: bool,
    pub(super) place: &'a Place,
    pub(super) cache: &'a NetworkCache,
    pub(super) program_xxh3: &'a str,
}

impl Preparation<'_> {
    /// What is known of the territory `found`; else its faults, one a line.
    pub(super) fn prepare(&self, found: &Found) -> Result<Prepared, Faults> {
        if let Some(fault) = &found.fault {
            return Err(Faults::one(fault.clone()));
        }
        if found.file.to_str().is_none() {
            let path = found.file.display();
            let fault = format!("{path}: its name is no UTF-8; give the file another name");
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
        let last = self.place.journal().last(&found.id);
        let is_still = |record: &Record| record.is_still(&key, &self.place.plan(&found.id));
        let is_finished = !self.force && last.as_ref().is_some_and(is_still);
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
        format!("{} {map} {modes:?} {profiles:?}", territory.osm.display())
    }

    fn key(&self, found: &Found, territory: &Territory, dates: &[Date], networks: &str) -> String {
        let mut hash = Xxh3::new();
        let mut add = |text: &str| {
            hash.update(&(text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        };
        add(self.program_xxh3);
        add(&format!("{:?} {dates:?}", self.order));
        add(&found.file.to_string_lossy());
        add(territory.timezone.iana_name().unwrap_or_default());
        add(&self.content(&found.file));
        add(networks);
        for file in territory.input_files() {
            add(&self.content(file));
        }
        if let Some(before) = self.place.before(&found.id, dates[0]).filter(|_| self.order.keep) {
            let compared = EarlierPlan::FILES.map(|file| before.join(file));
            add(&files_xxh3(&compared).unwrap_or_default());
        }
        format!("{:016x}", hash.digest())
    }

    /// Fingerprint of a file; what cannot be read has none, and is told when it is needed.
    fn content(&self, path: &Path) -> String {
        self.cache.fingerprint(path).unwrap_or_default()
    }
}

/// About how long a plan takes where nobody has planned the territory before: measured on outlets at a hundred bytes a row.
fn expected_s(lists_bytes: u64, days: usize) -> f64 {
    0.2 + 0.3 * days as f64 + lists_bytes as f64 * 10e-6
}
