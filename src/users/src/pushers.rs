//! Pushers: where notifications of a person go (spec "Push notifications").
//!
//! A pusher belongs to the device that set it and goes with it. One app instance (app id and push key) notifies one
//! person, unless its client says that there are several.

use crate::{
    core::Core,
    error::{Result, UserError},
};
use rooms::ids::{DeviceNum, UserNum};
use ruma::api::client::push::{Pusher, PusherKind};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::sync::Arc;
use storage::{Commit, tables};
use url::Url;

/// The one path of the push gateway API.
const GATEWAY_PATH: &str = "/_matrix/push/v1/notify";

/// How a pusher is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct PusherRecord {
    device: u64,
    /// As the client sees it in /pushers, a JSON object.
    json: String,
    created_ms: u64,
}

/// A pusher, ready to push to.
#[derive(Debug, Clone)]
pub struct StoredPusher {
    /// Whom it notifies.
    pub user: UserNum,
    /// The device that set it.
    pub device: DeviceNum,
    /// When it was set, milliseconds since the epoch.
    pub created_ms: u64,
    /// The app.
    pub app_id: String,
    /// The instance of the app.
    pub pushkey: String,
    /// As the client sees it: `kind`, `data`, `lang`, ….
    pub json: Map<String, Value>,
}

/// Stores and finds pushers.
pub struct Pushers {
    core: Arc<Core>,
}

impl Pushers {
    pub(crate) fn new(core: Arc<Core>) -> Self {
        Self { core }
    }

    /// The pushers of a person.
    pub fn of(&self, user: UserNum) -> Result<Vec<StoredPusher>> {
        let rows = self.core.store.scan_prefix_records::<PusherRecord, _>(tables::PUSHERS, &user.0);
        rows.map(|row| {
            let (key, record) = row?;
            stored(key, &record)
        })
        .collect()
    }

    /// One pusher of a person.
    pub fn get(&self, user: UserNum, app_id: &str, pushkey: &str) -> Result<Option<StoredPusher>> {
        let key = (user.0, app_id.to_owned(), pushkey.to_owned());
        let record = self.core.store.get_record(tables::PUSHERS, &key)?;
        record.map(|record: PusherRecord| stored(key, &record)).transpose()
    }

    /// Everybody who has a pusher.
    pub fn people(&self) -> Result<Vec<UserNum>> {
        let rows = self.core.store.scan_records::<PusherRecord, _>(tables::PUSHERS, ..);
        let mut people: Vec<UserNum> = rows.map(|row| Ok(UserNum(row?.0.0))).collect::<Result<_>>()?;
        people.dedup();
        Ok(people)
    }

    /// Sets a pusher for the device that asks. Kinds that are not of the spec are the caller's to check. Unless `append`, it replaces those of other people for the same app and key.
    pub async fn set(&self, user: UserNum, device: DeviceNum, pusher: &Pusher, append: bool) -> Result<()> {
        check(pusher)?;
        let (app_id, pushkey) = (&pusher.ids.app_id, &pusher.ids.pushkey);
        let key = (user.0, app_id.clone(), pushkey.clone());
        let json = serde_json::to_string(pusher).map_err(UserError::corrupt)?;
        if json.len() > 32_768 {
            return Err(UserError::TooLarge("The pusher is too large.".into()));
        }
        let _turn = self.core.turn(user).await;
        let known = self.core.store.contains(tables::PUSHERS, &key)?;
        if !known && self.of(user)?.len() >= self.core.settings.limits.pushers {
            return Err(UserError::Limit("There are too many pushers.".into()));
        }
        let mut commit = Core::change().positions(0);
        if !append {
            let others = self.core.store.latest_prefix(tables::PUSHERS_BY_KEY, &(app_id, pushkey))?;
            for ((app_id, pushkey, other), ()) in others {
                take_out(&mut commit, UserNum(other), &app_id, &pushkey);
            }
        }
        let record = PusherRecord { device: device.0, json, created_ms: self.core.now_ms() };
        commit.put_record(tables::PUSHERS, &key, &record);
        commit.put(tables::PUSHERS_BY_KEY, &(app_id.clone(), pushkey.clone(), user.0), &());
        self.core.commit(commit).await?;
        Ok(())
    }

    /// Removes a pusher; nothing happens if there is none.
    pub async fn remove(&self, user: UserNum, app_id: &str, pushkey: &str) -> Result<()> {
        let _turn = self.core.turn(user).await;
        let mut commit = Core::change().positions(0);
        take_out(&mut commit, user, app_id, pushkey);
        self.core.commit(commit).await?;
        Ok(())
    }
}

fn stored((user, app_id, pushkey): (u64, String, String), record: &PusherRecord) -> Result<StoredPusher> {
    Ok(StoredPusher {
        user: UserNum(user),
        device: DeviceNum(record.device),
        created_ms: record.created_ms,
        app_id,
        pushkey,
        json: serde_json::from_str(&record.json).map_err(UserError::corrupt)?,
    })
}

/// Removes the pushers of a device, in `commit`; the caller holds the user's turn.
pub(crate) fn take_out_device(
    core: &Core,
    commit: &mut Commit,
    user: UserNum,
    device: DeviceNum,
) -> Result<()> {
    let rows = core.store.latest_prefix_records::<PusherRecord, _>(tables::PUSHERS, &user.0)?;
    for ((_, app_id, pushkey), record) in rows {
        if record.device == device.0 {
            take_out(commit, user, &app_id, &pushkey);
        }
    }
    Ok(())
}

fn take_out(commit: &mut Commit, user: UserNum, app_id: &str, pushkey: &str) {
    let (app_id, pushkey) = (app_id.to_owned(), pushkey.to_owned());
    commit.delete(tables::PUSHERS_BY_KEY, &(app_id.clone(), pushkey.clone(), user.0));
    commit.delete(tables::PUSHERS, &(user.0, app_id, pushkey));
}

fn check(pusher: &Pusher) -> Result<()> {
    let ids = &pusher.ids;
    if ids.app_id.is_empty() || ids.app_id.len() > 64 {
        return Err(UserError::invalid("An app_id has 1 to 64 bytes."));
    }
    if ids.pushkey.is_empty() || ids.pushkey.len() > 512 {
        return Err(UserError::invalid("A pushkey has 1 to 512 bytes."));
    }
    match &pusher.kind {
        PusherKind::Http(data) => check_gateway(&data.url),
        PusherKind::Email(_) => Err(UserError::invalid("This server sends no mail.")),
        // What others need is known to whoever pushes to them.
        _ => Ok(()),
    }
}

/// The spec wants https; gateways beside this server are often without.
fn check_gateway(url: &str) -> Result<()> {
    let url =
        Url::parse(url).map_err(|_| UserError::invalid("The url of a pusher is an address of the web."))?;
    if !matches!(url.scheme(), "http" | "https") || url.path() != GATEWAY_PATH {
        return Err(UserError::invalid(format!(
            "The url of a pusher is an https address whose path is {GATEWAY_PATH}."
        )));
    }
    Ok(())
}
