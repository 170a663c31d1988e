//! One request of a typed endpoint: parsed, its caller proven, ready for the handler.

pub(crate) use crate::caller::{Caller, Origin};

use crate::{
    ApiError, App,
    caller::{full_account, identity, not_guest, not_suspended},
    error::json,
    legacy::with_identifier,
    limits::Limited,
};
use axum::{
    body::Body,
    extract::{FromRequestParts, RawPathParams, Request},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{StatusCode, request::Parts};
use http_body_util::{BodyExt, LengthLimitError, Limited as LimitedBody};
use ruma::api::{
    IncomingRequest, OutgoingResponse, OutgoingResponseExt,
    auth_scheme::{
        AccessToken, AccessTokenOptional, AppserviceTokenOptional, AuthScheme, NoAccessToken,
        NoAuthentication,
    },
    error::{DeserializationError, ErrorKind},
};
use serde::de::DeserializeOwned;
use std::{future::Future, sync::Arc};
use users::Identity;

/// The largest JSON body that an endpoint reads, in bytes. Events are held to 65,536 bytes further in;
/// key uploads and key backups are what needs more.
pub(crate) const MAX_JSON_BODY: usize = 4 * 1024 * 1024;

/// A request to the endpoint whose request type is `T`.
pub(crate) struct Call<T: Endpoint> {
    /// The server's parts.
    pub app: App,
    /// Who calls, as the endpoint's authentication scheme proves it.
    pub caller: <T::Authentication as Scheme>::Caller,
    /// Path, query and body.
    pub request: T,
    /// The body as it came, for what the types don't keep (user-interactive authentication binds to it).
    pub body: Bytes,
    /// Where the request comes from.
    pub origin: Origin,
}

impl<T: Endpoint> Call<T> {
    /// Counts the request against one more allowance than the one for all requests.
    pub(crate) fn limit(&self, what: Limited) -> Result<(), ApiError> {
        self.app.limits.check(what, T::Authentication::identity(&self.caller), &self.origin)
    }
}

impl<T: Endpoint<Authentication = AccessToken>> Call<T> {
    /// Refuses accounts that may only read for now (spec "Account suspension").
    pub(crate) fn not_suspended(&self) -> Result<(), ApiError> {
        not_suspended(&self.caller)
    }

    /// Refuses guests (spec "Guest access") and suspended accounts.
    pub(crate) fn full_account(&self) -> Result<(), ApiError> {
        full_account(&self.caller)
    }

    /// Refuses guests (spec "Guest access").
    pub(crate) fn not_guest(&self) -> Result<(), ApiError> {
        not_guest(&self.caller)
    }
}

/// A request type whose authentication scheme this server knows.
pub(crate) trait Endpoint: IncomingRequest<Authentication: Scheme> + Send + 'static {}
impl<T: IncomingRequest<Authentication: Scheme> + Send + 'static> Endpoint for T {}

/// How a scheme of the spec is proven here.
pub(crate) trait Scheme: AuthScheme {
    /// What a handler gets to know of its caller.
    type Caller: Send + 'static;

    /// Proves the caller from the request's header or query.
    fn prove(app: &App, parts: &Parts) -> Result<Self::Caller, ApiError>;

    /// The account that called, where there is one.
    fn identity(caller: &Self::Caller) -> Option<&Identity>;
}

impl Scheme for AccessToken {
    type Caller = Arc<Identity>;

    fn prove(app: &App, parts: &Parts) -> Result<Arc<Identity>, ApiError> {
        identity(app, parts)?.ok_or_else(ApiError::missing_token)
    }

    fn identity(caller: &Arc<Identity>) -> Option<&Identity> {
        Some(caller)
    }
}

impl Scheme for AccessTokenOptional {
    type Caller = Option<Arc<Identity>>;

    fn prove(app: &App, parts: &Parts) -> Result<Option<Arc<Identity>>, ApiError> {
        identity(app, parts)
    }

    fn identity(caller: &Option<Arc<Identity>>) -> Option<&Identity> {
        caller.as_deref()
    }
}

impl Scheme for NoAccessToken {
    type Caller = ();

    fn prove(_: &App, _: &Parts) -> Result<(), ApiError> {
        Ok(())
    }

    fn identity((): &()) -> Option<&Identity> {
        None
    }
}

impl Scheme for NoAuthentication {
    type Caller = ();

    fn prove(_: &App, _: &Parts) -> Result<(), ApiError> {
        Ok(())
    }

    fn identity((): &()) -> Option<&Identity> {
        None
    }
}

/// Registering and logging in: for people without a token. What an application service may do more is not offered.
impl Scheme for AppserviceTokenOptional {
    type Caller = ();

    fn prove(_: &App, _: &Parts) -> Result<(), ApiError> {
        Ok(())
    }

    fn identity((): &()) -> Option<&Identity> {
        None
    }
}

/// Runs one endpoint: reads, proves, limits, parses, handles, answers.
pub(crate) async fn serve<T, F, R>(app: App, request: Request, handler: F) -> Response
where
    T: Endpoint,
    F: FnOnce(Call<T>) -> R,
    R: Future<Output = Result<T::OutgoingResponse, ApiError>>,
{
    let answer = async {
        let call = parse::<T>(app, request).await?;
        encode(handler(call).await?)
    };
    answer.await.unwrap_or_else(IntoResponse::into_response)
}

async fn parse<T: Endpoint>(app: App, request: Request) -> Result<Call<T>, ApiError> {
    let (mut parts, body) = request.into_parts();
    let origin = Origin::of(&parts);
    let caller = T::Authentication::prove(&app, &parts)?;
    if T::RATE_LIMITED {
        app.limits.check(Limited::Requests, T::Authentication::identity(&caller), &origin)?;
    }
    let path = RawPathParams::from_request_parts(&mut parts, &app)
        .await
        .map_err(|_| ApiError::invalid_param("The path is not valid UTF-8."))?;
    let path: Vec<&str> = path.iter().map(|(_, value)| value).collect();
    let body = with_identifier(read_body(body).await?);
    let request = T::try_from_http_request_inner(http::Request::from_parts(parts, body.as_ref()), &path)
        .map_err(|error| wrong_input(&error, &body))?;
    Ok(Call { app, caller, request, body, origin })
}

/// What a body says, where the handler reads it itself: the spec tells apart what is no JSON and what has the wrong shape.
pub(crate) fn from_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(body).map_err(|problem| {
        if problem.is_data() {
            ApiError::bad_json(format!("The body has the wrong shape: {problem}."))
        } else {
            ApiError::new(ErrorKind::NotJson, "The body is not JSON.")
        }
    })
}

pub(crate) async fn read_body(body: Body) -> Result<Bytes, ApiError> {
    let body = read_raw(body).await?;
    // Requests without any parameter are often sent without a body.
    Ok(if body.is_empty() { Bytes::from_static(b"{}") } else { body })
}

/// The body as it came.
pub(crate) async fn read_raw(body: Body) -> Result<Bytes, ApiError> {
    match LimitedBody::new(body, MAX_JSON_BODY).collect().await {
        Ok(collected) => {
            let body = collected.to_bytes();
            if std::str::from_utf8(&body).is_err() {
                return Err(ApiError::new(
                    ErrorKind::NotJson,
                    "The body is not JSON: it is not valid UTF-8.",
                ));
            }
            Ok(body)
        }
        Err(error) if error.is::<LengthLimitError>() => {
            Err(ApiError::too_large(format!("The body is larger than {MAX_JSON_BODY} bytes.")))
        }
        Err(_) => Err(ApiError::new(ErrorKind::Unknown, "The request ended before its body was complete.")),
    }
}

/// The spec tells apart what is no JSON, JSON of the wrong shape, and a wrong parameter.
fn wrong_input(error: &DeserializationError, body: &[u8]) -> ApiError {
    let not_json = || serde_json::from_slice::<serde::de::IgnoredAny>(body).is_err();
    match error {
        DeserializationError::Json(_) | DeserializationError::Utf8(_) if not_json() => {
            ApiError::new(ErrorKind::NotJson, "The body is not JSON.")
        }
        DeserializationError::Json(error) => {
            let text = error.to_string();
            if text.starts_with("missing field") {
                ApiError::bad_json(format!("The body lacks a field: {text}."))
            } else {
                ApiError::bad_json(format!("The body has the wrong shape: {text}."))
            }
        }
        other => ApiError::invalid_param(format!("A parameter is not valid: {other}.")),
    }
}

fn encode<R: OutgoingResponse>(response: R) -> Result<Response, ApiError> {
    let (parts, body) =
        response.try_into_http_response::<Vec<u8>>().map_err(ApiError::internal)?.into_parts();
    let mut answer = json(StatusCode::OK, body);
    *answer.status_mut() = parts.status;
    answer.headers_mut().extend(parts.headers);
    Ok(answer)
}
