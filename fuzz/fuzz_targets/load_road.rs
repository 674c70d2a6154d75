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

/// Puts right what stands for the rest: the checksums, as the layout of network files has it.
fn seal(bytes: &mut [u8]) {
    const TABLE: usize = 24;
    const ENTRY: usize = 24;
    const ALIGNMENT: usize = 64;
    let number = |bytes: &[u8], at: usize| {
        let bytes = bytes.get(at..at + 8)?;
        Some(u64::from_le_bytes(bytes.try_into().expect("eight bytes")) as usize)
    };
    let Some(counted) = bytes.get(12..16) else { return };
    let count = u32::from_le_bytes(counted.try_into().expect("four bytes")) as usize;
    let head = (TABLE + count * ENTRY).next_multiple_of(ALIGNMENT);
    if head > bytes.len() {
        return;
    }
    for at in 0..count {
        let entry = TABLE + at * ENTRY;
        let start = number(bytes, entry);
        let end = if at + 1 < count { number(bytes, entry + ENTRY) } else { Some(bytes.len()) };
        let section = start.zip(end).and_then(|(start, end)| bytes.get(start..end));
        let Some(section) = section else { continue };
        let checksum = of_blocks(section).to_le_bytes();
        bytes[entry + 16..entry + 24].copy_from_slice(&checksum);
    }
    let checksum = xxh3_64(&bytes[TABLE..head]).to_le_bytes();
    bytes[16..24].copy_from_slice(&checksum);
}

fn of_blocks(section: &[u8]) -> u64 {
    const BLOCK: usize = 1 << 20;
    let blocks = section.chunks(BLOCK).flat_map(|block| xxh3_64(block).to_le_bytes());
    xxh3_64(&blocks.collect::<Vec<u8>>())
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
