//! Password hashes (argon2id), made on blocking threads and never more at once than the settings allow, so
//! that a wave of log-ins neither fills the memory nor keeps the server from its other work.

use crate::error::{Result, UserError};
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use config::{Passwords, random::SharedEntropy};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// The longest password that is looked at, in bytes: a hash of megabytes would be a way to tie up the server.
const LONGEST: usize = 512;

/// How many may wait for their turn before further ones are told to come back.
const WAITING: usize = 4_096;

/// Makes and checks hashes.
#[derive(Clone)]
pub(crate) struct Hasher {
    argon2: Argon2<'static>,
    min_length: usize,
    turns: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    entropy: SharedEntropy,
    /// A hash that no password has: checked when there is no account, so that the answer takes as long.
    decoy: Arc<str>,
}

impl Hasher {
    pub(crate) fn new(settings: &Passwords, entropy: SharedEntropy) -> Result<Self> {
        let kib = u32::try_from(settings.memory.bytes() / 1024).unwrap_or(u32::MAX);
        let params = Params::new(kib, settings.iterations, settings.parallelism, None)
            .map_err(|error| UserError::invalid(format!("passwords: {error}")))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let decoy = hash(&argon2, &random::<24>(&entropy), &random(&entropy))?.into();
        Ok(Self {
            argon2,
            min_length: usize::from(settings.min_length),
            turns: Arc::new(Semaphore::new(usize::from(settings.concurrent.max(1)))),
            queue: Arc::new(Semaphore::new(WAITING)),
            entropy,
            decoy,
        })
    }

    /// Whether `password` may be chosen.
    pub(crate) fn check_strength(&self, password: &str) -> Result<()> {
        if password.chars().count() < self.min_length {
            return Err(UserError::WeakPassword(format!(
                "A password has at least {} characters.",
                self.min_length
            )));
        }
        if password.len() > LONGEST {
            return Err(UserError::WeakPassword(format!("A password has at most {LONGEST} bytes.")));
        }
        Ok(())
    }

    /// The hash of `password`, as a PHC string.
    pub(crate) async fn hash(&self, password: &str) -> Result<String> {
        let argon2 = self.argon2.clone();
        let salt = random::<16>(&self.entropy);
        let password = password.as_bytes().to_vec();
        self.in_turn(move || hash(&argon2, &password, &salt)).await?
    }

    /// Whether `password` is the one of `hash`; without a hash it takes as long and is never.
    pub(crate) async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool> {
        let known = hash.is_some();
        let hash: Arc<str> = hash.map_or_else(|| self.decoy.clone(), Into::into);
        if password.len() > LONGEST {
            return Ok(false);
        }
        let argon2 = self.argon2.clone();
        let password = password.as_bytes().to_vec();
        let matches = self
            .in_turn(move || {
                PasswordHash::new(&hash)
                    .is_ok_and(|parsed| argon2.verify_password(&password, &parsed).is_ok())
            })
            .await?;
        Ok(matches && known)
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let _place = self.queue.try_acquire().map_err(|_| UserError::Busy)?;
        let turn = self.turns.clone().acquire_owned().await.map_err(|_| UserError::Busy)?;
        // The turn goes with the work: a caller who gives up does not let the next one in early.
        tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        })
        .await
        .map_err(|_| UserError::Busy)
    }
}

fn hash(argon2: &Argon2<'_>, password: &[u8], salt: &[u8; 16]) -> Result<String> {
    let hash: PasswordHash = argon2
        .hash_password_with_salt(password, salt)
        .map_err(|error| UserError::corrupt(format!("argon2: {error}")))?;
    Ok(hash.to_string())
}

fn random<const N: usize>(entropy: &SharedEntropy) -> [u8; N] {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes);
    bytes
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use config::{ByteSize, random::SeededEntropy};

    /// Settings whose hashes take no time.
    pub(crate) fn quick() -> Passwords {
        Passwords { memory: ByteSize::new(8 * 1024), iterations: 1, ..Passwords::default() }
    }

    #[tokio::test]
    async fn the_right_password_and_no_other() {
        let hasher = Hasher::new(&quick(), Arc::new(SeededEntropy::new(1))).expect("settings are valid");
        let hash = hasher.hash("correct horse").await.expect("hashed");
        assert!(hash.starts_with("$argon2id$"), "{hash}");
        assert!(hasher.verify("correct horse", Some(&hash)).await.expect("checked"));
        assert!(!hasher.verify("correct hors", Some(&hash)).await.expect("checked"));
        assert!(!hasher.verify("correct horse", None).await.expect("checked"));
        assert!(!hasher.verify("correct horse", Some("not a hash")).await.expect("checked"));
        assert_ne!(hash, hasher.hash("correct horse").await.expect("hashed"), "each hash has its own salt");
    }

    #[test]
    fn short_and_endless_passwords_are_weak() {
        let hasher = Hasher::new(&quick(), Arc::new(SeededEntropy::new(1))).expect("settings are valid");
        assert!(hasher.check_strength("12345678").is_ok());
        for weak in ["1234567".to_owned(), "x".repeat(513)] {
            assert!(matches!(hasher.check_strength(&weak), Err(UserError::WeakPassword(_))));
        }
    }
}
