use rooms::RoomError;
use storage::{ReadError, WriteError};
use tantivy::TantivyError;

/// Why nothing can be searched, or indexed.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The query asks for too much: a sentence for whoever wrote it.
    #[error("{0}")]
    Query(String),
    /// Too many search at the same time: try again.
    #[error("too many searches at once")]
    Busy,
    /// Rooms can't be read.
    #[error(transparent)]
    Rooms(#[from] RoomError),
    /// The database can't be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The database can't be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The index can't be read or written: the disk is full, or something else has changed its files.
    #[error("the search index failed: {0}")]
    Index(#[from] TantivyError),
    /// The index's folder can't be made or removed.
    #[error("the folder of the search index can't be used: {0}")]
    Folder(#[from] std::io::Error),
    /// A part of it panicked.
    #[error("the search index stopped unexpectedly")]
    Stopped,
}
