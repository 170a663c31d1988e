//! Who gets files: people with an access token and, if the operator allows that, anybody.

use crate::{
    ApiError, App,
    call::{Caller, Origin},
    limits::Limited,
};
use axum::{extract::FromRequestParts, response::IntoResponse};

/// Whose answer it is, which decides what may keep it. A file never changes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Audience {
    /// Whoever has proven to be somebody.
    Caller,
    /// Anybody, caches on the way included.
    Anybody,
}

impl Audience {
    pub(super) fn caching(self) -> &'static str {
        match self {
            Self::Caller => "private, max-age=31536000, immutable",
            Self::Anybody => "public, max-age=31536000, immutable",
        }
    }
}

/// Whoever asks for a file.
pub(super) trait Reader:
    FromRequestParts<App, Rejection: IntoResponse> + Send + Sync + 'static
{
    /// Whom the answer is for.
    const AUDIENCE: Audience;

    /// Counts the request, and refuses it where such readers get nothing.
    fn admit(&self, app: &App) -> Result<(), ApiError>;
}

impl Reader for Caller {
    const AUDIENCE: Audience = Audience::Caller;

    fn admit(&self, app: &App) -> Result<(), ApiError> {
        self.limit(app, Limited::Requests)
    }
}

impl Reader for Origin {
    const AUDIENCE: Audience = Audience::Anybody;

    fn admit(&self, app: &App) -> Result<(), ApiError> {
        app.limits.check(Limited::Requests, None, self)?;
        open_to_all(app)
    }
}

/// Whether files can be had without an access token is up to the operator.
fn open_to_all(app: &App) -> Result<(), ApiError> {
    if app.config.media.allow_unauthenticated {
        return Ok(());
    }
    Err(ApiError::not_found(
        "Files are only given to people with an access token here: use /_matrix/client/v1/media instead.",
    ))
}
