//! How people of others come into the peer's room, and its people into theirs.

use super::{
    Asked, Reply, Shared,
    answers::{last_segment, whole},
};
use events::{
    Pdu, RoomVersion,
    testing::{TestRoom, signing_key},
};
use ruma::{OwnedEventId, RoomVersionId};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The beginning of a join.
pub(super) fn make(shared: &Shared, asked: &Asked) -> Reply {
    let user = last_segment(&asked.path);
    let mut room = shared.room.lock();
    let mut event = whole(&room.member(&user, &user, "join").seal());
    if let Some(fields) = event.as_object_mut() {
        fields.retain(|field, _| field != "hashes" && field != "signatures");
    }
    Reply::Json(200, json!({ "room_version": room.version(), "event": event }))
}

/// Takes in a join and tells all of the room.
pub(super) fn send(shared: &Shared, asked: &Asked) -> Reply {
    let mut room = shared.room.lock();
    let join = match Pdu::from_json(asked.body.to_string(), room.rules()) {
        Ok(join) => join,
        Err(error) => {
            return Reply::Json(400, json!({ "errcode": "M_BAD_JSON", "error": error.to_string() }));
        }
    };
    let before: Vec<OwnedEventId> = room.state_before(join.prev_events()).into_values().collect();
    let state: Vec<Value> = before.iter().filter_map(|id| room.get(id)).map(|pdu| whole(&pdu)).collect();
    let chain = chain(&room, before.iter().chain(join.auth_events()).cloned().collect());
    room.insert(join);
    Reply::Json(
        200,
        json!({ "origin": shared.name, "members_omitted": false, "state": state, "auth_chain": chain }),
    )
}

/// Signs an invite of one of its people, whichever version of the endpoint it comes to.
pub(super) fn invited(shared: &Shared, asked: &Asked) -> Reply {
    let first = asked.path.starts_with("/_matrix/federation/v1/");
    let (version, event) = if first {
        (RoomVersionId::V1, &asked.body)
    } else {
        let version = asked.body["room_version"].as_str().unwrap_or_default();
        (version.try_into().expect("a room version"), &asked.body["event"])
    };
    let rules = RoomVersion::rules(&version).expect("a known room version");
    let invite = Pdu::from_json(event.to_string(), &rules).expect("an event");
    let signed = signing_key(&shared.name).add_signature(&invite, &rules).expect("a signature");
    let answer = json!({ "event": whole(&signed) });
    Reply::Json(200, if first { json!([200, answer]) } else { answer })
}

fn chain(room: &TestRoom, mut next: Vec<OwnedEventId>) -> Vec<Value> {
    let mut chain: BTreeMap<OwnedEventId, Value> = BTreeMap::new();
    while let Some(id) = next.pop() {
        if let Some(pdu) = room.get(&id).filter(|_| !chain.contains_key(&id)) {
            next.extend(pdu.auth_events().iter().cloned());
            chain.insert(id, whole(&pdu));
        }
    }
    chain.into_values().collect()
}
