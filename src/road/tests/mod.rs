//! Tests on small maps drawn as text, and comparisons with slow, simple searches.

mod extracts;
mod histories;
mod obeyed;
mod random;
mod reach;
mod restrictions;
mod stopping;
mod tags;
mod town;

use jiff::civil::date;

use self::town::Town;
use super::{Period, Profile, SnapFailure, TurnCosts};
use crate::lonlat::LonLat;
use crate::units::Seconds;

/// Blocks of 100 m; the middle of `ab` to the middle of `be` is 100 m.
///
/// ```text
/// a-b-c
/// | | |
/// d-e-f
/// | | |
/// g-h-i
/// ```
fn grid() -> Town {
    Town::drawn("a b c\nd e f\ng h i")
        .street("abc") // 0
        .street("de") // 1
        .street("ef") // 2
        .street("ghi") // 3
        .street("adg") // 4
        .street("be") // 5
        .street("eh") // 6
        .street("cfi") // 7
}

#[test]
fn distances_are_those_of_the_map() {
    let town = grid();
    let streets = town.build("car");
    assert_eq!(streets.metres(('d', 'e'), ('e', 'f')), Some(100.0));
    assert_eq!(streets.metres(('a', 'b'), ('h', 'i')), Some(300.0));
    assert_eq!(streets.metres(('d', 'e'), ('d', 'e')), Some(0.0));
}

#[test]
fn a_forbidden_left_turn_causes_a_detour_around_the_block() {
    let town = grid().restriction(1, 'e', 5, &[("restriction", "no_left_turn")]);
    let streets = town.build("car");
    // Detour west, via a and b: 50 + 100 + 100 + 50.
    assert_eq!(streets.metres(('d', 'e'), ('b', 'e')), Some(300.0));
    // The opposite direction is not restricted.
    assert_eq!(streets.metres(('b', 'e'), ('d', 'e')), Some(100.0));
    assert_eq!(town.build("foot").metres(('d', 'e'), ('b', 'e')), Some(100.0));
}

#[test]
fn a_restriction_is_not_evaded_by_a_u_turn_behind_the_junction() {
    // The street from d to e is one-way, so that the only allowed path is around the block.
    let town = Town::drawn("a b c\nd e f\ng h i")
        .street("abc")
        .way("de", &[("oneway", "yes")])
        .street("ef")
        .street("ghi")
        .street("adg")
        .street("be")
        .street("eh")
        .street("cfi")
        .restriction(1, 'e', 5, &[("restriction", "no_left_turn")]);
    // Via e, f, c, b: 50 + 100 + 100 + 100 + 50; with a U-turn at f it would be 50 + 200 + 50.
    assert_eq!(town.build("car").metres(('d', 'e'), ('b', 'e')), Some(400.0));
}

#[test]
fn a_dead_end_may_be_left_again_even_after_a_restricted_turn() {
    let town = Town::drawn("a b\n\nd e f")
        .street("abe")
        .street("ad")
        .street("de")
        .street("ef")
        .restriction(2, 'e', 0, &[("restriction", "no_left_turn")]);
    // Into the dead end f and back: 50 + 100 + 100 + 100; via d and a it would be 450.
    assert_eq!(town.build("car").metres(('d', 'e'), ('b', 'e')), Some(350.0));
}

#[test]
fn only_straight_on_forbids_every_other_turn() {
    let town = grid().restriction(1, 'e', 2, &[("restriction", "only_straight_on")]);
    let streets = town.build("car");
    assert_eq!(streets.metres(('d', 'e'), ('e', 'f')), Some(100.0));
    assert_eq!(streets.metres(('d', 'e'), ('b', 'e')), Some(300.0));
    assert_eq!(streets.metres(('d', 'e'), ('e', 'h')), Some(300.0));
}

#[test]
fn an_exception_for_the_mode_lifts_a_restriction() {
    let with = [("restriction", "no_left_turn"), ("except", "psv;bicycle")];
    let town = grid().restriction(1, 'e', 5, &with);
    assert_eq!(town.build("bicycle").metres(('d', 'e'), ('b', 'e')), Some(100.0));
    assert_eq!(town.build("car").metres(('d', 'e'), ('b', 'e')), Some(300.0));
}

#[test]
fn a_restriction_for_one_mode_applies_only_to_that_mode() {
    let town = grid().restriction(1, 'e', 5, &[("restriction:bicycle", "no_left_turn")]);
    assert_eq!(town.build("bicycle").metres(('d', 'e'), ('b', 'e')), Some(300.0));
    assert_eq!(town.build("car").metres(('d', 'e'), ('b', 'e')), Some(100.0));
}

#[test]
fn a_conditional_restriction_applies_in_its_hours() {
    let with = [("restriction:conditional", "no_left_turn @ (Mo-Fr 07:00-10:00)")];
    let hours = |from, to| Period {
        date: date(2026, 11, 25),
        from: Seconds::from_hours(from),
        to: Seconds::from_hours(to),
        is_holiday: false,
    };
    let town = || grid().restriction(1, 'e', 5, &with);
    let detour = |town: Town| {
        let streets = town.build("car");
        (streets.metres(('d', 'e'), ('b', 'e')).unwrap(), streets.remarks.clone())
    };
    assert_eq!(detour(town().during(hours(9, 18))), (300.0, Vec::<String>::new()));
    assert_eq!(detour(town().during(hours(11, 18))), (100.0, vec![]));
    // Without hours of travel it applies, with a remark.
    assert_eq!(detour(town()), (300.0, vec!["conditional_restriction".to_owned()]));
}

#[test]
fn a_restriction_via_a_way_applies_only_to_paths_along_all_its_members() {
    // Forbidden: from `de` via `ef` (2) into `fc`. Allowed: from `ef`, and from `be` via `ef`.
    let town = Town::drawn("a b c\nd e f\ng h i")
        .street("abc") // 0
        .way("de", &[("oneway", "yes")]) // 1
        .street("ef") // 2
        .street("ghi") // 3
        .street("adg") // 4
        .street("be") // 5
        .street("eh") // 6
        .street("cf") // 7
        .street("fi") // 8
        .way_restriction(1, &[2], 7, "no_left_turn");
    let streets = town.build("car");
    assert_eq!(streets.metres(('e', 'f'), ('c', 'f')), Some(100.0));
    assert_eq!(streets.metres(('b', 'e'), ('c', 'f')), Some(200.0));
    assert_eq!(streets.metres(('e', 'h'), ('c', 'f')), Some(200.0));
    // Via e, b and c: 50 + 100 + 100 + 50.
    assert_eq!(streets.metres(('d', 'e'), ('c', 'f')), Some(300.0));
    assert!(streets.remarks.is_empty());
}

#[test]
fn a_mandatory_turn_via_a_way_leaves_one_onward_arc() {
    let town = Town::drawn("a b c\nd e f\ng h i")
        .street("abc")
        .way("de", &[("oneway", "yes")])
        .street("ef")
        .street("ghi")
        .street("adg")
        .street("be")
        .street("eh")
        .street("cf")
        .street("fi")
        .way_restriction(1, &[2], 8, "only_right_turn");
    let streets = town.build("car");
    assert_eq!(streets.metres(('d', 'e'), ('f', 'i')), Some(200.0));
    assert_eq!(streets.metres(('d', 'e'), ('c', 'f')), Some(300.0));
}

#[test]
fn a_u_turn_restriction_is_obeyed() {
    // A U-turn from `ef` into `ef` at e is forbidden.
    let town = Town::drawn("  b\nd e f\n  h")
        .street("de")
        .way("ef", &[("oneway", "no")])
        .street("be")
        .street("eh")
        .restriction(1, 'e', 1, &[("restriction", "no_u_turn")]);
    let streets = town.build("car");
    assert!(streets.remarks.is_empty());
    assert_eq!(streets.metres(('e', 'f'), ('d', 'e')), Some(100.0));
}

#[test]
fn a_restriction_whose_members_do_not_meet_is_left_out_with_a_remark() {
    let town = grid().restriction(0, 'e', 5, &[("restriction", "no_left_turn")]);
    let streets = town.build("car");
    assert_eq!(streets.remarks, ["restriction_left_out"]);
    assert_eq!(streets.metres(('d', 'e'), ('b', 'e')), Some(100.0));
}

#[test]
fn a_bollard_stops_a_car_and_lets_a_bicycle_through() {
    let town = grid().barrier('e', &[("barrier", "bollard")]);
    assert_eq!(town.build("car").metres(('d', 'e'), ('e', 'f')), Some(500.0));
    assert_eq!(town.build("bicycle").metres(('d', 'e'), ('e', 'f')), Some(100.0));
}

#[test]
fn a_private_road_is_a_destination_but_no_shortcut() {
    let town = Town::drawn("a b c\nd e f\ng h i")
        .street("abc")
        .way("de", &[("access", "private")])
        .way("ef", &[("access", "private")])
        .street("ghi")
        .street("adg")
        .street("cfi");
    let streets = town.build("car");
    assert_eq!(streets.metres(('a', 'd'), ('c', 'f')), Some(300.0));
    assert_eq!(streets.metres(('a', 'd'), ('e', 'f')), Some(200.0));
    assert_eq!(streets.metres(('e', 'f'), ('a', 'd')), Some(200.0));
    assert_eq!(streets.metres(('d', 'e'), ('e', 'f')), Some(100.0));
}

#[test]
fn a_locked_gate_opens_only_for_what_lies_behind_it() {
    // The gate at e is the only way into the yard; in the grid, there are other ways around it.
    let gate = [("barrier", "gate"), ("access", "private")];
    let town = Town::drawn("a b c\n  e\n  x y")
        .street("abc")
        .street("be")
        .street("ex")
        .street("xy")
        .barrier('e', &gate);
    let streets = town.build("car");
    assert_eq!(streets.metres(('a', 'b'), ('x', 'y')), Some(300.0));
    assert_eq!(streets.metres(('x', 'y'), ('b', 'c')), Some(300.0));
    assert_eq!(grid().barrier('e', &gate).build("car").metres(('d', 'e'), ('e', 'f')), Some(500.0));
}

#[test]
fn a_ferry_takes_its_own_time_and_does_not_allow_stopping() {
    let town = Town::drawn("a b                  c d")
        .street("ab")
        .way("bc", &[("route", "ferry"), ("duration", "00:30")])
        .street("cd");
    let streets = town.build("car");
    let (from, to) = (streets.between('a', 'b'), streets.between('c', 'd'));
    let path = streets.network.path(&from, &to).unwrap();
    let ashore_s = 100.0 / (22.0 / 3.6);
    assert!((path.cost.time().seconds() - 1800.0 - ashore_s).abs() < 0.1);
    let at_sea = LonLat { lon: (town.place('b').lon + town.place('c').lon) / 2.0, lat: 0.0 };
    let failure = streets.network.snap(at_sea, 200.0).unwrap_err();
    assert!(matches!(failure, SnapFailure::NoStopping { .. }), "{failure}");
    assert!(failure.to_string().contains("(ferry) at 0 m, does not allow stopping"), "{failure}");
}

#[test]
fn a_place_on_a_closed_road_gets_its_name_and_the_nearest_usable_road() {
    let town = Town::drawn("a b c\n\n\nx y")
        .street("abc")
        .way("axy", &[("highway", "pedestrian"), ("name", "Strait Street")]);
    let place = town.place('x');
    let failure = town.build("car").network.snap(place, 200.0).unwrap_err();
    assert_eq!(
        failure.to_string(),
        "the nearest road, Strait Street (pedestrian) at 0 m, is closed to this travel mode; the nearest usable one is \
         an unnamed road (residential) at 300 m (0.00000, 0.00000)"
    );
    // A proposed road is ignored; a pedestrian can use the closed one.
    let future = Town::drawn("a b c\n\n\nx y").street("abc").way("xy", &[("highway", "proposed")]);
    let failure = future.build("car").network.snap(place, 200.0).unwrap_err();
    assert!(matches!(failure, SnapFailure::TooFar { .. }), "{failure}");
    assert!(town.build("foot").network.snap(place, 200.0).unwrap().distance_m < 0.1);
}

#[test]
fn a_one_way_street_is_used_in_one_direction() {
    let town = Town::drawn("a b c\nd e f")
        .street("abc")
        .way("def", &[("oneway", "yes")])
        .street("ad")
        .street("cf");
    let streets = town.build("car");
    assert_eq!(streets.metres(('d', 'e'), ('e', 'f')), Some(100.0));
    assert_eq!(streets.metres(('e', 'f'), ('d', 'e')), Some(500.0));
    assert_eq!(town.build("foot").metres(('e', 'f'), ('d', 'e')), Some(100.0));
}

#[test]
fn a_street_without_connection_is_cut_off() {
    let town = Town::drawn("a b c\n\n\nx y").street("abc").street("xy");
    let streets = town.build("car");
    let by_the_island = town.place('x');
    let failure = streets.network.snap(by_the_island, 200.0).unwrap_err();
    assert!(matches!(failure, SnapFailure::CutOff { .. }), "{failure}");
    assert!(failure.to_string().contains("an unnamed road (residential) at 0 m"), "{failure}");
    // A larger radius reaches the main network, and the nearer road is reported.
    let moved = streets.network.snap(by_the_island, 400.0).unwrap();
    assert!(moved.passed_over.is_some());
}

#[test]
fn two_islands_are_separate_networks() {
    // Lines of 320 and 330 blocks, each large enough for a component.
    let line = |first: u32, blocks: u32| -> Vec<char> {
        (first..=first + blocks).map(|c| char::from_u32(c).unwrap()).collect()
    };
    let (north, south) = (line('\u{4e00}'.into(), 320), line('\u{6000}'.into(), 330));
    let row = |line: &[char]| line.iter().map(|c| format!("{c} ")).collect::<String>();
    let mut town = Town::drawn(&format!("{}\n\n\n{}", row(&north), row(&south)));
    for block in north.windows(2).chain(south.windows(2)) {
        town = town.street(&block.iter().collect::<String>());
    }
    let streets = town.build("car");
    let (from, to) = (streets.between(south[0], south[1]), streets.between(north[0], north[1]));
    assert_eq!(streets.network.path(&from, &to), None);
    assert_eq!(
        streets.network.apart(&from, &to).unwrap().to_string(),
        "it is in a separate network of 32 km (an island, or a gap in the map); the nearest road of \
         the other network is an unnamed road (residential) at 300 m (0.00045, -0.00271)"
    );
    assert_eq!(streets.network.apart(&to, &to), None);
}

#[test]
fn a_place_is_snapped_to_the_nearest_point_of_a_road_not_to_its_ends() {
    let town = Town::drawn("a       b").street("ab");
    let streets = town.build("car");
    let beside = LonLat { lon: town.place('b').lon * 0.25, lat: 0.0001 };
    let snap = streets.network.snap(beside, 200.0).unwrap();
    assert!((snap.distance_m - 11.06).abs() < 0.1, "{}", snap.distance_m);
    assert!((snap.at.lon - beside.lon).abs() < 1e-9);
}

#[test]
fn a_saved_network_loads_unchanged() {
    let town = grid().restriction(1, 'e', 5, &[("restriction", "no_left_turn")]);
    let streets = town.build("car");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("grid.road");
    streets.network.prepare();
    streets.network.save(&file).unwrap();
    assert!(super::RoadNetwork::is_network_file(&file));
    let loaded = super::RoadNetwork::load(&file).unwrap();
    let (from, to) = (streets.between('d', 'e'), streets.between('b', 'e'));
    assert_eq!(loaded.hierarchy, streets.network.hierarchy);
    assert_eq!(loaded.path(&from, &to), streets.network.path(&from, &to));
    assert_eq!(loaded.info(), streets.network.info());

    assert_eq!(loaded.base.graph, streets.network.base.graph);
    assert_eq!(loaded.index, streets.network.index);
    assert_eq!(loaded.size(), streets.network.size());
}

#[test]
fn a_file_with_any_byte_changed_or_missing_is_refused() {
    let streets = grid().restriction(1, 'e', 5, &[("restriction", "no_left_turn")]);
    let network = streets.build("car").network;
    network.prepare();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("grid.road");
    network.save(&file).unwrap();
    let sound = std::fs::read(&file).unwrap();
    let refused = |bytes: &[u8]| {
        // A new file, as the old one may still be mapped.
        let other = folder.path().join("other.road");
        std::fs::write(&other, bytes).unwrap();
        let error = super::RoadNetwork::load(&other).err();
        std::fs::remove_file(&other).unwrap();
        error.map(|error| error.to_string())
    };
    assert_eq!(refused(&sound), None);
    for at in 0..sound.len() {
        let mut bytes = sound.clone();
        bytes[at] ^= 0x40;
        let error =
            refused(&bytes).unwrap_or_else(|| panic!("a change of byte {at} is not noticed"));
        let expected = match at {
            0..8 => "not a road network",
            8..12 => "version",
            _ => "damaged",
        };
        assert!(error.contains(expected), "byte {at}: {error}");
    }
    for length in (0..sound.len()).step_by(7) {
        assert!(refused(&sound[..length]).is_some(), "the first {length} bytes are no network");
    }
}

#[test]
fn a_file_with_valid_checksums_and_invalid_numbers_is_refused_or_harmless() {
    use crate::progress::Silent;
    let town = grid().restriction(1, 'e', 5, &[("restriction", "no_left_turn")]);
    let streets = town.build("car");
    streets.network.prepare();
    let places = [streets.between('d', 'e'), streets.between('b', 'e')];
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("grid.road");
    streets.network.save(&file).unwrap();
    let sound = std::fs::read(&file).unwrap();
    let mut refused = 0;
    let head = 24 + 24 * 28;
    for at in (head..sound.len()).step_by(3) {
        let mut bytes = sound.clone();
        bytes[at] ^= 0xFF;
        super::sections::seal(&mut bytes);
        let other = folder.path().join(format!("{at}.road"));
        std::fs::write(&other, &bytes).unwrap();
        match super::RoadNetwork::load(&other) {
            Err(_) => refused += 1,
            Ok(network) => _ = network.matrix(&places, &Silent),
        }
        std::fs::remove_file(&other).unwrap();
    }
    assert!(refused > sound.len() / 12, "{refused} of {}", sound.len());
}

/// The car profile with turn costs, in seconds.
fn car_with(turn_cost_s: TurnCosts) -> Profile {
    Profile { turn_cost_s, ..Profile::built_in("car").unwrap() }
}

#[test]
fn a_left_turn_is_avoided_if_it_costs_more_than_the_detour() {
    let costs = |left| TurnCosts { left, u_turn: 200.0, ..TurnCosts::default() };
    // A left turn from `de` into `be` is 100 m; three right turns around the block of h are 500 m.
    let town = Town::drawn("a b c\nd e f\ng h i")
        .way("de", &[("oneway", "yes")])
        .way("ef", &[("oneway", "yes")])
        .way("fi", &[("oneway", "yes")])
        .way("ih", &[("oneway", "yes")])
        .way("he", &[("oneway", "yes")])
        .way("eb", &[("oneway", "yes")])
        .way("badg", &[("oneway", "yes")])
        .way("gd", &[("oneway", "yes")]);
    let metres = |left| town.build_for(&car_with(costs(left))).metres(('d', 'e'), ('b', 'e'));
    // 400 m at 22 km/h take 65 s.
    assert_eq!(metres(0.0), Some(100.0));
    assert_eq!(metres(60.0), Some(100.0));
    assert_eq!(metres(70.0), Some(500.0));
}

#[test]
fn a_light_is_avoided_if_it_costs_more_than_the_detour() {
    let light = |tags: &[(&str, &str)]| {
        let tags = [&[("highway", "traffic_signals")], tags].concat();
        Town::drawn("a   b\nd e f")
            .street("def")
            .street("ab")
            .street("ad")
            .street("bf")
            .barrier('e', &tags)
    };
    let signal = |signal| car_with(TurnCosts { signal, ..TurnCosts::default() });
    let metres = |town: &Town, seconds, from, to| town.build_for(&signal(seconds)).metres(from, to);
    let both = light(&[]);
    // Through the light 100 m, via a and b 500 m, which takes 65 s more.
    assert_eq!(metres(&both, 60.0, ('d', 'e'), ('e', 'f')), Some(100.0));
    assert_eq!(metres(&both, 70.0, ('d', 'e'), ('e', 'f')), Some(500.0));
    assert_eq!(metres(&both, 70.0, ('e', 'f'), ('d', 'e')), Some(500.0));
    // The light is only for traffic from d.
    let one = light(&[("traffic_signals:direction", "forward")]);
    assert_eq!(metres(&one, 70.0, ('d', 'e'), ('e', 'f')), Some(500.0));
    assert_eq!(metres(&one, 70.0, ('e', 'f'), ('d', 'e')), Some(100.0));
}

#[test]
fn a_u_turn_in_a_dead_end_costs_time() {
    // The path with the restriction leads into the dead end f and back.
    let town = Town::drawn("a b\n\nd e f")
        .street("abe")
        .street("ad")
        .street("de")
        .street("ef")
        .restriction(2, 'e', 0, &[("restriction", "no_left_turn")]);
    let round = |u_turn| TurnCosts { u_turn, ..TurnCosts::default() };
    let streets = |u_turn| town.build_for(&car_with(round(u_turn)));
    let path = |streets: &town::Streets<'_>| {
        let (from, to) = (streets.between('d', 'e'), streets.between('b', 'e'));
        streets.network.path(&from, &to).unwrap().cost
    };
    let (free, dear) = (streets(0.0), streets(10.0));
    assert_eq!(free.metres(('d', 'e'), ('b', 'e')), Some(350.0));
    assert_eq!(dear.metres(('d', 'e'), ('b', 'e')), Some(350.0));
    assert_eq!(path(&dear).time().0 - path(&free).time().0, 10_000);
    // The path via d and a is 100 m longer, which takes 16 s.
    assert_eq!(streets(20.0).metres(('d', 'e'), ('b', 'e')), Some(450.0));
}

#[test]
fn only_turn_costs_split_roads_at_lights_and_nodes_at_turns() {
    let town = grid().barrier('e', &[("highway", "traffic_signals")]);
    let size = |town: &Town, costs| town.build_for(&car_with(costs)).network.size();
    assert_eq!(size(&town, TurnCosts::default()), size(&grid(), TurnCosts::default()));
    let turns = TurnCosts { left: 5.0, u_turn: 5.0, ..TurnCosts::default() };
    assert!(size(&town, turns).states > size(&town, TurnCosts::default()).states);
    // A light on a junction costs the same from all roads.
    let lights = TurnCosts { signal: 5.0, ..TurnCosts::default() };
    assert_eq!(size(&town, lights), size(&town, TurnCosts::default()));
}

#[test]
fn a_ferry_beyond_the_range_of_a_cost_is_closed() {
    let town = Town::drawn("a b                  c d")
        .street("ab")
        .way("bc", &[("route", "ferry"), ("duration", "P6DT6H")])
        .street("cd");
    let network = town.build("car").network;
    network.prepare();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("slow.road");
    network.save(&file).unwrap();
    assert!(super::RoadNetwork::load(&file).is_ok());
}
