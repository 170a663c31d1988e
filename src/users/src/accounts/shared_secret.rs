//! Registration by a shared secret, as scripts for Synapse do it (`/_synapse/admin/v1/register`): the script
//! asks for a nonce and proves with an HMAC-SHA1 over the request that it knows the secret.
//!
//! A nonce works once and for a minute, and only in the process that gave it out.

use crate::error::{Result, UserError};
use config::{
    Secret,
    clock::SharedClock,
    random::{SharedEntropy, token},
};
use hmac::{Hmac, KeyInit, Mac};
use parking_lot::Mutex;
use sha1::Sha1;
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

const LIFETIME: Duration = Duration::from_mins(1);
const MOST_NONCES: usize = 1_000;

/// Gives out nonces and checks requests.
pub struct SharedSecret {
    secret: Option<Secret>,
    clock: SharedClock,
    entropy: SharedEntropy,
    nonces: Mutex<HashMap<String, Instant>>,
}

/// What the proof covers.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// The nonce that was given out.
    pub nonce: &'a str,
    /// The name to register.
    pub username: &'a str,
    /// Its password.
    pub password: &'a str,
    /// Whether the account is to be an admin.
    pub admin: bool,
    /// Synapse's `user_type`, if the request has one.
    pub user_type: Option<&'a str>,
    /// HMAC-SHA1 over the others, in hexadecimal.
    pub mac: &'a str,
}

impl SharedSecret {
    pub(crate) fn new(secret: Option<Secret>, clock: SharedClock, entropy: SharedEntropy) -> Self {
        Self { secret, clock, entropy, nonces: Mutex::default() }
    }

    /// Whether there is a secret at all.
    pub fn enabled(&self) -> bool {
        self.secret.is_some()
    }

    /// A fresh nonce.
    pub fn nonce(&self) -> Result<String> {
        if !self.enabled() {
            return Err(disabled());
        }
        let now = self.clock.monotonic();
        let nonce = token(&*self.entropy, 40);
        let mut nonces = self.nonces.lock();
        nonces.retain(|_, given| now.duration_since(*given) < LIFETIME);
        if nonces.len() >= MOST_NONCES {
            return Err(UserError::Busy);
        }
        nonces.insert(nonce.clone(), now);
        Ok(nonce)
    }

    /// Whether the request was made by somebody who knows the secret; its nonce is used up either way.
    pub fn check(&self, claim: &Claim<'_>) -> Result<()> {
        let secret = self.secret.as_ref().ok_or_else(disabled)?;
        let given = self.nonces.lock().remove(claim.nonce);
        let fresh = given.is_some_and(|at| self.clock.monotonic().duration_since(at) < LIFETIME);
        if !fresh {
            return Err(UserError::invalid("The nonce is unknown, used up or too old; ask for another."));
        }
        let right =
            from_hex(claim.mac).is_some_and(|mac| mac_of(secret.expose(), claim).verify_slice(&mac).is_ok());
        if right { Ok(()) } else { Err(UserError::forbidden("The HMAC is wrong.")) }
    }
}

fn mac_of(secret: &str, claim: &Claim<'_>) -> Hmac<Sha1> {
    let mut mac =
        <Hmac<Sha1> as KeyInit>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    let role = if claim.admin { "admin" } else { "notadmin" };
    let parts = [Some(claim.nonce), Some(claim.username), Some(claim.password), Some(role), claim.user_type];
    for (index, part) in parts.into_iter().flatten().enumerate() {
        if index > 0 {
            mac.update(b"\0");
        }
        mac.update(part.as_bytes());
    }
    mac
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let digits = digits.filter(|digits| digits.len() == 40)?;
    Some(digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |sum, digit| sum << 4 | digit)).collect())
}

fn disabled() -> UserError {
    UserError::invalid("Shared secret registration is not enabled.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use config::{clock::ManualClock, random::SeededEntropy};
    use std::{fmt::Write, sync::Arc};

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").expect("writing to a string");
            text
        })
    }

    fn claim<'a>(nonce: &'a str, mac: &'a str) -> Claim<'a> {
        Claim { nonce, username: "pepper", password: "potts", admin: true, user_type: None, mac }
    }

    #[test]
    fn the_proof_is_hmac_over_the_parts() {
        // printf 'thisisanonce\0pepper_roni\0pizza\0admin' | openssl dgst -sha1 -hmac shared
        let request = Claim {
            nonce: "thisisanonce",
            username: "pepper_roni",
            password: "pizza",
            admin: true,
            user_type: None,
            mac: "",
        };
        let mac = hex(&mac_of("shared", &request).finalize().into_bytes());
        assert_eq!(mac, KNOWN);
    }
    const KNOWN: &str = "4baca023abe6314415efbd20fe2e85ce78c5a2e8";

    #[test]
    fn a_nonce_works_once_and_for_a_minute() {
        let clock = Arc::new(ManualClock::default());
        let secret =
            SharedSecret::new(Some(Secret::new("s")), clock.clone(), Arc::new(SeededEntropy::new(1)));
        let prove = |nonce: &str| hex(&mac_of("s", &claim(nonce, "")).finalize().into_bytes());

        let nonce = secret.nonce().expect("enabled");
        let mac = prove(&nonce);
        assert!(secret.check(&claim(&nonce, &mac)).is_ok());
        assert!(secret.check(&claim(&nonce, &mac)).is_err(), "used up");

        let nonce = secret.nonce().expect("enabled");
        assert!(matches!(secret.check(&claim(&nonce, &"0".repeat(40))), Err(UserError::Forbidden(_))));

        let nonce = secret.nonce().expect("enabled");
        clock.advance(LIFETIME);
        assert!(secret.check(&claim(&nonce, &prove(&nonce))).is_err(), "too old");
    }
}
