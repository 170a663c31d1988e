//! Typing.

use crate::common::{TestRooms, user};
use rooms::MemberChange;
use std::time::Duration;

const LONG: Option<Duration> = Some(Duration::from_secs(60));

#[tokio::test]
async fn typing_is_shown_until_it_stops_or_is_sent() {
    let t = TestRooms::new();
    let (alice, bob) = (user("alice"), user("bob"));
    let room = t.room(&alice).await;
    t.join(&room, &bob).await;
    let num = t.info(&room).num;
    let (a, b) = (t.num(&alice), t.num(&bob));
    assert_eq!(t.rooms.typing(num).0, []);
    t.rooms.set_typing(num, a, LONG).await.unwrap();
    t.rooms.set_typing(num, b, LONG).await.unwrap();
    let (typing, changed) = t.rooms.typing(num);
    assert_eq!(typing, [a, b]);
    assert_eq!(changed, t.store.visible());
    t.rooms.set_typing(num, b, LONG).await.unwrap();
    assert_eq!(t.rooms.typing_changed(num), changed, "typing on is no change");
    t.say(&room, &alice, "sent").await;
    assert_eq!(t.rooms.typing(num).0, [b]);
    t.rooms.set_typing(num, b, None).await.unwrap();
    assert_eq!(t.rooms.typing(num), (vec![], t.store.visible()));
    t.rooms.set_typing(num, b, LONG).await.unwrap();
    t.rooms.leave(&room, &bob, MemberChange::default()).await.unwrap();
    assert_eq!(t.rooms.typing(num).0, []);
}

#[tokio::test]
async fn typing_ends_when_its_time_is_over() {
    let t = TestRooms::new();
    let alice = user("alice");
    let room = t.room(&alice).await;
    let num = t.info(&room).num;
    t.rooms.set_typing(num, t.num(&alice), Some(Duration::from_millis(1))).await.unwrap();
    assert_eq!(t.rooms.typing(num).0, [t.num(&alice)]);
    let mut watch = t.store.watch([rooms::topics::room(num)]);
    t.clock.advance(Duration::from_secs(5));
    watch.changed().await;
    assert_eq!(t.rooms.typing(num).0, []);
}
