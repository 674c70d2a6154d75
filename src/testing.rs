//! Settings of the tests beside the code: cases of properties, and data that is not in the
//! repository.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use proptest::test_runner::{Config, RngSeed};

/// Configures a property test to run `count` cases, the same ones every time.
///
/// The environment variable `BEATPLAN_TEST_SEED` draws other cases, `BEATPLAN_TEST_CASES` is the
/// factor by which there are more of them.
pub(crate) fn cases(count: u32) -> Config {
    Config {
        cases: count * variable("BEATPLAN_TEST_CASES").unwrap_or(1),
        rng_seed: RngSeed::Fixed(variable("BEATPLAN_TEST_SEED").unwrap_or(7)),
        failure_persistence: None,
        ..Config::default()
    }
}

fn variable<T: FromStr>(name: &str) -> Option<T> {
    let value = std::env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{name}={value} is no whole number")))
}

/// The file or folder `name` of the shared data, which lies beside the repository or where
/// `BEATPLAN_SHARED` says.
///
/// A test that asks for it is ignored unless it is run by name, and fails where the data is not
/// there.
pub(crate) fn shared(name: &str) -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let folder = std::env::var_os("BEATPLAN_SHARED").map_or_else(beside, PathBuf::from);
    let path = folder.join(name);
    assert!(path.exists(), "{} is not there; set BEATPLAN_SHARED", path.display());
    path
}
