//! Travel times between named points, as CSV.

use std::io::{self, Write};

use super::matrix::Matrix;
use super::network::RoadNetwork;
use super::snap::SnapFailure;
use crate::lonlat::LonLat;
use crate::progress::Progress;

/// Travel times and distances between all pairs of named points.
#[derive(Debug)]
pub struct PointMatrix<'a> {
    points: &'a [(String, LonLat)],
    /// Row and column of each point in `matrix`, or the reason why it has none.
    places: Vec<Result<usize, SnapFailure>>,
    matrix: Matrix,
}

impl<'a> PointMatrix<'a> {
    /// Computes the costs between `points`, each snapped to a road within `snap_radius_m` metres.
    ///
    /// Time and memory are those of [`RoadNetwork::matrix`].
    pub fn compute(
        network: &RoadNetwork,
        points: &'a [(String, LonLat)],
        snap_radius_m: f64,
        progress: &dyn Progress,
    ) -> Self {
        let mut snaps = Vec::new();
        let places = points.iter().map(|(_, at)| {
            snaps.push(network.snap(*at, snap_radius_m)?);
            Ok(snaps.len() - 1)
        });
        let places = places.collect();
        progress.begin("computing travel times", snaps.len() as u64);
        let matrix = network.matrix(&snaps, progress);
        progress.end();
        Self { points, places, matrix }
    }

    /// Returns the points without a usable road, with the reason, in the order of the points.
    pub fn unreachable(&self) -> impl Iterator<Item = (&'a str, &SnapFailure)> {
        let points = self.points.iter().zip(&self.places);
        points.filter_map(|((id, _), place)| Some((id.as_str(), place.as_ref().err()?)))
    }

    /// Writes the columns `from`, `to`, `seconds` and `metres`, one row per pair of points. The last
    /// two are empty where no route exists. Returns the number of such pairs of points on roads.
    ///
    /// # Errors
    /// The errors of `to`.
    pub fn write_csv(&self, to: impl Write) -> io::Result<usize> {
        let mut table = csv::Writer::from_writer(to);
        table.write_record(["from", "to", "seconds", "metres"]).map_err(io_error)?;
        let mut routes_missing = 0;
        let rows = || self.points.iter().map(|(id, _)| id).zip(&self.places);
        for (from, from_place) in rows() {
            for (to, to_place) in rows() {
                let pair = from_place.as_ref().ok().zip(to_place.as_ref().ok());
                let cost = pair.and_then(|(from, to)| self.matrix.get(*from, *to));
                routes_missing += usize::from(pair.is_some() && cost.is_none());
                let seconds = cost.map(|cost| cost.time().seconds().to_string());
                let metres = cost.map(|cost| cost.distance().metres().to_string());
                let figures = [seconds, metres].map(Option::unwrap_or_default);
                table.write_record([from, to, &figures[0], &figures[1]]).map_err(io_error)?;
            }
        }
        table.flush()?;
        Ok(routes_missing)
    }

    /// Writes the points without a usable road, with the columns `id`, `lon`, `lat` and `reason`.
    ///
    /// # Errors
    /// The errors of `to`.
    pub fn write_unreachable_csv(&self, to: impl Write) -> io::Result<()> {
        let mut table = csv::Writer::from_writer(to);
        table.write_record(["id", "lon", "lat", "reason"]).map_err(io_error)?;
        for ((id, at), place) in self.points.iter().zip(&self.places) {
            if let Err(reason) = place {
                let cells = [at.lon.to_string(), at.lat.to_string(), reason.to_string()];
                table.write_record([id, &cells[0], &cells[1], &cells[2]]).map_err(io_error)?;
            }
        }
        table.flush()
    }
}

/// Returns the error of the writer itself, so that a closed pipe keeps its kind.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}
