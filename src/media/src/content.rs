//! Where the bytes lie.

use bytes::Bytes;
use futures_util::{future::BoxFuture, stream::BoxStream};
use serde::{Deserialize, Serialize};
use std::{fmt, fs::File, io, ops::Range, path::Path};

/// The SHA-256 of a file: its name in the content store.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ContentHash(pub [u8; 32]);

/// In hexadecimal.
impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Bytes as they are read.
pub type ContentStream = BoxStream<'static, io::Result<Bytes>>;

/// Keeps content by its hash. The caller sees to it that one hash is not published and deleted at the same time.
pub trait ContentStore: Send + Sync {
    /// Takes over a finished local file as the content `hash`; over the same content, if it is there already. Durable when
    /// it returns.
    fn publish<'a>(&'a self, staged: &'a Path, hash: ContentHash) -> BoxFuture<'a, io::Result<()>>;

    /// The bytes in `range`, which is within the content.
    fn read(&self, hash: ContentHash, range: Range<u64>) -> BoxFuture<'_, io::Result<ContentStream>>;

    /// The content as a local file, for what needs to seek in it.
    fn file(&self, hash: ContentHash) -> BoxFuture<'_, io::Result<File>>;

    /// Removes the content; nothing happens when there is none.
    fn delete(&self, hash: ContentHash) -> BoxFuture<'_, io::Result<()>>;
}
