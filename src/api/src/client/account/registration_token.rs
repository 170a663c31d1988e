//! `GET /_matrix/client/v1/register/m.login.registration_token/validity`: whether one may register with a token (spec
//! "Account registration").

use crate::{ApiError, call::Call, limits::Limited};
use config::RegistrationMode;
use ruma::api::client::account::check_registration_token_validity::v1::{Request, Response};

/// # Errors
/// 403 where nobody registers with a token; 429 for those who guess.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.limit(Limited::Registration)?;
    let Call { app, request, .. } = call;
    if app.config.registration_mode() != RegistrationMode::Token {
        return Err(ApiError::forbidden("Nobody registers with a token on this server."));
    }
    Ok(Response::new(app.users.uia.is_registration_token(&request.token)))
}
