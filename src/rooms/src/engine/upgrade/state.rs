//! What the new room has of the old one.

use events::RoomVersionRules;
use ruma::{UserId, events::TimelineEventType};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Upgrade, power};
use crate::{
    CreateRoom, InitialState, Membership, RoomError, Rooms, StoredEvent, engine::locks::Locked, ids::types,
};

/// Types whose events go over; none that says something because of who sent it.
const CARRIED: [u64; 11] = [
    types::NAME,
    types::TOPIC,
    types::AVATAR,
    types::JOIN_RULES,
    types::GUEST_ACCESS,
    types::HISTORY_VISIBILITY,
    types::CANONICAL_ALIAS,
    types::ENCRYPTION,
    types::SERVER_ACL,
    types::SPACE_CHILD,
    types::SPACE_PARENT,
];

/// The wish for the new room.
pub(super) fn new_room(
    rooms: &Rooms,
    old: &Locked,
    upgrade: &Upgrade,
    rules: &RoomVersionRules,
) -> Result<CreateRoom, RoomError> {
    let mut wish = CreateRoom::by(upgrade.user.clone());
    wish.profile = upgrade.profile.clone();
    wish.version = Some(upgrade.version.clone());
    let new_privilege = rules.authorization.explicitly_privilege_room_creators;
    let old_privilege = old.room.rules.authorization.explicitly_privilege_room_creators;
    wish.creation_content = creation_content(old, upgrade, rules);
    let mut creators: Vec<&UserId> = vec![&upgrade.user];
    if new_privilege {
        creators.extend(upgrade.additional_creators.iter().map(|user| &**user));
    }
    let mut levels = None;
    for (key, num) in rooms.state_entries(old.room.num, old.state)? {
        let event = rooms.known_event(num)?;
        match key.event_type() {
            types::POWER_LEVELS => levels = event.pdu.content_as::<Map<String, Value>>().ok(),
            types::MEMBER => wish.initial_state.extend(ban(&event, &creators)),
            kind if CARRIED.contains(&kind) => wish.initial_state.extend(carried(&event)),
            _ => {}
        }
    }
    if !wish.initial_state.iter().any(|event| event.kind == TimelineEventType::RoomGuestAccess) {
        // The preset would let them in.
        wish.initial_state.push(initial(
            TimelineEventType::RoomGuestAccess,
            "",
            json!({ "guest_access": "forbidden" }),
        ));
    }
    // Last: before, the creator may set everything, whatever power they have after.
    let levels = power::carried_over(levels, &creators, (old_privilege, new_privilege));
    wish.initial_state.push(initial(TimelineEventType::RoomPowerLevels, "", levels.into()));
    Ok(wish)
}

fn creation_content(old: &Locked, upgrade: &Upgrade, rules: &RoomVersionRules) -> Map<String, Value> {
    let create = old.create.as_ref().and_then(|create| create.pdu.content_as::<Map<String, Value>>().ok());
    let mut content = create.unwrap_or_default();
    content.retain(|key, _| matches!(key.as_str(), "type" | "m.federate"));
    let mut predecessor = json!({ "room_id": old.room.id });
    // A room whose id is that of its create event is known by it alone (MSC4291).
    if rules.event_format.require_room_create_room_id
        && let Some(last) = old.extremities.iter().max_by_key(|event| event.depth)
    {
        predecessor["event_id"] = last.id.as_str().into();
    }
    content.insert("predecessor".to_owned(), predecessor);
    if rules.authorization.additional_room_creators && !upgrade.additional_creators.is_empty() {
        content.insert("additional_creators".to_owned(), json!(upgrade.additional_creators));
    }
    content
}

/// An event as it goes over; those without content say that there is nothing.
fn carried(event: &StoredEvent) -> Option<InitialState> {
    let content = event.pdu.content_as::<Map<String, Value>>().ok().filter(|content| !content.is_empty())?;
    Some(InitialState {
        kind: event.pdu.kind().clone(),
        state_key: event.pdu.state_key()?.to_owned(),
        content,
    })
}

/// Who was banned stays so.
fn ban(event: &StoredEvent, creators: &[&UserId]) -> Option<InitialState> {
    #[derive(Deserialize)]
    struct Content {
        reason: Option<String>,
    }
    let user = event.pdu.state_key()?;
    let banned = Membership::of_content(event.pdu.content_json()) == Some(Membership::Ban);
    if !banned || creators.iter().any(|creator| creator.as_str() == user) {
        return None;
    }
    let reason = event.pdu.content_as::<Content>().ok().and_then(|content| content.reason);
    let mut content = json!({ "membership": "ban" });
    if let Some(reason) = reason {
        content["reason"] = reason.into();
    }
    Some(initial(TimelineEventType::RoomMember, user, content))
}

fn initial(kind: TimelineEventType, state_key: &str, content: Value) -> InitialState {
    let content = match content {
        Value::Object(content) => content,
        _ => Map::new(),
    };
    InitialState { kind, state_key: state_key.to_owned(), content }
}
