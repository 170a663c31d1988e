//! `POST /_matrix/client/v3/rooms/{roomId}/upgrade`: replaces a room by one of another version (spec "Room upgrades").

use crate::{
    ApiError,
    call::Call,
    client::common::{came_in, member_profile},
    limits::Limited,
};
use rooms::Upgrade;
use ruma::api::client::room::upgrade_room::v3::{Request, Response};

/// People who are made creators at once.
const MOST_CREATORS: usize = 100;

/// # Errors
/// 403 for who may not send the room's tombstone; 404 for rooms that nobody here knows; 400 `M_UNSUPPORTED_ROOM_VERSION`.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.full_account()?;
    call.limit(Limited::Rooms)?;
    let Call { app, caller, request, .. } = call;
    if request.additional_creators.len() > MOST_CREATORS {
        return Err(ApiError::invalid_param(format!("Name at most {MOST_CREATORS} creators.")));
    }
    let wish = Upgrade {
        user: caller.user_id.clone(),
        profile: member_profile(&app, &caller.user_id)?,
        version: request.new_version,
        additional_creators: request.additional_creators,
    };
    let room = app.rooms.upgrade(&request.room_id, &wish).await?;
    came_in(&app, caller.user, &room).await?;
    Ok(Response::new(room))
}
