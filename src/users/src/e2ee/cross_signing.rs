//! Cross-signing keys (spec "Cross-signing").

use super::{KeyRecord, Keys, key_changes, signing::Signed};
use crate::{
    core::Core,
    devices,
    error::{Result, UserError},
};
use rooms::ids::UserNum;
use ruma::{UserId, encryption::CrossSigningKey};
use serde_json::value::RawValue;
use storage::{Commit, tables};

/// What a cross-signing key is for. The numbers are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Usage {
    Master = 1,
    SelfSigning = 2,
    UserSigning = 3,
}

impl Usage {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Master => "master",
            Self::SelfSigning => "self_signing",
            Self::UserSigning => "user_signing",
        }
    }
}

/// Cross-signing keys to publish (spec `POST /keys/device_signing/upload`).
#[derive(Debug, Clone, Copy, Default)]
pub struct SigningKeys<'a> {
    /// The master key.
    pub master: Option<&'a RawValue>,
    /// Signs the owner's devices.
    pub self_signing: Option<&'a RawValue>,
    /// Signs other people's master keys.
    pub user_signing: Option<&'a RawValue>,
}

impl<'a> SigningKeys<'a> {
    fn each(self) -> impl Iterator<Item = (Usage, &'a RawValue)> {
        [
            (Usage::Master, self.master),
            (Usage::SelfSigning, self.self_signing),
            (Usage::UserSigning, self.user_signing),
        ]
        .into_iter()
        .filter_map(|(usage, json)| Some((usage, json?)))
    }
}

impl Keys {
    /// Whether publishing these keys takes user-interactive authentication: not for the first ones, and not for the same ones again.
    pub fn signing_keys_need_uia(&self, user: UserNum, keys: SigningKeys<'_>) -> Result<bool> {
        if self.cross_signing_key(user, Usage::Master)?.is_none() {
            return Ok(false);
        }
        for (usage, json) in keys.each() {
            let new = Signed::parse(json)?;
            if !self.cross_signing_key(user, usage)?.is_some_and(|old| old.same_content(&new)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Publishes cross-signing keys; the caller has authenticated if need be.
    pub async fn upload_signing_keys(&self, user: &UserId, keys: SigningKeys<'_>) -> Result<()> {
        let num = self.core.local(user)?;
        let _turn = self.core.turn(num).await;
        let mut checked = Vec::new();
        for (usage, json) in keys.each() {
            checked.push((usage, self.check_signing_key(user, num, usage, json)?));
        }
        let new_master =
            checked.iter().find(|(usage, _)| *usage == Usage::Master).map(|(_, key)| key.clone());
        let master = match new_master {
            Some(master) => master,
            None if checked.is_empty() => return Ok(()),
            None => self.latest_key(num, Usage::Master)?.ok_or_else(|| {
                UserError::MissingParam("There is no master key that could have signed it.".into())
            })?,
        };
        let (master_id, master_public) =
            master.only_key().ok_or_else(|| UserError::corrupt("a master key without a key"))?;
        let mut commit = Core::change();
        let mut changed = false;
        for (usage, key) in &checked {
            if *usage != Usage::Master && !key.is_signed_by(user, master_id, master_public) {
                return Err(UserError::InvalidSignature(format!(
                    "The master key has not signed the {} key.",
                    usage.as_str()
                )));
            }
            changed |= self.put_signing_key(&mut commit, num, *usage, key)?;
        }
        if changed {
            key_changes::note(&self.core, &mut commit, num)?;
            self.core.commit(commit).await?;
        }
        Ok(())
    }

    fn put_signing_key(
        &self,
        commit: &mut Commit,
        user: UserNum,
        usage: Usage,
        key: &Signed,
    ) -> Result<bool> {
        let old = self.latest_key(user, usage)?;
        if old.as_ref().is_some_and(|old| old == key || (old.same_content(key) && usage == Usage::Master)) {
            return Ok(false);
        }
        commit.put_record(
            tables::CROSS_SIGNING,
            &(user.0, usage as u8),
            &KeyRecord { json: key.to_stored() },
        );
        if usage == Usage::Master {
            // Signed by the master key that goes.
            for other in [Usage::SelfSigning, Usage::UserSigning] {
                commit.delete(tables::CROSS_SIGNING, &(user.0, other as u8));
            }
        }
        Ok(true)
    }

    fn check_signing_key(
        &self,
        user: &UserId,
        num: UserNum,
        usage: Usage,
        json: &RawValue,
    ) -> Result<Signed> {
        self.check_size(json)?;
        let key: CrossSigningKey =
            serde_json::from_str(json.get()).map_err(|error| UserError::BadJson(error.to_string()))?;
        if key.user_id != user {
            return Err(UserError::invalid("The key belongs to another user."));
        }
        if !key.usage.iter().any(|known| known.as_str() == usage.as_str()) {
            return Err(UserError::invalid(format!("The usage of the key is not {:?}.", usage.as_str())));
        }
        let mut signed = Signed::parse(json)?;
        signed.0.remove("unsigned");
        let (id, public) =
            signed.only_key().ok_or_else(|| UserError::invalid("The object has exactly one key."))?;
        if id.strip_prefix("ed25519:") != Some(public) {
            return Err(UserError::invalid("The id of the key is ed25519: and the key itself."));
        }
        let device = self.core.store.contains(tables::DEVICES, &devices::key(num, public.into()))?;
        if device {
            return Err(UserError::forbidden("There is a device whose id is this key."));
        }
        Ok(signed)
    }

    /// A published key.
    pub(super) fn cross_signing_key(&self, user: UserNum, usage: Usage) -> Result<Option<Signed>> {
        let record: Option<KeyRecord> =
            self.core.store.get_record(tables::CROSS_SIGNING, &(user.0, usage as u8))?;
        record.map(|record| Signed::from_stored(&record.json)).transpose()
    }

    pub(super) fn latest_key(&self, user: UserNum, usage: Usage) -> Result<Option<Signed>> {
        let record: Option<KeyRecord> =
            self.core.store.latest_record(tables::CROSS_SIGNING, &(user.0, usage as u8))?;
        record.map(|record| Signed::from_stored(&record.json)).transpose()
    }
}
