//! Times learned from the visit log: their lookup, and the check that the plan's settings have them.

use serde_json::Value;

use super::inputs::Inputs;
use super::report::{Checking, Place, Report, json};
use super::written::WrittenPlan;
use crate::learned::{LearnedTimes, PartOfDay};
use crate::plan_files::files::SUMMARY;
use crate::prospects::Prospect;
use crate::road::Density;
use crate::territory::read_learned;

/// Hours at which a new part of the day begins.
pub(super) const PART_HOURS: [i64; 4] = [9, 12, 14, 17];

/// Returns the share of the travel time in thousandths for a drive of `rep` that departs at `depart`,
/// in seconds since midnight, and ends at roads of this density.
pub(super) fn travel_share(
    learned: Option<&LearnedTimes>,
    rep: &str,
    depart: i64,
    density: Density,
) -> i64 {
    let Some(shares) = learned.map(|learned| &learned.travel_time_share) else { return 1000 };
    let begun = PART_HOURS.iter().filter(|hour| **hour * 3600 <= depart).count();
    let part = PartOfDay::ALL[begun];
    let of_density = shares.by_density.get(&density);
    let of_part = of_density.and_then(|own| own.by_part_of_day.get(&part));
    let all_day = of_density.and_then(|own| own.all_day.as_ref());
    let thousandths = |share: f64| (share * 1000.0).round() as i64;
    let of_place = of_part.or(all_day).or(shares.usual.as_ref());
    let of_place = of_place.map_or(1000, |share| thousandths(share.value()));
    let of_rep = shares.by_rep.get(rep).map_or(1000, |share| thousandths(share.value()));
    ((of_place * of_rep + 500) / 1000).clamp(600, 1400)
}

/// Returns the milliseconds of a drive with a share in thousandths.
pub(super) fn with_share(milliseconds: i64, thousandths: i64) -> i64 {
    (milliseconds * thousandths + 500) / 1000
}

/// Gives the learned minutes to all rows that state none.
pub(super) fn fill_minutes(learned: &LearnedTimes, rows: &mut [Prospect]) {
    let minutes = &learned.visit_minutes.by_outlet;
    for row in rows.iter_mut().filter(|row| row.visit_minutes.is_none()) {
        let ids = std::iter::once(row.id.as_str()).chain(row.former_ids());
        let own = ids.filter_map(|id| minutes.get(id)).next();
        row.visit_minutes = own.map(|minutes| minutes.0);
    }
}

/// Checks that `summary.json` repeats the file of learned times, and that its policy and reps have
/// them.
pub(super) fn check(
    plan: &WrittenPlan,
    learned: &LearnedTimes,
    inputs: &Inputs<'_>,
    report: &mut Report,
) -> Checking {
    let mut check = Checking::new(
        "learned",
        "learned value",
        "as in the file of learned times, in force in the settings of the plan",
    );
    let place = |feature: &str| Place { file: SUMMARY, feature: feature.to_owned() };
    match inputs.with_role("learned").next() {
        None => report.leave("learned times", "summary.json names no file of them"),
        Some(file) => {
            let read = file.path.clone();
            let read = read.and_then(|path| read_learned(&path).map_err(|e| e.to_string()));
            match read {
                Err(why) => report.leave("learned times", why),
                Ok(expected) => {
                    let parts = |times: &LearnedTimes| match serde_json::to_value(times) {
                        Ok(Value::Object(parts)) => parts,
                        _ => unreachable!("learned times are a table"),
                    };
                    let (found, expected) = (parts(learned), parts(&expected));
                    for (part, expected) in &expected {
                        let at = place(&format!("learned.{part}"));
                        check.count();
                        check.equal(&at, "value", json(&found[part]), json(expected));
                    }
                }
            }
        }
    }
    let policy = &plan.summary.policy;
    for (outlet_type, minutes) in &learned.visit_minutes.by_outlet_type {
        let at = place("policy.visit_minutes");
        let found = policy.visit_minutes.of(*outlet_type);
        let values = [
            ("known", found.known, minutes.known),
            ("first_call", found.first_call, minutes.first_call),
        ];
        for (property, found, expected) in values {
            if let Some(expected) = expected {
                check.count();
                check.equal(&at, property, found, expected.0);
            }
        }
    }
    for (density, minutes) in &learned.park_minutes {
        check.count();
        let found = policy.park_minutes.of(*density);
        check.near(&place("policy.park_minutes"), density.name(), found, minutes.0, 0.0);
    }
    for (name, share) in &learned.visit_minutes_share {
        if let Some(rep) = plan.summary.rep(name) {
            check.count();
            let at = place(name);
            check.near(&at, "visit_minutes_share", rep.visit_minutes_share, share.0, 0.0);
        }
    }
    check
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checker_looks_shares_up_as_the_plan_does_but_by_itself() {
        let learned: LearnedTimes = toml::from_str(
            "[travel_time_share]\nusual = 1.1\n[travel_time_share.by_density.urban]\nall_day = 1.2\n\
             [travel_time_share.by_density.urban.by_part_of_day]\nfrom_17 = 1.35\nbefore_09 = 1.3\n\
             [travel_time_share.by_rep]\n\"Maria\" = 0.9\n\"Late\" = 1.4\n",
        )
        .unwrap();
        let own = &learned.travel_time_share;
        for rep in ["Maria", "Late", "nobody"] {
            for minute in (0..24 * 60).step_by(10) {
                let time = crate::units::Seconds::from_minutes(minute);
                let planned = own.of(Some(rep), PartOfDay::at(time));
                for density in Density::ALL {
                    let checked = travel_share(Some(&learned), rep, i64::from(time.0), density);
                    let found = (planned.to(density).value() * 1000.0).round() as i64;
                    assert_eq!(checked, found, "{rep} {minute} {density}");
                }
            }
        }
        assert_eq!(travel_share(None, "Maria", 0, Density::Urban), 1000);
        assert_eq!(with_share(1001, 1150), 1151);
    }
}
