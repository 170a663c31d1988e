//! Proofs of identity for third parties (spec "`OpenID`").

use super::{
    Tokens,
    jwt::{Claims, Use},
};
use crate::{accounts::record::AccountRecord, error::Result};
use config::random;
use rooms::ids::UserNum;
use ruma::OwnedUserId;

const LIFETIME_MS: u64 = 3_600_000;

/// A proof of identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenidToken {
    /// What the third party shows to the server to learn the user id.
    pub access_token: String,
    /// How long it works, in seconds.
    pub expires_in: u64,
}

impl Tokens {
    /// A proof that its holder was sent by `user`. Kept nowhere: it is signed.
    pub fn openid(&self, user: UserNum) -> Result<OpenidToken> {
        let claims = Claims {
            iss: self.core.server_name.to_string(),
            sub: user.0,
            r#use: Use::Openid,
            dev: 0,
            sid: 0,
            r#gen: 0,
            until: self.core.now_ms().saturating_add(LIFETIME_MS),
            jti: random::token(&*self.core.entropy, 16),
        };
        Ok(OpenidToken { access_token: self.jwt.sign(&claims)?, expires_in: LIFETIME_MS / 1_000 })
    }

    /// Whom the proof is about; `None` if it is not ours, too old, or the account is gone.
    pub fn openid_user(&self, token: &str) -> Result<Option<OwnedUserId>> {
        let Some(claims) = self.jwt.verify(token, Use::Openid) else { return Ok(None) };
        if self.core.now_ms() >= claims.until {
            return Ok(None);
        }
        let user = UserNum(claims.sub);
        let account = AccountRecord::read(&self.core, user)?;
        if account.is_none_or(|account| account.deactivated) {
            return Ok(None);
        }
        self.core.user_id(user).map(Some)
    }
}
