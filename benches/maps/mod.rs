//! The maps the benches measure on: those the project ships, and larger ones where they are at hand.

use std::path::{Path, PathBuf};

/// A small, a middling, a large and an unsorted one; the last two are left out where they are absent.
pub(crate) const NAMES: [&str; 4] = ["gozo", "malta", "porto-metro", "columbus-unsorted"];

/// Where the extract called `name` is, if it is there.
pub(crate) fn path(name: &str) -> Option<PathBuf> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = format!("{name}.osm.pbf");
    let shipped = project.join("data").join(name).join(&file);
    let beside = project.join("../shared/data/extracts").join(&file);
    [shipped, beside].into_iter().find(|path| path.exists())
}
