//! What endpoints of several areas need.

use crate::{ApiError, App};
use federation::MOST_ALIAS_SERVERS;
use rooms::{ClientView, EventNum, MemberProfile, Membership, RoomRef, StoredEvent, UserNum, ViewOptions};
use ruma::{
    OwnedMxcUri, OwnedOneTimeKeyId, OwnedRoomId, OwnedServerName, RoomAliasId, RoomId, RoomOrAliasId, UserId,
    api::federation::keys::claim_keys::v1::OneTimeKeys, serde::Raw,
};
use serde_json::value::RawValue;
use std::{collections::BTreeMap, sync::Arc};
use users::Identity;

/// How a person is called in member events.
pub(crate) fn member_profile(app: &App, user: &UserId) -> Result<MemberProfile, ApiError> {
    let Some(profile) = app.users.profiles.get(user)? else { return Ok(MemberProfile::default()) };
    Ok(MemberProfile {
        displayname: profile.text("displayname"),
        avatar_url: profile.text("avatar_url").map(OwnedMxcUri::from),
    })
}

/// The room that an id or an alias stands for, and servers that may be in it: those of `via`, and what is known of an alias.
pub(crate) async fn room_of(
    app: &App,
    name: &RoomOrAliasId,
    via: Vec<OwnedServerName>,
) -> Result<(OwnedRoomId, Vec<OwnedServerName>), ApiError> {
    if let Ok(room) = <&RoomId>::try_from(name) {
        return Ok((room.to_owned(), via));
    }
    let alias = <&RoomAliasId>::try_from(name)
        .map_err(|_| ApiError::invalid_param("This is neither a room id nor an alias."))?;
    let (room, servers) = alias_of(app, alias).await?;
    Ok((room, via.into_iter().chain(servers).collect()))
}

/// The room that an alias of any server stands for, and servers that are in it.
pub(crate) async fn alias_of(
    app: &App,
    alias: &RoomAliasId,
) -> Result<(OwnedRoomId, Vec<OwnedServerName>), ApiError> {
    let none = || ApiError::not_found(format!("There is no room {alias}."));
    if alias.server_name() != app.rooms.server_name() {
        return app.federation.find_alias(alias).await?.ok_or_else(none);
    }
    let room = app.rooms.alias(alias)?.ok_or_else(none)?.room;
    let mut servers = app.rooms.servers_in(app.rooms.require(&room)?.num)?;
    servers.truncate(MOST_ALIAS_SERVERS);
    Ok((room, servers))
}

/// Whether the caller never was in a room, so that [`came_in`] is due when they join it. Who comes back has what they had
/// here.
pub(crate) fn never_was_in(app: &App, user: UserNum, room: &RoomId) -> Result<bool, ApiError> {
    let Some(room) = app.rooms.room(room)? else { return Ok(true) };
    let info = app.rooms.membership(room.num, user)?;
    Ok(info.is_none_or(|info| !matches!(info.state, Membership::Join | Membership::Leave)))
}

/// To be called when somebody comes into a room for the first time: if it replaces one that they are or were in, what they have
/// set for that one holds here too (spec "Room upgrades").
pub(crate) async fn came_in(app: &App, user: UserNum, room: &RoomId) -> Result<(), ApiError> {
    let Some(room) = app.rooms.room(room)? else { return Ok(()) };
    let Some(old) = app.rooms.predecessor(&room)? else { return Ok(()) };
    let Some(old) = app.rooms.room(&old)? else { return Ok(()) };
    if app.rooms.membership(old.num, user)?.is_some() {
        app.users.carry_over(user, &old, &room).await?;
    }
    Ok(())
}

/// A room that the caller is, or was, in. Rooms that nobody here knows look like rooms one may not see.
pub(crate) fn entered_room(
    app: &App,
    caller: &Identity,
    room: &RoomId,
) -> Result<(RoomRef, Membership), ApiError> {
    let refused = || ApiError::forbidden("You are not in this room.");
    let room = app.rooms.room(room)?.ok_or_else(refused)?;
    let info = app.rooms.membership(room.num, caller.user)?.ok_or_else(refused)?;
    Ok((room, info.state))
}

/// A room that the caller is in now.
pub(crate) fn joined_room(app: &App, caller: &Identity, room: &RoomId) -> Result<RoomRef, ApiError> {
    match entered_room(app, caller, room)? {
        (room, Membership::Join) => Ok(room),
        _ => Err(ApiError::forbidden("You are not in this room.")),
    }
}

/// A room that the caller may read something of: they are, or were, in it, or everybody may.
pub(crate) fn readable_room(app: &App, caller: &Identity, room: &RoomId) -> Result<RoomRef, ApiError> {
    let refused = || ApiError::forbidden("You are not in this room.");
    let room = app.rooms.room(room)?.ok_or_else(refused)?;
    if app.rooms.may_read(&room, caller.user)? { Ok(room) } else { Err(refused()) }
}

/// The state of a room as far as it is the caller's: as it is now while they are in it, as it was when they left. `None` for
/// who never was in it.
pub(crate) fn own_state(
    app: &App,
    caller: &Identity,
    room: &RoomRef,
) -> Result<Option<Vec<Arc<StoredEvent>>>, ApiError> {
    let Some(info) = app.rooms.membership(room.num, caller.user)? else { return Ok(None) };
    match info.state {
        Membership::Join => Ok(Some(app.rooms.full_state(room.num)?)),
        Membership::Leave | Membership::Ban => {
            let root = app.rooms.state_root_at(room.num, info.position)?;
            let nums: Vec<_> =
                app.rooms.state_entries(room.num, root)?.into_iter().map(|(_, num)| num).collect();
            Ok(Some(app.rooms.events(&nums)?))
        }
        Membership::Invite | Membership::Knock => Ok(None),
    }
}

/// The caller's view of a room, for answers that name the room in each event.
pub(crate) fn view<'a>(app: &'a App, caller: &Identity, room: &RoomRef) -> ClientView<'a> {
    app.rooms.client_view(room, ViewOptions::of(caller.user, Some(caller.device)))
}

/// An event as the caller sees it, in the type that an answer wants. That they may see it is known.
pub(crate) fn shown<T>(view: &mut ClientView<'_>, event: &StoredEvent) -> Result<Raw<T>, ApiError> {
    Ok(Raw::from_json(raw(view.json(event)?)?))
}

/// Of the events with these numbers those that the caller may see.
pub(crate) fn shown_visible<T>(
    app: &App,
    view: &mut ClientView<'_>,
    events: impl IntoIterator<Item = EventNum>,
) -> Result<Vec<Raw<T>>, ApiError> {
    let mut shown_events = Vec::new();
    for num in events {
        let Some(event) = app.rooms.event(num)? else { continue };
        if view.seen(&event)?.visible {
            shown_events.push(shown(view, &event)?);
        }
    }
    Ok(shown_events)
}

/// An event of this room that the caller may see. Other events look like none.
pub(crate) fn visible_event(
    app: &App,
    view: &mut ClientView<'_>,
    room: &RoomRef,
    event: &ruma::EventId,
) -> Result<Arc<StoredEvent>, ApiError> {
    let none = || ApiError::not_found("There is no such event, or you may not see it.");
    let event = app.rooms.event_by_id(event)?.filter(|event| event.meta.room == room.num).ok_or_else(none)?;
    if event.meta.in_timeline() && view.seen(&event)?.visible { Ok(event) } else { Err(none()) }
}

/// JSON texts as the type that an answer wants.
pub(crate) fn typed<K: Ord, T>(texts: BTreeMap<K, Box<RawValue>>) -> BTreeMap<K, Raw<T>> {
    texts.into_iter().map(|(key, json)| (key, Raw::from_json(json))).collect()
}

/// One-time keys that were given out, as answers want them.
pub(crate) fn one_time_keys(claimed: users::Claimed) -> Result<OneTimeKeys, ApiError> {
    let mut keys = OneTimeKeys::new();
    for (user, devices) in claimed {
        let by_device = keys.entry(user).or_default();
        for (device, by_id) in devices {
            let typed = by_id.into_iter().map(|(id, json)| {
                let id = OwnedOneTimeKeyId::try_from(id).map_err(ApiError::internal)?;
                Ok((id, Raw::from_json(json)))
            });
            by_device.insert(device, typed.collect::<Result<_, ApiError>>()?);
        }
    }
    Ok(keys)
}

/// JSON text that this server wrote.
pub(crate) fn raw(json: Vec<u8>) -> Result<Box<RawValue>, ApiError> {
    let text = String::from_utf8(json).map_err(ApiError::internal)?;
    RawValue::from_string(text).map_err(ApiError::internal)
}

/// A place in a room's timeline as clients carry it: `t<order>`, or a sync token.
pub(crate) fn parse_place(text: &str) -> Result<i64, ApiError> {
    let order = match text.strip_prefix('t') {
        Some(order) => order.parse().ok(),
        None => sync::Token::parse(text).map(|token| rooms::order_of(token.position)),
    };
    order.ok_or_else(|| ApiError::no_token(text))
}

/// Writes a place in a room's timeline.
pub(crate) fn place(order: i64) -> String {
    format!("t{order}")
}

/// A number of things that a client wants, within reason.
pub(crate) fn limit(wanted: Option<ruma::UInt>, default: usize, most: usize) -> usize {
    wanted.map_or(default, |wanted| usize::try_from(u64::from(wanted)).unwrap_or(most)).clamp(1, most)
}
