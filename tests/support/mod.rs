//! What several integration tests need: hand-made maps, and the way to the shared data.

#![allow(dead_code, reason = "each test file uses a part of this")]
#![allow(clippy::print_stderr, reason = "a skipped test says so")]

pub(crate) mod pbf;

use std::path::{Path, PathBuf};

/// The file or folder `name` of the shared data that may lie beside the repository, or `None`, said on stderr.
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: the shared data has no {name} here");
    None
}
