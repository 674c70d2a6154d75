//! `visit log`, `call-plan` and `prospects tier` as a user runs them.

use std::fs;

use crate::kit::{Home, Run, command, features};
use serde_json::Value;

/// A territory of five outlets; its map is never read.
fn territory() -> Home {
    let home = Home::empty();
    home.write("map.osm.pbf", "");
    home.write(
        "list.csv",
        "id,name,lon,lat,tier,stage,visited_on,revenue,phone,market_days,occasions\n\
         P1,Alpha,14.40,35.90,A,customer,2024-11-10,500,,,\n\
         P2,Beta,14.41,35.90,B,customer,2024-11-20,400,,,11-27 anniversary\n\
         P3,Gamma,14.42,35.90,,not_soon,2024-11-20,,+356 1,,\n\
         P4,Delta,14.43,35.90,,,,,,\"5,8\",\n\
         P5,Delta,14.44,35.90,B,customer,2024-11-24,100,,,\n",
    );
    home.write(
        "t.toml",
        "osm = \"map.osm.pbf\"\ntimezone = \"UTC\"\n[[prospects]]\nfile = \"list.csv\"\n\
         [visits]\nfile = \"visits.csv\"\n[[rep]]\nname = \"Rita\"\nhome = [14.4, 35.9]\n",
    );
    home
}

#[test]
fn a_visit_that_is_logged_moves_the_call_plan() {
    let home = territory();
    let due = |run: Run| {
        let plan: Value = serde_json::from_str(&run.expect(0).stdout).unwrap();
        let rows = plan["due"].as_array().unwrap().iter();
        rows.map(|row| {
            format!("{} {}", row["id"].as_str().unwrap(), row["reason"].as_str().unwrap())
        })
        .collect::<Vec<_>>()
    };
    let plan = "call-plan t.toml --date 2024-11-25 --no-capacity --json";
    // P4 has its market on that day; an anniversary makes P2 due.
    assert_eq!(due(home.run(plan)), ["P1 8 days overdue", "P2 an occasion on 2024-11-27"]);
    let log =
        "visit log alpha --outcome hesitating --objection price --on 2024-11-23 --territory t.toml";
    let logged = home.run(log).expect(0);
    assert_eq!(logged.stdout, "P1 Alpha: stage hesitating, next visit due 2024-11-30\n");
    assert!(logged.stderr.contains("did not exist and was created"), "{}", logged.stderr);
    assert_eq!(due(home.run(plan)), ["P2 an occasion on 2024-11-27"]);
    let shown = home.run("visit show P1 --territory t.toml").expect(0).stdout;
    assert!(shown.contains("2024-11-23") && shown.contains("price"), "{shown}");
}

#[test]
fn a_visit_to_nobody_or_with_an_unknown_outcome_is_refused_with_a_hint() {
    let home = territory();
    let refused = |args: &str| {
        let text = home
            .run(&format!("visit log {args} --on 2024-11-23 --territory t.toml"))
            .expect(2)
            .stderr;
        text.trim_end().to_owned()
    };
    for (args, words) in [
        ("P7 --outcome ordered", "no outlet has the id or name \"P7\"; similar ones are P"),
        (
            "Delta --outcome ordered",
            "2 outlets have the name \"Delta\"; use one of their ids: P4 \"Delta\", P5 \"Delta\"",
        ),
        ("P1 --outcome ordred", "\"ordred\" is not known; did you mean \"ordered\"?"),
        ("P1", "nothing to log; add --outcome"),
        (
            "P1 --outcome ordered --next 2024-11-01",
            "--next: 2024-11-01 is before the visit on 2024-11-23",
        ),
        ("P1 --outcome ordered --rep Rit", "--rep: found \"Rit\", expected one of Rita"),
    ] {
        let told = refused(args);
        assert!(told.contains(words), "{args}: {told}");
    }
    assert!(!home.path("visits.csv").exists());
}

#[test]
fn many_processes_that_log_at_once_lose_nothing() {
    let home = Home::empty();
    let file = home.path("visits.csv");
    let start = |number: usize| {
        // Every other one needs columns that the first ones did not.
        let objection = if number.is_multiple_of(2) { "--objection price" } else { "" };
        let mut command =
            command(&format!("visit log P{number} --outcome ordered {objection} -q --file"));
        command.arg(&file);
        command.spawn().unwrap()
    };
    fs::write(&file, "id;visited_on;outcome\r\nP0;2024-11-01;\r\n").unwrap();
    let started: Vec<_> = (1..=40).map(start).collect();
    for mut child in started {
        assert!(child.wait().unwrap().success());
    }
    let text = fs::read_to_string(&file).unwrap();
    let mut ids: Vec<&str> =
        text.lines().skip(1).map(|line| line.split(';').next().unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 41, "{text}");
    assert!(text.lines().all(|line| line.split(';').count() == 4), "{text}");
}

#[test]
fn telephone_calls_are_listed_beside_the_visits_and_rows_are_written() {
    let home = territory();
    for file in ["due.csv", "due.geojson"] {
        let args = format!("call-plan t.toml --date 2024-11-25 --no-capacity -o {file}");
        let told = home.run(&args).expect(0).stdout;
        assert!(told.contains("Telephone calls due: 1") && told.contains("Gamma"), "{told}");
    }
    let rows = home.text("due.csv");
    let lists: Vec<&str> = rows.lines().skip(1).map(|row| row.split(',').next().unwrap()).collect();
    assert_eq!(lists, ["due", "due", "phone_call", "not_due", "not_due", "not_due"]);
    assert_eq!(features(&home.path("due.geojson")).len(), 6);
    assert!(
        home.run("call-plan t.toml --no-capacity -o due.xlsx")
            .expect(2)
            .stderr
            .contains(".csv or .geojson")
    );
}

#[test]
fn tiers_that_the_revenue_does_not_earn_are_reported() {
    let home = territory();
    let told = home.run("prospects tier --territory t.toml").expect(0).stdout;
    for words in [
        "3 of 5 outlets have revenue; A is the first 50 %, B the next 35 %",
        "differ from the tier by revenue: 1 ",
        "P5",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    home.write("none.csv", "id,name,lon,lat\nP1,A,14.4,35.9\n");
    let refused = home.run("prospects tier none.csv").expect(2).stderr;
    assert!(refused.contains("none of the 1 outlets has revenue"), "{refused}");
}
