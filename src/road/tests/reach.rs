//! Compares reaches on random maps with paths, and checks the areas around them.

use geo::{Area, Contains, Coord, LinesIter, MapCoords, MultiPolygon, Polygon, Relate, Winding};
use proptest::prelude::*;

use super::random::random_map;
use super::town::Town;
use crate::lonlat::LonLat;
use crate::road::ids::StretchId;
use crate::road::snap::Spot;
use crate::road::{BuildOptions, ISOCHRONE_WIDTH_M, Reach, ReachedSpan, RoadNetwork, Snap};
use crate::units::{Millimetres, Millis};

/// Returns a place at exactly this point of a stretch.
fn place_at(stretch: StretchId, along: Millimetres) -> Snap {
    Snap {
        spots: vec![Spot { stretch, along }],
        at: LonLat::default(),
        distance_m: 0.0,
        component: 0,
        passed_over: None,
    }
}

/// Points of all stretches: ends, points in between, the last millimetre reached and the next.
fn points_to_ask(network: &RoadNetwork, spans: &[ReachedSpan], share: f64) -> Vec<Spot> {
    let mut spots = Vec::new();
    for (at, stretch) in network.base.graph.stretches.iter().enumerate() {
        let (id, length) = (StretchId(at as u32), stretch.length().0);
        let ends = spans.iter().filter(|span| span.stretch == id).flat_map(|span| {
            let (from, to) = (span.from_along.0, span.to_along.0);
            [from, to, from.saturating_sub(1), (to + 1).min(length)]
        });
        let within = (length as f64 * share) as u64;
        let alongs = ends.chain([0, length, within, length / 2]);
        spots.extend(alongs.map(|along| Spot { stretch: id, along: Millimetres(along) }));
    }
    spots
}

proptest! {
    #![proptest_config(crate::testing::cases(200))]

    #[test]
    fn a_point_is_reached_in_exactly_the_time_of_the_path_to_it(
        map in random_map(),
        (lon, lat) in (0.0_f64..0.01, 0.0_f64..0.01),
        limit in 0_u32..400_000,
        share in 0.0_f64..1.0,
    ) {
        let profile = map.profile();
        let network = RoadNetwork::build(&map.extract(), &profile, &BuildOptions::default());
        let Ok(from) = network.snap(LonLat { lon, lat }, 5000.0) else { return Ok(()) };
        let limit = Millis(limit);
        let reach = network.reach(&from, limit);
        let spans: Vec<ReachedSpan> = reach.spans(limit).collect();
        for spot in points_to_ask(&network, &spans, share) {
            let place = place_at(spot.stretch, spot.along);
            let time = network.path(&from, &place).map(|path| path.cost.time());
            let in_time = time.filter(|time| *time <= limit);
            prop_assert_eq!(reach.time_to(&place), in_time, "{:?}", spot);
            let is_covered = spans.iter().any(|span| {
                span.stretch == spot.stretch && (span.from_along..=span.to_along).contains(&spot.along)
            });
            prop_assert_eq!(is_covered, in_time.is_some(), "{:?} of {:?}", spot, spans);
        }
        for span in &spans {
            let length_m: f64 = reach.line(span).windows(2).map(|p| p[0].distance_m(p[1])).sum();
            prop_assert!((length_m - span.length().metres()).abs() < 0.01);
        }
        let nearer = Millis((f64::from(limit.0) * share) as u32);
        let total = |spans: &mut dyn Iterator<Item = ReachedSpan>| spans.map(|s| s.length().0).sum::<u64>();
        let beyond = total(&mut reach.spans_beyond(Some(nearer), limit));
        prop_assert_eq!(
            total(&mut reach.spans(nearer)) + beyond,
            total(&mut reach.spans(limit))
        );
    }

    #[test]
    fn areas_are_sound_and_each_is_inside_the_next(
        map in random_map(),
        (lon, lat) in (0.0_f64..0.01, 0.0_f64..0.01),
        limits in prop::array::uniform3(1_u32..300_000),
        width_m in 20.0_f64..200.0,
    ) {
        let profile = map.profile();
        let network = RoadNetwork::build(&map.extract(), &profile, &BuildOptions::default());
        let Ok(from) = network.snap(LonLat { lon, lat }, 5000.0) else { return Ok(()) };
        let reach = network.reach(&from, Millis(300_000));
        let isochrones = reach.isochrones(&limits.map(Millis), width_m);
        let mut inner = MultiPolygon::new(Vec::new());
        for isochrone in isochrones {
            assert_sound(&isochrone.area);
            let centre = geo::Point::new(from.at.lon, from.at.lat);
            prop_assert!(isochrone.area.contains(&centre));
            let in_micros = micros(&isochrone.area);
            prop_assert!(inner.0.is_empty() || in_micros.relate(&inner).is_covers());
            let shape_m2 = planar_m2(&isochrone.area);
            prop_assert!((isochrone.area_m2 / shape_m2 - 1.0).abs() < 1e-3);
            assert_all_roads_are_inside(&reach, isochrone.limit, &isochrone.area);
            inner = in_micros;
        }
    }
}

/// Converts to whole millionths of a degree, so that points on a line are exactly on it.
fn micros(area: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    area.map_coords(|Coord { x, y }| Coord { x: (x * 1e6).round(), y: (y * 1e6).round() })
}

/// RFC 7946, 3.1.6: rings are closed, outer ones counterclockwise, holes clockwise, none touch.
fn assert_sound(area: &MultiPolygon<f64>) {
    assert!(geo::Validation::is_valid(area), "{area:?}");
    for polygon in area {
        assert!(polygon.exterior().is_ccw());
        assert!(polygon.interiors().iter().all(Winding::is_cw));
        for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
            assert!(ring.is_closed());
            for Coord { x, y } in ring.coords() {
                for degrees in [x, y] {
                    assert_eq!(*degrees, (degrees * 1e6).round() / 1e6, "more than six decimals");
                }
            }
        }
    }
}

fn assert_all_roads_are_inside(reach: &Reach<'_>, limit: Millis, area: &MultiPolygon<f64>) {
    for span in reach.spans(limit) {
        for at in reach.line(&span) {
            assert!(area.contains(&geo::Point::new(at.lon, at.lat)), "{at:?} is left out");
        }
    }
}

/// Computes square metres near the equator, where the length of a degree is constant.
fn planar_m2(area: &MultiPolygon<f64>) -> f64 {
    area.unsigned_area() * 111_319.490_793 * 110_574.275_822
}

#[test]
fn the_area_around_one_straight_road_is_a_strip_with_round_ends() {
    let town = Town::drawn("a                   b").street("ab");
    let streets = town.build("car");
    let from = streets.between('a', 'b');
    let reach = streets.network.reach(&from, Millis(600_000));
    let [isochrone] = &reach.isochrones(&[Millis(600_000)], ISOCHRONE_WIDTH_M)[..] else {
        panic!("one limit, one area")
    };
    assert_eq!(isochrone.road_length.metres().round(), 1000.0);
    let strip_m2 = 1000.0 * 200.0 + std::f64::consts::PI * 100.0 * 100.0;
    assert!((isochrone.area_m2 / strip_m2 - 1.0).abs() < 0.03, "{}", isochrone.area_m2);
    assert_eq!(isochrone.area.0.len(), 1);
}

#[test]
fn the_reach_along_a_road_is_speed_times_time_in_both_directions() {
    let town = Town::drawn("a                                       b").street("ab");
    let streets = town.build("car");
    let from = streets.between('a', 'b');
    // 22 km/h for a minute.
    let reach = streets.network.reach(&from, Millis(60_000));
    let spans: Vec<ReachedSpan> = reach.spans(Millis(60_000)).collect();
    assert_eq!(spans.len(), 1);
    assert!((spans[0].length().metres() - 2.0 * 22_000.0 / 60.0).abs() < 0.02, "{spans:?}");
    assert_eq!([spans[0].from_time, spans[0].to_time], [Millis(60_000); 2]);
    assert!(streets.network.reach(&from, Millis(0)).spans(Millis(0)).all(|s| s.length().0 < 10));
}

/// A ring road around fields: 1 km square, so that its middle is a hole of 64 hectares.
#[test]
fn a_large_hole_stays_and_a_small_one_is_filled() {
    let square = |side: usize| {
        let row = |a, b| format!("{a}{}{b}", " ".repeat(side * 2 - 1));
        let picture = format!("{}{}{}", row('a', 'b'), "\n".repeat(side), row('d', 'c'));
        let town = Town::drawn(&picture).street("abcda");
        let streets = town.build("car");
        let from = streets.between('a', 'b');
        let reach = streets.network.reach(&from, Millis(3_600_000));
        let isochrones = reach.isochrones(&[Millis(3_600_000)], ISOCHRONE_WIDTH_M);
        let holes = |polygon: &Polygon<f64>| polygon.interiors().len();
        isochrones[0].area.iter().map(holes).sum::<usize>()
    };
    assert_eq!(square(10), 1);
    assert_eq!(square(5), 0);
}

#[test]
fn the_land_behind_a_ferry_is_reached_and_the_sea_is_not() {
    let town = Town::drawn("a b                  c d")
        .street("ab")
        .way("bc", &[("route", "ferry"), ("duration", "00:30")])
        .street("cd");
    let streets = town.build("car");
    let reach = streets.network.reach(&streets.between('a', 'b'), Millis(3_600_000));
    let isochrones = reach.isochrones(&[Millis(3_600_000)], ISOCHRONE_WIDTH_M);
    assert_eq!(isochrones[0].area.0.len(), 2);
    assert_eq!(isochrones[0].road_length.metres().round(), 200.0);
    assert!(isochrones[0].area.lines_iter().count() < 200);
}
