//! Looking up identity and cross-signing keys.

use super::{AT_ONCE, LONGEST, Unanswered, by_server, named};
use crate::{Federation, PeerError};
use futures_util::{StreamExt as _, stream};
use ruma::{
    OwnedDeviceId, OwnedUserId, ServerName, UserId,
    api::federation::{device::get_devices, keys::get_keys},
};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::{collections::BTreeMap, time::Duration};
use users::{AskedAt, Queried, RemoteKeys, UserError};

/// Somebody's devices. Those that can't encrypt have no keys.
#[derive(Deserialize)]
struct ToldDevices {
    stream_id: u64,
    devices: Vec<ToldDevice>,
    master_key: Option<Box<RawValue>>,
    self_signing_key: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct ToldDevice {
    device_id: OwnedDeviceId,
    keys: Option<Box<RawValue>>,
    device_display_name: Option<String>,
}

type Wanted = BTreeMap<OwnedUserId, Vec<OwnedDeviceId>>;

impl Federation {
    /// The keys of people of other servers, for `viewer`: what is kept, and for the others what their servers say within
    /// `patience`. Of those that do not answer, what was last known.
    ///
    /// # Errors
    /// When the database can't be read or written.
    pub async fn query_keys(
        &self,
        viewer: &UserId,
        wanted: &Wanted,
        patience: Duration,
    ) -> Result<(Queried, Unanswered), UserError> {
        let mut found = self.inner.users.keys.query_kept(viewer, wanted, false)?;
        let mut missing = by_server(wanted);
        missing.remove(self.server_name());
        for people in missing.values_mut() {
            people.retain(|user, _| !found.device_keys.contains_key(user));
        }
        missing.retain(|_, people| !people.is_empty());
        let asking = missing.into_iter().map(|(server, people)| async move {
            let answer = self.query_server(viewer, &server, people, patience.min(LONGEST)).await;
            (server, answer)
        });
        let asking: Vec<_> = asking.collect();
        let mut answers = stream::iter(asking).buffer_unordered(AT_ONCE);
        let mut unanswered = Unanswered::new();
        while let Some((server, answer)) = answers.next().await {
            let (keys, error) = answer?;
            merge(&mut found, keys);
            unanswered.extend(error.map(|error| (server, error)));
        }
        Ok((found, unanswered))
    }

    async fn query_server(
        &self,
        viewer: &UserId,
        server: &ServerName,
        mut people: Wanted,
        patience: Duration,
    ) -> Result<(Queried, Option<PeerError>), UserError> {
        let turn = self.inner.key_turns.wait(server.to_owned());
        let Ok(_turn) = tokio::time::timeout(patience, turn).await else {
            let stale = self.inner.users.keys.query_kept(viewer, &people, true)?;
            return Ok((stale, Some(PeerError::Unreachable("others are still waiting for it".to_owned()))));
        };
        let mut found = self.inner.users.keys.query_kept(viewer, &people, false)?;
        people.retain(|user, _| !found.device_keys.contains_key(user));
        if people.is_empty() {
            return Ok((found, None));
        }
        match self.ask_keys(viewer, server, &people, patience).await? {
            Ok(keys) => merge(&mut found, keys),
            Err(error) => {
                merge(&mut found, self.inner.users.keys.query_kept(viewer, &people, true)?);
                return Ok((found, Some(error)));
            }
        }
        Ok((found, None))
    }

    /// Asks a server for keys of its people.
    async fn ask_keys(
        &self,
        viewer: &UserId,
        server: &ServerName,
        people: &Wanted,
        patience: Duration,
    ) -> Result<Result<Queried, PeerError>, UserError> {
        let keys = &self.inner.users.keys;
        let mut found = Queried::default();
        let asked = people.keys().map(|user| keys.asking(user)).collect::<Result<Vec<AskedAt>, _>>()?;
        // For one person there is a question whose answer says where later changes go on.
        if let (1, Some((user, only)), Some(asked)) = (people.len(), people.first_key_value(), asked.first())
        {
            match self.ask_devices(server, user, patience).await {
                Ok(told) => {
                    keys.told(viewer, user, only, (told, *asked), &mut found).await?;
                    return Ok(Ok(found));
                }
                Err(PeerError::Refused { .. } | PeerError::Nonsense(_)) => {}
                Err(error) => return Ok(Err(error)),
            }
        }
        let request = get_keys::v1::Request::new(people.clone());
        let mut answer = match self.ask(server, request, patience).await {
            Ok(answer) => answer,
            Err(error) => return Ok(Err(error)),
        };
        for ((user, only), asked) in people.iter().zip(asked) {
            let devices = answer.device_keys.remove(user).unwrap_or_default();
            let told = RemoteKeys {
                stream: None,
                devices: devices.into_iter().map(|(id, keys)| (id, keys.into_json())).collect(),
                master: answer.master_keys.remove(user).map(ruma::serde::Raw::into_json),
                self_signing: answer.self_signing_keys.remove(user).map(ruma::serde::Raw::into_json),
            };
            keys.told(viewer, user, only, (told, asked), &mut found).await?;
        }
        Ok(Ok(found))
    }

    async fn ask_devices(
        &self,
        server: &ServerName,
        user: &UserId,
        patience: Duration,
    ) -> Result<RemoteKeys, PeerError> {
        let request = get_devices::v1::Request::new(user.to_owned());
        let told: ToldDevices = self.ask_for(server, request, patience).await?;
        let devices = told.devices.into_iter();
        let devices =
            devices.filter_map(|one| Some((one.device_id, named(one.keys?, one.device_display_name))));
        Ok(RemoteKeys {
            stream: Some(told.stream_id),
            devices: devices.collect(),
            master: told.master_key,
            self_signing: told.self_signing_key,
        })
    }
}

fn merge(found: &mut Queried, more: Queried) {
    found.device_keys.extend(more.device_keys);
    found.master_keys.extend(more.master_keys);
    found.self_signing_keys.extend(more.self_signing_keys);
}
