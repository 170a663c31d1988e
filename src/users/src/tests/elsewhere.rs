//! People of other servers.

use super::Here;
use crate::{DeviceChange, HeardPresence, Identity, Queried, RemoteKeys};
use events::{EventDraft, SigningKey, seal};
use rooms::{Direction, Outcome, Received};
use ruma::{
    DeviceId, MilliSecondsSinceUnixEpoch, OwnedDeviceId, OwnedRoomId, OwnedUserId, UserId,
    events::{StateEventType, TimelineEventType},
    presence::PresenceState,
    server_name, user_id,
};
use serde_json::{
    Value, json,
    value::{RawValue, to_raw_value},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use storage::Position;

fn far() -> OwnedUserId {
    user_id!("@far:away.org").to_owned()
}

impl Here {
    /// A member event as another server sends it.
    async fn member_from_away(&self, room: &OwnedRoomId, user: &UserId, membership: &str) {
        let info = self.rooms.require(room).expect("a room");
        let last = self.rooms.timeline(info.num, None, Direction::Backward, 1).expect("read").events[0].1;
        let last = self.rooms.event(last).expect("read").expect("there");
        let state = |kind: StateEventType, key: &str| {
            let event = self.rooms.current_state(info.num, &kind, key).expect("read");
            event.map(|event| event.event_id().to_owned())
        };
        let auth = [
            state(StateEventType::RoomPowerLevels, ""),
            state(StateEventType::RoomMember, user.as_str()),
            (membership == "join").then(|| state(StateEventType::RoomJoinRules, "")).flatten(),
        ];
        let draft = EventDraft {
            sender: user.to_owned(),
            kind: TimelineEventType::RoomMember,
            state_key: Some(user.to_string()),
            content: json!({"membership": membership}).to_string().into(),
            prev_events: vec![last.event_id().to_owned()],
            auth_events: auth.into_iter().flatten().collect(),
            depth: last.pdu.depth() + 1,
            origin_server_ts: MilliSecondsSinceUnixEpoch(1_000_u32.into()),
            redacts: None,
            room_id: Some(room.clone()),
            reference_hashes: BTreeMap::new(),
        };
        let key = SigningKey::from_seed(server_name!("away.org").to_owned(), "1", [9; 32]).expect("a key");
        let pdu = seal(&draft, &info.rules, &key).expect("an event");
        let outcome = self.rooms.receive(room, pdu, Received::Live).await.expect("received");
        assert!(matches!(outcome, Outcome::Accepted(_)), "{outcome:?}");
    }

    fn kept(&self, viewer: &Identity, stale: bool) -> Vec<String> {
        let wanted = BTreeMap::from([(far(), Vec::new())]);
        let found = self.users.keys.query_kept(&viewer.user_id, &wanted, stale).expect("read");
        found.device_keys.into_values().flatten().map(|(id, _)| id.to_string()).collect()
    }

    /// The other server tells all devices of the person, for `viewer`.
    async fn told(&self, viewer: &Identity, stream: Option<u64>, devices: &[&str]) -> Queried {
        let asked = self.users.keys.asking(&far()).expect("read");
        let mut found = Queried::default();
        let keys = (remote_keys(stream, devices), asked);
        self.users.keys.told(&viewer.user_id, &far(), &[], keys, &mut found).await.expect("taken");
        found
    }

    async fn follows(&self, device: &str, present: bool, stream: u64, previous: &[u64]) {
        let keys = device_keys(device);
        let keys = present.then_some(&*keys);
        let device: &DeviceId = device.into();
        let change = DeviceChange { device, keys, gone: !present, stream, previous };
        self.users.keys.follow_device(&far(), change).await.expect("followed");
    }

    fn news(&self, viewer: &Identity, since: Position) -> Vec<OwnedUserId> {
        let neighbours = self.users.neighbours.changes(viewer.user, since, self.now()).expect("read");
        self.users.keys.changes(viewer.user, (since, self.now()), &neighbours).expect("read").changed
    }
}

fn device_keys(device: &str) -> Box<RawValue> {
    let keys = json!({
        "user_id": far(), "device_id": device, "algorithms": [], "keys": {}, "signatures": {},
    });
    to_raw_value(&keys).expect("json")
}

fn remote_keys(stream: Option<u64>, devices: &[&str]) -> RemoteKeys {
    let devices = devices.iter().map(|id| (OwnedDeviceId::from(*id), device_keys(id))).collect();
    RemoteKeys { stream, devices, ..RemoteKeys::default() }
}

#[tokio::test]
async fn keys_are_kept_for_those_who_shared_a_room_all_the_time() {
    let here = Here::new().await;
    let (alice, bob) = (here.person("alice", "A").await, here.person("bob", "B").await);
    assert_eq!(here.told(&alice, None, &["X"]).await.device_keys[&far()].len(), 1);
    assert!(here.kept(&alice, true).is_empty(), "nobody tells of somebody who shares no room");

    let room = here.room(&alice.user_id).await;
    here.member_from_away(&room, &far(), "join").await;
    here.told(&alice, None, &["X", "Y"]).await;
    assert_eq!(here.kept(&alice, false), ["X", "Y"]);
    assert!(here.kept(&bob, false).is_empty());
    here.join(&room, &bob.user_id).await;
    assert!(here.kept(&bob, false).is_empty(), "bob came later");
    here.told(&bob, None, &["X", "Y"]).await;
    assert_eq!(here.kept(&bob, false), ["X", "Y"]);

    here.member_from_away(&room, &far(), "leave").await;
    here.member_from_away(&room, &far(), "join").await;
    assert!(here.kept(&alice, false).is_empty(), "nothing was told meanwhile");
}

#[tokio::test]
async fn changes_are_followed_while_none_is_missing() {
    let here = Here::new().await;
    let alice = here.person("alice", "A").await;
    let room = here.room(&alice.user_id).await;
    here.follows("X", true, 1, &[]).await;
    here.member_from_away(&room, &far(), "join").await;

    let since = here.now();
    here.follows("X", true, 2, &[1]).await;
    assert_eq!(here.news(&alice, since), [far()]);
    here.told(&alice, Some(2), &["X"]).await;
    here.follows("Y", true, 3, &[2]).await;
    here.follows("X", false, 4, &[3]).await;
    assert_eq!(here.kept(&alice, false), ["Y"]);

    let since = here.now();
    here.follows("Y", true, 4, &[3]).await;
    assert_eq!(here.news(&alice, since), [] as [OwnedUserId; 0], "told before");
    assert_eq!(here.kept(&alice, false), ["Y"]);

    let since = here.now();
    here.follows("Z", true, 6, &[5]).await;
    assert_eq!(here.news(&alice, since), [far()]);
    assert!(here.kept(&alice, false).is_empty());
    assert_eq!(here.kept(&alice, true), ["Y", "Z"], "better than nothing");
    here.told(&alice, Some(6), &["V", "Z"]).await;
    assert_eq!(here.kept(&alice, false), ["V", "Z"]);
}

#[tokio::test]
async fn a_device_without_keys_is_no_news() {
    let here = Here::new().await;
    let alice = here.person("alice", "A").await;
    let room = here.room(&alice.user_id).await;
    here.member_from_away(&room, &far(), "join").await;
    let since = here.now();
    let change = DeviceChange { device: "X".into(), keys: None, gone: false, stream: 1, previous: &[] };
    here.users.keys.follow_device(&far(), change).await.expect("followed");
    assert_eq!(here.news(&alice, since), [] as [OwnedUserId; 0]);
    let change = DeviceChange { gone: true, ..change };
    here.users.keys.follow_device(&far(), change).await.expect("followed");
    assert_eq!(here.news(&alice, since), [far()], "its keys may be known");
}

#[tokio::test]
async fn what_came_before_a_change_is_not_kept_after_it() {
    let here = Here::new().await;
    let alice = here.person("alice", "A").await;
    let room = here.room(&alice.user_id).await;
    here.member_from_away(&room, &far(), "join").await;
    let asked = here.users.keys.asking(&far()).expect("read");
    here.follows("Y", true, 3, &[2]).await;
    let mut found = Queried::default();
    let keys = (remote_keys(Some(2), &["X"]), asked);
    here.users.keys.told(&alice.user_id, &far(), &[], keys, &mut found).await.expect("taken");
    assert_eq!(found.device_keys[&far()].len(), 1);
    assert!(here.kept(&alice, true).is_empty());
}

#[tokio::test]
async fn keys_that_name_somebody_else_are_dropped() {
    let here = Here::new().await;
    let alice = here.person("alice", "A").await;
    let asked = here.users.keys.asking(&far()).expect("read");
    let mut keys = remote_keys(None, &["X"]);
    let others: Value = json!({"user_id": "@x:away.org", "device_id": "Z", "keys": {}, "usage": ["master"]});
    keys.devices.insert("Z".into(), to_raw_value(&others).expect("json"));
    keys.devices.insert("W".into(), device_keys("X"));
    keys.master = Some(to_raw_value(&others).expect("json"));
    let mut found = Queried::default();
    here.users.keys.told(&alice.user_id, &far(), &[], (keys, asked), &mut found).await.expect("taken");
    assert_eq!(found.device_keys[&far()].keys().map(|id| id.as_str()).collect::<Vec<_>>(), ["X"]);
    assert!(found.master_keys.is_empty());
}

#[tokio::test]
async fn who_is_not_spoken_of_for_long_is_gone() {
    let here = Here::new().await;
    let alice = here.person("alice", "A").await;
    let room = here.room(&alice.user_id).await;
    here.member_from_away(&room, &far(), "join").await;
    let num = here.rooms.ids().user(&far()).expect("a number");
    let presence = &here.users.presence;
    let online = HeardPresence {
        state: PresenceState::Online,
        status_msg: Some("far away".to_owned()),
        last_active_ago_ms: Some(5_000),
        currently_active: true,
    };
    let seen = |since: Position| -> Vec<(PresenceState, Option<String>)> {
        let changes = presence.changes(alice.user, (since, here.now()), &BTreeSet::new()).expect("read");
        let of_far = changes.into_iter().filter(|shown| shown.user == num);
        of_far.map(|shown| (shown.state, shown.status_msg)).collect()
    };
    let start = here.now();
    presence.hear(num, online.clone()).expect("heard");
    here.store.flush().expect("open").await.expect("written");
    assert_eq!(seen(start), [(PresenceState::Online, Some("far away".to_owned()))]);
    let after = here.now();
    here.clock.advance(Duration::from_secs(1_500));
    presence.hear(num, online).expect("heard");
    presence.tick().expect("ticked");
    here.store.flush().expect("open").await.expect("written");
    assert!(seen(after).is_empty(), "the same again is no news");
    here.clock.advance(Duration::from_secs(1_900));
    presence.tick().expect("ticked");
    here.store.flush().expect("open").await.expect("written");
    assert_eq!(seen(after)[0].0, PresenceState::Offline);
}
