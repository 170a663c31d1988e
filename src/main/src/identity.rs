//! What makes a data folder this server's: its name and its signing key, kept beside the data they belong to.

use config::random::{Entropy, token};
use events::SigningKey;
use federation::{OldKey, OwnKeys};
use ruma::OwnedServerName;
use std::sync::Arc;
use storage::{Commit, Durability, ReadError, Store, WriteError, tables};

const NAME: &str = "server_name";
const KEY: &str = "signing_key";
/// JSON, a list of [`OldKey`].
const OLD_KEYS: &str = "old_signing_keys";

/// Why a data folder can't be used by this server.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The data are another server's.
    #[error(
        "the data belong to the server {found:?} and server.name is {wanted:?}: set server.name back, or choose another server.data folder"
    )]
    OtherServer {
        /// Whose data they are.
        found: String,
        /// Who this server is.
        wanted: String,
    },
    /// The name or key that is stored makes no sense.
    #[error("the data folder's {0} is damaged: restore a backup")]
    Damaged(&'static str),
    /// The database can't be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The database can't be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Checks that the data are this server's and gives its keys; makes name and key when the folder is new.
pub(crate) async fn open(
    store: &Store,
    name: &OwnedServerName,
    entropy: &dyn Entropy,
) -> Result<Arc<OwnKeys>, IdentityError> {
    if let Some(found) = read(store, NAME)?
        && found != name.as_bytes()
    {
        let found = String::from_utf8_lossy(&found).into_owned();
        return Err(IdentityError::OtherServer { found, wanted: name.to_string() });
    }
    if let Some(stored) = read(store, KEY)? {
        let key = SigningKey::from_bytes(name.clone(), &stored).map_err(|_| IdentityError::Damaged(KEY))?;
        return Ok(Arc::new(OwnKeys { current: Arc::new(key), old: old_keys(store)? }));
    }
    let key = new_key(name, entropy)?;
    let mut commit = Commit::new(Durability::Sync);
    commit.put(tables::META, &NAME.to_owned(), &name.as_bytes().to_vec().into());
    commit.put(tables::META, &KEY.to_owned(), &key.to_bytes().into());
    store.commit(commit).await?;
    Ok(Arc::new(OwnKeys { current: Arc::new(key), old: Vec::new() }))
}

/// Gives the server a new key to sign with. The old one stays good for what it has signed. The ids of both, the old one first.
pub(crate) async fn rotate(
    store: &Store,
    name: &OwnedServerName,
    entropy: &dyn Entropy,
    now_ms: u64,
) -> Result<(String, String), IdentityError> {
    let OwnKeys { current, mut old } =
        Arc::into_inner(open(store, name, entropy).await?).ok_or(IdentityError::Damaged(KEY))?;
    let key = new_key(name, entropy)?;
    old.push(OldKey { id: current.key_id().to_owned(), key: current.public_key(), expired_ms: now_ms });
    let old = serde_json::to_vec(&old).map_err(|_| IdentityError::Damaged(OLD_KEYS))?;
    let mut commit = Commit::new(Durability::Sync);
    commit.put(tables::META, &KEY.to_owned(), &key.to_bytes().into());
    commit.put(tables::META, &OLD_KEYS.to_owned(), &old.into());
    store.commit(commit).await?;
    Ok((current.key_id().to_owned(), key.key_id().to_owned()))
}

fn new_key(name: &OwnedServerName, entropy: &dyn Entropy) -> Result<SigningKey, IdentityError> {
    let mut seed = [0; 32];
    entropy.fill(&mut seed);
    SigningKey::from_seed(name.clone(), &token(entropy, 6), seed).map_err(|_| IdentityError::Damaged(KEY))
}

/// What the server signed with before.
fn old_keys(store: &Store) -> Result<Vec<OldKey>, IdentityError> {
    let Some(stored) = read(store, OLD_KEYS)? else { return Ok(Vec::new()) };
    serde_json::from_slice(&stored).map_err(|_| IdentityError::Damaged(OLD_KEYS))
}

fn read(store: &Store, key: &str) -> Result<Option<Vec<u8>>, ReadError> {
    Ok(store.get(tables::META, &key.to_owned())?.map(|bytes| bytes.to_vec()))
}
