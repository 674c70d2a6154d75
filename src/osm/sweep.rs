//! Going over a file's blobs, as few times as its order allows, on all cores and in bounded memory.
//!
//! Takes a [`PbfFile`]; gives a [`Harvest`]: every object of interest, the ways its relations are made of, and the
//! positions of the nodes these ways use.
//!
//! Relations say which ways are needed, and ways which nodes, while files hold nodes, ways, relations in this order.
//! So the first sweep goes **from the end of the file to its beginning**: in an ordinary, sorted file everything is
//! known in time, and each blob is decompressed once. Only a blob that was read before all that is wanted from it was
//! known is read again, which in a file in disorder may be every one. Where the ids of a blob do not rise, or those of two
//! overlap, an object may come in several versions; then all blobs are read again, for every version of the objects of
//! interest, and the newest counts, the later in the file among equals.
//!
//! Blobs are held decompressed only for one batch, a few for each thread.

use rayon::prelude::*;

use super::blob::{Unusable, primitive_block, replication_timestamp};
use super::block::{Block, Position};
use super::error::{Fault, ReadError};
use super::extract::ObjectCounts;
use super::found::{
    self, Found, FoundRelation, FoundWay, NodesOfBlob, RelationsOfBlob, TaggedNode, WaysOfBlob,
};
use super::frames::{Frame, PbfFile};
use super::ids::{Span, Wanted, sort_and_dedup};
use crate::progress::Progress;

/// Blobs decompressed at a time, for each thread.
const BATCH_PER_THREAD: usize = 4;

/// Everything of interest in a file: one version of each object, in order of ids, deleted ones left out.
#[derive(Debug)]
pub(super) struct Harvest {
    pub(super) relations: Vec<(i64, FoundRelation)>,
    pub(super) ways: Vec<(i64, FoundWay)>,
    pub(super) tagged_nodes: Vec<(i64, TaggedNode)>,
    /// Of every node that a way in `ways` uses, where known.
    pub(super) positions: Vec<(i64, Position)>,
    /// What is in the file, of interest or not, all versions.
    pub(super) objects: ObjectCounts,
    /// Versions of objects of interest that a newer or later one made void.
    pub(super) superseded: usize,
    /// The moment of the data in seconds since 1970, if the file says.
    pub(super) replication_timestamp: Option<i64>,
}

/// Reads `file` as often as needed. O(file) time per sweep.
pub(super) fn harvest(
    file: &mut PbfFile,
    addresses: bool,
    progress: &dyn Progress,
) -> Result<Harvest, ReadError> {
    let mut replication = None;
    for frame in file.headers.clone() {
        let bytes = file.read(frame)?;
        let moment = replication_timestamp(&bytes).map_err(|e| name_blob(file, frame, e))?;
        // Of several files joined, the oldest moment is the one all of the data has reached.
        replication = match (replication, moment) {
            (Some(a), Some(b)) => Some(i64::min(a, b)),
            (a, b) => a.or(b),
        };
    }
    let mut sweeper = Sweeper::new(file, addresses, progress);
    sweeper.run()?;
    let mut harvest = sweeper.finish();
    harvest.replication_timestamp = replication;
    Ok(harvest)
}

/// What is known of one blob.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    nodes: Span,
    ways: Span,
    relations: Span,
    /// Generations of the lists its ways and nodes were read with.
    ways_read_with: u32,
    nodes_read_with: u32,
}

/// Which kinds of object a sweep is after.
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
    /// Whether house numbers are wanted.
    addresses: bool,
    progress: &'a dyn Progress,
    seen: Vec<Seen>,
    relations: Vec<Found<FoundRelation>>,
    ways: Vec<Found<FoundWay>>,
    tagged_nodes: Vec<Found<TaggedNode>>,
    positions: Vec<Found<Position>>,
    wanted_relations: Vec<i64>,
    /// Ways that are of interest in some version; empty where no id comes twice.
    versioned_ways: Vec<i64>,
    /// Nodes that are of interest in some version; empty where no id comes twice.
    versioned_nodes: Vec<i64>,
    wanted_ways: Wanted,
    wanted_nodes: Wanted,
}

impl<'a> Sweeper<'a> {
    fn new(file: &'a mut PbfFile, addresses: bool, progress: &'a dyn Progress) -> Self {
        Self {
            seen: vec![Seen::default(); file.data.len()],
            file,
            addresses,
            progress,
            relations: Vec::new(),
            ways: Vec::new(),
            tagged_nodes: Vec::new(),
            positions: Vec::new(),
            wanted_relations: Vec::new(),
            versioned_ways: Vec::new(),
            versioned_nodes: Vec::new(),
            wanted_ways: Wanted::default(),
            wanted_nodes: Wanted::default(),
        }
    }

    fn run(&mut self) -> Result<(), ReadError> {
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

    /// Blobs of which `which` is true, the last first.
    fn blobs(&self, which: impl Fn(&Seen) -> bool) -> Vec<u32> {
        (0..self.seen.len() as u32).rev().filter(|&i| which(&self.seen[i as usize])).collect()
    }

    /// Reads `blobs` and puts what they hold of `kinds` in the place of what was found in them before.
    fn sweep(&mut self, name: &str, blobs: &[u32], kinds: Kinds) -> Result<(), ReadError> {
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
            // Positions noted on ways go with the ways, those of nodes with the nodes.
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
    ) -> Result<(), ReadError> {
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

    fn take_relations(&mut self, batch: &[(u32, Frame, Block)]) -> Result<(), ReadError> {
        let wanted = &self.wanted_relations;
        let take = |blob, block: &Block| found::relations(block, blob, wanted);
        for (blob, taken) in self.each(batch, Block::has_relations, take)? {
            let RelationsOfBlob { span, relations } = taken;
            self.seen[blob as usize].relations = span;
            self.relations.extend(relations);
        }
        Ok(())
    }

    fn take_ways(&mut self, batch: &[(u32, Frame, Block)]) -> Result<(), ReadError> {
        let batch_adds = batch.iter().any(|(.., block)| block.has_relations());
        if self.wanted_ways.is_due(self.relations.len(), batch_adds) {
            self.update_wanted_ways();
        }
        let (wanted, addresses) = (&self.wanted_ways.ids, self.addresses);
        let take = |blob, block: &Block| found::ways(block, blob, wanted, addresses);
        for (blob, taken) in self.each(batch, Block::has_ways, take)? {
            let WaysOfBlob { span, ways, positions } = taken;
            let seen = &mut self.seen[blob as usize];
            (seen.ways, seen.ways_read_with) = (span, self.wanted_ways.generation);
            self.ways.extend(ways);
            self.positions.extend(positions);
        }
        Ok(())
    }

    fn take_nodes(&mut self, batch: &[(u32, Frame, Block)]) -> Result<(), ReadError> {
        let batch_adds = batch.iter().any(|(.., block)| block.has_ways() || block.has_relations());
        if self.wanted_nodes.is_due(self.ways.len() + self.relations.len(), batch_adds) {
            self.update_wanted_nodes();
        }
        let (wanted, addresses) = (&self.wanted_nodes.ids, self.addresses);
        let take = |blob, block: &Block| found::nodes(block, blob, wanted, addresses);
        for (blob, taken) in self.each(batch, Block::has_nodes, take)? {
            let NodesOfBlob { span, positions, tagged } = taken;
            let seen = &mut self.seen[blob as usize];
            (seen.nodes, seen.nodes_read_with) = (span, self.wanted_nodes.generation);
            self.positions.extend(positions);
            self.tagged_nodes.extend(tagged);
        }
        Ok(())
    }

    /// `take` on each block of `batch` that `has` what it takes, on all cores; results in the order of the batch.
    fn each<T: Send>(
        &self,
        batch: &[(u32, Frame, Block)],
        has: fn(&Block) -> bool,
        take: impl Fn(u32, &Block) -> Result<T, Fault> + Sync,
    ) -> Result<Vec<(u32, T)>, ReadError> {
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

    /// The ways whose shape is wanted: those that make up relations of interest.
    fn update_wanted_ways(&mut self) {
        let mut ids = self.versioned_ways.clone();
        for relation in self.relations.iter().filter_map(|found| found.value.as_ref()) {
            ids.extend(relation.wanted_ways());
        }
        self.wanted_ways.update(ids, self.relations.len());
    }

    /// The nodes whose position is wanted: those of all ways found, and of relations that are no areas.
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
        let may_repeat = |of: fn(&Seen) -> Span| Span::may_repeat(self.seen.iter().map(of));
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

    fn finish(self) -> Harvest {
        let mut superseded = 0;
        let positions = newest(self.positions, &mut 0);
        let mut tagged_nodes = newest(self.tagged_nodes, &mut superseded);
        if !self.versioned_nodes.is_empty() {
            // Of these the positions of all versions were collected, so the newest of them is the newest of all.
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
        let count = |of: fn(&Seen) -> Span| self.seen.iter().map(|seen| of(seen).count).sum();
        Harvest {
            objects: ObjectCounts {
                nodes: count(|seen| seen.nodes),
                ways: count(|seen| seen.ways),
                relations: count(|seen| seen.relations),
            },
            relations: living(newest(self.relations, &mut superseded)),
            ways: living(newest(self.ways, &mut superseded)),
            tagged_nodes: living(tagged_nodes),
            positions: living(positions),
            superseded,
            replication_timestamp: None,
        }
    }
}

/// Of each object the newest version, in order of ids; adds to `superseded` how many older ones there were.
fn newest<T: Send>(mut found: Vec<Found<T>>, superseded: &mut usize) -> Vec<Found<T>> {
    // Stable, so that of equal versions in one blob the later stays later.
    found.par_sort_by_key(|found| (found.id, found.version, found.blob));
    let before = found.len();
    found.reverse();
    found.dedup_by_key(|found| found.id);
    found.reverse();
    *superseded += before - found.len();
    found
}

fn living<T>(found: Vec<Found<T>>) -> Vec<(i64, T)> {
    found.into_iter().filter_map(|found| Some((found.id, found.value?))).collect()
}

fn name_blob(file: &PbfFile, frame: Frame, unusable: Unusable) -> ReadError {
    match unusable {
        Unusable::Damaged(fault) => file.damaged(frame, fault),
        Unusable::Unsupported(unsupported) => file.unsupported(frame, unsupported),
    }
}
