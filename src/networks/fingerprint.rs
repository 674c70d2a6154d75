//! Computes fingerprints of files.

use std::path::Path;

use xxhash_rust::xxh3::Xxh3;

use super::NetworkError;

/// Returns the XXH3 hash (64 bit) of the bytes of a file, in hexadecimal.
///
/// # Errors
/// [`NetworkError::Io`] if the file cannot be read.
pub fn fingerprint(path: &Path) -> Result<String, NetworkError> {
    let io = |source| NetworkError::Io { path: path.to_owned(), source };
    let mut file = std::fs::File::open(path).map_err(io)?;
    let mut hash = Xxh3::new();
    std::io::copy(&mut file, &mut HashWriter(&mut hash)).map_err(io)?;
    Ok(format!("{:016x}", hash.digest()))
}

struct HashWriter<'a>(&'a mut Xxh3);

impl std::io::Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
