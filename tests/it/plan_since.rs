//! The report on a plan in the morning: differences from an earlier plan, figures, and the time of each stage; on the demo
//! territories.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use crate::kit::{Home, NETWORKS, contents, repository};
use beatplan::batch::{
    Load, RepSince, Since, StageClock, TerritoryFigures, TerritoryStatus, Unserved,
};
use beatplan::insight::Capacity;
use beatplan::networks::{Networks, networks};
use beatplan::output::{Sharing, Written, write_plan};
use beatplan::plan_files::{EarlierPlan, EarlierStop};
use beatplan::planning::{Effort, Keep, Plan, Request, plan};
use beatplan::progress::Silent;
use beatplan::prospects::{ProspectId, Status as OutletStatus};
use beatplan::solver::NoLimit;
use beatplan::territory::{Lists, Territory, load_prospects};
use jiff::civil::{Date, date};
use serde_json::Value;
use tracing_subscriber::layer::SubscriberExt;

const WEDNESDAY: Date = date(2026, 11, 25);
const THURSDAY: Date = date(2026, 11, 26);

fn territory(name: &str) -> Territory {
    Territory::read(&repository(&format!("data/{name}/territory.toml"))).unwrap()
}

fn request(dates: &[Date]) -> Request {
    Request { effort: Effort::Quick, ..Request::new(dates.to_vec()) }
}

/// Malta, and in `plan` a plan of it for Wednesday and Thursday, made on Tuesday.
struct Malta {
    territory: Territory,
    networks: Networks,
    home: Home,
    earlier: EarlierPlan,
}

static MALTA: LazyLock<Malta> = LazyLock::new(|| {
    let territory = territory("malta");
    let request = request(&[WEDNESDAY, THURSDAY]);
    let networks = networks(&territory, &request.dates, &NETWORKS, &Silent).unwrap();
    let lists = load_prospects(&territory, WEDNESDAY, &Silent).unwrap();
    let plan = plan(&territory, lists, &networks, &request, &NoLimit, &Silent).unwrap();
    let home = Home::for_all_tests("since", "malta");
    write(&home.path("plan"), &territory, &networks, &request, &plan);
    let earlier = EarlierPlan::read_any_day(&home.path("plan"), "malta", &plan.prospects);
    Malta { territory, networks, home, earlier: earlier.unwrap() }
});

fn write(out: &Path, territory: &Territory, networks: &Networks, request: &Request, plan: &Plan) {
    let sharing = Sharing::default();
    write_plan(out, Written { territory, networks, request, plan, sharing }).unwrap();
}

impl Malta {
    /// Its lists as they stand on the first day of `request`, after `change`, planned.
    fn plan(&self, request: &Request, change: impl FnOnce(&mut Lists)) -> Plan {
        let mut lists = load_prospects(&self.territory, request.dates[0], &Silent).unwrap();
        change(&mut lists);
        plan(&self.territory, lists, &self.networks, request, &NoLimit, &Silent).unwrap()
    }

    /// The stops of a rep on a day of the earlier plan.
    fn stops(&self, rep: &str, on: Date) -> Vec<&EarlierStop> {
        self.earlier.stops.iter().filter(|stop| stop.rep == rep && stop.date == on).collect()
    }

    fn since(&self, plan: &Plan) -> Since {
        Since::of(&self.territory, plan.since.as_ref().unwrap())
    }
}

/// Outlet, day and rep of each visit of a plan.
fn visits(territory: &Territory, plan: &Plan) -> Vec<(String, Date, String)> {
    let beats = plan.itinerary.beats.iter();
    let visits = beats.flat_map(|beat| {
        let rep = &territory.reps[beat.rep].name;
        let id = |prospect: ProspectId| plan.prospects[prospect].id.clone();
        beat.stops.iter().map(move |stop| (id(stop.prospect), beat.date, rep.clone()))
    });
    visits.collect()
}

/// Every visit of the new plan is told once, and so is every visit of the earlier one until the last new day.
fn assert_complete(malta: &Malta, plan: &Plan, since: &Since) {
    let last = *plan.dates.last().unwrap();
    let mut told = Vec::new();
    let (mut kept, mut earlier) = (0, 0);
    for rep in &since.reps {
        for change in rep.new.iter().chain(&rep.moved) {
            let to_rep = change.to_rep.clone().unwrap_or_else(|| rep.rep.clone());
            told.push((change.id.clone(), change.to.unwrap(), to_rep));
        }
        kept += rep.kept;
        earlier += rep.kept + rep.done + rep.gone.len() + rep.moved.len();
    }
    let all = visits(&malta.territory, plan);
    assert!(told.iter().all(|visit| all.contains(visit)), "{told:?}");
    assert_eq!(told.iter().collect::<BTreeSet<_>>().len(), told.len());
    assert_eq!(told.len() + kept, all.len());
    assert_eq!(earlier, malta.earlier.stops.iter().filter(|stop| stop.date <= last).count());
}

fn reason<'a>(rep: &'a RepSince, id: &str) -> Option<(&'a str, &'a str)> {
    let told = rep.gone.iter().chain(&rep.moved).chain(&rep.new).find(|change| change.id == id)?;
    Some((&told.reason_code, &told.reason))
}

#[test]
fn a_plan_of_past_days_is_compared_by_the_visits_made_since() {
    let malta = &*MALTA;
    let saturday = date(2026, 11, 28);
    let (marias, gorgs) = (malta.stops("Maria", WEDNESDAY), malta.stops("Ġorġ", THURSDAY));
    let home = Home::empty();
    let mut territory = malta.territory.clone();
    let mut log = fs::read_to_string(territory.visits.take().unwrap()).unwrap();
    for stop in &marias[..5] {
        log += &format!("{},{WEDNESDAY},order,\n", stop.id);
    }
    log += &format!("{},{},order,\n", gorgs[0].id, THURSDAY.tomorrow().unwrap());
    territory.visits = Some(home.write("visits.csv", log));
    let office = Malta {
        networks: networks(&territory, &[saturday], &NETWORKS, &Silent).unwrap(),
        territory,
        home,
        earlier: malta.earlier.clone(),
    };
    let request = Request { since: Some(malta.earlier.clone()), ..request(&[saturday]) };
    let plan = office.plan(&request, |lists| {
        lists.prospects.iter_mut().find(|row| row.id == gorgs[1].id).unwrap().status =
            OutletStatus::Closed;
        lists.files.last_mut().unwrap().1.end -= 1;
        let rest = lists.prospects.iter().filter(|row| row.id != gorgs[2].id);
        lists.prospects = rest.cloned().collect();
    });
    let since = office.since(&plan);
    assert_complete(&office, &plan, &since);
    assert_eq!(since.dates, [WEDNESDAY, THURSDAY]);
    let [maria, gorg] = &since.reps[..] else { panic!("{since:?}") };
    assert_eq!((&*maria.rep, maria.kept, maria.done), ("Maria", 0, 5));
    assert_eq!((&*gorg.rep, gorg.kept, gorg.done), ("Ġorġ", 0, 1), "made a day late");
    assert_eq!(reason(gorg, &gorgs[1].id), Some(("closed", "closed for good")));
    assert_eq!(reason(gorg, &gorgs[2].id).unwrap().0, "not_listed");
    let missed = [maria, gorg].into_iter().flat_map(|rep| &rep.moved);
    let (mut to_others, mut moved) = (0, 0);
    for change in missed {
        let from = change.from.unwrap();
        assert_eq!(change.reason, format!("was planned for {from} and not visited"));
        assert_eq!((&*change.reason_code, change.to), ("missed", Some(saturday)));
        to_others += usize::from(change.to_rep.is_some());
        moved += 1;
    }
    assert!(moved > 5 && to_others < moved, "{to_others} of {moved}");
    for change in [maria, gorg].into_iter().flat_map(|rep| &rep.gone) {
        let Some(at) = plan.prospects.id_where(|row| row.id == change.id) else { continue };
        assert_eq!(change.reason_code, plan.itinerary.outcomes[at].code());
    }
    // A must-visit whose visit was made is planned again, and that visit is new.
    let made: Vec<&str> = marias[..5].iter().chain(&gorgs[..1]).map(|stop| &*stop.id).collect();
    let known = malta.earlier.stops.iter().map(|stop| &*stop.id);
    let known: Vec<&str> = known.filter(|id| !made.contains(id)).collect();
    let mut new = [maria, gorg].into_iter().flat_map(|rep| &rep.new);
    assert!(new.all(|change| !known.contains(&&*change.id) && change.reason_code != "missed"));
}

#[test]
fn a_common_day_is_compared_with_the_displacing_outlets_and_nothing_of_it_is_written() {
    let malta = &*MALTA;
    let marias = malta.stops("Maria", THURSDAY);
    let planned = |id: &str| malta.earlier.stops.iter().any(|stop| stop.id == id);
    let change = |lists: &mut Lists| {
        // One who was planned for Thursday was visited on Wednesday, and a few others must be visited.
        let rows = &mut lists.prospects;
        rows.iter_mut().find(|row| row.id == marias[0].id).unwrap().visited_on = Some(WEDNESDAY);
        let free = rows.iter_mut().filter(|row| !planned(&row.id));
        let open =
            free.filter(|row| row.status == OutletStatus::Open && row.call_block_from.is_none());
        open.take(6).for_each(|row| row.must_visit = true);
    };
    let alone = request(&[THURSDAY]);
    let compared = Request { since: Some(malta.earlier.clone()), ..alone.clone() };
    let plan = malta.plan(&compared, change);
    let since = malta.since(&plan);
    assert_complete(malta, &plan, &since);
    assert!(since.reps.iter().map(|rep| rep.kept).sum::<usize>() > 5, "{since:?}");
    let of_maria = reason(&since.reps[0], &marias[0].id).unwrap();
    assert_eq!(of_maria, ("visited_before", "visited on 2026-11-25 already"));
    let gone = since.reps.iter().flat_map(|rep| &rep.gone);
    let displaced = gone.filter(|change| change.reason_code == "displaced");
    assert!(displaced.clone().count() > 0, "{since:?}");
    assert!(displaced.clone().all(|change| change.reason.starts_with("displaced by ")));

    let folder = tempfile::tempdir().unwrap();
    let out = |name: &str| folder.path().join(name);
    write(&out("compared"), &malta.territory, &malta.networks, &compared, &plan);
    let plan = malta.plan(&alone, change);
    assert_eq!(plan.since, None);
    write(&out("alone"), &malta.territory, &malta.networks, &alone, &plan);
    assert_eq!(contents(&out("compared")), contents(&out("alone")));
}

#[test]
fn a_plan_to_keep_can_be_compared_with_too() {
    let malta = &*MALTA;
    let keep = Keep { earlier: malta.earlier.clone(), changes_max: Some(3), only: None };
    let request = Request {
        keep: Some(keep),
        since: Some(malta.earlier.clone()),
        ..request(&[WEDNESDAY, THURSDAY])
    };
    let plan = malta.plan(&request, |_| ());
    let (changes, since) = (plan.changes.unwrap(), plan.since.unwrap());
    assert_eq!((since.price.0, since.changes_max), (0, None));
    assert_eq!(changes.changes_max, Some(3));
    assert_eq!((changes.kept, changes.done, changes.list), (since.kept, since.done, since.list));
}

#[test]
fn the_terminal_tells_what_is_different_without_keeping_to_it() {
    let malta = &*MALTA;
    let home = &malta.home;
    let line = |name: &str, more: &str| {
        let line = "plan data/malta/territory.toml --date 2026-11-27 --effort quick";
        home.run(&format!("{line} --out {name} {more}")).expect(0).stdout
    };
    let told = line("told", "--since plan");
    assert!(told.contains("Since the earlier plan: 0 stay, "), "{told}");
    assert!(told.contains(": to Friday, was planned for 2026-11-26 and not visited"), "{told}");
    assert!(!line("alone", "").contains("Since the earlier plan"));
    assert_eq!(contents(&home.path("told")), contents(&home.path("alone")));
}

#[test]
fn the_figures_are_those_of_the_summary_and_every_stage_has_its_time() {
    // With one subscriber alone, `tracing` lets other threads, which have none, switch spans off.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let clock = StageClock::default();
    let subscriber = tracing_subscriber::registry().with(clock.clone());
    let gozo = territory("gozo");
    let request = request(&[WEDNESDAY]);
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("plan");
    let (plan, networks) = tracing::subscriber::with_default(subscriber, || {
        let mut lists = load_prospects(&gozo, WEDNESDAY, &Silent).unwrap();
        for row in lists.prospects.iter_mut().take(3) {
            row.must_visit = true;
        }
        lists.prospects[ProspectId(1)].status = OutletStatus::Suspended;
        let networks = networks(&gozo, &request.dates, &NETWORKS, &Silent).unwrap();
        let plan = plan(&gozo, lists, &networks, &request, &NoLimit, &Silent).unwrap();
        write(&out, &gozo, &networks, &request, &plan);
        (plan, networks)
    });
    let seconds = clock.take();
    let stages = ["bound", "explain", "lists", "networks", "solve", "travel_times", "write"];
    assert_eq!(seconds.keys().collect::<Vec<_>>(), stages);
    assert!(seconds.values().all(|seconds| *seconds > 0.0), "{seconds:?}");

    let summary = fs::read_to_string(out.join("summary.json")).unwrap();
    let summary: Value = serde_json::from_str(&summary).unwrap();
    let (totals, solver) = (&summary["totals"], &summary["solver"]);
    let figures = serde_json::to_value(TerritoryFigures::of(&gozo, &plan)).unwrap();
    for (key, value) in figures.as_object().unwrap() {
        match key.as_str() {
            "reps" => assert_eq!(value, 1),
            "gap_percent" | "stopped_early" => assert_eq!(*value, solver[key], "{key}"),
            _ => assert_eq!(*value, totals[key], "{key}"),
        }
    }
    let load = Load::of(&gozo, &networks, &plan, &Silent);
    let capacity = Capacity::new(&gozo, &plan.prospects, &networks, (WEDNESDAY, 28), &Silent);
    assert_eq!(load.utilization_percent, capacity.utilization_percent);
    assert!(load.reps_needed.is_some() && load.reps_needed == capacity.reps_needed);

    let unserved = Unserved::of(&plan);
    let told: Vec<_> = unserved.iter().map(|one| (&one.id, &one.name, &*one.reason)).collect();
    let [_, suspended, blocked, ..] = plan.prospects.as_slice() else { panic!("Gozo has outlets") };
    let expected = [
        (&suspended.id, &suspended.name, "closed for a while"),
        (&blocked.id, &blocked.name, "call block until 2026-12-06"),
    ];
    assert_eq!(told, expected);
    assert_eq!(TerritoryStatus::of(&plan), TerritoryStatus::NeedsAPerson);
    let codes: Vec<&str> = plan.needs().map(|remark| remark.code.as_str()).collect();
    assert_eq!(codes, ["must_visit_impossible"; 2]);
}
