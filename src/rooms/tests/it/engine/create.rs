//! Creating rooms: every version, every preset, every option.

use crate::common::{TestRooms, user};
use events::RoomVersion;
use rooms::{Code, CreateRoom, InitialState, MemberProfile, Preset, RoomError, Visibility};
use ruma::{RoomVersionId, events::TimelineEventType};
use serde_json::{Map, Value, json};

fn object(value: Value) -> Map<String, Value> {
    serde_json::from_value(value).expect("an object")
}

#[tokio::test]
async fn rooms_of_all_versions_start_with_a_whole_state() {
    let t = TestRooms::new();
    let (alice, bob) = (user("alice"), user("bob"));
    for version in RoomVersion::SUPPORTED {
        let wish = CreateRoom {
            version: Some(version.clone()),
            name: Some("Tea".to_owned()),
            topic: Some("leaves".to_owned()),
            invites: vec![(bob.clone(), MemberProfile::default())],
            is_direct: true,
            ..CreateRoom::by(alice.clone())
        };
        let room = t.rooms.create(wish).await.unwrap_or_else(|error| panic!("{version}: {error}"));
        let kinds: Vec<_> = t.timeline(&room).iter().map(|event| event.pdu.kind().to_string()).collect();
        let expected =
            "create member power_levels join_rules history_visibility guest_access name topic member";
        let expected: Vec<_> = expected.split(' ').map(|kind| format!("m.room.{kind}")).collect();
        assert_eq!(kinds, expected, "{version}");
        let create = t.content(&room, "m.room.create", "");
        assert_eq!(create["room_version"], version.as_str());
        let old =
            RoomVersion::rules(version).is_some_and(|rules| !rules.authorization.use_room_create_sender);
        assert_eq!(create.get("creator").is_some(), old, "{version}");
        assert_eq!(t.membership(&room, &alice), "join");
        assert_eq!(
            t.content(&room, "m.room.member", bob.as_str()),
            json!({ "membership": "invite", "is_direct": true })
        );
        assert_eq!(t.content(&room, "m.room.topic", "")["m.topic"]["m.text"][0]["body"], "leaves");
        assert_eq!(t.content(&room, "m.room.join_rules", "")["join_rule"], "invite");
        let num = t.info(&room).num;
        assert_eq!((t.rooms.joined_count(num).unwrap(), t.rooms.invited_count(num).unwrap()), (1, 1));
        // A member can go on talking.
        t.say(&room, &alice, "hello").await;
    }
}

#[tokio::test]
async fn version_12_rooms_are_named_by_their_create_event() {
    let t = TestRooms::new();
    let room = t.room(&user("alice")).await;
    let create = t.state(&room, "m.room.create", "").unwrap();
    assert_eq!(room.as_str()[1..], create.event_id().as_str()[1..]);
    assert!(!create.json().contains("room_id"));
}

#[tokio::test]
async fn trusted_invitees_have_the_power_of_the_creator() {
    let t = TestRooms::new();
    let (alice, bob) = (user("alice"), user("bob"));
    let wish = |version| CreateRoom {
        version: Some(version),
        preset: Some(Preset::TrustedPrivateChat),
        invites: vec![(bob.clone(), MemberProfile::default())],
        ..CreateRoom::by(alice.clone())
    };
    let room = t.rooms.create(wish(RoomVersionId::V11)).await.unwrap();
    assert_eq!(
        t.content(&room, "m.room.power_levels", "")["users"],
        json!({ "@alice:a": 100, "@bob:a": 100 })
    );
    let room = t.rooms.create(wish(RoomVersionId::V12)).await.unwrap();
    assert_eq!(t.content(&room, "m.room.power_levels", "")["users"], json!({}));
    assert_eq!(t.content(&room, "m.room.create", "")["additional_creators"], json!(["@bob:a"]));
}

#[tokio::test]
async fn options_replace_what_the_preset_says() {
    let t = TestRooms::new();
    let alice = user("alice");
    let wish = CreateRoom {
        visibility: Visibility::Public,
        power_level_override: object(json!({ "events_default": 7 })),
        creation_content: object(json!({ "m.federate": false, "creator": "@bob:a" })),
        initial_state: vec![
            InitialState {
                kind: TimelineEventType::RoomHistoryVisibility,
                state_key: String::new(),
                content: object(json!({ "history_visibility": "world_readable" })),
            },
            InitialState {
                kind: "org.example".into(),
                state_key: "k".to_owned(),
                content: object(json!({ "a": 1 })),
            },
        ],
        alias: Some("#tea:a".try_into().unwrap()),
        ..CreateRoom::by(alice.clone())
    };
    let room = t.rooms.create(wish).await.unwrap();
    assert_eq!(t.content(&room, "m.room.join_rules", "")["join_rule"], "public");
    assert_eq!(t.content(&room, "m.room.guest_access", "")["guest_access"], "forbidden");
    assert_eq!(t.content(&room, "m.room.power_levels", "")["events_default"], 7);
    assert_eq!(t.content(&room, "m.room.power_levels", "")["ban"], 50);
    assert_eq!(t.content(&room, "m.room.create", ""), json!({ "m.federate": false, "room_version": "12" }));
    assert_eq!(t.content(&room, "m.room.history_visibility", "")["history_visibility"], "world_readable");
    assert_eq!(t.content(&room, "org.example", "k"), json!({ "a": 1 }));
    assert_eq!(t.content(&room, "m.room.canonical_alias", "")["alias"], "#tea:a");
    let visibilities = t
        .timeline(&room)
        .iter()
        .filter(|event| event.pdu.kind().to_string() == "m.room.history_visibility")
        .count();
    assert_eq!(visibilities, 1);

    let again = CreateRoom { alias: Some("#tea:a".try_into().unwrap()), ..CreateRoom::by(alice) };
    assert!(matches!(t.rooms.create(again).await, Err(RoomError::BadRequest(Code::RoomInUse, _))));
}

#[tokio::test]
async fn what_makes_no_sense_creates_nothing() {
    let t = TestRooms::new();
    let alice = user("alice");
    let before = t.store.visible();
    let cases = [
        (
            CreateRoom { version: Some("99".try_into().unwrap()), ..CreateRoom::by(alice.clone()) },
            Code::UnsupportedRoomVersion,
        ),
        (
            CreateRoom {
                power_level_override: object(json!({ "users": { "@alice:a": 100 } })),
                ..CreateRoom::by(alice.clone())
            },
            Code::InvalidParam,
        ),
        (
            CreateRoom {
                creation_content: object(json!({ "additional_creators": ["nobody"] })),
                ..CreateRoom::by(alice.clone())
            },
            Code::InvalidParam,
        ),
        (
            CreateRoom {
                version: Some(RoomVersionId::V11),
                power_level_override: object(json!({ "users": { "@alice:a": 0 } })),
                name: Some("x".to_owned()),
                ..CreateRoom::by(alice.clone())
            },
            Code::InvalidRoomState,
        ),
    ];
    for (wish, code) in cases {
        match t.rooms.create(wish).await {
            Err(RoomError::BadRequest(found, _)) => assert_eq!(found, code),
            other => panic!("{code:?} expected: {other:?}"),
        }
    }
    assert!(t.rooms.rooms_of(t.rooms.ids().user(&alice).unwrap()).unwrap().is_empty());
    t.store.flush().unwrap().await.unwrap();
    // Names may have been given numbers; nothing else was written, and nobody was woken.
    assert!(t.store.visible().0 - before.0 <= 8);
}
