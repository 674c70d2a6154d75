//! The `beatplan` program.

fn main() {}
