//! Unread counts.

use crate::common::{TestRooms, user};
use rooms::{
    NewReceipt, ReceiptKind,
    counts::{CountMode, Judgement, UnreadCounts},
};
use ruma::{EventId, RoomId, UserId};
use serde_json::json;
use storage::{Commit, Durability};

impl TestRooms {
    fn unread(&self, room: &RoomId, who: &UserId) -> UnreadCounts {
        self.rooms.notification_counts(self.num(who), self.info(room).num).expect("counts")
    }

    /// Notifications in the main timeline, and those of each thread.
    fn numbers(&self, room: &RoomId, who: &UserId) -> (u64, Vec<u64>) {
        let counts = self.unread(room, who);
        (counts.main.notifications, counts.threads.iter().map(|(_, tally)| tally.notifications).collect())
    }

    async fn read(&self, room: &RoomId, who: &UserId, event: &EventId, thread: Option<&str>) {
        let receipt = NewReceipt { kind: ReceiptKind::Read, event, thread, ts: None };
        self.rooms.send_receipt(&self.info(room), who, receipt).await.expect("may read");
    }
}

#[tokio::test]
async fn others_messages_count_until_they_are_read_or_answered() {
    let t = TestRooms::new();
    let (alice, bob) = (user("alice"), user("bob"));
    let room = t.room(&alice).await;
    t.say(&room, &alice, "before bob").await;
    t.join(&room, &bob).await;
    assert_eq!(t.numbers(&room, &bob), (0, vec![]));
    let first = t.say(&room, &alice, "one").await.event_id;
    t.say(&room, &alice, "two").await;
    assert_eq!(t.numbers(&room, &bob), (2, vec![]));
    assert_eq!(t.numbers(&room, &alice), (0, vec![]));
    t.read(&room, &bob, &first, None).await;
    assert_eq!(t.numbers(&room, &bob), (1, vec![]));
    t.say(&room, &bob, "answer").await;
    assert_eq!(t.numbers(&room, &bob), (0, vec![]));
    assert_eq!(t.numbers(&room, &alice), (1, vec![]));
    t.set(&room, &alice, "m.room.topic", "", json!({"topic": "x"})).await;
    assert_eq!(t.numbers(&room, &bob), (0, vec![]), "state does not notify");
    t.say(&room, &alice, "three").await;
    t.rooms.join(&room, &bob, rooms::MemberChange::default()).await.unwrap();
    assert_eq!(t.numbers(&room, &bob), (1, vec![]), "a new profile reads nothing");
}

/// The course of Complement's `TestThreadedReceipts`.
#[tokio::test]
#[expect(clippy::many_single_char_names, reason = "the events have the names they have in the course")]
async fn threads_are_counted_and_read_on_their_own() {
    let t = TestRooms::new();
    let (alice, bob) = (user("alice"), user("bob"));
    let room = t.room(&alice).await;
    t.join(&room, &bob).await;
    let a = t.say(&room, &alice, "A").await.event_id;
    let b = t.relate(&room, &alice, "m.thread", &a).await.event_id;
    t.relate(&room, &alice, "m.thread", &a).await;
    let d = t.say(&room, &alice, "D").await.event_id;
    t.relate(&room, &alice, "m.thread", &a).await;
    let f = t.relate(&room, &alice, "m.reference", &a).await.event_id;
    let g = t.react(&room, &alice, "test", &f).await.unwrap().event_id;
    assert_eq!(t.numbers(&room, &bob), (3, vec![3]));
    assert_eq!(t.unread(&room, &bob).total().notifications, 6);
    t.read(&room, &bob, &a, Some("main")).await;
    assert_eq!(t.numbers(&room, &bob), (2, vec![3]));
    t.read(&room, &bob, &b, Some(a.as_str())).await;
    assert_eq!(t.numbers(&room, &bob), (2, vec![2]));
    t.read(&room, &bob, &d, None).await;
    assert_eq!(t.numbers(&room, &bob), (1, vec![1]));
    t.read(&room, &bob, &g, Some(a.as_str())).await;
    assert_eq!(t.numbers(&room, &bob), (1, vec![]));
}

#[tokio::test]
async fn mentions_of_the_room_highlight_for_everyone() {
    let t = TestRooms::new();
    let (alice, bob) = (user("alice"), user("bob"));
    let room = t.room(&alice).await;
    t.join(&room, &bob).await;
    let mention = json!({"msgtype": "m.text", "body": "@room", "m.mentions": {"room": true}});
    t.send(&room, &alice, "m.room.message", mention.clone()).await;
    assert_eq!(t.unread(&room, &bob).main.highlights, 1);
    t.send(&room, &bob, "m.room.message", mention).await;
    let alices = t.unread(&room, &alice).main;
    assert_eq!((alices.notifications, alices.highlights), (1, 0), "bob has no power to notify the room");
}

#[tokio::test]
async fn the_push_consumer_adds_what_rules_of_ones_own_say() {
    let t = TestRooms::new();
    let (alice, bob) = (user("alice"), user("bob"));
    let room = t.room(&alice).await;
    t.join(&room, &bob).await;
    let num = t.info(&room).num;
    let judge = async |event: &EventId, notify, highlight| {
        let mut commit = Commit::new(Durability::Sync);
        let judgement = Judgement { notify, highlight };
        let added = t.rooms.add_highlight(&mut commit, t.num(&bob), &t.event(event), judgement).unwrap();
        t.store.commit(commit).await.unwrap();
        added
    };
    let first = t.say(&room, &alice, "bob!").await.event_id;
    assert!(judge(&first, true, true).await);
    assert!(!judge(&first, true, false).await, "it notifies everyone already");
    let main = t.unread(&room, &bob).main;
    assert_eq!((main.notifications, main.highlights), (1, 1));
    let since = t.store.visible();
    let reaction = t.react(&room, &alice, "x", &first).await.unwrap().event_id;
    assert!(judge(&reaction, true, false).await);
    assert_eq!(t.unread(&room, &bob).main.notifications, 2);
    let changes = t.rooms.personal_changes(t.num(&bob), since, t.store.visible()).unwrap();
    assert_eq!(changes.iter().map(|change| (change.room, change.kind)).collect::<Vec<_>>(), [(num, None)]);
    t.read(&room, &bob, &reaction, None).await;
    assert_eq!(t.unread(&room, &bob), UnreadCounts::default());
    assert!(!judge(&reaction, true, true).await, "it is read");

    let mut commit = Commit::new(Durability::Sync);
    t.rooms.set_count_mode(&mut commit, t.num(&bob), num, CountMode::OwnRules);
    t.store.commit(commit).await.unwrap();
    t.say(&room, &alice, "muted").await;
    assert_eq!(t.unread(&room, &bob), UnreadCounts::default());
    let loud = t.say(&room, &alice, "bob!").await.event_id;
    assert!(judge(&loud, true, true).await);
    assert_eq!(t.unread(&room, &bob).main.notifications, 1);
}

#[tokio::test]
async fn what_is_redacted_counts_no_more() {
    let t = TestRooms::new();
    let (alice, bob, carol) = (user("alice"), user("bob"), user("carol"));
    let room = t.room(&alice).await;
    t.join(&room, &bob).await;
    t.join(&room, &carol).await;
    let mention = json!({"msgtype": "m.text", "body": "@room", "m.mentions": {"room": true}});
    let loud = t.send(&room, &alice, "m.room.message", mention).await.event_id;
    let said = t.say(&room, &alice, "one").await.event_id;
    t.read(&room, &carol, &said, None).await;
    t.say(&room, &alice, "two").await;
    let root = t.say(&room, &alice, "root").await.event_id;
    let inside = t.relate(&room, &alice, "m.thread", &root).await.event_id;
    t.relate(&room, &alice, "m.thread", &root).await;
    assert_eq!((t.numbers(&room, &bob), t.numbers(&room, &carol)), ((4, vec![2]), (2, vec![2])));

    t.redact(&room, &alice, &said).await;
    assert_eq!(t.numbers(&room, &bob), (3, vec![2]));
    assert_eq!(t.numbers(&room, &carol), (2, vec![2]), "carol had read it");
    t.redact(&room, &alice, &said).await;
    assert_eq!(t.numbers(&room, &bob), (3, vec![2]), "once is enough");
    t.redact(&room, &alice, &loud).await;
    assert_eq!(t.unread(&room, &bob).main.highlights, 0);
    t.redact(&room, &alice, &inside).await;
    assert_eq!((t.numbers(&room, &bob), t.numbers(&room, &carol)), ((2, vec![1]), (2, vec![1])));
    t.read(&room, &bob, &root, Some("main")).await;
    assert_eq!(t.numbers(&room, &bob), (0, vec![1]));
    t.say(&room, &alice, "three").await;
    assert_eq!(t.numbers(&room, &bob), (1, vec![1]), "what comes after counts as ever");
    assert_eq!(t.reopened().numbers(&room, &bob), (1, vec![1]));
}

#[tokio::test]
async fn what_is_redacted_highlights_nobody() {
    let t = TestRooms::new();
    let (alice, bob) = (user("alice"), user("bob"));
    let room = t.room(&alice).await;
    t.join(&room, &bob).await;
    let judge = async |event: &EventId| {
        let mut commit = Commit::new(Durability::Sync);
        let judgement = Judgement { notify: true, highlight: true };
        let added = t.rooms.add_highlight(&mut commit, t.num(&bob), &t.event(event), judgement).unwrap();
        t.store.commit(commit).await.unwrap();
        added
    };
    let first = t.say(&room, &alice, "bob!").await.event_id;
    let second = t.say(&room, &alice, "bob?").await.event_id;
    assert!(judge(&first).await);
    t.redact(&room, &alice, &first).await;
    t.redact(&room, &alice, &second).await;
    assert!(!judge(&second).await, "nobody is told of it any more");
    assert_eq!(t.unread(&room, &bob), UnreadCounts::default());
}

#[tokio::test]
async fn another_node_counts_alike() {
    let t = TestRooms::new();
    let follower = t.follower();
    let mut groups = t.store.groups();
    let (alice, bob) = (user("alice"), user("bob"));
    let room = t.room(&alice).await;
    t.join(&room, &bob).await;
    let mut apply = async || {
        t.store.flush().unwrap().await.unwrap();
        while let Some(group) = groups.try_next() {
            follower.store.apply(&group.unwrap()).unwrap();
        }
    };
    apply().await;
    assert_eq!(follower.numbers(&room, &bob), (0, vec![]));
    let root = t.say(&room, &alice, "A").await.event_id;
    t.relate(&room, &alice, "m.thread", &root).await;
    apply().await;
    assert_eq!(follower.numbers(&room, &bob), (1, vec![1]));
    t.read(&room, &bob, &root, Some("main")).await;
    apply().await;
    assert_eq!(follower.numbers(&room, &bob), (0, vec![1]));
    let slip = t.say(&room, &alice, "B").await.event_id;
    apply().await;
    assert_eq!(follower.numbers(&room, &bob), (1, vec![1]));
    t.redact(&room, &alice, &slip).await;
    apply().await;
    assert_eq!(follower.numbers(&room, &bob), (0, vec![1]));
    assert_eq!(follower.numbers(&room, &bob), t.numbers(&room, &bob));
}
