//! The stages that this server knows.

use super::{Operation, Uia};
use crate::{
    accounts::login_id,
    error::{Result, UserError},
};
use ruma::api::client::uiaa::{AuthData, Password, UserIdentifier};

impl Uia {
    /// Whether `auth` proves its stage.
    pub(super) async fn prove(&self, operation: &Operation<'_>, auth: &AuthData) -> Result<()> {
        match auth {
            AuthData::Dummy(_) => Ok(()),
            AuthData::Password(password) => self.password(operation, password).await,
            AuthData::RegistrationToken(token) => {
                if self.is_registration_token(&token.token) {
                    Ok(())
                } else {
                    Err(UserError::forbidden("The registration token is not valid."))
                }
            }
            _ => Err(UserError::invalid("This server does not know the stage.")),
        }
    }

    /// Whether one may register with `token` (spec "Registration tokens").
    pub fn is_registration_token(&self, token: &str) -> bool {
        // All are compared, so that the time tells nothing.
        self.core.settings.registration_tokens.iter().fold(false, |found, known| found | known.matches(token))
    }

    /// Nobody may go on with the name of another account, whatever they know of it.
    pub(super) fn check_named(&self, operation: &Operation<'_>, auth: &AuthData) -> Result<()> {
        if let (Some(user), AuthData::Password(Password { identifier: UserIdentifier::Matrix(named), .. })) =
            (operation.user, auth)
            && login_id(&named.user, &self.core.server_name)
                .is_ok_and(|named| named.as_str() != user.as_str().to_lowercase())
        {
            return Err(UserError::forbidden("Only the account that asks can confirm this."));
        }
        Ok(())
    }

    async fn password(&self, operation: &Operation<'_>, auth: &Password) -> Result<()> {
        let user = operation
            .user
            .ok_or_else(|| UserError::invalid("There is no account whose password it could be."))?;
        let UserIdentifier::Matrix(named) = &auth.identifier else {
            return Err(UserError::invalid("Only user ids and localparts identify accounts here."));
        };
        login_id(&named.user, &self.core.server_name)?;
        if self.accounts.is_password_of(user, &auth.password).await? {
            Ok(())
        } else {
            Err(UserError::forbidden("The name or the password is wrong."))
        }
    }
}
