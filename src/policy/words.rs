//! What a rep says and hears at the door, as data: outcomes of visits, objections, objectives.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Deserializer, Serialize};

use crate::prospects::{FollowupType, Stage, Status};
use crate::suggest::nearest;

/// What follows from an outcome of a visit or telephone call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OutcomeRule {
    /// Where the outlet stands from then on; `None`: as before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// Whether it trades from then on; `None`: as before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// Whether somebody was met. If not it is an attempt and no visit: the interval goes on.
    pub met: bool,
    /// Other words for it.
    pub also: Vec<String>,
}

impl Default for OutcomeRule {
    fn default() -> Self {
        Self { stage: None, status: None, met: true, also: Vec::new() }
    }
}

/// What an outlet has against us.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Objection {
    /// What to talk about on the next visit.
    pub talking_point: String,
    /// Other words for it.
    #[serde(default)]
    pub also: Vec<String>,
}

/// Something with other words for it.
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

/// The entry that `text` names, by its name or another word for it; in any case, with blank or hyphen for the underscore.
fn find<'a, T: Named>(all: &'a BTreeMap<String, T>, text: &str) -> Option<(&'a str, &'a T)> {
    let plain = |text: &str| text.trim().to_lowercase().replace([' ', '-'], "_");
    let text = plain(text);
    let by_name = all.iter().find(|(name, _)| plain(name) == text);
    let by_word =
        || all.iter().find(|(_, entry)| entry.also().iter().any(|word| plain(word) == text));
    by_name.or_else(by_word).map(|(name, entry)| (name.as_str(), entry))
}

/// All outcomes that mean something, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcomes(BTreeMap<String, OutcomeRule>);

/// All objections that there is a talking point for, by name.
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
    /// The outcome that `text` names, and its own name; `None` if none does.
    pub fn find(&self, text: &str) -> Option<(&str, &OutcomeRule)> {
        find(&self.0, text)
    }

    /// The name that `text` was probably meant to be.
    pub fn nearest(&self, text: &str) -> Option<&str> {
        nearest(text, self.names())
    }

    /// The names of all, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl Objections {
    /// The objection that `text` names, and its own name; `None` if it is a free text.
    pub fn find(&self, text: &str) -> Option<(&str, &Objection)> {
        find(&self.0, text)
    }
}

/// What is stated goes over what is built in.
impl<'de> Deserialize<'de> for Outcomes {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut all = OUTCOMES.clone();
        all.extend(BTreeMap::<String, OutcomeRule>::deserialize(from)?);
        Ok(Self(all))
    }
}

/// What is stated goes over what is built in.
impl<'de> Deserialize<'de> for Objections {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut all = OBJECTIONS.clone();
        all.extend(BTreeMap::<String, Objection>::deserialize(from)?);
        Ok(Self(all))
    }
}

/// What a visit is to achieve, by what it is for and where the outlet stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Objectives {
    /// Of those who buy.
    pub service: String,
    /// Of those who will not be won soon.
    pub long_term: String,
    /// Of those who said no for good.
    pub never: String,
    /// Of those nobody has spoken to.
    pub blank: String,
    /// Of those who want to hear more.
    pub interested: String,
    /// Of those who say neither yes nor no.
    pub hesitating: String,
    /// Of those who have a quotation.
    pub quoted: String,
    /// Of those who bought once.
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
    /// The objective of a visit to an outlet of that stage, for that purpose. The stage `never` goes before the purpose.
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
