//! Reads the files of public instances: what they ask, and the best value known for each.

use std::path::Path;

use anyhow::{Context, Result};
use beatplan::solver::{
    Offer, PlaceId, Shift, ShiftId, TimeWindow, TravelSlot, TravelTimes, Visit, VisitProblem,
};
use beatplan::units::{Prize, Seconds};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A row of `best_known.csv`: an instance with a number of tours.
#[derive(Debug, Deserialize)]
pub(crate) struct Known {
    pub(crate) instance: String,
    pub(crate) tours: u32,
    pub(crate) best_known: u64,
    kind: String,
}

impl Known {
    /// Returns `true` if the value is proven to be the best possible.
    pub(crate) fn is_proven(&self) -> bool {
        self.kind == "proven"
    }
}

/// All rows of `best_known.csv`.
pub(crate) fn best_known(folder: &Path) -> Result<Vec<Known>> {
    rows(&folder.join("best_known.csv"))
}

/// All rows of a table with a header.
pub(crate) fn rows<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>> {
    let mut reader = csv::Reader::from_path(path).with_context(|| path.display().to_string())?;
    reader.deserialize().collect::<Result<_, _>>().with_context(|| path.display().to_string())
}

/// Reads one instance; times are scaled to whole numbers and distances rounded down, as the published values ask for.
pub(crate) fn read(folder: &Path, name: &str, tours: u32) -> Result<VisitProblem> {
    let path = folder.join("instances").join(format!("{name}.txt"));
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let rows: Vec<Vec<f64>> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.split_whitespace().map(|word| Ok(word.parse()?)).collect())
        .collect::<Result<_>>()?;
    let places = rows[0][2] as usize + 1;
    let points = &rows[2..2 + places];
    let scale: u32 = if name.starts_with("pr") { 100 } else { 10 };
    let time = |value: f64| Seconds((value * f64::from(scale)).round() as u32);
    let window =
        |row: &[f64]| TimeWindow { start: time(row[row.len() - 2]), end: time(row[row.len() - 1]) };
    let travel = TravelTimes::new(places, |from, to| {
        let thousandths = |value: f64| (value * 1000.0).round() as i64;
        let (a, b) = (&points[from.0 as usize], &points[to.0 as usize]);
        let (x, y) = (thousandths(a[1]) - thousandths(b[1]), thousandths(a[2]) - thousandths(b[2]));
        let squared = (x * x + y * y) as u64 * u64::from(scale * scale) / 1_000_000;
        Some(Seconds(squared.isqrt() as u32))
    });
    let shifts = (0..tours).map(|_| Shift {
        day: 0,
        travel: TravelSlot::all_day(0),
        start_place: PlaceId(0),
        end_place: PlaceId(0),
        window: window(&points[0]),
        required_break: None,
        visits_max: u32::MAX,
        travel_max: None,
    });
    let visits = (1..places).map(|at| Visit {
        place: PlaceId(at as u32),
        mandatory: false,
        earliness: None,
        offers: (0..tours)
            .map(|shift| Offer {
                shift: ShiftId(shift),
                prize: Prize(points[at][4] as u32),
                duration: time(points[at][3]),
                windows: vec![window(&points[at])],
            })
            .collect(),
    });
    Ok(VisitProblem::new(vec![travel], shifts.collect(), visits.collect(), Prize(0))?)
}
