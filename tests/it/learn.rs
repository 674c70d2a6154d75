//! `learn`: what a log teaches, its measures on synthetic logs, and its use by `plan` and `verify`.
//!
//! `cargo test --test it learn::measures -- --nocapture` prints the figures of docs/learn.md.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use beatplan::ids::ById;
use beatplan::learn::{Hop, Learning, NotUsed, Observations, Stay, learn, of_observations};
use beatplan::learned::PartOfDay;
use beatplan::lonlat::LonLat;
use beatplan::prospects::{OutletType, Prospect, ProspectId, parse_visits};
use beatplan::road::Density;
use beatplan::territory::{RepId, Territory, TerritoryParts};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use serde_json::Value;

use crate::kit::{Home, Seeded, json};

const AS_OF: Date = date(2026, 12, 1);

/// A territory of the reps "Rep 1", "Rep 2", …; its files are never read.
fn territory(reps: usize) -> Territory {
    let mut territory = Territory::from_parts(TerritoryParts {
        osm: "map.osm.pbf".into(),
        prospects: vec!["list.csv".into()],
        visits: None,
        home: LonLat { lon: 14.4, lat: 35.9 },
        mode: "car".into(),
        timezone: jiff::tz::TimeZone::UTC,
        shift: beatplan::policy::Policy::default().shift,
    });
    for number in 2..=reps {
        let rep = territory.reps[RepId(0)].clone();
        territory.reps.push(beatplan::territory::Rep { name: format!("Rep {number}"), ..rep });
    }
    territory
}

/// Customers `P0`, `P1`, … a kilometre apart.
fn customers(count: usize) -> ById<ProspectId, Prospect> {
    let customer = |at: usize| {
        let place = LonLat { lon: 14.0 + at as f64 * 0.011, lat: 35.9 };
        let name = format!("Outlet {at}");
        Prospect {
            stage: beatplan::prospects::Stage::Customer,
            outlet_type: OutletType::Pharmacy,
            ..Prospect::new(format!("P{at}"), name, place)
        }
    };
    (0..count).map(customer).collect::<Vec<_>>().into()
}

/// A normal variable from the numbers of `seeded` (Box and Muller 1958).
fn normal(seeded: &mut Seeded) -> f64 {
    let mut uniform = || (seeded.below(1 << 40) as f64 + 0.5) / (1u64 << 40) as f64;
    let (a, b) = (uniform(), uniform());
    (-2.0 * a.ln()).sqrt() * (std::f64::consts::TAU * b).cos()
}

fn mean(values: impl IntoIterator<Item = f64>) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for value in values {
        sum += value;
        count += 1.0;
    }
    sum / count
}

/// A synthetic log of visits with its truth.
struct SyntheticVisits {
    stays: Vec<Stay>,
    /// Further visits, without gross errors.
    later: Vec<Stay>,
    /// True median of each outlet for a rep of the usual pace.
    truth: BTreeMap<ProspectId, f64>,
}

/// Draws the visits: 150 outlets of three types with the medians 16, 24 and 19 min (the policy says 20);
/// each outlet differs by a log-normal factor of 0.35, each visit by one of 0.3; two reps with the factors
/// 0.95 and 1.05; 3 to 10 visits an outlet; 5 % gross errors, a fifth or five times as long.
fn synthetic_visits(seed: u64) -> SyntheticVisits {
    let mut seeded = Seeded(seed);
    let types =
        [(OutletType::Pharmacy, 16.0), (OutletType::Clinic, 24.0), (OutletType::Doctors, 19.0)];
    let shares = [0.95, 1.05];
    let (mut stays, mut later, mut truth) = (Vec::new(), Vec::new(), BTreeMap::new());
    for outlet in 0..150 {
        let prospect = ProspectId(outlet);
        let (outlet_type, minutes) = *seeded.pick(&types);
        let minutes = minutes * (0.35 * normal(&mut seeded)).exp();
        truth.insert(prospect, minutes);
        let rep = seeded.below(2) as usize;
        let visits = 3 + seeded.below(8);
        for visit in 0..visits + 5 {
            let day = 7 * visit as i64 + seeded.below(5) as i64;
            let is_later = visit >= visits;
            let noise = (0.3 * normal(&mut seeded)).exp();
            let gross = match seeded.below(40) {
                0 if !is_later => 0.2,
                1 if !is_later => 5.0,
                _ => 1.0,
            };
            let minutes = (minutes * shares[rep] * noise * gross).clamp(2.0, 240.0).round();
            let stay = Stay {
                prospect,
                outlet_type,
                is_first_call: false,
                rep: Some(RepId(rep as u32)),
                stated_share: 1.0,
                date: date(2026, 6, 1).saturating_add(day.days()),
                minutes,
                usual_minutes: 20,
                is_stated: false,
            };
            if is_later { later.push(stay) } else { stays.push(stay) }
        }
    }
    SyntheticVisits { stays, later, truth }
}

/// Minutes that a plan gives to a visit with what was learned.
fn planned(learning: &Learning, territory: &Territory, stay: &Stay) -> f64 {
    let minutes = &learning.learned.visit_minutes;
    let of_outlet = minutes.by_outlet.get(&format!("P{}", stay.prospect.0)).map(|own| own.0);
    let of_type = minutes.by_outlet_type.get(&stay.outlet_type).and_then(|own| own.known);
    let minutes = of_outlet.or(of_type.map(|own| own.0)).unwrap_or(stay.usual_minutes);
    let rep = &territory.reps[stay.rep.unwrap()].name;
    let share = learning.learned.visit_minutes_share.get(rep).map_or(1.0, |share| share.0);
    (f64::from(minutes) * share - 1e-9).ceil()
}

/// The rule of Oracle Field Service: the outlet's mean from seven visits on, else the mean of its type.
fn seven_rule(stays: &[Stay], stay: &Stay) -> f64 {
    let own = || stays.iter().filter(|other| other.prospect == stay.prospect);
    let of_type = || stays.iter().filter(|other| other.outlet_type == stay.outlet_type);
    if own().count() >= 7 {
        mean(own().map(|other| other.minutes))
    } else {
        mean(of_type().map(|other| other.minutes))
    }
}

#[test]
fn measures_of_visit_minutes_on_synthetic_logs() {
    let (territory, prospects) = (territory(2), customers(150));
    let mut sums = [[0.0; 3]; 2];
    let seeds = 5;
    for seed in 1..=seeds {
        let SyntheticVisits { stays, later, truth } = synthetic_visits(seed);
        let found = Observations { stays: stays.clone(), ..Observations::default() };
        let learning = of_observations(&territory, &prospects, found, AS_OF);
        let error = |predict: &dyn Fn(&Stay) -> f64| {
            mean(later.iter().map(|stay| (predict(stay) - stay.minutes).abs()))
        };
        let shares = [0.95, 1.05];
        let true_minutes =
            |stay: &Stay| truth[&stay.prospect] * shares[stay.rep.unwrap().0 as usize];
        let from_truth = |predict: &dyn Fn(&Stay) -> f64| {
            mean(later.iter().map(|stay| (predict(stay) - true_minutes(stay)).abs()))
        };
        let rules: [&dyn Fn(&Stay) -> f64; 3] =
            [&|_| 20.0, &|stay| seven_rule(&stays, stay), &|stay| {
                planned(&learning, &territory, stay)
            }];
        for (at, rule) in rules.into_iter().enumerate() {
            sums[0][at] += error(rule) / seeds as f64;
            sums[1][at] += from_truth(rule) / seeds as f64;
        }
    }
    for (what, [constant, seven, ours]) in ["next visits", "true medians"].into_iter().zip(sums) {
        println!(
            "mean error against {what}: policy {constant:.2} min, seven rule {seven:.2} min, learned {ours:.2} min: \
             {:.0} % below the policy, {:.0} % below the seven rule",
            (1.0 - ours / constant) * 100.0,
            (1.0 - ours / seven) * 100.0
        );
    }
    for [constant, seven, ours] in sums {
        assert!(ours <= 0.75 * constant, "{ours} against {constant}");
        assert!(ours <= 0.9 * seven, "{ours} against {seven}");
    }
}

/// The truth behind a synthetic log of drives.
#[derive(Clone, Copy)]
struct DriveTruth {
    share: f64,
    parking: f64,
    noise: f64,
}

/// Draws 100 drives of 3 to 40 min: real time = share × computed time × a log-normal factor, + a minute
/// of walks, + minutes to park, of which the policy says 3; 5 % gross errors of up to 50 min.
fn synthetic_drives(seed: u64, truth: DriveTruth) -> Vec<Hop> {
    let mut seeded = Seeded(seed);
    let hop = |at: u64| {
        let drive_minutes = 3.0 + seeded.below(37_000) as f64 / 1000.0;
        let noise = (truth.noise * normal(&mut seeded)).exp();
        let gross = if seeded.below(20) == 0 { seeded.below(50) as f64 } else { 0.0 };
        let real_minutes = truth.share * drive_minutes * noise + 1.0 + truth.parking + gross;
        Hop {
            rep: RepId(0),
            date: date(2026, 11, 1).saturating_add((at as i64 / 10).days()),
            part: *seeded.pick(&PartOfDay::ALL),
            density: Density::Urban,
            real_minutes: real_minutes.min(90.0),
            drive_minutes,
            walk_minutes: 1.0,
            park_minutes: Some(3.0),
        }
    };
    (0..100).map(hop).collect()
}

/// Errors of the learned share, as a share of the true one, over 60 logs.
fn errors_of_share(noise: f64) -> Vec<f64> {
    let (territory, prospects) = (territory(1), customers(1));
    let mut errors = Vec::new();
    for (share, parking) in [(1.2, 3.0), (1.2, 6.0), (0.85, 3.0), (1.3, 1.0)] {
        for seed in 1..=15 {
            let hops = synthetic_drives(seed, DriveTruth { share, parking, noise });
            let found = Observations { hops: hops.clone(), ..Observations::default() };
            let learning = of_observations(&territory, &prospects, found, AS_OF);
            let shares = &learning.learned.travel_time_share;
            let of_hop = |hop: &Hop| shares.of(Some("Rep 1"), hop.part).to(hop.density).value();
            errors.push((mean(hops.iter().map(of_hop)) / share - 1.0).abs());
        }
    }
    errors.sort_by(f64::total_cmp);
    errors
}

#[test]
fn measures_of_the_travel_share_on_synthetic_logs() {
    let figures = |noise: f64| {
        let errors = errors_of_share(noise);
        let within = errors.iter().filter(|error| **error <= 0.05).count();
        let (median, most) = (errors[errors.len() / 2], errors[errors.len() - 1]);
        println!(
            "share of the travel time after 100 drives with a noise of {noise}: {within} of {} logs within 5 %, \
             median {:.1} % off, at most {:.1} %",
            errors.len(),
            median * 100.0,
            most * 100.0
        );
        (within, median, most)
    };
    let (within, median, most) = figures(0.10);
    assert!(within >= 57 && median <= 0.025 && most <= 0.08, "{within} {median} {most}");
    let (within, median, most) = figures(0.15);
    assert!(within >= 45 && median <= 0.035 && most <= 0.15, "{within} {median} {most}");
}

/// Learns from the rows of a log, which follow the header, without roads.
fn of_log(territory: &Territory, rows: &str) -> Learning {
    let text = format!("id,visited_on,rep,arrived_at,left_at,planned_arrival\n{rows}");
    let log = parse_visits("visits.csv", text.into_bytes()).unwrap();
    learn(territory, &customers(40), &log.visits, None, AS_OF)
}

/// `count` days of eight visits each by `rep`, to outlets in turn, of lengths around `minutes`.
fn honest(rep: &str, count: i64, minutes: u64, seed: u64) -> String {
    let mut seeded = Seeded(seed);
    let mut rows = String::new();
    for day in 0..count {
        let date = date(2026, 9, 1).saturating_add(day.days());
        let mut clock = 9 * 60 + seeded.below(20);
        for visit in 0..8 {
            let outlet = (day as u64 * 8 + visit) % 40;
            let left = clock + minutes * 2 / 3 + seeded.below(minutes * 2 / 3);
            let text = |minute: u64| format!("{:02}:{:02}", minute / 60, minute % 60);
            let _ = writeln!(rows, "P{outlet},{date},{rep},{},{},", text(clock), text(left));
            clock = left + 7 + seeded.below(15);
        }
    }
    rows
}

#[test]
fn an_honest_log_teaches_the_minutes_of_its_type() {
    let learning = of_log(&territory(1), &honest("Rep 1", 30, 12, 1));
    assert_eq!((learning.visits, learning.drives), (240, 0));
    let known = learning.learned.visit_minutes.by_outlet_type[&OutletType::Pharmacy].known;
    assert!((11..=13).contains(&known.unwrap().0), "{known:?}");
    assert!(learning.visit_error.reduction_percent() > 50.0, "{:?}", learning.visit_error);
}

#[test]
fn a_sparse_log_teaches_nothing() {
    let learning =
        of_log(&territory(1), "P1,2026-11-03,,09:00,09:10,\nP1,2026-11-10,,09:00,09:12,\n");
    assert!(!learning.has_learned());
    assert_eq!(learning.learned, beatplan::learned::LearnedTimes::default());
    let learning = of_log(&territory(1), "");
    assert!(learning.estimates.is_empty());
    assert!(learning.file_text().contains("this file changes nothing"));
    // Many visits, all on one day: nothing can be left out to judge by.
    let one_day: String = honest("Rep 1", 1, 12, 1);
    assert!(!of_log(&territory(1), &one_day).has_learned());
}

#[test]
fn a_damaged_log_teaches_what_its_sound_rows_teach() {
    let sound = honest("Rep 1", 30, 12, 1);
    let damaged = format!(
        "{sound}P1,2027-05-01,Rep 1,09:00,09:10,\nX9,2026-11-03,Rep 1,09:00,09:10,\nP2,2026-11-03,Rep 1,09:30,,\n\
         P3,2026-11-03,Rep 1,10:00,10:01,\nP4,2026-11-03,Rep 1,10:00,15:00,\nP5,2026-11-03,Rep 1,23:50,00:20,\n\
         P6,2026-11-04,Rep 1,11:00,11:30,\nP7,2026-11-04,Rep 1,11:10,11:50,\nP8,2026-11-05,Rep 1,noon,12:30,\n\
         P9,2026-11-05,Rep 1,13:00,12:30,\nP10,2026-11-05,Rep 1,2026-11-04T23:30:00Z,2026-11-05T00:20:00Z,\n"
    );
    let territory = territory(1);
    let (sound, damaged) = (of_log(&territory, &sound), of_log(&territory, &damaged));
    assert_eq!(damaged.learned, sound.learned);
    assert_eq!(damaged.visits, sound.visits);
    let left = |why| damaged.not_used.get(&why).copied().unwrap_or_default();
    assert_eq!(left(NotUsed::InFuture), 1);
    assert_eq!(left(NotUsed::UnknownOutlet), 1);
    assert_eq!(left(NotUsed::NoTimes), 3, "{:?}", damaged.not_used);
    assert_eq!(left(NotUsed::TooShort), 1);
    assert_eq!(left(NotUsed::TooLong), 1);
    assert_eq!(left(NotUsed::PastMidnight), 1);
    assert_eq!(left(NotUsed::OtherDay), 1);
    assert_eq!(left(NotUsed::Overlapping), 2);
}

#[test]
fn a_rep_who_does_not_measure_teaches_nothing() {
    let territory = territory(2);
    let sound = of_log(&territory, &honest("Rep 1", 30, 12, 1));
    let learned_beside =
        |rows: &str| of_log(&territory, &format!("{}{rows}", honest("Rep 1", 30, 12, 1)));
    let in_october = |rows: &str| rows.replace("2026-09-", "2026-10-").replace("Rep 1", "Rep 2");

    // All visits last exactly 30 minutes.
    let mut rows = String::new();
    for day in 1..=28 {
        for visit in 0..8 {
            let hour = 9 + visit;
            let _ = writeln!(
                rows,
                "P{},2026-11-{day:02},Rep 2,{hour:02}:{day:02},{hour:02}:{:02},",
                visit,
                day + 30
            );
        }
    }
    let learning = learned_beside(&rows);
    assert_eq!(learning.learned, sound.learned);
    assert_eq!(learning.not_used[&NotUsed::SameLength], 28 * 8);

    // The same day again and again, in different order of outlets.
    let mut rows = String::new();
    for day in 1..=20 {
        for (visit, (from, to)) in
            [("09:05", "09:31"), ("09:50", "10:05"), ("10:20", "10:52"), ("11:10", "11:28")]
                .into_iter()
                .enumerate()
        {
            let _ = writeln!(rows, "P{},2026-11-{day:02},Rep 2,{from},{to},", (visit + day) % 40);
        }
    }
    let learning = learned_beside(&rows);
    assert_eq!(learning.learned, sound.learned);
    assert_eq!(learning.not_used[&NotUsed::CopiedTimes], 80);

    // The times of the plan instead of those of the clock.
    let planned: String = in_october(&honest("Rep 1", 30, 25, 5))
        .lines()
        .filter(|row| !row.contains("2026-10-31"))
        .map(|row| {
            let arrived = row.split(',').nth(3).unwrap();
            format!("{row}{arrived}\n")
        })
        .collect();
    let learning = learned_beside(&planned);
    assert_eq!(learning.learned, sound.learned);

    // A colleague's rows under another name: each visit counts once.
    let copy = honest("Rep 1", 30, 12, 1).replace("Rep 1", "Rep 2");
    let learning = learned_beside(&copy);
    assert_eq!(learning.visits, sound.visits);
    let minutes = |learning: &Learning| learning.learned.visit_minutes.clone();
    assert_eq!(minutes(&learning), minutes(&sound));
}

#[test]
fn gross_errors_move_the_estimates_by_no_more_than_minutes() {
    let sound = honest("Rep 1", 40, 18, 3);
    let mut seeded = Seeded(9);
    let with_errors: String = sound
        .lines()
        .map(|row| {
            let mut cells: Vec<String> = row.split(',').map(str::to_owned).collect();
            if seeded.below(20) == 0 {
                // Left hours later than in truth.
                cells[4] = "23:59".to_owned();
            }
            cells.join(",") + "\n"
        })
        .collect();
    let territory = territory(1);
    let known = |rows: &str| {
        let learning = of_log(&territory, rows);
        learning.learned.visit_minutes.by_outlet_type[&OutletType::Pharmacy].known.unwrap().0
    };
    assert!(known(&sound).abs_diff(known(&with_errors)) <= 1);
}

#[test]
fn the_result_does_not_depend_on_the_order_of_rows() {
    let rows = honest("Rep 1", 30, 14, 2);
    let mut reversed: Vec<&str> = rows.lines().rev().collect();
    reversed.push("");
    let territory = territory(1);
    let (one, other) = (of_log(&territory, &rows), of_log(&territory, &reversed.join("\n")));
    assert_eq!(one.file_text(), other.file_text());
}

/// Home of the Gozo demo, with the log of a rep who follows a plan of two weeks: visits take
/// 12 min instead of 20, and drives 1.25 times the computed time.
fn gozo_with_log() -> Home {
    let home = Home::of("gozo");
    home.change_rows(|rows| {
        for row in rows.iter_mut() {
            row.insert("tier".to_owned(), "A".to_owned());
            row.insert("stage".to_owned(), "customer".to_owned());
        }
    });
    home.replace("territory.toml", "[policy]", "[policy]\nvisits_max = 8");
    home.plan("before", "--date 2026-11-09 --days 14").expect(0);
    let mut seeded = Seeded(4);
    let mut rows = String::from("id,visited_on,rep,arrived_at,left_at,planned_arrival\n");
    let mut clock: BTreeMap<String, f64> = BTreeMap::new();
    for stop in home.properties("before", "stops") {
        let text = |field: &str| stop[field].as_str().unwrap().to_owned();
        let number = |field: &str| stop[field].as_f64().unwrap();
        let seconds_of = |moment: &str| {
            let parts: Vec<f64> =
                moment[11..19].split(':').map(|part| part.parse().unwrap()).collect();
            parts[0] * 3600.0 + parts[1] * 60.0 + parts[2]
        };
        let at_ends = (number("walk_minutes") + number("park_minutes")) * 60.0;
        let drive = number("travel_seconds") - at_ends;
        let planned = seconds_of(&text("arrival_time"));
        let left = clock.get(&text("route_id")).copied().unwrap_or(planned - drive - at_ends);
        let arrived = left + 1.25 * drive + at_ends + seeded.below(40) as f64;
        let leaves = arrived + 600.0 + seeded.below(240) as f64;
        clock.insert(text("route_id"), leaves);
        let time = |seconds: f64| {
            let whole = seconds as u64;
            format!("{:02}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60)
        };
        let (date, rep) = (text("date"), text("rep"));
        let (arrived, leaves, planned) = (time(arrived), time(leaves), time(planned));
        let _ = writeln!(rows, "{},{date},{rep},{arrived},{leaves},{planned}", text("id"));
    }
    home.write("visits.csv", rows);
    let visits = "[visits]\nfile = \"visits.csv\"\n\n[[rep]]";
    home.replace("territory.toml", "[[rep]]", visits);
    home
}

#[test]
fn a_plan_uses_what_was_learned_and_the_check_finds_its_times_right() {
    let home = gozo_with_log();
    let shown = home.run("learn territory.toml --date 2026-11-27").expect(0).stdout;
    assert!(
        shown.contains("minutes of a visit") && shown.contains("share of travel time"),
        "{shown}"
    );
    assert!(!home.path("learned.toml").exists(), "learning only shows");

    let learned =
        home.run("learn territory.toml --date 2026-11-27 --out learned.toml --json").expect(0);
    let learned: Value = serde_json::from_str(&learned.stdout).unwrap();
    let first = home.text("learned.toml");
    home.run("learn territory.toml --date 2026-11-27 --out learned.toml --threads 1").expect(0);
    assert_eq!(home.text("learned.toml"), first);
    let known = &learned["learned"]["visit_minutes"]["by_outlet_type"]["pharmacy"]["known"];
    let known = known.as_u64().unwrap();
    assert!((11..=13).contains(&known), "{known}");
    let share = &learned["learned"]["travel_time_share"];
    let usual = share["usual"].as_f64().unwrap();
    // 1.25, and up to 40 s on drives of a few minutes.
    assert!((1.2..=1.4).contains(&usual), "{share}");

    home.plan("without", "--date 2026-11-30").expect(0);
    assert!(home.summary("without").get("learned").is_none(), "nothing is used that is not named");
    home.replace("territory.toml", "[visits]", "learned = \"learned.toml\"\n[visits]");
    let text = home.text("territory.toml").replace("learned = \"learned.toml\"\n", "");
    home.write("territory.toml", format!("learned = \"learned.toml\"\n{text}"));
    let run = home.plan("with", "--date 2026-11-30").expect(0);
    assert!(run.stderr.contains("times learned from the visit log are used"), "{}", run.stderr);
    let summary = home.summary("with");
    assert_eq!(summary["learned"], learned["learned"]);
    assert_eq!(summary["policy"]["visit_minutes"]["by_outlet_type"]["pharmacy"]["known"], known);
    let stops = home.properties("with", "stops");
    let is_short = |stop: &Value| stop["visit_minutes"].as_f64().unwrap() < 15.0;
    let mut pharmacies = stops.iter().filter(|stop| stop["outlet_type"] == "pharmacy");
    assert!(pharmacies.all(is_short));
    let verified = home.verify("with").expect(0).stdout;
    assert!(verified.contains("learned value"), "{verified}");
    // The same plan under the name of another share is found out.
    let known = format!("\"known\": {known}");
    home.replace("with/summary.json", &known, "\"known\": 10");
    let found = home.verify("with").expect(1).stdout;
    assert!(
        found.contains("learned.visit_minutes") && found.contains("visit_minutes: found"),
        "{found}"
    );
    // Learning anew does not build on what was learned before.
    home.run("learn territory.toml --date 2026-11-27 --out learned.toml").expect(0);
    assert_eq!(home.text("learned.toml"), first);
}

#[test]
fn shares_of_a_part_of_the_day_and_of_a_rep_are_checked_to_the_second() {
    let home = Home::of("gozo");
    home.write(
        "learned.toml",
        "[visit_minutes.by_outlet]\n\"nobody\" = 9\n[visit_minutes_share]\n\"Nemo\" = 1.2\n\
         [travel_time_share]\nusual = 1.1\n\
         [travel_time_share.by_density.suburban]\nall_day = 1.2\n\
         [travel_time_share.by_density.suburban.by_part_of_day]\nfrom_12 = 1.4\nfrom_14 = 0.8\nfrom_17 = 1.3\n\
         [travel_time_share.by_density.urban]\nall_day = 1.3\n[park_minutes]\nurban = 4.5\nrural = 0.5\n",
    );
    let text = home.text("territory.toml");
    home.write("territory.toml", format!("learned = \"learned.toml\"\n{text}"));
    let run = home.plan("plan", "--date 2026-11-25 --days 2").expect(0);
    assert!(run.stderr.contains("outlet nobody, rep \"Nemo\""), "{}", run.stderr);
    home.assert_sound("plan");
    let legs = home.run("verify plan --json").expect(0).stdout;
    let legs: Value = serde_json::from_str(&legs).unwrap();
    assert_eq!(legs["unchecked"].as_array().map(Vec::len), Some(0), "{legs}");
    let one = home.text("plan/stops.geojson");
    home.plan("again", "--date 2026-11-25 --days 2 --threads 1").expect(0);
    assert_eq!(one, home.text("again/stops.geojson"));
}

#[test]
fn a_faulty_file_of_learned_times_is_told_with_all_its_faults() {
    let home = Home::of("gozo");
    let text = home.text("territory.toml");
    home.write("territory.toml", format!("learned = \"learned.toml\"\n{text}"));
    let refused = home.plan("plan", "").expect(2).stderr;
    assert!(
        refused.contains("learned.toml cannot be read") && refused.contains("beatplan learn"),
        "{refused}"
    );
    home.write(
        "learned.toml",
        "[travel_time_share]\nusual = 2\n[visit_minutes.by_outlet]\nP1 = 0\n[park_minutes]\ntown = 3\n[colour]\n",
    );
    let refused = home.plan("plan", "").expect(2).stderr;
    for part in [
        "territory.toml, line 1: learned.toml, line 2, travel_time_share.usual: ",
        "expected a number from 0.6 to 1.4",
        "line 4, visit_minutes.by_outlet.P1: ",
        "line 6",
        "colour",
    ] {
        assert!(refused.contains(part), "{part} is not in {refused}");
    }
    assert!(!home.path("plan").exists());
}

#[test]
fn call_plan_and_coverage_show_planned_and_real_hours() {
    let home = gozo_with_log();
    let shown =
        home.run("call-plan territory.toml --date 2026-11-27 --no-capacity").expect(0).stdout;
    assert!(shown.contains("Planned and real times, 2026-10-31 to 2026-11-27:"), "{shown}");
    let plan =
        home.run("call-plan territory.toml --date 2026-11-27 --no-capacity --json").expect(0);
    let plan: Value = serde_json::from_str(&plan.stdout).unwrap();
    let hours = &plan["real_hours"]["all"];
    let (planned, real) =
        (hours["planned_minutes"].as_f64().unwrap(), hours["real_minutes"].as_f64().unwrap());
    assert!(real < 0.7 * planned && hours["drives"].as_u64().unwrap() > 20, "{hours}");
    home.run("coverage territory.toml --date 2026-11-27 --out coverage").expect(0);
    let summary = json(&home.path("coverage").join("summary.json"));
    assert_eq!(summary["real_hours"]["all"]["visits"], hours["visits"]);
    let bare = Home::of("gozo");
    let plan =
        bare.run("call-plan territory.toml --date 2026-11-27 --no-capacity --json").expect(0);
    assert!(serde_json::from_str::<Value>(&plan.stdout).unwrap()["real_hours"].is_null());
}

#[test]
fn clock_times_are_logged_with_those_of_the_plan() {
    let home = Home::of("gozo");
    let text = home.text("territory.toml");
    home.write(
        "territory.toml",
        text.replacen("[[rep]]", "[visits]\nfile = \"visits.csv\"\n[[rep]]", 1),
    );
    home.plan("plan", "--date 2024-11-25").expect(0);
    let stop = &home.properties("plan", "stops")[0];
    let (id, rep) = (stop["id"].as_str().unwrap(), stop["rep"].as_str().unwrap());
    let planned = &stop["arrival_time"].as_str().unwrap()[11..16];
    let log = |times: &str| {
        let mut command = home.command("visit log");
        command.arg(id).args(["--territory", "territory.toml", "--on", "2024-11-25"]);
        command.args(times.split(' '));
        crate::kit::outcome(command)
    };
    log("--arrived 10:05 --left 10:25 --plan plan").expect(0);
    let row = home.text("visits.csv").lines().last().unwrap().to_owned();
    assert!(row.ends_with(&format!("{rep},,10:05,10:25,{planned}")), "{row}");
    assert!(row.contains(",2024-11-25,2024-11-25,") || row.contains(",,2024-11-25,"), "{row}");
    let refused = log("--arrived 25:00").expect(2).stderr;
    assert!(
        refused.contains("--arrived: found \"25:00\", expected a time of day such as 10:05"),
        "{refused}"
    );
    let refused = log("--arrived 10:05 --left 09:05").expect(2).stderr;
    assert!(refused.contains("--left: 09:05:00 is before the arrival at 10:05:00"), "{refused}");
    let mut command = home.command("visit show");
    command.arg(id).args(["--territory", "territory.toml"]);
    let shown = crate::kit::outcome(command).expect(0).stdout;
    assert!(
        shown.contains("10:05") && shown.contains("10:25") && shown.contains(planned),
        "{shown}"
    );
}
