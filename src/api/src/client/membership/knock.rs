//! `POST /_matrix/client/v3/knock/{roomIdOrAlias}`: asks to be let in (spec "Knocking on rooms").

use crate::{
    ApiError,
    call::Call,
    client::common::{member_profile, room_of},
    limits::Limited,
};
use rooms::MemberChange;
use ruma::api::client::knock::knock_room::v3::{Request, Response};

/// # Errors
/// 403 when the room does not let people knock, or the caller is in it, invited or banned; 404 for rooms that no
/// server is known to be in; otherwise what their servers say.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.full_account()?;
    call.limit(Limited::Joins)?;
    let Call { app, caller, request, .. } = call;
    let (room, via) = room_of(&app, &request.room_id_or_alias, request.via).await?;
    let mut change = MemberChange::with_profile(member_profile(&app, &caller.user_id)?);
    change.reason = request.reason;
    app.federation.knock(&room, &caller.user_id, change, &via).await?;
    Ok(Response::new(room))
}
