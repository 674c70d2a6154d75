//! The file of learned times, with the evidence of each value beside it.

use std::fmt::Write;

use super::{Estimate, Learning, Quantity};
use crate::prospects::name_of;

impl Learning {
    /// Returns the text of the file, which a territory file names as `learned`. It holds the values
    /// that are kept, in a fixed order, and nothing that depends on the machine.
    pub fn file_text(&self) -> String {
        let mut text = format!(
            "# Times that `beatplan learn` found in the visit log of {} up to {}:\n\
             # {} visits and {} drives. A plan uses them if the territory file says: learned = \"FILE\".\n\
             # Each value reduces the mean error on days that were left out; the comment says by how much.\n",
            self.territory, self.as_of, self.visits, self.drives
        );
        self.write_visits(&mut text);
        self.write_travel(&mut text);
        if !self.has_learned() {
            text.push_str("# No value reduces the error, so this file changes nothing.\n");
        }
        text
    }

    fn write_visits(&self, text: &mut String) {
        let learned = &self.learned.visit_minutes;
        if !learned.by_outlet_type.is_empty() {
            text.push_str("\n# Minutes of a visit, by outlet type.\n");
        }
        for (outlet_type, lengths) in &learned.by_outlet_type {
            let name = name_of(outlet_type);
            let _ = writeln!(text, "[visit_minutes.by_outlet_type.{name}]");
            let first_call = format!("{name} (first call)");
            for (field, of, minutes) in
                [("known", &name, lengths.known), ("first_call", &first_call, lengths.first_call)]
            {
                if let Some(minutes) = minutes {
                    self.write_value(text, field, minutes.0, Quantity::VisitMinutes, of);
                }
            }
        }
        if !learned.by_outlet.is_empty() {
            text.push_str("\n# Minutes of a visit to an outlet, by its id.\n");
            text.push_str("[visit_minutes.by_outlet]\n");
        }
        for (id, minutes) in &learned.by_outlet {
            self.write_value(text, &quoted(id), minutes.0, Quantity::OutletVisitMinutes, id);
        }
        if !self.learned.visit_minutes_share.is_empty() {
            text.push_str("\n# Share of those minutes that the visits of a rep take.\n");
            text.push_str("[visit_minutes_share]\n");
        }
        for (rep, share) in &self.learned.visit_minutes_share {
            self.write_value(text, &quoted(rep), share.0, Quantity::VisitMinutesShare, rep);
        }
    }

    fn write_travel(&self, text: &mut String) {
        let travel = &self.learned.travel_time_share;
        let share = Quantity::TravelTimeShare;
        if !travel.is_empty() {
            text.push_str("\n# Real travel time ÷ computed travel time, from 0.6 to 1.4.\n");
            text.push_str("[travel_time_share]\n");
        }
        if let Some(usual) = travel.usual {
            self.write_value(text, "usual", usual, share, "all drives");
        }
        for (density, shares) in &travel.by_density {
            let _ = writeln!(text, "[travel_time_share.by_density.{density}]");
            if let Some(all_day) = shares.all_day {
                self.write_value(text, "all_day", all_day, share, &density.to_string());
            }
            if !shares.by_part_of_day.is_empty() {
                let table = format!("travel_time_share.by_density.{density}.by_part_of_day");
                let _ = writeln!(text, "[{table}]");
            }
            for (part, own) in &shares.by_part_of_day {
                let of = format!("{density}, {part}");
                self.write_value(text, &name_of(part), own, share, &of);
            }
        }
        if !travel.by_rep.is_empty() {
            text.push_str("[travel_time_share.by_rep]\n");
        }
        for (rep, own) in &travel.by_rep {
            self.write_value(text, &quoted(rep), own, Quantity::RepTravelTimeShare, rep);
        }
        if !self.learned.park_minutes.is_empty() {
            text.push_str("\n# Minutes to park, by density of the roads around the outlet.\n");
            text.push_str("[park_minutes]\n");
        }
        for (density, minutes) in &self.learned.park_minutes {
            let of = density.to_string();
            self.write_value(text, &of, minutes.0, Quantity::ParkMinutes, &of);
        }
    }

    /// Writes `key = value`, with the evidence of the estimate as a comment.
    fn write_value(
        &self,
        text: &mut String,
        key: &str,
        value: impl std::fmt::Display,
        quantity: Quantity,
        of: &str,
    ) {
        let is_meant = |estimate: &&Estimate| estimate.quantity == quantity && estimate.of == of;
        let _ = match self.estimates.iter().find(is_meant) {
            Some(Estimate { evidence, name, .. }) => {
                let name = name.as_ref().map(|name| format!("{}, ", one_line(name)));
                writeln!(
                    text,
                    "{key} = {value}  # {}{} observations, error {} -> {} min (-{:.0} %)",
                    name.unwrap_or_default(),
                    evidence.observations,
                    evidence.error_before,
                    evidence.error_after,
                    evidence.reduction_percent()
                )
            }
            None => writeln!(text, "{key} = {value}"),
        };
    }
}

/// Writes a key of TOML in quotation marks.
fn quoted(key: &str) -> String {
    let mut text = String::from("\"");
    for c in key.chars() {
        match c {
            '"' | '\\' => text.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(text, "\\u{:04X}", u32::from(c));
            }
            c => text.push(c),
        }
    }
    text + "\""
}

/// Removes control characters, which a comment of TOML may not have.
fn one_line(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}
