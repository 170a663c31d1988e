//! A small language for tests of rooms: people, rooms, and what they do.

#![allow(dead_code, reason = "each test program speaks only a part of it")]

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use config::{
    clock::{ManualClock, SharedClock, SystemClock},
    random::{SeededEntropy, SharedEntropy, SystemEntropy},
};
use events::{Pdu, SigningKey};
use rooms::{
    CreateRoom, Draft, MemberChange, MemberProfile, RoomInfo, Rooms, RoomsDeps, Sent, Settings, StoredEvent,
};
use ruma::{
    OwnedRoomId, OwnedServerName, OwnedUserId, RoomId, RoomVersionId, UserId,
    events::{StateEventType, TimelineEventType},
};
use serde_json::{Value, json, value::to_raw_value};
use storage::{Options, Store};
use tempfile::TempDir;

/// The server of all tests.
pub(crate) const SERVER: &str = "a";

/// Rooms on a database of their own.
pub(crate) struct TestRooms {
    pub(crate) rooms: Rooms,
    pub(crate) store: Store,
    pub(crate) clock: Arc<ManualClock>,
    folder: Arc<TempDir>,
    name: &'static str,
}

impl TestRooms {
    pub(crate) fn new() -> Self {
        Self::open(Arc::new(TempDir::new().expect("a folder")), "main", false)
    }

    /// Another database, that only applies what this one wrote.
    pub(crate) fn follower(&self) -> Self {
        Self::open(self.folder.clone(), "follower", true)
    }

    fn open(folder: Arc<TempDir>, name: &'static str, follow: bool) -> Self {
        let path: PathBuf = folder.path().join(name);
        let store = Store::open(&path, Options { follow, ..Options::default() }).expect("a store");
        let clock = Arc::new(ManualClock::default());
        let rooms = open_rooms(&store, clock.clone());
        Self { rooms, store, clock, folder, name }
    }

    /// Closes the database and opens it again.
    pub(crate) fn reopened(self) -> Self {
        let Self { rooms, store, folder, name, .. } = self;
        store.close().expect("a clean close");
        drop((rooms, store));
        Self::open(folder, name, false)
    }

    /// The same database with nothing in memory.
    pub(crate) fn forgetful(&self) -> Rooms {
        open_rooms(&self.store, self.clock.clone())
    }

    pub(crate) async fn room(&self, creator: &UserId) -> OwnedRoomId {
        self.room_of(creator, &RoomVersionId::V12).await
    }

    /// A room that anyone may join.
    pub(crate) async fn room_of(&self, creator: &UserId, version: &RoomVersionId) -> OwnedRoomId {
        let wish = CreateRoom {
            preset: Some(rooms::Preset::PublicChat),
            version: Some(version.clone()),
            ..CreateRoom::by(creator.to_owned())
        };
        self.rooms.create(wish).await.expect("a room")
    }

    pub(crate) async fn join(&self, room: &RoomId, who: &UserId) -> Sent {
        self.rooms.join(room, who, profile(who)).await.expect("may join")
    }

    pub(crate) async fn say(&self, room: &RoomId, who: &UserId, text: &str) -> Sent {
        self.rooms.send(room, message(who, text)).await.expect("may speak")
    }

    pub(crate) async fn set(
        &self,
        room: &RoomId,
        who: &UserId,
        kind: &str,
        key: &str,
        content: Value,
    ) -> Sent {
        self.rooms.send(room, state(who, kind, key, content)).await.expect("may set it")
    }

    pub(crate) fn info(&self, room: &RoomId) -> Arc<RoomInfo> {
        self.rooms.require(room).expect("a known room")
    }

    pub(crate) fn state(&self, room: &RoomId, kind: &str, key: &str) -> Option<Pdu> {
        let room = self.info(room).num;
        self.rooms.current_state(room, &StateEventType::from(kind), key).expect("a state")
    }

    /// The content of a state event; null if there is none.
    pub(crate) fn content(&self, room: &RoomId, kind: &str, key: &str) -> Value {
        self.state(room, kind, key).map_or(Value::Null, |event| event.content_as().expect("JSON"))
    }

    pub(crate) fn membership(&self, room: &RoomId, who: &UserId) -> Value {
        self.content(room, "m.room.member", who.as_str())["membership"].clone()
    }

    /// All events of the timeline, from old to new.
    pub(crate) fn timeline(&self, room: &RoomId) -> Vec<Arc<StoredEvent>> {
        let page = self
            .rooms
            .timeline(self.info(room).num, None, rooms::Direction::Forward, 10_000)
            .expect("a timeline");
        let nums: Vec<_> = page.events.into_iter().map(|(_, num)| num).collect();
        self.rooms.events(&nums).expect("events")
    }
}

/// Rooms on a database in this folder, in real time.
pub(crate) fn open_at(path: &Path) -> (Store, Rooms) {
    let store = Store::open(path, Options::default()).expect("a store");
    let rooms = open_with(&store, Arc::new(SystemClock), Arc::new(SystemEntropy));
    (store, rooms)
}

fn open_rooms(store: &Store, clock: Arc<ManualClock>) -> Rooms {
    open_with(store, clock, Arc::new(SeededEntropy::new(1)))
}

fn open_with(store: &Store, clock: SharedClock, entropy: SharedEntropy) -> Rooms {
    let server_name = OwnedServerName::try_from(SERVER).expect("a server name");
    Rooms::open(RoomsDeps {
        store: store.clone(),
        signing_key: Arc::new(SigningKey::from_seed(server_name.clone(), "test", [7; 32]).expect("a key")),
        server_name,
        clock,
        entropy,
        settings: Settings { default_version: RoomVersionId::V12, cache_bytes: 32 << 20 },
    })
    .expect("rooms")
}

pub(crate) fn user(name: &str) -> OwnedUserId {
    UserId::parse(format!("@{name}:{SERVER}")).expect("a user id")
}

pub(crate) fn profile(who: &UserId) -> MemberChange {
    let displayname = Some(who.localpart().to_owned());
    MemberChange::with_profile(MemberProfile { displayname, avatar_url: None })
}

pub(crate) fn message(who: &UserId, text: &str) -> Draft {
    let content = to_raw_value(&json!({ "msgtype": "m.text", "body": text })).expect("JSON");
    Draft::message(who.to_owned(), TimelineEventType::RoomMessage, content)
}

pub(crate) fn state(who: &UserId, kind: &str, key: &str, content: Value) -> Draft {
    let content = serde_json::from_value(content).expect("JSON");
    Draft::state(who.to_owned(), TimelineEventType::from(kind), key, content)
}
