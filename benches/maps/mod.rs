//! The maps the benches measure on: those the project ships, larger ones where they are at hand, and one of your own.

use std::path::{Path, PathBuf};

/// The environment variable that names an extract to measure on besides; large ones are made by `peers/replicate.py`.
const OWN: &str = "BEATPLAN_BENCH_MAP";

/// A small, a middling, a large, an unsorted one and your own; the latter three are left out where they are absent.
pub(crate) fn names() -> Vec<&'static str> {
    let names = ["gozo", "malta", "porto-metro", "columbus-unsorted", OWN];
    names.into_iter().filter(|name| path(name).is_some()).collect()
}

/// Returns the path of the extract called `name`; `None` if it is missing.
pub(crate) fn path(name: &str) -> Option<PathBuf> {
    if name == OWN {
        return std::env::var_os(OWN).map(PathBuf::from);
    }
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = format!("{name}.osm.pbf");
    let shipped = project.join("data").join(name).join(&file);
    let beside = project.join("../shared/data/extracts").join(&file);
    [shipped, beside].into_iter().find(|path| path.exists())
}
