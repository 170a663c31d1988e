//! `POST /_matrix/client/v3/rooms/{roomId}/invite`: asks someone to come in (spec "Room membership").

use crate::{ApiError, call::Call, client::common::member_profile, limits::Limited};
use http::StatusCode;
use rooms::MemberChange;
use ruma::api::{
    client::membership::invite_user::v3::{InvitationRecipient, Request, Response},
    error::ErrorKind,
};

/// # Errors
/// 403 when the caller may not invite, or the invitee is in the room or banned; 404 for people this server should know
/// and does not; what the server of somebody elsewhere says; 400 `M_THREEPID_NOT_FOUND` for invitations by e-mail address or phone number, which need an identity
/// server.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.full_account()?;
    call.limit(Limited::Invites)?;
    let Call { app, caller, request, .. } = call;
    let InvitationRecipient::UserId(invitee) = request.recipient else {
        return Err(ApiError::with_status(
            StatusCode::BAD_REQUEST,
            ErrorKind::ThreepidNotFound,
            "This server has no identity server to look people up. Invite them by user id.",
        ));
    };
    if app.rooms.is_local(&invitee.user_id) && app.users.accounts.get(&invitee.user_id)?.is_none() {
        return Err(ApiError::not_found(format!("There is nobody called {} here.", invitee.user_id)));
    }
    let mut change = MemberChange::with_profile(member_profile(&app, &invitee.user_id)?);
    change.reason = invitee.reason;
    app.federation.invite(&request.room_id, &caller.user_id, &invitee.user_id, change).await?;
    Ok(Response::new())
}
