//! Any bytes as a network file, with the checksum they ought to have: opened, or refused with a reason; never a panic,
//! never without end, never with memory beyond measure.
//!
//! Left as they are, no changed bytes would get past the checksum, and nothing behind it would be tried.

#![no_main]

use std::cell::RefCell;

use beatplan::road::RoadNetwork;
use beatplan_fuzz::Scratch;
use libfuzzer_sys::fuzz_target;
use xxhash_rust::xxh3::xxh3_64;

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Puts right what stands for the rest: the checksum, as the layout of network files has it.
fn seal(bytes: &mut [u8]) {
    const CHECKED_FROM: usize = 24;
    const BLOCK: usize = 1 << 20;
    if bytes.len() >= CHECKED_FROM {
        let (head, checked) = bytes.split_at_mut(CHECKED_FROM);
        let blocks: Vec<u8> =
            checked.chunks(BLOCK).flat_map(|block| xxh3_64(block).to_le_bytes()).collect();
        head[16..].copy_from_slice(&xxh3_64(&blocks).to_le_bytes());
    }
}

fuzz_target!(|bytes: &[u8]| {
    let mut bytes = bytes.to_vec();
    seal(&mut bytes);
    match SCRATCH.with_borrow_mut(|scratch| RoadNetwork::load(scratch.hold(&bytes))) {
        Ok(network) => {
            network.info();
            network.size();
            network.bounds();
        }
        Err(error) => assert!(!error.to_string().is_empty(), "a refusal says why"),
    }
});
