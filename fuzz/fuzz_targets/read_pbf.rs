//! Any bytes as an extract: read, or refused with a reason, and what was read made into a network; never a panic, never
//! without end, never with memory beyond measure.

#![no_main]

use std::cell::RefCell;

use beatplan::osm;
use beatplan::progress::Silent;
use beatplan::road::{BuildOptions, Profile, RoadNetwork};
use beatplan_fuzz::Scratch;
use libfuzzer_sys::fuzz_target;

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
    static CAR: Profile = Profile::built_in("car").expect("there is a profile for cars");
}

fuzz_target!(|bytes: &[u8]| {
    let extract = SCRATCH.with_borrow_mut(|scratch| osm::read(scratch.hold(bytes), &Silent));
    match extract {
        Ok(extract) => {
            CAR.with(|car| RoadNetwork::build(&extract, car, &BuildOptions::default()));
        }
        Err(error) => assert!(!error.to_string().is_empty(), "a refusal says why"),
    }
});
