//! The form that clients see.

use ruma::RoomVersionId;
use serde_json::{Value, json};

use super::*;
use crate::testing::TestRoom;

fn client(pdu: &Pdu, room: &TestRoom, options: Options<'_>) -> Value {
    serde_json::from_str(&json(pdu, room.rules(), options)).expect("JSON")
}

#[test]
fn holds_the_fields_of_the_specification_and_no_more() {
    let mut room = TestRoom::public(&RoomVersionId::V12, "@alice:a");
    let message = room.message("@alice:a", "hi \"there\"\n").valid();
    let options = Options { room_id: true, unsigned: Some(r#"{"age":5}"#) };
    assert_eq!(
        client(&message, &room, options),
        json!({
            "content": { "msgtype": "m.text", "body": "hi \"there\"\n" },
            "event_id": message.event_id(),
            "origin_server_ts": message.origin_server_ts(),
            "room_id": message.room_id(),
            "sender": "@alice:a",
            "type": "m.room.message",
            "unsigned": { "age": 5 },
        })
    );
    let create = room.events().remove(0);
    let value = client(&create, &room, Options::default());
    assert_eq!(value["state_key"], "");
    assert_eq!(value.get("room_id"), None);
    let stripped: Value = serde_json::from_str(&stripped_json(&create)).expect("JSON");
    assert_eq!(stripped["type"], "m.room.create");
}

#[test]
fn redactions_name_their_event_in_both_places() {
    for version in [RoomVersionId::V1, RoomVersionId::V10, RoomVersionId::V11, RoomVersionId::V12] {
        let mut room = TestRoom::public(&version, "@alice:a");
        let message = room.message("@alice:a", "oops").valid();
        for content in [json!({}), json!({ "reason": "x" })] {
            let redaction =
                room.event("@alice:a", "m.room.redaction", content).redacting(message.event_id()).valid();
            let value = client(&redaction, &room, Options::default());
            assert_eq!(value["redacts"], message.event_id().as_str(), "{version}");
            assert_eq!(value["content"]["redacts"], message.event_id().as_str(), "{version}");
            assert_eq!(redaction.redacts(room.rules()).as_deref(), Some(message.event_id()), "{version}");
        }
    }
}
