//! A grid of samples over the reached roads; each sample is inside or outside of the area.

use crate::lonlat::{LonLat, PointE7, Ruler};

/// Maximum number of samples; larger areas get larger steps.
const SAMPLES_MAX: u64 = 1 << 24;

/// Unit of steps and origin in ten-millionths of a degree. Corners of outlines are halfway between
/// samples and therefore have six decimals.
const GRAIN_E7: i64 = 20;

#[derive(Debug, Clone, Copy)]
pub(super) struct Grid {
    origin: PointE7,
    /// Steps in longitude and latitude, in ten-millionths of a degree.
    step: [i64; 2],
    pub(super) columns: usize,
    pub(super) rows: usize,
    /// Distance from a road up to which samples are inside.
    width_m: f64,
}

impl Grid {
    /// Places samples about `step_m` apart around `points`, with a margin above `width_m`.
    pub(super) fn around(points: impl Iterator<Item = LonLat>, width_m: f64, step_m: f64) -> Self {
        let (mut low, mut high) = ([i64::MAX; 2], [i64::MIN; 2]);
        for point in points {
            let at = PointE7::from(point);
            for (axis, e7) in [at.lon_e7, at.lat_e7].into_iter().enumerate() {
                low[axis] = low[axis].min(e7.into());
                high[axis] = high[axis].max(e7.into());
            }
        }
        if low[0] > high[0] {
            (low, high) = ([0; 2], [0; 2]);
        }
        // At the latitude with the shortest degrees, steps and margins fit all other latitudes.
        let ruler = Ruler::at(low[1].abs().max(high[1].abs()) as f64 / 1e7);
        let degree_m = [ruler.lon_m, ruler.lat_m];
        let (mut width_m, mut step_m) = (width_m, step_m);
        loop {
            let grains = |m: f64, axis: usize| (m / degree_m[axis] * 1e7 / GRAIN_E7 as f64) as i64;
            let step = [0, 1].map(|axis| grains(step_m, axis).max(1) * GRAIN_E7);
            let margin = [0, 1].map(|axis| (grains(width_m, axis) + 1) * GRAIN_E7 + 2 * step[axis]);
            let start =
                [0, 1].map(|axis| (low[axis] - margin[axis]).div_euclid(GRAIN_E7) * GRAIN_E7);
            let counts = [0, 1]
                .map(|axis| ((high[axis] + margin[axis] - start[axis]) / step[axis] + 1) as u64);
            if counts[0] * counts[1] <= SAMPLES_MAX {
                return Self {
                    origin: PointE7 { lon_e7: start[0] as i32, lat_e7: start[1] as i32 },
                    step,
                    columns: counts[0] as usize,
                    rows: counts[1] as usize,
                    width_m,
                };
            }
            step_m *= 2.0;
            width_m = width_m.max(2.0 * step_m);
        }
    }

    /// Returns the position at `halves`: column and row in half steps.
    pub(super) fn position(&self, halves: [i64; 2]) -> LonLat {
        let [lon_e7, lat_e7] = [
            i64::from(self.origin.lon_e7) + halves[0] * self.step[0] / 2,
            i64::from(self.origin.lat_e7) + halves[1] * self.step[1] / 2,
        ];
        LonLat { lon: lon_e7 as f64 / 1e7, lat: lat_e7 as f64 / 1e7 }
    }

    fn latitude(&self, row: f64) -> f64 {
        (f64::from(self.origin.lat_e7) + row * self.step[1] as f64) / 1e7
    }

    fn place(&self, at: LonLat) -> [f64; 2] {
        [
            (at.lon * 1e7 - f64::from(self.origin.lon_e7)) / self.step[0] as f64,
            (at.lat * 1e7 - f64::from(self.origin.lat_e7)) / self.step[1] as f64,
        ]
    }
}

/// The samples of a [`Grid`].
pub(super) struct Raster {
    pub(super) grid: Grid,
    /// Row by row from the south, each row from the west.
    inside: Vec<bool>,
}

impl Raster {
    pub(super) fn new(grid: Grid) -> Self {
        Self { grid, inside: vec![false; grid.columns * grid.rows] }
    }

    /// Tests if a sample is inside; samples beyond the raster are outside.
    pub(super) fn is_inside(&self, column: i64, row: i64) -> bool {
        let within = |at: i64, count: usize| usize::try_from(at).ok().filter(|at| *at < count);
        let at = within(column, self.grid.columns).zip(within(row, self.grid.rows));
        at.is_some_and(|(column, row)| self.inside[row * self.grid.columns + column])
    }

    /// Marks all samples near the segment from `a` to `b` as inside.
    pub(super) fn paint(&mut self, a: LonLat, b: LonLat) {
        let grid = &self.grid;
        let (a, b) = (grid.place(a), grid.place(b));
        let ruler = Ruler::at(grid.latitude((a[1] + b[1]) / 2.0));
        let step_m =
            [ruler.lon_m * grid.step[0] as f64 / 1e7, ruler.lat_m * grid.step[1] as f64 / 1e7];
        let samples = |axis: usize, count: usize| {
            let reach = grid.width_m / step_m[axis];
            let first = (a[axis].min(b[axis]) - reach).ceil().max(0.0) as usize;
            let last = (a[axis].max(b[axis]) + reach).floor().max(0.0) as usize;
            first..(last + 1).min(count)
        };
        let (columns, rows) = (samples(0, grid.columns), samples(1, grid.rows));
        let along = [0, 1].map(|axis| (b[axis] - a[axis]) * step_m[axis]);
        let length2 = along[0] * along[0] + along[1] * along[1];
        let width2 = grid.width_m * grid.width_m;
        for row in rows {
            let y = (row as f64 - a[1]) * step_m[1];
            let samples = &mut self.inside[row * grid.columns..][..grid.columns];
            for column in columns.clone() {
                let x = (column as f64 - a[0]) * step_m[0];
                let share = ((x * along[0] + y * along[1]) / length2.max(1e-9)).clamp(0.0, 1.0);
                let (dx, dy) = (x - share * along[0], y - share * along[1]);
                samples[column] |= dx * dx + dy * dy <= width2;
            }
        }
    }

    /// Fills all holes smaller than `size_m2`.
    pub(super) fn fill_holes(&mut self, size_m2: f64) {
        let grid = self.grid;
        let mut is_seen = self.inside.clone();
        let mut hole = Vec::new();
        for start in 0..self.inside.len() {
            if is_seen[start] {
                continue;
            }
            // Collect the connected samples outside; they are a hole if none is on the rim.
            is_seen[start] = true;
            hole.clear();
            hole.push(start);
            let mut is_open = false;
            let mut at = 0;
            while at < hole.len() {
                let (column, row) = (hole[at] % grid.columns, hole[at] / grid.columns);
                is_open |= column == 0 || row == 0;
                is_open |= column + 1 == grid.columns || row + 1 == grid.rows;
                let beside = [
                    (column > 0).then(|| hole[at] - 1),
                    (column + 1 < grid.columns).then(|| hole[at] + 1),
                    (row > 0).then(|| hole[at] - grid.columns),
                    (row + 1 < grid.rows).then(|| hole[at] + grid.columns),
                ];
                for next in beside.into_iter().flatten() {
                    if !is_seen[next] {
                        is_seen[next] = true;
                        hole.push(next);
                    }
                }
                at += 1;
            }
            let ruler = Ruler::at(grid.latitude((start / grid.columns) as f64));
            let sample_m2 = ruler.lon_m * ruler.lat_m * (grid.step[0] * grid.step[1]) as f64 / 1e14;
            if !is_open && hole.len() as f64 * sample_m2 < size_m2 {
                hole.iter().for_each(|at| self.inside[*at] = true);
            }
        }
    }
}
