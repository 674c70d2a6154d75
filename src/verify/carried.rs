//! Check of the note and of the list columns that the plan copies unchanged. A plan without
//! personal data has no note and no personal column.

use serde_json::Value;

use super::report::Checking;
use super::written::WrittenProspect;
use crate::plan_files::PlanSummary;
use crate::prospects::Prospect;

/// Prefix of a copied column that has the name of one of the program's own properties.
const PREFIX: &str = "list_";

/// Name of the copied columns in a violation.
const COLUMNS: &str = "columns of the list";

/// Compares the note and the copied columns of `prospect` with its `row`. In a plan without
/// personal data, a note or a personal column is a violation.
pub(super) fn compare(
    check: &mut Checking,
    prospect: &WrittenProspect,
    row: &Prospect,
    summary: &PlanSummary,
) {
    let at = prospect.place();
    let drops = summary.personal_dropped;
    let is_personal = |header: &str| {
        let settings = summary.inputs.iter().filter_map(|input| input.settings.as_ref());
        drops && settings.map(|settings| &settings.columns).any(|words| words.is_personal(header))
    };
    let found = |name: &str| prospect.all.get(name).unwrap_or(&Value::Null);
    let note = row.note.as_deref().filter(|_| !drops);
    check.equal(&at, "note", found("note"), &Value::from(note));
    for (header, text) in &row.extra {
        let prefixed = format!("{PREFIX}{header}");
        let is_prefixed = prospect.all.contains_key(&prefixed);
        let name = if is_prefixed { prefixed.as_str() } else { header.as_ref() };
        if is_personal(header) {
            if prospect.all.contains_key(name) {
                check.violation(
                    &at,
                    COLUMNS,
                    format_args!("the personal \"{header}\""),
                    "nothing of it",
                );
            }
        } else if found(name) != text.as_str() {
            let expected = format_args!("\"{header}\" with {text:?}");
            check.violation(&at, COLUMNS, found(name), expected);
        }
    }
}
