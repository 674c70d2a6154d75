//! One outlet once.

mod name;

use name::{NameKey, likeness};

/// From this likeness on two names are taken for the same, slips aside.
const SAME_NAME: f64 = 0.85;

/// Whether two names may be of one outlet, had both the same address: the same but for forms of companies, generic words,
/// case, width, accents and slips, of no different kinds and of no different branches. Names that say nothing never are.
pub(crate) fn same_outlet_by_name(one: &str, other: &str) -> bool {
    let (one, other) = (NameKey::new(one), NameKey::new(other));
    !one.is_blank() && one.is_compatible(&other) && likeness(&one.core, &other.core) >= SAME_NAME
}
