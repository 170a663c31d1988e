//! Signed texts: short-lived access tokens, refresh tokens and `OpenID` tokens are JSON web tokens (HS256) with
//! a secret that the server made at its first start.

use crate::error::{Result, UserError};
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation,
    crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils},
    errors::ErrorKind,
};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use signature::{Signer, Verifier};

/// What a token is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Use {
    /// Acts for a device.
    Access,
    /// Gets the next access token.
    Refresh,
    /// Proves to a third party who somebody is (spec "`OpenID`").
    Openid,
}

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claims {
    /// The server that made it.
    pub(crate) iss: String,
    /// The user number.
    pub(crate) sub: u64,
    /// What it is good for.
    pub(crate) r#use: Use,
    /// The device number; 0 in `OpenID` tokens.
    pub(crate) dev: u64,
    /// The session, which ends with a logout.
    pub(crate) sid: u64,
    /// The how-manieth token of the session.
    pub(crate) r#gen: u32,
    /// When it ends, in milliseconds since the epoch.
    pub(crate) until: u64,
    /// Makes equal claims different texts.
    pub(crate) jti: String,
}

/// Signs and verifies.
pub(crate) struct Jwt {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
    issuer: String,
}

impl Jwt {
    pub(crate) fn new(secret: &[u8], issuer: &str) -> Self {
        // Fails only when a provider is there already, which then serves as well.
        let _ = PROVIDER.install_default();
        let mut validation = Validation::new(Algorithm::HS256);
        // The time comes from the clock that is handed in, so `until` is checked by the caller.
        validation.validate_exp = false;
        validation.required_spec_claims.clear();
        Self {
            encoding: EncodingKey::from_secret(secret),
            decoding: DecodingKey::from_secret(secret),
            validation,
            issuer: issuer.to_owned(),
        }
    }

    /// The token that says `claims`.
    pub(crate) fn sign(&self, claims: &Claims) -> Result<String> {
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &self.encoding)
            .map_err(|error| UserError::corrupt(format!("a token can't be signed: {error}")))
    }

    /// What `token` says, if this server signed it for that use; its time is not looked at.
    pub(crate) fn verify(&self, token: &str, r#use: Use) -> Option<Claims> {
        let claims = jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation).ok()?.claims;
        (claims.iss == self.issuer && claims.r#use == r#use).then_some(claims)
    }
}

/// Whether a token has the form of ours; random ones never do.
pub(crate) fn looks_signed(token: &str) -> bool {
    token.starts_with("ey") && token.contains('.')
}

/// The one algorithm that these tokens use; the crate's own providers bring RSA and the NIST curves along.
static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |algorithm, key| {
        Ok(Box::new(Hs256::new(*algorithm, key.as_bytes())?) as Box<dyn JwtSigner>)
    },
    verifier_factory: |algorithm, key| {
        Ok(Box::new(Hs256::new(*algorithm, key.try_get_as_bytes()?)?) as Box<dyn JwtVerifier>)
    },
    key_utils: KeyUtils::new_unimplemented(),
};

struct Hs256(Hmac<Sha256>);

impl Hs256 {
    fn new(algorithm: Algorithm, secret: &[u8]) -> jsonwebtoken::errors::Result<Self> {
        if algorithm != Algorithm::HS256 {
            return Err(ErrorKind::InvalidAlgorithm.into());
        }
        <Hmac<Sha256> as KeyInit>::new_from_slice(secret)
            .map(Self)
            .map_err(|_| ErrorKind::InvalidKeyFormat.into())
    }
}

impl Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        let mut mac = self.0.clone();
        mac.update(message);
        Ok(mac.finalize().into_bytes().to_vec())
    }
}

impl Verifier<Vec<u8>> for Hs256 {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        let mut mac = self.0.clone();
        mac.update(message);
        mac.verify_slice(signature).map_err(signature::Error::from_source)
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(r#use: Use) -> Claims {
        Claims { iss: "here".into(), sub: 1, r#use, dev: 2, sid: 3, r#gen: 4, until: 5, jti: "x".into() }
    }

    #[test]
    fn only_what_was_signed_here_and_for_that_use() {
        let jwt = Jwt::new(b"secret", "here");
        let token = jwt.sign(&claims(Use::Access)).expect("signed");
        assert!(looks_signed(&token));
        assert_eq!(jwt.verify(&token, Use::Access), Some(claims(Use::Access)));
        assert_eq!(jwt.verify(&token, Use::Refresh), None);
        assert_eq!(Jwt::new(b"other", "here").verify(&token, Use::Access), None);
        assert_eq!(Jwt::new(b"secret", "there").verify(&token, Use::Access), None);
    }

    #[test]
    fn a_changed_token_is_none() {
        let jwt = Jwt::new(b"secret", "here");
        let token = jwt.sign(&claims(Use::Access)).expect("signed");
        for index in 0..token.len() - 1 {
            let mut bytes = token.clone().into_bytes();
            bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).expect("ascii");
            assert_eq!(jwt.verify(&changed, Use::Access), None, "byte {index}");
        }
        // "alg": "none" is no way in.
        assert_eq!(jwt.verify("eyJhbGciOiJub25lIn0.e30.", Use::Access), None);
    }
}
