//! Saves a road network in one file, and maps it back: without copies, and shared by processes.
//!
//! The file is a container of arrays (see `sections`) in the order of [`RoadNetwork::save`]. The
//! first is [`NetworkInfo`] in [postcard](https://postcard.jamesmunns.com/wire-format) format.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use memmap2::Mmap;

use super::box_tree::BoxTree;
use super::graph::{RoadGraph, Stretch};
use super::hierarchy::Hierarchy;
use super::ids::{ArcId, StateId};
use super::labels::Labels;
use super::network::{Foundation, NetworkInfo, RoadNetwork, SnapIndex};
use super::sections::{
    MAGIC, SectionFault, SectionReader, SectionWriter, UNSOUND, VERSION, any, ascending, below,
    below_no_path, is_offsets,
};
use crate::units::Millimetres;
use crate::whole_file::write_whole;

/// A network file cannot be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// The operating system reports an error.
    #[error("{}: cannot be {action}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// "read", "written" or "made".
        action: &'static str,
        /// Message of the operating system.
        source: std::io::Error,
    },
    /// The file is not a network file.
    #[error("{}: not a road network of beatplan (expected a file made by `beatplan network build`)", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The file has another version of the format.
    #[error("{}: network file version {found}, this program reads version {VERSION}; build it again with `beatplan network build`", path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u32,
    },
    /// The content differs from the content that was written.
    #[error("{}: damaged ({reason}); build it again with `beatplan network build`", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The fault.
        reason: &'static str,
    },
}

impl RoadNetwork {
    /// Writes the network to `path`. The file is complete or not changed at all.
    ///
    /// # Errors
    /// [`FileError::Io`] if the file cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), FileError> {
        let io = |source| FileError::Io { path: path.to_owned(), action: "written", source };
        let Foundation { info, graph, .. } = &self.base;
        let info = postcard::to_stdvec(info).map_err(|error| io(std::io::Error::other(error)))?;
        let node_count = [graph.node_count];
        let mut sections = SectionWriter::default();
        sections.put(&info);
        sections.put(&node_count);
        sections.put(&graph.stretches);
        sections.put(&graph.points);
        sections.put(&graph.labels.ends);
        sections.put(&graph.labels.text);
        sections.put(&self.base.first_out);
        sections.put(&self.base.heads);
        sections.put(&self.base.arcs);
        sections.put(&self.base.costs);
        sections.put(&self.base.first_entry);
        sections.put(&self.base.entries);
        sections.put(&self.base.after_start);
        sections.put(&self.base.component);
        for tree in [&self.index.stops, &self.index.others] {
            sections.put(&tree.items);
            sections.put(&tree.boxes);
        }
        if let Some(hierarchy) = self.hierarchy.get() {
            hierarchy.put(&mut sections);
        }
        write_whole(path, |file| sections.write(file)).map_err(io)
    }

    /// Opens a network that [`save`](Self::save) wrote, and checks that it is unchanged.
    ///
    /// The file is mapped, and processes share its memory. It must not be changed in place while it
    /// is open; [`save`](Self::save) replaces it, which is safe. The check takes O(bytes), some
    /// gigabytes per second.
    ///
    /// # Errors
    /// [`FileError`] if the file cannot be read, is not a network file, has another version or is
    /// damaged.
    pub fn load(path: &Path) -> Result<Self, FileError> {
        let io = |source| FileError::Io { path: path.to_owned(), action: "read", source };
        let file = File::open(path).and_then(|file| map(&file)).map_err(io)?;
        let network = SectionReader::new(file).and_then(|mut sections| read(&mut sections));
        network.map_err(|fault| {
            let path = path.to_owned();
            match fault {
                SectionFault::Foreign => FileError::Foreign { path },
                SectionFault::Version(found) => FileError::Version { path, found },
                SectionFault::Damaged(reason) => FileError::Damaged { path, reason },
            }
        })
    }

    /// Tests if the file at `path` begins like a network file.
    pub fn is_network_file(path: &Path) -> bool {
        let mut start = [0; MAGIC.len()];
        File::open(path)
            .and_then(|mut file| std::io::Read::read_exact(&mut file, &mut start))
            .is_ok_and(|()| &start == MAGIC)
    }
}

#[expect(unsafe_code, reason = "a mapping is unsafe if another program changes the file in place")]
fn map(file: &File) -> std::io::Result<Mmap> {
    // SAFETY: the program never changes a network file in place, as `write_whole` replaces it. The
    // documentation of `load` asks users not to do so either.
    unsafe { Mmap::map(file) }
}

/// Reads a network from its sections in the order of [`RoadNetwork::save`]; checks all indices.
fn read(sections: &mut SectionReader) -> Result<RoadNetwork, SectionFault> {
    let unsound = SectionFault::Damaged(UNSOUND);
    let info = sections.take::<u8>(any)?;
    let info: NetworkInfo = postcard::from_bytes(&info)
        .map_err(|_| SectionFault::Damaged("its description is not readable"))?;
    let node_count = sections.take::<u32>(any)?.first().copied();
    let node_count = node_count.ok_or(SectionFault::Damaged("a section is empty"))?;
    let has_ends = |stretch: &Stretch| {
        let ends = stretch.tail.0.max(stretch.head.0);
        stretch.length() < Millimetres(1 << 33) && (!stretch.is_open() || ends < node_count)
    };
    let has_shape = |pair: &[Stretch]| {
        let points = pair[1].first_point.checked_sub(pair[0].first_point);
        points.is_some_and(|points| points >= 2)
    };
    let graph = RoadGraph {
        node_count,
        stretches: sections
            .take(|_, part| part.iter().all(has_ends) && part.windows(2).all(has_shape))?,
        points: sections.take(any)?,
        labels: Labels { ends: sections.take(any)?, text: sections.take(any)? },
    };
    let (stretches, arcs) = (graph.stretches.len(), graph.stretches.len() * 2);
    let first_out = sections.take(ascending)?;
    let Some(states) = first_out.len().checked_sub(1) else { return Err(unsound) };
    // Exactly the open arcs lead to a state.
    let all = &*graph.stretches;
    let leads_on = |(arc, state): (usize, &StateId)| match all.get(arc / 2) {
        Some(stretch) if stretch.time(ArcId(arc as u32).direction()).is_some() => {
            (state.0 as usize) < states
        }
        _ => *state == StateId::NONE,
    };
    let base = Foundation {
        info,
        first_out,
        heads: sections.take(below(states))?,
        arcs: sections.take(below(arcs))?,
        costs: sections.take(below_no_path)?,
        first_entry: sections.take(ascending)?,
        entries: sections.take(below(states))?,
        after_start: sections.take(|from, part| (from..).zip(part).all(leads_on))?,
        component: sections.take(any)?,
        graph,
    };
    let mut tree = || {
        Ok::<_, SectionFault>(BoxTree {
            items: sections.take(below(stretches))?,
            boxes: sections.take(any)?,
        })
    };
    let index = SnapIndex { stops: tree()?, others: tree()? };
    let hierarchy = match sections.is_empty() {
        true => None,
        false => Some(Hierarchy::take(sections, states)?),
    };
    let points = base.graph.stretches.last().map_or(0, |last| last.first_point as usize + 2);
    let is_tree = |tree: &BoxTree| tree.boxes.len() == BoxTree::boxes_for(tree.items.len());
    let fits = points <= base.graph.points.len()
        && is_offsets(&base.first_out, base.heads.len())
        && base.arcs.len() == base.heads.len()
        && base.costs.len() == base.heads.len()
        && is_offsets(&base.first_entry, base.entries.len())
        && base.first_entry.len() == arcs + 1
        && base.after_start.len() == arcs
        && base.component.len() == stretches
        && is_tree(&index.stops)
        && is_tree(&index.others);
    if !fits {
        return Err(unsound);
    }
    let hierarchy = hierarchy.map(OnceLock::from).unwrap_or_default();
    Ok(RoadNetwork { base, index, hierarchy })
}
