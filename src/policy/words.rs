//! Defines the outcomes of visits, the objections and the objectives, which are data that a user
//! can extend.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Deserializer, Serialize};

use crate::prospects::{FollowupType, Stage, Status};
use crate::suggest::nearest;

/// The effect that an outcome of a visit or telephone call has on the outlet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OutcomeRule {
    /// New stage of the outlet; `None` if it does not change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// New status of the outlet; `None` if it does not change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// True if the rep met somebody. If not, the visit counts as an attempt, and the interval
    /// continues.
    pub met: bool,
    /// Other names for the outcome.
    pub also: Vec<String>,
}

impl Default for OutcomeRule {
    fn default() -> Self {
        Self { stage: None, status: None, met: true, also: Vec::new() }
    }
}

/// An objection of an outlet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Objection {
    /// Talking point for answering the objection at the next visit.
    pub talking_point: String,
    /// Other names for the objection.
    #[serde(default)]
    pub also: Vec<String>,
}

/// An entry that has other names.
trait Named {
    fn also(&self) -> &[String];
}

impl Named for OutcomeRule {
    fn also(&self) -> &[String] {
        &self.also
    }
}

impl Named for Objection {
    fn also(&self) -> &[String] {
        &self.also
    }
}

/// Finds the entry that `text` names, by its name or by one of its other names. Upper and lower
/// case count as equal; a space or hyphen counts as an underscore.
fn find<'a, T: Named>(all: &'a BTreeMap<String, T>, text: &str) -> Option<(&'a str, &'a T)> {
    let plain = |text: &str| text.trim().to_lowercase().replace([' ', '-'], "_");
    let text = plain(text);
    let by_name = all.iter().find(|(name, _)| plain(name) == text);
    let by_word =
        || all.iter().find(|(_, entry)| entry.also().iter().any(|word| plain(word) == text));
    by_name.or_else(by_word).map(|(name, entry)| (name.as_str(), entry))
}

/// All known outcomes, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcomes(BTreeMap<String, OutcomeRule>);

/// All known objections, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Objections(BTreeMap<String, Objection>);

static OUTCOMES: LazyLock<BTreeMap<String, OutcomeRule>> = LazyLock::new(|| {
    toml::from_str(include_str!("outcomes.toml")).expect("a test reads the built-in outcomes")
});

static OBJECTIONS: LazyLock<BTreeMap<String, Objection>> = LazyLock::new(|| {
    toml::from_str(include_str!("objections.toml")).expect("a test reads the built-in objections")
});

impl Default for Outcomes {
    fn default() -> Self {
        Self(OUTCOMES.clone())
    }
}

impl Default for Objections {
    fn default() -> Self {
        Self(OBJECTIONS.clone())
    }
}

impl Outcomes {
    /// Returns the name and the effect of the outcome that `text` names; `None` if there is none.
    pub fn find(&self, text: &str) -> Option<(&str, &OutcomeRule)> {
        find(&self.0, text)
    }

    /// Returns the name that is most similar to `text`; `None` if none is similar.
    pub fn nearest(&self, text: &str) -> Option<&str> {
        nearest(text, self.names())
    }

    /// Returns all names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl Objections {
    /// Returns the name and the talking point of the objection that `text` names; `None` for a free
    /// text.
    pub fn find(&self, text: &str) -> Option<(&str, &Objection)> {
        find(&self.0, text)
    }
}

/// Stated entries override built-in ones.
impl<'de> Deserialize<'de> for Outcomes {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut all = OUTCOMES.clone();
        all.extend(BTreeMap::<String, OutcomeRule>::deserialize(from)?);
        Ok(Self(all))
    }
}

/// Stated entries override built-in ones.
impl<'de> Deserialize<'de> for Objections {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut all = OBJECTIONS.clone();
        all.extend(BTreeMap::<String, Objection>::deserialize(from)?);
        Ok(Self(all))
    }
}

/// Objectives of visits, by follow-up type and stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Objectives {
    /// Objective of a service visit.
    pub service: String,
    /// Objective of a long-term visit.
    pub long_term: String,
    /// Objective for the stage `never`.
    pub never: String,
    /// Objective for the stage `blank`.
    pub blank: String,
    /// Objective for the stage `interested`.
    pub interested: String,
    /// Objective for the stage `hesitating`.
    pub hesitating: String,
    /// Objective for the stage `quoted`.
    pub quoted: String,
    /// Objective for the stage `lost`.
    pub lost: String,
}

impl Default for Objectives {
    fn default() -> Self {
        Self {
            service: "Check stock and shelf, take the order, ask what sells".to_owned(),
            long_term: "Keep the relation: bring something useful to know, do not sell".to_owned(),
            never: "Find out why, and leave the door open".to_owned(),
            blank: "Introduce us, learn who decides and what they stock".to_owned(),
            interested: "Speed up: answer what is open and agree on a first order".to_owned(),
            hesitating: "Keep in touch: find the one point that holds them back".to_owned(),
            quoted: "Ask for an answer to the quotation".to_owned(),
            lost: "Ask what changed, and offer a way back".to_owned(),
        }
    }
}

impl Objectives {
    /// Returns the objective of a visit for a stage and a follow-up type. The stage `never`
    /// overrides the follow-up type.
    pub fn of(&self, stage: Stage, followup_type: FollowupType) -> &str {
        match (stage, followup_type) {
            (Stage::Never, _) => &self.never,
            (_, FollowupType::Service) => &self.service,
            (_, FollowupType::LongTerm) => &self.long_term,
            (Stage::Interested, _) => &self.interested,
            (Stage::Hesitating | Stage::NotSoon, _) => &self.hesitating,
            (Stage::Quoted, _) => &self.quoted,
            (Stage::Lost | Stage::Customer, _) => &self.lost,
            (Stage::Blank, _) => &self.blank,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_is_known_by_its_name_and_other_words() {
        let outcomes = Outcomes::default();
        let found = |text| outcomes.find(text).map(|(name, rule)| (name.to_owned(), rule.stage));
        assert_eq!(found("Ordered"), Some(("ordered".to_owned(), Some(Stage::Customer))));
        assert_eq!(found("下单"), Some(("ordered".to_owned(), Some(Stage::Customer))));
        assert_eq!(found("Not now"), Some(("not_soon".to_owned(), Some(Stage::NotSoon))));
        assert_eq!(found("had coffee"), None);
        assert!(!outcomes.find("不在").unwrap().1.met);
    }

    #[test]
    fn no_word_names_two_outcomes_or_two_objections() {
        fn all_words<'a>(
            entries: impl Iterator<Item = (&'a String, &'a [String])>,
        ) -> Vec<&'a str> {
            entries
                .flat_map(|(name, also)| std::iter::once(name).chain(also))
                .map(String::as_str)
                .collect()
        }
        let (outcomes, objections) = (Outcomes::default(), Objections::default());
        let outcomes = all_words(outcomes.0.iter().map(|(name, rule)| (name, &*rule.also)));
        let objections =
            all_words(objections.0.iter().map(|(name, objection)| (name, &*objection.also)));
        for mut words in [outcomes, objections] {
            let all = words.len();
            words.sort_unstable();
            words.dedup();
            assert_eq!(words.len(), all);
        }
    }

    #[test]
    fn a_policy_adds_outcomes_and_replaces_them_by_name() {
        let text = "sample_left = { stage = \"interested\" }\nrefused = { stage = \"not_soon\" }";
        let outcomes: Outcomes = toml::from_str(text).unwrap();
        assert_eq!(outcomes.find("sample left").unwrap().1.stage, Some(Stage::Interested));
        assert_eq!(outcomes.find("refused").unwrap().1.stage, Some(Stage::NotSoon));
        assert_eq!(outcomes.find("拒绝"), None, "replaced with all its words");
        assert!(outcomes.find("ordered").is_some());
    }
}
