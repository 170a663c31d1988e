//! Room keys that clients keep on the server, encrypted (spec "Server-side key backups").

mod all_add;
mod all_get;
mod all_remove;
mod room_add;
mod room_get;
mod room_remove;
mod session_add;
mod session_get;
mod session_remove;
mod version_create;
mod version_get;
mod version_latest;
mod version_remove;
mod version_update;

use crate::{ApiError, routes::Routes};
use ruma::{api::client::backup::BackupAlgorithm, serde::Raw};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use users::backup::Version;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .on(all_add::handle)
        .on(all_get::handle)
        .on(all_remove::handle)
        .on(room_add::handle)
        .on(room_get::handle)
        .on(room_remove::handle)
        .on(session_add::handle)
        .on(session_get::handle)
        .on(session_remove::handle)
        .on(version_create::handle)
        .on(version_get::handle)
        .on(version_latest::handle)
        .on(version_remove::handle)
        .on(version_update::handle)
}

/// How keys are encrypted, as clients say it. `auth_data` stays as it came: what it holds is the algorithm's affair.
#[derive(Deserialize, Serialize)]
struct Algorithm {
    algorithm: String,
    auth_data: Box<RawValue>,
}

impl Algorithm {
    fn read(json: &Raw<BackupAlgorithm>) -> Result<Self, ApiError> {
        serde_json::from_str(json.json().get())
            .map_err(|error| ApiError::bad_json(format!("The body has the wrong shape: {error}.")))
    }

    fn of(version: &Version) -> Result<Raw<BackupAlgorithm>, ApiError> {
        let both = Self { algorithm: version.algorithm.clone(), auth_data: version.auth_data.clone() };
        let json = serde_json::value::to_raw_value(&both).map_err(ApiError::internal)?;
        Ok(Raw::from_json(json))
    }
}

/// The keys of a room as the storage takes them.
fn plain<T>(sessions: BTreeMap<String, Raw<T>>) -> BTreeMap<String, Box<RawValue>> {
    sessions.into_iter().map(|(id, key)| (id, key.into_json())).collect()
}
