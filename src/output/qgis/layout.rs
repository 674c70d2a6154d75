//! Writes the print layout: a page for each beat, with map, title, list of stops, legend, scale and
//! attribution.

use super::project::{Part, Project};
use crate::output::ATTRIBUTION;
use crate::output::fields::caption;

impl Project<'_> {
    pub(super) fn has_beats(&self) -> bool {
        self.atlas.as_ref().is_some_and(|atlas| atlas.pages.name == "routes")
    }

    pub(super) fn layout_name(&self) -> &'static str {
        self.word(if self.has_beats() { "layout" } else { "pages" })
    }

    pub(super) fn listed(&self) -> Option<&Part<'_>> {
        self.atlas.as_ref()?.listed
    }

    pub(super) fn page_title(&self) -> &str {
        if self.atlas.is_some() { "[% @atlas_pagename %]" } else { self.title }
    }

    pub(super) fn page_subtitle(&self) -> String {
        if !self.has_beats() {
            return self.title.to_owned();
        }
        format!(
            "[% attribute(@atlas_feature, 'hours') %] · [% attribute(@atlas_feature, 'visits') %] {} · \
             [% round(attribute(@atlas_feature, 'distance_km')) %] km · \
             [% round(attribute(@atlas_feature, 'travel_minutes')) %] {}",
            self.word("visits"),
            self.word("minutes_on_the_road")
        )
    }

    /// Returns the layers that are shown on the page of a beat. Returns no layers if the project
    /// has no beats; a page then shows the same layers as the project.
    pub(super) fn on_a_page(&self) -> Vec<&Part<'_>> {
        const ON_A_BEAT: [&str; 6] =
            ["stops", "on_the_way", "phone_calls", "homes", "prospects", "routes"];
        let is_on = |part: &&Part<'_>| self.has_beats() && ON_A_BEAT.contains(&part.name);
        self.parts.iter().filter(is_on).collect()
    }

    /// Returns the heading of a column in the list of stops.
    pub(super) fn heading<'f>(&self, field: &'f str) -> &'f str {
        if field == "stop_no" { "" } else { caption(field, self.language) }
    }

    pub(super) fn label_id(&self, y: &u32) -> String {
        format!("{{beatplan-label-{y}}}")
    }

    pub(super) fn credit(&self) -> String {
        format!("{} · beatplan", ATTRIBUTION.split(',').next().unwrap_or(ATTRIBUTION))
    }
}
