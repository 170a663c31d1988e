//! `POST /_matrix/client/v3/search`: messages, room names and topics by their words (spec "Server Side Search").
//!
//! Not through the typed machinery, which leaves out empty lists of results; clients want to see them.

use super::{
    around::Around,
    groups::{Groups, group},
    page::Page,
    query::{Criteria, query},
};
use crate::{
    ApiError, App,
    call::{Caller, from_json, read_body},
    client::common::{own_state, shown, view},
    error::json,
    extract::InQuery,
    limits::Limited,
};
use ::search::{Found, Hit};
use ::sync::EventFilter;
use axum::{
    Router,
    extract::{Request, State},
    response::Response,
    routing::post,
};
use http::StatusCode;
use rooms::StoredEvent;
use ruma::{
    OwnedRoomId,
    api::{client::search::search_events::v3::SearchResult, error::ErrorKind},
    events::AnyStateEvent,
    serde::Raw,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use users::Identity;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/_matrix/client/v3/search", post(handle))
        .route("/_matrix/client/r0/search", post(handle))
}

#[derive(Deserialize)]
struct Parameters {
    next_batch: Option<String>,
}

#[derive(Deserialize)]
struct Body {
    search_categories: Wanted,
}

#[derive(Deserialize)]
struct Wanted {
    room_events: Option<Criteria>,
}

#[derive(Serialize)]
struct Answer {
    search_categories: Categories,
}

#[derive(Serialize)]
struct Categories {
    #[serde(skip_serializing_if = "Option::is_none")]
    room_events: Option<RoomEvents>,
}

#[derive(Serialize)]
struct RoomEvents {
    count: usize,
    highlights: Vec<String>,
    results: Vec<SearchResult>,
    #[serde(skip_serializing_if = "Groups::is_empty")]
    groups: Groups,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_batch: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<BTreeMap<OwnedRoomId, Vec<Raw<AnyStateEvent>>>>,
}

/// # Errors
/// 400 for tokens, keys and orders that are none, and for too many words; 403 for guests, and where search is switched off.
async fn handle(
    State(app): State<App>,
    Caller(caller, origin): Caller,
    InQuery(parameters): InQuery<Parameters>,
    request: Request,
) -> Result<Response, ApiError> {
    app.limits.check(Limited::Requests, Some(&caller), &origin)?;
    let body = read_body(request.into_body()).await?;
    let body: Body = from_json(&body)?;
    if caller.is_guest {
        return Err(ApiError::new(ErrorKind::GuestAccessForbidden, "Guests may not search. Register first."));
    }
    let page = parameters.next_batch.filter(|token| !token.is_empty());
    let page = page.as_deref().map(Page::parse).transpose()?;
    let room_events = match body.search_categories.room_events {
        Some(criteria) => Some(search(&app, &caller, criteria, page).await?),
        None => None,
    };
    let answer = Answer { search_categories: Categories { room_events } };
    Ok(json(StatusCode::OK, serde_json::to_vec(&answer).map_err(ApiError::internal)?))
}

async fn search(
    app: &App,
    caller: &Identity,
    criteria: Criteria,
    page: Option<Page>,
) -> Result<RoomEvents, ApiError> {
    let off = || ApiError::forbidden("Searching is switched off on this server (search.enabled).");
    let index = app.search.as_ref().ok_or_else(off)?;
    let query = query(app, caller, &criteria, page)?;
    let ignored = app.users.account_data.ignored(caller.user)?;
    let filter = EventFilter::from(criteria.filter);
    let found = if filter.takes_none() {
        Found::default()
    } else {
        let unwanted = ignored.clone();
        let wanted =
            move |event: &StoredEvent| filter.takes_event(event) && !unwanted.contains(event.pdu.sender());
        index.find(query, wanted).await?
    };
    let around = criteria.event_context.map(|wish| Around { app, caller, ignored: &ignored, wish });
    let count = found.count.or(page.and_then(|page| page.count)).unwrap_or(0);
    let group_by: Vec<_> = criteria.groupings.group_by.into_iter().filter_map(|group| group.key).collect();
    let next = |after| Page { after, count: Some(count), group: page.and_then(|page| page.group) }.token();
    Ok(RoomEvents {
        count,
        results: results(app, caller, &found.hits, around.as_ref())?,
        groups: group(&found.hits, &group_by),
        next_batch: found.next.map(next),
        state: criteria.include_state.then(|| states(app, caller, &found.hits)).transpose()?,
        highlights: found.words,
    })
}

fn results(
    app: &App,
    caller: &Identity,
    hits: &[Hit],
    around: Option<&Around<'_>>,
) -> Result<Vec<SearchResult>, ApiError> {
    let mut results = Vec::with_capacity(hits.len());
    for hit in hits {
        let mut view = view(app, caller, &hit.room);
        let mut result = SearchResult::new();
        result.rank = Some(f64::from(hit.mark.rank) / 1000.0);
        result.result = Some(shown(&mut view, &hit.event)?);
        if let Some(around) = around {
            result.context = around.of(hit, &mut view)?;
        }
        results.push(result);
    }
    Ok(results)
}

/// The states of the rooms of what was found, as far as they are the caller's to see.
fn states(
    app: &App,
    caller: &Identity,
    hits: &[Hit],
) -> Result<BTreeMap<OwnedRoomId, Vec<Raw<AnyStateEvent>>>, ApiError> {
    let mut states = BTreeMap::new();
    for Hit { room, .. } in hits {
        if states.contains_key(&room.id) {
            continue;
        }
        let Some(state) = own_state(app, caller, room)? else { continue };
        let mut view = view(app, caller, room);
        let state = state.iter().map(|event| shown(&mut view, event)).collect::<Result<_, _>>()?;
        states.insert(room.id.clone(), state);
    }
    Ok(states)
}
