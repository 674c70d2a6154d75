//! How fast extracts are read, in bytes of the file per second. Run with `cargo bench --bench read`.

use std::path::PathBuf;

use beatplan::osm;
use beatplan::progress::Silent;
use divan::counter::BytesCount;

fn main() {
    divan::main();
}

/// From a small, a sorted middling, a large roads-only and an unsorted file; absent ones are left out.
const EXTRACTS: [&str; 4] = ["gozo", "malta", "porto-metro", "columbus-unsorted"];

#[divan::bench(args = EXTRACTS)]
fn read(bencher: divan::Bencher, name: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data/extracts")
        .join(name)
        .with_extension("osm.pbf");
    let Ok(metadata) = path.metadata() else { return };
    bencher
        .counter(BytesCount::new(metadata.len()))
        .bench(|| osm::read(&path, &Silent).expect("the extract is sound"));
}
