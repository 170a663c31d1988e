//! `PUT /_matrix/client/v3/profile/{userId}/{keyName}`: says something about the caller; rooms hear of a new name or picture
//! (spec "Profiles").

use super::may_change;
use crate::{ApiError, call::Call};
use http::Method;
use ruma::{
    OwnedUserId,
    api::{
        IncomingRequest, Metadata,
        client::profile::set_profile_field::v3::{Request as Field, Response},
        error::DeserializationError,
    },
    serde::JsonObject,
};
use serde_json::value::to_raw_value;

/// The request with its value as it came. The typed one does not tell a missing value from a wrong one, and takes no `null`,
/// with which clients take names and pictures away.
pub(super) struct Request {
    user: OwnedUserId,
    key: String,
    body: JsonObject,
}

impl Metadata for Request {
    const METHOD: Method = Field::METHOD;
    const RATE_LIMITED: bool = Field::RATE_LIMITED;
    type Authentication = <Field as Metadata>::Authentication;
    type PathBuilder = <Field as Metadata>::PathBuilder;
    const PATH_BUILDER: Self::PathBuilder = Field::PATH_BUILDER;
}

impl IncomingRequest for Request {
    type EndpointError = <Field as IncomingRequest>::EndpointError;
    type OutgoingResponse = Response;

    fn try_from_http_request_inner(
        request: http::Request<&[u8]>,
        path_args: &[&str],
    ) -> Result<Self, DeserializationError> {
        let [user, key] = path_args else {
            return Err(serde::de::Error::invalid_length(path_args.len(), &"a user and a key"))
                .map_err(|error: serde::de::value::Error| error.into());
        };
        let body = serde_json::from_slice(request.body())?;
        Ok(Self { user: OwnedUserId::try_from(*user)?, key: (*key).to_owned(), body })
    }
}

/// # Errors
/// 403 for other people's profiles; 400 for keys and values that make no sense, for what is too large, and
/// `M_MISSING_PARAM` when the body lacks the key.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    may_change(&call, &call.request.user, &call.request.key)?;
    let Call { app, caller, request, .. } = call;
    let missing = || ApiError::missing_param(format!("The body has no {:?}.", request.key));
    let value = to_raw_value(request.body.get(&request.key).ok_or_else(missing)?);
    let value = value.map_err(ApiError::internal)?;
    app.users.profiles.set(&caller.user_id, &request.key, &value).await?;
    app.users.spread_profile(caller.user).await;
    Ok(Response::new())
}
