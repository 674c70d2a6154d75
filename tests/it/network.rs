//! `beatplan network build|info|route|matrix` as a user runs them.

use std::fs;
use std::process::Stdio;
use std::sync::LazyLock;

use crate::kit::pbf::Map;
use crate::kit::{Home, Run, Seeded, beatplan, listing, repository};
use serde_json::Value;

/// A folder for the files of one test beside the car network of Gozo, which is built once for all.
struct Gozo {
    home: Home,
}

impl Gozo {
    fn new() -> Self {
        static BUILT: LazyLock<Home> = LazyLock::new(|| {
            let home = Home::for_all_tests("network", "gozo");
            home.run("network build gozo.osm.pbf -o gozo.road").expect(0);
            home
        });
        let home = Home::empty();
        fs::copy(BUILT.path("gozo.road"), home.path("gozo.road")).unwrap();
        Self { home }
    }

    fn path(&self, name: &str) -> String {
        self.home.path(name).to_str().unwrap().to_owned()
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        self.home.write(name, content);
        self.path(name)
    }

    fn matrix(&self, points: &str) -> Run {
        self.home.run(&format!("network matrix gozo.road --points {points}"))
    }

    fn route(&self, from: (f64, f64), to: (f64, f64)) -> Run {
        let [from, to] = [from, to].map(|(lon, lat)| format!("{lon},{lat}"));
        self.home.run(&format!("network route gozo.road --from {from} --to {to}"))
    }
}

fn extract() -> String {
    repository("data/gozo/gozo.osm.pbf").to_str().unwrap().to_owned()
}

/// The rows of a table of travel times.
fn cells(table: &str) -> Vec<[String; 4]> {
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    assert_eq!(reader.headers().unwrap(), vec!["from", "to", "seconds", "metres"]);
    reader.deserialize().map(Result::unwrap).collect()
}

/// Id and position of every outlet of Gozo's list.
fn outlets() -> Vec<(String, (f64, f64))> {
    let list = repository("data/gozo/prospects.csv");
    let mut reader = csv::Reader::from_path(list).unwrap();
    let number = |text: &str| text.parse::<f64>().unwrap();
    reader
        .records()
        .map(Result::unwrap)
        .map(|row| (row[0].to_owned(), (number(&row[2]), number(&row[3]))))
        .collect()
}

#[test]
fn each_cell_of_the_matrix_is_exactly_its_route() {
    let gozo = Gozo::new();
    let list = repository("data/gozo/prospects.csv");
    let matrix = gozo.matrix(list.to_str().unwrap()).expect(0);
    let outlets = outlets();
    let cells = cells(&matrix.stdout);
    assert_eq!(cells.len(), outlets.len() * outlets.len());
    let mut random = Seeded(7);
    for _ in 0..20 {
        let at = random.below(cells.len() as u64) as usize;
        let (from, to) = (&outlets[at / outlets.len()], &outlets[at % outlets.len()]);
        let [from_id, to_id, seconds, metres] = &cells[at];
        assert_eq!((from_id, to_id), (&from.0, &to.0));
        let route = gozo.route(from.1, to.1).expect(0);
        let feature: Value = serde_json::from_str(&route.stdout).unwrap();
        assert_eq!(feature["properties"]["seconds"], Value::from(seconds.parse::<f64>().unwrap()));
        assert_eq!(feature["properties"]["metres"], Value::from(metres.parse::<f64>().unwrap()));
    }
}

#[test]
fn a_route_is_a_line_along_the_road_as_long_as_it_says() {
    let gozo = Gozo::new();
    let outlets = outlets();
    let route = gozo.route(outlets[0].1, outlets[2].1).expect(0);
    assert_eq!(route.stderr, "");
    let feature: Value = serde_json::from_str(&route.stdout).unwrap();
    assert_eq!(
        (&feature["type"], &feature["geometry"]["type"]),
        (&"Feature".into(), &"LineString".into())
    );
    let line: Vec<[f64; 2]> =
        serde_json::from_value(feature["geometry"]["coordinates"].clone()).unwrap();
    let at = |[lon, lat]: [f64; 2]| beatplan::lonlat::LonLat { lon, lat };
    let drawn: f64 = line.windows(2).map(|pair| at(pair[0]).distance_m(at(pair[1]))).sum();
    let metres = feature["properties"]["metres"].as_f64().unwrap();
    assert!((drawn - metres).abs() < 0.05 + metres * 1e-4, "drawn {drawn}, said {metres}");
    let digits =
        |number: f64| number.to_string().split_once('.').map_or(0, |(_, digits)| digits.len());
    assert!(line.iter().flatten().all(|degrees| digits(*degrees) <= 7), "{line:?}");
    assert!(feature["properties"]["attribution"].as_str().unwrap().contains("OpenStreetMap"));
}

#[test]
fn a_route_to_where_one_is_takes_no_time() {
    let gozo = Gozo::new();
    let route = gozo.route((14.239959, 36.038795), (14.239959, 36.038795)).expect(0);
    let feature: Value = serde_json::from_str(&route.stdout).unwrap();
    assert_eq!(feature["properties"]["seconds"], Value::from(0.0));
    assert_eq!(feature["properties"]["metres"], Value::from(0.0));
}

#[test]
fn a_route_from_off_the_roads_is_refused_with_the_option_and_the_nearest_road() {
    let gozo = Gozo::new();
    let run = gozo.route((14.2, 36.095), (14.239959, 36.038795)).expect(2);
    let missing =
        run.words_missing("--from 14.2,36.095|no usable road within 200 m|the nearest is");
    assert!(missing.is_empty() && run.stdout.is_empty(), "{missing:?}\n{}", run.stderr);
}

#[test]
fn ids_with_commas_and_quotation_marks_are_quoted() {
    let gozo = Gozo::new();
    let points =
        "id,lon,lat\n\"Shop, Inc.\",14.2399,36.0387\n\"the \"\"old\"\" one\",14.2937,36.0374\n";
    let matrix = gozo.matrix(&gozo.write("points.csv", points)).expect(0);
    let ids: Vec<String> = cells(&matrix.stdout).into_iter().map(|[from, ..]| from).collect();
    assert_eq!(ids, ["Shop, Inc.", "Shop, Inc.", "the \"old\" one", "the \"old\" one"]);
}

#[test]
fn many_points_off_the_roads_are_named_in_a_file_and_only_the_first_on_the_terminal() {
    let gozo = Gozo::new();
    let sea: String = (0..20).map(|at| format!("sea{at},14.2,36.095\n")).collect();
    let points = gozo.write("points.csv", format!("id,lon,lat\n{sea}town,14.2399,36.0387\n"));
    let run = gozo.matrix(&points).expect(1);
    assert_eq!(run.stderr.matches("has no travel times").count(), 5, "{}", run.stderr);
    assert!(run.stderr.contains("… and 15 more; --unreachable FILE writes all"), "{}", run.stderr);
    let (network, file) = (gozo.path("gozo.road"), gozo.path("unreachable.csv"));
    let args = ["network", "matrix", &network, "--points", &points, "--unreachable", &file];
    let run = beatplan(args).expect(1);
    assert!(run.stderr.contains("unreachable.csv lists all"), "{}", run.stderr);
    let written = fs::read_to_string(&file).unwrap();
    assert_eq!(written.lines().count(), 21);
    assert!(
        written.starts_with("id,lon,lat,reason\nsea0,14.2,36.095,\"no usable road"),
        "{written}"
    );
}

#[test]
fn points_off_the_roads_have_empty_cells_and_need_a_person() {
    let gozo = Gozo::new();
    let points = "id,lon,lat\nsea,14.2,36.095\ntown,14.2399,36.0387\nharbour,14.2937,36.0374\n";
    let run = gozo.matrix(&gozo.write("points.csv", points)).expect(1);
    assert!(
        run.words_missing("sea has no travel times|no usable road within 200 m").is_empty(),
        "{}",
        run.stderr
    );
    for [from, to, seconds, metres] in cells(&run.stdout) {
        let is_empty = from == "sea" || to == "sea";
        assert_eq!((seconds.is_empty(), metres.is_empty()), (is_empty, is_empty), "{from} {to}");
    }
}

#[test]
fn a_table_goes_to_its_file_whole_and_readable() {
    let gozo = Gozo::new();
    let list = repository("data/gozo/prospects.csv");
    let (list, out) = (list.to_str().unwrap(), gozo.path("times.csv"));
    let run =
        beatplan(["network", "matrix", &gozo.path("gozo.road"), "--points", list, "-o", &out]);
    let run = run.expect(0);
    assert_eq!((&*run.stdout, &*run.stderr), ("", ""));
    assert_eq!(fs::read_to_string(&out).unwrap(), gozo.matrix(list).stdout);
    assert_eq!(listing(gozo.home.folder()), ["gozo.road", "times.csv"]);
}

#[test]
fn a_matrix_of_an_extract_is_that_of_its_car_network() {
    let gozo = Gozo::new();
    let list = repository("data/gozo/prospects.csv");
    let list = list.to_str().unwrap();
    let from_extract = beatplan(["network", "matrix", &extract(), "--points", list]).expect(0);
    assert_eq!(from_extract.stdout, gozo.matrix(list).stdout);
}

#[test]
fn points_are_read_as_spreadsheets_save_them() {
    let gozo = Gozo::new();
    let plain = gozo.write("plain.csv", "id,lon,lat\n药店,14.2399,36.0387\nB,14.2937,36.0374\n");
    let (gbk, _, _) = encoding_rs::GBK
        .encode("lat;lon;id;other\r\n36.0387;14.2399;药店;x\r\n36.0374;14.2937;B;\r\n");
    let excel = gozo.write("excel.csv", gbk);
    assert_eq!(gozo.matrix(&excel).expect(0).stdout, gozo.matrix(&plain).expect(0).stdout);
}

#[test]
fn all_faults_of_the_points_are_told_at_once() {
    let gozo = Gozo::new();
    let points = "id,lon,lat\nA,14.2,north\n,14.2,36.0\nC,36.0387,114.2399\n";
    let run = gozo.matrix(&gozo.write("points.csv", points)).expect(2);
    let words = "points.csv, row 2, column \"lat\": found \"north\"|row 3, column \"id\"|row 4, column \"lat\"|swapped";
    assert!(run.words_missing(words).is_empty(), "{}", run.stderr);
    let run = gozo.matrix(&gozo.write("points.csv", "name,x,y\nA,1,2\n")).expect(2);
    assert!(
        run.words_missing("points.csv|\"id\"|\"lon\"|\"lat\"|name, x, y").is_empty(),
        "{}",
        run.stderr
    );
    let run = gozo.matrix(&gozo.path("nowhere.csv")).expect(2);
    assert!(run.words_missing("nowhere.csv|cannot be read").is_empty(), "{}", run.stderr);
}

#[test]
fn a_network_is_the_same_bytes_for_any_number_of_threads() {
    let gozo = Gozo::new();
    for threads in ["1", "2"] {
        let again = gozo.path("again.road");
        beatplan(["network", "build", &extract(), "-o", &again, "--threads", threads]).expect(0);
        assert!(fs::read(&again).unwrap() == fs::read(gozo.path("gozo.road")).unwrap());
    }
}

#[test]
fn info_says_where_a_network_comes_from() {
    let gozo = Gozo::new();
    let info = beatplan(["network", "info", &gozo.path("gozo.road")]).expect(0);
    for words in ["car", "gozo.osm.pbf", "2024-03-13", "nodes", "OpenStreetMap contributors"] {
        assert!(info.stdout.contains(words), "{words}\n{}", info.stdout);
    }
    let json = beatplan(["network", "info", "--json", &gozo.path("gozo.road")]).expect(0);
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(json["info"]["profile"]["name"], "car");
    assert_eq!(json["info"]["extract"], "gozo.osm.pbf");
    assert!(json["size"]["nodes"].as_u64().unwrap() > 3000, "{json}");
}

#[test]
fn a_file_that_is_no_sound_network_is_told_apart() {
    let gozo = Gozo::new();
    let sound = fs::read(gozo.path("gozo.road")).unwrap();
    let changed = |at: usize| {
        let mut bytes = sound.clone();
        bytes[at] ^= 1;
        bytes
    };
    let mut of_version_255 = sound.clone();
    of_version_255[8] = 255;
    let cases: [(Vec<u8>, &str); 7] = [
        (Vec::new(), "not a road network of beatplan|network build"),
        (b"id,name\n".to_vec(), "not a road network of beatplan|network build"),
        (changed(0), "not a road network of beatplan|network build"),
        (of_version_255, "version 255, this program reads version |build it again"),
        (changed(sound.len() / 2), "damaged|build it again"),
        (sound[..sound.len() - 1].to_vec(), "damaged|build it again"),
        (sound[..15].to_vec(), "damaged|build it again"),
    ];
    for (bytes, words) in cases {
        let file = gozo.write("other.road", bytes);
        let run = beatplan(["network", "info", &file]).expect(2);
        let missing = run.words_missing(&format!("other.road|{words}"));
        assert!(missing.is_empty() && run.stdout.is_empty(), "{missing:?}\n{}", run.stderr);
    }
    let run = beatplan(["network", "info", &gozo.path("nowhere.road")]).expect(2);
    assert!(run.words_missing("nowhere.road|cannot be read").is_empty(), "{}", run.stderr);
}

#[test]
fn a_network_is_built_whole_or_not_at_all() {
    let home = tempfile::tempdir().unwrap();
    let out = |name: &str| home.path().join(name).to_str().unwrap().to_owned();
    let build = |options: &[&str]| beatplan(["network", "build"].iter().chain(options));
    let run = build(&[&extract(), "-o", &out("deep/gozo.road")]).expect(2);
    assert!(run.words_missing("deep/gozo.road|cannot be written").is_empty(), "{}", run.stderr);
    let run = build(&[&extract(), "-o", &out("gozo.road"), "--profile", "boat"]).expect(2);
    assert!(
        run.words_missing("boat|car, ebike, motorcycle, bicycle, foot").is_empty(),
        "{}",
        run.stderr
    );
    fs::write(home.path().join("boat.toml"), "name = \"boat\"\nspeed = 3\n").unwrap();
    let run =
        build(&[&extract(), "-o", &out("gozo.road"), "--profile", &out("boat.toml")]).expect(2);
    assert!(run.words_missing("boat.toml|speed").is_empty(), "{}", run.stderr);
    assert_eq!(listing(home.path()), ["boat.toml"]);
}

#[test]
fn a_profile_of_ones_own_is_a_mode_like_any_other() {
    let home = Home::empty();
    fs::copy(repository("tests/fixtures/flat.toml"), home.path("cart.toml")).unwrap();
    home.run("network build data/gozo/gozo.osm.pbf -o cart.road --profile cart.toml").expect(0);
    let info = home.run("network info --json cart.road").expect(0);
    let info: Value = serde_json::from_str(&info.stdout).unwrap();
    assert_eq!(info["info"]["profile"]["name"], "flat");
}

#[test]
fn a_reader_who_has_gone_is_no_error() {
    let gozo = Gozo::new();
    let line = "network matrix gozo.road --points data/gozo/prospects.csv";
    let mut child =
        gozo.home.command(line).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}

/// A map with a short way that is closed on working days in winter, and a way round.
fn map_with_a_conditional_road() -> Home {
    const STREET: &[(&str, &str)] = &[("highway", "residential")];
    let conditional = "no @ (Nov-Apr); yes @ (Nov-Apr Sa,Su)";
    let map = Map::new()
        .node(1, (14.400, 35.90), &[])
        .node(2, (14.402, 35.90), &[])
        .node(3, (14.406, 35.90), &[])
        .node(4, (14.408, 35.90), &[])
        .node(5, (14.400, 35.91), &[])
        .node(6, (14.408, 35.91), &[])
        .way(1, &[1, 2], STREET)
        .way(2, &[2, 3], &[("highway", "residential"), ("motor_vehicle:conditional", conditional)])
        .way(3, &[3, 4], STREET)
        .way(4, &[1, 5, 6, 4], STREET);
    let home = Home::empty();
    home.write("map.osm.pbf", map.encode());
    home
}

/// Metres of the route over the short way or the way round.
fn metres(run: &Run) -> f64 {
    let feature: Value = serde_json::from_str(&run.stdout).unwrap();
    feature["properties"]["metres"].as_f64().unwrap()
}

#[test]
fn a_route_at_a_date_and_time_obeys_the_conditional_tags_of_that_moment() {
    let home = map_with_a_conditional_road();
    let ask = |network: &str, at: &str| {
        home.run(&format!("network route {network} --from 14.401,35.9 --to 14.407,35.9 {at}"))
    };
    let metres_at = |at: &str| metres(&ask("map.osm.pbf", at).expect(0));
    assert!(metres_at("--at 2026-07-22T09:00") < 600.0, "summer");
    assert!(metres_at("--at 2026-11-25T09:00") > 2000.0, "a Wednesday in winter");
    assert!(metres_at("--at 2026-11-28T09:00") < 600.0, "a Saturday in winter");
    // Without a moment the strictest value counts, and a remark says so.
    let always = ask("map.osm.pbf", "").expect(0);
    assert!(metres(&always) > 2000.0);
    assert_eq!(always.words_missing("conditional tags|no hours of travel|way/2"), [""; 0]);
    let wrong = ask("map.osm.pbf", "--at 2026-11-25").expect(2);
    assert_eq!(wrong.words_missing("2026-11-25T09:00"), [""; 0]);
}

#[test]
fn a_network_file_answers_for_its_own_hours_only() {
    let home = map_with_a_conditional_road();
    home.run("network build map.osm.pbf -o summer.road --at 2026-07-22T09:00").expect(0);
    let ask = |at: &str| {
        home.run(&format!("network route summer.road --from 14.401,35.9 --to 14.407,35.9 {at}"))
    };
    assert!(metres(&ask("").expect(0)) < 600.0);
    assert!(metres(&ask("--at 2026-08-01T12:00").expect(0)) < 600.0);
    let refused = ask("--at 2026-11-25T09:00").expect(2);
    assert_eq!(refused.words_missing("summer.road|built for other hours|--at"), [""; 0]);
    let info = home.run("network info summer.road").expect(0);
    assert!(info.stdout.contains("\"Nov-Apr\" does not hold"), "{}", info.stdout);

    home.write("points.csv", "id,lon,lat\na,14.401,35.9\nb,14.407,35.9\n");
    let at = "--at 2026-11-25T09:00";
    let matrix =
        home.run(&format!("network matrix map.osm.pbf --points points.csv {at}")).expect(0);
    assert!(cells(&matrix.stdout)[1][3].parse::<f64>().unwrap() > 2000.0);
    let reached = |at: &str| {
        let ask = "network isochrone map.osm.pbf --from 14.401,35.9 --minutes 1 --roads --at";
        home.run(&format!("{ask} {at}")).expect(0).stdout.lines().count()
    };
    assert!(reached("2026-07-22T09:00") > reached("2026-11-25T09:00"));
}
