use super::Here;
use crate::{RoomSessions, Scope, UserError};
use ruma::{OwnedRoomId, room_id};
use serde_json::{
    Value, json,
    value::{RawValue, to_raw_value},
};
use std::collections::BTreeMap;

fn raw(value: &Value) -> Box<RawValue> {
    to_raw_value(value).expect("json")
}

fn key(verified: bool, first: u64) -> Box<RawValue> {
    raw(
        &json!({"first_message_index": first, "forwarded_count": 0, "is_verified": verified, "session_data": {"a": "b"}}),
    )
}

fn one(room: &OwnedRoomId, session: &str, key: Box<RawValue>) -> RoomSessions {
    BTreeMap::from([(room.clone(), BTreeMap::from([(session.to_owned(), key)]))])
}

#[tokio::test]
async fn the_newest_version_takes_keys_and_keeps_the_better_ones() {
    let here = Here::new().await;
    let alice = here.person("alice", "A").await.user;
    let backups = &here.users.backups;
    let auth = raw(&json!({"public_key": "abc"}));
    assert!(backups.current(alice).expect("read").is_none());
    let first = backups.create(alice, "m.megolm_backup.v1", &auth).await.expect("begun");
    let room = room_id!("!foo:here").to_owned();

    let stored = backups.add(alice, &first, &one(&room, "s", key(false, 5))).await.expect("added");
    assert_eq!(stored.count, 1);
    let again = backups.add(alice, &first, &one(&room, "s", key(false, 9))).await.expect("looked at");
    assert_eq!(again, stored, "a worse key changes nothing");
    let better = backups.add(alice, &first, &one(&room, "s", key(true, 9))).await.expect("added");
    assert_eq!(better.count, 1);
    assert_ne!(better.etag, stored.etag);
    let kept = backups.keys(alice, &first, Scope::Session(&room, "s")).expect("read");
    let kept: Value = serde_json::from_str(kept[&room]["s"].get()).expect("json");
    assert_eq!((&kept["is_verified"], &kept["session_data"]), (&json!(true), &json!({"a": "b"})));

    let second = backups.create(alice, "m.megolm_backup.v1", &auth).await.expect("begun");
    let wrong = backups.add(alice, &first, &one(&room, "t", key(true, 0))).await;
    assert!(matches!(wrong, Err(UserError::WrongBackupVersion { current }) if current == second));
    backups.delete(alice, &second).await.expect("deleted");
    assert_eq!(backups.current(alice).expect("read").expect("the first").version, first);
    assert!(matches!(backups.keys(alice, &second, Scope::All), Err(UserError::NotFound(_))));
    let third = backups.create(alice, "m.megolm_backup.v1", &auth).await.expect("begun");
    assert!(![&first, &second].contains(&&third), "no number comes twice");
}

#[tokio::test]
async fn keys_go_by_session_room_or_all() {
    let here = Here::new().await;
    let alice = here.person("alice", "A").await.user;
    let backups = &here.users.backups;
    let version = backups.create(alice, "x", &raw(&json!({}))).await.expect("begun");
    let (a, b) = (room_id!("!a:here").to_owned(), room_id!("!b:here").to_owned());
    for (room, session) in [(&a, "1"), (&a, "2"), (&b, "1"), (&b, "2")] {
        backups.add(alice, &version, &one(room, session, key(false, 0))).await.expect("added");
    }
    let count = |scope| {
        backups.keys(alice, &version, scope).expect("read").values().map(BTreeMap::len).sum::<usize>()
    };
    assert_eq!([count(Scope::All), count(Scope::Room(&a)), count(Scope::Session(&a, "1"))], [4, 2, 1]);
    assert_eq!(
        backups.delete_keys(alice, &version, Scope::Session(&a, "1")).await.expect("deleted").count,
        3
    );
    assert_eq!(backups.delete_keys(alice, &version, Scope::Room(&b)).await.expect("deleted").count, 1);
    assert_eq!(backups.delete_keys(alice, &version, Scope::All).await.expect("deleted").count, 0);
    assert_eq!(count(Scope::All), 0);
    let other = backups.update(alice, &version, "y", &raw(&json!({}))).await;
    assert!(matches!(other, Err(UserError::InvalidParam(_))));
}
