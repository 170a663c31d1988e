//! The one place where the errors of the crates below become Matrix error codes.

use crate::ApiError;
use delayed::DelayedError;
use federation::{MembershipError, PeerError, RemoteMediaError};
use http::StatusCode;
use media::MediaError;
use push::PushError;
use rooms::{Code, RoomError};
use ruma::api::error::{ErrorKind, LimitExceededErrorData, RetryAfter, WrongRoomKeysVersionErrorData};
use search::SearchError;
use std::time::Duration;
use sync::SyncError;
use users::{AuthError, UiaError, UserError};

/// How long a client waits before it tries again when the server is busy.
const BUSY: Duration = Duration::from_secs(1);

impl From<RoomError> for ApiError {
    fn from(error: RoomError) -> Self {
        match error {
            RoomError::NotFound(what) => Self::not_found(what),
            RoomError::Forbidden(why) | RoomError::Elsewhere(_, why) => Self::forbidden(why),
            RoomError::BadRequest(code, why) => {
                Self::with_status(StatusCode::BAD_REQUEST, kind_of(code), why)
            }
            RoomError::Conflict(why) => Self::with_status(StatusCode::CONFLICT, ErrorKind::Unknown, why),
            RoomError::TooLarge(why) => Self::too_large(why),
            RoomError::Read(_) | RoomError::Damaged(_) => Self::internal(error),
            RoomError::Write(error) => error.into(),
        }
    }
}

fn kind_of(code: Code) -> ErrorKind {
    match code {
        Code::BadJson => ErrorKind::BadJson,
        Code::InvalidParam => ErrorKind::InvalidParam,
        Code::MissingParam => ErrorKind::MissingParam,
        Code::BadState => ErrorKind::BadState,
        Code::BadAlias => ErrorKind::BadAlias,
        Code::RoomInUse => ErrorKind::RoomInUse,
        Code::InvalidRoomState => ErrorKind::InvalidRoomState,
        Code::UnsupportedRoomVersion => ErrorKind::UnsupportedRoomVersion,
        Code::InvalidUsername => ErrorKind::InvalidUsername,
        Code::Exclusive => ErrorKind::Exclusive,
        Code::DuplicateAnnotation => ErrorKind::DuplicateAnnotation,
        Code::UnableToAuthoriseJoin => ErrorKind::UnableToAuthorizeJoin,
        Code::UnableToGrantJoin => ErrorKind::UnableToGrantJoin,
        Code::Unknown => ErrorKind::Unknown,
    }
}

impl From<DelayedError> for ApiError {
    fn from(error: DelayedError) -> Self {
        let message = error.to_string();
        match error {
            DelayedError::Forbidden(_) => Self::forbidden(message),
            DelayedError::Full(wait) => Self::limit_exceeded(wait).saying(message),
            DelayedError::BadContent => Self::bad_json(message),
            DelayedError::TooLarge => Self::too_large(message),
            DelayedError::NotFound => Self::not_found(message),
            DelayedError::Conflict(_) => Self::with_status(StatusCode::CONFLICT, ErrorKind::Unknown, message),
            DelayedError::Read(_) => Self::internal(error),
            DelayedError::Write(error) => error.into(),
        }
    }
}

impl From<UserError> for ApiError {
    fn from(error: UserError) -> Self {
        let message = error.to_string();
        let kind = match error {
            UserError::InvalidUsername(_) => ErrorKind::InvalidUsername,
            UserError::UserInUse => ErrorKind::UserInUse,
            UserError::Exclusive => ErrorKind::Exclusive,
            UserError::WeakPassword(_) => ErrorKind::WeakPassword,
            UserError::Forbidden(_) => ErrorKind::Forbidden,
            UserError::InviteBlocked(_) => ErrorKind::InviteBlocked,
            UserError::Deactivated => ErrorKind::UserDeactivated,
            UserError::Locked => ErrorKind::UserLocked,
            UserError::NotFound(_) | UserError::NotLocal(_) => ErrorKind::NotFound,
            UserError::InvalidParam(_) => ErrorKind::InvalidParam,
            UserError::MissingParam(_) => ErrorKind::MissingParam,
            UserError::BadJson(_) => ErrorKind::BadJson,
            UserError::Managed(_) => {
                return Self::with_status(StatusCode::METHOD_NOT_ALLOWED, ErrorKind::BadJson, message);
            }
            UserError::TooLarge(_) => ErrorKind::TooLarge,
            UserError::KeyTooLarge => ErrorKind::KeyTooLarge,
            UserError::ProfileTooLarge => ErrorKind::ProfileTooLarge,
            UserError::WrongBackupVersion { current } => {
                ErrorKind::WrongRoomKeysVersion(WrongRoomKeysVersionErrorData::new(current))
            }
            UserError::InvalidSignature(_) => {
                return Self::with_code(StatusCode::BAD_REQUEST, "M_INVALID_SIGNATURE", message);
            }
            UserError::UnknownToken { soft_logout } => return Self::unknown_token(soft_logout),
            UserError::Limit(_) => ErrorKind::Unknown,
            UserError::Busy => return Self::limit_exceeded(BUSY),
            UserError::Room(error) => return error.into(),
            UserError::Write(error) => return error.into(),
            UserError::Read(_) | UserError::Corrupt(_) => return Self::internal(error),
        };
        Self::new(kind, message)
    }
}

impl From<AuthError> for ApiError {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Missing => Self::missing_token(),
            AuthError::Unknown { soft_logout } => Self::unknown_token(soft_logout),
            AuthError::Failed(error) => error.into(),
        }
    }
}

impl From<UiaError> for ApiError {
    fn from(error: UiaError) -> Self {
        match error {
            UiaError::Incomplete(info) => Self::Uia(info),
            UiaError::Refused(error) => error.into(),
        }
    }
}

impl From<SyncError> for ApiError {
    fn from(error: SyncError) -> Self {
        match error {
            SyncError::Filter(why) => Self::invalid_param(why),
            SyncError::Rooms(error) => error.into(),
            SyncError::Users(error) => error.into(),
            SyncError::Read(error) => Self::internal(error),
        }
    }
}

impl From<PushError> for ApiError {
    fn from(error: PushError) -> Self {
        match error {
            PushError::Rooms(error) => error.into(),
            PushError::Users(error) => error.into(),
            PushError::Write(error) => error.into(),
            PushError::Read(_) | PushError::Damaged(_) => Self::internal(error),
        }
    }
}

impl From<SearchError> for ApiError {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::Query(why) => Self::invalid_param(why),
            SearchError::Busy => Self::limit_exceeded(BUSY),
            SearchError::Rooms(error) => error.into(),
            SearchError::Write(error) => error.into(),
            SearchError::Read(_) | SearchError::Index(_) | SearchError::Folder(_) | SearchError::Stopped => {
                Self::internal(error)
            }
        }
    }
}

/// What another server said no to is said no to here. That it can't be reached, or does not know this server, is no fault of the
/// caller's.
impl From<PeerError> for ApiError {
    fn from(error: PeerError) -> Self {
        match error {
            PeerError::Refused { status, code, message, .. }
                if status.is_client_error() && status != StatusCode::UNAUTHORIZED =>
            {
                Self::with_code(status, &code, message)
            }
            PeerError::NotAllowed => Self::forbidden("This server does not speak with that one."),
            _ => Self::with_status(
                StatusCode::BAD_GATEWAY,
                ErrorKind::Unknown,
                format!("There is no answer: {error}."),
            ),
        }
    }
}

impl From<MembershipError> for ApiError {
    fn from(error: MembershipError) -> Self {
        let message = error.to_string();
        match error {
            MembershipError::Room(error) => error.into(),
            MembershipError::Peer(PeerError::Refused { status, code, body, .. })
                if code == "M_INCOMPATIBLE_ROOM_VERSION" =>
            {
                match body.get("room_version").and_then(|version| version.as_str()?.try_into().ok()) {
                    Some(version) => Self::incompatible(version, message),
                    None => Self::with_code(status, &code, message),
                }
            }
            MembershipError::Peer(error) => error.into(),
            MembershipError::NobodyToAsk => Self::not_found(message),
            MembershipError::Incompatible(version) => Self::incompatible(version, message),
            MembershipError::Wrong(_) => Self::invalid_param(message),
            MembershipError::Forbidden(_) => Self::forbidden(message),
            MembershipError::User(error) => error.into(),
            MembershipError::Read(error) => Self::internal(error),
        }
    }
}

impl From<RemoteMediaError> for ApiError {
    fn from(error: RemoteMediaError) -> Self {
        match error {
            RemoteMediaError::Peer(error) => error.into(),
            RemoteMediaError::Media(error) => error.into(),
        }
    }
}

impl From<MediaError> for ApiError {
    fn from(error: MediaError) -> Self {
        let message = error.to_string();
        let kind = match error {
            MediaError::NotFound | MediaError::PreviewsOff => ErrorKind::NotFound,
            MediaError::NotYetUploaded => ErrorKind::NotYetUploaded,
            MediaError::AlreadyUploaded => ErrorKind::CannotOverwriteMedia,
            MediaError::NotCreator
            | MediaError::TypeNotAllowed(_)
            | MediaError::OverQuota { .. }
            | MediaError::HostDenied => ErrorKind::Forbidden,
            MediaError::NoPreview(_) => {
                return Self::with_status(StatusCode::BAD_GATEWAY, ErrorKind::Unknown, message);
            }
            MediaError::TooLarge { .. } | MediaError::TooManyPixels { .. } => ErrorKind::TooLarge,
            MediaError::TooManyPending { wait, .. } => {
                let mut data = LimitExceededErrorData::new();
                data.retry_after = Some(RetryAfter::Delay(wait));
                ErrorKind::LimitExceeded(data)
            }
            MediaError::Invalid(_) => ErrorKind::InvalidParam,
            MediaError::Interrupted(_) | MediaError::NoThumbnail(_) => ErrorKind::Unknown,
            MediaError::Busy => return Self::limit_exceeded(BUSY),
            MediaError::Write(error) => return error.into(),
            MediaError::Files(_) | MediaError::Read(_) => return Self::internal(error),
        };
        Self::new(kind, message)
    }
}

impl From<storage::ReadError> for ApiError {
    fn from(error: storage::ReadError) -> Self {
        Self::internal(error)
    }
}

impl From<storage::WriteError> for ApiError {
    fn from(error: storage::WriteError) -> Self {
        tracing::error!(%error, "a change was refused");
        Self::with_status(
            StatusCode::SERVICE_UNAVAILABLE,
            ErrorKind::Unknown,
            "The server can't store changes at the moment.",
        )
    }
}
