use super::Here;
use crate::{NewRule, UserError, account_data::Data};
use ruma::{
    api::client::push::{Pusher, PusherIds},
    push::{Action, RuleKind},
};
use serde_json::{
    Value, json,
    value::{RawValue, to_raw_value},
};

fn raw(value: &Value) -> Box<RawValue> {
    to_raw_value(value).expect("json")
}

fn kinds(data: &[Data]) -> Vec<&str> {
    data.iter().map(|data| data.kind.as_str()).collect()
}

#[tokio::test]
async fn account_data_comes_in_the_order_of_its_last_changes() {
    let here = Here::new().await;
    let alice = here.person("alice", "A").await;
    let room = here.room(&alice.user_id).await;
    let room = here.rooms.ids().room(&room).expect("a number");
    let data = &here.users.account_data;
    let start = here.now();
    data.set(alice.user, None, "a", &raw(&json!({"x": 1}))).await.expect("set");
    data.set(alice.user, Some(room), "b", &raw(&json!({"x": 1}))).await.expect("set");
    data.set(alice.user, None, "a", &raw(&json!({"x": 2}))).await.expect("set");
    let changes = data.changes(alice.user, start, here.now()).expect("read");
    assert_eq!(kinds(&changes), ["b", "a"]);
    assert_eq!((changes[0].room, changes[1].room), (Some(room), None));
    assert_eq!(changes[1].content.get(), r#"{"x":2}"#);
    assert!(data.changes(alice.user, here.now(), here.now()).expect("read").is_empty());
    let all = data.all(alice.user).expect("read");
    assert!(kinds(&all).contains(&"m.push_rules"), "the defaults are there for everybody");
    assert!(data.get(alice.user, None, "none").expect("read").is_none());
}

#[tokio::test]
async fn what_the_server_manages_is_refused() {
    let here = Here::new().await;
    let alice = here.person("alice", "A").await;
    let room = here.room(&alice.user_id).await;
    let room = here.rooms.ids().room(&room).expect("a number");
    let data = &here.users.account_data;
    let object = raw(&json!({}));
    for room in [None, Some(room)] {
        for kind in ["m.push_rules", "m.fully_read"] {
            let refused = data.set(alice.user, room, kind, &object).await;
            assert!(matches!(refused, Err(UserError::Managed(_))), "{kind}");
        }
    }
    let list = data.set(alice.user, None, "a", &raw(&json!([]))).await;
    assert!(matches!(list, Err(UserError::BadJson(_))));
}

#[tokio::test]
async fn tags_are_the_account_data_of_a_room() {
    let here = Here::new().await;
    let alice = here.person("alice", "A").await;
    let room = here.room(&alice.user_id).await;
    let room = here.rooms.ids().room(&room).expect("a number");
    let data = &here.users.account_data;
    let order = json!({"order": 0.5}).as_object().expect("object").clone();
    data.set_tag(alice.user, room, "m.favourite", order.clone()).await.expect("set");
    data.set_tag(alice.user, room, "u.work", serde_json::Map::new()).await.expect("set");
    data.remove_tag(alice.user, room, "u.work").await.expect("removed");
    assert_eq!(data.tags(alice.user, room).expect("read"), [("m.favourite".to_owned(), order)].into());
    let content = data.get(alice.user, Some(room), "m.tag").expect("read").expect("there");
    assert_eq!(content.get(), r#"{"tags":{"m.favourite":{"order":0.5}}}"#);
}

#[tokio::test]
async fn ignoring_counts_at_once() {
    let here = Here::new().await;
    let alice = here.person("alice", "A").await;
    let data = &here.users.account_data;
    assert!(data.ignored(alice.user).expect("read").is_empty());
    let list = raw(&json!({"ignored_users": {"@bob:here.org": {}}}));
    data.set(alice.user, None, "m.ignored_user_list", &list).await.expect("set");
    assert_eq!(data.ignored(alice.user).expect("read").len(), 1);
}

#[tokio::test]
async fn push_rules_change_and_show_in_account_data() {
    let here = Here::new().await;
    let alice = here.person("alice", "A").await.user;
    let rules = &here.users.push_rules;
    assert!(!rules.is_custom(alice).expect("read"));
    let start = here.now();
    let rule = NewRule {
        kind: RuleKind::Content,
        id: "cake".into(),
        actions: vec![Action::Notify],
        conditions: Vec::new(),
        pattern: Some("cake*lie".into()),
    };
    rules.put(alice, rule.clone(), None, None).await.expect("added");
    rules.set_enabled(alice, &RuleKind::Content, "cake", false).await.expect("changed");
    let rule_now = rules.get(alice, &RuleKind::Content, "cake").expect("there");
    assert!(!rule_now.enabled());
    let unknown = rules.put(alice, rule, Some("nothing"), None).await;
    assert!(matches!(unknown, Err(UserError::NotFound(_))));
    assert_eq!(
        kinds(&here.users.account_data.changes(alice, start, here.now()).expect("read")),
        ["m.push_rules"]
    );
    rules.remove(alice, &RuleKind::Content, "cake").await.expect("removed");
    assert!(matches!(rules.get(alice, &RuleKind::Content, "cake"), Err(UserError::NotFound(_))));
    let default = rules.remove(alice, &RuleKind::Override, ".m.rule.master").await;
    assert!(matches!(default, Err(UserError::InvalidParam(_))));
    rules.set_actions(alice, &RuleKind::Override, ".m.rule.tombstone", Vec::new()).await.expect("changed");
    let here = here.again().await;
    let actions = here.users.push_rules.get(alice, &RuleKind::Override, ".m.rule.tombstone").expect("there");
    assert!(actions.actions().is_empty());
}

#[tokio::test]
async fn the_same_filter_has_the_same_id() {
    let here = Here::new().await;
    let alice = here.person("alice", "A").await.user;
    let filters = &here.users.filters;
    let id = filters.create(alice, &raw(&json!({"room": {"timeline": {"limit": 5}}}))).await.expect("kept");
    let again =
        filters.create(alice, &raw(&json!({"room": {"timeline": {"limit": 5}}}))).await.expect("kept");
    assert_eq!(id, again);
    assert!(filters.parsed(alice, &id).expect("read").is_some());
    assert!(filters.get(alice, "nope").expect("read").is_none());
    let bad = filters.create(alice, &raw(&json!({"room": 5}))).await;
    assert!(matches!(bad, Err(UserError::BadJson(_))));
}

#[tokio::test]
async fn pushers_go_with_their_device_and_to_one_person() {
    let here = Here::new().await;
    let (alice, bob) = (here.person("alice", "A").await, here.person("bob", "B").await);
    let pusher: Pusher = {
        use ruma::{
            api::client::push::{PusherInit, PusherKind},
            push::HttpPusherData,
        };
        PusherInit {
            ids: PusherIds::new("key".into(), "app".into()),
            kind: PusherKind::Http(HttpPusherData::new(
                "https://push.example.org/_matrix/push/v1/notify".into(),
            )),
            app_display_name: "App".into(),
            device_display_name: "Phone".into(),
            profile_tag: None,
            lang: "en".into(),
        }
        .into()
    };
    let pushers = &here.users.pushers;
    let count = |who: &crate::Identity| pushers.of(who.user).expect("read").len();
    pushers.set(alice.user, alice.device, &pusher, false).await.expect("set");
    pushers.set(bob.user, bob.device, &pusher, true).await.expect("set");
    assert_eq!((count(&alice), count(&bob)), (1, 1));
    pushers.set(bob.user, bob.device, &pusher, false).await.expect("set");
    assert_eq!((count(&alice), count(&bob)), (0, 1));
    here.users
        .accounts
        .set_password(&bob.user_id, "battery staple", true, Some("B".into()))
        .await
        .expect("changed");
    assert_eq!(count(&bob), 1, "the device that changed the password keeps its own");
    here.users.devices.remove(&bob.user_id, &["B".into()]).await.expect("logged out");
    assert_eq!(count(&bob), 0);
}

#[tokio::test]
async fn profiles_have_fields_of_all_kinds() {
    let here = Here::new().await;
    let alice = here.register("alice").await;
    let profiles = &here.users.profiles;
    let name = |profile: Option<crate::Profile>| profile.expect("there").text("displayname");
    assert_eq!(name(profiles.get(&alice).expect("read")).as_deref(), Some("alice"));
    profiles.set(&alice, "org.example.pronouns", &raw(&json!(["she", null]))).await.expect("set");
    profiles.set(&alice, "m.tz", &raw(&json!("Europe/London"))).await.expect("set");
    let profile = profiles.get(&alice).expect("read").expect("there");
    assert_eq!(profile.get("org.example.pronouns"), Some(json!(["she", null])));
    profiles.remove(&alice, "m.tz").await.expect("removed");
    profiles.set(&alice, "displayname", &raw(&json!(""))).await.expect("taken away");
    assert_eq!(name(profiles.get(&alice).expect("read")), None);
    let nobody = ruma::user_id!("@nobody:here.org");
    assert!(profiles.get(nobody).expect("read").is_none());
    assert!(matches!(profiles.set(nobody, "m.tz", &raw(&json!("x"))).await, Err(UserError::NotLocal(_))));
}

#[tokio::test]
async fn a_new_name_reaches_all_rooms_and_only_those_one_is_in() {
    let here = Here::new().await;
    let (alice, bob) = (here.person("alice", "A").await, here.person("bob", "B").await);
    let (first, second, left) =
        (here.room(&bob.user_id).await, here.room(&bob.user_id).await, here.room(&bob.user_id).await);
    for room in [&first, &second, &left] {
        here.join(room, &alice.user_id).await;
    }
    here.rooms.leave(&left, &alice.user_id, rooms::MemberChange::default()).await.expect("left");
    let member = |room: &ruma::OwnedRoomId| {
        let num = here.rooms.ids().room(room).expect("a number");
        let event = here
            .rooms
            .current_state(num, &ruma::events::StateEventType::RoomMember, alice.user_id.as_str())
            .expect("read")
            .expect("there");
        serde_json::from_str::<Value>(event.content_json()).expect("json")
    };
    here.users.profiles.set(&alice.user_id, "displayname", &raw(&json!("Alice B."))).await.expect("set");
    assert_eq!(here.users.profiles.marked().expect("read"), [alice.user]);
    assert_eq!(here.users.profiles.looks(alice.user).expect("read").displayname.as_deref(), Some("Alice B."));
    here.users.spread_profile(alice.user).await;
    for room in [&first, &second] {
        assert_eq!(member(room)["displayname"], "Alice B.");
        assert_eq!(member(room)["membership"], "join");
    }
    assert_eq!(member(&left)["membership"], "leave");
    assert!(here.users.profiles.marked().expect("read").is_empty(), "nothing is left to do");
    here.users.profiles.set(&alice.user_id, "m.tz", &raw(&json!("Europe/London"))).await.expect("set");
    assert!(here.users.profiles.marked().expect("read").is_empty(), "rooms know nothing of time zones");
}

#[tokio::test]
async fn a_restart_knows_which_names_have_not_reached_all_rooms() {
    let here = Here::new().await;
    let alice = here.person("alice", "A").await;
    assert_eq!(here.users.profiles.looks(alice.user).expect("read").displayname.as_deref(), Some("alice"));
    here.users.profiles.set(&alice.user_id, "displayname", &raw(&json!("Al"))).await.expect("set");
    let here = here.again().await;
    assert_eq!(here.users.profiles.marked().expect("read"), [alice.user]);
    assert_eq!(here.users.profiles.looks(alice.user).expect("read").displayname.as_deref(), Some("Al"));
    here.users.spread_profile(alice.user).await;
    assert!(here.users.profiles.marked().expect("read").is_empty());
}
