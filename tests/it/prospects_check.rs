//! `beatplan prospects check` from end to end, and plans made with lists that are not plain.

use std::fs;
use std::path::Path;

use crate::kit::{Home, Run, beatplan, contents, json, repository};
use insta::assert_snapshot;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use serde_json::Value;

/// The run without the folder its files are in.
fn check(folder: &Path, args: &[&str]) -> Run {
    let files = args.iter().map(|arg| match folder.join(arg).is_file() {
        true => folder.join(arg).display().to_string(),
        false => (*arg).to_owned(),
    });
    let mut run = beatplan(["prospects", "check"].map(str::to_owned).into_iter().chain(files));
    let prefix = format!("{}/", folder.display());
    run.stdout = run.stdout.replace(&prefix, "");
    run.stderr = run.stderr.replace(&prefix, "");
    run
}

#[test]
fn says_what_it_understands_of_a_chinese_list_and_all_that_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let text = "某县药店名单\n\
        编号；药店名称；店主；经度；纬度；客户等级；回款\n\
        Ｐ１；同仁堂；王五；116,4041；39,9142；一级；12.500,00\n"
        .replace('；', ";")
        + "P2;仁济;李四;;;乙;3000\n合计;;;;;;15500\n";
    let bytes = encoding_rs::GB18030.encode(&text).0;
    fs::write(folder.path().join("药店.csv"), &bytes).unwrap();
    let run = check(folder.path(), &["药店.csv"]).expect(1);
    assert_snapshot!(run.stdout, @r#"
    药店.csv: gb18030 text, separated by ";", header in row 2
      columns read   编号 → id, 药店名称 → name, 经度 → lon, 纬度 → lat, 客户等级 → tier, 回款 → revenue
      other columns  店主
      rows           1 good, 1 with faults, 1 with sums
      places         WGS-84; 1 good row has no coordinates
      outlets        1 other
      note: the header is row 2; row 1 above it ("某县药店名单") was not read
      note: row 5 holds totals and was ignored
      fault: row 3, column "回款": found "12.500,00", expected a number such as 12500.50
    "#);
}

#[test]
fn a_workbook_is_read_with_its_dates_whole_numbers_and_sheets() {
    let folder = tempfile::tempdir().unwrap();
    let mut book = Workbook::new();
    book.add_worksheet().set_name("说明").unwrap().write(0, 0, "how to use this").unwrap();
    let sheet = book.add_worksheet().set_name("药店").unwrap();
    let date = Format::new().set_num_format("yyyy/m/d");
    let headers =
        ["客户编号", "药店名称", "经度", "纬度", "联系电话", "最近拜访", "统一社会信用代码"];
    for (at, header) in (0..).zip(headers) {
        sheet.write(1, at, header).unwrap();
    }
    sheet.write(2, 0, 17).unwrap().write(2, 1, "同仁堂").unwrap();
    sheet.write(2, 2, 116.404).unwrap().write(2, 3, 39.915).unwrap();
    sheet.write(2, 4, 13_800_138_000_u64).unwrap();
    let visited = ExcelDateTime::from_ymd(2026, 1, 5).unwrap();
    sheet.write_with_format(2, 5, &visited, &date).unwrap();
    sheet.write(3, 0, 18).unwrap().write(3, 1, "仁济").unwrap();
    sheet.write(3, 6, 914_201_000_000_000_000_u64).unwrap();
    book.save(folder.path().join("终端.xlsx")).unwrap();

    let run = check(folder.path(), &["终端.xlsx", "--json"]).expect(1);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let list = &report["lists"][0];
    assert_eq!((&list["sheet"], &list["header_row"]), (&"药店".into(), &2.into()));
    assert_eq!((&list["rows_good"], &list["rows_at_fault"]), (&1.into(), &1.into()));
    assert_eq!(list["visited_on"], serde_json::json!(["2026-01-05", "2026-01-05"]));
    assert_eq!(list["faults"][0]["found"], "9.14201E+17");
    assert_eq!(list["faults"].as_array().unwrap().len(), 1);

    let run = check(folder.path(), &["终端.xlsx", "--sheet", "诊所"]).expect(2);
    assert_snapshot!(run.stderr, @r#"error: 终端.xlsx has no sheet "诊所" (it has: 说明, 药店)"#);
}

#[test]
fn a_list_that_cannot_be_read_does_not_keep_the_others_from_being_checked() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("good.csv"), "id,name\nP1,A\n").unwrap();
    fs::write(folder.path().join("book.xlsx"), b"PK\x03\x04 and no more").unwrap();
    let run = check(folder.path(), &["book.xlsx", "good.csv", "nowhere.csv"]).expect(2);
    assert!(run.stdout.contains("good.csv") && run.stdout.contains("1 good"), "{}", run.stdout);
    assert_eq!(run.words_missing("book.xlsx is a workbook|nowhere.csv cannot be read"), [""; 0]);
}

#[test]
fn all_faults_are_in_the_json_and_some_on_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let rows: String = (0..70).map(|n| format!("P{n},A,x,49.8\n")).collect();
    fs::write(folder.path().join("list.csv"), format!("id,name,lon,lat\n{rows}")).unwrap();
    let text = check(folder.path(), &["list.csv"]).expect(1).stdout;
    assert!(text.contains("… and 20 more faults; --json lists all 70"), "{text}");
    let report: Value =
        serde_json::from_str(&check(folder.path(), &["list.csv", "--json"]).expect(1).stdout)
            .unwrap();
    assert_eq!(report["lists"][0]["faults"].as_array().unwrap().len(), 70);
}

/// That a list has many good rows, and `faulty` that are not.
fn assert_understood(list: &Path, faulty: u64) {
    let folder = list.parent().unwrap();
    let name = list.file_name().unwrap().to_str().unwrap();
    let run = check(folder, &[name, "--json"]).expect(faulty as i32);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert!(report["lists"][0]["rows_good"].as_u64() > Some(20), "{name}: {}", run.stdout);
    assert_eq!(report["lists"][0]["rows_at_fault"].as_u64(), Some(faulty), "{name}");
}

#[test]
fn lists_taken_from_the_map_are_understood_as_they_are() {
    for name in ["monaco", "neubrandenburg"] {
        let list = format!("tests/fixtures/extracts/{name}_healthcare.csv");
        assert_understood(&repository(&list), 0);
    }
}

mod needs_shared {
    use super::assert_understood;
    use crate::kit::shared;

    #[test]
    #[ignore = "needs ../shared: public lists that may not be shipped"]
    fn the_public_lists_are_understood_as_they_are() {
        for name in ["gb-gm_pharmacies", "gb-trafford_general_practices", "osm-malta_healthcare"] {
            // One row of Greater Manchester has hours that nobody could read.
            let faulty = u64::from(name == "gb-gm_pharmacies");
            assert_understood(&shared(&format!("data/lists/{name}.csv")), faulty);
        }
    }
}

/// Gozo with the list text `list` and keys for it, planned with `options`.
fn plan(list: &str, keys: &str, options: &str) -> (Run, Home) {
    let home = Home::of("gozo");
    home.replace("territory.toml", "\"prospects.csv\"", &format!("\"list.csv\"\n{keys}"));
    home.write("list.csv", list);
    (home.plan("plan", &format!("--date 2026-11-25 {options}")), home)
}

const LIST: &str = "\
编号,名称,经度,纬度,备注,联系人,colour
P1,Alpha,14.2402,36.0435,rang twice,Maria,red
P2,Beta,14.2455,36.0398,,,
P3,Gamma,14.24x,36.0398,,,
";

#[test]
fn a_faulty_row_is_refused_or_left_out_with_a_remark_and_good_rows_are_planned() {
    let (run, _) = plan(LIST, "", "");
    let run = run.expect(2);
    assert_eq!(
        run.words_missing("row 4, column \"经度\"|14.24x|faulty_rows = \"leave_out\""),
        [""; 0]
    );
    let (run, home) = plan(LIST, "faulty_rows = \"leave_out\"", "");
    let run = run.expect(1);
    assert_eq!(run.words_missing("row 4, column \"经度\"|the row is left out"), [""; 0]);
    let files = contents(&home.path("plan"));
    let prospects: Value = serde_json::from_str(&files["prospects.geojson"]).unwrap();
    assert_eq!(prospects["features"].as_array().unwrap().len(), 2);
    let first = &prospects["features"][0]["properties"];
    assert_eq!((&first["colour"], &first["联系人"]), (&"red".into(), &"Maria".into()));
    assert_eq!(prospects["features"][1]["properties"]["colour"], Value::Null);
    home.assert_sound("plan");
}

#[test]
fn personal_data_is_dropped_from_all_files_on_request() {
    let (run, home) = plan(LIST, "faulty_rows = \"leave_out\"", "--drop-personal");
    run.expect(1);
    for (name, text) in contents(&home.path("plan")) {
        for word in ["Maria", "rang twice", "\"联系人\":"] {
            assert!(!text.contains(word), "{word} is in {name}");
        }
        assert!(name != "prospects.geojson" || text.contains("red"), "{text}");
    }
    home.assert_sound("plan");
}

#[test]
fn stops_and_routes_are_written_once_more_for_shifted_maps() {
    let (run, home) = plan(LIST, "faulty_rows = \"leave_out\"", "--datum-out gcj02");
    run.expect(1);
    let shifted = json(&home.path("plan/stops.gcj02.geojson"));
    assert_eq!((&shifted["datum"], &shifted["name"]), (&"GCJ-02".into(), &"stops_gcj02".into()));
    assert_eq!(shifted["features"][0]["properties"]["datum"], "GCJ-02");
    home.assert_sound("plan");

    let text = home.text("plan/stops.gcj02.geojson");
    home.write("plan/stops.gcj02.geojson", text.replacen("[14.2", "[14.3", 1));
    let run = home.verify("plan").expect(1);
    assert!(run.stdout.contains("stops.gcj02.geojson"), "{}", run.stdout);
}
