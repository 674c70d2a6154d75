//! Provides the road networks of a territory: one network for each travel mode. A mode with rush
//! hours has one network for each set of speeds.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;
mod cache;
mod error;
mod fingerprint;

pub use cache::{NetworkCache, program_file};
pub use error::NetworkError;
pub use fingerprint::fingerprint;

use crate::osm::{self, Extract};
use crate::progress::Progress;
use crate::remark::{Remark, RemarkCode};
use crate::road::{BuildOptions, Period, Profile, RoadNetwork, RushPreset, SpeedSettings};
use crate::territory::{Rep, Territory};
use crate::units::Seconds;

/// The networks of all travel modes of a territory, and the map they were built from.
pub struct Networks {
    /// Networks of each mode, by the name that the territory uses for the mode.
    pub by_mode: BTreeMap<String, ModeNetworks>,
    /// Fingerprint (XXH3, 64 bit, hexadecimal) of the map file, which is an extract or a network
    /// file.
    pub source_xxh3: String,
    /// Remarks on objects of the map that were left out or could not be judged.
    pub remarks: Vec<Remark>,
    /// Notes on networks that could not be stored in the cache. This does not affect the plan.
    pub not_kept: Vec<String>,
    /// Number of networks that were built because the cache did not have them. This does not affect
    /// the plan.
    pub built: usize,
}

/// Networks of one travel mode. They have the same roads and stretches, and the speeds of different
/// hours.
///
/// A [`Snap`](crate::road::Snap) to one of them is valid for all of them.
pub struct ModeNetworks {
    metrics: Vec<Arc<RoadNetwork>>,
    days: BTreeMap<Date, Vec<Slot>>,
}

/// A part of the day in which one network applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slot {
    /// Time of day at which the slot begins. It lasts until the next slot begins.
    pub(crate) from: Seconds,
    /// Index of the network that applies.
    pub(crate) metric: usize,
}

impl Networks {
    /// Joins the networks of all modes. A remark that several networks have is reported once.
    fn new(
        by_mode: BTreeMap<String, ModeNetworks>,
        source_xxh3: String,
        not_kept: Vec<String>,
        built: usize,
        speeds: &SpeedSettings,
    ) -> Self {
        let mut remarks: Vec<Remark> = speeds.rush_hours.map(rush_remark).into_iter().collect();
        // All networks of a mode have the same turns and the same remarks.
        for remark in by_mode.values().flat_map(|mode| &mode.any().info().remarks) {
            if !remarks.contains(remark) {
                remarks.push(remark.clone());
            }
        }
        Self { by_mode, source_xxh3, remarks, not_kept, built }
    }

    /// Returns the network of a mode at the time when its first rep leaves home, on `date` or on
    /// the next day that has networks.
    pub(crate) fn setting_out(
        &self,
        territory: &Territory,
        mode: &str,
        date: Date,
    ) -> &RoadNetwork {
        let starts =
            territory.reps.iter().filter(|rep| rep.mode == mode).map(|rep| rep.shift.start);
        self.of(mode).at_or_after(date, starts.min().unwrap_or(Seconds::ZERO))
    }

    /// Returns the networks of `mode`, which must be a mode of the territory for which they were
    /// made.
    pub(crate) fn of(&self, mode: &str) -> &ModeNetworks {
        self.by_mode.get(mode).expect("every mode of the territory has a network")
    }
}

impl ModeNetworks {
    /// Returns any of the networks, for questions that do not depend on speeds. A mode without rush
    /// hours has only one.
    pub fn any(&self) -> &RoadNetwork {
        &self.metrics[0]
    }

    /// Returns the network at `time` on `date` or on the next day that has networks. If there is no
    /// such day, returns any of the networks.
    fn at_or_after(&self, date: Date, time: Seconds) -> &RoadNetwork {
        let day = self.days.range(date..).next();
        day.map_or(self.any(), |(day, _)| self.at(*day, time))
    }

    /// Returns `true` if networks exist for `date`, because a rep of this mode works then.
    pub(crate) fn is_for(&self, date: Date) -> bool {
        self.days.contains_key(&date)
    }

    /// Returns all networks of the mode; there is at least one. [`at`](Self::at) returns the
    /// network of a given hour.
    pub fn metrics(&self) -> &[Arc<RoadNetwork>] {
        &self.metrics
    }

    /// Returns the slots of a day on which a rep of this mode works. The first slot begins at
    /// midnight.
    pub(crate) fn slots(&self, date: Date) -> &[Slot] {
        &self.days[&date]
    }

    /// Returns the network with the speeds at `time` on `date`.
    ///
    /// # Panics
    /// No rep of this mode works on `date`, or the networks were not made for this date.
    pub fn at(&self, date: Date, time: Seconds) -> &RoadNetwork {
        &self.metrics[self.metric_at(date, time)]
    }

    /// Returns the index of the network at a time of a day on which a rep of this mode works.
    pub(crate) fn metric_at(&self, date: Date, time: Seconds) -> usize {
        let slot = self.slots(date).iter().rfind(|slot| slot.from <= time);
        slot.expect("the first slot begins at midnight").metric
    }
}

/// The networks that a mode needs: a profile for each set of speeds, and the slots of each day.
struct Needed {
    profile: Profile,
    metrics: Vec<Profile>,
    days: BTreeMap<Date, Vec<Slot>>,
}

impl Needed {
    fn new(territory: &Territory, mode: &str, dates: &[Date]) -> Result<Self, NetworkError> {
        let profile = profile(mode, &territory.folder)?.with_settings(&territory.speeds);
        let mut metrics: Vec<Profile> = Vec::new();
        let mut days = BTreeMap::new();
        for Period { date, from, to, .. } in periods(territory, dates, |rep| rep.mode == mode) {
            let slots = profile.slots(date, from, to).into_iter().map(|slot| {
                let known = metrics.iter().position(|metric| *metric == slot.profile);
                let metric = known.unwrap_or_else(|| {
                    metrics.push(slot.profile);
                    metrics.len() - 1
                });
                Slot { from: slot.from, metric }
            });
            days.insert(date, slots.collect());
        }
        if metrics.is_empty() {
            metrics.push(profile.usual());
        }
        Ok(Self { profile, metrics, days })
    }
}

/// Returns the networks for all reps of `territory` during their shifts on `dates`.
///
/// Takes the networks from `cache`; those that are not there are built from the map of the
/// territory and stored in `cache`. The networks are the same in both cases.
///
/// # Errors
/// [`NetworkError`], which names the file with the fault.
pub fn networks(
    territory: &Territory,
    dates: &[Date],
    cache: &NetworkCache,
    progress: &dyn Progress,
) -> Result<Networks, NetworkError> {
    let _stage = tracing::info_span!("networks").entered();
    let path = &territory.osm;
    let modes: BTreeMap<String, Needed> = territory
        .reps
        .iter()
        .map(|rep| Ok((rep.mode.clone(), Needed::new(territory, &rep.mode, dates)?)))
        .collect::<Result<_, NetworkError>>()?;
    let source_xxh3 = cache.fingerprint(path)?;
    if RoadNetwork::is_network_file(path) {
        let mut by_mode = BTreeMap::new();
        for (wanted, needed) in modes {
            let network = cache.load(path, &source_xxh3)?;
            let built_for = &network.info().profile;
            let Profile { region, rush_hours, .. } = &needed.profile;
            let (wanted_region, rush_hours) = (region.clone(), rush_hours.clone());
            let alike = Profile { region: wanted_region.clone(), rush_hours, ..built_for.clone() };
            if alike != needed.profile {
                let found = built_for.name.clone();
                return Err(NetworkError::OtherMode { path: path.clone(), found, wanted });
            }
            if built_for.region != wanted_region {
                return Err(NetworkError::OtherRegion {
                    path: path.clone(),
                    found: built_for.region.clone(),
                    wanted: wanted_region,
                });
            }
            if needed.metrics != [needed.profile.usual()] {
                return Err(NetworkError::NoRushHours { path: path.clone(), mode: wanted });
            }
            by_mode.insert(wanted, ModeNetworks { metrics: vec![network], days: needed.days });
        }
        return Ok(Networks::new(by_mode, source_xxh3, Vec::new(), 0, &territory.speeds));
    }
    let mut source = Source {
        path,
        options: BuildOptions {
            periods: periods(territory, dates, |_| true),
            extract: file_name(path),
            extract_xxh3: source_xxh3.clone(),
        },
        extract: None,
        not_kept: Vec::new(),
        built: 0,
    };
    let mut by_mode = BTreeMap::new();
    for (mode, needed) in modes {
        let network = |profile| source.network(profile, cache, progress);
        let metrics = needed.metrics.iter().map(network).collect::<Result<_, _>>()?;
        by_mode.insert(mode, ModeNetworks { metrics, days: needed.days });
    }
    Ok(Networks::new(by_mode, source_xxh3, source.not_kept, source.built, &territory.speeds))
}

/// Returns the network of the extract `path` for `profile` during `periods`. It is taken from
/// `cache`, or built and stored there.
///
/// Without `periods`, turn restrictions with conditions apply at all times, and the strictest value
/// of each conditional tag applies.
///
/// # Errors
/// [`NetworkError`] if the extract cannot be read.
pub fn network_of_extract(
    path: &Path,
    profile: &Profile,
    periods: Vec<Period>,
    cache: &NetworkCache,
    progress: &dyn Progress,
) -> Result<Arc<RoadNetwork>, NetworkError> {
    let options =
        BuildOptions { periods, extract: file_name(path), extract_xxh3: cache.fingerprint(path)? };
    Source { path, options, extract: None, not_kept: Vec::new(), built: 0 }
        .network(profile, cache, progress)
}

/// An extract, which is read only if the cache lacks a network.
struct Source<'a> {
    path: &'a Path,
    options: BuildOptions,
    extract: Option<Extract>,
    not_kept: Vec<String>,
    built: usize,
}

impl Source<'_> {
    fn network(
        &mut self,
        profile: &Profile,
        cache: &NetworkCache,
        progress: &dyn Progress,
    ) -> Result<Arc<RoadNetwork>, NetworkError> {
        let options = &self.options;
        if let Some(network) = cache.find(&options.extract_xxh3, profile, &options.periods) {
            return Ok(network);
        }
        // If several runs need the network at the same time, only one of them builds it.
        progress.begin("waiting for a road network", 0);
        let _turn = cache.wait_to_build(&options.extract_xxh3, profile);
        progress.end();
        if let Some(network) = cache.find(&options.extract_xxh3, profile, &options.periods) {
            return Ok(network);
        }
        let extract = match &mut self.extract {
            Some(extract) => extract,
            none => none.insert(osm::read(self.path, progress)?),
        };
        progress.begin("building the road network", 0);
        let network = RoadNetwork::build(extract, profile, options);
        // A prepared network may choose another one of several paths that are equally short.
        // Therefore, every run prepares the network.
        network.prepare();
        let network = Arc::new(network);
        self.built += 1;
        if let Err(error) = cache.keep(&network) {
            let why = std::error::Error::source(&error).map_or(String::new(), |e| format!(": {e}"));
            self.not_kept
                .push(format!("the road network could not be kept for next time: {error}{why}"));
        }
        progress.end();
        Ok(network)
    }
}

/// Returns the built-in profile with the name `mode`, or the profile in the file `mode`, whose path
/// is relative to `folder`.
///
/// # Errors
/// [`NetworkError::UnknownMode`] if neither exists, [`NetworkError::Profile`] if the file has a
/// fault.
pub fn profile(mode: &str, folder: &Path) -> Result<Profile, NetworkError> {
    if let Some(profile) = Profile::built_in(mode) {
        return Ok(profile);
    }
    if !mode.ends_with(".toml") {
        let known = Profile::names().collect::<Vec<_>>().join(", ");
        return Err(NetworkError::UnknownMode { mode: mode.to_owned(), known });
    }
    let path = folder.join(mode);
    let text = std::fs::read_to_string(&path)
        .map_err(|source| NetworkError::Io { path: path.clone(), source })?;
    Profile::parse(&text).map_err(|source| NetworkError::Profile { path, source })
}

/// Says that the plan has the rush hours of a size of town.
fn rush_remark(preset: RushPreset) -> Remark {
    Remark::new(RemarkCode::RushHours, format!("travel times include the {preset}"))
}

/// Returns the file name at the end of a path, as text.
pub fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// Returns the time from the earliest start to the latest end of the shifts on each day.
fn periods(territory: &Territory, dates: &[Date], is_meant: impl Fn(&Rep) -> bool) -> Vec<Period> {
    let period = |date: &Date| {
        let reps = || territory.reps_working_on(*date).map(|(_, rep)| rep);
        let shifts = || reps().filter(|rep| is_meant(rep)).map(|rep| rep.shift);
        let from = shifts().map(|s| s.start).min()?;
        let to = shifts().map(|s| s.end).max()?;
        let is_holiday = territory.calendar.is_holiday(*date);
        Some(Period { date: *date, from, to, is_holiday })
    };
    dates.iter().filter_map(period).collect()
}
