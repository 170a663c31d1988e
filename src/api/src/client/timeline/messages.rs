//! `GET /_matrix/client/v3/rooms/{roomId}/messages`: a page of a room's history (spec "Getting events for a room").

use crate::{
    ApiError, App,
    call::Call,
    client::common::{limit, parse_place, place, readable_room, shown, view},
    routes::Routes,
};
use axum::{Router, middleware::map_request};
use rooms::{ClientView, Direction, RoomRef, StoredEvent};
use ruma::{
    api::{
        Direction as Wanted,
        client::message::get_message_events::v3::{Request, Response},
    },
    events::AnyStateEvent,
    serde::Raw,
};
use std::{collections::BTreeSet, sync::Arc};
use sync::EventFilter;
use users::Identity;

/// Events of a page when the client doesn't say, and at the most.
const DEFAULT: usize = 10;
const MOST: usize = 1_000;
/// Events looked at for one page, however few of them the filter takes.
const MOST_READ: usize = 5_000;
/// How often other servers are asked for the past of the room for one page.
const MOST_FETCHES: usize = 5;

pub(super) fn router() -> Router<App> {
    Routes::new().on(handle).into_router().layer(map_request(with_direction))
}

/// The spec demands `dir`, but clients leave it out and other servers then read forward.
async fn with_direction(mut request: axum::extract::Request) -> axum::extract::Request {
    let query = request.uri().query().unwrap_or_default();
    if url::form_urlencoded::parse(query.as_bytes()).all(|(key, _)| key != "dir") {
        let address = format!("{}?{query}&dir=f", request.uri().path());
        if let Ok(address) = address.parse() {
            *request.uri_mut() = address;
        }
    }
    request
}

/// # Errors
/// 403 for rooms that the caller may not read; 400 for tokens that are none.
async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let room = readable_room(&app, &caller, &request.room_id)?;
    let direction = match request.dir {
        Wanted::Backward => Direction::Backward,
        Wanted::Forward => Direction::Forward,
    };
    let from = request.from.as_deref().map(parse_place).transpose()?;
    let to = request.to.as_deref().map(parse_place).transpose()?;
    let lazy = !request.filter.lazy_load_options.is_disabled();
    let filter = EventFilter::from(request.filter);
    let wanted = limit(Some(request.limit), DEFAULT, MOST).min(filter.limit().unwrap_or(MOST));
    let start = from.unwrap_or(match direction {
        Direction::Backward => rooms::order_of(app.store.visible()),
        Direction::Forward => i64::MIN,
    });
    let walk = Walk { app: &app, room: &room, direction, to, filter: &filter, wanted };
    let Found { events, end, .. } = walk.find(&caller, start).await?;
    let mut view = view(&app, &caller, &room);
    let mut response = Response::new();
    response.chunk = events.iter().map(|event| shown(&mut view, event)).collect::<Result<_, _>>()?;
    if lazy {
        response.state = speakers(&app, &room, &mut view, &events)?;
    }
    response.start = place(start);
    response.end = end.map(place);
    Ok(response)
}

/// A walk along a room's history.
struct Walk<'a> {
    app: &'a App,
    room: &'a RoomRef,
    direction: Direction,
    to: Option<i64>,
    filter: &'a EventFilter,
    wanted: usize,
}

/// Where a walk led.
#[derive(Default)]
struct Found {
    /// The events that the viewer and the filter let through.
    events: Vec<Arc<StoredEvent>>,
    /// Where to go on; `None` where there is nothing more.
    end: Option<i64>,
    /// Where it ran out of what is here.
    out_at: Option<i64>,
}

impl Walk<'_> {
    /// Reads; where it goes back beyond what is here, other servers are asked for the rest.
    async fn find(&self, caller: &Identity, start: i64) -> Result<Found, ApiError> {
        let mut fetches = 0;
        loop {
            let mut found = self.read(&mut view(self.app, caller, self.room), start)?;
            let missing = self.wanted - found.events.len();
            let Some(out_at) = found.out_at.filter(|_| missing > 0 && self.direction == Direction::Backward)
            else {
                return Ok(found);
            };
            if fetches == MOST_FETCHES || !self.app.federation.backfill(self.room, missing).await? {
                // There is more, and it may be had another time.
                if found.end.is_none() && self.app.federation.has_gaps(self.room)? {
                    found.end = Some(out_at);
                }
                return Ok(found);
            }
            fetches += 1;
        }
    }

    fn read(&self, view: &mut ClientView<'_>, start: i64) -> Result<Found, ApiError> {
        let (mut from, mut events, mut read) = (start, Vec::new(), 0);
        if self.filter.takes_none() || !self.filter.takes_room(&self.room.id) {
            return Ok(Found::default());
        }
        while events.len() < self.wanted && read < MOST_READ {
            let count = (self.wanted - events.len()).clamp(10, 200);
            let page = self.app.rooms.timeline(self.room.num, Some(from), self.direction, count)?;
            for (order, num) in page.events {
                if events.len() == self.wanted {
                    return Ok(Found { events, end: Some(from), out_at: None });
                }
                let done = match self.direction {
                    Direction::Backward => self.to.is_some_and(|to| order <= to),
                    Direction::Forward => self.to.is_some_and(|to| order > to),
                };
                if done {
                    return Ok(Found { events, ..Found::default() });
                }
                from = match self.direction {
                    Direction::Backward => order.saturating_sub(1),
                    Direction::Forward => order,
                };
                read += 1;
                let Some(event) = self.app.rooms.event(num)? else { continue };
                if self.filter.takes_event(&event) && view.seen(&event)?.visible {
                    events.push(event);
                }
            }
            if !page.more {
                // Whoever got something may ask once more: what is beyond may have come by then.
                let end = (!events.is_empty()).then_some(from);
                return Ok(Found { events, end, out_at: Some(from) });
            }
        }
        Ok(Found { events, end: Some(from), out_at: None })
    }
}

/// The member events of those who sent these events, as they were then (spec "Lazy-loading room members").
fn speakers(
    app: &App,
    room: &RoomRef,
    view: &mut ClientView<'_>,
    events: &[Arc<StoredEvent>],
) -> Result<Vec<Raw<AnyStateEvent>>, ApiError> {
    let mut found = BTreeSet::new();
    for event in events {
        let key = app.rooms.ids().find_member_key(event.pdu.sender())?;
        let Some(key) = key else { continue };
        found.extend(app.rooms.state_get(room.num, event.meta.after, key)?);
    }
    let found: Vec<_> = found.into_iter().collect();
    app.rooms.events(&found)?.iter().map(|event| shown(view, event)).collect()
}
