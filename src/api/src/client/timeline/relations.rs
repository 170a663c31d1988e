//! `GET /_matrix/client/v1/rooms/{roomId}/relations/{eventId}`: what relates to an event (spec "Relationships API").

use crate::{
    ApiError, App,
    call::Call,
    client::common::{limit, parse_place, place, shown, view, visible_event},
};
use rooms::{Direction, RelationQuery};
use ruma::{
    EventId, RoomId, UInt,
    api::{
        Direction as Wanted,
        client::relations::get_relating_events::v1::{Request, Response},
    },
    events::AnyMessageLikeEvent,
    serde::Raw,
};
use users::Identity;

/// Events of a page when the client doesn't say, and at the most.
const DEFAULT: usize = 50;
const MOST: usize = 1_000;

/// # Errors
/// 404 for events that are not there, or not for the caller's eyes; 400 for tokens that are none.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let asked = Asked {
        room: &request.room_id,
        event: &request.event_id,
        rel_type: None,
        event_type: None,
        from: request.from.as_deref(),
        to: request.to.as_deref(),
        dir: request.dir,
        limit: request.limit,
        recurse: request.recurse,
    };
    let page = asked.read(&app, &caller)?;
    let mut response = Response::new(page.chunk);
    response.prev_batch = page.prev_batch;
    response.next_batch = page.next_batch;
    response.recursion_depth = page.depth;
    Ok(response)
}

/// What all three relation endpoints ask.
pub(super) struct Asked<'a> {
    pub(super) room: &'a RoomId,
    pub(super) event: &'a EventId,
    pub(super) rel_type: Option<&'a str>,
    pub(super) event_type: Option<&'a str>,
    pub(super) from: Option<&'a str>,
    pub(super) to: Option<&'a str>,
    pub(super) dir: Wanted,
    pub(super) limit: Option<UInt>,
    pub(super) recurse: bool,
}

/// What all three relation endpoints answer.
pub(super) struct Answer {
    pub(super) chunk: Vec<Raw<AnyMessageLikeEvent>>,
    pub(super) next_batch: Option<String>,
    pub(super) prev_batch: Option<String>,
    pub(super) depth: Option<UInt>,
}

impl Asked<'_> {
    pub(super) fn read(&self, app: &App, caller: &Identity) -> Result<Answer, ApiError> {
        let none = || ApiError::not_found("There is no such event, or you may not see it.");
        let room = app.rooms.room(self.room)?.ok_or_else(none)?;
        let mut view = view(app, caller, &room);
        let target = visible_event(app, &mut view, &room, self.event)?;
        let query = RelationQuery {
            rel_type: self.rel_type,
            event_type: self.event_type,
            direction: match self.dir {
                Wanted::Backward => Direction::Backward,
                Wanted::Forward => Direction::Forward,
            },
            from: self.from.map(parse_place).transpose()?,
            to: self.to.map(parse_place).transpose()?,
            limit: limit(self.limit, DEFAULT, MOST),
            recurse: self.recurse,
        };
        let page = app.rooms.relations(&room, caller.user, &target, &query)?;
        Ok(Answer {
            chunk: page.events.iter().map(|event| shown(&mut view, event)).collect::<Result<_, _>>()?,
            next_batch: page.next.map(place),
            prev_batch: self.from.map(str::to_owned),
            depth: page.depth.map(UInt::new_saturating),
        })
    }
}
