//! Proves which server a request comes from, before its endpoint sees it.

use crate::{
    ApiError, App,
    call::{Scheme, read_raw},
};
use axum::{
    body::Body,
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use federation::Unproven;
use http::{StatusCode, request::Parts};
use ruma::{
    OwnedServerName,
    api::{error::ErrorKind, federation::authentication::ServerSignatures},
};
use users::Identity;

/// The server that signed a request.
#[derive(Clone, Debug)]
struct Peer(OwnedServerName);

/// Lets through only requests that are signed by the server that they say they come from.
pub(super) async fn prove(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let (parts, body) = request.into_parts();
    let body = read_raw(body).await?;
    let request = http::Request::from_parts(parts, body);
    let origin = app.federation.prove(&request).await?;
    let (mut parts, body) = request.into_parts();
    parts.extensions.insert(Peer(origin));
    Ok(next.run(Request::from_parts(parts, Body::from(body))).await)
}

impl Scheme for ServerSignatures {
    type Caller = OwnedServerName;

    fn prove(_: &App, parts: &Parts) -> Result<OwnedServerName, ApiError> {
        let peer = parts.extensions.get::<Peer>();
        peer.map(|peer| peer.0.clone()).ok_or_else(|| {
            ApiError::internal("an endpoint for servers stands outside the layer that proves them")
        })
    }

    fn identity(_: &OwnedServerName) -> Option<&Identity> {
        None
    }
}

impl From<Unproven> for ApiError {
    fn from(error: Unproven) -> Self {
        match error {
            Unproven::Read(error) => Self::internal(error),
            Unproven::NotAllowed(_) => Self::forbidden(error.to_string()),
            _ => Self::with_status(StatusCode::UNAUTHORIZED, ErrorKind::Unauthorized, error.to_string()),
        }
    }
}
