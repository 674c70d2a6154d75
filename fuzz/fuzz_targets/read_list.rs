//! Any bytes as a list of outlets, text or workbook: read row by row, or refused with a reason; no row is lost, and every
//! fault says where it is and what was expected.

#![no_main]

use beatplan::prospects::{Aliases, List, ListOptions, ListSchema, ReadOptions};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let aliases = Aliases::default();
    let options = ListOptions { schema: ListSchema::PROSPECTS, aliases: &aliases, sheet: None };
    match List::parse("list", bytes.to_vec(), &options) {
        Ok(list) => {
            for row in list.rows() {
                match row.prospect(&ReadOptions::default()) {
                    Ok(outlet) => assert!(!outlet.id.is_empty() && !outlet.name.is_empty()),
                    Err(faults) => {
                        assert!(!faults.is_empty(), "a row is refused for a reason");
                        assert!(faults.iter().all(|fault| fault.row == row.number()));
                        assert!(faults.iter().all(|fault| !fault.expected.is_empty()));
                    }
                }
            }
        }
        Err(error) => assert!(!error.to_string().is_empty(), "a refusal says why"),
    }
});
