//! Tests reports of batches that were made up: normal, faulty, very large and unusual ones.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::civil::date;
use serde_json::Value;

use super::words::columns;
use super::*;
use crate::batch::{
    ChangeFigures, Load, RepSince, Since, SinceChange, TerritoryFigures, TerritoryStatus, Unserved,
    WorkTotals,
};
use crate::remark::{Remark, RemarkCode};

fn entry(territory: &str, status: TerritoryStatus) -> Entry {
    Entry {
        territory: territory.to_owned(),
        file: format!("territories/{territory}.toml"),
        status,
        dates: vec![date(2026, 11, 25)],
        faults: Vec::new(),
        needs: Vec::new(),
        unserved: Vec::new(),
        figures: None,
        load: None,
        since: None,
        seconds: [("solve".to_owned(), 1.5), ("write".to_owned(), 0.5)].into(),
    }
}

fn planned(territory: &str) -> Entry {
    Entry {
        figures: Some(TerritoryFigures {
            work: WorkTotals {
                reps: 2,
                prospects: 240,
                due: 80,
                visits: 22,
                phone_calls: 7,
                prize: 104.25,
                distance_km: 93.4,
                travel_minutes: 190.5,
            },
            gap_percent: Some(1.25),
            stopped_early: false,
        }),
        load: Some(Load { utilization_percent: Some(84.0), reps_needed: Some(1.7) }),
        since: Some(since()),
        ..entry(territory, TerritoryStatus::Planned)
    }
}

fn since() -> Since {
    let tuesday = date(2026, 11, 24);
    let change = |name: &str, from, to, to_rep: Option<&str>, code: &str| SinceChange {
        id: "P017".to_owned(),
        name: name.to_owned(),
        from,
        to,
        to_rep: to_rep.map(str::to_owned),
        reason_code: code.to_owned(),
        reason: code.replace('_', " "),
    };
    let (earlier, now) = (Some(tuesday), Some(date(2026, 11, 25)));
    let rep = RepSince {
        rep: "Ġorġ".to_owned(),
        kept: 9,
        done: 1,
        new: vec![change("Marsa", None, now, None, "became_due")],
        gone: vec![change("Sliema", earlier, None, None, "became_due")],
        moved: vec![
            change("Qormi", earlier, now, None, "closed"),
            change("Żejtun", now, now, Some("Maria"), "closed"),
            change("Mdina", earlier, now, Some("Maria"), "closed"),
        ],
    };
    let maria = RepSince { rep: "Maria".to_owned(), kept: 11, ..RepSince::default() };
    Since { dates: vec![tuesday], reps: vec![rep, maria] }
}

fn failed(territory: &str, fault: &str) -> Entry {
    Entry {
        faults: vec![fault.to_owned()],
        dates: Vec::new(),
        seconds: Default::default(),
        ..entry(territory, TerritoryStatus::Failed)
    }
}

fn needing(territory: &str, message: &str) -> Entry {
    let reason = "closed on that day".to_owned();
    let visit = Unserved { id: "P203".to_owned(), name: "Klinika Marsa".to_owned(), reason };
    Entry {
        status: TerritoryStatus::NeedsAPerson,
        needs: vec![Remark::new(RemarkCode::MandatoryNotServed, message)],
        unserved: vec![visit],
        load: Some(Load { utilization_percent: Some(134.2), reps_needed: Some(2.68) }),
        ..planned(territory)
    }
}

/// Returns one entry of each kind.
fn all_kinds() -> Vec<Entry> {
    let nobody_works = Entry {
        load: Some(Load { utilization_percent: None, reps_needed: None }),
        since: None,
        ..planned("west")
    };
    vec![
        failed("east", "pharmacies.csv, row 118, column \"lat\": found \"49,87\", expected 49.87"),
        needing("north", "a mandatory visit cannot be made: Klinika Marsa"),
        planned("south"),
        nobody_works,
        entry("xaghra", TerritoryStatus::NotReached),
    ]
}

fn run(out: &Path) -> Run {
    let moment = |text: &str| text.parse().unwrap();
    Run {
        started_at: moment("2026-11-25T01:00:03.25+01:00[Europe/Malta]"),
        ended_at: moment("2026-11-25T01:16:07+01:00[Europe/Malta]"),
        seconds: 963.75,
        jobs: 2,
        planned_now: 4,
        kept_from_before: 1,
        retried: vec!["north".to_owned()],
        networks_built: 1,
        interrupted: false,
        notes: vec!["the journal of north cannot be written: disk full".to_owned()],
        out: out.to_owned(),
    }
}

/// Function that makes the entry of the territory with a given name.
type EntryOf<'a> = &'a dyn Fn(&str) -> Entry;

/// A report in each form in which it is written: JSON, page and screen.
struct Written {
    json: Value,
    page: String,
    screen: String,
}

fn written_by(run: impl Fn(&mut Run), entries: &[Entry]) -> Written {
    let out = tempfile::tempdir().unwrap();
    let mut this_run = self::run(out.path());
    run(&mut this_run);
    let digest = Digest::of(entries.iter().cloned());
    write_report(&this_run, &digest, || entries.iter().cloned()).unwrap();
    let read = |name| std::fs::read_to_string(out.path().join(name)).unwrap();
    let json = serde_json::from_str(&read(JSON)).unwrap();
    let screen = text(&this_run, &digest, Some(Path::new("out/batch-report.html")));
    Written { json, page: read(HTML), screen }
}

fn written(entries: &[Entry]) -> Written {
    written_by(|_| (), entries)
}

fn headline(entries: &[Entry]) -> String {
    Digest::of(entries.iter().cloned()).headline()
}

fn schema() -> Value {
    serde_json::from_str(include_str!("../../../docs/batch-report.schema.json")).unwrap()
}

#[test]
fn one_sentence_says_it() {
    let wednesday = "for Wednesday 25 November 2026";
    let of = |count: usize| (0..count).map(|at| planned(&at.to_string())).collect::<Vec<_>>();
    assert_eq!(headline(&[]), "No territory was found; nothing was planned.");
    assert_eq!(
        headline(&of(1)),
        format!("The one territory is planned {wednesday}. Nothing needs you.")
    );
    assert_eq!(
        headline(&of(1000)),
        format!("All 1,000 territories planned {wednesday}. Nothing needs you.")
    );
    assert_eq!(
        headline(&[of(97), vec![failed("a", ""), failed("b", ""), needing("c", "")]].concat()),
        format!("98 of 100 territories planned {wednesday}; 3 need you.")
    );
    assert_eq!(
        headline(&[of(2), vec![needing("c", "")]].concat()),
        format!("All 3 territories planned {wednesday}; 1 needs you.")
    );
    assert_eq!(
        headline(&all_kinds()),
        format!("3 of 5 territories planned {wednesday}; 2 need you, 1 not reached.")
    );
    let not_reached = entry("c", TerritoryStatus::NotReached);
    assert_eq!(
        headline(&[of(2), vec![not_reached.clone()]].concat()),
        format!("2 of 3 territories planned {wednesday}; 1 not reached.")
    );
    assert_eq!(headline(&[failed("a", "")]), "The one territory is not planned; 1 needs you.");
    assert_eq!(
        headline(&[failed("a", ""), not_reached]),
        format!("None of 2 territories planned {wednesday}; 1 needs you, 1 not reached.")
    );
}

#[test]
fn a_batch_needs_a_person_unless_all_is_planned() {
    let needs = |entries: &[Entry]| Digest::of(entries.iter().cloned()).needs_a_person();
    assert!(!needs(&[]));
    assert!(!needs(&[planned("a")]));
    for other in [failed("b", ""), needing("b", ""), entry("b", TerritoryStatus::NotReached)] {
        assert!(needs(&[planned("a"), other]));
    }
}

#[test]
fn totals_add_up() {
    let totals = Digest::of(all_kinds().into_iter()).totals;
    let BatchTotals { territories, planned, needs_a_person, failed, not_reached, .. } = totals;
    assert_eq!([territories, planned, needs_a_person, failed, not_reached], [5, 2, 1, 1, 1]);
    let work = totals.work;
    assert_eq!([work.reps, work.prospects, work.due], [6, 720, 240]);
    assert_eq!([work.visits, work.phone_calls], [66, 21]);
    assert_eq!([work.prize, work.distance_km, work.travel_minutes], [312.75, 280.2, 571.5]);
    assert_eq!([totals.must_visits_not_served, totals.overloaded, totals.compared], [1, 1, 2]);
    let since = ChangeFigures { kept: 40, done: 2, new: 2, gone: 2, moved: 6 };
    assert_eq!(totals.since, since);
    assert_eq!(totals.reasons, [("became_due".to_owned(), 4), ("closed".to_owned(), 6)].into());
}

#[test]
fn every_report_is_as_the_schema_says() {
    let schema = schema();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let strange = "\u{1b}[31m<b>\u{202e}药房\0\r\n";
    let strange = vec![failed(strange, strange), needing(strange, strange)];
    for entries in [vec![], all_kinds(), strange, vec![planned("a"); 1000]] {
        let json = written(&entries).json;
        let errors: Vec<String> =
            validator.iter_errors(&json).map(|error| format!("{error}")).collect();
        assert_eq!(errors, [""; 0]);
    }
}

/// Adds the places of all objects whose fields the schema names to `found`.
fn objects(value: &Value, pointer: &str, found: &mut Vec<String>) {
    let free = ["seconds", "seconds_by_stage", "reasons"];
    match value {
        Value::Object(fields) => {
            if !free.iter().any(|name| pointer.ends_with(&format!("/{name}"))) {
                found.push(pointer.to_owned());
            }
            for (name, value) in fields {
                objects(value, &format!("{pointer}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                objects(item, &format!("{pointer}/{at}"), found);
            }
        }
        _ => {}
    }
}

#[test]
fn the_schema_takes_no_field_more_and_none_less() {
    let validator = jsonschema::draft202012::new(&schema()).unwrap();
    let json = written(&all_kinds()).json;
    let mut places = Vec::new();
    objects(&json, "", &mut places);
    let depth = |pointer: &String| pointer.matches('/').count();
    assert_eq!(places.iter().map(depth).max(), Some(7), "a change of a rep of a territory");
    for place in places {
        let at =
            |json: &mut Value| json.pointer_mut(&place).unwrap().as_object_mut().unwrap().clone();
        let fields = at(&mut json.clone());
        let with = |fields| {
            let mut json = json.clone();
            *json.pointer_mut(&place).unwrap() = Value::Object(fields);
            validator.is_valid(&json)
        };
        assert!(with(fields.clone()));
        let mut more = fields.clone();
        more.insert("unknown".to_owned(), Value::Null);
        assert!(!with(more), "{place} takes a field that is not described");
        for name in fields.keys() {
            let mut less = fields.clone();
            less.remove(name);
            assert!(!with(less), "{place} needs no {name}");
        }
    }
}

#[test]
fn every_field_is_described_in_schema_and_documentation() {
    fn fields(schema: &Value, found: &mut BTreeSet<String>) {
        if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
            for (name, field) in properties {
                assert!(field["description"].is_string(), "{name} has no description");
                found.insert(name.clone());
            }
        }
    }
    let schema = schema();
    let mut names = BTreeSet::new();
    fields(&schema, &mut names);
    for definition in schema["$defs"].as_object().unwrap().values() {
        fields(definition, &mut names);
    }
    assert!(names.contains("reason_code"));
    let documentation = include_str!("../../../docs/batch-report.md");
    for name in names {
        assert!(documentation.contains(&format!("| `{name}` |")), "{name} is in no table");
    }
}

#[test]
fn json_holds_everything_as_it_is() {
    let long = format!("row 7: found \"{}\"", "x".repeat(10_000));
    let strange = "\u{1b}[31m\u{202e}药房 <b>&\u{7f}";
    let entries = [failed("a", &long), needing(strange, strange), planned("c")];
    let territories = written(&entries).json["territories"].take();
    let read: Vec<Entry> = serde_json::from_value(territories).unwrap();
    assert_eq!(read, entries);
}

#[test]
fn only_the_run_and_the_seconds_differ_from_night_to_night() {
    let slower = |mut entry: Entry| {
        entry.seconds.values_mut().for_each(|seconds| *seconds *= 2.0);
        entry
    };
    let later = |run: &mut Run| {
        run.started_at = run.ended_at.clone();
        run.notes.clear();
        run.jobs = 16;
    };
    let mut one = written(&all_kinds()).json;
    let mut other =
        written_by(later, &all_kinds().into_iter().map(slower).collect::<Vec<_>>()).json;
    assert_ne!(one, other);
    for json in [&mut one, &mut other] {
        json["run"].take();
        for territory in json["territories"].as_array_mut().unwrap() {
            territory["seconds"].take();
        }
    }
    assert_eq!(one, other);
}

#[test]
fn a_page_of_all_kinds() {
    let Written { page, .. } = written(&all_kinds());
    for told in [
        "3 of 5 territories planned for Wednesday 25 November 2026; 2 need you, 1 not reached.",
        "territories/east.toml",
        "pharmacies.csv, row 118, column &#34;lat&#34;: found &#34;49,87&#34;, expected 49.87",
        "An earlier plan in the territory's folder is unchanged",
        "a mandatory visit cannot be made: Klinika Marsa",
        "<b><bdi>Klinika Marsa</bdi></b> (<bdi>P203</bdi>) in <bdi>north</bdi><br>closed on that day",
        "134 % of capacity; needs 2.7 reps, has 2",
        "40 stay, 2 done, 2 new, 2 gone, 6 moved.",
        "Reasons: closed 6, became due 4.",
        "<b><bdi>south</bdi></b>: 20 stay, 1 done, 1 new, 1 gone, 3 moved",
        "<span class=\"sign\">+</span><bdi>Marsa</bdi>: became due",
        "<span class=\"sign\">−</span><bdi>Sliema</bdi>: became due",
        "<span class=\"sign\">→</span><bdi>Qormi</bdi>: to Wednesday, closed",
        "<span class=\"sign\">→</span><bdi>Żejtun</bdi>: to Maria, closed",
        "<span class=\"sign\">→</span><bdi>Mdina</bdi>: to Maria on Wednesday, closed",
        "<li><bdi>xaghra</bdi></li>",
        "Wednesday 25 November 2026, 01:00:03",
        "after 16 min 4 s",
        "75 %, 6 s",
        "the journal of north cannot be written: disk full",
        "© OpenStreetMap contributors",
    ] {
        assert!(page.contains(told), "{told}");
    }
    let at = |id: &str| page.find(&format!("<section id=\"{id}\">")).unwrap();
    let order = ["no-plan", "needs", "must-visits", "overloaded", "changed", "not-reached", "run"];
    assert!(order.map(at).is_sorted());
}

#[test]
fn a_page_where_all_is_well_is_short() {
    let Written { page, screen, .. } = written_by(
        |run| {
            run.notes.clear();
            run.retried.clear();
        },
        &vec![planned("a"); 1000],
    );
    assert!(page.contains("<h1 class=\"good\">All 1,000 territories planned"));
    for section in ["no-plan", "needs", "must-visits", "overloaded", "not-reached"] {
        assert!(!page.contains(&format!("id=\"{section}\"")), "{section}");
    }
    assert_eq!(
        screen,
        "All 1,000 territories planned for Wednesday 25 November 2026. Nothing needs you.\n\
         22,000 visits, 7,000 telephone calls; 2,000 reps travel 93,400 km in 3,175 h.\n\
         Since the earlier plans: 20,000 stay, 1,000 done, 1,000 new, 1,000 gone, 3,000\n\
         moved.\n\
         \n\
         4 territories processed in 16 min 4 s, 1 kept from an earlier run.\n\
         Report: out/batch-report.html\n"
    );
}

#[test]
fn a_page_takes_nothing_from_elsewhere_and_runs_nothing() {
    let evil =
        "<script src=\"http://example.com/x.js\">alert(1)</script><img src=x onerror=alert(1)>";
    let mut entry = needing(evil, evil);
    entry.unserved[0].name = evil.to_owned();
    entry.since.as_mut().unwrap().reps[0].new[0].name = evil.to_owned();
    let everywhere = |run: &mut Run| {
        run.notes = vec![evil.to_owned()];
        run.retried = vec![evil.to_owned()];
    };
    let Written { page, .. } = written_by(everywhere, &[failed(evil, evil), entry]);
    assert!(page.matches("&#60;script").count() > 10);
    for banned in ["<script", "<img", "<link", "<iframe", "@import", "url(", "src=http"] {
        assert!(!page.contains(banned), "{banned}");
    }
    // Everything that is written as a tag is a tag of the template.
    let tags: BTreeSet<&str> = page
        .split('<')
        .skip(1)
        .filter_map(|tag| tag.split([' ', '>']).next())
        .filter(|tag| !tag.starts_with('/'))
        .collect();
    let ours = "!DOCTYPE html head meta title style body h1 h2 h3 h4 p ul li a b bdi section code \
                details summary div span table tr th td footer br";
    let ours: BTreeSet<&str> = ours.split(' ').filter(|tag| !tag.is_empty()).collect();
    assert_eq!(tags.difference(&ours).collect::<Vec<_>>(), [&""; 0]);
}

#[test]
fn strange_characters_reach_neither_page_nor_screen() {
    let strange = "a\u{1b}[2J\u{0}\u{9b}31m\u{202e}b\r\nc\u{2028}d";
    let mut entry = needing(strange, strange);
    entry.unserved[0].name = strange.to_owned();
    let everywhere = |run: &mut Run| run.notes = vec![strange.to_owned()];
    let Written { page, screen, .. } = written_by(everywhere, &[failed(strange, strange), entry]);
    for shown in [page, screen] {
        assert!(shown.contains("a [2J"));
        let is_strange = |char: &char| {
            (char.is_control() && *char != '\n') || ['\u{202e}', '\u{2028}'].contains(char)
        };
        assert_eq!(shown.chars().find(is_strange), None);
    }
}

#[test]
fn a_page_stays_short_and_says_how_much_more_there_is() {
    let long = format!("lists.csv, row 7: {}; expected 49.87", "x".repeat(10_000));
    let faulty =
        |territory: &str| Entry { faults: vec![long.clone(); 30], ..failed(territory, "") };
    let remarkable = |territory: &str| {
        let mut entry = needing(territory, &long);
        entry.needs = vec![entry.needs[0].clone(); 30];
        entry.since = None;
        entry
    };
    let changed = |territory: &str| {
        let mut entry = planned(territory);
        let reps = &mut entry.since.as_mut().unwrap().reps;
        reps[0].new = vec![reps[0].new[0].clone(); 30];
        *reps = vec![reps[0].clone(); 30];
        entry
    };
    let not_reached = |territory: &str| entry(territory, TerritoryStatus::NotReached);
    let rest = |more: usize| format!("… and {more} more in batch-report.json");
    let kinds: [(EntryOf<'_>, Vec<(String, usize)>); 4] = [
        (&faulty, vec![(rest(150), 1), (rest(10), 100)]),
        // Lines: remarks; plans, mandatory visits and overloaded territories.
        (&remarkable, vec![(rest(150), 3), (rest(10), 100)]),
        // Lines: reps; their changes, of which there are 34.
        (&changed, vec![(rest(150), 1), (rest(10), 100), (rest(22), 2000)]),
        (&not_reached, vec![(rest(150), 1)]),
    ];
    for (kind, rests) in kinds {
        let digest = Digest::of((0..250).map(|at| kind(&format!("t{at}"))));
        let mut page = Vec::new();
        html::write(&mut page, &run(Path::new("out")), &digest).unwrap();
        let page = String::from_utf8(page).unwrap();
        for (rest, count) in rests {
            assert_eq!(page.matches(&rest).count(), count, "{rest}");
        }
        assert!(!page.contains(&"x".repeat(400)));
        assert!(page.len() < 4_000_000, "{}", page.len());
    }
}

#[test]
fn a_shortened_fault_keeps_where_it_is_and_what_to_do() {
    let long = format!("lists.csv, row 7: found {}; expected 49.87", "药".repeat(10_000));
    let Written { page, screen, .. } = written(&[failed("a", &long)]);
    for shown in [page, screen] {
        assert!(shown.contains("lists.csv, row 7: found 药"));
        assert!(shown.contains("药; expected 49.87"));
    }
}

#[test]
fn the_most_loaded_and_the_most_changed_come_first() {
    let loaded = |territory: &str, percent| {
        let load = Load { utilization_percent: Some(percent), reps_needed: None };
        let mut entry = Entry { load: Some(load), ..planned(territory) };
        let reps = &mut entry.since.as_mut().unwrap().reps;
        reps[0].new = vec![reps[0].new[0].clone(); percent as usize];
        entry
    };
    let all = (0..250).map(|at| loaded(&format!("t{at}"), 101.0 + f64::from(at * 7 % 250)));
    let digest = Digest::of(all.chain([loaded("well", 99.0), loaded("last", 350.0)]));
    let first: Vec<&str> =
        digest.overloaded.items.iter().map(|other| other.territory.as_str()).take(3).collect();
    // 7 · 107 = 749, 7 · 214 = 1498: of the remainders 249 and 248.
    assert_eq!(first, ["t107", "last", "t214"]);
    assert_eq!((digest.overloaded.items.len(), digest.overloaded.count), (100, 251));
    assert_eq!(digest.changed.items[0].territory, "t107");
    assert_eq!((digest.changed.items.len(), digest.changed.count), (100, 252));
}

#[test]
fn a_screen_of_all_kinds() {
    assert_eq!(
        written(&all_kinds()).screen,
        "\
3 of 5 territories planned for Wednesday 25 November 2026; 2 need you, 1 not
reached.
66 visits, 21 telephone calls; 6 reps travel 280 km in 10 h.
Since the earlier plans: 40 stay, 2 done, 2 new, 2 gone, 6 moved.

No new plan for 1 territory; an earlier plan is unchanged:
  east: territories/east.toml
    pharmacies.csv, row 118, column \"lat\": found \"49,87\", expected 49.87
Plans of 1 territory need you:
  north: a mandatory visit cannot be made: Klinika Marsa
1 mandatory visit is in no plan:
  north: Klinika Marsa (P203): closed on that day
1 territory is overloaded:
  north: 134 % of capacity; needs 2.7 reps, has 2
1 territory not reached:
  xaghra

Note: the journal of north cannot be written: disk full
4 territories processed in 16 min 4 s, 1 kept from an earlier run.
Report: out/batch-report.html
"
    );
}

#[test]
fn a_screen_is_a_screen_whatever_there_is_to_tell() {
    let long = "pharmacies.csv, row 118: found 药房 ".repeat(100);
    let kinds: [EntryOf<'_>; 5] = [
        &|territory| failed(territory, &long),
        &|territory| needing(territory, &long),
        &|territory| entry(territory, TerritoryStatus::NotReached),
        &|territory| planned(territory),
        &|territory| failed(territory, "short"),
    ];
    let noisy = |run: &mut Run| {
        run.interrupted = true;
        run.notes = vec![long.clone(); 10];
        run.kept_from_before = 1_000_000;
    };
    for of_each in [0, 1, 2, 3, 30] {
        for left_out in 0..=kinds.len() {
            let mut entries = Vec::new();
            for (at, kind) in kinds.iter().enumerate().filter(|(at, _)| *at != left_out) {
                let name = |number| format!("{at} {number} {}", if at == 0 { &long } else { "" });
                entries.extend((0..of_each).map(|number| kind(&name(number))));
            }
            for screen in [written(&entries).screen, written_by(noisy, &entries).screen] {
                assert!(screen.lines().count() <= 24, "{screen}");
                assert!(screen.lines().all(|line| columns(line) <= 80), "{screen}");
            }
        }
    }
}

#[test]
fn an_empty_batch_has_a_report_too() {
    let Written { page, screen, json } = written(&[]);
    assert!(screen.starts_with("No territory was found; nothing was planned.\n\nNote"));
    assert!(page.contains("<h1 class=\"good\">No territory was found"));
    assert!(!page.contains("id=\"changed\""));
    assert_eq!(json["territories"], Value::Array(Vec::new()));
    assert_eq!(json["totals"]["prize"], 0.0);
}

#[test]
fn a_report_that_cannot_be_written_is_reported_and_does_not_prevent_the_other() {
    let out = tempfile::tempdir().unwrap();
    std::fs::create_dir(out.path().join(JSON)).unwrap();
    let digest = Digest::of(std::iter::empty());
    let error = write_report(&run(out.path()), &digest, std::iter::empty).unwrap_err();
    assert_eq!(error.path, out.path().join(JSON));
    assert!(error.to_string().ends_with("batch-report.json: the report cannot be written"));
    assert!(out.path().join(HTML).is_file());
    assert_eq!(std::fs::read_dir(out.path()).unwrap().count(), 2);
}
