//! Inputs and wishes that cannot be met: each gets a message that a person can act on, and nothing is written.

use std::fs;
use std::path::{Path, PathBuf};

use crate::kit::{Home, Run, Seeded, listing, outcome, repository, run};

/// Plans in a folder of its own; with exit code 2 nothing may be left in it.
fn plan(territory: &Path) -> Run {
    let out = Home::empty();
    let mut plan = out.command("plan --date 2026-11-25 --effort quick --out plan");
    plan.arg(territory);
    let run = outcome(plan);
    match run.exit {
        2 => {
            assert_eq!(listing(out.folder()), [""; 0], "something was written:\n{}", run.stderr);
            assert_eq!(run.stdout, "");
        }
        _ => assert_eq!(listing(out.folder()), ["plan"], "{}", run.stderr),
    }
    run
}

/// Gozo with `from` in its territory file replaced by `to`.
fn gozo_with(from: &str, to: &str) -> Home {
    let home = Home::of("gozo");
    home.replace("territory.toml", from, to);
    home
}

#[test]
fn every_broken_input_gets_the_message_it_deserves() {
    let folder = repository("tests/fixtures/broken");
    let mut wrong = Vec::new();
    let mut cases = 0;
    for row in csv::Reader::from_path(folder.join("expected.csv")).unwrap().records() {
        let row = row.unwrap();
        let (case, exit) = (&row[0], row[1].parse::<i32>().unwrap());
        let case_folder = folder.join(case);
        let mut run = plan(&case_folder.join("territory.toml"));
        // The name of the case must not pass for a word of the message.
        run.stderr = run.stderr.replace(case_folder.to_str().unwrap(), "").replace(case, "");
        let missing = run.words_missing(&row[2]);
        if run.exit != exit || !missing.is_empty() {
            let Run { exit: found, stderr, .. } = run;
            wrong.push(format!(
                "{case}: exit {found}, expected {exit}; not said: {missing:?}\n{stderr}"
            ));
        }
        cases += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    let folders = listing(&folder).iter().filter(|name| folder.join(name).is_dir()).count();
    assert_eq!(cases, folders, "each case has its row");
}

#[test]
fn names_in_gbk_arrive_whole() {
    let out = Home::empty();
    let line = "plan tests/fixtures/broken/gbk_list/territory.toml --date 2026-11-25";
    out.run(&format!("{line} --effort quick --quiet --out plan")).expect(0);
    let written = out.text("plan/prospects.geojson");
    let list = fs::read(repository("tests/fixtures/broken/gbk_list/prospects.csv")).unwrap();
    let (list, _, has_errors) = encoding_rs::GBK.decode(&list);
    assert!(!has_errors);
    let mut rows = csv::Reader::from_reader(list.as_bytes());
    for row in rows.records() {
        let name = row.unwrap()[1].to_owned();
        assert!(written.contains(&name), "{name}");
    }
}

#[test]
fn an_extract_cut_short_anywhere_is_reported_with_the_place() {
    let whole = fs::read(repository("data/gozo/gozo.osm.pbf")).unwrap();
    let home = gozo_with("\"gozo.osm.pbf\"", "\"cut.osm.pbf\"");
    let mut random = Seeded(1);
    let first_bytes = [1, 4, 17, 100];
    let cuts = first_bytes.into_iter().chain((0..20).map(|_| random.below(whole.len() as u64)));
    for cut in cuts {
        home.write("cut.osm.pbf", &whole[..cut as usize]);
        let run = plan(&home.path("territory.toml")).expect(2);
        let missing = run.words_missing("cut.osm.pbf, offset |fetch the ");
        assert!(missing.is_empty(), "cut at {cut}: {missing:?} not said\n{}", run.stderr);
    }
}

#[test]
fn a_file_that_is_no_extract_is_reported_by_its_kind() {
    let mut random = Seeded(2);
    let noise: Vec<u8> = (0..50_000).map(|_| random.below(256) as u8).collect();
    let damaged = {
        let mut bytes = fs::read(repository("data/gozo/gozo.osm.pbf")).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0xff;
        bytes
    };
    let cases: [(&[u8], &str); 6] = [
        (b"", "empty file|fetch the extract again"),
        (&noise, "expected an OpenStreetMap PBF file"),
        (b"\x1f\x8b\x08\0 and so on, as gzip writes it", "gzip|osmium cat|unpack it"),
        (b"<?xml version='1.0'?>\n<osm version='0.6'></osm>\n", "XML|osmium cat"),
        (
            b"<!DOCTYPE html><html><body>404 Not Found</body></html>",
            "expected an OpenStreetMap PBF file",
        ),
        (&damaged, "offset |is damaged|fetch the file again"),
    ];
    let home = gozo_with("\"gozo.osm.pbf\"", "\"map.osm.pbf\"");
    for (bytes, words) in cases {
        home.write("map.osm.pbf", bytes);
        let run = plan(&home.path("territory.toml")).expect(2);
        let missing = run.words_missing(&format!("map.osm.pbf|{words}"));
        assert!(missing.is_empty(), "{missing:?} not said\n{}", run.stderr);
    }
}

#[test]
fn a_territory_file_that_names_missing_things_is_reported_with_the_place() {
    let cases = [
        (
            "mode = \"ebike\"",
            "mode = \"scooter\"",
            "scooter|car, ebike, motorcycle, bicycle, foot|.toml",
        ),
        ("mode = \"ebike\"", "mode = \"scooter.toml\"", "scooter.toml|No such file"),
        (
            "\"prospects.csv\"",
            "\"outlets.csv\"",
            "territory.toml, line |outlets.csv|there is no file",
        ),
        ("\"prospects.csv\"", "\".\"", "territory.toml, line |there is no file"),
        ("\"gozo.osm.pbf\"", "\"..\"", "territory.toml, line |there is no file"),
        (
            "[14.239959, 36.038795]",
            "[36.038795, 14.239959]",
            "Rita|36.038795, 14.239959|longitude comes first",
        ),
        (
            "[14.239959, 36.038795]",
            "[36.038795, 114.239959]",
            "territory.toml, line |rep.home|are the two swapped",
        ),
        (
            "[14.239959, 36.038795]",
            "[14.2]",
            "territory.toml, line |rep.home|[longitude, latitude]",
        ),
        (
            "datum = \"wgs84\"",
            "datum = \"gjc02\"",
            "territory.toml, line |prospects.datum|gjc02|wgs84|gcj02|bd09",
        ),
        ("\"09:00-18:00\"", "\"9 to 6\"", "territory.toml, line |rep.shift|9 to 6|09:00-18:00"),
        (
            "minutes = 60",
            "minutes = 600",
            "territory.toml, line |a lunch of 600 minutes|11:30 and 14:00",
        ),
        ("[[rep]]", "[rep]", "territory.toml, line "),
        ("name = \"gozo\"", "name = gozo", "territory.toml, line |quoted"),
    ];
    for (from, to, words) in cases {
        let run = plan(&gozo_with(from, to).path("territory.toml")).expect(2);
        let missing = run.words_missing(words);
        assert!(missing.is_empty(), "{to}: {missing:?} not said\n{}", run.stderr);
    }
}

#[test]
fn a_file_that_is_no_territory_file_is_reported_by_name() {
    for name in ["nowhere.toml", "data/gozo", "data/gozo/gozo.osm.pbf"] {
        let run = plan(&repository(name)).expect(2);
        assert_eq!(run.words_missing(&format!("{name}|cannot be read")), [""; 0], "{}", run.stderr);
    }
}

#[test]
fn a_folder_that_cannot_take_the_plan_is_reported_and_does_not_change() {
    let home = Home::empty();
    let at = |name: &str| home.path(name);
    home.write("letter.txt", "dear");
    fs::create_dir(at("thesis")).unwrap();
    home.write("thesis/chapter.doc", "one");
    // A process folder of Linux: not even root may make a folder there.
    let kernels = PathBuf::from("/proc/beatplan");
    let mut cases = vec![
        (at("letter.txt"), "is a file|--out"),
        (at("letter.txt/plan"), "cannot write there|--out"),
        (at("thesis"), "chapter.doc|--out"),
    ];
    cases.extend(Path::new("/proc/self").exists().then_some((kernels, "cannot write there|--out")));
    for (out, words) in cases {
        let out = out.display();
        let line = "plan data/gozo/territory.toml --date 2026-11-25 --effort quick --out";
        let run = run(&format!("{line} {out}")).expect(2);
        assert_eq!(run.stdout, "");
        let missing = run.words_missing(&format!("{out}|{words}"));
        assert!(missing.is_empty(), "{missing:?} not said\n{}", run.stderr);
    }
    assert_eq!(listing(home.folder()), ["letter.txt", "thesis"]);
    assert_eq!(listing(&at("thesis")), ["chapter.doc"]);
    assert_eq!(home.text("letter.txt"), "dear");
}

#[test]
fn wrong_use_is_reported_with_the_expected_form() {
    let parts = "plan --osm data/gozo/gozo.osm.pbf --prospects data/gozo/prospects.csv";
    let whole = format!("{parts} --home 14.239959,36.038795");
    let gozo = "plan data/gozo/territory.toml";
    let cases = [
        ("plan".to_owned(), "territory file|--osm|--prospects|--home"),
        (parts.to_owned(), "territory file|--home LON,LAT"),
        (
            format!("{parts} --home 36.038795,14.239959"),
            "36.038795, 14.239959|longitude comes first",
        ),
        (
            format!("{parts} --home 14.2,136.0"),
            "--home|longitude goes from -180 to 180 and comes first",
        ),
        (format!("{parts} --home Victoria"), "--home|Victoria|expected LON,LAT"),
        (
            format!("{parts} --home 14.200000,36.095000"),
            "14.200000, 36.095000|no usable road within 200 m",
        ),
        (format!("{whole} --mode scooter"), "scooter|car, ebike, motorcycle, bicycle, foot"),
        (format!("{whole} --prospects nowhere.csv"), "nowhere.csv|cannot be read"),
        (format!("{whole} --prospects data/gozo"), "data/gozo cannot be read"),
        (format!("{whole} --visits nowhere.csv"), "nowhere.csv|cannot be read"),
        (format!("{whole} --osm2 x"), "--osm2"),
        (
            format!("{whole} --shift 18:00-09:00"),
            "--shift|18:00-09:00|a later end such as 09:00-18:00",
        ),
        (format!("{whole} --timezone Europe/Gozo"), "--timezone|Europe/Gozo|Asia/Shanghai"),
        (
            "plan --osm nowhere.osm.pbf --prospects data/gozo/prospects.csv --home 14.2,36.0"
                .to_owned(),
            "nowhere.osm.pbf|cannot be read",
        ),
        (format!("{gozo} --osm data/gozo/gozo.osm.pbf"), "cannot be used with|--osm"),
        (format!("{gozo} --home 14.2,36.0"), "cannot be used with|--home"),
        (format!("{gozo} --mode car"), "cannot be used with|--mode"),
        (format!("{gozo} --date yesterday"), "--date|yesterday|2026-11-25, today or tomorrow"),
        (format!("{gozo} --date 2026-02-30"), "--date|2026-02-30|2026-11-25, today or tomorrow"),
        (format!("{gozo} --date 9999-12-31 --days 2"), "9999-12-31"),
        (format!("{gozo} --days 0"), "--days|1..=28"),
        (format!("{gozo} --days 29"), "--days|1..=28"),
        (format!("{gozo} --seed -1"), "-1"),
        (format!("{gozo} --effort hard"), "--effort|quick, normal, thorough"),
        (format!("{gozo} --threads 0"), "--threads"),
    ];
    let out = tempfile::tempdir().unwrap();
    let folder = out.path().join("plan");
    for (line, words) in cases {
        let run = run(&format!("{line} --out {}", folder.display()));
        assert_eq!(run.exit, 2, "{line}\n{}", run.stderr);
        let missing = run.words_missing(words);
        assert!(missing.is_empty(), "{line}: {missing:?} not said\n{}", run.stderr);
        assert_eq!(listing(out.path()), [""; 0], "{line}");
    }
}
