//! Aliases.

use crate::common::{TestRooms, profile, state, user};
use rooms::{Code, CreateRoom, RoomError};
use ruma::{OwnedRoomAliasId, RoomAliasId};
use serde_json::json;

fn alias(name: &str) -> OwnedRoomAliasId {
    RoomAliasId::parse(format!("#{name}:a")).unwrap()
}

#[tokio::test]
async fn an_alias_names_one_room() {
    let t = TestRooms::new();
    let (alice, bob) = (user("alice"), user("bob"));
    let (room, other) = (t.room(&alice).await, t.room(&alice).await);
    let name = alias("老虎 👉");
    assert_eq!(t.rooms.alias(&name).unwrap(), None);
    t.rooms.set_alias(&name, &room, &alice).await.unwrap();
    assert_eq!(t.rooms.alias(&name).unwrap().unwrap().room, room);
    assert!(matches!(t.rooms.set_alias(&name, &other, &alice).await, Err(RoomError::Conflict(_))));
    assert!(matches!(t.rooms.set_alias(&alias("b"), &room, &bob).await, Err(RoomError::Forbidden(_))));
    let foreign = RoomAliasId::parse("#x:elsewhere").unwrap();
    assert!(matches!(
        t.rooms.set_alias(&foreign, &room, &alice).await,
        Err(RoomError::BadRequest(Code::InvalidParam, _))
    ));
    t.rooms.set_alias(&alias("a"), &room, &alice).await.unwrap();
    assert_eq!(t.rooms.aliases(t.info(&room).num).unwrap(), [alias("a"), name]);
}

#[tokio::test]
async fn who_made_it_the_powerful_and_admins_remove_it() {
    let t = TestRooms::new();
    let (alice, bob, carol) = (user("alice"), user("bob"), user("carol"));
    let room = t.room(&alice).await;
    t.join(&room, &bob).await;
    t.join(&room, &carol).await;
    for (name, remover, is_admin, may) in [
        ("a", &bob, false, true),
        ("b", &alice, false, true),
        ("c", &carol, false, false),
        ("d", &carol, true, true),
    ] {
        t.rooms.set_alias(&alias(name), &room, &bob).await.unwrap();
        let removed = t.rooms.remove_alias(&alias(name), remover, is_admin).await;
        assert_eq!(removed.is_ok(), may, "{name}: {removed:?}");
        assert_eq!(t.rooms.alias(&alias(name)).unwrap().is_none(), may);
    }
    assert!(matches!(t.rooms.remove_alias(&alias("none"), &bob, true).await, Err(RoomError::NotFound(_))));
}

#[tokio::test]
async fn the_canonical_alias_leads_to_its_room() {
    let t = TestRooms::new();
    let alice = user("alice");
    let (room, other) = (t.room(&alice).await, t.room(&alice).await);
    t.rooms.set_alias(&alias("here"), &room, &alice).await.unwrap();
    t.rooms.set_alias(&alias("there"), &other, &alice).await.unwrap();
    for (content, code) in [
        (json!({"alias": "#none:a"}), Code::BadAlias),
        (json!({"alias": "#there:a"}), Code::BadAlias),
        (json!({"alias": "#here:a", "alt_aliases": ["#there:a"]}), Code::BadAlias),
        (json!({"alias": "%here:a"}), Code::InvalidParam),
        (json!({"alt_aliases": ["%here:a"]}), Code::InvalidParam),
    ] {
        let sent = t.rooms.send(&room, state(&alice, "m.room.canonical_alias", "", content.clone())).await;
        assert!(
            matches!(&sent, Err(RoomError::BadRequest(found, _)) if *found == code),
            "{content}: {sent:?}"
        );
    }
    let content = json!({"alias": "#here:a", "alt_aliases": ["#here:a"]});
    t.set(&room, &alice, "m.room.canonical_alias", "", content).await;
    t.rooms.remove_alias(&alias("here"), &alice, false).await.unwrap();
    assert_eq!(t.content(&room, "m.room.canonical_alias", ""), json!({}), "it is gone there too");
}

#[tokio::test]
async fn rooms_are_created_with_an_alias_or_not_at_all() {
    let t = TestRooms::new();
    let alice = user("alice");
    let wish = CreateRoom { alias: Some(alias("den")), ..CreateRoom::by(alice.clone()) };
    let room = t.rooms.create(wish.clone()).await.unwrap();
    assert_eq!(t.rooms.alias(&alias("den")).unwrap().unwrap().room, room);
    assert_eq!(t.content(&room, "m.room.canonical_alias", ""), json!({"alias": "#den:a"}));
    let again = t.rooms.create(wish).await;
    assert!(matches!(again, Err(RoomError::BadRequest(Code::RoomInUse, _))), "{again:?}");
    assert_eq!(t.rooms.joined_rooms(t.num(&alice)).unwrap().len(), 1);
    // A member without power may give aliases, but not choose the one that is shown.
    let bob = user("bob");
    t.rooms.invite(&room, &alice, &bob, profile(&bob)).await.unwrap();
    t.join(&room, &bob).await;
    t.rooms.set_alias(&alias("den2"), &room, &bob).await.unwrap();
    t.rooms.remove_alias(&alias("den2"), &bob, false).await.unwrap();
}
