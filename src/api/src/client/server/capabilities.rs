//! `GET /_matrix/client/v3/capabilities`: what the caller may do here (spec "Capabilities negotiation").

use crate::{ApiError, call::Call};
use events::RoomVersion;
use ruma::{
    RoomVersionId,
    api::client::discovery::get_capabilities::v3::{
        Capabilities, ChangePasswordCapability, Request, Response, RoomVersionStability,
        RoomVersionsCapability, ThirdPartyIdChangesCapability,
    },
};

/// # Errors
/// None of its own.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let default = RoomVersionId::try_from(call.app.config.rooms.default_version.as_str())
        .map_err(ApiError::internal)?;
    let available =
        RoomVersion::SUPPORTED.iter().map(|version| (version.clone(), RoomVersionStability::Stable));
    let mut capabilities = Capabilities::default();
    capabilities.room_versions = RoomVersionsCapability::new(default, available.collect());
    capabilities.change_password = ChangePasswordCapability::new(true);
    capabilities.thirdparty_id_changes = ThirdPartyIdChangesCapability::new(false);
    Ok(Response::new(capabilities))
}
