//! People in rooms, and for whom what they say is judged.

use crate::{
    NotifiedQuery, Push, PushDeps,
    audience::{Audience, Audiences},
    candidates::candidates,
    notifications,
};
use config::{clock::ManualClock, random::SystemEntropy};
use events::SigningKey;
use rooms::{CreateRoom, Draft, MemberChange, Preset, Rooms, RoomsDeps, StoredEvent, UserNum};
use ruma::{OwnedRoomId, OwnedUserId, RoomVersionId, events::TimelineEventType, push::RuleKind, server_name};
use serde_json::{Value, json, value::to_raw_value};
use std::sync::Arc;
use storage::{Options, Store};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use users::{NewAccount, Settings, Users, UsersDeps};

struct Here {
    store: Store,
    rooms: Rooms,
    users: Users,
    audiences: Audiences,
    room: OwnedRoomId,
    people: Vec<OwnedUserId>,
    _folder: TempDir,
}

impl Here {
    /// A room that `user0` made and the others are in.
    async fn with(people: usize) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path(), Options::default()).expect("a store");
        let server_name = server_name!("here.org").to_owned();
        let signing_key = SigningKey::from_seed(server_name.clone(), "1", [7; 32]).expect("a key");
        let (clock, entropy) = (Arc::new(ManualClock::default()), Arc::new(SystemEntropy));
        let rooms = Rooms::open(RoomsDeps {
            store: store.clone(),
            server_name: server_name.clone(),
            signing_key: Arc::new(signing_key),
            clock: clock.clone(),
            entropy: entropy.clone(),
            settings: rooms::Settings { default_version: RoomVersionId::V12, cache_bytes: 8 << 20 },
        })
        .expect("rooms");
        let deps = UsersDeps {
            store: store.clone(),
            rooms: rooms.clone(),
            clock,
            entropy,
            server_name,
            settings: Settings::default(),
        };
        let users = Users::open(deps).await.expect("users");
        let mut ids = Vec::new();
        for index in 0..people {
            let name = format!("user{index}");
            let new = NewAccount { name: Some(&name), ..NewAccount::default() };
            ids.push(users.accounts.register(new).await.expect("registered").user_id);
        }
        let mut wish = CreateRoom::by(ids[0].clone());
        wish.preset = Some(Preset::PublicChat);
        let room = rooms.create(wish).await.expect("a room");
        for id in &ids[1..] {
            rooms.join(&room, id, MemberChange::default()).await.expect("joined");
        }
        let audiences = Audiences::new(rooms.clone(), users.clone(), Arc::default());
        Self { store, rooms, users, audiences, room, people: ids, _folder: folder }
    }

    fn num(&self, person: usize) -> UserNum {
        self.rooms.ids().user(&self.people[person]).expect("a number")
    }

    async fn says(&self, person: usize, content: Value) -> Arc<StoredEvent> {
        let content = to_raw_value(&content).expect("json");
        let draft = Draft::message(self.people[person].clone(), TimelineEventType::RoomMessage, content);
        let sent = self.rooms.send(&self.room, draft).await.expect("sent");
        self.rooms.event_by_id(&sent.event_id).expect("read").expect("there")
    }

    /// Who is judged for, by their places in the list of people.
    async fn judged(&mut self, content: Value) -> Vec<usize> {
        let event = self.says(0, content).await;
        let rooms = self.rooms.clone();
        let find = |audience: &Audience| candidates(&rooms, audience, &event);
        let found = self.audiences.with(event.meta.room, find).expect("judged");
        (0..self.people.len()).filter(|person| found.contains(&self.num(*person))).collect()
    }

    async fn mute(&self, person: usize) {
        let (user, rule) = (self.num(person), ".m.rule.message");
        let rules = &self.users.push_rules;
        rules.set_enabled(user, &RuleKind::Underride, rule, false).await.expect("changed");
    }

    async fn renamed(&mut self, person: usize, name: &str) {
        let mut change = MemberChange::default();
        change.profile.displayname = Some(name.to_owned());
        self.rooms.join(&self.room, &self.people[person], change).await.expect("renamed");
        let (room, user) = (self.rooms.ids().room(&self.room).expect("a number"), self.num(person));
        self.audiences.member_changed(room, user).expect("followed");
    }
}

#[tokio::test]
async fn a_plain_message_is_judged_for_nobody() {
    let mut here = Here::with(60).await;
    assert!(here.judged(json!({"msgtype": "m.text", "body": "Good morning to all of you"})).await.is_empty());
    let all = json!({"msgtype": "m.text", "body": "all", "m.mentions": {"room": true}});
    assert!(here.judged(all).await.is_empty(), "mentions of the room are counted for everyone at once");
    assert!(here.judged(json!({"msgtype": "m.text", "body": "@room come"})).await.is_empty());
}

#[tokio::test]
async fn those_who_are_meant_are_judged_for() {
    let mut here = Here::with(12).await;
    let mentions =
        |ids: Value| json!({"msgtype": "m.text", "body": "user5", "m.mentions": {"user_ids": ids}});
    let ids = json!(["@user3:here.org", "@user0:here.org", "@nobody:here.org", "nonsense"]);
    assert_eq!(here.judged(mentions(ids)).await, [3], "not the sender, not whom the text names");
    assert_eq!(here.judged(json!({"body": "USER5, and @user11:here.org"})).await, [5, 11]);
    here.renamed(7, "Robert Marley").await;
    assert_eq!(here.judged(json!({"body": "ask robert marley"})).await, [7]);
    here.renamed(7, "Bob").await;
    assert_eq!(here.judged(json!({"body": "ask robert marley or bob"})).await, [7]);
    here.renamed(7, "Rob").await;
    assert!(here.judged(json!({"body": "ask robert marley or bob"})).await.is_empty());
}

#[tokio::test]
async fn those_with_rules_of_their_own_are_judged_for() {
    let mut here = Here::with(4).await;
    assert!(here.judged(json!({"body": "one"})).await.is_empty());
    here.mute(2).await;
    here.audiences.rules_changed(here.num(2)).expect("followed");
    assert_eq!(here.judged(json!({"body": "two"})).await, [2]);
    let (room, user) = (here.rooms.ids().room(&here.room).expect("a number"), here.num(2));
    here.rooms.leave(&here.room, &here.people[2], MemberChange::default()).await.expect("left");
    here.audiences.member_changed(room, user).expect("followed");
    assert!(here.judged(json!({"body": "three"})).await.is_empty());
}

/// Runs the judging until everything that is in the log is judged.
async fn judge_all(here: &Here) {
    let (store, rooms, users) = (here.store.clone(), here.rooms.clone(), here.users.clone());
    let deps = PushDeps { store, rooms, users, sender: None };
    let stopping = CancellationToken::new();
    stopping.cancel();
    Push::open(deps).expect("opened").run(stopping).await.expect("judged");
}

#[tokio::test]
async fn mentions_in_the_text_highlight_unless_the_event_says_whom_it_means() {
    let here = Here::with(3).await;
    here.says(0, json!({"msgtype": "m.text", "body": "user1: look"})).await;
    here.says(0, json!({"msgtype": "m.text", "body": "user1 is here", "m.mentions": {}})).await;
    here.says(0, json!({"msgtype": "m.text", "body": "@room: all of you"})).await;
    judge_all(&here).await;
    let room = here.rooms.ids().room(&here.room).expect("a number");
    let counts = |person: usize| {
        let counts = here.rooms.notification_counts(here.num(person), room).expect("read").total();
        (counts.notifications, counts.highlights)
    };
    assert_eq!((counts(1), counts(2)), ((3, 2), (3, 1)));
}

#[tokio::test]
async fn notifications_are_listed_from_the_newest_on_page_by_page() {
    let here = Here::with(2).await;
    for body in ["one", "user1", "three"] {
        here.says(0, json!({"msgtype": "m.text", "body": body})).await;
        here.says(1, json!({"msgtype": "m.text", "body": "my own"})).await;
        here.says(0, json!({"msgtype": "m.notice", "body": "silent"})).await;
    }
    let page = async |before, limit, highlights| {
        let query = NotifiedQuery { before, limit, highlights };
        let page = notifications(&here.rooms, &here.users, here.num(1), query).await.expect("read");
        let body = |event: &StoredEvent| event.pdu.content_as::<Value>().expect("json")["body"].to_string();
        (page.events.iter().map(|one| body(&one.event)).collect::<Vec<_>>(), page.next)
    };
    let (first, next) = page(None, 2, false).await;
    assert_eq!(first, ["\"three\"", "\"user1\""]);
    assert_eq!(page(next, 2, false).await, (vec!["\"one\"".to_owned()], None));
    assert_eq!(page(None, 9, true).await.0, ["\"user1\""]);
}
