//! `GET /_matrix/client/v3/notifications`: what the caller was notified of (spec "Listing Notifications").

use crate::{
    ApiError,
    call::Call,
    client::common::{limit, raw},
};
use ::push::{NotifiedPage, NotifiedQuery};
use rooms::ViewOptions;
use ruma::{
    api::client::push::get_notifications::v3::{Notification, Request, Response},
    serde::Raw,
};

/// Notifications in one answer, if the caller does not say, and at most.
const SOME: usize = 20;
const MOST: usize = 100;

/// # Errors
/// 400 for tokens that are none.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.not_guest()?;
    let Call { app, caller, request, .. } = call;
    let query = NotifiedQuery {
        before: request.from.as_deref().map(parse).transpose()?,
        limit: limit(request.limit, SOME, MOST),
        highlights: request.only.is_some_and(|only| only == "highlight"),
    };
    let NotifiedPage { events, next } =
        ::push::notifications(&app.rooms, &app.users, caller.user, query).await?;
    let mut notifications = Vec::with_capacity(events.len());
    for one in events {
        let options = ViewOptions { room_id: false, ..ViewOptions::of(caller.user, Some(caller.device)) };
        let event = app.rooms.client_view(&one.room, options).json(&one.event)?;
        let (room, time) = (one.room.id.clone(), one.event.pdu.origin_server_ts());
        notifications.push(Notification::new(one.actions, Raw::from_json(raw(event)?), one.read, room, time));
    }
    let mut response = Response::new(notifications);
    response.next_token = next.map(|order| format!("n{order}"));
    Ok(response)
}

fn parse(token: &str) -> Result<i64, ApiError> {
    let order = token.strip_prefix('n').and_then(|order| order.parse().ok());
    order.ok_or_else(|| ApiError::no_token(token))
}
