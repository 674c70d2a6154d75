//! The container of a network file: a sequence of arrays, mapped and checked without a copy.
//!
//! Layout, all numbers little endian:
//!
//! | bytes | content |
//! |---|---|
//! | 0..8 | `BEATROAD` |
//! | 8..12 | version of the format, u32 |
//! | 12..16 | number of sections, u32 |
//! | 16..24 | XXH3 of the bytes from 24 to the first section, u64 |
//! | 24.. | for each section: start, number of bytes and checksum, u64 each |
//! | then | the sections, each at a multiple of [`ALIGNMENT`], with zeros in between |
//!
//! A section extends to the next one. Its checksum is the XXH3 of the XXH3s of its [`BLOCK`]s:
//! threads share the work, and check the numbers of a block while it is in the cache.

use std::fs::File;
use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;

use bytemuck::{Pod, cast_slice};
use memmap2::Mmap;
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use super::flat::Flat;
use super::ids::Cost;

pub(super) const MAGIC: &[u8; 8] = b"BEATROAD";
pub(super) const VERSION: u32 = 7;
/// Offset of the table of contents.
const TABLE: usize = 24;
/// Bytes of an entry in the table.
const ENTRY: usize = 24;
/// Bytes of a unit of work for one thread.
const BLOCK: usize = 1 << 20;
/// Alignment of sections in bytes, enough for every number type.
const ALIGNMENT: usize = 64;

// Numbers are mapped without conversion.
const _: () = assert!(cfg!(target_endian = "little"), "network files need a little-endian machine");

/// The sections to write, in order.
#[derive(Default)]
pub(super) struct SectionWriter<'a> {
    sections: Vec<&'a [u8]>,
}

impl<'a> SectionWriter<'a> {
    pub(super) fn put<T: Pod>(&mut self, elements: &'a [T]) {
        self.sections.push(cast_slice(elements));
    }

    pub(super) fn write(&self, file: &mut File) -> io::Result<()> {
        let padding = |bytes: usize| bytes.next_multiple_of(ALIGNMENT) - bytes;
        let mut table = Vec::new();
        let mut start = (TABLE + self.sections.len() * ENTRY).next_multiple_of(ALIGNMENT);
        let head = start;
        for section in &self.sections {
            let checksum = checksum(section, padding(section.len()));
            for number in [start as u64, section.len() as u64, checksum] {
                table.extend_from_slice(&number.to_le_bytes());
            }
            start += section.len().next_multiple_of(ALIGNMENT);
        }
        table.resize(head - TABLE, 0);
        let mut file = io::BufWriter::new(file);
        file.write_all(MAGIC)?;
        file.write_all(&VERSION.to_le_bytes())?;
        file.write_all(&(self.sections.len() as u32).to_le_bytes())?;
        file.write_all(&xxh3_64(&table).to_le_bytes())?;
        file.write_all(&table)?;
        for section in &self.sections {
            file.write_all(section)?;
            file.write_all(&[0; ALIGNMENT][..padding(section.len())])?;
        }
        file.flush()
    }
}

/// Returns the checksum of a section with `padding` zeros after it. O(bytes), on the current pool.
fn checksum(section: &[u8], padding: usize) -> u64 {
    let whole = section.len() / BLOCK * BLOCK;
    let mut blocks: Vec<u64> = section[..whole].par_chunks(BLOCK).map(xxh3_64).collect();
    let mut last = section[whole..].to_vec();
    last.resize(last.len() + padding, 0);
    blocks.extend(last.chunks(BLOCK).map(xxh3_64));
    of_blocks(&blocks)
}

fn of_blocks(blocks: &[u64]) -> u64 {
    xxh3_64(&blocks.iter().flat_map(|block| block.to_le_bytes()).collect::<Vec<u8>>())
}

/// A fault of a container file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum SectionFault {
    Foreign,
    Version(u32),
    Damaged(&'static str),
}

/// The sections of a mapped file, in order.
pub(super) struct SectionReader {
    file: Arc<Mmap>,
    sections: std::vec::IntoIter<Section>,
}

struct Section {
    bytes: Range<usize>,
    /// Start of the next section.
    end: usize,
    checksum: u64,
}

impl SectionReader {
    /// Checks the type and version of `file` and its table of contents.
    pub(super) fn new(file: Mmap) -> Result<Self, SectionFault> {
        if !file.starts_with(MAGIC) {
            return Err(SectionFault::Foreign);
        }
        let short = SectionFault::Damaged("it ends within its header");
        let Some(version) = number(&file, 8..12) else { return Err(short) };
        if version != u64::from(VERSION) {
            return Err(SectionFault::Version(version as u32));
        }
        let (Some(count), Some(checksum)) = (number(&file, 12..16), number(&file, 16..24)) else {
            return Err(short);
        };
        let end = (TABLE + count as usize * ENTRY).next_multiple_of(ALIGNMENT);
        let table = file.get(TABLE..end);
        let table = table.ok_or(SectionFault::Damaged("it ends within its table of contents"))?;
        if xxh3_64(table) != checksum {
            return Err(SectionFault::Damaged(
                "the checksum of its table of contents does not match",
            ));
        }
        let mut sections: Vec<Section> = Vec::new();
        for entry in table.chunks_exact(ENTRY).take(count as usize) {
            let [start, bytes, checksum] = [0, 8, 16].map(|at| number(entry, at..at + 8));
            let (start, bytes) = (start.unwrap_or(u64::MAX), bytes.unwrap_or(u64::MAX));
            let end = start.checked_add(bytes).filter(|end| *end <= file.len() as u64);
            let end =
                end.ok_or(SectionFault::Damaged("it ends before its last section ends"))? as usize;
            let follows = sections.last().is_none_or(|last| last.bytes.end <= start as usize);
            if !follows {
                return Err(SectionFault::Damaged("its sections overlap"));
            }
            if let Some(last) = sections.last_mut() {
                last.end = start as usize;
            }
            let checksum = checksum.unwrap_or(0);
            sections.push(Section { bytes: start as usize..end, end: file.len(), checksum });
        }
        Ok(Self { file: Arc::new(file), sections: sections.into_iter() })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sections.len() == 0
    }

    /// Maps the next section as an array, and checks its checksum and `is_sound` for all its parts.
    ///
    /// `is_sound` gets the index of the first element of a part, and the part; parts overlap by one
    /// element. O(bytes), on the current pool.
    pub(super) fn take<T: Pod + Sync>(
        &mut self,
        is_sound: impl Fn(usize, &[T]) -> bool + Sync,
    ) -> Result<Flat<T>, SectionFault> {
        let section = self.sections.next().ok_or(SectionFault::Damaged("a section is missing"))?;
        let Section { bytes, end, checksum } = section;
        let flat = Flat::<T>::mapped(&self.file, bytes.clone()).ok_or(SectionFault::Damaged(
            "the length of a section is not a whole number of entries",
        ))?;
        let elements = &*flat;
        let check = |(at, block): (usize, &[u8])| {
            let checksum = xxh3_64(block);
            // A part starts with the first element that starts in its block.
            let part = |at: usize| (at * BLOCK).div_ceil(size_of::<T>()).min(elements.len());
            let (from, to) = (part(at), (part(at + 1) + 1).min(elements.len()));
            (checksum, is_sound(from, &elements[from..to]))
        };
        let blocks = self.file[bytes.start..end].par_chunks(BLOCK).enumerate().map(check);
        let (blocks, sound): (Vec<u64>, Vec<bool>) = blocks.unzip();
        if of_blocks(&blocks) != checksum {
            return Err(SectionFault::Damaged("a checksum does not match"));
        }
        match sound.into_iter().all(|sound| sound) {
            true => Ok(flat),
            false => Err(SectionFault::Damaged(UNSOUND)),
        }
    }
}

/// Reason for a file with indices out of range or arrays of inconsistent lengths.
pub(super) const UNSOUND: &str = "its parts do not fit together";

pub(super) fn any<T>(_: usize, _: &[T]) -> bool {
    true
}

pub(super) fn ascending(_: usize, part: &[u32]) -> bool {
    part.is_sorted()
}

/// Tests if all numbers, of any 32-bit type, are less than `count`.
pub(super) fn below<T: Pod>(count: usize) -> impl Fn(usize, &[T]) -> bool {
    move |_, part| {
        let numbers: &[u32] = cast_slice(part);
        numbers.iter().copied().max().is_none_or(|greatest| (greatest as usize) < count)
    }
}

/// Tests if all costs are less than [`Cost::NO_PATH`].
pub(super) fn below_no_path(_: usize, part: &[Cost]) -> bool {
    part.iter().copied().max().is_none_or(|greatest| greatest < Cost::NO_PATH)
}

/// Tests if ascending `offsets` start at 0 and end at `count`.
pub(super) fn is_offsets(offsets: &[u32], count: usize) -> bool {
    offsets.first() == Some(&0) && offsets.last().is_some_and(|last| *last as usize == count)
}

/// Reads the little-endian number in `bytes` of `file`.
fn number(file: &[u8], bytes: Range<usize>) -> Option<u64> {
    let bytes = file.get(bytes)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

/// Recomputes the checksums of a changed file with the same sections.
#[cfg(test)]
pub(super) fn seal(file: &mut [u8]) {
    let count = number(file, 12..16).unwrap() as usize;
    let entry = |file: &[u8], at: usize| number(file, TABLE + at * ENTRY..TABLE + at * ENTRY + 8);
    for at in 0..count {
        let start = entry(file, at).unwrap() as usize;
        let next = if at + 1 < count { entry(file, at + 1).unwrap() as usize } else { file.len() };
        let sum = checksum(&file[start..next], 0).to_le_bytes();
        file[TABLE + at * ENTRY + 16..][..8].copy_from_slice(&sum);
    }
    let sum = xxh3_64(&file[TABLE..head(file)]).to_le_bytes();
    file[16..24].copy_from_slice(&sum);
}

/// Returns the offset of the first section.
#[cfg(test)]
pub(super) fn head(file: &[u8]) -> usize {
    (TABLE + number(file, 12..16).unwrap() as usize * ENTRY).next_multiple_of(ALIGNMENT)
}
