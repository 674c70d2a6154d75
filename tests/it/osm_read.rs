//! Contents of sound files made by hand, in every layout.

use crate::kit::pbf::{Layout, Map, Member, Packing, blob};
use beatplan::lonlat::LonLat;
use beatplan::osm::{
    self, Extract, ExtractError, ObjectCounts, OsmNodeId, OsmWayId, RestrictionMember, Unsupported,
};
use beatplan::progress::Silent;
use geo::Area;

const ROAD: crate::kit::pbf::Tags = &[("highway", "residential")];

fn read_bytes(bytes: &[u8]) -> Result<Extract, ExtractError> {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = folder.path().join("map.osm.pbf");
    std::fs::write(&path, bytes).expect("the file can be written");
    osm::read(&path, &Silent)
}

fn read(map: &Map) -> Extract {
    read_bytes(&map.encode()).expect("the map is sound")
}

fn remark<'a>(extract: &'a Extract, code: &str) -> Option<&'a str> {
    let mut with_code = extract.remarks.iter().filter(|remark| remark.code.as_str() == code);
    let found = with_code.next().map(|remark| remark.message.as_str());
    assert!(with_code.next().is_none(), "more than one remark \"{code}\"");
    found
}

fn node_ids(extract: &Extract) -> Vec<i64> {
    extract.nodes.iter().map(|(id, _)| id.0).collect()
}

fn ways(extract: &Extract) -> Vec<(i64, Vec<i64>)> {
    let nodes = |way: &osm::Way| way.nodes.iter().map(|node| node.0).collect();
    extract.ways.iter().map(|way| (way.id.0, nodes(way))).collect()
}

/// A village that has one of everything.
///
/// ```text
///      4 (14.00, 35.02)
///      |  way 11, ferry
///  1---2---3         way 10; node 2 is a gate; a pharmacy at node 5, a clinic as area 12, a hospital as relation 22,
///                    a place at node 6, a boundary of ways 13 and 14
/// ```
fn village() -> Map {
    Map::new()
        .node(1, (13.99, 35.00), &[])
        .node(2, (14.00, 35.00), &[("barrier", "gate"), ("colour", "green")])
        .node(3, (14.01, 35.00), &[("highway", "traffic_signals")])
        .node(4, (14.00, 35.02), &[])
        .node(
            5,
            (14.005, 35.005),
            &[("amenity", "pharmacy"), ("name", "Corner"), ("name:mt", "Kantuniera")],
        )
        .node(6, (14.0, 35.0), &[("place", "village"), ("name", "Village"), ("population", "1200")])
        .node(7, (13.90, 34.90), &[("barrier", "bollard")])
        .node(8, (14.10, 34.90), &[])
        .node(9, (14.10, 35.10), &[])
        .node(10, (13.90, 35.10), &[])
        .way(10, &[1, 2, 3], &[("highway", "primary"), ("name", "Main"), ("lit", "yes")])
        .way(11, &[2, 4], &[("route", "ferry"), ("duration", "00:20")])
        .way(12, &[7, 8, 9, 10, 7], &[("amenity", "clinic"), ("building", "yes")])
        .way(13, &[7, 8, 9], &[])
        .way(14, &[7, 10, 9], &[("waterway", "river")])
        .relation(
            20,
            &[("from", Member::Way(10)), ("via", Member::Node(2)), ("to", Member::Way(11))],
            &[("type", "restriction"), ("restriction", "no_left_turn"), ("except", "bicycle")],
        )
        .relation(
            21,
            &[
                ("outer", Member::Way(13)),
                ("outer", Member::Way(14)),
                ("label", Member::Node(6)),
                ("subarea", Member::Relation(99)),
            ],
            &[("type", "boundary"), ("boundary", "administrative"), ("admin_level", "8")],
        )
        .relation(
            22,
            &[("outer", Member::Way(13)), ("outer", Member::Way(14))],
            &[("type", "multipolygon"), ("amenity", "hospital")],
        )
}

#[test]
fn everything_of_a_village_is_in_its_list() {
    let extract = read(&village());
    assert_eq!(ways(&extract), [(10, vec![1, 2, 3]), (11, vec![2, 4])]);
    assert_eq!(node_ids(&extract), [1, 2, 3, 4]);
    assert_eq!(extract.position(OsmNodeId(4)), Some(LonLat { lon: 14.0, lat: 35.02 }));
    assert_eq!(extract.objects, ObjectCounts { nodes: 10, ways: 5, relations: 3 });

    let barriers: Vec<_> = extract.barriers.iter().map(|barrier| barrier.node.0).collect();
    assert_eq!(barriers, [2, 3], "the bollard at node 7 is on no road");
    assert_eq!(extract.barriers[0].tags.iter().collect::<Vec<_>>(), [("barrier", "gate")]);
    assert!(extract.ways[0].tags.is("name", "Main"));
    assert_eq!(extract.ways[0].tags.get("lit"), None, "no later stage reads it");

    let outlets: Vec<_> = extract.outlets.iter().map(|outlet| outlet.osm_id.as_str()).collect();
    assert_eq!(outlets, ["node/5", "way/12", "relation/22"]);
    assert!(extract.outlets[0].tags.is("name:mt", "Kantuniera"));
    for area in &extract.outlets[1..] {
        assert!(area.at.distance_m(LonLat { lon: 14.0, lat: 35.0 }) < 1.0, "{area:?}");
    }
    assert_eq!(extract.places.len(), 1);
    assert!(extract.places[0].tags.is("population", "1200"));

    assert_eq!(extract.boundaries.len(), 1);
    assert_eq!(extract.boundaries[0].admin_level, 8);
    let area = extract.boundaries[0].area.as_ref().expect("its two ways close");
    assert!((area.unsigned_area() - 0.04).abs() < 1e-9);
    assert_eq!(extract.remarks, []);
}

#[test]
fn the_same_map_is_read_from_every_way_of_writing_it_down() {
    let expected = read(&village());
    let usual = Layout::default;
    let layouts = [
        ("plain nodes", Layout { dense: false, ..usual() }),
        ("no metadata", Layout { metadata: false, ..usual() }),
        ("plain nodes without metadata", Layout { dense: false, metadata: false, ..usual() }),
        ("zlib", Layout { packing: Packing::Zlib, ..usual() }),
        ("many blobs", Layout { block_len: 1, ..usual() }),
        ("locations on ways", Layout { locations_on_ways: true, ..usual() }),
        ("coarse units", Layout { granularity: 1000, ..usual() }),
        ("fine units", Layout { granularity: 1, ..usual() }),
    ];
    for (name, layout) in layouts {
        assert_eq!(read(&village().layout(layout.clone())), expected, "{name}");
        assert_eq!(read(&village().layout(layout).reversed()), expected, "{name}, reversed");
    }
}

#[test]
fn an_unsorted_file_of_many_blobs_is_read_like_a_sorted_one() {
    let street = |reversed: bool| {
        let mut map = Map::new().layout(Layout { block_len: 3, ..Layout::default() });
        for i in 0..300 {
            map = map.node(i, (14.0 + i as f64 * 1e-4, 35.0), &[]);
        }
        for i in 0..299 {
            map = map.way(i, &[i, i + 1], ROAD);
        }
        read(&if reversed { map.reversed() } else { map })
    };
    let (sorted, unsorted) = (street(false), street(true));
    assert_eq!(sorted.ways.len(), 299);
    assert_eq!(sorted, unsorted);
}

#[test]
fn joined_files_are_read_as_one_map() {
    let west =
        Map::new().node(1, (14.0, 35.0), &[]).node(2, (14.1, 35.0), &[]).way(1, &[1, 2], ROAD);
    let east =
        Map::new().node(2, (14.1, 35.0), &[]).node(3, (14.2, 35.0), &[]).way(2, &[2, 3], ROAD);
    let mut bytes = west.encode();
    bytes.extend(east.encode());
    let extract = read_bytes(&bytes).expect("joined files are sound");
    assert_eq!(ways(&extract), [(1, vec![1, 2]), (2, vec![2, 3])]);
    assert_eq!(node_ids(&extract), [1, 2, 3]);
}

#[test]
fn a_way_is_cut_where_its_nodes_are_missing() {
    let map = Map::new()
        .node(1, (14.0, 35.0), &[])
        .node(2, (14.1, 35.0), &[])
        .node(4, (14.2, 35.0), &[("highway", "crossing")])
        .node(6, (14.3, 35.0), &[])
        .node(7, (14.4, 35.0), &[])
        .way(1, &[1, 2, 3, 4, 5, 6, 7], ROAD)
        .way(2, &[3, 4], ROAD)
        .way(3, &[6, 7], ROAD);
    let extract = read(&map);
    assert_eq!(ways(&extract), [(1, vec![1, 2]), (1, vec![6, 7]), (3, vec![6, 7])]);
    assert_eq!(node_ids(&extract), [1, 2, 6, 7]);
    assert_eq!(extract.barriers, [], "node 4 is on no piece that is left");
    let message = remark(&extract, "missing_nodes").expect("it is remarked on");
    assert!(message.starts_with("2 nodes of roads"), "{message}");
    assert!(message.contains("2 roads were cut"), "{message}");
    assert!(message.contains("1 of these were left out"), "{message}");
}

#[test]
fn a_way_of_one_node_is_left_out_and_remarked_on() {
    let map = Map::new().node(1, (14.0, 35.0), &[]).way(1, &[1], ROAD).way(2, &[], ROAD);
    let extract = read(&map);
    assert_eq!(extract.ways, []);
    assert_eq!(extract.nodes, []);
    assert!(remark(&extract, "short_ways").expect("it is remarked on").starts_with("2 roads"));
    assert!(remark(&extract, "no_roads").is_some());
}

#[test]
fn positions_noted_on_ways_stand_in_for_nodes_that_are_not_in_the_file() {
    let layout = Layout { locations_on_ways: true, ..Layout::default() };
    let whole = Map::new()
        .node(1, (14.0, 35.0), &[])
        .node(2, (14.1, -35.0), &[])
        .way(1, &[1, 2, 3], ROAD)
        .layout(layout.clone())
        .encode();
    let header = Map::new().layout(layout).encode().len();
    let nodes = Map::new().node(1, (14.0, 35.0), &[]).node(2, (14.1, -35.0), &[]).encode();
    let without_nodes = [&whole[..header], &whole[nodes.len()..]].concat();
    let extract = read_bytes(&without_nodes).expect("the file is sound");
    assert_eq!(extract.objects.nodes, 0);
    assert_eq!(ways(&extract), [(1, vec![1, 2])], "the map does not know node 3");
    assert_eq!(extract.position(OsmNodeId(2)), Some(LonLat { lon: 14.1, lat: -35.0 }));
}

#[test]
fn of_several_versions_the_newest_counts_wherever_it_stands() {
    let pharmacy = &[("amenity", "pharmacy")];
    let map = Map::new()
        .node(1, (14.0, 35.0), &[])
        .node(2, (14.2, 35.0), &[])
        .version(3)
        .node(2, (14.1, 35.0), &[])
        .version(2)
        .node(3, (14.3, 35.0), pharmacy)
        .node(3, (14.3, 35.0), &[("shop", "bakery")])
        .version(2)
        .node(4, (14.4, 35.0), pharmacy)
        .node(4, (14.4, 35.0), pharmacy)
        .version(2)
        .deleted()
        .node(5, (14.5, 35.0), pharmacy)
        .deleted()
        .node(5, (14.5, 35.0), pharmacy)
        .version(2)
        .way(1, &[1, 2], ROAD)
        .way(1, &[2, 1], ROAD)
        .version(2)
        .way(2, &[1, 2], ROAD)
        .way(2, &[1, 2], &[("railway", "abandoned")])
        .version(2)
        .way(3, &[1, 2], ROAD)
        .way(3, &[], &[])
        .version(2)
        .deleted()
        .relation(1, &[("from", Member::Way(1))], &[("type", "restriction")])
        .relation(1, &[("from", Member::Way(2))], &[("type", "restriction")])
        .version(2)
        .relation(2, &[("from", Member::Way(1))], &[("type", "restriction")])
        .relation(2, &[], &[])
        .version(2)
        .deleted();
    for block_len in [1, 8000] {
        let extract = read(&map.clone().layout(Layout { block_len, ..Layout::default() }));
        assert_eq!(ways(&extract), [(1, vec![2, 1])]);
        assert_eq!(extract.position(OsmNodeId(2)).map(|at| at.lon), Some(14.2));
        let outlets: Vec<_> = extract.outlets.iter().map(|outlet| &*outlet.osm_id).collect();
        assert_eq!(outlets, ["node/5"]);
        let restrictions: Vec<_> =
            extract.restrictions.iter().map(|r| (r.id.0, &*r.from)).collect();
        assert_eq!(restrictions, [(1, &[OsmWayId(2)][..])]);
        assert!(remark(&extract, "older_versions").is_some());
    }
}

#[test]
fn without_metadata_the_later_of_two_equal_ids_counts() {
    let map = Map::new()
        .node(1, (14.0, 35.0), &[])
        .node(1, (14.5, 35.0), &[])
        .node(2, (14.1, 35.0), &[])
        .way(1, &[1, 2], ROAD);
    for block_len in [1, 8000] {
        let layout = Layout { metadata: false, block_len, ..Layout::default() };
        let extract = read(&map.clone().layout(layout));
        assert_eq!(extract.position(OsmNodeId(1)).map(|at| at.lon), Some(14.5));
    }
}

#[test]
fn deleted_objects_are_left_out() {
    let map = Map::new()
        .node(1, (14.0, 35.0), &[])
        .node(2, (14.1, 35.0), &[])
        .node(3, (14.2, 35.0), &[])
        .deleted()
        .way(1, &[1, 2, 3], ROAD)
        .way(2, &[1, 2], ROAD)
        .deleted();
    let extract = read(&map);
    assert_eq!(ways(&extract), [(1, vec![1, 2])]);
    assert_eq!(extract.objects.ways, 2);
}

#[test]
fn a_turn_restriction_keeps_its_members_in_order_and_its_conditions() {
    let map = Map::new()
        .node(1, (14.0, 35.0), &[])
        .node(2, (14.1, 35.0), &[])
        .way(1, &[1, 2], ROAD)
        .relation(
            7,
            &[
                ("from", Member::Way(9)),
                ("via", Member::Way(3)),
                ("via", Member::Way(2)),
                ("to", Member::Way(5)),
                ("to", Member::Way(4)),
                ("location_hint", Member::Node(1)),
                ("to", Member::Node(8)),
            ],
            &[
                ("type", "restriction"),
                ("restriction:conditional", "no_u_turn @ (Mo-Fr 07:00-09:00)"),
                ("except", "bus;bicycle"),
                ("day_on", "Monday"),
                ("note", "dropped"),
            ],
        )
        .relation(8, &[("via", Member::Node(1))], &[("type", "restriction:motorcar")])
        .relation(9, &[("via", Member::Node(1))], &[("type", "enforcement")]);
    let extract = read(&map);
    let [by_way, by_node] = &extract.restrictions[..] else { panic!("there are two") };
    assert_eq!(by_way.from, [OsmWayId(9)]);
    assert_eq!(by_way.via, [3, 2].map(|id| RestrictionMember::Way(OsmWayId(id))));
    assert_eq!(by_way.to, [OsmWayId(5), OsmWayId(4)]);
    let keys: Vec<_> = by_way.tags.iter().map(|(key, _)| key).collect();
    assert_eq!(keys, ["day_on", "except", "restriction:conditional", "type"]);
    assert_eq!(by_node.via, [RestrictionMember::Node(OsmNodeId(1))]);
}

#[test]
fn a_boundary_that_does_not_close_has_no_area_and_is_named_in_one_remark() {
    let boundary = |name| {
        [("type", "boundary"), ("boundary", "administrative"), ("admin_level", "6"), ("name", name)]
    };
    let map = Map::new()
        .node(1, (14.0, 35.0), &[])
        .node(2, (14.1, 35.0), &[])
        .node(3, (14.1, 35.1), &[])
        .way(1, &[1, 2, 3], ROAD)
        .way(2, &[3, 1], &[])
        .way(3, &[3, 4, 1], &[])
        .relation(1, &[("outer", Member::Way(1)), ("outer", Member::Way(2))], &boundary("Whole"))
        .relation(2, &[("outer", Member::Way(1))], &boundary("Loose"))
        .relation(3, &[("outer", Member::Way(1)), ("outer", Member::Way(9))], &boundary("Clipped"))
        .relation(4, &[("outer", Member::Way(1)), ("outer", Member::Way(3))], &boundary("Gap"))
        .relation(
            5,
            &[("outer", Member::Way(1))],
            &[("boundary", "administrative"), ("admin_level", "city")],
        );
    let extract = read(&map);
    let closed: Vec<_> = extract.boundaries.iter().map(|b| (b.id.0, b.area.is_some())).collect();
    assert_eq!(closed, [(1, true), (2, false), (3, false), (4, false)]);
    let message = remark(&extract, "boundaries_open").expect("it is remarked on");
    assert!(message.starts_with("3 of 4") && message.ends_with("Loose, Clipped, Gap"), "{message}");
    let message = remark(&extract, "admin_level_unknown").expect("it is remarked on");
    assert!(message.ends_with("relation/5 (\"city\")"), "{message}");
}

#[test]
fn an_outlet_that_is_no_closed_area_lies_amid_what_is_known_of_it() {
    let map = Map::new()
        .node(1, (14.0, 35.0), &[])
        .node(2, (14.2, 35.0), &[])
        .way(1, &[1, 2, 3, 1], &[("amenity", "clinic")])
        .way(2, &[8, 9], &[("amenity", "doctors")])
        .relation(
            1,
            &[("perimeter", Member::Node(1)), ("", Member::Node(2)), ("", Member::Node(99))],
            &[("type", "site"), ("amenity", "hospital")],
        );
    let extract = read(&map);
    let outlets: Vec<_> = extract.outlets.iter().map(|o| (&*o.osm_id, o.at.lon)).collect();
    assert_eq!(outlets, [("way/1", 14.1), ("relation/1", 14.1)]);
    let message = remark(&extract, "position_unknown").expect("it is remarked on");
    assert!(message.starts_with("1 ") && message.ends_with("way/2"), "{message}");
}

#[test]
fn a_position_off_the_globe_is_no_position() {
    let map = Map::new()
        .node(1, (214.7, 35.0), &[])
        .node(2, (14.0, 35.0), &[])
        .node(3, (14.1, 91.0), &[("amenity", "pharmacy")])
        .way(1, &[1, 2], ROAD);
    let extract = read(&map);
    assert_eq!(extract.ways, []);
    assert!(remark(&extract, "missing_nodes").is_some());
    assert!(remark(&extract, "position_unknown").is_some());
}

#[test]
fn the_moment_of_the_data_is_given_in_utc() {
    let layout = Layout { replication_timestamp: Some(1_700_000_000), ..Layout::default() };
    let extract = read(&village().layout(layout));
    assert_eq!(extract.timestamp.as_deref(), Some("2023-11-14T22:13:20Z"));
    assert_eq!(read(&village()).timestamp, None);
}

#[test]
fn blobs_of_an_unknown_type_are_passed_over_with_a_remark() {
    let mut bytes = village().encode();
    bytes.extend(blob("OSMIndex", b"anything", Packing::Raw));
    let extract = read_bytes(&bytes).expect("the format allows them");
    assert_eq!(extract.ways.len(), 2);
    assert!(remark(&extract, "unknown_blobs").expect("it is remarked on").starts_with("1 blob"));
}

#[test]
fn progress_arrives_at_the_total_it_announced() {
    #[derive(Default)]
    struct Recorder {
        begun: std::sync::atomic::AtomicU64,
        advanced: std::sync::atomic::AtomicU64,
        ended: std::sync::atomic::AtomicU64,
    }
    use std::sync::atomic::Ordering::Relaxed;
    impl beatplan::progress::Progress for Recorder {
        fn begin(&self, _: &str, total: u64) {
            self.begun.fetch_add(total, Relaxed);
        }
        fn advance(&self, steps: u64) {
            self.advanced.fetch_add(steps, Relaxed);
        }
        fn end(&self) {
            self.ended.fetch_add(1, Relaxed);
        }
    }
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = folder.path().join("map.osm.pbf");
    let layout = Layout { block_len: 1, ..Layout::default() };
    let header_len = Map::new().encode().len() as u64;
    for (map, sweeps) in [(village(), 1), (village().reversed(), 3)] {
        let bytes = map.layout(layout.clone()).encode();
        std::fs::write(&path, &bytes).expect("the file can be written");
        let recorder = Recorder::default();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
        let result = pool.expect("a thread can be had").install(|| osm::read(&path, &recorder));
        result.expect("the map is sound");
        assert_eq!(recorder.ended.load(Relaxed), sweeps);
        assert_eq!(recorder.advanced.load(Relaxed), recorder.begun.load(Relaxed));
        if sweeps == 1 {
            assert_eq!(recorder.begun.load(Relaxed), bytes.len() as u64 - header_len);
        }
    }
}

#[test]
fn an_empty_map_is_no_error_but_remarked_on() {
    let extract = read(&Map::new());
    assert_eq!(extract.ways, []);
    assert!(remark(&extract, "no_roads").is_some());
}

#[test]
fn a_required_feature_that_is_not_known_is_named() {
    let layout = Layout { required_features: vec!["TimeTravel"], ..Layout::default() };
    let error = read_bytes(&village().layout(layout).encode()).expect_err("it cannot be read");
    assert!(matches!(
        &error,
        ExtractError::Unsupported { offset: 0, unsupported: Unsupported::Feature { name, .. }, .. }
            if name == "TimeTravel"
    ));
    assert!(error.to_string().contains("\"TimeTravel\""), "{error}");
}

#[test]
fn a_compression_that_is_not_known_is_named_with_what_to_do() {
    for (field, name) in [(4, "lzma"), (6, "lz4"), (7, "zstd")] {
        let layout = Layout { packing: Packing::Unknown(field), ..Layout::default() };
        let error = read_bytes(&village().layout(layout).encode()).expect_err("it cannot be read");
        let message = error.to_string();
        assert!(message.contains(name) && message.contains("osmium cat"), "{message}");
    }
}
