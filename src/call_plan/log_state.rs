//! Applies the visit log: updates the last visits, stages, promises and objections of prospects.

use jiff::civil::Date;

use crate::policy::{OutcomeRule, Policy};
use crate::prospects::{ContactKind, LoggedVisit, Prospect, Stage, VisitLog};
use crate::remark::{Remark, RemarkCode, list_some};

/// Maximum number of rows that a remark names.
const ROWS_NAMED: usize = 10;

/// Updates the state of `prospects` with the rows of `log` up to the day `on`.
///
/// Rows apply in the order of their days, and within a day in the order of the log. A later row
/// overrides an earlier one.
///
/// - A visit with a person met sets [`Prospect::visited_on`], a visit without one sets
///   [`Prospect::attempted_on`], and a telephone call with a person reached sets
///   [`Prospect::called_on`].
/// - An outcome in the policy sets stage and status, and a promise sets the next date, unless the
///   list is newer: rows up to the last visit in the list, and rows before the date of the list,
///   change none of these. They set the stage only if the list has none. A new stage removes the
///   follow-up type of the list.
/// - The last objection stays until the outlet buys.
///
/// Returns remarks on ids without a prospect, on rows after `on`, which do not count, and on
/// outcomes that are not in the policy. O(n + m log m) for n prospects and m rows.
pub fn apply_log(
    log: &VisitLog,
    prospects: &mut [Prospect],
    policy: &Policy,
    on: Date,
) -> Vec<Remark> {
    let index = Prospect::by_any_id(prospects);
    let known_by_list: Vec<ListKnowledge> = prospects.iter().map(ListKnowledge::of).collect();
    let mut in_order: Vec<&LoggedVisit> = log.visits.iter().collect();
    in_order.sort_by_key(|visit| visit.visited_on);
    let mut ignored = Ignored::default();
    for visit in in_order {
        let rule = visit.outcome.as_deref().and_then(|text| policy.outcomes.find(text));
        if let (Some(text), None) = (&visit.outcome, &rule) {
            ignored.unknown_outcomes.push((visit.row, text));
        }
        match index.get(&visit.id) {
            None => ignored.unknown_ids.push((visit.row, &visit.id)),
            Some(_) if visit.visited_on > on => ignored.later += 1,
            Some(&at) => {
                let rule = rule.map_or_else(OutcomeRule::default, |(_, rule)| rule.clone());
                move_on(&mut prospects[at], visit, &rule, known_by_list[at], policy);
            }
        }
    }
    ignored.remarks(log, policy, on)
}

/// Dates that decide whether a list is newer than a row of the log.
#[derive(Clone, Copy)]
struct ListKnowledge {
    visited_on: Option<Date>,
    source_date: Option<Date>,
    has_stage: bool,
}

impl ListKnowledge {
    fn of(prospect: &Prospect) -> Self {
        let Prospect { visited_on, source_date, stage, .. } = prospect;
        Self {
            visited_on: *visited_on,
            source_date: *source_date,
            has_stage: *stage != Stage::Blank,
        }
    }

    fn is_before(&self, day: Date) -> bool {
        self.visited_on.is_none_or(|visited_on| visited_on < day)
            && self.source_date.is_none_or(|source_date| source_date <= day)
    }
}

fn move_on(
    prospect: &mut Prospect,
    visit: &LoggedVisit,
    rule: &OutcomeRule,
    known: ListKnowledge,
    policy: &Policy,
) {
    let day = Some(visit.visited_on);
    match (visit.kind, rule.met) {
        (ContactKind::PhoneCall, true) => prospect.called_on = prospect.called_on.max(day),
        (ContactKind::Visit, true) => prospect.visited_on = prospect.visited_on.max(day),
        (ContactKind::Visit, false) => prospect.attempted_on = prospect.attempted_on.max(day),
        (ContactKind::PhoneCall, false) => {}
    }
    let is_news = known.is_before(visit.visited_on);
    if let Some(stage) = rule.stage.filter(|_| is_news || !known.has_stage) {
        if stage != prospect.stage {
            prospect.followup_type = None;
        }
        prospect.stage = stage;
        if stage == Stage::Customer {
            prospect.objection = None;
        }
    }
    if let Some(status) = rule.status.filter(|_| is_news) {
        prospect.status = status;
    }
    if visit.next_action_date.is_some() && is_news {
        prospect.next_action_date = visit.next_action_date;
    }
    if let Some(text) = &visit.objection {
        let name = policy.objections.find(text).map_or(text.as_str(), |(name, _)| name);
        prospect.objection = Some(name.to_owned());
    }
}

/// Rows of the log that change nothing, by the reason for this.
#[derive(Default)]
struct Ignored<'a> {
    unknown_ids: Vec<(u64, &'a String)>,
    unknown_outcomes: Vec<(u64, &'a String)>,
    later: usize,
}

impl Ignored<'_> {
    fn remarks(mut self, log: &VisitLog, policy: &Policy, on: Date) -> Vec<Remark> {
        let file = &log.file;
        let mut remarks = Vec::new();
        self.unknown_ids.sort_unstable();
        self.unknown_outcomes.sort_unstable();
        if !self.unknown_ids.is_empty() {
            let rows: Vec<String> =
                self.unknown_ids.iter().map(|(row, id)| format!("{id} (row {row})")).collect();
            remarks.push(Remark::new(
                RemarkCode::UnknownVisitId,
                format!(
                    "{file}: {} of {} visits are to ids that no prospect has: {}",
                    rows.len(),
                    log.visits.len(),
                    rows.join(", ")
                ),
            ));
        }
        if !self.unknown_outcomes.is_empty() {
            let row = |(row, text): &(u64, &String)| {
                let meant = policy.outcomes.nearest(text);
                let hint =
                    meant.map_or(String::new(), |meant| format!("; did you mean \"{meant}\"?"));
                format!("\"{text}\" (row {row}{hint})")
            };
            let rows: Vec<String> = self.unknown_outcomes.iter().map(row).collect();
            remarks.push(Remark::new(
                RemarkCode::UnknownOutcome,
                format!(
                    "{file}: nothing follows from {} of the outcomes, which are taken as notes: {}; known are {}",
                    rows.len(),
                    list_some(&rows, ROWS_NAMED),
                    policy.outcomes.names().collect::<Vec<_>>().join(", ")
                ),
            ));
        }
        if self.later > 0 {
            let later = self.later;
            remarks.push(Remark::new(
                RemarkCode::LaterVisits,
                format!("{file}: visits after {on} do not count yet; there are {later}"),
            ));
        }
        remarks
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jiff::civil::date;

    use super::*;
    use crate::lonlat::LonLat;
    use crate::prospects::{FollowupType, Status, parse_visits};

    fn prospect(id: &str, visited_on: Option<Date>) -> Prospect {
        Prospect { visited_on, ..Prospect::new(id, "Pharmacy", LonLat { lon: 14.4, lat: 35.9 }) }
    }

    fn apply(log: &str, prospects: &mut [Prospect]) -> Vec<String> {
        let log = parse_visits("visits.csv", log.as_bytes().to_vec()).unwrap();
        let remarks = apply_log(&log, prospects, &Policy::default(), date(2026, 11, 24));
        remarks.into_iter().map(|remark| remark.message).collect()
    }

    #[test]
    fn the_newest_visit_up_to_the_planned_day_counts() {
        let mut prospects = [
            prospect("P1", None),
            prospect("P2", Some(date(2026, 9, 1))),
            prospect("P3", Some(date(2026, 10, 30))),
            prospect("P4", None),
        ];
        let messages = apply(
            "id,visited_on,outcome,note\n\
             P1,2026-11-20,order,\"2 boxes\"\n\
             P1,2026-11-03,,\n\
             P2,2026-11-24,had tea,\n\
             P2,2026-11-25,intrested,\n\
             P3,2026-10-01,,\n\
             P9,2026-11-01,,\n\
             P8,2026-11-02,,\n",
            &mut prospects,
        );
        assert_eq!(
            prospects.map(|p| p.visited_on),
            [Some(date(2026, 11, 20)), Some(date(2026, 11, 24)), Some(date(2026, 10, 30)), None]
        );
        assert_snapshot!(messages.join("\n"), @r#"
visits.csv: 2 of 7 visits are to ids that no prospect has: P9 (row 7), P8 (row 8)
visits.csv: nothing follows from 2 of the outcomes, which are taken as notes: "had tea" (row 4), "intrested" (row 5; did you mean "interested"?); known are closed, hesitating, interested, lost, no_order, not_in, not_soon, ordered, quoted, refused, reopened, suspended, uncooperative
visits.csv: visits after 2026-11-24 do not count yet; there are 1
"#);
    }

    #[test]
    fn outcomes_move_the_stage_in_the_order_of_days_and_a_later_row_undoes() {
        let mut prospects = [prospect("P1", None), prospect("P2", None), prospect("P3", None)];
        let messages = apply(
            "id,visited_on,outcome,visit_kind,objection,next_action_date\n\
             P1,2026-11-20,下单,,,\n\
             P1,2026-11-10,已报价,,太贵,2026-11-18\n\
             P2,2026-11-20,refused,,,\n\
             P2,2026-11-20,hesitating,,sold badly elsewhere,2026-12-01\n\
             P3,2026-11-20,closed,,,\n",
            &mut prospects,
        );
        assert_eq!(messages, [""; 0]);
        let [one, two, three] = prospects;
        assert_eq!((one.stage, one.objection), (Stage::Customer, None), "bought in the end");
        assert_eq!(one.next_action_date, Some(date(2026, 11, 18)));
        assert_eq!(two.stage, Stage::Hesitating);
        assert_eq!(two.objection.as_deref(), Some("sold badly elsewhere"));
        assert_eq!(two.next_action_date, Some(date(2026, 12, 1)));
        assert_eq!((three.status, three.visited_on), (Status::Closed, None), "nobody was met");
    }

    #[test]
    fn a_list_that_is_newer_than_the_log_knows_better() {
        let quoted = Prospect {
            stage: Stage::Quoted,
            followup_type: Some(FollowupType::LongTerm),
            ..prospect("P1", Some(date(2026, 11, 15)))
        };
        let dated = |day| Prospect { source_date: Some(date(2026, 11, day)), ..quoted.clone() };
        let stage = |of: &Prospect, log_day: i8| {
            let mut one = [of.clone()];
            apply(&format!("id,visited_on,outcome\nP1,2026-11-{log_day},ordered\n"), &mut one);
            one[0].stage
        };
        assert_eq!(stage(&quoted, 15), Stage::Quoted, "the list knows that visit");
        assert_eq!(stage(&quoted, 16), Stage::Customer);
        assert_eq!(stage(&dated(20), 19), Stage::Quoted, "the list is of a later day");
        assert_eq!(stage(&dated(20), 20), Stage::Customer);
        let blank = Prospect { stage: Stage::Blank, ..dated(20) };
        assert_eq!(stage(&blank, 10), Stage::Customer, "the list knows no stage");
        let mut one = [quoted];
        apply("id,visited_on,outcome\nP1,2026-11-16,ordered\n", &mut one);
        assert_eq!(one[0].followup_type, None, "it was about the old stage");
    }

    #[test]
    fn attempts_and_telephone_calls_are_no_visits() {
        let mut one = [prospect("P1", Some(date(2026, 11, 1)))];
        apply(
            "id,visited_on,outcome,visit_kind\nP1,2026-11-10,not in,\nP1,2026-11-12,interested,phone\nP1,2026-11-13,no answer,phone call\n",
            &mut one,
        );
        let [one] = one;
        assert_eq!(one.visited_on, Some(date(2026, 11, 1)));
        assert_eq!(one.attempted_on, Some(date(2026, 11, 10)));
        assert_eq!((one.called_on, one.stage), (Some(date(2026, 11, 12)), Stage::Interested));
    }
}
