//! `PUT /_matrix/federation/v1/send_join/{roomId}/{eventId}`, `…/v1/send_leave/…`: version 2 of both as servers ask for it that
//! know the first one only; what they are told stands in a list behind the status code.

use super::{send_join, send_leave};
use crate::{ApiError, App, error::json, routes::Routes};
use axum::{
    Router,
    body::to_bytes,
    middleware::map_response,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use ruma::api::federation::membership::{
    create_join_event::v2::Request as SendJoin, create_leave_event::v2::Request as SendLeave,
};

pub(super) fn router() -> Router<App> {
    Routes::new()
        .at::<SendJoin, _, _>("/_matrix/federation/v1/send_join/{room_id}/{event_id}", send_join::handle)
        .at::<SendLeave, _, _>("/_matrix/federation/v1/send_leave/{room_id}/{event_id}", send_leave::handle)
        .into_router()
        .layer(map_response(in_list))
}

async fn in_list(response: Response) -> Response {
    if response.status() != StatusCode::OK {
        return response;
    }
    match to_bytes(response.into_body(), usize::MAX).await {
        Ok(body) => json(StatusCode::OK, [b"[200,".as_slice(), &body, b"]"].concat()),
        Err(error) => ApiError::internal(error).into_response(),
    }
}
