//! Keys and messages of devices (spec "End-to-End Encryption", "Send-to-Device messaging").

mod changes;
mod claim;
mod query;
mod signatures;
mod signing_keys;
mod to_device;
mod upload;

use crate::{App, routes::Routes};
use ruma::UserId;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .on(changes::handle)
        .on(claim::handle)
        .on(query::handle)
        .on(signatures::handle)
        .on(signing_keys::handle)
        .on(to_device::handle)
        .on(upload::handle)
}

/// The servers of these people that can't be asked: all but this one.
fn unreachable<'a>(app: &App, people: impl Iterator<Item = &'a UserId>) -> BTreeMap<String, Value> {
    let own = app.config.server.name.as_str();
    let others = people.map(|user| user.server_name().as_str()).filter(|server| *server != own);
    let failure = json!({
        "errcode": "M_UNKNOWN",
        "error": "This server does not speak with other servers.",
    });
    others.map(|server| (server.to_owned(), failure.clone())).collect()
}
