//! `POST /_matrix/client/v3/register`: makes an account and logs it in (spec "Account registration").

use crate::{ApiError, App, call::Call, limits::Limited};
use config::RegistrationMode;
use ruma::api::client::{
    account::register::{
        RegistrationKind,
        v3::{Request, Response},
    },
    uiaa::AuthType,
};
use std::time::Duration;
use users::{Kind, Login, NewAccount, Operation};

/// # Errors
/// 401 with the stages to do; 400 `M_USER_IN_USE`, `M_INVALID_USERNAME`, `M_WEAK_PASSWORD`; 403 where nobody may
/// register.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.limit(Limited::Registration)?;
    let Call { app, request, body, origin, .. } = call;
    let guest = request.kind == RegistrationKind::Guest;
    if guest && !app.config.registration.guests {
        return Err(ApiError::forbidden("Guests are not welcome on this server."));
    }
    if !guest {
        may_register(&app, &request, &body).await?;
    }
    let account = app
        .users
        .accounts
        .register(NewAccount {
            name: request.username.as_deref().filter(|_| !guest),
            password: request.password.as_deref().filter(|_| !guest),
            kind: if guest { Kind::Guest } else { Kind::Person },
            ..NewAccount::default()
        })
        .await?;
    tracing::info!(user = %account.user_id, from = %origin.ip, client = origin.user_agent, "registered");
    let mut response = Response::new(account.user_id.clone());
    if !request.inhibit_login {
        let login = Login {
            device_id: request.device_id.as_deref(),
            display_name: request.initial_device_display_name.as_deref(),
            refresh: request.refresh_token,
        };
        let session = app.users.devices.login(&account.user_id, login).await?;
        response.access_token = Some(session.tokens.access_token);
        response.device_id = Some(session.device_id);
        response.refresh_token = session.tokens.refresh_token;
        response.expires_in = session.tokens.expires_in_ms.map(Duration::from_millis);
    }
    Ok(response)
}

/// The name is checked before the stages: nobody goes through them for a name that is taken.
async fn may_register(app: &App, request: &Request, body: &[u8]) -> Result<(), ApiError> {
    let flow: &[AuthType] = match app.config.registration_mode() {
        RegistrationMode::Open => &[AuthType::Dummy],
        RegistrationMode::Token => &[AuthType::RegistrationToken],
        RegistrationMode::Closed => {
            return Err(ApiError::forbidden("This server does not take new people. Ask its operator."));
        }
    };
    if let Some(name) = &request.username {
        app.users.accounts.check_available(name)?;
    }
    let operation = Operation { user: None, endpoint: "POST /register", body };
    Ok(app.users.uia.check(&operation, request.auth.as_ref(), &[flow]).await?)
}
