//! Where half a day pays best, on the demo territories.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod program;

use std::collections::BTreeMap;

use beatplan::coverage::WhiteSpace;
use beatplan::pipeline::{
    HalfDayOptions, HalfDays, NetworkCache, Networks, Next, half_day_dates, networks,
};
use beatplan::progress::Silent;
use beatplan::prospects::{Prospect, ProspectId, Stage, Status};
use beatplan::solver::Never;
use beatplan::territory::{Lists, Territory, load_prospects};
use jiff::civil::{Date, date};
use program::repository;

const WEDNESDAY: Date = date(2026, 11, 25);

struct Demo {
    territory: Territory,
    lists: Lists,
    networks: Networks,
}

fn demo(name: &str) -> Demo {
    let territory = Territory::read(&repository(&format!("data/{name}/territory.toml"))).unwrap();
    let lists = load_prospects(&territory, WEDNESDAY, &Silent).unwrap();
    let dates = half_day_dates(&territory, WEDNESDAY);
    let networks = networks(&territory, &dates, &NetworkCache::none(), &Silent).unwrap();
    Demo { territory, lists, networks }
}

impl Demo {
    fn half_days(&self) -> HalfDays<'_> {
        HalfDays {
            territory: &self.territory,
            prospects: &self.lists.prospects,
            networks: &self.networks,
            options: HalfDayOptions::default(),
        }
    }

    fn prospect(&self, id: ProspectId) -> &Prospect {
        &self.lists.prospects[id.0 as usize]
    }

    /// White space in squares of about three kilometres.
    fn white_space(&self) -> Vec<WhiteSpace> {
        let mut squares: BTreeMap<(i64, i64), Vec<ProspectId>> = BTreeMap::new();
        for (prospect, id) in self.lists.prospects.iter().zip(0..) {
            if prospect.status == Status::Open && prospect.stage != Stage::Customer {
                let square = |degrees: f64| (degrees / 0.03).floor() as i64;
                let square = (square(prospect.at.lon), square(prospect.at.lat));
                squares.entry(square).or_default().push(ProspectId(id));
            }
        }
        let area = |(square, outlets): ((i64, i64), Vec<ProspectId>)| WhiteSpace {
            name: format!("{square:?}"),
            area: None,
            gap_score: outlets.len() as f64,
            outlets,
        };
        squares.into_iter().map(area).collect()
    }
}

#[test]
fn areas_are_ranked_by_what_half_a_day_there_is_worth() {
    let malta = demo("malta");
    let areas = malta.white_space();
    let begun = std::time::Instant::now();
    let next = malta.half_days().where_next(&areas, WEDNESDAY, &Never, &Silent).unwrap();
    eprintln!("{} areas, {} next, {:?}", areas.len(), next.len(), begun.elapsed());
    for n in &next {
        eprintln!(
            "{} {} rep {} worth {:.1} visits {} inside {} {} of {}",
            areas[n.white_space].name,
            areas[n.white_space].outlets.len(),
            n.half_day.beat.rep,
            n.half_day.worth,
            n.half_day.beat.stops.len(),
            n.half_day.inside,
            n.half_day.length(),
            n.half_day.beat.travel()
        );
    }
}
