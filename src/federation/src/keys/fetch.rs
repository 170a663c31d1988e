//! Getting keys that are not here: from the servers themselves, or from notaries where those don't answer.

use super::{
    Keys, Wanted, good_until,
    ring::{KeyRing, TidyError},
    told::{self, StoredKeys},
};
use crate::{Federation, PeerError};
use events::verify::VerifyKey;
use futures_util::{StreamExt as _, stream};
use ruma::{
    OwnedServerName, ServerName,
    api::federation::discovery::{ServerSigningKeys, get_remote_server_keys_batch, get_server_keys},
    serde::Raw,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use storage::ReadError;

const PATIENCE: Duration = Duration::from_secs(15);
/// Servers that are asked at the same time.
const AT_ONCE: usize = 16;
/// The most servers that are asked for one purpose; the keys of the rest are not had.
const MOST_SERVERS: usize = 1_000;

impl Federation {
    /// The wanted keys, as many as can be had.
    pub(crate) async fn keys(&self, wanted: &BTreeSet<Wanted>) -> Result<Keys, ReadError> {
        let (others, own): (BTreeSet<Wanted>, BTreeSet<Wanted>) =
            wanted.iter().cloned().partition(|key| key.server != self.server_name());
        let ring = &self.inner.ring;
        let (mut keys, mut missing) = ring.at_hand(&others)?;
        if !missing.is_empty() {
            missing.truncate(MOST_SERVERS);
            self.fetch_keys(missing, &others).await?;
            (keys, _) = ring.at_hand(&others)?;
        }
        for key in own {
            if let Some(found) = self.own_key(&key.id) {
                keys.insert(&key.server, &key.id, found);
            }
        }
        Ok(keys)
    }

    fn own_key(&self, id: &str) -> Option<VerifyKey> {
        let own = &self.inner.own;
        if id == own.current.key_id() {
            return Some(VerifyKey { key: own.current.public_key(), valid_until: None });
        }
        let old = own.old.iter().find(|old| old.id == id)?;
        Some(VerifyKey { key: old.key, valid_until: good_until(old.expired_ms) })
    }

    async fn fetch_keys(
        &self,
        servers: Vec<OwnedServerName>,
        wanted: &BTreeSet<Wanted>,
    ) -> Result<(), ReadError> {
        let fetch = |server: &OwnedServerName| {
            let own = wanted.iter().filter(|key| key.server == *server).cloned();
            let own: BTreeSet<Wanted> = own.collect();
            let is_here =
                move |ring: &KeyRing| ring.at_hand(&own).is_ok_and(|(_, missing)| missing.is_empty());
            self.fetch_keys_of(server.clone(), is_here)
        };
        stream::iter(&servers).for_each_concurrent(AT_ONCE, fetch).await;
        for notary in &self.inner.settings.servers.key_servers {
            let Ok(notary) = <&ServerName>::try_from(notary.as_str()) else { continue };
            let (_, mut missing) = self.inner.ring.at_hand(wanted)?;
            missing.retain(|server| servers.contains(server));
            if missing.is_empty() {
                break;
            }
            if let Err(error) = self.ask_notary(notary, &missing).await {
                tracing::debug!(%notary, %error, "a notary did not help");
            }
        }
        Ok(())
    }

    /// Asks a server itself, unless what is wanted of it `is_here` once nobody else asks it.
    async fn fetch_keys_of(&self, server: OwnedServerName, is_here: impl Fn(&KeyRing) -> bool) {
        let ring = &self.inner.ring;
        let _turn = ring.asking.wait(server.clone()).await;
        if is_here(ring) || ring.is_silent(&server) {
            return;
        }
        if let Err(error) = self.ask_for_own_keys(&server).await {
            tracing::debug!(%server, %error, "a server tells no keys");
            ring.told_nothing(&server);
        }
    }

    async fn ask_for_own_keys(&self, server: &ServerName) -> Result<(), PeerError> {
        let answer = self.ask_anyway(server, get_server_keys::v2::Request::new(), PATIENCE).await?;
        let now = self.inner.clock.now_ms();
        let (who, keys) = told::read(&answer.server_key, now).map_err(PeerError::nonsense)?;
        if who != server {
            return Err(PeerError::nonsense(format!("it is the keys of {who}")));
        }
        self.learn(server, keys).await;
        Ok(())
    }

    async fn learn(&self, server: &ServerName, keys: StoredKeys) {
        if let Err(error) = self.inner.ring.learn(server, keys).await {
            tracing::warn!(%server, %error, "a server's keys could not be stored; they are asked for again after a restart");
        }
    }

    async fn ask_notary(&self, notary: &ServerName, missing: &[OwnedServerName]) -> Result<(), PeerError> {
        let servers = missing.iter().map(|server| (server.clone(), BTreeMap::new())).collect();
        let request = get_remote_server_keys_batch::v2::Request::new(servers);
        let answer = self.ask_unsigned(notary, request, PATIENCE).await?;
        if self.inner.ring.stored(notary).is_ok_and(|stored| stored.is_none()) {
            self.ask_for_own_keys(notary).await?;
        }
        let stored = self.inner.ring.stored(notary).ok().flatten();
        let stored = stored.ok_or_else(|| PeerError::nonsense("it has no keys itself"))?;
        for told in &answer.server_keys {
            let keys = stored.keys.iter().map(|(id, key)| (id.clone(), key.key));
            if told::is_passed_on_by(told, notary, keys) {
                self.learn_from_notary(told, missing).await;
            }
        }
        Ok(())
    }

    async fn learn_from_notary(&self, told: &Raw<ServerSigningKeys>, missing: &[OwnedServerName]) {
        match told::read(told, self.inner.clock.now_ms()) {
            Ok((server, keys)) if missing.contains(&server) => self.learn(&server, keys).await,
            Ok((server, _)) => tracing::debug!(%server, "a notary told keys that were not asked for"),
            Err(why) => tracing::debug!(%why, "what a notary told can't be used"),
        }
    }

    /// The keys of these servers as they told them, signed by this server too, for others who ask it as a notary.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn vouch(
        &self,
        servers: Vec<(OwnedServerName, Vec<String>, u64)>,
    ) -> Result<Vec<Raw<ServerSigningKeys>>, ReadError> {
        let now = self.inner.clock.now_ms();
        let fetch = |(server, ids, at_ms): &(OwnedServerName, Vec<String>, u64)| {
            let (of, ids, at_ms) = (server.clone(), ids.clone(), *at_ms);
            let is_here = move |ring: &KeyRing| {
                let stored = ring.stored(&of).ok().flatten();
                stored.is_some_and(|stored| {
                    stored.until_ms >= at_ms.min(now) && ids.iter().all(|id| stored.keys.contains_key(id))
                })
            };
            self.fetch_keys_of(server.clone(), is_here)
        };
        let others = servers.iter().filter(|(server, ..)| server != self.server_name()).take(MOST_SERVERS);
        stream::iter(others).for_each_concurrent(AT_ONCE, fetch).await;
        let mut vouched = Vec::new();
        for (server, _, _) in servers {
            if let Some(told) = self.vouch_for(&server)? {
                vouched.push(told);
            }
        }
        Ok(vouched)
    }

    fn vouch_for(&self, server: &ServerName) -> Result<Option<Raw<ServerSigningKeys>>, ReadError> {
        let own = &self.inner.own;
        let object = if server == self.server_name() {
            own.told(self.inner.clock.as_ref()).ok()
        } else {
            let stored = self.inner.ring.stored(server)?;
            let told = stored.and_then(|stored| serde_json::from_str(&stored.told).ok());
            told.and_then(|mut object| own.current.sign_json(&mut object).ok().map(|()| object))
        };
        Ok(object.and_then(|object| Raw::new(&object).ok()).map(Raw::cast_unchecked))
    }

    /// Removes what nobody needs any more.
    ///
    /// # Errors
    /// When the database does not take it; it is tried again later.
    pub async fn tidy(&self) -> Result<(), TidyError> {
        self.inner.ring.tidy().await?;
        self.forget_transactions().await
    }
}
