//! A stream on its way in: written to a temporary file while its hash is taken and its size watched.

use crate::{
    content::ContentHash,
    error::{MediaError, Result},
    local::{blocking, make_folder},
};
use bytes::Bytes;
use config::random::{SharedEntropy, token};
use futures_util::{Stream, StreamExt};
use sha2::{Digest, Sha256};
use std::{
    fmt::Display,
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::{
    fs::OpenOptions,
    io::AsyncWriteExt,
    time::{error::Elapsed, timeout},
};

/// How long an upload may be silent.
const SILENCE: Duration = Duration::from_secs(60);

/// The folder of unfinished files.
pub(crate) struct Staging {
    folder: PathBuf,
    entropy: SharedEntropy,
}

/// A finished temporary file, on disk. It is removed with this value unless it was moved away.
pub(crate) struct Staged {
    path: TempPath,
    pub(crate) hash: ContentHash,
    pub(crate) size: u64,
}

impl Staged {
    pub(crate) fn path(&self) -> &Path {
        &self.path.0
    }
}

struct TempPath(PathBuf);

impl Drop for TempPath {
    fn drop(&mut self) {
        // It is gone when the content store took it; what else fails is cleared at the next start.
        drop(fs::remove_file(&self.0));
    }
}

impl Staging {
    /// Takes the folder, and removes what an earlier run left in it.
    pub(crate) fn open(folder: PathBuf, entropy: SharedEntropy) -> io::Result<Self> {
        make_folder(&folder)?;
        for entry in fs::read_dir(&folder)? {
            fs::remove_file(entry?.path())?;
        }
        Ok(Self { folder, entropy })
    }

    /// Writes a stream out, of at most `limit` bytes.
    ///
    /// # Errors
    /// `TooLarge`, `Interrupted` or `Files`; nothing is left of the file then.
    pub(crate) async fn take<S, E>(&self, mut body: S, limit: u64) -> Result<Staged>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin,
        E: Display,
    {
        let path = TempPath(self.folder.join(token(self.entropy.as_ref(), 24)));
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path.0).await?;
        let (mut hash, mut size) = (Sha256::new(), 0_u64);
        while let Some(chunk) = timeout(SILENCE, body.next()).await.map_err(silent)? {
            let chunk = chunk.map_err(|error| MediaError::Interrupted(error.to_string()))?;
            size = size.saturating_add(chunk.len() as u64);
            if size > limit {
                return Err(MediaError::TooLarge { limit });
            }
            hash.update(&chunk);
            file.write_all(&chunk).await?;
        }
        file.flush().await?;
        file.sync_all().await?;
        Ok(Staged { path, hash: ContentHash(hash.finalize().into()), size })
    }

    /// Writes out bytes that the server itself has made.
    pub(crate) async fn put(&self, bytes: Vec<u8>) -> Result<Staged> {
        let path = TempPath(self.folder.join(token(self.entropy.as_ref(), 24)));
        let staged = blocking(move || {
            fs::write(&path.0, &bytes)?;
            fs::File::open(&path.0)?.sync_all()?;
            let hash = ContentHash(Sha256::digest(&bytes).into());
            Ok(Staged { path, hash, size: bytes.len() as u64 })
        });
        Ok(staged.await?)
    }
}

fn silent(_: Elapsed) -> MediaError {
    MediaError::Interrupted(format!("nothing came for {} s", SILENCE.as_secs()))
}
