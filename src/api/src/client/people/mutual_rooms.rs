//! `GET /_matrix/client/v1/mutual_rooms`: the rooms that the caller and somebody else are both in (spec "Mutual Rooms").

use crate::{ApiError, call::Call};
use rooms::RoomNum;
use ruma::{
    UInt,
    api::client::membership::get_mutual_rooms::v1::{Request, Response},
};

/// The path before it was in the spec.
pub(super) const UNSTABLE: &str = "/_matrix/client/unstable/uk.half-shot.msc2666/user/mutual_rooms";
/// Rooms in one answer.
const PAGE: usize = 200;

/// # Errors
/// 400 for the caller's own id, and for tokens that are none.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.not_guest()?;
    let Call { app, caller, request, .. } = call;
    if request.user_id == caller.user_id {
        return Err(ApiError::invalid_param("You share all rooms with yourself."));
    }
    let after = request.from.as_deref().map(parse).transpose()?;
    let shared: Vec<RoomNum> = match app.rooms.ids().find_user(&request.user_id)? {
        Some(other) => {
            let other = app.rooms.rooms_of(other)?;
            app.rooms.rooms_of(caller.user)?.joined().filter(|room| other.is_joined(*room)).collect()
        }
        None => Vec::new(),
    };
    let mut rest = shared.iter().filter(|room| after.is_none_or(|after| **room > after)).peekable();
    let page: Vec<RoomNum> = rest.by_ref().take(PAGE).copied().collect();
    let more = rest.peek().is_some();
    let ids = page.iter().map(|room| app.rooms.ids().room_id(*room)).collect::<Result<_, _>>()?;
    let mut response = Response::new(UInt::new_saturating(shared.len() as u64), ids);
    response.next_batch = page.last().filter(|_| more).map(|room| format!("r{}", room.0));
    Ok(response)
}

fn parse(token: &str) -> Result<RoomNum, ApiError> {
    let number = token.strip_prefix('r').and_then(|number| number.parse().ok());
    number.map(RoomNum).ok_or_else(|| ApiError::no_token(token))
}
