//! Shared by the fuzz targets: writes bytes to a file, because the program reads files.

use std::fs::File;
use std::io::{Seek, Write};
use std::path::Path;

use tempfile::NamedTempFile;

/// A file whose content changes from one attempt to the next. In memory where the system has such a folder.
pub struct Scratch(NamedTempFile);

impl Scratch {
    /// An empty one.
    pub fn new() -> Self {
        let in_memory = Path::new("/dev/shm");
        let file = match in_memory.is_dir() {
            true => NamedTempFile::new_in(in_memory),
            false => NamedTempFile::new(),
        };
        Self(file.expect("there is a folder for temporary files"))
    }

    /// Replaces all it holds by `bytes`; gives its path.
    pub fn hold(&mut self, bytes: &[u8]) -> &Path {
        let file: &mut File = self.0.as_file_mut();
        let written =
            file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(bytes));
        written.expect("the temporary folder takes it");
        self.0.path()
    }
}

impl Default for Scratch {
    fn default() -> Self {
        Self::new()
    }
}
