//! Reads the objects of a file in as few passes over its blobs as possible, on all cores. Such a
//! pass is called a sweep.
//!
//! Takes a [`PbfFile`] and returns [`Collected`]: all objects that have a use, the ways of
//! relations, and the positions of the nodes of all these ways.
//!
//! Relations need ways, and ways need nodes. A file stores nodes first, then ways, then relations.
//! Therefore, the first sweep goes **from the end of the file to its start**. In a sorted file, the
//! sweep then knows in time which ways and nodes it needs, and decompresses each blob once. Another
//! sweep reads a blob again only if ids were added to the wanted ones after the blob was read; in
//! an unsorted file this may be every blob. If the ids of a blob are not in rising order, or the
//! ranges of ids of two blobs overlap, an object may have several versions. Then all versions of
//! the objects are read from all blobs. The newest version of an object counts; among equally new
//! versions, the one that is later in the file.
//!
//! The memory holds the decompressed blobs of one batch only, which are a few blobs for each
//! thread.

use rayon::prelude::*;

use super::blob::{Unusable, primitive_block, replication_timestamp};
use super::block::Block;
use super::error::{BlobFault, ExtractError};
use super::extract::ObjectCounts;
use super::found::{
    self, FoundRelation, FoundWay, NodesOfBlob, ObjectVersion, RelationsOfBlob, TaggedNode,
    WaysOfBlob,
};
use super::frames::{Frame, PbfFile};
use super::ids::{IdRange, WantedIds, sort_and_dedup};
use super::uses::HouseNumbers;
use crate::lonlat::PointE7;
use crate::progress::Progress;

/// Number of blobs for each thread that are decompressed at a time.
const BATCH_PER_THREAD: usize = 4;

/// The objects of a file: one version of each object, in the order of ids, without deleted objects.
#[derive(Debug)]
pub(super) struct Collected {
    pub(super) relations: Vec<(i64, FoundRelation)>,
    pub(super) ways: Vec<(i64, FoundWay)>,
    pub(super) tagged_nodes: Vec<(i64, TaggedNode)>,
    /// Known positions of the nodes of `ways`.
    pub(super) positions: Vec<(i64, PointE7)>,
    /// Number of all objects in the file; each version counts.
    pub(super) objects: ObjectCounts,
    /// Number of versions of objects that a newer or later version replaces.
    pub(super) superseded: usize,
    /// Time of the map data in seconds since 1970; `None` if the file does not state it.
    pub(super) replication_timestamp: Option<i64>,
}

/// Reads `file` in one to four sweeps. Each sweep takes O(size of the file).
pub(super) fn collect(
    file: &mut PbfFile,
    house_numbers: HouseNumbers,
    progress: &dyn Progress,
) -> Result<Collected, ExtractError> {
    let mut replication = None;
    for frame in file.headers.clone() {
        let bytes = file.read(frame)?;
        let moment = replication_timestamp(&bytes).map_err(|e| name_blob(file, frame, e))?;
        // In a concatenation of files, all data has reached the oldest of their times.
        replication = match (replication, moment) {
            (Some(a), Some(b)) => Some(i64::min(a, b)),
            (a, b) => a.or(b),
        };
    }
    let mut sweeper = Sweeper::new(file, house_numbers, progress);
    sweeper.run()?;
    Ok(Collected { replication_timestamp: replication, ..sweeper.finish() })
}

/// State of one blob during the sweeps.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    nodes: IdRange,
    ways: IdRange,
    relations: IdRange,
    /// Generations of the lists of wanted ids that were used when the ways and nodes of this blob
    /// were read.
    ways_read_with: u32,
    nodes_read_with: u32,
}

/// Types of objects that a sweep reads.
#[derive(Debug, Clone, Copy)]
struct Kinds {
    relations: bool,
    ways: bool,
    nodes: bool,
}

impl Kinds {
    const ALL: Self = Self { relations: true, ways: true, nodes: true };
    const RELATIONS: Self = Self { relations: true, ways: false, nodes: false };
    const WAYS: Self = Self { relations: false, ways: true, nodes: false };
    const NODES: Self = Self { relations: false, ways: false, nodes: true };
}

struct Sweeper<'a> {
    file: &'a mut PbfFile,
    house_numbers: HouseNumbers,
    progress: &'a dyn Progress,
    seen: Vec<Seen>,
    relations: Vec<ObjectVersion<FoundRelation>>,
    ways: Vec<ObjectVersion<FoundWay>>,
    tagged_nodes: Vec<ObjectVersion<TaggedNode>>,
    positions: Vec<ObjectVersion<PointE7>>,
    wanted_relations: Vec<i64>,
    /// Ids of ways that have a use in some version; empty if no id can occur twice.
    versioned_ways: Vec<i64>,
    /// Ids of nodes that have a use in some version; empty if no id can occur twice.
    versioned_nodes: Vec<i64>,
    wanted_ways: WantedIds,
    wanted_nodes: WantedIds,
}

impl<'a> Sweeper<'a> {
    fn new(file: &'a mut PbfFile, house_numbers: HouseNumbers, progress: &'a dyn Progress) -> Self {
        Self {
            seen: vec![Seen::default(); file.data.len()],
            file,
            house_numbers,
            progress,
            relations: Vec::new(),
            ways: Vec::new(),
            tagged_nodes: Vec::new(),
            positions: Vec::new(),
            wanted_relations: Vec::new(),
            versioned_ways: Vec::new(),
            versioned_nodes: Vec::new(),
            wanted_ways: WantedIds::default(),
            wanted_nodes: WantedIds::default(),
        }
    }

    fn run(&mut self) -> Result<(), ExtractError> {
        const AGAIN: &str = "reading parts of the map again";
        self.sweep("reading the map", &self.blobs(|_| true), Kinds::ALL)?;
        let all_anew = self.ids_may_repeat();
        if all_anew {
            self.look_for_all_versions();
            self.sweep(AGAIN, &self.blobs(|seen| seen.relations.count > 0), Kinds::RELATIONS)?;
        }
        self.update_wanted_ways();
        let now = self.wanted_ways.generation;
        let is_stale = |seen: &Seen| all_anew || seen.ways_read_with != now;
        self.sweep(AGAIN, &self.blobs(|seen| seen.ways.count > 0 && is_stale(seen)), Kinds::WAYS)?;
        self.update_wanted_nodes();
        let now = self.wanted_nodes.generation;
        let is_stale = |seen: &Seen| all_anew || seen.nodes_read_with != now;
        self.sweep(AGAIN, &self.blobs(|seen| seen.nodes.count > 0 && is_stale(seen)), Kinds::NODES)
    }

    /// Returns the numbers of the blobs for which `which` is true, from the last to the first.
    fn blobs(&self, which: impl Fn(&Seen) -> bool) -> Vec<u32> {
        (0..self.seen.len() as u32).rev().filter(|&i| which(&self.seen[i as usize])).collect()
    }

    /// Reads the objects of the types `kinds` from the blobs with the numbers `blobs`. If such a
    /// blob was read before, the objects from it are removed first.
    fn sweep(&mut self, name: &str, blobs: &[u32], kinds: Kinds) -> Result<(), ExtractError> {
        if blobs.is_empty() {
            return Ok(());
        }
        self.forget(blobs, kinds);
        let frames: Vec<Frame> = blobs.iter().map(|&i| self.file.data[i as usize]).collect();
        self.progress.begin(name, frames.iter().map(|frame| frame.len()).sum());
        let batch_len = BATCH_PER_THREAD * rayon::current_num_threads();
        let result = blobs
            .chunks(batch_len)
            .zip(frames.chunks(batch_len))
            .try_for_each(|(blobs, frames)| self.read_batch(blobs, frames, kinds));
        self.progress.end();
        result
    }

    fn forget(&mut self, blobs: &[u32], kinds: Kinds) {
        let mut again = vec![false; self.seen.len()];
        blobs.iter().for_each(|&i| again[i as usize] = true);
        if kinds.relations {
            self.relations.retain(|found| !again[found.blob as usize]);
        }
        if kinds.ways {
            self.ways.retain(|found| !again[found.blob as usize]);
        }
        if kinds.ways || kinds.nodes {
            // A position that is stored on a way belongs to the way; other positions belong to
            // nodes.
            self.positions.retain(|found| {
                let of_way = found.version == i32::MIN;
                !again[found.blob as usize] || !(if of_way { kinds.ways } else { kinds.nodes })
            });
        }
        if kinds.nodes {
            self.tagged_nodes.retain(|found| !again[found.blob as usize]);
        }
    }

    fn read_batch(
        &mut self,
        blobs: &[u32],
        frames: &[Frame],
        kinds: Kinds,
    ) -> Result<(), ExtractError> {
        let bytes =
            frames.iter().map(|&frame| self.file.read(frame)).collect::<Result<Vec<_>, _>>()?;
        let blocks: Vec<Result<Block, Unusable>> =
            bytes.into_par_iter().map(|bytes| Ok(Block::new(primitive_block(&bytes)?))).collect();
        let mut batch = Vec::with_capacity(blocks.len());
        for ((&index, &frame), block) in blobs.iter().zip(frames).zip(blocks) {
            let block = block.map_err(|e| name_blob(self.file, frame, e))?;
            batch.push((index, frame, block));
        }
        if kinds.relations {
            self.take_relations(&batch)?;
        }
        if kinds.ways {
            self.take_ways(&batch)?;
        }
        if kinds.nodes {
            self.take_nodes(&batch)?;
        }
        self.progress.advance(frames.iter().map(|frame| frame.len()).sum());
        Ok(())
    }

    fn take_relations(&mut self, batch: &[(u32, Frame, Block)]) -> Result<(), ExtractError> {
        let wanted = &self.wanted_relations;
        let take = |blob, block: &Block| found::relations(block, blob, wanted);
        for (blob, taken) in self.each(batch, Block::has_relations, take)? {
            let RelationsOfBlob { ids, relations } = taken;
            self.seen[blob as usize].relations = ids;
            self.relations.extend(relations);
        }
        Ok(())
    }

    fn take_ways(&mut self, batch: &[(u32, Frame, Block)]) -> Result<(), ExtractError> {
        let batch_adds = batch.iter().any(|(.., block)| block.has_relations());
        if self.wanted_ways.is_due(self.relations.len(), batch_adds) {
            self.update_wanted_ways();
        }
        let (wanted, house_numbers) = (&self.wanted_ways.ids, self.house_numbers);
        let take = |blob, block: &Block| found::ways(block, blob, wanted, house_numbers);
        for (blob, taken) in self.each(batch, Block::has_ways, take)? {
            let WaysOfBlob { ids, ways, positions } = taken;
            let seen = &mut self.seen[blob as usize];
            (seen.ways, seen.ways_read_with) = (ids, self.wanted_ways.generation);
            self.ways.extend(ways);
            self.positions.extend(positions);
        }
        Ok(())
    }

    fn take_nodes(&mut self, batch: &[(u32, Frame, Block)]) -> Result<(), ExtractError> {
        let batch_adds = batch.iter().any(|(.., block)| block.has_ways() || block.has_relations());
        if self.wanted_nodes.is_due(self.ways.len() + self.relations.len(), batch_adds) {
            self.update_wanted_nodes();
        }
        let (wanted, house_numbers) = (&self.wanted_nodes.ids, self.house_numbers);
        let take = |blob, block: &Block| found::nodes(block, blob, wanted, house_numbers);
        for (blob, taken) in self.each(batch, Block::has_nodes, take)? {
            let NodesOfBlob { ids, positions, tagged } = taken;
            let seen = &mut self.seen[blob as usize];
            (seen.nodes, seen.nodes_read_with) = (ids, self.wanted_nodes.generation);
            self.positions.extend(positions);
            self.tagged_nodes.extend(tagged);
        }
        Ok(())
    }

    /// Applies `take` to each block for which `has` is true, on all cores. The results are in the
    /// order of the batch.
    fn each<T: Send>(
        &self,
        batch: &[(u32, Frame, Block)],
        has: fn(&Block) -> bool,
        take: impl Fn(u32, &Block) -> Result<T, BlobFault> + Sync,
    ) -> Result<Vec<(u32, T)>, ExtractError> {
        let taken: Vec<_> = batch
            .par_iter()
            .filter(|(.., block)| has(block))
            .map(|(blob, frame, block)| (*blob, *frame, take(*blob, block)))
            .collect();
        taken
            .into_iter()
            .map(|(blob, frame, taken)| {
                Ok((blob, taken.map_err(|fault| self.file.damaged(frame, fault))?))
            })
            .collect()
    }

    /// Adds the ways of all relations to the wanted ids.
    fn update_wanted_ways(&mut self) {
        let mut ids = self.versioned_ways.clone();
        for relation in self.relations.iter().filter_map(|found| found.value.as_ref()) {
            ids.extend(relation.wanted_ways());
        }
        self.wanted_ways.update(ids, self.relations.len());
    }

    /// Adds the nodes of all ways, and the member nodes of relations that need a centre, to the
    /// wanted ids.
    fn update_wanted_nodes(&mut self) {
        let mut ids = self.versioned_nodes.clone();
        for way in self.ways.iter().filter_map(|found| found.value.as_ref()) {
            ids.extend_from_slice(&way.refs);
        }
        for relation in self.relations.iter().filter_map(|found| found.value.as_ref()) {
            ids.extend(relation.wanted_nodes());
        }
        self.wanted_nodes.update(ids, self.ways.len() + self.relations.len());
    }

    fn ids_may_repeat(&self) -> bool {
        let may_repeat = |of: fn(&Seen) -> IdRange| IdRange::may_repeat(self.seen.iter().map(of));
        may_repeat(|seen| seen.nodes)
            || may_repeat(|seen| seen.ways)
            || may_repeat(|seen| seen.relations)
    }

    fn look_for_all_versions(&mut self) {
        let ids = |mut ids: Vec<i64>| {
            sort_and_dedup(&mut ids);
            ids
        };
        self.wanted_relations = ids(self.relations.iter().map(|found| found.id).collect());
        self.versioned_ways = ids(self.ways.iter().map(|found| found.id).collect());
        self.versioned_nodes = ids(self.tagged_nodes.iter().map(|found| found.id).collect());
    }

    fn finish(self) -> Collected {
        let mut superseded = 0;
        let positions = newest(self.positions, &mut 0);
        let mut tagged_nodes = newest(self.tagged_nodes, &mut superseded);
        if !self.versioned_nodes.is_empty() {
            // `positions` has all versions of these nodes, so its newest version is the newest of
            // all.
            let before = tagged_nodes.len();
            tagged_nodes.retain(|node| {
                let at = positions.binary_search_by_key(&node.id, |found| found.id);
                at.is_ok_and(|at| {
                    let newest = &positions[at];
                    (newest.version, newest.blob) == (node.version, node.blob)
                })
            });
            superseded += before - tagged_nodes.len();
        }
        let count = |of: fn(&Seen) -> IdRange| self.seen.iter().map(|seen| of(seen).count).sum();
        Collected {
            objects: ObjectCounts {
                nodes: count(|seen| seen.nodes),
                ways: count(|seen| seen.ways),
                relations: count(|seen| seen.relations),
            },
            relations: without_deleted(newest(self.relations, &mut superseded)),
            ways: without_deleted(newest(self.ways, &mut superseded)),
            tagged_nodes: without_deleted(tagged_nodes),
            positions: without_deleted(positions),
            superseded,
            replication_timestamp: None,
        }
    }
}

/// Returns the newest version of each object, in the order of ids. Adds the number of other
/// versions to `superseded`.
fn newest<T: Send>(
    mut found: Vec<ObjectVersion<T>>,
    superseded: &mut usize,
) -> Vec<ObjectVersion<T>> {
    // The sort is stable: versions in one blob that are equally new keep their order.
    found.par_sort_by_key(|found| (found.id, found.version, found.blob));
    let before = found.len();
    found.reverse();
    found.dedup_by_key(|found| found.id);
    found.reverse();
    *superseded += before - found.len();
    found
}

fn without_deleted<T>(found: Vec<ObjectVersion<T>>) -> Vec<(i64, T)> {
    found.into_iter().filter_map(|found| Some((found.id, found.value?))).collect()
}

fn name_blob(file: &PbfFile, frame: Frame, unusable: Unusable) -> ExtractError {
    match unusable {
        Unusable::Damaged(fault) => file.damaged(frame, fault),
        Unusable::Unsupported(unsupported) => file.unsupported(frame, unsupported),
    }
}
