//! `/_synapse/admin/v1/register`: accounts made by scripts that know the shared secret (Synapse's admin API, "Shared-Secret
//! Registration"). `GET` gives a nonce, `POST` makes the account.

use crate::{ApiError, App, call::Origin, error::json, limits::Limited};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{Request, State},
    response::Response,
    routing::get,
};
use http::{StatusCode, request::Parts};
use ruma::{OwnedDeviceId, OwnedUserId};
use serde::{Deserialize, Serialize};
use users::{Claim, Login, NewAccount};

pub(super) fn router() -> Router<App> {
    Router::new().route("/_synapse/admin/v1/register", get(nonce).post(register))
}

#[derive(Serialize)]
struct Nonce {
    nonce: String,
}

/// What a script sends. `mac` is the HMAC-SHA1 of nonce, username, password, `admin` or `notadmin` and, if given, the
/// type, each but the first led by a NUL byte, in hexadecimal.
#[derive(Deserialize)]
struct Registration {
    nonce: String,
    username: String,
    password: String,
    #[serde(default)]
    admin: bool,
    user_type: Option<String>,
    displayname: Option<String>,
    mac: String,
}

#[derive(Serialize)]
struct Registered {
    user_id: OwnedUserId,
    access_token: String,
    device_id: OwnedDeviceId,
    home_server: String,
}

/// # Errors
/// 400 where there is no shared secret.
async fn nonce(State(app): State<App>) -> Result<Json<Nonce>, ApiError> {
    Ok(Json(Nonce { nonce: app.users.shared_secret.nonce()? }))
}

/// # Errors
/// 400 for a nonce that is not valid, or a name that is taken; 403 for a wrong proof.
async fn register(State(app): State<App>, request: Request) -> Result<Response, ApiError> {
    let (parts, body): (Parts, _) = request.into_parts();
    app.limits.check(Limited::Registration, None, &Origin::of(&parts))?;
    let body: Bytes = crate::call::read_body(body).await?;
    let request: Registration = serde_json::from_slice(&body)
        .map_err(|problem| ApiError::bad_json(format!("The body has the wrong shape: {problem}.")))?;
    app.users.shared_secret.check(&Claim {
        nonce: &request.nonce,
        username: &request.username,
        password: &request.password,
        admin: request.admin,
        user_type: request.user_type.as_deref(),
        mac: &request.mac,
    })?;
    let account = app
        .users
        .accounts
        .register(NewAccount {
            name: Some(&request.username),
            password: Some(&request.password),
            admin: request.admin,
            display_name: request.displayname.as_deref(),
            ..NewAccount::default()
        })
        .await?;
    tracing::info!(user = %account.user_id, admin = request.admin, "registered with the shared secret");
    let session = app.users.devices.login(&account.user_id, Login::default()).await?;
    let registered = Registered {
        home_server: account.user_id.server_name().to_string(),
        user_id: account.user_id,
        access_token: session.tokens.access_token,
        device_id: session.device_id,
    };
    Ok(json(StatusCode::OK, serde_json::to_vec(&registered).map_err(ApiError::internal)?))
}
