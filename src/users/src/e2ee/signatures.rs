//! Signatures of keys (spec `POST /keys/signatures/upload`).

use super::{KeyRecord, Keys, cross_signing::Usage, key_changes, signing::Signed};
use crate::{
    core::Core,
    devices,
    error::{Result, UserError},
};
use rooms::ids::UserNum;
use ruma::{OwnedUserId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use storage::{Commit, tables};

/// Most keys in one request.
const MOST: usize = 1_000;

/// How the signatures of somebody else's key are stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SignatureRecord {
    /// Of the last change.
    pub(super) position: u64,
    /// By the id of the signer's key.
    pub(super) by_key: BTreeMap<String, String>,
}

/// Why a signature was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignatureFailure {
    /// `M_INVALID_SIGNATURE`, `M_NOT_FOUND` or `M_INVALID_PARAM`.
    pub errcode: &'static str,
    /// For people.
    pub error: String,
}

/// What was not taken: by user and key.
pub type Failures = BTreeMap<OwnedUserId, BTreeMap<String, SignatureFailure>>;

impl Keys {
    /// Adds signatures that `signer` made; those that are no good are returned and change nothing.
    pub async fn upload_signatures(
        &self,
        signer: &UserId,
        signed: &BTreeMap<OwnedUserId, BTreeMap<String, Box<RawValue>>>,
    ) -> Result<Failures> {
        if signed.values().map(BTreeMap::len).sum::<usize>() > MOST {
            return Err(UserError::TooLarge("There are too many keys in one request.".into()));
        }
        let num = self.core.local(signer)?;
        let _turn = self.core.turn(num).await;
        let mut failures = Failures::new();
        let mut work = Work { commit: Core::change(), own_changed: false, others: Vec::new() };
        for (target, keys) in signed {
            for (key, json) in keys {
                if let Err(error) = self.add(&mut work, (signer, num), target, key, json) {
                    let failure = explain(error)?;
                    failures.entry(target.clone()).or_default().insert(key.clone(), failure);
                }
            }
        }
        let Work { mut commit, own_changed, others } = work;
        if own_changed {
            key_changes::note(&self.core, &mut commit, num)?;
        }
        for target in &others {
            key_changes::note_signed(&mut commit, num, *target);
        }
        if own_changed || !others.is_empty() {
            self.core.commit(commit).await?;
        }
        Ok(failures)
    }

    fn add(
        &self,
        work: &mut Work,
        signer: (&UserId, UserNum),
        target: &UserId,
        key: &str,
        json: &RawValue,
    ) -> Result<()> {
        self.check_size(json)?;
        let signed = Signed::parse(json)?;
        if target != signer.0 {
            return self.add_to_other(work, signer, target, key, &signed);
        }
        let master = self.latest_key(signer.1, Usage::Master)?;
        if master.as_ref().and_then(Signed::only_key).is_some_and(|(_, public)| public == key) {
            self.add_to_own_master(work, signer, &signed)
        } else {
            self.add_to_own_device(work, signer, key, &signed)
        }
    }

    /// The self-signing key vouches for a device.
    fn add_to_own_device(
        &self,
        work: &mut Work,
        (id, num): (&UserId, UserNum),
        device: &str,
        signed: &Signed,
    ) -> Result<()> {
        let row = devices::key(num, device.into());
        let record: Option<KeyRecord> = self.core.store.latest_record(tables::DEVICE_KEYS, &row)?;
        let record = record.ok_or_else(|| UserError::not_found("There is no such device or key."))?;
        let mut known = Signed::from_stored(&record.json)?;
        let by = self.latest_key(num, Usage::SelfSigning)?;
        copy_signature(id, signed, &mut known, by.as_ref().and_then(Signed::only_key))?;
        work.commit.put_record(tables::DEVICE_KEYS, &row, &KeyRecord { json: known.to_stored() });
        work.own_changed = true;
        Ok(())
    }

    /// A device vouches for the master key.
    fn add_to_own_master(
        &self,
        work: &mut Work,
        (id, num): (&UserId, UserNum),
        signed: &Signed,
    ) -> Result<()> {
        let mut known = self
            .latest_key(num, Usage::Master)?
            .ok_or_else(|| UserError::not_found("There is no master key."))?;
        let signatures = signed.0.get("signatures").and_then(|all| all.get(id.as_str()));
        let mut taken = false;
        for key_id in signatures.and_then(|own| own.as_object()).into_iter().flat_map(|own| own.keys()) {
            let Some(device) = key_id.strip_prefix("ed25519:") else { continue };
            let record: Option<KeyRecord> =
                self.core.store.latest_record(tables::DEVICE_KEYS, &devices::key(num, device.into()))?;
            let Some(record) = record else { continue };
            let device_keys = Signed::from_stored(&record.json)?;
            copy_signature(
                id,
                signed,
                &mut known,
                device_keys.key(key_id).map(|public| (key_id.as_str(), public)),
            )?;
            taken = true;
        }
        if !taken {
            return Err(UserError::InvalidSignature("No device of the owner has signed it.".into()));
        }
        let row = (num.0, Usage::Master as u8);
        work.commit.put_record(tables::CROSS_SIGNING, &row, &KeyRecord { json: known.to_stored() });
        work.own_changed = true;
        Ok(())
    }

    /// The user-signing key vouches for somebody else's master key.
    fn add_to_other(
        &self,
        work: &mut Work,
        (id, num): (&UserId, UserNum),
        target: &UserId,
        key: &str,
        signed: &Signed,
    ) -> Result<()> {
        let target =
            self.core.find_user(target)?.ok_or_else(|| UserError::not_found("There is no such user."))?;
        let mut known = self.master_key(target)?;
        let known = known.as_mut().filter(|known| known.only_key().is_some_and(|(_, public)| public == key));
        let known = known.ok_or_else(|| UserError::not_found("There is no such master key."))?;
        let own = self.latest_key(num, Usage::UserSigning)?;
        let (key_id, signature) = copy_signature(id, signed, known, own.as_ref().and_then(Signed::only_key))?;
        let row = (num.0, target.0, key.to_owned());
        let record: Option<SignatureRecord> = self.core.store.latest_record(tables::SIGNATURES, &row)?;
        let mut record = record.unwrap_or_default();
        record.by_key.insert(key_id, signature);
        work.commit.with_position(move |position, ops| {
            record.position = position.0;
            ops.put_record(tables::SIGNATURES, &row, &record);
        });
        work.others.push(target);
        Ok(())
    }
}

struct Work {
    commit: Commit,
    own_changed: bool,
    /// Whose keys were signed.
    others: Vec<UserNum>,
}

/// Copies the signature of `signer` with the key `by` (its id and itself) from what was sent to what is known, if it is right.
fn copy_signature(
    signer: &UserId,
    sent: &Signed,
    known: &mut Signed,
    by: Option<(&str, &str)>,
) -> Result<(String, String)> {
    if !known.same_content(sent) {
        return Err(UserError::invalid("It is not the key that was published."));
    }
    let bad = || UserError::InvalidSignature("The signature is missing or wrong.".into());
    let (key_id, public) = by.ok_or_else(bad)?;
    let signature = sent.signature(signer, key_id).ok_or_else(bad)?;
    if !sent.is_signed_by(signer, key_id, public) {
        return Err(bad());
    }
    known.add_signature(signer, key_id, signature);
    Ok((key_id.to_owned(), signature.to_owned()))
}

/// What a failure looks like in the answer; failures of the server itself go through.
fn explain(error: UserError) -> Result<SignatureFailure> {
    let errcode = match &error {
        UserError::InvalidSignature(_) => "M_INVALID_SIGNATURE",
        UserError::NotFound(_) => "M_NOT_FOUND",
        UserError::InvalidParam(_) | UserError::BadJson(_) | UserError::TooLarge(_) => "M_INVALID_PARAM",
        _ => return Err(error),
    };
    Ok(SignatureFailure { errcode, error: error.to_string() })
}
