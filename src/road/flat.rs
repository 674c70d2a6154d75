//! Arrays of plain numbers, in memory or in a mapped file.

use std::marker::PhantomData;
use std::ops::{Deref, Range};
use std::sync::Arc;

use bytemuck::Pod;
use memmap2::Mmap;

/// A slice of `T`. All processes that map a file share its pages.
pub(super) enum Flat<T> {
    Owned(Vec<T>),
    Mapped(Mapped<T>),
}

/// A part of a mapped file, checked to be a slice of `T`.
pub(super) struct Mapped<T> {
    file: Arc<Mmap>,
    bytes: Range<usize>,
    element: PhantomData<T>,
}

impl<T: Pod> Flat<T> {
    /// Maps the part `bytes` of `file`; `None` if misaligned, outside or no whole number of
    /// elements.
    pub(super) fn mapped(file: &Arc<Mmap>, bytes: Range<usize>) -> Option<Self> {
        let part = file.get(bytes.clone())?;
        bytemuck::try_cast_slice::<u8, T>(part).ok()?;
        Some(Self::Mapped(Mapped { file: Arc::clone(file), bytes, element: PhantomData }))
    }
}

/// Takes a few instructions if mapped: dereference once, before a loop.
impl<T: Pod> Deref for Flat<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        match self {
            Self::Owned(elements) => elements,
            Self::Mapped(Mapped { file, bytes, .. }) => bytemuck::cast_slice(&file[bytes.clone()]),
        }
    }
}

impl<T> From<Vec<T>> for Flat<T> {
    fn from(elements: Vec<T>) -> Self {
        Self::Owned(elements)
    }
}

impl<T> Default for Flat<T> {
    fn default() -> Self {
        Self::Owned(Vec::new())
    }
}

impl<T: Pod + PartialEq> PartialEq for Flat<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Pod + std::fmt::Debug> std::fmt::Debug for Flat<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (**self).fmt(f)
    }
}
