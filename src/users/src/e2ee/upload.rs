//! Keys of a device (spec `POST /keys/upload`).

use super::{KeyRecord, Keys, OneTimeRecord, key_changes, signing::Signed};
use crate::{
    core::{Core, device_topic},
    devices,
    error::{Result, UserError},
    notes::Stale,
    tokens::Identity,
};
use ruma::{
    OwnedOneTimeKeyId,
    encryption::{DeviceKeys, OneTimeKey},
    serde::Raw,
};
use serde_json::{Value, value::RawValue};
use std::collections::BTreeMap;
use storage::{Commit, tables};

/// Most fallback keys in one request: one an algorithm is what makes sense.
const MOST_FALLBACK: usize = 20;

type Uploads = BTreeMap<OwnedOneTimeKeyId, Raw<OneTimeKey>>;

impl Keys {
    /// Stores identity, one-time and fallback keys of the device that asks; the numbers of one-time keys that it then has.
    pub async fn upload(
        &self,
        owner: &Identity,
        device_keys: Option<&RawValue>,
        one_time: &Uploads,
        fallback: &Uploads,
    ) -> Result<BTreeMap<String, u64>> {
        let device_keys = device_keys.map(|keys| self.check_device_keys(owner, keys)).transpose()?;
        if !one_time.is_empty() || !fallback.is_empty() || device_keys.is_some() {
            let _turn = self.core.turn(owner.user).await;
            if self
                .core
                .store
                .latest_record::<devices::DeviceRecord, _>(
                    tables::DEVICES,
                    &devices::key(owner.user, &owner.device_id),
                )?
                .is_none()
            {
                return Err(UserError::UnknownToken { soft_logout: false });
            }
            let mut commit = Core::change();
            let mut changed = false;
            if let Some(keys) = device_keys {
                changed |= self.put_device_keys(&mut commit, owner, keys)?;
            }
            changed |= self.put_one_time(&mut commit, owner, one_time)?;
            changed |= self.put_fallback(&mut commit, owner, fallback)?;
            if changed {
                commit.topic(device_topic(owner.device));
                Stale::KeyCounts(owner.device).note(&mut commit);
                self.core.commit(commit).await?;
            }
        }
        Ok(self.counts(owner.device)?.one_time.clone())
    }

    fn check_device_keys(&self, owner: &Identity, json: &RawValue) -> Result<Signed> {
        self.check_size(json)?;
        let keys: DeviceKeys =
            serde_json::from_str(json.get()).map_err(|error| UserError::BadJson(error.to_string()))?;
        if keys.user_id != owner.user_id || keys.device_id != owner.device_id {
            return Err(UserError::invalid("The keys name another user or another device."));
        }
        if keys.algorithms.len() > 50 || keys.keys.len() > 50 {
            return Err(UserError::invalid("There are too many algorithms or keys."));
        }
        let mut signed = Signed::parse(json)?;
        signed.0.remove("unsigned");
        Ok(signed)
    }

    fn put_device_keys(&self, commit: &mut Commit, owner: &Identity, mut keys: Signed) -> Result<bool> {
        let key = devices::key(owner.user, &owner.device_id);
        let before: Option<KeyRecord> = self.core.store.latest_record(tables::DEVICE_KEYS, &key)?;
        if let Some(before) = before {
            let before = Signed::from_stored(&before.json)?;
            if before.same_content(&keys) {
                // Signatures that came since the first upload stay.
                let signatures = before.0.get("signatures").and_then(Value::as_object).into_iter().flatten();
                for (signer, by_key) in signatures {
                    let Ok(signer) = ruma::UserId::parse(signer) else { continue };
                    for (key_id, signature) in by_key.as_object().into_iter().flatten() {
                        if keys.signature(&signer, key_id).is_none()
                            && let Some(signature) = signature.as_str()
                        {
                            keys.add_signature(&signer, key_id, signature);
                        }
                    }
                }
            }
            if before == keys {
                return Ok(false);
            }
        }
        commit.put_record(tables::DEVICE_KEYS, &key, &KeyRecord { json: keys.to_stored() });
        key_changes::note(&self.core, commit, owner.user)?;
        Ok(true)
    }

    fn put_one_time(&self, commit: &mut Commit, owner: &Identity, uploads: &Uploads) -> Result<bool> {
        if uploads.is_empty() {
            return Ok(false);
        }
        let rows = self
            .core
            .store
            .latest_prefix_records::<OneTimeRecord, _>(tables::ONE_TIME_KEYS, &owner.device.0)?;
        let mut next: BTreeMap<String, u64> = BTreeMap::new();
        let mut known: BTreeMap<(&str, &str), &str> = BTreeMap::new();
        for ((_, algorithm, number), record) in &rows {
            next.insert(algorithm.clone(), number + 1);
            known.insert((algorithm, &record.id), &record.json);
        }
        if rows.len() + uploads.len() > self.core.settings.limits.one_time_keys {
            return Err(UserError::Limit("The device has too many one-time keys.".into()));
        }
        let mut changed = false;
        for (id, key) in uploads {
            let (algorithm, id) = self.check_one_time(id, key)?;
            if let Some(known) = known.get(&(algorithm, id)) {
                if same_json(known, key.json().get()) {
                    continue;
                }
                return Err(UserError::invalid(format!("There is another key {algorithm}:{id} already.")));
            }
            let number = next.entry(algorithm.to_owned()).or_default();
            let record = OneTimeRecord { id: id.to_owned(), json: key.json().get().to_owned(), used: false };
            commit.put_record(
                tables::ONE_TIME_KEYS,
                &(owner.device.0, algorithm.to_owned(), *number),
                &record,
            );
            *number += 1;
            changed = true;
        }
        Ok(changed)
    }

    fn put_fallback(&self, commit: &mut Commit, owner: &Identity, uploads: &Uploads) -> Result<bool> {
        if uploads.len() > MOST_FALLBACK {
            return Err(UserError::invalid("There are too many fallback keys."));
        }
        let mut changed = false;
        for (id, key) in uploads {
            let (algorithm, id) = self.check_one_time(id, key)?;
            let row = (owner.device.0, algorithm.to_owned());
            let before: Option<OneTimeRecord> = self.core.store.latest_record(tables::FALLBACK_KEYS, &row)?;
            let same = |before: &OneTimeRecord| before.id == id && same_json(&before.json, key.json().get());
            if before.as_ref().is_some_and(same) {
                continue;
            }
            let record = OneTimeRecord { id: id.to_owned(), json: key.json().get().to_owned(), used: false };
            commit.put_record(tables::FALLBACK_KEYS, &row, &record);
            changed = true;
        }
        Ok(changed)
    }

    /// The algorithm and the id within it, if id and key are well-formed.
    fn check_one_time<'a>(
        &self,
        id: &'a OwnedOneTimeKeyId,
        key: &Raw<OneTimeKey>,
    ) -> Result<(&'a str, &'a str)> {
        self.check_size(key.json())?;
        key.deserialize().map_err(|error| UserError::BadJson(error.to_string()))?;
        let parts =
            id.as_str().split_once(':').filter(|(algorithm, name)| !algorithm.is_empty() && !name.is_empty());
        match parts {
            Some(parts) if id.as_str().len() <= 255 => Ok(parts),
            _ => Err(UserError::invalid("A key id is an algorithm, a colon and a name, at most 255 bytes.")),
        }
    }

    pub(super) fn check_size(&self, json: &RawValue) -> Result<()> {
        if json.get().len() > self.core.settings.limits.key_bytes {
            return Err(UserError::TooLarge("A key is too large.".into()));
        }
        Ok(())
    }
}

/// Whether two texts are the same JSON value.
fn same_json(a: &str, b: &str) -> bool {
    match (serde_json::from_str::<Value>(a), serde_json::from_str::<Value>(b)) {
        (Ok(a), Ok(b)) => a == b,
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_and_order_make_no_other_key() {
        assert!(same_json(r#"{"a":1,"b":[2]}"#, r#"{ "b": [2], "a": 1 }"#));
        assert!(!same_json(r#"{"a":1}"#, r#"{"a":2}"#));
    }
}
