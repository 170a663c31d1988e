//! Content as local files: `content/ab/cdef…`, the first byte of the hash as a folder.

use crate::content::{ContentHash, ContentStore, ContentStream};
use futures_util::{FutureExt, StreamExt, future::BoxFuture};
use std::{
    fs::{self, DirBuilder, File},
    io::{self, Seek as _, SeekFrom},
    ops::Range,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
};
use tokio::io::AsyncReadExt as _;
use tokio_util::io::ReaderStream;

/// Read from the disk at once, in bytes.
const CHUNK: usize = 64 * 1024;

pub(crate) struct LocalFiles {
    folder: PathBuf,
}

impl LocalFiles {
    pub(crate) fn open(folder: PathBuf) -> io::Result<Self> {
        make_folder(&folder)?;
        Ok(Self { folder })
    }

    fn path(&self, hash: ContentHash) -> PathBuf {
        let name = hash.to_string();
        let (shard, rest) = name.split_at(2);
        self.folder.join(shard).join(rest)
    }
}

impl ContentStore for LocalFiles {
    fn publish<'a>(&'a self, staged: &'a Path, hash: ContentHash) -> BoxFuture<'a, io::Result<()>> {
        let (from, to) = (staged.to_owned(), self.path(hash));
        blocking(move || place(&from, &to)).boxed()
    }

    fn read(&self, hash: ContentHash, range: Range<u64>) -> BoxFuture<'_, io::Result<ContentStream>> {
        let path = self.path(hash);
        let open = blocking(move || {
            let mut file = File::open(path)?;
            file.seek(SeekFrom::Start(range.start))?;
            Ok((file, range.end.saturating_sub(range.start)))
        });
        open.map(|opened| {
            let (file, length) = opened?;
            let reader = tokio::fs::File::from_std(file).take(length);
            Ok(ReaderStream::with_capacity(reader, CHUNK).boxed())
        })
        .boxed()
    }

    fn file(&self, hash: ContentHash) -> BoxFuture<'_, io::Result<File>> {
        let path = self.path(hash);
        blocking(move || File::open(path)).boxed()
    }

    fn delete(&self, hash: ContentHash) -> BoxFuture<'_, io::Result<()>> {
        let path = self.path(hash);
        blocking(move || match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        })
        .boxed()
    }
}

/// Makes a folder, and those around it, for this user alone.
pub(crate) fn make_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Moves a file that is on disk to its place, so that a power cut does not undo it.
fn place(from: &Path, to: &Path) -> io::Result<()> {
    let folder = to.parent().ok_or(io::ErrorKind::InvalidInput)?;
    if !folder.exists() {
        make_folder(folder)?;
        sync_folder(folder.parent().ok_or(io::ErrorKind::InvalidInput)?)?;
    }
    fs::rename(from, to)?;
    sync_folder(folder)
}

fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Runs `work` off the async threads.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}
