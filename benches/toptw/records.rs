//! The best plans known: those of the instances' table, and those found by this program, kept in `records.csv`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use beatplan::solver::{ShiftId, Solution, Tour, Tours, VisitId, check};
use serde::{Deserialize, Serialize};

use crate::Run;
use crate::instance::{self, Known, best_known, rows};

/// An instance with a number of tours.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    pub(crate) instance: String,
    pub(crate) tours: u32,
    /// The best value known.
    pub(crate) best: u64,
    /// True if this value is proven to be the best possible.
    pub(crate) proven: bool,
}

/// A row of `records.csv`: better than the instances' table.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Record {
    instance: String,
    tours: u32,
    profit: u64,
    /// Best value in the table of the instances.
    before: u64,
    /// The numbers of the customers, tours apart by `|`.
    visits: String,
}

/// See the module.
pub(crate) struct Records {
    folder: PathBuf,
    known: Vec<Known>,
    better: BTreeMap<(String, u32), Record>,
}

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/toptw/records.csv")
}

impl Records {
    /// Reads both tables, and checks every record of ours against its instance.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let known = best_known(folder)?;
        let mut better = BTreeMap::new();
        for record in rows::<Record>(&path())? {
            if known.iter().any(|k| k.instance == record.instance && k.tours == record.tours) {
                record.check(folder)?;
                better.insert((record.instance.clone(), record.tours), record);
            }
        }
        Ok(Self { folder: folder.to_owned(), known, better })
    }

    /// The cells that are asked for, in the order of the table.
    pub(crate) fn cells(&self, wanted: &str) -> Result<Vec<Cell>> {
        #[derive(Deserialize)]
        struct Peer {
            instance: String,
            tours: u32,
        }
        let wanted: Option<BTreeSet<(String, u32)>> = match wanted {
            "all" => None,
            "peers" => {
                let peers: Vec<Peer> = rows(&self.folder.join("peers.csv"))?;
                Some(peers.into_iter().map(|p| (p.instance, p.tours)).collect())
            }
            list => {
                let cell = |cell: &str| {
                    let (name, tours) = cell.split_once(':')?;
                    Some((name.to_owned(), tours.parse().ok()?))
                };
                let cells = list
                    .split(',')
                    .map(|c| cell(c).with_context(|| format!("\"{c}\" is no NAME:TOURS")));
                Some(cells.collect::<Result<_>>()?)
            }
        };
        let cells = self.known.iter().map(|known| {
            let id = (known.instance.clone(), known.tours);
            let own = self.better.get(&id).map_or(0, |record| record.profit);
            Cell {
                instance: id.0,
                tours: id.1,
                best: known.best_known.max(own),
                proven: known.is_proven(),
            }
        });
        let is_wanted =
            |c: &Cell| wanted.as_ref().is_none_or(|w| w.contains(&(c.instance.clone(), c.tours)));
        let cells: Vec<Cell> = cells.filter(is_wanted).collect();
        if let Some(wanted) = wanted
            && cells.len() < wanted.len()
        {
            bail!("{} of the cells are not in best_known.csv", wanted.len() - cells.len());
        }
        Ok(cells)
    }

    /// Writes those of `runs` down that are better than all before, in `records.csv`.
    pub(crate) fn keep(&mut self, runs: &[Run]) -> Result<()> {
        for run in runs {
            let id = (run.instance.clone(), run.tours_max);
            let before = self.known.iter().find(|k| k.instance == id.0 && k.tours == id.1);
            let before = before.context("every run is of a known cell")?.best_known;
            let best = self.better.get(&id).map_or(before, |record| record.profit);
            if run.profit > best {
                let tour =
                    |tour: &Vec<u32>| tour.iter().map(u32::to_string).collect::<Vec<_>>().join(" ");
                let visits = run.tours.iter().map(tour).collect::<Vec<_>>().join("|");
                let (instance, tours) = id.clone();
                let record = Record { instance, tours, profit: run.profit, before, visits };
                record.check(&self.folder)?;
                self.better.insert(id, record);
            }
        }
        let mut writer = csv::Writer::from_path(path())?;
        for record in self.better.values() {
            writer.serialize(record)?;
        }
        writer.flush()?;
        println!("{} of {} cells improved", self.better.len(), self.known.len());
        Ok(())
    }
}

impl Record {
    /// Returns `true` if the tours keep all rules and have the stated profit.
    fn check(&self, folder: &Path) -> Result<()> {
        let problem = instance::read(folder, &self.instance, self.tours)?;
        let visits = |tour: &str| -> Result<Vec<VisitId>> {
            let number = |word: &str| Ok(VisitId(word.parse::<u32>()?.wrapping_sub(1)));
            tour.split_whitespace().map(number).collect()
        };
        let mut tours = Tours::empty(&problem);
        for (shift, tour) in self.visits.split('|').enumerate() {
            let place = tours.0.get_mut(shift).context("a record has too many tours")?;
            *place = Tour { visits: visits(tour)?, ..Tour::empty(ShiftId(shift as u32)) };
        }
        let solution = Solution::of(&problem, tours);
        let violations = check(&problem, &solution);
        let name = format!("the record of {} with {} tours", self.instance, self.tours);
        ensure!(violations.is_empty(), "{name} breaks a rule: {violations:?}");
        ensure!(solution.prize == self.profit, "{name} is worth {}", solution.prize);
        Ok(())
    }
}
