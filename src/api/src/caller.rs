//! Who calls, and where from: for typed endpoints and for handlers that axum calls itself.

use crate::{ApiError, App, limits::Limited};
use axum::extract::{ConnectInfo, FromRequestParts};
use http::request::Parts;
use ruma::api::error::ErrorKind;
use std::{
    borrow::Cow,
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};
use users::Identity;

/// Where a request comes from.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    /// The peer's address.
    pub ip: IpAddr,
    /// What the client says it is.
    pub user_agent: Option<String>,
}

impl Origin {
    pub(crate) fn of(parts: &Parts) -> Self {
        let user_agent = parts
            .headers
            .get(http::header::USER_AGENT)
            .and_then(|value| value.to_str().ok())
            .map(|value| value.chars().take(256).collect());
        Self { ip: address(parts), user_agent }
    }
}

/// The peer's address; the own machine's where there is no connection, as in tests of the router alone.
fn address(parts: &Parts) -> IpAddr {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.0.ip())
}

/// All that a locked account may do (spec "Account locking").
const LOGOUT: [&str; 4] = [
    "/_matrix/client/v3/logout",
    "/_matrix/client/v3/logout/all",
    "/_matrix/client/r0/logout",
    "/_matrix/client/r0/logout/all",
];

/// The account behind the request's access token; `None` without a token.
pub(crate) fn identity(app: &App, parts: &Parts) -> Result<Option<Arc<Identity>>, ApiError> {
    let token = access_token(parts)?;
    let Some(token) = token.as_deref().filter(|token| !token.is_empty()) else { return Ok(None) };
    let identity = app.users.tokens.authenticate(Some(token))?;
    if identity.is_locked && !LOGOUT.contains(&parts.uri.path()) {
        return Err(users::UserError::Locked.into());
    }
    app.users.tokens.seen(&identity, Some(address(parts)))?;
    Ok(Some(identity))
}

/// The token from the header or, deprecated but in use, the query.
fn access_token(parts: &Parts) -> Result<Option<Cow<'_, str>>, ApiError> {
    if let Some(header) = parts.headers.get(http::header::AUTHORIZATION) {
        let bearer = header.to_str().ok().and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
        });
        return bearer.map(|token| Some(token.into())).ok_or_else(ApiError::missing_token);
    }
    let query = parts.uri.query().unwrap_or_default();
    Ok(url::form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == "access_token")
        .map(|(_, token)| token))
}

/// Where the request comes from, for handlers that axum calls itself and that need no access token.
impl FromRequestParts<App> for Origin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        Ok(Self::of(parts))
    }
}

/// For handlers that axum calls itself (streams, sync): the caller with an access token.
impl FromRequestParts<App> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let identity = identity(app, parts)?.ok_or_else(ApiError::missing_token)?;
        Ok(Self(identity, Origin::of(parts)))
    }
}

/// The caller of an endpoint that needs an access token, and where the request comes from, as an axum extractor.
pub(crate) struct Caller(pub Arc<Identity>, pub Origin);

impl Caller {
    /// Refuses guests (spec "Guest access") and suspended accounts.
    pub(crate) fn full_account(&self) -> Result<(), ApiError> {
        full_account(&self.0)
    }

    /// Counts the request against an allowance.
    pub(crate) fn limit(&self, app: &App, what: Limited) -> Result<(), ApiError> {
        app.limits.check(what, Some(&self.0), &self.1)
    }
}

/// Refuses accounts that may only read for now (spec "Account suspension").
pub(crate) fn not_suspended(caller: &Identity) -> Result<(), ApiError> {
    if caller.is_suspended { Err(suspended()) } else { Ok(()) }
}

/// The answer to suspended accounts.
pub(crate) fn suspended() -> ApiError {
    ApiError::new(
        ErrorKind::UserSuspended,
        "This account is suspended: it may read, but not write. Ask the operator of this server.",
    )
}

/// Refuses guests (spec "Guest access").
pub(crate) fn not_guest(caller: &Identity) -> Result<(), ApiError> {
    if caller.is_guest {
        return Err(ApiError::new(
            ErrorKind::GuestAccessForbidden,
            "Guests may not do this. Register first.",
        ));
    }
    Ok(())
}

/// Refuses guests and suspended accounts.
pub(crate) fn full_account(caller: &Identity) -> Result<(), ApiError> {
    not_guest(caller)?;
    not_suspended(caller)
}
