//! The container of a network file: arrays one after the other, found and checked without being read in.
//!
//! Layout, all numbers little endian:
//!
//! | bytes | what |
//! |---|---|
//! | 0..8 | `BEATROAD` |
//! | 8..12 | version of the format, u32 |
//! | 12..16 | number of sections, u32 |
//! | 16..24 | checksum, u64: XXH3 over the XXH3 of each [`BLOCK`] from byte 24 on |
//! | 24.. | for each section where it begins and how many bytes it has, u64 each |
//! | then | the sections, each beginning at a multiple of [`ALIGNMENT`], with zeros between |

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::ops::Range;
use std::sync::Arc;

use bytemuck::Pod;
use memmap2::Mmap;
use rayon::prelude::*;
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::flat::Flat;

pub(super) const MAGIC: &[u8; 8] = b"BEATROAD";
pub(super) const VERSION: u32 = 4;
/// Where what the checksum covers begins.
const CHECKED_FROM: usize = 24;
/// Bytes that are checked by one thread at a time.
const BLOCK: usize = 1 << 20;
/// So that every kind of number lies where processors expect it.
const ALIGNMENT: usize = 64;
/// Bytes of a section's entry in the table.
const ENTRY: usize = 16;

// Numbers are mapped as they lie in the file.
const _: () = assert!(cfg!(target_endian = "little"), "network files need a little-endian machine");

/// Sections on their way into a file, in order.
#[derive(Default)]
pub(super) struct SectionWriter<'a> {
    sections: Vec<&'a [u8]>,
}

impl<'a> SectionWriter<'a> {
    pub(super) fn put<T: Pod>(&mut self, elements: &'a [T]) {
        self.sections.push(bytemuck::cast_slice(elements));
    }

    pub(super) fn write(&self, file: &mut File) -> io::Result<()> {
        file.write_all(MAGIC)?;
        file.write_all(&VERSION.to_le_bytes())?;
        file.write_all(&(self.sections.len() as u32).to_le_bytes())?;
        file.write_all(&[0; 8])?;
        let mut body = Checked {
            file: io::BufWriter::new(&mut *file),
            block: Xxh3::new(),
            filled: 0,
            all: Xxh3::new(),
        };
        let mut end = CHECKED_FROM + self.sections.len() * ENTRY;
        for section in &self.sections {
            let start = end.next_multiple_of(ALIGNMENT);
            body.write_all(&(start as u64).to_le_bytes())?;
            body.write_all(&(section.len() as u64).to_le_bytes())?;
            end = start + section.len();
        }
        let mut end = CHECKED_FROM + self.sections.len() * ENTRY;
        for section in &self.sections {
            let start = end.next_multiple_of(ALIGNMENT);
            body.write_all(&[0; ALIGNMENT][..start - end])?;
            body.write_all(section)?;
            end = start + section.len();
        }
        let checksum = body.finish()?;
        file.seek(SeekFrom::Start(16))?;
        file.write_all(&checksum.to_le_bytes())
    }
}

/// Passes bytes on and takes their checksum.
struct Checked<W> {
    file: W,
    block: Xxh3,
    filled: usize,
    all: Xxh3,
}

impl<W: Write> Write for Checked<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let part = &bytes[..bytes.len().min(BLOCK - self.filled)];
        let written = self.file.write(part)?;
        self.block.update(&part[..written]);
        self.filled += written;
        if self.filled == BLOCK {
            self.end_block();
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl<W: Write> Checked<W> {
    fn end_block(&mut self) {
        self.all.update(&self.block.digest().to_le_bytes());
        self.block.reset();
        self.filled = 0;
    }

    fn finish(mut self) -> io::Result<u64> {
        if self.filled > 0 {
            self.end_block();
        }
        self.file.flush()?;
        Ok(self.all.digest())
    }
}

/// Why a file is no container of sections.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Foreign,
    Version(u32),
    Damaged(&'static str),
}

/// The sections of a mapped file, in order.
pub(super) struct SectionReader {
    file: Arc<Mmap>,
    sections: std::vec::IntoIter<Range<usize>>,
}

impl SectionReader {
    /// Checks that `file` is whole and as it was written. O(bytes), on the threads of the current pool.
    pub(super) fn new(file: Mmap) -> Result<Self, Fault> {
        if !file.starts_with(MAGIC) {
            return Err(Fault::Foreign);
        }
        let [version, count] = [8, 12].map(|at| number(&file, at..at + 4));
        let version = version.ok_or(Fault::Damaged("it ends within its first bytes"))? as u32;
        if version != VERSION {
            return Err(Fault::Version(version));
        }
        let ends_early = Fault::Damaged("it ends before its table of contents does");
        let (Some(count), Some(checksum)) = (count, number(&file, 16..24)) else {
            return Err(ends_early);
        };
        let entry = |at: u64| {
            let at = CHECKED_FROM + at as usize * ENTRY;
            Some((number(&file, at..at + 8)?, number(&file, at + 8..at + 16)?))
        };
        if count > (file.len() / ENTRY) as u64 {
            return Err(ends_early);
        }
        let mut sections = Vec::with_capacity(count as usize);
        for (start, bytes) in (0..count).map_while(entry) {
            let end = start.checked_add(bytes).filter(|end| *end <= file.len() as u64);
            let end = end.ok_or(Fault::Damaged("it ends before its last section does"))?;
            sections.push(start as usize..end as usize);
        }
        if sections.len() as u64 != count {
            return Err(ends_early);
        }
        if self::checksum(&file) != checksum {
            return Err(Fault::Damaged("its checksum does not fit"));
        }
        Ok(Self { file: Arc::new(file), sections: sections.into_iter() })
    }

    /// Whether all have been taken.
    pub(super) fn is_empty(&self) -> bool {
        self.sections.len() == 0
    }

    /// The next section, as the array it was put there as.
    pub(super) fn take<T: Pod>(&mut self) -> Result<Flat<T>, Fault> {
        let section = self.sections.next().ok_or(Fault::Damaged("a section is missing"))?;
        Flat::mapped(&self.file, section)
            .ok_or(Fault::Damaged("a section is no whole number of entries"))
    }
}

/// The checksum of a whole file. O(bytes), on the threads of the current pool.
pub(super) fn checksum(file: &[u8]) -> u64 {
    let blocks: Vec<u64> = file[CHECKED_FROM..].par_chunks(BLOCK).map(xxh3_64).collect();
    xxh3_64(&blocks.into_iter().flat_map(u64::to_le_bytes).collect::<Vec<u8>>())
}

/// The number in `bytes` of `file`, least significant byte first.
fn number(file: &[u8], bytes: Range<usize>) -> Option<u64> {
    let bytes = file.get(bytes)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}
