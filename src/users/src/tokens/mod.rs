//! Access tokens: who sent a request.
//!
//! Clients that renew their tokens get signed ones of 15 minutes ([`jwt`]); others get a random one that is stored as its
//! SHA-256 and lasts until the logout. Either way a request costs a look into memory, and a logout counts at once.

mod jwt;
mod live;
mod openid;
mod refresh;
mod session;
mod still;

pub use self::openid::OpenidToken;
pub(crate) use self::{live::LiveSessions, session::SessionRecord};

use self::{
    jwt::{Claims, Jwt, Use, looks_signed},
    live::LiveSession,
};
use crate::{
    core::Core,
    error::{Result, UserError},
    notes::Stale,
};
use bytes::Bytes;
use config::random;
use quick_cache::{Weighter, sync::Cache};
use rooms::ids::{DeviceNum, UserNum};
use ruma::{OwnedDeviceId, OwnedUserId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    net::IpAddr,
    sync::{Arc, atomic::Ordering},
};
use storage::{Commit, tables};

/// Memory for tokens that were used lately.
const CACHE_BYTES: u64 = 16 << 20;
/// A device's last-seen time is written at most this often.
const SEEN_EVERY_MS: u64 = 60_000;
/// Longer texts are no tokens of this server.
const LONGEST: usize = 2_048;

/// Who sent a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The person.
    pub user_id: OwnedUserId,
    /// Their number.
    pub user: UserNum,
    /// The device.
    pub device_id: OwnedDeviceId,
    /// Its number.
    pub device: DeviceNum,
    /// The log-in: another one when the device is logged in again.
    pub session: u64,
    /// A guest may do little (spec "Guest access").
    pub is_guest: bool,
    /// May use the admin API.
    pub is_admin: bool,
    /// May do nothing but log out.
    pub is_locked: bool,
    /// May read, but not write.
    pub is_suspended: bool,
}

/// Why a request has no sender.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// There is no token (401 `M_MISSING_TOKEN`).
    #[error("there is no access token")]
    Missing,
    /// The token is not valid, or no longer (401 `M_UNKNOWN_TOKEN`).
    #[error("the access token is not valid")]
    Unknown {
        /// The session still exists: the client may renew its token and keep its keys.
        soft_logout: bool,
    },
    /// The tables could not be read.
    #[error(transparent)]
    Failed(#[from] UserError),
}

/// When and from where a device was last seen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SeenRecord {
    pub(crate) ms: u64,
    #[serde(default)]
    pub(crate) ip: Option<String>,
}

#[derive(Clone)]
struct Known {
    live: Arc<LiveSession>,
    /// The number of a short-lived token; 0 for a long-lived one.
    number: u32,
    until_ms: u64,
}

#[derive(Clone)]
struct TokenWeight;

impl Weighter<String, Known> for TokenWeight {
    fn weight(&self, token: &String, _: &Known) -> u64 {
        token.len() as u64 + 96
    }
}

/// Issues and checks tokens.
pub struct Tokens {
    core: Arc<Core>,
    live: LiveSessions,
    known: Cache<String, Known, TokenWeight>,
    jwt: Jwt,
}

impl Tokens {
    /// `secret` signs; see [`crate::secret`].
    pub(crate) fn new(core: Arc<Core>, secret: &[u8]) -> Arc<Self> {
        let jwt = Jwt::new(secret, core.server_name.as_str());
        let known = Cache::with_weighter(50_000, CACHE_BYTES, TokenWeight);
        let tokens = Arc::new(Self { core, live: LiveSessions::default(), known, jwt });
        let weak = Arc::downgrade(&tokens);
        tokens.core.on_stale(move |what| {
            let Some(tokens) = weak.upgrade() else { return };
            match what {
                Stale::Session(device) => tokens.live.drop_session(device),
                Stale::Account(user) => tokens.live.drop_account(user),
                Stale::Profile(_) | Stale::AccountData(_) | Stale::KeyCounts(_) => {}
            }
        });
        tokens
    }

    /// Who may act with `token`. From memory after the first time.
    pub fn authenticate(&self, token: Option<&str>) -> Result<Arc<Identity>, AuthError> {
        let token = token.filter(|token| !token.is_empty()).ok_or(AuthError::Missing)?;
        let now = self.core.now_ms();
        if let Some(known) = self.known.get(token) {
            if known.live.is_current() && known.number >= known.live.confirmed.load(Ordering::Acquire) {
                return if now < known.until_ms {
                    Ok(known.live.identity.clone())
                } else {
                    Err(AuthError::Unknown { soft_logout: true })
                };
            }
            self.known.remove(token);
        }
        if token.len() > LONGEST {
            return Err(AuthError::Unknown { soft_logout: false });
        }
        let known = if looks_signed(token) { self.signed(token, now) } else { self.random(token) }?;
        let identity = known.live.identity.clone();
        self.known.insert(token.to_owned(), known);
        Ok(identity)
    }

    fn random(&self, token: &str) -> Result<Known, AuthError> {
        const UNKNOWN: AuthError = AuthError::Unknown { soft_logout: false };
        let hash = sha256(token);
        let device = self.core.store.get(tables::TOKENS, &hash).map_err(UserError::from)?;
        let device = DeviceNum(device.ok_or(UNKNOWN)?);
        let live =
            self.live.get(&self.core, device)?.filter(|live| live.token == Some(hash)).ok_or(UNKNOWN)?;
        Ok(Known { live, number: 0, until_ms: u64::MAX })
    }

    fn signed(&self, token: &str, now: u64) -> Result<Known, AuthError> {
        const UNKNOWN: AuthError = AuthError::Unknown { soft_logout: false };
        let claims = self.jwt.verify(token, Use::Access).ok_or(UNKNOWN)?;
        let live = self.live.get(&self.core, DeviceNum(claims.dev))?;
        let live = live.filter(|live| live.id == claims.sid && live.token.is_none()).ok_or(UNKNOWN)?;
        let over = now >= claims.until || claims.r#gen < live.confirmed.load(Ordering::Acquire);
        if over {
            return Err(AuthError::Unknown { soft_logout: true });
        }
        self.confirm(&live, claims.r#gen);
        Ok(Known { live, number: claims.r#gen, until_ms: claims.until })
    }

    /// Notes in memory and lazily on disk that a token of this number has been used, which ends those before it.
    fn confirm(&self, live: &LiveSession, number: u32) {
        if live.confirmed.fetch_max(number, Ordering::AcqRel) >= number {
            return;
        }
        // Nobody waits: if it is lost, the older token lives until its time is over.
        let mut commit = Core::lazy().positions(0);
        commit.put(tables::SESSIONS_USED, &live.identity.device.0, &(live.id, u64::from(number)));
        drop(self.core.store.submit(commit));
    }

    /// Notes that `identity` is here, at most once a minute for each device.
    pub fn seen(&self, identity: &Identity, from: Option<IpAddr>) -> Result<()> {
        let Some(live) = self.live.get(&self.core, identity.device)? else { return Ok(()) };
        let now = self.core.now_ms();
        let before = live.seen_ms.load(Ordering::Relaxed);
        let due = now.saturating_sub(before) >= SEEN_EVERY_MS;
        if due && live.seen_ms.compare_exchange(before, now, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            let mut commit = Core::lazy().positions(0);
            let seen = SeenRecord { ms: now, ip: from.map(|ip| ip.to_string()) };
            commit.put_record(tables::DEVICE_SEEN, &identity.device.0, &seen);
            drop(self.core.store.submit(commit));
        }
        Ok(())
    }

    /// Sessions in memory: a figure for the metrics.
    pub fn sessions_in_memory(&self) -> usize {
        self.live.len()
    }

    /// Adds a new session of `device` to `commit`; the caller takes the old one out with [`Self::end`] and holds the user's turn.
    pub(crate) fn begin(&self, commit: &mut Commit, device: Owner<'_>, renewable: bool) -> Result<Issued> {
        let mut id = [0; 8];
        self.core.entropy.fill(&mut id);
        let mut session = SessionRecord {
            id: u64::from_be_bytes(id),
            user: device.user.0,
            device_id: device.device_id.to_owned(),
            token: None,
            issued: 0,
            confirmed: 0,
        };
        let issued = if renewable {
            session.issued = 1;
            self.pair(&session, device.device)?
        } else {
            let token = format!("cs_{}", random::token(&*self.core.entropy, 43));
            let hash = sha256(&token);
            session.token = Some(hash);
            commit.put(tables::TOKENS, &hash, &device.device.0);
            Issued { access_token: token, refresh_token: None, expires_in_ms: None }
        };
        commit.put_record(tables::SESSIONS, &device.device.0, &session);
        Ok(issued)
    }

    /// Takes the session of `device` out, in `commit`.
    pub(crate) fn end(&self, commit: &mut Commit, device: DeviceNum) -> Result<()> {
        if let Some(session) = SessionRecord::latest(&self.core, device)? {
            if let Some(hash) = session.token {
                commit.delete(tables::TOKENS, &hash);
            }
            commit.delete(tables::SESSIONS, &device.0);
            commit.delete(tables::SESSIONS_USED, &device.0);
            Stale::Session(device).note(commit);
        }
        Ok(())
    }

    fn pair(&self, session: &SessionRecord, device: DeviceNum) -> Result<Issued> {
        let settings = &self.core.settings.tokens;
        let lifetime = settings.access_lifetime.as_millis();
        let access = self.claims(session, device, Use::Access, lifetime);
        let refresh = self.claims(session, device, Use::Refresh, settings.refresh_lifetime.as_millis());
        Ok(Issued {
            access_token: self.jwt.sign(&access)?,
            refresh_token: Some(self.jwt.sign(&refresh)?),
            expires_in_ms: Some(lifetime),
        })
    }

    fn claims(&self, session: &SessionRecord, device: DeviceNum, r#use: Use, lifetime_ms: u64) -> Claims {
        Claims {
            iss: self.core.server_name.to_string(),
            sub: session.user,
            r#use,
            dev: device.0,
            sid: session.id,
            r#gen: session.issued,
            until: self.core.now_ms().saturating_add(lifetime_ms),
            jti: random::token(&*self.core.entropy, 16),
        }
    }
}

/// Whose session begins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Owner<'a> {
    pub(crate) user: UserNum,
    pub(crate) device: DeviceNum,
    pub(crate) device_id: &'a str,
}

/// Tokens as they go to the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// For the `Authorization` header.
    pub access_token: String,
    /// For the next access token, if the client renews them.
    pub refresh_token: Option<String>,
    /// How long the access token works, in milliseconds; `None`: until the logout.
    pub expires_in_ms: Option<u64>,
}

fn sha256(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Reads the server's token secret, or makes it at the first start.
pub(crate) async fn secret(core: &Core) -> Result<Bytes> {
    let name = "token_secret".to_owned();
    if let Some(secret) = core.store.get(tables::USERS_META, &name)? {
        return Ok(secret);
    }
    let mut secret = [0; 32];
    core.entropy.fill(&mut secret);
    let secret = Bytes::copy_from_slice(&secret);
    let mut commit = Core::change().positions(0);
    commit.put(tables::USERS_META, &name, &secret);
    core.store.commit(commit).await?;
    Ok(secret)
}
