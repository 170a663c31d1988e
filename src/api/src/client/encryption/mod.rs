//! Keys and messages of devices (spec "End-to-End Encryption", "Send-to-Device messaging").

mod changes;
mod claim;
mod query;
mod signatures;
mod signing_keys;
mod to_device;
mod upload;

use crate::routes::Routes;
use federation::{PeerError, Unanswered};
use serde_json::{Value, json};
use std::{collections::BTreeMap, time::Duration};

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

/// How long a client waits for other servers; without a wish as long as the spec recommends.
fn patience(wish: Option<Duration>) -> Duration {
    wish.unwrap_or(Duration::from_secs(10))
}

/// The servers that gave no keys, and why.
fn failures(unanswered: &Unanswered) -> BTreeMap<String, Value> {
    let failure = |error: &PeerError| {
        let code = match error {
            PeerError::Refused { code, .. } => code.as_str(),
            _ => "M_UNAVAILABLE",
        };
        json!({ "errcode": code, "error": error.to_string() })
    };
    unanswered.iter().map(|(server, error)| (server.to_string(), failure(error))).collect()
}
