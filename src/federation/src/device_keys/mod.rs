//! Keys of people of other servers' devices (server-server API, "End-to-End Encryption").
//!
//! Promise: of one server's people only one question is under way at a time, and whoever waited for its answer first looks
//! whether it was theirs too. So when somebody's keys change, many who want them cost the other server one question.

mod claim;
mod query;

use crate::PeerError;
use ruma::{OwnedServerName, OwnedUserId};
use serde_json::{
    Map, Value,
    value::{RawValue, to_raw_value},
};
use std::{collections::BTreeMap, time::Duration};

/// Servers that are asked at once for one client.
const AT_ONCE: usize = 20;
/// The longest that a client waits for other servers' answers.
const LONGEST: Duration = Duration::from_secs(30);

/// The longest name of a device, in bytes.
const LONGEST_NAME: usize = 500;

/// The servers that did not answer, and why.
pub type Unanswered = BTreeMap<OwnedServerName, PeerError>;

/// The keys with the name of their device, where clients look for it.
pub(crate) fn named(keys: Box<RawValue>, name: Option<String>) -> Box<RawValue> {
    let Some(name) = name.filter(|name| name.len() <= LONGEST_NAME) else { return keys };
    let Ok(mut object) = serde_json::from_str::<Map<String, Value>>(keys.get()) else { return keys };
    let unsigned = object.entry("unsigned").or_insert_with(|| Value::Object(Map::new()));
    if let Some(unsigned) = unsigned.as_object_mut() {
        unsigned.entry("device_display_name").or_insert_with(|| name.into());
    }
    to_raw_value(&object).unwrap_or(keys)
}

/// By the server of the people.
fn by_server<T: Clone>(
    wanted: &BTreeMap<OwnedUserId, T>,
) -> BTreeMap<OwnedServerName, BTreeMap<OwnedUserId, T>> {
    let mut servers: BTreeMap<OwnedServerName, BTreeMap<OwnedUserId, T>> = BTreeMap::new();
    for (user, what) in wanted {
        servers.entry(user.server_name().to_owned()).or_default().insert(user.clone(), what.clone());
    }
    servers
}
