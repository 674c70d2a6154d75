//! Speed of reading extracts, in bytes of the file per second. Run with `cargo bench --bench read`.

#[path = "maps/mod.rs"]
mod maps;

use beatplan::osm;
use beatplan::progress::Silent;
use divan::counter::BytesCount;

fn main() {
    divan::main();
}

#[divan::bench(args = maps::names(), max_time = 10)]
fn read(bencher: divan::Bencher, name: &str) {
    let path = maps::path(name).expect("only maps that are there are named");
    let size = path.metadata().map_or(0, |metadata| metadata.len());
    bencher
        .counter(BytesCount::new(size))
        .bench(|| osm::read(&path, &Silent).expect("the extract is sound"));
}
