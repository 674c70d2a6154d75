//! Any text as the address of an outlet, looked for on a small map of Gozo: found somewhere, or not.

#![no_main]

use std::path::Path;

use beatplan::geocode::{GeocodeQuery, Geocoder};
use beatplan::osm;
use beatplan::progress::Silent;
use libfuzzer_sys::fuzz_target;

thread_local! {
    static GEOCODER: Geocoder = {
        let map = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/gozo/gozo.osm.pbf");
        let extract = osm::read_with_addresses(&map, &Silent).expect("the demo's map can be read");
        Geocoder::new(&extract)
    };
}

fuzz_target!(|text: &str| {
    // The first line is the name, the second a place, all of it the address.
    let mut lines = text.lines();
    let name = lines.next().unwrap_or_default();
    let place = lines.next().unwrap_or_default();
    let question = GeocodeQuery { name, address: text, places: &[place], except: None };
    let hit = GEOCODER.with(|geocoder| geocoder.find(&question));
    if let Some(hit) = hit {
        assert!(hit.at.lon.abs() <= 180.0 && hit.at.lat.abs() <= 90.0);
        assert!(hit.score.is_finite());
    }
});
