//! Coming, going and inviting across servers (spec "Joining Rooms", "Knocking upon a room", "Inviting to a room", "Leaving Rooms").

mod invite;
mod invite_v1;
mod make_join;
mod make_knock;
mod make_leave;
mod older;
mod send_join;
mod send_knock;
mod send_leave;

use crate::{ApiError, routes::Routes};
use federation::MembershipError;
use rooms::RoomError;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .on(invite::handle)
        .on(invite_v1::handle)
        .on(make_join::handle)
        .on(make_knock::handle)
        .on(make_leave::handle)
        .on(send_join::handle)
        .on(send_knock::handle)
        .on(send_leave::handle)
        .with(older::router())
}

/// What another server is told: that only a third one can let somebody in has codes of its own here.
fn refused(error: MembershipError) -> ApiError {
    match error {
        MembershipError::Room(RoomError::Elsewhere(code, why)) => RoomError::BadRequest(code, why).into(),
        error => error.into(),
    }
}
