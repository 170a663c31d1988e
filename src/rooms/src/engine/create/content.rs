//! The first events of a room, in the order of the specification.

use events::RoomVersionRules;
use ruma::{OwnedUserId, RoomVersionId, UserId, events::TimelineEventType};
use serde_json::{Map, Value, json};

use super::{CreateRoom, Preset, name_content, power, state, state_at, text};
use crate::{
    Code, Membership, RoomError,
    engine::{Draft, MemberChange, membership::member_draft},
    room::RoomRef,
};

/// The content of the create event.
pub(super) fn create(
    wish: &CreateRoom,
    version: &RoomVersionId,
    rules: &RoomVersionRules,
) -> Result<Value, RoomError> {
    let mut content = wish.creation_content.clone();
    content.insert("room_version".to_owned(), version.as_str().into());
    if rules.authorization.use_room_create_sender {
        content.remove("creator");
    } else {
        content.insert("creator".to_owned(), wish.creator.as_str().into());
    }
    if rules.authorization.additional_room_creators {
        let creators = additional_creators(wish)?;
        if !creators.is_empty() || content.contains_key("additional_creators") {
            content.insert("additional_creators".to_owned(), json!(creators));
        }
    }
    Ok(content.into())
}

/// Who besides the creator has the creator's power (room version 12 and later).
pub(super) fn additional_creators(wish: &CreateRoom) -> Result<Vec<OwnedUserId>, RoomError> {
    let bad = || RoomError::bad(Code::InvalidParam, "additional_creators must be a list of user ids");
    let mut creators = Vec::new();
    if let Some(value) = wish.creation_content.get("additional_creators") {
        for entry in value.as_array().ok_or_else(bad)? {
            let user = entry.as_str().and_then(|id| UserId::parse(id).ok()).ok_or_else(bad)?;
            UserId::validate_historical(&user).map_err(|_| bad())?;
            creators.push(user);
        }
    }
    if wish.preset() == Preset::TrustedPrivateChat {
        creators.extend(wish.invited().cloned());
    }
    let mut seen = std::collections::HashSet::from([wish.creator.clone()]);
    creators.retain(|user| seen.insert(user.clone()));
    Ok(creators)
}

/// All state events after the create event, but the invites.
pub(super) fn drafts(wish: &CreateRoom, room: &RoomRef) -> Result<Vec<Draft>, RoomError> {
    let join = MemberChange::with_profile(wish.profile.clone()).content(Membership::Join);
    let mut drafts = vec![member_draft(room, &wish.creator, &wish.creator, &join)?];
    if !wish.starts_with(&TimelineEventType::RoomPowerLevels) {
        let levels = power::levels(wish, &room.rules)?;
        drafts.push(state(wish, TimelineEventType::RoomPowerLevels, &levels)?);
    }
    if let Some(alias) = &wish.alias {
        drafts.push(state(wish, TimelineEventType::RoomCanonicalAlias, &json!({ "alias": alias }))?);
    }
    for (kind, content) in preset_state(wish.preset()) {
        if !wish.starts_with(&kind) {
            drafts.push(state(wish, kind, &content)?);
        }
    }
    for event in &wish.initial_state {
        drafts.push(initial(wish, event)?);
    }
    if let Some(name) = text(wish.name.as_ref()) {
        drafts.push(state(wish, TimelineEventType::RoomName, &name_content(name))?);
    }
    if let Some(topic) = text(wish.topic.as_ref()) {
        drafts.push(state(wish, TimelineEventType::RoomTopic, &topic_content(topic))?);
    }
    Ok(drafts)
}

fn initial(wish: &CreateRoom, event: &super::InitialState) -> Result<Draft, RoomError> {
    if event.kind == TimelineEventType::RoomCreate {
        let why = "initial_state can't hold the create event: use creation_content";
        return Err(RoomError::bad(Code::InvalidParam, why));
    }
    state_at(wish, event.kind.clone(), &event.state_key, &event.content.clone().into())
}

fn preset_state(preset: Preset) -> [(TimelineEventType, Value); 3] {
    let (join_rule, guests) = match preset {
        Preset::PublicChat => ("public", "forbidden"),
        Preset::PrivateChat | Preset::TrustedPrivateChat => ("invite", "can_join"),
    };
    [
        (TimelineEventType::RoomJoinRules, json!({ "join_rule": join_rule })),
        (TimelineEventType::RoomHistoryVisibility, json!({ "history_visibility": "shared" })),
        (TimelineEventType::RoomGuestAccess, json!({ "guest_access": guests })),
    ]
}

/// The topic in its plain form and as extensible content (client-server API, `m.room.topic`).
fn topic_content(topic: &str) -> Value {
    let mut content = Map::new();
    content.insert("topic".to_owned(), topic.into());
    content.insert("m.topic".to_owned(), json!({ "m.text": [{ "body": topic }] }));
    content.into()
}
