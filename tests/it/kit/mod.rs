//! Shared parts of the tests: the built program run as a user runs it, folders with a territory,
//! and readers of what the program writes.

mod home;
pub(crate) mod pbf;
mod program;
pub(crate) mod rfc7946;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use beatplan::networks::NetworkCache;
use serde_json::Value;

pub(crate) use home::{Home, Rows, set};
pub(crate) use program::{Run, beatplan, command, outcome, run};

/// The file or folder `name` of the repository.
pub(crate) fn repository(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// A real extract that comes with the tests or with a demo, by its name.
pub(crate) fn extract(name: &str) -> PathBuf {
    let file = format!("{name}.osm.pbf");
    match name {
        "malta" | "gozo" => repository("data").join(name).join(file),
        _ => repository("tests/fixtures/extracts").join(file),
    }
}

/// All extracts that come with the tests, with those that are written in an unusual way.
pub(crate) fn extracts() -> Vec<PathBuf> {
    let folder = repository("tests/fixtures/extracts");
    let mut all = [&folder, &folder.join("quirks")].map(|folder| extracts_in(folder)).concat();
    all.extend(["malta", "gozo"].map(extract));
    all
}

/// The extracts in a folder.
pub(crate) fn extracts_in(folder: &Path) -> Vec<PathBuf> {
    let names = listing(folder).into_iter().filter(|name| name.ends_with(".pbf"));
    names.map(|name| folder.join(name)).collect()
}

/// The file or folder `name` of the shared data, which lies beside the repository or where
/// `BEATPLAN_SHARED` says.
///
/// A test that asks for it is ignored unless it is run by name, and fails where the data is not
/// there.
pub(crate) fn shared(name: &str) -> PathBuf {
    let folder = std::env::var_os("BEATPLAN_SHARED").map(PathBuf::from);
    let path = folder.unwrap_or_else(|| repository("../shared")).join(name);
    assert!(path.exists(), "{} is not there; set BEATPLAN_SHARED", path.display());
    path
}

/// Networks at hand for the tests that call the library.
pub(crate) static NETWORKS: LazyLock<NetworkCache> = LazyLock::new(NetworkCache::none);

/// The names in a folder, hidden ones included, in order.
pub(crate) fn listing(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// All files of a folder, by name.
pub(crate) fn contents(folder: &Path) -> BTreeMap<String, String> {
    let content = |name: &String| fs::read_to_string(folder.join(name)).unwrap();
    listing(folder).into_iter().map(|name| (name.clone(), content(&name))).collect()
}

/// Copies the files of a folder, without its folders.
pub(crate) fn copy_files(from: &Path, to: &Path) {
    for name in listing(from).iter().filter(|name| from.join(name).is_file()) {
        fs::copy(from.join(name), to.join(name)).unwrap();
    }
}

/// The content of a JSON file.
pub(crate) fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// The features of a GeoJSON file.
pub(crate) fn features(path: &Path) -> Vec<Value> {
    json(path)["features"].as_array().unwrap().clone()
}

/// The properties of all features of a GeoJSON file.
pub(crate) fn properties(path: &Path) -> Vec<Value> {
    features(path).into_iter().map(|mut feature| feature["properties"].take()).collect()
}

/// Numbers that look random and are the same on every run (SplitMix64).
pub(crate) struct Seeded(pub(crate) u64);

impl Seeded {
    /// The next number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % end
    }

    /// The next index into `list`.
    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len() as u64) as usize]
    }
}
