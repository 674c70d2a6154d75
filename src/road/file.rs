//! A road network in one file, mapped and not read: there at once whatever its size, and shared by all who use it.
//!
//! The file is a container of arrays (see `sections`), in the order in which [`RoadNetwork::save`] puts them; the first
//! is [`NetworkInfo`] in [postcard](https://postcard.jamesmunns.com/wire-format) form.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use memmap2::Mmap;

use super::box_tree::BoxTree;
use super::graph::{RoadGraph, Stretch};
use super::hierarchy::Hierarchy;
use super::ids::StateId;
use super::labels::Labels;
use super::network::{Foundation, NetworkInfo, RoadNetwork};
use super::sections::{
    Fault, MAGIC, SectionReader, SectionWriter, UNSOUND, VERSION, any, ascending, below,
    below_no_way, is_offsets,
};
use super::snap::SnapIndex;
use crate::units::Millimetres;
use crate::whole_file::write_whole;

/// Why a network file cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file system says no.
    #[error("{}: cannot be {action}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// "read", "written" or "made".
        action: &'static str,
        /// What it says.
        source: std::io::Error,
    },
    /// It is some other kind of file.
    #[error("{}: not a road network of beatplan (expected a file made by `beatplan network build`)", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// It was made by another version of the program.
    #[error("{}: network file version {found}, this program reads version {VERSION}; build it again with `beatplan network build`", path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u32,
    },
    /// Its bytes are not those that were written.
    #[error("{}: damaged ({reason}); build it again with `beatplan network build`", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        reason: &'static str,
    },
}

impl RoadNetwork {
    /// Writes the network to `path`, whole or not at all.
    ///
    /// # Errors
    /// [`FileError::Io`] if the folder or disk does not take it.
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

    /// Opens a network that [`save`](Self::save) wrote, and checks that it is as it was written.
    ///
    /// The file is mapped: it takes no memory of its own, and processes share it. It must not be changed in place while
    /// it is open; replacing it, as [`save`](Self::save) does, is safe. O(bytes) for the check, some gigabytes a second.
    ///
    /// # Errors
    /// [`FileError`] if it cannot be read, is of another kind or version, or is damaged.
    pub fn load(path: &Path) -> Result<Self, FileError> {
        let io = |source| FileError::Io { path: path.to_owned(), action: "read", source };
        let file = File::open(path).and_then(|file| map(&file)).map_err(io)?;
        let network = SectionReader::new(file).and_then(|mut sections| read(&mut sections));
        network.map_err(|fault| {
            let path = path.to_owned();
            match fault {
                Fault::Foreign => FileError::Foreign { path },
                Fault::Version(found) => FileError::Version { path, found },
                Fault::Damaged(reason) => FileError::Damaged { path, reason },
            }
        })
    }

    /// Whether the file at `path` begins like a network file.
    pub fn is_network_file(path: &Path) -> bool {
        let mut start = [0; MAGIC.len()];
        File::open(path)
            .and_then(|mut file| std::io::Read::read_exact(&mut file, &mut start))
            .is_ok_and(|()| &start == MAGIC)
    }
}

#[expect(
    unsafe_code,
    reason = "mapping a file cannot be made safe against others who change it in place"
)]
fn map(file: &File) -> std::io::Result<Mmap> {
    // SAFETY: the program itself never changes a network file in place, `write_whole` puts a new one in its stead. That
    // nobody else does so while it is open is asked of users in the documentation of `load`.
    unsafe { Mmap::map(file) }
}

/// A network from its sections, in the order of [`RoadNetwork::save`]; all numbers are of things that are there.
fn read(sections: &mut SectionReader) -> Result<RoadNetwork, Fault> {
    let unsound = Fault::Damaged(UNSOUND);
    let info = sections.take::<u8>(any)?;
    let info: NetworkInfo = postcard::from_bytes(&info)
        .map_err(|_| Fault::Damaged("it does not say what it is a network of"))?;
    let node_count = sections.take::<u32>(any)?.first().copied();
    let node_count = node_count.ok_or(Fault::Damaged("a section is empty"))?;
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
    // Open arcs, and only those, lead to a state.
    let all = &*graph.stretches;
    let leads_on = |(arc, state): (usize, &StateId)| match all.get(arc / 2) {
        Some(stretch) if stretch.time(arc % 2 == 1).is_some() => (state.0 as usize) < states,
        _ => *state == StateId::NONE,
    };
    let base = Foundation {
        info,
        first_out,
        heads: sections.take(below(states))?,
        arcs: sections.take(below(arcs))?,
        costs: sections.take(below_no_way)?,
        first_entry: sections.take(ascending)?,
        entries: sections.take(below(states))?,
        after_start: sections.take(|from, part| (from..).zip(part).all(leads_on))?,
        component: sections.take(any)?,
        graph,
    };
    let mut tree = || {
        Ok::<_, Fault>(BoxTree {
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
