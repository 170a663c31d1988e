//! `POST /_matrix/client/v3/login`: logs in by password (spec "Login").

use crate::{
    ApiError, App,
    call::{Call, read_body},
    limits::Limited,
    routes::Routes,
};
use axum::{
    Router,
    extract::Request as HttpRequest,
    middleware::{Next, from_fn},
    response::Response as HttpResponse,
};
use ruma::api::{
    client::{
        session::login::v3::{LoginInfo, Password, Request, Response},
        uiaa::UserIdentifier,
    },
    error::ErrorKind,
};
use serde::Deserialize;
use std::time::Duration;
use users::Login;

pub(super) fn router() -> Router<App> {
    Routes::new().on(handle).into_router().route_layer(from_fn(with_type))
}

/// The one field that everything hangs on. The types take its presence for granted.
#[derive(Deserialize)]
struct Typed {
    #[serde(rename = "type")]
    _kind: String,
}

async fn with_type(request: HttpRequest, next: Next) -> Result<HttpResponse, ApiError> {
    let (parts, body) = request.into_parts();
    let body = read_body(body).await?;
    if let Err(error) = serde_json::from_slice::<Typed>(&body)
        && error.is_data()
    {
        return Err(ApiError::bad_json(format!("The body has the wrong shape: {error}.")));
    }
    Ok(next.run(HttpRequest::from_parts(parts, body.into())).await)
}

/// # Errors
/// 403 `M_FORBIDDEN` for a wrong name or password, `M_USER_DEACTIVATED` for accounts that are gone; 400 `M_UNKNOWN` for
/// ways to log in that this server does not offer.
async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.limit(Limited::Login)?;
    let Call { app, request, .. } = call;
    let LoginInfo::Password(given) = request.login_info else {
        return Err(ApiError::new(ErrorKind::Unknown, "People log in here with a password."));
    };
    let name = name(&given)?;
    let account = app.users.accounts.check_password(&name, &given.password).await?;
    let login = Login {
        device_id: request.device_id.as_deref(),
        display_name: request.initial_device_display_name.as_deref(),
        refresh: request.refresh_token,
    };
    let session = app.users.devices.login(&account.user_id, login).await?;
    let mut response = Response::new(account.user_id, session.tokens.access_token, session.device_id);
    response.refresh_token = session.tokens.refresh_token;
    response.expires_in = session.tokens.expires_in_ms.map(Duration::from_millis);
    Ok(response)
}

/// Who it is: as `identifier` says, or `user` as clients of old versions say.
fn name(given: &Password) -> Result<String, ApiError> {
    #[expect(deprecated, reason = "clients of old spec versions name themselves so")]
    let old = given.user.as_ref();
    match (&given.identifier, old) {
        (Some(UserIdentifier::Matrix(id)), _) => Ok(id.user.clone()),
        (Some(_), _) => Err(ApiError::new(ErrorKind::Unknown, "People log in here with their user id.")),
        (None, Some(user)) => Ok(user.clone()),
        (None, None) => Err(ApiError::missing_param("identifier is missing.")),
    }
}
