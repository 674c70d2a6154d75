//! Reads aliases of headers in the territory file.

use std::collections::BTreeMap;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::prospects::{Aliases, Column};
use crate::suggest::nearest;

/// The table `[columns]`: aliases and personal headers that apply to all lists.
#[derive(Default)]
pub(super) struct CommonColumns {
    called: Vec<(String, Column)>,
    personal: Vec<String>,
}

/// The key `columns = { "店名" = "name" }` of a list: aliases that apply to this list.
#[derive(Default)]
pub(super) struct OwnColumns(Vec<(String, Column)>);

impl CommonColumns {
    /// Returns the aliases for one list: those for all lists, then its own.
    pub(super) fn aliases(&self, own: &OwnColumns) -> Aliases {
        let mut aliases = Aliases::default();
        for (header, column) in self.called.iter().chain(&own.0) {
            aliases.add(header, *column);
        }
        self.personal.iter().for_each(|header| aliases.add_personal(header));
        aliases
    }
}

impl<'de> Deserialize<'de> for CommonColumns {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct ByColumn;
        impl<'de> Visitor<'de> for ByColumn {
            type Value = CommonColumns;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("columns with their headers, such as name = [\"店名\"]")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<CommonColumns, A::Error> {
                let mut columns = CommonColumns::default();
                while let Some(key) = map.next_key::<Key>()? {
                    let headers: Vec<String> = map.next_value()?;
                    match key {
                        Key::Personal => columns.personal.extend(headers),
                        Key::Column(column) => {
                            columns
                                .called
                                .extend(headers.into_iter().map(|header| (header, column)));
                        }
                    }
                }
                Ok(columns)
            }
        }
        from.deserialize_map(ByColumn)
    }
}

/// A key of the table `[columns]`.
enum Key {
    Personal,
    Column(Column),
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let name = String::deserialize(from)?;
        match name.as_str() {
            "personal" => Ok(Self::Personal),
            _ => column(&name).map(Self::Column),
        }
    }
}

impl<'de> Deserialize<'de> for OwnColumns {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let by_header = BTreeMap::<String, Target>::deserialize(from)?;
        Ok(Self(by_header.into_iter().map(|(header, target)| (header, target.0)).collect()))
    }
}

struct Target(Column);

impl<'de> Deserialize<'de> for Target {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        column(&String::deserialize(from)?).map(Self)
    }
}

/// Returns the column with the name `name`. It must be a column of lists of prospects.
fn column<E: Error>(name: &str) -> Result<Column, E> {
    let known = Column::OF_PROSPECTS;
    Column::named(name).filter(|column| known.contains(column)).ok_or_else(|| {
        let names = known.iter().map(|column| column.name());
        match nearest(name, names.clone()) {
            Some(meant) => E::custom(format_args!(
                "found \"{name}\", which is not a column; did you mean \"{meant}\"?"
            )),
            None => {
                let all: Vec<&str> = names.collect();
                E::custom(format_args!(
                    "found \"{name}\", which is not a column; columns are {}",
                    all.join(", ")
                ))
            }
        }
    })
}
