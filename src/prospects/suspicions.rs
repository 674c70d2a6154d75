//! Finds probable errors in lists without faults: duplicates and swapped coordinates.

use geo::{Rect, coord};

use super::identity::same_outlet_by_name;
use super::{Prospect, ProspectIndex};
use crate::ids::Id;
use crate::lonlat::LonLat;
use crate::remark::{Remark, RemarkCode};

/// Largest distance in metres between two rows that are suspected to be the same outlet.
const SAME_PLACE_M: f64 = 50.0;

/// Returns a remark for each pair of prospects that are at most 50 m apart and have nearly the same
/// name.
pub fn remark_duplicates(prospects: &[Prospect], index: &ProspectIndex) -> Vec<Remark> {
    let mut remarks = Vec::new();
    for (a, b) in index.pairs_within(SAME_PLACE_M) {
        let (a, b) = (a.index(), b.index());
        if !same_outlet_by_name(&prospects[a].name, &prospects[b].name) {
            continue;
        }
        let metres = prospects[a].at.distance_m(prospects[b].at);
        remarks.push(Remark::new(
            RemarkCode::PossibleDuplicate,
            format!(
                "{} \"{}\" and {} \"{}\" look like the same outlet: {metres:.0} m apart",
                prospects[a].id, prospects[a].name, prospects[b].id, prospects[b].name
            ),
        ));
    }
    remarks
}

/// Returns whether longitude and latitude are swapped in the whole list. That is so if most
/// prospects lie outside `area` and if most would lie inside after an exchange of longitude and
/// latitude. `area` is the extent of the roads; x is the longitude.
pub fn looks_swapped(prospects: &[Prospect], area: Rect<f64>) -> bool {
    let count = |place: fn(&Prospect) -> LonLat| {
        prospects.iter().filter(|p| place(p).is_within(area)).count()
    };
    let as_given = count(|p| p.at);
    let swapped = count(|p| exchanged(p.at));
    as_given * 2 < prospects.len() && swapped * 2 > prospects.len()
}

/// Returns the position with longitude and latitude exchanged.
fn exchanged(at: LonLat) -> LonLat {
    LonLat { lon: at.lat, lat: at.lon }
}

/// Returns the area that contains most positions of a list; `None` for fewer than ten positions.
///
/// The area is the box of the middle 60 % of the positions on each axis. On each side it is
/// enlarged by its own size, or by one degree if that is more.
pub(super) fn central_area(positions: &[(u64, LonLat)]) -> Option<Rect<f64>> {
    if positions.len() < 10 {
        return None;
    }
    let middle = |axis: fn(LonLat) -> f64| {
        let mut sorted: Vec<f64> = positions.iter().map(|(_, at)| axis(*at)).collect();
        sorted.sort_by(f64::total_cmp);
        let (low, high) = (sorted[sorted.len() / 5], sorted[sorted.len() * 4 / 5]);
        let margin = (high - low).max(1.0);
        (low - margin, high + margin)
    };
    let (west, east) = middle(|at| at.lon);
    let (south, north) = middle(|at| at.lat);
    Some(Rect::new(coord! { x: west, y: south }, coord! { x: east, y: north }))
}

/// Returns the row numbers of the positions that lie outside `area` and would lie inside if
/// longitude and latitude were exchanged.
pub fn swapped_rows(positions: &[(u64, LonLat)], area: Rect<f64>) -> Vec<u64> {
    let is_swapped = |at: LonLat| !at.is_within(area) && exchanged(at).is_within(area);
    positions.iter().filter(|(_, at)| is_swapped(*at)).map(|(row, _)| *row).collect()
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn prospect(id: &str, name: &str, lon: f64, lat: f64) -> Prospect {
        Prospect::new(id, name, LonLat { lon, lat })
    }

    #[test]
    fn remarks_on_the_same_name_at_the_same_place() {
        let prospects = [
            prospect("P017", "Balzan Pharmacy", 14.4, 35.9),
            prospect("P018", "Alpha Clinic", 14.4, 35.9),
            prospect("P203", "BALZAN  pharmacy.", 14.4001, 35.9),
            prospect("P204", "Balzan Pharmacy", 14.41, 35.9),
            prospect("P205", "Balzan Pharmacy 2", 14.4, 35.9),
            prospect("P300", "", 14.4, 35.9),
            prospect("P301", "?", 14.4, 35.9),
        ];
        let remarks = remark_duplicates(&prospects, &ProspectIndex::new(&prospects));
        let text: Vec<String> = remarks.into_iter().map(|remark| remark.message).collect();
        assert_snapshot!(text.join("\n"), @r#"P017 "Balzan Pharmacy" and P203 "BALZAN  pharmacy." look like the same outlet: 9 m apart"#);
    }

    #[test]
    fn a_list_looks_swapped_if_it_fits_the_map_the_other_way_round() {
        let malta = Rect::new(coord! { x: 14.1, y: 35.7 }, coord! { x: 14.7, y: 36.1 });
        let right = prospect("P1", "Pharmacy", 14.4, 35.9);
        let wrong = prospect("P2", "Pharmacy", 35.9, 14.4);
        let elsewhere = prospect("P3", "Pharmacy", 2.3, 48.9);
        assert!(looks_swapped(&[wrong.clone(), wrong.clone(), elsewhere.clone()], malta));
        assert!(!looks_swapped(&[right.clone(), wrong.clone()], malta));
        assert!(!looks_swapped(&[right, elsewhere], malta));
        assert!(!looks_swapped(&[], malta));
    }
}
