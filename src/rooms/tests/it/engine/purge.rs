//! Removing rooms.

use crate::common::{TestRooms, user};
use rooms::RoomError;

#[tokio::test]
async fn a_purged_room_leaves_nothing() {
    let t = TestRooms::new();
    let (alice, bob) = (user("alice"), user("bob"));
    let (room, kept) = (t.room(&alice).await, t.room(&alice).await);
    t.join(&room, &bob).await;
    let said = t.say(&room, &bob, "hello").await;
    let num = t.info(&room).num;
    t.rooms.purge(&room).await.unwrap();
    assert!(t.rooms.room(&room).unwrap().is_none());
    assert!(t.rooms.event(said.event).unwrap().is_none());
    assert!(t.rooms.event_by_id(&said.event_id).unwrap().is_none());
    assert!(t.rooms.full_state(num).unwrap().is_empty());
    assert!(t.rooms.members(num, |_| true).unwrap().is_empty());
    let alice_num = t.rooms.ids().user(&alice).unwrap();
    assert_eq!(t.rooms.joined_rooms(alice_num).unwrap(), [t.info(&kept).num]);
    assert!(matches!(
        t.rooms.send(&room, crate::common::message(&alice, "x")).await,
        Err(RoomError::NotFound(_))
    ));
    t.say(&kept, &alice, "still here").await;
    assert_eq!(t.rooms.resume_purges().await.unwrap(), 0);
}
