//! Roads on which a rep does not stop, on towns drawn as text.

use std::collections::BTreeMap;

use super::town::Town;
use crate::lonlat::LonLat;
use crate::progress::Silent;
use crate::road::conditional_tags::ConditionalTags;
use crate::road::graph::cut_ways;
use crate::road::{BuildOptions, NoStop, Profile, RoadNetwork, SnapFailure, StoppingRules};

/// A road `abcd` with `tags` on `bc`, of 200 m, and a street 100 m south of it, joined at both ends.
fn road_and_street(tags: &[(&str, &str)]) -> Town {
    Town::drawn("a b   c d\ne       h")
        .street("ab")
        .way("bc", tags)
        .street("cd")
        .street("eh")
        .street("ae")
        .street("dh")
}

/// A place south of the middle of `bc`.
fn south_of_the_middle(town: &Town, metres: f64) -> LonLat {
    let (b, c) = (town.place('b'), town.place('c'));
    LonLat { lon: (b.lon + c.lon) / 2.0, lat: b.lat - metres / 110_574.275_822 }
}

/// Distance of the snapped road from a place 30 m from `bc` and 70 m from the street, in metres.
fn snapped_m(profile: &str, tags: &[(&str, &str)]) -> f64 {
    let town = road_and_street(tags);
    let place = south_of_the_middle(&town, 30.0);
    town.build(profile).network.snap(place, 200.0).unwrap().distance_m.round()
}

#[test]
fn a_rep_does_not_stop_in_a_tunnel_on_a_long_bridge_or_an_expressway() {
    let not_there: [&[(&str, &str)]; 10] = [
        &[("tunnel", "yes")],
        &[("tunnel", "yes"), ("layer", "-2")],
        &[("tunnel", "avalanche_protector")],
        &[("tunnel", "building_passage")],
        &[("covered", "yes")],
        &[("bridge", "yes")],
        &[("bridge", "viaduct"), ("layer", "1")],
        &[("highway", "secondary"), ("junction", "roundabout")],
        &[("highway", "secondary"), ("junction", "circular"), ("oneway", "no")],
        &[("highway", "primary"), ("motorroad", "yes")],
    ];
    for tags in not_there {
        assert_eq!(snapped_m("car", tags), 70.0, "{tags:?}");
        assert_eq!(snapped_m("motorcycle", tags), 70.0, "{tags:?}");
    }
    for class in ["motorway", "trunk_link", "primary_link", "secondary_link", "tertiary_link"] {
        assert_eq!(snapped_m("car", &[("highway", class)]), 70.0, "{class}");
    }
    for class in ["trunk", "primary", "service"] {
        assert_eq!(snapped_m("car", &[("highway", class)]), 30.0, "{class}");
    }
    for tags in [("tunnel", "no"), ("bridge", "no"), ("tunnel", "culvert"), ("covered", "arcade")] {
        assert_eq!(snapped_m("car", &[tags]), 30.0, "{tags:?}");
    }
}

#[test]
fn walkers_and_cyclists_do_not_stop_in_a_tunnel_either() {
    for profile in ["foot", "bicycle", "ebike"] {
        assert_eq!(snapped_m(profile, &[("tunnel", "yes")]), 70.0, "{profile}");
        assert_eq!(snapped_m(profile, &[("bridge", "yes")]), 70.0, "{profile}");
        assert_eq!(snapped_m(profile, &[]), 30.0, "{profile}");
    }
}

#[test]
fn a_profile_without_the_table_stops_everywhere() {
    let flat = Profile::parse(include_str!("../../../tests/fixtures/flat.toml")).unwrap();
    assert_eq!(flat.stopping, StoppingRules::default());
    for tags in [("tunnel", "yes"), ("bridge", "yes"), ("layer", "1"), ("motorroad", "yes")] {
        let town = road_and_street(&[tags]);
        let place = south_of_the_middle(&town, 30.0);
        let snap = town.build_for(&flat).network.snap(place, 200.0).unwrap();
        assert_eq!(snap.distance_m.round(), 30.0, "{tags:?}");
    }
}

#[test]
fn a_short_bridge_is_a_place_to_stop_and_one_in_several_pieces_counts_as_a_whole() {
    // Each piece is 50 m long.
    let car = Profile::built_in("car").unwrap();
    let stopping = StoppingRules {
        bridge_max_m: Some(60.0),
        ground_preference_m: 0.0,
        ..StoppingRules::default()
    };
    let car = Profile { stopping, ..car };
    let bridge = [("bridge", "yes")];
    let from_the_middle_of_cd = |town: Town| {
        let (c, d) = (town.place('c'), town.place('d'));
        let middle = LonLat { lon: (c.lon + d.lon) / 2.0, lat: c.lat };
        town.build_for(&car).network.snap(middle, 200.0).unwrap().distance_m.round()
    };
    let one = Town::drawn("abcdefgh").street("abc").way("cd", &bridge).street("defgh");
    assert_eq!(from_the_middle_of_cd(one), 0.0);
    let two = Town::drawn("abcdefgh").street("abc").way("cd", &bridge).way("de", &bridge);
    assert_eq!(from_the_middle_of_cd(two.street("efgh")), 25.0);
}

#[test]
fn a_road_at_another_level_is_used_only_if_it_is_much_nearer() {
    let town = road_and_street(&[("layer", "1")]);
    let network = town.build("car").network;
    let snapped_m = |from_upper_m, radius_m| {
        let place = south_of_the_middle(&town, from_upper_m);
        network.snap(place, radius_m).unwrap().distance_m.round()
    };
    // The street is 70 m away, 40 m more than the upper road.
    assert_eq!(snapped_m(30.0, 200.0), 70.0);
    // 80 m away, 60 m more.
    assert_eq!(snapped_m(20.0, 200.0), 20.0);
    // The street is out of reach.
    assert_eq!(snapped_m(30.0, 60.0), 30.0);
}

#[test]
fn the_reason_is_told_if_there_is_no_other_road() {
    let reasons = [
        (("tunnel", "yes"), NoStop::Tunnel, "it is a tunnel"),
        (("bridge", "yes"), NoStop::Bridge, "it is a long bridge"),
        (("covered", "yes"), NoStop::Passage, "it is a long passage under a building"),
        (("motorroad", "yes"), NoStop::Motorroad, "it is an expressway (motorroad=yes)"),
        (("junction", "roundabout"), NoStop::Roundabout, "it is a roundabout"),
        (
            ("highway", "motorway"),
            NoStop::Class,
            "it is a motorway, a slip road or of another class without stopping",
        ),
    ];
    for (tag, expected, words) in reasons {
        let town = road_and_street(&[tag, ("name", "Valley Road")]);
        let failure = town.build("car").network.snap(south_of_the_middle(&town, 10.0), 50.0);
        let failure = failure.unwrap_err();
        let text = failure.to_string();
        assert!(
            matches!(failure, SnapFailure::NoStopping { reason, .. } if reason == expected),
            "{text}"
        );
        let start =
            format!("at 10 m, does not allow stopping: {words}; the nearest usable one is ");
        assert!(text.contains(&start), "{text}");
    }
}

#[test]
fn no_outlet_of_malta_and_monaco_is_visited_in_a_tunnel_or_on_a_roundabout() {
    let repository = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for (extract, outlets, the_point) in [
        ("data/malta/malta.osm.pbf", 150, Some("node/6216543988")),
        ("tests/fixtures/extracts/monaco.osm.pbf", 25, None),
    ] {
        let extract = crate::osm::read(&repository.join(extract), &Silent).unwrap();
        let car = Profile::built_in("car").unwrap();
        let network = RoadNetwork::build(&extract, &car, &BuildOptions::default());
        let cut = cut_ways(&extract, &car, &mut ConditionalTags::new(&car, &[]));
        let way_of: BTreeMap<_, _> = extract
            .ways
            .iter()
            .flat_map(|way| {
                let stretches = cut.stretches_of.get(&way.id).into_iter().flatten();
                stretches.map(move |stretch| (*stretch, way))
            })
            .collect();
        let mut visited = 0;
        for outlet in &extract.outlets {
            let Ok(snap) = network.snap(outlet.at, 200.0) else { continue };
            visited += 1;
            for spot in &snap.spots {
                let tags = &way_of[&spot.stretch].tags;
                let tunnel = tags.get("tunnel").unwrap_or("no");
                assert!(
                    matches!(tunnel, "no" | "building_passage" | "culvert"),
                    "{}: {tags:?}",
                    outlet.osm_id
                );
                assert!(
                    tags.get("junction").is_none() && !tags.is("motorroad", "yes"),
                    "{}: {tags:?}",
                    outlet.osm_id
                );
            }
            if the_point == Some(&*outlet.osm_id) {
                // A surface road at 49 m instead of the tunnel at 43 m.
                assert_eq!(snap.distance_m.round(), 49.0);
            }
        }
        assert!(visited >= outlets, "{visited}");
    }
}
