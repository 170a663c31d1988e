//! The directory.

use crate::common::{TestRooms, user};
use rooms::{CreateRoom, DirectoryFilter, DirectoryPage, RoomError, Visibility};
use ruma::{OwnedRoomId, UserId, room::RoomType};
use serde_json::json;

async fn public(t: &TestRooms, creator: &UserId, name: &str) -> OwnedRoomId {
    let wish = CreateRoom {
        visibility: Visibility::Public,
        name: Some(name.to_owned()),
        ..CreateRoom::by(creator.to_owned())
    };
    t.rooms.create(wish).await.unwrap()
}

fn names(page: &DirectoryPage) -> Vec<&str> {
    page.chunk.iter().map(|room| room.name.as_deref().unwrap_or_default()).collect()
}

fn list(t: &TestRooms, since: Option<&str>, limit: usize) -> DirectoryPage {
    t.rooms.public_rooms(&DirectoryFilter::default(), since, Some(limit)).unwrap()
}

#[tokio::test]
async fn rooms_are_listed_by_members_and_paged() {
    let t = TestRooms::new();
    let (alice, bob) = (user("alice"), user("bob"));
    for name in ["one", "two", "three"] {
        public(&t, &alice, name).await;
    }
    t.room(&alice).await;
    let page = list(&t, None, 10);
    assert_eq!((names(&page), page.total), (vec!["one", "two", "three"], 3));
    t.join(&page.chunk[2].room_id, &bob).await;
    let page = list(&t, None, 2);
    assert_eq!((names(&page), page.prev_batch.is_none()), (vec!["three", "one"], true));
    assert_eq!(u64::from(page.chunk[0].num_joined_members), 2);
    let next = list(&t, page.next_batch.as_deref(), 2);
    assert_eq!((names(&next), next.next_batch.is_none()), (vec!["two"], true));
    assert_eq!(names(&list(&t, next.prev_batch.as_deref(), 2)), ["three", "one"]);
    assert!(t.rooms.public_rooms(&DirectoryFilter::default(), Some("bad"), None).is_err());
}

#[tokio::test]
async fn the_powerful_publish_and_details_follow_the_room() {
    let t = TestRooms::new();
    let (alice, bob) = (user("alice"), user("bob"));
    let room = t.room(&alice).await;
    t.join(&room, &bob).await;
    let num = t.info(&room).num;
    let refused = t.rooms.set_visibility(num, &bob, false, true).await;
    assert!(matches!(refused, Err(RoomError::Forbidden(_))));
    assert!(!t.rooms.is_public(num));
    t.rooms.set_visibility(num, &alice, false, true).await.unwrap();
    assert!(t.rooms.is_public(num));
    assert_eq!(names(&list(&t, None, 9)), [""]);
    t.set(&room, &alice, "m.room.name", "", json!({"name": "Den"})).await;
    t.set(&room, &alice, "m.room.history_visibility", "", json!({"history_visibility": "world_readable"}))
        .await;
    t.set(&room, &alice, "m.room.guest_access", "", json!({"guest_access": "can_join"})).await;
    let page = list(&t, None, 9);
    assert_eq!(names(&page), ["Den"]);
    assert!(page.chunk[0].world_readable && page.chunk[0].guest_can_join);
    let anew = t.forgetful().public_rooms(&DirectoryFilter::default(), None, None).unwrap();
    assert_eq!(names(&anew), ["Den"]);
    t.rooms.set_visibility(num, &bob, true, false).await.unwrap();
    assert_eq!(list(&t, None, 9).total, 0);
}

#[tokio::test]
async fn search_and_types_choose() {
    let t = TestRooms::new();
    let alice = user("alice");
    public(&t, &alice, "Wombles").await;
    let mut creation_content = serde_json::Map::new();
    creation_content.insert("type".to_owned(), "m.space".into());
    let wish = CreateRoom {
        visibility: Visibility::Public,
        name: Some("Space".to_owned()),
        creation_content,
        ..CreateRoom::by(alice)
    };
    t.rooms.create(wish).await.unwrap();
    let find = |search: Option<&str>, room_types| {
        let filter = DirectoryFilter { search: search.map(str::to_owned), room_types };
        names(&t.rooms.public_rooms(&filter, None, None).unwrap())
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(find(Some("wOMB"), None), ["Wombles"]);
    assert_eq!(find(None, Some(vec![Some(RoomType::Space)])), ["Space"]);
    assert_eq!(find(None, Some(vec![None])), ["Wombles"]);
    assert_eq!(find(None, None).len(), 2);
}
