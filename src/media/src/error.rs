use std::time::Duration;

/// Why something about media can't be done, by what the caller must do.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// There is nothing under this id.
    #[error("There is no such file.")]
    NotFound,
    /// The id was made, but its file has not come yet: ask again later.
    #[error("The file has not been uploaded yet. Try again later.")]
    NotYetUploaded,
    /// The id has its file already.
    #[error("There is a file under this id already, and files are never replaced.")]
    AlreadyUploaded,
    /// Somebody else made the id.
    #[error("Only who made this id may upload to it.")]
    NotCreator,
    /// The operator does not take files of this type.
    #[error("This server does not take files of the type {0:?}.")]
    TypeNotAllowed(String),
    /// The file is larger than the operator allows.
    #[error("Files may have {limit} bytes at most.")]
    TooLarge {
        /// Bytes.
        limit: u64,
    },
    /// The account's files are all that it may have.
    #[error(
        "All files of an account may have {limit} bytes together. Ask the operator of this server for more."
    )]
    OverQuota {
        /// Bytes.
        limit: u64,
    },
    /// The account has made too many ids without uploading to them.
    #[error("{limit} ids wait for their uploads already. Upload to those first, or wait until they expire.")]
    TooManyPending {
        /// How many there may be.
        limit: usize,
        /// The time until the first of them expires.
        wait: Duration,
    },
    /// A parameter is not what it should be.
    #[error("{0}")]
    Invalid(&'static str),
    /// The upload broke off.
    #[error("The upload broke off: {0}.")]
    Interrupted(String),
    /// There is no thumbnail of this kind of file, or it is damaged.
    #[error("There is no thumbnail of this file: {0}.")]
    NoThumbnail(String),
    /// The picture has too many pixels for a thumbnail.
    #[error("The picture has more than {limit} pixels, too many to make a thumbnail of it.")]
    TooManyPixels {
        /// Pixels.
        limit: u64,
    },
    /// The operator has switched previews off.
    #[error("This server makes no previews of linked pages.")]
    PreviewsOff,
    /// The operator does not want this host to be asked.
    #[error("This server makes no previews of pages of this host.")]
    HostDenied,
    /// The page is not there, or not one that can be shown.
    #[error("There is no preview of this page: {0}.")]
    NoPreview(String),
    /// Too much is being worked on: try again later.
    #[error("The server is busy with other pictures and pages.")]
    Busy,
    /// The disk, or wherever the content lies: not the caller's fault.
    #[error("the files can't be used: {0}")]
    Files(#[from] std::io::Error),
    /// The database could not be read: not the caller's fault.
    #[error(transparent)]
    Read(#[from] storage::ReadError),
    /// The database could not be written: not the caller's fault.
    #[error(transparent)]
    Write(#[from] storage::WriteError),
}

pub(crate) type Result<T, E = MediaError> = std::result::Result<T, E>;
