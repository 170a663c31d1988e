//! A request as the index understands it.

use super::page::{Group, Page};
use crate::{ApiError, App, client::common::limit};
use ::search::{Key, Query};
use rooms::{Membership, RoomNum, UserNum};
use ruma::{
    OwnedUserId,
    api::client::{
        filter::RoomEventFilter,
        search::search_events::v3::{EventContext, Groupings, OrderBy, SearchKeys},
    },
};
use serde::Deserialize;
use std::collections::HashSet;
use users::Identity;

/// Events of a page when the client doesn't say, and at the most.
const DEFAULT: usize = 10;
const MOST: usize = 50;
/// Bytes of a search term.
const LONGEST: usize = 1_000;

/// What a client wants. As the typed one, but here it shows whether a context is wanted at all.
#[derive(Deserialize)]
pub(super) struct Criteria {
    pub(super) search_term: String,
    pub(super) keys: Option<Vec<SearchKeys>>,
    #[serde(default)]
    pub(super) filter: RoomEventFilter,
    pub(super) order_by: Option<OrderBy>,
    pub(super) event_context: Option<EventContext>,
    #[serde(default)]
    pub(super) include_state: bool,
    #[serde(default)]
    pub(super) groupings: Groupings,
}

/// What the index is asked.
pub(super) fn query(
    app: &App,
    caller: &Identity,
    criteria: &Criteria,
    page: Option<Page>,
) -> Result<Query, ApiError> {
    if criteria.search_term.len() > LONGEST {
        return Err(ApiError::invalid_param(format!("Search for at most {LONGEST} bytes.")));
    }
    let filter = &criteria.filter;
    let mut rooms = rooms(app, caller, filter)?;
    let mut senders = filter.senders.as_deref().map(|some| users(app, some)).transpose()?;
    match page.and_then(|page| page.group) {
        Some(Group::Room(room)) => rooms.retain(|one| one.0 == room),
        Some(Group::Sender(sender)) => senders = Some(vec![UserNum(sender)]),
        None => {}
    }
    Ok(Query {
        text: criteria.search_term.clone(),
        keys: keys(criteria.keys.as_deref())?,
        rooms,
        senders,
        viewer: caller.user,
        order_by: match &criteria.order_by {
            None | Some(OrderBy::Rank) => ::search::OrderBy::Rank,
            Some(OrderBy::Recent) => ::search::OrderBy::Recent,
            Some(other) => return Err(ApiError::invalid_param(format!("There is no order {other}."))),
        },
        after: page.map(|page| page.after),
        limit: limit(filter.limit, DEFAULT, MOST),
        count: page.is_none_or(|page| page.count.is_none()),
    })
}

fn keys(wanted: Option<&[SearchKeys]>) -> Result<Vec<Key>, ApiError> {
    let wanted = wanted.unwrap_or_default();
    if wanted.is_empty() {
        return Ok(vec![Key::Body, Key::Name, Key::Topic]);
    }
    let key = |key: &SearchKeys| match key {
        SearchKeys::ContentBody => Ok(Key::Body),
        SearchKeys::ContentName => Ok(Key::Name),
        SearchKeys::ContentTopic => Ok(Key::Topic),
        other => Err(ApiError::invalid_param(format!("There is no key {other} to search in."))),
    };
    wanted.iter().map(key).collect()
}

/// The rooms to search in: those that the filter names, as far as the caller may read them, or all that they are or were in.
fn rooms(app: &App, caller: &Identity, filter: &RoomEventFilter) -> Result<Vec<RoomNum>, ApiError> {
    let mut rooms = Vec::new();
    if let Some(wanted) = &filter.rooms {
        for id in wanted {
            if let Some(room) = app.rooms.room(id)?
                && app.rooms.may_read(&room, caller.user)?
            {
                rooms.push(room.num);
            }
        }
    } else {
        let own = app.rooms.rooms_of(caller.user)?;
        let entered = |state| matches!(state, Membership::Join | Membership::Leave | Membership::Ban);
        rooms.extend(own.iter().filter(|(_, info)| entered(info.state)).map(|(room, _)| room));
    }
    if !filter.not_rooms.is_empty() {
        let mut unwanted = HashSet::new();
        for id in &filter.not_rooms {
            unwanted.extend(app.rooms.ids().find_room(id)?);
        }
        rooms.retain(|room| !unwanted.contains(room));
    }
    Ok(rooms)
}

fn users(app: &App, ids: &[OwnedUserId]) -> Result<Vec<UserNum>, ApiError> {
    let found: Result<Vec<_>, _> = ids.iter().map(|id| app.rooms.ids().find_user(id)).collect();
    Ok(found?.into_iter().flatten().collect())
}
