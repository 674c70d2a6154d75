//! The tables of `docs/tags.md`, row by row on small maps, and what does not fit into rows.

use jiff::civil::date;

use super::town::Town;
use crate::road::{Period, Profile, SnapFailure};
use crate::units::Seconds;

const PAGE: &str = include_str!("../../../docs/tags.md");

/// Wednesday, 25 November 2026, from 09:00 to 18:00.
const SHIFT: Period = Period {
    date: date(2026, 11, 25),
    from: Seconds::from_hours(9),
    to: Seconds::from_hours(18),
    is_holiday: false,
};

/// A row of a table: the tags of a way and of a node on it, and the expected access by profile.
struct Row {
    way: Vec<(String, String)>,
    node: Vec<(String, String)>,
    expected: Vec<(String, String)>,
    test: String,
}

/// Returns the rows of all tables with a column for each profile.
fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    let mut profiles: Vec<String> = Vec::new();
    for line in PAGE.lines() {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        match cells.as_slice() {
            ["tags", names @ .., "test"] => {
                profiles = names.iter().map(|name| (*name).to_owned()).collect();
            }
            [tags, access @ .., test]
                if tags.starts_with('`') && access.len() == profiles.len() =>
            {
                let (mut way, mut node) = (Vec::new(), Vec::new());
                for tag in tags.split('`').skip(1).step_by(2) {
                    let (list, tag) = match tag.strip_prefix("node: ") {
                        Some(tag) => (&mut node, tag),
                        None => (&mut way, tag),
                    };
                    let (key, value) = tag.split_once('=').expect("a tag has a key and a value");
                    list.push((key.to_owned(), value.to_owned()));
                }
                let expected = profiles.iter().cloned();
                let expected = expected.zip(access.iter().map(|a| (*a).to_owned())).collect();
                rows.push(Row { way, node, expected, test: (*test).to_owned() });
            }
            _ => {}
        }
    }
    rows
}

fn borrowed(tags: &[(String, String)]) -> Vec<(&str, &str)> {
    tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect()
}

/// Returns the access on a map where the tested road is the middle of the short way.
///
/// ```text
/// a b c d
/// e     h
/// ```
///
/// The road is `bxc`, with x between b and c. On a second map it leads to a dead end.
fn found(row: &Row, profile: &str) -> &'static str {
    let (way, node) = (borrowed(&row.way), borrowed(&row.node));
    let town = Town::drawn("a b x c d\n\n\n\ne       h").street("ab").street("cd");
    let town = town.way("bxc", &way).street("ae").street("eh").street("dh");
    let town = if node.is_empty() { town } else { town.barrier('x', &node) }.during(SHIFT);
    let streets = town.build(profile);
    let through = |from, to| streets.metres(from, to) == Some(300.0);
    let forward = through(('a', 'b'), ('c', 'd'));
    let backward = through(('c', 'd'), ('a', 'b'));
    match (forward, backward) {
        (true, true) => return "open",
        (true, false) => return "forward",
        (false, true) => return "backward",
        (false, false) => {}
    }
    let dead_end = Town::drawn("a b x c d").street("ab").way("bxc", &way).street("cd");
    let dead_end = if node.is_empty() { dead_end } else { dead_end.barrier('x', &node) };
    let dead_end = dead_end.during(SHIFT);
    let streets = dead_end.build(profile);
    let at = |a: char, b: char| {
        let (a, b) = (dead_end.place(a), dead_end.place(b));
        let middle = crate::lonlat::LonLat { lon: (a.lon + b.lon) / 2.0, lat: a.lat };
        streets.network.snap(middle, 5.0)
    };
    // Only a private road or gate lets a trip end on it or behind it.
    let ends_there = |from: Result<_, SnapFailure>, to: Result<_, SnapFailure>| match (from, to) {
        (Ok(from), Ok(to)) => streets.network.path(&from, &to).is_some(),
        _ => false,
    };
    match ends_there(at('a', 'b'), at('x', 'c')) || ends_there(at('a', 'b'), at('c', 'd')) {
        true => "destination",
        false => "closed",
    }
}

fn check(test: &str) {
    let rows: Vec<Row> = rows().into_iter().filter(|row| row.test == test).collect();
    assert!(!rows.is_empty(), "docs/tags.md has no row for {test}");
    let mut wrong = Vec::new();
    for row in &rows {
        for (profile, expected) in &row.expected {
            let found = found(row, profile);
            if found != expected {
                wrong.push(format!(
                    "{:?} {:?} for {profile}: {found}, not {expected}",
                    row.way, row.node
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

macro_rules! tests_of_the_tables {
    ($($name:ident)*) => {
        const NAMES: &[&str] = &[$(stringify!($name)),*];
        $(
            #[test]
            fn $name() {
                check(stringify!($name));
            }
        )*
    };
}

tests_of_the_tables! {
    access_values access_keys access_lists other_traffic classes motorroads pedestrian_streets paths
    lifecycle surfaces sizes oneways conditional_dates conditional_hours conditional_alternatives
    road_hours barriers access_of_nodes ferries
}

#[test]
fn every_test_that_the_page_names_exists() {
    let sources = [
        include_str!("tags.rs"),
        include_str!("mod.rs"),
        include_str!("../conditional.rs"),
        include_str!("../turn_costs.rs"),
    ];
    let is_there = |name: &str| {
        NAMES.contains(&name) || sources.iter().any(|s| s.contains(&format!("fn {name}()")))
    };
    for row in rows() {
        assert!(is_there(&row.test), "docs/tags.md names the test {}", row.test);
    }
    let in_prose = PAGE.split('`').skip(1).step_by(2);
    let names: Vec<&str> = in_prose
        .filter(|code| code.matches('_').count() > 3 && !code.contains([' ', '=', ':']))
        .filter(|code| !code.ends_with("_on_red"))
        .collect();
    assert!(names.len() >= 8, "{names:?}");
    for name in names {
        assert!(is_there(name), "docs/tags.md names the test {name}");
    }
}

#[test]
fn the_wait_for_a_ferry_is_half_its_interval() {
    let picture = "a b         x         c d";
    let seconds = |town: Town, interval: &str| {
        let streets = town.build("car");
        let path = streets.network.path(&streets.between('a', 'b'), &streets.between('c', 'd'));
        path.unwrap_or_else(|| panic!("{interval}")).cost.time().seconds()
    };
    let one_way = |interval: &str| {
        let with = [("route", "ferry"), ("duration", "00:30"), ("interval", interval)];
        seconds(Town::drawn(picture).street("ab").way("bc", &with).street("cd"), interval)
    };
    let none = one_way("unknown");
    for (interval, wait_s) in
        [("45", 1350.0), ("00:45", 1350.0), ("PT45M", 1350.0), ("1:00", 1800.0)]
    {
        assert!((one_way(interval) - none - wait_s).abs() < 0.1, "{interval}");
    }
    let half = [("route", "ferry"), ("duration", "00:15"), ("interval", "45")];
    let town = Town::drawn(picture).street("ab").way("bx", &half).way("xc", &half).street("cd");
    assert!((seconds(town, "two ways") - none - 1350.0).abs() < 0.1);
}

#[test]
fn a_conditional_limit_slows_a_road_down_only_in_its_hours() {
    let speed = |conditional: &str, periods: &[Period]| {
        let with = [("maxspeed", "50"), ("maxspeed:conditional", conditional)];
        let mut town = Town::drawn("a b c").way("abc", &with);
        for period in periods {
            town = town.during(*period);
        }
        let streets = town.build("car");
        let path = streets.network.path(&streets.between('a', 'b'), &streets.between('b', 'c'));
        path.unwrap().cost.time().seconds()
    };
    let usual = speed("5 @ (Sa,Su)", &[SHIFT]);
    assert!(speed("5 @ (Mo-Fr 10:00-11:00)", &[SHIFT]) > usual * 2.0);
    assert_eq!(speed("5 @ (22:00-06:00)", &[SHIFT]), usual);
    assert_eq!(speed("5 @ wet", &[SHIFT]), usual);
    assert_eq!(speed("5 @ snow", &[]), usual);
    // Without hours of travel the lowest limit counts.
    assert!(speed("5 @ (22:00-06:00)", &[]) > usual * 2.0);
}

#[test]
fn a_turn_that_is_forbidden_at_red_is_allowed() {
    for kind in ["no_right_turn_on_red", "no_left_turn_on_red", "no_turn_on_red"] {
        let town = super::grid().restriction(1, 'e', 5, &[("restriction", kind)]);
        let streets = town.build("car");
        assert_eq!(streets.metres(('d', 'e'), ('b', 'e')), Some(100.0), "{kind}");
        assert!(streets.remarks.is_empty(), "{kind}: {:?}", streets.remarks);
    }
}

/// The street from d to f passes through e; other ways end there.
fn street_with(side: &str, tags: &[(&str, &str)]) -> Town {
    Town::drawn("a b c\nd e f\ng h i")
        .street("def")
        .street("adg")
        .street("cfi")
        .street("abc")
        .way(side, tags)
}

#[test]
fn a_bollard_beside_a_road_leaves_the_road_open() {
    let bollard = [("barrier", "bollard")];
    for side in ["eh", "beh"] {
        let town = street_with(side, &[("highway", "footway")]).barrier('e', &bollard);
        assert_eq!(town.build("car").metres(('d', 'e'), ('e', 'f')), Some(100.0), "{side}");
    }
    // A side street is closed at its mouth.
    let town = street_with("be", &[]).barrier('e', &bollard);
    let streets = town.build("car");
    assert_eq!(streets.metres(('d', 'e'), ('e', 'f')), Some(100.0));
    assert_eq!(streets.metres(('d', 'e'), ('b', 'e')), Some(300.0));
    // On a street without a side way, or where two streets cross, the bollard closes all.
    let alone = street_with("gh", &[]).barrier('e', &bollard);
    assert_eq!(alone.build("car").metres(('d', 'e'), ('e', 'f')), Some(500.0));
    let crossing = street_with("beh", &[]).barrier('e', &bollard);
    assert_eq!(crossing.build("car").metres(('d', 'e'), ('e', 'f')), Some(500.0));
}

#[test]
fn a_gate_of_a_driveway_leaves_the_street_open() {
    let gate = [("barrier", "gate"), ("access", "private")];
    let town = street_with("eh", &[("highway", "service")]).barrier('e', &gate);
    let streets = town.build("car");
    assert_eq!(streets.metres(('d', 'e'), ('e', 'f')), Some(100.0));
    // The driveway has no other entrance, so the gate opens for it.
    assert_eq!(streets.metres(('d', 'e'), ('e', 'h')), Some(100.0));
}

#[test]
fn a_bollard_between_two_ends_of_a_road_closes_it() {
    let town = Town::drawn("a b c\nd e f\n  h")
        .street("de")
        .street("ef")
        .street("ad")
        .street("cf")
        .street("abc")
        .way("eh", &[("highway", "footway")])
        .barrier('e', &[("barrier", "bollard")]);
    assert_eq!(town.build("car").metres(('d', 'e'), ('e', 'f')), Some(500.0));
}

#[test]
fn an_unclear_condition_is_told() {
    let remarks = |with: &[(&str, &str)], periods: &[Period]| {
        let mut town = Town::drawn("a b c").street("ab").way("bc", with);
        for period in periods {
            town = town.during(*period);
        }
        let streets = town.build("car");
        let remarks = &streets.network.info().remarks;
        remarks.iter().map(|r| format!("{}: {}", r.code, r.message)).collect::<Vec<_>>().join("\n")
    };
    let full_moon = [("access:conditional", "no @ full_moon")];
    let told = remarks(&full_moon, &[SHIFT]);
    assert!(told.starts_with("conditional_access: 1 road, ferry or barrier has"), "{told}");
    assert!(told.contains("not understood") && told.contains("(way/1)"), "{told}");
    assert!(remarks(&[("oneway:conditional", "schooldays only")], &[SHIFT]).contains("way/1"));
    let clear = [("access:conditional", "no @ (Mo-Fr 08:00-10:00)")];
    assert_eq!(remarks(&clear, &[SHIFT]), "");
    assert!(remarks(&clear, &[]).contains("no hours of travel"));
    // Nobody asks about lorries.
    assert_eq!(remarks(&[("hgv:conditional", "no @ full_moon")], &[SHIFT]), "");
    assert_eq!(remarks(&[("maxspeed:conditional", "30 @ wet")], &[SHIFT]), "");
}

#[test]
fn a_network_is_kept_only_for_days_with_the_same_answers() {
    let town = Town::drawn("a b c")
        .way("abc", &[("access:conditional", "no @ (Mo-Fr 08:00-10:00)")])
        .during(SHIFT);
    let streets = town.build("car");
    let info = streets.network.info();
    let sunday = Period { date: date(2026, 11, 29), ..SHIFT };
    let thursday = Period { date: date(2026, 11, 26), ..SHIFT };
    assert!(info.is_right_for(&[SHIFT]) && info.is_right_for(&[thursday]));
    assert!(!info.is_right_for(&[sunday]) && !info.is_right_for(&[]));
}

#[test]
fn a_profile_without_the_new_keys_ignores_their_tags() {
    let profile = Profile::parse(
        "name = \"plain\"\naccess = [\"motor_vehicle\", \"access\"]\noneway = [\"oneway\"]\n\
         speed_max_kmh = 50\nferry_speed_kmh = 10\nbarriers_open = [\"gate\"]\n\
         [speed_kmh]\nresidential = 30\nprimary = 40\n",
    )
    .unwrap();
    for way in [
        &[("motorroad", "yes"), ("highway", "primary")][..],
        &[("smoothness", "impassable")],
        &[("width", "1"), ("maxheight", "1"), ("construction", "yes")],
        &[("access:conditional", "no @ (Mo-Fr 08:00-18:00)")],
        &[("opening_hours", "Sa")],
    ] {
        let town = Town::drawn("a b c d").street("ab").way("bc", way).street("cd").during(SHIFT);
        let streets = town.build_for(&profile);
        assert_eq!(streets.metres(('a', 'b'), ('c', 'd')), Some(200.0), "{way:?}");
        assert!(streets.network.info().conditions.is_empty(), "{way:?}");
    }
    for node in [&[("access", "no")][..], &[("maxwidth", "1")], &[("ford", "stepping_stones")]] {
        let town = super::grid().barrier('e', node).during(SHIFT);
        let streets = town.build_for(&profile);
        assert_eq!(streets.metres(('d', 'e'), ('e', 'f')), Some(100.0), "{node:?}");
    }
    let bollard =
        street_with("eh", &[("highway", "footway")]).barrier('e', &[("barrier", "bollard")]);
    assert_eq!(bollard.build_for(&profile).metres(('d', 'e'), ('e', 'f')), Some(500.0));
}
