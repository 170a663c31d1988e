//! The parts, and how they are opened and tidied.

use crate::{
    content::{ContentHash, ContentStore},
    error::Result,
    keyed::KeyedLocks,
    local::LocalFiles,
    preview::{PreviewSettings, Previewer},
    staging::Staging,
    thumbnails::{Maker, Variant},
};
use config::{
    clock::SharedClock,
    random::{SharedEntropy, token},
};
use parking_lot::Mutex;
use std::{io, path::PathBuf, sync::Arc, time::Duration};
use storage::{Commit, Durability, Store};

/// Letters of a media id: 142 bits, so that ids can't be guessed.
const ID_LETTERS: usize = 24;

/// What the operator decides.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The folder of the files.
    pub folder: PathBuf,
    /// The largest file, in bytes.
    pub max_bytes: u64,
    /// All files of one account together, in bytes; no limit when `None`.
    pub user_bytes: Option<u64>,
    /// All files together that the server fetched itself, in bytes.
    pub fetched_bytes: u64,
    /// How long copies of other servers' files are kept; for ever when `None`.
    pub keep_copies: Option<Duration>,
    /// Ids of one account that may wait for their uploads.
    pub pending: usize,
    /// How long they wait.
    pub pending_for: Duration,
    /// The thumbnails that are made.
    pub thumbnails: Vec<Variant>,
    /// The largest picture that thumbnails are made of.
    pub max_pixels: u64,
    /// How many pictures are worked on at once.
    pub makers: usize,
}

/// What [`Media::open`] is given.
pub struct MediaDeps {
    /// The log.
    pub store: Store,
    /// Time.
    pub clock: SharedClock,
    /// Randomness.
    pub entropy: SharedEntropy,
    /// The part after the slashes in this server's media ids.
    pub server_name: String,
    /// The operator's settings.
    pub settings: Settings,
    /// How previews of linked pages are made; not at all when `None`.
    pub previews: Option<PreviewSettings>,
}

/// The media of the server. Cheap to clone.
#[derive(Clone)]
pub struct Media(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) clock: SharedClock,
    pub(crate) entropy: SharedEntropy,
    pub(crate) server_name: String,
    pub(crate) settings: Settings,
    pub(crate) staging: Staging,
    pub(crate) content: Box<dyn ContentStore>,
    /// Held from before a file is put in its place until the row that uses it is queued, and while one is removed.
    pub(crate) places: KeyedLocks<ContentHash>,
    /// Held while a file of another server is on its way.
    pub(crate) fetching: KeyedLocks<(String, String)>,
    /// Held from reading rows until the commit that changes them is queued; never across a wait.
    pub(crate) books: Mutex<()>,
    pub(crate) maker: Maker,
    pub(crate) previewer: Option<Previewer>,
}

impl Media {
    /// Opens the media in local files, and clears what an interrupted upload left.
    ///
    /// # Errors
    /// When the folder can't be used.
    pub fn open(deps: MediaDeps) -> io::Result<Self> {
        let content = Box::new(LocalFiles::open(deps.settings.folder.join("content"))?);
        Self::open_with(deps, content)
    }

    /// The same with content that lies elsewhere. Files on their way in still pass through the local folder, as their hash,
    /// which is their name, is only known when they are whole.
    ///
    /// # Errors
    /// When the folder can't be used.
    pub fn open_with(deps: MediaDeps, content: Box<dyn ContentStore>) -> io::Result<Self> {
        let MediaDeps { store, clock, entropy, server_name, settings, previews } = deps;
        let staging = Staging::open(settings.folder.join("incoming"), Arc::clone(&entropy))?;
        let maker = Maker::new(settings.makers);
        let inner = Inner {
            store,
            clock,
            entropy,
            server_name,
            settings,
            staging,
            content,
            places: KeyedLocks::new(),
            fetching: KeyedLocks::new(),
            books: Mutex::new(()),
            maker,
            previewer: previews.map(Previewer::new),
        };
        Ok(Self(Arc::new(inner)))
    }

    /// The largest file that may be uploaded, in bytes.
    pub fn max_bytes(&self) -> u64 {
        self.0.settings.max_bytes
    }

    /// Removes ids that nobody uploaded to, previews and copies whose time is up, and files that a crash left without a use. To be called now and then.
    ///
    /// # Errors
    /// `Files`, `Read` or `Write`; the rest is left for the next time.
    pub async fn tidy(&self) -> Result<()> {
        self.0.forget_expired().await?;
        self.0.forget_previews(self).await?;
        self.forget_copies().await?;
        self.0.clear_unsettled().await
    }
}

impl Inner {
    pub(crate) fn new_id(&self) -> String {
        token(self.entropy.as_ref(), ID_LETTERS)
    }

    pub(crate) fn key(&self, id: &str) -> (String, String) {
        (self.server_name.clone(), id.to_owned())
    }
}

/// A commit that no client waits for in a sync.
pub(crate) fn commit() -> Commit {
    Commit::new(Durability::Sync).positions(0)
}
