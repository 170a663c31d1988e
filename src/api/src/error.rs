//! What an endpoint answers when it can't do what was asked: one type, one shape on the wire
//! (`{"errcode", "error", …}`, spec "Standard error response").

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use ruma::{
    RoomVersionId,
    api::{
        client::uiaa::UiaaInfo,
        error::{
            ErrorKind, IncompatibleRoomVersionErrorData, LimitExceededErrorData, RetryAfter,
            UnknownTokenErrorData,
        },
    },
};
use serde_json::{Map, Value};
use std::time::Duration;

/// An answer other than success.
#[derive(Debug)]
pub enum ApiError {
    /// The caller can do something about it: a Matrix error code and a sentence for a person.
    Refused {
        /// HTTP status.
        status: StatusCode,
        /// Matrix error code and its extra fields.
        kind: ErrorKind,
        /// What is wrong and what to do, for people.
        message: String,
    },
    /// More authentication is needed (spec "User-interactive authentication").
    Uia(Box<UiaaInfo>),
    /// The server failed; the reason is for its operator, not for the caller.
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

impl ApiError {
    /// A refusal with the status that usually goes with `kind`.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self::Refused { status: status_of(&kind), kind, message: message.into() }
    }

    /// A refusal whose status differs from the usual one of its code.
    pub fn with_status(status: StatusCode, kind: ErrorKind, message: impl Into<String>) -> Self {
        Self::Refused { status, kind, message: message.into() }
    }

    /// 403 `M_FORBIDDEN`.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Forbidden, message)
    }

    /// 404 `M_NOT_FOUND`.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::NotFound, message)
    }

    /// 400 `M_INVALID_PARAM`.
    pub fn invalid_param(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidParam, message)
    }

    /// 400 `M_MISSING_PARAM`.
    pub fn missing_param(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::MissingParam, message)
    }

    /// 400 `M_BAD_JSON`.
    pub fn bad_json(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::BadJson, message)
    }

    /// 404 `M_UNRECOGNIZED`.
    pub fn unrecognized() -> Self {
        Self::new(ErrorKind::Unrecognized, "This server does not know this path.")
    }

    /// 400 `M_INVALID_PARAM` for what is no token of a page or a sync.
    pub fn no_token(text: &str) -> Self {
        Self::invalid_param(format!("{text:?} is no token of this server."))
    }

    /// 413 `M_TOO_LARGE`.
    pub fn too_large(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::TooLarge, message)
    }

    /// The same answer in other words, where it has any.
    #[must_use]
    pub fn saying(mut self, words: String) -> Self {
        if let Self::Refused { message, .. } = &mut self {
            *message = words;
        }
        self
    }

    /// 429 `M_LIMIT_EXCEEDED` with the time to wait.
    pub fn limit_exceeded(wait: Duration) -> Self {
        let mut data = LimitExceededErrorData::new();
        data.retry_after = Some(RetryAfter::Delay(wait));
        Self::new(
            ErrorKind::LimitExceeded(data),
            format!("Too many requests. Try again in {} s.", wait.as_secs().max(1)),
        )
    }

    /// 401 `M_MISSING_TOKEN`.
    pub fn missing_token() -> Self {
        Self::new(ErrorKind::MissingToken, "This request needs an access token.")
    }

    /// 401 `M_UNKNOWN_TOKEN`; `soft_logout` tells the client that its refresh token still works.
    pub fn unknown_token(soft_logout: bool) -> Self {
        let mut data = UnknownTokenErrorData::new();
        data.soft_logout = soft_logout;
        Self::new(ErrorKind::UnknownToken(data), "This access token is not valid, or no longer.")
    }

    /// 400 `M_INCOMPATIBLE_ROOM_VERSION`.
    pub fn incompatible(version: RoomVersionId, message: impl Into<String>) -> Self {
        let data = IncompatibleRoomVersionErrorData::new(version);
        Self::new(ErrorKind::IncompatibleRoomVersion(data), message)
    }

    /// A refusal with a code that ruma has no name for.
    pub fn with_code(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        let kind =
            serde_json::from_value(serde_json::json!({ "errcode": code })).unwrap_or(ErrorKind::Unknown);
        Self::with_status(status, kind, message)
    }

    /// Wraps a failure of the server itself.
    pub fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(error.into())
    }
}

/// The status the spec gives with an error code, where an endpoint says nothing else.
fn status_of(kind: &ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::Forbidden
        | ErrorKind::GuestAccessForbidden
        | ErrorKind::UserDeactivated
        | ErrorKind::UserSuspended
        | ErrorKind::InviteBlocked
        | ErrorKind::WrongRoomKeysVersion(_)
        | ErrorKind::ThreepidDenied
        | ErrorKind::CannotLeaveServerNoticeRoom => StatusCode::FORBIDDEN,
        ErrorKind::MissingToken
        | ErrorKind::UnknownToken(_)
        | ErrorKind::Unauthorized
        | ErrorKind::UserLocked => StatusCode::UNAUTHORIZED,
        ErrorKind::NotFound | ErrorKind::Unrecognized => StatusCode::NOT_FOUND,
        ErrorKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorKind::LimitExceeded(_) => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::NotYetUploaded => StatusCode::GATEWAY_TIMEOUT,
        ErrorKind::CannotOverwriteMedia => StatusCode::CONFLICT,
        _ => StatusCode::BAD_REQUEST,
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        match self {
            Self::Refused { status, kind, message } => refused(status, &kind, &message),
            Self::Uia(info) => match serde_json::to_vec(&info) {
                Ok(body) => json(StatusCode::UNAUTHORIZED, body),
                Err(error) => Self::internal(error).into_response(),
            },
            Self::Internal(error) => {
                tracing::error!(error = %chain(error.as_ref()), "request failed");
                refused(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    &ErrorKind::Unknown,
                    "The server could not do this. Its log says why.",
                )
            }
        }
    }
}

/// An error with all its causes, as one line for the log.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        line.push_str(": ");
        line.push_str(&next.to_string());
        cause = next.source();
    }
    line
}

/// The body of a refusal, for what is kept of a request that nobody waits for; `None` when the server failed.
pub(crate) fn error_body(error: &ApiError) -> Option<String> {
    match error {
        ApiError::Refused { kind, message, .. } => Some(Value::Object(body(kind, message)).to_string()),
        ApiError::Uia(_) | ApiError::Internal(_) => None,
    }
}

fn body(kind: &ErrorKind, message: &str) -> Map<String, Value> {
    let mut body = Map::new();
    body.insert("errcode".into(), kind.errcode().as_str().into());
    body.insert("error".into(), message.into());
    match kind {
        ErrorKind::UnknownToken(data) if data.soft_logout => {
            body.insert("soft_logout".into(), true.into());
        }
        ErrorKind::UserLocked => {
            body.insert("soft_logout".into(), true.into());
        }
        ErrorKind::LimitExceeded(data) => {
            if let Some(RetryAfter::Delay(wait)) = &data.retry_after {
                let ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
                body.insert("retry_after_ms".into(), ms.into());
            }
        }
        ErrorKind::IncompatibleRoomVersion(data) => {
            body.insert("room_version".into(), data.room_version.as_str().into());
        }
        ErrorKind::WrongRoomKeysVersion(data) => {
            body.insert("current_version".into(), data.current_version.as_str().into());
        }
        _ => {}
    }
    body
}

fn refused(status: StatusCode, kind: &ErrorKind, message: &str) -> Response {
    let mut response = json(status, Value::Object(body(kind, message)).to_string().into_bytes());
    if let ErrorKind::LimitExceeded(data) = kind
        && let Some(RetryAfter::Delay(wait)) = &data.retry_after
    {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
    }
    response
}

/// A JSON answer from bytes that are JSON already.
pub(crate) fn json(status: StatusCode, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
